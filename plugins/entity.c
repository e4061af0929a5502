/* entity: finds people, organisations, places, other names, dates and amounts,
 * and tells which of them are the same.
 *
 * Its parts are in the folder entity/; see entity/entity.h.
 */
#include "entity/names.h"
#include "entity/rules.h"

#include <errno.h>
#include <string.h>

struct state {
    double min_score;
    bool dates, summary;
    gly_list lists, kinds;
    const char *labels, *model;
    struct lexicon lexicon;
    struct model *names;
    struct lists user;
    struct rules rules;
    struct ids ids;
    const gly_words *roles, *sexes;
};

static const gly_option options[] = {
    { "min_score", GLY_FIELD(struct state, min_score), .def = "0",
      .max = 1, .help = "Names less certain than this are left out." },
    { "model", GLY_FIELD(struct state, model), .def = "entity-model.bin",
      .help = "Learned weights, in the lexicon folders or a path with a "
              "slash." },
    { "labels", GLY_FIELD(struct state, labels), .def = "conll",
      .choices = "conll|ontonotes-like",
      .help = "PERSON, ORG, LOC, MISC; or also GPE, a place with a "
              "government, and NORP, a people or religion." },
    { "kinds", GLY_FIELD(struct state, kinds), .def = "",
      .help = "The labels that are marked; none given: all." },
    { "dates", GLY_FIELD(struct state, dates), .def = "true",
      .help = "Whether dates, times and amounts are marked too." },
    { "lists", GLY_FIELD(struct state, lists), .def = "",
      .help = "Files of your own names, in the lexicon folders or as paths "
              "with a slash; a line has a name, its label, and perhaps its "
              "canonical name and an identifier, with TABs between." },
    { "summary", GLY_FIELD(struct state, summary), .def = "false",
      .help = "Whether the fields people, organisations and places are set: "
              "each name with its count." },
    { 0 }
};

static const char *const kinds[LABELS] = {
    "PERSON", "ORG", "LOC", "MISC", "DATE", "TIME", "MONEY", "PERCENT",
    "QUANTITY",
};

static bool is_wanted(const struct state *s, const char *kind)
{
    for (size_t i = 0; i < s->kinds.count; i++)
        if (strcmp(s->kinds.item[i], kind) == 0)
            return true;
    return s->kinds.count == 0;
}

static void mark(const struct state *s, const struct text *t,
                 const struct candidate *c)
{
    const char *kind = c->kind ? c->kind : kinds[c->label];

    if (!is_wanted(s, kind))
        return;

    gly_span *span = gly_mark(t->doc, "entities", c->begin, c->end, kind);

    span->score = c->score;
    span->name = c->name;
    if (c->value)
        gly_note_set(t->doc, span, "value", c->value);
    if (c->id)
        gly_note_set(t->doc, span, "id", c->id);
    if (c->capital_of)
        gly_note_set(t->doc, span, "capital_of", c->capital_of);
    if (c->label == PERSON && c->role_end)
        gly_note_set(t->doc, span, "role",
                     gly_keep(t->doc, t->bytes + c->role,
                              c->role_end - c->role));
}

/* Both are in the order of the text. */
static void mark_all(const struct state *s, const struct text *t,
                     const struct candidates *names,
                     const struct candidates *finds)
{
    size_t f = 0;

    for (size_t i = 0; i < names->count; i++) {
        const struct candidate *c = &names->item[i];

        while (f < finds->count && finds->item[f].begin < c->begin)
            mark(s, t, &finds->item[f++]);
        if (c->score >= s->min_score)
            mark(s, t, c);
    }
    while (f < finds->count)
        mark(s, t, &finds->item[f++]);
}

/* Who is who, and what lists say of it. */
static void identify(struct state *s, const struct text *t,
                     struct candidates *names)
{
    entity_roles(t, s->roles, names);
    entity_canonical(t, &s->ids, names);
    entity_variants(t, names);
    entity_as_in_document(t, names);
    entity_ids(t, &s->ids, strcmp(s->labels, "conll") != 0, names);
    if (s->summary && !gly_aside_of(t->doc))
        entity_summary(t->doc, names, s->min_score);
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    struct text t = {.doc = doc, .lexicon = &s->lexicon, .sexes = s->sexes};
    struct candidates names = {0}, finds = {0};

    t.bytes = gly_text(doc, NULL);
    t.token = gly_tokens(doc, &t.tokens);
    t.sentence = gly_sentences(doc, &t.sentences);
    t.facts = gly_alloc(doc, (t.tokens + 1) * sizeof(*t.facts));
    entity_mentions(&t, s->names, s->min_score, &names);
    entity_joints(&t, &names);
    entity_lists(&t, &s->user, s->min_score, &names);
    s->rules.t = &t;
    if (s->dates)
        entity_rules(&s->rules, s->min_score, &names, &finds);
    identify(s, &t, &names);
    mark_all(s, &t, &names, &finds);
    return GLY_PASS;
}

static int check_kinds(gly_stage *stage, const struct state *s)
{
    for (size_t i = 0; i < s->kinds.count; i++) {
        const char *kind = s->kinds.item[i];
        bool known = strcmp(kind, "GPE") == 0 || strcmp(kind, "NORP") == 0;

        for (int k = 0; k < LABELS; k++)
            known |= strcmp(kind, kinds[k]) == 0;
        if (!known)
            return gly_fail(stage, -EINVAL, "kinds: \"%s\" is no label", kind);
    }
    return 0;
}

static int open(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result = check_kinds(stage, s);

    if (result < 0)
        return result;
    s->roles = gly_words_open(stage, "entity-roles.txt", GLY_FOLD);
    s->sexes = gly_words_open(stage, "entity-sexes.txt", GLY_FOLD);
    if (!s->roles || !s->sexes || entity_rules_open(&s->rules, stage) < 0 ||
        entity_ids_open(&s->ids, stage) < 0 ||
        entity_lexicon(&s->lexicon, stage) < 0)
        return -1;
    s->names = entity_model(stage, s->model);
    return s->names ? entity_lists_open(&s->user, stage, &s->lists) : -1;
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "entity",
    .about = "Finds people, organisations, places, other names, dates and "
             "amounts, and tells which are the same.",
    .reads = "text",
    .writes = "entities",
    .asides = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open,
    .process = process,
};

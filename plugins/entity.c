/* entity: finds people, organisations, places, other names and dates.
 *
 * Its parts are in the folder entity/; see entity/entity.h.
 */
#include "entity/entity.h"

#include <string.h>

struct state {
    double min_score;
    bool dates;
    gly_list lists;
    struct lexicon lexicon;
};

static const gly_option options[] = {
    { "min_score", GLY_FIELD(struct state, min_score), .def = "0.5",
      .max = 1, .help = "Names less certain than this are left out." },
    { "dates", GLY_FIELD(struct state, dates), .def = "true",
      .help = "Whether dates are marked too." },
    { "lists", GLY_FIELD(struct state, lists), .def = "",
      .help = "Files of your own names, in the lexicon folders or as paths "
              "with a slash; a line has a name, a TAB, its label, and "
              "perhaps a TAB and its canonical name." },
    { 0 }
};

static const char *const kinds[] = {"PERSON", "ORG", "LOC", "MISC", "DATE"};

/* What the lists know of every word that can be part of a name. */
static void look_up(struct text *t)
{
    t->facts = gly_alloc(t->doc, (t->tokens + 1) * sizeof(*t->facts));

    size_t sport = 0, words = 0;

    for (uint32_t i = 0; i < t->tokens; i++) {
        const gly_token *token = &t->token[i];

        if (token->type != GLY_WORD)
            continue;
        words++;

        uint32_t facts = entity_word(t, i).facts;

        sport += facts & SPORT ? 1 : 0;
        if (token->flags & GLY_CAPITAL)
            t->facts[i] = facts;
    }
    t->sports = sport >= 2 && sport * 80 >= words;
}

static void mark(const struct text *t, const struct candidate *c)
{
    gly_span *span = gly_mark(t->doc, "entities", c->begin, c->end,
                              c->kind ? c->kind : kinds[c->label]);

    span->score = c->score;
    span->name = c->name;
    if (c->value)
        gly_note_set(t->doc, span, "value", c->value);
    if (c->label == PERSON && c->role_end)
        gly_note_set(t->doc, span, "role",
                     gly_keep(t->doc, t->bytes + c->role,
                              c->role_end - c->role));
}

/* Both are in the order of the text. */
static void mark_all(const struct text *t, const struct candidates *names,
                     const struct candidates *dates, double min_score)
{
    size_t d = 0;

    for (size_t i = 0; i < names->count; i++) {
        const struct candidate *c = &names->item[i];

        while (d < dates->count && dates->item[d].begin < c->begin)
            mark(t, &dates->item[d++]);
        if (c->score >= min_score)
            mark(t, c);
    }
    while (d < dates->count)
        mark(t, &dates->item[d++]);
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    struct text t = {.doc = doc, .lexicon = &s->lexicon};
    struct candidates names = {0}, dates = {0};

    t.bytes = gly_text(doc, NULL);
    t.token = gly_tokens(doc, &t.tokens);
    t.sentence = gly_sentences(doc, &t.sentences);
    look_up(&t);
    entity_candidates(&t, &names);
    entity_label(&t, &names);
    entity_variants(&t, &names);
    entity_as_in_document(&t, &names);
    if (s->dates)
        entity_dates(&t, &names, &dates);
    mark_all(&t, &names, &dates, s->min_score);
    return GLY_PASS;
}

static int open(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    return entity_lexicon(&s->lexicon, stage, &s->lists);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "entity",
    .about = "Finds people, organisations, places, other names and dates.",
    .reads = "text",
    .writes = "entities",
    .asides = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open,
    .process = process,
};

/* train: learns lexicon/entity-model.bin. No part of the entity plugin, but a
 * stage of its own, since a stage has texts, tokens and lists at hand.
 *
 * A text with a field "entities" ([{"begin", "end", "label"}], in code points)
 * is learned from: as it is, and some in capitals, in small letters or with a
 * capital at each word. A text without that field is a sample, with its names in
 * brackets: of it, copies with other names are learned from. When all have come,
 * weights are learned for the first reading; then, from what that finds in texts
 * it has not learned from, for the second one. Nothing in it is left to chance.
 */
#include "learn.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum copy { AS_IS, UPPER, LOWER, TITLED, RENAMED };

struct state {
    const char *path;
    double copies, renamed;
    long rows, least, epochs, hold, samples;
    double rate, shrink, words, listed, lean, forget, sampled;
    struct lexicon lexicon;
    struct name_lists lists;
    struct examples examples;
    size_t token_size, sentence_size, row_size, block_size;
    struct block block;
    uint32_t documents, fold;
    size_t names, lost;
};

static const gly_option options[] = {
    { "path", GLY_FIELD(struct state, path), .def = "entity-model.bin",
      .help = "The file to write." },
    { "rows", GLY_FIELD(struct state, rows), .def = "640000",
      .help = "Rows of the table." },
    { "least", GLY_FIELD(struct state, least), .def = "2",
      .help = "How often a feature must come." },
    { "epochs", GLY_FIELD(struct state, epochs), .def = "6",
      .help = "How often all sentences are gone through." },
    { "rate", GLY_FIELD(struct state, rate), .def = "0.1",
      .help = "Of each step." },
    { "shrink", GLY_FIELD(struct state, shrink), .def = "0.003",
      .help = "Of a weight at each step." },
    { "words", GLY_FIELD(struct state, words), .def = "0.2",
      .help = "How often a word itself is not seen." },
    { "lists", GLY_FIELD(struct state, listed), .def = "0.05",
      .help = "How often the lists are not seen." },
    { "copies", GLY_FIELD(struct state, copies), .def = "0.6",
      .help = "Weight of copies in other letters." },
    { "renamed", GLY_FIELD(struct state, renamed), .def = "0.6",
      .help = "Weight of copies with other names." },
    { "samples", GLY_FIELD(struct state, samples), .def = "12",
      .help = "Copies of a sample." },
    { "sampled", GLY_FIELD(struct state, sampled), .def = "0.6",
      .help = "Weight of samples." },
    { "forget", GLY_FIELD(struct state, forget), .def = "0.15",
      .help = "How often the lists do not know a word in a document." },
    { "lean", GLY_FIELD(struct state, lean), .def = "0.05",
      .help = "What speaks for a name from the outset." },
    { "hold", GLY_FIELD(struct state, hold), .def = "-1", .min = -1, .max = 4,
      .help = "Every fifth document, from this one on, is not learned from." },
    { 0 }
};

static void *more(void *old, size_t *size, size_t count, size_t item)
{
    if (count < *size)
        return old;
    *size = *size ? 2 * *size : 4096;

    void *new = realloc(old, *size * item);

    if (!new) {
        fprintf(stderr, "train: out of memory\n");
        exit(1);
    }
    return new;
}

/* ---- marked texts ---- */

static enum label label_of(const char *name)
{
    static const struct {
        const char *name;
        enum label label;
    } labels[] = {
        {"PER", PERSON}, {"person", PERSON}, {"ORG", ORG},
        {"corporation", ORG}, {"group", ORG}, {"LOC", LOC},
        {"location", LOC}, {"MISC", MISC}, {"product", MISC},
        {"creative-work", MISC},
    };

    for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
        if (strncmp(labels[i].name, name, strlen(labels[i].name)) == 0)
            return labels[i].label;
    return NAMES;
}

/* The tags of tokens [first, last), which the name covers. */
static void tag_name(uint8_t *tag, uint32_t first, uint32_t last,
                     enum label label)
{
    for (uint32_t i = first; i < last; i++)
        tag[i] = (uint8_t)(label * PARTS + (last - first == 1 ? SINGLE
                                            : i == first      ? BEGIN
                                            : i + 1 == last   ? END
                                                              : INSIDE));
}

static gly_pos byte_at(const char *text, const char **at, uint32_t *point,
                       uint32_t to)
{
    while (*point < to && **at) {
        gly_next_char(at);
        ++*point;
    }
    return (gly_pos)(*at - text);
}

/* The names of the field, which are in the order of the text. */
static size_t read_names(struct state *s, const char *text, const char *json,
                         struct name *out)
{
    const char *at = text;
    uint32_t point = 0;
    size_t count = 0;

    while ((json = strstr(json, "\"begin\":")) != NULL) {
        const char *end = strstr(json, "\"end\":");
        const char *label = strstr(json, "\"label\":\"");
        struct name *name = &out[count];

        if (!end || !label)
            break;
        name->begin = byte_at(text, &at, &point,
                              (uint32_t)strtoul(json + 8, NULL, 10));
        name->end = byte_at(text, &at, &point,
                            (uint32_t)strtoul(end + 6, NULL, 10));
        name->label = label_of(label + 9);
        json = label;
        if (name->label < NAMES && name->begin < name->end &&
            (count == 0 || name[-1].end <= name->begin))
            count++;
        else
            s->lost++;
    }
    return count;
}

static void tag_names(struct state *s, const struct text *t,
                      const struct name *name, size_t count, uint8_t *tag)
{
    uint32_t i = 0;

    memset(tag, OUT, t->tokens);
    for (; count > 0; name++, count--) {
        while (i < t->tokens && t->token[i].end <= name->begin)
            i++;

        uint32_t first = i;

        while (i < t->tokens && t->token[i].begin < name->end)
            i++;
        s->names++;
        if (first == i)
            continue;
        tag_name(tag, first, i, name->label);
        s->lost += t->token[first].begin != name->begin ||
                   t->token[i - 1].end != name->end;
    }
}

/* ---- examples ---- */

static void add_features(struct state *s, const struct features *f,
                         struct token *token, enum group g)
{
    struct examples *e = &s->examples;

    for (uint32_t i = 0; i < f->count[g]; i++) {
        e->rows = more(e->rows, &s->row_size, e->row_count, sizeof(*e->rows));
        e->rows[e->row_count++] = f->id[g][i];
        token->count[g]++;
    }
}

static void add_token(struct state *s, const struct type *type, uint32_t i,
                      uint8_t tag)
{
    struct examples *e = &s->examples;
    const struct block *b = &s->block;
    struct features at[SPREAD + 1] = {{.count = {0}}};
    size_t size = s->token_size;

    e->tokens = more(e->tokens, &s->token_size, e->token_count,
                     sizeof(*e->tokens));
    e->seen = more(e->seen, &size, e->token_count, sizeof(*e->seen));

    struct token *token = &e->tokens[e->token_count];

    *token = (struct token){.first = e->row_count, .tag = tag};
    e->seen[e->token_count++] = b->seen[i];
    entity_features(b, i, &at[SPREAD]);
    for (uint32_t k = i; i - k <= REACH; k--) {
        entity_type_features(&type[k], (int)k - (int)i, &at[i - k]);
        if (k == 0 || b->seen[k].starts)
            break;
    }
    for (uint32_t k = i + 1; k < b->count && k - i <= REACH &&
                             !b->seen[k].starts; k++)
        entity_type_features(&type[k], (int)(k - i), &at[REACH + k - i]);
    for (unsigned g = 0; g < GROUPS; g++)
        for (int k = 0; k <= SPREAD; k++)
            add_features(s, &at[k], token, g);
}

static void add_block(struct state *s, const struct type *type,
                      const uint8_t *tag, enum copy copy, float weight)
{
    struct examples *e = &s->examples;
    const struct block *b = &s->block;

    e->blocks = more(e->blocks, &s->block_size, e->block_count,
                     sizeof(*e->blocks));
    e->blocks[e->block_count++] = (struct stretch){e->token_count, b->count};
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->seen[i].starts) {
            e->sentences = more(e->sentences, &s->sentence_size,
                                e->sentence_count, sizeof(*e->sentences));
            e->sentences[e->sentence_count++] = (struct sentence){
                .first = e->token_count,
                .fold = s->fold,
                .weight = weight,
                .drop = copy == AS_IS || copy == RENAMED,
                .judged = copy == AS_IS,
            };
        }
        e->sentences[e->sentence_count - 1].count++;
        add_token(s, type, i, tag[i]);
    }
}

/* A name that goes over the end of a sentence becomes two. */
static void cut_names(const struct block *b, uint8_t *tag)
{
    for (uint32_t i = 0; i < b->count; i++) {
        bool last = i + 1 == b->count || b->seen[i + 1].starts;
        bool inside = tag[i] != OUT && tag[i] % PARTS != SINGLE;

        if (b->seen[i].starts && inside)
            tag[i] = (uint8_t)(tag[i] / PARTS * PARTS +
                               (tag[i] % PARTS == END ? SINGLE : BEGIN));
        if (last && inside && tag[i] % PARTS != END)
            tag[i] = (uint8_t)(tag[i] / PARTS * PARTS +
                               (tag[i] % PARTS == BEGIN ? SINGLE : END));
    }
}

/* Whether the lists are to say nothing of a word in this document. They have
 * the names of the very texts that are learned from: without this, what they
 * do not have would be taken for no name. */
static bool forgotten(const struct state *s, const struct type *type)
{
    uint32_t hash = (type->lower ^ s->documents * 0x9E3779B1u) * 0x85EBCA6Bu;
    double share = type->facts & (NATION | COUNTRY) ? s->forget / 4 : s->forget;

    return (hash ^ hash >> 15) % 1024 < share * 1024;
}

static void see(struct state *s, const struct text *t, struct type *type)
{
    struct block *b = &s->block;
    uint32_t names = GIVEN | SURNAME | WEAK | EAST | LISTED | TEAM | COUNTRY |
                     CITY | 3u * KNOWN;

    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t k = b->begin + i;
        struct seen seen;

        entity_type(t, k, &type[i]);
        if (forgotten(s, &type[i]))
            entity_type_forget(&type[i], names);
        seen = entity_seen(&type[i]);
        entity_see(b, i, &seen);
    }
    entity_look_around(b);
    for (uint32_t i = 0; i < b->count; i++)
        if (type[i].letters && forgotten(s, &type[i]))
            b->seen[i].listed = 0;
}

static void add_text(struct state *s, gly_doc *doc, enum copy copy,
                     const struct name *names, size_t count, float weight)
{
    struct text t = {.doc = doc, .lexicon = &s->lexicon};
    struct block *b = &s->block;

    t.bytes = gly_text(doc, NULL);
    t.token = gly_tokens(doc, &t.tokens);
    t.sentence = gly_sentences(doc, &t.sentences);
    t.facts = gly_alloc(doc, (t.tokens + 1) * sizeof(*t.facts));

    uint8_t *tag = gly_alloc(doc, t.tokens + 1);
    struct type *type = gly_alloc(doc, BLOCK * sizeof(*type));

    tag_names(s, &t, names, count, tag);
    b->text = &t;
    b->begin = b->count = b->next = 0;
    while (entity_next_block(b)) {
        see(s, &t, type);
        cut_names(b, tag + b->begin);
        add_block(s, type, tag + b->begin, copy, weight);
    }
}

static char cased(char c, char before, enum copy copy)
{
    bool up = copy == UPPER ||
              (copy == TITLED && (before == ' ' || before == '\n'));

    if (up)
        return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    return copy == LOWER && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static void recase(gly_doc *doc, const char *text, enum copy copy)
{
    size_t len = strlen(text);
    char *out = gly_alloc(doc, len + 1);

    for (size_t i = 0; i < len; i++)
        out[i] = cased(text[i], i ? text[i - 1] : '\n', copy);
    gly_text_set(doc, out, len);
}

/* Takes "[PER Anna Bell]" out of its brackets. */
static size_t unmark(const char *text, struct name *names, gly_buf *out)
{
    size_t count = 0;

    for (const char *open; (open = strchr(text, '[')) != NULL; count++) {
        const char *at = open + strcspn(open, " ") + 1;
        size_t len = strcspn(at, "]");

        gly_buf_add(out, text, (size_t)(open - text));
        names[count].begin = (gly_pos)out->len;
        gly_buf_add(out, at, len);
        names[count].end = (gly_pos)out->len;
        names[count].label = label_of(open + 1);
        text = at + len + 1;
    }
    gly_buf_puts(out, text);
    return count;
}

/* Copies with other names, every fourth in small letters, some in capitals. */
static void add_sample(struct state *s, gly_doc *doc, struct name *names)
{
    gly_buf plain = {0};
    const char *text = gly_text(doc, NULL);
    size_t count = unmark(text, names, &plain);
    struct name *own = gly_alloc(doc, (count + 1) * sizeof(*own));

    for (long i = 0; i < s->samples; i++) {
        enum copy copy = i % 4 == 1 ? LOWER : i % 16 == 3 ? UPPER : RENAMED;
        gly_buf out = {0};

        memcpy(own, names, count * sizeof(*own));
        learn_rename(&s->lists, plain.data, s->documents++ * 7, own, count,
                     &out);
        recase(doc, out.data, copy);
        add_text(s, doc, copy, own, count, (float)s->sampled);
        gly_buf_finish(&out);
    }
    gly_buf_finish(&plain);
}

static void add_copies(struct state *s, gly_doc *doc, uint32_t number,
                       struct name *names, size_t count)
{
    enum copy copy = UPPER + number % 4;
    const char *text = gly_text(doc, NULL);
    gly_buf renamed = {0};

    text = gly_keep(doc, text, strlen(text));
    if (copy <= TITLED) {
        recase(doc, text, copy);
        add_text(s, doc, copy, names, count, (float)s->copies);
    }
    learn_rename(&s->lists, text, number, names, count, &renamed);
    gly_text_set(doc, renamed.data, renamed.len);
    add_text(s, doc, RENAMED, names, count, (float)s->renamed);
    gly_buf_finish(&renamed);
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    const char *gold = gly_get(doc, "entities", 0);
    gly_pos len;
    const char *text = gly_text(doc, &len);

    uint32_t number = s->documents;
    struct name *names = gly_alloc(doc, (len + 2) * sizeof(*names));

    /* the same text twice is in one fold */
    s->fold = gly_checksum(text, len) % LEARN_FOLDS;
    if (!gold) {
        add_sample(s, doc, names);
        return GLY_PASS;
    }

    size_t count = read_names(s, text, gold, names);

    s->documents++;
    if (s->hold >= 0 && number % 5 == (uint32_t)s->hold)
        return GLY_PASS;
    add_text(s, doc, AS_IS, names, count, 1);
    add_copies(s, doc, number, names, count);
    return GLY_PASS;
}

/* ---- learning ---- */

static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct recipe recipe = {
        .rows = (uint32_t)s->rows, .least = (uint8_t)s->least,
        .epochs = (int)s->epochs, .rate = (float)s->rate,
        .shrink = (float)s->shrink, .lean = (float)s->lean,
        .drop = {(float)s->words, (float)s->listed},
    };

    if (s->examples.token_count == 0)
        return 0;
    fprintf(stderr, "%u documents, %zu names, %zu not at words' edges\n",
            s->documents, s->names, s->lost);

    if (learn_model(&s->examples, &recipe, s->path) < 0)
        return gly_fail(stage, -errno, "cannot write %s: %s", s->path,
                        strerror(errno));
    return 0;
}

static int open(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct block *b = &s->block;
    struct {
        struct name_list *list;
        const char *name;
    } files[] = {
        { s->lists.given, "entity-given-names.txt" },
        { s->lists.surnames, "entity-surnames.txt" },
        { s->lists.places, "entity-places.txt" },
        { s->lists.common, "entity-common.txt" },
    };

    b->seen = gly_stage_alloc(stage, BLOCK * sizeof(*b->seen));
    b->table = gly_stage_alloc(stage, 4 * BLOCK * sizeof(*b->table));
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        files[i].list->at =
            gly_lexicon_map(stage, files[i].name, &files[i].list->len);
        if (!files[i].list->at)
            return -EINVAL;
    }
    return entity_lexicon(&s->lexicon, stage);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "train",
    .about = "Learns the names of marked texts.",
    .reads = "text",
    .writes = NULL,
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open,
    .process = process,
    .flush = flush,
};

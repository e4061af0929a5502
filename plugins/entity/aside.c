/* aside.c: who is who between a caption and the document it stands in: what the
 * document has a name for is called so in the caption too.
 */
#include "names.h"

#include <string.h>

enum { MOST_KNOWN = 256 };

/* The names of the document, each once, by the first full mention of it. */
struct known {
    struct text text;
    struct candidate item[MOST_KNOWN];
    const gly_span *span[MOST_KNOWN];
    uint32_t mentions[MOST_KNOWN];
    size_t count;
};

static enum label label_of(const gly_span *span)
{
    static const struct {
        const char *kind;
        enum label label;
    } kinds[] = {
        {"PERSON", PERSON}, {"ORG", ORG},   {"LOC", LOC},
        {"MISC", MISC},     {"GPE", LOC},   {"NORP", MISC},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strcmp(kinds[i].kind, span->kind) == 0)
            return kinds[i].label;
    return NAMES;
}

static bool is_counted(struct known *k, const gly_span *span)
{
    for (size_t i = 0; i < k->count; i++) {
        if (strcmp(k->span[i]->name, span->name) == 0 &&
            strcmp(k->span[i]->kind, span->kind) == 0) {
            k->mentions[i]++;
            return true;
        }
    }
    return false;
}

/* Spans and tokens are both in the order of the text. */
static void add_known(struct known *k, const gly_span *span, uint32_t *token)
{
    struct text *t = &k->text;
    uint32_t i = *token;

    while (i < t->tokens && t->token[i].begin < span->begin)
        i++;
    *token = i;
    if (label_of(span) == NAMES || !span->name || is_counted(k, span) ||
        k->count == MOST_KNOWN)
        return;

    struct candidate c = {.begin = span->begin, .end = span->end, .first = i,
                          .label = label_of(span), .name = span->name};

    for (; i < t->tokens && t->token[i].begin < span->end; i++)
        t->facts[i] = entity_word(t, i).facts;
    c.last = i;
    if (c.last == c.first)
        return;
    k->item[k->count] = c;
    k->span[k->count] = span;
    k->mentions[k->count++] = 1;
}

static struct known *gather(const struct text *t, const gly_doc *whole)
{
    struct known *k = gly_alloc(t->doc, sizeof(*k));
    uint32_t token = 0;

    k->text = (struct text){.doc = t->doc, .lexicon = t->lexicon,
                            .sexes = t->sexes};
    k->text.bytes = gly_text(whole, NULL);
    k->text.token = gly_tokens(whole, &k->text.tokens);
    k->text.sentence = gly_sentences(whole, &k->text.sentences);
    k->text.facts =
        gly_alloc(t->doc, (k->text.tokens + 1) * sizeof(*k->text.facts));
    for (const gly_span *s = gly_spans(whole, "entities"); s; s = s->next)
        add_known(k, s, &token);
    return k;
}

static bool means(const struct text *t, const struct candidate *c,
                  const struct known *k, size_t i)
{
    const struct candidate *other = &k->item[i];
    gly_pos len = c->end - c->begin;

    if (c->label != other->label)
        return false;
    if (c->label == PERSON)
        return entity_same_person(t, c, &k->text, other);
    return (other->end - other->begin == len &&
            memcmp(k->text.bytes + other->begin, t->bytes + c->begin,
                   len) == 0) ||
           strcmp(other->name, c->name) == 0;
}

void entity_as_in_document(const struct text *t, struct candidates *all)
{
    const gly_doc *whole = gly_aside_of(t->doc);
    struct known *k;

    if (!whole || all->count == 0)
        return;
    k = gather(t, whole);
    for (size_t c = 0; c < all->count; c++) {
        uint32_t most = 0;

        for (size_t i = 0; i < k->count; i++) {
            if (k->mentions[i] > most && !all->item[c].listed &&
                means(t, &all->item[c], k, i)) {
                most = k->mentions[i];
                all->item[c].name = k->item[i].name;
            }
        }
    }
}

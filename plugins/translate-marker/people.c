/* people.c: names that are alike, where it is known who bears them. */
#include "translate-marker.h"

#include <string.h>

static bool is_person(const gly_span *span)
{
    return span->name && strcmp(span->kind, "PERSON") == 0;
}

void look_up_people(struct look *l)
{
    const gly_span *span = gly_spans(l->doc, "entities");

    if (!span)
        return;
    l->people = gly_alloc(l->doc, l->count * sizeof(*l->people));
    for (size_t i = 0; i < l->count; i++) {
        while (span && span->end <= l->tokens[i].begin)
            span = span->next;
        if (!span)
            return;
        if (span->begin <= l->tokens[i].begin && is_person(span))
            l->people[i] = span;
    }
}

/* The first or the last word of a name. */
static const char *first_word(const char *name, size_t *len)
{
    *len = strcspn(name, " ");
    return name;
}

static const char *last_word(const char *name, size_t *len)
{
    const char *space = strrchr(name, ' ');

    name = space ? space + 1 : name;
    *len = strlen(name);
    return name;
}

static bool has_words(const char *name)
{
    return strchr(name, ' ') != NULL;
}

static bool is_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
    return a_len == b_len && memcmp(a, b, a_len) == 0;
}

double likeness_of_people(const struct look *l, size_t i, size_t other,
                          double score)
{
    const gly_span *a = l->people ? l->people[i] : NULL;
    const gly_span *b = l->people ? l->people[other] : NULL;
    size_t a_len, b_len;

    if (!a || !b)
        return score;
    if (strcmp(a->name, b->name) == 0)
        return 0.95;
    if (!has_words(a->name) || !has_words(b->name))
        return score;

    const char *x = first_word(a->name, &a_len);
    const char *y = first_word(b->name, &b_len);
    const gly_words *given = l->lexicon->given;
    const char *value;

    if (is_same(x, a_len, y, b_len))
        return 0.95;
    return gly_words_has(given, x, a_len, &value) &&
                   gly_words_has(given, y, b_len, &value)
               ? 0
               : score;
}

/* Half of the letters are the same, from both ends: "Qaddafi", "Gaddafi". */
static bool is_half_alike(const char *a, size_t a_len, const char *b,
                          size_t b_len)
{
    size_t most = a_len < b_len ? a_len : b_len, head = 0, tail = 0;

    while (head < most && a[head] == b[head])
        head++;
    while (tail < most - head && a[a_len - 1 - tail] == b[b_len - 1 - tail])
        tail++;
    return most >= 5 && 2 * (head + tail) >= (a_len > b_len ? a_len : b_len);
}

/* Whether a find stands there already; they come from left to right. */
static bool is_found(const struct look *l, size_t *at, gly_pos begin,
                     gly_pos end)
{
    while (*at < l->find_count && (l->finds[*at].kind != NAME_VARIANT ||
                                   l->finds[*at].end <= begin))
        ++*at;
    return *at < l->find_count && l->finds[*at].begin < end;
}

/* A person's family name that is not spelt as in the name of the person, by a
 * stage that knows more spellings than names.c: "Qaddafi". */
void mark_spelt_otherwise(struct look *l)
{
    size_t at = 0, end = l->find_count;

    for (const gly_span *s = gly_spans(l->doc, "entities"); s; s = s->next) {
        const char *text = l->text + s->begin;
        size_t len = s->end - s->begin, name_len;
        const char *name;

        if (!is_person(s) || memchr(text, ' ', len) || !has_words(s->name))
            continue;
        name = last_word(s->name, &name_len);
        if (is_same(text, len, name, name_len) || strstr(s->name, "-") ||
            !is_half_alike(text, len, name, name_len) ||
            (at < end && is_found(l, &at, s->begin, s->end)))
            continue;
        add_find(l, NAME_VARIANT, s->begin, s->end, 0.85,
                 gly_keep(l->doc, name, name_len),
                 "\"%.*s\" here, \"%s\" elsewhere in the text.", (int)len,
                 text, s->name);
    }
}

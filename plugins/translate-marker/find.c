/* find.c: what was found, and small questions about tokens. */
#include "translate-marker.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So that a text of nothing but errors does not become a record of them. */
enum { MOST_FINDS = 20000 };

static const char *const kind_names[KINDS] = {
    [SENTENCE_BREAK] = "sentence-break",
    [DOUBLED] = "doubled-punctuation",
    [SPACED] = "spaced-punctuation",
    [QUOTE_MARK] = "quote-mark",
    [UNTRANSLATED] = "untranslated",
    [CALQUE] = "calque",
    [ARTICLE] = "article",
    [NAME_VARIANT] = "name-variant",
    [NUMBER_FORMAT] = "number-format",
};

enum kind kind_of(const char *name)
{
    int kind = 0;

    while (kind < KINDS && strcmp(kind_names[kind], name) != 0)
        kind++;
    return (enum kind)kind;
}

static struct find *grow(struct look *l)
{
    size_t size = l->find_size ? l->find_size * 2 : 64;
    struct find *more = gly_alloc(l->doc, size * sizeof(*more));

    if (l->find_count)
        memcpy(more, l->finds, l->find_count * sizeof(*more));
    l->find_size = size;
    return more;
}

void add_find(struct look *l, enum kind kind, gly_pos begin, gly_pos end,
              double score, const char *suggestion, const char *why, ...)
{
    char text[400];
    va_list args;

    if (l->find_count == MOST_FINDS)
        return;
    va_start(args, why);
    vsnprintf(text, sizeof(text), why, args);
    va_end(args);
    if (l->find_count == l->find_size)
        l->finds = grow(l);
    l->finds[l->find_count++] = (struct find){
        begin,     end, kind, score, gly_keep(l->doc, text, strlen(text)),
        suggestion
    };
}

static int by_place(const void *a, const void *b)
{
    const struct find *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

size_t mark_finds(struct look *l)
{
    size_t marked = 0;

    if (l->find_count > 0)
        qsort(l->finds, l->find_count, sizeof(*l->finds), by_place);
    for (size_t i = 0; i < l->find_count; i++) {
        const struct find *f = &l->finds[i];

        if (!(l->kinds & 1u << f->kind) || f->score < l->min_score)
            continue;

        gly_span *span =
            gly_mark(l->doc, "markers", f->begin, f->end, kind_names[f->kind]);

        span->score = f->score;
        gly_note_set(l->doc, span, "why", f->why);
        if (f->suggestion)
            gly_note_set(l->doc, span, "suggestion", f->suggestion);
        marked++;
    }
    return marked;
}

bool is_stop(uint32_t c)
{
    return c == '.' || c == '!' || c == '?';
}

uint32_t sign_at(const struct look *l, size_t i)
{
    if (i >= l->count || l->tokens[i].type != GLY_SIGN)
        return 0;

    const char *p = l->text + l->tokens[i].begin;

    return gly_next_char(&p);
}

uint32_t classes_at(const struct look *l, size_t i)
{
    return i < l->count ? l->classes[i] : 0;
}

bool is_word(const struct look *l, size_t i)
{
    return i < l->count && l->tokens[i].type == GLY_WORD;
}

bool is_capital(const struct look *l, size_t i)
{
    return i < l->count && (l->tokens[i].flags & GLY_CAPITAL);
}

bool begins_line(const struct look *l, size_t i)
{
    return i >= l->count || (l->tokens[i].flags & GLY_LINE);
}

bool is_apart(const struct look *l, size_t i)
{
    return i < l->count &&
           (l->tokens[i].flags & (GLY_SPACED | GLY_LINE)) == GLY_SPACED;
}

bool ends_apart(const struct look *l, size_t i)
{
    return i + 1 >= l->count || (l->tokens[i + 1].flags & GLY_SPACED);
}

size_t token_len(const struct look *l, size_t i)
{
    return i < l->count ? l->tokens[i].end - l->tokens[i].begin : 0;
}

const char *token_text(const struct look *l, size_t i)
{
    return i < l->count ? l->text + l->tokens[i].begin : "";
}

bool is_text(const struct look *l, size_t i, const char *lower)
{
    return i < l->count && gly_word_is(token_text(l, i), token_len(l, i), lower);
}

bool ends_in(const struct look *l, size_t i, const char *tail)
{
    size_t len = token_len(l, i), tail_len = strlen(tail);

    return len > tail_len + 2 &&
           memcmp(token_text(l, i) + len - tail_len, tail, tail_len) == 0;
}

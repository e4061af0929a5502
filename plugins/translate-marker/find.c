/* find.c: what was found, and small questions about tokens. */
#include "translate-marker.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So that a text of nothing but errors does not become a record of them. */
enum { MOST_FINDS = 20000 };

/* Each with its type of the W3C's ITS 2.0 Localization Quality Issue. */
static const struct {
    const char *name, *its;
} kinds[KINDS] = {
    [SENTENCE_BREAK] = { "sentence-break", "typographical" },
    [DOUBLED] = { "doubled-punctuation", "typographical" },
    [SPACED] = { "spaced-punctuation", "whitespace" },
    [QUOTE_MARK] = { "quote-mark", "typographical" },
    [UNTRANSLATED] = { "untranslated", "untranslated" },
    [CALQUE] = { "calque", "mistranslation" },
    [ARTICLE] = { "article", "grammar" },
    [NAME_VARIANT] = { "name-variant", "inconsistent-entities" },
    [NUMBER_FORMAT] = { "number-format", "locale-violation" },
    [MIXED_SCRIPT] = { "mixed-script", "characters" },
    [MOJIBAKE] = { "mojibake", "characters" },
    [LITERAL_IDIOM] = { "literal-idiom", "mistranslation" },
    [REPEATED_WORD] = { "repeated-word", "duplication" },
    [PRONOUN] = { "dangling-pronoun", "grammar" },
    [AGREEMENT] = { "agreement", "grammar" },
    [LITERAL_DATE] = { "literal-date", "locale-violation" },
};

enum kind kind_of(const char *name)
{
    int kind = 0;

    while (kind < KINDS && strcmp(kinds[kind].name, name) != 0)
        kind++;
    return (enum kind)kind;
}

const char *kind_name(enum kind kind)
{
    return kinds[kind].name;
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

static const char *say_list(struct look *l, const char *fmt, va_list args)
{
    char text[400];

    vsnprintf(text, sizeof(text), fmt, args);
    return gly_keep(l->doc, text, strlen(text));
}

const char *say(struct look *l, const char *fmt, ...)
{
    const char *said;
    va_list args;

    va_start(args, fmt);
    said = say_list(l, fmt, args);
    va_end(args);
    return said;
}

struct find *add_find(struct look *l, enum kind kind, gly_pos begin,
                      gly_pos end, double score, const char *suggestion,
                      const char *why, ...)
{
    struct find *find;
    va_list args;

    if (l->find_count == MOST_FINDS)
        return NULL;
    if (l->find_count == l->find_size)
        l->finds = grow(l);
    find = &l->finds[l->find_count++];
    *find = (struct find){
        .begin = begin,
        .end = end,
        .kind = kind,
        .score = score,
        .suggestion = suggestion,
    };
    va_start(args, why);
    find->why = say_list(l, why, args);
    va_end(args);
    return find;
}

void set_lang(struct look *l, struct find *find, const char *code)
{
    if (find)
        find->lang = gly_keep(l->doc, code, 2);
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

static void mark(struct look *l, const struct find *f)
{
    gly_span *span =
        gly_mark(l->doc, "markers", f->begin, f->end, kinds[f->kind].name);

    span->score = f->score;
    gly_note_set(l->doc, span, "why", f->why);
    gly_note_set(l->doc, span, "its", kinds[f->kind].its);
    if (l->repairs && repair_find(l, f))
        gly_note_set(l->doc, span, "original",
                     gly_keep(l->doc, l->text + f->begin, f->end - f->begin));
    else if (f->suggestion)
        gly_note_set(l->doc, span, "suggestion", f->suggestion);
    if (f->lang)
        gly_note_set(l->doc, span, "lang", f->lang);
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
        mark(l, f);
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

bool is_text(const struct look *l, size_t i, const char *lower)
{
    return i < l->count &&
           gly_word_is(token_text(l, i), token_len(l, i), lower);
}

bool is_one_of(const struct look *l, size_t i, const char *words)
{
    char word[24] = " ";
    size_t len = token_len(l, i);

    if (len == 0 || len + 3 > sizeof(word))
        return false;
    for (size_t k = 0; k < len; k++) {
        char c = token_text(l, i)[k];

        word[k + 1] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    word[len + 1] = ' ';
    word[len + 2] = '\0';
    return strstr(words, word) != NULL;
}

bool ends_in(const struct look *l, size_t i, const char *tail)
{
    size_t len = token_len(l, i), tail_len = strlen(tail);

    return len > tail_len + 2 &&
           memcmp(token_text(l, i) + len - tail_len, tail, tail_len) == 0;
}

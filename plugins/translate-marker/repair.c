/* repair.c: what is certain is mended. */
#include "translate-marker.h"

#include <string.h>

/* How sure a find of each kind must be; those that are not here stay. */
static const double certain[KINDS] = {
    [SENTENCE_BREAK] = 0.95,
    [DOUBLED] = 0.7,
    [SPACED] = 0.6,
    [QUOTE_MARK] = 0.8,
};

/* Whether the sentence goes on behind the break with a word that cannot well
 * begin one: "in", "and", "which", but not "it" or "when". */
static bool goes_on(const struct look *l, const struct find *f)
{
    static const char *const openings[] = { "how",  "if",   "once", "what",
                                            "when", "where", "why" };
    const char *word = l->text + f->end, *end = word;
    size_t len;

    while (*end >= 'a' && *end <= 'z')
        end++;
    len = (size_t)(end - word);
    for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++)
        if (gly_word_is(word, len, openings[i]))
            return false;

    const struct entry *e =
        find_word(l->lexicon, hash_lower(HASH_START, word, len), word, len);

    return e && (e->classes & (PREP | CONJ));
}

/* ---- what stands around it ---- */

/* A letter, a digit, or what closes behind them. */
static bool is_solid(uint32_t c)
{
    return gly_is_letter(c) || gly_is_digit(c) || c == ')' || c == '%' ||
           c == 0x201D || c == 0x2019;
}

static bool follows_word(const struct look *l, const struct find *f)
{
    const char *p = l->text + f->begin;
    uint32_t c = gly_char_before(l->text, p);

    if (f->kind == QUOTE_MARK) {
        while (c == ' ')
            c = gly_char_before(l->text, --p);
        if (is_mark(c))
            c = gly_char_before(l->text, --p);
    }
    if (f->kind == SENTENCE_BREAK && (c == 0x201D || c == 0x2019))
        return false;
    return is_solid(c) || (f->kind == QUOTE_MARK && (c == '\n' || c == 0));
}

static bool precedes_word(const struct look *l, const struct find *f)
{
    const char *p = l->text + f->end;
    uint32_t c = gly_next_char(&p);

    if (f->kind == QUOTE_MARK ? is_mark(c) : c == 0x201D)
        c = gly_next_char(&p);
    if (c == ' ') {
        while (c == ' ')
            c = gly_next_char(&p);
        if (c == '"' || c == '(' || c == 0x201C || c == 0x2018)
            return gly_is_letter(gly_next_char(&p));
    }
    return c == 0 || c == '\n' || gly_is_letter(c) || gly_is_digit(c);
}

/* Whether it would make a broken sentence of what follows it: " . and". */
static bool leaves_break(const struct look *l, const struct find *f)
{
    const char *p = l->text + f->end;

    if (*p == '.')
        p++;
    if (p[-1] != '.' || *p != ' ')
        return false;
    p += strspn(p, " ");
    return gly_is_lower(gly_next_char(&p));
}

/* Among other marks it cannot be said which of them is wrong, and a mended one
 * would let the next run find another. */
static bool stands_alone(const struct look *l, const struct find *f)
{
    return follows_word(l, f) && precedes_word(l, f) &&
           (f->kind == SENTENCE_BREAK || !leaves_break(l, f));
}

/* ---- certain or not ---- */

/* ". ," and ",,", but not ".," of abbreviations, nor what was felt: "! ." */
static bool is_needless(const struct look *l, const struct find *f)
{
    const char *text = l->text + f->begin;
    size_t len = f->end - f->begin;

    return !memchr(text, '!', len) && !memchr(text, '?', len) &&
           (*text == ',' || memchr(text, ' ', len)) &&
           memchr(text, *f->suggestion, len);
}

static bool is_certain(const struct look *l, const struct find *f)
{
    if (!f->suggestion || certain[f->kind] == 0 ||
        f->score < certain[f->kind] || !stands_alone(l, f))
        return false;
    if (f->kind == SENTENCE_BREAK)
        return !l->careless && goes_on(l, f);
    return f->kind != DOUBLED || is_needless(l, f);
}

/* Of finds that are one place's, one is enough. */
static bool is_certain_here(const struct look *l, const struct find *f)
{
    const struct find *end = l->finds + l->find_count;

    for (const struct find *g = f; g < end && g->begin == f->begin &&
                                   g->end == f->end; g++)
        if ((l->kinds & 1u << g->kind) && is_certain(l, g) && f->suggestion &&
            strcmp(f->suggestion, g->suggestion) == 0)
            return true;
    return false;
}

void begin_repairs(struct look *l)
{
    size_t broken = 0, begun = 0;

    for (size_t i = 0; i < l->find_count; i++) {
        const struct find *f = &l->finds[i];

        if (f->kind != SENTENCE_BREAK || !f->suggestion ||
            strcmp(f->suggestion, " ") != 0)
            continue;
        if (goes_on(l, f))
            broken++;
        else
            begun++;
    }
    l->careless = begun > 0 && begun >= broken;
    l->repairs = gly_edit_begin(l->doc);
}

/* What of the old text is in the new keeps its place, and its origin. */
static void replace(gly_edit *edit, const char *text, gly_pos begin,
                    gly_pos end, const char *with, const char *why)
{
    gly_pos len = (gly_pos)strlen(with);

    if (len < end - begin && memcmp(text + end - len, with, len) == 0)
        gly_edit_replace(edit, begin, end - len, "", why);
    else if (len < end - begin && memcmp(text + begin, with, len) == 0)
        gly_edit_replace(edit, begin + len, end, "", why);
    else
        gly_edit_replace(edit, begin, end, with, why);
}

bool repair_find(struct look *l, const struct find *f)
{
    const struct find *last = l->repaired;

    if (last && f->begin < last->end)
        return f->begin == last->begin && f->end == last->end &&
               f->suggestion && strcmp(f->suggestion, last->suggestion) == 0;
    if (!is_certain_here(l, f))
        return false;
    replace(l->repairs, l->text, f->begin, f->end, f->suggestion,
            kind_name(f->kind));
    l->repaired = f;
    return true;
}

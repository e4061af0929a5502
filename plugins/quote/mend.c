/* mend.c: where a piece ends or begins whose mark was lost, by the attribution
 * that stands in it: “It is done, Kim said.
 */
#include "marks.h"

#include <string.h>

enum { MOST_NAME = 6 };

static bool is_sign(const struct words *w, size_t i, const char *signs)
{
    const gly_token *t = &w->tokens[i];

    return i < w->count && t->type == GLY_SIGN && t->end - t->begin == 1 &&
           strchr(signs, w->text[t->begin]);
}

static bool is_word(const struct words *w, size_t i, const char *word)
{
    const gly_token *t = &w->tokens[i];

    return i < w->count && t->type == GLY_WORD &&
           gly_word_is(w->text + t->begin, t->end - t->begin, word);
}

static bool is_any(const struct words *w, size_t i, const char *const *list)
{
    const gly_token *t = &w->tokens[i];

    return i < w->count && t->type == GLY_WORD &&
           quote_is_any(w->text + t->begin, t->end - t->begin, list);
}

static bool is_cue(const struct words *w, size_t i)
{
    const char *stance;

    return i < w->count && w->tokens[i].type == GLY_WORD &&
           !(w->tokens[i].flags & (GLY_CAPITAL | GLY_LINE)) &&
           gly_words_match(w->cues, w->text + w->tokens[i].begin,
                           w->text + w->tokens[i].end, &stance) &&
           !strchr(stance, '?');
}

static bool is_pronoun(const struct words *w, size_t i)
{
    static const char *const words[] = { "he", "she", "they", NULL };

    return is_any(w, i, words);
}

/* I, we're, your: seldom said but in a quotation. */
static bool is_own(const struct words *w, size_t i)
{
    static const char *const words[] = {
        "i", "we", "you", "my", "our", "your", "us", "me", NULL,
    };
    const char *at = w->text + w->tokens[i].begin;
    size_t len = 0, all = w->tokens[i].end - w->tokens[i].begin;

    while (len < all && len < 6 && (at[len] | 32) >= 'a' &&
           (at[len] | 32) <= 'z')
        len++;
    return quote_is_any(at, len, words) &&
           !(w->tokens[i].flags & GLY_CAPS); /* the US */
}

static bool is_article(const struct words *w, size_t i)
{
    static const char *const words[] = { "the", "a", "an", "one", NULL };

    return is_any(w, i, words);
}

static bool is_capital(const struct words *w, size_t i)
{
    return i < w->count && (w->tokens[i].flags & GLY_CAPITAL);
}

static bool is_small(const struct words *w, size_t i)
{
    return i < w->count && w->tokens[i].type == GLY_WORD &&
           !(w->tokens[i].flags & (GLY_CAPITAL | GLY_LINE));
}

static bool is_ing(const struct words *w, size_t i)
{
    const gly_token *t = &w->tokens[i];

    return t->end - t->begin > 4 &&
           memcmp(w->text + t->end - 3, "ing", 3) == 0;
}

size_t quote_attribution(const struct words *w, size_t i)
{
    size_t k = i;

    if (i >= w->count || (w->tokens[i].flags & GLY_LINE))
        return 0;
    if (is_pronoun(w, i))
        return is_cue(w, i + 1) ? i + 2 : 0;
    if (is_cue(w, i))
        return is_capital(w, i + 1) || (is_article(w, i + 1) && !is_ing(w, i))
                   ? i + 2
                   : 0;
    if (is_article(w, i))
        while (++k < i + 4 && is_small(w, k) && !is_cue(w, k))
            ;
    while (k < i + MOST_NAME && (is_capital(w, k) || is_sign(w, k, ".")))
        k++;
    return k > i && is_cue(w, k) ? k + 1 : 0;
}

bool quote_is_led(const struct words *w, size_t i)
{
    if (i > 0 && is_sign(w, i - 1, ",:."))
        i--;
    return i > 0 && is_cue(w, i - 1);
}

size_t quote_token_at(const gly_token *tokens, size_t count, gly_pos pos)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (tokens[mid].end <= pos)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool cut_after(const struct words *w, struct piece *p, size_t i)
{
    p->end = p->close = w->tokens[i].end;
    p->goes_on = false;
    return true;
}

/* Ends before the first attribution; where the marks go on in the paragraph
 * below, that has to be a sentence's end. */
static bool cut_at_attribution(const struct words *w, struct piece *p, size_t i)
{
    for (; i + 1 < w->count && w->tokens[i + 1].begin < p->end; i++) {
        size_t end = is_sign(w, i, ",?!") ? quote_attribution(w, i + 1) : 0;

        if (end && (!p->goes_on || is_sign(w, end, ".")))
            return cut_after(w, p, i);
    }
    return false;
}

/* A few words end with their sentence, or before "and said". */
static bool cut_fragment(const struct words *w, struct piece *p, size_t i)
{
    size_t first = i;

    for (; i + 1 < w->count && w->tokens[i + 1].begin < p->end; i++) {
        if (is_word(w, i + 1, "and") && is_cue(w, i + 2) && i > first)
            return cut_after(w, p, i);
        if (w->tokens[i + 1].flags & GLY_FIRST && is_sign(w, i, ".?!"))
            return cut_after(w, p, i);
    }
    return false;
}

static void mend_close(const struct words *w, struct piece *p)
{
    size_t i = quote_token_at(w->tokens, w->count, p->open + p->open_len);
    bool ends_line = w->text[p->end] == '\n' || w->text[p->end] == '\0';

    if (!cut_at_attribution(w, p, i) && !p->goes_on &&
        (is_small(w, i) || !ends_line))
        cut_fragment(w, p, i);
}

static void begin_at(const struct words *w, struct piece *p, size_t i)
{
    p->begin = p->open = w->tokens[i].begin;
}

/* Whether the cue at token i is said of somebody else: not "we said". */
static bool is_spoken(const struct words *w, size_t i)
{
    static const char *const words[] = {
        "to", "would", "will", "have", "been", "the", "a", NULL,
    };

    return i == 0 || (!is_own(w, i - 1) && !is_any(w, i - 1, words));
}

/* Begins after "Kim said," or "Kim said:", or after the last cue, if nobody is
 * said to speak behind it. */
static bool begin_after_cue(const struct words *w, struct piece *p, bool said)
{
    size_t i = quote_token_at(w->tokens, w->count, p->begin), begin = 0;

    for (; i + 2 < w->count && w->tokens[i + 2].begin < p->close; i++) {
        if (!is_cue(w, i))
            continue;
        if (is_sign(w, i + 1, ",:") && is_capital(w, i + 2)) {
            begin = i + 2;
            break;
        }
        if (!said && w->tokens[i + 1].type != GLY_SIGN && is_spoken(w, i))
            begin = i + 1 + is_word(w, i + 1, "that");
    }
    if (begin == 0)
        return false;
    begin_at(w, p, begin);
    return true;
}

/* “…,” Kim said. It goes on here.” */
static bool begin_after_said(const struct words *w, struct piece *p,
                             const struct piece *last)
{
    size_t i = quote_token_at(w->tokens, w->count, last->end);

    if (!quote_attribution(w, i))
        return false;
    for (i++; i < w->count && w->tokens[i].begin <= p->begin; i++) {
        if (w->tokens[i].flags & GLY_LINE)
            return false;
        if (w->tokens[i].flags & GLY_FIRST) {
            begin_at(w, p, i);
            return true;
        }
    }
    return false;
}

/* Sentences before it that say I or you belong to it. */
static void begin_with_own(const struct words *w, struct piece *p, gly_pos low)
{
    size_t i = quote_token_at(w->tokens, w->count, p->begin);
    bool own = false;

    while (i > 0 && w->tokens[i - 1].begin >= low &&
           !(w->tokens[i].flags & GLY_LINE)) {
        i--;
        own = own || is_own(w, i);
        if (!(w->tokens[i].flags & (GLY_FIRST | GLY_LINE)))
            continue;
        if (!own)
            return;
        begin_at(w, p, i);
        own = false;
    }
}

static void mend_open(const struct words *w, struct piece *p, bool first)
{
    bool said = quote_attribution(
        w, quote_token_at(w->tokens, w->count, p->end));

    if (!first && begin_after_said(w, p, p - 1))
        return;
    if (!begin_after_cue(w, p, said) && said)
        begin_with_own(w, p, first ? 0 : p[-1].end);
}

void quote_mend(gly_doc *doc, const gly_words *cues, struct pieces *pieces)
{
    struct words w = { .text = gly_text(doc, NULL), .cues = cues };

    w.tokens = gly_tokens(doc, &w.count);
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *p = &pieces->list[i];

        if (p->lost_close)
            mend_close(&w, p);
        if (p->lost_open)
            mend_open(&w, p, i == 0);
    }
}

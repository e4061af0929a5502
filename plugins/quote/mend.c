/* mend.c: where a piece ends or begins whose mark was lost, by the attribution
 * that stands in it: “It is done, Kim said.
 */
#include "quote.h"

#include <string.h>

enum { MOST_NAME = 6 };

struct words {
    const char *text;
    const gly_token *tokens;
    size_t count;
    const gly_words *cues;
};

static bool is_sign(const struct words *w, size_t i, const char *signs)
{
    const gly_token *t = &w->tokens[i];

    return i < w->count && t->type == GLY_SIGN && t->end - t->begin == 1 &&
           strchr(signs, w->text[t->begin]);
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
    static const char *const words[] = {"he", "she", "they"};
    size_t len = w->tokens[i].end - w->tokens[i].begin;

    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
        if (strlen(words[k]) == len &&
            memcmp(w->text + w->tokens[i].begin, words[k], len) == 0)
            return true;
    return false;
}

static bool is_capital(const struct words *w, size_t i)
{
    return i < w->count && (w->tokens[i].flags & GLY_CAPITAL);
}

/* Whether "Kim said", "she said" or "said Kim" stands at token i. */
static bool is_attribution(const struct words *w, size_t i)
{
    size_t k = i;

    if (i >= w->count || (w->tokens[i].flags & GLY_LINE))
        return false;
    if (is_pronoun(w, i))
        return is_cue(w, i + 1);
    if (is_cue(w, i))
        return is_capital(w, i + 1);
    while (k < i + MOST_NAME && (is_capital(w, k) || is_sign(w, k, ".")))
        k++;
    return k > i && is_cue(w, k);
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

/* Ends before the first attribution. */
static void mend_close(const struct words *w, struct piece *p)
{
    size_t i = quote_token_at(w->tokens, w->count, p->open + p->open_len);

    for (; i + 1 < w->count && w->tokens[i + 1].begin < p->end; i++) {
        if (is_sign(w, i, ",?!") && is_attribution(w, i + 1)) {
            p->end = p->close = w->tokens[i].end;
            return;
        }
    }
}

/* Begins after "Kim said," or "Kim said:". */
static void mend_open(const struct words *w, struct piece *p)
{
    size_t i = quote_token_at(w->tokens, w->count, p->begin);

    for (; i + 2 < w->count && w->tokens[i + 2].begin < p->close; i++) {
        if (is_cue(w, i) && is_sign(w, i + 1, ",:") && is_capital(w, i + 2)) {
            p->begin = p->open = w->tokens[i + 2].begin;
            return;
        }
    }
}

void quote_mend(gly_doc *doc, const gly_words *cues, struct pieces *pieces)
{
    struct words w = {.text = gly_text(doc, NULL), .cues = cues};

    w.tokens = gly_tokens(doc, &w.count);
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *p = &pieces->list[i];

        if (p->lost_close && !p->goes_on)
            mend_close(&w, p);
        if (p->lost_open)
            mend_open(&w, p);
    }
}

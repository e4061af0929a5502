/* break.c: sentences that end before they are at their end. */
#include "translate-marker.h"

#include <string.h>

enum { FAR = 40 }; /* tokens that a look ahead or back may take */

static bool is_verb(const struct look *l, size_t i)
{
    if (!is_word(l, i) || (is_capital(l, i) && !(classes_at(l, i) & AUX)))
        return false;
    return (classes_at(l, i) & (AUX | VERB)) || ends_in(l, i, "ed") ||
           ends_in(l, i, "n't");
}

/* One past the sentence that token i belongs to, or i + FAR. */
static size_t sentence_end(const struct look *l, size_t i)
{
    size_t end = i;

    while (end < i + FAR && (end == i || !begins_line(l, end)) &&
           end < l->count && !is_stop(sign_at(l, end)))
        end++;
    return end;
}

static bool has_verb(const struct look *l, size_t i, size_t end)
{
    while (i < end && !is_verb(l, i))
        i++;
    return i < end;
}

/* "Donald Trump," and "Donald Trump and": names, then a sign of going on. */
static bool is_apposition(const struct look *l, size_t i)
{
    size_t n = i;

    while (n < i + 4 && is_capital(l, n) && (n == i || is_apart(l, n)) &&
           !(classes_at(l, n) & FUNCTION))
        n++;
    return n > i && sign_at(l, n) == ',' && !begins_line(l, n);
}

/* Whether the tokens before `stop` are nothing but who somebody is ("The
 * former mayor of the old town"); *whole: and begin the sentence. */
static bool is_title(const struct look *l, size_t stop, bool *whole)
{
    bool role = false;
    size_t i = stop;

    *whole = false;
    while (i-- > 0 && stop - i < 16) {
        uint32_t classes = classes_at(l, i);
        bool first = begins_line(l, i) || is_stop(sign_at(l, i - 1));

        if (!is_word(l, i) || (classes & (AUX | PRON | CONJ)) ||
            (is_verb(l, i) && !(classes & ROLE)))
            return false;
        role |= (classes & ROLE) && stop - i > 2 &&
                (is_text(l, i + 1, "of") || is_text(l, i + 1, "for"));
        if (first) {
            *whole = true;
            return role && !(classes & (PREP | VERB));
        }
        if (role && (classes & THE))
            return true;
    }
    return false;
}

static bool is_plain_word(const struct look *l, size_t i)
{
    const char *p = token_text(l, i), *end = p + token_len(l, i);

    if (!is_word(l, i) || !gly_is_lower(gly_next_char(&p)))
        return false;
    while (p < end) {
        uint32_t c = gly_next_char(&p);

        if (c == '.' || gly_is_upper(c))
            return false;
    }
    /* "pic.twitter.com/x" */
    return sign_at(l, i + 1) != '.' || ends_apart(l, i + 1);
}

/* What stands before the full stop at i can end a sentence. */
static bool can_end(const struct look *l, size_t i)
{
    uint32_t c = sign_at(l, i - 1);

    if (is_word(l, i - 1))
        return !(classes_at(l, i - 1) & ABBR) && !is_apart(l, i) &&
               (token_len(l, i - 1) > 1 || !is_capital(l, i - 1));
    if (c)
        return c == ')' || c == '%' || c == 0x201D || c == 0x2019;
    return i > 0 && !begins_line(l, i - 1);
}

static void look_at_lower(struct look *l, size_t i)
{
    gly_pos end = l->tokens[i + 1].begin;
    uint32_t classes = classes_at(l, i + 1);

    if (classes & PARTICLE)
        return;
    add_find(l, SENTENCE_BREAK, l->tokens[i].begin, end,
             classes & FUNCTION ? 0.97 : 0.6, " ",
             "The sentence goes on in lower case after its full stop.");
}

static void look_at_name(struct look *l, size_t i)
{
    bool whole, title = is_title(l, i, &whole);
    gly_pos begin = l->tokens[i].begin, end = l->tokens[i + 1].begin;

    if (!title || !is_apposition(l, i + 1))
        return;
    if (!whole && has_verb(l, i + 1, sentence_end(l, i + 1)))
        return;
    add_find(l, SENTENCE_BREAK, begin, end, whole ? 0.85 : 0.6, ", ",
             "What stands before the full stop only says who comes after it.");
}

/* A full stop at i. */
void look_at_break(struct look *l, size_t i)
{
    size_t n = i + 1;

    if (!is_apart(l, n) || !is_word(l, n) || !can_end(l, i) ||
        n < l->foreign_end)
        return;
    if (is_plain_word(l, n))
        look_at_lower(l, i);
    else if (is_capital(l, n))
        look_at_name(l, i);
}

/* "Although the harbour stays open for now, the captain says." */
static void look_at_although(struct look *l, size_t i)
{
    size_t end = sentence_end(l, i), comma = i;

    while (comma < end && sign_at(l, comma) != ',')
        comma++;
    if (sign_at(l, end) != '.' || !has_verb(l, i, comma) || end - i > 30 ||
        (comma < end && !is_text(l, comma + 1, "according")))
        return;
    add_find(l, SENTENCE_BREAK, l->tokens[i].begin, l->tokens[i].end, 0.6, NULL,
             "The sentence is a clause cut off from its main one.");
}

/* "But also, and in the first place, for the fishermen." */
static void look_at_but_also(struct look *l, size_t i)
{
    size_t end = sentence_end(l, i);

    if (!is_text(l, i + 1, "also") || has_verb(l, i, end) || end - i > 25 ||
        sign_at(l, end) != '.' || i < 2 || !is_stop(sign_at(l, i - 1)))
        return;
    add_find(l, SENTENCE_BREAK, l->tokens[i - 1].begin, l->tokens[i].begin, 0.6,
             ", ", "What follows the full stop has no verb and goes on.");
}

/* The first word of a sentence at i. */
void look_at_opening(struct look *l, size_t i)
{
    if (!(classes_at(l, i) & CONJ))
        return;
    if (is_text(l, i, "although") || is_text(l, i, "whereas"))
        look_at_although(l, i);
    else if (is_text(l, i, "but") || is_text(l, i, "and"))
        look_at_but_also(l, i);
}

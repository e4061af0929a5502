/* punct.c: punctuation and quote marks. */
#include "translate-marker.h"

#include <string.h>

bool is_mark(uint32_t c)
{
    return c == ',' || c == ';' || c == ':' || is_stop(c);
}

static bool is_closer(uint32_t c)
{
    return c == ')' || c == ']' || c == 0x201D || c == 0x2019 || c == '%';
}

static bool is_solid(const struct look *l, size_t i)
{
    return i < l->count &&
           (l->tokens[i].type != GLY_SIGN || is_closer(sign_at(l, i)));
}

static bool starts_lower(const struct look *l, size_t i)
{
    const char *p = token_text(l, i);

    return is_word(l, i) && gly_is_lower(gly_next_char(&p));
}

/* ". ," and ",,": the first of them at i. */
static bool look_at_doubled(struct look *l, size_t i, uint32_t c)
{
    size_t n = i + 1;
    uint32_t d = sign_at(l, n);
    gly_pos begin = l->tokens[i].begin;
    bool apart = is_apart(l, n);

    if (begins_line(l, n) || !is_mark(c) || !is_mark(d) ||
        !is_solid(l, i - 1) || is_mark(sign_at(l, n + 1)))
        return false;
    if (apart ? !ends_apart(l, n) || (c == '.' && d == '.')
              : c != d && c != ',' && c != ';' &&
                    !(c == '.' && d == ',' && starts_lower(l, i - 1) &&
                      token_len(l, i - 1) > 5))
        return false;
    if (!apart && (c == ':' || c == '!' || c == '?'))
        return false;

    bool goes_on = d != '.' && starts_lower(l, n + 1) && !begins_line(l, n + 1);
    gly_pos end = l->tokens[n].end;

    add_find(l, DOUBLED, begin, end, apart ? 0.97 : 0.7, goes_on ? "," : ".",
             "Two marks stand where one is enough: \"%.*s\".",
             (int)(end - begin), l->text + begin);
    if (apart && is_stop(c) && goes_on)
        add_find(l, SENTENCE_BREAK, begin, end, 0.95, ",",
                 "The sentence goes on in lower case after its full stop.");
    return true;
}

/* "State ," where the mark belongs to the word. */
static void look_at_spaced(struct look *l, size_t i, uint32_t c)
{
    static const char marks[] = ".\0,\0;\0:\0!\0?";
    const char *mark = marks;
    double score = c == ',' ? 0.95 : c == '.' ? 0.6 : 0.5;

    if (!is_mark(c) || !is_apart(l, i) || !is_solid(l, i - 1) ||
        !(ends_apart(l, i) || sign_at(l, i + 1) == 0x201D) ||
        is_mark(sign_at(l, i + 1)))
        return;
    while ((uint32_t)*mark != c)
        mark += 2;
    add_find(l, SPACED, l->tokens[i - 1].end, l->tokens[i].end, score, mark,
             "A space stands before \"%s\", which belongs to the word.", mark);
}

static void close_apart(struct look *l, size_t i, double score,
                        const char *suggestion, const char *why)
{
    add_find(l, QUOTE_MARK, l->tokens[i - 1].end, l->tokens[i].end, score,
             suggestion, "%s", why);
}

/* A thin space parts two closing marks: ' " */
static bool is_inner_quote(const struct look *l, size_t i)
{
    uint32_t c = sign_at(l, i);

    return (c == '\'' || c == 0x2019) && !is_apart(l, i);
}

static bool is_next_to(const struct look *l, size_t i, uint32_t sign)
{
    return !begins_line(l, i) && !is_apart(l, i) && sign_at(l, i - 1) == sign;
}

static void look_at_straight(struct look *l, size_t i)
{
    bool line = begins_line(l, i), apart = is_apart(l, i);
    bool last = ends_apart(l, i);

    if (is_next_to(l, i, '"') && !is_apart(l, i - 1) && !last) {
        if (!is_next_to(l, i - 1, '"'))
            add_find(l, QUOTE_MARK, l->tokens[i - 1].begin, l->tokens[i].end,
                     0.5, "\"", "The quote mark is doubled.");
        l->quote_open = false;
    } else if (apart && last && is_inner_quote(l, i - 1)) {
        l->quote_open = false;
    } else if (apart && last &&
               (l->quote_open || sign_at(l, i - 1) == ',' ||
                begins_line(l, i + 1))) {
        close_apart(l, i, 0.93, "\"",
                    "A space stands before the closing quote mark.");
        l->quote_open = false;
    } else if ((apart || line) && last) {
        add_find(l, QUOTE_MARK, l->tokens[i].begin, l->tokens[i].end, 0.5, NULL,
                 "A space stands after the opening quote mark.");
        l->quote_open = true;
    } else {
        l->quote_open = apart || line || (!last && !l->quote_open);
    }
}

static void look_at_left(struct look *l, size_t i)
{
    bool line = begins_line(l, i), apart = is_apart(l, i);
    bool last = ends_apart(l, i) || is_mark(sign_at(l, i + 1));
    gly_pos begin = l->tokens[i].begin, end = l->tokens[i].end;

    if (is_next_to(l, i, 0x201C)) {
        if (!is_next_to(l, i - 1, 0x201C))
            add_find(l, QUOTE_MARK, l->tokens[i - 1].begin, end, 0.7,
                     "\xE2\x80\x9C", "The quote mark is doubled.");
    } else if (last && !line && apart &&
               (l->curly_open || begins_line(l, i + 1))) {
        close_apart(l, i, 0.97, "\xE2\x80\x9D",
                    "An opening quote mark closes, after a space.");
        l->curly_open = false;
        return;
    } else if (last && !line && !apart &&
               (is_solid(l, i - 1) || is_mark(sign_at(l, i - 1)))) {
        if (l->low_open)
            add_find(l, QUOTE_MARK, begin, end, 0.6, "\xE2\x80\x9D",
                     "A quote mark closes as English does not have it.");
        else
            add_find(l, QUOTE_MARK, begin, end, 0.93, "\xE2\x80\x9D",
                     "An opening quote mark closes.");
        l->curly_open = l->low_open = false;
        return;
    } else if (last) {
        add_find(l, QUOTE_MARK, begin, end, 0.5, NULL,
                 "A space stands after the opening quote mark.");
    }
    l->curly_open = true;
}

static void look_at_right(struct look *l, size_t i)
{
    bool line = begins_line(l, i), apart = is_apart(l, i);
    bool opens = (apart || line) && !ends_apart(l, i) &&
                 !is_mark(sign_at(l, i + 1));
    gly_pos begin = l->tokens[i].begin, end = l->tokens[i].end;

    if (is_next_to(l, i, 0x201D) && !is_next_to(l, i - 1, 0x201D))
        add_find(l, QUOTE_MARK, l->tokens[i - 1].begin, end, 0.7,
                 "\xE2\x80\x9D", "The quote mark is doubled.");
    else if (opens)
        add_find(l, QUOTE_MARK, begin, end, 0.8, "\xE2\x80\x9C",
                 "A closing quote mark opens.");
    else if (apart && !is_inner_quote(l, i - 1))
        close_apart(l, i, 0.5, "\xE2\x80\x9D",
                    "A space stands before the closing quote mark.");
    l->curly_open = opens;
}

/* Marks that English does not use, with those that come in their place. */
static const char *english_quote(uint32_t c)
{
    static const struct {
        uint32_t mark;
        const char *instead;
    } marks[] = {
        { 0x201E, "\xE2\x80\x9C" }, { 0xAB, "\xE2\x80\x9C" },
        { 0xBB, "\xE2\x80\x9D" },   { 0x201A, "\xE2\x80\x98" },
        { 0x2039, "\xE2\x80\x98" }, { 0x203A, "\xE2\x80\x99" },
        { 0x300A, "\xE2\x80\x9C" }, { 0x300B, "\xE2\x80\x9D" },
        { 0x300C, "\xE2\x80\x9C" }, { 0x300D, "\xE2\x80\x9D" },
        { 0x300E, "\xE2\x80\x98" }, { 0x300F, "\xE2\x80\x99" },
    };

    for (size_t i = 0; c >= 0xAB && i < sizeof(marks) / sizeof(*marks); i++)
        if (marks[i].mark == c)
            return marks[i].instead;
    return NULL;
}

static void look_at_quote(struct look *l, size_t i, uint32_t c)
{
    const char *instead = english_quote(c);

    if (c == '"')
        look_at_straight(l, i);
    else if (c == 0x201C)
        look_at_left(l, i);
    else if (c == 0x201D)
        look_at_right(l, i);
    else if (instead)
        add_find(l, QUOTE_MARK, l->tokens[i].begin, l->tokens[i].end, 0.6,
                 instead, "A quote mark that English does not use.");
    if (c == 0x201E)
        l->curly_open = l->low_open = true;
}

void look_at_sign(struct look *l, size_t i)
{
    uint32_t c = sign_at(l, i);

    if (is_mark(c)) {
        if (!look_at_doubled(l, i, c)) {
            look_at_spaced(l, i, c);
            if (c == '.')
                look_at_break(l, i);
        }
    } else if (c == '%') {
        look_at_percent(l, i);
    } else {
        look_at_quote(l, i, c);
    }
}

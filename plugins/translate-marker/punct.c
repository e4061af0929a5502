/* punct.c: punctuation, quote marks and numbers. */
#include "translate-marker.h"

#include <string.h>

static bool is_mark(uint32_t c)
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

    add_find(l, DOUBLED, begin, end, apart ? 0.9 : 0.7, goes_on ? "," : ".",
             "Two marks stand where one is enough: \"%.*s\".",
             (int)(end - begin), l->text + begin);
    if (apart && is_stop(c) && goes_on)
        add_find(l, SENTENCE_BREAK, begin, end, 0.9, ",",
                 "The sentence goes on in lower case after its full stop.");
    return true;
}

/* "State ," where the mark belongs to the word. */
static void look_at_spaced(struct look *l, size_t i, uint32_t c)
{
    static const char marks[] = ".\0,\0;\0:\0!\0?";
    const char *mark = marks;
    double score = c == ',' ? 0.9 : c == '.' ? 0.8 : 0.5;

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
        close_apart(l, i, 0.85, "\"",
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
        close_apart(l, i, 0.95, "\xE2\x80\x9D",
                    "An opening quote mark closes, after a space.");
        l->curly_open = false;
        return;
    } else if (last && !line && !apart &&
               (is_solid(l, i - 1) || is_mark(sign_at(l, i - 1)))) {
        if (l->low_open)
            add_find(l, QUOTE_MARK, begin, end, 0.6, "\xE2\x80\x9D",
                     "A quote mark closes as English does not have it.");
        else
            add_find(l, QUOTE_MARK, begin, end, 0.85, "\xE2\x80\x9D",
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
    gly_pos begin = l->tokens[i].begin, end = l->tokens[i].end;

    if (is_next_to(l, i, 0x201D) && !is_next_to(l, i - 1, 0x201D))
        add_find(l, QUOTE_MARK, l->tokens[i - 1].begin, end, 0.7,
                 "\xE2\x80\x9D", "The quote mark is doubled.");
    else if ((apart || line) && !ends_apart(l, i) &&
             !is_mark(sign_at(l, i + 1)))
        add_find(l, QUOTE_MARK, begin, end, 0.8, "\xE2\x80\x9C",
                 "A closing quote mark opens.");
    else if (apart && !is_inner_quote(l, i - 1))
        close_apart(l, i, 0.7, "\xE2\x80\x9D",
                    "A space stands before the closing quote mark.");
    l->curly_open = false;
}

/* Marks that English does not use: the one that comes in their place. */
static const char *english_quote(uint32_t c)
{
    switch (c) {
    case 0x201E: /* low-9 */
    case 0xAB:
        return "\xE2\x80\x9C";
    case 0xBB:
        return "\xE2\x80\x9D";
    case 0x300C:
        return "\xE2\x80\x9C";
    case 0x300D:
        return "\xE2\x80\x9D";
    default:
        return NULL;
    }
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

/* "20 %" */
static void look_at_percent(struct look *l, size_t i)
{
    if (is_apart(l, i) && i > 0 && l->tokens[i - 1].type == GLY_NUMERAL &&
        ends_apart(l, i))
        add_find(l, NUMBER_FORMAT, l->tokens[i - 1].end, l->tokens[i].end, 0.5,
                 "%", "A space stands before the percent sign.");
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

/* ---- numbers ---- */

struct number {
    unsigned groups;  /* of digits, between its signs */
    unsigned size[4]; /* of the first groups */
    char sign[3];     /* those between */
    bool zero;        /* begins with 0 */
};

static bool read_number(const char *text, size_t len, struct number *n)
{
    *n = (struct number){ .groups = 1, .zero = text[0] == '0' };
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            n->size[n->groups - 1]++;
        } else if ((text[i] == '.' || text[i] == ',') && n->groups < 4) {
            n->sign[n->groups++ - 1] = text[i];
        } else {
            return false;
        }
    }
    return n->groups > 1;
}

static bool is_money(uint32_t c)
{
    return c == '$' || c == 0x20AC || c == 0xA3 || c == 0xA5;
}

static bool is_measured(const struct look *l, size_t i)
{
    return is_money(sign_at(l, i - 1)) || sign_at(l, i + 1) == '%' ||
           is_text(l, i + 1, "million") || is_text(l, i + 1, "billion") ||
           is_text(l, i + 1, "trillion") || is_text(l, i + 1, "percent");
}

/* Puts dots for commas and commas for dots. */
static const char *turn_signs(struct look *l, const char *text, size_t len)
{
    char out[24];

    for (size_t i = 0; i < len; i++)
        out[i] = text[i] == '.' ? ',' : text[i] == ',' ? '.' : text[i];
    return gly_keep(l->doc, out, len);
}

/* "12.000" and "1.237 votes", but not "54.617" seconds in a table. */
static double is_thousands(const struct look *l, size_t i, const char *tail)
{
    static const char *const units[] = {
        "percent", "seconds", "second", "sec",    "metres", "meters",
        "km",      "miles",   "hours",  "inches", "points",
    };
    size_t n = i + 1;

    if (is_money(sign_at(l, i - 1)) || memcmp(tail, "000", 3) == 0)
        return 0.9;
    if ((is_text(l, n, "to") || is_text(l, n, "and") || is_text(l, n, "or")) &&
        n + 1 < l->count && l->tokens[n + 1].type == GLY_NUMERAL)
        n += 2; /* "1.125 to 1.375 percent" */
    if (!is_apart(l, n) || !starts_lower(l, n))
        return 0;
    for (size_t k = 0; k < sizeof(units) / sizeof(*units); k++)
        if (is_text(l, n, units[k]))
            return 0;
    return 0.6;
}

/* How sure it is that dots and commas stand as on the Continent, 0 for not. */
static double is_continental(const struct look *l, size_t i, const char *text,
                             size_t len)
{
    struct number n;

    if (!read_number(text, len, &n))
        return 0;

    unsigned last = n.size[n.groups - 1];

    if (n.sign[0] == ',' && n.groups == 2 && (last == 1 || last == 2))
        return is_measured(l, i) ? 0.9 : 0.6;
    if (n.sign[0] != '.' || n.size[0] > 3 || n.size[1] != 3)
        return 0;
    if (n.groups == 2 && last == 3)
        return n.zero ? 0 : is_thousands(l, i, text + len - 3);
    if (n.groups == 3 && n.sign[1] == ',' && last <= 2)
        return 0.9;
    return n.groups == 3 && n.sign[1] == '.' && last == 3 ? 0.7 : 0;
}

void look_at_numeral(struct look *l, size_t i)
{
    size_t len = token_len(l, i);
    const char *text = token_text(l, i);

    if (len < 3 || len > 16)
        return;

    double score = is_continental(l, i, text, len);

    if (score > 0)
        add_find(l, NUMBER_FORMAT, l->tokens[i].begin, l->tokens[i].end, score,
                 turn_signs(l, text, len),
                 "%.*s has its dots and commas the other way round.", (int)len,
                 text);
}

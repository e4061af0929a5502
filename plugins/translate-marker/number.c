/* number.c: numbers, dates and measures as other languages write them. */
#include "translate-marker.h"

#include <stdlib.h>
#include <string.h>

static bool starts_lower(const struct look *l, size_t i)
{
    const char *p = token_text(l, i);

    return is_word(l, i) && gly_is_lower(gly_next_char(&p));
}

static bool is_numeral(const struct look *l, size_t i)
{
    return i < l->count && l->tokens[i].type == GLY_NUMERAL;
}

/* Of so many digits and nothing else. */
static bool is_digits(const struct look *l, size_t i, size_t most)
{
    const char *text = token_text(l, i);
    size_t len = token_len(l, i);

    if (!is_numeral(l, i) || len > most)
        return false;
    while (len > 0 && text[len - 1] >= '0' && text[len - 1] <= '9')
        len--;
    return len == 0;
}

/* ---- signs ---- */

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
           is_one_of(l, i + 1, " billion million percent trillion ");
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
    size_t n = i + 1;

    if (is_money(sign_at(l, i - 1)) || memcmp(tail, "000", 3) == 0)
        return 0.97;
    if ((is_text(l, n, "to") || is_text(l, n, "and") || is_text(l, n, "or")) &&
        n + 1 < l->count && l->tokens[n + 1].type == GLY_NUMERAL)
        n += 2; /* "1.125 to 1.375 percent" */
    if (!is_apart(l, n) || !starts_lower(l, n))
        return 0;
    return is_one_of(l, n,
                     " hours inches km meters metres miles percent points sec "
                     "second seconds ")
               ? 0
               : 0.85;
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
        return is_measured(l, i) ? 0.97 : 0.85;
    if (n.sign[0] == ',' && n.groups == 2 && n.zero && n.size[0] == 1)
        return last == 3 && strncmp(text + len - 3, "000", 3) == 0 ? 0 : 0.8;
    if (n.sign[0] != '.' || n.size[0] > 3 || n.size[1] != 3)
        return 0;
    if (n.groups == 2 && last == 3)
        return n.zero ? 0 : is_thousands(l, i, text + len - 3);
    if (n.groups == 3 && n.sign[1] == ',' && last <= 2)
        return 0.97;
    return n.groups == 3 && n.sign[1] == '.' && last == 3 ? 0.7 : 0;
}

static void look_at_signs(struct look *l, size_t i)
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

static const char *join_groups(struct look *l, size_t i, size_t last)
{
    char out[32];
    size_t len = 0;

    for (size_t k = i; k <= last; k++) {
        if (k > i)
            out[len++] = ',';
        memcpy(out + len, token_text(l, k), token_len(l, k));
        len += token_len(l, k);
    }
    return gly_keep(l->doc, out, len);
}

/* "12 500 people": a space, which two numbers may have between them too. */
static void look_at_spaces(struct look *l, size_t i)
{
    size_t n = i + 1, last;
    bool narrow = true;

    if (token_len(l, i) > 3 || token_text(l, i)[0] == '0' ||
        is_numeral(l, i - 1))
        return;
    while (is_numeral(l, n) && token_len(l, n) == 3 && is_apart(l, n) &&
           is_digits(l, n, 3)) {
        narrow &= l->text[l->tokens[n - 1].end] != ' ';
        n++;
    }
    last = n - 1;
    if (last == i || last > i + 3 || !is_digits(l, i, 3) || is_numeral(l, n) ||
        (!narrow && (is_capital(l, i - 1) || !starts_lower(l, n))))
        return;
    add_find(l, NUMBER_FORMAT, l->tokens[i].begin, l->tokens[last].end,
             narrow || last > i + 1 ? 0.8 : 0.5, join_groups(l, i, last),
             "A space parts the thousands.");
}

/* "20 €", "20$" */
static void look_at_money(struct look *l, size_t i)
{
    const char *p = token_text(l, i + 1);
    size_t len = token_len(l, i + 1);

    if (!is_money(sign_at(l, i + 1)) || begins_line(l, i + 1) ||
        is_money(sign_at(l, i - 1)) || is_numeral(l, i + 2) ||
        token_len(l, i) > 16)
        return;
    add_find(l, NUMBER_FORMAT, l->tokens[i].begin, l->tokens[i + 1].end,
             is_apart(l, i + 1) ? 0.7 : 0.5,
             say(l, "%.*s%.*s", (int)len, p, (int)token_len(l, i),
                 token_text(l, i)),
             "English has the sign of the currency first.");
}

/* "20 %" */
void look_at_percent(struct look *l, size_t i)
{
    if (is_apart(l, i) && i > 0 && l->tokens[i - 1].type == GLY_NUMERAL &&
        ends_apart(l, i))
        add_find(l, NUMBER_FORMAT, l->tokens[i - 1].end, l->tokens[i].end, 0.5,
                 "%", "A space stands before the percent sign.");
}

/* ---- dates and measures ---- */

static bool is_month(const struct look *l, size_t i)
{
    return is_capital(l, i) &&
           is_one_of(l, i,
                     " january february march april may june july august "
                     "september october november december ");
}

static bool is_day(const struct look *l, size_t i)
{
    return is_digits(l, i, 2) && atoi(token_text(l, i)) >= 1 &&
           atoi(token_text(l, i)) <= 31;
}

/* "the day 5 of May", "18 of June": the numeral at i. */
static bool look_at_day_of_month(struct look *l, size_t i)
{
    size_t first = i, month = i + 2;

    if (!is_text(l, i + 1, "of") || !is_month(l, month) ||
        (is_word(l, month + 1) && !is_apart(l, month + 1)))
        return false;
    if (is_text(l, first - 1, "day"))
        first--;
    if (is_text(l, first - 1, "the"))
        first--;
    add_find(l, LITERAL_DATE, l->tokens[first].begin, l->tokens[month].end, 0.9,
             say(l, "%d %.*s", atoi(token_text(l, i)), (int)token_len(l, month),
                 token_text(l, month)),
             "The day of the month is said word for word.");
    return true;
}

/* "June 18 of 2020" */
static void look_at_of_year(struct look *l, size_t i)
{
    if (is_month(l, i - 1) && is_text(l, i + 1, "of") &&
        is_digits(l, i + 2, 4) && token_len(l, i + 2) == 4)
        add_find(l, LITERAL_DATE, l->tokens[i].end, l->tokens[i + 2].begin, 0.8,
                 ", ", "The year of a date needs no \"of\".");
}

/* "the day 18" */
static void look_at_day(struct look *l, size_t i)
{
    if (is_text(l, i - 1, "day") && is_text(l, i - 2, "the") &&
        is_apart(l, i - 1) && (classes_at(l, i - 3) & PREP))
        add_find(l, LITERAL_DATE, l->tokens[i - 2].begin, l->tokens[i].end, 0.6,
                 NULL, "The day of the month is said word for word.");
}

/* "at 15 hours", "at the 15 hours" */
static void look_at_hours(struct look *l, size_t i)
{
    size_t first = is_text(l, i - 1, "the") ? i - 2 : i - 1;

    if (!is_text(l, i + 1, "hours") || !is_text(l, first, "at") ||
        atoi(token_text(l, i)) > 24)
        return;
    add_find(l, LITERAL_DATE, l->tokens[first].begin, l->tokens[i + 1].end, 0.7,
             NULL, "The time of day is told as another language does it.");
}

/* "18h30" */
static void look_at_clock(struct look *l, size_t i)
{
    const char *text = token_text(l, i), *end = text + token_len(l, i);
    const char *h = memchr(text, 'h', token_len(l, i));

    if (!h || h == text || h > text + 2 || h + 3 != end || h[1] < '0' ||
        h[1] > '5' || h[2] < '0' || h[2] > '9')
        return;
    add_find(l, LITERAL_DATE, l->tokens[i].begin, l->tokens[i].end, 0.8,
             say(l, "%.*s:%.2s", (int)(h - text), text, h + 1),
             "The time of day is written as another language does it.");
}

/* "the years 90" */
static void look_at_decade(struct look *l, size_t i)
{
    if (is_text(l, i - 1, "years") && is_text(l, i - 2, "the") &&
        token_text(l, i)[1] == '0' && !is_text(l, i + 1, "to"))
        add_find(l, LITERAL_DATE, l->tokens[i - 2].begin, l->tokens[i].end, 0.8,
                 say(l, "the %.2ss", token_text(l, i)),
                 "The decade is said word for word.");
}

/* "in 2020 year" */
static void look_at_year(struct look *l, size_t i)
{
    if (token_len(l, i) == 4 && is_digits(l, i, 4) &&
        is_text(l, i + 1, "year") && (classes_at(l, i - 1) & PREP) &&
        !is_word(l, i + 2))
        add_find(l, LITERAL_DATE, l->tokens[i].end, l->tokens[i + 1].end, 0.7,
                 "", "A year needs no word for what it is.");
}

/* "10 thousand of people" */
static void look_at_thousand(struct look *l, size_t i)
{
    if (is_one_of(l, i + 1, " billion million thousand ") &&
        !is_money(sign_at(l, i - 1)) && is_text(l, i + 2, "of") &&
        starts_lower(l, i + 3) &&
        !(classes_at(l, i + 3) & (DET | THE | PRON)))
        add_find(l, LITERAL_DATE, l->tokens[i + 1].end, l->tokens[i + 2].end,
                 0.8, "", "A round number needs no \"of\".");
}

void look_at_numeral(struct look *l, size_t i)
{
    look_at_signs(l, i);
    look_at_spaces(l, i);
    look_at_money(l, i);
    look_at_clock(l, i);
    look_at_thousand(l, i);
    look_at_year(l, i);
    if (is_day(l, i) && !look_at_day_of_month(l, i)) {
        look_at_of_year(l, i);
        look_at_day(l, i);
    }
    if (is_digits(l, i, 2)) {
        look_at_hours(l, i);
        look_at_decade(l, i);
    }
}

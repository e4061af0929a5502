/* dates.c: days, months, years, and words such as "earlier this week". */
#include "entity.h"

#include <stdio.h>
#include <string.h>

struct date {
    int year, month, day; /* 0: not said */
};

/* Months by their first three letters; 0 for none. */
static int month_of(const struct text *t, uint32_t i)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    if (!(t->facts[i] & MONTH))
        return 0;

    const char *at = entity_at(t, i);

    for (int m = 0; m < 12; m++)
        if ((at[0] | 32) == names[3 * m] && (at[1] | 32) == names[3 * m + 1] &&
            (at[2] | 32) == names[3 * m + 2])
            return m + 1;
    return 0;
}

/* The value of digits with at most `suffix` letters after them, or -1. */
static int digits(const struct text *t, uint32_t i, bool ordinal)
{
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i), n = 0;
    int value = 0;

    if (len > 4)
        return -1;
    while (n < len && at[n] >= '0' && at[n] <= '9')
        value = value * 10 + at[n++] - '0';
    if (n == 0 || (n < len && !(ordinal && len == n + 2)))
        return -1;

    static const char endings[] = "st nd rd th ";

    for (const char *e = endings; n < len; e += 3) {
        if (!*e)
            return -1;
        if (memcmp(e, at + n, 2) == 0)
            break;
    }
    return value;
}

static bool day_at(const struct text *t, uint32_t i, uint32_t last, int *day)
{
    if (i >= last)
        return false;

    int value = digits(t, i, true);

    if (value < 1 || value > 31)
        return false;
    *day = value;
    return true;
}

static bool year_at(const struct text *t, uint32_t i, uint32_t last, int *year)
{
    if (i >= last || t->token[i].type != GLY_NUMERAL || entity_len(t, i) != 4)
        return false;

    int value = digits(t, i, false);

    if (value < 1500 || value > 2199)
        return false;
    *year = value;
    return true;
}

static bool is_any(const struct text *t, uint32_t i, const char *const *words)
{
    for (; *words; words++)
        if (entity_is(t, i, *words))
            return true;
    return false;
}

/* ", 2021" or " 2021" at i: the token after it, or i. */
static uint32_t year_after(const struct text *t, uint32_t i, uint32_t last,
                           int *year)
{
    if (i + 1 < last && entity_is(t, i, ",") && year_at(t, i + 1, last, year))
        return i + 2;
    return year_at(t, i, last, year) ? i + 1 : i;
}

/* The dot of "Sept." where a number follows it. */
static uint32_t skip_dot(const struct text *t, uint32_t i, uint32_t last)
{
    bool dot = i + 1 < last && entity_is(t, i, ".") &&
               !(t->token[i].flags & GLY_SPACED) &&
               t->token[i + 1].type == GLY_NUMERAL;

    return dot ? i + 1 : i;
}

/* "June", "June 18", "June 18, 2021", "June 2021", "18 June 2021". */
static uint32_t by_month(const struct text *t, uint32_t i, uint32_t last,
                         struct date *d)
{
    uint32_t at = i;

    if (day_at(t, i, last, &d->day)) {
        at++;
        if (at < last && entity_is(t, at, "of"))
            at++;
    }
    if (at >= last || (d->month = month_of(t, at)) == 0)
        return i;

    uint32_t end = skip_dot(t, at + 1, last);

    if (at == i && !year_at(t, end, last, &d->year) &&
        day_at(t, end, last, &d->day)) {
        end++;

        int until;
        bool range = end + 1 < last && day_at(t, end + 1, last, &until) &&
                     (entity_is(t, end, "-") || entity_is(t, end, "\u2013"));

        if (range)
            end += 2;
    }
    return d->year ? end + 1 : year_after(t, end, last, &d->year);
}

/* "2021-06-18", written without spaces. */
static uint32_t by_iso(const struct text *t, uint32_t i, uint32_t last,
                       struct date *d)
{
    const char *at = entity_at(t, i), *end = t->bytes + t->token[last - 1].end;

    if (end - at < 10 || at[4] != '-' || at[7] != '-')
        return i;

    struct date found = {0};
    int *part[] = {&found.year, &found.month, &found.day};

    for (int k = 0, n = 0; n < 10; n++) {
        if (n == 4 || n == 7)
            k++;
        else if (at[n] < '0' || at[n] > '9')
            return i;
        else
            *part[k] = *part[k] * 10 + at[n] - '0';
    }

    uint32_t next = i;

    while (next < last && t->token[next].end < t->token[i].begin + 10)
        next++;

    bool valid = found.month >= 1 && found.month <= 12 && found.day >= 1 &&
                 found.day <= 31 && next < last &&
                 t->token[next].end == t->token[i].begin + 10;

    if (!valid)
        return i;
    *d = found;
    return next + 1;
}

/* "Friday", "Friday, June 18". */
static uint32_t by_weekday(const struct text *t, uint32_t i, uint32_t last,
                           struct date *d)
{
    if (!(t->facts[i] & WEEKDAY))
        return i;

    uint32_t next = i + 1, end;

    if (next + 1 < last && entity_is(t, next, ","))
        next++;
    if (next < last && (end = by_month(t, next, last, d)) != next && d->day)
        return end;
    *d = (struct date){ 0 };
    return i + 1;
}

/* "earlier this week", "last year", "the 1990s", "yesterday". */
static uint32_t by_words(const struct text *t, uint32_t i, uint32_t last)
{
    static const char *const alone[] = {"yesterday", "today", "tomorrow",
                                        "tonight", NULL};
    static const char *const which[] = {"this", "last", "next", NULL};
    static const char *const when[] = {"earlier", "later", "early", "late",
                                       NULL};
    static const char *const unit[] = {"week",     "month",   "year",
                                       "weekend",  "decade",  "century",
                                       "spring",   "summer",  "autumn",
                                       "winter",   "quarter", NULL};

    /* nearly every word of a text comes by here */
    if (entity_len(t, i) < 4 || !strchr("etnly", *entity_at(t, i) | 32))
        return i;
    if (is_any(t, i, alone))
        return i + 1;

    uint32_t at = is_any(t, i, when) ? i + 1 : i;

    if (at + 1 >= last || !is_any(t, at, which))
        return i;
    if (is_any(t, at + 1, unit) || t->facts[at + 1] & WEEKDAY ||
        (t->facts[at + 1] & MONTH && month_of(t, at + 1)))
        return at + 2;
    return i;
}

/* A bare number is a year after words that ask for one. */
static bool year_wanted(const struct text *t, uint32_t i, bool after_date)
{
    static const char *const words[] = {
        "in", "since", "until", "till", "from", "by", "of", "during", "early",
        "late", "after", "before", "mid", "year", "through", NULL,
    };
    static const char *const joins[] = {"and", "or", "to", "-", ",", NULL};

    if (i == 0)
        return false;
    return is_any(t, i - 1, words) || (after_date && is_any(t, i - 1, joins));
}

static bool decade(const struct text *t, uint32_t i)
{
    const char *at = entity_at(t, i);

    return entity_len(t, i) == 5 && at[3] == '0' && at[4] == 's' &&
           (at[0] == '1' || at[0] == '2') && at[1] >= '0' && at[1] <= '9' &&
           at[2] >= '0' && at[2] <= '9';
}

/* "May" and "March" are months where the words around say so. */
static bool month_meant(const struct text *t, uint32_t i, uint32_t end)
{
    static const char *const before[] = {
        "in",   "since", "until", "till",  "from", "by",   "of",   "during",
        "last", "next",  "this",  "early", "late", "mid",  "every",
        "on",   "and",   "to",    NULL,
    };

    if (end > i + 1)
        return true;
    if (!(t->token[i].flags & GLY_CAPITAL))
        return false;

    bool word = entity_is(t, i, "may") || entity_is(t, i, "march") ||
                entity_len(t, i) == 3;

    return !word || (i > 0 && is_any(t, i - 1, before));
}

static const char *value_of(gly_doc *doc, const struct date *d)
{
    char out[40];
    int len = 0;

    if (!d->year || (d->day && !d->month))
        return NULL;
    if (d->day)
        len = snprintf(out, sizeof(out), "%04d-%02d-%02d", d->year, d->month,
                       d->day);
    else if (d->month)
        len = snprintf(out, sizeof(out), "%04d-%02d", d->year, d->month);
    else
        len = snprintf(out, sizeof(out), "%04d", d->year);
    return gly_keep(doc, out, (size_t)len);
}

/* The end of the date at i, or i. */
static uint32_t date_at(const struct text *t, uint32_t i, uint32_t last,
                        bool after_date, struct date *d)
{
    uint32_t end;

    *d = (struct date){ 0 };
    if (t->token[i].type == GLY_NUMERAL) {
        if ((end = by_iso(t, i, last, d)) != i)
            return end;
        if ((end = by_month(t, i, last, d)) != i)
            return end;
        *d = (struct date){ 0 };
        if (year_wanted(t, i, after_date) && year_at(t, i, last, &d->year))
            return i + 1;
        return decade(t, i) ? i + 1 : i;
    }
    if (t->token[i].type != GLY_WORD)
        return i;
    if ((end = by_weekday(t, i, last, d)) != i)
        return end;
    if (t->facts[i] & MONTH && (end = by_month(t, i, last, d)) != i)
        return month_meant(t, i, end) ? end : i;
    *d = (struct date){ 0 };
    return decade(t, i) ? i + 1 : by_words(t, i, last);
}

void entity_dates(const struct text *t, const struct candidates *names,
                  struct candidates *out)
{
    size_t n = 0;

    for (uint32_t k = 0; k < t->sentences; k++) {
        uint32_t last = t->sentence[k].last, before = UINT32_MAX;

        for (uint32_t i = t->sentence[k].first; i < last;) {
            while (n < names->count && names->item[n].last <= i)
                n++;

            bool taken = n < names->count && names->item[n].first <= i;
            uint32_t limit = n < names->count && names->item[n].first < last
                                 ? names->item[n].first
                                 : last;
            struct date d;
            uint32_t end = i;

            if (!taken)
                end = date_at(t, i, limit, before + 1 == i, &d);
            if (end == i) {
                i = taken ? names->item[n].last : i + 1;
                continue;
            }

            struct candidate *c = entity_add(out, t->doc);

            c->first = i;
            c->last = end;
            c->begin = t->token[i].begin;
            c->end = t->token[end - 1].end;
            c->sentence = k;
            c->label = DATE;
            c->score = 0.95;
            c->value = value_of(t->doc, &d);
            before = end;
            i = end;
        }
    }
}

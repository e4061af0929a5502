/* dates.c: days, months and years as they stand in calendars. */
#include "rules.h"

#include <string.h>

bool entity_through(const struct text *t, uint32_t i)
{
    static const char *const words[] = {"to", "through", "until", "till", "-",
                                        "\u2013", NULL};

    return entity_any(t, i, words);
}

static bool capital(const struct text *t, uint32_t i)
{
    return t->token[i].flags & GLY_CAPITAL;
}

/* Whether a word of this length is a name's first letters, or all of it. */
static bool shortened(const char *at, size_t len, const char *name)
{
    bool dot = len > 1 && at[len - 1] == '.';
    size_t n = strlen(name);

    len -= dot;
    if (len != n && len != 3 && !(len == 4 && (dot || n == 9 || n == 8)))
        return false;
    for (size_t k = 0; k < len; k++)
        if ((at[k] | 32) != name[k])
            return false;
    return true;
}

int entity_month(const struct text *t, uint32_t i, bool *sure)
{
    static const char *const names[] = {
        "january", "february", "march", "april", "may", "june", "july",
        "august", "september", "october", "november", "december",
    };
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);

    *sure = false;
    if (t->token[i].type != GLY_WORD || len < 3 || len > 9 ||
        !strchr("jfmasond", *at | 32))
        return 0;
    for (int m = 0; m < 12; m++) {
        if (!shortened(at, len, names[m]))
            continue;
        *sure = len > 3 && m != 2 && (capital(t, i) || m != 7);
        return capital(t, i) || len == strlen(names[m]) ? m + 1 : 0;
    }
    return 0;
}

static const char *const weekdays[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday",
};

int entity_weekday_of(const char *at, size_t len)
{
    for (int d = 0; d < 7; d++)
        if (gly_word_is(at, len, weekdays[d]))
            return d + 1;
    return 0;
}

/* "June" or "18 June" after a short weekday and its dot and comma. */
static bool day_follows(const struct text *t, uint32_t i)
{
    bool sure;

    for (int n = 0; n < 2 && i < t->tokens; n++)
        i += entity_is(t, i, ".") || entity_is(t, i, ",");
    if (i + 1 < t->tokens && t->token[i].type == GLY_NUMERAL)
        i++;
    return i < t->tokens && entity_month(t, i, &sure);
}

int entity_day_of_week(const struct text *t, uint32_t i)
{
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);

    if (t->token[i].type != GLY_WORD || len < 3 || len > 9 ||
        !strchr("mtwfs", *at | 32))
        return 0;
    for (int d = 0; d < 7; d++)
        if (shortened(at, len, weekdays[d]))
            return len == strlen(weekdays[d]) ||
                           (capital(t, i) && day_follows(t, i + 1))
                       ? d + 1
                       : 0;
    return 0;
}

/* The value of digits with perhaps "th" after them, or -1. */
static int ordinal(const struct text *t, uint32_t i)
{
    static const char endings[] = "st nd rd th ";
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i), n = 0;
    int value = 0;

    if (t->token[i].type != GLY_NUMERAL || len > 4)
        return -1;
    while (n < len && at[n] >= '0' && at[n] <= '9')
        value = value * 10 + at[n++] - '0';
    if (n == len)
        return value;
    if (len != n + 2)
        return -1;
    for (const char *e = endings; *e; e += 3)
        if (memcmp(e, at + n, 2) == 0)
            return value;
    return -1;
}

static bool day_at(const struct rules *r, uint32_t i, int *day)
{
    int value = i < r->last ? ordinal(r->t, i) : -1;

    if (value < 1 || value > 31)
        return false;
    *day = value;
    return true;
}

bool entity_year_at(const struct rules *r, uint32_t i, int *year)
{
    if (i >= r->last || r->t->token[i].type != GLY_NUMERAL ||
        entity_len(r->t, i) != 4)
        return false;

    int value = ordinal(r->t, i);

    if (value < 1500 || value > 2199)
        return false;
    *year = value;
    return true;
}

/* "last year" at i: the token after it, or i. */
static uint32_t year_by_name(const struct rules *r, uint32_t i, int *year)
{
    static const char *const which[] = {"last", "this", "next", NULL};

    if (i + 1 >= r->last || !entity_is(r->t, i + 1, "year"))
        return i;
    for (int k = 0; which[k]; k++)
        if (entity_is(r->t, i, which[k]) && r->today.year) {
            *year = r->today.year + k - 1;
            return i + 2;
        }
    return i;
}

/* ", 2021", " of 2021", " 2021" or " of last year" at i: the token after it,
 * or i. */
uint32_t entity_year_after(const struct rules *r, uint32_t i, int *year)
{
    uint32_t of = i + (i < r->last && entity_is(r->t, i, "of"));

    of += of > i && of < r->last && entity_is(r->t, of, "the");

    uint32_t named = year_by_name(r, of, year);

    if (named > of)
        return named;
    if (i + 1 < r->last &&
        (entity_is(r->t, i, ",") || entity_is(r->t, i, "of")) &&
        entity_year_at(r, i + 1, year))
        return i + 2;
    return entity_year_at(r, i, year) ? i + 1 : i;
}

/* The dot of "Sept." where a number follows it. */
static uint32_t skip_dot(const struct rules *r, uint32_t i)
{
    const struct text *t = r->t;
    bool dot = i + 1 < r->last && entity_is(t, i, ".") &&
               !(t->token[i].flags & GLY_SPACED) &&
               t->token[i + 1].type == GLY_NUMERAL;

    return dot ? i + 1 : i;
}

/* "3-5" in one token, as days of a month. */
static bool days_in_one(const struct rules *r, uint32_t i, int *from, int *to)
{
    const char *at = entity_at(r->t, i);
    size_t len = entity_len(r->t, i), n = 0;
    int day[2] = {0};

    if (len < 3 || len > 5)
        return false;
    for (int k = 0; n < len; n++) {
        if (at[n] == '-' && k == 0)
            k = 1;
        else if (at[n] < '0' || at[n] > '9')
            return false;
        else
            day[k] = day[k] * 10 + at[n] - '0';
    }
    *from = day[0];
    *to = day[1];
    return day[0] > 0 && day[0] < day[1] && day[1] < 32;
}

/* "18", "18th of", "18-20" and "18 to 20" before a month: the month's token,
 * or i. The first of two goes to *from. */
static uint32_t days_before(const struct rules *r, uint32_t i, int *from,
                            int *day)
{
    uint32_t at = i + 1;

    if (days_in_one(r, i, from, day))
        return at;
    if (!day_at(r, i, day))
        return i;
    if (at < r->last && entity_is(r->t, at, "of"))
        return at + 1;
    if (at + 2 < r->last && entity_through(r->t, at) &&
        day_at(r, at + 1, from)) {
        int later = *from;

        *from = *day;
        *day = later;
        return at + 2;
    }
    return at;
}

/* "18 June 2021", "18-20 June". */
static uint32_t by_day_first(const struct rules *r, uint32_t i,
                             struct period *p)
{
    int from = 0, day = 0;
    uint32_t at = days_before(r, i, &from, &day);
    struct date *d = &p->from;
    bool sure;

    if (at == i || at >= r->last || (from && from >= day) ||
        (d->month = entity_month(r->t, at, &sure)) == 0 ||
        (!sure && !capital(r->t, at))) /* "3 may" */
        return i;

    uint32_t end = skip_dot(r, at + 1), after;

    d->day = from ? from : day;
    after = entity_year_after(r, end, &d->year);
    if (from)
        p->to = (struct date){d->year, d->month, day};
    return after;
}

/* "June", "June 18, 2021", "June 2021", "18 June 2021", "June 3-5". */
static uint32_t by_month(const struct rules *r, uint32_t i, struct period *p)
{
    struct date *d = &p->from;
    bool sure;

    *p = (struct period){ 0 };
    if (i < r->last && r->t->token[i].type == GLY_NUMERAL)
        return by_day_first(r, i, p);
    if (i >= r->last || (d->month = entity_month(r->t, i, &sure)) == 0)
        return i;

    uint32_t end = skip_dot(r, i + 1);

    if (entity_year_at(r, end, &d->year))
        return end + 1;
    if (day_at(r, end, &d->day)) {
        end++;
    } else if (end < r->last && days_in_one(r, end, &d->day, &p->to.day)) {
        p->to.month = d->month;
        end++;
    }

    uint32_t after = entity_year_after(r, end, &d->year);

    if (after > end && p->to.day)
        p->to.year = d->year;
    return after;
}

/* "2021-06-18", perhaps with a time behind it. */
static uint32_t by_iso(const struct rules *r, uint32_t i, struct period *p)
{
    const struct text *t = r->t;
    const char *at = entity_at(t, i);
    struct date d = {0};
    int *part[] = {&d.year, &d.month, &d.day};

    if (entity_len(t, i) < 10 || at[4] != '-' || at[7] != '-')
        return i;
    for (int k = 0, n = 0; n < 10; n++) {
        if (n == 4 || n == 7)
            k++;
        else if (at[n] < '0' || at[n] > '9')
            return i;
        else
            *part[k] = *part[k] * 10 + at[n] - '0';
    }

    bool time = entity_len(t, i) > 13 && at[10] == 'T';

    if (d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > entity_month_days(d.year, d.month) ||
        (entity_len(t, i) > 10 && !time))
        return i;
    p->from = d;
    return i + 1;
}

/* Of two numbers that may be day and month the value, when only one can. */
static void set_numbers(struct period *p, int a, int b, int year, bool sure)
{
    struct date d = {.year = year, .month = b, .day = a};

    if (!sure && a <= 12 && b <= 12 && a != b)
        return;
    if (b > 12)
        d = (struct date){.year = year, .month = a, .day = b};
    p->from = d;
}

/* "18.06.2021", "6/18/2021" and "06-18-2021". */
static uint32_t by_numbers(const struct rules *r, uint32_t i, struct period *p)
{
    const struct text *t = r->t;
    const char *at = entity_at(t, i);
    int number[3] = {0}, n = 0, width = 0;
    gly_pos end = t->token[i].begin;
    char sign = 0;

    for (; end < t->token[r->last - 1].end && end < t->token[i].begin + 11;
         end++) {
        char c = t->bytes[end];

        if (c >= '0' && c <= '9' && width < 4) {
            number[n] = number[n] * 10 + c - '0';
            width++;
        } else if (n < 2 && width && width < 3 &&
                   (sign ? c == sign : c == '.' || c == '/' || c == '-')) {
            sign = c;
            n++;
            width = 0;
        } else {
            break;
        }
    }

    uint32_t next = entity_upto(t, i, r->last, t->bytes + end);
    bool range = number[0] >= 1 && number[1] >= 1 && number[0] <= 31 &&
                 number[1] <= 31 && (number[0] <= 12 || number[1] <= 12);

    if (n < 2 || width != 4 || !range || number[2] < 1500 ||
        number[2] > 2199 || next == i || *at == '.')
        return i;
    if (sign == '.' && number[1] > 12)
        return i;
    set_numbers(p, number[0], number[1], number[2], sign == '.');
    return next;
}

/* Whether a day without its year is at most a month ahead. */
static bool is_soon(const struct date *d, const struct date *now)
{
    int months = (d->month + 12 - now->month) % 12;

    return (months == 0 && d->day >= now->day) ||
           (months == 1 && d->day <= now->day);
}

/* The year that news means with "June 18": of a day at most a month ahead the
 * coming one; else the last one past, or the coming one where the verbs are in
 * the future; without verbs only what is just past. */
static void find_year(const struct rules *r, uint32_t i, struct date *d)
{
    struct date now = r->today;

    if (d->year || !now.year || !now.month)
        return;

    int ahead = d->month - now.month; /* in months, or days of this one */

    if (ahead == 0 && d->day && now.day)
        ahead = d->day - now.day;
    if (ahead == 0 || (d->month == now.month && !(d->day && now.day))) {
        d->year = now.year;
        return;
    }

    if (d->day && now.day && is_soon(d, &now)) {
        d->year = now.year + (d->month < now.month);
        return;
    }

    int tense = entity_tense(r, i);
    bool lately = (now.month + 12 - d->month) % 12 <= 2 &&
                  !(d->month == now.month && ahead > 0);

    if (tense == 0 && !lately)
        return;
    if (tense > 0)
        d->year = now.year + (ahead < 0);
    else
        d->year = now.year - (ahead > 0);
}

void entity_find_years(const struct rules *r, uint32_t i, struct period *p)
{
    bool two = p->to.month != 0;

    if (two && p->to.year && !p->from.year)
        p->from.year = p->to.year - (p->from.month > p->to.month);
    if (two && p->from.year && !p->to.year)
        p->to.year = p->from.year + (p->from.month > p->to.month);
    find_year(r, i, &p->from);
    if (two && p->from.year && !p->to.year)
        p->to.year = p->from.year + (p->from.month > p->to.month);
    if (!p->from.year)
        *p = (struct period){ 0 };
}

/* "May 3 to 5", "May 3 to June 2", "between May 3 and May 5". */
static uint32_t by_range(const struct rules *r, uint32_t i, uint32_t end,
                         struct period *p)
{
    const struct text *t = r->t;
    bool between = i > r->first && entity_is(t, i - 1, "between");
    struct period other = {0};

    if (end + 1 >= r->last || p->to.day ||
        !(entity_through(t, end) ||
          (between && entity_is(t, end, "and"))))
        return end;

    uint32_t next = by_month(r, end + 1, &other);

    if (next > end + 1 && !other.to.day) {
        p->to = other.from;
        return next;
    }
    if (p->from.day && day_at(r, end + 1, &other.from.day) &&
        other.from.day > p->from.day) {
        p->to = (struct date){.month = p->from.month, .day = other.from.day};
        next = end + 2;
        if (!p->from.year)
            next = entity_year_after(r, next, &p->to.year);
        return next;
    }
    return end;
}

/* "May" and "March" are months where the words around say so. */
static bool month_meant(const struct rules *r, uint32_t i, uint32_t end)
{
    static const char *const before[] = {
        "in",   "since", "until", "till",  "from", "by",   "of",   "during",
        "last", "next",  "this",  "early", "late", "mid",  "every", NULL,
    };
    static const char *const joins[] = {"on", "and", "to", "between", NULL};
    bool asked = i > r->first && entity_any(r->t, i - 1, before), sure;

    if (end > i + 1)
        return true;
    entity_month(r->t, i, &sure);
    if (entity_len(r->t, i) > 3 || entity_is(r->t, i, "may")) /* not "Jan" */
        asked |= i > r->first && entity_any(r->t, i - 1, joins);
    if (!capital(r->t, i))
        return sure && asked;
    return asked || sure;
}

static uint32_t by_numeral(const struct rules *r, uint32_t i, struct period *p)
{
    uint32_t end = by_iso(r, i, p);

    return end == i ? by_numbers(r, i, p) : end;
}

/* "Friday, June 18": the token of the month or day, or i. */
static uint32_t skip_weekday(const struct rules *r, uint32_t i)
{
    const struct text *t = r->t;
    uint32_t next = i + 1;

    if (!entity_day_of_week(t, i))
        return i;
    if (next < r->last && (entity_is(t, next, ".") || entity_is(t, next, ",")))
        next++;
    if (next < r->last && entity_is(t, next, ","))
        next++;
    if (next + 1 < r->last && entity_is(t, next, "the"))
        next++;
    return next;
}

uint32_t entity_date(const struct rules *r, uint32_t i, struct period *p)
{
    uint32_t at = skip_weekday(r, i), end;

    *p = (struct period){ 0 };
    if (at < r->last && (end = by_month(r, at, p)) != at &&
        (at == i || p->from.day)) {
        if (at == i && !p->from.day && !month_meant(r, i, end))
            return i;
        end = by_range(r, at, end, p);
        entity_find_years(r, i, p);
        return end;
    }
    *p = (struct period){ 0 };
    if (r->t->token[i].type == GLY_NUMERAL &&
        (end = by_numeral(r, i, p)) != i)
        return end;
    return entity_years(r, i, p);
}

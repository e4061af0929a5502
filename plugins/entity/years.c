/* years.c: years, their halves, quarters and seasons, decades and centuries. */
#include "rules.h"

#include <string.h>

static bool decade(const char *at, size_t len)
{
    return len == 5 && at[3] == '0' && at[4] == 's' &&
           (at[0] == '1' || at[0] == '2') && at[1] >= '0' && at[1] <= '9' &&
           at[2] >= '0' && at[2] <= '9';
}

/* "1990s", and "'90s" after an article; the 1800s are a century. */
static uint32_t by_decade(const struct rules *r, uint32_t i, struct period *p)
{
    const struct text *t = r->t;
    const char *at = entity_at(t, i);

    if (decade(at, entity_len(t, i))) {
        p->from.year = (at[0] - '0') * 1000 + (at[1] - '0') * 100 +
                       (at[2] - '0') * 10;
        p->to.year = p->from.year + (at[2] == '0' && at[0] == '1' ? 99 : 9);
        return i + 1;
    }

    bool short_ = entity_len(t, i) == 3 && at[1] == '0' && at[2] == 's' &&
                  at[0] >= '2' && at[0] <= '9' && i > r->first;
    char before = short_ ? t->bytes[t->token[i].begin - 1] : ' ';

    if (!short_ || (before != '\'' && (unsigned char)before != 0x99))
        return i;
    p->from.year = 1900 + (at[0] - '0') * 10;
    p->to.year = p->from.year + 9;
    return i + 1;
}

/* "18th century", "19th-century". */
static uint32_t by_century(const struct rules *r, uint32_t i, struct period *p)
{
    const struct text *t = r->t;
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i), n = len == 4 || (len > 4 && at[4] == '-')
                                           ? 4
                                           : 0;
    int value = n == 4 && at[0] >= '0' && at[0] <= '2' && at[1] >= '0' &&
                        at[1] <= '9'
                    ? (at[0] - '0') * 10 + at[1] - '0'
                    : 0;
    bool one = len == 12 && memcmp(at + 4, "-century", 8) == 0;
    bool two = len == 4 && i + 1 < r->last &&
               (entity_is(t, i + 1, "century") ||
                entity_is(t, i + 1, "centuries"));

    if (value < 10 || value > 22 || !(one || two) ||
        !strchr("snrt", at[2]) || !strchr("tdh", at[3]))
        return i;
    p->from.year = value * 100 - 99;
    p->to.year = value * 100;
    return i + 1 + two;
}

/* A bare number is a year after words that ask for one, and before a small word
 * in "the 2016 campaign". */
static bool year_wanted(const struct rules *r, uint32_t i, int year)
{
    static const char *const words[] = {
        "in",   "since", "until", "till",   "from",  "by",  "of",   "during",
        "late", "after", "early", "before", "mid",   "year", "through",
        "circa", "between", NULL,
    };
    static const char *const joins[] = {"and", "or", "to", "-", ",", "\u2013",
                                        NULL};
    static const char *const whose[] = {"the", "his", "her", "its", "their",
                                        "our", "my", "'s", "\u2019s", "a",
                                        NULL};
    const struct text *t = r->t;

    if (i + 1 < r->last && year > 1900 &&
        (entity_is(t, i + 1, "'s") || entity_is(t, i + 1, "\u2019s")))
        return true;
    if (i == r->first)
        return false;
    if (entity_any(t, i - 1, words))
        return true;
    if (r->before + 1 == i && entity_any(t, i - 1, joins))
        return true;
    return year > 1900 && year < 2100 && year % 1000 != 0 &&
           entity_any(t, i - 1, whose) && i + 1 < r->last &&
           t->token[i + 1].type == GLY_WORD &&
           !(t->token[i + 1].flags & GLY_CAPITAL) &&
           entity_at(t, i + 1)[entity_len(t, i + 1) - 1] != 's';
}

static int number(const char *at, size_t len)
{
    int value = 0;

    for (; len > 0; len--, at++) {
        if (*at < '0' || *at > '9')
            return -1;
        value = value * 10 + *at - '0';
    }
    return value;
}

/* From a year to one that may be short: "2010-2015", "2019-20". */
static bool set_years(int from, int to, bool is_short, struct period *p)
{
    if (is_short && to >= 0)
        to += from / 100 * 100;
    if (from < 1600 || to > 2199 || to <= from ||
        to - from > (is_short ? 20 : 150))
        return false;
    p->from.year = from;
    p->to.year = to;
    return true;
}

/* The sign that joins a year to what follows at once, in bytes: "/", "–". */
static size_t joint(const char *at)
{
    return *at == '/' ? 1 : strncmp(at, "\u2013", 3) == 0 ? 3 : 0;
}

/* "2010-2015" and "2019-20" in one token, "2019/20" in three. */
static uint32_t years_in_one(const struct rules *r, uint32_t i,
                             struct period *p)
{
    const struct text *t = r->t;
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);

    size_t sign = len == 4 ? joint(at + 4) : 0;

    if (sign && i + 2 < r->last && entity_at(t, i + 2) == at + 4 + sign) {
        size_t short_ = entity_len(t, i + 2);

        return (short_ == 2 || short_ == 4) &&
                       set_years(number(at, 4), number(at + 4 + sign, short_),
                                 short_ == 2, p)
                   ? i + 3
                   : i;
    }
    if ((len != 9 && len != 7) || at[4] != '-')
        return i;
    return set_years(number(at, 4), number(at + 5, len - 5), len == 7, p)
               ? i + 1
               : i;
}

/* A year, and "2010 to 2015". */
static uint32_t by_years(const struct rules *r, uint32_t i, struct period *p)
{
    const struct text *t = r->t;
    int year = 0, to = 0;
    uint32_t end = years_in_one(r, i, p);

    if (end != i)
        return end;
    if (!entity_year_at(r, i, &year) || !year_wanted(r, i, year))
        return i;
    p->from.year = year;

    bool spans = i > r->first && (entity_is(t, i - 1, "from") ||
                                  entity_is(t, i - 1, "between"));

    if (i + 2 < r->last && spans && entity_year_at(r, i + 2, &to) &&
        to > year && (entity_through(t, i + 1) || entity_is(t, i + 1, "and"))) {
        p->to.year = to;
        return i + 3;
    }
    return i + 1;
}

/* "summer of 2015", "first half of 2021", "third quarter of 2020". */
static uint32_t by_season(const struct rules *r, uint32_t i, struct period *p)
{
    static const struct {
        const char *first, *second;
        int from, to;
    } parts[] = {
        {"spring", NULL, 3, 5},          {"summer", NULL, 6, 8},
        {"autumn", NULL, 9, 11},         {"fall", NULL, 9, 11},
        {"winter", NULL, 0, 0},          {"first", "half", 1, 6},
        {"second", "half", 7, 12},       {"first", "quarter", 1, 3},
        {"second", "quarter", 4, 6},     {"third", "quarter", 7, 9},
        {"fourth", "quarter", 10, 12},   {"q1", NULL, 1, 3},
        {"q2", NULL, 4, 6},              {"q3", NULL, 7, 9},
        {"q4", NULL, 10, 12},
    };
    const struct text *t = r->t;

    if (!strchr("sawfqt", *entity_at(t, i) | 32) || i + 1 >= r->last)
        return i;
    for (size_t k = 0; k < sizeof(parts) / sizeof(*parts); k++) {
        uint32_t at = i + 1;
        int year = 0;

        if (!entity_is(t, i, parts[k].first) ||
            (parts[k].second && !entity_is(t, at, parts[k].second)))
            continue;
        at += parts[k].second != NULL;

        uint32_t end = entity_year_after(r, at, &year);

        if (end == at || entity_is(t, at, ","))
            continue;
        if (parts[k].from) {
            p->from = (struct date){.year = year, .month = parts[k].from};
            p->to = (struct date){.year = year, .month = parts[k].to};
        }
        return end;
    }
    return i;
}

/* "mid-2019" and "mid-June" */
static uint32_t by_middle(const struct rules *r, uint32_t i, struct period *p)
{
    static const char *const names[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December",
    };
    const char *at = entity_at(r->t, i) + 4;
    size_t len = entity_len(r->t, i);

    if (len < 7 || strncmp(at - 4, "mid-", 4) != 0)
        return i;
    len -= 4;
    if (len == 4 && (memcmp(at, "19", 2) == 0 || memcmp(at, "20", 2) == 0) &&
        at[2] >= '0' && at[2] <= '9' && at[3] >= '0' && at[3] <= '9') {
        p->from.year = (at[0] - '0') * 1000 + (at[1] - '0') * 100 +
                       (at[2] - '0') * 10 + at[3] - '0';
        return i + 1;
    }
    for (int m = 0; m < 12; m++)
        if (strlen(names[m]) == len && memcmp(names[m], at, len) == 0) {
            p->from.month = m + 1;

            uint32_t end = entity_year_after(r, i + 1, &p->from.year);

            entity_find_years(r, i, p);
            return end;
        }
    return i;
}

uint32_t entity_years(const struct rules *r, uint32_t i, struct period *p)
{
    uint32_t end = i;

    if (r->t->token[i].type != GLY_NUMERAL) {
        end = by_season(r, i, p);
        return end != i ? end : by_middle(r, i, p);
    }
    end = by_decade(r, i, p);
    if (end == i)
        end = by_century(r, i, p);
    return end != i ? end : by_years(r, i, p);
}

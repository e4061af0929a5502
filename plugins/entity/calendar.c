/* calendar.c: days, weeks and months, and their ISO 8601 form. */
#include "rules.h"

#include <stdio.h>
#include <string.h>

/* By the civil calendar of H. Hinnant ("chrono-compatible low-level date
 * algorithms"): years begin in March, eras have 400. */
long entity_serial(struct date d)
{
    long year = d.year - (d.month <= 2);
    long era = year / 400, of_era = year - era * 400;
    long of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 +
                   d.day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

struct date entity_civil(long serial)
{
    long day = serial + 719468, era = day / 146097;
    long of_era = day - era * 146097;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
                365;
    long of_year = of_era - (365 * year + year / 4 - year / 100);
    long month = (5 * of_year + 2) / 153;
    struct date d = {0};

    d.day = (int)(of_year - (153 * month + 2) / 5 + 1);
    d.month = (int)(month + (month < 10 ? 3 : -9));
    d.year = (int)(year + era * 400) + (d.month <= 2);
    return d;
}

int entity_weekday(long serial)
{
    return (int)((serial % 7 + 10) % 7);
}

int entity_month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static int digits(const char *at, int count)
{
    int value = 0;

    for (; count > 0; count--, at++) {
        if (*at < '0' || *at > '9')
            return 0;
        value = value * 10 + *at - '0';
    }
    return value;
}

/* Any precision of ISO 8601: a year, a month, a day, with a time behind it. */
bool entity_today(const gly_doc *doc, struct date *today)
{
    const gly_doc *whole = gly_aside_of(doc);
    const char *at = gly_get(doc, "date", 0);

    *today = (struct date){ 0 };
    if (!at && whole)
        at = gly_get(whole, "date", 0);
    if (!at)
        return false;

    struct date d = {.year = digits(at, 4)};

    if (d.year < 1583)
        return false;
    if (at[4] == '-')
        d.month = digits(at + 5, 2);
    if (d.month > 12)
        return false;
    if (d.month && at[7] == '-')
        d.day = digits(at + 8, 2);
    if (d.day > 0 && d.day > entity_month_days(d.year, d.month))
        return false;
    *today = d;
    return true;
}

static int put(char *out, size_t size, const struct date *d)
{
    if (d->day)
        return snprintf(out, size, "%04d-%02d-%02d", d->year, d->month, d->day);
    if (d->month)
        return snprintf(out, size, "%04d-%02d", d->year, d->month);
    return snprintf(out, size, "%04d", d->year);
}

static bool is_whole(const struct date *d)
{
    if (d->year < 1 || d->year > 9999 || (d->day && !d->month))
        return false;
    return !d->day || d->day <= entity_month_days(d->year, d->month);
}

const char *entity_iso(gly_doc *doc, const struct period *p)
{
    char from[48], to[48], out[100];

    if (!is_whole(&p->from))
        return NULL;
    put(from, sizeof(from), &p->from);
    if (p->length && p->open) {
        snprintf(out, sizeof(out), "%s/P%d%c", from, p->length, p->unit);
        return gly_keep(doc, out, strlen(out));
    }
    if (p->length) {
        snprintf(out, sizeof(out), "P%d%c/%s", p->length, p->unit, from);
        return gly_keep(doc, out, strlen(out));
    }
    if (!p->to.year)
        return gly_keep(doc, from, strlen(from));
    if (!is_whole(&p->to))
        return NULL;
    put(to, sizeof(to), &p->to);
    if (strcmp(from, to) > 0)
        return NULL;
    if (strcmp(from, to) == 0)
        return gly_keep(doc, from, strlen(from));
    snprintf(out, sizeof(out), "%s/%s", from, to);
    return gly_keep(doc, out, strlen(out));
}

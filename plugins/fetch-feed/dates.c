/* dates.c: dates as feeds write them, made ISO 8601 with what is known of them.
 *
 * A date is cut into numbers and words, whose places tell what they are. One
 * that may be read in two ways ("03/04/2021"), or that says nothing (1970-01-01,
 * year 1), is none.
 */
#include "read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct date {
    int year, month, day;
    int hour, minute, second; /* -1: not known */
    bool doubt;               /* the month may be a Tuesday: "mar" */
    bool zoned;
    int zone;                 /* minutes east of Greenwich */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const char *p)
{
    return strspn(p, "0123456789");
}

/* Reads up to n digits. */
static int take(const char **p, size_t n)
{
    int value = 0;

    for (; n > 0 && is_digit(**p); n--)
        value = value * 10 + (*(*p)++ - '0');
    return value;
}

static int month_days(int year, int month)
{
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 ? 28 + leap : 30 + ((month + (month > 7)) & 1);
}

/* ---- words ---- */

/* By their first letters, in small ones: English; then the languages whose
 * systems put their own names into feeds. */
static int month_of(const char *word, size_t len)
{
    static const char *const names[] = {
        " jan ene янв gen ", " feb fév fev фев ", " mar mär mrz мар ",
        " apr avr abr апр ", " may mai mag мая мая май ", " jun jui июн giu ",
        " jul июл lug ", " aug ago aoû авг ", " sep set сен ",
        " oct okt out ott окт ", " nov ноя ", " dec dez dic déc дек ",
    };
    char small[16] = " ";
    const char *at = word, *end = word + len;
    size_t n = 1;

    for (int i = 0; i < 3 && at < end; i++)
        n += gly_put_char(small + n, gly_lower(gly_next_char(&at)));
    if (at == end && at - word < 3)
        return 0;
    small[n++] = ' ';
    small[n] = '\0';
    if (len > 3 && strncmp(small, " jui ", 5) == 0 && word[3] == 'l')
        return 7; /* juillet */
    for (int i = 0; i < 12; i++)
        if (strstr(names[i], small))
            return i + 1;
    return 0;
}

/* What is not here has two meanings or none: IST is three zones. */
static bool zone_of(const char *word, size_t len, int *zone)
{
    static const struct {
        const char *name;
        int minutes;
    } zones[] = {
        { "z", 0 },        { "gmt", 0 },      { "ut", 0 },
        { "utc", 0 },      { "wet", 0 },      { "west", 60 },
        { "est", -300 },   { "edt", -240 },   { "cst", -360 },
        { "cdt", -300 },   { "mst", -420 },   { "mdt", -360 },
        { "pst", -480 },   { "pdt", -420 },   { "akst", -540 },
        { "akdt", -480 },  { "hst", -600 },   { "brt", -180 },
        { "cet", 60 },     { "cest", 120 },   { "met", 60 },
        { "mest", 120 },   { "mez", 60 },     { "mesz", 120 },
        { "eet", 120 },    { "eest", 180 },   { "msk", 180 },
        { "sast", 120 },   { "cat", 120 },    { "eat", 180 },
        { "wib", 420 },    { "ict", 420 },    { "hkt", 480 },
        { "sgt", 480 },    { "pht", 480 },    { "awst", 480 },
        { "kst", 540 },    { "jst", 540 },    { "aest", 600 },
        { "aedt", 660 },   { "acst", 570 },   { "acdt", 630 },
        { "nzst", 720 },   { "nzdt", 780 },
    };

    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
        if (strlen(zones[i].name) == len &&
            strncasecmp(zones[i].name, word, len) == 0) {
            *zone = zones[i].minutes;
            return true;
        }
    return false;
}

static bool is_half(const char *word, size_t len, const char *plain,
                    const char *dotted)
{
    return len == 2 ? strncasecmp(word, plain, 2) == 0
                    : len == 1 && strncasecmp(word, dotted, 3) == 0;
}

/* "pm", or "p.m.", behind a time of the twelve-hour clock. */
static bool take_half(struct date *d, const char *word, size_t len)
{
    bool pm = is_half(word, len, "pm", "p.m");

    if (!pm && !is_half(word, len, "am", "a.m"))
        return false;
    if (d->hour >= 1 && d->hour <= 12)
        d->hour = d->hour % 12 + (pm ? 12 : 0);
    return true;
}

/* ---- numbers ---- */

/* "9:30", "09:30:15.25", "09.30" */
static void take_time(struct date *d, const char **p)
{
    d->hour = take(p, 2);
    ++*p;
    d->minute = take(p, 2);
    if (**p != ':' && **p != '.')
        return;
    if (is_digit((*p)[1])) {
        ++*p;
        d->second = take(p, 2);
    }
    if (**p == '.' || **p == ',')
        *p += 1 + digits(*p + 1);
}

/* "+0900", "-05:30", "+9" */
static void take_zone(struct date *d, const char **p)
{
    int sign = *(*p)++ == '-' ? -1 : 1;
    size_t n = digits(*p);
    int hours = take(p, n < 3 ? n : n - 2), minutes;

    if (**p == ':')
        ++*p;
    minutes = take(p, 2);
    *p += digits(*p);
    d->zoned = n <= 4 && hours <= 14 && minutes < 60;
    d->zone = sign * (hours * 60 + minutes);
}

/* The sign between two numbers of a day. */
static size_t between(const char *p)
{
    static const char *const signs[] = {
        "-", "/", ".", "年", "月", "년", "월", NULL,
    };

    for (const char *const *s = signs; *s; s++)
        if (strncmp(p, *s, strlen(*s)) == 0) {
            size_t len = strlen(*s) + strspn(p + strlen(*s), " ");

            return is_digit(p[len]) ? len : 0;
        }
    return 0;
}

static void set_day(struct date *d, int year, int month, int day)
{
    d->year = year;
    d->month = month;
    d->day = day;
}

/* "2021-06-18", "2021年6月18日", "18.06.2021"; false when it is no such day. */
static bool take_day(struct date *d, const char **p)
{
    const char *at = *p;
    int n[3] = {0};
    size_t count = 0, first = digits(at), gap = 1;
    char sign = at[first];

    while (count < 3 && gap > 0 && is_digit(*at)) {
        n[count++] = take(&at, 4);
        gap = count < 3 ? between(at) : 0;
        at += gap;
    }
    if (count < 2 || (count == 2 && first != 4))
        return false;
    *p = at;
    if (first == 4)
        set_day(d, n[0], n[1], n[2]);
    else if (sign == '.' || n[0] > 12)
        set_day(d, n[2], n[1], n[0]);
    else if (n[1] > 12 || n[0] == n[1])
        set_day(d, n[2], n[0], n[1]);
    return true;
}

/* "20210618", "20210618T093000" */
static void take_packed(struct date *d, const char **p)
{
    d->year = take(p, 4);
    d->month = take(p, 2);
    d->day = take(p, 2);
    if ((**p == 'T' || **p == 't') && digits(*p + 1) >= 4)
        ++*p;
    if (digits(*p) >= 4) {
        d->hour = take(p, 2);
        d->minute = take(p, 2);
        d->second = digits(*p) >= 2 ? take(p, 2) : -1;
    }
}

static void take_epoch(struct date *d, const char **p)
{
    time_t seconds = strtol((char[11]){(*p)[0], (*p)[1], (*p)[2], (*p)[3],
                                       (*p)[4], (*p)[5], (*p)[6], (*p)[7],
                                       (*p)[8], (*p)[9], '\0'}, NULL, 10);
    struct tm tm;

    *p += digits(*p);
    if (!gmtime_r(&seconds, &tm))
        return;
    *d = (struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                       tm.tm_hour, tm.tm_min, tm.tm_sec, false, true, 0};
}

/* A number that stands by itself: a day, then a year. */
static void take_number(struct date *d, const char **p)
{
    size_t n = digits(*p);

    if (n <= 2 && d->day == 0)
        d->day = take(p, n);
    else if (n == 4 && d->year == 0)
        d->year = take(p, n);
    else if (n == 2 && d->year == 0 && d->month > 0)
        d->year = take(p, n);
    else
        *p += n;
    if (n == 2 && d->year > 0 && d->year < 100)
        d->year += d->year < 70 ? 2000 : 1900;
}

static void take_digits(struct date *d, const char **p)
{
    size_t n = digits(*p);
    char sign = (*p)[n];

    if (n <= 2 && d->hour < 0 &&
        (sign == ':' || (sign == '.' && d->year > 0)) &&
        digits(*p + n + 1) == 2)
        take_time(d, p);
    else if (n == 8 || n == 12 || n == 14)
        take_packed(d, p);
    else if (n == 10 || n == 13)
        take_epoch(d, p);
    else if (d->day != 0 || d->year != 0 || !take_day(d, p))
        take_number(d, p);
}

/* ---- all of it ---- */

static const char *word_end(const char *p)
{
    const char *end = p;

    while (gly_is_letter(gly_next_char(&p)))
        end = p;
    return end;
}

static void take_word(struct date *d, const char *word, const char *end)
{
    size_t len = (size_t)(end - word);
    int month = d->month == 0 || d->doubt ? month_of(word, len) : 0, zone;

    if (month > 0) {
        d->month = month;
        d->doubt = month == 3 && d->day == 0;
        return;
    }
    if (d->hour >= 0 && !take_half(d, word, len) && !d->zoned &&
        zone_of(word, len, &zone)) {
        d->zoned = true;
        d->zone = zone;
    }
}

static bool is_date(const struct date *d)
{
    bool unset = (d->year == 1970 && d->month == 1 && d->day == 1) ||
                 (d->year == 1969 && d->month == 12 && d->day == 31);

    if (unset || d->year <= 1900 || d->year > 2100 || d->month < 1 ||
        d->month > 12 || d->day < 0 || d->day > month_days(d->year, d->month))
        return false;
    return d->hour <= 24 && d->minute <= 59 && d->second <= 60;
}

/* Seconds since 1970; without a zone as if in Greenwich. */
static time_t count_seconds(const struct date *d)
{
    struct tm tm = {
        .tm_year = d->year - 1900,
        .tm_mon = d->month - 1,
        .tm_mday = d->day > 0 ? d->day : 1,
        .tm_hour = d->hour > 0 ? d->hour : 0,
        .tm_min = (d->minute > 0 ? d->minute : 0) - d->zone,
        .tm_sec = d->second > 0 ? d->second : 0,
    };

    return timegm(&tm);
}

/* Midnight to the second is how programs write a day without its time. */
static void write_date(const struct date *d, char out[MOST_DATE])
{
    int len = snprintf(out, MOST_DATE, "%04d-%02d", d->year, d->month);

    if (d->day > 0)
        len += snprintf(out + len, MOST_DATE - (size_t)len, "-%02d", d->day);
    if (d->day == 0 || d->hour < 0 || d->hour == 24 ||
        (d->hour == 0 && d->minute == 0 && d->second <= 0))
        return;
    len += snprintf(out + len, MOST_DATE - (size_t)len, "T%02d:%02d", d->hour,
                    d->minute);
    if (d->second >= 0)
        len += snprintf(out + len, MOST_DATE - (size_t)len, ":%02d",
                        d->second);
    if (d->zoned && d->zone == 0)
        snprintf(out + len, MOST_DATE - (size_t)len, "Z");
    else if (d->zoned)
        snprintf(out + len, MOST_DATE - (size_t)len, "%c%02d:%02d",
                 d->zone < 0 ? '-' : '+', abs(d->zone) / 60,
                 abs(d->zone) % 60);
}

bool date_read(const char *str, char out[MOST_DATE], time_t *time)
{
    struct date d = {.hour = -1, .minute = -1, .second = -1};
    const char *p = str;

    if (strlen(str) > LONGEST_DATE)
        return false;
    while (*p) {
        const char *end = word_end(p);

        if (end > p) {
            take_word(&d, p, end);
            p = end;
        } else if (is_digit(*p)) {
            take_digits(&d, &p);
        } else if ((*p == '+' || *p == '-') && is_digit(p[1]) && d.hour >= 0) {
            take_zone(&d, &p);
        } else {
            gly_next_char(&p);
        }
    }
    if (!is_date(&d))
        return false;
    write_date(&d, out);
    *time = count_seconds(&d);
    return true;
}

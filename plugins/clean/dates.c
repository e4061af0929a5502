/* Dates as pages write them, made ISO 8601 with what is known of them and no
 * more. */
#include "dates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MOST_WORDS = 24,   /* and signs, of a date with what stands around it */
    LONGEST_WORD = 32, /* bytes of a month, and some */
};

static const struct date unknown = { .hour = -1, .minute = -1, .second = -1 };

/* ---- what is a date ---- */

int month_days(int year, int month)
{
    static const char days[] = { 31, 28, 31, 30, 31, 30,
                                 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* 1970-01-01 and the day before are what programs write that know none. */
static bool is_day(const struct date *d)
{
    if (d->year <= 1900 || d->year > 2100 || d->month < 1 || d->month > 12 ||
        d->day < 0 || d->day > month_days(d->year, d->month))
        return false;
    return !(d->year == 1970 && d->month == 1 && d->day == 1) &&
           !(d->year == 1969 && d->month == 12 && d->day == 31);
}

/* Midnight to the second is how programs write a day without its time. */
static void write_date(const struct date *d, char out[MOST_DATE])
{
    int len = snprintf(out, MOST_DATE, "%04d-%02d", d->year, d->month);

    if (d->day > 0)
        len += snprintf(out + len, MOST_DATE - (size_t)len, "-%02d", d->day);
    if (d->day == 0 || d->hour < 0 ||
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

/* ---- dates in numbers ---- */

/* "20210618", "20210618T093000Z", "20210618093000". */
static bool read_packed(const char *p, size_t len, struct date *d)
{
    d->year = digits(&p, 4);
    d->month = digits(&p, 2);
    d->day = digits(&p, 2);
    if (!is_day(d))
        return false;
    if (len == 8 && (*p | 32) == 't' && strspn(p + 1, "0123456789") >= 4) {
        p++;
        len = 8 + strspn(p, "0123456789");
    } else if (len == 8) {
        time_read(p, d);
        return true;
    }
    d->hour = digits(&p, 2);
    d->minute = digits(&p, 2);
    if (len >= 14)
        d->second = digits(&p, 2);
    if (d->hour > 23 || d->minute > 59 || d->second > 59) {
        d->hour = -1;
        return true;
    }

    struct part name = { p, 0 };

    zone_read(&p, d, &name);
    zone_name(d, name);
    return true;
}

/* Seconds since 1970, ten digits, or thousandths of them. */
static bool read_epoch(const char *p, struct date *d)
{
    time_t seconds = digits(&p, 10);
    struct tm tm;

    if (!gmtime_r(&seconds, &tm))
        return false;
    d->year = tm.tm_year + 1900;
    d->month = tm.tm_mon + 1;
    d->day = tm.tm_mday;
    d->hour = tm.tm_hour;
    d->minute = tm.tm_min;
    d->second = tm.tm_sec;
    d->zoned = true;
    return true;
}

/* How long the sign between two numbers of a date is: "-", "年". */
static size_t between(const char *p)
{
    static const char *const signs[] = { "-", "/", ".", "年", "月", "년", "월",
                                         NULL };

    for (const char *const *s = signs; *s; s++)
        if (strncmp(p, *s, strlen(*s)) == 0)
            return strlen(*s) + strspn(p + strlen(*s), " ");
    return 0;
}

/* "2021-06-18...", "2021/6/18", "2021年6月18日", "2021-06". */
static bool read_year_first(const char *p, struct date *d)
{
    size_t gap;

    d->year = digits(&p, 4);
    gap = between(p);
    p += gap;
    d->month = gap ? number(&p, 2) : 0;
    if (d->month < 1)
        return false;
    gap = between(p);
    if (gap > 0 && is_digit(p[gap])) {
        p += gap;
        d->day = number(&p, 2);
        if (d->day < 1 || !is_day(d))
            return false;
        if (strncmp(p, "日", 3) == 0 || strncmp(p, "일", 3) == 0)
            p += 3;
        time_read(p, d);
    }
    return is_day(d);
}

/* "18.6.2021" is sure, "18/6/2021" too, since no year has 18 months, but
 * "3/4/2021" is not. */
static bool read_year_last(const char *p, struct date *d)
{
    int first = number(&p, 2), second;
    char sep = *p;

    if (first < 1 || !strchr("./-", sep) || sep == '\0')
        return false;
    p++;
    second = number(&p, 2);
    if (second < 1 || *p != sep)
        return false;
    p++;
    if (strspn(p, "0123456789") != 4)
        return false;
    d->year = digits(&p, 4);
    if (sep != '.' && first <= 12 && second <= 12 && first != second)
        return false;
    d->month = second > 12 ? first : second;
    d->day = second > 12 ? second : first;
    if (!is_day(d))
        return false;
    time_read(p, d);
    return true;
}

/* ---- written dates ---- */

/* Names of months, and what is short for them. What is a day's, a person's or
 * another month's name elsewhere ("listopada") is left out. */
static const char *const months[] = {
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro "
    "januari ocak stycznia styczeń январь января янв січня січень",
    "february feb februar febr feber février fevrier févr fév febrero "
    "febbraio fevereiro fev februari lutego luty şubat февраль февраля фев "
    "февр лютого лютий",
    "march mar märz maerz mrz mär mars marzo março marco maart mrt marts "
    "maret marca marzec март марта мар березня березень",
    "april apr avril avr abril abr aprile kwietnia kwiecień nisan апрель "
    "апреля апр квітня квітень",
    "may mai mayo maggio mag maio mei maj mayıs май мая травня травень",
    "june jun juni juin junio giugno giu junho czerwca czerwiec haziran июнь "
    "июня червня червень",
    "july jul juli juillet juil julio luglio lug julho lipca lipiec temmuz "
    "июль июля липня липень",
    "august aug août aout agosto ago augustus augusti agustus sierpnia "
    "sierpień ağustos август августа авг серпня серпень",
    "september sep sept septembre septiembre setiembre settembre set setembro "
    "września wrzesień eylül сентябрь сентября сен сент вересня вересень",
    "october oct oktober okt octobre octubre ottobre ott outubro out "
    "października październik ekim октябрь октября окт жовтня жовтень",
    "november nov novembre noviembre novembro kasım ноябрь ноября ноя нояб "
    "листопада",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre "
    "dezembro desember grudnia grudzień aralık декабрь декабря дек грудня "
    "грудень",
};

/* Into small letters; 0 for a word that is too long to be of use here. */
static size_t fold(struct part word, char small[LONGEST_WORD])
{
    const char *at = word.at, *end = word.at + word.len;
    size_t len = 0;

    while (at < end) {
        if (len + 4 > LONGEST_WORD)
            return 0;
        len += gly_put_char(small + len, gly_lower(gly_next_char(&at)));
    }
    return len;
}

/* Whether the word, in small letters, is one of those. */
static bool is_among(const char *word, size_t len, const char *list)
{
    for (; *list; list += *list == ' ') {
        size_t size = strcspn(list, " ");

        if (size == len && memcmp(list, word, len) == 0)
            return true;
        list += size;
    }
    return false;
}

int month_find(struct part word)
{
    char small[LONGEST_WORD];
    size_t len = word.len >= 3 ? fold(word, small) : 0;

    for (int i = 0; len > 0 && i < 12; i++)
        if (is_among(small, len, months[i]))
            return i + 1;
    return 0;
}

static struct part next_word(const char **at)
{
    const char *begin = *at, *p = begin;

    while (gly_is_letter(gly_next_char(&p)))
        *at = p;
    return (struct part){ begin, (size_t)(*at - begin) };
}

/* A number of a written date: a day, as "19th" too, or a year. False at one
 * that is neither, where the date is over. */
static bool take_number(const char **at, struct date *d)
{
    size_t len = strspn(*at, "0123456789");

    if (len == 4 && !d->year)
        d->year = digits(at, 4);
    else if (len > 0 && len <= 2 && !d->day)
        d->day = digits(at, len);
    else
        return false;
    if (len <= 2) {
        const char *p = *at;
        struct part suffix = next_word(&p);

        char small[LONGEST_WORD];
        size_t size = fold(suffix, small);

        if (size > 0 && is_among(small, size, "st nd rd th er º ª de ter"))
            *at = p;
    }
    return true;
}

/* A word of a written date; "mar." may be a month, or Tuesday before one. */
static void take_word(struct part word, struct date *d, bool *doubt)
{
    int month = d->month == 0 || *doubt ? month_find(word) : 0;

    if (month == 0)
        return;
    d->month = month;
    *doubt = part_is(word, "mar") && d->day == 0;
}

/* "Nov. 19, 2019 at 8:59 pm", "Tue, 19 Nov 2019 10:00 GMT", "le 19 novembre
 * 2019", "Tue Nov 19 10:00:00 GMT 2019", "November 2019". */
static bool read_written(const char *p, struct date *d)
{
    struct part name = { p, 0 };
    bool doubt = false;

    for (unsigned words = 0; *p && words < MOST_WORDS; words++) {
        struct part word = next_word(&p);

        if (word.len > 0)
            take_word(word, d, &doubt);
        else if (!is_digit(*p))
            gly_next_char(&p);
        else if (d->hour < 0 && clock_read(&p, d))
            zone_read(&p, d, &name);
        else if (!take_number(&p, d))
            break;
        if (d->year && d->month && d->day)
            break;
    }
    if (d->year == 0 || d->month == 0 || !is_day(d))
        return false;
    if (d->hour >= 0)
        zone_name(d, name);
    else if (d->day > 0)
        time_read(p, d);
    return true;
}

/* ---- all of them ---- */

static bool read_date(const char *str, struct date *d)
{
    const char *first;
    size_t len;
    bool known;

    *d = unknown;
    skip(&str, " ");
    first = str + strcspn(str, "0123456789");
    len = strspn(first, "0123456789");
    if (len > 4 && first > str)
        return false;
    if (len == 10 || len == 13)
        known = *str == '1' && str[len] == '\0' && read_epoch(str, d);
    else if (len == 8 || len == 12 || len == 14)
        known = read_packed(str, len, d);
    else if (len == 4 && between(first + 4))
        known = read_year_first(first, d);
    else if (!(known = read_year_last(first, d)))
        *d = unknown;
    return known || (len <= 4 && read_written(str, d));
}

bool date_read(const char *str, char out[MOST_DATE])
{
    struct date d;

    if (!read_date(str, &d))
        return false;
    write_date(&d, out);
    return true;
}

/* The numbers of "/2020/02/03/", "/2020/feb/03/", "/2020-02-03-a-bridge". */
static bool read_path(const char *p, struct date *d)
{
    d->year = digits(&p, 4);

    char sep = *p;

    if (d->year < 1990 || (sep != '/' && sep != '-'))
        return false;
    p++;
    d->month = is_digit(*p) ? number(&p, 2) : month_find(next_word(&p));
    if (d->month < 1 || *p != sep)
        return false;
    p++;
    d->day = number(&p, 2);
    if (d->day < 1) { /* "/2020/02/a-bridge" */
        d->day = 0;
        return sep == '/' && is_day(d);
    }
    return (*p == '\0' || strchr("/-_.?#", *p)) && is_day(d);
}

bool date_of_uri(const char *uri, char out[MOST_DATE])
{
    const char *p = strstr(uri, "://");

    for (p = p ? strchr(p + 3, '/') : NULL; p; p = strchr(p + 1, '/')) {
        struct date d = unknown;
        size_t len = strspn(p + 1, "0123456789");
        bool known = false;

        if (len == 4)
            known = read_path(p + 1, &d);
        else if (len == 8 && strchr("/-_.", p[9]))
            known = read_packed(p + 1, len, &d) && d.year >= 1990;
        if (known) {
            write_date(&d, out);
            return true;
        }
    }
    return false;
}

/* Days since some day, by years that begin in March. */
static long day_number(const struct date *d)
{
    int year = d->year - (d->month <= 2);
    int month = d->month + (d->month <= 2 ? 9 : -3);

    return 365L * year + year / 4 - year / 100 + year / 400 +
           (153 * month + 2) / 5 + d->day;
}

bool date_is_before(const char *date, const char *other)
{
    struct date a, b;

    return read_date(date, &a) && read_date(other, &b) && a.day && b.day &&
           day_number(&a) + 1 < day_number(&b);
}

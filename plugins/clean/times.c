/* Times of day and their zones, as pages write them. */
#include "dates.h"

/* Zones that a name means for sure, with the months in which it does: many
 * write "EST" in summer too. "ET" is either, so only far from the changes. */
static const struct zone {
    const char *name;
    int minutes, first, last; /* months */
} zones[] = {
    { "z", 0, 1, 12 },         { "utc", 0, 1, 12 },
    { "gmt", 0, 1, 12 },       { "ut", 0, 1, 12 },
    { "est", -300, 11, 3 },    { "edt", -240, 3, 11 },
    { "et", -300, 12, 2 },     { "et", -240, 4, 10 },
    { "cdt", -300, 3, 11 },    { "mst", -420, 11, 3 },
    { "mdt", -360, 3, 11 },    { "pst", -480, 11, 3 },
    { "pdt", -420, 3, 11 },    { "pt", -480, 12, 2 },
    { "pt", -420, 4, 10 },     { "cet", 60, 10, 3 },
    { "cest", 120, 3, 10 },    { "mez", 60, 10, 3 },
    { "mesz", 120, 3, 10 },    { "bst", 60, 3, 10 },
    { "msk", 180, 1, 12 },     { "jst", 540, 1, 12 },
    { "kst", 540, 1, 12 },     { "hkt", 480, 1, 12 },
    { "aest", 600, 4, 10 },    { "aedt", 660, 10, 4 },
};

/* "+09:00", "-0500", "+2". */
static bool read_offset(const char **at, int *minutes)
{
    const char *p = *at;
    int hour, minute = 0;

    if (*p != '+' && *p != '-')
        return false;

    size_t len = strspn(++p, "0123456789");

    if (len == 0 || len == 3 || len > 4)
        return false;
    hour = digits(&p, len > 2 ? len - 2 : len);
    if (len == 4)
        minute = digits(&p, 2);
    else if (*p == ':' && is_digit(p[1]) && is_digit(p[2]) && p++)
        minute = digits(&p, 2);
    if (hour > 14 || minute > 59)
        return false;
    *minutes = (hour * 60 + minute) * (**at == '-' ? -1 : 1);
    *at = p;
    return true;
}

static bool is_month_of(const struct zone *z, int month)
{
    return z->first <= z->last ? month >= z->first && month <= z->last
                               : month >= z->first || month <= z->last;
}

/* `name` is kept until the month is known, see zone_name(). */
void zone_read(const char **at, struct date *d, struct part *name)
{
    const char *p = *at;

    skip(&p, " (");
    if ((*p == '+' || *p == '-') && read_offset(&p, &d->zone)) {
        d->zoned = true;
        *at = p;
        return;
    }

    size_t len = 0;

    while ((p[len] | 32) >= 'a' && (p[len] | 32) <= 'z')
        len++;
    *name = (struct part){ p, len };
    p += len;
    if ((part_is(*name, "gmt") || part_is(*name, "utc")) &&
        read_offset(&p, &d->zone)) {
        d->zoned = true;
        *at = p;
    }
}

void zone_name(struct date *d, struct part name)
{
    if (d->zoned || d->hour < 0)
        return;
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
        if (part_is(name, zones[i].name) && is_month_of(&zones[i], d->month)) {
            d->zoned = true;
            d->zone = zones[i].minutes;
            return;
        }
}

/* "am", "p.m."; 0 for neither. */
static char half_day(const char **at)
{
    const char *p = *at;
    char half;

    skip(&p, " ");
    half = *p | 32;
    if (half != 'a' && half != 'p')
        return 0;
    p++;
    p += *p == '.';
    if ((*p | 32) != 'm' || ((p[1] | 32) >= 'a' && (p[1] | 32) <= 'z'))
        return 0;
    p++;
    *at = p + (*p == '.');
    return half;
}

/* "10:30:15.000", "8:59 pm", "10h30", "10.30 Uhr", "9am". False, and *at
 * stays, where none is. */
bool clock_read(const char **at, struct date *d)
{
    const char *p = *at;
    int hour = number(&p, 2), minute = 0, second = -1;
    char sep = *p | 32, half;

    if (hour < 0)
        return false;
    if ((*p == ':' || sep == 'h' || *p == '.') && is_digit(p[1]) &&
        is_digit(p[2]) && !is_digit(p[3])) {
        p++;
        minute = digits(&p, 2);
    } else {
        sep = 0;
    }
    if (sep == ':' && *p == ':' && is_digit(p[1]) && is_digit(p[2])) {
        p++;
        second = digits(&p, 2);
        if ((*p == '.' || *p == ',') && is_digit(p[1])) {
            p++;
            skip(&p, "0123456789");
        }
    }
    half = half_day(&p);
    if (!half && sep != ':' && sep != 'h' &&
        (sep != '.' || strncmp(p, " Uhr", 4) != 0))
        return false;
    if (half && hour <= 12)
        hour = hour % 12 + (half == 'p' ? 12 : 0);
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    d->hour = hour;
    d->minute = minute;
    d->second = second < 60 ? second : 59;
    *at = p;
    return true;
}

/* A time behind the date, with no more than "at" between. */
void time_read(const char *p, struct date *d)
{
    static const char *const words[] = { "at ", "um ", "à ", "a las ", "às ",
                                         "alle ", "ore ", "om ", "kl. ",
                                         "klo ", "kl ", NULL };
    static const char *const gaps[] = { " ", ",", "|", "-", "·", "•", "–", "—",
                                        "/", "\xC2\xA0", NULL };
    struct part name = { p, 0 };
    size_t gap = 1;

    if (*p == 'T' || *p == 't')
        p++;
    while (gap > 0) {
        gap = 0;
        for (const char *const *g = gaps; *g && !gap; g++)
            gap = strncmp(p, *g, strlen(*g)) == 0 ? strlen(*g) : 0;
        p += gap;
    }
    for (const char *const *w = words; *w; w++)
        if (strncmp(p, *w, strlen(*w)) == 0) {
            p += strlen(*w);
            break;
        }
    if (!clock_read(&p, d))
        return;
    if (strncmp(p, " Uhr", 4) == 0)
        p += 4;
    zone_read(&p, d, &name);
    zone_name(d, name);
}

/* dates.h: what dates.c and times.c share. */
#ifndef CLEAN_DATES_H
#define CLEAN_DATES_H

#include "metadata.h"

#include <string.h>

struct date {
    int year, month, day;     /* 0: not known */
    int hour, minute, second; /* -1: not known */
    bool zoned;
    int zone;                 /* minutes ahead of UTC */
};

/* A time of day: "10:30:15.000", "8:59 pm", "10h30", "10.30 Uhr", "9am". False,
 * and *at stays, where none is. */
bool clock_read(const char **at, struct date *d);
/* The zone behind a time, as an offset, or a name to be looked up once the
 * month is known. */
void zone_read(const char **at, struct date *d, struct part *name);
void zone_name(struct date *d, struct part name);
/* The time and zone behind a date, with no more than "at" between. */
void time_read(const char *p, struct date *d);

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number at *at, which then points past it; -1 for none of so few digits
 * as `most`. */
static inline int number(const char **at, size_t most)
{
    size_t len = strspn(*at, "0123456789");
    int value = 0;

    if (len == 0 || len > most)
        return -1;
    while (len-- > 0)
        value = value * 10 + *(*at)++ - '0';
    return value;
}

/* The first `len` digits at *at, which must be there. */
static inline int digits(const char **at, size_t len)
{
    int value = 0;

    while (len-- > 0)
        value = value * 10 + *(*at)++ - '0';
    return value;
}

static inline void skip(const char **at, const char *chars)
{
    *at += strspn(*at, chars);
}

#endif

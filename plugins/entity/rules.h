/* rules.h: what is found by rules alone: dates, times and amounts.
 *
 * rules.c     the pass over the text, and what of it yields to names
 * numbers.c   numbers, in digits and in words
 * dates.c     dates, as they stand in calendars
 * years.c     years and their parts, decades, centuries
 * relative.c  dates told from the document's own: "last week"
 * calendar.c  days, weeks and months, and their ISO 8601 form
 * times.c     times of the day
 * amounts.c   money, percentages and quantities
 */
#ifndef ENTITY_RULES_H
#define ENTITY_RULES_H

#include "entity.h"

enum rule { RULE_DATE, RULE_TIME, RULE_MONEY, RULE_PERCENT, RULE_QUANTITY };

struct date {
    int year, month, day; /* 0: not said */
};

/* From the begin of the one to the end of the other, which has year 0 where
 * the period is a single day, month or year. */
struct period {
    struct date from, to;
    int length;       /* of a period told by its length, else 0 */
    char unit;        /* D, W, M or Y */
    bool open;        /* it begins with `from`, else it ends with it */
};

/* What the rules go by beside the text. */
struct rules {
    const struct text *t;
    const gly_words *currencies, *units;
    uint8_t *begins;      /* by the first three letters of a word */
    struct date today; /* the document's own; month and day may be 0 */
    uint8_t *tenses;      /* of each token, once asked for */
    uint32_t first, last; /* the sentence's tokens */
    uint32_t before;      /* the end of the last date of this sentence */
};

/* A find: tokens [first, last). */
struct find {
    uint32_t first, last;
    enum rule rule;
    const char *value, *id;
};

/* A number, which ends with token next - 1. */
struct number {
    double value, upto; /* upto: the end of a range, else 0 */
    uint32_t next;
    const char *rest;   /* what is left of that token: "km" of "20km" */
    size_t rest_len;
    bool words, scaled; /* in words; with "million" */
    bool vague;         /* "millions" */
    bool dotted;        /* "5.000", perhaps five thousand */
};

int entity_rules_open(struct rules *r, gly_stage *stage);
void entity_rules(struct rules *r, double min_score,
                  struct candidates *names, struct candidates *out);

bool entity_number(const struct text *t, uint32_t i, uint32_t last,
                   struct number *n);
/* Digits as in "1,234.5": how many bytes, or 0. */
size_t entity_digits(const char *at, size_t len, double *value);
/* The token that ends at byte `end`, plus one; or i. */
uint32_t entity_upto(const struct text *t, uint32_t i, uint32_t last,
                     const char *end);

/* These give the token after what stands at i, or i. */
uint32_t entity_date(const struct rules *r, uint32_t i, struct period *p);
uint32_t entity_years(const struct rules *r, uint32_t i, struct period *p);
uint32_t entity_relative(const struct rules *r, uint32_t i, struct period *p);
uint32_t entity_time(const struct rules *r, uint32_t i, char value[16]);
bool entity_amount(const struct rules *r, uint32_t i, struct find *find);

/* Days counted from the first of January 1970. */
long entity_serial(struct date d);
struct date entity_civil(long serial);
/* 0 for Monday. */
int entity_weekday(long serial);
int entity_month_days(int year, int month);
bool entity_today(const gly_doc *doc, struct date *today);
/* Its ISO 8601 form, or NULL. */
const char *entity_iso(gly_doc *doc, const struct period *p);

/* January is 1, Monday 1; 0 for none. *sure when it is nothing else too. */
int entity_month(const struct text *t, uint32_t i, bool *sure);
int entity_day_of_week(const struct text *t, uint32_t i);
int entity_weekday_of(const char *at, size_t len);

bool entity_year_at(const struct rules *r, uint32_t i, int *year);
/* ", 2021" and the like at i: the token after it, or i. */
uint32_t entity_year_after(const struct rules *r, uint32_t i, int *year);
/* The years that are meant where none is said, by the verbs around token i. */
void entity_find_years(const struct rules *r, uint32_t i, struct period *p);
/* "to", "-" and the like, which stand between two dates. */
bool entity_through(const struct text *t, uint32_t i);

/* What the verbs around token i say: 1 for the future, -1 for the past. */
int entity_tense(const struct rules *r, uint32_t i);

#endif

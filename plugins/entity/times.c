/* times.c: times of the day, "9:30 a.m. ET" and "half past three".
 *
 * The value is local time, with its distance from UTC where the zone's letters
 * name one. "ET" is one of two, so it has none; "half past three" is twice a
 * day and has no value at all.
 */
#include "rules.h"

#include <stdio.h>
#include <string.h>

struct clock {
    int hour, minute; /* hour -1: not certain */
    bool half;        /* of a day, still to be told by a.m. or p.m. */
};

/* "9", "9:30", "9.30" or "09:30:15", the rest in *rest; false for others. */
static bool digits(const char *at, size_t len, struct clock *c, size_t *used)
{
    size_t n = 0;

    *c = (struct clock){.minute = -1};
    while (n < len && n < 2 && at[n] >= '0' && at[n] <= '9')
        c->hour = c->hour * 10 + at[n++] - '0';
    if (n == 0 || c->hour > 24)
        return false;
    for (int part = 0; part < 2 && n + 2 < len; part++) {
        bool sign = at[n] == ':' || (at[n] == '.' && part == 0);
        bool two = at[n + 1] >= '0' && at[n + 1] <= '5' && at[n + 2] >= '0' &&
                   at[n + 2] <= '9';

        if (!sign || !two)
            break;
        if (part == 0)
            c->minute = (at[n + 1] - '0') * 10 + at[n + 2] - '0';
        n += 3;
    }
    *used = n;
    return n == len || at[n] < '0' || at[n] > '9';
}

/* "a.m.", "AM" and "pm": 1 for the morning, 2 for the rest. */
static int half_of(const char *at, size_t len)
{
    static const char *const forms[] = {"am", "pm", "a.m.", "p.m.", "a.m",
                                        "p.m"};

    for (int k = 0; k < 6; k++)
        if (gly_word_is(at, len, forms[k]))
            return k % 2 + 1;
    return 0;
}

static void set_half(struct clock *c, int half)
{
    if (c->hour < 1 || c->hour > 12)
        return;
    c->hour = c->hour % 12 + (half == 2 ? 12 : 0);
    c->half = false;
}

/* The zone at i: the token after it, or i. */
static uint32_t zone(const struct rules *r, uint32_t i, const char **offset)
{
    static const struct {
        const char *name, *offset;
    } zones[] = {
        {"GMT", "Z"},       {"UTC", "Z"},       {"EST", "-05:00"},
        {"EDT", "-04:00"},  {"CDT", "-05:00"},  {"MST", "-07:00"},
        {"MDT", "-06:00"},  {"PST", "-08:00"},  {"PDT", "-07:00"},
        {"CET", "+01:00"},  {"CEST", "+02:00"}, {"EET", "+02:00"},
        {"EEST", "+03:00"}, {"MSK", "+03:00"},  {"JST", "+09:00"},
        {"KST", "+09:00"},  {"AEST", "+10:00"}, {"AEDT", "+11:00"},
        {"HKT", "+08:00"},  {"SGT", "+08:00"},  {"ET", ""},
        {"CT", ""},         {"MT", ""},         {"PT", ""},
        {"BST", ""},        {"IST", ""},        {"CST", ""},
        {"WIB", "+07:00"},
    };
    static const char *const places[] = {"Eastern", "Central", "Mountain",
                                         "Pacific", NULL};
    const struct text *t = r->t;

    *offset = "";
    if (i >= r->last || t->token[i].type != GLY_WORD)
        return i;
    for (size_t k = 0; k < sizeof(zones) / sizeof(*zones); k++)
        if (strlen(zones[k].name) == entity_len(t, i) &&
            memcmp(zones[k].name, entity_at(t, i), entity_len(t, i)) == 0) {
            *offset = zones[k].offset;
            return i + 1;
        }
    for (int k = 0; places[k]; k++)
        if (strlen(places[k]) == entity_len(t, i) &&
            memcmp(places[k], entity_at(t, i), entity_len(t, i)) == 0 &&
            i + 1 < r->last && entity_is(t, i + 1, "time"))
            return i + 2;
    if (i + 1 < r->last && entity_is(t, i, "local") &&
        entity_is(t, i + 1, "time"))
        return i + 2;
    return i;
}

/* "in the morning" after a time: the token after it, or i. */
static uint32_t part_of_day(const struct rules *r, uint32_t i, int *half)
{
    const struct text *t = r->t;

    if (i + 2 >= r->last || !entity_is(t, i, "in") ||
        !entity_is(t, i + 1, "the"))
        return i;
    if (entity_is(t, i + 2, "morning"))
        *half = 1;
    else if (entity_is(t, i + 2, "afternoon") ||
             entity_is(t, i + 2, "evening"))
        *half = 2;
    else
        return i;
    return i + 3;
}

static void write_value(const struct clock *c, const char *offset,
                        char value[16])
{
    int minute = c->minute < 0 ? 0 : c->minute;

    *value = '\0';
    if (!c->half && c->hour >= 0 && c->hour <= 24)
        snprintf(value, 16, "%02u:%02u%s", (unsigned)c->hour % 24,
                 (unsigned)minute % 60, offset);
}

/* Words that a bare "14:05" follows. */
static bool asked(const struct rules *r, uint32_t i)
{
    static const char *const words[] = {"at",    "by",     "until", "from",
                                        "around", "about", "after", "before",
                                        "since", "till",   "and",   "to",
                                        NULL};

    return i > r->first && entity_any(r->t, i - 1, words);
}

/* "o'clock" or "hours" at i: the token after it, or i. */
static uint32_t o_clock(const struct rules *r, uint32_t i)
{
    const char *at = i < r->last ? entity_at(r->t, i) : "";
    size_t len = i < r->last ? entity_len(r->t, i) : 0;

    return gly_word_is(at, len, "o'clock") ||
                   gly_word_is(at, len, "o\u2019clock")
               ? i + 1
               : i;
}

/* "1405 GMT" at i: the token after it, or i. */
static uint32_t by_four(const struct rules *r, uint32_t i, char value[16])
{
    const char *at = entity_at(r->t, i), *offset;
    uint32_t end = zone(r, i + 1, &offset);

    if (end == i + 1 || entity_len(r->t, i) != 4 ||
        strspn(at, "0123456789") < 4)
        return i;

    struct clock c = {.hour = (at[0] - '0') * 10 + at[1] - '0',
                      .minute = (at[2] - '0') * 10 + at[3] - '0'};

    if (c.hour > 24 || c.minute > 59)
        return i;
    write_value(&c, offset, value);
    return end;
}

/* The time in digits at i. */
static uint32_t by_digits(const struct rules *r, uint32_t i, char value[16])
{
    const struct text *t = r->t;
    const char *at = entity_at(t, i), *offset = "";
    size_t len = entity_len(t, i), used;
    struct clock c;
    uint32_t end = i + 1, next;

    if ((next = by_four(r, i, value)) != i)
        return next;
    if (!digits(at, len, &c, &used))
        return i;

    int half = half_of(at + used, len - used);
    bool sure = false, colon = memchr(at, ':', used) != NULL;

    if (len > used && !half)
        return i;
    if (!half && end < r->last && t->token[end].type == GLY_WORD &&
        (half = half_of(entity_at(t, end), entity_len(t, end))) != 0)
        end++;
    if (half && (c.hour < 1 || c.hour > 23))
        return i;
    c.half = !half && c.hour <= 12 && *at != '0' && c.minute >= 0;
    sure = half != 0;
    if (!half && (next = o_clock(r, end)) > end && c.minute < 0) {
        c.half = true;
        sure = true;
        end = next;
    }
    if (!half && sure)
        end = part_of_day(r, end, &half);
    if (half)
        set_half(&c, half);
    next = zone(r, end, &offset);
    if (next > end && c.half && *offset && colon)
        c.half = false; /* such zones go with 24 hours */
    sure |= next > end && c.minute >= 0;
    if (!sure && !(colon && c.minute >= 0 && len < 6 && asked(r, i)))
        return i;
    write_value(&c, offset, value);
    return next;
}

/* "half past three", "quarter to five", "three o'clock". */
static uint32_t by_words(const struct rules *r, uint32_t i, char value[16])
{
    const struct text *t = r->t;
    struct number n;
    uint32_t at = i, end;
    int half = 0, minute = 0;

    if (i + 2 < r->last && (entity_is(t, i, "half") ||
                            entity_is(t, i, "quarter"))) {
        bool past = entity_is(t, i + 1, "past");

        if (!past && !(entity_is(t, i, "quarter") && entity_is(t, i + 1, "to")))
            return i;
        minute = entity_is(t, i, "half") ? 30 : past ? 15 : -15;
        at = i + 2;
    }
    if (!entity_number(t, at, r->last, &n) || n.rest_len || n.scaled ||
        n.next != at + 1 || n.value < 1 || n.value > 12 ||
        n.value != (double)(int)n.value)
        return i;
    end = o_clock(r, n.next);
    if (at == i && end == n.next)
        return i;
    end = part_of_day(r, end, &half);
    if (half) {
        struct clock c = {.hour = (int)n.value, .half = true};

        set_half(&c, half);
        minute += c.hour * 60;
        snprintf(value, 16, "%02u:%02u", (unsigned)minute / 60 % 24,
                 (unsigned)minute % 60);
    }
    return end;
}

uint32_t entity_time(const struct rules *r, uint32_t i, char value[16])
{
    const struct text *t = r->t;
    const char *offset;

    *value = '\0';
    if (t->token[i].type == GLY_NUMERAL)
        return by_digits(r, i, value);
    if (t->token[i].type != GLY_WORD)
        return i;
    if (entity_is(t, i, "noon") || entity_is(t, i, "midnight")) {
        struct clock c = {.hour = entity_is(t, i, "noon") ? 12 : 0};
        uint32_t end = zone(r, i + 1, &offset);

        write_value(&c, offset, value);
        return end;
    }
    return by_words(r, i, value);
}

/* numbers.c: numbers, in digits and in words: "3.5 million", "twenty-five". */
#include "rules.h"

#include <string.h>

static const struct word_value {
    const char *word;
    double value; /* from 1000 on, and 100: multiplies what is before it */
} values[] = {
    {"billion", 1e9},   {"billions", 1e9},  {"bn", 1e9},
    {"crore", 1e7},     {"crores", 1e7},    {"dozen", 12},
    {"eight", 8},       {"eighteen", 18},   {"eighty", 80},
    {"eleven", 11},     {"fifteen", 15},    {"fifty", 50},
    {"five", 5},        {"forty", 40},      {"four", 4},
    {"fourteen", 14},   {"hundred", 100},   {"hundreds", 100},
    {"k", 1e3},         {"lakh", 1e5},      {"lakhs", 1e5},
    {"m", 1e6},         {"million", 1e6},   {"millions", 1e6},
    {"mln", 1e6},       {"mn", 1e6},        {"nine", 9},
    {"nineteen", 19},   {"ninety", 90},     {"one", 1},
    {"quadrillion", 1e15},
    {"seven", 7},       {"seventeen", 17},  {"seventy", 70},
    {"six", 6},         {"sixteen", 16},    {"sixty", 60},
    {"ten", 10},        {"thirteen", 13},   {"thirty", 30},
    {"thousand", 1e3},  {"thousands", 1e3}, {"three", 3},
    {"tn", 1e12},       {"trillion", 1e12}, {"trillions", 1e12},
    {"trn", 1e12},      {"twelve", 12},     {"twenty", 20},
    {"two", 2},         {"zero", 0},
};

static bool scale(double value)
{
    return value == 100 || value >= 1000;
}

/* The value of a number's word, or -1. */
static double value_of(const char *at, size_t len)
{
    if (len == 0 || len > 11 || !strchr("bcdefhklmnoqstzBCDEFHKLMNOQSTZ", *at))
        return -1;
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        if ((*at | 32) == values[i].word[0] &&
            gly_word_is(at, len, values[i].word))
            return values[i].value;
    return -1;
}

bool entity_any(const struct text *t, uint32_t i, const char *const *words)
{
    for (; *words; words++)
        if (entity_is(t, i, *words))
            return true;
    return false;
}

uint32_t entity_upto(const struct text *t, uint32_t i, uint32_t last,
                     const char *end)
{
    gly_pos stop = (gly_pos)(end - t->bytes);
    uint32_t n = i;

    while (n < last && t->token[n].end < stop)
        n++;
    return n < last && t->token[n].end == stop ? n + 1 : i;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Commas stand before three digits, or two as in India; a dot comes last. */
size_t entity_digits(const char *at, size_t len, double *value)
{
    size_t i = 0, group = 0;
    bool grouped = false;
    double tenth = 1;

    *value = 0;
    for (; i < len && i < 24; i++) {
        if (at[i] == ',' && i + 1 < len && digit(at[i + 1])) {
            if (group == 0 || (grouped ? group < 2 || group > 3 : group > 3))
                return 0;
            grouped = true;
            group = 0;
        } else if (digit(at[i])) {
            *value = *value * 10 + at[i] - '0';
            group++;
        } else {
            break;
        }
    }
    if (i == 0 || (grouped && group != 3))
        return 0;
    if (i + 1 < len && at[i] == '.' && digit(at[i + 1])) {
        double decimals = 0;

        for (i++; i < len && i < 40 && digit(at[i]); i++) {
            decimals = decimals * 10 + at[i] - '0';
            tenth *= 10;
        }
        *value += decimals / tenth;
    }
    return i;
}

/* "million" and "bn" after a number: the token after them. */
static uint32_t scales(const struct text *t, uint32_t i, uint32_t last,
                       struct number *n)
{
    for (; i < last && t->token[i].type == GLY_WORD; i++) {
        size_t len = entity_len(t, i);
        double by = value_of(entity_at(t, i), len);

        if (!scale(by) || len == 1 || entity_at(t, i)[len - 1] == 's')
            break;
        n->value *= by;
        n->upto *= by;
        n->scaled = true;
    }
    return i;
}

/* What is left of a token after its digits: "bn", "-million", "-10". */
static void read_rest(struct number *n)
{
    double by = value_of(n->rest, n->rest_len), upto;
    bool hyphen = n->rest_len > 1 && *n->rest == '-';

    if (hyphen && entity_digits(n->rest + 1, n->rest_len - 1, &upto) > 0) {
        size_t used = 1 + entity_digits(n->rest + 1, n->rest_len - 1, &upto);

        n->upto = upto > n->value ? upto : 0;
        if (n->upto > 0) {
            n->rest += used;
            n->rest_len -= used;
            read_rest(n);
        }
        return;
    }
    if (hyphen)
        by = value_of(n->rest + 1, n->rest_len - 1);
    if (scale(by) && !(n->rest_len == 1 && *n->rest == 'M')) {
        n->value *= by;
        n->upto *= by;
        n->scaled = true;
        n->rest_len = 0;
    }
}

static bool in_digits(const struct text *t, uint32_t i, uint32_t last,
                      struct number *n)
{
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i), used = entity_digits(at, len, &n->value);

    if (used == 0)
        return false;
    n->rest = at + used;
    n->rest_len = len - used;
    if (n->rest_len > 0 && *n->rest >= '0' && *n->rest <= '9')
        return false;
    read_rest(n);
    n->next = n->rest_len ? i + 1 : scales(t, i + 1, last, n);
    return true;
}

/* "twenty-five" is two words, "six-foot" one and a rest. */
static bool add_words(const char *at, size_t len, double *sum, double *group,
                      struct number *n)
{
    while (len > 0) {
        const char *hyphen = memchr(at, '-', len);
        size_t part = hyphen ? (size_t)(hyphen - at) : len;
        double value = value_of(at, part);

        if (value < 0 || part < 3) {
            if (!n->words)
                return false;
            n->rest = at - 1;
            n->rest_len = len + 1;
            return *n->rest == '-';
        }
        if (!scale(value))
            *group += value;
        else if (value == 100)
            *group = (*group > 0 ? *group : 1) * 100;
        else
            *sum += (*group > 0 ? *group : 1) * value, *group = 0;
        n->scaled |= value >= 1000;
        n->vague |= scale(value) && at[part - 1] == 's';
        n->words = true;
        at += part + (hyphen != NULL);
        len -= part + (hyphen != NULL);
    }
    return true;
}

static bool is_number_word(const struct text *t, uint32_t i, uint32_t last)
{
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);
    const char *hyphen = memchr(at, '-', len);

    return i < last && t->token[i].type == GLY_WORD &&
           value_of(at, hyphen ? (size_t)(hyphen - at) : len) >= 0;
}

/* "million" begins no number, "millions" does. */
static bool bare_scale(const struct text *t, uint32_t i)
{
    size_t len = entity_len(t, i);

    return scale(value_of(entity_at(t, i), len)) &&
           entity_at(t, i)[len - 1] != 's';
}

/* "a million", "half a million": the token of the scale, or i. */
static uint32_t article(const struct text *t, uint32_t i, uint32_t last,
                        double *first)
{
    uint32_t next = i;

    *first = 0;
    if (next < last && entity_is(t, next, "half")) {
        *first = 0.5;
        next++;
    }
    if (next + 1 >= last ||
        !(entity_is(t, next, "a") || entity_is(t, next, "an")))
        return i;
    next++;
    if (!scale(value_of(entity_at(t, next), entity_len(t, next))) ||
        entity_len(t, next) < 4)
        return i;
    *first = *first > 0 ? *first : 1;
    return next;
}

static bool in_words(const struct text *t, uint32_t i, uint32_t last,
                     struct number *n)
{
    double sum = 0, group;
    uint32_t at = article(t, i, last, &group);

    if (at == i && (!is_number_word(t, i, last) || bare_scale(t, i)))
        return false;
    for (uint32_t count = 0; count < 12 && at < last; count++) {
        bool joined = n->words && entity_is(t, at, "and") && n->next == at;

        if (joined && at + 2 < last && entity_is(t, at + 1, "a") &&
            entity_is(t, at + 2, "half")) {
            group += 0.5;
            at += 3;
            n->next = at;
            continue;
        }
        if (joined && !(sum > 0 || group >= 100))
            break;
        at += joined;
        if (!is_number_word(t, at, last) || n->rest_len ||
            (n->words && !joined && t->token[at].flags & GLY_LINE) ||
            !add_words(entity_at(t, at), entity_len(t, at), &sum, &group, n))
            break;
        n->next = ++at;
    }
    n->value = sum + group;
    return n->words;
}

bool entity_number(const struct text *t, uint32_t i, uint32_t last,
                   struct number *n)
{
    *n = (struct number){.rest = ""};
    if (i >= last)
        return false;
    if (t->token[i].type == GLY_NUMERAL)
        return in_digits(t, i, last, n);
    return t->token[i].type == GLY_WORD && in_words(t, i, last, n);
}

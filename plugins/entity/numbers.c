/* numbers.c: numbers, in digits and in words: "3.5 million", "twenty-five". */
#include "rules.h"

#include <string.h>

static const struct word_value {
    const char *word;
    double value; /* from 1000 on, and 100: multiplies what is before it */
} values[] = {
    {"billion", 1e9},   {"billions", 1e9},  {"bn", 1e9},
    {"bln", 1e9},       {"crore", 1e7},     {"crores", 1e7},    {"dozen", 12},
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

enum { MOST_GROUPS = 5 }; /* of thousands, with spaces between */

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

/* "mln." before a word. */
static bool is_shortened(const struct text *t, uint32_t i, uint32_t last)
{
    return i + 2 < last && entity_len(t, i) < 4 && entity_is(t, i + 1, ".") &&
           !(t->token[i + 1].flags & GLY_SPACED) &&
           t->token[i + 2].type == GLY_WORD &&
           !(t->token[i + 2].flags & GLY_CAPITAL);
}

/* "million" and "bn" after a number: the token after them. */
static uint32_t scales(const struct text *t, uint32_t i, uint32_t last,
                       struct number *n)
{
    for (; i < last && t->token[i].type == GLY_WORD; i++) {
        size_t len = entity_len(t, i);
        double by = value_of(entity_at(t, i), len);

        const char *at = entity_at(t, i), *hyphen = memchr(at, '-', len);

        if (hyphen)
            by = value_of(at, (size_t)(hyphen - at));
        if (!scale(by) || len == 1 || at[len - 1] == 's')
            break;
        n->value *= by;
        n->upto *= by;
        n->scaled = true;
        if (is_shortened(t, i, last))
            return i + 2;
        if (hyphen) { /* "million-euro" */
            n->rest = hyphen;
            n->rest_len = (size_t)(at + len - hyphen);
            return i + 1;
        }
    }
    return i;
}

/* What is left of a token after its digits: "bn", "-million", "-10bn". */
static void read_rest(struct number *n)
{
    bool hyphen = n->rest_len > 1 && *n->rest == '-';
    double upto, by;
    size_t used =
        hyphen ? entity_digits(n->rest + 1, n->rest_len - 1, &upto) : 0;

    if (used > 0) {
        if (upto <= n->value)
            return;
        n->upto = upto;
        n->rest += used + 1;
        n->rest_len -= used + 1;
        hyphen = n->rest_len > 1 && *n->rest == '-';
    }
    by = value_of(n->rest + hyphen, n->rest_len - hyphen);
    if (scale(by) && !(n->rest_len == 1 && *n->rest == 'M')) {
        n->value *= by;
        n->upto *= by;
        n->scaled = true;
        n->rest_len = 0;
    }
}

/* Digits as in "1.234,5", where a comma and one or two behind it end them: how
 * many bytes, or 0. */
static size_t continental(const char *at, size_t len, double *value)
{
    size_t i = 0, group = 0;
    bool grouped = false;

    *value = 0;
    for (; i < len && i < 24; i++) {
        if (digit(at[i])) {
            *value = *value * 10 + at[i] - '0';
            group++;
        } else if (at[i] == '.' && group > 0 && group < 4 &&
                   (!grouped || group == 3)) {
            grouped = true;
            group = 0;
        } else {
            break;
        }
    }
    if (group == 0 || (grouped && group != 3) || i + 1 >= len || at[i] != ',')
        return 0;

    double tenth = 1;

    for (i++, group = 0; i < len && digit(at[i]); i++, group++) {
        *value = *value * 10 + at[i] - '0';
        tenth *= 10;
        if (group == 2)
            return 0;
    }
    *value /= tenth;
    return group > 0 && (i == len || at[i] != ',') ? i : 0;
}

/* Whether one space stands before token i, perhaps a narrow one. */
static bool one_space(const struct text *t, uint32_t i)
{
    const char *at = t->bytes + t->token[i - 1].end;
    uint32_t c = gly_next_char(&at);

    return gly_is_space(c) && c != '\t' && c != '\n' && at == entity_at(t, i);
}

/* "000 000" after "1", with a space before each three: the token after them. */
static uint32_t groups(const struct text *t, uint32_t i, uint32_t last,
                       struct number *n)
{
    for (int count = 0; count < MOST_GROUPS && i < last; count++, i++) {
        const char *at = entity_at(t, i);
        double value;

        if (t->token[i].type != GLY_NUMERAL || entity_len(t, i) != 3 ||
            entity_digits(at, 3, &value) != 3 || at[1] == '.' ||
            !one_space(t, i))
            break;
        n->value = n->value * 1000 + value;
    }
    return i;
}

/* "5.000" and "2.500 million", which may be meant as thousands. */
static bool is_dotted(const char *at, size_t len, bool scaled)
{
    const char *dot = memchr(at, '.', len);

    return dot && dot + 4 == at + len && *at != '0' && dot - at < 4 &&
           (!scaled || at[len - 1] == '0');
}

static bool in_digits(const struct text *t, uint32_t i, uint32_t last,
                      struct number *n)
{
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i), used = continental(at, len, &n->value);

    if (used == 0)
        used = entity_digits(at, len, &n->value);
    if (used == 0 || (used > 1 && *at == '0' && digit(at[1])))
        return false;
    n->rest = at + used;
    n->rest_len = len - used;
    if (n->rest_len > 0 && digit(*n->rest))
        return false;
    read_rest(n);
    n->next = i + 1;
    if (used == len && len < 4 && !memchr(at, '.', len))
        n->next = groups(t, n->next, last, n);
    if (n->rest_len == 0)
        n->next = scales(t, n->next, last, n);
    n->dotted = is_dotted(at, used, n->scaled);
    return true;
}

/* A number in words, as far as it was read. */
struct spoken {
    double sum, group; /* the thousands and above; what is below them */
    double room;       /* what may be added to the group is less than this */
    double least;      /* the last scale, or 0 */
};

/* Whether a word of this value goes on with the number. */
static bool speak(struct spoken *s, double value, bool dozen)
{
    if (value >= 1000) {
        if (s->group > 0 && s->least > 0 && value >= s->least)
            return false;
        if (s->group > 0 || s->sum == 0)
            s->sum += (s->group > 0 ? s->group : 1) * value;
        else
            s->sum *= value;
        s->group = 0;
        s->room = 100;
        s->least = value;
    } else if (value == 100 || (dozen && s->group > 0)) {
        if (s->group >= 100)
            return false;
        s->group = (s->group > 0 ? s->group : 1) * value;
        s->room = dozen ? 0 : 100;
    } else {
        if (value >= s->room)
            return false;
        s->group += value;
        s->room = value >= 20 && (int)value % 10 == 0 ? 10 : 0;
    }
    return true;
}

/* "twenty-five" is two words, "six-foot" one and a rest. */
static bool add_words(const char *at, size_t len, struct spoken *s,
                      struct number *n)
{
    const char *begin = at;

    while (len > 0) {
        const char *hyphen = memchr(at, '-', len);
        size_t part = hyphen ? (size_t)(hyphen - at) : len;
        double value = value_of(at, part);

        if (value < 0 || part < 3 || !speak(s, value, (*at | 32) == 'd')) {
            if (at == begin)
                return false;
            n->rest = at - 1;
            n->rest_len = len + 1;
            return true;
        }
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

/* "a" of "a million", "half a" of anything: the token after it, or i. */
static uint32_t article(const struct text *t, uint32_t i, uint32_t last,
                        double *first)
{
    bool half = i < last && entity_is(t, i, "half");
    uint32_t next = i + half;

    if (next + 1 >= last ||
        !(entity_is(t, next, "a") || entity_is(t, next, "an")))
        return i;
    next++;
    if (!half && (!scale(value_of(entity_at(t, next), entity_len(t, next))) ||
                  entity_len(t, next) < 4))
        return i;
    *first = half ? 0.5 : 1;
    return next;
}

/* "tens of millions": the token after it, or i. */
static uint32_t heaps(const struct text *t, uint32_t i, uint32_t last)
{
    static const char *const many[] = {"tens", "dozens", "hundreds",
                                       "thousands", "scores", NULL};
    uint32_t end = i + 2;

    if (end >= last || !entity_any(t, i, many) || !entity_is(t, i + 1, "of"))
        return i;
    return value_of(entity_at(t, end), entity_len(t, end)) >= 1000 &&
                   entity_at(t, end)[entity_len(t, end) - 1] == 's'
               ? end + 1
               : i;
}

/* "and a half" at i: the token after it, or i. */
static uint32_t and_a_half(const struct text *t, uint32_t i, uint32_t last)
{
    return i + 2 < last && entity_is(t, i, "and") &&
                   entity_is(t, i + 1, "a") && entity_is(t, i + 2, "half")
               ? i + 3
               : i;
}

static bool in_words(const struct text *t, uint32_t i, uint32_t last,
                     struct number *n)
{
    struct spoken s = {.room = 100};
    uint32_t at = article(t, i, last, &s.group), end;

    if ((end = heaps(t, i, last)) != i) {
        *n = (struct number){.next = end, .rest = "", .words = true,
                             .scaled = true, .vague = true};
        return true;
    }
    if (at != i) {
        s.room = 0;
        n->words = s.group < 1;
        n->next = at;
    } else if (!is_number_word(t, i, last) || bare_scale(t, i)) {
        return false;
    }
    for (uint32_t count = 0; count < 12 && at < last && !n->rest_len; count++) {
        if (n->words && (end = and_a_half(t, at, last)) != at) {
            s.group += 0.5;
            s.room = 0;
            n->next = at = end;
            continue;
        }

        bool joined = n->words && entity_is(t, at, "and");

        if (joined && !(s.sum > 0 || s.group >= 100))
            break;
        at += joined;
        if (!is_number_word(t, at, last) ||
            (n->words && !joined && t->token[at].flags & GLY_LINE) ||
            !add_words(entity_at(t, at), entity_len(t, at), &s, n))
            break;
        n->next = ++at;
    }
    n->value = s.sum + s.group;
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

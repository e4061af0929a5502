/* amounts.c: money, percentages and quantities: a number and what is counted.
 *
 * Currencies and units are in lists. A value of a list may say:
 *   before  it stands before its number: "Rs 500"
 *   weak    it is another word too: a number in full is asked for
 *   xNUMBER how much of the currency it is: "cents"
 */
#include "rules.h"

#include <stdio.h>
#include <string.h>

struct measure {
    const char *code; /* "USD", "km"; "" when it is not certain */
    size_t code_len;
    bool before, weak;
    double times;
};

static struct measure parse(const char *value)
{
    struct measure m = {.code = value, .times = 1};

    m.code_len = strcspn(value, " ");
    if (m.code_len == 1 && *m.code == '-')
        m.code_len = 0;
    for (value += strcspn(value, " "); *value; value += strcspn(value, " ")) {
        value++;

        size_t len = strcspn(value, " ");

        m.before |= len == 6 && memcmp(value, "before", 6) == 0;
        m.weak |= len == 4 && memcmp(value, "weak", 4) == 0;
        if (*value == 'x')
            entity_digits(value + 1, len - 1, &m.times);
    }
    return m;
}

/* Up to six decimals, without zeros behind them. */
static size_t put_number(char *out, size_t size, double value)
{
    int len = snprintf(out, size, value < 1e6 ? "%.6f" : "%.2f", value);

    while (out[len - 1] == '0')
        len--;
    len -= out[len - 1] == '.';
    out[len] = '\0';
    return (size_t)len;
}

static const char *write_value(gly_doc *doc, const struct number *n,
                               const struct measure *m)
{
    char out[120];
    size_t len;

    if (n->vague || (n->dotted && *m->code != '%') || n->value > 1e18 ||
        n->upto > 1e18)
        return NULL;
    len = put_number(out, 48, n->value * m->times);
    if (n->upto > 0) {
        out[len++] = '/';
        len += put_number(out + len, 48, n->upto * m->times);
    }
    if (m->code_len > 0 && m->code_len < 16)
        len += (size_t)snprintf(out + len, sizeof(out) - len, " %.*s",
                                (int)m->code_len, m->code);
    return gly_keep(doc, out, len);
}

static void set(const struct rules *r, struct find *f, enum rule rule,
                uint32_t first, uint32_t last, const struct number *n,
                const struct measure *m)
{
    *f = (struct find){.first = first, .last = last, .rule = rule,
                       .value = write_value(r->t->doc, n, m)};
    if (rule == RULE_MONEY && m->code_len == 3) {
        char id[16] = "iso4217:";

        memcpy(id + 8, m->code, 3);
        f->id = gly_keep(r->t->doc, id, 11);
    }
}

/* The longest entry at token i: the token after it, or i. */
static uint32_t match(const struct rules *r, const gly_words *words,
                      uint32_t i, struct measure *m)
{
    const struct text *t = r->t;
    const char *value = "";

    if (i >= r->last)
        return i;

    const char *at = entity_at(t, i);
    size_t len = gly_words_match(words, at,
                                 t->bytes + t->token[r->last - 1].end, &value);

    *m = parse(value);
    return len ? entity_upto(t, i, r->last, at + len) : i;
}

static bool spaced(const struct text *t, uint32_t i)
{
    return t->token[i].flags & GLY_SPACED;
}

/* The token of the sign or the letters before a number, or i. */
static uint32_t currency_before(const struct rules *r, uint32_t i,
                                struct measure *m)
{
    const struct text *t = r->t;
    uint32_t at = i;

    if (at == 0)
        return i;
    at--;
    if (at > 0 && entity_is(t, at, ".") && !spaced(t, at))
        at--; /* "Rs. 500" */

    const char *end = t->bytes + t->token[at].end, *value;
    bool sign = t->token[at].type == GLY_SIGN;

    if (sign && spaced(t, i) && t->token[i].flags & GLY_LINE)
        return i;
    if (sign && at > 0 && !spaced(t, at)) {
        const char *from = entity_at(t, at - 1); /* "US$" */

        if (gly_words_has(r->currencies, from, (size_t)(end - from), &value)) {
            *m = parse(value);
            return at - 1;
        }
    }
    if (!sign && !(t->token[at].flags & GLY_CAPITAL))
        return i;
    if (!gly_words_has(r->currencies, entity_at(t, at), entity_len(t, at),
                       &value))
        return i;
    *m = parse(value);
    return m->before ? at : i;
}

/* Whether a word such as "won" is money here: after "5,000", not before "the".
 * Pounds are money by the million, or beside words of paying. */
static bool meant(const struct rules *r, uint32_t i, uint32_t unit,
                  uint32_t end, const struct number *n)
{
    static const char *const pay[] = {
        "paid", "pay", "cost", "costs", "worth", "fine", "fined", "price",
        "salary", "spent", "spend", "budget", "sterling", "earn", "earned",
        "debt", "deal", "fee", "bill", "raised", "donated", "loan", NULL,
    };
    static const char *const objects[] = {
        "the", "a", "an", "his", "her", "their", "its", "by", "in", "at",
        NULL,
    };
    const struct text *t = r->t;

    if (n->scaled || n->words)
        return n->scaled;
    if (entity_is(t, unit, "pounds") || entity_is(t, unit, "pound")) {
        for (uint32_t k = i > r->first + 12 ? i - 12 : r->first;
             k < r->last && k < i + 12; k++)
            if (entity_any(t, k, pay))
                return true;
        return false;
    }
    if (n->value < 1000 || (end < r->last && entity_any(t, end, objects)))
        return false;
    return memchr(entity_at(t, i), ',', entity_len(t, i)) != NULL ||
           n->value >= 10000;
}

/* Whether a word that leads to the range's end stands at `at`; it begins at i. */
static bool leads_on(const struct rules *r, uint32_t i, uint32_t at)
{
    const struct text *t = r->t;
    bool between = i > r->first && entity_is(t, i - 1, "between");

    return at + 1 < r->last &&
           (entity_is(t, at, "to") || entity_is(t, at, "\u2013") ||
            (between && entity_is(t, at, "and")));
}

/* "5 to 10" before a measure, "between 5 and 10". */
static bool range(const struct rules *r, uint32_t i, struct number *n)
{
    const struct text *t = r->t;
    struct number more;

    if (n->rest_len || n->upto > 0 || !leads_on(r, i, n->next))
        return false;
    if (!entity_number(t, n->next + 1, r->last, &more) || more.upto > 0)
        return false;

    double by = 1;

    if (more.scaled && !n->scaled && more.value >= 1000)
        for (by = 1000; more.value / by >= 1000; by *= 1000)
            ;
    if (n->value * by >= more.value)
        by = 1;
    if (n->value >= more.value)
        return false;
    more.upto = more.value;
    more.value = n->value * by;
    more.vague |= n->vague;
    *n = more;
    return true;
}

static bool percent(const struct rules *r, uint32_t i, const struct number *n,
                    struct find *f)
{
    const struct text *t = r->t;
    struct measure m = {.code = "%", .code_len = 1, .times = 1};
    uint32_t at = n->next, end = at;

    if ((n->rest_len > 1 &&
         gly_word_is(n->rest + 1, n->rest_len - 1, "percent")) ||
        gly_word_is(n->rest, n->rest_len, "pc"))
        end = at;
    else if (n->rest_len || at >= r->last)
        return false;
    else if (entity_is(t, at, "%") || entity_is(t, at, "percent") ||
             entity_is(t, at, "pct"))
        end = at + 1;
    else if (at + 1 < r->last && (entity_is(t, at, "per") &&
                                  entity_is(t, at + 1, "cent")))
        end = at + 2;
    else if (at + 1 < r->last && entity_is(t, at, "percentage") &&
             (entity_is(t, at + 1, "points") ||
              entity_is(t, at + 1, "point")))
        m.code = "pp", m.code_len = 2, end = at + 2;
    else
        return false;
    set(r, f, RULE_PERCENT, i, end, n, &m);
    return true;
}

/* "500 euros", "millions of dollars". */
static bool money_after(const struct rules *r, uint32_t i,
                        const struct number *n, struct find *f)
{
    struct measure m;
    uint32_t at = n->next, end;

    if (n->rest_len > 1 && *n->rest == '-') { /* "20-dollar" */
        const char *value;

        if (!gly_words_has(r->currencies, n->rest + 1, n->rest_len - 1, &value))
            return false;
        m = parse(value);
        if (m.weak || m.before)
            return false;
        set(r, f, RULE_MONEY, i, at, n, &m);
        return true;
    }
    if (n->scaled && at < r->last && entity_is(r->t, at, "of"))
        at++; /* "millions of dollars", "1.5 million of euros" */
    if (n->rest_len || at >= r->last)
        return false;
    end = match(r, r->currencies, at, &m);
    if (end == at || (m.weak && !meant(r, i, at, end, n)))
        return false;
    /* "Rs 500 $20": a sign or letters before the next number belong to it */
    if (m.before && end < r->last && r->t->token[end].type == GLY_NUMERAL)
        return false;
    if (r->t->token[at].type == GLY_SIGN && spaced(r->t, at))
        return false;
    set(r, f, RULE_MONEY, i, end, n, &m);
    return true;
}

/* Years are no amounts, and "20 m" needs what metres go with. */
static bool weak_unit(const struct rules *r, uint32_t end)
{
    static const char *const after[] = {"tall", "high", "long", "wide", "deep",
                                        "away", "above", "below", "from",
                                        "freestyle", "hurdles", "sprint",
                                        "race", "final", "butterfly",
                                        "backstroke", "breaststroke", NULL};

    return end < r->last && entity_any(r->t, end, after);
}

static bool is_code(const struct measure *m, const char *code)
{
    return m->code_len == strlen(code) &&
           memcmp(m->code, code, m->code_len) == 0;
}

/* "11 inches" and "11in" after "5 feet", which end at `end`. */
static uint32_t inches(const struct rules *r, uint32_t end, struct number *n,
                       struct measure *m)
{
    struct number more;
    struct measure inch = {.code = "[in_i]", .code_len = 6, .times = 1};
    uint32_t next;

    if (!is_code(m, "[ft_i]") || !entity_number(r->t, end, r->last, &more))
        return end;
    next = more.next;
    if (more.rest_len == 0)
        next = match(r, r->units, next, &inch);
    else if (!gly_word_is(more.rest, more.rest_len, "in"))
        return end;
    if (!is_code(&inch, "[in_i]"))
        return end;
    n->value = n->value * 12 + more.value;
    *m = inch;
    return next;
}

static bool quantity(const struct rules *r, uint32_t i, struct number *n,
                     struct find *f)
{
    struct measure m;
    uint32_t end = n->next;
    const char *value;

    if (n->rest_len) {
        size_t hyphen = *n->rest == '-';

        if (!gly_words_has(r->units, n->rest + hyphen, n->rest_len - hyphen,
                           &value))
            return false;
        m = parse(value);
        if (m.weak && (hyphen || !weak_unit(r, end)))
            return false;
    } else {
        end = match(r, r->units, n->next, &m);
        if (end == n->next || (m.weak && !weak_unit(r, end)))
            return false;
        if (r->t->token[n->next].flags & GLY_LINE)
            return false;
    }
    end = inches(r, end, n, &m);
    set(r, f, RULE_QUANTITY, i, end, n, &m);
    return true;
}

/* "$5 to $10 million", of which the first is by the million too; "$5 million to
 * $10 million" are two sums. */
static void widen(const struct rules *r, uint32_t i, const struct measure *m,
                  struct number *n)
{
    struct number more;
    struct measure other;
    uint32_t sign = n->next + 1, at = sign + 1;

    if (n->scaled || n->upto > 0 || n->value >= 1000 || n->rest_len ||
        !leads_on(r, i, n->next))
        return;
    if (at < r->last && r->t->token[at].type == GLY_SIGN)
        at++; /* "US$" */
    if (!entity_number(r->t, at, r->last, &more) || !more.scaled ||
        more.upto > 0 || more.rest_len || more.words ||
        currency_before(r, at, &other) != sign || other.code != m->code)
        return;

    double by = 1000;

    while (more.value / by >= 1000)
        by *= 1000;
    if (n->value * by >= more.value)
        return;
    more.upto = more.value;
    more.value = n->value * by;
    *n = more;
}

/* "$50-a-barrel" */
static bool is_joined(const struct number *n)
{
    return n->rest_len > 1 && n->rest[0] == '-' && n->rest[1] >= 'a' &&
           n->rest[1] <= 'z';
}

/* "$5" */
static bool money_before(const struct rules *r, uint32_t i,
                         const struct number *n, struct find *f)
{
    struct number wide = *n;
    struct measure m;
    uint32_t first = n->words ? i : currency_before(r, i, &m);

    if (first == i || (n->rest_len && !is_joined(n)))
        return false;
    widen(r, first, &m, &wide);
    set(r, f, RULE_MONEY, first, wide.next, &wide, &m);
    return true;
}

/* The token of the sign before a number, or i: "-5 percent", "minus 5". */
static uint32_t minus(const struct rules *r, uint32_t i)
{
    const struct text *t = r->t;

    if (i == r->first)
        return i;
    if (entity_is(t, i - 1, "minus"))
        return i - 1;
    return (entity_is(t, i - 1, "-") || entity_is(t, i - 1, "\u2212")) &&
                   !spaced(t, i) && spaced(t, i - 1)
               ? i - 1
               : i;
}

/* Shares and temperatures may be below nothing. */
static bool signed_amount(const struct rules *r, uint32_t i,
                          const struct number *n, struct find *f)
{
    uint32_t first = minus(r, i);
    struct number below = *n;

    if (first == i || n->upto > 0)
        return false;
    below.value = -n->value;
    if (!percent(r, i, &below, f) &&
        !(quantity(r, i, &below, f) && f->value &&
          (strstr(f->value, " Cel") || strstr(f->value, " deg") ||
           strstr(f->value, "degF]"))))
        return false;
    f->first = first;
    return true;
}

bool entity_amount(const struct rules *r, uint32_t i, struct find *f)
{
    struct number n, wide;

    if (!entity_number(r->t, i, r->last, &n))
        return false;
    if (money_before(r, i, &n, f) || signed_amount(r, i, &n, f))
        return true;
    wide = n;
    if (range(r, i, &wide) &&
        (percent(r, i, &wide, f) || money_after(r, i, &wide, f) ||
         quantity(r, i, &wide, f)))
        return true;
    return percent(r, i, &n, f) || money_after(r, i, &n, f) ||
           quantity(r, i, &n, f);
}

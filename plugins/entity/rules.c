/* rules.c: the pass that finds dates, times and amounts, and what of them and
 * of the names stays where they stand on each other: the longer one.
 */
#include "rules.h"

#include <string.h>

enum { THREE = 26 * 26 * 26 };

/* The first three letters of every word that a find can begin with. */
static const char *const begins[] = {
    "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat "
    "sun",
    "zer one two thr fou fiv six sev eig nin ten ele twe thi fif fou hun tho "
    "mil bil tri qua doz cro lak hal for",
    "ear lat thi las nex pas com pre day yes tod tom ton few sev man som cou",
    "spr sum aut fal win fir sec mid noo",
};

static int three_at(const char *at)
{
    int n = 0;

    for (int k = 0; k < 3; k++) {
        int letter = (at[k] | 32) - 'a';

        if (letter < 0 || letter > 25)
            return -1;
        n = n * 26 + letter;
    }
    return n;
}

int entity_rules_open(struct rules *r, gly_stage *stage)
{
    r->currencies = gly_words_open(stage, "entity-currencies.txt", GLY_EXACT);
    r->units = gly_words_open(stage, "entity-units.txt", GLY_EXACT);
    r->begins = gly_stage_alloc(stage, THREE);
    for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
        for (const char *p = begins[i]; *p; p += 3 + (p[3] == ' '))
            r->begins[three_at(p)] = 1;
    return r->currencies && r->units ? 0 : -1;
}

/* Nearly every word of a text goes away here. */
static bool may_begin(const struct rules *r, uint32_t i)
{
    const char *at = entity_at(r->t, i);
    uint32_t len = entity_len(r->t, i);
    int three = len > 2 ? three_at(at) : -1;

    if (r->t->token[i].type == GLY_NUMERAL)
        return true;
    if (r->t->token[i].type != GLY_WORD)
        return false;
    if (three >= 0)
        return r->begins[three];
    return len < 3 && ((*at | 32) == 'a' || (*at | 32) == 'q'); /* "Q1" */
}

static void consider(struct find *best, const struct find *f, uint32_t i)
{
    if (f->last > i && f->last > best->last)
        *best = *f;
}

/* The longest find at token i; of two the earlier kind. */
static struct find find_at(const struct rules *r, uint32_t i)
{
    const struct text *t = r->t;
    struct find best = {.first = i, .last = i}, f;
    struct period p;
    char value[16];

    if (!may_begin(r, i))
        return best;
    if (entity_amount(r, i, &f))
        consider(&best, &f, i);
    f = (struct find){.first = i, .rule = RULE_TIME};
    f.last = entity_time(r, i, value);
    f.value = f.last > i && *value ? gly_keep(t->doc, value, strlen(value))
                                   : NULL;
    consider(&best, &f, i);
    f = (struct find){.first = i, .rule = RULE_DATE};
    f.last = entity_date(r, i, &p);
    if (f.last == i)
        f.last = entity_relative(r, i, &p);
    if (f.last > best.last)
        f.value = entity_iso(t->doc, &p);
    consider(&best, &f, i);
    return best;
}

static void keep(const struct rules *r, const struct find *f, uint32_t sentence,
                 struct candidates *out)
{
    const struct text *t = r->t;
    struct candidate *c = entity_add(out, t->doc);

    c->first = f->first;
    c->last = f->last;
    c->begin = t->token[f->first].begin;
    c->end = t->token[f->last - 1].end;
    c->sentence = sentence;
    c->label = DATE + (enum label)f->rule;
    c->score = 0.95;
    c->value = f->value;
    c->id = f->id;
}

/* Whether the name stays where c stands: it is longer, or as long and no other
 * name, which a date is too: "mid-July". */
static bool stays(const struct candidate *name, const struct candidate *c)
{
    gly_pos len = name->end - name->begin, other = c->end - c->begin;

    return len > other ||
           (len == other && !(name->label == MISC && c->label == DATE));
}

/* Whether names stand where it does that are as long, or longer. */
static bool yields(const struct candidate *c, double min_score,
                   const struct candidates *names, size_t *n)
{
    while (*n < names->count && names->item[*n].end <= c->begin)
        ++*n;
    for (size_t k = *n; k < names->count && names->item[k].begin < c->end; k++)
        if (names->item[k].score >= min_score && stays(&names->item[k], c))
            return true;
    return false;
}

/* Names that a longer find covers go. */
static void take_out(struct candidates *names, const struct candidates *finds)
{
    size_t kept = 0, f = 0;

    for (size_t i = 0; i < names->count; i++) {
        struct candidate *c = &names->item[i];

        while (f < finds->count && finds->item[f].end <= c->begin)
            f++;
        if (f == finds->count || finds->item[f].begin >= c->end)
            names->item[kept++] = *c;
    }
    names->count = kept;
}

void entity_rules(struct rules *r, double min_score,
                  struct candidates *names, struct candidates *out)
{
    const struct text *t = r->t;
    size_t n = 0;
    uint32_t done = 0;

    entity_today(t->doc, &r->today);
    r->tenses = gly_alloc(t->doc, t->tokens + 1);
    for (uint32_t k = 0; k < t->sentences; k++) {
        r->first = t->sentence[k].first;
        r->last = t->sentence[k].last;
        r->before = UINT32_MAX - 1;
        for (uint32_t i = r->first; i < r->last;) {
            struct find f = find_at(r, i);

            if (f.last == i || f.first < done) {
                i++;
                continue;
            }
            keep(r, &f, k, out);
            if (yields(&out->item[out->count - 1], min_score, names, &n)) {
                out->count--;
                i++;
                continue;
            }
            if (f.rule == RULE_DATE)
                r->before = f.last;
            i = done = f.last;
        }
    }
    take_out(names, out);
}

/* label.c: what each candidate is, by points for and against every label.
 *
 * A point is a natural logarithm, so that the score is what the points say.
 */
#include "entity.h"

#include <math.h>
#include <string.h>

static void add(struct candidate *c, float person, float org, float loc,
                float misc)
{
    c->points[PERSON] += person;
    c->points[ORG] += org;
    c->points[LOC] += loc;
    c->points[MISC] += misc;
}

/* What the lists say of the whole. */
static void by_list(const struct text *t, struct candidate *c)
{
    uint32_t facts = c->facts;

    if (facts & PLACE)
        c->points[LOC] += 1.2f + 1.1f * (float)WEIGHT(facts);
    if (facts & (NATION | OTHER))
        c->points[MISC] += 5;
    else if (facts & PLACE && WEIGHT(facts) > 2)
        c->points[MISC] -= 2;
    if (facts & TEAM)
        c->points[ORG] += t->sports ? 4.5f : 1;
    else if (facts & ORGANISATION)
        c->points[ORG] += 5;
}

/* Last and first words: "Ministry", "Mount". */
static void by_head(const struct text *t, struct candidate *c)
{
    uint32_t first = t->facts[c->first];
    bool alone = c->last - c->first == 1;
    float weight = alone ? 1.0f : 4.0f;

    if (!alone && c->head != ORG && t->facts[c->last - 1] & SURNAME &&
        !(first & (PLACE | NATION)))
        weight = 1.5f;
    if (c->head >= 0)
        c->points[c->head] += weight;
    if (!alone && first & PLACE_FIRST)
        c->points[LOC] += first & (SURNAME | GIVEN) ? 0.3f : 1.5f;
    if (alone && first & PLACE_FIRST && c->facts & PLACE)
        c->points[LOC] += 2.5f; /* "the North" */
    if (!alone && first & EVENT_FIRST)
        c->points[MISC] += 1.5f;
    if (!alone && first & ORG_FIRST && c->head < 0)
        c->points[ORG] += 0.7f;
}

/* Words with capitals: "de la" and nicknames' marks make a name no longer. */
static uint32_t count_words(const struct text *t, const struct candidate *c)
{
    uint32_t words = 0;

    for (uint32_t i = c->first; i < c->last; i++)
        words += t->token[i].type == GLY_WORD &&
                 t->token[i].flags & GLY_CAPITAL;
    return words;
}

static void by_names(const struct text *t, struct candidate *c)
{
    uint32_t first = t->facts[c->first], last = t->facts[c->last - 1];
    uint32_t words = c->last - c->first > 1 ? count_words(t, c) : 1;

    if (words == 1) {
        if (first & (GIVEN | SURNAME))
            c->points[PERSON] += first & WEAK ? 0.6f : 2.2f;
        return;
    }
    if (c->facts & LISTED)
        return;
    if (first & GIVEN)
        c->points[PERSON] += first & WEAK ? 1.5f : 3.0f;
    if (first & EAST)
        c->points[PERSON] += 1.5f;
    if (last & SURNAME)
        c->points[PERSON] += last & WEAK ? 0.8f : 2.0f;
    if (last & SUFFIX && !(last & ORG_LAST))
        c->points[PERSON] += 3;
    if (entity_initial(t, c->first) ||
        (words > 2 && entity_initial(t, c->first + 1)))
        c->points[PERSON] += 2.5f;
    if (words > 1 && words < 4 && !((first | last) & (LISTED | COMMON)))
        c->points[PERSON] += 1.5f;
    if (words > 4)
        c->points[PERSON] -= 2;
}

static void by_shape(const struct text *t, struct candidate *c)
{
    bool digit = false, amp = false;

    for (uint32_t i = c->first; i < c->last; i++) {
        const char *p = entity_at(t, i), *e = p + entity_len(t, i);

        amp |= *p == '&' && e - p == 1;
        for (; p < e; p++)
            digit |= *p >= '0' && *p <= '9';
    }

    const gly_token *first = &t->token[c->first];
    bool alone = c->last - c->first == 1;

    if (alone && first->flags & GLY_CAPS && !c->titled &&
        c->end - c->begin < 7 && !(c->facts & LISTED) &&
        !(t->facts[c->first] & COMMON))
        add(c, -1.5f, 2.0f, -0.5f, 0.5f);
    if (alone && entity_initial(t, c->first))
        add(c, -2, -2, -2, -2);
    if (digit)
        add(c, -3, 0, -2, 1.5f);
    if (amp)
        add(c, -2, 2.5f, -1, 0);
}

/* A hyphen: "London-based", "Russian-Chechen", "anti-American". */
static void by_hyphen(const struct text *t, struct candidate *c)
{
    if (c->last - c->first > 1)
        return;

    const char *at = t->bytes + c->begin, *end = t->bytes + c->end;
    const char *hyphen = memchr(at, '-', (size_t)(end - at));

    if (!hyphen || hyphen == at || hyphen + 1 == end)
        return;

    bool small_first = *at >= 'a' && *at <= 'z';
    bool small_last = hyphen[1] >= 'a' && hyphen[1] <= 'z';
    const char *part = small_first ? hyphen + 1 : at;
    const char *stop = small_first ? end : hyphen;
    struct word word = entity_look_up(t->lexicon, part, (size_t)(stop - part));

    if (word.facts & LISTED && (small_first || small_last))
        c->points[MISC] += 5;
    else if (word.facts & NATION)
        c->points[MISC] += 4;
    else if (word.facts & PLACE && !(word.facts & (GIVEN | SURNAME)))
        add(c, 0, 0.5f, 1, 1.5f);
    else if (!small_first && (small_last || word.facts & GIVEN))
        c->points[PERSON] += 1;
}

/* "the Bush administration" */
static bool of_person(const struct text *t, const struct candidate *c,
                      const gly_sentence *s)
{
    return c->last < s->last && t->token[c->last].type == GLY_WORD &&
           entity_word(t, c->last).after[PERSON] >= 14;
}

static void by_word_before(const struct text *t, struct candidate *c,
                           const gly_sentence *s)
{
    uint32_t i = c->first - 1;

    if (c->first == s->first)
        return;
    if (t->token[i].type == GLY_WORD) {
        struct word word = entity_word(t, i);

        for (int k = 0; k < NAMES; k++)
            c->points[k] += (float)word.before[k] / 10;
    }
    if (entity_is(t, i, "the") && of_person(t, c, s))
        c->points[PERSON] += 1;
    else if (entity_is(t, i, "the"))
        add(c, -2, 0.6f, -0.8f, 0.7f);
    else if (entity_is(t, i, "a") || entity_is(t, i, "an"))
        add(c, -1, 0, -1, 1);
}

static void by_word_after(const struct text *t, struct candidate *c,
                          const gly_sentence *s)
{
    bool alone = c->last - c->first == 1;

    if (c->last >= s->last || t->token[c->last].type != GLY_WORD)
        return;

    struct word word = entity_word(t, c->last);

    for (int k = 0; k < NAMES; k++)
        c->points[k] += (float)word.after[k] / 10;
    if (alone && word.facts & ROLE)
        add(c, -0.5f, 0.7f, 0.2f, 1);
    /* "Head of Sales" is nobody called Head */
    if (alone && !c->role_end && t->facts[c->first] & COMMON &&
        entity_is(t, c->last, "of"))
        c->points[PERSON] -= 2;
}

static void by_neighbours(const struct text *t, struct candidate *c)
{
    const gly_sentence *s = &t->sentence[c->sentence];

    by_word_before(t, c, s);
    by_word_after(t, c, s);
    if (c->role_end && c->role_end <= c->begin)
        add(c, 3.5f, -1, -1.5f, -1);
    /* ", 45," is an age */
    if (c->last + 2 < s->last && t->token[c->last + 1].type == GLY_NUMERAL &&
        entity_is(t, c->last, ",") && entity_is(t, c->last + 2, ",") &&
        entity_len(t, c->last + 1) == 2)
        c->points[PERSON] += 2;
}

/* "Springfield, Ohio": an unknown name before a known place. */
static void by_place_after(const struct text *t, struct candidates *all,
                           size_t i)
{
    struct candidate *c = &all->item[i];

    if (i + 1 >= all->count)
        return;

    const struct candidate *next = &all->item[i + 1];

    if (next->first != c->last + 1 || !entity_is(t, c->last, ",") ||
        next->sentence != c->sentence)
        return;
    if (next->facts & PLACE && next->facts & COUNTRY)
        c->points[LOC] += 1.5f;
    else if (next->facts & PLACE && WEIGHT(next->facts) > 1)
        c->points[LOC] += 0.7f;
}

/* In tables and scores a place is a team. */
static void by_sport(const struct text *t, struct candidate *c)
{
    if (!t->sports || !(c->facts & PLACE) || c->facts & COUNTRY)
        return;

    const gly_sentence *s = &t->sentence[c->sentence];
    bool number = c->last < s->last && t->token[c->last].type == GLY_NUMERAL;
    bool date = number && entity_len(t, c->last) == 4;

    if (number && !date)
        add(c, 0, 2.5f, 0, 0);
}

static void label_one(const struct text *t, struct candidates *all, size_t i)
{
    struct candidate *c = &all->item[i];
    bool alone = c->last - c->first == 1;

    add(c, alone ? 0.5f : 0.3f, 0.2f, -0.4f, -0.6f);
    by_list(t, c);
    by_head(t, c);
    by_names(t, c);
    by_shape(t, c);
    by_hyphen(t, c);
    by_neighbours(t, c);
    by_place_after(t, all, i);
    by_sport(t, c);
}

/* How much the words themselves speak against a name. */
static double plainness(const struct text *t, const struct candidate *c)
{
    uint32_t facts = t->facts[c->first];
    bool alone = c->last - c->first == 1;

    if (c->facts & LISTED || c->head == ORG || (c->head >= 0 && !alone))
        return facts & COMMON && alone ? 1 : 0;
    for (uint32_t i = c->first; i < c->last; i++)
        if (t->facts[i] & (GIVEN | SURNAME) || !(t->facts[i] & COMMON))
            return facts & COMMON && alone ? 1 : 0;
    if (t->token[c->first].flags & GLY_CAPS)
        return 3;
    return alone ? 2 : 1.5;
}

static void decide(const struct text *t, struct candidate *c)
{
    double sum = 0, best = -1e9;

    for (int k = 0; k < NAMES; k++) {
        sum += exp(c->points[k]);
        if (c->points[k] > best) {
            best = c->points[k];
            c->label = (enum label)k;
        }
    }
    /* that it is no name at all has points too */
    double none = -1.5;

    if (c->open && t->facts[c->first] & COMMON)
        none += 2;
    else if (c->open)
        none += 0.5;
    if (c->titled)
        none += 0.7;
    if (c->last - c->first == 1 && !(c->facts & LISTED) &&
        t->token[c->first].flags & GLY_CAPS)
        none += 1.4;
    none += plainness(t, c);
    c->score = exp(best) / (sum + exp(none));
}

struct tally {
    uint64_t key;
    float points[NAMES]; /* of all the places where it stands */
    float person, org;   /* as a part of longer names */
    uint32_t count;
};

static uint64_t key_of(const struct text *t, gly_pos begin, gly_pos end)
{
    uint64_t hash = 14695981039346656037u;

    for (gly_pos p = begin; p < end; p++) {
        unsigned char c = (unsigned char)t->bytes[p];

        c = c >= 'A' && c <= 'Z' ? c | 32 : c;
        hash = (hash ^ c) * 1099511628211u;
    }
    return hash | 1;
}

static struct tally *find(struct tally *table, size_t mask, uint64_t key)
{
    size_t i = (size_t)(key ^ key >> 31) & mask;

    while (table[i].key && table[i].key != key)
        i = (i + 1) & mask;
    table[i].key = key;
    return &table[i];
}

struct tallies {
    struct tally *table;
    size_t mask;
};

static struct tally *tally_of(const struct text *t, const struct tallies *all,
                              gly_pos begin, gly_pos end)
{
    return find(all->table, all->mask, key_of(t, begin, end));
}

/* "Acme" and "Acme Widgets" of "Acme Widgets Corp." */
static void tally_org(const struct text *t, const struct candidate *c,
                      const struct tallies *all)
{
    uint32_t known = PLACE | NATION | GIVEN | COMMON | ORG_FIRST | EVENT_FIRST;
    uint32_t both = SUFFIX | ORG_LAST;
    const gly_token *first = &t->token[c->first];

    if (c->last - c->first > 2 && (t->facts[c->last - 1] & both) == both)
        tally_of(t, all, c->begin, t->token[c->last - 2].end)->org = 2.5f;
    if (!(t->facts[c->first] & known))
        tally_of(t, all, first->begin, first->end)->org = 2.5f;
}

/* A family name is mostly met alone, a given name where it comes last, as in
 * Iceland or Ethiopia: then a name that no list has must be sure. */
static void tally_person(const struct text *t, const struct candidate *c,
                         const struct tallies *all)
{
    const gly_token *first = &t->token[c->first];
    struct tally *last =
        tally_of(t, all, t->token[c->last - 1].begin, c->end);
    struct tally *given = tally_of(t, all, first->begin, first->end);

    last->person = 4;
    if (t->facts[c->first] & EAST)
        given->person = 3;
    else if (given->person < 2 && c->score > 0.9 &&
             !(t->facts[c->first] & (LISTED | COMMON)))
        given->person = 2;
}

static void settle(const struct text *t, struct candidate *c,
                   const struct tallies *all)
{
    const struct tally *whole = tally_of(t, all, c->begin, c->end);

    if (whole->count > 1)
        for (int k = 0; k < NAMES; k++)
            c->points[k] = 0.5f * c->points[k] +
                           0.8f / (float)whole->count * whole->points[k];
    if (c->last - c->first == 1)
        c->points[PERSON] += whole->person;
    c->points[ORG] += whole->org;
    decide(t, c);
}

/* The same words are mostly the same thing throughout a document, and a word
 * that ends a person's name is that person. */
static void agree(const struct text *t, struct candidates *names)
{
    struct tallies all = {.mask = 63};

    while (all.mask < 6 * names->count) /* three keys a candidate at most */
        all.mask = 2 * all.mask + 1;
    all.table = gly_alloc(t->doc, (all.mask + 1) * sizeof(*all.table));
    for (size_t i = 0; i < names->count; i++) {
        const struct candidate *c = &names->item[i];
        struct tally *whole = tally_of(t, &all, c->begin, c->end);

        whole->count++;
        for (int k = 0; k < NAMES; k++)
            whole->points[k] += c->points[k];
        if (c->last - c->first < 2 || c->score < 0.5)
            continue;
        if (c->label == ORG)
            tally_org(t, c, &all);
        else if (c->label == PERSON)
            tally_person(t, c, &all);
    }
    for (size_t i = 0; i < names->count; i++)
        settle(t, &names->item[i], &all);
}

void entity_label(const struct text *t, struct candidates *all)
{
    for (size_t i = 0; i < all->count; i++) {
        label_one(t, all, i);
        decide(t, &all->item[i]);
    }
    if (all->count)
        agree(t, all);
}

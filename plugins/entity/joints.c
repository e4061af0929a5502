/* joints.c: names whose words belong together, where the model has cut them or
 * has seen none: "Khalid bin Salman al-Saud", "Ban Ki-moon", "Superior Court of
 * the District of Ravenna".
 */
#include "names.h"

#include <string.h>

static const double sure = 0.9;

/* Whether token i goes on in the line of the one before. */
static bool beside(const struct text *t, uint32_t i, uint32_t last)
{
    return i < last && t->token[i].flags & GLY_SPACED &&
           !(t->token[i].flags & GLY_LINE);
}

/* "al-Saud" */
static bool has_article(const struct text *t, uint32_t i)
{
    const char *at = entity_at(t, i);

    return t->token[i].type == GLY_WORD && entity_len(t, i) > 4 &&
           (*at == 'a' || *at == 'e' || *at == 'A' || *at == 'E') &&
           at[1] == 'l' && at[2] == '-' && at[3] >= 'A' && at[3] <= 'Z';
}

/* "bin Salman", "van der Berg", "al-Saud" at i: the token after it, or i. */
static uint32_t particle(const struct text *t, uint32_t i, uint32_t last)
{
    static const char *const words[] = {"bin", "bint", "ibn", "van", "von",
                                        "der", "den", "ter", "ten", "zu",
                                        NULL};
    uint32_t end = i;

    if (beside(t, i, last) && has_article(t, i))
        return i + 1;
    while (beside(t, end, last) && end < i + 2 && !entity_capital(t, end) &&
           entity_any(t, end, words))
        end++;
    if (end == i || !beside(t, end, last))
        return i;
    return entity_capital(t, end) || has_article(t, end) ? end + 1 : i;
}

static uint32_t particles(const struct text *t, uint32_t i, uint32_t last)
{
    uint32_t end;

    while ((end = particle(t, i, last)) != i)
        i = end;
    return i;
}

/* "Ki-moon" */
static bool is_double(const struct text *t, uint32_t i)
{
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);
    const char *hyphen = memchr(at, '-', len);

    return entity_capital(t, i) && hyphen && hyphen > at + 1 && len <= 12 &&
           hyphen + 2 < at + len && hyphen[1] >= 'a' && hyphen[1] <= 'z' &&
           !memchr(hyphen + 1, '-', (size_t)(at + len - hyphen - 1));
}

/* A name's word that no list has for anything else. */
static bool is_plain(const struct text *t, uint32_t i)
{
    return entity_capital(t, i) && entity_len(t, i) > 1 &&
           !(t->facts[i] & ~(GIVEN | SURNAME | EAST | WEAK | 3u * KNOWN)) &&
           !(t->token[i].flags & GLY_CAPS);
}

/* "Deir" of Deir al-Zor, and the like, which begin no person's name. */
static bool is_site(const struct text *t, uint32_t i)
{
    static const char *const words[] = {
        "deir", "dayr", "dar", "tal", "tel", "tell", "ain", "bab", "jabal",
        "wadi", "ras", "kafr", "khan", "qasr", "beit", "bayt", "umm", NULL,
    };

    return entity_any(t, i, words);
}

static bool plain_words(const struct text *t, uint32_t i, uint32_t n,
                        uint32_t last)
{
    for (uint32_t k = i; k < i + n; k++)
        if (!beside(t, k, last) || !is_plain(t, k) || entity_len(t, k) > 6)
            return false;
    return true;
}

/* "Tran" of Tran Dai Quang: three words, the family's first. */
static bool is_vietnamese(const struct text *t, uint32_t i)
{
    return t->facts[i] & EAST && WEIGHT(t->facts[i]) == 3 && is_plain(t, i);
}

/* Where a person's name ends that nobody saw and that begins at i, or i. */
static uint32_t unseen(const struct text *t, uint32_t i, uint32_t last)
{
    uint32_t facts = t->facts[i], end = i + 1;

    if (!entity_capital(t, i) || facts & FUNCTION)
        return i;
    if (facts & EAST && beside(t, end, last) && is_double(t, end))
        return end + 1;
    if (is_vietnamese(t, i) && plain_words(t, end, 2, last))
        return end + 2;
    if (entity_is(t, i, "abu") && plain_words(t, end, 1, last))
        end++;
    if (is_plain(t, i) && !is_site(t, i) && beside(t, end, last) &&
        has_article(t, end))
        return particles(t, end, last);
    if (!(facts & GIVEN))
        return i;
    while (end < i + 3 && beside(t, end, last) && entity_capital(t, end) &&
           t->facts[end] & GIVEN)
        end++;

    uint32_t next = particles(t, end, last);

    return next > end ? next : i;
}

/* Where the person's name ends that ends before token c->last so far. A given
 * name, or an eastern family name, alone is seldom all of it. */
static uint32_t person_end(const struct text *t, const struct candidate *c,
                           uint32_t last)
{
    uint32_t end = particles(t, c->last, last);

    if (end == c->first + 2 && is_vietnamese(t, c->first) &&
        plain_words(t, end, 1, last))
        return end + 1;
    if (end > c->last || end - c->first > 1 ||
        !(t->facts[c->first] & (GIVEN | EAST)))
        return end;
    while (end < c->last + 2 && beside(t, end, last) && is_plain(t, end))
        end++;
    return end;
}

static bool joins(const struct text *t, uint32_t i)
{
    return entity_is(t, i, "of") || entity_is(t, i, "the") ||
           entity_is(t, i, "for");
}

/* An organisation that ends in a small word goes on to the next capital, with
 * what hangs on it: "of the" District of Ravenna. So does a house that is called
 * by its place: "University" of California. */
static uint32_t organisation_end(const struct text *t,
                                 const struct candidate *c, uint32_t last)
{
    static const char *const houses[] = {
        "bank", "church", "college", "court", "diocese", "district",
        "institute", "school", "university", NULL,
    };
    uint32_t end = c->last;

    if (entity_any(t, end - 1, houses) && beside(t, end, last) &&
        entity_is(t, end, "of"))
        end++;
    else if (!joins(t, end - 1))
        return end;
    while (beside(t, end, last) && (entity_capital(t, end) || joins(t, end)))
        end++;
    while (end > c->last && joins(t, end - 1))
        end--;
    return end;
}

static void append(const struct text *t, struct candidates *out,
                   uint32_t first, uint32_t last, uint32_t sentence)
{
    struct candidate *c = entity_add(out, t->doc);

    c->first = first;
    c->last = last;
    c->begin = t->token[first].begin;
    c->end = t->token[last - 1].end;
    c->sentence = sentence;
    c->label = PERSON;
    c->score = sure;
}

/* Persons in tokens [from, to), where nothing was found. */
static void find_unseen(const struct text *t, uint32_t from, uint32_t to,
                        uint32_t *sentence, struct candidates *out)
{
    for (uint32_t i = from, end; i < to; i = end) {
        while (t->sentence[*sentence].last <= i)
            ++*sentence;

        uint32_t last = t->sentence[*sentence].last;

        end = unseen(t, i, last < to ? last : to);
        if (end > i)
            append(t, out, i, end, *sentence);
        else
            end = i + 1;
    }
}

/* `next` is where the next name begins. */
static void lengthen(const struct text *t, struct candidate *c, uint32_t next)
{
    uint32_t last = t->sentence[c->sentence].last, end = c->last;

    if (c->label == PERSON)
        end = person_end(t, c, last < next ? last : next);
    else if (c->label == ORG)
        end = organisation_end(t, c, last);
    if (end == c->last)
        return;
    c->last = end;
    c->end = t->token[end - 1].end;
    c->name = NULL;
}

void entity_joints(const struct text *t, struct candidates *names)
{
    struct candidates out = {0};
    uint32_t from = 0, sentence = 0;

    for (size_t i = 0; i < names->count; i++) {
        struct candidate c = names->item[i];

        if (c.first < from)
            continue; /* within the one before, which was lengthened */
        uint32_t next = i + 1 < names->count ? names->item[i + 1].first
                                             : (uint32_t)t->tokens;

        find_unseen(t, from, c.first, &sentence, &out);
        lengthen(t, &c, next);
        *entity_add(&out, t->doc) = c;
        from = c.last;
    }
    find_unseen(t, from, (uint32_t)t->tokens, &sentence, &out);
    *names = out;
}

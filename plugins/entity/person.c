/* person.c: what a name says of its person: family and given name, sex, and
 * whether two given names are one.
 */
#include "names.h"

#include <string.h>
#include <strings.h>

static bool same_sound(const char *a, const char *b)
{
    char x[FOLDED], y[FOLDED];

    if (strlen(a) < 4 || strlen(b) < 4)
        return false;
    entity_sound(a, x);
    entity_sound(b, y);
    return strcmp(x, y) == 0;
}

bool entity_same_given(const struct person *a, const struct person *b)
{
    const char *p = a->given, *q = b->given;
    size_t m = strlen(p), n = strlen(q), len = m < n ? m : n;

    if (a->middle && b->middle && a->middle != b->middle)
        return false; /* "George W." and "George H. W." */
    if (a->generation != b->generation)
        return false;
    if (strcmp(p, q) == 0 || strcmp(a->formal, b->formal) == 0)
        return true;
    /* "J. Smith", "Ben" and "Benjamin", "George" and "George W." */
    if (memcmp(p, q, len) == 0 && (len == 1 || len >= 3))
        return true;
    if (same_sound(p, q))
        return true;
    if (a->given_facts & GIVEN && b->given_facts & GIVEN)
        return false; /* Maria and Mario are two */
    return entity_nearly(p, q, 9);
}

/* For a given name of one or two syllables, as these languages have it. */
static bool too_long(const struct text *t, uint32_t i)
{
    uint32_t len = entity_len(t, i);

    return len > 8 && !memchr(entity_at(t, i), '-', len);
}

/* Korean, Chinese and Vietnamese names begin with the family's. */
static bool family_first(const struct text *t, uint32_t first, uint32_t last)
{
    uint32_t a = t->facts[first], b = t->facts[last - 1];

    if (!(a & EAST) || too_long(t, last - 1))
        return false;
    /* "Lee Harvey Oswald" */
    if (last - first > 2 && entity_len(t, first + 1) > 4 &&
        (t->facts[first + 1] & (GIVEN | EAST)) == GIVEN)
        return false;
    if (b & EAST && last - first == 2)
        return WEIGHT(a) >= WEIGHT(b);
    return !(b & SURNAME && !(b & EAST));
}

/* 1 for "Sr.", 2 for "Jr." and the like, or 0. */
static int generation_of(const struct text *t, uint32_t i)
{
    static const char *const words[] = {"sr", "jr", "iii", "iv"};
    uint32_t len = entity_len(t, i);

    len -= entity_at(t, i)[len - 1] == '.';
    if (gly_word_is(entity_at(t, i), len, "ii"))
        return 2;
    for (int k = 0; k < 4; k++)
        if (gly_word_is(entity_at(t, i), len, words[k]))
            return k + 1;
    return 0;
}

/* The tokens that are the name itself: no "Jr." */
static uint32_t without_suffix(const struct text *t, const struct candidate *c)
{
    uint32_t last = c->last;

    while (last > c->first + 2 && (t->facts[last - 1] & SUFFIX ||
                                   generation_of(t, last - 1) ||
                                   t->token[last - 1].type == GLY_SIGN))
        last--;
    if (last == c->first + 2 && generation_of(t, last - 1))
        last--; /* "Trump Jr." */
    return last;
}

/* "Assad" is "al-Assad". */
void entity_fold_family(const struct text *t, uint32_t i, char out[FOLDED])
{
    const char *at = entity_at(t, i), *end = at + entity_len(t, i);

    if (end - at > 5 && at[2] == '-' && (at[1] | 32) == 'l' &&
        ((at[0] | 32) == 'a' || (at[0] | 32) == 'e'))
        at += 3;
    entity_fold_bytes(at, end, out);
}

/* What a given name tells: "J. K." a middle one, "Joe" the formal "Joseph". */
static void look_up_given(const struct text *t, uint32_t first, uint32_t last,
                          struct person *p)
{
    const char *at = entity_at(t, first), *value;
    size_t len = entity_len(t, first);

    p->given_facts = t->facts[first];
    if (last > first + 2 && entity_initial(t, first + 1))
        p->middle = *entity_at(t, first + 1);
    if (entity_initial(t, first) && len == 4) {
        p->middle = at[2]; /* "L.H. Meyer" */
        p->given[1] = '\0';
    }
    if (gly_words_has(t->sexes, at, len, &value))
        p->likely = *value == 'h' ? HE : SHE;
    if (gly_words_has(t->lexicon->nicknames, at, len, &value))
        entity_fold_bytes(value, value + strlen(value), p->formal);
    else
        strcpy(p->formal, p->given);
}

void entity_parse(const struct text *t, const struct candidate *c,
                  struct person *p)
{
    uint32_t first = c->first, last = without_suffix(t, c);

    p->first = c;
    for (uint32_t i = last; i < c->last; i++)
        if (generation_of(t, i))
            p->generation = generation_of(t, i);
    if (family_first(t, first, last)) {
        entity_fold(t, first, first + 1, p->family);
        if (last > first + 1)
            entity_fold(t, first + 1, last, p->given);
        strcpy(p->formal, p->given);
        return;
    }
    entity_fold_family(t, last - 1, p->family);
    entity_fold(t, first, first + 1, p->given);
    look_up_given(t, first, last, p);
}

/* "Mrs" and "spokeswoman", as the title before a name. */
enum sex entity_sex(const struct text *t, const struct candidate *c)
{
    static const struct {
        const char *word;
        enum sex sex;
    } words[] = {
        {"mr", HE}, {"sir", HE}, {"lord", HE}, {"king", HE}, {"prince", HE},
        {"son", HE}, {"brother", HE}, {"husband", HE}, {"father", HE},
        {"chairman", HE}, {"spokesman", HE}, {"mrs", SHE}, {"ms", SHE},
        {"miss", SHE}, {"dame", SHE}, {"lady", SHE}, {"queen", SHE},
        {"princess", SHE}, {"daughter", SHE}, {"sister", SHE}, {"wife", SHE},
        {"mother", SHE}, {"chairwoman", SHE}, {"spokeswoman", SHE},
    };

    for (uint32_t i = c->first; c->role_end && i-- > 0;) {
        if (t->token[i].begin < c->role && i + 1 < c->first)
            break;

        const char *at = entity_at(t, i);
        size_t len = entity_len(t, i);

        len -= at[len - 1] == '.';
        for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
            if (strlen(words[k].word) == len &&
                strncasecmp(words[k].word, at, len) == 0)
                return words[k].sex;
    }
    return UNTOLD;
}

/* Whether the full name c is also called by its word i: "Hai" of Nguyen Van
 * Hai, "Quispe" of Alejandra Quispe Mamani. */
bool entity_is_part(const struct text *t, const struct candidate *c, uint32_t i)
{
    uint32_t last = without_suffix(t, c);
    bool east = family_first(t, c->first, last);

    return i > c->first + east && i + !east < last &&
           t->token[i].type == GLY_WORD &&
           t->token[i].flags & GLY_CAPITAL && !entity_initial(t, i);
}

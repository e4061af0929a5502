/* acronyms.c: organisations with their acronyms and short forms. */
#include "names.h"

#include <string.h>

enum { EXPLAINED = 1000, SHORT = 2000, FIRST = 3000, MOST_SHORT = 4 };

/* The first letters of the words of a name; small words left out. */
static size_t initials(const struct text *t, const struct candidate *c,
                       char out[FOLDED])
{
    size_t len = 0;

    for (uint32_t i = c->first; i < c->last && len + 1 < FOLDED; i++) {
        char first = *entity_at(t, i);

        if (first >= 'A' && first <= 'Z')
            out[len++] = (char)(first | 32);
    }
    out[len] = '\0';
    return len;
}

/* Whether the letters of `part` stand in `whole` in this order. */
static bool within(const char *part, const char *whole)
{
    for (; *part; part++, whole++)
        if ((whole = strchr(whole, *part)) == NULL)
            return false;
    return true;
}

static bool stands_for(const struct text *t, const struct candidate *acronym,
                       const struct candidate *whole)
{
    char short_[FOLDED], first[FOLDED];

    if (acronym->last - acronym->first > 1 || whole->last - whole->first < 2 ||
        whole->label == PERSON ||
        !(t->token[acronym->first].flags & GLY_CAPS))
        return false;

    size_t len = entity_fold(t, acronym->first, acronym->last, short_);

    return len >= 2 && initials(t, whole, first) >= len - 1 &&
           short_[0] == first[0] &&
           (within(first, short_) || within(short_, first));
}

/* Whether the acronym in brackets is the name's in another language: of the same
 * letters, "European Union (UE)", or of a long name with any letters. */
static bool is_foreign(const struct text *t, const struct candidate *acronym,
                       const struct candidate *whole)
{
    char letters[FOLDED], first[FOLDED];
    int left[26] = {0};

    if (acronym->label != ORG || whole->label != ORG ||
        acronym->last - acronym->first > 1 || acronym->first < whole->last ||
        whole->last - whole->first < 2 ||
        !(t->token[acronym->first].flags & GLY_CAPS) ||
        t->token[whole->last - 1].flags & GLY_CAPS)
        return false;

    size_t len = entity_fold(t, acronym->first, acronym->last, letters);

    if (!acronym->name && whole->last - whole->first > 2 && len > 2 &&
        len < 8)
        return true;
    if (initials(t, whole, first) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (letters[i] < 'a' || letters[i] > 'z')
            return false;
        left[letters[i] - 'a']++;
        left[first[i] - 'a']--;
    }
    for (int i = 0; i < 26; i++)
        if (left[i] != 0)
            return false;
    return true;
}

/* Whether b stands beside a as an explanation does: "(b)", ", the b,", ", or b"
 * or "or b". */
static bool beside(const struct text *t, const struct candidate *a,
                   const struct candidate *b)
{
    uint32_t at = a->last, last = t->sentence[a->sentence].last;

    if (a->sentence != b->sentence || b->first <= at || b->first - at > 3)
        return false;

    bool bracket = entity_is(t, at, "(");
    bool closed = b->last < last && entity_is(t, b->last, ")");

    at += bracket || entity_is(t, at, ",");

    uint32_t words = at;

    if (at < b->first && entity_is(t, at, "or"))
        at++;
    if (at < b->first && entity_is(t, at, "the"))
        at++;
    return at == b->first && (bracket ? closed : at > words);
}

static void set(struct candidate *c, const struct text *t,
                const struct candidate *whole)
{
    c->label = whole->label;
    c->score = whole->score > c->score ? whole->score : c->score;
    c->name = whole->name ? whole->name : entity_text_of(t, whole);
    c->id = c->id ? c->id : whole->id;
}

/* What is explained in one place is known in all. */
void entity_acronyms(const struct text *t, struct table *table,
                     struct candidates *all)
{
    char folded[FOLDED];
    bool any = false;

    for (size_t i = 0; i + 1 < all->count; i++) {
        const struct candidate *a = &all->item[i], *b = a + 1;
        const struct candidate *acronym =
            stands_for(t, b, a)                                      ? b
            : stands_for(t, a, b)                                    ? a
            : entity_is(t, a->last, "(") && is_foreign(t, b, a) ? b
                                                                : NULL;

        if (!acronym || !beside(t, a, b))
            continue;
        entity_fold(t, acronym->first, acronym->last, folded);
        entity_place(table, folded, EXPLAINED)->other = acronym == a ? b : a;
        any = true;
    }
    for (size_t i = 0; i < all->count && any; i++) {
        struct candidate *c = &all->item[i];

        if (c->last - c->first > 1 || c->listed ||
            !(t->token[c->first].flags & GLY_CAPS))
            continue;
        entity_fold(t, c->first, c->last, folded);

        const struct candidate *whole =
            entity_place(table, folded, EXPLAINED)->other;

        if (whole && whole != c)
            set(c, t, whole);
    }
}

/* Whether one name begins or ends with the other. */
static bool akin(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);

    if (m > n)
        return akin(b, a);
    return memcmp(a, b, m) == 0 || memcmp(a, b + n - m, m) == 0;
}

static void file_as(const struct text *t, struct table *table,
                    const struct candidate *c, const char *folded)
{
    struct place *place = entity_place(table, folded, SHORT);
    const struct candidate *other = place->other;
    char a[FOLDED], b[FOLDED];

    if (!other) {
        place->other = c;
        return;
    }
    entity_fold(t, c->first, c->last, a);
    entity_fold(t, other->first, other->last, b);
    if (!akin(a, b))
        place->several = true;
    else if (strlen(a) > strlen(b))
        place->other = c;
}

static void file(const struct text *t, struct table *table,
                 const struct candidate *c, uint32_t first, uint32_t last)
{
    char folded[FOLDED];

    entity_fold(t, first, last, folded);
    file_as(t, table, c, folded);
}

/* A part of a name, which is one only when it comes after the whole: "Planned
 * Parenthood" is not short for the fund of its name that is spoken of later. */
static void file_part(const struct text *t, struct table *table,
                      const struct candidate *c, uint32_t first, uint32_t last)
{
    char folded[FOLDED];

    entity_fold(t, first, last, folded);

    const struct candidate *before = entity_place(table, folded, FIRST)->other;

    if (!before || before->begin > c->begin)
        file_as(t, table, c, folded);
}

/* "U.S." of "U.S. State Department": the tokens of a country before a name. */
static uint32_t of_country(const struct text *t, const struct candidate *c)
{
    uint32_t left = c->last - c->first;

    if (left > 3 && t->facts[c->first] & PLACE_FIRST &&
        t->facts[c->first + 1] & (PLACE | NATION))
        return 2;
    return left > 2 && t->facts[c->first] & (COUNTRY | NATION) ? 1 : 0;
}

/* Names by which an organisation may be called later: its initials; without its
 * legal form, "Apple Inc."; without the country, "U.S. State Department"; its
 * first words, "Goldman" of "Goldman Sachs Group"; a team's last. */
static void file_forms(const struct text *t, struct table *table,
                       const struct candidate *c)
{
    uint32_t facts = t->facts[c->first], both = SUFFIX | ORG_LAST;
    uint32_t length = c->last - c->first, country = of_country(t, c);
    bool legal = (t->facts[c->last - 1] & both) == both;
    char first[FOLDED];

    if (initials(t, c, first) >= 3)
        file_as(t, table, c, first);
    if (country)
        file(t, table, c, c->first + country, c->last);
    if (legal)
        file(t, table, c, c->first, c->last - 1);
    for (uint32_t n = 1; n + 1 < length + !legal && n <= MOST_SHORT; n++) {
        uint32_t listed = n == 1 ? facts & (PLACE | NATION | GIVEN | COMMON |
                                            LAST | OTHER)
                                 : facts & (PLACE | NATION | PLACE_FIRST);

        if (!listed && n < length && entity_len(t, c->first) > 2)
            file_part(t, table, c, c->first, c->first + n);
    }
    if (facts & PLACE && length <= 4 && !(t->facts[c->last - 1] & LAST) &&
        entity_len(t, c->last - 1) > 3)
        file_part(t, table, c, c->last - 1, c->last);
}

/* The organisation that c is short for, or NULL. */
static const struct candidate *whole_of(const struct text *t,
                                        struct table *table,
                                        const struct candidate *c)
{
    char folded[FOLDED];
    const struct place *place;

    entity_fold(t, c->first, c->last, folded);
    place = entity_place(table, folded, SHORT);
    return place->several || place->other == c ? NULL : place->other;
}

static void note_first(const struct text *t, struct table *table,
                       const struct candidate *c)
{
    char folded[FOLDED];

    entity_fold(t, c->first, c->last, folded);

    struct place *place = entity_place(table, folded, FIRST);

    if (!place->other)
        place->other = c;
}

void entity_short_forms(const struct text *t, struct table *table,
                        struct candidates *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->item[i].label == ORG)
            note_first(t, table, &all->item[i]);
    for (size_t i = 0; i < all->count; i++) {
        const struct candidate *c = &all->item[i];

        if (c->label == ORG && c->last - c->first > 1)
            file_forms(t, table, c);
    }
    for (size_t i = 0; i < all->count; i++) {
        struct candidate *c = &all->item[i];
        const struct candidate *whole;

        if (c->label != ORG || c->name || c->listed)
            continue;
        whole = whole_of(t, table, c);
        for (int n = 0; n < 3 && whole && !whole->name; n++) {
            const struct candidate *more = whole_of(t, table, whole);

            if (!more)
                break;
            whole = more;
        }
        if (whole)
            set(c, t, whole);
    }
}

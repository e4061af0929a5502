/* variants.c: who is who: one name for all that mean the same in a document.
 *
 * People first: every full name is a person, unless a person of the same family
 * name and nearly the same given name is known. Then a name alone goes to the
 * person who has been spoken of most, or just now. Organisations are joined
 * with their acronyms and short forms, all others by their letters.
 */
#include "entity.h"

#include <string.h>
#include <strings.h>

enum { FORMS = 4, SCAN = 32, FOLDED = 48, MOST_PARTS = 3 };
enum sex { UNTOLD, HE, SHE };

struct form {
    const struct candidate *mention;
    uint32_t count;
};

struct person {
    const struct candidate *first;
    char given[FOLDED], family[FOLDED]; /* folded, without signs */
    char formal[FOLDED];                /* "joseph" for "joe" */
    uint32_t given_facts;               /* of a given name of one word */
    enum sex sex;                       /* as titles tell */
    uint32_t mentions, sentence;        /* so far; of the last full name */
    struct form form[FORMS];
    struct person *same_family, *same_given;
};

/* A person under a word of the name that is neither family nor given. */
struct part {
    struct person *person;
    struct part *next;
};

struct place {
    uint64_t key;
    struct person *by_family, *by_given;
    struct part *by_part;
    const struct candidate *other;
};

struct table {
    struct place *place;
    size_t mask;
};

/* The letters of U+00C0 to U+017F without their marks; '-' stays as it is. */
static const char bare[] =
    "aaaaaaaceeeeiiiidnooooo-ouuuuy-saaaaaaaceeeeiiiidnooooo-ouuuuy-y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
    "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Small letters without marks, hyphens and signs; cut at FOLDED - 1. */
static size_t fold_bytes(const char *at, const char *end, char out[FOLDED])
{
    size_t len = 0;

    while (at < end && len + 5 < FOLDED) {
        uint32_t c = gly_lower(gly_next_char(&at));

        if (c >= 0xC0 && c <= 0x17F && bare[c - 0xC0] != '-')
            c = (unsigned char)bare[c - 0xC0];
        if (gly_is_letter(c) || gly_is_digit(c))
            len += gly_put_char(out + len, c);
    }
    out[len] = '\0';
    return len;
}

static size_t fold(const struct text *t, uint32_t first, uint32_t last,
                   char out[FOLDED])
{
    return fold_bytes(entity_at(t, first), t->bytes + t->token[last - 1].end,
                      out);
}

static uint64_t hash_of(const char *folded, uint64_t seed)
{
    uint64_t hash = 14695981039346656037u ^ seed;

    for (; *folded; folded++)
        hash = (hash ^ (unsigned char)*folded) * 1099511628211u;
    return hash | 1;
}

static struct place *find(struct table *table, uint64_t key)
{
    size_t i = (size_t)(key ^ key >> 31) & table->mask;

    while (table->place[i].key && table->place[i].key != key)
        i = (i + 1) & table->mask;
    table->place[i].key = key;
    return &table->place[i];
}

static size_t less(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must change to make b of a. */
static size_t distance(const char *a, const char *b)
{
    size_t row[FOLDED], m = strlen(a), n = strlen(b);

    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j];
            size_t change = corner + (a[i - 1] != b[j - 1]);

            row[j] = less(change, less(above, row[j - 1]) + 1);
            corner = above;
        }
    }
    return row[n];
}

static bool nearly(const char *a, const char *b, size_t two)
{
    size_t len = less(strlen(a), strlen(b));

    return len >= 5 && distance(a, b) <= (len >= two ? 2 : 1);
}

static bool same_given(const struct person *a, const struct person *b)
{
    const char *p = a->given, *q = b->given;
    size_t m = strlen(p), n = strlen(q), len = less(m, n);

    if (strcmp(p, q) == 0 || strcmp(a->formal, b->formal) == 0)
        return true;
    /* "J. Smith", "Ben" and "Benjamin", "George" and "George W." */
    if (memcmp(p, q, len) == 0 && (len == 1 || len >= 3))
        return true;
    if (a->given_facts & GIVEN && b->given_facts & GIVEN)
        return false; /* Maria and Mario are two */
    return nearly(p, q, 9);
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

/* The tokens that are the name itself: no "Jr." */
static uint32_t without_suffix(const struct text *t, const struct candidate *c)
{
    uint32_t last = c->last;

    while (last > c->first + 2 && (t->facts[last - 1] & SUFFIX ||
                                   t->token[last - 1].type == GLY_SIGN))
        last--;
    return last;
}

static void parse(const struct text *t, const struct candidate *c,
                  struct person *p)
{
    uint32_t first = c->first, last = without_suffix(t, c);

    p->first = c;
    if (family_first(t, first, last)) {
        fold(t, first, first + 1, p->family);
        fold(t, first + 1, last, p->given);
        strcpy(p->formal, p->given);
        return;
    }
    fold(t, last - 1, last, p->family);
    fold(t, first, first + 1, p->given);
    p->given_facts = t->facts[first];

    const char *formal;

    if (gly_words_has(t->lexicon->nicknames, entity_at(t, first),
                      entity_len(t, first), &formal))
        fold_bytes(formal, formal + strlen(formal), p->formal);
    else
        strcpy(p->formal, p->given);
}

/* "Mrs" and "spokeswoman", as the title before a name. */
static enum sex sex_of(const struct text *t, const struct candidate *c)
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
        if (t->token[i].begin < c->role)
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

static bool contradict(enum sex a, enum sex b)
{
    return a && b && a != b;
}

/* Whether the full name c is also called by its word i: "Hai" of Nguyen Van
 * Hai, "Quispe" of Alejandra Quispe Mamani. */
static bool is_part(const struct text *t, const struct candidate *c, uint32_t i)
{
    uint32_t last = without_suffix(t, c);
    bool east = family_first(t, c->first, last);

    return i > c->first + east && i + !east < last &&
           t->token[i].type == GLY_WORD &&
           t->token[i].flags & GLY_CAPITAL && !entity_initial(t, i);
}

static void file_parts(const struct text *t, struct table *table,
                       struct person *p)
{
    int n = 0;

    for (uint32_t i = p->first->first; i < p->first->last; i++) {
        char folded[FOLDED];

        if (!is_part(t, p->first, i) || n++ == MOST_PARTS)
            continue;
        fold(t, i, i + 1, folded);

        struct place *place = find(table, hash_of(folded, 0));
        struct part *part = gly_alloc(t->doc, sizeof(*part));

        *part = (struct part){p, place->by_part};
        place->by_part = part;
    }
}

/* "Fernández de la Torre" of "José Fernández de la Torre" */
static bool is_tail(const struct text *t, const struct candidate *whole,
                    const struct candidate *c)
{
    gly_pos len = c->end - c->begin;

    return whole->end - whole->begin > len &&
           t->bytes[whole->end - len - 1] == ' ' &&
           strncasecmp(t->bytes + whole->end - len, t->bytes + c->begin,
                       len) == 0;
}

static void count_form(const struct text *t, struct person *p,
                       const struct candidate *c)
{
    gly_pos len = c->end - c->begin;

    for (int i = 0; i < FORMS; i++) {
        struct form *form = &p->form[i];

        if (!form->mention)
            form->mention = c;
        if (form->mention->end - form->mention->begin == len &&
            memcmp(t->bytes + form->mention->begin, t->bytes + c->begin,
                   len) == 0) {
            form->count += t->token[c->first].flags & GLY_CAPS ? 1 : 2;
            return;
        }
    }
}

/* The one that a full name belongs to, of those known. */
static struct person *known(const struct text *t, const struct place *family,
                            const struct place *given,
                            const struct candidate *c, const struct person *new)
{
    struct person *p = family->by_family;

    for (int n = 0; p && n < SCAN; p = p->same_family, n++)
        if (!contradict(p->sex, new->sex) &&
            (same_given(p, new) || is_tail(t, p->first, c)))
            return p;
    if (strlen(new->given) < 3)
        return NULL;
    p = given->by_given;
    for (int n = 0; p && n < SCAN; p = p->same_given, n++)
        if (strcmp(p->given, new->given) == 0 &&
            nearly(p->family, new->family, 7))
            return p;
    return NULL;
}

/* The person of a full name, known or new. */
static struct person *introduce(const struct text *t, struct table *table,
                                const struct candidate *c)
{
    struct person new = {0}, *p;

    parse(t, c, &new);
    new.sex = sex_of(t, c);

    struct place *family = find(table, hash_of(new.family, 0));
    struct place *given = find(table, hash_of(new.given, 0));

    p = known(t, family, given, c, &new);
    if (!p) {
        p = gly_alloc(t->doc, sizeof(*p));
        *p = new;
        p->same_family = family->by_family;
        family->by_family = p;
        p->same_given = given->by_given;
        given->by_given = p;
        p->sentence = UINT32_MAX;
        file_parts(t, table, p);
    } else if (strlen(new.given) > strlen(p->given) && strlen(p->given) < 2) {
        strcpy(p->given, new.given);
        strcpy(p->formal, new.formal);
    }
    p->sex = p->sex ? p->sex : new.sex;
    count_form(t, p, c);
    return p;
}

/* How well a name alone goes to a person, at this place of the text. */
static double claim(const struct text *t, const struct person *p,
                    const struct candidate *c)
{
    if (p->sentence == UINT32_MAX) /* comes later */
        return 1.0 / (2.0 + (double)(p->first->sentence - c->sentence));

    uint32_t apart = t->sentence[c->sentence].paragraph -
                     t->sentence[p->sentence].paragraph;

    return 1 + p->mentions + (apart == 0 ? 4 : apart == 1 ? 1 : 0);
}

/* Of two with the same claim, the one who was named first. */
static struct person *choose(const struct text *t, struct table *table,
                             const struct candidate *c)
{
    char folded[FOLDED];
    double best = 0;
    enum sex sex = sex_of(t, c);
    struct person *found = NULL;
    int n = 0;

    fold(t, c->first, c->last, folded);

    struct place *place = find(table, hash_of(folded, 0));

    for (struct person *p = place->by_family; p && n < SCAN;
         p = p->same_family, n++) {
        double claims = claim(t, p, c);

        if (claims >= best && !contradict(p->sex, sex)) {
            best = claims;
            found = p;
        }
    }
    n = 0;
    for (struct person *p = place->by_given; !found && p && n < SCAN;
         p = p->same_given, n++)
        if (strcmp(p->given, folded) == 0 && !contradict(p->sex, sex))
            found = p;
    n = 0;
    for (struct part *part = place->by_part; !found && part && n < SCAN;
         part = part->next, n++)
        if (!contradict(part->person->sex, sex))
            found = part->person;
    if (found && !found->sex)
        found->sex = sex;
    return found;
}

static const char *text_of(const struct text *t, const struct candidate *c)
{
    return gly_keep(t->doc, t->bytes + c->begin, c->end - c->begin);
}

static const char *best_form(const struct text *t, struct person *p)
{
    const struct form *best = &p->form[0];

    for (int i = 1; i < FORMS && p->form[i].mention; i++) {
        const struct form *form = &p->form[i];
        bool initial = entity_initial(t, best->mention->first);

        if (form->count > best->count || initial)
            best = form;
    }
    return text_of(t, best->mention);
}

static bool full_name(const struct candidate *c)
{
    return c->label == PERSON && c->last - c->first > 1;
}

static void people(const struct text *t, struct table *table,
                   struct candidates *all)
{
    struct person **who = gly_alloc(t->doc, all->count * sizeof(*who));

    for (size_t i = 0; i < all->count; i++)
        if (full_name(&all->item[i]))
            who[i] = introduce(t, table, &all->item[i]);
    for (size_t i = 0; i < all->count; i++) {
        struct candidate *c = &all->item[i];

        if (c->label != PERSON || c->kind)
            continue;
        if (!who[i])
            who[i] = choose(t, table, c);
        else
            who[i]->sentence = c->sentence;
        if (who[i])
            who[i]->mentions++;
    }
    for (size_t i = 0; i < all->count; i++)
        if (who[i] && !all->item[i].name)
            all->item[i].name = best_form(t, who[i]);
}

static bool has_part(const struct text *t, const struct candidate *c,
                     const char *folded)
{
    char part[FOLDED];

    for (uint32_t i = c->first; i < c->last; i++) {
        if (!is_part(t, c, i))
            continue;
        fold(t, i, i + 1, part);
        if (strcmp(part, folded) == 0)
            return true;
    }
    return false;
}

/* As introduce() and choose() see it, for names of two texts. */
bool entity_same_person(const struct text *ta, const struct candidate *a,
                        const struct text *tb, const struct candidate *b)
{
    struct person p = {0}, q = {0};

    parse(tb, b, &q);
    if (b->last - b->first < 2) {
        char folded[FOLDED];

        fold(ta, a->first, a->last, folded);
        return strcmp(folded, q.family) == 0;
    }
    parse(ta, a, &p);
    if (a->last - a->first < 2)
        return strcmp(p.family, q.family) == 0 ||
               strcmp(p.family, q.given) == 0 || has_part(tb, b, p.family);
    if (strcmp(p.family, q.family) == 0)
        return same_given(&p, &q);
    return strlen(p.given) >= 3 && strcmp(p.given, q.given) == 0 &&
           nearly(p.family, q.family, 7);
}

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

/* "Korean Central News Agency (KCNA)", or the other way round. */
static bool explains(const struct text *t, const struct candidate *a,
                     const struct candidate *b)
{
    const gly_sentence *s = &t->sentence[a->sentence];
    bool brackets = a->sentence == b->sentence && b->first == a->last + 1 &&
                    b->last < s->last && entity_is(t, a->last, "(") &&
                    entity_is(t, b->last, ")");

    if (!brackets || b->last - b->first > 1 || a->last - a->first < 2)
        return false;

    char short_[FOLDED], first[FOLDED];
    size_t len = fold(t, b->first, b->last, short_);

    return len >= 2 && initials(t, a, first) >= len - 1 &&
           short_[0] == first[0] &&
           (within(first, short_) || within(short_, first));
}

static void remember(const struct text *t, struct table *table,
                     const struct candidate *c, uint32_t first, uint32_t last)
{
    char folded[FOLDED];

    fold(t, first, last, folded);

    struct place *place = find(table, hash_of(folded, c->label + 1));

    if (!place->other)
        place->other = c;
}

/* All names by which an organisation may be called later. */
static void short_forms(const struct text *t, struct table *table,
                        const struct candidate *c)
{
    if (c->label != ORG || c->last - c->first < 2)
        return;

    char first[FOLDED];

    if (initials(t, c, first) >= 3) {
        struct place *place = find(table, hash_of(first, ORG + 1));

        if (!place->other)
            place->other = c;
    }

    uint32_t facts = t->facts[c->first], both = SUFFIX | ORG_LAST;

    if ((t->facts[c->last - 1] & both) != both)
        return;
    /* "Ford Motor Co.", but not the Ford Foundation, is also "Ford" */
    if (!(facts & (COMMON | PLACE | NATION | GIVEN | LAST | OTHER)))
        remember(t, table, c, c->first, c->first + 1);
    if (c->last - c->first > 2)
        remember(t, table, c, c->first, c->last - 1);
}

static struct place *of_acronym(const struct text *t, struct table *table,
                                const struct candidate *c)
{
    char folded[FOLDED];

    fold(t, c->first, c->last, folded);
    return find(table, hash_of(folded, NAMES + 1));
}

/* What is explained in one place is known in all. */
static void acronyms(const struct text *t, struct table *table,
                     struct candidates *all)
{
    bool any = false;

    for (size_t i = 0; i + 1 < all->count; i++) {
        const struct candidate *a = &all->item[i], *b = a + 1;

        if (!explains(t, a, b) || a->label == PERSON)
            continue;
        of_acronym(t, table, b)->other = a;
        any = true;
    }
    for (size_t i = 0; i < all->count && any; i++) {
        struct candidate *c = &all->item[i];

        if (c->last - c->first > 1 || !(t->token[c->first].flags & GLY_CAPS))
            continue;

        const struct candidate *other = of_acronym(t, table, c)->other;

        if (!other)
            continue;
        c->label = other->label;
        c->score = other->score > c->score ? other->score : c->score;
        c->name = other->name ? other->name : text_of(t, other);
    }
}

static void others(const struct text *t, struct table *table,
                   struct candidates *all)
{
    acronyms(t, table, all);
    for (size_t i = 0; i < all->count; i++)
        short_forms(t, table, &all->item[i]);
    /* mixed letters before capitals */
    for (int capitals = 0; capitals < 2; capitals++)
        for (size_t i = 0; i < all->count; i++) {
            const struct candidate *c = &all->item[i];
            bool caps = t->token[c->first].flags & GLY_CAPS;

            if (c->label != PERSON && caps == capitals)
                remember(t, table, c, c->first, c->last);
        }
    for (size_t i = 0; i < all->count; i++) {
        struct candidate *c = &all->item[i];

        if (c->label == PERSON || c->name || c->kind)
            continue;

        char folded[FOLDED];

        fold(t, c->first, c->last, folded);

        const struct candidate *other =
            find(table, hash_of(folded, c->label + 1))->other;

        if (other && other != c)
            c->name = other->name ? other->name : text_of(t, other);
    }
}

void entity_variants(const struct text *t, struct candidates *all)
{
    if (!all->count)
        return;

    struct table table = {.mask = 63};

    /* a candidate looks for six keys at most, mostly two */
    while (table.mask < 8 * all->count)
        table.mask = 2 * table.mask + 1;
    table.place = gly_alloc(t->doc, (table.mask + 1) * sizeof(*table.place));
    people(t, &table, all);
    others(t, &table, all);
    for (size_t i = 0; i < all->count; i++)
        if (!all->item[i].name)
            all->item[i].name = text_of(t, &all->item[i]);
}

/* people.c: the people of a document.
 *
 * Every full name is a person, unless a person of the same family name and
 * nearly the same given name is known. Then a name alone goes to the person who
 * was named last in full nearby, else to the one spoken of most.
 */
#include "names.h"

#include <string.h>
#include <strings.h>

enum { SCAN = 32, MOST_PARTS = 3, BARE = 900 };

static bool contradict(enum sex a, enum sex b)
{
    return a && b && a != b;
}

/* Whether a name alone with such a title can be this person's. */
static bool may_be(const struct person *p, enum sex sex)
{
    return !contradict(p->sex ? p->sex : p->likely, sex);
}

static void file_parts(const struct text *t, struct table *table,
                       struct person *p)
{
    int n = 0;

    for (uint32_t i = p->first->first; i < p->first->last; i++) {
        char folded[FOLDED];

        if (!entity_is_part(t, p->first, i) || n++ == MOST_PARTS)
            continue;
        entity_fold(t, i, i + 1, folded);

        struct place *place = entity_place(table, folded, 0);
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

/* Where the person of a name stands in the table. */
struct places {
    struct place *family, *given, *sound;
};

static struct places places_of(struct table *table, const struct person *p)
{
    char sound[FOLDED];

    entity_sound(p->family, sound);
    return (struct places){entity_place(table, p->family, 0),
                           entity_place(table, p->given, 0),
                           entity_place(table, sound, BARE)};
}

/* The one that a full name belongs to, of those known. */
static struct person *known(const struct text *t, const struct places *at,
                            const struct candidate *c, const struct person *new)
{
    struct person *p = at->family->by_family;

    for (int n = 0; p && n < SCAN; p = p->same_family, n++)
        if (!contradict(p->sex, new->sex) &&
            (entity_same_given(p, new) || is_tail(t, p->first, c)))
            return p;
    if (strlen(new->given) < 3)
        return NULL;
    p = at->given->by_given;
    for (int n = 0; p && n < SCAN; p = p->same_given, n++)
        if (strcmp(p->given, new->given) == 0 && entity_same_given(p, new) &&
            entity_nearly(p->family, new->family, 7))
            return p;
    p = strlen(new->family) > 4 ? at->sound->by_sound : NULL;
    for (int n = 0; p && n < SCAN; p = p->same_sound, n++)
        if (!contradict(p->sex, new->sex) && entity_same_given(p, new))
            return p;
    return NULL;
}

static struct person *add(const struct text *t, struct table *table,
                          const struct places *at, const struct person *new)
{
    struct person *p = gly_alloc(t->doc, sizeof(*p));

    *p = *new;
    p->same_family = at->family->by_family;
    at->family->by_family = p;
    p->same_given = at->given->by_given;
    at->given->by_given = p;
    p->same_sound = at->sound->by_sound;
    at->sound->by_sound = p;
    p->sentence = UINT32_MAX;
    file_parts(t, table, p);
    return p;
}

/* The person of a full name, known or new. */
static struct person *introduce(const struct text *t, struct table *table,
                                const struct candidate *c)
{
    struct person new = {0}, *p;

    entity_parse(t, c, &new);
    new.sex = entity_sex(t, c);

    struct places at = places_of(table, &new);

    p = known(t, &at, c, &new);
    if (!p) {
        p = add(t, table, &at, &new);
    } else if (strlen(new.given) > strlen(p->given) && strlen(p->given) < 2) {
        strcpy(p->given, new.given);
        strcpy(p->formal, new.formal);
    }
    p->sex = p->sex ? p->sex : new.sex;
    p->middle = p->middle ? p->middle : new.middle;
    if (c->listed && !p->name) {
        p->name = c->name;
        p->id = c->id;
    }
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

/* Of two with the same claim, the one of the later sentence; of two in one
 * sentence, the one who was named first. */
static struct person *by_family(const struct text *t, struct place *place,
                                const struct candidate *c, enum sex sex)
{
    struct person *found = NULL;
    double best = 0;
    int n = 0;

    for (struct person *p = place->by_family; p && n < SCAN;
         p = p->same_family, n++) {
        double claims = claim(t, p, c);

        bool later = !found || p->sentence >= found->sentence;

        if ((claims > best || (claims == best && later)) && may_be(p, sex)) {
            best = claims;
            found = p;
        }
    }
    return found;
}

/* A given name goes to the only one who has it. */
static struct person *by_given(struct place *place, const char *folded,
                               enum sex sex)
{
    struct person *found = NULL;
    int n = 0, many = 0;

    for (struct person *p = place->by_given; p && n < SCAN;
         p = p->same_given, n++)
        if (strcmp(p->given, folded) == 0 && may_be(p, sex)) {
            found = p;
            many++;
        }
    if (many > 0)
        return many == 1 ? found : NULL;
    n = 0;
    for (struct part *part = place->by_part; part && n < SCAN;
         part = part->next, n++)
        if (may_be(part->person, sex))
            return part->person;
    return NULL;
}

/* A family name in another spelling, when only one person can be meant. */
static struct person *by_sound(struct table *table, const char *folded,
                               enum sex sex)
{
    struct person *found = NULL;
    char sound[FOLDED];
    int n = 0, many = 0;

    if (strlen(folded) < 5)
        return NULL;
    entity_sound(folded, sound);
    for (struct person *p = entity_place(table, sound, BARE)->by_sound;
         p && n < SCAN; p = p->same_sound, n++)
        if (may_be(p, sex)) {
            found = p;
            many++;
        }
    return many == 1 ? found : NULL;
}

/* Also "Blinkin" for Antony Blinken, unless lists have both. */
static struct person *by_letters(const struct text *t, struct person **people,
                                 size_t count, const struct candidate *c,
                                 const char *folded)
{
    struct person *found = NULL;

    if (strlen(folded) < 6 || t->facts[c->first] & (SURNAME | GIVEN | COMMON))
        return NULL;
    for (size_t i = 0; i < count && i < SCAN; i++) {
        if (strlen(people[i]->family) < 6 ||
            people[i]->family[0] != folded[0] ||
            !entity_nearly(people[i]->family, folded, FOLDED))
            continue;
        if (found && found != people[i])
            return NULL;
        found = people[i];
    }
    return found;
}

struct crowd {
    struct table *table;
    struct person **people; /* the first of them */
    size_t count;
};

static struct person *choose(const struct text *t, const struct crowd *crowd,
                             const struct candidate *c)
{
    char folded[FOLDED];
    enum sex sex = entity_sex(t, c);

    entity_fold_family(t, c->first, folded);

    struct place *place = entity_place(crowd->table, folded, 0);
    struct person *found = by_family(t, place, c, sex);

    if (!found && !place->by_family)
        found = by_given(place, folded, sex);
    if (!found && !place->by_family && !place->by_given)
        found = by_sound(crowd->table, folded, sex);
    if (!found && !place->by_family && !place->by_given)
        found = by_letters(t, crowd->people, crowd->count, c, folded);
    if (found && !found->sex)
        found->sex = sex;
    return found;
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
    return entity_text_of(t, best->mention);
}

static bool full_name(const struct candidate *c)
{
    return c->label == PERSON && c->last - c->first > 1;
}

/* Somebody who is named by one word only, in two spellings. */
static void join_lone(const struct text *t, struct table *table,
                      struct candidate *c)
{
    char folded[FOLDED], sound[FOLDED];

    if (c->last - c->first > 1)
        return;
    entity_fold_family(t, c->first, folded);
    if (strlen(folded) < 6)
        return;
    entity_sound(folded, sound);

    struct place *place = entity_place(table, sound, BARE + 1);

    if (!place->other)
        place->other = c;
    else if (!c->name)
        c->name = entity_text_of(t, place->other);
}

static void name_all(const struct text *t, struct table *table,
                     struct person **who, struct candidates *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct candidate *c = &all->item[i];
        struct person *p = who[i];

        if (c->label != PERSON)
            continue;
        if (!p && !c->listed)
            join_lone(t, table, c);
        if (!p || (c->listed && c->name))
            continue;
        if (!p->name)
            p->name = best_form(t, p);
        c->name = p->name;
        c->id = p->id;
    }
}

void entity_people(const struct text *t, struct table *table,
                   struct candidates *all)
{
    struct person **who = gly_alloc(t->doc, all->count * sizeof(*who));
    struct person *people[SCAN];
    struct crowd crowd = {.table = table, .people = people};

    for (size_t i = 0; i < all->count; i++) {
        if (!full_name(&all->item[i]))
            continue;
        who[i] = introduce(t, table, &all->item[i]);
        if (crowd.count < SCAN && who[i]->first == &all->item[i])
            people[crowd.count++] = who[i];
    }
    for (size_t i = 0; i < all->count; i++) {
        struct candidate *c = &all->item[i];

        if (c->label != PERSON)
            continue;
        if (!who[i] && !(c->listed && c->name))
            who[i] = choose(t, &crowd, c);
        else if (who[i])
            who[i]->sentence = c->sentence;
        if (who[i])
            who[i]->mentions++;
    }
    name_all(t, table, who, all);
}

static bool has_part(const struct text *t, const struct candidate *c,
                     const char *folded)
{
    char part[FOLDED];

    for (uint32_t i = c->first; i < c->last; i++) {
        if (!entity_is_part(t, c, i))
            continue;
        entity_fold(t, i, i + 1, part);
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

    entity_parse(tb, b, &q);
    if (b->last - b->first < 2) {
        char folded[FOLDED];

        entity_fold(ta, a->first, a->last, folded);
        return strcmp(folded, q.family) == 0;
    }
    entity_parse(ta, a, &p);
    if (a->last - a->first < 2)
        return strcmp(p.family, q.family) == 0 ||
               strcmp(p.family, q.given) == 0 || has_part(tb, b, p.family);
    if (strcmp(p.family, q.family) == 0)
        return entity_same_given(&p, &q);
    return strlen(p.given) >= 3 && strcmp(p.given, q.given) == 0 &&
           entity_nearly(p.family, q.family, 7);
}

/* names.h: what is done with names once they are found.
 *
 * joints.c     words of a name that belong together
 * lists.c      the user's own names, which win
 * ids.c        codes, canonical names and the finer labels, by lists
 * roles.c      what people are, as said beside their names
 * fold.c       names in small letters, nearly alike, and the table of them
 * variants.c   who is who
 * person.c     what a name says of its person
 * people.c     the people of a document
 * acronyms.c   organisations with their acronyms and short forms
 * summary.c    who and what is in a document, counted
 */
#ifndef ENTITY_NAMES_H
#define ENTITY_NAMES_H

#include "entity.h"

void entity_joints(const struct text *t, struct candidates *names);

struct list {
    const gly_words *exact, *folded;
};

struct lists {
    struct list *item;
    size_t count;
};

struct ids {
    const gly_words *countries, *finer, *places, *others, *orgs;
};

int entity_lists_open(struct lists *lists, gly_stage *stage,
                      const gly_list *names);
void entity_lists(const struct text *t, const struct lists *lists,
                  double min_score, struct candidates *names);

int entity_ids_open(struct ids *ids, gly_stage *stage);
/* Before who is who: the names that lists have for a name. */
void entity_canonical(const struct text *t, const struct ids *ids,
                      struct candidates *names);
/* After it: ids, and the finer labels where they are wanted. */
void entity_ids(const struct text *t, const struct ids *ids, bool finer,
                struct candidates *names);

void entity_roles(const struct text *t, const gly_words *roles,
                  struct candidates *names);

void entity_variants(const struct text *t, struct candidates *all);
bool entity_same_person(const struct text *ta, const struct candidate *a,
                        const struct text *tb, const struct candidate *b);
/* For the text of an aside. */
void entity_as_in_document(const struct text *t, struct candidates *all);

/* Sets the fields "people", "organisations" and "places". */
void entity_summary(gly_doc *doc, const struct candidates *names,
                    double min_score);

enum { FOLDED = 48 };

/* Small letters without marks, hyphens and signs; cut at FOLDED - 1. */
size_t entity_fold_bytes(const char *at, const char *end, char out[FOLDED]);
size_t entity_fold(const struct text *t, uint32_t first, uint32_t last,
                   char out[FOLDED]);
/* Whether one is the other with a letter changed, or two from `two` letters. */
bool entity_nearly(const char *a, const char *b, size_t two);
/* The same for "Qaddafi" and "Gadhafi", however they are transliterated. */
void entity_sound(const char *folded, char out[FOLDED]);

enum { FORMS = 4 };
enum sex { UNTOLD, HE, SHE };

struct form {
    const struct candidate *mention;
    uint32_t count;
};

struct person {
    const struct candidate *first;
    char given[FOLDED], family[FOLDED]; /* folded, without signs */
    char formal[FOLDED];                /* "joseph" for "joe" */
    char middle;                        /* its first letter, or 0 */
    int generation;                     /* 1 for "Sr.", 2 for "Jr.", or 0 */
    uint32_t given_facts;               /* of a given name of one word */
    enum sex sex, likely;               /* by titles; by the given name */
    uint32_t mentions, sentence;        /* so far; of the last full name */
    struct form form[FORMS];
    const char *name, *id;              /* of a user's list, or NULL */
    struct person *same_family, *same_given, *same_sound;
};

/* Family and given name, and what they tell. */
void entity_parse(const struct text *t, const struct candidate *c,
                  struct person *p);
void entity_fold_family(const struct text *t, uint32_t i, char out[FOLDED]);
/* "Mrs" and "spokeswoman", as the title before a name. */
enum sex entity_sex(const struct text *t, const struct candidate *c);
bool entity_same_given(const struct person *a, const struct person *b);
/* Whether the full name c is also called by its word i. */
bool entity_is_part(const struct text *t, const struct candidate *c,
                    uint32_t i);

/* A person under a word of the name that is neither family nor given. */
struct part {
    struct person *person;
    struct part *next;
};

struct place {
    uint64_t key;
    struct place *next;
    struct person *by_family, *by_given, *by_sound;
    struct part *by_part;
    const struct candidate *other; /* of this name, or it stands for it */
    bool several; /* it stands for more than one */
};

struct table {
    gly_doc *doc;
    struct place **heads;
    size_t mask;
};

/* The place of a name in the table; names of another seed are others. */
struct place *entity_place(struct table *table, const char *folded,
                           uint64_t seed);

const char *entity_text_of(const struct text *t, const struct candidate *c);
void entity_people(const struct text *t, struct table *table,
                   struct candidates *all);
void entity_acronyms(const struct text *t, struct table *table,
                     struct candidates *all);
void entity_short_forms(const struct text *t, struct table *table,
                        struct candidates *all);

#endif

/* who.h: who the speakers are.
 *
 * names.c     the people and bodies of a document, and where it mentions them
 * traits.c    what it says of them: he or she, what they are, how old
 * pronouns.c  whom "he", "she", "it" and "who" stand for
 * describe.c  whom "the mayor" and "the ministry" stand for
 * who.c       the speakers of quotations, one after the other
 * turns.c     talks in turns without marks: "Q:", "LOPEZ:"
 * talk.c      talks in marks of two who speak in turn
 *
 * All walks back are bounded, so that a document takes linear time.
 */
#ifndef GALLEY_QUOTE_WHO_H
#define GALLEY_QUOTE_WHO_H

#include "quote.h"

/* "the former mayor": what it is by lexicon/quote-people.txt. */
enum { FORMER = 1, DEPUTY = 2 };
struct role {
    const char *classes; /* "mayor politician official", or NULL */
    unsigned how;
    struct role *next;
};

/* A word with a capital beside a name: Florida, Republican. */
struct fact {
    uint32_t hash;
    struct fact *next;
};

enum kind { PERSON, BODY, PLACE };

struct being {
    const char *name; /* canonical; NULL: the text has none */
    enum kind kind;
    unsigned he, she; /* what speaks for either */
    unsigned age;
    unsigned mentions;
    unsigned intro; /* of these before the first turn of a talk */
    struct role *roles;
    struct fact *facts;
    unsigned fact_count;
    struct being *next, *same_family; /* in the tables */
};

enum what { NAMED, UNNAMED, DESCRIBED, HE, SHE };
enum place { SUBJECT, OBJECT, BELOW }; /* below: after a preposition or 's */

struct mention {
    gly_pos begin, end;
    uint32_t sentence, paragraph;
    struct being *being; /* of a pronoun: NULL until it is resolved */
    const gly_span *span;
    enum what what;
    enum place place;
    bool told; /* a pronoun near it spoke of he or she */
};

struct who {
    gly_doc *doc;
    const char *text;
    const gly_token *tokens;
    const struct word *words; /* of each token */
    size_t token_count;
    const gly_sentence *sentences;
    size_t sentence_count;
    const gly_words *people, *sexes;
    struct mention *mentions;
    size_t count, size;
    struct being **by_name, **by_family;
    size_t mask;
    gly_pos first_turn;     /* of a talk, and who answers in it */
    struct being *answerer;
    size_t resolved; /* mentions before this one are */
    struct mention spoke; /* who did last; no being: nobody, or not known */
};

/* Whom a speaker stands for, and how surely; no being: nobody can tell. */
struct guess {
    struct being *being;
    double score;
};

/* names.c */
void quote_mentions(struct who *w, const struct pieces *pieces);
/* How many mentions begin before pos. */
size_t quote_mentions_before(const struct who *w, gly_pos pos);
size_t quote_sentence_at(const struct who *w, gly_pos pos);
/* The one person whose name ends in this word, or NULL. */
struct being *quote_of_family(const struct who *w, const char *at, size_t len);
bool quote_is_word(const struct who *w, size_t token, const char *const *words);
bool quote_is_preposition(const struct who *w, size_t token);

/* traits.c */
/* The head of a noun phrase: "mayor" of "the former mayor of Ash"; when `open`,
 * other words may follow it: "mayor laughed". */
struct role quote_head(const struct who *w, const char *at, const char *end,
                       bool open);
/* What stands around mention `of` of a person at tokens [first, last); returns
 * the token where its title begins. */
size_t quote_traits(struct who *w, struct mention *of, size_t first,
                    size_t last);
void quote_sex_of_role(struct being *being, const struct role *role);
/* Whether a role is the one that another names, or a wider one of it. */
bool quote_has_class(const struct role *role, const struct role *named);
bool quote_is_body(const struct role *role);
uint32_t quote_name_hash(const char *at, size_t len);

/* pronouns.c */
/* Resolves the pronouns before pos. */
void quote_read_to(struct who *w, gly_pos pos);
/* Of the pronoun at mention i, not somebody named in [low, high). */
struct guess quote_resolve(struct who *w, size_t i, gly_pos low, gly_pos high);
struct guess quote_it(const struct who *w, gly_pos at);
/* Of "who" after a name. */
struct guess quote_relative(const struct who *w, gly_pos at);

/* describe.c */
struct guess quote_described(struct who *w, gly_pos begin, gly_pos end,
                             bool open);

#endif

/* model.h: the learned model that finds and labels names.
 *
 * features.c  what the model sees of a word and of its place, as numbers
 * model.c     the file of weights, and what they say of each word
 * again.c     what it sees when it reads a second time
 * decode.c    the best row of tags, and how sure each name in it is
 *
 * A tag is a label and a part of a name, or OUT. A feature is a hash; those
 * that matter have a row of the table, with a weight for each tag but OUT,
 * whose weights are all 0.
 *
 * A text is read in blocks of whole sentences, so that memory is bounded; what
 * a block says of a word counts wherever the word stands in it. It is read
 * twice: the second time with what the first reading found in the block.
 */
#ifndef ENTITY_MODEL_H
#define ENTITY_MODEL_H

#include "entity.h"

enum part { BEGIN, INSIDE, END, SINGLE, PARTS };
enum { OUT = NAMES * PARTS, TAGS = OUT + 1, LANES = OUT, WIDE = TAGS + 3 };
enum { BLOCK = 1 << 14, LONGEST_SENTENCE = 512 };
enum { REACH = 2, SPREAD = 2 * REACH + 1 };

/* A word by itself, the same wherever it stands. */
struct type {
    uint32_t exact, lower; /* hashes; a numeral's are those of its shape */
    uint32_t shape;        /* a hash of "Xx-Xx" */
    uint32_t facts;        /* of the lists, as if it had a capital */
    uint32_t lists;        /* a hash of those that matter beside others */
    uint32_t prefix[4], suffix[4];
    uint8_t cast;          /* enum cast */
    bool letters;
};

enum cast { SMALL, CAPITAL, CAPITALS, LETTER, MIXED, NUMBER, SIGN, LINKED };

/* What sort of line a sentence is. */
enum manner { PROSE, HEADLINE, SHOUTED, WHISPERED, TABLE };

/* A token of the block. */
struct seen {
    uint32_t lower, shape, lists, facts;
    uint32_t listed;  /* a list's name at this token and which part it is */
    uint16_t heard;   /* what the block says of the word elsewhere */
    uint8_t cast, manner;
    bool starts;      /* the first of its sentence, or of what is left of it */
    bool first, line; /* as GLY_FIRST and GLY_LINE */
};

struct block {
    const struct text *text;
    uint32_t begin, count; /* tokens of the text */
    uint32_t next;         /* the sentence that the next one begins with */
    struct seen *seen;     /* BLOCK of them */
    uint16_t *table;       /* by a hash of the word: what is heard of it */
    uint32_t mask;         /* of tables, which have 4 * BLOCK places */
    uint8_t topic;         /* sports, and whether people chat here */
};

/* A hash of both. */
static inline uint32_t join(uint32_t a, uint32_t b)
{
    a = (a ^ (b * 0x9E3779B1u + (a << 6) + (a >> 2))) * 0x85EBCA6Bu;
    return a ^ a >> 15;
}

/* Features in groups that the trainer leaves out now and then. */
enum group { WORDS, LISTS, OTHERS, GROUPS };
enum { MOST_FEATURES = 64 };
struct features {
    uint32_t count[GROUPS];
    uint32_t id[GROUPS][MOST_FEATURES];
};

void entity_type(const struct text *t, uint32_t i, struct type *out);
/* As if the lists did not have it: for the trainer. */
void entity_type_forget(struct type *type, uint32_t facts);
/* Goes on to the next block; false at the end. Then all its tokens are to be
 * seen. */
bool entity_next_block(struct block *b);
void entity_see(struct block *b, uint32_t i, const struct seen *seen);
struct seen entity_seen(const struct type *type);
/* Of a type that stands `offset` tokens after the one that is looked at. */
void entity_type_features(const struct type *type, int offset,
                          struct features *out);
/* Of token i of the block, first of which all are looked at. */
void entity_look_around(struct block *b);
void entity_features(const struct block *b, uint32_t i, struct features *out);

/* What the first reading found, which the second goes by. */
struct tally {
    uint16_t tag[TAGS];
};
struct found {
    struct tally *word, *name; /* by a hash; the block's mask */
    const uint8_t *tag;        /* of each token */
    uint32_t *whole;           /* a hash of the name it is part of, or 0 */
};

void entity_find(const struct block *b, struct found *f);
void entity_found_features(const struct block *b, const struct found *f,
                           uint32_t i, struct features *out);

/* ---- decode.c ---- */

/* Tags that may follow each other: a name is one word, or begins and ends. */
bool entity_may_follow(unsigned tag, unsigned next);

/* The sums over all rows of tags of a sentence, scaled at each token. */
struct lattice {
    uint32_t count;
    float emit[LONGEST_SENTENCE][WIDE];
    float ahead[LONGEST_SENTENCE][WIDE], behind[LONGEST_SENTENCE][WIDE];
    float norm[LONGEST_SENTENCE];
    float move[TAGS][WIDE]; /* e to the power of a move's weight, or 0 */
};

/* From emit[], which it overwrites with their exponentials; the logarithm of
 * the sum over all rows. */
double entity_sum(struct lattice *l);
/* How probable a name from token `first` to before `last` is. */
double entity_chance(const struct lattice *l, uint32_t first, uint32_t last,
                     enum label label);

/* The best row, by integers. */
void entity_best(const int16_t (*emit)[LANES], uint32_t count,
                 const int16_t (*move)[TAGS], uint8_t (*from)[TAGS],
                 uint8_t *tag);

/* ---- model.c ---- */

enum { MODEL_VERSION = 1, MODEL_ORDER = 0x01020304 };

/* The file, little-endian: this; for each row of the table a byte of its
 * feature's hash, 0 when it is empty; then the rows, signed bytes with a weight
 * for every tag but OUT, in units of `unit`. A feature may be in any row of its
 * bucket. */
enum { BUCKET = 4 };
struct weights {
    char magic[8]; /* "GALLEYNE" */
    uint32_t version, order, rows;
    float unit, slope, shift;
    uint32_t sum; /* of all that follows it */
    int16_t move[2][TAGS][TAGS];
    int16_t unused[4];
};

/* Called for each name, from the left to the right. */
typedef void entity_name(void *arg, const struct text *t, uint32_t first,
                         uint32_t last, enum label label, double score);
/* Also looks up the facts of all words with capitals. */
void entity_names(struct model *model, const struct text *t,
                  entity_name *each, void *arg);

static inline uint32_t entity_bucket(uint32_t id, uint32_t rows)
{
    return (uint32_t)((uint64_t)id * (rows / BUCKET) >> 32) * BUCKET;
}
static inline uint8_t entity_owner(uint32_t id)
{
    return (uint8_t)id ? (uint8_t)id : 1;
}

#endif

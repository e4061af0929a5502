/* model.h: the learned model of who reports what.
 *
 * words.c     what is known of single words
 * features.c  what the model sees of a cue, of a place where what it reports
 *             may begin or end, and of both together, as numbers
 * edges.c     those places
 * model.c     the file of weights, and what they say
 * guess.c     the best of what they say of a paragraph
 *
 * A word that is a cue now and then stands in a place. One sum of weights says
 * whether it is a cue there, others say how likely each pair of edges around
 * it is.
 */
#ifndef QUOTE_MODEL_H
#define QUOTE_MODEL_H

#include "quote.h"

/* A word that may be a cue, in the sentence [low, high). */
struct place {
    const struct view *view;
    size_t low, high, at;
};

/* Where what is reported may begin or end: before an item. On which side of the
 * cue, or in the sentences beside it. */
enum side { LEFT, RIGHT, BESIDE };
struct edge {
    uint32_t at;
    enum side side;
    float sum;
};

enum { MOST_EDGES = 40 };
struct edges {
    size_t count;
    struct edge edge[MOST_EDGES];
};

void quote_begins(const struct place *p, struct edges *out);
void quote_ends(const struct place *p, struct edges *out);
/* Whether they may be those of one quotation. */
bool quote_may_pair(const struct place *p, const struct edge *begin,
                    const struct edge *end);

/* Keeps the best, in order. */
void quote_keep_best(struct edges *edges, size_t most);

/* Of a feature's hash the bits that say where its weight is. */
enum { CUE_BITS = 14, SPAN_BITS = 16 };
enum { MOST_FEATURES = 24 };

/* With weights the sum of theirs, else where in a table each of them is. */
struct features {
    const int8_t *weights;
    unsigned shift; /* 32 less the bits */
    int32_t sum;
    size_t count;
    uint32_t *id; /* room for MOST_FEATURES */
};

void quote_cue_features(const struct place *p, struct features *out);
void quote_begin_features(const struct place *p, const struct edge *begin,
                          struct features *out);
void quote_end_features(const struct place *p, const struct edge *end,
                        struct features *out);
void quote_pair_features(const struct place *p, const struct edge *begin,
                         const struct edge *end, struct features *out);

/* ---- model.c ---- */

enum { MODEL_VERSION = 2, MODEL_ORDER = 0x01020304 };
enum { PLAIN, MARKED, GROUPS }; /* with no quote marks in it; with some */

/* The file, little-endian: this; the words that may be cues; then a weight for
 * each value of a feature's first bits, of cues and of edges. */
struct prior {
    uint32_t hash, prior;
};
struct weights {
    char magic[8]; /* "GALLEYQU" */
    uint32_t version, order, words;
    float unit; /* of a weight */
    float slope[GROUPS], shift[GROUPS]; /* of scores */
    uint32_t sum; /* of all that follows it */
};

struct model {
    const struct weights *weights;
    const struct prior *priors;
    const int8_t *cues, *spans;
};

/* What the cue at item `at` reports: items [begin, end). */
struct guess {
    size_t at, begin, end, low, high;
    double score;
};

enum { MOST_CHOICES = 3, MOST_GUESSES = MOST_CHOICES * VIEW_ITEMS };

int quote_model(struct model *model, struct vocabulary *words, gly_stage *stage,
                const char *name);
/* How probable it is that this is a cue. */
double quote_cue_chance(const struct model *model, const struct place *place);
/* What it reports, with how probable that is or nearly that: the best and
 * others that are not like it; how many. */
size_t quote_guess(const struct model *model, const struct place *place,
                   struct guess *out);
/* The text of items [begin, end), without marks and signs at its ends. */
struct extent {
    gly_pos begin, end;
};
struct extent quote_extent(const struct view *view, size_t begin, size_t end);
/* What they have in common of all that they cover, 0 to 1. */
double quote_overlap(struct extent a, struct extent b);
/* All that does not overlap, from the left to the right; how many. guesses[]
 * has room for MOST_GUESSES. */
size_t quote_guesses(const struct model *model, const struct view *view,
                     struct guess *guesses);
double quote_score(const struct weights *w, const struct view *view,
                   const struct guess *guess);

#endif

/* learn.h: the trainer's parts. No part of the plugin.
 *
 * train.c    from marked texts to tokens with features and tags
 * rename.c   the same texts with other names
 * readings.c from those to a model: two readings, how sure they are, the file
 * learn.c    the weights of one reading: a chain of tags, by gradients
 */
#ifndef ENTITY_LEARN_H
#define ENTITY_LEARN_H

#include "model.h"

struct token {
    size_t first;            /* of its features */
    uint8_t count[GROUPS];
    uint8_t tag;             /* as the annotators had it */
};

/* Tokens within a sentence; `fold` is the same for a whole document. */
struct sentence {
    size_t first;
    uint32_t count;
    uint32_t fold;
    float weight;
    bool drop;               /* whether features may be left out */
    bool judged;             /* by what is found in it */
};

struct stretch {
    size_t first;
    uint32_t count;
};

enum { LEARN_FOLDS = 3, LEARN_ALL = LEARN_FOLDS };

struct examples {
    struct seen *seen;       /* of each token */
    struct stretch *blocks;
    size_t block_count;
    struct token *tokens;
    struct sentence *sentences;
    uint32_t *rows;          /* features as rows, UINT32_MAX: too rare */
    uint32_t *ids;           /* the hash of each row */
    uint32_t row_total;
    float (*base)[LANES];    /* of each token, or NULL: what is known before */
    size_t token_count, sentence_count, row_count; /* of `rows` */
};

struct row {
    float weight[LANES], square[LANES]; /* the sum of its slopes' squares */
};

struct learned {
    struct row *row;
    float move[TAGS][TAGS], move_square[TAGS][TAGS];
};

struct recipe {
    uint32_t rows;           /* of the file */
    uint8_t least;           /* how often a feature must come */
    int epochs;
    float lean;              /* what speaks for a name from the outset */
    float rate, shrink;      /* of each step; of a weight by each step */
    float drop[GROUPS];      /* how often a group is left out */
};

struct learned *learned_new(uint32_t rows);
void learned_free(struct learned *w);
/* From all sentences but those of this fold. */
void learn(struct learned *w, const struct examples *e,
           const struct recipe *recipe, uint32_t left_out);
/* The weights of a token's features, and what is known before. */
void learn_emit(const struct learned *w, const struct examples *e, size_t token,
                float out[LANES]);

/* A name as the annotators had it, in the order of the text. */
struct name {
    gly_pos begin, end;
    enum label label;
};

/* A file of the lexicon folders. */
struct name_list {
    const char *at;
    size_t len;
};
struct name_lists {
    struct name_list given[1], surnames[1], places[1], common[1];
};

/* The text with other names, which move along. */
void learn_rename(const struct name_lists *lists, const char *text,
                  uint32_t seed, struct name *names, size_t count,
                  gly_buf *out);

/* Learns from all and writes the model; -1 with errno set when it cannot. */
int learn_model(struct examples *e, const struct recipe *recipe,
                const char *path);

#endif

/* learn.h: the trainer's parts. No part of the plugin.
 *
 * train.c    from texts to profiles, tables of how good the model is, the file
 * learn.c    the weights, by L-BFGS
 */
#ifndef TRANSLATE_MARKER_LEARN_H
#define TRANSLATE_MARKER_LEARN_H

#include "model.h"

/* One feature of a text that is not 0: a gram, or GRAMS + a dense one. */
struct value {
    uint32_t feature;
    float value;
};

/* A text, or its begin. */
struct row {
    char id[48];
    enum origin origin;
    unsigned fold, group;
    unsigned cut;        /* to so many words; 0: the whole */
    double words;
    float *dense;
    struct value *values;
    uint32_t count;      /* of values */
    double weight;       /* in what is being learned; 0: not looked at */
    double sum[AGAINST]; /* by a model that has not seen it */
    double chance[ORIGINS];
};

struct rows {
    struct row *row;
    size_t count, size;
    size_t dense;        /* features */
};

struct linear {
    double bias;
    double weight[GRAMS + MOST_DENSE];
};

/* MACHINE against the others among the rows that have a weight. */
void learn_linear(const struct rows *rows, double ridge, struct linear *out);
double learn_sum(const struct linear *w, const struct row *row);
/* From the sums, of all rows that have a weight. */
void learn_blend(const struct rows *rows, float blend[AGAINST][TERMS]);
void *learn_alloc(size_t size);

#endif

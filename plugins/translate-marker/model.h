/* model.h: what was learned of profiles, and what it makes of one.
 *
 * Three linear models over one profile, of machine translation against each of
 * the others: native news, human translation, and native writing of all other
 * kinds, without which whatever is not written as news is would be taken for
 * translated. Then one that makes probabilities of their sums and of the
 * length, since a sum over few words says less. The shares of the classes that
 * it was learned with are in the file, so that a user can put others there.
 */
#ifndef TRANSLATE_MARKER_MODEL_H
#define TRANSLATE_MARKER_MODEL_H

#include "profile.h"

enum origin { NATIVE, HUMAN, OTHER, MACHINE, ORIGINS };
enum { AGAINST = MACHINE, TERMS = 2 * (1 + AGAINST) };
enum { MODEL_VERSION = 1, MODEL_ORDER = 0x01020304 };

/* The file, little-endian: this, a struct dense_weight for each rate and word,
 * then the weights of grams in units of `unit`. */
struct weights {
    char magic[8]; /* "GALLEYTM" */
    uint32_t version, order;
    uint32_t style; /* the list's sum */
    uint32_t dense; /* rates and words */
    float bias[AGAINST], unit[AGAINST];
    float blend[AGAINST][TERMS]; /* log-odds of each to MACHINE */
    float share[ORIGINS];
    uint32_t sum; /* of all that follows it */
};
struct dense_weight {
    float mean, scale; /* of all texts: 1 / the standard deviation */
    float native;      /* the mean of native ones */
    float weight[AGAINST];
};
typedef int16_t gram_weight[AGAINST];

struct model {
    const struct weights *weights;
    const struct dense_weight *dense;
    const gram_weight *grams;
    double native[MOST_DENSE]; /* what native text has of each, clipped */
    double none[MOST_DENSE];   /* and a text without any */
    double start[AGAINST];     /* the sums of a text without any word */
    float log[MOST_GRAM_COUNT + 1];
};

int model_open(gly_stage *stage, const char *name, const struct style *style,
               struct model *out);
/* The sums of the models. */
void model_sums(const struct model *m, const struct profile *p,
                double sum[AGAINST]);
/* How much a rate or word speaks for a machine, beside a native text's. */
double model_speaks(const struct model *m, const struct profile *p,
                    size_t dense);

/* What grams count: 1 + log(count), as of a vector of length 1. */
void model_logs(float log[MOST_GRAM_COUNT + 1]);
double model_clipped(const struct dense_weight *w, double value);
void model_terms(const double sum[AGAINST], double words, double out[TERMS]);
void model_chances(const float blend[AGAINST][TERMS], const double terms[TERMS],
                   double out[ORIGINS]);

#endif

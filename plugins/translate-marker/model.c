/* model.c: the file of weights, and the probabilities it gives. */
#include "model.h"

#include <errno.h>
#include <math.h>
#include <string.h>

void model_logs(float log_of[MOST_GRAM_COUNT + 1])
{
    log_of[0] = 0;
    for (int i = 1; i <= MOST_GRAM_COUNT; i++)
        log_of[i] = 1 + logf((float)i);
}

double model_clipped(const struct dense_weight *w, double value)
{
    double x = (value - (double)w->mean) * (double)w->scale;

    return x > 4 ? 4 : x < -4 ? -4 : x;
}

void model_sums(const struct model *m, const struct profile *p,
                double sum[AGAINST])
{
    const struct weights *w = m->weights;
    float grams[AGAINST] = {0}, squares = 0;

    for (size_t i = 0; i < p->used_count; i++) {
        const int16_t *gram = m->grams[p->used[i]];
        float value = m->log[p->grams[p->used[i]]];

        grams[NATIVE] += value * gram[NATIVE];
        grams[HUMAN] += value * gram[HUMAN];
        grams[OTHER] += value * gram[OTHER];
        squares += value * value;
    }
    for (int k = 0; k < AGAINST; k++)
        sum[k] = m->start[k] + (double)(w->unit[k] * grams[k] /
                                        sqrtf(squares + 1e-9f));
    for (size_t i = 0; i < w->dense; i++) {
        if (p->dense[i] <= 0)
            continue;

        double x = model_clipped(&m->dense[i], p->dense[i]) - m->none[i];

        for (int k = 0; k < AGAINST; k++)
            sum[k] += x * (double)m->dense[i].weight[k];
    }
}

double model_speaks(const struct model *m, const struct profile *p,
                    size_t dense)
{
    const struct dense_weight *d = &m->dense[dense];

    return (double)d->weight[NATIVE] *
           (model_clipped(d, p->dense[dense]) - m->native[dense]);
}

void model_terms(const double sum[AGAINST], double words, double out[TERMS])
{
    double length = log(fmin(fmax(words, 20), 1000) / 200);

    out[0] = 1;
    for (int k = 0; k < AGAINST; k++)
        out[1 + k] = sum[k];
    for (int i = 0; i < TERMS / 2; i++)
        out[TERMS / 2 + i] = length * out[i];
}

void model_chances(const float blend[AGAINST][TERMS], const double terms[TERMS],
                   double out[ORIGINS])
{
    double all = 1;

    out[MACHINE] = 1;
    for (int k = 0; k < AGAINST; k++) {
        double odds = 0;

        for (int i = 0; i < TERMS; i++)
            odds += (double)blend[k][i] * terms[i];
        out[k] = exp(fmin(fmax(odds, -30), 30));
        all += out[k];
    }
    for (int k = 0; k < ORIGINS; k++)
        out[k] /= all;
}

static int check(gly_stage *stage, const char *name, const struct style *style,
                 const struct weights *w, size_t len)
{
    if (len < sizeof(*w) || memcmp(w->magic, "GALLEYTM", 8) != 0)
        return gly_fail(stage, -EINVAL, "%s: not a model of translations",
                        name);
    if (w->order != MODEL_ORDER)
        return gly_fail(stage, -EINVAL,
                        "%s: made on a machine of the other byte order", name);
    if (w->version != MODEL_VERSION)
        return gly_fail(stage, -EINVAL, "%s: version %u, expected %d", name,
                        w->version, MODEL_VERSION);
    if (w->dense > MOST_DENSE ||
        len != sizeof(*w) + w->dense * sizeof(struct dense_weight) +
                   GRAMS * sizeof(gram_weight))
        return gly_fail(stage, -EINVAL, "%s: cut off or too long", name);
    if (w->sum != gly_checksum(w + 1, len - sizeof(*w)))
        return gly_fail(stage, -EINVAL, "%s: damaged", name);
    if (w->style != style->sum || w->dense != style->dense)
        return gly_fail(stage, -EINVAL,
                        "%s: learned with another marker-style.txt or "
                        "marker-tags.txt", name);
    return 0;
}

int model_open(gly_stage *stage, const char *name, const struct style *style,
               struct model *out)
{
    size_t len;
    const struct weights *w = gly_lexicon_map(stage, name, &len);
    int result;

    if (!w)
        return -ENOENT;
    if ((result = check(stage, name, style, w, len)) < 0)
        return result;
    out->weights = w;
    out->dense = (const void *)(w + 1);
    out->grams = (const void *)(out->dense + w->dense);
    model_logs(out->log);
    for (int k = 0; k < AGAINST; k++)
        out->start[k] = (double)w->bias[k];
    for (size_t i = 0; i < w->dense; i++) {
        const struct dense_weight *d = &out->dense[i];

        out->native[i] = model_clipped(d, (double)d->native);
        out->none[i] = model_clipped(d, 0);
        for (int k = 0; k < AGAINST; k++)
            out->start[k] += out->none[i] * (double)d->weight[k];
    }
    return 0;
}

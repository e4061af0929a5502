/* stats.h: how long documents took in a stage, as a histogram. */
#ifndef GALLEY_CORE_STATS_H
#define GALLEY_CORE_STATS_H

#include <stdint.h>

enum { STATS_STEPS = 8, STATS_BINS = 64 * STATS_STEPS };

/* Bins widen with the value, each an eighth of a power of two: a quantile is
 * right within 13 %. */
struct stats {
    uint64_t documents, dropped, failed;
    uint32_t bins[STATS_BINS];
};

void stats_add_time(struct stats *stats, uint64_t ns);
void stats_merge(struct stats *into, const struct stats *from);
/* The time within which a share q of the documents was done, in ns. */
double stats_quantile(const struct stats *stats, double q);

#endif

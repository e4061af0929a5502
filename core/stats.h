/* stats.h: how much a stage did and how long it took, as a histogram.
 *
 * Threads: one thread writes; others, and other processes, may read meanwhile.
 */
#ifndef GALLEY_CORE_STATS_H
#define GALLEY_CORE_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { STATS_STEPS = 8, STATS_BINS = 64 * STATS_STEPS };

/* Bins widen with the value, each an eighth of a power of two: a quantile is
 * right within 13 %. */
struct stats {
    atomic_ullong documents, dropped, failed, bytes;
    atomic_ullong ns; /* all times together */
    atomic_ullong bins[STATS_BINS];
};

/* Adding without a lock is enough where one thread writes. */
static inline void stats_add(atomic_ullong *to, uint64_t by)
{
    atomic_store_explicit(to,
                          atomic_load_explicit(to, memory_order_relaxed) + by,
                          memory_order_relaxed);
}

static inline uint64_t stats_get(const atomic_ullong *from)
{
    return atomic_load_explicit(from, memory_order_relaxed);
}

void stats_add_time(struct stats *stats, uint64_t ns);
void stats_merge(struct stats *into, const struct stats *from);
/* Takes away what an earlier copy has: documents and times since are left. */
void stats_since(struct stats *stats, const struct stats *earlier);
/* The time within which a share q of the documents was done, in ns. */
double stats_quantile(const struct stats *stats, double q);
/* "1.5 ms", in buf, which it returns. */
const char *stats_time(double ns, char *buf, size_t size);
/* Documents that took less than 2^power ns. */
uint64_t stats_below(const struct stats *stats, unsigned power);

#endif

#include "stats.h"

static unsigned bin_of(uint64_t ns)
{
    if (ns < STATS_STEPS)
        return (unsigned)ns;

    unsigned power = 63 - (unsigned)__builtin_clzll(ns);

    return (power - 2) * STATS_STEPS + (unsigned)(ns >> (power - 3)) -
           STATS_STEPS;
}

/* The middle of a bin. */
static double value_of(unsigned bin)
{
    if (bin < STATS_STEPS)
        return bin;

    unsigned power = bin / STATS_STEPS + 2;
    double low = (double)(STATS_STEPS + bin % STATS_STEPS) *
                 (double)(1ull << (power - 3));

    return low + (double)(1ull << (power - 3)) / 2;
}

void stats_add_time(struct stats *stats, uint64_t ns)
{
    stats->bins[bin_of(ns)]++;
}

void stats_merge(struct stats *into, const struct stats *from)
{
    into->documents += from->documents;
    into->dropped += from->dropped;
    into->failed += from->failed;
    for (unsigned i = 0; i < STATS_BINS; i++)
        into->bins[i] += from->bins[i];
}

double stats_quantile(const struct stats *stats, double q)
{
    uint64_t total = 0, seen = 0;

    for (unsigned i = 0; i < STATS_BINS; i++)
        total += stats->bins[i];
    for (unsigned i = 0; i < STATS_BINS; i++) {
        seen += stats->bins[i];
        if (total > 0 && (double)seen >= q * (double)total)
            return value_of(i);
    }
    return 0;
}

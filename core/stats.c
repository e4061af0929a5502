#include "stats.h"

#include <stdio.h>

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
    stats_add(&stats->bins[bin_of(ns)], 1);
    stats_add(&stats->ns, ns);
}

void stats_merge(struct stats *into, const struct stats *from)
{
    stats_add(&into->documents, stats_get(&from->documents));
    stats_add(&into->dropped, stats_get(&from->dropped));
    stats_add(&into->failed, stats_get(&from->failed));
    stats_add(&into->bytes, stats_get(&from->bytes));
    stats_add(&into->ns, stats_get(&from->ns));
    for (unsigned i = 0; i < STATS_BINS; i++)
        stats_add(&into->bins[i], stats_get(&from->bins[i]));
}

void stats_since(struct stats *stats, const struct stats *earlier)
{
    stats->documents -= stats_get(&earlier->documents);
    stats->ns -= stats_get(&earlier->ns);
    for (unsigned i = 0; i < STATS_BINS; i++)
        stats->bins[i] -= stats_get(&earlier->bins[i]);
}

uint64_t stats_below(const struct stats *stats, unsigned power)
{
    unsigned end = power < 3 ? 1u << power : (power - 2) * STATS_STEPS;
    uint64_t count = 0;

    for (unsigned i = 0; i < end && i < STATS_BINS; i++)
        count += stats_get(&stats->bins[i]);
    return count;
}

double stats_quantile(const struct stats *stats, double q)
{
    uint64_t total = 0, seen = 0;

    for (unsigned i = 0; i < STATS_BINS; i++)
        total += stats_get(&stats->bins[i]);
    for (unsigned i = 0; i < STATS_BINS; i++) {
        seen += stats_get(&stats->bins[i]);
        if (total > 0 && (double)seen >= q * (double)total)
            return value_of(i);
    }
    return 0;
}

const char *stats_time(double ns, char *buf, size_t size)
{
    if (ns < 1e3)
        snprintf(buf, size, "%.0f ns", ns);
    else if (ns < 1e6)
        snprintf(buf, size, "%.1f us", ns / 1e3);
    else if (ns < 1e9)
        snprintf(buf, size, "%.1f ms", ns / 1e6);
    else
        snprintf(buf, size, "%.1f s", ns / 1e9);
    return buf;
}

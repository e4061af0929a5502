#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../core/stats.h"
#include "support.h"

Test(stats, a_quantile_of_one_value_is_that_value_within_an_eighth)
{
    static struct stats stats;

    for (uint64_t ns = 1; ns < UINT64_MAX / 3; ns += ns / 2 + 1) {
        stats = (struct stats){0};
        stats_add_time(&stats, ns);

        double got = stats_quantile(&stats, 0.5);

        cr_assert(got >= 0.87 * (double)ns && got <= 1.13 * (double)ns,
                  "%g for %llu", got, (unsigned long long)ns);
    }
}

Test(stats, the_least_and_the_greatest_time_have_a_bin)
{
    static struct stats stats;

    stats_add_time(&stats, 0);
    cr_expect(epsilon_eq(dbl, stats_quantile(&stats, 1), 0, 1e-9));
    stats_add_time(&stats, UINT64_MAX);
    cr_expect(gt(dbl, stats_quantile(&stats, 1), 1.6e19));
}

Test(stats, quantiles_part_the_values)
{
    static struct stats stats;
    static const double shares[] = {0.01, 0.1, 0.5, 0.9, 0.99, 1};

    for (uint64_t i = 1; i <= 1000; i++)
        stats_add_time(&stats, i * 1000);
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        double expected = shares[i] * 1e6;

        cr_expect(epsilon_eq(dbl, stats_quantile(&stats, shares[i]), expected,
                             0.13 * expected));
    }
}

Test(stats, nothing_measured_is_zero)
{
    static struct stats stats;

    cr_expect(epsilon_eq(dbl, stats_quantile(&stats, 0.5), 0, 0));
}

Test(stats, merging_adds_counts_and_times)
{
    static struct stats a, b, both;

    for (uint64_t i = 0; i < 500; i++) {
        stats_add_time(i % 2 ? &a : &b, i * i);
        stats_add_time(&both, i * i);
    }
    stats_add(&a.documents, 5);
    stats_add(&a.dropped, 1);
    stats_add(&a.failed, 2);
    stats_add(&b.documents, 7);
    stats_add(&b.dropped, 2);
    stats_add(&b.failed, 3);
    stats_merge(&a, &b);
    cr_expect(eq(u64, stats_get(&a.documents), 12));
    cr_expect(eq(u64, stats_get(&a.dropped), 3));
    cr_expect(eq(u64, stats_get(&a.failed), 5));
    for (unsigned i = 0; i < STATS_BINS; i++)
        cr_assert(eq(u64, stats_get(&a.bins[i]), stats_get(&both.bins[i])));
}

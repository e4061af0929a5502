/* pace.c: how often a feed is polled.
 *
 * A poll that brings something is followed sooner by the next, one that brings
 * nothing later, so that of five polls some two bring something, whatever the
 * feed's own pace. What the feed asks for itself, by ttl, sy:updatePeriod,
 * Cache-Control or Expires, is the least, up to `every_max`.
 */
#include "feed.h"

#include <math.h>

enum { HOUR = 3600, DAY = 24 * HOUR, WEEK = 7 * DAY, MOST_DOUBLINGS = 16 };
static const double SOONER = 0.5, LATER = 1.5, SPREAD = 0.1;

static double within(const struct settings *how, double pace)
{
    return fmin(fmax(pace, how->every_min), how->every_max);
}

static bool is_skipped(const struct feed *feed, double at)
{
    unsigned hour = (unsigned)fmod(floor(at / HOUR), 24);
    unsigned day = (unsigned)fmod(floor(at / DAY) + 4, 7); /* a Thursday */

    return (feed->skip_hours >> hour & 1) || (feed->skip_days >> day & 1);
}

/* The begin of the next hour in which it does not want to be left alone; at once
 * when there is none. */
static double pass_skipped(const struct feed *feed, double due)
{
    double at = due;

    for (int hours = 0; hours <= 7 * 24; hours++) {
        if (!is_skipped(feed, at))
            return at;
        at = (floor(at / HOUR) + 1) * HOUR;
    }
    return due;
}

static void set_due(struct feeds *feeds, struct feed *feed, double wait)
{
    double spread = 1 + SPREAD * feeds_chance(feeds);

    feed->due = pass_skipped(feed, feeds_now() + wait * spread);
    feeds->due = fmin(feeds->due, feed->due);
}

void pace_well(struct feeds *feeds, struct feed *feed, size_t found,
               double fresh)
{
    const struct settings *how = feeds->how;
    double hint = fmin(fmax(feed->hint, fresh), how->every_max);

    if (feed->known)
        feed->pace *= found > 0 ? SOONER : LATER;
    feed->pace = within(how, feed->pace);
    feed->failures = 0;
    set_due(feeds, feed,
            fmax(feed->more ? how->every_min : feed->pace, hint));
}

void pace_badly(struct feeds *feeds, struct feed *feed, double retry_after)
{
    const struct settings *how = feeds->how;
    double pace = within(how, fmax(feed->pace, how->every));
    int doublings = feed->failures < MOST_DOUBLINGS ? (int)feed->failures
                                                    : MOST_DOUBLINGS;

    feed->failures++;
    set_due(feeds, feed, fmax(fmin(ldexp(pace, doublings), how->every_max),
                              fmin(retry_after, WEEK)));
}

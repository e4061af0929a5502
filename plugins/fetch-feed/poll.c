/* poll.c: one poll of a feed. */
#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char wanted[] =
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, "
    "text/html;q=0.5, */*;q=0.1";

static void count(struct feeds *feeds, const char *name)
{
    gly_count(feeds->stage, name, 1);
}

static void keep_string(char **at, const char *value)
{
    free(*at);
    *at = value && *value ? strdup(value) : NULL;
}

/* ---- how it ended ---- */

static void end_poll(struct feeds *feeds, struct feed *feed)
{
    feed->polling = false;
    feed->once = !feed->again;
    feed->again = false;
    feed->polled = feeds_now();
    store_feed(feeds, feed);
    gly_wake(feeds->stage);
}

static void went_badly(struct feeds *feeds, struct feed *feed, const char *why,
                       double retry_after)
{
    bool first = feed->health != FAILING;

    count(feeds, "polls failed");
    pace_badly(feeds, feed, retry_after);
    feeds_set_health(feed, FAILING);
    gly_log(feeds->stage, first ? GLY_WARN : GLY_INFO,
            "%s: %s; polled again in %.0f s", feed->address, why,
            feed->due - feeds_now());
}

static void went_well(struct feeds *feeds, struct feed *feed, size_t found,
                      double fresh)
{
    if (feed->failures > 0)
        gly_log(feeds->stage, GLY_INFO, "%s: well again", feed->address);
    feeds_set_health(feed, WELL);
    pace_well(feeds, feed, found, fresh);
    feed->known = true;
}

static void is_gone(struct feeds *feeds, struct feed *feed, const char *why)
{
    feed->gone = true;
    feeds_set_health(feed, GONE);
    gly_log(feeds->stage, GLY_WARN, "%s: %s: it is not polled any more",
            feed->address, why);
}

/* What it moved to, or a page named, is no feed: it is asked for again where it
 * was. */
static void forget_move(struct feed *feed)
{
    keep_string(&feed->moved, NULL);
    keep_string(&feed->etag, NULL);
    keep_string(&feed->modified, NULL);
    feed->led = false;
}

/* ---- what came ---- */

static bool take(struct feeds *feeds, struct feed *feed, const char *bytes,
                 size_t len, const char *label, const char *base, double fresh)
{
    struct about about = {0};
    long found = take_document(feeds, feed, bytes, len, label, base, &about);

    if (found < 0) {
        forget_move(feed);
        went_badly(feeds, feed, about.why, -1);
    } else if (feed->led) {
        feed->again = true;
        keep_string(&feed->etag, NULL);
        keep_string(&feed->modified, NULL);
        feeds_soon(feeds, feed);
    } else {
        went_well(feeds, feed, (size_t)found, fresh);
        if (about.over)
            is_gone(feeds, feed, "it says that it is over");
    }
    about_finish(&about);
    return found >= 0 && !feed->led;
}

static void take_answer(struct feeds *feeds, struct feed *feed,
                        const struct web_answer *a)
{
    uint64_t sum = feeds_hash(a->body, a->len);

    /* Servers without validators send the same again. */
    if (sum == feed->sum && feed->failures == 0 && !feed->more && feed->known &&
        (!feed->is_index || feed->readings > 0)) {
        count(feeds, "polls not modified");
        went_well(feeds, feed, 0, a->fresh);
    } else if (!take(feeds, feed, a->body, a->len,
                     *a->charset ? a->charset : NULL, a->url, a->fresh)) {
        return;
    } else if (a->moved) {
        gly_log(feeds->stage, GLY_WARN, "%s has moved to %s", feed->address,
                a->url);
        keep_string(&feed->moved, a->url);
    }
    feed->sum = sum;
    keep_string(&feed->etag, a->etag);
    keep_string(&feed->modified, a->last_modified);
}

static void on_answer(void *arg, const struct web_answer *a)
{
    struct feed *feed = arg;
    struct feeds *feeds = feed->feeds;

    feeds->polls--;
    if (a->end == WEB_UNCHANGED) {
        count(feeds, "polls not modified");
        went_well(feeds, feed, 0, a->fresh);
    } else if (a->end == WEB_DONE) {
        take_answer(feeds, feed, a);
    } else if (a->status == 410 && !feed->moved) {
        is_gone(feeds, feed, "410 Gone");
    } else {
        if (a->end == WEB_GONE)
            forget_move(feed);
        went_badly(feeds, feed, a->why, a->retry_after);
    }
    end_poll(feeds, feed);
}

/* ---- asking ---- */

static void read_feed_file(struct feeds *feeds, struct feed *feed)
{
    gly_buf text = {0};
    int result = feeds_read_file(feed->address,
                                 (size_t)feeds->how->web.max_document, &text);

    if (result == 0)
        take(feeds, feed, text.data, text.len, NULL, NULL, -1);
    else
        went_badly(feeds, feed, strerror(-result), -1);
    gly_buf_finish(&text);
    end_poll(feeds, feed);
}

void poll_feed(struct feeds *feeds, struct feed *feed)
{
    /* What it had that was not taken is asked for again. */
    bool anew = feed->more || (feed->is_index && feed->readings == 0);

    count(feeds, "polls");
    feed->polling = true;
    if (feed->is_file && !feed->moved) {
        read_feed_file(feeds, feed);
        return;
    }
    if (!feeds->web) {
        went_badly(feeds, feed, "there is no web here", -1);
        end_poll(feeds, feed);
        return;
    }
    feeds->polls++;
    web_get(feeds->web,
            &(struct web_request){
                .url = feed->moved ? feed->moved : feed->address,
                .etag = anew ? NULL : feed->etag,
                .last_modified = anew ? NULL : feed->modified,
                .accept = wanted,
                .once = true,
                .ended = on_answer,
                .arg = feed,
            });
}

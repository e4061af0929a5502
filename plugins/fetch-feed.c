/* fetch-feed: brings what feeds and sitemaps have that is new.
 *
 * Each feed is polled at its own pace. The parts of this plugin, see
 * fetch-feed/feed.h, tell how.
 */
#include "fetch-feed/feed.h"

#include <errno.h>
#include <libxml/parser.h>
#include <math.h>
#include <string.h>

struct state {
    struct settings how;
    struct feeds feeds;
    uv_timer_t timer;
};

#define S(member) GLY_FIELD(struct state, how.member)

static const gly_option options[] = {
    { "feeds", S(feeds), .def = NULL,
      .help = "Addresses of feeds, sitemaps, or pages that name their feed; "
              "files that list addresses, a line each or as OPML; files that "
              "are feeds." },
    { "pages", S(pages), .def = "true",
      .help = "Whether the page of an item is fetched and is the document, or "
              "what the feed itself has of it." },
    { "every", S(every), .def = "30m", .unit = "s", .min = 0.01,
      .max = 86400 * 30,
      .help = "How often a feed is polled at first; later as often as it has "
              "something new." },
    { "every_min", S(every_min), .def = "5m", .unit = "s", .min = 0.01,
      .max = 86400 * 30, .help = "How often at most." },
    { "every_max", S(every_max), .def = "1d", .unit = "s", .min = 0.01,
      .max = 86400 * 30,
      .help = "How often at least, and what a feed may ask for itself." },
    { "first", S(first), .def = "20", .max = 100000,
      .help = "How many items of a feed that is new are brought, the newest; "
              "the others count as seen." },
    { "max_items", S(max_items), .def = "1000", .min = 1, .max = 100000,
      .help = "How many new items are brought after a poll, the newest; the "
              "others after the next one." },
    { "max_age", S(max_age), .def = "30d", .unit = "s",
      .help = "Items that are older when they are found are not brought; 0 "
              "for no limit." },
    { "updates", S(updates), .def = "false",
      .help = "Whether an item is brought again when its title, its address or "
              "the date of its last change is another." },
    { "keep", S(keep), .def = "90d", .unit = "s", .min = 1,
      .max = 86400 * 3650.0,
      .help = "How long an item that is no longer in its feed is known to have "
              "been seen." },
    { "max_document", S(web.max_document), .def = "16M", .min = 1,
      .max = 1 << 30, .unit = "B",
      .help = "Larger pages and feeds are refused." },
    WEB_OPTIONS(struct state, how.web),
    { 0 }
};

static void on_timer(uv_timer_t *timer)
{
    gly_wake(timer->data);
}

/* Until the next poll or try is due. */
static void set_timer(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    double wait = fmin(feeds_due(&s->feeds), s->feeds.later_due) - feeds_now();

    if (s->timer.data && wait < 1e9)
        uv_timer_start(&s->timer, on_timer,
                       (uint64_t)(fmax(wait, 0.001) * 1000) + 1, 0);
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);
    struct feeds *feeds = &s->feeds;

    feeds_poll(feeds);
    room -= items_bring(feeds, room);
    if (feeds->web)
        web_room(feeds->web, room);
    if (feeds_are_done(feeds))
        gly_end(stage);
    else
        set_timer(stage);
    return 0;
}

static void acked(gly_stage *stage, const char *ticket, int result)
{
    struct state *s = gly_state(stage);

    (void)result;
    items_acked(&s->feeds, ticket);
}

/* The harness has none. */
static bool needs_web(const struct state *s)
{
    bool needed = s->how.pages;

    for (const struct feed *f = s->feeds.all; f && !needed; f = f->next)
        needed = !f->is_file;
    return needed;
}

static int open_feeds(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct feeds *feeds = &s->feeds;
    struct uv_loop_s *loop = gly_loop(stage);
    int result;

    feeds->stage = stage;
    feeds->how = &s->how;
    feeds->stay = gly_stays(stage);
    xmlInitParser();
    if (s->how.every_min > s->how.every_max)
        return gly_fail(stage, -EINVAL, "every_min is more than every_max");
    result = feeds_open(feeds);
    if (result < 0)
        return result;
    if (loop || needs_web(s))
        feeds->web = web_new(stage, &s->how.web);
    if (!feeds->web && (loop || needs_web(s)))
        return -EINVAL;
    if (loop) {
        s->timer.data = stage;
        uv_timer_init(loop, &s->timer);
    }
    items_recall(feeds);
    return 0;
}

static void close_feeds(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    web_finish(s->feeds.web);
    items_finish(&s->feeds);
    feeds_finish(&s->feeds);
    if (s->timer.data)
        uv_close((uv_handle_t *)&s->timer, NULL);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "fetch-feed",
    .about = "Brings what feeds and sitemaps have that is new.",
    .reads = "",
    .writes = "text id uri title author date modified lang image site tags "
              "feed fetched charset",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_feeds,
    .want = want,
    .acked = acked,
    .close = close_feeds,
};

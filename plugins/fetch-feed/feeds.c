/* feeds.c: which feeds there are, and those that are due. */
#include "feed.h"

#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_POSTS = 10000,      /* under way; then no feed is polled */
    MOST_BYTES = 64 << 20,     /* of them */
    MOST_POLLS = 64,
};
static const double FIRST_GAP = 0.2; /* between the first polls, seconds */

double feeds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Vigna's xorshift64*. */
double feeds_chance(struct feeds *feeds)
{
    uint64_t x = feeds->dice;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    feeds->dice = x;
    return (double)(x * 2685821657736338717u >> 11) / (double)(1ull << 53);
}

/* FNV-1a */
uint64_t feeds_hash(const char *bytes, size_t len)
{
    uint64_t h = 14695981039346656037u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
    return h;
}

uint64_t feeds_hash_of(const char *str)
{
    return str ? feeds_hash(str, strlen(str)) : 0;
}

/* ---- feeds ---- */

static int compare(const void *a, const void *b)
{
    const struct feed *x = a, *y = b;

    return strcmp(x->address, y->address);
}

struct feed *feeds_find(const struct feeds *feeds, const char *address)
{
    struct feed key = {.address = (char *)(uintptr_t)address};
    struct feed **found = tfind(&key, &feeds->by_address, compare);

    return found ? *found : NULL;
}

static void free_feed(struct feed *feed)
{
    free(feed->address);
    free(feed->moved);
    free(feed->etag);
    free(feed->modified);
    free(feed);
}

void feeds_soon(struct feeds *feeds, struct feed *feed)
{
    feed->due = fmin(feed->due, feeds_now());
    feeds->due = fmin(feeds->due, feed->due);
}

void feeds_set_health(struct feed *feed, enum health health)
{
    static const char *const names[] = {
        [WELL] = "now feeds well",
        [FAILING] = "now feeds failing",
        [GONE] = "now feeds gone",
    };
    gly_stage *stage = feed->feeds->stage;

    if (feed->health != UNKNOWN)
        gly_count(stage, names[feed->health], -1);
    if (health != UNKNOWN)
        gly_count(stage, names[health], 1);
    feed->health = health;
}

/* What is new has its turn within the pace that all begin with, so that many do
 * not begin at once; what is known at the time that it had. */
static void set_due(struct feeds *feeds, struct feed *feed)
{
    const struct settings *how = feeds->how;
    double now = feeds_now();
    double spread = fmin(how->every, FIRST_GAP * (double)feeds->count);

    feed->pace = how->every;
    if (!recall_feed(feeds, feed))
        feed->due = feeds->stay ? now + spread * feeds_chance(feeds) : now;
    else if (feed->failures == 0)
        feed->due = fmin(feed->due, now + how->every_max);
    if (feed->gone) {
        feeds_set_health(feed, GONE);
        gly_log(feeds->stage, GLY_WARN, "%s is gone: it is not polled",
                feed->address);
    }
    feeds->due = fmin(feeds->due, feed->due);
}

struct feed *feeds_add(struct feeds *feeds, const char *address)
{
    struct feed *feed;

    if (feeds_find(feeds, address))
        return NULL;
    feed = calloc(1, sizeof(*feed));
    if (feed)
        feed->address = strdup(address);
    if (!feed || !feed->address || !tsearch(feed, &feeds->by_address, compare))
        abort();
    feed->feeds = feeds;
    *feeds->last = feed;
    feeds->last = &feed->next;
    feeds->count++;
    set_due(feeds, feed);
    return feed;
}

void feeds_remove(struct feeds *feeds, struct feed *feed)
{
    struct feed **at = &feeds->all;

    while (*at != feed)
        at = &(*at)->next;
    *at = feed->next;
    if (feeds->last == &feed->next)
        feeds->last = at;
    tdelete(feed, &feeds->by_address, compare);
    feeds->count--;
    feeds_set_health(feed, UNKNOWN);
    free_feed(feed);
}

/* ---- what the setting names ---- */

static const char *skip_blank(const char *at)
{
    while (sniff_blank(*at))
        at++;
    return at;
}

/* A line each, "#" comments; what stands behind an address is a remark. */
static int add_lines(struct feeds *feeds, const char *path, const char *at)
{
    for (unsigned line = 1; *at; line++) {
        const char *word = skip_blank(at);
        size_t len = strcspn(word, " \t\r\n");
        char *address = strndup(word, len);

        at += strcspn(at, "\n");
        if (word >= at)
            len = 0;
        at += *at == '\n';
        if (len > 0 && *word != '#' && !link_is_web(address)) {
            gly_fail(feeds->stage, -EINVAL, "%s:%u: \"%s\" is no address of "
                     "the web", path, line, address);
            free(address);
            return -EINVAL;
        }
        if (len > 0 && *word != '#')
            feeds_add(feeds, address);
        free(address);
    }
    return 0;
}

/* The subscriptions of a feed reader: OPML. */
static void add_outlines(struct feeds *feeds, const char *text)
{
    struct scan scan = {.at = text, .end = text + strlen(text)};
    struct token t;
    struct attr a;

    while (scan_next(&scan, &t))
        while (t.type == TOKEN_START && scan_attr(&t, &a)) {
            gly_buf address = {0};

            if (a.name_len == 6 && strncasecmp(a.name, "xmlUrl", 6) == 0)
                scan_decode(&address, a.value, a.len);
            if (address.len > 0 && link_is_web(address.data))
                feeds_add(feeds, address.data);
            gly_buf_finish(&address);
        }
}

int feeds_read_file(const char *path, size_t max, gly_buf *out)
{
    struct reader reader = {0};
    char *bytes;
    size_t len;
    int result;

    if (reader_init(&reader, max) != 0)
        abort();
    reader.patient = true;
    result = reader_open(&reader, path);
    if (result == 0)
        result = reader_rest(&reader, &bytes, &len);
    if (result == 0) {
        gly_buf_puts(out, "");
        gly_buf_add(out, bytes, len);
        reader_close(&reader);
    }
    reader_finish(&reader);
    return result;
}

/* A file is a feed itself, or a list of feeds. */
static int add_file(struct feeds *feeds, const char *path)
{
    gly_buf text = {0};
    struct feed *feed;
    int result = feeds_read_file(path, (size_t)feeds->how->web.max_document,
                                 &text);
    const char *at;

    if (result < 0)
        return gly_fail(feeds->stage, result, "feeds: cannot read %s: %s", path,
                        strerror(-result));
    at = skip_blank(text.data);
    if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
        at = skip_blank(at + 3);
    if (strstr(at, "<opml")) {
        add_outlines(feeds, at);
    } else if (*at == '<' || *at == '{' || *at < ' ') {
        feed = feeds_add(feeds, path);
        if (feed)
            feed->is_file = true;
    } else {
        result = add_lines(feeds, path, at);
    }
    gly_buf_finish(&text);
    return result;
}

int feeds_open(struct feeds *feeds)
{
    const gly_list *list = &feeds->how->feeds;
    int result = 0;

    feeds->last = &feeds->all;
    feeds->due = INFINITY;
    feeds->dice = (uint64_t)feeds_now() * 2654435761u + 88172645463325252u;
    for (size_t i = 0; i < list->count && result == 0; i++) {
        const char *item = list->item[i];

        if (link_is_web(item))
            feeds_add(feeds, item);
        else
            result = add_file(feeds, item);
    }
    if (result == 0 && feeds->count == 0)
        result = gly_fail(feeds->stage, -EINVAL, "feeds: it names no feed");
    return result;
}

void feeds_finish(struct feeds *feeds)
{
    while (feeds->all) {
        struct feed *feed = feeds->all;

        feeds->all = feed->next;
        tdelete(feed, &feeds->by_address, compare);
        free_feed(feed);
    }
}

/* ---- polling ---- */

static bool is_waiting(const struct feeds *feeds, const struct feed *feed)
{
    return !feed->gone && !feed->polling && (feeds->stay || !feed->once);
}

static bool is_full(const struct feeds *feeds)
{
    return feeds->polls >= MOST_POLLS || feeds->post_count >= MOST_POSTS ||
           feeds->post_bytes >= MOST_BYTES;
}

void feeds_poll(struct feeds *feeds)
{
    double now = feeds_now(), due = INFINITY;

    if (now < feeds->due || is_full(feeds))
        return;
    feeds->due = INFINITY;
    for (struct feed *feed = feeds->all; feed; feed = feed->next) {
        if (!is_waiting(feeds, feed))
            continue;
        if (feed->due <= now && !is_full(feeds))
            poll_feed(feeds, feed);
        else
            due = fmin(due, feed->due);
    }
    feeds->due = fmin(feeds->due, due);
}

double feeds_due(const struct feeds *feeds)
{
    return is_full(feeds) ? INFINITY : feeds->due;
}

bool feeds_are_done(const struct feeds *feeds)
{
    if (feeds->stay || feeds->polls > 0 || feeds->post_count > 0)
        return false;
    for (const struct feed *feed = feeds->all; feed; feed = feed->next)
        if (is_waiting(feeds, feed))
            return false;
    return true;
}

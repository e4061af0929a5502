/* take.c: what of a document of a feed is taken.
 *
 * It is read twice: whether its ids tell its items apart is known at its end.
 * Of what is new the newest are kept, as many as are wanted at once.
 */
#include "feed.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_SITEMAPS = 100, /* of an index: the newest */
    LONGEST_LANG = 36,
};

/* ---- whether ids can be trusted ---- */

struct name {
    uint64_t id, link;
};

static void note_name(void *arg, const struct item *item)
{
    struct name name;

    if (!item->id || !item->link)
        return;
    name = (struct name){feeds_hash_of(item->id), feeds_hash_of(item->link)};
    gly_buf_add(arg, (const char *)&name, sizeof(name));
}

static int compare_names(const void *a, const void *b)
{
    const struct name *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

/* Some systems give all items one id. */
static bool repeats_ids(gly_buf *names)
{
    struct name *name = (struct name *)names->data;
    size_t n = names->len / sizeof(*name);
    bool repeats = false;

    if (n > 0)
        qsort(name, n, sizeof(*name), compare_names);
    for (size_t i = 1; i < n && !repeats; i++)
        repeats = name[i].id == name[i - 1].id &&
                  name[i].link != name[i - 1].link;
    return repeats;
}

/* ---- the newest ---- */

struct candidate {
    time_t time;
    size_t place; /* in the feed, where the first is mostly the newest */
    uint64_t version;
    char *id, *data; /* the data as items.c has it, or NULL */
};

struct taking {
    struct feeds *feeds;
    struct feed *feed;
    const struct about *about;
    bool by_link;
    struct candidate *list; /* room for twice as many as are wanted */
    size_t count, most, place;
    bool left;              /* some were left for another time */
    gly_buf address;        /* that a page names */
    size_t old, seen;
};

/* The oldest first. */
static int compare_ages(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->place < y->place) - (x->place > y->place);
}

static void free_candidate(struct candidate *c)
{
    free(c->id);
    free(c->data);
}

/* What a feed had before it was known counts as seen. */
static void let_go(struct taking *t, struct candidate *c)
{
    if (c->data && !t->feed->known)
        items_seen(t->feeds, c->id, c->version);
    else
        t->left = true;
    free_candidate(c);
}

static void keep_newest(struct taking *t)
{
    size_t over = t->count > t->most ? t->count - t->most : 0;

    if (t->count > 0)
        qsort(t->list, t->count, sizeof(*t->list), compare_ages);
    for (size_t i = 0; i < over; i++)
        let_go(t, &t->list[i]);
    t->count -= over;
    if (over > 0)
        memmove(t->list, t->list + over, t->count * sizeof(*t->list));
}

static bool has(const struct taking *t, const char *id)
{
    return t->count > 0 && strcmp(t->list[t->count - 1].id, id) == 0;
}

static void add(struct taking *t, const char *id, const char *data, time_t time,
                uint64_t version)
{
    struct candidate c = {time, t->place++, version, strdup(id),
                          data ? strdup(data) : NULL};

    if (!c.id || (data && !c.data))
        abort();
    t->list[t->count++] = c;
    if (t->count == 2 * t->most + 1)
        keep_newest(t);
}

static bool is_old(const struct taking *t, const struct item *item)
{
    double most = t->feeds->how->max_age;

    return most > 0 && item->time > 0 &&
           (double)item->time < feeds_now() - most;
}

/* "en_US" is "en-US"; what is no tag at all is none. */
static const char *tidy_lang(const char *lang, char out[LONGEST_LANG])
{
    size_t len = lang ? strlen(lang) : 0;

    if (len < 2 || len >= LONGEST_LANG)
        return NULL;
    for (size_t i = 0; i <= len; i++) {
        char c = lang[i] == '_' ? '-' : lang[i];

        if (c && c != '-' && !((c | 32) >= 'a' && (c | 32) <= 'z') &&
            !(c >= '0' && c <= '9'))
            return NULL;
        out[i] = c;
    }
    return out;
}

static void consider(struct taking *t, const struct item *given)
{
    struct item item = *given;
    uint64_t version = items_version(&item);
    gly_buf id = {0}, data = {0};
    char lang[LONGEST_LANG];

    item.lang = tidy_lang(item.lang ? item.lang : t->about->lang.data, lang);
    items_name(&id, t->feed, &item, t->by_link);
    if (is_old(t, &item)) {
        t->old++;
    } else if (has(t, id.data) ||
               !items_is_new(t->feeds, id.data, version)) {
        t->seen++;
    } else {
        items_write(&data, t->feeds,
                    &(struct found){&item, id.data, t->feed->address,
                                    t->about->title.data});
        add(t, id.data, data.data, item.time, version);
    }
    gly_buf_finish(&id);
    gly_buf_finish(&data);
}

static void take(void *arg, const struct item *item)
{
    struct taking *t = arg;

    if (t->about->kind == KIND_ITEMS)
        consider(t, item);
    else if (t->about->kind == KIND_PAGE)
        gly_buf_puts(&t->address, item->link);
    else if (item->link && !is_old(t, item))
        add(t, item->link, NULL, item->time, 0);
}

/* ---- what becomes of it ---- */

static long take_items(struct taking *t)
{
    long found = 0;

    for (size_t i = 0; i < t->count; i++) {
        struct candidate *c = &t->list[i];

        if (items_add(t->feeds, c->id, c->data))
            found++;
        free_candidate(c);
    }
    t->count = 0;
    t->feed->more = t->left;
    gly_count(t->feeds->stage, "items seen", (double)t->seen);
    gly_count(t->feeds->stage, "items too old", (double)t->old);
    return found;
}

/* Sitemaps that are no longer in the index are no longer polled. */
static void drop_unlisted(struct taking *t)
{
    struct feed *next;

    for (struct feed *f = t->feeds->all; f; f = next) {
        next = f->next;
        if (f->index == t->feed && f->listed != t->feed->readings &&
            !f->polling)
            feeds_remove(t->feeds, f);
    }
}

static long take_sitemaps(struct taking *t)
{
    long found = 0;

    t->feed->readings++;
    for (size_t i = 0; i < t->count; i++) {
        struct candidate *c = &t->list[i];
        struct feed *sitemap = feeds_add(t->feeds, c->id);

        if (sitemap) {
            sitemap->index = t->feed;
            found++;
        } else {
            sitemap = feeds_find(t->feeds, c->id);
        }
        sitemap->listed = t->feed->readings;
        /* It has changed since. */
        if ((double)c->time > sitemap->polled && sitemap->failures == 0)
            feeds_soon(t->feeds, sitemap);
        free_candidate(c);
    }
    t->count = 0;
    t->feed->is_index = true;
    drop_unlisted(t);
    return found;
}

/* A page names its feed: it is followed once. */
static long follow(struct taking *t, struct about *about)
{
    struct feed *feed = t->feed;
    const char *now = feed->moved ? feed->moved : feed->address;

    if (t->address.len == 0)
        return -1;
    if (feed->led || strcmp(t->address.data, now) == 0) {
        about->why = "a page, and what it names as its feed is none";
        return -1;
    }
    gly_log(t->feeds->stage, GLY_WARN, "%s is a page; its feed is %s",
            feed->address, t->address.data);
    free(feed->moved);
    feed->moved = strdup(t->address.data);
    feed->led = true;
    return 0;
}

static long conclude(struct taking *t, struct about *about)
{
    struct feed *feed = t->feed;

    keep_newest(t);
    if (about->kind == KIND_NONE)
        return -1;
    if (about->kind == KIND_PAGE)
        return follow(t, about);
    if (about->kind == KIND_INDEX && feed->index && feed->index->index) {
        about->why = "an index of sitemaps in one in one";
        return -1;
    }
    feed->led = false;
    feed->hint = about->ttl;
    feed->skip_hours = about->skip_hours;
    feed->skip_days = about->skip_days;
    return about->kind == KIND_INDEX ? take_sitemaps(t) : take_items(t);
}

long take_document(struct feeds *feeds, struct feed *feed, const char *bytes,
                   size_t len, const char *label, const char *base,
                   struct about *about)
{
    const struct settings *how = feeds->how;
    size_t wanted = (size_t)(feed->known ? how->max_items : how->first);
    size_t max = (size_t)how->web.max_document;
    struct taking t = {.feeds = feeds, .feed = feed, .about = about};
    gly_buf names = {0};
    long found;

    feed_read(bytes, len, label, base, max, note_name, &names, about);
    t.by_link = repeats_ids(&names);
    gly_buf_finish(&names);
    t.most = about->kind == KIND_INDEX ? MOST_SITEMAPS : wanted;
    t.list = calloc(2 * t.most + 1, sizeof(*t.list));
    if (!t.list)
        abort();
    about_finish(about);
    feed_read(bytes, len, label, base, max, take, &t, about);
    found = conclude(&t, about);
    for (size_t i = 0; i < t.count; i++)
        free_candidate(&t.list[i]);
    free(t.list);
    gly_buf_finish(&t.address);
    return found;
}

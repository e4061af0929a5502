/* feed.h: the parts of fetch-feed that work with feeds.
 *
 * feeds.c has the feeds, store.c what is known of them over processes, pace.c
 * says when each is polled, poll.c polls it, take.c chooses from what it has,
 * items.c has the items until they are done.
 *
 * An item that was found is remembered until its document is done, and from
 * then on that it was: so neither a crash nor a feed that moves on loses it, and
 * it is brought once.
 */
#ifndef FEED_H
#define FEED_H

#include "fetch/web.h"
#include "read.h"

#include <uv.h>

enum health { UNKNOWN, WELL, FAILING, GONE };

struct feed {
    struct feeds *feeds;
    struct feed *next;     /* of all */
    char *address;         /* as it was given */
    bool is_file;
    struct feed *index;    /* the list of sitemaps that has it, or NULL */
    unsigned listed;       /* by which reading of that */
    unsigned readings;     /* of an index in this process */

    char *moved;           /* where it is now, or NULL */
    char *etag, *modified; /* of the last answer, or NULL */
    uint64_t sum;          /* of its body */
    double due, polled;    /* seconds since 1970 */
    double pace;           /* seconds between polls */
    double hint;           /* what it asks for itself */
    uint32_t skip_hours, skip_days;
    unsigned failures;     /* since it was well */
    bool known;            /* what it had at first is over */
    bool more;             /* it has items that were not taken yet */
    bool is_index;
    bool gone;
    bool led;              /* its address is one that a page named */
    bool polling;
    bool once, again;      /* it was polled by this process; has to be again */
    enum health health;    /* as it is counted */
};

/* An item from when it is found until it is done. */
struct post {
    struct post *next;     /* of a queue */
    struct feeds *feeds;
    const char *id;        /* both are in `data` */
    const char *data;      /* as it is remembered, see items.c */
    unsigned tries;
    double due;            /* of one that waits for another try */
    bool emitted;
};
struct posts {
    struct post *first, **last;
};

struct settings {
    gly_list feeds;
    bool pages, updates;
    double every, every_min, every_max, max_age, keep;
    long first, max_items;
    struct web_settings web;
};

struct feeds {
    gly_stage *stage;
    const struct settings *how;
    struct web *web;       /* NULL in the harness, for files */
    bool stay;             /* and poll again */
    struct feed *all, **last;
    void *by_address;      /* of tsearch() */
    size_t count, polls;   /* under way */
    double due;            /* when the next is */
    void *posts;           /* of tsearch(), by id */
    size_t post_count, post_bytes, later_count;
    struct posts own;      /* that need no page */
    struct posts later;    /* that failed for a time */
    double later_due;      /* when the first of them is */
    uint64_t dice;
};

/* feeds.c: adds what the setting names; 0, or an error with gly_fail(). */
int feeds_open(struct feeds *feeds);
void feeds_finish(struct feeds *feeds);
/* With what is remembered of it; NULL when it is there already. */
struct feed *feeds_add(struct feeds *feeds, const char *address);
struct feed *feeds_find(const struct feeds *feeds, const char *address);
void feeds_remove(struct feeds *feeds, struct feed *feed);
void feeds_set_health(struct feed *feed, enum health health);
/* It is due now. */
void feeds_soon(struct feeds *feeds, struct feed *feed);
/* Polls those that are due, and says whether a run is over. */
void feeds_poll(struct feeds *feeds);
/* When the next poll is; infinity while others must end before. */
double feeds_due(const struct feeds *feeds);
bool feeds_are_done(const struct feeds *feeds);
int feeds_read_file(const char *path, size_t max, gly_buf *out);
double feeds_now(void);
/* 0 to 1. */
double feeds_chance(struct feeds *feeds);
uint64_t feeds_hash(const char *bytes, size_t len);
/* That of a string, or of NULL. */
uint64_t feeds_hash_of(const char *str);

/* store.c */
void store_feed(struct feeds *feeds, const struct feed *feed);
/* False when nothing is known. */
bool recall_feed(struct feeds *feeds, struct feed *feed);

/* pace.c: after a poll, sets when the next is due. `fresh` and `retry_after` as
 * web.h has them. */
void pace_well(struct feeds *feeds, struct feed *feed, size_t found,
               double fresh);
void pace_badly(struct feeds *feeds, struct feed *feed, double retry_after);

/* poll.c */
void poll_feed(struct feeds *feeds, struct feed *feed);

/* take.c: takes what a document has into items, or sitemaps, or another
 * address; how many were new, or -1 with about->why. */
long take_document(struct feeds *feeds, struct feed *feed, const char *bytes,
                   size_t len, const char *label, const char *base,
                   struct about *about);

/* items.c */
struct found {
    const struct item *item;
    const char *id, *feed, *feed_title;
};
/* What an item is called in all feeds; added to `id`. */
void items_name(gly_buf *id, const struct feed *feed, const struct item *item,
                bool by_link);
/* Which of its versions it is. */
uint64_t items_version(const struct item *item);
/* Whether it is to be brought; if not, it is remembered for longer. */
bool items_is_new(struct feeds *feeds, const char *id, uint64_t version);
void items_seen(struct feeds *feeds, const char *id, uint64_t version);
/* Adds it as it is remembered, which items_add() takes. */
void items_write(gly_buf *data, const struct feeds *feeds,
                 const struct found *found);
bool items_add(struct feeds *feeds, const char *id, const char *data);
/* Those that the last process had not done. */
void items_recall(struct feeds *feeds);
/* Brings up to `room` documents that are at hand, says how many; asks again for
 * pages whose time has come. */
unsigned items_bring(struct feeds *feeds, unsigned room);
void items_acked(struct feeds *feeds, const char *ticket);
void items_finish(struct feeds *feeds);

#endif

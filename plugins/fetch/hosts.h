/* hosts.h: the hosts that are asked, and whose turn it is.
 *
 * A host with something to ask stands in a heap by the time from which it may be
 * asked; one that is being asked as often as it may is in no place; one that has
 * nothing to ask is kept for a while, since its robots.txt and its delay count
 * for the next request too.
 */
#ifndef FETCH_HOSTS_H
#define FETCH_HOSTS_H

#include "robots.h"
#include "url.h"
#include "web.h"

#include <stdint.h>

/* A request on its way. */
struct errand {
    struct errand *next;
    struct web *web;
    struct web_request request; /* with strings of its own */
    struct url url;
    const char *why;            /* it cannot be asked for; then url is zero */
    struct host *host;          /* of that address */
    struct origin *robots_of;   /* it is for a robots.txt; else NULL */
    unsigned tries, hops;
    bool moved;                 /* by permanent redirects so far */
};

/* A robots.txt is an origin's (scheme, host, port). */
struct origin {
    struct origin *next;
    char *name;
    struct host *host;
    struct robots *robots; /* NULL: never asked for */
    double until;          /* when to ask again */
    enum web_end end;      /* WEB_DONE, or why it cannot be had */
    int code;
    char *why;
};

struct host {
    char *name;
    struct errand *first, *last;
    struct origin *origins;
    unsigned active;       /* requests under way */
    unsigned asking;       /* of them, or to come: for robots.txt of this host */
    double due;            /* not before */
    uint64_t turn;         /* of those due at a time, the least goes first */
    size_t place;          /* in the heap, from 1; 0: not there */
    bool resting;          /* in the list of those with nothing to ask */
    struct host *older, *newer;
};

struct hosts {
    void *tree;            /* of tsearch(), by name */
    struct host **heap;
    size_t count, size;
    uint64_t turns;
    unsigned most;         /* requests to a host at a time */
    struct host *oldest, *newest; /* resting */
    size_t resting, bytes; /* of them, and of all robots.txt kept */
};

void hosts_finish(struct hosts *hosts, void (*let_go)(struct errand *errand));
struct host *hosts_get(struct hosts *hosts, const char *name);
struct origin *host_origin(struct host *host, const char *name);
/* At its end, or its begin. */
void host_queue(struct host *host, struct errand *errand, bool first);
struct errand *host_take(struct host *host);
/* Puts a host where it belongs; to be called after each change. `now` tells which
 * resting hosts may be forgotten. */
void hosts_settle(struct hosts *hosts, struct host *host, double now);
/* Whose turn is next, be it due or not; NULL for none. */
struct host *hosts_next(const struct hosts *hosts);
/* Gives an origin its rules, which it owns. */
void origin_set(struct hosts *hosts, struct origin *origin,
                struct robots *robots, double until);

#endif

#include "hosts.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* Hosts that are kept with nothing to ask, and bytes of robots.txt. */
enum { MOST_RESTING = 4096, MOST_BYTES = 32 * 1024 * 1024 };

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

/* ---- the heap ---- */

static bool before(const struct host *a, const struct host *b)
{
    return a->due < b->due || (a->due == b->due && a->turn < b->turn);
}

static void put(struct hosts *hosts, struct host *host, size_t place)
{
    hosts->heap[place - 1] = host;
    host->place = place;
}

static void rise(struct hosts *hosts, struct host *host, size_t place)
{
    while (place > 1 && before(host, hosts->heap[place / 2 - 1])) {
        put(hosts, hosts->heap[place / 2 - 1], place);
        place /= 2;
    }
    put(hosts, host, place);
}

static void sink(struct hosts *hosts, struct host *host, size_t place)
{
    for (size_t child; (child = 2 * place) <= hosts->count; place = child) {
        if (child < hosts->count &&
            before(hosts->heap[child], hosts->heap[child - 1]))
            child++;
        if (!before(hosts->heap[child - 1], host))
            break;
        put(hosts, hosts->heap[child - 1], place);
    }
    put(hosts, host, place);
}

static void line_up(struct hosts *hosts, struct host *host)
{
    if (hosts->count == hosts->size) {
        hosts->size = hosts->size ? 2 * hosts->size : 64;
        hosts->heap = must(realloc(hosts->heap,
                                   hosts->size * sizeof(*hosts->heap)));
    }
    host->turn = hosts->turns++;
    hosts->count++;
    rise(hosts, host, hosts->count);
}

static void step_out(struct hosts *hosts, struct host *host)
{
    size_t place = host->place;
    struct host *last = hosts->heap[--hosts->count];

    host->place = 0;
    if (last == host)
        return;
    rise(hosts, last, place);
    sink(hosts, last, last->place);
}

struct host *hosts_next(const struct hosts *hosts)
{
    return hosts->count > 0 ? hosts->heap[0] : NULL;
}

/* ---- resting hosts ---- */

static void wake(struct hosts *hosts, struct host *host)
{
    *(host->older ? &host->older->newer : &hosts->oldest) = host->newer;
    *(host->newer ? &host->newer->older : &hosts->newest) = host->older;
    host->older = host->newer = NULL;
    host->resting = false;
    hosts->resting--;
}

static void rest(struct hosts *hosts, struct host *host)
{
    host->older = hosts->newest;
    *(hosts->newest ? &hosts->newest->newer : &hosts->oldest) = host;
    hosts->newest = host;
    host->resting = true;
    hosts->resting++;
}

static int compare(const void *a, const void *b)
{
    const struct host *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static void end_origin(struct hosts *hosts, struct origin *origin)
{
    origin_set(hosts, origin, NULL, 0);
    free(origin->name);
    free(origin->why);
    free(origin);
}

static void end_host(struct hosts *hosts, struct host *host)
{
    for (struct origin *o = host->origins, *next; o; o = next) {
        next = o->next;
        end_origin(hosts, o);
    }
    free(host->name);
    free(host);
}

/* One that is to be left alone yet is not forgotten. */
static void forget_some(struct hosts *hosts, double now)
{
    while (hosts->oldest && hosts->oldest->due <= now &&
           (hosts->resting > MOST_RESTING || hosts->bytes > MOST_BYTES)) {
        struct host *host = hosts->oldest;

        wake(hosts, host);
        tdelete(host, &hosts->tree, compare);
        end_host(hosts, host);
    }
}

void hosts_settle(struct hosts *hosts, struct host *host, double now)
{
    /* While it waits for its robots.txt nothing else is asked of it. */
    bool ready = host->first && host->active < hosts->most &&
                 (host->asking == 0 || host->first->robots_of);
    bool resting = !host->first && host->active == 0 && host->asking == 0;

    if (host->place > 0)
        step_out(hosts, host);
    if (host->resting && !resting)
        wake(hosts, host);
    if (ready)
        line_up(hosts, host);
    if (resting && !host->resting)
        rest(hosts, host);
    forget_some(hosts, now);
}

/* ---- hosts and what they are asked ---- */

struct host *hosts_get(struct hosts *hosts, const char *name)
{
    struct host key = { .name = (char *)(uintptr_t)name };
    struct host **found = tfind(&key, &hosts->tree, compare);
    struct host *host;

    if (found)
        return *found;
    host = must(calloc(1, sizeof(*host)));
    host->name = must(strdup(name));
    must(tsearch(host, &hosts->tree, compare));
    return host;
}

struct origin *host_origin(struct host *host, const char *name)
{
    struct origin *origin = host->origins;

    while (origin && strcmp(origin->name, name) != 0)
        origin = origin->next;
    if (origin)
        return origin;
    origin = must(calloc(1, sizeof(*origin)));
    origin->name = must(strdup(name));
    origin->host = host;
    origin->next = host->origins;
    host->origins = origin;
    return origin;
}

void origin_set(struct hosts *hosts, struct origin *origin,
                struct robots *robots, double until)
{
    if (origin->robots)
        hosts->bytes -= robots_size(origin->robots);
    robots_free(origin->robots);
    origin->robots = robots;
    origin->until = until;
    if (robots)
        hosts->bytes += robots_size(robots);
}

void host_queue(struct host *host, struct errand *errand, bool first)
{
    errand->host = host;
    errand->next = first ? host->first : NULL;
    if (!host->first)
        host->last = errand;
    else if (!first)
        host->last->next = errand;
    if (first || !host->first)
        host->first = errand;
    if (!first)
        host->last = errand;
}

struct errand *host_take(struct host *host)
{
    struct errand *errand = host->first;

    host->first = errand->next;
    if (!host->first)
        host->last = NULL;
    errand->next = NULL;
    return errand;
}

void hosts_finish(struct hosts *hosts, void (*let_go)(struct errand *errand))
{
    while (hosts->tree) {
        struct host *host = *(struct host **)hosts->tree;

        while (host->first)
            let_go(host_take(host));
        tdelete(host, &hosts->tree, compare);
        end_host(hosts, host);
    }
    free(hosts->heap);
    *hosts = (struct hosts){ 0 };
}

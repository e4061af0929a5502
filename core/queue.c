#include "queue.h"

#include "arena.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BELLS = 260 };

struct queue {
    gly_doc **ring;
    unsigned room, head;  /* head: the oldest */
    atomic_uint count, writers; /* changed under the lock, read without too */
    atomic_uint *shown;   /* the same as count, or NULL */
    unsigned readers;
    bool shared;
    uv_mutex_t lock;
    struct bell *waiting[2][MOST_BELLS]; /* by enum queue_event */
    unsigned waiting_count[2];
};

/* ---- bells ---- */

static void on_ring(uv_async_t *async)
{
    (void)async; /* waking the loop is all it is for */
}

int bell_init(struct bell *bell, uv_loop_t *loop)
{
    return uv_async_init(loop, &bell->async, on_ring);
}

void bell_ring(struct bell *bell)
{
    uv_async_send(&bell->async);
}

/* ---- queues ---- */

struct queue *queue_new(unsigned room, enum queue_sharing sharing,
                        unsigned writers)
{
    struct queue *q = memory_new(sizeof(*q));

    q->ring = memory_new(room * sizeof(*q->ring));
    q->room = room;
    q->writers = writers;
    q->readers = 1;
    q->shared = sharing == QUEUE_SHARED;
    if (q->shared)
        uv_mutex_init(&q->lock);
    return q;
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    if (q->shared)
        uv_mutex_destroy(&q->lock);
    free(q->ring);
    free(q);
}

bool queue_is_shared(const struct queue *q)
{
    return q->shared;
}

void queue_set_readers(struct queue *q, unsigned readers)
{
    q->readers = readers;
}

void queue_show(struct queue *q, atomic_uint *count)
{
    q->shown = count;
}

bool queue_is_shown(const struct queue *q)
{
    return q->shown != NULL;
}

static void show(struct queue *q)
{
    if (q->shown)
        atomic_store_explicit(q->shown, q->count, memory_order_relaxed);
}

static void enter(struct queue *q)
{
    if (q->shared)
        uv_mutex_lock(&q->lock);
}

static void leave(struct queue *q)
{
    if (q->shared)
        uv_mutex_unlock(&q->lock);
}

/* Rings up to `most` of those that wait, the longest waiting last. */
static void ring(struct queue *q, enum queue_event event, unsigned most)
{
    unsigned *count = &q->waiting_count[event];

    for (; *count > 0 && most > 0; most--)
        bell_ring(q->waiting[event][--*count]);
}

unsigned queue_push(struct queue *q, gly_doc *const *docs, unsigned count)
{
    enter(q);
    if (count > q->room - q->count)
        count = q->room - q->count;

    unsigned at = q->head + q->count;

    for (unsigned i = 0; i < count; i++, at++)
        q->ring[at < q->room ? at : at - q->room] = docs[i];
    q->count += count;
    show(q);
    ring(q, QUEUE_DOCS, count);
    leave(q);
    return count;
}

unsigned queue_pop(struct queue *q, gly_doc **docs, unsigned most)
{
    /* A lane that looks again and again must not keep the writers out. */
    if (q->count == 0)
        return 0;
    enter(q);

    unsigned fair = (q->count + q->readers - 1) / q->readers;
    unsigned count = most < fair ? most : fair;

    for (unsigned i = 0; i < count; i++) {
        docs[i] = q->ring[q->head];
        q->head = q->head + 1 < q->room ? q->head + 1 : 0;
    }
    q->count -= count;
    show(q);
    if (count > 0 && q->count <= q->room / 2)
        ring(q, QUEUE_ROOM, MOST_BELLS);
    leave(q);
    /* They come from another core's cache, all at once rather than in turn. */
    for (unsigned i = 0; q->shared && i < count; i++)
        __builtin_prefetch(&docs[i]->trip, 1);
    return count;
}

unsigned queue_room(struct queue *q)
{
    return q->room - q->count;
}

void queue_close(struct queue *q)
{
    enter(q);
    if (--q->writers == 0)
        ring(q, QUEUE_DOCS, MOST_BELLS);
    leave(q);
}

bool queue_ended(struct queue *q)
{
    return q->writers == 0 && q->count == 0;
}

static void add_bell(struct queue *q, enum queue_event event,
                     struct bell *bell)
{
    for (unsigned i = 0; i < q->waiting_count[event]; i++)
        if (q->waiting[event][i] == bell)
            return;
    q->waiting[event][q->waiting_count[event]++] = bell;
}

bool queue_await(struct queue *q, enum queue_event event, struct bell *bell)
{
    enter(q);
    bool ready = event == QUEUE_DOCS ? q->count > 0 || q->writers == 0
                                     : q->count <= q->room / 2;
    if (!ready)
        add_bell(q, event, bell);
    leave(q);
    return !ready;
}

/* queue.h: the one thing that two stages share: a bounded ring of documents.
 *
 * Between stages of one lane a queue is private and takes no lock. Between lanes
 * it is shared: readers and writers may be several, on any thread. A lane that
 * finds nothing to do registers its bell with queue_await() and sleeps in its
 * libuv loop; the bell is rung only then.
 *
 * Owner: a document in a queue belongs to the queue. What is left in it when it
 *        is freed is not freed with it.
 */
#ifndef GALLEY_CORE_QUEUE_H
#define GALLEY_CORE_QUEUE_H

#include "doc.h"

#include <stdatomic.h>
#include <uv.h>

/* A lane's way to be woken. */
struct bell {
    uv_async_t async;
};

int bell_init(struct bell *bell, uv_loop_t *loop);
/* From any thread, and from a signal handler. */
void bell_ring(struct bell *bell);

struct queue;

enum queue_sharing { QUEUE_PRIVATE, QUEUE_SHARED };
enum queue_event { QUEUE_DOCS, QUEUE_ROOM };

/* `writers` lanes must close it before it has ended. */
struct queue *queue_new(unsigned room, enum queue_sharing sharing,
                        unsigned writers);
void queue_free(struct queue *queue);

bool queue_is_shared(const struct queue *queue);

/* How many of the documents were taken, from the first on. */
unsigned queue_push(struct queue *queue, gly_doc *const *docs, unsigned count);
/* How many were given, the oldest first. A reader among several leaves some to
 * the others. */
unsigned queue_pop(struct queue *queue, gly_doc **docs, unsigned most);
/* How many could be pushed now; another writer may be quicker. */
unsigned queue_room(struct queue *queue);
/* One writer will push no more. */
void queue_close(struct queue *queue);
/* All writers closed it and it is empty. */
bool queue_ended(struct queue *queue);

/* Has the bell rung once when there are documents (or the end), or when there
 * is room again. False, and no ring, when that is so already. */
bool queue_await(struct queue *queue, enum queue_event event,
                 struct bell *bell);
/* Keeps the number of documents in *count from now on, for others to look at. */
void queue_show(struct queue *queue, atomic_uint *count);
bool queue_is_shown(const struct queue *queue);
/* Tells the queue how many lanes read it. */
void queue_set_readers(struct queue *queue, unsigned readers);

#endif

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../core/queue.h"
#include "support.h"

static void make_docs(gly_doc **docs, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        docs[i] = doc_new();
        docs[i]->trip.number = i;
    }
}

static void free_docs(gly_doc **docs, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        doc_free(docs[i]);
}

Test(queue, what_is_pushed_comes_out_in_order_and_no_more_than_fits)
{
    enum { COUNT = 5000 };
    static gly_doc *docs[COUNT];
    struct dice dice = {1};

    make_docs(docs, COUNT);
    for (unsigned room = 1; room <= 64; room += 7) {
        for (int shared = 0; shared < 2; shared++) {
            struct queue *q =
                queue_new(room, shared ? QUEUE_SHARED : QUEUE_PRIVATE, 1);
            unsigned pushed = 0, popped = 0;

            while (popped < COUNT) {
                unsigned want = roll(&dice, 40), left = COUNT - pushed;
                unsigned fits = room - (pushed - popped);
                unsigned n;

                want = want < left ? want : left;
                cr_assert(eq(uint, queue_room(q), fits));
                n = queue_push(q, docs + pushed, want);
                cr_assert(eq(uint, n, want < fits ? want : fits));
                pushed += n;

                gly_doc *out[40];

                n = queue_pop(q, out, roll(&dice, 40));
                for (unsigned i = 0; i < n; i++)
                    cr_assert(eq(u64, out[i]->trip.number, popped++));
            }
            queue_free(q);
        }
    }
    free_docs(docs, COUNT);
}

Test(queue, it_has_ended_when_all_writers_closed_it_and_it_is_empty)
{
    struct queue *q = queue_new(4, QUEUE_SHARED, 2);
    gly_doc *doc = doc_new(), *out;

    cr_expect(not(queue_ended(q)));
    queue_push(q, &doc, 1);
    queue_close(q);
    cr_expect(not(queue_ended(q)));
    queue_close(q);
    cr_expect(not(queue_ended(q)));
    cr_expect(eq(uint, queue_pop(q, &out, 1), 1));
    cr_expect(queue_ended(q));
    queue_free(q);
    queue_free(NULL);
    doc_free(doc);
}

Test(queue, one_reader_of_several_leaves_some_to_the_others)
{
    gly_doc *docs[8], *out[8];
    struct queue *q = queue_new(8, QUEUE_SHARED, 1);

    make_docs(docs, 8);
    queue_set_readers(q, 4);
    queue_push(q, docs, 8);
    cr_expect(eq(uint, queue_pop(q, out, 8), 2));
    cr_expect(eq(uint, queue_pop(q, out, 8), 2));
    cr_expect(eq(uint, queue_pop(q, out, 8), 1));
    cr_expect(eq(uint, queue_pop(q, out, 8), 1));
    cr_expect(eq(uint, queue_pop(q, out, 8), 1));
    cr_expect(eq(uint, queue_pop(q, out, 8), 1));
    cr_expect(eq(uint, queue_pop(q, out, 8), 0));
    queue_free(q);
    free_docs(docs, 8);
}

/* ---- bells ---- */

struct listener {
    uv_loop_t loop;
    struct bell bell;
};

static void begin_listening(struct listener *l)
{
    uv_loop_init(&l->loop);
    bell_init(&l->bell, &l->loop);
}

static void end_listening(struct listener *l)
{
    uv_close((uv_handle_t *)&l->bell.async, NULL);
    uv_run(&l->loop, UV_RUN_DEFAULT);
    uv_loop_close(&l->loop);
}

Test(queue, a_bell_is_not_kept_when_there_is_something_already)
{
    struct queue *q = queue_new(2, QUEUE_SHARED, 1);
    gly_doc *doc = doc_new(), *out;
    struct listener l;

    begin_listening(&l);
    cr_expect(not(queue_await(q, QUEUE_ROOM, &l.bell)));
    cr_expect(queue_await(q, QUEUE_DOCS, &l.bell));
    queue_push(q, &doc, 1);
    cr_expect(not(queue_await(q, QUEUE_DOCS, &l.bell)));
    cr_expect(not(queue_await(q, QUEUE_ROOM, &l.bell)));
    queue_push(q, &doc, 1);
    cr_expect(queue_await(q, QUEUE_ROOM, &l.bell));
    queue_pop(q, &out, 1);
    queue_pop(q, &out, 1);
    cr_expect(queue_await(q, QUEUE_DOCS, &l.bell));
    queue_close(q);
    cr_expect(not(queue_await(q, QUEUE_DOCS, &l.bell)));
    end_listening(&l);
    queue_free(q);
    doc_free(doc);
}

/* Writers and readers on threads of their own, all through small queues: each
 * document comes out once, and nobody sleeps for ever. */
enum { THREADS = 4, EACH = 5000 };

struct worker {
    struct queue *queue;
    gly_doc **docs;
    unsigned count;
    atomic_uint *seen;
};

static void wait_for(struct queue *q, enum queue_event event,
                     struct listener *l)
{
    if (queue_await(q, event, &l->bell))
        uv_run(&l->loop, UV_RUN_ONCE);
}

static void write_all(void *arg)
{
    struct worker *w = arg;
    struct listener l;

    begin_listening(&l);
    for (unsigned n = 0; n < w->count;) {
        unsigned left = w->count - n;
        unsigned taken = queue_push(w->queue, w->docs + n,
                                    left < 3 ? left : 3);

        n += taken;
        if (taken == 0)
            wait_for(w->queue, QUEUE_ROOM, &l);
    }
    queue_close(w->queue);
    end_listening(&l);
}

static void read_all(void *arg)
{
    struct worker *w = arg;
    struct listener l;
    gly_doc *docs[5];

    begin_listening(&l);
    while (!queue_ended(w->queue)) {
        unsigned n = queue_pop(w->queue, docs, 5);

        for (unsigned i = 0; i < n; i++)
            atomic_fetch_add(&w->seen[docs[i]->trip.number], 1);
        if (n == 0)
            wait_for(w->queue, QUEUE_DOCS, &l);
    }
    end_listening(&l);
}

Test(queue, writers_and_readers_on_threads_lose_and_double_nothing,
     .timeout = 120)
{
    static gly_doc *docs[THREADS * EACH];
    static atomic_uint seen[THREADS * EACH];
    uv_thread_t threads[2 * THREADS];
    struct worker workers[THREADS];
    struct queue *q = queue_new(7, QUEUE_SHARED, THREADS);

    make_docs(docs, THREADS * EACH);
    queue_set_readers(q, THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){q, docs + i * EACH, EACH, seen};
        uv_thread_create(&threads[2 * i], write_all, &workers[i]);
        uv_thread_create(&threads[2 * i + 1], read_all, &workers[i]);
    }
    for (unsigned i = 0; i < 2 * THREADS; i++)
        uv_thread_join(&threads[i]);
    for (unsigned i = 0; i < THREADS * EACH; i++)
        cr_assert(eq(uint, seen[i], 1), "document %u", i);
    queue_free(q);
    free_docs(docs, THREADS * EACH);
}

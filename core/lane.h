/* lane.h: one thread running one libuv loop and the stages it was given.
 *
 * A lane takes documents from its stages' queues, a batch a stage at a time, from
 * the first stage to the last, so that a batch goes the whole way while it is
 * warm in the cache. When no stage can go on it sleeps in its loop until a bell rings or something
 * that a plugin waits for happens. It knows nothing of the pipeline around it but
 * `struct run`.
 *
 * A document that is dropped or failed goes on through the queues to the end of
 * the list, past the stages, so that there is one way back to the source and the
 * order of the input can be kept.
 */
#ifndef GALLEY_CORE_LANE_H
#define GALLEY_CORE_LANE_H

#include "failed.h"
#include "figures.h"
#include "queue.h"
#include "stage.h"
#include "suspects.h"
#include "trail.h"
#include "when.h"

enum { LANE_BATCH = 32, RUN_OWN = 3 };

/* Looks on at each stage that a document meets, in the stage's lane; and at the
 * acks, in the source's. Any may be NULL. */
struct watcher {
    void (*before)(void *arg, gly_stage *stage, gly_doc *doc);
    void (*after)(void *arg, gly_stage *stage, gly_doc *doc, int result);
    void *arg;
    void (*acked)(void *arg, const char *ticket, int result);
};

/* What all lanes of a pipeline share. */
struct run {
    atomic_bool stopping;   /* nothing more from the source */
    atomic_bool broken;     /* a stage cannot go on */
    bool timed;             /* keep times in the stats; a worker does */
    struct bell *source_bell;
    const struct watcher *watcher; /* or NULL */
    bool returns;           /* what a broken stage fails comes again */
    struct trail *trail;    /* of a worker, or NULL */
    struct state *state;
    struct suspects *suspects; /* of a worker, or NULL */
    struct figures *figures; /* likewise */
    const char *own[RUN_OWN]; /* files and folders that are no input, or NULL */
};

void run_stop(struct run *run);
/* Something cannot go on: told once, and the run is stopped. */
void run_break(struct run *run, const char *who, const char *why);

/* Brings documents that several lanes worked on back into the source's order. */
struct order {
    gly_doc **ring; /* by number; NULL: as they come */
    unsigned size, waiting;
    uint64_t next;
};

struct slot {
    gly_stage *stage;
    struct lane *lane;
    const struct when *when;
    uint64_t deadline;        /* ns; 0: none */
    struct queue *in, *out;   /* out of the last stage: the acks */
    struct order order;
    gly_doc *outgoing[LANE_BATCH];
    unsigned outgoing_count;
    gly_doc *released, *last_released;
    unsigned held;
    bool flushed, finished;
    unsigned number;          /* of the stage in the list */
    struct stats own, *stats; /* its own, or its cell's in the figures */
    atomic_uint *held_shown;  /* there, or NULL */
};

/* The source's side of a pipeline: documents are given out, and come back. */
struct intake {
    struct slot *slot;
    struct queue *acks;
    struct failed *failed;
    gly_doc *pool;            /* to be used again */
    gly_doc *all;             /* by trip.all: also those never emitted */
    gly_doc *emitted, *last_emitted;
    unsigned emitted_count;
    unsigned under_way, window; /* documents, now and at most */
    uint64_t bytes, budget;   /* of them, likewise; a larger one goes alone */
    uint64_t number, all_bytes; /* so far */
    bool ended;
    bool stopped;             /* before it had ended */
    bool starved;             /* there was no room when it last looked */
    uint64_t done, dropped, failed_count, lost;
};

struct lane {
    struct run *run;
    struct hand *hand;        /* of a worker, or NULL */
    struct slot *slots;
    unsigned slot_count;
    bool shares;              /* some queue with another lane */
    struct intake *intake;    /* of the lane with the source, or NULL */
    uv_loop_t loop;
    bool has_loop;
    struct bell bell;
    bool in_loop;             /* stages are called by it, not by a turn */
    uv_thread_t thread;
    uv_timer_t ticker;
    void (*tick)(void *arg);
    void *tick_arg;
};

int lane_init(struct lane *lane, struct run *run, unsigned slots);
void lane_finish(struct lane *lane);
/* Puts a stage into the lane's next free slot. */
struct slot *lane_add(struct lane *lane, gly_stage *stage, unsigned i);

/* Runs the stages, opened before, to the end of the input; closes them. */
void lane_run(struct lane *lane);
/* The same in a thread of its own. Ends the process when there is none: the
 * lanes that run already could not end without this one. */
void lane_start(struct lane *lane);
void lane_join(struct lane *lane);

/* Has SIGINT, SIGTERM and SIGHUP stop this lane's run; a second one ends the process. */
void lane_catch_signals(struct lane *lane);
/* From now on a first signal ends the process. */
void lane_let_signals_go(void);
/* Calls tick now and then while the lane runs. */
void lane_set_ticker(struct lane *lane, unsigned ms, void (*tick)(void *arg),
                     void *arg);

/* flush(), and what becomes of the run when it fails. */
void slot_flush(struct slot *slot);

/* intake.c; the lane calls these. */
gly_doc *intake_doc_new(struct intake *intake, const char *ticket);
void intake_emit(struct intake *intake, gly_doc *doc);
void intake_end(struct intake *intake);
bool intake_turn(struct intake *intake);
bool intake_may_sleep(struct intake *intake);
void intake_finish(struct intake *intake);

#endif

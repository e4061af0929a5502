/* trail.h: what each lane has in hand, where it outlives the lane's process.
 *
 * A worker's supervisor maps a file before it forks the process that works. When
 * that one crashes, the file tells which document was in which stage; when it
 * hangs, since when. What is to blame stays in the file until the next process
 * has counted it, see suspects.h.
 *
 * Threads: in the working process each lane writes its own place; the supervisor
 * writes only while nobody works.
 */
#ifndef GALLEY_CORE_TRAIL_H
#define GALLEY_CORE_TRAIL_H

#include "error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    TRAIL_LANES = 320, /* lanes beyond are not followed */
    TRAIL_TICKET = 1000, /* bytes kept; longer ones are known by their hash */
};

/* What a lane has in hand. */
struct hand {
    atomic_ullong since;  /* CLOCK_MONOTONIC in ns; 0: nothing */
    uint64_t deadline;    /* ns; 0: none */
    atomic_int signal;    /* to blame: it crashed here, or SIGALRM: it hung */
    char stage[64];
    char ticket[TRAIL_TICKET];
    uint64_t key;         /* hash of the whole ticket */
};

struct trail {
    uint64_t magic;
    atomic_bool ready;    /* all stages are open */
    struct hand hands[TRAIL_LANES];
};

/* Maps the file, making it if need be; one of another version begins anew. NULL
 * with the error when it cannot be. */
struct trail *trail_open(const char *path, struct error *error);
void trail_close(struct trail *trail);

/* ---- in the working process ---- */

/* The place of the i-th lane, or NULL. */
struct hand *trail_hand(struct trail *trail, unsigned i);
/* From now on a crash of this thread is written into its hand. */
void trail_catch_crashes(struct hand *hand);
/* Before the thread ends. */
void trail_let_crashes_go(void);
/* Since `now`, ns of CLOCK_MONOTONIC. `ticket` "" is the stage's own time,
 * without a document. */
void hand_take(struct hand *hand, const char *stage, const char *ticket,
               uint64_t now, uint64_t deadline);
void hand_free(struct hand *hand);
/* Also of the blame. */
void hand_clear(struct hand *hand);
/* The hash by which a ticket is known; never 0. */
uint64_t trail_key(const char *ticket);

/* ---- in the supervisor ---- */

/* Ends the process that works when a hand has been at it for longer than its
 * deadline, and blames that hand; true when it does so. */
bool trail_end_hung(struct trail *trail, pid_t child);
/* After the end of the process by a signal: blames what was in the hand that
 * crashed or hung, or, when none says so (a kill), all that was in hand. False
 * when nothing was. */
bool trail_blame(struct trail *trail, int signal);
/* Before a process begins: nothing is in hand but what is to blame. */
void trail_begin(struct trail *trail);

#endif

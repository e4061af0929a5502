/* suspects.h: the documents that were in hand at a crash, and how often.
 *
 * They are in the worker's state, so any number of them is known for as long as
 * it takes them to come again. A new process finds in the trail what was in hand
 * at the last crash, and counts it here.
 *
 * Threads: that of the source's lane.
 */
#ifndef GALLEY_CORE_SUSPECTS_H
#define GALLEY_CORE_SUSPECTS_H

#include "state.h"
#include "trail.h"

enum { CONDEMNED = 2 }; /* crashes, after which it is not tried again */

struct suspect {
    uint64_t key;       /* the ticket's hash */
    int crashes, signal;
    uint64_t since;     /* when it was taken in hand before the last of them */
    char stage[64];     /* where */
};

struct suspects;

/* Takes over what is blamed in the trail, as suspects_take() does. Without a
 * state they are known as long as this process and those it forks. NULL with the
 * error when the state cannot be used. */
struct suspects *suspects_new(struct state *state, struct trail *trail,
                              struct error *error);
/* Counts and logs what is blamed in the trail, and takes it out of it. */
int suspects_take(struct suspects *suspects, struct trail *trail,
                  struct error *error);
void suspects_free(struct suspects *suspects);
/* The one with that ticket, or NULL; also when `suspects` is NULL. */
const struct suspect *suspects_find(const struct suspects *suspects,
                                    const char *ticket);
/* It is done or recorded. */
int suspects_clear(struct suspects *suspects, const char *ticket,
                   struct error *error);

#endif

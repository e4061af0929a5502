/* state.h: what stages remember, where it outlives their process.
 *
 * Values by key, in tables of an owner: a stage's id, or "" for the core. A worker
 * has them in one SQLite file; without a path they are in memory. What was put is
 * with the system when the call returns: a process that is killed loses nothing,
 * a machine that stops the last moments at most.
 *
 * A file that is damaged, or of another program or version, is set aside under
 * another name, with a warning, and another begun, also when that shows later.
 *
 * Threads: any, each call for itself. No call before a fork() may be followed by
 *          one in the child.
 */
#ifndef GALLEY_CORE_STATE_H
#define GALLEY_CORE_STATE_H

#include "error.h"

#include <galley/text.h>

struct state;

#pragma GCC visibility push(default)

/* Nothing is opened before the first call that needs it. */
struct state *state_new(const char *path);
void state_free(struct state *state);
/* The others do so themselves. 0, or a negative errno with the error. */
int state_open(struct state *state, struct error *error);
/* `value` NULL forgets. Kept for `keep` seconds from now on, 0: for ever. */
int state_put(struct state *state, const char *owner, const char *table,
              const char *key, const char *value, double keep,
              struct error *error);
/* 1 with the value added to `value`, 0 when there is none. */
int state_get(struct state *state, const char *owner, const char *table,
              const char *key, gly_buf *value, struct error *error);
/* Calls each for all of a table, by key; it may call these functions. */
int state_each(struct state *state, const char *owner, const char *table,
               void (*each)(void *arg, const char *key, const char *value),
               void *arg, struct error *error);

#pragma GCC visibility pop

#endif

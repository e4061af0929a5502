/* again.h: failed documents, taken out of their file to be tried again.
 *
 * FILE is renamed to FILE.retry; who records failed documents notices and begins
 * a new FILE. A line of FILE.retry is made blank when its document is done, or
 * recorded in FILE anew, and what is left at the end goes back to FILE. When the
 * process is killed FILE.retry stays, and the next one puts its lines back first.
 * So no document is lost; one that was on its way between the two files at that
 * moment can be in both.
 */
#ifndef GALLEY_CORE_AGAIN_H
#define GALLEY_CORE_AGAIN_H

#include "failed.h"

#include <limits.h>
#include <sys/types.h>

/* Which ones; NULL: any. */
struct again_wish {
    const char *stage;
    const char *reason; /* or a part of it */
    bool any_pipeline;  /* else those of the first one's */
};

struct place {
    off_t at;
    size_t len; /* 0: nothing to be done with it */
};

struct again {
    const char *path;
    char aside[PATH_MAX];
    int fd;                   /* of the file aside */
    struct place *lines;
    size_t line_count, lines_size;
    size_t chosen, longest;
    size_t damaged;           /* lines that are no records; they stay */
    size_t empty;             /* records without what came in; likewise */
    char pipeline[PATH_MAX];  /* in which the first one failed, or "" */
    struct failed back;
};

/* Takes FILE aside; what is not wished for goes back at once. To be finished also
 * after a failure. */
int again_take(struct again *again, const char *path,
               const struct again_wish *wish, struct error *error);
/* By the ticket that `fetch` gives: the document is done or recorded. */
void again_done(struct again *again, const char *ticket);
/* Puts back what was not done and removes the file aside. */
int again_give_back(struct again *again, struct error *error);
void again_finish(struct again *again);

#endif

/* stage.h: a stage from the inside; the core's side of galley/stage.h.
 *
 * Who runs a stage (a lane, or the harness) is its host: what a plugin asks of
 * the core beyond the document goes to the host's functions.
 */
#ifndef GALLEY_CORE_STAGE_H
#define GALLEY_CORE_STAGE_H

#include <galley/stage.h>

#include "arena.h"
#include "error.h"
#include "options.h"
#include "state.h"

#include <stdatomic.h>

enum { MOST_COUNTERS = 32 };

struct stage_host {
    gly_doc *(*doc_new)(gly_stage *source, const char *ticket);
    void (*emit)(gly_stage *source, gly_doc *doc);
    void (*end)(gly_stage *source);
    void (*release)(gly_stage *stage, gly_doc *doc, int result);
    struct uv_loop_s *(*loop)(gly_stage *stage);
    void (*wake)(gly_stage *stage);
    bool (*stays)(gly_stage *stage);
    void (*broke)(gly_stage *stage);
    struct state *(*state)(gly_stage *stage);
    bool (*is_own)(gly_stage *stage, const struct stat *st);
};

/* Something that a stage opened and the core closes: a word list, a map. */
struct resource {
    void (*close)(struct resource *self);
    struct resource *next;
};

/* What gly_count() adds up, readable by others while the stage works. A name
 * that begins with "now " is a state, which a next process counts anew. */
struct counters {
    atomic_uint count;
    struct counter {
        char name[64];
        _Atomic double value;
    } at[MOST_COUNTERS];
};

struct gly_stage {
    const gly_plugin *plugin;
    const char *id;
    const char *file;       /* of the pipeline, and where in it */
    unsigned line;
    void *state;
    struct arena arena;
    struct resource *resources;
    struct error failure;   /* what gly_fail() last said */
    char reason[64];        /* what gly_drop() last said */
    const char *ticket;     /* of the document in process(), or NULL */
    bool broken, opened;
    struct counters own, *counters; /* its own, or its place in the figures */
    double done, total;     /* a source's progress */
    const struct stage_host *host;
    void *arg;              /* the host's */
};

void stage_own(gly_stage *stage, struct resource *resource,
               void (*close)(struct resource *self));

#pragma GCC visibility push(default)

/* Makes a stage of a plugin and fills its state; error says what is wrong with
 * a setting. The settings need not live on; id, file and arg must. */
gly_stage *stage_new(const gly_plugin *plugin, const char *id,
                     const struct setting *settings, size_t count,
                     struct error *error);
void stage_free(gly_stage *stage);
/* open() with its failure in error, placed at the stage's line. */
int stage_open(gly_stage *stage, struct error *error);
void stage_close(gly_stage *stage);
/* What gly_fail() said, or the name of the error when it said nothing. */
const char *stage_why(const gly_stage *stage, int result);
/* Adds to the counter of that name; false when there is no room for it. */
bool counters_add(struct counters *counters, const char *name, double by);
bool counter_is_state(const char *name);
/* process() on the document and, where the plugin takes them, on its asides. */
int stage_process(gly_stage *stage, gly_doc *doc);

#pragma GCC visibility pop

#endif

/* pipeline.h: a plan made to run: plugins found, stages made, lanes and the
 * queues between them.
 *
 * The list is cut where plugins are `single`: each piece is a lane, those between
 * are as many lanes as the plan says. With one lane all stages share it.
 */
#ifndef GALLEY_CORE_PIPELINE_H
#define GALLEY_CORE_PIPELINE_H

#include "config.h"
#include "lane.h"

struct pipeline_options {
    bool keep_order;  /* documents reach single stages in the source's order */
    bool timed;
    bool apart;       /* lanes also where one would do, for measuring */
    bool returns;     /* what a broken stage fails is not recorded nor acked */
    const struct watcher *watcher; /* or NULL */
    struct trail *trail; /* of a worker, or NULL */
    struct suspects *suspects; /* likewise */
    struct state *state; /* likewise; NULL: one in memory, for this run */
    const char *folder;  /* likewise: where the worker's files are */
    struct figures *figures; /* of a worker, or NULL */
    int figures_fd;      /* their file */
};

struct pipeline;

/* Finds the plugins and makes the stages: nothing is opened yet. NULL with the
 * error when the plan is wrong. The plan must outlive the pipeline. */
struct pipeline *pipeline_new(const struct plan *plan,
                              const struct pipeline_options *options,
                              struct error *error);
void pipeline_free(struct pipeline *pipeline);

/* Opens every stage. */
int pipeline_open(struct pipeline *pipeline, struct error *error);
/* Runs to the end of the input, or until a signal. `tick`, which may be NULL, is
 * called twice a second. */
void pipeline_run(struct pipeline *pipeline, void (*tick)(void *arg),
                  void *arg);

/* Ends the run as a signal would. */
void pipeline_stop(struct pipeline *pipeline);

struct pipeline_counts {
    uint64_t taken, done, dropped, failed, lost;
    bool broken, stopped;
    double source_done, source_total; /* see gly_progress() */
};

/* In a tick, or after the run. */
struct pipeline_counts pipeline_count(const struct pipeline *pipeline);
/* After the run: the stage's figures of all lanes together. */
void pipeline_stage_stats(const struct pipeline *pipeline, size_t stage,
                          struct stats *stats);
/* After the run: calls each for the stage's counters, summed over the lanes. */
void pipeline_stage_counters(const struct pipeline *pipeline, size_t stage,
                             void (*each)(void *arg, const char *name,
                                          double value),
                             void *arg);

#endif

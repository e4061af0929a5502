#include "pipeline.h"

#include "arena.h"
#include "log.h"
#include "registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of the list: stages [first, last) in `lanes` lanes. */
struct group {
    size_t first, last;
    unsigned lanes, first_lane;
};

struct pipeline {
    const struct plan *plan;
    struct pipeline_options options;
    struct arena arena;
    const gly_plugin **plugins;
    const struct when **whens;
    struct group *groups;
    size_t group_count;
    struct lane *lanes;
    unsigned lane_count;
    struct queue **queues;
    size_t queue_count;
    struct run run;
    struct intake intake;
    struct failed failed;
    struct state *own_state; /* of a run, or NULL */
};

/* ---- checking the plan ---- */

static int misplaced(const struct plan_stage *stage, struct error *error,
                     const char *what)
{
    error_set(error, -EINVAL, "%s: %s", stage->id, what);
    error_place(error, stage->file, stage->line);
    return -EINVAL;
}

static int find_plugin(struct pipeline *p, size_t i, struct error *error)
{
    const struct plan_stage *stage = &p->plan->stages[i];
    const gly_plugin *plugin = registry_find(stage->use, error);

    if (!plugin) {
        error_place(error, stage->file, stage->line);
        return -ENOENT;
    }
    if (i == 0 && !plugin->want)
        return misplaced(stage, error, "is no source: the first stage must "
                                       "bring documents, as fetch does");
    if (i > 0 && !plugin->process)
        return misplaced(stage, error,
                         "is a source: it can only be the first stage");
    p->plugins[i] = plugin;
    if (stage->when) {
        if (i == 0)
            return misplaced(stage, error, "the source cannot have a \"when\"");
        p->whens[i] = when_parse(&p->arena, stage->when, error);
        if (!p->whens[i]) {
            char text[sizeof(error->text)];

            snprintf(text, sizeof(text), "%s", error->text);
            error_set(error, -EINVAL, "%s: %.480s", stage->id, text);
            error_place(error, stage->file, stage->when_line);
            return -EINVAL;
        }
    }
    return 0;
}

/* ---- cutting the list ---- */

static bool is_single(const struct pipeline *p, size_t i)
{
    return i == 0 || p->plugins[i]->single;
}

static void cut(struct pipeline *p, unsigned wide)
{
    size_t count = p->plan->count;
    bool whole = wide == 1 && !p->options.apart;

    p->groups = arena_alloc(&p->arena, count * sizeof(*p->groups));
    for (size_t first = 0, last; first < count; first = last) {
        bool single = whole || is_single(p, first);

        last = first + 1;
        while (last < count && (whole || is_single(p, last) == single))
            last++;
        p->groups[p->group_count++] = (struct group){
            first, last, single ? 1 : wide, p->lane_count};
        p->lane_count += single ? 1 : wide;
    }
}

static struct queue *add_queue(struct pipeline *p, unsigned room,
                               enum queue_sharing sharing, unsigned writers)
{
    struct queue *queue = queue_new(room, sharing, writers);

    p->queues[p->queue_count++] = queue;
    return queue;
}

/* ---- making lanes ---- */

static int add_stage(struct pipeline *p, struct lane *lane, size_t index,
                     unsigned place, struct error *error)
{
    const struct plan_stage *from = &p->plan->stages[index];
    gly_stage *stage = stage_new(p->plugins[index], from->id, from->settings,
                                 from->count, error);
    struct slot *slot;

    if (!stage) {
        error_place(error, from->file, from->line);
        return -EINVAL;
    }
    stage->file = from->file;
    stage->line = from->line;
    slot = lane_add(lane, stage, place);
    slot->number = (unsigned)index;
    slot->when = p->whens[index];
    slot->deadline = (uint64_t)(1e9 * (from->deadline > 0 ? from->deadline
                                                          : p->plan->deadline));
    return 0;
}

static int make_lane(struct pipeline *p, const struct group *g, unsigned number,
                     struct error *error)
{
    struct lane *lane = &p->lanes[g->first_lane + number];
    unsigned slots = (unsigned)(g->last - g->first);
    int result = lane_init(lane, &p->run, slots);

    if (result < 0)
        return error_set(error, result, "cannot make a lane: %s",
                         uv_strerror(result));
    lane->hand = trail_hand(p->run.trail, g->first_lane + number);
    for (unsigned i = 0; i < slots && result == 0; i++)
        result = add_stage(p, lane, g->first + i, i, error);
    return result;
}

/* Queues inside a lane, and those that lead into and out of its group. */
static void connect_lane(struct pipeline *p, struct lane *lane,
                         struct queue *in, struct queue *out)
{
    unsigned room = (unsigned)p->plan->room;

    lane->shares = queue_is_shared(out);
    for (unsigned i = 0; i < lane->slot_count; i++) {
        struct slot *slot = &lane->slots[i];
        bool last = i + 1 == lane->slot_count;

        slot->in = in;
        slot->out = last ? out : add_queue(p, room, QUEUE_PRIVATE, 1);
        in = slot->out;
    }
}

static void connect_all(struct pipeline *p)
{
    bool many = p->group_count > 1;
    unsigned room = (unsigned)p->plan->room;
    struct queue *in = NULL;

    p->intake.window = room * (p->lane_count + 1);
    p->intake.budget = (uint64_t)p->plan->under_way;
    for (size_t g = 0; g < p->group_count; g++) {
        struct group *group = &p->groups[g];
        bool last = g + 1 == p->group_count;
        struct queue *out =
            add_queue(p, last ? p->intake.window : room,
                      many ? QUEUE_SHARED : QUEUE_PRIVATE, group->lanes);

        if (!last)
            queue_set_readers(out, p->groups[g + 1].lanes);
        for (unsigned i = 0; i < group->lanes; i++)
            connect_lane(p, &p->lanes[group->first_lane + i], in, out);
        in = out;
    }
    p->intake.acks = in;
}

/* The i-th lane's slot of a stage of the list, or NULL past the last. */
static struct slot *slot_of(const struct pipeline *p, size_t stage, unsigned i)
{
    const struct group *g = p->groups;

    while (stage >= g->last)
        g++;
    if (i >= g->lanes)
        return NULL;
    return &p->lanes[g->first_lane + i].slots[stage - g->first];
}

/* Single stages take the documents in order: behind several lanes, and behind
 * stages that hold some while others pass them by. */
static void set_orders(struct pipeline *p)
{
    if (!p->options.keep_order)
        return;
    for (size_t stage = 1; stage < p->plan->count; stage++) {
        struct order *order = &slot_of(p, stage, 0)->order;

        if (!p->plugins[stage]->single)
            continue;
        order->size = p->intake.window;
        order->ring = memory_new(order->size * sizeof(*order->ring));
    }
}

/* ---- the figures of a worker ---- */

static unsigned lanes_of(const struct pipeline *p, size_t stage)
{
    unsigned lanes = 0;

    while (slot_of(p, stage, lanes))
        lanes++;
    return lanes;
}

static void follow_slot(struct slot *slot, struct figures_cell *cell,
                        unsigned room)
{
    slot->stats = &cell->stats;
    slot->stage->counters = &cell->counters;
    slot->held_shown = &cell->held;
    /* A queue that several lanes read stands with the first of them. */
    if (slot->in && !queue_is_shown(slot->in)) {
        queue_show(slot->in, &cell->waiting);
        cell->room = room;
    }
}

/* For so long a document may rightly be on its way; 0: for ever. */
static double patience(const struct pipeline *p)
{
    double sum = 0;

    for (size_t i = 1; i < p->plan->count; i++) {
        double own = p->plan->stages[i].deadline;

        if (own == 0)
            own = p->plan->deadline;
        if (own == 0)
            return 0;
        sum += own;
    }
    return sum;
}

static void follow(struct pipeline *p)
{
    struct figures *figures = p->options.figures;
    size_t count = p->plan->count;
    struct figures_stage *stages = arena_alloc(&p->arena,
                                               count * sizeof(*stages));
    struct figures_cell *cell;

    for (size_t i = 0; i < count; i++) {
        const struct plan_stage *from = &p->plan->stages[i];

        snprintf(stages[i].id, sizeof(stages[i].id), "%s", from->id);
        snprintf(stages[i].plugin, sizeof(stages[i].plugin), "%s", from->use);
        snprintf(stages[i].when, sizeof(stages[i].when), "%s",
                 from->when ? from->when : "");
        stages[i].lanes = lanes_of(p, i);
    }
    figures->patience = (uint64_t)(1e3 * patience(p));
    figures->window = p->intake.window;
    figures->budget = p->intake.budget;
    if (!figures_lay_out(figures, p->options.figures_fd, stages, count))
        log_line(GLY_WARN, NULL, "no figures of the stages: no space left");
    for (size_t i = 0; i < count; i++)
        for (unsigned j = 0; (cell = figures_cell(figures, i, j)); j++)
            follow_slot(slot_of(p, i, j), cell, (unsigned)p->plan->room);
}

static void set_intake(struct pipeline *p)
{
    struct lane *first = &p->lanes[0];

    p->intake.slot = &first->slots[0];
    p->intake.failed = &p->failed;
    first->intake = &p->intake;
    p->run.source_bell = &first->bell;
}

/* What failed, also while `galley retry` has it; what the worker remembers. */
static void set_own(struct pipeline *p)
{
    const char *failed = p->plan->failed;
    size_t size = strlen(failed) + sizeof(".retry");
    char *aside = arena_alloc(&p->arena, size);

    p->run.own[0] = p->options.folder;
    if (!*failed)
        return;
    snprintf(aside, size, "%s.retry", failed);
    p->run.own[1] = failed;
    p->run.own[2] = aside;
}

static unsigned lanes_wanted(const struct plan *plan)
{
    return plan->lanes > 0 ? (unsigned)plan->lanes
                           : uv_available_parallelism();
}

static int build(struct pipeline *p, struct error *error)
{
    size_t count = p->plan->count;
    int result = 0;

    p->plugins = arena_alloc(&p->arena, count * sizeof(*p->plugins));
    p->whens = arena_alloc(&p->arena, count * sizeof(*p->whens));
    for (size_t i = 0; i < count && result == 0; i++)
        result = find_plugin(p, i, error);
    if (result < 0)
        return result;
    cut(p, lanes_wanted(p->plan));
    p->lanes = arena_alloc(&p->arena, p->lane_count * sizeof(*p->lanes));
    for (size_t g = 0; g < p->group_count; g++)
        for (unsigned i = 0; i < p->groups[g].lanes && result == 0; i++)
            result = make_lane(p, &p->groups[g], i, error);
    if (result < 0)
        return result;

    size_t queues = p->group_count;

    for (unsigned i = 0; i < p->lane_count; i++)
        queues += p->lanes[i].slot_count;
    p->queues = arena_alloc(&p->arena, queues * sizeof(*p->queues));
    connect_all(p);
    set_orders(p);
    set_intake(p);
    set_own(p);
    if (p->options.figures)
        follow(p);
    return 0;
}

struct pipeline *pipeline_new(const struct plan *plan,
                              const struct pipeline_options *options,
                              struct error *error)
{
    struct pipeline *p = memory_new(sizeof(*p));

    p->plan = plan;
    if (options)
        p->options = *options;
    p->run.timed = p->options.timed || p->options.trail || p->options.figures;
    p->run.watcher = p->options.watcher;
    p->run.returns = p->options.returns || p->options.trail;
    p->run.trail = p->options.trail;
    p->run.suspects = p->options.suspects;
    p->run.state = p->options.state;
    if (!p->run.state)
        p->run.state = p->own_state = state_new(NULL);
    p->run.figures = p->options.figures;
    failed_init(&p->failed, plan->failed, plan->file);
    if (build(p, error) < 0) {
        pipeline_free(p);
        return NULL;
    }
    return p;
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    for (unsigned i = 0; p->lanes && i < p->lane_count; i++)
        lane_finish(&p->lanes[i]);
    for (size_t i = 0; i < p->queue_count; i++)
        queue_free(p->queues[i]);
    intake_finish(&p->intake);
    failed_finish(&p->failed);
    state_free(p->own_state);
    arena_finish(&p->arena);
    free(p);
}

/* ---- running ---- */

int pipeline_open(struct pipeline *p, struct error *error)
{
    if (!failed_may_be_written(&p->failed))
        log_line(GLY_WARN, NULL, "%s cannot be written: the first document "
                 "that fails will end the run", p->failed.path);
    for (unsigned i = 0; i < p->lane_count; i++) {
        for (unsigned j = 0; j < p->lanes[i].slot_count; j++) {
            int result = stage_open(p->lanes[i].slots[j].stage, error);

            if (result < 0)
                return result;
        }
    }
    return 0;
}

void pipeline_run(struct pipeline *p, void (*tick)(void *arg), void *arg)
{
    lane_catch_signals(&p->lanes[0]);
    if (tick)
        lane_set_ticker(&p->lanes[0], 500, tick, arg);
    for (unsigned i = 1; i < p->lane_count; i++)
        lane_start(&p->lanes[i]);
    lane_run(&p->lanes[0]);
    for (unsigned i = 1; i < p->lane_count; i++)
        lane_join(&p->lanes[i]);
    lane_let_signals_go();
}

void pipeline_stop(struct pipeline *p)
{
    run_stop(&p->run);
}

struct pipeline_counts pipeline_count(const struct pipeline *p)
{
    const gly_stage *source = p->intake.slot->stage;

    return (struct pipeline_counts){
        .taken = p->intake.number,
        .done = p->intake.done,
        .dropped = p->intake.dropped,
        .failed = p->intake.failed_count,
        .lost = p->intake.lost,
        .broken = p->run.broken,
        .stopped = p->intake.stopped,
        .source_done = source->done,
        .source_total = source->total,
    };
}

void pipeline_stage_stats(const struct pipeline *p, size_t stage,
                          struct stats *stats)
{
    const struct slot *slot;

    *stats = (struct stats){0};
    for (unsigned i = 0; (slot = slot_of(p, stage, i)) != NULL; i++)
        stats_merge(stats, slot->stats);
}

void pipeline_stage_counters(const struct pipeline *p, size_t stage,
                             void (*each)(void *arg, const char *name,
                                          double value),
                             void *arg)
{
    struct counters sums = {0};
    const struct slot *slot;

    for (unsigned i = 0; (slot = slot_of(p, stage, i)) != NULL; i++)
        for (unsigned c = 0; c < slot->stage->counters->count; c++)
            counters_add(&sums, slot->stage->counters->at[c].name,
                         slot->stage->counters->at[c].value);
    for (unsigned c = 0; c < sums.count; c++)
        each(arg, sums.at[c].name, sums.at[c].value);
}

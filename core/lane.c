#include "lane.h"

#include "arena.h"
#include "log.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Turns between two looks at the loop's timers and sockets; turns without
 * anything to do before a lane sleeps, since waking it costs more than they. */
enum { TURNS_A_POLL = 8, IDLE_TURNS = 16 };

void run_stop(struct run *run)
{
    run->stopping = true;
    if (run->source_bell)
        bell_ring(run->source_bell);
}

void run_break(struct run *run, const char *who, const char *why)
{
    if (!run->broken)
        log_line(GLY_ERROR, who, "%s", why);
    run->broken = true;
    run_stop(run);
}

/* ---- a document in a stage ---- */

static const char *keep_text(gly_doc *doc, const char *text)
{
    return gly_keep(doc, text, strlen(text));
}

static void give(struct slot *s, gly_doc *doc)
{
    s->outgoing[s->outgoing_count++] = doc;
}

static void break_stage(struct slot *s, int code, const char *why)
{
    s->stage->failure.code = code;
    snprintf(s->stage->failure.text, sizeof(s->stage->failure.text), "%s", why);
    s->stage->broken = true;
    run_break(s->lane->run, s->stage->id, why);
}

/* Writes a stage's result on the document. What gly_fail() said is used up. */
static void conclude(struct slot *s, gly_doc *doc, int result)
{
    gly_stage *stage = s->stage;

    if (result > GLY_DROP)
        result = gly_fail(stage, -EPROTO, "%d is no verdict", result);
    if (result == GLY_PASS)
        return;
    doc->trip.over = true;
    doc->trip.result = result;
    doc->trip.stage = stage->id;
    if (result == GLY_DROP) {
        stats_add(&s->stats->dropped, 1);
        doc->trip.reason = keep_text(doc, stage->reason);
    } else {
        stats_add(&s->stats->failed, 1);
        doc->trip.reason = keep_text(doc, stage_why(stage, result));
    }
    if (!stage->broken)
        stage->failure.text[0] = '\0';
    stage->reason[0] = '\0';
}

static int process(struct slot *s, gly_doc *doc, uint64_t now)
{
    gly_stage *stage = s->stage;
    const struct watcher *watcher = s->lane->run->watcher;
    struct hand *hand = s->lane->hand;
    int result;

    if (watcher && watcher->before)
        watcher->before(watcher->arg, stage, doc);
    if (hand)
        hand_take(hand, stage->id, doc->trip.ticket, now, s->deadline);
    stage->ticket = doc->trip.ticket;
    result = stage_process(stage, doc);
    stage->ticket = NULL;
    if (hand)
        hand_free(hand);
    if (watcher && watcher->after)
        watcher->after(watcher->arg, stage, doc, result);
    return result;
}

static void count_held(struct slot *s, int by)
{
    s->held += (unsigned)by;
    if (s->held_shown)
        atomic_store_explicit(s->held_shown, s->held, memory_order_relaxed);
}

static void meet(struct slot *s, gly_doc *doc, uint64_t now)
{
    int result;

    stats_add(&s->stats->documents, 1);
    stats_add(&s->stats->bytes, doc->trip.bytes);
    result = s->stage->broken ? s->stage->failure.code : process(s, doc, now);
    if (doc->trip.held) {
        /* gly_release() was called already, within process(). */
        doc->trip.held = false;
        if (result != GLY_HOLD)
            break_stage(s, -EPROTO, "released a document that it did not hold");
    } else if (result == GLY_HOLD) {
        doc->trip.held = true;
        count_held(s, 1);
    } else {
        conclude(s, doc, result);
        give(s, doc);
    }
}

/* The clock is read once a document: one ends when the next one begins. */
static void meet_all(struct slot *s, gly_doc *const *docs, unsigned count)
{
    bool timed = s->lane->run->timed;
    uint64_t before = timed ? uv_hrtime() : 0, now;

    for (unsigned i = 0; i < count; i++) {
        gly_doc *doc = docs[i];
        uint64_t *times = doc->trip.times;

        if (doc->trip.over || (s->when && !when_holds(s->when, doc))) {
            give(s, doc);
            continue;
        }
        meet(s, doc, before);
        if (!timed)
            continue;
        now = uv_hrtime();
        stats_add_time(s->stats, now - before);
        if (times && s->number < FIGURES_STAGES)
            times[s->number] += now - before;
        before = now;
    }
}

/* ---- a stage's turn ---- */

static bool pass_on(struct slot *s)
{
    unsigned taken;

    if (s->outgoing_count == 0)
        return false;
    taken = queue_push(s->out, s->outgoing, s->outgoing_count);
    s->outgoing_count -= taken;
    if (taken > 0 && s->outgoing_count > 0)
        memmove(s->outgoing, s->outgoing + taken,
                s->outgoing_count * sizeof(*s->outgoing));
    return taken > 0;
}

static bool take_released(struct slot *s)
{
    bool moved = false;

    while (s->released && s->outgoing_count < LANE_BATCH) {
        gly_doc *doc = s->released;

        s->released = doc->trip.next;
        if (!s->released)
            s->last_released = NULL;
        doc->trip.next = NULL;
        give(s, doc);
        moved = true;
    }
    return moved;
}

/* Moves what came into its place in the order, and the next ones out of it. */
static unsigned put_in_order(struct order *order, gly_doc **docs,
                             unsigned count, unsigned most)
{
    unsigned n = 0;

    for (unsigned i = 0; i < count; i++) {
        assert(docs[i]->trip.number - order->next < order->size);
        order->ring[docs[i]->trip.number % order->size] = docs[i];
    }
    order->waiting += count;
    while (n < most) {
        gly_doc **place = &order->ring[order->next % order->size];

        if (!*place)
            break;
        docs[n++] = *place;
        *place = NULL;
        order->next++;
        order->waiting--;
    }
    return n;
}

void slot_flush(struct slot *s)
{
    gly_stage *stage = s->stage;
    int result;

    stage->failure.text[0] = '\0';
    result = stage->plugin->flush ? stage->plugin->flush(stage) : 0;
    if (result < 0) {
        char why[sizeof(stage->failure.text)];

        snprintf(why, sizeof(why), "%s", stage_why(stage, result));
        break_stage(s, result, why);
    }
}

static bool end_slot(struct slot *s)
{
    if (s->finished || s->outgoing_count > 0 || s->order.waiting > 0 ||
        !queue_ended(s->in))
        return false;
    if (!s->flushed) {
        s->flushed = true;
        if (s->held > 0 || !s->lane->run->broken)
            slot_flush(s);
        return true;
    }
    if (s->held > 0 || s->released)
        return false;
    queue_close(s->out);
    s->finished = true;
    return true;
}

static bool turn_slot(struct slot *s)
{
    gly_doc *docs[LANE_BATCH];
    unsigned count, popped;
    bool moved = pass_on(s);

    moved |= take_released(s);
    if (s->outgoing_count > 0)
        return moved;
    count = popped = queue_pop(s->in, docs, LANE_BATCH);
    if (s->order.ring)
        count = put_in_order(&s->order, docs, popped, LANE_BATCH);
    if (popped == 0 && count == 0)
        return end_slot(s) || moved;
    meet_all(s, docs, count);
    pass_on(s);
    return true;
}

static bool turn(struct lane *lane)
{
    bool moved = false;

    for (unsigned i = 0; i < lane->slot_count; i++) {
        struct slot *s = &lane->slots[i];

        moved |= s->in ? turn_slot(s) : intake_turn(lane->intake);
    }
    return moved;
}

/* Held documents keep back others: their number is in the window, and those
 * behind them in the order wait for them. So a stage may not wait with them for
 * a next document that nobody can bring. */
static bool flush_held(struct lane *lane)
{
    bool moved = false;

    for (unsigned i = 0; i < lane->slot_count; i++) {
        struct slot *s = &lane->slots[i];

        if (s->held == 0 || s->flushed || s->stage->broken)
            continue;
        slot_flush(s);
        moved |= s->released != NULL;
    }
    return moved;
}

static bool may_sleep(struct lane *lane)
{
    for (unsigned i = 0; i < lane->slot_count; i++) {
        struct slot *s = &lane->slots[i];

        if (!s->in)
            continue;
        if (s->outgoing_count > 0) {
            if (queue_is_shared(s->out) &&
                !queue_await(s->out, QUEUE_ROOM, &lane->bell))
                return false;
        } else if (queue_is_shared(s->in) && !s->flushed &&
                   !queue_await(s->in, QUEUE_DOCS, &lane->bell)) {
            return false;
        }
    }
    return !lane->intake || intake_may_sleep(lane->intake);
}

static bool is_done(const struct lane *lane)
{
    for (unsigned i = 0; i < lane->slot_count; i++)
        if (!lane->slots[i].finished)
            return false;
    return !lane->intake || lane->intake->under_way == 0;
}

static void close_stages(struct lane *lane)
{
    for (unsigned i = 0; i < lane->slot_count; i++)
        stage_close(lane->slots[i].stage);
    if (lane->tick)
        uv_close((uv_handle_t *)&lane->ticker, NULL);
    uv_run(&lane->loop, UV_RUN_NOWAIT);
}

static void run_loop(struct lane *lane, uv_run_mode mode)
{
    lane->in_loop = true;
    uv_run(&lane->loop, mode);
    lane->in_loop = false;
}

/* The loop calls timers before it sleeps: what they bring must keep it awake. */
static void stay_awake(struct lane *lane)
{
    if (lane->in_loop)
        bell_ring(&lane->bell);
}

void lane_run(struct lane *lane)
{
    unsigned idle = 0;

    if (lane->hand)
        trail_catch_crashes(lane->hand);
    for (unsigned turns = 1; !is_done(lane); turns++) {
        idle = turn(lane) ? 0 : idle + 1;
        if (idle == 0 && turns % TURNS_A_POLL == 0)
            run_loop(lane, UV_RUN_NOWAIT);
        else if (idle > 0 && idle < IDLE_TURNS && lane->shares)
            sched_yield();
        else if (idle > 0 && !flush_held(lane))
            run_loop(lane, may_sleep(lane) ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    }
    close_stages(lane);
    if (lane->hand)
        trail_let_crashes_go();
}

/* ---- what stages ask of their lane ---- */

static gly_doc *host_doc_new(gly_stage *source, const char *ticket)
{
    struct slot *s = source->arg;

    return intake_doc_new(s->lane->intake, ticket);
}

static void host_emit(gly_stage *source, gly_doc *doc)
{
    struct slot *s = source->arg;

    intake_emit(s->lane->intake, doc);
    stay_awake(s->lane);
}

static void host_end(gly_stage *source)
{
    struct slot *s = source->arg;

    intake_end(s->lane->intake);
    stay_awake(s->lane);
}

static void host_release(gly_stage *stage, gly_doc *doc, int result)
{
    struct slot *s = stage->arg;

    if (doc->trip.held) {
        doc->trip.held = false;
        count_held(s, -1);
    } else {
        doc->trip.held = true; /* released before process() returned */
    }
    conclude(s, doc, result);
    doc->trip.next = NULL;
    if (s->last_released)
        s->last_released->trip.next = doc;
    else
        s->released = doc;
    s->last_released = doc;
    stay_awake(s->lane);
}

static struct uv_loop_s *host_loop(gly_stage *stage)
{
    return &((struct slot *)stage->arg)->lane->loop;
}

static void host_wake(gly_stage *stage)
{
    bell_ring(&((struct slot *)stage->arg)->lane->bell);
}

static bool host_stays(gly_stage *stage)
{
    return ((struct slot *)stage->arg)->lane->run->trail != NULL;
}

static struct state *host_state(gly_stage *stage)
{
    return ((struct slot *)stage->arg)->lane->run->state;
}

static void host_broke(gly_stage *stage)
{
    struct slot *s = stage->arg;

    run_break(s->lane->run, stage->id, stage->failure.text);
    stay_awake(s->lane);
}

static bool host_is_own(gly_stage *stage, const struct stat *st)
{
    const char *const *own = ((struct slot *)stage->arg)->lane->run->own;
    struct stat found;

    for (size_t i = 0; i < RUN_OWN; i++)
        if (own[i] && stat(own[i], &found) == 0 &&
            found.st_dev == st->st_dev && found.st_ino == st->st_ino)
            return true;
    return false;
}

static const struct stage_host host = {
    host_doc_new, host_emit,  host_end,   host_release, host_loop,
    host_wake,    host_stays, host_broke, host_state,   host_is_own,
};

/* ---- making lanes ---- */

int lane_init(struct lane *lane, struct run *run, unsigned slots)
{
    int result;

    *lane = (struct lane){.run = run, .slot_count = slots};
    lane->slots = memory_new(slots * sizeof(*lane->slots));
    result = uv_loop_init(&lane->loop);
    lane->has_loop = result == 0;
    return result < 0 ? result : bell_init(&lane->bell, &lane->loop);
}

struct slot *lane_add(struct lane *lane, gly_stage *stage, unsigned i)
{
    struct slot *slot = &lane->slots[i];

    slot->stage = stage;
    slot->lane = lane;
    slot->stats = &slot->own;
    stage->host = &host;
    stage->arg = slot;
    return slot;
}

static void close_left_open(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void lane_finish(struct lane *lane)
{
    if (!lane->slots)
        return;
    /* Handles live in the stages' state until the loop has closed them. */
    for (unsigned i = 0; i < lane->slot_count; i++)
        if (lane->slots[i].stage)
            stage_close(lane->slots[i].stage);
    if (lane->has_loop) {
        uv_walk(&lane->loop, close_left_open, NULL);
        uv_run(&lane->loop, UV_RUN_DEFAULT);
        uv_loop_close(&lane->loop);
    }
    for (unsigned i = 0; i < lane->slot_count; i++) {
        stage_free(lane->slots[i].stage);
        free(lane->slots[i].order.ring);
    }
    free(lane->slots);
    lane->slots = NULL;
}

static void run_thread(void *arg)
{
    lane_run(arg);
}

void lane_start(struct lane *lane)
{
    int result = uv_thread_create(&lane->thread, run_thread, lane);

    if (result == 0)
        return;
    log_line(GLY_ERROR, NULL, "cannot start a thread: %s",
             uv_strerror(result));
    _exit(3);
}

void lane_join(struct lane *lane)
{
    uv_thread_join(&lane->thread);
}

static void on_tick(uv_timer_t *timer)
{
    struct lane *lane = timer->data;

    lane->tick(lane->tick_arg);
}

void lane_set_ticker(struct lane *lane, unsigned ms, void (*tick)(void *arg),
                     void *arg)
{
    lane->tick = tick;
    lane->tick_arg = arg;
    lane->ticker.data = lane;
    uv_timer_init(&lane->loop, &lane->ticker);
    uv_timer_start(&lane->ticker, on_tick, ms, ms);
}

/* ---- signals ---- */

/* The handlers have no argument, so the run they stop stands here. */
static struct run *_Atomic caught_run;
static atomic_int caught;

static void on_signal(int number)
{
    struct run *run = caught_run;

    if (++caught > 1 || !run)
        _exit(128 + number);
    run_stop(run);
}

void lane_catch_signals(struct lane *lane)
{
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = SA_RESTART};

    caught_run = lane->run;
    lane->run->source_bell = &lane->bell;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

void lane_let_signals_go(void)
{
    caught_run = NULL;
}

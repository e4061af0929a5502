/* The source's side of a lane: what is wanted, emitted and acked. */
#include "lane.h"

#include "log.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

gly_doc *intake_doc_new(struct intake *in, const char *ticket)
{
    gly_doc *doc = in->pool;

    if (doc) {
        in->pool = doc->trip.next;
        doc->trip.next = NULL;
    } else {
        doc = doc_new();
        doc->trip.all = in->all;
        in->all = doc;
    }
    doc->trip.ticket = gly_keep(doc, ticket, strlen(ticket));
    return doc;
}

static void put_back(struct intake *in, gly_doc *doc)
{
    doc_reset(doc);
    doc->trip.next = in->pool;
    in->pool = doc;
}

static void break_source(struct intake *in, const char *why)
{
    run_break(in->slot->lane->run, in->slot->stage->id, why);
}

/* A document that crashed the process again and again goes past the stages. */
static void condemn(const struct intake *in, gly_doc *doc)
{
    const struct suspect *suspect =
        suspects_find(in->slot->lane->run->suspects, doc->trip.ticket);
    gly_buf why = {0};

    if (!suspect || suspect->crashes < CONDEMNED || doc->trip.over)
        return;
    gly_buf_printf(&why, suspect->signal == SIGALRM
                             ? "not done by its deadline, %d times"
                             : "the process crashed with it in hand, %d times",
                   suspect->crashes);
    doc->trip.over = true;
    doc->trip.result = -ECANCELED;
    doc->trip.stage = gly_keep(doc, suspect->stage, strlen(suspect->stage));
    doc->trip.reason = gly_keep(doc, why.data, why.len);
    doc->trip.crashes = suspect->crashes;
    doc->trip.signal = suspect->signal;
    gly_buf_finish(&why);
}

/* What comes after the end (a page that was still on its way) is let go without
 * an ack: the source will bring it again. So is what comes beyond the window,
 * but that is a fault of the source's. */
void intake_emit(struct intake *in, gly_doc *doc)
{
    struct figures *figures = in->slot->lane->run->figures;

    if (!in->ended && in->under_way == in->window)
        break_source(in, "emitted more documents than were wanted");
    if (in->ended || in->under_way == in->window) {
        put_back(in, doc);
        return;
    }
    condemn(in, doc);
    doc->trip.number = in->number++;
    doc->trip.bytes = doc->raw_len + doc->text_len;
    in->bytes += doc->trip.bytes;
    in->all_bytes += doc->trip.bytes;
    doc->trip.next = NULL;
    if (in->last_emitted)
        in->last_emitted->trip.next = doc;
    else
        in->emitted = doc;
    in->last_emitted = doc;
    in->emitted_count++;
    in->under_way++;
    stats_add(&in->slot->stats->documents, 1);
    stats_add(&in->slot->stats->bytes, doc->trip.bytes);
    if (doc->trip.over && doc->trip.crashes == 0)
        stats_add(doc->trip.result == GLY_DROP ? &in->slot->stats->dropped
                                               : &in->slot->stats->failed, 1);
    if (figures)
        figures_out(figures, doc, uv_hrtime());
}

/* Counts and records how it ended; false when it is not to be acked, since the
 * source is to keep it. */
static bool settle(struct intake *in, const gly_doc *doc)
{
    struct run *run = in->slot->lane->run;
    struct error error = {0};

    if (doc->trip.result == GLY_DROP) {
        in->dropped++;
        log_ticket(GLY_INFO, doc->trip.stage, doc->trip.ticket, "dropped: %s",
                   doc->trip.reason);
        return true;
    }
    if (doc->trip.result == 0) {
        in->done++;
        return true;
    }
    /* It may be the stage's fault. A worker has it again in its next process. */
    if (run->returns && run->broken)
        return false;
    in->failed_count++;
    log_ticket(GLY_INFO, doc->trip.stage, failed_ticket(doc), "%s",
               doc->trip.reason);
    if (failed_add(in->failed, doc, &error) >= 0)
        return true;
    in->lost++;
    run_break(run, NULL, error.text);
    return false;
}

static void take_back(struct intake *in, gly_doc *doc, uint64_t now)
{
    gly_stage *stage = in->slot->stage;
    struct run *run = in->slot->lane->run;
    const struct watcher *watcher = run->watcher;
    struct error error = {0};

    if (settle(in, doc)) {
        if (run->figures)
            figures_back(run->figures, doc, now);
        if (suspects_clear(run->suspects, doc->trip.ticket, &error) < 0)
            run_break(run, NULL, error.text);
        if (watcher && watcher->acked)
            watcher->acked(watcher->arg, doc->trip.ticket, doc->trip.result);
        if (stage->plugin->acked)
            stage->plugin->acked(stage, doc->trip.ticket, doc->trip.result);
    }
    in->under_way--;
    in->bytes -= doc->trip.bytes;
    put_back(in, doc);
}

static bool take_acks(struct intake *in)
{
    gly_doc *docs[LANE_BATCH];
    struct figures *figures = in->slot->lane->run->figures;
    bool moved = false;

    for (unsigned n; (n = queue_pop(in->acks, docs, LANE_BATCH)) > 0;) {
        uint64_t now = figures ? uv_hrtime() : 0;

        for (unsigned i = 0; i < n; i++)
            take_back(in, docs[i], now);
        moved = true;
    }
    return moved;
}

static bool pass_on(struct intake *in)
{
    gly_doc *docs[LANE_BATCH];
    bool moved = false;

    while (in->emitted) {
        unsigned count = 0, taken;

        for (gly_doc *d = in->emitted; d && count < LANE_BATCH;
             d = d->trip.next)
            docs[count++] = d;

        gly_doc *rest = docs[count - 1]->trip.next;

        taken = queue_push(in->slot->out, docs, count);
        in->emitted_count -= taken;
        moved |= taken > 0;
        in->emitted = taken == count ? rest : docs[taken];
        if (!in->emitted)
            in->last_emitted = NULL;
        if (taken < count)
            break;
    }
    return moved;
}

/* Documents that fit the budget of bytes, if they are like those before. */
static unsigned affordable(const struct intake *in)
{
    uint64_t left = in->bytes < in->budget ? in->budget - in->bytes : 0;
    uint64_t average = in->number ? in->all_bytes / in->number + 1 : 1;

    uint64_t count = left / average;

    if (count == 0 && in->under_way == 0)
        return 1; /* a large one goes alone */
    return count < in->window ? (unsigned)count : in->window;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned places(const struct intake *in)
{
    unsigned free_places = queue_room(in->slot->out);

    return free_places - least(in->emitted_count, free_places);
}

void intake_end(struct intake *in)
{
    in->ended = true;
    in->slot->flushed = true;
}

static bool want(struct intake *in)
{
    gly_stage *stage = in->slot->stage;
    unsigned n = places(in);
    uint64_t before = in->number;
    int result;

    in->starved = n == 0;
    n = least(n, least(in->window - in->under_way, affordable(in)));
    if (n == 0)
        return false;
    stage->failure.text[0] = '\0';
    result = stage->plugin->want(stage, n);
    if (result < 0)
        break_source(in, stage_why(stage, result));
    if (in->number - before > n)
        break_source(in, "emitted more documents than were wanted");
    return in->number > before || in->ended;
}

bool intake_turn(struct intake *in)
{
    struct slot *slot = in->slot;
    bool moved = take_acks(in);

    moved |= pass_on(in);
    if (!in->ended && slot->lane->run->stopping) {
        in->stopped = true;
        intake_end(in);
        moved = true;
    }
    if (!in->ended)
        moved |= want(in);
    moved |= pass_on(in);
    if (in->ended && !in->emitted && !slot->finished) {
        slot_flush(slot);
        queue_close(slot->out);
        slot->finished = true;
        moved = true;
    }
    if (moved && slot->lane->run->figures)
        figures_under_way(slot->lane->run->figures, in->under_way, in->bytes);
    return moved;
}

/* Whether it could go on if the queue had room; not if the window is full. */
static bool waits_for_room(const struct intake *in)
{
    return queue_is_shared(in->slot->out) &&
           (in->emitted_count > 0 ||
            (in->starved && !in->ended && in->under_way < in->window));
}

bool intake_may_sleep(struct intake *in)
{
    struct bell *bell = &in->slot->lane->bell;

    if (queue_is_shared(in->acks) && in->under_way > 0 &&
        !queue_await(in->acks, QUEUE_DOCS, bell))
        return false;
    if (waits_for_room(in) &&
        (queue_room(in->slot->out) > 0 ||
         !queue_await(in->slot->out, QUEUE_ROOM, bell)))
        return false;
    return !(in->slot->lane->run->stopping && !in->ended);
}

void intake_finish(struct intake *in)
{
    while (in->all) {
        gly_doc *doc = in->all;

        in->all = doc->trip.all;
        doc_free(doc);
    }
}

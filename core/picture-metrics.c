/* A picture as Prometheus reads it. */
#include "picture.h"

#include <stdio.h>
#include <string.h>

/* Buckets of times, each twice as wide as the one before: 2^10 ns, a
 * microsecond, to 2^38 ns, four and a half minutes. */
enum { FIRST_BUCKET = 10, LAST_BUCKET = 38 };

struct page {
    gly_buf *out;
    const struct picture *picture;
    const char *family;
};

static void begin(struct page *m, const char *family, const char *type,
                  const char *help)
{
    m->family = family;
    gly_buf_printf(m->out, "# HELP %s %s\n# TYPE %s %s\n", family, help, family,
                   type);
}

static void add_label(struct page *m, const char *label, const char *value)
{
    gly_buf_printf(m->out, "%s=\"", label);
    for (; *value; value++) {
        if (*value == '\n')
            gly_buf_puts(m->out, "\\n");
        else if (*value == '"' || *value == '\\')
            gly_buf_printf(m->out, "\\%c", *value);
        else
            gly_buf_add(m->out, value, 1);
    }
    gly_buf_puts(m->out, "\"");
}

/* The name and labels of a sample; up to two labels beside the pipeline's. */
static void add_name(struct page *m, const char *suffix, const char *label,
                     const char *value, const char *other, const char *its)
{
    gly_buf_printf(m->out, "%s%s{", m->family, suffix);
    add_label(m, "pipeline", m->picture->name);
    if (label) {
        gly_buf_puts(m->out, ",");
        add_label(m, label, value);
    }
    if (other) {
        gly_buf_puts(m->out, ",");
        add_label(m, other, its);
    }
    gly_buf_puts(m->out, "} ");
}

static void add_count(struct page *m, const char *label, const char *value,
                      uint64_t count)
{
    add_name(m, "", label, value, NULL, NULL);
    gly_buf_printf(m->out, "%llu\n", (unsigned long long)count);
}

static void add_one(struct page *m, const char *family, const char *type,
                    const char *help, uint64_t count)
{
    begin(m, family, type, help);
    add_count(m, NULL, NULL, count);
}

static void add_histogram(struct page *m, const char *label, const char *value,
                          const struct stats *stats)
{
    uint64_t all = stats_below(stats, 64);

    for (unsigned power = FIRST_BUCKET; power <= LAST_BUCKET; power++) {
        char le[32];

        snprintf(le, sizeof(le), "%.9g", (double)(1ull << power) / 1e9);
        add_name(m, "_bucket", label, value, "le", le);
        gly_buf_printf(m->out, "%llu\n",
                       (unsigned long long)stats_below(stats, power));
    }
    add_name(m, "_bucket", label, value, "le", "+Inf");
    gly_buf_printf(m->out, "%llu\n", (unsigned long long)all);
    add_name(m, "_sum", label, value, NULL, NULL);
    gly_buf_printf(m->out, "%.9f\n", (double)stats_get(&stats->ns) / 1e9);
    add_name(m, "_count", label, value, NULL, NULL);
    gly_buf_printf(m->out, "%llu\n", (unsigned long long)all);
}

/* ---- the worker ---- */

static void add_worker(struct page *m)
{
    static const char *const states[] = {"starting", "running", "draining",
                                         "backing off", "stopped", "gone"};
    const struct picture *p = m->picture;

    begin(m, "galley_info", "gauge", "The version of galley.");
    add_count(m, "version", p->version, 1);
    begin(m, "galley_state", "gauge", "1 for the state the worker is in.");
    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
        add_count(m, "state", states[i],
                  strcmp(states[i], picture_state(p)) == 0);
    add_one(m, "galley_healthy", "gauge",
            "Whether the worker lives and is not stuck, as /healthz.",
            picture_illness(p) == NULL);
    add_one(m, "galley_ready", "gauge",
            "Whether all stages are open, as /readyz.",
            picture_unreadiness(p) == NULL);
    add_one(m, "galley_start_time_seconds", "gauge",
            "When the worker began, since 1970.", (uint64_t)p->begun);
    add_one(m, "galley_process_start_time_seconds", "gauge",
            "When the process that works was last begun, since 1970.",
            (uint64_t)p->started);
    add_one(m, "galley_starts_total", "counter",
            "Processes that were begun to work.", p->starts);
    add_one(m, "galley_crashes_total", "counter",
            "Processes that ended by a signal, hangs among them.", p->crashes);
    add_one(m, "galley_hangs_total", "counter",
            "Processes that were ended at a document's deadline.", p->hangs);
    add_one(m, "galley_breaks_total", "counter",
            "Processes that ended since a stage could not go on.", p->breaks);
    add_one(m, "galley_reloads_total", "counter",
            "Times that the pipeline was loaded again.", p->reloads);
}

static void add_documents(struct page *m)
{
    const struct picture *p = m->picture;

    add_one(m, "galley_documents_taken_total", "counter",
            "Documents that the source brought; again after a crash.",
            p->taken);
    begin(m, "galley_documents_total", "counter",
          "Documents that came to their end, by how.");
    add_count(m, "result", "done", p->done);
    add_count(m, "result", "dropped", p->dropped);
    add_count(m, "result", "failed", p->failed);
    add_one(m, "galley_documents_given_up_total", "counter",
            "Failed documents that were in hand at two crashes.", p->given_up);
    add_one(m, "galley_taken_bytes_total", "counter",
            "Bytes of the documents that the source brought.", p->bytes);
    add_one(m, "galley_under_way_documents", "gauge",
            "Documents between the source and their end.", p->under_way);
    add_one(m, "galley_under_way_documents_limit", "gauge",
            "How many may be.", p->window);
    add_one(m, "galley_under_way_bytes", "gauge", "Bytes of those documents.",
            p->under_way_bytes);
    add_one(m, "galley_under_way_bytes_limit", "gauge", "How many may be.",
            p->budget);
    begin(m, "galley_document_seconds", "histogram",
          "Time from the source to a document's end.");
    add_histogram(m, NULL, NULL, &p->whole);
    begin(m, "galley_failures_total", "counter",
          "Failed documents by stage and reason; numbers, quoted words and "
          "paths are taken out of the reason.");
    for (unsigned i = 0; i < p->reason_count; i++) {
        add_name(m, "", "stage", p->reasons[i].stage, "reason",
                 p->reasons[i].reason);
        gly_buf_printf(m->out, "%llu\n",
                       (unsigned long long)stats_get(&p->reasons[i].count));
    }
}

/* ---- stages ---- */

static uint64_t documents(const struct picture_stage *s)
{
    return stats_get(&s->stats.documents);
}

static uint64_t dropped(const struct picture_stage *s)
{
    return stats_get(&s->stats.dropped);
}

static uint64_t failed(const struct picture_stage *s)
{
    return stats_get(&s->stats.failed);
}

static uint64_t bytes(const struct picture_stage *s)
{
    return stats_get(&s->stats.bytes);
}

static uint64_t lanes(const struct picture_stage *s)
{
    return s->lanes;
}

static uint64_t waiting(const struct picture_stage *s)
{
    return s->waiting;
}

static uint64_t room(const struct picture_stage *s)
{
    return s->room;
}

static uint64_t held(const struct picture_stage *s)
{
    return s->held;
}

static const struct {
    const char *family, *type, *help;
    uint64_t (*value)(const struct picture_stage *stage);
} of_stages[] = {
    { "galley_stage_documents_total", "counter",
      "Documents that came to the stage; of the source, that it brought.",
      documents },
    { "galley_stage_dropped_total", "counter", "Those that it dropped.",
      dropped },
    { "galley_stage_failed_total", "counter", "Those that failed in it.",
      failed },
    { "galley_stage_bytes_total", "counter",
      "Their bytes, as the source brought them.", bytes },
    { "galley_stage_lanes", "gauge", "Copies of the stage, a thread each.",
      lanes },
    { "galley_stage_queue_documents", "gauge",
      "Documents that wait for the stage.", waiting },
    { "galley_stage_queue_documents_limit", "gauge",
      "How many may, before those who bring them have to wait.", room },
    { "galley_stage_held_documents", "gauge",
      "Documents that the stage keeps for a while.", held },
};

static void add_counters(struct page *m, bool states)
{
    for (unsigned i = 0; i < m->picture->stage_count; i++) {
        const struct picture_stage *s = &m->picture->stages[i];

        for (unsigned c = 0; c < s->counters.count; c++) {
            const struct counter *counter = &s->counters.at[c];

            if (counter_is_state(counter->name) != states)
                continue;
            add_name(m, "", "stage", s->id, "name",
                     counter->name + (states ? strlen("now ") : 0));
            gly_buf_printf(m->out, "%.15g\n", counter->value);
        }
    }
}

void picture_metrics(gly_buf *out, const struct picture *p)
{
    struct page m = {out, p, NULL};

    add_worker(&m);
    add_documents(&m);
    for (size_t f = 0; f < sizeof(of_stages) / sizeof(*of_stages); f++) {
        begin(&m, of_stages[f].family, of_stages[f].type, of_stages[f].help);
        for (unsigned i = 0; i < p->stage_count; i++)
            add_count(&m, "stage", p->stages[i].id,
                      of_stages[f].value(&p->stages[i]));
    }
    begin(&m, "galley_stage_seconds", "histogram",
          "Time of one document in the stage.");
    for (unsigned i = 1; i < p->stage_count; i++)
        add_histogram(&m, "stage", p->stages[i].id, &p->stages[i].stats);
    begin(&m, "galley_stage_counts_total", "counter",
          "What the stages count, by their names for it.");
    add_counters(&m, false);
    begin(&m, "galley_stage_now", "gauge",
          "States that the stages tell, by their names for it.");
    add_counters(&m, true);
}

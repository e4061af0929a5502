/* A picture as JSON, for the page. Times are seconds, positions those that
 * JavaScript counts. */
#include "picture.h"

#include <galley/record.h>

#include <math.h>
#include <string.h>
#include <time.h>

struct writer {
    gly_buf *out;
    bool first; /* of an object or a list */
};

static void separate(struct writer *w)
{
    if (!w->first)
        gly_buf_puts(w->out, ",");
    w->first = false;
}

static void begin(struct writer *w, const char *bracket)
{
    separate(w);
    gly_buf_puts(w->out, bracket);
    w->first = true;
}

static void end(struct writer *w, const char *bracket)
{
    gly_buf_puts(w->out, bracket);
    w->first = false;
}

static void add_key(struct writer *w, const char *key)
{
    separate(w);
    gly_buf_printf(w->out, "\"%s\":", key);
    w->first = true;
}

static void add_value(struct writer *w, double value)
{
    separate(w);
    gly_buf_printf(w->out, "%.15g", isfinite(value) ? value : 0.0);
}

static void add_number(struct writer *w, const char *key, double value)
{
    add_key(w, key);
    add_value(w, value);
}

static void add_word(struct writer *w, const char *value)
{
    separate(w);
    gly_json_string(w->out, value, strlen(value));
}

static void add_string(struct writer *w, const char *key, const char *value)
{
    add_key(w, key);
    if (value)
        add_word(w, value);
    else
        end(w, "null");
}

static void add_quantiles(struct writer *w, const struct stats *stats)
{
    add_number(w, "p50", stats_quantile(stats, 0.5) / 1e9);
    add_number(w, "p99", stats_quantile(stats, 0.99) / 1e9);
}

/* ---- the worker ---- */

static void add_worker(struct writer *w, const struct picture *p)
{
    add_string(w, "name", p->name);
    add_string(w, "version", p->version);
    add_string(w, "state", picture_state(p));
    add_string(w, "ill", picture_illness(p));
    add_string(w, "unready", picture_unreadiness(p));
    add_number(w, "time", (double)time(NULL));
    add_number(w, "begun", (double)p->begun);
    add_number(w, "started", (double)p->started);
    add_number(w, "starts_in",
               p->state == FIGURES_BACKING_OFF && p->next_start > p->now
                   ? (double)(p->next_start - p->now) / 1e3
                   : 0);
    add_number(w, "starts", (double)p->starts);
    add_number(w, "crashes", (double)p->crashes);
    add_number(w, "hangs", (double)p->hangs);
    add_number(w, "breaks", (double)p->breaks);
    add_number(w, "reloads", (double)p->reloads);
    add_number(w, "last_crash", (double)p->last_crash);
    add_string(w, "last_signal",
               p->last_signal > 0 ? strsignal(p->last_signal) : NULL);
}

static void add_totals(struct writer *w, const struct picture *p)
{
    add_number(w, "taken", (double)p->taken);
    add_number(w, "done", (double)p->done);
    add_number(w, "dropped", (double)p->dropped);
    add_number(w, "failed", (double)p->failed);
    add_number(w, "given_up", (double)p->given_up);
    add_number(w, "bytes", (double)p->bytes);
    add_number(w, "done_rate", p->done_rate);
    add_number(w, "dropped_rate", p->dropped_rate);
    add_number(w, "failed_rate", p->failed_rate);
    add_number(w, "bytes_rate", p->bytes_rate);
    add_number(w, "under_way", (double)p->under_way);
    add_number(w, "window", (double)p->window);
    add_number(w, "under_way_bytes", (double)p->under_way_bytes);
    add_number(w, "budget", (double)p->budget);
    add_quantiles(w, &p->recent);
}

/* A list a sample: seconds ago, and what was done, dropped, failed since the
 * one before, a second. */
static void add_history(struct writer *w, const struct picture *p)
{
    add_key(w, "history");
    begin(w, "[");
    for (unsigned i = 1; i < p->sample_count; i++) {
        const struct picture_sample *a = &p->samples[i - 1], *b = a + 1;
        double seconds = (double)(b->time - a->time) / 1e3;

        begin(w, "[");
        add_value(w, (double)(p->now - b->time) / 1e3);
        add_value(w, round((double)(b->done - a->done) / seconds));
        add_value(w, round((double)(b->dropped - a->dropped) / seconds));
        add_value(w, round((double)(b->failed - a->failed) / seconds));
        end(w, "]");
    }
    end(w, "]");
}

/* ---- stages ---- */

static void add_stage(struct writer *w, const struct picture_stage *s)
{
    begin(w, "{");
    add_string(w, "id", s->id);
    add_string(w, "plugin", s->plugin);
    add_string(w, "when", s->when[0] ? s->when : NULL);
    add_number(w, "lanes", s->lanes);
    add_number(w, "waiting", (double)s->waiting);
    add_number(w, "room", (double)s->room);
    add_number(w, "held", (double)s->held);
    add_number(w, "documents", (double)stats_get(&s->stats.documents));
    add_number(w, "dropped", (double)stats_get(&s->stats.dropped));
    add_number(w, "failed", (double)stats_get(&s->stats.failed));
    add_number(w, "bytes", (double)stats_get(&s->stats.bytes));
    add_number(w, "rate", s->rate);
    add_number(w, "busy", s->busy);
    add_quantiles(w, &s->recent);
    add_key(w, "counts");
    begin(w, "[");
    for (unsigned i = 0; i < s->counters.count; i++) {
        begin(w, "[");
        add_word(w, s->counters.at[i].name);
        add_value(w, s->counters.at[i].value);
        end(w, "]");
    }
    end(w, "]");
    end(w, "}");
}

/* ---- documents ---- */

/* What JavaScript counts: characters beyond U+FFFF are two. */
static void count_units(const char *text, uint32_t len, uint32_t *units)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        units[i] = n;
        if ((c & 0xC0) != 0x80)
            n += c >= 0xF0 ? 2 : 1;
    }
    units[len] = n;
}

static void add_spans(struct writer *w, const struct figures_document *d)
{
    uint32_t units[FIGURES_TEXT + 1];

    count_units(d->text, d->text_len, units);
    add_key(w, "spans");
    begin(w, "[");
    for (unsigned i = 0; i < d->span_count; i++) {
        const struct figures_span *s = &d->spans[i];

        begin(w, "{");
        add_number(w, "begin", units[s->begin]);
        add_number(w, "end", units[s->end]);
        add_string(w, "layer", d->layers[s->layer]);
        add_string(w, "kind", s->kind);
        if (s->about[0])
            add_string(w, "about", s->about);
        if (s->part)
            add_number(w, "part", 1);
        end(w, "}");
    }
    end(w, "]");
}

static void add_document(struct writer *w, const struct picture *p,
                         const struct figures_document *d)
{
    begin(w, "{");
    add_number(w, "number", (double)(stats_get(&d->number) / 2));
    add_number(w, "time", (double)d->time);
    add_number(w, "took", (double)d->took / 1e9);
    add_string(w, "id", d->id);
    add_string(w, "title", d->title);
    if (d->dropped[0]) {
        add_string(w, "dropped", d->dropped);
        add_string(w, "dropped_by", d->dropped_by);
    }
    add_string(w, "text", d->text);
    add_number(w, "cut", d->whole_len > d->text_len
                             ? d->whole_len - d->text_len : 0);
    add_spans(w, d);
    add_key(w, "times");
    begin(w, "[");
    for (unsigned i = 1; i < p->stage_count; i++)
        add_value(w, (double)d->times[i] / 1e9);
    end(w, "]");
    end(w, "}");
}

static void add_failure(struct writer *w, const struct figures_failure *f)
{
    begin(w, "{");
    add_number(w, "number", (double)(stats_get(&f->number) / 2));
    add_number(w, "time", (double)f->time);
    add_string(w, "id", f->id);
    add_string(w, "title", f->title);
    add_string(w, "ticket", f->ticket);
    add_string(w, "stage", f->stage);
    add_string(w, "reason", f->reason);
    add_number(w, "crashes", f->crashes);
    end(w, "}");
}

static void add_entries(struct writer *w, const struct picture *p,
                        uint64_t since)
{
    add_key(w, "documents");
    begin(w, "[");
    for (unsigned i = 0; i < p->document_count; i++)
        if (stats_get(&p->documents[i].number) / 2 > since)
            add_document(w, p, &p->documents[i]);
    end(w, "]");
    add_key(w, "failures");
    begin(w, "[");
    for (unsigned i = 0; i < p->failure_count; i++)
        if (stats_get(&p->failures[i].number) / 2 > since)
            add_failure(w, &p->failures[i]);
    end(w, "]");
}

void picture_json(gly_buf *out, const struct picture *p, uint64_t since)
{
    struct writer w = {out, true};

    begin(&w, "{");
    add_worker(&w, p);
    add_totals(&w, p);
    add_history(&w, p);
    add_key(&w, "stages");
    begin(&w, "[");
    for (unsigned i = 0; i < p->stage_count; i++)
        add_stage(&w, &p->stages[i]);
    end(&w, "]");
    add_key(&w, "reasons");
    begin(&w, "[");
    for (unsigned i = 0; i < p->reason_count; i++) {
        begin(&w, "{");
        add_string(&w, "stage", p->reasons[i].stage);
        add_string(&w, "reason", p->reasons[i].reason);
        add_number(&w, "count", (double)stats_get(&p->reasons[i].count));
        end(&w, "}");
    }
    end(&w, "]");
    add_entries(&w, p, since);
    end(&w, "}\n");
}

/* A picture as text, for terminals. */
#include "log.h"
#include "picture.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ID_WIDTH = 20, QUEUE_WIDTH = 10, FEW = 5 };

struct drawing {
    gly_buf *out;
    unsigned rows; /* that are left; 0: any number */
    bool colour;
};

static const char bold[] = "1", dim[] = "2", red[] = "31", green[] = "32",
                  yellow[] = "33";

static void begin_style(const struct drawing *d, const char *style)
{
    if (d->colour)
        gly_buf_printf(d->out, "\033[%sm", style);
}

static void end_style(const struct drawing *d)
{
    if (d->colour)
        gly_buf_puts(d->out, "\033[0m");
}

/* False when the terminal has no line left. */
static bool next_line(struct drawing *d)
{
    if (d->colour)
        gly_buf_puts(d->out, "\033[K");
    gly_buf_puts(d->out, "\n");
    return d->rows == 0 || --d->rows > 1;
}

/* ---- words ---- */

/* At most so many characters of what a document said; returns those left. */
static unsigned add_text(const struct drawing *d, const char *text,
                         unsigned most)
{
    for (uint32_t c; most > 0 && (c = gly_next_char(&text)) != 0; most--) {
        char bytes[4];
        unsigned len = gly_put_char(bytes, c);

        if (most == 1 && *text)
            gly_buf_puts(d->out, "…");
        else
            gly_buf_add(d->out, log_is_control(c) ? " " : bytes,
                        log_is_control(c) ? 1 : len);
    }
    return most;
}

static const char *print_count(double n, char *buf, size_t size)
{
    if (n < 9.95 && n > 0 && n != (double)(long)n)
        snprintf(buf, size, "%.1f", n);
    else if (n < 99999.5)
        snprintf(buf, size, "%.0f", n);
    else if (n < 9.9995e6)
        snprintf(buf, size, "%.0fk", n / 1e3);
    else if (n < 9.9995e9)
        snprintf(buf, size, "%.1fM", n / 1e6);
    else
        snprintf(buf, size, "%.1fG", n / 1e9);
    return buf;
}

static const char *print_bytes(double n, char *buf, size_t size)
{
    if (n < 1e4)
        snprintf(buf, size, "%.0f B", n);
    else if (n < 1e6)
        snprintf(buf, size, "%.0f kB", n / 1e3);
    else
        snprintf(buf, size, "%.1f MB", n / 1e6);
    return buf;
}

static const char *print_age(int64_t since, char *buf, size_t size)
{
    double s = (double)time(NULL) - (double)since;

    if (s < 120)
        snprintf(buf, size, "%.0f s", s < 0 ? 0 : s);
    else if (s < 120 * 60)
        snprintf(buf, size, "%.0f min", s / 60);
    else if (s < 48 * 3600)
        snprintf(buf, size, "%.0f h", s / 3600);
    else
        snprintf(buf, size, "%.0f days", s / 86400);
    return buf;
}

/* ---- parts ---- */

static void draw_state(const struct drawing *d, const struct picture *p)
{
    const char *illness = picture_unreadiness(p);
    char age[32];

    begin_style(d, bold);
    add_text(d, p->name, 40);
    end_style(d);
    gly_buf_puts(d->out, "  ");
    begin_style(d, !illness ? green : picture_illness(p) ? red : yellow);
    gly_buf_puts(d->out, picture_state(p));
    end_style(d);
    if (p->state == FIGURES_BACKING_OFF && p->next_start > p->now)
        gly_buf_printf(d->out, ", starts in %.1f s",
                       (double)(p->next_start - p->now) / 1e3);
    gly_buf_printf(d->out, "  for %s", print_age(p->begun, age, sizeof(age)));
    if (p->starts > 1)
        gly_buf_printf(d->out, "  %llu starts, the last %s ago",
                       (unsigned long long)p->starts,
                       print_age(p->started, age, sizeof(age)));
    if (p->crashes > 0)
        gly_buf_printf(d->out, "  %llu crashes, the last by %s %s ago",
                       (unsigned long long)p->crashes,
                       strsignal(p->last_signal),
                       print_age(p->last_crash, age, sizeof(age)));
}

static void draw_totals(const struct drawing *d, const struct picture *p)
{
    char a[32], b[32], c[32];

    gly_buf_printf(d->out, "done %s (%s/s)  dropped %s  failed ",
                   print_count((double)p->done, a, sizeof(a)),
                   print_count(p->done_rate, b, sizeof(b)),
                   print_count((double)p->dropped, c, sizeof(c)));
    if (p->failed > 0)
        begin_style(d, red);
    gly_buf_puts(d->out, print_count((double)p->failed, a, sizeof(a)));
    end_style(d);
    if (p->given_up > 0)
        gly_buf_printf(d->out, " (%s given up)",
                       print_count((double)p->given_up, a, sizeof(a)));
    gly_buf_printf(d->out, "  under way %llu of %llu, %s of %s",
                   (unsigned long long)p->under_way,
                   (unsigned long long)p->window,
                   print_bytes((double)p->under_way_bytes, a, sizeof(a)),
                   print_bytes((double)p->budget, b, sizeof(b)));
    gly_buf_printf(d->out, "  p50 %s  p99 %s",
                   stats_time(stats_quantile(&p->recent, 0.5), a, sizeof(a)),
                   stats_time(stats_quantile(&p->recent, 0.99), b, sizeof(b)));
}

static void draw_queue(const struct drawing *d, const struct picture_stage *s)
{
    unsigned full = s->room > 0 && s->waiting <= s->room
                        ? (unsigned)((s->waiting * QUEUE_WIDTH + s->room - 1) /
                                     s->room)
                        : QUEUE_WIDTH;

    if (s->room == 0) {
        gly_buf_printf(d->out, "%*s", QUEUE_WIDTH + 7, "");
        return;
    }
    begin_style(d, full > 8 ? yellow : dim);
    for (unsigned i = 0; i < QUEUE_WIDTH; i++)
        gly_buf_puts(d->out, i < full ? "#" : ".");
    end_style(d);
    gly_buf_printf(d->out, " %-6llu", (unsigned long long)s->waiting);
}

static void draw_stage(const struct drawing *d, const struct picture_stage *s)
{
    char a[32], b[32], c[32], e[32];
    unsigned rest = add_text(d, s->id, ID_WIDTH);

    gly_buf_printf(d->out, "%*s %5u %8s %8s %7s ", (int)rest, "", s->lanes,
                   print_count(s->rate, a, sizeof(a)),
                   print_count((double)stats_get(&s->stats.documents), b,
                               sizeof(b)),
                   print_count((double)stats_get(&s->stats.dropped), c,
                               sizeof(c)));
    if (stats_get(&s->stats.failed) > 0)
        begin_style(d, red);
    gly_buf_printf(d->out, "%7s ",
                   print_count((double)stats_get(&s->stats.failed), e,
                               sizeof(e)));
    end_style(d);
    draw_queue(d, s);
    gly_buf_printf(d->out, " %5.0f%% %8s %8s",
                   s->lanes > 0 ? 100 * s->busy / s->lanes : 0,
                   stats_time(stats_quantile(&s->recent, 0.5), a, sizeof(a)),
                   stats_time(stats_quantile(&s->recent, 0.99), b, sizeof(b)));
}

static bool draw_stages(struct drawing *d, const struct picture *p)
{
    begin_style(d, dim);
    gly_buf_printf(d->out, "%-20s %5s %8s %8s %7s %7s %-17s %6s %8s %8s",
                   "stage", "lanes", "a second", "all", "dropped", "failed",
                   "queue", "busy", "p50", "p99");
    end_style(d);
    if (!next_line(d))
        return false;
    for (unsigned i = 0; i < p->stage_count; i++) {
        draw_stage(d, &p->stages[i]);
        if (!next_line(d))
            return false;
    }
    return next_line(d);
}

/* What the stages count, a line each. */
static bool draw_counters(struct drawing *d, const struct picture *p)
{
    bool some = false;

    for (unsigned i = 0; i < p->stage_count; i++) {
        const struct counters *c = &p->stages[i].counters;

        if (c->count == 0)
            continue;
        some = true;
        begin_style(d, dim);
        add_text(d, p->stages[i].id, ID_WIDTH);
        end_style(d);
        for (unsigned k = 0; k < c->count; k++) {
            char a[32];

            gly_buf_puts(d->out, k > 0 ? ", " : "  ");
            add_text(d, c->at[k].name, 40);
            gly_buf_printf(d->out, " %s",
                           print_count(c->at[k].value, a, sizeof(a)));
        }
        if (!next_line(d))
            return false;
    }
    return !some || next_line(d);
}

static bool draw_reasons(struct drawing *d, const struct picture *p)
{
    for (unsigned i = 0; i < p->reason_count; i++) {
        char a[32];

        begin_style(d, red);
        gly_buf_printf(d->out, "%7s ",
                       print_count((double)p->reasons[i].count, a, sizeof(a)));
        end_style(d);
        add_text(d, p->reasons[i].stage, ID_WIDTH);
        gly_buf_puts(d->out, ": ");
        add_text(d, p->reasons[i].reason, 90);
        if (!next_line(d))
            return false;
    }
    return p->reason_count == 0 || next_line(d);
}

static void draw_clock(const struct drawing *d, int64_t when)
{
    time_t time = (time_t)when;
    struct tm tm;
    char text[16] = "";

    if (localtime_r(&time, &tm))
        strftime(text, sizeof(text), "%H:%M:%S ", &tm);
    begin_style(d, dim);
    gly_buf_puts(d->out, text);
    end_style(d);
}

static bool draw_failures(struct drawing *d, const struct picture *p,
                          unsigned most)
{
    for (unsigned i = 0; i < p->failure_count && i < most; i++) {
        const struct figures_failure *f = &p->failures[i];

        draw_clock(d, f->time);
        begin_style(d, red);
        add_text(d, f->stage, ID_WIDTH);
        end_style(d);
        gly_buf_puts(d->out, ": ");
        add_text(d, f->reason, 60);
        gly_buf_puts(d->out, "  ");
        add_text(d, f->ticket, 60);
        if (!next_line(d))
            return false;
    }
    return p->failure_count == 0 || next_line(d);
}

static void draw_documents(struct drawing *d, const struct picture *p)
{
    for (unsigned i = 0; i < p->document_count; i++) {
        const struct figures_document *doc = &p->documents[i];
        char took[32];

        draw_clock(d, doc->time);
        gly_buf_printf(d->out, "%8s  ",
                       stats_time((double)doc->took, took, sizeof(took)));
        add_text(d, doc->title[0] ? doc->title : doc->id, 70);
        if (doc->dropped[0]) {
            gly_buf_puts(d->out, "  dropped: ");
            add_text(d, doc->dropped, 30);
        }
        if (!next_line(d))
            return;
    }
}

void picture_draw(gly_buf *out, const struct picture *p, unsigned rows,
                  bool colour)
{
    struct drawing d = {out, rows, colour};

    draw_state(&d, p);
    next_line(&d);
    draw_totals(&d, p);
    if (next_line(&d) && next_line(&d) && draw_stages(&d, p) &&
        draw_counters(&d, p) && draw_reasons(&d, p) &&
        draw_failures(&d, p, rows == 0 ? FIGURES_FAILURES : FEW))
        draw_documents(&d, p);
}

/* One stage without lanes: what tests and case files run. */
#include "harness.h"

#include "config.h"
#include "doc.h"
#include "registry.h"
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gly_harness {
    gly_stage *stage;
    struct state *state;         /* in memory */
    struct arena arena;
    gly_doc *all;                /* it made, by trip.all */
    gly_doc *emitted, *last_emitted;
    gly_doc *doc;
    gly_doc *unacked;
    bool ended;
    gly_buf shown;
    char note[32]; /* drawn in place of the name, or "" */
};

static gly_doc *make_doc(gly_harness *h)
{
    gly_doc *doc = doc_new();

    doc->trip.all = h->all;
    h->all = doc;
    return doc;
}

static gly_doc *host_new(gly_stage *source, const char *ticket)
{
    gly_doc *doc = make_doc(source->arg);

    doc->trip.ticket = gly_keep(doc, ticket, strlen(ticket));
    return doc;
}

static void host_emit(gly_stage *source, gly_doc *doc)
{
    gly_harness *h = source->arg;

    if (h->last_emitted)
        h->last_emitted->trip.next = doc;
    else
        h->emitted = doc;
    h->last_emitted = doc;
}

static void host_end(gly_stage *source)
{
    ((gly_harness *)source->arg)->ended = true;
}

static void host_release(gly_stage *stage, gly_doc *doc, int result)
{
    (void)stage;
    doc->trip.held = false;
    doc->trip.result = result;
}

static struct uv_loop_s *host_loop(gly_stage *stage)
{
    (void)stage;
    return NULL;
}

static void host_wake(gly_stage *stage)
{
    (void)stage; /* want() is called again all the same */
}

static void host_broke(gly_stage *stage)
{
    (void)stage; /* its result and gly_harness_error() say so */
}

static bool host_stays(gly_stage *stage)
{
    (void)stage;
    return false;
}

static struct state *host_state(gly_stage *stage)
{
    return ((gly_harness *)stage->arg)->state;
}

static bool host_is_own(gly_stage *stage, const struct stat *st)
{
    (void)stage, (void)st;
    return false;
}

static const struct stage_host host = {
    host_new,   host_emit,  host_end,   host_release, host_loop,
    host_wake,  host_stays, host_broke, host_state,   host_is_own,
};

static gly_stage *make_stage(struct arena *arena, const char *plugin,
                             const char *settings, struct error *error)
{
    const gly_plugin *found = registry_find(plugin, error);
    struct setting *list;
    size_t count;

    if (!found || settings_read(arena, settings, &list, &count, error) < 0)
        return NULL;
    return stage_new(found, found->name, list, count, error);
}

gly_harness *gly_harness_try(const char *plugin, const char *settings,
                             char *why, size_t size)
{
    gly_harness *h = memory_new(sizeof(*h));
    struct error error = {0};

    h->state = state_new(NULL);
    h->stage = make_stage(&h->arena, plugin, settings, &error);
    if (h->stage) {
        h->stage->host = &host;
        h->stage->arg = h;
        if (stage_open(h->stage, &error) >= 0)
            return h;
    }
    error_line(&error, why, size);
    gly_harness_close(h);
    return NULL;
}

gly_harness *gly_harness_open(const char *plugin, const char *settings)
{
    char why[1024];
    gly_harness *h = gly_harness_try(plugin, settings, why, sizeof(why));

    if (!h) {
        fprintf(stderr, "harness: %s\n", why);
        abort();
    }
    return h;
}

void gly_harness_close(gly_harness *h)
{
    if (!h)
        return;
    stage_free(h->stage);
    state_free(h->state);
    while (h->all) {
        gly_doc *doc = h->all;

        h->all = doc->trip.all;
        doc_free(doc);
    }
    arena_finish(&h->arena);
    gly_buf_finish(&h->shown);
    free(h);
}

gly_doc *gly_harness_blank(gly_harness *h)
{
    gly_doc *doc = make_doc(h);

    doc->at_source = false;
    return doc;
}

int gly_harness_push_doc(gly_harness *h, gly_doc *doc)
{
    int result;

    h->doc = doc;
    h->stage->failure = (struct error){0};
    result = h->stage->plugin->process
                 ? stage_process(h->stage, doc)
                 : gly_fail(h->stage, -ENOSYS, "%s is a source",
                            h->stage->id);
    doc->trip.held = result == GLY_HOLD;
    return result;
}

int gly_harness_push(gly_harness *h, const char *text)
{
    gly_doc *doc = make_doc(h);

    gly_text_set(doc, text, strlen(text));
    doc->at_source = false;
    return gly_harness_push_doc(h, doc);
}

int gly_harness_push_raw(gly_harness *h, const char *raw, const char *type)
{
    gly_doc *doc = make_doc(h);

    gly_raw_set(doc, raw, strlen(raw), type);
    doc->at_source = false;
    return gly_harness_push_doc(h, doc);
}

gly_doc *gly_harness_pull(gly_harness *h)
{
    enum { ROOM = 8 };
    const gly_plugin *plugin = h->stage->plugin;

    if (h->unacked && plugin->acked)
        plugin->acked(h->stage, h->unacked->trip.ticket, 0);
    h->unacked = NULL;
    h->stage->failure = (struct error){0};
    if (!h->emitted && !h->ended && plugin->want &&
        plugin->want(h->stage, ROOM) < 0)
        return NULL;

    gly_doc *doc = h->emitted;

    h->doc = h->unacked = doc;
    if (!doc)
        return NULL;
    h->emitted = doc->trip.next;
    if (!h->emitted)
        h->last_emitted = NULL;
    if (doc->trip.over)
        error_set(&h->stage->failure, doc->trip.result, "%s",
                  doc->trip.reason);
    return doc;
}

gly_doc *gly_harness_doc(gly_harness *h)
{
    return h->doc;
}

int gly_harness_flush(gly_harness *h)
{
    return h->stage->plugin->flush ? h->stage->plugin->flush(h->stage) : 0;
}

const char *gly_harness_error(gly_harness *h)
{
    return h->stage->failure.text;
}

const char *harness_reason(const gly_harness *h)
{
    return h->stage->reason[0] ? h->stage->reason : h->stage->failure.text;
}

double gly_harness_counted(gly_harness *h, const char *counter)
{
    const struct counters *counters = h->stage->counters;

    for (unsigned i = 0; i < counters->count; i++)
        if (strcmp(counters->at[i].name, counter) == 0)
            return counters->at[i].value;
    return 0;
}

const char *gly_harness_writes(gly_harness *h)
{
    return h->stage->plugin->writes ? h->stage->plugin->writes : "";
}

/* ---- drawing ---- */

struct drawn {
    const gly_span **items;
    size_t count, size;
};

static void gather(struct drawn *d, const gly_span *span)
{
    for (; span; span = span->next) {
        if (d->count == d->size) {
            d->size = d->size ? d->size * 2 : 64;
            d->items = memory_grow(d->items, d->size * sizeof(*d->items));
        }
        d->items[d->count++] = span;
        gather(d, span->parts);
    }
}

static int by_begin(const void *a, const void *b)
{
    const gly_span *x = *(const gly_span *const *)a;
    const gly_span *y = *(const gly_span *const *)b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return strcmp(x->kind, y->kind);
}

static void draw_text(gly_buf *out, const char *text, gly_pos from, gly_pos to)
{
    for (const char *p = text + from; p < text + to; p++) {
        if (*p == '\n')
            gly_buf_puts(out, "\\n");
        else if (*p == '\t')
            gly_buf_puts(out, "\\t");
        else if (strchr("[]|\\", *p))
            gly_buf_printf(out, "\\%c", *p);
        else
            gly_buf_add(out, p, 1);
    }
}

static void close_span(gly_buf *out, const gly_doc *doc, const gly_span *s,
                       const char *note)
{
    gly_pos len = s->end - s->begin;
    const char *name = !note ? NULL : *note ? gly_note_get(s, note) : s->name;

    if (name && (strlen(name) != len ||
                 strncmp(name, doc->text + s->begin, len) != 0)) {
        gly_buf_puts(out, "|");
        gly_buf_puts(out, name);
    }
    gly_buf_puts(out, "]");
}

/* Draws up to `until`, closing what ends on the way: the one opened last first,
 * of those that end at one place. */
static gly_pos draw_to(gly_buf *out, const gly_doc *doc, struct drawn *open,
                       gly_pos at, gly_pos until, const char *note)
{
    while (open->count > 0) {
        size_t next = open->count - 1;

        for (size_t i = open->count; i-- > 0;)
            if (open->items[i]->end < open->items[next]->end)
                next = i;

        const gly_span *s = open->items[next];

        if (s->end > until)
            break;
        draw_text(out, doc->text, at, s->end);
        at = s->end;
        close_span(out, doc, s, note);
        memmove(&open->items[next], &open->items[next + 1],
                (--open->count - next) * sizeof(*open->items));
    }
    draw_text(out, doc->text, at, until);
    return until;
}

void harness_note(gly_harness *h, const char *key)
{
    snprintf(h->note, sizeof(h->note), "%s", key ? key : "");
}

const char *gly_harness_show(gly_harness *h, const char *layer, bool names)
{
    return harness_draw(h, h->doc, layer, names);
}

const char *harness_draw(gly_harness *h, const gly_doc *doc, const char *layer,
                         bool names)
{
    struct drawn all = {0}, open = {0};
    gly_pos at = 0;
    const char *note = names ? h->note : NULL;

    h->shown.len = 0;
    gly_buf_puts(&h->shown, "");
    gather(&all, gly_spans(doc, layer));
    if (all.count > 1)
        qsort(all.items, all.count, sizeof(*all.items), by_begin);
    open.items = memory_new((all.count + 1) * sizeof(*open.items));
    for (size_t i = 0; i < all.count; i++) {
        const gly_span *s = all.items[i];

        at = draw_to(&h->shown, doc, &open, at, s->begin, note);
        gly_buf_printf(&h->shown, "[%s ", s->kind);
        open.items[open.count++] = s;
    }
    draw_to(&h->shown, doc, &open, at, doc->text_len, note);
    free(all.items);
    free(open.items);
    return h->shown.data;
}

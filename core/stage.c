#include "stage.h"

#include "doc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

gly_stage *stage_new(const gly_plugin *plugin, const char *id,
                     const struct setting *settings, size_t count,
                     struct error *error)
{
    gly_stage *stage = memory_new(sizeof(*stage));

    stage->plugin = plugin;
    stage->id = id;
    stage->counters = &stage->own;
    stage->state = arena_alloc(&stage->arena, plugin->state_size);
    if (options_fill(plugin->options, id, stage->state, &stage->arena,
                     settings, count, error) < 0) {
        stage_free(stage);
        return NULL;
    }
    return stage;
}

void stage_free(gly_stage *stage)
{
    if (!stage)
        return;
    stage_close(stage);
    while (stage->resources) {
        struct resource *resource = stage->resources;

        stage->resources = resource->next;
        resource->close(resource);
    }
    arena_finish(&stage->arena);
    free(stage);
}

int stage_open(gly_stage *stage, struct error *error)
{
    int result;

    stage->opened = true;
    result = stage->plugin->open ? stage->plugin->open(stage) : 0;
    if (result < 0) {
        error_set(error, result, "%s: %s", stage->id,
                  stage_why(stage, result));
        error_place(error, stage->file, stage->line);
    }
    return result;
}

const char *stage_why(const gly_stage *stage, int result)
{
    return stage->failure.text[0] ? stage->failure.text : strerror(-result);
}

void stage_close(gly_stage *stage)
{
    if (stage->opened && stage->plugin->close)
        stage->plugin->close(stage);
    stage->opened = false;
}

int stage_process(gly_stage *stage, gly_doc *doc)
{
    int result;

    doc->stage = stage->id;
    stage->failure.text[0] = '\0';
    stage->reason[0] = '\0';
    result = stage->plugin->process(stage, doc);
    if (!stage->plugin->asides)
        return result;
    for (gly_doc *a = doc->asides; a && result == GLY_PASS; a = a->trip.next) {
        a->stage = stage->id;
        result = stage->plugin->process(stage, a);
        if (result == GLY_HOLD)
            result = gly_fail(stage, -EPROTO, "an aside cannot be held");
    }
    return result;
}

void stage_own(gly_stage *stage, struct resource *resource,
               void (*close)(struct resource *self))
{
    resource->close = close;
    resource->next = stage->resources;
    stage->resources = resource;
}

void *gly_state(gly_stage *stage)
{
    return stage->state;
}

void *gly_stage_alloc(gly_stage *stage, size_t size)
{
    return arena_alloc(&stage->arena, size);
}

static void say(gly_stage *stage, int code, const char *fmt, va_list args)
{
    stage->failure.code = code;
    vsnprintf(stage->failure.text, sizeof(stage->failure.text), fmt, args);
}

int gly_fail(gly_stage *stage, int code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(stage, code, fmt, args);
    va_end(args);
    return code;
}

int gly_break(gly_stage *stage, int code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(stage, code, fmt, args);
    va_end(args);
    stage->broken = true;
    stage->host->broke(stage);
    return code;
}

int gly_drop(gly_stage *stage, const char *reason)
{
    snprintf(stage->reason, sizeof(stage->reason), "%s", reason);
    gly_count(stage, reason, 1);
    return GLY_DROP;
}

bool counters_add(struct counters *counters, const char *name, double by)
{
    const size_t most = sizeof(counters->at[0].name) - 1;
    unsigned count = counters->count, i = 0;
    struct counter *counter = counters->at;

    while (i < count && strncmp(counter->name, name, most) != 0)
        i++, counter++;
    if (i == MOST_COUNTERS)
        return false;
    if (i == count) {
        memcpy(counter->name, name, strnlen(name, most));
        counters->count = count + 1;
    }
    /* One thread writes; who reads has the old value or the new. */
    atomic_store_explicit(&counter->value,
                          atomic_load_explicit(&counter->value,
                                               memory_order_relaxed) + by,
                          memory_order_relaxed);
    return true;
}

bool counter_is_state(const char *name)
{
    return strncmp(name, "now ", 4) == 0;
}

void gly_count(gly_stage *stage, const char *name, double by)
{
    if (!counters_add(stage->counters, name, by))
        gly_log(stage, GLY_DEBUG, "no room for the counter %s", name);
}

struct uv_loop_s *gly_loop(gly_stage *stage)
{
    return stage->host->loop(stage);
}

void gly_wake(gly_stage *stage)
{
    stage->host->wake(stage);
}

bool gly_stays(gly_stage *stage)
{
    return stage->host->stays(stage);
}

bool gly_is_own(gly_stage *stage, const struct stat *st)
{
    return stage->host->is_own(stage, st);
}

/* Who calls them could do nothing about a full disk. */
static int check_state(gly_stage *stage, int result, const struct error *error)
{
    return result < 0 ? gly_break(stage, result, "%s", error->text) : result;
}

void gly_remember(gly_stage *stage, const char *table, const char *key,
                  const char *value, double keep)
{
    struct error error = {0};

    check_state(stage,
                state_put(stage->host->state(stage), stage->id, table, key,
                          value, keep, &error),
                &error);
}

bool gly_recall(gly_stage *stage, const char *table, const char *key,
                gly_buf *value)
{
    struct error error = {0};

    return check_state(stage,
                       state_get(stage->host->state(stage), stage->id, table,
                                 key, value, &error),
                       &error) > 0;
}

void gly_recall_all(gly_stage *stage, const char *table,
                    void (*each)(void *arg, const char *key, const char *value),
                    void *arg)
{
    struct error error = {0};

    check_state(stage,
                state_each(stage->host->state(stage), stage->id, table, each,
                           arg, &error),
                &error);
}

gly_doc *gly_doc_new(gly_stage *source, const char *ticket)
{
    return source->host->doc_new(source, ticket);
}

void gly_emit(gly_stage *source, gly_doc *doc)
{
    doc->at_source = false;
    source->host->emit(source, doc);
}

void gly_refuse(gly_stage *source, gly_doc *doc, int code, const char *fmt, ...)
{
    char text[sizeof(source->failure.text)];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    doc->at_source = false;
    doc->trip.over = true;
    doc->trip.result = code;
    doc->trip.stage = source->id;
    doc->trip.reason = gly_keep(doc, text, strlen(text));
    source->host->emit(source, doc);
}

void gly_end(gly_stage *source)
{
    source->host->end(source);
}

void gly_progress(gly_stage *source, double done, double total)
{
    source->done = done;
    source->total = total;
}

void gly_release(gly_stage *stage, gly_doc *doc, int result)
{
    stage->host->release(stage, doc, result);
}

/* One document on its way: after each stage, what that stage changed. */
#include "command.h"
#include "log.h"
#include "pipeline.h"
#include "registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    char *key, *value;
};

struct trace {
    struct pipeline *pipeline;
    const char *last_stage;
    struct seen *fields;      /* as they were before the stage */
    size_t field_count;
    const gly_span **spans;
    size_t span_count;
    const gly_change *last_change;
    const gly_doc *last_aside;
    const char *first_text;
    uint64_t number;          /* of the document traced */
    bool begun, done;
};

/* ---- before ---- */

static char *print_field(const struct field *field)
{
    gly_buf out = {0};

    gly_buf_puts(&out, "");
    if (field->type != FIELD_LIST)
        gly_buf_add(&out, field->value, field->len);
    for (const struct field *i = field->items; i; i = i->next)
        gly_buf_printf(&out, "%s%s", i == field->items ? "" : "; ", i->value);
    return out.data;
}

static void forget(struct trace *t)
{
    for (size_t i = 0; i < t->field_count; i++) {
        free(t->fields[i].key);
        free(t->fields[i].value);
    }
    t->field_count = t->span_count = 0;
}

static void end_trace(struct trace *t)
{
    t->done = true;
    pipeline_stop(t->pipeline);
}

/* The first document that reaches a stage is the one; what else the source
 * brought meanwhile passes unseen. */
static bool is_traced(struct trace *t, const gly_doc *doc)
{
    if (!t->begun) {
        t->begun = true;
        t->number = doc->trip.number;
    }
    /* It passed the last stages by, or was done before them. */
    if (!t->done && doc->trip.number != t->number)
        end_trace(t);
    return !t->done && doc->trip.number == t->number;
}

static void see_spans(struct trace *t, const gly_doc *doc)
{
    for (const struct layer *l = doc->layers; l; l = l->next) {
        for (const gly_span *s = l->head; s; s = s->next) {
            t->spans = memory_grow(t->spans,
                                   (t->span_count + 1) * sizeof(*t->spans));
            t->spans[t->span_count++] = s;
        }
    }
}

static void before(void *arg, gly_stage *stage, gly_doc *doc)
{
    struct trace *t = arg;

    (void)stage;
    if (!is_traced(t, doc))
        return;
    forget(t);
    for (const struct field *f = doc->fields; f; f = f->next) {
        t->fields = memory_grow(t->fields,
                                (t->field_count + 1) * sizeof(*t->fields));
        t->fields[t->field_count++] =
            (struct seen){strdup(f->key), print_field(f)};
    }
    see_spans(t, doc);
    for (const gly_doc *a = doc->asides; a; a = a->trip.next)
        see_spans(t, a);
    t->last_aside = doc->last_aside;
    t->last_change = doc->last_change;
    t->first_text = doc->first_text;
}

/* ---- after ---- */

/* Text on one line, its middle left out when it is long. */
static void print_short(const char *str, size_t len)
{
    enum { SHOWN = 60 };
    size_t head = len, tail = len;

    if (len > 2 * SHOWN + 5) {
        head = SHOWN;
        tail = len - SHOWN;
        while (head > 0 && ((unsigned char)str[head] & 0xC0) == 0x80)
            head--;
        while (tail < len && ((unsigned char)str[tail] & 0xC0) == 0x80)
            tail++;
    }
    putchar('"');
    for (size_t i = 0; i < len; i++) {
        if (i == head)
            printf(" ... ");
        if (i >= head && i < tail)
            continue;
        if (str[i] == '\n')
            printf("\\n");
        else
            putchar(str[i]);
    }
    putchar('"');
}

static const struct seen *find(const struct trace *t, const char *key)
{
    for (size_t i = 0; i < t->field_count; i++)
        if (strcmp(t->fields[i].key, key) == 0)
            return &t->fields[i];
    return NULL;
}

static void show_fields(const struct trace *t, const gly_doc *doc)
{
    for (const struct field *f = doc->fields; f; f = f->next) {
        const struct seen *seen = find(t, f->key);
        char *value = print_field(f);

        if (!seen || strcmp(seen->value, value) != 0) {
            printf("  field  %s = ", f->key);
            print_short(value, strlen(value));
            printf("\n");
        }
        free(value);
    }
    for (size_t i = 0; i < t->field_count; i++)
        if (!doc_field(doc, t->fields[i].key))
            printf("  field  %s taken away\n", t->fields[i].key);
}

static void show_changes(const struct trace *t, const gly_doc *doc)
{
    const gly_change *c = t->last_change ? t->last_change->next : doc->changes;

    if (doc->first_text != t->first_text) {
        printf("  text   set, %u bytes\n", doc->first_len);
        c = doc->changes;
    }
    for (; c; c = c->next) {
        printf("  edit   %s at %u: ", c->why, c->begin);
        print_short(c->removed, c->removed_len);
        if (*c->with) {
            printf(" -> ");
            print_short(c->with, strlen(c->with));
        }
        printf("\n");
    }
}

static bool is_new(const struct trace *t, const gly_span *span)
{
    for (size_t i = 0; i < t->span_count; i++)
        if (t->spans[i] == span)
            return false;
    return true;
}

static void show_span(const gly_doc *doc, const gly_span *s)
{
    print_short(doc->text + s->begin, s->end - s->begin);
    if (s->name)
        printf(" = %s", s->name);
    if (s->score != 1)
        printf(" (%.2f)", s->score);
    for (const gly_note *n = s->notes; n; n = n->next)
        printf(" %s: %s", n->key, n->value);
}

static void show_spans(const struct trace *t, const gly_doc *doc)
{
    for (const struct layer *l = doc->layers; l; l = l->next) {
        for (const gly_span *s = l->head; s; s = s->next) {
            if (!is_new(t, s))
                continue;
            printf("  %-6s %u %s ", l->name, s->begin, s->kind);
            show_span(doc, s);
            for (const gly_span *p = s->parts; p; p = p->next) {
                printf(" / %s ", p->kind);
                show_span(doc, p);
            }
            printf("\n");
        }
    }
}

static void show_asides(const struct trace *t, const gly_doc *doc)
{
    bool is_new_one = t->last_aside == NULL;

    for (const gly_doc *a = doc->asides; a; a = a->trip.next) {
        if (is_new_one) {
            printf("  aside  %s ", a->aside_list);
            print_short(a->text, a->text_len);
            printf("\n");
        }
        show_spans(t, a);
        is_new_one |= a == t->last_aside;
    }
}

static void after(void *arg, gly_stage *stage, gly_doc *doc, int result)
{
    struct trace *t = arg;

    if (!is_traced(t, doc))
        return;
    printf("%s\n", stage->id);
    show_fields(t, doc);
    show_changes(t, doc);
    show_spans(t, doc);
    show_asides(t, doc);
    if (result == GLY_DROP)
        printf("  dropped: %s\n", stage->reason);
    if (result < 0)
        printf("  failed: %s\n", stage->failure.text);
    if (result != GLY_PASS || strcmp(stage->id, t->last_stage) == 0)
        end_trace(t);
}

/* ---- the run ---- */

/* A stage that writes nothing to the document writes elsewhere. */
static bool is_exporter(const gly_plugin *plugin)
{
    return plugin && plugin->single && (!plugin->writes || !*plugin->writes);
}

static void leave_out_exporters(struct plan *plan)
{
    size_t kept = 1;

    for (size_t i = 1; i < plan->count; i++)
        if (!is_exporter(registry_find(plan->stages[i].use, NULL)))
            plan->stages[kept++] = plan->stages[i];
    plan->count = kept;
}

static int run_trace(struct plan *plan)
{
    struct trace t = {.last_stage = plan->stages[plan->count - 1].id};
    struct watcher watcher = {.before = before, .after = after, .arg = &t};
    struct pipeline_options options = {.watcher = &watcher};
    struct error error = {0};

    t.pipeline = pipeline_new(plan, &options, &error);
    if (!t.pipeline || pipeline_open(t.pipeline, &error) < 0) {
        pipeline_free(t.pipeline);
        return command_error(&error, WRONG_USE);
    }
    log_set_level(GLY_INFO); /* to see why a document got no further */
    pipeline_run(t.pipeline, NULL, NULL);
    if (!t.begun)
        printf("no document came\n");
    bool failed = !t.begun || pipeline_count(t.pipeline).failed > 0;

    pipeline_free(t.pipeline);
    forget(&t);
    free(t.fields);
    free(t.spans);
    return failed ? SOME_FAILED : ALL_WELL;
}

static int run(struct args *args)
{
    struct error error = {0};
    struct plan plan;
    int status;

    if (args_next(args) != 0)
        return WRONG_USE;
    if (args->argc < 1 || args->argc > 2)
        return args_refuse(args, "a pipeline and an input");
    if (plan_read(&plan, args->argv[0], &error) < 0 ||
        plan_set(&plan, "lanes=1", &error) < 0 ||
        plan_set(&plan, "room=1", &error) < 0 ||
        plan_set(&plan, "failed=", &error) < 0) {
        status = command_error(&error, WRONG_USE);
    } else {
        if (args->argc == 2)
            plan_set_list(&plan, &plan.stages[0], "paths",
                          (const char *const *)args->argv + 1, 1);
        leave_out_exporters(&plan);
        status = run_trace(&plan);
    }
    plan_finish(&plan);
    return status;
}

const struct command command_trace = {
    .name = "trace",
    .arguments = "PIPELINE [INPUT]",
    .about = "Shows what each stage changed in the first document.",
    .more = "For every stage: the fields it set, its edits of the text with "
            "their reason and their place in the text as first set, and the "
            "spans it found. Stages of which there is one and which write nothing "
            "to the document, exporters that is, are left out.",
    .run = run,
};

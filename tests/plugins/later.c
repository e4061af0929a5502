/* later: as a source it brings numbered documents from a timer of its lane's
 * loop, as a stage it holds each document and releases it from one. */
#include <galley/galley.h>

#include <stdio.h>
#include <uv.h>

enum { MOST_HELD = 1024, AT_ONCE = 3 };

struct state {
    long count;

    uv_timer_t *timer;
    long next;
    unsigned wanted;
    gly_doc *held[MOST_HELD]; /* a ring */
    unsigned first, held_count;
};

static const gly_option options[] = {
    { "count", GLY_FIELD(struct state, count), .def = "10", .min = 0,
      .max = 1e9, .help = "How many it brings." },
    { 0 }
};

static void bring(gly_stage *stage, struct state *s)
{
    char name[24];
    int len = snprintf(name, sizeof(name), "%ld", s->next++);
    gly_doc *doc = gly_doc_new(stage, name);

    gly_set(doc, "id", name);
    gly_text_set(doc, name, (size_t)len);
    gly_emit(stage, doc);
}

static void on_time(uv_timer_t *timer)
{
    gly_stage *stage = timer->data;
    struct state *s = gly_state(stage);

    for (int i = 0; i < AT_ONCE && s->held_count > 0; i++, s->held_count--)
        gly_release(stage, s->held[s->first++ % MOST_HELD], GLY_PASS);
    for (int i = 0; i < AT_ONCE && s->wanted > 0; i++, s->wanted--) {
        if (s->next == s->count) {
            s->wanted = 0;
            gly_end(stage);
            break;
        }
        bring(stage, s);
    }
    if (s->held_count == 0 && s->wanted == 0)
        uv_timer_stop(timer);
}

static int start(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result = 0;

    if (!s->timer) {
        s->timer = gly_stage_alloc(stage, sizeof(*s->timer));
        result = uv_timer_init(gly_loop(stage), s->timer);
        s->timer->data = stage;
    }
    if (result == 0 && !uv_is_active((uv_handle_t *)s->timer))
        result = uv_timer_start(s->timer, on_time, 1, 1);
    return result;
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);

    s->wanted = room;
    return start(stage);
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);

    if (s->held_count == MOST_HELD)
        return gly_fail(stage, UV_ENOBUFS, "too many held");
    s->held[(s->first + s->held_count++) % MOST_HELD] = doc;
    return start(stage) < 0 ? UV_EIO : GLY_HOLD;
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (s->timer)
        uv_close((uv_handle_t *)s->timer, NULL);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "later",
    .about = "Brings or releases documents from a timer.",
    .state_size = sizeof(struct state),
    .options = options,
    .want = want,
    .process = process,
    .close = close_stage,
};

/* recall: a stage that remembers how often it met each text, over processes when
 * a worker runs it. */
#include <galley/galley.h>

#include <stdlib.h>
#include <string.h>

struct state {
    double keep;
    bool tell;

    gly_buf value;
};

static const gly_option options[] = {
    { "keep", GLY_FIELD(struct state, keep), .def = "0", .unit = "s",
      .max = 1e9, .help = "For how long; 0 for ever." },
    { "tell", GLY_FIELD(struct state, tell), .def = "true",
      .help = "Whether documents say what is known." },
    { 0 }
};

static void add(void *arg, const char *key, const char *value)
{
    struct state *s = arg;

    gly_buf_printf(&s->value, "%s%s %s", s->value.len > 0 ? ", " : "", key,
                   value);
}

/* "forget TEXT" does so. */
static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    const char *text = gly_text(doc, NULL);

    s->value.len = 0;
    if (strncmp(text, "forget ", 7) == 0) {
        gly_remember(stage, "texts", text + 7, NULL, 0);
    } else {
        long met = gly_recall(stage, "texts", text, &s->value)
                       ? strtol(s->value.data, NULL, 10) : 0;

        s->value.len = 0;
        gly_buf_printf(&s->value, "%ld", met + 1);
        gly_remember(stage, "texts", text, s->value.data, s->keep);
    }
    s->value.len = 0;
    gly_buf_puts(&s->value, "");
    gly_recall_all(stage, "texts", add, s);
    if (!s->tell)
        return GLY_PASS;
    gly_set(doc, "known", s->value.data);
    gly_set(doc, "stays", gly_stays(stage) ? "yes" : NULL);
    return GLY_PASS;
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    gly_buf_finish(&s->value);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "recall",
    .about = "Remembers how often it met each text.",
    .reads = "text",
    .writes = "known stays",
    .state_size = sizeof(struct state),
    .options = options,
    .process = process,
    .close = close_stage,
};

/* count-source: brings documents numbered from 0, and watches their acks. */
#include <galley/galley.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct state {
    long count, refuse_every, drop_every, text_bytes, break_at, most, beyond;
    const char *acks;

    char *text;
    bool *acked;
    long next;
    FILE *log;
};

static const gly_option options[] = {
    { "count", GLY_FIELD(struct state, count), .def = "10", .min = 0,
      .max = 1e9, .help = "How many." },
    { "refuse_every", GLY_FIELD(struct state, refuse_every), .def = "0",
      .help = "Refuses every n-th itself." },
    { "drop_every", GLY_FIELD(struct state, drop_every), .def = "0",
      .help = "Drops every n-th itself." },
    { "text_bytes", GLY_FIELD(struct state, text_bytes), .def = "0",
      .help = "How long the text of each is; 0: its number." },
    { "break_at", GLY_FIELD(struct state, break_at), .def = "-1",
      .help = "Breaks at this number." },
    { "most", GLY_FIELD(struct state, most), .def = "1000000",
      .help = "Brings at most so many at once." },
    { "beyond", GLY_FIELD(struct state, beyond), .def = "0",
      .help = "Brings so many more than it may." },
    { "acks", GLY_FIELD(struct state, acks), .def = "",
      .help = "A file for a line an ack: the ticket and its result." },
    { 0 }
};

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->acked = gly_stage_alloc(stage, (size_t)s->count + 1);
    if (s->text_bytes > 0) {
        s->text = gly_stage_alloc(stage, (size_t)s->text_bytes + 1);
        memset(s->text, 'x', (size_t)s->text_bytes);
    }
    if (*s->acks && !(s->log = fopen(s->acks, "w")))
        return gly_fail(stage, -errno, "cannot open %s", s->acks);
    return 0;
}

static void bring(gly_stage *stage, struct state *s)
{
    char name[24];
    int len = snprintf(name, sizeof(name), "%ld", s->next++);
    gly_doc *doc = gly_doc_new(stage, name);

    gly_set(doc, "id", name);
    if (s->text)
        gly_text_set(doc, s->text, (size_t)s->text_bytes);
    else
        gly_text_set(doc, name, (size_t)len);
    if (s->refuse_every > 0 && s->next % s->refuse_every == 0)
        gly_refuse(stage, doc, -EINVAL, "number %s refused", name);
    else if (s->drop_every > 0 && s->next % s->drop_every == 0)
        gly_refuse(stage, doc, GLY_DROP, "unwanted");
    else
        gly_emit(stage, doc);
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);

    if ((long)room > s->most)
        room = (unsigned)s->most;
    room += (unsigned)s->beyond;
    for (; room > 0 && s->next < s->count; room--) {
        if (s->next == s->break_at)
            return gly_break(stage, -EIO, "broke at %ld", s->next);
        bring(stage, s);
    }
    if (s->next == s->count)
        gly_end(stage);
    return 0;
}

static void acked(gly_stage *stage, const char *ticket, int result)
{
    struct state *s = gly_state(stage);
    long number = strtol(ticket, NULL, 10);

    if (s->acked[number]) {
        fprintf(stderr, "ticket %s acked twice\n", ticket);
        abort();
    }
    s->acked[number] = true;
    gly_count(stage, "acked", 1);
    if (s->log)
        fprintf(s->log, "%s %d\n", ticket, result);
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (s->log)
        fclose(s->log);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "count-source",
    .about = "Brings numbered documents.",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .want = want,
    .acked = acked,
    .close = close_stage,
};

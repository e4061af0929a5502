/* fussy: a stage with every verdict, by the document's number. */
#include <galley/galley.h>

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_HELD = 64 };

struct state {
    long drop_every, fail_every, hold, break_at, sleep_every;
    long nonsense_at, released_as;
    bool fail_flush;

    gly_doc *held[MOST_HELD];
    long held_count;
};

static const gly_option options[] = {
    { "drop_every", GLY_FIELD(struct state, drop_every), .def = "0",
      .help = "Drops every n-th." },
    { "fail_every", GLY_FIELD(struct state, fail_every), .def = "0",
      .help = "Fails every n-th." },
    { "hold", GLY_FIELD(struct state, hold), .def = "0", .min = 0,
      .max = MOST_HELD, .help = "Holds so many, then releases them at once." },
    { "break_at", GLY_FIELD(struct state, break_at), .def = "-1",
      .help = "Breaks at this number." },
    { "sleep_every", GLY_FIELD(struct state, sleep_every), .def = "0",
      .help = "Takes a millisecond for every n-th." },
    { "nonsense_at", GLY_FIELD(struct state, nonsense_at), .def = "-1",
      .help = "Gives no verdict on this number." },
    { "released_as", GLY_FIELD(struct state, released_as), .def = "0",
      .help = "The verdict on what was held." },
    { "fail_flush", GLY_FIELD(struct state, fail_flush), .def = "false",
      .help = "Fails at the end." },
    { 0 }
};

static void release_all(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    for (long i = 0; i < s->held_count; i++)
        gly_release(stage, s->held[i], (int)s->released_as);
    s->held_count = 0;
}

static bool falls(long number, long every)
{
    return every > 0 && number % every == 0;
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    long number = strtol(gly_get(doc, "id", 0), NULL, 10);

    if (number == s->break_at)
        return gly_break(stage, -EIO, "broke at %ld", number);
    if (number == s->nonsense_at)
        return 9;
    if (falls(number, s->sleep_every))
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    if (falls(number, s->drop_every))
        return gly_drop(stage, "fussy");
    if (falls(number, s->fail_every))
        return gly_fail(stage, -EINVAL, "number %ld failed", number);
    if (s->hold > 0) {
        s->held[s->held_count++] = doc;
        if (s->held_count == s->hold)
            release_all(stage);
        return GLY_HOLD;
    }
    gly_set(doc, "seen", "yes");
    return GLY_PASS;
}

static int flush(gly_stage *stage)
{
    const struct state *s = gly_state(stage);

    release_all(stage);
    return s->fail_flush ? gly_fail(stage, -EIO, "cannot end") : 0;
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "fussy",
    .about = "Drops, fails, holds or breaks, by number.",
    .reads = "id",
    .writes = "seen",
    .state_size = sizeof(struct state),
    .options = options,
    .process = process,
    .flush = flush,
};

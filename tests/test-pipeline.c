/* Whole pipelines of test plugins: what is acked, in which order, and what is
 * left over, whatever the stages do. A pipeline that hangs fails by its time. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../core/log.h"
#include "../core/pipeline.h"
#include "../core/registry.h"
#include "support.h"

static struct plan plan;
static struct pipeline *pipeline;
static struct pipeline_counts counts;
static char said[800];

static void begin(void)
{
    enter_scratch();
    log_set_level((enum gly_level)-1);
}

static void drop_pipeline(void)
{
    pipeline_free(pipeline);
    pipeline = NULL;
    plan_finish(&plan);
}

static void end(void)
{
    drop_pipeline();
    registry_finish();
    leave_scratch();
}

TestSuite(pipeline, .init = begin, .fini = end, .timeout = 120);

/* Makes a pipeline of this file; what is wrong with it is in `said`. */
static bool make(const char *conf, const struct pipeline_options *options)
{
    struct error error = {0};

    drop_pipeline();
    put_file("p.conf", conf);
    if (plan_read(&plan, "p.conf", &error) == 0)
        pipeline = pipeline_new(&plan, options, &error);
    if (pipeline && pipeline_open(pipeline, &error) < 0) {
        pipeline_free(pipeline);
        pipeline = NULL;
    }
    error_line(&error, said, sizeof(said));
    return pipeline != NULL;
}

/* The same, and runs it. Left-overs of a run before are put away. */
static void run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *fmt, ...)
{
    static const struct pipeline_options in_order = {.keep_order = true};
    char conf[2000];
    va_list args;

    remove("failed.jsonl");
    va_start(args, fmt);
    vsnprintf(conf, sizeof(conf), fmt, args);
    va_end(args);
    cr_assert(make(conf, &in_order), "%s", said);
    pipeline_run(pipeline, NULL, NULL);
    counts = pipeline_count(pipeline);
    drop_pipeline();
}

/* ---- what was acked and written ---- */

enum { NOT_ACKED = 1000 };

/* The results by number, as count-source logged them. */
static void read_acks(int *results, unsigned count)
{
    char *acks = get_file("acks"), *line = acks;

    for (unsigned i = 0; i < count; i++)
        results[i] = NOT_ACKED;
    for (; *line; line = strchr(line, '\n') + 1) {
        unsigned number;
        int result;

        cr_assert(eq(int, sscanf(line, "%u %d", &number, &result), 2));
        cr_assert(lt(uint, number, count));
        cr_assert(eq(int, results[number], NOT_ACKED), "%u twice", number);
        results[number] = result;
    }
    free(acks);
}

static unsigned count_acks(void)
{
    char *acks = get_file("acks");
    unsigned n = (unsigned)count_lines(acks);

    free(acks);
    return n;
}

/* The ids of records, which must rise; their number. */
static unsigned check_order(const char *path)
{
    char *records = get_file(path), *at = records;
    long last = -1;
    unsigned n = 0;

    for (; (at = strstr(at, "{\"id\":\"")) != NULL; n++) {
        long id = strtol(at += 7, NULL, 10);

        cr_assert(gt(i64, id, last), "%ld comes after %ld in %s", id, last,
                  path);
        last = id;
    }
    free(records);
    return n;
}

/* What becomes of a number in the pipeline below. */
static int expected(unsigned n)
{
    if ((n + 1) % 50 == 0)
        return -EINVAL; /* refused by the source */
    if (n % 7 == 0)
        return GLY_DROP;
    return n % 11 == 0 ? -EINVAL : GLY_PASS;
}

enum { COUNT = 600 };

static void check_run(unsigned lanes, unsigned room, unsigned hold,
                      unsigned most)
{
    unsigned passed = 0, dropped = 0, failed = 0;
    int results[COUNT];
    char *records;

    run("lanes = %u; room = %u; stages = (\n"
        "{ use = \"count-source\"; count = %d; acks = \"acks\";"
        "  refuse_every = 50; most = %u; },\n"
        "{ use = \"fussy\"; drop_every = 7; fail_every = 11; sleep_every = 13;"
        "  hold = %u; },\n"
        "{ use = \"pass\"; },\n"
        "{ use = \"export\"; path = \"out.jsonl\"; } );",
        lanes, room, COUNT, most, hold);
    read_acks(results, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        cr_assert(eq(int, results[i], expected(i)),
                  "document %u, %u lanes, room %u", i, lanes, room);
        passed += results[i] == GLY_PASS;
        dropped += results[i] == GLY_DROP;
        failed += results[i] < 0;
    }
    cr_assert(eq(uint, check_order("out.jsonl"), passed));
    cr_assert(eq(u64, counts.taken, COUNT));
    cr_assert(eq(u64, counts.done, passed));
    cr_assert(eq(u64, counts.dropped, dropped));
    cr_assert(eq(u64, counts.failed, failed));
    cr_assert(eq(u64, counts.lost, 0));
    cr_assert(not(counts.broken));
    records = get_file("failed.jsonl");
    cr_assert(eq(sz, count_lines(records), failed));
    free(records);
}

Test(pipeline, every_ticket_is_acked_once_and_records_keep_the_order)
{
    static const unsigned lanes[] = {1, 2, 4}, rooms[] = {1, 2, 7, 64};

    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++)
            check_run(lanes[i], rooms[k], 0, 1000000);
}

Test(pipeline, a_source_may_bring_few_at_a_time)
{
    check_run(1, 64, 0, 1);
    check_run(2, 64, 0, 1);
    check_run(2, 64, 0, 3);
}

Test(pipeline, stages_may_hold_documents_and_release_them_together)
{
    for (unsigned lanes = 1; lanes <= 4; lanes *= 2)
        for (unsigned hold = 1; hold <= 40; hold = hold * 3 + 1)
            check_run(lanes, 64, hold, 1000000);
}

Test(pipeline, the_order_is_kept_through_several_pieces)
{
    for (unsigned lanes = 1; lanes <= 4; lanes *= 2) {
        run("lanes = %u; room = 3; stages = (\n"
            "{ use = \"count-source\"; count = 300; },\n"
            "{ use = \"fussy\"; sleep_every = 5; },\n"
            "{ use = \"export\"; path = \"a.jsonl\"; },\n"
            "{ use = \"export\"; path = \"b.jsonl\"; },\n"
            "{ use = \"fussy\"; drop_every = 3; sleep_every = 4; },\n"
            "{ use = \"pass\"; },\n"
            "{ use = \"export\"; path = \"c.jsonl\"; } );", lanes);
        cr_assert(eq(uint, check_order("a.jsonl"), 300));
        cr_assert(eq(uint, check_order("b.jsonl"), 300));
        cr_assert(eq(uint, check_order("c.jsonl"), 200));
    }
}

Test(pipeline, documents_that_pass_a_holding_stage_by_do_not_overtake)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; stages = (\n"
            "{ use = \"count-source\"; count = 200; },\n"
            "{ use = \"fussy\"; hold = 5; when = \"id ~ '3'\"; },\n"
            "{ use = \"export\"; path = \"out.jsonl\"; } );", lanes);
        cr_assert(eq(uint, check_order("out.jsonl"), 200), "%u lanes", lanes);
    }
}

/* 4G is 0 in 32 bits. */
Test(pipeline, any_budget_of_bytes_lets_documents_through, .timeout = 20)
{
    static const char *const budgets[] = {"1", "50", "4K", "4G", "900G"};

    for (size_t i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
        run("lanes = 2; under_way = \"%s\"; stages = (\n"
            "{ use = \"count-source\"; count = 300; text_bytes = 40; },\n"
            "{ use = \"export\"; path = \"out.jsonl\"; } );", budgets[i]);
        cr_assert(eq(u64, counts.done, 300), "%s", budgets[i]);
    }
}

Test(pipeline, a_source_that_brings_more_than_it_may_breaks_the_run)
{
    static const unsigned beyond[] = {1, 1000};

    for (unsigned lanes = 1; lanes <= 3; lanes++) {
        for (size_t i = 0; i < 2; i++) {
            run("lanes = %u; room = 4; stages = (\n"
                "{ use = \"count-source\"; count = 5000; beyond = %u; },\n"
                "{ use = \"pass\"; },\n"
                "{ use = \"export\"; path = \"out.jsonl\"; } );", lanes,
                beyond[i]);
            cr_assert(counts.broken);
            cr_assert(eq(u64, counts.done, counts.taken));
        }
    }
}

Test(pipeline, without_keeping_the_order_every_document_comes_all_the_same)
{
    cr_assert(make("lanes = 4; room = 5; stages = ("
                   "{ use = \"count-source\"; count = 400; acks = \"acks\"; },"
                   "{ use = \"fussy\"; sleep_every = 3; },"
                   "{ use = \"export\"; path = \"out.jsonl\"; } );", NULL),
              "%s", said);
    pipeline_run(pipeline, NULL, NULL);
    drop_pipeline();

    char *records = get_file("out.jsonl");
    int results[400];

    cr_expect(eq(sz, count_lines(records), 400));
    read_acks(results, 400);
    for (unsigned i = 0; i < 400; i++)
        cr_expect(eq(int, results[i], 0));
    free(records);
}

Test(pipeline, a_source_of_nothing_ends_at_once)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; stages = ( { use = \"count-source\"; count = 0; },"
            "{ use = \"fussy\"; hold = 3; }, { use = \"export\"; path = "
            "\"out.jsonl\"; } );", lanes);
        cr_expect(eq(u64, counts.taken, 0));
    }
}

Test(pipeline, a_source_alone_is_a_pipeline)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; stages = ( { use = \"count-source\"; count = 99;"
            " acks = \"acks\"; } );", lanes);
        cr_expect(eq(u64, counts.done, 99));
        cr_expect(eq(uint, count_acks(), 99));
    }
}

Test(pipeline, documents_come_and_are_released_by_the_loop)
{
    for (unsigned lanes = 1; lanes <= 4; lanes *= 2) {
        for (unsigned room = 1; room <= 64; room *= 8) {
            run("lanes = %u; room = %u; stages = (\n"
                "{ use = \"later\"; count = 100; },\n"
                "{ use = \"pass\"; }, { use = \"later\"; },\n"
                "{ use = \"export\"; path = \"out.jsonl\"; } );", lanes, room);
            cr_assert(eq(u64, counts.done, 100), "%u lanes, room %u", lanes,
                      room);
            cr_assert(eq(uint, check_order("out.jsonl"), 100));
        }
    }
}

/* ---- guards ---- */

Test(pipeline, a_stage_meets_only_documents_for_which_its_guard_holds)
{
    static const unsigned lanes[] = {1, 3};

    for (size_t k = 0; k < 2; k++) {
        int results[100];

        run("lanes = %u; stages = (\n"
            "{ use = \"count-source\"; count = 100; acks = \"acks\"; },\n"
            "{ use = \"fussy\"; drop_every = 1; when = \"id >= 90\"; },\n"
            "{ use = \"fussy\"; fail_every = 1; "
            "when = \"id == '5' or id == 7\"; } );", lanes[k]);
        read_acks(results, 100);
        for (int i = 0; i < 100; i++)
            cr_expect(eq(int, results[i],
                         i >= 90 ? GLY_DROP : i == 5 || i == 7 ? -EINVAL : 0),
                      "document %d", i);
    }
}

/* ---- failures ---- */

Test(pipeline, failed_documents_are_recorded_as_they_came_with_the_reason)
{
    run("stages = ( { use = \"count-source\"; count = 4; refuse_every = 4; },\n"
        "{ use = \"fussy\"; id = \"first\"; },\n"
        "{ use = \"fussy\"; fail_every = 2; } );");

    char *records = get_file("failed.jsonl");

    cr_expect(strstr(records, "{\"id\":\"2\",\"seen\":\"yes\",\"text\":\"2\","
                              "\"failed\":{\"stage\":\"fussy\",\"reason\":"
                              "\"number 2 failed\",\"ticket\":\"2\","
                              "\"pipeline\":\"p.conf\"}}\n") != NULL,
              "%s", records);
    cr_expect(strstr(records, "{\"id\":\"3\",\"text\":\"3\",\"failed\":{"
                              "\"stage\":\"count-source\",\"reason\":"
                              "\"number 3 refused\",\"ticket\":\"3\","
                              "\"pipeline\":\"p.conf\"}}\n") !=
              NULL, "%s", records);
    cr_expect(eq(sz, count_lines(records), 3));
    free(records);
}

Test(pipeline, what_is_no_verdict_fails_the_document)
{
    int results[10];

    run("stages = ( { use = \"count-source\"; acks = \"acks\"; },"
        "{ use = \"fussy\"; nonsense_at = 4; } );");
    read_acks(results, 10);
    for (int i = 0; i < 10; i++)
        cr_expect(eq(int, results[i], i == 4 ? -EPROTO : 0));
    cr_expect(not(counts.broken));
}

Test(pipeline, held_documents_may_be_dropped_or_failed)
{
    static const int verdicts[] = {GLY_DROP, -EIO};

    for (size_t k = 0; k < 2; k++) {
        int results[100];

        run("lanes = 2; stages = ("
            "{ use = \"count-source\"; count = 100; acks = \"acks\"; },"
            "{ use = \"fussy\"; hold = 3; released_as = %d; } );",
            verdicts[k]);
        read_acks(results, 100);
        for (int i = 0; i < 100; i++)
            cr_expect(eq(int, results[i], verdicts[k]), "document %d", i);
    }
}

Test(pipeline, what_cannot_be_recorded_is_not_acked_and_breaks_the_run)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; failed = \"nowhere/f\"; stages = ("
            "{ use = \"count-source\"; count = 100000; acks = \"acks\"; },"
            "{ use = \"fussy\"; fail_every = 10; } );", lanes);
        cr_expect(counts.broken);
        cr_expect(gt(u64, counts.lost, 0));
        cr_expect(lt(u64, counts.taken, 100000));
        cr_expect(eq(u64, count_acks(), counts.taken - counts.lost));
    }
}

/* ---- broken stages ---- */

static void check_broken(unsigned number)
{
    unsigned acked = 0;
    static int results[100000];

    cr_expect(counts.broken);
    cr_expect(lt(u64, counts.taken, 100000));
    cr_expect(eq(u64, counts.taken, counts.done + counts.failed));
    read_acks(results, 100000);
    for (unsigned i = 0; i < 100000; i++)
        acked += results[i] != NOT_ACKED;
    cr_expect(eq(u64, acked, counts.taken));
    if (number < 100000)
        cr_expect(eq(int, results[number], -EIO));
}

Test(pipeline, a_broken_stage_stops_the_source_and_fails_what_is_under_way)
{
    for (unsigned lanes = 1; lanes <= 4; lanes *= 2) {
        run("lanes = %u; room = 8; stages = (\n"
            "{ use = \"count-source\"; count = 100000; acks = \"acks\"; },\n"
            "{ use = \"fussy\"; break_at = 1000; },\n"
            "{ use = \"export\"; path = \"out.jsonl\"; } );", lanes);
        check_broken(1000);

        char *records = get_file("failed.jsonl");

        cr_expect(eq(sz, count_lines(records), counts.failed));
        cr_expect(strstr(records, "\"reason\":\"broke at 1000\"") != NULL);
        free(records);
        /* Not put in place: it is not all. */
        cr_expect(eq(u64, check_order("out.jsonl.part"), counts.done));
    }
}

Test(pipeline, a_broken_last_stage_stops_the_source_too)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; room = 8; stages = (\n"
            "{ use = \"count-source\"; count = 100000; acks = \"acks\"; },\n"
            "{ use = \"pass\"; },\n"
            "{ use = \"export\"; path = \"/dev/full\"; append = true; } );",
            lanes);
        check_broken(100000);
        cr_expect(gt(u64, counts.failed, 0));
    }
}

Test(pipeline, what_a_broken_stage_holds_is_still_released)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; stages = (\n"
            "{ use = \"count-source\"; count = 100000; acks = \"acks\"; },\n"
            "{ use = \"fussy\"; break_at = 1000; hold = 7; } );", lanes);
        check_broken(1000);
    }
}

Test(pipeline, a_broken_source_ends_the_run_and_what_it_brought_is_acked)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; stages = (\n"
            "{ use = \"count-source\"; break_at = 50; count = 100;"
            " acks = \"acks\"; }, { use = \"fussy\"; hold = 3; } );", lanes);
        cr_expect(counts.broken);
        cr_expect(eq(u64, counts.taken, 50));
        cr_expect(eq(u64, counts.done, 50));
        cr_expect(eq(uint, count_acks(), 50));
    }
}

Test(pipeline, a_flush_that_fails_breaks_the_run)
{
    for (unsigned lanes = 1; lanes <= 2; lanes++) {
        run("lanes = %u; stages = ( { use = \"count-source\"; count = 20; },\n"
            "{ use = \"fussy\"; hold = 3; fail_flush = true; } );", lanes);
        cr_expect(counts.broken);
        cr_expect(eq(u64, counts.done, counts.taken));
    }
}

/* ---- stopping ---- */

static void stop_at_100(void *arg, gly_stage *stage, gly_doc *doc)
{
    (void)arg, (void)stage;
    if (strcmp(gly_get(doc, "id", 0), "100") == 0)
        pipeline_stop(pipeline);
}

Test(pipeline, a_stopped_run_takes_no_more_and_ends_what_it_took)
{
    static const struct watcher watcher = {.before = stop_at_100};
    static const struct pipeline_options options = {.keep_order = true,
                                                    .watcher = &watcher};

    for (unsigned lanes = 1; lanes <= 4; lanes *= 2) {
        char conf[400];

        snprintf(conf, sizeof(conf), "lanes = %u; room = 8; stages = ("
                 "{ use = \"count-source\"; count = 10000000; acks = \"acks\"; "
                 "}, { use = \"fussy\"; hold = 4; },"
                 "{ use = \"export\"; path = \"out.jsonl\"; } );", lanes);
        cr_assert(make(conf, &options), "%s", said);
        pipeline_run(pipeline, NULL, NULL);
        counts = pipeline_count(pipeline);
        drop_pipeline();
        cr_expect(counts.stopped);
        cr_expect(not(counts.broken));
        cr_expect(ge(u64, counts.taken, 101));
        cr_expect(lt(u64, counts.taken, 10000000));
        cr_expect(eq(u64, counts.done, counts.taken));
        cr_expect(eq(u64, count_acks(), counts.taken));
        cr_expect(eq(u64, check_order("out.jsonl"), counts.taken));
    }
}

/* ---- figures ---- */

static void add_up(void *arg, const char *name, double value)
{
    double *sum = arg;

    if (strcmp(name, "fussy") == 0 || strcmp(name, "acked") == 0)
        *sum += value;
}

Test(pipeline, figures_are_summed_over_the_lanes)
{
    static struct stats stats;
    static const struct pipeline_options timed = {.timed = true};
    double dropped = 0, acked = 0;
    uint64_t times = 0;

    cr_assert(make("lanes = 3; stages = ("
                   "{ use = \"count-source\"; count = 210; refuse_every = 70; },"
                   "{ use = \"fussy\"; drop_every = 3; fail_every = 5; } );",
                   &timed), "%s", said);
    pipeline_run(pipeline, NULL, NULL);
    pipeline_stage_stats(pipeline, 0, &stats);
    cr_expect(eq(u64, stats.documents, 210));
    cr_expect(eq(u64, stats.failed, 3));
    pipeline_stage_stats(pipeline, 1, &stats);
    cr_expect(eq(u64, stats.documents, 207));
    cr_expect(eq(u64, stats.dropped, 69)); /* 69 is refused, with 139, 209 */
    cr_expect(eq(u64, stats.failed, 28));
    for (unsigned i = 0; i < STATS_BINS; i++)
        times += stats.bins[i];
    cr_expect(eq(u64, times, 207));
    pipeline_stage_counters(pipeline, 1, add_up, &dropped);
    cr_expect(epsilon_eq(dbl, dropped, 69, 0));
    pipeline_stage_counters(pipeline, 0, add_up, &acked);
    cr_expect(epsilon_eq(dbl, acked, 210, 0));
}

Test(pipeline, what_the_source_drops_has_not_failed)
{
    static struct stats stats;

    cr_assert(make("stages = ( { use = \"count-source\"; count = 12;"
                   " refuse_every = 6; drop_every = 4; }, { use = \"pass\"; } );",
                   NULL), "%s", said);
    pipeline_run(pipeline, NULL, NULL);
    pipeline_stage_stats(pipeline, 0, &stats);
    cr_expect(eq(u64, stats.documents, 12));
    cr_expect(eq(u64, stats.dropped, 2)); /* 3 and 7; 11 is refused, with 5 */
    cr_expect(eq(u64, stats.failed, 2));
    cr_expect(eq(u64, pipeline_count(pipeline).dropped, 2));
}

static long most_kilobytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

Test(pipeline, memory_does_not_grow_with_the_number_of_documents)
{
    static const char conf[] =
        "lanes = 2; stages = (\n"
        "{ use = \"count-source\"; count = %d; text_bytes = 3000; },\n"
        "{ use = \"pass\"; }, { use = \"fussy\"; hold = 2; },\n"
        "{ use = \"export\"; path = \"/dev/null\"; append = true; } );";
    long few;

    run(conf, 1000);
    few = most_kilobytes();
    run(conf, 100000);
    cr_expect(eq(u64, counts.done, 100000));
    cr_expect(lt(i64, most_kilobytes() - few, 32 * 1024));
}

/* ---- wrong pipelines ---- */

Test(pipeline, wrong_pipelines_are_refused_with_their_place)
{
    static const char *const rows[][2] = {
        { "stages = (\n{ use = \"fussy\"; } );",
          "p.conf:2: fussy: is no source: the first stage must bring documents, "
          "as fetch does" },
        { "stages = ( { use = \"count-source\"; },\n"
          "{ use = \"count-source\"; } );",
          "p.conf:2: count-source-2: is a source: it can only be the first "
          "stage" },
        { "stages = ( { use = \"count-source\"; },\n\n{ use = \"fusy\"; } );",
          "p.conf:3: no plugin \"fusy\": did you mean \"fussy\"?" },
        { "stages = (\n{ use = \"count-source\"; when = \"x\"; } );",
          "p.conf:2: count-source: the source cannot have a \"when\"" },
        { "stages = ( { use = \"count-source\"; },\n{ use = \"fussy\";\n"
          "when = \"lang = 5\"; } );",
          "p.conf:3: fussy: when = \"lang = 5\": \"and\", \"or\" or the end "
          "expected at \"= 5\"" },
        { "stages = ( { use = \"count-source\";\ncount = -1; } );",
          "p.conf:2: count-source: count = -1: must be 0 to 1000000000" },
        { "stages = ( { use = \"count-source\"; },\n{ use = \"fussy\";\n"
          "drop_evry = 2; } );",
          "p.conf:3: fussy: unknown setting \"drop_evry\": did you mean "
          "\"drop_every\"?" },
        { "stages = ( { use = \"count-source\"; },\n"
          "{ use = \"pass\"; x = 2; } );",
          "p.conf:2: pass: unknown setting \"x\": there are none" },
        { "stages = ( { use = \"count-source\"; },\n"
          "{ use = \"fussy\"; id = \"other\"; banana = 2; } );",
          "p.conf:2: other: unknown setting \"banana\": there are "
          "drop_every, fail_every, hold, break_at, sleep_every, nonsense_at, "
          "released_as, fail_flush" },
        { "stages = ( { use = \"count-source\"; acks = \"nowhere/acks\"; } );",
          "p.conf:1: count-source: cannot open nowhere/acks" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect(not(make(rows[i][0], NULL)), "%s", rows[i][0]);
        cr_expect(eq(str, said, (char *)rows[i][1]));
    }
}

Test(pipeline, a_plugin_of_another_interface_is_refused_with_the_line)
{
    cr_expect(not(make("stages = ( { use = \"count-source\"; },\n"
                       "{ use = \"wrong-abi\"; } );", NULL)));
    cr_expect(strstr(said, "p.conf:2: ") == said, "%s", said);
    cr_expect(strstr(said, "was built for plugin interface") != NULL, "%s",
              said);
}

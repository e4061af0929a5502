/* hop: what it costs a document to go from one stage to the next.
 *
 *     make bench && bench/hop [DOCUMENTS]
 *
 * Runs numbered documents through 1, 3 and 10 stages that do nothing, on one
 * lane and across two, in batches and one by one; five runs each, medians. A hop
 * is a queue and a stage. Beside it, in each round: a ring with a mutex and a
 * condition variable between two threads, which is what one would write first.
 */
#include "../core/arena.h"
#include "../core/pipeline.h"
#include "../core/registry.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ROUNDS = 5, CASES = 9 };

struct setup {
    const char *name;
    unsigned stages;
    bool apart, lone;
};

static const struct setup setups[CASES] = {
    { "1 stage,   one lane,  batches", 1, false, false },
    { "3 stages,  one lane,  batches", 3, false, false },
    { "10 stages, one lane,  batches", 10, false, false },
    { "1 stage,   two lanes, batches", 1, true, false },
    { "3 stages,  two lanes, batches", 3, true, false },
    { "10 stages, two lanes, batches", 10, true, false },
    { "1 stage,   one lane,  one by one", 1, false, true },
    { "3 stages,  one lane,  one by one", 3, false, true },
    { "10 stages, one lane,  one by one", 10, false, true },
};

static void die(const struct error *error)
{
    char line[1024];

    fprintf(stderr, "hop: %s\n", error_line(error, line, sizeof(line)));
    exit(1);
}

static void write_plan(const char *path, const struct setup *setup, long count)
{
    FILE *file = fopen(path, "w");

    if (!file)
        exit(1);
    fprintf(file, "lanes = 1; room = 64; failed = \"\";\nstages = ("
            "{ use = \"count-source\"; count = %ld; most = %d; }",
            count, setup->lone ? 1 : 64);
    for (unsigned i = 0; i < setup->stages; i++)
        fprintf(file, ", { use = \"pass\"; }");
    fprintf(file, ");\n");
    fclose(file);
}

/* Seconds for the whole run. */
static double run(const struct setup *setup, long count)
{
    char path[] = P_tmpdir "/galley-hop-XXXXXX";
    struct pipeline_options options = {.apart = setup->apart};
    struct error error = {0};
    struct plan plan;
    int fd = mkstemp(path);

    write_plan(path, setup, count);
    if (plan_read(&plan, path, &error) < 0)
        die(&error);

    struct pipeline *pipeline = pipeline_new(&plan, &options, &error);

    if (!pipeline || pipeline_open(pipeline, &error) < 0)
        die(&error);

    uint64_t begun = uv_hrtime();

    pipeline_run(pipeline, NULL, NULL);

    double seconds = (double)(uv_hrtime() - begun) / 1e9;

    if (pipeline_count(pipeline).done != (uint64_t)count) {
        fprintf(stderr, "hop: documents were lost\n");
        exit(1);
    }
    pipeline_free(pipeline);
    plan_finish(&plan);
    close(fd);
    unlink(path);
    return seconds;
}

/* ---- the peer ---- */

struct ring {
    void *items[64];
    unsigned head, count;
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    long left;
};

static void *read_ring(void *arg)
{
    struct ring *r = arg;

    for (long i = r->left; i > 0; i--) {
        pthread_mutex_lock(&r->lock);
        while (r->count == 0)
            pthread_cond_wait(&r->filled, &r->lock);
        r->head = (r->head + 1) % 64;
        r->count--;
        pthread_cond_signal(&r->emptied);
        pthread_mutex_unlock(&r->lock);
    }
    return NULL;
}

/* Nanoseconds a document. */
static double run_peer(long count)
{
    struct ring r = {.lock = PTHREAD_MUTEX_INITIALIZER,
                     .filled = PTHREAD_COND_INITIALIZER,
                     .emptied = PTHREAD_COND_INITIALIZER,
                     .left = count};
    pthread_t reader;
    uint64_t begun = uv_hrtime();

    pthread_create(&reader, NULL, read_ring, &r);
    for (long i = 0; i < count; i++) {
        pthread_mutex_lock(&r.lock);
        while (r.count == 64)
            pthread_cond_wait(&r.emptied, &r.lock);
        r.items[(r.head + r.count++) % 64] = &r;
        pthread_cond_signal(&r.filled);
        pthread_mutex_unlock(&r.lock);
    }
    pthread_join(reader, NULL);
    return (double)(uv_hrtime() - begun) / (double)count;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof(*values), by_value);
    return values[ROUNDS / 2];
}

/* What a hop adds to a run without stages, which is the source and its acks.
 * Across lanes the acks, too, go from one to the other: a hop more. */
static double hop(double seconds, double base, long count,
                  const struct setup *setup)
{
    unsigned hops = setup->stages + setup->apart;

    return (seconds - base) / (double)count / hops * 1e9;
}

int main(int argc, char **argv)
{
    static const struct setup none = {"no stage", 0, false, false};
    static const struct setup lone = {"no stage, one by one", 0, false, true};
    static double seconds[CASES][ROUNDS], hops[CASES][ROUNDS], peer[ROUNDS];
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    struct rusage usage;

    for (int round = 0; round < ROUNDS; round++) {
        double base = run(&none, count), lone_base = run(&lone, count);

        for (int i = 0; i < CASES; i++) {
            seconds[i][round] = run(&setups[i], count);
            hops[i][round] = hop(seconds[i][round],
                                 setups[i].lone ? lone_base : base, count,
                                 &setups[i]);
        }
        peer[round] = run_peer(count);
    }

    double beside = median(peer);

    printf("%ld documents, %d runs each, medians\n", count, ROUNDS);
    printf("%-34s %14s %12s %10s %14s\n", "", "documents/s", "ns/document",
           "ns/hop", "of the peer's");
    for (int i = 0; i < CASES; i++) {
        double s = median(seconds[i]), h = median(hops[i]);

        printf("%-34s %14.0f %12.0f %10.0f %13.2fx\n", setups[i].name,
               (double)count / s, s / (double)count * 1e9, h, h / beside);
    }
    printf("%-34s %14s %12s %10.0f\n", "peer: mutex and condition variable", "",
           "", beside);
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory %.1f MB\n", (double)usage.ru_maxrss / 1024);
    registry_finish();
    return 0;
}

#include "command.h"
#include "log.h"
#include "pipeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct job {
    struct pipeline *pipeline;
    const struct plan *plan;
    struct timespec begun;
};

static double seconds_since(const struct timespec *begun)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begun->tv_sec) +
           (double)(now.tv_nsec - begun->tv_nsec) / 1e9;
}

static uint64_t ended(const struct pipeline_counts *c)
{
    return c->done + c->dropped + c->failed;
}

/* ---- progress ---- */

static void show_progress(void *arg)
{
    const struct job *job = arg;
    struct pipeline_counts c = pipeline_count(job->pipeline);
    double seconds = seconds_since(&job->begun);

    log_set_progress(true);
    fprintf(stderr, "\r\033[K%" PRIu64 " documents, %.0f/s", ended(&c),
            (double)ended(&c) / seconds);
    if (c.failed > 0)
        fprintf(stderr, ", %" PRIu64 " failed", c.failed);
    if (c.source_total > 0 && c.source_done > 0) {
        double share = c.source_done / c.source_total;

        fprintf(stderr, ", %.0f %% read", 100 * share);
        if (share < 1)
            fprintf(stderr, ", %.0f s left", seconds / share - seconds);
    }
    fflush(stderr);
}

/* ---- figures at the end ---- */

static void show_counter(void *arg, const char *name, double value)
{
    (void)arg;
    fprintf(stderr, "  %-28s %12.15g\n", name, value);
}

static void show_stage(const struct job *job, size_t i)
{
    struct stats stats;
    char median[32], p99[32];

    pipeline_stage_stats(job->pipeline, i, &stats);
    fprintf(stderr,
            "%-20s %10" PRIu64 " %9" PRIu64 " %8" PRIu64 " %10s %10s\n",
            job->plan->stages[i].id, stats_get(&stats.documents),
            stats_get(&stats.dropped), stats_get(&stats.failed),
            i > 0 ? stats_time(stats_quantile(&stats, 0.5), median,
                               sizeof(median))
                  : "",
            i > 0 ? stats_time(stats_quantile(&stats, 0.99), p99, sizeof(p99))
                  : "");
    pipeline_stage_counters(job->pipeline, i, show_counter, NULL);
}

static void show_stats(const struct job *job)
{
    struct pipeline_counts c = pipeline_count(job->pipeline);
    double seconds = seconds_since(&job->begun);
    struct rusage usage;

    fprintf(stderr, "%-20s %10s %9s %8s %10s %10s\n", "stage", "documents",
            "dropped", "failed", "median", "p99");
    for (size_t i = 0; i < job->plan->count; i++)
        show_stage(job, i);
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr,
            "%" PRIu64 " documents in %.2f s, %.0f a second; "
            "at most %.1f MB of memory\n",
            ended(&c), seconds, (double)ended(&c) / seconds,
            (double)usage.ru_maxrss / 1024);
}

static int status_of(const struct job *job)
{
    struct pipeline_counts c = pipeline_count(job->pipeline);

    if (c.failed > 0)
        log_line(GLY_ERROR, NULL,
                 "%" PRIu64 " of %" PRIu64 " documents failed%s%s",
                 c.failed, ended(&c),
                 !*job->plan->failed ? ""
                 : c.lost > 0        ? "; not all could be recorded in "
                                     : "; they are recorded in ",
                 job->plan->failed);
    if (c.stopped && !c.broken)
        log_line(GLY_ERROR, NULL, "stopped by a signal: the input was not read "
                 "to its end");
    return c.broken ? STAGE_BROKE : c.failed > 0 ? SOME_FAILED : ALL_WELL;
}

/* ---- the run ---- */

struct wishes {
    const char *output;
    bool stats, quiet;
};

static void put_words(struct plan *plan, const struct args *args,
                     const struct wishes *wishes)
{
    if (args->argc > 1)
        plan_set_list(plan, &plan->stages[0], "paths",
                      (const char *const *)args->argv + 1,
                      (size_t)args->argc - 1);
    if (wishes->output)
        plan_set_string(plan, &plan->stages[plan->count - 1], "path",
                        wishes->output);
}

static int run_plan(const struct plan *plan, const struct wishes *wishes)
{
    struct pipeline_options options = {.keep_order = true,
                                       .timed = wishes->stats};
    struct error error = {0};
    struct job job = {.plan = plan};
    bool progress = !wishes->quiet && log_format() == LOG_TEXT &&
                    isatty(STDERR_FILENO);
    int status;

    job.pipeline = pipeline_new(plan, &options, &error);
    if (!job.pipeline || pipeline_open(job.pipeline, &error) < 0) {
        pipeline_free(job.pipeline);
        return command_error(&error, WRONG_USE);
    }
    clock_gettime(CLOCK_MONOTONIC, &job.begun);
    pipeline_run(job.pipeline, progress ? show_progress : NULL, &job);
    if (progress)
        fputs("\r\033[K", stderr);
    log_set_progress(false);
    if (wishes->stats)
        show_stats(&job);
    status = status_of(&job);
    pipeline_free(job.pipeline);
    return status;
}

static int run(struct args *args)
{
    struct sets sets = {0};
    int verbose = 0;
    struct wishes wishes = {0};
    struct error error = {0};
    struct plan plan;
    int status, letter;

    while ((letter = args_next(args)) > 0) {
        switch (letter) {
        case 'o': wishes.output = args->value; break;
        case 'l':
            if (!log_set_format(args->value))
                return args_refuse(args, "--log takes text, logfmt or json");
            break;
        case 'S': wishes.stats = true; break;
        case 'q': wishes.quiet = true; break;
        case 'v': log_set_level(verbose++ ? GLY_DEBUG : GLY_INFO); break;
        case 's':
            if (!args_add_set(args, &sets))
                return WRONG_USE;
            break;
        }
    }
    if (letter < 0)
        return WRONG_USE;
    if (args->argc == 0)
        return args_refuse(args, "which pipeline?");
    status = plan_read(&plan, args->argv[0], &error);
    if (status == 0) {
        put_words(&plan, args, &wishes);
        status = sets_put(&sets, &plan, &error);
    }
    status = status < 0 ? command_error(&error, WRONG_USE)
                        : run_plan(&plan, &wishes);
    plan_finish(&plan);
    return status;
}

static const struct flag flags[] = {
    { 'o', "output", "PATH", "The last stage's `path`: where records go." },
    { 'l', "log", "FORMAT",
      "How lines of the log are written: text, logfmt or json, which have no "
      "progress line." },
    { 's', "set", "STAGE.SETTING=VALUE",
      "A setting above the file's; without STAGE one of the pipeline." },
    { 'S', "stats", NULL,
      "At the end, for each stage: documents, times, failures, counts." },
    { 'q', "quiet", NULL, "No progress line." },
    { 'v', "verbose", NULL, "A line for every document that fails or is dropped; twice: more." },
    { 0 }
};

const struct command command_run = {
    .name = "run",
    .arguments = "PIPELINE [INPUT...] [-o PATH] [--set STAGE.SETTING=VALUE]...",
    .about = "Runs a pipeline to the end of its input.",
    .more = "PIPELINE is a file, or the name of an installed one. INPUT takes "
            "the place of the first stage's `paths`. Records come out in the "
            "order of the input. Progress is shown on a terminal. SIGINT and "
            "SIGTERM let what was taken in come to its end; a second one "
            "leaves at once.\n\n"
            "Exit status: 0 all well, 1 some documents failed, 2 wrong use or "
            "wrong pipeline, 3 a stage broke.",
    .flags = flags,
    .run = run,
};

/* `galley retry`: what failed, once more through its pipeline.
 *
 * As in `galley work` the pipeline runs in a child: among what failed are the
 * documents that crash it.
 */
#include "again.h"
#include "command.h"
#include "log.h"
#include "pipeline.h"
#include "suspects.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 50 };

/* Counted in the child. */
struct tally {
    uint64_t done, dropped, failed;
    bool broken;
};

struct job {
    const char *pipeline;
    struct sets sets;
    struct again again;
    const char *paths[1]; /* what the plan's source is to read */
    char longest[32];
    struct tally *tally;
    struct trail *trail;
    struct suspects *suspects; /* the child has those of before it began */
};

/* ---- in the child ---- */

static void on_ack(void *arg, const char *ticket, int result)
{
    struct job *job = arg;

    again_done(&job->again, ticket);
    if (result < 0)
        job->tally->failed++;
    else if (result == GLY_DROP)
        job->tally->dropped++;
    else
        job->tally->done++;
}

/* The pipeline's own source gives way to one that reads the file aside. */
static int read_plan(struct job *job, struct plan *plan, struct error *error)
{
    int result = plan_read(plan, job->pipeline, error);
    struct plan_stage *source = plan->stages;

    if (result == 0)
        result = sets_put(&job->sets, plan, error);
    if (result < 0)
        return result;
    source->use = "fetch";
    source->count = 0;
    source->deadline = 0;
    job->paths[0] = job->again.aside;
    snprintf(job->longest, sizeof(job->longest), "%zu", job->again.longest + 1);
    plan_set_list(plan, source, "paths", job->paths, 1);
    plan_set_string(plan, source, "format", "jsonl");
    plan_set_string(plan, source, "max_document", job->longest);
    plan->failed = job->again.path;
    return 0;
}

static int run_pipeline(struct job *job)
{
    struct watcher watcher = {.arg = job, .acked = on_ack};
    struct pipeline_options options = {
        .watcher = &watcher, .trail = job->trail, .suspects = job->suspects,
        .returns = true,
    };
    struct error error = {0};
    struct pipeline *pipeline = NULL;
    struct plan plan;
    int status = WRONG_USE;

    if (read_plan(job, &plan, &error) == 0)
        pipeline = pipeline_new(&plan, &options, &error);
    if (pipeline && pipeline_open(pipeline, &error) == 0) {
        pipeline_run(pipeline, NULL, NULL);
        job->tally->broken = pipeline_count(pipeline).broken;
        status = ALL_WELL;
    } else {
        command_error(&error, WRONG_USE);
    }
    pipeline_free(pipeline);
    plan_finish(&plan);
    return status;
}

/* ---- in the parent ---- */

static volatile sig_atomic_t stopped;
static volatile pid_t child;

static void on_signal(int number)
{
    stopped = number;
    if (child > 0)
        kill(child, SIGTERM);
}

/* None of our signals is missed meanwhile. What a terminal sends to both, SIGINT
 * and SIGHUP, the child has from us: a second one would end it at once. */
static void begin_child(struct job *job)
{
    pid_t parent = getpid();
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    child = stopped ? -1 : fork();
    if (child == 0) {
        signal(SIGTERM, SIG_DFL);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            _exit(STAGE_BROKE);
        sigdelset(&signals, SIGTERM);
        sigprocmask(SIG_SETMASK, &signals, NULL);
        exit(run_pipeline(job));
    }
    if (child < 0 && !stopped)
        log_line(GLY_ERROR, NULL, "cannot start a process: %s",
                 strerror(errno));
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

/* Runs the pipeline once; how the child ended. */
static int run_child(struct job *job)
{
    const struct timespec tick = {0, TICK_MS * 1000000L};
    int end = 0;

    trail_begin(job->trail);
    begin_child(job);
    if (child < 0)
        return stopped ? W_EXITCODE(0, SIGTERM) : W_EXITCODE(STAGE_BROKE, 0);
    while (waitpid(child, &end, WNOHANG) == 0) {
        trail_end_hung(job->trail, child);
        nanosleep(&tick, NULL);
    }
    child = 0;
    return end;
}

static int run_to_end(struct job *job)
{
    bool blamed;
    int end;

    do {
        blamed = false;
        end = run_child(job);
        if (stopped && WIFSIGNALED(end) && WTERMSIG(end) == SIGTERM)
            return ALL_WELL; /* it had not even begun */
        if (WIFSIGNALED(end)) {
            log_line(GLY_ERROR, NULL, "the pipeline crashed: %s",
                     strsignal(WTERMSIG(end)));
            blamed = trail_blame(job->trail, WTERMSIG(end));
            suspects_take(job->suspects, job->trail, NULL);
        }
    } while (blamed && !stopped);
    if (WIFSIGNALED(end) || job->tally->broken)
        return STAGE_BROKE;
    return WEXITSTATUS(end);
}

/* What outlives a child, for as long as this takes. */
static int make_shared(struct job *job, struct error *error)
{
    char path[PATH_MAX + 8];

    job->tally = mmap(NULL, sizeof(*job->tally), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (job->tally == MAP_FAILED)
        return error_set(error, -errno, "no memory");
    snprintf(path, sizeof(path), "%s.trail", job->again.aside);
    job->trail = trail_open(path, error);
    unlink(path);
    if (job->trail)
        job->suspects = suspects_new(NULL, job->trail, error);
    return job->trail ? 0 : error->code;
}

static int report(const struct job *job, int status)
{
    const struct tally *t = job->tally;
    uint64_t left = job->again.chosen - t->done - t->dropped - t->failed;

    log_set_level(GLY_INFO);
    log_line(GLY_INFO, NULL,
             "%" PRIu64 " done, %" PRIu64 " dropped, %" PRIu64 " failed again",
             t->done, t->dropped, t->failed);
    if (left > 0)
        log_line(GLY_INFO, NULL, "%" PRIu64 " were not tried: they are in %s "
                 "as before", left, job->again.path);
    if (job->again.empty > 0)
        log_line(GLY_INFO, NULL, "%zu failed before anything of them came in: "
                 "they stay", job->again.empty);
    if (job->again.damaged > 0)
        log_line(GLY_WARN, NULL, "%zu lines of %s are no records: they stay",
                 job->again.damaged, job->again.path);
    return status == ALL_WELL && t->failed > 0 ? SOME_FAILED : status;
}

/* Of what was taken aside nothing stays there, whatever happens. */
static int retry(struct job *job, struct error *error)
{
    struct again *a = &job->again;
    struct error late = {0};
    int status = WRONG_USE;

    if (!job->pipeline && a->chosen > 0 && !*a->pipeline) {
        error_set(error, -EINVAL, "%s does not say in which pipeline: name one",
                  a->path);
    } else if (make_shared(job, error) == 0) {
        if (!job->pipeline)
            job->pipeline = a->pipeline;
        status = a->chosen > 0 ? run_to_end(job) : ALL_WELL;
        if (status != WRONG_USE)
            status = report(job, status);
    }
    if (again_give_back(a, &late) < 0) {
        log_line(GLY_ERROR, NULL, "%s; what was not tried stays in %s",
                 late.text, a->aside);
        status = STAGE_BROKE;
    }
    return *error->text ? command_error(error, status) : status;
}

static int begin(struct job *job, const char *file,
                 const struct again_wish *wish)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct error error = {0};
    int status;

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    if (again_take(&job->again, file, wish, &error) < 0)
        status = command_error(&error, WRONG_USE);
    else
        status = retry(job, &error);
    suspects_free(job->suspects);
    trail_close(job->trail);
    again_finish(&job->again);
    return status;
}

static int run(struct args *args)
{
    struct again_wish wish = {0};
    struct job job = {0};
    int letter, verbose = 0;

    while ((letter = args_next(args)) > 0) {
        switch (letter) {
        case 'S': wish.stage = args->value; break;
        case 'r': wish.reason = args->value; break;
        case 'v': log_set_level(verbose++ ? GLY_DEBUG : GLY_INFO); break;
        case 'l':
            if (!log_set_format(args->value))
                return args_refuse(args, "--log takes text, logfmt or json");
            break;
        case 's':
            if (!args_add_set(args, &job.sets))
                return WRONG_USE;
            break;
        }
    }
    if (letter < 0)
        return WRONG_USE;
    if (args->argc < 1 || args->argc > 2)
        return args_refuse(args, args->argc == 0 ? "which file?"
                                                 : "takes a file and a pipeline");
    job.pipeline = args->argc == 2 ? args->argv[1] : NULL;
    wish.any_pipeline = job.pipeline != NULL;
    return begin(&job, args->argv[0], &wish);
}

static const struct flag flags[] = {
    { 'l', "log", "FORMAT", "How lines of the log are written: text, logfmt or json." },
    { 'r', "reason", "WORDS", "Only documents with these words in their reason." },
    { 's', "set", "STAGE.SETTING=VALUE",
      "A setting above the file's; without STAGE one of the pipeline." },
    { 'S', "stage", "STAGE", "Only documents that failed in this stage." },
    { 'v', "verbose", NULL, "A line for every document that fails again or is dropped; twice: more." },
    { 0 }
};

const struct command command_retry = {
    .name = "retry",
    .arguments = "FILE [PIPELINE] [--stage STAGE] [--reason WORDS] "
                 "[--set STAGE.SETTING=VALUE]...",
    .about = "Brings failed documents in again.",
    .more = "FILE is the failed.jsonl of a pipeline. Its documents go through "
            "PIPELINE, with the file in the place of its source; without "
            "PIPELINE through the one that the first of them failed in, and "
            "those of others wait for the next call. What is done now leaves "
            "the file; what fails again is in it with its new reason and the "
            "attempts counted up. A document that crashes the pipeline, or is "
            "in a stage for longer than its deadline, is tried once more and "
            "then given up, as by `galley work`.\n\n"
            "Workers may go on and record failures meanwhile. The file is "
            "renamed to FILE.retry first and what is left comes back at the "
            "end, also after SIGINT or SIGTERM; when the process is killed "
            "the next `galley retry FILE` takes that up.\n\n"
            "Exit status: 0 all well, 1 some failed again, 2 wrong use or "
            "wrong pipeline, 3 a stage broke.",
    .flags = flags,
    .run = run,
};

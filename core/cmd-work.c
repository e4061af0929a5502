/* `galley work`: a pipeline that runs for months.
 *
 * The pipeline runs in a child, which may crash; this process only watches it. It
 * loads no plugin, so what crashes the child cannot crash it, and a child that is
 * begun again has the plugins and the pipeline as they are on the disk then.
 */
#include "admin.h"
#include "command.h"
#include "figures.h"
#include "log.h"
#include "notify.h"
#include "pipeline.h"
#include "trail.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK_MS = 100,
    FIRST_PAUSE_MS = 100,
    LONGEST_PAUSE_MS = 60 * 1000,
    CALM_MS = 60 * 1000, /* after so long without a crash all is forgiven */
    ADMIN_PAUSE_MS = 1000,
    CHECK_MS = 10 * 1000, /* how long a look at the pipeline may take */
    LOCK_WAIT_MS = 60 * 1000,
};

struct worker {
    const char *pipeline;
    char file[PATH_MAX]; /* of the pipeline, or "" when it has none of its own */
    struct timespec file_time;
    struct sets sets;
    struct trail *trail;
    const char *folder; /* of the worker's own files */
    char state[PATH_MAX + 16]; /* the child's file; not open in this process */
    struct figures *figures;
    int figures_fd;
    char figures_path[PATH_MAX + 8];
    const char *admin; /* its address, or NULL */
    int admin_fd;
    pid_t admin_child;
    uint64_t next_admin;
    pid_t checker; /* of a pipeline that is to be loaded; 0: none */
    uint64_t check_until;
    bool check_again; /* what it checks has changed since */
    pid_t child;
    uint64_t begun, pause; /* ms */
    uint64_t next_file_look, next_watchdog, watchdog;
    bool ready;       /* told that the child is */
    bool stopping, reloading;
};

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- in the child ---- */

static int read_plan(const struct worker *w, struct plan *plan,
                     struct error *error)
{
    int result = plan_read(plan, w->pipeline, error);

    return result < 0 ? result : sets_put(&w->sets, plan, error);
}

static int tell(const struct error *error, int status)
{
    char line[sizeof(*error)];

    log_line(GLY_ERROR, NULL, "%s", error_line(error, line, sizeof(line)));
    return status;
}

static int check(const struct worker *w)
{
    struct error error = {0};
    struct pipeline *pipeline = NULL;
    struct plan plan;

    if (read_plan(w, &plan, &error) == 0)
        pipeline = pipeline_new(&plan, NULL, &error);

    int status = pipeline ? ALL_WELL : tell(&error, WRONG_USE);

    pipeline_free(pipeline);
    plan_finish(&plan);
    return status;
}

static int run_to_end(struct pipeline *pipeline)
{
    struct pipeline_counts c;

    pipeline_run(pipeline, NULL, NULL);
    c = pipeline_count(pipeline);
    log_line(GLY_INFO, NULL, "%" PRIu64 " documents done, %" PRIu64 " dropped, "
             "%" PRIu64 " failed", c.done, c.dropped, c.failed);
    return c.broken ? STAGE_BROKE : c.failed > 0 ? SOME_FAILED : ALL_WELL;
}

/* What is remembered first: it says which documents are suspects. */
static int recall(const struct worker *w, struct pipeline_options *options,
                  struct error *error)
{
    options->folder = w->folder;
    options->trail = w->trail;
    options->state = state_new(w->state);
    options->suspects = suspects_new(options->state, w->trail, error);
    return options->suspects ? 0 : error->code;
}

static int work(const struct worker *w)
{
    struct pipeline_options options = {.figures = w->figures,
                                       .figures_fd = w->figures_fd};
    struct error error = {0};
    struct pipeline *pipeline = NULL;
    struct plan plan;
    int status;

    if (w->admin_fd >= 0)
        close(w->admin_fd);
    if (read_plan(w, &plan, &error) == 0 && recall(w, &options, &error) == 0)
        pipeline = pipeline_new(&plan, &options, &error);
    if (pipeline && pipeline_open(pipeline, &error) == 0) {
        w->trail->ready = true;
        status = run_to_end(pipeline);
    } else {
        status = tell(&error, WRONG_USE);
    }
    pipeline_free(pipeline);
    suspects_free(options.suspects);
    state_free(options.state);
    plan_finish(&plan);
    return status;
}

/* Has no more of the worker than the file that it reads. */
static int tell_admin(const struct worker *w)
{
    trail_close(w->trail);
    figures_close(w->figures);
    close(w->figures_fd);
#ifdef HAVE_MICROHTTPD
    admin_serve(w->admin_fd, w->figures_path);
#endif
    return STAGE_BROKE;
}

/* Runs `what` in a child with this process's end as its own. What a terminal
 * sends to both, SIGINT and SIGHUP, stays blocked there: it is this one's affair,
 * and a second signal beside its SIGTERM would end the child at once. */
static pid_t fork_to(const struct worker *w, int (*what)(const struct worker *w))
{
    pid_t parent = getpid(), child = fork();
    sigset_t unblocked;

    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(STAGE_BROKE);
    sigemptyset(&unblocked);
    sigaddset(&unblocked, SIGTERM);
    sigaddset(&unblocked, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &unblocked, NULL);
    exit(what(w));
}

/* ---- the pipeline's file ---- */

static bool look_at_file(struct worker *w)
{
    struct stat st;
    bool changed;

    if (!*w->file || stat(w->file, &st) < 0)
        return false;
    changed = st.st_mtim.tv_sec != w->file_time.tv_sec ||
              st.st_mtim.tv_nsec != w->file_time.tv_nsec;
    w->file_time = st.st_mtim;
    return changed;
}

/* Checks the pipeline first, in a process of its own; see look_at_checker(). */
static void reload(struct worker *w)
{
    look_at_file(w);
    w->check_again = w->checker > 0;
    if (w->check_again) {
        kill(w->checker, SIGKILL);
        return;
    }
    w->checker = fork_to(w, check);
    w->check_until = now() + CHECK_MS;
    if (w->checker > 0)
        return;
    log_line(GLY_ERROR, NULL, "cannot start a process: %s", strerror(errno));
    w->checker = 0;
}

static void load(struct worker *w)
{
    log_line(GLY_WARN, NULL, "the pipeline is loaded again");
    notify("RELOADING=1");
    w->figures->reloads++;
    if (w->child > 0 && !w->reloading) {
        figures_set_state(w->figures, FIGURES_DRAINING);
        kill(w->child, SIGTERM);
    }
    w->reloading = true;
}

/* A pipeline that is wrong changes nothing. */
static void look_at_checker(struct worker *w, uint64_t time)
{
    int end = -1;

    if (waitpid(w->checker, &end, WNOHANG) == 0) {
        if (time >= w->check_until)
            kill(w->checker, SIGKILL);
        return;
    }
    w->checker = 0;
    if (w->stopping)
        return;
    if (w->check_again)
        reload(w);
    else if (end == 0)
        load(w);
    else
        log_line(GLY_ERROR, NULL, "the pipeline %s: going on with the one that "
                 "runs", time >= w->check_until ? "could not be checked in time"
                                                : "is wrong");
}

/* ---- crashes ---- */

/* Puts off the next start: longer each time, unless the last run went well. */
static void put_off(struct worker *w)
{
    if ((w->ready && now() - w->begun > CALM_MS) || w->pause == 0)
        w->pause = FIRST_PAUSE_MS;
    else if (w->pause < LONGEST_PAUSE_MS / 2)
        w->pause *= 2;
    else
        w->pause = LONGEST_PAUSE_MS;
    log_line(GLY_WARN, NULL, "starting again in %.1f s",
             (double)w->pause / 1000);
    w->figures->next_start = figures_now() + w->pause;
    figures_set_state(w->figures, FIGURES_BACKING_OFF);
}

/* What the child's end means: true to begin another, else *status. */
static bool go_on(struct worker *w, int end, int *status)
{
    bool first = w->begun == 0;
    bool told = w->stopping || w->reloading;

    *status = ALL_WELL;
    if (told && WIFSIGNALED(end) && WTERMSIG(end) == SIGTERM) {
        w->pause = 0; /* it had not even begun */
        return !w->stopping;
    }
    if (WIFSIGNALED(end)) {
        log_line(GLY_ERROR, NULL, "the pipeline crashed: %s",
                 strsignal(WTERMSIG(end)));
        figures_crashed(w->figures, WTERMSIG(end));
        trail_blame(w->trail, WTERMSIG(end));
        *status = STAGE_BROKE;
        if (!w->stopping)
            put_off(w);
        return !w->stopping;
    }
    *status = WEXITSTATUS(end);
    if (w->stopping)
        return false;
    if (w->reloading) {
        w->pause = 0;
        return true;
    }
    if (*status > SOME_FAILED && !(*status == WRONG_USE && first)) {
        w->figures->breaks++;
        put_off(w);
        return true;
    }
    return false; /* its source came to an end */
}

/* ---- the watch ---- */

static void look_for_ready(struct worker *w)
{
    if (w->ready || !w->trail->ready)
        return;
    w->ready = true;
    w->begun = now();
    if (!w->stopping && !w->reloading)
        figures_set_state(w->figures, FIGURES_RUNNING);
    log_line(GLY_INFO, NULL, "ready");
    notify("READY=1");
}

static void look_at_child(struct worker *w)
{
    if (trail_end_hung(w->trail, w->child))
        w->figures->hangs++;
    look_for_ready(w);
}

/* It lives as long as the worker, and is begun again when it does not. */
static void look_at_admin(struct worker *w, uint64_t time)
{
    if (w->admin_child > 0 && waitpid(w->admin_child, NULL, WNOHANG) != 0) {
        log_line(GLY_WARN, NULL, "the admin endpoint ended: beginning it again");
        w->admin_child = 0;
        w->next_admin = time + ADMIN_PAUSE_MS;
    }
    if (w->admin_child == 0 && time >= w->next_admin) {
        w->admin_child = fork_to(w, tell_admin);
        if (w->admin_child < 0)
            w->admin_child = 0;
        w->next_admin = time + ADMIN_PAUSE_MS;
    }
}

static void end_admin(struct worker *w)
{
    if (!w->admin)
        return;
    if (w->admin_child > 0) {
        kill(w->admin_child, SIGTERM);
        waitpid(w->admin_child, NULL, 0);
    }
    admin_unlisten(w->admin);
}

static void tick(struct worker *w)
{
    uint64_t time = now();

    figures_pulse(w->figures);
    if (w->admin)
        look_at_admin(w, time);
    if (w->checker > 0)
        look_at_checker(w, time);
    if (w->child > 0)
        look_at_child(w);
    if (w->watchdog > 0 && time >= w->next_watchdog) {
        notify("WATCHDOG=1");
        w->next_watchdog = time + w->watchdog;
    }
    if (time >= w->next_file_look) {
        w->next_file_look = time + 1000;
        if (look_at_file(w) && !w->stopping && !w->reloading)
            reload(w);
    }
}

static void on_signal(struct worker *w, int number)
{
    if (number == SIGHUP && !w->stopping) {
        reload(w);
    } else if (number == SIGTERM || number == SIGINT) {
        /* A child that was told already would leave at once. */
        if (w->child > 0 && (w->stopping || !w->reloading))
            kill(w->child, SIGTERM);
        w->stopping = true;
        figures_set_state(w->figures, FIGURES_DRAINING);
        notify("STOPPING=1");
    }
}

/* Until the child has ended, or the pause before the next. */
static int wait_for_child(struct worker *w, const sigset_t *signals)
{
    const struct timespec most = {0, TICK_MS * 1000000L};
    uint64_t until = now() + w->pause;
    int end = 0;

    for (;;) {
        int number = sigtimedwait(signals, NULL, &most);

        if (number > 0)
            on_signal(w, number);
        if (w->child > 0 && waitpid(w->child, &end, WNOHANG) == w->child) {
            w->child = 0;
            look_for_ready(w); /* it may have been so for a moment only */
            figures_ended(w->figures);
            return end;
        }
        tick(w);
        if (w->child == 0 && (w->stopping || now() >= until))
            return 0;
    }
}

static int supervise(struct worker *w)
{
    sigset_t signals;
    int status = ALL_WELL, end;

    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    do {
        if (w->pause > 0)
            wait_for_child(w, &signals);
        if (w->stopping)
            break;
        w->ready = w->reloading = false;
        trail_begin(w->trail);
        figures_set_state(w->figures, FIGURES_STARTING);
        w->child = fork_to(w, work);
        if (w->child < 0) {
            log_line(GLY_ERROR, NULL, "cannot start a process: %s",
                     strerror(errno));
            w->child = 0;
            end = W_EXITCODE(STAGE_BROKE, 0);
        } else {
            end = wait_for_child(w, &signals);
        }
    } while (go_on(w, end, &status));
    figures_set_state(w->figures, FIGURES_STOPPED);
    return status;
}

/* ---- beginning ---- */

/* One worker a folder; that of a worker that was killed may still be ending. */
static int lock(const char *folder, struct error *error)
{
    char path[PATH_MAX + 8];
    uint64_t until = now() + LOCK_WAIT_MS;
    bool told = false;
    int fd;

    if (mkdir(folder, 0777) < 0 && errno != EEXIST)
        return error_set(error, -errno, "cannot make %s: %s", folder,
                         strerror(errno));
    snprintf(path, sizeof(path), "%s/lock", folder);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(error, -errno, "cannot open %s: %s", path,
                         strerror(errno));
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (now() >= until)
            return error_set(error, -EBUSY, "another worker has %s", folder);
        if (!told)
            log_line(GLY_WARN, NULL, "waiting for another worker, which has %s",
                     folder);
        told = true;
        usleep(TICK_MS * 1000);
    }
    return 0; /* until the process and its children have ended */
}

static void set_file(struct worker *w)
{
    struct error error = {0};
    struct plan plan;

    if (plan_read(&plan, w->pipeline, &error) == 0)
        snprintf(w->file, sizeof(w->file), "%s", plan.file);
    plan_finish(&plan);
    look_at_file(w);
}

static int open_admin(struct worker *w, struct error *error)
{
    char told[PATH_MAX];

    w->admin_fd = admin_listen(w->admin, told, sizeof(told), error);
    if (w->admin_fd >= 0)
        log_line(GLY_WARN, NULL, "admin endpoint at %s", told);
    return w->admin_fd;
}

static int begin(struct worker *w, const char *folder)
{
    char path[PATH_MAX + 8], own[PATH_MAX];
    struct error error = {0};
    int status;

    set_file(w);
    if (!folder) {
        command_state_folder(w->pipeline, own, sizeof(own));
        folder = own;
    }
    if (lock(folder, &error) < 0)
        return command_error(&error, WRONG_USE);
    w->folder = folder;
    snprintf(w->state, sizeof(w->state), "%s/state.db", folder);
    snprintf(path, sizeof(path), "%s/trail", folder);
    w->trail = trail_open(path, &error);
    if (!w->trail)
        return command_error(&error, WRONG_USE);
    snprintf(w->figures_path, sizeof(w->figures_path), "%s/figures", folder);
    w->figures = figures_open(w->figures_path, w->pipeline, &w->figures_fd,
                              &error);
    if (!w->figures || (w->admin && open_admin(w, &error) < 0))
        return command_error(&error, WRONG_USE);
    w->watchdog = notify_watchdog() / 1000000;
    status = supervise(w);
    end_admin(w);
    figures_close(w->figures);
    close(w->figures_fd);
    trail_close(w->trail);
    return status;
}

static int run(struct args *args)
{
    const char *folder = NULL;
    struct worker worker = {.admin_fd = -1};
    int letter, verbose = 0;

    while ((letter = args_next(args)) > 0) {
        switch (letter) {
        case 'a': worker.admin = args->value; break;
        case 'd': folder = args->value; break;
        case 'l':
            if (!log_set_format(args->value))
                return args_refuse(args, "--log takes text, logfmt or json");
            break;
        case 'v': log_set_level(verbose++ ? GLY_DEBUG : GLY_INFO); break;
        case 's':
            if (!args_add_set(args, &worker.sets))
                return WRONG_USE;
            break;
        }
    }
    if (letter < 0)
        return WRONG_USE;
    if (args->argc != 1)
        return args_refuse(args, args->argc == 0 ? "which pipeline?"
                                                 : "takes one pipeline");
    worker.pipeline = args->argv[0];
    return begin(&worker, folder);
}

static const struct flag flags[] = {
    { 'a', "admin", "ADDRESS",
      "Answers there over HTTP: unix:/path, 127.0.0.1:PORT or [::1]:PORT." },
    { 'd', "state", "FOLDER",
      "What the worker keeps for itself; PIPELINE.work if not given." },
    { 'l', "log", "FORMAT", "How lines of the log are written: text, logfmt or json." },
    { 's', "set", "STAGE.SETTING=VALUE",
      "A setting above the file's; without STAGE one of the pipeline." },
    { 'v', "verbose", NULL, "A line for every document that fails or is dropped; twice: more." },
    { 0 }
};

const struct command command_work = {
    .name = "work",
    .arguments = "PIPELINE [--state FOLDER] [--set STAGE.SETTING=VALUE]...",
    .about = "Runs a pipeline for months, and again when it crashes.",
    .more = "The pipeline runs in a process of its own. When that crashes, or a "
            "document is in a stage for longer than its deadline, another is "
            "begun; its source brings again what was not done. A document that "
            "was in hand twice is given up: it is recorded in the pipeline's "
            "failed file with stage, signal and attempts, and the rest goes "
            "on. So is a broken stage (a full disk, a store that refuses) "
            "begun again, after longer and longer pauses.\n\n"
            "SIGHUP, or a change of the pipeline's file, loads it again: it is "
            "checked first, then the old one comes to its end. A wrong one is "
            "told with its line and changes nothing; nor does one that cannot "
            "be checked within ten seconds. SIGTERM and SIGINT let what was "
            "taken in come to its end. Under systemd it says when it is ready, "
            "reloading and stopping, and feeds the watchdog.\n\n"
            "`galley top` shows what the worker does. So does a page at the "
            "admin address, beside /metrics for Prometheus, /healthz and "
            "/readyz; only this machine may ask.\n\n"
            "Exit status as of `galley run`, when stopped or when the source "
            "has come to an end.",
    .flags = flags,
    .run = run,
};

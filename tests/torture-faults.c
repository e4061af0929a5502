/* torture-faults.c: what goes wrong besides the kills. */
#include "torture.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a full disk: the store and the worker's own state are on it ---- */

static bool mount_small(struct scene *s)
{
    (void)s;
    return mount("none", "store", "tmpfs", 0, "size=16m") == 0;
}

static void fill(struct scene *s)
{
    static const char zeros[4096];
    int fd = open("store/filler", O_WRONLY | O_CREAT | O_APPEND, 0666);

    (void)s;
    while (write(fd, zeros, sizeof(zeros)) > 0)
        ;
    close(fd);
}

static void make_place(struct scene *s)
{
    (void)s;
    unlink("store/filler");
}

static void unmount_small(struct scene *s)
{
    (void)s;
    umount2("store", MNT_DETACH);
}

/* ---- a database that another program has locked ---- */

static void lock(struct scene *s)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2("store/news.db", &db, SQLITE_OPEN_READWRITE, NULL) ==
            SQLITE_OK &&
        sqlite3_busy_timeout(db, 2000) == SQLITE_OK &&
        sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK) {
        s->store = db;
        return;
    }
    sqlite3_close(db);
}

static void unlock(struct scene *s)
{
    if (!s->store)
        return;
    sqlite3_exec(s->store, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(s->store);
    s->store = NULL;
}

/* ---- files that may not be written for a while ---- */

static const char *const kept[] = {
    "store/news.db", "store/news.db-wal", "store/news.db-shm",
    "store/out.jsonl", "failed.jsonl",
};

/* As nobody, whether the program can be read at all. */
static bool may_read(struct scene *s)
{
    pid_t pid = fork();
    int status = 1;

    if (pid == 0) {
        if (s->as_nobody && (setgid(65534) < 0 || setuid(65534) < 0))
            _exit(1);
        _exit(access(s->galley, R_OK | X_OK) == 0 ? 0 : 1);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* Open files stay open, so the process that works begins again. */
static void forbid(struct scene *s)
{
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
        chmod(kept[i], 0444);
    chmod("store", 0555);
    if (roll(s, 2))
        kill_child(s);
}

static void allow(struct scene *s)
{
    (void)s;
    chmod("store", 0777);
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
        chmod(kept[i], 0666);
}

/* ---- an exporter that is slow: a pipe that is read in drops ---- */

static bool open_pipe(struct scene *s)
{
    char drop[512];
    int fd;

    if (mkfifo("pipe", 0666) < 0)
        return false;
    s->helper = fork();
    if (s->helper != 0)
        return s->helper > 0;
    fd = open("pipe", O_RDWR);
    while (read(fd, drop, sizeof(drop)) > 0)
        wait_ms(2);
    _exit(0);
}

static void close_pipe(struct scene *s)
{
    kill(s->helper, SIGKILL);
    waitpid(s->helper, NULL, 0);
}

const struct fault faults[] = {
    { .name = "none", .part = 1 },
    { .name = "full", .part = 4, .prepare = mount_small, .begin = fill,
      .end = make_place, .finish = unmount_small,
      .needs = "a small disk cannot be mounted" },
    { .name = "locked", .part = 4, .begin = lock, .end = unlock },
    { .name = "read-only", .part = 4, .as_nobody = true, .prepare = may_read,
      .begin = forbid, .end = allow,
      .needs = "another user than root cannot read the program" },
    { .name = "slow", .part = 4, .prepare = open_pipe, .finish = close_pipe,
      .stage = ", { use = \"export\"; path = \"pipe\"; append = true; }" },
#ifdef HAVE_CURL
    { .name = "web", .part = 4, .prepare = web_open, .feed = web_feed,
      .finish = web_close, .needs = "no server",
      .source = "format = \"urls\"; allow_private = true; robots = false;"
                " delay = \"0\"; per_host = 4; timeout = \"300ms\";"
                " retries = 20; backoff = \"5ms\"; patience = \"50ms\";" },
#endif
    { 0 }
};

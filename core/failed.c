#include "failed.h"

#include <galley/record.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void failed_init(struct failed *failed, const char *path, const char *pipeline)
{
    *failed = (struct failed){
        .path = path, .pipeline = pipeline ? pipeline : "", .fd = -1,
    };
}

void failed_finish(struct failed *failed)
{
    if (failed->fd >= 0)
        close(failed->fd);
    gly_buf_finish(&failed->line);
    failed->fd = -1;
}

static void add_member(gly_buf *line, const char *key, const char *value)
{
    gly_buf_printf(line, "\"%s\":", key);
    gly_json_string(line, value, strlen(value));
}

static const char *signal_name(int number)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        { SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" },
        { SIGILL, "SIGILL" }, { SIGABRT, "SIGABRT" }, { SIGKILL, "SIGKILL" },
        { SIGALRM, "deadline" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (names[i].number == number)
            return names[i].name;
    return strsignal(number);
}

const char *failed_ticket(const gly_doc *doc)
{
    const char *ticket = gly_get(doc, FAILED_TICKET, 0);

    return ticket ? ticket : doc->trip.ticket;
}

static void write_line(struct failed *failed, const gly_doc *doc)
{
    static const gly_record input = {.input = true};
    int before = (int)gly_get_number(doc, FAILED_ATTEMPTS, 0);
    gly_buf *line = &failed->line;

    line->len = 0;
    gly_record_add(line, doc, &input);
    line->len--; /* the record's closing brace: one more member follows */
    gly_buf_puts(line, line->len > 1 ? ",\"failed\":{" : "\"failed\":{");
    add_member(line, "stage", doc->trip.stage ? doc->trip.stage : "");
    gly_buf_puts(line, ",");
    add_member(line, "reason", doc->trip.reason ? doc->trip.reason : "");
    gly_buf_puts(line, ",");
    add_member(line, "ticket", failed_ticket(doc));
    if (doc->trip.crashes > 0) {
        gly_buf_puts(line, ",");
        add_member(line, "signal", signal_name(doc->trip.signal));
    }
    if (doc->trip.crashes > 0 || before > 0)
        gly_buf_printf(line, ",\"attempts\":%d",
                       before + (doc->trip.crashes ? doc->trip.crashes : 1));
    if (*failed->pipeline) {
        gly_buf_puts(line, ",");
        add_member(line, "pipeline", failed->pipeline);
    }
    gly_buf_puts(line, "}}\n");
}

bool failed_may_be_written(const struct failed *failed)
{
    char folder[PATH_MAX];

    if (!*failed->path || access(failed->path, W_OK) == 0)
        return true;
    if (errno != ENOENT)
        return false;
    snprintf(folder, sizeof(folder), "%s", failed->path);
    return access(dirname(folder), W_OK) == 0;
}

/* Ends a last line that a full disk or a kill left without its end. */
static int end_torn_line(int fd)
{
    struct stat st;
    char last = '\n';

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
        pread(fd, &last, 1, st.st_size - 1) != 1 || last == '\n')
        return 0;
    return gly_write_all(fd, "\n", 1);
}

static bool has_name(int fd, const char *path)
{
    struct stat own, named;

    return fstat(fd, &own) == 0 && stat(path, &named) == 0 &&
           own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

/* Opens the file that has the name, and locks it. */
static int lock(struct failed *failed)
{
    for (;;) {
        if (failed->fd < 0)
            failed->fd = open(failed->path,
                              O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (failed->fd < 0)
            return -errno;
        while (flock(failed->fd, LOCK_EX) < 0 && errno == EINTR)
            ;
        if (has_name(failed->fd, failed->path))
            return end_torn_line(failed->fd);
        close(failed->fd);
        failed->fd = -1;
    }
}

int failed_add_line(struct failed *failed, const char *line, size_t len,
                    struct error *error)
{
    int result = lock(failed);

    if (result == 0)
        result = gly_write_all(failed->fd, line, len);
    if (failed->fd >= 0)
        flock(failed->fd, LOCK_UN);
    if (result < 0)
        error_set(error, result, "cannot record a failed document in %s: %s",
                  failed->path, strerror(-result));
    return result;
}

int failed_add(struct failed *failed, const gly_doc *doc, struct error *error)
{
    if (!*failed->path)
        return 0;
    write_line(failed, doc);
    return failed_add_line(failed, failed->line.data, failed->line.len, error);
}

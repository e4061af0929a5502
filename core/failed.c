#include "failed.h"

#include <galley/record.h>

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void failed_init(struct failed *failed, const char *path)
{
    *failed = (struct failed){.path = path, .fd = -1};
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

static void write_line(gly_buf *line, const gly_doc *doc)
{
    static const gly_record input = {.input = true};

    line->len = 0;
    gly_record_add(line, doc, &input);
    line->len--; /* the record's closing brace: one more member follows */
    gly_buf_puts(line, line->len > 1 ? ",\"failed\":{" : "\"failed\":{");
    add_member(line, "stage", doc->trip.stage ? doc->trip.stage : "");
    gly_buf_puts(line, ",");
    add_member(line, "reason", doc->trip.reason ? doc->trip.reason : "");
    gly_buf_puts(line, ",");
    add_member(line, "ticket", doc->trip.ticket);
    if (doc->trip.crashes > 0) {
        gly_buf_puts(line, ",");
        add_member(line, "signal", signal_name(doc->trip.signal));
        gly_buf_printf(line, ",\"attempts\":%d", doc->trip.crashes);
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

int failed_add(struct failed *failed, const gly_doc *doc, struct error *error)
{
    int result;

    if (!*failed->path)
        return 0;
    if (failed->fd < 0)
        failed->fd = gly_open_append(failed->path);
    write_line(&failed->line, doc);
    result = failed->fd < 0 ? failed->fd
                            : gly_write_all(failed->fd, failed->line.data,
                                            failed->line.len);
    if (result < 0)
        error_set(error, result, "cannot record a failed document in %s: %s",
                  failed->path, strerror(-result));
    return result;
}

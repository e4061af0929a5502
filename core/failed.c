#include "failed.h"

#include <galley/record.h>

#include <errno.h>
#include <fcntl.h>
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
    gly_buf_puts(line, "}}\n");
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

int failed_add(struct failed *failed, const gly_doc *doc, struct error *error)
{
    int result;

    if (!*failed->path)
        return 0;
    if (failed->fd < 0)
        failed->fd = open(failed->path,
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    write_line(&failed->line, doc);
    result = failed->fd < 0 ? -errno
                            : write_all(failed->fd, failed->line.data,
                                        failed->line.len);
    if (result < 0)
        error_set(error, result, "cannot record a failed document in %s: %s",
                  failed->path, strerror(-result));
    return result;
}

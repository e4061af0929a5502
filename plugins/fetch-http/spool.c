/* spool.c: what was posted, on the disk until it is done.
 *
 * A file is written under another name, synced and renamed, and then its folder is
 * synced: so it is there as a whole or not at all, whenever the power fails.
 */
#include "http.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { NAME = 40 };

static const char *name(char out[NAME], uint64_t number, const char *suffix)
{
    snprintf(out, NAME, "%012" PRIu64 ".%s", number, suffix);
    return out;
}

/* ---- writing ---- */

void spool_add(struct spool *s, const struct entry *e)
{
    size_t before = s->gathered.len;

    gly_buf_printf(&s->gathered, "%zu %s %s %s\n", e->len, e->type,
                   *e->charset ? e->charset : "-", e->id);
    gly_buf_add(&s->gathered, e->bytes, e->len);
    gly_buf_puts(&s->gathered, "\n");
    s->bytes += (double)(s->gathered.len - before);
}

static int write_file(struct spool *s, const char *path)
{
    int fd = openat(s->folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                    0600);
    int result;

    if (fd < 0)
        return -errno;
    result = gly_write_all(fd, s->gathered.data, s->gathered.len);
    if (result == 0 && fsync(fd) < 0)
        result = -errno;
    close(fd);
    return result;
}

int spool_commit(struct spool *s)
{
    char made[NAME], kept[NAME];
    int result;

    if (s->gathered.len == 0)
        return 0;
    name(made, s->next_write, "new");
    name(kept, s->next_write, "post");
    result = write_file(s, made);
    if (result == 0 && (renameat(s->folder, made, s->folder, kept) < 0 ||
                        fsync(s->folder) < 0))
        result = -errno;
    if (result == 0) {
        s->next_write++;
    } else {
        unlinkat(s->folder, made, 0);
        unlinkat(s->folder, kept, 0);
        s->bytes -= (double)s->gathered.len;
    }
    s->gathered.len = 0;
    return result;
}

/* ---- files ---- */

static struct spool_file *last_file(struct spool *s)
{
    return &s->files[s->file_count - 1];
}

static void add_file(struct spool *s, uint64_t number)
{
    if (s->file_count == s->file_size) {
        s->file_size = s->file_size ? 2 * s->file_size : 64;
        s->files = realloc(s->files, s->file_size * sizeof(*s->files));
        if (!s->files)
            abort();
    }
    s->files[s->file_count++] = (struct spool_file){
        .number = number, .bytes = s->reading.len,
    };
}

/* Ends a file of which nothing more will come. */
static void end_file(struct spool *s, struct spool_file *file)
{
    char path[NAME];
    size_t behind = (size_t)(last_file(s) - file);

    if (!file->read || file->pending > 0)
        return;
    unlinkat(s->folder, name(path, file->number, "post"), 0);
    s->bytes -= (double)file->bytes;
    memmove(file, file + 1, behind * sizeof(*file));
    s->file_count--;
}

static void leave(struct spool *s)
{
    s->open = false;
    last_file(s)->read = true;
    end_file(s, last_file(s));
}

/* What it still holds cannot be told; somebody may want to look at it. */
static void set_aside(struct spool *s)
{
    char path[NAME], aside[NAME];

    name(path, last_file(s)->number, "post");
    name(aside, last_file(s)->number, "damaged");
    renameat(s->folder, path, s->folder, aside);
    gly_log(s->stage, GLY_ERROR, "%s/%s is damaged behind its document %u: it is "
            "now %s", s->path, path, s->entry, aside);
    leave(s);
}

static int read_file(struct spool *s, const char *path)
{
    int fd = openat(s->folder, path, O_RDONLY | O_CLOEXEC);
    char part[65536];
    ssize_t n;

    if (fd < 0)
        return -errno;
    s->reading.len = 0;
    while ((n = read(fd, part, sizeof(part))) > 0)
        gly_buf_add(&s->reading, part, (size_t)n);
    if (n < 0)
        n = -errno;
    close(fd);
    return (int)n;
}

/* Goes to the next file that is there. */
static bool open_next(struct spool *s)
{
    char path[NAME];
    uint64_t number = 0;
    int result = -ENOENT;

    while (result < 0) {
        if (s->found_at < s->found_count)
            number = s->found[s->found_at++];
        else if (s->next_read < s->next_write)
            number = s->next_read++;
        else
            return false;
        result = read_file(s, name(path, number, "post"));
        if (result < 0)
            gly_log(s->stage, GLY_ERROR, "cannot read %s/%s: %s", s->path, path,
                    strerror(-result));
    }
    add_file(s, number);
    s->open = true;
    s->at = s->entry = 0;
    return true;
}

/* ---- reading ---- */

/* Takes the next word out of a head line. */
static char *word(char **at)
{
    char *begin = *at, *end = strchr(begin, ' ');

    if (!end)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return begin;
}

/* Takes a head line and its bytes apart where they stand. */
static bool take_apart(struct spool *s, struct entry *e)
{
    char *rest = s->reading.data + s->at;
    char *all = s->reading.data + s->reading.len;
    char *end = memchr(rest, '\n', (size_t)(all - rest));
    const char *len;

    if (!end)
        return false;
    *end = '\0';
    len = word(&rest);
    e->type = len ? word(&rest) : NULL;
    e->charset = e->type ? word(&rest) : NULL;
    if (!e->charset)
        return false;
    if (strcmp(e->charset, "-") == 0)
        e->charset = "";
    e->id = rest;
    e->bytes = end + 1;
    e->len = (size_t)strtoull(len, NULL, 10);
    if (e->len >= (size_t)(all - e->bytes) || e->bytes[e->len] != '\n')
        return false;
    e->bytes[e->len] = '\0';
    s->at = (size_t)(e->bytes + e->len + 1 - s->reading.data);
    return true;
}

bool spool_next(struct spool *s, struct entry *e, gly_buf *ticket)
{
    char path[NAME];
    bool found = false;

    while (!found) {
        if (s->open && s->at == s->reading.len)
            leave(s);
        if (!s->open && !open_next(s))
            return false;
        found = s->at < s->reading.len && take_apart(s, e);
        if (!found && (s->at < s->reading.len || s->at == 0))
            set_aside(s);
    }
    s->entry++;
    last_file(s)->pending++;
    ticket->len = 0;
    gly_buf_printf(ticket, "%s/%s:%u", s->path,
                   name(path, last_file(s)->number, "post"), s->entry);
    return true;
}

void spool_acked(struct spool *s, const char *ticket)
{
    const char *slash = strrchr(ticket, '/');
    uint64_t number = strtoull(slash ? slash + 1 : ticket, NULL, 10);
    size_t i = 0;

    while (i < s->file_count && s->files[i].number != number)
        i++;
    if (i == s->file_count)
        return;
    s->files[i].pending--;
    end_file(s, &s->files[i]);
}

/* ---- beginning and end ---- */

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* A file that an earlier run left is read; half a one is none. */
static void find(struct spool *s, const char *path, size_t *size)
{
    const char *dot = strchr(path, '.');
    struct stat st;

    if (dot && strcmp(dot, ".new") == 0)
        unlinkat(s->folder, path, 0);
    if (!dot || strcmp(dot, ".post") != 0 ||
        fstatat(s->folder, path, &st, 0) < 0)
        return;
    if (s->found_count == *size) {
        *size = *size ? 2 * *size : 64;
        s->found = realloc(s->found, *size * sizeof(*s->found));
        if (!s->found)
            abort();
    }
    s->found[s->found_count++] = strtoull(path, NULL, 10);
    s->bytes += (double)st.st_size;
}

static int scan(struct spool *s)
{
    DIR *dir = opendir(s->path);
    const struct dirent *file;
    size_t size = 0;

    if (!dir)
        return -errno;
    while ((file = readdir(dir)) != NULL)
        find(s, file->d_name, &size);
    closedir(dir);
    if (s->found_count > 0) {
        qsort(s->found, s->found_count, sizeof(*s->found), compare);
        s->next_write = s->found[s->found_count - 1] + 1;
    }
    s->next_read = s->next_write;
    return 0;
}

int spool_open(struct spool *s, gly_stage *stage, const char *path)
{
    int result;

    *s = (struct spool){.stage = stage, .path = path, .next_write = 1};
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return gly_fail(stage, -errno, "cannot make the folder %s: %s", path,
                        strerror(errno));
    s->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->folder < 0)
        return gly_fail(stage, -errno, "cannot open the folder %s: %s", path,
                        strerror(errno));
    if (flock(s->folder, LOCK_EX | LOCK_NB) < 0)
        return gly_fail(stage, -errno, "another stage has the spool %s", path);
    result = scan(s);
    return result == 0 ? 0
                       : gly_fail(stage, result, "cannot read the folder %s: %s",
                                  path, strerror(-result));
}

void spool_close(struct spool *s)
{
    if (s->path && s->folder >= 0)
        close(s->folder);
    free(s->found);
    free(s->files);
    gly_buf_finish(&s->gathered);
    gly_buf_finish(&s->reading);
}

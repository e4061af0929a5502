/* files.c: what becomes of files: which are being read, which are finished.
 *
 * A file is finished when it was read to its end and all its documents are done;
 * until then it stays where it is, so that a run that was killed finds it again.
 * Finished files are moved away, or remembered with size and time for as long as
 * they stay. `galley work` remembers them over its processes, and of a file of
 * lines that is being read which of them are done.
 */
#include "fetch.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SOON_NS = 1000000 };

/* Tables of the stage. */
static const char finished_files[] = "finished";
static const char places[] = "places";

struct file {
    char *path;
    off_t size;
    struct timespec changed;
    gly_buf mark;   /* the file as it was opened; "": nothing is remembered */
    struct place place;
    unsigned round; /* when it was last seen */
    bool read, finished, bad;
};

struct files {
    gly_stage *stage;
    const struct watching *how;
    bool stays;        /* it remembers for the next process */
    void *tree;        /* of tsearch(), by path */
    struct file *open;
    struct file *unsaved; /* what became of it is still to be remembered */
    uint64_t saved;       /* when that was done last, ns */
    unsigned round;
    size_t unfinished;
    bool ended;        /* no more will come */
};

static int compare(const void *a, const void *b)
{
    const struct file *x = a, *y = b;

    return strcmp(x->path, y->path);
}

static struct file *find(struct files *f, const char *path)
{
    struct file key = {.path = (char *)(uintptr_t)path};
    struct file **found = tfind(&key, &f->tree, compare);

    return found ? *found : NULL;
}

static struct file *add(struct files *f, const char *path)
{
    struct file *file = calloc(1, sizeof(*file));

    if (file)
        file->path = strdup(path);
    if (!file || !file->path || !tsearch(file, &f->tree, compare))
        abort();
    return file;
}

static void end_file(void *arg)
{
    struct file *file = arg;

    place_finish(&file->place);
    gly_buf_finish(&file->mark);
    free(file->path);
    free(file);
}

static void drop(struct files *f, struct file *file)
{
    tdelete(file, &f->tree, compare);
    end_file(file);
}

/* ---- what is remembered ---- */

static void remember(struct files *f, const char *table, const char *path,
                     const char *value)
{
    if (f->stays)
        gly_remember(f->stage, table, path, value, 0);
}

static void remember_finished(struct files *f, const struct file *file)
{
    char value[64];

    snprintf(value, sizeof(value), "%lld %lld.%09ld", (long long)file->size,
             (long long)file->changed.tv_sec, file->changed.tv_nsec);
    remember(f, finished_files, file->path, value);
}

static void load_finished(void *arg, const char *path, const char *value)
{
    struct file *file = add(arg, path);
    long long size, seconds;

    if (sscanf(value, "%lld %lld.%9ld", &size, &seconds,
               &file->changed.tv_nsec) == 3) {
        file->size = (off_t)size;
        file->changed.tv_sec = (time_t)seconds;
    }
    file->finished = true;
}

/* With a sum, since lines would be lost by a place that is wrong. */
static void remember_place(struct files *f, struct file *file)
{
    gly_buf text = {0}, value = {0};

    if (file->mark.len == 0 || file->place.last == 0)
        return;
    gly_buf_printf(&text, "%s%d ", file->mark.data, file->bad);
    place_write(&file->place, &text);
    gly_buf_printf(&value, "%08x %s", gly_checksum(text.data, text.len),
                   text.data);
    remember(f, places, file->path, value.data);
    gly_buf_finish(&text);
    gly_buf_finish(&value);
}

/* Whether it was there, whole, and of the same file. */
static bool recall_place(struct files *f, struct file *file)
{
    enum { SUM = 9 };
    const size_t before = SUM + file->mark.len;
    gly_buf value = {0};
    bool found = file->mark.len > 0 &&
                 gly_recall(f->stage, places, file->path, &value) &&
                 value.len > before + 2 &&
                 strtoul(value.data, NULL, 16) ==
                     gly_checksum(value.data + SUM, value.len - SUM) &&
                 strncmp(value.data + SUM, file->mark.data,
                         file->mark.len) == 0 &&
                 place_read(&file->place, value.data + before + 2);

    if (found)
        file->bad = value.data[before] == '1';
    gly_buf_finish(&value);
    return found;
}

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void files_save(struct files *f)
{
    if (!f->unsaved)
        return;
    remember_place(f, f->unsaved);
    f->unsaved = NULL;
    f->saved = now();
}

/* Documents are done in batches, of which each need not be remembered. */
static void save_soon(struct files *f, struct file *file)
{
    if (f->unsaved != file)
        files_save(f);
    f->unsaved = file;
    if (now() - f->saved >= SOON_NS)
        files_save(f);
}

static void prune_place(void *arg, const char *path, const char *value)
{
    (void)value;
    if (access(path, F_OK) < 0 && errno == ENOENT)
        remember(arg, places, path, NULL);
}

/* ---- rounds ---- */

struct sweep {
    const struct files *files;
    struct file **gone;
    size_t count, size;
};

static void see(const void *node, VISIT visit, void *arg)
{
    struct sweep *sweep = arg;
    struct file *file = *(struct file *const *)node;

    if ((visit != postorder && visit != leaf) || !file->finished ||
        file->round == sweep->files->round)
        return;
    if (sweep->count == sweep->size) {
        sweep->size = sweep->size ? 2 * sweep->size : 64;
        sweep->gone = realloc(sweep->gone, sweep->size * sizeof(*sweep->gone));
        if (!sweep->gone)
            abort();
    }
    sweep->gone[sweep->count++] = file;
}

/* Forgets the finished files that were not seen in this round. */
static void sweep_out(struct files *f)
{
    struct sweep sweep = {.files = f};

    twalk_r(f->tree, see, &sweep);
    for (size_t i = 0; i < sweep.count; i++) {
        remember(f, finished_files, sweep.gone[i]->path, NULL);
        drop(f, sweep.gone[i]);
    }
    free(sweep.gone);
}

void files_begin_round(struct files *f)
{
    f->round++;
}

void files_end_round(struct files *f, bool whole)
{
    if (whole)
        sweep_out(f);
}

/* The next worker begins from the first file on. */
static void look_at_end(struct files *f)
{
    if (!f->ended || f->unfinished > 0)
        return;
    f->round++;
    sweep_out(f);
}

void files_ended(struct files *f)
{
    f->ended = true;
    look_at_end(f);
}

/* ---- one file ---- */

static bool is_same(const struct file *file, const struct stat *st)
{
    return file->size == st->st_size &&
           file->changed.tv_sec == st->st_mtim.tv_sec &&
           file->changed.tv_nsec == st->st_mtim.tv_nsec;
}

bool files_are_new(struct files *f, const char *path, const struct stat *st)
{
    struct file *file = find(f, path);

    if (file)
        file->round = f->round;
    return !file || (file->finished && !is_same(file, st));
}

void files_take(struct files *f, const char *path, const struct stat *st)
{
    struct file *file = find(f, path);

    if (!file)
        file = add(f, path);
    *file = (struct file){.path = file->path, .size = st->st_size,
                          .changed = st->st_mtim, .round = f->round};
    f->open = file;
    f->unfinished++;
}

/* By what a file is known to be the same as before. */
static void mark_file(struct file *file, int fd)
{
    char head[4096];
    struct stat st;
    ssize_t len;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
        (len = pread(fd, head, sizeof(head), 0)) < 0)
        return;
    gly_buf_printf(&file->mark, "%lld %lld.%09ld %llu %08x ",
                   (long long)st.st_size, (long long)st.st_mtim.tv_sec,
                   st.st_mtim.tv_nsec, (unsigned long long)st.st_ino,
                   gly_checksum(head, (size_t)len));
}

struct spot files_resume(struct files *f, int fd)
{
    struct file *file = f->open;

    if (!file || !f->stays)
        return (struct spot){0};
    mark_file(file, fd);
    return recall_place(f, file) ? place_begin(&file->place)
                                 : (struct spot){0};
}

bool files_line_is_done(const struct files *f, unsigned long line)
{
    return f->open && place_is_done(&f->open->place, line);
}

/* Does not put one file in another's place. */
static int move_to(const char *path, const char *folder)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    gly_buf to = {0};
    int result = -EEXIST;

    for (unsigned i = 0; i < 1000 && result == -EEXIST; i++) {
        struct stat st;

        to.len = 0;
        gly_buf_printf(&to, "%s/%s", folder, name);
        if (i > 0)
            gly_buf_printf(&to, ".%u", i);
        if (lstat(to.data, &st) < 0)
            result = rename(path, to.data) < 0 ? -errno : 0;
    }
    gly_buf_finish(&to);
    return result;
}

/* Whether it is in another folder now. What took its place while it was read, or
 * was appended, is still to be read. */
static bool move(struct files *f, const struct file *file)
{
    const char *folder = file->bad ? f->how->failed : f->how->done;
    struct stat st;
    int result;

    if (!f->how->watch || !*folder || stat(file->path, &st) < 0 ||
        !is_same(file, &st))
        return false;
    result = move_to(file->path, folder);
    if (result < 0 && result != -ENOENT)
        gly_log(f->stage, GLY_WARN, "cannot move %s to %s: %s", file->path,
                folder, strerror(-result));
    return result == 0;
}

static void finish(struct files *f, struct file *file)
{
    bool moved = move(f, file);

    if (f->unsaved == file)
        f->unsaved = NULL;
    f->unfinished--;
    file->finished = true;
    if (!moved)
        remember_finished(f, file);
    if (file->mark.len > 0)
        remember(f, places, file->path, NULL);
    place_finish(&file->place);
    gly_buf_finish(&file->mark);
    if (moved)
        drop(f, file);
    look_at_end(f);
}

void files_brought(struct files *f, unsigned long line, unsigned long long at)
{
    if (f->open)
        place_brought(&f->open->place, line, at);
}

void files_left(struct files *f)
{
    struct file *file = f->open;

    f->open = NULL;
    if (!file)
        return;
    file->read = true;
    place_end(&file->place);
    if (file->place.count == 0)
        finish(f, file);
}

/* A ticket is a path, or one with a line's number. */
static struct file *take_off(struct files *f, const char *ticket)
{
    const char *colon = strrchr(ticket, ':');
    struct file *file = NULL;

    if (colon) {
        char *path = strndup(ticket, (size_t)(colon - ticket));

        file = path ? find(f, path) : NULL;
        free(path);
    }
    if (file && place_acked(&file->place, strtoul(colon + 1, NULL, 10)))
        return file;
    file = find(f, ticket);
    return file && place_acked(&file->place, 0) ? file : NULL;
}

void files_acked(struct files *f, const char *ticket, int result)
{
    struct file *file = take_off(f, ticket);

    if (!file)
        return;
    file->bad |= result < 0;
    if (file->read && file->place.count == 0)
        finish(f, file);
    else
        save_soon(f, file);
}

/* ---- beginning and end ---- */

struct files *files_new(gly_stage *stage, const struct watching *how)
{
    struct files *f = gly_stage_alloc(stage, sizeof(*f));

    f->stage = stage;
    f->how = how;
    f->stays = gly_stays(stage);
    if (f->stays) {
        gly_recall_all(stage, finished_files, load_finished, f);
        gly_recall_all(stage, places, prune_place, f);
    }
    return f;
}

void files_finish(struct files *f)
{
    if (!f)
        return;
    files_save(f);
    tdestroy(f->tree, end_file);
    f->tree = NULL;
}

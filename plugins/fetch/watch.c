/* watch.c: folders that are looked at again and again, and what becomes of their
 * files.
 *
 * A file is finished when it was read to its end and all its documents are done;
 * until then it stays where it is, so that a run that was killed finds it again.
 * Finished files are moved away, or remembered with size and time for as long as
 * they stay.
 */
#include "fetch.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

struct file {
    char *path;
    off_t size;
    struct timespec changed;
    unsigned long pending; /* documents under way */
    unsigned round;        /* when it was last seen */
    bool read, finished, bad;
};

struct watch {
    gly_stage *stage;
    const struct watching *how;
    void *files; /* of tsearch(), by path */
    struct file *open;
    unsigned round;
    uv_timer_t timer;
    uv_fs_event_t *events;
    size_t event_count;
    double sooner; /* when a file that is still being written may be whole */
    bool due;      /* it is time for another round */
};

static int compare(const void *a, const void *b)
{
    const struct file *x = a, *y = b;

    return strcmp(x->path, y->path);
}

static struct file *find(struct watch *w, const char *path)
{
    struct file key = {.path = (char *)(uintptr_t)path};
    struct file **found = tfind(&key, &w->files, compare);

    return found ? *found : NULL;
}

static struct file *add(struct watch *w, const char *path)
{
    struct file *file = calloc(1, sizeof(*file));

    if (file)
        file->path = strdup(path);
    if (!file || !file->path || !tsearch(file, &w->files, compare))
        abort();
    return file;
}

static void end_file(void *file)
{
    free(((struct file *)file)->path);
    free(file);
}

/* ---- rounds ---- */

static void on_timer(uv_timer_t *timer)
{
    struct watch *w = timer->data;

    w->due = true;
    gly_wake(w->stage);
}

static void on_event(uv_fs_event_t *event, const char *name, int what,
                     int status)
{
    struct watch *w = event->data;

    (void)name, (void)what, (void)status;
    w->due = true;
    gly_wake(w->stage);
}

bool watch_due(struct watch *w)
{
    return w->due;
}

void watch_begin_round(struct watch *w)
{
    w->due = false;
    w->round++;
    w->sooner = w->how->rescan;
}

struct sweep {
    const struct watch *watch;
    struct file **gone;
    size_t count, size;
};

static void see(const void *node, VISIT visit, void *arg)
{
    struct sweep *sweep = arg;
    struct file *file = *(struct file *const *)node;

    if ((visit != postorder && visit != leaf) || !file->finished ||
        file->round == sweep->watch->round)
        return;
    if (sweep->count == sweep->size) {
        sweep->size = sweep->size ? 2 * sweep->size : 64;
        sweep->gone = realloc(sweep->gone, sweep->size * sizeof(*sweep->gone));
        if (!sweep->gone)
            abort();
    }
    sweep->gone[sweep->count++] = file;
}

void watch_end_round(struct watch *w)
{
    struct sweep sweep = {.watch = w};

    twalk_r(w->files, see, &sweep);
    for (size_t i = 0; i < sweep.count; i++) {
        tdelete(sweep.gone[i], &w->files, compare);
        end_file(sweep.gone[i]);
    }
    free(sweep.gone);
    uv_timer_start(&w->timer, on_timer, (uint64_t)(w->sooner * 1000) + 1, 0);
}

/* ---- files ---- */

bool watch_take(struct watch *w, const char *path)
{
    struct file *file = find(w, path);
    struct timespec now;
    struct stat st;
    double age;

    if (file)
        file->round = w->round;
    if (stat(path, &st) < 0 || (file && !file->finished))
        return false;
    if (file && file->size == st.st_size &&
        file->changed.tv_sec == st.st_mtim.tv_sec &&
        file->changed.tv_nsec == st.st_mtim.tv_nsec)
        return false;
    clock_gettime(CLOCK_REALTIME, &now);
    age = (double)(now.tv_sec - st.st_mtim.tv_sec) +
          (double)(now.tv_nsec - st.st_mtim.tv_nsec) / 1e9;
    if (age >= 0 && age < w->how->settle) {
        if (w->how->settle - age < w->sooner)
            w->sooner = w->how->settle - age;
        return false;
    }
    if (!file)
        file = add(w, path);
    *file = (struct file){.path = file->path, .size = st.st_size,
                          .changed = st.st_mtim, .round = w->round};
    w->open = file;
    return true;
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

static void finish(struct watch *w, struct file *file)
{
    const char *folder = file->bad ? w->how->failed : w->how->done;
    int result;

    file->finished = true;
    if (!*folder)
        return;
    result = move_to(file->path, folder);
    if (result == 0) {
        tdelete(file, &w->files, compare);
        end_file(file);
    } else if (result != -ENOENT) {
        gly_log(w->stage, GLY_WARN, "cannot move %s to %s: %s", file->path,
                folder, strerror(-result));
    }
}

void watch_brought(struct watch *w)
{
    if (w->open)
        w->open->pending++;
}

void watch_left(struct watch *w)
{
    struct file *file = w->open;

    w->open = NULL;
    if (!file)
        return;
    file->read = true;
    if (file->pending == 0)
        finish(w, file);
}

/* A ticket is a path, or one with a line's number. */
void watch_acked(struct watch *w, const char *ticket, int result)
{
    struct file *file = find(w, ticket);
    const char *colon = strrchr(ticket, ':');

    if ((!file || file->pending == 0) && colon) {
        char *path = strndup(ticket, (size_t)(colon - ticket));

        file = path ? find(w, path) : NULL;
        free(path);
    }
    if (!file || file->pending == 0)
        return;
    file->pending--;
    file->bad |= result < 0;
    if (file->read && file->pending == 0)
        finish(w, file);
}

/* ---- beginning and end ---- */

struct watch *watch_new(gly_stage *stage, const struct watching *how,
                        const gly_list *paths)
{
    struct watch *w = gly_stage_alloc(stage, sizeof(*w));
    struct uv_loop_s *loop = gly_loop(stage);

    w->stage = stage;
    w->how = how;
    w->due = true;
    if (!loop)
        return w;
    w->timer.data = w;
    uv_timer_init(loop, &w->timer);
    w->events = gly_stage_alloc(stage, paths->count * sizeof(*w->events));
    for (size_t i = 0; i < paths->count; i++) {
        uv_fs_event_t *event = &w->events[w->event_count++];
        struct stat st;

        event->data = w;
        uv_fs_event_init(loop, event);
        /* What the system cannot watch is seen by the next round. */
        if (stat(paths->item[i], &st) == 0 && S_ISDIR(st.st_mode))
            uv_fs_event_start(event, on_event, paths->item[i], 0);
    }
    return w;
}

void watch_finish(struct watch *w)
{
    if (!w)
        return;
    tdestroy(w->files, end_file);
    w->files = NULL;
    if (!w->timer.data)
        return;
    uv_close((uv_handle_t *)&w->timer, NULL);
    for (size_t i = 0; i < w->event_count; i++)
        uv_close((uv_handle_t *)&w->events[i], NULL);
}

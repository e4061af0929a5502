/* input.c: the files of a source, one open at a time. */
#include "fetch.h"

#include <errno.h>
#include <string.h>

static int make_folder(gly_stage *stage, const char *setting, const char *path)
{
    if (!*path || mkdir(path, 0777) == 0 || errno == EEXIST)
        return 0;
    return gly_fail(stage, -errno, "%s: cannot make the folder %s: %s", setting,
                    path, strerror(errno));
}

static int open_watch(gly_stage *stage, struct input *in)
{
    int result;

    for (size_t i = 0; i < in->paths.count; i++) {
        const char *path = in->paths.item[i];
        struct stat st;

        if (strcmp(path, "-") == 0)
            return gly_fail(stage, -EINVAL, "watch: paths must name folders; "
                            "standard input cannot be watched");
        if (stat(path, &st) == 0 && gly_is_own(stage, &st))
            return gly_fail(stage, -EINVAL, "watch: %s is what this pipeline "
                            "writes itself; `galley retry` brings in again "
                            "what failed", path);
    }
    result = make_folder(stage, "done", in->watching.done);
    if (result == 0)
        result = make_folder(stage, "failed", in->watching.failed);
    if (result == 0)
        in->watched = watch_new(stage, &in->watching, &in->paths);
    return result;
}

static void begin_walk(gly_stage *stage, struct input *in)
{
    walk_finish(&in->walk);
    walk_init(&in->walk, &in->paths);
    in->walk.watcher = in->watched ? stage : NULL;
    in->walk.passed[0] = in->watching.done;
    in->walk.passed[1] = in->watching.failed;
    in->walking = in->whole = true;
}

int input_open(gly_stage *stage, struct input *in, size_t more)
{
    int error = walk_check(stage, &in->paths);

    if (error < 0)
        return error;
    if (reader_init(&in->reader, (size_t)in->max_document + more) != 0)
        return gly_fail(stage, -ENOMEM, "max_document: no memory for %ld bytes",
                        in->max_document);
    if (in->watching.watch)
        error = open_watch(stage, in);
    else
        in->total = walk_total(&in->paths);
    if (error < 0)
        return error;
    if (in->watched || gly_stays(stage))
        in->files = files_new(stage, &in->watching);
    if (!in->watched)
        begin_walk(stage, in);
    return 0;
}

void input_close(struct input *in)
{
    reader_finish(&in->reader);
    walk_finish(&in->walk);
    watch_finish(in->watched);
    files_finish(in->files);
    gly_buf_finish(&in->name);
}

/* What failed would be read as it is written, and fail again, without end. */
static bool is_own(gly_stage *stage, struct input *in, const struct stat *st)
{
    if (!in->watched || !gly_is_own(stage, st))
        return false;
    if (!in->told)
        gly_log(stage, GLY_WARN, "%s is left out: this pipeline records there "
                "what failed; `galley retry` brings that in again", in->path);
    in->told = true;
    return true;
}

/* Whether what the walk met is to be read now. */
static bool is_wanted(gly_stage *stage, struct input *in)
{
    struct stat st;

    if (!in->files || strcmp(in->path, "-") == 0)
        return true;
    if (stat(in->path, &st) < 0)
        return !in->watched; /* to be told why it cannot be read */
    if (!files_are_new(in->files, in->path, &st) ||
        (in->watched && !watch_is_settled(in->watched, &st)) ||
        is_own(stage, in, &st))
        return false;
    files_take(in->files, in->path, &st);
    return true;
}

static void begin_round(gly_stage *stage, struct input *in)
{
    watch_begin_round(in->watched);
    files_begin_round(in->files);
    begin_walk(stage, in);
}

static void end_walk(struct input *in)
{
    in->walking = false;
    in->stalled = true;
    in->ended = !in->watched;
    if (in->watched) {
        watch_end_round(in->watched);
        files_end_round(in->files, in->whole);
    } else if (in->files) {
        files_ended(in->files);
    }
}

/* The next path: 1, or -errno for one that cannot be read, or 0 when there is
 * none, now or ever. */
static int next_path(gly_stage *stage, struct input *in)
{
    int result;

    if (in->watched && !in->walking && watch_due(in->watched))
        begin_round(stage, in);
    in->stalled = !in->walking;
    if (in->stalled)
        return 0;
    do {
        result = walk_next(&in->walk, &in->path);
        /* A folder that is away for a while is not forgotten. */
        in->whole &= result >= 0 || in->walk.depth > 0;
    } while ((result < 0 && in->watched) ||
             (result > 0 && !is_wanted(stage, in)));
    if (result == 0)
        end_walk(in);
    return result;
}

int input_next(gly_stage *stage, struct input *in)
{
    struct uv_loop_s *loop = gly_loop(stage);
    int result = next_path(stage, in);
    struct stat st;

    if (result == 0)
        return 0;
    in->name.len = 0;
    gly_utf8_mend(&in->name, in->path, strlen(in->path));
    if (result > 0)
        result = reader_open(&in->reader, in->path);
    if (result < 0)
        return result;
    in->reading = true;
    if (fstat(in->reader.fd, &st) == 0 && S_ISREG(st.st_mode))
        in->size = (double)st.st_size;
    else if (loop)
        reader_watch(&in->reader, loop);
    return 1;
}

void input_leave(struct input *in)
{
    double taken = (double)in->reader.taken;

    in->done += in->size > taken ? in->size : taken;
    in->size = 0;
    in->reading = false;
    reader_close(&in->reader);
    if (in->files)
        files_left(in->files);
}

unsigned long input_resume(struct input *in)
{
    struct spot begin = {0};

    if (in->files)
        begin = files_resume(in->files, in->reader.fd);
    if (begin.line == 0)
        return 0;
    reader_pass(&in->reader, begin.at - reader_at(&in->reader));
    return begin.line - 1;
}

bool input_line_is_done(const struct input *in, unsigned long line)
{
    return in->files && files_line_is_done(in->files, line);
}

void input_brought(struct input *in, unsigned long line)
{
    if (in->files)
        files_brought(in->files, line, in->at);
}

void input_acked(struct input *in, const char *ticket, int result)
{
    if (in->files)
        files_acked(in->files, ticket, result);
}

unsigned input_want(gly_stage *stage, struct input *in, unsigned room,
                    unsigned (*step)(gly_stage *stage))
{
    const unsigned wanted = room;

    if (in->files)
        files_save(in->files);
    /* What there is must not wait for what a pipe will bring one day; nor may
     * other stages, and signals, when the loop can tell of that. */
    in->reader.dry = in->stalled = false;
    while (room > 0 && !in->reader.dry && !in->stalled) {
        in->reader.patient = !in->reader.poll && room == wanted;
        room -= step(stage);
    }
    if (in->reader.dry)
        reader_wake(&in->reader);
    gly_progress(stage, in->done + (double)in->reader.taken, in->total);
    return wanted - room;
}

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

    for (size_t i = 0; i < in->paths.count; i++)
        if (strcmp(in->paths.item[i], "-") == 0)
            return gly_fail(stage, -EINVAL, "watch: paths must name folders; "
                            "standard input cannot be watched");
    result = make_folder(stage, "done", in->watching.done);
    if (result == 0)
        result = make_folder(stage, "failed", in->watching.failed);
    if (result == 0)
        in->watched = watch_new(stage, &in->watching, &in->paths);
    return result;
}

static void begin_walk(struct input *in)
{
    walk_finish(&in->walk);
    walk_init(&in->walk, &in->paths);
    in->walk.passed[0] = in->watching.done;
    in->walk.passed[1] = in->watching.failed;
    in->walking = true;
}

int input_open(gly_stage *stage, struct input *in, size_t more)
{
    int error = walk_check(stage, &in->paths);

    if (error < 0)
        return error;
    if (reader_init(&in->reader, (size_t)in->max_document + more) != 0)
        return gly_fail(stage, -ENOMEM, "max_document: no memory for %ld bytes",
                        in->max_document);
    if (in->watch)
        return open_watch(stage, in);
    in->total = walk_total(&in->paths);
    begin_walk(in);
    return 0;
}

void input_close(struct input *in)
{
    reader_finish(&in->reader);
    walk_finish(&in->walk);
    watch_finish(in->watched);
    gly_buf_finish(&in->name);
}

/* The next path: 1, or -errno for one that cannot be read, or 0 when there is
 * none, now or ever. */
static int next_path(struct input *in)
{
    int result;

    if (in->watched && !in->walking && watch_due(in->watched)) {
        watch_begin_round(in->watched);
        begin_walk(in);
    }
    in->stalled = !in->walking;
    if (in->stalled)
        return 0;
    do
        result = walk_next(&in->walk, &in->path);
    while (in->watched && result != 0 &&
           (result < 0 || !watch_take(in->watched, in->path)));
    if (result != 0)
        return result;
    if (in->watched)
        watch_end_round(in->watched);
    in->ended = !in->watched;
    in->walking = false;
    in->stalled = true;
    return 0;
}

int input_next(gly_stage *stage, struct input *in)
{
    struct uv_loop_s *loop = gly_loop(stage);
    int result = next_path(in);
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
    if (in->watched)
        watch_left(in->watched);
}

void input_brought(struct input *in)
{
    if (in->watched)
        watch_brought(in->watched);
}

void input_acked(struct input *in, const char *ticket, int result)
{
    if (in->watched)
        watch_acked(in->watched, ticket, result);
}

void input_want(gly_stage *stage, struct input *in, unsigned room,
                unsigned (*step)(gly_stage *stage))
{
    const unsigned wanted = room;

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
}

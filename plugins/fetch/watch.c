/* watch.c: when folders are looked at again, and whether a file in them is whole. */
#include "fetch.h"

#include <time.h>
#include <uv.h>

struct watch {
    gly_stage *stage;
    const struct watching *how;
    uv_timer_t timer;
    uv_fs_event_t *events;
    size_t event_count;
    double sooner; /* when a file that is still being written may be whole */
    bool due;      /* it is time for another round */
};

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
    w->sooner = w->how->rescan;
}

void watch_end_round(struct watch *w)
{
    if (w->timer.data)
        uv_timer_start(&w->timer, on_timer, (uint64_t)(w->sooner * 1000) + 1,
                       0);
}

bool watch_is_settled(struct watch *w, const struct stat *st)
{
    struct timespec now;
    double age;

    clock_gettime(CLOCK_REALTIME, &now);
    age = (double)(now.tv_sec - st->st_mtim.tv_sec) +
          (double)(now.tv_nsec - st->st_mtim.tv_nsec) / 1e9;
    if (age < 0 || age >= w->how->settle)
        return true;
    if (w->how->settle - age < w->sooner)
        w->sooner = w->how->settle - age;
    return false;
}

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
    if (!w || !w->timer.data)
        return;
    uv_close((uv_handle_t *)&w->timer, NULL);
    for (size_t i = 0; i < w->event_count; i++)
        uv_close((uv_handle_t *)&w->events[i], NULL);
}

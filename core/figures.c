#include "figures.h"

#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t figures_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint32_t figures_cells_in_file(int fd)
{
    size_t head = offsetof(struct figures, cells), cells;
    struct stat st;

    if (fstat(fd, &st) < 0 || (size_t)st.st_size < head)
        return 0;
    cells = ((size_t)st.st_size - head) / sizeof(struct figures_cell);
    return cells < FIGURES_CELLS ? (uint32_t)cells : FIGURES_CELLS;
}

/* ---- in the supervisor ---- */

/* The pages of a disk that is full could not be written: they are taken now. */
static struct figures *map_new(const char *path, int *fd, struct error *error)
{
    size_t used = offsetof(struct figures, cells);
    struct figures *figures = MAP_FAILED;
    int result;

    *fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    result = *fd < 0 ? errno : posix_fallocate(*fd, 0, (off_t)used);
    if (result == 0) {
        figures = mmap(NULL, sizeof(*figures), PROT_READ | PROT_WRITE,
                       MAP_SHARED, *fd, 0);
        result = errno;
    }
    if (figures != MAP_FAILED)
        return figures;
    error_set(error, -result, "cannot map %s: %s", path, strerror(result));
    if (*fd >= 0)
        close(*fd);
    return NULL;
}

struct figures *figures_open(const char *path, const char *pipeline, int *fd,
                             struct error *error)
{
    const char *slash = strrchr(pipeline, '/');
    const char *name = slash ? slash + 1 : pipeline;
    char fresh[PATH_MAX + 16];
    struct figures *figures;

    /* Who looks at those of an earlier worker has them to the end. */
    snprintf(fresh, sizeof(fresh), "%s.new", path);
    figures = map_new(fresh, fd, error);
    if (!figures)
        return NULL;
    snprintf(figures->name, sizeof(figures->name), "%.*s",
             (int)strcspn(name, "."), name);
    snprintf(figures->version, sizeof(figures->version), "%s", GALLEY_VERSION);
    figures->begun = time(NULL);
    figures->magic = FIGURES_MAGIC;
    figures_pulse(figures);
    if (rename(fresh, path) < 0) {
        error_set(error, -errno, "cannot rename %s: %s", fresh,
                  strerror(errno));
        figures_close(figures);
        close(*fd);
        return NULL;
    }
    return figures;
}

void figures_close(struct figures *figures)
{
    if (figures)
        munmap(figures, sizeof(*figures));
}

void figures_set_state(struct figures *figures, enum figures_state state)
{
    figures->state = (int)state;
    if (state != FIGURES_STARTING)
        return;
    figures->started = time(NULL);
    figures->starts++;
}

void figures_ended(struct figures *figures)
{
    figures->under_way = 0;
    figures->under_way_bytes = 0;
}

void figures_crashed(struct figures *figures, int signal)
{
    figures->crashes++;
    figures->last_crash = time(NULL);
    figures->last_signal = signal;
}

void figures_pulse(struct figures *figures)
{
    figures->pulse = figures_now();
}

/* ---- in the working process ---- */

static const struct figures_stage *find(const struct figures *f,
                                        const struct figures_stage *stage)
{
    for (size_t i = 0; i < f->stage_count && i < FIGURES_STAGES; i++)
        if (strcmp(f->stages[i].id, stage->id) == 0 &&
            strcmp(f->stages[i].plugin, stage->plugin) == 0)
            return &f->stages[i];
    return NULL;
}

/* What a stage did in all its lanes, but not the states it was in. A crash may
 * have written over it. */
static void gather(const struct figures *f, uint32_t cells,
                   const struct figures_stage *stage, struct figures_cell *sum)
{
    if (stage->first > cells || stage->lanes > cells - stage->first)
        return;
    for (uint32_t i = 0; i < stage->lanes; i++) {
        const struct figures_cell *cell = &f->cells[stage->first + i];

        stats_merge(&sum->stats, &cell->stats);
        for (unsigned c = 0; c < cell->counters.count && c < MOST_COUNTERS; c++)
            if (!counter_is_state(cell->counters.at[c].name))
                counters_add(&sum->counters, cell->counters.at[c].name,
                             cell->counters.at[c].value);
    }
}

static uint32_t number_cells(struct figures_stage *stages, size_t count)
{
    uint32_t next = 0;

    for (size_t i = 0; i < count; i++) {
        if (i >= FIGURES_STAGES || next + stages[i].lanes > FIGURES_CELLS)
            stages[i].lanes = 0;
        stages[i].first = next;
        next += stages[i].lanes;
    }
    return next;
}

bool figures_lay_out(struct figures *f, int fd, struct figures_stage *stages,
                     size_t count)
{
    size_t followed = count < FIGURES_STAGES ? count : FIGURES_STAGES;
    struct figures_cell *sums = memory_new(followed * sizeof(*sums));
    uint32_t cells = number_cells(stages, count);
    size_t end = offsetof(struct figures, cells) + cells * sizeof(*f->cells);
    bool fits;

    for (size_t i = 0; i < followed; i++) {
        const struct figures_stage *old = find(f, &stages[i]);

        if (old)
            gather(f, figures_cells_in_file(fd), old, &sums[i]);
    }
    f->layout |= 1; /* it is odd already after a crash in here */
    fits = posix_fallocate(fd, 0, (off_t)end) == 0;
    f->stage_count = fits ? (uint32_t)followed : 0;
    f->cell_count = fits ? cells : 0;
    if (fits) {
        memcpy(f->stages, stages, followed * sizeof(*stages));
        memset(f->cells, 0, cells * sizeof(*f->cells));
        for (size_t i = 0; i < followed; i++)
            if (stages[i].lanes > 0)
                f->cells[stages[i].first] = sums[i];
    }
    f->layout++;
    free(sums);
    return fits;
}

struct figures_cell *figures_cell(struct figures *f, size_t stage,
                                  unsigned lane)
{
    if (stage >= f->stage_count || lane >= f->stages[stage].lanes)
        return NULL;
    return &f->cells[f->stages[stage].first + lane];
}

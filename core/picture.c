#include "picture.h"

#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STALE_MS = 10 * 1000,  /* a supervisor that did not look for so long */
    SAMPLE_MS = 1000,
    RATE_SAMPLES = 10,     /* seconds that rates are of */
    RECENT_MS = 30 * 1000, /* times are of so long, or up to twice */
};

/* ---- the file ---- */

static void unmap(struct picture *p)
{
    if (p->map)
        munmap((void *)p->map, sizeof(*p->map));
    if (p->fd >= 0)
        close(p->fd);
    p->map = NULL;
    p->fd = -1;
}

static int map(struct picture *p, struct error *error)
{
    struct stat st;
    void *found = MAP_FAILED;

    p->fd = open(p->path, O_RDONLY | O_CLOEXEC);
    if (p->fd < 0 || fstat(p->fd, &st) < 0)
        return error_set(error, -errno, "cannot open %s: %s", p->path,
                         strerror(errno));
    if ((size_t)st.st_size >= offsetof(struct figures, cells))
        found = mmap(NULL, sizeof(*p->map), PROT_READ, MAP_SHARED, p->fd, 0);
    if (found == MAP_FAILED)
        return error_set(error, -EINVAL, "%s: no figures of a worker",
                         p->path);
    p->map = found;
    p->file = st.st_ino;
    if (p->map->magic == FIGURES_MAGIC)
        return 0;
    unmap(p);
    return error_set(error, -EINVAL, "%s: figures of another version of galley",
                     p->path);
}

struct picture *picture_new(const char *path, struct error *error)
{
    struct picture *p = memory_new(sizeof(*p));

    p->path = path;
    p->fd = -1;
    if (map(p, error) < 0) {
        picture_free(p);
        return NULL;
    }
    return p;
}

void picture_free(struct picture *p)
{
    if (!p)
        return;
    unmap(p);
    free(p);
}

/* A worker that was begun again has a file of its own. */
static void follow(struct picture *p)
{
    struct error error;
    struct stat st;

    if (stat(p->path, &st) < 0 || st.st_ino == p->file)
        return;
    unmap(p);
    p->sample_count = 0;
    p->turned = 0;
    map(p, &error);
}

/* ---- sound copies ---- */

/* What is no UTF-8 becomes question marks: no position changes. */
static void mend(char *str, size_t size)
{
    size_t len;

    str[size - 1] = '\0';
    len = strlen(str);
    for (size_t at = 0; (at += gly_utf8_valid(str + at, len - at)) < len;)
        str[at] = '?';
}

static void copy(char *to, size_t size, const char *from)
{
    memcpy(to, from, size);
    mend(to, size);
}

static bool is_boundary(const char *text, uint32_t at)
{
    return ((unsigned char)text[at] & 0xC0) != 0x80;
}

static void mend_spans(struct figures_document *d)
{
    unsigned kept = 0;

    d->text_len = (uint32_t)strlen(d->text);
    if (d->layer_count > FIGURES_LAYERS)
        d->layer_count = FIGURES_LAYERS;
    if (d->span_count > FIGURES_SPANS)
        d->span_count = FIGURES_SPANS;
    for (unsigned i = 0; i < d->layer_count; i++)
        mend(d->layers[i], sizeof(d->layers[i]));
    for (unsigned i = 0; i < d->span_count; i++) {
        struct figures_span *s = &d->spans[i];

        if (s->layer >= d->layer_count || s->begin >= s->end ||
            s->end > d->text_len || !is_boundary(d->text, s->begin) ||
            !is_boundary(d->text, s->end))
            continue;
        mend(s->kind, sizeof(s->kind));
        mend(s->about, sizeof(s->about));
        d->spans[kept++] = *s;
    }
    d->span_count = kept;
}

/* Whether an entry was whole when it was copied. */
static bool was_whole(const atomic_ullong *number, uint64_t copied)
{
    atomic_thread_fence(memory_order_acquire);
    return copied > 0 && copied % 2 == 0 && stats_get(number) == copied;
}

/* Of documents and of failures: both begin with their number. */
static int by_newest(const void *a, const void *b)
{
    uint64_t x = stats_get(a), y = stats_get(b);

    return x < y ? 1 : x > y ? -1 : 0;
}

_Static_assert(offsetof(struct figures_document, number) == 0 &&
                   offsetof(struct figures_failure, number) == 0,
               "the number is first");

static void take_documents(struct picture *p)
{
    p->document_count = 0;
    for (unsigned i = 0; i < FIGURES_DOCUMENTS; i++) {
        struct figures_document *d = &p->documents[p->document_count];

        memcpy(d, &p->map->documents[i], sizeof(*d));
        if (!was_whole(&p->map->documents[i].number, d->number))
            continue;
        mend(d->id, sizeof(d->id));
        mend(d->title, sizeof(d->title));
        mend(d->dropped, sizeof(d->dropped));
        mend(d->dropped_by, sizeof(d->dropped_by));
        mend(d->text, sizeof(d->text));
        mend_spans(d);
        p->document_count++;
    }
    qsort(p->documents, p->document_count, sizeof(*p->documents), by_newest);
}

static void take_failures(struct picture *p)
{
    p->failure_count = 0;
    for (unsigned i = 0; i < FIGURES_FAILURES; i++) {
        struct figures_failure *d = &p->failures[p->failure_count];

        memcpy(d, &p->map->failures[i], sizeof(*d));
        if (!was_whole(&p->map->failures[i].number, d->number))
            continue;
        mend(d->id, sizeof(d->id));
        mend(d->title, sizeof(d->title));
        mend(d->ticket, sizeof(d->ticket));
        mend(d->stage, sizeof(d->stage));
        mend(d->reason, sizeof(d->reason));
        p->failure_count++;
    }
    qsort(p->failures, p->failure_count, sizeof(*p->failures), by_newest);
}

static void take_reasons(struct picture *p)
{
    p->reason_count = 0;
    for (unsigned i = 0; i < FIGURES_REASONS; i++) {
        struct figures_reason *r = &p->reasons[p->reason_count];

        memcpy(r, &p->map->reasons[i], sizeof(*r));
        if (r->count == 0)
            break;
        mend(r->stage, sizeof(r->stage));
        mend(r->reason, sizeof(r->reason));
        p->reason_count++;
    }
}

/* ---- stages ---- */

static void add_counters(struct counters *sums, const struct counters *from)
{
    unsigned count = from->count;

    for (unsigned i = 0; i < count && i < MOST_COUNTERS; i++) {
        char name[sizeof(from->at[i].name)];

        copy(name, sizeof(name), from->at[i].name);
        counters_add(sums, name, from->at[i].value);
    }
}

static void take_stage(struct picture *p, unsigned i, uint32_t cells)
{
    struct picture_stage *s = &p->stages[i];
    struct figures_stage from = p->map->stages[i];
    char id[sizeof(s->id)];

    copy(id, sizeof(id), from.id);
    if (strcmp(id, s->id) != 0) /* another pipeline */
        p->sample_count = 0, p->turned = 0;
    memset(s, 0, sizeof(*s));
    memcpy(s->id, id, sizeof(id));
    copy(s->plugin, sizeof(s->plugin), from.plugin);
    copy(s->when, sizeof(s->when), from.when);
    if (from.first > cells || from.lanes > cells - from.first)
        return;
    s->lanes = from.lanes;
    for (uint32_t c = from.first; c < from.first + from.lanes; c++) {
        const struct figures_cell *cell = &p->map->cells[c];

        stats_merge(&s->stats, &cell->stats);
        add_counters(&s->counters, &cell->counters);
        s->waiting += cell->waiting;
        s->room += cell->room;
        s->held += cell->held;
    }
}

/* While a pipeline is laid out anew, the stages stay as they were seen last. */
static void take_stages(struct picture *p)
{
    uint32_t cells = figures_cells_in_file(p->fd), count = p->map->stage_count;

    if (p->map->layout % 2 == 1)
        return;
    p->stage_count = count < FIGURES_STAGES ? count : FIGURES_STAGES;
    for (unsigned i = 0; i < p->stage_count; i++)
        take_stage(p, i, cells);
}

/* ---- what changes with time ---- */

static void add_sample(struct picture *p)
{
    struct picture_sample *s;

    if (p->sample_count > 0 &&
        p->now < p->samples[p->sample_count - 1].time + SAMPLE_MS)
        return;
    if (p->sample_count == PICTURE_SAMPLES)
        memmove(p->samples, p->samples + 1,
                --p->sample_count * sizeof(*p->samples));
    s = &p->samples[p->sample_count++];
    *s = (struct picture_sample){p->now, p->done, p->dropped, p->failed,
                                 p->bytes, p->under_way, {{0, 0}}};
    for (unsigned i = 0; i < p->stage_count; i++) {
        s->stages[i].documents = stats_get(&p->stages[i].stats.documents);
        s->stages[i].ns = stats_get(&p->stages[i].stats.ns);
    }
}

static double a_second(uint64_t now, uint64_t before, double seconds)
{
    return seconds > 0 && now > before ? (double)(now - before) / seconds : 0;
}

static void find_rates(struct picture *p)
{
    unsigned last = p->sample_count - 1;
    const struct picture_sample *to = &p->samples[last];
    const struct picture_sample *from =
        &p->samples[last > RATE_SAMPLES ? last - RATE_SAMPLES : 0];
    double seconds = (double)(to->time - from->time) / 1e3;

    p->done_rate = a_second(to->done, from->done, seconds);
    p->dropped_rate = a_second(to->dropped, from->dropped, seconds);
    p->failed_rate = a_second(to->failed, from->failed, seconds);
    p->bytes_rate = a_second(to->bytes, from->bytes, seconds);
    for (unsigned i = 0; i < p->stage_count; i++) {
        p->stages[i].rate = a_second(to->stages[i].documents,
                                     from->stages[i].documents, seconds);
        p->stages[i].busy = a_second(to->stages[i].ns, from->stages[i].ns,
                                     seconds) / 1e9;
    }
}

static void take_since(struct stats *recent, const struct stats *all,
                       const struct stats *earlier)
{
    *recent = *all;
    if (stats_get(&all->documents) > stats_get(&earlier->documents))
        stats_since(recent, earlier);
}

/* Times since the older of two earlier looks; all when there are none since,
 * and at first. */
static void find_recent(struct picture *p)
{
    bool begins = p->turned == 0;

    if (begins || p->now > p->turned + RECENT_MS) {
        p->turned = p->now;
        memcpy(p->before[0], p->before[1], sizeof(p->before[0]));
        for (unsigned i = 0; i < p->stage_count; i++)
            p->before[1][i] = p->stages[i].stats;
        p->before[1][FIGURES_STAGES] = p->whole;
    }
    if (begins)
        memset(p->before[0], 0, sizeof(p->before[0]));
    for (unsigned i = 0; i < p->stage_count; i++)
        take_since(&p->stages[i].recent, &p->stages[i].stats, &p->before[0][i]);
    take_since(&p->recent, &p->whole, &p->before[0][FIGURES_STAGES]);
}

static void take_supervisor(struct picture *p, const struct figures *f)
{
    copy(p->name, sizeof(p->name), f->name);
    copy(p->version, sizeof(p->version), f->version);
    p->state = (enum figures_state)f->state;
    p->fresh = p->now >= f->pulse && p->now - f->pulse < STALE_MS;
    p->next_start = f->next_start;
    p->begun = f->begun;
    p->started = f->started;
    p->last_crash = f->last_crash;
    p->last_signal = f->last_signal;
    p->starts = f->starts;
    p->crashes = f->crashes;
    p->hangs = f->hangs;
    p->breaks = f->breaks;
    p->reloads = f->reloads;
}

static void take_source(struct picture *p, const struct figures *f)
{
    p->moved = f->moved;
    p->patience = f->patience;
    p->taken = f->taken;
    p->done = f->done;
    p->dropped = f->dropped;
    p->failed = f->failed;
    p->given_up = f->given_up;
    p->bytes = f->bytes;
    p->under_way = f->under_way;
    p->under_way_bytes = f->under_way_bytes;
    p->window = f->window;
    p->budget = f->budget;
    p->whole = f->whole;
}

void picture_take(struct picture *p)
{
    follow(p);
    p->now = figures_now();
    p->fresh = false;
    if (!p->map)
        return;
    take_supervisor(p, p->map);
    take_source(p, p->map);
    take_stages(p);
    take_reasons(p);
    take_documents(p);
    take_failures(p);
    add_sample(p);
    find_rates(p);
    find_recent(p);
}

/* ---- judging it ---- */

const char *picture_state(const struct picture *p)
{
    static const char *const names[] = {
        [FIGURES_STARTING] = "starting", [FIGURES_RUNNING] = "running",
        [FIGURES_DRAINING] = "draining", [FIGURES_BACKING_OFF] = "backing off",
        [FIGURES_STOPPED] = "stopped",
    };

    if ((unsigned)p->state > FIGURES_STOPPED)
        return "gone";
    return p->fresh || p->state == FIGURES_STOPPED ? names[p->state] : "gone";
}

const char *picture_illness(const struct picture *p)
{
    if (p->state == FIGURES_STOPPED)
        return "the worker has stopped";
    if (!p->fresh)
        return "the supervisor does not look any more";
    if (p->under_way > 0 && p->patience > 0 && p->now > p->moved &&
        p->now - p->moved > p->patience)
        return "documents are under way, and none comes to its end";
    return NULL;
}

const char *picture_unreadiness(const struct picture *p)
{
    const char *illness = picture_illness(p);

    return illness                       ? illness
           : p->state == FIGURES_RUNNING ? NULL
                                         : picture_state(p);
}

/* picture.h: a worker's figures as they stand at one moment.
 *
 * Read from the file that the worker writes meanwhile (figures.h). Whatever
 * that holds, also after a crash wrote over it, a picture is sound: counts are
 * within their arrays, strings end and are valid UTF-8, spans lie in their text.
 */
#ifndef GALLEY_CORE_PICTURE_H
#define GALLEY_CORE_PICTURE_H

#include "figures.h"

enum { PICTURE_SAMPLES = 300 };

/* What had been done at one second. */
struct picture_sample {
    uint64_t time; /* ms, as figures_now() */
    uint64_t done, dropped, failed, bytes, under_way;
    struct {
        uint64_t documents, ns;
    } stages[FIGURES_STAGES];
};

struct picture_stage {
    char id[64], plugin[64], when[128];
    unsigned lanes;
    uint64_t waiting, room, held;
    struct stats stats;  /* of all lanes, since the worker began */
    struct stats recent; /* documents and times of the last minute or less */
    struct counters counters;
    double rate;         /* documents a second, of the last seconds */
    double busy;         /* lanes that work, of those last seconds */
};

struct picture {
    const char *path;
    const struct figures *map;
    int fd;
    uint64_t file; /* its number, to know another worker's from it */

    char name[256], version[32];
    bool fresh; /* the supervisor lives */
    enum figures_state state;
    uint64_t now, next_start, moved, patience; /* ms */
    int64_t begun, started, last_crash;        /* since 1970 */
    int last_signal;
    uint64_t starts, crashes, hangs, breaks, reloads;
    uint64_t taken, done, dropped, failed, given_up, bytes;
    uint64_t under_way, under_way_bytes, window, budget;
    double done_rate, dropped_rate, failed_rate, bytes_rate; /* a second */
    struct stats whole, recent;
    unsigned stage_count;
    struct picture_stage stages[FIGURES_STAGES];
    unsigned reason_count;
    struct figures_reason reasons[FIGURES_REASONS];
    unsigned document_count, failure_count; /* the newest first */
    struct figures_document documents[FIGURES_DOCUMENTS];
    struct figures_failure failures[FIGURES_FAILURES];

    unsigned sample_count; /* the oldest first */
    struct picture_sample samples[PICTURE_SAMPLES];
    uint64_t turned; /* when `before` was taken */
    struct stats before[2][FIGURES_STAGES + 1];
};

/* Of the file at `path`, which must live on. NULL with the error. */
struct picture *picture_new(const char *path, struct error *error);
void picture_free(struct picture *picture);
/* Looks again. Rates are known from the second look on, a second later. */
void picture_take(struct picture *picture);

/* "running", "backing off", ...; "gone" when nobody says that he lives. */
const char *picture_state(const struct picture *picture);
/* Why the worker is not well, or not ready for documents; NULL when it is. */
const char *picture_illness(const struct picture *picture);
const char *picture_unreadiness(const struct picture *picture);

/* ---- ways to show it ---- */

/* As text for a terminal with so many rows; 0: as many as it takes. */
void picture_draw(gly_buf *out, const struct picture *picture, unsigned rows,
                  bool colour);
/* As Prometheus reads it, text format 0.0.4. */
void picture_metrics(gly_buf *out, const struct picture *picture);
/* As JSON for the page; without documents and failures up to entry `since`. */
void picture_json(gly_buf *out, const struct picture *picture, uint64_t since);

#endif

/* figures.h: what a worker does, in a file that others may look at meanwhile.
 *
 * The supervisor makes the file and maps it before it forks the process that
 * works; the lanes of that one write into it as they go, and what they wrote
 * outlives their crash. `galley top` and the admin endpoint map it to read
 * (picture.h) and trust nothing in it.
 *
 * Threads: each number has one writer, so no lock is taken: a lane for the
 * cells of its stages, the source's lane for what comes back to the source, the
 * supervisor for the rest. Entries of the rings have a number that is odd while
 * they are written. What the process that works may have spoilt when it crashed
 * is not read by the supervisor.
 */
#ifndef GALLEY_CORE_FIGURES_H
#define GALLEY_CORE_FIGURES_H

#include "doc.h"
#include "error.h"
#include "stage.h"
#include "stats.h"

enum {
    FIGURES_STAGES = 64,    /* stages beyond are not followed, */
    FIGURES_CELLS = 2048,   /* nor are copies of stages */
    FIGURES_DOCUMENTS = 20,
    FIGURES_FAILURES = 50,
    FIGURES_REASONS = 32,   /* those beyond are one: "others" */
    FIGURES_TEXT = 8000,    /* bytes of a document's text */
    FIGURES_SPANS = 256,
    FIGURES_LAYERS = 12,
};

enum figures_state {
    FIGURES_STARTING, FIGURES_RUNNING, FIGURES_DRAINING, FIGURES_BACKING_OFF,
    FIGURES_STOPPED,
};

struct figures_stage {
    char id[64], plugin[64], when[128];
    uint32_t lanes; /* copies of it */
    uint32_t first; /* its first cell; the others follow */
};

/* A stage's copy in one lane. */
struct figures_cell {
    /* Documents in the queue before it, those that fit, those it keeps. */
    atomic_uint waiting, room, held;
    struct stats stats;
    struct counters counters;
};

struct figures_span {
    uint32_t begin, end;
    uint8_t layer;
    uint8_t part;   /* 1: of the span before it; its kind is its role */
    char kind[30];
    char about[88]; /* its name, or what its first note says */
};

struct figures_document {
    atomic_ullong number; /* twice the entry's, less one while it is written */
    int64_t time;         /* seconds since 1970, when it came to its end */
    uint64_t took;        /* ns, from the source to the end */
    uint64_t times[FIGURES_STAGES]; /* ns in each stage */
    char id[160], title[240];
    char dropped[64], dropped_by[64]; /* why and where; "": it was not */
    uint32_t text_len, whole_len;
    uint32_t span_count, layer_count;
    char layers[FIGURES_LAYERS][24];
    struct figures_span spans[FIGURES_SPANS];
    char text[FIGURES_TEXT];
};

struct figures_failure {
    atomic_ullong number; /* as above */
    int64_t time;
    char id[160], title[240], ticket[240];
    char stage[64], reason[240];
    int crashes, signal;  /* of a document that was given up */
};

struct figures_reason {
    char stage[64], reason[112];
    atomic_ullong count;
};

struct figures {
    uint64_t magic;
    char name[256], version[32];

    /* by the supervisor */
    atomic_int state; /* enum figures_state */
    atomic_ullong pulse; /* when it last looked, as figures_now() */
    atomic_ullong next_start; /* while it backs off, likewise */
    atomic_llong begun, started; /* the worker, its process; since 1970 */
    atomic_ullong starts, crashes, hangs, breaks, reloads;
    atomic_llong last_crash; /* since 1970, or 0 */
    atomic_int last_signal;

    /* by the process that works, before its lanes do */
    atomic_uint layout; /* odd while it changes */
    uint32_t stage_count, cell_count;
    struct figures_stage stages[FIGURES_STAGES];
    uint64_t patience; /* ms: for so long a document may rightly be under way */
    uint32_t window;
    uint64_t budget;

    /* by the source's lane */
    atomic_ullong taken, done, dropped, failed, given_up, bytes;
    atomic_ullong under_way, under_way_bytes;
    atomic_ullong moved; /* when a document last came back, as figures_now() */
    struct stats whole; /* times of documents, from the source to the end */
    uint64_t next_shown; /* ns */
    struct figures_reason reasons[FIGURES_REASONS];
    atomic_ullong entries; /* of both rings */
    atomic_ullong document_count, failure_count;
    struct figures_document documents[FIGURES_DOCUMENTS];
    struct figures_failure failures[FIGURES_FAILURES];

    struct figures_cell cells[FIGURES_CELLS]; /* the file has those in use */
};

/* "GLYFIGUR" and the size, which changes with whatever is kept. */
#define FIGURES_MAGIC (0x474c594649475552u ^ sizeof(struct figures))

/* Milliseconds since the system began. */
uint64_t figures_now(void);
/* Cells that the file has; what it says itself a crash may have spoilt. */
uint32_t figures_cells_in_file(int fd);

/* ---- in the supervisor ---- */

/* Makes the file, in the place of an earlier worker's. NULL with the error. The
 * file's *fd is the caller's: what is mapped a crash may have spoilt. */
struct figures *figures_open(const char *path, const char *pipeline, int *fd,
                             struct error *error);
void figures_close(struct figures *figures);
void figures_set_state(struct figures *figures, enum figures_state state);
/* The process that worked has ended: nothing is under way. */
void figures_ended(struct figures *figures);
void figures_crashed(struct figures *figures, int signal);
/* Says that the supervisor lives. */
void figures_pulse(struct figures *figures);

/* ---- in the working process ---- */

/* Gives the stages their cells, `first` of each; those with the id and plugin
 * of one before go on with its figures. False when the disk is full. */
bool figures_lay_out(struct figures *figures, int fd,
                     struct figures_stage *stages, size_t count);
/* The cell of a stage in its i-th lane, or NULL when it is not followed. */
struct figures_cell *figures_cell(struct figures *figures, size_t stage,
                                  unsigned lane);

/* In the source's lane: a document went out; it came back and is settled. */
void figures_out(struct figures *figures, gly_doc *doc, uint64_t now);
void figures_back(struct figures *figures, const gly_doc *doc, uint64_t now);
void figures_under_way(struct figures *figures, uint64_t documents,
                       uint64_t bytes);

#endif

/* stage.h: what a plugin gives to the core, and what it may ask of it.
 *
 * A plugin is a shared object that defines galley_plugin. A stage is one use of
 * a plugin in a pipeline, with its own state; the same plugin may be used twice,
 * and a plugin that is not `single` has a copy of its stage in every lane.
 *
 *     static int process(gly_stage *stage, gly_doc *doc)
 *     {
 *         const struct state *s = gly_state(stage);
 *         look at gly_text(doc, NULL);
 *         if (nobody wants this document)
 *             return GLY_DROP;
 *         gly_mark(doc, "layer", begin, end, "kind");
 *         return GLY_PASS;
 *     }
 *
 * Order:   open(); then want() or process() any number of times; flush() when no
 *          more documents come: at the end, and before that whenever the lane
 *          has nothing else to do while the stage holds some. It lets go of
 *          those that wait for more documents; for others, on their way, the
 *          end waits. After a run that broke it is called only if the stage
 *          still holds some, since what was written is not all; close(), also
 *          after an open() that failed. open() is called by the main thread, one
 *          stage after the other, before any lane runs: the place to make a
 *          library ready.
 * Threads: a stage is entered by one thread at a time, always that of its lane;
 *          so a stage takes no locks and keeps no file-scope variables.
 * Results: 0 or a verdict when all is well, else a negative errno as libuv
 *          has it (UV_ENOENT is -ENOENT), set with gly_fail().
 */
#ifndef GALLEY_STAGE_H
#define GALLEY_STAGE_H

#include <galley/doc.h>
#include <galley/option.h>

#pragma GCC visibility push(default)

/* For which interface a plugin was built. Compared member by member when it is
 * loaded, and refused with a message that says what differs. */
#define GLY_ABI_VERSION 1u
typedef struct gly_abi {
    unsigned version;
    unsigned plugin, option, span, token, sentence, buf, record; /* sizes */
} gly_abi;
#define GLY_ABI                                                             \
    {                                                                       \
        GLY_ABI_VERSION, sizeof(gly_plugin), sizeof(gly_option),            \
            sizeof(gly_span), sizeof(gly_token), sizeof(gly_sentence),      \
            sizeof(gly_buf), sizeof(gly_record)                             \
    }

typedef struct gly_stage gly_stage;
struct gly_buf;

/* Verdicts of process(). A negative result fails the document, not the stage. */
enum {
    GLY_PASS = 0, /* on to the next stage; past the last one it is done */
    GLY_DROP = 1, /* not wanted: done here; see gly_drop() */
    GLY_HOLD = 2, /* kept by this stage until gly_release() */
};

typedef struct gly_plugin {
    gly_abi abi;                /* GLY_ABI */
    const char *name;           /* as in pipeline files; also the file's name */
    const char *about;          /* one sentence */
    const char *reads, *writes; /* "text", layers, fields: "text entities"; an
                                   exporter writes nothing: NULL */
    bool single;                /* one stage for all lanes (order, one file) */
    bool asides;                /* process() takes captions and their like too;
                                   its verdict on one is the document's */
    size_t state_size;          /* zeroed, then filled from options */
    const gly_option *options;  /* ends with { 0 }; or NULL */

    /* All may be NULL, but a plugin has want() or process(). */
    int (*open)(gly_stage *stage);
    int (*process)(gly_stage *stage, gly_doc *doc);
    int (*want)(gly_stage *stage, unsigned room);
    void (*acked)(gly_stage *stage, const char *ticket, int result);
    int (*flush)(gly_stage *stage);
    void (*close)(gly_stage *stage);
} gly_plugin;

extern const gly_plugin galley_plugin;

/* The stage's state, of state_size bytes. */
void *gly_state(gly_stage *stage);
/* Memory that ends with the stage, zeroed. */
void *gly_stage_alloc(gly_stage *stage, size_t size);

/* Says why, for the log and the failed document's record; returns code. */
int gly_fail(gly_stage *stage, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for GLY_DROP, with a short reason ("no-article") that is counted. */
int gly_drop(gly_stage *stage, const char *reason);
/* Says that the stage itself cannot go on (a full disk): the source is stopped,
 * what still comes to this stage fails with this message, the pipeline ends with
 * status 3. */
int gly_break(gly_stage *stage, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

enum gly_level { GLY_ERROR, GLY_WARN, GLY_INFO, GLY_DEBUG };
void gly_log(gly_stage *stage, enum gly_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds to a counter of this stage, shown by `galley run --stats`. */
void gly_count(gly_stage *stage, const char *name, double by);

/* The lane's loop, for a stage that waits on files, sockets or timers: from open()
 * on; callbacks run between the calls of the stage, and it may emit, release and
 * break from them. close() calls uv_close() on its handles; they are closed
 * before the state ends. <uv.h> needs no flag to link. NULL in the harness. */
struct uv_loop_s *gly_loop(gly_stage *stage);
/* Has the lane look at its stages, so that want() is called if there is room,
 * before it sleeps: for what a timer or a socket found without emitting or
 * releasing. From open() to close(), and from any thread. */
void gly_wake(gly_stage *stage);
/* Whether other processes go on with the pipeline where one ended (`galley work`,
 * `galley retry`): a source may then stay for what will come, and an exporter has
 * to add to what is there. False in `galley run` and the harness. */
bool gly_stays(gly_stage *stage);
/* Whether a file, or a folder, of these figures is the pipeline's own: where it
 * records what failed, a worker's folder. A source is not to read it as input. */
struct stat;
bool gly_is_own(gly_stage *stage, const struct stat *st);

/* What a stage is to know again: text values by key, in tables of its own (those
 * of its id, in all lanes). In `galley work` they outlive the process, however it
 * ends; in `galley run` and the harness they last as long as the stages. May be
 * called in open(), and costs some 20 us, so once a document and not once a word.
 * When it cannot be done (a full disk) the stage is broken, as by gly_break(), and
 * a worker begins again with what was remembered before.
 *
 * gly_remember() is done when it returns; `value` NULL forgets. It is forgotten
 * `keep` seconds later, unless remembered again; 0: never. */
void gly_remember(gly_stage *stage, const char *table, const char *key,
                  const char *value, double keep);
/* Adds the value to `value` (text.h); false when there is none. */
bool gly_recall(gly_stage *stage, const char *table, const char *key,
                struct gly_buf *value);
/* Calls each for all of a table, sorted by key; it may remember and recall. */
void gly_recall_all(gly_stage *stage, const char *table,
                    void (*each)(void *arg, const char *key, const char *value),
                    void *arg);

/* Sources. want() is called when there is room for documents; bring up to that
 * many with gly_emit(), at once or later (then want() is called again for what
 * room is left, so keep count). More than there was room for breaks the run.
 * `ticket` is the source's own name for where the document came from (a path, a
 * feed item); acked() returns it, at most once, with 0, a verdict or an error
 * when the document is done: only then may the source forget the original. What
 * comes after gly_end() or a stop, or can be recorded nowhere, is not acked.
 * gly_refuse() is gly_emit() for what could not be read: the document is
 * recorded as failed and acked; with GLY_DROP as its code it is dropped. A source
 * has flush() called when it has ended or was stopped. */
gly_doc *gly_doc_new(gly_stage *source, const char *ticket);
void gly_emit(gly_stage *source, gly_doc *doc);
void gly_refuse(gly_stage *source, gly_doc *doc, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void gly_end(gly_stage *source);
/* How far a source is, in any unit of its own, for the progress line. */
void gly_progress(gly_stage *source, double done, double total);

/* Ends a GLY_HOLD, with GLY_PASS, GLY_DROP or an error, from the stage's own
 * thread; also from within process(), which then returns GLY_HOLD. */
void gly_release(gly_stage *stage, gly_doc *doc, int result);

#pragma GCC visibility pop
#endif

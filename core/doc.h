/* doc.h: what a document is made of; the core's side of galley/doc.h.
 *
 * The core makes documents, hands them from stage to stage and uses them again;
 * what it needs of one on its way stands in `trip`.
 */
#ifndef GALLEY_CORE_DOC_H
#define GALLEY_CORE_DOC_H

#include <galley/doc.h>
#include <galley/text.h>

#include "arena.h"

enum field_type { FIELD_TEXT, FIELD_NUMBER, FIELD_JSON, FIELD_LIST };

struct field {
    const char *key;
    enum field_type type;
    bool brought;            /* by the source: a dot in its key means nothing */
    const char *value;       /* TEXT, JSON, and NUMBER as it is written */
    size_t len;              /* of value */
    double number;           /* NUMBER */
    struct field *items;     /* LIST: its values, by next */
    struct field *last_item;
    struct field *next;
};

struct layer {
    const char *name;
    gly_span *head, *tail, *cursor;
    struct layer *next;
};

/* The text from `at` on stands at `origin` of the text first set; `kept` pieces
 * run on with it, others were put in there. */
struct piece {
    gly_pos at, origin;
    bool kept;
};

/* What is worked out of the text when asked for, and dropped when it changes. */
struct cache {
    struct arena *arena;
    const gly_token *tokens;
    size_t token_count;
    const gly_sentence *sentences;
    size_t sentence_count;
    gly_pos *codepoints;     /* at every COUNT_STEP bytes */
    gly_pos *utf16;
    bool ascii;              /* with codepoints set: no position differs */
};

/* The document's way through a pipeline; of no interest to stages. */
struct trip {
    uint64_t number;         /* in the order of the source */
    gly_doc *next;           /* in lists of the lane */
    int result;              /* 0, GLY_DROP or an error, once `over` */
    bool over;               /* no stage wants it any more */
    bool held;
    const char *stage;       /* where it ended, if not past the last */
    const char *reason;
    const char *ticket;
    size_t bytes;            /* of raw and text, as it came */
    int crashes, signal;     /* of a document that a worker gave up */
    uint64_t taken;          /* when it went out, in ns, if figures are kept */
    uint64_t *times;         /* ns by stage, of one to be shown; or NULL */
    gly_doc *all;            /* in the list of all that were made */
};

/* First what every lane touches on its way, so that little memory goes from
 * core to core. */
struct gly_doc {
    struct trip trip;
    const char *stage;       /* the id of the one that holds it, for changes */
    struct arena own;
    struct arena *arena;     /* its own, or that of the one it stands in */
    struct field *fields, *last_field;
    const char *raw, *raw_type;
    size_t raw_len;
    const char *text, *first_text;
    gly_pos text_len, first_len;
    const gly_origins *raw_from, *text_from; /* NULL: as it was brought */
    struct layer *layers;
    struct piece *pieces;
    size_t piece_count;
    gly_change *changes, *last_change;
    bool at_source;          /* not emitted yet */
    struct cache *cache;
    gly_doc *aside_of, *asides, *last_aside; /* an aside's next: trip.next */
    const char *aside_list;
};

/* Fields by which fetch tells of a document that failed before. */
#define FAILED_TICKET "failed.ticket"
#define FAILED_ATTEMPTS "failed.attempts"

#pragma GCC visibility push(default)

/* Documents begin at their source, until at_source is taken back. */
gly_doc *doc_new(void);
void doc_free(gly_doc *doc);
/* Makes it as new, keeping some of its memory. */
void doc_reset(gly_doc *doc);
const struct field *doc_field(const gly_doc *doc, const char *key);

#pragma GCC visibility pop

/* Whether what stands at pos is of the text first set and was not put in; *next
 * is where that may change. */
bool edit_kept(const gly_doc *doc, gly_pos pos, gly_pos *next);
/* Where the first and the last byte in a range that are of the text first set
 * stood there; false when there are none. */
bool edit_first_and_last(const gly_doc *doc, gly_pos begin, gly_pos end,
                         gly_pos *first, gly_pos *last);

/* What is known of a raw or a text that was set just now. */
const gly_origins *origins_at_first(const gly_doc *doc);

/* Moves all spans by the changes of one commit, which stand in order and do not
 * overlap: [begin, end) became with_len bytes at new_begin. */
struct move {
    gly_pos begin, end, with_len, new_begin;
};
void span_move_all(gly_doc *doc, const struct move *moves, size_t count);

#endif

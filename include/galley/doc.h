/* doc.h: a document on its way through a pipeline.
 *
 * A document holds fields (what is known about it), a text (what it says) and
 * spans (what stages found in the text), in layers.
 *
 * Owner:   one at a time, the queue or the stage that holds it. No locks.
 * Memory:  all that is reached through a document lives as long as it does;
 *          strings passed in are copied; nothing is ever freed by a stage.
 * Units:   text is valid UTF-8; a gly_pos is a byte offset into it, on a
 *          character boundary; a range is [begin, end). Exporters count in
 *          code points, see gly_codepoint().
 * Failure: running out of memory ends the process, so nothing here is NULL
 *          unless the comment says so.
 */
#ifndef GALLEY_DOC_H
#define GALLEY_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

typedef struct gly_doc gly_doc;
typedef uint32_t gly_pos;

/* What the source brought, with its media type ("text/html"): the bytes of one
 * page, converted to UTF-8. NULL and *len 0 when it brought a text. */
const char *gly_raw(const gly_doc *doc, size_t *len);
const char *gly_raw_type(const gly_doc *doc);
void gly_raw_set(gly_doc *doc, const char *utf8, size_t len, const char *type);

/* The text, NUL-terminated, without NUL inside; *len may be NULL.
 * gly_text_set() ends all spans and begins a new count of origins; it expects
 * valid UTF-8 (see gly_utf8_mend()) of less than 4 GiB. */
const char *gly_text(const gly_doc *doc, gly_pos *len);
void gly_text_set(gly_doc *doc, const char *utf8, size_t len);

/* Fields: "id", "uri", "title", "author", "date" (ISO 8601), "lang", ... A dot
 * makes an object of them in the record: "translation.score".
 * gly_set() makes a field one value, NULL takes it away; gly_add() makes it a
 * list and appends. gly_get() gives the i-th value as text, NULL past the last. */
const char *gly_get(const gly_doc *doc, const char *key, size_t i);
void gly_set(gly_doc *doc, const char *key, const char *value);
void gly_add(gly_doc *doc, const char *key, const char *value);
/* All values in one string, kept by the document; NULL for none. */
const char *gly_get_all(gly_doc *doc, const char *key, const char *between);
/* A number that JSON cannot write (NaN) takes the field away. */
void gly_set_number(gly_doc *doc, const char *key, double value);
double gly_get_number(const gly_doc *doc, const char *key, double otherwise);
/* Any other JSON value, which the record then holds as it stands. */
void gly_set_json(gly_doc *doc, const char *key, const char *json, size_t len);

/* A remark on a span: "why", "id", "value"; in the record beside "kind". */
typedef struct gly_note {
    const char *key, *value;
    struct gly_note *next;
} gly_note;

/* One find. A stage fills in name and score after gly_mark(). */
typedef struct gly_span {
    gly_pos begin, end;
    const char *kind;       /* its layer's vocabulary: "PERSON", "direct" */
    const char *name;       /* canonical form, or NULL; see gly_keep() */
    double score;           /* 0..1; 1 until a stage says otherwise */
    gly_note *notes;        /* see gly_note_set() */
    struct gly_span *parts; /* that belong to it: "speaker" and "cue" */
    struct gly_span *next;  /* by begin, then longest first */
} gly_span;

/* Layers in use: "markers", "entities", "quotes", "headings". A new name makes a
 * new layer. The range must lie in the text; an end within a character is moved
 * to its begin. Marking from left to right is quick; a mark that goes before the
 * last one walks the list from its head.
 * A part's kind is its role; a role used twice is a list in the record. */
gly_span *gly_mark(gly_doc *doc, const char *layer, gly_pos begin, gly_pos end,
                   const char *kind);
gly_span *gly_mark_part(gly_doc *doc, gly_span *whole, const char *role,
                        gly_pos begin, gly_pos end);
gly_span *gly_spans(const gly_doc *doc, const char *layer);  /* or NULL */
gly_span *gly_part(const gly_span *whole, const char *role); /* or NULL */
void gly_unmark(gly_doc *doc, const char *layer, gly_span *span);

/* Sets a span's note, or replaces it; gly_note_get() is NULL when not set. */
void gly_note_set(gly_doc *doc, gly_span *span, const char *key,
                  const char *value);
const char *gly_note_get(const gly_span *span, const char *key);

/* Changes to the text. They are gathered, then made at once by the commit, which
 * moves every span along: one that loses all its text ends, one that loses some
 * shrinks; text put in at a span's edge is outside it. Until then all positions
 * keep their meaning. `why` names the change ("credit", "sentence-break").
 * Commit returns 0 (also for no change), or -EINVAL with the text untouched when
 * two changes overlap or one does not lie on character boundaries. */
typedef struct gly_edit gly_edit;
gly_edit *gly_edit_begin(gly_doc *doc);
void gly_edit_replace(gly_edit *edit, gly_pos begin, gly_pos end,
                      const char *with, const char *why);
int gly_edit_commit(gly_edit *edit);

/* Every change made to the text since it was set, in the order of the commits,
 * then of position. `begin` and `end` stand in the text as first set. */
typedef struct gly_change {
    gly_pos begin, end;
    const char *removed; /* removed_len bytes, not NUL-terminated */
    gly_pos removed_len;
    const char *with, *why;
    const char *stage;   /* the id of the stage that made it, or "" */
    struct gly_change *next;
} gly_change;
const gly_change *gly_changes(const gly_doc *doc); /* or NULL */

/* Where a position of the text stood in the text first set; for text put in by
 * an edit, where the edit began. */
gly_pos gly_origin(const gly_doc *doc, gly_pos pos);
/* A position in code points, or in the UTF-16 units that JavaScript counts. */
gly_pos gly_codepoint(const gly_doc *doc, gly_pos pos);
gly_pos gly_utf16(const gly_doc *doc, gly_pos pos);

/* Where the text stands in what was fetched: the bytes of a file, unpacked; of a
 * JSON record, its "html" or "text" in UTF-8. gly_fetched() leads [begin, end)
 * there, from the begin of its first character to behind its last, those put in
 * by edits apart; false when that is not known.
 * It knows by origins, kept by whoever makes a raw of other bytes or a text of the
 * raw, and given to the document after gly_raw_set() or gly_text_set(). Without
 * them, what the source brought is as it was fetched, and of a text that a stage
 * set nothing is known. gly_origins_add() goes from left to right and says that
 * [at, at + len) came from [from, from + from_len): byte by byte if both are as
 * long, else as one; to NULL it says nothing. What is never added is not known. */
typedef struct gly_origins gly_origins;
bool gly_fetched(const gly_doc *doc, gly_pos begin, gly_pos end, gly_pos *from,
                 gly_pos *to);
gly_origins *gly_origins_new(gly_doc *doc);
void gly_origins_add(gly_origins *origins, gly_pos at, gly_pos len,
                     gly_pos from, gly_pos from_len);
void gly_raw_from(gly_doc *doc, const gly_origins *origins);
void gly_text_from(gly_doc *doc, const gly_origins *origins);

/* Asides: texts beside the text, such as captions, in lists with a name. Each is a
 * small document in its document, with a text, fields and layers of its own, and
 * ends with it; the record has the list under its name. A stage whose plugin says
 * `asides` is given them after the document. Asides have none themselves.
 * gly_aside() gives the i-th of a list, NULL past the last; gly_aside_of() the
 * document an aside stands in, NULL for any other. */
gly_doc *gly_aside_add(gly_doc *doc, const char *list);
gly_doc *gly_aside(const gly_doc *doc, const char *list, size_t i);
const gly_doc *gly_aside_of(const gly_doc *aside);
/* Says that an aside's text is [begin, end) of its document's, for origins. */
void gly_aside_from(gly_doc *aside, gly_pos begin, gly_pos end);

/* Memory that ends with the document, zeroed; and a copy of a string in it. */
void *gly_alloc(gly_doc *doc, size_t size);
const char *gly_keep(gly_doc *doc, const char *str, size_t len);

#pragma GCC visibility pop
#endif

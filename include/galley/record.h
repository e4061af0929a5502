/* record.h: a document as one JSON object, the record that exporters write.
 *
 * docs/records.md describes it field by field.
 */
#ifndef GALLEY_RECORD_H
#define GALLEY_RECORD_H

#include <galley/doc.h>
#include <galley/text.h>

#pragma GCC visibility push(default)

enum gly_units { GLY_CODEPOINTS, GLY_BYTES, GLY_UTF16 };

/* What of a document goes into its record. Zero is the usual record. */
typedef struct gly_record {
    enum gly_units units; /* of "begin" and "end" */
    bool changes;         /* "changes": what was done to the text, and why */
    bool origin;          /* "origin" of each span, and "paragraphs" with theirs:
                             [begin, end) as gly_fetched() has it */
    bool input;           /* only the fields and the "html" or "text" as it came,
                             which is what `fetch` reads */
} gly_record;

/* Appends the record, without a newline, to out. `how` may be NULL. */
void gly_record_add(gly_buf *out, const gly_doc *doc, const gly_record *how);
/* Appends str as a JSON string with its quotes. */
void gly_json_string(gly_buf *out, const char *str, size_t len);

/* Writes all of it, also to what is non-blocking: 0 or -errno. */
int gly_write_all(int fd, const char *data, size_t len);

#pragma GCC visibility pop
#endif

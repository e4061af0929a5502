/* rows.h: a document as rows of tables, for the stages that keep documents in a
 * database: docs/records.md describes them.
 */
#ifndef GALLEY_EXPORT_ROWS_H
#define GALLEY_EXPORT_ROWS_H

#include <galley/galley.h>

enum table { DOCUMENTS, CAPTIONS, ENTITIES, QUOTES, MARKERS, TABLES };
enum type { TEXT, JSON, INTEGER, REAL };
enum { MOST_COLUMNS = 12 };

/* The columns of a table, in order; those of all but DOCUMENTS have the key of
 * their document before them. A name NULL ends them. */
struct table_info {
    const char *name;
    struct column {
        const char *name;
        enum type type;
    } columns[MOST_COLUMNS + 1];
};
extern const struct table_info rows_tables[TABLES];

struct cell {
    bool filled;
    const char *text; /* of TEXT and JSON */
    size_t len;
    double number;    /* of INTEGER and REAL */
};

/* Calls put with every row of a document, its own first, until one fails; returns
 * what the last call did. `record`, if not NULL, holds the document's JSON. */
int rows_put(gly_doc *doc, gly_buf *record,
             int (*put)(void *arg, enum table table, const struct cell *cells),
             void *arg);

#endif

/* export.h: what the parts of the export stage share. */
#ifndef GALLEY_EXPORT_H
#define GALLEY_EXPORT_H

#include <galley/galley.h>

/* A table: a row a document, or a row a span of a layer. */
struct table {
    const char *layer; /* "documents" or a layer */
    gly_list columns;
    bool tabs;         /* TSV, else CSV */
    enum gly_units units;
};

/* Checks the columns and takes the usual ones where none are given. */
int table_open(gly_stage *stage, struct table *table);
void table_add_head(gly_buf *out, const struct table *table);
/* Appends the rows of a document. */
void table_add(gly_buf *out, gly_doc *doc, const struct table *table);

#endif

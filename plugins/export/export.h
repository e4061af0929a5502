/* export.h: what the parts of the export stage share. */
#ifndef GALLEY_EXPORT_H
#define GALLEY_EXPORT_H

#include <galley/galley.h>

#include <sys/types.h>

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
/* Whether a row says of which document and text, or span, it is: two that are
 * alike are then of the same. */
bool table_tells_rows_apart(const struct table *table);
/* Appends the rows of a document. */
void table_add(gly_buf *out, gly_doc *doc, const struct table *table);

/* What a whole record of a file is: a line, a row in which line ends may be
 * quoted, an action and the line behind it. */
enum unit { UNIT_LINE, UNIT_ROW, UNIT_PAIR };

/* A file to append to. The first members are set before it is opened. */
struct append {
    const char *path;
    enum unit unit;
    long known;       /* of how many units the same is not written again */
    gly_list varying; /* members, or columns, that are not compared */
    gly_list columns; /* of rows, */
    char separator;   /* with this between; 0: lines of JSON */
    bool sync;

    int fd;
    bool regular;     /* a file, not a pipe or a device */
    off_t end;        /* of what was read of it and written to it */
    off_t action;     /* bytes of a last line that wants another behind it */
    uint64_t seed;
    uint64_t *keys;   /* a hash table, `places` large; 0: free */
    size_t places;
    uint64_t *ring;   /* the same keys by age */
    size_t learned;
    bool varies;      /* something is not compared */
    gly_buf bare;     /* a unit without what is not compared */
    gly_buf member;   /* `"name":` of one that is not */
    gly_buf pieces;   /* units that are to be written, with their keys */
    gly_buf fresh;    /* those of them that are not known */
};

/* Puts the file's end in order, and `head` into an empty one. */
int append_open(gly_stage *stage, struct append *append, const gly_buf *head);
/* Writes a record, or rows, but for those that are known. Breaks the stage when
 * it cannot; nothing of them is then in the file. */
int append_write(gly_stage *stage, struct append *append,
                 const gly_buf *record);
/* Waits until all of it is on the disk. */
int append_sync(gly_stage *stage, const struct append *append);
void append_close(struct append *append);

#endif

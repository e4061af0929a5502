/* rows.c: what the tables of a database hold of a document. */
#include "rows.h"

#include <string.h>

/* "begin" and "end" count code points from 0. */
#define SPAN(kind)                                                          \
    { "caption", INTEGER }, { "begin", INTEGER }, { "end", INTEGER },       \
    { "text", TEXT }, { kind, TEXT }, { "score", REAL }

const struct table_info rows_tables[TABLES] = {
    [DOCUMENTS] = { "documents",
        { { "id", TEXT }, { "uri", TEXT }, { "title", TEXT },
          { "author", TEXT }, { "date", TEXT }, { "lang", TEXT },
          { "site", TEXT }, { "agency", TEXT }, { "duplicate_of", TEXT },
          { "translation_score", REAL }, { "text", TEXT },
          { "record", JSON } } },
    [CAPTIONS] = { "captions",
        { { "caption", INTEGER }, { "text", TEXT }, { "credit", TEXT } } },
    [ENTITIES] = { "entities",
        { SPAN("label"), { "name", TEXT }, { "value", TEXT }, { "id", TEXT },
          { "role", TEXT } } },
    [QUOTES] = { "quotes",
        { SPAN("kind"), { "speaker", TEXT }, { "speaker_name", TEXT },
          { "cue", TEXT }, { "stance", TEXT } } },
    [MARKERS] = { "markers",
        { SPAN("kind"), { "why", TEXT }, { "suggestion", TEXT } } },
};

struct rows {
    const gly_doc *doc; /* the one with the spans */
    int caption;        /* counted from 0; -1: the text itself */
    int (*put)(void *arg, enum table table, const struct cell *cells);
    void *arg;
};

/* ---- cells ---- */

static struct cell number(double value)
{
    return (struct cell){.filled = true, .number = value};
}

static struct cell text(const char *str)
{
    return (struct cell){str != NULL, str, str ? strlen(str) : 0, 0};
}

static struct cell words(const struct rows *rows, const gly_span *span)
{
    if (!span)
        return (struct cell){0};
    return (struct cell){true, gly_text(rows->doc, NULL) + span->begin,
                         span->end - span->begin, 0};
}

static const char *note(const gly_span *span, const char *key)
{
    return span ? gly_note_get(span, key) : NULL;
}

/* ---- spans ---- */

static size_t add_span(struct cell *cells, const struct rows *rows,
                       const gly_span *span)
{
    if (rows->caption >= 0)
        cells[0] = number(rows->caption);
    cells[1] = number(gly_codepoint(rows->doc, span->begin));
    cells[2] = number(gly_codepoint(rows->doc, span->end));
    cells[3] = words(rows, span);
    cells[4] = text(span->kind);
    cells[5] = number(span->score);
    return 6;
}

static void add_entity(struct cell *cells, const struct rows *rows,
                       const gly_span *span)
{
    (void)rows;
    cells[0] = text(span->name);
    cells[1] = text(note(span, "value"));
    cells[2] = text(note(span, "id"));
    cells[3] = text(note(span, "role"));
}

static void add_quote(struct cell *cells, const struct rows *rows,
                      const gly_span *span)
{
    const gly_span *speaker = gly_part(span, "speaker");
    const gly_span *cue = gly_part(span, "cue");

    cells[0] = words(rows, speaker);
    cells[1] = text(speaker ? speaker->name : NULL);
    cells[2] = words(rows, cue);
    cells[3] = text(note(cue, "stance"));
}

static void add_marker(struct cell *cells, const struct rows *rows,
                       const gly_span *span)
{
    (void)rows;
    cells[0] = text(note(span, "why"));
    cells[1] = text(note(span, "suggestion"));
}

static int put_layer(const struct rows *rows, enum table table,
                     void (*add)(struct cell *cells, const struct rows *rows,
                                 const gly_span *span))
{
    const gly_span *span = gly_spans(rows->doc, rows_tables[table].name);
    int result = 0;

    for (; span && result >= 0; span = span->next) {
        struct cell cells[MOST_COLUMNS] = {0};

        add(cells + add_span(cells, rows, span), rows, span);
        result = rows->put(rows->arg, table, cells);
    }
    return result;
}

static int put_layers(const struct rows *rows)
{
    int result = put_layer(rows, ENTITIES, add_entity);

    if (result >= 0)
        result = put_layer(rows, QUOTES, add_quote);
    return result < 0 ? result : put_layer(rows, MARKERS, add_marker);
}

/* ---- documents ---- */

static int put_captions(const gly_doc *doc, const struct rows *own)
{
    struct rows rows = *own;
    int result = 0;

    for (int i = 0; result >= 0; i++) {
        struct cell cells[MOST_COLUMNS] = {number(i)};

        rows.caption = i;
        rows.doc = gly_aside(doc, "captions", (size_t)i);
        if (!rows.doc)
            break;
        cells[1] = text(gly_text(rows.doc, NULL));
        cells[2] = text(gly_get(rows.doc, "credit", 0));
        result = rows.put(rows.arg, CAPTIONS, cells);
        if (result >= 0)
            result = put_layers(&rows);
    }
    return result;
}

static int put_document(gly_doc *doc, gly_buf *record, const struct rows *rows)
{
    struct cell cells[MOST_COLUMNS] = {0};
    size_t n = 0;
    gly_pos len;
    const char *str = gly_text(doc, &len);

    /* Those before the score are fields of the same name. */
    for (; rows_tables[DOCUMENTS].columns[n].type == TEXT; n++)
        cells[n] = text(gly_get_all(doc, rows_tables[DOCUMENTS].columns[n].name,
                                    "; "));
    if (gly_get(doc, "translation.score", 0))
        cells[n] = number(gly_get_number(doc, "translation.score", 0));
    cells[n + 1] = (struct cell){true, str, len, 0};
    if (record) {
        record->len = 0;
        gly_record_add(record, doc, NULL);
        cells[n + 2] = (struct cell){true, record->data, record->len, 0};
    }
    return rows->put(rows->arg, DOCUMENTS, cells);
}

int rows_put(gly_doc *doc, gly_buf *record,
             int (*put)(void *arg, enum table table, const struct cell *cells),
             void *arg)
{
    struct rows rows = {doc, -1, put, arg};
    int result = put_document(doc, record, &rows);

    if (result >= 0)
        result = put_layers(&rows);
    return result < 0 ? result : put_captions(doc, &rows);
}

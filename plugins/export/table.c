/* table.c: documents and spans as rows of CSV (RFC 4180) or TSV. */
#include "export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What a table has when nobody says. */
static const struct {
    const char *layer;
    gly_list columns;
} usual[] = {
#define COLUMNS(...)                                                        \
    { sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),               \
      (const char *const[]){__VA_ARGS__} }
    { "documents", COLUMNS("id", "uri", "title", "author", "date", "lang",
                           "text") },
    { "entities", COLUMNS("document", "begin", "end", "kind", "text", "score",
                          "name", "value", "id", "role") },
    { "quotes", COLUMNS("document", "begin", "end", "kind", "text", "score",
                        "speaker", "speaker.name", "cue", "cue.stance") },
    { "markers", COLUMNS("document", "begin", "end", "kind", "text", "score",
                         "why", "suggestion") },
    { NULL, COLUMNS("document", "begin", "end", "kind", "text", "score",
                    "name") },
#undef COLUMNS
};

/* ---- cells ---- */

/* A spreadsheet takes a cell that begins so for a formula, quoted or not, also
 * after white space; an apostrophe before it makes it text (OWASP, CSV
 * injection). Full-width forms are taken for the same signs. */
static bool is_formula(const char *text, size_t len)
{
    static const char *const starts[] = {
        "=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d",
        "\uff20",
    };

    while (len > 0 && *text == ' ') {
        text++;
        len--;
    }
    for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
        size_t n = strlen(starts[i]);

        if (len >= n && memcmp(text, starts[i], n) == 0)
            return true;
    }
    return false;
}

static void add_comma_cell(gly_buf *out, const char *text, size_t len)
{
    bool plain = true;

    for (size_t i = 0; i < len && plain; i++)
        plain = text[i] != ',' && text[i] != '"' && text[i] != '\n' &&
                text[i] != '\r';
    if (plain && (len == 0 || (text[0] != ' ' && text[len - 1] != ' '))) {
        gly_buf_add(out, text, len);
        return;
    }
    gly_buf_puts(out, "\"");
    while (len > 0) {
        const char *quote = memchr(text, '"', len);
        size_t n = quote ? (size_t)(quote - text) + 1 : len;

        gly_buf_add(out, text, n);
        if (quote)
            gly_buf_puts(out, "\"");
        text += n;
        len -= n;
    }
    gly_buf_puts(out, "\"");
}

/* Tabs and line breaks as PostgreSQL's COPY writes them. */
static void add_tab_cell(gly_buf *out, const char *text, size_t len)
{
    static const char signs[] = "\t\n\r\\", codes[] = "tnr\\";

    while (len > 0) {
        size_t n = 0;

        while (n < len && text[n] != '\t' && text[n] != '\n' &&
               text[n] != '\r' && text[n] != '\\')
            n++;
        gly_buf_add(out, text, n);
        if (n < len) {
            char code[2] = {'\\', codes[strchr(signs, text[n]) - signs]};

            gly_buf_add(out, code, 2);
            n++;
        }
        text += n;
        len -= n;
    }
}

/* One row on its way. */
struct row {
    gly_buf *out;
    const struct table *table;
    size_t cells;
};

static void add_cell(struct row *row, const char *text, size_t len, bool safe)
{
    const struct table *t = row->table;
    void (*add)(gly_buf *out, const char *text, size_t len) =
        t->tabs ? add_tab_cell : add_comma_cell;

    if (row->cells++ > 0)
        gly_buf_puts(row->out, t->tabs ? "\t" : ",");
    if (!safe && is_formula(text, len)) {
        gly_buf whole = {0};

        gly_buf_puts(&whole, "'");
        gly_buf_add(&whole, text, len);
        add(row->out, whole.data, whole.len);
        gly_buf_finish(&whole);
    } else {
        add(row->out, text, len);
    }
}

static void add_text(struct row *row, const char *text)
{
    add_cell(row, text ? text : "", text ? strlen(text) : 0, false);
}

static void add_number(struct row *row, const char *form, double value)
{
    char digits[32];
    int len = snprintf(digits, sizeof(digits), form, value);

    add_cell(row, digits, (size_t)len, true);
}

static void end_row(struct row *row)
{
    gly_buf_puts(row->out, row->table->tabs ? "\n" : "\r\n");
    row->cells = 0;
}

/* ---- rows ---- */

static void add_document(struct row *row, gly_doc *doc)
{
    const gly_list *columns = &row->table->columns;

    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->item[i], "text") == 0)
            add_text(row, gly_text(doc, NULL));
        else
            add_text(row, gly_get_all(doc, columns->item[i], "; "));
    end_row(row);
}

static gly_pos place(const struct row *row, const gly_doc *doc, gly_pos pos)
{
    switch (row->table->units) {
    case GLY_BYTES:
        return pos;
    case GLY_UTF16:
        return gly_utf16(doc, pos);
    case GLY_CODEPOINTS:
        break;
    }
    return gly_codepoint(doc, pos);
}

/* A column by its name: of the span; else a part's text, or a note of the span,
 * or after a dot of its part. */
static void add_column(struct row *row, const gly_doc *doc,
                       const gly_span *span, const char *name)
{
    const char *dot = strchr(name, '.');
    const gly_span *part;

    if (dot) {
        char role[64];

        snprintf(role, sizeof(role), "%.*s", (int)(dot - name), name);
        part = gly_part(span, role);
        if (part)
            add_column(row, doc, part, dot + 1);
        else
            add_text(row, NULL);
    } else if (strcmp(name, "document") == 0) {
        add_text(row, gly_get(doc, "id", 0));
    } else if (strcmp(name, "begin") == 0) {
        add_number(row, "%.0f", place(row, doc, span->begin));
    } else if (strcmp(name, "end") == 0) {
        add_number(row, "%.0f", place(row, doc, span->end));
    } else if (strcmp(name, "kind") == 0) {
        add_text(row, span->kind);
    } else if (strcmp(name, "score") == 0) {
        add_number(row, "%.4g", span->score);
    } else if (strcmp(name, "name") == 0) {
        add_text(row, span->name);
    } else if (strcmp(name, "text") == 0) {
        add_cell(row, gly_text(doc, NULL) + span->begin,
                 span->end - span->begin, false);
    } else if ((part = gly_part(span, name))) {
        add_column(row, doc, part, "text");
    } else {
        add_text(row, gly_note_get(span, name));
    }
}

void table_add_head(gly_buf *out, const struct table *table)
{
    struct row row = {out, table, 0};

    for (size_t i = 0; i < table->columns.count; i++)
        add_text(&row, table->columns.item[i]);
    end_row(&row);
}

void table_add(gly_buf *out, gly_doc *doc, const struct table *table)
{
    struct row row = {out, table, 0};

    if (strcmp(table->layer, "documents") == 0) {
        add_document(&row, doc);
        return;
    }
    for (const gly_span *s = gly_spans(doc, table->layer); s; s = s->next) {
        for (size_t i = 0; i < table->columns.count; i++)
            add_column(&row, doc, s, table->columns.item[i]);
        end_row(&row);
    }
}

static bool has(const gly_list *list, const char *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->item[i], item) == 0)
            return true;
    return false;
}

bool table_tells_rows_apart(const struct table *table)
{
    const gly_list *columns = &table->columns;

    if (strcmp(table->layer, "documents") == 0)
        return has(columns, "id") && has(columns, "text");
    return has(columns, "document") && has(columns, "begin") &&
           has(columns, "end");
}

int table_open(gly_stage *stage, struct table *table)
{
    size_t i = 0;

    if (!*table->layer)
        return gly_fail(stage, -EINVAL, "table is empty: \"documents\" or a "
                        "layer, such as \"entities\"");
    if (table->columns.count > 0)
        return 0;
    while (usual[i].layer && strcmp(usual[i].layer, table->layer) != 0)
        i++;
    table->columns = usual[i].columns;
    return 0;
}

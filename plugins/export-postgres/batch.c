/* batch.c: the rows of documents as arrays, a column each, which unnest() makes
 * rows of again. Binary ones need no quoting and are quick to read.
 */
#include "postgres.h"

#include <endian.h>
#include <string.h>

/* The server takes no message of 1 GB. */
enum { HEAD = 20, MOST_BYTES = 1000 * 1000 * 1000 };

static void add_int(gly_buf *out, uint32_t value)
{
    uint32_t big = htobe32(value);

    gly_buf_add(out, (const char *)&big, sizeof(big));
}

static void begin(struct array *array)
{
    static const char zeros[HEAD];

    array->bytes.len = 0;
    array->count = 0;
    array->holes = false;
    gly_buf_add(&array->bytes, zeros, HEAD);
}

/* Writes the head: dimensions, whether there are NULLs, the values' type, how many
 * there are, the index of the first. */
static void end(struct array *array, enum type type)
{
    static const uint32_t types[] = {
        [TEXT] = 25, [JSON] = 25, [INTEGER] = 23, [REAL] = 701,
    };
    uint32_t head[] = {
        htobe32(array->count > 0), htobe32(array->holes), htobe32(types[type]),
        htobe32(array->count), htobe32(1),
    };

    memcpy(array->bytes.data, head, HEAD);
}

static void add(struct array *array, const struct cell *cell, enum type type)
{
    gly_buf *out = &array->bytes;
    uint64_t bits;

    array->count++;
    if (!cell->filled) {
        array->holes = true;
        add_int(out, UINT32_MAX);
    } else if (type == INTEGER) {
        add_int(out, sizeof(uint32_t));
        add_int(out, (uint32_t)cell->number);
    } else if (type == REAL) {
        add_int(out, sizeof(bits));
        memcpy(&bits, &cell->number, sizeof(bits));
        bits = htobe64(bits);
        gly_buf_add(out, (const char *)&bits, sizeof(bits));
    } else {
        add_int(out, (uint32_t)cell->len);
        gly_buf_add(out, cell->text, cell->len);
    }
}

static int put(void *arg, enum table table, const struct cell *cells)
{
    struct batch *b = arg;
    const struct column *column = rows_tables[table].columns;
    const struct cell document = {.filled = true, .number = b->documents};

    add(&b->columns[table][0], &document, INTEGER);
    for (size_t i = 0; column[i].name; i++)
        add(&b->columns[table][1 + i], &cells[i], column[i].type);
    return 0;
}

void batch_begin(struct batch *b)
{
    b->documents = 0;
    for (enum table t = 0; t < TABLES; t++)
        for (size_t i = 0; i < 1 + MOST_COLUMNS; i++)
            begin(&b->columns[t][i]);
}

void batch_add(struct batch *b, gly_doc *doc, bool record)
{
    b->documents++;
    rows_put(doc, record ? &b->record : NULL, put, b);
}

bool batch_end(struct batch *b)
{
    for (enum table t = 0; t < TABLES; t++) {
        const struct column *column = rows_tables[t].columns;
        size_t bytes = 0;

        end(&b->columns[t][0], INTEGER);
        for (size_t i = 0; column[i].name; i++) {
            end(&b->columns[t][1 + i], column[i].type);
            bytes += b->columns[t][1 + i].bytes.len;
        }
        if (bytes > MOST_BYTES)
            return false;
    }
    return true;
}

void batch_finish(struct batch *b)
{
    for (enum table t = 0; t < TABLES; t++)
        for (size_t i = 0; i < 1 + MOST_COLUMNS; i++)
            gly_buf_finish(&b->columns[t][i].bytes);
    gly_buf_finish(&b->record);
}

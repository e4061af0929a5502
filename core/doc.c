#include "doc.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a document keeps of its arena for the next one: enough for a usual page,
 * little enough that a thousand documents under way stay small. */
enum { KEPT_BYTES = 256 * 1024, COUNT_STEP = 64 };

gly_doc *doc_new(void)
{
    gly_doc *doc = memory_new(sizeof(*doc));

    doc_reset(doc);
    return doc;
}

void doc_free(gly_doc *doc)
{
    if (!doc)
        return;
    arena_finish(&doc->own);
    free(doc);
}

static void begin(gly_doc *doc)
{
    doc->text = doc->first_text = doc->stage = "";
    doc->cache = gly_alloc(doc, sizeof(*doc->cache));
    doc->cache->arena = doc->arena;
}

void doc_reset(gly_doc *doc)
{
    struct arena own = doc->own;

    arena_reset(&own, KEPT_BYTES);
    *doc = (gly_doc){.own = own, .arena = &doc->own, .at_source = true,
                     .trip.all = doc->trip.all};
    begin(doc);
}

void *gly_alloc(gly_doc *doc, size_t size)
{
    return arena_alloc(doc->arena, size);
}

const char *gly_keep(gly_doc *doc, const char *str, size_t len)
{
    return arena_copy(doc->arena, str, len);
}

const char *gly_raw(const gly_doc *doc, size_t *len)
{
    if (len)
        *len = doc->raw_len;
    return doc->raw;
}

const char *gly_raw_type(const gly_doc *doc)
{
    return doc->raw_type;
}

void gly_raw_set(gly_doc *doc, const char *utf8, size_t len, const char *type)
{
    doc->raw = gly_keep(doc, utf8, len);
    doc->raw_len = len;
    doc->raw_type = gly_keep(doc, type, strlen(type));
    doc->raw_from = origins_at_first(doc);
}

const char *gly_text(const gly_doc *doc, gly_pos *len)
{
    if (len)
        *len = doc->text_len;
    return doc->text;
}

void gly_text_set(gly_doc *doc, const char *utf8, size_t len)
{
    assert(len < UINT32_MAX);
    doc->text = gly_keep(doc, utf8, len);
    doc->text_len = (gly_pos)len;
    doc->first_text = doc->text;
    doc->first_len = doc->text_len;
    doc->text_from = origins_at_first(doc);
    doc->layers = NULL;
    doc->pieces = NULL;
    doc->piece_count = 0;
    doc->changes = doc->last_change = NULL;
    *doc->cache = (struct cache){.arena = doc->arena};
}

/* ---- fields ---- */

static struct field *find(const gly_doc *doc, const char *key)
{
    for (struct field *f = doc->fields; f; f = f->next)
        if (strcmp(f->key, key) == 0)
            return f;
    return NULL;
}

const struct field *doc_field(const gly_doc *doc, const char *key)
{
    return find(doc, key);
}

static void take_away(gly_doc *doc, const char *key)
{
    struct field *before = NULL;

    for (struct field *f = doc->fields; f; before = f, f = f->next) {
        if (strcmp(f->key, key) != 0)
            continue;
        if (before)
            before->next = f->next;
        else
            doc->fields = f->next;
        if (doc->last_field == f)
            doc->last_field = before;
        return;
    }
}

static struct field *put(gly_doc *doc, const char *key, enum field_type type)
{
    struct field *field = find(doc, key);

    if (!field) {
        field = gly_alloc(doc, sizeof(*field));
        field->key = gly_keep(doc, key, strlen(key));
        if (doc->last_field)
            doc->last_field->next = field;
        else
            doc->fields = field;
        doc->last_field = field;
    }
    field->type = type;
    field->brought = doc->at_source;
    field->items = field->last_item = NULL;
    return field;
}

static void write_value(gly_doc *doc, struct field *field, const char *value,
                        size_t len)
{
    field->value = gly_keep(doc, value, len);
    field->len = len;
}

const char *gly_get(const gly_doc *doc, const char *key, size_t i)
{
    const struct field *field = find(doc, key);

    if (field && field->type == FIELD_LIST) {
        for (field = field->items; field && i > 0; i--)
            field = field->next;
        return field ? field->value : NULL;
    }
    return field && i == 0 ? field->value : NULL;
}

const char *gly_get_all(gly_doc *doc, const char *key, const char *between)
{
    const struct field *field = find(doc, key);
    const char *all = gly_get(doc, key, 0);
    gly_buf joined = {0};

    if (!all || field->type != FIELD_LIST || !field->items->next)
        return all;
    gly_buf_puts(&joined, all);
    for (field = field->items->next; field; field = field->next) {
        gly_buf_puts(&joined, between);
        gly_buf_puts(&joined, field->value);
    }
    all = gly_keep(doc, joined.data, joined.len);
    gly_buf_finish(&joined);
    return all;
}

void gly_set(gly_doc *doc, const char *key, const char *value)
{
    if (value)
        write_value(doc, put(doc, key, FIELD_TEXT), value, strlen(value));
    else
        take_away(doc, key);
}

static void append(gly_doc *doc, struct field *list, const char *value)
{
    struct field *item = gly_alloc(doc, sizeof(*item));

    item->key = list->key;
    item->type = FIELD_TEXT;
    write_value(doc, item, value, strlen(value));
    if (list->last_item)
        list->last_item->next = item;
    else
        list->items = item;
    list->last_item = item;
}

void gly_add(gly_doc *doc, const char *key, const char *value)
{
    struct field *list = find(doc, key);

    if (!list || list->type != FIELD_LIST) {
        const char *first = list ? list->value : NULL;

        list = put(doc, key, FIELD_LIST);
        if (first)
            append(doc, list, first);
    }
    append(doc, list, value);
}

void gly_set_number(gly_doc *doc, const char *key, double value)
{
    char buf[40];

    if (!isfinite(value)) {
        take_away(doc, key);
        return;
    }

    struct field *field = put(doc, key, FIELD_NUMBER);
    int len = snprintf(buf, sizeof(buf), "%.15g", value);

    field->number = value;
    write_value(doc, field, buf, (size_t)len);
}

double gly_get_number(const gly_doc *doc, const char *key, double otherwise)
{
    const struct field *field = find(doc, key);
    char *end;

    if (!field || field->type == FIELD_LIST)
        return otherwise;
    if (field->type == FIELD_NUMBER)
        return field->number;

    double number = strtod(field->value, &end);

    return end != field->value && *end == '\0' ? number : otherwise;
}

void gly_set_json(gly_doc *doc, const char *key, const char *json, size_t len)
{
    write_value(doc, put(doc, key, FIELD_JSON), json, len);
}

/* ---- asides ---- */

gly_doc *gly_aside_add(gly_doc *doc, const char *list)
{
    gly_doc *aside = gly_alloc(doc, sizeof(*aside));

    assert(!doc->aside_of);
    aside->arena = doc->arena;
    aside->aside_of = doc;
    aside->aside_list = gly_keep(doc, list, strlen(list));
    begin(aside);
    if (doc->last_aside)
        doc->last_aside->trip.next = aside;
    else
        doc->asides = aside;
    doc->last_aside = aside;
    return aside;
}

gly_doc *gly_aside(const gly_doc *doc, const char *list, size_t i)
{
    for (gly_doc *a = doc->asides; a; a = a->trip.next)
        if (strcmp(a->aside_list, list) == 0 && i-- == 0)
            return a;
    return NULL;
}

const gly_doc *gly_aside_of(const gly_doc *aside)
{
    return aside->aside_of;
}

/* ---- positions as others count them ---- */

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static gly_pos width(char c, bool utf16)
{
    if (continues(c))
        return 0;
    return utf16 && (unsigned char)c >= 0xF0 ? 2 : 1;
}

static const gly_pos *count_units(const gly_doc *doc, bool utf16)
{
    gly_pos **kept = utf16 ? &doc->cache->utf16 : &doc->cache->codepoints;

    if (*kept)
        return *kept;

    size_t steps = doc->text_len / COUNT_STEP + 1;
    gly_pos *table = arena_alloc(doc->cache->arena, steps * sizeof(*table));
    gly_pos n = 0;

    for (gly_pos i = 0; i < doc->text_len; i++) {
        if (i % COUNT_STEP == 0)
            table[i / COUNT_STEP] = n;
        n += width(doc->text[i], utf16);
    }
    if (doc->text_len % COUNT_STEP == 0)
        table[steps - 1] = n;
    doc->cache->ascii = n == doc->text_len;
    *kept = table;
    return table;
}

static gly_pos position_in(const gly_doc *doc, gly_pos pos, bool utf16)
{
    if (pos > doc->text_len)
        pos = doc->text_len;

    const gly_pos *table = count_units(doc, utf16);
    gly_pos n = table[pos / COUNT_STEP];

    if (doc->cache->ascii)
        return pos;
    for (gly_pos i = pos - pos % COUNT_STEP; i < pos; i++)
        n += width(doc->text[i], utf16);
    return n;
}

gly_pos gly_codepoint(const gly_doc *doc, gly_pos pos)
{
    return position_in(doc, pos, false);
}

gly_pos gly_utf16(const gly_doc *doc, gly_pos pos)
{
    return position_in(doc, pos, true);
}

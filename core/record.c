/* A document as JSON. */
#include <galley/record.h>

#include "doc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char hex[] = "0123456789abcdef";

void gly_json_string(gly_buf *out, const char *str, size_t len)
{
    const char *p = str, *end = str + len;

    gly_buf_add(out, "\"", 1);
    while (p < end) {
        const char *plain = p;

        while (p < end && (unsigned char)*p >= 0x20 && *p != '"' &&
               *p != '\\' && *p != 0x7F)
            p++;
        gly_buf_add(out, plain, (size_t)(p - plain));
        if (p == end)
            break;

        unsigned char c = (unsigned char)*p++;
        char code[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        const char *named = c ? strchr("\"\"\\\\\nn\tt\rr\bb\ff", c) : NULL;

        if (named) {
            code[1] = named[1];
            gly_buf_add(out, code, 2);
        } else {
            gly_buf_add(out, code, 6);
        }
    }
    gly_buf_add(out, "\"", 1);
}

struct writing {
    gly_buf *out;
    const gly_doc *doc;
    gly_record how;
};

static void add_text(gly_buf *out, const char *str)
{
    gly_json_string(out, str, strlen(str));
}

/* The comma before a member, unless it is the first of its object or list. */
static void separate(gly_buf *out)
{
    char last = out->data[out->len - 1];

    if (last != '{' && last != '[')
        gly_buf_add(out, ",", 1);
}

static void add_key(gly_buf *out, const char *key)
{
    separate(out);
    add_text(out, key);
    gly_buf_add(out, ":", 1);
}

static void add_count(gly_buf *out, const char *key, gly_pos n)
{
    char digits[12], *p = digits + sizeof(digits);

    add_key(out, key);
    do
        *--p = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    gly_buf_add(out, p, (size_t)(digits + sizeof(digits) - p));
}

/* ---- fields ---- */

static void add_value(gly_buf *out, const struct field *field)
{
    switch (field->type) {
    case FIELD_TEXT:
        gly_json_string(out, field->value, field->len);
        break;
    case FIELD_NUMBER:
    case FIELD_JSON:
        gly_buf_add(out, field->value, field->len);
        break;
    case FIELD_LIST:
        gly_buf_add(out, "[", 1);
        for (const struct field *i = field->items; i; i = i->next) {
            separate(out);
            gly_json_string(out, i->value, i->len);
        }
        gly_buf_add(out, "]", 1);
        break;
    }
}

static const char *const leading[] = {
    "id", "uri", "title", "author", "date", "lang",
};
enum { LEADING = sizeof(leading) / sizeof(leading[0]) };

static bool is_leading(const char *key)
{
    for (size_t i = 0; i < LEADING; i++)
        if (strcmp(leading[i], key) == 0)
            return true;
    return false;
}

/* The length of the object's name in "translation.score", or 0: a field that
 * the source brought is called what it is called, dots and all. */
static size_t object_name(const struct field *f)
{
    const char *dot = f->brought ? NULL : strchr(f->key, '.');

    return dot && dot > f->key && dot[1] ? (size_t)(dot - f->key) : 0;
}

static bool is_of_object(const struct field *f, const char *name, size_t len)
{
    return len > 0 && object_name(f) == len && strncmp(f->key, name, len) == 0;
}

/* Layers, asides, objects of dotted fields and what the settings ask for win over
 * a field of the same name, and so does "failed", which is added to the input of
 * what failed. How a document failed before is for the record of its next failure
 * alone. */
static bool is_hidden(const struct writing *w, const char *key)
{
    const gly_doc *doc = w->doc;
    size_t len = strlen(key);

    if (strcmp(key, "text") == 0 || strcmp(key, FAILED_TICKET) == 0 ||
        strcmp(key, FAILED_ATTEMPTS) == 0 ||
        (w->how.input && strcmp(key, "failed") == 0) ||
        (w->how.changes && strcmp(key, "changes") == 0) ||
        (w->how.origin && strcmp(key, "paragraphs") == 0))
        return true;
    if (gly_aside(doc, key, 0))
        return true;
    for (const struct layer *l = doc->layers; l; l = l->next)
        if (strcmp(l->name, key) == 0)
            return true;
    for (const struct field *f = doc->fields; f; f = f->next)
        if (is_of_object(f, key, len))
            return true;
    return false;
}

static void add_fields(const struct writing *w)
{
    for (size_t i = 0; i < LEADING; i++) {
        const struct field *field = doc_field(w->doc, leading[i]);

        if (field) {
            add_key(w->out, field->key);
            add_value(w->out, field);
        }
    }
    for (const struct field *f = w->doc->fields; f; f = f->next) {
        if (is_leading(f->key) || object_name(f) > 0 ||
            is_hidden(w, f->key))
            continue;
        add_key(w->out, f->key);
        add_value(w->out, f);
    }
}

/* "translation.score" and its like as one object, where the first one stood. */
static void add_objects(const struct writing *w)
{
    for (const struct field *f = w->doc->fields; f; f = f->next) {
        size_t len = object_name(f);
        const struct field *first = w->doc->fields;

        if (len == 0)
            continue;
        while (!is_of_object(first, f->key, len))
            first = first->next;
        if (first != f)
            continue;
        separate(w->out);
        gly_json_string(w->out, f->key, len);
        gly_buf_add(w->out, ":{", 2);
        for (const struct field *g = f; g; g = g->next) {
            if (!is_of_object(g, f->key, len))
                continue;
            add_key(w->out, g->key + len + 1);
            add_value(w->out, g);
        }
        gly_buf_add(w->out, "}", 1);
    }
}

/* ---- spans ---- */

static gly_pos count_in(const struct writing *w, gly_pos pos)
{
    switch (w->how.units) {
    case GLY_CODEPOINTS: return gly_codepoint(w->doc, pos);
    case GLY_UTF16: return gly_utf16(w->doc, pos);
    case GLY_BYTES: break;
    }
    return pos;
}

static void add_range(const struct writing *w, const gly_span *s)
{
    gly_buf_add(w->out, "{", 1);
    add_count(w->out, "begin", count_in(w, s->begin));
    add_count(w->out, "end", count_in(w, s->end));
    add_key(w->out, "text");
    gly_json_string(w->out, w->doc->text + s->begin, s->end - s->begin);
}

static void add_origin(const struct writing *w, gly_pos begin, gly_pos end)
{
    gly_pos from, to;

    if (!w->how.origin || !gly_fetched(w->doc, begin, end, &from, &to))
        return;
    add_key(w->out, "origin");
    gly_buf_printf(w->out, "[%u,%u]", from, to);
}

static void add_remarks(const struct writing *w, const gly_span *s)
{
    if (s->name) {
        add_key(w->out, "name");
        add_text(w->out, s->name);
    }
    if (s->score < 0.9995) {
        add_key(w->out, "score");
        gly_buf_printf(w->out, "%.3g", isfinite(s->score) ? s->score : 0.0);
    }
    for (const gly_note *n = s->notes; n; n = n->next) {
        add_key(w->out, n->key);
        add_text(w->out, n->value);
    }
    add_origin(w, s->begin, s->end);
}

static void add_part(const struct writing *w, const gly_span *part)
{
    add_range(w, part);
    add_remarks(w, part);
    gly_buf_add(w->out, "}", 1);
}

static bool is_again(const gly_span *whole, const gly_span *part)
{
    return gly_part(whole, part->kind) != part;
}

static void add_parts(const struct writing *w, const gly_span *whole)
{
    for (const gly_span *p = whole->parts; p; p = p->next) {
        const gly_span *same = p->next;

        if (is_again(whole, p))
            continue;
        while (same && strcmp(same->kind, p->kind) != 0)
            same = same->next;
        add_key(w->out, p->kind);
        if (!same) {
            add_part(w, p);
            continue;
        }
        gly_buf_add(w->out, "[", 1);
        for (const gly_span *q = p; q; q = q->next) {
            if (strcmp(q->kind, p->kind) == 0) {
                separate(w->out);
                add_part(w, q);
            }
        }
        gly_buf_add(w->out, "]", 1);
    }
}

static void add_layer(const struct writing *w, const struct layer *layer)
{
    const char *kind = strcmp(layer->name, "entities") == 0 ? "label" : "kind";

    add_key(w->out, layer->name);
    gly_buf_add(w->out, "[", 1);
    for (const gly_span *s = layer->head; s; s = s->next) {
        separate(w->out);
        add_range(w, s);
        add_key(w->out, kind);
        add_text(w->out, s->kind);
        add_remarks(w, s);
        add_parts(w, s);
        gly_buf_add(w->out, "}", 1);
    }
    gly_buf_add(w->out, "]", 1);
}

/* ---- the whole ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Lines that are not blank. */
static void add_paragraphs(const struct writing *w)
{
    const char *text = w->doc->text;

    add_key(w->out, "paragraphs");
    gly_buf_add(w->out, "[", 1);
    for (gly_pos next, begin = 0; begin < w->doc->text_len; begin = next + 1) {
        gly_pos end = begin + (gly_pos)strcspn(text + begin, "\n");

        next = end;
        while (begin < end && is_blank(text[begin]))
            begin++;
        while (begin < end && is_blank(text[end - 1]))
            end--;
        if (begin == end)
            continue;
        separate(w->out);
        gly_buf_add(w->out, "{", 1);
        add_count(w->out, "begin", count_in(w, begin));
        add_count(w->out, "end", count_in(w, end));
        add_origin(w, begin, end);
        gly_buf_add(w->out, "}", 1);
    }
    gly_buf_add(w->out, "]", 1);
}

static void add_asides(const struct writing *w);

static void add_found(const struct writing *w)
{
    add_fields(w);
    add_key(w->out, "text");
    gly_json_string(w->out, w->doc->text, w->doc->text_len);
    if (w->how.origin)
        add_paragraphs(w);
    add_objects(w);
    add_asides(w);
    for (const struct layer *l = w->doc->layers; l; l = l->next)
        add_layer(w, l);
}

/* Each list of asides where its first one stands. */
static void add_asides(const struct writing *w)
{
    for (const gly_doc *a = w->doc->asides; a; a = a->trip.next) {
        if (gly_aside(w->doc, a->aside_list, 0) != a)
            continue;
        add_key(w->out, a->aside_list);
        gly_buf_add(w->out, "[", 1);
        for (const gly_doc *b = a; b; b = b->trip.next) {
            struct writing inner = {w->out, b, w->how};

            if (strcmp(b->aside_list, a->aside_list) != 0)
                continue;
            separate(w->out);
            gly_buf_add(w->out, "{", 1);
            add_found(&inner);
            gly_buf_add(w->out, "}", 1);
        }
        gly_buf_add(w->out, "]", 1);
    }
}

/* ---- changes ---- */

static void add_changes(const struct writing *w)
{
    add_key(w->out, "changes");
    gly_buf_add(w->out, "[", 1);
    for (const gly_change *c = w->doc->changes; c; c = c->next) {
        separate(w->out);
        gly_buf_add(w->out, "{", 1);
        add_count(w->out, "begin", c->begin);
        add_count(w->out, "end", c->end);
        add_key(w->out, "removed");
        gly_json_string(w->out, c->removed, c->removed_len);
        add_key(w->out, "with");
        add_text(w->out, c->with);
        add_key(w->out, "why");
        add_text(w->out, c->why);
        add_key(w->out, "stage");
        add_text(w->out, c->stage);
        gly_buf_add(w->out, "}", 1);
    }
    gly_buf_add(w->out, "]", 1);
}

/* What came in: a page as "html", a text as "text"; anything else, such as a
 * line that is no record, as "input". */
static void add_input(const struct writing *w)
{
    if (w->doc->raw) {
        add_key(w->out, strcmp(w->doc->raw_type, "text/html") == 0 ? "html"
                                                                   : "input");
        gly_json_string(w->out, w->doc->raw, w->doc->raw_len);
    } else if (w->doc->first_len > 0) {
        add_key(w->out, "text");
        gly_json_string(w->out, w->doc->first_text, w->doc->first_len);
    }
}

void gly_record_add(gly_buf *out, const gly_doc *doc, const gly_record *how)
{
    struct writing w = {out, doc, how ? *how : (gly_record){0}};

    gly_buf_add(out, "{", 1);
    if (w.how.input) {
        add_fields(&w);
        add_input(&w);
    } else {
        add_found(&w);
        if (w.how.changes)
            add_changes(&w);
    }
    gly_buf_add(out, "}", 1);
}

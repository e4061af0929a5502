/* Layers of spans: how they are kept in order, and moved by edits. */
#include "doc.h"

#include <assert.h>
#include <string.h>

static struct layer *find_layer(const gly_doc *doc, const char *name)
{
    for (struct layer *l = doc->layers; l; l = l->next)
        if (strcmp(l->name, name) == 0)
            return l;
    return NULL;
}

/* New layers go last, so that the record has them in the order of the stages. */
static struct layer *need_layer(gly_doc *doc, const char *name)
{
    struct layer *layer = find_layer(doc, name), **end = &doc->layers;

    if (layer)
        return layer;
    while (*end)
        end = &(*end)->next;
    layer = gly_alloc(doc, sizeof(*layer));
    layer->name = gly_keep(doc, name, strlen(name));
    *end = layer;
    return layer;
}

static bool stands_before(const gly_span *a, const gly_span *b)
{
    return a->begin < b->begin || (a->begin == b->begin && a->end >= b->end);
}

static void insert(struct layer *layer, gly_span *span)
{
    gly_span *before = NULL;

    if (layer->tail && stands_before(layer->tail, span))
        before = layer->tail;
    else if (layer->cursor && stands_before(layer->cursor, span))
        before = layer->cursor;
    for (gly_span *s = before ? before->next : layer->head;
         s && stands_before(s, span); s = s->next)
        before = s;

    span->next = before ? before->next : layer->head;
    if (before)
        before->next = span;
    else
        layer->head = span;
    if (!span->next)
        layer->tail = span;
    layer->cursor = span;
}

/* The begin of the character that pos is in. */
static gly_pos whole_char(const gly_doc *doc, gly_pos pos)
{
    while (pos > 0 && ((unsigned char)doc->text[pos] & 0xC0) == 0x80)
        pos--;
    return pos;
}

static gly_span *new_span(gly_doc *doc, gly_pos begin, gly_pos end,
                          const char *kind)
{
    gly_span *span = gly_alloc(doc, sizeof(*span));

    assert(begin <= end && end <= doc->text_len);
    span->begin = whole_char(doc, begin);
    span->end = whole_char(doc, end);
    span->kind = gly_keep(doc, kind, strlen(kind));
    span->score = 1.0;
    return span;
}

gly_span *gly_mark(gly_doc *doc, const char *layer, gly_pos begin, gly_pos end,
                   const char *kind)
{
    gly_span *span = new_span(doc, begin, end, kind);

    insert(need_layer(doc, layer), span);
    return span;
}

gly_span *gly_mark_part(gly_doc *doc, gly_span *whole, const char *role,
                        gly_pos begin, gly_pos end)
{
    gly_span *span = new_span(doc, begin, end, role);
    gly_span **at = &whole->parts;

    while (*at)
        at = &(*at)->next;
    *at = span;
    return span;
}

gly_span *gly_spans(const gly_doc *doc, const char *layer)
{
    const struct layer *l = find_layer(doc, layer);

    return l ? l->head : NULL;
}

gly_span *gly_part(const gly_span *whole, const char *role)
{
    for (gly_span *s = whole->parts; s; s = s->next)
        if (strcmp(s->kind, role) == 0)
            return s;
    return NULL;
}

void gly_unmark(gly_doc *doc, const char *layer, gly_span *span)
{
    struct layer *l = find_layer(doc, layer);
    gly_span *before = NULL;

    for (gly_span *s = l ? l->head : NULL; s; before = s, s = s->next) {
        if (s != span)
            continue;
        if (before)
            before->next = s->next;
        else
            l->head = s->next;
        if (l->tail == s)
            l->tail = before;
        l->cursor = before;
        return;
    }
}

void gly_note_set(gly_doc *doc, gly_span *span, const char *key,
                  const char *value)
{
    gly_note **at = &span->notes;

    while (*at && strcmp((*at)->key, key) != 0)
        at = &(*at)->next;
    if (!*at) {
        *at = gly_alloc(doc, sizeof(**at));
        (*at)->key = gly_keep(doc, key, strlen(key));
    }
    (*at)->value = gly_keep(doc, value, strlen(value));
}

const char *gly_note_get(const gly_span *span, const char *key)
{
    for (const gly_note *n = span->notes; n; n = n->next)
        if (strcmp(n->key, key) == 0)
            return n->value;
    return NULL;
}

/* ---- moving ---- */

/* How many of the moves begin before pos, or at it when `at` is true. */
static size_t moves_before(const struct move *moves, size_t count, gly_pos pos,
                           bool at)
{
    size_t low = 0;

    while (count > 0) {
        size_t half = count / 2;
        gly_pos begin = moves[low + half].begin;

        if (begin < pos || (at && begin == pos)) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

static gly_pos after(const struct move *m)
{
    return m->new_begin + m->with_len;
}

/* False when the span is gone. An edit within the span changes it; one that
 * reaches over an edge of it takes what it covers. */
static bool move_range(gly_span *s, const struct move *moves, size_t count)
{
    bool empty = s->begin == s->end;
    size_t b = moves_before(moves, count, s->begin, !empty);
    size_t e = moves_before(moves, count, s->end, false);
    gly_pos begin = s->begin, end = s->end;

    if (b > 0) {
        const struct move *m = &moves[b - 1];
        bool inside = m->begin == s->begin && m->end <= s->end;

        if (m->end <= s->begin)
            begin = s->begin - m->end + after(m);
        else if (inside)
            begin = m->new_begin;
        else if (m->end >= s->end)
            return false;
        else
            begin = after(m);
    }
    if (e > 0) {
        const struct move *m = &moves[e - 1];

        end = m->end <= s->end ? s->end - m->end + after(m) : m->new_begin;
    }
    s->begin = begin;
    s->end = end;
    return empty ? begin == end : begin < end;
}

static void move_parts(gly_span *whole, const struct move *moves, size_t count)
{
    gly_span **at = &whole->parts;

    while (*at) {
        if (!move_range(*at, moves, count)) {
            *at = (*at)->next;
            continue;
        }
        move_parts(*at, moves, count);
        at = &(*at)->next;
    }
}

void span_move_all(gly_doc *doc, const struct move *moves, size_t count)
{
    for (struct layer *l = doc->layers; l; l = l->next) {
        gly_span *span = l->head, *next;

        l->head = l->tail = l->cursor = NULL;
        for (; span; span = next) {
            next = span->next;
            if (!move_range(span, moves, count))
                continue;
            move_parts(span, moves, count);
            insert(l, span);
        }
    }
}

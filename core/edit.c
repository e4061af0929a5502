/* Changes to the text, and where its positions came from. */
#include "doc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct replacement {
    gly_pos begin, end, with_len;
    size_t order; /* as gathered */
    const char *with, *why;
};

struct gly_edit {
    gly_doc *doc;
    struct replacement *items;
    size_t count, size;
};

gly_edit *gly_edit_begin(gly_doc *doc)
{
    gly_edit *edit = gly_alloc(doc, sizeof(*edit));

    edit->doc = doc;
    return edit;
}

void gly_edit_replace(gly_edit *edit, gly_pos begin, gly_pos end,
                      const char *with, const char *why)
{
    if (edit->count == edit->size) {
        size_t size = edit->size ? edit->size * 2 : 16;
        struct replacement *items =
            gly_alloc(edit->doc, size * sizeof(*items));

        if (edit->count)
            memcpy(items, edit->items, edit->count * sizeof(*items));
        edit->items = items;
        edit->size = size;
    }

    size_t len = strlen(with);

    edit->items[edit->count] = (struct replacement){
        begin, end, (gly_pos)len, edit->count,
        gly_keep(edit->doc, with, len), gly_keep(edit->doc, why, strlen(why)),
    };
    edit->count++;
}

static int by_position(const void *a, const void *b)
{
    const struct replacement *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static bool is_boundary(const gly_doc *doc, gly_pos pos)
{
    return pos <= doc->text_len &&
           ((unsigned char)doc->text[pos] & 0xC0) != 0x80;
}

/* Sorts, checks, and gives the length of the text to come. */
static int prepare(gly_edit *edit, size_t *new_len)
{
    const gly_doc *doc = edit->doc;
    gly_pos reached = 0;
    size_t len = doc->text_len;

    if (edit->count > 1)
        qsort(edit->items, edit->count, sizeof(*edit->items), by_position);
    for (size_t i = 0; i < edit->count; i++) {
        const struct replacement *r = &edit->items[i];

        if (r->begin > r->end || r->begin < reached ||
            !is_boundary(doc, r->begin) || !is_boundary(doc, r->end))
            return -EINVAL;
        reached = r->end;
        len = len - (r->end - r->begin) + r->with_len;
    }
    *new_len = len;
    return len < UINT32_MAX ? 0 : -EINVAL;
}

/* ---- origins ---- */

static const struct piece *piece_of(const gly_doc *doc, gly_pos pos)
{
    size_t low = 0, count = doc->piece_count;

    while (count > 0) {
        size_t half = count / 2;

        if (doc->pieces[low + half].at <= pos) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low ? &doc->pieces[low - 1] : NULL;
}

gly_pos gly_origin(const gly_doc *doc, gly_pos pos)
{
    const struct piece *p = piece_of(doc, pos);

    if (!p)
        return pos;
    return p->kept ? p->origin + (pos - p->at) : p->origin;
}

bool edit_kept(const gly_doc *doc, gly_pos pos, gly_pos *next)
{
    const struct piece *p = piece_of(doc, pos);
    size_t i = p ? (size_t)(p - doc->pieces) + 1 : 0;

    *next = i < doc->piece_count ? doc->pieces[i].at : doc->text_len;
    return !p || p->kept;
}

bool edit_first_and_last(const gly_doc *doc, gly_pos begin, gly_pos end,
                         gly_pos *first, gly_pos *last)
{
    gly_pos next;

    while (begin < end && !edit_kept(doc, begin, &next))
        begin = next;
    while (begin < end && !edit_kept(doc, end - 1, &next))
        end = piece_of(doc, end - 1)->at;
    if (begin >= end)
        return false;
    *first = gly_origin(doc, begin);
    *last = gly_origin(doc, end - 1);
    return true;
}

/* The origin of the end of a range: behind its last byte, not where the text
 * that now follows it came from. */
static gly_pos origin_of_end(const gly_doc *doc, gly_pos begin, gly_pos end)
{
    if (end == begin)
        return gly_origin(doc, end);

    const struct piece *p = piece_of(doc, end - 1);

    return gly_origin(doc, end - 1) + (!p || p->kept ? 1 : 0);
}

struct piece_list {
    struct piece *items;
    size_t count;
};

static void add_piece(struct piece_list *list, struct piece piece)
{
    if (list->count > 0) {
        const struct piece *last = &list->items[list->count - 1];

        if (piece.kept && last->kept &&
            piece.origin - last->origin == piece.at - last->at)
            return;
    }
    list->items[list->count++] = piece;
}

/* The old text's [begin, end) now stands at `at`. */
static void keep_pieces(struct piece_list *list, const gly_doc *doc,
                        gly_pos begin, gly_pos end, gly_pos at)
{
    const struct piece *p = piece_of(doc, begin);

    if (begin == end)
        return;
    add_piece(list, (struct piece){at, gly_origin(doc, begin), !p || p->kept});
    for (size_t i = p ? (size_t)(p - doc->pieces) + 1 : 0;
         i < doc->piece_count && doc->pieces[i].at < end; i++) {
        p = &doc->pieces[i];
        add_piece(list, (struct piece){at + (p->at - begin), p->origin,
                                       p->kept});
    }
}

/* ---- commit ---- */

static void note_change(gly_doc *doc, const struct replacement *r)
{
    gly_change *change = gly_alloc(doc, sizeof(*change));

    *change = (gly_change){
        .begin = gly_origin(doc, r->begin),
        .end = origin_of_end(doc, r->begin, r->end),
        .removed = doc->text + r->begin,
        .removed_len = r->end - r->begin,
        .with = r->with,
        .why = r->why,
        .stage = doc->stage,
    };
    if (doc->last_change)
        doc->last_change->next = change;
    else
        doc->changes = change;
    doc->last_change = change;
}

const gly_change *gly_changes(const gly_doc *doc)
{
    return doc->changes;
}

static void rewrite(gly_edit *edit, size_t new_len, struct move *moves,
                    struct piece_list *pieces)
{
    gly_doc *doc = edit->doc;
    char *text = arena_bytes(doc->arena, new_len + 1), *out = text;
    gly_pos read = 0;

    for (size_t i = 0; i <= edit->count; i++) {
        const struct replacement *r =
            i < edit->count ? &edit->items[i] : NULL;
        gly_pos until = r ? r->begin : doc->text_len;

        keep_pieces(pieces, doc, read, until, (gly_pos)(out - text));
        memcpy(out, doc->text + read, until - read);
        out += until - read;
        if (!r)
            break;
        moves[i] = (struct move){r->begin, r->end, r->with_len,
                                 (gly_pos)(out - text)};
        if (r->with_len > 0)
            add_piece(pieces, (struct piece){(gly_pos)(out - text),
                                             gly_origin(doc, r->begin), false});
        memcpy(out, r->with, r->with_len);
        out += r->with_len;
        read = r->end;
        note_change(doc, r);
    }
    *out = '\0';
    doc->text = text;
    doc->text_len = (gly_pos)new_len;
}

int gly_edit_commit(gly_edit *edit)
{
    gly_doc *doc = edit->doc;
    struct piece_list pieces = {0};
    size_t len;
    int result = prepare(edit, &len);

    if (result < 0 || edit->count == 0)
        return result;

    size_t most = doc->piece_count + 2 * edit->count + 1;
    struct move *moves = gly_alloc(doc, edit->count * sizeof(*moves));

    pieces.items = gly_alloc(doc, most * sizeof(*pieces.items));
    rewrite(edit, len, moves, &pieces);
    doc->pieces = pieces.items;
    doc->piece_count = pieces.count;
    *doc->cache = (struct cache){.arena = doc->arena};
    span_move_all(doc, moves, edit->count);
    edit->count = 0;
    return 0;
}

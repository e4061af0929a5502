/* Where the text came from: back through the edits to the text first set, from
 * there to what the source brought, from there to the bytes it fetched. */
#include "doc.h"

#include <assert.h>
#include <string.h>

/* [at, at + len) of the text, in units of `unit` bytes, each of which was `step`
 * bytes from `from` on. What no run holds is not known. */
struct run {
    gly_pos at, len, from;
    uint16_t unit, step;
};

enum {
    CHUNK = 128,
    MOST_RUNS = 1 << 20, /* more than any page has that is meant to be read */
};

struct gly_origins {
    struct arena *arena;
    struct run **chunks;
    size_t count, size; /* of runs; of chunks */
};

static const gly_origins nothing;

gly_origins *gly_origins_new(gly_doc *doc)
{
    gly_origins *origins = gly_alloc(doc, sizeof(*origins));

    origins->arena = doc->arena;
    return origins;
}

static struct run *run_at(const gly_origins *o, size_t i)
{
    return &o->chunks[i / CHUNK][i % CHUNK];
}

static bool extend(struct run *last, const struct run *run)
{
    gly_pos steps = last->len / last->unit;

    if (last->unit != run->unit || last->step != run->step ||
        last->at + last->len != run->at ||
        last->from + steps * last->step != run->from)
        return false;
    last->len += run->len;
    return true;
}

static void add_chunk(gly_origins *o)
{
    size_t used = o->count / CHUNK;

    if (used == o->size) {
        size_t size = o->size ? o->size * 2 : 8;
        struct run **chunks = arena_alloc(o->arena, size * sizeof(*chunks));

        if (used)
            memcpy(chunks, o->chunks, used * sizeof(*chunks));
        o->chunks = chunks;
        o->size = size;
    }
    o->chunks[used] = arena_alloc(o->arena, CHUNK * sizeof(**o->chunks));
}

static void append(gly_origins *o, struct run run)
{
    if (o->count > 0 && extend(run_at(o, o->count - 1), &run))
        return;
    if (o->count == MOST_RUNS)
        return;
    if (o->count % CHUNK == 0)
        add_chunk(o);
    *run_at(o, o->count++) = run;
}

void gly_origins_add(gly_origins *origins, gly_pos at, gly_pos len,
                     gly_pos from, gly_pos from_len)
{
    struct run run = {at, len, from, 1, 1};

    if (!origins || len == 0 || from_len == 0)
        return;
    if (len != from_len) {
        if (len > UINT16_MAX || from_len > UINT16_MAX)
            return;
        run.unit = (uint16_t)len;
        run.step = (uint16_t)from_len;
    }
    append(origins, run);
}

void gly_raw_from(gly_doc *doc, const gly_origins *origins)
{
    doc->raw_from = origins;
}

void gly_text_from(gly_doc *doc, const gly_origins *origins)
{
    doc->text_from = origins;
}

const gly_origins *origins_at_first(const gly_doc *doc)
{
    return doc->at_source ? NULL : &nothing;
}

/* ---- looking up ---- */

/* The first run that ends behind pos. */
static size_t find(const gly_origins *o, gly_pos pos)
{
    size_t low = 0, count = o->count;

    while (count > 0) {
        size_t half = count / 2;
        const struct run *r = run_at(o, low + half);

        if (r->at + r->len <= pos) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

/* Makes of a byte's position where its unit began and ended. */
static bool lead(const gly_origins *o, gly_pos pos, gly_pos *begin,
                 gly_pos *end)
{
    *begin = pos;
    *end = pos + 1;
    if (!o)
        return true;

    size_t i = find(o, pos);

    if (i == o->count || run_at(o, i)->at > pos)
        return false;

    const struct run *r = run_at(o, i);

    *begin = r->from + (pos - r->at) / r->unit * r->step;
    *end = *begin + r->step;
    return true;
}

bool gly_fetched(const gly_doc *doc, gly_pos begin, gly_pos end, gly_pos *from,
                 gly_pos *to)
{
    const gly_doc *whole = doc->aside_of ? doc->aside_of : doc;
    gly_pos first, last, other;

    return edit_first_and_last(doc, begin, end, &first, &last) &&
           lead(doc->text_from, first, &first, &other) &&
           lead(doc->text_from, last, &other, &last) &&
           lead(whole->raw_from, first, from, &other) &&
           lead(whole->raw_from, last - 1, &other, to);
}

/* ---- asides ---- */

/* The text first set has [at, at + len), which stands at `to` in the aside. */
static void copy_runs(gly_origins *o, const gly_origins *all, gly_pos at,
                      gly_pos len, gly_pos to)
{
    if (!all) {
        append(o, (struct run){to, len, at, 1, 1});
        return;
    }
    for (size_t i = find(all, at); i < all->count; i++) {
        struct run run = *run_at(all, i);
        gly_pos end = run.at + run.len < at + len ? run.at + run.len : at + len;

        if (run.at >= at + len)
            break;
        if (run.at < at) {
            run.from += (at - run.at) / run.unit * run.step;
            run.at = at;
        }
        run.len = end - run.at;
        run.at = to + (run.at - at);
        append(o, run);
    }
}

void gly_aside_from(gly_doc *aside, gly_pos begin, gly_pos end)
{
    const gly_doc *doc = aside->aside_of;
    gly_origins *o = gly_origins_new(aside);

    assert(doc && begin <= end && end <= doc->text_len);
    for (gly_pos at = begin, next; at < end; at = next) {
        bool kept = edit_kept(doc, at, &next);

        if (next > end)
            next = end;
        if (kept)
            copy_runs(o, doc->text_from, gly_origin(doc, at), next - at,
                      at - begin);
    }
    aside->text_from = o;
}

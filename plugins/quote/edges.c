/* edges.c: where what a cue reports may begin and end. */
#include "model.h"

/* In items; how many edges are looked at on a side. */
enum { FAR = 120, CLOSE = 4, MOST_LEFT = 5, MOST_RIGHT = 9, MOST_BESIDE = 4 };

static void add(struct edges *e, size_t at, enum side side)
{
    if (e->count < MOST_EDGES)
        e->edge[e->count++] = (struct edge){ .at = (uint32_t)at,
                                              .side = side };
}

static bool is_sign(const struct item *it)
{
    return !it->piece && !(it->flags & W_WORD);
}

static bool parts(const struct item *it)
{
    return it->flags & W_PARTS;
}

static bool may_begin(const struct view *v, size_t i, size_t low)
{
    const struct item *it = &v->items[i];

    if (parts(it) || (is_sign(it) && !it->sign))
        return false;
    return i == low || it->piece || it->flags & (W_CUT | W_THAT) ||
           v->items[i - 1].piece || parts(&v->items[i - 1]) ||
           v->items[i - 1].flags & (W_JOINS | W_THAT);
}

/* The first of the sentence, or of those beside it that are quoted. */
static void begin_above(const struct place *p, struct edges *out)
{
    const struct item *items = p->view->items;
    size_t i = p->low;

    while (i > 0 && p->low - i < MOST_BESIDE && items[i - 1].piece)
        i--;
    if (i < p->low)
        add(out, i, BESIDE);
}

void quote_begins(const struct place *p, struct edges *out)
{
    const struct view *v = p->view;
    size_t low = p->at > p->low + FAR ? p->at - FAR : p->low, i = p->at;

    out->count = 0;
    while (i > low && out->count < MOST_LEFT)
        if (may_begin(v, --i, p->low))
            add(out, i, LEFT);
    if (i > low && may_begin(v, low, low))
        add(out, low, LEFT);
    begin_above(p, out);
    for (i = p->at + 1; i < p->high && i <= p->at + CLOSE; i++)
        if (!parts(&v->items[i]))
            add(out, i, RIGHT);
    for (size_t most = out->count + MOST_LEFT;
         i < p->high && i < p->at + FAR && out->count < most; i++)
        if (may_begin(v, i, p->low))
            add(out, i, RIGHT);
    if (p->high < v->count && v->items[p->high].piece)
        add(out, p->high, BESIDE);
}

/* Whether an end may stand before item i; the end of the view is one. */
static bool may_end(const struct view *v, size_t i)
{
    const struct item *it = &v->items[i];

    return i == v->count || it->piece || parts(it) || v->items[i - 1].piece ||
           it->flags & (W_PREPOSITION | W_JOINS | W_CUT | W_THAT | W_TIME |
                        W_PRONOUN | W_HELPER | W_ING);
}

static void end_right(const struct place *p, struct edges *out)
{
    const struct view *v = p->view;
    size_t high = p->high, most = out->count + MOST_RIGHT;
    size_t i = p->at + 2;

    while (high > p->at && parts(&v->items[high - 1]))
        high--;
    for (; i < high && i < p->at + FAR && out->count < most; i++)
        if (!parts(&v->items[i - 1]) && (i <= p->at + CLOSE || may_end(v, i)))
            add(out, i, RIGHT);
    if (high > p->at + 1)
        add(out, high, RIGHT);
}

/* Sentences after this one that are quoted, or begin so. */
static void end_below(const struct place *p, struct edges *out)
{
    const struct view *v = p->view;
    size_t i = p->high;

    for (int n = 0; n < MOST_BESIDE && i < v->count && v->items[i].piece; n++) {
        add(out, ++i, BESIDE);
        if (i < v->count && !v->items[i].begins)
            return;
    }
}

void quote_ends(const struct place *p, struct edges *out)
{
    const struct view *v = p->view;
    size_t low = p->at > p->low + FAR ? p->at - FAR : p->low;

    out->count = 0;
    for (size_t i = p->at; i > low && out->count < MOST_LEFT; i--) {
        const struct item *it = &v->items[i], *last = it - 1;

        if (!parts(last) && (i + 3 > p->at || parts(it) || last->piece))
            add(out, i, LEFT);
    }
    end_right(p, out);
    end_below(p, out);
}

bool quote_may_pair(const struct place *p, const struct edge *begin,
                    const struct edge *end)
{
    if (end->at <= begin->at)
        return false;
    return begin->side != BESIDE || end->side != BESIDE || begin->at > p->at;
}

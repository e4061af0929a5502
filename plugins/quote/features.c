/* features.c: what the model sees, as hashes. */
#include "model.h"

static inline void add(struct features *f, uint32_t name, uint32_t value)
{
    uint32_t id = quote_join(name * 0x9E3779B1u, value) >> f->shift;

    if (f->weights)
        f->sum += f->weights[id];
    else
        f->id[f->count++] = id;
}

/* Also of items beside those of the view; SIZE_MAX is right before it. */
static uint32_t word(const struct view *v, size_t i)
{
    return v->items[(ptrdiff_t)i].hash;
}

static uint32_t shape(const struct view *v, size_t i)
{
    return v->items[(ptrdiff_t)i].shape;
}

static uint32_t two(uint32_t a, uint32_t b)
{
    return quote_join(a, b);
}

static uint32_t three(uint32_t a, uint32_t b, uint32_t c)
{
    return quote_join(quote_join(a, b), c);
}

/* 0 to 6 as they are, then ever coarser. */
static uint32_t coarse(size_t n)
{
    static const uint8_t steps[] = {
        0,  1,  2,  3,  4,  5,  6,  7,  7,  8,  8,  8,  9,  9,
        9,  9,  10, 10, 10, 10, 10, 10, 10, 10, 11, 11, 11, 11,
        11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 12,
    };

    return steps[n < sizeof(steps) ? n : sizeof(steps) - 1];
}

/* How many of each there are from item `from` to `to`. */
static inline union tally between(const struct view *v, size_t from, size_t to)
{
    return (union tally){ .all = v->items[to].before.all -
                                 v->items[from].before.all };
}

static uint32_t most(uint32_t n, uint32_t limit)
{
    return n < limit ? n : limit;
}

/* ---- cues ---- */

enum { NEAR = 12 };

/* The word that is the cue's subject, or stands where it would. */
static size_t subject(const struct place *p)
{
    const struct item *items = p->view->items;
    size_t i = p->at;

    while (i > p->low && p->at - i < NEAR &&
           items[i - 1].flags & (W_HELPER | W_TIME) &&
           !(items[i - 1].flags & W_PRONOUN))
        i--;
    return i > p->low ? i - 1 : SIZE_MAX;
}

static void add_neighbours(const struct place *p, struct features *f)
{
    const struct view *v = p->view;
    const struct item *it = &v->items[p->at];
    size_t l = p->at, r = p->at + 1;

    while (l > p->low && p->at - l < NEAR && v->items[l - 1].prior < 3)
        l--;
    while (r < p->high && r - p->at < NEAR && v->items[r].prior < 3)
        r++;
    if (l > p->low && p->at - l < NEAR) {
        uint32_t commas = between(v, l, p->at).commas;
        uint32_t far = three(coarse(p->at - l), commas, v->items[l - 1].prior);

        add(f, 1, far);
        add(f, 2, two(far, it->prior));
        add(f, 3, two(v->items[l - 1].hash, commas));
    }
    if (r < p->high && r - p->at < NEAR) {
        uint32_t commas = between(v, p->at, r).commas;
        uint32_t far = three(coarse(r - p->at), commas, v->items[r].prior);

        add(f, 4, far);
        add(f, 5, two(far, it->prior));
    }
}

/* What the sentence is like around it. */
static void add_sentence(const struct place *p, struct features *f)
{
    const struct view *v = p->view;
    const struct item *it = &v->items[p->at];
    union tally left = between(v, p->low, p->at);
    union tally right = between(v, p->at, p->high);
    uint32_t pieces = most(left.pieces, 2) * 3 + most(right.pieces, 2);

    add(f, 6, pieces);
    add(f, 7, two(pieces, it->hash));
    add(f, 8, two(most(left.cues, 3), it->prior));
}

/* Which quoted words stand near it, with nothing but a name between. */
static uint32_t beside(const struct place *p)
{
    const struct view *v = p->view;
    uint32_t left = 0, right = 0;

    for (size_t i = p->at; i > 0 && p->at - i < 6 && !left; i--)
        if (v->items[i - 1].piece)
            left = 1 + between(v, i, p->at).commas;
    for (size_t i = p->at + 1; i < v->count && i - p->at < 6 && !right; i++)
        if (v->items[i].piece)
            right = 1 + between(v, p->at, i).commas;
    return most(left, 3) * 4 + most(right, 3);
}

void quote_cue_features(const struct place *p, struct features *f)
{
    const struct view *v = p->view;
    size_t i = p->at, s = subject(p);
    const struct item *it = &v->items[i];
    uint32_t w = it->hash, prior = it->prior;
    uint32_t listed = it->cue ? it->faint + 1u : 0;
    uint32_t quoted = beside(p);

    add(f, 9, two(w, word(v, i + 1)));
    add(f, 10, two(w, word(v, i - 1)));
    add(f, 11, two(w, shape(v, i - 1)));
    add(f, 12, two(w, shape(v, i + 1)));
    add(f, 13, two(word(v, i + 1), word(v, i + 2)));
    add(f, 14, two(prior, word(v, i + 1)));
    add(f, 15, two(prior, word(v, i + 3)));
    add(f, 16, two(word(v, s), prior));
    add(f, 17, two(shape(v, i), prior));
    add(f, 18, three(listed, shape(v, i - 1), shape(v, i + 1)));
    add(f, 19, three(listed, shape(v, s), shape(v, s - 1)));
    add(f, 20, three(listed, shape(v, i + 1), shape(v, i + 2)));
    add(f, 21, two(listed, quoted));
    add(f, 22, two(w, quoted));
    add(f, 23, three(prior, quoted, shape(v, i - 1)));
    add_neighbours(p, f);
    add_sentence(p, f);
}

/* ---- edges ---- */

void quote_begin_features(const struct place *p, const struct edge *begin,
                          struct features *f)
{
    const struct view *v = p->view;
    const struct item *cue = &v->items[p->at];
    size_t b = begin->at;
    bool left = b <= p->at;
    uint32_t far = coarse(left ? p->at - b : b - p->at) * 3 + begin->side;
    union tally gap = left ? between(v, b, p->at) : between(v, p->at, b);
    uint32_t first = left && b == p->low ? begin->side + 3u : begin->side;

    add(f, 101, far);
    add(f, 102, two(far, cue->hash));
    add(f, 103, two(first, word(v, b)));
    add(f, 104, two(first, word(v, b - 1)));
    add(f, 105, three(first, shape(v, b - 1), shape(v, b)));
    add(f, 106, three(cue->hash, begin->side, word(v, b - 1)));
    add(f, 107, three(cue->hash, first, shape(v, b)));
    add(f, 108, two(far, shape(v, b)));
    add(f, 109, two(first, most(gap.commas, 3) * 4 + most(gap.pieces, 3)));
    add(f, 110, three(first, shape(v, b), shape(v, b + 1)));
}

void quote_end_features(const struct place *p, const struct edge *end,
                        struct features *f)
{
    const struct view *v = p->view;
    const struct item *cue = &v->items[p->at];
    size_t e = end->at;
    bool left = e <= p->at;
    bool stops = e >= p->high ||
                 (e + 1 >= p->high && !(v->items[e].flags & W_WORD));
    uint32_t side = end->side + (stops ? 3u : 0);
    uint32_t far = coarse(left ? p->at - e : e - p->at) * 6 + side;
    union tally gap = left ? between(v, e, p->at) : between(v, p->at, e);
    uint32_t commas = most(gap.commas, 4) * 3 + most(gap.pieces, 2);
    uint32_t next = e < v->count && !(v->items[e].flags & W_WORD) &&
                            !v->items[e].piece
                        ? e + 1
                        : e;

    add(f, 201, two(far, cue->hash));
    add(f, 202, two(far, cue->prior));
    add(f, 203, two(side, word(v, e)));
    add(f, 204, three(side, shape(v, e - 1), shape(v, e)));
    add(f, 205, three(side, word(v, e), word(v, e + 1)));
    add(f, 206, three(cue->hash, side, word(v, e)));
    add(f, 207, three(side, shape(v, e - 1), two(shape(v, e),
                                                 shape(v, e + 1))));
    add(f, 208, two(far, shape(v, e)));
    add(f, 209, three(side, commas, shape(v, e)));
    add(f, 210, three(side, most(gap.verbs, 3) * 4 + most(gap.cues, 3),
                      word(v, e)));
    add(f, 211, three(side, word(v, next), shape(v, next + 1)));
    add(f, 212, three(side, v->items[next].prior, v->items[next + 1].prior));
}

/* ---- both ---- */

void quote_pair_features(const struct place *p, const struct edge *begin,
                         const struct edge *end, struct features *f)
{
    const struct view *v = p->view;
    const struct item *cue = &v->items[p->at];
    size_t b = begin->at, e = end->at;
    uint32_t way = (uint32_t)(begin->side * 3 + end->side) * 2 +
                   (b <= p->at && e > p->at);
    union tally in = between(v, b, e);
    uint32_t first = two(way, shape(v, b)), last = shape(v, e);
    uint32_t length = coarse(e - b);
    uint32_t marks = (v->items[b].piece != NULL) * 2u +
                     (v->items[e - 1].piece != NULL);
    uint32_t held = most(in.pieces, 2) * 4 + marks;
    union tally after = between(v, p->at, p->high);
    uint32_t next = v->items[p->high].piece ? shape(v, p->high) : QUOTE_NONE;

    add(f, 301, two(way, cue->hash));
    add(f, 302, three(way, held, cue->hash));
    add(f, 303, three(way, most(in.commas, 3) * 4 + most(in.verbs, 3), last));
    add(f, 304, three(first, most(in.verbs, 3), length));
    add(f, 305, three(way, most(in.cues, 2), last));
    add(f, 306, three(way, shape(v, p->at + 1), shape(v, p->at - 1)));
    add(f, 307, three(way, shape(v, e - 1), held));
    add(f, 308, three(way, most(after.pieces, 2), shape(v, p->at + 1)));
    add(f, 309, three(way, held, next));
}

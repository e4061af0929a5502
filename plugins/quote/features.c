/* features.c: what the model sees, as hashes. */
#include "model.h"

/* What becomes of features: their weights are summed up, or they are kept. */
struct sum {
    const int8_t *weights;
    unsigned bits;
    int32_t sum;
    struct features *kept;
};

static inline void add(struct sum *s, uint32_t name, uint32_t value)
{
    uint32_t id = quote_join(name * 0x9E3779B1u, value);

    if (s->kept)
        s->kept->id[s->kept->count++] = id;
    else
        s->sum += s->weights[id >> (32 - s->bits)];
}

static struct sum open_sum(const int8_t *weights, unsigned bits,
                           struct features *kept)
{
    if (kept)
        kept->count = 0;
    return (struct sum){ .weights = weights, .bits = bits, .kept = kept };
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
static inline struct tally between(const struct view *v, size_t from, size_t to)
{
    struct tally a = v->items[from].before, b = v->items[to].before;

    return (struct tally){ .commas = (uint16_t)(b.commas - a.commas),
                           .verbs = (uint16_t)(b.verbs - a.verbs),
                           .pieces = (uint16_t)(b.pieces - a.pieces),
                           .cues = (uint16_t)(b.cues - a.cues) };
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

static void add_neighbours(const struct place *p, struct sum *s)
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

        add(s, 40, far);
        add(s, 41, two(far, it->prior));
        add(s, 42, two(v->items[l - 1].hash, it->hash));
        add(s, 43, two(v->items[l - 1].hash, commas));
    }
    if (r < p->high && r - p->at < NEAR) {
        uint32_t commas = between(v, p->at, r).commas;
        uint32_t far = three(coarse(r - p->at), commas, v->items[r].prior);

        add(s, 44, far);
        add(s, 45, two(far, it->prior));
        add(s, 46, two(v->items[r].hash, it->hash));
    }
}

/* What the sentence is like around it. */
static void add_sentence(const struct place *p, struct sum *s)
{
    const struct view *v = p->view;
    const struct item *it = &v->items[p->at];
    struct tally left = between(v, p->low, p->at);
    struct tally right = between(v, p->at, p->high);
    uint32_t pieces = most(left.pieces, 2) * 3 + most(right.pieces, 2);
    uint32_t open = v->items[v->count - 1].sign != '.' &&
                    !v->items[v->count - 1].piece;

    add(s, 50, pieces);
    add(s, 51, two(pieces, it->hash));
    add(s, 52, three(coarse(p->at - p->low), coarse(p->high - p->at),
                     it->prior));
    add(s, 53, two(coarse(p->high - p->at), it->hash));
    add(s, 54, two(coarse(p->at - p->low), it->hash));
    add(s, 55, two(most(left.cues, 3), it->prior));
    add(s, 56, two(most(left.cues, 3) * 4 + most(left.commas, 3), it->hash));
    add(s, 57, two(open, it->hash));
    add(s, 58, two(open, it->prior));
    add(s, 59, two(most(left.verbs, 2) * 3 + most(right.verbs, 2), it->prior));
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

int32_t quote_cue_features(const int8_t *weights, const struct place *p,
                           struct features *kept)
{
    struct sum s = open_sum(weights, CUE_BITS, kept);
    const struct view *v = p->view;
    size_t i = p->at, who = subject(p);
    const struct item *it = &v->items[i];
    uint32_t w = it->hash, prior = it->prior;
    uint32_t listed = it->cue ? it->faint + 1u : 0;
    uint32_t quoted = beside(p);

    add(&s, 1, w);
    add(&s, 2, prior);
    add(&s, 3, two(w, word(v, i + 1)));
    add(&s, 4, two(w, word(v, i - 1)));
    add(&s, 5, two(w, shape(v, i + 1)));
    add(&s, 6, two(w, shape(v, i - 1)));
    add(&s, 7, two(word(v, i - 1), word(v, i + 1)));
    add(&s, 8, two(word(v, i - 2), word(v, i - 1)));
    add(&s, 9, two(word(v, i + 1), word(v, i + 2)));
    add(&s, 10, three(w, shape(v, i - 1), shape(v, i + 1)));
    add(&s, 11, three(prior, shape(v, i - 2), shape(v, i - 1)));
    add(&s, 12, three(prior, shape(v, i + 1), shape(v, i + 2)));
    add(&s, 13, two(prior, word(v, i - 1)));
    add(&s, 14, two(prior, word(v, i - 2)));
    add(&s, 15, two(prior, word(v, i + 1)));
    add(&s, 16, two(prior, word(v, i + 2)));
    add(&s, 17, three(prior, shape(v, i - 1), shape(v, i + 1)));
    add(&s, 18, two(w, word(v, i + 2)));
    add(&s, 19, two(w, word(v, i - 2)));
    add(&s, 20, two(prior, word(v, i + 3)));
    add(&s, 21, two(word(v, who), prior));
    add(&s, 22, two(shape(v, who), w));
    add(&s, 23, two(shape(v, who), prior));
    add(&s, 24, three(shape(v, who), shape(v, who - 1), prior));
    add(&s, 25, two(shape(v, i), prior));
    add(&s, 26, two(listed, prior));
    add(&s, 27, three(listed, shape(v, i - 1), shape(v, i + 1)));
    add(&s, 28, three(listed, shape(v, who), shape(v, who - 1)));
    add(&s, 29, three(listed, shape(v, i + 1), shape(v, i + 2)));
    add(&s, 30, two(listed, quoted));
    add(&s, 31, two(w, quoted));
    add(&s, 32, three(prior, quoted, shape(v, i - 1)));
    add_neighbours(p, &s);
    add_sentence(p, &s);
    return s.sum;
}

/* ---- edges ---- */

int32_t quote_begin_features(const int8_t *weights, const struct place *p,
                             const struct edge *begin, struct features *kept)
{
    struct sum s = open_sum(weights, SPAN_BITS, kept);
    const struct view *v = p->view;
    const struct item *cue = &v->items[p->at];
    size_t b = begin->at;
    bool left = b <= p->at;
    uint32_t far = coarse(left ? p->at - b : b - p->at) * 3 + begin->side;
    struct tally gap = left ? between(v, b, p->at) : between(v, p->at, b);
    uint32_t first = left && b == p->low ? begin->side + 3u : begin->side;
    uint32_t way = QUOTE_NONE;

    for (size_t i = p->at + 1; i < b && i < p->at + 5; i++)
        way = two(way, shape(v, i));
    add(&s, 101, far);
    add(&s, 102, two(far, cue->hash));
    add(&s, 103, two(far, cue->prior));
    add(&s, 104, two(first, word(v, b)));
    add(&s, 105, two(first, word(v, b - 1)));
    add(&s, 106, three(first, word(v, b - 1), word(v, b)));
    add(&s, 107, three(first, shape(v, b - 1), shape(v, b)));
    add(&s, 108, three(cue->hash, begin->side, word(v, b - 1)));
    add(&s, 109, three(cue->hash, first, shape(v, b)));
    add(&s, 111, two(far, shape(v, b)));
    add(&s, 113, three(first, two(shape(v, b - 2), shape(v, b - 1)),
                       shape(v, b)));
    add(&s, 114, two(first, most(gap.commas, 3) * 4 + most(gap.pieces, 3)));
    add(&s, 116, three(first, shape(v, b), shape(v, b + 1)));
    if (!left)
        add(&s, 119, two(way, word(v, b)));
    return s.sum;
}

int32_t quote_end_features(const int8_t *weights, const struct place *p,
                           const struct edge *end, struct features *kept)
{
    struct sum s = open_sum(weights, SPAN_BITS, kept);
    const struct view *v = p->view;
    const struct item *cue = &v->items[p->at], *last = &v->items[end->at - 1];
    size_t e = end->at;
    bool left = e <= p->at;
    bool stops = e >= p->high ||
                 (e + 1 >= p->high && !(v->items[e].flags & W_WORD));
    uint32_t side = end->side + (stops ? 3u : 0);
    uint32_t far = coarse(left ? p->at - e : e - p->at) * 6 + side;
    struct tally gap = left ? between(v, e, p->at) : between(v, p->at, e);
    uint32_t commas = most(gap.commas, 4) * 3 + most(gap.pieces, 2);
    uint32_t next = e < v->count && !(v->items[e].flags & W_WORD) &&
                            !v->items[e].piece
                        ? e + 1
                        : e;

    add(&s, 201, far);
    add(&s, 202, two(far, cue->hash));
    add(&s, 203, two(far, cue->prior));
    add(&s, 204, two(side, word(v, e)));
    add(&s, 206, three(side, word(v, e - 1), word(v, e)));
    add(&s, 207, three(side, shape(v, e - 1), shape(v, e)));
    add(&s, 208, three(side, word(v, e), word(v, e + 1)));
    add(&s, 209, three(cue->hash, side, word(v, e)));
    add(&s, 212, three(side, shape(v, e - 1), two(shape(v, e),
                                                  shape(v, e + 1))));
    add(&s, 213, two(far, shape(v, e)));
    add(&s, 214, three(side, commas, shape(v, e)));
    add(&s, 215, three(side, most(gap.verbs, 3) * 4 + most(gap.cues, 3),
                       word(v, e)));
    add(&s, 216, three(side, cue->prior, word(v, next)));
    add(&s, 217, three(side, word(v, next), shape(v, next + 1)));
    add(&s, 218, three(side, v->items[next].prior, v->items[next + 1].prior));
    if (last->piece)
        add(&s, 221, three(side, last->shape, shape(v, e)));
    if (left)
        add(&s, 222, three(shape(v, e), shape(v, e + 1), shape(v, p->at - 1)));
    return s.sum;
}

/* ---- both ---- */

int32_t quote_pair_features(const int8_t *weights, const struct place *p,
                            const struct edge *begin, const struct edge *end,
                            struct features *kept)
{
    struct sum s = open_sum(weights, SPAN_BITS, kept);
    const struct view *v = p->view;
    const struct item *cue = &v->items[p->at];
    size_t b = begin->at, e = end->at;
    uint32_t way = (uint32_t)(begin->side * 3 + end->side) * 2 +
                   (b <= p->at && e > p->at);
    struct tally in = between(v, b, e);
    uint32_t first = two(way, shape(v, b)), last = shape(v, e);
    uint32_t length = coarse(e - b);
    uint32_t marks = (v->items[b].piece != NULL) * 2u +
                     (v->items[e - 1].piece != NULL);
    uint32_t held = most(in.pieces, 2) * 4 + marks;
    struct tally after = between(v, p->at, p->high);
    uint32_t next = v->items[p->high].piece ? shape(v, p->high) : QUOTE_NONE;

    add(&s, 301, way);
    add(&s, 302, two(way, cue->hash));
    add(&s, 303, two(way, cue->prior));
    add(&s, 304, two(first, last));
    add(&s, 305, three(first, word(v, e), most(in.commas, 3)));
    add(&s, 306, two(way, length));
    add(&s, 307, three(way, length, cue->hash));
    add(&s, 308, two(way, held));
    add(&s, 309, three(way, held, cue->hash));
    add(&s, 310, three(way, most(in.commas, 3) * 4 + most(in.verbs, 3), last));
    add(&s, 311, three(first, most(in.verbs, 3), length));
    add(&s, 313, three(way, most(in.cues, 2), last));
    add(&s, 312, three(way, word(v, b), most(in.verbs, 2)));
    add(&s, 314, three(way, shape(v, p->at + 1), shape(v, p->at - 1)));
    add(&s, 316, three(way, shape(v, e - 1), held));
    add(&s, 318, three(way, next, coarse(p->high - p->at)));
    add(&s, 320, three(way, most(after.pieces, 2), shape(v, p->at + 1)));
    add(&s, 321, three(way, most(after.pieces, 2) * 4 + most(after.commas, 3),
                       next));
    add(&s, 323, three(way, held, next));
    add(&s, 322, three(way, most(after.cues, 2) * 4 + most(after.commas, 3),
                       held));
    return s.sum;
}

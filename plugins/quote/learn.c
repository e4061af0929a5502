/* learn.c: weights of cues and of edges: each step goes along the gradient of
 * one example's likelihood, ever more carefully where it went before (AdaGrad),
 * and pulls weights that do little to nothing.
 */
#include "learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BEGINS = 8, MOST_ENDS = 10, MOST_PAIRS = MOST_BEGINS * MOST_ENDS };
/* A word is a cue's if it was one so often, or so often in a hundred. */
enum { LEAST_CUES = 2, LEAST_SHARE = 4, OFTEN = 5 };
static const float unit = 1.0f / 40;

/* A word in a page that may be a cue, and what it reports or NULL. */
struct example {
    struct place place;
    const struct gold *gold;
    size_t begin, end; /* of edges, or equal */
};

struct table {
    float *weight, *square;
    unsigned bits;
};

struct learner {
    const struct corpus *corpus;
    const struct recipe *recipe;
    unsigned left_out;
    struct example *examples;
    size_t count;
    struct table cues, spans;
    uint32_t id[MOST_FEATURES]; /* of the place that is looked at */
};

void *learn_room(size_t size)
{
    void *room = calloc(1, size ? size : 1);

    if (!room) {
        fprintf(stderr, "train: out of memory\n");
        exit(1);
    }
    return room;
}

/* ---- how often words are cues ---- */

enum { COUNTS = 1 << 18 };
struct count {
    uint32_t hash;
    float cues, all;
};

static struct count *counted(struct count *counts, uint32_t hash)
{
    uint32_t i = hash % COUNTS;

    while (counts[i].hash && counts[i].hash != hash)
        i = (i + 1) % COUNTS;
    counts[i].hash = hash;
    return &counts[i];
}

static float share(struct count *counts, const struct item *it)
{
    const struct count *c = counted(counts, it->hash);

    return it->piece || c->all < 1 ? 0 : c->cues / c->all;
}

/* The word of each cue that is a cue most often. */
static void set_anchors(const struct page *page, struct count *counts)
{
    for (size_t g = 0; g < page->gold_count; g++) {
        struct gold *gold = &page->golds[g];
        const struct item *items = page->view.items;

        gold->anchor = gold->cue;
        for (size_t i = gold->cue; i < gold->cue_end; i++)
            if (share(counts, &items[i]) >
                share(counts, &items[gold->anchor]))
                gold->anchor = i;
    }
}

static void count_cues(const struct page *page, struct count *counts,
                       bool anchors)
{
    for (size_t g = 0; g < page->gold_count; g++) {
        const struct gold *gold = &page->golds[g];
        size_t words = gold->cue_end - gold->cue;

        for (size_t i = gold->cue; i < gold->cue_end; i++)
            if (!anchors || i == gold->anchor)
                counted(counts, page->view.items[i].hash)->cues +=
                    anchors ? 1 : 1 / (float)words;
    }
}

static unsigned prior_class(const struct count *c)
{
    static const float steps[] = {0.05f, 0.1f, 0.2f, 0.35f, 0.5f, 0.7f};
    float part = c->all > 0 ? c->cues / (c->all + 1) : 0;
    unsigned class = 1;

    if (c->cues < LEAST_CUES ||
        (part * 100 < LEAST_SHARE &&
         (c->cues < OFTEN || part * 100 < LEAST_SHARE / 2)))
        return 0;
    while (class < 7 && part >= steps[class - 1])
        class++;
    return class;
}

static bool is_learned(const struct learner *l, const struct page *page)
{
    return page->fold != l->left_out;
}

static struct count *count_words(const struct learner *l)
{
    struct count *counts = learn_room(COUNTS * sizeof(*counts));
    const struct corpus *c = l->corpus;

    for (size_t p = 0; p < c->count; p++)
        for (size_t i = 0; is_learned(l, &c->pages[p]) &&
                           i < c->pages[p].view.count; i++)
            if (!c->pages[p].view.items[i].piece)
                counted(counts, c->pages[p].view.items[i].hash)->all++;
    for (int turn = 0; turn < 3; turn++) {
        for (size_t i = 0; turn && i < COUNTS; i++)
            counts[i].cues = 0;
        for (size_t p = 0; p < c->count; p++)
            if (is_learned(l, &c->pages[p]))
                count_cues(&c->pages[p], counts, turn > 0);
        for (size_t p = 0; p < c->count; p++)
            set_anchors(&c->pages[p], counts);
    }
    return counts;
}

/* The classes of all words, also of the pages that are left out. */
static void set_priors(const struct learner *l, struct count *counts)
{
    const struct corpus *c = l->corpus;

    for (size_t p = 0; p < c->count; p++) {
        struct view *v = &c->pages[p].view;
        union tally tally = {.all = 0};

        for (size_t i = 0; i <= v->count; i++) {
            struct item *it = &v->items[i];

            it->before.cues = tally.cues;
            if (i == v->count || it->piece)
                continue;
            it->prior = (uint8_t)prior_class(counted(counts, it->hash));
            if (it->prior == 0 && it->cue)
                it->prior = 1;
            tally.cues += it->prior >= QUOTE_STRONG;
        }
    }
}

/* ---- examples ---- */

static void find_edges(struct example *e)
{
    struct edges begins, ends;
    const struct view *v = e->place.view;
    double best = 0.8;

    quote_begins(&e->place, &begins);
    quote_ends(&e->place, &ends);
    for (size_t i = 0; i < begins.count; i++) {
        for (size_t k = 0; k < ends.count; k++) {
            const struct edge *b = &begins.edge[i], *x = &ends.edge[k];
            double both;

            if (!quote_may_pair(&e->place, b, x))
                continue;
            both = quote_overlap(quote_extent(v, b->at, x->at),
                                 e->gold->extent);
            if (both < best)
                continue;
            best = both + 1e-9;
            e->begin = b->at;
            e->end = x->at;
        }
    }
}

static const struct gold *gold_at(const struct page *page, size_t at)
{
    for (size_t g = 0; g < page->gold_count; g++)
        if (page->golds[g].cue < page->golds[g].cue_end &&
            page->golds[g].anchor == at)
            return &page->golds[g];
    return NULL;
}

static void add_examples(struct learner *l, const struct page *page)
{
    const struct view *v = &page->view;
    struct place p = {.view = v};

    for (p.low = 0; p.low < v->count; p.low = p.high) {
        p.high = p.low + 1;
        while (!v->items[p.high].begins)
            p.high++;
        for (p.at = p.low; p.at < p.high; p.at++) {
            struct example *e = &l->examples[l->count];

            if (v->items[p.at].prior == 0 || v->items[p.at].piece)
                continue;
            *e = (struct example){.place = p, .gold = gold_at(page, p.at)};
            if (e->gold)
                find_edges(e);
            l->count++;
        }
    }
}

static void make_examples(struct learner *l)
{
    const struct corpus *c = l->corpus;
    size_t room = 0;

    for (size_t p = 0; p < c->count; p++)
        room += c->pages[p].view.count;
    l->examples = learn_room(room * sizeof(*l->examples));
    for (size_t p = 0; p < c->count; p++)
        if (is_learned(l, &c->pages[p]))
            add_examples(l, &c->pages[p]);
}

/* ---- weights ---- */

static struct features room_for(const struct table *t, uint32_t *id)
{
    return (struct features){ .id = id, .shift = 32 - t->bits };
}

static float sum_of(const struct table *t, const struct features *f)
{
    float sum = 0;

    for (size_t i = 0; i < f->count; i++)
        sum += t->weight[f->id[i]];
    return sum;
}

static void step(struct table *t, const struct features *f, float slope,
                 float rate, float shrink)
{
    for (size_t i = 0; i < f->count; i++) {
        uint32_t at = f->id[i];
        float *weight = &t->weight[at], *square = &t->square[at];

        *square += slope * slope;

        float pace = rate / sqrtf(*square + 1e-4f);
        float to = *weight + pace * slope, pull = pace * shrink;

        *weight = fmaxf(to - pull, 0) + fminf(to + pull, 0);
    }
}

static void learn_cue(struct learner *l, const struct example *e, float rate)
{
    struct features f = room_for(&l->cues, l->id);
    float chance;

    quote_cue_features(&e->place, &f);
    chance = 1 / (1 + expf(-sum_of(&l->cues, &f)));
    step(&l->cues, &f, (float)(e->gold != NULL) - chance, rate,
         l->recipe->shrink);
}

/* Keeps the best and the right one. */
static void keep(struct edges *e, size_t most, size_t right)
{
    struct edge edge = {.at = UINT32_MAX};

    for (size_t i = 0; i < e->count; i++)
        if (e->edge[i].at == right)
            edge = e->edge[i];
    quote_keep_best(e, most);
    for (size_t i = 0; i < e->count; i++)
        if (e->edge[i].at == right)
            return;
    e->edge[e->count - 1] = edge;
}

static void weigh(struct learner *l, const struct example *e,
                  struct edges *begins, struct edges *ends)
{
    struct features f;

    quote_begins(&e->place, begins);
    quote_ends(&e->place, ends);
    for (size_t i = 0; i < begins->count; i++) {
        f = room_for(&l->spans, l->id);
        quote_begin_features(&e->place, &begins->edge[i], &f);
        begins->edge[i].sum = sum_of(&l->spans, &f);
    }
    for (size_t i = 0; i < ends->count; i++) {
        f = room_for(&l->spans, l->id);
        quote_end_features(&e->place, &ends->edge[i], &f);
        ends->edge[i].sum = sum_of(&l->spans, &f);
    }
    keep(begins, MOST_BEGINS, e->begin);
    keep(ends, MOST_ENDS, e->end);
}

/* How likely each pair is; 0 for what is none. */
static void chances(struct learner *l, const struct example *e,
                    const struct edges *begins, const struct edges *ends,
                    float chance[MOST_BEGINS][MOST_ENDS])
{
    float most = -INFINITY, all = 0;

    for (size_t i = 0; i < begins->count; i++) {
        for (size_t k = 0; k < ends->count; k++) {
            const struct edge *b = &begins->edge[i], *x = &ends->edge[k];
            struct features f = room_for(&l->spans, l->id);

            chance[i][k] = -INFINITY;
            if (!quote_may_pair(&e->place, b, x))
                continue;
            quote_pair_features(&e->place, b, x, &f);
            chance[i][k] = b->sum + x->sum + sum_of(&l->spans, &f);
            most = fmaxf(most, chance[i][k]);
        }
    }
    for (size_t i = 0; i < begins->count; i++)
        for (size_t k = 0; k < ends->count; k++)
            all += chance[i][k] = expf(chance[i][k] - most);
    for (size_t i = 0; i < begins->count; i++)
        for (size_t k = 0; k < ends->count; k++)
            chance[i][k] /= all;
}

static void learn_span(struct learner *l, const struct example *e, float rate)
{
    struct edges begins, ends;
    float chance[MOST_BEGINS][MOST_ENDS];
    float begin[MOST_BEGINS] = {0}, end[MOST_ENDS] = {0};
    float shrink = l->recipe->shrink;
    struct features f;

    weigh(l, e, &begins, &ends);
    chances(l, e, &begins, &ends, chance);
    for (size_t i = 0; i < begins.count; i++) {
        for (size_t k = 0; k < ends.count; k++) {
            const struct edge *b = &begins.edge[i], *x = &ends.edge[k];
            float slope = (float)(b->at == e->begin && x->at == e->end) -
                          chance[i][k];

            begin[i] += slope;
            end[k] += slope;
            if (fabsf(slope) < 1e-4f || !quote_may_pair(&e->place, b, x))
                continue;
            f = room_for(&l->spans, l->id);
            quote_pair_features(&e->place, b, x, &f);
            step(&l->spans, &f, slope, rate, shrink);
        }
    }
    for (size_t i = 0; i < begins.count; i++) {
        f = room_for(&l->spans, l->id);
        quote_begin_features(&e->place, &begins.edge[i], &f);
        step(&l->spans, &f, begin[i], rate, shrink);
    }
    for (size_t k = 0; k < ends.count; k++) {
        f = room_for(&l->spans, l->id);
        quote_end_features(&e->place, &ends.edge[k], &f);
        step(&l->spans, &f, end[k], rate, shrink);
    }
}

static struct table table_new(unsigned bits)
{
    return (struct table){
        .weight = learn_room(sizeof(float) << bits),
        .square = learn_room(sizeof(float) << bits),
        .bits = bits,
    };
}

static void table_free(struct table *t)
{
    free(t->weight);
    free(t->square);
}

/* Goes through all in an order that does not repeat itself. */
static void learn_all(struct learner *l)
{
    size_t n = l->count, stride = (n * 5 / 8) | 1;

    while (stride > 1 && (n % stride == 0 || n % 3 == stride % 3))
        stride += 2;
    for (int epoch = 0; epoch < l->recipe->epochs; epoch++) {
        float left = 1 - (float)epoch / (float)l->recipe->epochs;
        float rate = l->recipe->rate * (left < 0.5f ? 2 * left : 1);

        for (size_t i = 0; i < n; i++) {
            size_t at = (i * stride + (size_t)epoch * 7919) % n;
            const struct example *e = &l->examples[at];

            learn_cue(l, e, rate);
            if (e->begin < e->end)
                learn_span(l, e, rate);
        }
    }
}

/* ---- the file ---- */

static void pack(const struct table *t, int8_t *out)
{
    for (size_t i = 0; i < (size_t)1 << t->bits; i++)
        out[i] = (int8_t)lrintf(
            fmaxf(-127, fminf(127, t->weight[i] / unit)));
}

static size_t pack_priors(const struct count *counts, struct prior *out)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNTS; i++)
        if (prior_class(&counts[i]) > 0 && n < MOST_WORDS / 2)
            out[n++] = (struct prior){counts[i].hash, prior_class(&counts[i])};
    return n;
}

static struct made made_of(const struct learner *l, const struct count *counts)
{
    struct prior *priors = learn_room(MOST_WORDS * sizeof(*priors));
    size_t words = pack_priors(counts, priors);
    size_t tail = words * sizeof(*priors), head = sizeof(struct weights);
    struct made made = {
        .len = head + tail + (1u << CUE_BITS) + (1u << SPAN_BITS),
    };
    struct weights *w;

    made.bytes = learn_room(made.len);
    w = (struct weights *)(void *)made.bytes;
    *w = (struct weights){
        .magic = "GALLEYQU", .version = MODEL_VERSION, .order = MODEL_ORDER,
        .words = (uint32_t)words, .unit = unit, .slope = {1, 1},
    };
    memcpy(made.bytes + head, priors, tail);
    pack(&l->cues, (int8_t *)made.bytes + head + tail);
    pack(&l->spans, (int8_t *)made.bytes + head + tail + (1u << CUE_BITS));
    w->sum = gly_checksum(made.bytes + head, made.len - head);
    made.model.weights = w;
    made.model.cues = (int8_t *)made.bytes + head + tail;
    made.model.spans = made.model.cues + (1u << CUE_BITS);
    free(priors);
    return made;
}

struct made learn(const struct corpus *corpus, const struct recipe *recipe,
                  unsigned left_out)
{
    struct learner l = { .corpus = corpus, .recipe = recipe,
                         .left_out = left_out, .cues = table_new(CUE_BITS),
                         .spans = table_new(SPAN_BITS) };
    struct count *counts = count_words(&l);
    struct made made;
    size_t golds = 0, cues = 0, spans = 0;

    set_priors(&l, counts);
    make_examples(&l);
    for (size_t p = 0; p < corpus->count; p++)
        if (is_learned(&l, &corpus->pages[p]))
            golds += corpus->pages[p].gold_count;
    for (size_t i = 0; i < l.count; i++) {
        cues += l.examples[i].gold != NULL;
        spans += l.examples[i].begin < l.examples[i].end;
    }
    fprintf(stderr,
            "%zu quotations, %zu of %zu words are cues, %zu with edges\n",
            golds, cues, l.count, spans);
    learn_all(&l);
    made = made_of(&l, counts);
    table_free(&l.cues);
    table_free(&l.spans);
    free(l.examples);
    free(counts);
    return made;
}

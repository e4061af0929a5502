/* model.c: the file of weights, and what they say of a cue and of what it
 * reports.
 */
#include "model.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { MOST_BEGINS = 3, MOST_ENDS = 5, MOST_PAIRS = MOST_BEGINS * MOST_ENDS };

/* What being just so is worth beside that, so that no edge is a compromise. */
static const float own = 0.5f;
/* What is left of the chance when no other pair is looked for. */
static const float least = 0.05f;
/* How much less likely edges may be than the best, as a logarithm. */
static const float far = 3;

struct pair {
    size_t begin, end;
    struct extent extent;
    float chance;
};

double quote_cue_chance(const struct model *m, const struct place *p)
{
    struct features f = { .weights = m->cues, .shift = 32 - CUE_BITS };

    quote_cue_features(p, &f);
    return 1 / (1 + exp(-(double)m->weights->unit * f.sum));
}

void quote_keep_best(struct edges *e, size_t most)
{
    size_t kept = 0;

    for (size_t i = 0; i < e->count; i++) {
        struct edge edge = e->edge[i];
        size_t k;

        if (kept == most && e->edge[most - 1].sum >= edge.sum)
            continue;
        k = kept < most ? kept++ : most - 1;
        for (; k > 0 && e->edge[k - 1].sum < edge.sum; k--)
            e->edge[k] = e->edge[k - 1];
        e->edge[k] = edge;
    }
    e->count = kept;
}

static void weigh_edges(const struct model *m, const struct place *p,
                        struct edges *edges, bool begin)
{
    for (size_t i = 0; i < edges->count; i++) {
        struct features f = { .weights = m->spans, .shift = 32 - SPAN_BITS };

        if (begin)
            quote_begin_features(p, &edges->edge[i], &f);
        else
            quote_end_features(p, &edges->edge[i], &f);
        edges->edge[i].sum = (float)f.sum;
    }
    quote_keep_best(edges, begin ? MOST_BEGINS : MOST_ENDS);
}

/* Those that matter, with their chance of all. */
static size_t keep_likely(const struct view *v, struct pair *pairs, size_t n,
                          float all)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        struct pair *p = &pairs[i];

        p->chance /= all;
        if (p->chance < least / 4)
            continue;
        p->extent = quote_extent(v, p->begin, p->end);
        pairs[kept++] = *p;
    }
    return kept;
}

static size_t weigh_pairs(const struct model *m, const struct place *p,
                          struct pair *pairs)
{
    struct edges begins, ends;
    float sum[MOST_PAIRS], high, most = -INFINITY, all = 0;
    size_t n = 0;

    quote_begins(p, &begins);
    quote_ends(p, &ends);
    weigh_edges(m, p, &begins, true);
    weigh_edges(m, p, &ends, false);
    if (begins.count == 0 || ends.count == 0)
        return 0;
    high = begins.edge[0].sum + ends.edge[0].sum;
    for (size_t i = 0; i < begins.count; i++) {
        for (size_t k = 0; k < ends.count; k++) {
            const struct edge *b = &begins.edge[i], *e = &ends.edge[k];
            struct features f = { .weights = m->spans,
                                  .shift = 32 - SPAN_BITS };

            if (b->sum + e->sum < high - far / m->weights->unit ||
                !quote_may_pair(p, b, e))
                continue;
            quote_pair_features(p, b, e, &f);
            sum[n] = b->sum + e->sum + (float)f.sum;
            most = fmaxf(most, sum[n]);
            pairs[n++] = (struct pair){ .begin = b->at, .end = e->at };
        }
    }
    for (size_t i = 0; i < n; i++) {
        float less = m->weights->unit * (sum[i] - most);

        pairs[i].chance = less > -8 ? expf(less) : 0;
        all += pairs[i].chance;
    }
    return keep_likely(p->view, pairs, n, all);
}

/* Whether two overlap by four fifths: then they are as good as one. */
static bool is_same(struct extent a, struct extent b)
{
    gly_pos begin = a.begin > b.begin ? a.begin : b.begin;
    gly_pos end = a.end < b.end ? a.end : b.end;
    gly_pos first = a.begin < b.begin ? a.begin : b.begin;
    gly_pos last = a.end > b.end ? a.end : b.end;

    return end > begin &&
           (uint64_t)(end - begin) * 5 >= (uint64_t)(last - first) * 4;
}

/* For each pair the set of those that are as good as the same. */
static void find_like(const struct pair *pairs, size_t n, uint32_t *like)
{
    for (size_t i = 0; i < n; i++) {
        like[i] |= 1u << i;
        for (size_t k = 0; k < i; k++) {
            if (!is_same(pairs[i].extent, pairs[k].extent))
                continue;
            like[i] |= 1u << k;
            like[k] |= 1u << i;
        }
    }
}

static float chance_of(const struct pair *pairs, uint32_t set)
{
    float all = 0;

    for (; set; set &= set - 1)
        all += pairs[__builtin_ctz(set)].chance;
    return all;
}

size_t quote_guess(const struct model *m, const struct place *p,
                   struct guess *out)
{
    struct pair pairs[MOST_PAIRS];
    uint32_t like[MOST_PAIRS] = {0}, taken = 0;
    size_t n = weigh_pairs(m, p, pairs), count = 0;
    float all[MOST_PAIRS], left = 1;

    find_like(pairs, n, like);
    for (size_t i = 0; i < n; i++)
        all[i] = chance_of(pairs, like[i]);
    while (count < MOST_CHOICES && left > least) {
        float most = 0;
        size_t best = n;

        for (size_t i = 0; i < n; i++) {
            if (taken >> i & 1 || all[i] + own * pairs[i].chance <= most)
                continue;
            most = all[i] + own * pairs[i].chance;
            best = i;
        }
        if (best == n)
            break;
        out[count++] = (struct guess){
            .at = p->at, .begin = pairs[best].begin, .end = pairs[best].end,
            .low = p->low, .high = p->high,
            .score = (double)fminf(all[best], 1),
        };
        taken |= like[best];
        left -= all[best];
    }
    return count;
}

struct extent quote_extent(const struct view *v, size_t begin, size_t end)
{
    const struct item *first = &v->items[begin], *last = &v->items[end - 1];
    struct extent x = { first->begin, last->end };

    if (first->piece && first->piece->close > first->piece->open)
        x.begin = first->piece->open + first->piece->open_len;
    if (last->piece && last->piece->close > x.begin)
        x.end = last->piece->close;
    while (x.end > x.begin + 1 && strchr(",.;:!?- ", v->text[x.end - 1]))
        x.end--;
    return x;
}

double quote_overlap(struct extent a, struct extent b)
{
    gly_pos begin = a.begin > b.begin ? a.begin : b.begin;
    gly_pos end = a.end < b.end ? a.end : b.end;
    double both;

    if (end <= begin)
        return 0;
    both = end - begin;
    return both / ((double)(a.end - a.begin) + (b.end - b.begin) - both);
}

double quote_score(const struct weights *w, const struct view *v,
                   const struct guess *g)
{
    uint16_t pieces = v->items[g->end].before.pieces;
    int group = pieces != v->items[g->begin].before.pieces ? MARKED : PLAIN;
    double odds = log((g->score + 1e-6) / (1 - g->score + 1e-6));

    return 1 / (1 + exp(-(double)w->slope[group] * odds -
                        (double)w->shift[group]));
}

static int check(gly_stage *stage, const char *name, const struct weights *w,
                 size_t len)
{
    size_t head = sizeof(*w);

    if (len < head || memcmp(w->magic, "GALLEYQU", 8) != 0)
        return gly_fail(stage, -EINVAL, "%s: not a model of quotations", name);
    if (w->order != MODEL_ORDER)
        return gly_fail(stage, -EINVAL,
                        "%s: made on a machine of the other byte order", name);
    if (w->version != MODEL_VERSION)
        return gly_fail(stage, -EINVAL, "%s: version %u, expected %d", name,
                        w->version, MODEL_VERSION);
    if (w->words > MOST_WORDS ||
        len != head + w->words * sizeof(struct prior) + (1u << CUE_BITS) +
                   (1u << SPAN_BITS))
        return gly_fail(stage, -EINVAL, "%s: cut off or too long", name);
    if (w->sum != gly_checksum((const char *)w + head, len - head))
        return gly_fail(stage, -EINVAL, "%s: damaged", name);
    return 0;
}

int quote_model(struct model *m, struct vocabulary *words, gly_stage *stage,
                const char *name)
{
    size_t len;
    const struct weights *w = gly_lexicon_map(stage, name, &len);
    int result;

    if (!w)
        return -ENOENT;
    result = check(stage, name, w, len);
    if (result < 0)
        return result;
    m->weights = w;
    m->priors = (const void *)(w + 1);
    m->cues = (const void *)(m->priors + w->words);
    m->spans = m->cues + (1u << CUE_BITS);
    for (uint32_t i = 0; i < w->words; i++)
        quote_set_prior(words, m->priors[i].hash, m->priors[i].prior);
    return 0;
}

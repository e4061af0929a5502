/* judge.c: a model, how good it is and how sure of itself it may be: each
 * publisher's texts are read by a model that was learned from all others.
 */
#include "learn.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A guess, and whether the annotators had it. */
struct verdict {
    double score; /* as the weights have it */
    unsigned group;
    bool right;
};

struct verdicts {
    struct verdict *list;
    size_t count, size;
    size_t golds[GROUPS], right[GROUPS];
};

static void add_verdict(struct verdicts *all, struct verdict v)
{
    if (all->count == all->size) {
        all->size = all->size ? 2 * all->size : 4096;
        all->list = realloc(all->list, all->size * sizeof(*all->list));
        if (!all->list)
            exit(1);
    }
    all->list[all->count++] = v;
}

/* The best that is left for this one; one to one, near enough. */
static struct gold *match(const struct page *page, struct extent extent,
                          const bool *used)
{
    struct gold *found = NULL;
    double best = 0.8;

    for (size_t g = 0; g < page->gold_count; g++) {
        double both = quote_overlap(page->golds[g].extent, extent);

        if (used[g] || both < best)
            continue;
        best = both;
        found = &page->golds[g];
    }
    return found;
}

static void judge_page(const struct model *m, const struct page *page,
                       struct guess *guesses, struct verdicts *out)
{
    const struct view *v = &page->view;
    size_t n = quote_guesses(m, v, guesses);
    bool *used = learn_room(page->gold_count);

    for (size_t i = 0; i < n; i++) {
        const struct guess *g = &guesses[i];
        struct extent x = quote_extent(v, g->begin, g->end);
        struct gold *gold = match(page, x, used);
        unsigned group = v->items[g->begin].before.pieces !=
                                 v->items[g->end].before.pieces
                             ? MARKED
                             : PLAIN;

        if (gold)
            used[gold - page->golds] = true;
        add_verdict(out, (struct verdict){g->score, group, gold != NULL});
    }
    for (size_t g = 0; g < page->gold_count; g++)
        out->golds[page->golds[g].marked ? MARKED : PLAIN]++;
    free(used);
}

static double chance_of(const struct weights *w, const struct verdict *v)
{
    double odds = log((v->score + 1e-6) / (1 - v->score + 1e-6));

    return 1 / (1 + exp(-(double)w->slope[v->group] * odds -
                        (double)w->shift[v->group]));
}

/* Slope and shift by Newton's method. */
static void calibrate(const struct verdicts *all, unsigned group,
                      struct weights *w)
{
    double slope = 1, shift = 0;

    for (int turn = 0; turn < 20; turn++) {
        double g0 = 0, g1 = 0, h00 = 1e-6, h01 = 0, h11 = 1e-6, det;

        for (size_t i = 0; i < all->count; i++) {
            const struct verdict *v = &all->list[i];
            double odds = log((v->score + 1e-6) / (1 - v->score + 1e-6));
            double p = 1 / (1 + exp(-slope * odds - shift));

            if (v->group != group)
                continue;
            g0 += (v->right - p) * odds;
            g1 += v->right - p;
            h00 += p * (1 - p) * odds * odds;
            h01 += p * (1 - p) * odds;
            h11 += p * (1 - p);
        }
        det = h00 * h11 - h01 * h01;
        slope += (g0 * h11 - g1 * h01) / det;
        shift += (g1 * h00 - g0 * h01) / det;
    }
    w->slope[group] = (float)slope;
    w->shift[group] = (float)shift;
}

/* How far scores are from the shares that are right, on average. */
static double error_of(const struct verdicts *all, const struct weights *w)
{
    double sum[10] = {0}, right[10] = {0}, error = 0;

    for (size_t i = 0; i < all->count; i++) {
        double p = chance_of(w, &all->list[i]);
        int bin = p < 1 ? (int)(p * 10) : 9;

        sum[bin] += p;
        right[bin] += all->list[i].right;
    }
    for (int bin = 0; bin < 10; bin++)
        error += fabs(sum[bin] - right[bin]);
    return all->count ? error / (double)all->count : 0;
}

static void tell(const char *name, const struct verdicts *all, size_t first,
                 const struct weights *w, const size_t golds[GROUPS])
{
    fprintf(stderr, "%-14s", name);
    for (unsigned group = 0; group <= GROUPS; group++) {
        double best = 0, at = 0;
        size_t gold = group < GROUPS ? golds[group]
                                     : golds[PLAIN] + golds[MARKED];

        for (double least = 0.05; least < 0.9; least += 0.05) {
            double found = 0, right = 0;

            for (size_t i = first; i < all->count; i++) {
                const struct verdict *v = &all->list[i];

                if ((group < GROUPS && v->group != group) ||
                    chance_of(w, v) < least)
                    continue;
                found++;
                right += v->right;
            }
            if (2 * right / (found + (double)gold) > best) {
                best = 2 * right / (found + (double)gold);
                at = least;
            }
        }
        fprintf(stderr, " %s F1 %.3f at %.2f",
                group == PLAIN ? "plain" : group == MARKED ? "marked" : "all",
                best, at);
    }
    fprintf(stderr, "\n");
}

static void judge_fold(const struct corpus *c, const struct recipe *recipe,
                       unsigned fold, struct verdicts *all)
{
    struct made made = learn(c, recipe, fold);
    struct guess *guesses = learn_room(MOST_GUESSES * sizeof(*guesses));
    size_t first = all->count, golds[GROUPS];

    memcpy(golds, all->golds, sizeof(golds));
    for (size_t p = 0; p < c->count; p++)
        if (c->pages[p].fold == fold || fold == NO_FOLD)
            judge_page(&made.model, &c->pages[p], guesses, all);
    for (unsigned group = 0; group < GROUPS; group++)
        golds[group] = all->golds[group] - golds[group];
    tell(fold < NO_FOLD ? c->names[fold] : "learned from", all, first,
         made.model.weights, golds);
    free(guesses);
    free(made.bytes);
}

static int write_model(const struct made *made, const char *path)
{
    FILE *file = fopen(path, "wb");
    size_t written;

    if (!file)
        return -1;
    written = fwrite(made->bytes, 1, made->len, file);
    return fclose(file) == 0 && written == made->len ? 0 : -1;
}

int learn_model(const struct corpus *c, const struct recipe *recipe,
                bool judge, const char *path)
{
    struct verdicts all = {0};
    struct weights w = {.slope = {1, 1}};
    struct made made;
    int result;

    for (unsigned fold = 0; fold < c->folds && judge; fold++)
        judge_fold(c, recipe, fold, &all);
    for (unsigned group = 0; group < GROUPS && judge; group++)
        calibrate(&all, group, &w);
    if (judge) {
        tell("left out", &all, 0, &w, all.golds);
        fprintf(stderr, "scores are %.3f from the truth\n",
                error_of(&all, &w));
    }
    made = learn(c, recipe, NO_FOLD);

    struct weights *to = (struct weights *)(void *)made.bytes;

    memcpy(to->slope, w.slope, sizeof(w.slope));
    memcpy(to->shift, w.shift, sizeof(w.shift));
    result = write_model(&made, path);
    free(made.bytes);
    free(all.list);
    return result;
}

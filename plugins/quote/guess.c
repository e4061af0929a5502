/* guess.c: what the cues of a paragraph report, as far as they do not
 * contradict each other.
 */
#include "model.h"

#include <stdlib.h>

/* Below this a cue is not looked at any further. */
static const double least = 0.35;

static bool has_words(const struct view *v, const struct guess *g)
{
    for (size_t i = g->begin; i < g->end; i++)
        if (v->items[i].piece ? v->items[i].words > 0
                              : v->items[i].flags & W_WORD)
            return true;
    return false;
}

static size_t guess_at(const struct model *m, const struct place *p,
                       struct guess *out)
{
    const struct item *it = &p->view->items[p->at];
    double chance;
    size_t n, kept = 0;

    if (it->prior == 0 || it->piece)
        return 0;
    chance = quote_cue_chance(m, p);
    if (chance < least)
        return 0;
    n = quote_guess(m, p, out);
    for (size_t i = 0; i < n; i++) {
        if (!has_words(p->view, &out[i]))
            continue;
        out[kept] = out[i];
        out[kept].score *= chance;
        out[kept].score = quote_score(m->weights, p->view, &out[kept]);
        kept++;
    }
    return kept;
}

static size_t guess_all(const struct model *m, const struct view *v,
                        struct guess *out)
{
    struct place p = {.view = v};
    size_t n = 0;

    for (p.low = 0; p.low < v->count; p.low = p.high) {
        p.high = p.low + 1;
        while (!v->items[p.high].begins)
            p.high++;
        for (p.at = p.low; p.at < p.high; p.at++)
            n += guess_at(m, &p, out + n);
    }
    return n;
}

static int by_score(const void *left, const void *right)
{
    const struct guess *a = left, *b = right;

    if (a->score < b->score || a->score > b->score)
        return a->score < b->score ? 1 : -1;
    return a->at < b->at ? -1 : a->at > b->at;
}

static int by_place(const void *left, const void *right)
{
    const struct guess *a = left, *b = right;

    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

/* Takes the items and the cue of a guess, unless one is taken. */
static bool take(const struct view *v, const struct guess *g)
{
    if (v->items[g->at].told)
        return false;
    for (size_t i = g->begin; i < g->end; i++)
        if (v->items[i].taken)
            return false;
    for (size_t i = g->begin; i < g->end; i++)
        v->items[i].taken = true;
    v->items[g->at].told = true;
    return true;
}

size_t quote_guesses(const struct model *m, const struct view *v,
                     struct guess *guesses)
{
    size_t all = guess_all(m, v, guesses), n = 0;

    qsort(guesses, all, sizeof(*guesses), by_score);
    for (size_t i = 0; i < v->count; i++)
        v->items[i].taken = v->items[i].told = false;
    for (size_t i = 0; i < all; i++)
        if (take(v, &guesses[i]))
            guesses[n++] = guesses[i];
    qsort(guesses, n, sizeof(*guesses), by_place);
    return n;
}

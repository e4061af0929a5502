/* learn.c: weights for a chain of tags (a conditional random field): each step
 * goes along the gradient of one sentence's likelihood, ever more carefully
 * where it went before (AdaGrad), and pulls weights that do little to nothing.
 */
#include "learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct learned *learned_new(uint32_t rows)
{
    struct learned *w = calloc(1, sizeof(*w));

    if (w)
        w->row = calloc(rows, sizeof(*w->row));
    if (!w || !w->row) {
        fprintf(stderr, "train: out of memory\n");
        exit(1);
    }
    return w;
}

void learned_free(struct learned *w)
{
    free(w->row);
    free(w);
}

/* As random as need be, the same every time. */
static uint32_t scramble(uint32_t a)
{
    a = (a ^ a >> 16) * 0x7FEB352Du;
    a = (a ^ a >> 15) * 0x846CA68Bu;
    return a ^ a >> 16;
}

static bool dropped(float share, uint32_t seed)
{
    return (float)(scramble(seed) >> 8) < share * (float)(1 << 24);
}

static void add_row(const float *restrict weight, float *restrict out)
{
    for (int k = 0; k < LANES; k++)
        out[k] += weight[k];
}

static void add_rows(const struct learned *w, const struct examples *e,
                     const struct token *token, unsigned left_out,
                     float out[LANES])
{
    const uint32_t *row = &e->rows[token->first];

    for (unsigned g = 0; g < GROUPS; row += token->count[g++])
        for (uint32_t i = 0; i < token->count[g] && !(left_out >> g & 1); i++)
            if (row[i] != UINT32_MAX)
                add_row(w->row[row[i]].weight, out);
}

static void emit(const struct learned *w, const struct examples *e, size_t i,
                 unsigned left_out, float out[LANES])
{
    if (e->base)
        memcpy(out, e->base[i], LANES * sizeof(*out));
    else
        memset(out, 0, LANES * sizeof(*out));
    add_rows(w, e, &e->tokens[i], left_out, out);
}

void learn_emit(const struct learned *w, const struct examples *e, size_t token,
                float out[LANES])
{
    emit(w, e, token, 0, out);
}

static void step(float *restrict weight, float *restrict square,
                 const float *restrict slope, int count, float rate,
                 float shrink)
{
    for (int k = 0; k < count; k++) {
        square[k] += slope[k] * slope[k];

        float pace = rate / sqrtf(square[k] + 1e-4f);
        float to = weight[k] + pace * slope[k], pull = pace * shrink;

        weight[k] = fmaxf(to - pull, 0) + fminf(to + pull, 0);
    }
}

static void update(struct learned *w, const struct examples *e,
                   const struct token *token, unsigned left_out,
                   const float slope[LANES], float rate, float shrink)
{
    const uint32_t *row = &e->rows[token->first];

    for (unsigned g = 0; g < GROUPS; row += token->count[g++]) {
        for (uint32_t i = 0; i < token->count[g] && !(left_out >> g & 1); i++) {
            if (row[i] == UINT32_MAX)
                continue;

            struct row *to = &w->row[row[i]];

            step(to->weight, to->square, slope, LANES, rate, shrink);
        }
    }
}

static void set_moves(struct lattice *l, const struct learned *w)
{
    for (unsigned i = 0; i < TAGS; i++)
        for (unsigned k = 0; k < TAGS; k++)
            l->move[i][k] =
                entity_may_follow(i, k) ? expf(w->move[i][k]) : 0;
}

static void learn_moves(struct learned *w, const struct lattice *l,
                        const struct examples *e, const struct sentence *s,
                        float rate)
{
    float slope[TAGS][TAGS] = {{0}};

    for (uint32_t i = 0; i + 1 < s->count; i++) {
        const struct token *token = &e->tokens[s->first + i];

        float next[TAGS];

        for (int b = 0; b < TAGS; b++)
            next[b] = s->weight * l->emit[i + 1][b] * l->behind[i + 1][b] /
                      l->norm[i + 1];
        slope[token[0].tag][token[1].tag] += s->weight;
        for (int a = 0; a < TAGS; a++)
            for (int b = 0; b < TAGS; b++)
                slope[a][b] -= l->ahead[i][a] * l->move[a][b] * next[b];
    }
    for (int a = 0; a < TAGS; a++)
        for (int b = 0; b < TAGS; b++)
            if (l->move[a][b] > 0)
                step(&w->move[a][b], &w->move_square[a][b], &slope[a][b], 1,
                     rate, 0);
}

static double learn_sentence(struct learned *w, struct lattice *l,
                             const struct examples *e,
                             const struct sentence *s,
                             const struct recipe *recipe, float rate,
                             uint32_t seed)
{
    unsigned left_out[LONGEST_SENTENCE] = {0};
    double gold = 0;

    l->count = s->count;
    set_moves(l, w);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct token *token = &e->tokens[s->first + i];

        for (unsigned g = 0; g < GROUPS && s->drop; g++)
            if (dropped(recipe->drop[g], seed + i * GROUPS + g))
                left_out[i] |= 1u << g;
        l->emit[i][OUT] = 0;
        emit(w, e, s->first + i, left_out[i], l->emit[i]);
        gold += (double)l->emit[i][token->tag];
        if (i > 0)
            gold += (double)w->move[token[-1].tag][token->tag];
    }

    double sum = entity_sum(l);

    for (uint32_t i = 0; i < s->count; i++) {
        const struct token *token = &e->tokens[s->first + i];
        float slope[LANES];

        for (unsigned k = 0; k < LANES; k++)
            slope[k] = s->weight * ((float)(k == token->tag) -
                                    l->ahead[i][k] * l->behind[i][k]);
        update(w, e, token, left_out[i], slope, rate, recipe->shrink);
    }
    learn_moves(w, l, e, s, rate);
    return sum - gold;
}

void learn(struct learned *w, const struct examples *e,
           const struct recipe *recipe, uint32_t left_out)
{
    struct lattice *l = calloc(1, sizeof(*l));
    size_t n = e->sentence_count;
    /* goes through all in an order that does not repeat itself */
    size_t stride = (n * 5 / 8) | 1;

    while (stride > 1 && (n % stride == 0 || n % 3 == stride % 3))
        stride += 2;
    for (int epoch = 0; epoch < recipe->epochs; epoch++) {
        double loss = 0;
        float left = 1 - (float)epoch / (float)recipe->epochs;
        float rate = recipe->rate * (left < 0.5f ? 2 * left : 1);

        for (size_t i = 0; i < n; i++) {
            size_t at = (i * stride + (size_t)epoch * 7919) % n;
            const struct sentence *s = &e->sentences[at];

            if (s->fold != left_out)
                loss += learn_sentence(w, l, e, s, recipe, rate,
                                       scramble((uint32_t)(at * 31 + epoch)));
        }
        fprintf(stderr, "  %d: %.0f\n", epoch + 1, loss);
    }
    free(l);
}

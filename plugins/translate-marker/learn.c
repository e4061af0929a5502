/* learn.c: weights by gradients: limited-memory BFGS (Nocedal 1980). */
#include "learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 10, STEPS = 200, TRIES = 30 };

/* A cost at x, whose gradient goes to `slope`. */
typedef double cost_of(const void *data, const double *x, double *slope);

struct pair {
    double *move, *bend; /* how x moved, and its gradient with it */
    double rho;
};

void *learn_alloc(size_t size)
{
    void *p = calloc(1, size);

    if (!p) {
        fprintf(stderr, "train: out of memory\n");
        exit(1);
    }
    return p;
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add(double *to, double times, const double *what, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += times * what[i];
}

/* Makes of a gradient the way to go: pairs [0, count), the oldest first. */
static void turn(struct pair *pairs, int count, double *way, size_t n)
{
    double alpha[MEMORY];

    for (int i = count - 1; i >= 0; i--) {
        alpha[i] = pairs[i].rho * dot(pairs[i].move, way, n);
        add(way, -alpha[i], pairs[i].bend, n);
    }
    if (count > 0) {
        const struct pair *p = &pairs[count - 1];
        double scale = 1 / (p->rho * dot(p->bend, p->bend, n));

        for (size_t i = 0; i < n; i++)
            way[i] *= scale;
    }
    for (int i = 0; i < count; i++)
        add(way, alpha[i] - pairs[i].rho * dot(pairs[i].bend, way, n),
            pairs[i].move, n);
}

/* The oldest pair makes room. */
static struct pair *next_pair(struct pair *pairs, int *count)
{
    struct pair oldest = pairs[0];

    if (*count < MEMORY)
        return &pairs[(*count)++];
    memmove(pairs, pairs + 1, (MEMORY - 1) * sizeof(*pairs));
    pairs[MEMORY - 1] = oldest;
    return &pairs[MEMORY - 1];
}

/* One step: 0 when it makes nothing better. */
static double step(cost_of *cost, const void *data, double *x, double *slope,
                   double now, const double *way, double *at, double *there,
                   size_t n, double length)
{
    double down = dot(slope, way, n);

    for (int i = 0; i < TRIES; i++, length /= 2) {
        memcpy(at, x, n * sizeof(*x));
        add(at, -length, way, n);

        double then = cost(data, at, there);

        if (then <= now - 1e-4 * length * down)
            return then;
    }
    return now;
}

static void minimise(cost_of *cost, const void *data, double *x, size_t n)
{
    struct pair pairs[MEMORY];
    double *slope = learn_alloc(4 * n * sizeof(*slope));
    double *way = slope + n, *at = way + n, *there = at + n;
    double now = cost(data, x, slope);
    int count = 0;

    for (int i = 0; i < MEMORY; i++) {
        pairs[i].move = learn_alloc(2 * n * sizeof(double));
        pairs[i].bend = pairs[i].move + n;
    }
    for (int i = 0; i < STEPS; i++) {
        double size = sqrt(dot(slope, slope, n));
        double then;
        struct pair *p;

        memcpy(way, slope, n * sizeof(*way));
        turn(pairs, count, way, n);
        then = step(cost, data, x, slope, now, way, at, there, n,
                    count ? 1 : 1 / (size + 1e-9));
        if (now - then <= 1e-6 * fabs(now))
            break;
        p = next_pair(pairs, &count);
        memcpy(p->move, at, n * sizeof(*at));
        add(p->move, -1, x, n);
        memcpy(p->bend, there, n * sizeof(*there));
        add(p->bend, -1, slope, n);
        p->rho = 1 / dot(p->move, p->bend, n);
        memcpy(x, at, n * sizeof(*x));
        memcpy(slope, there, n * sizeof(*slope));
        now = then;
    }
    for (int i = 0; i < MEMORY; i++)
        free(pairs[i].move);
    free(slope);
}

/* ---- one linear model ---- */

struct task {
    const struct rows *rows;
    double ridge;
};

double learn_sum(const struct linear *w, const struct row *row)
{
    double sum = w->bias;

    for (uint32_t i = 0; i < row->count; i++)
        sum += w->weight[row->values[i].feature] *
               (double)row->values[i].value;
    return sum;
}

/* log(1 + exp(x)) */
static double soft(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double linear_cost(const void *data, const double *x, double *slope)
{
    const struct task *task = data;
    const struct linear *w = (const void *)x;
    struct linear *g = (void *)slope;
    size_t features = GRAMS + task->rows->dense;
    double cost = 0;

    for (size_t i = 0; i < features; i++) {
        g->weight[i] = task->ridge * w->weight[i];
        cost += 0.5 * task->ridge * w->weight[i] * w->weight[i];
    }
    g->bias = 0;
    for (size_t r = 0; r < task->rows->count; r++) {
        const struct row *row = &task->rows->row[r];
        double sign = row->origin == MACHINE ? 1 : -1, sum, pull;

        if (row->weight <= 0)
            continue;
        sum = learn_sum(w, row);
        cost += row->weight * soft(-sign * sum);
        pull = -sign * row->weight / (1 + exp(sign * sum));
        g->bias += pull;
        for (uint32_t i = 0; i < row->count; i++)
            g->weight[row->values[i].feature] +=
                pull * (double)row->values[i].value;
    }
    return cost;
}

void learn_linear(const struct rows *rows, double ridge, struct linear *out)
{
    struct task task = {rows, ridge};

    memset(out, 0, sizeof(*out));
    minimise(linear_cost, &task, &out->bias, 1 + GRAMS + rows->dense);
}

/* ---- probabilities ---- */

static double blend_cost(const void *data, const double *x, double *slope)
{
    const struct rows *rows = data;
    float blend[AGAINST][TERMS];
    double cost = 0;

    for (int i = 0; i < AGAINST * TERMS; i++) {
        blend[i / TERMS][i % TERMS] = (float)x[i];
        slope[i] = 1e-3 * x[i];
        cost += 0.5e-3 * x[i] * x[i];
    }
    for (size_t r = 0; r < rows->count; r++) {
        const struct row *row = &rows->row[r];
        double terms[TERMS], chance[ORIGINS];

        if (row->weight <= 0)
            continue;
        model_terms(row->sum, row->words, terms);
        model_chances((const float(*)[TERMS])blend, terms, chance);
        cost -= row->weight * log(chance[row->origin] + 1e-12);
        for (int k = 0; k < AGAINST; k++)
            for (int i = 0; i < TERMS; i++)
                slope[k * TERMS + i] +=
                    row->weight * terms[i] *
                    (chance[k] - (row->origin == (enum origin)k));
    }
    return cost;
}

void learn_blend(const struct rows *rows, float blend[AGAINST][TERMS])
{
    double x[AGAINST * TERMS] = {0};

    minimise(blend_cost, rows, x, AGAINST * TERMS);
    for (int i = 0; i < AGAINST * TERMS; i++)
        blend[i / TERMS][i % TERMS] = (float)x[i];
}

/* decode.c: the best row of tags of a sentence, and how sure its names are. */
#include "model.h"

#include <math.h>
#include <string.h>

enum { OUTSIDE = 1 + 2 * NAMES };

/* Before a name, and after one: OUT, then two for each label. */
static const uint8_t ends[OUTSIDE] = {
    OUT, 0 + END, 0 + SINGLE, 4 + END, 4 + SINGLE,
    8 + END, 8 + SINGLE, 12 + END, 12 + SINGLE,
};
static const uint8_t begins[OUTSIDE] = {
    OUT, 0 + BEGIN, 0 + SINGLE, 4 + BEGIN, 4 + SINGLE,
    8 + BEGIN, 8 + SINGLE, 12 + BEGIN, 12 + SINGLE,
};

static bool inside(unsigned tag)
{
    return tag != OUT && (tag % PARTS == INSIDE || tag % PARTS == END);
}

static bool open(unsigned tag)
{
    return tag != OUT && (tag % PARTS == INSIDE || tag % PARTS == BEGIN);
}

bool entity_may_follow(unsigned tag, unsigned next)
{
    return open(tag) ? inside(next) && tag / PARTS == next / PARTS
                     : !inside(next);
}

/* Largest first taken off, so that no exponential is too large. */
static double raise(float emit[WIDE])
{
    float most = emit[0];

    for (int k = 1; k < TAGS; k++)
        most = emit[k] > most ? emit[k] : most;
    for (int k = 0; k < TAGS; k++)
        emit[k] = expf(emit[k] - most);
    for (int k = TAGS; k < WIDE; k++)
        emit[k] = 0;
    return most;
}

static float normalise(float row[WIDE])
{
    float sum = 0;

    for (int k = 0; k < WIDE; k++)
        sum += row[k];
    for (int k = 0; k < WIDE; k++)
        row[k] /= sum;
    return sum;
}

double entity_sum(struct lattice *l)
{
    double total = 0;
    uint32_t n = l->count;

    for (uint32_t i = 0; i < n; i++) {
        float *row = l->ahead[i];

        total += raise(l->emit[i]);
        memset(row, 0, sizeof(l->ahead[i]));
        for (int k = 0; k < TAGS && i == 0; k++)
            row[k] = inside((unsigned)k) ? 0 : 1;
        for (int from = 0; from < TAGS && i > 0; from++)
            for (int k = 0; k < WIDE; k++)
                row[k] += l->ahead[i - 1][from] * l->move[from][k];
        for (int k = 0; k < WIDE; k++)
            row[k] *= l->emit[i][k];
        for (int k = 0; k < TAGS && i + 1 == n; k++)
            row[k] = open((unsigned)k) ? 0 : row[k];
        l->norm[i] = normalise(row);
        total += log((double)l->norm[i]);
    }
    memset(l->behind[n - 1], 0, sizeof(l->behind[n - 1]));
    for (int k = 0; k < TAGS; k++)
        l->behind[n - 1][k] = open((unsigned)k) ? 0 : 1;
    for (uint32_t i = n - 1; i-- > 0;) {
        float next[WIDE];

        for (int k = 0; k < WIDE; k++)
            next[k] =
                l->emit[i + 1][k] * l->behind[i + 1][k] / l->norm[i + 1];
        for (int from = 0; from < TAGS; from++) {
            float sum = 0;

            for (int k = 0; k < WIDE; k++)
                sum += l->move[from][k] * next[k];
            l->behind[i][from] = sum;
        }
    }
    return total;
}

double entity_chance(const struct lattice *l, uint32_t first, uint32_t last,
                     enum label label)
{
    unsigned tag = label * PARTS + (last - first == 1 ? SINGLE : BEGIN);
    double chance = (double)l->ahead[first][tag];

    for (uint32_t i = first + 1; i < last; i++) {
        unsigned next = label * PARTS + (i + 1 == last ? END : INSIDE);

        chance *= (double)(l->move[tag][next] * l->emit[i][next] / l->norm[i]);
        tag = next;
    }
    return chance * (double)l->behind[last - 1][tag];
}

struct step {
    int32_t score[TAGS];
};

/* The best way into a tag, from `from`, which are `count` tags. */
static int32_t best_of(const struct step *before, const int16_t (*move)[TAGS],
                       const uint8_t *from, int count, unsigned tag,
                       uint8_t *by)
{
    int32_t best = INT32_MIN;

    for (int k = 0; k < count; k++) {
        int32_t score = before->score[from[k]] + move[from[k]][tag];

        *by = score > best ? from[k] : *by;
        best = score > best ? score : best;
    }
    return best;
}

static void advance(const struct step *before, struct step *now,
                    const int16_t *emit, const int16_t (*move)[TAGS],
                    uint8_t *by)
{
    for (int k = 0; k < OUTSIDE; k++) {
        unsigned tag = begins[k];

        now->score[tag] =
            best_of(before, move, ends, OUTSIDE, tag, &by[tag]) +
            (tag == OUT ? 0 : emit[tag]);
    }
    for (uint8_t tag = 0; tag < OUT; tag += PARTS) {
        const uint8_t from[] = {tag + BEGIN, tag + INSIDE};

        for (int part = INSIDE; part <= END; part++)
            now->score[tag + part] =
                best_of(before, move, from, 2, tag + part, &by[tag + part]) +
                emit[tag + part];
    }
}

void entity_best(const int16_t (*emit)[LANES], uint32_t count,
                 const int16_t (*move)[TAGS], uint8_t (*from)[TAGS],
                 uint8_t *tag)
{
    enum { NEVER = INT32_MIN / 2 };
    struct step step[2];
    const struct step *last = &step[(count - 1) & 1];
    unsigned best = OUT;

    for (unsigned k = 0; k < TAGS; k++)
        step[0].score[k] = inside(k) ? NEVER : k == OUT ? 0 : emit[0][k];
    for (uint32_t i = 1; i < count; i++)
        advance(&step[(i - 1) & 1], &step[i & 1], emit[i], move, from[i]);
    for (int k = 0; k < OUTSIDE; k++)
        if (last->score[ends[k]] > last->score[best])
            best = ends[k];
    for (uint32_t i = count; i-- > 0;) {
        tag[i] = (uint8_t)best;
        best = i ? from[i][best] : OUT;
    }
}

/* readings.c: learns both readings of a model and writes it.
 *
 * The second reading goes by what the first one found. It must learn from what
 * the first makes of texts that it does not know: so for each fold of documents
 * there is a first reading that was learned from the others.
 */
#include "learn.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 1 << 23 };

static void *grab(size_t count, size_t size)
{
    void *p = calloc(count, size);

    if (!p) {
        fprintf(stderr, "train: out of memory\n");
        exit(1);
    }
    return p;
}

/* A table of all features, by their hashes. */
struct place {
    uint32_t id, count, row;
};

static struct place *find(struct place *table, uint32_t id)
{
    uint32_t i = id * 0x9E3779B1u >> 9;

    while (table[i].count && table[i].id != id)
        i = (i + 1) & (PLACES - 1);
    table[i].id = id;
    return &table[i];
}

/* Gives every feature that is not too rare a row. */
static void make_rows(struct examples *e, uint32_t least)
{
    struct place *table = grab(PLACES, sizeof(*table));
    size_t kept = 0, full = 0;

    for (size_t i = 0; i < e->row_count; i++) {
        struct place *place = find(table, e->rows[i]);

        full += place->count == 0;
        if (full > PLACES / 2) {
            fprintf(stderr, "train: too many features\n");
            exit(1);
        }
        place->count++;
    }
    e->ids = grab(full, sizeof(*e->ids));
    for (uint32_t i = 0; i < PLACES; i++) {
        bool rare = table[i].count < least;

        table[i].row = rare ? UINT32_MAX : e->row_total;
        if (!rare)
            e->ids[e->row_total++] = table[i].id;
    }
    for (size_t i = 0; i < e->row_count; i++) {
        e->rows[i] = find(table, e->rows[i])->row;
        kept += e->rows[i] != UINT32_MAX;
    }
    free(table);
    fprintf(stderr, "%zu tokens, %zu sentences, %u of %zu features, %.1f a "
            "token\n", e->token_count, e->sentence_count, e->row_total, full,
            (double)kept / (double)e->token_count);
}

static float most_of(const float weight[LANES])
{
    float most = 0;

    for (int k = 0; k < LANES; k++)
        most = fmaxf(most, fabsf(weight[k]));
    return most;
}

static float unit_of(const struct learned *w, uint32_t rows)
{
    float most = 0;

    for (uint32_t i = 0; i < rows; i++)
        most = fmaxf(most, most_of(w->row[i].weight));
    return most / 127;
}

static int16_t rounded(float value, float unit, float most)
{
    return (int16_t)fminf(fmaxf(roundf(value / unit), -most), most);
}

static void round_moves(const struct learned *w, float unit, float lean,
                        int16_t move[TAGS][TAGS])
{
    for (int i = 0; i < TAGS; i++)
        for (int k = 0; k < TAGS; k++)
            move[i][k] =
                rounded(w->move[i][k] - (k == OUT ? lean : 0), unit, 32000);
}

/* The tags of a sentence, as the plugin would find them. */
static void tag(const struct learned *w, const struct examples *e,
                const struct sentence *s, float unit, float lean, uint8_t *out)
{
    int16_t emit[LONGEST_SENTENCE][LANES], move[TAGS][TAGS];
    uint8_t from[LONGEST_SENTENCE][TAGS];

    round_moves(w, unit, lean, move);
    for (uint32_t i = 0; i < s->count; i++) {
        float row[LANES];

        learn_emit(w, e, s->first + i, row);
        for (int k = 0; k < LANES; k++)
            emit[i][k] = rounded(row[k], unit, 32000);
    }
    entity_best((const int16_t(*)[LANES])emit, s->count,
                (const int16_t(*)[TAGS])move, from, out + s->first);
}

struct marks {
    size_t right, found, known;
};

static bool ends(const uint8_t *tag, uint32_t i)
{
    return tag[i] != OUT && (tag[i] % PARTS == END || tag[i] % PARTS == SINGLE);
}

/* Where the name begins that ends at token i. */
static uint32_t begin_of(const uint8_t *tag, uint32_t i)
{
    while (tag[i] % PARTS != SINGLE && tag[i] % PARTS != BEGIN)
        i--;
    return i;
}

static bool same(const struct token *token, const uint8_t *tag, uint32_t first,
                 uint32_t last)
{
    while (first < last && token[first].tag == tag[first])
        first++;
    return token[first].tag == tag[first];
}

static void mark(const struct examples *e, const struct sentence *s,
                 const uint8_t *all, struct marks *m)
{
    const struct token *token = &e->tokens[s->first];
    const uint8_t *tag = all + s->first;

    for (uint32_t i = 0; i < s->count; i++) {
        m->known += token[i].tag != OUT && (token[i].tag % PARTS == END ||
                                            token[i].tag % PARTS == SINGLE);
        m->found += ends(tag, i);
        m->right += ends(tag, i) && same(token, tag, begin_of(tag, i), i);
    }
}

static void say(const char *what, const struct marks *m)
{
    fprintf(stderr, "%s: P %.4f R %.4f F1 %.4f\n", what,
            (double)m->right / (double)m->found,
            (double)m->right / (double)m->known,
            2 * (double)m->right / (double)(m->found + m->known));
}

/* What the first reading makes of each fold when it knows the others alone. */
static void read_folds(struct examples *e, const struct recipe *recipe,
                       float unit, uint8_t *tags)
{
    struct marks marks = {0};
    float (*base)[LANES] = grab(e->token_count, sizeof(*base));

    for (uint32_t fold = 0; fold < LEARN_FOLDS; fold++) {
        struct learned *w = learned_new(e->row_total);

        learn(w, e, recipe, fold);
        for (size_t k = 0; k < e->sentence_count; k++) {
            const struct sentence *s = &e->sentences[k];

            if (s->fold != fold)
                continue;
            for (uint32_t i = 0; i < s->count; i++)
                learn_emit(w, e, s->first + i, base[s->first + i]);
            tag(w, e, s, unit, recipe->lean, tags);
            if (s->judged)
                mark(e, s, tags, &marks);
        }
        learned_free(w);
    }
    e->base = base;
    say("first reading, of texts not learned from", &marks);
}

/* The second reading's features, from the tags of the first. */
static void look_again(const struct examples *e, const uint8_t *tags,
                       struct examples *out)
{
    struct found f = {
        .word = grab(4 * BLOCK, sizeof(*f.word)),
        .name = grab(4 * BLOCK, sizeof(*f.name)),
        .whole = grab(BLOCK, sizeof(*f.whole)),
    };

    *out = *e;
    out->tokens = grab(e->token_count, sizeof(*out->tokens));
    out->rows = grab(e->token_count * 16, sizeof(*out->rows));
    out->row_count = out->row_total = 0;
    for (size_t k = 0; k < e->block_count; k++) {
        const struct stretch *at = &e->blocks[k];
        struct block b = {.count = at->count, .seen = &e->seen[at->first]};

        for (b.mask = 63; b.mask < 2 * b.count;)
            b.mask = 2 * b.mask + 1;
        f.tag = tags + at->first;
        entity_find(&b, &f);
        for (uint32_t i = 0; i < b.count; i++) {
            struct features found = {.count = {0}};
            struct token *token = &out->tokens[at->first + i];

            entity_found_features(&b, &f, i, &found);
            *token = (struct token){.first = out->row_count,
                                    .tag = e->tokens[at->first + i].tag};
            token->count[OTHERS] = (uint8_t)found.count[OTHERS];
            for (uint32_t n = 0; n < found.count[OTHERS]; n++)
                out->rows[out->row_count++] = found.id[OTHERS][n];
        }
    }
    free(f.word);
    free(f.name);
    free(f.whole);
}

/* How sure the second reading is of each name, and whether it is right. */
struct trial {
    double odds;
    bool right;
};

static size_t try_names(const struct learned *w, const struct examples *e,
                        float unit, float lean, uint8_t *tags,
                        struct trial *out)
{
    struct lattice *l = grab(1, sizeof(*l));
    struct marks marks = {0};
    size_t count = 0;

    for (unsigned i = 0; i < TAGS; i++)
        for (unsigned k = 0; k < TAGS; k++)
            l->move[i][k] =
                entity_may_follow(i, k)
                    ? expf(w->move[i][k] - (k == OUT ? lean : 0))
                    : 0;
    for (size_t k = 0; k < e->sentence_count; k++) {
        const struct sentence *s = &e->sentences[k];
        const uint8_t *found = tags + s->first;

        if (!s->judged)
            continue;
        tag(w, e, s, unit, lean, tags);
        mark(e, s, tags, &marks);
        l->count = s->count;
        for (uint32_t i = 0; i < s->count; i++) {
            l->emit[i][OUT] = 0;
            learn_emit(w, e, s->first + i, l->emit[i]);
        }
        entity_sum(l);
        for (uint32_t i = 0; i < s->count; i++) {
            if (!ends(found, i))
                continue;

            uint32_t first = begin_of(found, i);
            double chance =
                entity_chance(l, first, i + 1, found[i] / PARTS);

            out[count].odds = log((chance + 1e-6) / (1 - chance + 1e-6));
            out[count++].right =
                same(&e->tokens[s->first], found, first, i);
        }
    }
    free(l);
    say("second reading, of the same texts", &marks);
    return count;
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* The mean difference between how sure and how often right, in ten groups. */
static double error_of(const struct trial *t, size_t n, double slope,
                       double shift)
{
    double sure[10] = {0}, right[10] = {0}, sum = 0;

    for (size_t i = 0; i < n; i++) {
        double p = sigmoid(slope * t[i].odds + shift);
        int group = p >= 1 ? 9 : (int)(p * 10);

        sure[group] += p;
        right[group] += t[i].right;
    }
    for (int k = 0; k < 10; k++)
        sum += fabs(sure[k] - right[k]);
    return sum / (double)n;
}

/* A slope and a shift that bring the odds to what is true on average. */
static void calibrate(const struct trial *t, size_t n, float *slope,
                      float *shift)
{
    double a = 1, b = 0;

    for (int round = 0; round < 30; round++) {
        double g[2] = {0}, h[3] = {1e-9, 0, 1e-9};

        for (size_t i = 0; i < n; i++) {
            double p = sigmoid(a * t[i].odds + b);
            double error = t[i].right - p, bend = p * (1 - p);

            g[0] += error * t[i].odds;
            g[1] += error;
            h[0] += bend * t[i].odds * t[i].odds;
            h[1] += bend * t[i].odds;
            h[2] += bend;
        }

        double det = h[0] * h[2] - h[1] * h[1];

        a += (h[2] * g[0] - h[1] * g[1]) / det;
        b += (h[0] * g[1] - h[1] * g[0]) / det;
    }
    fprintf(stderr, "calibration error %.4f, with slope %.3f, shift %.3f: "
            "%.4f\n", error_of(t, n, 1, 0), a, b, error_of(t, n, a, b));
    *slope = (float)a;
    *shift = (float)b;
}

/* A row of either reading, on its way into the file. */
struct candidate_row {
    uint32_t id;
    float most;
    const float *weight;
};

static int by_weight(const void *a, const void *b)
{
    const struct candidate_row *x = a, *y = b;

    return x->most > y->most ? -1
           : x->most < y->most ? 1
           : x->id < y->id     ? -1
                               : x->id > y->id;
}

static size_t list_rows(const struct learned *w, const struct examples *e,
                        float unit, struct candidate_row *out)
{
    size_t count = 0;

    for (uint32_t i = 0; i < e->row_total; i++) {
        float most = most_of(w->row[i].weight);

        if (most >= unit / 2)
            out[count++] =
                (struct candidate_row){e->ids[i], most, w->row[i].weight};
    }
    return count;
}

/* The heaviest first; what finds its bucket full is left out. */
static void fill(const struct weights *head, struct candidate_row *rows,
                 size_t count, char *file)
{
    uint8_t *owners = (void *)(file + sizeof(*head));
    int8_t (*out)[LANES] = (void *)(owners + head->rows);
    size_t lost = 0;

    qsort(rows, count, sizeof(*rows), by_weight);
    for (size_t i = 0; i < count; i++) {
        uint32_t at = entity_bucket(rows[i].id, head->rows);
        uint32_t end = at + BUCKET;
        uint8_t own = entity_owner(rows[i].id);

        while (at < end && owners[at] && owners[at] != own)
            at++;
        if (at == end || owners[at]) {
            lost++;
            continue;
        }
        owners[at] = own;
        for (int k = 0; k < LANES; k++)
            out[at][k] = (int8_t)rounded(rows[i].weight[k], head->unit, 127);
    }
    fprintf(stderr, "unit %g, %zu rows for %u places, %zu left out\n",
            (double)head->unit, count, head->rows, lost);
}

static int write_file(struct weights *head, struct candidate_row *rows,
                      size_t count, const char *path)
{
    size_t rest = offsetof(struct weights, move);
    size_t size = sizeof(*head) + head->rows * (size_t)(1 + LANES);
    char *file = grab(size, 1);

    fill(head, rows, count, file);
    memcpy(file, head, sizeof(*head));
    head->sum = gly_checksum(file + rest, size - rest);
    memcpy(file, head, sizeof(*head));

    FILE *out = fopen(path, "wb");
    bool done = out && fwrite(file, size, 1, out) == 1;

    if (out && fclose(out) != 0)
        done = false;
    free(file);
    return done ? 0 : -1;
}

static int write_model(struct weights *head, const struct learned *one,
                       const struct examples *e, const struct learned *two,
                       const struct examples *again, const char *path)
{
    struct candidate_row *rows =
        grab(e->row_total + again->row_total, sizeof(*rows));
    size_t count = list_rows(one, e, head->unit, rows);
    int result;

    count += list_rows(two, again, head->unit, rows + count);
    result = write_file(head, rows, count, path);
    free(rows);
    return result;
}

static void learn_again(struct learned *two, const struct learned *one,
                        const struct examples *e, const struct recipe *recipe)
{
    struct recipe quick = *recipe;

    quick.epochs = recipe->epochs < 6 ? recipe->epochs : 6;
    memset(quick.drop, 0, sizeof(quick.drop));
    memcpy(two->move, one->move, sizeof(two->move));
    learn(two, e, &quick, LEARN_ALL);
}

int learn_model(struct examples *e, const struct recipe *recipe,
                const char *path)
{
    struct weights head = {.magic = "GALLEYNE", .version = MODEL_VERSION,
                           .order = MODEL_ORDER,
                           .rows = recipe->rows / LANES * LANES};
    uint8_t *tags = grab(e->token_count, 1);
    struct trial *trials = grab(e->token_count, sizeof(*trials));
    struct examples again;

    make_rows(e, recipe->least);

    struct learned *one = learned_new(e->row_total);

    learn(one, e, recipe, LEARN_ALL);
    head.unit = unit_of(one, e->row_total);
    round_moves(one, head.unit, recipe->lean, head.move[0]);
    read_folds(e, recipe, head.unit, tags);
    look_again(e, tags, &again);
    make_rows(&again, 1);

    struct learned *two = learned_new(again.row_total);

    learn_again(two, one, &again, recipe);
    round_moves(two, head.unit, recipe->lean, head.move[1]);

    size_t count = try_names(two, &again, head.unit, recipe->lean, tags,
                             trials);

    calibrate(trials, count, &head.slope, &head.shift);

    int result = write_model(&head, one, e, two, &again, path);

    free(again.tokens);
    free(again.rows);
    free(again.ids);
    free(trials);
    free(tags);
    learned_free(one);
    learned_free(two);
    return result;
}

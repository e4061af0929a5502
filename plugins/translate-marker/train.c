/* train: learns lexicon/marker-weights.txt. No part of the plugin.
 *
 *     train [-r RIDGE] [-n FEATURES] [-o SCORES] < RECORDS > marker-weights.txt
 *
 * A record needs "label" ("machine", "human" or "native"), "source_lang" and
 * "translation.features", which the stage sets with `features = true`. It is a
 * logistic regression with a ridge, by Newton's method, then once more with the
 * strongest features only. The classes have the weights that weigh() says; a
 * machine text without source language is a native one with planted errors, and
 * teaches what markers are worth. Markers may speak for a machine, not against
 * one. Nothing in it is left to chance.
 *
 * Before, each source language in turn is left out with its share of the native
 * texts and judged by what the others teach: how well that does goes to stderr,
 * the scores to SCORES, as records that a scorer can read.
 *
 * The features are those that candidates.txt names, of which the strongest are
 * kept. To try another word, add a line for it ("word:whom") with the weight 0.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum label { NATIVE, HUMAN, MACHINE, PLANTED, LABELS };
enum { MOST_FEATURES = 512, FOLDS = 16, ROUNDS = 25 };

struct row {
    char id[64], lang[16];
    enum label label;
    double weight, score;
    double *x;
};

struct data {
    struct row *rows;
    size_t count, size;
    char *names[MOST_FEATURES]; /* the first is the bias */
    size_t width;
};

struct model {
    double ridge;
    size_t most; /* features */
    bool left[MOST_FEATURES];
    double w[MOST_FEATURES];
    double mean[MOST_FEATURES], scale[MOST_FEATURES];
};

static void *grab(size_t size)
{
    void *p = calloc(1, size);

    if (!p) {
        fprintf(stderr, "train: out of memory\n");
        exit(1);
    }
    return p;
}

/* ---- reading ---- */

/* The value of a string member; a quote mark within a string is escaped, so
 * that what is looked for cannot stand in the text. */
static bool read_string(const char *line, const char *key, char *out,
                        size_t size)
{
    char look_for[64];
    const char *at;
    size_t len;

    snprintf(look_for, sizeof(look_for), "\"%s\":\"", key);
    at = strstr(line, look_for);
    if (!at)
        return false;
    at += strlen(look_for);
    len = strcspn(at, "\"");
    if (len >= size)
        return false;
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

static size_t find_name(struct data *d, const char *name, size_t len)
{
    size_t i = 0;

    while (i < d->width &&
           (strncmp(d->names[i], name, len) != 0 || d->names[i][len] != '\0'))
        i++;
    if (i == d->width && d->width < MOST_FEATURES) {
        d->names[i] = grab(len + 1);
        memcpy(d->names[i], name, len);
        d->width++;
    }
    return i;
}

static bool read_features(struct data *d, const char *line, double *x)
{
    const char *at = strstr(line, "\"features\":{");

    if (!at)
        return false;
    at += strlen("\"features\":{");
    while (*at == '"') {
        const char *name = at + 1, *end = strchr(name, '"');
        char *after;
        size_t i;

        if (!end || end[1] != ':')
            return false;
        i = find_name(d, name, (size_t)(end - name));
        if (i == MOST_FEATURES)
            return false;
        x[i] = strtod(end + 2, &after);
        at = after + (*after == ',');
    }
    return *at == '}';
}

static bool read_row(struct data *d, const char *line, struct row *row)
{
    static const char *const labels[] = {"native", "human", "machine"};
    char label[16];
    int i = 0;

    *row = (struct row){ .x = grab(MOST_FEATURES * sizeof(double)) };
    if (!read_string(line, "label", label, sizeof(label)) ||
        !read_string(line, "id", row->id, sizeof(row->id)) ||
        !read_features(d, line, row->x)) {
        free(row->x);
        return false;
    }
    read_string(line, "source_lang", row->lang, sizeof(row->lang));
    while (i <= MACHINE && strcmp(label, labels[i]) != 0)
        i++;
    if (i == MACHINE && !row->lang[0])
        i = PLANTED;
    row->label = (enum label)i;
    return i < LABELS;
}

static void read_data(struct data *d, FILE *in)
{
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, in) > 0) {
        if (d->count == d->size) {
            d->size = d->size ? d->size * 2 : 1024;
            d->rows = realloc(d->rows, d->size * sizeof(*d->rows));
            if (!d->rows)
                exit(1);
        }
        if (read_row(d, line, &d->rows[d->count]))
            d->count++;
    }
    free(line);
}

/* ---- learning ---- */

static void weigh(struct data *d, const bool *left_out)
{
    static const double share[LABELS] = {0.25, 0.25, 0.45, 0.05};
    double total = 0, count[LABELS] = {0};

    for (size_t r = 0; r < d->count; r++) {
        d->rows[r].weight = !left_out[r];
        count[d->rows[r].label] += !left_out[r];
        total += !left_out[r];
    }
    for (size_t r = 0; r < d->count; r++)
        if (!left_out[r])
            d->rows[r].weight =
                total * share[d->rows[r].label] / count[d->rows[r].label];
}

static void measure(const struct data *d, struct model *m)
{
    double total = 0;

    for (size_t r = 0; r < d->count; r++)
        total += d->rows[r].weight;
    for (size_t i = 0; i < d->width; i++) {
        double sum = 0, squares = 0;

        for (size_t r = 0; r < d->count; r++) {
            sum += d->rows[r].weight * d->rows[r].x[i];
            squares += d->rows[r].weight * d->rows[r].x[i] * d->rows[r].x[i];
        }
        m->mean[i] = i ? sum / total : 0;
        squares = squares / total - m->mean[i] * m->mean[i];
        m->scale[i] = i == 0                          ? 1
                      : m->left[i] || squares <= 1e-9 ? INFINITY
                                                      : sqrt(squares);
    }
}

static double judge(const struct data *d, const struct model *m,
                    const double *x)
{
    double sum = 0;

    for (size_t i = 0; i < d->width; i++)
        sum += m->w[i] * (x[i] - m->mean[i]) / m->scale[i];
    return 1 / (1 + exp(-sum));
}

/* Solves a·x = b for a positive definite a, by Cholesky; x replaces b. */
static void solve(double *a, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        for (size_t i = j; i < n; i++) {
            double sum = a[i * n + j];

            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

static void add_row(const struct data *d, const struct model *m,
                    const struct row *row, double *hessian, double *slope)
{
    size_t n = d->width;
    double p = judge(d, m, row->x), z[MOST_FEATURES];
    double error = row->weight * ((row->label >= MACHINE) - p);
    double bend = row->weight * p * (1 - p);

    for (size_t i = 0; i < n; i++)
        z[i] = (row->x[i] - m->mean[i]) / m->scale[i];
    for (size_t i = 0; i < n; i++) {
        slope[i] += error * z[i];
        for (size_t k = 0; k <= i; k++)
            hessian[i * n + k] += bend * z[i] * z[k];
    }
}

static void fit(const struct data *d, struct model *m)
{
    size_t n = d->width;
    double *hessian = grab(n * n * sizeof(double));

    memset(m->w, 0, sizeof(m->w));
    measure(d, m);
    for (int round = 0; round < ROUNDS; round++) {
        double slope[MOST_FEATURES] = {0};

        memset(hessian, 0, n * n * sizeof(double));
        for (size_t r = 0; r < d->count; r++)
            if (d->rows[r].weight > 0)
                add_row(d, m, &d->rows[r], hessian, slope);
        for (size_t i = 0; i < n; i++) {
            slope[i] -= i ? m->ridge * m->w[i] : 0;
            hessian[i * n + i] += i ? m->ridge : 1e-6;
        }
        solve(hessian, slope, n);
        for (size_t i = 0; i < n; i++)
            m->w[i] += slope[i];
    }
    free(hessian);
}

static int by_strength(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x > y ? -1 : x < y;
}

static void learn(const struct data *d, struct model *m)
{
    double strength[MOST_FEATURES];
    size_t n = d->width;

    memset(m->left, 0, sizeof(m->left));
    fit(d, m);
    for (size_t i = 1; i < n; i++) {
        m->left[i] = strncmp(d->names[i], "marks-", 6) == 0 && m->w[i] < 0;
        strength[i - 1] = m->left[i] ? 0 : fabs(m->w[i]);
    }
    qsort(strength, n - 1, sizeof(*strength), by_strength);
    if (m->most < n - 1)
        for (size_t i = 1; i < n; i++)
            m->left[i] |= fabs(m->w[i]) <= strength[m->most];
    fit(d, m);
}

/* ---- judging ---- */

/* How often a text of one class scores above one of the other. */
static double area(const struct data *d, enum label one, enum label other,
                   const char *lang)
{
    double above = 0, pairs = 0;

    for (size_t a = 0; a < d->count; a++) {
        if (d->rows[a].label != one || (lang && strcmp(d->rows[a].lang, lang)))
            continue;
        for (size_t b = 0; b < d->count; b++) {
            if (d->rows[b].label != other ||
                (lang && other == HUMAN && strcmp(d->rows[b].lang, lang)))
                continue;
            above += d->rows[a].score > d->rows[b].score;
            above += 0.5 * (d->rows[a].score == d->rows[b].score);
            pairs++;
        }
    }
    return pairs > 0 ? above / pairs : 0;
}

static bool has_lang(const struct row *row)
{
    return row->label == HUMAN || row->label == MACHINE;
}

/* By the id, so that a native text and the same with planted errors are always
 * left out together. */
static unsigned share_of(const char *id)
{
    unsigned hash = 2166136261u;

    for (; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 16777619u;
    return hash >> 8;
}

static size_t list_langs(const struct data *d, const char **langs)
{
    size_t count = 0;

    for (size_t r = 0; r < d->count; r++) {
        size_t i = 0;

        if (!has_lang(&d->rows[r]))
            continue;
        while (i < count && strcmp(langs[i], d->rows[r].lang) != 0)
            i++;
        if (i == count && count < FOLDS)
            langs[count++] = d->rows[r].lang;
    }
    return count;
}

static void cross(struct data *d, struct model *m)
{
    const char *langs[FOLDS];
    size_t count = list_langs(d, langs);
    bool *left_out = grab(d->count);

    for (size_t f = 0; f < count; f++) {
        for (size_t r = 0; r < d->count; r++)
            left_out[r] = has_lang(&d->rows[r])
                              ? strcmp(d->rows[r].lang, langs[f]) == 0
                              : share_of(d->rows[r].id) % count == f;
        weigh(d, left_out);
        learn(d, m);
        for (size_t r = 0; r < d->count; r++)
            if (left_out[r])
                d->rows[r].score = judge(d, m, d->rows[r].x);
    }
    for (size_t f = 0; f < count; f++)
        fprintf(stderr, "  %s left out: AUC native %.3f, human %.3f\n",
                langs[f], area(d, MACHINE, NATIVE, langs[f]),
                area(d, MACHINE, HUMAN, langs[f]));
    fprintf(stderr,
            "cross-validated by source language: AUC native %.3f, human "
            "%.3f, planted over native %.3f\n",
            area(d, MACHINE, NATIVE, NULL), area(d, MACHINE, HUMAN, NULL),
            area(d, PLANTED, NATIVE, NULL));
    free(left_out);
}

/* The ridge makes the model shy. How much so, the scores of texts that it had
 * not seen tell: a slope and a shift bring them to what is true on average. */
static void calibrate(struct data *d, double *slope, double *shift)
{
    *slope = 1;
    *shift = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double g[2] = {0}, h[3] = {1e-9, 0, 1e-9};

        for (size_t r = 0; r < d->count; r++) {
            const struct row *row = &d->rows[r];
            double z = log(row->score / (1 - row->score));
            double p = 1 / (1 + exp(-*slope * z - *shift));
            double error = row->weight * ((row->label >= MACHINE) - p);
            double bend = row->weight * p * (1 - p);

            g[0] += error * z;
            g[1] += error;
            h[0] += bend * z * z;
            h[1] += bend * z;
            h[2] += bend;
        }

        double det = h[0] * h[2] - h[1] * h[1];

        *slope += (h[2] * g[0] - h[1] * g[1]) / det;
        *shift += (h[0] * g[1] - h[1] * g[0]) / det;
    }
    for (size_t r = 0; r < d->count; r++) {
        double z = log(d->rows[r].score / (1 - d->rows[r].score));

        d->rows[r].score = 1 / (1 + exp(-*slope * z - *shift));
    }
}

static void write_scores(const struct data *d, const char *path)
{
    FILE *out = fopen(path, "w");

    if (!out) {
        fprintf(stderr, "train: cannot write %s: %s\n", path, strerror(errno));
        exit(1);
    }
    for (size_t r = 0; r < d->count; r++)
        if (d->rows[r].label != PLANTED)
            fprintf(out, "{\"id\":\"%s\",\"translation\":{\"score\":%.6f}}\n",
                    d->rows[r].id, d->rows[r].score);
    fclose(out);
}

static const char *const header[] = {
    "The weights of the score of the translate-marker stage: a feature and its",
    "weight. word: and pair: the root of how often it comes in 1,000 words;",
    "the others are named in plugins/translate-marker/score.c.",
    "Source: counts over the texts of data/marker, of which no text is here",
    "(documents: WMT 2021 news systems into English from cs de is ja ru, their",
    "reference translations, English originals of WMT 2021, PolNeAR and web",
    "pages; artefacts: the originals with planted errors). Learned in November",
    "2026. Licence: as galley. Made by",
    "    make model-marker DATA=FOLDER",
};

/* The scales go into the weights, what is left into the bias. */
static void write_weights(const struct data *d, const struct model *m,
                          double slope, double shift)
{
    double bias = m->w[0];

    for (size_t i = 0; i < sizeof(header) / sizeof(*header); i++)
        printf("# %s\n", header[i]);

    for (size_t i = 1; i < d->width; i++)
        bias -= m->w[i] * m->mean[i] / m->scale[i];
    printf("%s\t%.5f\n", d->names[0], bias * slope + shift);
    for (size_t i = 1; i < d->width; i++)
        if (!m->left[i])
            printf("%s\t%.5f\n", d->names[i], slope * m->w[i] / m->scale[i]);
}

int main(int argc, char **argv)
{
    struct data d = {0};
    struct model m = {.ridge = 1000, .most = 150};
    const char *scores = NULL;
    double slope, shift;
    bool *left_out;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "-r") == 0)
            m.ridge = strtod(argv[i + 1], NULL);
        else if (strcmp(argv[i], "-n") == 0)
            m.most = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "-o") == 0)
            scores = argv[i + 1];
    }
    read_data(&d, stdin);
    if (d.count == 0 || d.width == 0) {
        fprintf(stderr, "train: no records with label and features on "
                        "standard input\n");
        return 1;
    }
    fprintf(stderr, "%zu texts, %zu features, ridge %g\n", d.count, d.width,
            m.ridge);
    left_out = grab(d.count);
    cross(&d, &m);
    weigh(&d, left_out);
    calibrate(&d, &slope, &shift);
    if (scores)
        write_scores(&d, scores);
    learn(&d, &m);
    write_weights(&d, &m, slope, shift);
    free(left_out);
    return 0;
}

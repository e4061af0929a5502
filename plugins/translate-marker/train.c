/* train: learns lexicon/marker-model.bin. No part of the translate-marker
 * plugin, but a stage of its own, since a stage has texts and tokens at hand.
 *
 * A text with a field "label" ("machine", "human", "native", "other": see
 * model.h) is learned from, and so are its begin of 300, 100 and 50 words, since
 * a short text is judged too, and pieces from other places. When all have come, each source language in turn
 * is left out, with a fifth of the texts that are no translations, and judged
 * by what the others teach; those sums are what the probabilities are made
 * from, and how good they are goes to stderr. At last all are learned from.
 * Nothing in it is left to chance.
 */
#include "learn.h"
#include "translate-marker.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 16, CUTS = 4, NATIVE_FOLDS = 5, GROUPS = 64 };
enum { PIECE = 140 }; /* words */
static const unsigned cuts[CUTS] = {0, 300, 100, 50};
static const char *const origin_names[ORIGINS] = {
    "native", "human", "other", "machine"
};

struct state {
    const char *path, *scores;
    double ridge[AGAINST], dense, balance;
    double share[ORIGINS];
    gly_list without;

    struct style style;
    struct profile profile;
    struct rows rows;
    char langs[FOLDS][8], groups[GROUPS][24];
    unsigned folds, groups_known;
    struct dense_weight scale[MOST_DENSE];
    struct linear linear[AGAINST];
    float blend[AGAINST][TERMS];
};

static const gly_option options[] = {
    { "path", GLY_FIELD(struct state, path), .def = "marker-model.bin",
      .help = "The file to write." },
    { "scores", GLY_FIELD(struct state, scores), .def = "",
      .help = "Where the scores of texts not learned from go; CUT is added." },
    { "ridge_native", GLY_FIELD(struct state, ridge[NATIVE]), .def = "0.5",
      .help = "Of the model against native texts." },
    { "ridge_human", GLY_FIELD(struct state, ridge[HUMAN]), .def = "2",
      .help = "Of the model against human translations." },
    { "ridge_other", GLY_FIELD(struct state, ridge[OTHER]), .def = "0.5",
      .help = "Of the model against other writing." },
    { "dense", GLY_FIELD(struct state, dense), .def = "0.02",
      .help = "What a rate counts beside a gram." },
    { "share_native", GLY_FIELD(struct state, share[NATIVE]), .def = "0.25",
      .help = "Of native news." },
    { "share_human", GLY_FIELD(struct state, share[HUMAN]), .def = "0.01",
      .help = "Of human translations." },
    { "share_other", GLY_FIELD(struct state, share[OTHER]), .def = "0.06",
      .help = "Of native texts that are no news." },
    { "share_machine", GLY_FIELD(struct state, share[MACHINE]), .def = "0.68",
      .help = "Of machine translations." },
    { "balance", GLY_FIELD(struct state, balance), .def = "0.5", .min = 0,
      .max = 1, .help = "A corpus counts as this power of its size." },
    { "without", GLY_FIELD(struct state, without), .def = "",
      .help = "What not to learn from: grams, words, rates, marks." },
    { "content", GLY_FIELD(struct state, style.open), .def = "false",
      .help = "Whether to see content words and names too, to compare." },
    { 0 }
};

/* ---- reading ---- */

static enum origin origin_of(const char *label)
{
    int i = 0;

    while (i < ORIGINS && (!label || strcmp(label, origin_names[i]) != 0))
        i++;
    return (enum origin)i;
}

static bool has_corpus(enum origin origin)
{
    return origin == NATIVE || origin == OTHER;
}

/* A source language has a fold; texts of people are dealt out by their ids, of
 * which what stands before a slash is one work. */
static unsigned fold_of(struct state *s, enum origin origin, const char *lang,
                        const char *id)
{
    unsigned i = 0;

    if (has_corpus(origin))
        return (hash_lower(HASH_START, id, strcspn(id, "/")) >> 8) %
               NATIVE_FOLDS;
    while (i < s->folds && strcmp(s->langs[i], lang) != 0)
        i++;
    if (i == s->folds && s->folds < FOLDS)
        snprintf(s->langs[s->folds++], sizeof(s->langs[0]), "%s", lang);
    return i;
}

static unsigned group_of(struct state *s, const char *system)
{
    unsigned i = 0;

    while (i < s->groups_known && strcmp(s->groups[i], system) != 0)
        i++;
    if (i == GROUPS)
        return GROUPS - 1;
    if (i == s->groups_known)
        snprintf(s->groups[s->groups_known++], sizeof(s->groups[0]), "%s",
                 system);
    return i;
}

static struct row *add_row(struct rows *rows)
{
    if (rows->count == rows->size) {
        rows->size = rows->size ? 2 * rows->size : 4096;
        rows->row = realloc(rows->row, rows->size * sizeof(*rows->row));
        if (!rows->row) {
            fprintf(stderr, "train: out of memory\n");
            exit(1);
        }
    }
    return &rows->row[rows->count++];
}

static bool leaves_out(const struct state *s, const char *what)
{
    for (size_t i = 0; i < s->without.count; i++)
        if (strcmp(s->without.item[i], what) == 0)
            return true;
    return false;
}

/* The profile's grams, now; its rates later, when all are known. */
static void keep_profile(const struct state *s, struct row *row)
{
    const struct profile *p = &s->profile;
    float log_of[MOST_GRAM_COUNT + 1];
    double squares = 0;

    model_logs(log_of);
    row->words = p->words;
    row->dense = learn_alloc(s->style.dense * sizeof(*row->dense));
    for (size_t i = 0; i < s->style.dense; i++)
        row->dense[i] = (float)p->dense[i];
    row->values = learn_alloc((p->used_count + s->style.dense) *
                              sizeof(*row->values));
    if (leaves_out(s, "grams"))
        return;
    for (size_t i = 0; i < p->used_count; i++) {
        float value = log_of[p->grams[p->used[i]]];

        squares += (double)(value * value);
        row->values[i] = (struct value){p->used[i], value};
    }
    row->count = (uint32_t)p->used_count;
    for (uint32_t i = 0; i < row->count; i++)
        row->values[i].value /= (float)sqrt(squares + 1e-9);
}

/* A text under way, and what its rows have alike. */
struct source {
    gly_doc *doc;
    const char *text;
    const gly_token *tokens;
    size_t count;
    uint32_t *hashes;
    struct row row;
};

static double marks_between(const gly_doc *doc, gly_pos begin, gly_pos end)
{
    double marks = 0;

    for (const gly_span *m = gly_spans(doc, "markers"); m; m = m->next)
        if (m->begin >= begin && m->begin < end)
            marks += m->score;
    return marks;
}

/* Tokens from `first` on, up to so many words; 0: all. */
static size_t end_of(const struct source *source, size_t first, unsigned words)
{
    size_t i = first;

    for (unsigned n = 0; i < source->count && n < words; i++)
        n += source->tokens[i].type == GLY_WORD;
    return words ? i : source->count;
}

static void add_part(struct state *s, const struct source *source, size_t first,
                     size_t end, unsigned cut)
{
    const gly_token *tokens = source->tokens;
    double marks = marks_between(source->doc, tokens[first].begin,
                                 tokens[end - 1].end);
    struct row *row = add_row(&s->rows);

    *row = source->row;
    row->cut = cut;
    profile_make(&s->profile, &s->style, source->text, tokens + first,
                 end - first, source->hashes + first, marks);
    keep_profile(s, row);
    profile_clear(&s->profile);
}

/* The whole, its begins, and pieces that begin elsewhere. */
static void add_parts(struct state *s, const struct source *source)
{
    for (int c = 0; c < CUTS; c++) {
        size_t end = end_of(source, 0, cuts[c]);

        if (cuts[c] == 0 || end < source->count)
            add_part(s, source, 0, end, cuts[c]);
    }
    for (size_t first = end_of(source, 0, PIECE / 2), end;
         first + PIECE / 2 < source->count; first = end) {
        end = end_of(source, first, PIECE);
        add_part(s, source, first, end, PIECE);
    }
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    enum origin origin = origin_of(gly_get(doc, "label", 0));
    const char *id = gly_get(doc, "id", 0);
    const char *lang = gly_get(doc, "source_lang", 0);
    const char *system = gly_get(doc, "system", 0);
    struct source source = {.doc = doc, .text = gly_text(doc, NULL)};

    source.tokens = gly_tokens(doc, &source.count);
    if (origin == ORIGINS || !id || source.count == 0)
        return gly_drop(stage, "not-labelled");
    source.hashes = gly_alloc(doc, source.count * sizeof(*source.hashes));
    for (size_t i = 0; i < source.count; i++)
        source.hashes[i] =
            hash_lower(HASH_START, source.text + source.tokens[i].begin,
                       source.tokens[i].end - source.tokens[i].begin);
    source.row.origin = origin;
    source.row.group = has_corpus(origin) && system ? group_of(s, system) : 0;
    source.row.fold = fold_of(s, origin, lang ? lang : "", id);
    snprintf(source.row.id, sizeof(source.row.id), "%s", id);
    add_parts(s, &source);
    return GLY_PASS;
}

/* ---- learning ---- */

static bool is_left_out(const struct state *s, size_t dense)
{
    return dense >= RATES   ? leaves_out(s, "words")
           : dense == MARKS ? leaves_out(s, "marks")
                            : leaves_out(s, "rates");
}

static void measure(struct state *s, size_t dense)
{
    struct dense_weight *w = &s->scale[dense];
    double sum = 0, squares = 0, native = 0, natives = 0;
    double n = (double)s->rows.count;

    for (size_t r = 0; r < s->rows.count; r++) {
        double x = (double)s->rows.row[r].dense[dense];

        sum += x;
        squares += x * x;
        if (s->rows.row[r].origin == NATIVE) {
            native += x;
            natives++;
        }
    }
    squares = squares / n - sum / n * (sum / n);
    w->mean = (float)(sum / n);
    w->native = (float)(native / (natives > 0 ? natives : 1));
    w->scale = squares > 1e-9 && !is_left_out(s, dense)
                   ? (float)(1 / sqrt(squares))
                   : 0;
}

static void scale_rows(struct state *s)
{
    s->rows.dense = s->style.dense;
    for (size_t i = 0; i < s->style.dense; i++)
        measure(s, i);
    for (size_t r = 0; r < s->rows.count; r++) {
        struct row *row = &s->rows.row[r];

        for (size_t i = 0; i < s->style.dense; i++) {
            double x = model_clipped(&s->scale[i], (double)row->dense[i]);

            row->values[row->count++] = (struct value){
                (uint32_t)(GRAMS + i), (float)(s->dense * x)
            };
        }
    }
}

/* Weights so that each class among the rows has its share of them, and so that
 * a large corpus does not drown the small ones of its class; rows of fold
 * `left_out` and of classes without a share have none. */
static void weigh(struct state *s, const double share[ORIGINS],
                  unsigned left_out)
{
    double count[ORIGINS][GROUPS] = {{0}}, all[ORIGINS] = {0}, total = 0;

    for (size_t r = 0; r < s->rows.count; r++) {
        struct row *row = &s->rows.row[r];

        row->weight = row->fold != left_out && share[row->origin] > 0;
        count[row->origin][row->group] += row->weight;
        total += row->weight;
    }
    for (int k = 0; k < ORIGINS; k++)
        for (int g = 0; g < GROUPS; g++)
            all[k] += count[k][g] > 0 ? pow(count[k][g], s->balance) : 0;
    for (size_t r = 0; r < s->rows.count; r++) {
        struct row *row = &s->rows.row[r];

        if (row->weight > 0)
            row->weight = total * share[row->origin] / all[row->origin] *
                          pow(count[row->origin][row->group], s->balance - 1);
    }
}

static void learn_sums(struct state *s, unsigned left_out)
{
    for (int k = 0; k < AGAINST; k++) {
        double share[ORIGINS] = {[MACHINE] = 0.5};

        share[k] = 0.5;
        weigh(s, share, left_out);
        learn_linear(&s->rows, s->ridge[k], &s->linear[k]);
    }
}

static void cross(struct state *s)
{
    for (unsigned f = 0; f < s->folds; f++) {
        learn_sums(s, f);
        for (size_t r = 0; r < s->rows.count; r++)
            for (int k = 0; k < AGAINST; k++)
                if (s->rows.row[r].fold == f)
                    s->rows.row[r].sum[k] =
                        learn_sum(&s->linear[k], &s->rows.row[r]);
    }
    for (unsigned f = 0; f < s->folds; f++) {
        weigh(s, s->share, f);
        learn_blend(&s->rows, s->blend);
        for (size_t r = 0; r < s->rows.count; r++) {
            struct row *row = &s->rows.row[r];
            double terms[TERMS];

            if (row->fold != f)
                continue;
            model_terms(row->sum, row->words, terms);
            model_chances((const float(*)[TERMS])s->blend, terms, row->chance);
        }
    }
}

/* ---- judging ---- */

/* A text that is as short as that already belongs to those cut to it. */
static bool is_cut(const struct row *row, unsigned cut)
{
    return row->cut == cut || (row->cut == 0 && row->words <= cut);
}

/* How often a machine's text scores above one of the other class. */
static double area(const struct rows *rows, enum origin other, unsigned cut,
                   unsigned fold)
{
    double above = 0, pairs = 0;

    for (size_t a = 0; a < rows->count; a++) {
        const struct row *x = &rows->row[a];

        if (x->origin != MACHINE || !is_cut(x, cut) ||
            (fold < FOLDS && x->fold != fold))
            continue;
        for (size_t b = 0; b < rows->count; b++) {
            const struct row *y = &rows->row[b];

            if (y->origin != other || !is_cut(y, cut) ||
                (fold < FOLDS && y->fold != fold))
                continue;
            above += x->chance[MACHINE] > y->chance[MACHINE];
            above += 0.5 * (x->chance[MACHINE] == y->chance[MACHINE]);
            pairs++;
        }
    }
    return pairs > 0 ? above / pairs : 0;
}

/* The expected calibration error in ten bins. */
static double error_of(const struct rows *rows, enum origin other, unsigned cut)
{
    double sums[10] = {0}, error = 0, count = 0;

    for (size_t r = 0; r < rows->count; r++) {
        const struct row *row = &rows->row[r];
        int bin = (int)fmin(9, 10 * row->chance[MACHINE]);

        if (!is_cut(row, cut) ||
            (row->origin != MACHINE && row->origin != other))
            continue;
        sums[bin] += row->chance[MACHINE] - (row->origin == MACHINE);
        count++;
    }
    for (int i = 0; i < 10; i++)
        error += fabs(sums[i]);
    return count > 0 ? error / count : 0;
}

static int by_score(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x > y ? -1 : x < y;
}

/* The share of machine translations above the score that one native text in a
 * hundred passes, and that score. */
static double recall(const struct rows *rows, unsigned cut, double *at)
{
    double *native = learn_alloc((rows->count + 1) * sizeof(*native));
    double found = 0, all = 0;
    size_t count = 0;

    for (size_t r = 0; r < rows->count; r++)
        if (rows->row[r].origin == NATIVE && is_cut(&rows->row[r], cut))
            native[count++] = rows->row[r].chance[MACHINE];
    qsort(native, count, sizeof(*native), by_score);
    *at = native[count >= 200 ? count / 100 - 1 : 0];
    for (size_t r = 0; r < rows->count; r++) {
        if (rows->row[r].origin != MACHINE || !is_cut(&rows->row[r], cut))
            continue;
        found += rows->row[r].chance[MACHINE] > *at;
        all++;
    }
    free(native);
    return all > 0 ? found / all : 0;
}

static void report(const struct state *s)
{
    const struct rows *rows = &s->rows;

    fprintf(stderr, "left out      ");
    for (unsigned f = 0; f < s->folds; f++)
        fprintf(stderr, "  %s   ", s->langs[f]);
    fprintf(stderr, "   all   recall at 1%% (score)  ECE native human\n");
    for (int c = 0; c < CUTS; c++) {
        for (int other = NATIVE; other < MACHINE; other++) {
            double at, found = recall(rows, cuts[c], &at);

            fprintf(stderr, "%5u %-7s ", cuts[c], origin_names[other]);
            for (unsigned f = 0; f <= s->folds; f++)
                fprintf(stderr, " %.3f ",
                        area(rows, (enum origin)other, cuts[c],
                             f < s->folds ? f : FOLDS));
            if (other == NATIVE)
                fprintf(stderr, "  %.3f (%.3f)         %.3f %.3f", found, at,
                        error_of(rows, NATIVE, cuts[c]),
                        error_of(rows, HUMAN, cuts[c]));
            fprintf(stderr, "\n");
        }
    }
}

static void write_scores(const struct state *s)
{
    for (int c = 0; c < CUTS && *s->scores; c++) {
        char name[512];
        FILE *out;

        snprintf(name, sizeof(name), "%s.%u", s->scores, cuts[c]);
        out = fopen(name, "w");
        for (size_t r = 0; out && r < s->rows.count; r++) {
            const struct row *row = &s->rows.row[r];

            if (is_cut(row, cuts[c]))
                fprintf(out,
                        "{\"id\":\"%s\",\"translation\":{\"score\":%.6f}}\n",
                        row->id, row->chance[MACHINE]);
        }
        if (out)
            fclose(out);
    }
}

/* ---- the file ---- */

static float unit_of(const struct linear *w)
{
    double most = 1e-9;

    for (size_t i = 0; i < GRAMS; i++)
        most = fmax(most, fabs(w->weight[i]));
    return (float)(most / 32767);
}

static int write_model(struct state *s)
{
    struct weights w = {
        .magic = "GALLEYTM", .version = MODEL_VERSION, .order = MODEL_ORDER,
        .style = s->style.sum, .dense = (uint32_t)s->style.dense,
    };
    size_t dense_size = s->style.dense * sizeof(struct dense_weight);
    size_t size = dense_size + GRAMS * sizeof(gram_weight);
    char *rest = learn_alloc(size);
    struct dense_weight *dense = (void *)rest;
    gram_weight *grams = (void *)(rest + dense_size);
    FILE *out = fopen(s->path, "wb");
    bool well;

    if (!out)
        return -1;
    memcpy(dense, s->scale, dense_size);
    memcpy(w.blend, s->blend, sizeof(w.blend));
    for (int k = 0; k < ORIGINS; k++)
        w.share[k] = (float)s->share[k];
    for (int k = 0; k < AGAINST; k++) {
        const struct linear *linear = &s->linear[k];

        w.bias[k] = (float)linear->bias;
        w.unit[k] = unit_of(linear);
        for (size_t i = 0; i < s->style.dense; i++)
            dense[i].weight[k] =
                (float)(s->dense * linear->weight[GRAMS + i]);
        for (size_t i = 0; i < GRAMS; i++)
            grams[i][k] =
                (int16_t)lrint(linear->weight[i] / (double)w.unit[k]);
    }
    w.sum = gly_checksum(rest, size);
    well = fwrite(&w, sizeof(w), 1, out) == 1 &&
           fwrite(rest, size, 1, out) == 1;
    free(rest);
    return fclose(out) == 0 && well ? 0 : -1;
}

static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (s->rows.count == 0)
        return 0;
    fprintf(stderr, "%zu texts and parts of texts, %zu rates and words\n",
            s->rows.count, s->style.dense);
    scale_rows(s);
    cross(s);
    report(s);
    write_scores(s);
    weigh(s, s->share, FOLDS);
    learn_blend(&s->rows, s->blend);
    learn_sums(s, FOLDS);
    if (write_model(s) < 0)
        return gly_fail(stage, -errno, "cannot write %s: %s", s->path,
                        strerror(errno));
    return 0;
}

static void close(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    for (size_t r = 0; r < s->rows.count; r++) {
        free(s->rows.row[r].dense);
        free(s->rows.row[r].values);
    }
    free(s->rows.row);
}

static int open(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    profile_init(&s->profile, stage);
    return style_open(stage, &s->style);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "train",
    .about = "Learns how machine translations are written.",
    .reads = "text markers",
    .writes = NULL,
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open,
    .process = process,
    .flush = flush,
    .close = close,
};

/* score.c: how likely it is that a machine translated the whole text, and why.
 *
 * The weights are in lexicon/marker-model.bin; profile.h says what they weigh,
 * model.h how they become probabilities.
 */
#include "translate-marker.h"

#include "model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FEWEST_WORDS = 20, MOST_REASONS = 4, MOST_FAULTS = 4 };

struct score {
    struct style style;
    struct model model;
    struct profile profile;
};

struct reason {
    size_t dense;
    double speaks; /* for the verdict */
};

struct score *new_score(gly_stage *stage)
{
    struct score *s = gly_stage_alloc(stage, sizeof(*s));

    if (style_open(stage, &s->style) < 0 ||
        model_open(stage, "marker-model.bin", &s->style, &s->model) < 0)
        return NULL;
    profile_init(&s->profile, stage);
    return s;
}

static double sum_marks(const struct look *l)
{
    double marks = 0;

    for (size_t i = 0; i < l->find_count; i++)
        marks += l->finds[i].score >= l->min_score ? l->finds[i].score : 0;
    return marks;
}

/* As if `prior` of all texts were machine translations; the others keep their
 * shares of what is left. */
static void reweigh(const float share[ORIGINS], double prior,
                    double chance[ORIGINS])
{
    double machine = prior / (double)share[MACHINE];
    double other = (1 - prior) / (1 - (double)share[MACHINE]);
    double all = 0;

    for (int k = 0; k < ORIGINS; k++)
        all += chance[k] *= k == MACHINE ? machine : other;
    for (int k = 0; k < ORIGINS; k++)
        chance[k] /= all;
}

static const char *verdict_of(const double chance[ORIGINS],
                              const struct verdicts *from)
{
    return chance[MACHINE] >= from->machine ? "machine"
           : chance[HUMAN] >= from->human   ? "human"
           : chance[NATIVE] + chance[OTHER] >= from->native ? "native"
                                                            : "unsure";
}

/* The strongest, from the strongest on; that a word is missing is none. */
static size_t find_reasons(const struct score *s, double side,
                           struct reason out[MOST_REASONS])
{
    size_t count = 0;

    for (size_t i = 0; i < s->style.dense; i++) {
        size_t at = count;
        double speaks;

        if (i >= RATES && s->profile.dense[i] <= 0)
            continue;
        speaks = side * model_speaks(&s->model, &s->profile, i);
        if (speaks <= 0)
            continue;
        while (at > 0 && out[at - 1].speaks < speaks)
            at--;
        if (at == MOST_REASONS)
            continue;
        count += count < MOST_REASONS;
        memmove(out + at + 1, out + at, (count - at - 1) * sizeof(*out));
        out[at] = (struct reason){i, speaks};
    }
    return count;
}

/* "shorter sentences", "fewer contractions", "\"the\" more often" */
static void add_reason(struct look *l, const struct score *s, size_t dense)
{
    static const char *const manners[FIRST_SCALED][2] = {
        [SENTENCE_LENGTH] = {"shorter", "longer"},
        [SENTENCE_SPREAD] = {"less varied", "more varied"},
        [WORD_LENGTH] = {"shorter", "longer"},
        [VARIETY] = {"less varied", "more varied"},
    };
    const char *name = style_name(&s->style, dense);
    bool more = s->profile.dense[dense] >
                (double)s->model.dense[dense].native;
    char text[128];

    if (dense >= RATES)
        snprintf(text, sizeof(text), "%s %s often than in native text", name,
                 more ? "more" : "less");
    else
        snprintf(text, sizeof(text), "%s %s than in native text",
                 dense < FIRST_SCALED ? manners[dense][more]
                 : more               ? "more"
                                      : "fewer",
                 name);
    gly_add(l->doc, "translation.reasons", text);
}

/* Only of a text that is rather a machine's than not. */
static void set_source(struct look *l)
{
    double score;
    const char *lang = guess_source(l, &score);

    if (!lang)
        return;
    gly_set(l->doc, "translation.source_lang", lang);
    gly_set_number(l->doc, "translation.source_score",
                   round(100 * score) / 100);
}

/* Sentences cut before a small letter and words left in another language: no
 * native text has them, but the translations that were learned from, by good
 * systems, have hardly any either. Each makes a machine five times as likely, if
 * there is one in a thousand words. Whether there are. */
static bool heed_faults(struct look *l, uint32_t words, double chance[ORIGINS])
{
    double odds = 1, rest;
    size_t count = 0;

    for (size_t i = 0; i < l->find_count; i++)
        count += l->finds[i].score >= 0.9 &&
                 (l->finds[i].kind == SENTENCE_BREAK ||
                  l->finds[i].kind == UNTRANSLATED);
    if (count * 1000 < words)
        return false;
    for (size_t i = 0; i < count && i < MOST_FAULTS; i++)
        odds *= 5;
    rest = odds * chance[MACHINE] + 1 - chance[MACHINE];
    for (size_t i = 0; i < ORIGINS; i++)
        chance[i] *= (i == MACHINE ? odds : 1) / rest;
    return true;
}

void score_document(struct look *l, struct score *s,
                    const struct verdicts *verdicts)
{
    double sum[AGAINST], terms[TERMS], chance[ORIGINS];
    struct reason reasons[MOST_REASONS];
    size_t count;
    bool faults;

    profile_make(&s->profile, &s->style, l->text, l->tokens, l->count,
                 l->hashes, sum_marks(l));
    if (s->profile.words >= FEWEST_WORDS) {
        model_sums(&s->model, &s->profile, sum);
        model_terms(sum, s->profile.words, terms);
        model_chances(s->model.weights->blend, terms, chance);
        reweigh(s->model.weights->share, verdicts->prior, chance);
        faults = heed_faults(l, s->profile.words, chance);
        gly_set_number(l->doc, "translation.score",
                       round(1e4 * chance[MACHINE]) / 1e4);
        gly_set(l->doc, "translation.verdict", verdict_of(chance, verdicts));
        if (faults)
            gly_add(l->doc, "translation.reasons",
                    "sentences cut, or words left in another language");
        count = find_reasons(s, chance[MACHINE] >= 0.5 ? 1 : -1, reasons);
        for (size_t i = 0; i < count; i++)
            add_reason(l, s, reasons[i].dense);
        if (chance[MACHINE] >= 0.5)
            set_source(l);
    }
    profile_clear(&s->profile);
}

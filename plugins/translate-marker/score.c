/* score.c: how likely it is that a machine translated the whole text.
 *
 * A logistic model over rates: of function words, and of the habits below. All
 * weights are in lexicon/marker-weights.txt, which says how they were learned.
 */
#include "translate-marker.h"

#include <math.h>
#include <string.h>

enum { FEWEST_WORDS = 20, ENOUGH_WORDS = 100 };

enum rate {
    BIAS,
    SENTENCE_LENGTH,
    SENTENCE_SPREAD,
    WORD_LENGTH,
    LONG_WORDS,
    COMMAS,
    SEMICOLONS,
    COLONS,
    DASHES,
    BRACKETS,
    QUOTES,
    QUESTIONS,
    CONTRACTIONS,
    POSSESSIVES,
    HYPHENS,
    NUMERALS,
    PREPOSITIONS,
    CONJUNCTIONS,
    PRONOUNS,
    DETERMINERS,
    AUXILIARIES,
    FUNCTION_WORDS,
    OF_CHAINS,
    PASSIVES,
    PERFECTS,
    ENDS_LY,
    ENDS_ING,
    ENDS_ED,
    ENDS_TION,
    ENDS_MENT,
    ENDS_ITY,
    COMMA_AND,
    COMMA_THAT,
    COMMA_OPENING,
    OPENS_PREP,
    OPENS_CONJ,
    OPENS_PRON,
    OPENS_DET,
    SHORT_SENTENCES,
    LONG_SENTENCES,
    REPEATED_WORDS,
    NEW_WORDS,
    MARKS_BREAK,
    MARKS_SPACED,
    MARKS_QUOTE,
    MARKS_FOREIGN,
    MARKS_CALQUE,
    MARKS_ARTICLE,
    MARKS_NAME,
    MARKS_NUMBER,
    RATES
};

static const char *const rate_names[RATES] = {
    "bias",           "sentence-length", "sentence-spread", "word-length",
    "long-words",     "commas",          "semicolons",      "colons",
    "dashes",         "brackets",        "quotes",          "questions",
    "contractions",   "possessives",     "hyphens",         "numerals",
    "prepositions",   "conjunctions",    "pronouns",        "determiners",
    "auxiliaries",    "function-words",  "of-chains",       "passives",
    "perfects",       "ends-ly",         "ends-ing",        "ends-ed",
    "ends-tion",      "ends-ment",       "ends-ity",        "comma-and",
    "comma-that",     "comma-opening",   "opens-prep",      "opens-conj",
    "opens-pron",     "opens-det",       "short-sentences", "long-sentences",
    "repeated-words", "new-words",       "marks-break",     "marks-spaced",
    "marks-quote",    "marks-foreign",   "marks-calque",    "marks-article",
    "marks-name",     "marks-number",
};

static const enum rate rate_of_kind[KINDS] = {
    [SENTENCE_BREAK] = MARKS_BREAK, [DOUBLED] = MARKS_SPACED,
    [SPACED] = MARKS_SPACED,        [QUOTE_MARK] = MARKS_QUOTE,
    [UNTRANSLATED] = MARKS_FOREIGN, [CALQUE] = MARKS_CALQUE,
    [ARTICLE] = MARKS_ARTICLE,      [NAME_VARIANT] = MARKS_NAME,
    [NUMBER_FORMAT] = MARKS_NUMBER,
};

struct tally {
    double n[RATES];
    double words, letters;
    uint8_t seen[512]; /* bits: words of this stretch */
};

int rate_of(const char *name, size_t len)
{
    for (int i = 0; i < RATES; i++)
        if (strlen(rate_names[i]) == len &&
            memcmp(rate_names[i], name, len) == 0)
            return i;
    return -1;
}

static void tally_ending(const struct look *l, struct tally *t, size_t i)
{
    switch (l->text[l->tokens[i].end - 1]) {
    case 'y':
        t->n[ENDS_LY] += ends_in(l, i, "ly");
        t->n[ENDS_ITY] += ends_in(l, i, "ity");
        break;
    case 'g':
        t->n[ENDS_ING] += ends_in(l, i, "ing");
        break;
    case 'd':
        t->n[ENDS_ED] += ends_in(l, i, "ed");
        break;
    case 'n':
        t->n[ENDS_TION] += ends_in(l, i, "tion");
        break;
    case 't':
        t->n[ENDS_MENT] += ends_in(l, i, "ment");
        break;
    default:
        break;
    }
}

static bool is_contraction(const char *text, size_t len)
{
    for (size_t i = 1; i + 1 < len; i++)
        if (text[i] == '\'' || (unsigned char)text[i] == 0xE2)
            return true;
    return false;
}

static void tally_classes(struct tally *t, uint32_t classes)
{
    t->n[PREPOSITIONS] += !!(classes & PREP);
    t->n[CONJUNCTIONS] += !!(classes & CONJ);
    t->n[PRONOUNS] += !!(classes & PRON);
    t->n[DETERMINERS] += !!(classes & DET);
    t->n[AUXILIARIES] += !!(classes & AUX);
    t->n[FUNCTION_WORDS] += !!(classes & FUNCTION);
}

/* New words are counted in stretches of 128, whatever the text's length. */
static void tally_repeats(const struct look *l, struct tally *t, size_t i)
{
    uint32_t bit = l->hashes[i] ^ l->hashes[i] >> 13;

    if ((uint64_t)t->words % 128 == 0)
        memset(t->seen, 0, sizeof(t->seen));
    t->n[REPEATED_WORDS] += i > 0 && l->hashes[i] == l->hashes[i - 1];
    t->n[NEW_WORDS] += !(t->seen[bit >> 3 & 511] >> (bit & 7) & 1);
    t->seen[bit >> 3 & 511] |= (uint8_t)(1u << (bit & 7));
}

static void tally_word(struct look *l, struct tally *t, size_t i)
{
    const char *text = token_text(l, i);
    size_t len = token_len(l, i);
    uint32_t before = classes_at(l, i - 1), classes = l->classes[i];

    if (text[0] == '\'' || (unsigned char)text[0] == 0xE2) {
        t->n[POSSESSIVES]++;
        return;
    }
    t->words++;
    tally_repeats(l, t, i);
    if (l->tokens[i].flags & GLY_FIRST) {
        t->n[OPENS_PREP] += !!(classes & PREP);
        t->n[OPENS_CONJ] += !!(classes & CONJ);
        t->n[OPENS_PRON] += !!(classes & PRON);
        t->n[OPENS_DET] += !!(classes & DET);
    }
    t->letters += (double)len;
    t->n[LONG_WORDS] += len > 9;
    if (classes)
        tally_classes(t, classes);
    if (is_capital(l, i))
        return;
    t->n[HYPHENS] += memchr(text, '-', len) != NULL;
    t->n[CONTRACTIONS] += is_contraction(text, len);
    if (len > 4)
        tally_ending(l, t, i);
    if (ends_in(l, i, "ed")) {
        t->n[PASSIVES] += !!(before & BE);
        t->n[PERFECTS] += (before & AUX) && !(before & BE);
    }
    if ((classes & OF) && i > 3)
        t->n[OF_CHAINS] +=
            !!((classes_at(l, i - 2) | classes_at(l, i - 3)) & OF);
}

static void tally_sign(const struct look *l, struct tally *t, size_t i)
{
    uint32_t c = sign_at(l, i);

    switch (c) {
    case ',':
        t->n[COMMAS]++;
        t->n[COMMA_AND] += is_text(l, i + 1, "and");
        t->n[COMMA_THAT] += is_text(l, i + 1, "that");
        t->n[COMMA_OPENING] += i > 0 && (l->tokens[i - 1].flags & GLY_FIRST);
        break;
    case ';':
        t->n[SEMICOLONS]++;
        break;
    case ':':
        t->n[COLONS]++;
        break;
    case '(':
        t->n[BRACKETS]++;
        break;
    case '?':
        t->n[QUESTIONS]++;
        break;
    case '"':
        t->n[QUOTES] += 0.5;
        break;
    case 0x201C:
        t->n[QUOTES]++;
        break;
    case '-':
    case 0x2013:
    case 0x2014:
        t->n[DASHES]++;
        break;
    default:
        break;
    }
}

static void tally_sentences(const struct look *l, struct tally *t)
{
    size_t count;
    const gly_sentence *s = gly_sentences(l->doc, &count);
    double sum = 0, squares = 0;

    for (size_t i = 0; i < count; i++) {
        double words = log(1.0 + s[i].last - s[i].first);

        t->n[SHORT_SENTENCES] += s[i].last - s[i].first < 8;
        t->n[LONG_SENTENCES] += s[i].last - s[i].first > 35;
        sum += words;
        squares += words * words;
    }
    if (count == 0)
        return;
    sum /= (double)count;
    squares = squares / (double)count - sum * sum;
    t->n[SENTENCE_LENGTH] = sum;
    t->n[SENTENCE_SPREAD] = squares > 0 ? sqrt(squares) : 0;
}

static void tally_text(struct look *l, struct tally *t)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->tokens[i].type == GLY_WORD)
            tally_word(l, t, i);
        else if (l->tokens[i].type == GLY_SIGN)
            tally_sign(l, t, i);
        else
            t->n[NUMERALS] += l->tokens[i].type == GLY_NUMERAL;
    }
    for (size_t i = 0; i < l->find_count; i++)
        t->n[rate_of_kind[l->finds[i].kind]] += l->finds[i].score;
}

/* The root keeps a word that comes in bursts from counting too much. */
static double per_thousand(double count, double words)
{
    return sqrt(1000 * count / words);
}

static double value_of(const struct tally *t, enum rate rate)
{
    switch (rate) {
    case BIAS:
        return 1;
    case SENTENCE_LENGTH:
    case SENTENCE_SPREAD:
        return t->n[rate];
    case WORD_LENGTH:
        return t->letters / t->words;
    default:
        return per_thousand(t->n[rate], t->words);
    }
}

static void record_features(const struct look *l)
{
    gly_buf out = {0};

    for (size_t i = 0; i < l->lexicon->weight_count; i++) {
        const char *name = l->lexicon->weights[i].name;

        gly_buf_puts(&out, i ? "," : "{");
        gly_json_string(&out, name, strlen(name));
        gly_buf_printf(&out, ":%.6g", l->features[i]);
    }
    gly_buf_puts(&out, "}");
    gly_set_json(l->doc, "translation.features", out.data, out.len);
    gly_buf_finish(&out);
}

/* The weights were learned from texts of some 200 words. In a short text one
 * comma, one marker is a high rate already, and the sum is as likely to be
 * chance as to be manner: so it counts in proportion to the words, and the
 * score stays near the middle. */
static double probability(double sum, double words)
{
    if (words < ENOUGH_WORDS)
        sum *= words / ENOUGH_WORDS;
    return 1 / (1 + exp(-sum));
}

void score_document(struct look *l, bool features)
{
    struct tally t = {0};
    double sum = 0;

    tally_text(l, &t);
    tally_sentences(l, &t);
    if (t.words < FEWEST_WORDS)
        return;
    for (size_t i = 0; i < l->lexicon->weight_count; i++) {
        const struct weight *w = &l->lexicon->weights[i];

        l->features[i] = w->rate >= 0 ? value_of(&t, (enum rate)w->rate)
                                      : per_thousand(l->features[i], t.words);
        sum += w->value * l->features[i];
    }
    gly_set_number(l->doc, "translation.score",
                   round(1e4 * probability(sum, t.words)) / 1e4);
    if (features)
        record_features(l);
}

/* profile.c: see profile.h. */
#include "profile.h"
#include "translate-marker.h"

#include <math.h>
#include <string.h>

enum { STRETCH = 50 };

/* Signs beside the words of the list, as their hashes. */
enum {
    CONTENT = 0x3C6EF35Fu, /* another word, and its class or ending */
    NAME = 0xD1CCF6E9u,    /* a word with a capital elsewhere, or several */
    NUMBER = 0xAAF95334u,
    COMMA = 0x6252E503u,
    STOP = 0x9F2EC686u,
    QUESTION = 0x57FE6C2Du,
    TAIL = 0x1B873593u,    /* of a contraction */
    PERSONAL = 0x2545F491u,
    OWNER = 0x94D049BBu
};

struct tally {
    const struct style *style;
    struct profile *p;
    const char *text;
    const gly_token *tokens;
    const uint32_t *hashes;

    uint32_t n[MOST_DENSE];          /* how often what has a rate came */
    uint32_t words;
    uint32_t sentences;
    double logs, squares;            /* of the sentences' lengths */
    uint32_t length;                 /* of this one so far, in words */
    uint32_t plain, letters;         /* words that are no names; theirs */
    uint32_t fresh;                  /* plain words new to their stretch */
    uint32_t done, done_fresh;       /* the same up to the last full one */
    uint32_t stretch, left;          /* how many began; words to its end */
    uint32_t before[2];              /* the last two signs */
    const struct style_word *last;   /* the word before, if in the list */
    uint32_t last_word;
    size_t last_of;                  /* one past the token */
    bool comma;                      /* stands right before */
    uint64_t seen[32], pairs[64];    /* bits: words, pairs of a stretch */
};

/* ---- rows of signs ---- */

static void add_gram(struct profile *p, uint32_t hash)
{
    uint32_t i = hash * 0x9E3779B1u >> (32 - GRAM_BITS);

    p->used[p->used_count] = (uint16_t)i;
    p->used_count += p->grams[i] == 0;
    p->grams[i] += p->grams[i] < MOST_GRAM_COUNT;
}

static void add_sign(struct tally *t, uint32_t sign)
{
    uint32_t two = (t->before[0] << 7 | t->before[0] >> 25) * 5 + sign;
    uint32_t three = (t->before[1] << 13 | t->before[1] >> 19) * 11 + two;

    add_gram(t->p, sign);
    add_gram(t->p, two);
    add_gram(t->p, three ^ three >> 15);
    t->before[1] = t->before[0];
    t->before[0] = sign;
}

/* ---- words ---- */

static bool is_apostrophe(const char *text, size_t rest)
{
    return *text == '\'' || (rest > 3 && memcmp(text, "\xE2\x80\x99", 3) == 0);
}

/* Where the apostrophe of a contraction stands, or 0; if there is a hyphen. */
static size_t find_tail(const char *text, size_t len, bool *hyphen)
{
    size_t tail = 0;

    *hyphen = false;
    for (size_t i = 1; i + 1 < len; i++) {
        if ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z')
            continue;
        *hyphen |= text[i] == '-';
        if (i + 6 > len && is_apostrophe(text + i, len - i))
            tail = i;
    }
    return tail;
}

/* What kind of word it may be, by its end: the first of these that fits. Those
 * with one last letter stand together. */
static const struct ending {
    char text[5];
    uint8_t len, rate; /* which it counts for, or RATES */
} endings[] = {
    { "ly", 2, ENDS_LY },     { "ity", 3, ENDS_ITY },   { "y", 1, RATES },
    { "ness", 4, ENDS_NESS }, { "ss", 2, RATES },       { "ous", 3, RATES },
    { "ies", 3, ENDS_S },     { "s", 1, ENDS_S },       { "able", 4, RATES },
    { "ive", 3, RATES },      { "e", 1, RATES },        { "ment", 4, ENDS_MENT },
    { "est", 3, RATES },      { "al", 2, ENDS_AL },     { "ful", 3, RATES },
    { "ing", 3, ENDS_ING },   { "ed", 2, ENDS_ED },     { "er", 2, ENDS_ER },
    { "tion", 4, ENDS_TION }, { "", 0, RATES },
};
enum { ENDINGS = sizeof(endings) / sizeof(*endings) - 1 };

static uint32_t first_ending(char last)
{
    switch (last) {
    case 'y': return 0;
    case 's': return 3;
    case 'e': return 8;
    case 't': return 11;
    case 'l': return 13;
    case 'g': return 15;
    case 'd': return 16;
    case 'r': return 17;
    case 'n': return 18;
    default: return ENDINGS;
    }
}

/* A stem of three letters must be left. */
static bool ends_so(const char *text, size_t len, const struct ending *e)
{
    size_t i = e->len;

    if (len < e->len + 3u)
        return false;
    while (i > 0 && e->text[i - 1] == text[len - e->len + i - 1])
        i--;
    return i == 0;
}

/* ENDINGS when none fits. */
static uint32_t find_ending(const char *text, size_t len)
{
    const struct ending *e;

    for (uint32_t i = first_ending(text[len - 1]);
         (e = &endings[i])->len > 0 && e->text[e->len - 1] == text[len - 1]; i++)
        if (ends_so(text, len, e))
            return i;
    return ENDINGS;
}

static bool set_bit(uint64_t *bits, uint32_t mask, uint32_t hash)
{
    uint64_t *word = &bits[hash >> 6 & mask], bit = 1ull << (hash & 63);
    bool fresh = !(*word & bit);

    *word |= bit;
    return fresh;
}

static void begin_stretch(struct tally *t)
{
    memset(t->seen, 0, sizeof(t->seen));
    t->done = t->plain;
    t->done_fresh = t->fresh;
    if (t->stretch % 4 == 0)
        memset(t->pairs, 0, sizeof(t->pairs));
    t->stretch++;
    t->left = STRETCH;
}

/* Words are compared within stretches, whatever the text's length. */
static void tally_repeats(struct tally *t, uint32_t hash)
{
    uint32_t pair = (t->last_word * 5 + hash) * 0x9E3779B1u;

    if (t->left == 0)
        begin_stretch(t);
    t->left--;
    t->plain++;
    t->fresh += set_bit(t->seen, 31, hash ^ hash >> 15);
    t->n[REPEATED_PAIRS] += !set_bit(t->pairs, 63, pair >> 16);
    t->last_word = hash;
}

static void end_sentence(struct tally *t)
{
    double words = log(1 + (double)t->length);

    if (t->length == 0)
        return;
    t->n[SHORT_SENTENCES] += t->length < 8;
    t->n[LONG_SENTENCES] += t->length > 35;
    t->sentences++;
    t->logs += words;
    t->squares += words * words;
    t->length = 0;
}

static void tally_opening(struct tally *t, const struct style_word *w)
{
    uint32_t *n = t->n;
    uint16_t classes = w ? w->classes : 0;

    n[OPENS_PREP] += !!(classes & PREP);
    n[OPENS_CONJ] += !!(classes & CONJ);
    n[OPENS_PRON] += !!(classes & PRON);
    n[OPENS_DET] += !!(classes & DET);
    n[OPENS_NAME] += !w;
}

static void tally_listed(struct tally *t, const struct style_word *w)
{
    uint32_t *n = t->n;
    uint16_t before = t->last ? t->last->classes : 0;

    n[w->dense]++;
    if (w->len == 3 && memcmp(w->text, "the", 3) == 0)
        n[OF_THE] += !!(before & OF);
    if (t->comma) {
        n[COMMA_AND] += w->len == 3 && memcmp(w->text, "and", 3) == 0;
        n[COMMA_THAT] += w->len == 4 && memcmp(w->text, "that", 4) == 0;
        n[COMMA_WHO] += w->text[0] == 'w' && w->text[1] == 'h';
    }
}

/* Who is spoken of belongs to the topic, and "I" and "you" to the genre. */
static uint32_t sign_of(const struct style_word *w)
{
    return w->classes & WHOSE  ? OWNER
           : w->classes & PRON ? PERSONAL
                               : w->hash;
}

/* The parts of "they're", "don't". */
static void add_contraction(struct tally *t, const char *text, size_t len,
                            size_t tail)
{
    size_t rest = tail + (text[tail] == '\'' ? 1 : 3);
    size_t stem = tail;
    const struct style_word *w;

    if (text[rest] == 't' && text[tail - 1] == 'n')
        stem--;
    w = style_find(t->style, hash_lower(HASH_START, text, stem));
    if (w)
        add_sign(t, sign_of(w));
    add_sign(t, hash_lower(TAIL, text + rest, len - rest));
    t->n[CONTRACTIONS]++;
}

static void tally_plain(struct tally *t, size_t i, const struct style_word *w)
{
    const char *text = t->text + t->tokens[i].begin;
    size_t len = t->tokens[i].end - t->tokens[i].begin;
    uint32_t *n = t->n;
    size_t tail;
    uint32_t ending, tag;
    bool hyphen;

    tally_repeats(t, t->hashes[i]);
    t->letters += (uint32_t)len;
    n[SHORT_WORDS] += len <= 3;
    n[LONG_WORDS] += len > 9;
    if (w) {
        tally_listed(t, w);
        add_sign(t, sign_of(w));
        return;
    }
    tail = find_tail(text, len, &hyphen);
    if (tail > 0) {
        add_contraction(t, text, len, tail);
        return;
    }
    n[HYPHENS] += hyphen;
    tag = style_tag(t->style, t->hashes[i]);
    ending = find_ending(text, len);
    if (len > 4 && ending < ENDINGS && endings[ending].rate < RATES)
        n[endings[ending].rate]++;
    if (len > 4 && memcmp(text + len - 2, "ed", 2) == 0 && t->last) {
        n[PASSIVES] += !!(t->last->classes & BE);
        n[PERFECTS] += (t->last->classes & (AUX | BE)) == AUX;
    }
    if (t->style->open)
        add_sign(t, t->hashes[i]);
    else
        add_sign(t, CONTENT + (tag ? tag : ending) * 0x9E3779B1u);
}

static void tally_name(struct tally *t, size_t i)
{
    if (t->last && t->last->len == 3 && memcmp(t->last->text, "the", 3) == 0)
        t->n[THE_NAME]++;
    if (t->style->open)
        add_sign(t, t->hashes[i]);
    else if (t->before[0] != NAME)
        add_sign(t, NAME);
}

static void tally_word(struct tally *t, size_t i)
{
    const gly_token *token = &t->tokens[i];
    const struct style_word *w = style_find(t->style, t->hashes[i]);
    char first = t->text[token->begin];

    if (first == '\'' || (unsigned char)first == 0xE2) {
        t->n[POSSESSIVES]++;
        add_sign(t, TAIL);
        return;
    }
    if (token->flags & GLY_FIRST) {
        end_sentence(t);
        tally_opening(t, w);
    }
    t->words++;
    t->length++;
    if (!w && (token->flags & (GLY_CAPITAL | GLY_FIRST)) == GLY_CAPITAL)
        tally_name(t, i);
    else
        tally_plain(t, i, w);
    if (w && (w->classes & OF)) {
        t->n[OF_CHAINS] += t->last_of > 0 && i - t->last_of < 3;
        t->last_of = i + 1;
    }
    t->last = w;
    t->comma = false;
}

static void tally_sign(struct tally *t, size_t i)
{
    switch (t->text[t->tokens[i].begin]) {
    case ',':
        t->n[COMMAS]++;
        t->n[COMMA_OPENING] += i > 0 && (t->tokens[i - 1].flags & GLY_FIRST);
        add_sign(t, COMMA);
        t->comma = true;
        break;
    case '.':
        add_sign(t, STOP);
        break;
    case '?':
        t->n[QUESTIONS]++;
        add_sign(t, QUESTION);
        break;
    default:
        return;
    }
    t->last = NULL;
}

/* ---- all ---- */

void profile_init(struct profile *p, gly_stage *stage)
{
    p->grams = gly_stage_alloc(stage, GRAMS * sizeof(*p->grams));
    p->used = gly_stage_alloc(stage, (GRAMS + 1) * sizeof(*p->used));
}

/* The rates of classes, from their words; a pronoun has none for itself. */
static void sum_classes(struct tally *t)
{
    uint32_t *n = t->n;

    for (size_t i = RATES; i < t->style->dense; i++) {
        uint16_t classes = t->style->words[i - RATES].classes;

        n[PREPOSITIONS] += classes & PREP ? n[i] : 0;
        n[CONJUNCTIONS] += classes & CONJ ? n[i] : 0;
        n[PRONOUNS] += classes & PRON ? n[i] : 0;
        n[DETERMINERS] += classes & DET ? n[i] : 0;
        n[AUXILIARIES] += classes & AUX ? n[i] : 0;
        n[FUNCTION_WORDS] += n[i];
        if (classes & (PRON | WHOSE))
            n[i] = 0;
    }
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/* The root keeps a word that comes in bursts from counting too much. */
static void set_rates(const struct tally *t, double marks)
{
    double *dense = t->p->dense;
    double mean = ratio(t->logs, t->sentences);
    double spread = ratio(t->squares, t->sentences) - mean * mean;
    double words = t->words > 0 ? t->words : 1;

    dense[SENTENCE_LENGTH] = mean;
    dense[SENTENCE_SPREAD] = spread > 0 ? sqrt(spread) : 0;
    dense[WORD_LENGTH] = ratio(t->letters, t->plain);
    dense[VARIETY] = t->done > 0 ? ratio(t->done_fresh, t->done)
                                 : ratio(t->fresh, t->plain);
    for (size_t i = FIRST_SCALED; i < t->style->dense; i++)
        dense[i] = t->n[i] > 0 ? sqrt(1000.0 * t->n[i] / words) : 0;
    dense[MARKS] = sqrt(1000 * marks / words);
}

void profile_make(struct profile *p, const struct style *style,
                  const char *text, const gly_token *tokens, size_t count,
                  const uint32_t *hashes, double marks)
{
    struct tally t = {
        .style = style, .p = p, .text = text, .tokens = tokens,
        .hashes = hashes,
    };

    for (size_t i = 0; i < count; i++) {
        if (tokens[i].type == GLY_WORD) {
            tally_word(&t, i);
        } else if (tokens[i].type == GLY_SIGN) {
            tally_sign(&t, i);
        } else if (tokens[i].type == GLY_NUMERAL) {
            add_sign(&t, NUMBER);
            t.last = NULL;
        }
    }
    end_sentence(&t);
    sum_classes(&t);
    set_rates(&t, marks);
    p->words = t.words;
}

void profile_clear(struct profile *p)
{
    for (size_t i = 0; i < p->used_count; i++)
        p->grams[p->used[i]] = 0;
    p->used_count = 0;
}

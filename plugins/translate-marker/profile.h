/* profile.h: how a text is written, in numbers, whatever it is about.
 *
 * A word of lexicon/marker-style.txt is seen as it is; of any other its class, by
 * lexicon/marker-tags.txt or its ending, or that it is a name; of a numeral, that
 * it is one. Words that are rare
 * or belong to a topic, and names, are thus no features: what was learned from
 * news of some countries and years holds for others. A profile has
 *
 *   rates  how often what `enum rate` names comes, how long sentences are, how
 *          varied words; and how often each word of the list comes
 *   grams  one, two and three of those signs in a row, counted under hashes
 *
 * Of what is known to tell translations from other texts it has: shorter, more
 * frequent and less varied words (simplification), more connectives, articles
 * and prepositions spelt out (explicitation), fewer contractions and other
 * marks of speech (normalisation), rows of function words and punctuation
 * (interference). Baroni and Bernardini 2006, "A new approach to the study of
 * translationese"; Koppel and Ordan 2011, "Translationese and its dialects";
 * Volansky, Ordan and Wintner 2015, "On the features of translationese".
 *
 * Not in it, since they tell a corpus and not a translation: names, numbers,
 * years, spelling, which quote marks and dashes, spaces, paragraphs.
 */
#ifndef TRANSLATE_MARKER_PROFILE_H
#define TRANSLATE_MARKER_PROFILE_H

#include <galley/galley.h>

enum rate {
    SENTENCE_LENGTH,
    SENTENCE_SPREAD,
    WORD_LENGTH,
    VARIETY,
    FIRST_SCALED, /* from here on: the root of how often in 1,000 words */
    SHORT_SENTENCES = FIRST_SCALED,
    LONG_SENTENCES,
    SHORT_WORDS,
    LONG_WORDS,
    COMMAS,
    QUESTIONS,
    CONTRACTIONS,
    POSSESSIVES,
    HYPHENS,
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
    ENDS_S,
    ENDS_TION,
    ENDS_MENT,
    ENDS_ITY,
    ENDS_NESS,
    ENDS_AL,
    ENDS_ER,
    COMMA_AND,
    COMMA_THAT,
    COMMA_WHO,
    COMMA_OPENING,
    OPENS_PREP,
    OPENS_CONJ,
    OPENS_PRON,
    OPENS_DET,
    OPENS_NAME,
    THE_NAME,
    OF_THE,
    REPEATED_PAIRS,
    MARKS,
    RATES
};

enum {
    MOST_STYLE_WORDS = 400,
    MOST_DENSE = RATES + MOST_STYLE_WORDS,
    STYLE_SLOTS = 2048,
    MOST_TAGS = 28000,
    TAG_SLOTS = 1 << 15,
    GRAM_BITS = 16,
    GRAMS = 1 << GRAM_BITS,
    MOST_GRAM_COUNT = 63
};

/* "my", "their": beside the classes of translate-marker.h. */
enum { WHOSE = 1 << 10 };

struct style_word {
    const char *text; /* small letters, not NUL-terminated */
    uint32_t hash;
    uint16_t len, classes;
    uint16_t dense;   /* its place among the dense features */
};

struct style {
    struct style_word words[MOST_STYLE_WORDS];
    uint32_t hashes[STYLE_SLOTS]; /* of the word that is there, or 0 */
    uint16_t places[STYLE_SLOTS]; /* of it in words[] */
    const char *names[MOST_DENSE];
    size_t dense;             /* RATES and a feature for each word */
    uint32_t tags[TAG_SLOTS]; /* classes of other words, see style.c */
    size_t tag_count;
    uint32_t sum;             /* of the lists */
    bool open;                /* all words are seen: only to compare with */
};

/* `grams` and `used` are the stage's; all else is worked out anew. */
struct profile {
    double words;
    double dense[MOST_DENSE];
    uint8_t *grams; /* of each hash; all 0 between texts */
    uint16_t *used; /* hashes that came, in their order */
    size_t used_count;
};

/* style.c; hashes are those of hash_lower(). */
int style_open(gly_stage *stage, struct style *style);
/* The word of marker-style.txt, or NULL. */
const struct style_word *style_find(const struct style *style, uint32_t hash);
/* The class by marker-tags.txt, or 0. */
uint32_t style_tag(const struct style *style, uint32_t hash);
/* What it says to a reader: "contractions", or the word in quote marks. */
const char *style_name(const struct style *style, size_t dense);

void profile_init(struct profile *p, gly_stage *stage);
/* Of tokens [0, count); `hashes` are those of hash_lower() for each word;
 * `marks` how many markers are in it, each counted by its score. To be cleared
 * before the next one. */
void profile_make(struct profile *p, const struct style *style,
                  const char *text, const gly_token *tokens, size_t count,
                  const uint32_t *hashes, double marks);
void profile_clear(struct profile *p);

#endif

/* style.c: which words are seen as they are, and of which class others are. */
#include "profile.h"
#include "translate-marker.h"

#include <errno.h>
#include <string.h>

static const char *const rate_names[RATES] = {
    [SENTENCE_LENGTH] = "sentences",
    [SENTENCE_SPREAD] = "sentence lengths",
    [WORD_LENGTH] = "words",
    [VARIETY] = "words within 50",
    [SHORT_SENTENCES] = "sentences of fewer than 8 words",
    [LONG_SENTENCES] = "sentences of more than 35 words",
    [SHORT_WORDS] = "words of one to three letters",
    [LONG_WORDS] = "words of ten letters or more",
    [COMMAS] = "commas",
    [QUESTIONS] = "questions",
    [CONTRACTIONS] = "contractions",
    [POSSESSIVES] = "possessives with 's",
    [HYPHENS] = "words with hyphens",
    [PREPOSITIONS] = "prepositions",
    [CONJUNCTIONS] = "conjunctions",
    [PRONOUNS] = "pronouns",
    [DETERMINERS] = "articles and other determiners",
    [AUXILIARIES] = "auxiliary verbs",
    [FUNCTION_WORDS] = "small words in all",
    [OF_CHAINS] = "chains of \"of\"",
    [PASSIVES] = "passives",
    [PERFECTS] = "perfect tenses",
    [ENDS_LY] = "words in -ly",
    [ENDS_ING] = "words in -ing",
    [ENDS_ED] = "words in -ed",
    [ENDS_S] = "words in -s",
    [ENDS_TION] = "nouns in -tion",
    [ENDS_MENT] = "nouns in -ment",
    [ENDS_ITY] = "nouns in -ity",
    [ENDS_NESS] = "nouns in -ness",
    [ENDS_AL] = "words in -al",
    [ENDS_ER] = "words in -er",
    [COMMA_AND] = "commas before \"and\"",
    [COMMA_THAT] = "commas before \"that\"",
    [COMMA_WHO] = "commas before \"who\" or \"which\"",
    [COMMA_OPENING] = "commas after the first word of a sentence",
    [OPENS_PREP] = "sentences that begin with a preposition",
    [OPENS_CONJ] = "sentences that begin with a conjunction",
    [OPENS_PRON] = "sentences that begin with a pronoun",
    [OPENS_DET] = "sentences that begin with an article",
    [OPENS_NAME] = "sentences that begin with another word",
    [THE_NAME] = "\"the\" before a name",
    [OF_THE] = "\"of the\"",
    [REPEATED_PAIRS] = "pairs of words that come again soon",
    [MARKS] = "markers of machine translation",
};

/* ---- the list ---- */

static uint32_t slot(const struct style *style, uint32_t hash)
{
    uint32_t i = (hash ^ hash >> 13) & (STYLE_SLOTS - 1);

    while (style->hashes[i] != 0 && style->hashes[i] != hash)
        i = (i + 1) & (STYLE_SLOTS - 1);
    return i;
}

/* Two words of the language with one hash would be taken for each other: that
 * costs a count, not more. */
const struct style_word *style_find(const struct style *style,
                                    uint32_t hash)
{
    uint32_t i = slot(style, hash);

    return style->hashes[i] ? &style->words[style->places[i]] : NULL;
}

static uint16_t class_of(const char *name, size_t len)
{
    static const struct {
        const char *name;
        uint16_t class;
    } classes[] = {
        { "prep", PREP }, { "conj", CONJ }, { "pron", PRON }, { "det", DET },
        { "aux", AUX },   { "be", BE },     { "of", OF },   { "whose", WHOSE },
    };

    for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
        if (strlen(classes[i].name) == len &&
            memcmp(classes[i].name, name, len) == 0)
            return classes[i].class;
    return 0;
}

/* A word, a tab, its classes. */
static int enter(gly_stage *stage, struct style *style, const char *line,
                 size_t len)
{
    const char *end = line + len, *tab = memchr(line, '\t', len);
    size_t word = (size_t)((tab ? tab : end) - line);
    uint32_t hash = hash_lower(HASH_START, line, word);
    uint32_t place = slot(style, hash);
    struct style_word *w = &style->words[style->dense - RATES];
    char *name = gly_stage_alloc(stage, word + 3);

    if (style->dense == MOST_DENSE)
        return gly_fail(stage, -EINVAL, "marker-style.txt: more than %d words",
                        MOST_STYLE_WORDS);
    name[0] = name[word + 1] = '"';
    memcpy(name + 1, line, word);
    *w = (struct style_word){ .text = line, .hash = hash,
                              .len = (uint16_t)word,
                              .dense = (uint16_t)style->dense };
    style->hashes[place] = hash;
    style->places[place] = (uint16_t)(style->dense - RATES);
    style->names[style->dense++] = name;
    for (const char *at = tab ? tab + 1 : end; at < end;) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *stop = space ? space : end;

        w->classes |= class_of(at, (size_t)(stop - at));
        at = stop + 1;
    }
    return 0;
}

/* Calls each for the lines of a list that are no remarks. */
static int read_list(gly_stage *stage, struct style *style, const char *name,
                     int (*each)(gly_stage *stage, struct style *style,
                                 const char *line, size_t len))
{
    size_t len;
    const char *at = gly_lexicon_map(stage, name, &len), *end = at + len;
    int result = at ? 0 : -ENOENT;

    if (at)
        style->sum = hash_lower(style->sum, at, len);
    while (result == 0 && at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t line = (size_t)((stop ? stop : end) - at);

        if (line > 0 && *at != '#')
            result = each(stage, style, at, line);
        at += line + 1;
    }
    return result;
}

/* ---- classes of other words ---- */

/* A slot has the rest of the hash above a class; 0 is a free one. */
static uint32_t tag_slot(const struct style *style, uint32_t hash)
{
    uint32_t i = hash & (TAG_SLOTS - 1);

    while (style->tags[i] != 0 && (style->tags[i] ^ hash) >> 8 != 0)
        i = (i + 1) & (TAG_SLOTS - 1);
    return i;
}

uint32_t style_tag(const struct style *style, uint32_t hash)
{
    return style->tags[tag_slot(style, hash)] & 0xFF;
}

/* A class, then words of it. */
static int enter_tags(gly_stage *stage, struct style *style, const char *line,
                      size_t len)
{
    const char *end = line + len, *stop;

    for (const char *at = line + 2; at < end; at = stop + 1) {
        uint32_t hash;

        stop = memchr(at, ' ', (size_t)(end - at));
        stop = stop ? stop : end;
        if (++style->tag_count > MOST_TAGS)
            return gly_fail(stage, -EINVAL, "marker-tags.txt: more than %d "
                            "words", MOST_TAGS);
        hash = hash_lower(HASH_START, at, (size_t)(stop - at));
        style->tags[tag_slot(style, hash)] =
            (hash & ~0xFFu) | (unsigned char)*line;
    }
    return 0;
}

int style_open(gly_stage *stage, struct style *style)
{
    int result;

    memcpy(style->names, rate_names, sizeof(rate_names));
    style->dense = RATES;
    style->sum = HASH_START;
    result = read_list(stage, style, "marker-style.txt", enter);
    return result < 0 ? result
                      : read_list(stage, style, "marker-tags.txt", enter_tags);
}

const char *style_name(const struct style *style, size_t dense)
{
    return style->names[dense];
}


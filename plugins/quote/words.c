/* words.c: what the words of a text are to attributions: by a list of grammar
 * here, by the cues of the lexicon, and by what the model has learned of them.
 */
#include "quote.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *word;
    uint16_t flags;
} grammar[] = {
    { "&", W_JOINS },
    { "a", W_ARTICLE },
    { "about", W_PREPOSITION },
    { "accordingly", W_HELPER },
    { "actually", W_HELPER },
    { "additionally", W_HELPER },
    { "after", W_PREPOSITION },
    { "afternoon", W_TIME },
    { "afterward", W_HELPER },
    { "afterwards", W_HELPER },
    { "again", W_HELPER },
    { "against", W_PREPOSITION },
    { "ago", W_TIME },
    { "all", W_HELPER },
    { "allegedly", W_HELPER },
    { "already", W_HELPER },
    { "also", W_HELPER },
    { "although", W_CUT },
    { "always", W_HELPER },
    { "amid", W_PREPOSITION },
    { "among", W_PREPOSITION },
    { "an", W_ARTICLE },
    { "and", W_JOINS },
    { "another", W_PRONOUN | W_ARTICLE },
    { "any", W_ARTICLE },
    { "apr", W_TIME },
    { "april", W_TIME },
    { "are", W_HELPER | W_BE },
    { "aren't", W_HELPER | W_BE },
    { "aren’t", W_HELPER | W_BE },
    { "as", W_PREPOSITION },
    { "at", W_PREPOSITION },
    { "attendees", W_OBJECT },
    { "aug", W_TIME },
    { "august", W_TIME },
    { "be", W_HELPER | W_BE },
    { "because", W_PREPOSITION | W_CUT },
    { "been", W_HELPER | W_BE },
    { "before", W_PREPOSITION },
    { "being", W_HELPER | W_BE },
    { "besides", W_HELPER },
    { "between", W_PREPOSITION },
    { "both", W_PRONOUN | W_HELPER },
    { "but", W_JOINS },
    { "by", W_PREPOSITION },
    { "can", W_HELPER },
    { "consequently", W_HELPER },
    { "could", W_HELPER },
    { "couldn't", W_HELPER },
    { "couldn’t", W_HELPER },
    { "day", W_TIME },
    { "days", W_TIME },
    { "dec", W_TIME },
    { "december", W_TIME },
    { "despite", W_PREPOSITION },
    { "did", W_HELPER },
    { "didn't", W_HELPER },
    { "didn’t", W_HELPER },
    { "do", W_HELPER },
    { "does", W_HELPER },
    { "doesn't", W_HELPER },
    { "doesn’t", W_HELPER },
    { "don't", W_HELPER },
    { "don’t", W_HELPER },
    { "during", W_PREPOSITION },
    { "each", W_ARTICLE },
    { "earlier", W_HELPER },
    { "even", W_HELPER },
    { "evening", W_TIME },
    { "eventually", W_HELPER },
    { "ever", W_HELPER },
    { "every", W_ARTICLE },
    { "everyone", W_PRONOUN | W_OBJECT },
    { "famously", W_HELPER },
    { "feb", W_TIME },
    { "february", W_TIME },
    { "finally", W_HELPER },
    { "first", W_HELPER },
    { "five", W_ARTICLE },
    { "following", W_PREPOSITION },
    { "for", W_PREPOSITION },
    { "four", W_ARTICLE },
    { "fri", W_TIME },
    { "friday", W_TIME },
    { "from", W_PREPOSITION },
    { "further", W_HELPER },
    { "furthermore", W_HELPER },
    { "had", W_HELPER },
    { "has", W_HELPER },
    { "hasn't", W_HELPER },
    { "hasn’t", W_HELPER },
    { "have", W_HELPER },
    { "haven't", W_HELPER },
    { "haven’t", W_HELPER },
    { "he", W_PRONOUN },
    { "he'd", W_PRONOUN },
    { "he'll", W_PRONOUN },
    { "hence", W_HELPER },
    { "her", W_OBJECT | W_ARTICLE },
    { "hereby", W_HELPER },
    { "herself", W_OBJECT },
    { "he’d", W_PRONOUN },
    { "he’ll", W_PRONOUN },
    { "him", W_OBJECT },
    { "himself", W_OBJECT },
    { "his", W_ARTICLE },
    { "hour", W_TIME },
    { "hours", W_TIME },
    { "how", W_CUT },
    { "however", W_HELPER },
    { "i", W_PRONOUN },
    { "i'd", W_PRONOUN },
    { "i'm", W_PRONOUN },
    { "i've", W_PRONOUN },
    { "if", W_CUT },
    { "in", W_PREPOSITION },
    { "indeed", W_HELPER },
    { "inside", W_PREPOSITION },
    { "instead", W_HELPER },
    { "into", W_PREPOSITION },
    { "is", W_HELPER | W_BE },
    { "isn't", W_HELPER | W_BE },
    { "isn’t", W_HELPER | W_BE },
    { "it", W_PRONOUN | W_OBJECT },
    { "its", W_ARTICLE },
    { "i’d", W_PRONOUN },
    { "i’m", W_PRONOUN },
    { "i’ve", W_PRONOUN },
    { "jan", W_TIME },
    { "january", W_TIME },
    { "jokingly", W_HELPER },
    { "journalists", W_OBJECT },
    { "jul", W_TIME },
    { "july", W_TIME },
    { "jun", W_TIME },
    { "june", W_TIME },
    { "just", W_HELPER },
    { "later", W_HELPER },
    { "like", W_PREPOSITION },
    { "listeners", W_OBJECT },
    { "long", W_HELPER },
    { "many", W_PRONOUN | W_ARTICLE },
    { "mar", W_TIME },
    { "march", W_TIME },
    { "may", W_HELPER },
    { "me", W_OBJECT },
    { "meanwhile", W_HELPER },
    { "might", W_HELPER },
    { "minute", W_TIME },
    { "minutes", W_TIME },
    { "moments", W_TIME },
    { "mon", W_TIME },
    { "monday", W_TIME },
    { "month", W_TIME },
    { "months", W_TIME },
    { "moreover", W_HELPER },
    { "morning", W_TIME },
    { "most", W_ARTICLE },
    { "must", W_HELPER },
    { "my", W_ARTICLE },
    { "n't", W_HELPER },
    { "near", W_PREPOSITION },
    { "never", W_HELPER },
    { "nevertheless", W_HELPER },
    { "night", W_TIME },
    { "no", W_ARTICLE },
    { "nobody", W_PRONOUN },
    { "nonetheless", W_HELPER },
    { "nor", W_JOINS },
    { "not", W_HELPER },
    { "nov", W_TIME },
    { "november", W_TIME },
    { "now", W_HELPER },
    { "n’t", W_HELPER },
    { "oct", W_TIME },
    { "october", W_TIME },
    { "of", W_PREPOSITION },
    { "often", W_HELPER },
    { "on", W_PREPOSITION },
    { "once", W_HELPER },
    { "one", W_PRONOUN | W_ARTICLE },
    { "or", W_JOINS },
    { "others", W_PRONOUN },
    { "our", W_ARTICLE },
    { "outside", W_PREPOSITION },
    { "over", W_PREPOSITION },
    { "perhaps", W_HELPER },
    { "plus", W_JOINS },
    { "previously", W_HELPER },
    { "promptly", W_HELPER },
    { "quickly", W_HELPER },
    { "recently", W_HELPER },
    { "repeatedly", W_HELPER },
    { "reportedly", W_HELPER },
    { "reporters", W_OBJECT },
    { "sarcastically", W_HELPER },
    { "sat", W_TIME },
    { "saturday", W_TIME },
    { "sept", W_TIME },
    { "september", W_TIME },
    { "several", W_ARTICLE },
    { "shall", W_HELPER },
    { "she", W_PRONOUN },
    { "she'd", W_PRONOUN },
    { "she'll", W_PRONOUN },
    { "she’d", W_PRONOUN },
    { "she’ll", W_PRONOUN },
    { "should", W_HELPER },
    { "simply", W_HELPER },
    { "since", W_HELPER | W_PREPOSITION },
    { "so", W_HELPER },
    { "some", W_PRONOUN | W_ARTICLE },
    { "someone", W_PRONOUN },
    { "sometimes", W_HELPER },
    { "soon", W_HELPER },
    { "still", W_HELPER },
    { "sun", W_TIME },
    { "sunday", W_TIME },
    { "supporters", W_OBJECT },
    { "than", W_PREPOSITION },
    { "that", W_THAT },
    { "the", W_ARTICLE },
    { "their", W_ARTICLE },
    { "them", W_OBJECT },
    { "themselves", W_OBJECT },
    { "then", W_HELPER },
    { "therefore", W_HELPER },
    { "these", W_ARTICLE },
    { "they", W_PRONOUN },
    { "they'd", W_PRONOUN },
    { "they'll", W_PRONOUN },
    { "they're", W_PRONOUN },
    { "they've", W_PRONOUN },
    { "they’d", W_PRONOUN },
    { "they’ll", W_PRONOUN },
    { "they’re", W_PRONOUN },
    { "they’ve", W_PRONOUN },
    { "this", W_ARTICLE },
    { "those", W_ARTICLE },
    { "though", W_CUT },
    { "three", W_ARTICLE },
    { "through", W_PREPOSITION },
    { "throughout", W_PREPOSITION },
    { "thu", W_TIME },
    { "thursday", W_TIME },
    { "thus", W_HELPER },
    { "to", W_PREPOSITION | W_TO },
    { "today", W_TIME },
    { "tomorrow", W_TIME },
    { "tonight", W_TIME },
    { "too", W_HELPER },
    { "toward", W_PREPOSITION },
    { "towards", W_PREPOSITION },
    { "tue", W_TIME },
    { "tuesday", W_TIME },
    { "two", W_ARTICLE },
    { "under", W_PREPOSITION },
    { "unless", W_CUT },
    { "unlike", W_PREPOSITION },
    { "until", W_PREPOSITION },
    { "upon", W_PREPOSITION },
    { "us", W_OBJECT },
    { "via", W_PREPOSITION },
    { "viewers", W_OBJECT },
    { "voters", W_OBJECT },
    { "was", W_HELPER | W_BE },
    { "wasn't", W_HELPER | W_BE },
    { "wasn’t", W_HELPER | W_BE },
    { "we", W_PRONOUN },
    { "we're", W_PRONOUN },
    { "we've", W_PRONOUN },
    { "wed", W_TIME },
    { "wednesday", W_TIME },
    { "week", W_TIME },
    { "weekend", W_TIME },
    { "weeks", W_TIME },
    { "well", W_HELPER },
    { "were", W_HELPER | W_BE },
    { "weren't", W_HELPER | W_BE },
    { "weren’t", W_HELPER | W_BE },
    { "we’re", W_PRONOUN },
    { "we’ve", W_PRONOUN },
    { "when", W_CUT },
    { "where", W_CUT },
    { "whether", W_CUT },
    { "which", W_CUT },
    { "while", W_CUT },
    { "who", W_PRONOUN },
    { "whom", W_CUT },
    { "whose", W_CUT },
    { "why", W_CUT },
    { "will", W_HELPER },
    { "with", W_PREPOSITION },
    { "within", W_PREPOSITION },
    { "without", W_PREPOSITION },
    { "would", W_HELPER },
    { "wouldn't", W_HELPER },
    { "wouldn’t", W_HELPER },
    { "year", W_TIME },
    { "years", W_TIME },
    { "yes", W_HELPER },
    { "yesterday", W_TIME },
    { "yet", W_JOINS },
    { "you", W_PRONOUN | W_OBJECT },
    { "you're", W_PRONOUN },
    { "your", W_ARTICLE },
    { "you’re", W_PRONOUN },
    { "’d", W_HELPER },
    { "’ll", W_HELPER },
    { "’m", W_HELPER },
    { "’re", W_HELPER },
};

/* Those that names stand beside. */
static const struct {
    const char *word;
    uint16_t use;
} uses[] = {
    { "a", V_A },
    { "about", V_BELOW },
    { "after", V_BELOW },
    { "against", V_BELOW },
    { "among", V_BELOW },
    { "an", V_A },
    { "another", V_A },
    { "as", V_IS },
    { "at", V_BELOW },
    { "be", V_IS },
    { "became", V_IS },
    { "become", V_IS },
    { "been", V_IS },
    { "before", V_BELOW },
    { "behind", V_BELOW },
    { "being", V_IS },
    { "between", V_BELOW },
    { "by", V_BELOW },
    { "for", V_BELOW },
    { "from", V_BELOW },
    { "he", V_HE },
    { "her", V_SHE },
    { "him", V_HE },
    { "his", V_HE },
    { "in", V_BELOW },
    { "into", V_BELOW },
    { "is", V_IS },
    { "like", V_BELOW | V_IS },
    { "near", V_BELOW },
    { "of", V_BELOW },
    { "on", V_BELOW },
    { "one", V_A },
    { "over", V_BELOW },
    { "she", V_SHE },
    { "since", V_BELOW },
    { "than", V_BELOW },
    { "the", V_THE },
    { "to", V_BELOW },
    { "toward", V_BELOW },
    { "towards", V_BELOW },
    { "under", V_BELOW },
    { "via", V_BELOW },
    { "was", V_IS },
    { "were", V_IS },
    { "with", V_BELOW },
};

/* A place in the table for a word's hash. */
static struct word *place(const struct vocabulary *w, uint32_t hash)
{
    uint32_t i = hash & (WORD_PLACES - 1);

    while (w->table[i].hash && w->table[i].hash != hash)
        i = (i + 1) & (WORD_PLACES - 1);
    return &w->table[i];
}

static struct word *add_word(struct vocabulary *w, uint32_t hash)
{
    struct word *word = place(w, hash);

    if (word->hash == 0 && w->count < MOST_WORDS) {
        word->hash = hash;
        w->maybe[hash >> 23] |= UINT64_C(1) << (hash >> 17 & 63);
        w->count++;
    }
    return word;
}

/* One to eight bytes as a number; those in the middle may be taken twice. */
static uint64_t bytes_of(const char *at, size_t len)
{
    const unsigned char *b = (const void *)at;
    uint32_t first, last;

    if (len < 4)
        return b[0] | (uint32_t)b[len / 2] << 8 | (uint32_t)b[len - 1] << 16;
    memcpy(&first, at, 4);
    memcpy(&last, at + len - 4, 4);
    return first | (uint64_t)last << 32;
}

/* A byte with 32 set is a small letter, or as good as one for a hash. */
static uint64_t mix(uint64_t hash, uint64_t bytes)
{
    hash = (hash ^ (bytes | 0x2020202020202020)) * 0x9E3779B97F4A7C15;
    return hash ^ hash >> 32;
}

static uint32_t hash_of(const char *at, size_t len)
{
    uint64_t hash = len;

    for (; len > 8; at += 8, len -= 8)
        hash = mix(hash, bytes_of(at, 8));
    hash = mix(hash, bytes_of(at, len)) * 0x9E3779B97F4A7C15 >> 32;
    return hash ? (uint32_t)hash : 1;
}

static bool may_know(const struct vocabulary *w, uint32_t hash)
{
    return w->maybe[hash >> 23] >> (hash >> 17 & 63) & 1;
}

/* Most words of a text are in no list: that is told without the table. What of
 * it is needed is asked for first, since it is seldom near. */
const struct word *quote_words(gly_doc *doc, const struct vocabulary *w)
{
    const char *text = gly_text(doc, NULL);
    size_t count;
    const gly_token *tokens = gly_tokens(doc, &count);
    struct word *words = gly_alloc(doc, count * sizeof(*words));

    for (size_t i = 0; i < count; i++) {
        words[i].hash = hash_of(text + tokens[i].begin,
                                tokens[i].end - tokens[i].begin);
        __builtin_prefetch(&w->table[words[i].hash & (WORD_PLACES - 1)]);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = words[i].hash;

        if (may_know(w, hash))
            words[i] = *place(w, hash);
        words[i].hash = hash;
    }
    return words;
}

const char *quote_stance(const struct vocabulary *w, uint32_t hash)
{
    return w->stances[place(w, hash) - w->table];
}

static size_t word_len(const char *at, const char *end)
{
    const char *stop = at;

    while (stop < end && *stop != ' ' && *stop != '\t')
        stop++;
    return (size_t)(stop - at);
}

/* A cue of one word is known by it; of the others the first two words, with
 * which gly_words_match() is asked. */
static void add_cue(struct vocabulary *w, const char *at, const char *end)
{
    size_t len = word_len(at, end), second;
    struct word *word = add_word(w, hash_of(at, len));
    const char *next = at + len, *stance = NULL;

    while (next < end && *next == ' ')
        next++;
    second = word_len(next, end);
    if (second > 0) {
        word->use |= V_FIRST;
        add_word(w, hash_of(next, second))->use |= V_SECOND;
    } else if (gly_words_has(w->cues, at, len, &stance) && stance) {
        word->use |= V_CUE | (strchr(stance, '?') ? V_FAINT : 0);
        w->stances[word - w->table] = stance;
    }
}

static void add_cues(struct vocabulary *w, const char *at, const char *end)
{
    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));

        if (!line)
            line = end;
        if (*at != '#' && word_len(at, line) > 0)
            add_cue(w, at, line);
        at = line + 1;
    }
}

int quote_vocabulary(struct vocabulary *w, gly_stage *stage, const char *cues)
{
    size_t len;
    const char *list = gly_lexicon_map(stage, cues, &len);

    w->cues = gly_words_open(stage, cues, GLY_FOLD);
    if (!list || !w->cues)
        return -ENOENT;
    w->table = gly_stage_alloc(stage, WORD_PLACES * sizeof(*w->table));
    w->stances = gly_stage_alloc(stage, WORD_PLACES * sizeof(*w->stances));
    for (size_t i = 0; i < sizeof(grammar) / sizeof(grammar[0]); i++) {
        const char *word = grammar[i].word;

        add_word(w, hash_of(word, strlen(word)))->flags = grammar[i].flags;
    }
    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
        const char *word = uses[i].word;

        add_word(w, hash_of(word, strlen(word)))->use = uses[i].use;
    }
    add_cues(w, list, list + len);
    return 0;
}

void quote_set_prior(struct vocabulary *w, uint32_t hash, unsigned prior)
{
    add_word(w, hash)->prior = prior & 15;
}

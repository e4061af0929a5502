/* view.c: a paragraph as words, signs and pieces, each with what it may do in
 * an attribution.
 */
#include "quote.h"

#include <stdlib.h>
#include <string.h>

enum { MANY = 1000 };

struct word {
    const char *word;
    uint16_t flags;
};

/* Sorted by bytes. */
static const struct word words[] = {
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

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct word *)entry)->word);
}

static uint16_t look_up(const char *at, size_t len)
{
    char low[16];
    const struct word *found;

    if (len >= sizeof(low))
        return 0;
    for (size_t i = 0; i < len; i++)
        low[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]);
    low[len] = '\0';
    found = bsearch(low, words, sizeof(words) / sizeof(words[0]),
                    sizeof(words[0]), compare);
    return found ? found->flags : 0;
}

static bool ends_in(const char *at, size_t len, const char *tail)
{
    size_t n = strlen(tail);

    return len > n + 1 && memcmp(at + len - n, tail, n) == 0;
}

/* A sign as ASCII has it; '?' and '!' too when they are wide. */
static char sign_of(const char *at, size_t len)
{
    static const struct {
        char sign;
        char bytes[4];
    } wide[] = {
        { '.', "\xE2\x80\xA6" }, { '-', "\xE2\x80\x93" },
        { '-', "\xE2\x80\x94" }, { '.', "\xE3\x80\x82" },
        { ',', "\xEF\xBC\x8C" }, { ':', "\xEF\xBC\x9A" },
        { '?', "\xEF\xBC\x9F" }, { '!', "\xEF\xBC\x81" },
    };

    if (len == 1)
        return *at;
    for (size_t i = 0; len == 3 && i < sizeof(wide) / sizeof(wide[0]); i++)
        if (memcmp(at, wide[i].bytes, 3) == 0)
            return wide[i].sign;
    return '\0';
}

static void read_word(struct item *it, const char *text,
                      const gly_token *token, const gly_words *cues,
                      const char *line_end)
{
    const char *at = text + token->begin;
    size_t len = token->end - token->begin;

    if (token->type == GLY_SIGN) {
        it->sign = sign_of(at, len);
        return;
    }
    it->flags = W_WORD | look_up(at, len);
    if (token->flags & GLY_CAPITAL)
        it->flags |= W_CAPITAL;
    if (ends_in(at, len, "ing"))
        it->flags |= W_ING;
    if (ends_in(at, len, "ly") && !(token->flags & GLY_CAPITAL))
        it->flags |= W_HELPER;
    if (token->type != GLY_WORD)
        return;

    const char *stance = NULL;
    size_t taken = gly_words_match(cues, at, line_end, &stance);

    if (taken == 0)
        return;
    it->cue = stance;
    it->faint = stance[strcspn(stance, "?")] == '?';
    it->cue_items = 1;
    for (size_t i = 0; i < taken; i++)
        it->cue_items += at[i] == ' ';
}

/* A piece may begin with the cue itself: Kim “stressed the need”. */
static void read_first(struct item *it, const char *text,
                       const gly_token *token, const gly_words *cues)
{
    const char *at = text + token->begin;

    it->capital = (token->flags & GLY_CAPITAL) || (unsigned char)*at >= 0xE3;
    if (token->type != GLY_WORD || it->capital ||
        ends_in(at, token->end - token->begin, "ing"))
        return;
    if (gly_words_match(cues, at, text + token->end, &it->cue) == 0)
        it->cue = NULL;
    it->cue_begin = token->begin;
    it->cue_end = token->end;
}

/* The last sign of a piece; marks nested at its end are seen through. */
static void read_last(struct item *it, const char *text,
                      const gly_token *token)
{
    const char *at = text + token->begin;
    size_t len = token->end - token->begin;

    if (token->type != GLY_SIGN)
        it->sign = '\0';
    else if (*at != '\'' && *at != '"' &&
             (len != 3 || strncmp(at, "\xE2\x80\x99", 3) != 0))
        it->sign = sign_of(at, len);
}

/* Scripts without spaces have a letter or two a word, of three bytes each. */
static uint16_t count_words(const char *text, const gly_token *token)
{
    size_t len = token->end - token->begin;

    if ((unsigned char)text[token->begin] < 0xE3)
        return 1;
    return (uint16_t)(len < 400 ? (len + 3) / 4 : 100);
}

/* Steps over the tokens of a piece. */
static size_t read_piece(struct item *it, const char *text,
                         const gly_token *tokens, size_t count, size_t i,
                         const gly_words *cues)
{
    const struct piece *p = it->piece;
    gly_pos open = p->open + p->open_len;
    bool first = true;

    for (; i < count && tokens[i].begin < p->end; i++) {
        if (tokens[i].begin < open || tokens[i].end > p->close)
            continue;
        if (tokens[i].type != GLY_SIGN) {
            if (it->words < MANY)
                it->words += count_words(text, &tokens[i]);
            if (first)
                read_first(it, text, &tokens[i], cues);
            first = false;
        }
        read_last(it, text, &tokens[i]);
    }
    return i;
}

static bool ends_sentence(char sign)
{
    return sign == '.' || sign == '?' || sign == '!';
}

/* Whether a sentence begins at item i, where the library says `first`. */
static bool begins(const struct view *v, size_t i, bool first)
{
    const struct item *it = &v->items[i], *prior;

    if (i == 0)
        return true;
    prior = &v->items[i - 1];
    if (prior->piece) {
        if (it->piece)
            return ends_sentence(prior->sign);
        if (!ends_sentence(prior->sign) || !(it->flags & W_CAPITAL))
            return false;
        return true;
    }
    if (ends_sentence(prior->sign))
        return first || (it->piece && it->capital);
    return first && prior->sign != ',' && prior->sign != ':' &&
           prior->sign != ';';
}

/* Whether “…?” at item i is followed by "Kim asked"; after a full stop only by
 * that and nothing else: “….” Kim said. */
static bool is_attribution(const struct view *v, size_t i, bool alone)
{
    struct range who = quote_phrase_at(v, i, v->count);
    size_t at = who.end;

    while (at < v->count && at < who.end + 3 && (v->items[at].flags & W_HELPER))
        at++;
    if (who.end == who.begin || at == v->count || !v->items[at].cue ||
        v->items[at].piece)
        return false;
    at += v->items[at].cue_items;
    return !alone || at >= v->count || v->items[at].sign == '.';
}

void quote_view(struct view *v, const gly_words *cues, const gly_token *tokens,
                size_t count, size_t *first, const struct piece **piece,
                const struct piece *end)
{
    size_t i = *first, last = i + 1;
    size_t n = 0;

    while (last < count && !(tokens[last].flags & GLY_LINE))
        last++;
    while (i < last) {
        struct item *it = &v->items[n];
        bool is_first = tokens[i].flags & GLY_FIRST;

        *it = (struct item){ .begin = tokens[i].begin, .end = tokens[i].end };
        if (*piece < end && tokens[i].end > (*piece)->begin) {
            it->piece = (*piece)++;
            it->begin = it->piece->begin;
            it->end = it->piece->end;

            size_t next = read_piece(it, v->text, tokens, last, i, cues);

            if (next == i) /* it ended within a token that is read */
                continue;
            i = next;
        } else {
            read_word(it, v->text, &tokens[i], cues,
                      v->text + tokens[last - 1].end);
            i++;
        }
        it->begins = begins(v, n, is_first);
        n++;
    }
    while (*piece < end && (*piece)->begin < tokens[last - 1].end)
        (*piece)++;
    v->count = n;
    for (size_t k = 1; k < n; k++)
        if (v->items[k].begins && v->items[k - 1].piece &&
            is_attribution(v, k, v->items[k - 1].sign == '.'))
            v->items[k].begins = false;
    *first = last;
}

bool quote_is(const struct view *v, size_t i, const char *word)
{
    const struct item *it = &v->items[i];

    return !it->piece &&
           gly_word_is(v->text + it->begin, it->end - it->begin, word);
}

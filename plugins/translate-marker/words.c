/* words.c: words left untranslated, calques, and articles. */
#include "translate-marker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 40 }; /* bytes of a word that is quoted in a note */

/* ---- untranslated ---- */

static const char *script_of(uint32_t c)
{
    static const struct {
        uint32_t first, last;
        const char *name;
    } scripts[] = {
        { 0x370, 0x3FF, "Greek" },      { 0x400, 0x52F, "Cyrillic" },
        { 0x531, 0x58F, "Armenian" },   { 0x590, 0x5FF, "Hebrew" },
        { 0x600, 0x6FF, "Arabic" },     { 0x900, 0x97F, "Devanagari" },
        { 0x980, 0x9FF, "Bengali" },    { 0xE00, 0xE7F, "Thai" },
        { 0x10A0, 0x10FF, "Georgian" }, { 0x1100, 0x11FF, "Korean" },
        { 0x3040, 0x30FF, "Japanese" }, { 0x3400, 0x9FFF, "Chinese" },
        { 0xAC00, 0xD7AF, "Korean" },   { 0x20000, 0x2FFFF, "Chinese" },
    };

    for (size_t i = 0; c >= 0x370 && i < sizeof(scripts) / sizeof(*scripts);
         i++)
        if (c >= scripts[i].first && c <= scripts[i].last)
            return scripts[i].name;
    return NULL;
}

/* A word of two scripts is none: "β-blockers", "μm". */
static const char *script_at(const struct look *l, size_t i)
{
    const char *p = token_text(l, i), *end = p + token_len(l, i);
    const char *script = script_of(gly_next_char(&p));

    for (; p < end; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
            return NULL;
    return script;
}

static bool is_script_sign(const struct look *l, size_t i)
{
    uint32_t c = sign_at(l, i);

    return c == ',' || c == '.' || (c >= 0x3000 && c <= 0x303F);
}

/* Words in another script, with the signs between them. */
static void look_at_script(struct look *l, size_t i, const char *script)
{
    size_t end = i + 1;

    for (size_t n = end; n < l->count && !begins_line(l, n); n++) {
        if (is_word(l, n) && script_at(l, n))
            end = n + 1;
        else if (!is_script_sign(l, n))
            break;
    }
    /* One letter is a symbol: "the β coefficient". */
    if (end > i + 1 || token_len(l, i) > 2)
        add_find(l, UNTRANSLATED, l->tokens[i].begin, l->tokens[end - 1].end,
                 0.9, NULL, "Left in %s script.", script);
    l->foreign_end = end;
}

static const char *language_of(const char *code)
{
    static const char *const names[][2] = {
        { "es", "Spanish" },  { "fr", "French" },     { "de", "German" },
        { "it", "Italian" },  { "pt", "Portuguese" }, { "nl", "Dutch" },
        { "pl", "Polish" },   { "cs", "Czech" },      { "sv", "Swedish" },
        { "da", "Danish" },   { "is", "Icelandic" },  { "tr", "Turkish" },
        { "ro", "Romanian" }, { "hu", "Hungarian" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (memcmp(names[i][0], code, 2) == 0)
            return names[i][1];
    return "another language";
}

/* Takes "es also name" apart: whether it may belong to a name, and "also". */
static bool read_residue(const char *value, size_t len, const char **meaning,
                         size_t *meaning_len)
{
    bool name = len > 4 && memcmp(value + len - 5, " name", 5) == 0;

    len -= name ? 5 : 0;
    *meaning = value + 3;
    *meaning_len = len > 3 ? len - 3 : 0;
    return name;
}

static void mark_residue(struct look *l, size_t i, size_t last,
                         const char *value, size_t value_len, double score)
{
    const char *meaning;
    size_t meaning_len;
    gly_pos begin = l->tokens[i].begin, end = l->tokens[last].end;

    read_residue(value, value_len, &meaning, &meaning_len);
    /* A quotation may be meant to stand in its own language. */
    if (l->quote_open || l->curly_open)
        score *= 0.45;
    add_find(l, UNTRANSLATED, begin, end, score,
             meaning_len ? gly_keep(l->doc, meaning, meaning_len) : NULL,
             "\"%.*s\" is %s.", (int)(end - begin), l->text + begin,
             language_of(value));
    l->foreign_end = last + 1;
}

static void look_at_residue(struct look *l, size_t i, const struct entry *e)
{
    const char *meaning;
    size_t len;
    bool name = read_residue(e->value, e->value_len, &meaning, &len);
    bool capital = is_capital(l, i);

    if (capital && (l->tokens[i].flags & (GLY_FIRST | GLY_CAPS)) != GLY_FIRST)
        return;
    if ((name || capital) && (is_capital(l, i + 1) || is_capital(l, i - 1)))
        return;
    if (is_word(l, i - 1) && l->tokens[i].begin == l->tokens[i - 1].end)
        return;
    mark_residue(l, i, i, e->value, e->value_len,
                 capital ? 0.5
                 : name  ? 0.6
                         : 0.9);
}

/* A lower-case word with a letter that English lends only to guests. */
static bool is_accented(const struct look *l, size_t i)
{
    const char *p = token_text(l, i), *end = p + token_len(l, i);
    bool found = false;

    if (is_capital(l, i) || end - p > LONGEST)
        return false;
    while (p < end) {
        uint32_t c = gly_next_char(&p);

        if (c == '-' || gly_is_upper(c) || gly_is_digit(c))
            return false;
        found |= c >= 0xDF && c < 0x250 && c != 0xF7;
    }
    return found;
}

/* ---- calques ---- */

static void look_at_phrase(struct look *l, size_t i)
{
    const char *at = token_text(l, i), *end = l->text + l->len, *value;
    size_t len = gly_words_match(l->lexicon->residue, at, end, &value);
    size_t last = i;
    char *meaning;

    if (len > 0) {
        while (last + 1 < l->count &&
               l->tokens[last + 1].end <= l->tokens[i].begin + len)
            last++;
        if (last > i)
            mark_residue(l, i, last, value, strlen(value), 0.9);
    }
    len = gly_words_match(l->lexicon->calques, at, end, &value);
    if (len == 0 || (i > 0 && l->tokens[i - 1].end == l->tokens[i].begin))
        return;

    double score = strtod(value, &meaning);

    meaning += *meaning == ' ';
    if (memchr(at, '\n', len))
        return;
    add_find(
        l, CALQUE, l->tokens[i].begin, l->tokens[i].begin + (gly_pos)len, score,
        *meaning ? gly_keep(l->doc, meaning, strlen(meaning)) : NULL,
        *meaning ? "\"%.*s\" is a turn carried over; English says \"%s\"."
                 : "\"%.*s\" is a turn carried over from another language.",
        (int)len, at, meaning);
}

/* "are actually investigating", "customers actually on holiday": where other
 * languages have a word that means "now". */
static void look_at_actually(struct look *l, size_t i)
{
    uint32_t before = classes_at(l, i - 1), after = classes_at(l, i + 1);
    double score = 0;

    if (!is_apart(l, i) || !is_apart(l, i + 1))
        return;
    if ((before & BE) && ends_in(l, i + 1, "ing"))
        score = 0.3;
    else if (is_word(l, i - 1) && !(before & FUNCTION) &&
             ((after & PREP) || is_text(l, i + 1, "being")))
        score = 0.4;
    if (score > 0)
        add_find(l, CALQUE, l->tokens[i].begin, l->tokens[i].end, score,
                 "currently", "\"Actually\" may stand for \"currently\" here.");
}

/* ---- articles ---- */

/* Whether what begins at n goes on with the sentence after a noun phrase. */
static bool goes_on(const struct look *l, size_t n)
{
    uint32_t c = sign_at(l, n);

    if (begins_line(l, n))
        return true;
    if (c == '.')
        return !is_apart(l, n) && /* not "Russia.tv" */
               (ends_apart(l, n) || sign_at(l, n + 1));
    if (c == 0x2014 || c == 0x2013)
        return is_apart(l, n);
    if (c)
        return !is_apart(l, n) && !strchr("-/'\"(", (int)c % 128) && c < 0x2000;
    return (classes_at(l, n) & FUNCTION) && !is_capital(l, n);
}

static bool is_possessive(const struct look *l, size_t i)
{
    return is_word(l, i) && !(l->tokens[i].flags & GLY_SPACED) &&
           (is_text(l, i, "'s") || is_text(l, i, "\xE2\x80\x99s"));
}

/* Whether what stands at n, after a name, lends it the article: "the Berlin of
 * the twenties", "the Iowa and Ohio votes", "the Springfield, Mo., native". */
static bool is_lent(const struct look *l, size_t n)
{
    if (is_text(l, n, "and") || is_text(l, n, "or"))
        return !(classes_at(l, n + 1) & (THE | FUNCTION));
    if (sign_at(l, n) == ',' && is_capital(l, n + 1))
        return sign_at(l, n + 2) == ',' ||
               l->text[l->tokens[n + 1].end - 1] == '.';
    return is_text(l, n, "of") || is_text(l, n, "that") ||
           (classes_at(l, n) & PRON);
}

/* "the Washington is": a name that has no article. */
static void look_at_the(struct look *l, size_t i)
{
    size_t n = i + 1, after;
    gly_pos begin = l->tokens[i].begin;

    if (!is_apart(l, n) || !is_capital(l, n))
        return;
    if (is_text(l, n, "new") || is_text(l, n, "north") ||
        is_text(l, n, "south"))
        n++;
    after = n + 1;
    if (!(classes_at(l, n) & BARE) || !is_capital(l, n) || begins_line(l, n) ||
        (l->tokens[n].flags & GLY_CAPS) || is_lent(l, after) ||
        (after < l->count && begins_line(l, after)))
        return;
    if (!goes_on(l, after) && !(classes_at(l, after) & VERB) &&
        !is_possessive(l, after))
        return;
    add_find(l, ARTICLE, begin, l->tokens[i + 1].begin, 0.6, "",
             "\"%.*s\" takes no article.",
             (int)(l->tokens[n].end - l->tokens[i + 1].begin),
             token_text(l, i + 1));
}

static bool is_idiom(const struct look *l, size_t i)
{
    return is_pair(l->lexicon, token_text(l, i), token_len(l, i), ' ',
                   token_text(l, i + 1), token_len(l, i + 1), IDIOM);
}

/* "-ed" is no verb in "nationally televised debate", "the injured party". */
static bool is_past_tense(const struct look *l, size_t i)
{
    if (!ends_in(l, i, "ed") || !is_word(l, i - 1) || ends_in(l, i - 1, "ly") ||
        memchr(token_text(l, i), '-', token_len(l, i)))
        return false;
    for (size_t k = i; k-- > 0 && i - k < 4 && is_word(l, k);)
        if (classes_at(l, k) & (DET | THE | PREP | BE) || is_possessive(l, k))
            return false;
    return true;
}

/* Whether the word at i lets a noun follow it that has no article yet; *score
 * is how sure that is. */
static bool calls_for_article(const struct look *l, size_t i, size_t noun,
                              double *score)
{
    uint32_t classes = classes_at(l, i), after = classes_at(l, noun + 1);
    bool verb = (classes & VERB) || is_past_tense(l, i);

    if (is_capital(l, i) && !(l->tokens[i].flags & GLY_FIRST))
        return false;
    if (classes & (DET | THE))
        return false;
    if (is_possessive(l, noun + 1)) {
        *score = classes & PREP ? 0.7 : 0.5;
        return (classes & (PREP | CONJ)) || verb;
    }
    if (classes & PREP) {
        *score = 0.5;
        return goes_on(l, noun + 1) && !is_text(l, noun + 1, "and") &&
               !is_text(l, noun + 1, "or") && !is_text(l, noun + 1, "after");
    }
    if ((classes & CONJ) && !is_text(l, i, "as") && !is_text(l, i, "than") &&
        !is_text(l, i, "and") && !is_text(l, i, "or")) {
        *score = 0.4;
        return after & (AUX | VERB);
    }
    *score = 0.4;
    if ((classes & BE) || is_text(l, i, "become"))
        return is_text(l, noun - 1, "next");
    return verb && ((after & AUX) || sign_at(l, noun + 1) ||
                    is_text(l, noun + 1, "of") || is_text(l, noun + 1, "who") ||
                    is_text(l, noun + 1, "which"));
}

/* "kind of candidate" */
static bool is_kind_of(const struct look *l, size_t i)
{
    return is_text(l, i, "of") &&
           (is_text(l, i - 1, "kind") || is_text(l, i - 1, "sort") ||
            is_text(l, i - 1, "type") || is_text(l, i - 1, "form"));
}

/* "state to state", "debate after debate": the noun stands on both sides */
static bool is_twofold(const struct look *l, size_t i)
{
    char noun[LONGEST + 1];
    size_t len = token_len(l, i);

    if (len > LONGEST)
        return false;
    memcpy(noun, token_text(l, i), len);
    noun[len] = '\0';
    return is_text(l, i - 2, noun) || is_text(l, i + 2, noun);
}

/* "out of country": one of many, and no word says which. */
static void look_at_noun(struct look *l, size_t i)
{
    size_t before = i - 1, noun = i;
    double score;

    if (classes_at(l, i) & HEAD) {
        noun = i + 1;
        if (!(classes_at(l, noun) & (NOUN | ROLE)) || !is_apart(l, noun))
            return;
    }
    if (is_capital(l, i) || is_capital(l, noun) || !is_apart(l, i) ||
        !calls_for_article(l, before, noun, &score) || is_idiom(l, before) ||
        is_idiom(l, noun - 1) || (noun == i && is_idiom(l, i)) ||
        is_kind_of(l, before) || is_twofold(l, noun))
        return;
    add_find(l, ARTICLE, l->tokens[i].begin, l->tokens[noun].end, score, NULL,
             "\"%.*s\" stands without an article after \"%.*s\".",
             (int)(l->tokens[noun].end - l->tokens[i].begin), token_text(l, i),
             (int)(token_len(l, before) < LONGEST ? token_len(l, before) : 0),
             token_text(l, before));
}

/* ---- all of them ---- */

bool is_english_text(const struct look *l, size_t i, size_t end)
{
    size_t words = 0, english = 0, other = 0;

    for (; i < end; i++) {
        words += is_word(l, i);
        english += !!(l->classes[i] & FUNCTION);
        other +=
            ((l->classes[i] & RESIDUE) && !is_capital(l, i)) ||
            ((l->classes[i] & WIDE) && (script_at(l, i) || is_accented(l, i)));
    }
    return words < 4 || other < 2 || 5 * english > words || 8 * other < words;
}

size_t look_at_paragraph(struct look *l, size_t i)
{
    size_t end = i + 1;

    while (!begins_line(l, end))
        end++;
    if (is_english_text(l, i, end))
        return i;
    add_find(l, UNTRANSLATED, l->tokens[i].begin, l->tokens[end - 1].end, 0.6,
             NULL, "The paragraph is in another language.");
    for (size_t k = i; k < end; k++)
        l->classes[k] |= FOREIGN;
    return end;
}

void look_at_word(struct look *l, size_t i)
{
    const char *text = token_text(l, i);
    size_t len = token_len(l, i);
    uint32_t classes = l->classes[i];
    const char *script;

    if (classes & PHRASE)
        look_at_phrase(l, i);
    if (classes & FRIEND)
        look_at_actually(l, i);
    if (classes & THE && is_text(l, i, "the"))
        look_at_the(l, i);
    if (classes & (NOUN | HEAD))
        look_at_noun(l, i);
    if (i < l->foreign_end)
        return;
    if (classes & RESIDUE) {
        look_at_residue(l, i, find_word(l->lexicon, l->hashes[i], text, len));
    } else if (classes & WIDE) {
        if ((script = script_at(l, i)) != NULL)
            look_at_script(l, i, script);
        else if (is_accented(l, i) && !is_capital(l, i - 1) &&
                 !is_capital(l, i + 1))
            add_find(l, UNTRANSLATED, l->tokens[i].begin, l->tokens[i].end, 0.5,
                     NULL, "\"%.*s\" is not an English word.", (int)len, text);
    }
}

/* words.c: words left untranslated, calques, and what is known of a word. */
#include "translate-marker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 40 }; /* bytes of a word that is quoted in a note */

/* ---- untranslated ---- */

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
    set_lang(l,
             add_find(l, UNTRANSLATED, begin, end, score,
                      meaning_len ? gly_keep(l->doc, meaning, meaning_len)
                                  : NULL,
                      "\"%.*s\" is %s.", (int)(end - begin), l->text + begin,
                      language_name(value)),
             value);
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
                         : 0.95);
}

/* "â€œcome": a sign before it that is none. */
static bool is_behind_sign(const struct look *l, size_t i)
{
    uint32_t c = sign_at(l, i - 1);

    return c >= 0x80 && (c < 0x2010 || c > 0x201F) &&
           !(l->tokens[i].flags & GLY_SPACED);
}

/* The language that has the letter nearly for itself, or NULL. */
static const char *language_of_letter(uint32_t c)
{
    static const struct {
        uint16_t letter;
        char code[3];
    } letters[] = {
        { 0xDF, "de" },  { 0xE3, "pt" },  { 0xF0, "is" },  { 0xF1, "es" },
        { 0xF5, "pt" },  { 0xF8, "da" },  { 0xFE, "is" },  { 0x105, "pl" },
        { 0x119, "pl" }, { 0x11B, "cs" }, { 0x11F, "tr" }, { 0x131, "tr" },
        { 0x142, "pl" }, { 0x144, "pl" }, { 0x151, "hu" }, { 0x153, "fr" },
        { 0x159, "cs" }, { 0x15B, "pl" }, { 0x15F, "tr" }, { 0x16F, "cs" },
        { 0x171, "hu" }, { 0x17A, "pl" }, { 0x17C, "pl" }, { 0x219, "ro" },
        { 0x21B, "ro" },
    };

    for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
        if (letters[i].letter == c)
            return letters[i].code;
    return NULL;
}

/* A lower-case word with a letter that English lends only to guests; *lang is
 * the language that it tells, or NULL. */
static bool is_accented(const struct look *l, size_t i, const char **lang)
{
    const char *p = token_text(l, i), *end = p + token_len(l, i);
    bool found = false, wrong = false;

    *lang = NULL;
    if (is_capital(l, i) || end - p > LONGEST || is_behind_sign(l, i))
        return false;
    while (p < end) {
        uint32_t c = gly_next_char(&p);

        if (c == '-' || gly_is_upper(c) || gly_is_digit(c))
            return false;
        found |= c >= 0xDF && c < 0x250 && c != 0xF7;
        wrong = c == 0xE2 && p == end; /* "donâ€™t" */
        if (c >= 0xDF && !*lang)
            *lang = language_of_letter(c);
    }
    return found && !wrong;
}

/* ---- calques ---- */

/* The tokens from i on that end within so many bytes: the last of them. */
static size_t last_within(const struct look *l, size_t i, size_t len)
{
    size_t last = i;

    while (last + 1 < l->count &&
           l->tokens[last + 1].end <= l->tokens[i].begin + len)
        last++;
    return last;
}

/* "according to her lawyers" has no pronoun at its end. */
static bool is_owner(const struct look *l, size_t i)
{
    return is_text(l, i, "her") && is_word(l, i + 1) &&
           !(classes_at(l, i + 1) & FUNCTION);
}

/* "since years": a turn with how sure it is and what to say instead. */
static void look_at_turn(struct look *l, size_t i)
{
    const char *at = token_text(l, i), *end = l->text + l->len, *value;
    size_t len = gly_words_match(l->lexicon->calques, at, end, &value);
    char *meaning;

    if (len == 0 || memchr(at, '\n', len) || l->tokens[i].begin < l->said_end)
        return;

    double score = strtod(value, &meaning);

    l->said_end = l->tokens[i].begin + (gly_pos)len;
    if (score == 0 || is_owner(l, last_within(l, i, len)))
        return;
    meaning += *meaning == ' ';
    add_find(
        l, CALQUE, l->tokens[i].begin, l->said_end, score,
        *meaning ? gly_keep(l->doc, meaning, strlen(meaning)) : NULL,
        *meaning ? "\"%.*s\" is a turn carried over; English says \"%s\"."
                 : "\"%.*s\" is a turn carried over from another language.",
        (int)len, at, meaning);
}

/* "tomatoes on the eyes": with the language that says so, and the sense. */
static void look_at_literal(struct look *l, size_t i)
{
    const char *at = token_text(l, i), *end = l->text + l->len, *value;
    size_t len = gly_words_match(l->lexicon->idioms, at, end, &value);

    if (len == 0 || memchr(at, '\n', len) || strlen(value) < 4 ||
        l->tokens[i].begin < l->said_end)
        return;
    l->said_end = l->tokens[i].begin + (gly_pos)len;
    set_lang(l,
             add_find(l, LITERAL_IDIOM, l->tokens[i].begin,
                      l->said_end, 0.8,
                      gly_keep(l->doc, value + 3, strlen(value + 3)),
                      "A saying taken word for word, as in %s.",
                      language_name(value)),
             value);
}

/* "sin embargo" */
static void look_at_leftover(struct look *l, size_t i)
{
    const char *at = token_text(l, i), *end = l->text + l->len, *value;
    size_t len = gly_words_match(l->lexicon->residue, at, end, &value);
    size_t last = last_within(l, i, len);

    if (last > i)
        mark_residue(l, i, last, value, strlen(value), 0.95);
}

static void look_at_phrase(struct look *l, size_t i, uint32_t classes)
{
    if (classes & LEFTOVER)
        look_at_leftover(l, i);
    if (i > 0 && l->tokens[i - 1].end == l->tokens[i].begin)
        return;
    if (classes & CALQUED)
        look_at_turn(l, i);
    if (classes & SAYING)
        look_at_literal(l, i);
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

/* ---- all of them ---- */

static bool is_other(const struct look *l, size_t i)
{
    const char *lang;

    if (l->classes[i] & WIDE)
        return script_at(l, i) || is_accented(l, i, &lang);
    return (l->classes[i] & RESIDUE) && !is_capital(l, i);
}

bool is_english_text(const struct look *l, size_t i, size_t end)
{
    size_t words = 0, english = 0, other = 0;

    for (size_t k = i; k < end; k++)
        other += is_other(l, k);
    if (other < 2)
        return true;
    for (; i < end; i++) {
        words += is_word(l, i);
        english += !!(l->classes[i] & FUNCTION);
    }
    return words < 4 || 5 * english > words || 8 * other < words;
}

size_t look_at_paragraph(struct look *l, size_t i)
{
    size_t end = i + 1;

    while (!begins_line(l, end))
        end++;
    if (is_english_text(l, i, end))
        return i;
    add_find(l, UNTRANSLATED, l->tokens[i].begin, l->tokens[end - 1].end, 0.5,
             NULL, "The paragraph is in another language.");
    for (size_t k = i; k < end; k++)
        l->classes[k] |= FOREIGN;
    return end;
}

static void look_at_accented(struct look *l, size_t i)
{
    gly_pos begin = l->tokens[i].begin, end = l->tokens[i].end;
    const char *lang;

    if (!is_accented(l, i, &lang) || is_capital(l, i - 1) ||
        is_capital(l, i + 1))
        return;
    if (lang)
        set_lang(l,
                 add_find(l, UNTRANSLATED, begin, end, 0.7, NULL,
                          "\"%.*s\" looks like %s.", (int)(end - begin),
                          l->text + begin, language_name(lang)),
                 lang);
    else
        add_find(l, UNTRANSLATED, begin, end, 0.5, NULL,
                 "\"%.*s\" is not an English word.", (int)(end - begin),
                 l->text + begin);
}

/* A word that the lists do not know, with letters beyond ASCII. */
static void look_at_wide(struct look *l, size_t i)
{
    const char *script = script_at(l, i);

    if (script)
        look_at_script(l, i, script);
    else
        look_at_mixed(l, i);
    look_at_accented(l, i);
}

void look_at_word(struct look *l, size_t i)
{
    const char *text = token_text(l, i);
    uint32_t classes = l->classes[i];

    if (classes & PHRASE)
        look_at_phrase(l, i, classes);
    if (classes & FRIEND)
        look_at_actually(l, i);
    if (classes & THE && is_text(l, i, "the"))
        look_at_the(l, i);
    if (classes & (NOUN | ROLE))
        look_at_noun(l, i);
    if (classes & PRON)
        look_at_pronoun(l, i);
    if (classes & BE)
        look_at_be(l, i);
    if (classes & DET)
        look_at_determiner(l, i);
    if (i < l->foreign_end)
        return;
    if (classes & RESIDUE)
        look_at_residue(
            l, i, find_word(l->lexicon, l->hashes[i], text, token_len(l, i)));
    else if (classes & WIDE)
        look_at_wide(l, i);
}

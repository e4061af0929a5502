/* script.c: words in another script, words of two, and characters that were
 * read in the wrong encoding.
 */
#include "translate-marker.h"

#include <string.h>

enum { LONGEST = 64 }; /* bytes of a word, or of a run of signs */

/* ---- another script ---- */

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

/* A language that has the script for itself, or NULL. */
static const char *language_of_script(const char *script)
{
    static const char *const languages[][2] = {
        { "Greek", "el" },  { "Armenian", "hy" }, { "Hebrew", "he" },
        { "Bengali", "bn" }, { "Thai", "th" },    { "Georgian", "ka" },
        { "Korean", "ko" }, { "Japanese", "ja" }, { "Chinese", "zh" },
    };

    for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++)
        if (strcmp(script, languages[i][0]) == 0)
            return languages[i][1];
    return NULL;
}

/* A word of two scripts is none: "β-blockers", "μm". */
const char *script_at(const struct look *l, size_t i)
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
void look_at_script(struct look *l, size_t i, const char *script)
{
    const char *lang = language_of_script(script);
    size_t end = i + 1;

    for (size_t n = end; n < l->count && !begins_line(l, n); n++) {
        if (is_word(l, n) && script_at(l, n))
            end = n + 1;
        else if (!is_script_sign(l, n))
            break;
    }
    /* One letter is a symbol: "the β coefficient"; brackets have a gloss. */
    if ((end > i + 1 || token_len(l, i) > 2) &&
        !(sign_at(l, i - 1) == '(' && sign_at(l, end) == ')')) {
        struct find *find = add_find(
            l, UNTRANSLATED, l->tokens[i].begin, l->tokens[end - 1].end, 0.9,
            NULL, "Left in %s script.", script);

        if (lang)
            set_lang(l, find, lang);
    }
    l->foreign_end = end;
}

/* ---- two scripts ---- */

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0xC0 && c < 0x250 && gly_is_letter(c));
}

/* A part of a word, between hyphens: its letters of Latin and of another
 * script, and itself with Latin ones in their place. */
struct part {
    unsigned latin, other, alike;
    const char *script;
    char plain[LONGEST + 1];
    size_t len;
};

/* "Kα", "TNFβ": a small letter of Greek at an end is a symbol. */
static bool is_symbol(uint32_t c, bool edge)
{
    return edge && c >= 0x3B1 && c <= 0x3C9;
}

static const char *read_part(const struct look *l, const char *at,
                             const char *end, struct part *part)
{
    const char *begin = at, *like;

    *part = (struct part){0};
    while (at < end && *at != '-') {
        const char *from = at;
        uint32_t c = gly_next_char(&at);
        size_t len = (size_t)(at - from);
        const char *script = script_of(c);

        if (is_latin(c)) {
            part->latin++;
        } else if (script &&
                   !is_symbol(c, from == begin || at == end || *at == '-')) {
            part->other++;
            part->script = script;
        }
        if (script && gly_words_has(l->lexicon->lookalikes, from, len, &like)) {
            part->alike++;
            from = like;
            len = 1;
        }
        memcpy(part->plain + part->len, from, len);
        part->len += len;
    }
    return at < end ? at + 1 : end;
}

/* "Моscow": letters of two scripts within a word. */
void look_at_mixed(struct look *l, size_t i)
{
    const char *at = token_text(l, i), *end = at + token_len(l, i);
    struct part part;

    if (end - at > LONGEST)
        return;
    while (at < end) {
        const char *begin = at;

        at = read_part(l, at, end, &part);
        if (part.latin == 0 || part.other == 0 || part.alike == 0 ||
            (part.latin + part.other < 3 && strcmp(part.script, "Greek") == 0))
            continue;
        add_find(l, MIXED_SCRIPT, (gly_pos)(begin - l->text),
                 (gly_pos)(at - l->text) - (at < end || at[-1] == '-'),
                 part.alike == part.other ? 0.95 : 0.7,
                 part.alike == part.other
                     ? gly_keep(l->doc, part.plain, part.len)
                     : NULL,
                 "The word mixes Latin letters with %s ones.", part.script);
    }
}

/* ---- the wrong encoding ---- */

/* The byte that Windows-1252 or Latin-1 reads as c, or 0. */
static unsigned char byte_of(uint32_t c)
{
    static const uint16_t specials[32] = {
        0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
        0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178,
    };

    for (unsigned i = 0; i < 32; i++)
        if (specials[i] == c)
            return (unsigned char)(0x80 + i);
    return c >= 0x80 && c < 0x100 ? (unsigned char)c : 0;
}

/* The bytes that were read as what stands at *at, which then points past it. */
static size_t read_bytes(const char **at, char out[LONGEST])
{
    size_t len = 0;

    while (len < LONGEST) {
        const char *next = *at;
        unsigned char byte = byte_of(gly_next_char(&next));

        if (!byte)
            break;
        out[len++] = (char)byte;
        *at = next;
    }
    return len;
}

static const char *look_at_lost(struct look *l, const char *begin)
{
    const char *at = begin;

    while (strncmp(at, "\xEF\xBF\xBD", 3) == 0)
        at += 3;
    if (at == begin)
        return at + 3;
    add_find(l, MOJIBAKE, (gly_pos)(begin - l->text), (gly_pos)(at - l->text),
             0.9, NULL, "A character was lost on the way.");
    return at;
}

static const char *add_wrong(struct look *l, const char *begin, const char *end,
                             double score, const char *instead)
{
    add_find(l, MOJIBAKE, (gly_pos)(begin - l->text), (gly_pos)(end - l->text),
             score, instead, "The characters were read in the wrong encoding.");
    return end;
}

/* "Â" before a space is what is left of one that does not break; "â€" of a
 * quote mark whose last byte is no sign. */
static const char *look_at_stray(struct look *l, const char *at)
{
    uint32_t before = gly_char_before(l->text, at);

    if (strncmp(at, "\xC3\x82 ", 3) == 0 && before != 0 &&
        !gly_is_upper(before) && !gly_is_space(before))
        return add_wrong(l, at, at + 2, 0.8, "");
    if (strncmp(at, "\xC3\xA2\xE2\x82\xAC", 5) == 0)
        return add_wrong(l, at, at + 5, 0.9, NULL);
    return at + 2;
}

/* "MAÇÃ”": a word in capitals, and a quotation that ends. */
static bool is_capital_before(const struct look *l, const char *at,
                              const char *end)
{
    uint32_t last = gly_char_before(l->text, end);

    return gly_is_upper(gly_char_before(l->text, at)) &&
           (last == 0x201D || last == 0x2019 || last == 0xBB);
}

/* What begins at `at` and is UTF-8 when its signs are bytes. */
static const char *look_at_wrong(struct look *l, const char *at)
{
    char bytes[LONGEST];
    const char *begin = at, *end = at;
    size_t len = read_bytes(&end, bytes), valid = gly_utf8_valid(bytes, len);
    bool cyrillic = ((unsigned char)at[1] & 0xFE) == 0x90;

    for (size_t i = 0; i < valid; i++)
        gly_next_char(&at);
    if (valid < (cyrillic ? 4 : 2) || is_capital_before(l, begin, at))
        return look_at_stray(l, begin);
    return add_wrong(l, begin, at, 0.95, gly_keep(l->doc, bytes, valid));
}

/* "Ã", "Â", "â", "Ð" and "Ñ", which most other bytes were read as. */
static bool is_lead(const char *at)
{
    unsigned char c = (unsigned char)at[1];

    return c == 0x83 || c == 0x82 || c == 0x90 || c == 0x91 ||
           (c == 0xA2 && (unsigned char)at[2] >= 0xC2);
}

void look_at_encoding(struct look *l)
{
    const char *at = l->text, *end = l->text + l->len;

    while ((at = memchr(at, 0xC3, (size_t)(end - at))) != NULL)
        at = is_lead(at) ? look_at_wrong(l, at) : at + 2;
    for (at = l->text; (at = memchr(at, 0xEF, (size_t)(end - at))) != NULL;)
        at = look_at_lost(l, at);
}

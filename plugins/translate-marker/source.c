/* source.c: which language the text may have been translated from, by words
 * that were left as they stood, and by letters and ends of names that few
 * languages have. What a text is about does not count; one without any of
 * these has no guess.
 */
#include "translate-marker.h"

#include <math.h>
#include <string.h>

enum { MOST_LANGS = 32 };
static const double LEAST = 0.35;

/* Letters, as they stand in UTF-8, and what a word with one says. */
static const struct {
    const char *letters, *langs; /* of two letters each, with a space between */
} letters[] = {
    { "ðþ", "is" },        { "řěů", "cs" },       { "łąęźżńść", "pl" },
    { "őű", "hu" },        { "șțţă", "ro" },      { "ğış", "tr" },
    { "ß", "de" },         { "ľĺŕ", "sk" },       { "āēīūģķļņ", "lv" },
    { "ėįųū", "lt" },      { "õ", "et pt" },      { "ã", "pt" },
    { "ñ", "es" },         { "ç", "fr pt tr" },   { "êèûœî", "fr" },
    { "ø", "da no" },      { "å", "sv no da fi" },
    { "đ", "hr sr" },      { "čšž", "cs hr sl sk lt" },
    { "äü", "de" },        { "æ", "is da no" },   { "ý", "cs is sk" },
    { "ö", "de sv is tr fi hu" },                 { "áíúó", "es cs is hu sk" },
    { "іїєґ", "uk" },      { "ыэъ", "ru" },       { "ђћџљњј", "sr" },
};

/* Whole scripts. */
static const struct {
    uint32_t first, last;
    const char *lang;
} scripts[] = {
    { 0x0370, 0x03FF, "el" }, { 0x0400, 0x04FF, "ru" },
    { 0x0530, 0x058F, "hy" }, { 0x0590, 0x05FF, "he" },
    { 0x0600, 0x06FF, "ar" }, { 0x0900, 0x097F, "hi" },
    { 0x0E00, 0x0E7F, "th" }, { 0x10A0, 0x10FF, "ka" },
    { 0x3040, 0x30FF, "ja" }, { 0x4E00, 0x9FFF, "zh" },
    { 0xAC00, 0xD7AF, "ko" },
};

/* How names end, also without the letters of their language. */
static const struct {
    size_t len;
    const char *tail, *langs;
} tails[] = {
    { 4, "ová", "cs sk" }, { 3, "ova", "ru cs bg" }, { 5, "ovich", "ru" },
    { 5, "evich", "ru" }, { 4, "skiy", "ru" }, { 3, "sky", "ru cs" },
    { 4, "ský", "cs sk" }, { 4, "ovsk", "ru" }, { 5, "nikov", "ru" },
    { 4, "enko", "uk ru" }, { 4, "chuk", "uk" }, { 4, "sson", "is sv" },
    { 7, "dóttir", "is" }, { 6, "dottir", "is" }, { 2, "ov", "ru bg" },
    { 2, "ev", "ru bg" }, { 4, "moto", "ja" }, { 4, "mura", "ja" },
    { 4, "kawa", "ja" }, { 4, "yama", "ja" }, { 4, "zaki", "ja" },
    { 4, "suke", "ja" }, { 4, "hara", "ja" }, { 3, "tsu", "ja" },
    { 4, "oglu", "tr" }, { 4, "escu", "ro" }, { 6, "poulos", "el" },
    { 4, "idis", "el" }, { 4, "wicz", "pl" }, { 4, "wski", "pl" },
    { 6, "shvili", "ka" }, { 4, "heim", "de" }, { 5, "stein", "de" },
    { 4, "vić", "hr sr" },
};

struct votes {
    char lang[MOST_LANGS][2];
    double n[MOST_LANGS];
    size_t count;
};

static void vote(struct votes *v, const char *lang, double by)
{
    size_t i = 0;

    while (i < v->count && memcmp(v->lang[i], lang, 2) != 0)
        i++;
    if (i == MOST_LANGS)
        return;
    if (i == v->count) {
        memcpy(v->lang[i], lang, 2);
        v->count++;
    }
    v->n[i] += by;
}

/* The first named gets half, the others share the rest. */
static void vote_all(struct votes *v, const char *langs, double by)
{
    size_t others = (strlen(langs) + 1) / 3 - 1;

    vote(v, langs, others ? by / 2 : by);
    for (size_t i = 1; i <= others; i++)
        vote(v, langs + 3 * i, by / 2 / (double)others);
}

static void vote_letter(struct votes *v, uint32_t c)
{
    char utf8[5] = {0};

    if (c == 0x2019)
        return;
    utf8[gly_put_char(utf8, gly_lower(c))] = '\0';
    for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
        if (strstr(letters[i].letters, utf8)) {
            vote_all(v, letters[i].langs, 1);
            return;
        }
    for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++)
        if (c >= scripts[i].first && c <= scripts[i].last)
            vote(v, scripts[i].lang, 1);
}

/* A word that was left as it stood: marker-residue.txt says whose it is. */
static void vote_residue(struct votes *v, const struct look *l, size_t i)
{
    const struct entry *e = find_word(l->lexicon, l->hashes[i],
                                      token_text(l, i), token_len(l, i));

    if (e && e->value_len > 3 && e->value[2] == ' ')
        vote(v, e->value, 1);
}

static void vote_name(struct votes *v, const char *text, size_t len)
{
    for (size_t k = 0; k < sizeof(tails) / sizeof(*tails); k++) {
        size_t n = tails[k].len;

        if (tails[k].tail[n - 1] == text[len - 1] && len > n + 2 &&
            memcmp(text + len - n, tails[k].tail, n) == 0) {
            vote_all(v, tails[k].langs, 0.5);
            return;
        }
    }
}

static void vote_word(struct votes *v, const struct look *l, size_t i)
{
    const char *text = token_text(l, i), *end = text + token_len(l, i);

    if ((l->classes[i] & RESIDUE) && !is_capital(l, i))
        vote_residue(v, l, i);
    for (const char *at = l->classes[i] & WIDE ? text : end; at < end;)
        if ((unsigned char)*at < 0x80)
            at++;
        else
            vote_letter(v, gly_next_char(&at));
    if (is_capital(l, i))
        vote_name(v, text, token_len(l, i));
}

/* The score grows with the votes and with how far the first is ahead of the
 * others; less than LEAST is no guess. */
const char *guess_source(const struct look *l, double *score)
{
    struct votes v = {.count = 0};
    double all = 0;
    size_t best = 0;

    for (size_t i = 0; i < l->count; i++)
        if (l->tokens[i].type == GLY_WORD)
            vote_word(&v, l, i);
    for (size_t i = 0; i < v.count; i++) {
        all += v.n[i];
        if (v.n[i] > v.n[best])
            best = i;
    }
    if (all <= 0)
        return NULL;
    *score = v.n[best] / all * (1 - exp(-v.n[best]));
    if (*score < LEAST)
        return NULL;
    return gly_keep(l->doc, v.lang[best], 2);
}

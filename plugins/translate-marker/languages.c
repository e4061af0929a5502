/* languages.c: the language of the document and of its paragraphs.
 *
 * A paragraph that has words of English alone is English, without asking; of
 * another the detector is asked, if enough of it is no names. What it is not
 * sure of is what stands around it, and else as the document.
 */
#include "translate-marker.h"

#include <math.h>
#include <string.h>

enum {
    LOOKED_AT = 256,     /* bytes of a paragraph */
    SHORTEST = 40,       /* bytes of its letters */
    SHORTEST_OTHER = 90, /* in a document that is not English */
    LEAST_PLAIN = 24,    /* bytes of words without capitals */
    ENOUGH_PLAIN = 100,
    LEAST_KNOWN = 20,    /* bytes that tell the document's language */
    TAGS = 8,
};

struct paragraph {
    uint32_t first, last;  /* tokens [first, last) */
    uint32_t letters, own; /* bytes of words; words of English alone */
    const char *tag;       /* or NULL */
    double share;          /* how much of it is in that language */
};

struct paragraphs {
    struct paragraph *list;
    size_t count;
};

const char *language_name(const char *tag)
{
    static const char names[][2][12] = {
        { "af", "Afrikaans" },  { "ar", "Arabic" },     { "be", "Belarusian" },
        { "bg", "Bulgarian" },  { "bn", "Bengali" },    { "bs", "Bosnian" },
        { "ca", "Catalan" },    { "cs", "Czech" },      { "cy", "Welsh" },
        { "da", "Danish" },     { "de", "German" },     { "el", "Greek" },
        { "en", "English" },    { "es", "Spanish" },    { "et", "Estonian" },
        { "eu", "Basque" },     { "fa", "Persian" },    { "fi", "Finnish" },
        { "fr", "French" },     { "ga", "Irish" },      { "gl", "Galician" },
        { "he", "Hebrew" },     { "hi", "Hindi" },      { "hr", "Croatian" },
        { "hu", "Hungarian" },  { "hy", "Armenian" },   { "id", "Indonesian" },
        { "is", "Icelandic" },  { "it", "Italian" },    { "ja", "Japanese" },
        { "ka", "Georgian" },   { "ko", "Korean" },     { "la", "Latin" },
        { "lt", "Lithuanian" }, { "lv", "Latvian" },    { "mk", "Macedonian" },
        { "ms", "Malay" },      { "nl", "Dutch" },      { "no", "Norwegian" },
        { "pl", "Polish" },     { "pt", "Portuguese" }, { "ro", "Romanian" },
        { "ru", "Russian" },    { "sk", "Slovak" },     { "sl", "Slovene" },
        { "sq", "Albanian" },   { "sr", "Serbian" },    { "sv", "Swedish" },
        { "sw", "Swahili" },    { "th", "Thai" },       { "tl", "Tagalog" },
        { "tr", "Turkish" },    { "uk", "Ukrainian" },  { "ur", "Urdu" },
        { "vi", "Vietnamese" }, { "zh", "Chinese" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (memcmp(names[i][0], tag, 2) == 0 &&
            (tag[2] < 'a' || tag[2] > 'z'))
            return names[i][1];
    return "another language";
}

/* In the middle of a sentence a capital makes a name of it. */
static bool is_own(const struct look *l, size_t i)
{
    return (l->classes[i] & OWN) && !(l->tokens[i].flags & GLY_CAPS) &&
           (!is_capital(l, i) || (l->tokens[i].flags & GLY_FIRST));
}

/* ---- a paragraph ---- */

/* Copies what of the paragraph is written small: no names. */
static size_t copy_plain(const struct look *l, const struct paragraph *p,
                         char out[LOOKED_AT])
{
    size_t size = 0;

    for (size_t i = p->first; i < p->last; i++) {
        size_t len = token_len(l, i);

        if (!is_word(l, i) || is_capital(l, i))
            continue;
        if (size + len + 1 > LOOKED_AT)
            break;
        memcpy(out + size, token_text(l, i), len);
        size += len;
        out[size++] = ' ';
    }
    return size;
}

/* Names do not tell: without them it must be the same language. */
static void detect(const struct look *l, struct paragraph *p, size_t plain)
{
    gly_pos begin = l->tokens[p->first].begin;
    gly_pos len = l->tokens[p->last - 1].end - begin;
    char small[LOOKED_AT];
    const char *tag, *again;

    if (plain < LEAST_PLAIN || 5 * plain < 2 * p->letters)
        return;
    if (len > LOOKED_AT)
        for (len = LOOKED_AT; (l->text[begin + len] & 0xC0) == 0x80;)
            len--;
    tag = gly_language(l->text + begin, len, SHORTEST, &p->share);
    if (tag && (plain < ENOUGH_PLAIN || 4 * plain < 3 * p->letters) &&
        plain < p->letters && !gly_same_language(tag, "en")) {
        again = gly_language(small, copy_plain(l, p, small), LEAST_PLAIN, NULL);
        if (!again || !gly_same_language(tag, again))
            return;
    }
    p->tag = tag;
}

/* Whether so many of its words tell that it is English, of which `odd` ones may
 * be none of English. */
static bool is_english(const struct paragraph *p, size_t words, size_t odd)
{
    return p->own > 0 && 20 * p->own >= words &&
           (p->own > 1 || words < 12 || odd == 0);
}

static void read_paragraph(const struct look *l, struct paragraph *p)
{
    size_t words = 0, odd = 0, plain = 0;

    for (p->last = p->first;
         p->last == p->first || !begins_line(l, p->last); p->last++) {
        const gly_token *t = &l->tokens[p->last];
        uint32_t classes = l->classes[p->last];

        if (t->type != GLY_WORD)
            continue;
        words++;
        p->letters += t->end - t->begin;
        p->own += is_own(l, p->last);
        if (t->flags & GLY_CAPITAL)
            continue;
        plain += t->end - t->begin;
        odd += !!(classes & (RESIDUE | WIDE));
    }
    if (is_english(p, words, odd)) {
        p->tag = "en";
        p->share = 1;
        return;
    }
    detect(l, p, plain);
    if (p->tag && 40 * p->own > words && !gly_same_language(p->tag, "en"))
        p->tag = NULL;
}

static struct paragraphs read_paragraphs(struct look *l)
{
    struct paragraphs all = { 0 };
    size_t count = 0;

    for (size_t i = 0; i < l->count; i++)
        count += begins_line(l, i);
    all.list = gly_alloc(l->doc, count * sizeof(*all.list));
    for (size_t i = 0; i < l->count; i = all.list[all.count++].last) {
        all.list[all.count].first = (uint32_t)i;
        read_paragraph(l, &all.list[all.count]);
    }
    return all;
}

/* ---- the document ---- */

/* The language of most of what is known, English of a third of it; NULL when
 * that is not known of a quarter of the text. */
static const char *weigh(const struct paragraphs *all)
{
    const char *tags[TAGS] = { "en" };
    size_t weights[TAGS] = { 0 }, sum = 0, best = 0, letters = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct paragraph *p = &all->list[i];
        size_t k = 0;

        letters += p->letters;
        if (!p->tag)
            continue;
        while (k + 1 < TAGS && tags[k] && !gly_same_language(tags[k], p->tag))
            k++;
        if (!tags[k])
            tags[k] = p->tag;
        weights[k] += p->letters;
        sum += p->letters;
        if (weights[k] > weights[best])
            best = k;
    }
    if (sum < LEAST_KNOWN || 4 * sum < letters)
        return NULL;
    if (3 * weights[0] >= sum)
        return tags[0];
    return 2 * weights[best] > sum ? tags[best] : NULL;
}

static const char *given(const gly_doc *doc)
{
    const gly_doc *whole = gly_aside_of(doc);
    const char *lang = gly_get(doc, "lang", 0);

    if (!lang && whole)
        lang = gly_get(whole, "lang", 0);
    return lang && *lang && !gly_same_language(lang, "und") ? lang : NULL;
}

/* ---- what differs from it ---- */

static bool differs(const struct paragraph *p, const char *lang)
{
    return p->tag && !gly_same_language(p->tag, lang);
}

/* A short one may only seem to be in a language that is like the document's. */
static void doubt(const struct paragraphs *all, const char *lang)
{
    if (gly_same_language(lang, "en"))
        return;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].letters < SHORTEST_OTHER && all->list[i].own == 0 &&
            differs(&all->list[i], lang))
            all->list[i].tag = NULL;
}

/* What is not known takes the language of what stands before and after it. */
static void fill(const struct paragraphs *all)
{
    const struct paragraph *before = NULL;
    size_t between = 0;

    for (size_t i = 0; i < all->count; i++) {
        struct paragraph *p = &all->list[i];

        if (!p->tag) {
            between += p->letters;
            if (p->own > 0)
                before = NULL;
            continue;
        }
        if (before && between < before->letters + p->letters &&
            gly_same_language(before->tag, p->tag))
            for (struct paragraph *q = p; --q > before; q->share = 0.5)
                q->tag = p->tag;
        before = p;
        between = 0;
    }
}

static void mark_stretch(struct look *l, const struct paragraph *p,
                         const struct paragraph *last, bool untranslated)
{
    gly_pos begin = l->tokens[p->first].begin;
    gly_pos end = l->tokens[last->last - 1].end;
    uint32_t sign = sign_at(l, p->first);
    bool quoted = sign == '"' || sign == 0x201C || sign == 0xAB;
    double share = 0;

    for (const struct paragraph *q = p; q <= last; q++)
        share += q->share / (double)(last - p + 1);

    gly_span *span = gly_mark(l->doc, "languages", begin, end, p->tag);

    span->score = round(100 * share) / 100;
    if (!untranslated)
        return;

    /* A quotation may be meant to stand in its own language. */
    struct find *find = add_find(l, UNTRANSLATED, begin, end,
                                 quoted ? 0.45 : 0.9, NULL,
                                 p == last ? "The paragraph is in %s."
                                           : "The paragraphs are in %s.",
                                 language_name(p->tag));

    if (find)
        find->lang = p->tag;
    for (size_t i = p->first; i < last->last; i++)
        l->classes[i] |= FOREIGN;
}

static void mark_stretches(struct look *l, const struct paragraphs *all,
                           const char *lang, bool untranslated)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct paragraph *p = &all->list[i], *last = p;

        if (!differs(p, lang))
            continue;
        while (++i < all->count && all->list[i].tag &&
               gly_same_language(all->list[i].tag, p->tag))
            last++;
        i--;
        mark_stretch(l, p, last, untranslated);
    }
}

/* Whether a third of the words, or more, are not in another language. */
static bool is_much(const struct paragraphs *all, const char *lang)
{
    size_t others = 0, sum = 0;

    for (size_t i = 0; i < all->count; i++) {
        sum += all->list[i].letters;
        others += differs(&all->list[i], lang) ? all->list[i].letters : 0;
    }
    return 3 * others <= 2 * sum;
}

void look_at_languages(struct look *l)
{
    const char *lang = given(l->doc);
    struct paragraphs all = read_paragraphs(l);
    const char *found = weigh(&all);

    if (!lang && found && !gly_aside_of(l->doc))
        gly_set(l->doc, "lang", found);
    lang = lang ? lang : found;
    l->english = lang ? gly_same_language(lang, "en")
                      : is_english_text(l, 0, l->count);
    if (!lang)
        return;
    doubt(&all, lang);
    fill(&all);
    l->english = l->english && is_much(&all, lang) &&
                 (found || is_english_text(l, 0, l->count));
    mark_stretches(l, &all, lang, l->english);
}

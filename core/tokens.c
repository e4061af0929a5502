/* Tokens and sentences: one pass over the text, kept on the document. */
#include "doc.h"

#include <string.h>

struct scan {
    const char *text, *end, *at;
    struct arena *arena;
    gly_token *tokens;
    size_t count, size;
};

/* Abbreviations whose dot does not end a sentence; those that usually stand
 * before a name come first. */
static const char *const titles[] = {
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Sen", "Rep", "Gov", "Gen", "Lt", "Col",
    "Sgt", "Capt", "Cmdr", "Adm", "Maj", "Rev", "Hon", "St", "Pres", "Atty",
    "Supt", "Msgr", "Mt", "Ft", "vs", "No", "Nos", "Fig", "cf", "e.g", "i.e",
};
static const char *const others[] = {
    "Jr", "Sr", "Inc", "Corp", "Co", "Ltd", "Bros", "Dept", "Assn", "Ave",
    "Blvd", "Rd", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept",
    "Sep", "Oct", "Nov", "Dec", "Ala", "Ariz", "Ark", "Calif", "Colo", "Conn",
    "Del", "Fla", "Ga", "Ill", "Ind", "Kan", "Ky", "La", "Md", "Mich", "Minn",
    "Miss", "Mo", "Mont", "Neb", "Nev", "Okla", "Ore", "Pa", "Tenn", "Tex",
    "Vt", "Va", "Wash", "Wis", "Wyo", "etc", "al", "approx", "est",
};
/* Words that begin a sentence far more often than they go on with a name. */
static const char *const starters[] = {
    "The", "A", "An", "He", "She", "It", "They", "We", "I", "In", "On", "At",
    "But", "And", "This", "That", "These", "Those", "His", "Her", "Its",
    "Their", "Our", "As", "For", "If", "When", "While", "After", "Before",
    "However", "Meanwhile", "There", "Some", "Many", "Also", "Such", "With",
};
static const char *const domains[] = {
    "com", "org", "net", "gov", "edu", "info", "io", "uk", "de", "fr", "co",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool is_in(const char *const *list, size_t count, const char *word,
                  size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (*list[i] == *word && strncmp(list[i], word, len) == 0 &&
            list[i][len] == '\0')
            return true;
    return false;
}

static uint32_t peek(const char *p)
{
    return gly_next_char(&p);
}

static bool is_wordy(uint32_t c)
{
    return gly_is_letter(c) || gly_is_digit(c);
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019;
}

static bool is_hyphen(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2011;
}

/* An apostrophe, an s and no further letter: "'s" as in "Kim's". */
static bool is_possessive(const char *p)
{
    uint32_t c = gly_next_char(&p);
    uint32_t s = gly_next_char(&p);

    return is_apostrophe(c) && (s == 's' || s == 'S') && !is_wordy(peek(p));
}

/* Whether the sign at p joins the word before it to what follows. */
static bool joins(const char *p, bool numeral)
{
    uint32_t sign = gly_next_char(&p), next = peek(p);

    if (is_hyphen(sign) || sign == '_')
        return is_wordy(next);
    if (is_apostrophe(sign))
        return !numeral && gly_is_letter(next);
    if (sign == '.' || sign == ',' || sign == ':')
        return numeral && gly_is_digit(next);
    return sign == '&' && !numeral && gly_is_upper(next);
}

static const char *skip_wordy(const char *p)
{
    for (;;) {
        const char *next = p;

        while ((unsigned char)*next < 0x80 && is_wordy((unsigned char)*next))
            next++;
        p = next;
        if (!is_wordy(gly_next_char(&next)))
            return p;
        p = next;
    }
}

static const char *skip_word(const char *p, bool numeral)
{
    for (;;) {
        p = skip_wordy(p);
        if (*p == '\0' || *p == ' ' || is_possessive(p) || !joins(p, numeral))
            return p;
        gly_next_char(&p);
    }
}

/* "U.S." and "J.": single letters, each with its dot. Before a further letter
 * one is not enough, two stand by themselves ("J.K.Rowling"); so no letter is
 * read again and again. */
static const char *skip_initials(const char *p)
{
    const char *begin = p;
    size_t count = 0;

    for (; gly_is_letter(peek(p)); count++) {
        const char *dot = p;

        gly_next_char(&dot);
        if (*dot != '.' || (p == begin && !gly_is_upper(peek(p)) &&
                            !(gly_is_letter(peek(dot + 1)) && dot[1] &&
                              dot[2] == '.')))
            break;
        p = dot + 1;
    }
    return count > 1 || (count > 0 && !is_wordy(peek(p))) ? p : NULL;
}

static bool starts(const char *p, const char *prefix)
{
    return strncmp(p, prefix, strlen(prefix)) == 0;
}

static bool ends_link(uint32_t c)
{
    return c == 0 || gly_is_space(c) || c == '<' || c == '>' || c == '"' ||
           c == 0x201C || c == 0x201D || c == 0x2018 || c == 0x2019;
}

static const char *skip_url(const char *p)
{
    const char *begin = p;

    while (!ends_link(peek(p)))
        gly_next_char(&p);
    while (p > begin && strchr(".,;:!?)]}'", p[-1]))
        p--;
    return p;
}

/* The end of a URL, address, handle or tag at p, or NULL; word_end is where
 * the word at p ends, or p. */
static const char *skip_link(const char *p, const char *word_end)
{
    if ((*p == '@' || *p == '#') && (is_wordy(peek(p + 1)) || p[1] == '_')) {
        for (p++; is_wordy(peek(p)) || *p == '_';)
            gly_next_char(&p);
        return p;
    }
    if (starts(p, "http://") || starts(p, "https://") ||
        (starts(p, "www.") && is_wordy(peek(p + 4))))
        return skip_url(p);
    if (*word_end == '@' && is_wordy(peek(word_end + 1)))
        return skip_url(p);
    if (word_end > p && *word_end == '.' && gly_is_lower(peek(word_end + 1))) {
        const char *end = skip_wordy(word_end + 1);
        size_t len = (size_t)(end - word_end - 1);

        if (is_in(domains, COUNT(domains), word_end + 1, len))
            return *end == '/' ? skip_url(p) : end;
    }
    return NULL;
}

static uint8_t shape(const char *p, const char *end)
{
    uint32_t c = gly_next_char(&p);
    uint8_t flags = gly_is_upper(c) ? GLY_CAPITAL : 0;
    unsigned letters = 1;

    if (!flags)
        return 0;
    while (p < end) {
        c = gly_next_char(&p);
        if (gly_is_lower(c))
            return flags;
        letters += gly_is_letter(c);
    }
    return letters > 1 ? flags | GLY_CAPS : flags;
}

static void append(struct scan *s, const char *end, enum gly_token_type type,
                   uint8_t flags)
{
    if (s->count == s->size) {
        size_t size = s->size ? s->size * 2 : (size_t)(s->end - s->text) / 5 + 16;
        gly_token *tokens = arena_alloc(s->arena, size * sizeof(*tokens));

        if (s->count)
            memcpy(tokens, s->tokens, s->count * sizeof(*tokens));
        s->tokens = tokens;
        s->size = size;
    }
    s->tokens[s->count++] = (gly_token){
        (gly_pos)(s->at - s->text), (gly_pos)(end - s->text), type, flags};
    s->at = end;
}

static void add(struct scan *s, const char *end, enum gly_token_type type,
                uint8_t flags)
{
    append(s, end, type, type == GLY_WORD ? flags | shape(s->at, end) : flags);
}

/* Most words are ASCII letters before a space or a sign that nothing can hang
 * on. */
static bool add_plain_word(struct scan *s, uint8_t flags)
{
    const char *p = s->at;
    bool capital = *p >= 'A' && *p <= 'Z';
    unsigned small = 0;

    for (; ((unsigned char)*p | 0x20u) - 'a' < 26; p++)
        small |= (unsigned char)*p & 0x20;
    if (p == s->at || (*p != ' ' && *p != ',' && *p != '\n' && *p != ';' &&
                       *p != ')' && *p != '"' && *p != '?' && *p != '!'))
        return false;
    if (capital)
        flags |= small || p - s->at == 1 ? GLY_CAPITAL : GLY_CAPITAL | GLY_CAPS;
    append(s, p, GLY_WORD, flags);
    return true;
}

static bool has_abbreviation_dot(const char *word, const char *end)
{
    size_t len = (size_t)(end - word);

    return *end == '.' && len <= 6 &&
           (is_in(titles, COUNT(titles), word, len) ||
            is_in(others, COUNT(others), word, len));
}

static void scan_word(struct scan *s, uint8_t flags)
{
    const char *end = skip_initials(s->at);

    if (!end)
        end = skip_word(s->at, false);

    const char *link = skip_link(s->at, end);

    if (link)
        add(s, link, GLY_LINK, flags);
    else
        add(s, has_abbreviation_dot(s->at, end) ? end + 1 : end, GLY_WORD,
            flags);
}

static void scan_token(struct scan *s, uint8_t flags)
{
    const char *p = s->at;
    uint32_t c = gly_next_char(&p);
    const char *link;

    if (gly_is_letter(c))
        scan_word(s, flags);
    else if (gly_is_digit(c))
        add(s, skip_word(s->at, true), GLY_NUMERAL, flags);
    else if (is_possessive(s->at) && !(flags & GLY_SPACED))
        add(s, p + 1, GLY_WORD, flags);
    else if ((c == '@' || c == '#') && (link = skip_link(s->at, s->at)) != NULL)
        add(s, link, GLY_LINK, flags);
    else
        add(s, p, GLY_SIGN, flags);
}

static void scan_text(struct scan *s)
{
    uint8_t flags = GLY_SPACED | GLY_LINE;

    while (s->at < s->end) {
        if (*s->at == ' ') {
            flags |= GLY_SPACED;
            s->at++;
            continue;
        }
        if (add_plain_word(s, flags)) {
            flags = 0;
            continue;
        }

        const char *p = s->at;
        uint32_t c = gly_next_char(&p);

        if (gly_is_space(c)) {
            flags |= c == '\n' ? GLY_SPACED | GLY_LINE : GLY_SPACED;
            s->at = p;
            continue;
        }
        scan_token(s, flags);
        flags = 0;
    }
}

/* ---- sentences ---- */

static uint32_t sign_of(const char *text, const gly_token *t)
{
    return t->type == GLY_SIGN ? peek(text + t->begin) : 0;
}

static bool is_stop(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002;
}

/* A sign that closes a sentence together with its stop. */
static bool is_closer(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D ||
           c == 0x2019 || c == 0xBB;
}

static bool may_begin(const char *text, const gly_token *t)
{
    return t->type != GLY_WORD || (t->flags & GLY_CAPITAL) ||
           !gly_is_lower(peek(text + t->begin));
}

static bool is_abbreviation(const char *text, const gly_token *t)
{
    return t->type == GLY_WORD && t->end - t->begin > 1 &&
           text[t->end - 1] == '.';
}

/* "the U.S. The" ends a sentence, "the U.S. Army" and "Mr. The" do not. */
static bool abbreviation_ends(const char *text, const gly_token *t,
                              const gly_token *next)
{
    const char *word = text + t->begin;
    size_t len = t->end - t->begin - 1;

    return !is_in(titles, COUNT(titles), word, len) &&
           is_in(starters, COUNT(starters), text + next->begin,
                 next->end - next->begin);
}

/* Past the signs that close what ends with token i. */
static size_t skip_closers(const char *text, const gly_token *t, size_t i,
                           size_t count)
{
    size_t next = i + 1;

    while (next < count && !(t[next].flags & GLY_SPACED) &&
           (is_closer(sign_of(text, &t[next])) ||
            is_stop(sign_of(text, &t[next]))))
        next++;
    return next;
}

/* One past the last token of the sentence that begins at `first`. */
static size_t sentence_end(const char *text, const gly_token *t, size_t first,
                           size_t count)
{
    for (size_t i = first; i < count; i++) {
        bool abbreviation = is_abbreviation(text, &t[i]);

        if (i + 1 == count || (t[i + 1].flags & GLY_LINE))
            return i + 1;
        if (!abbreviation && !is_stop(sign_of(text, &t[i])))
            continue;

        size_t next = skip_closers(text, t, i, count);

        if (next == count || (t[next].flags & GLY_LINE))
            return next;
        if ((t[next].flags & GLY_SPACED) &&
            (abbreviation ? abbreviation_ends(text, &t[i], &t[next])
                          : may_begin(text, &t[next])))
            return next;
        i = next - 1;
    }
    return count;
}

static void flag_first(gly_token *t, size_t first, size_t last)
{
    while (first < last && t[first].type == GLY_SIGN)
        first++;
    if (first < last)
        t[first].flags |= GLY_FIRST;
}

static gly_sentence *split(const struct scan *s, size_t *count)
{
    size_t size = s->count / 16 + 8, n = 0;
    gly_sentence *list = arena_alloc(s->arena, size * sizeof(*list));
    uint32_t paragraph = 0;

    for (size_t first = 0, last; first < s->count; first = last) {
        last = sentence_end(s->text, s->tokens, first, s->count);
        if (n == size) {
            gly_sentence *more =
                arena_alloc(s->arena, 2 * size * sizeof(*more));

            memcpy(more, list, n * sizeof(*list));
            list = more;
            size *= 2;
        }
        if (n > 0 && (s->tokens[first].flags & GLY_LINE))
            paragraph++;
        flag_first(s->tokens, first, last);
        list[n++] = (gly_sentence){
            s->tokens[first].begin, s->tokens[last - 1].end,
            (uint32_t)first, (uint32_t)last, paragraph};
    }
    *count = n;
    return list;
}

static const struct cache *analyse(const gly_doc *doc)
{
    struct cache *cache = doc->cache;

    if (!cache->tokens) {
        struct scan s = {
            .text = doc->text,
            .at = doc->text,
            .end = doc->text + doc->text_len,
            .arena = cache->arena,
        };

        scan_text(&s);
        cache->sentences = split(&s, &cache->sentence_count);
        cache->tokens = s.tokens ? s.tokens : arena_alloc(s.arena, 1);
        cache->token_count = s.count;
    }
    return cache;
}

bool gly_word_is(const char *at, size_t len, const char *word)
{
    for (size_t i = 0; i < len; i++) {
        char c = at[i] >= 'A' && at[i] <= 'Z' ? (char)(at[i] | 32) : at[i];

        if (c != word[i] || c == '\0')
            return false;
    }
    return word[len] == '\0';
}

const gly_token *gly_tokens(const gly_doc *doc, size_t *count)
{
    const struct cache *cache = analyse(doc);

    *count = cache->token_count;
    return cache->tokens;
}

const gly_sentence *gly_sentences(const gly_doc *doc, size_t *count)
{
    const struct cache *cache = analyse(doc);

    *count = cache->sentence_count;
    return cache->sentences;
}

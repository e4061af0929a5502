/* view.c: a paragraph as words, signs and pieces, each with what it may do in
 * an attribution.
 */
#include "quote.h"

#include <string.h>

enum { MANY = 1000, MOST_CUE = 4 };

static inline bool ends_in(const char *at, size_t len, const char *tail)
{
    size_t n = strlen(tail);

    return at[len - 1] == tail[n - 1] && len > n + 1 &&
           memcmp(at + len - n, tail, n) == 0;
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

/* A hash of what sort of item it is. */
static uint32_t shape_of(const struct item *it, const char *text)
{
    const char *at = text + it->begin;
    size_t len = it->end - it->begin;
    uint32_t tail = 0;

    if (it->piece)
        return quote_join(it->words < 3 ? 1 : it->words < 6 ? 2 : 3,
                          (uint32_t)it->sign + 256 * it->capital);
    if (!(it->flags & W_WORD))
        return quote_join(4, it->sign ? (uint32_t)it->sign : it->hash);
    if (ends_in(at, len, "ed"))
        tail = 1;
    else if (at[len - 1] == 's')
        tail = 2;
    else if (*at >= '0' && *at <= '9')
        tail = 3;
    return quote_join(it->flags, tail);
}

/* Where the longest cue that begins at token i may end. */
static gly_pos reach(const struct source *s, size_t i)
{
    size_t last = i;

    while (last + 1 < s->count && last - i < MOST_CUE &&
           !(s->tokens[last + 1].flags & GLY_LINE))
        last++;
    return s->tokens[last].end;
}

static void read_cue(struct item *it, const char *text,
                     const struct source *s, size_t i)
{
    const struct word *word = &s->words[i];
    const char *at = text + it->begin, *stance = NULL;
    size_t taken = 0;

    if (word->use & V_FIRST && i + 1 < s->count && word[1].use & V_SECOND)
        taken = gly_words_match(s->known->cues, at, text + reach(s, i),
                                &stance);
    else if (word->use & V_CUE)
        stance = quote_stance(s->known, word->hash);
    if (!stance)
        return;
    it->cue = stance;
    it->prior += it->prior == 0;
    it->faint = taken ? strchr(stance, '?') != NULL : word->use & V_FAINT;
    for (size_t k = 0; k < taken; k++)
        it->cue_items += at[k] == ' ';
}

/* Whether a sign stands at the edge of a clause. */
static bool parts(char sign)
{
    return sign && strchr(",.;:-()?!", sign);
}

static void read_word(struct item *it, const char *text,
                      const struct source *s, size_t i)
{
    const gly_token *token = &s->tokens[i];
    const struct word *word = &s->words[i];
    const char *at = text + token->begin;
    size_t len = token->end - token->begin;

    it->hash = word->hash;
    it->prior = word->prior;
    it->cue_items = 1;
    if (token->type == GLY_SIGN) {
        it->sign = sign_of(at, len);
        it->flags = parts(it->sign) ? W_PARTS : 0;
        return;
    }
    it->flags = W_WORD | word->flags;
    if (token->flags & GLY_CAPITAL)
        it->flags |= W_CAPITAL;
    if (ends_in(at, len, "ing"))
        it->flags |= W_ING;
    if (ends_in(at, len, "ly") && !(token->flags & GLY_CAPITAL))
        it->flags |= W_HELPER;
    if (token->type == GLY_WORD && word->use & (V_CUE | V_FIRST))
        read_cue(it, text, s, i);
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
                         const struct source *s, size_t i)
{
    const gly_token *tokens = s->tokens;
    const struct piece *p = it->piece;
    gly_pos open = p->open + p->open_len;
    bool first = true;

    for (; i < s->count && tokens[i].begin < p->end; i++) {
        if (tokens[i].begin < open || tokens[i].end > p->close)
            continue;
        if (tokens[i].type != GLY_SIGN) {
            if (it->words < MANY)
                it->words += count_words(text, &tokens[i]);
            if (first)
                read_first(it, text, &tokens[i], s->known->cues);
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

/* What there is before the item behind this one. */
static union tally count_on(const struct item *it)
{
    static const union tally comma = { .commas = 1 }, verb = { .verbs = 1 };
    static const union tally piece = { .pieces = 1 }, cue = { .cues = 1 };
    union tally t = it->before;

    if (it->piece)
        t.all += piece.all;
    else if (it->sign == ',')
        t.all += comma.all;
    if (it->flags & (W_HELPER | W_BE))
        t.all += verb.all;
    if (it->prior >= QUOTE_STRONG)
        t.all += cue.all;
    return t;
}

/* Whether the next line belongs to this one: after a colon, or in marks. */
static bool goes_on(const struct view *v, size_t n)
{
    const struct item *last = &v->items[n - 1];

    return last->piece ? last->piece->goes_on : last->sign == ':';
}

static bool has_room(size_t n, const gly_token *token)
{
    return n < VIEW_ITEMS / 2 ||
           (n < VIEW_ITEMS && !(token->flags & GLY_FIRST));
}

/* Sets what stands beside the items. */
static void close_view(struct view *v, union tally tally)
{
    const struct item none = { .hash = QUOTE_NONE, .shape = QUOTE_NONE };
    struct item *first = v->items - VIEW_BEFORE, *end = v->items + v->count;

    for (size_t i = 0; i < VIEW_BEFORE; i++)
        first[i] = none;
    for (size_t i = 0; i < VIEW_AFTER; i++)
        end[i] = none;
    end->before = tally;
    end->begins = true;
}

/* "Kim asked" behind “…?” begins no sentence. */
static void join_attributions(struct view *v)
{
    for (size_t i = 1; i < v->count; i++)
        if (v->items[i - 1].piece && v->items[i].begins &&
            is_attribution(v, i, v->items[i - 1].sign == '.'))
            v->items[i].begins = false;
}

void quote_view(struct view *v, const struct source *s, size_t *first,
                const struct piece **piece, const struct piece *end)
{
    const gly_token *tokens = s->tokens;
    const struct piece *p = *piece;
    union tally tally = { .all = 0 };
    size_t i = *first, n = 0;

    while (i < s->count && has_room(n, &tokens[i]) &&
           (n == 0 || !(tokens[i].flags & GLY_LINE) || goes_on(v, n))) {
        struct item *it = &v->items[n];
        bool is_first = tokens[i].flags & GLY_FIRST;

        *it = (struct item){ .begin = tokens[i].begin, .end = tokens[i].end };
        if (p < end && it->end > p->begin) {
            it->piece = p++;
            it->begin = it->piece->begin;
            it->end = it->piece->end;

            size_t next = read_piece(it, v->text, s, i);

            if (next == i) /* it ended within a token that is read */
                continue;
            i = next;
            it->hash = shape_of(it, v->text);
        } else {
            read_word(it, v->text, s, i);
            i++;
        }
        it->shape = shape_of(it, v->text);
        it->before = tally;
        tally = count_on(it);
        it->begins = begins(v, n, is_first);
        n++;
    }
    while (p < end && i > 0 && p->begin < tokens[i - 1].end)
        p++;
    v->count = n;
    close_view(v, tally);
    if (tally.pieces > 0)
        join_attributions(v);
    *piece = p;
    *first = i;
}

bool quote_is(const struct view *v, size_t i, const char *word)
{
    const struct item *it = &v->items[i];

    return !it->piece &&
           gly_word_is(v->text + it->begin, it->end - it->begin, word);
}

/* features.c: what the model sees of a word and of its place.
 *
 * Everything is a hash, put together of hashes. Trainer and plugin both call
 * these functions, so that what one learns is what the other looks for.
 */
#include "model.h"

#include <string.h>

enum { LONGEST = 64, RUN = 8 };

static void put(struct features *f, enum group group, uint32_t kind,
                uint32_t what)
{
    f->id[group][f->count[group]++] = join(kind * 0x27D4EB2Fu, what);
}

/* ---- a word by itself ---- */

static char cast_of_char(uint32_t c)
{
    if (gly_is_digit(c))
        return '0';
    if (gly_is_upper(c))
        return 'X';
    return gly_is_letter(c) ? 'x' : '\0';
}

/* "Xx-Xx" of "Jong-Un", "X.X." of "U.S.": equal ones in a row count once. */
static uint32_t shape_of(const char *at, const char *end)
{
    uint32_t hash = 1, before = 0;

    for (int n = 0; at < end && n < RUN;) {
        uint32_t c = gly_next_char(&at);
        char cast = cast_of_char(c);

        c = cast ? (uint32_t)cast : c;
        if (c == before)
            continue;
        hash = join(hash, c);
        before = c;
        n++;
    }
    return hash;
}

static enum cast cast_of_word(const char *at, size_t len, uint8_t flags)
{
    if (flags & GLY_CAPS)
        return CAPITALS;
    if (flags & GLY_CAPITAL)
        return len == 1 || (len == 2 && at[1] == '.') ? LETTER : CAPITAL;
    for (size_t i = 0; i < len; i++)
        if (at[i] >= 'A' && at[i] <= 'Z')
            return MIXED;
    return SMALL;
}

/* Behind "then-", as of a word of its own. */
static uint8_t flags_behind(const char *at, size_t len)
{
    uint8_t flags = *at >= 'A' && *at <= 'Z' ? GLY_CAPITAL : 0;

    if (flags && len > 1 && at[1] >= 'A' && at[1] <= 'Z')
        flags |= GLY_CAPS;
    return flags;
}

static void spell(const char *at, const char *end, struct type *type)
{
    uint32_t small[LONGEST], n = 0;
    uint32_t exact = 7, lower = 7;

    while (at < end && n < LONGEST) {
        uint32_t c = gly_next_char(&at);
        bool digit = gly_is_digit(c);

        small[n] = digit ? '0' : gly_lower(c);
        exact = join(exact, digit ? '0' : c);
        lower = join(lower, small[n++]);
        if (n <= 4)
            type->prefix[n - 1] = lower;
    }
    type->exact = exact;
    type->lower = lower;
    for (uint32_t k = 0, hash = 11; k < 4; k++) {
        hash = k < n ? join(hash, small[n - 1 - k]) : 0;
        type->suffix[k] = hash;
        type->prefix[k] = k < n ? type->prefix[k] : 0;
    }
}

/* Those facts that are worth to be seen beside others. */
static uint32_t in_short(uint32_t facts)
{
    return facts & ~(uint32_t)(CITY | INNER | MONTH | WEEKDAY | RANK | SPORT);
}

static void look_up(struct lexicon *lex, const char *at, size_t len,
                    uint8_t flags, struct type *type)
{
    struct word word = entity_fresh(lex, at, len);

    type->letters = true;
    type->cast = (uint8_t)cast_of_word(at, len, flags);
    type->facts = word.facts;
}

void entity_type(const struct text *t, uint32_t i, struct type *type)
{
    const gly_token *token = &t->token[i];
    uint32_t prefix = token->type == GLY_WORD ? entity_prefix(t, i) : 0;
    const char *at = entity_at(t, i) + prefix, *end = t->bytes + token->end;
    size_t len = (size_t)(end - at);

    memset(type, 0, sizeof(*type));
    type->shape = shape_of(at, end);
    spell(at, end, type);
    if (token->type == GLY_WORD)
        look_up(t->lexicon, at, len,
                prefix ? flags_behind(at, len) : token->flags, type);
    else
        type->cast = token->type == GLY_NUMERAL ? NUMBER
                     : token->type == GLY_SIGN  ? SIGN
                                                : LINKED;
    if (token->type == GLY_LINK)
        type->lower = type->exact = join(13, (unsigned char)*at);
    entity_type_forget(type, 0);
}

void entity_type_forget(struct type *type, uint32_t facts)
{
    type->facts &= ~facts;
    type->lists = join(in_short(type->facts), 17);
}

void entity_type_features(const struct type *type, int offset,
                          struct features *f)
{
    uint32_t kind = (uint32_t)(offset + REACH) * 64;
    bool far = offset < -1 || offset > 1;

    put(f, WORDS, kind, type->lower);
    put(f, OTHERS, kind + 1, join(type->shape, type->cast));
    put(f, LISTS, kind + 2, type->lists);
    if (far)
        return;
    put(f, WORDS, kind + 3, type->exact);
    for (uint32_t bit = 0; bit < 28 && type->letters; bit++)
        if (type->facts >> bit & 1)
            put(f, LISTS, kind + 4, join(bit, type->cast));
    if (!type->letters)
        return;
    for (uint32_t k = offset ? 2 : 0; k < (offset ? 3 : 4); k++) {
        put(f, k > 2 ? WORDS : OTHERS, kind + 8 + k,
            join(type->prefix[k], type->cast));
        put(f, k > 2 ? WORDS : OTHERS, kind + 12 + k,
            join(type->suffix[k], type->cast));
    }
}

/* ---- a word in its place ---- */

bool entity_next_block(struct block *b)
{
    const struct text *t = b->text;
    uint32_t i = 0, at = b->begin += b->count;

    for (; b->next < t->sentences; b->next++) {
        const gly_sentence *s = &t->sentence[b->next];

        at = at < s->first ? s->first : at;
        if (i > 0 && s->last - at > BLOCK - i)
            break;
        if (i == 0)
            b->begin = at;
        for (uint32_t n = 0; at < s->last && i < BLOCK; at++, n++)
            b->seen[i++].starts = n % LONGEST_SENTENCE == 0;
        if (at < s->last)
            break;
    }
    b->count = i;
    for (b->mask = 63; b->mask < 2 * i;)
        b->mask = 2 * b->mask + 1;
    return i > 0;
}

struct seen entity_seen(const struct type *type)
{
    return (struct seen){
        .lower = type->lower,
        .shape = type->shape,
        .lists = type->lists,
        .facts = type->facts,
        .cast = type->cast,
    };
}

void entity_see(struct block *b, uint32_t i, const struct seen *seen)
{
    uint8_t flags = b->text->token[b->begin + i].flags;
    bool starts = b->seen[i].starts;

    b->seen[i] = *seen;
    b->seen[i].starts = starts;
    b->seen[i].first = flags & GLY_FIRST;
    b->seen[i].line = flags & GLY_LINE;
}

enum heard {
    HEARD_SMALL = 1,   /* in small letters */
    HEARD_CAPITAL = 2, /* with a capital within a sentence */
    HEARD_GIVEN = 4,   /* after a given name */
    HEARD_TITLE = 8,   /* after "Mr." */
    HEARD_ORG = 16,    /* before "Corp." and their like */
    HEARD_IN = 32,     /* after "in" */
    HEARD_PAIR = 64,   /* beside another capital */
    HEARD_CAPS = 128,
    HEARD_BRACKETS = 256, /* in brackets behind another capital */
};

static bool big(const struct seen *s)
{
    return s->cast == CAPITAL || s->cast == CAPITALS || s->cast == LETTER;
}

static uint16_t *heard(const struct block *b, uint32_t lower)
{
    return &b->table[(lower ^ lower >> 16) & b->mask];
}

static uint16_t hear(const struct block *b, uint32_t i, uint32_t first,
                     uint32_t last)
{
    const struct seen *s = &b->seen[i];
    const struct seen *before = i > first ? s - 1 : NULL;
    const struct seen *after = i + 1 < last ? s + 1 : NULL;
    uint16_t what = 0;

    if (s->manner == SHOUTED || s->manner == WHISPERED)
        return 0;
    if (!big(s))
        return s->cast == SMALL ? HEARD_SMALL : 0;
    if (s->cast == CAPITALS)
        what |= HEARD_CAPS;
    if (s->manner == PROSE && !s->first)
        what |= HEARD_CAPITAL;
    if (before && big(before)) {
        what |= HEARD_PAIR;
        what |= (before->facts & (GIVEN | WEAK)) == GIVEN ? HEARD_GIVEN : 0;
    }
    if (before && before->facts & TITLE)
        what |= HEARD_TITLE;
    if (before && entity_is(b->text, b->begin + i - 1, "in"))
        what |= HEARD_IN;
    if (after && big(after)) {
        what |= HEARD_PAIR;
        what |= after->facts & ORG_LAST ? HEARD_ORG : 0;
    }
    if (i > first + 1 && after && big(s - 2) &&
        entity_is(b->text, b->begin + i - 1, "(") &&
        entity_is(b->text, b->begin + i + 1, ")"))
        what |= HEARD_BRACKETS;
    return what;
}

/* Most words with capitals, or all, or none; mostly numbers. */
static enum manner manner_of(const struct seen *s, uint32_t count)
{
    uint32_t capitals = 0, caps = 0, small = 0, numbers = 0;

    for (uint32_t i = 0; i < count; i++) {
        capitals += s[i].cast == CAPITAL || s[i].cast == LETTER;
        caps += s[i].cast == CAPITALS;
        small += s[i].cast == SMALL;
        numbers += s[i].cast == NUMBER;
    }
    if (numbers > 1 && numbers * 4 >= count && small * 3 < count)
        return TABLE;
    if (small == 0 && caps > 1 && caps >= capitals)
        return SHOUTED;
    if (capitals + caps == 0)
        return WHISPERED;
    return capitals + caps > 1 && small * 2 <= capitals + caps ? HEADLINE
                                                               : PROSE;
}

/* Notes at each token of a listed name which list it is and which part. */
static void list(const struct block *b, uint32_t i, uint32_t last)
{
    struct listed l = entity_listed(b->text, b->begin + i, b->begin + last);
    uint32_t what = l.facts & (LISTED | TEAM | COUNTRY | 3u * KNOWN);

    for (uint32_t k = 0; k < l.tokens; k++) {
        enum part part = l.tokens == 1       ? SINGLE
                         : k == 0            ? BEGIN
                         : k + 1 == l.tokens ? END
                                             : INSIDE;

        if (b->seen[i + k].listed == 0 || l.tokens > 1)
            b->seen[i + k].listed = join(what, part + 1);
    }
}

static void look_at(struct block *b, uint32_t first, uint32_t last)
{
    enum manner manner = manner_of(&b->seen[first], last - first);

    for (uint32_t i = first; i < last; i++) {
        struct seen *s = &b->seen[i];

        s->manner = (uint8_t)manner;
        if (s->cast < NUMBER && (s->cast != SMALL || manner == WHISPERED))
            list(b, i, last);
    }
    for (uint32_t i = first; i < last; i++)
        *heard(b, b->seen[i].lower) |= hear(b, i, first, last);
}

void entity_look_around(struct block *b)
{
    uint32_t sport = 0, words = 0, links = 0;

    memset(b->table, 0, (b->mask + 1) * sizeof(*b->table));
    for (uint32_t i = 0; i < b->count; i++) {
        words += b->seen[i].cast < NUMBER;
        sport += b->seen[i].facts & SPORT ? 1 : 0;
        links += b->seen[i].cast == LINKED;
    }
    b->topic = (uint8_t)((sport >= 2 && sport * 80 >= words) +
                         2 * (links * 100 > words));
    for (uint32_t i = 0, next; i < b->count; i = next) {
        for (next = i + 1; next < b->count && !b->seen[next].starts;)
            next++;
        look_at(b, i, next);
    }
    for (uint32_t i = 0; i < b->count; i++)
        if (b->seen[i].cast < NUMBER)
            b->seen[i].heard = *heard(b, b->seen[i].lower);
}

struct view {
    const struct seen *at[5]; /* two before, itself, two after */
};

static const struct seen edge = {.lower = 1, .shape = 1, .lists = 1,
                                 .cast = SIGN};

static struct view view_of(const struct block *b, uint32_t i)
{
    const struct seen *s = &b->seen[i], *last = &b->seen[b->count - 1];
    struct view v = {.at = {&edge, &edge, s, &edge, &edge}};

    if (!s->starts) {
        v.at[1] = s - 1;
        v.at[0] = s[-1].starts ? &edge : s - 2;
    }
    if (s < last && !s[1].starts) {
        v.at[3] = s + 1;
        v.at[4] = s + 1 < last && !s[2].starts ? s + 2 : &edge;
    }
    return v;
}

void entity_features(const struct block *b, uint32_t i, struct features *f)
{
    struct view v = view_of(b, i);
    const struct seen *p = v.at[1], *s = v.at[2], *n = v.at[3];
    uint32_t cast = s->cast;
    uint32_t place = join(s->first | (uint32_t)s->line << 1, s->manner);
    uint32_t casts = join(join(p->cast, cast), n->cast);

    put(f, WORDS, 400, join(p->lower, s->lower));
    put(f, WORDS, 401, join(s->lower, n->lower));
    put(f, WORDS, 402, join(s->lower, place));
    put(f, OTHERS, 403, join(join(p->lower, n->lower), cast));
    put(f, OTHERS, 404, join(join(v.at[0]->lower, p->lower), cast));
    put(f, OTHERS, 405, join(join(n->lower, v.at[4]->lower), cast));
    put(f, OTHERS, 406, join(p->lower, s->shape));
    put(f, OTHERS, 407, join(s->shape, n->lower));
    put(f, OTHERS, 408, join(join(p->shape, s->shape), n->shape));
    put(f, OTHERS, 409, join(join(casts, v.at[0]->cast), v.at[4]->cast));
    put(f, LISTS, 410, join(p->lists, s->lists));
    put(f, LISTS, 411, join(s->lists, n->lists));
    put(f, LISTS, 412, join(join(p->lists, s->lists), n->lists));
    put(f, LISTS, 413, join(p->lower, s->lists));
    put(f, LISTS, 414, join(s->lists, n->lower));
    put(f, OTHERS, 415, join(place, s->shape));
    put(f, OTHERS, 416, join(place, casts));
    put(f, LISTS, 417, join(place, s->lists));
    put(f, LISTS, 418, join(s->lists, b->topic));
    put(f, OTHERS, 419, join(join(casts, b->topic), s->manner));
    put(f, OTHERS, 420, join(join(s->heard, cast), s->first));
    put(f, LISTS, 421, join(join(s->heard, s->lists), cast));
    put(f, OTHERS, 428, b->topic);
    put(f, OTHERS, 429, join(s->shape, b->topic));
    put(f, WORDS, 430, join(s->lower, b->topic & 2));
    if (s->listed) {
        put(f, LISTS, 422, s->listed);
        put(f, LISTS, 423, join(s->listed, place));
        put(f, LISTS, 424, join(s->listed, b->topic));
        put(f, LISTS, 425, join(s->listed, p->lower));
        put(f, LISTS, 426, join(s->listed, n->lower));
    }
    for (uint32_t bit = 1; bit <= HEARD_BRACKETS && s->heard; bit <<= 1)
        if (s->heard & bit)
            put(f, OTHERS, 427, join(bit, cast));
}

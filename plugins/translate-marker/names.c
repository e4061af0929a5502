/* names.c: one name spelt in two ways.
 *
 * Two names are alike when taking one letter out of either, or out of both at
 * the same place, leaves the same: so each name is filed under all that it
 * leaves, the most frequent names first, and finds its like in a few looks.
 */
#include "translate-marker.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_NAMES = 4096,
    SHORTEST = 4,
    LONGEST = 24, /* letters */
    NAME_SLOTS = 1 << 13,
    LEFT_SLOTS = 1 << 17,
};

struct name {
    char key[LONGEST]; /* lower-case, without spaces and hyphens */
    uint8_t len, words;
    bool lower; /* also seen without its capital */
    uint16_t count;
    uint16_t like; /* the better spelling + 1 */
    uint32_t hash;
    uint32_t first;   /* token where it was first seen */
    const char *text; /* as it stood there */
    size_t size;
};

struct slot {
    uint32_t hash;
    uint16_t name, round;
};

/* Scratch of the stage; `round` says which slots are of this document. */
struct names {
    uint16_t round;
    bool filed;         /* by_name follows the list as it is sorted */
    const gly_doc *doc; /* whose names these are */
    uint32_t count;
    uint32_t left_mask; /* of by_left only so much is used, to stay in cache */
    struct name list[MOST_NAMES];
    uint16_t order[MOST_NAMES];
    struct slot by_name[NAME_SLOTS];
    struct slot by_left[LEFT_SLOTS];
    uint8_t lower[1 << 13]; /* bits: hashes of lower-case words */
};

struct names *new_names(gly_stage *stage)
{
    return gly_stage_alloc(stage, sizeof(struct names));
}

static void begin_round(struct names *n, const gly_doc *doc)
{
    n->doc = doc;
    n->filed = false;
    n->count = 0;
    memset(n->lower, 0, sizeof(n->lower));
    if (++n->round == 0) {
        memset(n->by_name, 0, sizeof(n->by_name));
        memset(n->by_left, 0, sizeof(n->by_left));
        n->round = 1;
    }
}

/* Adds the letters of a token to key; false when it has others, or too many. */
static bool add_letters(char *key, size_t *len, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '-' || (c == '\'' && i == 1))
            continue; /* "Jing-un", "O'Brien", but not "We're" */
        if (c == 0xE2 && i == 1 && size > 4) {
            i += 2;
            continue;
        }
        if (c < 'A' || c > 0xC9 || *len == LONGEST)
            return false;
        key[(*len)++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return true;
}

static struct name *file_name(struct names *n, const char *key, size_t len,
                              uint32_t hash)
{
    uint32_t i = (hash ^ hash >> 15) & (NAME_SLOTS - 1);

    for (;; i = (i + 1) & (NAME_SLOTS - 1)) {
        struct slot *s = &n->by_name[i];
        struct name *name = &n->list[s->name];

        if (s->round == n->round) {
            if (s->hash == hash && name->len == len &&
                memcmp(name->key, key, len) == 0)
                return name;
            continue;
        }
        if (n->count == MOST_NAMES)
            return NULL;
        *s = (struct slot){ hash, (uint16_t)n->count, n->round };
        name = &n->list[n->count++];
        *name = (struct name){ .len = (uint8_t)len, .hash = hash };
        memcpy(name->key, key, len);
        return name;
    }
}

static void count_name(const struct look *l, struct names *n, const char *key,
                       size_t len, unsigned words, size_t token)
{
    bool whole = words == 1 && len == token_len(l, token); /* no hyphen */
    struct name *name =
        file_name(n, key, len,
                  whole ? l->hashes[token] : hash_lower(HASH_START, key, len));

    if (!name)
        return;
    if (name->count == 0) {
        name->first = (uint32_t)token;
        name->words = (uint8_t)words;
        name->text = token_text(l, token);
        name->size =
            l->tokens[token + words - 1].end - l->tokens[token].begin;
    }
    if (name->count < UINT16_MAX)
        name->count++;
}

/* A name of several words counts as one where a part of it is too short to be
 * looked at by itself: "Kim Jong Un", "Kim Jing-un". */
static size_t join(const struct look *l, size_t i, unsigned words, char *key)
{
    size_t len = 0;
    bool pieces = false;

    for (size_t k = i; k < i + words; k++) {
        if (token_len(l, k) < 2)
            return 0; /* an initial */
        pieces |= token_len(l, k) <= SHORTEST ||
                  memchr(token_text(l, k), '-', token_len(l, k)) != NULL;
    }
    for (size_t k = i; k < i + words && pieces; k++)
        if (!add_letters(key, &len, token_text(l, k), token_len(l, k)))
            return 0;
    return len >= 7 ? len : 0;
}

static bool is_name_word(const struct look *l, size_t i)
{
    return is_word(l, i) && is_capital(l, i) &&
           !(classes_at(l, i) & (FUNCTION | HEAD | ADJ | ROLE | ABBR));
}

/* How many tokens from i on make one name. */
static unsigned run_length(const struct look *l, size_t i)
{
    unsigned n = 0;

    while (n < 4 && is_name_word(l, i + n) && (n == 0 || is_apart(l, i + n)) &&
           l->text[l->tokens[i + n].end - 1] != '.')
        n++;
    return n;
}

static void gather_token(struct look *l, struct names *n, size_t i)
{
    size_t len = 0;
    char key[LONGEST];

    if (!is_capital(l, i)) {
        uint32_t h = l->hashes[i];

        n->lower[(h >> 3) % sizeof(n->lower)] |= (uint8_t)(1u << (h & 7));
        return;
    }
    if (!(classes_at(l, i) & FUNCTION) &&
        add_letters(key, &len, token_text(l, i), token_len(l, i)) &&
        len >= SHORTEST)
        count_name(l, n, key, len, 1, i);

    unsigned run = run_length(l, i);

    for (unsigned words = 2; words <= run && words <= 3; words++)
        if ((len = join(l, i, words, key)) > 0)
            count_name(l, n, key, len, words, i);
}

static int by_count(const void *a, const void *b)
{
    const struct name *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static bool is_lower(const struct names *n, uint32_t h)
{
    return n->lower[(h >> 3) % sizeof(n->lower)] >> (h & 7) & 1;
}

/* Where a and b part, when one letter is all that they differ in; else -1. */
static int difference(const struct name *a, const struct name *b)
{
    int i = 0, x = a->len, y = b->len;

    while (i < x && i < y && a->key[i] == b->key[i])
        i++;
    while (x > i && y > i && a->key[x - 1] == b->key[y - 1])
        x--, y--;
    return x - i <= 1 && y - i <= 1 && (x > i || y > i) ? i : -1;
}

static bool is_vowel(char c)
{
    return c && strchr("aeiouy", c) != NULL;
}

/* "June" is not meant to be "Jun". */
static bool is_day_or_month(const struct name *name)
{
    char word[LONGEST + 3] = " ";

    memcpy(word + 1, name->key, name->len);
    word[name->len + 1] = ' ';
    return strstr(" monday tuesday wednesday thursday friday saturday sunday "
                  "january february march april june july august september "
                  "october november december ", word) != NULL;
}

/* How likely it is that a and b are one name, 0 for not at all. */
static double likeness(const struct look *l, const struct name *a,
                       const struct name *b)
{
    const char *value;
    int at = difference(a, b);
    int longest = a->len > b->len ? a->len : b->len;
    int letters = longest - (a->words > 1 ? 2 : 0);

    if (at <= 0 || letters < 5 || (a->lower && b->lower))
        return 0;
    if (a->len != b->len && at >= longest - 1)
        return 0; /* "Korea", "Korean" */
    if (b->words == 1 &&
        gly_words_has(l->lexicon->common, b->key, b->len, &value))
        return 0; /* "More" is not meant to be "Moore" */
    if (is_pair(l->lexicon, a->key, a->len, '/', b->key, b->len, ALIKE) ||
        is_pair(l->lexicon, b->key, b->len, '/', a->key, a->len, ALIKE))
        return 0;

    if (is_day_or_month(b))
        return 0;
    if (gly_words_has(l->lexicon->given, a->key, a->len, &value) &&
        gly_words_has(l->lexicon->given, b->key, b->len, &value))
        return 0; /* "Jonas", "Joonas" */

    double score =
        a->len == b->len && is_vowel(a->key[at]) == is_vowel(b->key[at]) ? 0.95
                                                                         : 0.85;

    if (a->len == b->len && at == longest - 1)
        score = 0.5; /* "Maria", "Marie" */
    if (a->lower || b->lower || a->count == b->count)
        score -= 0.2;
    return score;
}

/* The hashes of what the name leaves without its letter at 0, at 1, and so on;
 * the last is that of the whole. */
static void hash_left(const struct name *name, uint32_t hashes[LONGEST + 1])
{
    const uint32_t base = 16777619u;
    uint32_t before = 0, after[LONGEST + 1] = { 0 }, power[LONGEST + 1] = { 1 };

    for (unsigned i = 0; i < name->len; i++)
        power[i + 1] = power[i] * base;
    for (unsigned i = name->len; i-- > 0;)
        after[i] = (uint8_t)name->key[i] * power[name->len - 1 - i] +
                   after[i + 1];
    for (unsigned i = 0; i < name->len; i++) {
        hashes[i] = before * power[name->len - 1 - i] + after[i + 1];
        before = before * base + (uint8_t)name->key[i];
    }
    hashes[name->len] = before;
}

/* The slot of what a name leaves, which holds a name already when its round is
 * this one. */
static struct slot *left_slot(struct names *n, uint32_t hash)
{
    uint32_t i = (hash ^ hash >> 15) & n->left_mask;

    while (n->by_left[i].round == n->round && n->by_left[i].hash != hash)
        i = (i + 1) & n->left_mask;
    return &n->by_left[i];
}

/* Files the name under what it leaves, and returns one that was there. */
static struct name *file_left(struct names *n, const struct name *name,
                              uint32_t hash)
{
    struct slot *s = left_slot(n, hash);

    if (s->round == n->round)
        return &n->list[s->name];
    *s = (struct slot){ hash, (uint16_t)(name - n->list), n->round };
    return NULL;
}

/* Twice as many slots as the names can leave, at least. */
static void set_left_mask(struct names *n)
{
    uint32_t left = 0, slots = 64;

    for (uint32_t k = 0; k < n->count; k++)
        left += n->list[k].len + 1u;
    while (slots < 2 * left && slots < LEFT_SLOTS)
        slots *= 2;
    n->left_mask = slots - 1;
}

static void pair_up(const struct look *l, struct names *n)
{
    uint32_t hashes[LONGEST + 1];

    set_left_mask(n);
    for (uint32_t k = 0; k < n->count; k++) {
        struct name *name = &n->list[k];

        name->lower = is_lower(n, name->hash);
        if (name->words == 1 && name->len < SHORTEST)
            continue;
        hash_left(name, hashes);
        for (unsigned i = 0; i <= name->len && !name->like; i++) {
            struct name *other = file_left(n, name, hashes[i]);

            if (other && other != name && likeness(l, other, name) > 0)
                name->like = (uint16_t)(other - n->list + 1);
        }
    }
}

/* Marks the token, and words after it, as another spelling of `good`. */
static void mark_variant(struct look *l, size_t i, const struct name *name,
                         const struct name *good, const char *where)
{
    gly_pos begin = l->tokens[i].begin;
    gly_pos end = l->tokens[i + name->words - 1].end;
    double score = likeness(l, good, name);

    if (end - begin > 2 * LONGEST || good->size > 2 * LONGEST)
        return;
    if (!gly_aside_of(l->doc))
        score = likeness_of_people(l, i, good->first, score);
    if (score > 0)
        add_find(l, NAME_VARIANT, begin, end, score,
                 gly_keep(l->doc, good->text, good->size),
                 "\"%.*s\" here, \"%.*s\" elsewhere in the %s.",
                 (int)(end - begin), l->text + begin, (int)good->size,
                 good->text, where);
}

/* The letters of so many words at token i, as a name; false for none. */
static bool read_name(const struct look *l, const struct names *n, size_t i,
                      unsigned words, struct name *name)
{
    size_t len = 0;

    *name = (struct name){ .words = (uint8_t)words, .count = 1 };
    if (words > 1)
        len = join(l, i, words, name->key);
    else if (!add_letters(name->key, &len, token_text(l, i), token_len(l, i)))
        len = 0;
    if (len < SHORTEST)
        return false;
    name->len = (uint8_t)len;
    name->hash = hash_lower(HASH_START, name->key, len);
    name->lower = is_lower(n, name->hash);
    return true;
}

static const struct name *filed_name(const struct names *n,
                                     const struct name *like)
{
    uint32_t k = (like->hash ^ like->hash >> 15) & (NAME_SLOTS - 1);

    for (;; k = (k + 1) & (NAME_SLOTS - 1)) {
        const struct slot *s = &n->by_name[k];
        const struct name *name = &n->list[s->name];

        if (s->round != n->round)
            return NULL;
        if (s->hash == like->hash && name->len == like->len &&
            memcmp(name->key, like->key, like->len) == 0)
            return name;
    }
}

/* The name's better spelling in the text it comes from. */
static bool mark_in_text(struct look *l, struct names *n, size_t i,
                         const struct name *name)
{
    const struct name *filed = filed_name(n, name);

    if (!filed || !filed->like || filed->words != name->words)
        return false;
    mark_variant(l, i, filed, &n->list[filed->like - 1], "text");
    return true;
}

/* A name that the text beside the caption does not have, but one like it. */
static bool mark_in_aside(struct look *l, struct names *n, size_t i,
                          const struct name *name)
{
    uint32_t hashes[LONGEST + 1];

    if (filed_name(n, name))
        return false;
    hash_left(name, hashes);
    for (unsigned k = 0; k <= name->len; k++) {
        const struct slot *s = left_slot(n, hashes[k]);
        const struct name *good = &n->list[s->name];

        if (s->round == n->round && good->words == name->words &&
            likeness(l, good, name) > 0) {
            mark_variant(l, i, name, good, "article");
            return true;
        }
    }
    return false;
}

/* One past what was looked at. */
static size_t mark_at(struct look *l, struct names *n, size_t i,
                      bool (*mark)(struct look *, struct names *, size_t,
                                   const struct name *))
{
    unsigned run = run_length(l, i);
    struct name name;

    for (unsigned words = run < 3 ? run : 3; words > 1; words--)
        if (read_name(l, n, i, words, &name) && mark(l, n, i, &name))
            return i + words;
    if (read_name(l, n, i, 1, &name))
        mark(l, n, i, &name);
    return i + 1;
}

static void mark_all(struct look *l, struct names *n,
                     bool (*mark)(struct look *, struct names *, size_t,
                                  const struct name *))
{
    for (size_t i = 0; i < l->count;)
        i = is_word(l, i) && is_capital(l, i) && !(l->classes[i] & FOREIGN)
                ? mark_at(l, n, i, mark)
                : i + 1;
}

/* The list was sorted: the slots by name must follow. */
static void refile(struct names *n)
{
    if (n->filed)
        return;
    n->filed = true;
    memset(n->by_name, 0, sizeof(n->by_name));
    for (uint32_t k = 0; k < n->count; k++) {
        uint32_t i = (n->list[k].hash ^ n->list[k].hash >> 15);

        for (i &= NAME_SLOTS - 1; n->by_name[i].round == n->round;)
            i = (i + 1) & (NAME_SLOTS - 1);
        n->by_name[i] = (struct slot){n->list[k].hash, (uint16_t)k, n->round};
    }
}

static void look_at_aside(struct look *l, struct names *n)
{
    if (n->doc != gly_aside_of(l->doc) || n->count == 0)
        return;
    refile(n);
    mark_all(l, n, mark_in_aside);
}

void forget_names(struct names *n)
{
    n->doc = NULL;
}

void look_at_names(struct look *l, struct names *n)
{
    bool any = false;

    if (gly_aside_of(l->doc)) {
        look_at_aside(l, n);
        return;
    }
    begin_round(n, l->doc);
    for (size_t i = 0; i < l->count; i++)
        if (is_word(l, i) && !(l->classes[i] & FOREIGN))
            gather_token(l, n, i);
    qsort(n->list, n->count, sizeof(*n->list), by_count);
    pair_up(l, n);
    for (uint32_t k = 0; k < n->count; k++)
        any |= n->list[k].like != 0;
    if (any) {
        refile(n);
        look_up_people(l);
        mark_all(l, n, mark_in_text);
    }
    mark_spelt_otherwise(l);
}

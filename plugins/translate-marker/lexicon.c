/* lexicon.c: the word lists, in one table with all that is known of a word. */
#include "translate-marker.h"

#include <errno.h>
#include <string.h>

enum { TABLE_SIZE = 1 << 15, MOST_ENTRIES = 1 << 14 };

static const struct {
    const char *name;
    uint32_t class;
} class_names[] = {
    { "prep", PREP },   { "conj", CONJ },
    { "pron", PRON },   { "det", DET },
    { "article", THE }, { "aux", AUX },
    { "be", BE },       { "verb", VERB },
    { "adj", ADJ },     { "of", OF },
    { "role", ROLE },   { "noun", NOUN },
    { "head", HEAD },   { "bare", BARE },
    { "abbr", ABBR },   { "particle", PARTICLE },
    { "loan", LOAN },   { "idiom", IDIOM },
    { "alike", ALIKE }, { "friend", FRIEND },
    { "base", BASE },   { "degree", DEGREE },
    { "clear", CLEAR },
};

struct line {
    const char *key, *value;
    size_t key_len, value_len;
};

struct reader {
    gly_stage *stage;
    struct lexicon *lexicon;
    uint32_t entries;
};

static bool equal(const char *lower, const char *str, size_t len)
{
    if (memcmp(lower, str, len) == 0)
        return true;
    for (size_t i = 0; i < len; i++)
        if (lower[i] != str[i] &&
            !(str[i] >= 'A' && str[i] <= 'Z' && str[i] + 32 == lower[i]))
            return false;
    return true;
}

/* The slot where the word stands, or would. A slot has the upper half of the
 * hash too, so that a look at an entry is seldom in vain. */
static uint32_t *slot(const struct lexicon *lexicon, uint32_t hash,
                      const char *str, size_t len)
{
    uint32_t i = (hash ^ hash >> 15) & (TABLE_SIZE - 1), *at;

    for (;; i = (i + 1) & (TABLE_SIZE - 1)) {
        at = &lexicon->slots[i];
        if (!*at)
            return at;
        if ((*at ^ hash) >> 16)
            continue;

        const struct entry *e = &lexicon->entries[*at & 0xFFFF];

        if (e->len == len && equal(e->text, str, len))
            return at;
    }
}

const struct entry *find_word(const struct lexicon *lexicon, uint32_t hash,
                              const char *str, size_t len)
{
    uint32_t at = *slot(lexicon, hash, str, len);

    return at ? &lexicon->entries[at & 0xFFFF] : NULL;
}

bool is_pair(const struct lexicon *lexicon, const char *first, size_t first_len,
             char between, const char *second, size_t second_len,
             uint32_t class)
{
    char both[64];
    size_t len = first_len + 1 + second_len;

    if (len > sizeof(both))
        return false;
    memcpy(both, first, first_len);
    both[first_len] = between;
    memcpy(both + first_len + 1, second, second_len);

    const struct entry *e =
        find_word(lexicon, hash_lower(HASH_START, both, len), both, len);

    return e && (e->classes & class);
}

static bool next_line(const char **at, const char *end, struct line *line)
{
    while (*at < end) {
        const char *begin = *at;
        const char *stop = memchr(begin, '\n', (size_t)(end - begin));
        const char *tab;

        stop = stop ? stop : end;
        *at = stop < end ? stop + 1 : end;
        if (stop == begin || *begin == '#')
            continue;
        tab = memchr(begin, '\t', (size_t)(stop - begin));
        line->key = begin;
        line->key_len = (size_t)((tab ? tab : stop) - begin);
        line->value = tab ? tab + 1 : stop;
        line->value_len = (size_t)(stop - line->value);
        return true;
    }
    return false;
}

static struct entry *enter(struct reader *r, const char *key, size_t len)
{
    uint32_t hash = hash_lower(HASH_START, key, len);
    uint32_t *at = slot(r->lexicon, hash, key, len);

    if (!*at) {
        if (r->entries + 1 == MOST_ENTRIES)
            return NULL;
        *at = (hash & 0xFFFF0000) | ++r->entries;
        r->lexicon->entries[r->entries] = (struct entry){
            .text = key, .len = (uint32_t)len
        };
    }
    return &r->lexicon->entries[*at & 0xFFFF];
}

static uint32_t read_class(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof(class_names) / sizeof(*class_names); i++)
        if (strlen(class_names[i].name) == len &&
            memcmp(class_names[i].name, name, len) == 0)
            return class_names[i].class;
    return 0;
}

static uint32_t read_classes(const char *value, size_t len)
{
    uint32_t classes = 0;
    const char *end = value + len;

    while (value < end) {
        const char *space = memchr(value, ' ', (size_t)(end - value));
        size_t name_len = (size_t)((space ? space : end) - value);

        classes |= read_class(value, name_len);
        value += name_len + 1;
    }
    return classes;
}

/* Enters the first two words of a phrase, and says so of each. */
static struct entry *enter_pair(struct reader *r, const char *key, size_t len)
{
    const char *space = memchr(key, ' ', len), *next;
    struct entry *e;
    uint32_t hash;

    if (!space)
        return enter(r, key, len);
    e = enter(r, key, (size_t)(space - key));
    if (!e)
        return NULL;
    e->classes |= PAIR;
    next = memchr(space + 1, ' ', (size_t)(key + len - space - 1));
    len = next ? (size_t)(next - key) : len;
    hash = hash_lower(HASH_START, space + 1, (size_t)(key + len - space - 1));
    r->lexicon->seconds[(hash >> 3) % 1024] |= (uint8_t)(1u << (hash & 7));
    return enter(r, key, len);
}

static int add_phrase(struct reader *r, const struct line *line,
                      uint32_t class)
{
    struct entry *e = enter_pair(r, line->key, line->key_len);

    if (!e)
        return -1;
    e->classes |= class;
    return 0;
}

static int add_calque(struct reader *r, const struct line *line)
{
    return add_phrase(r, line, CALQUED);
}

static int add_idiom(struct reader *r, const struct line *line)
{
    return add_phrase(r, line, SAYING);
}

/* "that", "which", "and" */
static bool is_own(const struct line *line)
{
    const char *key = line->key;

    for (size_t i = 1; i < line->key_len; i++)
        if (key[i] == 'h' && (key[i - 1] == 't' || key[i - 1] == 'w'))
            return true;
    return line->key_len == 3 && memcmp(key, "and", 3) == 0;
}

static int add_words(struct reader *r, const struct line *line)
{
    struct entry *e = enter(r, line->key, line->key_len);

    if (!e)
        return -1;
    e->classes |= read_classes(line->value, line->value_len);
    if ((e->classes & FUNCTION) && is_own(line))
        e->classes |= OWN;
    return 0;
}

static int add_residue(struct reader *r, const struct line *line)
{
    if (memchr(line->key, ' ', line->key_len))
        return add_phrase(r, line, LEFTOVER);

    struct entry *e = enter(r, line->key, line->key_len);

    if (!e)
        return -1;
    e->classes |= RESIDUE;
    e->value = line->value;
    e->value_len = (uint32_t)line->value_len;
    return 0;
}

static int read_list(struct reader *r, const char *name,
                     int (*add)(struct reader *, const struct line *))
{
    size_t len;
    const char *at = gly_lexicon_map(r->stage, name, &len);
    struct line line;

    if (!at)
        return -ENOENT;
    for (const char *end = at + len; next_line(&at, end, &line);)
        if (add(r, &line) < 0)
            return gly_fail(r->stage, -EINVAL, "%s: cannot take \"%.*s\"", name,
                            (int)line.key_len, line.key);
    return 0;
}

int load_lexicon(gly_stage *stage, struct lexicon **out)
{
    struct lexicon *l = gly_stage_alloc(stage, sizeof(*l));
    struct reader r = {.stage = stage, .lexicon = l};
    int result;

    l->slots = gly_stage_alloc(stage, TABLE_SIZE * sizeof(*l->slots));
    l->entries = gly_stage_alloc(stage, MOST_ENTRIES * sizeof(*l->entries));
    *out = l;
    if ((result = read_list(&r, "marker-words.txt", add_words)) < 0 ||
        (result = read_list(&r, "marker-forms.txt", add_words)) < 0 ||
        (result = read_list(&r, "marker-residue.txt", add_residue)) < 0 ||
        (result = read_list(&r, "marker-calques.txt", add_calque)) < 0 ||
        (result = read_list(&r, "marker-idioms.txt", add_idiom)) < 0)
        return result;
    l->calques = gly_words_open(stage, "marker-calques.txt", GLY_FOLD);
    l->residue = gly_words_open(stage, "marker-residue.txt", GLY_FOLD);
    l->idioms = gly_words_open(stage, "marker-idioms.txt", GLY_FOLD);
    l->lookalikes = gly_words_open(stage, "marker-lookalikes.txt", GLY_EXACT);
    l->common = gly_words_open(stage, "entity-common.txt", GLY_FOLD);
    l->given = gly_words_open(stage, "entity-given-names.txt", GLY_FOLD);
    return l->calques && l->residue && l->idioms && l->lookalikes &&
                   l->common && l->given
               ? 0
               : -ENOENT;
}

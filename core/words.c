/* Word lists: a hash of whole entries, found by growing a phrase word by word.
 *
 * One copy of a list serves all stages. Only opening and closing take a lock;
 * an open list does not change.
 */
#include "arena.h"
#include "paths.h"
#include "stage.h"

#include <galley/text.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct entry {
    const char *text; /* as compared: folded, white space as ' ' */
    const char *value;
    uint32_t len, next; /* next + 1 of the same hash, 0 at the end */
};

struct slot {
    uint32_t hash;
    uint32_t entry; /* index + 1 of the last that has it; 0: an empty slot */
};

struct gly_words {
    char path[PATH_MAX];
    int how;
    unsigned users;
    struct arena arena;
    struct entry *entries;
    uint32_t count, size, longest; /* the last in code points */
    struct slot *slots; /* from hash & mask on, up to an empty one */
    uint32_t mask;
    uint64_t *begun; /* a bit for each hash that an entry has after a word */
    gly_words *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static gly_words *all;

/* ---- phrases ---- */

/* Walks over a phrase, stopping wherever a word ends. FNV-1a over code points
 * (Fowler, Noll, Vo; IETF draft-eastlake-fnv). */
struct walk {
    const char *at, *end;
    uint32_t hash, length;
    bool fold;
};

static bool is_wordy(uint32_t c)
{
    return gly_is_letter(c) || gly_is_digit(c);
}

static uint32_t normal(uint32_t c, bool fold)
{
    if (gly_is_space(c))
        return ' ';
    return fold ? gly_lower(c) : c;
}

static void take(struct walk *w, uint32_t c)
{
    w->hash = (w->hash ^ c) * 16777619u;
    w->length++;
}

/* Letters and digits of ASCII, of which most words are made; whether one ends
 * with them. */
static bool skip_plain(struct walk *w)
{
    const char *begin = w->at, *next;

    for (; w->at < w->end; w->at++) {
        uint32_t c = (unsigned char)*w->at, small = c | 0x20;

        if (small - 'a' >= 26 && c - '0' >= 10)
            break;
        take(w, w->fold && c >= 'A' ? small : c);
    }
    next = w->at;
    return next > begin && (next == w->end || (unsigned char)*next < 0x80 ||
                            !is_wordy(gly_next_char(&next)));
}

static bool next_stop(struct walk *w)
{
    if (w->at < w->end && *w->at == ' ') {
        take(w, (unsigned char)*w->at++);
        return true;
    }
    if (skip_plain(w))
        return true;
    while (w->at < w->end) {
        uint32_t c = gly_next_char(&w->at);
        const char *peek = w->at;

        take(w, normal(c, w->fold));
        if (!is_wordy(c) || w->at >= w->end || !is_wordy(gly_next_char(&peek)))
            return true;
    }
    return false;
}

static struct walk begin_walk(const gly_words *words, const char *at,
                              const char *end)
{
    return (struct walk){.at = at, .end = end, .hash = 2166136261u,
                         .fold = words->how & GLY_FOLD};
}

/* ---- looking up ---- */

/* Where a hash stands or would, from there on up to an empty slot. */
static struct slot *slot_of(const gly_words *words, uint32_t hash)
{
    struct slot *p = &words->slots[hash & words->mask];

    while (p->entry && p->hash != hash)
        p = p == &words->slots[words->mask] ? words->slots : p + 1;
    return p;
}

static uint64_t *begun_of(const gly_words *words, uint32_t hash)
{
    return &words->begun[hash >> 6 & words->mask >> 3];
}

static uint64_t bit_of(uint32_t hash)
{
    return UINT64_C(1) << (hash >> 26);
}

/* Whether an entry may begin with this, or be this. */
static bool is_begun(const gly_words *words, const struct walk *w)
{
    return *begun_of(words, w->hash) & bit_of(w->hash) &&
           w->length <= words->longest;
}

static bool is_same(const struct entry *e, const char *at, const char *end,
                    bool fold)
{
    const char *p = e->text, *stop = e->text + e->len;

    if (e->len == (size_t)(end - at) && memcmp(p, at, e->len) == 0)
        return true;
    while (p < stop && at < end)
        if (gly_next_char(&p) != normal(gly_next_char(&at), fold))
            return false;
    return p == stop && at == end;
}

static const struct entry *find_entry(const gly_words *words,
                                      const struct walk *w, const char *at)
{
    uint32_t i = slot_of(words, w->hash)->entry;

    for (; i; i = words->entries[i - 1].next)
        if (is_same(&words->entries[i - 1], at, w->at, w->fold))
            return &words->entries[i - 1];
    return NULL;
}

size_t gly_words_match(const gly_words *words, const char *at, const char *end,
                       const char **value)
{
    struct walk w = begin_walk(words, at, end);
    size_t best = 0;

    while (next_stop(&w) && is_begun(words, &w)) {
        const struct entry *e = find_entry(words, &w, at);

        if (e) {
            best = (size_t)(w.at - at);
            if (value)
                *value = e->value;
        }
    }
    return best;
}

bool gly_words_has(const gly_words *words, const char *str, size_t len,
                   const char **value)
{
    struct walk w = begin_walk(words, str, str + len);
    const struct entry *e = NULL;

    while (w.at < w.end)
        if (!next_stop(&w) || !is_begun(words, &w))
            return false;
    e = find_entry(words, &w, str);
    if (e && value)
        *value = e->value;
    return e != NULL;
}

/* ---- reading a list ---- */

static void add_entry(gly_words *words, const char *line, size_t len)
{
    size_t cut = strcspn(line, "\t");
    size_t text_len = cut < len ? cut : len;
    gly_buf text = {0};
    const char *p = line;

    while (text_len > 0 && line[text_len - 1] == ' ')
        text_len--;
    if (text_len == 0)
        return;
    while (p < line + text_len) {
        char out[4];
        uint32_t c = normal(gly_next_char(&p), words->how & GLY_FOLD);

        gly_buf_add(&text, out, gly_put_char(out, c));
    }
    if (words->count == words->size) {
        words->size = words->size ? words->size * 2 : 256;
        words->entries = memory_grow(words->entries,
                                     words->size * sizeof(*words->entries));
    }
    words->entries[words->count++] = (struct entry){
        .text = arena_copy(&words->arena, text.data, text.len),
        .len = (uint32_t)text.len,
        .value = cut < len
                     ? arena_copy(&words->arena, line + cut + 1, len - cut - 1)
                     : "",
    };
    gly_buf_finish(&text);
}

static void build_index(gly_words *words)
{
    size_t size = 16;

    while (size < 3 * (size_t)words->count)
        size *= 2;
    words->mask = (uint32_t)size - 1;
    words->slots = memory_new(size * sizeof(*words->slots));
    words->begun = memory_new(size);
    for (uint32_t i = 0; i < words->count; i++) {
        struct entry *e = &words->entries[i];
        struct walk w = begin_walk(words, e->text, e->text + e->len);
        struct slot *slot;

        while (next_stop(&w))
            *begun_of(words, w.hash) |= bit_of(w.hash);
        if (words->longest < w.length)
            words->longest = w.length;
        slot = slot_of(words, w.hash);
        e->next = slot->entry;
        *slot = (struct slot){w.hash, i + 1};
    }
}

static void free_words(gly_words *words)
{
    arena_finish(&words->arena);
    free(words->entries);
    free(words->slots);
    free(words->begun);
    free(words);
}

static int read_list(gly_stage *stage, gly_words *words)
{
    FILE *file = fopen(words->path, "r");
    char *line = NULL;
    size_t size = 0;
    unsigned number = 0;
    int result = 0;

    if (!file)
        return gly_fail(stage, -errno, "cannot open word list %s: %s",
                        words->path, strerror(errno));
    for (ssize_t len; result == 0 && (len = getline(&line, &size, file)) >= 0;) {
        number++;
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            line[--len] = '\0';
        if (gly_utf8_valid(line, (size_t)len) != (size_t)len)
            result = gly_fail(stage, -EINVAL, "%s:%u: not valid UTF-8",
                              words->path, number);
        else if (*line != '#')
            add_entry(words, line, (size_t)len);
    }
    if (result == 0 && ferror(file))
        result = gly_fail(stage, -EIO, "cannot read word list %s", words->path);
    free(line);
    fclose(file);
    return result;
}

static gly_words *load(gly_stage *stage, const char *path, int how)
{
    gly_words *words = memory_new(sizeof(*words));

    snprintf(words->path, sizeof(words->path), "%s", path);
    words->how = how;
    if (read_list(stage, words) < 0) {
        free_words(words);
        return NULL;
    }
    build_index(words);
    words->next = all;
    all = words;
    return words;
}

/* ---- sharing ---- */

struct hold {
    struct resource resource;
    gly_words *words;
};

static void let_go(struct resource *self)
{
    gly_words *words = ((struct hold *)self)->words;

    pthread_mutex_lock(&lock);
    if (--words->users == 0) {
        gly_words **at = &all;

        while (*at != words)
            at = &(*at)->next;
        *at = words->next;
        free_words(words);
    }
    pthread_mutex_unlock(&lock);
}

static bool find_file(gly_stage *stage, const char *name, char *path,
                      size_t size)
{
    if (paths_find(&place_lexicon, name, "", path, size))
        return true;
    gly_fail(stage, -ENOENT,
             "cannot find \"%s\" in $%s or %s", name, place_lexicon.variable,
             place_lexicon.installed);
    return false;
}

const gly_words *gly_words_open(gly_stage *stage, const char *name, int how)
{
    char path[PATH_MAX];
    gly_words *words;

    if (!find_file(stage, name, path, sizeof(path)))
        return NULL;

    pthread_mutex_lock(&lock);
    for (words = all; words; words = words->next)
        if (words->how == how && strcmp(words->path, path) == 0)
            break;
    if (!words)
        words = load(stage, path, how);
    if (words)
        words->users++;
    pthread_mutex_unlock(&lock);

    if (words) {
        struct hold *hold = gly_stage_alloc(stage, sizeof(*hold));

        hold->words = words;
        stage_own(stage, &hold->resource, let_go);
    }
    return words;
}

/* ---- maps ---- */

struct map {
    struct resource resource;
    void *data;
    size_t len;
};

static void unmap(struct resource *self)
{
    struct map *map = (struct map *)self;

    munmap(map->data, map->len);
}

uint32_t gly_checksum(const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    uint64_t sum = 14695981039346656037u, word;

    for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
        memcpy(&word, at, sizeof(word));
        sum = (sum ^ word) * 1099511628211u;
        sum ^= sum >> 29;
    }
    for (; len > 0; at++, len--)
        sum = (sum ^ *at) * 1099511628211u;
    return (uint32_t)(sum ^ sum >> 32);
}

const void *gly_lexicon_map(gly_stage *stage, const char *name, size_t *len)
{
    char path[PATH_MAX];
    struct stat st;
    struct map *map = gly_stage_alloc(stage, sizeof(*map));
    int fd;

    if (!find_file(stage, name, path, sizeof(path)))
        return NULL;
    errno = 0;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0) {
        gly_fail(stage, errno ? -errno : -EINVAL, "cannot read %s: %s", path,
                 errno ? strerror(errno) : "it is empty");
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    map->len = (size_t)st.st_size;
    map->data = mmap(NULL, map->len, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (map->data == MAP_FAILED) {
        gly_fail(stage, -errno, "cannot map %s: %s", path, strerror(errno));
        return NULL;
    }
    stage_own(stage, &map->resource, unmap);
    *len = map->len;
    return map->data;
}

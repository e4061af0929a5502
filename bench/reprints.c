/* reprints: what the dedup stage finds of articles that were printed again.
 *
 *     make bench
 *     GALLEY_PLUGIN_PATH=plugins bench/reprints [-s SETTINGS] ARTICLES...
 *
 * Reads articles as `fetch` does. Gives all to the stage, tells which of them
 * it takes for another, with the share of common shingles counted; then gives
 * it each article again, altered in one of several ways: of these it should
 * find all, and each for its own. Beside it, SimHash (Charikar 2002) with 64
 * bits of the same shingles, as Manku, Jain and Das Sarma (2007) use it, with
 * three bits that may differ, and with more.
 */
#include "../core/doc.h"
#include "../core/registry.h"

#include <galley/harness.h>
#include <galley/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHINGLE = 3,
    LEAST_WORDS = 40,
    MOST_ARTICLES = 100000,
    DISTANCES = 4,
};

static const unsigned distances[DISTANCES] = { 3, 6, 10, 14 };

struct article {
    const gly_doc *doc;
    const char *id;
    const char *of;      /* the one that the stage takes it for, or its own */
    uint64_t simhash;
    uint64_t *shingles;  /* sorted, each once */
    size_t count;
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD;
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53;
    return x ^ x >> 33;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static uint64_t hash_word(const char *at, const char *end)
{
    uint64_t hash = 0;

    while (at < end)
        hash = mix(hash + gly_lower(gly_next_char(&at)));
    return hash;
}

static size_t find_shingles(const gly_doc *doc, uint64_t **out)
{
    const char *text = gly_text(doc, NULL);
    size_t tokens, words = 0, count = 0;
    const gly_token *t = gly_tokens(doc, &tokens);
    uint64_t *list = calloc(tokens + 1, sizeof(*list));

    for (size_t i = 0; i < tokens; i++)
        if (t[i].type != GLY_SIGN)
            list[words++] = hash_word(text + t[i].begin, text + t[i].end);
    for (size_t i = 0; i + SHINGLE <= words; i++)
        list[i] = mix(mix(mix(list[i]) + list[i + 1]) + list[i + 2]);
    words = words < SHINGLE ? 0 : words - SHINGLE + 1;
    qsort(list, words, sizeof(*list), by_value);
    for (size_t i = 0; i < words; i++)
        if (i == 0 || list[i] != list[count - 1])
            list[count++] = list[i];
    *out = list;
    return count;
}

static uint64_t simhash_of(const uint64_t *shingles, size_t count)
{
    uint64_t hash = 0;

    for (unsigned bit = 0; bit < 64; bit++) {
        size_t set = 0;

        for (size_t i = 0; i < count; i++)
            set += shingles[i] >> bit & 1;
        hash |= (uint64_t)(set * 2 > count) << bit;
    }
    return hash;
}

static double common(const struct article *a, const struct article *b)
{
    size_t both = 0;

    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        uint64_t x = a->shingles[i], y = b->shingles[k];

        both += x == y;
        i += x <= y;
        k += y <= x;
    }
    return (double)both / (double)(a->count + b->count - both);
}

/* ---- reprints ---- */

static uint64_t dice;

/* Vigna's xorshift64*. */
static unsigned roll(unsigned below)
{
    dice ^= dice >> 12;
    dice ^= dice << 25;
    dice ^= dice >> 27;
    return (unsigned)((dice * 2685821657736338717u >> 33) % below);
}

static const gly_doc *other; /* the article before: words to put in */

static void put_other_word(gly_buf *out)
{
    const char *text = gly_text(other, NULL);
    size_t count;
    const gly_token *t = gly_tokens(other, &count);
    size_t i = roll((unsigned)count);

    gly_buf_add(out, text + t[i].begin, t[i].end - t[i].begin);
}

static void put_other_words(gly_buf *out, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put_other_word(out);
        gly_buf_puts(out, i + 1 < count ? " " : "\n\n");
    }
}

static void replace_words(gly_buf *out, const gly_doc *doc, unsigned percent)
{
    const char *text = gly_text(doc, NULL);
    gly_pos from = 0, len;
    size_t count;
    const gly_token *t = gly_tokens(doc, &count);

    gly_text(doc, &len);
    for (size_t i = 0; i < count; i++) {
        if (t[i].type == GLY_SIGN || roll(100) >= percent)
            continue;
        gly_buf_add(out, text + from, t[i].begin - from);
        put_other_word(out);
        from = t[i].end;
    }
    gly_buf_add(out, text + from, len - from);
}

static void cut_tail(gly_buf *out, const gly_doc *doc, unsigned percent)
{
    size_t count;
    const gly_token *t = gly_tokens(doc, &count);
    size_t kept = count - count * percent / 100;

    gly_buf_add(out, gly_text(doc, NULL), t[kept - 1].end);
}

/* Without some of its sentences. */
static void drop_sentences(gly_buf *out, const gly_doc *doc, unsigned percent)
{
    const char *text = gly_text(doc, NULL);
    size_t count;
    const gly_sentence *s = gly_sentences(doc, &count);

    for (size_t i = 0; i < count; i++) {
        if (roll(100) < percent)
            continue;
        gly_buf_add(out, text + s[i].begin, s[i].end - s[i].begin);
        gly_buf_puts(out, "\n\n");
    }
}

static void add_lead(gly_buf *out, const gly_doc *doc, unsigned percent)
{
    size_t count;

    gly_tokens(doc, &count);
    put_other_words(out, (unsigned)(count * percent / 100));
    gly_buf_puts(out, gly_text(doc, NULL));
}

/* Another headline of ten words, a fifth of the tail cut, some words others. */
static void edit(gly_buf *out, const gly_doc *doc, unsigned percent)
{
    gly_buf cut = { 0 };
    gly_doc *rest = doc_new();

    cut_tail(&cut, doc, 20);
    gly_text_set(rest, cut.data, cut.len);
    put_other_words(out, 10);
    replace_words(out, rest, percent);
    gly_buf_finish(&cut);
    doc_free(rest);
}

struct way {
    const char *name;
    void (*alter)(gly_buf *out, const gly_doc *doc, unsigned percent);
    unsigned percent;
};

static const struct way ways[] = {
    { "word for word", cut_tail, 0 },
    { "tail cut by 10 %", cut_tail, 10 },
    { "tail cut by 20 %", cut_tail, 20 },
    { "tail cut by 30 %", cut_tail, 30 },
    { "tail cut by 50 %", cut_tail, 50 },
    { "10 % of sentences dropped", drop_sentences, 10 },
    { "20 % of sentences dropped", drop_sentences, 20 },
    { "1 % of words others", replace_words, 1 },
    { "3 % of words others", replace_words, 3 },
    { "5 % of words others", replace_words, 5 },
    { "10 % of words others", replace_words, 10 },
    { "10 % more before it", add_lead, 10 },
    { "30 % more before it", add_lead, 30 },
    { "headline, tail by 20 %, 1 %", edit, 1 },
    { "headline, tail by 20 %, 3 %", edit, 3 },
};

/* ---- measuring ---- */

static struct article *articles;
static size_t article_count;
static const char *settings;

static struct article *find_article(const char *id)
{
    for (size_t i = 0; i < article_count; i++)
        if (strcmp(articles[i].id, id) == 0)
            return &articles[i];
    return NULL;
}

/* What the stage takes the text for, or NULL. */
static const char *push(gly_harness *h, const char *id, const char *text)
{
    gly_doc *doc = gly_harness_blank(h);

    gly_set(doc, "id", id);
    gly_text_set(doc, text, strlen(text));
    gly_harness_push_doc(h, doc);
    return gly_get(doc, "duplicate_of", 0);
}

static gly_harness *push_articles(bool tell)
{
    gly_harness *h = gly_harness_open("dedup", settings);

    for (size_t i = 0; i < article_count; i++) {
        struct article *a = &articles[i];
        const char *of = push(h, a->id, gly_text(a->doc, NULL));
        const struct article *first = of ? find_article(of) : NULL;

        a->of = first ? first->id : a->id;
        if (first && tell)
            printf("%.2f common: %s, %s\n", common(a, first), first->id,
                   a->id);
    }
    return h;
}

static void measure(const struct way *way)
{
    gly_harness *h = push_articles(false);
    size_t found = 0, wrong = 0, near[DISTANCES] = { 0 };
    double similarity = 0;

    dice = 88172645463325252u;
    for (size_t i = 0; i < article_count; i++) {
        const struct article *a = &articles[i];
        struct article copy = { .id = "copy" };
        gly_buf text = { 0 };

        other = articles[(i + article_count - 1) % article_count].doc;
        gly_buf_puts(&text, "");
        way->alter(&text, a->doc, way->percent);

        const char *of = push(h, copy.id, text.data);
        gly_doc *doc = doc_new();

        gly_text_set(doc, text.data, text.len);
        copy.count = find_shingles(doc, &copy.shingles);
        similarity += common(a, &copy);
        found += of && strcmp(of, a->of) == 0;
        wrong += of && strcmp(of, a->of) != 0;
        copy.simhash = simhash_of(copy.shingles, copy.count);
        for (unsigned k = 0; k < DISTANCES; k++)
            near[k] += (unsigned)__builtin_popcountll(
                           copy.simhash ^ a->simhash) <= distances[k];
        free(copy.shingles);
        doc_free(doc);
        gly_buf_finish(&text);
    }
    gly_harness_close(h);

    double n = (double)article_count;

    printf("%-28s %8.3f %8.3f %6zu ", way->name, similarity / n,
           (double)found / n, wrong);
    for (unsigned k = 0; k < DISTANCES; k++)
        printf(" %8.3f", (double)near[k] / n);
    printf("\n");
}

/* Pairs of articles by how much they have in common, and how many of each
 * SimHash takes for one. */
static void compare_all(void)
{
    static const double bounds[] = { 0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.01 };
    enum { RANGES = sizeof(bounds) / sizeof(bounds[0]) - 1 };
    size_t pairs[RANGES] = { 0 }, near[RANGES][DISTANCES] = { { 0 } };

    for (size_t i = 0; i < article_count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct article *a = &articles[i], *b = &articles[k];
            unsigned distance = (unsigned)__builtin_popcountll(
                a->simhash ^ b->simhash);
            double share = common(a, b);
            unsigned range = 0;

            while (share >= bounds[range + 1])
                range++;
            pairs[range]++;
            for (unsigned d = 0; d < DISTANCES; d++)
                near[range][d] += distance <= distances[d];
        }
    printf("\n%-14s %10s   SimHash by differing bits\n", "common", "pairs");
    for (unsigned r = 0; r < RANGES; r++) {
        printf("%.1f to %.1f     %10zu ", bounds[r], bounds[r + 1], pairs[r]);
        for (unsigned d = 0; d < DISTANCES; d++)
            printf(" %8zu", near[r][d]);
        printf("\n");
    }
}

static void read_articles(gly_harness *h)
{
    articles = calloc(MOST_ARTICLES, sizeof(*articles));
    for (gly_doc *doc; article_count < MOST_ARTICLES &&
                       (doc = gly_harness_pull(h)) != NULL;) {
        struct article a = { .doc = doc, .id = gly_get(doc, "id", 0) };

        a.count = find_shingles(doc, &a.shingles);
        if (a.count < LEAST_WORDS) {
            free(a.shingles);
            continue;
        }
        a.simhash = simhash_of(a.shingles, a.count);
        articles[article_count++] = a;
    }
}

int main(int argc, char **argv)
{
    gly_buf paths = { 0 };
    int first = 1;

    if (argc > 2 && strcmp(argv[1], "-s") == 0) {
        settings = argv[2];
        first = 3;
    }
    if (first == argc) {
        fprintf(stderr, "usage: reprints [-s SETTINGS] ARTICLES...\n");
        return 2;
    }
    gly_buf_puts(&paths, "paths = [");
    for (int i = first; i < argc; i++)
        gly_buf_printf(&paths, "%s \"%s\"", i > first ? "," : "", argv[i]);
    gly_buf_puts(&paths, " ];");

    gly_harness *source = gly_harness_open("fetch", paths.data);

    read_articles(source);
    printf("%zu articles; taken for another:\n", article_count);
    gly_harness_close(push_articles(true));
    printf("\n%-28s %8s %8s %6s   SimHash by differing bits\n", "reprint",
           "common", "found", "wrong");
    printf("%54s", "");
    for (unsigned d = 0; d < DISTANCES; d++)
        printf(" %8u", distances[d]);
    printf("\n");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        measure(&ways[i]);
    compare_all();
    gly_harness_close(source);
    for (size_t i = 0; i < article_count; i++)
        free(articles[i].shingles);
    free(articles);
    gly_buf_finish(&paths);
    registry_finish();
    return 0;
}

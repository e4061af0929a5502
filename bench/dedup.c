/* dedup: how fast the stage is, what its memory takes, what it finds.
 *
 *     make bench
 *     GALLEY_PLUGIN_PATH=plugins bench/dedup [DOCUMENTS [SETTINGS]]
 *
 * Gives the stage made-up articles, of which every tenth is an earlier one with
 * its tail cut by a tenth and each fiftieth word another. Words are as frequent
 * as their rank is low. The time is the processor's in the stage alone.
 */
#include "../core/doc.h"
#include "../core/registry.h"

#include <galley/harness.h>
#include <galley/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LEAST = 200, MOST = 600, VOCABULARY = 30000, COPY_EVERY = 10 };

/* Vigna's xorshift64*. */
static unsigned roll(uint64_t *dice, unsigned below)
{
    *dice ^= *dice >> 12;
    *dice ^= *dice << 25;
    *dice ^= *dice >> 27;
    return (unsigned)((*dice * 2685821657736338717u >> 33) % below);
}

/* A low rank is likelier: about as often as its inverse says. */
static unsigned draw_word(uint64_t *dice)
{
    unsigned below = VOCABULARY >> roll(dice, 12);

    return roll(dice, below);
}

static void put_word(gly_buf *text, unsigned rank)
{
    static const char *const syllables[] = {
        "ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa",
        "re", "si", "to", "va", "we",
    };

    do {
        gly_buf_puts(text, syllables[rank % 16]);
        rank /= 16;
    } while (rank > 0);
}

/* The article of this number, or a reprint of it. */
static void write_article(gly_buf *text, uint64_t number, bool reprint)
{
    uint64_t dice = number * 0x9E3779B97F4A7C15u + 1;
    uint64_t editor = ~dice;
    unsigned words = LEAST + roll(&dice, MOST - LEAST);

    text->len = 0;
    for (unsigned i = 0; i < (reprint ? words * 9 / 10 : words); i++) {
        unsigned word = draw_word(&dice);

        if (reprint && roll(&editor, 50) == 0)
            word = draw_word(&editor);
        put_word(text, word);
        gly_buf_puts(text, i % 60 == 59 ? ".\n\n" : i % 15 == 14 ? ". " : " ");
    }
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Bytes that this process has in memory. */
static double resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;

    if (file) {
        if (fscanf(file, "%*s %ld", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

struct tally {
    double seconds, bytes;
    long copies, found, wrong;
};

static void push(gly_harness *h, long i, gly_buf *text, struct tally *tally)
{
    uint64_t dice = (uint64_t)i + 1;
    bool copy = i % COPY_EVERY == COPY_EVERY - 1;
    long first = copy ? roll(&dice, (unsigned)i) / COPY_EVERY * COPY_EVERY : i;
    char id[40];
    gly_doc *doc = doc_new();

    write_article(text, (uint64_t)first, copy);
    gly_text_set(doc, text->data, text->len);
    snprintf(id, sizeof(id), "articles.jsonl:%ld", i);
    gly_set(doc, "id", id);

    double begun = seconds();

    gly_harness_push_doc(h, doc);
    tally->seconds += seconds() - begun;
    tally->bytes += (double)text->len;

    bool marked = gly_get(doc, "duplicate_of", 0);

    tally->copies += copy;
    tally->found += marked && copy;
    tally->wrong += marked && !copy;
    doc_free(doc);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    double before = resident();
    gly_harness *h = gly_harness_open("dedup", argc > 2 ? argv[2] : NULL);
    struct tally tally = { 0 };
    gly_buf text = { 0 };

    for (long i = 0; i < count; i++)
        push(h, i, &text, &tally);

    double taken = resident() - before, docs = (double)count;

    printf("%ld documents of %.0f bytes\n", count, tally.bytes / docs);
    printf("%.0f documents/s, %.1f MB/s\n", docs / tally.seconds,
           tally.bytes / tally.seconds / 1e6);
    printf("%.0f MB resident, %.0f bytes a document remembered\n",
           taken / 1e6, taken / (docs - (double)tally.found));
    printf("%ld copies: %.4f found; %ld others marked\n", tally.copies,
           (double)tally.found / (double)tally.copies, tally.wrong);
    gly_harness_close(h);
    gly_buf_finish(&text);
    registry_finish();
    return 0;
}

/* translate-marker: what it costs to mark texts.
 *
 *     bench/marker TEXTS...
 *
 * Texts as `fetch` reads them. Each turn takes all of them to tokens, then
 * through the stage, then the same through one that sets no score; for each the
 * median of the turns is told in CPU seconds and MB/s, with the slowest and the
 * quickest, and beside the tokens of the same turn, which the machine's other
 * work slows down as much.
 */
#include "../core/doc.h"
#include "../core/registry.h"
#include "texts.h"

#include <galley/harness.h>
#include <galley/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 11 };
enum way { TOKENS, STAGE, NO_SCORE, WAYS };

static const struct {
    const char *name, *settings;
} ways[WAYS] = {
    [TOKENS] = { "tokens", NULL },
    [STAGE] = { "tokens, stage", "" },
    [NO_SCORE] = { "tokens, stage, no score", "score = false;" },
};

/* A stage finds the tokens that the document has, or makes them. */
static double work(gly_harness *stage, const struct texts *texts)
{
    double seconds = 0;

    for (size_t i = 0; i < texts->count; i++) {
        gly_doc *doc = doc_new();
        size_t count;

        gly_text_set(doc, texts->list[i], strlen(texts->list[i]));

        double begun = cpu_now();

        if (stage)
            gly_harness_push_doc(stage, doc);
        else
            gly_tokens(doc, &count);
        seconds += cpu_now() - begun;
        doc_free(doc);
    }
    return seconds;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void tell(const char *name, const struct texts *texts,
                 double seconds[TURNS], double ratios[TURNS])
{
    double mega = (double)texts->bytes / 1e6;

    qsort(seconds, TURNS, sizeof(*seconds), by_size);
    qsort(ratios, TURNS, sizeof(*ratios), by_size);
    printf("%-24s %.3f s  %6.1f MB/s (%.1f to %.1f)  %.2f times the tokens\n",
           name, seconds[TURNS / 2], mega / seconds[TURNS / 2],
           mega / seconds[TURNS - 1], mega / seconds[0], ratios[TURNS / 2]);
}

int main(int argc, char **argv)
{
    struct texts texts = { 0 };
    gly_harness *stages[WAYS] = { 0 };
    double seconds[WAYS][TURNS], ratios[WAYS][TURNS];

    texts_read(&texts, argc - 1, argv + 1);
    if (texts.count == 0) {
        fprintf(stderr, "marker: no texts\n");
        return 1;
    }
    for (int way = STAGE; way < WAYS; way++)
        stages[way] = gly_harness_open("translate-marker", ways[way].settings);
    for (int turn = 0; turn < TURNS; turn++)
        for (int way = 0; way < WAYS; way++) {
            seconds[way][turn] = work(stages[way], &texts);
            ratios[way][turn] = seconds[way][turn] / seconds[TOKENS][turn];
        }
    printf("%zu texts, %zu bytes, %d turns\n", texts.count, texts.bytes, TURNS);
    for (int way = 0; way < WAYS; way++)
        tell(ways[way].name, &texts, seconds[way], ratios[way]);

    for (int way = STAGE; way < WAYS; way++)
        gly_harness_close(stages[way]);
    texts_free(&texts);
    registry_finish();
    return 0;
}

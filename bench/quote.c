/* quote: what it costs to find the quotations of texts.
 *
 *     bench/quote TEXTS...
 *
 * Texts as `fetch` reads them, each after `entity`. Prints the bytes and CPU
 * seconds of `quote` for all of them once: the best of the turns that fit into
 * half a second, since others may work beside it.
 */
#include "../core/doc.h"
#include "../core/registry.h"
#include "texts.h"

#include <galley/harness.h>
#include <stdio.h>
#include <string.h>

static double work(gly_harness *entity, gly_harness *quote, const char *text)
{
    gly_doc *doc = doc_new();

    gly_text_set(doc, text, strlen(text));
    gly_harness_push_doc(entity, doc);

    double begun = cpu_now();

    gly_harness_push_doc(quote, doc);

    double seconds = cpu_now() - begun;

    doc_free(doc);
    return seconds;
}

int main(int argc, char **argv)
{
    struct texts texts = { 0 };
    gly_harness *entity = gly_harness_open("entity", NULL);
    gly_harness *quote = gly_harness_open("quote", NULL);
    double best = 0, all = 0;

    texts_read(&texts, argc - 1, argv + 1);
    while (texts.count > 0 && (best == 0 || all < 0.4)) {
        double seconds = 0;

        for (size_t i = 0; i < texts.count; i++)
            seconds += work(entity, quote, texts.list[i]);
        best = best == 0 || seconds < best ? seconds : best;
        all += seconds;
    }
    printf("%zu bytes\t%.6f s\t%.1f MB/s\n", texts.bytes, best,
           best > 0 ? (double)texts.bytes / best / 1e6 : 0);

    gly_harness_close(entity);
    gly_harness_close(quote);
    texts_free(&texts);
    registry_finish();
    return texts.count > 0 ? 0 : 1;
}

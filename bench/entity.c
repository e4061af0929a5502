/* entity: what it costs to find the names of texts.
 *
 *     bench/entity TEXTS...                bench/entity.sh calls it
 *
 * Texts as `fetch` reads them. A line for each way: its name, tokens, bytes and
 * CPU seconds for all of them once, the mean of the turns that fit in a second.
 */
#include "../core/doc.h"
#include "../core/registry.h"
#include "texts.h"

#include <galley/harness.h>
#include <stdio.h>
#include <string.h>

/* The seconds for a text: the stage's, or those of tokens and sentences alone,
 * which it has to wait for. */
static double work(gly_harness *stage, const char *text)
{
    gly_doc *doc = doc_new();
    size_t count;

    gly_text_set(doc, text, strlen(text));

    double begun = cpu_now();

    if (stage) {
        gly_harness_push_doc(stage, doc);
    } else {
        gly_tokens(doc, &count);
        gly_sentences(doc, &count);
    }

    double seconds = cpu_now() - begun;

    doc_free(doc);
    return seconds;
}

static void measure(const char *name, gly_harness *stage,
                    const struct texts *texts)
{
    double seconds = 0;
    int turns = -1; /* the first warms up */

    while (turns < 1 || seconds < 1) {
        for (size_t i = 0; i < texts->count; i++)
            seconds += work(stage, texts->list[i]);
        if (turns++ < 0)
            seconds = 0;
    }
    printf("%s\t%zu\t%zu\t%.6f\n", name, texts->tokens, texts->bytes,
           seconds / turns);
}

int main(int argc, char **argv)
{
    struct texts texts = { 0 };
    gly_harness *stage = gly_harness_open("entity", NULL);

    texts_read(&texts, argc - 1, argv + 1);
    if (texts.count == 0) {
        fprintf(stderr, "entity: no texts\n");
        return 1;
    }
    measure("galley entity", stage, &texts);
    measure("its tokens alone", NULL, &texts);

    gly_harness_close(stage);
    texts_free(&texts);
    registry_finish();
    return 0;
}

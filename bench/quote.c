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

#include <galley/harness.h>
#include <galley/record.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct texts {
    gly_buf list; /* of const char *, which are the harnesses' */
    size_t count, bytes;
};

static const char *text_at(const struct texts *texts, size_t i)
{
    const char *text;

    memcpy(&text, texts->list.data + i * sizeof(text), sizeof(text));
    return text;
}

static gly_harness *read_texts(struct texts *texts, const char *path)
{
    gly_buf settings = { 0 };

    gly_buf_puts(&settings, "paths = ");
    gly_json_string(&settings, path, strlen(path));
    gly_buf_puts(&settings, ";");

    gly_harness *fetch = gly_harness_open("fetch", settings.data);

    for (gly_doc *doc; (doc = gly_harness_pull(fetch)) != NULL;) {
        gly_pos len;
        const char *text = gly_text(doc, &len);

        gly_buf_add(&texts->list, (const char *)&text, sizeof(text));
        texts->count++;
        texts->bytes += len;
    }
    gly_buf_finish(&settings);
    return fetch;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double work(gly_harness *entity, gly_harness *quote, const char *text)
{
    gly_doc *doc = doc_new();

    gly_text_set(doc, text, strlen(text));
    gly_harness_push_doc(entity, doc);

    double begun = now();

    gly_harness_push_doc(quote, doc);

    double seconds = now() - begun;

    doc_free(doc);
    return seconds;
}

int main(int argc, char **argv)
{
    struct texts texts = { 0 };
    gly_harness **fetch = calloc((size_t)argc, sizeof(*fetch));
    gly_harness *entity = gly_harness_open("entity", NULL);
    gly_harness *quote = gly_harness_open("quote", NULL);
    double best = 0, all = 0;

    for (int i = 1; i < argc; i++)
        fetch[i] = read_texts(&texts, argv[i]);
    while (texts.count > 0 && (best == 0 || all < 0.4)) {
        double seconds = 0;

        for (size_t i = 0; i < texts.count; i++)
            seconds += work(entity, quote, text_at(&texts, i));
        best = best == 0 || seconds < best ? seconds : best;
        all += seconds;
    }
    printf("%zu bytes\t%.6f s\t%.1f MB/s\n", texts.bytes, best,
           best > 0 ? (double)texts.bytes / best / 1e6 : 0);

    for (int i = 0; i < argc; i++)
        gly_harness_close(fetch[i]);
    gly_harness_close(entity);
    gly_harness_close(quote);
    gly_buf_finish(&texts.list);
    free(fetch);
    registry_finish();
    return texts.count > 0 ? 0 : 1;
}

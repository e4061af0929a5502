/* entity: what it costs to find the names of texts.
 *
 *     bench/entity TEXTS...                bench/entity.sh calls it
 *
 * Texts as `fetch` reads them. A line for each way: its name, tokens, bytes and
 * CPU seconds for all of them once, the mean of the turns that fit in a second.
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
    size_t count, tokens, bytes;
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
        size_t tokens;
        const char *text = gly_text(doc, &len);

        gly_tokens(doc, &tokens);
        gly_buf_add(&texts->list, (const char *)&text, sizeof(text));
        texts->count++;
        texts->tokens += tokens;
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

/* The seconds for a text: the stage's, or those of tokens and sentences alone,
 * which it has to wait for. */
static double work(gly_harness *stage, const char *text)
{
    gly_doc *doc = doc_new();
    size_t count;

    gly_text_set(doc, text, strlen(text));

    double begun = now();

    if (stage) {
        gly_harness_push_doc(stage, doc);
    } else {
        gly_tokens(doc, &count);
        gly_sentences(doc, &count);
    }

    double seconds = now() - begun;

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
            seconds += work(stage, text_at(texts, i));
        if (turns++ < 0)
            seconds = 0;
    }
    printf("%s\t%zu\t%zu\t%.6f\n", name, texts->tokens, texts->bytes,
           seconds / turns);
}

int main(int argc, char **argv)
{
    struct texts texts = { 0 };
    gly_harness **fetch = calloc((size_t)argc, sizeof(*fetch));
    gly_harness *stage = gly_harness_open("entity", NULL);

    for (int i = 1; i < argc; i++)
        fetch[i] = read_texts(&texts, argv[i]);
    if (texts.count == 0) {
        fprintf(stderr, "entity: no texts\n");
        return 1;
    }
    measure("galley entity", stage, &texts);
    measure("its tokens alone", NULL, &texts);

    for (int i = 0; i < argc; i++)
        gly_harness_close(fetch[i]);
    gly_harness_close(stage);
    gly_buf_finish(&texts.list);
    free(fetch);
    registry_finish();
    return 0;
}

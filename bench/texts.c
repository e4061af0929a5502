#include "texts.h"

#include <galley/record.h>
#include <galley/text.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static gly_harness *open_fetch(int count, char **paths)
{
    gly_buf settings = { 0 };

    gly_buf_puts(&settings, "paths = [ ");
    for (int i = 0; i < count; i++) {
        gly_buf_puts(&settings, i > 0 ? ", " : "");
        gly_json_string(&settings, paths[i], strlen(paths[i]));
    }
    gly_buf_puts(&settings, " ];");

    gly_harness *fetch = gly_harness_open("fetch", settings.data);

    gly_buf_finish(&settings);
    return fetch;
}

static void add(struct texts *texts, gly_doc *doc)
{
    gly_pos len;
    size_t tokens;

    texts->list = realloc(texts->list,
                          (texts->count + 1) * sizeof(*texts->list));
    texts->list[texts->count++] = gly_text(doc, &len);
    gly_tokens(doc, &tokens);
    texts->tokens += tokens;
    texts->bytes += len;
}

void texts_read(struct texts *texts, int count, char **paths)
{
    if (count == 0)
        return;
    texts->fetch = open_fetch(count, paths);
    for (gly_doc *doc; (doc = gly_harness_pull(texts->fetch)) != NULL;)
        add(texts, doc);
}

void texts_free(struct texts *texts)
{
    gly_harness_close(texts->fetch);
    free(texts->list);
}

double cpu_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#include "web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char table[] = "pages";

/* Validators are lines of a header: neither has a line's end in it. */
void web_remember(gly_stage *stage, const char *url,
                  const struct web_memory *memory, double keep)
{
    gly_buf value = { 0 };

    gly_buf_printf(&value, "%.3f\n%s\n%s", memory->at,
                   memory->etag.data ? memory->etag.data : "",
                   memory->last_modified.data ? memory->last_modified.data
                                              : "");
    gly_remember(stage, table, url, value.data, keep);
    gly_buf_finish(&value);
}

bool web_recall(gly_stage *stage, const char *url, struct web_memory *memory)
{
    gly_buf value = { 0 };
    const char *etag = NULL, *modified = NULL;

    memory->etag.len = memory->last_modified.len = 0;
    gly_buf_puts(&memory->etag, "");
    gly_buf_puts(&memory->last_modified, "");
    memory->at = 0;
    if (gly_recall(stage, table, url, &value))
        etag = strchr(value.data, '\n');
    if (etag)
        modified = strchr(etag + 1, '\n');
    if (modified) {
        memory->at = strtod(value.data, NULL);
        gly_buf_add(&memory->etag, etag + 1, (size_t)(modified - etag - 1));
        gly_buf_puts(&memory->last_modified, modified + 1);
    }
    gly_buf_finish(&value);
    return modified != NULL;
}

void web_memory_finish(struct web_memory *memory)
{
    gly_buf_finish(&memory->etag);
    gly_buf_finish(&memory->last_modified);
}

/* failed.h: the record of documents that failed, as JSONL that `fetch` reads:
 * what came in, and beside it "failed": {"stage", "reason", "ticket"}. */
#ifndef GALLEY_CORE_FAILED_H
#define GALLEY_CORE_FAILED_H

#include "doc.h"
#include "error.h"

struct failed {
    const char *path; /* "": nowhere */
    int fd;           /* -1 until the first one */
    gly_buf line;
};

void failed_init(struct failed *failed, const char *path);
void failed_finish(struct failed *failed);
/* Whether it looks so; nothing is made before the first one fails. */
bool failed_may_be_written(const struct failed *failed);
/* Appends the document, a whole line in one write. Negative when it cannot. */
int failed_add(struct failed *failed, const gly_doc *doc, struct error *error);

#endif

/* failed.h: the record of documents that failed, as JSONL that `fetch` reads:
 * what came in, and beside it "failed": {"stage", "reason", "ticket"}.
 *
 * Several processes may append to one file, and `galley retry` takes it away
 * under their hands: each line is written under a lock, to the file that has the
 * name then. */
#ifndef GALLEY_CORE_FAILED_H
#define GALLEY_CORE_FAILED_H

#include "doc.h"
#include "error.h"

struct failed {
    const char *path; /* "": nowhere */
    const char *pipeline; /* its file, or "" */
    int fd;           /* -1 until the first one */
    gly_buf line;
};

void failed_init(struct failed *failed, const char *path,
                 const char *pipeline);
void failed_finish(struct failed *failed);
/* Whether it looks so; nothing is made before the first one fails. */
bool failed_may_be_written(const struct failed *failed);
/* Appends the document, a whole line in one write. Negative when it cannot. */
int failed_add(struct failed *failed, const gly_doc *doc, struct error *error);
/* Appends a line, with its end, as it is. */
int failed_add_line(struct failed *failed, const char *line, size_t len,
                    struct error *error);
/* The ticket that the document had when it failed first. */
const char *failed_ticket(const gly_doc *doc);

#endif

/* parts.h: the parts of fetch-jetstream. consumer.c makes or checks the
 * consumer, document.c makes a document of a message. */
#ifndef FETCH_JETSTREAM_PARTS_H
#define FETCH_JETSTREAM_PARTS_H

#include "fetch/fetch.h"
#include "jetstream/jetstream.h"

struct consumer {
    const char *stream, *name, *subject;
    bool create;
    double ack_wait; /* seconds; what it is, once looked at */
    long max_ack_pending;
    long max_batch;  /* documents a request; 0: no limit */
};

/* Makes it when there is none. One that would lose documents, or brings others,
 * is refused: 0, or what gly_fail() was told. */
int consumer_ensure(struct link *link, struct consumer *consumer);
/* Whether nothing is left for it, nor with any other worker, given that `own`
 * documents are with this one. */
bool consumer_is_empty(struct link *link, const struct consumer *consumer,
                       unsigned long own);

struct reading {
    const char *format;
    struct jsonl json;
    gly_buf line;
};
/* Fills doc: 0, or -errno with `why`; then it has what there was to see. */
int document_fill(gly_stage *stage, struct reading *reading, gly_doc *doc,
                  natsMsg *msg, gly_buf *why);

#endif

/* stream.h: the stream that documents are put into, made or checked. */
#ifndef EXPORT_JETSTREAM_STREAM_H
#define EXPORT_JETSTREAM_STREAM_H

#include "jetstream/jetstream.h"

struct stream {
    const char *name, *retention, *storage;
    gly_list subjects;
    long replicas, max_bytes;
    double max_age, duplicates; /* seconds */
};

/* Makes it when there is none. One of another shape is refused: 0, or what
 * gly_fail() was told. */
int stream_ensure(struct link *link, const struct stream *stream);

#endif

/* http.h: the parts of the fetch-http stage.
 *
 * listen.c opens the socket, server.c talks to clients, body.c takes apart what
 * they post, spool.c keeps it on the disk until it is done.
 */
#ifndef FETCH_HTTP_H
#define FETCH_HTTP_H

#include "fetch/fetch.h"

#include <uv.h>

/* ---- spool.c: files of posted documents ----
 *
 * What is added is gathered, and written to a file of its own by spool_commit(). A
 * file has a head line and its bytes for each document, and ends with the ack of
 * the last one. Files are read in the order of their numbers. */

/* A document as it was posted. */
struct entry {
    const char *type;    /* "text/plain", "text/html" or "application/json" */
    const char *charset; /* as declared, or "" */
    const char *id;
    char *bytes;         /* of an entry read, a NUL ends them */
    size_t len;
};

struct spool_file {
    uint64_t number;
    size_t bytes;
    unsigned pending;    /* documents under way */
    bool read;           /* to its end */
};

struct spool {
    gly_stage *stage;
    const char *path;
    int folder;
    double bytes;        /* of all files, and of what is gathered */
    gly_buf gathered;
    uint64_t *found;     /* files of an earlier run, not yet read */
    size_t found_at, found_count;
    uint64_t next_read, next_write;
    struct spool_file *files; /* being read or waiting for acks; by number */
    size_t file_count, file_size;
    gly_buf reading;     /* what the last of them has, from `at` on */
    size_t at;
    unsigned entry;
    bool open;
};
int spool_open(struct spool *spool, gly_stage *stage, const char *path);
void spool_close(struct spool *spool);
void spool_add(struct spool *spool, const struct entry *entry);
/* 0 when all that was gathered is safe; -errno when none of it is kept. */
int spool_commit(struct spool *spool);
/* The next document and its ticket; false for none. *entry lives until the next
 * call. */
bool spool_next(struct spool *spool, struct entry *entry, gly_buf *ticket);
void spool_acked(struct spool *spool, const char *ticket);

/* ---- body.c ---- */

/* A request's body, and what was said of it. */
struct body {
    gly_buf bytes;
    const char *type;       /* of an entry */
    bool lines;             /* of JSON: a record stands on one line */
    char charset[64];
    const char *id;         /* as given, or NULL */
    enum packing packing;
};
/* What answers it: a status and, unless it is 202, the reason. */
struct reply {
    unsigned status;
    char why[256];
    gly_buf id;
    size_t accepted;        /* documents */
};
/* Adds the documents of a body to the spool, all or none. */
void body_take(struct body *body, struct jsonl *json, struct spool *spool,
               size_t max, struct reply *reply);

/* ---- listen.c ---- */

/* A socket that listens at "HOST:PORT" or "unix:PATH", or a negative errno, said.
 * *local: it can be reached from this machine only. */
int listen_at(gly_stage *stage, const char *where, const char *mode,
              bool *local);

/* ---- server.c ---- */

struct server;
struct serving {
    int socket;             /* which the server closes */
    const char *token;      /* or NULL */
    size_t max_document;
    long connections;
    double timeout, rate, spool_limit;
    struct spool *spool;
    void (*spooled)(gly_stage *stage); /* there is more to be read */
};
/* NULL, said, when it cannot be. */
struct server *server_new(gly_stage *stage, const struct serving *how);
void server_free(struct server *server);

#endif

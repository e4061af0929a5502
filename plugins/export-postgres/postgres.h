/* postgres.h: the parts of the export-postgres stage.
 *
 * schema.c has the tables and the statements, batch.c makes parameters of these
 * from a batch of documents, link.c sends them and takes the answer.
 */
#ifndef EXPORT_POSTGRES_H
#define EXPORT_POSTGRES_H

#include "export/rows.h"

#include <libpq-fe.h>
#include <uv.h>

/* ---- schema.c ---- */

/* What is to be run for a batch, by table. The first parameter of each is the
 * array of the documents' ids, sorted. */
struct statements {
    gly_buf forget[TABLES]; /* the rows there were; not of DOCUMENTS */
    gly_buf put[TABLES];    /* a parameter a column, see struct batch */
};
/* Makes the tables of a new schema; one of somebody else is left alone. */
int schema_check(gly_stage *stage, PGconn *conn, const char *schema);
void statements_make(struct statements *statements, PGconn *conn,
                     const char *schema);
void statements_finish(struct statements *statements);

/* ---- batch.c ---- */

/* An array as PostgreSQL sends it in binary: a head, then the values. */
struct array {
    gly_buf bytes;
    uint32_t count;
    bool holes; /* some are NULL */
};

/* The rows of some documents, an array a column. The first of each table but
 * DOCUMENTS tells which document it is, from 1; that of DOCUMENTS is not used. */
struct batch {
    struct array columns[TABLES][1 + MOST_COLUMNS];
    gly_buf record;
    double documents;
};
void batch_begin(struct batch *batch);
void batch_add(struct batch *batch, gly_doc *doc, bool record);
/* Ends it; false when it is more than a server takes at once. */
bool batch_end(struct batch *batch);
void batch_finish(struct batch *batch);

/* ---- link.c ---- */

enum answer {
    CONNECTED,
    TAKEN,    /* committed */
    REFUSED,  /* for what is in it */
    TROUBLE,  /* it may go well with another connection */
    HOPELESS,
};

struct link {
    gly_stage *stage;
    const char *url;
    PGconn *conn;           /* NULL: none */
    bool sent, connecting, writing, closed;
    int epoll;              /* tells of the connection, whichever it is */
    uv_poll_t poll;
    uv_work_t work;
    void (*told)(gly_stage *stage, enum answer answer, const char *why);
    char why[400];
    enum answer answer;
};

/* Whether libpq understands it; says nothing of it, since it may have a password. */
bool conn_understands(const char *url);
/* Connects and waits for it: NULL, or why not. */
const char *conn_open(struct link *link);
/* From now on `told` is called with what comes; without a loop by conn_wait(). */
int conn_watch(struct link *link, struct uv_loop_s *loop);
/* Connects, if need be without waiting; then tells of it. */
void conn_connect(struct link *link);
/* Sends a batch, all of it or nothing on the server; then tells of it. */
void conn_send(struct link *link, const struct statements *statements,
               const struct batch *batch);
void conn_wait(struct link *link);
void conn_drop(struct link *link);
void conn_close(struct link *link);

#endif

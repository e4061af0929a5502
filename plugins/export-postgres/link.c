/* link.c: the connection to the server.
 *
 * A batch is a pipeline of libpq's: its statements go out together, and are one
 * transaction that the server commits at their end, so there is one answer. The
 * loop watches an epoll descriptor that has the connection's socket within, since
 * that is another one after every loss. Names are resolved and connections made in
 * a thread of libuv's: libpq would wait for both.
 */
#include "postgres.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* ---- what went wrong ---- */

/* What libpq says, of which only the first line is new. */
static void keep(struct link *link, const char *why)
{
    int len = why ? (int)strcspn(why, "\n") : 0;

    snprintf(link->why, sizeof(link->why), "%.*s", len, why ? why : "");
}

/* By the class of the error's code, which is its first two letters. */
static enum answer judge(const char *code)
{
    static const char refused[] = "21 22 23 44 54 P0";
    static const char trouble[] = "08 25 40 53 55 57 58";
    char class[3] = "";

    if (!code)
        return TROUBLE;
    snprintf(class, sizeof(class), "%s", code);
    return strstr(refused, class) ? REFUSED
         : strstr(trouble, class) ? TROUBLE : HOPELESS;
}

static void lose(struct link *link)
{
    keep(link, PQerrorMessage(link->conn));
    if (!*link->why)
        keep(link, "the connection is lost");
    conn_drop(link);
    link->told(link->stage, TROUBLE, link->why);
}

/* ---- connecting ---- */

static void ignore(void *arg, const PGresult *result)
{
    (void)arg, (void)result;
}

static PGconn *connect_to(const char *url)
{
    const char *const names[] = {"connect_timeout", "fallback_application_name",
                                 "dbname", "client_encoding", NULL};
    const char *const values[] = {"10", "galley", url, "UTF8", NULL};
    PGconn *conn = PQconnectdbParams(names, values, true);

    PQsetNoticeReceiver(conn, ignore, NULL);
    return conn;
}

bool conn_understands(const char *url)
{
    PQconninfoOption *options;

    if (!strchr(url, '=') && !strstr(url, "://"))
        return !*url;
    options = PQconninfoParse(url, NULL);
    PQconninfoFree(options);
    return options != NULL;
}

const char *conn_open(struct link *link)
{
    link->conn = connect_to(link->url);
    if (PQstatus(link->conn) == CONNECTION_OK)
        return NULL;
    link->answer = PQconnectionNeedsPassword(link->conn) ? HOPELESS : TROUBLE;
    keep(link, PQerrorMessage(link->conn));
    conn_drop(link);
    return link->why;
}

/* Has the loop wake up for what is to be read, and for room when there is more to
 * send. */
static void watch(struct link *link, int how)
{
    struct epoll_event event = {
        .events = EPOLLIN | (link->writing ? EPOLLOUT : 0),
    };

    epoll_ctl(link->epoll, how, PQsocket(link->conn), &event);
}

static void begin(struct link *link)
{
    if (PQstatus(link->conn) != CONNECTION_OK ||
        PQsetnonblocking(link->conn, 1) < 0 ||
        !PQenterPipelineMode(link->conn)) {
        lose(link);
        return;
    }
    link->sent = link->writing = false;
    if (link->epoll >= 0)
        watch(link, EPOLL_CTL_ADD);
    link->told(link->stage, CONNECTED, NULL);
}

static void connect_in_thread(uv_work_t *work)
{
    struct link *link = work->data;

    link->conn = connect_to(link->url);
}

static void on_connected(uv_work_t *work, int status)
{
    struct link *link = work->data;

    link->connecting = false;
    if (link->closed || status < 0)
        conn_drop(link);
    else
        begin(link);
}

void conn_connect(struct link *link)
{
    if (link->conn) {
        begin(link);
        return;
    }
    if (link->epoll < 0) {
        link->conn = connect_to(link->url);
        begin(link);
        return;
    }
    link->connecting = true;
    link->work.data = link;
    uv_queue_work(link->poll.loop, &link->work, connect_in_thread,
                  on_connected);
}

void conn_drop(struct link *link)
{
    PQfinish(link->conn);
    link->conn = NULL;
    link->sent = false;
}

/* ---- sending ---- */

static bool run(struct link *link, const gly_buf *sql,
                const struct array *const *arrays, size_t count)
{
    const char *values[2 + MOST_COLUMNS];
    int lengths[2 + MOST_COLUMNS], formats[2 + MOST_COLUMNS];

    for (size_t i = 0; i < count; i++) {
        values[i] = arrays[i]->bytes.data;
        lengths[i] = (int)arrays[i]->bytes.len;
        formats[i] = 1;
    }
    return PQsendQueryParams(link->conn, sql->data, (int)count, NULL, values,
                             lengths, formats, 0);
}

static bool run_put(struct link *link, const struct statements *statements,
                    const struct batch *batch, enum table table)
{
    const struct array *arrays[2 + MOST_COLUMNS] = {
        &batch->columns[DOCUMENTS][1],
    };
    size_t count = table == DOCUMENTS ? 0 : 1;

    for (size_t i = count > 0 ? 0 : 1;
         i == 0 || rows_tables[table].columns[i - 1].name; i++)
        arrays[count++] = &batch->columns[table][i];
    return run(link, &statements->put[table], arrays, count);
}

static void flush(struct link *link)
{
    int left = PQflush(link->conn);

    if (left < 0) {
        lose(link);
    } else if (link->epoll >= 0 && link->writing != (left > 0)) {
        link->writing = left > 0;
        watch(link, EPOLL_CTL_MOD);
    }
}

void conn_send(struct link *link, const struct statements *statements,
               const struct batch *batch)
{
    const struct array *ids = &batch->columns[DOCUMENTS][1];
    bool well = run_put(link, statements, batch, DOCUMENTS);

    for (enum table i = CAPTIONS; i < TABLES && well; i++)
        well = run(link, &statements->forget[i], &ids, 1) &&
               (batch->columns[i][0].count == 0 ||
                run_put(link, statements, batch, i));
    link->answer = TAKEN;
    link->sent = true;
    if (well && PQpipelineSync(link->conn))
        flush(link);
    else
        lose(link);
}

/* ---- the answer ---- */

/* Takes a statement's result, or NULL behind it; true at the end of the pipeline.
 * The first error tells, since what follows it is passed over. */
static bool take(struct link *link, const PGresult *result)
{
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_COMMAND_OK;

    if (status == PGRES_FATAL_ERROR && link->answer == TAKEN) {
        link->answer = judge(PQresultErrorField(result, PG_DIAG_SQLSTATE));
        keep(link, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    }
    return status == PGRES_PIPELINE_SYNC;
}

/* Goes on with what was sent, and tells when all of it is answered. */
static void step(struct link *link)
{
    bool whole = false;

    if (!PQconsumeInput(link->conn)) {
        if (link->sent)
            lose(link);
        else
            conn_drop(link); /* between two batches; the next one connects */
        return;
    }
    while (link->sent && !whole && !PQisBusy(link->conn)) {
        PGresult *result = PQgetResult(link->conn);

        whole = take(link, result);
        PQclear(result);
        if (PQstatus(link->conn) == CONNECTION_BAD) {
            lose(link);
            return;
        }
    }
    if (!whole) {
        flush(link);
        return;
    }
    link->sent = false;
    if (link->answer == TROUBLE)
        conn_drop(link);
    link->told(link->stage, link->answer, link->why);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
    struct link *link = poll->data;

    (void)status, (void)events;
    if (!link->connecting && link->conn)
        step(link);
}

void conn_wait(struct link *link)
{
    while (link->sent) {
        struct pollfd fd = {.fd = PQsocket(link->conn),
                            .events = POLLIN | POLLOUT};

        if (PQflush(link->conn) == 0)
            fd.events = POLLIN;
        poll(&fd, 1, -1);
        step(link);
    }
}

/* ---- beginning and end ---- */

int conn_watch(struct link *link, struct uv_loop_s *loop)
{
    link->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (link->epoll < 0)
        return -errno;
    link->poll.data = link;
    uv_poll_init(loop, &link->poll, link->epoll);
    uv_poll_start(&link->poll, UV_READABLE, on_event);
    return 0;
}

void conn_close(struct link *link)
{
    link->closed = true;
    if (link->poll.data) {
        uv_close((uv_handle_t *)&link->poll, NULL);
        close(link->epoll);
    }
    if (!link->connecting)
        conn_drop(link);
}

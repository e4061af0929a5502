/* server.c: the talk with clients, by libmicrohttpd.
 *
 * The library's epoll descriptor is in the lane's loop, and all is done in the
 * lane's thread. Requests that are whole wait until the library has gone round all
 * clients; then their documents are written and synced together, and they are
 * answered. So one sync serves all that came during the one before, which is what
 * a thread of its own could do for them, and nothing is shared.
 */
#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_ID = 1000, BODIES = 8, RETRY_AFTER = 10 };

/* A connection, from its begin or the end of its last request. */
struct client {
    struct client *next, **link;
    MHD_socket socket;
    uint64_t since; /* ms of the loop */
};

struct request {
    struct MHD_Connection *connection;
    struct request *next; /* that waits for the disk too */
    struct body body;
    struct reply reply;
};

struct server {
    gly_stage *stage;
    struct serving how;
    struct MHD_Daemon *daemon;
    struct client *clients;
    struct request *waiting;
    struct jsonl json;
    size_t bytes;           /* of bodies that are on their way */
    double tokens;          /* documents that the rate allows now */
    uint64_t tokens_at;
    bool told_full, unkept; /* a commit went wrong */
    uv_poll_t poll;
    uv_timer_t timer, sweeper;
};

/* ---- answers ---- */

static const char allowed[] = "GET, HEAD, OPTIONS, POST";

static void add_headers(struct MHD_Response *response, unsigned status)
{
    char seconds[16];

    MHD_add_response_header(response, "Content-Type", "application/json");
    if (status == 401)
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (status == 405 || status == 204)
        MHD_add_response_header(response, "Allow", allowed);
    if (status == 429 || status == 503) {
        snprintf(seconds, sizeof(seconds), "%d", status == 429 ? 1 : RETRY_AFTER);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
}

static enum MHD_Result send_json(struct MHD_Connection *connection,
                                 unsigned status, const gly_buf *json)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        json->len, json->data, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    add_headers(response, status);
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer(struct server *s, struct request *r)
{
    gly_buf json = {0};
    char name[16];
    enum MHD_Result result;

    snprintf(name, sizeof(name), "status %u", r->reply.status);
    gly_count(s->stage, name, 1);
    if (r->reply.status == 202) {
        gly_buf_puts(&json, "{\"id\":");
        gly_json_string(&json, r->reply.id.data, r->reply.id.len);
        gly_buf_printf(&json, ",\"accepted\":%zu}\n", r->reply.accepted);
    } else {
        gly_buf_puts(&json, "{\"error\":");
        gly_json_string(&json, r->reply.why, strlen(r->reply.why));
        gly_buf_puts(&json, "}\n");
    }
    result = send_json(r->connection, r->reply.status, &json);
    gly_buf_finish(&json);
    return result;
}

static void refuse(struct request *r, unsigned status, const char *why)
{
    r->reply.status = status;
    snprintf(r->reply.why, sizeof(r->reply.why), "%s", why);
}

/* What GET tells: how to use it. */
static enum MHD_Result describe(const struct server *s,
                                struct MHD_Connection *connection)
{
    gly_buf json = {0};
    enum MHD_Result result;

    gly_buf_printf(&json, "{\"service\":\"galley\",\"post\":[\"text/plain\","
                   "\"text/html\",\"application/json\",\"application/jsonl\","
                   "\"application/x-ndjson\"],\"max_document\":%zu,"
                   "\"token\":%s}\n", s->how.max_document,
                   s->how.token ? "true" : "false");
    result = send_json(connection, 200, &json);
    gly_buf_finish(&json);
    return result;
}

/* ---- what a request's head says ---- */

static const char *head(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* In the same time, however much of it is right. */
static bool is_token(const char *token, const char *given)
{
    size_t len = strlen(token), given_len = given ? strlen(given) : 0;
    unsigned differs = len != given_len;

    for (size_t i = 0; i < given_len; i++)
        differs |= (unsigned char)given[i] ^ (unsigned char)token[i % len];
    return differs == 0;
}

static bool may_post(const struct server *s, struct request *r)
{
    const char *given = head(r->connection, "Authorization");

    if (s->how.token) {
        bool bearer = given && strncasecmp(given, "Bearer ", 7) == 0;

        if (is_token(s->how.token, bearer ? given + 7 : NULL))
            return true;
        refuse(r, 401, "a token is needed: Authorization: Bearer TOKEN");
        return false;
    }
    /* A page of another site may have the user's browser post to this machine. */
    if (!head(r->connection, "Origin"))
        return true;
    refuse(r, 403, "browsers may post with a token only");
    return false;
}

static void read_type(struct request *r)
{
    static const struct {
        const char *name, *type;
        bool lines;
    } types[] = {
        { "text/plain", "text/plain", false },
        { "text/html", "text/html", false },
        { "application/xhtml+xml", "text/html", false },
        { "application/json", "application/json", false },
        { "application/jsonl", "application/json", true },
        { "application/x-ndjson", "application/json", true },
    };
    const char *type = head(r->connection, "Content-Type");
    size_t len = type ? strcspn(type, "; \t") : 0;

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (strlen(types[i].name) == len &&
            strncasecmp(types[i].name, type, len) == 0) {
            r->body.type = types[i].type;
            r->body.lines = types[i].lines;
            content_label(type, strlen(type), r->body.charset,
                          sizeof(r->body.charset));
            return;
        }
    refuse(r, 415, "Content-Type: text/plain, text/html, application/json or "
                   "application/jsonl is needed");
}

static void read_encoding(struct request *r)
{
    const char *name = head(r->connection, "Content-Encoding");

    if (!name || !*name || strcasecmp(name, "identity") == 0)
        r->body.packing = PLAIN;
    else if (strcasecmp(name, "gzip") == 0 || strcasecmp(name, "x-gzip") == 0)
        r->body.packing = GZIP;
    else if (strcasecmp(name, "zstd") == 0)
        r->body.packing = ZSTD;
    else
        refuse(r, 415, "Content-Encoding is neither gzip nor zstd");
}

static void read_id(struct request *r)
{
    const char *id = head(r->connection, "X-Document-Id");
    size_t len = id ? strlen(id) : 0;

    r->body.id = len > 0 ? id : NULL;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)id[i] < ' ' || id[i] == 0x7f)
            len = MOST_ID + 1;
    if (len > MOST_ID || gly_utf8_valid(id, len) < len)
        refuse(r, 400, "X-Document-Id is no line of UTF-8 of at most 1000 "
                       "bytes");
}

static void read_length(const struct server *s, struct request *r)
{
    const char *length = head(r->connection, "Content-Length");

    if (!length && !head(r->connection, "Transfer-Encoding"))
        refuse(r, 411, "Content-Length is needed");
    else if (length && strtoull(length, NULL, 10) > s->how.max_document)
        refuse(r, 413, "larger than max_document");
}

/* The rate is of requests; some may come at once. */
static bool is_too_often(struct server *s)
{
    uint64_t now = uv_now(s->poll.loop);
    double most = s->how.rate > 1 ? s->how.rate : 1;

    if (s->how.rate == 0)
        return false;
    s->tokens += (double)(now - s->tokens_at) / 1000 * s->how.rate;
    s->tokens_at = now;
    if (s->tokens > most)
        s->tokens = most;
    if (s->tokens < 1)
        return true;
    s->tokens--;
    return false;
}

static bool is_full(struct server *s)
{
    bool full = s->how.spool->bytes >= s->how.spool_limit;

    if (full && !s->told_full)
        gly_log(s->stage, GLY_WARN, "the spool is full: nothing more is taken "
                "until documents are done");
    s->told_full = full;
    return full;
}

static void read_head(struct server *s, struct request *r)
{
    if (!may_post(s, r))
        return;
    read_length(s, r);
    if (r->reply.status == 0)
        read_type(r);
    if (r->reply.status == 0)
        read_encoding(r);
    if (r->reply.status == 0)
        read_id(r);
    if (r->reply.status == 0 && is_too_often(s))
        refuse(r, 429, "more requests a second than rate allows");
    if (r->reply.status == 0 && is_full(s))
        refuse(r, 503, "the spool is full");
}

/* ---- a request ---- */

static enum MHD_Result begin(struct server *s, struct MHD_Connection *connection,
                             const char *path, const char *method, void **mine)
{
    struct request *r = calloc(1, sizeof(*r));

    if (!r)
        return MHD_NO;
    *mine = r;
    r->connection = connection;
    if (strcmp(path, "/") != 0) {
        refuse(r, 404, "there is only /");
    } else if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0) {
        return describe(s, connection);
    } else if (strcmp(method, "OPTIONS") == 0) {
        return send_json(connection, 204, &r->body.bytes);
    } else if (strcmp(method, "POST") != 0) {
        refuse(r, 405, "documents are posted");
    } else {
        read_head(s, r);
    }
    return r->reply.status == 0 ? MHD_YES : answer(s, r);
}

/* A body that is refused meanwhile is let pass, since the library answers at its
 * end only. */
static void take_bytes(struct server *s, struct request *r, const char *bytes,
                       size_t len)
{
    if (r->reply.status == 0 && r->body.bytes.len + len > s->how.max_document)
        refuse(r, 413, "larger than max_document");
    else if (r->reply.status == 0 &&
             s->bytes + len > BODIES * s->how.max_document)
        refuse(r, 503, "too many large bodies at once");
    if (r->reply.status != 0) {
        s->bytes -= r->body.bytes.len;
        gly_buf_finish(&r->body.bytes);
        return;
    }
    s->bytes += len;
    gly_buf_add(&r->body.bytes, bytes, len);
}

static void commit(struct server *s)
{
    int result = spool_commit(s->how.spool);

    if (result < 0)
        gly_log(s->stage, GLY_ERROR, "cannot write to the spool: %s",
                strerror(-result));
    s->unkept |= result < 0;
}

static enum MHD_Result take_request(void *arg, struct MHD_Connection *connection,
                                    const char *path, const char *method,
                                    const char *version, const char *bytes,
                                    size_t *len, void **mine)
{
    struct server *s = arg;
    struct request *r = *mine;
    size_t packed;

    (void)version;
    if (!r)
        return begin(s, connection, path, method, mine);
    if (*len > 0) {
        take_bytes(s, r, bytes, *len);
        *len = 0;
        return MHD_YES;
    }
    if (r->reply.status != 0)
        return answer(s, r);
    packed = r->body.bytes.len;
    body_take(&r->body, &s->json, s->how.spool, s->how.max_document, &r->reply);
    s->bytes -= packed;
    gly_buf_finish(&r->body.bytes);
    if (r->reply.status != 202)
        return answer(s, r);
    /* What small bodies were unpacked to may be large. */
    if (s->how.spool->gathered.len > s->how.max_document)
        commit(s);
    r->next = s->waiting;
    s->waiting = r;
    MHD_suspend_connection(connection);
    return MHD_YES;
}

static void end_request(void *arg, struct MHD_Connection *connection,
                        void **mine, enum MHD_RequestTerminationCode how)
{
    struct server *s = arg;
    struct request *r = *mine;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct client *client = info ? info->socket_context : NULL;

    (void)how;
    if (client)
        client->since = uv_now(s->poll.loop);
    if (!r)
        return;
    s->bytes -= r->body.bytes.len;
    gly_buf_finish(&r->body.bytes);
    gly_buf_finish(&r->reply.id);
    free(r);
    *mine = NULL;
}

/* Writes what all that wait have posted, and has them answered. */
static void keep(struct server *s)
{
    struct request *r = s->waiting;

    commit(s);
    s->waiting = NULL;
    while (r) {
        struct request *next = r->next;

        if (s->unkept)
            refuse(r, 503, "the spool cannot be written");
        MHD_resume_connection(r->connection);
        r = next;
    }
    s->unkept = false;
    s->how.spooled(s->stage);
}

static void on_timer(uv_timer_t *timer);

static void turn(struct server *s)
{
    MHD_UNSIGNED_LONG_LONG ms;

    MHD_run(s->daemon);
    if (s->waiting) {
        keep(s);
        MHD_run(s->daemon);
    }
    if (MHD_get_timeout(s->daemon, &ms) == MHD_YES || s->waiting)
        uv_timer_start(&s->timer, on_timer, s->waiting ? 0 : ms, 0);
}

static void on_timer(uv_timer_t *timer)
{
    turn(timer->data);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    turn(poll->data);
}

/* ---- clients that are too slow ---- */

static void meet(void *arg, struct MHD_Connection *connection, void **mine,
                 enum MHD_ConnectionNotificationCode what)
{
    struct server *s = arg;
    struct client *client = *mine;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (!client)
            return;
        *client->link = client->next;
        if (client->next)
            client->next->link = client->link;
        free(client);
        *mine = NULL;
        /* The library looks for others that wait only when it is called. */
        uv_timer_start(&s->timer, on_timer, 0, 0);
        return;
    }
    client = calloc(1, sizeof(*client));
    if (!client)
        return;
    client->socket = MHD_get_connection_info(
                         connection, MHD_CONNECTION_INFO_CONNECTION_FD)
                         ->connect_fd;
    client->since = uv_now(s->poll.loop);
    client->next = s->clients;
    client->link = &s->clients;
    if (client->next)
        client->next->link = &client->next;
    s->clients = client;
    *mine = client;
}

static bool has_left(MHD_socket socket)
{
    char byte;

    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* A byte now and then keeps no connection: a request has so long in all. Of a
 * client that leaves with its last bytes the library has no second event. */
static void sweep(uv_timer_t *timer)
{
    struct server *s = timer->data;
    uint64_t now = uv_now(timer->loop);

    for (const struct client *c = s->clients; c; c = c->next)
        if ((double)(now - c->since) > s->how.timeout * 1000)
            shutdown(c->socket, SHUT_RDWR);
        else if (has_left(c->socket))
            shutdown(c->socket, SHUT_RD);
}

/* ---- beginning and end ---- */

struct server *server_new(gly_stage *stage, const struct serving *how)
{
    struct server *s = gly_stage_alloc(stage, sizeof(*s));
    struct uv_loop_s *loop = gly_loop(stage);
    uint64_t often = how->timeout < 4 ? (uint64_t)(how->timeout * 250) : 1000;

    s->stage = stage;
    s->how = *how;
    s->tokens = how->rate;
    s->poll.loop = loop;
    s->tokens_at = uv_now(loop);
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, take_request, s,
        MHD_OPTION_LISTEN_SOCKET, how->socket,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)how->connections,
        MHD_OPTION_NOTIFY_CONNECTION, meet, s,
        MHD_OPTION_NOTIFY_COMPLETED, end_request, s, MHD_OPTION_END);
    if (!s->daemon) {
        close(how->socket);
        gly_fail(stage, -EIO, "libmicrohttpd cannot start");
        return NULL;
    }
    s->poll.data = s->timer.data = s->sweeper.data = s;
    uv_timer_init(loop, &s->timer);
    uv_timer_init(loop, &s->sweeper);
    uv_timer_start(&s->sweeper, sweep, often, often);
    uv_poll_init(loop, &s->poll,
                 MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD)
                     ->epoll_fd);
    uv_poll_start(&s->poll, UV_READABLE, on_event);
    return s;
}

/* Requests that wait for the disk are not kept: they have no answer, and come
 * again. The library does not end while they wait. */
void server_free(struct server *s)
{
    if (!s)
        return;
    for (struct request *r = s->waiting; r; r = r->next)
        MHD_resume_connection(r->connection);
    uv_close((uv_handle_t *)&s->poll, NULL);
    uv_close((uv_handle_t *)&s->timer, NULL);
    uv_close((uv_handle_t *)&s->sweeper, NULL);
    MHD_stop_daemon(s->daemon);
    jsonl_finish(&s->json);
}

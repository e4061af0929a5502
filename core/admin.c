#include "admin.h"

#include "log.h"
#include "picture.h"

#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    MOST_CONNECTIONS = 32,
    PATIENCE_S = 15,  /* with a connection that says nothing */
    SAMPLE_MS = 1000, /* between two looks at the figures */
    OLDEST_MS = 200,  /* a picture that is told */
};

struct server {
    struct picture *picture;
    bool check_host;
};

/* What a page may do that holds other people's words: run this script, nothing
 * else. */
static const char *const headers[][2] = {
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; "
      "img-src 'self'; connect-src 'self'; base-uri 'none'; "
      "form-action 'none'; frame-ancestors 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cache-Control", "no-store" },
};

static enum MHD_Result answer(struct MHD_Connection *connection,
                              unsigned status, const char *type,
                              const char *body, size_t len)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        len, (void *)body, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status,
                           const char *words)
{
    gly_buf line = {0};
    enum MHD_Result result;

    gly_buf_printf(&line, "%s\n", words);
    result = answer(connection, status, "text/plain; charset=utf-8", line.data,
                    line.len);
    gly_buf_finish(&line);
    return result;
}

/* ---- what is told ---- */

static const struct picture *look_after(struct server *server, unsigned ms)
{
    if (figures_now() - server->picture->now >= ms)
        picture_take(server->picture);
    return server->picture;
}

static const struct picture *look(struct server *server)
{
    return look_after(server, OLDEST_MS);
}

static enum MHD_Result tell_whether(struct MHD_Connection *connection,
                                    const char *why_not)
{
    return say(connection, why_not ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
               why_not ? why_not : "ok");
}

static void add_escaped(gly_buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&': gly_buf_puts(out, "&amp;"); break;
        case '<': gly_buf_puts(out, "&lt;"); break;
        case '>': gly_buf_puts(out, "&gt;"); break;
        default: gly_buf_add(out, text, 1);
        }
    }
}

/* In place of a comment the page has the same as text, for browsers that run no
 * script. */
static enum MHD_Result tell_page(struct MHD_Connection *connection,
                                 struct server *server,
                                 const struct asset *asset)
{
    static const char mark[] = "<!-- figures -->";
    size_t len = (size_t)(asset->end - asset->begin);
    const char *at = memmem(asset->begin, len, mark, sizeof(mark) - 1);
    gly_buf page = {0}, text = {0};
    enum MHD_Result result;

    picture_draw(&text, look(server), 0, false);
    gly_buf_add(&page, asset->begin, (size_t)(at - asset->begin));
    add_escaped(&page, text.data);
    at += sizeof(mark) - 1;
    gly_buf_add(&page, at, (size_t)(asset->end - at));
    result = answer(connection, MHD_HTTP_OK, asset->type, page.data, page.len);
    gly_buf_finish(&page);
    gly_buf_finish(&text);
    return result;
}

static enum MHD_Result tell_metrics(struct MHD_Connection *connection,
                                    struct server *server)
{
    gly_buf out = {0};
    enum MHD_Result result;

    picture_metrics(&out, look(server));
    result = answer(connection, MHD_HTTP_OK,
                    "text/plain; version=0.0.4; charset=utf-8", out.data,
                    out.len);
    gly_buf_finish(&out);
    return result;
}

static enum MHD_Result tell_figures(struct MHD_Connection *connection,
                                    struct server *server)
{
    const char *since = MHD_lookup_connection_value(
        connection, MHD_GET_ARGUMENT_KIND, "since");
    gly_buf out = {0};
    enum MHD_Result result;

    picture_json(&out, look(server), since ? strtoull(since, NULL, 10) : 0);
    result = answer(connection, MHD_HTTP_OK, "application/json", out.data,
                    out.len);
    gly_buf_finish(&out);
    return result;
}

static enum MHD_Result tell(struct MHD_Connection *connection,
                            struct server *server, const char *path)
{
    if (strcmp(path, "/healthz") == 0)
        return tell_whether(connection, picture_illness(look(server)));
    if (strcmp(path, "/readyz") == 0)
        return tell_whether(connection, picture_unreadiness(look(server)));
    if (strcmp(path, "/metrics") == 0)
        return tell_metrics(connection, server);
    if (strcmp(path, "/figures.json") == 0)
        return tell_figures(connection, server);
    for (const struct asset *a = admin_assets; a->path; a++) {
        if (strcmp(path, a->path) != 0)
            continue;
        return a == admin_assets
                   ? tell_page(connection, server, a)
                   : answer(connection, MHD_HTTP_OK, a->type, a->begin,
                            (size_t)(a->end - a->begin));
    }
    return say(connection, MHD_HTTP_NOT_FOUND, "there is no such page");
}

/* ---- who asks ---- */

/* A name of this machine for itself, with or without a port. A page of another
 * site whose name was made to lead here asks by that name. */
static bool is_own_host(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; host && i < sizeof(names) / sizeof(*names); i++) {
        size_t len = strlen(names[i]);

        if (strncasecmp(host, names[i], len) == 0 &&
            (!host[len] ||
             (host[len] == ':' &&
              host[len + 1 + strspn(host + len + 1, "0123456789")] == '\0')))
            return true;
    }
    return false;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *data,
                                  size_t *len, void **begun)
{
    struct server *server = arg;
    const char *host = MHD_lookup_connection_value(
        connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);

    (void)version, (void)data;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return say(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET or HEAD");
    if (!*begun) { /* the headers are here, a body may follow */
        *begun = server;
        return MHD_YES;
    }
    if (*len > 0) {
        *len = 0;
        return MHD_YES;
    }
    if (server->check_host && !is_own_host(host))
        return say(connection, MHD_HTTP_FORBIDDEN,
                   "ask for localhost, 127.0.0.1 or [::1]");
    return tell(connection, server, path);
}

int admin_serve(int listening, const char *figures)
{
    struct sockaddr_storage name = {0};
    socklen_t len = sizeof(name);
    struct error error = {0};
    struct server server = {picture_new(figures, &error), true};
    struct MHD_Daemon *daemon;

    if (!server.picture)
        return -ENOENT;
    if (getsockname(listening, (struct sockaddr *)&name, &len) == 0)
        server.check_host = name.ss_family != AF_UNIX;
    daemon = MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, on_request, &server,
        MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT,
        MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, PATIENCE_S,
        MHD_OPTION_END);
    while (daemon) {
        look_after(&server, SAMPLE_MS);
        if (MHD_run_wait(daemon, SAMPLE_MS) != MHD_YES)
            break;
    }
    if (daemon)
        MHD_stop_daemon(daemon);
    picture_free(server.picture);
    return -EIO;
}

#include "transfer.h"

#include "address.h"
#include "fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

enum {
    MOST_HEAD = 256 * 1024, /* bytes of headers */
    LEAST_SPEED = 100,      /* bytes a second, see the setting `stall` */
    IDLE = 128,             /* connections kept for a host's next turn */
};

static const char pages[] =
    "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.5";

/* A socket of libcurl's. */
struct watched {
    uv_poll_t poll;
    struct transfers *all;
    curl_socket_t fd;
    struct watched *next; /* idle ones */
};

struct transfers {
    gly_stage *stage;
    const struct web_settings *settings;
    void (*ended)(void *arg, const struct outcome *outcome);
    CURLM *multi;
    uv_timer_t timer;
    struct watched *idle;
    struct range *allowed;
    gly_buf agent;
    struct transfer *first;
};

struct transfer {
    struct transfers *all;
    struct transfer *next, *previous;
    CURL *easy;
    struct curl_slist *headers;
    void *arg;
    gly_buf body;
    size_t most, head;
    bool cut, full;          /* at `most` */
    bool conditional;        /* validators were sent */
    bool refused, connected; /* addresses: of those that the name has */
    char error[CURL_ERROR_SIZE];
};

/* ---- libcurl's sockets and timer in the loop ---- */

static void collect(struct transfers *all);

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watched *w = poll->data;
    struct transfers *all = w->all;
    int flags = 0, running;

    /* Of an error libcurl learns more by reading than by being told. */
    if (status < 0 || events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (status < 0 || events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    curl_multi_socket_action(all->multi, w->fd, flags, &running);
    collect(all);
}

static void on_timer(uv_timer_t *timer)
{
    struct transfers *all = timer->data;
    int running;

    curl_multi_socket_action(all->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(all);
}

static int set_timer(CURLM *multi, long ms, void *arg)
{
    struct transfers *all = arg;

    (void)multi;
    if (ms < 0)
        uv_timer_stop(&all->timer);
    else
        uv_timer_start(&all->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct watched *w = handle->data;

    w->next = w->all->idle;
    w->all->idle = w;
}

static struct watched *watch(struct transfers *all, curl_socket_t fd)
{
    struct watched *w = all->idle;

    if (w)
        all->idle = w->next;
    else
        w = gly_stage_alloc(all->stage, sizeof(*w));
    w->all = all;
    w->fd = fd;
    w->poll.data = w;
    if (uv_poll_init(gly_loop(all->stage), &w->poll, fd) != 0)
        return NULL;
    curl_multi_assign(all->multi, fd, w);
    return w;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
                      void *assigned)
{
    struct transfers *all = arg;
    struct watched *w = assigned;
    int events = what == CURL_POLL_IN    ? UV_READABLE
               : what == CURL_POLL_OUT   ? UV_WRITABLE
               : what == CURL_POLL_INOUT ? UV_READABLE | UV_WRITABLE : 0;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            uv_close((uv_handle_t *)&w->poll, on_closed);
        curl_multi_assign(all->multi, fd, NULL);
        return 0;
    }
    if (!w)
        w = watch(all, fd);
    return w && uv_poll_start(&w->poll, events, on_ready) == 0 ? 0 : -1;
}

/* ---- what a transfer is given ---- */

/* Here and not by the name: it is what will be connected to. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct transfer *t = arg;
    const struct web_settings *settings = t->all->settings;

    (void)purpose;
    if (!settings->allow_private && !*settings->proxy &&
        !address_allowed(&address->addr, t->all->allowed,
                         settings->allow.count)) {
        t->refused = true;
        return CURL_SOCKET_BAD;
    }
    t->connected = true;
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    size_t len = size * count, room = t->most - t->body.len;

    t->full = len > room;
    if (!t->full || t->cut)
        gly_buf_add(&t->body, bytes, t->full ? room : len);
    return t->full ? 0 : len;
}

static size_t take_head(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;

    (void)bytes;
    t->head += size * count;
    return t->head > MOST_HEAD ? 0 : size * count;
}

/* ---- what came of it ---- */

static const char *header(struct transfer *t, const char *name)
{
    struct curl_header *found;

    if (curl_easy_header(t->easy, name, 0, CURLH_HEADER, -1, &found) !=
            CURLHE_OK ||
        gly_utf8_valid(found->value, strlen(found->value)) <
            strlen(found->value))
        return "";
    return found->value;
}

/* Seconds from now to a date, or those that are written; -1 for neither. */
static double until(const char *when)
{
    char *end;
    double seconds = (double)strtoul(when, &end, 10);
    time_t date;

    if (when[0] >= '0' && when[0] <= '9' && *end == '\0')
        return seconds;
    date = curl_getdate(when, NULL);
    return date < 0 ? -1 : date > time(NULL) ? (double)(date - time(NULL)) : 0;
}

static double freshness(struct transfer *t)
{
    const char *control = header(t, "Cache-Control");
    const char *age = strcasestr(control, "max-age=");

    if (strcasestr(control, "no-cache") || strcasestr(control, "no-store"))
        return 0;
    if (age)
        return (double)strtoul(age + 8, NULL, 10);
    return *header(t, "Expires") ? until(header(t, "Expires")) : -1;
}

/* "text/html; charset=utf-8" into two; the buffer keeps both. */
static void read_type(const char *header_value, gly_buf *buf,
                      struct web_answer *answer)
{
    size_t len = strcspn(header_value, "; \t"), second;
    char label[64];

    for (const char *at = header_value; at < header_value + len; at++) {
        char c = *at >= 'A' && *at <= 'Z' ? *at | 32 : *at;

        gly_buf_add(buf, &c, 1);
    }
    gly_buf_add(buf, "", 1);
    second = buf->len;
    if (content_label(header_value, strlen(header_value), label, sizeof(label)))
        gly_buf_puts(buf, label);
    gly_buf_add(buf, "", 1);
    answer->type = buf->data;
    answer->charset = buf->data + second;
}

static void fail(struct outcome *o, enum web_end end, int code, bool passing,
                 const char *why)
{
    o->answer.end = end;
    o->answer.code = code;
    o->answer.why = why;
    o->passing = passing;
}

static void judge_status(struct transfer *t, struct outcome *o)
{
    int status = o->answer.status;

    if (status >= 200 && status < 300)
        o->answer.end = WEB_DONE;
    else if (status == 304 && t->conditional)
        o->answer.end = WEB_UNCHANGED;
    else if (o->location)
        fail(o, WEB_BROKEN, -ELOOP, false, "too many redirects");
    else if (status == 404 || status == 410)
        fail(o, WEB_GONE, -ENOENT, false, "the server has it no more");
    else if (status == 408 || status == 425 || status == 429 ||
             (status >= 500 && status != 501 && status != 505))
        fail(o, WEB_TEMPORARY, -EAGAIN, true, "the server cannot now");
    else
        fail(o, WEB_STATUS, -EACCES, false, "the server does not give it");
}

static void judge_error(struct transfer *t, CURLcode result, struct outcome *o)
{
    const char *why = t->error[0] ? t->error : curl_easy_strerror(result);

    switch (result) {
    case CURLE_WRITE_ERROR:
        if (t->full)
            fail(o, WEB_LARGE, -EFBIG, false, "larger than max_document");
        else
            fail(o, WEB_BROKEN, -EPROTO, false, "headers without end");
        break;
    case CURLE_FILESIZE_EXCEEDED:
        fail(o, WEB_LARGE, -EFBIG, false, "larger than max_document");
        break;
    case CURLE_OPERATION_TIMEDOUT:
        fail(o, WEB_TIMEOUT, -ETIMEDOUT, true, why);
        break;
    case CURLE_SSL_CONNECT_ERROR:
        fail(o, WEB_TLS, -EPROTO, true, why);
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CACERT_BADFILE:
        fail(o, WEB_TLS, -EPROTO, false, why);
        break;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        fail(o, WEB_BROKEN, -EPROTO, false, why);
        break;
    case CURLE_OUT_OF_MEMORY: /* is said of a line that is too long */
        fail(o, WEB_BROKEN, -EPROTO, false, "a header without end");
        break;
    default:
        if (t->refused && !t->connected)
            fail(o, WEB_ADDRESS, -EACCES, false,
                 "not an address of the public internet");
        else
            fail(o, WEB_TEMPORARY, -EIO, true, why);
    }
}

static void conclude(struct transfer *t, CURLcode result)
{
    struct transfers *all = t->all;
    struct outcome o = {
        .answer = { .why = "", .body = "", .url = "" },
    };
    gly_buf type = { 0 }, why = { 0 };
    char *location = NULL;
    long status = 0;

    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &location);
    o.answer.status = (int)status;
    o.answer.etag = header(t, "ETag");
    o.answer.last_modified = header(t, "Last-Modified");
    o.answer.retry_after = until(header(t, "Retry-After"));
    o.answer.fresh = freshness(t);
    read_type(header(t, "Content-Type"), &type, &o.answer);
    if (status != 304)
        o.location = location;
    o.forever = status == 301 || status == 308;
    if (result == CURLE_OK || (t->full && t->cut))
        judge_status(t, &o);
    else
        judge_error(t, result, &o);
    if (o.answer.end == WEB_DONE && t->body.len > 0) {
        o.answer.body = t->body.data;
        o.answer.len = t->body.len;
    }
    if (result == CURLE_OK && *o.answer.why)
        gly_buf_printf(&why, "status %d: ", o.answer.status);
    gly_utf8_mend(&why, o.answer.why, strlen(o.answer.why));
    o.answer.why = why.data ? why.data : "";
    all->ended(t->arg, &o);
    gly_buf_finish(&type);
    gly_buf_finish(&why);
}

static void end(struct transfer *t)
{
    if (t->previous)
        t->previous->next = t->next;
    else
        t->all->first = t->next;
    if (t->next)
        t->next->previous = t->previous;
    curl_multi_remove_handle(t->all->multi, t->easy);
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    gly_buf_finish(&t->body);
    free(t);
}

static void collect(struct transfers *all)
{
    int left;

    for (CURLMsg *m; (m = curl_multi_info_read(all->multi, &left)) != NULL;) {
        CURLcode result = m->data.result;
        struct transfer *t;

        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
        conclude(t, result);
        end(t);
    }
}

/* ---- beginning ---- */

static void add_header(struct transfer *t, const char *name, const char *value)
{
    gly_buf line = { 0 };
    struct curl_slist *list;

    if (!value || !*value)
        return;
    gly_buf_printf(&line, "%s: %s", name, value);
    list = curl_slist_append(t->headers, line.data);
    gly_buf_finish(&line);
    if (!list)
        abort();
    t->headers = list;
}

/* Of the system's certificates libcurl keeps those of a file, and reads those of
 * a folder for each connection again: one of both is enough. */
static void set_certificates(CURL *easy, const char *ca_file)
{
    char *file = NULL;

    if (*ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
        return;
    }
    curl_easy_getinfo(easy, CURLINFO_CAINFO, &file);
    if (file)
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}

static void set_bounds(struct transfer *t)
{
    const struct web_settings *s = t->all->settings;
    CURL *easy = t->easy;

    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(s->timeout * 1000));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(s->connect_timeout * 1000));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_SPEED);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)s->stall);
    if (!t->cut)
        curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->most);
}

static void set_callbacks(struct transfer *t)
{
    CURL *easy = t->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
}

static void set_request(struct transfer *t, const char *url,
                        const struct web_request *request)
{
    CURL *easy = t->easy;

    add_header(t, "Accept", request->accept ? request->accept : pages);
    add_header(t, "If-None-Match", request->etag);
    add_header(t, "If-Modified-Since", request->last_modified);
    t->conditional = t->headers->next != NULL;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, t->all->agent.data);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* "" also keeps the environment's out. */
    curl_easy_setopt(easy, CURLOPT_PROXY, t->all->settings->proxy);
}

void transfer_begin(struct transfers *all, const struct web_request *request,
                    const char *url, size_t most, bool cut, void *arg)
{
    struct transfer *t = calloc(1, sizeof(*t));

    if (t)
        t->easy = curl_easy_init();
    if (!t || !t->easy)
        abort();
    t->all = all;
    t->arg = arg;
    t->most = most;
    t->cut = cut;
    t->next = all->first;
    if (t->next)
        t->next->previous = t;
    all->first = t;
    set_request(t, url, request);
    set_bounds(t);
    set_callbacks(t);
    set_certificates(t->easy, all->settings->ca_file);
    curl_multi_add_handle(all->multi, t->easy);
}

static bool read_ranges(struct transfers *all)
{
    const gly_list *allow = &all->settings->allow;

    all->allowed = gly_stage_alloc(all->stage,
                                   (allow->count + 1) * sizeof(*all->allowed));
    for (size_t i = 0; i < allow->count; i++)
        if (!range_read(allow->item[i], &all->allowed[i])) {
            gly_fail(all->stage, -EINVAL,
                     "allow: \"%s\" is no range of addresses, like "
                     "\"10.0.0.0/8\" or \"fd00::/8\"", allow->item[i]);
            return false;
        }
    return true;
}

static void name_agent(struct transfers *all)
{
    const struct web_settings *s = all->settings;

    if (*s->user_agent)
        gly_buf_puts(&all->agent, s->user_agent);
    else
        gly_buf_printf(&all->agent,
                       *s->contact ? "galley/%s (+%s)" : "galley/%s",
                       GALLEY_VERSION, s->contact);
}

struct transfers *transfers_new(gly_stage *stage,
                                const struct web_settings *settings,
                                void (*ended)(void *arg,
                                              const struct outcome *outcome))
{
    struct transfers *all = gly_stage_alloc(stage, sizeof(*all));

    all->stage = stage;
    all->settings = settings;
    all->ended = ended;
    if (!read_ranges(all))
        return NULL;
    if (*settings->ca_file && access(settings->ca_file, R_OK) < 0) {
        gly_fail(stage, -errno, "ca_file: cannot read %s: %s",
                 settings->ca_file, strerror(errno));
        return NULL;
    }
    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK ||
        !(all->multi = curl_multi_init())) {
        gly_fail(stage, -ENOMEM, "libcurl cannot begin");
        return NULL;
    }
    name_agent(all);
    all->timer.data = all;
    uv_timer_init(gly_loop(stage), &all->timer);
    curl_multi_setopt(all->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(all->multi, CURLMOPT_SOCKETDATA, all);
    curl_multi_setopt(all->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(all->multi, CURLMOPT_TIMERDATA, all);
    curl_multi_setopt(all->multi, CURLMOPT_MAXCONNECTS,
                      settings->connections + IDLE);
    return all;
}

void transfers_finish(struct transfers *all)
{
    if (!all)
        return;
    while (all->first)
        end(all->first);
    curl_multi_cleanup(all->multi);
    curl_global_cleanup();
    uv_close((uv_handle_t *)&all->timer, NULL);
    gly_buf_finish(&all->agent);
}

const char *transfers_agent(const struct transfers *all)
{
    return all->agent.data;
}

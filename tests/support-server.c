#include "support-server.h"

#include "support-server-paths.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <search.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_REQUEST = 65536 };

/* Of a host and a path, "" for all. */
struct tally {
    char *key;
    unsigned count, active, most;
    double last, gap;
};

struct connection {
    struct server *server;
    int fd;
    struct connection *next, *previous;
};

struct rules {
    char *host, *text; /* host "": all others */
    int status;
    struct rules *next;
};

struct server {
    int listener, log_fd;
    unsigned port;
    double begun;
    pthread_t accepter;
    server_handler *handler;
    void *arg;
    pthread_mutex_t lock; /* for all below */
    pthread_cond_t left;
    void *tallies; /* of tsearch(), by key */
    struct rules *rules;
    struct connection *connections;
    gly_buf log;
    atomic_bool ending;
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    perror(what);
    abort();
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- what was asked for ---- */

static int compare(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;

    return strcmp(x->key, y->key);
}

static struct tally *tally(struct server *s, const char *host, const char *path)
{
    struct tally key = { 0 }, **found, *new;
    gly_buf name = { 0 };

    gly_buf_printf(&name, "%s %s", host ? host : "", path ? path : "");
    key.key = name.data;
    found = tfind(&key, &s->tallies, compare);
    if (found) {
        gly_buf_finish(&name);
        return *found;
    }
    new = calloc(1, sizeof(*new));
    must(new != NULL, "calloc");
    new->key = name.data;
    new->gap = -1;
    tsearch(new, &s->tallies, compare);
    return new;
}

static unsigned enter(struct tally *t, double at)
{
    if (t->count > 0 && (t->gap < 0 || at - t->last < t->gap))
        t->gap = at - t->last;
    t->last = at;
    t->active++;
    if (t->active > t->most)
        t->most = t->active;
    return ++t->count;
}

static void note_begin(struct server *s, struct visit *v)
{
    pthread_mutex_lock(&s->lock);
    v->at = now();
    v->times = enter(tally(s, v->host, v->path), v->at);
    enter(tally(s, v->host, NULL), v->at);
    enter(tally(s, NULL, v->path), v->at);
    enter(tally(s, NULL, NULL), v->at);
    pthread_mutex_unlock(&s->lock);
}

/* Once, before the last of an answer goes out: whoever has it may ask again. */
static void note_end(struct visit *v)
{
    struct server *s = v->server;
    gly_buf line = { 0 };

    if (v->noted)
        return;
    v->noted = true;
    gly_buf_printf(&line, "%.3f %s %s %d\n", v->at - s->begun, v->host, v->path,
                   v->status);
    pthread_mutex_lock(&s->lock);
    tally(s, v->host, v->path)->active--;
    tally(s, v->host, NULL)->active--;
    tally(s, NULL, v->path)->active--;
    tally(s, NULL, NULL)->active--;
    if (s->log_fd < 0)
        gly_buf_add(&s->log, line.data, line.len);
    else if (write(s->log_fd, line.data, line.len) < 0)
        s->log_fd = -1;
    pthread_mutex_unlock(&s->lock);
    gly_buf_finish(&line);
}

static struct tally look(struct server *s, const char *host, const char *path)
{
    struct tally seen;

    pthread_mutex_lock(&s->lock);
    seen = *tally(s, host, path);
    pthread_mutex_unlock(&s->lock);
    return seen;
}

unsigned server_visits(struct server *s, const char *host, const char *path)
{
    return look(s, host, path).count;
}

double server_least_gap(struct server *s, const char *host)
{
    return look(s, host, NULL).gap;
}

unsigned server_most_at_once(struct server *s, const char *host)
{
    return look(s, host, NULL).most;
}

void server_log(struct server *s, gly_buf *out)
{
    pthread_mutex_lock(&s->lock);
    gly_buf_add(out, s->log.data ? s->log.data : "", s->log.len);
    pthread_mutex_unlock(&s->lock);
}

void server_log_to(struct server *s, int fd)
{
    pthread_mutex_lock(&s->lock);
    s->log_fd = fd;
    pthread_mutex_unlock(&s->lock);
}

/* ---- robots.txt ---- */

static struct rules *rules_of(struct server *s, const char *host)
{
    struct rules *rules = s->rules;

    while (rules && strcmp(rules->host, host) != 0)
        rules = rules->next;
    return rules;
}

void server_robots(struct server *s, const char *host, int status,
                   const char *text)
{
    struct rules *rules;

    pthread_mutex_lock(&s->lock);
    rules = rules_of(s, host ? host : "");
    if (!rules) {
        rules = calloc(1, sizeof(*rules));
        must(rules != NULL, "calloc");
        rules->host = strdup(host ? host : "");
        rules->next = s->rules;
        s->rules = rules;
    }
    free(rules->text);
    rules->text = strdup(text);
    rules->status = status;
    pthread_mutex_unlock(&s->lock);
}

static void answer_robots(struct server *s, struct visit *v)
{
    const struct rules *rules;
    int status = 404;
    char *text = NULL;

    pthread_mutex_lock(&s->lock);
    rules = rules_of(s, v->host);
    if (!rules)
        rules = rules_of(s, "");
    if (rules) {
        status = rules->status;
        text = strdup(rules->text);
    }
    pthread_mutex_unlock(&s->lock);
    v->close |= status == 0;
    if (status > 0)
        visit_answer(v, status, "Content-Type: text/plain\r\n", text ? text : "",
                     text ? strlen(text) : 0);
    free(text);
}

/* ---- for handlers ---- */

const char *visit_header(const struct visit *v, const char *name, char *value,
                         size_t size)
{
    size_t len = strlen(name), n;

    for (const char *at = v->head; (at = strstr(at, "\r\n")) != NULL;) {
        at += 2;
        if (strncasecmp(at, name, len) != 0 || at[len] != ':')
            continue;
        at += len + 1;
        at += strspn(at, " ");
        n = strcspn(at, "\r");
        snprintf(value, size, "%.*s", (int)n, at);
        return value;
    }
    return NULL;
}

bool visit_send(struct visit *v, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(v->fd, bytes, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

void visit_answer(struct visit *v, int status, const char *headers,
                  const char *body, size_t len)
{
    gly_buf head = { 0 };

    v->status = status;
    gly_buf_printf(&head, "HTTP/1.1 %d Said\r\n%sContent-Length: %zu\r\n%s\r\n",
                   status, headers, status == 304 ? 0 : len,
                   v->close ? "Connection: close\r\n" : "");
    if (status != 304)
        gly_buf_add(&head, body, len);
    note_end(v);
    if (!visit_send(v, head.data, head.len))
        v->close = true;
    gly_buf_finish(&head);
}

void visit_hang(struct visit *v)
{
    char bytes[256];

    while (recv(v->fd, bytes, sizeof(bytes), 0) > 0)
        continue;
    v->close = true;
}

void visit_reset(struct visit *v)
{
    struct linger at_once = { .l_onoff = 1 };

    setsockopt(v->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    v->close = true;
}

/* ---- connections ---- */

/* The next request, as its line and headers; what follows it stays in `in`. */
static bool read_head(int fd, gly_buf *in, gly_buf *head)
{
    char part[4096], *end = NULL;
    size_t len;

    while ((!in->data || !(end = strstr(in->data, "\r\n\r\n"))) &&
           in->len < MOST_REQUEST) {
        ssize_t n = recv(fd, part, sizeof(part), 0);

        if (n <= 0)
            return false;
        gly_buf_add(in, part, (size_t)n);
    }
    if (!end)
        return false;
    len = (size_t)(end - in->data) + 4;
    head->len = 0;
    gly_buf_add(head, in->data, len);
    memmove(in->data, in->data + len, in->len - len + 1);
    in->len -= len;
    return true;
}

static void serve(struct server *s, struct visit *v)
{
    char host[256], path[4096];

    if (sscanf(v->head, "%*15s %4095s", path) != 1 ||
        !visit_header(v, "Host", host, sizeof(host))) {
        v->close = true;
        return;
    }
    host[strcspn(host, ":")] = '\0';
    v->host = host;
    v->path = path;
    note_begin(s, v);
    if (s->handler && s->handler(s->arg, v))
        ;
    else if (strcmp(path, "/robots.txt") == 0)
        answer_robots(s, v);
    else
        answer_path(v);
    note_end(v);
}

static void leave(struct connection *c)
{
    struct server *s = c->server;

    pthread_mutex_lock(&s->lock);
    *(c->previous ? &c->previous->next : &s->connections) = c->next;
    if (c->next)
        c->next->previous = c->previous;
    close(c->fd);
    free(c);
    pthread_cond_signal(&s->left);
    pthread_mutex_unlock(&s->lock);
}

static void *converse(void *arg)
{
    struct connection *c = arg;
    gly_buf in = { 0 }, head = { 0 };
    struct visit v = { .fd = c->fd };

    while (!v.close && read_head(c->fd, &in, &head)) {
        v = (struct visit){
            .server = c->server, .fd = c->fd, .head = head.data,
        };
        serve(c->server, &v);
    }
    gly_buf_finish(&in);
    gly_buf_finish(&head);
    leave(c);
    return NULL;
}

static void meet(struct server *s, int fd)
{
    struct connection *c = calloc(1, sizeof(*c));
    pthread_attr_t detached;
    pthread_t thread;
    int on = 1;

    must(c != NULL, "calloc");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    c->server = s;
    c->fd = fd;
    pthread_mutex_lock(&s->lock);
    c->next = s->connections;
    if (c->next)
        c->next->previous = c;
    s->connections = c;
    if (s->ending)
        shutdown(fd, SHUT_RDWR);
    pthread_mutex_unlock(&s->lock);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 256 * 1024);
    must(pthread_create(&thread, &detached, converse, c) == 0, "a thread");
    pthread_attr_destroy(&detached);
}

static void *accept_all(void *arg)
{
    struct server *s = arg;

    for (;;) {
        int fd = accept(s->listener, NULL, NULL);

        if (fd >= 0)
            meet(s, fd);
        else if (s->ending)
            return NULL;
    }
}

/* ---- beginning and end ---- */

struct server *server_new(unsigned port, server_handler *handler, void *arg)
{
    struct server *s = calloc(1, sizeof(*s));
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(address);
    int on = 1;

    must(s != NULL, "calloc");
    s->handler = handler;
    s->arg = arg;
    s->log_fd = -1;
    s->begun = now();
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->left, NULL);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(s->listener >= 0, "socket");
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    must(bind(s->listener, (struct sockaddr *)&address, len) == 0, "bind");
    must(listen(s->listener, 1024) == 0, "listen");
    must(getsockname(s->listener, (struct sockaddr *)&address, &len) == 0,
         "getsockname");
    s->port = ntohs(address.sin_port);
    must(pthread_create(&s->accepter, NULL, accept_all, s) == 0, "a thread");
    return s;
}

static void end_tally(void *node)
{
    struct tally *t = node;

    free(t->key);
    free(t);
}

void server_free(struct server *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->ending = true;
    pthread_mutex_unlock(&s->lock);
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->accepter, NULL);
    close(s->listener);
    pthread_mutex_lock(&s->lock);
    for (struct connection *c = s->connections; c; c = c->next)
        shutdown(c->fd, SHUT_RDWR);
    while (s->connections)
        pthread_cond_wait(&s->left, &s->lock);
    pthread_mutex_unlock(&s->lock);
    for (struct rules *r = s->rules, *next; r; r = next) {
        next = r->next;
        free(r->host);
        free(r->text);
        free(r);
    }
    tdestroy(s->tallies, end_tally);
    gly_buf_finish(&s->log);
    free(s);
}

unsigned server_port(const struct server *s)
{
    return s->port;
}

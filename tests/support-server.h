/* support-server.h: a web server on loopback that behaves, and misbehaves, as the
 * path says. A thread a connection; tests/server is the same as a program.
 *
 * It listens on 127.0.0.1. Any name that ends with .localhost leads there without
 * a DNS server (libcurl resolves it by itself), so tests have as many hosts as
 * they like: "http://a.localhost:PORT/page/1".
 *
 *     /page/NAME          an HTML page with the title NAME
 *     /text/NAME          plain text
 *     /empty              200 and nothing
 *     /typed/TYPE?BODY    BODY with that Content-Type; %XX in both are undone
 *     /chunked/NAME /gzip/NAME /deflate/NAME   the page, so sent
 *     /etag/NAME          the page with an ETag; 304 when asked with it
 *     /modified/NAME      the same with Last-Modified
 *     /status/CODE        that status with a short text
 *     /first/N/CODE/NAME  that status N times (a path), then the page
 *     /wait/N/CODE/AFTER/NAME  the same with "Retry-After: AFTER"; "date" for
 *                         AFTER is a date of 2 s from now
 *     /fresh/SECONDS      a page with Cache-Control: max-age
 *     /hops/N/NAME        N redirects (302) on this host, then the page
 *     /loop               redirects to itself
 *     /to?ADDRESS         302 to what stands behind ?, as it stands
 *     /moved?ADDRESS      301 likewise
 *     /hang/before /hang/head /hang/body   stops there and stays
 *     /drip               a byte of the body every 50 ms, for ever
 *     /drip-head          the same within the headers
 *     /reset/before /reset/head /reset/body   a TCP reset there
 *     /close/before /close/head /close/body   the connection's end there
 *     /length/longer      Content-Length says more than comes
 *     /length/shorter     ... less
 *     /length/wrong       ... "-5"
 *     /huge/BYTES         that many bytes, chunked
 *     /huge-length/BYTES  Content-Length says so; then it hangs
 *     /bomb/BYTES         that many bytes, packed by gzip
 *     /bomb-twice/BYTES   packed twice
 *     /packed-not         Content-Encoding: gzip of what is not
 *     /packed-cut         of half of it
 *     /chunk/bad /chunk/huge   a length that is not a number, or is too large
 *     /head/endless       headers without end
 *     /head/line          one header line without end
 *     /garbage            not HTTP
 *     /slow/MS/NAME       the page after that many milliseconds
 *     /robots.txt         404, or what server_robots() has set
 *     anything else       404
 */
#ifndef SUPPORT_SERVER_H
#define SUPPORT_SERVER_H

#include <galley/text.h>

#include <stdbool.h>
#include <stddef.h>

/* One request as it came, and the way to answer it. */
struct server;
struct visit {
    struct server *server;
    const char *host;   /* of the Host header, without port */
    const char *path;   /* with its query */
    const char *head;   /* request line and headers, as they came */
    double at;          /* seconds of a clock that only goes on */
    unsigned times;     /* how often this path was asked for on this host, with
                           this one */
    int fd;
    bool close;         /* the connection is not to be used again */
    int status;         /* that was sent; 0 while nothing was */
    bool noted;         /* in the log */
};

/* Handles a visit itself and returns true, or leaves it to the paths above. Is
 * called by several threads at a time. */
typedef bool server_handler(void *arg, struct visit *visit);

/* On a free port for port 0; ends the test when it cannot be. handler may be
 * NULL. */
struct server *server_new(unsigned port, server_handler *handler, void *arg);
/* Ends all connections, also those that hang, and all threads. */
void server_free(struct server *server);
unsigned server_port(const struct server *server);
/* What /robots.txt is on a host, or on all that have none of their own (NULL).
 * A status of 0: no answer, the connection is closed. */
void server_robots(struct server *server, const char *host, int status,
                   const char *text);
/* Requests so far: all (NULL, NULL), or those with this host and path; either may
 * be NULL. */
unsigned server_visits(struct server *server, const char *host,
                       const char *path);
/* The least time between two of them that came one after the other, in seconds;
 * -1 for fewer than two. */
double server_least_gap(struct server *server, const char *host);
/* How many were being answered at once at most; NULL: on all hosts. */
unsigned server_most_at_once(struct server *server, const char *host);
/* The log, a line a request: "SECONDS HOST PATH STATUS". */
void server_log(struct server *server, gly_buf *out);
/* The log also goes to this descriptor as it comes; -1: it does not. */
void server_log_to(struct server *server, int fd);

/* ---- for handlers ---- */

/* The value of a header, in the visit's own memory until the next call with this
 * buffer; NULL for none. */
const char *visit_header(const struct visit *visit, const char *name,
                         char *value, size_t size);
/* A whole answer, with Content-Length; `headers` are lines ended by "\r\n", or
 * "". Nothing of the body goes with 304. */
void visit_answer(struct visit *visit, int status, const char *headers,
                  const char *body, size_t len);
/* Bytes as they are; false when the other end is gone. */
bool visit_send(struct visit *visit, const char *bytes, size_t len);
/* Sends nothing until the other end is gone or the server ends. */
void visit_hang(struct visit *visit);
/* A TCP reset. */
void visit_reset(struct visit *visit);

#endif

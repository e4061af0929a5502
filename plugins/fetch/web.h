/* web.h: pages of the web, for fetch and fetch-feed.
 *
 * A request is queued by its host, and asked for when the host's turn has come:
 * robots.txt allows it (RFC 9309), the delay since the last request is over, and
 * there is a place among the host's connections and among all. Hosts take turns,
 * so that a slow one stops no other. What fails for a time is asked for again;
 * redirects are followed, each as a request of its own to its own host. Only
 * http and https are spoken, only with addresses of the public internet, by the
 * address that is connected to, so neither a name nor a redirect leads inside.
 *
 *     static void come(void *arg, const struct web_answer *answer)
 *     {
 *         if (answer->end == WEB_DONE)
 *             make a document of answer->body;
 *     }
 *     in open():  s->web = web_new(stage, &s->settings);  NULL: gly_fail() said
 *     in want():  web_room(s->web, room);
 *                 web_get(s->web, &(struct web_request){.url = url,
 *                                 .ended = come, .arg = item});
 *     in close(): web_finish(s->web);
 *
 * Owner:   strings of a request are copied; an answer lives for its call.
 * Calls:   every request ends by one call of its `ended`, from the lane's loop,
 *          never from within web_get(); after web_finish() by none. It may call
 *          web_get() and all of the stage's own calls.
 * Memory:  at most `connections` bodies of max_document bytes at a time; what is
 *          queued is the caller's to bound, see web_waiting().
 */
#ifndef FETCH_WEB_H
#define FETCH_WEB_H

#include <galley/galley.h>

/* The settings, a member of a plugin's state; WEB_OPTIONS() are their rows. The
 * row of max_document is the plugin's own. */
struct web_settings {
    const char *user_agent, *contact;
    bool robots;
    double delay;
    long per_host, connections;
    double timeout, connect_timeout, stall;
    long redirects, retries;
    double backoff, patience;
    bool allow_private;
    gly_list allow;
    const char *ca_file, *proxy;
    long max_document;
};

#define WEB_OPTIONS(S, m)                                                   \
    { "contact", GLY_FIELD(S, m.contact), .def = "",                        \
      .help = "An address for the owners of sites, told to them beside the "\
              "program's name: a page or an e-mail address." },             \
    { "user_agent", GLY_FIELD(S, m.user_agent), .def = "",                  \
      .help = "What to be called instead; its first word is looked for in " \
              "robots.txt." },                                              \
    { "robots", GLY_FIELD(S, m.robots), .def = "true",                      \
      .help = "Whether sites' robots.txt is obeyed." },                     \
    { "delay", GLY_FIELD(S, m.delay), .def = "1s", .unit = "s",             \
      .max = 86400,                                                         \
      .help = "How long to leave a host alone between two requests; its "   \
              "robots.txt may ask for more." },                             \
    { "per_host", GLY_FIELD(S, m.per_host), .def = "1", .min = 1,           \
      .max = 64, .help = "Requests to a host at a time." },                 \
    { "connections", GLY_FIELD(S, m.connections), .def = "16", .min = 1,    \
      .max = 1000, .help = "Requests at a time to all hosts." },            \
    { "timeout", GLY_FIELD(S, m.timeout), .def = "60s", .unit = "s",        \
      .min = 0.001, .max = 86400,                                           \
      .help = "How long a request may take." },                             \
    { "connect_timeout", GLY_FIELD(S, m.connect_timeout), .def = "10s",     \
      .unit = "s", .min = 0.001, .max = 86400,                              \
      .help = "How long of it may pass until there is a connection." },     \
    { "stall", GLY_FIELD(S, m.stall), .def = "20s", .unit = "s", .min = 1,  \
      .max = 86400,                                                         \
      .help = "How long an answer may come slower than 100 bytes a "        \
              "second." },                                                  \
    { "redirects", GLY_FIELD(S, m.redirects), .def = "10", .max = 100,      \
      .help = "How many redirects to follow, one after the other." },       \
    { "retries", GLY_FIELD(S, m.retries), .def = "3", .max = 100,           \
      .help = "How often to ask again after an error that may pass." },     \
    { "backoff", GLY_FIELD(S, m.backoff), .def = "5s", .unit = "s",         \
      .min = 0.001, .max = 86400,                                           \
      .help = "How long to leave a host alone after such an error, twice "  \
              "as long after the next; some more or less of it by chance." }, \
    { "patience", GLY_FIELD(S, m.patience), .def = "10m", .unit = "s",      \
      .max = 86400,                                                         \
      .help = "The longest that a host may have us wait, by back-off, "     \
              "Retry-After or robots.txt." },                               \
    { "allow_private", GLY_FIELD(S, m.allow_private), .def = "false",       \
      .help = "Whether to connect to private, loopback, link-local and "    \
              "other addresses that are not of the public internet." },     \
    { "allow", GLY_FIELD(S, m.allow), .def = "",                            \
      .help = "Those of them that are good: \"10.1.0.0/16\", \"fd00::/8\"." }, \
    { "ca_file", GLY_FIELD(S, m.ca_file), .def = "",                        \
      .help = "Certificates (PEM) to be trusted beside the system's." },    \
    { "proxy", GLY_FIELD(S, m.proxy), .def = "",                            \
      .help = "A proxy to go through; what may be connected to is then its "\
              "affair. The environment's is not used." }

/* How a request ended. */
enum web_end {
    WEB_DONE,      /* 2xx; the body is here */
    WEB_UNCHANGED, /* 304: as it was when the validators were given */
    WEB_GONE,      /* 404, 410 */
    WEB_STATUS,    /* another status that will not pass by itself: 403, 451 */
    WEB_TEMPORARY, /* 429, 5xx, no connection, no such name, a reset, robots.txt
                      that cannot be had; after all retries */
    WEB_TIMEOUT,   /* likewise: too long, or too slow */
    WEB_TLS,       /* the certificate is not to be trusted, or no handshake */
    WEB_ROBOTS,    /* robots.txt does not want it */
    WEB_ADDRESS,   /* not of the public internet */
    WEB_LARGE,     /* more than max_document, also unpacked */
    WEB_BROKEN,    /* not an address of the web; an answer that is not HTTP;
                      redirects without end */
};

struct web_answer {
    enum web_end end;
    int code;               /* 0, or a negative errno for gly_refuse() */
    const char *why;        /* what was wrong, for people; or "" */
    int status;             /* of HTTP, the last one; 0: none came */
    const char *url;        /* that was asked for last, past all redirects */
    bool moved;             /* it is another one, by permanent redirects only */
    const char *type;       /* "text/html", in small letters, or "" */
    const char *charset;    /* as the server calls it, or "" */
    const char *body;       /* of WEB_DONE: unpacked, a NUL behind it */
    size_t len;
    const char *etag, *last_modified; /* as they came, or "" */
    double fresh;           /* seconds by Cache-Control or Expires; -1: not said */
    double retry_after;     /* seconds, not bounded; -1: not said */
};

struct web_request {
    const char *url;
    const char *etag, *last_modified; /* of an earlier answer; "" or NULL: none */
    const char *accept;     /* media types to ask for; NULL: pages */
    bool once;              /* no retries: it will be asked for again anyhow */
    void (*ended)(void *arg, const struct web_answer *answer);
    void *arg;
};

struct web;
/* Call it in open(). NULL, with gly_fail() said, for settings that are wrong, in
 * a build without libcurl, and where there is no loop. The settings must live as
 * long. */
struct web *web_new(gly_stage *stage, const struct web_settings *settings);
/* Lets go of all requests; call it in close(), NULL is fine. */
void web_finish(struct web *web);
/* Also what is no address of the web ends by `ended`, with WEB_BROKEN. */
void web_get(struct web *web, const struct web_request *request);
/* From now on at most that many requests are under way, since each may bring a
 * document; every answer takes one off until the next call. Without a call there
 * is no limit. */
void web_room(struct web *web, unsigned room);
/* Requests that have not ended; and those of them that are under way. */
size_t web_waiting(const struct web *web);
unsigned web_under_way(const struct web *web);
/* Whether it begins with http:// or https://, in any case. */
bool web_is_address(const char *path);

/* web-memory.c: what is known of an address from its last answer, by
 * gly_remember() in a table of the stage, until `keep` seconds have passed. Tell
 * it when the document is acked, not before: one that was lost on its way must
 * not be "unchanged". Begins zeroed; the buffers are ended by the caller. */
struct web_memory {
    double at;              /* when it came, in seconds since 1970 */
    gly_buf etag, last_modified;
};
void web_remember(gly_stage *stage, const char *url,
                  const struct web_memory *memory, double keep);
bool web_recall(gly_stage *stage, const char *url, struct web_memory *memory);
void web_memory_finish(struct web_memory *memory);

#endif

/* jetstream.h: a connection to NATS, for fetch-jetstream and export-jetstream.
 *
 * libnats has threads of its own, which call back. What they bring becomes a
 * letter in the link's box, and the lane's bell is rung; the lane then takes
 * the letters out. Nothing else is shared with those threads.
 */
#ifndef JETSTREAM_H
#define JETSTREAM_H

#include <galley/galley.h>
#include <nats/nats.h>
#include <stdatomic.h>
#include <uv.h>

/* Settings of both plugins, and their rows. */
struct access {
    gly_list servers;
    const char *name, *user, *password, *token, *credentials, *ca_file;
    double wait;
};

#define ACCESS_OPTIONS(S)                                                     \
    { "servers", GLY_FIELD(S, access.servers), .def = "nats://127.0.0.1:4222",\
      .help = "Addresses of the servers; one of them is enough to find the "  \
              "others of its cluster. tls:// asks for TLS." },                \
    { "name", GLY_FIELD(S, access.name), .def = "galley",                     \
      .help = "What the servers call this connection in their lists." },      \
    { "user", GLY_FIELD(S, access.user), .def = "",                           \
      .help = "A user's name, with a password." },                            \
    { "password", GLY_FIELD(S, access.password), .def = "",                   \
      .help = "The user's password, best as \"${NATS_PASSWORD}\"." },         \
    { "token", GLY_FIELD(S, access.token), .def = "",                         \
      .help = "A token, instead of a user." },                                \
    { "credentials", GLY_FIELD(S, access.credentials), .def = "",             \
      .help = "A file with a user's JWT and seed, instead of a user." },      \
    { "ca_file", GLY_FIELD(S, access.ca_file), .def = "",                     \
      .help = "Certificates (PEM) of those who may sign the servers'; with "  \
              "it TLS is asked for." },                                       \
    { "wait", GLY_FIELD(S, access.wait), .def = "30s", .unit = "s",           \
      .max = 86400,                                                           \
      .help = "How long to wait at the start for a server that does not "     \
              "answer; later it is waited for without an end." }

enum letter_kind {
    LETTER_MESSAGE,
    LETTER_ACK,  /* of a message that was published */
    LETTER_DOWN, /* the connection was lost: libnats makes another */
    LETTER_UP,
    LETTER_END,  /* it makes no more */
};

struct letter {
    enum letter_kind kind;
    natsMsg *msg;      /* ends with the letter, unless taken out */
    natsStatus status; /* of an ack: NATS_OK, or why not, with the code */
    int code;
    bool duplicate;
    char text[160];
    struct letter *next;
};

struct link {
    gly_stage *stage;
    void (*take)(gly_stage *stage, struct letter *letter);
    natsConnection *nats;
    natsSubscription *subscription;
    jsCtx *js;
    double wait;      /* seconds, for a server that does not answer; */
    uint64_t patient; /* until then, in uv_hrtime(), the start does so */
    unsigned pause;   /* the last of link_pause(), ms */
    bool told, up;
    uv_async_t bell;
    _Atomic(struct letter *) box; /* the last one put in first */
    uv_sem_t ended;
};

/* Connects, waiting for a server if need be: 0, or what gly_fail() was told.
 * The link lies in the stage's state; `take` gets the letters, in the lane. */
int link_open(struct link *link, gly_stage *stage, const struct access *access,
              void (*take)(gly_stage *stage, struct letter *letter));
/* Sends what is still to be sent, then ends the connection. */
void link_close(struct link *link);
/* Whether a request of the start is to be made again, since a server or its
 * cluster is not ready yet; it has waited a little then. */
bool link_again(struct link *link, natsStatus status, int code);
/* Waits for what somebody else has yet to make: longer each time, told once. */
void link_pause(struct link *link, const char *what, const char *name);
/* Why a request failed, for gly_fail(). */
const char *link_why(natsStatus status);
/* Messages of that subject become letters from now on. */
natsStatus link_subscribe(struct link *link, const char *subject);

#endif

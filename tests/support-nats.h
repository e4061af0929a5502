/* support-nats.h: a NATS server of a test's own, and what its stream holds. */
#ifndef GALLEY_TESTS_SUPPORT_NATS_H
#define GALLEY_TESTS_SUPPORT_NATS_H

#include <nats/nats.h>

/* For the .init and .fini of a suite: enters a folder and starts a server on
 * loopback, whose address is then $NATS; ends both. Skips the test where there
 * is no server. */
void enter_nats(void);
void leave_nats(void);
/* Ends the server, with SIGKILL, and begins it again at the same address, with
 * these lines as its configuration. */
void restart_nats(const char *configuration);
void stop_nats(void);

/* A connection of the test's own. */
jsCtx *join_nats(void);
void publish(const char *subject, const char *type, const char *data,
             size_t len);
/* Makes the stream "news" of "news.>", as export-jetstream does. */
void make_stream(void);
/* Messages the stream has; -1 for no stream. */
long held(const char *stream);

#endif

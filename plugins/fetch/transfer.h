/* transfer.h: one request of HTTP, from its begin to its end, by libcurl on the
 * stage's loop. It knows nothing of hosts, turns and second tries. */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include "web.h"

struct outcome {
    struct web_answer answer;
    const char *location; /* where a redirect leads, or NULL */
    bool forever;         /* it is a permanent one */
    bool passing;         /* an error that may pass */
};

struct transfers;
/* NULL with gly_fail() said. ended() may begin others. */
struct transfers *transfers_new(gly_stage *stage,
                                const struct web_settings *settings,
                                void (*ended)(void *arg,
                                              const struct outcome *outcome));
/* Ends all without a call. */
void transfers_finish(struct transfers *transfers);
/* Begins one for an address that url_read() made. A body beyond `most` bytes is
 * an error, or cut there. ended() gets arg, later. */
void transfer_begin(struct transfers *transfers,
                    const struct web_request *request, const char *url,
                    size_t most, bool cut, void *arg);
/* What it is called in robots.txt, and more. */
const char *transfers_agent(const struct transfers *transfers);

#endif

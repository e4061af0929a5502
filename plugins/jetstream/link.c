#include "jetstream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    AGAIN_MS = 200,             /* between two requests of the start */
    FIRST_PAUSE_MS = 100,       /* before a lost connection is made again; */
    LONGEST_PAUSE_MS = 10 * 1000, /* each time twice as long, up to this */
    PING_MS = 10 * 1000,        /* a server that is silent for two is gone */
    FLUSH_MS = 5 * 1000,
};

/* ---- in threads of libnats ---- */

static void put(struct link *link, struct letter letter)
{
    struct letter *copy = malloc(sizeof(*copy));

    if (!copy)
        abort();
    *copy = letter;
    copy->next = atomic_load(&link->box);
    while (!atomic_compare_exchange_weak(&link->box, &copy->next, copy))
        ;
    uv_async_send(&link->bell);
}

static void on_message(natsConnection *nats, natsSubscription *subscription,
                       natsMsg *msg, void *link)
{
    (void)nats, (void)subscription;
    put(link, (struct letter){.kind = LETTER_MESSAGE, .msg = msg});
}

static void on_ack(jsCtx *js, natsMsg *msg, jsPubAck *ack, jsPubAckErr *error,
                   void *link)
{
    struct letter letter = {.kind = LETTER_ACK, .msg = msg};

    (void)js;
    if (ack) {
        letter.duplicate = ack->Duplicate;
    } else {
        letter.status = error->Err;
        letter.code = (int)error->ErrCode;
        snprintf(letter.text, sizeof(letter.text), "%s",
                 error->ErrText ? error->ErrText
                                : natsStatus_GetText(error->Err));
    }
    put(link, letter);
}

static void on_down(natsConnection *nats, void *link)
{
    const char *why = NULL;
    struct letter letter = {.kind = LETTER_DOWN};

    natsConnection_GetLastError(nats, &why);
    snprintf(letter.text, sizeof(letter.text), "%s", why ? why : "");
    put(link, letter);
}

/* An address without the user and password that it may have. */
static const char *bare(const char *url)
{
    const char *at = strrchr(url, '@'), *slashes = strstr(url, "//");

    return at ? at + 1 : slashes ? slashes + 2 : url;
}

static void on_up(natsConnection *nats, void *link)
{
    char url[256] = "";
    struct letter letter = {.kind = LETTER_UP};

    natsConnection_GetConnectedUrl(nats, url, sizeof(url));
    snprintf(letter.text, sizeof(letter.text), "%s", bare(url));
    put(link, letter);
}

static void on_end(natsConnection *nats, void *link)
{
    const char *why = NULL;
    struct letter letter = {.kind = LETTER_END};

    natsConnection_GetLastError(nats, &why);
    snprintf(letter.text, sizeof(letter.text), "%s", why ? why : "");
    put(link, letter);
    uv_sem_post(&((struct link *)link)->ended);
}

/* A subscription's thread has called back for the last time. */
static void on_complete(void *link)
{
    uv_sem_post(&((struct link *)link)->ended);
}

static int64_t on_pause(natsConnection *nats, int attempts, void *link)
{
    int64_t pause = FIRST_PAUSE_MS;

    (void)nats, (void)link;
    while (attempts-- > 1 && pause < LONGEST_PAUSE_MS)
        pause *= 2;
    return pause;
}

/* What comes of subscriptions is seen elsewhere. */
static void on_error(natsConnection *nats, natsSubscription *subscription,
                     natsStatus error, void *link)
{
    (void)nats, (void)subscription, (void)error, (void)link;
}

/* ---- in the lane ---- */

static void tell(struct link *link, const struct letter *letter)
{
    if (letter->kind == LETTER_DOWN && link->up)
        gly_log(link->stage, GLY_WARN, "the connection is lost%s%s: making "
                "another", *letter->text ? ": " : "", letter->text);
    else if (letter->kind == LETTER_UP && !link->up)
        gly_log(link->stage, GLY_WARN, "connected again, to %s", letter->text);
    if (letter->kind != LETTER_MESSAGE && letter->kind != LETTER_ACK)
        link->up = letter->kind == LETTER_UP;
}

static void end_letter(struct letter *letter)
{
    natsMsg_Destroy(letter->msg);
    free(letter);
}

/* All letters, the first one first. */
static struct letter *empty(struct link *link)
{
    struct letter *last = atomic_exchange(&link->box, NULL), *first = NULL;

    while (last) {
        struct letter *next = last->next;

        last->next = first;
        first = last;
        last = next;
    }
    return first;
}

static void on_bell(uv_async_t *bell)
{
    struct link *link = bell->data;

    for (struct letter *letter = empty(link), *next; letter; letter = next) {
        next = letter->next;
        tell(link, letter);
        link->take(link->stage, letter);
        end_letter(letter);
    }
}

/* ---- the start ---- */

const char *link_why(natsStatus status)
{
    const char *why = nats_GetLastError(NULL);

    return why && *why ? why : natsStatus_GetText(status);
}

static bool is_passing(natsStatus status, int code)
{
    switch (code) {
    case JSClusterIncompleteErr:
    case JSClusterNoPeersErr:
    case JSClusterNotAvailErr:
    case JSClusterNotLeaderErr:
        return true;
    }
    return status == NATS_NO_SERVER || status == NATS_TIMEOUT ||
           status == NATS_IO_ERROR || status == NATS_NO_RESPONDERS ||
           status == NATS_CONNECTION_CLOSED ||
           status == NATS_CONNECTION_DISCONNECTED;
}

bool link_again(struct link *link, natsStatus status, int code)
{
    if (status == NATS_OK || !is_passing(status, code) ||
        uv_hrtime() >= link->patient)
        return false;
    if (!link->told)
        gly_log(link->stage, GLY_WARN, "no answer yet (%s): waiting",
                link_why(status));
    link->told = true;
    uv_sleep(AGAIN_MS);
    return true;
}

static void begin_patience(struct link *link)
{
    link->patient = uv_hrtime() + (uint64_t)(link->wait * 1e9);
}

void link_pause(struct link *link, const char *what, const char *name)
{
    if (link->pause == 0)
        gly_log(link->stage, GLY_WARN, "there is no %s %s yet: waiting", what,
                name);
    link->pause = link->pause == 0 ? AGAIN_MS
                : link->pause < LONGEST_PAUSE_MS / 2 ? 2 * link->pause
                                                     : LONGEST_PAUSE_MS;
    uv_sleep(link->pause);
    begin_patience(link);
}

static natsStatus set_access(natsOptions *o, const struct access *a)
{
    natsStatus s = natsOptions_SetServers(o, (const char **)a->servers.item,
                                          (int)a->servers.count);

    if (s == NATS_OK)
        s = natsOptions_SetName(o, a->name);
    if (s == NATS_OK && *a->user)
        s = natsOptions_SetUserInfo(o, a->user, a->password);
    if (s == NATS_OK && *a->token)
        s = natsOptions_SetToken(o, a->token);
    if (s == NATS_OK && *a->credentials)
        s = natsOptions_SetUserCredentialsFromFiles(o, a->credentials, NULL);
    if (s == NATS_OK && *a->ca_file) {
        s = natsOptions_SetSecure(o, true);
        if (s == NATS_OK)
            s = natsOptions_LoadCATrustedCertificates(o, a->ca_file);
    }
    return s;
}

static natsStatus set_callbacks(natsOptions *o, struct link *link)
{
    natsStatus s = natsOptions_SetMaxReconnect(o, -1);

    if (s == NATS_OK)
        s = natsOptions_SetCustomReconnectDelay(o, on_pause, link);
    if (s == NATS_OK)
        s = natsOptions_SetPingInterval(o, PING_MS);
    if (s == NATS_OK)
        s = natsOptions_SetDisconnectedCB(o, on_down, link);
    if (s == NATS_OK)
        s = natsOptions_SetReconnectedCB(o, on_up, link);
    if (s == NATS_OK)
        s = natsOptions_SetClosedCB(o, on_end, link);
    if (s == NATS_OK)
        s = natsOptions_SetErrorHandler(o, on_error, link);
    return s;
}

static int connect_to(struct link *link, natsOptions *options,
                      const struct access *access)
{
    natsStatus s;

    do
        s = natsConnection_Connect(&link->nats, options);
    while (link_again(link, s, 0));
    if (s == NATS_OK)
        return 0;
    return gly_fail(link->stage, -ECONNREFUSED, "cannot connect to %s%s: %s",
                    bare(access->servers.item[0]),
                    access->servers.count > 1 ? " or another" : "",
                    link_why(s));
}

int link_open(struct link *link, gly_stage *stage, const struct access *access,
              void (*take)(gly_stage *stage, struct letter *letter))
{
    natsOptions *options = NULL;
    jsOptions js;
    natsStatus s;
    int result;

    link->stage = stage;
    link->take = take;
    link->wait = access->wait;
    begin_patience(link);
    if (access->servers.count == 0)
        return gly_fail(stage, -EINVAL, "servers is empty");
    if (!gly_loop(stage))
        return gly_fail(stage, -ENOTSUP, "it works in a pipeline only");
    uv_sem_init(&link->ended, 0);
    uv_async_init(gly_loop(stage), &link->bell, on_bell);
    link->bell.data = link;
    s = natsOptions_Create(&options);
    if (s == NATS_OK)
        s = set_access(options, access);
    if (s == NATS_OK)
        s = set_callbacks(options, link);
    result = s == NATS_OK ? connect_to(link, options, access)
                          : gly_fail(stage, -EINVAL, "%s", link_why(s));
    natsOptions_Destroy(options);
    if (result < 0)
        return result;
    jsOptions_Init(&js);
    js.PublishAsync.AckHandler = on_ack;
    js.PublishAsync.AckHandlerClosure = link;
    s = natsConnection_JetStream(&link->js, link->nats, &js);
    link->up = s == NATS_OK;
    return link->up ? 0 : gly_fail(stage, -EIO, "%s", link_why(s));
}

natsStatus link_subscribe(struct link *link, const char *subject)
{
    natsStatus s = natsConnection_Subscribe(&link->subscription, link->nats,
                                            subject, on_message, link);

    return s == NATS_OK ? natsSubscription_SetOnCompleteCB(link->subscription,
                                                           on_complete, link)
                        : s;
}

/* Afterwards no thread of libnats calls back any more. */
static void end_connection(struct link *link)
{
    jsPubOptions most;

    jsPubOptions_Init(&most);
    most.MaxWait = FLUSH_MS;
    if (link->js)
        js_PublishAsyncComplete(link->js, &most);
    natsConnection_FlushTimeout(link->nats, FLUSH_MS);
    natsConnection_Close(link->nats);
    uv_sem_wait(&link->ended);
    if (link->subscription)
        uv_sem_wait(&link->ended);
}

void link_close(struct link *link)
{
    if (!link->bell.data)
        return;
    if (link->nats)
        end_connection(link);
    natsSubscription_Destroy(link->subscription);
    jsCtx_Destroy(link->js);
    natsConnection_Destroy(link->nats);
    for (struct letter *letter = empty(link), *next; letter; letter = next) {
        next = letter->next;
        end_letter(letter);
    }
    uv_sem_destroy(&link->ended);
    uv_close((uv_handle_t *)&link->bell, NULL);
}

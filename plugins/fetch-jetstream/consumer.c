#include "parts.h"

#include <errno.h>
#include <string.h>

enum { QUICK_MS = 2000 };

static natsStatus look(struct link *link, const struct consumer *consumer,
                       jsConsumerInfo **info, jsErrCode *code)
{
    natsStatus s;

    do
        s = js_GetConsumerInfo(info, link->js, consumer->stream,
                               consumer->name, NULL, code);
    while (link_again(link, s, (int)*code));
    return s;
}

/* A worker may be begun before the one who makes the stream. */
static natsStatus look_or_wait(struct link *link,
                               const struct consumer *consumer,
                               jsConsumerInfo **info, jsErrCode *code)
{
    natsStatus s = look(link, consumer, info, code);

    while (*code == JSStreamNotFoundErr && gly_stays(link->stage)) {
        link_pause(link, "stream", consumer->stream);
        s = look(link, consumer, info, code);
    }
    return s;
}

/* Who gives up after so many times is this plugin, which records it; the server
 * would only cease to bring it. */
static natsStatus make(struct link *link, const struct consumer *consumer)
{
    jsConsumerConfig config;
    jsErrCode code = 0;
    natsStatus s;

    jsConsumerConfig_Init(&config);
    config.Durable = consumer->name;
    config.AckPolicy = js_AckExplicit;
    config.AckWait = (int64_t)(consumer->ack_wait * 1e9);
    config.MaxDeliver = -1;
    config.MaxAckPending = consumer->max_ack_pending;
    config.FilterSubject = *consumer->subject ? consumer->subject : NULL;
    do
        s = js_AddConsumer(NULL, link->js, consumer->stream, &config, NULL,
                           &code);
    while (link_again(link, s, (int)code));
    return s;
}

static int refuse(const struct link *link, const struct consumer *consumer,
                  const char *what)
{
    return gly_fail(link->stage, -EINVAL, "the consumer %s of %s %s: change "
                    "it, or give another name", consumer->name,
                    consumer->stream, what);
}

static int compare(const struct link *link, const struct consumer *consumer,
                   const jsConsumerConfig *has)
{
    const char *filter = has->FilterSubject ? has->FilterSubject : "";

    return has->DeliverSubject && *has->DeliverSubject
               ? refuse(link, consumer, "pushes, and cannot be asked")
         : has->AckPolicy != js_AckExplicit
               ? refuse(link, consumer, "has another ack policy than explicit")
         : has->MaxDeliver > 0
               ? refuse(link, consumer, "has a max_deliver of its own, after "
                        "which documents are lost")
         : consumer->create && strcmp(filter, consumer->subject) != 0
               ? refuse(link, consumer, "has another subject than the settings")
               : 0;
}

static void adopt(const struct link *link, struct consumer *consumer,
                  const jsConsumerConfig *has)
{
    double ack_wait = (double)has->AckWait / 1e9;

    if (consumer->create &&
        (ack_wait < consumer->ack_wait || ack_wait > consumer->ack_wait ||
         has->MaxAckPending != consumer->max_ack_pending))
        gly_log(link->stage, GLY_WARN, "the consumer %s has an ack_wait of %gs "
                "and a max_ack_pending of %lld: these count",
                consumer->name, ack_wait, (long long)has->MaxAckPending);
    consumer->ack_wait = ack_wait;
    consumer->max_batch = (long)has->MaxRequestBatch;
}

int consumer_ensure(struct link *link, struct consumer *consumer)
{
    jsConsumerInfo *info = NULL;
    jsErrCode code = 0;
    natsStatus s = look_or_wait(link, consumer, &info, &code);
    int result;

    if (code == JSStreamNotFoundErr)
        return gly_fail(link->stage, -ENOENT, "there is no stream %s: "
                        "export-jetstream makes it", consumer->stream);
    if (s == NATS_NOT_FOUND && consumer->create) {
        s = make(link, consumer);
        if (s != NATS_OK)
            return gly_fail(link->stage, -EIO, "cannot make the consumer %s: "
                            "%s", consumer->name, link_why(s));
        s = look(link, consumer, &info, &code);
    }
    if (s != NATS_OK)
        return gly_fail(link->stage, -EIO, "cannot look at the consumer %s: %s",
                        consumer->name, link_why(s));
    result = compare(link, consumer, info->Config);
    if (result == 0)
        adopt(link, consumer, info->Config);
    jsConsumerInfo_Destroy(info);
    return result;
}

bool consumer_is_empty(struct link *link, const struct consumer *consumer,
                       unsigned long own)
{
    jsConsumerInfo *info = NULL;
    jsOptions options;
    bool empty;

    jsOptions_Init(&options);
    options.Wait = QUICK_MS;
    empty = js_GetConsumerInfo(&info, link->js, consumer->stream,
                               consumer->name, &options, NULL) == NATS_OK &&
            info->NumPending == 0 && info->NumAckPending <= (int64_t)own;
    jsConsumerInfo_Destroy(info);
    return empty;
}

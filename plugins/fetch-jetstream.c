/* fetch-jetstream: brings documents from a stream of NATS JetStream, which many
 * workers share by one durable consumer.
 *
 * It asks for as many messages as there is room for. A message is with this
 * worker until its document is done and the server has confirmed the answer; as
 * long as that takes the server is told, every third of ack_wait, that it is
 * being worked on. What was given back, and what a killed worker had, others are
 * brought.
 */
#include "fetch-jetstream/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    ASK_MS = 5000,       /* how long a request waits for messages; */
    ASK_ONCE_MS = 1000,  /* in a run, which ends then if nothing is left */
    GRACE_MS = 2000,     /* after that a request was lost */
    PULSE_MS = 1000,
    CHAINS = 1024,
    FIRST_DELAY_MS = 100, /* before another worker has it; */
    LONGEST_DELAY_MS = 5 * 60 * 1000, /* each time twice as long, up to this */
};

struct message {
    uint64_t number;    /* in the stream */
    int64_t time;       /* that it came into it */
    uint64_t times;     /* that it was brought to a worker */
    natsMsg *msg;       /* as brought last: it says where answers go */
    const char *answer; /* given, and not confirmed yet */
    struct message *chain;
    struct message *next; /* of those that are not emitted yet */
};

struct state {
    struct access access;
    struct consumer consumer;
    struct reading reading;
    long max_deliver;

    struct link link;
    natsInbox *inbox;
    gly_buf requests, statuses; /* subjects: of requests, of their ends */
    gly_buf line;
    struct message *chains[CHAINS];
    unsigned long count;
    struct message *first, *last;
    unsigned asked;         /* messages that are still to come, */
    uint64_t asked_until;   /* ms of the loop's clock */
    uint64_t next_beat;
    uint64_t deaf_since;    /* nobody answers since then; 0: somebody does */
    bool resting;           /* until the next pulse */
    bool over;              /* nothing more is wanted */
    uv_timer_t pulse;
};

static const gly_option options[] = {
    ACCESS_OPTIONS(struct state),
    { "stream", GLY_FIELD(struct state, consumer.stream),
      .help = "The stream that has the documents." },
    { "consumer", GLY_FIELD(struct state, consumer.name), .def = "galley",
      .help = "The durable consumer, one for all workers that share the "
              "work." },
    { "create", GLY_FIELD(struct state, consumer.create), .def = "true",
      .help = "Make the consumer when there is none; without it one that was "
              "made otherwise is used." },
    { "subject", GLY_FIELD(struct state, consumer.subject), .def = "",
      .help = "Of the consumer: which subject of the stream it has; \"\": "
              "all." },
    { "ack_wait", GLY_FIELD(struct state, consumer.ack_wait), .def = "30s",
      .unit = "s", .min = 0.5, .max = 86400,
      .help = "Of the consumer: how long after the last sign of a worker its "
              "documents are brought to another." },
    { "max_ack_pending", GLY_FIELD(struct state, consumer.max_ack_pending),
      .def = "1000", .min = 1, .max = 1e6,
      .help = "Of the consumer: how many documents all workers together have "
              "at a time." },
    { "max_deliver", GLY_FIELD(struct state, max_deliver), .def = "100",
      .min = 1, .max = 1e6,
      .help = "A document that was brought more often, and never came to its "
              "end, fails." },
    { "format", GLY_FIELD(struct state, reading.format), .def = "auto",
      .choices = "auto|text|html|jsonl",
      .help = "What a message holds; auto goes by its header Content-Type, "
              "else by its first bytes." },
    { 0 }
};

/* ---- messages in hand ---- */

static struct message **place(struct state *s, uint64_t number)
{
    struct message **at = &s->chains[number % CHAINS];

    while (*at && (*at)->number != number)
        at = &(*at)->chain;
    return at;
}

static void forget(struct state *s, struct message **at)
{
    struct message *m = *at;

    *at = m->chain;
    natsMsg_Destroy(m->msg);
    free(m);
    s->count--;
}

static void each(struct state *s, void (*what)(struct state *s,
                                               struct message *m))
{
    for (size_t i = 0; i < CHAINS; i++)
        for (struct message *m = s->chains[i]; m; m = m->chain)
            what(s, m);
}

static void enqueue(struct state *s, struct message *m)
{
    if (s->last)
        s->last->next = m;
    else
        s->first = m;
    s->last = m;
}

static struct message *dequeue(struct state *s)
{
    struct message *m = s->first;

    if (m)
        s->first = m->next;
    if (!s->first)
        s->last = NULL;
    return m;
}

/* ---- answers ---- */

/* The server confirms it under the message's number; until then it is given
 * again at every beat and with every new connection. */
static void give_answer(struct state *s, struct message *m)
{
    if (!m->answer)
        return;
    s->line.len = 0;
    gly_buf_printf(&s->line, "%s.%" PRIu64, s->inbox, m->number);
    natsConnection_PublishRequestString(s->link.nats, natsMsg_GetReply(m->msg),
                                        s->line.data, m->answer);
}

static void show_life(struct state *s, struct message *m)
{
    if (m->answer)
        give_answer(s, m);
    else
        natsConnection_PublishString(s->link.nats, natsMsg_GetReply(m->msg),
                                     "+WPI");
}

static void give_back(struct state *s, struct message *m)
{
    uint64_t delay = FIRST_DELAY_MS;

    if (m->answer)
        return;
    for (uint64_t i = 1; i < m->times && delay < LONGEST_DELAY_MS; i++)
        delay *= 2;
    s->line.len = 0;
    gly_buf_printf(&s->line, "-NAK {\"delay\": %" PRIu64 "000000}", delay);
    natsConnection_PublishString(s->link.nats, natsMsg_GetReply(m->msg),
                                 s->line.data);
}

static void give_back_rest(struct state *s)
{
    for (struct message *m; (m = dequeue(s)) != NULL;) {
        give_back(s, m);
        forget(s, place(s, m->number));
    }
}

static void acked(gly_stage *stage, const char *ticket, int result)
{
    struct state *s = gly_state(stage);
    struct message *m =
        *place(s, strtoull(strrchr(ticket, ':') + 1, NULL, 10));

    if (!m)
        return;
    /* Either ends it; +TERM is also told to those who watch the server. */
    m->answer = result < 0 ? "+TERM" : "+ACK";
    give_answer(s, m);
}

/* ---- what the server says ---- */

static struct message *add(struct state *s, const jsMsgMetaData *about)
{
    struct message **at = place(s, about->Sequence.Stream);
    struct message *m = *at;

    if (m)
        return m;
    m = *at = calloc(1, sizeof(*m));
    if (!m)
        abort();
    m->number = about->Sequence.Stream;
    m->time = about->Timestamp;
    s->count++;
    enqueue(s, m);
    return m;
}

/* One that is in hand was brought again before our sign, or our answer, was
 * heard. */
static void arrive(gly_stage *stage, natsMsg *msg)
{
    struct state *s = gly_state(stage);
    jsMsgMetaData *about;
    struct message *m;

    if (natsMsg_GetMetaData(&about, msg) != NATS_OK) {
        natsMsg_Destroy(msg);
        return;
    }
    s->asked -= s->asked > 0;
    m = add(s, about);
    if (m->time != about->Timestamp)
        gly_break(stage, -ESTALE, "the stream %s was made anew",
                  s->consumer.stream);
    natsMsg_Destroy(m->msg);
    m->msg = msg;
    m->times = about->NumDelivered;
    jsMsgMetaData_Destroy(about);
    if (m->times > 1)
        gly_count(stage, "redelivered", 1);
    give_answer(s, m);
}

static unsigned long number_in(natsMsg *msg, const char *key)
{
    const char *value = NULL;

    return natsMsgHeader_Get(msg, key, &value) == NATS_OK && value
               ? strtoul(value, NULL, 10)
               : 0;
}

/* A run, unlike a worker, ends once nothing is left. */
static void end_if_empty(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (!gly_stays(stage) && s->asked == 0 && !s->first &&
        consumer_is_empty(&s->link, &s->consumer, s->count))
        gly_end(stage);
}

/* A request is over. That its time has passed is usual. */
static void hear(gly_stage *stage, natsMsg *msg)
{
    struct state *s = gly_state(stage);
    unsigned long status = number_in(msg, "Status");
    unsigned long missed = number_in(msg, "Nats-Pending-Messages");
    const char *text = NULL;

    if (status == 408) {
        s->asked -= missed > 0 && missed < s->asked ? missed : s->asked;
        s->deaf_since = 0;
        end_if_empty(stage);
        return;
    }
    natsMsgHeader_Get(msg, "Description", &text);
    if (status == 409 && text && strcasestr(text, "consumer deleted")) {
        gly_break(stage, -ENOENT, "the consumer %s of %s was deleted",
                  s->consumer.name, s->consumer.stream);
        return;
    }
    s->asked = 0;
    s->resting = true;
    if (s->deaf_since == 0) {
        s->deaf_since = uv_now(gly_loop(stage));
        gly_log(stage, GLY_INFO, "asking again (%lu %s)", status,
                text ? text : "nobody answers");
    }
}

/* Where nobody leads the consumer at the time the answer was not heard. */
static void confirm(struct state *s, natsMsg *msg)
{
    const char *subject = natsMsg_GetSubject(msg);
    struct message **at =
        place(s, strtoull(strrchr(subject, '.') + 1, NULL, 10));

    if (*at && (*at)->answer && !natsMsg_IsNoResponders(msg))
        forget(s, at);
}

static void read_message(gly_stage *stage, struct letter *letter)
{
    struct state *s = gly_state(stage);
    natsMsg *msg = letter->msg;
    const char *reply = natsMsg_GetReply(msg);

    if (reply && strncmp(reply, "$JS.ACK.", 8) == 0) {
        letter->msg = NULL;
        s->deaf_since = 0;
        arrive(stage, msg);
    } else if (strcmp(natsMsg_GetSubject(msg), s->statuses.data) == 0) {
        hear(stage, msg);
    } else {
        confirm(s, msg);
    }
}

static void take(gly_stage *stage, struct letter *letter)
{
    struct state *s = gly_state(stage);

    if (letter->kind == LETTER_MESSAGE)
        read_message(stage, letter);
    else
        s->asked = 0, s->deaf_since = 0;
    if (letter->kind == LETTER_UP)
        each(s, give_answer);
    else if (letter->kind == LETTER_END)
        gly_break(stage, -EIO, "%s",
                  *letter->text ? letter->text : "the connection ended");
    if (s->over)
        give_back_rest(s);
}

static void on_pulse(uv_timer_t *timer)
{
    gly_stage *stage = timer->data;
    struct state *s = gly_state(stage);
    uint64_t now = uv_now(timer->loop);

    if (now >= s->next_beat) {
        each(s, show_life);
        s->next_beat = now + (uint64_t)(s->consumer.ack_wait * 1000 / 3);
    }
    if (now >= s->asked_until)
        s->asked = 0;
    if (s->deaf_since > 0 && s->link.up &&
        (double)(now - s->deaf_since) > s->access.wait * 1000)
        gly_break(stage, -ENOENT, "nobody answers for the consumer %s of %s",
                  s->consumer.name, s->consumer.stream);
    s->resting = false;
    gly_wake(stage);
}

/* ---- documents ---- */

static void ask(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);
    uint64_t most = gly_stays(stage) ? ASK_MS : ASK_ONCE_MS;
    unsigned batch = room - s->asked;

    if (!s->link.up || s->resting || s->asked * 2 > room)
        return;
    if (s->consumer.max_batch > 0 && batch > (unsigned)s->consumer.max_batch)
        batch = (unsigned)s->consumer.max_batch;
    s->line.len = 0;
    gly_buf_printf(&s->line, "{\"batch\": %u, \"expires\": %" PRIu64 "000000}",
                   batch, most);
    if (natsConnection_PublishRequestString(s->link.nats, s->requests.data,
                                            s->statuses.data,
                                            s->line.data) != NATS_OK)
        return;
    s->asked += batch;
    s->asked_until = uv_now(gly_loop(stage)) + most + GRACE_MS;
}

static void bring(gly_stage *stage, struct message *m)
{
    struct state *s = gly_state(stage);
    gly_buf why = {0};
    gly_doc *doc;
    int result;

    s->line.len = 0;
    gly_buf_printf(&s->line, "%s:%" PRIu64, s->consumer.stream, m->number);
    doc = gly_doc_new(stage, s->line.data);
    result = document_fill(stage, &s->reading, doc, m->msg, &why);
    if (!gly_get(doc, "id", 0))
        gly_set(doc, "id", s->line.data);
    if (result < 0)
        gly_refuse(stage, doc, result, "%s: %s", s->line.data, why.data);
    else if (m->times > (uint64_t)s->max_deliver)
        gly_refuse(stage, doc, -ECANCELED, "%s: brought %" PRIu64 " times "
                   "without an end", s->line.data, m->times);
    else
        gly_emit(stage, doc);
    gly_buf_finish(&why);
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);

    for (; room > 0 && s->first; room--)
        bring(stage, dequeue(s));
    if (room > 0)
        ask(stage, room);
    return 0;
}

static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->over = true;
    give_back_rest(s);
    return 0;
}

/* ---- beginning and end ---- */

/* Only what the consumer has brought this worker comes to its inbox. */
static int subscribe(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    natsStatus status = natsInbox_Create(&s->inbox);

    if (status != NATS_OK)
        return gly_fail(stage, -ENOMEM, "%s", link_why(status));
    gly_buf_printf(&s->line, "%s.*", s->inbox);
    status = link_subscribe(&s->link, s->line.data);
    if (status != NATS_OK)
        return gly_fail(stage, -EIO, "cannot subscribe: %s", link_why(status));
    gly_buf_printf(&s->statuses, "%s.end", s->inbox);
    gly_buf_printf(&s->requests, "$JS.API.CONSUMER.MSG.NEXT.%s.%s",
                   s->consumer.stream, s->consumer.name);
    return 0;
}

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result = link_open(&s->link, stage, &s->access, take);
    uint64_t pulse = PULSE_MS;

    if (result == 0)
        result = consumer_ensure(&s->link, &s->consumer);
    if (result == 0)
        result = subscribe(stage);
    if (result < 0)
        return result;
    if (s->consumer.ack_wait * 1000 / 3 < (double)pulse)
        pulse = (uint64_t)(s->consumer.ack_wait * 1000 / 3);
    uv_timer_init(gly_loop(stage), &s->pulse);
    s->pulse.data = stage;
    uv_timer_start(&s->pulse, on_pulse, pulse, pulse);
    return 0;
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    each(s, give_back);
    link_close(&s->link);
    for (size_t i = 0; i < CHAINS; i++)
        while (s->chains[i])
            forget(s, &s->chains[i]);
    natsInbox_Destroy(s->inbox);
    jsonl_finish(&s->reading.json);
    gly_buf_finish(&s->reading.line);
    gly_buf_finish(&s->requests);
    gly_buf_finish(&s->statuses);
    gly_buf_finish(&s->line);
    if (s->pulse.data)
        uv_close((uv_handle_t *)&s->pulse, NULL);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "fetch-jetstream",
    .about = "Brings documents from a stream of NATS JetStream.",
    .reads = "",
    .writes = "text id source charset",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .want = want,
    .acked = acked,
    .flush = flush,
    .close = close_stage,
};

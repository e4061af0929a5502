/* export-jetstream: puts each document's record into a NATS JetStream stream.
 *
 * Documents are held until the server has said that it keeps theirs. What it
 * does not take now (a full stream, no leader) is published again, after longer
 * and longer pauses: the document's id tells the server when it has it already.
 */
#include "export-jetstream/stream.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
    ACK_MS = 10 * 1000, /* a message is lost when nothing is heard so long */
    FIRST_PAUSE_MS = 100,
    LONGEST_PAUSE_MS = 10 * 1000,
    LONGEST_ID = 256, /* longer ones are hashed */
};

/* A document that is held; it lives in it. */
struct parcel {
    gly_doc *doc;
    natsMsg *msg; /* while it is on its way */
    struct parcel *next;
};

struct parcels {
    struct parcel *first, *last;
};

struct state {
    struct access access;
    const char *subject, *record;
    struct stream stream;
    bool create;
    long pending;

    struct link link;
    uv_timer_t timer;
    struct parcels waiting, sent;
    long sent_count;
    uint64_t pause; /* ms before another try; 0: all is well */
    bool pausing, over;
    char trouble[160];
    gly_buf line;
};

static const gly_option options[] = {
    ACCESS_OPTIONS(struct state),
    { "stream", GLY_FIELD(struct state, stream.name),
      .help = "The stream that keeps the documents." },
    { "subject", GLY_FIELD(struct state, subject),
      .help = "What documents are published as; of the stream's subjects." },
    { "record", GLY_FIELD(struct state, record), .def = "full",
      .choices = "full|input",
      .help = "What is published: the whole record, or only what the source "
              "brought, for others to work on." },
    { "pending", GLY_FIELD(struct state, pending), .def = "256", .min = 1,
      .max = 65536,
      .help = "How many documents may be on their way to the server." },
    { "create", GLY_FIELD(struct state, create), .def = "true",
      .help = "Make the stream when there is none, and refuse one of another "
              "shape; without it the stream is left alone." },
    { "subjects", GLY_FIELD(struct state, stream.subjects), .def = "",
      .help = "Of the stream: what it takes in; \"\": the subject." },
    { "retention", GLY_FIELD(struct state, stream.retention), .def = "work",
      .choices = "work|limits",
      .help = "Of the stream: work removes what a worker has done, limits "
              "keeps all up to max_age and max_bytes." },
    { "storage", GLY_FIELD(struct state, stream.storage), .def = "file",
      .choices = "file|memory", .help = "Of the stream: where it is kept." },
    { "replicas", GLY_FIELD(struct state, stream.replicas), .def = "1",
      .min = 1, .max = 5,
      .help = "Of the stream: how many servers keep it; 3 outlive the loss of "
              "one." },
    { "max_age", GLY_FIELD(struct state, stream.max_age), .def = "0",
      .unit = "s", .max = 1e9,
      .help = "Of the stream: older messages are removed, done or not; 0: "
              "none." },
    { "max_bytes", GLY_FIELD(struct state, stream.max_bytes), .def = "0",
      .unit = "B", .max = 1e15,
      .help = "Of the stream: a fuller one takes nothing more, and the "
              "pipeline waits; 0: no limit." },
    { "duplicates", GLY_FIELD(struct state, stream.duplicates), .def = "2m",
      .unit = "s", .min = 0.1, .max = 1e9,
      .help = "Of the stream: an id that comes again within it is kept once." },
    { 0 }
};

/* ---- lists ---- */

static void append(struct parcels *list, struct parcel *parcel)
{
    parcel->next = NULL;
    if (list->last)
        list->last->next = parcel;
    else
        list->first = parcel;
    list->last = parcel;
}

static void put_first(struct parcels *list, struct parcel *parcel)
{
    parcel->next = list->first;
    list->first = parcel;
    if (!list->last)
        list->last = parcel;
}

static struct parcel *take_first(struct parcels *list)
{
    struct parcel *first = list->first;

    if (first)
        list->first = first->next;
    if (!list->first)
        list->last = NULL;
    return first;
}

/* Acks come in order, mostly. */
static struct parcel *take_sent(struct state *s, const natsMsg *msg)
{
    struct parcel *before = NULL, *parcel = s->sent.first;

    while (parcel && parcel->msg != msg) {
        before = parcel;
        parcel = parcel->next;
    }
    if (!parcel)
        return NULL;
    if (before)
        before->next = parcel->next;
    else
        s->sent.first = parcel->next;
    if (s->sent.last == parcel)
        s->sent.last = before;
    parcel->msg = NULL;
    s->sent_count--;
    return parcel;
}

/* ---- a document ---- */

/* The id as it stands where a header can have it, else two hashes of it. */
static void identify(const gly_doc *doc, char id[LONGEST_ID + 1])
{
    const char *own = gly_get(doc, "id", 0);
    uint64_t a = 0xcbf29ce484222325u, b = 0x9e3779b97f4a7c15u;
    size_t len = 0;

    while (isgraph((unsigned char)own[len]))
        len++;
    if (own[len] == '\0' && len <= LONGEST_ID) {
        memcpy(id, own, len + 1);
        return;
    }
    for (; *own; own++) {
        a = (a ^ (unsigned char)*own) * 0x100000001b3u; /* FNV-1a */
        b = (b + (unsigned char)*own) * 0xd6e8feb86659fd93u;
        b ^= b >> 32;
    }
    snprintf(id, LONGEST_ID + 1, "#%016" PRIx64 "%016" PRIx64, a, b);
}

static natsStatus publish(struct state *s, const gly_doc *doc, natsMsg **msg)
{
    const gly_record how = {.input = *s->record == 'i'};
    char id[LONGEST_ID + 1];
    jsPubOptions sending;
    natsStatus status;
    natsMsg *given;

    jsPubOptions_Init(&sending);
    sending.MaxWait = ACK_MS;
    sending.ExpectStream = s->stream.name;
    if (gly_get(doc, "id", 0)) {
        identify(doc, id);
        sending.MsgId = id;
    }
    s->line.len = 0;
    gly_record_add(&s->line, doc, &how);
    status = natsMsg_Create(&given, s->subject, NULL, s->line.data,
                            (int)s->line.len);
    if (status != NATS_OK)
        return status;
    *msg = given;
    status = js_PublishMsgAsync(s->link.js, &given, &sending);
    natsMsg_Destroy(given);
    return status;
}

static int fail_size(gly_stage *stage)
{
    const struct state *s = gly_state(stage);

    return gly_fail(stage, -EMSGSIZE, "its record of %zu bytes is larger than "
                    "the server's max_payload (%" PRId64 ")", s->line.len,
                    natsConnection_GetMaxPayload(s->link.nats));
}

/* ---- trouble ---- */

static void on_time(uv_timer_t *timer);

static void pause_for(gly_stage *stage, const char *why)
{
    struct state *s = gly_state(stage);

    if (strcmp(s->trouble, why) != 0)
        gly_log(stage, GLY_WARN, "%s takes nothing (%s): trying on",
                s->stream.name, why);
    snprintf(s->trouble, sizeof(s->trouble), "%s", why);
    if (s->pausing)
        return;
    s->pausing = true;
    s->pause = s->pause == 0 ? FIRST_PAUSE_MS
             : s->pause < LONGEST_PAUSE_MS ? 2 * s->pause : s->pause;
    uv_timer_start(&s->timer, on_time, s->pause, 0);
}

static void recover(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (!*s->trouble)
        return;
    gly_log(stage, GLY_WARN, "%s takes documents again", s->stream.name);
    *s->trouble = '\0';
    s->pause = 0;
}

static void let_go(gly_stage *stage, struct parcels *list)
{
    for (struct parcel *parcel; (parcel = take_first(list)) != NULL;)
        gly_release(stage, parcel->doc, -EIO);
}

/* No ack will come any more. */
static void give_up(gly_stage *stage, const char *why)
{
    struct state *s = gly_state(stage);

    gly_break(stage, -EIO, "%s", why);
    s->over = true;
    let_go(stage, &s->sent);
    let_go(stage, &s->waiting);
}

/* ---- on the way ---- */

/* While there is trouble one goes ahead to try. */
static bool may_send(const struct state *s)
{
    return s->waiting.first && !s->pausing && !s->over && s->link.up &&
           s->sent_count < (*s->trouble ? 1 : s->pending);
}

static void send_waiting(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    while (may_send(s)) {
        struct parcel *parcel = take_first(&s->waiting);
        natsStatus status = publish(s, parcel->doc, &parcel->msg);

        if (status == NATS_OK) {
            append(&s->sent, parcel);
            s->sent_count++;
        } else if (status == NATS_MAX_PAYLOAD) {
            gly_release(stage, parcel->doc, fail_size(stage));
        } else {
            put_first(&s->waiting, parcel);
            pause_for(stage, natsStatus_GetText(status));
        }
    }
}

static void settle(gly_stage *stage, struct parcel *parcel,
                   const struct letter *ack)
{
    struct state *s = gly_state(stage);

    if (ack->status == NATS_OK) {
        if (ack->duplicate)
            gly_count(stage, "duplicates", 1);
        recover(stage);
        gly_release(stage, parcel->doc, GLY_PASS);
    } else if (ack->code == JSStreamMessageExceedsMaximumErr) {
        gly_release(stage, parcel->doc,
                    gly_fail(stage, -EMSGSIZE, "its record is larger than %s "
                             "takes: %s", s->stream.name, ack->text));
    } else {
        put_first(&s->waiting, parcel);
        if (ack->code == JSStreamNotMatchErr)
            give_up(stage, "the subject belongs to another stream");
        else
            pause_for(stage, ack->text);
    }
}

static void take(gly_stage *stage, struct letter *letter)
{
    struct state *s = gly_state(stage);
    struct parcel *parcel;

    if (letter->kind == LETTER_ACK) {
        parcel = take_sent(s, letter->msg);
        if (parcel)
            settle(stage, parcel, letter);
    } else if (letter->kind == LETTER_END) {
        give_up(stage, *letter->text ? letter->text : "the connection ended");
    }
    send_waiting(stage);
}

static void on_time(uv_timer_t *timer)
{
    gly_stage *stage = timer->data;
    struct state *s = gly_state(stage);

    s->pausing = false;
    send_waiting(stage);
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    struct parcel *parcel = gly_alloc(doc, sizeof(*parcel));

    parcel->doc = doc;
    append(&s->waiting, parcel);
    send_waiting(stage);
    return GLY_HOLD;
}

/* ---- beginning and end ---- */

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result;

    if (s->stream.subjects.count == 0)
        s->stream.subjects = (gly_list){1, &s->subject};
    result = link_open(&s->link, stage, &s->access, take);
    if (result < 0)
        return result;
    uv_timer_init(gly_loop(stage), &s->timer);
    s->timer.data = stage;
    return s->create ? stream_ensure(&s->link, &s->stream) : 0;
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    link_close(&s->link);
    if (s->timer.data)
        uv_close((uv_handle_t *)&s->timer, NULL);
    gly_buf_finish(&s->line);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "export-jetstream",
    .about = "Puts documents into a stream of NATS JetStream.",
    .reads = "text, all fields and layers",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .process = process,
    .close = close_stage,
};

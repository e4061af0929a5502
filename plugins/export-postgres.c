/* export-postgres: keeps documents and what was found in them as tables of a
 * PostgreSQL database, each document once by its id.
 *
 * Documents are held until the server has committed their batch. One batch is on
 * its way at a time, and the lane goes on meanwhile; what comes then is the next
 * one. A batch is sent sorted by id, so that workers who write the same ids wait
 * for each other and do not block each other.
 */
#include "export-postgres/postgres.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_BATCH = 1000,
    MOST_TEXT = 8 << 20, /* bytes of a batch, of which a larger one goes alone */
    FIRST_PAUSE_MS = 100,
    LONGEST_PAUSE_MS = 5000,
};

struct state {
    const char *url, *schema;
    long batch;
    double busy;
    bool record;

    struct link link;
    struct statements statements;
    struct batch rows;
    gly_doc **held; /* the first `sent` are on their way */
    size_t held_count, held_size, sent;
    size_t apart;   /* so many are sent one by one */
    bool urgent;    /* nobody brings more for the next batch */
    bool trying;    /* since a time that `late` knows */
    bool loop, sending;
    uint64_t pause; /* ms, while the server is away */
    uv_timer_t late, again;
};

static void on_again(uv_timer_t *timer);

static const gly_option options[] = {
    { "url", GLY_FIELD(struct state, url), .def = "",
      .help = "Where the database is: postgresql://USER@HOST/NAME, or host=... "
              "dbname=..., as libpq has it; what is missing comes from PGHOST "
              "and its like, the password from PGPASSWORD or ~/.pgpass." },
    { "schema", GLY_FIELD(struct state, schema), .def = "galley",
      .help = "The schema with the tables; it is made when there is none." },
    { "batch", GLY_FIELD(struct state, batch), .def = "100", .min = 1,
      .max = MOST_BATCH,
      .help = "How many documents are committed together; fewer when no more "
              "come." },
    { "record", GLY_FIELD(struct state, record), .def = "true",
      .help = "Whether to keep each document's whole record too, as JSON." },
    { "busy", GLY_FIELD(struct state, busy), .def = "30s", .unit = "s",
      .min = 0.1, .max = 86400,
      .help = "How long to try again while the server is away or does not "
              "answer." },
    { 0 }
};

/* ---- the documents held ---- */

static void hold(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);

    if (s->held_count == s->held_size) {
        size_t size = s->held_size ? 2 * s->held_size : 64;
        gly_doc **held = gly_stage_alloc(stage, size * sizeof(*held));

        if (s->held_count > 0)
            memcpy(held, s->held, s->held_count * sizeof(*held));
        s->held = held;
        s->held_size = size;
    }
    s->held[s->held_count++] = doc;
}

/* Lets the first `count` go. */
static void let_go(gly_stage *stage, size_t count, int result)
{
    struct state *s = gly_state(stage);

    for (size_t i = 0; i < count; i++)
        gly_release(stage, s->held[i], result);
    s->held_count -= count;
    memmove(s->held, s->held + count, s->held_count * sizeof(*s->held));
    s->apart -= count < s->apart ? count : s->apart;
    s->sent = 0;
    s->trying = false;
    if (s->loop)
        uv_timer_stop(&s->late);
}

/* ---- a batch ---- */

struct item {
    const char *id;
    size_t came;
    gly_doc *doc;
};

static int compare(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    return order != 0 ? order : x->came < y->came ? -1 : 1;
}

static size_t choose(const struct state *s)
{
    size_t most = s->apart > 0 ? 1 : (size_t)s->batch, n = 0, bytes = 0;

    while (n < most && n < s->held_count) {
        gly_pos len;

        gly_text(s->held[n], &len);
        bytes += len;
        if (n > 0 && bytes > MOST_TEXT)
            break;
        n++;
    }
    return n;
}

/* Makes rows of the first `count`; of those with the same id the last one counts. */
static bool fill(struct state *s, size_t count)
{
    struct item items[MOST_BATCH];

    for (size_t i = 0; i < count; i++)
        items[i] = (struct item){gly_get(s->held[i], "id", 0), i, s->held[i]};
    qsort(items, count, sizeof(*items), compare);
    batch_begin(&s->rows);
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || strcmp(items[i].id, items[i + 1].id) != 0)
            batch_add(&s->rows, items[i].doc, s->record);
    return batch_end(&s->rows);
}

/* ---- trouble ---- */

static void give_up(gly_stage *stage, const char *why)
{
    struct state *s = gly_state(stage);

    gly_break(stage, -EIO, "cannot write to PostgreSQL: %s", why);
    let_go(stage, s->held_count, -EIO);
    if (!s->link.connecting)
        conn_drop(&s->link);
    if (s->loop)
        uv_timer_stop(&s->again);
}

/* What is on its way goes again, over another connection. */
static void put_off(gly_stage *stage, const char *why)
{
    struct state *s = gly_state(stage);

    s->sent = 0;
    if (!s->loop) {
        give_up(stage, why);
        return;
    }
    if (s->pause == 0)
        gly_log(stage, GLY_WARN, "PostgreSQL: %s: trying again for %g s", why,
                s->busy);
    gly_count(stage, "tried again", 1);
    s->pause = s->pause == 0 ? FIRST_PAUSE_MS : 2 * s->pause;
    if (s->pause > LONGEST_PAUSE_MS)
        s->pause = LONGEST_PAUSE_MS;
    uv_timer_start(&s->again, on_again, s->pause, 0);
}

/* The server takes the rest: each document by itself then shows which it is. */
static void refuse(gly_stage *stage, size_t count, const char *why)
{
    struct state *s = gly_state(stage);

    s->sent = 0;
    if (count > 1) {
        s->apart = count;
        return;
    }
    gly_fail(stage, -EINVAL, "PostgreSQL refuses it: %s", why);
    let_go(stage, 1, -EINVAL);
}

static void on_late(uv_timer_t *timer)
{
    gly_stage *stage = timer->data;
    struct state *s = gly_state(stage);

    give_up(stage, s->pause > 0 ? s->link.why
                                : "it did not answer in the time of busy");
}

/* ---- sending ---- */

static bool is_due(const struct state *s)
{
    if (s->held_count == 0 || s->sent > 0 || s->link.connecting ||
        (s->loop && uv_is_active((const uv_handle_t *)&s->again)))
        return false;
    return s->trying || s->urgent || s->apart > 0 ||
           s->held_count >= (size_t)s->batch;
}

static void send_batch(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    size_t count = choose(s);

    if (!fill(s, count)) {
        refuse(stage, count, "it is too large");
        return;
    }
    s->sent = count;
    s->urgent = s->urgent && count < s->held_count;
    conn_send(&s->link, &s->statements, &s->rows);
    if (!s->loop)
        conn_wait(&s->link);
}

static void send_due(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (s->sending)
        return;
    s->sending = true;
    while (is_due(s)) {
        if (!s->trying && s->loop)
            uv_timer_start(&s->late, on_late, (uint64_t)(s->busy * 1000), 0);
        s->trying = true;
        if (s->link.conn)
            send_batch(stage);
        else
            conn_connect(&s->link);
    }
    s->sending = false;
}

static void on_again(uv_timer_t *timer)
{
    send_due(timer->data);
}

static void told(gly_stage *stage, enum answer answer, const char *why)
{
    struct state *s = gly_state(stage);

    if (s->pause > 0 && (answer == TAKEN || answer == REFUSED)) {
        gly_log(stage, GLY_WARN, "PostgreSQL is back");
        s->pause = 0;
    }
    if (answer == TAKEN)
        let_go(stage, s->sent, GLY_PASS);
    else if (answer == REFUSED)
        refuse(stage, s->sent, why);
    else if (answer == TROUBLE)
        put_off(stage, why);
    else if (answer == HOPELESS)
        give_up(stage, why);
    send_due(stage);
}

static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->urgent = s->held_count > s->sent;
    send_due(stage);
    return 0;
}

static int process(gly_stage *stage, gly_doc *doc)
{
    if (!gly_get(doc, "id", 0))
        return gly_fail(stage, -EINVAL, "the document has no id");
    hold(stage, doc);
    send_due(stage);
    return GLY_HOLD;
}

/* ---- beginning and end ---- */

/* A server that is only starting is waited for. */
static int connect_first(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    const char *why = conn_open(&s->link);
    uint64_t pause = FIRST_PAUSE_MS, waited = 0;

    if (why && s->link.answer == TROUBLE)
        gly_log(stage, GLY_WARN, "PostgreSQL: %s: trying again for %g s", why,
                s->busy);
    while (why && s->link.answer == TROUBLE &&
           (double)waited < s->busy * 1000) {
        uv_sleep((unsigned)pause);
        waited += pause;
        if (pause < LONGEST_PAUSE_MS)
            pause *= 2;
        why = conn_open(&s->link);
    }
    return why ? gly_fail(stage, -EIO, "cannot connect to PostgreSQL: %s", why)
               : 0;
}

static int check_server(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    const char *encoding = PQparameterStatus(s->link.conn, "server_encoding");
    int version = PQserverVersion(s->link.conn);

    if (version < 120000)
        return gly_fail(stage, -EINVAL, "PostgreSQL 12 or later is needed, not "
                        "%d", version / 10000);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return gly_fail(stage, -EINVAL, "the database must have the encoding "
                        "UTF8, not %s", encoding ? encoding : "another");
    return schema_check(stage, s->link.conn, s->schema);
}

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct uv_loop_s *loop = gly_loop(stage);
    int result;

    s->link = (struct link){
        .stage = stage, .url = s->url, .epoll = -1, .told = told,
    };
    if (!conn_understands(s->url))
        return gly_fail(stage, -EINVAL, "url is none of PostgreSQL's: "
                        "postgresql://USER@HOST/NAME, or host=... dbname=...");
    if (!*s->schema)
        return gly_fail(stage, -EINVAL, "schema is empty");
    result = connect_first(stage);
    if (result == 0)
        result = check_server(stage);
    if (result < 0)
        return result;
    statements_make(&s->statements, s->link.conn, s->schema);
    if (loop) {
        s->loop = true;
        s->late.data = s->again.data = stage;
        uv_timer_init(loop, &s->late);
        uv_timer_init(loop, &s->again);
        result = conn_watch(&s->link, loop);
    }
    if (result < 0)
        return gly_fail(stage, result, "epoll: %s", strerror(-result));
    conn_connect(&s->link);
    return 0;
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    conn_close(&s->link);
    if (s->loop) {
        uv_close((uv_handle_t *)&s->late, NULL);
        uv_close((uv_handle_t *)&s->again, NULL);
    }
    statements_finish(&s->statements);
    batch_finish(&s->rows);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "export-postgres",
    .about = "Keeps documents, entities, quotes and markers as tables of a "
             "PostgreSQL database, with full-text search.",
    .reads = "text, all fields and layers",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .process = process,
    .flush = flush,
    .close = close_stage,
};

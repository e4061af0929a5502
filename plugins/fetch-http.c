/* fetch-http: brings documents that clients post to it.
 *
 * A client is told 202 when its documents are on the disk, in the spool. From
 * there they are brought when there is room for them, and there they stay until
 * they are done. The parts of this plugin, see fetch-http/http.h, tell more.
 */
#include "fetch-http/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct state {
    const char *listen, *mode, *token_file, *spool_path;
    long max_document, connections, spool_limit;
    double timeout, rate;

    struct spool spool;
    struct server *server;
    struct jsonl json;
    gly_buf ticket, token;
    unsigned room; /* documents wanted and not yet brought */
};

static const gly_option options[] = {
    { "listen", GLY_FIELD(struct state, listen), .def = "127.0.0.1:8025",
      .help = "HOST:PORT, or unix:PATH; where other machines reach it, a token "
              "is needed." },
    { "mode", GLY_FIELD(struct state, mode), .def = "0660",
      .help = "Who may use the socket at unix:PATH, as chmod has it." },
    { "token_file", GLY_FIELD(struct state, token_file), .def = "",
      .help = "A file whose first line clients must send as Authorization: "
              "Bearer; without it GALLEY_HTTP_TOKEN of the environment." },
    { "spool", GLY_FIELD(struct state, spool_path), .def = "spool",
      .help = "The folder where documents wait; it is made when there is none." },
    { "spool_limit", GLY_FIELD(struct state, spool_limit), .def = "1G",
      .unit = "B", .min = 1, .max = 1e15,
      .help = "With so much in the spool nothing more is taken." },
    { "max_document", GLY_FIELD(struct state, max_document), .def = "16M",
      .min = 1, .max = 1 << 30, .unit = "B",
      .help = "Larger bodies are refused, packed or unpacked." },
    { "connections", GLY_FIELD(struct state, connections), .def = "64",
      .min = 1, .max = 10000,
      .help = "How many clients may be connected at once." },
    { "timeout", GLY_FIELD(struct state, timeout), .def = "30s", .unit = "s",
      .min = 0.1, .max = 86400,
      .help = "How long a request may take to come in whole." },
    { "rate", GLY_FIELD(struct state, rate), .def = "0", .max = 1e6,
      .help = "The most requests a second; 0: any number." },
    { 0 }
};

/* ---- documents ---- */

/* Whether there is anything in it. */
static bool fill(gly_stage *stage, gly_doc *doc, const struct entry *e)
{
    bool html = strcmp(e->type, "text/html") == 0;
    const char *text, *label = *e->charset ? e->charset : NULL;
    struct charset charset;
    size_t len = e->len;
    gly_buf out = {0};

    text = charset_convert(doc, &out, e->bytes, &len, html, label, &charset);
    if (charset.lost > 0)
        gly_count(stage, "invalid-bytes", (double)charset.lost);
    if (charset.name)
        gly_set(doc, "charset", charset.name);
    if (html) {
        gly_raw_set(doc, text, len, "text/html");
        gly_raw_from(doc, charset.origins);
    } else {
        gly_text_set(doc, text, len);
        gly_text_from(doc, charset.origins);
    }
    gly_buf_finish(&out);
    return len > 0;
}

static void bring(gly_stage *stage, const struct entry *e)
{
    struct state *s = gly_state(stage);
    gly_doc *doc = gly_doc_new(stage, s->ticket.data);
    const char *why = NULL;

    if (strcmp(e->type, "application/json") != 0)
        why = fill(stage, doc, e) ? NULL : "empty";
    else if (jsonl_read(&s->json, doc, e->bytes, e->len) < 0)
        why = s->json.what;
    if (!gly_get(doc, "id", 0))
        gly_set(doc, "id", e->id);
    if (why)
        gly_refuse(stage, doc, -EINVAL, "%s: %s", s->ticket.data, why);
    else
        gly_emit(stage, doc);
}

/* Brings as much as is wanted and there. */
static void bring_all(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct entry entry;

    while (s->room > 0 && spool_next(&s->spool, &entry, &s->ticket)) {
        s->room--;
        bring(stage, &entry);
    }
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);

    s->room = room;
    bring_all(stage);
    return 0;
}

static void acked(gly_stage *stage, const char *ticket, int result)
{
    struct state *s = gly_state(stage);

    (void)result;
    spool_acked(&s->spool, ticket);
}

/* After the end, what comes stays in the spool. */
static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->room = 0;
    return 0;
}

/* ---- beginning and end ---- */

static int read_token(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    const char *token = getenv("GALLEY_HTTP_TOKEN");
    char line[1024] = "";
    FILE *file;

    if (*s->token_file) {
        file = fopen(s->token_file, "re");
        if (!file)
            return gly_fail(stage, -errno, "cannot open %s: %s", s->token_file,
                            strerror(errno));
        token = fgets(line, sizeof(line), file);
        fclose(file);
        line[strcspn(line, "\r\n")] = '\0';
        if (!token || !*token)
            return gly_fail(stage, -EINVAL, "%s: its first line is empty",
                            s->token_file);
    }
    if (token && *token)
        gly_buf_puts(&s->token, token);
    return 0;
}

static int open_server(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    bool local;
    struct serving how = {
        .socket = listen_at(stage, s->listen, s->mode, &local),
        .token = s->token.data,
        .max_document = (size_t)s->max_document,
        .connections = s->connections,
        .timeout = s->timeout,
        .rate = s->rate,
        .spool_limit = (double)s->spool_limit,
        .spool = &s->spool,
        .spooled = bring_all,
    };

    if (how.socket < 0)
        return how.socket;
    if (!local && !how.token) {
        close(how.socket);
        return gly_fail(stage, -EINVAL, "listen: other machines reach %s: a "
                        "token is needed (token_file)", s->listen);
    }
    s->server = server_new(stage, &how);
    return s->server ? 0 : -EIO;
}

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result;

    s->spool.folder = -1;
    if (!gly_loop(stage))
        return gly_fail(stage, -EINVAL, "it needs a pipeline to run in");
    result = read_token(stage);
    if (result == 0)
        result = spool_open(&s->spool, stage, s->spool_path);
    return result < 0 ? result : open_server(stage);
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (s->server && strncmp(s->listen, "unix:", 5) == 0)
        unlink(s->listen + 5);
    server_free(s->server);
    spool_close(&s->spool);
    jsonl_finish(&s->json);
    gly_buf_finish(&s->ticket);
    gly_buf_finish(&s->token);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "fetch-http",
    .about = "Brings documents that are posted to it: texts, pages and records.",
    .reads = "",
    .writes = "text id charset",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .want = want,
    .acked = acked,
    .flush = flush,
    .close = close_stage,
};

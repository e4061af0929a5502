/* fetch-warc: brings the pages of web archives: WARC files, plain or packed
 * record by record, as crawlers and Common Crawl write them.
 *
 * A record is looked at where it lies in the reader's window and skipped once it
 * is done with, so that a pipe may run dry anywhere within it.
 */
#include "fetch-warc/warc.h"
#include "fetch/fetch.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_HEAD = 64 * 1024 };

struct state {
    gly_list paths;
    long max_document;

    struct walk walk;
    struct reader reader;
    const char *path; /* of the open file */
    gly_buf name;     /* the same in UTF-8 */
    bool reading;
    unsigned long record; /* in the file, counted from 1 */
    unsigned long long passing; /* bytes to be skipped before the next record */
    double done, total, size;
};

static const gly_option options[] = {
    { "paths", GLY_FIELD(struct state, paths), .def = "-",
      .help = "WARC files, patterns, folders (read with all below them), or - "
              "for standard input; plain, gzip or zstd." },
    { "max_document", GLY_FIELD(struct state, max_document), .def = "16M",
      .min = 1, .max = 1 << 30, .unit = "B",
      .help = "Larger documents are refused." },
    { 0 }
};

static void count(gly_stage *stage, const char *name, size_t by)
{
    if (by > 0)
        gly_count(stage, name, (double)by);
}

static void set_value(gly_doc *doc, const char *field, struct value value)
{
    gly_buf valid = {0};

    if (!value.at || value.len == 0)
        return;
    gly_utf8_mend(&valid, value.at, value.len);
    gly_set(doc, field, valid.data);
    gly_buf_finish(&valid);
}

/* ---- a document ---- */

/* One for the record at hand, named by its own id, else by its place. */
static gly_doc *begin(gly_stage *stage, const char *head, size_t len)
{
    struct state *s = gly_state(stage);
    struct value uri = head_value(head, len, "WARC-Target-URI");
    struct value id = head_value(head, len, "WARC-Record-ID");
    gly_buf ticket = {0};
    gly_doc *doc;

    gly_buf_printf(&ticket, "%s:%lu", s->path, s->record);
    doc = gly_doc_new(stage, ticket.data);
    ticket.len = 0;
    gly_buf_printf(&ticket, "%s:%lu", s->name.data, s->record);
    gly_set(doc, "id", ticket.data);
    gly_buf_finish(&ticket);
    /* WARC 1.0 has them between < and >. */
    if (id.len > 2 && id.at[0] == '<')
        id = (struct value){id.at + 1, id.len - 2};
    if (uri.len > 2 && uri.at[0] == '<')
        uri = (struct value){uri.at + 1, uri.len - 2};
    set_value(doc, "id", id);
    set_value(doc, "uri", uri);
    set_value(doc, "fetched", head_value(head, len, "WARC-Date"));
    set_value(doc, "truncated", head_value(head, len, "WARC-Truncated"));
    gly_set(doc, "source", s->name.data);
    return doc;
}

__attribute__((format(printf, 5, 6)))
static unsigned refuse(gly_stage *stage, const char *head, size_t len, int code,
                       const char *fmt, ...)
{
    const struct state *s = gly_state(stage);
    char why[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);
    gly_refuse(stage, begin(stage, head, len), code, "%s, record %lu: %s",
               s->name.data, s->record, why);
    return 1;
}

/* The charset of "text/html; charset=...", or "". */
static void read_charset(struct value type, char *label, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i + 8 < type.len; i++)
        if (type.at[i] == ';' || type.at[i] == ' ') {
            const char *at = type.at + i + 1, *end = type.at + type.len;

            if (!sniff_starts(at, end, "charset="))
                continue;
            for (at += 8; at < end && n + 1 < size && *at != ';' && *at != ' ';
                 at++)
                if (*at != '"' && *at != '\'')
                    label[n++] = *at;
            break;
        }
    label[n] = '\0';
}

static unsigned emit(gly_stage *stage, const char *head, size_t head_size,
                     struct value type, const char *body, size_t len)
{
    bool html = value_is_type(type, "text/html") ||
                value_is_type(type, "application/xhtml+xml");
    struct charset charset;
    char label[64] = "";
    gly_buf out = {0};
    const char *text;
    gly_doc *doc;

    if (type.at)
        read_charset(type, label, sizeof(label));
    doc = begin(stage, head, head_size);
    text = charset_convert(doc, &out, body, &len, html, *label ? label : NULL,
                           &charset);
    count(stage, "invalid-bytes", charset.lost);
    if (charset.name)
        gly_set(doc, "charset", charset.name);
    if (html || sniff_html(text, len))
        gly_raw_set(doc, text, len, "text/html");
    else
        gly_text_set(doc, text, len);
    gly_buf_finish(&out);
    gly_emit(stage, doc);
    return 1;
}

/* ---- a record ---- */

static unsigned pass_over(gly_stage *stage, const char *what)
{
    count(stage, what, 1);
    return 0;
}

static bool is_text(struct value type)
{
    return !type.at || value_is_type(type, "text/html") ||
           value_is_type(type, "application/xhtml+xml") ||
           value_is_type(type, "text/plain");
}

static unsigned take_response(gly_stage *stage, const char *head,
                              size_t head_size, const char *block, size_t len)
{
    const struct state *s = gly_state(stage);
    gly_buf out = {0};
    struct response r;
    unsigned brought;

    read_response(block, len, (size_t)s->max_document, &out, &r);
    if (r.why && r.status == 0)
        brought = refuse(stage, head, head_size, -EINVAL, "%s", r.why);
    else if (r.status < 200 || r.status > 299)
        brought = pass_over(stage, "not a page: status");
    else if (!is_text(r.type))
        brought = pass_over(stage, "not a page: type");
    else if (r.why)
        brought = refuse(stage, head, head_size, -EINVAL, "%s", r.why);
    else if (r.len == 0 || sniff_binary(r.body, r.len))
        brought = pass_over(stage, r.len == 0 ? "not a page: empty"
                                              : "not a page: binary");
    else
        brought = emit(stage, head, head_size, r.type, r.body, r.len);
    gly_buf_finish(&out);
    return brought;
}

static unsigned take(gly_stage *stage, const char *head, size_t head_size,
                     const char *block, size_t len)
{
    struct value kind = head_value(head, head_size, "WARC-Type");
    struct value type = head_value(head, head_size, "Content-Type");

    if (value_is(kind, "response") && (value_is_type(type, "application/http") ||
                                       !type.at))
        return take_response(stage, head, head_size, block, len);
    if (!value_is(kind, "conversion") && !value_is(kind, "resource"))
        return pass_over(stage, "other records");
    if (!is_text(type) || len == 0)
        return pass_over(stage, len == 0 ? "not a page: empty"
                                         : "not a page: type");
    return emit(stage, head, head_size, type, block, len);
}

/* ---- a file ---- */

static void leave(struct state *s)
{
    double taken = (double)s->reader.taken;

    s->done += s->size > taken ? s->size : taken;
    s->size = 0;
    s->reading = false;
    s->passing = 0;
    reader_close(&s->reader);
}

/* The rest of the file cannot be read; what came before stands. */
static unsigned broke(gly_stage *stage, const char *why)
{
    struct state *s = gly_state(stage);
    int code = s->reader.failed ? s->reader.failed : -EINVAL;
    unsigned brought;

    s->record++;
    brought = refuse(stage, "", 0, code, "%s; records before it: %lu",
                     s->reader.failed ? s->reader.why : why, s->record - 1);
    leave(s);
    return brought;
}

/* Line ends stand between records, more than two of them where a length was
 * wrong. */
static void skip_blank(struct state *s)
{
    const char *at;

    while (reader_peek(&s->reader, 1, &at) > 0 && (*at == '\r' || *at == '\n'))
        reader_skip(&s->reader, 1);
}

static void pass(struct state *s)
{
    const char *at;
    size_t len;

    while (s->passing > 0 && (len = reader_peek(&s->reader, 1, &at)) > 0) {
        if (len > s->passing)
            len = (size_t)s->passing;
        reader_skip(&s->reader, len);
        s->passing -= len;
    }
}

/* Bytes of the next record's head; 0 when it does not end in what there is. */
static size_t peek_head(struct state *s, const char **head, size_t *have)
{
    size_t len;

    for (size_t least = 512;; least *= 2) {
        *have = reader_peek(&s->reader, least, head);
        len = head_len(*head, *have < MOST_HEAD ? *have : MOST_HEAD);
        if (len > 0 || *have < least || least >= MOST_HEAD)
            return len;
    }
}

static unsigned take_whole(gly_stage *stage, const char *head, size_t head_size)
{
    struct state *s = gly_state(stage);
    struct value length = head_value(head, head_size, "Content-Length");
    unsigned long long len = length.at ? strtoull(length.at, NULL, 10) : 0;
    unsigned brought;

    if (len > (unsigned long long)s->max_document + MOST_HEAD) {
        s->record++;
        s->passing = head_size + len;
        return refuse(stage, head, head_size, -EFBIG,
                      "larger than max_document (%ld bytes)", s->max_document);
    }
    if (reader_peek(&s->reader, head_size + len, &head) < head_size + len)
        return s->reader.dry ? 0 : broke(stage, "it ends too early");
    s->record++;
    brought = take(stage, head, head_size, head + head_size, len);
    reader_skip(&s->reader, head_size + len);
    return brought;
}

static unsigned next_record(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    const char *head;
    size_t have, head_size;

    pass(s);
    if (s->passing > 0)
        return s->reader.dry ? 0 : broke(stage, "it ends too early");
    skip_blank(s);
    head_size = peek_head(s, &head, &have);
    if (s->reader.dry && head_size == 0)
        return 0;
    if (have == 0 && s->reader.failed == 0) {
        leave(s);
        return 0;
    }
    if (have >= 5 && memcmp(head, "WARC/", 5) != 0)
        return broke(stage, "no WARC record begins here");
    return head_size > 0 ? take_whole(stage, head, head_size)
                         : broke(stage, "it ends too early");
}

static unsigned next_file(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct uv_loop_s *loop = gly_loop(stage);
    struct stat st;
    int result = walk_next(&s->walk, &s->path);

    if (result == 0) {
        gly_end(stage);
        s->path = NULL;
        return 0;
    }
    s->name.len = 0;
    gly_utf8_mend(&s->name, s->path, strlen(s->path));
    s->record = 0;
    if (result > 0)
        result = reader_open(&s->reader, s->path);
    if (result < 0)
        return refuse(stage, "", 0, result, "cannot be read: %s",
                      strerror(-result));
    s->reading = true;
    if (fstat(s->reader.fd, &st) == 0 && S_ISREG(st.st_mode))
        s->size = (double)st.st_size;
    else if (loop)
        reader_watch(&s->reader, loop);
    return 0;
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);
    const unsigned wanted = room;

    s->reader.dry = false;
    do {
        s->reader.patient = !s->reader.poll && room == wanted;
        room -= s->reading ? next_record(stage) : next_file(stage);
    } while (room > 0 && s->path && !s->reader.dry);
    if (s->reader.dry)
        reader_wake(&s->reader);
    gly_progress(stage, s->done + (double)s->reader.taken, s->total);
    return 0;
}

static int open_paths(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int error = walk_check(stage, &s->paths);

    if (error < 0)
        return error;
    if (reader_init(&s->reader, (size_t)s->max_document + 2 * MOST_HEAD) != 0)
        return gly_fail(stage, -ENOMEM, "max_document: no memory for %ld bytes",
                        s->max_document);
    s->total = walk_total(&s->paths);
    walk_init(&s->walk, &s->paths);
    return 0;
}

static void close_paths(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    reader_finish(&s->reader);
    walk_finish(&s->walk);
    gly_buf_finish(&s->name);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "fetch-warc",
    .about = "Brings the pages and texts of web archives (WARC).",
    .reads = "",
    .writes = "text id uri fetched truncated source charset",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_paths,
    .want = want,
    .close = close_paths,
};

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
    struct input in;
    unsigned long record; /* in the file, counted from 1 */
    unsigned long long passing; /* bytes to be skipped before the next record */
};

static const gly_option options[] = {
    { "paths", GLY_FIELD(struct state, in.paths), .def = "-",
      .help = "WARC files, patterns, folders (read with all below them), or - "
              "for standard input; plain, gzip or zstd." },
    { "max_document", GLY_FIELD(struct state, in.max_document), .def = "16M",
      .min = 1, .max = 1 << 30, .unit = "B",
      .help = "Larger documents are refused." },
    INPUT_OPTIONS(struct state, in),
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

    gly_buf_printf(&ticket, "%s:%lu", s->in.path, s->record);
    doc = gly_doc_new(stage, ticket.data);
    ticket.len = 0;
    gly_buf_printf(&ticket, "%s:%lu", s->in.name.data, s->record);
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
    gly_set(doc, "source", s->in.name.data);
    return doc;
}

__attribute__((format(printf, 5, 6)))
static unsigned refuse(gly_stage *stage, const char *head, size_t len, int code,
                       const char *fmt, ...)
{
    struct state *s = gly_state(stage);
    char why[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);
    input_brought(&s->in, s->record);
    gly_refuse(stage, begin(stage, head, len), code, "%s, record %lu: %s",
               s->in.name.data, s->record, why);
    return 1;
}

static unsigned emit(gly_stage *stage, const char *head, size_t head_size,
                     struct value type, const char *body, size_t len)
{
    struct state *s = gly_state(stage);
    bool html = value_is_type(type, "text/html") ||
                value_is_type(type, "application/xhtml+xml");
    struct charset charset;
    char label[64];
    gly_buf out = {0};
    const char *text;
    gly_doc *doc = begin(stage, head, head_size);

    text = charset_convert(doc, &out, body, &len, html,
                           type.at ? content_label(type.at, type.len, label,
                                                   sizeof(label))
                                   : NULL,
                           &charset);
    count(stage, "invalid-bytes", charset.lost);
    if (charset.name)
        gly_set(doc, "charset", charset.name);
    if (html || sniff_html(text, len))
        gly_raw_set(doc, text, len, "text/html");
    else
        gly_text_set(doc, text, len);
    gly_buf_finish(&out);
    input_brought(&s->in, s->record);
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

    read_response(block, len, (size_t)s->in.max_document, &out, &r);
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

/* The rest of the file cannot be read; what came before stands. */
static unsigned broke(gly_stage *stage, const char *why)
{
    struct state *s = gly_state(stage);
    int code = s->in.reader.failed ? s->in.reader.failed : -EINVAL;
    unsigned brought = 0;

    s->record++;
    if (!input_line_is_done(&s->in, s->record))
        brought = refuse(stage, "", 0, code, "%s; records before it: %lu",
                         s->in.reader.failed ? s->in.reader.why : why,
                         s->record - 1);
    input_leave(&s->in);
    return brought;
}

/* Line ends stand between records, more than two of them where a length was
 * wrong. */
static void skip_blank(struct state *s)
{
    const char *at;

    while (reader_peek(&s->in.reader, 1, &at) > 0 &&
           (*at == '\r' || *at == '\n'))
        reader_skip(&s->in.reader, 1);
}

/* Bytes of the next record's head; 0 when it does not end in what there is. */
static size_t peek_head(struct state *s, const char **head, size_t *have)
{
    size_t len;

    for (size_t least = 512;; least *= 2) {
        *have = reader_peek(&s->in.reader, least, head);
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
    bool done = input_line_is_done(&s->in, s->record + 1);
    unsigned brought;

    if (len > (unsigned long long)s->in.max_document + MOST_HEAD) {
        s->record++;
        s->passing = head_size + len;
        return done ? 0 : refuse(stage, head, head_size, -EFBIG,
                                 "larger than max_document (%ld bytes)",
                                 s->in.max_document);
    }
    if (reader_peek(&s->in.reader, head_size + len, &head) < head_size + len)
        return s->in.reader.dry ? 0 : broke(stage, "it ends too early");
    s->record++;
    brought = done ? 0 : take(stage, head, head_size, head + head_size, len);
    reader_skip(&s->in.reader, head_size + len);
    return brought;
}

static unsigned next_record(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    const char *head;
    size_t have, head_size;

    s->passing -= reader_pass(&s->in.reader, s->passing);
    if (s->passing > 0)
        return s->in.reader.dry ? 0 : broke(stage, "it ends too early");
    skip_blank(s);
    s->in.at = reader_at(&s->in.reader);
    head_size = peek_head(s, &head, &have);
    if (s->in.reader.dry && head_size == 0)
        return 0;
    if (have == 0 && s->in.reader.failed == 0) {
        input_leave(&s->in);
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
    int result = input_next(stage, &s->in);

    s->record = result > 0 ? input_resume(&s->in) : 0;
    s->passing = 0;
    if (result >= 0)
        return 0;
    refuse(stage, "", 0, result, "cannot be read: %s", strerror(-result));
    input_leave(&s->in);
    return 1;
}

/* Brings a document or comes nearer to one. */
static unsigned step(gly_stage *stage)
{
    const struct state *s = gly_state(stage);

    return s->in.reading ? next_record(stage) : next_file(stage);
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);

    input_want(stage, &s->in, room, step);
    if (s->in.ended)
        gly_end(stage);
    return 0;
}

static void acked(gly_stage *stage, const char *ticket, int result)
{
    struct state *s = gly_state(stage);

    input_acked(&s->in, ticket, result);
}

static int open_paths(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    return input_open(stage, &s->in, 2 * MOST_HEAD);
}

static void close_paths(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    input_close(&s->in);
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
    .acked = acked,
    .close = close_paths,
};

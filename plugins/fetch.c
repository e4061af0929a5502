/* fetch: brings documents from files, folders, standard input and the web.
 *
 * One file is open at a time, and no more of it is read than the documents take
 * that were asked for; pages come beside it when they can. The parts of this
 * plugin, see fetch/fetch.h, tell what each kind of input may look like.
 */
#include "fetch/fetch.h"
#include "fetch/pages.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { KEPT = 64 * 1024 }; /* of a refused line */

struct state {
    struct input in;
    const char *format;
    double refresh;
    struct web_settings web;

    struct pages *pages; /* NULL: nothing is fetched from the web */
    struct jsonl json;
    gly_buf ticket;
    bool known, lines;
    unsigned long line;
    unsigned long records;
};

static const gly_option options[] = {
    { "paths", GLY_FIELD(struct state, in.paths), .def = "-",
      .help = "Files, patterns, folders (read with all below them), or - for "
              "standard input; plain, gzip or zstd; and addresses of the web, "
              "http:// or https://." },
    { "format", GLY_FIELD(struct state, format), .def = "auto",
      .choices = "auto|text|html|jsonl|urls",
      .help = "What a file holds; auto looks at its first bytes; urls is an "
              "address of the web a line, each to be fetched once." },
    { "max_document", GLY_FIELD(struct state, in.max_document), .def = "16M",
      .min = 1, .max = 1 << 30, .unit = "B",
      .help = "Larger documents are refused." },
    INPUT_OPTIONS(struct state, in),
    { "refresh", GLY_FIELD(struct state, refresh), .def = "1h", .unit = "s",
      .max = 1e9,
      .help = "With watch: how often to fetch the addresses in paths again; "
              "0: never." },
    WEB_OPTIONS(struct state, web),
    { 0 }
};

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static void count(gly_stage *stage, const char *name, size_t by)
{
    if (by > 0)
        gly_count(stage, name, (double)by);
}

/* Of a document of the open file, or of its line when there is one. */
static const char *ticket_of(struct state *s, unsigned long line)
{
    s->ticket.len = 0;
    gly_buf_puts(&s->ticket, s->in.path);
    if (line > 0)
        gly_buf_printf(&s->ticket, ":%lu", line);
    return s->ticket.data;
}

static gly_doc *begin(gly_stage *stage, unsigned long line)
{
    return gly_doc_new(stage, ticket_of(gly_state(stage), line));
}

/* Gives it the id that comes from its place, unless it brought its own. */
static void identify(const struct state *s, gly_doc *doc, unsigned long line)
{
    gly_buf id = { 0 };

    if (gly_get(doc, "id", 0))
        return;
    gly_buf_puts(&id, s->in.name.data);
    if (line > 0)
        gly_buf_printf(&id, ":%lu", line);
    gly_set(doc, "id", id.data);
    gly_buf_finish(&id);
}

static void emit(gly_stage *stage, gly_doc *doc, unsigned long line)
{
    struct state *s = gly_state(stage);

    input_brought(&s->in, line);
    gly_emit(stage, doc);
}

__attribute__((format(printf, 5, 6)))
static unsigned refuse(gly_stage *stage, gly_doc *doc, unsigned long line,
                       int code, const char *fmt, ...)
{
    struct state *s = gly_state(stage);
    char why[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);
    if (!doc)
        doc = begin(stage, line);
    identify(s, doc, line);
    input_brought(&s->in, line);
    if (line > 0) {
        gly_refuse(stage, doc, code, "%s:%lu: %s", s->in.name.data, line, why);
    } else {
        gly_set(doc, "source", s->in.name.data);
        gly_refuse(stage, doc, code, "%s: %s", s->in.name.data, why);
    }
    return 1;
}

static unsigned refuse_size(gly_stage *stage, unsigned long line)
{
    const struct state *s = gly_state(stage);

    return refuse(stage, NULL, line, -EFBIG,
                  "larger than max_document (%ld bytes)", s->in.max_document);
}

/* The reading of a file of records broke; those before it stand. */
static unsigned broke(gly_stage *stage, int code)
{
    struct state *s = gly_state(stage);
    unsigned brought = 0;

    if (!input_line_is_done(&s->in, s->line + 1))
        brought = refuse(stage, NULL, s->line + 1, code,
                         "%s; records before it: %lu", s->in.reader.why,
                         s->records);
    input_leave(&s->in);
    return brought;
}

/* Its begin goes along, so that it can be found and mended. */
static void refuse_line(gly_stage *stage, gly_doc *doc, const char *line,
                        size_t len)
{
    const struct state *s = gly_state(stage);
    const struct jsonl *json = &s->json;

    len = gly_utf8_valid(line, len < KEPT ? len : KEPT);
    gly_raw_set(doc, line, len, "application/json");
    if (json->column > 0)
        refuse(stage, doc, s->line, -EINVAL, "column %zu: %s", json->column,
               json->what);
    else
        refuse(stage, doc, s->line, -EINVAL, "%s", json->what);
}

/* Makes a line valid UTF-8 and a document of it. */
static unsigned record(gly_stage *stage, const char *line, size_t len)
{
    struct state *s = gly_state(stage);
    gly_buf mended = { 0 };

    if (gly_utf8_valid(line, len) < len) {
        count(stage, "invalid-bytes", gly_utf8_mend(&mended, line, len));
        line = mended.data;
        len = mended.len;
    }
    gly_doc *doc = begin(stage, s->line);
    if (jsonl_read(&s->json, doc, line, len) == 0) {
        count(stage, "invalid-escapes", s->json.lost);
        identify(s, doc, s->line);
        emit(stage, doc, s->line);
        s->records++;
    } else {
        refuse_line(stage, doc, s->json.again.len ? s->json.again.data : line,
                    s->json.again.len ? s->json.again.len : len);
    }
    gly_buf_finish(&mended);
    return 1;
}

static bool is_blank(const char *line, size_t len)
{
    while (len > 0 && strchr(" \t\r", line[len - 1]) && line[len - 1])
        len--;
    return len == 0;
}

/* A page that will come when it can. */
static unsigned address(gly_stage *stage, const char *line, size_t len)
{
    struct state *s = gly_state(stage);
    gly_buf valid = { 0 };

    while (len > 0 && (*line == ' ' || *line == '\t'))
        line++, len--;
    while (is_blank(line + len - 1, 1))
        len--;
    gly_utf8_mend(&valid, line, len);
    bool known = web_is_address(valid.data), comment = *line == '#';
    if (known) {
        input_brought(&s->in, s->line);
        pages_add(s->pages, valid.data, ticket_of(s, s->line), s->in.name.data);
    }
    gly_buf_finish(&valid);
    return known || comment ? 0 : refuse(stage, NULL, s->line, -EINVAL,
                                         "not an address of the web");
}

/* These bring one document or none, and say how many. */
static unsigned next_line(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    char *line;
    size_t len;
    int result;

    s->in.at = reader_at(&s->in.reader);
    result = reader_line(&s->in.reader, &line, &len);
    if (result == 0) {
        input_leave(&s->in);
        return 0;
    }
    if (result == -EAGAIN)
        return 0;
    if (result < 0 && result != -EFBIG)
        return broke(stage, result);
    s->line++;
    if (input_line_is_done(&s->in, s->line))
        return 0;
    if (result == -EFBIG)
        return refuse_size(stage, s->line);
    return is_blank(line, len) ? 0
         : is(s->format, "urls") ? address(stage, line, len)
                                 : record(stage, line, len);
}

static enum content kind(const struct state *s)
{
    return is(s->format, "html") ? CONTENT_HTML
         : is(s->format, "text") ? CONTENT_TEXT : CONTENT_SNIFF;
}

static unsigned whole(gly_stage *stage, char *bytes, size_t len, int result)
{
    struct state *s = gly_state(stage);

    if (result == -EFBIG)
        return refuse_size(stage, 0);
    if (result < 0)
        return refuse(stage, NULL, 0, result, "%s", s->in.reader.why);
    if (len == 0 && is(s->in.path, "-"))
        return 0;
    if (is(s->format, "auto") && sniff_binary(bytes, len))
        return refuse(stage, NULL, 0, -EINVAL, "not a text, binary data");
    gly_doc *doc = begin(stage, 0);
    if (!content_fill(stage, doc, bytes, len, kind(s), NULL))
        return refuse(stage, doc, 0, -ENODATA, "empty");
    identify(s, doc, 0);
    gly_set(doc, "source", s->in.name.data);
    emit(stage, doc, 0);
    return 1;
}

static unsigned next_whole(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    char *bytes;
    size_t len;
    int result = reader_rest(&s->in.reader, &bytes, &len);

    if (result == -EAGAIN)
        return 0;
    unsigned brought = whole(stage, bytes, len, result);
    input_leave(&s->in);
    return brought;
}

/* Looks at the file that was opened; some can be refused at once. */
static unsigned look(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    const char *head;

    s->lines = is(s->format, "jsonl") || is(s->format, "urls");
    if (is(s->format, "jsonl") || is(s->format, "auto")) {
        enum json json = sniff_json(&s->in.reader, &s->json, s->in.path);
        if (s->in.reader.dry)
            return 0;
        if (json == JSON_OTHER) {
            refuse(stage, NULL, 0, -EINVAL,
                   "JSON over several lines; a record a line is needed "
                   "(`jq -c .` makes it, `jq -c .[]` of an array)");
            input_leave(&s->in);
            return 1;
        }
        s->lines |= json == JSON_LINES;
    }
    if (s->lines && reader_peek(&s->in.reader, 3, &head) >= 3 &&
        memcmp(head, "\xef\xbb\xbf", 3) == 0) {
        reader_skip(&s->in.reader, 3);
        count(stage, "byte-order-marks", 1);
    }
    if (s->lines)
        s->line = s->records = input_resume(&s->in);
    s->known = true;
    return 0;
}

static unsigned next_file(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result = input_next(stage, &s->in);

    s->known = false;
    s->line = s->records = 0;
    if (result >= 0)
        return 0;
    refuse(stage, NULL, 0, result, "cannot be read: %s", strerror(-result));
    input_leave(&s->in);
    return 1;
}

/* Brings a document or comes nearer to one. */
static unsigned step(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->in.stalled = is(s->format, "urls") && pages_full(s->pages);
    return s->in.stalled ? 0
         : !s->in.reading ? next_file(stage)
         : !s->known ? look(stage)
         : s->lines ? next_line(stage) : next_whole(stage);
}

static int want(gly_stage *stage, unsigned room)
{
    struct state *s = gly_state(stage);
    unsigned share = s->pages ? pages_share(s->pages, room) : 0;

    if (!s->in.ended)
        room -= input_want(stage, &s->in, room - share, step);
    if (s->pages)
        pages_want(s->pages, room);
    if (s->in.ended && (!s->pages || pages_done(s->pages)))
        gly_end(stage);
    return 0;
}

static void acked(gly_stage *stage, const char *ticket, int result)
{
    struct state *s = gly_state(stage);

    input_acked(&s->in, ticket, result);
    if (s->pages)
        pages_acked(s->pages, ticket, result);
}

/* The addresses among the paths; the others stay. */
static void take_addresses(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    const gly_list all = s->in.paths;
    const char **files = gly_stage_alloc(stage, all.count * sizeof(*files));

    s->in.paths = (gly_list){ .item = files };
    for (size_t i = 0; i < all.count; i++)
        if (web_is_address(all.item[i]))
            pages_add(s->pages, all.item[i], all.item[i], NULL);
        else
            files[s->in.paths.count++] = all.item[i];
}

static bool names_pages(const struct state *s)
{
    bool found = is(s->format, "urls");

    for (size_t i = 0; i < s->in.paths.count; i++)
        found |= web_is_address(s->in.paths.item[i]);
    return found;
}

static int open_paths(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (names_pages(s)) {
        s->web.max_document = s->in.max_document;
        s->pages = pages_new(stage, &s->web, s->in.watching.watch ? s->refresh : 0,
                             s->format);
        if (!s->pages)
            return -EINVAL;
        take_addresses(stage);
    }
    s->in.ended = s->pages && s->in.paths.count == 0;
    return s->in.ended ? 0 : input_open(stage, &s->in, 0);
}

static void close_paths(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    input_close(&s->in);
    pages_finish(s->pages);
    jsonl_finish(&s->json);
    gly_buf_finish(&s->ticket);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "fetch",
    .about = "Brings documents from files, folders, standard input and the web.",
    .reads = "",
    .writes = "text id source charset uri fetched",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_paths,
    .want = want,
    .acked = acked,
    .close = close_paths,
};

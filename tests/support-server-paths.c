#include "support-server-paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#define HTML "Content-Type: text/html; charset=utf-8\r\n"

static void say(struct visit *v, const char *text)
{
    if (!visit_send(v, text, strlen(text)))
        v->close = true;
}

static void wait_ms(long ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

    nanosleep(&t, NULL);
}

/* ---- bodies ---- */

static void add_page(gly_buf *out, const char *name)
{
    gly_buf_printf(out,
                   "<!DOCTYPE html>\n<html><head><title>%s</title></head>\n"
                   "<body><article><h1>%s</h1>\n<p>The harbour of %s was closed"
                   " on Monday, its master said, since the ice had come a month"
                   " early.</p>\n<p>Four ships wait outside, and none of them"
                   " has coal for more than a week.</p></article></body>"
                   "</html>\n", name, name, name);
}

static void answer_page(struct visit *v, int status, const char *headers,
                        const char *name)
{
    gly_buf body = { 0 };

    add_page(&body, name);
    visit_answer(v, status, headers, body.data, body.len);
    gly_buf_finish(&body);
}

static void page(struct visit *v, const char *name)
{
    answer_page(v, 200, HTML, name);
}

static void text(struct visit *v, const char *name)
{
    gly_buf body = { 0 };

    gly_buf_printf(&body, "The text %s.\n", name);
    visit_answer(v, 200, "Content-Type: text/plain\r\n", body.data, body.len);
    gly_buf_finish(&body);
}

static void empty(struct visit *v, const char *rest)
{
    (void)rest;
    visit_answer(v, 200, HTML, "", 0);
}

static void unescape(gly_buf *out, const char *from)
{
    for (; *from; from++) {
        unsigned c;

        if (*from == '%' && sscanf(from + 1, "%2x", &c) == 1) {
            char byte = (char)c;

            gly_buf_add(out, &byte, 1);
            from += 2;
        } else {
            gly_buf_add(out, from, 1);
        }
    }
}

static void typed(struct visit *v, const char *rest)
{
    char *type = strdup(rest), *body = strchr(type, '?');
    gly_buf headers = { 0 }, value = { 0 }, bytes = { 0 };

    if (body)
        *body++ = '\0';
    gly_buf_puts(&bytes, "");
    unescape(&value, type);
    unescape(&bytes, body ? body : "");
    gly_buf_printf(&headers, "Content-Type: %s\r\n", value.data);
    visit_answer(v, 200, headers.data, bytes.data, bytes.len);
    gly_buf_finish(&headers);
    gly_buf_finish(&value);
    gly_buf_finish(&bytes);
    free(type);
}

/* ---- ways to send it ---- */

static bool send_chunk(struct visit *v, const char *bytes, size_t len)
{
    char size[32];

    snprintf(size, sizeof(size), "%zx\r\n", len);
    return visit_send(v, size, strlen(size)) && visit_send(v, bytes, len) &&
           visit_send(v, "\r\n", 2);
}

static void begin_chunks(struct visit *v, const char *headers)
{
    v->status = 200;
    say(v, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n");
    say(v, headers);
    say(v, "\r\n");
}

static void chunked(struct visit *v, const char *name)
{
    gly_buf body = { 0 };

    add_page(&body, name);
    begin_chunks(v, HTML);
    for (size_t at = 0, len; at < body.len; at += len) {
        len = body.len - at < 7 ? body.len - at : 7;
        send_chunk(v, body.data + at, len);
    }
    send_chunk(v, "", 0);
    gly_buf_finish(&body);
}

static void pack(gly_buf *out, const char *bytes, size_t len, int bits)
{
    unsigned char packed[65536];
    z_stream z = { 0 };
    int result;

    deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (unsigned)len;
    do {
        z.next_out = packed;
        z.avail_out = sizeof(packed);
        result = deflate(&z, Z_FINISH);
        gly_buf_add(out, (char *)packed, sizeof(packed) - z.avail_out);
    } while (result == Z_OK);
    deflateEnd(&z);
}

static void packed_page(struct visit *v, const char *name, int bits,
                        const char *headers)
{
    gly_buf body = { 0 }, packed = { 0 };

    add_page(&body, name);
    pack(&packed, body.data, body.len, bits);
    visit_answer(v, 200, headers, packed.data, packed.len);
    gly_buf_finish(&body);
    gly_buf_finish(&packed);
}

static void gzip(struct visit *v, const char *name)
{
    packed_page(v, name, 15 + 16, HTML "Content-Encoding: gzip\r\n");
}

static void deflated(struct visit *v, const char *name)
{
    packed_page(v, name, 15, HTML "Content-Encoding: deflate\r\n");
}

static void packed_not(struct visit *v, const char *rest)
{
    (void)rest;
    answer_page(v, 200, HTML "Content-Encoding: gzip\r\n", "plain");
}

static void packed_cut(struct visit *v, const char *rest)
{
    gly_buf body = { 0 }, packed = { 0 };

    (void)rest;
    add_page(&body, "cut");
    pack(&packed, body.data, body.len, 15 + 16);
    visit_answer(v, 200, HTML "Content-Encoding: gzip\r\n", packed.data,
                 packed.len / 2);
    gly_buf_finish(&body);
    gly_buf_finish(&packed);
}

/* ---- validators ---- */

static void etag(struct visit *v, const char *name)
{
    char given[256];
    bool same = visit_header(v, "If-None-Match", given, sizeof(given)) &&
                strcmp(given, "\"v1\"") == 0;

    answer_page(v, same ? 304 : 200, HTML "ETag: \"v1\"\r\n", name);
}

static void modified(struct visit *v, const char *name)
{
    static const char date[] = "Sat, 03 Feb 2024 10:00:00 GMT";
    char given[256];
    bool same = visit_header(v, "If-Modified-Since", given, sizeof(given)) &&
                strcmp(given, date) == 0;

    answer_page(v, same ? 304 : 200,
                HTML "Last-Modified: Sat, 03 Feb 2024 10:00:00 GMT\r\n", name);
}

static void fresh(struct visit *v, const char *seconds)
{
    gly_buf headers = { 0 };

    gly_buf_printf(&headers, HTML "Cache-Control: public, max-age=%s\r\n",
                   seconds);
    answer_page(v, 200, headers.data, "fresh");
    gly_buf_finish(&headers);
}

/* ---- statuses ---- */

static void status(struct visit *v, const char *code)
{
    visit_answer(v, atoi(code), "Content-Type: text/plain\r\n", "No.\n", 4);
}

static void first(struct visit *v, const char *rest)
{
    unsigned n;
    int code;
    char name[256] = "";

    sscanf(rest, "%u/%d/%255s", &n, &code, name);
    if (v->times <= n)
        visit_answer(v, code, "Content-Type: text/plain\r\n", "No.\n", 4);
    else
        page(v, name);
}

static void add_date(gly_buf *out, time_t t)
{
    char date[64];
    struct tm tm;

    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT",
             gmtime_r(&t, &tm));
    gly_buf_puts(out, date);
}

static void wait_first(struct visit *v, const char *rest)
{
    unsigned n;
    int code;
    char after[64] = "", name[256] = "";
    gly_buf headers = { 0 };

    sscanf(rest, "%u/%d/%63[^/]/%255s", &n, &code, after, name);
    gly_buf_puts(&headers, "Retry-After: ");
    if (strcmp(after, "date") == 0)
        add_date(&headers, time(NULL) + 2);
    else
        gly_buf_puts(&headers, after);
    gly_buf_puts(&headers, "\r\n");
    if (v->times <= n)
        visit_answer(v, code, headers.data, "", 0);
    else
        page(v, name);
    gly_buf_finish(&headers);
}

/* ---- redirects ---- */

static void redirect(struct visit *v, int code, const char *to)
{
    gly_buf headers = { 0 };

    gly_buf_printf(&headers, "Location: %s\r\n", to);
    visit_answer(v, code, headers.data, "Elsewhere.\n", 11);
    gly_buf_finish(&headers);
}

static void hops(struct visit *v, const char *rest)
{
    gly_buf to = { 0 };
    unsigned n = 0;
    char name[256] = "";

    sscanf(rest, "%u/%255s", &n, name);
    if (n > 1)
        gly_buf_printf(&to, "/hops/%u/%s", n - 1, name);
    else
        gly_buf_printf(&to, "/page/%s", name);
    redirect(v, 302, to.data);
    gly_buf_finish(&to);
}

static void loop(struct visit *v, const char *rest)
{
    (void)rest;
    redirect(v, 302, "/loop");
}

static void to(struct visit *v, const char *address)
{
    redirect(v, 302, address);
}

static void moved(struct visit *v, const char *address)
{
    redirect(v, 301, address);
}

/* ---- what stops on its way ---- */

/* Comes to the place that is named; the answer is cut there. */
static void go_to(struct visit *v, const char *place)
{
    v->close = true;
    if (strcmp(place, "before") == 0)
        return;
    v->status = 200;
    say(v, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n");
    if (strcmp(place, "head") == 0)
        return;
    say(v, "Content-Length: 1000\r\n\r\n<p>This page ");
}

static void hang(struct visit *v, const char *place)
{
    go_to(v, place);
    visit_hang(v);
}

static void reset(struct visit *v, const char *place)
{
    go_to(v, place);
    wait_ms(20); /* what was sent arrives first */
    visit_reset(v);
}

static void drip(struct visit *v, const char *rest)
{
    (void)rest;
    v->close = true;
    v->status = 200;
    say(v, "HTTP/1.1 200 OK\r\n" HTML "\r\n<p>");
    while (visit_send(v, ".", 1))
        wait_ms(50);
}

static void drip_head(struct visit *v, const char *rest)
{
    (void)rest;
    v->close = true;
    say(v, "HTTP/1.1 200 OK\r\nX-Long: ");
    while (visit_send(v, ".", 1))
        wait_ms(50);
}

/* ---- lies ---- */

static void length(struct visit *v, const char *how)
{
    const char *n = strcmp(how, "longer") == 0    ? "1000"
                    : strcmp(how, "shorter") == 0 ? "10" : "-5";
    gly_buf all = { 0 };

    v->close = true;
    v->status = 200;
    gly_buf_printf(&all, "HTTP/1.1 200 OK\r\n" HTML "Content-Length: %s\r\n\r\n"
                   "<p>Some text that is shorter than said.</p>", n);
    say(v, all.data);
    gly_buf_finish(&all);
}

static void huge(struct visit *v, const char *bytes)
{
    static const char part[16384] = { [0 ... 16383] = 'x' };
    size_t left = strtoul(bytes, NULL, 10);

    begin_chunks(v, "Content-Type: text/plain\r\n");
    v->close = true;
    while (left > 0 && send_chunk(v, part, sizeof(part)))
        left -= left < sizeof(part) ? left : sizeof(part);
    send_chunk(v, "", 0);
}

static void huge_length(struct visit *v, const char *bytes)
{
    gly_buf head = { 0 };

    v->status = 200;
    gly_buf_printf(&head, "HTTP/1.1 200 OK\r\n" HTML "Content-Length: %s\r\n\r\n",
                   bytes);
    say(v, head.data);
    gly_buf_finish(&head);
    visit_hang(v);
}

static void send_bomb(struct visit *v, const char *bytes, bool twice)
{
    size_t size = strtoul(bytes, NULL, 10);
    char *zeros = calloc(1, size + 1);
    gly_buf once = { 0 }, all = { 0 };

    memset(zeros, 'x', size);
    pack(&once, zeros, size, 15 + 16);
    if (twice)
        pack(&all, once.data, once.len, 15 + 16);
    visit_answer(v, 200,
                 twice ? HTML "Content-Encoding: gzip, gzip\r\n"
                       : HTML "Content-Encoding: gzip\r\n",
                 twice ? all.data : once.data, twice ? all.len : once.len);
    gly_buf_finish(&once);
    gly_buf_finish(&all);
    free(zeros);
}

static void bomb(struct visit *v, const char *bytes)
{
    send_bomb(v, bytes, false);
}

static void bomb_twice(struct visit *v, const char *bytes)
{
    send_bomb(v, bytes, true);
}

static void chunk(struct visit *v, const char *how)
{
    begin_chunks(v, HTML);
    send_chunk(v, "<p>Some", 7);
    say(v, strcmp(how, "bad") == 0 ? "zebra\r\ntext\r\n0\r\n\r\n"
                                   : "ffffffffffffffffffff\r\ntext\r\n");
    v->close = true;
}

static void head(struct visit *v, const char *how)
{
    bool lines = strcmp(how, "endless") == 0;
    char name[64];

    v->close = true;
    say(v, "HTTP/1.1 200 OK\r\n");
    if (!lines)
        say(v, "X-Long: ");
    for (unsigned i = 0; i < 1u << 20; i++) {
        snprintf(name, sizeof(name), lines ? "X-%u: more\r\n" : "%u,", i);
        if (!visit_send(v, name, strlen(name)))
            return;
    }
}

static void garbage(struct visit *v, const char *rest)
{
    (void)rest;
    v->close = true;
    say(v, "220 mail.example.org ESMTP ready\r\n");
}

static void slow(struct visit *v, const char *rest)
{
    long ms = 0;
    char name[256] = "";

    sscanf(rest, "%ld/%255s", &ms, name);
    wait_ms(ms);
    page(v, name);
}

/* ---- the paths ---- */

static const struct {
    const char *begin;
    void (*answer)(struct visit *v, const char *rest);
} paths[] = {
    { "/page/", page }, { "/text/", text }, { "/empty", empty },
    { "/typed/", typed }, { "/chunked/", chunked }, { "/gzip/", gzip },
    { "/deflate/", deflated }, { "/etag/", etag }, { "/modified/", modified },
    { "/status/", status }, { "/first/", first }, { "/wait/", wait_first },
    { "/fresh/", fresh }, { "/hops/", hops }, { "/loop", loop }, { "/to?", to },
    { "/moved?", moved }, { "/hang/", hang }, { "/drip-head", drip_head },
    { "/drip", drip }, { "/reset/", reset }, { "/close/", go_to },
    { "/length/", length }, { "/huge/", huge },
    { "/huge-length/", huge_length }, { "/bomb/", bomb },
    { "/bomb-twice/", bomb_twice }, { "/packed-not", packed_not },
    { "/packed-cut", packed_cut }, { "/chunk/", chunk }, { "/head/", head },
    { "/garbage", garbage }, { "/slow/", slow },
};

void answer_path(struct visit *v)
{
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        size_t len = strlen(paths[i].begin);

        if (strncmp(v->path, paths[i].begin, len) == 0) {
            paths[i].answer(v, v->path + len);
            return;
        }
    }
    status(v, "404");
}

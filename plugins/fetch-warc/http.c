/* http.c: an HTTP response as a crawler stored it. */
#include "fetch/fetch.h"
#include "warc.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

size_t head_len(const char *at, size_t len)
{
    const char *p = at, *end = at + len;

    /* Crawlers write bare line feeds too. */
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));

        if (!line)
            return 0;
        if (line == p || (line == p + 1 && *p == '\r'))
            return (size_t)(line + 1 - at);
        p = line + 1;
    }
    return 0;
}

static struct value trim(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && strchr(" \t\r\n", end[-1]))
        end--;
    return (struct value){at, (size_t)(end - at)};
}

struct value head_value(const char *head, size_t len, const char *name)
{
    const char *p = memchr(head, '\n', len), *end = head + len;
    size_t n = strlen(name);

    while (p && ++p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));

        if (line && (size_t)(line - p) > n && p[n] == ':' &&
            strncasecmp(p, name, n) == 0)
            return trim(p + n + 1, line);
        p = line;
    }
    return (struct value){0};
}

bool value_is(struct value value, const char *word)
{
    return value.len == strlen(word) &&
           strncasecmp(value.at, word, value.len) == 0;
}

bool value_is_type(struct value value, const char *type)
{
    size_t len = 0;

    while (len < value.len && value.at[len] != ';' && value.at[len] != ' ')
        len++;
    return value_is((struct value){value.at, len}, type);
}

/* ---- transfer and content codings ---- */

/* Puts the chunks together. Some crawlers keep the header and store the body
 * without them: then it is left as it is. False when it ends too early, with what
 * there is in `out`. */
static bool join_chunks(const char *body, size_t len, gly_buf *out,
                        bool *chunked)
{
    const char *p = body, *end = body + len;

    *chunked = true;
    for (;;) {
        const char *line = memchr(p, '\n', (size_t)(end - p)), *digit = p;
        size_t size = 0;

        while (digit < end && isxdigit((unsigned char)*digit) &&
               digit - p < 8) {
            int c = tolower((unsigned char)*digit++);

            size = size * 16 + (size_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        if (!line || digit == p ||
            (*digit != '\r' && *digit != '\n' && *digit != ';' &&
             *digit != ' ')) {
            *chunked = p > body;
            return false;
        }
        if (size == 0)
            return true;
        p = line + 1;
        if (size > (size_t)(end - p)) {
            gly_buf_add(out, p, (size_t)(end - p));
            return false;
        }
        gly_buf_add(out, p, size);
        p += size;
        if (p < end && *p == '\r')
            p++;
        if (p < end && *p == '\n')
            p++;
    }
}

static const char *unpack_body(struct response *r, struct value coding,
                               size_t max, gly_buf *out)
{
    bool zstd = value_is(coding, "zstd"), cut;
    gly_buf whole = {0};
    const char *why;

    if (!coding.at || coding.len == 0 || value_is(coding, "identity"))
        return NULL;
    if (!zstd && !value_is(coding, "gzip") && !value_is(coding, "x-gzip") &&
        !value_is(coding, "deflate"))
        return "an unknown content encoding";
    /* Crawlers that unpacked the body keep the header at times. */
    if (!zstd && !value_is(coding, "deflate") &&
        (r->len < 2 || memcmp(r->body, "\x1f\x8b", 2) != 0))
        return NULL;
    why = unpack(r->body, r->len, zstd ? ZSTD : GZIP, max, &whole, &cut);
    gly_buf_finish(out);
    *out = whole;
    r->body = whole.data;
    r->len = whole.len;
    return why;
}

/* ---- the response ---- */

void read_response(const char *block, size_t len, size_t max, gly_buf *out,
                   struct response *r)
{
    size_t head = head_len(block, len);
    const char *space = memchr(block, ' ', len < 16 ? len : 16);
    struct value transfer;
    bool chunked = false;

    *r = (struct response){0};
    if (head == 0 || !space || strncasecmp(block, "HTTP/", 5) != 0) {
        r->why = "not an HTTP response";
        return;
    }
    for (const char *p = space + 1; p < block + head && isdigit(*p) &&
                                    r->status < 1000; p++)
        r->status = r->status * 10 + (*p - '0');
    r->type = head_value(block, head, "Content-Type");
    r->body = block + head;
    r->len = len - head;
    transfer = head_value(block, head, "Transfer-Encoding");
    if (transfer.at && value_is(transfer, "chunked")) {
        join_chunks(r->body, r->len, out, &chunked);
        if (chunked) {
            r->body = out->data ? out->data : "";
            r->len = out->len;
        }
    }
    r->why = unpack_body(r, head_value(block, head, "Content-Encoding"), max, out);
}

/* convert.c: bytes to UTF-8 by iconv, and which of them became what. */
#include "fetch.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

enum {
    STEP = 16384,
    LONGEST = 16, /* of one character with its escapes */
    ESCAPE = 0x1b,
};

/* What is being made of the bytes. iconv does not tell which byte became what:
 * one character a call does. Some encodings keep one back until they see whether
 * the next is an accent of it: then what is read up to a sign that can have none
 * is taken together. */
struct conversion {
    iconv_t iconv;
    gly_buf *out;
    const char *bytes;
    size_t at, len;
    unsigned unit;
    bool joined;  /* a character may be of several bytes */
    bool shifted; /* an escape was read: ASCII may be something else */
    bool open;    /* something is kept back, since these: */
    size_t open_at, open_out, open_lost;
    struct charset *charset;
};

static void add(const struct conversion *c, size_t out, size_t out_len,
                size_t at, size_t len)
{
    gly_origins_add(c->charset->origins, (gly_pos)out, (gly_pos)out_len,
                    (gly_pos)at, (gly_pos)len);
}

static void keep_open(struct conversion *c, size_t at, size_t out)
{
    c->open = true;
    c->open_at = at;
    c->open_out = out;
    c->open_lost = c->charset->lost;
}

/* What became of `len` bytes is the end of `out`: a character of each byte, or
 * all of all. */
static void add_each(const struct conversion *c, size_t out, size_t end,
                     size_t at, size_t len)
{
    size_t count = 0;

    for (size_t i = out; i < end; i++)
        count += (c->out->data[i] & 0xC0) != 0x80;
    if (count != len)
        add(c, out, end - out, at, len);
    for (size_t next = out; count == len && out < end; at++, out = next) {
        do
            next++;
        while (next < end && (c->out->data[next] & 0xC0) == 0x80);
        add(c, out, next - out, at, 1);
    }
}

/* Nothing is kept back any more, but for what became of the last `rest` bytes. */
static void close_open(struct conversion *c, size_t rest)
{
    size_t end = c->out->len - rest, at = c->at - rest;

    if (c->charset->lost == c->open_lost)
        add_each(c, c->open_out, end, c->open_at, at - c->open_at);
    else
        add(c, c->open_out, end - c->open_out, c->open_at, at - c->open_at);
    add(c, end, rest, at, rest);
    c->open = false;
}

static void replace(struct conversion *c, size_t bytes)
{
    if (!c->open)
        add(c, c->out->len, 3, c->at, bytes);
    gly_buf_puts(c->out, "\xef\xbf\xbd");
    c->charset->lost += bytes;
    c->at += bytes;
}

/* Reads of the next n bytes what it can; 0 or why not all. iconv lets NUL pass,
 * which a text cannot hold. */
static int feed(struct conversion *c, size_t n)
{
    char step[STEP];
    char *in = (char *)c->bytes + c->at, *to = step;
    size_t room = sizeof(step), left = n;
    size_t result = iconv(c->iconv, &in, &left, &to, &room);
    int error = result == (size_t)-1 ? errno : 0;

    c->charset->lost += gly_utf8_mend(c->out, step, (size_t)(to - step));
    c->at += n - left;
    return error;
}

/* How many bytes ahead are ASCII in every encoding, of what is read at once. */
static size_t plain_ahead(const struct conversion *c)
{
    const char *at = c->bytes + c->at;
    size_t n = 0, most = c->len - c->at < STEP ? c->len - c->at : STEP;

    if (c->unit > 1 || c->shifted || c->open)
        return 0;
    while (n < most && at[n] && !(at[n] & 0x80) && at[n] != ESCAPE)
        n++;
    return n;
}

static int read_plain(struct conversion *c, size_t n)
{
    const char *bytes = c->bytes + c->at;
    size_t begin = c->at, old = c->out->len, same = 0;
    int error = feed(c, n);

    while (same < n && old + same < c->out->len &&
           c->out->data[old + same] == bytes[same])
        same++;
    add(c, old, same, begin, same);
    if (same < n)
        keep_open(c, begin + same, old + same);
    return error;
}

/* The next character, of as many bytes as it needs. */
static int read_char(struct conversion *c)
{
    size_t begin = c->at, old = c->out->len, left = c->len - begin;
    const char first = c->bytes[begin];
    int error = EINVAL;

    for (size_t n = c->unit; error == EINVAL && c->at == begin && n <= LONGEST;
         n++)
        error = feed(c, n < left ? n : left);

    size_t len = c->out->len - old, read = c->at - begin;

    c->shifted |= first == ESCAPE;
    if (!c->open && len == 0 && read > 0 && first != ESCAPE)
        keep_open(c, begin, old);
    else if (!c->open)
        add(c, old, len, begin, read);
    else if (read == 1 && len > 0 && first > 0 && first < '@' &&
             c->out->data[c->out->len - 1] == first)
        close_open(c, 1);
    if (error == EINVAL && left > LONGEST)
        return read > 0 ? 0 : EILSEQ;
    return error;
}

static int read_apart(struct conversion *c)
{
    size_t begin = c->at, old = c->out->len, left = c->len - begin;
    int error = feed(c, left < STEP / 4 ? left : STEP / 4);

    add_each(c, old, c->out->len, begin, c->at - begin);
    return error;
}

static int read_more(struct conversion *c)
{
    if (!c->joined)
        return read_apart(c);

    size_t plain = plain_ahead(c);

    return plain > 0 ? read_plain(c, plain) : read_char(c);
}

static bool is_joined(const char *encoding)
{
    static const char *const names[] = {
        "GB18030", "BIG5-HKSCS", "EUC-JP-MS", "ISO-2022-JP", "CP932", "CP949",
        "CP1255", "CP1258", NULL,
    };

    for (const char *const *name = names; *name; name++)
        if (strcmp(*name, encoding) == 0)
            return true;
    return false;
}

bool convert_bytes(gly_buf *out, const char *bytes, size_t at, size_t len,
                   const char *encoding, unsigned unit,
                   struct charset *charset)
{
    struct conversion c = {
        .iconv = iconv_open("UTF-8", encoding),
        .out = out,
        .bytes = bytes,
        .at = at,
        .len = len,
        .unit = unit,
        .joined = unit > 1 || is_joined(encoding),
        .charset = charset,
    };
    char step[LONGEST], *to = step;
    size_t room = sizeof(step);

    if (c.iconv == (iconv_t)-1)
        return false;
    while (c.at < len) {
        int error = read_more(&c);
        size_t left = len - c.at;

        if (error != 0 && error != E2BIG)
            replace(&c, error == EILSEQ && left > unit ? unit : left);
    }
    iconv(c.iconv, NULL, NULL, &to, &room);
    gly_buf_add(out, step, (size_t)(to - step));
    if (c.open)
        close_open(&c, 0);
    iconv_close(c.iconv);
    return true;
}

/* body.c: what was posted, taken apart into documents. */
#include "http.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 4)))
static void refuse(struct reply *reply, unsigned status, const char *fmt, ...)
{
    va_list args;

    reply->status = status;
    va_start(args, fmt);
    vsnprintf(reply->why, sizeof(reply->why), fmt, args);
    va_end(args);
}

/* The same bytes have the same name, so a client that posts again what it had no
 * answer to has posted it once. FNV-1a of 128 bits. */
static void name_by_bytes(gly_buf *id, const char *bytes, size_t len)
{
    const unsigned __int128 prime = ((unsigned __int128)1 << 88) | 0x13b;
    unsigned __int128 hash =
        ((unsigned __int128)0x6c62272e07bb0142 << 64) | 0x62b821756295c58d;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * prime;
    gly_buf_printf(id, "%016" PRIx64 "%016" PRIx64, (uint64_t)(hash >> 64),
                   (uint64_t)hash);
}

static void unpack_body(struct body *b, size_t max, struct reply *reply)
{
    gly_buf whole = {0};
    const char *why;
    bool cut = false;

    if (b->packing == PLAIN)
        return;
    why = unpack(b->bytes.data, b->bytes.len, b->packing, max, &whole, &cut);
    if (whole.len > max)
        refuse(reply, 413, "%s", why);
    else if (why || cut)
        refuse(reply, 400, "%s", why ? why : "the packed body is cut short");
    gly_buf_finish(&b->bytes);
    b->bytes = whole;
}

/* The first sign that is not white space, or NULL. */
static char *first_sign(const gly_buf *bytes)
{
    for (size_t i = 0; i < bytes->len; i++)
        if (!sniff_blank(bytes->data[i]))
            return bytes->data + i;
    return NULL;
}

static void add(struct spool *spool, const struct body *b, const char *id,
                char *bytes, size_t len)
{
    struct entry entry = {b->type, b->charset, id, bytes, len};

    spool_add(spool, &entry);
}

static void take_text(struct body *b, struct spool *spool, struct reply *reply)
{
    if (sniff_binary(b->bytes.data, b->bytes.len)) {
        refuse(reply, 415, "not a text, binary data");
        return;
    }
    add(spool, b, reply->id.data, b->bytes.data, b->bytes.len);
    reply->accepted = 1;
}

/* ---- records ---- */

/* Makes it what JSON has to be: UTF-8, without a byte order mark. */
static void mend(gly_buf *bytes)
{
    size_t mark = bytes->len >= 3 &&
                  memcmp(bytes->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    gly_buf valid = {0};

    if (mark == 0 && gly_utf8_valid(bytes->data, bytes->len) == bytes->len)
        return;
    gly_buf_puts(&valid, "");
    gly_utf8_mend(&valid, bytes->data + mark, bytes->len - mark);
    gly_buf_finish(bytes);
    *bytes = valid;
}

static void refuse_record(struct reply *reply, const struct jsonl *json,
                          size_t line)
{
    char where[64] = "";

    if (json->column > 0)
        snprintf(where, sizeof(where), "column %zu: ", json->column);
    if (line > 0)
        refuse(reply, 400, "line %zu: %s%s", line, where, json->what);
    else
        refuse(reply, 400, "%s%s", where, json->what);
}

static void take_record(struct body *b, char *at, struct jsonl *json,
                        struct spool *spool, struct reply *reply)
{
    char *end = b->bytes.data + b->bytes.len;

    if (jsonl_read(json, NULL, at, (size_t)(end - at)) < 0) {
        refuse_record(reply, json, 0);
        return;
    }
    add(spool, b, reply->id.data, at, (size_t)(end - at));
    reply->accepted = 1;
}

struct lines {
    struct body *body;
    struct jsonl *json;
    struct spool *spool;
    struct reply *reply;
    size_t count; /* of lines that are records */
};

/* Calls each for the lines with something in them, until one is refused. */
static void each_line(struct lines *l, void (*each)(struct lines *l, char *line,
                                                    size_t len, size_t number))
{
    char *at = l->body->bytes.data, *end = at + l->body->bytes.len;

    for (size_t number = 1; at < end && l->reply->status == 0; number++) {
        char *next = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((next ? next : end) - at);

        at[len] = '\0';
        if (at[strspn(at, " \t\r")] != '\0')
            each(l, at, len, number);
        if (next)
            *next = '\n';
        at += len + 1;
    }
}

static void check_line(struct lines *l, char *line, size_t len, size_t number)
{
    l->count++;
    if (jsonl_read(l->json, NULL, line, len) < 0)
        refuse_record(l->reply, l->json, number);
}

static void add_line(struct lines *l, char *line, size_t len, size_t number)
{
    gly_buf id = {0};

    gly_buf_puts(&id, l->reply->id.data);
    if (l->count > 1)
        gly_buf_printf(&id, ":%zu", number);
    add(l->spool, l->body, id.data, line, len);
    gly_buf_finish(&id);
    l->reply->accepted++;
}

static void take_json(struct body *b, struct jsonl *json, struct spool *spool,
                      struct reply *reply)
{
    struct lines lines = {b, json, spool, reply, 0};
    char *at = first_sign(&b->bytes);

    if (!b->lines && jsonl_cut(json, at, strcspn(at, "\n"))) {
        take_record(b, at, json, spool, reply);
        return;
    }
    each_line(&lines, check_line);
    each_line(&lines, add_line);
}

void body_take(struct body *b, struct jsonl *json, struct spool *spool,
               size_t max, struct reply *reply)
{
    bool records = strcmp(b->type, "application/json") == 0;

    unpack_body(b, max, reply);
    if (reply->status == 0 && records)
        mend(&b->bytes);
    if (reply->status == 0 && !first_sign(&b->bytes))
        refuse(reply, 400, "the body is empty");
    if (reply->status != 0)
        return;
    if (b->id)
        gly_buf_puts(&reply->id, b->id);
    else
        name_by_bytes(&reply->id, b->bytes.data, b->bytes.len);
    if (records)
        take_json(b, json, spool, reply);
    else
        take_text(b, spool, reply);
    if (reply->status == 0)
        reply->status = 202;
}

#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <galley/record.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

void put_bytes(const char *name, const char *bytes, size_t len)
{
    FILE *f = fopen(name, "wb");

    cr_assert(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

void put_often(const char *name, const char *text, size_t times)
{
    FILE *f = fopen(name, "wb");

    cr_assert(f != NULL);
    for (size_t i = 0; i < times; i++)
        fputs(text, f);
    cr_assert(fclose(f) == 0);
}

void add_gzip(gly_buf *out, const char *text)
{
    unsigned char packed[65536];
    z_stream z = { 0 };

    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (unsigned char *)text;
    z.avail_in = (unsigned)strlen(text);
    z.next_out = packed;
    z.avail_out = sizeof(packed);
    cr_assert(deflate(&z, Z_FINISH) == Z_STREAM_END);
    gly_buf_add(out, (char *)packed, sizeof(packed) - z.avail_out);
    deflateEnd(&z);
}

void add_zstd(gly_buf *out, const char *text)
{
    char packed[65536];
    size_t len = ZSTD_compress(packed, sizeof(packed), text, strlen(text), 3);

    cr_assert(ZSTD_isError(len) == 0);
    gly_buf_add(out, packed, len);
}

void put_buf(const char *name, gly_buf *buf)
{
    put_bytes(name, buf->data, buf->len);
    gly_buf_finish(buf);
}

/* Where damage is found depends on the library that packed the file. */
static void add_error(gly_buf *out, const char *error)
{
    const char *byte = strstr(error, "near byte ");
    size_t len = byte ? (size_t)(byte - error) + 10 : strlen(error);

    gly_buf_puts(out, "! ");
    gly_buf_add(out, error, len);
    if (byte)
        gly_buf_printf(out, "N%s", byte + 10 + strspn(byte + 10, "0123456789"));
}

static void add_document(gly_buf *out, gly_harness *h, gly_doc *doc)
{
    size_t len;
    const char *raw = gly_raw(doc, &len);

    if (gly_harness_error(h)[0]) {
        add_error(out, gly_harness_error(h));
    } else {
        gly_record_add(out, doc, NULL);
        if (raw)
            gly_buf_printf(out, " <%s> %s", gly_raw_type(doc), raw);
    }
    gly_buf_puts(out, "\n");
}

void read_all(gly_harness *h, gly_buf *out)
{
    gly_buf_puts(out, "");
    for (gly_doc *doc; (doc = gly_harness_pull(h)) != NULL;)
        add_document(out, h, doc);
}

void check_fetch(const char *settings, const char *expected)
{
    gly_harness *h = gly_harness_open("fetch", settings);
    gly_buf got = { 0 };

    read_all(h, &got);
    cr_expect(eq(str, got.data, (char *)expected));
    gly_buf_finish(&got);
    gly_harness_close(h);
}

void check_fetch_refusal(const char *settings, const char *expected)
{
    char why[512] = "";
    gly_harness *h = gly_harness_try("fetch", settings, why, sizeof(why));

    cr_expect(h == NULL, "%s was taken", settings);
    cr_expect(eq(str, why, (char *)expected));
    gly_harness_close(h);
}

void check_fetch_count(const char *path, const char *counter, double expected)
{
    char settings[64];
    gly_buf got = { 0 };

    snprintf(settings, sizeof(settings), "paths = \"%s\";", path);
    gly_harness *h = gly_harness_open("fetch", settings);
    read_all(h, &got);
    cr_expect(eq(dbl, gly_harness_counted(h, counter), expected), "%s in %s",
              counter, path);
    gly_buf_finish(&got);
    gly_harness_close(h);
}

void feed_file(const char *name)
{
    int fd = open(name, O_RDONLY);

    cr_assert(fd >= 0 && dup2(fd, 0) == 0 && close(fd) == 0);
}

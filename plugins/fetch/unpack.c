/* unpack.c: a body that was packed as HTTP names it. */
#include "fetch.h"

#include <limits.h>
#include <string.h>

enum { STEP = 65536 };

static const char *inflate_all(const char *bytes, size_t len, size_t max,
                               gly_buf *out, bool *cut)
{
    unsigned char room[STEP];
    z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)len};
    int code;

    /* Both headers are known to zlib; "deflate" of some servers has neither. */
    if (inflateInit2(&z, 15 + 32) != Z_OK)
        return "no memory";
    do {
        z.next_out = room;
        z.avail_out = sizeof(room);
        code = inflate(&z, Z_NO_FLUSH);
        if (code == Z_DATA_ERROR && z.total_out == 0 && z.total_in <= 2 &&
            inflateReset2(&z, -15) == Z_OK) {
            z.next_in = (Bytef *)(uintptr_t)bytes;
            z.avail_in = (uInt)len;
            code = inflate(&z, Z_NO_FLUSH);
        }
        gly_buf_add(out, (char *)room, sizeof(room) - z.avail_out);
    } while (code == Z_OK && out->len <= max);
    inflateEnd(&z);
    *cut = code != Z_STREAM_END;
    return out->len == 0 && *cut ? "damaged gzip data" : NULL;
}

static const char *unzstd_all(const char *bytes, size_t len, size_t max,
                              gly_buf *out, bool *cut)
{
    char room[STEP];
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    ZSTD_inBuffer in = {bytes, len, 0};
    size_t left = 1;

    while (zstd && left > 0 && !ZSTD_isError(left) && out->len <= max) {
        ZSTD_outBuffer some = {room, sizeof(room), 0};

        left = ZSTD_decompressStream(zstd, &some, &in);
        gly_buf_add(out, room, some.pos);
        if (some.pos == 0 && in.pos == in.size)
            break;
    }
    ZSTD_freeDCtx(zstd);
    *cut = left > 0;
    return out->len == 0 && *cut ? "damaged zstd data" : NULL;
}

const char *unpack(const char *bytes, size_t len, enum packing packing,
                   size_t max, gly_buf *out, bool *cut)
{
    const char *why;

    gly_buf_puts(out, "");
    why = len > UINT_MAX ? "too large"
          : packing == GZIP ? inflate_all(bytes, len, max, out, cut)
                            : unzstd_all(bytes, len, max, out, cut);
    return out->len > max ? "larger than max_document when unpacked" : why;
}

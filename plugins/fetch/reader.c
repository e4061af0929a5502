/* reader.c: bytes of a plain, gzip or zstd file through a window. */
#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum {
    STEP = 256 * 1024,
    /* A packed file that grows more than this is made to do harm: gzip and zstd
     * make a tenth of news, of nothing but line ends a thousandth and less. */
    MOST_GROWTH = 400,
    HARMLESS = 128 * 1024 * 1024, /* however small the file */
};

static int fail(struct reader *r, int code, const char *what)
{
    r->failed = code;
    snprintf(r->why, sizeof(r->why), "damaged %s data near byte %llu: %s",
             r->packing == GZIP ? "gzip" : "zstd",
             r->taken - (r->in_end - r->in_begin), what);
    return code;
}

/* The file's own bytes: how many, 0 at its end, or -errno. */
static ssize_t take(struct reader *r, void *to, size_t size)
{
    struct pollfd fd = { .fd = r->fd, .events = POLLIN };
    ssize_t n = 0;

    if (size > r->left)
        size = (size_t)r->left;
    if (r->eof || size == 0) {
        r->eof = true;
        return 0;
    }
    do {
        if (poll(&fd, 1, r->patient ? -1 : 0) == 0) {
            r->dry = true;
            return -EAGAIN;
        }
        n = read(r->fd, to, size);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0) {
        r->failed = -errno;
        snprintf(r->why, sizeof(r->why), "cannot be read: %s", strerror(errno));
        return r->failed;
    }
    r->eof = n == 0;
    r->taken += (unsigned long long)n;
    r->left -= (unsigned long long)n;
    return n;
}

/* More bytes of the file after those left in `in`. */
static ssize_t refill(struct reader *r)
{
    size_t left = r->in_end - r->in_begin;

    memmove(r->in, r->in + r->in_begin, left);
    r->in_begin = 0;
    r->in_end = left;
    ssize_t n = take(r, r->in + left, STEP - left);
    if (n > 0)
        r->in_end += (size_t)n;
    return n;
}

static int begin(struct reader *r)
{
    static const unsigned char gzip[] = { 0x1f, 0x8b };
    static const unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
    static const unsigned char skip[] = { 0x2a, 0x4d, 0x18 };
    const unsigned char *in = r->in;

    while (r->in_end < 4 && !r->eof) {
        ssize_t n = refill(r);
        if (n < 0)
            return (int)n;
    }
    r->begun = true;
    if (r->in_end >= 2 && memcmp(in, gzip, 2) == 0) {
        r->packing = GZIP;
        r->gzip = (z_stream){ 0 };
        if (inflateInit2(&r->gzip, 15 + 16) != Z_OK)
            return fail(r, -ENOMEM, "out of memory");
        r->inside = true;
    } else if (r->in_end >= 4 &&
               (memcmp(in, zstd, 4) == 0 ||
                ((in[0] & 0xf0) == 0x50 && memcmp(in + 1, skip, 3) == 0))) {
        r->packing = ZSTD;
        if (!r->zstd)
            r->zstd = ZSTD_createDCtx();
        if (!r->zstd)
            return fail(r, -ENOMEM, "out of memory");
        ZSTD_DCtx_reset(r->zstd, ZSTD_reset_session_only);
    }
    return 0;
}

static ssize_t copy(struct reader *r, char *to, size_t size)
{
    size_t n = r->in_end - r->in_begin;

    if (n == 0)
        return take(r, to, size);
    if (n > size)
        n = size;
    memcpy(to, r->in + r->in_begin, n);
    r->in_begin += n;
    return (ssize_t)n;
}

/* Between two gzip members: whether there is another one. Zeros may follow the
 * last, since tapes and some disks fill blocks with them. */
static int member(struct reader *r)
{
    for (;;) {
        while (r->in_begin < r->in_end && r->in[r->in_begin] == 0)
            r->in_begin++;
        if (r->in_begin < r->in_end)
            break;
        ssize_t n = refill(r);
        if (n <= 0)
            return (int)n;
    }
    inflateReset(&r->gzip);
    r->inside = true;
    return 1;
}

static ssize_t inflate_some(struct reader *r, char *to, size_t size)
{
    z_stream *z = &r->gzip;

    z->next_out = (unsigned char *)to;
    z->avail_out = (unsigned)size;
    while (z->avail_out == size) {
        if (!r->inside) {
            int more = member(r);
            if (more <= 0)
                return more;
        }
        if (r->in_begin == r->in_end) {
            ssize_t n = refill(r);
            if (n < 0)
                return n;
        }
        z->next_in = r->in + r->in_begin;
        z->avail_in = (unsigned)(r->in_end - r->in_begin);
        int result = inflate(z, Z_NO_FLUSH);
        r->in_begin = r->in_end - z->avail_in;
        if (result == Z_STREAM_END)
            r->inside = false;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            return fail(r, result == Z_MEM_ERROR ? -ENOMEM : -EIO,
                        z->msg ? z->msg : "not readable");
        else if (r->eof && r->in_begin == r->in_end && z->avail_out == size)
            return fail(r, -EIO, "it ends too early");
    }
    return (ssize_t)(size - z->avail_out);
}

static ssize_t unzstd_some(struct reader *r, char *to, size_t size)
{
    ZSTD_outBuffer out = { to, size, 0 };

    while (out.pos == 0) {
        if (r->in_begin == r->in_end) {
            ssize_t n = refill(r);
            if (n < 0 || (n == 0 && !r->inside))
                return n;
        }
        ZSTD_inBuffer in = { r->in, r->in_end, r->in_begin };
        size_t result = ZSTD_decompressStream(r->zstd, &out, &in);
        r->in_begin = in.pos;
        if (ZSTD_isError(result))
            return fail(r, -EIO, ZSTD_getErrorName(result));
        r->inside = result != 0;
        if (r->inside && r->eof && in.pos == in.size && out.pos == 0)
            return fail(r, -EIO, "it ends too early");
    }
    return (ssize_t)out.pos;
}

static int weigh(struct reader *r, ssize_t n)
{
    if (r->unpacked < HARMLESS || r->unpacked / MOST_GROWTH < r->taken)
        return (int)n;
    r->failed = -EOVERFLOW;
    snprintf(r->why, sizeof(r->why), "unpacks to more than %d times its size "
             "(if it is to be read, unpack it first)", MOST_GROWTH);
    return r->failed;
}

/* More bytes into the window: how many, 0 at the end, or an error. */
static int fill(struct reader *r)
{
    int begun = r->failed || r->begun ? r->failed : begin(r);

    if (begun < 0)
        return begun;
    if (r->begin > 0) {
        memmove(r->data, r->data + r->begin, r->end - r->begin);
        r->end -= r->begin;
        r->begin = 0;
    }
    size_t size = r->size - r->end < STEP ? r->size - r->end : STEP;
    char *to = r->data + r->end;
    ssize_t n = r->packing == GZIP ? inflate_some(r, to, size)
              : r->packing == ZSTD ? unzstd_some(r, to, size)
              : copy(r, to, size);
    if (n > 0) {
        r->end += (size_t)n;
        r->unpacked += (unsigned long long)n;
    }
    return n > 0 && r->packing != PLAIN ? weigh(r, n) : (int)n;
}

size_t reader_peek(struct reader *r, size_t least, const char **bytes)
{
    while (r->end - r->begin < least && fill(r) > 0)
        ;
    *bytes = r->data + r->begin;
    return r->end - r->begin;
}

void reader_skip(struct reader *r, size_t bytes)
{
    r->begin += bytes;
    r->looked = 0;
}

unsigned long long reader_at(const struct reader *r)
{
    return r->unpacked - (r->end - r->begin);
}

/* Nothing of a plain file need be read to be skipped. */
static unsigned long long jump(struct reader *r, unsigned long long bytes)
{
    if (r->packing != PLAIN || r->in_begin < r->in_end || bytes > r->left ||
        lseek(r->fd, (off_t)bytes, SEEK_CUR) < 0)
        return 0;
    r->taken += bytes;
    r->left -= bytes;
    r->unpacked += bytes;
    return bytes;
}

unsigned long long reader_pass(struct reader *r, unsigned long long bytes)
{
    unsigned long long passed = 0;
    const char *at;

    while (passed < bytes) {
        size_t some = reader_peek(r, 1, &at);

        if (some == 0)
            break;
        if (some > bytes - passed)
            some = (size_t)(bytes - passed);
        reader_skip(r, some);
        passed += some;
        if (r->begin == r->end)
            passed += jump(r, bytes - passed);
    }
    return passed;
}

static int pass_line(struct reader *r)
{
    r->passing = true;
    for (;;) {
        r->begin = r->end = r->looked = 0;
        int n = fill(r);
        if (n < 0)
            return n;
        char *end = memchr(r->data, '\n', r->end);
        if (end)
            r->begin = (size_t)(end + 1 - r->data);
        r->passing = n > 0 && !end;
        if (!r->passing)
            return -EFBIG;
    }
}

int reader_line(struct reader *r, char **line, size_t *len)
{
    while (!r->passing) {
        char *from = r->data + r->begin;
        size_t ahead = r->end - r->begin;
        char *end = memchr(from + r->looked, '\n', ahead - r->looked);
        if (!end && ahead <= r->max) {
            r->looked = ahead;
            int n = fill(r);
            if (n > 0)
                continue;
            if (n < 0 || ahead == 0)
                return n;
            end = r->data + r->end; /* the window has a byte to spare */
        }
        if (!end)
            break;
        r->looked = 0;
        *line = r->data + r->begin;
        *len = (size_t)(end - *line);
        *end = '\0';
        r->begin += *len + (r->begin + *len < r->end);
        return *len > r->max ? -EFBIG : 1;
    }
    return pass_line(r);
}

int reader_rest(struct reader *r, char **bytes, size_t *len)
{
    int n;

    do
        n = r->end - r->begin > r->max ? -EFBIG : fill(r);
    while (n > 0);
    *bytes = r->data + r->begin;
    *len = r->end - r->begin;
    return n;
}

int reader_init(struct reader *r, size_t max)
{
    r->fd = -1;
    r->max = max;
    r->size = max + STEP;
    r->in = malloc(STEP);
    /* Pages of it that no document reaches are never touched. */
    r->data = malloc(r->size + 1);
    return r->in && r->data ? 0 : -ENOMEM;
}

void reader_finish(struct reader *r)
{
    reader_close(r);
    ZSTD_freeDCtx(r->zstd);
    free(r->in);
    free(r->data);
    *r = (struct reader){ .fd = -1 };
}

int reader_open(struct reader *r, const char *path)
{
    bool standard = strcmp(path, "-") == 0;

    reader_close(r);
    /* A pipe that nobody writes to is open at once, as every other file. */
    r->fd = standard ? STDIN_FILENO
                     : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (r->fd < 0)
        return -errno;

    /* What is appended while a file is read is not for this run; it may be what
     * this run itself writes. The system's own files have no size. */
    struct stat st;

    r->left = ULLONG_MAX;
    if (fstat(r->fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        off_t at = lseek(r->fd, 0, SEEK_CUR);

        r->left = (unsigned long long)(st.st_size > at ? st.st_size - at : 0);
    }
    return 0;
}

void reader_watch(struct reader *r, uv_loop_t *loop)
{
    int flags = fcntl(r->fd, F_GETFL);

    r->poll = malloc(sizeof(*r->poll));
    if (r->poll && uv_poll_init(loop, r->poll, r->fd) != 0) {
        free(r->poll);
        r->poll = NULL;
    }
    /* It made the file's reads not wait, and with them the writes of whoever
     * has the same terminal for output. */
    if (flags >= 0)
        fcntl(r->fd, F_SETFL, flags);
}

static void on_ready(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    uv_poll_stop(handle);
}

void reader_wake(struct reader *r)
{
    if (r->poll && !uv_is_active((uv_handle_t *)r->poll))
        uv_poll_start(r->poll, UV_READABLE | UV_DISCONNECT, on_ready);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

void reader_close(struct reader *r)
{
    if (r->poll)
        uv_close((uv_handle_t *)r->poll, on_closed);
    r->poll = NULL;
    if (r->packing == GZIP)
        inflateEnd(&r->gzip);
    if (r->fd > STDIN_FILENO)
        close(r->fd);
    r->fd = -1;
    r->packing = PLAIN;
    r->begun = r->inside = r->passing = r->eof = r->dry = false;
    r->failed = 0;
    r->taken = r->unpacked = 0;
    r->in_begin = r->in_end = 0;
    r->begin = r->end = r->looked = 0;
}

/* gly_buf, the string that grows. */
#include <galley/text.h>

#include "arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef MEMORY_APART /* the sanitizer is to know where a string ends */
#include <sanitizer/asan_interface.h>
enum { FENCE = 64 };

static void open_fence(gly_buf *buf, size_t more)
{
    ASAN_UNPOISON_MEMORY_REGION(buf->data + buf->len, more + 1);
}

static void close_fence(gly_buf *buf)
{
    size_t rest = buf->size - buf->len - 1;

    ASAN_POISON_MEMORY_REGION(buf->data + buf->len + 1,
                              rest < FENCE ? rest : FENCE);
}
#else
static void open_fence(gly_buf *buf, size_t more)
{
    (void)buf, (void)more;
}

static void close_fence(gly_buf *buf)
{
    (void)buf;
}
#endif

static char *reserve(gly_buf *buf, size_t more)
{
    size_t need = buf->len + more + 1;

    if (need > buf->size) {
        size_t size = buf->size ? buf->size : 256;

        while (size < need)
            size *= 2;
        buf->data = memory_grow(buf->data, size);
        buf->size = size;
    }
    open_fence(buf, more);
    return buf->data + buf->len;
}

void gly_buf_add(gly_buf *buf, const char *str, size_t len)
{
    char *at = reserve(buf, len);

    if (len)
        memcpy(at, str, len);
    at[len] = '\0';
    buf->len += len;
    close_fence(buf);
}

void gly_buf_puts(gly_buf *buf, const char *str)
{
    gly_buf_add(buf, str, strlen(str));
}

void gly_buf_printf(gly_buf *buf, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len <= 0)
        return;

    char *at = reserve(buf, (size_t)len);

    va_start(args, fmt);
    vsnprintf(at, (size_t)len + 1, fmt, args);
    va_end(args);
    buf->len += (size_t)len;
    close_fence(buf);
}

void gly_buf_finish(gly_buf *buf)
{
    free(buf->data);
    *buf = (gly_buf){0};
}

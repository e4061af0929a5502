/* error.h: what went wrong and where, in the caller's memory. */
#ifndef GALLEY_CORE_ERROR_H
#define GALLEY_CORE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct error {
    int code;      /* negative errno */
    char at[256];  /* "news.conf:9", or "" */
    char text[512];
};

#pragma GCC visibility push(default)

/* Fills error, which may be NULL, and returns code. */
int error_set(struct error *error, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Says where; the first place told stays. */
void error_place(struct error *error, const char *file, unsigned line);
/* "news.conf:9: quote: ..." as one line in buf, which it returns. */
const char *error_line(const struct error *error, char *buf, size_t size);

/* The name among `count` that is nearest to what was written, or NULL when none
 * is near (Damerau's distance, at most a third of the letters and one). */
const char *error_nearest(const char *written, const char *const *names,
                          size_t count);

#pragma GCC visibility pop
#endif

#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, int code, const char *fmt, ...)
{
    if (error) {
        va_list args;

        va_start(args, fmt);
        vsnprintf(error->text, sizeof(error->text), fmt, args);
        va_end(args);
        error->code = code;
        error->at[0] = '\0';
    }
    return code;
}

void error_place(struct error *error, const char *file, unsigned line)
{
    if (!error || error->at[0] || !file)
        return;
    if (line)
        snprintf(error->at, sizeof(error->at), "%s:%u", file, line);
    else
        snprintf(error->at, sizeof(error->at), "%s", file);
}

const char *error_line(const struct error *error, char *buf, size_t size)
{
    snprintf(buf, size, "%s%s%s", error->at, error->at[0] ? ": " : "",
             error->text);
    return buf;
}

enum { LONGEST_NAME = 40 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Damerau, "A technique for computer detection and correction of spelling
 * errors", CACM 7(3), 1964, in its restricted form. */
static unsigned distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    unsigned rows[3][LONGEST_NAME + 1];

    if (m > LONGEST_NAME || n > LONGEST_NAME)
        return LONGEST_NAME;
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i - 1) % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            bool same = a[i - 1] == b[j - 1];

            row[j] = least(least(above[j], row[j - 1]) + 1,
                           above[j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

const char *error_nearest(const char *written, const char *const *names,
                          size_t count)
{
    const char *best = NULL;
    unsigned limit = (unsigned)strlen(written) / 3 + 1;

    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(written, names[i]);

        if (d < limit || (d == limit && !best)) {
            limit = d;
            best = names[i];
        }
    }
    return best;
}

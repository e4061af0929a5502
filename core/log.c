#include "log.h"

#include "stage.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static atomic_int most = GLY_WARN;
static atomic_bool progress;

void log_set_level(enum gly_level level)
{
    most = (int)level;
}

void log_set_progress(bool shown)
{
    progress = shown;
}

static const char *const level_words[] = {
    [GLY_ERROR] = "", [GLY_WARN] = "warning: ", [GLY_INFO] = "",
    [GLY_DEBUG] = "debug: ",
};

/* One write() a line, so that lines of several lanes do not mix. */
static void write_line(enum gly_level level, const char *who, const char *fmt,
                       va_list args)
{
    char line[1024];
    int len = snprintf(line, sizeof(line), "%sgalley: %s%s%s",
                       progress ? "\r\033[K" : "", who ? who : "",
                       who ? ": " : "", level_words[level]);

    if (len > (int)sizeof(line) / 2)
        len = (int)sizeof(line) / 2; /* a long name */

    size_t room = sizeof(line) - (size_t)len - 1;
    int more = vsnprintf(line + len, room, fmt, args);

    if (more > 0)
        len += (size_t)more < room ? more : (int)room - 1;
    line[len++] = '\n';
    if (write(STDERR_FILENO, line, (size_t)len) < 0)
        return;
}

void log_line(enum gly_level level, const char *who, const char *fmt, ...)
{
    va_list args;

    if ((int)level > most)
        return;
    va_start(args, fmt);
    write_line(level, who, fmt, args);
    va_end(args);
}

void gly_log(gly_stage *stage, enum gly_level level, const char *fmt, ...)
{
    va_list args;

    if ((int)level > most)
        return;
    va_start(args, fmt);
    write_line(level, stage->id, fmt, args);
    va_end(args);
}

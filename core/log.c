#include "log.h"

#include "doc.h"
#include "stage.h"

#include <galley/text.h>

#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int most = GLY_WARN;
static atomic_int form = LOG_TEXT;
static atomic_bool progress;

void log_set_level(enum gly_level level)
{
    most = (int)level;
}

bool log_set_format(const char *name)
{
    static const char *const names[] = {
        [LOG_TEXT] = "text", [LOG_LOGFMT] = "logfmt", [LOG_JSON] = "json",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(names[i], name) == 0) {
            form = (int)i;
            return true;
        }
    return false;
}

enum log_format log_format(void)
{
    return (enum log_format)(int)form;
}

void log_set_progress(bool shown)
{
    progress = shown;
}

/* ---- a line ---- */

/* As much as a pipe takes at once, so that lines of several lanes and processes
 * do not mix. */
struct line {
    char data[PIPE_BUF];
    size_t len;
};
/* Of a line: who and ticket, and what must always fit behind the message. */
enum { MOST_NAME = 1024, TAIL = 16 };

static bool put(struct line *line, const char *text, size_t len, size_t end)
{
    if (line->len + len > end)
        return false;
    memcpy(line->data + line->len, text, len);
    line->len += len;
    return true;
}

static void put_string(struct line *line, const char *text)
{
    put(line, text, strlen(text), sizeof(line->data));
}

bool log_is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C ||
           c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* How the character at *at is written, and past it: len bytes of `out`. In JSON
 * a byte that is no UTF-8 is the four characters "\xff". */
static size_t spell(const char **at, size_t left, char out[8])
{
    static const char named[] = "\nn\rr\tt\"\"\\\\";
    bool text = form == LOG_TEXT;
    const char *begin = *at, *name;
    uint32_t c;

    if (gly_utf8_valid(begin, left < 4 ? left : 4) == 0) {
        ++*at;
        return (size_t)snprintf(out, 8, text ? "\\x%02x" : "\\\\x%02x",
                                (unsigned char)*begin);
    }
    c = gly_next_char(at);
    if (!log_is_control(c) && (text || (c != '"' && c != '\\'))) {
        memcpy(out, begin, (size_t)(*at - begin));
        return (size_t)(*at - begin);
    }
    name = c < 0x7F ? strchr(named, (int)c) : NULL;
    if (name)
        return (size_t)snprintf(out, 8, "\\%c", name[1]);
    return (size_t)snprintf(out, 8, text && c < 0x80 ? "\\x%02x" : "\\u%04x",
                            c);
}

/* As much of it as fits before `end`. */
static void put_escaped(struct line *line, const char *text, size_t end)
{
    size_t left = strlen(text);
    const char *stop = text + left;
    char out[8];

    while (text < stop) {
        size_t len = spell(&text, (size_t)(stop - text), out);

        if (!put(line, out, len, end - 3)) {
            put(line, "...", 3, end);
            return;
        }
    }
}

static bool is_bare(const char *value)
{
    const char *at = value;

    for (; (unsigned char)*at > ' ' && (unsigned char)*at < 0x7F; at++)
        if (*at == '"' || *at == '=' || *at == '\\')
            return false;
    return *at == '\0' && at > value;
}

/* key=value, or "key":"value". */
static void put_field(struct line *line, const char *key, const char *value,
                      size_t size)
{
    size_t end = line->len + size, last = sizeof(line->data) - TAIL;
    bool json = form == LOG_JSON;
    bool bare = !json && is_bare(value);

    if (line->len > 0)
        put_string(line, json ? "," : " ");
    put_string(line, !json ? "" : line->len > 0 ? "\"" : "{\"");
    put_string(line, key);
    put_string(line, json ? "\":" : "=");
    put_string(line, bare ? "" : "\"");
    put_escaped(line, value, end < last ? end : last);
    put_string(line, bare ? "" : "\"");
}

/* ---- what it says ---- */

struct entry {
    enum gly_level level;
    const char *who, *ticket; /* or NULL */
    const char *message;
};

static void put_fields(struct line *line, const struct entry *entry)
{
    static const char *const levels[] = {
        [GLY_ERROR] = "error", [GLY_WARN] = "warn", [GLY_INFO] = "info",
        [GLY_DEBUG] = "debug",
    };
    char time[32], day[24];
    struct timespec now;
    struct tm utc;

    clock_gettime(CLOCK_REALTIME, &now);
    strftime(day, sizeof(day), "%FT%T", gmtime_r(&now.tv_sec, &utc));
    snprintf(time, sizeof(time), "%s.%03uZ", day,
             (unsigned)now.tv_nsec / 1000000 % 1000);
    put_field(line, "time", time, MOST_NAME);
    put_field(line, "level", levels[entry->level], MOST_NAME);
    if (entry->who)
        put_field(line, "stage", entry->who, MOST_NAME);
    if (entry->ticket)
        put_field(line, "ticket", entry->ticket, MOST_NAME);
    put_field(line, "message", entry->message, sizeof(line->data));
    if (form == LOG_JSON)
        put_string(line, "}");
}

static void put_text(struct line *line, const struct entry *entry)
{
    static const char *const levels[] = {
        [GLY_ERROR] = "", [GLY_WARN] = "warning: ", [GLY_INFO] = "",
        [GLY_DEBUG] = "debug: ",
    };

    put_string(line, progress ? "\r\033[Kgalley: " : "galley: ");
    if (entry->who) {
        put_escaped(line, entry->who, line->len + MOST_NAME);
        put_string(line, ": ");
    }
    put_string(line, levels[entry->level]);
    if (entry->ticket) {
        put_escaped(line, entry->ticket, line->len + MOST_NAME);
        put_string(line, ": ");
    }
    put_escaped(line, entry->message, sizeof(line->data) - TAIL);
}

static void say(struct entry *entry, const char *fmt, va_list args)
{
    struct line line = {.len = 0};
    char message[2048];

    vsnprintf(message, sizeof(message), fmt, args);
    entry->message = message;
    if (form == LOG_TEXT)
        put_text(&line, entry);
    else
        put_fields(&line, entry);
    put_string(&line, "\n");
    if (write(STDERR_FILENO, line.data, line.len) < 0)
        return;
}

void log_line(enum gly_level level, const char *who, const char *fmt, ...)
{
    struct entry entry = {level, who, NULL, NULL};
    va_list args;

    if ((int)level > most)
        return;
    va_start(args, fmt);
    say(&entry, fmt, args);
    va_end(args);
}

void log_ticket(enum gly_level level, const char *who, const char *ticket,
                const char *fmt, ...)
{
    struct entry entry = {level, who, ticket, NULL};
    va_list args;

    if ((int)level > most)
        return;
    va_start(args, fmt);
    say(&entry, fmt, args);
    va_end(args);
}

void gly_log(gly_stage *stage, enum gly_level level, const char *fmt, ...)
{
    struct entry entry = {level, stage->id, stage->ticket, NULL};
    va_list args;

    if ((int)level > most)
        return;
    va_start(args, fmt);
    say(&entry, fmt, args);
    va_end(args);
}

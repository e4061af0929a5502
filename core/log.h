/* log.h: lines to standard error, whole ones, from any thread.
 *
 * What a line says may come from a document: control characters, ends of lines,
 * signs that turn the direction of writing and bytes that are no UTF-8 are
 * written as "\n", "\x1b", "\u202e", "\xff", so that nobody's name forges a line
 * or drives a terminal.
 */
#ifndef GALLEY_CORE_LOG_H
#define GALLEY_CORE_LOG_H

#include <galley/stage.h>

enum log_format { LOG_TEXT, LOG_LOGFMT, LOG_JSON };

#pragma GCC visibility push(default)

/* What is not logged: levels above this one. GLY_WARN until set. */
void log_set_level(enum gly_level level);
/* "text", "logfmt" or "json"; false for any other name. */
bool log_set_format(const char *name);
enum log_format log_format(void);
/* Whether a progress line stands on the terminal, to be cleared by a log line. */
void log_set_progress(bool shown);
/* Whether it drives a terminal, or turns the direction of what stands beside it. */
bool log_is_control(uint32_t c);
/* "galley: who: message"; who may be NULL. */
void log_line(enum gly_level level, const char *who, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same about a document: "galley: who: ticket: message". */
void log_ticket(enum gly_level level, const char *who, const char *ticket,
                const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#pragma GCC visibility pop

#endif

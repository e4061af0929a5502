/* log.h: lines to standard error, whole ones, from any thread. */
#ifndef GALLEY_CORE_LOG_H
#define GALLEY_CORE_LOG_H

#include <galley/stage.h>

#pragma GCC visibility push(default)

/* What is not logged: levels above this one. GLY_WARN until set. */
void log_set_level(enum gly_level level);
/* Whether a progress line stands on the terminal, to be cleared by a log line. */
void log_set_progress(bool shown);
/* "galley: who: message"; who may be NULL. */
void log_line(enum gly_level level, const char *who, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#pragma GCC visibility pop

#endif

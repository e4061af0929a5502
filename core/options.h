/* options.h: from settings as they were written to the state of a stage. */
#ifndef GALLEY_CORE_OPTIONS_H
#define GALLEY_CORE_OPTIONS_H

#include <galley/option.h>

#include "arena.h"
#include "error.h"

/* A setting of a pipeline file. Strings serve for every type: "64K", "true". */
struct setting {
    const char *name;
    enum gly_type type;
    union {
        bool boolean;
        long integer;
        double number;
        const char *string;
        gly_list list;
    };
    const char *file;
    unsigned line;
};

#pragma GCC visibility push(default)

/* Fills state by the table, which may be NULL. What the settings do not give
 * comes from the defaults; a setting given twice: the last one counts. Strings
 * are copied into the arena. The error names the place of the wrong setting,
 * or no place when one is missing. */
int options_fill(const gly_option *table, const char *stage, void *state,
                 struct arena *arena, const struct setting *settings,
                 size_t count, struct error *error);

#pragma GCC visibility pop

#endif

/* option.h: the settings of a plugin, as a table.
 *
 * The core reads this table and nothing else: to parse a pipeline file, to
 * refuse a wrong or unknown setting with its file and line, to fill the plugin's
 * state before open(), and to print `galley help PLUGIN`.
 *
 * Memory: strings and lists in the state belong to the stage and live as long.
 */
#ifndef GALLEY_OPTION_H
#define GALLEY_OPTION_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gly_list {
    size_t count;
    const char *const *item;
} gly_list;

enum gly_type { GLY_BOOL, GLY_INT, GLY_NUMBER, GLY_STRING, GLY_LIST };

typedef struct gly_option {
    const char *name;    /* lower_case, as written in pipeline files */
    size_t offset;       /* both by GLY_FIELD */
    enum gly_type type;
    const char *def;     /* as it would be written; NULL: must be given. A list's
                            is written with commas: "a, b", or "" for none */
    double min, max;     /* both 0: no bounds */
    const char *unit;    /* "s" takes 50ms, 30s, 5m, 2h, 1d; "B": 64K, 8M */
    const char *choices; /* of a string, or of a list's items:
                            "codepoints|bytes"; NULL for any */
    const char *help;    /* one sentence */
} gly_option;

/* Where member m of struct S lies, and its type: a member of a type that
 * options cannot have does not compile. */
#define GLY_FIELD(S, m)                                                     \
    .offset = offsetof(S, m),                                               \
    .type = _Generic(((S *)0)->m, bool: GLY_BOOL, long: GLY_INT,            \
                     double: GLY_NUMBER, const char *: GLY_STRING,          \
                     gly_list: GLY_LIST)

#endif

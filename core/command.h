/* command.h: the subcommands, one file each, and their flags as tables. */
#ifndef GALLEY_CORE_COMMAND_H
#define GALLEY_CORE_COMMAND_H

#include "config.h"
#include "error.h"

enum status { ALL_WELL = 0, SOME_FAILED = 1, WRONG_USE = 2, STAGE_BROKE = 3 };

struct flag {
    char letter;
    const char *name;
    const char *value; /* what it takes ("PATH"), or NULL */
    const char *help;
};

struct args;

struct command {
    const char *name;
    const char *arguments; /* "PIPELINE [INPUT...]" */
    const char *about;     /* one sentence */
    const char *more;      /* paragraphs for `galley help NAME`, or NULL */
    const struct flag *flags; /* ends with { 0 }; or NULL */
    int (*run)(struct args *args);
};

/* Sorted by name. */
extern const struct command command_check, command_help, command_list,
    command_new, command_retry, command_run, command_search, command_test,
    command_top, command_trace, command_work;

const struct command *const *command_all(void); /* ends with NULL */
const struct command *command_find(const char *name);

/* The words behind the subcommand. */
struct args {
    const struct command *command;
    int argc;
    char **argv;
    const char *value; /* of the flag last given by args_next() */
};

/* The letter of the next flag; 0 when only words are left, then argv holds
 * them; -1 for a flag that is not known, which was told. */
int args_next(struct args *args);
/* Tells what is wrong on standard error; the status for wrong use. */
int args_refuse(const struct args *args, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int command_error(const struct error *error, int status);

/* What --set gave, in its order. */
enum { MOST_SETS = 64 };
struct sets {
    const char *item[MOST_SETS];
    size_t count;
};
/* Adds the flag's value; false when there are too many, which was told. */
bool args_add_set(const struct args *args, struct sets *sets);
/* Puts them into the plan, above what its file says. */
int sets_put(const struct sets *sets, struct plan *plan, struct error *error);

/* Where a worker keeps its files if it is not told: "news.work". */
void command_state_folder(const char *pipeline, char *folder, size_t size);

#endif

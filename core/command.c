#include "command.h"

#include "log.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct command *const all[] = {
    &command_check, &command_help,  &command_list,   &command_new,
    &command_retry, &command_run,   &command_search, &command_test,
    &command_top,   &command_trace, &command_work,   NULL,
};

const struct command *const *command_all(void)
{
    return all;
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; all[i]; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

int command_error(const struct error *error, int status)
{
    char line[sizeof(*error)];

    error_line(error, line, sizeof(line));
    if (error->at[0] && log_format() == LOG_TEXT)
        fprintf(stderr, "%s\n", line);
    else
        log_line(GLY_ERROR, NULL, "%s", line);
    return status;
}

void command_state_folder(const char *pipeline, char *folder, size_t size)
{
    const char *slash = strrchr(pipeline, '/');
    const char *name = slash ? slash + 1 : pipeline;

    snprintf(folder, size, "%.*s.work", (int)strcspn(name, "."), name);
}

int args_refuse(const struct args *args, const char *fmt, ...)
{
    char text[256];
    va_list list;

    va_start(list, fmt);
    vsnprintf(text, sizeof(text), fmt, list);
    va_end(list);
    fprintf(stderr,
            "galley %s: %s\nusage: galley %s %s\n`galley help %s` tells more\n",
            args->command->name, text, args->command->name,
            args->command->arguments, args->command->name);
    return WRONG_USE;
}

bool args_add_set(const struct args *args, struct sets *sets)
{
    if (sets->count == MOST_SETS) {
        args_refuse(args, "too many --set");
        return false;
    }
    sets->item[sets->count++] = args->value;
    return true;
}

int sets_put(const struct sets *sets, struct plan *plan, struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < sets->count && result == 0; i++)
        result = plan_set(plan, sets->item[i], error);
    return result;
}

enum { MOST_FLAGS = 16 };

/* getopt's tables from ours. */
static void translate(const struct flag *flags, char *letters,
                      struct option *longs)
{
    size_t n = 0;

    for (; flags && flags->name && n < MOST_FLAGS; flags++, n++) {
        *letters++ = flags->letter;
        if (flags->value)
            *letters++ = ':';
        longs[n] = (struct option){
            flags->name, flags->value ? required_argument : no_argument, NULL,
            flags->letter};
    }
    *letters = '\0';
    longs[n] = (struct option){0};
}

int args_next(struct args *args)
{
    char letters[2 * MOST_FLAGS + 1];
    struct option longs[MOST_FLAGS + 1];
    int letter;

    translate(args->command->flags, letters, longs);
    opterr = 0;
    letter = getopt_long(args->argc, args->argv, letters, longs, NULL);
    args->value = optarg;
    if (letter == '?') {
        args_refuse(args, "%s: no such flag, or its value is missing",
                    args->argv[optind - 1]);
        return -1;
    }
    if (letter != -1)
        return letter;
    args->argc -= optind;
    args->argv += optind;
    return 0;
}

/* galley: the program. Finds the subcommand and hands it its words. */
#include "command.h"

#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef GALLEY_PRELOADED
/* Made by libtool: the plugins that are linked into the program. */
extern const struct {
    const char *name;
    void *address;
} lt__PROGRAM__LTX_preloaded_symbols[];
#endif

static int unknown(const char *name)
{
    const char *names[16];
    size_t count = 0;

    for (const struct command *const *c = command_all(); *c; c++)
        names[count++] = (*c)->name;

    const char *nearest = error_nearest(name, names, count);

    fprintf(stderr, "galley: no command \"%s\"%s%s%s\n", name,
            nearest ? ": did you mean \"" : "; `galley help` lists them",
            nearest ? nearest : "", nearest ? "\"?" : "");
    return WRONG_USE;
}

/* A closed descriptor would be given to the next file that is opened, which
 * then took itself for standard input or output. What stands in for it refuses
 * to be read or written, as a closed one would. */
static void open_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "help";
    int status;

    open_standard_files();
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0) {
        printf("galley %s\n", GALLEY_VERSION);
        return ALL_WELL;
    }
#ifdef GALLEY_PRELOADED
    registry_preload(lt__PROGRAM__LTX_preloaded_symbols);
#endif

    const struct command *command = command_find(name);
    struct args args = {command, argc - 1, argv + 1, NULL};

    if (!command)
        return unknown(name);
    if (argc > 2 && strcmp(argv[2], "--help") == 0) {
        char *words[] = {argv[0], argv[1], NULL};

        args = (struct args){&command_help, 2, words, NULL};
        return command_help.run(&args);
    }
    if (argc < 2)
        args.argc = 1;
    /* A reader that went away, a file that may not grow: an exporter's error,
     * not the end. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    status = command->run(&args);
    registry_finish();
    if (fflush(stdout) != 0) {
        if (errno != EPIPE) /* `galley trace ... | head` */
            fprintf(stderr, "galley: cannot write: %s\n", strerror(errno));
        status = STAGE_BROKE;
    }
    return status;
}

#include "command.h"
#include "paths.h"
#include "registry.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show(void *arg, const char *name, const char *path,
                 const gly_plugin *plugin, const struct error *error)
{
    bool *refused = arg;

    printf("%-18s %s\n%-18s   %s\n", name,
           plugin ? plugin->about : "cannot be loaded", "",
           plugin ? path : error->text);
    *refused |= !plugin;
}

/* Whether a folder before the i-th has a file of that name, which is the one
 * that is found: also when that is the same folder again. */
static bool is_hidden(const char *file, size_t i)
{
    char path[PATH_MAX];

    while (i-- > 0 && paths_folder(&place_pipelines, i, path, sizeof(path))) {
        size_t len = strlen(path);

        snprintf(path + len, sizeof(path) - len, "/%s", file);
        if (access(path, R_OK) == 0)
            return true;
    }
    return false;
}

static void list_pipelines(void)
{
    char folder[PATH_MAX];

    for (size_t i = 0;
         paths_folder(&place_pipelines, i, folder, sizeof(folder)); i++) {
        DIR *dir = opendir(folder);

        for (struct dirent *d; dir && (d = readdir(dir));) {
            const char *dot = strrchr(d->d_name, '.');

            if (dot && strcmp(dot, ".conf") == 0 && !is_hidden(d->d_name, i))
                printf("%-18.*s %s/%s\n", (int)(dot - d->d_name), d->d_name,
                       folder, d->d_name);
        }
        if (dir)
            closedir(dir);
    }
}

static int run(struct args *args)
{
    bool refused = false;

    if (args_next(args) != 0)
        return WRONG_USE;
    if (args->argc > 0)
        return args_refuse(args, "takes no words");
    puts("Plugins:");
    registry_each(show, &refused);
    puts("\nPipelines:");
    list_pipelines();
    return refused ? SOME_FAILED : ALL_WELL;
}

const struct command command_list = {
    .name = "list",
    .arguments = "",
    .about = "Shows the plugins and pipelines found, and where.",
    .more = "Plugins are looked for in $GALLEY_PLUGIN_PATH (folders with "
            "colons between), then in the installed folder; pipelines likewise "
            "in $GALLEY_PIPELINE_PATH, word lists in $GALLEY_LEXICON_PATH.",
    .run = run,
};

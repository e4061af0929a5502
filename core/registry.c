#include "registry.h"

#include "arena.h"
#include "paths.h"

#include <galley/record.h>
#include <galley/text.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <ltdl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct loaded {
    char *name;
    lt_dlhandle handle;
    const gly_plugin *plugin;
    struct loaded *next;
};

static struct loaded *all;
static bool started;
static const lt_dlsymlist *preloaded;

static void start(void)
{
    if (started)
        return;
    started = true;
    if (preloaded)
        lt_dlpreload_default(preloaded);
    lt_dlinit();
}

void registry_preload(const void *symbols)
{
    preloaded = symbols;
}

void registry_finish(void)
{
    while (all) {
        struct loaded *loaded = all;

        all = loaded->next;
        lt_dlclose(loaded->handle);
        free(loaded->name);
        free(loaded);
    }
    if (started)
        lt_dlexit();
    started = false;
}

/* ---- what a plugin must be ---- */

static int check_abi(const char *path, const gly_abi *abi, struct error *error)
{
    const struct {
        const char *type;
        size_t theirs, ours;
    } sizes[] = {
        { "gly_plugin", abi->plugin, sizeof(gly_plugin) },
        { "gly_option", abi->option, sizeof(gly_option) },
        { "gly_span", abi->span, sizeof(gly_span) },
        { "gly_token", abi->token, sizeof(gly_token) },
        { "gly_sentence", abi->sentence, sizeof(gly_sentence) },
        { "gly_buf", abi->buf, sizeof(gly_buf) },
        { "gly_record", abi->record, sizeof(gly_record) },
    };

    if (abi->version != GLY_ABI_VERSION)
        return error_set(error, -ENOEXEC,
                         "%s was built for plugin interface %u, this galley "
                         "has interface %u: build it again with this galley's "
                         "headers", path, abi->version, GLY_ABI_VERSION);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        if (sizes[i].theirs != sizes[i].ours)
            return error_set(error, -ENOEXEC,
                             "%s was built with a %s of %zu bytes, this galley "
                             "has one of %zu: build it again with this "
                             "galley's headers", path, sizes[i].type,
                             sizes[i].theirs, sizes[i].ours);
    return 0;
}

static int check(const char *path, const char *name, const gly_plugin *plugin,
                 struct error *error)
{
    int result = check_abi(path, &plugin->abi, error);

    if (result < 0)
        return result;
    if (!plugin->name || strcmp(plugin->name, name) != 0)
        return error_set(error, -ENOEXEC,
                         "%s calls itself \"%s\": file and name must agree",
                         path, plugin->name ? plugin->name : "(null)");
    if (!plugin->want && !plugin->process)
        return error_set(error, -ENOEXEC,
                         "%s has neither want() nor process()", path);
    return 0;
}

/* ---- loading ---- */

/* The object that a libtool archive in a build tree or a folder stands for. */
static void object_of(const char *path, char *object, size_t size)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    int len = dot ? (int)(dot - path) : 0;

    snprintf(object, size, "%s", path);
    if (!dot || strcmp(dot, ".la") != 0)
        return;
    for (int i = 0; i < 2; i++) {
        snprintf(object, size, "%.*s%s%.*s.so", folder, path,
                 i == 0 ? ".libs/" : "", len - folder, path + folder);
        if (access(object, F_OK) == 0)
            return;
    }
}

/* libltdl binds symbols when they are first called, which ends the program when
 * one is missing, and of what went wrong it only says "file not found". */
static int try_symbols(const char *path, struct error *error)
{
    char object[PATH_MAX];
    void *handle;

    object_of(path, object, sizeof(object));
    handle = dlopen(object, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return error_set(error, -ENOEXEC, "cannot load the plugin: %s",
                         dlerror());
    dlclose(handle);
    return 0;
}

static bool is_preloaded(const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s.a", name);
    for (const lt_dlsymlist *s = preloaded; s && s->name; s++)
        if (strcmp(s->name, path) == 0)
            return true;
    return false;
}

static const gly_plugin *load(const char *name, const char *path,
                              bool built_in, struct error *error)
{
    const gly_plugin *plugin = NULL;
    lt_dlhandle handle;

    if (!built_in && try_symbols(path, error) < 0)
        return NULL;
    handle = lt_dlopen(path);
    if (!handle) {
        error_set(error, -ENOEXEC, "cannot load %s: %s", path, lt_dlerror());
        return NULL;
    }
    plugin = lt_dlsym(handle, "galley_plugin");
    if (!plugin) {
        error_set(error, -ENOEXEC, "%s does not define galley_plugin", path);
    } else if (check(path, name, plugin, error) == 0) {
        struct loaded *loaded = memory_new(sizeof(*loaded));

        loaded->name = strdup(name);
        loaded->handle = handle;
        loaded->plugin = plugin;
        loaded->next = all;
        all = loaded;
        return plugin;
    }
    lt_dlclose(handle);
    return NULL;
}

static const char *const endings[] = { ".la", ".so" };

static bool find_file(const char *name, char *path, size_t size)
{
    char folder[PATH_MAX];

    for (size_t i = 0; paths_folder(&place_plugins, i, folder, sizeof(folder));
         i++) {
        for (size_t e = 0; e < 2; e++) {
            int len =
                snprintf(path, size, "%s/%s%s", folder, name, endings[e]);

            if ((size_t)len < size && access(path, F_OK) == 0)
                return true;
        }
    }
    return false;
}

/* ---- what there is ---- */

struct names {
    char **items;
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_name(struct names *names, const char *file, size_t len)
{
    for (size_t i = 0; i < names->count; i++)
        if (strncmp(names->items[i], file, len) == 0 &&
            names->items[i][len] == '\0')
            return;
    names->items = memory_grow(names->items, (names->count + 1) *
                                                 sizeof(*names->items));
    names->items[names->count++] = strndup(file, len);
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

/* Adds the plugins in a folder, those already known left out. */
static void list_folder(const char *folder, struct names *names)
{
    DIR *dir = opendir(folder);
    size_t first = names->count;

    for (struct dirent *d; dir && (d = readdir(dir));) {
        const char *dot = strrchr(d->d_name, '.');

        for (size_t e = 0; dot && dot > d->d_name && e < 2; e++)
            if (strcmp(dot, endings[e]) == 0)
                add_name(names, d->d_name, (size_t)(dot - d->d_name));
    }
    if (dir)
        closedir(dir);
    if (names->count > first + 1)
        qsort(names->items + first, names->count - first,
              sizeof(*names->items), by_name);
}

static void list_preloaded(struct names *names)
{
    for (const lt_dlsymlist *s = preloaded; s && s->name; s++) {
        const char *dot = strrchr(s->name, '.');

        if (!s->address && dot && strcmp(dot, ".a") == 0)
            add_name(names, s->name, (size_t)(dot - s->name));
    }
}

static struct names list_all(void)
{
    struct names names = {0};
    char folder[PATH_MAX];

    list_preloaded(&names);
    for (size_t i = 0; paths_folder(&place_plugins, i, folder, sizeof(folder));
         i++)
        list_folder(folder, &names);
    return names;
}

static void say_unknown(const char *name, struct error *error)
{
    struct names names = list_all();
    const char *nearest = error_nearest(
        name, (const char *const *)names.items, names.count);

    if (nearest)
        error_set(error, -ENOENT, "no plugin \"%s\": did you mean \"%s\"?",
                  name, nearest);
    else if (names.count == 0)
        error_set(error, -ENOENT, "no plugin \"%s\", and no other: set $%s to "
                  "their folder", name, place_plugins.variable);
    else
        error_set(error, -ENOENT,
                  "no plugin \"%s\": `galley list` shows those there are",
                  name);
    free_names(&names);
}

const gly_plugin *registry_find(const char *name, struct error *error)
{
    char path[PATH_MAX];

    for (struct loaded *loaded = all; loaded; loaded = loaded->next)
        if (strcmp(loaded->name, name) == 0)
            return loaded->plugin;
    start();
    if (is_preloaded(name, path, sizeof(path)))
        return load(name, path, true, error);
    if (find_file(name, path, sizeof(path)))
        return load(name, path, false, error);
    say_unknown(name, error);
    return NULL;
}

void registry_each(void (*each)(void *arg, const char *name, const char *path,
                                const gly_plugin *plugin,
                                const struct error *error),
                   void *arg)
{
    struct names names = list_all();

    for (size_t i = 0; i < names.count; i++) {
        struct error error = {0};
        char path[PATH_MAX];

        if (is_preloaded(names.items[i], path, sizeof(path)))
            snprintf(path, sizeof(path), "(built in)");
        else
            find_file(names.items[i], path, sizeof(path));
        each(arg, names.items[i], path, registry_find(names.items[i], &error),
             &error);
    }
    free_names(&names);
}

#include "paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct place place_plugins = { "GALLEY_PLUGIN_PATH", GALLEY_PLUGIN_DIR };
const struct place place_lexicon = { "GALLEY_LEXICON_PATH",
                                     GALLEY_DATA_DIR "/lexicon" };
const struct place place_pipelines = { "GALLEY_PIPELINE_PATH",
                                       GALLEY_DATA_DIR "/pipelines" };

bool paths_folder(const struct place *place, size_t i, char *buf, size_t size)
{
    const char *list = getenv(place->variable);

    for (; list && *list; i--) {
        size_t len = strcspn(list, ":");

        if (i == 0) {
            snprintf(buf, size, "%.*s", (int)len, list);
            return true;
        }
        list += len + (list[len] == ':');
    }
    if (i > 0)
        return false;
    snprintf(buf, size, "%s", place->installed);
    return true;
}

bool paths_find(const struct place *place, const char *name,
                const char *suffix, char *buf, size_t size)
{
    if (strchr(name, '/')) {
        snprintf(buf, size, "%s", name);
        return access(buf, R_OK) == 0;
    }
    for (size_t i = 0; paths_folder(place, i, buf, size); i++) {
        size_t len = strlen(buf);

        snprintf(buf + len, size - len, "/%s%s", name, suffix);
        if (access(buf, R_OK) == 0)
            return true;
    }
    return false;
}

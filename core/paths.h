/* paths.h: where installed files are found. */
#ifndef GALLEY_CORE_PATHS_H
#define GALLEY_CORE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#pragma GCC visibility push(default)

struct place {
    const char *variable;  /* of the environment: folders with colons between */
    const char *installed; /* the folder looked at last */
};

extern const struct place place_plugins, place_lexicon, place_pipelines;

/* The i-th folder of a place; false past the last. */
bool paths_folder(const struct place *place, size_t i, char *buf, size_t size);
/* The first file name+suffix in a place; with a slash in name, name itself. */
bool paths_find(const struct place *place, const char *name,
                const char *suffix, char *buf, size_t size);

#pragma GCC visibility pop

#endif

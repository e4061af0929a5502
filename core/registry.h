/* registry.h: the plugins that there are, by libltdl. Main thread only. */
#ifndef GALLEY_CORE_REGISTRY_H
#define GALLEY_CORE_REGISTRY_H

#include <galley/stage.h>

#include "error.h"

#pragma GCC visibility push(default)

/* The plugin of that name, loaded when it is first asked for; NULL with the
 * error set when there is none, it cannot be loaded, or its ABI differs. It
 * stays until registry_finish(). */
const gly_plugin *registry_find(const char *name, struct error *error);
void registry_finish(void);

/* Plugins linked into the program (libtool's -dlpreopen): the symbol table that
 * libtool made for it. Before anything else. */
void registry_preload(const void *symbols);

/* Calls `each` for every plugin found, in the order of the folders, then of
 * names; plugin is NULL, with the error set, for one that cannot be loaded. */
void registry_each(void (*each)(void *arg, const char *name, const char *path,
                                const gly_plugin *plugin,
                                const struct error *error),
                   void *arg);

#pragma GCC visibility pop

#endif

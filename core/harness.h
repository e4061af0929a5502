/* harness.h: what case files ask of a harness beyond galley/harness.h. */
#ifndef GALLEY_CORE_HARNESS_H
#define GALLEY_CORE_HARNESS_H

#include <galley/harness.h>

/* The plugin's `writes`. */
const char *gly_harness_writes(gly_harness *h);

#endif

/* harness.h: what case files ask of a harness beyond galley/harness.h. */
#ifndef GALLEY_CORE_HARNESS_H
#define GALLEY_CORE_HARNESS_H

#include <galley/harness.h>

/* The plugin's `writes`. */
const char *gly_harness_writes(gly_harness *h);
/* What gly_fail() or gly_drop() last said. */
const char *harness_reason(const gly_harness *h);
/* What is drawn as "|name" from now on: this note, or with NULL the name. */
void harness_note(gly_harness *h, const char *key);
/* gly_harness_show() of another document, such as an aside. */
const char *harness_draw(gly_harness *h, const gly_doc *doc, const char *layer,
                         bool names);

#endif

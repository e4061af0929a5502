/* target.h: one input through the stages of a target; ends the program when what
 * comes out does not hold together. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <galley/doc.h>
#include <stdbool.h>
#include <stddef.h>

/* A target: target.c or target-entity.c. */
void target_open(void);
void target_close(void);
void target_run(const char *data, size_t size);

/* What targets check, in holds.c: the document as it is, and its records. */
void must(bool holds, const char *what);
void check_doc(const gly_doc *doc);
void check_records(const gly_doc *doc);
/* The plugins that are linked in, if any are. */
void preload(void);

#endif

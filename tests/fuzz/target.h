/* target.h: one input through the stages; ends the program when what comes out
 * does not hold together. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>

void target_open(void);
void target_close(void);
void target_run(const char *data, size_t size);

#endif

/* arena.h: memory that ends all at once, and is used again by its next owner.
 *
 * Owner: whoever called arena_finish()'s pair; one thread at a time.
 */
#ifndef GALLEY_CORE_ARENA_H
#define GALLEY_CORE_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_block *block; /* the newest; older ones behind it */
    char *at, *end;
};

#pragma GCC visibility push(default)

/* Zeroed memory, aligned for any type. Ends the process when there is none. */
void *arena_alloc(struct arena *arena, size_t size);
/* Not zeroed, not aligned: for strings. */
char *arena_bytes(struct arena *arena, size_t size);
/* A NUL-terminated copy. */
char *arena_copy(struct arena *arena, const char *str, size_t len);
/* Ends what was given out. Keeps one block, of at most `keep` bytes. */
void arena_reset(struct arena *arena, size_t keep);
void arena_finish(struct arena *arena);

/* malloc and realloc that end the process with a message when there is none. */
void *memory_new(size_t size);
void *memory_grow(void *old, size_t size);

#pragma GCC visibility pop

#endif

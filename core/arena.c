#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 16 * 1024, LARGEST_STEP = 1024 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    alignas(max_align_t) char data[];
};

static void die(size_t size)
{
    fprintf(stderr, "galley: out of memory (%zu bytes wanted)\n", size);
    abort();
}

void *memory_grow(void *old, size_t size)
{
    void *new = realloc(old, size ? size : 1);

    if (!new)
        die(size);
    return new;
}

void *memory_new(size_t size)
{
    void *new = calloc(1, size ? size : 1);

    if (!new)
        die(size);
    return new;
}

/* Each block is twice the last up to a step, so that a large document costs few
 * blocks and a small one little memory. */
static void add_block(struct arena *arena, size_t least)
{
    size_t size = arena->block ? arena->block->size * 2 : FIRST_BLOCK;

    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    if (size < least)
        size = least;
#ifdef MEMORY_APART /* so that the sanitizer knows where each piece ends */
    size = least ? least : 1;
#endif
    if (size > SIZE_MAX - sizeof(struct arena_block))
        die(size);

    struct arena_block *block = memory_grow(NULL, sizeof(*block) + size);

    block->older = arena->block;
    block->size = size;
    arena->block = block;
    arena->at = block->data;
    arena->end = block->data + size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t pad = -(uintptr_t)arena->at & (align - 1);

    if (!arena->at || size > SIZE_MAX - align ||
        (size_t)(arena->end - arena->at) < size + pad) {
        add_block(arena, size);
        pad = 0;
    }

    char *at = arena->at + pad;

    arena->at = at + size;
    return memset(at, 0, size);
}

char *arena_bytes(struct arena *arena, size_t size)
{
    if (!arena->at || (size_t)(arena->end - arena->at) < size)
        add_block(arena, size);

    char *at = arena->at;

    arena->at += size;
    return at;
}

char *arena_copy(struct arena *arena, const char *str, size_t len)
{
    char *copy = arena_bytes(arena, len + 1);

    if (len)
        memcpy(copy, str, len);
    copy[len] = '\0';
    return copy;
}

void arena_reset(struct arena *arena, size_t keep)
{
    struct arena_block *kept = NULL;

    while (arena->block) {
        struct arena_block *block = arena->block;

        arena->block = block->older;
        if (!kept && block->size <= keep)
            kept = block;
        else
            free(block);
    }
    arena->block = kept;
    if (kept)
        kept->older = NULL;
    arena->at = kept ? kept->data : NULL;
    arena->end = kept ? kept->data + kept->size : NULL;
}

void arena_finish(struct arena *arena)
{
    arena_reset(arena, 0);
}

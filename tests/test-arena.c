#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../core/arena.h"
#include "support.h"

static bool is_zero(const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i])
            return false;
    return true;
}

Test(arena, memory_is_zeroed_and_aligned_between_strings_of_any_length)
{
    struct arena arena = {0};
    struct dice dice = {0};

    for (unsigned i = 0; i < 3000; i++) {
        size_t size = roll(&dice, i % 100 == 0 ? 100000 : 200);
        char *at = arena_alloc(&arena, size);

        cr_assert(eq(sz, (uintptr_t)at % alignof(max_align_t), 0));
        cr_assert(is_zero(at, size), "%zu bytes, turn %u", size, i);
        memset(at, 0xAA, size);
        memset(arena_bytes(&arena, size % 13), 0xBB, size % 13);
    }
    arena_finish(&arena);
}

Test(arena, memory_is_zeroed_when_it_is_used_again)
{
    struct arena arena = {0};

    for (unsigned turn = 0; turn < 5; turn++) {
        for (unsigned i = 0; i < 100; i++) {
            char *at = arena_alloc(&arena, 1000);

            cr_assert(is_zero(at, 1000));
            memset(at, 0xAA, 1000);
        }
        arena_reset(&arena, 1024 * 1024);
    }
    arena_finish(&arena);
}

Test(arena, pieces_do_not_overlap)
{
    enum { COUNT = 2000 };
    struct arena arena = {0};
    struct dice dice = {7};
    char *at[COUNT];
    size_t size[COUNT];

    for (unsigned i = 0; i < COUNT; i++) {
        size[i] = roll(&dice, 3000);
        at[i] = i % 2 ? arena_alloc(&arena, size[i])
                      : arena_bytes(&arena, size[i]);
        memset(at[i], (int)(i % 251), size[i]);
    }
    for (unsigned i = 0; i < COUNT; i++)
        for (size_t j = 0; j < size[i]; j++)
            cr_assert(eq(u8, (uint8_t)at[i][j], i % 251));
    arena_finish(&arena);
}

Test(arena, a_copy_ends_with_nul_and_does_not_need_one)
{
    struct arena arena = {0};

    cr_expect(eq(str, arena_copy(&arena, "abcdef", 3), "abc"));
    cr_expect(eq(str, arena_copy(&arena, NULL, 0), ""));
    arena_finish(&arena);
}

Test(arena, a_reset_keeps_one_block_when_it_is_small_enough)
{
    struct arena arena = {0};

    char *first = arena_alloc(&arena, 100);
    arena_reset(&arena, 1024 * 1024);
    cr_expect(eq(ptr, arena_alloc(&arena, 100), first));
    arena_reset(&arena, 10);
    cr_expect(eq(ptr, arena.block, NULL));
    cr_expect(eq(ptr, arena.at, NULL));
    arena_finish(&arena);
}

Test(arena, a_large_block_is_not_kept_but_a_small_one_behind_it_is)
{
    struct arena arena = {0};

    arena_alloc(&arena, 100);
    arena_alloc(&arena, 10 * 1024 * 1024);
    arena_reset(&arena, 64 * 1024);
    cr_assert(ne(ptr, arena.block, NULL));
    cr_expect(le(sz, (size_t)(arena.end - arena.at), 64 * 1024));
    arena_finish(&arena);
}

Test(arena, finishing_twice_or_an_empty_one_is_fine)
{
    struct arena arena = {0};

    arena_finish(&arena);
    arena_alloc(&arena, 1);
    arena_finish(&arena);
    arena_finish(&arena);
    cr_expect(eq(ptr, arena.block, NULL));
}

/* ---- the string that grows ---- */

Test(buf, everything_added_stands_in_order_and_ends_with_nul)
{
    gly_buf buf = {0};
    char expected[3001] = "";

    for (unsigned i = 0; i < 500; i++) {
        gly_buf_printf(&buf, "%u", i % 10);
        gly_buf_puts(&buf, "ab");
        gly_buf_add(&buf, "cdx", 2);
        gly_buf_add(&buf, NULL, 0);
        sprintf(expected + strlen(expected), "%uabcd", i % 10);
        cr_assert(eq(sz, buf.len, strlen(expected)));
    }
    cr_expect(eq(str, buf.data, expected));
    gly_buf_finish(&buf);
}

Test(buf, finishing_twice_is_fine_and_it_can_be_used_again)
{
    gly_buf buf = {0};

    gly_buf_finish(&buf);
    gly_buf_puts(&buf, "once");
    gly_buf_finish(&buf);
    gly_buf_finish(&buf);
    cr_expect(eq(sz, buf.len, 0));
    gly_buf_puts(&buf, "again");
    cr_expect(eq(str, buf.data, "again"));
    gly_buf_finish(&buf);
}

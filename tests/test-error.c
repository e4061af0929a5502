#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../core/error.h"

Test(error, setting_returns_the_code_with_or_without_a_place_to_write)
{
    struct error error = {0};

    cr_expect(eq(int, error_set(&error, -ENOENT, "no %s", "file"), -ENOENT));
    cr_expect(eq(int, error.code, -ENOENT));
    cr_expect(eq(str, error.text, "no file"));
    cr_expect(eq(int, error_set(NULL, -EINVAL, "x"), -EINVAL));
    error_place(NULL, "file", 1);
}

Test(error, the_first_place_told_stays)
{
    struct error error = {0};
    char line[800];

    error_set(&error, -EINVAL, "wrong");
    error_place(&error, NULL, 3);
    cr_expect(eq(str, (char *)error_line(&error, line, sizeof(line)), "wrong"));
    error_place(&error, "a.conf", 9);
    error_place(&error, "b.conf", 1);
    cr_expect(eq(str, (char *)error_line(&error, line, sizeof(line)),
                 "a.conf:9: wrong"));
    error_set(&error, -EINVAL, "other");
    error_place(&error, "command line", 0);
    cr_expect(eq(str, (char *)error_line(&error, line, sizeof(line)),
                 "command line: other"));
}

Test(error, long_texts_are_cut)
{
    struct error error = {0};
    char text[2000];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    error_set(&error, -EINVAL, "%s", text);
    error_place(&error, text, 1);
    cr_expect(eq(sz, strlen(error.text), sizeof(error.text) - 1));
    cr_expect(eq(sz, strlen(error.at), sizeof(error.at) - 1));
}

Test(error, the_nearest_name_is_found_when_it_is_near)
{
    static const char *const names[] = {
        "fetch", "clean", "translate-marker", "entity", "quote", "export",
    };
    static const char *const rows[][2] = {
        { "fetch", "fetch" },        { "fetc", "fetch" },
        { "ftech", "fetch" },        { "fech", "fetch" },
        { "Fetch", "fetch" },        { "fexyz", "(none)" },
        { "clear", "clean" },        { "entitty", "entity" },
        { "entiyt", "entity" },      { "translate_marker", "translate-marker" },
        { "translatemarker", "translate-marker" },
        { "exprot", "export" },      { "banana", "(none)" },
        { "", "(none)" },            { "q", "(none)" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *nearest = error_nearest(rows[i][0], names, 6);

        cr_expect(eq(str, nearest ? (char *)nearest : "(none)",
                     (char *)rows[i][1]), "%s", rows[i][0]);
    }
    cr_expect(eq(ptr, (void *)error_nearest("x", NULL, 0), NULL));
}

Test(error, names_of_any_length_can_be_compared)
{
    char name[300];
    const char *const names[] = {name};

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    cr_expect(eq(ptr, (void *)error_nearest("short", names, 1), NULL));
    error_nearest(name, names, 1);
}

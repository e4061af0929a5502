/* Whole pipelines: tests/walk/NAME.conf is given NAME.in, or NAME of examples/, by
 * the program, and must write NAME.out, byte for byte. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

TestSuite(walk, .init = enter_scratch, .fini = leave_scratch, .timeout = 300);

static int is_pipeline(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && strcmp(dot, ".conf") == 0;
}

/* The input's path without its folder: the records name it. */
static const char *find_input(const char *folder, const char *name, char *input,
                              size_t size)
{
    static const char *const endings[] = {"", ".html", ".jsonl", ".txt"};
    char path[900];

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        snprintf(input, size, "%.200s.in%s", name, endings[i]);
        snprintf(path, sizeof(path), "%s/%s", folder, input);
        if (access(path, R_OK) == 0)
            return input;
    }
    for (size_t i = 1; i < sizeof(endings) / sizeof(endings[0]); i++) {
        snprintf(input, size, "../../examples/%.200s%s", name, endings[i]);
        snprintf(path, sizeof(path), "%s/%s", folder, input);
        if (access(path, R_OK) == 0)
            return input;
    }
    cr_fatal("%s has no %s.in", folder, name);
}

static void walk(const char *folder, const char *name)
{
    char input[300], path[1000], *said, *expected, *got;
    char scratch[300];

    find_input(folder, name, input, sizeof(input));
    cr_assert(getcwd(scratch, sizeof(scratch)) != NULL);
    cr_expect(eq(int, run_shell(&said, "cd '%s' && galley run %s.conf %s -o "
                                "'%s/%s.out'", folder, name, input, scratch,
                                name), 0), "%s: %s", name, said);
    snprintf(path, sizeof(path), "%.600s/%.200s.out", folder, name);
    expected = get_file(path);
    snprintf(path, sizeof(path), "%.200s.out", name);
    got = get_file(path);
    cr_expect(gt(sz, strlen(expected), 0), "%s.out is missing", name);
    cr_expect(eq(str, got, expected), "%s", name);
    free(said);
    free(expected);
    free(got);
}

Test(walk, every_pipeline_writes_what_it_wrote_before)
{
    struct dirent **files;
    char folder[600], name[300];
    int n;

    snprintf(folder, sizeof(folder), "%s/tests/walk", source_folder());
    n = scandir(folder, &files, is_pipeline, alphasort);
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "%.*s",
                 (int)(strlen(files[i]->d_name) - strlen(".conf")),
                 files[i]->d_name);
        walk(folder, name);
        free(files[i]);
    }
    if (n >= 0)
        free(files);
}

#include "command.h"

#include <galley/harness.h>

#include <stdio.h>

struct tally {
    const char *file;
    int passed, failed;
};

static void each(void *arg, int line, const char *name, const char *wrong)
{
    struct tally *tally = arg;

    if (!wrong) {
        tally->passed++;
        return;
    }
    tally->failed++;
    printf("%s:%d: %s\n  %s\n", tally->file, line, name, wrong);
}

static int run(struct args *args)
{
    struct tally tally = {0};

    if (args_next(args) != 0)
        return WRONG_USE;
    if (args->argc == 0)
        return args_refuse(args, "which file of cases?");
    for (int i = 0; i < args->argc; i++) {
        tally.file = args->argv[i];
        gly_cases_run(tally.file, each, &tally);
    }
    printf("%d passed, %d failed\n", tally.passed, tally.failed);
    return tally.failed > 0 || tally.passed == 0 ? SOME_FAILED : ALL_WELL;
}

const struct command command_test = {
    .name = "test",
    .arguments = "PLUGIN.cases...",
    .about = "Runs the cases of a plugin.",
    .more = "A file of cases is named after its plugin, up to the first "
            "dot, and holds one test a line: `INPUT => OUTPUT` for a stage that "
            "changes the text, or a text with the found spans drawn in: "
            "`[PERSON Kim] left.` "
            "docs/plugin.md tells how they are written.",
    .run = run,
};

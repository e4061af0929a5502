#include "command.h"
#include "pipeline.h"

static int run(struct args *args)
{
    int status = ALL_WELL;

    if (args_next(args) != 0)
        return WRONG_USE;
    if (args->argc == 0)
        return args_refuse(args, "which pipeline?");
    for (int i = 0; i < args->argc; i++) {
        struct error error = {0};
        struct pipeline *pipeline = NULL;
        struct plan plan;

        if (plan_read(&plan, args->argv[i], &error) == 0)
            pipeline = pipeline_new(&plan, NULL, &error);
        if (!pipeline)
            status = command_error(&error, WRONG_USE);
        pipeline_free(pipeline);
        plan_finish(&plan);
    }
    return status;
}

const struct command command_check = {
    .name = "check",
    .arguments = "PIPELINE...",
    .about = "Refuses wrong pipelines with file and line, or says nothing.",
    .more = "Looks at all that can be known without running: the file's "
            "grammar, plugins, settings, guards, the order of the stages. "
            "Nothing is opened or written.",
    .run = run,
};

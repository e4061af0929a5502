/* pass: a stage that does nothing, for measuring what a hop costs. */
#include <galley/galley.h>

static int process(gly_stage *stage, gly_doc *doc)
{
    (void)stage;
    (void)doc;
    return GLY_PASS;
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "pass",
    .about = "Passes documents on.",
    .process = process,
};

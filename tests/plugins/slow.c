/* slow: a stage that takes as many milliseconds as the text begins with. */
#include <galley/galley.h>

#include <stdlib.h>
#include <unistd.h>

static int process(gly_stage *stage, gly_doc *doc)
{
    (void)stage;
    usleep((useconds_t)atol(gly_text(doc, NULL)) * 1000);
    return GLY_PASS;
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "slow",
    .about = "Takes its time.",
    .reads = "text",
    .writes = "",
    .process = process,
};

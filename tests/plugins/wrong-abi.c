/* wrong-abi: built for an interface that is not this one. */
#include <galley/galley.h>

static int process(gly_stage *stage, gly_doc *doc)
{
    (void)stage;
    (void)doc;
    return GLY_PASS;
}

const gly_plugin galley_plugin = {
    .abi = { GLY_ABI_VERSION + 1, sizeof(gly_plugin), sizeof(gly_option),
             sizeof(gly_span), sizeof(gly_token), sizeof(gly_sentence),
             sizeof(gly_buf), sizeof(gly_record) },
    .name = "wrong-abi",
    .about = "Cannot be loaded.",
    .process = process,
};

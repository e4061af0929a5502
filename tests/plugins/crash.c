/* crash: a stage that does to its process what the text asks for, and ends it at
 * once where there is a file "unlucky". */
#include <galley/galley.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int *volatile nowhere;

/* A sanitizer would end the process before the system does. */
__attribute__((no_sanitize("undefined", "address")))
static void store(void)
{
    *nowhere = 1;
}

static int overflow(int depth)
{
    volatile char room[4096];

    room[depth % 4096] = (char)depth;
    return depth < 0 ? 0 : overflow(depth + 1) + room[0];
}

static bool says(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

static int open_stage(gly_stage *stage)
{
    (void)stage;
    if (access("unlucky", F_OK) == 0)
        abort();
    return 0;
}

static int process(gly_stage *stage, gly_doc *doc)
{
    const char *text = gly_text(doc, NULL);
    if (says(text, "segfault"))
        store();
    else if (says(text, "abort"))
        abort();
    else if (says(text, "overflow"))
        gly_set_number(doc, "depth", overflow(1));
    else if (says(text, "kill"))
        raise(SIGKILL);
    else if (says(text, "hang"))
        for (;;)
            pause();
    else if (says(text, "break") && access("mended", F_OK) < 0)
        return gly_break(stage, -1, "broken until mended");
    else if (says(text, "once") && access("crashed", F_OK) < 0) {
        fclose(fopen("crashed", "w"));
        abort();
    }
    return GLY_PASS;
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "crash",
    .about = "Crashes when a text says so.",
    .reads = "text",
    .writes = "",
    .open = open_stage,
    .process = process,
};

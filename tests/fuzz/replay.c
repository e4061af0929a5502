/* replay: the target on files, without a fuzzer. */
#include "target.h"

#include <galley/text.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char *path;

static void say_where(int number)
{
    dprintf(2, "replay: %s\n", path);
    signal(number, SIG_DFL);
}

static void run_file(void)
{
    FILE *file = fopen(path, "rb");
    gly_buf input = { 0 };
    char part[4096];

    if (!file) {
        perror(path);
        exit(1);
    }
    for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
        gly_buf_add(&input, part, n);
    fclose(file);
    target_run(input.data, input.len);
    gly_buf_finish(&input);
}

int main(int argc, char **argv)
{
    target_open();
    signal(SIGABRT, say_where);
    signal(SIGSEGV, say_where);
    for (int i = 1; i < argc; i++) {
        path = argv[i];
        run_file();
    }
    target_close();
    printf("fuzz: %d seeds hold\n", argc - 1);
    return 0;
}

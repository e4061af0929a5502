#include "support.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Criterion's runner lets go of some memory without freeing it. */
#pragma GCC visibility push(default)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libcriterion";
}
#pragma GCC visibility pop

gly_doc *doc_of(const char *text)
{
    gly_doc *doc = doc_new();

    gly_text_set(doc, text, strlen(text));
    return doc;
}

char *text_of(const gly_doc *doc)
{
    return (char *)gly_text(doc, NULL);
}

/* Vigna's xorshift64*. */
unsigned roll(struct dice *dice, unsigned below)
{
    uint64_t x = dice->state ? dice->state : 88172645463325252u;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    dice->state = x;
    return (unsigned)((x * 2685821657736338717u >> 33) % below);
}

char *random_text(struct dice *dice, unsigned chars)
{
    static const char *const alphabet[] = {
        "a", "b", " ", "\n", ".", "A", "é", "€", "语", "😀",
    };
    gly_buf text = {0};

    gly_buf_puts(&text, "");
    while (chars-- > 0)
        gly_buf_puts(&text, alphabet[roll(dice, 10)]);
    return text.data;
}

static char scratch[] = "/tmp/galley-test-XXXXXX";

void enter_scratch(void)
{
    cr_assert(mkdtemp(scratch) != NULL && chdir(scratch) == 0);
}

void leave_scratch(void)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
    cr_assert(chdir("/") == 0 && system(command) == 0);
}

void put_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "wb");

    cr_assert(file != NULL, "cannot write %s", path);
    fputs(content, file);
    cr_assert(fclose(file) == 0);
}

static char *read_all(FILE *file)
{
    gly_buf buf = {0};
    char part[4096];

    gly_buf_puts(&buf, "");
    for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
        gly_buf_add(&buf, part, n);
    return buf.data;
}

char *get_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *content = file ? read_all(file) : strdup("");

    if (file)
        fclose(file);
    return content;
}

size_t count_lines(const char *str)
{
    size_t n = 0;

    for (; (str = strchr(str, '\n')) != NULL; str++)
        n++;
    return n;
}

const char *source_folder(void)
{
    const char *folder = getenv("GALLEY_SOURCE");

    cr_assert(folder != NULL, "GALLEY_SOURCE is not set: use make check");
    return folder;
}

const char *build_folder(void)
{
    const char *folder = getenv("GALLEY_BUILD");

    cr_assert(folder != NULL, "GALLEY_BUILD is not set: use make check");
    return folder;
}

int run_shell(char **output, const char *fmt, ...)
{
    gly_buf words = {0};
    char command[4096];
    va_list args;

    va_start(args, fmt);
    vsnprintf(command, sizeof(command), fmt, args);
    va_end(args);
    gly_buf_printf(&words, "exec 2>&1; galley () { '%s/galley' \"$@\"; }; %s",
                   build_folder(), command);

    FILE *pipe = popen(words.data, "r");

    cr_assert(pipe != NULL);

    char *said = read_all(pipe);
    int status = pclose(pipe);

    gly_buf_finish(&words);
    if (output)
        *output = said;
    else
        free(said);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

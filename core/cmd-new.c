/* A plugin of one's own, from nothing: files that build and pass at once. */
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* In these, @NAME@ is the plugin's name. */
static const char source[] =
    "/* @NAME@: marks every place where a word stands. */\n"
    "#include <galley/galley.h>\n"
    "#include <string.h>\n"
    "\n"
    "struct state {\n"
    "    const char *word;\n"
    "};\n"
    "\n"
    "static const gly_option options[] = {\n"
    "    { \"word\", GLY_FIELD(struct state, word), .def = \"galley\",\n"
    "      .help = \"The word to mark.\" },\n"
    "    { 0 }\n"
    "};\n"
    "\n"
    "static int process(gly_stage *stage, gly_doc *doc)\n"
    "{\n"
    "    const struct state *s = gly_state(stage);\n"
    "    const char *text = gly_text(doc, NULL);\n"
    "    gly_pos len = (gly_pos)strlen(s->word);\n"
    "\n"
    "    for (const char *p = text; len && (p = strstr(p, s->word)); p += len)\n"
    "        gly_mark(doc, \"words\", (gly_pos)(p - text),\n"
    "                 (gly_pos)(p - text) + len, \"word\");\n"
    "    return GLY_PASS;\n"
    "}\n"
    "\n"
    "const gly_plugin galley_plugin = {\n"
    "    .abi = GLY_ABI,\n"
    "    .name = \"@NAME@\",\n"
    "    .about = \"Marks every place where a word stands.\",\n"
    "    .reads = \"text\",\n"
    "    .writes = \"words\",\n"
    "    .state_size = sizeof(struct state),\n"
    "    .options = options,\n"
    "    .process = process,\n"
    "};\n";

static const char cases[] =
    "# the word is marked wherever it stands\n"
    "A [word galley] is a tray; this [word galley] carries text.\n"
    "\n"
    "# another word can be set\n"
    "@set word = \"tray\";\n"
    "A galley is a [word tray].\n";

static const char pipeline[] =
    "# galley run @NAME@.conf PAGE...\n"
    "stages = (\n"
    "  { use = \"fetch\"; },\n"
    "  { use = \"clean\"; },\n"
    "  { use = \"@NAME@\"; word = \"galley\"; },\n"
    "  { use = \"export\"; path = \"-\"; }\n"
    ");\n";

static const char makefile[] =
    "# make: builds the plugin; make check: runs its cases\n"
    "CFLAGS = -O2 -g -Wall -Wextra\n"
    "GALLEY = @GALLEY@\n"
    "GALLEY_CFLAGS = -I@INCLUDE@\n"
    "\n"
    "@NAME@.so: @NAME@.c\n"
    "\t$(CC) -shared -fPIC -fvisibility=hidden $(CFLAGS) $(GALLEY_CFLAGS) \\\n"
    "\t\t-o $@ $<\n"
    "\n"
    "check: @NAME@.so\n"
    "\tGALLEY_PLUGIN_PATH=\"$(CURDIR):$$GALLEY_PLUGIN_PATH\" \\\n"
    "\t\t$(GALLEY) test @NAME@.cases\n"
    "\n"
    ".PHONY: check\n";

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value && *value ? value : otherwise;
}

static const char *word_for(const char *p, const char *name, size_t *len)
{
    static const struct {
        const char *word, *variable, *otherwise;
    } words[] = {
        { "@GALLEY@", "GALLEY_PROGRAM", "galley" },
        { "@INCLUDE@", "GALLEY_INCLUDE_PATH", GALLEY_INCLUDE_DIR },
    };

    *len = strlen("@NAME@");
    if (strncmp(p, "@NAME@", *len) == 0)
        return name;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        *len = strlen(words[i].word);
        if (strncmp(p, words[i].word, *len) == 0)
            return environment(words[i].variable, words[i].otherwise);
    }
    return NULL;
}

static int write_file(const char *name, const char *file, const char *content)
{
    char path[PATH_MAX];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s", name, file);
    out = fopen(path, "wx");
    for (const char *p = content; out && *p;) {
        size_t len;
        const char *word = word_for(p, name, &len);

        if (word) {
            fputs(word, out);
            p += len;
        } else {
            fputc(*p++, out);
        }
    }
    if (!out || fclose(out) != 0) {
        fprintf(stderr, "galley: cannot write %s: %s\n", path,
                strerror(errno));
        return -1;
    }
    printf("%s\n", path);
    return 0;
}

static int write_named(const char *name, const char *ending,
                       const char *content)
{
    char file[NAME_MAX];

    snprintf(file, sizeof(file), "%s%s", name, ending);
    return write_file(name, file, content);
}

static bool is_plain_name(const char *name)
{
    return *name >= 'a' && *name <= 'z' && strlen(name) <= 40 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
               strlen(name);
}

static int run(struct args *args)
{
    const char *name;

    if (args_next(args) != 0)
        return WRONG_USE;
    if (args->argc != 1)
        return args_refuse(args, "one name");
    name = args->argv[0];
    if (!is_plain_name(name))
        return args_refuse(args, "\"%s\": a name is made of a-z, 0-9 and "
                           "hyphens, as in \"clean-credit\"", name);
    if (mkdir(name, 0777) < 0) {
        fprintf(stderr, "galley: cannot make the folder %s: %s\n", name,
                strerror(errno));
        return WRONG_USE;
    }
    if (write_named(name, ".c", source) < 0 ||
        write_named(name, ".cases", cases) < 0 ||
        write_named(name, ".conf", pipeline) < 0 ||
        write_file(name, "Makefile", makefile) < 0)
        return SOME_FAILED;
    printf("now: make -C %s check\n", name);
    return ALL_WELL;
}

const struct command command_new = {
    .name = "new",
    .arguments = "NAME",
    .about = "Makes a plugin of one's own, which builds and passes at once.",
    .more = "In a new folder NAME: the source, a Makefile, a file of cases and "
            "a pipeline that uses it. docs/plugin.md goes on from there.",
    .run = run,
};

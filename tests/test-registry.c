#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../core/paths.h"
#include "../core/registry.h"
#include "support.h"

static struct error error;

static void end(void)
{
    registry_finish();
    leave_scratch();
}

TestSuite(registry, .init = enter_scratch, .fini = end);

static void expect_refusal(const char *name, const char *says)
{
    error = (struct error){0};
    cr_expect(registry_find(name, &error) == NULL);
    cr_expect(strstr(error.text, says) != NULL, "%s", error.text);
}

Test(registry, a_plugin_is_loaded_once)
{
    const gly_plugin *fussy = registry_find("fussy", &error);

    cr_assert(fussy != NULL, "%s", error.text);
    cr_expect(eq(str, (char *)fussy->name, "fussy"));
    cr_expect(registry_find("fussy", NULL) == fussy);
}

Test(registry, plugins_can_be_found_again_after_the_end)
{
    cr_assert(registry_find("fussy", &error) != NULL, "%s", error.text);
    registry_finish();
    cr_assert(registry_find("fussy", &error) != NULL, "%s", error.text);
}

Test(registry, a_plugin_for_another_interface_is_refused_with_what_differs)
{
    char says[200];

    snprintf(says, sizeof(says), "wrong-abi.la was built for plugin interface "
             "%u, this galley has interface %u: build it again with this "
             "galley's headers", GLY_ABI_VERSION + 1, GLY_ABI_VERSION);
    expect_refusal("wrong-abi", says);
    cr_expect(eq(int, error.code, -ENOEXEC));
}

Test(registry, a_missing_plugin_is_told_with_the_nearest_one)
{
    expect_refusal("fusy", "no plugin \"fusy\": did you mean \"fussy\"?");
    cr_expect(eq(int, error.code, -ENOENT));
    expect_refusal("banana", "no plugin \"banana\": `galley list` shows those "
                             "there are");
}

Test(registry, without_any_plugin_their_folder_is_asked_for)
{
    setenv("GALLEY_PLUGIN_PATH", "nowhere", 1);
    if (access(place_plugins.installed, F_OK) == 0)
        cr_skip("plugins are installed");
    expect_refusal("fussy", "no plugin \"fussy\", and no other: set "
                            "$GALLEY_PLUGIN_PATH to their folder");
}

Test(registry, a_file_that_is_no_plugin_is_refused)
{
    setenv("GALLEY_PLUGIN_PATH", ".", 1);
    put_file("text.so", "this is not a shared object\n");
    expect_refusal("text", "cannot load the plugin: ./text.so: ");
    put_file("empty.so", "");
    expect_refusal("empty", "cannot load the plugin: ./empty.so: ");
}

/* Compiles a shared object of this source. */
static bool compile(const char *name, const char *source)
{
    char file[64];

    snprintf(file, sizeof(file), "%s.c", name);
    put_file(file, source);
    return run_shell(NULL, "cc -shared -fPIC -I'%s/include' %s.c -o %s.so",
                     source_folder(), name, name) == 0;
}

#define HEAD "#include <galley/galley.h>\n"                                 \
    "static int process(gly_stage *s, gly_doc *d)\n"                        \
    "{ (void)s; (void)d; return 0; }\n"                                     \
    "__attribute__((visibility(\"default\"))) const gly_plugin "            \
    "galley_plugin = {\n"

Test(registry, plugins_are_refused_for_what_they_lack)
{
    static const struct {
        const char *name, *source, *says;
    } rows[] = {
        { "none", "int other;\n",
          "./none.so does not define galley_plugin" },
        { "named", HEAD ".abi = GLY_ABI, .name = \"other\", .process = process };",
          "./named.so calls itself \"other\": file and name must agree" },
        { "nameless", HEAD ".abi = GLY_ABI, .process = process };",
          "./nameless.so calls itself \"(null)\"" },
        { "idle", HEAD ".abi = GLY_ABI, .name = \"idle\", "
          ".reads = (void *)process };",
          "./idle.so has neither want() nor process()" },
        { "sized", HEAD ".abi = { GLY_ABI_VERSION, sizeof(gly_plugin), "
          "sizeof(gly_option), sizeof(gly_span) + 8, sizeof(gly_token) }, "
          ".name = \"sized\", .process = process };",
          "./sized.so was built with a gly_span of " },
        { "missing", "extern int nobody_has_this(void);\n"
          HEAD ".abi = GLY_ABI, .name = \"missing\", .process = process };\n"
          "int use(void); int use(void) { return nobody_has_this(); }\n",
          "nobody_has_this" },
    };

    setenv("GALLEY_PLUGIN_PATH", ".", 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!compile(rows[i].name, rows[i].source))
            cr_skip("no C compiler");
        expect_refusal(rows[i].name, rows[i].says);
    }
}

Test(registry, the_first_folder_that_has_a_plugin_counts)
{
    char path[600];

    snprintf(path, sizeof(path), ".:%s", getenv("GALLEY_PLUGIN_PATH"));
    put_file("fussy.so", "not this one\n");
    setenv("GALLEY_PLUGIN_PATH", path, 1);
    expect_refusal("fussy", "cannot load the plugin: ./fussy.so");
}

struct seen {
    char names[2000];
    unsigned refused;
};

static void see(void *arg, const char *name, const char *path,
                const gly_plugin *plugin, const struct error *why)
{
    struct seen *seen = arg;

    strcat(strcat(seen->names, name), " ");
    seen->refused += !plugin;
    cr_expect(strstr(path, name) != NULL);
    cr_expect(eq(int, plugin != NULL, why->code == 0), "%s", name);
}

Test(registry, all_plugins_are_shown_by_folder_and_name_also_those_refused)
{
    struct seen seen = {0};
    char path[600];

    snprintf(path, sizeof(path), ".:%s/tests/plugins", build_folder());
    setenv("GALLEY_PLUGIN_PATH", path, 1);
    put_file("zebra.so", "no plugin\n");
    put_file("ape.so", "no plugin\n");
    put_file("readme.txt", "no plugin\n");
    put_file("pass.so", "hides the other one\n");
    registry_each(see, &seen);
    cr_expect(strstr(seen.names, "ape pass zebra count-source crash fussy "
                                 "later marker recall slow wrong-abi ") == seen.names,
              "%s", seen.names);
    cr_expect(eq(uint, seen.refused, 4));
}

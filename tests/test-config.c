#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/config.h"
#include "support.h"

static struct plan plan;
static char said[800];

static int read_file(const char *path)
{
    struct error error = {0};
    int result;

    plan_finish(&plan);
    result = plan_read(&plan, path, &error);
    error_line(&error, said, sizeof(said));
    return result;
}

static int read_text(const char *text)
{
    put_file("a.conf", text);
    return read_file("a.conf");
}

static void end(void)
{
    plan_finish(&plan);
    leave_scratch();
}

TestSuite(config, .init = enter_scratch, .fini = end);

static const struct setting *setting_of(size_t stage, const char *name)
{
    for (size_t i = 0; stage < plan.count && i < plan.stages[stage].count; i++)
        if (strcmp(plan.stages[stage].settings[i].name, name) == 0)
            return &plan.stages[stage].settings[i];
    cr_fatal("stage %zu has no setting %s", stage, name);
}

Test(config, a_pipeline_is_read_with_the_place_of_every_setting)
{
    cr_assert(eq(int, read_text(
        "name = \"news\"; lanes = 3;\n"
        "room = 5;\n"
        "failed = \"bad.jsonl\";\n"
        "stages = (\n"
        "  { use = \"fetch\"; paths = [ \"a\", \"b\" ]; },\n"
        "  { use = \"clean\";\n"
        "    id = \"tidy\";\n"
        "    when = \"lang == 'en'\";\n"
        "    deep = true; least = 2; share = 0.5; word = \"w\"; },\n"
        "  { use = \"clean\"; }, { use = \"clean\"; } );\n"), 0), "%s", said);
    cr_expect(eq(str, (char *)plan.name, "news"));
    cr_expect(eq(i64, plan.lanes, 3));
    cr_expect(eq(i64, plan.room, 5));
    cr_expect(eq(str, (char *)plan.failed, "bad.jsonl"));
    cr_assert(eq(sz, plan.count, 4));
    cr_expect(eq(str, (char *)plan.stages[0].id, "fetch"));
    cr_expect(eq(uint, plan.stages[0].line, 5));
    cr_expect(eq(str, (char *)plan.stages[1].use, "clean"));
    cr_expect(eq(str, (char *)plan.stages[1].id, "tidy"));
    cr_expect(eq(str, (char *)plan.stages[1].when, "lang == 'en'"));
    cr_expect(eq(uint, plan.stages[1].when_line, 8));
    cr_expect(eq(sz, plan.stages[1].count, 4));
    cr_expect(eq(str, (char *)plan.stages[2].id, "clean"));
    cr_expect(eq(str, (char *)plan.stages[3].id, "clean-2"));
    cr_expect(eq(ptr, (void *)plan.stages[2].when, NULL));
    cr_expect(eq(sz, setting_of(0, "paths")->list.count, 2));
    cr_expect(setting_of(1, "deep")->boolean);
    cr_expect(eq(i64, setting_of(1, "least")->integer, 2));
    cr_expect(epsilon_eq(dbl, setting_of(1, "share")->number, 0.5, 0));
    cr_expect(eq(uint, setting_of(1, "word")->line, 9));
    cr_expect(eq(str, (char *)setting_of(1, "word")->file, "a.conf"));
}

Test(config, a_pipeline_has_its_defaults_and_its_name_from_the_file)
{
    cr_assert(eq(int, read_text("stages = ( { use = \"fetch\"; } );"), 0));
    cr_expect(eq(str, (char *)plan.name, "a"));
    cr_expect(eq(i64, plan.lanes, 0));
    cr_expect(eq(i64, plan.room, 64));
    cr_expect(eq(str, (char *)plan.failed, "failed.jsonl"));
}

Test(config, ids_that_are_not_given_are_numbered_past_those_that_are)
{
    cr_assert(eq(int, read_text("stages = ( { use = \"x\"; id = \"y-2\"; },"
                                "{ use = \"y\"; }, { use = \"y\"; } );"), 0));
    cr_expect(eq(str, (char *)plan.stages[1].id, "y"));
    cr_expect(eq(str, (char *)plan.stages[2].id, "y-3"));
}

/* What stands in the environment is put into strings. */
Test(config, strings_are_expanded_from_the_environment)
{
    static const char *const rows[][2] = {
        { "plain", "plain" },
        { "${GALLEY_A}", "first" },
        { "<${GALLEY_A}|${GALLEY_A}>", "<first|first>" },
        { "${GALLEY_A:-other}", "first" },
        { "${GALLEY_NONE:-other}", "other" },
        { "${GALLEY_NONE:-}", "" },
        { "${GALLEY_EMPTY:-other}", "other" },
        { "${GALLEY_EMPTY}", "" },
        { "${GALLEY_NONE:-a:-b$c}", "a:-b$c" },
        { "5$ and $x $$", "5$ and $x $$" },
        { "", "" },
    };
    char text[200];

    setenv("GALLEY_A", "first", 1);
    setenv("GALLEY_EMPTY", "", 1);
    unsetenv("GALLEY_NONE");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(text, sizeof(text),
                 "stages = ( { use = \"x\"; s = \"%s\"; l = [ \"%s\" ]; } );",
                 rows[i][0], rows[i][0]);
        cr_assert(eq(int, read_text(text), 0), "%s: %s", rows[i][0], said);
        cr_expect(eq(str, (char *)setting_of(0, "s")->string,
                     (char *)rows[i][1]), "%s", rows[i][0]);
        cr_expect(eq(str, (char *)setting_of(0, "l")->list.item[0],
                     (char *)rows[i][1]), "%s", rows[i][0]);
    }
}

Test(config, wrong_files_are_refused_with_their_place)
{
    static const char *const rows[][2] = {
        { "", "a.conf: no \"stages\": a pipeline is a list of stages" },
        { "stages = ();", "a.conf:1: stages: the list is empty" },
        { "\nstages = \"x\";", "a.conf:2: stages: must be a list in ( )" },
        { "stages = (\n1 );", "a.conf:2: stages: each must be a group, as in "
          "{ use = \"fetch\"; }" },
        { "stages = (\n{ use = \"x\"; },\n{ word = \"y\"; } );",
          "a.conf:3: a stage without \"use\": which plugin?" },
        { "stages = (\n{ use = 5; } );", "a.conf:2: use: must be a string" },
        { "stages = ( { use = \"x\"; },\n  { use = \"y\";\n\n    when = 5; } );",
          "a.conf:4: when: must be a string" },
        { "stages = (\n{ use = \"x\"; id = \"i\"; },\n{ use = \"y\"; id = \"i\"; "
          "} );", "a.conf:3: id \"i\" is used twice" },
        { "stages = ( { use = \"x\";\n s = \"${GALLEY_NONE}\"; } );",
          "a.conf:2: ${GALLEY_NONE} is not in the environment: set it, or write "
          "${GALLEY_NONE:-default}" },
        { "stages = ( { use = \"x\";\n s = \"a${B\"; } );",
          "a.conf:2: \"${B\": ${ without its }" },
        { "stages = ( { use = \"x\";\n s = \"${GALLEY_A:other}\"; } );",
          "a.conf:2: \"${GALLEY_A:other}\": must be ${NAME} or "
          "${NAME:-default}" },
        { "stages = ( { use = \"x\";\n s : { a = 1; }; } );",
          "a.conf:2: s: a group is not expected here" },
        { "stages = ( { use = \"x\"; } );\nlanes = -1;",
          "a.conf:2: pipeline: lanes = -1: must be 0 to 256" },
        { "stages = ( { use = \"x\"; } );\nroom = 0;",
          "a.conf:2: pipeline: room = 0: must be 1 to 65536" },
        { "stages = ( { use = \"x\"; } );\n\nlane = 1;",
          "a.conf:3: pipeline: unknown setting \"lane\": did you mean "
          "\"lanes\"?" },
        { "stages = (\n { use = \"x\" }\n { use = \"y\"; } );",
          "a.conf:3: syntax error: a comma, semicolon or bracket "
          "missing, or one too many?" },
        { "stages = ( { use = \"x\"; } );\nroom = 3;\nroom = 4;",
          "a.conf:3: duplicate setting name" },
    };

    setenv("GALLEY_A", "a", 1);
    unsetenv("GALLEY_NONE");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect(eq(int, read_text(rows[i][0]), -EINVAL), "%s", rows[i][0]);
        cr_expect(eq(str, said, (char *)rows[i][1]), "%s", rows[i][0]);
    }
}

Test(config, included_files_are_found_beside_the_one_that_includes_them)
{
    cr_assert(eq(int, system("mkdir sub"), 0));
    put_file("sub/rest.conf", "stages = ( { use = \"fetch\"; } ,\n"
                              "{ use = \"clean\"; least = 3; } );\n");
    put_file("sub/a.conf", "room = 7;\n@include \"rest.conf\"\n");
    cr_assert(eq(int, read_file("sub/a.conf"), 0), "%s", said);
    cr_expect(eq(i64, plan.room, 7));
    cr_assert(eq(sz, plan.count, 2));
    cr_expect(eq(str, (char *)setting_of(1, "least")->file, "rest.conf"));
    cr_expect(eq(uint, setting_of(1, "least")->line, 2));
}

Test(config, errors_in_included_files_name_them)
{
    put_file("rest.conf", "stages = (\n5 );\n");
    cr_expect(eq(int, read_text("\n\n@include \"rest.conf\"\n"), -EINVAL));
    cr_expect(eq(str, said, "rest.conf:2: stages: each must be a group, as in "
                            "{ use = \"fetch\"; }"));
    put_file("rest.conf", "stages = (\n\n( };\n");
    cr_expect(eq(int, read_text("@include \"rest.conf\"\n"), -EINVAL));
    cr_expect(eq(str, said, "rest.conf:3: syntax error: a comma, semicolon or bracket "
          "missing, or one too many?"));
    cr_expect(lt(int, read_text("\n@include \"nobody.conf\"\n"), 0));
    cr_expect(strstr(said, "a.conf:2: ") == said, "%s", said);
}

Test(config, a_pipeline_that_is_nowhere_is_refused)
{
    setenv("GALLEY_PIPELINE_PATH", "here", 1);
    cr_expect(eq(int, read_file("nobody"), -ENOENT));
    cr_expect(strstr(said, "no pipeline \"nobody\": neither a file nor in "
                           "$GALLEY_PIPELINE_PATH") == said, "%s", said);
    cr_expect(eq(int, read_file("./nobody.conf"), -ENOENT));
    cr_expect(eq(str, said, "./nobody.conf: cannot be read"));
}

Test(config, an_installed_pipeline_is_found_by_its_name)
{
    setenv("GALLEY_PIPELINE_PATH", "first:second", 1);
    cr_assert(eq(int, system("mkdir second"), 0));
    put_file("second/news.conf", "stages = ( { use = \"x\"; } );");
    cr_assert(eq(int, read_file("news"), 0), "%s", said);
    cr_expect(eq(str, (char *)plan.file, "second/news.conf"));
    cr_expect(eq(str, (char *)plan.name, "news"));
}

/* ---- from the command line ---- */

static int set(const char *assignment)
{
    struct error error = {0};
    int result = plan_set(&plan, assignment, &error);

    error_line(&error, said, sizeof(said));
    return result;
}

Test(config, settings_of_the_command_line_count_above_those_of_the_file)
{
    cr_assert(eq(int, read_text("room = 9; name = \"n\"; failed = \"f\";"
                                "stages = ( { use = \"x\"; w = 1; },"
                                "{ use = \"y\"; w = 1; } );"), 0));
    cr_assert(eq(int, set("y.w=a=b"), 0), "%s", said);
    cr_assert(eq(int, set("y.v="), 0), "%s", said);
    cr_expect(eq(sz, plan.stages[0].count, 1));
    cr_assert(eq(sz, plan.stages[1].count, 3));
    cr_expect(eq(str, (char *)plan.stages[1].settings[1].string, "a=b"));
    cr_expect(eq(str, (char *)plan.stages[1].settings[2].string, ""));
    cr_assert(eq(int, set("lanes=2"), 0), "%s", said);
    cr_expect(eq(i64, plan.lanes, 2));
    cr_expect(eq(i64, plan.room, 9));
    cr_expect(eq(str, (char *)plan.name, "n"));
    cr_expect(eq(str, (char *)plan.failed, "f"));
    cr_assert(eq(int, set("failed="), 0));
    cr_expect(eq(str, (char *)plan.failed, ""));
}

Test(config, wrong_settings_of_the_command_line_are_refused)
{
    static const char *const rows[][2] = {
        { "room", "--set room: must be STAGE.SETTING=VALUE" },
        { "=5", "--set =5: must be STAGE.SETTING=VALUE" },
        { "room=many", "command line: pipeline: room = \"many\": must be a "
          "whole number" },
        { "rom=5", "command line: pipeline: unknown setting \"rom\": did you "
          "mean \"room\"?" },
        { "fetsh.x=5", "--set fetsh: no such stage in a: did you mean "
          "\"fetch\"?" },
        { "other.x=5", "--set other: no such stage in a" },
    };

    cr_assert(eq(int, read_text("stages = ( { use = \"fetch\"; } );"), 0));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect(eq(int, set(rows[i][0]), -EINVAL), "%s", rows[i][0]);
        cr_expect(eq(str, said, (char *)rows[i][1]), "%s", rows[i][0]);
    }
}

/* ---- folders ---- */

#include "../core/paths.h"

Test(config, folders_come_from_the_environment_and_the_installed_one_is_last)
{
    char buf[300];

    setenv("GALLEY_PLUGIN_PATH", "a:/b/c", 1);
    cr_assert(paths_folder(&place_plugins, 0, buf, sizeof(buf)));
    cr_expect(eq(str, buf, "a"));
    cr_assert(paths_folder(&place_plugins, 1, buf, sizeof(buf)));
    cr_expect(eq(str, buf, "/b/c"));
    cr_assert(paths_folder(&place_plugins, 2, buf, sizeof(buf)));
    cr_expect(eq(str, buf, (char *)place_plugins.installed));
    cr_expect(not(paths_folder(&place_plugins, 3, buf, sizeof(buf))));
    unsetenv("GALLEY_PLUGIN_PATH");
    cr_assert(paths_folder(&place_plugins, 0, buf, sizeof(buf)));
    cr_expect(eq(str, buf, (char *)place_plugins.installed));
    cr_expect(not(paths_folder(&place_plugins, 1, buf, sizeof(buf))));
}

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <errno.h>
#include <galley/harness.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/registry.h"
#include "support.h"

static gly_buf said;

static void tell(void *arg, int line, const char *name, const char *wrong)
{
    (void)arg;
    gly_buf_printf(&said, "%d %s: %s\n", line, name, wrong ? wrong : "well");
}

static int run_cases(const char *content)
{
    put_file("marker.cases", content);
    said.len = 0;
    gly_buf_puts(&said, "");
    return gly_cases_run("marker.cases", tell, NULL);
}

static void end(void)
{
    gly_buf_finish(&said);
    registry_finish();
    leave_scratch();
}

TestSuite(cases, .init = enter_scratch, .fini = end, .timeout = 120);

/* Expects so many failures, and these lines. */
static void expect(const char *content, int failures, const char *lines)
{
    cr_expect(eq(int, run_cases(content), failures));
    cr_expect(eq(str, said.data, (char *)lines));
}

Test(cases, a_verdict_can_be_expected)
{
    expect("fail => !fail told\n"
           "fail => !fail other\n"
           "fine => !drop dull\n"
           "fail => fail\n",
           3,
           "1 : well\n"
           "2 : verdict\n    expected !fail other\n    got      !fail told to\n"
           "3 : verdict\n    expected !drop dull\n    got      !pass \n"
           "4 : failed: told to\n");
}

Test(cases, a_plugin_may_have_several_files)
{
    put_file("marker.stars.cases", "a*b => ab\n");
    cr_expect(eq(int, gly_cases_run("marker.stars.cases", tell, NULL), 0));
}

Test(cases, a_line_wrongly_drawn_is_refused)
{
    expect("[word UN came.\n"
           "UN] came.\n"
           "UN | came.\n",
           3,
           "1 : a [ without its ]; \\[ is one of the text\n"
           "2 : a ] without its [; \\] is one of the text\n"
           "3 : a | outside of [ ]; \\| is one of the text\n");
}

/* `marker` takes stars out and marks words in capitals. */
Test(cases, a_changed_text_is_compared)
{
    expect("# the stars go\n"
           "a*b => ab\n"
           "\n"
           "# this fails\n"
           "a*b => a*b\n"
           "# both may be empty\n"
           "* =>\n"
           "# escapes\n"
           "one\\n\\ttwo* => one\\n\\ttwo\n",
           1,
           "2 the stars go: well\n"
           "5 this fails: text\n"
           "    expected a*b\n"
           "    got      ab\n"
           "7 both may be empty: well\n"
           "9 escapes: well\n");
}

Test(cases, spans_are_compared_by_the_first_layer_that_is_written)
{
    expect("# a word in capitals is marked\n"
           "The [word UN] met.\n"
           "# the marks are missed\n"
           "The UN met.\n"
           "# the mark is too much\n"
           "The [word un] met.\n"
           "# a name is drawn where one is asked for\n"
           "The [word UN|un] met.\n"
           "# brackets in the text\n"
           "A \\[b\\] \\| \\\\ [word UN]\n",
           2,
           "2 a word in capitals is marked: well\n"
           "4 the marks are missed: words\n"
           "    expected The UN met.\n"
           "    got      The [word UN] met.\n"
           "6 the mark is too much: words\n"
           "    expected The [word un] met.\n"
           "    got      The un met.\n"
           "8 a name is drawn where one is asked for: well\n"
           "10 brackets in the text: well\n");
}

Test(cases, fields_are_compared_too)
{
    expect("# a field\n"
           "a*b => ab ;; stars = 1 ;; other =\n"
           "# a wrong field\n"
           "a*b => ab ;; stars = 2\n"
           "# a list\n"
           "[word UN] and [word EU] ;; found = UN; EU\n"
           "# no check\n"
           "a => a ;; stars\n",
           2,
           "2 a field: well\n"
           "4 a wrong field: stars\n"
           "    expected 2\n"
           "    got      1\n"
           "6 a list: well\n"
           "8 no check: \"stars\" is not \"key = value\"\n");
}

Test(cases, directives_hold_for_the_cases_that_follow)
{
    expect("@set sign = \"+\";\n"
           "# another sign\n"
           "a+b* => ab*\n"
           "@set\n"
           "a+b* => a+b\n"
           "@field lang = en\n"
           "@field date = 2021-06-18\n"
           "# fields are set before\n"
           "a => a ;; lang = en ;; date = 2021-06-18\n"
           "@field\n"
           "a => a ;; lang =\n"
           "@layer stars\n"
           "# another layer\n"
           "no UN here\n"
           "@layer\n"
           "@type text/html\n"
           "# raw bytes\n"
           "<p>* => ;; raw = <p>*\n",
           0,
           "3 another sign: well\n"
           "5 : well\n"
           "9 fields are set before: well\n"
           "11 : well\n"
           "14 another layer: well\n"
           "18 raw bytes: well\n");
}

Test(cases, stages_may_run_before)
{
    expect("@after marker pass\n"
           "# twice\n"
           "a*b => ab ;; times = 2\n"
           "@after\n"
           "a*b => ab ;; times = 1\n",
           0, "3 twice: well\n5 : well\n");
}

Test(cases, what_cannot_run_is_told_for_each_case)
{
    expect("@set sgin = \"+\";\n"
           "# wrong setting\n"
           "a => a\n"
           "@set\n"
           "@aftr pass\n"
           "@after nobody-at-all\n"
           "# no such stage\n"
           "a => a\n"
           "@after\n"
           "# the stage fails\n"
           "fail => fail\n",
           4,
           "3 wrong setting: settings:1: marker: unknown setting \"sgin\": did "
           "you mean \"sign\"?\n"
           "5 : @aftr: not one of @set @after @type @layer @note "
           "@field @aside\n"
           "8 no such stage: no plugin \"nobody-at-all\": `galley list` shows "
           "those there are\n"
           "11 the stage fails: failed: told to\n");
}

Test(cases, a_file_that_cannot_be_read_is_told)
{
    said.len = 0;
    cr_expect(eq(int, gly_cases_run("nobody.cases", tell, NULL), -ENOENT));
    cr_expect(eq(str, said.data,
                 "0 nobody.cases: No such file or directory\n"));
}

Test(cases, an_empty_file_has_no_failures)
{
    expect("# nothing\n\n", 0, "");
}

/* ---- the cases of the plugins ---- */

struct tally {
    const char *file;
    unsigned passed;
};

static void count(void *arg, int line, const char *name, const char *wrong)
{
    struct tally *tally = arg;

    tally->passed += !wrong;
    cr_expect(eq(ptr, (void *)wrong, NULL), "%s:%d: %s\n  %s", tally->file,
              line, name, wrong);
}

static int is_cases(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && strcmp(dot, ".cases") == 0;
}

Test(cases, all_cases_of_the_plugins_built_here_pass)
{
    struct dirent **files;
    char folder[600], path[900], name[300];
    int n;

    snprintf(folder, sizeof(folder), "%s/tests/cases", source_folder());
    n = scandir(folder, &files, is_cases, alphasort);
    for (int i = 0; i < n; i++) {
        struct tally tally = {.file = files[i]->d_name};

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(tally.file, "."),
                 tally.file);
        if (registry_find(name, NULL)) {
            snprintf(path, sizeof(path), "%s/%s", folder, tally.file);
            cr_expect(eq(int, gly_cases_run(path, count, &tally), 0));
            cr_expect(gt(uint, tally.passed, 0), "%s has no cases",
                      tally.file);
        }
        free(files[i]);
    }
    if (n >= 0)
        free(files);
}

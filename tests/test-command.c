/* The program as it was built: what it prints and how it exits. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

TestSuite(command, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 120);

static char *said;

/* Runs words, which must exit so; what they printed is in `said`. */
static void expect(int status, const char *words)
{
    free(said);
    said = NULL;
    cr_expect(eq(int, run_shell(&said, "%s", words), status), "%s\n%s", words,
              said);
}

static void expect_says(int status, const char *words, const char *part)
{
    expect(status, words);
    cr_expect(strstr(said, part) != NULL, "%s\n%s\nlacks %s", words, said,
              part);
}

static void put_pipeline(const char *path, const char *settings,
                         const char *fussy)
{
    char text[600];

    snprintf(text, sizeof(text), "lanes = 2;\nstages = (\n"
             "  { use = \"count-source\"; count = 20; %s },\n"
             "  { use = \"fussy\"; %s },\n"
             "  { use = \"export\"; path = \"out.jsonl\"; }\n);\n", settings,
             fussy);
    put_file(path, text);
}

Test(command, a_run_exits_by_what_became_of_it)
{
    static const struct {
        const char *source, *fussy;
        int status;
        const char *says;
    } rows[] = {
        { "", "", 0, "" },
        { "", "drop_every = 1;", 0, "" },
        { "", "fail_every = 7;", 1, "galley: 3 of 20 documents failed; they are "
          "recorded in failed.jsonl" },
        { "refuse_every = 20;", "", 1, "galley: 1 of 20 documents failed" },
        { "", "fial_every = 7;", 2, "p.conf:4: fussy: unknown setting "
          "\"fial_every\": did you mean \"fail_every\"?" },
        { "acks = \"nowhere/acks\";", "", 2,
          "p.conf:3: count-source: cannot open nowhere/acks" },
        { "", "break_at = 7;", 3, "galley: fussy: broke at 7" },
        { "break_at = 7;", "", 3, "galley: count-source: broke at 7" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        put_pipeline("p.conf", rows[i].source, rows[i].fussy);
        expect_says(rows[i].status, "galley run p.conf", rows[i].says);
        if (!*rows[i].says)
            cr_expect(eq(str, said, ""));
    }
}

Test(command, what_a_broken_run_wrote_is_not_put_in_place)
{
    static const char *const fussy[] = {"break_at = 7;", "fail_flush = true;"};

    for (size_t i = 0; i < 2; i++) {
        put_pipeline("p.conf", "", fussy[i]);
        put_file("out.jsonl", "yesterday\n");
        expect_says(3, "galley run p.conf", "stays in out.jsonl.part");

        char *old = get_file("out.jsonl");

        cr_expect(eq(str, old, "yesterday\n"));
        free(old);
    }
}

Test(command, one_run_at_a_time_writes_a_file)
{
    put_file("p.conf", "stages = ( { use = \"count-source\"; },\n"
                       "{ use = \"export\"; path = \"out.jsonl\"; },\n"
                       "{ use = \"export\"; path = \"out.jsonl\"; } );");
    expect_says(2, "galley run p.conf", "p.conf:3: export-2: cannot open "
                "out.jsonl.part: another run is writing it");
}

Test(command, a_link_and_a_mode_stay)
{
    put_pipeline("p.conf", "", "");
    expect(0, "mkdir real; echo old > real/x; chmod 600 real/x;"
              "ln -s real/x out.jsonl; galley run p.conf && test -L out.jsonl &&"
              "test $(stat -c %a real/x) = 600 && test $(wc -l < real/x) = 20");
}

Test(command, a_closed_output_is_no_output)
{
    put_pipeline("p.conf", "", "");
    expect_says(3, "galley run p.conf -o - >&-", "Bad file descriptor");
}

Test(command, wrong_words_exit_with_2)
{
    static const char *const rows[][2] = {
        { "galley rnu", "galley: no command \"rnu\": did you mean \"run\"?" },
        { "galley banana", "galley: no command \"banana\"; `galley help` lists "
          "them" },
        { "galley run", "galley run: which pipeline?" },
        { "galley run nobody", "no pipeline \"nobody\"" },
        { "galley run --nonsense p.conf", "--nonsense: no such flag" },
        { "galley run p.conf -o", "no such flag, or its value is missing" },
        { "galley run p.conf --set count", "--set count: must be "
          "STAGE.SETTING=VALUE" },
        { "galley run p.conf --set fusy.hold=1", "did you mean \"fussy\"?" },
        { "galley run p.conf --set fussy.hold=99",
          "command line: fussy: hold = \"99\": must be 0 to 64" },
        { "galley run p.conf -o nowhere/x", "export: cannot open "
          "nowhere/x.part: No such file" },
        { "galley check", "galley check: which pipeline?" },
        { "galley check nobody", "no pipeline \"nobody\"" },
        { "galley test", "galley test: which file of cases?" },
        { "galley list x", "galley list: takes no words" },
        { "galley help a b", "galley help: one command or plugin at a time" },
        { "galley help nobody", "no command or plugin \"nobody\"" },
        { "galley new", "galley new: one name" },
        { "galley new Wrong_Name", "a name is made of a-z, 0-9 and hyphens" },
        { "galley new ../x", "a name is made of a-z, 0-9 and hyphens" },
        { "galley trace", "galley trace: a pipeline and an input" },
    };

    put_pipeline("p.conf", "", "");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_says(2, rows[i][0], rows[i][1]);
}

Test(command, a_pipeline_is_listed_once)
{
    expect(0, "mkdir a b; : > a/x.conf; : > a/y.conf; : > b/y.conf; : > b/z.conf;"
              " export GALLEY_PIPELINE_PATH=a:b:./a; galley list |"
              " sed 's/ \\+/ /' | grep '^[xyz] ' |"
              " sort");
    cr_expect(eq(str, said, "x a/x.conf\ny a/y.conf\nz b/z.conf\n"));
}

Test(command, records_come_out_in_order_where_they_are_asked_for)
{
    char *records, *expected = NULL;
    gly_buf lines = {0};

    put_pipeline("p.conf", "", "");
    expect(0, "galley run p.conf -o x.jsonl --set fussy.sleep_every=3 -s lanes=4"
              " --set count-source.count=30");
    for (unsigned i = 0; i < 30; i++)
        gly_buf_printf(&lines, "{\"id\":\"%u\",\"seen\":\"yes\",\"text\":\"%u\""
                       "}\n", i, i);
    expected = lines.data;
    records = get_file("x.jsonl");
    cr_expect(eq(str, records, expected));
    cr_expect(eq(int, access("out.jsonl", F_OK), -1));
    free(records);
    gly_buf_finish(&lines);
}

Test(command, figures_are_shown_when_asked_for)
{
    put_pipeline("p.conf", "", "drop_every = 4; fail_every = 9;");
    expect_says(1, "galley run --stats p.conf", "stage ");
    cr_expect(strstr(said, "\nfussy                        20         5        "
                           "2 ") != NULL, "%s", said);
    cr_expect(strstr(said, "\n  acked ") != NULL, "%s", said);
    cr_expect(strstr(said, "\n20 documents in ") != NULL, "%s", said);
}

Test(command, every_failure_is_a_line_when_asked_for)
{
    put_pipeline("p.conf", "", "fail_every = 9;");
    expect_says(1, "galley run -v p.conf", "galley: fussy: 9: number 9 failed\n");
}

Test(command, failed_documents_can_be_fed_back)
{
    if (run_shell(NULL, "galley help fetch") != 0)
        cr_skip("fetch is not built");
    put_pipeline("p.conf", "", "fail_every = 7;");
    put_file("again.conf",
             "failed = \"again.jsonl\"; stages = ( { use = \"fetch\"; },\n"
             "{ use = \"fussy\"; fail_every = 14; },\n"
             "{ use = \"export\"; path = \"again-out.jsonl\"; } );");
    expect(1, "galley run p.conf");
    expect(1, "galley run again.conf failed.jsonl");

    char *records = get_file("again-out.jsonl"), *left = get_file("again.jsonl");

    cr_expect(eq(str, records,
                 "{\"id\":\"7\",\"seen\":\"yes\",\"text\":\"7\"}\n"));
    cr_expect(eq(sz, count_lines(left), 2));
    cr_expect(strstr(left, "\"failed\":{\"stage\":\"fussy\",\"reason\":"
                           "\"number 14 failed\"") != NULL, "%s", left);
    free(records);
    free(left);
}

/* What a run appends to its own input is not read by it. */
Test(command, failed_documents_may_fail_again)
{
    if (run_shell(NULL, "galley help fetch") != 0)
        cr_skip("fetch is not built");
    put_file("p.conf", "stages = ( { use = \"fetch\"; },\n"
                       "{ use = \"export\"; path = \"/dev/null\"; } );");
    expect(0, "for i in 1 2 3; do echo '{}'; done > failed.jsonl");
    expect(1, "galley run p.conf failed.jsonl");

    char *lines = get_file("failed.jsonl");

    cr_expect(eq(sz, count_lines(lines), 6));
    free(lines);
}

/* A run that would last for ever ends by a signal: what was taken is written,
 * and the exit is 0. */
Test(command, a_signal_ends_a_run_well)
{
    put_pipeline("p.conf", "", "");
    expect(0, "\"$GALLEY_BUILD/galley\" run p.conf -o out --set fussy.sleep_every=1"
              " --set count-source.count=100000 --set export.append=true & pid=$!;"
              "until [ -s out ] || ! kill -0 $pid; do sleep 0.05; done; kill -TERM $pid; wait $pid");
    cr_expect(eq(str, said, "galley: stopped by a signal: the input was not read "
                            "to its end\n"));

    char *records = get_file("out");

    cr_expect(gt(sz, count_lines(records), 0));
    cr_expect(lt(sz, count_lines(records), 100000));
    cr_expect(eq(chr, records[strlen(records) - 1], '\n'));
    free(records);
}

/* ---- check ---- */

Test(command, check_says_nothing_of_a_right_pipeline)
{
    put_pipeline("p.conf", "", "when = \"lang == 'en'\";");
    expect(0, "galley check p.conf p.conf");
    cr_expect(eq(str, said, ""));
    cr_expect(eq(int, access("out.jsonl", F_OK), -1));
    cr_expect(eq(int, access("out.jsonl.part", F_OK), -1));
}

Test(command, check_refuses_each_wrong_pipeline_with_its_place)
{
    put_pipeline("a.conf", "", "hold = 65;");
    put_pipeline("b.conf", "cuont = 3;", "");
    put_pipeline("c.conf", "", "when = \"lang =\";");
    put_file("d.conf", "stages = (\n  { use = \"count-source\" }\n"
                       "  { use = \"fussy\" } );\n");
    put_pipeline("good.conf", "", "");
    expect(2, "galley check a.conf b.conf good.conf c.conf d.conf");
    cr_expect(eq(str, said,
                 "a.conf:4: fussy: hold = 65: must be 0 to 64\n"
                 "b.conf:3: count-source: unknown setting \"cuont\": did you "
                 "mean \"count\"?\n"
                 "c.conf:4: fussy: when = \"lang =\": \"and\", \"or\" or the end "
                 "expected at \"=\"\n"
                 "d.conf:3: syntax error: a comma, semicolon or bracket "
          "missing, or one too many?\n"));
}

/* ---- list and help ---- */

Test(command, list_shows_plugins_and_what_is_wrong_with_them)
{
    expect_says(1, "galley list", "\nfussy              Drops, fails, holds or "
                                  "breaks, by number.\n");
    cr_expect(strstr(said, "\nwrong-abi          cannot be loaded\n") != NULL,
              "%s", said);
    cr_expect(strstr(said, "was built for plugin interface") != NULL);
    cr_expect(strstr(said, "\nPipelines:\nnews ") != NULL ||
              strstr(said, "\nnews ") != NULL, "%s", said);
}

Test(command, help_is_printed_from_the_tables)
{
    static const char *const rows[][2] = {
        { "galley", "usage: galley COMMAND" },
        { "galley help", "galley trace  Shows what each stage changed" },
        { "galley --help", "  lanes (whole number, 0 to 256; default 0)" },
        { "galley help run", "usage: galley run PIPELINE" },
        { "galley run --help", "  -o, --output PATH" },
        { "galley help fussy", "  hold (whole number, 0 to 64; default 0)\n"
          "      Holds so many, then releases them at once.\n" },
        { "galley help count-source", "Copies: one for all lanes" },
        { "galley help pass", "  none of its own" },
        { "galley --version", "galley " },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_says(0, rows[i][0], rows[i][1]);
}

Test(command, every_plugin_has_its_help_and_its_manual_page)
{
    expect(0, "galley list | sed -n '/^Plugins/,/^Pipelines/p' |"
              " grep -v 'cannot be loaded' | sed -n 's/^\\([a-z-]*\\)  *[A-Z].*/\\1/p'"
              " > names; grep -q fussy names || exit 1;"
              " while read name; do"
              " galley help $name | grep -q \"^$name: [A-Z].*\\.$\" || exit 1;"
              " galley help --man $name | grep -q '^.SH SETTINGS' || exit 1;"
              " done < names");
    expect_says(0, "galley help --man", ".SH COMMANDS");
}

/* ---- new ---- */

Test(command, a_new_plugin_builds_and_passes_at_once)
{
    if (run_shell(NULL, "command -v make cc") != 0)
        cr_skip("no make or no cc");
    expect_says(0, "galley new clean-mine", "now: make -C clean-mine check\n");
    expect_says(0, "unset MAKEFLAGS; make -C clean-mine check", "2 passed, 0 failed");
    cr_expect(strstr(said, "warning") == NULL, "%s", said);
    expect_says(2, "galley new clean-mine", "cannot make the folder clean-mine");
}

Test(command, cases_are_run_and_the_wrong_ones_shown)
{
    put_file("marker.cases", "# good\na* => a\n# bad\na* => b\n");
    expect(1, "galley test marker.cases");
    cr_expect(eq(str, said, "marker.cases:4: bad\n  text\n    expected b\n"
                            "    got      a\n1 passed, 1 failed\n"));
    put_file("marker.cases", "# good\na* => a\n");
    expect(0, "galley test marker.cases");
    expect_says(1, "galley test nobody.cases", "No such file or directory");
}

/* ---- trace ---- */

Test(command, a_trace_shows_what_each_stage_changed)
{
    put_file("p.conf", "stages = ( { use = \"count-source\"; text_bytes = 3; },\n"
                       "{ use = \"marker\"; sign = \"x\"; },\n"
                       "{ use = \"fussy\"; },\n"
                       "{ use = \"export\"; path = \"out.jsonl\"; } );");
    expect(0, "galley trace p.conf");
    cr_expect(strstr(said, "marker\n") != NULL, "%s", said);
    cr_expect(strstr(said, "  field  stars = \"3\"\n") != NULL, "%s", said);
    cr_expect(strstr(said, "  edit   sign at 1: \"x\"\n") != NULL, "%s", said);
    cr_expect(strstr(said, "fussy\n  field  seen = \"yes\"\n") != NULL, "%s",
              said);
    cr_expect(eq(int, access("out.jsonl", F_OK), -1));
}

Test(command, a_trace_ends_where_the_document_does)
{
    put_pipeline("p.conf", "", "drop_every = 1;");
    expect_says(0, "galley trace p.conf", "fussy\n  dropped: fussy\n");
    put_pipeline("p.conf", "", "fail_every = 1;");
    expect_says(1, "galley trace p.conf", "fussy\n  failed: number 0 failed\n");
}

Test(command, a_trace_says_why_no_document_came)
{
    put_pipeline("p.conf", "refuse_every = 1;", "");
    run_shell(&said, "galley trace p.conf");
    cr_expect(strstr(said, "number 0 refused") != NULL, "%s", said);
}

/* Folders that fetch watches. Each script waits for what must come to pass, and
 * is ended by the suite's timeout if it does not. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(fetch_watch, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 120);

/* Runs a script beside `galley run` with these settings of fetch; `await WORDS`
 * in it waits. Gives what was exported and, sorted, the files left in `in`. */
static char *watch(const char *settings, const char *script)
{
    char pipeline[1024], *said;

    snprintf(pipeline, sizeof(pipeline),
             "stages = ( { use = \"fetch\"; paths = \"in\"; watch = true;"
             " settle = \"20ms\"; rescan = \"50ms\"; %s },"
             " { use = \"export\"; path = \"out\"; append = true;"
             " known = 0; } );",
             settings);
    put_file("p.conf", pipeline);
    put_file("run", script);
    run_shell(&said,
              "mkdir -p in; await () { n=0; while ! \"$@\" 2> /dev/null; do"
              " n=$((n + 1)); [ $n -lt 6000 ] || { echo \"never: $*\"; return; };"
              " sleep 0.01; done; };"
              " put () { echo \"$2\" > in/.new; mv in/.new \"in/$1\"; };"
              " has () { [ \"$(grep -c . \"$1\")\" = \"$2\" ]; };"
              " %s/galley run -q ./p.conf 2> log & run=$!; . ./run; kill $run;"
              " wait $run; sort out | sed 's/.*\"text\"://';"
              " find in -type f | sort", build_folder());
    return said;
}

static void expect(const char *settings, const char *script,
                   const char *expected)
{
    char *said = watch(settings, script), *log = get_file("log"),
         *failed = get_file("failed.jsonl");

    cr_expect(eq(str, said, (char *)expected), "%s%s", log, failed);
    free(failed);
    free(log);
    free(said);
}

Test(fetch_watch, what_comes_later_is_read_and_moved)
{
    expect("done = \"in/done\"; failed = \"in/bad\";",
           "put a.txt early; await [ -e in/done/a.txt ];"
           " put b.txt second; mkdir in/sub; put sub/c.txt deep;"
           " await [ -e in/done/b.txt ]; await [ -e in/done/c.txt ]",
           "\"early\\n\"}\n\"second\\n\"}\n\"deep\\n\"}\n"
           "in/done/a.txt\nin/done/b.txt\nin/done/c.txt\n");
}

Test(fetch_watch, a_file_with_a_failed_document_is_set_apart)
{
    expect("done = \"in/done\"; failed = \"in/bad\";",
           "printf '{\"text\":\"x\"}\\nbroken\\n' > in/a.jsonl;"
           " printf '{\\n\"a\": 1 }\\n' > in/b.json; : > in/none.jsonl;"
           " await [ -e in/bad/a.jsonl ]; await [ -e in/bad/b.json ];"
           " await [ -e in/done/none.jsonl ]",
           "\"x\"}\nin/bad/a.jsonl\nin/bad/b.json\nin/done/none.jsonl\n");
}

/* Else it would be read as it is written, without end. */
Test(fetch_watch, what_the_pipeline_records_itself_is_left_out)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"fetch\"; paths = \".\"; watch ="
             " true; settle = \"0\"; rescan = \"20ms\"; }, { use = \"export\";"
             " path = \".out\"; append = true; } );");
    run_shell(&said,
              "await () { n=0; while ! \"$@\" 2> /dev/null; do"
              " n=$((n + 1)); [ $n -lt 6000 ] || { echo \"never: $*\"; return; };"
              " sleep 0.01; done; };"
              " lines () { [ \"$(wc -l < \"$2\")\" -ge $1 ]; };"
              " work () { %s/galley work -v ./p.conf 2> .log & run=$!; };"
              " mkdir sub; printf '{\"text\":\"x\"}\\nbroken\\n' > a.jsonl; work;"
              " await lines 2 .out; await grep -q 'left out' .log;"
              " printf '{\"text\":\"y\"}\\nbroken\\n' > sub/b.jsonl;"
              " await lines 3 .out; await lines 2 failed.jsonl; sleep 0.1;"
              " kill $run; wait $run; mv failed.jsonl failed.jsonl.retry; rm .log; work;"
              " await grep -q 'left out' .log; kill $run; wait $run;"
              " sed 's/.*\"id\":\"//; s/\".*//' .out; grep left .log;"
              " wc -l < failed.jsonl.retry; ls;"
              " galley run ./p.conf failed.jsonl.retry",
              build_folder());
    cr_expect(eq(str, said,
                 "./a.jsonl:1\n./p.conf\n./sub/b.jsonl:1\n"
                 "galley: fetch: warning: ./failed.jsonl.retry is left out: this "
                 "pipeline records there what failed; `galley retry` brings that "
                 "in again\n2\na.jsonl\nfailed.jsonl.retry\np.conf\np.work\nsub\n"
                 "./p.conf:1: fetch: watch: failed.jsonl.retry is what this "
                 "pipeline writes itself; `galley retry` brings in again what "
                 "failed\n"));
    free(said);
}

Test(fetch_watch, a_name_that_is_taken_is_not_written_over)
{
    expect("done = \"done\";",
           "for i in 1 2 3; do put a.txt $i; await [ ! -e in/a.txt ];"
           " done; cat done/a.txt done/a.txt.1 done/a.txt.2 > in/.hidden",
           "\"1\\n\"}\n\"2\\n\"}\n\"3\\n\"}\nin/.hidden\n");
}

Test(fetch_watch, a_file_that_stays_is_read_once_until_it_changes)
{
    expect("",
           "put a.txt one; await has out 1; put b.txt other;"
           " await has out 2; put a.txt longer; await has out 3;"
           " rm in/a.txt; sleep 0.2; put a.txt one; await has out 4",
           "\"longer\\n\"}\n\"one\\n\"}\n\"one\\n\"}\n\"other\\n\"}\n"
           "in/a.txt\nin/b.txt\n");
}

Test(fetch_watch, what_cannot_be_read_is_told_once)
{
    char *said = watch("", "ln -s nothing in/gone; mkdir in/loop;"
                       " ln -s .. in/loop/up; put a.txt a;"
                       " await has out 1; put b.txt b; await has out 2;"
                       " cat failed.jsonl 2> /dev/null");

    cr_expect(eq(str, said, "\"a\\n\"}\n\"b\\n\"}\nin/a.txt\nin/b.txt\n"));
    free(said);
}

Test(fetch_watch, files_that_were_not_done_are_found_again)
{
    char *said;

    /* A pipe that nobody empties keeps the first record from being done. */
    put_file("q.conf",
             "stages = ( { use = \"fetch\"; paths = \"in\"; watch = true;"
             " done = \"done\"; settle = \"20ms\"; rescan = \"50ms\"; },"
             " { use = \"export\"; } );");
    run_shell(&said, "mkdir in; head -c 300000 /dev/zero | tr '\\0' a >"
              " in/a.txt; echo two > in/b.txt; mkfifo pipe;"
              " (head -c 9 > begun; exec sleep 60) < pipe & sleeper=$!;"
              " %s/galley run -q ./q.conf > pipe & run=$!;"
              " while [ ! -s begun ]; do sleep 0.01; done; kill -9 $run;"
              " { wait $run; kill $sleeper; ls done; } 2> /dev/null; echo one >"
              " in/a.txt",
              build_folder());
    cr_expect(eq(str, said, ""));
    free(said);
    expect("done = \"done\";", "await [ -e done/a.txt ]; await [ -e done/b.txt ]",
           "\"one\\n\"}\n\"two\\n\"}\n");
}

Test(fetch_watch, standard_input_cannot_be_watched)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"fetch\"; watch = true; } );");
    cr_expect(eq(int, run_shell(&said, "galley check ./p.conf; galley run"
                                " ./p.conf"), 2));
    free(said);
}

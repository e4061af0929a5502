/* `galley retry`: what failed goes through its pipeline again. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(retry, .init = enter_scratch, .fini = leave_scratch, .timeout = 180);

/* A pipeline that fails every document whose number FAIL divides, and crashes as
 * texts ask for it. */
static void put_pipeline(void)
{
    put_file("p.conf",
             "stages = ( { use = \"count-source\"; count = 30; },"
             " { use = \"fussy\"; fail_every = \"${FAIL:-0}\"; },"
             " { use = \"crash\"; deadline = \"300ms\"; },"
             " { use = \"export\"; path = \"out\"; append = true; } );");
}

static void expect(const char *script, const char *expected)
{
    char *said;

    put_file("run", script);
    run_shell(&said,
              "export GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins;"
              " await () { n=0; while ! \"$@\" 2> /dev/null; do"
              " n=$((n + 1)); [ $n -lt 6000 ] || { echo \"never: $*\"; return; };"
              " sleep 0.01; done; };"
              " ids () { sed 's/^{\"id\":\"//; s/\".*//' \"$@\" | sort -n | xargs; };"
              " fail () { seq $1 $2 | sed 's/.*/{\"id\":\"&\",\"text\":\"t\",\"failed\":"
              "{\"stage\":\"fussy\",\"ticket\":\"in &\",\"reason\":\"bad &\"}}/'; };"
              " . ./run", build_folder(), build_folder());
    cr_expect(eq(str, said, (char *)expected));
    free(said);
}

Test(retry, what_is_done_leaves_the_file)
{
    put_pipeline();
    expect("FAIL=7 galley run -q ./p.conf 2> log; ids failed.jsonl;"
           " galley retry failed.jsonl; ls; ids out | wc -w",
           "0 7 14 21 28\ngalley: 5 done, 0 dropped, 0 failed again\n"
           "log\nout\np.conf\nrun\n30\n");
}

Test(retry, what_fails_again_counts_its_attempts)
{
    put_pipeline();
    expect("FAIL=7 galley run -q ./p.conf 2> log; export FAIL=14;"
           " galley retry failed.jsonl; echo $?; galley retry -v failed.jsonl"
           " 2>&1 | sort; ids failed.jsonl;"
           " sed 's/.*\"failed\"//' failed.jsonl | sort",
           "galley: 2 done, 0 dropped, 3 failed again\n1\n"
           "galley: 0 done, 0 dropped, 3 failed again\n"
           "galley: fussy: 0: number 0 failed\n"
           "galley: fussy: 14: number 14 failed\n"
           "galley: fussy: 28: number 28 failed\n0 14 28\n"
           ":{\"stage\":\"fussy\",\"reason\":\"number 0 failed\",\"ticket\":\"0\","
           "\"attempts\":3,\"pipeline\":\"./p.conf\"}}\n"
           ":{\"stage\":\"fussy\",\"reason\":\"number 14 failed\",\"ticket\":\"14\","
           "\"attempts\":3,\"pipeline\":\"./p.conf\"}}\n"
           ":{\"stage\":\"fussy\",\"reason\":\"number 28 failed\",\"ticket\":\"28\","
           "\"attempts\":3,\"pipeline\":\"./p.conf\"}}\n");
}

Test(retry, only_what_is_wished_for_is_tried)
{
    put_pipeline();
    expect("fail 1 12 > f; galley retry f ./p.conf --reason 'bad 1' 2> log;"
           " ids f; ids out; galley retry f ./p.conf --stage fuss 2>> log; ids f;"
           " galley retry f ./p.conf --stage fussy --reason 'bad \"' 2>> log;"
           " ids f; galley retry f ./p.conf --stage fussy 2>> log; ids out; ls f",
           "2 3 4 5 6 7 8 9\n1 10 11 12\n2 3 4 5 6 7 8 9\n2 3 4 5 6 7 8 9\n"
           "1 2 3 4 5 6 7 8 9 10 11 12\n"
           "ls: cannot access 'f': No such file or directory\n");
}

Test(retry, each_pipeline_has_its_own)
{
    put_pipeline();
    expect("sed 's/out/other/' p.conf > q.conf;"
           " of () { sed \"s/\\\"reason/\\\"pipeline\\\" : \\\"$1\\\", &/\"; };"
           " { fail 1 2 | of p.conf; fail 3 4 | of q.conf; fail 5 5 | of p.conf; }"
           " > f; galley retry f; ids f; ids out; galley retry f; ids other;"
           " fail 1 1 > f; galley retry f; ids f",
           "galley: 3 done, 0 dropped, 0 failed again\n3 4\n1 2 5\n"
           "galley: 2 done, 0 dropped, 0 failed again\n3 4\n"
           "galley: f does not say in which pipeline: name one\n1\n");
}

Test(retry, documents_that_crash_or_hang_are_given_up)
{
    put_pipeline();
    expect("fail 1 9 | sed 's/\"id\":\"3\",\"text\":\"t/&segfault/; s/tseg/seg/;"
           " s/\"id\":\"6\",\"text\":\"t/&hang/; s/thang/hang/' > f;"
           " galley retry f ./p.conf 2> log; echo $?; ids out; ids f;"
           " grep -o '\"signal.*' f; tail -n 1 log",
           "1\n1 2 4 5 7 8 9\n3 6\n\"signal\":\"SIGSEGV\",\"attempts\":3,\"pipeline\":\"./p.conf\"}}\n"
           "\"signal\":\"deadline\",\"attempts\":3,\"pipeline\":\"./p.conf\"}}\n"
           "galley: 7 done, 0 dropped, 2 failed again\n");
}

Test(retry, a_broken_stage_costs_no_attempt)
{
    put_pipeline();
    expect("fail 1 9 > f; cp f before; galley retry f ./p.conf --set"
           " export.path=/dev/full 2> log; echo $?; sort f | cmp - before; ids f;"
           " galley retry f ./p.conf --set fussy.fail_evry=1; ids f; ls",
           "3\n1 2 3 4 5 6 7 8 9\n"
           "command line: fussy: unknown setting \"fail_evry\": did you mean "
           "\"fail_every\"?\n1 2 3 4 5 6 7 8 9\nbefore\nf\nlog\np.conf\nrun\n");
}

/* It would hold what was brought in again and nothing else. */
Test(retry, a_file_is_not_put_in_anothers_place)
{
    put_pipeline();
    expect("fail 1 3 > f; echo old > out; galley retry f ./p.conf --set"
           " export.append=false; cat out; ids f",
           "./p.conf:1: export: a file that is put in place at the end would be lost "
           "in a crash: set append = true\nold\n1 2 3\n");
}

Test(retry, stages_know_that_others_go_on_with_it)
{
    put_file("p.conf", "stages = ( { use = \"count-source\"; },"
             " { use = \"recall\"; }, { use = \"export\"; path = \"out\";"
             " append = true; } );");
    expect("fail 1 1 > f; galley retry f ./p.conf 2> log; cat out",
           "{\"id\":\"1\",\"known\":\"t 1\",\"stays\":\"yes\",\"text\":\"t\"}\n");
}

Test(retry, what_cannot_be_tried_stays)
{
    put_pipeline();
    expect("{ fail 1 2; echo; echo '{\"torn'; echo '{\"input\":\"{}\",\"failed\":"
           "{}}'; echo '{\"id\":\"7\",\"failed\":{}}'; printf '{\"id\":\"9'; } > f;"
           " galley retry f ./p.conf; cat f",
           "galley: 2 done, 0 dropped, 1 failed again\n"
           "galley: 1 failed before anything of them came in: they stay\n"
           "galley: warning: 2 lines of f are no records: they stay\n"
           "{\"torn\n{\"id\":\"7\",\"failed\":{}}\n{\"id\":\"9\n"
           "{\"id\":\"f.retry:5\",\"input\":\"{}\",\"failed\":{\"stage\":"
           "\"count-source\",\"reason\":\"f.retry:5: it has neither \\\"text\\\" nor "
           "\\\"html\\\"\",\"ticket\":\"f.retry:5\",\"attempts\":2,\"pipeline\":"
           "\"./p.conf\"}}\n");
}

Test(retry, what_a_kill_left_is_taken_up)
{
    put_pipeline();
    expect("fail 1 1000 > f; i=0; while [ $i -lt 8 ]; do i=$((i + 1));"
           " \"$GALLEY_BUILD/galley\" retry f ./p.conf --set fussy.sleep_every=1"
           " > /dev/null 2>&1 & run=$!; sleep 0.1$i; kill -9 $run; wait $run;"
           " done 2> /dev/null;"
           " ended () { [ ! -e f ] && [ ! -e f.retry ] || { galley retry f ./p.conf;"
           " false; }; }; await ended; ls; sort -u out | wc -l; wc -l < out",
           "out\np.conf\nrun\n1000\n1000\n");
}

Test(retry, others_record_failures_meanwhile)
{
    put_pipeline();
    expect("fail 1 300 > failed.jsonl;"
           " w () { FAIL=1 galley run -q ./p.conf --set fussy.sleep_every=1"
           " --set count-source.count=300 2> /dev/null; };"
           " w & w & for i in 1 2 3 4 5 6 7 8 9; do"
           " galley retry failed.jsonl ./p.conf --reason bad; sleep 0.05; done"
           " 2> log; wait; galley retry failed.jsonl ./p.conf --reason bad 2>> log;"
           " sed 's/.*\"id\":\"//; s/\".*//' failed.jsonl | sort | uniq -c |"
           " grep -c ' 2 '; wc -l < failed.jsonl; ids out | wc -w; ls *.retry",
           "300\n600\n300\nls: cannot access '*.retry': No such file or directory\n");
}

Test(retry, a_signal_brings_back_what_was_not_tried)
{
    put_pipeline();
    expect("fail 1 3000 > f; \"$GALLEY_BUILD/galley\" retry f ./p.conf --set"
           " fussy.sleep_every=1 2> log & run=$!; await [ -s out ]; kill $run;"
           " wait $run; grep -c 'were not tried' log;"
           " [ $(ids f | wc -w) -gt 0 ] && ids f out | wc -w; ls",
           "1\n3000\nf\nlog\nout\np.conf\nrun\n");
}

/* The child has it too. */
Test(retry, a_signal_of_the_terminal_lets_what_was_taken_in_come_to_its_end)
{
    put_pipeline();
    expect("fail 1 3000 > f; setsid env --default-signal=INT"
           " \"$GALLEY_BUILD/galley\" retry f ./p.conf --set fussy.sleep_every=1"
           " 2> log & run=$!; await [ -s out ]; kill -INT -$run; wait $run;"
           " echo $?; ids f out | wc -w; sort -u f out | wc -l",
           "0\n3000\n3000\n");
}

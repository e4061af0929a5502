/* `galley work`: crashes, hangs, reloads. Each script waits for what must come to
 * pass, and is ended by the suite's timeout if it does not. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(work, .init = enter_scratch, .fini = leave_scratch, .timeout = 180);

static void put_pipeline(const char *name, const char *settings)
{
    char pipeline[1024];

    snprintf(pipeline, sizeof(pipeline),
             "lanes = 2; stages = ( { use = \"fetch\"; paths = \"in\";"
             " watch = true; done = \"done\"; failed = \"bad\";"
             " settle = \"0\"; rescan = \"50ms\"; },"
             " { use = \"crash\"; %s }, { use = \"export\"; path = \"out\";"
             " append = true; } );", settings);
    put_file(name, pipeline);
}

/* Runs a script beside a worker; what it says, then the ids that were exported. */
static char *work(const char *settings, const char *script)
{
    char *said;

    put_pipeline("p.conf", settings);
    put_file("run", script);
    run_shell(&said,
              "mkdir -p in; await () { n=0; while ! \"$@\" 2> /dev/null; do"
              " n=$((n + 1)); [ $n -lt 6000 ] || { echo \"never: $*\"; return; };"
              " sleep 0.01; done; };"
              " has () { [ \"$(grep -c \"$2\" \"$1\")\" -ge \"$3\" ]; };"
              " put () { echo \"$2\" > .new; mv .new in/$1.txt; };"
              " GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins"
              " %s/galley work -v ./p.conf 2> log & run=$!;"
              " . ./run; kill $run; wait $run; echo status $?;"
              " sed 's/.*\"id\":\"in.//; s/.txt\".*//' out | sort | uniq -c |"
              " tr -s ' '",
              build_folder(), build_folder(), build_folder());
    return said;
}

static void expect(const char *settings, const char *script,
                   const char *expected)
{
    char *said = work(settings, script), *log = get_file("log");

    cr_expect(eq(str, said, (char *)expected), "%s", log);
    free(log);
    free(said);
}

static void expect_failed(const char *part)
{
    char *failed = get_file("failed.jsonl");

    cr_expect(strstr(failed, part) != NULL, "%s in %s", part, failed);
    free(failed);
}

Test(work, documents_pass_and_a_signal_ends_it)
{
    expect("", "put a x; put b y; await [ -e done/a.txt ];"
           " await [ -e done/b.txt ]", "status 0\n 1 a\n 1 b\n");
}

Test(work, a_document_that_crashes_the_process_is_given_up)
{
    expect("", "put a x; await [ -e done/a.txt ]; put b 'segfault';"
           " await [ -e bad/b.txt ]; put c y; await [ -e done/c.txt ]",
           "status 1\n 1 a\n 1 c\n");
    expect_failed("\"failed\":{\"stage\":\"crash\",\"reason\":\"the process "
                  "crashed with it in hand, 2 times\",\"ticket\":\"in/b.txt\","
                  "\"signal\":\"SIGSEGV\",\"attempts\":2,\"pipeline\":"
                  "\"./p.conf\"}");
    expect_failed("\"text\":\"segfault");
}

Test(work, every_kind_of_crash_is_told_from_the_others)
{
    expect("", "put a abort; await [ -e bad/a.txt ]; put b overflow;"
           " await [ -e bad/b.txt ]; put c kill; await [ -e bad/c.txt ]; put d"
           " good; await [ -e done/d.txt ]", "status 1\n 1 d\n");
    expect_failed("\"ticket\":\"in/a.txt\",\"signal\":\"SIGABRT\"");
    expect_failed("\"ticket\":\"in/b.txt\",\"signal\":\"SIGSEGV\"");
    expect_failed("\"ticket\":\"in/c.txt\",\"signal\":\"SIGKILL\"");
}

Test(work, a_document_that_crashes_once_is_done_the_second_time)
{
    expect("", "put a once; await [ -e done/a.txt ]; put b x;"
           " await [ -e done/b.txt ]", "status 0\n 1 a\n 1 b\n");
}

Test(work, a_document_that_hangs_is_given_up_at_its_deadline)
{
    expect("deadline = \"300ms\";",
           "put a hang; await [ -e bad/a.txt ]; put b x;"
           " await [ -e done/b.txt ]", "status 1\n 1 b\n");
    expect_failed("\"reason\":\"not done by its deadline, 2 times\"");
    expect_failed("\"signal\":\"deadline\"");
}

Test(work, a_broken_stage_is_begun_again)
{
    expect("", "put a break; await has log 'starting again' 2; : > mended;"
           " put b x; await [ -e done/b.txt ]; await [ -e done/a.txt ];"
           " ls failed.jsonl", "ls: cannot access 'failed.jsonl': No such file "
           "or directory\nstatus 0\n 1 a\n 1 b\n");
}

Test(work, pauses_become_longer_also_before_it_is_ready)
{
    put_file("unlucky", "");
    expect("", "await has log 'starting again in 0.2 s' 1; rm unlucky; put a x;"
           " await [ -e done/a.txt ]", "status 0\n 1 a\n");
}

Test(work, a_changed_pipeline_is_loaded_and_a_wrong_one_is_not)
{
    put_pipeline("q.conf", "id = \"other\";");
    expect("",
           "put a x; await [ -e done/a.txt ]; echo 'stages = 1;' > p.conf;"
           " await has log 'is wrong' 1; grep -c 'p.conf:1: stages' log;"
           " put b x; await [ -e done/b.txt ]; mv q.conf p.conf;"
           " await has log ready 2; put c segfault;"
           " await [ -e bad/c.txt ]; grep -c '\"stage\":\"other\"' failed.jsonl;"
           " kill -HUP $run; await has log 'documents done' 2; put d x;"
           " await [ -e done/d.txt ]",
           "1\n1\nstatus 0\n 1 a\n 1 b\n 1 d\n");
}

/* A pipeline that cannot be read to its end is one that waits. */
Test(work, a_check_that_hangs_is_given_up)
{
    expect("", "put a x; await [ -e done/a.txt ]; mkfifo pipe;"
           " cp p.conf q.conf; echo '@include \"pipe\"' > r.conf; mv r.conf p.conf;"
           " await has log 'could not be checked' 1; put b x;"
           " await [ -e done/b.txt ]; mv q.conf p.conf; kill -HUP $run;"
           " await has log ready 2; put c x; await [ -e done/c.txt ]",
           "status 0\n 1 a\n 1 b\n 1 c\n");
}

Test(work, a_killed_worker_goes_on_where_it_was)
{
    char *said;

    put_pipeline("p.conf", "");
    run_shell(&said,
              "mkdir in; for i in 1 2 3 4 5 6 7 8 9; do echo $i > in/$i.txt;"
              " done; export GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins;"
              " for i in 1 2 3; do %s/galley work ./p.conf 2> log & run=$!;"
              " sleep 0.05; kill -9 $run; wait $run; done 2> /dev/null;"
              " %s/galley work ./p.conf 2> log & run=$!;"
              " while [ \"$(ls done 2> /dev/null | wc -l)\" != 9 ]; do"
              " sleep 0.01; done; { kill $run; wait $run; } 2> /dev/null;"
              " sed 's/.*\"id\":\"in.//; s/.txt\".*//' out | sort -u | wc -l",
              build_folder(), build_folder(), build_folder(), build_folder());
    cr_expect(eq(str, said, "9\n"));
    free(said);
}

/* As a terminal does, to the child too. */
Test(work, a_signal_of_the_terminal_lets_what_was_taken_in_come_to_its_end)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"count-source\"; count = 100000; },"
             " { use = \"fussy\"; sleep_every = 1; }, { use = \"crash\"; },"
             " { use = \"export\"; path = \"out\"; append = true; } );");
    run_shell(&said,
              "export GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins;"
              " setsid env --default-signal=INT %s/galley work ./p.conf"
              " 2> log & run=$!;"
              " while [ ! -s out ]; do sleep 0.01; done;"
              " kill -INT -$run; wait $run; echo $?; tail -c 1 out",
              build_folder(), build_folder(), build_folder());
    cr_expect(eq(str, said, "0\n\n"), "%s", said);
    free(said);
}

Test(work, a_wrong_pipeline_is_refused_at_once)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"fetch\"; pahts = \"in\"; } );");
    cr_expect(eq(int, run_shell(&said, "galley work ./p.conf"), 2));
    cr_expect(strstr(said, "p.conf:1: fetch: unknown setting \"pahts\"") !=
              NULL, "%s", said);
    free(said);
}

Test(work, a_file_that_a_crash_would_take_along_is_refused)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"fetch\"; },\n"
             "{ use = \"export\"; path = \"out\"; } );");
    cr_expect(eq(int, run_shell(&said, "galley work ./p.conf"), 2));
    cr_expect(strstr(said, "p.conf:2: export: a file that is put in place at the "
                     "end would be lost in a crash: set append = true") != NULL, "%s", said);
    free(said);
    cr_expect(eq(int, run_shell(&said, "galley work ./p.conf --set"
                                " export.append=true < /dev/null"), 0), "%s",
              said);
    free(said);
}

Test(work, a_source_that_ends_ends_the_work)
{
    char *said;

    put_file("a.txt", "x");
    put_file("p.conf", "stages = ( { use = \"fetch\"; paths = \"a.txt\"; },"
             " { use = \"export\"; } );");
    cr_expect(eq(int, run_shell(&said, "galley work ./p.conf"), 0));
    cr_expect(eq(str, said,
                 "{\"id\":\"a.txt\",\"source\":\"a.txt\",\"text\":\"x\"}\n"));
    free(said);
}

Test(work, a_folder_has_one_worker)
{
    expect("", "put a x; await [ -e done/a.txt ];"
           " GALLEY_PLUGIN_PATH= galley work ./p.conf 2> second & two=$!;"
           " await has second 'waiting for another worker' 1; kill $two",
           "status 0\n 1 a\n");
}

/* A socket for what the service says, as systemd has one. */
static int listen_to_service(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "notify"};
    struct timeval patience = {.tv_sec = 60};
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

    cr_assert(fd >= 0 &&
              bind(fd, (struct sockaddr *)&name, sizeof(name)) == 0 &&
              setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
                         sizeof(patience)) == 0);
    return fd;
}

Test(work, systemd_is_told)
{
    const char *expected[] = {"READY=1", "WATCHDOG=1", "STOPPING=1"};
    int fd = listen_to_service(), status;
    pid_t shell;

    put_pipeline("p.conf", "");
    shell = fork();
    if (shell == 0) {
        char *said;

        status = run_shell(&said,
                           "mkdir in; export GALLEY_PLUGIN_PATH=%s/tests/plugins"
                           ":%s/plugins NOTIFY_SOCKET=$PWD/notify"
                           " WATCHDOG_USEC=200000; %s/galley work ./p.conf &"
                           " run=$!; echo x > in/a.txt; n=0;"
                           " while [ ! -e stop ] && [ $n -lt 6000 ]; do"
                           " n=$((n + 1)); sleep 0.01; done; kill $run;"
                           " wait $run", build_folder(), build_folder(),
                           build_folder());
        _exit(status);
    }
    for (size_t i = 0; i < 3; i++) {
        char said[100] = "";
        ssize_t len;

        if (i == 2)
            put_file("stop", "");
        do
            len = recv(fd, said, sizeof(said) - 1, 0);
        while (len > 0 && strncmp(said, expected[i], strlen(expected[i])) != 0);
        cr_expect(len > 0, "%s", expected[i]);
    }
    close(fd);
    waitpid(shell, &status, 0);
    cr_expect(eq(int, WEXITSTATUS(status), 0));
}

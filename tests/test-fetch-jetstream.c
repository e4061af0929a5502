/* What fetch-jetstream makes of messages, and that none is lost: workers that
 * are killed, documents that are slow or fail, a server that goes. */
#include "support-nats.h"
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(fetch_jetstream, .init = enter_nats, .fini = leave_nats,
          .timeout = 180);

/* `stage` stands between the source and the export. */
static void put_pipeline(const char *path, const char *settings,
                         const char *stage)
{
    char pipeline[1024];

    snprintf(pipeline, sizeof(pipeline),
             "lanes = 2; failed = \"failed.jsonl\"; stages = ("
             " { use = \"fetch-jetstream\"; servers = \"${NATS}\";"
             " stream = \"news\"; %s }, %s { use = \"export\";"
             " path = \"${OUT:-out}\"; append = true; } );", settings, stage);
    put_file(path, pipeline);
}

static void expect_run(const char *settings, int status, const char *part)
{
    char *said;

    put_pipeline("p.conf", settings, "");
    cr_expect(eq(int, run_shell(&said, "galley run ./p.conf"), status), "%s",
              said);
    cr_expect(strstr(said, part) != NULL, "%s in %s", part, said);
    free(said);
}

static void expect_in(const char *path, const char *part)
{
    char *content = get_file(path);

    cr_expect(strstr(content, part) != NULL, "%s in %s", part, content);
    free(content);
}

static void say(const char *text)
{
    char line[200];
    static int count;
    int len = snprintf(line, sizeof(line), "{\"id\":\"d%d\",\"text\":\"%s\"}",
                       ++count, text);

    publish("news.in", NULL, line, (size_t)len);
}

/* Runs a script, in which `work` runs p.conf as a worker, in the background. */
static void expect(const char *script, const char *expected)
{
    char *said, *log;

    put_file("run", script);
    run_shell(&said,
              "await () { n=0; while ! \"$@\" 2> /dev/null; do n=$((n + 1));"
              " [ $n -lt 6000 ] || { echo \"never: $*\"; return; }; sleep 0.01;"
              " done; };"
              " has () { [ \"$(grep -c \"$2\" \"$1\")\" -ge \"$3\" ]; };"
              " work () { GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins"
              " setsid %s/galley work -v ./p.conf --state $1 2>> log &"
              " run=$!; };"
              " end () { kill $run; wait $run; echo status $?; };"
              " ids () { sed 's/.*\"id\":\"//; s/\".*//' \"$@\" | sort |"
              " uniq -c | tr -s ' \\n' ' '; echo; }; . ./run",
              build_folder(), build_folder(), build_folder());
    log = get_file("log");
    cr_expect(eq(str, said, (char *)expected), "%s", log);
    free(log);
    free(said);
}

Test(fetch_jetstream, messages_of_every_kind_become_documents)
{
    make_stream();
    publish("news.a", NULL, "{\"id\":\"1\",\"text\":\"One.\"}", 24);
    publish("news.b", NULL, "<!doctype html><p>Two.", 22);
    publish("news.c", NULL, "Three.", 6);
    publish("news.d", "text/html", "Four.", 5);
    publish("news.e", "text/plain; charset=latin1", "F\xfcnf.", 5);
    publish("news.f", "application/json", " {\"text\":\"Six.\"}", 16);
    publish("news.g", "text/plain", "{\"text\":\"7\"}", 12);
    expect_run("", 0, "");
    expect_in("out", "{\"id\":\"1\",\"text\":\"One.\"}\n");
    expect_in("out", "{\"id\":\"news:2\",\"source\":\"news.b\"");
    expect_in("out", "{\"id\":\"news:3\",\"source\":\"news.c\","
                     "\"text\":\"Three.\"}\n");
    expect_in("out", "\"charset\":\"windows-1252\",\"text\":\"F\u00fcnf.\"");
    expect_in("out", "{\"id\":\"news:6\",\"text\":\"Six.\"}\n");
    expect_in("out", "\"text\":\"{\\\"text\\\":\\\"7\\\"}\"}\n");
    cr_expect(eq(long, held("news"), 0));
}

Test(fetch_jetstream, what_is_no_document_is_recorded_with_its_begin)
{
    char *failed;

    make_stream();
    publish("news.a", NULL, "{\"id\":1,\"text\":", 15);
    publish("news.b", NULL, "\1\2\3\4\5\6\7\10", 8);
    publish("news.c", NULL, "", 0);
    publish("news.d", "application/json", "[1]", 3);
    publish("news.e", NULL, "A text.", 7);
    expect_run("", 1, "");
    expect_in("failed.jsonl", "\"input\":\"{\\\"id\\\":1,\\\"text\\\":\"");
    expect_in("failed.jsonl", "news:2: not a text, binary data");
    expect_in("failed.jsonl", "news:3: empty");
    expect_in("failed.jsonl", "news:4: column 1: an object is expected");
    expect_in("out", "A text.");
    failed = get_file("failed.jsonl");
    cr_expect(eq(sz, count_lines(failed), 4));
    free(failed);
    cr_expect(eq(long, held("news"), 0));
}

Test(fetch_jetstream, a_document_that_fails_is_recorded_and_not_brought_again)
{
    make_stream();
    say("1");
    say("2");
    put_pipeline("p.conf", "ack_wait = \"500ms\";",
                 "{ use = \"fussy\"; fail_every = 2; },");
    cr_expect(eq(int, run_shell(NULL, "GALLEY_PLUGIN_PATH=%s/tests/plugins:"
                                "%s/plugins galley run ./p.conf",
                                build_folder(), build_folder()), 1));
    cr_expect(eq(long, held("news"), 0));
    expect_in("failed.jsonl", "\"stage\":\"fussy\"");
}

Test(fetch_jetstream, a_worker_waits_for_a_stream_that_is_not_there_yet)
{
    expect_run("", 2, "there is no stream news: export-jetstream makes it");
    put_file("feed.conf", "stages = ( { use = \"fetch\"; },"
             " { use = \"export-jetstream\"; servers = \"${NATS}\";"
             " stream = \"news\"; subject = \"news.in\"; } );");
    expect("work w; await has log 'no stream news yet: waiting' 1;"
           " echo '{\"id\":\"1\",\"text\":\"x\"}' | galley run -q ./feed.conf;"
           " await [ -s out ]; end; ids out", "status 0\n 1 1 \n");
}

static int64_t with_workers(void)
{
    jsConsumerInfo *info = NULL;
    int64_t count = -1;

    if (js_GetConsumerInfo(&info, join_nats(), "news", "galley", NULL, NULL) ==
        NATS_OK)
        count = info->NumAckPending;
    jsConsumerInfo_Destroy(info);
    return count;
}

Test(fetch_jetstream, what_a_killed_worker_had_another_is_brought)
{
    char *said;

    make_stream();
    say("hang");
    say("two");
    say("three");
    put_pipeline("p.conf", "ack_wait = \"1s\";", "{ use = \"crash\"; },");
    put_pipeline("q.conf", "ack_wait = \"1s\";", "");
    run_shell(NULL, "GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins"
              " setsid %s/galley work ./p.conf > log 2>&1 & echo $! > pid",
              build_folder(), build_folder(), build_folder());
    while (with_workers() < 1)
        nats_Sleep(10);
    run_shell(&said, "kill -9 -$(cat pid); galley run ./q.conf; sort -u out |"
              " tr -dc '0-9\\n'");
    cr_expect(eq(str, said, "1\n2\n3\n"), "%s", said);
    cr_expect(eq(long, held("news"), 0));
    free(said);
}

Test(fetch_jetstream, a_slow_document_stays_with_its_worker)
{
    make_stream();
    say("5000");
    put_pipeline("p.conf", "ack_wait = \"2s\";", "{ use = \"slow\"; },");
    /* A file each: of one that both append to neither writes a record twice. */
    expect("export OUT=a.out; work a; one=$run; await has log ready 1;"
           " export OUT=b.out; work b; await has log ready 2;"
           " await grep -q d1 a.out b.out; kill $one $run; wait; ids a.out b.out",
           " 1 d1 \n");
    cr_expect(eq(long, held("news"), 0));
}

Test(fetch_jetstream, a_broken_stage_gives_back_what_it_had)
{
    make_stream();
    for (int i = 0; i < 20; i++)
        say(i == 7 ? "break" : "x");
    put_pipeline("p.conf", "ack_wait = \"2s\";", "{ use = \"crash\"; },");
    expect("work a; await has log 'starting again' 1; : > mended;"
           " await eval '[ $(sort -u out | wc -l) = 20 ]'; end;"
           " ls failed.jsonl",
           "status 0\nls: cannot access 'failed.jsonl': No such file or "
           "directory\n");
    cr_expect(eq(long, held("news"), 0));
}

Test(fetch_jetstream, a_document_that_never_comes_to_an_end_fails)
{
    natsSubscription *sub = NULL;
    jsSubOptions options;
    natsMsgList list;

    make_stream();
    say("x");
    put_pipeline("p.conf", "max_deliver = 2;"
                 " ack_wait = \"2s\"; subject = \"news.in\";", "");
    /* Somebody else gives it back twice. */
    jsSubOptions_Init(&options);
    options.Stream = "news";
    options.Config.AckWait = 2000000000;
    options.Config.MaxAckPending = 1000;
    options.Config.AckPolicy = js_AckExplicit;
    cr_assert(js_PullSubscribe(&sub, join_nats(), "news.in", "galley", NULL,
                               &options, NULL) == NATS_OK, "%s",
              nats_GetLastError(NULL));
    for (int i = 0; i < 2; i++) {
        cr_assert(natsSubscription_Fetch(&list, sub, 1, 5000, NULL) == NATS_OK);
        natsMsg_Nak(list.Msgs[0], NULL);
        natsMsgList_Destroy(&list);
    }
    cr_expect(eq(int, run_shell(NULL, "galley run ./p.conf"), 1));
    expect_in("failed.jsonl", "news:1: brought 3 times without an end");
    expect_in("failed.jsonl", "\"text\":\"x\"");
    cr_expect(eq(long, held("news"), 0));
    natsSubscription_Destroy(sub);
}

static void make_consumer(const char *name, int64_t max_deliver,
                          jsAckPolicy policy, const char *deliver)
{
    jsConsumerConfig config;

    jsConsumerConfig_Init(&config);
    config.Durable = name;
    config.MaxDeliver = max_deliver;
    config.AckPolicy = policy;
    config.DeliverSubject = deliver;
    config.FilterSubject = name;
    cr_assert(js_AddConsumer(NULL, join_nats(), "news", &config, NULL, NULL) ==
              NATS_OK, "%s", nats_GetLastError(NULL));
}

Test(fetch_jetstream, a_consumer_that_would_lose_documents_is_refused)
{
    const char *subjects[] = {"few", "none", "push", "fine"};
    jsStreamConfig config;

    expect_run("", 2, "there is no stream news: export-jetstream makes it");
    jsStreamConfig_Init(&config);
    config.Name = "news";
    config.Subjects = subjects;
    config.SubjectsLen = 4;
    cr_assert(js_AddStream(NULL, join_nats(), &config, NULL, NULL) == NATS_OK);
    make_consumer("few", 3, js_AckExplicit, NULL);
    make_consumer("none", -1, js_AckNone, "x");
    make_consumer("push", -1, js_AckExplicit, "x");
    make_consumer("fine", -1, js_AckExplicit, NULL);
    expect_run("consumer = \"few\"; subject = \"few\";", 2, "the consumer few "
               "of news has a max_deliver of its own, after which documents "
               "are lost: change it, or give another name");
    expect_run("consumer = \"none\"; subject = \"none\";", 2, "pushes");
    expect_run("consumer = \"push\"; subject = \"push\";", 2, "pushes");
    expect_run("consumer = \"fine\"; subject = \"few\";", 2, "another subject");
    expect_run("consumer = \"fine\"; create = false;", 0,
               "");
    expect_run("consumer = \"absent\"; create = false;", 2,
               "cannot look at the consumer absent");
}


static void await_lines(const char *path, unsigned count)
{
    run_shell(NULL, "n=0; until [ \"$(cat %s | wc -l)\" -ge %u ] ||"
              " [ $n -gt 6000 ]; do n=$((n + 1)); sleep 0.01; done", path,
              count);
}

Test(fetch_jetstream, a_server_that_goes_is_waited_for)
{
    make_stream();
    put_pipeline("p.conf", "", "");
    run_shell(NULL, ": > out");
    for (int i = 0; i < 50; i++)
        say("before");
    run_shell(NULL, "(%s/galley work -v ./p.conf > log 2>&1 & echo $! > pid);"
              " until grep -q ready log; do sleep 0.01; done", build_folder());
    await_lines("out", 50);
    restart_nats("");
    for (int i = 0; i < 50; i++)
        say("after");
    await_lines("out", 100);
    run_shell(NULL, "kill $(cat pid); while kill -0 $(cat pid); do sleep 0.01;"
              " done");
    cr_expect(eq(long, held("news"), 0));
    expect_in("log", "the connection is lost");
    expect_in("log", "connected again, to 127.0.0.1:");
    run_shell(NULL, "[ $(grep -c 'is lost' log) = 1 ] &&"
              " [ $(sort out | uniq -d | wc -l) = 0 ] && : > well");
    expect_in("out", "d100");
    cr_expect(eq(int, run_shell(NULL, "[ -e well ]"), 0));
}

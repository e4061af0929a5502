/* What export-jetstream gives to a NATS server, and what the server refuses. */
#include "support-nats.h"
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(export_jetstream, .init = enter_nats, .fini = leave_nats,
          .timeout = 60);

static void put_pipeline(const char *settings)
{
    char pipeline[1024];

    snprintf(pipeline, sizeof(pipeline),
             "stages = ( { use = \"fetch\"; paths = \"in.jsonl\"; },"
             " { use = \"export-jetstream\"; servers = \"${NATS}\";"
             " stream = \"news\"; subject = \"news.in\"; %s } );", settings);
    put_file("p.conf", pipeline);
}

/* So many documents, each of a text of about so many bytes. */
static void put_documents(int count, int bytes)
{
    gly_buf lines = {0};

    for (int i = 1; i <= count; i++)
        gly_buf_printf(&lines, "{\"id\":\"d%d\",\"text\":\"%0*d\"}\n", i, bytes,
                       i);
    put_file("in.jsonl", lines.data);
    gly_buf_finish(&lines);
}

static char *run(const char *settings, int status)
{
    char *said;

    put_pipeline(settings);
    cr_expect(eq(int, run_shell(&said, "galley run ./p.conf"), status), "%s",
              said);
    return said;
}

static void expect_run(const char *settings, int status, const char *part)
{
    char *said = run(settings, status);

    cr_expect(strstr(said, part) != NULL, "%s in %s", part, said);
    free(said);
}

Test(export_jetstream, documents_are_kept_once_by_their_id)
{
    put_documents(300, 10);
    free(run("", 0));
    cr_expect(eq(long, held("news"), 300));
    free(run("pending = 7;", 0));
    cr_expect(eq(long, held("news"), 300));
}

Test(export_jetstream, ids_that_no_header_can_have_are_told_apart)
{
    gly_buf lines = {0};

    for (int i = 0; i < 2; i++) {
        gly_buf_printf(&lines, "{\"id\":\"a%s\\nb: c\",\"text\":\"x\"}\n",
                       i ? "a" : "");
        gly_buf_printf(&lines, "{\"id\":\"%0300d\",\"text\":\"x\"}\n", i);
        gly_buf_printf(&lines, "{\"id\":\"\u00e9 %d\",\"text\":\"x\"}\n", i);
    }
    put_file("in.jsonl", lines.data);
    gly_buf_finish(&lines);
    free(run("", 0));
    cr_expect(eq(long, held("news"), 6));
    free(run("", 0));
    cr_expect(eq(long, held("news"), 6));
}

Test(export_jetstream, only_what_came_in_is_published_when_so_set)
{
    natsSubscription *sub = NULL;
    natsMsgList list = {0};

    put_file("in.jsonl", "{\"id\":\"a\",\"html\":\"<p>Kim spoke.</p>\"}\n");
    free(run("record = \"input\";", 0));
    cr_assert(js_PullSubscribe(&sub, join_nats(), "news.in", "x", NULL, NULL,
                               NULL) == NATS_OK);
    cr_assert(natsSubscription_Fetch(&list, sub, 1, 5000, NULL) == NATS_OK);
    cr_expect(eq(str, (char *)natsMsg_GetData(list.Msgs[0]),
                 "{\"id\":\"a\",\"html\":\"<p>Kim spoke.</p>\"}"));
    natsMsgList_Destroy(&list);
    natsSubscription_Destroy(sub);
}

Test(export_jetstream, a_stream_of_another_shape_is_refused_or_left_alone)
{
    put_documents(3, 1);
    make_stream();
    expect_run("", 2, "the stream news has other subjects than the settings");
    expect_run("subjects = \"news.>\"; retention = \"limits\";", 2,
               "the stream news has another retention than");
    expect_run("subjects = \"news.>\"; storage = \"memory\";", 2,
               "another storage");
    expect_run("subjects = \"news.>\"; max_age = \"1d\";", 2,
               "another max_age");
    expect_run("subjects = \"news.>\"; max_bytes = \"1M\";", 2,
               "another max_bytes");
    expect_run("subjects = \"news.>\"; duplicates = \"1h\";", 2,
               "another duplicates");
    expect_run("subjects = \"news.>\"; replicas = 3;", 2,
               "another number of replicas");
    cr_expect(eq(long, held("news"), 0));
    free(run("create = false;", 0));
    cr_expect(eq(long, held("news"), 3));
    free(run("subjects = \"news.>\";", 0));
    cr_expect(eq(long, held("news"), 3));
}

Test(export_jetstream, a_subject_of_another_stream_breaks_it)
{
    char *said;

    put_documents(3, 1);
    make_stream();
    put_file("p.conf",
             "stages = ( { use = \"fetch\"; paths = \"in.jsonl\"; },"
             " { use = \"export-jetstream\"; servers = \"${NATS}\";"
             " stream = \"other\"; subject = \"news.in\";"
             " create = false; } );");
    cr_expect(eq(int, run_shell(&said, "galley run ./p.conf"), 3));
    cr_expect(strstr(said, "the subject belongs to another stream") != NULL,
              "%s", said);
    free(said);
}

Test(export_jetstream, more_than_max_payload_fails_the_document)
{
    char *failed;

    restart_nats("max_payload: 4096");
    put_file("in.jsonl", "");
    run_shell(NULL, "for n in 10 9000 10; do i=$((i + 1));"
              " printf '{\"id\":\"d%%d\",\"text\":\"%%0*d\"}\\n' $i $n 1; done"
              " > in.jsonl");
    free(run("", 1));
    cr_expect(eq(long, held("news"), 2));
    failed = get_file("failed.jsonl");
    cr_expect(strstr(failed, "\"reason\":\"its record of 9021 bytes is larger "
                     "than the server's max_payload (4096)\"") != NULL, "%s",
              failed);
    cr_expect(strstr(failed, "\"id\":\"d2\"") != NULL);
    free(failed);
}

/* What a shell does beside the pipeline, in a script that waits for what must
 * come. */
static char *run_beside(const char *settings, const char *script)
{
    char *said;

    put_pipeline(settings);
    put_file("run", script);
    run_shell(&said,
              "await () { n=0; while ! \"$@\" 2> /dev/null; do n=$((n + 1));"
              " [ $n -lt 6000 ] || { echo \"never: $*\"; return; }; sleep 0.01;"
              " done; };"
              " has () { [ \"$(grep -c \"$2\" \"$1\")\" -ge \"$3\" ]; };"
              " worker () { %s/galley work ./work.conf"
              " 2> /dev/null & two=$!; }; galley run ./p.conf 2> log & run=$!;"
              " . ./run", build_folder());
    return said;
}

Test(export_jetstream, a_full_stream_is_waited_for)
{
    char *said, *log;

    put_documents(200, 1000);
    put_file("work.conf",
             "stages = ( { use = \"fetch-jetstream\"; servers = \"${NATS}\";"
             " stream = \"news\"; }, { use = \"export\"; path = \"out\";"
             " append = true; } );");
    said = run_beside("max_bytes = \"64K\";",
                      "await has log 'takes nothing' 1;"
                      " worker; await has out id 200; wait $run;"
                      " echo status $?;"
                      " kill $two; wait $two;"
                      " grep -o '\"id\":\"[^\"]*' out | sort -u | wc -l");
    log = get_file("log");
    cr_expect(eq(str, said, "status 0\n200\n"), "%s", log);
    cr_expect(strstr(log, "news takes nothing (maximum bytes exceeded): trying "
                     "on") != NULL, "%s", log);
    free(log);
    free(said);
}

Test(export_jetstream, wrong_credentials_are_refused_and_right_ones_are_not)
{
    put_documents(3, 1);
    restart_nats("authorization: { user: ann, password: secret }");
    expect_run("", 2, "cannot connect to 127.0.0.1:");
    expect_run("user = \"ann\"; password = \"wrong\";", 2, "uthorization");
    free(run("user = \"ann\"; password = \"secret\";", 0));
    restart_nats("authorization: { token: secret }");
    expect_run("token = \"wrong\";", 2, "uthorization");
    free(run("token = \"secret\";", 0));
}

Test(export_jetstream, a_password_is_not_told)
{
    char *said;

    put_documents(1, 1);
    stop_nats();
    setenv("NATS", "nats://ann:secret@127.0.0.1:9", 1);
    said = run("wait = \"0\";", 2);
    cr_expect(strstr(said, "cannot connect to 127.0.0.1:9: ") != NULL, "%s",
              said);
    cr_expect(strstr(said, "secret") == NULL, "%s", said);
    free(said);
}

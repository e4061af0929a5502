/* What export-postgres keeps, and what it does when the server is in trouble. */
#include "support-postgres.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <galley/harness.h>
#include <galley/stage.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void begin(void)
{
    enter_scratch();
    make_postgres();
}

static void end(void)
{
    end_postgres(SIGQUIT);
    leave_scratch();
}

TestSuite(export_postgres, .init = begin, .fini = end, .timeout = 180);

/* ---- by itself ---- */

static gly_harness *open_with(const char *more)
{
    char settings[512];

    snprintf(settings, sizeof(settings), "url = \"%s\"; %s", postgres_url(),
             more);
    return gly_harness_open("export-postgres", settings);
}

static gly_doc *doc_with(gly_harness *h, const char *id, const char *text)
{
    gly_doc *doc = gly_harness_blank(h);

    gly_set(doc, "id", id);
    gly_text_set(doc, text, strlen(text));
    return doc;
}

static void push(gly_harness *h, gly_doc *doc)
{
    cr_assert(eq(int, gly_harness_push_doc(h, doc), GLY_HOLD), "%s",
              gly_harness_error(h));
}

static gly_doc *quoting_doc(gly_harness *h)
{
    gly_doc *doc = doc_with(h, "a", "“Genug”, said Zoë Brandt, 61."), *caption;
    gly_span *quote, *part;

    gly_add(doc, "author", "Ada Ek");
    gly_add(doc, "author", "Bo {\"Ny\"}\\");
    gly_set_number(doc, "translation.score", 0.25);
    gly_mark(doc, "markers", 3, 8, "untranslated");
    gly_note_set(doc, gly_spans(doc, "markers"), "why", "It is German.");
    quote = gly_mark(doc, "quotes", 0, 11, "direct");
    part = gly_mark_part(doc, quote, "cue", 13, 17);
    gly_note_set(doc, part, "stance", "say");
    gly_mark_part(doc, quote, "speaker", 18, 29)->name = "Zoë Brandt";
    gly_mark(doc, "entities", 18, 29, "PERSON")->name = "Zoë Brandt";
    caption = gly_aside_add(doc, "captions");
    gly_text_set(caption, "Brandt in May", 13);
    gly_set(caption, "credit", "Eva Lind");
    gly_mark(caption, "entities", 0, 6, "PERSON");
    return doc;
}

Test(export_postgres, a_document_becomes_rows)
{
    gly_harness *h = open_with("");

    push(h, doc_with(h, "b", "Another."));
    push(h, quoting_doc(h));
    gly_harness_flush(h);
    expect_rows("SELECT id, author, date, translation_score FROM"
                " galley.documents ORDER BY id",
                "a|Ada Ek; Bo {\"Ny\"}\\|-|0.25");
    expect_rows("SELECT d.id, e.text, label, name, \"begin\", \"end\","
                " substr(d.text, \"begin\" + 1, \"end\" - \"begin\") = e.text"
                " FROM galley.entities e JOIN galley.documents d USING (doc)"
                " WHERE caption IS NULL",
                "a|Zoë Brandt|PERSON|Zoë Brandt|14|24|t");
    expect_rows("SELECT text, kind, score, speaker, speaker_name, cue, stance"
                " FROM galley.quotes",
                "“Genug”|direct|1|Zoë Brandt|Zoë Brandt|said|say");
    expect_rows("SELECT text, kind, why, suggestion FROM galley.markers",
                "Genug|untranslated|It is German.|-");
    expect_rows("SELECT caption, text, credit FROM galley.captions",
                "0|Brandt in May|Eva Lind");
    expect_rows("SELECT text FROM galley.entities WHERE caption = 0", "Brandt");
    expect_rows("SELECT record -> 'author' ->> 1 FROM galley.documents"
                " WHERE id = 'a'", "Bo {\"Ny\"}\\");
    expect_rows("SELECT string_agg(id, ' ') FROM galley.documents"
                " WHERE search @@ websearch_to_tsquery('simple', 'BRANDT')",
                "a");
    gly_harness_close(h);
}

Test(export_postgres, twice_is_once_and_the_later_one_counts)
{
    gly_harness *h = open_with("");

    push(h, quoting_doc(h));
    push(h, doc_with(h, "b", "Another."));
    gly_harness_flush(h);
    push(h, quoting_doc(h));
    push(h, doc_with(h, "a", "Corrected by the editors."));
    push(h, doc_with(h, "b", "Another."));
    gly_harness_flush(h);
    gly_harness_close(h);
    expect_rows("SELECT count(*), min(doc), max(doc) FROM galley.documents",
                "2|1|2");
    expect_rows("SELECT text, author, translation_score FROM galley.documents"
                " WHERE id = 'a'", "Corrected by the editors.|-|-");
    expect_rows("SELECT (SELECT count(*) FROM galley.entities),"
                " (SELECT count(*) FROM galley.quotes),"
                " (SELECT count(*) FROM galley.markers),"
                " (SELECT count(*) FROM galley.captions)", "0|0|0|0");
}

Test(export_postgres, a_document_is_let_go_once_its_batch_is_committed)
{
    gly_harness *h = open_with("batch = 3; record = false; schema = \"my \\\"s\";");

    push(h, doc_with(h, "a", "One."));
    push(h, doc_with(h, "b", "Two."));
    expect_rows("SELECT count(*) FROM \"my \"\"s\".documents", "0");
    push(h, doc_with(h, "c", "Three."));
    expect_rows("SELECT count(*), count(record) FROM \"my \"\"s\".documents",
                "3|0");
    gly_harness_close(h);
}

static void expect_refused(const char *settings, const char *why)
{
    char said[512] = "";

    cr_assert_null(gly_harness_try("export-postgres", settings, said,
                                   sizeof(said)));
    cr_expect(strstr(said, why) != NULL, "%s", said);
    cr_expect(strstr(said, "secret") == NULL, "%s", said);
}

static void expect_schema_refused(const char *why)
{
    char settings[512];

    snprintf(settings, sizeof(settings), "url = \"%s\";", postgres_url());
    expect_refused(settings, why);
}

Test(export_postgres, tables_of_others_are_left_alone)
{
    ask_postgres("CREATE SCHEMA galley; CREATE TABLE galley.quotes (x int)");
    expect_schema_refused("cannot make the tables of the schema galley: relation "
                          "\"quotes\" already exists");
    expect_rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'galley'",
                "1");
    ask_postgres("DROP TABLE galley.quotes; CREATE TABLE galley.galley (x int)");
    expect_schema_refused("column \"version\" does not exist");
    ask_postgres("DROP SCHEMA galley CASCADE");
    gly_harness_close(open_with(""));
    ask_postgres("UPDATE galley.galley SET version = 7");
    expect_schema_refused("another version of galley: its tables have version 7, "
                          "not 1");
    ask_postgres("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    setenv("PGDATABASE", "latin", true);
    setenv("PGHOST", strchr(postgres_url(), '=') + 1, true);
    *strchr(getenv("PGHOST"), ' ') = '\0';
    setenv("PGUSER", "galley", true);
    expect_refused("", "must have the encoding UTF8, not LATIN1");
}

Test(export_postgres, a_wrong_url_is_refused_without_its_password)
{
    expect_refused("url = \"postgresql://me:secret@[::1/x\";",
                   "url is none of PostgreSQL's");
    expect_refused("url = \"host=x password=secret hots=y\";",
                   "url is none of PostgreSQL's");
    expect_refused("url = \"secret\";", "url is none of PostgreSQL's");
    expect_refused("url = \"postgresql://me:secret@localhost:1/x\";"
                   " busy = \"200ms\";", "cannot connect to PostgreSQL");
}

/* ---- in a pipeline ---- */

static void put_pipeline(const char *settings)
{
    char pipeline[1024];

    snprintf(pipeline, sizeof(pipeline),
             "stages = ( { use = \"fetch\"; format = \"jsonl\"; },"
             " { use = \"export-postgres\"; url = \"%s\"; %s } );",
             postgres_url(), settings);
    put_file("p.conf", pipeline);
}

static pid_t spawn(const char *words)
{
    pid_t child = fork();

    if (child == 0) {
        char *said;
        int status = run_shell(&said, "%s", words);

        fputs(said, stderr);
        _exit(status);
    }
    return child;
}

static int wait_for(pid_t child)
{
    int status = -1;

    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void put_lines(int fd, int from, int to)
{
    for (int i = from; i < to; i++)
        dprintf(fd, "{\"id\":\"%d\",\"text\":\"Number %d.\"}\n", i, i);
}

/* A run that reads what is written into a pipe, which is returned. */
static int begin_run(pid_t *run, const char *settings)
{
    int fd;

    put_pipeline(settings);
    cr_assert(mkfifo("pipe", 0600) == 0);
    *run = spawn("galley run ./p.conf pipe 2> log");
    fd = open("pipe", O_WRONLY | O_CLOEXEC);
    cr_assert(fd >= 0);
    return fd;
}

static void expect_log(const char *words)
{
    char *log = get_file("log");

    cr_expect(strstr(log, words) != NULL, "%s", log);
    free(log);
}

Test(export_postgres, what_the_server_cannot_take_fails_alone)
{
    int fd = open("in.jsonl", O_WRONLY | O_CREAT, 0600);
    char *said;

    gly_harness_close(open_with(""));
    ask_postgres("ALTER TABLE galley.documents ADD CHECK (title <> 'no')");
    put_lines(fd, 0, 20);
    dprintf(fd, "{\"id\":\"x\",\"text\":\"a\",\"deep\":{\"a\":\"\\u0000\"}}\n"
                "{\"id\":\"y\",\"text\":\"b\",\"title\":\"no\"}\n");
    put_lines(fd, 20, 40);
    close(fd);
    put_pipeline("");
    cr_expect(eq(int, run_shell(&said, "galley run -q ./p.conf in.jsonl"), 1),
              "%s", said);
    free(said);
    expect_rows("SELECT count(*) FROM galley.documents", "40");
    said = get_file("failed.jsonl");
    cr_expect(eq(sz, count_lines(said), 2), "%s", said);
    cr_expect(strstr(said, "PostgreSQL refuses it: unsupported Unicode escape "
                           "sequence") != NULL, "%s", said);
    cr_expect(strstr(said, "PostgreSQL refuses it: new row for relation") !=
              NULL, "%s", said);
    free(said);
}

Test(export_postgres, a_server_that_crashes_and_comes_back_has_all)
{
    pid_t run;
    int fd = begin_run(&run, "batch = 5;");

    put_lines(fd, 0, 100);
    await_rows("SELECT count(*) > 10 FROM galley.documents", "t");
    end_postgres(SIGKILL);
    put_lines(fd, 100, 200);
    start_postgres();
    put_lines(fd, 200, 300);
    await_rows("SELECT count(*) > 250 FROM galley.documents", "t");
    end_postgres(SIGINT);
    start_postgres();
    put_lines(fd, 300, 400);
    close(fd);
    cr_expect(eq(int, wait_for(run), 0), "%s", get_file("log"));
    expect_rows("SELECT count(*), count(DISTINCT id) FROM galley.documents",
                "400|400");
    expect_log("trying again for 30 s");
    expect_log("PostgreSQL is back");
}

Test(export_postgres, a_server_that_stays_away_breaks_the_run)
{
    pid_t run;
    int fd = begin_run(&run, "busy = \"300ms\";");
    char *failed;

    put_lines(fd, 0, 10);
    await_rows("SELECT count(*) FROM galley.documents", "10");
    end_postgres(SIGKILL);
    put_lines(fd, 10, 20);
    close(fd);
    cr_expect(eq(int, wait_for(run), 3));
    expect_log("cannot write to PostgreSQL: ");
    failed = get_file("failed.jsonl");
    cr_expect(eq(sz, count_lines(failed), 10));
    free(failed);
}

Test(export_postgres, a_server_that_does_not_answer_breaks_the_run)
{
    pid_t run;
    int fd = begin_run(&run, "busy = \"500ms\";");

    put_lines(fd, 0, 10);
    await_rows("SELECT count(*) FROM galley.documents", "10");
    signal_postgres(SIGSTOP);
    put_lines(fd, 10, 20);
    close(fd);
    cr_expect(eq(int, wait_for(run), 3));
    expect_log("it did not answer in the time of busy");
    signal_postgres(SIGCONT);
}

Test(export_postgres, a_database_that_only_reads_is_tried_again)
{
    pid_t run;
    int fd = begin_run(&run, "");

    await_rows("SELECT count(*) FROM pg_tables WHERE tablename = 'galley'", "1");
    ask_postgres("ALTER DATABASE postgres SET default_transaction_read_only = on");
    end_postgres(SIGINT);
    start_postgres();
    put_lines(fd, 0, 10);
    close(fd);
    while (!strstr(get_file("log"), "read-only transaction"))
        usleep(10 * 1000);
    ask_postgres("BEGIN; SET TRANSACTION READ WRITE; ALTER DATABASE postgres"
                 " RESET default_transaction_read_only; COMMIT");
    cr_expect(eq(int, wait_for(run), 0));
    expect_rows("SELECT count(*) FROM galley.documents", "10");
}

Test(export_postgres, two_workers_with_the_same_documents_do_not_block_each_other)
{
    pid_t up, down;
    char *said;
    int fd = open("up.jsonl", O_WRONLY | O_CREAT, 0600);

    for (int i = 0; i < 600; i++)
        dprintf(fd, "{\"id\":\"%d\",\"text\":\"Ana Kovac met Bo Lind in Split "
                "on 3 May 2024 (%d).\"}\n", i, i);
    close(fd);
    run_shell(NULL, "tac up.jsonl > down.jsonl");
    put_pipeline("batch = 50;");
    run_shell(NULL, "sed 's/{ use = \"export/{ use = \"entity\"; }, &/' p.conf"
              " > q.conf");
    up = spawn("galley run -q ./q.conf up.jsonl");
    down = spawn("galley run -q ./q.conf down.jsonl");
    cr_expect(eq(int, wait_for(up), 0));
    cr_expect(eq(int, wait_for(down), 0));
    expect_rows("SELECT count(*) FROM galley.documents", "600");
    expect_rows("SELECT min(n), max(n), count(*) FROM (SELECT count(*) AS n FROM"
                " galley.entities GROUP BY doc) AS x", "4|4|600");
    said = get_file("pg/said");
    cr_expect(strstr(said, "deadlock") == NULL, "%s", said);
    free(said);
}

Test(export_postgres, what_another_changed_meanwhile_goes_again)
{
    PGconn *other;
    pid_t run;
    int fd;

    ask_postgres("ALTER DATABASE postgres SET default_transaction_isolation ="
                 " 'repeatable read'");
    fd = begin_run(&run, "");
    put_lines(fd, 0, 10);
    await_rows("SELECT count(*) FROM galley.documents", "10");
    other = PQconnectdb(postgres_url());
    PQclear(PQexec(other, "BEGIN"));
    PQclear(PQexec(other, "UPDATE galley.documents SET title = 'mine'"
                          " WHERE id = '5'"));
    put_lines(fd, 0, 20);
    await_rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type ="
               " 'Lock'", "1");
    PQclear(PQexec(other, "COMMIT"));
    PQfinish(other);
    close(fd);
    cr_expect(eq(int, wait_for(run), 0));
    expect_log("could not serialize access");
    expect_rows("SELECT count(*), count(title) FROM galley.documents", "20|0");
}

Test(export_postgres, a_killed_worker_loses_nothing)
{
    char *said;

    run_shell(NULL, "mkdir in; for i in $(seq 300); do"
              " echo \"Number $i.\" > in/$i.txt; done");
    put_pipeline("batch = 7;");
    run_shell(NULL, "sed -i 's/format = \"jsonl\"/paths = \"in\"; watch = true;"
              " settle = \"0\"; done = \"done\"/' p.conf");
    run_shell(&said,
              "exec 2> /dev/null; work () { exec '%s'/galley work ./p.conf; };"
              " for i in 1 2 3 4 5; do work 2>> log & run=$!; sleep 0.$i;"
              " kill -9 $run; wait $run; done; work 2>> log & run=$!; n=0;"
              " until [ \"$(ls done | wc -l)\" = 300 ] || [ $n = 6000 ]; do"
              " n=$((n + 1)); sleep 0.01; done; kill $run; wait $run; ls in | wc -l",
              build_folder());
    cr_expect(eq(str, said, "0\n"), "%s", get_file("log"));
    free(said);
    expect_rows("SELECT count(*), count(DISTINCT id) FROM galley.documents",
                "300|300");
}

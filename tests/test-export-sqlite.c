/* What export-sqlite keeps, and what `galley search` finds in it. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/harness.h>
#include <galley/stage.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(export_sqlite, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 60);

/* The values of the first row, with bars between; "" for no row. */
static const char *ask(const char *question)
{
    static char answer[512];
    sqlite3 *db;
    sqlite3_stmt *st;

    cr_assert(eq(int, sqlite3_open("a.db", &db), SQLITE_OK));
    cr_assert(eq(int, sqlite3_prepare_v2(db, question, -1, &st, NULL),
                 SQLITE_OK), "%s", sqlite3_errmsg(db));
    answer[0] = '\0';
    if (sqlite3_step(st) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(st); i++) {
            const char *value = (const char *)sqlite3_column_text(st, i);
            size_t len = strlen(answer);

            snprintf(answer + len, sizeof(answer) - len, "%s%s",
                     i > 0 ? "|" : "", value ? value : "-");
        }
    sqlite3_finalize(st);
    sqlite3_close(db);
    return answer;
}

static void expect(const char *question, const char *answer)
{
    cr_expect(eq(str, (char *)ask(question), (char *)answer), "%s", question);
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
    cr_assert(eq(int, gly_harness_push_doc(h, doc), GLY_HOLD));
}

static gly_doc *quoting_doc(gly_harness *h)
{
    gly_doc *doc = doc_with(h, "a", "“Genug”, said Zoë Brandt, 61.");
    gly_span *quote, *part;

    gly_add(doc, "author", "Ada Ek");
    gly_add(doc, "author", "Bo Ny");
    gly_set(doc, "date", "2024-05-01");
    gly_set_number(doc, "translation.score", 0.25);
    gly_mark(doc, "markers", 3, 8, "untranslated");
    gly_note_set(doc, gly_spans(doc, "markers"), "why", "It is German.");
    quote = gly_mark(doc, "quotes", 0, 11, "direct");
    part = gly_mark_part(doc, quote, "cue", 13, 17);
    gly_note_set(doc, part, "stance", "say");
    gly_mark_part(doc, quote, "speaker", 18, 29)->name = "Zoë Brandt";
    gly_mark(doc, "entities", 18, 29, "PERSON")->name = "Zoë Brandt";
    return doc;
}

Test(export_sqlite, a_document_becomes_rows)
{
    gly_harness *h = gly_harness_open("export-sqlite", "path = \"a.db\";");
    gly_doc *doc = quoting_doc(h), *caption;

    caption = gly_aside_add(doc, "captions");
    gly_text_set(caption, "Brandt in May", 13);
    gly_set(caption, "credit", "Eva Lind");
    gly_mark(caption, "entities", 0, 6, "PERSON");
    push(h, doc);
    gly_harness_flush(h);
    expect("SELECT id, author, date, translation_score FROM documents",
           "a|Ada Ek; Bo Ny|2024-05-01|0.25");
    expect("SELECT text, label, name, \"begin\", \"end\" FROM entities"
           " WHERE caption IS NULL", "Zoë Brandt|PERSON|Zoë Brandt|14|24");
    expect("SELECT substr(d.text, \"begin\" + 1, \"end\" - \"begin\") = e.text"
           " FROM entities e JOIN documents d USING (doc)"
           " WHERE caption IS NULL", "1");
    expect("SELECT text, kind, speaker, speaker_name, cue, stance FROM quotes",
           "“Genug”|direct|Zoë Brandt|Zoë Brandt|said|say");
    expect("SELECT text, kind, why, suggestion FROM markers",
           "Genug|untranslated|It is German.|-");
    expect("SELECT caption, text, credit FROM captions",
           "0|Brandt in May|Eva Lind");
    expect("SELECT text FROM entities WHERE caption = 0", "Brandt");
    expect("SELECT json_extract(record, '$.author[1]') FROM documents",
           "Bo Ny");
    gly_harness_close(h);
}

Test(export_sqlite, twice_is_once_and_the_later_one_counts)
{
    gly_harness *h = gly_harness_open("export-sqlite", "path = \"a.db\";");

    push(h, quoting_doc(h));
    push(h, doc_with(h, "b", "Another."));
    gly_harness_flush(h);
    push(h, doc_with(h, "a", "Corrected by the editors."));
    gly_harness_flush(h);
    gly_harness_close(h);
    h = gly_harness_open("export-sqlite", "path = \"a.db\";");
    push(h, doc_with(h, "b", "Another."));
    gly_harness_flush(h);
    expect("SELECT count(*), min(doc), max(doc) FROM documents", "2|1|2");
    expect("SELECT text, author, translation_score FROM documents"
           " WHERE id = 'a'", "Corrected by the editors.|-|-");
    expect("SELECT (SELECT count(*) FROM entities),"
           " (SELECT count(*) FROM quotes), (SELECT count(*) FROM markers)",
           "0|0|0");
    expect("SELECT count(*) FROM search WHERE search MATCH 'genug'", "0");
    expect("SELECT count(*) FROM search WHERE search MATCH 'corrected'", "1");
    gly_harness_close(h);
}

Test(export_sqlite, a_document_is_let_go_once_its_batch_is_on_the_disk)
{
    gly_harness *h = gly_harness_open("export-sqlite",
                                      "path = \"a.db\"; batch = 3;");

    push(h, doc_with(h, "a", "One."));
    push(h, doc_with(h, "b", "Two."));
    expect("SELECT count(*) FROM documents", "0");
    push(h, doc_with(h, "c", "Three."));
    expect("SELECT count(*) FROM documents", "3");
    gly_harness_close(h);
}

Test(export_sqlite, a_document_without_an_id_fails_alone)
{
    gly_harness *h = gly_harness_open("export-sqlite", "path = \"a.db\";");

    push(h, doc_with(h, "a", "One."));
    cr_expect(lt(int, gly_harness_push_doc(h, doc_with(h, NULL, "Two.")), 0));
    gly_harness_flush(h);
    expect("SELECT count(*) FROM documents", "1");
    gly_harness_close(h);
}

Test(export_sqlite, without_the_record_there_are_only_columns)
{
    gly_harness *h = gly_harness_open("export-sqlite",
                                      "path = \"a.db\"; record = false;");

    push(h, doc_with(h, "a", "One."));
    gly_harness_flush(h);
    expect("SELECT record, text FROM documents", "-|One.");
    gly_harness_close(h);
}

static void run_sql(const char *script)
{
    sqlite3 *db;

    cr_assert(eq(int, sqlite3_open("a.db", &db), SQLITE_OK));
    cr_assert(eq(int, sqlite3_exec(db, script, NULL, NULL, NULL), SQLITE_OK));
    sqlite3_close(db);
}

static void expect_refused(const char *why)
{
    char said[256] = "";

    cr_assert_null(gly_harness_try("export-sqlite", "path = \"a.db\";", said,
                                   sizeof(said)));
    cr_expect(strstr(said, why) != NULL, "%s", said);
}

Test(export_sqlite, files_of_others_are_left_alone)
{
    put_file("a.db", "Not a database, but a file of more than a hundred bytes "
                     "that somebody took for one, and would not like to lose.");
    expect_refused("not a database");
    remove("a.db");
    run_sql("CREATE TABLE mine (x)");
    expect_refused("another program");
    expect("SELECT count(*) FROM sqlite_schema", "1");
}

Test(export_sqlite, a_file_of_another_version_is_refused)
{
    gly_harness_close(gly_harness_open("export-sqlite", "path = \"a.db\";"));
    run_sql("PRAGMA user_version = 2");
    expect_refused("another version");
}

Test(export_sqlite, a_locked_file_breaks_the_run_and_loses_nothing)
{
    char *said;
    sqlite3 *db;

    gly_harness_close(gly_harness_open("export-sqlite", "path = \"a.db\";"));
    put_file("in.jsonl", "{\"id\":\"a\",\"text\":\"One.\"}\n"
                         "{\"id\":\"b\",\"text\":\"Two.\"}\n");
    put_file("p.conf", "stages = ( { use = \"fetch\"; },"
             " { use = \"export-sqlite\"; path = \"a.db\"; busy = \"20ms\"; } );");
    cr_assert(eq(int, sqlite3_open("a.db", &db), SQLITE_OK));
    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    cr_expect(eq(int, run_shell(&said, "galley run -q ./p.conf in.jsonl"), 3));
    cr_expect(strstr(said, "locked") != NULL, "%s", said);
    free(said);
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    run_shell(&said, "galley run -q ./p.conf failed.jsonl");
    free(said);
    expect("SELECT group_concat(id) FROM documents", "a,b");
}

/* ---- search ---- */

static void expect_found(const char *words, const char *found)
{
    char *said;

    run_shell(&said, "galley search a.db %s | grep -v '^ '", words);
    cr_expect(eq(str, said, (char *)found), "%s", words);
    free(said);
}

static void store_three(void)
{
    gly_harness *h = gly_harness_open("export-sqlite", "path = \"a.db\";");
    gly_doc *doc = doc_with(h, "c", "A café\033[31m by the \xc2\x9bquay.");

    gly_set(doc, "title", "Bridge");
    push(h, doc_with(h, "a", "The bridge was closed in the storm."));
    push(h, doc_with(h, "b", "Governors closed the road. He said \"no\"."));
    push(h, doc);
    gly_harness_flush(h);
    gly_harness_close(h);
}

Test(export_sqlite, words_are_found)
{
    store_three();
    expect_found("closed bridge", "a\n");
    expect_found("Closed -n 1", "a\n");
    expect_found("bridge -n 5 | sort", "a\nc  Bridge\n");
    expect_found("CAFE", "c  Bridge\n");
    expect_found("'in the storm'", "a\n");
    expect_found("'storm the in'", "");
    expect_found("govern", "");
    expect_found("'govern*'", "b\n");
}

Test(export_sqlite, signs_in_words_mean_nothing)
{
    store_three();
    expect_found("'\"no\"'", "b\n");
    expect_found("'no OR bridge'", "");
    expect_found("NEAR", "");
    expect_found("'title:bridge'", "");
    expect_found("'*'", "");
    expect_found("\"'; DROP TABLE documents\"", "");
}

Test(export_sqlite, what_is_found_is_shown_without_control_characters)
{
    char *said;

    store_three();
    cr_expect(eq(int, run_shell(&said, "galley search a.db cafe"), 0));
    cr_expect(eq(str, said, "c  Bridge\n    A [café] [31m by the  quay.\n"));
    free(said);
    cr_expect(eq(int, run_shell(&said, "galley search --json a.db cafe"), 0));
    cr_expect(eq(str, said,
                 "{\"id\":\"c\",\"title\":\"Bridge\",\"snippet\":"
                 "\"A [café]\\u001b[31m by the \xc2\x9bquay.\"}\n"));
    free(said);
}

Test(export_sqlite, search_says_what_is_wrong)
{
    char *said;

    put_file("text", "no database");
    cr_expect(eq(int, run_shell(&said, "galley search text a"), 2));
    cr_expect(strstr(said, "export-sqlite did not write it") != NULL, "%s", said);
    free(said);
    cr_expect(eq(int, run_shell(&said, "galley search none.db a"), 2));
    cr_expect(strstr(said, "none.db") != NULL, "%s", said);
    free(said);
    cr_expect(eq(int, run_shell(&said, "galley search a.db"), 2));
    cr_expect(strstr(said, "which words?") != NULL, "%s", said);
    free(said);
}

Test(export_sqlite, a_file_that_was_hardly_begun_is_begun_again)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"fetch\"; },"
             " { use = \"export-sqlite\"; path = \"n.db\"; } );");
    put_file("in.jsonl", "{\"id\":\"a\",\"text\":\"One.\"}\n");
    run_shell(&said, "for blocks in 40 80 120; do rm -f n.db*;"
              " ( ulimit -f $blocks; galley run -q ./p.conf in.jsonl );"
              " galley run -q ./p.conf in.jsonl && echo well; done |"
              " grep -c '^well'");
    cr_expect(strstr(said, "\n3\n") != NULL, "%s", said);
    free(said);
}

Test(export_sqlite, several_may_begin_a_new_file_at_once)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"fetch\"; },"
             " { use = \"export-sqlite\"; path = \"${DB}\"; } );");
    run_shell(&said,
              "for round in 1 2 3 4 5; do export DB=$round.db;"
              " for i in 1 2 3 4; do echo \"{\\\"id\\\":$i,\\\"text\\\":"
              "\\\"word\\\"}\" | galley run -q ./p.conf & done; wait;"
              " galley search $DB word | grep -c word; done");
    cr_expect(eq(str, said, "4\n4\n4\n4\n4\n"));
    free(said);
}

/* What waits for the gate goes on when nobody has its other end any more. */
static void open_at_gate(const int gate[2])
{
    char why[256], none;

    close(gate[1]);
    _exit(read(gate[0], &none, 1) == 0 &&
                  gly_harness_try("export-sqlite", "path = \"a.db\";", why,
                                  sizeof(why))
              ? 0
              : 1);
}

Test(export_sqlite, several_that_open_a_new_file_in_one_moment_all_may)
{
    int failed = 0;

    for (int round = 0; round < 10; round++) {
        int gate[2], status;

        cr_assert(eq(int, pipe(gate), 0));
        for (int i = 0; i < 8; i++)
            if (fork() == 0)
                open_at_gate(gate);
        close(gate[0]);
        close(gate[1]);
        while (wait(&status) > 0)
            failed += status != 0;
        remove("a.db");
        remove("a.db-wal");
        remove("a.db-shm");
    }
    cr_expect(eq(int, failed, 0));
}

/* What fetch and fetch-warc remember of files when a worker is killed. Each script
 * waits for what must come to pass, and is ended by the suite's timeout if it does
 * not. */
#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(fetch_place, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 120);

enum { LINES = 3000, WINDOW = 8 /* of one lane with room for four */ };

/* In the scripts: `begin` and `finish` a worker, `crash` it and its process at
 * once, `await` what has come to pass; `count FILE` lines. */
static const char words[] =
    "export GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins;"
    "await () { n=0; while ! \"$@\" 2> /dev/null; do n=$((n + 1));"
    " [ $n -lt 6000 ] || { echo \"never: $*\"; return; }; sleep 0.01; done; };"
    "begin () { %s/galley work -v ./p.conf 2>> log & run=$!; };"
    "finish () { kill $run; wait $run; };"
    "crash () { { while kill -0 $run; do"
    " child=$(cat /proc/$run/task/$run/children); [ -n \"$child\" ] && break;"
    " done; kill -9 $run $child; wait $run; } 2> /dev/null; };"
    "count () { cat \"$1\" 2> /dev/null | wc -l; };"
    "has () { [ $(count $1) -ge $2 ]; };"
    "put () { echo \"$2\" > .new; mv .new \"in/$1\"; };"
    "mkdir -p in; . ./run";

/* Runs the script with these settings of the source and of the stage behind it;
 * gives what it says. */
static char *work(const char *plugin, const char *source, const char *stage,
                  const char *script)
{
    char pipeline[1024], *said;
    const char *build = build_folder();

    snprintf(pipeline, sizeof(pipeline),
             "lanes = 1; room = 4; stages = ( { use = \"%s\"; paths = \"in\";"
             " settle = \"0\"; rescan = \"50ms\"; %s }, { use = \"fussy\"; %s },"
             " { use = \"export\"; path = \"out\"; append = true;"
             " known = 0; } );",
             plugin, source, stage);
    put_file("p.conf", pipeline);
    put_file("run", script);
    run_shell(&said, words, build, build, build);
    return said;
}

static void expect_of(const char *plugin, const char *source,
                      const char *stage, const char *script,
                      const char *expected)
{
    char *said = work(plugin, source, stage, script), *log = get_file("log");

    cr_expect(eq(str, said, (char *)expected), "%s", log);
    free(log);
    free(said);
}

static void expect(const char *source, const char *stage, const char *script,
                   const char *expected)
{
    expect_of("fetch", source, stage, script, expected);
}

static void add_lines(gly_buf *out, int first, int count)
{
    for (int i = first; i < first + count; i++)
        gly_buf_printf(out, "{\"id\":\"%d\",\"text\":\"The text of %d.\"}\n", i,
                       i);
}

/* Every document of `count` came, and at most `twice` of them once more. */
static void expect_all(size_t count, size_t twice)
{
    char *out = get_file("out"), *said, *log = get_file("log");

    run_shell(&said, "sort -u out | wc -l");
    cr_expect(eq(sz, strtoul(said, NULL, 10), count), "%s", log);
    cr_expect(count_lines(out) <= count + twice, "%zu lines of %zu, %zu twice",
              count_lines(out), count, twice);
    free(said);
    free(out);
    free(log);
}

/* Rows of the state with such keys. */
static int rows(const char *pattern)
{
    sqlite3_stmt *st;
    sqlite3 *db;
    int count = -1;

    sqlite3_open("p.work/state.db", &db);
    if (sqlite3_prepare_v2(db, "SELECT count(*) FROM state WHERE key GLOB ?",
                           -1, &st, NULL) == SQLITE_OK) {
        sqlite3_bind_text(st, 1, pattern, -1, SQLITE_STATIC);
        sqlite3_step(st);
        count = sqlite3_column_int(st, 0);
    }
    sqlite3_finalize(st);
    sqlite3_close(db);
    return count;
}

/* ---- in the middle of a file ---- */

static const char kill_in_the_middle[] =
    "begin; await has out 900; crash; begin; await [ -e done/big ]; finish";

Test(fetch_place, lines_that_are_done_do_not_come_again)
{
    gly_buf lines = {0};

    add_lines(&lines, 1, LINES);
    cr_assert(system("mkdir in") == 0);
    put_buf("in/big", &lines);
    expect("watch = true; done = \"done\";", "sleep_every = 10;",
           kill_in_the_middle, "");
    expect_all(LINES, WINDOW);
    cr_expect(eq(int, rows("in/big"), 0));
}

Test(fetch_place, nor_do_those_of_packed_files)
{
    gly_buf lines = {0}, packed = {0};

    add_lines(&lines, 1, LINES);
    cr_assert(system("mkdir in") == 0);
    add_gzip(&packed, lines.data);
    put_buf("in/big", &packed);
    expect("watch = true; done = \"done\";", "sleep_every = 10;",
           kill_in_the_middle, "");
    expect_all(LINES, WINDOW);
    cr_assert(system("rm -r done out p.work") == 0);
    add_zstd(&packed, lines.data);
    put_buf("in/big", &packed);
    expect("watch = true; done = \"done\";", "sleep_every = 10;",
           kill_in_the_middle, "");
    expect_all(LINES, WINDOW);
    gly_buf_finish(&lines);
}

Test(fetch_place, nor_do_those_that_overtook_others_or_when_it_is_killed_often)
{
    gly_buf lines = {0};

    add_lines(&lines, 1, LINES);
    cr_assert(system("mkdir in") == 0);
    put_buf("in/big", &lines);
    expect("watch = true; done = \"done\";",
           "sleep_every = 7; }, { use = \"fussy\"; id = \"later\"; hold = 3;"
           " when = \"id ~ 5\";",
           "for i in 1 2 3 4 5 6; do begin; await has out $((i * 400)); crash;"
           " done; begin; await [ -e done/big ]; finish", "");
    expect_all(LINES, 6 * WINDOW);
}

Test(fetch_place, a_file_that_failed_in_part_is_set_apart_also_later)
{
    gly_buf lines = {0};

    add_lines(&lines, 1, 5);
    gly_buf_puts(&lines, "no record\n\n");
    add_lines(&lines, 7, LINES - 6);
    cr_assert(system("mkdir in") == 0);
    put_buf("in/big", &lines);
    expect("watch = true; done = \"done\"; failed = \"bad\";",
           "sleep_every = 10;",
           "begin; await has out 900; crash; begin; await [ -e bad/big ];"
           " finish; count failed.jsonl", "1\n");
    expect_all(LINES - 1, WINDOW);
}

Test(fetch_place, a_file_that_grew_or_changed_begins_anew)
{
    gly_buf lines = {0};

    add_lines(&lines, 1, LINES);
    cr_assert(system("mkdir in") == 0);
    put_buf("in/big", &lines);
    expect("watch = true; done = \"done\";", "sleep_every = 10;",
           "begin; await has out 900; crash; mv out before;"
           " echo '{\"id\":\"new\",\"text\":\"x\"}' >> in/big; begin;"
           " await [ -e done/big ]; finish", "");
    expect_all(LINES + 1, 0);
    /* As long as before and of the same time, but with another begin. */
    cr_assert(system("rm -r p.work; mv done/big in") == 0);
    expect("watch = true; done = \"done\";", "sleep_every = 10;",
           "rm out; begin; await has out 900; crash; rm out; touch -r in/big .t;"
           " printf '{\"id\":\"0\"' | dd of=in/big conv=notrunc 2> /dev/null;"
           " touch -r .t in/big; begin; await [ -e done/big ]; finish", "");
    expect_all(LINES + 1, 0);
}

static void change_rows(const char *sql)
{
    sqlite3 *db;

    sqlite3_open("p.work/state.db", &db);
    cr_expect(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s",
              sqlite3_errmsg(db));
    cr_expect(sqlite3_changes(db) == 1);
    sqlite3_close(db);
}

Test(fetch_place, what_makes_no_sense_is_not_believed)
{
    static const char *const values[] = {
        "''", "substr(value, 1, length(value) - 1)", "value || '1'",
        "'00000000' || substr(value, 9)",
        "substr(value, 1, 9) || '1' || substr(value, 10)",
    };
    gly_buf lines = {0};

    add_lines(&lines, 1, LINES);
    cr_assert(system("mkdir in") == 0);
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        char sql[300];

        put_bytes("in/big", lines.data, lines.len);
        expect("watch = true; done = \"done\";", "sleep_every = 10;",
               "rm -rf done out; begin; await has out 900; crash; rm out", "");
        snprintf(sql, sizeof(sql), "UPDATE state SET value = %s WHERE"
                 " \"table\" = 'places'", values[i]);
        change_rows(sql);
        expect("watch = true; done = \"done\";", "",
               "begin; await [ -e done/big ]; finish", "");
        expect_all(LINES, 0);
    }
    gly_buf_finish(&lines);
}

/* Records of a web archive, each third a document. */
static void add_records(gly_buf *out, int count)
{
    for (int i = 1; i <= count; i++) {
        char text[64];

        snprintf(text, sizeof(text), "The text of %d.", i);
        gly_buf_printf(out, "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <%d>"
                       "\r\nContent-Length: %zu\r\n\r\n%s\r\n\r\n",
                       i % 3 == 0 ? "conversion" : "metadata", i, strlen(text),
                       text);
    }
}

Test(fetch_place, records_of_archives_that_are_done_do_not_come_again)
{
    gly_buf records = {0}, packed = {0};

    add_records(&records, LINES);
    gly_buf_puts(&records, "WARC/1.0\r\nContent-Length: 100\r\n\r\ncut");
    cr_assert(system("mkdir in") == 0);
    put_bytes("in/big", records.data, records.len);
    expect_of("fetch-warc", "watch = true; done = \"done\"; failed = \"bad\";",
              "sleep_every = 30;", "begin; await has out 300; crash; begin;"
              " await [ -e bad/big ]; finish; count failed.jsonl", "1\n");
    expect_all(LINES / 3, WINDOW);
    cr_assert(system("rm -r bad out p.work failed.jsonl") == 0);
    for (char *at = records.data; at < records.data + records.len;) {
        char *next = strstr(at + 1, "WARC/1.0");

        if (!next)
            break;
        *next = '\0';
        add_gzip(&packed, at);
        *next = 'W';
        at = next;
    }
    put_buf("in/big", &packed);
    expect_of("fetch-warc", "watch = true; done = \"done\";",
              "sleep_every = 30;", "begin; await has out 300; crash; begin;"
              " await [ -e done/big ]; finish", "");
    expect_all(LINES / 3, WINDOW);
    gly_buf_finish(&records);
}

Test(fetch_place, what_takes_a_files_place_or_is_appended_to_it_is_read_too)
{
    gly_buf lines = {0};

    add_lines(&lines, 1, LINES);
    cr_assert(system("mkdir in") == 0);
    put_buf("in/big", &lines);
    expect("watch = true; done = \"done\";", "sleep_every = 10;",
           "cp in/big long; begin; await has out 300;"
           " put big '{\"id\":\"new\",\"text\":\"x\"}';"
           " await [ -e done/big ]; wc -l < done/big; mv long in;"
           " await has out 3200; printf '{\"id\":\"more\",\"text\":\"x\"}\\n'"
           " >> in/long; await grep -q more out; await [ ! -e in/long ]; finish;"
           " grep -c -e new -e more out", "1\n2\n");
}

/* ---- whole files ---- */

Test(fetch_place, finished_files_are_not_read_by_the_next_worker)
{
    expect("watch = true;", "",
           "put a one; put b two; begin; await has out 2; finish;"
           " put c three; begin; await has out 3; finish;"
           " put a longer; begin; await has out 4; finish;"
           " sed 's/.*text\":\"//' out | sort",
           "longer\\n\"}\none\\n\"}\nthree\\n\"}\ntwo\\n\"}\n");
    cr_expect(eq(int, rows("in/*"), 3));
}

Test(fetch_place, files_that_are_gone_are_forgotten)
{
    expect("watch = true;", "",
           "put a one; put b two; begin; await has out 2; rm in/a; put c three;"
           " await has out 3; finish", "");
    cr_expect(eq(int, rows("in/a"), 0));
    cr_expect(eq(int, rows("in/*"), 2));
    /* Also those of which the last worker was in the middle. */
    expect("watch = true;", "sleep_every = 1;",
           "awk 'BEGIN { while (i++ < 3000) print \"{\\\"text\\\":\\\"x\\\"}\" }' >"
           " in/.d; mv in/.d in/d; rm out; begin; await has out 500; crash;"
           " rm in/b in/d; begin; put e x;"
           " await grep -q in/e out; finish", "");
    cr_expect(eq(int, rows("in/[abd]"), 0));
    cr_expect(eq(int, rows("in/*"), 2));
}

Test(fetch_place, a_folder_that_is_away_is_not_forgotten)
{
    expect("watch = true;", "",
           "put a one; begin; await has out 1; mv in elsewhere; sleep 0.3;"
           " mv elsewhere in; put b two; await has out 2; finish;"
           " count out", "2\n");
}

/* ---- without watch ---- */

Test(fetch_place, a_list_that_came_to_its_end_is_read_again)
{
    gly_buf lines = {0};

    add_lines(&lines, 1, LINES);
    cr_assert(system("mkdir in; echo x > in/a; echo y > in/c") == 0);
    put_buf("in/b", &lines);
    expect("", "sleep_every = 3;",
           "begin; await has out 900; crash; begin; wait $run; count failed.jsonl;"
           " cp out all; begin; wait $run; grep -c in/a out", "0\n2\n");
    cr_assert(system("mv all out") == 0);
    expect_all(LINES + 2, WINDOW);
    cr_expect(eq(int, rows("in/*"), 0));
}

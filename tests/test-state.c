/* What stages remember: over processes, and beside files that are damaged. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <galley/harness.h>
#include <glob.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../core/log.h"
#include "../core/state.h"

/* Files that are damaged on purpose need no warning. */
static void enter_silently(void)
{
    enter_scratch();
    log_set_level(GLY_ERROR);
}

TestSuite(state, .init = enter_silently, .fini = leave_scratch, .timeout = 60);

static void put(struct state *state, const char *key, const char *value,
                double keep)
{
    struct error error = {0};

    cr_expect(eq(int, state_put(state, "a", "t", key, value, keep, &error), 0),
              "%s", error.text);
}

static void expect(struct state *state, const char *key, const char *expected)
{
    struct error error = {0};
    gly_buf value = {0};

    gly_buf_puts(&value, "");
    cr_expect(eq(int, state_get(state, "a", "t", key, &value, &error),
                 expected != NULL), "%s", error.text);
    cr_expect(eq(str, value.data, (char *)(expected ? expected : "")));
    gly_buf_finish(&value);
}

static void add(void *arg, const char *key, const char *value)
{
    gly_buf_printf(arg, "%s=%s;", key, value);
}

static void expect_all(struct state *state, const char *expected)
{
    struct error error = {0};
    gly_buf all = {0};

    gly_buf_puts(&all, "");
    cr_expect(eq(int, state_each(state, "a", "t", add, &all, &error), 0), "%s",
              error.text);
    cr_expect(eq(str, all.data, (char *)expected));
    gly_buf_finish(&all);
}

static size_t count_files(const char *pattern)
{
    glob_t found = {0};
    size_t count = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;

    globfree(&found);
    return count;
}

Test(state, what_was_put_is_there_in_the_next_process)
{
    struct state *state = state_new("s.db");

    expect(state, "k", NULL);
    put(state, "k", "one", 0);
    put(state, "k", "two", 0);
    put(state, "", "", 0);
    put(state, "gone", "x", 0);
    put(state, "gone", NULL, 0);
    put(state, "never there", NULL, 0);
    state_free(state);
    state = state_new("s.db");
    expect_all(state, "=;k=two;");
    expect(state, "", "");
    state_free(state);
}

Test(state, owners_and_tables_are_apart)
{
    struct state *state = state_new(NULL);
    gly_buf value = {0};

    put(state, "k", "mine", 0);
    state_put(state, "b", "t", "k", "other owner's", 0, NULL);
    state_put(state, "a", "u", "k", "other table's", 0, NULL);
    expect_all(state, "k=mine;");
    gly_buf_puts(&value, "in it: ");
    cr_expect(eq(int, state_get(state, "b", "t", "k", &value, NULL), 1));
    cr_expect(eq(str, value.data, "in it: other owner's"));
    gly_buf_finish(&value);
    state_free(state);
}

struct copying {
    struct state *state;
    int calls;
};

static void copy_over(void *arg, const char *key, const char *value)
{
    struct copying *c = arg;
    char twice[32];

    snprintf(twice, sizeof(twice), "%s%s", key, key);
    put(c->state, twice, value, 0);
    put(c->state, key, NULL, 0);
    c->calls++;
}

Test(state, who_is_called_for_each_may_put_and_forget)
{
    struct copying c = {.state = state_new(NULL)};

    put(c.state, "a", "1", 0);
    put(c.state, "b", "2", 0);
    cr_expect(eq(int, state_each(c.state, "a", "t", copy_over, &c, NULL), 0));
    cr_expect(eq(int, c.calls, 2));
    expect_all(c.state, "aa=1;bb=2;");
    state_free(c.state);
}

static int rows(const char *path)
{
    sqlite3_stmt *st;
    sqlite3 *db;
    int count = -1;

    sqlite3_open(path, &db);
    if (sqlite3_prepare_v2(db, "SELECT count(*) FROM state", -1, &st, NULL) ==
            SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
        count = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return count;
}

Test(state, what_is_kept_for_a_while_is_forgotten_and_pruned)
{
    struct state *state = state_new("s.db");
    char key[32];

    for (int i = 0; i < 2500; i++) {
        snprintf(key, sizeof(key), "%d", i);
        put(state, key, "short", 0.001);
    }
    put(state, "again", "x", 0.001);
    put(state, "again", "x", 1000);
    put(state, "ever", "y", 0);
    usleep(2000);
    expect_all(state, "again=x;ever=y;");
    expect(state, "0", NULL);
    state_free(state);
    /* A thousand with each put. */
    for (int i = 0; i < 3; i++) {
        state = state_new("s.db");
        put(state, "ever", "y", 0);
        state_free(state);
    }
    cr_expect(eq(int, rows("s.db"), 2));
}

Test(state, a_file_grows_no_larger_than_what_is_kept)
{
    struct state *state = state_new("s.db");
    struct stat full, after;
    char key[32], value[501] = "";

    memset(value, 'x', 500);
    for (int i = 0; i < 2000; i++) {
        snprintf(key, sizeof(key), "%d", i);
        put(state, key, value, 0);
    }
    state_free(state);
    stat("s.db", &full);
    state = state_new("s.db");
    for (int i = 0; i < 2000; i++) {
        snprintf(key, sizeof(key), "%d", i);
        put(state, key, NULL, 0);
    }
    put(state, "k", "v", 0);
    state_free(state);
    stat("s.db", &after);
    cr_expect(full.st_size > 1000000 && after.st_size < 100000, "%ld, %ld",
              (long)full.st_size, (long)after.st_size);
}

Test(state, a_process_that_is_killed_loses_nothing)
{
    struct state *state;
    int channel[2], status;
    char byte;

    cr_assert(pipe(channel) == 0);
    for (int i = 0; i < 5; i++) {
        pid_t child = fork();

        if (child == 0) {
            char key[2] = {(char)('a' + i), '\0'};

            state = state_new("s.db");
            state_put(state, "a", "t", key, "kept", 0, NULL);
            if (write(channel[1], "", 1) == 1)
                for (;;)
                    pause();
        }
        cr_assert(read(channel[0], &byte, 1) == 1);
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
    }
    state = state_new("s.db");
    expect_all(state, "a=kept;b=kept;c=kept;d=kept;e=kept;");
    state_free(state);
}

enum { THREADS = 4, PUTS = 200 };

struct work {
    struct state *state;
    int number;
    pthread_t thread;
    bool well;
};

static void *put_often(void *arg)
{
    struct work *w = arg;
    gly_buf value = {0};
    char key[32];

    w->well = true;
    for (int i = 0; i < PUTS; i++) {
        snprintf(key, sizeof(key), "%d-%d", w->number, i);
        w->well &= state_put(w->state, "a", "t", key, key, 0, NULL) == 0;
        w->well &= state_put(w->state, "a", "t", "all", key, 0, NULL) == 0;
        value.len = 0;
        w->well &= state_get(w->state, "a", "t", key, &value, NULL) == 1 &&
                   strcmp(value.data, key) == 0;
    }
    gly_buf_finish(&value);
    return NULL;
}

Test(state, several_threads_may_put_at_once)
{
    struct state *state = state_new("s.db");
    struct work works[THREADS];

    for (int i = 0; i < THREADS; i++) {
        works[i] = (struct work){.state = state, .number = i};
        pthread_create(&works[i].thread, NULL, put_often, &works[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(works[i].thread, NULL);
        cr_expect(works[i].well);
    }
    state_free(state);
    cr_expect(eq(int, rows("s.db"), THREADS * PUTS + 1));
}

/* ---- damage ---- */

/* A file of some pages, and what is in it. */
static struct state *make_full(void)
{
    struct state *state = state_new("s.db");
    char key[32];

    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof(key), "%d", i);
        put(state, key, "a value that takes some room in its page", 0);
    }
    return state;
}

static void write_at(const char *path, long at, const char *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    cr_assert(fd >= 0 && pwrite(fd, bytes, len, at) == (ssize_t)len);
    close(fd);
}

/* The file as it is now is set aside whole, and what is put goes into another. */
static void expect_fresh(const char *what)
{
    struct state *state = state_new("s.db");
    struct stat before, after;
    glob_t found = {0};

    stat("s.db", &before);
    cr_expect(eq(int, state_open(state, NULL), 0), "%s", what);
    expect_all(state, "");
    put(state, "k", "v", 0);
    state_free(state);
    state = state_new("s.db");
    expect_all(state, "k=v;");
    state_free(state);
    cr_assert(glob("s.db.damaged-*Z", 0, NULL, &found) == 0 &&
              found.gl_pathc == 1, "%s", what);
    cr_expect(stat(found.gl_pathv[0], &after) == 0 &&
              after.st_ino == before.st_ino && after.st_size == before.st_size,
              "%s", what);
    globfree(&found);
    cr_assert(system("rm s.db*") == 0);
}

Test(state, a_file_that_is_no_database_is_set_aside)
{
    put_file("s.db", "{\"a\":1}\n");
    expect_fresh("a short text");
    put_file("s.db", "xy");
    expect_fresh("two bytes");
    cr_assert(system("head -c 50000 /dev/zero > s.db") == 0);
    expect_fresh("zeros");
    cr_assert(system("head -c 50000 /dev/zero | tr '\\0' S > s.db") == 0);
    expect_fresh("letters");
}

Test(state, an_empty_file_is_a_new_one)
{
    struct state *state = state_new("s.db");

    put_file("s.db", "");
    expect_all(state, "");
    put(state, "k", "v", 0);
    state_free(state);
    cr_expect(eq(sz, count_files("s.db.damaged*"), 0));
}

/* Runs a script on the file, as another program would. */
static void change(const char *script)
{
    sqlite3 *db;

    sqlite3_open("s.db", &db);
    cr_assert(sqlite3_exec(db, script, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
}

Test(state, a_database_of_another_is_set_aside_as_it_is)
{
    change("CREATE TABLE a (b)");
    expect_fresh("another program's");
    state_free(make_full());
    change("PRAGMA application_id = 1");
    expect_fresh("another program's, with the same table");
    state_free(make_full());
    change("PRAGMA user_version = 7");
    expect_fresh("another version's");
    state_free(make_full());
    change("ALTER TABLE state RENAME TO other");
    expect_fresh("other tables");
}

Test(state, damage_in_any_page_is_found_at_the_start)
{
    char noise[4096];
    struct stat st;

    memset(noise, 0xa5, sizeof(noise));
    state_free(make_full());
    stat("s.db", &st);
    for (long at = 0; at < st.st_size; at += 4096) {
        write_at("s.db", at, noise, sizeof(noise));
        expect_fresh("noise");
        state_free(make_full());
    }
    write_at("s.db", 4 * 4096 + 8, noise, 4000);
    expect_fresh("half a page of noise");
    state_free(make_full());
    cr_assert(truncate("s.db", st.st_size - 2048) == 0);
    expect_fresh("half a page");
    state_free(make_full());
    cr_assert(truncate("s.db", 4096) == 0);
    expect_fresh("one page");
}

Test(state, noise_behind_the_last_commit_does_no_harm)
{
    struct state *state = state_new("s.db");
    pid_t child = fork();
    int status;

    if (child == 0) {
        put(state, "k", "v", 0);
        _exit(0); /* as killed: the -wal file stays */
    }
    waitpid(child, &status, 0);
    cr_assert(system("echo noise >> s.db-wal") == 0);
    expect_all(state, "k=v;");
    state_free(state);
    cr_expect(eq(sz, count_files("s.db.damaged*"), 0));
}

Test(state, damage_that_shows_later_is_met_with_a_new_file)
{
    struct state *state = make_full();
    char value[4001], noise[4096], key[32];

    /* More than it keeps in memory. */
    memset(noise, 0xa5, sizeof(noise));
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    for (int i = 0; i < 2000; i++) {
        snprintf(key, sizeof(key), "%d", i);
        put(state, key, value, 0);
    }
    for (long page = 0; page < 1500; page++)
        write_at("s.db", page * 4096, noise, sizeof(noise));
    expect_all(state, "");
    put(state, "k", "v", 0);
    state_free(state);
    cr_expect(eq(sz, count_files("s.db.damaged-*Z"), 1));
    cr_expect(eq(sz, count_files("s.db.damaged-*Z-wal"), 1));
    state = state_new("s.db");
    expect_all(state, "k=v;");
    state_free(state);
}

Test(state, files_set_aside_do_not_take_each_others_place)
{
    for (int i = 0; i < 3; i++) {
        struct state *state = state_new("s.db");

        put_file("s.db", "no database");
        state_open(state, NULL);
        state_free(state);
    }
    cr_expect(eq(sz, count_files("s.db.damaged-*"), 3));
}

/* ---- what cannot be helped ---- */

Test(state, a_file_that_cannot_be_made_is_told)
{
    struct state *state = state_new("no-folder/s.db");
    struct error error = {0};
    gly_buf value = {0};

    cr_expect(eq(int, state_open(state, &error), -EACCES));
    cr_expect(eq(str, error.text, "cannot use no-folder/s.db: unable to open "
                                  "database file"));
    cr_expect(eq(int, state_put(state, "a", "t", "k", "v", 0, &error), -EACCES));
    cr_expect(eq(int, state_get(state, "a", "t", "k", &value, &error), -EACCES));
    cr_expect(eq(sz, value.len, 0));
    mkdir("no-folder", 0777);
    put(state, "k", "v", 0);
    expect(state, "k", "v");
    state_free(state);
}

/* As a full disk, for this process alone. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

Test(state, what_was_put_stays_when_there_is_no_more_room)
{
    struct state *state = state_new("s.db");
    struct error error = {0};
    char key[32], value[1000] = "";
    int i = 0;

    signal(SIGXFSZ, SIG_IGN);
    memset(value, 'x', sizeof(value) - 1);
    state_open(state, NULL);
    limit_files(200000);
    do
        snprintf(key, sizeof(key), "%d", i++);
    while (i < 1000 &&
           state_put(state, "a", "t", key, value, 0, &error) == 0);
    cr_expect(i > 10 && i < 1000 && error.code < 0, "%d", i);
    cr_expect(state_put(state, "a", "t", key, value, 0, &error) < 0);
    limit_files(RLIM_INFINITY);
    put(state, "k", "v", 0);
    state_free(state);
    state = state_new("s.db");
    expect(state, "k", "v");
    expect(state, "9", value);
    state_free(state);
    cr_expect(eq(int, rows("s.db"), i));
    cr_expect(eq(sz, count_files("s.db.damaged*"), 0));
}

/* ---- in a stage ---- */

Test(state, a_stage_in_the_harness_remembers)
{
    gly_harness *h = gly_harness_open("recall", NULL);

    gly_harness_push(h, "b");
    gly_harness_push(h, "a");
    gly_harness_push(h, "b");
    cr_expect(eq(str, (char *)gly_get(gly_harness_doc(h), "known", 0),
                 "a 1, b 2"));
    gly_harness_push(h, "forget b");
    cr_expect(eq(str, (char *)gly_get(gly_harness_doc(h), "known", 0), "a 1"));
    gly_harness_close(h);
}

Test(state, a_worker_remembers_over_crashes_and_a_run_does_not)
{
    char *said;

    put_file("a", "x");
    put_file("b", "once");
    put_file("p.conf",
             "stages = ( { use = \"fetch\"; paths = \"in\"; },"
             " { use = \"recall\"; }, { use = \"crash\"; },"
             " { use = \"export\"; append = true; path = \"out\"; } );");
    run_shell(&said, "export GALLEY_PLUGIN_PATH=%s/tests/plugins; cp a in;"
              " galley work ./p.conf; galley work ./p.conf; cp b in;"
              " galley work ./p.conf 2> log;"
              " cp a in; galley run -q ./p.conf;"
              " sed 's/.*\"known\":\"//; s/\",\"/: /; s/\".*//' out;"
              " ls p.work/s*",
              build_folder());
    cr_expect(eq(str, said, "x 1: stays\nx 2: stays\nonce 2, x 2: stays\n"
                            "x 1: text\np.work/state.db\n"));
    free(said);
}

Test(state, a_worker_tells_of_a_file_that_is_damaged)
{
    char *said;

    put_file("in", "x");
    put_file("p.conf",
             "stages = ( { use = \"fetch\"; paths = \"in\"; },"
             " { use = \"recall\"; }, { use = \"export\"; } );");
    run_shell(&said, "export GALLEY_PLUGIN_PATH=%s/tests/plugins; mkdir p.work;"
              " echo no database > p.work/state.db; galley work ./p.conf 2>&1 |"
              " sed 's/damaged-[0-9TZ]*/damaged-DATE/'; cat p.work/*damaged*",
              build_folder());
    cr_expect(eq(str, said,
                 "galley: warning: p.work/state.db cannot be used: file is not "
                 "a database; it is kept as p.work/state.db.damaged-DATE, and "
                 "what was remembered in it begins anew\n"
                 "{\"id\":\"in\",\"source\":\"in\",\"known\":\"x 1\","
                 "\"stays\":\"yes\",\"text\":\"x\"}\nno database\n"));
    free(said);
}

Test(state, a_worker_whose_state_cannot_be_made_does_not_begin)
{
    char *said;

    put_file("in", "x");
    put_file("p.conf", "stages = ( { use = \"fetch\"; paths = \"in\"; },"
                       " { use = \"export\"; } );");
    cr_expect(eq(int, run_shell(&said, "mkdir -p p.work/state.db;"
                                " galley work ./p.conf"), 2));
    cr_expect(eq(str, said, "galley: cannot use p.work/state.db: unable to open "
                            "database file\n"));
    free(said);
}

#include "state.h"

#include "arena.h"
#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    SCHEMA = 1,
    APPLICATION = 0x474c5953, /* "GLYS" */
    BUSY_MS = 5000,
    PRUNE_SECONDS = 600,
    PRUNE_ROWS = 1000,        /* at once */
};

/* Setting what is set already costs nothing. Only a new file takes auto_vacuum,
 * and only before all else. */
static const char manner[] =
    "PRAGMA auto_vacuum = INCREMENTAL;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA journal_size_limit = 4194304;";

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE state (stage TEXT NOT NULL, \"table\" TEXT NOT NULL,"
    " key TEXT NOT NULL, value TEXT NOT NULL, remembered REAL NOT NULL,"
    " until REAL, PRIMARY KEY (stage, \"table\", key)) WITHOUT ROWID;"
    "CREATE INDEX state_until ON state (until) WHERE until IS NOT NULL;"
    "PRAGMA application_id = 0x474c5953;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

enum statement { PUT, FORGET, GET, GET_ALL, PRUNE, SHRINK, STATEMENTS };

/* ?4 is the time. */
static const char *const sql[STATEMENTS] = {
    [PUT] = "REPLACE INTO state VALUES (?1, ?2, ?3, ?5, ?4, ?4 + ?6)",
    [FORGET] = "DELETE FROM state WHERE stage = ?1 AND \"table\" = ?2"
               " AND key = ?3 AND ?4 > 0",
    [GET] = "SELECT value FROM state WHERE stage = ?1 AND \"table\" = ?2"
            " AND key = ?3 AND (until IS NULL OR until > ?4)",
    [GET_ALL] = "SELECT key, value FROM state WHERE stage = ?1"
                " AND \"table\" = ?2 AND (until IS NULL OR until > ?4)"
                " ORDER BY key",
    [PRUNE] = "DELETE FROM state WHERE (stage, \"table\", key) IN"
              " (SELECT stage, \"table\", key FROM state WHERE until <= ?4"
              " LIMIT 1000)",
    [SHRINK] = "PRAGMA incremental_vacuum(1000)",
};

struct state {
    char *path; /* NULL: in memory */
    pthread_mutex_t lock;
    sqlite3 *db; /* NULL: not open */
    sqlite3_stmt *statements[STATEMENTS];
    double next_prune;
    char why[256]; /* of the last failure */
};

/* What is bound to a statement; not each takes all of it. */
struct row {
    const char *owner, *table, *key, *value;
    double keep;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(struct state *s, int code, const char *why)
{
    snprintf(s->why, sizeof(s->why), "%s", why);
    return code;
}

static int fail_here(struct state *s, int code)
{
    return fail(s, code, sqlite3_errmsg(s->db));
}

static bool is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* ---- the file ---- */

static void close_file(struct state *s)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s->statements[i]);
    memset(s->statements, 0, sizeof(s->statements));
    sqlite3_close(s->db);
    s->db = NULL;
}

static void move_part(const char *path, const char *to, const char *part)
{
    gly_buf from = {0}, into = {0};

    gly_buf_printf(&from, "%s%s", path, part);
    gly_buf_printf(&into, "%s%s", to, part);
    if (rename(from.data, into.data) < 0 && errno != ENOENT)
        log_line(GLY_WARN, NULL, "cannot rename %s: %s", from.data,
                 strerror(errno));
    gly_buf_finish(&from);
    gly_buf_finish(&into);
}

/* The file itself goes last: without it SQLite would delete the others. */
static void set_aside(struct state *s)
{
    gly_buf to = {0};
    time_t time = (time_t)now();
    char date[32];
    struct tm tm;

    if (s->db)
        sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    close_file(s);
    strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", gmtime_r(&time, &tm));
    gly_buf_printf(&to, "%s.damaged-%s", s->path, date);
    while (access(to.data, F_OK) == 0)
        gly_buf_puts(&to, ".1");
    log_line(GLY_WARN, NULL, "%s cannot be used: %s; it is kept as %s, and "
             "what was remembered in it begins anew", s->path, s->why, to.data);
    move_part(s->path, to.data, "-wal");
    move_part(s->path, to.data, "-shm");
    move_part(s->path, to.data, "-journal");
    move_part(s->path, to.data, "");
    gly_buf_finish(&to);
}

static int execute(struct state *s, const char *script)
{
    int code = sqlite3_exec(s->db, script, NULL, NULL, NULL);

    return code == SQLITE_OK ? code : fail_here(s, code);
}

static int ask(struct state *s, const char *question, int64_t *answer)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(s->db, question, -1, &st, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(st);
    if (code == SQLITE_ROW) {
        *answer = sqlite3_column_int64(st, 0);
        code = SQLITE_OK;
    } else {
        fail_here(s, code);
    }
    sqlite3_finalize(st);
    return code;
}

/* Makes a new file's table; another's file is not written to. */
static int check(struct state *s)
{
    static const struct {
        const char *question;
        int64_t answer;
        const char *why;
    } marks[] = {
        { "PRAGMA application_id", APPLICATION, "another program made it" },
        { "PRAGMA user_version", SCHEMA, "another version of galley made it" },
        { "SELECT count(*) FROM pragma_quick_check(1)"
          " WHERE quick_check = 'ok'", 1, "it is damaged" },
    };
    int64_t answer = 0;
    int code = ask(s, "SELECT count(*) FROM sqlite_schema", &answer);
    bool fresh = answer == 0;

    for (size_t i = 0; i < sizeof(marks) / sizeof(*marks) && !fresh &&
                       code == SQLITE_OK; i++) {
        code = ask(s, marks[i].question, &answer);
        if (code == SQLITE_OK && answer != marks[i].answer)
            code = fail(s, SQLITE_NOTADB, marks[i].why);
    }
    if (code == SQLITE_OK)
        code = execute(s, manner);
    return code == SQLITE_OK && fresh ? execute(s, schema) : code;
}

static int prepare(struct state *s)
{
    int code = SQLITE_OK;

    for (size_t i = 0; i < STATEMENTS && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                  &s->statements[i], NULL);
    if (code != SQLITE_OK)
        fail_here(s, code);
    /* It has other tables than its marks say. */
    return code == SQLITE_ERROR ? SQLITE_NOTADB : code;
}

static int open_file(struct state *s)
{
    int code = sqlite3_open_v2(s->path ? s->path : ":memory:", &s->db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                   SQLITE_OPEN_NOMUTEX,
                               NULL);

    if (code != SQLITE_OK)
        fail_here(s, code);
    sqlite3_busy_timeout(s->db, BUSY_MS);
    if (code == SQLITE_OK)
        code = check(s);
    if (code == SQLITE_OK)
        code = prepare(s);
    if (code != SQLITE_OK && !is_damage(code))
        close_file(s);
    return code;
}

/* ---- statements ---- */

static void add_columns(gly_buf *out, sqlite3_stmt *st)
{
    for (int i = 0; i < sqlite3_column_count(st); i++) {
        const char *text = (const char *)sqlite3_column_text(st, i);

        if (text)
            gly_buf_add(out, text, strlen(text) + 1);
    }
}

/* Adds the columns of all rows to out, each with its NUL. */
static int step(struct state *s, enum statement which, const struct row *row,
                gly_buf *out)
{
    sqlite3_stmt *st = s->statements[which];
    int code;

    sqlite3_bind_text(st, 1, row->owner, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, row->table, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 3, row->key, -1, SQLITE_STATIC);
    sqlite3_bind_double(st, 4, now());
    sqlite3_bind_text(st, 5, row->value, -1, SQLITE_STATIC);
    if (row->keep > 0)
        sqlite3_bind_double(st, 6, row->keep);
    else
        sqlite3_bind_null(st, 6);
    while ((code = sqlite3_step(st)) == SQLITE_ROW)
        add_columns(out, st);
    if (code == SQLITE_DONE)
        code = SQLITE_OK;
    else
        fail_here(s, code);
    sqlite3_reset(st);
    return code;
}

/* A piece of what is to go at a time, so that no stage waits long. */
static int prune(struct state *s)
{
    static const struct row none;
    double time = now();
    int code;

    if (time < s->next_prune)
        return SQLITE_OK;
    code = step(s, PRUNE, &none, NULL);
    if (code == SQLITE_OK && sqlite3_changes(s->db) < PRUNE_ROWS)
        s->next_prune = time + PRUNE_SECONDS;
    return code == SQLITE_OK ? step(s, SHRINK, &none, NULL) : code;
}

static int to_errno(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL: return -ENOSPC;
    case SQLITE_BUSY: return -EBUSY;
    case SQLITE_CANTOPEN: return -EACCES;
    case SQLITE_READONLY: return -EROFS;
    default: return -EIO;
    }
}

/* A NULL row only opens it. Damage is met twice at most: the second file is new. */
static int run(struct state *s, enum statement which, const struct row *row,
               gly_buf *out, struct error *error)
{
    size_t before = out ? out->len : 0;
    int code, tries = 0;

    pthread_mutex_lock(&s->lock);
    do {
        code = s->db ? SQLITE_OK : open_file(s);
        if (code == SQLITE_OK && which == PUT)
            code = prune(s);
        if (code == SQLITE_OK && row)
            code = step(s, which, row, out);
        if (is_damage(code)) {
            set_aside(s);
            if (out)
                out->len = before;
        }
    } while (is_damage(code) && ++tries < 2);
    if (code != SQLITE_OK)
        error_set(error, to_errno(code), "cannot use %s: %s",
                  s->path ? s->path : "the state", s->why);
    pthread_mutex_unlock(&s->lock);
    return code == SQLITE_OK ? 0 : to_errno(code);
}

/* ---- what others call ---- */

struct state *state_new(const char *path)
{
    struct state *s = memory_new(sizeof(*s));

    pthread_mutex_init(&s->lock, NULL);
    if (path) {
        s->path = memory_new(strlen(path) + 1);
        strcpy(s->path, path);
    }
    return s;
}

void state_free(struct state *s)
{
    if (!s)
        return;
    close_file(s);
    pthread_mutex_destroy(&s->lock);
    free(s->path);
    free(s);
}

int state_open(struct state *s, struct error *error)
{
    return run(s, PRUNE, NULL, NULL, error);
}

int state_put(struct state *s, const char *owner, const char *table,
              const char *key, const char *value, double keep,
              struct error *error)
{
    const struct row row = {owner, table, key, value, keep};

    return run(s, value ? PUT : FORGET, &row, NULL, error);
}

int state_get(struct state *s, const char *owner, const char *table,
              const char *key, gly_buf *value, struct error *error)
{
    const struct row row = {.owner = owner, .table = table, .key = key};
    size_t before = value->len;
    int result = run(s, GET, &row, value, error);

    if (result < 0 || value->len == before)
        return result;
    value->len--; /* its NUL */
    return 1;
}

int state_each(struct state *s, const char *owner, const char *table,
               void (*each)(void *arg, const char *key, const char *value),
               void *arg, struct error *error)
{
    const struct row row = {.owner = owner, .table = table};
    gly_buf all = {0};
    int result = run(s, GET_ALL, &row, &all, error);

    for (size_t at = 0; result == 0 && at < all.len;) {
        const char *key = all.data + at, *value = key + strlen(key) + 1;

        each(arg, key, value);
        at = (size_t)(value - all.data) + strlen(value) + 1;
    }
    gly_buf_finish(&all);
    return result;
}

/* export-sqlite: keeps documents and what was found in them as tables of one
 * SQLite file, each document once by its id.
 *
 * Documents are held until their batch is committed, so one that is passed on is
 * on the disk.
 */
#include "export/rows.h"

#include <errno.h>
#include <sqlite3.h>

enum {
    SCHEMA = 1,
    APPLICATION = 0x47414c59, /* "GALY" */
    MOST_HELD = 1000,
    PAUSE_MS = 5,
};

/* "begin" and "end" count code points from 0, as substr() counts from 1. */
static const char schema[] =
    "CREATE TABLE documents (doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " uri TEXT, title TEXT, author TEXT, date TEXT, lang TEXT, site TEXT,"
    " agency TEXT, duplicate_of TEXT, translation_score REAL,"
    " text TEXT NOT NULL, record TEXT);"
    "CREATE INDEX documents_date ON documents (date);"
    "CREATE TABLE captions (doc INTEGER NOT NULL, caption INTEGER NOT NULL,"
    " text TEXT NOT NULL, credit TEXT, PRIMARY KEY (doc, caption))"
    " WITHOUT ROWID;"
    "CREATE TABLE entities (doc INTEGER NOT NULL, caption INTEGER,"
    " \"begin\" INTEGER NOT NULL, \"end\" INTEGER NOT NULL, text TEXT NOT NULL,"
    " label TEXT NOT NULL, score REAL NOT NULL, name TEXT, value TEXT, id TEXT,"
    " role TEXT);"
    "CREATE INDEX entities_doc ON entities (doc);"
    "CREATE INDEX entities_name ON entities (name);"
    "CREATE TABLE quotes (doc INTEGER NOT NULL, caption INTEGER,"
    " \"begin\" INTEGER NOT NULL, \"end\" INTEGER NOT NULL, text TEXT NOT NULL,"
    " kind TEXT NOT NULL, score REAL NOT NULL, speaker TEXT, speaker_name TEXT,"
    " cue TEXT, stance TEXT);"
    "CREATE INDEX quotes_doc ON quotes (doc);"
    "CREATE INDEX quotes_speaker ON quotes (speaker_name);"
    "CREATE TABLE markers (doc INTEGER NOT NULL, caption INTEGER,"
    " \"begin\" INTEGER NOT NULL, \"end\" INTEGER NOT NULL, text TEXT NOT NULL,"
    " kind TEXT NOT NULL, score REAL NOT NULL, why TEXT, suggestion TEXT);"
    "CREATE INDEX markers_doc ON markers (doc);"
    "CREATE VIRTUAL TABLE search USING fts5(title, text, content = 'documents',"
    " content_rowid = 'doc', tokenize = 'unicode61 remove_diacritics 2');"
    "CREATE TRIGGER search_insert AFTER INSERT ON documents BEGIN"
    " INSERT INTO search (rowid, title, text)"
    " VALUES (new.doc, new.title, new.text); END;"
    "CREATE TRIGGER search_delete AFTER DELETE ON documents BEGIN"
    " INSERT INTO search (search, rowid, title, text)"
    " VALUES ('delete', old.doc, old.title, old.text); END;"
    "CREATE TRIGGER search_update AFTER UPDATE ON documents BEGIN"
    " INSERT INTO search (search, rowid, title, text)"
    " VALUES ('delete', old.doc, old.title, old.text);"
    " INSERT INTO search (rowid, title, text)"
    " VALUES (new.doc, new.title, new.text); END;"
    "PRAGMA user_version = 1;";

static const char *const put_sql[TABLES] = {
    [DOCUMENTS] =
        "INSERT INTO documents (id, uri, title, author, date, lang, site,"
        " agency, duplicate_of, translation_score, text, record)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET uri = excluded.uri,"
        " title = excluded.title, author = excluded.author,"
        " date = excluded.date, lang = excluded.lang, site = excluded.site,"
        " agency = excluded.agency, duplicate_of = excluded.duplicate_of,"
        " translation_score = excluded.translation_score,"
        " text = excluded.text, record = excluded.record RETURNING doc",
    [CAPTIONS] = "INSERT INTO captions VALUES (?, ?, ?, ?)",
    [ENTITIES] =
        "INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [QUOTES] =
        "INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [MARKERS] = "INSERT INTO markers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static const char *const forget_sql[TABLES] = {
    [CAPTIONS] = "DELETE FROM captions WHERE doc = ?",
    [ENTITIES] = "DELETE FROM entities WHERE doc = ?",
    [QUOTES] = "DELETE FROM quotes WHERE doc = ?",
    [MARKERS] = "DELETE FROM markers WHERE doc = ?",
};

struct state {
    const char *path;
    long batch;
    double busy;
    bool record;

    sqlite3 *db;
    sqlite3_stmt *put[TABLES], *forget[TABLES];
    int64_t key; /* of the document that is being written */
    gly_doc *held[MOST_HELD];
    size_t held_count;
    gly_buf line;
};

static const gly_option options[] = {
    { "path", GLY_FIELD(struct state, path),
      .help = "The SQLite file; it is made when there is none." },
    { "batch", GLY_FIELD(struct state, batch), .def = "100", .min = 1,
      .max = MOST_HELD,
      .help = "How many documents are committed together; fewer when no more "
              "come." },
    { "record", GLY_FIELD(struct state, record), .def = "true",
      .help = "Whether to keep each document's whole record too, as JSON." },
    { "busy", GLY_FIELD(struct state, busy), .def = "30s", .unit = "s",
      .max = 86400,
      .help = "How long to wait while another program has the file locked." },
    { 0 }
};

/* ---- statements ---- */

static int break_off(gly_stage *stage, const char *what)
{
    struct state *s = gly_state(stage);

    return gly_break(stage, -EIO, "cannot %s %s: %s", what, s->path,
                     sqlite3_errmsg(s->db));
}

static int execute(gly_stage *stage, const char *script)
{
    struct state *s = gly_state(stage);

    return sqlite3_exec(s->db, script, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : break_off(stage, "write");
}

static void bind(sqlite3_stmt *st, int at, const struct cell *cell,
                 enum type type)
{
    if (!cell->filled)
        sqlite3_bind_null(st, at);
    else if (type == INTEGER)
        sqlite3_bind_int64(st, at, (int64_t)cell->number);
    else if (type == REAL)
        sqlite3_bind_double(st, at, cell->number);
    else
        sqlite3_bind_text64(st, at, cell->text, cell->len, SQLITE_STATIC,
                            SQLITE_UTF8);
}

/* Runs what was bound. */
static int step(gly_stage *stage, sqlite3_stmt *st)
{
    int code = sqlite3_step(st);

    sqlite3_reset(st);
    return code == SQLITE_DONE ? 0 : break_off(stage, "write");
}

/* ---- one document ---- */

/* Writes the document's own row, and lets go of the others it had. */
static int begin_document(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    sqlite3_stmt *st = s->put[DOCUMENTS];
    int result = 0;

    if (sqlite3_step(st) != SQLITE_ROW) {
        sqlite3_reset(st);
        return break_off(stage, "write");
    }
    s->key = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    for (enum table i = CAPTIONS; i < TABLES && result == 0; i++) {
        sqlite3_bind_int64(s->forget[i], 1, s->key);
        result = step(stage, s->forget[i]);
    }
    return result;
}

static int put_row(void *arg, enum table table, const struct cell *cells)
{
    gly_stage *stage = arg;
    struct state *s = gly_state(stage);
    const struct column *column = rows_tables[table].columns;
    int first = table == DOCUMENTS ? 1 : 2;

    if (table != DOCUMENTS)
        sqlite3_bind_int64(s->put[table], 1, s->key);
    for (int i = 0; column[i].name; i++)
        bind(s->put[table], first + i, &cells[i], column[i].type);
    return table == DOCUMENTS ? begin_document(stage)
                              : step(stage, s->put[table]);
}

/* ---- a batch ---- */

static void let_go(gly_stage *stage, int result)
{
    struct state *s = gly_state(stage);

    for (size_t i = 0; i < s->held_count; i++)
        gly_release(stage, s->held[i], result);
    s->held_count = 0;
}

/* Everything or nothing: a batch that cannot be written fails as a whole. */
static int give_up(gly_stage *stage, int result)
{
    struct state *s = gly_state(stage);

    if (!sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    let_go(stage, result);
    return result;
}

static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result;

    if (s->held_count == 0)
        return 0;
    result = execute(stage, "COMMIT");
    if (result < 0)
        return give_up(stage, result);
    let_go(stage, GLY_PASS);
    return 0;
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    int result;

    if (!gly_get(doc, "id", 0))
        return gly_fail(stage, -EINVAL, "the document has no id");
    result = s->held_count == 0 ? execute(stage, "BEGIN IMMEDIATE") : 0;
    s->held[s->held_count++] = doc;
    if (result == 0)
        result = rows_put(doc, s->record ? &s->line : NULL, put_row, stage);
    if (result < 0)
        give_up(stage, result);
    else if (s->held_count == (size_t)s->batch)
        flush(stage);
    return GLY_HOLD;
}

/* ---- beginning and end ---- */

static int64_t ask(struct state *s, const char *question)
{
    sqlite3_stmt *st;
    int64_t answer = -1;

    if (sqlite3_prepare_v2(s->db, question, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        answer = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return answer;
}

/* All at once, so that a process that is killed here leaves a file that the next
 * one can still begin. Another worker may be making them at this time. */
static int make_tables(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    char mark[64];
    int code = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

    sqlite3_snprintf(sizeof(mark), mark, "PRAGMA application_id = %d",
                     APPLICATION);
    if (code == SQLITE_OK && ask(s, "SELECT count(*) FROM sqlite_schema") == 0) {
        code = sqlite3_exec(s->db, mark, NULL, NULL, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_exec(s->db, schema, NULL, NULL, NULL);
    }
    if (code == SQLITE_OK)
        code = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
    return code == SQLITE_OK
               ? 0
               : gly_fail(stage, -EIO, "cannot make the tables of %s: %s",
                          s->path, sqlite3_errmsg(s->db));
}

/* A file of somebody else is left alone. */
static int check_schema(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int64_t tables = ask(s, "SELECT count(*) FROM sqlite_schema");

    if (tables < 0)
        return gly_fail(stage, -EINVAL, "cannot read %s: %s", s->path,
                        sqlite3_errmsg(s->db));
    if (tables == 0 && make_tables(stage) < 0)
        return -EIO;
    if (ask(s, "PRAGMA application_id") != APPLICATION)
        return gly_fail(stage, -EINVAL, "%s is a database of another program: "
                        "give another path", s->path);
    if (ask(s, "PRAGMA user_version") != SCHEMA)
        return gly_fail(stage, -EINVAL, "%s was made by another version of "
                        "galley: give another path", s->path);
    return 0;
}

static bool prepare(struct state *s, const char *sql, sqlite3_stmt **st)
{
    return !sql || sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      st, NULL) == SQLITE_OK;
}

static int prepare_all(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    for (enum table i = 0; i < TABLES; i++)
        if (!prepare(s, put_sql[i], &s->put[i]) ||
            !prepare(s, forget_sql[i], &s->forget[i]))
            return gly_fail(stage, -EINVAL, "%s has other tables: %s", s->path,
                            sqlite3_errmsg(s->db));
    return 0;
}

/* When others begin the same new file, SQLite does not wait here, whatever its
 * timeout: that is set after this. */
static int set_journal(struct state *s)
{
    int code, waited = 0;

    while ((code = sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL,
                                NULL)) == SQLITE_BUSY &&
           waited < s->busy * 1000)
        waited += sqlite3_sleep(PAUSE_MS);
    sqlite3_busy_timeout(s->db, (int)(s->busy * 1000));
    return code;
}

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result;

    if (!*s->path)
        return gly_fail(stage, -EINVAL, "path is empty");
    if (sqlite3_open_v2(s->path, &s->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        NULL) != SQLITE_OK)
        return gly_fail(stage, -EIO, "cannot open %s: %s", s->path,
                        sqlite3_errmsg(s->db));
    if (set_journal(s) != SQLITE_OK ||
        sqlite3_exec(s->db, "PRAGMA synchronous = FULL", NULL, NULL,
                     NULL) != SQLITE_OK)
        return gly_fail(stage, -EIO, "cannot open %s: %s", s->path,
                        sqlite3_errmsg(s->db));
    result = check_schema(stage);
    return result < 0 ? result : prepare_all(stage);
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    for (enum table i = 0; i < TABLES; i++) {
        sqlite3_finalize(s->put[i]);
        sqlite3_finalize(s->forget[i]);
    }
    sqlite3_close(s->db);
    gly_buf_finish(&s->line);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "export-sqlite",
    .about = "Keeps documents, entities, quotes and markers as tables of an "
             "SQLite file, with full-text search.",
    .reads = "text, all fields and layers",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .process = process,
    .flush = flush,
    .close = close_stage,
};

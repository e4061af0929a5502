/* export-sqlite: keeps documents and what was found in them as tables of one
 * SQLite file, each document once by its id.
 *
 * Documents are held until their batch is committed, so one that is passed on is
 * on the disk.
 */
#include <galley/galley.h>

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

enum { SCHEMA = 1, APPLICATION = 0x47414c59 /* "GALY" */, MOST_HELD = 1000 };

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

enum statement {
    PUT_DOCUMENT,
    FORGET_CAPTIONS,
    FORGET_ENTITIES,
    FORGET_QUOTES,
    FORGET_MARKERS,
    PUT_CAPTION,
    PUT_ENTITY,
    PUT_QUOTE,
    PUT_MARKER,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [PUT_DOCUMENT] =
        "INSERT INTO documents (id, uri, title, author, date, lang, site,"
        " agency, duplicate_of, translation_score, text, record)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET uri = excluded.uri,"
        " title = excluded.title, author = excluded.author,"
        " date = excluded.date, lang = excluded.lang, site = excluded.site,"
        " agency = excluded.agency, duplicate_of = excluded.duplicate_of,"
        " translation_score = excluded.translation_score,"
        " text = excluded.text, record = excluded.record RETURNING doc",
    [FORGET_CAPTIONS] = "DELETE FROM captions WHERE doc = ?",
    [FORGET_ENTITIES] = "DELETE FROM entities WHERE doc = ?",
    [FORGET_QUOTES] = "DELETE FROM quotes WHERE doc = ?",
    [FORGET_MARKERS] = "DELETE FROM markers WHERE doc = ?",
    [PUT_CAPTION] = "INSERT INTO captions VALUES (?, ?, ?, ?)",
    [PUT_ENTITY] =
        "INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_QUOTE] =
        "INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_MARKER] = "INSERT INTO markers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

struct state {
    const char *path;
    long batch;
    double busy;
    bool record;

    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
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

static void bind_text(sqlite3_stmt *st, int at, const char *text, size_t len)
{
    if (text)
        sqlite3_bind_text64(st, at, text, len, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(st, at);
}

static void bind(sqlite3_stmt *st, int at, const char *text)
{
    bind_text(st, at, text, text ? strlen(text) : 0);
}

/* Runs what was bound. */
static int step(gly_stage *stage, enum statement which)
{
    struct state *s = gly_state(stage);
    int code = sqlite3_step(s->statements[which]);

    sqlite3_reset(s->statements[which]);
    return code == SQLITE_DONE ? 0 : break_off(stage, "write");
}

/* ---- one document ---- */

/* What the rows of a document's text, or of a caption's, have in common. */
struct rows {
    gly_stage *stage;
    const gly_doc *doc; /* the one with the spans */
    int64_t key;
    int caption; /* counted from 0; -1: the text itself */
};

/* The columns doc, caption, begin, end, text; the kind or label and the score. */
static sqlite3_stmt *bind_span(const struct rows *rows, enum statement which,
                               const gly_span *span)
{
    struct state *s = gly_state(rows->stage);
    sqlite3_stmt *st = s->statements[which];

    sqlite3_bind_int64(st, 1, rows->key);
    if (rows->caption < 0)
        sqlite3_bind_null(st, 2);
    else
        sqlite3_bind_int(st, 2, rows->caption);
    sqlite3_bind_int64(st, 3, gly_codepoint(rows->doc, span->begin));
    sqlite3_bind_int64(st, 4, gly_codepoint(rows->doc, span->end));
    bind_text(st, 5, gly_text(rows->doc, NULL) + span->begin,
              span->end - span->begin);
    bind(st, 6, span->kind);
    sqlite3_bind_double(st, 7, span->score);
    return st;
}

static int put_entity(const struct rows *rows, const gly_span *span)
{
    sqlite3_stmt *st = bind_span(rows, PUT_ENTITY, span);

    bind(st, 8, span->name);
    bind(st, 9, gly_note_get(span, "value"));
    bind(st, 10, gly_note_get(span, "id"));
    bind(st, 11, gly_note_get(span, "role"));
    return step(rows->stage, PUT_ENTITY);
}

static int put_quote(const struct rows *rows, const gly_span *span)
{
    sqlite3_stmt *st = bind_span(rows, PUT_QUOTE, span);
    const gly_span *speaker = gly_part(span, "speaker");
    const gly_span *cue = gly_part(span, "cue");
    const char *text = gly_text(rows->doc, NULL);

    bind_text(st, 8, speaker ? text + speaker->begin : NULL,
              speaker ? speaker->end - speaker->begin : 0);
    bind(st, 9, speaker ? speaker->name : NULL);
    bind_text(st, 10, cue ? text + cue->begin : NULL,
              cue ? cue->end - cue->begin : 0);
    bind(st, 11, cue ? gly_note_get(cue, "stance") : NULL);
    return step(rows->stage, PUT_QUOTE);
}

static int put_marker(const struct rows *rows, const gly_span *span)
{
    sqlite3_stmt *st = bind_span(rows, PUT_MARKER, span);

    bind(st, 8, gly_note_get(span, "why"));
    bind(st, 9, gly_note_get(span, "suggestion"));
    return step(rows->stage, PUT_MARKER);
}

static int put_layer(const struct rows *rows, const char *layer,
                     int (*put)(const struct rows *rows, const gly_span *span))
{
    const gly_span *span = gly_spans(rows->doc, layer);
    int result = 0;

    for (; span && result == 0; span = span->next)
        result = put(rows, span);
    return result;
}

static int put_layers(const struct rows *rows)
{
    int result = put_layer(rows, "entities", put_entity);

    if (result == 0)
        result = put_layer(rows, "quotes", put_quote);
    if (result == 0)
        result = put_layer(rows, "markers", put_marker);
    return result;
}

static int put_captions(gly_stage *stage, const gly_doc *doc, int64_t key)
{
    struct state *s = gly_state(stage);
    sqlite3_stmt *st = s->statements[PUT_CAPTION];
    const gly_doc *caption;
    int result = 0;

    for (int i = 0; (caption = gly_aside(doc, "captions", (size_t)i)) &&
                    result == 0; i++) {
        struct rows rows = {stage, caption, key, i};

        sqlite3_bind_int64(st, 1, key);
        sqlite3_bind_int(st, 2, i);
        bind(st, 3, gly_text(caption, NULL));
        bind(st, 4, gly_get(caption, "credit", 0));
        result = step(stage, PUT_CAPTION);
        if (result == 0)
            result = put_layers(&rows);
    }
    return result;
}

static int put_document(gly_stage *stage, gly_doc *doc, int64_t *key)
{
    static const char *const columns[] = {
        "id", "uri", "title", "author", "date", "lang", "site", "agency",
        "duplicate_of",
    };
    enum { COLUMNS = sizeof(columns) / sizeof(*columns) };
    struct state *s = gly_state(stage);
    sqlite3_stmt *st = s->statements[PUT_DOCUMENT];
    gly_pos len;
    const char *text = gly_text(doc, &len);

    for (int i = 0; i < COLUMNS; i++)
        bind(st, i + 1, gly_get_all(doc, columns[i], "; "));
    if (gly_get(doc, "translation.score", 0))
        sqlite3_bind_double(st, COLUMNS + 1,
                            gly_get_number(doc, "translation.score", 0));
    else
        sqlite3_bind_null(st, COLUMNS + 1);
    bind_text(st, COLUMNS + 2, text, len);
    s->line.len = 0;
    if (s->record)
        gly_record_add(&s->line, doc, NULL);
    bind_text(st, COLUMNS + 3, s->record ? s->line.data : NULL, s->line.len);
    if (sqlite3_step(st) != SQLITE_ROW) {
        sqlite3_reset(st);
        return break_off(stage, "write");
    }
    *key = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return 0;
}

static int put(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    struct rows rows = {.stage = stage, .doc = doc, .caption = -1};
    int result = put_document(stage, doc, &rows.key);

    for (enum statement i = FORGET_CAPTIONS; i <= FORGET_MARKERS; i++) {
        if (result < 0)
            return result;
        sqlite3_bind_int64(s->statements[i], 1, rows.key);
        result = step(stage, i);
    }
    if (result == 0)
        result = put_layers(&rows);
    if (result == 0)
        result = put_captions(stage, doc, rows.key);
    return result;
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
        result = put(stage, doc);
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

/* Makes the tables of a new file; a file of somebody else is left alone. */
static int check_schema(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int64_t tables = ask(s, "SELECT count(*) FROM sqlite_schema");

    if (tables < 0)
        return gly_fail(stage, -EINVAL, "cannot read %s: %s", s->path,
                        sqlite3_errmsg(s->db));
    if (tables == 0) {
        char mark[64];

        sqlite3_snprintf(sizeof(mark), mark, "PRAGMA application_id = %d",
                         APPLICATION);
        return sqlite3_exec(s->db, mark, NULL, NULL, NULL) == SQLITE_OK &&
                       sqlite3_exec(s->db, schema, NULL, NULL, NULL) == SQLITE_OK
                   ? 0
                   : gly_fail(stage, -EIO, "cannot make the tables of %s: %s",
                              s->path, sqlite3_errmsg(s->db));
    }
    if (ask(s, "PRAGMA application_id") != APPLICATION)
        return gly_fail(stage, -EINVAL, "%s is a database of another program: "
                        "give another path", s->path);
    if (ask(s, "PRAGMA user_version") != SCHEMA)
        return gly_fail(stage, -EINVAL, "%s was made by another version of "
                        "galley: give another path", s->path);
    return 0;
}

static int prepare(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    for (size_t i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &s->statements[i], NULL) != SQLITE_OK)
            return gly_fail(stage, -EINVAL, "%s has other tables: %s", s->path,
                            sqlite3_errmsg(s->db));
    return 0;
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
    sqlite3_busy_timeout(s->db, (int)(s->busy * 1000));
    if (sqlite3_exec(s->db, "PRAGMA journal_mode = WAL;"
                            "PRAGMA synchronous = FULL;",
                     NULL, NULL, NULL) != SQLITE_OK)
        return gly_fail(stage, -EIO, "cannot open %s: %s", s->path,
                        sqlite3_errmsg(s->db));
    result = check_schema(stage);
    return result < 0 ? result : prepare(stage);
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s->statements[i]);
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

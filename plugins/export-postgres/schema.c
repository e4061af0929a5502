/* schema.c: the tables, and the statements that fill them. */
#include "postgres.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1 };

/* @ stands for the schema. Only so much of a text is searched as an index entry
 * surely holds. */
static const char script[] =
    "CREATE SCHEMA IF NOT EXISTS @;"
    "CREATE TABLE @.documents (doc bigint GENERATED ALWAYS AS IDENTITY"
    " PRIMARY KEY, id text COLLATE \"C\" NOT NULL UNIQUE, uri text, title text,"
    " author text, date text, lang text, site text, agency text,"
    " duplicate_of text, translation_score double precision,"
    " text text NOT NULL, record jsonb,"
    " search tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple', left(coalesce(title, ''), 2000)), 'A') ||"
    " to_tsvector('simple', left(text, 200000))) STORED);"
    "CREATE INDEX documents_date ON @.documents (date);"
    "CREATE INDEX documents_search ON @.documents USING gin (search);"
    "CREATE TABLE @.captions (doc bigint NOT NULL, caption integer NOT NULL,"
    " text text NOT NULL, credit text, PRIMARY KEY (doc, caption));"
    "CREATE TABLE @.entities (doc bigint NOT NULL, caption integer,"
    " \"begin\" integer NOT NULL, \"end\" integer NOT NULL, text text NOT NULL,"
    " label text NOT NULL, score double precision NOT NULL, name text,"
    " value text, id text, role text);"
    "CREATE INDEX entities_doc ON @.entities (doc);"
    "CREATE INDEX entities_name ON @.entities (name);"
    "CREATE TABLE @.quotes (doc bigint NOT NULL, caption integer,"
    " \"begin\" integer NOT NULL, \"end\" integer NOT NULL, text text NOT NULL,"
    " kind text NOT NULL, score double precision NOT NULL, speaker text,"
    " speaker_name text, cue text, stance text);"
    "CREATE INDEX quotes_doc ON @.quotes (doc);"
    "CREATE INDEX quotes_speaker ON @.quotes (speaker_name);"
    "CREATE TABLE @.markers (doc bigint NOT NULL, caption integer,"
    " \"begin\" integer NOT NULL, \"end\" integer NOT NULL, text text NOT NULL,"
    " kind text NOT NULL, score double precision NOT NULL, why text,"
    " suggestion text);"
    "CREATE INDEX markers_doc ON @.markers (doc);"
    "CREATE TABLE @.galley (version integer NOT NULL);"
    "INSERT INTO @.galley VALUES (1);";

static void expand(gly_buf *out, const char *sql, const char *schema)
{
    for (const char *at; (at = strchr(sql, '@')) != NULL; sql = at + 1) {
        gly_buf_add(out, sql, (size_t)(at - sql));
        gly_buf_puts(out, schema);
    }
    gly_buf_puts(out, sql);
}

/* ---- is it ours? ---- */

static bool is_state(const PGresult *result, const char *state)
{
    const char *has = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    return has && strcmp(has, state) == 0;
}

/* The version of the tables that are there: 0 for none, -1 when it cannot be read,
 * with why. */
static int look(PGconn *conn, const char *schema, char *why, size_t size)
{
    gly_buf sql = {0};
    PGresult *result;
    const char *said;
    int version = -1;

    expand(&sql, "SELECT version FROM @.galley", schema);
    result = PQexec(conn, sql.data);
    gly_buf_finish(&sql);
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        version = atoi(PQgetvalue(result, 0, 0));
    else if (is_state(result, "42P01") || is_state(result, "3F000"))
        version = 0; /* no such table, no such schema */
    said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    snprintf(why, size, "%s", said ? said : "it is another program's");
    PQclear(result);
    return version;
}

/* Whether they were made; with another worker's, made meanwhile, they were not. */
static bool make(PGconn *conn, const char *schema, char *why, size_t size)
{
    gly_buf sql = {0};
    PGresult *result;
    const char *said;
    bool made;

    expand(&sql, script, schema);
    result = PQexec(conn, sql.data);
    gly_buf_finish(&sql);
    made = PQresultStatus(result) == PGRES_COMMAND_OK;
    said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    snprintf(why, size, "%s", said ? said : PQerrorMessage(conn));
    PQclear(result);
    return made;
}

int schema_check(gly_stage *stage, PGconn *conn, const char *name)
{
    char *schema = PQescapeIdentifier(conn, name, strlen(name));
    char why[256] = "", why_not_made[256] = "";
    int version = schema ? look(conn, schema, why, sizeof(why)) : -1;

    if (version == 0 && !make(conn, schema, why_not_made, sizeof(why_not_made)))
        version = look(conn, schema, why, sizeof(why));
    else if (version == 0)
        version = VERSION;
    PQfreemem(schema);
    if (version < 0)
        return gly_fail(stage, -EINVAL, "cannot read the table galley of the "
                        "schema %s: %s", name, why);
    if (version == 0)
        return gly_fail(stage, -EINVAL, "cannot make the tables of the schema "
                        "%s: %s", name, why_not_made);
    if (version != VERSION)
        return gly_fail(stage, -EINVAL, "the schema %s was made by another "
                        "version of galley: its tables have version %d, not "
                        "%d; give another schema", name, version, VERSION);
    return 0;
}

/* ---- statements ---- */

static void add_names(gly_buf *out, const struct column *column,
                      const char *before, bool json)
{
    for (size_t i = 0; column[i].name; i++)
        gly_buf_printf(out, "%s%s\"%s\"%s", i > 0 ? ", " : "", before,
                       column[i].name,
                       json && column[i].type == JSON ? "::jsonb" : "");
}

static void add_arrays(gly_buf *out, const struct column *column, size_t first)
{
    static const char *const types[] = {
        [TEXT] = "text", [JSON] = "text", [INTEGER] = "int4",
        [REAL] = "float8",
    };

    for (size_t i = 0; column[i].name; i++)
        gly_buf_printf(out, "%s$%zu::%s[]", i > 0 ? ", " : "", first + i,
                       types[column[i].type]);
}

/* What is there under an id is replaced. */
static void make_put_documents(gly_buf *out, const char *schema)
{
    const struct column *column = rows_tables[DOCUMENTS].columns;

    gly_buf_printf(out, "INSERT INTO %s.documents (", schema);
    add_names(out, column, "", false);
    gly_buf_puts(out, ") SELECT ");
    add_names(out, column, "r.", true);
    gly_buf_puts(out, " FROM unnest(");
    add_arrays(out, column, 1);
    gly_buf_puts(out, ") AS r(");
    add_names(out, column, "", false);
    gly_buf_puts(out, ") ON CONFLICT (id) DO UPDATE SET ");
    for (size_t i = 1; column[i].name; i++)
        gly_buf_printf(out, "%s\"%s\" = excluded.\"%s\"", i > 1 ? ", " : "",
                       column[i].name, column[i].name);
}

/* Sorted as the ids are, the documents' keys stand where their ids do. */
static void make_put(gly_buf *out, const char *schema, enum table table)
{
    const struct column *column = rows_tables[table].columns;

    gly_buf_printf(out, "INSERT INTO %s.%s (doc, ", schema,
                   rows_tables[table].name);
    add_names(out, column, "", false);
    gly_buf_puts(out, ") SELECT k.docs[r.n], ");
    add_names(out, column, "r.", false);
    gly_buf_printf(out, " FROM (SELECT array_agg(doc ORDER BY id) AS docs"
                   " FROM %s.documents WHERE id = ANY ($1::text[])) AS k,"
                   " unnest($2::int4[], ", schema);
    add_arrays(out, column, 3);
    gly_buf_puts(out, ") AS r(n, ");
    add_names(out, column, "", false);
    gly_buf_puts(out, ")");
}

void statements_make(struct statements *s, PGconn *conn, const char *name)
{
    char *schema = PQescapeIdentifier(conn, name, strlen(name));

    make_put_documents(&s->put[DOCUMENTS], schema);
    for (enum table i = CAPTIONS; i < TABLES; i++) {
        gly_buf_printf(&s->forget[i],
                       "DELETE FROM %s.%s WHERE doc = ANY (ARRAY(SELECT doc"
                       " FROM %s.documents WHERE id = ANY ($1::text[])))",
                       schema, rows_tables[i].name, schema);
        make_put(&s->put[i], schema, i);
    }
    PQfreemem(schema);
}

void statements_finish(struct statements *s)
{
    for (enum table i = 0; i < TABLES; i++) {
        gly_buf_finish(&s->forget[i]);
        gly_buf_finish(&s->put[i]);
    }
}

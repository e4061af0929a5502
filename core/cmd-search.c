/* `galley search`: the full-text search of a file that export-sqlite wrote. */
#include "command.h"

#include <galley/record.h>

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPLICATION = 0x47414c59 };

static const char question[] =
    "SELECT documents.id, documents.date, documents.title,"
    " snippet(search, -1, '[', ']', '...', 24)"
    " FROM search JOIN documents ON documents.doc = search.rowid"
    " WHERE search MATCH ? ORDER BY search.rank, documents.id LIMIT ?";

/* What documents say may not steer a terminal. */
static void show(const char *text, const char *after)
{
    for (; text && *text; text++) {
        unsigned char c = (unsigned char)*text;

        /* C1 controls are U+0080 to U+009F, C2 80 to C2 9F. */
        if (c == 0xC2 && (unsigned char)text[1] < 0xA0) {
            putchar(' ');
            text++;
        } else {
            putchar(c < 0x20 || c == 0x7F ? ' ' : c);
        }
    }
    fputs(after, stdout);
}

static const char *column(sqlite3_stmt *st, int i)
{
    return (const char *)sqlite3_column_text(st, i);
}

static void show_lines(sqlite3_stmt *st)
{
    show(column(st, 0), "");
    for (int i = 1; i < 3; i++)
        if (column(st, i)) {
            fputs("  ", stdout);
            show(column(st, i), "");
        }
    fputs("\n    ", stdout);
    show(column(st, 3), "\n");
}

static void show_json(sqlite3_stmt *st)
{
    static const char *const names[] = {"id", "date", "title", "snippet"};
    gly_buf line = {0};

    gly_buf_puts(&line, "{");
    for (int i = 0; i < 4; i++) {
        const char *value = column(st, i);

        if (!value)
            continue;
        gly_buf_printf(&line, "%s\"%s\":", line.len > 1 ? "," : "", names[i]);
        gly_json_string(&line, value, strlen(value));
    }
    gly_buf_puts(&line, "}");
    puts(line.data);
    gly_buf_finish(&line);
}

/* Each word as a string of FTS5, in which nothing has a meaning of its own; all
 * must occur. One with spaces is a phrase; a star at its end stands for any
 * ending. */
static void quote_words(gly_buf *query, char **words, int count)
{
    for (int i = 0; i < count; i++) {
        size_t len = strlen(words[i]);
        bool prefix = len > 1 && words[i][len - 1] == '*';

        gly_buf_puts(query, i > 0 ? " \"" : "\"");
        for (size_t k = 0; k < len - prefix; k++)
            gly_buf_add(query, words[i][k] == '"' ? "\"\"" : words[i] + k,
                        words[i][k] == '"' ? 2 : 1);
        gly_buf_puts(query, prefix ? "\"*" : "\"");
    }
}

static int refuse(sqlite3 *db, const char *path, const char *why)
{
    fprintf(stderr, "galley search: cannot search %s: %s\n", path,
            why ? why : sqlite3_errmsg(db));
    return WRONG_USE;
}

static bool is_ours(sqlite3 *db)
{
    sqlite3_stmt *st;
    bool ours = sqlite3_prepare_v2(db, "PRAGMA application_id", -1, &st,
                                   NULL) == SQLITE_OK &&
                sqlite3_step(st) == SQLITE_ROW &&
                sqlite3_column_int(st, 0) == APPLICATION;

    sqlite3_finalize(st);
    return ours;
}

static int answer(sqlite3 *db, const char *path, const char *query, int most,
                  void (*show_one)(sqlite3_stmt *st))
{
    sqlite3_stmt *st;
    int code, found = 0;

    if (sqlite3_prepare_v2(db, question, -1, &st, NULL) != SQLITE_OK)
        return refuse(db, path, is_ours(db) ? NULL : "export-sqlite did not write it");
    sqlite3_bind_text(st, 1, query, -1, SQLITE_STATIC);
    sqlite3_bind_int(st, 2, most);
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        show_one(st);
        found++;
    }
    sqlite3_finalize(st);
    if (code != SQLITE_DONE)
        return refuse(db, path, NULL);
    return found > 0 ? ALL_WELL : SOME_FAILED;
}

static int run(struct args *args)
{
    void (*show_one)(sqlite3_stmt *st) = show_lines;
    long most = 20;
    gly_buf query = {0};
    sqlite3 *db;
    int letter, status;

    while ((letter = args_next(args)) > 0) {
        char *end = NULL;

        if (letter == 'j') {
            show_one = show_json;
            continue;
        }
        most = strtol(args->value, &end, 10);
        if (*end || most < 1 || most > INT_MAX)
            return args_refuse(args, "--most takes a number from 1 on");
    }
    if (letter < 0)
        return WRONG_USE;
    if (args->argc < 2)
        return args_refuse(args, args->argc == 0 ? "which file?"
                                                 : "which words?");
    quote_words(&query, args->argv + 1, args->argc - 1);
    if (sqlite3_open_v2(args->argv[0], &db, SQLITE_OPEN_READONLY, NULL) !=
        SQLITE_OK) {
        status = refuse(db, args->argv[0], NULL);
    } else {
        sqlite3_busy_timeout(db, 5000);
        status = answer(db, args->argv[0], query.data, (int)most, show_one);
    }
    sqlite3_close(db);
    gly_buf_finish(&query);
    return status;
}

static const struct flag flags[] = {
    { 'j', "json", NULL, "a JSON object a line" },
    { 'n', "most", "COUNT", "at most so many documents; 20 if not given" },
    { 0 }
};

const struct command command_search = {
    .name = "search",
    .arguments = "FILE WORDS...",
    .about = "Finds documents in a file that export-sqlite wrote.",
    .more = "Documents with all of the words, the most fitting first, each with "
            "its id, date and title and the place where they stand. Case and "
            "accents do not matter; words in one pair of quotes are a phrase, "
            "and \"govern*\" is any word that begins so. Exit status 1 when "
            "there is none.",
    .flags = flags,
    .run = run,
};

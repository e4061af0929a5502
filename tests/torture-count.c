/* torture-count.c: which documents are in the file and in the database. */
#include "torture.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned count_lines(const char *path)
{
    FILE *file = fopen(path, "r");
    unsigned count = 0;

    for (int c; file && (c = getc(file)) != EOF;)
        count += c == '\n';
    if (file)
        fclose(file);
    return count;
}

static void see(unsigned *seen, const struct scene *s, const char *id)
{
    const char *slash = strrchr(id, '/');
    unsigned number;

    if (slash && sscanf(slash, "/%u", &number) == 1 && number < s->fed)
        seen[number]++;
    else
        seen[s->fed]++;
}

/* A line that is no record counts as one too many. */
static void read_lines(unsigned *seen, const struct scene *s)
{
    static const char start[] = "{\"id\":\"";
    FILE *file = fopen("store/out.jsonl", "r");
    char *line = NULL;
    size_t size = 0;

    if (!file)
        return;
    for (ssize_t n; (n = getline(&line, &size, file)) > 0;)
        if (strncmp(line, start, sizeof(start) - 1) == 0 && n > 9 &&
            strcmp(line + n - 3, "\"}\n") == 0 && !strchr(line + 1, '{')) {
            *strchr(line + sizeof(start) - 1, '"') = '\0';
            see(seen, s, line + sizeof(start) - 1);
        } else {
            seen[s->fed]++;
        }
    free(line);
    fclose(file);
}

/* A document is there when a search finds it too. */
static void read_database(unsigned *seen, const struct scene *s)
{
    sqlite3 *db;
    sqlite3_stmt *st = NULL;

    if (sqlite3_open_v2("store/news.db", &db, SQLITE_OPEN_READWRITE, NULL) !=
            SQLITE_OK ||
        sqlite3_busy_timeout(db, 30000) != SQLITE_OK || /* a worker just ends */
        sqlite3_prepare_v2(db, "SELECT id FROM documents JOIN search"
                               " ON search.rowid = doc"
                               " WHERE search MATCH 'document'",
                           -1, &st, NULL) != SQLITE_OK)
        fprintf(stderr, "torture: %s\n", sqlite3_errmsg(db));
    while (st && sqlite3_step(st) == SQLITE_ROW)
        see(seen, s, (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    if (sqlite3_exec(db, "INSERT INTO search (search) VALUES"
                         " ('integrity-check')", NULL, NULL, NULL) != SQLITE_OK)
        fprintf(stderr, "torture: search: %s\n", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void judge(struct scene *s, const char *where,
                  void (*read)(unsigned *seen, const struct scene *s))
{
    unsigned *seen = calloc(s->fed + 1, sizeof(*seen));

    if (!seen)
        give_up("no memory");
    read(seen, s);
    for (unsigned i = 0; i < s->fed; i++) {
        if (seen[i] == 1)
            continue;
        printf("torture: document %06u is %u times in the %s\n", i, seen[i],
               where);
        s->lost += seen[i] == 0;
        s->twice += seen[i] > 1;
    }
    s->twice += seen[s->fed];
    free(seen);
}

void count(struct scene *s)
{
    judge(s, "file", read_lines);
    judge(s, "database", read_database);
}

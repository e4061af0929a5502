#include "support-postgres.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES = 6000, TRY_US = 10 * 1000 };

static pid_t server;

/* Of the latest version there is. */
static const char *tool(const char *name)
{
    static char paths[2][256];
    char *path = paths[strcmp(name, "initdb") == 0];
    glob_t found;

    path[0] = '\0';
    if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0) {
        const char *initdb = found.gl_pathv[found.gl_pathc - 1];

        snprintf(path, sizeof(paths[0]), "%.*s%s",
                 (int)(strlen(initdb) - strlen("initdb")), initdb, name);
        globfree(&found);
    }
    return path;
}

/* It refuses to run as root; and ends with this process, whatever happens. */
static pid_t run(const char *const *words)
{
    pid_t parent = getpid(), child = fork();
    const struct passwd *nobody;

    if (child != 0)
        return child;
    nobody = getpwnam("nobody");
    if (geteuid() == 0 &&
        (!nobody || setgroups(0, NULL) < 0 || setgid(nobody->pw_gid) < 0 ||
         setuid(nobody->pw_uid) < 0))
        _exit(1);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != parent || !freopen("pg/said", "a", stderr) ||
        !freopen("pg/said", "a", stdout))
        _exit(1);
    execv(words[0], (char **)(uintptr_t)words);
    _exit(1);
}

const char *postgres_url(void)
{
    static char url[256];
    char folder[128];

    cr_assert(getcwd(folder, sizeof(folder)) != NULL);
    snprintf(url, sizeof(url), "host=%s/pg user=galley dbname=postgres", folder);
    return url;
}

void start_postgres(void)
{
    char folder[128];
    const char *const words[] = {
        tool("postgres"), "-D", "pg/data", "-k", folder, "-c",
        "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=8MB",
        "-c", "max_connections=20", "-c", "client_min_messages=warning", NULL,
    };

    cr_assert(getcwd(folder, sizeof(folder) - 3) != NULL);
    strcat(folder, "/pg");
    for (int i = 0; i < TRIES; i++) {
        /* After a crash it waits for those of its processes that still end. */
        if (server == 0 || waitpid(server, NULL, WNOHANG) == server)
            server = run(words);
        if (PQping(postgres_url()) == PQPING_OK)
            return;
        usleep(TRY_US);
    }
    cr_assert(false, "the server does not start: %s", get_file("pg/said"));
}

/* To pg/data; a copy is kept for the tests that follow, since making it takes
 * longer than most of them. They run beside each other: a copy that is there is
 * never taken away, so another server's data has another name. */
static void make_data(void)
{
    const char *const words[] = {
        tool("initdb"), "-D", "pg/data", "-A", "trust", "-U", "galley", "-E",
        "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1", NULL,
    };
    char *kept;
    int status = -1;

    run_shell(&kept, "printf %%s %s/tests/postgres.data/$(cksum < %s | tr ' ' -)",
              build_folder(), words[0]);
    if (run_shell(NULL, "cp -a %s pg/data", kept) != 0) {
        run_shell(NULL, "rm -rf pg/data");
        waitpid(run(words), &status, 0);
        cr_assert(status == 0, "%s", get_file("pg/said"));
        run_shell(NULL, "t=%s; mkdir -p ${t%%/*} && cp -a pg/data $t.$$ &&"
                  " mv -T $t.$$ $t || rm -rf $t.$$", kept);
    }
    free(kept);
}

void make_postgres(void)
{
    const struct passwd *nobody = getpwnam("nobody");

    if (!*tool("initdb"))
        cr_skip_test("no PostgreSQL server is installed (postgresql)");
    cr_assert(chmod(".", 0755) == 0 && mkdir("pg", 0755) == 0);
    cr_assert(geteuid() != 0 ||
              (nobody && chown("pg", nobody->pw_uid, nobody->pw_gid) == 0));
    make_data();
    start_postgres();
}

void signal_postgres(int signal)
{
    char path[64], *children, *at;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", server, server);
    at = children = get_file(path);
    kill(server, signal);
    for (long child; (child = strtol(at, &at, 10)) > 0;)
        kill((pid_t)child, signal);
    free(children);
}

void end_postgres(int signal)
{
    if (server == 0)
        return;
    if (signal == SIGKILL)
        signal_postgres(signal);
    else
        kill(server, signal);
    waitpid(server, NULL, 0);
    server = 0;
}

const char *ask_postgres(const char *question)
{
    static char answer[1024];
    PGconn *conn = PQconnectdb(postgres_url());
    PGresult *result = PQexec(conn, question);

    cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK ||
              PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", question,
              PQerrorMessage(conn));
    answer[0] = '\0';
    for (int i = 0; PQntuples(result) > 0 && i < PQnfields(result); i++) {
        size_t len = strlen(answer);

        snprintf(answer + len, sizeof(answer) - len, "%s%s", i > 0 ? "|" : "",
                 PQgetisnull(result, 0, i) ? "-" : PQgetvalue(result, 0, i));
    }
    PQclear(result);
    PQfinish(conn);
    return answer;
}

void expect_rows(const char *question, const char *answer)
{
    cr_expect(eq(str, (char *)ask_postgres(question), (char *)answer), "%s",
              question);
}

void await_rows(const char *question, const char *answer)
{
    for (int i = 0; i < TRIES && strcmp(ask_postgres(question), answer) != 0;
         i++)
        usleep(TRY_US);
    expect_rows(question, answer);
}

/* fetch-http: what clients are told, and what becomes of what they post. */
#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES = 6000, TRY_US = 10 * 1000 };

static pid_t worker;

static void end(void)
{
    int status = 0;

    if (worker > 0) {
        kill(worker, SIGTERM);
        waitpid(worker, &status, 0);
    }
    cr_expect(eq(int, status, 0), "%s", get_file("log"));
    leave_scratch();
}

TestSuite(fetch_http, .init = enter_scratch, .fini = end, .timeout = 120);

/* ---- a worker ---- */

static void put_pipeline(const char *settings, const char *stages)
{
    gly_buf pipeline = {0};

    gly_buf_printf(&pipeline, "stages = ( { use = \"fetch-http\";"
                   " listen = \"unix:in.sock\"; %s }, %s"
                   " { use = \"export-sqlite\"; path = \"a.db\"; } );",
                   settings, stages);
    put_file("p.conf", pipeline.data);
    gly_buf_finish(&pipeline);
}

static void start(void)
{
    pid_t parent = getpid();
    gly_buf program = {0};

    gly_buf_printf(&program, "%s/galley", build_folder());
    worker = fork();
    if (worker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent || !freopen("log", "a", stderr))
            _exit(1);
        execl(program.data, program.data, "work", "-v", "./p.conf", NULL);
        _exit(1);
    }
    gly_buf_finish(&program);
}

static void begin(const char *settings, const char *stages)
{
    put_pipeline(settings, stages);
    start();
}

/* Ends the process that works, or its supervisor too, at once. */
static void crash(bool all)
{
    char path[64], *children;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", worker, worker);
    children = get_file(path);
    if (all)
        kill(worker, SIGKILL);
    if (atoi(children) > 0)
        kill(atoi(children), SIGKILL);
    if (all)
        waitpid(worker, NULL, 0);
    free(children);
}

static void expect_log(const char *words)
{
    char *log = get_file("log");

    cr_expect(strstr(log, words) != NULL, "%s", log);
    free(log);
}

static const char *ask(const char *question)
{
    static char answer[512];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;

    answer[0] = '\0';
    if (sqlite3_open_v2("a.db", &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, question, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        snprintf(answer, sizeof(answer), "%s", sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    return answer;
}

static void await(const char *question, const char *answer)
{
    for (int i = 0; i < TRIES && strcmp(ask(question), answer) != 0; i++)
        usleep(TRY_US);
    cr_expect(eq(str, (char *)ask(question), (char *)answer), "%s", question);
}

/* ---- a client ---- */

static int connect_to(const void *at, size_t len)
{
    const struct sockaddr *address = at;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(fd, address, (socklen_t)len) == 0)
        return fd;
    close(fd);
    return -1;
}

static int connect_once(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "in.sock"};

    return connect_to(&at, sizeof(at));
}

static int connect_to_worker(void)
{
    int fd = connect_once();

    for (int i = 0; fd < 0 && i < TRIES; i++) {
        usleep(TRY_US);
        fd = connect_once();
    }
    cr_assert(fd >= 0, "%s", get_file("log"));
    return fd;
}

static void put_bytes_to(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

        if (n < 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

/* All that comes until the end, which is closed. */
static char *get_answer(int fd)
{
    gly_buf said = {0};
    char part[4096];

    gly_buf_puts(&said, "");
    for (ssize_t n; (n = recv(fd, part, sizeof(part), 0)) > 0;)
        gly_buf_add(&said, part, (size_t)n);
    close(fd);
    return said.data;
}

static char *ask_worker(int fd, const char *line, const char *heads,
                        const char *body, size_t len)
{
    gly_buf request = {0};

    gly_buf_printf(&request, "%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s",
                   line, heads);
    if (body)
        gly_buf_printf(&request, "Content-Length: %zu\r\n", len);
    gly_buf_puts(&request, "\r\n");
    if (body)
        gly_buf_add(&request, body, len);
    put_bytes_to(fd, request.data, request.len);
    gly_buf_finish(&request);
    return get_answer(fd);
}

/* The status; 0 for no answer. */
static int status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

static void expect_answer(const char *line, const char *heads, const char *body,
                          size_t len, int status, const char *part)
{
    char *said = ask_worker(connect_to_worker(), line, heads, body, len);

    cr_expect(status_of(said) == status && strstr(said, part) != NULL,
              "%s: %d %s: %s", heads, status, part, said);
    free(said);
}

static void expect_post(const char *heads, const char *body, int status,
                        const char *part)
{
    expect_answer("POST /", heads, body, strlen(body), status, part);
}

/* Posts until it is answered so. */
static void await_answer(const char *heads, const char *body, int status,
                         const char *part)
{
    char *said = NULL;

    for (int i = 0; i < TRIES && (!said || status_of(said) != status); i++) {
        free(said);
        usleep(i > 0 ? TRY_US : 0);
        said = ask_worker(connect_to_worker(), "POST /", heads, body,
                          strlen(body));
    }
    cr_expect(status_of(said) == status && strstr(said, part) != NULL,
              "%s: %d %s: %s", heads, status, part, said);
    free(said);
}

#define TYPE_TEXT "Content-Type: text/plain\r\n"
#define TYPE_LINES "Content-Type: application/jsonl\r\n"
#define TYPE_JSON "Content-Type: application/json; charset=utf-8\r\n"

/* ---- what is taken ---- */

Test(fetch_http, texts_pages_and_records_are_taken)
{
    begin("", "");
    expect_post(TYPE_TEXT "X-Document-Id: a b\r\n", "A storm.", 202,
                "{\"id\":\"a b\",\"accepted\":1}");
    expect_post("Content-Type: Text/HTML;x=y; Charset=\"koi8-r\"\r\n"
                "X-Document-Id: page\r\n", "<p>\xed\xcf\xd3\xcb\xd7\xc1", 202,
                "accepted\":1");
    expect_post(TYPE_JSON, " {\n \"id\": \"r\",\n \"text\": \"One.\"\n}\n", 202,
                "accepted\":1");
    expect_post("Content-Type: application/x-ndjson\r\nX-Document-Id: l\r\n",
                "\xef\xbb\xbf{\"text\":\"Two.\"}\r\n\n{\"id\":\"m\",\"text\":"
                "\"\xff\"}", 202, "{\"id\":\"l\",\"accepted\":2}");
    expect_post(TYPE_JSON, "{\"text\":\"Three.\"}", 202, "accepted\":1");
    await("SELECT count(*) FROM documents", "6");
    await("SELECT text FROM documents WHERE id = 'a b'", "A storm.");
    await("SELECT record -> '$.charset' FROM documents WHERE id = 'page'",
          "\"koi8-r\"");
    await("SELECT text FROM documents WHERE id = 'r'", "One.");
    await("SELECT text FROM documents WHERE id = 'l:1'", "Two.");
    await("SELECT text FROM documents WHERE id = 'm'", HALF);
}

Test(fetch_http, packed_bodies_are_taken)
{
    gly_buf body = {0};

    begin("max_document = \"1K\";", "");
    add_gzip(&body, "{\"id\":\"g\",\"text\":\"One.\"}\n");
    expect_answer("POST /", TYPE_LINES "Content-Encoding: gzip\r\n", body.data,
                  body.len, 202, "accepted\":1");
    expect_answer("POST /", TYPE_LINES "Content-Encoding: gzip\r\n", body.data,
                  body.len - 9, 400, "cut short");
    body.len = 0;
    add_zstd(&body, "{\"id\":\"z\",\"text\":\"Two.\"}\n");
    expect_answer("POST /", TYPE_LINES "Content-Encoding: zstd\r\n", body.data,
                  body.len, 202, "accepted\":1");
    expect_answer("POST /", TYPE_LINES "Content-Encoding: gzip\r\n", body.data,
                  body.len, 400, "damaged gzip data");
    body.len = 0;
    put_often("long", "many words ", 1000);
    add_gzip(&body, get_file("long"));
    expect_answer("POST /", TYPE_TEXT "Content-Encoding: gzip\r\n", body.data,
                  body.len, 413, "larger than max_document when unpacked");
    await("SELECT group_concat(id) FROM documents", "g,z");
    gly_buf_finish(&body);
}

Test(fetch_http, what_is_posted_twice_is_there_once)
{
    begin("", "");
    expect_post(TYPE_TEXT, "The same.", 202, "accepted");
    expect_post(TYPE_TEXT, "The same.", 202, "accepted");
    expect_post(TYPE_TEXT "X-Document-Id: a\r\n", "Old.", 202, "accepted");
    expect_post(TYPE_TEXT "X-Document-Id: a\r\n", "New.", 202, "accepted");
    expect_post(TYPE_LINES, "{\"text\":\"1\"}\n{\"text\":\"1\"}\n", 202, ":2");
    expect_post(TYPE_LINES, "{\"text\":\"1\"}\n{\"text\":\"1\"}\n", 202, ":2");
    await("SELECT text FROM documents WHERE id = 'a'", "New.");
    await("SELECT count(*) FROM documents", "4");
    for (int i = 0; i < TRIES && run_shell(NULL, "rmdir spool") != 0; i++)
        usleep(TRY_US);
    cr_expect(eq(int, access("spool", F_OK), -1), "files stay in the spool");
}

/* ---- what is not ---- */

Test(fetch_http, each_refusal_has_its_status_and_reason)
{
    static const struct {
        const char *line, *heads, *body;
        int status;
        const char *part;
    } cases[] = {
        { "GET /", "", NULL, 200, "\"service\":\"galley\"" },
        { "HEAD /", "", NULL, 200, "Content-Type: application/json" },
        { "OPTIONS /", "", NULL, 204, "Allow: GET, HEAD, OPTIONS, POST" },
        { "GET /x", "", NULL, 404, "{\"error\":\"there is only /\"}" },
        { "POST /../etc", TYPE_TEXT, "a", 404, "there is only /" },
        { "PUT /", TYPE_TEXT, "a", 405, "Allow: GET, HEAD, OPTIONS, POST" },
        { "DELETE /", "", NULL, 405, "documents are posted" },
        { "POST /", TYPE_TEXT, NULL, 411, "Content-Length is needed" },
        { "POST /", TYPE_TEXT "Content-Length: 20000000\r\n", NULL, 413,
          "larger than max_document" },
        { "POST /", "", "a", 415, "Content-Type: text/plain" },
        { "POST /", "Content-Type: text/plainer\r\n", "a", 415, "is needed" },
        { "POST /", "Content-Type: application/pdf\r\n", "a", 415, "needed" },
        { "POST /", TYPE_TEXT "Content-Encoding: br\r\n", "a", 415,
          "neither gzip nor zstd" },
        { "POST /", TYPE_TEXT, "%PDF-1.4 and so on", 415, "binary data" },
        { "POST /", TYPE_TEXT, "", 400, "the body is empty" },
        { "POST /", TYPE_LINES, " \n \n", 400, "the body is empty" },
        { "POST /", TYPE_TEXT "X-Document-Id: a\tb\r\n", "a", 400,
          "X-Document-Id" },
        { "POST /", TYPE_TEXT "X-Document-Id: \xff\r\n", "a", 400,
          "X-Document-Id" },
        { "POST /", TYPE_TEXT "Origin: http://elsewhere\r\n", "a", 403,
          "with a token only" },
        { "POST /", TYPE_JSON, "{\"text\":1}", 400,
          "line 1: its \\\"text\\\" must be a string" },
        { "POST /", TYPE_JSON, "{\n\"text\":}", 400, "column 10: " },
        { "POST /", TYPE_JSON, "[{\"text\":\"a\"}]", 400,
          "an object is expected" },
        { "POST /", TYPE_LINES, "{\"text\":\"a\"}\n\n{\"text\":\"b\"\n", 400,
          "line 3: column 12: " },
        { "POST /", TYPE_LINES, "{\"text\":\"a\"}\n{\"id\":\"b\"}\n", 400,
          "line 2: it has neither" },
        { "nonsense", "", NULL, 400, "" },
    };

    begin("", "");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        expect_answer(cases[i].line, cases[i].heads, cases[i].body,
                      cases[i].body ? strlen(cases[i].body) : 0,
                      cases[i].status, cases[i].part);
    expect_post(TYPE_TEXT "X-Document-Id: last\r\n", "a", 202, "");
    await("SELECT group_concat(id) FROM documents", "last");
}

Test(fetch_http, a_body_without_a_length_has_a_limit_too)
{
    gly_buf request = {0};
    char *said;
    int fd;

    begin("max_document = \"64K\";", "");
    fd = connect_to_worker();
    gly_buf_puts(&request, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                 TYPE_TEXT "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 100; i++)
        gly_buf_printf(&request, "400\r\n%01024d\r\n", i);
    gly_buf_puts(&request, "0\r\n\r\n");
    put_bytes_to(fd, request.data, request.len);
    said = get_answer(fd);
    cr_expect(eq(int, status_of(said), 413), "%s", said);
    free(said);
    gly_buf_finish(&request);
}

Test(fetch_http, a_token_is_asked_for)
{
    put_file("token", "sesame\n");
    begin("token_file = \"token\";", "");
    expect_post(TYPE_TEXT, "a", 401, "WWW-Authenticate: Bearer");
    expect_post(TYPE_TEXT "Authorization: Bearer sesam\r\n", "a", 401, "");
    expect_post(TYPE_TEXT "Authorization: Bearer sesamesesame\r\n", "a", 401, "");
    expect_post(TYPE_TEXT "Authorization: Bearer \r\n", "a", 401, "");
    expect_post(TYPE_TEXT "Authorization: Basic sesame\r\n", "a", 401, "");
    expect_post(TYPE_TEXT "Authorization: bearer sesame\r\n", "a", 202, "");
    expect_answer("GET /", "", NULL, 0, 200, "\"token\":true");
    await("SELECT count(*) FROM documents", "1");
}

static void expect_no_start(const char *settings, const char *why)
{
    char *said;

    put_pipeline(settings, "");
    cr_expect(eq(int, run_shell(&said, "galley run ./p.conf"), 2));
    cr_expect(strstr(said, why) != NULL, "%s", said);
    free(said);
}

Test(fetch_http, wrong_settings_are_refused)
{
    char *said;

    put_file("empty", "\n");
    expect_no_start("token_file = \"empty\";", "its first line is empty");
    expect_no_start("token_file = \"none\";", "cannot open none");
    expect_no_start("mode = \"rw\";", "mode is none of a file's");
    expect_no_start("spool = \"p.conf\";", "cannot open the folder p.conf");
    run_shell(NULL, "sed -i 's/unix:in.sock/0.0.0.0:0/; s/spool = [^;]*;//' p.conf");
    cr_expect(eq(int, run_shell(&said, "galley run ./p.conf"), 2));
    cr_expect(strstr(said, "a token is needed (token_file)") != NULL, "%s", said);
    free(said);
}

Test(fetch_http, a_rate_is_kept)
{
    begin("rate = 2.0;", "");
    expect_post(TYPE_TEXT, "a", 202, "");
    expect_post(TYPE_TEXT, "b", 202, "");
    await_answer(TYPE_TEXT, "c", 429, "Retry-After: 1");
    await_answer(TYPE_TEXT, "c", 202, "");
}

Test(fetch_http, a_full_spool_takes_nothing_until_there_is_room)
{
    begin("spool_limit = 1;", "{ use = \"crash\"; },");
    expect_post(TYPE_TEXT "X-Document-Id: a\r\n", "hang", 202, "");
    expect_post(TYPE_TEXT, "b", 503, "Retry-After: 10");
    expect_post(TYPE_TEXT, "b", 503, "{\"error\":\"the spool is full\"}");
    expect_log("the spool is full");
    crash(true);
    begin("spool_limit = 1;", "");
    await("SELECT group_concat(id) FROM documents", "a");
    await_answer(TYPE_TEXT, "b", 202, "");
    await("SELECT count(*) FROM documents", "2");
}

Test(fetch_http, what_cannot_be_written_is_not_taken)
{
    begin("", "");
    expect_answer("GET /", "", NULL, 0, 200, "galley");
    run_shell(NULL, "rmdir spool");
    expect_post(TYPE_TEXT, "a", 503, "{\"error\":\"the spool cannot be "
                "written\"}");
    expect_log("cannot write to the spool: No such file or directory");
}

/* ---- clients in trouble ---- */

Test(fetch_http, slow_clients_are_hung_up_on_and_others_are_not_kept_waiting)
{
    int slow[8];

    begin("timeout = \"1s\"; connections = 9;", "");
    for (int i = 0; i < 8; i++) {
        slow[i] = connect_to_worker();
        put_bytes_to(slow[i], "POST / HTTP/1.1\r\nX: ", 20);
    }
    expect_post(TYPE_TEXT "X-Document-Id: a\r\n", "A storm.", 202, "");
    for (int i = 0; i < 8; i++) {
        char byte;
        bool closed = false;

        /* A byte now and then does not help. */
        for (int n = 0; n < TRIES && !closed; n++) {
            closed = recv(slow[i], &byte, 1, MSG_DONTWAIT) == 0;
            put_bytes_to(slow[i], "x", 1);
            usleep(closed ? 0 : TRY_US);
        }
        cr_expect(closed);
        close(slow[i]);
    }
    await("SELECT group_concat(id) FROM documents", "a");
}

Test(fetch_http, half_a_body_is_nothing_and_its_client_makes_room)
{
    static const char request[] =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
        "Content-Length: 100\r\n\r\nhalf";

    begin("timeout = \"1h\"; connections = 3;", "");
    for (size_t len = 1; len < sizeof(request); len += 5) {
        int fd = connect_to_worker();

        put_bytes_to(fd, request, len);
        close(fd);
    }
    expect_post(TYPE_TEXT "X-Document-Id: a\r\n", "A storm.", 202, "");
    await("SELECT group_concat(id) FROM documents", "a");
}

/* ---- crashes ---- */

static void post_number(int i)
{
    char heads[64], body[32];

    snprintf(heads, sizeof(heads), TYPE_TEXT "X-Document-Id: %d\r\n", i);
    snprintf(body, sizeof(body), "Number %d.", i);
    await_answer(heads, body, 202, "");
}

Test(fetch_http, what_was_answered_with_202_outlives_any_crash)
{
    struct dice dice = {7};

    begin("", "");
    for (int i = 0; i < 200; i++) {
        post_number(i);
        if (i % 25 == 12)
            crash(i % 50 == 12);
        if (i % 50 == 12)
            start();
        usleep(roll(&dice, 3000));
    }
    await("SELECT count(*) FROM documents", "200");
    await("SELECT count(*) FROM documents WHERE text = 'Number ' || id || '.'",
          "200");
}

Test(fetch_http, what_is_in_the_spool_waits_for_the_next_run)
{
    begin("", "{ use = \"crash\"; },");
    expect_post(TYPE_TEXT "X-Document-Id: a\r\n", "hang", 202, "");
    expect_post(TYPE_LINES "X-Document-Id: b\r\n",
                "{\"text\":\"one\"}\n{\"text\":\"two\"}", 202, "");
    crash(true);
    put_file("spool/000000000009.new", "half a file");
    put_file("spool/000000000008.post", "7 text/plain - c\nA ferry\n12 text/pl");
    put_file("spool/note", "of somebody");
    begin("", "");
    await_answer(TYPE_TEXT "X-Document-Id: d\r\n", "three", 202, "");
    await("SELECT group_concat(id, ' ') FROM (SELECT id FROM documents ORDER BY"
          " doc)", "a b:1 b:2 c d");
    expect_log("spool/000000000008.post is damaged behind its document 1");
    cr_expect(eq(int, run_shell(NULL, "test -e spool/000000000008.damaged &&"
                                " test -e spool/note &&"
                                " ! test -e spool/000000000009.new"), 0));
}

Test(fetch_http, a_port_serves_as_a_socket_does)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    static const char *const words = "listening at http://127.0.0.1:";
    char *said = strdup("");

    put_pipeline("", "");
    run_shell(NULL, "sed -i 's/unix:in.sock/127.0.0.1:0/' p.conf");
    start();
    for (int i = 0; i < TRIES && !strstr(said, "ready"); i++) {
        free(said);
        usleep(TRY_US);
        said = get_file("log");
    }
    cr_assert(strstr(said, words) != NULL, "%s", said);
    at.sin_port = htons((uint16_t)atoi(strstr(said, words) + strlen(words)));
    free(said);
    said = ask_worker(connect_to(&at, sizeof(at)), "POST /",
                      TYPE_TEXT "X-Document-Id: a\r\n", "A storm.", 8);
    cr_expect(eq(int, status_of(said), 202), "%s", said);
    free(said);
    await("SELECT group_concat(id) FROM documents", "a");
}

/* The admin endpoint of a real worker, asked over sockets; and `galley top`. */
#include "support.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(admin, .init = enter_scratch, .fini = leave_scratch, .timeout = 180);

/* ---- a worker ---- */

static pid_t begin_worker(const char *address)
{
    char path[600];
    pid_t worker;

    put_file("p.conf",
             "lanes = 2; stages = ( { use = \"fetch\"; paths = \"in\";"
             " watch = true; done = \"done\"; failed = \"bad\"; settle = \"0\";"
             " rescan = \"50ms\"; }, { use = \"crash\"; },"
             " { use = \"clean\"; }, { use = \"export\"; path = \"out\";"
             " append = true; } );");
    mkdir("in", 0777);
    put_file("log", "");
    worker = fork();
    if (worker != 0)
        return worker;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    snprintf(path, sizeof(path), "%s/tests/plugins:%s/plugins", build_folder(),
             build_folder());
    setenv("GALLEY_PLUGIN_PATH", path, 1);
    snprintf(path, sizeof(path), "%s/galley", build_folder());
    if (!freopen("log", "w", stderr) || !freopen("said", "w", stdout))
        _exit(1);
    execl(path, "galley", "work", "-v", "./p.conf", "--admin", address, NULL);
    _exit(1);
}

static int end_worker(pid_t worker)
{
    int status = -1;

    kill(worker, SIGTERM);
    waitpid(worker, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Waits until the log has these words; the suite's timeout ends it. */
static char *await_log(const char *words)
{
    for (;; usleep(10000)) {
        char *log = get_file("log");

        if (strstr(log, words))
            return log;
        free(log);
    }
}

static unsigned await_port(void)
{
    char *log = await_log("endpoint at http://");
    unsigned port = 0;

    cr_assert(sscanf(strstr(log, "://"), "://127.0.0.1:%u/", &port) == 1);
    free(log);
    return port;
}

/* ---- asking ---- */

static char *talk(int fd, const char *request)
{
    gly_buf answer = {0};
    char part[4096];

    gly_buf_puts(&answer, "");
    if (write(fd, request, strlen(request)) > 0)
        for (ssize_t n; (n = read(fd, part, sizeof(part))) > 0;)
            gly_buf_add(&answer, part, (size_t)n);
    close(fd);
    return answer.data;
}

/* The whole answer, "" when nobody listens. */
static char *send_to(unsigned port, const char *request)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0) {
        close(fd);
        return strdup("");
    }
    return talk(fd, request);
}

static char *ask_for(unsigned port, const char *method, const char *path,
                     const char *host)
{
    char request[1024];

    snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: %s\r\n"
             "Connection: close\r\n\r\n", method, path, host);
    return send_to(port, request);
}

static char *ask(unsigned port, const char *path)
{
    return ask_for(port, "GET", path, "localhost");
}

static int status_of(const char *answer)
{
    int status = 0;

    sscanf(answer, "HTTP/1.1 %d ", &status);
    return status;
}

static void expect_status(char *answer, int status, const char *what)
{
    cr_expect(eq(int, status_of(answer), status), "%s: %s", what, answer);
    free(answer);
}

static void await_answer(unsigned port, const char *path, const char *words)
{
    for (;; usleep(10000)) {
        char *answer = ask(port, path);
        bool found = strstr(answer, words) != NULL;

        free(answer);
        if (found)
            return;
    }
}

/* Waits until a number that only grows is at least so large. */
static void await_count(unsigned port, const char *sample, unsigned least)
{
    for (;; usleep(10000)) {
        char *answer = ask(port, "/metrics"), *at = strstr(answer, sample);
        unsigned count = at ? (unsigned)atoi(at + strlen(sample)) : 0;

        free(answer);
        if (count >= least)
            return;
    }
}

/* ---- tests ---- */

Test(admin, it_tells_what_the_worker_did)
{
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();
    char *answer;

    put_file("in/.a", "Kim spoke.");
    cr_assert(rename("in/.a", "in/a.txt") == 0);
    await_answer(port, "/metrics", "{pipeline=\"p\",result=\"done\"} 1\n");
    await_answer(port, "/readyz", "\r\n\r\nok\n");
    expect_status(ask(port, "/healthz"), 200, "healthz");
    expect_status(ask(port, "/page.css"), 200, "style");
    expect_status(ask(port, "/page.js"), 200, "script");
    expect_status(ask(port, "/icon.svg"), 200, "icon");
    expect_status(ask(port, "/figures"), 404, "unknown");
    expect_status(ask(port, "//"), 404, "unknown");
    expect_status(ask(port, "/../p.conf"), 404, "unknown");
    answer = ask(port, "/figures.json");
    cr_expect(strstr(answer, "\"text\":\"Kim spoke.\"") != NULL, "%s", answer);
    free(answer);
    answer = ask(port, "/figures.json?since=1");
    cr_expect(strstr(answer, "\"documents\":[]") != NULL, "%s", answer);
    free(answer);
    cr_expect(eq(int, end_worker(worker), 0));
    answer = ask(port, "/healthz");
    cr_expect(eq(str, answer, ""));
    free(answer);
}

Test(admin, a_page_of_another_site_may_not_ask)
{
    static const char *const own[] = {
        "localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:9", "[::1]:9"};
    static const char *const others[] = {
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
        "localhost:80.evil.example", "localhost:evil", "evil@localhost",
        "127.0.0.10", "", "[::1].evil", "0.0.0.0"};
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();

    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        expect_status(ask_for(port, "GET", "/healthz", own[i]), 200, own[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        expect_status(ask_for(port, "GET", "/figures.json", others[i]), 403,
                      others[i]);
    end_worker(worker);
}

Test(admin, nothing_can_be_changed)
{
    static const char *const methods[] = {"POST", "PUT", "DELETE", "OPTIONS",
                                          "PATCH", "TRACE", "GETX"};
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();
    char *answer;

    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
        answer = ask_for(port, methods[i], "/", "localhost");
        cr_expect(strstr(answer, "Allow: GET, HEAD\r\n") != NULL, "%s",
                  answer);
        expect_status(answer, 405, methods[i]);
    }
    answer = ask_for(port, "HEAD", "/", "localhost");
    cr_expect(eq(int, status_of(answer), 200));
    cr_expect(eq(str, strstr(answer, "\r\n\r\n"), "\r\n\r\n"));
    free(answer);
    end_worker(worker);
}

Test(admin, every_answer_is_bound_to_what_it_is)
{
    static const char *const paths[] = {"/", "/page.js", "/metrics", "/none",
                                        "/figures.json", "/healthz"};
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        char *answer = ask(port, paths[i]);

        cr_expect(strstr(answer, "default-src 'none'; script-src 'self'; "
                         "style-src 'self';") != NULL, "%s", answer);
        cr_expect(strstr(answer, "X-Content-Type-Options: nosniff") != NULL);
        cr_expect(strstr(answer, "Cache-Control: no-store") != NULL);
        cr_expect(strstr(answer, "Access-Control") == NULL);
        free(answer);
    }
    end_worker(worker);
}

Test(admin, what_is_sent_wrongly_hurts_nobody)
{
    static const char *const requests[] = {
        "", "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET /metrics HTTP/1.0\r\n\r\n", "\x16\x03\x01\x02",
        "GET /figures.json?since=x&since=-9999999999999999999 HTTP/1.1\r\n"
        "Host: localhost\r\nConnection: close\r\n\r\n",
        "GET /%00%ff%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
        "Connection: close\r\n\r\n123456789"};
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();

    for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
        struct sockaddr_in name = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port)};
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        cr_assert(connect(fd, (struct sockaddr *)&name, sizeof(name)) == 0);
        (void)!write(fd, requests[i], strlen(requests[i]));
        close(fd);
        expect_status(ask(port, "/healthz"), 200, requests[i]);
    }
    end_worker(worker);
}

Test(admin, it_answers_while_the_pipeline_is_down)
{
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();

    await_answer(port, "/readyz", "\r\n\r\nok\n");
    put_file("in/.a", "break");
    cr_assert(rename("in/.a", "in/a.txt") == 0);
    await_answer(port, "/readyz", "\r\n\r\nbacking off\n");
    expect_status(ask(port, "/healthz"), 200, "healthz");
    await_count(port, "\ngalley_breaks_total{pipeline=\"p\"} ", 2);
    put_file("mended", "");
    await_answer(port, "/metrics", "{pipeline=\"p\",result=\"done\"} 1\n");
    cr_expect(eq(int, end_worker(worker), 0));
}

Test(admin, crashes_are_told_with_what_was_given_up)
{
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();
    char *answer;

    put_file("in/.a", "segfault");
    cr_assert(rename("in/.a", "in/a.txt") == 0);
    await_answer(port, "/metrics", "documents_given_up_total{pipeline=\"p\"} 1");
    answer = ask(port, "/metrics");
    cr_expect(strstr(answer, "galley_crashes_total{pipeline=\"p\"} 2\n") !=
              NULL, "%s", answer);
    cr_expect(strstr(answer, "galley_starts_total{pipeline=\"p\"} 3\n") !=
              NULL);
    cr_expect(strstr(answer, "stage=\"crash\",reason=\"the process crashed "
                     "with it in hand, N times\"} 1\n") != NULL);
    free(answer);
    end_worker(worker);
}

/* Ends the process that reads the figures and cannot write them. */
static void kill_admin(void)
{
    free(await_log("endpoint at"));
    cr_assert(eq(int, 0, run_shell(NULL,
        "for p in /proc/[0-9]*; do"
        " grep -qs \"r--s.*$PWD/p.work/figures\" $p/maps &&"
        " kill -9 ${p#/proc/} && exit 0; done; exit 1")));
}

Test(admin, it_is_begun_again_when_it_dies)
{
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();

    await_answer(port, "/readyz", "\r\n\r\nok\n");
    kill_admin();
    free(await_log("the admin endpoint ended"));
    await_answer(port, "/readyz", "\r\n\r\nok\n");
    cr_expect(eq(int, end_worker(worker), 0));
}

Test(admin, only_this_machine_may_ask)
{
    static const char *const addresses[] = {
        "0.0.0.0:9750", "192.0.2.1:9750", "[::]:9750", "[2001:db8::1]:9750",
        "127.0.0.2:9750", "localhost:9750", "9750", ":9750", "127.0.0.1", "127.0.0.1:",
        "127.0.0.1:x", "127.0.0.1:70000", "127.0.0.1:-1", "[::1]", "[::1:5",
        "unix:", "", "http://127.0.0.1:9750"};

    put_file("p.conf", "stages = ( { use = \"fetch\"; paths = \"x\"; } );");
    for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
        char *said;

        cr_expect(eq(int, run_shell(&said, "galley work ./p.conf --admin '%s'",
                                    addresses[i]), 2), "%s", addresses[i]);
        cr_expect(strstr(said, "127.0.0.1") != NULL ||
                  strstr(said, "a path of") != NULL, "%s", said);
        free(said);
    }
}

Test(admin, an_address_that_is_taken_is_refused)
{
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();
    char *said;

    cr_expect(eq(int, run_shell(&said, "galley work ./p.conf --state other"
                                " --admin 127.0.0.1:%u", port), 2));
    cr_expect(strstr(said, "cannot listen at") != NULL, "%s", said);
    free(said);
    end_worker(worker);
}

static char *ask_socket(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(name.sun_path, path);
    if (connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0) {
        close(fd);
        return strdup("");
    }
    return talk(fd, "GET /healthz HTTP/1.1\r\nHost: behind.a.proxy\r\n"
                    "Connection: close\r\n\r\n");
}

Test(admin, a_unix_socket_serves_who_may_open_it)
{
    pid_t worker = begin_worker("unix:admin.sock");
    struct stat st;

    free(await_log("endpoint at"));
    expect_status(ask_socket("admin.sock"), 200, "unix");
    cr_assert(stat("admin.sock", &st) == 0);
    cr_expect(eq(uint, st.st_mode & 0777, 0660));
    kill(worker, SIGKILL);
    waitpid(worker, NULL, 0);
    cr_expect(stat("admin.sock", &st) == 0);
    worker = begin_worker("unix:admin.sock"); /* in the place of the dead one */
    free(await_log("endpoint at"));
    expect_status(ask_socket("admin.sock"), 200, "unix again");
    cr_expect(eq(int, end_worker(worker), 0));
    cr_expect(stat("admin.sock", &st) < 0);
}

Test(admin, a_file_in_the_place_of_the_socket_stays)
{
    char *said;

    put_file("admin.sock", "mine");
    put_file("p.conf", "stages = ( { use = \"fetch\"; paths = \"x\"; } );");
    cr_expect(eq(int, run_shell(&said, "galley work ./p.conf"
                                " --admin unix:admin.sock"), 2));
    free(said);
    said = get_file("admin.sock");
    cr_expect(eq(str, said, "mine"));
    free(said);
}

/* ---- galley top ---- */

Test(admin, top_shows_a_worker_that_runs_and_one_that_ended)
{
    pid_t worker = begin_worker("127.0.0.1:0");
    unsigned port = await_port();
    char *said;

    put_file("in/.a", "{\"id\":\"x\",\"title\":\"\\u001b[31mred</pre>&\","
             "\"text\":\"Kim spoke.\"}\n");
    cr_assert(rename("in/.a", "in/a.jsonl") == 0);
    await_answer(port, "/metrics", "{pipeline=\"p\",result=\"done\"} 1\n");
    cr_expect(eq(int, run_shell(&said, "galley top --once ./p.conf"), 0));
    cr_expect(strstr(said, "p  running  for ") != NULL, "%s", said);
    cr_expect(strstr(said, "done 1 (") != NULL);
    cr_expect(strstr(said, "\nclean ") != NULL);
    cr_expect(strstr(said, " [31mred") != NULL);
    cr_expect(strchr(said, '\033') == NULL);
    free(said);
    said = ask(port, "/"); /* the same, for browsers without scripts */
    cr_expect(strstr(said, " [31mred&lt;/pre&gt;&amp;\n") != NULL, "%s", said);
    free(said);
    end_worker(worker);
    cr_expect(eq(int, run_shell(&said, "galley top p.work"), 0));
    cr_expect(strstr(said, "p  stopped  ") != NULL, "%s", said);
    free(said);
}

Test(admin, top_says_when_there_is_no_worker)
{
    char *said;

    cr_expect(eq(int, run_shell(&said, "galley top none"), 2));
    cr_expect(strstr(said, "cannot open none.work/figures") != NULL, "%s",
              said);
    free(said);
    cr_expect(eq(int, run_shell(NULL, "galley top"), 2));
    cr_expect(eq(int, run_shell(NULL, "galley top a b"), 2));
}

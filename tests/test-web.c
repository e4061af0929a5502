/* fetch of addresses, against a server that misbehaves. What is waited for comes
 * to pass at any speed of the machine. */
#include "support-web.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct server *server;
static char seen_headers[4096];

static bool note_headers(void *arg, struct visit *visit)
{
    (void)arg;
    snprintf(seen_headers, sizeof(seen_headers), "%s", visit->head);
    return false;
}

static void begin(void)
{
    enter_scratch();
    server = server_new(0, note_headers, NULL);
}

static void end(void)
{
    server_free(server);
    leave_scratch();
}

TestSuite(web, .init = begin, .fini = end, .timeout = 120);

static void expect(const char *settings, const char *addresses,
                   const char *expected)
{
    expect_web(server, settings, addresses, expected);
}

/* Fails for that reason, after so many requests for it. */
static void expect_failure(const char *settings, const char *path,
                           const char *reason, unsigned visits)
{
    char address[256], expected[512], whole[256];

    snprintf(address, sizeof(address), "\"$A%s\"", path);
    snprintf(expected, sizeof(expected), "! A%s: %s\n", path, reason);
    snprintf(whole, sizeof(whole), "robots = false; %s", settings);
    expect(whole, address, expected);
    cr_expect(eq(uint, server_visits(server, "a.localhost", path), visits),
              "%s", path);
}

/* ---- what comes ---- */

Test(web, pages_come_with_their_address_and_time)
{
    char *said = web_shell(
        server, "",
        "sed -i 's/format = .*\"title\"//' p.conf;"
        " echo \"stages = ( { use = \\\"fetch\\\"; paths = \\\"$A/text/1\\\";"
        " allow_private = true; delay = \\\"0\\\"; }, { use = \\\"export\\\"; }"
        " );\" > q.conf; galley run -q ./q.conf |"
        " sed 's/20..-..-..T..:..:..Z/NOW/'");

    cr_expect(eq(str, said,
                 "{\"id\":\"A/text/1\",\"uri\":\"A/text/1\",\"fetched\":\"NOW\","
                 "\"text\":\"The text 1.\\n\"}\n"));
    free(said);
}

Test(web, a_body_is_sent_in_many_ways)
{
    expect("", "$A/page/1 $A/chunked/2 $A/gzip/3 $B/deflate/4",
           "A/chunked/2\tA/chunked/2\t2\nA/gzip/3\tA/gzip/3\t3\n"
           "A/page/1\tA/page/1\t1\nB/deflate/4\tB/deflate/4\t4\n");
}

Test(web, the_server_says_the_character_set)
{
    char *said = web_shell(
        server, "max_document = \"1M\";",
        "sed -i 's/id, uri, title/text/' p.conf; galley run -q ./p.conf"
        " \"$A/typed/text%2fplain%3b%20charset=windows-1251?%cc%e8%f0%20%e8\""
        " \"$A/typed/text%2fplain%3bx-charset=koi8-r%3bcharset=%20%22windows-1251"
        "%22?%ec%e8%f0\"; sed 1d out | sort");

    cr_expect(eq(str, said, "Мир и\nмир\n"));
    free(said);
}

Test(web, what_is_no_text_is_refused)
{
    expect_failure("", "/typed/image%2fpng?x", "not a page or a text, image/png",
                   1);
    expect_failure("", "/typed/application%2fpdf?%25PDF",
                   "not a page or a text, application/pdf", 1);
    expect_failure("", "/typed/text%2fplain?a%00%01%02%03%04b",
                   "not a text, binary data", 1);
    expect_failure("", "/empty", "empty", 1);
}

Test(web, a_page_is_one_whatever_it_is_called)
{
    expect("robots = false;",
           "\"$A/typed/text%2fplain?<html><title>x</title><p>Words.\"",
           "A/typed/text%2fplain?<html><title>x</title><p>Words.\t"
           "A/typed/text%2fplain?<html><title>x</title><p>Words.\tx\n");
}

Test(web, lists_of_addresses_are_read)
{
    char *said = web_shell(
        server, "format = \"urls\";",
        "{ echo \"$A/page/1\"; echo; echo \"# not now\"; echo \"  $B/page/2 \";"
        " echo \"page/3\"; printf \"$A/page/4\"; } | galley run -q ./p.conf;"
        " sort out; grep -o '\"failed\".*\"-:5\"' failed.jsonl");

    cr_expect(eq(str, said,
                 "galley: 1 of 4 documents failed; they are recorded in "
                 "failed.jsonl\n"
                 "A/page/1\tA/page/1\t1\nA/page/4\tA/page/4\t4\n"
                 "B/page/2\tB/page/2\t2\nid\turi\ttitle\n"
                 "\"failed\":{\"stage\":\"fetch\",\"reason\":\"-:5: not an "
                 "address of the web\",\"ticket\":\"-:5\"\n"));
    free(said);
}

Test(web, a_long_list_is_read_as_its_pages_come)
{
    char *said = web_shell(server, "format = \"urls\"; robots = false;",
                           "n=0; while [ $n -lt 12000 ]; do echo $A/text/$n;"
                           " n=$((n + 1)); done > list; galley run -q ./p.conf"
                           " list; sort -u out | wc -l");

    cr_expect(eq(str, said, "12001\n"));
    cr_expect(eq(uint, server_visits(server, NULL, NULL), 12000));
    free(said);
}

Test(web, addresses_stand_beside_files)
{
    put_file("a.txt", "A text.\n");
    expect("", "a.txt $A/page/1 a.txt",
           "a.txt\t\t\na.txt\t\t\nA/page/1\tA/page/1\t1\n");
}

Test(web, the_same_address_twice_comes_twice)
{
    expect("", "$A/page/1 $A/page/1",
           "A/page/1\tA/page/1\t1\nA/page/1\tA/page/1\t1\n");
}

Test(web, we_say_who_we_are)
{
    expect("contact = \"https://example.org/us\";", "$A/page/1",
           "A/page/1\tA/page/1\t1\n");
    cr_expect(strstr(seen_headers, "\r\nUser-Agent: galley/" GALLEY_VERSION
                                   " (+https://example.org/us)\r\n") != NULL,
              "%s", seen_headers);
    cr_expect(strstr(seen_headers, "\r\nAccept-Encoding: ") != NULL);
    expect("user_agent = \"other 1\";", "$A/page/1", "A/page/1\tA/page/1\t1\n");
    cr_expect(strstr(seen_headers, "\r\nUser-Agent: other 1\r\n") != NULL);
}

Test(web, the_proxy_of_the_environment_is_not_used)
{
    char *said = web_shell(server, "",
                           "export http_proxy=http://127.0.0.1:1"
                           " ALL_PROXY=http://127.0.0.1:1;"
                           " galley run -q ./p.conf $A/page/1; tail -n 1 out");

    cr_expect(eq(str, said, "A/page/1\tA/page/1\t1\n"));
    free(said);
}

/* ---- redirects ---- */

Test(web, redirects_are_followed)
{
    expect("", "$A/hops/3/x \"$A/moved?$B/page/y\" \"$A/to?/page/z\"",
           "A/hops/3/x\tA/page/x\tx\nA/moved?B/page/y\tB/page/y\ty\n"
           "A/to?/page/z\tA/page/z\tz\n");
}

Test(web, redirects_are_bounded)
{
    expect_failure("redirects = 3;", "/hops/4/x", "status 302: too many "
                   "redirects", 1);
    expect_failure("", "/loop", "status 302: too many redirects", 11);
    expect_failure("redirects = 0;", "/to?/page/1",
                   "status 302: too many redirects", 1);
}

Test(web, redirects_lead_to_the_web_only)
{
    static const char *const elsewhere[] = {
        "file:///etc/passwd", "ftp://localhost/", "gopher://localhost:1/_x",
        "http://user:word@b.localhost/",
    };

    for (size_t i = 0; i < 4; i++) {
        char path[128];

        snprintf(path, sizeof(path), "/to?%s", elsewhere[i]);
        expect_failure("", path,
                       i < 3 ? "redirected to what cannot be asked for: neither "
                               "http nor https"
                             : "redirected to what cannot be asked for: the "
                               "address has a user's name or a password in it",
                       1);
    }
}

/* ---- addresses ---- */

static void expect_refused(const char *settings, const char *address)
{
    gly_buf words = { 0 };
    char *said;

    gly_buf_printf(&words, "galley run -q ./p.conf \"%s\" > said 2>&1;"
                   " grep -c 'not an address of the public internet'"
                   " failed.jsonl", address);
    said = web_shell(server, settings, words.data);
    cr_expect(eq(str, said, "1\n"), "%s", address);
    free(said);
    gly_buf_finish(&words);
}

Test(web, addresses_inside_are_refused_however_they_are_written)
{
    static const char *const written[] = {
        "127.0.0.1", "localhost", "a.localhost", "127.1", "0x7f.1", "0177.0.0.1",
        "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
        "[::]",
    };

    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        char address[128];

        snprintf(address, sizeof(address), "http://%s:$PORT/page/1",
                 written[i]);
        expect_refused("allow_private = false; robots = false;", address);
    }
    expect_refused("allow_private = false;", "$A/page/1");
    expect_refused("allow = \"10.0.0.0/8\";", "$A/page/1");
    cr_expect(eq(uint, server_visits(server, NULL, NULL), 0));
}

Test(web, a_redirect_leads_to_no_address_inside)
{
    expect_refused("robots = false; allow = \"127.0.0.1\";",
                   "$A/to?http://127.0.0.2:$PORT/page/1");
    expect_refused("robots = false; allow = \"127.0.0.1\";",
                   "$A/to?http://[::1]:$PORT/page/1");
    expect_refused("robots = false; allow = \"127.0.0.1\";",
                   "$A/to?http://169.254.169.254/latest/");
    cr_expect(eq(uint, server_visits(server, NULL, "/page/1"), 0));
}

Test(web, a_redirect_of_robots_txt_leads_to_no_address_inside)
{
    server_robots(server, NULL, 302, "");
    expect("allow = \"127.0.0.1\";", "$A/page/1",
           "! A/page/1: A/robots.txt: status 302: the server does not give "
           "it\n");
}

Test(web, a_list_of_addresses_may_be_allowed)
{
    expect("allow = [\"10.0.0.0/8\", \"127.0.0.0/8\"];", "$A/page/1",
           "A/page/1\tA/page/1\t1\n");
}

Test(web, a_wrong_range_is_refused_at_once)
{
    char *said = web_shell(server, "allow = \"10.0.0.0/33\";",
                           "galley run ./p.conf $A/page/1");

    cr_expect(eq(str, said,
                 "./p.conf:1: fetch: allow: \"10.0.0.0/33\" is no range of "
                 "addresses, like \"10.0.0.0/8\" or \"fd00::/8\"\n"));
    free(said);
}

/* ---- errors, and second tries ---- */

Test(web, what_will_not_pass_is_not_asked_for_again)
{
    expect_failure("", "/status/404",
                   "status 404: the server has it no more", 1);
    expect_failure("", "/status/410",
                   "status 410: the server has it no more", 1);
    expect_failure("", "/status/403",
                   "status 403: the server does not give it", 1);
    expect_failure("", "/status/501",
                   "status 501: the server does not give it", 1);
    expect_failure("", "/status/304",
                   "status 304: the server does not give it", 1);
}

Test(web, what_may_pass_is_asked_for_again)
{
    expect("robots = false;",
           "$A/first/2/500/a $A/first/3/503/b $B/first/1/429/c",
           "A/first/2/500/a\tA/first/2/500/a\ta\n"
           "A/first/3/503/b\tA/first/3/503/b\tb\n"
           "B/first/1/429/c\tB/first/1/429/c\tc\n");
    expect_failure("retries = 2;", "/status/500",
                   "status 500: the server cannot now", 3);
    expect_failure("retries = 0;", "/status/502",
                   "status 502: the server cannot now", 1);
}

Test(web, a_host_is_left_alone_for_as_long_as_it_asks)
{
    expect("robots = false;", "$A/wait/1/503/1/x $B/wait/1/429/date/y",
           "A/wait/1/503/1/x\tA/wait/1/503/1/x\tx\n"
           "B/wait/1/429/date/y\tB/wait/1/429/date/y\ty\n");
    cr_expect(ge(dbl, server_least_gap(server, "a.localhost"), 1.0));
    cr_expect(ge(dbl, server_least_gap(server, "b.localhost"), 1.0));
}

Test(web, but_not_for_longer_than_we_have_patience)
{
    expect_failure("patience = \"50ms\";", "/wait/1/503/3600/x",
                   "status 503: the server cannot now", 1);
}

Test(web, silence_is_not_waited_for)
{
    static const char *const silent[] = {
        "/hang/before", "/hang/head", "/hang/body", "/drip-head", "/drip",
    };

    for (size_t i = 0; i < 5; i++) {
        gly_buf words = { 0 };
        char *said;

        gly_buf_printf(&words, "galley run -q ./p.conf $A%s 2> /dev/null;"
                       " grep -o 'reason.*timed out' failed.jsonl |"
                       " sed 's/after.*//'", silent[i]);
        said = web_shell(server, "robots = false; retries = 1;"
                         " timeout = \"300ms\";", words.data);
        cr_expect(strstr(said, ": ") != NULL, "%s: %s", silent[i], said);
        cr_expect(eq(uint, server_visits(server, NULL, silent[i]), 2));
        free(said);
        gly_buf_finish(&words);
    }
}

Test(web, slowness_is_not_waited_for)
{
    expect_failure("stall = \"1s\"; retries = 0;", "/drip",
                   "Operation too slow. Less than 100 bytes/sec transferred the "
                   "last 1 seconds", 1);
}

Test(web, a_connection_that_breaks_is_tried_again)
{
    expect_failure("retries = 1;", "/close/body",
                   "transfer closed with 987 bytes remaining to read", 2);
    expect_failure("retries = 1;", "/length/longer",
                   "transfer closed with 957 bytes remaining to read", 2);
    expect_failure("retries = 1;", "/reset/before",
                   "Recv failure: Connection reset by peer", 2);
    expect_failure("retries = 1;", "/reset/body",
                   "Recv failure: Connection reset by peer", 2);
}

Test(web, a_server_that_lies_about_its_answer_is_told)
{
    expect_failure("retries = 0;", "/chunk/bad", "Illegal or missing "
                   "hexadecimal sequence in chunked-encoding", 1);
    expect_failure("retries = 0;", "/chunk/huge", "Too long hexadecimal number "
                   "in chunked-encoding", 1);
    expect_failure("", "/garbage", "Received HTTP/0.9 when not allowed", 1);
    expect_failure("", "/head/endless", "headers without end", 1);
    expect_failure("", "/head/line", "a header without end", 1);
    expect_failure("", "/packed-not", "Error while processing content "
                   "unencoding: incorrect header check", 1);
}

Test(web, nothing_larger_than_max_document_is_taken)
{
    static const char *const large[] = {
        "/huge/100001", "/huge-length/100001", "/bomb/100001",
        "/bomb/50000000", "/bomb-twice/50000000", "/huge/50000000",
    };

    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
        expect_failure("max_document = \"100000\";", large[i],
                       "larger than max_document", 1);
    expect("robots = false; max_document = \"100000\";",
           "$A/huge/81920 $A/bomb/81920",
           "A/bomb/81920\tA/bomb/81920\t\nA/huge/81920\tA/huge/81920\t\n");
}

Test(web, what_is_no_address_is_refused)
{
    expect("", "http:// http://:80/ http://a:b@c/ http://nosuch.invalid:1/ "
           "http://a:99999/ http://a%ff/",
           "! http://: not an address of the web\n"
           "! http://:80/: not an address of the web\n"
           "! http://a%ff/: not an address of the web\n"
           "! http://a:99999/: not an address of the web\n"
           "! http://a:b@c/: the address has a user's name or a password in it\n"
           "! http://nosuch.invalid:1/: http://nosuch.invalid:1/robots.txt:"
           " Could not resolve host: nosuch.invalid\n");
}

Test(web, a_name_without_end_is_refused)
{
    char name[400] = "";
    gly_buf address = { 0 }, expected = { 0 };

    memset(name, 'a', sizeof(name) - 1);
    gly_buf_printf(&address, "http://%s/", name);
    gly_buf_printf(&expected, "! http://%s/: the host's name is too long\n",
                   name);
    expect("", address.data, expected.data);
    gly_buf_finish(&address);
    gly_buf_finish(&expected);
}

/* ---- politeness ---- */

Test(web, a_host_has_a_delay_between_requests)
{
    char *said = web_shell(server, "",
                           "sed -i 's/delay = \"0\"/delay = \"50ms\"/' p.conf;"
                           " galley run -q ./p.conf $A/page/1 $A/page/2"
                           " $A/hops/1/3 $A/slow/60/4 $A/page/5; wc -l < out");

    cr_expect(eq(str, said, "6\n"));
    cr_expect(eq(uint, server_visits(server, NULL, NULL), 7));
    cr_expect(ge(dbl, server_least_gap(server, "a.localhost"), 0.05));
    cr_expect(eq(uint, server_most_at_once(server, "a.localhost"), 1));
    free(said);
}

Test(web, one_host_does_not_stop_another)
{
    gly_buf log = { 0 };
    char *said = web_shell(server, "",
                           "sed -i 's/delay = \"0\"/delay = \"50ms\"/' p.conf;"
                           " galley run -q ./p.conf $A/page/1 $A/page/2"
                           " $A/page/3 $A/page/4 $A/page/5 $A/page/6"
                           " $B/page/7; wc -l < out");

    cr_expect(eq(str, said, "8\n"));
    server_log(server, &log);
    cr_expect(strstr(log.data, "/page/7") < strstr(log.data, "/page/6"), "%s",
              log.data);
    gly_buf_finish(&log);
    free(said);
}

Test(web, connections_are_bounded)
{
    expect("per_host = 2; connections = 3; robots = false;",
           "$A/slow/50/1 $A/slow/50/2 $A/slow/50/3 $A/slow/50/4 $B/slow/50/5"
           " $B/slow/50/6 $B/slow/50/7 > said; wc -l < out; rm out; :",
           "8\n");
    cr_expect(le(uint, server_most_at_once(server, "a.localhost"), 2));
    cr_expect(le(uint, server_most_at_once(server, "b.localhost"), 2));
    cr_expect(le(uint, server_most_at_once(server, NULL), 3));
}

/* ---- robots.txt ---- */

Test(web, robots_txt_is_obeyed_and_asked_for_once)
{
    server_robots(server, NULL, 200,
                  "User-agent: galley\nDisallow: /page/*2$\nDisallow: /text");
    expect("", "$A/page/1 $A/page/2 $A/page/3 $A/text/4 $B/page/2",
           "! A/page/2: robots.txt does not want it\n"
           "! A/text/4: robots.txt does not want it\n"
           "! B/page/2: robots.txt does not want it\n"
           "A/page/1\tA/page/1\t1\nA/page/3\tA/page/3\t3\n");
    cr_expect(eq(uint, server_visits(server, NULL, "/robots.txt"), 2));
    cr_expect(eq(uint, server_visits(server, NULL, NULL), 4));
    expect("robots = false;", "$A/page/2", "A/page/2\tA/page/2\t2\n");
}

Test(web, robots_txt_is_of_each_redirect_too)
{
    server_robots(server, "b.localhost", 200, "User-agent: *\nDisallow: /page");
    expect("", "\"$A/to?$B/page/1\"",
           "! A/to?B/page/1: robots.txt does not want it\n");
    cr_expect(eq(uint, server_visits(server, NULL, "/page/1"), 0));
}

Test(web, a_robots_txt_that_is_not_there_allows_all)
{
    static const int statuses[] = { 400, 401, 403, 404, 410, 451 };

    for (size_t i = 0; i < 6; i++) {
        server_robots(server, NULL, statuses[i], "User-agent: *\nDisallow: /");
        expect("", "$A/page/1", "A/page/1\tA/page/1\t1\n");
    }
}

Test(web, a_robots_txt_that_cannot_be_had_forbids_all)
{
    server_robots(server, NULL, 503, "");
    expect("retries = 1;", "$A/page/1 $A/page/2",
           "! A/page/1: A/robots.txt: status 503: the server cannot now\n"
           "! A/page/2: A/robots.txt: status 503: the server cannot now\n");
    cr_expect(eq(uint, server_visits(server, NULL, NULL), 2));
    server_robots(server, NULL, 0, "");
    expect("retries = 0;", "$A/page/1",
           "! A/page/1: A/robots.txt: Empty reply from server\n");
}

static bool redirect_robots(void *arg, struct visit *visit)
{
    const unsigned *hops = arg;
    gly_buf headers = { 0 };
    unsigned n = 0;

    if (strncmp(visit->path, "/robots", 7) != 0)
        return false;
    sscanf(visit->path, "/robots%u", &n);
    gly_buf_printf(&headers, "Location: /robots%u\r\n", n + 1);
    if (n < *hops)
        visit_answer(visit, 301, headers.data, "", 0);
    else
        visit_answer(visit, 200, "", "User-agent: *\nDisallow: /page\n", 30);
    gly_buf_finish(&headers);
    return true;
}

Test(web, five_redirects_are_followed_to_a_robots_txt)
{
    unsigned hops = 5;

    server_free(server);
    server = server_new(0, redirect_robots, &hops);
    expect("", "$A/page/1", "! A/page/1: robots.txt does not want it\n");
    hops = 6;
    expect("", "$A/page/1", "A/page/1\tA/page/1\t1\n");
}

Test(web, a_large_robots_txt_is_read_to_its_limit)
{
    gly_buf text = { 0 };

    gly_buf_puts(&text, "User-agent: *\nDisallow: /page/1\n");
    while (text.len < 600 * 1024)
        gly_buf_puts(&text, "# a line that says nothing at all\n");
    gly_buf_puts(&text, "Disallow: /page/2\n");
    server_robots(server, NULL, 200, text.data);
    expect("max_document = \"1K\";", "$A/page/1 $A/page/2",
           "! A/page/1: robots.txt does not want it\nA/page/2\tA/page/2\t2\n");
    gly_buf_finish(&text);
}

Test(web, a_crawl_delay_is_kept)
{
    server_robots(server, NULL, 200, "User-agent: *\nCrawl-delay: 0.2");
    expect("", "$A/page/1 $A/page/2 $A/page/3",
           "A/page/1\tA/page/1\t1\nA/page/2\tA/page/2\t2\n"
           "A/page/3\tA/page/3\t3\n");
    cr_expect(ge(dbl, server_least_gap(server, "a.localhost"), 0.2));
}

/* ---- again and again ---- */

/* A worker with these settings, and what a script beside it says. */
static void expect_work(const char *settings, const char *script,
                        const char *expected)
{
    gly_buf all = { 0 }, words = { 0 };
    char *said;

    gly_buf_printf(&all, "watch = true; refresh = \"20ms\"; %s", settings);
    gly_buf_printf(&words,
                   "has () { n=0; until [ \"0$(grep -c \"$2\" $1)\" -ge $3 ]; do"
                   " n=$((n + 1)); [ $n -lt 6000 ] || { echo never: $2; return;"
                   " }; sleep 0.01; done; } 2> /dev/null;"
                   " start () { $GALLEY_BUILD/galley work -v ./p.conf 2>> log &"
                   " run=$!; }; stop () { kill $1 $run; wait $run; } 2>"
                   " /dev/null; %s", script);
    said = web_shell(server, all.data, words.data);
    cr_expect(eq(str, said, (char *)expected));
    free(said);
    gly_buf_finish(&all);
    gly_buf_finish(&words);
}

Test(web, a_page_that_did_not_change_is_not_taken_again)
{
    expect_work("paths = [\"${A}/etag/1\", \"${A}/modified/2\"];",
                "start; has log 'etag/1: dropped: unchanged' 2;"
                " has log 'modified/2: dropped: unchanged' 2; stop -TERM;"
                " sort out",
                "A/etag/1\tA/etag/1\t1\nA/modified/2\tA/modified/2\t2\n"
                "id\turi\ttitle\n");
}

Test(web, nor_is_it_after_the_worker_was_killed)
{
    expect_work("paths = \"${A}/etag/1\";",
                "start; has log unchanged 1; stop -9; start;"
                " has log unchanged 4; stop -TERM; grep -c etag out",
                "1\n");
}

Test(web, an_address_that_is_named_twice_is_watched_once)
{
    expect_work("paths = [\"${A}/page/1\", \"${A}/page/1\"];",
                "start; has out page/1 9; stop -TERM; sort -u out",
                "A/page/1\tA/page/1\t1\nid\turi\ttitle\n");
}

Test(web, a_page_that_changes_comes_again)
{
    expect_work("paths = \"${A}/page/1\";",
                "start; has out page/1 3; stop -TERM; sort -u out",
                "A/page/1\tA/page/1\t1\nid\turi\ttitle\n");
}

Test(web, a_page_that_fails_again_and_again_is_recorded_once)
{
    expect_work("paths = \"${A}/status/404\";",
                "start; has log 'dropped: .*status/404' 3; stop -TERM;"
                " wc -l < failed.jsonl", "1\n");
}

Test(web, a_list_that_comes_into_a_folder_is_done_when_its_pages_are)
{
    expect_work("paths = \"in\"; format = \"urls\"; done = \"done\";"
                " failed = \"bad\"; settle = \"0\"; rescan = \"20ms\";",
                "mkdir in; printf \"$A/page/1\\n$A/page/2\\n\" > in/good;"
                " printf \"$A/page/3\\n$A/status/404\\n\" > in/not; start;"
                " until [ -e done/good ] && [ -e bad/not ]; do sleep 0.01;"
                " done; stop -TERM; sort out",
                "A/page/1\tA/page/1\t1\nA/page/2\tA/page/2\t2\n"
                "A/page/3\tA/page/3\t3\nid\turi\ttitle\n");
}

Test(web, a_stop_does_not_wait_for_the_web)
{
    char *said = web_shell(server, "robots = false;",
                           "$GALLEY_BUILD/galley run -q ./p.conf $A/page/1"
                           " $A/hang/body $B/hang/before 2> said & run=$!;"
                           " until grep -qs page/1 out; do sleep 0.01; done;"
                           " kill $run; wait $run || cat said; tail -n 1 out");

    cr_expect(eq(str, said, "A/page/1\tA/page/1\t1\n"));
    free(said);
}

/* fetch-feed on a server: what is polled when, what becomes of the items. The
 * scripts wait for what must come to pass; the suite's timeout ends them. */
#include "support-server.h"
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a site: the files of the folder www ---- */

/* "www/feed.head", if there is one, is the status and the headers of /feed, a
 * line each. Its ETag is compared. */
static int read_head(const char *path, gly_buf *headers, char etag[100])
{
    char name[300], *text, *rest, *line;
    int status = 200;

    snprintf(name, sizeof(name), "%s.head", path);
    text = rest = get_file(name);
    gly_buf_puts(headers, "");
    if (*text)
        status = atoi(strsep(&rest, "\n"));
    while (*text && (line = strsep(&rest, "\n")) != NULL && *line) {
        gly_buf_printf(headers, "%s\r\n", line);
        if (strncmp(line, "ETag: ", 6) == 0)
            snprintf(etag, 100, "%s", line + 6);
    }
    free(text);
    return status;
}

static bool serve(void *arg, struct visit *visit)
{
    char path[200], etag[100] = "", asked[100];
    gly_buf headers = {0};
    const char *match;
    char *body;
    int status;

    (void)arg;
    snprintf(path, sizeof(path), "www%.*s", (int)strcspn(visit->path, "?"),
             visit->path);
    body = get_file(path);
    status = read_head(path, &headers, etag);
    match = visit_header(visit, "If-None-Match", asked, sizeof(asked));
    if (match && *etag && strcmp(match, etag) == 0)
        visit_answer(visit, 304, headers.data, "", 0);
    else if (*body || status != 200)
        visit_answer(visit, status, headers.data, body, strlen(body));
    bool served = visit->status != 0;

    gly_buf_finish(&headers);
    free(body);
    return served;
}

/* ---- a worker, or a run ---- */

static struct server *server;

static void begin(void)
{
    enter_scratch();
    cr_assert(system("mkdir www") == 0);
    server = server_new(0, serve, NULL);
    server_log_to(server, creat("visits", 0600));
}

static void end(void)
{
    server_free(server);
    leave_scratch();
}

TestSuite(fetch_feed, .init = begin, .fini = end, .timeout = 120);

static void put_pipeline(const char *settings, const char *exporter)
{
    char pipeline[2000];

    snprintf(pipeline, sizeof(pipeline),
             "failed = \"failed\"; stages = ( { use = \"fetch-feed\";"
             " feeds = \"list\"; allow_private = true; delay = \"0\";"
             " backoff = \"10ms\"; retries = 0; max_age = \"0\"; %s },"
             " { %s } );", settings, exporter);
    put_file("p.conf", pipeline);
}

/* What the scripts have: `run` and `work` run p.conf, `feed NAME 1 2` writes a
 * feed of /page/1 and /page/2, `head NAME TEXT` how it is sent, `ids` says which
 * documents there are, `log WORDS` in how many lines of the log they stand. */
static const char library[] =
    "run () { galley run -q p.conf 2>> log; echo status $?; }\n"
    "work () { $GALLEY work ./p.conf -v 2>> log & job=$!; }\n"
    "stop () { kill $job; wait $job; echo status $?; }\n"
    "await () { n=0; until \"$@\" > /dev/null 2>&1; do n=$((n + 1));"
    " [ $n -lt 3000 ] || { echo \"never: $*\"; cat log; return; };"
    " sleep 0.02; done; }\n"
    "ids () { sed 's/^{\"id\":\"\\([^\"]*\\)\".*/\\1/; s/urn:x://' out | sort -n |"
    " tr '\\n' ' '; echo; }\n"
    "has () { ids | grep -qw \"$1\"; }\n"
    "log () { grep -c \"$1\" log; }\n"
    "item () { echo \"<item><guid>urn:x:$1</guid><link>/page/$1</link>"
    "<title>Title $1</title><description>Short $1</description></item>\"; }\n"
    "feed () { name=$1; shift; { echo '<rss><channel>'; for i; do item $i; done;"
    " echo '</channel></rss>'; } > www/.new; mv www/.new www/$name; }\n"
    "head () { printf \"$2\\n\" > www/.new; mv www/.new www/$1.head; }\n";

/* What a script says, with A and B for the two hosts that it knows. */
static char *script(const char *words)
{
    char *said;

    put_file("library", library);
    put_file("words", words);
    run_shell(&said,
              "PORT=%u; A=http://a.localhost:$PORT; B=http://b.localhost:$PORT;"
              " export GALLEY_PLUGIN_PATH=%s/plugins; GALLEY=%s/galley;"
              " : > out; : > log; echo $A/feed > list;"
              " { . ./library; . ./words; } 2>&1 |"
              " sed \"s,$A,A,g; s,$B,B,g\"",
              server_port(server), build_folder(), build_folder());
    return said;
}

static void expect(const char *settings, const char *words,
                   const char *expected)
{
    char *said, *log;

    put_pipeline(settings, "use = \"export\"; path = \"out\"; append = true;");
    said = script(words);
    log = get_file("log");
    cr_expect(eq(str, said, (char *)expected), "%s", log);
    free(log);
    free(said);
}

static unsigned visits(const char *path)
{
    return server_visits(server, NULL, path);
}

/* ---- runs ---- */

Test(fetch_feed, a_run_brings_the_pages_of_every_feed_and_ends)
{
    expect("", "feed feed 1 2; feed other 3; echo $B/other >> list; run; ids",
           "status 0\n1 2 3 \n");
    cr_expect(eq(uint, visits("/feed"), 1u));
    cr_expect(eq(uint, visits("/page/1"), 1u));
}

Test(fetch_feed, the_feeds_fields_go_with_the_page)
{
    expect("", "{ echo '<rss><channel><title>River</title>'; item 1; echo"
           " '</channel></rss>'; } > www/feed; run;"
           " sed 's/.*\\(\"uri.*feed[^}]*}\\).*/\\1/' out",
           "status 0\n\"uri\":\"A/page/1\",\"title\":\"Title 1\","
           "\"feed\":{\"url\":\"A/feed\",\"title\":\"River\"}\n");
}

Test(fetch_feed, without_pages_no_page_is_asked_for)
{
    expect("pages = false;", "feed feed 1; run; grep -c 'Short 1' out",
           "status 0\n1\n");
    cr_expect(eq(uint, visits("/page/1"), 0u));
}

Test(fetch_feed, a_page_that_is_gone_is_recorded_as_failed)
{
    expect("", "{ echo '<rss><channel>'; item 1; echo '<item><link>/nowhere</link>"
           "</item></channel></rss>'; } > www/feed; run; ids;"
           " grep -c 'A/nowhere: 404' failed; grep -c '/nowhere: ' failed",
           "status 1\n1 \n0\n1\n");
}

Test(fetch_feed, a_page_that_is_no_page_is_recorded_as_failed)
{
    expect("", "echo '<rss><channel><item><link>/typed/image/png?x</link></item>"
           "<item><link>/empty</link></item></channel></rss>' > www/feed; run;"
           " grep -c 'not a page' failed; grep -c ': empty' failed",
           "status 1\n1\n1\n");
}

Test(fetch_feed, an_item_in_two_feeds_is_one)
{
    expect("", "feed feed 1 2; feed other 2 3; echo $B/other >> list; run; ids",
           "status 0\n1 2 3 \n");
}

Test(fetch_feed, a_page_leads_to_its_feed_once)
{
    expect("", "echo '<html><head><title>River</title><link rel=\"alternate\""
           " type=\"application/rss+xml\" href=\"/real\"></head></html>' >"
           " www/feed; feed real 1; run; ids; log 'is a page; its feed is'",
           "status 0\n1 \n1\n");
    expect("", "rm out; : > out; echo '<html><head><link rel=\"alternate\""
           " type=\"application/rss+xml\" href=\"/feed\"></head></html>' >"
           " www/real; run; ids; log 'what it names as its feed is none'",
           "status 0\n\n1\n");
}

Test(fetch_feed, the_sitemaps_of_an_index_are_feeds)
{
    expect("first = 2;", "for i in 1 2; do echo '<sitemap><loc>/map'$i'.xml</loc>"
           "<lastmod>2026-01-0'$i'</lastmod></sitemap>'; { echo '<urlset>'; for j"
           " in 1 2 3; do echo \"<url><loc>/page/$i$j</loc><lastmod>2026-01-0$j"
           "</lastmod></url>\"; done; echo '</urlset>'; } > www/map$i.xml; done |"
           " { echo '<sitemapindex>'; cat; echo '</sitemapindex>'; } > www/index;"
           " echo 'Sitemap: /index' > www/feed; run;"
           " sed 's,.*\"uri\":\"[^\"]*/\\([0-9]*\\)\".*,\\1,' out | sort",
           "status 0\n12\n13\n22\n23\n");
}

Test(fetch_feed, lists_and_outlines_name_feeds)
{
    expect("", "feed feed 1; feed other 2; echo \"<opml><body><outline text='x'"
           " xmlUrl='$B/other'/></body></opml>\" > o; sed -i"
           " 's/\"list\"/[\"list\", \"o\"]/' p.conf; run; ids",
           "status 0\n1 2 \n");
}

/* ---- the worker ---- */

#define QUICK "every = \"100ms\"; every_min = \"50ms\"; every_max = \"400ms\";"

Test(fetch_feed, what_is_new_is_brought_and_what_was_seen_is_not)
{
    expect(QUICK, "feed feed 1 2; work; await has 2; feed feed 3 2 1;"
           " await has 3; feed feed 4 3; await has 4; stop; ids",
           "status 0\n1 2 3 4 \n");
    cr_expect(eq(uint, visits("/page/2"), 1u));
}

Test(fetch_feed, an_unchanged_feed_is_not_sent_again)
{
    expect(QUICK, "feed feed 1; head feed '200\\nETag: \"1\"'; work; await has 1;"
           " sleep 1; feed feed 2 1; head feed '200\\nETag: \"2\"'; await has 2;"
           " stop; ids; grep -q '/feed 304' visits; echo $?",
           "status 0\n1 2 \n0\n");
}

Test(fetch_feed, a_worker_that_begins_again_remembers)
{
    expect(QUICK, "feed feed 1 2; work; await has 2; stop; feed feed 3 2 1; work;"
           " await has 3; stop; ids", "status 0\nstatus 0\n1 2 3 \n");
    cr_expect(eq(uint, visits("/page/1"), 1u));
}

Test(fetch_feed, an_update_is_brought_again_if_that_is_wanted)
{
    expect(QUICK " updates = true;",
           "feed feed 1; work; await has 1; sed -i 's/Title/Better title/'"
           " www/feed; await grep -q Better out; stop; ids",
           "status 0\n1 1 \n");
}

Test(fetch_feed, a_feed_that_is_gone_is_not_polled_any_more)
{
    expect(QUICK, "head feed 410; echo $B/other >> list; feed other 1; work;"
           " await has 1; await grep 'Gone' log; sleep 1; stop; log '410 Gone:'",
           "status 0\n1\n");
    cr_expect(eq(uint, visits("/feed"), 1u));
}

Test(fetch_feed, a_feed_that_moved_is_asked_for_there)
{
    expect(QUICK, "head feed '301\\nLocation: /new'; feed new 1; work; await has 1;"
           " await grep 'has moved to' log; feed new 2 1; await has 2; stop; ids",
           "status 0\n1 2 \n");
    cr_expect(eq(uint, visits("/feed"), 1u));
}

Test(fetch_feed, a_feed_that_moved_and_is_not_there_is_asked_for_where_it_was)
{
    expect(QUICK, "head feed '301\\nLocation: /new'; feed new 1; work; await has 1;"
           " await grep 'has moved to' log; rm www/new; rm www/feed.head;"
           " feed feed 2 1; await has 2; stop; ids", "status 0\n1 2 \n");
}

Test(fetch_feed, a_feed_that_fails_is_polled_later_and_later)
{
    expect("every = \"100ms\"; every_min = \"50ms\"; every_max = \"10m\";",
           "head feed 503; work; sleep 2; feed feed 1; head feed 200;"
           " await has 1; stop", "status 0\n");
    cr_expect(le(uint, visits("/feed"), 7u));
}

Test(fetch_feed, retry_after_is_kept)
{
    expect(QUICK, "head feed '429\\nRetry-After: 2'; work; await grep 429 log;"
           " feed feed 1; head feed 200; sleep 1; ids; await has 1; stop",
           "\nstatus 0\n");
    cr_expect(ge(dbl, server_least_gap(server, "a.localhost"), 0.0));
}

Test(fetch_feed, what_a_feed_asks_for_itself_is_kept)
{
    expect("every = \"100ms\"; every_min = \"50ms\"; every_max = \"10m\";",
           "feed feed 1; head feed '200\\nCache-Control: max-age=300'; work;"
           " await has 1; sleep 1; stop", "status 0\n");
    cr_expect(eq(uint, visits("/feed"), 1u));
}

static void expect_one_poll(const char *element)
{
    char words[700];

    snprintf(words, sizeof(words),
             "h=$(date -u +%%-H); { echo \"<rss xmlns:sy="
             "'http://purl.org/rss/1.0/modules/syndication/'><channel>%s\";"
             " item 1; echo '</channel></rss>'; } > www/feed; rm -rf p.work;"
             " work; await has 1; sleep 0.5; stop", element);
    expect("every = \"50ms\"; every_min = \"20ms\"; every_max = \"1d\";", words,
           "status 0\n");
}

Test(fetch_feed, when_a_feed_is_not_to_be_polled_it_is_not)
{
    expect_one_poll("<ttl>5</ttl>");
    cr_expect(eq(uint, visits("/feed"), 1u));
    expect_one_poll("<sy:updatePeriod>hourly</sy:updatePeriod>"
                    "<sy:updateFrequency>2</sy:updateFrequency>");
    cr_expect(eq(uint, visits("/feed"), 2u));
    expect_one_poll("<skipHours><hour>$h</hour><hour>$(((h + 1) % 24))</hour>"
                    "</skipHours>");
    cr_expect(eq(uint, visits("/feed"), 3u));
    expect_one_poll("<skipHours>$(for i in $(seq 0 23); do echo"
                    " \"<hour>$i</hour>\"; done)</skipHours>");
    cr_expect(gt(uint, visits("/feed"), 4u));
}

Test(fetch_feed, a_page_that_fails_for_a_time_comes_later)
{
    expect(QUICK, "echo '<rss><channel><item><link>/first/2/503/7</link></item>"
           "</channel></rss>' > www/feed; work; await [ -s out ]; stop;"
           " wc -l < out; ls failed",
           "status 0\n1\nls: cannot access 'failed': No such file or directory\n");
    cr_expect(eq(uint, visits("/first/2/503/7"), 3u));
}

Test(fetch_feed, a_page_that_fails_again_and_again_is_recorded)
{
    expect("every = \"20ms\"; every_min = \"20ms\";",
           "echo '<rss><channel><item><link>/status/503</link></item></channel>"
           "</rss>' > www/feed; work; await [ -s failed ]; sleep 0.5; stop;"
           " wc -l < failed", "status 1\n1\n");
    cr_expect(eq(uint, visits("/status/503"), 5u));
}

Test(fetch_feed, more_items_than_are_taken_at_once_come_all_the_same)
{
    expect(QUICK " first = 0; max_items = 3;",
           "feed feed; work; await grep -q '\\[\\]\\|ready' log; sleep 0.5;"
           " feed feed 1 2 3 4 5 6 7 8; await has 8; await has 1; stop; ids",
           "status 0\n1 2 3 4 5 6 7 8 \n");
}

/* ---- kills ---- */

static void check_database(int expected)
{
    sqlite3 *db;
    sqlite3_stmt *st;

    cr_assert(eq(int, sqlite3_open("db", &db), SQLITE_OK));
    cr_assert(eq(int, sqlite3_prepare_v2(
        db, "SELECT count(*), count(DISTINCT id) FROM documents", -1, &st,
        NULL), SQLITE_OK));
    cr_assert(eq(int, sqlite3_step(st), SQLITE_ROW));
    cr_expect(eq(int, sqlite3_column_int(st, 0), expected));
    cr_expect(eq(int, sqlite3_column_int(st, 1), expected));
    sqlite3_finalize(st);
    sqlite3_close(db);
}

/* The feed moves on between the kills: what was found is not lost with it. */
Test(fetch_feed, a_killed_worker_loses_no_item_and_brings_none_twice)
{
    char *said;

    put_pipeline("every = \"100ms\"; every_min = \"50ms\"; every_max = \"400ms\";"
                 " first = 100; per_host = 2;",
                 "use = \"export-sqlite\"; path = \"db\"; batch = 1;");
    said = script("all () { [ $(galley search -n 1000 --json db title | wc -l) -ge"
                  " $1 ]; }; from=1; for round in 1 2 3 4 5 6; do feed feed"
                  " $(seq $from $((from + 19))); work;"
                  " await grep -q \"/page/$from \" visits;"
                  " kill -9 $(cat /proc/$job/task/$job/children) $job;"
                  " wait $job; from=$((from + 20)); done"
                  " 2> /dev/null; : > log; work; await grep -q ready log;"
                  " await all 120; stop");
    cr_expect(eq(str, said, "status 0\n"));
    free(said);
    check_database(120);
}

/* feeds-day: a day of many feeds on a server that misbehaves, in a few minutes.
 *
 *     tests/feeds-day FEEDS SECONDS    an hour takes so many seconds
 *
 * Each feed has a host of its own, publishes at its own pace, and has its own
 * trouble. `galley work` polls them, is killed twice by SIGKILL on the way, and
 * all that was published must be in the store, once. What the server saw is
 * printed and checked. Run it where it may leave the folder feeds-day. */
#include "support-server.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    OLD = 3,    /* items before the day begins */
    LISTED = 60, /* at a time */
    MOST_POLLS = 2000,
    HOURS = 24,
    DELAY = 60, /* this part of an hour */
};

/* What is wrong with a feed; the hours of those that pass are in `troubles`. */
enum trouble {
    REFUSES, HANGS, RESETS, ERROR_PAGE, BUSY, GONE, MOVED, FRESH, BROKEN,
    FORGETFUL, DRIPS, CUT, FINE
};
static const struct {
    const char *name;
    double from, to; /* hours */
} troubles[] = {
    [REFUSES] = { "503", 5, 9 },
    [HANGS] = { "hangs", 6, 8 },
    [RESETS] = { "resets", 4, 7 },
    [ERROR_PAGE] = { "a page of HTML", 10, 12 },
    [BUSY] = { "429, Retry-After", 3, 4 },
    [GONE] = { "410", 14, HOURS * 10 },
    [MOVED] = { "301", 6, HOURS * 10 },
    [FRESH] = { "max-age: an hour", 0, HOURS * 10 },
    [BROKEN] = { "broken XML", 0, HOURS * 10 },
    [FORGETFUL] = { "no validators", 0, HOURS * 10 },
    [DRIPS] = { "slow", 2, 6 },
    [CUT] = { "cut off", 7, 9 },
    [FINE] = { "none", HOURS * 10, 0 },
};

struct poll {
    double at;
    int status;
    bool conditional;
};
struct feed {
    unsigned number;
    enum trouble trouble;
    double period;        /* hours between items */
    struct poll polls[MOST_POLLS];
    unsigned poll_count;
    int shown;            /* the newest item that was sent */
};

struct day {
    struct feed *feeds;
    unsigned count;
    double hour, begun;   /* seconds */
    double kills[2];      /* hours, when they were over */
    time_t epoch;
    pthread_mutex_t lock;
    struct server *server;
    int failures;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double hours(const struct day *d)
{
    return (now() - d->begun) / d->hour;
}

/* ---- what is published ---- */

static double published_at(const struct feed *f, int item)
{
    double phase = (double)(f->number * 37 % 100) / 100;

    return (item + phase) * f->period;
}

/* The newest item at that time. */
static int newest(const struct feed *f, double hour)
{
    int item = -OLD;
    double end = hour < HOURS ? hour : HOURS;

    while (published_at(f, item + 1) <= end)
        item++;
    return item;
}

static const char *link_of(char out[80], const struct feed *f, int item)
{
    const char *how = item % 17 == 3   ? "first/1/503"
                      : item % 19 == 7 ? "hops/2"
                      : item % 23 == 5 ? "nowhere" : "page"; /* is_refused() */

    snprintf(out, 80, "/%s/%u-%d", how, f->number, item + OLD);
    return out;
}

static void add_item(gly_buf *out, const struct day *d, const struct feed *f,
                     int item)
{
    static const char *const forms[] = {
        "<item><guid>urn:day:%u-%d</guid><link>%s</link><title>No. %d</title>"
        "<pubDate>%s</pubDate></item>\n",
        "<entry><id>urn:day:%u-%d</id><link href=\"%s\"/><title>No. %d</title>"
        "<updated>%s</updated></entry>\n",
        "{\"id\":\"urn:day:%u-%d\",\"url\":\"%s\",\"title\":\"No. %d\","
        "\"date_published\":\"%s\"},",
        "<item><guid>urn:day:%u-%d</guid><link>%s</link><title>No. <b>%d & more"
        "</title><pubDate>%s</pubdate></item>\n",
    };
    time_t at = d->epoch + (time_t)(published_at(f, item) * d->hour);
    char date[40], link[80];
    struct tm tm;

    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    gly_buf_printf(out, forms[f->trouble == BROKEN ? 3 : f->number % 3],
                   f->number, item + OLD, link_of(link, f, item), item + OLD,
                   date);
#pragma GCC diagnostic pop
}

static void add_feed(gly_buf *out, const struct day *d, const struct feed *f,
                     int last)
{
    static const char *const begins[] = {
        "<rss version=\"2.0\"><channel><title>Day</title>\n",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Day</title>\n",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[",
    };
    static const char *const ends[] = {
        "</channel></rss>\n", "</feed>\n", "{}]}",
    };
    unsigned form = f->trouble == BROKEN ? 0 : f->number % 3;

    gly_buf_puts(out, begins[form]);
    for (int i = last; i > last - LISTED && i >= -OLD; i--)
        add_item(out, d, f, i);
    gly_buf_puts(out, ends[form]);
}

/* ---- the server ---- */

static void note(struct day *d, struct feed *f, const struct visit *v,
                 bool conditional)
{
    pthread_mutex_lock(&d->lock);
    if (f->poll_count < MOST_POLLS)
        f->polls[f->poll_count++] =
            (struct poll){(v->at - d->begun) / d->hour, v->status, conditional};
    pthread_mutex_unlock(&d->lock);
}

static void send_feed(struct day *d, struct feed *f, struct visit *v)
{
    int last = newest(f, hours(d));
    gly_buf body = {0}, headers = {0};
    char etag[32], asked[100];
    const char *match = visit_header(v, "If-None-Match", asked, sizeof(asked));

    snprintf(etag, sizeof(etag), "\"%d\"", last);
    gly_buf_puts(&headers, "");
    if (f->trouble != FORGETFUL)
        gly_buf_printf(&headers, "ETag: %s\r\n", etag);
    if (f->trouble == FRESH)
        gly_buf_printf(&headers, "Cache-Control: max-age=%.0f\r\n",
                       ceil(d->hour));
    add_feed(&body, d, f, last);
    if (match && strcmp(match, etag) == 0)
        visit_answer(v, 304, headers.data, "", 0);
    else
        visit_answer(v, 200, headers.data, body.data, body.len);
    pthread_mutex_lock(&d->lock);
    if (f->shown < last)
        f->shown = last;
    pthread_mutex_unlock(&d->lock);
    gly_buf_finish(&body);
    gly_buf_finish(&headers);
}

static void send_cut(struct day *d, struct feed *f, struct visit *v)
{
    gly_buf body = {0};

    add_feed(&body, d, f, newest(f, hours(d)));
    visit_answer(v, 200, "", body.data, body.len / 2);
    gly_buf_finish(&body);
}

static void misbehave(struct day *d, struct feed *f, struct visit *v)
{
    char header[80];

    switch (f->trouble) {
    case REFUSES: visit_answer(v, 503, "", "no", 2); break;
    case HANGS: visit_hang(v); break;
    case RESETS: visit_reset(v); break;
    case ERROR_PAGE:
        visit_answer(v, 200, "Content-Type: text/html\r\n",
                     "<html><body><h1>Database error</h1></body></html>", 49);
        break;
    case BUSY:
        snprintf(header, sizeof(header), "Retry-After: %.0f\r\n",
                 ceil(d->hour));
        visit_answer(v, 429, header, "later", 5);
        break;
    case GONE: visit_answer(v, 410, "", "gone", 4); break;
    case MOVED: visit_answer(v, 301, "Location: /new\r\n", "", 0); break;
    case CUT: send_cut(d, f, v); break;
    case DRIPS: usleep((useconds_t)(d->hour * 30000)); /* fall through */
    default: send_feed(d, f, v);
    }
}

static bool serve(void *arg, struct visit *v)
{
    struct day *d = arg;
    unsigned number = (unsigned)strtoul(v->host + 1, NULL, 10);
    struct feed *f = number < d->count ? &d->feeds[number] : NULL;
    char asked[100];
    double hour = hours(d);
    bool conditional;

    if (!f || (strcmp(v->path, "/feed") != 0 && strcmp(v->path, "/new") != 0))
        return false;
    conditional =
        visit_header(v, "If-None-Match", asked, sizeof(asked)) != NULL;
    if (strcmp(v->path, "/feed") == 0 && hour >= troubles[f->trouble].from &&
        hour < troubles[f->trouble].to)
        misbehave(d, f, v);
    else
        send_feed(d, f, v);
    note(d, f, v, conditional);
    return true;
}

/* ---- the worker ---- */

static void put_files(const struct day *d)
{
    FILE *list = fopen("feeds-day/list", "w");
    FILE *conf = fopen("feeds-day/p.conf", "w");

    if (!list || !conf) {
        perror("feeds-day");
        exit(2);
    }
    for (unsigned i = 0; i < d->count; i++)
        fprintf(list, "http://f%u.localhost:%u/feed\n", i,
                server_port(d->server));
    fprintf(conf,
            "lanes = 2; failed = \"feeds-day/failed\";\n"
            "stages = ( { use = \"fetch-feed\"; feeds = \"feeds-day/list\";\n"
            "  allow_private = true;\n"
            "  delay = \"%.0fms\"; timeout = \"%.0fms\";\n"
            "  backoff = \"%.0fms\"; retries = 1; every = \"%.0fms\";\n"
            "  every_min = \"%.0fms\"; every_max = \"%.0fms\"; },\n"
            "  { use = \"clean\"; keep_all = true; min_length = 0; },\n"
            "  { use = \"export-sqlite\"; path = \"feeds-day/db\"; } );\n",
            d->hour * 1000 / DELAY, fmax(d->hour * 250, 1000),
            d->hour * 1000 / 60,
            d->hour * 500, d->hour * 1000 / 12, d->hour * 4000);
    fclose(list);
    fclose(conf);
}

static pid_t begin_worker(void)
{
    const char *build = getenv("GALLEY_BUILD");
    gly_buf program = {0};
    pid_t child;

    gly_buf_printf(&program, "%s/core/galley", build ? build : ".");
    child = fork();
    if (child == 0) {
        int log = open("feeds-day/log", O_WRONLY | O_CREAT | O_APPEND, 0600);

        setpgid(0, 0);
        dup2(log, 2);
        execl(program.data, "galley", "work", "feeds-day/p.conf", "-v",
              "--state", "feeds-day/state", (char *)NULL);
        _exit(127);
    }
    setpgid(child, child);
    gly_buf_finish(&program);
    return child;
}

static void end_worker(pid_t worker, int number)
{
    int status;

    kill(number == SIGKILL ? -worker : worker, number);
    waitpid(worker, &status, 0);
}

static void sleep_until(const struct day *d, double hour)
{
    while (hours(d) < hour)
        usleep(10000);
}

/* ---- what is in the store ---- */

/* How many rows there are, or how many of a feed's item. */
static int ask(const char *question, const char *id)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int answer = -1;

    if (sqlite3_open_v2("feeds-day/db", &db, SQLITE_OPEN_READONLY, NULL) ==
            SQLITE_OK &&
        sqlite3_busy_timeout(db, 10000) == SQLITE_OK &&
        sqlite3_prepare_v2(db, question, -1, &st, NULL) == SQLITE_OK) {
        if (id)
            sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
        if (sqlite3_step(st) == SQLITE_ROW)
            answer = sqlite3_column_int(st, 0);
    }
    sqlite3_finalize(st);
    sqlite3_close(db);
    return answer;
}

struct tally {
    int published, expected, missing, refused, unseen;
};

static bool is_refused(int item)
{
    return item % 23 == 5 && item % 17 != 3 && item % 19 != 7;
}

/* Of a feed that went away what it showed is expected, of others all. */
static bool is_shown(const struct feed *f, int item)
{
    return f->trouble != GONE || item <= f->shown;
}

static void count_items(const struct day *d, struct tally *t, bool look)
{
    static const char one[] = "SELECT count(*) FROM documents WHERE id = ?";

    *t = (struct tally){0};
    for (unsigned i = 0; i < d->count; i++) {
        const struct feed *f = &d->feeds[i];
        int last = newest(f, HOURS);

        for (int item = -OLD; item <= last; item++) {
            bool expected = !is_refused(item) && is_shown(f, item);
            char id[40];

            snprintf(id, sizeof(id), "urn:day:%u-%d", i, item + OLD);
            t->published++;
            t->refused += is_refused(item);
            t->unseen += !is_shown(f, item) && !is_refused(item);
            t->expected += expected;
            t->missing += expected && look && ask(one, id) != 1;
        }
    }
}

static void wait_for_all(struct day *d)
{
    struct tally t;
    double end = now() + 60 + 8 * d->hour;

    do {
        usleep(200000);
        pthread_mutex_lock(&d->lock);
        count_items(d, &t, false);
        pthread_mutex_unlock(&d->lock);
    } while (ask("SELECT count(*) FROM documents", NULL) < t.expected &&
             now() < end);
}

/* ---- what the server saw ---- */

static void check(struct day *d, bool holds, const char *what)
{
    if (holds)
        return;
    printf("WRONG: %s\n", what);
    d->failures++;
}

/* A process that was killed does not know what it had just asked for. */
static bool is_killed_between(const struct day *d, double from, double to)
{
    return (from < d->kills[0] && to > d->kills[0]) ||
           (from < d->kills[1] && to > d->kills[1]);
}

/* Where a feed moved a poll is of two addresses; where a connection that was
 * kept is reset, libcurl asks again at once. */
static void tell_polls(struct day *d)
{
    unsigned polls = 0, conditional = 0, unchanged = 0, quick = 0;
    double least = INFINITY;

    for (unsigned i = 0; i < d->count; i++) {
        const struct feed *f = &d->feeds[i];

        for (unsigned j = 0; j < f->poll_count; j++) {
            polls++;
            conditional += f->polls[j].conditional;
            unchanged += f->polls[j].status == 304;
            if (j == 0 || f->trouble == MOVED || f->trouble == RESETS)
                continue;

            double gap = f->polls[j].at - f->polls[j - 1].at;

            if (is_killed_between(d, f->polls[j - 1].at, f->polls[j].at))
                continue;
            least = fmin(least, gap);
            quick += f->trouble == FRESH && gap < 0.98;
        }
    }
    printf("polls: %u, %.1f a feed; conditional %u, unchanged %u\n", polls,
           (double)polls / d->count, conditional, unchanged);
    printf("least time between two polls of a feed: %.1f minutes (every_min: "
           "5)\n", least * 60);
    printf("polls before the hour of max-age was over: %u\n", quick);
    check(d, conditional * 2 > polls, "few polls are conditional");
    check(d, quick == 0, "max-age was not kept");
    check(d, least > 0.95 / 12, "a feed was polled too soon");
}

static void tell_troubles(struct day *d)
{
    printf("%-18s %5s %10s %10s %10s\n", "trouble", "feeds", "polls/hour",
           "in trouble", "after it");
    for (int t = REFUSES; t <= FINE; t++) {
        double from = troubles[t].from, to = fmin(troubles[t].to, HOURS);
        unsigned feeds = 0, all = 0, within = 0, after = 0;

        for (unsigned i = 0; i < d->count; i++) {
            const struct feed *f = &d->feeds[i];

            if (f->trouble != (enum trouble)t)
                continue;
            feeds++;
            for (unsigned j = 0; j < f->poll_count; j++) {
                double at = f->polls[j].at;

                all += at < HOURS;
                within += at >= from && at < to;
                after += at >= to && at < HOURS;
            }
        }
        if (feeds > 0)
            printf("%-18s %5u %10.2f %10.2f %10.2f\n", troubles[t].name, feeds,
                   (double)all / feeds / HOURS,
                   to > from ? (double)within / feeds / (to - from) : 0,
                   to > from && to < HOURS
                       ? (double)after / feeds / (HOURS - to) : 0);
        if (t == GONE)
            check(d, within <= feeds, "a feed that is gone was polled again");
    }
}

/* Of the log, "SECONDS HOST PATH STATUS", the least time between two requests
 * to one host, in hours. */
static double least_gap(const struct day *d)
{
    double *last = calloc(d->count, sizeof(*last)), least = INFINITY;
    gly_buf log = {0};
    char *rest;

    gly_buf_puts(&log, "");
    server_log(d->server, &log);
    rest = log.data;
    for (char *line; last && (line = strsep(&rest, "\n")) != NULL;) {
        double at, before;
        unsigned host;

        if (sscanf(line, "%lf f%u", &at, &host) != 2 || host >= d->count ||
            d->feeds[host].trouble == RESETS)
            continue;
        at /= d->hour;
        before = last[host];
        last[host] = at;
        if (before > 0 && !is_killed_between(d, before, at))
            least = fmin(least, at - before);
    }
    gly_buf_finish(&log);
    free(last);
    return least;
}

static void tell_hosts(struct day *d)
{
    unsigned most = 0;
    double least = least_gap(d) * d->hour * 1000;
    double delay = d->hour * 1000 / DELAY;

    for (unsigned i = 0; i < d->count; i++) {
        char host[40];
        unsigned at_once;

        snprintf(host, sizeof(host), "f%u.localhost", i);
        at_once = server_most_at_once(d->server, host);
        most = at_once > most ? at_once : most;
    }
    printf("least time between two requests to a host: %.0f ms (delay: %.0f)\n",
           least, delay);
    printf("most requests to a host at once: %u; to all: %u\n", most,
           server_most_at_once(d->server, NULL));
    printf("requests: %u\n", server_visits(d->server, NULL, NULL));
    check(d, most == 1, "a host was asked twice at once");
    check(d, least > delay * 0.8 - 5, "a host was not left alone");
}

static void tell_items(struct day *d)
{
    struct tally t;
    int rows = ask("SELECT count(*) FROM documents", NULL);
    int twice = ask("SELECT count(*) - count(DISTINCT id) FROM documents",
                    NULL);

    count_items(d, &t, true);
    printf("published %d; in the store %d; missing %d, twice %d; pages that do "
           "not exist %d; after a feed was gone %d\n", t.published, rows,
           t.missing, twice, t.refused, t.unseen);
    check(d, t.missing == 0, "items are missing");
    check(d, twice == 0, "items are twice in the store");
    check(d, rows == t.expected, "there are others in the store");
}

/* ---- all of it ---- */

static void make_feeds(struct day *d)
{
    static const double periods[] = {0.5, 2, 2, 2, 8, 8, 8, 8, 8, 8};

    d->feeds = calloc(d->count, sizeof(*d->feeds));
    if (!d->feeds)
        exit(2);
    for (unsigned i = 0; i < d->count; i++)
        d->feeds[i] = (struct feed){
            .number = i,
            .trouble = i % 20 < FINE ? (enum trouble)(i % 20) : FINE,
            .period = periods[i / 20 % 10],
            .shown = -OLD - 1,
        };
}

int main(int argc, char **argv)
{
    struct day d = {.count = argc > 1 ? (unsigned)atoi(argv[1]) : 500,
                    .hour = argc > 2 ? atof(argv[2]) : 7};
    static const double kills[] = {8.3, 16.7};
    pid_t worker;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (system("rm -rf feeds-day && mkdir feeds-day") != 0)
        return 2;
    pthread_mutex_init(&d.lock, NULL);
    make_feeds(&d);
    d.begun = now();
    d.epoch = time(NULL);
    d.server = server_new(0, serve, &d);
    put_files(&d);
    worker = begin_worker();
    for (size_t i = 0; i < sizeof(kills) / sizeof(kills[0]); i++) {
        sleep_until(&d, kills[i]);
        end_worker(worker, SIGKILL);
        d.kills[i] = hours(&d);
        worker = begin_worker();
    }
    sleep_until(&d, HOURS);
    wait_for_all(&d);
    end_worker(worker, SIGTERM);
    printf("%u feeds, %d hours of %.2f s each\n", d.count, HOURS, d.hour);
    pthread_mutex_lock(&d.lock);
    tell_items(&d);
    tell_polls(&d);
    tell_troubles(&d);
    pthread_mutex_unlock(&d.lock);
    tell_hosts(&d);
    server_free(d.server);
    free(d.feeds);
    return d.failures > 0;
}

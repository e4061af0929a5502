/* web.c: what becomes of a request: its turn, its robots.txt, redirects, second
 * tries. hosts.c says whose turn it is, transfer.c asks. */
#include "web.h"

#include "hosts.h"
#include "transfer.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

/* RFC 9309: how many redirects to follow to a robots.txt, how long to keep it;
 * and when to ask again for one that could not be had. */
enum {
    ROBOTS_HOPS = 5,
    ROBOTS_KEPT = 24 * 3600,
    ROBOTS_AGAIN = 600,
};

struct web {
    gly_stage *stage;
    const struct web_settings *settings;
    struct transfers *transfers;
    struct hosts hosts;
    uv_timer_t timer;       /* the next turn */
    struct errand *active;
    unsigned active_count;
    unsigned room;
    bool starved;           /* for want of room */
    size_t waiting;         /* the caller's requests */
    uint64_t dice;
};

static double now(void)
{
    return (double)uv_hrtime() / 1e9;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* ---- turns ---- */

static void on_turn(uv_timer_t *timer);

static void turn_soon(struct web *web, double seconds)
{
    uv_update_time(gly_loop(web->stage));
    uv_timer_start(&web->timer, on_turn,
                   seconds > 0 ? (uint64_t)(seconds * 1000) + 1 : 0, 0);
}

static void settle(struct web *web, struct host *host)
{
    hosts_settle(&web->hosts, host, now());
    turn_soon(web, 0);
}

static void queue(struct web *web, struct errand *e, bool first)
{
    struct host *host = hosts_get(&web->hosts, e->why ? "" : e->url.host);

    host_queue(host, e, first);
    settle(web, host);
}

/* A host is left alone for so long from now on. */
static void leave_alone(struct host *host, double seconds)
{
    if (host->due < now() + seconds)
        host->due = now() + seconds;
}

/* ---- errands ---- */

static char *copy(const char *str)
{
    char *own = strdup(str ? str : "");

    if (!own)
        abort();
    return own;
}

static struct errand *errand_new(struct web *web,
                                 const struct web_request *request)
{
    struct errand *e = calloc(1, sizeof(*e));

    if (!e)
        abort();
    e->web = web;
    e->request = *request;
    e->request.url = copy(request->url);
    e->request.etag = copy(request->etag);
    e->request.last_modified = copy(request->last_modified);
    e->request.accept = request->accept ? copy(request->accept) : NULL;
    return e;
}

static struct origin *origin_of(const struct errand *e)
{
    return host_origin(e->host, e->url.origin);
}

static void errand_free(struct errand *e)
{
    free((char *)(uintptr_t)e->request.url);
    free((char *)(uintptr_t)e->request.etag);
    free((char *)(uintptr_t)e->request.last_modified);
    free((char *)(uintptr_t)e->request.accept);
    url_finish(&e->url);
    free(e);
}

static void learn_robots(struct web *web, struct origin *origin,
                         const struct web_answer *answer);

static void finish(struct web *web, struct errand *e,
                   const struct web_answer *answer)
{
    struct web_answer whole = *answer;

    whole.url = e->url.whole ? e->url.whole : e->request.url;
    whole.moved = e->moved && e->hops > 0;
    if (e->robots_of) {
        learn_robots(web, e->robots_of, &whole);
    } else {
        web->waiting--;
        gly_count(web->stage, "now waiting", -1);
        if (web->room > 0)
            web->room--;
        e->request.ended(e->request.arg, &whole);
    }
    errand_free(e);
}

static void give_up(struct web *web, struct errand *e, enum web_end end,
                    int code, const char *why)
{
    finish(web, e, &(struct web_answer){
        .end = end, .code = code, .why = why, .type = "", .charset = "",
        .body = "", .etag = "", .last_modified = "", .fresh = -1,
        .retry_after = -1,
    });
}

/* ---- robots.txt ---- */

static double delay_of(const struct web *web, const struct origin *origin)
{
    double asked = origin->robots ? robots_delay(origin->robots) : 0;

    asked = least(asked, web->settings->patience);
    return asked > web->settings->delay ? asked : web->settings->delay;
}

static void ask_robots(struct web *web, struct origin *origin)
{
    struct errand *e = errand_new(web, &(struct web_request){
        .accept = "text/plain,*/*;q=0.5",
    });
    gly_buf url = { 0 };
    const char *why;

    gly_buf_printf(&url, "%s/robots.txt", origin->name);
    if (!url_read(&e->url, url.data, &why))
        abort(); /* the origin is one of an address that was read */
    gly_buf_finish(&url);
    e->robots_of = origin;
    origin->host->asking++;
    queue(web, e, true);
}

/* RFC 9309 2.3.1: what is not there allows all; what cannot be had forbids all,
 * but an old one still counts. */
static void learn_robots(struct web *web, struct origin *origin,
                         const struct web_answer *answer)
{
    bool none = (answer->status >= 400 && answer->status < 500 &&
                 answer->end != WEB_TEMPORARY) ||
                answer->code == -ELOOP;
    struct robots *robots = origin->robots;

    free(origin->why);
    origin->why = NULL;
    origin->end = WEB_DONE;
    if (answer->end == WEB_DONE) {
        robots = robots_read(answer->body, answer->len,
                             transfers_agent(web->transfers));
        origin_set(&web->hosts, origin, robots, now() + ROBOTS_KEPT);
    } else if (none) {
        origin_set(&web->hosts, origin, robots_all(true), now() + ROBOTS_KEPT);
    } else if (robots) {
        origin->until = now() + ROBOTS_AGAIN;
    } else {
        origin->end = answer->end;
        origin->code = answer->code;
        origin->why = copy(answer->why);
        origin->until = now() + ROBOTS_AGAIN;
    }
    origin->host->asking--;
    leave_alone(origin->host, delay_of(web, origin));
    settle(web, origin->host);
}

/* Whether an errand may go on; if not it was ended, or robots.txt comes first. */
static bool obey(struct web *web, struct errand *e)
{
    struct origin *origin = origin_of(e);
    gly_buf why = { 0 };

    if (!web->settings->robots || e->robots_of)
        return true;
    if (origin->until <= now()) {
        host_queue(e->host, e, true);
        ask_robots(web, origin);
        return false;
    }
    if (origin->robots && robots_allow(origin->robots, e->url.path))
        return true;
    if (origin->robots)
        gly_buf_puts(&why, "robots.txt does not want it");
    else
        gly_buf_printf(&why, "%s/robots.txt: %s", origin->name, origin->why);
    give_up(web, e, origin->robots ? WEB_ROBOTS : origin->end,
            origin->robots ? -EACCES : origin->code, why.data);
    gly_buf_finish(&why);
    return false;
}

/* ---- what came ---- */

/* By chance up to a quarter more or less, so that hosts that failed together are
 * not asked together again. */
static double back_off(struct web *web, unsigned tries)
{
    double pause = web->settings->backoff;

    web->dice = web->dice * 6364136223846793005u + 1442695040888963407u;
    for (; tries > 1 && pause < web->settings->patience; tries--)
        pause *= 2;
    pause *= 0.75 + 0.5 * (double)(web->dice >> 33) / (double)(1u << 31);
    return least(pause, web->settings->patience);
}

/* Whether it is asked for again later. */
static bool try_again(struct web *web, struct errand *e,
                      const struct outcome *outcome)
{
    double after = outcome->answer.retry_after;
    double pause = back_off(web, e->tries);

    if (after > 0)
        pause = least(after, web->settings->patience);
    leave_alone(e->host, pause);
    if (e->request.once || e->tries > (unsigned)web->settings->retries ||
        after > web->settings->patience)
        return false;
    gly_count(web->stage, "retries", 1);
    host_queue(e->host, e, e->robots_of != NULL);
    return true;
}

/* Whether it goes on elsewhere. */
static bool follow(struct web *web, struct errand *e,
                   const struct outcome *outcome)
{
    unsigned most = e->robots_of ? ROBOTS_HOPS
                                 : (unsigned)web->settings->redirects;
    struct url url;
    const char *why;

    if (e->hops == most)
        return false;
    if (!url_read(&url, outcome->location, &why)) {
        gly_buf whole = { 0 };

        gly_buf_printf(&whole, "redirected to what cannot be asked for: %s",
                       why);
        give_up(web, e, WEB_BROKEN, -EPROTO, whole.data);
        gly_buf_finish(&whole);
        return true;
    }
    url_finish(&e->url);
    e->url = url;
    e->moved = outcome->forever && (e->moved || e->hops == 0);
    e->hops++;
    e->tries = 0;
    queue(web, e, true);
    return true;
}

static void drop_active(struct web *web, struct errand *e)
{
    struct errand **at = &web->active;

    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    e->next = NULL;
    web->active_count--;
    gly_count(web->stage, "now asked", -1);
    e->host->active--;
}

static void come(void *arg, const struct outcome *outcome)
{
    struct errand *e = arg;
    struct host *host = e->host;
    struct web *web = e->web;

    drop_active(web, e);
    leave_alone(host, delay_of(web, origin_of(e)));
    if (!(outcome->location && follow(web, e, outcome)) &&
        !(outcome->passing && try_again(web, e, outcome)))
        finish(web, e, &outcome->answer);
    settle(web, host);
}

/* ---- asking ---- */

static void ask(struct web *web, struct errand *e)
{
    bool robots = e->robots_of != NULL;

    e->tries++;
    e->next = web->active;
    web->active = e;
    web->active_count++;
    gly_count(web->stage, "now asked", 1);
    e->host->active++;
    leave_alone(e->host, delay_of(web, origin_of(e)));
    gly_count(web->stage, "requests", 1);
    transfer_begin(web->transfers, &e->request, e->url.whole,
                   robots ? ROBOTS_MOST : (size_t)web->settings->max_document,
                   robots, e);
}

/* The next errand of a host whose turn it is. */
static void begin(struct web *web, struct host *host)
{
    struct errand *e = host_take(host);

    if (e->why)
        give_up(web, e, WEB_BROKEN, -EINVAL, e->why);
    else if (obey(web, e))
        ask(web, e);
    hosts_settle(&web->hosts, host, now());
}

static void on_turn(uv_timer_t *timer)
{
    struct web *web = timer->data;
    struct host *host;

    while ((host = hosts_next(&web->hosts)) != NULL && host->due <= now() &&
           web->active_count < (unsigned)web->settings->connections &&
           web->active_count < web->room)
        begin(web, host);
    web->starved = host && web->active_count >= web->room;
    if (host && host->due > now())
        turn_soon(web, host->due - now());
}

/* ---- what fetch and fetch-feed call ---- */

bool web_is_address(const char *path)
{
    return strncasecmp(path, "http://", 7) == 0 ||
           strncasecmp(path, "https://", 8) == 0;
}

void web_get(struct web *web, const struct web_request *request)
{
    struct errand *e = errand_new(web, request);

    url_read(&e->url, request->url, &e->why);
    web->waiting++;
    gly_count(web->stage, "now waiting", 1);
    queue(web, e, false);
}

void web_room(struct web *web, unsigned room)
{
    web->room = room;
    if (web->starved && web->active_count < room)
        turn_soon(web, 0);
}

size_t web_waiting(const struct web *web)
{
    return web->waiting;
}

unsigned web_under_way(const struct web *web)
{
    return web->active_count;
}

struct web *web_new(gly_stage *stage, const struct web_settings *settings)
{
    struct web *web = gly_stage_alloc(stage, sizeof(*web));

    if (!gly_loop(stage)) {
        gly_fail(stage, -ENOSYS, "the web is fetched by `galley run` and "
                 "`galley work` only");
        return NULL;
    }
    web->stage = stage;
    web->settings = settings;
    web->transfers = transfers_new(stage, settings, come);
    if (!web->transfers)
        return NULL;
    web->hosts.most = (unsigned)settings->per_host;
    web->room = UINT_MAX;
    web->dice = uv_hrtime();
    web->timer.data = web;
    uv_timer_init(gly_loop(stage), &web->timer);
    return web;
}

void web_finish(struct web *web)
{
    if (!web)
        return;
    transfers_finish(web->transfers);
    for (struct errand *e = web->active, *next; e; e = next) {
        next = e->next;
        errand_free(e);
    }
    hosts_finish(&web->hosts, errand_free);
    uv_close((uv_handle_t *)&web->timer, NULL);
}

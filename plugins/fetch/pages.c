#include "pages.h"

#include "fetch.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

enum {
    AHEAD = 10000,                 /* pages that are added before they come */
    REMEMBERED = 90 * 24 * 3600,   /* seconds */
};

struct page {
    struct pages *all;
    char *address, *ticket, *source;
    bool kept;                     /* in the tree, until its document is done */
    bool failed;                   /* the last time */
    struct web_memory memory;      /* of the last answer */
    double due;                    /* to come again; seconds since 1970 */
    struct page *next, *previous;  /* of those that wait to come again, by due;
                                      or of those not kept */
};

struct pages {
    gly_stage *stage;
    const char *format;
    double refresh;
    bool keeps;                    /* pages come again, now or in another run */
    struct web *web;
    void *tree;                    /* of tsearch(), by ticket */
    struct page *first, *last;     /* to come again */
    struct page *passing;          /* not kept */
    uv_timer_t timer;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- pages ---- */

static char *copy(const char *str)
{
    char *own = str ? strdup(str) : NULL;

    if (str && !own)
        abort();
    return own;
}

static int compare(const void *a, const void *b)
{
    const struct page *x = a, *y = b;

    return strcmp(x->ticket, y->ticket);
}

static struct page *find(struct pages *pages, const char *ticket)
{
    struct page key = { .ticket = (char *)(uintptr_t)ticket };
    struct page **found = tfind(&key, &pages->tree, compare);

    return found ? *found : NULL;
}

static void end_page(void *node)
{
    struct page *page = node;

    free(page->address);
    free(page->ticket);
    free(page->source);
    web_memory_finish(&page->memory);
    free(page);
}

/* What stands in a list comes once. */
static bool comes_again(const struct page *page)
{
    return page->kept && !page->source && page->all->refresh > 0;
}

static void stop_waiting(struct page *page)
{
    struct pages *pages = page->all;

    *(page->previous ? &page->previous->next : &pages->first) = page->next;
    *(page->next ? &page->next->previous : &pages->last) = page->previous;
    page->next = page->previous = NULL;
}

static void on_timer(uv_timer_t *timer)
{
    struct pages *pages = timer->data;

    gly_wake(pages->stage);
}

static void set_timer(struct pages *pages)
{
    double wait = pages->first ? pages->first->due - now() : 0;

    if (pages->first)
        uv_timer_start(&pages->timer, on_timer,
                       wait > 0 ? (uint64_t)(wait * 1000) + 1 : 0, 0);
}

/* Most come to the end, where the look begins. */
static void wait_until(struct page *page, double due)
{
    struct pages *pages = page->all;
    struct page *after = pages->last;

    while (after && after->due > due)
        after = after->previous;
    page->due = due;
    page->previous = after;
    page->next = after ? after->next : pages->first;
    *(after ? &after->next : &pages->first) = page;
    *(page->next ? &page->next->previous : &pages->last) = page;
    set_timer(pages);
}

/* ---- what came ---- */

static gly_doc *begin(const struct page *page, const struct web_answer *answer)
{
    gly_doc *doc = gly_doc_new(page->all->stage, page->ticket);
    char date[64];
    time_t at = (time_t)page->memory.at;
    struct tm tm;

    gly_set(doc, "id", page->address);
    gly_set(doc, "uri", answer->url);
    if (page->source)
        gly_set(doc, "source", page->source);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
    gly_set(doc, "fetched", date);
    return doc;
}

/* A page that fails each time it comes again is recorded once. */
static void refuse(struct page *page, gly_doc *doc, int code, const char *why)
{
    gly_refuse(page->all->stage, doc, page->failed ? GLY_DROP : code, "%s: %s",
               page->address, why);
    page->failed = true;
}

static bool is_html(const struct web_answer *answer)
{
    return strcmp(answer->type, "text/html") == 0 ||
           strcmp(answer->type, "application/xhtml+xml") == 0;
}

/* What the server says of it; those that say nothing are not believed. */
static bool is_text(const struct web_answer *answer)
{
    return is_html(answer) || strncmp(answer->type, "text/", 5) == 0 ||
           !*answer->type ||
           strcmp(answer->type, "application/octet-stream") == 0;
}

static enum content kind_of(const struct pages *pages,
                            const struct web_answer *answer)
{
    return strcmp(pages->format, "text") == 0   ? CONTENT_TEXT
           : strcmp(pages->format, "html") == 0 ? CONTENT_HTML
           : is_html(answer)                    ? CONTENT_HTML
                                                : CONTENT_SNIFF;
}

static void bring(struct page *page, const struct web_answer *answer)
{
    struct pages *pages = page->all;
    enum content kind = kind_of(pages, answer);
    gly_doc *doc = begin(page, answer);
    gly_buf why = { 0 };

    if (!is_text(answer) && kind == CONTENT_SNIFF) {
        gly_buf_printf(&why, "not a page or a text, %s", answer->type);
        refuse(page, doc, -EINVAL, why.data);
    } else if (kind != CONTENT_TEXT && sniff_binary(answer->body, answer->len)) {
        refuse(page, doc, -EINVAL, "not a text, binary data");
    } else if (!content_fill(pages->stage, doc, answer->body, answer->len, kind,
                             *answer->charset ? answer->charset : NULL)) {
        refuse(page, doc, -ENODATA, "empty");
    } else {
        gly_emit(pages->stage, doc);
        page->failed = false;
    }
    gly_buf_finish(&why);
}

static void keep(gly_buf *buf, const char *value)
{
    buf->len = 0;
    gly_buf_puts(buf, value);
}

static void receive(struct page *page, const struct web_answer *answer)
{
    page->memory.at = now();
    if (answer->end == WEB_UNCHANGED) {
        gly_count(page->all->stage, "unchanged", 1);
        gly_refuse(page->all->stage, begin(page, answer), GLY_DROP,
                   "unchanged");
        page->failed = false;
        return;
    }
    keep(&page->memory.etag, answer->etag);
    keep(&page->memory.last_modified, answer->last_modified);
    if (answer->end == WEB_DONE)
        bring(page, answer);
    else
        refuse(page, begin(page, answer), answer->code, answer->why);
}

static void come(void *arg, const struct web_answer *answer)
{
    struct page *page = arg;

    receive(page, answer);
    if (page->kept)
        return;
    *(page->previous ? &page->previous->next : &page->all->passing) =
        page->next;
    if (page->next)
        page->next->previous = page->previous;
    end_page(page);
}

/* ---- asking ---- */

static void ask(struct page *page)
{
    web_get(page->all->web, &(struct web_request){
        .url = page->address, .etag = page->memory.etag.data,
        .last_modified = page->memory.last_modified.data, .ended = come,
        .arg = page,
    });
}

void pages_add(struct pages *pages, const char *address, const char *ticket,
               const char *source)
{
    struct page *page;

    /* Named twice it is one: documents are acked by their tickets. */
    if (pages->keeps && find(pages, ticket))
        return;
    page = calloc(1, sizeof(*page));
    if (!page)
        abort();
    page->all = pages;
    page->address = copy(address);
    page->ticket = copy(ticket);
    page->source = copy(source);
    page->kept = pages->keeps;
    if (page->kept) {
        if (!tsearch(page, &pages->tree, compare))
            abort();
        web_recall(pages->stage, address, &page->memory);
    } else {
        page->next = pages->passing;
        if (page->next)
            page->next->previous = page;
        pages->passing = page;
    }
    if (comes_again(page) && page->memory.at + pages->refresh > now())
        wait_until(page, page->memory.at + pages->refresh);
    else
        ask(page);
}

unsigned pages_share(const struct pages *pages, unsigned room)
{
    unsigned share = web_under_way(pages->web);
    size_t waiting = web_waiting(pages->web);

    if (share < room / 2)
        share = room / 2;
    if (share > waiting)
        share = (unsigned)waiting;
    return share < room ? share : room;
}

void pages_want(struct pages *pages, unsigned room)
{
    web_room(pages->web, room);
    while (pages->first && pages->first->due <= now()) {
        struct page *page = pages->first;

        stop_waiting(page);
        ask(page);
    }
    set_timer(pages);
}

bool pages_full(const struct pages *pages)
{
    return web_waiting(pages->web) >= AHEAD;
}

bool pages_done(const struct pages *pages)
{
    return web_waiting(pages->web) == 0 && pages->refresh == 0;
}

void pages_acked(struct pages *pages, const char *ticket, int result)
{
    struct page *page = find(pages, ticket);

    if (!page)
        return;
    if (result >= 0)
        web_remember(pages->stage, page->address, &page->memory, REMEMBERED);
    if (comes_again(page)) {
        wait_until(page, page->memory.at + pages->refresh);
        return;
    }
    tdelete(page, &pages->tree, compare);
    end_page(page);
}

/* ---- beginning and end ---- */

struct pages *pages_new(gly_stage *stage, const struct web_settings *settings,
                        double refresh, const char *format)
{
    struct pages *pages = gly_stage_alloc(stage, sizeof(*pages));

    pages->stage = stage;
    pages->format = format;
    pages->refresh = refresh;
    pages->keeps = gly_stays(stage) || refresh > 0;
    pages->web = web_new(stage, settings);
    if (!pages->web)
        return NULL;
    pages->timer.data = pages;
    uv_timer_init(gly_loop(stage), &pages->timer);
    return pages;
}

void pages_finish(struct pages *pages)
{
    if (!pages)
        return;
    web_finish(pages->web);
    tdestroy(pages->tree, end_page);
    for (struct page *page = pages->passing, *next; page; page = next) {
        next = page->next;
        end_page(page);
    }
    uv_close((uv_handle_t *)&pages->timer, NULL);
}

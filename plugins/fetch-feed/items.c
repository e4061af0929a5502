/* items.c: items from when they are found until they are done. */
#include "feed.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tables of what is remembered, by the item's id: those under way, and when one
 * was done, and in which version. */
static const char under_way[] = "items", done[] = "seen";

enum {
    LONGEST_ID = 500,
    MOST_TRIES = 5,    /* of a page, each some asking again */
    MOST_LATER = 5000, /* that wait for another */
};

/* ---- names ---- */

/* Addresses, "tag:..." and "urn:..." mean the same everywhere. */
static bool is_own(const char *id)
{
    return !link_is_web(id) && strncmp(id, "tag:", 4) != 0 &&
           strncmp(id, "urn:", 4) != 0;
}

void items_name(gly_buf *id, const struct feed *feed, const struct item *item,
                bool by_link)
{
    const char *name = item->id && !by_link ? item->id
                       : item->link         ? item->link : item->id;
    size_t begin = id->len;

    if (!name)
        gly_buf_printf(id, "%s#%016llx", feed->address,
                       (unsigned long long)(feeds_hash_of(item->title) ^
                                            feeds_hash_of(item->date) * 3 ^
                                            feeds_hash_of(item->content) * 5));
    else if (is_own(name))
        gly_buf_printf(id, "%s#%s", feed->address, name);
    else
        gly_buf_puts(id, name);
    if (id->len - begin > LONGEST_ID) {
        uint64_t whole = feeds_hash_of(id->data + begin);

        id->len = begin + gly_utf8_valid(id->data + begin, LONGEST_ID);
        gly_buf_printf(id, "#%016llx", (unsigned long long)whole);
    }
}

/* ---- what was seen ---- */

uint64_t items_version(const struct item *item)
{
    return feeds_hash_of(item->updated) ^ feeds_hash_of(item->title) * 3 ^
           feeds_hash_of(item->link) * 5;
}

void items_seen(struct feeds *feeds, const char *id, uint64_t version)
{
    gly_buf value = {0};

    gly_buf_printf(&value, "%.0f %" PRIx64, feeds_now(), version);
    gly_remember(feeds->stage, done, id, value.data, feeds->how->keep);
    gly_buf_finish(&value);
}

static int compare(const void *a, const void *b)
{
    const struct post *x = a, *y = b;

    return strcmp(x->id, y->id);
}

static struct post *find(struct feeds *feeds, const char *id)
{
    struct post key = {.id = id};
    struct post **found = tfind(&key, &feeds->posts, compare);

    return found ? *found : NULL;
}

bool items_is_new(struct feeds *feeds, const char *id, uint64_t version)
{
    gly_buf value = {0};
    double at = 0;
    uint64_t before = 0;
    bool seen;

    if (find(feeds, id))
        return false;
    seen = gly_recall(feeds->stage, done, id, &value);
    if (seen)
        sscanf(value.data, "%lf %" SCNx64, &at, &before);
    gly_buf_finish(&value);
    if (!seen || (feeds->how->updates && version != before))
        return true;
    if (feeds_now() - at > feeds->how->keep / 2)
        items_seen(feeds, id, version);
    return false;
}

/* ---- as it is remembered: strings with their lengths ---- */

enum part {
    PART_TRIES, PART_ID, PART_FEED, PART_FEED_TITLE, PART_ITEM_ID, PART_LINK,
    PART_TITLE, PART_AUTHORS, PART_TAGS, PART_DATE, PART_UPDATED, PART_LANG,
    PART_IMAGE, PART_SITE, PART_HTML, PART_CONTENT, PARTS
};

static void add_part(gly_buf *out, const char *str)
{
    gly_buf_printf(out, "%zu:%s", str ? strlen(str) : 0, str ? str : "");
}

/* Cuts `data` into its parts, in place; false when it is not whole. */
static bool cut(char *data, const char *parts[PARTS])
{
    char *at = data, *end = data + strlen(data);

    for (int i = 0; i < PARTS; i++) {
        char *colon;
        size_t len = strtoul(at, &colon, 10);

        if (*colon != ':' || len > (size_t)(end - colon - 1))
            return false;
        *at = '\0'; /* the end of the part before */
        parts[i] = colon + 1;
        at = colon + 1 + len;
    }
    *at = '\0';
    return true;
}

static const char *or_null(const char *str)
{
    return *str ? str : NULL;
}

static struct item item_of(const char *const parts[PARTS])
{
    return (struct item){
        .id = or_null(parts[PART_ITEM_ID]),
        .link = or_null(parts[PART_LINK]),
        .title = or_null(parts[PART_TITLE]),
        .authors = or_null(parts[PART_AUTHORS]),
        .tags = or_null(parts[PART_TAGS]),
        .date = or_null(parts[PART_DATE]),
        .updated = or_null(parts[PART_UPDATED]),
        .lang = or_null(parts[PART_LANG]),
        .image = or_null(parts[PART_IMAGE]),
        .site = or_null(parts[PART_SITE]),
        .content = or_null(parts[PART_CONTENT]),
        .content_len = strlen(parts[PART_CONTENT]),
        .html = *parts[PART_HTML] == '1',
    };
}

void items_write(gly_buf *out, const struct feeds *feeds,
                 const struct found *found)
{
    const struct item *item = found->item;
    bool page = feeds->how->pages && item->link;

    add_part(out, "0");
    add_part(out, found->id);
    add_part(out, found->feed);
    add_part(out, found->feed_title);
    add_part(out, item->id);
    add_part(out, item->link);
    add_part(out, item->title);
    add_part(out, item->authors);
    add_part(out, item->tags);
    add_part(out, item->date);
    add_part(out, item->updated);
    add_part(out, item->lang);
    add_part(out, item->image);
    add_part(out, item->site);
    add_part(out, item->html ? "1" : "0");
    add_part(out, page ? NULL : item->content);
}

/* Calls what works with a post's parts. */
typedef void worker(struct post *p, const char *const parts[PARTS], void *arg);
static void with_parts(struct post *p, worker *work, void *arg)
{
    char *copy = strdup(p->data);
    const char *parts[PARTS];

    if (!copy)
        abort();
    if (cut(copy, parts))
        work(p, parts, arg);
    free(copy);
}

/* ---- documents ---- */

static void set_list(gly_doc *doc, const char *field, const char *lines)
{
    while (lines && *lines) {
        size_t len = strcspn(lines, "\n");

        gly_add(doc, field, gly_keep(doc, lines, len));
        lines += len + (lines[len] == '\n');
    }
}

static void set_feed(gly_doc *doc, const char *address, const char *title)
{
    gly_buf json = {0};

    gly_buf_puts(&json, "{\"url\":");
    gly_json_string(&json, address, strlen(address));
    if (*title) {
        gly_buf_puts(&json, ",\"title\":");
        gly_json_string(&json, title, strlen(title));
    }
    gly_buf_puts(&json, "}");
    gly_set_json(doc, "feed", json.data, json.len);
    gly_buf_finish(&json);
}

static gly_doc *begin_doc(struct feeds *feeds, const char *const parts[PARTS],
                          const char *uri)
{
    struct item item = item_of(parts);
    gly_buf ticket = {0};
    gly_doc *doc;

    gly_buf_printf(&ticket, "%s %s", parts[PART_FEED], parts[PART_ID]);
    for (char *at = ticket.data; *parts[PART_FEED] && at < ticket.data +
         strlen(parts[PART_FEED]); at++)
        if (*at == ' ')
            *at = '+';
    doc = gly_doc_new(feeds->stage, ticket.data);
    gly_buf_finish(&ticket);
    gly_set(doc, "id", parts[PART_ID]);
    gly_set(doc, "uri", uri);
    gly_set(doc, "title", item.title);
    set_list(doc, "author", item.authors);
    gly_set(doc, "date", item.date);
    if (item.updated && (!item.date || strcmp(item.date, item.updated) != 0))
        gly_set(doc, "modified", item.updated);
    gly_set(doc, "lang", item.lang);
    gly_set(doc, "image", item.image);
    gly_set(doc, "site", item.site);
    set_list(doc, "tags", item.tags);
    set_feed(doc, parts[PART_FEED], parts[PART_FEED_TITLE]);
    return doc;
}

static void bring_own(struct post *p, const char *const parts[PARTS],
                      void *arg)
{
    struct item item = item_of(parts);
    gly_doc *doc = begin_doc(p->feeds, parts, item.link);

    (void)arg;
    p->emitted = true;
    if (item.html && item.content)
        gly_raw_set(doc, item.content, item.content_len, "text/html");
    else if (item.content)
        gly_text_set(doc, item.content, item.content_len);
    if (item.content)
        gly_emit(p->feeds->stage, doc);
    else
        gly_refuse(p->feeds->stage, doc, -ENODATA,
                   "neither a page nor a content of its own");
}

static bool is_html(const char *type)
{
    return strcmp(type, "text/html") == 0 ||
           strcmp(type, "application/xhtml+xml") == 0;
}

/* Servers that say nothing of it are not believed. */
static bool is_text(const char *type)
{
    return is_html(type) || !*type || strncmp(type, "text/", 5) == 0 ||
           strcmp(type, "application/octet-stream") == 0;
}

static void refuse(struct feeds *feeds, gly_doc *doc,
                   const struct web_answer *a, int code, const char *why)
{
    gly_refuse(feeds->stage, doc, code ? code : -EIO, "%s: %s", a->url, why);
}

static void set_fetched(gly_doc *doc)
{
    time_t now = time(NULL);
    char date[64];
    struct tm tm;

    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    gly_set(doc, "fetched", date);
}

static void bring_page(struct post *p, const char *const parts[PARTS],
                       void *arg)
{
    const struct web_answer *a = arg;
    struct feeds *feeds = p->feeds;
    gly_doc *doc = begin_doc(feeds, parts, a->url);
    const char *label = *a->charset ? a->charset : NULL;

    p->emitted = true;
    set_fetched(doc);
    if (a->end != WEB_DONE)
        refuse(feeds, doc, a, a->code, a->why);
    else if (!is_text(a->type) || sniff_binary(a->body, a->len))
        refuse(feeds, doc, a, -EINVAL, "not a page");
    else if (!content_fill(feeds->stage, doc, a->body, a->len,
                           is_html(a->type) ? CONTENT_HTML : CONTENT_SNIFF,
                           label))
        refuse(feeds, doc, a, -ENODATA, "empty");
    else
        gly_emit(feeds->stage, doc);
}

/* ---- posts ---- */

static void put_last(struct posts *q, struct post *p)
{
    if (!q->first)
        q->last = &q->first;
    p->next = NULL;
    *q->last = p;
    q->last = &p->next;
}

static struct post *take_first(struct posts *q)
{
    struct post *p = q->first;

    q->first = p->next;
    return p;
}

static void free_post(void *post)
{
    free(post);
}

/* Its page may be had another time; a run has no other. */
static bool put_off(struct post *p, const struct web_answer *answer)
{
    struct feeds *feeds = p->feeds;
    bool temporary = answer->end == WEB_TEMPORARY || answer->end == WEB_TIMEOUT;
    char number[16], old[16];
    double wait = feeds->how->every * (double)(1u << p->tries);
    gly_buf data = {0};

    if (!temporary || !feeds->stay || p->tries + 1 >= MOST_TRIES ||
        feeds->later_count >= MOST_LATER)
        return false;
    snprintf(old, sizeof(old), "%u", p->tries++);
    snprintf(number, sizeof(number), "%u", p->tries);
    add_part(&data, number);
    gly_buf_puts(&data, p->data + 2 + strlen(old));
    gly_remember(feeds->stage, under_way, p->id, data.data, 0);
    gly_buf_finish(&data);
    p->due = feeds_now() + wait;
    feeds->later_due = feeds->later_count > 0 ? fmin(feeds->later_due, p->due)
                                              : p->due;
    put_last(&feeds->later, p);
    feeds->later_count++;
    gly_count(feeds->stage, "pages tried again", 1);
    return true;
}

static void on_page(void *arg, const struct web_answer *answer)
{
    struct post *p = arg;

    if (!put_off(p, answer))
        with_parts(p, bring_page, (void *)answer);
    gly_wake(p->feeds->stage);
}

static void ask(struct post *p, const char *const parts[PARTS], void *arg)
{
    const char *link = parts[PART_LINK];

    (void)arg;
    if (!p->feeds->how->pages || !*link) {
        put_last(&p->feeds->own, p);
        return;
    }
    web_get(p->feeds->web,
            &(struct web_request){.url = link, .ended = on_page, .arg = p});
}

/* In one piece: the post, its data, its id. */
static void add(struct feeds *feeds, const char *id, const char *data,
                unsigned tries)
{
    size_t id_size = strlen(id) + 1, data_size = strlen(data) + 1;
    struct post *p = malloc(sizeof(*p) + data_size + id_size);
    char *strings = (char *)(p + 1);

    if (!p)
        abort();
    memcpy(strings, data, data_size);
    memcpy(strings + data_size, id, id_size);
    *p = (struct post){.feeds = feeds, .data = strings,
                        .id = strings + data_size, .tries = tries};
    if (!tsearch(p, &feeds->posts, compare))
        abort();
    feeds->post_count++;
    feeds->post_bytes += data_size;
    with_parts(p, ask, NULL);
}

bool items_add(struct feeds *feeds, const char *id, const char *data)
{
    if (find(feeds, id))
        return false;
    gly_remember(feeds->stage, under_way, id, data, 0);
    add(feeds, id, data, 0);
    gly_count(feeds->stage, "items new", 1);
    return true;
}

/* The process may have ended between the two. */
static void recall(void *arg, const char *id, const char *value)
{
    struct feeds *feeds = arg;
    char *copy = strdup(value);
    const char *parts[PARTS];

    if (!copy)
        abort();
    if (cut(copy, parts)) {
        struct item item = item_of(parts);

        if (items_is_new(feeds, id, items_version(&item)))
            add(feeds, id, value, (unsigned)atoi(parts[PART_TRIES]));
        else
            gly_remember(feeds->stage, under_way, id, NULL, 0);
    }
    free(copy);
}

void items_recall(struct feeds *feeds)
{
    gly_recall_all(feeds->stage, under_way, recall, feeds);
}

static void try_again(struct feeds *feeds)
{
    double now = feeds_now();

    if (feeds->later.first && now < feeds->later_due)
        return;
    feeds->later_due = INFINITY;
    for (size_t n = feeds->later_count; n > 0; n--) {
        struct post *p = take_first(&feeds->later);

        if (p->due > now) {
            put_last(&feeds->later, p);
            feeds->later_due = fmin(feeds->later_due, p->due);
        } else {
            feeds->later_count--;
            with_parts(p, ask, NULL);
        }
    }
}

unsigned items_bring(struct feeds *feeds, unsigned room)
{
    unsigned brought = 0;

    try_again(feeds);
    for (; brought < room && feeds->own.first; brought++)
        with_parts(take_first(&feeds->own), bring_own, NULL);
    return brought;
}

static void settle(struct post *p, const char *const parts[PARTS], void *arg)
{
    struct item item = item_of(parts);

    (void)arg;
    items_seen(p->feeds, p->id, items_version(&item));
}

void items_acked(struct feeds *feeds, const char *ticket)
{
    const char *space = strchr(ticket, ' ');
    struct post *p = space ? find(feeds, space + 1) : NULL;

    if (!p || !p->emitted)
        return;
    with_parts(p, settle, NULL);
    gly_remember(feeds->stage, under_way, p->id, NULL, 0);
    tdelete(p, &feeds->posts, compare);
    feeds->post_count--;
    feeds->post_bytes -= strlen(p->data) + 1;
    free(p);
}

void items_finish(struct feeds *feeds)
{
    tdestroy(feeds->posts, free_post);
    feeds->posts = NULL;
}

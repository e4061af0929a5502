/* read.c: what a feed is. */
#include "read.h"

#include <string.h>
#include <strings.h>

enum { HEAD = 262144 };

void about_finish(struct about *about)
{
    gly_buf_finish(&about->title);
    gly_buf_finish(&about->lang);
    gly_buf_finish(&about->self);
}

static bool is_gzip(const char *bytes, size_t len)
{
    return len > 2 && memcmp(bytes, "\x1f\x8b", 2) == 0;
}

/* ---- pages ---- */

static bool has_word(const char *at, size_t len, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= len; i++)
        if (strncasecmp(at + i, word, n) == 0 &&
            (i == 0 || sniff_blank(at[i - 1])) &&
            (i + n == len || sniff_blank(at[i + n])))
            return true;
    return false;
}

static bool is_feed_type(const char *type, size_t len)
{
    return has_word(type, len, "application/rss+xml") ||
           has_word(type, len, "application/atom+xml") ||
           has_word(type, len, "application/feed+json");
}

/* The address that a <link> or <base> has, if it is of the right kind. */
static bool find_address(struct token t, bool link, gly_buf *href)
{
    bool alternate = !link, typed = !link;
    struct attr a;

    href->len = 0;
    while (scan_attr(&t, &a)) {
        if (a.name_len == 4 && strncasecmp(a.name, "href", 4) == 0)
            scan_decode(href, a.value, a.len);
        else if (a.name_len == 4 && strncasecmp(a.name, "type", 4) == 0)
            typed |= is_feed_type(a.value, a.len);
        else if (a.name_len == 3 && strncasecmp(a.name, "rel", 3) == 0)
            alternate |= has_word(a.value, a.len, "alternate");
    }
    return href->len > 0 && typed && alternate;
}

/* The first feed that a page names: of several the others are of comments. */
static void read_page(const struct source *source)
{
    struct scan scan = {.at = source->text, .end = source->text + source->len};
    gly_buf href = {0}, base = {0}, whole = {0};
    struct item item = {0};
    struct token t;

    source->about->kind = KIND_PAGE;
    if (source->len > HEAD)
        scan.end = source->text + HEAD;
    while (whole.len == 0 && scan_next(&scan, &t)) {
        if (t.type != TOKEN_START || t.name_len != 4)
            continue;
        if (strncasecmp(t.name, "base", 4) == 0 && base.len == 0 &&
            find_address(t, false, &href))
            link_resolve(&base, source->base, href.data, href.len);
        else if (strncasecmp(t.name, "link", 4) == 0 &&
                 find_address(t, true, &href))
            link_resolve(&whole, base.len ? base.data : source->base,
                            href.data, href.len);
    }
    if (whole.len > 0) {
        item.link = whole.data;
        source->about->items++;
        source->each(source->arg, &item);
    } else {
        source->about->why = "a page, which names no feed";
    }
    gly_buf_finish(&href);
    gly_buf_finish(&base);
    gly_buf_finish(&whole);
}

/* ---- robots.txt, and sitemaps that are lines of addresses ---- */

static void read_lines(const struct source *source)
{
    const char *at = source->text, *end = at + source->len;
    gly_buf address = {0};
    struct item item = {0};

    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        const char *next = line_end ? line_end + 1 : end;
        bool sitemap = sniff_starts(at, end, "sitemap:");

        at += sitemap ? 8 : 0;
        address.len = 0;
        if ((sitemap || sniff_starts(at, end, "http")) &&
            link_resolve(&address, source->base, at,
                            (size_t)((line_end ? line_end : end) - at))) {
            source->about->kind = sitemap ? KIND_INDEX : KIND_ITEMS;
            source->about->items++;
            item.link = address.data;
            source->each(source->arg, &item);
        }
        at = next;
    }
    gly_buf_finish(&address);
    if (source->about->items == 0)
        source->about->why = "neither a feed nor a page";
}

/* ---- all of them ---- */

static bool names_root(const char *at, const char *end)
{
    static const char *const roots[] = {
        "<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex", "<channel",
        NULL,
    };

    for (; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++) {
        for (const char *const *root = roots; *root; root++) {
            const char *after = at + strlen(*root);

            if (sniff_starts(at, end, *root) && after < end &&
                (*after == '>' || sniff_blank(*after)))
                return true;
        }
    }
    return false;
}

static void read_text(const struct source *source)
{
    struct about *about = source->about;
    const char *at = source->text, *end = at + source->len;

    while (at < end && sniff_blank(*at))
        at++;
    if (at == end) {
        about->why = about->why ? about->why : "empty";
    } else if (*at == '{') {
        json_read(&(struct source){at, (size_t)(end - at), source->base,
                                   source->each, source->arg, about});
    } else if (!memchr(at, '<', (size_t)(end - at))) {
        read_lines(source);
    } else if (sniff_html(at, (size_t)(end - at)) &&
               !names_root(at, end - at > 4096 ? at + 4096 : end)) {
        read_page(source);
    } else {
        xml_read(source);
        if (about->kind == KIND_NONE)
            about->why = "no feed: neither RSS nor Atom nor a sitemap";
    }
}

void feed_read(const char *bytes, size_t len, const char *label,
               const char *base, size_t max, feed_each *each, void *arg,
               struct about *about)
{
    gly_buf unpacked = {0}, converted = {0};
    struct charset charset;
    const char *text;
    bool cut;

    *about = (struct about){0};
    if (is_gzip(bytes, len)) {
        about->why = unpack(bytes, len, GZIP, max, &unpacked, &cut);
        bytes = unpacked.data;
        len = about->why ? 0 : unpacked.len;
    }
    text = charset_convert(NULL, &converted, bytes, &len, true, label,
                           &charset);
    read_text(&(struct source){text, len, base, each, arg, about});
    gly_buf_finish(&unpacked);
    gly_buf_finish(&converted);
}

/* The copy of a page that the parser gets: without scripts, styles, comments
 * and unknown attributes, which are never read and are what libxml2 is slow or
 * wrong on; with every attribute quoted, and names out of the tables only. */
#include "tags.h"

#include <string.h>
#include <strings.h>

enum {
    MOST_ATTRS = 64, /* of one element */
};

static const char *find_byte(const char *at, const char *end, char c)
{
    const char *found = at < end ? memchr(at, c, (size_t)(end - at)) : NULL;

    return found ? found : end;
}

/* Where "</name" stands, or NULL. */
static const char *find_end_tag(const char *at, const char *end,
                                const char *name)
{
    size_t len = strlen(name);

    for (;; at++) {
        at = find_byte(at, end, '<');
        if ((size_t)(end - at) < len + 2)
            return NULL;
        if (at[1] == '/' && strncasecmp(at + 2, name, len) == 0 &&
            !is_alpha(at + 2 + len < end ? at[2 + len] : ' '))
            return at;
    }
}

static const char *skip_comment(const char *at, const char *end)
{
    for (at += 4; end - at >= 3; at++) {
        at = find_byte(at, end, '-');
        if (end - at >= 3 && at[1] == '-' && at[2] == '>')
            return at + 3;
    }
    return end;
}

static void add_value(gly_buf *out, const char *at, size_t len)
{
    const char *end = at + len;

    while (at < end) {
        size_t plain = 0;

        while (at + plain < end && at[plain] != '"' && at[plain] != '<' &&
               at[plain] != '>')
            plain++;
        gly_buf_add(out, at, plain);
        at += plain;
        if (at < end) {
            gly_buf_puts(out, *at == '"' ? "&quot;" : *at == '<' ? "&lt;"
                                                                 : "&gt;");
            at++;
        }
    }
}

struct value {
    const char *at;
    size_t len;
};

/* Reads one attribute at `at`; returns where it ends. */
static const char *next_attr(const char *at, const char *end,
                             struct value *name, struct value *value)
{
    const char *begin = at;

    while (at < end && !is_blank(*at) && *at != '=' && *at != '>' &&
           *at != '/')
        at++;
    if (at == begin && at < end)
        at++;
    *name = (struct value){ begin, (size_t)(at - begin) };
    *value = (struct value){ "", 0 };

    const char *after = at;

    while (after < end && is_blank(*after))
        after++;
    if (after == end || *after != '=')
        return at;
    for (at = after + 1; at < end && is_blank(*at);)
        at++;
    if (at == end)
        return at;
    if (*at == '"' || *at == '\'') {
        const char *close = find_byte(at + 1, end, *at);

        *value = (struct value){ at + 1, (size_t)(close - at - 1) };
        return close < end ? close + 1 : end;
    }
    begin = at;
    while (at < end && !is_blank(*at) && *at != '>')
        at++;
    *value = (struct value){ begin, (size_t)(at - begin) };
    return at;
}

/* Copies the start tag at `at`, returns where it ends. `json`: whether it is
 * that of a script with JSON-LD. */
static const char *copy_start(gly_buf *out, const char *at, const char *end,
                              const struct name *tag, bool *json)
{
    size_t mark = out->len;
    unsigned count = 0;

    gly_buf_add(out, "<", 1);
    gly_buf_puts(out, tag->name);
    for (;;) {
        struct value name, value;

        while (at < end && (is_blank(*at) || *at == '/'))
            at++;
        if (at == end) { /* a tag that the page's end cuts is none */
            out->len = mark;
            return end;
        }
        if (*at == '>')
            break;
        at = next_attr(at, end, &name, &value);
        if (name.len == 4 && strncasecmp(name.at, "type", 4) == 0)
            *json = value.len >= 19 &&
                    strncasecmp(value.at, "application/ld+json", 19) == 0;

        const struct name *attr = attr_find(name.at, name.len);

        if (!attr || ++count > MOST_ATTRS)
            continue;
        gly_buf_add(out, " ", 1);
        gly_buf_puts(out, attr->name);
        gly_buf_add(out, "=\"", 2);
        add_value(out, value.at, value.len);
        gly_buf_add(out, "\"", 1);
    }
    gly_buf_add(out, ">", 1);
    return at + 1;
}

struct copier {
    struct page *page;
    const char *end;
    uint32_t open[TAG_NAMES];  /* start tags less ends */
    bool no_end[TAG_NAMES];    /* of it from here on */
};

static const char *copy_title(struct copier *c, const char *at)
{
    const char *close = find_end_tag(at, c->end, "title");

    if (!close)
        close = c->end;
    add_value(&c->page->source, at, (size_t)(close - at));
    gly_buf_puts(&c->page->source, "</title>");
    close = find_byte(close, c->end, '>');
    return close < c->end ? close + 1 : close;
}

static const char *copy_element(struct copier *c, const char *at)
{
    const char *begin = ++at;
    gly_buf *out = &c->page->source;

    while (at < c->end && !is_blank(*at) && *at != '/' && *at != '>')
        at++;

    unsigned i;
    const struct name *tag = tag_find(begin, (size_t)(at - begin), &i);
    size_t mark = out->len;
    bool json = false;

    at = copy_start(out, at, c->end, tag, &json);
    if (out->len == mark)
        return at;
    if (tag->tag == TAG_TITLE)
        return copy_title(c, at);
    if ((tag->flags & (CUT | CUT_IF)) == 0 &&
        ((tag->flags & FALLBACK) == 0 || c->page->fallback)) {
        c->open[i] += !(tag->flags & VOID);
        return at;
    }
    if (c->no_end[i])
        return at;

    const char *close = find_end_tag(at, c->end, tag->name);

    if (!close && tag->flags & (CUT_IF | FALLBACK)) {
        c->no_end[i] = true;
        return at;
    }
    out->len = mark;
    if (!close)
        return c->end;
    if (json) {
        gly_buf_add(&c->page->data, at, (size_t)(close - at));
        gly_buf_add(&c->page->data, "", 1);
    }
    close = find_byte(close, c->end, '>');
    return close < c->end ? close + 1 : close;
}

/* End tags of what is not open are left out: the parser would look for it
 * through all that is. */
static const char *copy_end(struct copier *c, const char *at)
{
    const char *begin = at + 2, *close = find_byte(at, c->end, '>');

    if (close == c->end)
        return close;
    for (at = begin; at < close && !is_blank(*at) && *at != '/';)
        at++;

    unsigned i;
    const struct name *tag = tag_find(begin, (size_t)(at - begin), &i);

    if (c->open[i] > 0 || tag->tag == TAG_P || tag->tag == TAG_BR) {
        c->open[i] -= c->open[i] > 0;
        gly_buf_add(&c->page->source, "</", 2);
        gly_buf_puts(&c->page->source, tag->name);
        gly_buf_add(&c->page->source, ">", 1);
    }
    return close + 1;
}

static void copy_text(struct page *page, const char *html, const char *at,
                      size_t len)
{
    struct verbatim run = {
        .copy = (uint32_t)page->source.len,
        .copy_len = (uint32_t)len,
        .html = (uint32_t)(at - html),
        .html_len = (uint32_t)len,
    };

    if (len == 1 && *at == '<') {
        run.copy_len = 4;
        gly_buf_puts(&page->source, "&lt;");
    } else {
        gly_buf_add(&page->source, at, len);
    }
    gly_buf_add(&page->verbatim, (const char *)&run, sizeof(run));
}

void copy_page(struct page *page, const char *html, size_t len)
{
    struct copier c = { .page = page, .end = html + len };
    const char *at = html;

    while (at < c.end) {
        const char *open = find_byte(at, c.end, '<');

        if (open > at)
            copy_text(page, html, at, (size_t)(open - at));
        at = open;
        if (c.end - at < 2)
            break;
        if (is_alpha(at[1])) {
            at = copy_element(&c, at);
        } else if (at[1] == '/' && c.end - at > 2 && is_alpha(at[2])) {
            at = copy_end(&c, at);
        } else if (c.end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
            at = skip_comment(at, c.end);
        } else if (at[1] == '!' || at[1] == '?' || at[1] == '/') {
            at = find_byte(at, c.end, '>');
            at += at < c.end;
        } else {
            copy_text(page, html, at, 1);
            at++;
        }
    }
}

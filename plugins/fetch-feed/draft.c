/* draft.c: items of what was read of them. */
#include "read.h"

#include <string.h>

void draft_clear(struct draft *d)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        d->slots[i].len = 0;
        d->is_html[i] = false;
    }
    d->id_is_no_link = false;
}

void draft_finish(struct draft *d)
{
    for (int i = 0; i < SLOT_COUNT; i++)
        gly_buf_finish(&d->slots[i]);
}

/* The strings of an item while it is given. */
struct making {
    struct draft *draft;
    const char *base;
    gly_buf id, link, title, authors, tags, image;
    char date[MOST_DATE], updated[MOST_DATE];
};

static const char *slot(const struct draft *d, enum slot i)
{
    return d->slots[i].len > 0 ? d->slots[i].data : "";
}

static const char *known(const gly_buf *buf)
{
    return buf->len > 0 ? buf->data : NULL;
}

/* The first of several that can be read. */
static const char *read_dates(const char *lines, char out[MOST_DATE],
                              time_t *time)
{
    char line[LONGEST_DATE + 1];

    for (size_t len; *lines; lines += len + (lines[len] == '\n')) {
        len = strcspn(lines, "\n");
        if (len > LONGEST_DATE)
            continue;
        memcpy(line, lines, len);
        line[len] = '\0';
        if (date_read(line, out, time))
            return out;
    }
    return NULL;
}

static void add_address(struct making *m, const char *lines, gly_buf *out)
{
    while (*lines && out->len == 0) {
        size_t len = strcspn(lines, "\n");

        link_resolve(out, m->base, lines, len);
        lines += len + (lines[len] == '\n');
    }
}

/* Every line once. */
static void add_lines(const char *lines, gly_buf *out,
                      void (*add)(gly_buf *out, const char *at, size_t len))
{
    while (*lines) {
        size_t len = strcspn(lines, "\n"), before = out->len;

        if (before > 0)
            gly_buf_add(out, "\n", 1);
        add(out, lines, len);
        if (out->len <= before + (before > 0))
            out->len = before;
        lines += len + (lines[len] == '\n');
    }
    if (out->data)
        out->data[out->len] = '\0';
}

/* A first line, by itself. */
static const char *first_line(gly_buf *buf)
{
    if (buf->len == 0)
        return NULL;
    buf->data[strcspn(buf->data, "\n")] = '\0';
    return *buf->data ? buf->data : NULL;
}

static void set_content(const struct draft *d, struct item *item)
{
    enum slot from = d->slots[SLOT_CONTENT].len > 0 ? SLOT_CONTENT
                                                    : SLOT_SUMMARY;
    const gly_buf *content = &d->slots[from];

    if (content->len == 0)
        return;
    item->content = content->data;
    item->content_len = content->len;
    item->html = d->is_html[from] ||
                 plain_is_html(content->data, content->len);
}

/* Atom asks for the one that tells of changes alone. */
static void set_times(struct making *m, const struct about *about,
                      struct item *item)
{
    time_t date = 0, updated = 0;

    item->date = read_dates(slot(m->draft, SLOT_DATE), m->date, &date);
    item->updated = read_dates(slot(m->draft, SLOT_UPDATED), m->updated,
                               &updated);
    item->time = date > updated ? date : updated;
    if (!item->date && !about->is_sitemap)
        item->date = item->updated;
}

/* An id that is an address is the link of an item without one. */
static void set_names(struct making *m, struct item *item)
{
    struct draft *d = m->draft;
    const char *id = slot(d, SLOT_ID);

    add_address(m, slot(d, SLOT_LINK), &m->link);
    plain_add(&m->id, id, strcspn(id, "\n"));
    if (m->link.len == 0 && m->id.len > 0 && !d->id_is_no_link &&
        link_is_web(m->id.data))
        link_resolve(&m->link, m->base, m->id.data, m->id.len);
    item->id = known(&m->id);
    item->link = known(&m->link);
}

void draft_give(struct draft *d, const char *base, feed_each *each, void *arg,
                struct about *about)
{
    struct making m = {.draft = d, .base = base};
    struct item item = {0};

    set_names(&m, &item);
    set_times(&m, about, &item);
    set_content(d, &item);
    plain_add(&m.title, slot(d, SLOT_TITLE), d->slots[SLOT_TITLE].len);
    add_lines(slot(d, SLOT_AUTHOR), &m.authors, plain_name);
    add_lines(slot(d, SLOT_TAG), &m.tags, plain_add);
    add_address(&m, slot(d, SLOT_IMAGE), &m.image);
    item.title = known(&m.title);
    item.authors = known(&m.authors);
    item.tags = known(&m.tags);
    item.image = known(&m.image);
    item.lang = first_line(&d->slots[SLOT_LANG]);
    item.site = first_line(&d->slots[SLOT_SITE]);
    if (item.id || item.link || item.title || item.content) {
        about->items++;
        each(arg, &item);
    }
    gly_buf_finish(&m.id);
    gly_buf_finish(&m.link);
    gly_buf_finish(&m.title);
    gly_buf_finish(&m.authors);
    gly_buf_finish(&m.tags);
    gly_buf_finish(&m.image);
}

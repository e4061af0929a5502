/* Places of a page that have a value for a field, other than its data. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

enum {
    MOST_BETWEEN = 40,  /* blocks between a title and the text */
    LONGEST_LINE = 120, /* bytes of a block with a byline or a date */
};

static const char *canonical(const struct facts *f)
{
    for (uint32_t i = 1; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);

        if (e->tag == TAG_LINK &&
            attr_has(html_attr(f->page, e, ATTR_REL), "canonical"))
            return html_attr(f->page, e, ATTR_HREF);
    }
    return NULL;
}

/* The only h1. */
static const char *heading(const struct facts *f)
{
    const char *found = NULL;

    for (uint32_t i = 1; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        const char *text;

        if (e->tag != TAG_H1 || !(text = element_text(f, e)))
            continue;
        if (found)
            return NULL;
        found = text;
    }
    return found;
}

static const char *lang(const struct facts *f)
{
    for (uint32_t i = 1; i < f->page->element_count && i < 8; i++) {
        const struct element *e = html_element(f->page, i);

        if (e->tag == TAG_HTML)
            return html_attr(f->page, e, ATTR_LANG);
    }
    return NULL;
}

/* What stands between the title and the text, in blocks [*first, last). */
static uint32_t between(const struct facts *f, uint32_t *first)
{
    uint32_t last = 0;

    while (last < f->page->block_count &&
           (f->article->why[last] ||
            article_heading(f->page, html_block(f->page, last)) == 1))
        last++;
    for (*first = last; *first > 0 && last - *first < MOST_BETWEEN;)
        if (article_heading(f->page, html_block(f->page, --*first)) == 1)
            return last;
    *first = html_element(f->page, f->article->root)->first_block;
    return last;
}

/* Of a <time>, with class="published updated" when it was never changed. */
static bool is_update(const struct facts *f, const struct element *e)
{
    const char *class = html_attr(f->page, e, ATTR_CLASS);

    return attr_has(html_attr(f->page, e, ATTR_ITEMPROP), "dateModified") ||
           (class && !strcasestr(class, "publish") &&
            (strcasestr(class, "update") || strcasestr(class, "modif")));
}

/* Whether an element's text is of other things than the article. */
static bool is_elsewhere(const struct facts *f, const struct element *e)
{
    enum why why = e->last_block > 0 ? f->article->why[e->last_block - 1]
                                     : KEPT;

    return why == WHY_ADVERT || why == WHY_COMMENTS || why == WHY_NAVIGATION ||
           why == WHY_NEWSLETTER || why == WHY_RELATED;
}

/* The first <time> after the title or in the article, or the only day that the
 * page has. */
static const char *page_time(const struct facts *f)
{
    const struct element *root = html_element(f->page, f->article->root);
    const char *only = NULL;
    uint32_t first, last = between(f, &first);

    for (uint32_t i = 1; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        const char *value;

        if (e->tag != TAG_TIME || is_update(f, e))
            continue;
        value = html_attr(f->page, e, ATTR_DATETIME);
        if (!value && !(value = element_text(f, e)))
            continue;
        if (e->last_block > first && e->last_block <= last)
            return value;
        if (is_elsewhere(f, e))
            continue;
        if (f->article->root && i > f->article->root && i < root->end)
            return value;
        if (only && strncmp(only, value, 10) != 0)
            return NULL;
        only = only ? only : value;
    }
    return only;
}

/* Where a line says that what follows is about a change; its end if nowhere. */
static size_t update_find(struct part line)
{
    static const char *const words[] = { "updated", "last modified",
                                         "aktualisiert", "actualizado",
                                         "aggiornato", "atualizado",
                                         "mis à jour", "bijgewerkt", NULL };

    for (size_t i = 0; i < line.len; i++)
        for (const char *const *w = words; *w; w++)
            if (part_begins(part_cut(line, i), *w))
                return i;
    return line.len;
}

/* A date that is seen between the title and the text. */
static const char *shown_date(const struct facts *f, bool updated)
{
    uint32_t first, last = between(f, &first);
    char date[MOST_DATE];

    for (uint32_t b = first; b < last; b++) {
        struct part line = part_of_block(f->page, html_block(f->page, b));

        if (line.len > LONGEST_LINE)
            continue;

        const char *value = gly_keep(f->doc, line.at, line.len);

        if (!strpbrk(value, "0123456789"))
            continue;

        size_t update = update_find(line);

        value = updated ? value + update : gly_keep(f->doc, line.at, update);
        if (date_read(value, date))
            return value;
    }
    return NULL;
}

/* The line of a block that is a byline, or all of it when none is. */
static struct part byline_of(const struct facts *f, const struct block *block)
{
    const char *begin = f->page->text.data + block->begin, *at = begin;
    const char *end = f->page->text.data + block->end;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        struct part line = { at, (size_t)((stop ? stop : end) - at) };

        if (byline_is(f->c, line))
            return line;
        at += line.len + 1;
    }
    return (struct part){ begin, (size_t)(end - begin) };
}

/* Before the first paragraph, or a line of the article that is a byline. */
static const char *page_byline(const struct facts *f, unsigned *from)
{
    const struct element *root = html_element(f->page, f->article->root);
    bool begun = false;

    for (uint32_t b = 0; b < f->page->block_count; b++) {
        const struct block *block = html_block(f->page, b);
        enum why why = f->article->why[b];
        bool inside = b >= root->first_block && b < root->last_block;

        begun |= why == KEPT;
        if (b >= *from && block->end - block->begin < LONGEST_LINE &&
            (why == WHY_BYLINE ||
             (!begun && (why == WHY_AUTHOR || why == WHY_TITLE))) &&
            (!begun || inside)) {
            struct part line = byline_of(f, block);

            *from = b + 1;
            return gly_keep(f->doc, line.at, line.len);
        }
    }
    return NULL;
}

/* The text of what says that it is the author, before the first paragraph. */
static const char *author_link(const struct facts *f, unsigned *from)
{
    uint32_t first = 0;

    while (first < f->page->block_count && f->article->why[first])
        first++;
    for (uint32_t i = *from; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        const char *text;

        if (e->first_block > first)
            break;
        if ((e->tag == TAG_A || e->tag == TAG_SPAN) &&
            (attr_has(html_attr(f->page, e, ATTR_REL), "author") ||
             attr_has(html_attr(f->page, e, ATTR_CLASS), "author")) &&
            (text = element_text(f, e))) {
            *from = i + 1;
            return text;
        }
    }
    return NULL;
}

/* A line that its class calls a byline, though it has no "By", as if it had. */
static const char *marked_byline(const struct facts *f, unsigned *from)
{
    static const char *const classes[] = { "article-author", "author",
                                           "author-name", "byline",
                                           "byline-name", "post-author", NULL };
    uint32_t first, last = between(f, &first);

    for (uint32_t i = *from; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        const char *class = html_attr(f->page, e, ATTR_CLASS), *text;

        if (e->first_block > last)
            break;
        if (!class || e->last_block <= first || e->last_block > last)
            continue;
        for (const char *const *c = classes; *c; c++)
            if (attr_has(class, *c) && (text = element_text(f, e)) &&
                strlen(text) < LONGEST_LINE) {
                gly_buf line = { 0 };

                *from = i + 1;
                gly_buf_printf(&line, "By %s", text);
                text = gly_keep(f->doc, line.data, line.len);
                gly_buf_finish(&line);
                return text;
            }
    }
    return NULL;
}

/* What all links say that go to the author, wherever they stand. */
static const char *author_box(const struct facts *f)
{
    const char *only = NULL;

    for (uint32_t i = 1; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        const char *text;

        if (e->tag != TAG_A ||
            !attr_has(html_attr(f->page, e, ATTR_REL), "author") ||
            !(text = element_text(f, e)))
            continue;
        if (only && strcasecmp(only, text) != 0)
            return NULL;
        only = text;
    }
    return only;
}

const char *place_value(const struct facts *f, enum place place, unsigned *i)
{
    if (place == BYLINE)
        return page_byline(f, i);
    if (place == LINK)
        return author_link(f, i);
    if (place == MARKED)
        return marked_byline(f, i);
    if ((*i)++ > 0)
        return NULL;
    switch (place) {
    case ADDRESS: return gly_get(f->doc, "uri", 0);
    case BOX: return author_box(f);
    case CANONICAL: return canonical(f);
    case HEADING: return heading(f);
    case LANG: return lang(f);
    case SHOWN: return shown_date(f, false);
    case SITE: return title_site(f, f->page->title.data);
    case TIME: return page_time(f);
    case TITLE: return f->page->title.data;
    case UPDATED: return shown_date(f, true);
    default: return NULL;
    }
}

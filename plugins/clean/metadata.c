/* Fields from what a page says about itself. The order of `sources` is that of
 * trust: the first that gives a usable value is taken. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

enum place { CANONICAL, HEADING, TITLE, LANG, TIME, ADDRESS, BYLINE, LINK };

static const char *meta(const struct facts *f, const char *name, unsigned *from)
{
    for (unsigned i = *from; i < f->meta_count; i++)
        if (strcasecmp(f->metas[i].name, name) == 0) {
            *from = i + 1;
            return f->metas[i].value;
        }
    return NULL;
}

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (; list && *list; list += strcspn(list, " ")) {
        list += strspn(list, " ");
        if (strncasecmp(list, word, len) == 0 &&
            (list[len] == ' ' || list[len] == '\0'))
            return true;
    }
    return false;
}

static const char *text_of(const struct facts *f, const struct element *e)
{
    gly_pos end = e->text_end;

    if (end <= e->begin)
        return NULL;
    if (end - e->begin > LONGEST_VALUE)
        return NULL;

    struct part text = part_trim(f->page->text.data + e->begin,
                                 end - e->begin);

    return text.len ? gly_keep(f->doc, text.at, text.len) : NULL;
}

static const char *value_of(const struct facts *f, const struct element *e)
{
    const char *value = html_attr(f->page, e, ATTR_CONTENT);

    if (!value)
        value = html_attr(f->page, e, ATTR_DATETIME);
    if (!value && (e->tag == TAG_LINK || e->tag == TAG_META))
        value = html_attr(f->page, e, ATTR_HREF);
    return value ? value : text_of(f, e);
}

static const char *item(const struct facts *f, const char *name, unsigned *from)
{
    for (unsigned i = *from; i < f->item_count; i++) {
        const struct element *e = html_element(f->page, f->items[i]);

        if (!has_word(html_attr(f->page, e, ATTR_ITEMPROP), name))
            continue;
        *from = i + 1;

        const char *value = value_of(f, e);

        if (value)
            return value;
    }
    return NULL;
}

static void gather(struct facts *f)
{
    for (uint32_t i = 0; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);

        if (e->attr_count == 0)
            continue;
        if (e->tag == TAG_META && f->meta_count < MOST_METAS) {
            const char *name = html_attr(f->page, e, ATTR_PROPERTY);
            const char *value = html_attr(f->page, e, ATTR_CONTENT);

            if (!name)
                name = html_attr(f->page, e, ATTR_NAME);
            if (name && value && *value)
                f->metas[f->meta_count++] = (struct meta){ name, value };
        }
        if (f->item_count < MOST_ITEMS &&
            html_attr(f->page, e, ATTR_ITEMPROP))
            f->items[f->item_count++] = i;
    }
}

/* ---- places ---- */

static const char *canonical(const struct facts *f)
{
    for (uint32_t i = 1; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);

        if (e->tag == TAG_LINK &&
            has_word(html_attr(f->page, e, ATTR_REL), "canonical"))
            return html_attr(f->page, e, ATTR_HREF);
    }
    return NULL;
}

/* The only h1, or the first in the article's element. */
static const char *heading(const struct facts *f)
{
    const char *found = NULL;

    for (uint32_t i = 1; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        const char *text;

        if (e->tag != TAG_H1 || !(text = text_of(f, e)))
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

/* The first <time> of the article's element, or the only date of the page. */
static const char *page_time(const struct facts *f)
{
    const struct element *root = html_element(f->page, f->article->root);
    const char *only = NULL;

    for (uint32_t i = 1; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        const char *value;

        if (e->tag != TAG_TIME ||
            !(value = html_attr(f->page, e, ATTR_DATETIME)))
            continue;
        if (f->article->root && i > f->article->root && i < root->end)
            return value;
        if (only && strncmp(only, value, 10) != 0)
            return NULL;
        only = only ? only : value;
    }
    return only;
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
        if (b >= *from && block->end - block->begin < 120 &&
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

        if (e->first_block > first)
            break;
        if ((e->tag == TAG_A || e->tag == TAG_SPAN) &&
            (has_word(html_attr(f->page, e, ATTR_REL), "author") ||
             has_word(html_attr(f->page, e, ATTR_CLASS), "author"))) {
            *from = i + 1;
            return text_of(f, e);
        }
    }
    return NULL;
}

/* ---- the table ---- */

struct source {
    const char *field;
    enum where where;
    const char *name;
    enum place place;
    value_set *set;
};

/* In the order of trust. JSON-LD is made for machines by those who made the
 * page, Open Graph for sharing, meta names by many hands; what is seen comes
 * last, since the page must be understood to find it. A field in several rows
 * takes the first that works; values of one row are a list. */
static const struct source sources[] = {
    { "site", META, "og:site_name", 0, value_site },
    { "site", LD, "publisher", 0, value_site },
    { "site", META, "application-name", 0, value_site },

    { "title", LD, "headline", 0, value_title },
    { "title", META, "og:title", 0, value_title },
    { "title", META, "twitter:title", 0, value_title },
    { "title", PLACE, NULL, HEADING, value_title },
    { "title", META, "dc.title", 0, value_title },
    { "title", PLACE, NULL, TITLE, value_title },

    { "uri", PLACE, NULL, CANONICAL, value_uri },
    { "uri", META, "og:url", 0, value_uri },
    { "uri", LD, "mainEntityOfPage", 0, value_uri },
    { "uri", LD, "url", 0, value_uri },

    { "date", LD, "datePublished", 0, value_date },
    { "date", META, "article:published_time", 0, value_date },
    { "date", ITEM, "datePublished", 0, value_date },
    { "date", META, "article:published", 0, value_date },
    { "date", META, "article.published", 0, value_date },
    { "date", META, "og:pubdate", 0, value_date },
    { "date", META, "parsely-pub-date", 0, value_date },
    { "date", META, "sailthru.date", 0, value_date },
    { "date", META, "pubdate", 0, value_date },
    { "date", META, "pub_date", 0, value_date },
    { "date", META, "publish-date", 0, value_date },
    { "date", META, "dc.date.issued", 0, value_date },
    { "date", META, "dcterms.created", 0, value_date },
    { "date", META, "dc.date", 0, value_date },
    { "date", META, "dcterms.date", 0, value_date },
    { "date", META, "date", 0, value_date },
    { "date", LD, "dateCreated", 0, value_date },
    { "date", ITEM, "dateCreated", 0, value_date },
    { "date", PLACE, NULL, TIME, value_date },
    { "date", PLACE, NULL, ADDRESS, value_date },

    { "modified", LD, "dateModified", 0, value_date },
    { "modified", META, "article:modified_time", 0, value_date },
    { "modified", ITEM, "dateModified", 0, value_date },
    { "modified", META, "article:modified", 0, value_date },
    { "modified", META, "og:updated_time", 0, value_date },

    { "author", LD, "author", 0, value_author },
    { "author", LD, "creator", 0, value_author },
    { "author", ITEM, "author", 0, value_author },
    { "author", META, "parsely-author", 0, value_author },
    { "author", META, "sailthru.author", 0, value_author },
    { "author", META, "byl", 0, value_author },
    { "author", META, "article:author", 0, value_author },
    { "author", META, "dc.creator", 0, value_author },
    { "author", META, "author", 0, value_author },
    { "author", PLACE, NULL, BYLINE, value_author },
    { "author", PLACE, NULL, LINK, value_name },

    { "lang", PLACE, NULL, LANG, value_lang },
    { "lang", LD, "inLanguage", 0, value_lang },
    { "lang", META, "og:locale", 0, value_lang },

    { "description", META, "og:description", 0, value_text },
    { "description", META, "description", 0, value_text },
    { "description", LD, "description", 0, value_text },

    { "image", META, "og:image", 0, value_uri },
    { "image", META, "twitter:image", 0, value_uri },
    { "image", LD, "image", 0, value_uri },

    { "section", META, "article:section", 0, value_section },
    { "section", LD, "articleSection", 0, value_section },

    { "tags", META, "article:tag", 0, value_tags },
    { "tags", LD, "keywords", 0, value_tags },
    { "tags", META, "news_keywords", 0, value_tags },
    { "tags", META, "keywords", 0, value_tags },
};

static const char *find_place(struct facts *f, enum place place, unsigned *i)
{
    if (place == BYLINE)
        return page_byline(f, i);
    if (place == LINK)
        return author_link(f, i);
    if ((*i)++ > 0)
        return NULL;
    switch (place) {
    case CANONICAL: return canonical(f);
    case HEADING: return heading(f);
    case TITLE: return f->page->title.data;
    case LANG: return lang(f);
    case TIME: return page_time(f);
    case ADDRESS: return gly_get(f->doc, "uri", 0);
    default: return NULL;
    }
}

static const char *find_value(struct facts *f, const struct source *s,
                              unsigned *i)
{
    switch (s->where) {
    case LD: return ld_value(f, s->name, (*i)++);
    case META: return meta(f, s->name, i);
    case ITEM: return item(f, s->name, i);
    default: return find_place(f, s->place, i);
    }
}

static bool is_list(const struct source *s)
{
    return s->set == value_tags ||
           (s->set == value_author && s->where != PLACE);
}

static void set_from(struct facts *f, const struct source *s)
{
    unsigned i = 0;

    for (int tries = 0; tries < 40; tries++) {
        const char *value = find_value(f, s, &i);

        if (!value)
            return;
        if (s->set != value_uri)
            value = characters_of_value(f->c, f->doc, value);
        value = value_tidy(f->doc, value, LONGEST_VALUE, false);
        if (value && s->set(f, s->field, value, s->where) && !is_list(s))
            return;
    }
}

struct facts *facts_read(const struct clean *c, gly_doc *doc)
{
    struct facts *f = gly_alloc(doc, sizeof(*f));

    f->c = c;
    f->doc = doc;
    f->page = c->page;
    gather(f);
    ld_read(f);
    return f;
}

void facts_set(struct facts *f, const struct article *article)
{
    f->article = article;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        const struct source *s = &sources[i];

        if (gly_get(f->doc, s->field, 0))
            continue;
        set_from(f, s);
        if (strcmp(s->field, "site") == 0)
            f->site = gly_get(f->doc, "site", 0);
    }
}

bool facts_says_article(const struct facts *f)
{
    unsigned i = 0;
    const char *type = meta(f, "og:type", &i);

    return f->ld || (type && strcasecmp(type, "article") == 0);
}

const char *facts_title(const struct facts *f)
{
    unsigned i = 0;
    const char *title = ld_value(f, "headline", 0);

    if (!title)
        title = meta(f, "og:title", &i);
    if (!title)
        title = f->page->title.data;
    if (!title)
        return NULL;
    title = characters_of_value(f->c, f->doc, title);
    return value_tidy(f->doc, title, LONGEST_VALUE, false);
}

const char *facts_body(const struct facts *f)
{
    const char *body = ld_value(f, "articleBody", 0);

    return body ? value_tidy(f->doc, body, SIZE_MAX, true) : NULL;
}

void facts_finish(struct facts *f)
{
    json_object_put(f->roots);
    f->roots = f->ld = NULL;
}

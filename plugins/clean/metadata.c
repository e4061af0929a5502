/* Fields from what a page says about itself. The order of `sources` is that of
 * trust: the first that gives a usable value is taken. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

enum { MOST_WITHIN = 40 }; /* elements looked through for a name */

/* "DC.date" and "dcterms:date" are "dc.date", "article:published" is
 * "article.published". */
static bool is_named(const char *name, const char *wanted)
{
    if ((*name | 32) != *wanted)
        return false;
    if (strncasecmp(name, "dcterms", 7) == 0 && wanted[1] == 'c') {
        name += 7;
        wanted += 2;
    }
    for (; *name && *wanted; name++, wanted++) {
        char c = *name >= 'A' && *name <= 'Z' ? *name | 32 : *name;

        if (c != *wanted && !(strchr(":.", c) && strchr(":.", *wanted)))
            return false;
    }
    return *name == *wanted;
}

static const char *meta(const struct facts *f, const char *name, unsigned *from)
{
    for (unsigned i = *from; i < f->meta_count; i++)
        if (is_named(f->metas[i].name, name)) {
            *from = i + 1;
            return f->metas[i].value;
        }
    return NULL;
}

bool attr_has(const char *list, const char *word)
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

const char *element_text(const struct facts *f, const struct element *e)
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

/* The text of the itemprop "name" in an element, or its own. */
static const char *name_within(const struct facts *f, const struct element *e)
{
    uint32_t begin = (uint32_t)(e - html_element(f->page, 0)) + 1;

    for (uint32_t i = begin; i < e->end && i < begin + MOST_WITHIN; i++) {
        const struct element *inner = html_element(f->page, i);
        const char *value = html_attr(f->page, inner, ATTR_CONTENT);

        if (attr_has(html_attr(f->page, inner, ATTR_ITEMPROP), "name"))
            return value ? value : element_text(f, inner);
    }
    return element_text(f, e);
}

static const char *value_of(const struct facts *f, const struct element *e)
{
    const char *value = html_attr(f->page, e, ATTR_CONTENT);

    if (!value)
        value = html_attr(f->page, e, ATTR_DATETIME);
    if (!value && (e->tag == TAG_LINK || e->tag == TAG_META))
        value = html_attr(f->page, e, ATTR_HREF);
    return value ? value : name_within(f, e);
}

static const char *item(const struct facts *f, const char *name, unsigned *from)
{
    for (unsigned i = *from; i < f->item_count; i++) {
        const struct element *e = html_element(f->page, f->items[i]);

        if (!attr_has(html_attr(f->page, e, ATTR_ITEMPROP), name))
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
            if (name && is_named(name, "article:tag"))
                f->tag_count++;
            if (name && value && *value)
                f->metas[f->meta_count++] = (struct meta){ name, value };
        }
        if (f->item_count < MOST_ITEMS &&
            html_attr(f->page, e, ATTR_ITEMPROP))
            f->items[f->item_count++] = i;
    }
}

/* ---- the table ---- */

struct source {
    const char *field;
    enum where where;
    const char *name;
    enum place place;
    value_set *set;
};

/* In the order of trust, which docs/clean.md tells too. JSON-LD is made for
 * machines by those who made the page, Open Graph for sharing, meta names by
 * many hands; what is seen comes last, since the page must be understood to
 * find it. A field in several rows takes the first that works; values of one
 * row are a list. The title needs the site and section before it, and all need
 * the address. */
static const struct source sources[] = {
    { "uri", PLACE, NULL, CANONICAL, value_uri },
    { "uri", META, "og:url", 0, value_uri },
    { "uri", LD, "mainEntityOfPage", 0, value_uri },
    { "uri", LD, "url", 0, value_uri },

    { "canonical", PLACE, NULL, CANONICAL, value_uri },
    { "canonical", META, "og:url", 0, value_uri },

    { "site", META, "og:site_name", 0, value_site },
    { "site", LD, "publisher", 0, value_site },
    { "site", LD_SITE, "name", 0, value_site },
    { "site", META, "dc.publisher", 0, value_site },
    { "site", META, "application-name", 0, value_site },
    { "site", ITEM, "publisher", 0, value_site },
    { "site", PLACE, NULL, SITE, value_site },

    { "section", LD, "articleSection", 0, value_section },
    { "section", META, "article:section", 0, value_section },
    { "section", META, "parsely-section", 0, value_section },
    { "section", META, "cxenseparse:category", 0, value_section },
    { "section", META, "section", 0, value_section },
    { "section", ITEM, "articleSection", 0, value_section },

    { "title", LD, "headline", 0, value_title },
    { "title", META, "og:title", 0, value_title },
    { "title", META, "dc.title", 0, value_title },
    { "title", META, "parsely-title", 0, value_title },
    { "title", META, "sailthru.title", 0, value_title },
    { "title", META, "twitter:title", 0, value_title },
    { "title", ITEM, "headline", 0, value_title },
    { "title", PLACE, NULL, HEADING, value_title },
    { "title", PLACE, NULL, TITLE, value_title },

    { "date", LD, "datePublished", 0, value_date },
    { "date", LD_PAGE, "datePublished", 0, value_date },
    { "date", META, "article:published_time", 0, value_date },
    { "date", META, "article:published", 0, value_date },
    { "date", META, "og:article:published_time", 0, value_date },
    { "date", META, "og:published_time", 0, value_date },
    { "date", META, "og:pubdate", 0, value_date },
    { "date", META, "dc.date.issued", 0, value_date },
    { "date", META, "dc.issued", 0, value_date },
    { "date", META, "dc.date.created", 0, value_date },
    { "date", META, "dc.created", 0, value_date },
    { "date", META, "dc.date", 0, value_date },
    { "date", META, "parsely-pub-date", 0, value_date },
    { "date", META, "sailthru.date", 0, value_date },
    { "date", META, "cxenseparse:publishtime", 0, value_date },
    { "date", META, "cxenseparse:recs:publishtime", 0, value_date },
    { "date", META, "pubdate", 0, value_date },
    { "date", META, "pub_date", 0, value_date },
    { "date", META, "publish-date", 0, value_date },
    { "date", META, "publish_date", 0, value_date },
    { "date", META, "publication_date", 0, value_date },
    { "date", META, "article_date_original", 0, value_date },
    { "date", META, "date", 0, value_date },
    { "date", ITEM, "datePublished", 0, value_date },
    { "date", LD, "dateCreated", 0, value_date },
    { "date", ITEM, "dateCreated", 0, value_date },
    { "date", PLACE, NULL, TIME, value_date },
    { "date", PLACE, NULL, SHOWN, value_date },
    { "date", PLACE, NULL, ADDRESS, value_date },

    { "modified", LD, "dateModified", 0, value_date },
    { "modified", LD_PAGE, "dateModified", 0, value_date },
    { "modified", META, "article:modified_time", 0, value_date },
    { "modified", META, "article:modified", 0, value_date },
    { "modified", META, "article:updated", 0, value_date },
    { "modified", META, "og:article:modified_time", 0, value_date },
    { "modified", META, "og:updated_time", 0, value_date },
    { "modified", META, "dc.date.modified", 0, value_date },
    { "modified", META, "dc.modified", 0, value_date },
    { "modified", META, "last-modified", 0, value_date },
    { "modified", ITEM, "dateModified", 0, value_date },
    { "modified", PLACE, NULL, UPDATED, value_date },

    { "author", LD, "author", 0, value_author },
    { "author", LD, "creator", 0, value_author },
    { "author", LD_PAGE, "author", 0, value_author },
    { "author", META, "article:author", 0, value_author },
    { "author", META, "dc.creator", 0, value_author },
    { "author", META, "parsely-author", 0, value_author },
    { "author", META, "sailthru.author", 0, value_author },
    { "author", META, "cxenseparse:author", 0, value_author },
    { "author", META, "byl", 0, value_author },
    { "author", META, "author", 0, value_author },
    { "author", ITEM, "author", 0, value_author },
    { "author", PLACE, NULL, BYLINE, value_author },
    { "author", PLACE, NULL, MARKED, value_author },
    { "author", PLACE, NULL, LINK, value_name },
    { "author", PLACE, NULL, BOX, value_name },

    { "lang", PLACE, NULL, LANG, value_lang },
    { "lang", LD, "inLanguage", 0, value_lang },
    { "lang", META, "og:locale", 0, value_lang },
    { "lang", META, "dc.language", 0, value_lang },
    { "lang", META, "language", 0, value_lang },

    { "description", META, "og:description", 0, value_text },
    { "description", LD, "description", 0, value_text },
    { "description", META, "dc.description", 0, value_text },
    { "description", META, "description", 0, value_text },
    { "description", META, "twitter:description", 0, value_text },

    { "image", META, "og:image", 0, value_image },
    { "image", META, "og:image:url", 0, value_image },
    { "image", META, "og:image:secure_url", 0, value_image },
    { "image", META, "twitter:image", 0, value_image },
    { "image", META, "twitter:image:src", 0, value_image },
    { "image", LD, "image", 0, value_image },
    { "image", LD, "thumbnailUrl", 0, value_image },
    { "image", META, "parsely-image-url", 0, value_image },
    { "image", META, "sailthru.image.full", 0, value_image },
    { "image", ITEM, "image", 0, value_image },

    { "tags", META, "article:tag", 0, value_tags },
    { "tags", LD, "keywords", 0, value_tags },
    { "tags", META, "dc.subject", 0, value_tags },
    { "tags", META, "news_keywords", 0, value_tags },
    { "tags", META, "parsely-tags", 0, value_tags },
    { "tags", META, "sailthru.tags", 0, value_tags },
    { "tags", META, "keywords", 0, value_tags },
};

static const char *find_value(struct facts *f, const struct source *s,
                              unsigned *i)
{
    switch (s->where) {
    case LD: return ld_value(f, f->ld, s->name, (*i)++);
    case LD_PAGE: return ld_value(f, f->ld_page, s->name, (*i)++);
    case LD_SITE: return ld_value(f, f->ld_site, s->name, (*i)++);
    case META: return meta(f, s->name, i);
    case ITEM: return item(f, s->name, i);
    default: return place_value(f, s->place, i);
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
        if (s->set != value_uri && s->set != value_image)
            value = characters_of_value(f->c, f->doc, value);
        value = value_tidy(f->doc, value, LONGEST_VALUE, false);
        if (value && s->set(f, s->field, value, s->where) && !is_list(s))
            return;
    }
}

struct facts *facts_read(const struct clean *c, gly_doc *doc)
{
    struct facts *f = gly_alloc(doc, sizeof(*f));
    unsigned i = 0;

    f->c = c;
    f->doc = doc;
    f->page = c->page;
    gather(f);
    f->address = place_value(f, CANONICAL, &i);
    if (!f->address)
        f->address = meta(f, "og:url", &(unsigned){ 0 });
    if (!f->address)
        f->address = gly_get(doc, "uri", 0);
    ld_read(f);
    return f;
}

/* Changed before it was published is wrong; the same address says nothing. */
static void drop_odd(gly_doc *doc)
{
    const char *date = gly_get(doc, "date", 0);
    const char *modified = gly_get(doc, "modified", 0);
    const char *uri = gly_get(doc, "uri", 0);
    const char *canonical = gly_get(doc, "canonical", 0);

    if (date && modified && date_is_before(modified, date))
        gly_set(doc, "modified", NULL);
    if (uri && canonical && strcmp(uri, canonical) == 0)
        gly_set(doc, "canonical", NULL);
}

/* Whether a source may have a better value than one before it: a title that is
 * seen, but not just any heading; a date with its time, or that with a zone. */
static bool may_better(const struct facts *f, const struct source *s)
{
    const char *value = gly_get(f->doc, s->field, 0);

    if (s->set == value_date)
        return (value = strchr(value, 'T')) == NULL || !strpbrk(value, "Z+-");
    return s->set == value_title && !f->title_seen && s->place != HEADING;
}

/* A field that the document has already stays. */
void facts_set(struct facts *f, const struct article *article)
{
    const char *field = "";
    bool given = false;

    f->article = article;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        const struct source *s = &sources[i];
        bool set = gly_get(f->doc, s->field, 0) != NULL;

        if (strcmp(s->field, field) != 0) {
            f->site = gly_get(f->doc, "site", 0);
            f->label = title_label(gly_get(f->doc, "uri", 0));
            field = s->field;
            given = set;
        }
        if (!set || (!given && may_better(f, s)))
            set_from(f, s);
    }
    drop_odd(f->doc);
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
    const char *title = ld_value(f, f->ld, "headline", 0);

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
    const char *body = ld_value(f, f->ld, "articleBody", 0);

    return body ? value_tidy(f->doc, value_unescape(f->doc, body), SIZE_MAX,
                             true) : NULL;
}

void facts_finish(struct facts *f)
{
    json_object_put(f->roots);
    f->roots = f->ld = NULL;
}

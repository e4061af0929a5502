/* names.c: the elements of feeds by their names. A namespace is known by a part
 * of its address, or by the prefix that is usual for it. */
#include "names.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *prefix, *address; /* a part that tells */
    enum space space;
} spaces[] = {
    { "atom", "www.w3.org/2005/Atom", ATOM },
    { "atom03", "purl.org/atom/ns", ATOM },
    { "content", "purl.org/rss/1.0/modules/content", CONTENT },
    { "dc", "purl.org/dc/elements/1", DC },
    { "dcterms", "purl.org/dc/terms", TERMS },
    { "feedburner", "rssnamespace.org/feedburner", ORIGIN },
    { "media", "search.yahoo.com/mrss", MEDIA },
    { "news", "schemas/sitemap-news", NEWS },
    { "sitemap", "schemas/sitemap/", SITEMAP },
    { "sy", "purl.org/rss/1.0/modules/syndication", SY },
    { "rss", "purl.org/rss/1.0/", RSS },
    { "rss", "my.netscape.com/rdf/simple", RSS },
    { "rss", "backend.userland.com/rss", RSS },
    { "rdf", "1999/02/22-rdf-syntax-ns", RSS },
};

static const struct rule rules[] = {
    { "item", ANY, ITEM, 0 },
    { "entry", ANY, ITEM, 0 },
    { "url", SITEMAP, ITEM, 0 },
    { "sitemap", SITEMAP, ITEM, 0 },
    { "title", RSS, FIELD, SLOT_TITLE },
    { "title", ATOM, FIELD, SLOT_TITLE },
    { "title", NEWS, FIELD, SLOT_TITLE },
    { "title", DC, FIELD, SLOT_TITLE },
    { "origLink", ORIGIN, FIELD, SLOT_LINK },
    { "link", RSS, FIELD, SLOT_LINK },
    { "link", ATOM, ADDRESS, SLOT_LINK },
    { "loc", SITEMAP, FIELD, SLOT_LINK },
    { "guid", RSS, FIELD, SLOT_ID },
    { "id", ATOM, FIELD, SLOT_ID },
    { "identifier", DC, FIELD, SLOT_ID },
    { "pubDate", RSS, FIELD, SLOT_DATE },
    { "date", DC, FIELD, SLOT_DATE },
    { "published", ATOM, FIELD, SLOT_DATE },
    { "issued", ATOM, FIELD, SLOT_DATE },
    { "issued", TERMS, FIELD, SLOT_DATE },
    { "created", TERMS, FIELD, SLOT_DATE },
    { "publication_date", NEWS, FIELD, SLOT_DATE },
    { "updated", ATOM, FIELD, SLOT_UPDATED },
    { "modified", ATOM, FIELD, SLOT_UPDATED },
    { "modified", TERMS, FIELD, SLOT_UPDATED },
    { "lastmod", SITEMAP, FIELD, SLOT_UPDATED },
    { "author", ATOM, PERSON, 0 },
    { "author", RSS, FIELD, SLOT_AUTHOR },
    { "creator", DC, FIELD, SLOT_AUTHOR },
    { "category", RSS, FIELD, SLOT_TAG },
    { "category", ATOM, LABEL, SLOT_TAG },
    { "subject", DC, FIELD, SLOT_TAG },
    { "keywords", NEWS, FIELD, SLOT_TAG },
    { "language", RSS, FIELD, SLOT_LANG },
    { "language", DC, FIELD, SLOT_LANG },
    { "language", NEWS, FIELD, SLOT_LANG },
    { "name", NEWS, FIELD, SLOT_SITE },
    { "description", RSS, MARKUP, SLOT_SUMMARY },
    { "summary", ATOM, MARKUP, SLOT_SUMMARY },
    { "encoded", CONTENT, MARKUP, SLOT_CONTENT },
    { "content", ATOM, MARKUP, SLOT_CONTENT },
    { "thumbnail", MEDIA, PICTURE, SLOT_IMAGE },
    { "content", MEDIA, PICTURE, SLOT_IMAGE },
    { "enclosure", RSS, PICTURE, SLOT_IMAGE },
    { "image", RSS, ASIDE, 0 },
    { "textInput", RSS, ASIDE, 0 },
    { "source", ANY, ASIDE, 0 },
    { "contributor", ATOM, ASIDE, 0 },
    { "ttl", RSS, TTL, 0 },
    { "hour", RSS, HOUR, 0 },
    { "day", RSS, DAY, 0 },
    { "updatePeriod", SY, PERIOD, 0 },
    { "updateFrequency", SY, FREQUENCY, 0 },
};

static const struct rule person_name = { "name", ATOM, FIELD, SLOT_AUTHOR };

static enum space find_space(const char *address, size_t len)
{
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
        if (memmem(address, len, spaces[i].address,
                   strlen(spaces[i].address)))
            return spaces[i].space;
    return OTHER;
}

static bool is_prefix(const struct names *n, unsigned i, const char *prefix,
                      size_t len)
{
    return n->prefixes[i].len == len &&
           memcmp(n->prefixes[i].name, prefix, len) == 0;
}

void names_declare(struct names *n, const struct attr *a)
{
    const char *prefix = a->name + strlen("xmlns:");
    size_t len = a->name_len - strlen("xmlns:");
    unsigned i = 0;

    while (i < n->count && !is_prefix(n, i, prefix, len))
        i++;
    if (i == MOST_PREFIXES)
        return;
    n->prefixes[i].name = prefix;
    n->prefixes[i].len = len;
    n->prefixes[i].space = find_space(a->value, a->len);
    if (i == n->count)
        n->count++;
}

static bool is_word(const char *at, size_t len, const char *word)
{
    return len == strlen(word) && strncasecmp(at, word, len) == 0;
}

static enum space space_of(const struct names *n, const char *prefix,
                           size_t len)
{
    for (unsigned i = 0; i < n->count; i++)
        if (is_prefix(n, i, prefix, len))
            return n->prefixes[i].space;
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
        if (is_word(prefix, len, spaces[i].prefix))
            return spaces[i].space;
    return OTHER;
}

enum space names_cut(const struct names *n, const char **name, size_t *len)
{
    const char *colon = memchr(*name, ':', *len);
    enum space space = n->plain;

    if (!colon)
        return space;
    space = space_of(n, *name, (size_t)(colon - *name));
    *len -= (size_t)(colon + 1 - *name);
    *name = colon + 1;
    return space;
}

const struct rule *names_find(const struct names *n, const struct token *t,
                              bool in_person)
{
    const char *name = t->name;
    size_t len = t->name_len;
    enum space space = names_cut(n, &name, &len);

    if (space == ATOM && in_person && is_word(name, len, "name"))
        return &person_name;
    if (space == OTHER)
        return NULL;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if ((rules[i].space == space || rules[i].space == ANY) &&
            is_word(name, len, rules[i].name))
            return &rules[i];
    return NULL;
}

/* JSON-LD: the object of a page's article, and its values. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

typedef json_object object;

static object *member(object *o, const char *key)
{
    return json_object_is_type(o, json_type_object)
               ? json_object_object_get(o, key) : NULL;
}

static size_t length(object *o)
{
    return json_object_is_type(o, json_type_array)
               ? json_object_array_length(o) : 0;
}

static object *item(object *o, size_t i)
{
    return i < length(o) ? json_object_array_get_idx(o, i) : NULL;
}

static const char *string(object *o)
{
    return json_object_is_type(o, json_type_string)
               ? json_object_get_string(o) : NULL;
}

static bool ends_with(const char *str, const char *end)
{
    size_t len = str ? strlen(str) : 0, tail = strlen(end);

    return len >= tail && strcmp(str + len - tail, end) == 0;
}

/* Whether a type of an object ends so: "NewsArticle". */
static bool has_type(object *o, const char *end)
{
    object *type = member(o, "@type");

    for (size_t i = 0; i < length(type); i++)
        if (ends_with(string(item(type, i)), end))
            return true;
    return ends_with(string(type), end);
}

static bool is_article(object *o)
{
    return has_type(o, "Article") || has_type(o, "Posting") ||
           has_type(o, "Report");
}

/* What else may say who made the page, and when. */
static bool is_page(object *o)
{
    return member(o, "datePublished") &&
           (has_type(o, "WebPage") || has_type(o, "Recipe") ||
            has_type(o, "Review"));
}

static bool is_site(object *o)
{
    return has_type(o, "WebSite");
}

/* Whether two addresses are one, but for how they are reached. */
static bool same_address(const char *a, const char *b)
{
    const char *p = a ? strstr(a, "://") : NULL;
    const char *q = b ? strstr(b, "://") : NULL;
    size_t len = p ? strcspn(p, "?#") : 0, other = q ? strcspn(q, "?#") : 0;

    while (len > 3 && p[len - 1] == '/')
        len--;
    while (other > 3 && q[other - 1] == '/')
        other--;
    return len > 3 && len == other && strncasecmp(p, q, len) == 0;
}

static bool is_here(const struct facts *f, object *o)
{
    object *page = member(o, "mainEntityOfPage");

    return same_address(f->address, string(member(o, "url"))) ||
           same_address(f->address, string(page)) ||
           same_address(f->address, string(member(page, "@id"))) ||
           same_address(f->address, string(member(o, "@id")));
}

/* The objects, breadth first, without those that others only mention. */
static void list_objects(struct facts *f)
{
    static const char *const ways[] = { "@graph", "mainEntity",
                                        "mainEntityOfPage", "itemReviewed" };
    unsigned count = 1;

    f->objects[0] = f->roots;
    for (unsigned i = 0; i < count; i++) {
        object *v = f->objects[i];

        for (size_t k = 0; k < length(v) && count < MOST_OBJECTS; k++)
            f->objects[count++] = item(v, k);
        for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
            object *next = member(v, ways[k]);

            if (next && count < MOST_OBJECTS)
                f->objects[count++] = next;
        }
    }
    f->object_count = count;
}

/* The first of a kind, or rather the one that says that it is on this page. */
static object *find(const struct facts *f, bool is(object *))
{
    object *first = NULL;

    for (unsigned i = 0; i < f->object_count; i++) {
        object *o = f->objects[i];

        if (!is(o))
            continue;
        if (is_here(f, o))
            return o;
        first = first ? first : o;
    }
    return first;
}

static void add_root(struct facts *f, const char *json, size_t len)
{
    json_tokener *tokener = json_tokener_new();
    object *root = json_tokener_parse_ex(tokener, json, (int)len);

    if (root)
        json_object_array_add(f->roots, root);
    json_tokener_free(tokener);
}

/* Raw line breaks and tabs within strings are common, and no JSON. */
void ld_read(struct facts *f)
{
    char *at = f->page->data.data;
    char *end = at ? at + f->page->data.len : NULL;

    f->roots = json_object_new_array();
    while (at && at < end) {
        size_t len = strlen(at);
        char *open = strpbrk(at, "[{");

        for (char *p = at; *p; p++)
            if ((unsigned char)*p < 0x20)
                *p = ' ';
        if (open)
            add_root(f, open, len - (size_t)(open - at));
        at += len + 1;
    }
    list_objects(f);
    f->ld = find(f, is_article);
    f->ld_page = find(f, is_page);
    f->ld_site = find(f, is_site);
}

/* An object that is only a reference stands for the one with its @id. */
static object *resolve(const struct facts *f, object *v)
{
    const char *id = string(member(v, "@id"));

    if (!id || member(v, "name"))
        return v;
    for (unsigned i = 0; i < f->object_count; i++) {
        const char *other = string(member(f->objects[i], "@id"));

        if (other && f->objects[i] != v && strcmp(other, id) == 0)
            return f->objects[i];
    }
    return v;
}

/* Houses are no authors, but may be agencies. */
static bool is_agency(const struct facts *f, object *o)
{
    const char *name = string(member(o, "name"));

    return name && gly_words_has(f->c->agencies, name, strlen(name), NULL);
}

static bool is_house(object *o)
{
    return has_type(o, "Organization") || has_type(o, "Corporation") ||
           has_type(o, "WebSite");
}

/* A picture's name is its caption, and a page's its title. */
static bool is_address(const char *key)
{
    return strcmp(key, "image") == 0 || strcmp(key, "mainEntityOfPage") == 0;
}

static object *value_of(const struct facts *f, object *v, const char *key)
{
    static const char *const names[] = { "name", "alternateName", NULL };
    static const char *const addresses[] = { "url", "contentUrl", "@id", NULL };
    const char *const *k = is_address(key) ? addresses : names;
    object *o = resolve(f, v), *value = NULL;

    if (strcmp(key, "author") == 0 && is_house(o) && !is_agency(f, o))
        return NULL;
    for (; *k && !value; k++)
        value = member(o, *k);
    return json_object_is_type(value, json_type_array) ? item(value, 0) : value;
}

const char *ld_value(const struct facts *f, object *of, const char *key,
                     size_t i)
{
    object *v = member(of, key);
    const char *value;

    if (json_object_is_type(v, json_type_array))
        v = item(v, i);
    else if (i > 0)
        return NULL;
    if (!v)
        return NULL;
    if (json_object_is_type(v, json_type_object))
        v = value_of(f, v, key);
    value = json_object_is_type(v, json_type_int) ? json_object_get_string(v)
                                                  : string(v);
    return value ? value : "";
}

/* JSON-LD: the object of a page's article, and its values. */
#include "metadata.h"

#include <string.h>

enum { MOST_OBJECTS = 200 }; /* looked through for the article */

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

static bool is_article_type(const char *type)
{
    size_t len = type ? strlen(type) : 0;

    return (len >= 7 && strcmp(type + len - 7, "Article") == 0) ||
           (len >= 7 && strcmp(type + len - 7, "Posting") == 0) ||
           (len == 6 && strcmp(type, "Report") == 0);
}

static bool is_article(object *o)
{
    object *type = member(o, "@type");

    if (json_object_is_type(type, json_type_array))
        for (size_t i = 0; i < length(type); i++)
            if (is_article_type(string(item(type, i))))
                return true;
    return is_article_type(string(type));
}

/* The first article among the objects, breadth first. */
static object *find_article(object *roots)
{
    static const char *const ways[] = { "@graph", "mainEntity",
                                        "mainEntityOfPage", "itemReviewed" };
    object *queue[MOST_OBJECTS];
    unsigned count = 1;

    queue[0] = roots;
    for (unsigned i = 0; i < count; i++) {
        object *v = queue[i];

        if (json_object_is_type(v, json_type_array)) {
            for (size_t k = 0; k < length(v); k++)
                if (count < MOST_OBJECTS)
                    queue[count++] = item(v, k);
            continue;
        }
        if (!json_object_is_type(v, json_type_object))
            continue;
        if (is_article(v))
            return v;
        for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
            object *next = member(v, ways[k]);

            if (next && count < MOST_OBJECTS)
                queue[count++] = next;
        }
    }
    return NULL;
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
    f->ld = find_article(f->roots);
}

/* An object that is only a reference stands for the one with its @id. */
static object *resolve(const struct facts *f, object *v)
{
    const char *id = string(member(v, "@id"));

    if (!id || (size_t)json_object_object_length(v) > 2 || member(v, "name"))
        return v;
    for (size_t i = 0; i < length(f->roots); i++) {
        object *graph =
            member(item(f->roots, i), "@graph");

        for (size_t k = 0; k < length(graph) && k < MOST_OBJECTS;
             k++) {
            object *o = item(graph, k);
            const char *other = string(member(o, "@id"));

            if (other && o != v && strcmp(other, id) == 0)
                return o;
        }
    }
    return v;
}

/* Houses are no authors, but may be agencies. */
static bool is_agency(const struct facts *f, object *o)
{
    const char *name = string(member(o, "name"));

    return name && gly_words_has(f->c->agencies, name, strlen(name), NULL);
}

const char *ld_value(const struct facts *f, const char *key, size_t i)
{
    object *v = member(f->ld, key);

    if (json_object_is_type(v, json_type_array))
        v = item(v, i);
    else if (i > 0)
        return NULL;
    if (json_object_is_type(v, json_type_object)) {
        object *o = resolve(f, v);
        const char *type = string(member(o, "@type"));

        if (type && strcmp(key, "author") == 0 &&
            strstr(type, "Organization") && !is_agency(f, o))
            return "";
        v = member(o, "name");
        if (!v)
            v = member(o, "url");
        if (!v)
            v = member(o, "@id");
        if (json_object_is_type(v, json_type_array))
            v = item(v, 0);
    }
    return string(v);
}

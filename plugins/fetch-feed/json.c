/* json.c: JSON Feed 1 and 1.1. */
#include "read.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

/* A value takes json-c up to some 700 bytes. */
enum { DEPTH = 32, MOST_VALUES = 1 << 19 };

/* Signs that begin a value, or a few more. */
static bool is_too_much(const char *at, size_t len)
{
    size_t values = 0;

    for (size_t i = 0; i < len; i++)
        values += at[i] == ',' || at[i] == '{' || at[i] == '[';
    return values > MOST_VALUES || len > INT_MAX;
}

/* A string or a number, as text; NULL for anything else. */
static const char *text_of(json_object *object, const char *key, size_t *len)
{
    json_object *value;

    if (!json_object_object_get_ex(object, key, &value) ||
        !(json_object_is_type(value, json_type_string) ||
          json_object_is_type(value, json_type_int)))
        return NULL;

    const char *text = json_object_get_string(value);

    *len = json_object_is_type(value, json_type_string)
               ? (size_t)json_object_get_string_len(value) : strlen(text);
    return text;
}

static void put_text(gly_buf *slot, const char *text, size_t len)
{
    if (slot->len > 0)
        gly_buf_add(slot, "\n", 1);
    gly_utf8_mend(slot, text, len);
}

/* Puts the first of several keys; false when there is none. */
static bool put(struct draft *d, enum slot slot, json_object *object,
                const char *const *keys)
{
    size_t len;

    for (; *keys; keys++) {
        const char *text = text_of(object, *keys, &len);

        if (text && len > 0) {
            put_text(&d->slots[slot], text, len);
            return true;
        }
    }
    return false;
}

/* The strings of a list, or those its objects have under `key`. */
static void put_list(gly_buf *slot, json_object *list, const char *key)
{
    size_t n = json_object_is_type(list, json_type_array)
                   ? json_object_array_length(list) : 0, len;

    for (size_t i = 0; i < n; i++) {
        json_object *value = json_object_array_get_idx(list, i);
        const char *text = NULL;

        if (json_object_is_type(value, json_type_string)) {
            text = json_object_get_string(value);
            len = (size_t)json_object_get_string_len(value);
        } else if (key) {
            text = text_of(value, key, &len);
        }
        if (text)
            put_text(slot, text, len);
    }
}

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void read_item(const struct source *source, struct draft *d,
                      json_object *item)
{
    json_object *author = json_object_object_get(item, "author");

    draft_clear(d);
    put(d, SLOT_ID, item, KEYS("id"));
    put(d, SLOT_LINK, item, KEYS("url", "external_url"));
    put(d, SLOT_TITLE, item, KEYS("title"));
    put(d, SLOT_DATE, item, KEYS("date_published"));
    put(d, SLOT_UPDATED, item, KEYS("date_modified"));
    put(d, SLOT_LANG, item, KEYS("language"));
    put(d, SLOT_IMAGE, item, KEYS("image", "banner_image"));
    d->is_html[SLOT_CONTENT] = put(d, SLOT_CONTENT, item, KEYS("content_html"));
    if (!d->is_html[SLOT_CONTENT])
        put(d, SLOT_CONTENT, item, KEYS("content_text", "summary"));
    put_list(&d->slots[SLOT_AUTHOR], json_object_object_get(item, "authors"),
             "name");
    if (author && d->slots[SLOT_AUTHOR].len == 0)
        put(d, SLOT_AUTHOR, author, KEYS("name"));
    put_list(&d->slots[SLOT_TAG], json_object_object_get(item, "tags"), NULL);
    draft_give(d, source->base ? source->base : source->about->self.data,
               source->each, source->arg, source->about);
}

static void read_feed(const struct source *source, json_object *feed)
{
    struct about *about = source->about;
    json_object *items = json_object_object_get(feed, "items");
    struct draft draft = {0};
    size_t n, len;
    const char *text;

    if (!json_object_is_type(items, json_type_array)) {
        about->why = "JSON, but no feed: it has no \"items\"";
        return;
    }
    about->kind = KIND_ITEMS;
    if ((text = text_of(feed, "title", &len)) != NULL)
        gly_utf8_mend(&about->title, text, len);
    if ((text = text_of(feed, "language", &len)) != NULL)
        gly_utf8_mend(&about->lang, text, len);
    if ((text = text_of(feed, "feed_url", &len)) != NULL)
        link_resolve(&about->self, source->base, text, len);
    about->over = json_object_get_boolean(json_object_object_get(feed,
                                                                 "expired"));
    n = json_object_array_length(items);
    for (size_t i = 0; i < n; i++)
        if (json_object_is_type(json_object_array_get_idx(items, i),
                                json_type_object))
            read_item(source, &draft, json_object_array_get_idx(items, i));
    draft_finish(&draft);
}

void json_read(const struct source *source)
{
    struct about *about = source->about;
    json_tokener *tokener = json_tokener_new_ex(DEPTH);
    enum json_tokener_error error;
    json_object *feed;

    if (is_too_much(source->text, source->len) || !tokener) {
        about->why = "JSON with too many values";
    } else {
        feed = json_tokener_parse_ex(tokener, source->text, (int)source->len);
        error = json_tokener_get_error(tokener);
        if (json_object_is_type(feed, json_type_object))
            read_feed(source, feed);
        else
            about->why = error == json_tokener_continue
                             ? "JSON that ends too early" : "damaged JSON";
        json_object_put(feed);
    }
    if (tokener)
        json_tokener_free(tokener);
}

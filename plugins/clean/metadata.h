/* metadata.h: what the files of the fields share. */
#ifndef CLEAN_METADATA_H
#define CLEAN_METADATA_H

#include "clean.h"

#include <json-c/json.h>

enum {
    MOST_METAS = 300,
    MOST_ITEMS = 200,
    MOST_OBJECTS = 200, /* of JSON-LD */
    MOST_DATE = 32,     /* bytes of a date with its end */
    LONGEST_VALUE = 2000,
};

/* JSON-LD's article, page, site; <meta>; itemprop; some place of the page. */
enum where { LD, LD_PAGE, LD_SITE, META, ITEM, PLACE };

enum place {
    ADDRESS, BOX, BYLINE, CANONICAL, HEADING, LANG, LINK, MARKED, SHOWN, SITE,
    TIME, TITLE, UPDATED,
};

struct meta {
    const char *name, *value;
};

struct facts {
    const struct clean *c;
    gly_doc *doc;
    const struct page *page;
    const struct article *article;
    struct meta metas[MOST_METAS];
    unsigned meta_count;
    uint32_t items[MOST_ITEMS]; /* elements with itemprop */
    unsigned item_count;
    unsigned tag_count;         /* of article:tag */
    json_object *roots;         /* all of JSON-LD */
    json_object *objects[MOST_OBJECTS];
    unsigned object_count;
    json_object *ld, *ld_page, *ld_site; /* its article, and so on, or NULL */
    const char *address, *site;
    struct part label;          /* of the host: "example" */
    bool title_seen;            /* the title is one of the headings */
};

/* Reads page->data into roots and the others. */
void ld_read(struct facts *f);
/* The i-th value of a key of an object: a string, or the name or address of an
 * object; "" for one of no use; NULL past the last. */
const char *ld_value(const struct facts *f, json_object *of, const char *key,
                     size_t i);

/* Entities decoded, tags gone, white space made single; with `lines`, line
 * breaks and those of tags stay. NULL when nothing is left. */
const char *value_tidy(gly_doc *doc, const char *str, size_t most, bool lines);
/* HTML that was escaped as a whole, "&lt;p&gt;...", as it was before; all else
 * as it is. */
const char *value_unescape(gly_doc *doc, const char *str);

/* The i-th value that a place has, or NULL; *i is moved past it. */
const char *place_value(const struct facts *f, enum place place, unsigned *i);
/* Whether an attribute's value, or NULL, has this word among others. */
bool attr_has(const char *list, const char *word);
/* The text of an element, NULL for none or one that is very long. */
const char *element_text(const struct facts *f, const struct element *e);

/* Whether it is the site's name, known as such or by the address. */
bool title_is_site(const struct facts *f, const char *name);
/* The label of a host that says whose it is: "example" of "www.example.co.uk",
 * "bridges" of "bridges.blogspot.com". */
struct part title_label(const char *uri);
/* What of a page's <title> is the site's name by the address, or NULL. */
const char *title_site(const struct facts *f, const char *title);

/* A date, however written, as ISO 8601 with what is known of it:
 * "2021-06-18T09:30:00+09:00", "2021-06-18T09:30", "2021-06-18", "2021-06".
 * False for none, or one that may be read in two ways. */
bool date_read(const char *str, char out[MOST_DATE]);
/* That of an address: "https://example.org/2021/06/18/bridge". */
bool date_of_uri(const char *uri, char out[MOST_DATE]);
/* By more than a day, so that no zone can be why. */
bool date_is_before(const char *date, const char *other);

/* Set a field from a value, or return false when it is of no use. */
typedef bool value_set(struct facts *f, const char *key, const char *value,
                       enum where where);
value_set value_author, value_date, value_image, value_lang, value_name,
    value_section, value_site, value_tags, value_text, value_title, value_uri;

#endif

/* metadata.h: what the files of the fields share. */
#ifndef CLEAN_METADATA_H
#define CLEAN_METADATA_H

#include "clean.h"

#include <json-c/json.h>

enum { MOST_METAS = 300, MOST_ITEMS = 200, LONGEST_VALUE = 2000 };

/* JSON-LD, <meta>, itemprop, some place of the page. */
enum where { LD, META, ITEM, PLACE };

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
    json_object *roots, *ld;         /* all of JSON-LD; its article, or NULL */
    const char *site;
};

/* Reads page->data into roots and ld. */
void ld_read(struct facts *f);
/* The i-th value of a key of the article: a string, or the name or address of
 * an object; "" for one of no use; NULL past the last. */
const char *ld_value(const struct facts *f, const char *key, size_t i);

/* Entities decoded, tags gone, white space made single; with `lines`, line
 * breaks stay. NULL when nothing is left. */
const char *value_tidy(gly_doc *doc, const char *str, size_t most, bool lines);

/* Set a field from a value, or return false when it is of no use. */
typedef bool value_set(struct facts *f, const char *key, const char *value,
                       enum where where);
value_set value_author, value_date, value_lang, value_name, value_section,
    value_site, value_tags, value_text, value_title, value_uri;

#endif

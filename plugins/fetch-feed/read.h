/* read.h: what reads feeds, for fetch-feed.
 *
 * read.c tells what a feed is; scan.c makes tokens of what is meant to be XML,
 * xml.c drafts of items of RSS, Atom and sitemaps, json.c of JSON Feed; draft.c
 * makes items of drafts, with link.c, dates.c and plain.c for their parts.
 */
#ifndef FEED_READ_H
#define FEED_READ_H

#include "fetch/fetch.h"

#include <galley/galley.h>
#include <time.h>

/* ---- what a feed says ---- */

/* Strings live as long as the call that is given the item; NULL: not known. */
struct item {
    const char *id;      /* what the feed calls it */
    const char *link;    /* its page */
    const char *title, *lang, *image, *site;
    const char *authors, *tags; /* a line each */
    const char *date, *updated; /* ISO 8601 */
    time_t time;         /* of the later one; 0 for neither */
    const char *content; /* what the feed itself has of it */
    size_t content_len;
    bool html;           /* the content is */
};

enum kind {
    KIND_NONE,    /* no feed, see `why` */
    KIND_ITEMS,   /* RSS, Atom, JSON Feed, a sitemap */
    KIND_INDEX,   /* its items are the addresses of sitemaps */
    KIND_PAGE,    /* a page; its item, if it has one, is its feed's address */
};

/* What there is to know beside the items. */
struct about {
    enum kind kind;
    bool is_sitemap;     /* it tells when pages were changed, not published */
    gly_buf title, lang, self; /* the last is its own address */
    double ttl;          /* seconds it may be kept, 0 for not told */
    uint32_t skip_hours, skip_days; /* bits; in Greenwich; day 0 is Sunday */
    bool over;           /* nothing will come any more */
    size_t items;
    const char *why;     /* it cannot be used, or NULL */
};
void about_finish(struct about *about);

/* read.c: calls each with every item of a document, in its order. `label` is
 * the charset that a server named, or NULL; `base` is its address, or NULL. A
 * packed one is unpacked, up to `max` bytes. */
typedef void feed_each(void *arg, const struct item *item);
void feed_read(const char *bytes, size_t len, const char *label,
               const char *base, size_t max, feed_each *each, void *arg,
               struct about *about);

/* ---- drafts ---- */

/* What was read of an item; of some there are several, a line each. */
enum slot {
    SLOT_NONE, SLOT_TITLE, SLOT_ID, SLOT_LINK, SLOT_DATE, SLOT_UPDATED,
    SLOT_AUTHOR, SLOT_TAG, SLOT_LANG, SLOT_IMAGE, SLOT_SITE, SLOT_SUMMARY,
    SLOT_CONTENT, SLOT_COUNT
};
struct draft {
    gly_buf slots[SLOT_COUNT];
    bool is_html[SLOT_COUNT]; /* as it is said to be */
    bool id_is_no_link;
};
void draft_clear(struct draft *draft);
void draft_finish(struct draft *draft);
/* Gives the draft to `each`, unless it is empty. */
void draft_give(struct draft *draft, const char *base, feed_each *each,
                void *arg, struct about *about);

/* xml.c and json.c: valid UTF-8. */
struct source {
    const char *text;
    size_t len;
    const char *base;
    feed_each *each;
    void *arg;
    struct about *about;
};
void xml_read(const struct source *source);
void json_read(const struct source *source);

/* ---- parts ---- */

/* scan.c: begins with the text and its end, all else zero. */
enum token_type { TOKEN_TEXT, TOKEN_START, TOKEN_END };
struct scan {
    const char *at, *end;
    bool doctype; /* there was one */
    /* So that no byte is looked at again and again: no tag ends before the
     * one, no instruction before the other. */
    const char *tagless, *endless;
};
struct token {
    enum token_type type;
    const char *at;   /* the text, or the tag from "<" on */
    size_t len;
    bool raw;         /* of CDATA, without entities */
    bool closed;      /* <a/> */
    const char *name; /* with its prefix */
    size_t name_len;
    const char *attrs, *attrs_end;
};
struct attr {
    const char *name, *value;
    size_t name_len, len;
};
bool scan_next(struct scan *scan, struct token *token);
/* The token's next attribute; its value has entities still. */
bool scan_attr(struct token *token, struct attr *attr);
/* Adds a text with its entities decoded. */
void scan_decode(gly_buf *out, const char *at, size_t len);

/* plain.c: adds a text, or HTML without its tags, in one line. */
void plain_add(gly_buf *out, const char *html, size_t len);
/* The same of a name with a mail address: without that. */
void plain_name(gly_buf *out, const char *name, size_t len);
bool plain_is_html(const char *text, size_t len);

/* dates.c: false for none, or one that may be read in two ways. */
enum { MOST_DATE = 32, LONGEST_DATE = 100 };
bool date_read(const char *str, char out[MOST_DATE], time_t *time);

/* link.c */
bool link_is_web(const char *str);
/* Adds the absolute address, of http or https, or returns false. */
bool link_resolve(gly_buf *out, const char *base, const char *str,
                     size_t len);

#endif

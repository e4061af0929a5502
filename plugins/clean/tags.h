/* tags.h: what html.c and copy.c share: names, and the copy. */
#ifndef CLEAN_TAGS_H
#define CLEAN_TAGS_H

#include "html.h"

enum {
    INLINE = 1,  /* does not end a block */
    VOID = 2,    /* has no end tag */
    UNSEEN = 4,  /* its text is not shown */
    CUT = 8,     /* left out with all up to its end tag, or the page's end */
    CUT_IF = 16, /* the same, if it has an end tag */
    FALLBACK = 32, /* the same, unless page->fallback */
    UNKNOWN = 64, /* inline where it stands within a line */
    TAG_NAMES = 128,
};

struct name {
    const char *name;
    uint8_t tag, flags;
};

/* Unknown tags are read as <x>; an unknown attribute is NULL. */
const struct name *tag_find(const char *str, size_t len, unsigned *index);
const struct name *attr_find(const char *str, size_t len);

/* Fills page->source, page->data and page->verbatim. */
void copy_page(struct page *page, const char *html, size_t len);

static inline bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

#endif

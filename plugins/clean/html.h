/* html.h: a page as flat arrays, whichever parser reads it.
 *
 * Elements stand in the order of the page; those within element i are
 * [i + 1, end). Blocks are the paragraphs, headings, list items and table rows
 * of its visible text, in order, divided in `text` by a blank line.
 *
 * Memory: a page is reused; all in it lives until the next html_read().
 */
#ifndef CLEAN_HTML_H
#define CLEAN_HTML_H

#include <galley/galley.h>

enum tag {
    TAG_OTHER, TAG_A, TAG_ARTICLE, TAG_ASIDE, TAG_AUDIO, TAG_BLOCKQUOTE,
    TAG_BODY, TAG_BR, TAG_BUTTON, TAG_CAPTION, TAG_DIV, TAG_FIGCAPTION,
    TAG_FIGURE, TAG_FOOTER, TAG_FORM, TAG_H1, TAG_H2, TAG_H3, TAG_H4, TAG_H5,
    TAG_H6, TAG_HEAD, TAG_HEADER, TAG_HTML, TAG_IMG, TAG_INLINE, TAG_LABEL,
    TAG_LI, TAG_LINK, TAG_MAIN, TAG_META, TAG_NAV, TAG_OL, TAG_P, TAG_PRE,
    TAG_SECTION, TAG_SPAN, TAG_TABLE, TAG_TD, TAG_TIME, TAG_TITLE, TAG_TR,
    TAG_UL, TAG_VIDEO, TAG_VOID,
};

enum attr {
    ATTR_NONE, ATTR_ARIA_HIDDEN, ATTR_CLASS, ATTR_CONTENT, ATTR_DATETIME,
    ATTR_HIDDEN, ATTR_HREF, ATTR_ID, ATTR_ITEMPROP, ATTR_ITEMTYPE, ATTR_LANG,
    ATTR_NAME, ATTR_PROPERTY, ATTR_REL, ATTR_ROLE, ATTR_STYLE,
};

struct element {
    uint32_t parent, end;               /* elements; the first's parent is 0 */
    uint32_t first_block, last_block;   /* blocks [first, last) */
    gly_pos begin, text_end;            /* text */
    uint32_t attrs, attr_count;
    uint32_t tag;
};

struct block {
    gly_pos begin, end;
    uint32_t element;                   /* the innermost that makes blocks */
    gly_pos links;                      /* bytes of it that are links */
};

/* Text that the copy has of the page: as it stands there, or one sign of it that
 * is written as an entity. */
struct verbatim {
    uint32_t copy, copy_len, html, html_len;
};

/* A call of the parser with text that is seen, from its first word on, and where
 * in the copy it stands, blanks and tags apart. */
struct call {
    gly_pos text;
    uint32_t copy;
};

struct page {
    void *parser;
    gly_buf source, text, strings, title;
    gly_buf elements, attrs, blocks;    /* arrays */
    gly_buf verbatim, calls;            /* arrays, for origin.c */
    gly_buf data;                       /* JSON-LD: strings with their NULs */
    uint32_t element_count, block_count;
    bool fallback;                      /* <noscript> is read too */
    bool wordless;                      /* classes and ids say nothing */
    struct reader *reader;
};

/* Takes a parser; false when memory for it was refused. */
bool html_open(struct page *page, gly_stage *stage);
void html_finish(struct page *page);
/* Fills the page from valid UTF-8 without NUL; false when it has 2 GiB or more,
 * which libxml2 cannot read. */
bool html_read(struct page *page, const char *html, size_t len);

static inline struct element *html_element(const struct page *page, uint32_t i)
{
    return (struct element *)(void *)page->elements.data + i;
}

static inline struct block *html_block(const struct page *page, uint32_t i)
{
    return (struct block *)(void *)page->blocks.data + i;
}

/* The character that HTML 4 calls so ("nbsp"); 0 for none. */
uint32_t html_entity(const char *name, size_t len);

/* The value of an attribute, or NULL. */
const char *html_attr(const struct page *page, const struct element *e,
                      enum attr name);

#endif

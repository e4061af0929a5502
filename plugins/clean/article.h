/* article.h: which blocks of a page are its article, and why others are not. */
#ifndef CLEAN_ARTICLE_H
#define CLEAN_ARTICLE_H

#include "html.h"

enum why {
    KEPT, WHY_ADVERT, WHY_AUTHOR, WHY_BOILERPLATE, WHY_BYLINE, WHY_CAPTION,
    WHY_COMMENTS, WHY_CREDIT, WHY_DATE, WHY_HIDDEN, WHY_LINKS, WHY_NAVIGATION,
    WHY_NEWSLETTER, WHY_OUTSIDE, WHY_RELATED, WHY_REPEAT, WHY_SHARE,
    WHY_TAGS, WHY_TITLE, WHY_COUNT,
};

/* As edits name it. */
extern const char *const why_names[WHY_COUNT];

struct article {
    uint8_t *why;        /* of each block: enum why */
    uint32_t root;       /* the element that holds the article */
    bool said;           /* the page says so of it */
    gly_pos kept;        /* bytes of text in blocks that are KEPT */
    uint32_t *unseen;    /* elements within a line that are hidden, in order */
    uint32_t unseen_count;
};

/* Memory: the document's. `title` may be NULL. */
struct clean;
void article_find(gly_doc *doc, const struct clean *clean, const char *title,
                  struct article *article);

/* 1 to 6 for a block that is a heading, else 0. */
int article_heading(const struct page *page, const struct block *block);

#endif

/* choice.h: the choice of the article, while it is made. */
#ifndef CLEAN_CHOICE_H
#define CLEAN_CHOICE_H

#include "clean.h"

struct choice {
    const struct clean *clean;
    const char *title;
    const struct page *page;
    uint8_t *why;      /* of each block */
    uint32_t *running; /* bytes of running text before each block */
    uint32_t *open;    /* the same without those taken out */
    uint32_t *bytes, *links; /* of all blocks before each */
    uint32_t *titles;  /* how many h1 before each */
    uint32_t *bodies;  /* elements said to hold an article's text, in order */
    uint32_t body_count;
    uint32_t *unseen;  /* elements within a line that are hidden, in order */
    uint32_t unseen_count;
    uint32_t *articles; /* of each element: the <article> it is in, or 0 */
};

/* What an element is by its tag, role, class and id; `body`: that it is said to
 * hold an article's text. */
enum why hint_find(const struct page *page, const struct element *e,
                   bool *body);

/* Whether it is not shown. */
bool hint_hidden(const struct page *page, const struct element *e);

/* Bytes of running text in a block, 0 when it has too little. */
gly_pos choice_running(const struct block *block);

/* Says why of those of blocks [first, last) that have none yet. */
static inline void choice_take(struct choice *c, uint32_t first, uint32_t last,
                               enum why why)
{
    for (uint32_t b = first; b < last; b++)
        if (!c->why[b])
            c->why[b] = (uint8_t)why;
}

/* Whether a line is the page's title, with or without the site's name. */
bool choice_is_title(struct part text, const char *title);

/* Nearly all of it is link. */
static inline bool choice_linked(const struct block *b)
{
    return (uint64_t)b->links * 4 > (uint64_t)(b->end - b->begin) * 3;
}

/* Which of the links in blocks [first, last) lead away from the article. */
void links_judge(struct choice *c, uint32_t first, uint32_t last);
/* Takes out the titles of other articles with the paragraphs about them. */
void links_take_teasers(struct choice *c);

/* Takes out what a line such as "12 comments" opens. */
void sections_take_comments(struct choice *c);
/* Takes out lines that stand on the page three times or more. */
void sections_take_repeats(struct choice *c, gly_doc *doc);
/* Within blocks [first, last), what a line such as "More stories" opens. */
void sections_take_lists(struct choice *c, uint32_t first, uint32_t last);

/* Says why of each block that has none yet and is not of the article, which is
 * in `root`; `body` as above. */
void choice_judge(struct choice *c, uint32_t root, bool body);

#endif

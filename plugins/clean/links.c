/* Links that stand between an article's paragraphs. */
#include "choice.h"

enum {
    LONGEST_LINK = 30, /* bytes of one that is no title of an article */
    MANY_LINKS = 5,    /* groups of links in an article about them */
    LARGEST_TEASER = 6, /* blocks of a title and what it is about */
};

static bool is_link(const struct choice *c, uint32_t b)
{
    const struct block *block = html_block(c->page, b);

    return c->why[b] == WHY_LINKS ||
           (!c->why[b] && choice_linked(block) &&
            !article_heading(c->page, block));
}

static gly_pos length(const struct choice *c, uint32_t b)
{
    const struct block *block = html_block(c->page, b);

    return block->end - block->begin;
}

static bool is_paragraph(const struct choice *c, uint32_t b)
{
    const struct block *block = html_block(c->page, b);

    return !c->why[b] && choice_running(block) &&
           !article_heading(c->page, block);
}

static void take_link(struct choice *c, uint32_t b)
{
    if (is_link(c, b))
        c->why[b] = WHY_LINKS;
}

/* Blocks that are all link, with nothing between them that is kept. */
struct links {
    uint32_t first, last;
    bool small; /* none is as long as the title of an article, or in a list */
};

static struct links next_links(const struct choice *c, uint32_t from,
                               uint32_t last)
{
    struct links l = { .first = from, .small = true };

    while (l.first < last && !is_link(c, l.first))
        l.first++;
    for (l.last = l.first; l.last < last; l.last++) {
        if (!is_link(c, l.last) && !c->why[l.last])
            break;
        if (is_link(c, l.last))
            l.small &= c->why[l.last] != WHY_LINKS &&
                       length(c, l.last) <= LONGEST_LINK;
    }
    return l;
}

/* Links between paragraphs lead to other articles, unless they are too small to
 * be their titles, as sources and prices are, or so many that the article is
 * about what they lead to. */
void links_judge(struct choice *c, uint32_t first, uint32_t last)
{
    unsigned texts = 0, groups = 0;
    struct links l;

    for (; last > first && (c->why[last - 1] || is_link(c, last - 1)); last--)
        take_link(c, last - 1);
    for (; first < last && !is_paragraph(c, first); first++)
        take_link(c, first);
    for (uint32_t b = first; b < last; b++)
        texts += is_paragraph(c, b);
    for (uint32_t b = first; b < last; b = l.last) {
        l = next_links(c, b, last);
        groups += l.first < l.last;
    }

    bool about = groups >= MANY_LINKS && groups * 2 >= texts;

    for (uint32_t b = first; b < last; b = l.last) {
        l = next_links(c, b, last);
        for (uint32_t i = l.first; i < l.last; i++)
            if (!l.small && !about)
                take_link(c, i);
            else if (c->why[i] == WHY_LINKS)
                c->why[i] = KEPT;
    }
}

/* ---- teasers ---- */

/* The widest element around paragraph b that has few blocks, only this one of
 * them a paragraph, and one that is all link, as long as a title: what another
 * article is about. NULL for none. */
static const struct element *teaser_of(const struct choice *c, uint32_t b)
{
    const struct element *widest = NULL;
    uint32_t i = html_block(c->page, b)->element;

    for (; i > 0; i = html_element(c->page, i)->parent) {
        const struct element *e = html_element(c->page, i);

        if (e->last_block - e->first_block > LARGEST_TEASER ||
            c->running[e->last_block] - c->running[e->first_block] !=
                choice_running(html_block(c->page, b)))
            break;
        widest = e;
    }
    for (uint32_t k = widest ? widest->first_block : b; k < b; k++)
        if (choice_linked(html_block(c->page, k)) &&
            length(c, k) > LONGEST_LINK)
            return widest;
    return NULL;
}

/* Teasers that are most of the text are the items of a list that is the
 * article. */
void links_take_teasers(struct choice *c)
{
    uint32_t teasers = 0, count = c->page->block_count;
    const struct element *e;

    for (int taking = 0; taking < 2; taking++) {
        for (uint32_t b = 0; b < count; b++) {
            if (!choice_running(html_block(c->page, b)) || c->why[b] ||
                !(e = teaser_of(c, b)))
                continue;
            if (!taking)
                teasers += choice_running(html_block(c->page, b));
            else
                choice_take(c, e->first_block, e->last_block, WHY_RELATED);
        }
        if (teasers * 3 > c->running[count] * 2)
            return;
    }
}

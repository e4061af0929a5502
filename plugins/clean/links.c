/* Links that stand between an article's paragraphs. */
#include "choice.h"

enum {
    LONGEST_LINK = 30, /* bytes of one that is no title of an article */
    MANY_LINKS = 5,    /* groups of links in an article about them */
    LARGEST_CARD = 5,  /* blocks of a title and what it is about */
    MOST_CARDS = 4,    /* of so many parts of the text one may be cards */
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

/* The element of few blocks, of which b, a link, is the first: the title of
 * another article and what it is about. NULL for none. */
static const struct element *card_of(const struct choice *c, uint32_t root,
                                     uint32_t b)
{
    const struct element *card = NULL;
    uint32_t i = html_block(c->page, b)->element;

    for (; i > root; i = html_element(c->page, i)->parent) {
        const struct element *e = html_element(c->page, i);

        if (e->first_block != b || e->last_block - b > LARGEST_CARD)
            break;
        if (e->last_block - b > 1)
            card = e;
    }
    return card;
}

static uint32_t running_in(const struct choice *c, const struct element *e)
{
    return c->running[e->last_block] - c->running[e->first_block];
}

/* Cards that are much of the text are the items of a list that is the
 * article. */
void links_take_cards(struct choice *c, uint32_t root)
{
    const struct element *article = html_element(c->page, root), *card;
    uint32_t all = running_in(c, article), cards = 0;

    for (int taking = 0; taking < 2; taking++) {
        for (uint32_t b = article->first_block; b < article->last_block; b++) {
            if ((c->why[b] && c->why[b] != WHY_LINKS) ||
                !choice_linked(html_block(c->page, b)) ||
                length(c, b) <= LONGEST_LINK || !(card = card_of(c, root, b)))
                continue;
            if (!taking)
                cards += running_in(c, card);
            for (; b < card->last_block; b++)
                if (taking && !c->why[b])
                    c->why[b] = WHY_RELATED;
            b--;
        }
        if (cards * MOST_CARDS > all)
            return;
    }
}

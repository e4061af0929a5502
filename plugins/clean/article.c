/* The choice of the main text: what tags, roles and classes say is not of it
 * goes; then the smallest element that holds most of the running text is the
 * article, wider or narrower where a page says itself what its article is; then
 * single blocks are judged by what they hold. */
#include "choice.h"

enum {
    MIN_PARAGRAPH = 80, /* bytes of running text that count in the choice */
    MIN_REST = 100,     /* that must be left when comments are taken out */
    LEAST_REST = 1000,  /* of an article beside what is said to be it */
    LEAST_BEGINNING = 400, /* behind the title, to be the text's beginning */
};

const char *const why_names[WHY_COUNT] = {
    "space", "advert", "author", "boilerplate", "byline", "caption", "comments",
    "credit", "date-line", "hidden", "links", "navigation", "newsletter",
    "outside", "related", "repeat", "share", "tags", "title",
};

static gly_pos plain_length(const struct block *b)
{
    gly_pos len = b->end - b->begin;

    return len > b->links ? len - b->links : 0;
}

gly_pos choice_running(const struct block *b)
{
    gly_pos len = b->end - b->begin, plain = plain_length(b);

    return plain >= MIN_PARAGRAPH && plain * 2 > len ? plain : 0;
}

static void sum(const struct choice *c, uint32_t *sums, bool all)
{
    uint32_t total = 0;

    for (uint32_t b = 0; b < c->page->block_count; b++) {
        sums[b] = total;
        if (all || c->why[b] == KEPT)
            total += choice_running(html_block(c->page, b));
    }
    sums[c->page->block_count] = total;
}

static uint32_t within(const uint32_t *sums, const struct element *e)
{
    return sums[e->last_block] - sums[e->first_block];
}

int article_heading(const struct page *page, const struct block *block)
{
    uint32_t tag = html_element(page, block->element)->tag;

    return tag >= TAG_H1 && tag <= TAG_H6 ? (int)(tag - TAG_H1) + 1 : 0;
}

/* A word such as "sidebar" on what holds the title and running text, or most of
 * the page's, speaks of something else. Comments may be most of the text, but
 * stand behind the article's. */
static bool is_believed(const struct choice *c, const struct element *e,
                        enum why why)
{
    uint32_t total = c->running[c->page->block_count];
    uint32_t inside = within(c->running, e);

    if (inside == 0)
        return true;
    if (e->tag == TAG_HEADER)
        return inside * 4 < total;
    if (within(c->titles, e) > 0)
        return false;
    if (e->tag == TAG_FOOTER)
        return (uint64_t)inside * 10 < (uint64_t)total * 9;
    return inside * 2 < total ||
           (why == WHY_COMMENTS && c->running[e->first_block] >= MIN_REST);
}

/* Many links and no running text. */
static bool is_list_of_links(const struct choice *c, const struct element *e)
{
    return e->last_block - e->first_block >= 2 &&
           within(c->running, e) == 0 &&
           (uint64_t)within(c->links, e) * 10 >
               (uint64_t)within(c->bytes, e) * 6;
}

static void find_articles(const struct choice *c)
{
    for (uint32_t i = 1; i < c->page->element_count; i++) {
        const struct element *e = html_element(c->page, i);

        c->articles[i] = e->tag == TAG_ARTICLE ? i : c->articles[e->parent];
    }
}

/* False for one within a line that only part of the line is in. */
static bool is_whole(const struct choice *c, const struct element *e)
{
    return e->text_end >= html_block(c->page, e->last_block - 1)->end;
}

/* Parts of lines that are not shown go alone, and their links do not count. */
static void take_unseen(struct choice *c)
{
    gly_pos until = 0; /* text before this is taken already */

    for (uint32_t i = 1; i < c->page->element_count; i++) {
        const struct element *e = html_element(c->page, i);
        bool inside = e->first_block == e->last_block;

        if (e->attr_count == 0 || e->begin < until ||
            e->begin == e->text_end || (inside && e->first_block == 0) ||
            (!inside && is_whole(c, e)) || !hint_hidden(c->page, e))
            continue;

        struct block *block = html_block(c->page, e->first_block - inside);
        gly_pos len = e->text_end - e->begin;

        block->links -= len < block->links ? len : block->links;
        c->unseen[c->unseen_count++] = i;
        until = e->text_end;
    }
}

static void take_hints(struct choice *c)
{
    uint32_t until = 0; /* blocks before this are taken out already */

    for (uint32_t i = 1; i < c->page->element_count; i++) {
        const struct element *e = html_element(c->page, i);
        bool body;

        if (e->last_block <= until || e->first_block == e->last_block ||
            !is_whole(c, e))
            continue;

        enum why why = hint_find(c->page, e, &body);

        if (!why && is_list_of_links(c, e))
            why = WHY_LINKS;
        if (why && is_believed(c, e, why)) {
            choice_take(c, e->first_block, e->last_block, why);
            until = e->last_block;
        } else if (body || e->tag == TAG_ARTICLE) {
            c->bodies[c->body_count++] = i;
        }
    }
}

/* ---- the article's element ---- */

/* Holds text, and no article by itself. */
static bool is_text(const struct element *e)
{
    switch (e->tag) {
    case TAG_A:
    case TAG_BLOCKQUOTE:
    case TAG_INLINE:
    case TAG_LI:
    case TAG_OL:
    case TAG_P:
    case TAG_SPAN:
    case TAG_UL:
        return true;
    default:
        return false;
    }
}

/* The child with most of the running text; 0 when none has, or when the text
 * begins, behind the title, in those before it. */
static uint32_t main_child(const struct choice *c, uint32_t at)
{
    const struct element *e = html_element(c->page, at), *child;
    uint32_t best = 0, most = 0, begun = 0, before = 0;

    for (uint32_t i = at + 1; i < e->end; i = child->end) {
        child = html_element(c->page, i);

        uint32_t inside = within(c->open, child);

        if (inside > most) {
            most = inside;
            best = i;
            before = begun;
        }
        if (c->titles[child->first_block])
            begun += inside;
    }
    return before >= LEAST_BEGINNING ||
                   (uint64_t)most * 10 < (uint64_t)within(c->open, e) * 7
               ? 0 : best;
}

/* From the root down to where the running text is no longer mostly in one
 * child. */
static uint32_t descend(const struct choice *c)
{
    uint32_t at = 0, child;

    while ((child = main_child(c, at)))
        at = child;
    while (at > 0 && is_text(html_element(c->page, at)))
        at = html_element(c->page, at)->parent;
    return at;
}

static bool has_share(const struct choice *c, uint32_t part, uint32_t whole,
                      uint32_t percent)
{
    return (uint64_t)within(c->open, html_element(c->page, part)) * 100 >=
           (uint64_t)within(c->open, html_element(c->page, whole)) * percent;
}

static bool is_within(const struct page *page, uint32_t inner, uint32_t outer)
{
    return inner >= outer && inner < html_element(page, outer)->end;
}

/* Whether more of the same article stands in elements of the same sort, so that
 * this one is only a piece of its text. */
static bool is_piece(const struct choice *c, uint32_t e)
{
    uint32_t article = c->articles[e];

    if (html_element(c->page, e)->tag == TAG_ARTICLE)
        return false;
    for (uint32_t i = 0; i < c->body_count; i++) {
        uint32_t other = c->bodies[i];

        if (!is_within(c->page, other, e) && !is_within(c->page, e, other) &&
            within(c->open, html_element(c->page, other)) > 0 &&
            html_element(c->page, other)->tag != TAG_ARTICLE &&
            c->articles[other] == article)
            return true;
    }
    return false;
}

/* Whether it has a heading; `titled`: one that is the page's title. */
static bool has_heading(const struct choice *c, const struct element *e,
                        bool titled)
{
    for (uint32_t b = e->first_block; b < e->last_block; b++) {
        const struct block *block = html_block(c->page, b);

        if (article_heading(c->page, block) &&
            (!titled || choice_is_title(part_of_block(c->page, block),
                                        c->title)))
            return true;
    }
    return false;
}

/* Of several articles on a page, the one with the page's title; or, when each
 * has a title, the first; or 0. The entries of a live page have headings, and
 * none is the page's. */
static uint32_t one_of_many(const struct choice *c, uint32_t root)
{
    uint32_t first = 0, last = 0, titled = 0, headed = 0, count = 0;

    for (uint32_t i = 0; i < c->body_count; i++) {
        uint32_t e = c->bodies[i];
        const struct element *article = html_element(c->page, e);

        if (article->tag != TAG_ARTICLE || e <= root ||
            !is_within(c->page, e, root) ||
            within(c->open, article) < 2 * MIN_PARAGRAPH ||
            (last && is_within(c->page, e, last)))
            continue;
        last = e;
        if (within(c->titles, article) > 0 && count++ == 0)
            first = e;
        if (!has_heading(c, article, false))
            continue;
        headed++;
        if (!titled && has_heading(c, article, true))
            titled = e;
    }
    return headed > 1 && titled ? titled : count > 1 ? first : 0;
}

/* Whether a part that is said to be the text of `whole` leaves out its beginning,
 * or as much as an article. */
static bool leaves_out(const struct choice *c, uint32_t part, uint32_t whole)
{
    const struct element *p = html_element(c->page, part);
    const struct element *w = html_element(c->page, whole);
    uint32_t from = w->first_block;

    while (from < p->first_block && c->titles[from] == 0)
        from++;
    return c->open[p->first_block] - c->open[from] >= LEAST_BEGINNING ||
           (within(c->open, w) - within(c->open, p) >= LEAST_REST &&
            !has_share(c, part, whole, 65));
}

/* What is said to be an article's text needs a smaller share to be chosen; and
 * a part of such is widened to it. */
static uint32_t choose(const struct choice *c, bool *body)
{
    uint32_t root = descend(c), many = one_of_many(c, root);
    uint32_t best = many ? many : root;

    *body = false;
    if (within(c->open, html_element(c->page, root)) == 0)
        return root;
    for (uint32_t i = 0; i < c->body_count; i++) {
        uint32_t e = c->bodies[i];
        bool fits = !many && is_within(c->page, root, e)
                        ? has_share(c, root, e, 50)
                        : is_within(c->page, e, best) &&
                              has_share(c, e, best, 35) &&
                              !leaves_out(c, e, best);

        if (fits && !is_piece(c, e)) {
            best = e;
            *body = html_element(c->page, e)->tag != TAG_ARTICLE;
        }
    }
    return best;
}

static void sum_bytes(const struct choice *c)
{
    for (uint32_t b = 0; b < c->page->block_count; b++) {
        const struct block *block = html_block(c->page, b);

        c->bytes[b + 1] = c->bytes[b] + (block->end - block->begin);
        c->links[b + 1] = c->links[b] + block->links;
        c->titles[b + 1] =
            c->titles[b] + (article_heading(c->page, block) == 1);
    }
}

void article_find(gly_doc *doc, const struct clean *clean, const char *title,
                  struct article *article)
{
    const struct page *page = clean->page;
    size_t count = page->block_count + 1;
    struct choice c = {
        .clean = clean,
        .title = title,
        .page = page,
        .why = gly_alloc(doc, count),
        .running = gly_alloc(doc, count * sizeof(uint32_t)),
        .open = gly_alloc(doc, count * sizeof(uint32_t)),
        .bytes = gly_alloc(doc, count * sizeof(uint32_t)),
        .titles = gly_alloc(doc, count * sizeof(uint32_t)),
        .links = gly_alloc(doc, count * sizeof(uint32_t)),
        .articles = gly_alloc(doc, page->element_count * sizeof(uint32_t)),
        .bodies = gly_alloc(doc, page->element_count * sizeof(uint32_t)),
        .unseen = gly_alloc(doc, page->element_count * sizeof(uint32_t)),
    };
    bool body;

    take_unseen(&c);
    sum_bytes(&c);
    sum(&c, c.running, true);
    find_articles(&c);
    take_hints(&c);
    sections_take_comments(&c);
    sections_take_repeats(&c, doc);
    links_take_teasers(&c);
    sum(&c, c.open, false);
    article->root = choose(&c, &body);
    article->said =
        body || html_element(page, article->root)->tag == TAG_ARTICLE;
    choice_judge(&c, article->root, body);
    article->why = c.why;
    article->unseen = c.unseen;
    article->unseen_count = c.unseen_count;
    article->kept = 0;
    for (uint32_t b = 0; b < page->block_count; b++)
        if (!c.why[b])
            article->kept += html_block(page, b)->end -
                             html_block(page, b)->begin;
}

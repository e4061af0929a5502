/* A page's text: all that is seen of it, out of which goes what is not of the
 * article, each with its why. */
#include "clean.h"

#include <errno.h>
#include <string.h>

struct removal {
    gly_edit *edit;
    gly_pos begin, end; /* what is gathered, not yet handed over */
    enum why why;
    double count;
};

static void hand_over(struct removal *r)
{
    if (r->end > r->begin)
        gly_edit_replace(r->edit, r->begin, r->end, "", why_names[r->why]);
    r->begin = r->end;
}

static void take_out(struct removal *r, gly_pos begin, gly_pos end,
                     enum why why)
{
    if (r->why != why || r->end != begin) {
        hand_over(r);
        r->begin = begin;
        r->why = why;
    }
    r->end = end;
    r->count++;
}

static struct part text_of(const struct page *page, const struct block *b)
{
    return (struct part){ page->text.data + b->begin, b->end - b->begin };
}

static void take_caption(const struct clean *c, gly_doc *doc, struct part text,
                         enum why why)
{
    struct part caption = text, credit = { text.at, 0 };

    if (why == WHY_CREDIT)
        caption_keep(doc, credit, credit_source(text));
    else if (credit_find(c, text, &caption, &credit))
        caption_keep(doc, caption, credit_source(credit));
    else
        caption_keep(doc, caption, credit);
}

/* "(Reporting by ...)" behind the last sentence goes too. */
static void take_contribution(struct removal *r, gly_doc *doc,
                              struct part text, gly_pos begin)
{
    size_t at = contribution_find(text), kept = part_trim(text.at, at).len;

    if (at == text.len || kept == 0)
        return;
    gly_add(doc, "contributors",
            gly_keep(doc, text.at + at, text.len - at));
    take_out(r, begin + (gly_pos)kept, begin + (gly_pos)text.len, WHY_BYLINE);
}

static uint32_t last_kept(const struct page *page, const struct article *a)
{
    uint32_t last = page->block_count;

    while (last > 0 && a->why[last - 1])
        last--;
    return last;
}

static bool is_of_article(const struct page *page, const struct article *a,
                          const struct block *b)
{
    return b->element >= a->root &&
           b->element < html_element(page, a->root)->end;
}

/* What goes, but is known of afterwards. */
static void keep_fields(const struct clean *c, gly_doc *doc,
                        const struct block *b, enum why why)
{
    struct part text = text_of(c->page, b);

    if (why == WHY_CAPTION || why == WHY_CREDIT)
        take_caption(c, doc, text, why);
    else if (why == WHY_BYLINE && contribution_find(text) == 0)
        gly_add(doc, "contributors", gly_keep(doc, text.at, text.len));
}

static int edit_page(gly_stage *stage, gly_doc *doc, const struct article *a)
{
    const struct clean *c = gly_state(stage);
    const struct page *page = c->page;
    struct removal r = { .edit = gly_edit_begin(doc) };
    uint32_t last = last_kept(page, a);
    bool begun = false;

    for (uint32_t i = 0; i < page->block_count; i++) {
        const struct block *b = html_block(page, i);
        gly_pos end = i + 1 < page->block_count ? b[1].begin
                                                : (gly_pos)page->text.len;
        enum why why = a->why[i];

        if (why) {
            if (is_of_article(page, a, b))
                keep_fields(c, doc, b, why);
            take_out(&r, b->begin, end, why);
            continue;
        }
        if (article_heading(page, b)) {
            gly_mark(doc, "headings", b->begin, b->end, "heading");
        } else if (!begun) {
            dateline_read(c, doc, text_of(page, b)); /* which stays */
            begun = true;
        }
        if (i + 3 >= last)
            take_contribution(&r, doc, text_of(page, b), b->begin);
        if (i + 1 == last && end > b->end)
            take_out(&r, b->end, end, KEPT);
    }
    hand_over(&r);
    gly_count(stage, "blocks removed", r.count);
    return gly_edit_commit(r.edit);
}

/* Captions stay in the text when the settings say so. */
static void keep_captions(const struct clean *c, struct article *a)
{
    if (strcmp(c->captions, "text") != 0)
        return;
    for (uint32_t i = 0; i < c->page->block_count; i++)
        if (a->why[i] == WHY_CAPTION &&
            is_of_article(c->page, a, html_block(c->page, i)))
            a->why[i] = KEPT;
}

/* A page whose article is only in its JSON-LD. */
static bool use_body(gly_doc *doc, const struct facts *facts,
                     const struct article *a)
{
    const char *body = facts_body(facts);
    size_t len = body ? strlen(body) : 0;

    if (len < 200 || len < a->kept * 2)
        return false;
    gly_text_set(doc, body, len);
    return true;
}

/* The parser takes a page with a wrong byte for Latin-1. */
static bool read_page(struct page *page, const char *html, size_t len)
{
    gly_buf mended = { 0 };
    bool read;

    if (gly_utf8_valid(html, len) == len)
        return html_read(page, html, len);
    gly_utf8_mend(&mended, html, len);
    read = html_read(page, mended.data, mended.len);
    gly_buf_finish(&mended);
    return read;
}

int clean_page(gly_stage *stage, gly_doc *doc, const char *html, size_t len)
{
    const struct clean *c = gly_state(stage);
    struct page *page = c->page;
    struct article article;

    if (!read_page(page, html, len))
        return gly_fail(stage, -EFBIG, "a page of 2 GiB or more");

    struct facts *facts = facts_read(c, doc);

    article_find(doc, c, facts_title(facts), &article);
    facts_set(facts, &article);
    if (use_body(doc, facts, &article)) {
        facts_finish(facts);
        gly_count(stage, "articles from JSON-LD", 1);
        return GLY_PASS;
    }
    facts_finish(facts);
    gly_text_set(doc, page->text.data, page->text.len);
    if (article.kept < (gly_pos)c->min_length && !c->keep_all)
        return gly_drop(stage, "no-article");
    if (article.kept < (gly_pos)c->min_length)
        return GLY_PASS;
    keep_captions(c, &article);
    return edit_page(stage, doc, &article);
}

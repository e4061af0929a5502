/* A page's text: all that is seen of it, out of which goes what is not of the
 * article, each with its why. */
#include "choice.h"

#include <errno.h>
#include <string.h>

enum {
    MOST_BETWEEN = 40, /* blocks between a title and its text */
    MOST_MARKS = 32,   /* elements within a caption */
};

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

/* Where the page says that the credit of a caption begins, or its end. */
static gly_pos marked_credit(const struct page *page, const struct block *b)
{
    const struct element *e = html_element(page, b->element);
    uint32_t end = b->element + 1 + MOST_MARKS;

    for (uint32_t i = b->element + 1; i < end && i < e->end; i++) {
        const struct element *inner = html_element(page, i);
        bool body;

        if (inner->begin > b->begin && inner->text_end == b->end &&
            hint_find(page, inner, &body) == WHY_CREDIT)
            return inner->begin;
    }
    return b->end;
}

static void take_caption(const struct clean *c, gly_doc *doc,
                         const struct block *b, enum why why)
{
    struct part text = { gly_text(doc, NULL) + b->begin, b->end - b->begin };
    struct part caption = text, credit = { text.at, 0 };
    size_t len = marked_credit(c->page, b) - b->begin;

    if (why == WHY_CREDIT) {
        caption_keep(doc, credit, credit_source(text));
    } else if (len < text.len) {
        credit = part_cut(text, len);
        caption_keep(doc, part_trim(text.at, len), credit_source(credit));
    } else if (credit_find(c, text, &caption, &credit)) {
        caption_keep(doc, caption, credit_source(credit));
    } else {
        caption_keep(doc, caption, credit);
    }
}

static void keep(gly_doc *doc, const char *field, struct part value)
{
    if (value.len > 0)
        gly_add(doc, field, gly_keep(doc, value.at, value.len));
}

/* Of a line that stays, parts that are not shown; and "(Reporting by ...)" behind
 * the last sentence, when it is one of the last lines. */
static void take_parts(struct removal *r, gly_doc *doc, const struct page *page,
                       const struct article *a, const struct block *b,
                       uint32_t *unseen, bool at_end)
{
    struct part text = part_of_block(page, b);
    size_t at = at_end ? contribution_find(text) : text.len;
    gly_pos end = b->begin + (gly_pos)part_trim(text.at, at).len;

    for (; *unseen < a->unseen_count; ++*unseen) {
        const struct element *e = html_element(page, a->unseen[*unseen]);
        gly_pos begin = e->begin, stop = e->text_end;

        if (begin >= b->end)
            break;
        if (begin <= b->begin) {
            begin = b->begin;
            stop += page->text.data[stop] == ' ';
        }
        if (begin < stop && stop <= end)
            take_out(r, begin, stop, WHY_HIDDEN);
    }
    if (at == text.len || end == b->begin)
        return;
    keep(doc, "contributors", part_cut(text, at));
    take_out(r, end, b->end, WHY_BYLINE);
}

static uint32_t last_kept(const struct page *page, const struct article *a)
{
    uint32_t last = page->block_count;

    while (last > 0 && a->why[last - 1])
        last--;
    return last;
}

/* The picture of an article may stand between its title and its text. */
static uint32_t first_caption(const struct page *page, const struct article *a)
{
    uint32_t root = html_element(page, a->root)->first_block;

    for (uint32_t b = root; b > 0 && root - b < MOST_BETWEEN; b--)
        if (article_heading(page, html_block(page, b - 1)) == 1)
            return b - 1;
    return root;
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
    struct part text = part_of_block(c->page, b), rest;
    const char *note;
    bool weak, boilerplate = why == WHY_BOILERPLATE;

    if ((why == WHY_CAPTION || why == WHY_CREDIT) && b->links * 2 <= text.len)
        take_caption(c, doc, b, why);
    else if (why == WHY_BYLINE && contribution_find(text) == 0)
        keep(doc, "contributors", text);
    else if (why == WHY_BYLINE && byline_is(c, text))
        keep(doc, "byline", text);
    else if (why == WHY_RELATED && phrase_find(c, text, &weak, &rest))
        keep(doc, "related", rest);
    else if ((boilerplate || why == WHY_SHARE) && (note = note_find(text)))
        keep(doc, note, text);
    else if (boilerplate && (note = phrase_find(c, text, &weak, &rest)) &&
             strcmp(note, "notes") == 0)
        keep(doc, note, text);
}

/* In a <li>, or the first of what such an element holds. */
static bool is_item(const struct page *page, const struct block *b)
{
    const struct element *e = html_element(page, b->element);

    if (e->tag != TAG_LI && e->parent)
        e = html_element(page, e->parent);
    return e->tag == TAG_LI && html_block(page, e->first_block) == b;
}

static int edit_page(gly_stage *stage, gly_doc *doc, const struct article *a)
{
    const struct clean *c = gly_state(stage);
    const struct page *page = c->page;
    struct removal r = { .edit = gly_edit_begin(doc) };
    uint32_t last = last_kept(page, a), caption = first_caption(page, a);
    uint32_t unseen = 0;
    bool begun = false;

    for (uint32_t i = 0; i < page->block_count; i++) {
        const struct block *b = html_block(page, i);
        gly_pos end = i + 1 < page->block_count ? b[1].begin
                                                : (gly_pos)page->text.len;
        enum why why = a->why[i];

        if (why) {
            if (is_of_article(page, a, b) ||
                (i >= caption && i < html_element(page, a->root)->first_block))
                keep_fields(c, doc, b, why);
            take_out(&r, b->begin, end, why);
            continue;
        }
        if (article_heading(page, b)) {
            gly_mark(doc, "headings", b->begin, b->end, "heading");
        } else if (is_item(page, b)) {
            gly_mark(doc, "lists", b->begin, b->end, "item");
        } else if (!begun) {
            dateline_read(c, doc, part_of_block(page, b)); /* which stays */
            begun = true;
        }
        take_parts(&r, doc, page, a, b, &unseen, i + 3 >= last);
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

    if (len < 200 || len < (size_t)a->kept * 3 / 2)
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
    page->verbatim.len = 0; /* it tells of the mended page */
    gly_buf_finish(&mended);
    return read;
}

/* Reads the page and finds its article; in <noscript> too with `fallback`. */
static struct facts *find_article(const struct clean *c, gly_doc *doc,
                                  const char *html, size_t len, bool fallback,
                                  struct article *article)
{
    c->page->fallback = fallback;
    if (!read_page(c->page, html, len))
        return NULL;

    struct facts *facts = facts_read(c, doc);

    article_find(doc, c, facts_title(facts), article);
    return facts;
}

/* Short news are news, but so are short errors to a machine. */
static bool is_too_short(const struct clean *c, const struct facts *facts,
                         const struct article *a)
{
    gly_pos least = (gly_pos)c->min_length;

    return a->kept < (a->said || facts_says_article(facts) ? least / 2 : least);
}

/* A class may say of the article itself what others say of what is not. */
static void find_wordless(const struct clean *c, gly_doc *doc,
                          const struct facts *facts, struct article *article)
{
    struct article other;

    c->page->wordless = true;
    article_find(doc, c, facts_title(facts), &other);
    c->page->wordless = false;
    if (other.kept > article->kept)
        *article = other;
}

static bool has_fallback(const char *html, size_t len)
{
    static const char tag[] = "<noscript";

    return memmem(html, len, tag, sizeof(tag) - 1) != NULL;
}

int clean_page(gly_stage *stage, gly_doc *doc, const char *html, size_t len)
{
    const struct clean *c = gly_state(stage);
    struct article article;
    struct facts *facts = find_article(c, doc, html, len, false, &article);

    if (facts && is_too_short(c, facts, &article))
        find_wordless(c, doc, facts, &article);
    if (facts && is_too_short(c, facts, &article) && has_fallback(html, len)) {
        facts_finish(facts);
        facts = find_article(c, doc, html, len, true, &article);
    }
    if (!facts)
        return gly_fail(stage, -EFBIG, "a page of 2 GiB or more");
    facts_set(facts, &article);

    bool from_data = use_body(doc, facts, &article);
    bool too_short = is_too_short(c, facts, &article);

    facts_finish(facts);
    if (from_data) {
        gly_count(stage, "articles from JSON-LD", 1);
        return GLY_PASS;
    }
    gly_text_set(doc, c->page->text.data, c->page->text.len);
    if (too_short && !c->keep_all)
        return gly_drop(stage, "no-article");
    keep_captions(c, &article);
    origin_find(doc, c->page, too_short ? NULL : article.why);
    if (too_short)
        return GLY_PASS;
    return edit_page(stage, doc, &article);
}

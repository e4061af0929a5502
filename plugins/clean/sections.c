/* What the page itself tells, where classes and ids do not: lines that open
 * comments, which are text like the article's, or lists of other articles; and
 * lines that stand on the page again and again. */
#include "choice.h"

#include <string.h>

enum {
    LONGEST_OPENING = 100,
    LEAST_BEFORE = 100, /* bytes of running text before comments */
    MOST_BEFORE = 3,    /* blocks of their element before the line that opens it */
    LEAST_REPEATED = 40,
    REPEATED = 64,
    MOST_REPEATS = 2,
    MOST_PROBES = 32,
};

static struct part text_of(const struct choice *c, uint32_t b)
{
    return part_of_block(c->page, html_block(c->page, b));
}

static size_t skip(struct part text, size_t at, const char *chars)
{
    while (at < text.len && strchr(chars, text.at[at]))
        at++;
    return at;
}

/* Whether it begins with a phrase of the sort, which is no ordinary word. */
static bool says(const struct choice *c, struct part text, enum why why,
                 struct part *rest)
{
    bool weak;
    const char *phrase = phrase_find(c->clean, text, &weak, rest);

    return phrase && !weak && strcmp(phrase, why_names[why]) == 0;
}

/* "34 responses to ...", "Comments (12)", "Leave a reply" */
static bool opens_comments(const struct choice *c, struct part text)
{
    static const char *const words[] = {
        "comments", "comment", "responses", "replies", "thoughts",
        "top rated comments", "reader comments", "readers' comments",
        "kommentare", "comentarios", "comentários", "commentaires", "commenti",
        "reacties", "kommentarer", "komentarze", "комментарии", "комментариев",
        "yorumlar", NULL,
    };
    struct part rest;

    if (text.len > LONGEST_OPENING)
        return false;
    if (says(c, text, WHY_COMMENTS, &rest))
        return true;
    text = part_cut(text, skip(text, 0, "0123456789,.() "));
    for (const char *const *w = words; *w; w++) {
        if (!part_begins(text, *w))
            continue;
        rest = part_cut(text, strlen(*w));
        rest = part_cut(rest, skip(rest, 0, "0123456789,.(): "));
        if (rest.len == 0 || part_begins(rest, "on ") ||
            part_begins(rest, "to "))
            return true;
    }
    return false;
}

/* The widest element that begins with block b, or nearly. */
static const struct element *section_of(const struct choice *c, uint32_t b)
{
    const struct element *e =
        html_element(c->page, html_block(c->page, b)->element);

    while (e->parent > 0) {
        const struct element *parent = html_element(c->page, e->parent);

        if (parent->first_block + MOST_BEFORE < b ||
            c->running[b] > c->running[parent->first_block])
            break;
        e = parent;
    }
    return e;
}

/* Of a heading alone, all that stands behind it in its parent is the section. */
static uint32_t section_end(const struct choice *c, uint32_t b)
{
    const struct block *block = html_block(c->page, b);
    const struct element *e = section_of(c, b);

    if (e->last_block > b + 1)
        return e->last_block;
    if (!article_heading(c->page, block) || block->links > 0)
        return b + 1;
    return html_element(c->page, e->parent)->last_block;
}

void sections_take_comments(struct choice *c)
{
    for (uint32_t b = 0; b < c->page->block_count; b++)
        if (!c->why[b] && c->running[b] >= LEAST_BEFORE &&
            opens_comments(c, text_of(c, b)))
            choice_take(c, b, section_end(c, b), WHY_COMMENTS);
}

/* "More Great Harbour Stories" */
static bool opens_list(const struct choice *c, struct part text)
{
    static const char *const ends[] = { " stories", " articles", " news",
                                        " coverage", " posts", " reads", NULL };
    struct part rest;

    if (text.len > LONGEST_OPENING)
        return false;
    if (says(c, text, WHY_RELATED, &rest) && rest.len == 0)
        return true;
    while (text.len > 0 && text.at[text.len - 1] == ':')
        text.len--;
    if (!part_begins(text, "more "))
        return false;
    for (const char *const *e = ends; *e; e++)
        if (text.len > strlen(*e) &&
            part_is(part_cut(text, text.len - strlen(*e)), *e))
            return true;
    return false;
}

/* Takes what follows the line as long as each block has a link and is no
 * running text. */
void sections_take_lists(struct choice *c, uint32_t first, uint32_t last)
{
    for (uint32_t b = first; b < last; b++) {
        uint32_t end = b + 1;

        if ((c->why[b] && c->why[b] != WHY_RELATED) ||
            !opens_list(c, text_of(c, b)))
            continue;
        while (end < last &&
               (c->why[end] || (html_block(c->page, end)->links > 0 &&
                                !choice_running(html_block(c->page, end)))))
            end++;
        if (end == b + 1 && !c->why[b])
            continue;
        choice_take(c, b, end, WHY_RELATED);
        b = end - 1;
    }
}

/* ---- lines that are repeated ---- */

static uint64_t hash(struct part text) /* FNV-1a */
{
    uint64_t h = 0xCBF29CE484222325;

    for (size_t i = 0; i < text.len; i++)
        h = (h ^ (unsigned char)text.at[i]) * 0x100000001B3;
    return h;
}

/* What tells that two lines are the same, though their ends may differ. */
static struct part beginning(const struct choice *c, uint32_t b)
{
    struct part text = text_of(c, b);

    if (text.len > REPEATED)
        text.len = REPEATED;
    return text;
}

static bool is_repeatable(const struct choice *c, uint32_t b)
{
    uint32_t tag = html_element(c->page, html_block(c->page, b)->element)->tag;

    return !c->why[b] && tag != TAG_LI && tag != TAG_TR &&
           text_of(c, b).len >= LEAST_REPEATED;
}

struct seen {
    uint32_t block, count;
};

/* NULL when too many others stand where it should. */
static struct seen *look_up(const struct choice *c, struct seen *table,
                            size_t size, uint32_t b)
{
    struct part text = beginning(c, b);
    size_t at = hash(text);

    for (int probes = 0; probes < MOST_PROBES; probes++, at++) {
        struct seen *seen = &table[at & (size - 1)];
        struct part other = beginning(c, seen->block);

        if (seen->count == 0 ||
            (other.len == text.len &&
             memcmp(other.at, text.at, text.len) == 0))
            return seen;
    }
    return NULL;
}

/* The caption under each picture of a gallery, a line of every teaser; but a
 * page that is mostly such lines is taken as it is. */
void sections_take_repeats(struct choice *c, gly_doc *doc)
{
    uint32_t count = c->page->block_count, repeated = 0;
    size_t size = 64;

    while (size < (size_t)count * 2)
        size *= 2;

    struct seen *table = gly_alloc(doc, size * sizeof(*table));

    for (uint32_t b = 0; b < count; b++) {
        struct seen *seen = is_repeatable(c, b) ? look_up(c, table, size, b)
                                                : NULL;

        if (!seen)
            continue;
        seen->block = b;
        if (++seen->count > MOST_REPEATS)
            repeated += choice_running(html_block(c->page, b)) *
                        (seen->count == MOST_REPEATS + 1 ? seen->count : 1);
    }
    if ((uint64_t)repeated * 2 >= c->running[count])
        return;
    for (uint32_t b = 0; b < count; b++) {
        struct seen *seen = is_repeatable(c, b) ? look_up(c, table, size, b)
                                                : NULL;

        if (seen && seen->count > MOST_REPEATS)
            c->why[b] = WHY_REPEAT;
    }
}

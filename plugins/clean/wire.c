/* Plain text as agencies send it and sites copy it: lines cut at a width are
 * joined, then lines that are not of the article go. */
#include "dates.h"
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    NEAR = 4,          /* lines to the begin or the end */
    MOST_NOTES = 24,   /* lines at the end, of which NEAR are no notes */
    LONGEST_TITLE = 80,
    LEAST_OPENING = 30,
    LONGEST_ENTRY = 80, /* of a contact */
    ISO_DATE = 10,      /* "2021-06-18" */
};

gly_pos wire_width(const char *at, gly_pos len)
{
    gly_pos count = 0;

    for (gly_pos i = 0; i < len && count <= WIDEST; i++) {
        unsigned char byte = (unsigned char)at[i];

        count += (byte & 0xC0) != 0x80;
        count += byte >= 0xE3 && byte <= 0xED; /* U+3000 to U+DFFF are wide */
    }
    return count <= WIDEST ? count : WIDEST + 1;
}

void wire_split(struct wire *w)
{
    size_t count = 0;

    w->text = gly_text(w->doc, &w->len);
    w->count = 0;
    for (const char *p = w->text; p && *p; count++)
        if ((p = strchr(p, '\n')))
            p++;
    w->lines = gly_alloc(w->doc, (count + 1) * sizeof(*w->lines));
    for (gly_pos at = 0; at < w->len;) {
        gly_pos len = (gly_pos)strcspn(w->text + at, "\n");
        struct part line = part_trim(w->text + at, len);

        if (line.len > 0) {
            struct line *l = &w->lines[w->count++];

            l->begin = (gly_pos)(line.at - w->text);
            l->end = l->credit = l->tail = l->begin + (gly_pos)line.len;
            l->width = wire_width(line.at, (gly_pos)line.len);
        }
        at += len + 1;
    }
}

/* ---- the first lines ---- */

static bool read_iso_date(gly_doc *doc, const char *p, char date[MOST_DATE])
{
    return strcspn(p, " \t\n") == ISO_DATE && p[4] == '-' &&
           date_read(gly_keep(doc, p, ISO_DATE), date) &&
           strlen(date) == ISO_DATE;
}

/* "date 2021-06-18 " before the text, as some scrapers leave it. */
static void take_date(struct wire *w, struct line *l)
{
    static const char *const labels[] = { "date", "published", "updated",
                                          "posted", NULL };
    const char *begin = w->text + l->begin, *p = begin;
    char date[MOST_DATE];

    for (const char *const *label = labels; *label; label++)
        if (strncasecmp(begin, *label, strlen(*label)) == 0)
            p = begin + strlen(*label);
    p += p > begin ? strspn(p, " :") : 0;
    if (!read_iso_date(w->doc, p, date))
        return;

    bool labelled = p > begin;
    gly_pos len = (gly_pos)(p - begin) + ISO_DATE;

    p += ISO_DATE;
    if (labelled || l->begin + len == l->end) {
        if (!gly_get(w->doc, "date", 0))
            gly_set(w->doc, "date", date);
        l->front = len + (gly_pos)strspn(p, " \t");
        l->front_why = "date-line";
        if (l->begin + l->front >= l->end)
            l->why = "date-line";
    }
}

/* "Updated June 18, 2021" */
static bool take_date_line(const struct wire *w, struct line *l)
{
    static const char *const labels[] = { "last updated", "posted ", "posted:",
                                          "published", "updated", NULL };
    struct part line = wire_part(w, l);
    const char *field = "date";
    char date[MOST_DATE];

    if (!part_begins_any(line, labels) || !date_line_is(line) ||
        !date_read(gly_keep(w->doc, line.at, line.len), date))
        return false;
    if (part_begins(line, "last updated") || part_begins(line, "updated"))
        field = "modified";
    if (!gly_get(w->doc, field, 0))
        gly_set(w->doc, field, date);
    l->why = "date-line";
    return true;
}

static void take_dateline(struct wire *w, struct line *l)
{
    gly_pos begin = l->begin + l->front;
    size_t len = 0;

    if (begin < l->tail)
        len = dateline_read(w->c, w->doc, (struct part){ w->text + begin,
                                                         l->tail - begin });
    if (len == 0)
        return;
    l->front += (gly_pos)len;
    l->front_why = l->front_why ? l->front_why : "dateline";
}

/* ---- lines that go ---- */

static void keep(const struct wire *w, const char *field, struct part value)
{
    if (value.len > 0)
        gly_add(w->doc, field, gly_keep(w->doc, value.at, value.len));
}

static const char *why_before(const struct wire *w, size_t i)
{
    return i > 0 && w->lines[i - 1].why ? w->lines[i - 1].why : "";
}

/* "Image source, Getty Images" above "Image caption, The bridge". */
static bool is_above_caption(const struct wire *w, size_t i)
{
    return i + 1 < w->count &&
           part_begins(wire_part(w, &w->lines[i]), "image ") &&
           part_begins(wire_part(w, &w->lines[i + 1]), "image caption");
}

static void take_credit(struct wire *w, size_t i)
{
    struct line *l = &w->lines[i];
    struct part caption, credit;

    if (strcmp(w->c->captions, "text") == 0 ||
        !credit_find(w->c, wire_part(w, l), &caption, &credit))
        return;

    struct part source = credit_source(credit);

    l->why = "caption";
    l->credit = (gly_pos)(credit.at - w->text);
    if (caption.len == 0 && is_above_caption(w, i)) {
        w->source = source;
        return;
    }
    caption_keep(w->doc, caption, source.len > 0 ? source : w->source);
    w->source.len = 0;
}

static bool take_contribution(struct wire *w, struct line *l)
{
    struct part line = wire_part(w, l);
    size_t at = contribution_find(line);

    if (at == line.len)
        return false;
    if (at == 0)
        l->why = "byline";
    l->tail = l->begin + (gly_pos)part_trim(line.at, at).len;
    keep(w, "contributors", part_cut(line, at));
    return true;
}

/* "___", "* * *", "###" */
static bool is_rule(struct part line)
{
    size_t signs = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] != ' ' && !strchr("_-*=~#", line.at[i]))
            return false;
        signs += line.at[i] != ' ';
    }
    return signs >= 3;
}

bool wire_begins_small(const struct wire *w, size_t i)
{
    const char *at = w->text + w->lines[i].begin;

    return gly_is_lower(gly_next_char(&at));
}

/* "By noon\nthe ice had gone": a sentence cut at no width. */
static bool goes_on(const struct wire *w, size_t i)
{
    return i + 1 < w->count && wire_is_next(w, i) &&
           wire_begins_small(w, i + 1) &&
           !address_is(wire_part(w, &w->lines[i + 1]));
}

/* "-- Ann Lee" is no byline below other items or what she said. */
static bool may_sign(const struct wire *w, size_t i)
{
    struct part line = wire_part(w, &w->lines[i]), before;
    uint32_t last, sort;

    if (*line.at != '-' && !part_begins(line, "—"))
        return true;
    if (i == 0 || i + 1 < w->count)
        return false;
    before = wire_part(w, &w->lines[i - 1]);
    last = gly_char_before(before.at, before.at + before.len);
    return last != '"' && last != 0x201D && last != 0x00BB &&
           last != 0x201C && !item_sign(before, &sort) && *before.at != '-';
}

/* Whether the first two words of a line stand within another: "Di Marco Joins
 * Odden" is a title, if Di Marco is spoken of. */
static bool is_said_again(const struct wire *w, size_t i)
{
    struct part line = wire_part(w, &w->lines[i]), words = part_cut(line, 1);
    const char *at = w->text, *end = w->text + w->len;
    size_t spaces = 0;

    if (part_begins(line, "by "))
        return false;
    for (words.len = 0; words.len + 1 < line.len; words.len++)
        if (words.at[words.len] == ' ' && ++spaces == 2)
            break;
    for (; (at = memmem(at, (size_t)(end - at), words.at, words.len)); at++)
        if (at > w->text + 1 && at[-2] != '\n')
            return true;
    return false;
}

/* `below`: right below a line that was one. */
static bool read_byline(const struct wire *w, size_t i, bool below)
{
    struct part line = wire_part(w, &w->lines[i]);

    if (below && byline_house(w->c, w->doc, line))
        return true;
    if (byline_is(w->c, line) && !is_said_again(w, i))
        return byline_read(w->c, w->doc, line, true);
    if (may_sign(w, i) && byline_signed(w->c, w->doc, line))
        return true;
    return i > 0 && i >= w->end &&
           writer_read(w->doc, line, i + 2 >= w->count);
}

static bool take_byline(const struct wire *w, size_t i)
{
    struct line *l = &w->lines[i];
    struct part line = wire_part(w, l);
    bool below = strcmp(why_before(w, i), "byline") == 0 &&
                 wire_is_next(w, i - 1);

    if (goes_on(w, i))
        return false;
    if (below && (address_is(line) || *line.at == '@'))
        l->why = "contact";
    else if (read_byline(w, i, below))
        l->why = "byline";
    if (l->why)
        keep(w, l->why, line);
    return l->why;
}

/* Names and numbers below "Media contact:". */
static bool is_contact_entry(const struct wire *w, size_t i)
{
    struct part line = wire_part(w, &w->lines[i]);

    return strcmp(why_before(w, i), "contact") == 0 && wire_is_next(w, i - 1) &&
           line.len <= LONGEST_ENTRY && line.at[line.len - 1] != '.';
}

/* What agencies and sites put below the last sentence. */
static bool take_note(const struct wire *w, size_t i)
{
    struct line *l = &w->lines[i];
    struct part line = wire_part(w, l);

    l->why = is_contact_entry(w, i) ? "contact" : note_find(line);
    if (l->why)
        keep(w, l->why, line);
    return l->why;
}

static void keep_tags(const struct wire *w, struct part tags)
{
    for (size_t begin = 0, i = 0; i <= tags.len; i++) {
        if (i < tags.len && !memchr(",;|", tags.at[i], 3))
            continue;
        keep(w, "tags", part_trim(tags.at + begin, i - begin));
        begin = i + 1;
    }
}

/* What a phrase names is kept: titles behind "READ ALSO", rights, tags. */
static bool take_phrase(const struct wire *w, size_t i)
{
    struct line *l = &w->lines[i];
    struct part line = wire_part(w, l), rest;
    bool weak;
    const char *why = phrase_find(w->c, line, &weak, &rest);

    if (!why)
        return false;
    *(weak ? &l->weak : &l->why) = why;
    if (strcmp(why, "related") == 0)
        keep(w, why, rest);
    else if (strcmp(why, "tags") == 0)
        keep_tags(w, rest);
    else if (strcmp(why, "copyright") == 0 || strcmp(why, "notes") == 0)
        keep(w, why, line);
    return true;
}

static bool is_link(struct part line)
{
    return (part_begins(line, "http://") || part_begins(line, "https://")) &&
           !memchr(line.at, ' ', line.len);
}

/* Items and addresses below "Related stories:". */
static bool take_related(const struct wire *w, size_t i)
{
    struct line *l = &w->lines[i];
    struct part line = wire_part(w, l);
    uint32_t sort;
    size_t sign = item_sign(line, &sort);

    if ((!sign && !is_link(line)) ||
        strcmp(why_before(w, i), "related") != 0 || part_ends_sentence(line))
        return false;
    l->why = "related";
    keep(w, "related", part_cut(line, sign));
    return true;
}

/* `menu`: all lines before it have been of a menu. */
static void judge_line(struct wire *w, size_t i, bool menu)
{
    struct line *l = &w->lines[i];
    bool at_end = i > 0 && i >= w->end;
    bool near = at_end || i < NEAR || (menu && i < 3 * NEAR);

    if (i == 0)
        take_date(w, l);
    if (l->why)
        return;
    if (near && !l->front && (take_date_line(w, l) || take_byline(w, i)))
        return;
    if (i > 0 && near && take_contribution(w, l))
        return;
    if (is_rule(wire_part(w, l)) && !wire_is_underline(w, i))
        l->why = "boilerplate";
    else if (!take_phrase(w, i) && !take_related(w, i) &&
             !(at_end && take_note(w, i)))
        take_credit(w, i);
}

/* Ordinary words go together, or with what surely is of the same sort. */
static void judge_weak(struct line *before, struct line *l)
{
    if (l->weak && before->weak)
        l->why = before->why = l->weak;
    else if (l->weak && before->why && strcmp(before->why, l->weak) == 0)
        l->why = l->weak;
    else if (before->weak && l->why && strcmp(l->why, before->weak) == 0)
        before->why = before->weak;
}

/* Whether a line of the end is a note, by itself. */
static bool is_note(const struct wire *w, size_t i)
{
    struct part line = wire_part(w, &w->lines[i]), rest;
    bool weak;

    return note_find(line) || contribution_find(line) == 0 || is_rule(line) ||
           phrase_find(w->c, line, &weak, &rest) || byline_is(w->c, line);
}

static void find_end(struct wire *w)
{
    size_t least = w->count > MOST_NOTES ? w->count - MOST_NOTES : 0;
    unsigned others = 0;

    for (w->end = w->count; w->end > least && others < NEAR; w->end--)
        others += !is_note(w, w->end - 1);
}

/* The first line that is left and long may begin with a dateline. */
static void judge_lines(struct wire *w)
{
    bool begun = false, menu = true;

    find_end(w);
    for (size_t i = 0; i < w->count; i++) {
        struct line *l = &w->lines[i];

        judge_line(w, i, menu);
        menu &= !wire_ends_sentence(w, l) && l->end - l->begin <= LONGEST_TITLE;
        if (!begun && !l->why && l->end - l->begin >= LEAST_OPENING) {
            gly_pos front = l->front;

            take_dateline(w, l);
            begun = l->front > front || l->end - l->begin > LONGEST_TITLE;
        }
        if (i > 0)
            judge_weak(l - 1, l);
    }
}

/* ---- edits ---- */

struct writer {
    gly_edit *edit;
    const char *text;
    double removed;
};

/* Makes what stands between two lines be `want`. */
static void fit_gap(struct writer *out, gly_pos begin, gly_pos end,
                    const char *want, const char *why)
{
    size_t len = strlen(want);

    if (end - begin != len || memcmp(out->text + begin, want, len) != 0)
        gly_edit_replace(out->edit, begin, end, want, why);
}

static void fit_spaces(struct writer *out, gly_pos begin, gly_pos end)
{
    for (gly_pos i = begin; i < end; i++) {
        gly_pos first = i;

        while (i < end && (out->text[i] == ' ' || out->text[i] == '\t'))
            i++;
        if (i - first > 1)
            fit_gap(out, first, i,
                    memchr(out->text + first, '\t', i - first) ? "\t" : " ",
                    "space");
    }
}

/* A line that goes takes the white space behind it along. */
static void remove_line(struct writer *out, const struct line *l, gly_pos next)
{
    bool caption = strcmp(l->why, "caption") == 0;

    if (!caption || l->credit == l->end) {
        gly_edit_replace(out->edit, l->begin, next, "", l->why);
    } else if (l->credit == l->begin) {
        gly_edit_replace(out->edit, l->begin, next, "", "credit");
    } else {
        gly_edit_replace(out->edit, l->begin, l->credit, "", "caption");
        gly_edit_replace(out->edit, l->credit, next, "", "credit");
    }
    out->removed++;
}

static void mark_item(const struct wire *w, const struct line *l)
{
    gly_pos begin = l->begin + l->item;
    struct part sign = part_trim(w->text + l->begin, l->item);

    if (begin >= l->tail)
        return;
    gly_note_set(w->doc, gly_mark(w->doc, "lists", begin, l->tail, "item"),
                 "sign", gly_keep(w->doc, sign.at, sign.len));
}

static void write_line(const struct wire *w, size_t i, struct writer *out)
{
    const struct line *l = &w->lines[i];

    if (l->front)
        gly_edit_replace(out->edit, l->begin, l->begin + l->front, "",
                         l->front_why);
    fit_spaces(out, l->begin + l->front, l->tail);
    if (l->tail < l->end)
        gly_edit_replace(out->edit, l->tail, l->end, "", "byline");
    if (l->heading)
        gly_mark(w->doc, "headings", l->begin, l->end, "heading");
    else if (l->item)
        mark_item(w, l);
}

static void write_lines(const struct wire *w, struct writer *out)
{
    size_t last = w->count; /* of the lines that stay */

    while (last > 0 && w->lines[last - 1].why)
        last--;

    gly_pos begin = w->count ? w->lines[0].begin : w->len;

    fit_gap(out, 0, begin, "", "space");
    for (size_t i = 0; i < w->count; i++) {
        const struct line *l = &w->lines[i];
        gly_pos next = i + 1 < w->count ? l[1].begin : w->len;

        if (l->why) {
            remove_line(out, l, next);
            continue;
        }
        write_line(w, i, out);
        if (i + 1 < last)
            fit_gap(out, l->end, next, wire_is_next(w, i) ? "\n" : "\n\n",
                    "space");
        else
            fit_gap(out, l->end, next,
                    next == w->len && next > l->end ? "\n" : "", "space");
    }
}

int clean_wire(gly_stage *stage, gly_doc *doc)
{
    struct wire w = { .c = gly_state(stage), .doc = doc };
    bool joined;

    if (clean_wiki(doc) < 0)
        return -EINVAL;
    wire_split(&w);
    if (wire_unquote(&w) < 0 || wire_join(&w, &joined) < 0)
        return -EINVAL;
    if (!joined && wire_is_set_out(&w))
        return GLY_PASS;
    judge_lines(&w);
    wire_find_outline(&w);

    struct writer out = { .edit = gly_edit_begin(doc), .text = w.text };

    write_lines(&w, &out);
    if (out.removed > 0)
        gly_count(stage, "lines removed", out.removed);
    return gly_edit_commit(out.edit);
}

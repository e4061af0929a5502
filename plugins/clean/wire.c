/* Plain text as agencies send it and sites copy it: lines cut at a width are
 * joined, then lines that are not of the article go. */
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    NEAR = 4,            /* lines to the begin or the end */
    LONGEST_HEADING = 80,
    LEAST_PARAGRAPH = 60, /* beside a heading */
};

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
        }
        at += len + 1;
    }
}

/* ---- the first lines ---- */

static size_t digits(const char *p)
{
    return strspn(p, "0123456789");
}

static bool is_iso_date(const char *p)
{
    return digits(p) == 4 && p[4] == '-' && digits(p + 5) == 2 &&
           p[7] == '-' && digits(p + 8) == 2;
}

/* "date 2021-06-18 " before the text, as some scrapers leave it. */
static void take_date(struct wire *w, struct line *l)
{
    static const char *const labels[] = { "date", "published", "updated",
                                          "posted", NULL };
    const char *begin = w->text + l->begin, *p = begin;
    char date[11] = "";

    for (const char *const *label = labels; *label; label++)
        if (strncasecmp(begin, *label, strlen(*label)) == 0)
            p = begin + strlen(*label);
    p += p > begin ? strspn(p, " :") : 0;
    if (!is_iso_date(p))
        return;
    memcpy(date, p, 10);
    p += 10;
    if (*p && !strchr(" \t\n", *p))
        return;

    gly_pos len = (gly_pos)(p - begin);

    if (!digits(begin) || l->begin + len == l->end) {
        if (!gly_get(w->doc, "date", 0))
            gly_set(w->doc, "date", date);
        l->front = len + (gly_pos)strspn(p, " \t");
        l->front_why = "date-line";
        if (l->begin + l->front >= l->end)
            l->why = "date-line";
    }
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

static void take_credit(struct wire *w, struct line *l)
{
    struct part caption, credit;

    if (strcmp(w->c->captions, "text") == 0 ||
        !credit_find(w->c, wire_part(w, l), &caption, &credit))
        return;

    struct part source = credit_source(credit);

    l->why = "caption";
    l->credit = (gly_pos)(credit.at - w->text);
    caption_keep(w->doc, caption, source);
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
    gly_add(w->doc, "contributors",
            gly_keep(w->doc, line.at + at, line.len - at));
    return true;
}

static bool is_rule(struct part line)
{
    for (size_t i = 0; i < line.len; i++)
        if (!strchr("_-*=~", line.at[i]))
            return false;
    return line.len >= 3;
}

static bool begins_small(const struct wire *w, size_t i)
{
    const char *at = w->text + w->lines[i].begin;

    return gly_is_lower(gly_next_char(&at));
}

/* A rule that draws a line below the heading before it. */
static bool is_underline(const struct wire *w, size_t i)
{
    return i > 0 && wire_is_next(w, i - 1) &&
           wire_width(w, &w->lines[i]) == wire_width(w, &w->lines[i - 1]);
}

/* "By noon\nthe ice had gone": a sentence cut at no width. */
static bool goes_on(const struct wire *w, size_t i)
{
    return i + 1 < w->count && wire_is_next(w, i) && begins_small(w, i + 1);
}

static bool is_byline(const struct wire *w, size_t i)
{
    struct part line = wire_part(w, &w->lines[i]);
    const struct line *before = i > 0 ? &w->lines[i - 1] : NULL;

    if (before && before->why && strcmp(before->why, "byline") == 0 &&
        wire_is_next(w, i - 1) && byline_house(w->c, w->doc, line))
        return true;
    return !goes_on(w, i) && byline_read(w->c, w->doc, line, true);
}

/* "ann.lee@agency.example" */
static bool is_address(struct part line)
{
    const char *at = memchr(line.at, '@', line.len);

    return at && at > line.at && !memchr(line.at, ' ', line.len) &&
           memchr(at, '.', line.len - (size_t)(at - line.at));
}

/* What agencies and sites put below the last sentence. */
static const char *judge_end(struct part line)
{
    if (line.len > 250)
        return NULL;
    if (is_address(line))
        return "byline";
    if ((part_begins(line, "follow ") || part_holds(line, " follow him ") ||
         part_holds(line, " follow her ") ||
         part_holds(line, " follow them ")) &&
        (memchr(line.at, '@', line.len) || part_holds(line, "://")))
        return "share";
    if (part_begins(line, "\xC2\xA9") || part_begins(line, "copyright \xC2") ||
        part_begins(line, "copyright (c)") ||
        part_begins(line, "copyright 19") || part_begins(line, "copyright 20"))
        return "boilerplate";
    return NULL;
}

/* `menu`: all lines before it have been of a menu. */
static void judge_line(struct wire *w, size_t i, bool menu)
{
    struct line *l = &w->lines[i];
    struct part line = wire_part(w, l);
    const char *why;
    bool at_end = i > 0 && i + NEAR >= w->count, weak;
    bool near = at_end || i < NEAR || (menu && i < 3 * NEAR);

    if (i == 0)
        take_date(w, l);
    if (l->why)
        return;
    if (near && !l->front && is_byline(w, i))
        l->why = "byline";
    else if (i > 0 && near && take_contribution(w, l))
        return;
    else if (is_rule(line) && !is_underline(w, i))
        l->why = "boilerplate";
    else if ((why = phrase_find(w->c, line, &weak)))
        *(weak ? &l->weak : &l->why) = why;
    else if (!at_end || !(l->why = judge_end(line)))
        take_credit(w, l);
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

/* The first line that is left and long may begin with a dateline. */
static void judge_lines(struct wire *w)
{
    bool begun = false, menu = true;

    for (size_t i = 0; i < w->count; i++) {
        struct line *l = &w->lines[i];

        judge_line(w, i, menu);
        menu &= !wire_ends_sentence(w, l) &&
                l->end - l->begin <= LONGEST_HEADING;
        if (!begun && !l->why &&
            l->end - l->begin >= LEAST_PARAGRAPH / 2) {
            gly_pos front = l->front;

            take_dateline(w, l);
            begun = l->front > front || l->end - l->begin > LONGEST_HEADING;
        }
        if (i > 0)
            judge_weak(l - 1, l);
    }
}

/* ---- headings ---- */

static bool is_heading(const struct wire *w, const struct line *l)
{
    const char *begin = w->text + l->begin, *at = begin;
    const char *end = w->text + l->end;
    unsigned words = 1, letters = 0;
    uint32_t first = gly_next_char(&at), last = gly_char_before(begin, end);

    if (l->end - l->begin > LONGEST_HEADING || l->front || l->tail < l->end ||
        gly_is_lower(first) ||
        (!gly_is_letter(first) && !gly_is_digit(first) && first != 0x201C &&
         first != 0x2018))
        return false;
    if (!gly_is_letter(last) && !gly_is_digit(last) && last != '?' &&
        last != ')')
        return false;
    if (strncmp(begin, "Q:", 2) == 0 || strncmp(begin, "A:", 2) == 0)
        return false;
    for (at = begin; at < end;) {
        uint32_t c = gly_next_char(&at);

        words += c == ' ';
        letters += gly_is_letter(c);
    }
    return letters > 1 && words <= (last == '?' ? 6 : 12);
}

static bool is_paragraph(const struct wire *w, size_t i)
{
    const struct line *l = &w->lines[i];

    return l->end - l->begin >= LEAST_PARAGRAPH ||
           (l->end - l->begin > 20 && wire_ends_sentence(w, l));
}

/* A short line between two paragraphs. */
static void find_headings(struct wire *w)
{
    size_t before = w->count;

    for (size_t i = 0; i < w->count; i++) {
        size_t after = i + 1;

        if (w->lines[i].why)
            continue;
        while (after < w->count && w->lines[after].why)
            after++;
        if (before < i && after < w->count && is_heading(w, &w->lines[i]) &&
            is_paragraph(w, before) && !w->lines[before].heading &&
            is_paragraph(w, after) && !begins_small(w, after))
            w->lines[i].heading = true;
        before = i;
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
    gly_pos credit = l->credit > l->begin ? l->credit : l->end;

    if (strcmp(l->why, "caption") != 0) {
        gly_edit_replace(out->edit, l->begin, next, "", l->why);
    } else if (l->credit == l->begin) {
        gly_edit_replace(out->edit, l->begin, next, "", "credit");
    } else {
        gly_edit_replace(out->edit, l->begin, credit, "", "caption");
        gly_edit_replace(out->edit, credit, next, "", "credit");
    }
    out->removed++;
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

    wire_split(&w);

    gly_pos widest = wire_find_width(&w);

    if (widest == 0 && wire_is_set_out(&w))
        return GLY_PASS;
    if (widest > 0 && wire_join(&w, widest) < 0)
        return -EINVAL;
    judge_lines(&w);
    find_headings(&w);

    struct writer out = { .edit = gly_edit_begin(doc), .text = w.text };

    write_lines(&w, &out);
    if (out.removed > 0)
        gly_count(stage, "lines removed", out.removed);
    return gly_edit_commit(out.edit);
}

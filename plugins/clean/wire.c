/* Plain text as agencies send it and sites copy it: lines that are not of the
 * article go, lines cut at a width are joined. */
#include "clean.h"

#include <string.h>
#include <strings.h>

enum {
    WIDEST = 90,         /* of lines that were cut at a width */
    LONGEST_HEADING = 80,
    LEAST_PARAGRAPH = 60, /* beside a heading */
};

struct line {
    gly_pos begin, end;  /* without white space around it */
    gly_pos front;       /* bytes at its begin that go */
    const char *front_why;
    gly_pos credit;      /* where a caption's credit begins, or its end */
    gly_pos tail;        /* where what goes of its end begins, or its end */
    const char *why;     /* it goes, or NULL */
    bool joined;         /* to the line before */
    bool heading;
};

struct wire {
    const struct clean *c;
    gly_doc *doc;
    const char *text;
    gly_pos len;
    struct line *lines;  /* those that are not empty */
    size_t count;
};

static struct part part_of(const struct wire *w, const struct line *l)
{
    return (struct part){ w->text + l->begin, l->end - l->begin };
}

static void split_lines(struct wire *w)
{
    size_t count = 0;

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

/* ---- lines cut at a width ---- */

static gly_pos width(const struct wire *w, const struct line *l)
{
    gly_pos count = 0;

    for (gly_pos i = l->begin; i < l->end; i++)
        count += ((unsigned char)w->text[i] & 0xC0) != 0x80;
    return count;
}

static bool is_next_line(const struct wire *w, size_t i)
{
    const char *gap = w->text + w->lines[i].end;
    size_t len = w->lines[i + 1].begin - w->lines[i].end;
    const char *first = memchr(gap, '\n', len);

    return !memchr(first + 1, '\n', len - (size_t)(first + 1 - gap));
}

static bool ends_sentence(const struct wire *w, const struct line *l)
{
    return memchr(".!?:\")", w->text[l->end - 1], 6) ||
           (l->end - l->begin > 3 &&
            memcmp(w->text + l->end - 3, "\xE2\x80", 2) == 0);
}

/* Whether line i was ended because the next word did not fit. */
static bool is_full(const struct wire *w, size_t i, gly_pos widest)
{
    const struct line *next = &w->lines[i + 1];
    struct line word = { .begin = next->begin };

    word.end = word.begin +
               (gly_pos)strcspn(w->text + word.begin, " \t\n");
    return is_next_line(w, i) &&
           width(w, &w->lines[i]) + 1 + width(w, &word) > widest;
}

static void join_lines(struct wire *w)
{
    gly_pos widest = 0;
    size_t pairs = 0, full = 0, open = 0;

    for (size_t i = 0; i < w->count; i++) {
        gly_pos len = w->lines[i].end - w->lines[i].begin;

        if (len > 4 * WIDEST || (len = width(w, &w->lines[i])) > WIDEST)
            return;
        if (len > widest)
            widest = len;
    }
    if (widest < 40)
        return;
    for (size_t i = 0; i + 1 < w->count; i++) {
        pairs += is_next_line(w, i);
        if (is_full(w, i, widest)) {
            full++;
            open += !ends_sentence(w, &w->lines[i]);
        }
    }
    if (full < 2 || full * 2 < pairs || open * 2 < full)
        return;
    for (size_t i = 0; i + 1 < w->count; i++)
        w->lines[i + 1].joined = is_full(w, i, widest);
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
        !credit_find(w->c, part_of(w, l), &caption, &credit))
        return;

    struct part source = credit_source(credit);

    l->why = "caption";
    l->credit = (gly_pos)(credit.at - w->text);
    caption_keep(w->doc, caption, source);
}

static bool take_contribution(struct wire *w, struct line *l)
{
    struct part line = part_of(w, l);
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

static void judge_line(struct wire *w, size_t i)
{
    struct line *l = &w->lines[i];
    struct part line = part_of(w, l);
    bool near = i < 4 || i + 4 >= w->count;

    if (i == 0)
        take_date(w, l);
    if (l->why)
        return;
    if (near && !l->front && byline_read(w->c, w->doc, line, true))
        l->why = "byline";
    else if (near && i > 0 && take_contribution(w, l))
        return;
    else if (is_rule(line))
        l->why = "boilerplate";
    else if (!(l->why = phrase_find(w->c, line)))
        take_credit(w, l);
}

/* The first line that is left and long may begin with a dateline. */
static void judge_lines(struct wire *w)
{
    bool begun = false;

    for (size_t i = 0; i < w->count; i++) {
        struct line *l = &w->lines[i];

        judge_line(w, i);
        if (!begun && !l->why &&
            l->end - l->begin >= LEAST_PARAGRAPH / 2) {
            gly_pos front = l->front;

            take_dateline(w, l);
            begun = l->front > front || l->end - l->begin > LONGEST_HEADING;
        }
    }
}

/* ---- headings ---- */

static bool is_heading(const struct wire *w, const struct line *l)
{
    const char *begin = w->text + l->begin, *at = begin;
    const char *end = w->text + l->end;
    unsigned words = 1, letters = 0;
    uint32_t first = gly_next_char(&at), last = gly_char_before(begin, end);

    if (l->joined || l->end - l->begin > LONGEST_HEADING || l->front ||
        l->tail < l->end || gly_is_lower(first) ||
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
           (l->joined || (i + 1 < w->count && w->lines[i + 1].joined)) ||
           (l->end - l->begin > 20 && ends_sentence(w, l));
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
            is_paragraph(w, after) && !w->lines[after].joined)
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

static const char *gap_wanted(const struct wire *w, size_t i)
{
    if (!w->lines[i + 1].joined)
        return is_next_line(w, i) ? "\n" : "\n\n";
    return w->text[w->lines[i].end - 1] == '-' ? "" : " ";
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
            fit_gap(out, l->end, next, gap_wanted(w, i),
                    l[1].joined ? "line-break" : "space");
        else
            fit_gap(out, l->end, next,
                    next == w->len && next > l->end ? "\n" : "", "space");
    }
}

int clean_wire(gly_stage *stage, gly_doc *doc)
{
    struct wire w = { .c = gly_state(stage), .doc = doc };

    w.text = gly_text(doc, &w.len);
    split_lines(&w);
    join_lines(&w);
    judge_lines(&w);
    find_headings(&w);

    struct writer out = { .edit = gly_edit_begin(doc), .text = w.text };

    write_lines(&w, &out);
    if (out.removed > 0)
        gly_count(stage, "lines removed", out.removed);
    return gly_edit_commit(out.edit);
}

/* Lines that were cut at a width, and texts whose white space means something. */
#include "wire.h"

#include <string.h>

enum {
    MANY = 10, /* lines among which one may be wider */
};

/* ---- lines cut at a width ---- */

gly_pos wire_width(const struct wire *w, const struct line *l)
{
    gly_pos count = 0;

    for (gly_pos i = l->begin; i < l->end && count <= WIDEST; i++)
        count += ((unsigned char)w->text[i] & 0xC0) != 0x80;
    return count;
}

bool wire_is_next(const struct wire *w, size_t i)
{
    const char *gap = w->text + w->lines[i].end;
    size_t len = w->lines[i + 1].begin - w->lines[i].end;
    const char *first = memchr(gap, '\n', len);

    return !memchr(first + 1, '\n', len - (size_t)(first + 1 - gap));
}

bool wire_ends_sentence(const struct wire *w, const struct line *l)
{
    return part_ends_sentence(wire_part(w, l)) || w->text[l->end - 1] == ')';
}

/* "* an item", "- an item", "2. an item" */
static bool is_item(const struct wire *w, const struct line *l)
{
    const char *p = w->text + l->begin;
    size_t len = strspn(p, "0123456789");

    if (len > 0)
        return (p[len] == '.' || p[len] == ')') && p[len + 1] == ' ';
    return (strchr("*-+", *p) && p[1] == ' ') ||
           strncmp(p, "\xE2\x80\xA2", 3) == 0;
}

/* Whether line i was ended because the next word did not fit. */
static bool is_full(const struct wire *w, size_t i, gly_pos widest)
{
    const struct line *next = &w->lines[i + 1];
    struct line word = { .begin = next->begin };
    gly_pos len = wire_width(w, &w->lines[i]);

    word.end = word.begin +
               (gly_pos)strcspn(w->text + word.begin, " \t\n");
    return len <= WIDEST && wire_is_next(w, i) && !is_item(w, next) &&
           len + 1 + wire_width(w, &word) > widest;
}

/* Or by one who left more room. */
static bool is_cut(const struct wire *w, size_t i, gly_pos widest)
{
    return is_full(w, i, widest) ||
           (wire_is_next(w, i) && !is_item(w, &w->lines[i + 1]) &&
            wire_width(w, &w->lines[i]) <= WIDEST &&
            wire_width(w, &w->lines[i]) * 3 >= widest * 2 &&
            !wire_ends_sentence(w, &w->lines[i]));
}

gly_pos wire_find_width(const struct wire *w)
{
    gly_pos widest = 0;
    size_t pairs = 0, full = 0, open = 0, wide = 0;

    for (size_t i = 0; i < w->count; i++) {
        gly_pos len = wire_width(w, &w->lines[i]);

        if (len > WIDEST)
            wide++;
        else if (len > widest)
            widest = len;
    }
    if (widest < 40 || wide * MANY > w->count)
        return 0;
    for (size_t i = 0; i + 1 < w->count; i++) {
        pairs += wire_is_next(w, i);
        if (is_full(w, i, widest)) {
            full++;
            open += !wire_ends_sentence(w, &w->lines[i]);
        }
    }
    return full < 2 || full * 2 < pairs || open * 2 < full ? 0 : widest;
}

int wire_join(struct wire *w, gly_pos widest)
{
    gly_edit *edit = gly_edit_begin(w->doc);

    for (size_t i = 0; i + 1 < w->count; i++) {
        const struct line *l = &w->lines[i];

        if (is_cut(w, i, widest))
            gly_edit_replace(edit, l->end, l[1].begin,
                             w->text[l->end - 1] == '-' ? "" : " ",
                             "line-break");
    }

    int result = gly_edit_commit(edit);

    wire_split(w);
    return result;
}

/* ---- text whose white space means something ---- */

static gly_pos indent(const struct wire *w, const struct line *l)
{
    gly_pos i = l->begin;

    while (i > 0 && (w->text[i - 1] == ' ' || w->text[i - 1] == '\t'))
        i--;
    return l->begin - i;
}

static bool has_columns(const struct wire *w, const struct line *l)
{
    for (gly_pos i = l->begin, spaces = 0; i < l->end; i++) {
        spaces = w->text[i] == ' ' ? spaces + 1 : 0;
        if (spaces == 3)
            return true;
    }
    return false;
}

/* Hardly a long line, and many with gaps or with another indent than the one
 * before. */
bool wire_is_set_out(const struct wire *w)
{
    size_t wide = 0, set = 0;

    for (size_t i = 0; i < w->count; i++) {
        const struct line *l = &w->lines[i];

        if (wire_width(w, l) > WIDEST)
            wide++;
        else
            set += has_columns(w, l) ||
                   (i > 0 && indent(w, l) != indent(w, l - 1));
    }
    return set >= 3 && set * 4 >= w->count && wide * MANY <= w->count;
}

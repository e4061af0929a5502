/* The outline of a plain text: its headings and its lists. */
#include "wire.h"

#include <string.h>

enum {
    LONGEST_HEADING = 80,
    LEAST_PARAGRAPH = 60, /* beside a heading */
};

/* ---- lists ---- */

/* "1." and "12)"; "a)". */
static size_t numbered(struct part line, uint32_t *sort)
{
    size_t len = 0;

    while (len < line.len && len < 3 && line.at[len] >= '0' &&
           line.at[len] <= '9')
        len++;
    if (len > 0 && len < 3 && len < line.len && memchr(".)", line.at[len], 2)) {
        *sort = '1';
        return len + 1;
    }
    if (line.len > 1 && len == 0 && line.at[1] == ')' &&
        (*line.at | 32) >= 'a' && (*line.at | 32) <= 'z') {
        *sort = 'a';
        return 2;
    }
    return 0;
}

size_t item_sign(struct part line, uint32_t *sort)
{
    static const uint32_t bullets[] = {
        0x00B7, 0x2022, 0x2023, 0x2043, 0x25A0, 0x25AA, 0x25B8, 0x25BA, 0x25CB,
        0x25CF, 0x25E6, 0x2713, 0x27A2,
    };
    const char *at = line.at;
    size_t open = line.len > 0 && *at == '(', len;

    *sort = 0;
    if (line.len < 3)
        return 0;
    if ((len = numbered(part_cut(line, open), sort)) > 0) {
        len += open;
    } else {
        uint32_t sign = gly_next_char(&at);

        len = (size_t)(at - line.at);
        if (sign < 0x80 ? strchr("*+-", (int)sign) != NULL : sign == 0x2013)
            *sort = sign;
        for (size_t i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++)
            if (sign == bullets[i])
                *sort = 0x2022;
    }

    size_t gap = len < line.len ? strspn(line.at + len, " \t") : 0;

    if (!*sort || len + gap >= line.len || (gap == 0 && *sort != 0x2022)) {
        *sort = 0;
        return 0;
    }
    return len + gap;
}

/* What is counted: 3 of "3." and of "c)"; 0 for a bullet. */
static unsigned place_of(struct part line, uint32_t sort)
{
    size_t i = *line.at == '(';
    unsigned value = 0;

    if (sort == 'a')
        return (unsigned)(line.at[i] | 32) - 'a' + 1;
    for (; line.at[i] >= '0' && line.at[i] <= '9'; i++)
        value = value * 10 + (unsigned)(line.at[i] - '0');
    return sort == '1' ? value : 0;
}

static bool is_beside(unsigned before, unsigned place)
{
    return place == before + 1 || place + 1 == before || place == 0;
}

/* An item has another beside it, of its sort and next to it in number. */
static void find_lists(struct wire *w)
{
    size_t before = w->count;
    uint32_t sort_before = 0;

    for (size_t i = 0; i < w->count; i++) {
        struct line *l = &w->lines[i];
        uint32_t sort;
        size_t len;

        if (l->why)
            continue;
        len = item_sign(wire_part(w, l), &sort);
        if (sort && sort == sort_before) {
            struct line *b = &w->lines[before];

            if (is_beside(place_of(wire_part(w, b), sort),
                          place_of(wire_part(w, l), sort))) {
                l->item = (gly_pos)len;
                b->item = (gly_pos)item_sign(wire_part(w, b), &sort);
            }
        }
        before = i;
        sort_before = sort;
    }
}

/* ---- headings ---- */

/* "- A cold start -", as agencies write it. */
static struct part skip_dashes(struct part line)
{
    static const char *const dashes[] = { "- ", "\xE2\x80\x93 ", NULL };
    size_t len = part_begins_any(line, dashes);
    struct part inside = part_cut(line, len);

    if (len == 0 || inside.len <= len ||
        line.at[line.len - len] != ' ' ||
        memcmp(line.at + line.len - len + 1, line.at, len - 1) != 0)
        return line;
    return part_trim(inside.at, inside.len - len);
}

static bool is_heading(const struct wire *w, const struct line *l)
{
    struct part line = skip_dashes(wire_part(w, l));
    const char *begin = line.at, *at = begin, *end = begin + line.len;
    unsigned words = 1, letters = 0;
    uint32_t first = gly_next_char(&at), last = gly_char_before(begin, end);

    if (l->end - l->begin > LONGEST_HEADING || l->front || l->tail < l->end ||
        l->item || gly_is_lower(first) ||
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
            is_paragraph(w, after) && !wire_begins_small(w, after))
            w->lines[i].heading = true;
        before = i;
    }
}

void wire_find_outline(struct wire *w)
{
    find_lists(w);
    find_headings(w);
}

/* Paragraphs that say again what another one says: a lead that is the summary
 * too, a sentence set large between others, an appeal below each part.
 *
 * Of two, the one goes whose words all stand in the other, in their order, if
 * those are at least nine tenths of it; of equal ones the second. What may be
 * meant to come again stays: headings, questions, lines of lists and tables,
 * short lines, and what stands below a heading each time.
 */
#include "clean.h"

#include <string.h>

enum {
    LEAST_WORDS = 12,
    KEYS = 8,   /* of a paragraph */
    PLACES = 2, /* for each, of which one is taken */
};

static const uint64_t FACTOR = 0x9E3779B97F4A7C15; /* odd */

struct line {
    gly_pos begin, end;
    const uint64_t *words; /* their hashes */
    size_t count;
    bool headed, judged, gone;
};

struct lines {
    gly_doc *doc;
    const char *text;
    struct line *line;
    size_t count, judged;
    struct line **places; /* by key: the first paragraph that has it */
    size_t size;
};

/* Of its letters and digits, case apart. */
static uint64_t hash_word(const char *at, const char *end)
{
    uint64_t hash = 0;

    while (at < end) {
        uint32_t c = gly_next_char(&at);

        if (gly_is_letter(c) || gly_is_digit(c))
            hash = (hash + gly_lower(c)) * FACTOR;
    }
    return hash;
}

/* "- ", "• ", "1. ", "2) " */
static bool is_item(const char *text, const gly_token *t, size_t count)
{
    return (count > 1 && t->type == GLY_SIGN && t[1].flags & GLY_SPACED) ||
           (count > 2 && t->type == GLY_NUMERAL &&
            strchr(".)", text[t[1].begin]) && t[2].flags & GLY_SPACED);
}

static bool ends_statement(struct part line)
{
    return part_ends_sentence(line) &&
           !memchr("?:", line.at[line.len - 1], 2);
}

static bool may_go(const char *text, const struct line *l, const gly_token *t,
                   size_t count)
{
    struct part line = { text + l->begin, l->end - l->begin };

    return l->count >= LEAST_WORDS && ends_statement(line) &&
           !is_item(text, t, count) && !memchr(line.at, '\t', line.len) &&
           !memchr(line.at, '|', line.len);
}

static void read_lines(struct lines *all)
{
    size_t count;
    const gly_token *t = gly_tokens(all->doc, &count);
    const gly_span *heading = gly_spans(all->doc, "headings");
    uint64_t *words = gly_alloc(all->doc, count * sizeof(*words));
    bool headed = false;

    for (size_t i = 0; i < count; i++)
        all->count += (t[i].flags & GLY_LINE) != 0;
    all->line = gly_alloc(all->doc, all->count * sizeof(*all->line));
    all->count = 0;
    for (size_t i = 0, first = 0; i < count; first = i) {
        struct line *l = &all->line[all->count++];

        *l = (struct line){ .begin = t[i].begin, .words = words,
                            .headed = headed };
        do {
            if (t[i].type != GLY_SIGN)
                *words++ = hash_word(all->text + t[i].begin,
                                     all->text + t[i].end);
        } while (++i < count && !(t[i].flags & GLY_LINE));
        l->end = t[i - 1].end;
        l->count = (size_t)(words - l->words);
        while (heading && heading->end <= l->begin)
            heading = heading->next;
        headed = heading && heading->begin < l->end;
        l->judged = !headed && may_go(all->text, l, t + first, i - first);
        all->judged += l->judged;
    }
}

/* The least hash of two words in a row in each of KEYS parts; 0 for none. */
static void find_keys(const struct line *l, uint64_t keys[KEYS])
{
    memset(keys, 0, KEYS * sizeof(*keys));
    for (size_t i = 1; i < l->count; i++) {
        uint64_t hash = (l->words[i - 1] * FACTOR + l->words[i]) * FACTOR;
        uint64_t *key = &keys[hash >> 61];

        if (*key == 0 || hash < *key)
            *key = hash;
    }
}

static bool stands_in(const struct line *l, const struct line *other)
{
    size_t found = 0;

    if (l->count > other->count || l->count * 10 < other->count * 9 ||
        (l->headed && other->headed))
        return false;
    for (size_t i = 0; i < other->count && found < l->count; i++)
        found += other->words[i] == l->words[found];
    return found == l->count;
}

static void judge(struct lines *all, struct line *l)
{
    uint64_t keys[KEYS];

    find_keys(l, keys);
    for (unsigned k = 0; k < KEYS && !l->gone; k++) {
        struct line *other = all->places[keys[k] % all->size];

        if (!other || other->gone)
            continue;
        l->gone = stands_in(l, other);
        other->gone = !l->gone && stands_in(other, l);
    }
    for (unsigned k = 0; k < KEYS && !l->gone; k++) {
        struct line **place = &all->places[keys[k] % all->size];

        if (!*place || (*place)->gone)
            *place = l;
    }
}

/* Each takes the white space behind it along, at the end that before it. */
static int take_out(gly_stage *stage, const struct lines *all)
{
    gly_edit *edit = gly_edit_begin(all->doc);
    size_t last = all->count - 1;
    double count = 0;

    while (all->line[last].gone)
        last--;
    for (size_t i = 0; i < all->count; i++) {
        const struct line *l = &all->line[i];

        count += l->gone;
        if (l->gone && i < last)
            gly_edit_replace(edit, l->begin, l[1].begin, "", "repeat");
        else if (l->gone)
            gly_edit_replace(edit, l[-1].end, l->end, "", "repeat");
    }
    if (count > 0)
        gly_count(stage, "repeats", count);
    return gly_edit_commit(edit);
}

int clean_repeats(gly_stage *stage, gly_doc *doc)
{
    struct lines all = { .doc = doc, .text = gly_text(doc, NULL) };

    read_lines(&all);
    if (all.judged < 2)
        return GLY_PASS;
    all.size = all.judged * KEYS * PLACES + 1;
    all.places = gly_alloc(doc, all.size * sizeof(*all.places));
    for (size_t i = 0; i < all.count; i++)
        if (all.line[i].judged)
            judge(&all, &all.line[i]);
    return take_out(stage, &all);
}

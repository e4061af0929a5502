/* Lines that were cut at a width, and texts whose white space means something. */
#include "wire.h"

#include <string.h>

enum {
    SLACK = 8,       /* by which a line may be wider than those around it */
    MANY = 10,       /* lines among which one may be wider */
    INDENTS = 16,    /* that are told apart */
    MOST_PROBES = 32,
};

/* How the lines of a text were cut. */
struct wrap {
    gly_pos widest;
    gly_pos indent;  /* of lines that begin no paragraph */
    bool marked;     /* paragraphs are marked by their indent */
    uint32_t item;   /* the sort of the list in which line i stands, or 0 */
    uint32_t *words; /* hashes of the text's words, once they are needed */
    size_t mask;
};

bool wire_is_underline(const struct wire *w, size_t i)
{
    return i > 0 && wire_is_next(w, i - 1) &&
           w->lines[i].width == w->lines[i - 1].width;
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

static gly_pos indent(const struct wire *w, const struct line *l)
{
    gly_pos i = l->begin;

    while (i > 0 && (w->text[i - 1] == ' ' || w->text[i - 1] == '\t'))
        i--;
    return l->begin - i;
}

/* Chinese and Japanese, which divide no words by spaces. */
static bool is_unspaced(uint32_t c)
{
    return (c >= 0x2E80 && c < 0xA000) || (c >= 0xFF00 && c < 0xFFF0);
}

/* Whether line i was ended because the next word did not fit. */
static bool is_full(const struct wire *w, size_t i, gly_pos widest)
{
    const struct line *next = &w->lines[i + 1];
    gly_pos width = w->lines[i].width;

    if (width > WIDEST || width > widest + SLACK)
        return false;

    const char *begin = w->text + next->begin, *at = begin;
    gly_pos len = is_unspaced(gly_next_char(&at))
                      ? (gly_pos)(at - begin)
                      : (gly_pos)strcspn(begin, " \t\n");

    return width + 1 + wire_width(begin, len) > widest;
}

/* Whether line i, which stands in the list `r->item`, is followed by an item.
 * A dash or a year may come first in a line by chance. */
static bool begins_item(const struct wire *w, size_t i, const struct wrap *r)
{
    uint32_t sort;

    if (!item_sign(wire_part(w, &w->lines[i + 1]), &sort))
        return false;
    return sort == r->item || sort == 0x2022 ||
           wire_ends_sentence(w, &w->lines[i]) || !is_full(w, i, r->widest);
}

/* Whether the indent of the line behind i is the mark of a paragraph. */
static bool is_indented(const struct wire *w, size_t i, const struct wrap *r)
{
    return indent(w, &w->lines[i + 1]) > r->indent &&
           (wire_ends_sentence(w, &w->lines[i]) ||
            (!r->item && !is_full(w, i, r->widest)));
}

/* Whether lines i and i + 1 are of one paragraph that was cut: where the next
 * word did not fit, or by one who left more room; then a full stop may be its
 * end, unless another mark would be there. */
static bool is_cut(const struct wire *w, size_t i, const struct wrap *r)
{
    if (!wire_is_next(w, i) || begins_item(w, i, r) || is_indented(w, i, r))
        return false;

    gly_pos width = w->lines[i].width;

    return is_full(w, i, r->widest) ||
           (width <= WIDEST && width * 3 >= r->widest * 2 &&
            (r->marked || !wire_ends_sentence(w, &w->lines[i])));
}

/* ---- how they were cut ---- */

/* The width that hardly a line exceeds, 0 if many lines are wide. */
static gly_pos find_widest(const struct wire *w)
{
    size_t count[WIDEST + 2] = { 0 }, wider = 0;
    gly_pos widest = WIDEST;

    for (size_t i = 0; i < w->count; i++)
        count[w->lines[i].width]++;
    if (count[WIDEST + 1] * MANY > w->count)
        return 0;
    while (widest > 0 && wider + count[widest] <= w->count / MANY)
        wider += count[widest--];
    return widest;
}

/* The smallest that many lines have. */
static gly_pos find_indent(const struct wire *w)
{
    size_t count[INDENTS] = { 0 };
    gly_pos least = 0;

    for (size_t i = 0; i < w->count; i++) {
        gly_pos in = indent(w, &w->lines[i]);

        count[in < INDENTS ? in : INDENTS - 1]++;
    }
    while (least < INDENTS - 1 && count[least] * MANY < w->count)
        least++;
    return least;
}

/* False when they were not cut at a width. */
static bool find_wrap(const struct wire *w, struct wrap *r)
{
    size_t pairs = 0, full = 0, open = 0, indented = 0;

    r->widest = find_widest(w);
    if (r->widest < 40)
        return false;
    r->indent = find_indent(w);
    for (size_t i = 0; i + 1 < w->count; i++) {
        if (!wire_is_next(w, i) || begins_item(w, i, r))
            continue;
        if (is_indented(w, i, r)) {
            indented++;
            continue;
        }
        pairs++;
        if (is_full(w, i, r->widest)) {
            full++;
            open += !wire_ends_sentence(w, &w->lines[i]);
        }
    }
    r->marked = indented >= 2;
    return full >= 2 && full * 2 >= pairs && open * 2 >= full;
}

/* ---- words cut by a hyphen ---- */

/* Of a word; bytes of other scripts always are. */
static bool is_inside(char ch)
{
    return ((ch | 32) >= 'a' && (ch | 32) <= 'z') || (ch & 0x80);
}

static uint32_t hash_word(const char **at, const char *end, uint32_t hash)
{
    for (; *at < end && is_inside(**at); (*at)++)
        hash = (hash ^ (unsigned char)(**at | 32)) * 16777619u;
    return hash;
}

static const uint32_t no_word = 2166136261u; /* where FNV-1a begins */

/* Where the hash stands or may be put; NULL where many others already are, as
 * only a text made to that end has it. */
static uint32_t *find_slot(const struct wrap *r, uint32_t hash)
{
    for (size_t i = 0; i < MOST_PROBES; i++) {
        uint32_t *slot = &r->words[(hash + i) & r->mask];

        if (*slot == 0 || *slot == hash)
            return slot;
    }
    return NULL;
}

static void gather_words(const struct wire *w, struct wrap *r)
{
    const char *at = w->text, *end = w->text + w->len;

    for (r->mask = 1; r->mask <= w->len / 2;) /* a word has a byte behind it */
        r->mask *= 2;
    r->words = gly_alloc(w->doc, r->mask-- * sizeof(*r->words));
    while (at < end) {
        uint32_t hash = hash_word(&at, end, no_word);
        uint32_t *slot = hash == no_word ? NULL : find_slot(r, hash);

        if (slot)
            *slot = hash;
        at += at < end;
    }
}

/* Whether "govern-" and "ment" stand elsewhere as "government". */
static bool is_word_cut(const struct wire *w, size_t i, struct wrap *r)
{
    const char *begin = w->text + w->lines[i].begin;
    const char *hyphen = w->text + w->lines[i].end - 1, *first = hyphen;
    const char *rest = w->text + w->lines[i + 1].begin;
    uint32_t hash;

    while (first > begin && is_inside(first[-1]))
        first--;
    if (!r->words)
        gather_words(w, r);
    hash = hash_word(&first, hyphen, no_word);
    hash = hash_word(&rest, w->text + w->lines[i + 1].end, hash);

    const uint32_t *slot = find_slot(r, hash);

    return slot && *slot == hash;
}

/* "two- and three-year" */
static bool is_and(const char *at)
{
    static const char *const words[] = { "and", "or", "to", "und", "oder",
                                         NULL };

    return part_is_any((struct part){ at, strcspn(at, " \n") }, words);
}

/* Whether the line ends with a hyphen, not with a dash that has a space before
 * it. */
static bool is_hyphened(const struct wire *w, const struct line *l)
{
    gly_pos end = l->end;

    while (end > l->begin && w->text[end - 1] == '-')
        end--;
    return end < l->end && end > l->begin && w->text[end - 1] != ' ';
}

static void join(const struct wire *w, size_t i, struct wrap *r,
                 gly_edit *edit)
{
    const struct line *l = &w->lines[i];
    const char *with = " ", *next = w->text + l[1].begin;
    gly_pos end = l->end;

    if (is_unspaced(gly_char_before(w->text, w->text + end)) &&
        is_unspaced(gly_next_char(&next)))
        with = "";
    else if (is_hyphened(w, l) && !is_and(w->text + l[1].begin)) {
        with = "";
        end -= wire_begins_small(w, i + 1) && is_inside(w->text[end - 2]) &&
               is_word_cut(w, i, r);
    }
    gly_edit_replace(edit, end, l[1].begin, with, "line-break");
}

int wire_join(struct wire *w, bool *joined)
{
    struct wrap r = { .item = 0 };
    bool cut = false;

    *joined = find_wrap(w, &r);
    if (!*joined)
        return 0;

    gly_edit *edit = gly_edit_begin(w->doc);

    for (size_t i = 0; i + 1 < w->count; i++) {
        const struct line *l = &w->lines[i];

        if (!cut)
            item_sign(wire_part(w, l), &r.item);
        cut = is_cut(w, i, &r);
        if (cut)
            join(w, i, &r, edit);
        else if (wire_is_next(w, i) && is_indented(w, i, &r))
            gly_edit_replace(edit, l->end, l[1].begin, "\n\n", "line-break");
    }

    int result = gly_edit_commit(edit);

    wire_split(w);
    return result;
}

/* ---- text whose white space means something ---- */

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

        if (l->width > WIDEST)
            wide++;
        else
            set += has_columns(w, l) ||
                   (i > 0 && indent(w, l) != indent(w, l - 1));
    }
    return set >= 3 && set * 4 >= w->count && wide * MANY <= w->count;
}

/* ---- mail ---- */

int wire_unquote(struct wire *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->text[w->lines[i].begin] != '>')
            return 0;
    if (w->count < 3)
        return 0;

    gly_edit *edit = gly_edit_begin(w->doc);

    for (size_t i = 0; i < w->count; i++) {
        gly_pos begin = w->lines[i].begin;
        gly_pos len = (gly_pos)strspn(w->text + begin, ">");

        len += w->text[begin + len] == ' ';
        gly_edit_replace(edit, begin, begin + len, "", "mail-quote");
    }

    int result = gly_edit_commit(edit);

    wire_split(w);
    return result;
}

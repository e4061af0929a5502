/* Where the text stood in the page: text and copy are read side by side, and the
 * copy knows where its text stood. What the parser did otherwise than expected
 * here is not known up to its next call. */
#include "clean.h"
#include "tags.h"

#include <string.h>

struct walk {
    const struct page *page;
    gly_origins *origins;
    const struct verbatim *run, *last_run;
    const struct call *call, *last_call;
    gly_pos text;      /* read up to here */
    uint32_t copy;     /* and there */
    bool lost;
};

static uint32_t number(const char *at, unsigned base, uint32_t *len)
{
    uint32_t value = 0;
    const char *begin = at;

    for (;; at++) {
        unsigned digit = *at >= '0' && *at <= '9' ? (unsigned)(*at - '0')
                         : (*at | 32) >= 'a' && (*at | 32) <= 'f'
                             ? (unsigned)((*at | 32) - 'a') + 10 : 16;

        if (digit >= base)
            break;
        if (value < 0x110000)
            value = value * base + digit;
    }
    *len += (uint32_t)(at - begin) + (*at == ';');
    return value;
}

/* The character at `at`, which may be a reference, as the parser reads it. */
static uint32_t read_char(const char *at, uint32_t *len)
{
    const char *end = at;
    uint32_t c;

    if (*at == '&' && at[1] == '#') {
        bool hex = (at[2] | 32) == 'x';

        *len = hex ? 3 : 2;
        return number(at + *len, hex ? 16 : 10, len);
    }
    if (*at == '&') {
        while (is_alpha(*++end) || (*end >= '0' && *end <= '9'))
            ;
        c = *end == ';' ? html_entity(at + 1, (size_t)(end - at - 1)) : 0;
        *len = c ? (uint32_t)(end + 1 - at) : 1;
        return c ? c : '&';
    }
    c = gly_next_char(&end);
    *len = (uint32_t)(end - at);
    return c;
}

/* What the parser passes over. */
static bool is_unread(uint32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           (c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF ||
           c >= 0x110000;
}

static bool is_space(uint32_t c)
{
    return c < 0x80 && is_blank((char)c);
}

/* Where a range of the copy that begins in the run stood. */
static void add(struct walk *w, gly_pos begin, gly_pos len, uint32_t copy_len)
{
    const struct verbatim *last = w->run;
    uint32_t end = w->copy + copy_len, from, to;

    while (end > last->copy + last->copy_len && last + 1 < w->last_run)
        last++;
    from = w->run->html + (w->copy - w->run->copy);
    to = end - last->copy;
    to = last->html + (to < last->html_len ? to : last->html_len);
    gly_origins_add(w->origins, begin, len, from, to - from);
}

/* Goes to the next text in the copy; false behind the last. */
static bool settle(struct walk *w)
{
    while (w->run < w->last_run &&
           w->copy >= w->run->copy + w->run->copy_len)
        w->run++;
    if (w->run < w->last_run && w->copy < w->run->copy)
        w->copy = w->run->copy;
    return w->run < w->last_run;
}

/* Bytes that are the same in both, up to the end of either. */
static gly_pos same(const struct walk *w, gly_pos end)
{
    const char *text = w->page->text.data + w->text;
    const char *copy = w->page->source.data + w->copy;
    gly_pos n = 0, most = w->run->copy + w->run->copy_len - w->copy;

    if (most > end - w->text)
        most = end - w->text;
    while (n < most && copy[n] != '&' &&
           (copy[n] == text[n] || (is_blank(copy[n]) && is_blank(text[n]))))
        n++;
    while (n > 0 && n < most && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    return n;
}

/* Reads some of the text before `end`, or of the copy. */
static void step(struct walk *w, gly_pos end, bool wanted)
{
    const char *text = w->page->text.data + w->text;
    char bytes[4];
    gly_pos n;
    uint32_t copy_len, c;

    w->lost = w->lost || !settle(w);
    if (w->lost) {
        w->text = end;
        return;
    }
    copy_len = n = same(w, end);
    if (n == 0) {
        c = read_char(w->page->source.data + w->copy, &copy_len);
        if (is_unread(c) || (is_space(c) && !is_blank(*text))) {
            w->copy += copy_len;
            return;
        }
        if (is_blank(*text) && !is_space(c)) { /* put in */
            w->text++;
            return;
        }
        n = is_space(c) ? 1 : gly_put_char(bytes, c);
        w->lost = n > end - w->text ||
                  (!is_space(c) && memcmp(text, bytes, n) != 0);
    }
    if (w->lost)
        return;
    if (wanted)
        add(w, w->text, n, copy_len);
    w->text += n;
    w->copy += copy_len;
}

/* From the last of the parser's calls before it on. */
static void walk(struct walk *w, gly_pos begin, gly_pos end)
{
    while (w->text < end) {
        while (w->call < w->last_call &&
               w->call->text <= (w->text < begin ? begin : w->text)) {
            w->text = w->call->text;
            if (w->lost || w->copy < w->call->copy)
                w->copy = w->call->copy;
            w->lost = false;
            w->call++;
        }

        gly_pos until = w->text < begin ? begin : end;

        if (w->call < w->last_call && w->call->text < until)
            until = w->call->text;
        step(w, until, w->text >= begin);
    }
}

void origin_find(gly_doc *doc, const struct page *page, const uint8_t *why)
{
    struct walk w = {
        .page = page,
        .origins = gly_origins_new(doc),
        .run = (const void *)page->verbatim.data,
        .call = (const void *)page->calls.data,
        .lost = true,
    };

    w.last_run = w.run + page->verbatim.len / sizeof(*w.run);
    w.last_call = w.call + page->calls.len / sizeof(*w.call);
    for (uint32_t b = 0; b < page->block_count; b++) {
        const struct block *block = html_block(page, b);

        if (!why || why[b] == KEPT || why[b] == WHY_CAPTION)
            walk(&w, block->begin, block->end);
    }
    gly_text_from(doc, w.origins);
}

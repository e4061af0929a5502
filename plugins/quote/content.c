/* content.c: where the words begin and end that a cue reports. */
#include "quote.h"

#include <string.h>

bool quote_is_whole(const struct item *it)
{
    return it->capital && it->words > 2;
}

static size_t skip_told(const struct sentence *p, size_t i, size_t s)
{
    struct range who;

    if (i < s && (quote_item(p, i)->flags & W_OBJECT))
        return i + 1;
    who = quote_phrase_at(&p->view, i, s);
    if (who.end < s && who.end > i)
        return who.end;
    return i;
}

static bool is_place(const struct sentence *p, size_t i)
{
    static const char *const places[] = {
        "in", "on", "at", "during", "after", "before", "through", "via",
    };

    for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++)
        if (quote_is(&p->view, i, places[k]))
            return true;
    return quote_item(p, i)->flags & W_TO && i + 1 < p->high &&
           quote_item(p, i + 1)->flags & (W_CAPITAL | W_ARTICLE);
}

/* "in a statement", "on Fox News": where and when it was said. */
static size_t skip_place(const struct sentence *p, size_t i, size_t s)
{
    for (unsigned turn = 0; turn < 3 && i < s; turn++) {
        struct range where;
        size_t next;

        if (!is_place(p, i))
            break;
        where = quote_phrase_at(&p->view, i + 1, s);
        next = i + 1;
        while (next < where.end && !quote_is(&p->view, next, "for"))
            next++;
        while (next < s && ((quote_item(p, next)->flags & W_TIME) ||
                            quote_is_sign(p, next, ',')))
            next++;
        i = next;
    }
    return i;
}

static bool is_apostrophe(const struct sentence *p, size_t i)
{
    const char *at = p->view.text + quote_item(p, i)->begin;

    return !quote_item(p, i)->piece &&
           (*at == '\'' || strncmp(at, "\xE2\x80\x99", 3) == 0);
}

size_t quote_content_begin(const struct sentence *p, const struct said *said,
                           size_t s)
{
    size_t i = quote_said_end(said);

    if (i > s || said->speaker.begin < said->cue.begin)
        i = said->cue.end;
    if (strcmp(said->stance, "tell") == 0 || strcmp(said->stance, "ask") == 0)
        i = skip_told(p, i, s);
    for (size_t k = i; k < s && k < i + 12; k++) {
        if (quote_item(p, k)->flags & W_THAT)
            return k;
        if (quote_is_sign(p, k, ':'))
            return k + 1;
    }
    if (s > i && (quote_is_sign(p, s - 1, '-') ||
                  (quote_is_sign(p, s - 1, ',') &&
                   quote_is_whole(quote_item(p, s)) && s - i < 12)))
        return s;
    while (i < s &&
           (quote_is_sign(p, i, ',') || (quote_item(p, i)->flags & W_TIME)) &&
           !is_apostrophe(p, i + 1))
        i++;
    if (i + 1 == s && quote_is(&p->view, i, "as"))
        return s;
    return skip_place(p, i, s);
}

/* A sign that ends nothing quoted: "." and "[" but not ")" or "%". */
static bool is_trailing(const struct sentence *p, size_t i)
{
    const struct item *it = quote_item(p, i);

    return !it->piece && !(it->flags & W_WORD) && it->sign &&
           !strchr(")%$]", it->sign);
}

/* Where another cue after item s ends what was reported, or 0: "and said",
 * ", calling", but not one deep in a clause. */
static size_t cut_at(const struct sentence *p, const struct said *said,
                     size_t s)
{
    size_t begin = quote_said_begin(said);

    if (said->cue.begin <= s || said->aside)
        return 0;
    if (begin <= s)
        begin = said->cue.begin;
    while (begin > s + 1 && (quote_item(p, begin - 1)->flags & W_HELPER))
        begin--;
    if (begin == s + 1 || quote_is_sign(p, begin - 1, ',') ||
        quote_is_sign(p, begin - 1, '-') ||
        (quote_item(p, begin - 1)->flags & (W_JOINS | W_CUT)) ||
        quote_is(&p->view, begin - 1, "before") ||
        quote_is(&p->view, begin - 1, "after"))
        return begin;
    return 0;
}

size_t quote_content_end(const struct sentence *p, size_t s)
{
    size_t end = p->high;

    for (size_t i = 0; i < p->said_count; i++) {
        size_t begin = cut_at(p, &p->said[i], s);

        if (begin) {
            end = begin;
            break;
        }
    }
    for (size_t i = s + 1; i < end; i++) {
        if (quote_is_sign(p, i, '-') || quote_is_sign(p, i, ';')) {
            end = i;
            break;
        }
    }
    while (end > s + 1 &&
           ((quote_item(p, end - 1)->flags & (W_JOINS | W_HELPER | W_CUT)) ||
            is_trailing(p, end - 1) || quote_is(&p->view, end - 1, "before") ||
            quote_is(&p->view, end - 1, "after")))
        end--;
    return end;
}

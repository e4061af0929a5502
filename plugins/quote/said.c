/* said.c: the cues of a sentence, and which of them belongs to a piece. */
#include "quote.h"

#include <string.h>

const struct item *quote_item(const struct sentence *p, size_t i)
{
    return &p->view.items[i];
}

bool quote_is_sign(const struct sentence *p, size_t i, char sign)
{
    const struct item *it = &p->view.items[i];

    return !it->piece && it->sign == sign;
}

size_t quote_said_begin(const struct said *said)
{
    return said->speaker.end > said->speaker.begin &&
                   said->speaker.begin < said->cue.begin
               ? said->speaker.begin
               : said->cue.begin;
}

size_t quote_said_end(const struct said *said)
{
    return said->speaker.end > said->cue.end ? said->speaker.end
                                             : said->cue.end;
}

/* Whether a piece stands before or after an attribution, but for a comma. */
static bool is_beside_piece(const struct sentence *p, const struct said *said)
{
    size_t begin = quote_said_begin(said), end = quote_said_end(said);

    if (end < p->high &&
        (quote_is_sign(p, end, ',') || quote_is_sign(p, end, ':')))
        end++;
    if (begin > p->low && quote_is_sign(p, begin - 1, ','))
        begin--;
    return (end < p->high && quote_item(p, end)->piece) ||
           (begin > p->low && quote_item(p, begin - 1)->piece);
}

/* Cues of the sentence. One without a speaker of its own ("and added", "calling
 * it") has that of the one before, or the sentence's subject. */
void quote_find_said(struct sentence *p)
{
    struct range last = {0, 0};

    p->said_count = 0;
    for (size_t i = p->low; i < p->high && p->said_count < MAX_SAID; i++) {
        struct said *said = &p->said[p->said_count];

        if (quote_item(p, i)->piece || !quote_item(p, i)->cue ||
            !quote_speaker(&p->view, p->low, p->high, i, said))
            continue;
        if (quote_item(p, i)->faint && !is_beside_piece(p, said))
            continue;
        if (said->speaker.end == said->speaker.begin && !said->passive) {
            if (last.end == last.begin)
                last = quote_subject(&p->view, p->low, p->high);
            said->speaker = last;
        }
        if (!said->passive)
            last = said->speaker;
        i = said->cue.end - 1;
        p->said_count++;
    }
}

bool quote_is_faint(const struct said *said)
{
    return said->aside || strncmp(said->stance, "think", 5) == 0 ||
           strncmp(said->stance, "show", 4) == 0;
}

const struct said *quote_said_before(const struct sentence *p, size_t s)
{
    const struct said *found = NULL;

    for (size_t i = 0; i < p->said_count && p->said[i].cue.end <= s; i++) {
        const struct said *said = &p->said[i];

        if (said->cue.begin < p->done)
            continue;
        if (found == NULL || !quote_is_faint(said))
            found = said;
    }
    return found;
}

const struct said *quote_said_after(const struct sentence *p, size_t s)
{
    size_t at = s + 1;

    while (at < p->high &&
           (quote_is_sign(p, at, ',') || quote_is_sign(p, at, '-')))
        at++;
    for (size_t i = 0; i < p->said_count; i++) {
        size_t begin;

        if (p->said[i].cue.begin <= s)
            continue;
        begin = quote_said_begin(&p->said[i]);
        if (begin <= s)
            begin = p->said[i].cue.begin;
        return begin == at || (begin == at + 1 && (p->view.items[at].flags &
                                                   (W_HELPER | W_ARTICLE)))
                   ? &p->said[i]
                   : NULL;
    }
    return NULL;
}

/* One that ends a clause: the “x” of y is z, Kim said. */
const struct said *quote_said_at_end(const struct sentence *p, size_t s)
{
    for (size_t i = 0; i < p->said_count; i++) {
        size_t begin = quote_said_begin(&p->said[i]);

        if (begin > s && (quote_is_sign(p, begin - 1, ',') ||
                          quote_item(p, begin - 1)->piece))
            return &p->said[i];
    }
    return NULL;
}

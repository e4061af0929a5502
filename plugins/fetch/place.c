/* place.c: how far a source is in a file: which of its lines were brought and are
 * not done. All others are, up to the last one that was brought. */
#include "fetch.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PENDING = 1 << 20 };

/* Where the line is among the pending, or would be. */
static size_t find(const struct place *p, unsigned long line)
{
    size_t low = 0, high = p->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (p->pending[middle].line < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct spot *pending(const struct place *p, unsigned long line)
{
    size_t i = find(p, line);

    return i < p->count && p->pending[i].line == line ? &p->pending[i] : NULL;
}

static struct spot *add(struct place *p, unsigned long line)
{
    if (p->count == p->size) {
        p->size = p->size ? 2 * p->size : 16;
        p->pending = realloc(p->pending, p->size * sizeof(*p->pending));
        if (!p->pending)
            abort();
    }
    p->pending[p->count] = (struct spot){.line = line};
    return &p->pending[p->count++];
}

void place_brought(struct place *p, unsigned long line, unsigned long long at)
{
    struct spot *spot = pending(p, line);

    if (!spot)
        spot = add(p, line);
    spot->at = at;
    spot->brought = true;
    p->reached = *spot;
    if (line > p->last)
        p->last = line;
}

bool place_is_done(const struct place *p, unsigned long line)
{
    return line <= p->last && !pending(p, line);
}

bool place_acked(struct place *p, unsigned long line)
{
    struct spot *spot = pending(p, line);

    if (!spot || !spot->brought)
        return false;
    p->count--;
    memmove(spot, spot + 1,
            (size_t)(p->pending + p->count - spot) * sizeof(*spot));
    return true;
}

void place_end(struct place *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->count; i++)
        if (p->pending[i].brought)
            p->pending[kept++] = p->pending[i];
    p->count = kept;
}

struct spot place_begin(const struct place *p)
{
    return p->count > 0 && p->pending[0].brought ? p->pending[0] : p->reached;
}

/* ---- as a text: where to begin, the last line, the pending ones ---- */

void place_write(const struct place *p, gly_buf *out)
{
    struct spot begin = place_begin(p);

    gly_buf_printf(out, "%lu %llu %lu", begin.line, begin.at, p->last);
    for (size_t i = 0, next; i < p->count; i = next) {
        next = i + 1;
        while (next < p->count &&
               p->pending[next].line == p->pending[next - 1].line + 1)
            next++;
        gly_buf_printf(out, " %lu-%lu", p->pending[i].line,
                       p->pending[next - 1].line);
    }
}

static bool read_run(struct place *p, char **at)
{
    unsigned long first = strtoul(*at, at, 10);
    unsigned long last = **at == '-' ? strtoul(*at + 1, at, 10) : 0;

    if (first == 0 || last < first || last > p->last ||
        last - first >= MOST_PENDING - p->count ||
        (p->count > 0 && first <= p->pending[p->count - 1].line))
        return false;
    for (unsigned long line = first; line <= last; line++)
        add(p, line);
    return true;
}

bool place_read(struct place *p, const char *text)
{
    char *at;

    *p = (struct place){.reached.line = strtoul(text, &at, 10)};
    p->reached.at = strtoull(at, &at, 10);
    p->last = strtoul(at, &at, 10);
    while (*at == ' ')
        if (!read_run(p, &at))
            break;
    if (*at == '\0' && p->reached.line > 0)
        return true;
    place_finish(p);
    return false;
}

void place_finish(struct place *p)
{
    free(p->pending);
    *p = (struct place){0};
}

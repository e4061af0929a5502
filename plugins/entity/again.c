/* again.c: what the second reading sees: what the first one found elsewhere.
 *
 * The same word is mostly the same thing throughout a document, and so is the
 * same name; a word that ended a person's name is that person when it is alone.
 */
#include "model.h"

#include <string.h>

static struct tally *tally(const struct block *b, struct tally *table,
                           uint32_t hash)
{
    return &table[(hash ^ hash >> 16) & b->mask];
}

static bool counts(const struct block *b, const struct found *f, uint32_t i)
{
    const struct seen *s = &b->seen[i];

    return s->cast < NUMBER && (s->cast != SMALL || f->tag[i] != OUT);
}

static void find_whole(const struct block *b, struct found *f, uint32_t first)
{
    uint32_t last = first, hash = 19;

    while (f->tag[last] % PARTS != SINGLE && f->tag[last] % PARTS != END)
        hash = join(hash, b->seen[last++].lower);
    hash = join(hash, b->seen[last].lower) | 1;
    for (uint32_t i = first; i <= last; i++)
        f->whole[i] = hash;
    tally(b, f->name, hash)->tag[f->tag[last]]++;
}

void entity_find(const struct block *b, struct found *f)
{
    size_t size = (b->mask + 1) * sizeof(struct tally);

    memset(f->word, 0, size);
    memset(f->name, 0, size);
    memset(f->whole, 0, b->count * sizeof(*f->whole));
    for (uint32_t i = 0; i < b->count; i++) {
        unsigned tag = f->tag[i];

        if (counts(b, f, i))
            tally(b, f->word, b->seen[i].lower)->tag[tag]++;
        if (tag != OUT && (tag % PARTS == SINGLE || tag % PARTS == BEGIN))
            find_whole(b, f, i);
    }
}

/* The most frequent tag of others, and how much more so than the rest. */
static uint32_t others(const struct tally *t, unsigned own, bool by_label)
{
    uint32_t count[TAGS] = {0}, all = 0, best = 0;

    for (unsigned k = 0; k < TAGS; k++) {
        uint32_t n = t->tag[k] - (k == own);

        count[by_label && k != OUT ? k / PARTS * PARTS : k] += n;
        all += n;
    }
    if (all == 0)
        return 0;
    for (uint32_t k = 1; k < TAGS; k++)
        if (count[k] > count[best])
            best = k;

    uint32_t share = count[best] * 10 / all;

    return 1 + best * 16 + (share > 8 ? 2 : share > 5 ? 1 : 0) * 4 +
           (all > 3 ? 2 : all > 1 ? 1 : 0);
}

static void put(struct features *f, uint32_t kind, uint32_t what)
{
    f->id[OTHERS][f->count[OTHERS]++] = join(kind * 0x27D4EB2Fu, what);
}

void entity_found_features(const struct block *b, const struct found *f,
                           uint32_t i, struct features *out)
{
    const struct seen *s = &b->seen[i];
    unsigned tag = f->tag[i];
    uint32_t word, label, name = 0;

    if (!counts(b, f, i))
        return;
    word = others(tally(b, f->word, s->lower), tag, false);
    label = others(tally(b, f->word, s->lower), tag, true);
    if (f->whole[i]) {
        uint32_t end = i;

        while (f->tag[end] % PARTS != SINGLE && f->tag[end] % PARTS != END)
            end++;
        name = others(tally(b, f->name, f->whole[i]), f->tag[end], true);
    }
    put(out, 1, join(label, s->cast));
    put(out, 2, join(word, s->cast));
    put(out, 3, join(label, tag));
    put(out, 4, join(word, tag));
    put(out, 5, join(name, tag));
    put(out, 6, join(join(name, label), tag));
    put(out, 7, join(join(label, s->manner), tag));
}

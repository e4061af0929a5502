/* variants.c: who is who: one name for all that mean the same in a document.
 *
 * People first, then organisations with their acronyms and short forms; all
 * others are joined by their letters.
 */
#include "names.h"

const char *entity_text_of(const struct text *t, const struct candidate *c)
{
    return gly_keep(t->doc, t->bytes + c->begin, c->end - c->begin);
}

static struct place *place_of(const struct text *t, struct table *table,
                                    const struct candidate *c)
{
    char folded[FOLDED];

    entity_fold(t, c->first, c->last, folded);
    return entity_place(table, folded, c->label + 1);
}

static void remember(const struct text *t, struct table *table,
                     const struct candidate *c)
{
    struct place *place = place_of(t, table, c);

    if (!place->other)
        place->other = c;
}

static void by_letters(const struct text *t, struct table *table,
                       struct candidates *all)
{
    /* mixed letters before capitals */
    for (int capitals = 0; capitals < 2; capitals++)
        for (size_t i = 0; i < all->count; i++) {
            const struct candidate *c = &all->item[i];
            bool caps = t->token[c->first].flags & GLY_CAPS;

            if (c->label != PERSON && caps == capitals)
                remember(t, table, c);
        }
    for (size_t i = 0; i < all->count; i++) {
        struct candidate *c = &all->item[i];

        if (c->label == PERSON || c->name || c->listed)
            continue;

        const struct candidate *other = place_of(t, table, c)->other;

        if (other && other != c)
            c->name = other->name ? other->name : entity_text_of(t, other);
    }
}

void entity_variants(const struct text *t, struct candidates *all)
{
    if (!all->count)
        return;

    struct table table = {.doc = t->doc, .mask = 63};

    while (table.mask < 2 * all->count)
        table.mask = 2 * table.mask + 1;
    table.heads = gly_alloc(t->doc, (table.mask + 1) * sizeof(*table.heads));
    entity_people(t, &table, all);
    entity_acronyms(t, &table, all);
    entity_short_forms(t, &table, all);
    by_letters(t, &table, all);
    for (size_t i = 0; i < all->count; i++)
        if (!all->item[i].name)
            all->item[i].name = entity_text_of(t, &all->item[i]);
}

/* ids.c: codes of countries, canonical names, and the finer labels, by lists.
 *
 * A country and its people have the country's code as their id; a capital is
 * not its country, so it says whose it is in a note of its own.
 */
#include "names.h"

#include <string.h>

int entity_ids_open(struct ids *ids, gly_stage *stage)
{
    const struct {
        const gly_words **words;
        const char *name;
    } files[] = {
        {&ids->countries, "entity-countries.txt"},
        {&ids->finer, "entity-finer.txt"},
        {&ids->places, "entity-places.txt"},
        {&ids->others, "entity-others.txt"},
        {&ids->orgs, "entity-organisations.txt"},
    };

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        *files[i].words = gly_words_open(stage, files[i].name, GLY_FOLD);
        if (!*files[i].words)
            return -1;
    }
    return 0;
}

/* Whether a value has this word, before its "=". */
static bool says(const char *value, const char *word)
{
    size_t len = strlen(word);

    for (; *value && *value != '='; value += *value == ' ') {
        size_t n = strcspn(value, " =");

        if (n == len && memcmp(value, word, len) == 0)
            return true;
        value += n;
    }
    return false;
}

static bool entry(const gly_words *words, const struct text *t,
                  const struct candidate *c, const char **value)
{
    return gly_words_has(words, t->bytes + c->begin, c->end - c->begin, value);
}

void entity_canonical(const struct text *t, const struct ids *ids,
                      struct candidates *names)
{
    for (size_t i = 0; i < names->count; i++) {
        struct candidate *c = &names->item[i];
        const char *value, *equals;
        bool found = false;

        if (c->name || c->listed || c->label == PERSON)
            continue;
        if (c->label == LOC)
            found = entry(ids->countries, t, c, &value) ||
                    entry(ids->places, t, c, &value);
        else if (c->label == ORG)
            found = entry(ids->orgs, t, c, &value);
        else
            found = entry(ids->others, t, c, &value);
        if (found && (equals = strchr(value, '=')) != NULL && equals[1])
            c->name = equals + 1;
    }
}

/* The entry of a country's list for a name, as it is written or called. */
static bool country(const struct text *t, const struct ids *ids,
                    const struct candidate *c, const char **value)
{
    return entry(ids->countries, t, c, value) ||
           (c->name &&
            gly_words_has(ids->countries, c->name, strlen(c->name), value));
}

static void set_code(const struct text *t, struct candidate *c,
                     const char *value)
{
    size_t len = strcspn(value, " ");
    char id[32] = "iso3166:";

    memcpy(id + 8, value, len < 16 ? len : 16);
    if (says(value, "capital"))
        c->capital_of = gly_keep(t->doc, id, strlen(id));
    else
        c->id = gly_keep(t->doc, id, strlen(id));
}

/* "River" and the like end the name of what no government has. */
static bool natural(const struct text *t, const struct candidate *c)
{
    static const char *const last[] = {
        "ocean", "sea", "river", "lake", "mountains", "mountain", "desert",
        "peninsula", "bay", "gulf", "coast", "valley", "strait", "canal",
        "street", "avenue", "airport", "bridge", "square", "tower", "park",
        NULL,
    };

    for (int i = 0; last[i]; i++)
        if (entity_is(t, c->last - 1, last[i]))
            return true;
    return false;
}

/* Countries, states and cities. */
static bool governed(const struct text *t, const struct ids *ids,
                     const struct candidate *c)
{
    const char *value;

    if (country(t, ids, c, &value))
        return true;
    if (natural(t, c) ||
        (entry(ids->finer, t, c, &value) && says(value, "LOC")))
        return false;
    return entry(ids->places, t, c, &value) ||
           (c->name && gly_words_has(ids->places, c->name, strlen(c->name),
                                     NULL));
}

static const char *finer_label(const struct text *t, const struct ids *ids,
                               const struct candidate *c, bool nation)
{
    const char *value;

    if (c->label == LOC)
        return governed(t, ids, c) ? "GPE" : NULL;
    if (c->label != MISC)
        return NULL;
    return nation || (entry(ids->finer, t, c, &value) && says(value, "NORP"))
               ? "NORP"
               : NULL;
}

/* "Paris, Texas" is no capital. */
static void look_again(const struct text *t, struct candidates *names)
{
    for (size_t i = 0; i + 1 < names->count; i++) {
        struct candidate *c = &names->item[i];
        const struct candidate *next = c + 1;

        if (c->capital_of && next->first == c->last + 1 &&
            entity_is(t, c->last, ",") && next->id &&
            strncmp(next->id, "iso3166:", 8) == 0 &&
            strncmp(next->id, c->capital_of, strlen(c->capital_of)) != 0)
            c->capital_of = NULL;
    }
}

void entity_ids(const struct text *t, const struct ids *ids, bool finer,
                struct candidates *names)
{
    for (size_t i = 0; i < names->count; i++) {
        struct candidate *c = &names->item[i];
        const char *value;
        bool listed = (c->label == MISC || c->label == LOC) &&
                      country(t, ids, c, &value);
        bool nation = listed && says(value, "nation");

        if (listed && !c->id && nation == (c->label == MISC))
            set_code(t, c, value);
        if (!finer)
            c->kind = NULL;
        else if (!c->kind)
            c->kind = finer_label(t, ids, c, nation && c->label == MISC);
    }
    look_again(t, names);
}

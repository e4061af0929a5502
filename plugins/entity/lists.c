/* lists.c: the user's own names, in files with a line each: the name, its
 * label, and perhaps its canonical name and an identifier, with TABs between.
 *
 * They win over what was found otherwise, but a single word gives way to a
 * longer name that holds it: "Paris" in a list is not in "University of Paris".
 * An entry in small letters stands for any case.
 */
#include "names.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *word, *kind; /* kind: the finer label, or NULL */
    enum label label;
} labels[] = {
    {"PERSON", NULL, PERSON}, {"ORG", NULL, ORG},   {"LOC", NULL, LOC},
    {"MISC", NULL, MISC},     {"GPE", "GPE", LOC},  {"NORP", "NORP", MISC},
};

static int label_at(const char *at, size_t len)
{
    for (int i = 0; i < (int)(sizeof(labels) / sizeof(*labels)); i++)
        if (strlen(labels[i].word) == len &&
            memcmp(labels[i].word, at, len) == 0)
            return i;
    return -1;
}

static int check_line(gly_stage *stage, const char *name, unsigned number,
                      const char *at, const char *end)
{
    const char *tab = memchr(at, '\t', (size_t)(end - at));

    if (!tab)
        return gly_fail(stage, -EINVAL,
                        "%s:%u: a name, a TAB and a label are expected", name,
                        number);
    if (tab == at)
        return gly_fail(stage, -EINVAL, "%s:%u: no name before the TAB", name,
                        number);

    const char *next = memchr(tab + 1, '\t', (size_t)(end - tab - 1));
    size_t len = (size_t)((next ? next : end) - tab - 1);

    if (label_at(tab + 1, len) < 0)
        return gly_fail(stage, -EINVAL,
                        "%s:%u: \"%.*s\" is none of PERSON, ORG, LOC, GPE, "
                        "MISC, NORP",
                        name, number, (int)len, tab + 1);
    for (int columns = 2; next; columns++) {
        if (columns == 4)
            return gly_fail(stage, -EINVAL, "%s:%u: more than four columns",
                            name, number);
        next = memchr(next + 1, '\t', (size_t)(end - next - 1));
    }
    return 0;
}

static int check(gly_stage *stage, const char *name)
{
    size_t len;
    const char *at = gly_lexicon_map(stage, name, &len);
    unsigned number = 0;

    if (!at)
        return -EINVAL;
    for (const char *end = at + len, *next; at < end; at = next) {
        const char *line = memchr(at, '\n', (size_t)(end - at));

        line = line ? line : end;
        next = line + 1;
        number++;
        while (line > at && line[-1] == '\r')
            line--;
        if (line == at || *at == '#')
            continue;

        int result = check_line(stage, name, number, at, line);

        if (result < 0)
            return result;
    }
    return 0;
}

int entity_lists_open(struct lists *lists, gly_stage *stage,
                      const gly_list *names)
{
    lists->item = gly_stage_alloc(stage,
                                  (names->count + 1) * sizeof(*lists->item));
    for (size_t i = 0; i < names->count; i++) {
        struct list *list = &lists->item[i];

        list->exact = gly_words_open(stage, names->item[i], GLY_EXACT);
        list->folded = gly_words_open(stage, names->item[i], GLY_FOLD);
        if (!list->exact || !list->folded)
            return -EINVAL;

        int result = check(stage, names->item[i]);

        if (result < 0)
            return result;
        lists->count++;
    }
    return 0;
}

struct entry {
    uint32_t last; /* the token after it */
    const char *value;
};

/* The entry itself in small letters, which stands for what is at `at`. */
static bool is_small(const gly_words *exact, const char *at, size_t len,
                     const char **value)
{
    char small[256];
    size_t n = 0;

    for (const char *p = at; p < at + len;) {
        uint32_t c = gly_next_char(&p);

        if (n + 4 > sizeof(small))
            return false;
        n += gly_put_char(small + n, gly_is_space(c) ? ' ' : gly_lower(c));
    }
    return gly_words_has(exact, small, n, value);
}

/* The longest entry at token i that ends where a token does. */
static void longest(const struct text *t, const struct list *list, uint32_t i,
                    uint32_t last, bool fold, struct entry *best)
{
    const gly_words *words = fold ? list->folded : list->exact;
    const char *at = entity_at(t, i), *value = "";

    for (uint32_t stop = last; stop > i;) {
        const char *end = t->bytes + t->token[stop - 1].end;
        size_t len = gly_words_match(words, at, end, &value);
        uint32_t n = i;

        while (n < stop && t->bytes + t->token[n].end < at + len)
            n++;
        if (len == 0 || n + 1 <= best->last)
            return;

        bool whole = t->bytes + t->token[n].end == at + len;

        if (whole && (!fold || is_small(list->exact, at, len, &value))) {
            *best = (struct entry){n + 1, value};
            return;
        }
        stop = n; /* the next shorter one */
    }
}

/* The value's columns: its label, its canonical name, its identifier. */
static const char *column(gly_doc *doc, const char *value, int number)
{
    for (; number > 0 && value; number--) {
        value = strchr(value, '\t');
        value = value ? value + 1 : NULL;
    }

    size_t len = value ? strcspn(value, "\t") : 0;

    return len ? gly_keep(doc, value, len) : NULL;
}

/* The identifier may stand with the entry that has the canonical name. */
static const char *id_of(const struct text *t, const struct list *list,
                         const char *value, const char *name)
{
    const char *id = column(t->doc, value, 2), *other;

    if (!id && name &&
        gly_words_has(list->exact, name, strlen(name), &other))
        id = column(t->doc, other, 2);
    return id;
}

static void add(const struct text *t, const struct list *list, uint32_t i,
                const struct entry *entry, uint32_t sentence,
                struct candidates *out)
{
    int label = label_at(entry->value, strcspn(entry->value, "\t"));
    struct candidate *c = entity_add(out, t->doc);

    c->first = i;
    c->last = entry->last;
    c->begin = t->token[i].begin;
    c->end = t->token[entry->last - 1].end;
    c->sentence = sentence;
    c->score = 1;
    c->listed = true;
    if (label >= 0) {
        c->label = labels[label].label;
        c->kind = labels[label].kind;
    }
    c->name = column(t->doc, entry->value, 1);
    c->id = id_of(t, list, entry->value, c->name);
}

static void gather(const struct text *t, const struct lists *lists,
                   struct candidates *out)
{
    for (uint32_t k = 0; k < t->sentences; k++) {
        uint32_t last = t->sentence[k].last;

        for (uint32_t i = t->sentence[k].first; i < last;) {
            const struct list *from = NULL;
            struct entry best = {.last = i};

            for (size_t n = 0; n < lists->count; n++) {
                uint32_t before = best.last;

                longest(t, &lists->item[n], i, last, false, &best);
                longest(t, &lists->item[n], i, last, true, &best);
                if (best.last > before)
                    from = &lists->item[n];
            }
            if (from)
                add(t, from, i, &best, k, out);
            i = from ? best.last : i + 1;
        }
    }
}

static bool overlap(const struct candidate *a, const struct candidate *b)
{
    return a->first < b->last && b->first < a->last;
}

/* Whether a listed name is one word of the longer name. */
static bool is_within(const struct candidate *user, const struct candidate *c)
{
    return user->last - user->first == 1 && c->last - c->first > 1 &&
           c->first <= user->first && user->last <= c->last;
}

/* Takes the listed names that are not within one of `names`. */
static void choose(const struct candidates *names, double min_score,
                   struct candidates *users)
{
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < users->count; i++) {
        struct candidate *c = &users->item[i];

        while (n < names->count && names->item[n].last <= c->first)
            n++;
        if (n < names->count && names->item[n].score >= min_score &&
            is_within(c, &names->item[n]))
            continue;
        if (n < names->count && names->item[n].label == PERSON &&
            names->item[n].first == c->first &&
            names->item[n].last == c->last) {
            c->role = names->item[n].role;
            c->role_end = names->item[n].role_end;
        }
        users->item[kept++] = *c;
    }
    users->count = kept;
}

void entity_lists(const struct text *t, const struct lists *lists,
                  double min_score, struct candidates *names)
{
    struct candidates users = {0}, all = {0};
    size_t u = 0;

    if (lists->count == 0)
        return;
    gather(t, lists, &users);
    choose(names, min_score, &users);
    for (size_t i = 0; i < names->count; i++) {
        const struct candidate *c = &names->item[i];

        while (u < users.count && users.item[u].first < c->first)
            *entity_add(&all, t->doc) = users.item[u++];
        if ((u == users.count || !overlap(&users.item[u], c)) &&
            (u == 0 || !overlap(&users.item[u - 1], c)))
            *entity_add(&all, t->doc) = *c;
    }
    while (u < users.count)
        *entity_add(&all, t->doc) = users.item[u++];
    *names = all;
}

/* mentions.c: the names of a text: those of the user's lists, which win, and
 * those that the model finds; with the titles that stand before them.
 */
#include "model.h"

#include <string.h>

struct gathering {
    struct candidates *users, *out;
    double min_score;
    size_t user; /* the first of the user's names that is not taken */
    uint32_t sentence;
    uint32_t from; /* the end of the name before */
};

struct candidate *entity_add(struct candidates *all, gly_doc *doc)
{
    if (all->count == all->size) {
        size_t size = all->size ? 2 * all->size : 64;
        struct candidate *item = gly_alloc(doc, size * sizeof(*item));

        if (all->count)
            memcpy(item, all->item, all->count * sizeof(*item));
        all->item = item;
        all->size = size;
    }

    struct candidate *c = &all->item[all->count++];

    memset(c, 0, sizeof(*c));
    return c;
}

static bool capital(const struct text *t, uint32_t i)
{
    return t->token[i].type == GLY_WORD && t->token[i].flags & GLY_CAPITAL;
}

/* The dot of "Sgt ." and the like, which the tokens have apart. */
static bool dot(const struct text *t, uint32_t i)
{
    return t->token[i].type == GLY_SIGN && entity_is(t, i, ".") &&
           !(t->token[i].flags & GLY_SPACED);
}

/* Where the title begins that ends before token i, or i. */
static uint32_t title_before(const struct text *t, uint32_t i, uint32_t first)
{
    uint32_t end = i > first && dot(t, i - 1) ? i - 1 : i;

    for (uint32_t n = 4; n >= 1; n--)
        if (end >= first + n && capital(t, end - n) &&
            entity_title(t, end - n, end) == n)
            return end - n;
    return i;
}

/* The same for "North Korean leader", of which the last is the role. */
static uint32_t role_before(const struct text *t, uint32_t i, uint32_t first)
{
    for (uint32_t n = 3; n >= 1; n--)
        if (i >= first + n && t->token[i - n].type == GLY_WORD &&
            !capital(t, i - n) && entity_role(t, i - n, i))
            return i - n;
    return i;
}

/* "Agriculture" of "Agriculture Minister", "Vice" of "Vice President" */
static bool adds_to_title(const struct text *t, uint32_t i)
{
    uint32_t facts = t->facts[i];

    return capital(t, i) && facts & (COMMON | RANK) &&
           !(facts & (LISTED | GIVEN | FUNCTION)) &&
           !(t->token[i].flags & GLY_CAPS);
}

/* The title between the name and the one before, which ends at `from`. */
static void find_role(const struct text *t, struct candidate *c, uint32_t from)
{
    uint32_t first = t->sentence[c->sentence].first, at = c->first, before;

    first = first > from ? first : from;
    while ((before = title_before(t, at, first)) < at)
        at = before;
    while (at < c->first && at > first && adds_to_title(t, at - 1))
        at--;
    if (at == c->first)
        at = role_before(t, at, first);
    if (at < c->first) {
        c->role = t->token[at].begin;
        c->role_end = t->token[c->first - 1].end;
    }
}

static struct candidate *add(const struct text *t, struct candidates *out,
                             uint32_t first, uint32_t last, uint32_t *sentence)
{
    struct candidate *c = entity_add(out, t->doc);

    while (t->sentence[*sentence].last <= first)
        ++*sentence;
    c->first = first;
    c->last = last;
    c->begin = t->token[first].begin + entity_prefix(t, first);
    c->end = t->token[last - 1].end;
    c->sentence = *sentence;
    c->score = 1;
    return c;
}

/* A name of the user's own lists; one of our labels counts as such. */
static void label_user(struct candidate *c, const struct listed *l)
{
    static const char *const labels[] = {"PERSON", "ORG", "LOC", "MISC"};

    c->kind = l->kind;
    c->name = l->name;
    for (int k = 0; k < NAMES; k++)
        if (strcmp(labels[k], l->kind) == 0) {
            c->label = (enum label)k;
            c->kind = NULL;
        }
}

static void find_users(const struct text *t, struct candidates *out)
{
    uint32_t at = 0;

    for (uint32_t k = 0; k < t->sentences && t->lexicon->users; k++) {
        uint32_t last = t->sentence[k].last;

        for (uint32_t i = t->sentence[k].first; i < last;) {
            struct listed l = entity_user(t, i, last);

            if (l.tokens)
                label_user(add(t, out, i, i + l.tokens, &at), &l);
            i += l.tokens ? l.tokens : 1;
        }
    }
}

/* Takes over those that begin before token i; where the last of them ends. */
static uint32_t take_users(struct gathering *g, const struct text *t,
                           uint32_t before)
{
    while (g->user < g->users->count &&
           g->users->item[g->user].first < before) {
        const struct candidate *user = &g->users->item[g->user];
        uint32_t from = g->user ? user[-1].last : 0;
        struct candidate *c = entity_add(g->out, t->doc);

        *c = *user;
        if (c->label == PERSON && !c->kind)
            find_role(t, c, from);
        g->user++;
    }
    return g->user ? g->users->item[g->user - 1].last : 0;
}

/* "T-shirt", "U-turn" */
static bool letter_shape(const struct text *t, uint32_t first, uint32_t last)
{
    const char *at = entity_at(t, first);

    return last - first == 1 && entity_len(t, first) > 2 && at[1] == '-' &&
           at[2] >= 'a' && at[2] <= 'z';
}

/* "The Associated Press", which the lists have with its article. */
static uint32_t with_article(const struct text *t, uint32_t first,
                             uint32_t last, uint32_t from)
{
    if (first <= from || !capital(t, first - 1) ||
        t->token[first - 1].end + 1 != t->token[first].begin ||
        !entity_is(t, first - 1, "the"))
        return first;
    return entity_listed(t, first - 1, last).tokens == last - first + 1
               ? first - 1
               : first;
}

/* Behind the titles that the name begins with. */
static uint32_t without_titles(const struct text *t, uint32_t first,
                               uint32_t last)
{
    uint32_t n;

    while ((n = entity_title(t, first, last)) > 0 && first + n < last &&
           !(t->facts[first] & GIVEN))
        first += n;
    return first;
}

static bool beside(const struct text *t, uint32_t i)
{
    return t->token[i].flags & GLY_SPACED && !(t->token[i].flags & GLY_LINE);
}

/* "Sung" before "Kim": a given name, though it may be a word too. */
static uint32_t with_given(const struct text *t, uint32_t first,
                           uint32_t last, uint32_t from)
{
    uint32_t known = GIVEN | SURNAME | EAST, not_one = TITLE | FUNCTION | MONTH;

    if (first <= from || last - first > 1 || !beside(t, first) ||
        !(t->facts[first] & SURNAME) || !capital(t, first - 1))
        return first;
    return t->facts[first - 1] & known && !(t->facts[first - 1] & not_one)
               ? first - 1
               : first;
}

/* A word of the language that has its capital from the sentence alone. */
static bool idle(const struct text *t, uint32_t first, uint32_t last)
{
    const gly_token *token = &t->token[first];

    return last - first == 1 && token->flags & GLY_FIRST &&
           !(token->flags & GLY_CAPS) && t->facts[first] & COMMON &&
           !(t->facts[first] & (LISTED | GIVEN | SURNAME));
}

static void take(void *arg, const struct text *t, uint32_t first,
                 uint32_t last, enum label label, double score)
{
    struct gathering *g = arg;
    uint32_t from = g->from;

    if (label == PERSON)
        first = with_given(t, without_titles(t, first, last), last, from);
    else
        first = with_article(t, first, last, from);
    g->from = last;
    if (take_users(g, t, last) > first || score < g->min_score ||
        letter_shape(t, first, last) || (score < 0.9 && idle(t, first, last)))
        return;

    struct candidate *c = add(t, g->out, first, last, &g->sentence);
    struct listed l = entity_listed(t, first, last);

    c->label = label;
    c->score = score;
    if (l.tokens == last - first && label != PERSON) {
        c->facts = l.facts;
        c->name = l.name;
    }
    if (label == PERSON)
        find_role(t, c, from);
}

void entity_mentions(const struct text *t, struct model *model,
                     double min_score, struct candidates *out)
{
    struct candidates users = {0};
    struct gathering g = {.users = &users, .out = out,
                          .min_score = min_score};

    find_users(t, &users);
    entity_names(model, t, take, &g);
    take_users(&g, t, UINT32_MAX);
}

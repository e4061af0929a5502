/* mentions.c: the names that the model finds in a text, with the titles that
 * stand before them. */
#include "model.h"

#include <string.h>

/* Of a name that its place tells, or another one; and how sure that one is, less
 * where it looks like one of the East. */
static const double sure = 0.9, likely = 0.5;

struct gathering {
    struct candidates *out;
    double min_score;
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
        if (end >= first + n && entity_capital(t, end - n) &&
            entity_title(t, end - n, end) == n)
            return end - n;
    return i;
}

/* The same for "North Korean leader", of which the last is the role. */
static uint32_t role_before(const struct text *t, uint32_t i, uint32_t first)
{
    for (uint32_t n = 3; n >= 1; n--)
        if (i >= first + n && t->token[i - n].type == GLY_WORD &&
            !entity_capital(t, i - n) && entity_role(t, i - n, i))
            return i - n;
    return i;
}

/* "Agriculture" of "Agriculture Minister", "Vice" of "Vice President" */
static bool adds_to_title(const struct text *t, uint32_t i)
{
    uint32_t facts = t->facts[i];

    return entity_capital(t, i) && facts & (COMMON | RANK) &&
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

/* "T-shirt", "U-turn" */
static bool letter_shape(const struct text *t, uint32_t first, uint32_t last)
{
    const char *at = entity_at(t, first);

    return last - first == 1 && entity_len(t, first) > 2 && at[1] == '-' &&
           at[2] >= 'a' && at[2] <= 'z';
}

static bool sign(const struct text *t, uint32_t i)
{
    return t->token[i].type == GLY_SIGN;
}

/* "al-Assad" has one too. */
static bool has_capital(const struct text *t, uint32_t i)
{
    const char *at = entity_at(t, i), *end = at + entity_len(t, i);

    while (at < end && !gly_is_upper(gly_next_char(&at)))
        ;
    return at < end || entity_capital(t, i);
}

static bool ends_name(const struct text *t, uint32_t i, enum label label)
{
    if (sign(t, i))
        return label != PERSON && memchr(".)$", *entity_at(t, i), 3);
    if (label != PERSON || t->token[i].type != GLY_WORD)
        return true;
    return has_capital(t, i) &&
           (!(t->facts[i] & FUNCTION) || t->facts[i] & (SURNAME | MONTH));
}

static bool is_quote(const struct text *t, uint32_t i)
{
    const char *at = entity_at(t, i);

    if (!sign(t, i))
        return false;

    uint32_t c = gly_next_char(&at);

    return c == '"' || c == 0x201C || c == 0x201D || c == 0x201E ||
           c == 0xAB || c == 0xBB;
}

/* Before a quote mark that has no second one: James sing “Imagine. */
static uint32_t before_quote(const struct text *t, uint32_t first,
                             uint32_t last)
{
    uint32_t open = last;

    for (uint32_t i = first + 1; i < last; i++)
        if (is_quote(t, i))
            open = open == last ? i : last;
    return open;
}

static uint32_t without_tail(const struct text *t, uint32_t first,
                             uint32_t last, enum label label)
{
    while (last - first > 1 && !ends_name(t, last - 1, label) &&
           (sign(t, last - 1) || entity_capital(t, first)))
        last--;
    return last;
}

/* Without the comma of "Anna," and the verb of "Anna left" at either end. */
static void trim(const struct text *t, uint32_t *first, uint32_t *last,
                 enum label label)
{
    while (*last - *first > 1 && sign(t, *first))
        ++*first;
    *last = without_tail(t, *first, *last, label);
    *last = without_tail(t, *first, before_quote(t, *first, *last), label);
}

/* "The Associated Press", which the lists have with its article. */
static uint32_t with_article(const struct text *t, uint32_t first,
                             uint32_t last, uint32_t from)
{
    if (first <= from || !entity_capital(t, first - 1) ||
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
        !(t->facts[first] & SURNAME) || !entity_capital(t, first - 1))
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

/* A word of the language in small letters, which people write as names too. */
static bool plain(const struct text *t, uint32_t first, uint32_t last)
{
    return last - first == 1 && !has_capital(t, first) &&
           entity_fresh(t->lexicon, entity_at(t, first), entity_len(t, first))
                   .facts & COMMON;
}

/* "L." or "L.H." before "Meyer". */
static uint32_t with_initials(const struct text *t, uint32_t first,
                              uint32_t from)
{
    while (first > from && beside(t, first) && entity_capital(t, first - 1) &&
           !(t->facts[first - 1] & LISTED) &&
           (entity_initial(t, first - 1) ||
            (t->token[first - 1].flags & GLY_CAPS &&
             memchr(entity_at(t, first - 1), '.', entity_len(t, first - 1)))))
        first--;
    return first;
}

/* "South Vietnam" */
static bool part_of_country(const struct text *t, uint32_t first, uint32_t last)
{
    static const char *const parts[] = {"north", "south", "east", "west", NULL};

    return last - first == 2 && entity_any(t, first, parts) &&
           t->facts[first + 1] & COUNTRY && !(t->facts[first + 1] & NATION);
}

static void take(void *arg, const struct text *t, uint32_t first,
                 uint32_t last, enum label label, double score)
{
    struct gathering *g = arg;
    uint32_t from = g->from;

    trim(t, &first, &last, label);
    if (label == MISC && part_of_country(t, first, last))
        label = LOC;
    if (label == PERSON)
        first = with_initials(
            t, with_given(t, without_titles(t, first, last), last, from), from);
    else
        first = with_article(t, first, last, from);
    g->from = last;
    if (score < g->min_score || sign(t, first) || plain(t, first, last) ||
        letter_shape(t, first, last) ||
        (last - first == 1 && label == PERSON && entity_initial(t, first)) ||
        (score < 0.9 && idle(t, first, last)))
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

/* ---- names that need no model ---- */

/* No list knows it, but that it may be part of a person's name. */
static bool unknown(const struct text *t, uint32_t i)
{
    return entity_capital(t, i) && entity_len(t, i) > 2 &&
           !(t->facts[i] & ~(uint32_t)(GIVEN | SURNAME | EAST)) &&
           !(t->token[i].flags & GLY_CAPS);
}

/* A family name of the East, whatever it means besides. */
static bool eastern(const struct text *t, uint32_t i)
{
    return entity_capital(t, i) && t->facts[i] & EAST &&
           !(t->facts[i] & (LISTED | TITLE)) &&
           !(t->token[i].flags & GLY_CAPS);
}

/* "Theresa May": a given name and a family name, and no third word. */
static bool full(const struct text *t, uint32_t i, uint32_t first, uint32_t to)
{
    uint32_t not_one = TITLE | FUNCTION | MONTH | LISTED | LAST;

    return i + 1 < to && entity_capital(t, i) && entity_capital(t, i + 1) &&
           beside(t, i + 1) && t->facts[i] & (GIVEN | EAST) &&
           t->facts[i + 1] & (SURNAME | EAST | GIVEN) &&
           !(t->facts[i] & not_one) && !(t->facts[i + 1] & (LISTED | LAST)) &&
           !((t->token[i].flags | t->token[i + 1].flags) & GLY_CAPS) &&
           (i + 2 >= t->tokens || !entity_capital(t, i + 2)) &&
           (i == first || !entity_capital(t, i - 1));
}

/* "Moon" within a sentence, whatever it means besides. */
static bool stands_apart(const struct text *t, uint32_t i, uint32_t to)
{
    uint32_t not_one = TITLE | FUNCTION | MONTH | WEEKDAY;

    not_one |= t->facts[i] & EAST ? 0 : LISTED;
    return entity_capital(t, i) && entity_len(t, i) > 2 &&
           t->facts[i] & SURNAME &&
           !(t->facts[i] & not_one) &&
           !(t->token[i].flags & (GLY_CAPS | GLY_FIRST)) &&
           !entity_capital(t, i - 1) &&
           (i + 1 >= to || !entity_capital(t, i + 1));
}

static bool titled(const struct text *t, uint32_t i, uint32_t first)
{
    return title_before(t, i, first) < i && beside(t, i);
}

/* The first and last words of persons that were found in full, and the
 * initials that organisations were found by. */
struct parts {
    uint64_t *hash;
    size_t size;
};

static bool look_up(const struct parts *p, uint64_t hash, bool add)
{
    for (size_t at = hash, n = 0; n < p->size; at++, n++) {
        uint64_t *slot = &p->hash[at & (p->size - 1)];

        if (*slot == hash)
            return true;
        if (*slot == 0) {
            *slot = add ? hash : 0;
            return false;
        }
    }
    return false;
}

/* "KWU", not in a line of capitals. */
static bool initials(const struct text *t, uint32_t i)
{
    return t->token[i].type == GLY_WORD && t->token[i].flags & GLY_CAPS &&
           entity_len(t, i) < 8 && !(t->facts[i] & (COMMON | PLAIN)) &&
           (i == 0 || !(t->token[i - 1].flags & GLY_CAPS)) &&
           (i + 1 == t->tokens || !(t->token[i + 1].flags & GLY_CAPS));
}

static struct parts parts_of(const struct text *t,
                             const struct candidates *names)
{
    struct parts p = { .size = 16 };

    while (p.size < names->count * 4)
        p.size *= 2;
    p.hash = gly_alloc(t->doc, p.size * sizeof(*p.hash));
    for (size_t i = 0; i < names->count; i++) {
        const struct candidate *c = &names->item[i];
        uint32_t words = c->last - c->first;
        double least = t->facts[c->first] & EAST ? likely : sure;

        if ((c->label == PERSON && words > 1 && c->score >= least) ||
            (c->label == ORG && words == 1 && initials(t, c->first))) {
            look_up(&p, entity_word(t, c->first).hash, true);
            look_up(&p, entity_word(t, c->last - 1).hash, true);
        }
    }
    return p;
}

/* Adds to `out` what stands in tokens [from, to), where the model found none. */
static void fill(const struct text *t, const struct parts *parts,
                 uint32_t from, uint32_t to, uint32_t *sentence,
                 struct candidates *out)
{
    for (uint32_t i = from, last; i < to; i = last) {
        last = i + 1;
        while (t->sentence[*sentence].last <= i)
            ++*sentence;

        uint32_t first = t->sentence[*sentence].first;
        bool group = initials(t, i);

        if (full(t, i, first > from ? first : from, to)) {
            last = i + 2;
        } else if (!unknown(t, i) && !eastern(t, i) && !group &&
                   !stands_apart(t, i, to)) {
            continue;
        } else if (!group && titled(t, i, first > from ? first : from)) {
            while (last < to && unknown(t, last) && beside(t, last))
                last++;
        } else if (!look_up(parts, entity_word(t, i).hash, false)) {
            continue;
        }

        struct candidate *c = add(t, out, i, last, sentence);

        c->label = group ? ORG : PERSON;
        c->score = sure;
        if (!group)
            find_role(t, c, from);
    }
}

/* What stands behind a title, and what names a person of the text. */
static void add_certain(const struct text *t, const struct candidates *names,
                        struct candidates *out)
{
    struct parts parts = parts_of(t, names);
    uint32_t from = 0, sentence = 0;

    for (size_t i = 0; i < names->count; i++) {
        fill(t, &parts, from, names->item[i].first, &sentence, out);
        *entity_add(out, t->doc) = names->item[i];
        from = names->item[i].last;
    }
    fill(t, &parts, from, (uint32_t)t->tokens, &sentence, out);
}

void entity_mentions(const struct text *t, struct model *model,
                     double min_score, struct candidates *out)
{
    struct candidates names = {0};
    struct gathering g = {.out = &names, .min_score = min_score};

    entity_names(model, t, take, &g);
    if (min_score <= sure)
        add_certain(t, &names, out);
    else
        *out = names;
}

/* candidates.c: the stretches of a text that may be names.
 *
 * A stretch is a row of words with capitals and the small words that names have
 * inside ("of", "van"). It is cut where a listed name or the last word of one
 * ("Ministry") ends, and titles are taken off its front.
 */
#include "entity.h"

#include <string.h>

struct finder {
    const struct text *t;
    struct candidates *out;
    uint32_t sentence, last; /* the sentence, and the end of its tokens */
    bool titled;
    gly_pos role, role_end; /* a title that waits for its name */
    uint32_t role_next;     /* the token it must stand before */
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
    c->head = -1;
    return c;
}

/* Whether a capital stands in the token, at its begin or after a hyphen or in
 * the manner of "iPhone". */
static bool capital(const struct text *t, uint32_t i)
{
    const gly_token *token = &t->token[i];

    if (token->type != GLY_WORD)
        return false;
    if (token->flags & GLY_CAPITAL)
        return true;
    for (const char *p = entity_at(t, i), *e = p + entity_len(t, i); p < e; p++)
        if (*p >= 'A' && *p <= 'Z')
            return true;
    return false;
}

/* "Theresa May", "June Carter" */
static bool month_is_name(const struct text *t, uint32_t i, uint32_t last)
{
    uint32_t before = i > 0 ? t->facts[i - 1] : 0;

    if (before & GIVEN && !(before & (WEAK | MONTH)) &&
        !(t->token[i].flags & (GLY_FIRST | GLY_LINE)))
        return i + 1 == last || t->token[i + 1].type != GLY_NUMERAL;
    return t->facts[i] & GIVEN && i + 1 < last &&
           t->facts[i + 1] & SURNAME && !(t->facts[i + 1] & (WEAK | MONTH));
}

static bool named(const struct finder *f, uint32_t i)
{
    const struct text *t = f->t;

    if (!capital(t, i) || t->facts[i] & WEEKDAY)
        return false;
    if (t->facts[i] & MONTH && !month_is_name(t, i, f->last))
        return false;

    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);

    if (len > 2 && at[1] == '-' && at[2] >= 'a' && at[2] <= 'z')
        return false; /* "T-shirt", "U-turn" */
    return !(*at == 'I' && (len == 1 || at[1] == '\'' || (at[1] & 0x80)));
}

static bool attached(const struct text *t, uint32_t i)
{
    return !(t->token[i].flags & GLY_SPACED);
}

static bool sign(const struct text *t, uint32_t i, const char *what)
{
    return t->token[i].type == GLY_SIGN && entity_is(t, i, what);
}

static bool apostrophe(const struct text *t, uint32_t i)
{
    return sign(t, i, "'") || sign(t, i, "\u2019");
}

static bool quote_mark(const struct text *t, uint32_t i)
{
    return sign(t, i, "\"") || sign(t, i, "\u201c") || sign(t, i, "\u201d") ||
           sign(t, i, "'") || sign(t, i, "\u2018") || sign(t, i, "\u2019");
}

/* The family name after a nickname in quote marks, as in James "Jim" Ray, when
 * that begins at i; or 0. */
static uint32_t after_nickname(const struct finder *f, uint32_t i)
{
    const struct text *t = f->t;

    if (i + 3 >= f->last || !quote_mark(t, i) || attached(t, i) ||
        !attached(t, i + 1) || !quote_mark(t, i + 2) || !attached(t, i + 2) ||
        attached(t, i + 3))
        return 0;
    return t->facts[i - 1] & GIVEN && named(f, i + 1) && named(f, i + 3)
               ? i + 3
               : 0;
}

/* The token that goes on with the stretch after the one before i, or 0. */
static uint32_t onward(const struct finder *f, uint32_t i)
{
    const struct text *t = f->t;
    uint32_t last = f->last;

    if (i >= last)
        return 0;
    if (named(f, i))
        return i;
    if (sign(t, i, "&"))
        return i + 1 < last && named(f, i + 1) ? i + 1 : 0;
    if (sign(t, i, ".") && attached(t, i) && i + 1 < last && named(f, i + 1)) {
        bool short_ = entity_initial(t, i - 1) || t->facts[i - 1] & TITLE;

        return short_ && !(t->token[i + 1].flags & GLY_FIRST) ? i + 1 : 0;
    }
    if (quote_mark(t, i) && !attached(t, i))
        return after_nickname(f, i);
    if (apostrophe(t, i) && attached(t, i) && i + 1 < last) {
        char before = t->bytes[t->token[i].begin - 1];
        bool after = named(f, i + 1) && t->facts[i + 1] & LAST;

        return (before == 's' || before == 'S') && after ? i + 1 : 0;
    }
    return 0;
}

/* The end of a row of words with capitals, without small words. */
static uint32_t flat(const struct finder *f, uint32_t i)
{
    const struct text *t = f->t;

    for (uint32_t next, start = i++; (next = onward(f, i)) != 0; i = next + 1) {
        uint32_t facts = t->facts[next];

        if (next - start > 12 || (facts & NATION && !(facts & SURNAME)))
            break;
        if (f->titled && facts & COMMON && !(facts & (GIVEN | SURNAME | LAST)))
            break;
        if (facts & FUNCTION && !(facts & (GIVEN | SURNAME | INNER)))
            break;
    }
    return i;
}

/* Where "Unification Lee Jong-joo" becomes a person, or e. */
static uint32_t before_person(const struct text *t, uint32_t p, uint32_t e)
{
    for (uint32_t i = p + 1; i + 1 < e; i++)
        if (t->facts[i - 1] & COMMON &&
            (t->facts[i] & EAST || (t->facts[i] & (GIVEN | WEAK)) == GIVEN))
            return i;
    return e;
}

/* "of Foreign Affairs" after a name that asks for it: the end of the whole. */
static uint32_t complement(const struct finder *f, uint32_t i)
{
    const struct text *t = f->t;
    uint32_t first = ORG_FIRST | PLACE_FIRST | EVENT_FIRST | ORG_LAST;

    if (i + 1 >= f->last || !(t->facts[i - 1] & first))
        return i;

    bool of = entity_is(t, i, "of");

    if (!of && !(entity_is(t, i, "for") && t->facts[i - 1] & ORG_FIRST))
        return i;

    uint32_t next = i + 1;

    if (next + 1 < f->last && entity_is(t, next, "the"))
        next++;
    if (!named(f, next))
        return i;

    uint32_t end = flat(f, next);

    if (t->facts[i - 1] & STATE)
        end = before_person(t, next, end);

    bool more = end + 1 < f->last && entity_is(t, end, "and") &&
                named(f, end + 1) && t->facts[end + 1] & COMMON &&
                t->facts[end - 1] & COMMON;

    return more ? flat(f, end + 1) : end;
}

/* Also "of the District" and then "of Columbia". */
static uint32_t completed(const struct finder *f, uint32_t i)
{
    uint32_t end = complement(f, i);

    return end > i ? complement(f, end) : i;
}

/* "van Gogh" after a given name, "bin Laden": the end of the whole. */
static uint32_t particles(const struct finder *f, uint32_t i)
{
    const struct text *t = f->t;
    uint32_t next = i;

    while (next < f->last && next - i < 3 && !capital(t, next) &&
           t->token[next].type == GLY_WORD &&
           entity_word(t, next).facts & INNER)
        next++;
    if (next == i || next >= f->last || !named(f, next))
        return i;
    return flat(f, next);
}

static struct candidate *emit(struct finder *f, uint32_t first, uint32_t last)
{
    const struct text *t = f->t;
    struct candidate *c = entity_add(f->out, t->doc);

    c->first = first;
    c->last = last;
    c->begin = t->token[first].begin + entity_prefix(t, first);
    c->end = t->token[last - 1].end;
    c->sentence = f->sentence;
    c->titled = f->titled;
    c->open = t->token[first].flags & GLY_FIRST;
    if (f->role_next == first) {
        c->role = f->role;
        c->role_end = f->role_end;
    }
    return c;
}

static int head_of(uint32_t facts)
{
    if (facts & ORG_LAST)
        return ORG;
    return facts & PLACE_LAST ? LOC : facts & EVENT_LAST ? MISC : -1;
}

/* Titles and the like before a name; the token after them. */
static uint32_t titles(struct finder *f, uint32_t p, uint32_t end)
{
    const struct text *t = f->t;
    uint32_t q = p;

    while (q < end) {
        uint32_t n = entity_title(t, q, f->last);

        if (n == 0 && t->facts[q] & RANK && q + 1 < end)
            n = 1;
        if (n == 0)
            break;
        q += n;
        if (q < end && sign(t, q, ".") && attached(t, q))
            q++;
    }
    if (q > p) {
        f->role = t->token[p].begin;
        f->role_end = t->token[q - 1].end;
        f->role_next = q;
    }
    return q;
}

/* A last word inside the row: where the name that it ends is over. */
static uint32_t head_inside(const struct text *t, uint32_t p, uint32_t e)
{
    bool person = t->facts[p] & GIVEN && !(t->facts[p] & WEAK);

    if (t->facts[e - 1] & LAST && !(t->facts[e - 1] & SURNAME))
        return e;
    for (uint32_t q = e - 1; q > p && !person; q--)
        if (t->facts[q] & (ORG_LAST | EVENT_LAST) &&
            !(t->facts[q] & (GIVEN | SURNAME)))
            return q + 1;
    return e;
}

/* A small word of the language with a capital is no name, but "Will" may be. */
static bool idle_small(const struct finder *f, uint32_t p, uint32_t e)
{
    const struct text *t = f->t;
    uint32_t facts = t->facts[p];
    bool caps = t->token[p].flags & GLY_CAPS;
    bool first = t->token[p].flags & GLY_FIRST || f->titled;

    if (facts & LISTED && (caps || !first))
        return f->titled && caps && !(facts & COUNTRY);
    if (facts & EAST || facts & PLAIN)
        return e == p + 1 || first;
    if (facts & GIVEN && e > p + 1 && t->facts[p + 1] & SURNAME)
        return false;
    return first || caps || !(facts & (GIVEN | SURNAME));
}

/* A first word that has its capital from the sentence alone. */
static bool idle(const struct finder *f, uint32_t p, uint32_t e)
{
    const struct text *t = f->t;
    uint32_t facts = t->facts[p];

    if (e == p + 1 && entity_len(t, p) == 1)
        return true;
    if (facts & (FUNCTION | PLAIN))
        return idle_small(f, p, e);
    if (!(t->token[p].flags & GLY_FIRST) && !f->titled)
        return false;
    if (!(facts & COMMON) || facts & (NATION | OTHER | ORGANISATION))
        return false;
    if (e == p + 1) /* "Bush" may turn out to be known from elsewhere */
        return !(facts & PLACE && WEIGHT(facts) > 2) && !(facts & SURNAME) &&
               (!(facts & GIVEN) || facts & WEAK);
    return !(facts & (GIVEN | SURNAME | PLACE | PLACE_FIRST | ORG_FIRST)) &&
           (head_of(t->facts[e - 1]) < 0 || t->facts[p + 1] & LISTED);
}

/* Whether a listed name is only the begin of a longer one that ends at e. */
static bool goes_on(const struct text *t, struct listed l, uint32_t p,
                    uint32_t e)
{
    uint32_t q = p + l.tokens, facts = t->facts[e - 1];

    if (q >= e)
        return false;
    if (l.tokens == 1 && t->facts[p] & GIVEN && l.facts & PLACE)
        return !(t->facts[q] & (LISTED | TITLE)) || t->facts[q] & SURNAME;
    if (l.tokens == 1 && t->facts[p] & SURNAME && t->facts[p] & EAST)
        return true;
    if (!(facts & LAST))
        return false;
    if (entity_listed(t, q, e).tokens == e - q && e - q > 1)
        return false;
    if (l.facts & NATION)
        return !(facts & STATE);
    return true;
}

/* Where a title stands in the row, as in "Agriculture Minister", or e. */
static uint32_t title_inside(const struct text *t, uint32_t p, uint32_t e)
{
    for (uint32_t q = p + 1; q < e; q++)
        if (t->facts[q] & TITLE && !(t->facts[q] & (GIVEN | SURNAME)))
            return q;
    return e;
}

static bool plain(const struct text *t, uint32_t p, uint32_t e)
{
    for (; p < e; p++)
        if (!(t->facts[p] & COMMON) || t->facts[p] & (LISTED | GIVEN))
            return false;
    return true;
}

/* "South Vietnam", "Greater Manchester" */
static bool part_of_place(const struct text *t, uint32_t p, uint32_t e)
{
    return e > p + 1 && t->facts[p] & PLACE_FIRST &&
           (t->facts[p + 1] & (PLACE | SURNAME)) == PLACE &&
           (e == p + 2 || !(t->facts[e - 1] & LAST));
}

/* "Inc.", ", Inc." or "plc" at i: the token after it, or i. */
static uint32_t corporate(const struct text *t, uint32_t i, uint32_t last)
{
    uint32_t both = SUFFIX | ORG_LAST, at = i;

    if (at + 1 < last && entity_is(t, at, ","))
        at++;
    if (at >= last)
        return i;
    return (t->facts[at] & both) == both || entity_is(t, at, "plc") ? at + 1
                                                                    : i;
}

static uint32_t take_listed(struct finder *f, uint32_t p, struct listed l)
{
    uint32_t e = p + l.tokens;

    if (l.facts & ORGANISATION)
        e = corporate(f->t, e, f->last);

    struct candidate *c = emit(f, p, e);

    c->facts = l.facts;
    c->name = l.name;
    return e;
}

/* The row from p to e, or its first part, and what completes it. */
static uint32_t take_row(struct finder *f, uint32_t p, uint32_t e)
{
    const struct text *t = f->t;
    uint32_t before = t->facts[e - 1], whole = completed(f, e);
    int head = head_of(before);

    if (whole > e) {
        head = before & (ORG_FIRST | ORG_LAST) ? ORG
               : before & PLACE_FIRST          ? LOC
                                               : MISC;
        e = whole;
    } else if (corporate(t, e, f->last) > e) {
        head = ORG;
        e = corporate(t, e, f->last);
    } else if (head < 0) {
        e = particles(f, e);
    }
    if (t->facts[p] & EVENT_FIRST && e < f->last && e == p + 1 &&
        t->token[e].type == GLY_NUMERAL)
        e++;
    emit(f, p, e)->head = head;
    return e;
}

/* A title and a family name make "Cisco" a given name. */
static bool titled_person(const struct finder *f, uint32_t p, uint32_t e)
{
    const struct text *t = f->t;

    return f->role_next == p && e == p + 2 && t->facts[p + 1] & SURNAME &&
           !(t->facts[p] & ORG_FIRST);
}

/* The name at p, or what stands before it; the token after that. */
static uint32_t take(struct finder *f, uint32_t p)
{
    const struct text *t = f->t;
    struct listed l = entity_listed(t, p, f->last);
    uint32_t e = flat(f, p);

    if (l.tokens > 1 && !goes_on(t, l, p, e))
        return take_listed(f, p, l);

    uint32_t q = titles(f, p, e);
    bool lone = q == p + 1 && q == e && t->facts[p] & SURNAME;

    if (q > p && l.tokens <= q - p && !lone)
        return q;
    if (idle(f, p, e))
        return p + 1;
    if (l.tokens == 1 && part_of_place(t, p, e))
        return take_listed(
            f, p, (struct listed){.tokens = 2, .facts = PLACE | 2 * KNOWN});
    if (l.tokens == 1 && !titled_person(f, p, e) && !goes_on(t, l, p, e) &&
        completed(f, p + 1) == p + 1)
        return take_listed(f, p, l);
    q = title_inside(t, p, e);
    if (q < e && plain(t, p, q)) {
        uint32_t after = titles(f, q, e);

        f->role = t->token[p].begin;
        return after > q ? after : q + 1;
    }
    return take_row(f, p, head_inside(t, p, q));
}

/* Titles in small letters before token i: "North Korean leader". */
static void role_before(struct finder *f, uint32_t i, uint32_t first)
{
    const struct text *t = f->t;

    for (uint32_t n = 3; n >= 1; n--) {
        if (i < first + n || t->token[i - n].type != GLY_WORD ||
            capital(t, i - n) || !entity_role(t, i - n, i))
            continue;
        f->role = t->token[i - n].begin;
        f->role_end = t->token[i - 1].end;
        f->role_next = i;
        return;
    }
}

/* Most words with capitals: a headline, a table. */
static bool titled(const struct text *t, const gly_sentence *s)
{
    uint32_t capitals = 0, small = 0, tiny = 0;

    for (uint32_t i = s->first; i < s->last; i++) {
        if (t->token[i].type != GLY_WORD)
            continue;
        if (t->token[i].flags & GLY_CAPITAL)
            capitals++;
        else if (entity_len(t, i) > 3)
            small++;
        else
            tiny++;
    }
    return capitals > 1 && small * 8 <= capitals && tiny * 3 <= capitals;
}

void entity_candidates(const struct text *t, struct candidates *out)
{
    struct finder f = {.t = t, .out = out};

    for (uint32_t k = 0; k < t->sentences; k++) {
        const gly_sentence *s = &t->sentence[k];

        f.sentence = k;
        f.last = s->last;
        f.titled = titled(t, s);
        f.role_next = UINT32_MAX;
        for (uint32_t i = s->first; i < s->last;) {
            if (named(&f, i)) {
                if (f.role_next != i)
                    role_before(&f, i, s->first);
                i = take(&f, i);
            } else {
                i++;
            }
        }
    }
}

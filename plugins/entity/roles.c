/* roles.c: what people are, as said beside their names: "former U.S. Secretary
 * of State", ", the top U.S. official for North Korea,", ", 43, a teacher,".
 *
 * Only what is short and certain: a phrase beside the name, with an office, an
 * occupation or a kinship as its head and no verb in it.
 */
#include "names.h"

#include <string.h>

enum { MOST = 12 };

struct phrase {
    uint32_t first, last;
};

static bool word(const struct text *t, uint32_t i)
{
    return t->token[i].type == GLY_WORD;
}

static bool is_role(const struct text *t, const gly_words *roles, uint32_t i)
{
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);
    const char *hyphen = memchr(at, '-', len);

    if (!word(t, i) || len < 3)
        return false;
    if (gly_words_has(roles, at, len, NULL))
        return true;
    return hyphen && gly_words_has(roles, hyphen + 1,
                                   (size_t)(at + len - hyphen - 1), NULL);
}

/* Words that no such phrase has. */
static bool is_clause(const struct text *t, uint32_t i)
{
    static const char *const words[] = {
        "who",  "whose", "which", "that",  "said", "says", "was",   "is",
        "are",  "were",  "has",   "have",  "had",  "will", "told",  "would",
        "when", "while", "as",    "because", "but", "if",  "where", "he",
        "she",  "they",  "it",    "we",    "i",    "you",  "can",   "could",
        "did",  "does",  "do",    "not",   "been", "be",   "may",   "after",
        "before", NULL,
    };

    return t->token[i].type == GLY_LINK ||
           (word(t, i) && entity_any(t, i, words));
}

static bool is_preposition(const struct text *t, uint32_t i)
{
    static const char *const words[] = {"of", "for", "in", "at", "to", "from",
                                        "with", "on", "and", "under", "by",
                                        "since", NULL};

    return word(t, i) && entity_any(t, i, words);
}

static bool is_determiner(const struct text *t, uint32_t i)
{
    static const char *const words[] = {"the", "a", "an", "its", "his", "her",
                                        "their", "our", "my", NULL};

    return word(t, i) && entity_any(t, i, words);
}

/* Whether the words before the first preposition end with what a person is. */
static bool has_head(const struct text *t, const gly_words *roles,
                     struct phrase p)
{
    uint32_t i = p.first;

    while (i < p.last && !is_preposition(t, i))
        i++;
    return i > p.first && is_role(t, roles, i - 1);
}

static bool ends_phrase(const struct text *t, uint32_t i, uint32_t last)
{
    return i >= last || entity_is(t, i, ",") || entity_is(t, i, ".") ||
           entity_is(t, i, "(") || entity_is(t, i, ")") ||
           entity_is(t, i, ";") ||
           entity_is(t, i, "\u2014") || entity_is(t, i, "\u2013");
}

/* ", 43," at i: the token after the second comma, or i. */
static uint32_t age(const struct text *t, uint32_t i, uint32_t last)
{
    uint32_t len = i < last ? entity_len(t, i) : 0;
    bool number = len > 0 && len < 4 && t->token[i].type == GLY_NUMERAL;

    return number && i + 1 < last && entity_is(t, i + 1, ",") ? i + 2 : i;
}

/* "Norway's", of a name that is `other`, at i. */
static bool is_whose(const struct text *t, const struct candidate *other,
                     uint32_t i)
{
    return other && other->first == i && other->last < t->tokens &&
           (entity_is(t, other->last, "'s") ||
            entity_is(t, other->last, "\u2019s"));
}

/* ", the top official for trade," after a name; `next` is the one after it. */
static bool after(const struct text *t, const gly_words *roles,
                  const struct candidate *c, const struct candidate *next,
                  struct phrase *p)
{
    uint32_t last = t->sentence[c->sentence].last, i;

    if (c->last + 1 >= last || !entity_is(t, c->last, ","))
        return false;
    p->first = i = age(t, c->last + 1, last);
    if (i >= last || !word(t, i) ||
        !(is_determiner(t, i) || is_role(t, roles, i) ||
          entity_is(t, i, "former") || is_whose(t, next, i)))
        return false;
    for (; !ends_phrase(t, i, last); i++)
        if (i - p->first > MOST || is_clause(t, i))
            return false;
    if (i < last && entity_is(t, i, ".") && i + 1 < last)
        return false;
    p->last = i;
    return i > p->first && has_head(t, roles, *p);
}

/* "the country's president, Joe Biden," before a name; `other` is the one before
 * it, as in "Norway's president". */
static bool before(const struct text *t, const gly_words *roles,
                   const struct candidate *c, const struct candidate *other,
                   struct phrase *p)
{
    const gly_sentence *s = &t->sentence[c->sentence];
    uint32_t i = c->first;

    if (i < s->first + 3 || !entity_is(t, i - 1, ",") ||
        !ends_phrase(t, c->last, s->last))
        return false;
    p->last = i - 1;
    for (i--; i > s->first && c->first - i < MOST; i--) {
        if (!word(t, i - 1) || is_clause(t, i - 1))
            return false;
        if (is_determiner(t, i - 1)) {
            p->first = i - 1;
            return has_head(t, roles, *p);
        }
        if (other && other->last == i - 1 && is_whose(t, other, other->first)) {
            p->first = other->first;
            return has_head(t, roles, *p);
        }
    }
    return false;
}

/* "minister of Foreign Affairs" at once before a name, as other languages have
 * it. */
static bool with_of(const struct text *t, const gly_words *roles,
                    const struct candidate *c, struct phrase *p)
{
    uint32_t first = t->sentence[c->sentence].first, i = c->first;

    while (i > first && c->first - i < MOST && word(t, i - 1) &&
           t->token[i - 1].flags & GLY_CAPITAL && !is_role(t, roles, i - 1))
        i--;
    if (i == c->first)
        return false;
    i -= i > first && entity_is(t, i - 1, "the");
    if (i < first + 2 || !entity_is(t, i - 1, "of") ||
        !is_role(t, roles, i - 2))
        return false;
    p->first = i - 2;
    p->last = c->first;
    return true;
}

/* Words that may stand before a title: "former", "presidential". */
static bool widens(const struct text *t, uint32_t i)
{
    static const char *const words[] = {
        "former",      "acting",    "deputy",       "vice",      "interim",
        "then",        "outgoing",  "senior",       "chief",     "ex",
        "top",         "incoming",  "late",         "veteran",   "assistant",
        "longtime",    "campaign",  "presidential", "political", "executive",
        "managing",    "general",   "prime",        "foreign",   "defense",
        "defence",     "press",     "national",     "state",     "police",
        "fire",        "security",  "policy",       "economic",  "research",
        "communications", "legal",  "party",        "union",     "associate",
        "radio",       "television", "team",        "football",  "soccer",
        "tennis",      "basketball", "baseball",    "opposition", "financial",
        "military",    "medical",   "science",      NULL,
    };

    return word(t, i) && entity_any(t, i, words);
}

static uint32_t before_title(const struct text *t, uint32_t i, uint32_t first)
{
    for (int n = 0; n < 3 && i > first && widens(t, i - 1); n++)
        i--;
    return i;
}

/* "U.S." and "former" before the title at `role`; `name` is the one before c,
 * if any. */
static void widen(const struct text *t, const struct candidate *name,
                  struct candidate *c)
{
    uint32_t first = t->sentence[c->sentence].first, i = c->first;

    while (i > first && t->token[i - 1].begin >= c->role)
        i--;
    if (i == c->first)
        return;
    i = before_title(t, i, first);
    if (name && name->last == i && name->label != PERSON &&
        name->sentence == c->sentence)
        i = before_title(t, name->first, first);
    c->role = t->token[i].begin;
}

/* A title in small letters that nobody saw: "spokesman". */
static bool title(const struct text *t, const gly_words *roles,
                  const struct candidate *c)
{
    uint32_t first = t->sentence[c->sentence].first;

    return c->first > first && word(t, c->first - 1) &&
           is_role(t, roles, c->first - 1) &&
           !(t->token[c->first - 1].flags & GLY_FIRST &&
             c->last - c->first < 2);
}

/* "Mr." and the like say less of somebody than what stands behind the name. */
static bool is_honorific(const struct text *t, const struct candidate *c)
{
    static const char *const words[] = {"mr", "mrs", "ms", "miss", NULL};
    size_t len = c->role_end - c->role;

    len -= len > 0 && t->bytes[c->role_end - 1] == '.';
    for (int i = 0; words[i]; i++)
        if (gly_word_is(t->bytes + c->role, len, words[i]))
            return true;
    return false;
}

static bool before_it(const struct candidate *c)
{
    return c->role_end && c->role_end <= c->begin;
}

void entity_roles(const struct text *t, const gly_words *roles,
                  struct candidates *names)
{
    for (size_t i = 0; i < names->count; i++) {
        struct candidate *c = &names->item[i];
        const struct candidate *other = i > 0 ? c - 1 : NULL;
        const struct candidate *next = i + 1 < names->count ? c + 1 : NULL;
        struct phrase p;

        if (c->label != PERSON)
            continue;
        if (!c->role_end && title(t, roles, c)) {
            c->role = t->token[c->first - 1].begin;
            c->role_end = t->token[c->first - 1].end;
        }
        if (before_it(c) && !(is_honorific(t, c) &&
                              after(t, roles, c, next, &p))) {
            widen(t, other, c);
        } else if (after(t, roles, c, next, &p) ||
                   before(t, roles, c, other, &p) ||
                   with_of(t, roles, c, &p)) {
            c->role = t->token[p.first].begin;
            c->role_end = t->token[p.last - 1].end;
        }
    }
}

/* article.c: articles that are missing, and those before names without one. */
#include "translate-marker.h"

#include <string.h>

enum {
    LONGEST = 40,         /* bytes of a word that is quoted in a note */
    MOST_MODIFIERS = 2,   /* of a noun */
    LONGEST_HEADLINE = 24 /* tokens */
};

/* Whether what begins at n goes on with the sentence after a noun phrase. */
static bool goes_on(const struct look *l, size_t n)
{
    uint32_t c = sign_at(l, n);

    if (begins_line(l, n))
        return true;
    if (c == '.')
        return !is_apart(l, n) && /* not "Russia.tv" */
               (ends_apart(l, n) || sign_at(l, n + 1));
    if (c == 0x2014 || c == 0x2013)
        return is_apart(l, n);
    if (c == '"' || c == 0x201D)
        return !is_apart(l, n);
    if (c)
        return !is_apart(l, n) && !strchr("-/'(", (int)c % 128) && c < 0x2000;
    return ((classes_at(l, n) & FUNCTION) || is_text(l, n, "not")) &&
           !is_capital(l, n);
}

static bool is_possessive(const struct look *l, size_t i)
{
    return is_word(l, i) && !(l->tokens[i].flags & GLY_SPACED) &&
           (is_text(l, i, "'s") || is_text(l, i, "\xE2\x80\x99s"));
}

/* ---- one too many ---- */

/* "Congress' role" */
static bool is_mark_of_owner(const struct look *l, size_t n)
{
    uint32_t c = sign_at(l, n);

    return (c == '\'' || c == 0x2019) && !is_apart(l, n) &&
           l->text[l->tokens[n].begin - 1] == 's';
}

static bool is_bare(const struct look *l, size_t i)
{
    return (classes_at(l, i) & BARE) && is_capital(l, i) &&
           !(l->tokens[i].flags & GLY_CAPS) && !begins_line(l, i);
}

/* What may follow a name that stands by itself. */
static bool is_alone(const struct look *l, size_t n)
{
    if (n < l->count && begins_line(l, n))
        return false;
    return goes_on(l, n) || (classes_at(l, n) & VERB) || ends_in(l, n, "ed") ||
           is_possessive(l, n) || is_text(l, n, "alone") ||
           (is_mark_of_owner(l, n) && ends_apart(l, n));
}

/* Whether what stands at n, after a name, lends it the article: "the Berlin of
 * the twenties", "the Iowa and Ohio votes", "the Springfield, Mo., native". */
static bool is_lent(const struct look *l, size_t n)
{
    if (is_text(l, n, "and") || is_text(l, n, "or"))
        return !(classes_at(l, n + 1) & (THE | FUNCTION)) &&
               !(is_bare(l, n + 1) && is_alone(l, n + 2));
    if (sign_at(l, n) == ',' && is_capital(l, n + 1))
        return sign_at(l, n + 2) == ',' ||
               l->text[l->tokens[n + 1].end - 1] == '.';
    return is_text(l, n, "of") || is_text(l, n, "that") ||
           (classes_at(l, n) & PRON);
}

/* "the Washington is": a name that has no article. */
void look_at_the(struct look *l, size_t i)
{
    size_t n = i + 1;
    gly_pos begin = l->tokens[i].begin;

    if (!is_apart(l, n) || !is_capital(l, n))
        return;
    if (is_text(l, n, "new") || is_text(l, n, "north") ||
        is_text(l, n, "south"))
        n++;
    if (!is_bare(l, n) || is_lent(l, n + 1) || !is_alone(l, n + 1))
        return;
    add_find(l, ARTICLE, begin, l->tokens[i + 1].begin, 0.95, "",
             "\"%.*s\" takes no article.",
             (int)(l->tokens[n].end - l->tokens[i + 1].begin),
             token_text(l, i + 1));
}

/* ---- one too few ---- */

/* Whether the words of these tokens are a set phrase: "secretary of state" */
static bool is_idiom(const struct look *l, size_t first, size_t last)
{
    const char *text = token_text(l, first);
    const struct entry *e;
    size_t len;

    if (first >= l->count || last >= l->count)
        return false;
    len = l->tokens[last].end - l->tokens[first].begin;
    e = find_word(l->lexicon, hash_lower(HASH_START, text, len), text, len);
    return e && (e->classes & IDIOM);
}

/* Whether the phrase is a set one or stands in one. */
static bool is_set(const struct look *l, size_t before, size_t first,
                   size_t noun)
{
    if (first < noun)
        return is_idiom(l, noun - 1, noun) || is_idiom(l, before, noun);
    return is_idiom(l, noun, noun + 1) || is_idiom(l, before, noun) ||
           is_idiom(l, before - 1, noun);
}

/* "-ed" is no verb in "nationally televised debate", "the injured party". */
static bool is_past_tense(const struct look *l, size_t i)
{
    if (!ends_in(l, i, "ed") || !is_word(l, i - 1) || ends_in(l, i - 1, "ly") ||
        memchr(token_text(l, i), '-', token_len(l, i)))
        return false;
    for (size_t k = i; k-- > 0 && i - k < 4 && is_word(l, k);) {
        if (classes_at(l, k) & PRON)
            return true;
        if (classes_at(l, k) & (DET | THE | PREP | BE) || is_possessive(l, k))
            return false;
    }
    return true;
}

/* "political", "remarkable" */
static bool is_adjective(const struct look *l, size_t i)
{
    return (classes_at(l, i) & (HEAD | ADJ)) || ends_in(l, i, "ive") ||
           ends_in(l, i, "al") || ends_in(l, i, "ous") || ends_in(l, i, "ic") ||
           ends_in(l, i, "ful") || ends_in(l, i, "able");
}

static bool is_verb(const struct look *l, size_t i)
{
    uint32_t classes = classes_at(l, i), before = classes_at(l, i - 1);

    return ((classes & VERB) && !(before & (DET | THE | ADJ)) &&
            !ends_in(l, i - 1, "ly")) ||
           is_one_of(l, i, " had has have ") || is_past_tense(l, i) ||
           ((classes & BASE) && is_text(l, i - 1, "to")) ||
           ((before & AUX) && !(before & BE) && !(classes & FUNCTION) &&
            !ends_in(l, i, "ly") && !is_adjective(l, i)) ||
           (ends_in(l, i, "ing") && (before & BE)) ||
           (is_text(l, i, "following") && !(before & (DET | THE)));
}

static bool is_modifier(const struct look *l, size_t i)
{
    uint32_t classes = classes_at(l, i);

    if (!is_word(l, i) || is_capital(l, i) || !is_apart(l, i + 1) ||
        (classes & (FUNCTION | THE | DEGREE | BE)) || is_possessive(l, i))
        return false;
    return (classes & NOUN) || is_adjective(l, i) ||
           (!is_verb(l, i) && !ends_in(l, i, "ing") && !ends_in(l, i, "ly") &&
            l->text[l->tokens[i].end - 1] != 's');
}

/* Headlines do without articles: short lines that no mark parts or ends. */
static bool is_headline(const struct look *l, size_t i)
{
    size_t first = i;

    while (!begins_line(l, first) && i - first < LONGEST_HEADLINE)
        first--;
    for (size_t n = first; n - first < LONGEST_HEADLINE; n++) {
        if (n > i && begins_line(l, n))
            return true;
        if (n > i && (is_stop(sign_at(l, n)) || sign_at(l, n) == ',' ||
                      sign_at(l, n) == 0x201D))
            return false;
    }
    return false;
}

static bool is_pair_word(const struct look *l, size_t n)
{
    return is_text(l, n, "and") || is_text(l, n, "or");
}

/* "and the mayor": what has an article is joined to what has none. */
static bool is_joined(const struct look *l, size_t n)
{
    return is_pair_word(l, n) && (classes_at(l, n + 1) & (DET | THE));
}

/* What may follow a phrase that stands behind a preposition. */
static bool ends_phrase(const struct look *l, size_t n)
{
    if (is_pair_word(l, n))
        return is_joined(l, n);
    return (goes_on(l, n) && !is_text(l, n, "after")) ||
           ends_in(l, n, "ed") || ends_in(l, n, "ly") || is_text(l, n, "last");
}

/* How sure it is that an article is missing from such a phrase. */
static double after_prep(const struct look *l, size_t before, size_t first,
                         size_t noun)
{
    bool plain = first == noun, of = classes_at(l, noun + 1) & OF;

    if (!ends_phrase(l, noun + 1) || is_one_of(l, before, " per without ") ||
        (classes_at(l, before - 1) & THE) || /* "the above village" */
        (is_text(l, before, "from") && is_text(l, noun + 1, "to")) ||
        (is_text(l, before, "to") && (classes_at(l, first) & BASE) && !of) ||
        (is_text(l, before, "by") && plain &&
         !(classes_at(l, noun) & ROLE) && !of))
        return 0;
    return plain ? 0.9 : 0.8;
}

/* "that" behind a verb: "he said that company was late" */
static bool is_joint(const struct look *l, size_t i)
{
    if (is_text(l, i, "that"))
        return (classes_at(l, i - 1) & VERB) || ends_in(l, i - 1, "ed") ||
               is_text(l, i - 2, "told");
    if (is_pair_word(l, i))
        return sign_at(l, i - 1) == ',' || (l->tokens[i].flags & GLY_FIRST);
    return (classes_at(l, i) & CONJ) && !(classes_at(l, i) & DET) &&
           !is_text(l, i, "as") && !is_text(l, i, "than");
}

/* Verbs that say what something is have no object, and "say" a clause. */
static bool takes_object(const struct look *l, size_t verb)
{
    return !is_one_of(l, verb,
                      " appear appears attend attends attended became become "
                      "becomes feel feels felt look looks remain remains said "
                      "say says seem seems think thinks ");
}

/* The same behind a verb, with what can follow an object. */
static double after_verb(const struct look *l, size_t verb, size_t first,
                         size_t noun)
{
    size_t n = noun + 1;
    uint32_t after = classes_at(l, n);

    if (first < noun && !is_adjective(l, first) &&
        !(classes_at(l, first) & NOUN))
        return 0;
    if (after & AUX)
        return 0.8;
    return takes_object(l, verb) &&
                   ((after & PREP) || sign_at(l, n) || is_joined(l, n) ||
                    is_one_of(l, n, " that which who ") ||
                    ends_in(l, n, "ing") || ends_in(l, n, "ly"))
               ? 0.8
               : 0;
}

/* How sure it is in a clause that begins with the phrase. */
static double after_joint(const struct look *l, size_t noun)
{
    uint32_t after = classes_at(l, noun + 1);

    return (after & (AUX | VERB | OF)) || is_text(l, noun + 1, "who") ||
                   ((after & PRON) && !ends_in(l, noun + 1, "self")) ||
                   ends_in(l, noun + 1, "ed") || ends_in(l, noun + 1, "ly")
               ? 0.8
               : 0;
}

/* "was political debate", "become next president" */
static double after_be(const struct look *l, size_t first, size_t noun)
{
    bool next = is_text(l, first, "next");

    return first < noun && goes_on(l, noun + 1) &&
                   (next || (is_adjective(l, first) &&
                             !(classes_at(l, noun) & ROLE)))
               ? 0.8
               : 0;
}

/* "Now company is", "Until now company is" */
static bool is_opening(const struct look *l, size_t i)
{
    return (classes_at(l, i) & DEGREE) &&
           ((l->tokens[i].flags & GLY_FIRST) ||
            (i > 0 && (l->tokens[i - 1].flags & GLY_FIRST)));
}

/* How sure it is that a phrase without its article stands behind `before`. */
static double lacks_article(const struct look *l, size_t before, size_t first,
                            size_t noun)
{
    uint32_t classes = classes_at(l, before);
    bool joint = is_joint(l, before), verb = is_verb(l, before);

    if (is_opening(l, before) && (classes_at(l, noun + 1) & AUX))
        return 0.7;
    if (!is_word(l, before) ||
        (is_capital(l, before) && !(l->tokens[before].flags & GLY_FIRST)) ||
        ((classes & (DET | THE | DEGREE)) && !joint))
        return 0;
    if (is_possessive(l, noun + 1))
        return joint || verb || (classes & (PREP | CONJ)) ? 0.9 : 0;
    if (joint)
        return after_joint(l, noun);
    if (is_text(l, before, "as") && is_text(l, first, "next"))
        return 0.8;
    if (classes & PREP)
        return after_prep(l, before, first, noun);
    if ((classes & BE) || is_text(l, before, "become"))
        return after_be(l, first, noun);
    return verb ? after_verb(l, before, first, noun) : 0;
}

/* "kind of candidate", "office of president" */
static bool is_kind_of(const struct look *l, size_t i)
{
    return is_text(l, i, "of") &&
           (is_one_of(l, i - 1, " form kind sort type ") ||
            ((classes_at(l, i + 1) & ROLE) &&
             is_one_of(l, i - 1,
                       " duties job office post position rank role tenure "
                       "term title ")));
}

/* "state to state", "debate after debate": the noun stands on both sides */
static bool is_twofold(const struct look *l, size_t i)
{
    return (i > 1 && l->hashes[i - 2] == l->hashes[i]) ||
           (i + 2 < l->count && l->hashes[i + 2] == l->hashes[i]);
}

/* Offices stand bare where they are what somebody becomes: "as mayor". */
static bool is_counted(const struct look *l, size_t i)
{
    return (classes_at(l, i) & NOUN) || (classes_at(l, i - 1) & HEAD) ||
           is_one_of(l, i - 1, " about against by from with ");
}

/* "out of country": one of many, and no word says which. */
void look_at_noun(struct look *l, size_t i)
{
    size_t first = i, before;
    double score;

    if (is_capital(l, i) || !is_apart(l, i) || !is_counted(l, i))
        return;
    while (i - first < MOST_MODIFIERS && is_modifier(l, first - 1))
        first--;
    before = first - 1;
    if (!is_apart(l, first) ||
        (score = lacks_article(l, before, first, i)) == 0 ||
        is_set(l, before, first, i) || is_kind_of(l, before) ||
        is_twofold(l, i) || is_headline(l, i))
        return;

    gly_pos begin = l->tokens[first].begin;
    int len = (int)(l->tokens[i].end - begin);

    if (len <= 3 * LONGEST && token_len(l, before) <= LONGEST)
        add_find(l, ARTICLE, begin, l->tokens[i].end, score,
                 say(l, "the %.*s", len, l->text + begin),
                 "\"%.*s\" stands without an article after \"%.*s\".", len,
                 l->text + begin, (int)token_len(l, before),
                 token_text(l, before));
}

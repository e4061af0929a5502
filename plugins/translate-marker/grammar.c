/* grammar.c: words said twice, subjects left over or left out, and words that
 * do not agree with each other.
 */
#include "translate-marker.h"

#include <string.h>

enum { LONGEST = 24, FAR = 24 };

/* A speaker is quoted as he speaks. */
static double unless_quoted(const struct look *l, double score)
{
    return l->quote_open || l->curly_open ? 0.35 * score : score;
}

static bool is_clause_start(const struct look *l, size_t i)
{
    return (i < l->count && (l->tokens[i].flags & GLY_FIRST)) ||
           is_one_of(l, i - 1, " and because but when where while ");
}

static bool is_small(const struct look *l, size_t i)
{
    return is_word(l, i) && !is_capital(l, i) && is_apart(l, i);
}

/* ---- the same word again ---- */

/* "had had", "that that", "very very": said so by people. */
static bool may_repeat(const struct look *l, size_t i)
{
    return !(classes_at(l, i) & (FUNCTION | NOUN)) ||
           is_one_of(l, i,
                     " all been do had her him in is it many more much no off "
                     "on out over so that up was what who you ");
}

/* The word at i is the one before it once more. */
void look_at_repeated(struct look *l, size_t i)
{
    if (!is_apart(l, i) || is_capital(l, i) || is_capital(l, i - 1) ||
        token_len(l, i) > LONGEST || may_repeat(l, i) ||
        l->hashes[i - 1] != l->hashes[i])
        return;
    add_find(l, REPEATED_WORD, l->tokens[i - 1].end, l->tokens[i].end,
             unless_quoted(l, 0.9), "", "\"%.*s\" is said twice.",
             (int)token_len(l, i), token_text(l, i));
}

/* ---- subjects ---- */

static uint32_t classes_of(const struct look *l, const char *text, size_t len)
{
    const struct entry *e =
        find_word(l->lexicon, hash_lower(HASH_START, text, len), text, len);

    return e ? e->classes : 0;
}

/* "goes": the word without its "s" or "es" is a verb. */
static bool is_third_person(const struct look *l, size_t i)
{
    const char *text = token_text(l, i);
    size_t len = token_len(l, i);

    if (len < 3 || text[len - 1] != 's')
        return false;
    return (classes_of(l, text, len - 1) & BASE) ||
           (text[len - 2] == 'e' && (classes_of(l, text, len - 2) & BASE));
}

static bool is_finite(const struct look *l, size_t i)
{
    return (classes_at(l, i) & (VERB | AUX)) || is_third_person(l, i) ||
           ends_in(l, i, "ed");
}

/* The first word of the sentence, when it is "the" and not far before i. */
static bool begins_with_the(const struct look *l, size_t i, size_t *first)
{
    for (*first = i; *first > 0 && i - *first < FAR;) {
        --*first;
        if (l->tokens[*first].flags & (GLY_FIRST | GLY_LINE))
            return (l->tokens[*first].flags & GLY_FIRST) &&
                   (classes_at(l, *first) & THE);
    }
    return false;
}

/* "The minister, who was ill, he": the comma stands before i. */
static bool is_behind_relative(const struct look *l, size_t first, size_t i)
{
    size_t who = first;

    while (who < i && sign_at(l, who) != ',')
        who++;
    return who > first + 1 && who - first < 5 && is_text(l, who + 1, "who") &&
           (classes_at(l, who - 1) & (NOUN | ROLE)) &&
           sign_at(l, i + 2) != ',' && !is_stop(sign_at(l, i + 2));
}

/* "The library of the town it opens on Monday.": no other verb comes. */
static bool is_only_verb(const struct look *l, size_t first, size_t i)
{
    size_t n = i + 2;

    for (size_t k = first + 1; k < i; k++)
        if (!is_word(l, k) || is_finite(l, k) ||
            (classes_at(l, k) & (PRON | CONJ)))
            return false;
    if (!(classes_at(l, n) & PREP) || first + 1 == i ||
        is_one_of(l, i - 1,
                  " day hour minute moment month time week year instant way "))
        return false;
    while (n < i + FAR && n < l->count && sign_at(l, n) == 0 &&
           !is_finite(l, n))
        n++;
    if (sign_at(l, n) == ',')
        return (classes_at(l, n + 1) & (PREP | RESIDUE)) ||
               is_text(l, n + 1, "according");
    return is_stop(sign_at(l, n)) && ends_apart(l, n);
}

/* The subject of the sentence comes again at i. */
static void look_at_second_subject(struct look *l, size_t i)
{
    size_t first;

    if (!is_small(l, i + 1) || !is_finite(l, i + 1) ||
        !begins_with_the(l, i, &first))
        return;
    if (sign_at(l, i - 1) == ',' ? !is_behind_relative(l, first, i)
                                 : !is_only_verb(l, first, i))
        return;
    add_find(l, PRONOUN, l->tokens[i].begin, l->tokens[i + 1].begin,
             unless_quoted(l, 0.7), "",
             "\"%.*s\" repeats the subject of the sentence.",
             (int)token_len(l, i), token_text(l, i));
}

/* "Is necessary to wait." and "because is late": nothing is the subject. */
static void look_at_no_subject(struct look *l, size_t i)
{
    bool opens = l->tokens[i].flags & GLY_FIRST;
    uint32_t after = classes_at(l, i + 1);

    if (opens && is_small(l, i + 1) && (after & CLEAR) &&
        (is_text(l, i + 2, "to") || is_text(l, i + 2, "that"))) {
        for (size_t k = i + 2; k < i + 2 * FAR && !begins_line(l, k); k++) {
            if (sign_at(l, k) == '?')
                return;
            if (is_stop(sign_at(l, k)))
                break;
        }
    } else if (opens || is_capital(l, i) || !is_small(l, i + 1) ||
               !is_one_of(l, i - 1, " although because ")) {
        return;
    }
    add_find(l, PRONOUN, l->tokens[i].begin, l->tokens[i].end,
             unless_quoted(l, 0.7),
             is_text(l, i, "is") ? (opens ? "It is" : "it is")
                                 : (opens ? "It was" : "it was"),
             "The verb has no subject.");
}

/* ---- agreement ---- */

/* "countries", "problems": the class of what it is the plural of. */
static uint32_t plural_classes(const struct look *l, size_t i)
{
    char one[LONGEST];
    size_t len = token_len(l, i);

    if (len < 4 || len > LONGEST || !ends_in(l, i, "s"))
        return 0;
    memcpy(one, token_text(l, i), len);
    if (!ends_in(l, i, "ies"))
        return classes_of(l, one, len - 1);
    one[len - 3] = 'y';
    return classes_of(l, one, len - 2);
}

static void disagree(struct look *l, size_t i, size_t n, double score)
{
    add_find(l, AGREEMENT, l->tokens[i].begin, l->tokens[n].end,
             unless_quoted(l, score), NULL,
             "\"%.*s\" and \"%.*s\" do not agree.", (int)token_len(l, i),
             token_text(l, i), (int)token_len(l, n), token_text(l, n));
}

static void look_at_verb_after(struct look *l, size_t i)
{
    size_t n = i + 1;

    if (!is_small(l, n) || token_len(l, n) > LONGEST)
        return;
    if (is_one_of(l, i, " he it she ")) {
        if (is_clause_start(l, i) &&
            ((classes_at(l, n) & BASE) || is_text(l, n, "have")))
            disagree(l, i, n, 0.8);
    } else if (is_one_of(l, i, " they we ")) {
        if (is_one_of(l, n, " does has is ") ||
            (is_clause_start(l, i) && is_third_person(l, n)))
            disagree(l, i, n, 0.7);
    }
}

void look_at_pronoun(struct look *l, size_t i)
{
    if (is_one_of(l, i, " he it she they "))
        look_at_second_subject(l, i);
    look_at_verb_after(l, i);
}

void look_at_be(struct look *l, size_t i)
{
    if (is_one_of(l, i, " is was "))
        look_at_no_subject(l, i);
}

/* Whether a noun phrase ends before token n. */
static bool ends_phrase(const struct look *l, size_t n)
{
    uint32_t c = sign_at(l, n);

    return begins_line(l, n) || c == '.' || c == ',' || c == ';' ||
           (classes_at(l, n) & FUNCTION);
}

/* "country", and those that the lists have as more than a noun. */
static bool is_singular(const struct look *l, size_t i)
{
    return (classes_at(l, i) & NOUN) ||
           is_one_of(l, i,
                     " book child day house man month person place problem "
                     "question thing week woman year ");
}

/* "these man", "two country", "this problems" */
void look_at_determiner(struct look *l, size_t i)
{
    size_t n = i + 1;

    if ((classes_at(l, i) & THE) || !is_small(l, n) || !ends_phrase(l, n + 1))
        return;
    if (is_one_of(l, i, " both few many several these those ")) {
        if (is_singular(l, n))
            disagree(l, i, n, 0.8);
    } else if (is_one_of(l, i, " another each every this ")) {
        uint32_t classes = plural_classes(l, n);

        if ((classes & NOUN) && !(classes & BASE))
            disagree(l, i, n, 0.8);
    }
}

/* pronouns.c: whom "he", "she", "it" and "who" stand for.
 *
 * Those named before are weighed by where and how they were: near, as the
 * subject, as a speaker, often; a text that says "she" of a person leaves it out
 * for "he". The weights were fitted to texts in which the sexes of two people
 * tell whom a pronoun means.
 */
#include "who.h"

#include <math.h>
#include <string.h>

enum { BACK = 48, FAR = 4, MOST = 12 }; /* mentions, paragraphs, people */
enum { NEAR = 60 };                     /* bytes */
enum { SURE = 3 };                      /* pronouns, or a given name */

/* The weight of somebody who is not named; how sure to be at least. */
static const double NOBODY = -3, LEAST = 0.6, CLEAR = 2;

struct candidate {
    const struct mention *mention; /* the last one */
    struct being *being;
    double weight;
};

/* What the text says for "she" of this person, less what against. */
static int told(const struct being *b, bool she)
{
    return she ? (int)b->she - (int)b->he : (int)b->he - (int)b->she;
}

static double weigh(const struct who *w, const struct mention *m,
                    const struct mention *pronoun)
{
    uint32_t sentences = pronoun->sentence - m->sentence;
    uint32_t paragraphs = pronoun->paragraph - m->paragraph;
    double weight = 0;

    weight -= 0.4 * (sentences < 5 ? sentences : 5);
    weight -= 0.4 * (paragraphs < 3 ? paragraphs : 3);
    weight += sentences == 0 ? 2.8 : paragraphs == 0 ? 1.1 : 0;
    weight += m->place == SUBJECT ? sentences == 1 ? 1.5 : 0.1 : 0;
    weight -= m->place == BELOW ? 0.7 : 0;
    weight += m->what == HE || m->what == SHE ? 0.7 : 0;
    if (w->spoke.being == m->being)
        weight += 0.4;
    return weight;
}

static struct candidate *find(struct candidate *list, size_t count,
                              const struct being *being)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].being == being)
            return &list[i];
    return NULL;
}

static bool is_person(const struct mention *m)
{
    return m->being && m->being->kind == PERSON;
}

/* Those who may be meant, the last named first. */
static size_t gather(const struct who *w, size_t at, gly_pos low, gly_pos high,
                     struct candidate *list)
{
    const struct mention *pronoun = &w->mentions[at];
    size_t count = 0;

    for (size_t i = at; i-- > 0 && at - i < BACK && count < MOST;) {
        const struct mention *m = &w->mentions[i];

        if (m->paragraph + FAR < pronoun->paragraph)
            break;
        if (!is_person(m) || find(list, count, m->being) ||
            (m->begin >= low && m->begin < high))
            continue;
        list[count] = (struct candidate){m, m->being, 0};
        list[count].weight = weigh(w, m, pronoun);
        count++;
    }
    if (count < MOST && w->spoke.being && is_person(&w->spoke) &&
        w->spoke.paragraph + FAR >= pronoun->paragraph &&
        !find(list, count, w->spoke.being)) {
        list[count] = (struct candidate){&w->spoke, w->spoke.being, 0};
        list[count].weight = weigh(w, &w->spoke, pronoun);
        count++;
    }
    return count;
}

/* Leaves out those whom the text speaks otherwise of. */
static size_t keep_told(struct candidate *list, size_t count, bool she)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        int says = told(list[i].being, she);

        if (says <= -SURE)
            continue;
        list[kept] = list[i];
        list[kept++].weight += says >= SURE ? 1.5
                               : says > 0   ? 1
                               : says < 0   ? -2
                                            : 0;
    }
    return kept;
}

/* Two women of one sentence, and nothing else tells who is she. */
static bool is_beside(const struct who *w, const struct candidate *best,
                      const struct candidate *other)
{
    return other != best && best->mention->what == NAMED &&
           other->mention->sentence == best->mention->sentence &&
           other->mention->place != BELOW && w->spoke.being != best->being &&
           best->weight - other->weight < CLEAR;
}

struct guess quote_resolve(struct who *w, size_t at, gly_pos low, gly_pos high)
{
    struct candidate list[MOST];
    size_t count = gather(w, at, low, high, list);
    const struct candidate *best = list;
    double sum = 0, score;

    count = keep_told(list, count, w->mentions[at].what == SHE);
    for (size_t i = 0; i < count; i++)
        if (list[i].weight > best->weight)
            best = &list[i];
    for (size_t i = 0; i < count; i++) {
        if (is_beside(w, best, &list[i]))
            return (struct guess){NULL, 0};
        sum += exp(list[i].weight - best->weight);
    }
    if (count == 0)
        return (struct guess){NULL, 0};
    score = 1 / (sum + exp(NOBODY - best->weight));
    return score < LEAST ? (struct guess){NULL, 0}
                         : (struct guess){best->being, score};
}

void quote_read_to(struct who *w, gly_pos pos)
{
    for (; w->resolved < w->count; w->resolved++) {
        struct mention *m = &w->mentions[w->resolved];

        if (m->begin >= pos)
            break;
        if ((m->what == HE || m->what == SHE) && !m->being)
            m->being = quote_resolve(w, w->resolved, 0, 0).being;
        if (m->what == DESCRIBED) {
            struct being *b = quote_described(w, m->begin, m->end, true).being;

            m->being = b ? b : m->being;
        }
    }
}

/* The body that spoke last in the paragraph, or was its subject. */
struct guess quote_it(const struct who *w, gly_pos at)
{
    size_t before = quote_mentions_before(w, at);
    const struct mention *found = NULL;

    if (before == 0)
        return (struct guess){NULL, 0};
    for (size_t i = before; i-- > 0 && before - i < MOST;) {
        const struct mention *m = &w->mentions[i];

        if (m->paragraph != w->mentions[before - 1].paragraph)
            break;
        if (m->being && m->being->kind != PERSON && m->place == SUBJECT) {
            if (found && found->being != m->being)
                return (struct guess){NULL, 0};
            found = m;
        }
    }
    if (!found || w->spoke.being != found->being)
        return (struct guess){NULL, 0};
    return (struct guess){found->being, 0.7};
}

/* "Kim of Ash" is Kim. */
static bool is_of_person(const struct who *w, size_t i)
{
    const struct mention *m = &w->mentions[i];

    return m->place == BELOW && !is_person(m) && i > 0 && is_person(m - 1) &&
           m[-1].what == NAMED && m[-1].end + NEAR > m->begin &&
           m[-1].sentence == m->sentence;
}

/* "Kim, who", "Kim, the head of the Bridge Company, who". */
struct guess quote_relative(const struct who *w, gly_pos at)
{
    size_t before = quote_mentions_before(w, at);

    for (size_t i = before; i-- > 0 && before - i < 4;) {
        const struct mention *m = &w->mentions[i];

        if (m->end + 2 >= at && is_of_person(w, i))
            return (struct guess){m[-1].being, 0.8};
        if (m->end + 2 >= at)
            return (struct guess){m->being, 0.95};
        if (m->end + NEAR < at || w->text[at - 2] != ',')
            break;
        if (m->what == UNNAMED || (is_person(m) && m->what == NAMED))
            return (struct guess){m->being, 0.7};
    }
    return (struct guess){NULL, 0};
}

/* names.c: what a speaker is called, from the entities that a stage before has
 * found.
 */
#include "quote.h"

#include <string.h>

enum { BACK = 2000, NEAR = 60, AHEAD = 120 }; /* bytes */
enum { MOST_PERSONS = 64 };
enum { TITLE_WORTH = 4 }; /* pronouns, which may mean somebody else */

/* How often "he" or "she" comes next after a person's name, and titles tell. */
struct person {
    const char *name;
    unsigned he, she;
};

static bool is_person(const gly_span *s)
{
    return strcmp(s->kind, "PERSON") == 0;
}

static bool is_word(const char *text, gly_pos begin, gly_pos end,
                    const char *word)
{
    return gly_word_is(text + begin, end - begin, word);
}

static bool is_any(const char *text, gly_pos begin, gly_pos end,
                   const char *const *words)
{
    while (*words && !is_word(text, begin, end, *words))
        words++;
    return *words;
}

static bool is_he(const char *text, gly_pos begin, gly_pos end)
{
    return is_word(text, begin, end, "he") ||
           is_word(text, begin, end, "his") ||
           is_word(text, begin, end, "him") || is_word(text, begin, end, "mr");
}

static bool is_she(const char *text, gly_pos begin, gly_pos end)
{
    return is_word(text, begin, end, "she") ||
           is_word(text, begin, end, "her") ||
           is_word(text, begin, end, "mrs") || is_word(text, begin, end, "ms");
}

static bool is_ascii_letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* Counts the first "he" or "she" in [at, end), not beyond the line. */
static void count_pronoun(struct person *person, const char *text, gly_pos at,
                          gly_pos end)
{
    while (at < end && text[at] != '\n') {
        gly_pos begin = at;

        while (at < end && is_ascii_letter(text[at]))
            at++;
        if (is_he(text, begin, at)) {
            person->he++;
            return;
        }
        if (is_she(text, begin, at)) {
            person->she++;
            return;
        }
        at += at == begin;
    }
}

/* "Sir" before a name at `end`, or "her son," */
static void count_title(struct person *person, const char *text, gly_pos end)
{
    static const char *const he[] = {
        "mr", "sir", "lord", "king", "prince", "father", "son", "brother",
        "husband", "chairman", "spokesman", NULL,
    };
    static const char *const she[] = {
        "mrs", "ms", "miss", "dame", "lady", "queen", "princess", "mother",
        "daughter", "sister", "wife", "chairwoman", "spokeswoman", NULL,
    };
    bool dot;
    gly_pos begin;

    while (end > 0 && strchr(" ,", text[end - 1]))
        end--;
    dot = end > 0 && text[end - 1] == '.';
    begin = end -= dot;
    while (begin > 0 && end - begin < 12 && is_ascii_letter(text[begin - 1]))
        begin--;
    if (dot && end - begin > 3)
        return; /* the sentence before */
    person->he += TITLE_WORTH * is_any(text, begin, end, he);
    person->she += TITLE_WORTH * is_any(text, begin, end, she);
}

static struct person *find_person(struct person *persons, size_t *count,
                                  const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(persons[i].name, name) == 0)
            return &persons[i];
    if (*count == MOST_PERSONS)
        return NULL;
    persons[*count].name = name;
    return &persons[(*count)++];
}

/* Titles stand before or in a name, pronouns behind it. */
static void count_pronouns(gly_doc *doc, const struct names *names)
{
    gly_pos len;
    const char *text = gly_text(doc, &len);
    struct person *persons =
        gly_alloc(doc, MOST_PERSONS * sizeof(struct person));
    size_t count = 0;

    for (size_t i = 0; i < names->count; i++) {
        struct named *n = &names->list[i];
        gly_pos at = n->span->end, end = at + AHEAD;

        if (!is_person(n->span))
            continue;
        n->person = find_person(persons, &count, n->name);
        if (!n->person)
            continue;
        if (i + 1 < names->count && names->list[i + 1].span->begin < end)
            end = names->list[i + 1].span->begin;
        count_pronoun(n->person, text, at, end < len ? end : len);
        at = n->span->begin;
        count_pronoun(n->person, text, at,
                      n->span->end < at + 3 ? n->span->end : at + 3);
        count_title(n->person, text, n->span->begin);
    }
}

struct names quote_names(gly_doc *doc, const struct pieces *pieces)
{
    struct names names = {0};
    const gly_span *first = gly_spans(doc, "entities");
    const struct piece *p = pieces->list, *end = p + pieces->count;
    const char *text = gly_text(doc, NULL);
    size_t count = 0;

    for (const gly_span *s = first; s; s = s->next)
        count += is_person(s) || strcmp(s->kind, "ORG") == 0;
    if (count == 0)
        return names;
    names.list = gly_alloc(doc, count * sizeof(*names.list));
    for (const gly_span *s = first; s; s = s->next) {
        while (p < end && p->end <= s->begin)
            p++;
        if (p < end && p->begin <= s->begin) /* but not James “Jim” Ray */
            continue;
        if (!is_person(s) && strcmp(s->kind, "ORG") != 0)
            continue;
        names.list[names.count++] = (struct named){
            .span = s,
            .name = s->name
                        ? s->name
                        : gly_keep(doc, text + s->begin, s->end - s->begin),
        };
    }
    count_pronouns(doc, &names);
    return names;
}

/* How many of them begin before pos. */
static size_t count_before(const struct names *names, gly_pos pos)
{
    size_t low = 0, high = names->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (names->list[mid].span->begin < pos)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static gly_pos line_begin(const char *text, gly_pos at, gly_pos low)
{
    while (at > low && text[at - 1] != '\n')
        at--;
    return at;
}

/* Whether the text speaks otherwise of this person. */
static bool is_other(const struct person *person, bool she)
{
    unsigned yes, no;

    if (!person)
        return false;
    yes = she ? person->she : person->he;
    no = she ? person->he : person->she;
    return no > yes;
}

/* The one person named in [low, high) who may be she, or he; NULL when there is
 * not just one. */
static const struct named *only_person(const struct names *names, gly_pos low,
                                       gly_pos high, bool she)
{
    const struct named *found = NULL;

    for (size_t i = count_before(names, high); i-- > 0;) {
        const struct named *n = &names->list[i];

        if (n->span->begin < low)
            break;
        if (!is_person(n->span) || n->span->end > high ||
            is_other(n->person, she))
            continue;
        if (found && strcmp(found->name, n->name) != 0)
            return NULL;
        found = n;
    }
    return found;
}

/* He or she: the only such person named before in the paragraph, else in the
 * one above it. */
static const struct named *resolve(const struct names *names, const char *text,
                                   gly_pos at, bool she)
{
    gly_pos low = at > BACK ? at - BACK : 0;
    gly_pos begin = line_begin(text, at, low), above = begin;
    size_t before = count_before(names, at);

    if (before > 0 && names->list[before - 1].span->begin >= begin)
        return only_person(names, begin, at, she);
    while (above > low && text[above - 1] == '\n')
        above--;
    return only_person(names, line_begin(text, above, low), above, she);
}

static bool has_word(const char *text, gly_pos begin, gly_pos end,
                     const char *word)
{
    size_t len = strlen(word);

    for (; begin + len <= end; begin++)
        if (memcmp(text + begin, word, len) == 0)
            return true;
    return false;
}

/* Whether an entity is who speaks, not "Kim's aide" or "an aide to Kim". */
static bool is_head(const char *text, const gly_span *s, gly_pos begin,
                    gly_pos end)
{
    static const char *const below[] = {" of ", " for ", " to ", " at ",
                                        " from ", " with "};
    static const char *const after[] = {",", " (", " of ", ")"};

    for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
        if (s->begin > begin && has_word(text, begin, s->begin, below[i]))
            return false;
    if (s->end >= end)
        return true;
    for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
        if (strncmp(text + s->end, after[i], strlen(after[i])) == 0)
            return true;
    return false;
}

static const struct named *overlapping(const struct names *names,
                                       const char *text, gly_pos begin,
                                       gly_pos end)
{
    const struct named *found = NULL;
    size_t before = count_before(names, end);

    for (size_t i = before; i-- > 0 && before - i < 16;) {
        const struct named *n = &names->list[i];

        if (n->span->end > begin && is_head(text, n->span, begin, end) &&
            (!found || is_person(n->span) > is_person(found->span)))
            found = n;
    }
    return found;
}

/* "said the mayor, Maria Lopez." */
static const struct named *apposed(const struct names *names, const char *text,
                                   gly_pos end)
{
    size_t i = count_before(names, end + 2);
    const gly_span *s = i < names->count ? names->list[i].span : NULL;

    if (!s || s->begin != end + 2 || !is_person(s) || text[end] != ',' ||
        (text[s->end] != ',' && text[s->end] != '.'))
        return NULL;
    return &names->list[i];
}

const char *quote_name(const struct names *names, const char *text,
                       gly_pos begin, gly_pos end)
{
    size_t before = count_before(names, end);
    const struct named *found = overlapping(names, text, begin, end);

    if (!found && (is_word(text, begin, end, "he") ||
                   is_word(text, begin, end, "she")))
        found = resolve(names, text, begin, is_she(text, begin, end));
    if (!found && is_word(text, begin, end, "who") && before > 0 &&
        names->list[before - 1].span->end + NEAR > begin)
        found = &names->list[before - 1];
    if (!found)
        found = apposed(names, text, end);
    return found ? found->name : NULL;
}

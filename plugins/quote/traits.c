/* traits.c: what a document says of its people beside their names: he or she,
 * what they are, how old.
 */
#include "who.h"

#include <stdlib.h>
#include <string.h>

/* What a title, a given name or a pronoun nearby is worth. */
enum { TITLE_WORTH = 4, GIVEN_WORTH = 3 };
enum { MOST_TITLE = 4, MOST_BESIDE = 6, MOST_FACTS = 16, MOST_ROLES = 8 };
enum { MOST_APPOSED = 9 };

/* Of the letters as small ones, for ASCII. */
uint32_t quote_name_hash(const char *at, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)at[i];

        hash = (hash ^ (c >= 'A' && c <= 'Z' ? c + 32u : c)) * 16777619u;
    }
    return hash ^ hash >> 15;
}

static bool parts(char c)
{
    return c == ' ' || c == ',' || c == ';' || c == '(' || c == ')' ||
           c == '\n';
}

static size_t word_len(const char *at, const char *end)
{
    const char *p = at;

    while (p < end && !parts(*p))
        p++;
    return (size_t)(p - at);
}

static unsigned how(const char *at, size_t len)
{
    static const char *const former[] = {"former", "ex", "late", "onetime",
                                         "then", NULL};
    static const char *const deputy[] = {"deputy", "assistant", "vice",
                                         "associate", "would-be", NULL};

    if (len > 3 && strncmp(at, "ex-", 3) == 0)
        return FORMER;
    return quote_is_any(at, len, former)   ? FORMER
           : quote_is_any(at, len, deputy) ? DEPUTY
                                           : 0;
}

/* "former mayor", "police chief", "secretary of state for the north": the last
 * one before a preposition. */
struct role quote_head(const struct who *w, const char *at, const char *end,
                       bool open)
{
    static const char *const below[] = {"of", "for", "in", "at", "to", "from",
                                        "with", "on", "who", "and", "by",
                                        "that", NULL};
    struct role role = {NULL, 0, NULL};
    unsigned so_far = 0;

    while (at < end) {
        size_t len = word_len(at, end), taken;
        const char *classes, *hyphen;
        unsigned said;

        if (len == 0 && *at != ' ')
            break;
        if (role.classes && quote_is_any(at, len, below))
            break;
        said = how(at, len);
        so_far |= said;
        taken = len ? gly_words_match(w->people, at, end, &classes) : 0;
        hyphen = len ? memchr(at, '-', len) : NULL;
        if (!taken && hyphen &&
            gly_words_match(w->people, hyphen + 1, end, &classes))
            taken = len;
        if (taken) {
            role = (struct role){classes, so_far, NULL};
            len = taken;
        } else if (role.classes && len && !said) {
            if (open)
                break;
            role.classes = NULL; /* "mayor's office", "company town" */
        }
        at += len ? len : 1;
    }
    return role;
}

/* One past the first word of a role's classes, "org" left out. */
static const char *first_class(const struct role *r, size_t *len)
{
    const char *at = r->classes;

    if (strncmp(at, "org ", 4) == 0)
        at += 4;
    *len = strcspn(at, " ");
    return at;
}

static bool has(const struct role *r, const char *word, size_t len)
{
    for (const char *at = r->classes; *at; at += *at == ' ') {
        size_t n = strcspn(at, " ");

        if (n == len && memcmp(at, word, len) == 0)
            return true;
        at += n;
    }
    return false;
}

bool quote_has_class(const struct role *role, const struct role *named)
{
    size_t len;
    const char *word = first_class(named, &len);

    return role->how == named->how && has(role, word, len);
}

bool quote_is_body(const struct role *role)
{
    return strncmp(role->classes, "org ", 4) == 0;
}

void quote_sex_of_role(struct being *being, const struct role *role)
{
    being->he += TITLE_WORTH * has(role, "he", 2);
    being->she += TITLE_WORTH * has(role, "she", 3);
}

static void add_role(struct who *w, struct being *being, struct role role)
{
    size_t count = 0;
    struct role *r;

    if (!role.classes || quote_is_body(&role))
        return;
    quote_sex_of_role(being, &role);
    for (r = being->roles; r; r = r->next, count++)
        if (r->classes == role.classes && r->how == role.how)
            return;
    if (count == MOST_ROLES)
        return;
    r = gly_alloc(w->doc, sizeof(*r));
    *r = role;
    r->next = being->roles;
    being->roles = r;
}

static void add_fact(struct who *w, struct being *being, size_t i)
{
    const gly_token *t = &w->tokens[i];
    struct fact *f;

    if (!(t->flags & GLY_CAPITAL) || being->fact_count == MOST_FACTS)
        return;
    f = gly_alloc(w->doc, sizeof(*f));
    f->hash = quote_name_hash(w->text + t->begin, t->end - t->begin);
    f->next = being->facts;
    being->facts = f;
    being->fact_count++;
}

/* What stands before a title: "Florida", "former"; returns where it begins. */
static size_t widen_title(struct who *w, struct being *being, size_t title,
                          size_t low, struct role *role)
{
    size_t begin = title;

    while (begin > low && title - begin < MOST_TITLE) {
        const gly_token *t = &w->tokens[begin - 1];
        unsigned h = how(w->text + t->begin, t->end - t->begin);

        if (t->type != GLY_WORD || !(t->flags & GLY_CAPITAL || h) ||
            quote_is_preposition(w, begin - 1))
            break;
        role->how |= h;
        add_fact(w, being, --begin);
    }
    return begin;
}

/* The word before a name: "nominee Juan Ruiz". */
static size_t read_title(struct who *w, struct being *being, size_t first,
                         size_t low)
{
    const gly_token *t = &w->tokens[first > low ? first - 1 : low];
    struct role role = {NULL, 0, NULL};
    const char *at = w->text + t->begin;
    size_t begin;

    if (first == low || t->type != GLY_WORD || t->end - t->begin < 3 ||
        quote_is_preposition(w, first - 1) ||
        gly_words_match(w->people, at, w->text + t->end, &role.classes) !=
            t->end - t->begin)
        return first;
    begin = widen_title(w, being, first - 1, low, &role);
    add_role(w, being, role);
    return begin;
}

/* The title that entity has, where it stands before the name. */
static size_t title_of(struct who *w, struct mention *of, const char *role,
                       size_t first, size_t low)
{
    size_t len = strlen(role), at = first, begin;
    struct role head = quote_head(w, role, role + len, false);

    if (of->begin > len &&
        memcmp(w->text + of->begin - 1 - len, role, len) == 0)
        while (at > low && w->tokens[at - 1].begin >= of->begin - 1 - len)
            add_fact(w, of->being, --at);
    begin = at == first ? first : widen_title(w, of->being, at, low, &head);
    add_role(w, of->being, head);
    return begin;
}

static bool is_sign(const struct who *w, size_t i, char sign)
{
    return i < w->token_count && w->tokens[i].type == GLY_SIGN &&
           w->text[w->tokens[i].begin] == sign;
}

/* ", 34," */
static size_t read_age(struct who *w, struct being *being, size_t i)
{
    const gly_token *t = &w->tokens[i + 1];
    unsigned age;

    if (!is_sign(w, i, ',') || i + 1 >= w->token_count ||
        t->type != GLY_NUMERAL || t->end - t->begin > 3)
        return i;
    age = (unsigned)atoi(w->text + t->begin);
    if (age < 3 || age > 120 ||
        (i + 2 < w->token_count && !is_sign(w, i + 2, ',') &&
         !is_sign(w, i + 2, '.')))
        return i;
    being->age = age;
    return i + 2;
}

/* ", the Republican nominee," */
static void read_apposed(struct who *w, struct being *being, size_t i,
                         size_t high)
{
    static const char *const begins[] = {"the", "a", "an", "his", "her", "its",
                                         "their", "former", NULL};
    size_t first = i + 1, last = first;

    if (first >= high || !is_sign(w, i, ',') || !quote_is_word(w, first, begins))
        return;
    while (last < high && last - first < MOST_APPOSED &&
           !is_sign(w, last, ',') && !is_sign(w, last, '.'))
        last++;
    if (last >= high || last - first == MOST_APPOSED)
        return;
    add_role(w, being,
             quote_head(w, w->text + w->tokens[first].begin,
                        w->text + w->tokens[last - 1].end, false));
    for (size_t k = first; k < last; k++)
        add_fact(w, being, k);
}

static void read_beside(struct who *w, struct being *being, size_t last,
                        size_t high)
{
    for (size_t i = last; i < high && i < last + MOST_BESIDE; i++) {
        if (i == last && !is_sign(w, i, '(') && !is_sign(w, i, ',') &&
            !quote_is_preposition(w, i))
            break;
        add_fact(w, being, i);
    }
}

static void read_given_name(struct who *w, struct being *being)
{
    const char *sex, *name = being->name;
    size_t len = strcspn(name, " ");

    if (being->mentions || !name[len])
        return;
    if (gly_words_has(w->sexes, name, len, &sex)) {
        being->he += GIVEN_WORTH * (*sex == 'h');
        being->she += GIVEN_WORTH * (*sex == 's');
    }
}

size_t quote_traits(struct who *w, struct mention *of, size_t first,
                    size_t last)
{
    struct being *being = of->being;
    const gly_sentence *s = &w->sentences[of->sentence];
    const char *role = of->span ? gly_note_get(of->span, "role") : NULL;
    size_t begin = first, at;

    if (role)
        begin = title_of(w, of, role, first, s->first);
    if (begin == first)
        begin = read_title(w, being, first, s->first);
    read_given_name(w, being);
    at = read_age(w, being, last);
    read_apposed(w, being, at, s->last);
    read_beside(w, being, last, s->last);
    being->mentions++;
    return begin;
}

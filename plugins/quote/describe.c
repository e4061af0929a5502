/* describe.c: whom "the mayor", "the 34-year-old teacher" and "the ministry"
 * stand for: one of whom the text says so beside a name.
 */
#include "who.h"

#include <string.h>

enum { BACK = 60, SAME = 1, OTHER_FAR = 4 };

/* "the Florida senator" as it was read. */
struct description {
    struct role head;
    unsigned age;
    const char *begin, *end; /* behind its article */
};

static bool has_role(const struct being *b, const struct role *head)
{
    for (const struct role *r = b->roles; r; r = r->next)
        if (quote_has_class(r, head))
            return true;
    return false;
}

static bool has_fact(const struct being *b, const char *at, size_t len)
{
    uint32_t hash = quote_name_hash(at, len);

    for (const struct fact *f = b->facts; f; f = f->next)
        if (f->hash == hash)
            return true;
    return false;
}

/* Whether the text says Florida of a Florida senator. */
static bool has_facts(const struct being *b, const struct description *d)
{
    for (const char *at = d->begin; at < d->end;) {
        size_t len = strcspn(at, " ,;()\n");

        if (at + len > d->end)
            len = (size_t)(d->end - at);
        if (*at >= 'A' && *at <= 'Z' && !has_fact(b, at, len))
            return false;
        at += len + 1;
    }
    return true;
}

/* "the actress" is no man. */
static bool is_other_sex(const struct being *b, const struct role *head)
{
    struct being told = {0};

    quote_sex_of_role(&told, head);
    return (told.he && b->she > b->he) || (told.she && b->he > b->she);
}

static bool fits(const struct being *b, const struct description *d)
{
    if (b->kind != PERSON ||
        (d->head.classes && is_other_sex(b, &d->head)))
        return false;
    if (d->age)
        return b->age == d->age;
    return has_role(b, &d->head) && (!b->name || has_facts(b, d));
}

static bool has_word(const char *name, const char *word, size_t len)
{
    while (*name) {
        size_t n = strcspn(name, " -");

        if (n == len && quote_name_hash(name, n) == quote_name_hash(word, len))
            return true;
        name += n + (name[n] != '\0');
    }
    return false;
}

/* The ministry is one that has the word in its name. */
static bool is_called(const struct being *b, const char *word, size_t len)
{
    return b->kind == BODY && has_word(b->name, word, len);
}

struct search {
    const struct who *who;
    size_t before;       /* mentions */
    uint32_t paragraph;
    struct being *found;
    uint32_t distance;   /* paragraphs */
    bool several;
};

/* The next nearest one; another one is only let be when it is far. */
static void meet(struct search *s, const struct mention *m)
{
    uint32_t distance = s->paragraph - m->paragraph;

    if (m->being == s->found)
        return;
    if (!s->found) {
        s->found = m->being;
        s->distance = distance;
    } else if (s->distance > SAME || distance < s->distance + OTHER_FAR) {
        s->several = true;
    }
}

static struct guess end_search(const struct search *s)
{
    if (!s->found || s->several)
        return (struct guess){NULL, 0};
    return (struct guess){s->found, s->distance > SAME ? 0.75 : 0.85};
}

/* Another one acts in the paragraph, who may be the senator too. */
static bool is_doubtful(const struct search *s)
{
    if (s->distance == 0)
        return false;
    for (size_t i = s->before; i-- > 0 && s->before - i < BACK;) {
        const struct mention *m = &s->who->mentions[i];

        if (m->paragraph != s->paragraph)
            break;
        if (m->what == NAMED && m->place == SUBJECT &&
            m->being->kind == PERSON && m->being != s->found)
            return true;
    }
    return false;
}

static struct guess find_person(struct search *s, const struct description *d)
{
    for (size_t i = s->before; i-- > 0 && s->before - i < BACK;) {
        const struct mention *m = &s->who->mentions[i];

        if (m->being && fits(m->being, d))
            meet(s, m);
    }
    return is_doubtful(s) ? (struct guess){NULL, 0} : end_search(s);
}

static struct guess find_body(struct search *s, const char *word, size_t len)
{
    for (size_t i = s->before; i-- > 0 && s->before - i < BACK;) {
        const struct mention *m = &s->who->mentions[i];

        if (m->being && is_called(m->being, word, len))
            meet(s, m);
    }
    return end_search(s);
}

/* The company is the only body named in the paragraph and the one above. */
static struct guess only_body(const struct search *s)
{
    const struct who *w = s->who;
    struct being *found = NULL;

    for (size_t i = s->before; i-- > 0 && s->before - i < BACK;) {
        const struct mention *m = &w->mentions[i];

        if (m->paragraph + SAME < s->paragraph)
            break;
        if (!m->being || m->being->kind != BODY || m->being == found)
            continue;
        if (found)
            return (struct guess){NULL, 0};
        found = m->being;
    }
    return (struct guess){found, 0.65};
}

static bool is_company(const struct who *w, const struct being *b)
{
    for (const char *at = b->name; *at; at += *at == ' ') {
        size_t len = strcspn(at, " ");
        const char *classes;

        if (gly_words_match(w->people, at, at + len, &classes) == len &&
            strncmp(classes, "org ", 4) == 0 && !strstr(classes, "company"))
            return false;
        at += len;
    }
    return true;
}

static struct guess describe_body(struct search *s, const struct role *head,
                                  const char *begin, const char *end)
{
    const char *word = end;
    struct guess g;

    if (strstr(head->classes, " any"))
        return (struct guess){NULL, 0};
    while (word > begin && word[-1] != ' ')
        word--;
    g = find_body(s, word, (size_t)(end - word));
    if (g.being || s->several || !strstr(head->classes, "company"))
        return g;
    g = only_body(s);
    return g.being && is_company(s->who, g.being) ? g : (struct guess){NULL, 0};
}

/* The words behind "the"; NULL: there is none. */
static const char *behind_article(const char *at, const char *end)
{
    static const char *const articles[] = {"the", "this", "that"};

    for (size_t i = 0; i < sizeof(articles) / sizeof(articles[0]); i++) {
        size_t len = strlen(articles[i]);

        if (at + len + 1 < end && gly_word_is(at, len, articles[i]) &&
            at[len] == ' ')
            return at + len + 1;
    }
    return NULL;
}

/* Of "34-year-old teacher", or 0. */
static unsigned age_of(const char *at, const char *end)
{
    static const char tail[] = "-year-old";
    unsigned age = 0;

    while (at < end && *at >= '0' && *at <= '9' && age < 100)
        age = 10 * age + (unsigned)(*at++ - '0');
    if ((size_t)(end - at) < strlen(tail) ||
        strncmp(at, tail, strlen(tail)) != 0)
        return 0;
    return age;
}

struct guess quote_described(struct who *w, gly_pos begin, gly_pos end,
                             bool open)
{
    const char *stop = w->text + end;
    struct description d = {.end = stop};
    struct search s = {.who = w, .before = quote_mentions_before(w, begin)};

    d.begin = behind_article(w->text + begin, stop);
    if (!d.begin)
        return (struct guess){NULL, 0};
    s.paragraph = w->sentences[quote_sentence_at(w, begin)].paragraph;
    d.age = age_of(d.begin, stop);
    d.head = quote_head(w, d.begin, stop, open);
    if (d.head.classes && quote_is_body(&d.head))
        return describe_body(&s, &d.head, d.begin, stop);
    if (!d.head.classes && !d.age)
        return (struct guess){NULL, 0};
    return find_person(&s, &d);
}

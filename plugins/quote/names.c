/* names.c: the people and bodies of a document, and where it mentions them
 * outside of quote marks: by name, by "he" and "she", or as "a teacher".
 */
#include "who.h"

#include <string.h>

enum { MOST_NOUN = 4 }; /* between "a" and "teacher" */
enum { NEAR = 120 };     /* bytes */

bool quote_is_word(const struct who *w, size_t i, const char *const *words)
{
    const gly_token *t = &w->tokens[i];

    return quote_is_any(w->text + t->begin, t->end - t->begin, words);
}

bool quote_is_preposition(const struct who *w, size_t i)
{
    return w->words[i].use & V_BELOW;
}

static bool is_sign(const struct who *w, size_t i, char sign)
{
    return w->tokens[i].type == GLY_SIGN && w->text[w->tokens[i].begin] == sign;
}

static bool kind_of(const gly_span *s, enum kind *kind)
{
    static const struct {
        const char *label;
        enum kind kind;
    } labels[] = {
        {"PERSON", PERSON}, {"ORG", BODY}, {"LOC", PLACE}, {"GPE", PLACE},
    };

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
        if (strcmp(s->kind, labels[i].label) == 0) {
            *kind = labels[i].kind;
            return true;
        }
    return false;
}

/* The first from s on that ends after pos. */
static const gly_span *next_named(const gly_span *s, gly_pos pos,
                                  enum kind *kind)
{
    while (s && (s->end <= pos || !kind_of(s, kind)))
        s = s->next;
    return s;
}

static const char *last_word(const char *name, size_t *len)
{
    const char *space = strrchr(name, ' ');
    const char *word = space && space[1] ? space + 1 : name;

    *len = strlen(word);
    return word;
}

static struct being *be(struct who *w, const char *name, enum kind kind)
{
    size_t len = strlen(name);
    struct being **head =
        &w->by_name[(quote_name_hash(name, len) + kind) & w->mask];
    struct being *b = *head;

    while (b && (b->kind != kind || strcmp(b->name, name) != 0))
        b = b->next;
    if (b)
        return b;
    b = gly_alloc(w->doc, sizeof(*b));
    *b = (struct being){.name = name, .kind = kind, .next = *head};
    *head = b;
    if (kind == PERSON) {
        name = last_word(name, &len);
        head = &w->by_family[quote_name_hash(name, len) & w->mask];
        b->same_family = *head;
        *head = b;
    }
    return b;
}

struct being *quote_of_family(const struct who *w, const char *at, size_t len)
{
    struct being *b = w->by_family[quote_name_hash(at, len) & w->mask];
    struct being *found = NULL, *alone = NULL;

    for (; b; b = b->same_family) {
        size_t n;
        const char *word = last_word(b->name, &n);

        if (n != len || quote_name_hash(word, n) != quote_name_hash(at, len))
            continue;
        if (word == b->name) {
            alone = b;
            continue;
        }
        if (found)
            return NULL;
        found = b;
    }
    return found ? found : alone;
}

static void add(struct who *w, struct mention m)
{
    if (w->count == w->size) {
        struct mention *old = w->mentions;

        w->size = 2 * w->size + 32;
        w->mentions = gly_alloc(w->doc, w->size * sizeof(*old));
        if (w->count)
            memcpy(w->mentions, old, w->count * sizeof(*old));
    }
    w->mentions[w->count++] = m;
}

/* "Kim’s": who is spoken of follows. */
static bool is_owner(const struct who *w, size_t next)
{
    const char *at;

    if (next >= w->token_count ||
        w->tokens[next].end - w->tokens[next].begin > 4)
        return false;
    at = w->text + w->tokens[next].begin;
    return *at == '\'' || strncmp(at, "\xE2\x80\x99", 3) == 0;
}

/* The first in its sentence that is not below another word. */
static enum place place_of(const struct who *w, const struct mention *m,
                           size_t first, size_t last)
{
    uint32_t begin = w->sentences[m->sentence].first;

    if ((first > begin && quote_is_preposition(w, first - 1)) ||
        is_owner(w, last))
        return BELOW;
    for (size_t i = w->count; i-- > 0;) {
        const struct mention *prior = &w->mentions[i];

        if (prior->sentence != m->sentence)
            break;
        if (prior->place != BELOW)
            return OBJECT;
    }
    return SUBJECT;
}

/* The token after the entity. */
static size_t take_name(struct who *w, const gly_span *s, enum kind kind,
                        struct mention m, size_t first)
{
    size_t last = first, begin = first;

    while (last < w->token_count && w->tokens[last].begin < s->end)
        last++;
    m.begin = s->begin;
    m.end = s->end;
    m.span = s;
    m.being = be(w, s->name ? s->name
                            : gly_keep(w->doc, w->text + s->begin,
                                       s->end - s->begin),
                 kind);
    if (kind == PERSON)
        begin = quote_traits(w, &m, first, last);
    m.place = place_of(w, &m, begin, last);
    add(w, m);
    return last;
}

static bool is_person_before(const struct who *w, size_t token)
{
    const struct mention *m = w->count ? &w->mentions[w->count - 1] : NULL;

    return m && m->what == NAMED && token > 1 && is_sign(w, token - 1, ',') &&
           m->end >= w->tokens[token - 2].begin;
}

/* "a teacher", but not "Kim, a teacher," or "is a teacher"; "The teacher" as
 * the first of a sentence. */
static void take_described(struct who *w, struct mention m, size_t first,
                           const gly_span *next)
{
    const gly_token *t = w->tokens;
    size_t last = first + 1;
    struct role role;

    if (is_person_before(w, first) ||
        (first > 0 && w->words[first - 1].use & V_IS))
        return;
    while (last < w->token_count && last <= first + MOST_NOUN &&
           t[last].type != GLY_SIGN && !(t[last].flags & GLY_LINE) &&
           (!next || t[last].begin < next->begin) &&
           !quote_is_preposition(w, last))
        last++;
    if (last == first + 1 ||
        (next && last < w->token_count && t[last].begin + 2 >= next->begin))
        return;
    role = quote_head(w, w->text + t[first + 1].begin,
                      w->text + t[last - 1].end, true);
    if (!role.classes || quote_is_body(&role))
        return;
    m.begin = t[first].begin;
    m.end = t[last - 1].end;
    m.being = gly_alloc(w->doc, sizeof(*m.being));
    *m.being = (struct being){.kind = PERSON};
    m.being->roles = gly_alloc(w->doc, sizeof(role));
    *m.being->roles = role;
    quote_sex_of_role(m.being, &role);
    m.place = place_of(w, &m, first, last);
    add(w, m);
}

/* "Kim took her dog along" says that Kim is she. */
static void tell_sex(struct who *w, const struct mention *m, bool she)
{
    struct mention *near = w->count ? &w->mentions[w->count - 1] : NULL;

    if (!near || near->what != NAMED || near->being->kind != PERSON ||
        near->told || near->paragraph != m->paragraph ||
        near->end + NEAR < m->begin)
        return;
    near->told = true;
    near->being->he += !she;
    near->being->she += she;
}

/* What a word by itself mentions; NAMED: nobody. */
static enum what what_of(const struct who *w, size_t i)
{
    unsigned use = w->words[i].use;

    if (!(use & V_MENTION))
        return NAMED;
    if (use & V_THE)
        return w->tokens[i].flags & GLY_FIRST ? DESCRIBED : NAMED;
    return use & V_A ? UNNAMED : use & V_HE ? HE : SHE;
}

/* A word that is no part of a name. */
static void take_word(struct who *w, struct mention m, size_t i,
                      const gly_span *next)
{
    m.what = what_of(w, i);
    if (m.what == NAMED)
        return;
    m.begin = w->tokens[i].begin;
    m.end = w->tokens[i].end;
    if (m.what == UNNAMED || m.what == DESCRIBED)
        take_described(w, m, i, next);
    if (m.what != HE && m.what != SHE)
        return;
    tell_sex(w, &m, m.what == SHE);
    if ((w->text[m.end - 1] | 32) != 'e')
        return; /* his, him, her */
    m.place = place_of(w, &m, i, i + 1);
    add(w, m);
}

static void open_tables(struct who *w)
{
    size_t count = 0;

    for (const gly_span *s = gly_spans(w->doc, "entities"); s; s = s->next)
        count++;
    w->mask = 63;
    while (w->mask < count)
        w->mask = 2 * w->mask + 1;
    w->by_name = gly_alloc(w->doc, (w->mask + 1) * sizeof(*w->by_name));
    w->by_family = gly_alloc(w->doc, (w->mask + 1) * sizeof(*w->by_family));
}

/* The first from token i on that may mention somebody by itself, or that does
 * not stand before a piece and an entity. */
static size_t next_word(const struct who *w, size_t i, const struct piece *p,
                        const gly_span *s)
{
    gly_pos stop = s && s->begin < p->begin ? s->begin : p->begin;

    while (i < w->token_count && w->tokens[i].begin < stop &&
           !(w->words[i].use & V_MENTION))
        i++;
    return i;
}

void quote_mentions(struct who *w, const struct pieces *pieces)
{
    const struct piece *p = pieces->list, *end = p + pieces->count;
    const struct piece none = {.begin = UINT32_MAX};
    struct mention m = {.what = NAMED};
    enum kind kind;
    const gly_span *s = next_named(gly_spans(w->doc, "entities"), 0, &kind);
    size_t i = 0;

    open_tables(w);
    while (i < w->token_count) {
        gly_pos at = w->tokens[i].begin;

        while (w->sentences[m.sentence].last <= i)
            m.sentence++;
        m.paragraph = w->sentences[m.sentence].paragraph;
        while (p < end && p->end <= at)
            p++;
        if (s && s->end <= at)
            s = next_named(s, at, &kind);
        if (p < end && p->begin <= at) /* but not James “Jim” Ray */
            i++;
        else if (s && s->begin <= at)
            i = take_name(w, s, kind, m, i);
        else
            take_word(w, m, i++, s);
        i = next_word(w, i, p < end ? p : &none, s);
    }
}

size_t quote_mentions_before(const struct who *w, gly_pos pos)
{
    size_t low = 0, high = w->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (w->mentions[mid].begin < pos)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

size_t quote_sentence_at(const struct who *w, gly_pos pos)
{
    size_t low = 0, high = w->sentence_count;

    while (low + 1 < high) {
        size_t mid = low + (high - low) / 2;

        if (w->sentences[mid].begin <= pos)
            low = mid;
        else
            high = mid;
    }
    return low;
}

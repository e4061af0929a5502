/* who.c: the speakers of quotations, one after the other. */
#include "who.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_HEADS = 16, MOST_NAMES = 4 };
enum { MOST_BETWEEN = 60 }; /* bytes between two names that "and" joins */

static bool has_word(const char *text, gly_pos begin, gly_pos end,
                     const char *word)
{
    size_t len = strlen(word);

    for (; begin + len <= end; begin++)
        if (memcmp(text + begin, word, len) == 0)
            return true;
    return false;
}

/* Where the title of a name begins: "Secretary of State John Kerry". */
static gly_pos title_begin(const struct who *w, const gly_span *s)
{
    const char *role = gly_note_get(s, "role");
    size_t len = role ? strlen(role) : 0;

    if (len && s->begin > len && w->text[s->begin - 1] == ' ' &&
        memcmp(w->text + s->begin - 1 - len, role, len) == 0)
        return s->begin - 1 - (gly_pos)len;
    return s->begin;
}

/* Whether what begins at `low` is below none of the words before it. */
static bool is_free(const struct who *w, gly_pos begin, gly_pos low)
{
    static const char *const below[] = {" of ", " for ", " to ", " at ",
                                        " from ", " with ", " in ", " by "};
    const char *at = w->text + begin, *end = w->text + low;

    while (at < end && (at = memchr(at, ' ', (size_t)(end - at))) != NULL) {
        for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
            size_t len = strlen(below[i]);

            if ((size_t)(end - at) >= len && memcmp(at, below[i], len) == 0)
                return false;
        }
        at++;
    }
    return true;
}

/* Whether an entity is who speaks, not "Kim's aide" or "an aide to Kim". */
static bool is_head(const struct who *w, const gly_span *s, gly_pos begin,
                    gly_pos end)
{
    static const char *const after[] = {",", " (", " of ", ")", " and ",
                                        " himself", " herself", " in "};

    if (!is_free(w, begin, title_begin(w, s)))
        return false;
    if (s->end >= end)
        return true;
    for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
        if (strncmp(w->text + s->end, after[i], strlen(after[i])) == 0)
            return true;
    return false;
}

/* The mentions that speak in [begin, end), a person's rather than another's. */
static size_t find_heads(const struct who *w, gly_pos begin, gly_pos end,
                         const struct mention **heads)
{
    size_t before = quote_mentions_before(w, end), count = 0;
    size_t low = quote_mentions_before(w, begin);
    bool person = false;

    low -= low > 0 && w->mentions[low - 1].end > begin;
    if (before > low + MOST_HEADS)
        before = low + MOST_HEADS;
    for (size_t i = low; i < before && count < MOST_NAMES; i++) {
        const struct mention *m = &w->mentions[i];

        if (m->what != NAMED || !is_head(w, m->span, begin, end))
            continue;
        if (m->being->kind == PERSON && !person)
            count = 0;
        else if (m->being->kind != PERSON && person)
            continue;
        person = person || m->being->kind == PERSON;
        heads[count++] = m;
    }
    return count;
}

/* "Juan R. Ruiz" of whom only "Juan R." is marked. */
static struct being *beyond_initial(struct who *w, gly_pos begin, gly_pos end)
{
    size_t i = quote_mentions_before(w, end);
    const struct mention *m = i > 0 ? &w->mentions[i - 1] : NULL;
    struct being *b;

    if (!m || m->begin < begin || m->what != NAMED || m->end + 2 > end ||
        m->being->kind != PERSON || m->end < m->begin + 3 ||
        w->text[m->end - 1] != '.' || w->text[m->end - 3] != ' ' ||
        memchr(w->text + m->end + 1, ' ', end - m->end - 1) ||
        !is_free(w, begin, title_begin(w, m->span)))
        return NULL;
    b = quote_of_family(w, w->text + m->end + 1, end - m->end - 1);
    if (b)
        return b;
    b = gly_alloc(w->doc, sizeof(*b));
    *b = *m->being;
    b->name = gly_keep(w->doc, w->text + m->begin, end - m->begin);
    return b;
}

/* "said the mayor, Maria Lopez."; "its news agency, KCNA,". */
static struct being *apposed(const struct who *w, gly_pos begin, gly_pos end)
{
    size_t i = quote_mentions_before(w, end + 2);
    const struct mention *m = i < w->count ? &w->mentions[i] : NULL;
    struct role head;

    if (!m || m->begin != end + 2 || m->what != NAMED || w->text[end] != ',' ||
        (w->text[m->end] != ',' && w->text[m->end] != '.'))
        return NULL;
    if (m->being->kind == PERSON)
        return m->being;
    head = quote_head(w, w->text + begin, w->text + end, false);
    return m->being->kind == BODY && head.classes && quote_is_body(&head)
               ? m->being
               : NULL;
}

/* "Lopez" whom no entity marks, when one person ends so. */
static struct being *by_family(const struct who *w, gly_pos begin, gly_pos end)
{
    const char *at = w->text + end;

    if (w->text[begin] < 'A' || w->text[begin] > 'Z' || !is_free(w, begin, end))
        return NULL;
    while (at > w->text + begin && at[-1] != ' ')
        at--;
    return quote_of_family(w, at, (size_t)(w->text + end - at));
}

static bool is_word(const struct who *w, const struct find *f, const char *word)
{
    return gly_word_is(w->text + f->speaker, f->speaker_end - f->speaker, word);
}

/* Who answers: the one whom the text before the first question tells of. */
static struct being *find_answerer(const struct who *w)
{
    size_t before = quote_mentions_before(w, w->first_turn);
    struct being *best = NULL;
    unsigned most = 0, second = 0;

    for (size_t i = 0; i < before; i++) {
        struct being *b = w->mentions[i].being;

        if (!b || b->kind != PERSON || !b->name)
            continue;
        b->intro++;
        if (b != best && b->intro > second)
            second = b->intro;
        if (b->intro > most) {
            if (b != best)
                second = most;
            most = b->intro;
            best = b;
        }
    }
    return most > second ? best : NULL;
}

/* "Cuban", whom no entity marks; not "The poll". */
static bool is_capital(const struct who *w, const struct find *f)
{
    const char *at = w->text + f->speaker_end;

    while (at > w->text + f->speaker && at[-1] != ' ')
        at--;
    return *at >= 'A' && *at <= 'Z';
}

/* One without a name, who may still be spoken of as "she". */
static struct being *nobody(struct who *w, const struct find *f)
{
    struct being *b = gly_alloc(w->doc, sizeof(*b));
    struct role head = quote_head(w, w->text + f->speaker,
                                  w->text + f->speaker_end, false);

    *b = (struct being){.he = is_word(w, f, "he"), .she = is_word(w, f, "she")};
    b->kind = b->he || b->she || is_capital(w, f) ? PERSON : BODY;
    if (head.classes) {
        b->kind = quote_is_body(&head) ? BODY : PERSON;
        b->roles = gly_alloc(w->doc, sizeof(head));
        *b->roles = head;
        quote_sex_of_role(b, &head);
    }
    return b;
}

static struct guess by_pronoun(struct who *w, const struct find *f)
{
    size_t i = quote_mentions_before(w, f->speaker);
    struct mention *m = i < w->count ? &w->mentions[i] : NULL;
    struct guess g;

    if (is_word(w, f, "it"))
        return quote_it(w, f->speaker);
    if (is_word(w, f, "who"))
        return quote_relative(w, f->speaker);
    if (!m || m->begin != f->speaker || (m->what != HE && m->what != SHE))
        return (struct guess){NULL, 0};
    g = quote_resolve(w, i, f->begin, f->end);
    m->being = g.being;
    w->resolved = i + 1;
    return g;
}

static bool is_joined(const struct who *w, const struct mention *a,
                      const struct mention *b)
{
    gly_pos end = b->begin < a->end + MOST_BETWEEN ? b->begin
                                                   : a->end + MOST_BETWEEN;

    return a->being != b->being && (has_word(w->text, a->end, end, " and ") ||
                                    has_word(w->text, a->end, end, ", "));
}

/* "Kim, Lopez and Ruiz": "Kim Lee; Maria Lopez; Juan Ruiz". */
static const char *join_names(struct who *w, const struct mention *const *heads,
                              size_t count)
{
    gly_buf names = {0};
    const char *kept;

    for (size_t i = 0; i < count; i++)
        gly_buf_printf(&names, i ? "; %s" : "%s", heads[i]->being->name);
    kept = gly_keep(w->doc, names.data, names.len);
    gly_buf_finish(&names);
    return kept;
}

static struct guess find_out(struct who *w, struct find *f)
{
    const struct mention *heads[MOST_NAMES];
    size_t count = find_heads(w, f->speaker, f->speaker_end, heads);
    struct guess g;

    if (count > 1 && is_joined(w, heads[count - 2], heads[count - 1])) {
        f->names = join_names(w, heads, count);
        return (struct guess){NULL, 0};
    }
    if (count > 0)
        return (struct guess){heads[0]->being, 1};
    g = by_pronoun(w, f);
    if (!g.being)
        g = (struct guess){apposed(w, f->speaker, f->speaker_end), 1};
    if (!g.being)
        g = quote_described(w, f->speaker, f->speaker_end, false);
    if (!g.being)
        g = (struct guess){beyond_initial(w, f->speaker, f->speaker_end), 0.9};
    if (!g.being)
        g = (struct guess){by_family(w, f->speaker, f->speaker_end), 0.9};
    return g;
}

/* "LOPEZ" is a name, "A" who is interviewed. */
static struct guess of_turn(struct who *w, struct find *f)
{
    struct being *known = by_family(w, f->speaker, f->speaker_end);

    if (is_word(w, f, "a") || is_word(w, f, "a.") || is_word(w, f, "answer"))
        return (struct guess){w->answerer, 0.8};
    return known ? (struct guess){known, 0.9} : find_out(w, f);
}

static void name_speaker(struct who *w, struct find *f)
{
    struct guess g;

    quote_read_to(w, f->speaker);
    g = f->turn ? of_turn(w, f) : find_out(w, f);
    if (g.being && g.being->name) {
        f->name = g.being->name;
        f->name_score = g.score;
    }
    if (!g.being)
        g.being = nobody(w, f);
    w->spoke.begin = f->speaker;
    w->spoke.sentence = (uint32_t)quote_sentence_at(w, f->speaker);
    w->spoke.paragraph = w->sentences[w->spoke.sentence].paragraph;
    w->spoke.being = g.being;
}

static int by_speaker(const void *a, const void *b)
{
    const struct find *const *x = a, *const *y = b;

    if ((*x)->speaker != (*y)->speaker)
        return (*x)->speaker < (*y)->speaker ? -1 : 1;
    return (*x)->begin < (*y)->begin ? -1 : 1;
}

void quote_name_speakers(gly_doc *doc, const gly_words *people,
                         const gly_words *sexes, const struct word *words,
                         const struct pieces *pieces, struct finds *finds)
{
    struct who w = {
        .doc = doc, .words = words, .people = people, .sexes = sexes,
    };
    struct find **order = gly_alloc(doc, (finds->count + 1) * sizeof(*order));
    size_t count = 0;

    w.text = gly_text(doc, NULL);
    w.tokens = gly_tokens(doc, &w.token_count);
    w.sentences = gly_sentences(doc, &w.sentence_count);
    for (size_t i = 0; i < finds->count; i++) {
        finds->list[i].name_score = 1;
        if (finds->list[i].turn && !w.first_turn)
            w.first_turn = finds->list[i].speaker;
        if (finds->list[i].speaker_end)
            order[count++] = &finds->list[i];
    }
    if (count == 0)
        return;
    quote_mentions(&w, pieces);
    w.answerer = find_answerer(&w);
    qsort(order, count, sizeof(*order), by_speaker);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && order[i]->speaker == order[i - 1]->speaker &&
            order[i]->speaker_end == order[i - 1]->speaker_end) {
            order[i]->name = order[i - 1]->name;
            order[i]->names = order[i - 1]->names;
            order[i]->name_score = order[i - 1]->name_score;
        } else {
            name_speaker(&w, order[i]);
        }
    }
}

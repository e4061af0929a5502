/* quoted.c: what stands in quote marks and is no quotation: titles of works,
 * nicknames, and words that a writer keeps at a distance.
 */
#include "quote.h"

#include <string.h>

enum { MOST_TITLE = 12, MOST_NICKNAME = 2, MOST_SCARE = 6 };

/* One walk over a document. */
struct look {
    const char *text;
    const gly_token *tokens;
    size_t count;
    const gly_span *person; /* the first that does not end before the piece */
    gly_pos line_end;
    bool headline; /* the line has a capital at most words */
};

/* What a piece is made of: tokens [first, end), signs apart. */
struct shape {
    size_t first, end, words, capitals, small;
    bool begins_small;
};

static bool is_word(const struct look *l, size_t i)
{
    return i < l->count && l->tokens[i].type == GLY_WORD;
}

static bool is_capital(const struct look *l, size_t i)
{
    return is_word(l, i) && (l->tokens[i].flags & GLY_CAPITAL);
}

static bool is_any(const struct look *l, size_t i, const char *const *words)
{
    return is_word(l, i) &&
           quote_is_any(l->text + l->tokens[i].begin,
                        l->tokens[i].end - l->tokens[i].begin, words);
}

/* Reads the line of token i, unless that was done. */
static void look_at_line(struct look *l, size_t i)
{
    size_t words = 0, capitals = 0;

    if (i >= l->count || l->tokens[i].begin < l->line_end)
        return;
    while (i > 0 && !(l->tokens[i].flags & GLY_LINE))
        i--;
    do {
        bool is_long = l->tokens[i].end - l->tokens[i].begin > 3;

        words += is_word(l, i) && is_long;
        capitals += is_capital(l, i) && is_long;
        l->line_end = l->tokens[i].end;
    } while (++i < l->count && !(l->tokens[i].flags & GLY_LINE));
    l->headline = 3 * capitals > 2 * words;
}

/* Of what a work may be, and what calls it by its name. */
static bool is_work(const struct look *l, size_t i)
{
    static const char *const words[] = {
        "album", "anthem", "article", "ballad", "bestseller", "blockbuster",
        "book", "called", "cartoon", "chapter", "column", "comedy", "drama",
        "entitled", "episode", "essay", "exhibition", "film", "hit", "host",
        "hymn", "magazine", "memoir", "movie", "musical", "named", "novel",
        "opera", "painting", "play", "podcast", "poem", "program",
        "programme", "report", "sang", "saga", "sequel", "series", "show",
        "single", "sitcom", "song", "story", "thriller", "titled", "track",
        "trilogy", "video", NULL,
    };

    return is_any(l, i, words);
}

/* Small words of a title: a dozen of them and no more. */
static bool is_filler(const struct look *l, size_t i)
{
    static const char *const words[] = {
        "a", "an", "and", "as", "at", "by", "de", "for", "from", "in", "is",
        "la", "n", "of", "on", "or", "the", "to", "vs", "with", NULL,
    };

    return is_any(l, i, words);
}

static struct shape shape_of(const struct look *l, const struct piece *p)
{
    struct shape s = { .first = quote_token_at(l->tokens, l->count,
                                               p->open + p->open_len) };
    size_t i = s.first;

    for (; i < l->count && l->tokens[i].begin < p->close; i++) {
        if (l->tokens[i].type == GLY_SIGN)
            continue;
        s.words++;
        if (l->tokens[i].flags & GLY_CAPITAL || l->tokens[i].type == GLY_NUMERAL)
            s.capitals++;
        else if (is_filler(l, i) && s.words > 1)
            s.small++;
        if (s.words == 1)
            s.begins_small = s.capitals == 0;
        if (s.words > MOST_TITLE)
            break;
    }
    s.end = i;
    return s;
}

/* Ann “Bo” Lee; with entities, what stands in a person's name. */
static double nickname_score(struct look *l, const struct piece *p,
                             const struct shape *s)
{
    static const char *const leads[] = { "nicknamed", "dubbed", "alias", NULL };
    size_t before = quote_token_at(l->tokens, l->count, p->begin);
    size_t after = quote_token_at(l->tokens, l->count, p->end);

    while (l->person && l->person->end <= p->begin)
        l->person = l->person->next;
    if (s->words == 0 || s->words > MOST_NICKNAME || s->begins_small ||
        before == 0 || l->tokens[before].flags & GLY_LINE)
        return 0;
    if (is_any(l, before - 1, leads))
        return 0.8;
    if (!is_capital(l, before - 1))
        return 0;
    if (l->person && strcmp(l->person->kind, "PERSON") == 0 &&
        l->person->begin < p->begin && l->person->end > p->end)
        return 0.95;
    if (l->headline || !is_capital(l, after) ||
        l->tokens[after].flags & GLY_LINE)
        return 0;
    return l->tokens[before - 1].flags & GLY_FIRST ? 0.6 : 0.75;
}

static double title_score(const struct look *l, const struct piece *p,
                          const struct shape *s)
{
    size_t before = quote_token_at(l->tokens, l->count, p->begin);
    size_t after = quote_token_at(l->tokens, l->count, p->end);
    bool work = is_work(l, after) ||
                (before > 0 && is_work(l, before - 1)) ||
                (before > 1 && is_work(l, before - 2));

    if (s->words == 0 || s->words > MOST_TITLE || s->begins_small ||
        (l->headline && !work) || s->capitals + s->small < s->words)
        return 0;
    if (work)
        return 0.9;
    return s->capitals > 1 ? 0.75 : s->words > 1 ? 0.6 : 0.5;
}

static double scare_score(const struct look *l, const struct piece *p,
                          const struct shape *s)
{
    static const char *const leads[] = { "so-called", "supposed", NULL };
    size_t before = quote_token_at(l->tokens, l->count, p->begin);

    if (s->words == 0 || s->words > MOST_SCARE)
        return 0;
    if (before > 0 && is_any(l, before - 1, leads))
        return 0.9;
    if (!s->begins_small && !l->headline)
        return 0;
    return s->words == 1 ? 0.7 : s->words < 5 ? 0.5 : 0.4;
}

/* "She knows “The Boat in the Rain”": what is known is a title, though the cue
 * may report; what is said may be anything. */
static bool is_titled(struct look *l, const struct piece *p,
                      const struct find *f)
{
    static const char *const spoken[] = {"say", "tell", "ask", "answer", NULL};
    struct shape shape;

    if (f->begin != p->begin || f->end != p->end || p->close == 0 ||
        strchr(".!?", l->text[p->close - 1]))
        return false;
    for (size_t i = 0; f->stance && spoken[i]; i++)
        if (strncmp(f->stance, spoken[i], strlen(spoken[i])) == 0)
            return false;
    shape = shape_of(l, p);
    look_at_line(l, shape.first);
    return shape.words > 1 && title_score(l, p, &shape) >= 0.75;
}

void quote_leave_titles(gly_doc *doc, const struct pieces *pieces,
                        struct finds *finds)
{
    struct look look = { .text = gly_text(doc, NULL) };
    size_t left = 0, i = 0;

    look.tokens = gly_tokens(doc, &look.count);
    for (size_t k = 0; k < finds->count; k++) {
        const struct find *f = &finds->list[k];

        while (i < pieces->count && pieces->list[i].begin < f->begin)
            i++;
        if (i == pieces->count || !is_titled(&look, &pieces->list[i], f))
            finds->list[left++] = *f;
    }
    finds->count = left;
}

static void add(gly_doc *doc, const struct piece *p, const char *kind,
                double score)
{
    gly_mark(doc, "quoted", p->begin, p->end, kind)->score = score;
}

static void mark_piece(gly_doc *doc, struct look *l, const struct piece *p)
{
    struct shape shape = shape_of(l, p);

    look_at_line(l, shape.first);

    double nickname = nickname_score(l, p, &shape);
    double title = title_score(l, p, &shape);
    double scare = scare_score(l, p, &shape);

    if (nickname > 0 && nickname >= title)
        add(doc, p, "nickname", nickname);
    else if (title > scare)
        add(doc, p, "title", title);
    else if (scare > 0)
        add(doc, p, "scare", scare);
}

void quote_mark_quoted(gly_doc *doc, const struct pieces *pieces)
{
    struct look look = { .text = gly_text(doc, NULL),
                         .person = gly_spans(doc, "entities") };
    const gly_span *quote = gly_spans(doc, "quotes");
    gly_pos quoted = 0;

    look.tokens = gly_tokens(doc, &look.count);
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *p = &pieces->list[i];

        for (; quote && quote->begin <= p->begin; quote = quote->next)
            if (strcmp(quote->kind, "indirect") != 0 && quote->end > quoted)
                quoted = quote->end;
        if (p->end > quoted && !p->lost_open && !p->lost_close)
            mark_piece(doc, &look, p);
    }
}

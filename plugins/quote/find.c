/* find.c: from what the model says of a paragraph to quotations. */
#include "model.h"

#include <string.h>

/* How sure it is that somebody says a sentence in marks which no cue has. */
static const double alone = 0.35;
/* And that one is whose cue stands inside the marks. */
static const double inside = 0.5;
enum { MOST_BEFORE = 40, MOST_CUE = 4 };

struct reader {
    struct vocabulary words;
    struct model model;
    struct item *items;
    struct guess *guesses;
};

/* One walk over a document. */
struct pass {
    gly_doc *doc;
    struct view view;
    struct finds finds;
    struct range last; /* who spoke last in the view */
    bool open;         /* the view above ended with quoted words */
};

struct reader *quote_reader(gly_stage *stage, const char *cues,
                            const char *model)
{
    struct reader *r = gly_stage_alloc(stage, sizeof(*r));

    if (quote_vocabulary(&r->words, stage, cues) < 0 ||
        quote_model(&r->model, &r->words, stage, model) < 0)
        return NULL;
    r->items = gly_stage_alloc(stage, VIEW_ROOM * sizeof(*r->items));
    r->guesses = gly_stage_alloc(stage, MOST_GUESSES * sizeof(*r->guesses));
    return r;
}

const struct vocabulary *quote_known(const struct reader *r)
{
    return &r->words;
}

static struct find *add_find(struct pass *p, size_t begin, size_t end)
{
    struct finds *all = &p->finds;
    struct find *f;

    if (all->count == all->room) {
        struct find *old = all->list;

        all->room = all->room ? 2 * all->room : 32;
        all->list = gly_alloc(p->doc, all->room * sizeof(*all->list));
        if (all->count > 0)
            memcpy(all->list, old, all->count * sizeof(*old));
    }
    f = &all->list[all->count++];
    *f = (struct find){ .begin = p->view.items[begin].begin,
                        .end = p->view.items[end - 1].end };
    return f;
}

/* By the quote marks in it. */
static const char *kind_of(const struct view *v, const struct guess *g)
{
    if (v->items[g->begin].piece && v->items[g->end - 1].piece)
        return "direct";
    return v->items[g->begin].before.pieces != v->items[g->end].before.pieces
               ? "mixed"
               : "indirect";
}

static void set_speaker(struct pass *p, struct find *f, struct range who)
{
    if (who.end == who.begin)
        return;
    f->speaker = p->view.items[who.begin].begin;
    f->speaker_end = p->view.items[who.end - 1].end;
    p->last = who;
}

/* A cue without a speaker of its own ("and added", "calling it") has that of
 * the one before it in the sentence, or the sentence's subject. */
static struct range speaker_of(const struct pass *p, const struct guess *g,
                               const struct said *said)
{
    if (said->speaker.end > said->speaker.begin || said->passive)
        return said->speaker;
    if (p->last.begin >= g->low && p->last.end > p->last.begin)
        return p->last;
    return quote_subject(&p->view, g->low, g->high);
}

/* Marks with nothing between. */
static bool is_empty(const struct item *it)
{
    return it->piece && it->words == 0;
}

/* Marks that go on in the next paragraph hold what is there too. */
static void widen(const struct view *v, struct guess *g)
{
    while (g->begin > 0 && v->items[g->begin - 1].piece &&
           v->items[g->begin - 1].piece->goes_on)
        g->begin--;
    while (g->end < v->count && v->items[g->end].piece &&
           v->items[g->end - 1].piece && v->items[g->end - 1].piece->goes_on)
        g->end++;
    while (g->begin + 1 < g->end && is_empty(&v->items[g->begin]))
        g->begin++;
    while (g->begin + 1 < g->end && is_empty(&v->items[g->end - 1]))
        g->end--;
}

/* The listed cue of several words that a cue is a part of: "was quoted as
 * saying". */
static struct range whole_cue(const struct view *v, const struct guess *g,
                              struct range cue)
{
    size_t low = g->at > MOST_CUE ? g->at - MOST_CUE : 0;

    for (size_t i = low > g->low ? low : g->low; i <= g->at; i++) {
        size_t end = i + v->items[i].cue_items;

        if (v->items[i].cue && i <= cue.begin && end >= cue.end &&
            end - i > cue.end - cue.begin && (end <= g->begin || g->end <= i))
            return (struct range){i, end};
    }
    return cue;
}

static void take_guess(struct pass *p, const struct guess *g)
{
    const struct view *v = &p->view;
    struct range who;
    struct find *f;
    struct said said;

    if (!quote_speaker(v, g->low, g->high, g->at, &said))
        said = (struct said){.cue = {g->at, g->at + 1}};
    who = speaker_of(p, g, &said);
    if ((who.begin <= g->begin && g->end <= who.end) ||
        (g->end <= g->at && g->at <= g->end + 1 &&
         v->items[g->at - 1].flags & W_TO))
        return; /* announced the minister: who says it; had a lot to say */
    f = add_find(p, g->begin, g->end);
    f->kind = kind_of(v, g);
    f->score = g->score;
    said.cue = whole_cue(v, g, said.cue);
    f->stance = v->items[g->at].cue ? v->items[g->at].cue
                                    : v->items[said.cue.begin].cue;
    f->cue = v->items[said.cue.begin].begin;
    f->cue_end = v->items[said.cue.end - 1].end;
    set_speaker(p, f, who);
}

/* Quoted sentences below a quotation, with no word beside, go on with it. */
static bool take_below(struct pass *p, size_t i)
{
    struct finds *all = &p->finds;

    if (!p->open || i > 0 || all->count == 0)
        return false;
    for (size_t k = 0; k < p->view.count; k++)
        if (p->view.items[k].flags & W_WORD)
            return false;
    all->list[all->count - 1].end = p->view.items[i].end;
    p->view.items[i].taken = true;
    return true;
}

/* Whether quoted words stand in the sentence that ends before item i. */
static bool is_quoted(const struct view *v, size_t i)
{
    do {
        i--;
        if (v->items[i].taken && v->items[i].piece)
            return true;
    } while (!v->items[i].begins);
    return false;
}

/* A quoted sentence goes on with a quotation in the one before it. */
static bool take_next(struct pass *p, size_t i)
{
    const struct view *v = &p->view;
    struct finds *all = &p->finds;

    if (i == 0 || all->count == 0 || !v->items[i].begins ||
        !v->items[i + 1].begins || !is_quoted(v, i))
        return false;
    all->list[all->count - 1].end = v->items[i].end;
    v->items[i].taken = true;
    return true;
}

/* Kim “stressed the need …”: the cue is the first word inside the marks. */
static bool take_with_cue_inside(struct pass *p, size_t i)
{
    const struct view *v = &p->view;
    const struct item *it = &v->items[i];
    struct range who;
    struct find *f;
    size_t low = i;

    if (!it->cue || it->words < 4)
        return false;
    while (low > 0 && !v->items[low].begins && i - low < MOST_BEFORE)
        low--;
    who = quote_phrase_before(v, low, i);
    if (who.end == who.begin)
        return false;
    f = add_find(p, i, i + 1);
    f->kind = "direct";
    f->score = inside;
    f->stance = it->cue;
    f->cue = it->cue_begin;
    f->cue_end = it->cue_end;
    set_speaker(p, f, who);
    return true;
}

/* A quoted sentence that no cue has: it is said by who spoke last. */
static void take_alone(struct pass *p, size_t i)
{
    const struct view *v = &p->view;
    const struct item *it = &v->items[i];
    bool led = i > 0 && v->items[i - 1].sign == ':' && !v->items[i - 1].piece;
    struct find *f;

    if (take_with_cue_inside(p, i) || take_below(p, i) || take_next(p, i) ||
        it->words < 4 || !it->capital || (!it->begins && !led))
        return;
    f = add_find(p, i, i + 1);
    f->kind = "direct";
    f->score = alone;
    set_speaker(p, f, p->last);
}

static void read_paragraph(struct pass *p, const struct reader *r)
{
    const struct view *v = &p->view;
    size_t n = quote_guesses(&r->model, v, r->guesses), next = 0, i = 0;

    p->last = (struct range){0, 0};
    while (i < v->count) {
        struct guess *g = &r->guesses[next];

        if (next < n && g->begin <= i) {
            widen(v, g);
            take_guess(p, g);
            i = g->end > i ? g->end : i;
            next++;
        } else {
            if (v->items[i].piece && v->items[i].words)
                take_alone(p, i);
            i++;
        }
    }
    p->open = is_quoted(v, v->count);
}

struct finds quote_find(gly_doc *doc, struct reader *r,
                        const struct word *words, const struct pieces *pieces)
{
    struct pass p = {.doc = doc};
    struct source source = {.words = words, .known = &r->words};
    const struct piece *piece = pieces->list;
    size_t first = 0;

    source.tokens = gly_tokens(doc, &source.count);
    p.view.text = gly_text(doc, NULL);
    p.view.items = r->items + VIEW_BEFORE;
    while (first < source.count) {
        quote_view(&p.view, &source, &first, &piece,
                   pieces->list + pieces->count);
        read_paragraph(&p, r);
    }
    return p.finds;
}

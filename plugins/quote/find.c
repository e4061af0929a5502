/* find.c: from pieces and cues to quotations, paragraph by paragraph. */
#include "quote.h"

#include <string.h>

enum { MOST_BEFORE = 12 }; /* commas and the like that begin a sentence */

/* One walk over a document. */
struct pass {
    gly_doc *doc;
    const gly_words *cues;
    const gly_token *tokens;
    size_t token_count;
    size_t room;       /* for items of the longest line */
    size_t line;       /* the token that the paragraph begins with */
    struct view above; /* of the paragraph above, when it was looked at */
    struct finds finds;
    size_t paragraph, sentence;
    bool follows;       /* the paragraph above had pieces too */
    struct sentence in; /* the one at hand, or a place that is looked at */
};

static const struct item *item(const struct pass *p, size_t i)
{
    return quote_item(&p->in, i);
}

static bool is_sign(const struct pass *p, size_t i, char sign)
{
    return quote_is_sign(&p->in, i, sign);
}

static struct find *last_find(struct pass *p)
{
    return p->finds.count ? &p->finds.list[p->finds.count - 1] : NULL;
}

static struct find *add_find(struct pass *p, gly_pos begin, gly_pos end,
                             bool direct, double score)
{
    struct find *f = &p->finds.list[p->finds.count++];

    *f = (struct find){ .begin = begin,
                        .end = end,
                        .direct = direct,
                        .score = score,
                        .paragraph = p->paragraph,
                        .sentence = p->sentence };
    return f;
}

static void set_said(struct pass *p, struct find *f, const struct said *said)
{
    struct range who = said->speaker;

    f->stance = said->stance;
    f->cue = item(p, said->cue.begin)->begin;
    f->cue_end = item(p, said->cue.end - 1)->end;
    if (who.end > who.begin) {
        f->speaker = item(p, who.begin)->begin;
        f->speaker_end = item(p, who.end - 1)->end;
    }
}

/* Whether item s begins its sentence, but for "But" and "And". */
static bool begins_sentence(const struct pass *p, size_t s)
{
    size_t i = p->in.done > p->in.low ? p->in.done : p->in.low;

    if (s - i > MOST_BEFORE)
        return false;
    while (i < s &&
           ((item(p, i)->flags & (W_JOINS | W_HELPER)) || is_sign(p, i, ',')))
        i++;
    return i == s;
}

/* “…,” Kim said, “…”: goes on with the piece after its attribution. */
static void go_on_in_sentence(struct pass *p, struct find *f)
{
    for (size_t i = p->in.done; i < p->in.high && i < p->in.done + 40; i++) {
        if (!item(p, i)->piece)
            continue;

        const struct said *said = quote_said_before(&p->in, i);

        if (said && said->cue.end > p->in.done)
            return;
        if (!is_sign(p, i - 1, ',') && !is_sign(p, i - 1, '-') &&
            !is_sign(p, i - 1, ';') && i != p->in.done)
            return;
        f->end = item(p, i)->end;
        p->in.done = i + 1;
        return;
    }
}

/* Where the clause around item s begins: after a dash or an opening bracket. */
static size_t clause_begin(const struct pass *p, size_t s)
{
    size_t low = p->in.done > p->in.low ? p->in.done : p->in.low;

    for (size_t i = s; i > low && s - i < 40; i--)
        if (is_sign(p, i - 1, '-') || is_sign(p, i - 1, '(') ||
            is_sign(p, i - 1, ';'))
            return i;
    return low;
}

/* A quotation that went on here without a speaker gets the one found here. */
static void join_above(struct pass *p)
{
    struct find *f = last_find(p), *above;

    if (p->finds.count < 2 || p->sentence > 0 || !p->follows)
        return;
    above = f - 1;
    if (!above->unclosed || above->cue_end ||
        above->paragraph + 1 != p->paragraph)
        return;
    f->begin = above->begin;
    *above = *f;
    p->finds.count--;
}

static void take_before_said(struct pass *p, size_t s, const struct said *said)
{
    size_t low = clause_begin(p, s);
    bool whole = low == s || begins_sentence(p, s);
    struct find *f = add_find(p, item(p, whole ? s : low)->begin,
                              item(p, s)->end, whole, whole ? 0.92 : 0.6);

    set_said(p, f, said);
    p->in.done = quote_said_end(said);
    if (p->in.done <= s)
        p->in.done = said->cue.end;
    if (whole)
        go_on_in_sentence(p, f);
    join_above(p);
}

/* Whether the attribution is set off by commas in what it reports: the plan,
 * he said, is “doomed”. "In Iowa, he said, “…”" is not. */
static bool is_inserted(const struct pass *p, const struct said *said, size_t s)
{
    size_t low = p->in.done > p->in.low ? p->in.done : p->in.low;
    size_t begin = quote_said_begin(said), end = quote_said_end(said);

    if (begin < low + 2 || end >= p->in.high || !is_sign(p, begin - 1, ',') ||
        !is_sign(p, end, ','))
        return false;
    if (end + 1 == s && item(p, s)->capital)
        return false;
    if (item(p, low)->flags & (W_ING | W_CUT | W_TIME) || item(p, low)->cue)
        return false;
    return !(item(p, low)->flags & (W_PREPOSITION | W_HELPER)) ||
           end + 1 == s || quote_is(&p->in.view, said->cue.begin, "according");
}

static void take_after_said(struct pass *p, size_t s, const struct said *said)
{
    size_t begin = quote_content_begin(&p->in, said, s), end;
    const struct item *it = item(p, s);
    bool adjacent = begin == s, clear;
    struct find *f;

    if (is_inserted(p, said, s)) {
        begin = p->in.done > p->in.low ? p->in.done : p->in.low;
        while (begin < s && is_sign(p, begin, ';'))
            begin++;
        adjacent = false;
    }
    clear = adjacent && (is_sign(p, s - 1, ',') || is_sign(p, s - 1, ':') ||
                         quote_is_whole(it));
    end = clear ? s + 1 : quote_content_end(&p->in, s);
    f = add_find(p, item(p, begin)->begin, item(p, end - 1)->end,
                 clear && item(p, begin)->piece && item(p, end - 1)->piece,
                 clear ? 0.8 : adjacent ? 0.5 : 0.7);
    set_said(p, f, said);
    p->in.done = end;
}

static void take_clause(struct pass *p, const struct said *said)
{
    size_t begin = p->in.done > p->in.low ? p->in.done : p->in.low;
    size_t end = quote_said_begin(said);
    struct find *f;

    while (begin < end &&
           ((item(p, begin)->flags & W_JOINS) || is_sign(p, begin, ',')))
        begin++;
    while (end > begin + 1 && is_sign(p, end - 1, ','))
        end--;
    if (begin >= end)
        return;
    f = add_find(p, item(p, begin)->begin, item(p, end - 1)->end, false, 0.7);
    set_said(p, f, said);
    p->in.done = quote_said_end(said);
}

/* Kim “stressed the need …”: the cue is the first word inside the marks. */
static bool take_with_cue_inside(struct pass *p, size_t s)
{
    const struct item *it = item(p, s);
    struct range who = quote_phrase_before(&p->in.view, p->in.low, s);
    struct find *f;

    if (!it->cue || it->words < 4 || who.end == who.begin)
        return false;
    f = add_find(p, it->begin, it->end, true, 0.75);
    f->stance = it->cue;
    f->cue = it->cue_begin;
    f->cue_end = it->cue_end;
    f->speaker = item(p, who.begin)->begin;
    f->speaker_end = item(p, who.end - 1)->end;
    p->in.done = s + 1;
    return true;
}

/* She says it is too late. “We have tried it all.” goes on with the report. */
static bool take_below_report(struct pass *p, size_t s)
{
    const struct sentence own = p->in;
    const struct said *said = NULL;
    size_t low = own.low, done = own.done;

    p->in.high = low;
    p->in.low = low > 0 ? low - 1 : 0;
    while (p->in.low > 0 && low - p->in.low < 80 && !item(p, p->in.low)->begins)
        p->in.low--;
    quote_find_said(&p->in);
    for (size_t i = 0; i < p->in.said_count; i++)
        if (!quote_is_faint(&p->in.said[i]) && p->in.said[i].cue.end < low &&
            !said)
            said = &p->in.said[i];
    if (said && (strncmp(said->stance, "say", 3) == 0 ||
                 strncmp(said->stance, "tell", 4) == 0)) {
        size_t begin = quote_content_begin(&p->in, said, low);
        struct find *f = add_find(p, item(p, begin)->begin, item(p, s)->end,
                                  begin == s, 0.6);

        set_said(p, f, said);
        done = s + 1;
    }
    p->in = own;
    p->in.done = done;
    return done == s + 1;
}

/* Whether the paragraph above ends in a colon; then p->above is it. */
static bool look_above(struct pass *p)
{
    const gly_token *t = p->tokens;
    const struct piece *none = NULL;
    size_t first = p->line;

    if (first == 0 || p->in.view.text[t[first - 1].begin] != ':')
        return false;
    for (first--; first > 0 && !(t[first].flags & GLY_LINE);)
        first--;
    if (!p->above.items) {
        p->above.items = gly_alloc(p->doc, p->room * sizeof(struct item));
        p->above.text = p->in.view.text;
    }
    quote_view(&p->above, p->cues, t, p->token_count, &first, &none, none);
    return true;
}

/* He wrote:, and the quotation is a paragraph of its own. */
static bool take_below_colon(struct pass *p, size_t s)
{
    const struct sentence own = p->in;
    struct find *f;

    if (own.low > 0 || !look_above(p))
        return false;
    f = add_find(p, item(p, s)->begin, item(p, s)->end, true, 0.7);
    p->in.view = p->above;
    p->in.high = p->in.view.count;
    for (p->in.low = p->in.high - 1;
         p->in.low > 0 && !item(p, p->in.low)->begins;)
        p->in.low--;
    quote_find_said(&p->in);
    if (p->in.said_count > 0)
        set_said(p, f, &p->in.said[p->in.said_count - 1]);
    p->in = own;
    p->in.done = s + 1;
    return true;
}

/* With no cue: who stands before a colon, else who spoke last in the
 * paragraph; of several in a sentence without words all have the first's. */
static void guess_speaker(struct pass *p, size_t s, struct find *f)
{
    struct range who = quote_subject(&p->in.view, p->in.low, s);
    const struct find *above = p->finds.count > 1 ? f - 1 : NULL;

    if (who.end > who.begin && s > p->in.low && is_sign(p, s - 1, ':') &&
        (item(p, who.begin)->flags & (W_CAPITAL | W_ARTICLE | W_PRONOUN))) {
        f->speaker = item(p, who.begin)->begin;
        f->speaker_end = item(p, who.end - 1)->end;
        f->score = 0.5;
    } else if (above && above->paragraph == p->paragraph) {
        f->speaker = above->speaker;
        f->speaker_end = above->speaker_end;
        if (p->in.wordless && above->sentence == p->sentence) {
            f->stance = above->stance;
            f->cue = above->cue;
            f->cue_end = above->cue_end;
            f->score = above->score;
        }
    }
}

/* Mayor Lopez: “We are.”: a turn of a talk, a paragraph by itself. */
static bool is_turn(const struct pass *p, size_t s)
{
    return p->in.low == 0 && s > 0 && s < 6 && is_sign(p, s - 1, ':') &&
           s + 1 == p->in.view.count;
}

/* A quoted sentence by itself: of the quotation before it, or of nobody. */
static void take_alone(struct pass *p, size_t s)
{
    struct find *last = last_find(p);
    const struct item *it = item(p, s);
    bool next = last && last->paragraph == p->paragraph &&
                last->sentence + 1 == p->sentence;
    bool below = last && p->follows && last->paragraph + 1 == p->paragraph &&
                 last->goes_on && p->sentence == 0 && p->in.wordless;

    if (next || below) {
        last->end = it->end;
        last->paragraph = p->paragraph;
        last->sentence = p->sentence;
        p->in.done = s + 1;
        return;
    }
    if (it->words < (is_turn(p, s) ? 2 : 5) || !it->capital)
        return;
    if (p->in.wordless && p->in.done == p->in.low &&
        (take_below_report(p, s) || take_below_colon(p, s)))
        return;
    last = add_find(p, it->begin, it->end, true, 0.4);
    p->in.done = s + 1;
    guess_speaker(p, s, last);
}

static void take_piece(struct pass *p, size_t s)
{
    const struct said *before =
        s > p->in.low ? quote_said_before(&p->in, s) : NULL;
    const struct said *after = quote_said_after(&p->in, s);
    bool first = begins_sentence(p, s);

    if (after && (first || !before))
        take_before_said(p, s, after);
    else if (before)
        take_after_said(p, s, before);
    else if ((after = quote_said_at_end(&p->in, s)) != NULL)
        take_clause(p, after);
    else if (!take_with_cue_inside(p, s) &&
             (p->in.wordless || (s > p->in.low && is_sign(p, s - 1, ':')) ||
              (first && quote_is_whole(item(p, s)))))
        take_alone(p, s);
}

static void read_sentence(struct pass *p)
{
    bool any = false;

    p->in.wordless = true;
    for (size_t i = p->in.low; i < p->in.high; i++) {
        any = any || item(p, i)->piece;
        p->in.wordless = p->in.wordless && !(item(p, i)->flags & W_WORD);
    }
    if (!any)
        return;
    quote_find_said(&p->in);
    p->in.done = p->in.low;
    for (size_t i = p->in.low; i < p->in.high; i++)
        if (item(p, i)->piece && item(p, i)->words && i >= p->in.done)
            take_piece(p, i);
}

static void read_paragraph(struct pass *p)
{
    struct find *last;

    p->sentence = 0;
    p->in.low = 0;
    while (p->in.low < p->in.view.count) {
        p->in.high = p->in.low + 1;
        while (p->in.high < p->in.view.count && !item(p, p->in.high)->begins)
            p->in.high++;
        read_sentence(p);
        p->in.low = p->in.high;
        p->sentence++;
    }
    last = last_find(p);
    if (last && last->paragraph == p->paragraph &&
        last->sentence + 1 == p->sentence && last->direct) {
        last->goes_on = true;
        last->unclosed = p->in.view.items[p->in.view.count - 1].piece &&
                         p->in.view.items[p->in.view.count - 1].piece->goes_on;
    }
}

static void read_pieces(struct pass *p, const struct pieces *pieces)
{
    const struct piece *piece = pieces->list;
    const struct piece *end = piece + pieces->count;
    size_t count, room = 0, line = 0, next = 0;
    const gly_token *tokens = gly_tokens(p->doc, &count);

    for (size_t i = 0; i < count; i++, line++) {
        if (tokens[i].flags & GLY_LINE)
            line = 0;
        room = line + 1 > room ? line + 1 : room;
    }
    p->in.view.text = gly_text(p->doc, NULL);
    p->in.view.items = gly_alloc(p->doc, room * sizeof(struct item));
    p->tokens = tokens;
    p->token_count = count;
    p->room = room;
    p->finds.list = gly_alloc(p->doc, pieces->count * sizeof(*p->finds.list));
    while (piece < end) {
        const struct piece *was = piece;
        size_t first = quote_token_at(tokens, count, piece->begin);

        while (first > 0 && !(tokens[first].flags & GLY_LINE))
            first--;
        p->paragraph++;
        p->line = first;
        p->follows = first == next;
        quote_view(&p->in.view, p->cues, tokens, count, &first, &piece, end);
        next = first;
        read_paragraph(p);
        if (piece == was)
            piece++;
    }
}

struct finds quote_find(gly_doc *doc, const gly_words *cues,
                        const struct pieces *pieces)
{
    struct pass pass = {.doc = doc, .cues = cues};

    if (pieces->count > 0)
        read_pieces(&pass, pieces);
    return pass.finds;
}

/* pair.c: pieces of text between quote marks.
 *
 * The marks of a paragraph are read as a whole: of all ways to let each open,
 * close or be none, the cheapest is taken.
 */
#include "marks.h"

#include <string.h>

/* Inside of nothing, of double marks, of double in double, of single in double,
 * of double in that, of single, of double in single. */
enum state {
    OUT, IN, IN_IN, IN_SINGLE, IN_SINGLE_IN, SINGLE_IN, SINGLE_IN_IN, STATES
};

/* Costs: a mark that was lost, and what cannot be. */
enum { LOST = 300, NEVER = 60000 };

/* What each reading costs. */
struct costs {
    unsigned of[READINGS];
};

static struct costs costs_of(const struct mark *m)
{
    return (struct costs){{
        [OPEN] = m->open,
        [CLOSE] = m->close,
        [OPEN_AGAIN] = m->open + LOST,
        [CLOSE_ONLY] = m->close + LOST,
        [NO_MARK] = m->none,
        [TWICE] = m->repeats ? 60 : NEVER,
    }};
}

/* Where a reading leads from a state, what it costs there being added; STATES:
 * nowhere. */
static unsigned lead(unsigned state, const struct mark *m, unsigned how,
                     unsigned *cost)
{
    static const uint8_t doubles[STATES][4] = {
        [OUT] = {IN, STATES, STATES, OUT},
        [IN] = {IN_IN, OUT, IN, STATES},
        [IN_IN] = {STATES, IN, STATES, STATES},
        [IN_SINGLE] = {IN_SINGLE_IN, OUT, STATES, STATES},
        [IN_SINGLE_IN] = {STATES, IN_SINGLE, STATES, STATES},
        [SINGLE_IN] = {SINGLE_IN_IN, STATES, STATES, STATES},
        [SINGLE_IN_IN] = {STATES, SINGLE_IN, STATES, STATES},
    };
    static const uint8_t singles[STATES][4] = {
        [OUT] = {SINGLE_IN, STATES, STATES, STATES},
        [IN] = {IN_SINGLE, OUT, STATES, STATES},
        [IN_IN] = {STATES, STATES, STATES, STATES},
        [IN_SINGLE] = {STATES, IN, STATES, STATES},
        [IN_SINGLE_IN] = {STATES, STATES, STATES, STATES},
        [SINGLE_IN] = {STATES, OUT, STATES, STATES},
        [SINGLE_IN_IN] = {STATES, STATES, STATES, STATES},
    };
    unsigned to;

    if (how == NO_MARK || how == TWICE)
        return state;
    to = m->family == SINGLE ? singles[state][how] : doubles[state][how];
    if (how == OPEN && (to == IN_IN || to == IN_SINGLE_IN))
        *cost += (m->style == TYPED ? 260 : 100) + (m->led ? 150 : 0);
    if (how == OPEN && to == SINGLE_IN)
        *cost += 30;
    if (how == CLOSE && to == OUT && state == IN_SINGLE)
        *cost += 200;
    if (how == CLOSE && to == OUT && state == IN && m->family == SINGLE)
        *cost += m->before == STOP && m->after != LETTER ? 180 : 280;
    return to;
}

/* The cheapest way to each state: from which, by which reading. */
struct step {
    uint8_t from[STATES]; /* state * READINGS + reading */
};

struct reading {
    uint8_t how, state; /* the state it leads to */
};

/* One mark further: the cheapest way to each state. Costs are kept small, so
 * that a line of any length does not overflow; NEVER is no way. */
static void step_on(uint32_t best[STATES], const struct mark *m,
                    struct step *step)
{
    const struct costs costs = costs_of(m);
    uint32_t now[STATES], least = UINT32_MAX;

    for (unsigned s = 0; s < STATES; s++)
        now[s] = UINT32_MAX;
    for (unsigned s = 0; s < STATES; s++) {
        for (unsigned how = 0; how < READINGS && best[s] < NEVER; how++) {
            unsigned cost = costs.of[how], to = lead(s, m, how, &cost);

            if (to == STATES || best[s] + cost >= now[to])
                continue;
            now[to] = best[s] + cost;
            step->from[to] = (uint8_t)(s * READINGS + how);
        }
    }
    for (unsigned s = 0; s < STATES; s++)
        least = now[s] < least ? now[s] : least;
    for (unsigned s = 0; s < STATES; s++)
        best[s] = now[s] - least < NEVER ? now[s] - least : NEVER;
}

/* A paragraph: its marks, and whether a quotation comes into it from the one
 * above or leaves it for one that opens again below. */
struct line {
    const struct mark *marks;
    size_t count;
    gly_pos begin, end;
    bool carried, goes_on;
};

static void read_marks(const struct line *line, struct step *steps,
                       struct reading *readings)
{
    static const uint16_t ends[STATES] = {0, 250, 600, 600, 800, 400, 800};
    uint32_t best[STATES], least = UINT32_MAX;
    unsigned state = OUT;

    for (unsigned s = 0; s < STATES; s++)
        best[s] = s == OUT ? 0 : s == IN && line->carried ? 60 : NEVER;
    for (size_t i = 0; i < line->count; i++)
        step_on(best, &line->marks[i], &steps[i]);
    for (unsigned s = 0; s < STATES; s++) {
        uint32_t cost = best[s] + (s == IN && line->goes_on ? 40 : ends[s]);

        if (cost < least) {
            least = cost;
            state = s;
        }
    }
    for (size_t i = line->count; i-- > 0;) {
        unsigned from = steps[i].from[state];

        readings[i].how = (uint8_t)(from % READINGS);
        readings[i].state = (uint8_t)state;
        state = from / READINGS;
    }
    readings[line->count].state = (uint8_t)state; /* where it begins */
}

/* ' " with a space, mostly a thin one, to part two closing marks. */
static bool is_parted(const struct mark *m, const char *text)
{
    const char *space = text + m->at - 1;
    uint32_t c;

    while (((unsigned char)*space & 0xC0) == 0x80)
        space--;
    c = gly_char_before(text, space);
    return c == '\'' || c == 0x2019;
}

static const char *oddity(const struct mark *m, const char *text, bool opening)
{
    if (opening) {
        if (m->glyph == CLOSES)
            return "a closing mark that opens";
        if (m->after == SPACE && m->style != ANGLED)
            return "an opening mark with a space after it";
        return NULL;
    }
    if (m->glyph == OPENS)
        return "an opening mark that closes";
    if (m->before == SPACE && m->style != ANGLED && !is_parted(m, text))
        return "a closing mark with a space before it";
    return NULL;
}

struct build {
    const char *text;
    const gly_sentence *sentences;
    size_t sentence_count, sentence;
    struct pieces out;
    uint8_t style; /* of the mark that opened last */
};

static struct piece *at_work(struct build *b)
{
    return &b->out.list[b->out.count];
}

static void open_piece(struct build *b, const struct mark *m)
{
    *at_work(b) = (struct piece){
        .begin = m->at, .open = m->at, .open_len = m->len,
        .why_open = oddity(m, b->text, true),
    };
    b->style = m->style;
}

static void close_piece(struct build *b, const struct mark *m)
{
    struct piece *p = at_work(b);

    p->close = m->at;
    p->close_len = m->len;
    p->end = m->at + m->len;
    p->why_close = oddity(m, b->text, false);
    if (!p->why_close && p->open_len && b->style != m->style)
        p->why_close = "a closing mark of another style";
    b->out.count++;
}

static gly_pos trim_end(const char *text, gly_pos begin, gly_pos end)
{
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t' ||
                           text[end - 1] == '\r'))
        end--;
    return end;
}

static void lose_close(struct build *b, gly_pos end, bool goes_on)
{
    struct piece *p = at_work(b);

    p->end = p->close = trim_end(b->text, p->begin + p->open_len, end);
    p->goes_on = goes_on;
    p->lost_close = true;
    if (!goes_on && p->open_len)
        p->why_open = "an opening mark that nothing closes";
    b->out.count++;
}

/* Where the sentence before a mark begins. */
static gly_pos sentence_of(struct build *b, gly_pos at)
{
    while (b->sentence + 1 < b->sentence_count &&
           b->sentences[b->sentence + 1].begin < at)
        b->sentence++;
    return b->sentence < b->sentence_count &&
                   b->sentences[b->sentence].begin < at
               ? b->sentences[b->sentence].begin
               : at;
}

/* What a lone closing mark closes: from the last sentence's begin, or from what
 * stands before it that is closed already. */
static void lose_open(struct build *b, const struct mark *m, gly_pos low)
{
    gly_pos sentence = sentence_of(b, m->at);
    gly_pos begin = sentence > low ? sentence : low;

    while (begin < m->at && b->text[begin] == ' ')
        begin++;
    if (m->at <= begin + 1)
        return;
    *at_work(b) = (struct piece){
        .begin = begin, .open = begin, .lost_open = true,
    };
    close_piece(b, m);
    at_work(b)[-1].why_close = "a closing mark that nothing opens";
}

/* A mark that stands there twice belongs to the piece it opens or closes. */
static void add_twin(struct build *b, const struct mark *m, bool inside)
{
    struct piece *p = at_work(b) - !inside;

    if (inside && p->open + p->open_len == m->at) {
        p->open_len = (uint8_t)(p->open_len + m->len);
        p->why_open = "an opening mark that stands there twice";
    } else if (!inside && b->out.count > 0 && p->end == m->at) {
        p->close_len = (uint8_t)(p->close_len + m->len);
        p->end += m->len;
        p->why_close = "a closing mark that stands there twice";
    }
}

/* What was left open above goes on at a paragraph's begin, with no mark. */
static void carry_in(struct build *b, gly_pos begin)
{
    struct piece *p = at_work(b);

    *p = (struct piece){ .begin = begin, .open = begin };
    p[-1].goes_on = true;
    p[-1].why_open = NULL;
}

/* Pieces of a paragraph by the readings of its marks; whether the last of them
 * is left open. */
static bool build_pieces(struct build *b, const struct line *line,
                         const struct reading *readings)
{
    unsigned state = readings[line->count].state;
    gly_pos low = line->begin;

    if (state != OUT)
        carry_in(b, low);
    for (size_t i = 0; i < line->count; i++) {
        const struct mark *m = &line->marks[i];
        unsigned to = readings[i].state, how = readings[i].how;

        if (how == OPEN_AGAIN) {
            lose_close(b, m->at, false);
            open_piece(b, m);
        } else if (how == CLOSE_ONLY) {
            lose_open(b, m, low);
        } else if (how == TWICE) {
            add_twin(b, m, state != OUT);
        } else if (state == OUT && to != OUT) {
            open_piece(b, m);
        } else if (state != OUT && to == OUT) {
            close_piece(b, m);
        }
        if (to == OUT && how != NO_MARK)
            low = m->at + m->len;
        state = to;
    }
    if (state != OUT)
        lose_close(b, line->end, line->goes_on);
    return state != OUT;
}

/* Whether a paragraph's first mark stands at its begin and may open. */
static bool begins_open(const struct mark *m, const char *text, gly_pos begin)
{
    while (text[begin] == ' ' || text[begin] == '\t')
        begin++;
    return m->at == begin && m->family != SINGLE && m->glyph != CLOSES &&
           m->after != SPACE;
}

static gly_pos line_end(const char *text, gly_pos at, gly_pos len)
{
    const char *end = memchr(text + at, '\n', len - at);

    return end ? (gly_pos)(end - text) : len;
}

static gly_pos line_begin(const char *text, gly_pos at)
{
    const char *end = memrchr(text, '\n', at);

    return end ? (gly_pos)(end - text) + 1 : 0;
}

static bool only_space(const char *text, gly_pos begin, gly_pos end)
{
    while (begin < end && (text[begin] == ' ' || text[begin] == '\n' ||
                           text[begin] == '\t' || text[begin] == '\r'))
        begin++;
    return begin == end;
}

/* The marks of the paragraph that begins with the first of `count`, and whether
 * the next mark is in the paragraph below it. */
static bool take_line(struct line *line, const struct mark *marks, size_t count,
                      const char *text, gly_pos len)
{
    gly_pos next;

    line->marks = marks;
    line->begin = line_begin(text, marks[0].at);
    line->end = line_end(text, marks[0].at, len);
    line->count = 1;
    while (line->count < count && marks[line->count].at < line->end)
        line->count++;
    line->goes_on = false;
    if (line->count == count)
        return false;
    next = line_begin(text, marks[line->count].at);
    if (!only_space(text, line->end, next))
        return false;
    line->goes_on = begins_open(&marks[line->count], text, next);
    return true;
}

struct pieces quote_pair_marks(gly_doc *doc, const gly_words *cues)
{
    gly_pos len;
    const char *text = gly_text(doc, &len);
    struct words words = { .text = text, .cues = cues };
    struct build b = { .text = text };
    struct line line = { 0 };

    words.tokens = gly_tokens(doc, &words.count);
    b.sentences = gly_sentences(doc, &b.sentence_count);

    struct marks marks = quote_find_marks(doc, &words);
    size_t room = marks.count + 1;
    struct step *steps = gly_alloc(doc, room * sizeof(*steps));
    struct reading *readings = gly_alloc(doc, room * sizeof(*readings));

    b.out.list = gly_alloc(doc, room * sizeof(*b.out.list));
    for (size_t i = 0; i < marks.count; i += line.count) {
        bool below = take_line(&line, marks.list + i, marks.count - i, text,
                               len);

        read_marks(&line, steps, readings);
        line.carried = build_pieces(&b, &line, readings) && below &&
                       !line.goes_on;
    }
    return b.out;
}

size_t quote_piece_at(const struct pieces *pieces, gly_pos pos)
{
    size_t low = 0, high = pieces->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (pieces->list[mid].begin < pos)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* marks.c: which quote marks open, which close, which are none.
 *
 * The marks of a paragraph are read as a whole: each may open, close, open
 * again where a closing mark was lost, close where an opening one was, or be no
 * mark. Each reading has a cost by what stands around it; the cheapest way
 * through all marks of the paragraph is taken.
 */
#include "quote.h"

#include <string.h>

enum family { DOUBLE, SINGLE, ANGLED };
enum glyph { STRAIGHT, OPENS, CLOSES };
enum how { OPEN, CLOSE, OPEN_AGAIN, CLOSE_ONLY, NO_MARK, READINGS };
/* Inside of nothing, of double marks, of double in double, of single in double,
 * of single, of double in single. */
enum state { OUT, IN, IN_IN, IN_SINGLE, SINGLE_IN, SINGLE_IN_IN, STATES };

struct mark {
    gly_pos at;
    uint8_t len, family, glyph;
    uint8_t before, after; /* enum side */
    uint16_t cost[READINGS];
};

enum side { SPACE, LETTER, DIGIT, STOP, BRACKET, OTHER, EDGE };

/* Costs; a mark that was lost, and what cannot be. */
enum { LOST = 300, NEVER = 60000 };

static bool mark_kind(uint32_t c, struct mark *mark)
{
    mark->family = DOUBLE;
    mark->glyph = STRAIGHT;
    switch (c) {
    case '"': case 0xFF02: return true;
    case 0x201C: case 0x201E: case 0x201F: case 0x300C: case 0x300E:
        mark->glyph = OPENS;
        return true;
    case 0x201D: case 0x300D: case 0x300F:
        mark->glyph = CLOSES;
        return true;
    case 0xAB: case 0x2039:
        mark->family = ANGLED;
        mark->glyph = OPENS;
        return true;
    case 0xBB: case 0x203A:
        mark->family = ANGLED;
        mark->glyph = CLOSES;
        return true;
    case 0x2018: case 0x201A: case 0x201B:
        mark->family = SINGLE;
        mark->glyph = OPENS;
        return true;
    case 0x2019:
        mark->family = SINGLE;
        mark->glyph = CLOSES;
        return true;
    case '\'': case '`':
        mark->family = SINGLE;
        return true;
    }
    return false;
}

static enum side side_of(uint32_t c)
{
    if (c == 0 || c == '\n')
        return EDGE;
    if (gly_is_space(c))
        return SPACE;
    if (gly_is_digit(c))
        return DIGIT;
    if (gly_is_letter(c) || c == '$' || c == '#' || c == '@')
        return LETTER;
    if (c < 0x80 && strchr(".,;:!?", (int)c))
        return STOP;
    if (c == 0x2026 || c == 0x3002 || c == 0xFF0C)
        return STOP;
    if (c == '(' || c == '[' || c == '{')
        return BRACKET;
    return OTHER;
}

/* 's 't 'em, '90s: letters or digits before which a mark stands for others. */
static bool is_elided(const char *p)
{
    static const char *const heads[] = {
        "em", "til", "tis", "twas", "cause", "bout", "n", "s", "t", "d", "ll",
    };

    if (p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9')
        return p[2] < '0' || p[2] > '9';
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        size_t len = strlen(heads[i]);

        if (strncmp(p, heads[i], len) == 0) {
            const char *rest = p + len;

            return !gly_is_letter(gly_next_char(&rest));
        }
    }
    return false;
}

static unsigned open_cost(const struct mark *m)
{
    unsigned cost = m->glyph == CLOSES ? 120 : 0;

    switch (m->before) {
    case LETTER: case DIGIT: cost += 150; break;
    case STOP: cost += 70; break;
    default: break;
    }
    if (m->after == EDGE)
        cost += 250;
    else if (m->after == SPACE && m->family != ANGLED)
        cost += 120;
    else if (m->after == STOP)
        cost += 60;
    return cost;
}

static unsigned close_cost(const struct mark *m)
{
    unsigned cost = m->glyph == OPENS ? 120 : 0;

    if (m->before == EDGE)
        cost += 250;
    else if (m->before == SPACE && m->family != ANGLED)
        cost += 120;
    else if (m->before == BRACKET)
        cost += 120;
    if (m->after == LETTER || m->after == DIGIT)
        cost += 150;
    return cost;
}

static unsigned none_cost(const struct mark *m, const char *text)
{
    bool after_letter = m->before == LETTER || m->before == DIGIT;
    const char *prior = text + m->at;

    if (m->family != SINGLE) {
        if (m->glyph == STRAIGHT && m->before == DIGIT && m->after != LETTER)
            return 100; /* inches */
        return m->before == SPACE && m->after == SPACE ? 300 : 450;
    }
    if (m->before == DIGIT && m->glyph == STRAIGHT)
        return 20;
    if (m->glyph != OPENS && is_elided(text + m->at + m->len))
        return 10;
    if (m->glyph == OPENS)
        return 200;
    if (after_letter)
        return prior[-1] == 's' || prior[-1] == 'z' ? 30 : 80;
    return 120;
}

static void weigh(struct mark *m, const char *text)
{
    bool loses = m->family != SINGLE;

    m->cost[OPEN] = (uint16_t)open_cost(m);
    m->cost[CLOSE] = (uint16_t)close_cost(m);
    m->cost[OPEN_AGAIN] = loses ? m->cost[OPEN] + LOST : NEVER;
    m->cost[CLOSE_ONLY] = loses ? m->cost[CLOSE] + LOST : NEVER;
    m->cost[NO_MARK] = (uint16_t)none_cost(m, text);
}

/* The next byte that may begin a mark. */
static const char *next_mark(const char *p)
{
    static const char heads[256] = {
        ['\0'] = 1, ['"'] = 1, ['\''] = 1, ['`'] = 1, [0xC2] = 1, [0xE2] = 1,
        [0xE3] = 1, [0xEF] = 1,
    };

    while (!heads[(unsigned char)*p])
        p++;
    return p;
}

/* "``" and "''" are double marks in some wires. */
static void join_twins(struct mark *m, const char *p)
{
    if (m->len != 1 || m->family != SINGLE || p[1] != p[0])
        return;
    m->len = 2;
    m->family = DOUBLE;
    m->glyph = p[0] == '`' ? OPENS : STRAIGHT;
}

/* id="…": left over from a page's markup. */
static const char *skip_attribute(const char *p)
{
    size_t len = strcspn(p, "\"\n");

    return p[len] == '"' ? p + len + 1 : p;
}

static size_t find_marks(const char *text, struct mark *marks)
{
    size_t count = 0;

    for (const char *p = next_mark(text); *p; p = next_mark(p)) {
        const char *next = p;
        struct mark m = {.at = (gly_pos)(p - text)};
        uint32_t c = gly_next_char(&next);

        if (!mark_kind(c, &m)) {
            p = next;
            continue;
        }
        if (c == '"' && p > text && p[-1] == '=') {
            p = skip_attribute(next);
            continue;
        }
        m.len = (uint8_t)(next - p);
        join_twins(&m, p);
        p += m.len;
        next = p;
        m.before = (uint8_t)side_of(gly_char_before(text, text + m.at));
        m.after = (uint8_t)side_of(gly_next_char(&next));
        if (m.family == SINGLE && (m.before == LETTER || m.before == DIGIT) &&
            (m.after == LETTER || m.after == DIGIT))
            continue;
        if (marks) {
            weigh(&m, text);
            marks[count] = m;
        }
        count++;
    }
    return count;
}

/* A text that has none opens with ” too, as Swedish does. */
static bool has_opening(const struct mark *marks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (marks[i].family == DOUBLE && marks[i].glyph != CLOSES)
            return true;
    return false;
}

/* »So« opens with the mark that closes elsewhere, „so“ closes with one that
 * opens: the first such mark of a text tells. */
static void turn_glyphs(struct mark *marks, size_t count, const char *text)
{
    int angled = 0;
    bool low = !has_opening(marks, count);

    for (size_t i = 0; i < count; i++) {
        struct mark *m = &marks[i];
        bool is_low = memcmp(text + m->at, "\xE2\x80\x9E", m->len) == 0;

        if (m->family == ANGLED && angled == 0)
            angled = m->glyph == CLOSES ? -1 : 1;
        low = low || (m->len == 3 && is_low);
        if (m->family == ANGLED && angled < 0)
            m->glyph = m->glyph == OPENS ? CLOSES : OPENS;
        else if (low && m->family == DOUBLE && !(m->len == 3 && is_low))
            m->glyph = STRAIGHT;
        else
            continue;
        weigh(m, text);
    }
}

/* Where a reading leads from a state; STATES: nowhere. */
static unsigned lead(unsigned state, const struct mark *m, unsigned how,
                     unsigned *cost)
{
    static const uint8_t doubles[STATES][4] = {
        [OUT] = {IN, STATES, STATES, OUT},
        [IN] = {IN_IN, OUT, IN, STATES},
        [IN_IN] = {STATES, IN, STATES, STATES},
        [IN_SINGLE] = {STATES, OUT, STATES, STATES},
        [SINGLE_IN] = {SINGLE_IN_IN, STATES, STATES, STATES},
        [SINGLE_IN_IN] = {STATES, SINGLE_IN, STATES, STATES},
    };
    static const uint8_t singles[STATES][4] = {
        [OUT] = {SINGLE_IN, STATES, STATES, STATES},
        [IN] = {IN_SINGLE, STATES, STATES, STATES},
        [IN_IN] = {STATES, STATES, STATES, STATES},
        [IN_SINGLE] = {STATES, IN, STATES, STATES},
        [SINGLE_IN] = {STATES, OUT, STATES, STATES},
        [SINGLE_IN_IN] = {STATES, STATES, STATES, STATES},
    };
    unsigned to;

    if (how == NO_MARK) {
        *cost = m->cost[NO_MARK];
        return state;
    }
    to = m->family == SINGLE ? singles[state][how] : doubles[state][how];
    *cost = m->cost[how];
    if (to == IN_IN && state == IN)
        *cost += m->glyph == STRAIGHT && m->family == DOUBLE ? 260 : 100;
    if (to == OUT && state == IN_SINGLE && how == CLOSE)
        *cost += 200;
    if (to == SINGLE_IN)
        *cost += 30;
    return to;
}

struct step {
    uint8_t from[STATES], how[STATES];
};

struct reading {
    uint8_t how, state; /* the state it leads to */
};

/* One mark further: the cheapest way to each state. Costs are kept small, so
 * that a line of any length does not overflow. */
static void step_on(uint32_t best[STATES], const struct mark *m,
                    struct step *step)
{
    uint32_t now[STATES], least = UINT32_MAX;

    for (unsigned s = 0; s < STATES; s++)
        now[s] = UINT32_MAX;
    for (unsigned s = 0; s < STATES; s++) {
        for (unsigned how = 0; how < READINGS; how++) {
            unsigned cost, to = lead(s, m, how, &cost);

            if (to == STATES || best[s] + cost >= now[to])
                continue;
            now[to] = best[s] + cost;
            step->from[to] = (uint8_t)s;
            step->how[to] = (uint8_t)how;
        }
    }
    for (unsigned s = 0; s < STATES; s++)
        least = now[s] < least ? now[s] : least;
    for (unsigned s = 0; s < STATES; s++)
        best[s] = now[s] - least < NEVER ? now[s] - least : NEVER;
}

static void read_marks(const struct mark *marks, size_t count,
                       struct step *steps, bool opens_again,
                       struct reading *readings)
{
    static const uint16_t ends[STATES] = {0, 250, 600, 600, 400, 800};
    uint32_t best[STATES] = {0, NEVER, NEVER, NEVER, NEVER, NEVER};
    uint32_t least = UINT32_MAX;
    unsigned state = OUT;

    for (size_t i = 0; i < count; i++)
        step_on(best, &marks[i], &steps[i]);
    for (unsigned s = 0; s < STATES; s++) {
        uint32_t cost = best[s] + (s == IN && opens_again ? 40 : ends[s]);

        if (cost < least) {
            least = cost;
            state = s;
        }
    }
    for (size_t i = count; i-- > 0;) {
        readings[i].how = steps[i].how[state];
        readings[i].state = (uint8_t)state;
        state = steps[i].from[state];
    }
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
        if (m->after == SPACE && m->family != ANGLED)
            return "an opening mark with a space after it";
        return NULL;
    }
    if (m->glyph == OPENS)
        return "an opening mark that closes";
    if (m->before == SPACE && m->family != ANGLED && !is_parted(m, text))
        return "a closing mark with a space before it";
    return NULL;
}

static void open_piece(struct piece *p, const struct mark *m, const char *text)
{
    *p = (struct piece){ .begin = m->at, .open = m->at, .open_len = m->len,
                         .why_open = oddity(m, text, true) };
}

static void close_piece(struct piece *p, const struct mark *m,
                        const char *text)
{
    p->close = m->at;
    p->close_len = m->len;
    p->end = m->at + m->len;
    p->why_close = oddity(m, text, false);
}

static gly_pos trim_end(const char *text, gly_pos begin, gly_pos end)
{
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t' ||
                           text[end - 1] == '\r'))
        end--;
    return end;
}

static void lose_close(struct piece *p, const char *text, gly_pos end)
{
    p->end = p->close = trim_end(text, p->begin + p->open_len, end);
    p->lost_close = true;
    if (!p->goes_on)
        p->why_open = "an opening mark that nothing closes";
}

/* What a lone closing mark closes: from the last sentence's begin, or from what
 * stands before it that is closed already. */
static bool lose_open(struct piece *p, const struct mark *m, const char *text,
                      gly_pos low, gly_pos sentence)
{
    gly_pos begin = sentence > low ? sentence : low;

    *p = (struct piece){ .begin = begin, .open = begin, .lost_open = true };
    close_piece(p, m, text);
    p->why_close = "a closing mark that nothing opens";
    return m->at > begin + 1;
}

struct build {
    gly_doc *doc;
    const char *text;
    const gly_sentence *sentences;
    size_t sentence_count, sentence;
    struct pieces out;
};

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

/* Pieces of the paragraph [low, high) by the readings of its marks. */
static void build_pieces(struct build *b, const struct mark *marks,
                         const struct reading *readings, size_t count,
                         gly_pos low, gly_pos high, bool goes_on)
{
    struct piece *p = &b->out.list[b->out.count];
    unsigned state = OUT;

    for (size_t i = 0; i < count; i++) {
        const struct mark *m = &marks[i];
        unsigned to = readings[i].state;

        if (readings[i].how == OPEN_AGAIN) {
            lose_close(p++, b->text, m->at);
            open_piece(p, m, b->text);
        } else if (readings[i].how == CLOSE_ONLY) {
            while (low < m->at && b->text[low] == ' ')
                low++;
            if (lose_open(p, m, b->text, low, sentence_of(b, m->at)))
                p++;
            low = m->at + m->len;
        } else if (state == OUT && to != OUT) {
            open_piece(p, m, b->text);
        } else if (state != OUT && to == OUT) {
            close_piece(p, m, b->text);
            low = p++->end;
        }
        state = to;
    }
    if (state != OUT) {
        p->goes_on = goes_on;
        lose_close(p++, b->text, high);
    }
    b->out.count = (size_t)(p - b->out.list);
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
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

static bool only_space(const char *text, gly_pos begin, gly_pos end)
{
    while (begin < end && (text[begin] == ' ' || text[begin] == '\n' ||
                           text[begin] == '\t' || text[begin] == '\r'))
        begin++;
    return begin == end;
}

struct pieces quote_pair_marks(gly_doc *doc)
{
    gly_pos len, end = 0;
    const char *text = gly_text(doc, &len);
    struct build b = {.doc = doc, .text = text};
    size_t count = find_marks(text, NULL);

    if (count == 0)
        return b.out;

    struct mark *marks = gly_alloc(doc, count * sizeof(*marks));
    struct step *steps = gly_alloc(doc, count * sizeof(*steps));
    struct reading *readings = gly_alloc(doc, count * sizeof(*readings));

    find_marks(text, marks);
    turn_glyphs(marks, count, text);
    b.out.list = gly_alloc(doc, (count + 1) * sizeof(*b.out.list));
    b.sentences = gly_sentences(doc, &b.sentence_count);
    for (size_t i = 0, n; i < count; i += n) {
        gly_pos begin = line_begin(text, marks[i].at);
        gly_pos next = len;
        bool again = false;

        end = line_end(text, marks[i].at, len);
        for (n = 1; i + n < count && marks[i + n].at < end; n++)
            ;
        if (i + n < count) {
            next = line_begin(text, marks[i + n].at);
            again = only_space(text, end, next) &&
                    begins_open(&marks[i + n], text, next);
        }
        read_marks(marks + i, n, steps, again, readings);
        build_pieces(&b, marks + i, readings, n, begin, end, again);
    }
    return b.out;
}

/* marks.c: which signs may be quote marks, and what each may do there.
 *
 * A mark may open, close, open again where a closing mark was lost, close where
 * an opening one was, or be no mark. Each reading has a cost by what stands
 * around it; pair.c takes the cheapest way through the marks of a paragraph.
 */
#include "marks.h"

#include <string.h>

static const struct sign {
    uint32_t c;
    uint8_t family, glyph, style;
} signs[] = {
    { '"', DOUBLE, STRAIGHT, TYPED },
    { '\'', SINGLE, STRAIGHT, LONE },
    { ',', SINGLE, OPENS, LONE }, /* twice: „ as it is typed */
    { '`', SINGLE, OPENS, LONE },
    { 0xAB, DOUBLE, OPENS, ANGLED },
    { 0xBB, DOUBLE, CLOSES, ANGLED },
    { 0x2018, SINGLE, OPENS, LONE },
    { 0x2019, SINGLE, CLOSES, LONE },
    { 0x201A, SINGLE, OPENS, LONE },
    { 0x201B, SINGLE, OPENS, LONE },
    { 0x201C, DOUBLE, OPENS, CURLY },
    { 0x201D, DOUBLE, CLOSES, CURLY },
    { 0x201E, DOUBLE, OPENS, CURLY },
    { 0x201F, DOUBLE, OPENS, CURLY },
    { 0x2032, SINGLE, STRAIGHT, PRIME },
    { 0x2033, DOUBLE, STRAIGHT, PRIME },
    { 0x2039, DOUBLE, OPENS, ANGLED },
    { 0x203A, DOUBLE, CLOSES, ANGLED },
    { 0x300C, DOUBLE, OPENS, CORNER },
    { 0x300D, DOUBLE, CLOSES, CORNER },
    { 0x300E, DOUBLE, OPENS, CORNER },
    { 0x300F, DOUBLE, CLOSES, CORNER },
    { 0xFF02, DOUBLE, STRAIGHT, TYPED },
};

static bool mark_kind(uint32_t c, struct mark *mark)
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (signs[i].c != c)
            continue;
        mark->family = signs[i].family;
        mark->glyph = signs[i].glyph;
        mark->style = signs[i].style;
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

/* 'em, '90s: letters or digits before which a mark stands for others. */
static bool is_elided(const char *p)
{
    static const char *const heads[] = {
        "em", "til", "tis", "twas", "twill", "cause", "bout", "n", "s", "t",
        "d", "ll", "re", "ve", "round",
    };
    size_t len = 0;

    if (p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9')
        return p[2] < '0' || p[2] > '9';
    while (len < 6 && (p[len] | 32) >= 'a' && (p[len] | 32) <= 'z')
        len++;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        if (gly_word_is(p, len, heads[i]))
            return true;
    return false;
}

static unsigned open_cost(const struct mark *m)
{
    unsigned cost = (m->glyph == CLOSES ? 120 : 0) + (m->said ? 100 : 0);

    switch (m->before) {
    case LETTER: case DIGIT: cost += 150; break;
    case STOP: cost += 70; break;
    default: break;
    }
    if (m->after == EDGE)
        cost += 250;
    else if (m->after == SPACE && m->style != ANGLED)
        cost += 120;
    else if (m->after == STOP)
        cost += 60;
    return cost;
}

static unsigned close_cost(const struct mark *m)
{
    unsigned cost = (m->glyph == OPENS ? 120 : 0) + (m->led ? 100 : 0);

    if (m->before == EDGE)
        cost += 250;
    else if (m->before == SPACE && m->style != ANGLED)
        cost += 120;
    else if (m->before == BRACKET)
        cost += 120;
    if (m->after == LETTER || m->after == DIGIT)
        cost += 150;
    return cost;
}

/* Feet, inches, minutes and seconds. */
static bool is_prime(const struct mark *m)
{
    return m->before == DIGIT && m->glyph == STRAIGHT && m->after != LETTER;
}

static unsigned none_cost(const struct mark *m, const char *text)
{
    const char *prior = text + m->at;

    if (m->style == PRIME && m->before == DIGIT)
        return 5;
    if (m->family == DOUBLE) {
        if (is_prime(m))
            return m->style == TYPED ? 100 : 300;
        return m->before == SPACE && m->after == SPACE && !m->led && !m->said
                   ? 300
                   : 450;
    }
    if (is_elided(text + m->at + m->len))
        return m->glyph == OPENS ? 40 : 0;
    if (is_prime(m))
        return 20;
    if (m->glyph == OPENS)
        return 200;
    if (m->before == LETTER || m->before == DIGIT)
        return prior[-1] == 's' || prior[-1] == 'z' ? 25 : 80;
    return 120;
}

static void weigh(struct mark *m, const char *text)
{
    m->open = (uint16_t)open_cost(m);
    m->close = (uint16_t)close_cost(m);
    m->none = (uint16_t)none_cost(m, text);
}

/* The next byte that may begin a mark. */
static const char *next_mark(const char *p)
{
    static const char heads[] = "\"'`,\xC2\xE2\xE3\xEF";

    p += strcspn(p, heads);
    while (*p == ',' && p[1] != ',')
        p += 1 + strcspn(p + 1, heads);
    return p;
}

/* Two single marks are a double one; of three behind a word the last two. */
static void join_twins(struct mark *m, const char *text)
{
    const char *p = text + m->at, *next = p + m->len;
    enum side before;

    if (m->family != SINGLE || strncmp(p, next, m->len) != 0)
        return;
    before = side_of(gly_char_before(text, p));
    if (*p == '\'' && p[2] == '\'' && p[3] != '\'' && before != SPACE &&
        before != EDGE && before != BRACKET && p[-1] != '\'')
        return;
    m->len *= 2;
    m->family = DOUBLE;
    m->style = TWINS;
}

/* id="…": left over from a page's markup. */
static const char *skip_attribute(const char *p)
{
    size_t len = strcspn(p, "\"\n");

    return p[len] == '"' ? p + len + 1 : p;
}

/* Sets all but the costs; false where there is no mark. */
static bool read_mark(struct mark *m, const char *text, const char *p)
{
    const char *next = p;
    uint32_t c = gly_next_char(&next);

    m->at = (gly_pos)(p - text);
    m->len = (uint8_t)(next - p);
    if (!mark_kind(c, m))
        return false;
    join_twins(m, text);
    next = p + m->len;
    m->before = (uint8_t)side_of(gly_char_before(text, p));
    m->after = (uint8_t)side_of(gly_next_char(&next));
    return m->family == DOUBLE || (m->before != LETTER && m->before != DIGIT) ||
           (m->after != LETTER && m->after != DIGIT);
}

static bool repeats(const struct mark *m, const struct mark *last,
                    const char *text)
{
    return m->family == DOUBLE && !last->repeats &&
           last->at + last->len == m->at && last->len == m->len &&
           memcmp(text + last->at, text + m->at, m->len) == 0;
}

static void add_mark(gly_doc *doc, struct marks *all, struct mark m,
                     const char *text)
{
    if (all->count == all->room) {
        struct mark *old = all->list;

        all->room = 2 * all->room + 64;
        all->list = gly_alloc(doc, all->room * sizeof(*old));
        if (all->count > 0)
            memcpy(all->list, old, all->count * sizeof(*old));
    }
    m.repeats = all->count > 0 && repeats(&m, &all->list[all->count - 1], text);
    all->list[all->count++] = m;
}

static struct marks read_marks(gly_doc *doc, const char *text)
{
    struct marks all = { 0 };

    for (const char *p = next_mark(text); *p; p = next_mark(p)) {
        struct mark m = { 0 };

        if (*p == '"' && p > text && p[-1] == '=') {
            p = skip_attribute(p + 1);
            continue;
        }
        if (read_mark(&m, text, p))
            add_mark(doc, &all, m, text);
        p += m.len;
    }
    return all;
}

/* How a text uses its marks, in numbers of them. */
struct use {
    size_t opens, closes;    /* “ and ” and their like */
    size_t low, right, left; /* „, », « */
    size_t outward, inward;  /* « and » by what stands around them */
};

static bool is_sign(const struct mark *m, const char *text, const char *sign)
{
    return m->len == strlen(sign) && memcmp(text + m->at, sign, m->len) == 0;
}

static void count_use(struct use *use, const struct mark *m, const char *text)
{
    bool opens = m->before != LETTER && m->before != STOP &&
                 (m->after == LETTER || m->after == DIGIT);
    bool closes = (m->before == LETTER || m->before == STOP) &&
                  m->after != LETTER;

    if (m->style == ANGLED) {
        use->left += m->glyph == OPENS;
        use->right += m->glyph == CLOSES;
        use->outward += m->glyph == OPENS ? opens : closes;
        use->inward += m->glyph == OPENS ? closes : opens;
    } else if (m->family == DOUBLE) {
        use->low += is_sign(m, text, "„");
        use->opens += m->glyph != CLOSES;
        use->closes += m->glyph == CLOSES;
    }
}

/* »So« opens with the mark that closes elsewhere, »so» with the same, as ”so”
 * does in Swedish, and „so“ closes with one that opens. */
static enum glyph turn(const struct use *use, const struct mark *m,
                       const char *text)
{
    if (m->style == ANGLED) {
        if (use->left == 0 || use->right == 0)
            return STRAIGHT;
        if (use->inward > use->outward)
            return m->glyph == OPENS ? CLOSES : OPENS;
    } else if (m->style == CURLY && m->glyph == CLOSES) {
        if (use->closes > 3 * use->opens)
            return STRAIGHT;
    } else if (is_sign(m, text, "“") && 3 * use->low > use->opens) {
        return CLOSES;
    }
    return m->glyph;
}

/* The first token from token i on that begins at pos or after it. */
static size_t token_from(const struct words *words, size_t i, gly_pos pos)
{
    while (i < words->count && words->tokens[i].begin < pos)
        i++;
    return i;
}

struct marks quote_find_marks(gly_doc *doc, const struct words *words)
{
    const char *text = words->text;
    struct marks all = read_marks(doc, text);
    struct use use = { 0 };

    for (size_t i = 0; i < all.count; i++)
        count_use(&use, &all.list[i], text);
    for (size_t i = 0, before = 0; i < all.count; i++) {
        struct mark *m = &all.list[i];

        before = token_from(words, before, m->at);
        m->led = quote_is_led(words, before);
        m->said = quote_attribution(
            words, token_from(words, before, m->at + m->len));
        m->glyph = (uint8_t)turn(&use, m, text);
        weigh(m, text);
    }
    return all;
}

/* turns.c: talks written as turns, without quote marks: "Q:" and "A:", "LOPEZ:",
 * "Maria Lopez:", each at the begin of a paragraph.
 *
 * A label before a colon is a turn's only where the document has more of them:
 * two labels, one of which comes again or which ask and answer, and one of which
 * is known as a person or as someone who asks.
 */
#include "who.h"

#include <string.h>

enum { MOST_LABEL = 7, MOST_LABELS = 64, MOST_MORE = 8, MOST_TABLE = 3 };
enum { ASKS = 1, ANSWERS = 2, KNOWN = 4, CAPS = 8 };

struct line {
    size_t first, last; /* tokens */
    size_t label_last;  /* of the label */
    size_t content;     /* the token behind the label; 0: there is none */
    gly_pos begin, end; /* of the label */
    uint32_t hash;
    unsigned flags;
};

struct label {
    uint32_t hash;
    unsigned count, flags;
};

struct talk {
    const char *text;
    const gly_token *tokens;
    struct line *lines;
    size_t count;
    struct label labels[MOST_LABELS];
    size_t label_count;
    unsigned style; /* CAPS: the known ones are written so */
    uint32_t *families; /* of the people: hashes, in a table */
    size_t mask;
};

static bool is_any(const struct talk *t, size_t i, const char *const *words)
{
    const gly_token *k = &t->tokens[i];

    return quote_is_any(t->text + k->begin, k->end - k->begin, words);
}

static bool is_sign(const struct talk *t, size_t i, const char *signs)
{
    const gly_token *k = &t->tokens[i];

    return k->type == GLY_SIGN && strchr(signs, t->text[k->begin]);
}

static uint32_t hash_last(const char *at, const char *end)
{
    const char *word = end;

    while (word > at && word[-1] != ' ')
        word--;
    return quote_name_hash(word, (size_t)(end - word)) | 1;
}

static void know_people(struct talk *t, gly_doc *doc)
{
    size_t count = 0;

    for (const gly_span *s = gly_spans(doc, "entities"); s; s = s->next)
        count++;
    t->mask = 15;
    while (t->mask < 2 * count)
        t->mask = 2 * t->mask + 1;
    t->families = gly_alloc(doc, (t->mask + 1) * sizeof(*t->families));
    for (const gly_span *s = gly_spans(doc, "entities"); s; s = s->next) {
        uint32_t hash = hash_last(t->text + s->begin, t->text + s->end);
        size_t i = hash & t->mask;

        if (strcmp(s->kind, "PERSON") != 0)
            continue;
        while (t->families[i] && t->families[i] != hash)
            i = (i + 1) & t->mask;
        t->families[i] = hash;
    }
}

static bool is_person(const struct talk *t, size_t last)
{
    const gly_token *k = &t->tokens[last];
    uint32_t hash = quote_name_hash(t->text + k->begin, k->end - k->begin) | 1;
    size_t i = hash & t->mask;

    while (t->families[i] && t->families[i] != hash)
        i = (i + 1) & t->mask;
    return t->families[i] == hash;
}

/* Of the label without what is in brackets. */
static uint32_t hash_label(const struct talk *t, const struct line *line)
{
    const char *at = t->text + line->begin;
    size_t len = line->end - line->begin;
    const char *bracket = memchr(at, '(', len);

    if (bracket && bracket > at)
        len = (size_t)(bracket - at);
    while (len > 0 && at[len - 1] == ' ')
        len--;
    return quote_name_hash(at, len);
}

static unsigned flags_of(const struct talk *t, size_t first, size_t last)
{
    static const char *const asks[] = {
        "q", "q.", "question", "interviewer", "reporter", "moderator", "host",
        "journalist", "presenter", NULL,
    };
    static const char *const answers[] = {"a", "a.", "answer", NULL};
    size_t name = last;
    unsigned flags = CAPS;

    for (size_t i = first; i < last; i++)
        if (t->tokens[i].type == GLY_WORD &&
            !(t->tokens[i].flags & GLY_CAPS) && !is_sign(t, i, "."))
            flags = 0;
    for (size_t i = first; i < last && name == last; i++)
        if (is_sign(t, i, "("))
            name = i;
    if (last == first + 1 && is_any(t, first, asks))
        flags |= ASKS;
    if (last == first + 1 && is_any(t, first, answers))
        flags |= ANSWERS;
    return name > first && is_person(t, name - 1) ? flags | KNOWN : flags;
}

static bool is_in_label(const struct talk *t, size_t i, bool first)
{
    const gly_token *k = &t->tokens[i];

    return (k->type == GLY_WORD && k->flags & GLY_CAPITAL) ||
           (!first && (k->type == GLY_NUMERAL || is_sign(t, i, ".")));
}

/* One past the bracket that opens at i: "(laughs)", or i. */
static size_t skip_bracket(const struct talk *t, size_t i, size_t last)
{
    size_t k = i;

    while (k < last && k - i < MOST_LABEL && !is_sign(t, k, ")"))
        k++;
    return k < last && is_sign(t, k, ")") ? k + 1 : i;
}

/* "LOPEZ:", "Sen. Maria Lopez (D-Ash):", "Q.": up to its colon or dot. */
static void read_label(const struct talk *t, struct line *line)
{
    static const char *const short_ones[] = {"q", "q.", "a", "a.", NULL};
    size_t i = line->first, end;

    while (i < line->last && i - line->first < MOST_LABEL &&
           is_in_label(t, i, i == line->first))
        i++;
    if (i > line->first && i < line->last && is_sign(t, i, "("))
        i = skip_bracket(t, i, line->last);
    end = i;
    if (i == line->first || i >= line->last)
        return;
    if (is_sign(t, i, ":"))
        i++;
    else if (!is_any(t, line->first, short_ones) ||
             t->text[t->tokens[line->first].end - 1] != '.')
        return;
    else
        i = end = line->first + 1;
    if (i >= line->last || !(t->tokens[i].flags & GLY_SPACED))
        return;
    line->content = i;
    line->label_last = end;
    line->begin = t->tokens[line->first].begin;
    line->end = t->tokens[end - 1].end;
}

static struct label *find_label(struct talk *t, uint32_t hash)
{
    for (size_t i = 0; i < t->label_count; i++)
        if (t->labels[i].hash == hash)
            return &t->labels[i];
    return NULL;
}

/* Not "Lopez: 12" of a table. */
static bool is_speech(const struct talk *t, const struct line *line)
{
    const gly_token *last = &t->tokens[line->last - 1];

    return t->tokens[line->content].type != GLY_NUMERAL &&
           (line->last - line->content > MOST_TABLE ||
            strchr(".?!", t->text[last->begin]));
}

static void count_label(struct talk *t, const struct line *line)
{
    struct label *l = find_label(t, line->hash);

    if (!is_speech(t, line))
        return;
    if (!l && t->label_count < MOST_LABELS) {
        l = &t->labels[t->label_count++];
        *l = (struct label){.hash = line->hash, .flags = line->flags};
    }
    if (l)
        l->count++;
}

static bool speaks_in_turn(struct talk *t)
{
    unsigned flags = 0;
    bool again = false;

    for (size_t i = 0; i < t->label_count; i++) {
        flags |= t->labels[i].flags;
        if (t->labels[i].flags & KNOWN)
            t->style |= t->labels[i].flags & CAPS;
        again = again || (t->labels[i].count > 1 &&
                          t->labels[i].flags & (KNOWN | ASKS | CAPS));
    }
    return t->label_count > 1 && flags & (KNOWN | ASKS) &&
           (again || (flags & ASKS && flags & ANSWERS));
}

/* Whether a label speaks in what is a talk. */
static bool speaks(struct talk *t, const struct line *line)
{
    const struct label *l = line->content ? find_label(t, line->hash) : NULL;

    return l && (l->flags & (KNOWN | ASKS | ANSWERS | t->style) ||
                 l->count > 1);
}

/* The lines of a document; how many have a label. */
static size_t read_lines(struct talk *t, gly_doc *doc)
{
    size_t count, tokens, labels = 0;
    const gly_sentence *s = gly_sentences(doc, &count);

    t->text = gly_text(doc, NULL);
    t->tokens = gly_tokens(doc, &tokens);
    for (size_t i = 0; i < count; i++)
        t->count += (t->tokens[s[i].first].flags & GLY_LINE) != 0;
    t->lines = gly_alloc(doc, (t->count + 1) * sizeof(*t->lines));
    t->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (t->tokens[s[i].first].flags & GLY_LINE)
            t->lines[t->count++].first = s[i].first;
        t->lines[t->count - 1].last = s[i].last;
    }
    for (size_t i = 0; i < t->count; i++) {
        read_label(t, &t->lines[i]);
        labels += t->lines[i].content != 0;
    }
    return labels;
}

static bool is_talk(struct talk *t, gly_doc *doc)
{
    if (read_lines(t, doc) < 2)
        return false;
    know_people(t, doc);
    for (size_t i = 0; i < t->count; i++) {
        struct line *line = &t->lines[i];

        if (!line->content)
            continue;
        line->hash = hash_label(t, line);
        line->flags = flags_of(t, line->first, line->label_last);
        count_label(t, line);
    }
    return speaks_in_turn(t);
}

static bool is_marked(const struct talk *t, size_t token)
{
    static const char *const marks[] = {"\"", "'", "\xE2\x80\x9C",
                                        "\xE2\x80\x98", "\xC2\xAB"};
    const char *at = t->text + t->tokens[token].begin;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (strncmp(at, marks[i], strlen(marks[i])) == 0)
            return true;
    return false;
}

/* The line that the turn at line i ends with: before the next label. */
static size_t turn_end(struct talk *t, size_t i)
{
    size_t k = i + 1;

    while (k < t->count && k - i <= MOST_MORE && !speaks(t, &t->lines[k]) &&
           !is_marked(t, t->lines[k].first))
        k++;
    return k < t->count && speaks(t, &t->lines[k]) ? k - 1 : i;
}

static void take_turn(struct talk *t, const struct line *line, gly_pos end,
                      struct finds *out)
{
    out->list[out->count++] = (struct find){
        .begin = t->tokens[line->content].begin,
        .end = end,
        .speaker = line->begin,
        .speaker_end = line->end,
        .kind = "direct",
        .turn = true,
        .score = line->flags & (KNOWN | ASKS | ANSWERS) ? 0.9 : 0.7,
    };
}

struct finds quote_turns(gly_doc *doc, const struct finds *finds)
{
    struct talk t = {0};
    struct finds out = {0};
    size_t f = 0;

    if (!is_talk(&t, doc))
        return *finds;
    out.list = gly_alloc(doc, (finds->count + t.count) * sizeof(*out.list));
    for (size_t i = 0; i < t.count; i++) {
        const struct line *line = &t.lines[i];
        bool turn = speaks(&t, line) && !is_marked(&t, line->content);
        gly_pos end;

        if (turn)
            i = turn_end(&t, i);
        end = t.tokens[t.lines[i].last - 1].end;
        if (turn)
            take_turn(&t, line, end, &out);
        for (; f < finds->count && finds->list[f].begin < end; f++)
            if (!turn)
                out.list[out.count++] = finds->list[f];
    }
    return out;
}

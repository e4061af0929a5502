/* protect.c: what a translator must leave as it is, in a layer "notranslate". */
#include "translate-marker.h"

#include <stdlib.h>
#include <string.h>

enum {
    FARTHEST = 40, /* tokens to the closing mark */
    LEAST_ASKED = 24,
};

struct keep {
    gly_pos begin, end;
    const char *kind, *lang; /* lang: or NULL */
    double score;
};

struct keeps {
    struct look *look;
    struct keep *list;
    size_t count, size;
};

static void add(struct keeps *k, gly_pos begin, gly_pos end, const char *kind,
                const char *lang, double score)
{
    if (k->count == k->size) {
        size_t size = k->size ? k->size * 2 : 32;
        struct keep *more = gly_alloc(k->look->doc, size * sizeof(*more));

        if (k->count)
            memcpy(more, k->list, k->count * sizeof(*more));
        k->list = more;
        k->size = size;
    }
    k->list[k->count++] = (struct keep){ begin, end, kind, lang, score };
}

/* ---- names and links, which others found ---- */

static void add_names(struct keeps *k)
{
    static const char *const kinds[] = { "PERSON", "ORG", "LOC", "GPE" };

    for (const gly_span *s = gly_spans(k->look->doc, "entities"); s;
         s = s->next)
        for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
            if (strcmp(s->kind, kinds[i]) == 0)
                add(k, s->begin, s->end, "name", NULL, s->score);
}

static const char *kind_of_link(const char *at, size_t len)
{
    if (*at == '@')
        return "handle";
    if (*at == '#')
        return "hashtag";
    return memchr(at, '@', len) && !memchr(at, '/', len) ? "email" : "url";
}

/* ---- words in quote marks or brackets that are of another language ---- */

static uint32_t closing_of(uint32_t c)
{
    switch (c) {
    case '"':
        return '"';
    case '(':
        return ')';
    case 0x2018:
        return 0x2019;
    case 0x201C:
        return 0x201D;
    case 0xAB:
        return 0xBB;
    default:
        return 0;
    }
}

/* Says it of the words that were found to be left untranslated. */
static void note_untranslated(struct look *l)
{
    size_t i = 0;

    for (size_t k = 0; k < l->find_count; k++) {
        const struct find *f = &l->finds[k];

        if (f->kind != UNTRANSLATED)
            continue;
        while (i < l->count && l->tokens[i].begin < f->begin)
            i++;
        for (; i < l->count && l->tokens[i].begin < f->end; i++)
            l->classes[i] |= FOREIGN;
    }
}

/* Whether it has a letter that is not ASCII; an apostrophe is none. */
static bool is_wide(const struct look *l, size_t i)
{
    const char *text = token_text(l, i);

    for (size_t k = 0; k < token_len(l, i); k++)
        if ((unsigned char)text[k] >= 0xC2 && (unsigned char)text[k] != 0xE2)
            return true;
    return false;
}

/* Whether tokens [i, end) are foreign; *lang is then the language, if known. */
static bool is_foreign(const struct look *l, size_t i, size_t end,
                       const char **lang)
{
    gly_pos begin = l->tokens[i].begin, len = l->tokens[end - 1].end - begin;
    const char *own = gly_get(l->doc, "lang", 0);
    size_t words = 0, small = 0, english = 0, other = 0;

    for (; i < end; i++) {
        uint32_t classes = l->classes[i];

        words += is_word(l, i);
        small += is_word(l, i) && !is_capital(l, i);
        english += (classes & FUNCTION) && !(classes & (RESIDUE | FOREIGN));
        other += (classes & FOREIGN) ||
                 (!is_capital(l, i) && ((classes & RESIDUE) ||
                                        ((classes & WIDE) && is_wide(l, i))));
    }
    *lang = NULL;
    if (words == 0 || (l->english && 5 * english > words))
        return false;
    if (len >= LEAST_ASKED)
        *lang = gly_language(l->text + begin, len, LEAST_ASKED, NULL);
    if (*lang && !gly_same_language(*lang, own ? own : "en"))
        return other > 0 || (small > 2 && 2 * small > words);
    *lang = NULL;
    return l->english && english == 0 && 2 * other >= words;
}

/* What the mark at i opens, if it is foreign. */
static void add_foreign(struct keeps *k, size_t i)
{
    const struct look *l = k->look;
    uint32_t closing = closing_of(sign_at(l, i));
    size_t end = i + 1;
    const char *lang;

    if (!closing || ends_apart(l, i) ||
        (closing == '"' && !(l->tokens[i].flags & GLY_SPACED)))
        return;
    while (end < i + FARTHEST && !begins_line(l, end) &&
           sign_at(l, end) != closing)
        end++;
    if (sign_at(l, end) != closing || begins_line(l, end))
        return;
    if (sign_at(l, end - 1) == ',') /* “la vida,” */
        end--;
    if (end > i + 1 && is_foreign(l, i + 1, end, &lang))
        add(k, l->tokens[i + 1].begin, l->tokens[end - 1].end, "foreign", lang,
            1);
}

static void look_at_all(struct keeps *k)
{
    const struct look *l = k->look;

    for (size_t i = 0; i < l->count; i++) {
        const gly_token *t = &l->tokens[i];

        if (t->type == GLY_LINK)
            add(k, t->begin, t->end,
                kind_of_link(l->text + t->begin, t->end - t->begin), NULL, 1);
        else if (t->type == GLY_SIGN)
            add_foreign(k, i);
    }
}

/* ---- pieces between spaces ---- */

struct piece {
    gly_pos begin, end;
    bool first, last; /* cut off from what stands before, behind */
};

static bool next_piece(const char *text, gly_pos *at, struct piece *p)
{
    gly_pos begin = *at + (gly_pos)strspn(text + *at, " \t\n");
    gly_pos end = begin + (gly_pos)strcspn(text + begin, " \t\n");

    *p = (struct piece){ .first = *at == 0, .last = text[end] != ' ' };
    for (gly_pos i = *at; i < begin; i++)
        p->first |= text[i] != ' ';
    *at = end;
    if (begin == end)
        return false;
    while (begin < end && strchr("(['\"", text[begin])) {
        begin++;
        p->first = true;
    }
    while (begin + 3 <= end && memcmp(text + begin, "\xE2\x80", 2) == 0 &&
           strchr("\x98\x9C", text[begin + 2])) {
        begin += 3;
        p->first = true;
    }
    p->begin = begin;
    p->end = end;
    return true;
}

/* Cuts off the marks and the "'s" behind it. */
static void cut_tail(const char *text, struct piece *p)
{
    bool bracket = memchr(text + p->begin, '(', p->end - p->begin) != NULL;
    gly_pos end = p->end;

    for (;;) {
        gly_pos len = end - p->begin;
        const char *tail = text + end;

        if (len > 1 && strchr(bracket ? ".,;:!?]'\"" : ".,;:!?)]'\"", tail[-1]))
            end--;
        else if (len > 3 && memcmp(tail - 3, "\xE2\x80", 2) == 0 &&
                 strchr("\x99\x9D", tail[-1]))
            end -= 3;
        else if (len > 4 && memcmp(tail - 4, "\xE2\x80\x99s", 4) == 0)
            end -= 4;
        else if (len > 2 && memcmp(tail - 2, "'s", 2) == 0)
            end -= 2;
        else
            break;
    }
    p->last |= end < p->end;
    p->end = end;
}

/* "x = 2y + 3": operands and operators by turns. */
struct chain {
    gly_pos begin, end; /* of what ends with an operand */
    size_t operands;
    bool open, equates; /* open: an operator was the last */
};

static void end_chain(struct keeps *k, struct chain *c)
{
    if (c->operands > 1 && c->equates)
        add(k, c->begin, c->end, "formula", NULL, 1);
    *c = (struct chain){ 0 };
}

static void add_to_chain(struct keeps *k, struct chain *c,
                         const struct piece *p)
{
    const char *at = k->look->text + p->begin;
    size_t len = p->end - p->begin;
    bool equates;

    if (p->first)
        end_chain(k, c);
    if (c->operands > 0 && !c->open && is_operator(at, len, &equates)) {
        c->open = true;
        c->equates |= equates;
    } else {
        if (!c->open || !is_operand(at, len))
            end_chain(k, c);
        if (!is_operand(at, len))
            return;
        if (c->operands++ == 0)
            c->begin = p->begin;
        c->end = p->end;
        c->open = false;
    }
    if (p->last)
        end_chain(k, c);
}

static void look_at_pieces(struct keeps *k)
{
    const char *text = k->look->text, *kind;
    struct chain chain = { 0 };
    struct piece p, before = { 0 };
    gly_pos at = 0;

    while (next_piece(text, &at, &p)) {
        cut_tail(text, &p);

        const char *begin = text + p.begin;
        size_t len = p.end - p.begin;

        add_to_chain(k, &chain, &p);
        if (!p.first && !before.last && *begin >= '0' && *begin <= '9' &&
            takes_number(text + before.begin, before.end - before.begin))
            add(k, before.begin, p.end, "identifier", NULL, 1);
        else if ((kind = shape_of(begin, len)) != NULL)
            add(k, p.begin, p.end, kind, NULL, 1);
        before = p;
    }
    end_chain(k, &chain);
}

/* What stands between backticks on one line, with them; not "I`ll". */
static void look_at_backticks(struct keeps *k)
{
    const char *text = k->look->text, *p = text;

    while ((p = strchr(p, '`')) != NULL) {
        size_t len = strcspn(p + 1, "`\n");
        const char *before = p, *after = p + len + 2;

        if (p[1 + len] == '`' && len > 0 && p[1] != ' ' &&
            !gly_is_letter(gly_char_before(text, before)) &&
            !gly_is_letter(gly_next_char(&after))) {
            gly_pos begin = (gly_pos)(p - text);

            add(k, begin, begin + (gly_pos)len + 2, "code", NULL, 1);
            p++;
        }
        p += 1 + len;
    }
}

/* ---- the layer ---- */

static int by_place(const void *a, const void *b)
{
    const struct keep *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return strcmp(x->kind, y->kind);
}

static void mark(struct look *l, const struct keep *k)
{
    gly_span *span = gly_mark(l->doc, "notranslate", k->begin, k->end, k->kind);

    span->score = k->score;
    gly_note_set(l->doc, span, "translate", "no");
    if (k->lang)
        gly_note_set(l->doc, span, "lang", k->lang);
}

/* Of two that overlap the longer one. */
static void mark_all(struct keeps *k)
{
    const struct keep *last = NULL;

    if (k->count > 0)
        qsort(k->list, k->count, sizeof(*k->list), by_place);
    for (size_t i = 0; i < k->count; i++) {
        const struct keep *next = &k->list[i];

        if (last && next->begin < last->end) {
            if (next->end - next->begin > last->end - last->begin)
                last = next;
            continue;
        }
        if (last)
            mark(k->look, last);
        last = next;
    }
    if (last)
        mark(k->look, last);
}

void protect(struct look *l)
{
    struct keeps all = { .look = l };

    note_untranslated(l);
    add_names(&all);
    look_at_all(&all);
    look_at_pieces(&all);
    look_at_backticks(&all);
    mark_all(&all);
}

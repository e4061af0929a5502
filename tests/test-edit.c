/* Edits, compared with a model that goes byte by byte. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* ---- the model ---- */

enum { MOST_BYTES = 4000, MOST_SPANS = 12, MOST_EDITS = 6 };

/* A byte of the text, and where it stood in the text first set. */
struct cell {
    char byte;
    gly_pos origin;
    bool kept;
    int from; /* index before the last edits, or -1 - the edit's number */
};

struct range {
    gly_pos begin, end;
    bool gone;
};

struct wish {
    gly_pos begin, end;
    const char *with;
};

struct model {
    struct cell cells[MOST_BYTES];
    gly_pos len;
    struct range spans[MOST_SPANS];
    gly_buf changes;
};

static gly_pos model_origin(const struct model *m, gly_pos pos)
{
    if (pos < m->len)
        return m->cells[pos].origin;
    if (m->len == 0)
        return 0;

    const struct cell *last = &m->cells[m->len - 1];

    return last->origin + (last->kept ? 1 : 0);
}

static gly_pos model_origin_end(const struct model *m, gly_pos begin,
                                gly_pos end)
{
    if (begin == end)
        return model_origin(m, end);
    return m->cells[end - 1].origin + (m->cells[end - 1].kept ? 1 : 0);
}

/* Two changes may touch, but not share a byte, nor one stand in the other. */
static bool are_in_conflict(const struct wish *a, const struct wish *b)
{
    if (a->begin == a->end || b->begin == b->end)
        return (a->begin < b->begin && b->end < a->end) ||
               (b->begin < a->begin && a->end < b->end);
    return a->begin < b->end && b->begin < a->end;
}

static bool are_valid(const struct model *m, const struct wish *w, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        gly_pos at[] = {w[i].begin, w[i].end};

        for (unsigned k = 0; k < 2; k++)
            if (at[k] > m->len || (at[k] < m->len &&
                                   (m->cells[at[k]].byte & 0xC0) == 0x80))
                return false;
        if (w[i].begin > w[i].end)
            return false;
        for (unsigned j = 0; j < i; j++)
            if (are_in_conflict(&w[i], &w[j]))
                return false;
    }
    return true;
}

static void sort_wishes(struct wish *w, unsigned n)
{
    for (unsigned i = 1; i < n; i++) {
        for (unsigned j = i; j > 0; j--) {
            struct wish t = w[j];

            if (w[j - 1].begin < t.begin ||
                (w[j - 1].begin == t.begin && w[j - 1].end <= t.end))
                break;
            w[j] = w[j - 1];
            w[j - 1] = t;
        }
    }
}

static void model_change(struct model *m, const struct wish *w)
{
    gly_buf_printf(&m->changes, "%u-%u '", model_origin(m, w->begin),
                   model_origin_end(m, w->begin, w->end));
    for (gly_pos i = w->begin; i < w->end; i++)
        gly_buf_add(&m->changes, &m->cells[i].byte, 1);
    gly_buf_printf(&m->changes, "' '%s' why\n", w->with);
}

/* Which bytes of the new text belong to a span: those kept of it, and those put
 * in by edits that lie within it. */
static bool belongs(const struct cell *c, const struct range *s,
                    const struct wish *w)
{
    if (c->from >= 0)
        return (gly_pos)c->from >= s->begin && (gly_pos)c->from < s->end;
    w += -1 - c->from;
    if (w->begin == w->end)
        return w->begin > s->begin && w->begin < s->end;
    return w->begin >= s->begin && w->end <= s->end;
}

static void model_span(struct range *s, const struct cell *cells, gly_pos len,
                       const struct wish *w)
{
    struct range old = *s;

    s->gone = true;
    for (gly_pos i = 0; i < len; i++) {
        if (!belongs(&cells[i], &old, w))
            continue;
        if (s->gone)
            s->begin = i;
        s->end = i + 1;
        s->gone = false;
    }
}

static void model_commit(struct model *m, struct wish *w, unsigned n)
{
    static struct cell cells[MOST_BYTES];
    gly_pos len = 0, read = 0;

    sort_wishes(w, n);
    for (unsigned i = 0; i < n; i++)
        model_change(m, &w[i]);
    for (unsigned i = 0; i <= n; i++) {
        for (; read < (i < n ? w[i].begin : m->len); read++) {
            cells[len] = m->cells[read];
            cells[len++].from = (int)read;
        }
        for (const char *p = i < n ? w[i].with : ""; *p; p++)
            cells[len++] = (struct cell){
                *p, model_origin(m, w[i].begin), false, -1 - (int)i};
        if (i < n)
            read = w[i].end;
    }
    for (unsigned i = 0; i < MOST_SPANS; i++)
        if (!m->spans[i].gone)
            model_span(&m->spans[i], cells, len, w);
    memcpy(m->cells, cells, len * sizeof(*cells));
    m->len = len;
}

/* ---- the comparison ---- */

static void compare_text(const struct model *m, const gly_doc *doc)
{
    gly_pos len;
    const char *text = gly_text(doc, &len);

    cr_assert(eq(u32, len, m->len));
    cr_assert(eq(chr, text[len], '\0'));
    for (gly_pos i = 0; i < len; i++)
        cr_assert(eq(chr, text[i], m->cells[i].byte));
    for (gly_pos i = 0; i <= len; i++)
        cr_assert(eq(u32, gly_origin(doc, i), model_origin(m, i)));
}

static void compare_spans(const struct model *m, const gly_doc *doc)
{
    unsigned left = 0, found = 0;

    for (unsigned i = 0; i < MOST_SPANS; i++)
        left += !m->spans[i].gone;
    for (const gly_span *s = gly_spans(doc, "x"); s; s = s->next, found++) {
        const struct range *r = &m->spans[atoi(s->kind)];

        cr_assert(not(r->gone), "span %s is still there", s->kind);
        cr_assert(eq(u32, s->begin, r->begin), "span %s", s->kind);
        cr_assert(eq(u32, s->end, r->end), "span %s", s->kind);
        cr_assert(s->next == NULL || s->begin < s->next->begin ||
                  (s->begin == s->next->begin && s->end >= s->next->end));
    }
    cr_assert(eq(uint, found, left));
}

static char *print_changes(const gly_doc *doc)
{
    gly_buf out = {0};

    gly_buf_puts(&out, "");
    for (const gly_change *c = gly_changes(doc); c; c = c->next) {
        gly_buf_printf(&out, "%u-%u '", c->begin, c->end);
        gly_buf_add(&out, c->removed, c->removed_len);
        gly_buf_printf(&out, "' '%s' %s\n", c->with, c->why);
    }
    return out.data;
}

static void compare_all(const struct model *m, const gly_doc *doc)
{
    char *changes = print_changes(doc);

    compare_text(m, doc);
    compare_spans(m, doc);
    cr_assert(eq(str, changes, m->changes.data));
    free(changes);
}

static void begin_model(struct model *m, gly_doc *doc, struct dice *dice)
{
    char *text = random_text(dice, roll(dice, 20));

    *m = (struct model){.len = (gly_pos)strlen(text)};
    gly_buf_puts(&m->changes, "");
    gly_text_set(doc, text, m->len);
    for (gly_pos i = 0; i < m->len; i++)
        m->cells[i] = (struct cell){text[i], i, true, 0};
    for (unsigned i = 0; i < MOST_SPANS; i++) {
        struct range *s = &m->spans[i];
        char kind[8];

        s->gone = m->len == 0;
        if (s->gone)
            continue;
        s->begin = roll(dice, m->len);
        s->end = s->begin + 1 + roll(dice, m->len - s->begin);
        while (((unsigned char)text[s->begin] & 0xC0) == 0x80)
            s->begin--;
        while (((unsigned char)text[s->end] & 0xC0) == 0x80)
            s->end--;
        s->gone = s->begin == s->end;
        if (s->gone)
            continue;
        snprintf(kind, sizeof(kind), "%u", i);
        gly_mark(doc, "x", s->begin, s->end, kind);
    }
    free(text);
}

static unsigned wish_some(struct wish *w, const struct model *m,
                          struct dice *dice)
{
    static const char *const withs[] = {"", "", "x", "yz", "é", "😀\n"};
    unsigned n = roll(dice, MOST_EDITS);

    for (unsigned i = 0; i < n; i++) {
        w[i].begin = roll(dice, m->len + 1);
        w[i].end = w[i].begin + roll(dice, 4);
        if (roll(dice, 3) == 0)
            w[i].end = w[i].begin;
        w[i].with = withs[roll(dice, 6)];
    }
    return n;
}

Test(edit, random_edits_do_what_the_model_does)
{
    static struct model m;
    struct dice dice = {0};
    unsigned committed = 0, refused = 0;

    for (unsigned turn = 0; turn < 6000; turn++) {
        gly_doc *doc = doc_new();

        begin_model(&m, doc, &dice);
        for (unsigned commit = 0; commit < 4; commit++) {
            struct wish w[MOST_EDITS];
            unsigned n = wish_some(w, &m, &dice);
            bool valid = are_valid(&m, w, n);
            gly_edit *edit = gly_edit_begin(doc);

            for (unsigned i = 0; i < n; i++)
                gly_edit_replace(edit, w[i].begin, w[i].end, w[i].with, "why");
            cr_assert(eq(int, gly_edit_commit(edit), valid ? 0 : -EINVAL));
            if (valid)
                model_commit(&m, w, n);
            *(valid ? &committed : &refused) += n > 0;
            compare_all(&m, doc);
        }
        gly_buf_finish(&m.changes);
        doc_free(doc);
    }
    cr_assert(gt(uint, committed, 3000));
    cr_assert(gt(uint, refused, 3000));
}

/* ---- by hand ---- */

static int change(gly_doc *doc, gly_pos begin, gly_pos end, const char *with)
{
    gly_edit *edit = gly_edit_begin(doc);

    gly_edit_replace(edit, begin, end, with, "why");
    return gly_edit_commit(edit);
}

Test(edit, a_commit_without_changes_does_nothing)
{
    gly_doc *doc = doc_of("text");

    cr_expect(eq(int, gly_edit_commit(gly_edit_begin(doc)), 0));
    cr_expect(eq(str, text_of(doc), "text"));
    cr_expect(eq(ptr, (void *)gly_changes(doc), NULL));
    doc_free(doc);
}

Test(edit, overlapping_changes_are_refused_and_the_text_stays)
{
    gly_doc *doc = doc_of("Kim spoke.");
    gly_edit *edit = gly_edit_begin(doc);

    gly_mark(doc, "x", 0, 3, "k");
    gly_edit_replace(edit, 4, 8, "a", "one");
    gly_edit_replace(edit, 0, 5, "b", "two");
    cr_expect(eq(int, gly_edit_commit(edit), -EINVAL));
    cr_expect(eq(str, text_of(doc), "Kim spoke."));
    cr_expect(eq(u32, gly_spans(doc, "x")->end, 3));
    cr_expect(eq(ptr, (void *)gly_changes(doc), NULL));
    doc_free(doc);
}

Test(edit, changes_that_are_not_in_the_text_or_split_a_character_are_refused)
{
    static const struct {
        gly_pos begin, end;
        int result;
    } rows[] = {
        { 1, 3, 0 },       { 2, 3, -EINVAL },  { 1, 2, -EINVAL },
        { 4, 4, 0 },       { 4, 5, -EINVAL },  { 5, 5, -EINVAL },
        { 3, 1, -EINVAL }, { 0, 9, -EINVAL },  { UINT32_MAX, 0, -EINVAL },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gly_doc *doc = doc_of("aéb");

        cr_expect(eq(int, change(doc, rows[i].begin, rows[i].end, "x"),
                     rows[i].result), "row %zu", i);
        doc_free(doc);
    }
}

Test(edit, positions_keep_their_meaning_until_the_commit)
{
    gly_doc *doc = doc_of("one two three");
    gly_edit *edit = gly_edit_begin(doc);

    gly_edit_replace(edit, 8, 13, "3", "number");
    gly_edit_replace(edit, 0, 3, "1", "number");
    gly_edit_replace(edit, 4, 7, "2", "number");
    cr_expect(eq(str, text_of(doc), "one two three"));
    cr_expect(eq(int, gly_edit_commit(edit), 0));
    cr_expect(eq(str, text_of(doc), "1 2 3"));
    doc_free(doc);
}

Test(edit, texts_put_in_at_one_place_stand_as_they_were_gathered)
{
    gly_doc *doc = doc_of("ac");
    gly_edit *edit = gly_edit_begin(doc);

    gly_edit_replace(edit, 1, 1, "1", "first");
    gly_edit_replace(edit, 1, 2, "C", "replaced");
    gly_edit_replace(edit, 1, 1, "2", "second");
    cr_expect(eq(int, gly_edit_commit(edit), 0));
    cr_expect(eq(str, text_of(doc), "a12C"));
    doc_free(doc);
}

Test(edit, the_words_of_a_change_are_copied)
{
    gly_doc *doc = doc_of("ab");
    gly_edit *edit = gly_edit_begin(doc);
    char with[] = "with", why[] = "why";

    gly_edit_replace(edit, 1, 1, with, why);
    strcpy(with, "gone");
    strcpy(why, "???");
    gly_edit_commit(edit);
    cr_expect(eq(str, text_of(doc), "awithb"));
    cr_expect(eq(str, (char *)gly_changes(doc)->why, "why"));
    doc_free(doc);
}

Test(edit, a_change_bears_the_stage_that_made_it)
{
    gly_doc *doc = doc_of("ab");

    doc->stage = "clean";
    change(doc, 0, 1, "");
    doc->stage = "other";
    change(doc, 0, 1, "");
    cr_expect(eq(str, (char *)gly_changes(doc)->stage, "clean"));
    cr_expect(eq(str, (char *)gly_changes(doc)->next->stage, "other"));
    doc_free(doc);
}

Test(edit, origins_lead_through_several_commits)
{
    gly_doc *doc = doc_of("0123456789");

    change(doc, 2, 4, "");     /* 01456789 */
    change(doc, 0, 1, "ab");   /* ab1456789 */
    change(doc, 4, 5, "");     /* ab146789 */
    cr_expect(eq(str, text_of(doc), "ab146789"));
    static const gly_pos origins[] = {0, 0, 1, 4, 6, 7, 8, 9, 10};
    for (gly_pos i = 0; i < 9; i++)
        cr_expect(eq(u32, gly_origin(doc, i), origins[i]), "at %u", i);

    const gly_change *third = gly_changes(doc)->next->next;

    cr_expect(eq(u32, third->begin, 5));
    cr_expect(eq(u32, third->end, 6));
    doc_free(doc);
}

Test(edit, tokens_and_counts_are_those_of_the_new_text)
{
    gly_doc *doc = doc_of("é one two");
    size_t count;

    gly_tokens(doc, &count);
    cr_expect(eq(sz, count, 3));
    cr_expect(eq(u32, gly_codepoint(doc, 10), 9));
    change(doc, 0, 3, "");
    gly_tokens(doc, &count);
    cr_expect(eq(sz, count, 2));
    cr_expect(eq(u32, gly_codepoint(doc, 7), 7));
    doc_free(doc);
}

Test(edit, all_text_can_be_taken_and_other_put_in)
{
    gly_doc *doc = doc_of("old");

    cr_expect(eq(int, change(doc, 0, 3, ""), 0));
    cr_expect(eq(str, text_of(doc), ""));
    cr_expect(eq(int, change(doc, 0, 0, "new"), 0));
    cr_expect(eq(str, text_of(doc), "new"));
    cr_expect(eq(u32, gly_origin(doc, 2), 0));
    doc_free(doc);
}

Test(edit, an_edit_can_be_used_again_after_its_commit)
{
    gly_doc *doc = doc_of("abc");
    gly_edit *edit = gly_edit_begin(doc);

    gly_edit_replace(edit, 0, 1, "", "one");
    cr_expect(eq(int, gly_edit_commit(edit), 0));
    gly_edit_replace(edit, 0, 1, "", "two");
    cr_expect(eq(int, gly_edit_commit(edit), 0));
    cr_expect(eq(str, text_of(doc), "c"));
    doc_free(doc);
}

Test(edit, a_hundred_thousand_changes_are_made_at_once)
{
    enum { COUNT = 100000 };
    gly_buf text = {0}, expected = {0};

    for (unsigned i = 0; i < COUNT; i++) {
        gly_buf_puts(&text, "ab");
        gly_buf_puts(&expected, "aX");
    }

    gly_doc *doc = doc_of(text.data);
    gly_edit *edit = gly_edit_begin(doc);

    for (gly_pos i = COUNT; i-- > 0;) {
        gly_edit_replace(edit, 2 * i + 1, 2 * i + 2, "X", "why");
        if (i % 100 == 0)
            gly_mark(doc, "x", 2 * i, 2 * i + 2, "k");
    }
    cr_expect(eq(int, gly_edit_commit(edit), 0));
    cr_expect(eq(str, text_of(doc), expected.data));
    cr_expect(eq(u32, gly_origin(doc, 2 * COUNT - 1), 2 * COUNT - 1));
    gly_buf_finish(&text);
    gly_buf_finish(&expected);
    doc_free(doc);
}

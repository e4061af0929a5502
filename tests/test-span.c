#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

/* "0-3 a, 1-2 b" for the spans of a layer. */
static char *drawn(const gly_doc *doc, const char *layer)
{
    static char buf[4096];
    size_t n = 0;

    buf[0] = '\0';
    for (const gly_span *s = gly_spans(doc, layer); s; s = s->next)
        n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%u-%u %s",
                              n ? ", " : "", s->begin, s->end, s->kind);
    return buf;
}

Test(span, spans_stand_by_begin_then_longest_first_however_they_come)
{
    static const struct {
        gly_pos begin, end;
    } marks[] = {
        { 4, 6 }, { 0, 2 }, { 4, 9 }, { 0, 9 }, { 4, 4 }, { 2, 3 }, { 0, 2 },
    };
    gly_doc *doc = doc_of("0123456789");

    for (size_t i = 0; i < 7; i++)
        gly_mark(doc, "x", marks[i].begin, marks[i].end,
                 (char[]){(char)('a' + i), 0});
    cr_expect(eq(str, drawn(doc, "x"),
                 "0-9 d, 0-2 b, 0-2 g, 2-3 f, 4-9 c, 4-6 a, 4-4 e"));
    doc_free(doc);
}

static bool is_sorted(const gly_span *s)
{
    for (; s && s->next; s = s->next)
        if (s->begin > s->next->begin ||
            (s->begin == s->next->begin && s->end < s->next->end))
            return false;
    return true;
}

Test(span, random_marks_and_unmarks_keep_the_order_and_the_count)
{
    struct dice dice = {11};
    char text[101];

    memset(text, 'x', 100);
    text[100] = '\0';
    for (unsigned turn = 0; turn < 200; turn++) {
        gly_doc *doc = doc_of(text);
        gly_span *all[60];
        unsigned count = 0;

        for (unsigned i = 0; i < 60; i++) {
            if (count > 0 && roll(&dice, 3) == 0) {
                unsigned k = roll(&dice, count);

                gly_unmark(doc, "x", all[k]);
                all[k] = all[--count];
                continue;
            }

            gly_pos begin = roll(&dice, 101);

            all[count++] = gly_mark(doc, "x", begin,
                                    begin + roll(&dice, 101 - begin), "k");
        }

        unsigned left = 0;

        for (const gly_span *s = gly_spans(doc, "x"); s; s = s->next)
            left++;
        cr_assert(eq(uint, left, count));
        cr_assert(is_sorted(gly_spans(doc, "x")));
        doc_free(doc);
    }
}

Test(span, a_new_span_has_score_1_and_no_name_parts_or_notes)
{
    gly_doc *doc = doc_of("Kim");
    const gly_span *s = gly_mark(doc, "entities", 0, 3, "PERSON");

    cr_expect(epsilon_eq(dbl, s->score, 1, 0));
    cr_expect(eq(ptr, (void *)s->name, NULL));
    cr_expect(eq(ptr, s->parts, NULL));
    cr_expect(eq(ptr, s->notes, NULL));
    cr_expect(eq(ptr, gly_part(s, "speaker"), NULL));
    cr_expect(eq(ptr, (void *)gly_note_get(s, "why"), NULL));
    doc_free(doc);
}

Test(span, layers_are_apart)
{
    gly_doc *doc = doc_of("Kim spoke");
    gly_span *a = gly_mark(doc, "a", 0, 3, "x");

    gly_mark(doc, "b", 4, 9, "y");
    gly_unmark(doc, "b", a);
    gly_unmark(doc, "nobody", a);
    cr_expect(eq(str, drawn(doc, "a"), "0-3 x"));
    cr_expect(eq(str, drawn(doc, "b"), "4-9 y"));
    cr_expect(eq(str, drawn(doc, "nobody"), ""));
    doc_free(doc);
}

Test(span, the_last_mark_can_be_taken_away_and_others_made_after_it)
{
    gly_doc *doc = doc_of("0123456789");

    gly_mark(doc, "x", 0, 1, "a");
    gly_unmark(doc, "x", gly_mark(doc, "x", 5, 6, "b"));
    gly_mark(doc, "x", 3, 4, "c");
    gly_unmark(doc, "x", gly_spans(doc, "x"));
    gly_unmark(doc, "x", gly_spans(doc, "x"));
    cr_expect(eq(str, drawn(doc, "x"), ""));
    gly_mark(doc, "x", 1, 2, "d");
    cr_expect(eq(str, drawn(doc, "x"), "1-2 d"));
    doc_free(doc);
}

Test(span, the_first_part_of_a_role_is_found)
{
    gly_doc *doc = doc_of("“No,” said Kim and Lee.");
    gly_span *whole = gly_mark(doc, "quotes", 0, 9, "direct");
    gly_span *kim = gly_mark_part(doc, whole, "speaker", 15, 18);
    gly_span *cue = gly_mark_part(doc, whole, "cue", 10, 14);

    gly_mark_part(doc, whole, "speaker", 23, 26);
    cr_expect(eq(ptr, gly_part(whole, "speaker"), kim));
    cr_expect(eq(ptr, gly_part(whole, "cue"), cue));
    cr_expect(eq(ptr, gly_part(whole, "nobody"), NULL));
    doc_free(doc);
}

Test(span, a_note_is_set_and_replaced)
{
    gly_doc *doc = doc_of("Kim");
    gly_span *s = gly_mark(doc, "x", 0, 3, "k");

    gly_note_set(doc, s, "why", "guess");
    gly_note_set(doc, s, "id", "7");
    gly_note_set(doc, s, "why", "list");
    cr_expect(eq(str, (char *)gly_note_get(s, "why"), "list"));
    cr_expect(eq(str, (char *)gly_note_get(s, "id"), "7"));
    cr_expect(eq(ptr, s->notes->next->next, NULL));
    doc_free(doc);
}

/* ---- moved by edits ---- */

/* Text, one span by brackets, edits "begin-end with": the span after them. */
static const struct {
    const char *name;
    gly_pos begin, end;
    struct {
        gly_pos begin, end;
        const char *with;
    } edits[3];
    const char *after;
} moves[] = {
    { "text put in before", 3, 6, { { 0, 0, "ab" } }, "5-8" },
    { "text put in at its begin", 3, 6, { { 3, 3, "ab" } }, "5-8" },
    { "text put in at its end", 3, 6, { { 6, 6, "ab" } }, "3-6" },
    { "text put in within", 3, 6, { { 4, 4, "ab" } }, "3-8" },
    { "text taken behind", 3, 6, { { 6, 8, "" } }, "3-6" },
    { "text taken before", 3, 6, { { 0, 3, "" } }, "0-3" },
    { "its begin taken", 3, 6, { { 3, 4, "" } }, "3-5" },
    { "its end taken", 3, 6, { { 5, 6, "" } }, "3-5" },
    { "all of it taken", 3, 6, { { 3, 6, "" } }, "" },
    { "more than it taken", 3, 6, { { 2, 7, "" } }, "" },
    { "more than it replaced", 3, 6, { { 2, 7, "abcde" } }, "" },
    { "all of it replaced", 3, 6, { { 3, 6, "ab" } }, "3-5" },
    { "replaced over its begin", 3, 6, { { 2, 4, "ab" } }, "4-6" },
    { "replaced over its end", 3, 6, { { 5, 7, "abc" } }, "3-5" },
    { "replaced from its begin past its end", 3, 6, { { 3, 7, "ab" } }, "" },
    { "replaced from before to its end", 3, 6, { { 2, 6, "ab" } }, "" },
    { "taken in two pieces", 3, 6, { { 2, 4, "" }, { 4, 6, "" } }, "" },
    { "both edges taken", 3, 6, { { 2, 4, "" }, { 5, 8, "" } }, "2-3" },
    { "edges and middle", 3, 6,
      { { 3, 3, "<" }, { 4, 5, "mid" }, { 6, 6, ">" } }, "4-9" },
    { "an empty span, text put in there", 3, 3, { { 3, 3, "ab" } }, "3-3" },
    { "an empty span, text taken about it", 3, 3, { { 2, 4, "" } }, "" },
    { "an empty span, text taken behind", 3, 3, { { 3, 5, "" } }, "3-3" },
    { "an empty span, text taken before", 3, 3, { { 1, 3, "" } }, "1-1" },
    { "everything taken", 0, 10, { { 0, 10, "" } }, "" },
    { "everything kept, text about it", 0, 10,
      { { 0, 0, "ab" }, { 10, 10, "c" } }, "2-12" },
};

static void check_move(size_t row, bool as_part)
{
    gly_doc *doc = doc_of("0123456789");
    gly_edit *edit = gly_edit_begin(doc);
    char after[32] = "";

    if (as_part)
        gly_mark_part(doc, gly_mark(doc, "whole", 9, 10, "w"), "p",
                      moves[row].begin, moves[row].end);
    else
        gly_mark(doc, "x", moves[row].begin, moves[row].end, "k");
    for (size_t i = 0; i < 3 && moves[row].edits[i].with; i++)
        gly_edit_replace(edit, moves[row].edits[i].begin,
                         moves[row].edits[i].end, moves[row].edits[i].with,
                         "test");
    cr_assert(eq(int, gly_edit_commit(edit), 0));

    const gly_span *whole = gly_spans(doc, "whole");
    const gly_span *s = as_part ? whole ? whole->parts : NULL
                                : gly_spans(doc, "x");

    if (s)
        snprintf(after, sizeof(after), "%u-%u", s->begin, s->end);
    if (!as_part || whole)
        cr_expect(eq(str, after, (char *)moves[row].after), "%s%s",
                  moves[row].name, as_part ? ", of a part" : "");
    doc_free(doc);
}

Test(span, edits_move_shrink_and_end_spans)
{
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
        check_move(i, false);
}

Test(span, edits_move_shrink_and_end_parts_likewise)
{
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
        check_move(i, true);
}

Test(span, parts_of_parts_move_too)
{
    gly_doc *doc = doc_of("0123456789");
    gly_span *whole = gly_mark(doc, "x", 2, 9, "w");
    gly_span *part = gly_mark_part(doc, whole, "p", 3, 8);
    gly_edit *edit = gly_edit_begin(doc);

    gly_mark_part(doc, part, "q", 4, 6);
    gly_edit_replace(edit, 0, 2, "", "test");
    gly_edit_commit(edit);
    cr_expect(eq(u32, whole->parts->parts->begin, 2));
    cr_expect(eq(u32, whole->parts->parts->end, 4));
    doc_free(doc);
}

Test(span, spans_that_come_to_begin_together_stand_longest_first)
{
    gly_doc *doc = doc_of("0123456789");
    gly_edit *edit = gly_edit_begin(doc);

    gly_mark(doc, "x", 2, 5, "short");
    gly_mark(doc, "x", 3, 9, "long");
    gly_edit_replace(edit, 2, 4, "", "test");
    gly_edit_commit(edit);
    cr_expect(eq(str, drawn(doc, "x"), "2-7 long, 2-3 short"));
    gly_mark(doc, "x", 8, 8, "later");
    gly_mark(doc, "x", 0, 1, "sooner");
    cr_expect(eq(str, drawn(doc, "x"),
                 "0-1 sooner, 2-7 long, 2-3 short, 8-8 later"));
    doc_free(doc);
}

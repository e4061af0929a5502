/* Where a text stood in what was fetched: through edits and two conversions. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/record.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* "[from,to)" or "?". */
static void expect_fetched(const gly_doc *doc, gly_pos begin, gly_pos end,
                           const char *expected)
{
    gly_pos from, to;
    gly_buf out = {0};

    if (gly_fetched(doc, begin, end, &from, &to))
        gly_buf_printf(&out, "[%u,%u)", from, to);
    else
        gly_buf_puts(&out, "?");
    cr_expect(eq(str, out.data, (char *)expected), "of [%u,%u)", begin, end);
    gly_buf_finish(&out);
}

static void change(gly_doc *doc, gly_pos begin, gly_pos end, const char *with)
{
    gly_edit *edit = gly_edit_begin(doc);

    gly_edit_replace(edit, begin, end, with, "why");
    cr_assert(eq(int, gly_edit_commit(edit), 0));
}

/* As a stage makes a text of a page. */
static gly_doc *doc_of_page(const char *page, const char *text)
{
    gly_doc *doc = doc_new();

    gly_raw_set(doc, page, strlen(page), "text/html");
    doc->at_source = false;
    gly_text_set(doc, text, strlen(text));
    return doc;
}

Test(origin, what_the_source_brought_is_as_it_was_fetched)
{
    gly_doc *doc = doc_of("Kim left.");

    expect_fetched(doc, 0, 3, "[0,3)");
    expect_fetched(doc, 0, 9, "[0,9)");
    expect_fetched(doc, 4, 4, "?");
    doc_free(doc);
}

Test(origin, of_a_text_that_a_stage_set_nothing_is_known)
{
    gly_doc *doc = doc_of_page("<p>Kim", "Kim");

    expect_fetched(doc, 0, 3, "?");
    gly_text_set(doc, "Kim", 3);
    expect_fetched(doc, 0, 3, "?");
    doc_free(doc);
}

Test(origin, a_text_set_again_is_another_one)
{
    gly_doc *doc = doc_of("Kim");
    gly_origins *origins = gly_origins_new(doc);

    gly_origins_add(origins, 0, 3, 7, 3);
    gly_text_from(doc, origins);
    expect_fetched(doc, 0, 3, "[7,10)");
    gly_text_set(doc, "Kim", 3);
    expect_fetched(doc, 0, 3, "[0,3)");
    doc_free(doc);
}

Test(origin, what_was_never_added_is_not_known)
{
    gly_doc *doc = doc_of_page("<p>Kim</p><p>left", "Kim\n\nleft");
    gly_origins *origins = gly_origins_new(doc);

    gly_origins_add(origins, 0, 3, 3, 3);
    gly_origins_add(origins, 5, 4, 13, 4);
    gly_text_from(doc, origins);
    expect_fetched(doc, 0, 3, "[3,6)");
    expect_fetched(doc, 5, 9, "[13,17)");
    expect_fetched(doc, 0, 9, "[3,17)");
    expect_fetched(doc, 3, 5, "?");
    expect_fetched(doc, 0, 4, "?");
    expect_fetched(doc, 4, 9, "?");
    expect_fetched(doc, 9, 10, "?");
    doc_free(doc);
}

Test(origin, what_is_longer_or_shorter_came_as_one)
{
    gly_doc *doc = doc_of_page("a&amp;b&nbsp;\xc3\xa9", "a&b\xc2\xa0\xc3\xa9");
    gly_origins *origins = gly_origins_new(doc);

    gly_origins_add(origins, 0, 1, 0, 1);
    gly_origins_add(origins, 1, 1, 1, 5);
    gly_origins_add(origins, 2, 1, 6, 1);
    gly_origins_add(origins, 3, 2, 7, 6);
    gly_origins_add(origins, 5, 2, 13, 2);
    gly_text_from(doc, origins);
    expect_fetched(doc, 0, 7, "[0,15)");
    expect_fetched(doc, 1, 2, "[1,6)");
    expect_fetched(doc, 2, 3, "[6,7)");
    expect_fetched(doc, 3, 5, "[7,13)");
    expect_fetched(doc, 5, 7, "[13,15)");
    doc_free(doc);
}

Test(origin, the_way_leads_through_the_page_to_the_file)
{
    /* windows-1252: "<p>\xe9t\xe9 &amp; \xe9" behind a line of five bytes */
    gly_doc *doc = doc_new();
    gly_origins *raw = gly_origins_new(doc), *text = gly_origins_new(doc);

    gly_raw_set(doc, "<p>\xc3\xa9t\xc3\xa9 &amp; \xc3\xa9", 17, "text/html");
    gly_origins_add(raw, 0, 3, 5, 3);
    gly_origins_add(raw, 3, 2, 8, 1);
    gly_origins_add(raw, 5, 1, 9, 1);
    gly_origins_add(raw, 6, 2, 10, 1);
    gly_origins_add(raw, 8, 7, 11, 7);
    gly_origins_add(raw, 15, 2, 18, 1);
    gly_raw_from(doc, raw);
    doc->at_source = false;
    gly_text_set(doc, "\xc3\xa9t\xc3\xa9 & \xc3\xa9", 10);
    gly_origins_add(text, 0, 6, 3, 6);
    gly_origins_add(text, 6, 1, 9, 5);
    gly_origins_add(text, 7, 3, 14, 3);
    gly_text_from(doc, text);
    expect_fetched(doc, 0, 2, "[8,9)");
    expect_fetched(doc, 0, 5, "[8,11)");
    expect_fetched(doc, 6, 7, "[12,17)");
    expect_fetched(doc, 8, 10, "[18,19)");
    expect_fetched(doc, 0, 10, "[8,19)");
    doc_free(doc);
}

Test(origin, what_edits_put_in_at_the_edges_is_passed_over)
{
    gly_doc *doc = doc_of("0123456789");

    change(doc, 2, 4, "ab");  /* 01ab456789 */
    change(doc, 6, 10, "cd"); /* 01ab45cd */
    change(doc, 0, 0, "e");   /* e01ab45cd */
    expect_fetched(doc, 0, 9, "[0,6)");
    expect_fetched(doc, 3, 9, "[4,6)");
    expect_fetched(doc, 0, 5, "[0,2)");
    expect_fetched(doc, 1, 3, "[0,2)");
    expect_fetched(doc, 3, 5, "?");
    expect_fetched(doc, 7, 9, "?");
    expect_fetched(doc, 0, 1, "?");
    doc_free(doc);
}

Test(origin, an_aside_is_a_part_of_its_document)
{
    gly_doc *doc = doc_of_page("<p>Ann &amp; Bo", "Ann & Bo");
    gly_origins *origins = gly_origins_new(doc);
    gly_doc *aside, *other;

    gly_origins_add(origins, 0, 4, 3, 4);
    gly_origins_add(origins, 4, 1, 7, 5);
    gly_origins_add(origins, 5, 3, 12, 3);
    gly_text_from(doc, origins);
    other = gly_aside_add(doc, "captions");
    gly_text_set(other, "x", 1);
    change(doc, 1, 3, "NN");
    aside = gly_aside_add(doc, "captions");
    gly_text_set(aside, "N & Bo", 6);
    gly_aside_from(aside, 2, 8);
    expect_fetched(other, 0, 1, "?");
    expect_fetched(aside, 0, 1, "?");
    expect_fetched(aside, 0, 6, "?");
    expect_fetched(aside, 1, 6, "[6,15)");
    expect_fetched(aside, 2, 3, "[7,12)");
    change(aside, 0, 2, "");
    expect_fetched(aside, 0, 4, "[7,15)");
    doc_free(doc);
}

Test(origin, an_aside_of_a_text_leads_to_it_too)
{
    gly_doc *doc = doc_of("A boat.\nKim left.");
    gly_doc *aside = gly_aside_add(doc, "captions");

    gly_text_set(aside, "Kim left.", 9);
    gly_aside_from(aside, 8, 17);
    expect_fetched(aside, 0, 3, "[8,11)");
    doc_free(doc);
}

Test(origin, what_is_beyond_any_sense_is_not_known)
{
    enum { MANY = 1 << 21 };
    gly_doc *doc = doc_of("ab");
    gly_origins *origins = gly_origins_new(doc);

    gly_origins_add(origins, 0, 1, 0, 1 << 17);
    gly_origins_add(origins, 1, 0, 5, 3);
    for (gly_pos i = 1; i < MANY; i++)
        gly_origins_add(origins, i, 1, 2 * i, 1);
    gly_text_from(doc, origins);
    expect_fetched(doc, 0, 1, "?");
    expect_fetched(doc, 1, 2, "[2,3)");
    doc_free(doc);
}

/* ---- a model that goes byte by byte ---- */

enum { MOST_BYTES = 600 };

struct place {
    gly_pos from, to; /* 0 and 0: not known */
};

struct model {
    struct place cells[MOST_BYTES];
    bool put_in[MOST_BYTES];
    gly_pos len;
};

static void begin_model(struct model *m, gly_doc *doc, struct dice *dice)
{
    char *text = random_text(dice, 20 + roll(dice, 40));
    gly_origins *origins = gly_origins_new(doc);
    gly_pos from = roll(dice, 5);

    *m = (struct model){.len = (gly_pos)strlen(text)};
    gly_text_set(doc, text, m->len);
    for (gly_pos at = 0, len; at < m->len; at += len) {
        const char *next = text + at;

        gly_next_char(&next);
        len = (gly_pos)(next - text) - at;
        if (roll(dice, 6) == 0)
            continue;

        bool alike = roll(dice, 3) > 0;
        gly_pos from_len = alike ? len : 1 + roll(dice, 4);

        from += roll(dice, 4) == 0 ? roll(dice, 9) : 0;
        gly_origins_add(origins, at, len, from, from_len);
        for (gly_pos i = 0; i < len; i++)
            m->cells[at + i] = from_len == len
                                   ? (struct place){from + i, from + i + 1}
                                   : (struct place){from, from + from_len};
        from += from_len;
    }
    gly_text_from(doc, origins);
    free(text);
}

static void model_change(struct model *m, gly_doc *doc, struct dice *dice)
{
    const char *text = gly_text(doc, NULL);
    gly_pos begin = roll(dice, m->len + 1), end = begin + roll(dice, 5);
    gly_pos with = roll(dice, 3);

    if (end > m->len || (text[begin] & 0xC0) == 0x80 ||
        (text[end] & 0xC0) == 0x80)
        return;
    change(doc, begin, end, &"xy"[2 - with]);
    memmove(m->cells + begin + with, m->cells + end,
            (m->len - end) * sizeof(*m->cells));
    memmove(m->put_in + begin + with, m->put_in + end, m->len - end);
    memset(m->put_in + begin, true, with);
    m->len += with - (end - begin);
}

static void compare(const struct model *m, const gly_doc *doc)
{
    for (gly_pos begin = 0; begin < m->len; begin++) {
        for (gly_pos end = begin; end <= m->len; end += 1 + end / 8) {
            gly_pos first = begin, last = end, from, to;

            while (first < last && m->put_in[first])
                first++;
            while (first < last && m->put_in[last - 1])
                last--;

            bool known = first < last && m->cells[first].to > 0 &&
                         m->cells[last - 1].to > 0;

            cr_assert(eq(int, gly_fetched(doc, begin, end, &from, &to), known));
            if (known) {
                cr_assert(eq(u32, from, m->cells[first].from));
                cr_assert(eq(u32, to, m->cells[last - 1].to));
            }
        }
    }
}

Test(origin, random_texts_lead_where_the_model_does)
{
    static struct model m;
    struct dice dice = {0};

    for (unsigned turn = 0; turn < 400; turn++) {
        gly_doc *doc = doc_new();

        begin_model(&m, doc, &dice);
        for (unsigned i = 0; i < 6; i++) {
            compare(&m, doc);
            model_change(&m, doc, &dice);
        }
        doc_free(doc);
    }
}

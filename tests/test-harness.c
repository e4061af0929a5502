#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <galley/harness.h>
#include <stdio.h>

#include "../core/harness.h"
#include "support.h"

static gly_doc *numbered(gly_harness *h, const char *number)
{
    gly_doc *doc = gly_harness_blank(h);

    gly_set(doc, "id", number);
    return doc;
}

Test(harness, verdicts_and_reasons_come_back)
{
    static const struct {
        const char *number, *error;
        int result;
    } rows[] = {
        { "1", "", GLY_PASS },
        { "2", "", GLY_DROP },
        { "3", "number 3 failed", -EINVAL },
        { "5", "", GLY_PASS },
        { "7", "broke at 7", -EIO },
    };
    gly_harness *h = gly_harness_open("fussy", "drop_every = 2; fail_every = 3;"
                                               "break_at = 7;");

    cr_expect(eq(ptr, gly_harness_doc(h), NULL));
    for (size_t i = 0; i < 5; i++) {
        gly_doc *doc = numbered(h, rows[i].number);

        cr_expect(eq(int, gly_harness_push_doc(h, doc), rows[i].result));
        cr_expect(eq(str, (char *)gly_harness_error(h),
                     (char *)rows[i].error));
        cr_expect(eq(ptr, gly_harness_doc(h), doc));
    }
    cr_expect(epsilon_eq(dbl, gly_harness_counted(h, "fussy"), 1, 0));
    cr_expect(epsilon_eq(dbl, gly_harness_counted(h, "nothing"), 0, 0));
    gly_harness_close(h);
    gly_harness_close(NULL);
}

Test(harness, what_is_refused_is_told)
{
    static const char *const rows[][3] = {
        { "fusy", NULL, "no plugin \"fusy\": did you mean \"fussy\"?" },
        { "fussy", "drop_evry = 1;", "settings:1: fussy: unknown setting "
          "\"drop_evry\": did you mean \"drop_every\"?" },
        { "fussy", "hold = 99;", "settings:1: fussy: hold = 99: must be 0 to "
          "64" },
        { "count-source", "acks = \"nowhere/acks\";",
          "count-source: cannot open nowhere/acks" },
    };
    char why[300];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect(gly_harness_try(rows[i][0], rows[i][1], why, sizeof(why)) ==
                  NULL);
        cr_expect(eq(str, why, (char *)rows[i][2]));
    }
}

Test(harness, texts_and_raw_bytes_are_pushed_as_new_documents)
{
    gly_harness *h = gly_harness_open("pass", NULL);

    cr_expect(eq(int, gly_harness_push(h, "text"), GLY_PASS));
    cr_expect(eq(str, text_of(gly_harness_doc(h)), "text"));
    cr_expect(eq(int, gly_harness_push_raw(h, "<p>", "text/html"), GLY_PASS));
    cr_expect(eq(str, text_of(gly_harness_doc(h)), ""));
    cr_expect(eq(str, (char *)gly_raw(gly_harness_doc(h), NULL), "<p>"));
    cr_expect(eq(str, (char *)gly_raw_type(gly_harness_doc(h)), "text/html"));
    gly_harness_close(h);
}

Test(harness, a_document_goes_through_several_harnesses)
{
    gly_harness *a = gly_harness_open("pass", NULL);
    gly_harness *b = gly_harness_open("fussy", NULL);
    gly_doc *doc = numbered(a, "1");

    cr_expect(eq(int, gly_harness_push_doc(a, doc), GLY_PASS));
    cr_expect(eq(int, gly_harness_push_doc(b, doc), GLY_PASS));
    cr_expect(eq(str, (char *)gly_get(doc, "seen", 0), "yes"));
    gly_harness_close(b);
    cr_expect(eq(str, (char *)gly_get(doc, "seen", 0), "yes"));
    gly_harness_close(a);
}

Test(harness, held_documents_are_released_by_flush)
{
    gly_harness *h = gly_harness_open("fussy", "hold = 2;");
    gly_doc *one = numbered(h, "1"), *two = numbered(h, "2");
    gly_doc *three = numbered(h, "3");

    cr_expect(eq(int, gly_harness_push_doc(h, one), GLY_HOLD));
    cr_expect(one->trip.held);
    cr_expect(eq(int, gly_harness_push_doc(h, two), GLY_HOLD));
    cr_expect(not(one->trip.held));
    cr_expect(eq(int, gly_harness_push_doc(h, three), GLY_HOLD));
    cr_expect(three->trip.held);
    cr_expect(eq(int, gly_harness_flush(h), 0));
    cr_expect(not(three->trip.held));
    gly_harness_close(h);
}

Test(harness, a_source_is_pulled_and_acked)
{
    gly_harness *h = gly_harness_open("count-source",
                                      "count = 20; refuse_every = 5;");

    for (unsigned i = 0; i < 20; i++) {
        char number[12], refusal[40] = "";
        gly_doc *doc = gly_harness_pull(h);

        cr_assert(doc != NULL);
        snprintf(number, sizeof(number), "%u", i);
        if ((i + 1) % 5 == 0)
            snprintf(refusal, sizeof(refusal), "number %u refused", i);
        cr_expect(eq(str, text_of(doc), number));
        cr_expect(eq(str, (char *)gly_harness_error(h), refusal));
        cr_expect(epsilon_eq(dbl, gly_harness_counted(h, "acked"), i, 0));
    }
    cr_expect(eq(ptr, gly_harness_pull(h), NULL));
    cr_expect(epsilon_eq(dbl, gly_harness_counted(h, "acked"), 20, 0));
    cr_expect(eq(ptr, gly_harness_pull(h), NULL));
    gly_harness_close(h);
}

Test(harness, a_source_that_breaks_gives_no_more)
{
    gly_harness *h = gly_harness_open("count-source",
                                      "break_at = 1; most = 1;");

    cr_expect(gly_harness_pull(h) != NULL);
    cr_expect(gly_harness_pull(h) == NULL);
    cr_expect(eq(str, (char *)gly_harness_error(h), "broke at 1"));
    gly_harness_close(h);
}

Test(harness, pushing_to_a_source_and_pulling_from_a_stage_fail)
{
    gly_harness *source = gly_harness_open("count-source", NULL);
    gly_harness *stage = gly_harness_open("pass", NULL);

    cr_expect(eq(int, gly_harness_push(source, "x"), -ENOSYS));
    cr_expect(eq(ptr, gly_harness_pull(stage), NULL));
    gly_harness_close(source);
    gly_harness_close(stage);
}

/* ---- drawing ---- */

struct mark {
    const char *kind;
    gly_pos begin, end;
    const char *name;
    const char *part;
    gly_pos part_begin, part_end;
};

static const struct {
    const char *text;
    struct mark marks[3];
    const char *plain, *named;
} drawings[] = {
    { "no spans", {{0}}, "no spans", "no spans" },
    { "", {{0}}, "", "" },
    { "Kim left", { { "P", 0, 3, NULL, NULL, 0, 0 } }, "[P Kim] left",
      "[P Kim] left" },
    { "Kim left", { { "P", 0, 3, "Kim Jong Un", NULL, 0, 0 } }, "[P Kim] left",
      "[P Kim|Kim Jong Un] left" },
    { "Kim left", { { "P", 0, 3, "Kim", NULL, 0, 0 } }, "[P Kim] left",
      "[P Kim] left" },
    { "abc", { { "A", 0, 3, NULL, NULL, 0, 0 }, { "B", 0, 1, NULL, NULL, 0, 0 },
               { "C", 1, 3, NULL, NULL, 0, 0 } },
      "[A [B a][C bc]]", "[A [B a][C bc]]" },
    { "abcd", { { "A", 0, 3, NULL, NULL, 0, 0 },
                { "B", 1, 4, "x", NULL, 0, 0 } },
      "[A a[B bc]d]", "[A a[B bc]d|x]" },
    { "abc", { { "E", 1, 1, NULL, NULL, 0, 0 } }, "a[E ]bc", "a[E ]bc" },
    { "“No,” said Kim", { { "direct", 0, 9, NULL, "speaker", 15, 18 } },
      "[direct “No,”] said [speaker Kim]",
      "[direct “No,”] said [speaker Kim]" },
    { "a[b]|\\\n\tc", { { "K", 1, 4, NULL, NULL, 0, 0 } },
      "a[K \\[b\\]]\\|\\\\\\n\\tc", "a[K \\[b\\]]\\|\\\\\\n\\tc" },
};

Test(harness, spans_and_parts_are_drawn_into_the_text)
{
    gly_harness *h = gly_harness_open("pass", NULL);

    for (size_t i = 0; i < sizeof(drawings) / sizeof(drawings[0]); i++) {
        gly_harness_push(h, drawings[i].text);
        gly_doc *doc = gly_harness_doc(h);

        for (const struct mark *m = drawings[i].marks;
             m < drawings[i].marks + 3 && m->kind; m++) {
            gly_span *s = gly_mark(doc, "x", m->begin, m->end, m->kind);

            s->name = m->name;
            if (m->part)
                gly_mark_part(doc, s, m->part, m->part_begin, m->part_end);
        }
        cr_expect(eq(str, (char *)gly_harness_show(h, "x", false),
                     (char *)drawings[i].plain));
        cr_expect(eq(str, (char *)gly_harness_show(h, "x", true),
                     (char *)drawings[i].named));
    }
    gly_harness_close(h);
}

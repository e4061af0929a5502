#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/galley.h>
#include <galley/harness.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

TestSuite(entity, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 120);

static void check_refusal(const char *settings, const char *expected)
{
    char why[1024] = "";
    gly_harness *h = gly_harness_try("entity", settings, why, sizeof(why));

    cr_expect(eq(ptr, h, NULL));
    cr_expect(eq(str, why, (char *)expected));
    gly_harness_close(h);
}

Test(entity, a_wrong_line_of_a_list_is_told_with_its_number)
{
    static const struct {
        const char *content, *why;
    } rows[] = {
        { "Anna\n", "./a.tsv:1: a name, a TAB and a label are expected" },
        { "# note\n\nAnna\tPERSONS\n",
          "./a.tsv:3: \"PERSONS\" is none of PERSON, ORG, LOC, GPE, MISC, "
          "NORP" },
        { "Anna\t\tAnna\n",
          "./a.tsv:1: \"\" is none of PERSON, ORG, LOC, GPE, MISC, NORP" },
        { "\tPERSON\n", "./a.tsv:1: no name before the TAB" },
        { "Anna\tPERSON\tAnna\tQ1\tmore\n", "./a.tsv:1: more than four "
                                            "columns" },
        { "Anna\tPERSON\r\nBo\tperson\r\n",
          "./a.tsv:2: \"person\" is none of PERSON, ORG, LOC, GPE, MISC, "
          "NORP" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char expected[256];

        put_file("a.tsv", rows[i].content);
        snprintf(expected, sizeof(expected), "entity: %s", rows[i].why);
        check_refusal("lists = [ \"./a.tsv\" ];", expected);
    }
}

Test(entity, a_list_that_is_right_is_taken)
{
    put_file("a.tsv", "# name\tlabel\r\nAnna\tPERSON\r\nBo\tORG\tBo Ltd.\tQ1");

    gly_harness *h = gly_harness_open("entity", "lists = [ \"./a.tsv\" ];");

    gly_harness_push(h, "Anna left Bo.");
    cr_expect(eq(str, (char *)gly_harness_show(h, "entities", true),
                 "[PERSON Anna] left [ORG Bo|Bo Ltd.]."));
    gly_harness_close(h);
}

Test(entity, a_kind_that_is_none_is_refused)
{
    check_refusal("kinds = [ \"PERSON\", \"SHIP\" ];",
                  "entity: kinds: \"SHIP\" is no label");
}

static char *read_text(gly_harness *h, const char *text)
{
    gly_buf record = { 0 };

    cr_assert(eq(int, gly_harness_push(h, text), GLY_PASS));
    gly_record_add(&record, gly_harness_doc(h), NULL);
    return record.data;
}

/* Words are kept from text to text. */
Test(entity, a_text_is_read_alike_whatever_came_before)
{
    static const char text[] =
        "Ana Silva won 8 percent in Odden, Bo Ek 7 in the town of Tarn Head.";
    gly_harness *fresh = gly_harness_open("entity", NULL);
    gly_harness *used = gly_harness_open("entity", NULL);
    char *before = read_text(used, "! # $ % & ( ) * + , - . / : ; < = > ? @");
    char *expected = read_text(fresh, text), *got = read_text(used, text);

    cr_expect(eq(str, got, expected));
    free(before);
    free(expected);
    free(got);
    gly_harness_close(used);
    gly_harness_close(fresh);
}

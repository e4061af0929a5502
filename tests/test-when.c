#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../core/when.h"
#include "support.h"

static const struct {
    const char *guard;
    bool holds;
} guards[] = {
    { "lang", true },
    { "nobody", false },
    { "empty", false },
    { "not lang", false },
    { "not nobody", true },
    { "not not lang", true },
    { "notable", false },
    { "lang == 'en'", true },
    { "lang=='en'", true },
    { "lang == \"en\"", true },
    { "'en' == lang", true },
    { "lang == 'e'", false },
    { "lang != 'de'", true },
    { "lang != 'en'", false },
    { "lang < 'fr'", true },
    { "lang >= 'fr'", false },
    { "words > 50", true },
    { "words > 120", false },
    { "words >= 120", true },
    { "words <= 120.0", true },
    { "words < 1e3", true },
    { "words == 120", true },
    { "words == '120'", true },
    { "words < '13'", true },  /* beside a string, as text */
    { "9 < words", true },
    { "words > -5", true },
    { "lang > 50", false },     /* no number */
    { "lang < 50", false },
    { "lang != 50", true },
    { "nan == 50", false },
    { "share > .2", true },
    { "text_number > 50", true },
    { "title ~ 'kim'", true },
    { "title ~ 'KIM JONG'", true },
    { "title ~ 'Lee'", false },
    { "not title ~ 'Lee'", true },
    { "author == 'Bob'", true },
    { "author == 'Eve'", false },
    { "author ~ 'an'", true },
    { "author != 'Ann'", true },
    { "nobody == 'x'", false },
    { "nobody != 'x'", true },
    { "nobody < 5", false },
    { "nobody == nobody", false },
    { "lang == lang", true },
    { "lang == 'en' and words > 50", true },
    { "lang == 'en' and words > 500", false },
    { "lang == 'de' or words > 50", true },
    { "lang == 'de' or nobody or lang == 'en'", true },
    { "lang or nobody and nobody", true },
    { "(lang or nobody) and nobody", false },
    { "not (lang and nobody)", true },
    { "not lang or lang", true },
    { " ( ( lang ) ) ", true },
    { "a.score > 0.5", true },
    { "date >= '2021-01-01' and date < '2022-01-01'", true },
    { "word-count == 3", true },
};

static gly_doc *sample(void)
{
    gly_doc *doc = doc_new();

    gly_set(doc, "lang", "en");
    gly_set(doc, "empty", "");
    gly_set_number(doc, "words", 120);
    gly_set_number(doc, "share", 0.25);
    gly_set_number(doc, "a.score", 0.75);
    gly_set_number(doc, "word-count", 3);
    gly_set(doc, "text_number", "51");
    gly_set(doc, "nan", "nan");
    gly_set(doc, "title", "What Kim Jong Un said");
    gly_set(doc, "date", "2021-06-18");
    gly_add(doc, "author", "Ann");
    gly_add(doc, "author", "Bob");
    return doc;
}

Test(when, guards_hold_or_do_not)
{
    struct arena arena = {0};
    gly_doc *doc = sample();

    for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++) {
        struct error error = {0};
        const struct when *when = when_parse(&arena, guards[i].guard, &error);

        cr_assert(when != NULL, "%s: %s", guards[i].guard, error.text);
        cr_expect(eq(int, when_holds(when, doc), guards[i].holds), "%s",
                  guards[i].guard);
    }
    doc_free(doc);
    arena_finish(&arena);
}

Test(when, wrong_guards_are_refused_with_what_was_expected)
{
    static const char *const rows[][3] = {
        { "", "a field, a number or a 'string'", "the end" },
        { "lang ==", "a field, a number or a 'string'", "the end" },
        { "lang == 'en", "a field, a number or a 'string'", "'en" },
        { "lang = 'en'", "\"and\", \"or\" or the end", "= 'en'" },
        { "(lang", "\")\"", "the end" },
        { "lang)", "\"and\", \"or\" or the end", ")" },
        { "lang and", "a field, a number or a 'string'", "the end" },
        { "or lang", "\"and\", \"or\" or the end", "lang" },
        { "lang nobody", "\"and\", \"or\" or the end", "nobody" },
        { "'en'", "one of == != < <= > >= ~", "the end" },
        { "5", "one of == != < <= > >= ~", "the end" },
        { "lang == 'a' == 'b'", "\"and\", \"or\" or the end", "== 'b'" },
        { "date > 2021-06-18", "a field, a number or a 'string'",
          "2021-06-18" },
        { "$", "a field, a number or a 'string'", "$" },
    };
    struct arena arena = {0};
    char expected[300];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error error = {0};

        snprintf(expected, sizeof(expected),
                 "when = \"%s\": %s expected at \"%s\"", rows[i][0],
                 rows[i][1], rows[i][2]);
        cr_expect(when_parse(&arena, rows[i][0], &error) == NULL, "%s",
                  rows[i][0]);
        cr_expect(eq(str, error.text, expected));
        cr_expect(eq(int, error.code, -EINVAL));
    }
    arena_finish(&arena);
}

Test(when, a_thousand_parentheses_are_too_many)
{
    struct arena arena = {0};
    struct error error = {0};
    char guard[1001];

    memset(guard, '(', 1000);
    guard[1000] = '\0';
    cr_expect(when_parse(&arena, guard, &error) == NULL);
    cr_expect(strstr(error.text, "fewer parentheses expected") != NULL, "%s",
              error.text);
    arena_finish(&arena);
}

Test(when, parentheses_side_by_side_are_not_too_many)
{
    struct arena arena = {0};
    gly_buf guard = {0};
    gly_doc *doc = sample();

    for (unsigned i = 0; i < 200; i++)
        gly_buf_puts(&guard, "(lang) and ");
    gly_buf_puts(&guard, "lang");

    const struct when *when = when_parse(&arena, guard.data, NULL);

    cr_assert(when != NULL);
    cr_expect(when_holds(when, doc));
    gly_buf_finish(&guard);
    doc_free(doc);
    arena_finish(&arena);
}

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static char *got(const gly_doc *doc, const char *key, size_t i)
{
    const char *value = gly_get(doc, key, i);

    return value ? (char *)value : "(null)";
}

Test(doc, a_new_document_has_an_empty_text_and_nothing_else)
{
    gly_doc *doc = doc_new();
    gly_pos len = 7;
    size_t raw_len = 7;

    cr_expect(eq(str, (char *)gly_text(doc, &len), ""));
    cr_expect(eq(u32, len, 0));
    cr_expect(eq(ptr, (void *)gly_raw(doc, &raw_len), NULL));
    cr_expect(eq(sz, raw_len, 0));
    cr_expect(eq(ptr, (void *)gly_raw_type(doc), NULL));
    cr_expect(eq(ptr, (void *)gly_get(doc, "id", 0), NULL));
    cr_expect(eq(ptr, gly_spans(doc, "entities"), NULL));
    cr_expect(eq(ptr, (void *)gly_changes(doc), NULL));
    cr_expect(eq(u32, gly_codepoint(doc, 0), 0));
    doc_free(doc);
    doc_free(NULL);
}

Test(doc, strings_passed_in_are_copied)
{
    gly_doc *doc = doc_new();
    char text[] = "text", key[] = "key", value[] = "value", kind[] = "KIND";

    gly_text_set(doc, text, 4);
    gly_raw_set(doc, text, 4, kind);
    gly_set(doc, key, value);
    gly_add(doc, "list", value);
    gly_span *span = gly_mark(doc, key, 0, 4, kind);
    gly_note_set(doc, span, key, value);
    memset(text, 'x', 4);
    memset(value, 'x', 5);
    memset(kind, 'x', 4);
    cr_expect(eq(str, text_of(doc), "text"));
    cr_expect(eq(str, (char *)gly_raw(doc, NULL), "text"));
    cr_expect(eq(str, (char *)gly_raw_type(doc), "KIND"));
    cr_expect(eq(str, got(doc, "key", 0), "value"));
    cr_expect(eq(str, got(doc, "list", 0), "value"));
    cr_expect(eq(str, (char *)span->kind, "KIND"));
    cr_expect(eq(str, (char *)gly_note_get(span, "key"), "value"));
    doc_free(doc);
}

Test(doc, a_field_is_set_replaced_and_taken_away)
{
    gly_doc *doc = doc_new();

    gly_set(doc, "a", "1");
    gly_set(doc, "b", "2");
    gly_set(doc, "a", "3");
    cr_expect(eq(str, got(doc, "a", 0), "3"));
    cr_expect(eq(str, got(doc, "a", 1), "(null)"));
    gly_set(doc, "b", NULL);
    cr_expect(eq(str, got(doc, "b", 0), "(null)"));
    gly_set(doc, "nobody", NULL);
    gly_set(doc, "c", "4");
    gly_set(doc, "a", NULL);
    gly_set(doc, "d", "5");
    cr_expect(eq(str, got(doc, "c", 0), "4"));
    cr_expect(eq(str, got(doc, "d", 0), "5"));
    doc_free(doc);
}

Test(doc, adding_makes_a_list_that_begins_with_the_value_that_was_there)
{
    gly_doc *doc = doc_new();

    gly_add(doc, "author", "Ann");
    gly_add(doc, "author", "Bob");
    cr_expect(eq(str, got(doc, "author", 0), "Ann"));
    cr_expect(eq(str, got(doc, "author", 1), "Bob"));
    cr_expect(eq(str, got(doc, "author", 2), "(null)"));
    gly_set(doc, "author", "Cid");
    cr_expect(eq(str, got(doc, "author", 0), "Cid"));
    cr_expect(eq(str, got(doc, "author", 1), "(null)"));
    gly_add(doc, "author", "Dan");
    cr_expect(eq(str, got(doc, "author", 0), "Cid"));
    cr_expect(eq(str, got(doc, "author", 1), "Dan"));
    doc_free(doc);
}

Test(doc, all_values_are_joined)
{
    gly_doc *doc = doc_new();

    cr_expect(gly_get_all(doc, "author", "; ") == NULL);
    gly_set(doc, "author", "Ann");
    cr_expect(eq(str, (char *)gly_get_all(doc, "author", "; "), "Ann"));
    gly_add(doc, "author", "");
    gly_add(doc, "author", "Bob");
    cr_expect(eq(str, (char *)gly_get_all(doc, "author", "; "), "Ann; ; Bob"));
    gly_set_number(doc, "score", 0.5);
    cr_expect(eq(str, (char *)gly_get_all(doc, "score", "; "), "0.5"));
    doc_free(doc);
}

Test(doc, numbers_are_read_from_numbers_and_from_text_that_is_one)
{
    static const struct {
        const char *text;
        double number;
    } rows[] = {
        { "12", 12 }, { "-1.5", -1.5 }, { "1e3", 1000 }, { "", -7 },
        { "12 apples", -7 }, { "apples", -7 },
    };
    gly_doc *doc = doc_new();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gly_set(doc, "n", rows[i].text);
        cr_expect(epsilon_eq(dbl, gly_get_number(doc, "n", -7),
                             rows[i].number, 1e-9), "\"%s\"", rows[i].text);
    }
    gly_set_number(doc, "score", 0.25);
    cr_expect(eq(str, got(doc, "score", 0), "0.25"));
    cr_expect(epsilon_eq(dbl, gly_get_number(doc, "score", -7), 0.25, 0));
    gly_set_number(doc, "big", 1234567890123);
    cr_expect(eq(str, got(doc, "big", 0), "1234567890123"));
    gly_set_number(doc, "big", 0.0 / 0.0); /* JSON has no such number */
    cr_expect(eq(ptr, (void *)gly_get(doc, "big", 0), NULL));
    gly_add(doc, "list", "5");
    cr_expect(epsilon_eq(dbl, gly_get_number(doc, "list", -7), -7, 0));
    cr_expect(epsilon_eq(dbl, gly_get_number(doc, "nobody", 9), 9, 0));
    doc_free(doc);
}

Test(doc, setting_the_text_ends_spans_changes_origins_and_tokens)
{
    gly_doc *doc = doc_of("one two three");
    gly_edit *edit = gly_edit_begin(doc);
    size_t count;

    gly_edit_replace(edit, 0, 4, "", "test");
    cr_assert(eq(int, gly_edit_commit(edit), 0));
    gly_mark(doc, "layer", 0, 3, "kind");
    gly_tokens(doc, &count);
    cr_assert(eq(sz, count, 2));
    gly_text_set(doc, "Ünï", strlen("Ünï"));
    cr_expect(eq(ptr, gly_spans(doc, "layer"), NULL));
    cr_expect(eq(ptr, (void *)gly_changes(doc), NULL));
    cr_expect(eq(u32, gly_origin(doc, 3), 3));
    cr_expect(eq(u32, gly_codepoint(doc, 5), 3));
    gly_tokens(doc, &count);
    cr_expect(eq(sz, count, 1));
    doc_free(doc);
}

Test(doc, a_reset_document_is_as_new)
{
    gly_doc *doc = doc_of("text");

    gly_set(doc, "id", "1");
    gly_mark(doc, "layer", 0, 4, "kind");
    gly_raw_set(doc, "raw", 3, "text/plain");
    doc->trip.over = true;
    doc_reset(doc);
    cr_expect(eq(str, text_of(doc), ""));
    cr_expect(eq(str, got(doc, "id", 0), "(null)"));
    cr_expect(eq(ptr, gly_spans(doc, "layer"), NULL));
    cr_expect(eq(ptr, (void *)gly_raw(doc, NULL), NULL));
    cr_expect(not(doc->trip.over));
    doc_free(doc);
}

/* ---- positions as others count them ---- */

static void check_counts(const char *text)
{
    gly_doc *doc = doc_of(text);
    const char *p = text;
    gly_pos chars = 0, units = 0;

    for (;;) {
        gly_pos at = (gly_pos)(p - text);

        cr_assert(eq(u32, gly_codepoint(doc, at), chars), "at %u of %.40s", at,
                  text);
        cr_assert(eq(u32, gly_utf16(doc, at), units), "at %u of %.40s", at,
                  text);
        if (!*p)
            break;
        units += gly_next_char(&p) > 0xFFFF ? 2 : 1;
        chars++;
    }
    doc_free(doc);
}

Test(doc, positions_are_counted_in_code_points_and_in_utf16)
{
    static const char *const texts[] = {
        "", "a", "plain", "é", "€uro", "😀", "a😀b€cé", "e\xcc\x81",
    };
    struct dice dice = {0};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        check_counts(texts[i]);
    for (unsigned i = 0; i < 300; i++) {
        char *text = random_text(&dice, i * 7);

        check_counts(text);
        free(text);
    }
}

Test(doc, positions_of_plain_text_of_any_length_are_its_bytes)
{
    char text[1025];

    for (size_t len = 0; len < sizeof(text); len += 64) {
        memset(text, 'x', len);
        text[len] = '\0';
        check_counts(text);
    }
}

Test(doc, a_position_past_the_end_counts_as_the_end)
{
    gly_doc *doc = doc_of("é");

    cr_expect(eq(u32, gly_codepoint(doc, 99), 1));
    cr_expect(eq(u32, gly_utf16(doc, 99), 1));
    doc_free(doc);
}

Test(doc, memory_of_a_document_is_zeroed_and_kept_strings_end_with_nul)
{
    gly_doc *doc = doc_new();
    const char *memory = gly_alloc(doc, 100);

    for (size_t i = 0; i < 100; i++)
        cr_assert(eq(chr, memory[i], 0));
    cr_expect(eq(str, (char *)gly_keep(doc, "abcdef", 2), "ab"));
    doc_free(doc);
}

/* ---- asides ---- */

Test(doc, asides_stand_in_lists_and_end_with_their_document)
{
    gly_doc *doc = doc_of("text");
    gly_doc *one = gly_aside_add(doc, "captions");
    gly_doc *box = gly_aside_add(doc, "boxes");
    gly_doc *two = gly_aside_add(doc, "captions");

    gly_text_set(one, "Kim left", 8);
    gly_text_set(two, "Lee left", 8);
    cr_expect(eq(ptr, gly_aside(doc, "captions", 0), one));
    cr_expect(eq(ptr, gly_aside(doc, "captions", 1), two));
    cr_expect(eq(ptr, gly_aside(doc, "captions", 2), NULL));
    cr_expect(eq(ptr, gly_aside(doc, "boxes", 0), box));
    cr_expect(eq(ptr, gly_aside(doc, "nobody", 0), NULL));
    cr_expect(eq(ptr, (void *)gly_aside_of(one), doc));
    cr_expect(eq(ptr, (void *)gly_aside_of(doc), NULL));
    doc_reset(doc);
    cr_expect(eq(ptr, gly_aside(doc, "captions", 0), NULL));
    doc_free(doc);
}

Test(doc, asides_have_fields_spans_and_edits_of_their_own)
{
    gly_doc *doc = doc_of("text");
    gly_doc *aside = gly_aside_add(doc, "captions");
    gly_edit *edit;
    size_t count;

    gly_text_set(aside, "Kim left", 8);
    gly_set(aside, "credit", "dpa");
    gly_mark(aside, "x", 4, 8, "k");
    edit = gly_edit_begin(aside);
    gly_edit_replace(edit, 0, 4, "", "test");
    cr_assert(eq(int, gly_edit_commit(edit), 0));
    gly_tokens(aside, &count);
    cr_expect(eq(sz, count, 1));
    cr_expect(eq(str, text_of(aside), "left"));
    cr_expect(eq(u32, gly_spans(aside, "x")->begin, 0));
    cr_expect(eq(str, got(aside, "credit", 0), "dpa"));
    cr_expect(eq(str, text_of(doc), "text"));
    cr_expect(eq(str, got(doc, "credit", 0), "(null)"));
    cr_expect(eq(ptr, gly_spans(doc, "x"), NULL));
    doc_free(doc);
}

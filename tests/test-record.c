#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/record.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void expect_record(const gly_doc *doc, gly_record how,
                          const char *expected)
{
    gly_buf out = {0};

    gly_record_add(&out, doc, &how);
    cr_expect(eq(str, out.data, (char *)expected));
    gly_buf_finish(&out);
}

Test(record, strings_are_written_as_json)
{
    static const struct {
        const char *str;
        size_t len;
        const char *json;
    } rows[] = {
        { "", 0, "\"\"" },
        { "plain é 语 😀", 17, "\"plain é 语 😀\"" },
        { "\"\\/", 3, "\"\\\"\\\\/\"" },
        { "\n\t\r\b\f", 5, "\"\\n\\t\\r\\b\\f\"" },
        { "\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\\u007f\"" },
        { "cut here", 3, "\"cut\"" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gly_buf out = {0};

        gly_json_string(&out, rows[i].str, rows[i].len);
        cr_expect(eq(str, out.data, (char *)rows[i].json), "row %zu", i);
        gly_buf_finish(&out);
    }
}

Test(record, an_empty_document_is_a_record_too)
{
    gly_doc *doc = doc_new();
    gly_buf out = {0};

    gly_record_add(&out, doc, NULL);
    cr_expect(eq(str, out.data, "{\"text\":\"\"}"));
    gly_buf_finish(&out);
    doc_free(doc);
}

Test(record, leading_fields_come_first_and_the_others_as_they_were_set)
{
    gly_doc *doc = doc_of("T");

    gly_set(doc, "zeta", "z");
    gly_set_number(doc, "words", 12);
    gly_set_number(doc, "share", 0.1);
    gly_set_json(doc, "raw", "{\"a\":[1,null]}", 14);
    gly_add(doc, "tags", "one");
    gly_add(doc, "tags", "two \"2\"");
    gly_set(doc, "lang", "en");
    gly_set(doc, "id", "7");
    expect_record(doc, (gly_record){0},
                  "{\"id\":\"7\",\"lang\":\"en\",\"zeta\":\"z\",\"words\":12,"
                  "\"share\":0.1,\"raw\":{\"a\":[1,null]},"
                  "\"tags\":[\"one\",\"two \\\"2\\\"\"],\"text\":\"T\"}");
    doc_free(doc);
}

Test(record, a_dot_makes_an_object_of_fields)
{
    gly_doc *doc = doc_of("T");

    doc->at_source = false;
    gly_set_number(doc, "translation.score", 0.97);
    gly_set(doc, "id", "7");
    gly_set(doc, "other.x", "1");
    gly_set(doc, "translation.why", "calques");
    gly_set(doc, "translation", "hidden by the object");
    expect_record(doc, (gly_record){0},
                  "{\"id\":\"7\",\"text\":\"T\","
                  "\"translation\":{\"score\":0.97,\"why\":\"calques\"},"
                  "\"other\":{\"x\":\"1\"}}");
    doc_free(doc);
}

Test(record, a_dot_that_the_source_brought_means_nothing)
{
    gly_doc *doc = doc_of("T");

    gly_set(doc, "dc.title", "x");
    doc->at_source = false;
    gly_set(doc, "dc.date", "y");
    expect_record(doc, (gly_record){0},
                  "{\"dc.title\":\"x\",\"text\":\"T\","
                  "\"dc\":{\"date\":\"y\"}}");
    doc_free(doc);
}

Test(record, a_field_may_not_take_the_place_of_the_text_or_a_layer)
{
    gly_doc *doc = doc_of("T");

    gly_set(doc, "text", "no");
    gly_set(doc, "entities", "no");
    gly_mark(doc, "entities", 0, 1, "X");
    expect_record(doc, (gly_record){0},
                  "{\"text\":\"T\",\"entities\":[{\"begin\":0,\"end\":1,"
                  "\"text\":\"T\",\"label\":\"X\"}]}");
    doc_free(doc);
}

static gly_doc *marked(void)
{
    gly_doc *doc = doc_of("“😀 é,” said Kim.");
    gly_span *quote = gly_mark(doc, "quotes", 0, 14, "direct");
    gly_span *kim;

    quote->score = 0.5;
    gly_mark_part(doc, quote, "cue", 15, 19);
    kim = gly_mark_part(doc, quote, "speaker", 20, 23);
    kim->name = "Kim Jong Un";
    gly_note_set(doc, quote, "why", "marks");
    return doc;
}

Test(record, spans_are_counted_in_code_points_bytes_or_utf16)
{
    static const char *const expected[] = {
        [GLY_CODEPOINTS] =
            "{\"text\":\"“😀 é,” said Kim.\",\"quotes\":["
            "{\"begin\":0,\"end\":6,\"text\":\"“😀 é,”\",\"kind\":\"direct\","
            "\"score\":0.5,\"why\":\"marks\","
            "\"cue\":{\"begin\":7,\"end\":11,\"text\":\"said\"},"
            "\"speaker\":{\"begin\":12,\"end\":15,\"text\":\"Kim\","
            "\"name\":\"Kim Jong Un\"}}]}",
        [GLY_BYTES] =
            "{\"text\":\"“😀 é,” said Kim.\",\"quotes\":["
            "{\"begin\":0,\"end\":14,\"text\":\"“😀 é,”\",\"kind\":\"direct\","
            "\"score\":0.5,\"why\":\"marks\","
            "\"cue\":{\"begin\":15,\"end\":19,\"text\":\"said\"},"
            "\"speaker\":{\"begin\":20,\"end\":23,\"text\":\"Kim\","
            "\"name\":\"Kim Jong Un\"}}]}",
        [GLY_UTF16] =
            "{\"text\":\"“😀 é,” said Kim.\",\"quotes\":["
            "{\"begin\":0,\"end\":7,\"text\":\"“😀 é,”\",\"kind\":\"direct\","
            "\"score\":0.5,\"why\":\"marks\","
            "\"cue\":{\"begin\":8,\"end\":12,\"text\":\"said\"},"
            "\"speaker\":{\"begin\":13,\"end\":16,\"text\":\"Kim\","
            "\"name\":\"Kim Jong Un\"}}]}",
    };

    for (int units = GLY_CODEPOINTS; units <= GLY_UTF16; units++) {
        gly_doc *doc = marked();

        expect_record(doc, (gly_record){.units = (enum gly_units)units},
                      expected[units]);
        doc_free(doc);
    }
}

Test(record, a_role_used_twice_is_a_list_where_the_first_one_stood)
{
    gly_doc *doc = doc_of("abc");
    gly_span *span = gly_mark(doc, "x", 0, 3, "k");

    gly_mark_part(doc, span, "p", 0, 1);
    gly_mark_part(doc, span, "q", 1, 2);
    gly_mark_part(doc, span, "p", 2, 3);
    expect_record(doc, (gly_record){0},
                  "{\"text\":\"abc\",\"x\":[{\"begin\":0,\"end\":3,"
                  "\"text\":\"abc\",\"kind\":\"k\","
                  "\"p\":[{\"begin\":0,\"end\":1,\"text\":\"a\"},"
                  "{\"begin\":2,\"end\":3,\"text\":\"c\"}],"
                  "\"q\":{\"begin\":1,\"end\":2,\"text\":\"b\"}}]}");
    doc_free(doc);
}

Test(record, a_layer_that_lost_its_spans_is_an_empty_list)
{
    gly_doc *doc = doc_of("abc");

    gly_unmark(doc, "x", gly_mark(doc, "x", 0, 1, "k"));
    expect_record(doc, (gly_record){0}, "{\"text\":\"abc\",\"x\":[]}");
    doc_free(doc);
}

Test(record, changes_and_origins_are_told_on_demand)
{
    gly_doc *doc = doc_of("Kim (photo) é left");
    gly_edit *edit = gly_edit_begin(doc);

    doc->stage = "clean";
    gly_mark(doc, "x", 0, 3, "k");
    gly_edit_replace(edit, 3, 11, "", "credit");
    gly_edit_commit(edit);
    expect_record(doc, (gly_record){.changes = true, .origin = true},
                  "{\"text\":\"Kim é left\",\"paragraphs\":[{\"begin\":0,"
                  "\"end\":10,\"origin\":[0,19]}],"
                  "\"x\":[{\"begin\":0,\"end\":3,"
                  "\"text\":\"Kim\",\"kind\":\"k\",\"origin\":[0,3]}],"
                  "\"changes\":[{\"begin\":3,\"end\":11,"
                  "\"removed\":\" (photo)\",\"with\":\"\",\"why\":\"credit\","
                  "\"stage\":\"clean\"}]}");
    doc_free(doc);
}

Test(record, paragraphs_are_the_lines_that_are_not_blank)
{
    static const gly_record origin = {.origin = true};
    gly_doc *doc = doc_of("\n é one \n\n\t\ntwo");
    gly_doc *aside = gly_aside_add(doc, "captions");

    gly_set(doc, "paragraphs", "hidden");
    gly_text_set(aside, "two", 3);
    gly_aside_from(aside, 13, 16);
    expect_record(doc, origin,
                  "{\"text\":\"\\n é one \\n\\n\\t\\ntwo\","
                  "\"paragraphs\":[{\"begin\":2,\"end\":7,\"origin\":[2,8]},"
                  "{\"begin\":12,\"end\":15,\"origin\":[13,16]}],"
                  "\"captions\":[{\"text\":\"two\",\"paragraphs\":["
                  "{\"begin\":0,\"end\":3,\"origin\":[13,16]}]}]}");
    gly_text_set(doc, "", 0);
    gly_edit *edit = gly_edit_begin(doc);
    gly_edit_replace(edit, 0, 0, "put in", "test");
    gly_edit_commit(edit);
    gly_mark(doc, "x", 0, 3, "k");
    expect_record(doc, origin,
                  "{\"text\":\"put in\","
                  "\"paragraphs\":[{\"begin\":0,\"end\":6}],"
                  "\"captions\":[{\"text\":\"two\",\"paragraphs\":["
                  "{\"begin\":0,\"end\":3,\"origin\":[13,16]}]}],"
                  "\"x\":[{\"begin\":0,\"end\":3,\"text\":\"put\","
                  "\"kind\":\"k\"}]}");
    doc_free(doc);
}

Test(record, the_input_is_the_fields_and_what_came_in)
{
    static const gly_record input = {.input = true};
    gly_doc *doc = doc_of("as it came");
    gly_edit *edit = gly_edit_begin(doc);

    gly_set(doc, "id", "7");
    gly_edit_replace(edit, 0, 3, "", "test");
    gly_edit_commit(edit);
    gly_mark(doc, "x", 0, 1, "k");
    expect_record(doc, input, "{\"id\":\"7\",\"text\":\"as it came\"}");
    gly_raw_set(doc, "<p>as", 5, "text/html");
    expect_record(doc, input, "{\"id\":\"7\",\"html\":\"<p>as\"}");
    gly_raw_set(doc, "{oops", 5, "application/json");
    expect_record(doc, input, "{\"id\":\"7\",\"input\":\"{oops\"}");
    doc_free(doc);
}

/* What fetch makes of a record a line. */
#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

TestSuite(fetch_jsonl, .init = enter_scratch, .fini = leave_scratch);

struct line {
    const char *in, *out;
};

/* Each as the only line of a file, which is named "a". */
static void check_lines(const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gly_buf out = { 0 };
        put_file("a", lines[i].in);
        gly_buf_printf(&out, "%s\n", lines[i].out);
        check_fetch("paths = \"a\"; format = \"jsonl\";", out.data);
        gly_buf_finish(&out);
    }
}

#define CHECK_LINES(lines) check_lines(lines, sizeof(lines) / sizeof(lines[0]))

Test(fetch_jsonl, fields_of_a_record_are_kept_as_they_are)
{
    static const struct line lines[] = {
        { "{\"text\":\"t\",\"id\":\"7\",\"uri\":\"http:\\/\\/x\\/\"}",
          "{\"id\":\"7\",\"uri\":\"http://x/\",\"text\":\"t\"}" },
        { "{\"text\":\"t\",\"id\":12345678901234567890}",
          "{\"id\":\"12345678901234567890\",\"text\":\"t\"}" },
        { "{\"text\":\"t\",\"id\":null}", "{\"id\":\"a:1\",\"text\":\"t\"}" },
        { "{\"text\":\"t\",\"id\":\"\"}", "{\"id\":\"a:1\",\"text\":\"t\"}" },
        { "{\"id\":\"x\",\"text\":\"t\",\"author\":[\"A\" , \"B\\n\"]}",
          "{\"id\":\"x\",\"author\":[\"A\",\"B\\n\"],\"text\":\"t\"}" },
        { "{\"id\":\"x\",\"text\":\"t\",\"a\":[],\"b\":[\"A\",1],\"c\":[[\"\"]]}",
          "{\"id\":\"x\",\"a\":[],\"b\":[\"A\",1],\"c\":[[\"\"]],\"text\":\"t\"}" },
        { "{\"id\":\"x\",\"text\":\"t\",\"a\":0.97,\"b\":-12,\"c\":1e3,\"d\":0}",
          "{\"id\":\"x\",\"a\":0.97,\"b\":-12,\"c\":1e3,\"d\":0,\"text\":\"t\"}" },
        { "{\"id\":\"x\",\"text\":\"t\",\"a\":12345678901234567890,\"b\":1e400,"
          "\"c\":0.12345678901234567}",
          "{\"id\":\"x\",\"a\":12345678901234567890,\"b\":1e400,"
          "\"c\":0.12345678901234567,\"text\":\"t\"}" },
        { "{\"id\":\"x\",\"text\":\"t\",\"a\":true,\"b\":false,\"c\":null}",
          "{\"id\":\"x\",\"a\":true,\"b\":false,\"c\":null,\"text\":\"t\"}" },
        { "{\"id\":\"x\",\"text\":\"t\",\"a\": { \"b c\" : [ 1 , { } ] ,\t\"\\\"\" : \" \\\\\" } }",
          "{\"id\":\"x\",\"a\":{\"b c\":[1,{}],\"\\\"\":\" \\\\\"},"
          "\"text\":\"t\"}" },
        { "{\"text\":\"one\",\"text\":\"two\",\"id\":\"x\",\"id\":\"y\"}",
          "{\"id\":\"y\",\"text\":\"two\"}" },
        { " \t{\"id\":\"x\",\"text\":\"t\"} \r",
          "{\"id\":\"x\",\"text\":\"t\"}" },
    };

    CHECK_LINES(lines);
}

Test(fetch_jsonl, a_record_brings_a_text_or_a_page)
{
    static const struct line lines[] = {
        { "{\"id\":\"x\",\"html\":\"<p>A\\u00e9\"}",
          "{\"id\":\"x\",\"text\":\"\"} <text/html> <p>A\u00e9" },
        { "{\"id\":\"x\",\"html\":\"<p>A\",\"text\":\"\"}",
          "{\"id\":\"x\",\"text\":\"\"} <text/html> <p>A" },
        { "{\"id\":\"x\",\"html\":\"<p>A\",\"text\":\"A\"}",
          "{\"id\":\"x\",\"html\":\"<p>A\",\"text\":\"A\"}" },
        { "{\"id\":\"x\",\"html\":null,\"text\":\"A\"}",
          "{\"id\":\"x\",\"text\":\"A\"}" },
        { "{\"id\":\"x\",\"title\":\"T\"}",
          "! a:1: it has neither \"text\" nor \"html\"" },
        { "{}", "! a:1: it has neither \"text\" nor \"html\"" },
        { "{\"id\":\"x\",\"text\":\"\"}", "! a:1: its text is empty" },
        { "{\"id\":\"x\",\"text\":7}",
          "! a:1: its \"text\" must be a string" },
        { "{\"id\":\"x\",\"text\":\"t\",\"html\":[]}",
          "! a:1: its \"html\" must be a string" },
    };

    CHECK_LINES(lines);
}

Test(fetch_jsonl, escapes_become_what_they_mean)
{
    static const struct line lines[] = {
        { "{\"id\":\"x\",\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00E9\"}",
          "{\"id\":\"x\",\"text\":\"\\\"\\\\/\\b\\f\\n\\r\\tA\u00e9\"}" },
        { "{\"id\":\"x\",\"text\":\"\\ud83d\\ude00\\u20ac\"}",
          "{\"id\":\"x\",\"text\":\"\U0001F600\u20ac\"}" },
        { "{\"id\":\"x\",\"text\":\"a\\u0000b\\ud83d.\\ude00\\ud83d\\u0041\"}",
          "{\"id\":\"x\",\"text\":\"a" HALF "b" HALF "." HALF HALF "A\"}" },
        { "{\"id\":\"x\",\"te\\u0078t\":\"t\",\"\\u00e9\":\"\\u00e9\"}",
          "{\"id\":\"x\",\"\u00e9\":\"\u00e9\",\"text\":\"t\"}" },
    };

    CHECK_LINES(lines);
}

Test(fetch_jsonl, a_line_that_is_no_record_is_refused_where_it_is_wrong)
{
    static const struct line lines[] = {
        { "{\"text\":\"one\"", "14: unexpected end of data" },
        { "{\"text\":\"one", "13: unexpected end of data" },
        { "{\"text\" \"one\"}",
          "9: object property name separator ':' expected" },
        { "{\"text\":\"one\" \"b\":1}",
          "15: object value separator ',' expected" },
        { "{\"text\":\"one\",}", "15: unexpected character" },
        { "{text:\"one\"}", "2: quoted object property name expected" },
        { "{\"text\":'one'}", "9: unexpected character" },
        { "{\"text\":\"a\\x\"}", "12: invalid string sequence" },
        { "{\"text\":\"\\u12g4\"}", "14: invalid string sequence" },
        { "{\"text\":\"a\"} {}", "14: unexpected character" },
        { "{\"a\":01}", "8: number expected" },
        { "{\"a\":tru}", "9: boolean expected" },
        { "{\"a\":[1,]}", "9: unexpected character" },
        { "{\"a\":[1}", "8: array value separator ',' expected" },
        { "[\"a\"]", "1: an object is expected" },
        { " no", "2: an object is expected" },
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        gly_buf out = { 0 };
        gly_buf_printf(&out, "! a:1: column %s", lines[i].out);
        check_lines(&(struct line){ lines[i].in, out.data }, 1);
        gly_buf_finish(&out);
    }
}

/* What it says of them depends on the version of the library. */
Test(fetch_jsonl, a_number_that_cannot_be_kept_is_refused)
{
    static const char *const numbers[] = {
        "18446744073709551616", "-9223372036854775809", "1.", "1.e5", "01.5",
        "-.5", "NaN", "Infinity", "-Infinity",
        "[{\"b\":123456789012345678901234567890}]",
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        gly_buf line = { 0 };
        gly_buf_printf(&line, "{\"text\":\"t\",\"a\":%s}\n", numbers[i]);
        put_buf("a", &line);
        gly_harness *h = gly_harness_open("fetch", "paths = \"a\";");
        cr_expect(gly_harness_pull(h) != NULL);
        cr_expect(gly_harness_error(h)[0] != '\0', "%s was taken", numbers[i]);
        gly_harness_close(h);
    }
}

Test(fetch_jsonl, half_a_pair_in_a_bad_line_does_not_reach_the_next)
{
    put_file("a.jsonl", "{\"text\":\"\\ud83d\\u\"}\n"
                        "{\"id\":\"x\",\"text\":\"caf\\u00e9\"}\n");
    check_fetch("paths = \"a.jsonl\";",
                "! a.jsonl:1: column 18: invalid string sequence\n"
                "{\"id\":\"x\",\"text\":\"caf\u00e9\"}\n");
}

/* What goes along with the lines of a file that are refused. */
static void check_kept(const char *file, const char *expected)
{
    gly_buf kept = { 0 };

    put_file("a", file);
    gly_harness *h = gly_harness_open("fetch",
                                      "paths = \"a\"; format = \"jsonl\";");
    for (gly_doc *doc; (doc = gly_harness_pull(h)) != NULL;) {
        const char *raw = gly_raw(doc, NULL);
        if (gly_harness_error(h)[0])
            gly_buf_printf(&kept, "%s %s %s\n", gly_get(doc, "id", 0),
                           raw ? gly_raw_type(doc) : "-", raw ? raw : "-");
    }
    cr_expect(eq(str, kept.data, (char *)expected));
    gly_buf_finish(&kept);
    gly_harness_close(h);
}

Test(fetch_jsonl, a_refused_line_is_kept_with_its_document)
{
    check_kept("{\"text\":\"one\n{\"text\":\"t\"}\n {bad \xff}\r\n",
               "a:1 application/json {\"text\":\"one\n"
               "a:3 application/json  {bad " HALF "}\r\n");
    check_kept("{\"id\":\"x\",\"n\":1}\n{\"id\":\"y\",\"text\":\"\"}\n",
               "x application/json {\"id\":\"x\",\"n\":1}\n"
               "y application/json {\"id\":\"y\",\"text\":\"\"}\n");
    check_kept("{\n\"text\":\"one\"}\n", "a - -\n");
}

Test(fetch_jsonl, of_a_long_refused_line_the_begin_is_kept)
{
    put_file("a.jsonl", "{\"text\":1}\n{");
    FILE *file = fopen("a.jsonl", "ab");
    for (int i = 0; i < 30000; i++)
        fputs("\u20ac", file);
    fclose(file);
    gly_harness *h = gly_harness_open("fetch", "paths = \"a.jsonl\";");
    size_t len;
    cr_assert(gly_harness_pull(h) != NULL);
    gly_raw(gly_harness_pull(h), &len);
    cr_expect(eq(sz, len, 1 + 65535 / 3 * 3));
    gly_harness_close(h);
}

Test(fetch_jsonl, lines_after_a_bad_one_are_read_and_blank_ones_passed_over)
{
    put_file("a.jsonl", "\n{\"text\":\"one\"}\n{bad}\n \r\n{\"text\":\"two\"}");
    check_fetch("paths = \"a.jsonl\";",
                "{\"id\":\"a.jsonl:2\",\"text\":\"one\"}\n"
                "! a.jsonl:3: column 2: quoted object property name "
                "expected\n"
                "{\"id\":\"a.jsonl:5\",\"text\":\"two\"}\n");
}

Test(fetch_jsonl, what_galley_writes_can_be_read_again)
{
    static const char record[] =
        "{\"id\":\"x\",\"author\":[\"A\"],\"date\":\"2021-06-18\","
        "\"translation\":{\"score\":0.97},\"entities\":[{\"begin\":0,\"end\":3,"
        "\"text\":\"Kim\",\"label\":\"PERSON\"}],\"text\":\"Kim left.\"}\n";

    put_file("a.jsonl", record);
    check_fetch("paths = \"a.jsonl\";", record);
}

Test(fetch_jsonl, a_record_that_failed_before_comes_without_its_failure)
{
    put_file("failed.jsonl", "{\"failed\":{\"stage\":\"clean\",\"why\":\"x\"},"
                        "\"id\":\"x\",\"html\":\"<p>\"}\n"
                        "{\"id\":\"y\",\"failed\":\"once\",\"text\":\"t\"}\n");
    check_fetch("paths = \"failed.jsonl\";",
                "{\"id\":\"x\",\"text\":\"\"} <text/html> <p>\n"
                "{\"id\":\"y\",\"failed\":\"once\",\"text\":\"t\"}\n");
}

Test(fetch_jsonl, bytes_that_are_not_utf8_are_replaced_and_counted)
{
    put_file("a.jsonl",
        "\xef\xbb\xbf{\"id\":\"x\",\"text\":\"caf\xe9 \xe2\x82\"}\n");
    check_fetch("paths = \"a.jsonl\";",
                "{\"id\":\"x\",\"text\":\"caf" HALF " " HALF HALF "\"}\n");
    check_fetch_count("a.jsonl", "invalid-bytes", 3);
    check_fetch_count("a.jsonl", "byte-order-marks", 1);
    put_file("b.jsonl", "{\"id\":\"x\",\"text\":\"\\u0000.\\u0000\"}\n");
    check_fetch_count("b.jsonl", "invalid-escapes", 2);
}

Test(fetch_jsonl, a_line_beyond_max_document_is_refused_and_the_next_is_read)
{
    gly_buf lines = { 0 };

    gly_buf_puts(&lines, "{\"text\":\"a line\"}\n");
    gly_buf_printf(&lines, "{\"text\":\"%01000000d\"}\n", 0);
    gly_buf_puts(&lines, "{\"text\":\"as long\"}\n{\"text\":\"too long\"}");
    put_buf("a.jsonl", &lines);
    check_fetch("paths = \"a.jsonl\"; max_document = 18;",
                "{\"id\":\"a.jsonl:1\",\"text\":\"a line\"}\n"
                "! a.jsonl:2: larger than max_document (18 bytes)\n"
                "{\"id\":\"a.jsonl:3\",\"text\":\"as long\"}\n"
                "! a.jsonl:4: larger than max_document (18 bytes)\n");
}

Test(fetch_jsonl, deep_nesting_and_many_values_are_refused)
{
    gly_buf line = { 0 };

    gly_buf_puts(&line, "{\"text\":\"t\",\"a\":");
    for (int i = 0; i < 100000; i++)
        gly_buf_puts(&line, "[");
    gly_buf_puts(&line, "\n{\"id\":\"x\",\"text\":\"t\"");
    for (int i = 0; i < 100000; i++)
        gly_buf_printf(&line, ",\"f%d\":%d", i, i);
    gly_buf_puts(&line, "}\n{\"text\":\"t\",\"a\":[");
    for (int i = 0; i < 1000000; i++)
        gly_buf_puts(&line, "{},");
    gly_buf_puts(&line, "{}]}\n");
    put_buf("a.jsonl", &line);
    check_fetch("paths = \"a.jsonl\";",
                "! a.jsonl:1: column 528: nesting too deep\n"
                "! a.jsonl:2: it has too many fields\n"
                "! a.jsonl:3: it has too many values\n");
}

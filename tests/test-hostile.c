/* Input that means harm, through all stages: whatever it is, it becomes a
 * document or is refused with a reason, and what comes out holds together.
 * Nothing is timed; what is not linear would take hours. */
#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

TestSuite(hostile, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 120);

/* `times` times a unit in the middle; then an end that may be an article. */
struct heap {
    const char *before, *unit;
    size_t times;
    const char *after;
};

#define SAID                                                                 \
    "<p>The ferry left the quay of Senport at nine on Monday with forty "    \
    "people on board, said Mara Ilves, who heads the harbour office.</p>\n"
#define ARTICLE                                                              \
    "<article><h1>Ferry leaves Senport</h1>" SAID                            \
    "<p>It is the first since the storm took the old ferry, and the last "   \
    "before the winter.</p>"                                                 \
    "<p>The crossing takes an hour when the sea is calm, and nobody on "     \
    "board had hoped for that.</p></article>"

static char *build(const struct heap *heap)
{
    gly_buf out = { 0 };

    gly_buf_puts(&out, heap->before);
    for (size_t i = 0; i < heap->times; i++)
        gly_buf_puts(&out, heap->unit);
    gly_buf_puts(&out, heap->after);
    return out.data;
}

static const char *const plugins[] = {
    "clean", "translate-marker", "entity", "quote",
};
enum { STAGES = sizeof(plugins) / sizeof(plugins[0]) };

static void open_all(gly_harness *stages[STAGES])
{
    for (int i = 0; i < STAGES; i++)
        stages[i] = gly_harness_open(plugins[i], NULL);
}

static void close_all(gly_harness *stages[STAGES])
{
    for (int i = 0; i < STAGES; i++)
        gly_harness_close(stages[i]);
}

/* Whether it came through all stages. */
static bool run(gly_harness *stages[STAGES], gly_doc *doc, const char *unit)
{
    int result = GLY_PASS;

    for (int i = 0; i < STAGES && result == GLY_PASS; i++) {
        result = gly_harness_push_doc(stages[i], doc);
        cr_expect(result >= 0 || gly_harness_error(stages[i])[0],
                  "%s: failed without a reason", unit);
    }

    gly_pos len;
    const char *text = gly_text(doc, &len);

    cr_expect(gly_utf8_valid(text, len) == len, "%s: not UTF-8", unit);
    return result == GLY_PASS;
}

static void check_pages(const struct heap *heaps, size_t count, bool found)
{
    gly_harness *stages[STAGES];

    open_all(stages);
    for (size_t i = 0; i < count; i++) {
        char *page = build(&heaps[i]);
        gly_doc *doc = gly_harness_blank(stages[0]);

        gly_raw_set(doc, page, strlen(page), "text/html");
        free(page);
        bool passed = run(stages, doc, heaps[i].unit);
        if (found)
            cr_expect(passed && strstr(gly_text(doc, NULL), "Mara Ilves"),
                      "%s: the article behind it is lost", heaps[i].unit);
    }
    close_all(stages);
}
#define CHECK_PAGES(heaps, found)                                            \
    check_pages(heaps, sizeof(heaps) / sizeof(heaps[0]), found)

Test(hostile, deep_nesting_costs_no_article)
{
    const struct heap heaps[] = {
        { "", "<div>", 10000, ARTICLE },
        { "", "<div>", 100000, ARTICLE },
        { "", "<b>", 100000, ARTICLE },
        { "", "<div>x", 10000, ARTICLE },
        { "", "<section><em><i>", 10000, ARTICLE },
        { "", "<table><tr><td>", 10000, ARTICLE },
        { "", "<table><tr><td>", 100000, ARTICLE },
        { "", "<ul><li>", 100000, ARTICLE },
        { "", "<b><p></b>", 10000, ARTICLE },
        { "", "<p><b><div></p>", 10000, ARTICLE },
        { "", "<svg><g>", 10000, ARTICLE },
    };

    CHECK_PAGES(heaps, true);
}

Test(hostile, many_of_one_thing_cost_no_article)
{
    const struct heap heaps[] = {
        { "", "<br>", 500000, ARTICLE },
        { "", "<p></p>", 300000, ARTICLE },
        { "", "<hr/>", 300000, ARTICLE },
        { "", "<!-- -- -->", 100000, ARTICLE },
        { "", "</div>", 200000, ARTICLE },
        { "", "<script></script>", 100000, ARTICLE },
        { "", "<noscript></noscript>", 100000, ARTICLE },
        { "<head>", "<meta name=author content=\"Bo Ek\">", 100000, ARTICLE },
        { "<head>", "<title>Fog</title>", 50000, ARTICLE },
        { "<head><title>", "Fog at sea ", 500000, "</title>" ARTICLE },
        { "<h1>", "Fog at sea ", 50, "</h1>" ARTICLE },
        { "<p class=byline>By ", "Ann Lee, ", 50000, "</p>" ARTICLE },
        { "", "<p class=byline>By Ann Lee</p>", 20000, ARTICLE },
        { "", "<form><input>", 50000, ARTICLE },
        { "<select>", "<option>a", 100000, "</select>" ARTICLE },
    };

    CHECK_PAGES(heaps, true);
}

Test(hostile, attributes_beyond_measure_cost_no_article)
{
    const struct heap heaps[] = {
        { "<div class=\"", "fog ", 300000, "\">" ARTICLE },
        { "<div ", "a ", 1000000, ">" ARTICLE },
        { "<div ", "class=x ", 100000, ">" ARTICLE },
        { "<div ", "id=\"x\"", 100000, ">" ARTICLE },
        { "<a href=\"", "&amp;", 200000, "\">x</a>" ARTICLE },
    };

    CHECK_PAGES(heaps, true);
}

Test(hostile, json_ld_beyond_measure_costs_no_article)
{
    #define LD "<script type=\"application/ld+json\">"
    const struct heap heaps[] = {
        { LD, "[", 10000, "</script>" ARTICLE },
        { LD, "{\"@graph\":[", 10000, "</script>" ARTICLE },
        { LD "[", "0,", 500000, "0]</script>" ARTICLE },
        { LD "[", "{\"@type\":\"NewsArticle\"},", 50000,
          "0]</script>" ARTICLE },
        { LD "{\"a\":\"", "\\u0041", 400000, "\"}</script>" ARTICLE },
        { LD "{\"@type\":\"NewsArticle\",\"author\":[", "{\"name\":\"Bo Ek\"},",
          30000, "0]}</script>" ARTICLE },
        { "", LD "{\"@type\":\"NewsArticle\"}</script>", 20000, ARTICLE },
        { LD, "\"\\", 300000, "</script>" ARTICLE },
    };

    CHECK_PAGES(heaps, true);
}

Test(hostile, what_is_never_closed_ends_somewhere)
{
    const struct heap heaps[] = {
        { "", "<", 1000000, "" },
        { "", "<a", 300000, "" },
        { "", "<a ", 300000, "" },
        { "", "</", 300000, "" },
        { "", "<!", 300000, "" },
        { "<h1>", "Fog at sea ", 100000, "</h1>" ARTICLE },
        { "", "<!--", 300000, ARTICLE },
        { "", "<?", 300000, "" },
        { "", "&", 300000, ARTICLE },
        { "&#", "9", 1000000, ARTICLE },
        { "&", "a", 1000000, ARTICLE },
        { "", "<p class=\"", 100000, ARTICLE },
        { "", "<script>", 100000, ARTICLE },
        { "", "<style><!--", 100000, ARTICLE },
        { "", "<noscript>", 100000, ARTICLE },
        { "", "<textarea><title>", 50000, ARTICLE },
        { "", "<template>", 100000, ARTICLE },
        { "", "<html><head><body>", 50000, ARTICLE },
        { "", "<p>Fog<li>Fog<td>Fog<h2>Fog", 20000, "" },
    };

    CHECK_PAGES(heaps, false);
}

Test(hostile, an_article_of_one_line_or_of_five_megabytes_is_one)
{
    const struct heap heaps[] = {
        { "<article>", SAID, 36000, "</article>" },
        { "<article><p>", "Mara Ilves said so on Monday. ", 160000,
          "</article>" },
        { "<article><p>x", " \n", 1000000, "</p>" SAID SAID "</article>" },
        { "<article><p>x", "\u200b", 200000, "</p>" SAID SAID "</article>" },
        { "<article><p>x", "a", 1000000, "</p>" SAID SAID "</article>" },
        { "<article><pre>", "x\n\n", 100000, "</pre>" SAID SAID "</article>" },
    };

    CHECK_PAGES(heaps, true);
}

Test(hostile, a_text_of_one_thing_is_a_text)
{
    static const char *const units[] = {
        " ", "\n", "\t", "x\n", "x\r\n", ".", ". ", " ,", "\"", "\"x ", "'a ",
        "“", "” ", "“x” ", "“It works,” Kim said. ", "\n“It works. ", "(",
        "— ", "a", "A ", "1", "1,", "a.", "U.S.", "J. ", "Mr. ", "a-", "a'",
        "@", "a@", "#a ", "http://", "www.a", "Kim's ", "Kim, ", "Kim and ",
        "Bank of ", "said ", "the the ", "Jan. 5, 2022 ", "By Ann Lee\n",
        "Photo: EFE\n", "(AP Photo/Ann Lee) ", "SENPORT (AP) - ",
        "(Reporting by Ann Lee) ", "\u200b", "e\u0301", "\u00a0x", "霧", "🚢",
        "\ufeff", "\u2028", "Friday ", "5 ", "$", "two ", "1-", "1 000 ",
        "111 ", "1.234,5", "million ", "half a ", "and a half ", "5 to ",
        "$5 to ", "May ", "2019/", "mid-", "last ", "al-", "Ann al-Lee ",
        "A.B.", "van der ", "& ", "Ann Lee, 43, ", "Bank of Odden (BO) ",
        "then-",
        "„", "Ã", "Ãx ", "\ufffd", "аb ", "12 345 ",
        "5 € ", "18 of June ", "he go ", "in village ", "these country ",
        "The minister, who was ill, he said ", "press the thumbs ",
    };
    gly_harness *stages[STAGES];

    open_all(stages);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        const struct heap heap = { "", units[i], 30000, "" };
        char *text = build(&heap);
        gly_doc *doc = gly_harness_blank(stages[0]);

        gly_text_set(doc, text, strlen(text));
        free(text);
        cr_expect(run(stages, doc, units[i]), "%s: ended on the way", units[i]);
    }
    close_all(stages);
}

/* The i-th of names that are all different: letters in the place of digits. */
static void add_name(gly_buf *out, unsigned i)
{
    char name[] = "Xaaaaaa";

    for (int k = 6; i > 0; i /= 10)
        name[k--] = "bdfgklmrst"[i % 10];
    gly_buf_puts(out, name);
}

Test(hostile, a_hundred_thousand_people_are_told_apart)
{
    static const char *const parts[][2] = {
        { "Ann ", " left. " }, { "", " Lee left. " }, { "Mr. ", " left. " },
        { "the ", " Bank (XB) left. " }, { "Ann ", "\n" },
    };
    gly_harness *stages[STAGES];

    open_all(stages);
    for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
        gly_doc *doc = gly_harness_blank(stages[0]);
        gly_buf text = { 0 };

        for (unsigned i = 0; i < 100000; i++) {
            gly_buf_puts(&text, parts[k][0]);
            add_name(&text, i);
            gly_buf_puts(&text, parts[k][1]);
        }
        gly_text_set(doc, text.data, text.len);
        cr_expect(run(stages, doc, parts[k][1]));
        gly_buf_finish(&text);
    }
    close_all(stages);
}

/* Where one part of a text is looked at for each of another. */
Test(hostile, two_long_parts_do_not_multiply)
{
    static const struct heap parts[][2] = {
        { { "", "Kim left the quay on Monday, and ", 20000, "wrote:\n" },
          { "", "“Aa b c d e” ", 40000, "" } },
        { { "", "“Aa b c d e” ", 20000, "\n" },
          { "", "“Bb c d e f”\n", 40000, "" } },
        { { "", " ,", 300000, "" }, { "", "«x» ", 300000, "" } },
        { { "", "Kim Lee, ", 20000, "said:\n" },
          { "", "Kim’s “x”, ", 40000, "" } },
    };
    gly_harness *stages[STAGES];

    open_all(stages);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char *first = build(&parts[i][0]), *second = build(&parts[i][1]);
        gly_doc *doc = gly_harness_blank(stages[0]);
        gly_buf text = { 0 };

        gly_buf_puts(&text, first);
        gly_buf_puts(&text, second);
        gly_text_set(doc, text.data, text.len);
        cr_expect(run(stages, doc, parts[i][1].unit));
        gly_buf_finish(&text);
        free(first);
        free(second);
    }
    close_all(stages);
}

/* A megabyte of marks none of which is closed, or a hundred thousand that all
 * are at the end. */
Test(hostile, quote_marks_are_read_once)
{
    static const struct heap heaps[] = {
        { "", "\"", 1000000, "" },
        { "", "'", 1000000, "" },
        { "", "“", 350000, "" },
        { "", "„", 350000, "" },
        { "", "”", 350000, "" },
        { "", "»", 500000, "" },
        { "", "‘", 350000, "" },
        { "", "’", 350000, "" },
        { "", "''", 500000, "" },
        { "", "'''", 300000, "" },
        { "", ",,", 500000, "" },
        { "", "\"a ", 350000, "" },
        { "", "'a ", 350000, "" },
        { "", "„a ", 200000, "" },
        { "", "“a ”b ", 100000, "" },
        { "", "“‘a ", 100000, "" },
        { "", "=\"a ", 250000, "" },
        { "", "“A\n\n", 150000, "" },
        { "", "A. B” ", 100000, "" },
        { "", "A b c d e” Kim said. ", 50000, "" },
        { "", "“A b c d e, Kim said. ", 50000, "" },
        { "", "“A b c d e.” ", 70000, "" },
        { "", "“A b c d e,” Kim said. ", 40000, "" },
        { "", "Kim “Bo” ", 100000, "" },
        { "“", "I said that we, ", 70000, "" },
        { "", "I said that. ", 70000, "x,” Kim said." },
    };
    gly_harness *quote = gly_harness_open("quote", "quoted = true;");

    for (size_t i = 0; i < sizeof(heaps) / sizeof(heaps[0]); i++) {
        char *text = build(&heaps[i]);

        cr_expect(eq(int, gly_harness_push(quote, text), GLY_PASS));
        free(text);
    }
    gly_harness_close(quote);
}

Test(hostile, quotations_may_be_nested_without_end)
{
    static const char *const marks[][2] = {
        { "“", "”" }, { "«", "»" }, { "“a ‘", "’ b”" }, { "「", "」" },
    };
    gly_harness *quote = gly_harness_open("quote", NULL);

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const struct heap closing = { "", marks[i][1], 100000, "" };
        char *end = build(&closing);
        const struct heap whole = { "", marks[i][0], 100000, end };
        char *text = build(&whole);

        cr_expect(eq(int, gly_harness_push(quote, text), GLY_PASS));
        free(end);
        free(text);
    }
    gly_harness_close(quote);
}

/* A list of one's own may be made by any program. */
Test(hostile, a_list_of_cues_may_be_untidy)
{
    gly_harness *quote;
    const gly_span *found;

    put_file("cues.txt", "\xEF\xBB\xBF\n \n\t\n \tsay\nsaid \nbarked\r\n"
                         "went  on\tsay\n--\tsay\nkept \t\nhowled\tsay?");
    quote = gly_harness_open("quote", "cues = \"./cues.txt\";");
    cr_expect(eq(int, gly_harness_push(quote,
                                       "\"It is done,\" Mara Ilves barked. "
                                       "She went on, \"And we kept it.\" "
                                       "\"No,\" the dog howled -- and no."),
                 GLY_PASS));
    found = gly_spans(gly_harness_doc(quote), "quotes");
    cr_expect(found != NULL);
    gly_harness_close(quote);
}

/* ---- files, through a run ---- */

#define PUT(name, str) put_bytes(name, str, sizeof(str) - 1)

static void check_run(const char *name, int status, const char *file,
                      const char *expected)
{
    char *said, *got;

    cr_expect(eq(int, run_shell(&said, "galley run extract %s -q -o out", name),
                 status), "%s: %s", name, said);
    got = get_file(file);
    cr_expect(strstr(got, expected) != NULL, "%s: %.400s", name, got);
    free(said);
    free(got);
}

Test(hostile, a_page_that_is_too_large_is_recorded_as_failed)
{
    const struct heap heap = { "<article>", SAID, 130000, "</article>" };
    char *page = build(&heap);

    put_file("a.html", page);
    free(page);
    check_run("a.html", 1, "failed.jsonl",
              "\"reason\":\"a.html: larger than max_document (");
}

Test(hostile, a_page_with_a_wrong_or_no_character_set_is_read)
{
    #define AS(charset, cafe)                                                \
        "<html><head><meta charset=" charset ">" "<article>" SAID SAID      \
        "<p>Caf" cafe " Senport is shut, and nobody was sorry for that.</p>" \
        "</article></html>"
    PUT("says-utf8.html", AS("utf-8", "\xe9"));
    PUT("says-utf16.html", AS("utf-16", "\u00e9"));
    PUT("says-gbk.html", AS("gbk", "\u00e9"));
    PUT("says-nothing.html", AS("", "\u00e9"));
    PUT("says-nonsense.html", AS("\"x-=;\"", "\u00e9"));
    check_run("says-utf16.html", 0, "out", "Caf\u00e9 Senport");
    check_run("says-gbk.html", 0, "out", "Caf\u00e9 Senport");
    check_run("says-nothing.html", 0, "out", "Caf\u00e9 Senport");
    check_run("says-nonsense.html", 0, "out", "Caf\u00e9 Senport");
    check_run("says-utf8.html", 0, "out", "Caf\u00e9 Senport");
}

Test(hostile, nul_and_bytes_of_no_character_cost_no_article)
{
    PUT("nul.html", "<html\0><body\0>" ARTICLE "\0\0<p\0>\0</p>" SAID "\0");
    PUT("bad.html", "<html><\xff\xfe>" ARTICLE "\xc0\xaf\xed\xa0\x80" SAID
                    "<p title=\"\x80\">\xf8\x88</p\xe2\x80");
    check_run("nul.html", 0, "out", "Mara Ilves, who heads");
    check_run("bad.html", 0, "out", "Mara Ilves, who heads");
}

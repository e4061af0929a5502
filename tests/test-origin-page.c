/* Files that are fetched and cleaned: what is cut out of them where a line of
 * the text, or a caption, is said to have stood. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support-fetch.h"

TestSuite(page_origin, .init = enter_scratch, .fini = leave_scratch);

struct page {
    const char *file;
    size_t len;
    const char *cuts; /* a line each; "?": not known; captions behind "> " */
};
#define BYTES(str) (str), sizeof(str) - 1

/* Its lines' places, or the whole's when they are further apart. */
static void cut_lines(const struct page *page, const gly_doc *doc,
                      const char *before, gly_buf *out)
{
    const char *text = gly_text(doc, NULL);
    gly_pos from, to, len;

    for (gly_pos at = 0; text[at]; at += len + (text[at + len] == '\n')) {
        len = (gly_pos)strcspn(text + at, "\n");
        if (len == 0)
            continue;
        gly_buf_puts(out, before);
        if (!gly_fetched(doc, at, at + len, &from, &to)) {
            gly_buf_puts(out, "?\n");
            continue;
        }
        cr_assert(from < to && to <= page->len, "%s", page->cuts);
        gly_buf_add(out, page->file + from, to - from);
        gly_buf_puts(out, "\n");
    }
}

/* Characters that are not blank have a place of their own each, unless some came
 * as one, and in order. */
static void check_order(const gly_doc *doc)
{
    const char *text = gly_text(doc, NULL), *at = text;
    gly_pos from, to, before = 0, reached = 0;

    while (*at) {
        const char *begin = at;

        if (gly_is_space(gly_next_char(&at)))
            continue;
        cr_assert(gly_fetched(doc, (gly_pos)(begin - text),
                              (gly_pos)(at - text), &from, &to),
                  "%s", begin);

        bool alone = reached <= from && from < to;
        bool as_one = before == from && reached == to;

        cr_expect(alone || as_one, "%s", begin);
        before = from;
        reached = to;
    }
}

static void check_cuts(const char *format, const struct page *pages,
                       size_t count)
{
    char settings[60];

    for (size_t i = 0; i < count; i++) {
        snprintf(settings, sizeof(settings),
                 "paths = \"a\"; format = \"%s\";", format);
        put_bytes("a", pages[i].file, pages[i].len);

        gly_harness *fetch = gly_harness_open("fetch", settings);
        gly_harness *clean =
            gly_harness_open("clean", "min_length = 20; repeats = false; "
                                      "characters = [];");
        gly_doc *doc = gly_harness_pull(fetch), *aside;
        gly_buf out = {0};

        cr_assert(eq(int, gly_harness_push_doc(clean, doc), 0), "page %zu", i);
        cut_lines(&pages[i], doc, "", &out);
        for (size_t k = 0; (aside = gly_aside(doc, "captions", k)); k++)
            cut_lines(&pages[i], aside, "> ", &out);
        cr_expect(eq(str, out.data, (char *)pages[i].cuts), "page %zu", i);
        if (!strchr(out.data, '?'))
            check_order(doc);
        gly_buf_finish(&out);
        gly_harness_close(clean);
        gly_harness_close(fetch);
    }
}

/* Running text, so that what is beside it is taken for the article too. */
#define RUNNING                                                             \
    "The mayor opened the new bridge over the river on Monday, and many "   \
    "came to see it, though it had rained for weeks."

Test(page_origin, tags_entities_and_blanks_belong_to_the_range)
{
    static const struct page pages[] = {
        { BYTES("<p> " RUNNING " </p>\n<p>She <b>left</b>.</p>"),
          RUNNING "\nShe <b>left</b>.\n" },
        { BYTES("<p><b>The mayor</b> &amp; her &ldquo;crew&rdquo; opened\r\n"
                "   the br<i>id</i>ge over the river &#8212; in h&#x61;ste, and "
                "many came <a href='x'>to <em>see it.</em></a></p>"),
          "The mayor</b> &amp; her &ldquo;crew&rdquo; opened\r\n   the "
          "br<i>id</i>ge over the river &#8212; in h&#x61;ste, and many came "
          "<a href='x'>to <em>see it.\n" },
        { BYTES("<p>&quot;" RUNNING "&nbsp;&quot;</p>"),
          "&quot;" RUNNING "&nbsp;&quot;\n" },
        { BYTES("<p>2 < 4, and 4 > 2. " RUNNING " a<b</p>"),
          "2 < 4, and 4 > 2. " RUNNING " a\n" },
        { BYTES("<p>< " RUNNING " <</p>"), "< " RUNNING " <\n" },
        { BYTES("<p>AT&T &amp &nosuch; &#0;&#1; &#38 &#x26; &amp;amp; "
                RUNNING "&copy;</p>"),
          "AT&T &amp &nosuch; &#0;&#1; &#38 &#x26; &amp;amp; " RUNNING
          "&copy;\n" },
        { BYTES("\xef\xbb\xbf<p>\xe2\x80\x9c" RUNNING "\xe2\x80\x9d</p>"),
          "\xe2\x80\x9c" RUNNING "\xe2\x80\x9d\n" },
    };

    check_cuts("html", pages, sizeof(pages) / sizeof(pages[0]));
}

Test(page_origin, what_is_not_text_is_passed_over)
{
    static const struct page pages[] = {
        { BYTES("<p>One. <!-- One. --><script>One.</script>" RUNNING
                "<!-- > --></p><style>One.</style><p>Two<!-- -->2.</p>"),
          "One. <!-- One. --><script>One.</script>" RUNNING
          "\nTwo<!-- -->2.\n" },
        { BYTES("<p>" RUNNING " <object>Two.</object>Two. <video>no</video> be"
                "<canvas>fore</canvas> three.</p>"),
          RUNNING "\nTwo.\nbe\nthree.\n" },
        { BYTES("<p>" RUNNING " &am<!-- -->p; 1\x01\x02 2\x7f""3.\x0c</p>"),
          RUNNING " &am<!-- -->p; 1\x01\x02 2\x7f""3.\n" },
        { BYTES("<nav>" RUNNING "</nav><title>" RUNNING "</title><p>" RUNNING
                " Twice.</p><nav>" RUNNING "</nav>"),
          RUNNING " Twice.\n" },
    };

    check_cuts("html", pages, sizeof(pages) / sizeof(pages[0]));
}

Test(page_origin, lines_and_rows_have_places_of_their_own)
{
    static const struct page pages[] = {
        { BYTES("<div>" RUNNING "<br>She left.<br/>\n Alone.<br><br>It was late.</div>"),
          RUNNING "\nShe left.\nAlone.\n"
          "It was late.\n" },
        { BYTES("<article><p>" RUNNING "</p><table><tr><th>Bridge</th><th>Length"
                "</th></tr><tr><td> North </td> <td>120</td></tr></table>"
                "</article>"),
          RUNNING "\nBridge</th><th>Length\nNorth </td> <td>120\n" },
        { BYTES("<pre>By Ann\n\n" RUNNING " It\nwas late.\n\n  She left.\n</pre>"),
          RUNNING " It\nwas late.\nShe left.\n" },
        { BYTES("<body>" RUNNING " She <b>left</b>. <div>Alone.</div>" RUNNING
                "&#33;</body>"),
          RUNNING " She <b>left</b>.\nAlone.\n" RUNNING "&#33;\n" },
    };

    check_cuts("html", pages, sizeof(pages) / sizeof(pages[0]));
}

Test(page_origin, captions_are_asides_that_stood_somewhere_too)
{
    static const struct page pages[] = {
        { BYTES("<article><p>" RUNNING "</p><figure><img src=b.jpg><figcaption>"
                "The n&oacute;rth <i>bank</i>. Photo: Ana Silva</figcaption>"
                "</figure><p>She left.</p></article>"),
          RUNNING "\nShe left.\n> The n&oacute;rth <i>bank</i>.\n" },
    };
    static const struct page texts[] = {
        { BYTES("The north\xa0""bank. Photo: EFE\n\n" RUNNING " \x93No.\x94\n"),
          RUNNING " \x93No.\x94\n> The north\xa0""bank.\n" },
    };

    check_cuts("html", pages, sizeof(pages) / sizeof(pages[0]));
    check_cuts("text", texts, sizeof(texts) / sizeof(texts[0]));
}

#define SAYS(charset, text)                                                 \
    "<html><meta charset=" charset "><p>" RUNNING "</p><p> " text "</p>"

Test(page_origin, bytes_of_any_encoding_are_found_again)
{
    static const struct page pages[] = {
        { BYTES(SAYS("iso-8859-1", "\x93" "caf\xe9 &eacute; <b>\xe9t\xe9\x94")),
          RUNNING "\n\x93" "caf\xe9 &eacute; <b>\xe9t\xe9\x94\n" },
        { BYTES(SAYS("windows-1251", "\xcc\xe8\xf0 <i>\xcc\xe8\xf0.")),
          RUNNING "\n\xcc\xe8\xf0 <i>\xcc\xe8\xf0.\n" },
        { BYTES(SAYS("gb2312", "\xd6\xd0\xb9\xfa Ann\xa3\xac<b>\xd6\xd0")),
          RUNNING "\n\xd6\xd0\xb9\xfa Ann\xa3\xac<b>\xd6\xd0\n" },
        { BYTES(SAYS("gbk", "\x81\x30\x8a\x30 \x81\x40<b>\x81\x40")),
          RUNNING "\n\x81\x30\x8a\x30 \x81\x40<b>\x81\x40\n" },
        { BYTES(SAYS("shift_jis", "\x93\xfa\x96{ \xb1 <b>\x95\x5c\x8e\xa6")),
          RUNNING "\n\x93\xfa\x96{ \xb1 <b>\x95\x5c\x8e\xa6\n" },
        { BYTES(SAYS("big5", "\xa4\xa4\xb0\xea \x88\x62<b>\xa4\xa4")),
          RUNNING "\n\xa4\xa4\xb0\xea \x88\x62<b>\xa4\xa4\n" },
        { BYTES(SAYS("euc-kr", "\xc7\xd1\xb1\xdb Ann <b>\xc7\xd1")),
          RUNNING "\n\xc7\xd1\xb1\xdb Ann <b>\xc7\xd1\n" },
        { BYTES(SAYS("iso-2022-jp", "Ann \x1b$BF|K\\\x1b(B, <b>\x1b$BF|\x1b(B.")),
          RUNNING "\nAnn \x1b$BF|K\\\x1b(B, <b>\x1b$BF|\x1b(B.\n" },
        /* These keep letters back until they see the next. */
        { BYTES(SAYS("windows-1255", "\xf9\xd1\xcc\xec\xe5\xed <b>\xe0\xe5\xf8")),
          RUNNING "\n\xf9\xd1\xcc\xec\xe5\xed <b>\xe0\xe5\xf8\n" },
        { BYTES(SAYS("windows-1258", "Ti\xea\xec" "ng Vi\xea\xf2t <b>Vi\xea\xf2t")),
          RUNNING "\nTi\xea\xec" "ng Vi\xea\xf2t <b>Vi\xea\xf2t\n" },
        /* Damage. */
        { BYTES(SAYS("windows-1252", "\x81 caf\xe9 \x81\x8d!")),
          RUNNING "\n\x81 caf\xe9 \x81\x8d!\n" },
        { BYTES(SAYS("shift_jis", "\xa0\x93\xfa\xfd \xff<b>\x93\xfa")),
          RUNNING "\n\xa0\x93\xfa\xfd \xff<b>\x93\xfa\n" },
        { BYTES(SAYS("utf-8", "\xc3\xa9\xc3\xa9 \xff\xc3\xa9\xc3 <b>\xc3\xa9"
                     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9")),
          RUNNING "\n\xc3\xa9\xc3\xa9 \xff\xc3\xa9\xc3 <b>\xc3\xa9\xc3\xa9"
          "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\n" },
    };

    check_cuts("html", pages, sizeof(pages) / sizeof(pages[0]));
}

Test(page_origin, utf16_is_found_again)
{
    static const char text[] = "<html><p>" RUNNING "</p><p> A <b>boat</b>.</p>";
    gly_buf file = {0};
    gly_pos from, to, len;

    gly_buf_add(&file, "\xff\xfe", 2);
    for (const char *p = text; *p; p++)
        gly_buf_add(&file, (char[]){*p == 'o' ? '\xe9' : *p, '\0'}, 2);
    put_buf("a.html", &file);

    gly_harness *fetch = gly_harness_open("fetch", "paths = \"a.html\";");
    gly_harness *clean = gly_harness_open("clean", "min_length = 20; repeats = false; "
                                      "characters = [];");
    gly_doc *doc = gly_harness_pull(fetch);

    cr_assert(eq(int, gly_harness_push_doc(clean, doc), 0));
    gly_text(doc, &len);
    check_order(doc);
    cr_assert(gly_fetched(doc, len - 8, len, &from, &to));
    cr_expect(eq(u32, from, 2 + 2 * (strstr(text, "A <b>") - text)));
    cr_expect(eq(u32, to, 2 + 2 * (strlen(text) - strlen("</p>"))));
    gly_harness_close(clean);
    gly_harness_close(fetch);
}

Test(page_origin, of_a_record_the_page_in_it_counts)
{
    static const char page[] = "<p>" RUNNING "</p><p>\xc3\xa9 &amp; b</p>";
    gly_harness *clean = gly_harness_open("clean", "min_length = 20; repeats = false; "
                                      "characters = [];");
    gly_pos from, to, len;

    put_file("a.jsonl", "{\"html\":\"<p>" RUNNING
                        "</p><p>\\u00e9 &amp; b</p>\"}");
    gly_harness *fetch = gly_harness_open("fetch", "paths = \"a.jsonl\";");
    gly_doc *doc = gly_harness_pull(fetch);

    cr_assert(eq(int, gly_harness_push_doc(clean, doc), 0));
    gly_text(doc, &len);
    cr_assert(gly_fetched(doc, len - 6, len, &from, &to));
    cr_expect(eq(u32, from, strstr(page, "\xc3\xa9") - page));
    cr_expect(eq(u32, to, strstr(page, " b<") + 2 - page));
    gly_harness_close(clean);
    gly_harness_close(fetch);
}

Test(page_origin, what_is_only_in_json_has_no_place)
{
    static const struct page pages[] = {
        { BYTES("<script type='application/ld+json'>{\"@type\":\"NewsArticle\","
                "\"articleBody\":\"" RUNNING " " RUNNING " " RUNNING "\"}"
                "</script><p>Log in.</p>"),
          "?\n" },
    };

    check_cuts("html", pages, sizeof(pages) / sizeof(pages[0]));
}

/* A page that clean has to mend itself, and a string of JSON with a NUL. */
Test(page_origin, what_was_mended_unseen_has_no_place)
{
    gly_harness *clean = gly_harness_open("clean", "min_length = 20; repeats = false; "
                                      "characters = [];");
    gly_pos from, to;

    cr_assert(eq(int, gly_harness_push_raw(clean, "<p>\xff " RUNNING "</p>",
                                           "text/html"), 0));
    cr_expect(not(gly_fetched(gly_harness_doc(clean), 4, 7, &from, &to)));
    cr_assert(eq(int, gly_harness_push_raw(clean, "<p>" RUNNING "</p>",
                                           "text/html"), 0));
    cr_expect(gly_fetched(gly_harness_doc(clean), 4, 7, &from, &to));

    put_file("a.jsonl", "{\"text\":\"a\\u0000b\"}\n{\"text\":\"ab\"}");
    gly_harness *fetch = gly_harness_open("fetch", "paths = \"a.jsonl\";");

    cr_expect(not(gly_fetched(gly_harness_pull(fetch), 0, 1, &from, &to)));
    cr_expect(gly_fetched(gly_harness_pull(fetch), 0, 1, &from, &to));
    gly_harness_close(fetch);
    gly_harness_close(clean);
}

Test(page_origin, a_page_too_deep_for_the_parser_is_found_again)
{
    gly_buf file = {0}, cuts = {0};

    for (unsigned i = 0; i < 700; i++)
        gly_buf_puts(&file, "<div>");
    for (unsigned i = 0; i < 4; i++) {
        gly_buf_printf(&file, "<p>%u " RUNNING "</p><p>She <b>left.</b></p>",
                       i);
        gly_buf_printf(&cuts, "%u " RUNNING "\nShe <b>left.\n", i);
    }

    struct page page = {file.data, file.len, cuts.data};

    check_cuts("html", &page, 1);
    gly_buf_finish(&file);
    gly_buf_finish(&cuts);
}

/* ---- what is exported ---- */

struct cut {
    const char *name; /* tests/walk/NAME.out says where in NAME.in.html */
    const char *begin, *end;
};

static void check_exported(const char *name, const struct cut *cuts,
                           size_t count)
{
    char path[700];
    unsigned from, to;

    snprintf(path, sizeof(path), "%s/tests/walk/%s.in.html", source_folder(),
             name);
    char *file = get_file(path);
    snprintf(path, sizeof(path), "%s/tests/walk/%s.out", source_folder(), name);
    char *record = get_file(path);
    const char *at = strstr(record, "\"paragraphs\":[");

    for (size_t i = 0; i < count; i++) {
        if (strcmp(cuts[i].name, name) != 0)
            continue;
        cr_assert(at && (at = strstr(at, "\"origin\":[")), "%zu", i);
        cr_assert(eq(int, sscanf(at, "\"origin\":[%u,%u]", &from, &to), 2));
        at++;

        size_t begin = strlen(cuts[i].begin), end = strlen(cuts[i].end);

        cr_assert(from + begin <= to && from + end <= to &&
                  to <= strlen(file), "%zu", i);
        cr_expect(memcmp(file + from, cuts[i].begin, begin) == 0, "%zu", i);
        cr_expect(memcmp(file + to - end, cuts[i].end, end) == 0, "%zu", i);
    }
    cr_expect(at && !strstr(at, "},{\"begin\""), "%s has more", name);
    free(file);
    free(record);
}

Test(page_origin, exported_ranges_cut_paragraphs_out_of_the_file)
{
    static const struct cut cuts[] = {
        { "origin-utf8", "The lighthouse of <a href=\"/s\">Skårvik</a>",
          "locked&nbsp;its door</b>." },
        { "origin-utf8", "&ldquo;We <em>did</em>", "3 < 4 crowns for it." },
        { "origin-utf8", "What it costs", "What it costs" },
        { "origin-utf8", "The town &#x2014; and", "pays for the lamp." },
        { "origin-utf8", "The state", "for the oil." },
        { "origin-utf8", "“It will burn", "some more.”" },
        { "origin-utf8", "The lamp of <i>1911", "caf&eacute; tables below." },
        { "origin-latin", "\xdc" "ber den Flu\xdf", "die Leinen selbst." },
        { "origin-latin", "\x84Wir haben zw\xf6lf",
          "&nbsp;&ndash; oder zur\xfc" "ck." },
        { "origin-latin", "F\xfcr die Br\xfc" "cke", "nicht werden." },
        { "origin-wide", "\x96k\x82\xcc\x8d`", "\x8c\xbe\x82\xc1\x82\xbd\x81" "B" },
        { "origin-wide", "\x94\xef\x97p\x82\xcd 300 ",
          "\x82\xc6\x82\xa2\x82\xa4\x81" "B" },
        { "origin-wide", "\x81u\x8d`\x82\xaa", "\x82\xa2\x82\xe9\x81" "B" },
    };

    check_exported("origin-utf8", cuts, sizeof(cuts) / sizeof(cuts[0]));
    check_exported("origin-latin", cuts, sizeof(cuts) / sizeof(cuts[0]));
    check_exported("origin-wide", cuts, sizeof(cuts) / sizeof(cuts[0]));
}

/* Whatever a page is made of, a character that is said to have stood somewhere
 * stood there. */
Test(page_origin, characters_of_random_pages_are_what_stood_there)
{
    static const char *const pieces[] = {
        "a", "b", "c ", " d", ". ", "\n", "  ", "&amp;", "&", "&lt;", "<", ">",
        "&#97;", "&#1;", "&nbsp;", "<b>", "</b>", "<br>", "</p>", "<p>",
        "<div>", "</div>", "<!-- a -->", "<script>a</script>", "<pre>",
        "</pre>", "<option>a", "</option>", "<select>", "</select>", "<td>",
        "<title>", "</title>", "</x>", "<x a", "\x01", "\xc3\xa9", "<a b='",
        "<!", "&a", ";", "<h1>", "<video>", "</video>",
    };
    struct dice dice = {0};
    gly_harness *clean = gly_harness_open("clean", "keep_all = true;");
    unsigned known = 0, all = 0;

    for (unsigned turn = 0; turn < 3000; turn++) {
        gly_buf page = {0};
        unsigned count = 1 + roll(&dice, 60);

        for (unsigned i = 0; i < count; i++)
            gly_buf_puts(&page, pieces[roll(&dice, sizeof(pieces) /
                                                       sizeof(pieces[0]))]);
        cr_assert(eq(int, gly_harness_push_raw(clean, page.data, "text/html"),
                     0));

        gly_doc *doc = gly_harness_doc(clean);
        const char *text = gly_text(doc, NULL), *at = text;

        while (*at) {
            const char *begin = at;
            uint32_t c = gly_next_char(&at);
            gly_pos from, to;

            if (gly_is_space(c))
                continue;
            all++;
            if (!gly_fetched(doc, (gly_pos)(begin - text),
                             (gly_pos)(at - text), &from, &to))
                continue;
            known++;

            const char *was = page.data + from;
            bool same = memcmp(was, begin, (size_t)(at - begin)) == 0 ||
                        strncmp(was, c == '&'   ? "&amp;"
                                     : c == '<' ? "&lt;"
                                                : "&#97;", to - from) == 0;

            cr_assert(same, "%.*s of %s", (int)(to - from), was, page.data);
        }
        gly_buf_finish(&page);
    }
    cr_expect(gt(uint, known * 200, all * 199), "%u of %u", known, all);
    gly_harness_close(clean);
}

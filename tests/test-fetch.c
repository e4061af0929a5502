/* What fetch brings of files of every kind, and of their bytes. */
#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

TestSuite(fetch, .init = enter_scratch, .fini = leave_scratch);

/* ---- paths ---- */

Test(fetch, a_text_file_is_one_document_unchanged_to_the_byte)
{
    put_file("a.txt", "He said: \u201cIt works.\u201d\r\n\tThen he left. \n\n");
    check_fetch("paths = \"a.txt\";",
                TEXT("a.txt", "He said: \u201cIt works.\u201d\\r\\n\\t"
                              "Then he left. \\n\\n"));
}

Test(fetch, a_folder_is_read_with_all_below_it_sorted_and_without_hidden_files)
{
    mkdir("in", 0755);
    mkdir("in/B", 0755);
    mkdir("in/.git", 0755);
    mkdir("in/empty", 0755);
    put_file("in/c.txt", "c");
    put_file("in/a.txt", "a");
    put_file("in/B/z.txt", "z");
    put_file("in/.hidden", "h");
    put_file("in/.git/config", "h");
    mkfifo("in/pipe", 0644);
    check_fetch("paths = \"in/\";",
                TEXT("in/B/z.txt", "z")
                TEXT("in/a.txt", "a")
                TEXT("in/c.txt", "c"));
}

Test(fetch, a_folder_that_links_to_itself_is_read_once)
{
    mkdir("in", 0755);
    put_file("in/a.txt", "a");
    cr_assert(symlink("..", "in/up") == 0 && symlink(".", "in/self") == 0);
    check_fetch("paths = \"in\";",
                TEXT("in/a.txt", "a"));
}

Test(fetch, a_pattern_brings_what_it_matches)
{
    put_file("b.txt", "b");
    put_file("a.txt", "a");
    put_file("a.md", "no");
    check_fetch("paths = \"*.txt\";",
                TEXT("a.txt", "a")
                TEXT("b.txt", "b"));
}

Test(fetch, a_file_with_the_name_of_a_pattern_is_a_file)
{
    put_file("a[1].txt", "bracket");
    put_file("a1.txt", "one");
    check_fetch("paths = \"a[1].txt\";",
                TEXT("a[1].txt", "bracket"));
}

Test(fetch, what_does_not_exist_is_refused_at_once)
{
    put_file("a.txt", "a");
    check_fetch_refusal("paths = [ \"a.txt\", \"b.txt\" ];",
                        "fetch: paths: cannot read b.txt: No such file or "
                        "directory");
    check_fetch_refusal("paths = \"*.html\";",
                        "fetch: paths: no file matches *.html");
    check_fetch_refusal("paths = \"\";",
                        "fetch: paths: must name something to read");
}

Test(fetch, what_cannot_be_read_in_a_folder_is_refused_and_the_rest_is_read)
{
    mkdir("in", 0755);
    put_file("in/a.txt", "a");
    put_file("in/c.txt", "c");
    cr_assert(symlink("nowhere", "in/b.txt") == 0);
    check_fetch("paths = \"in\";",
                TEXT("in/a.txt", "a")
                "! in/b.txt: cannot be read: No such file or directory\n"
                TEXT("in/c.txt", "c"));
}

Test(fetch, a_file_name_that_is_not_utf8_is_mended_in_the_id)
{
    put_file("caf\xe9.txt", "a");
    check_fetch("paths = \"*.txt\";",
                TEXT("caf" HALF ".txt", "a"));
}

Test(fetch, standard_input_holds_records_or_a_text)
{
    put_file("a.jsonl",
             "{\"id\":\"x\",\"text\":\"one\"}\n{\"text\":\"two\"}\n");
    feed_file("a.jsonl");
    check_fetch("",
                "{\"id\":\"x\",\"text\":\"one\"}\n"
                "{\"id\":\"-:2\",\"text\":\"two\"}\n");
    put_file("a.txt", "A text.");
    feed_file("a.txt");
    check_fetch("paths = \"-\";", TEXT("-", "A text."));
}

Test(fetch, a_record_does_not_wait_for_the_next_one_in_a_pipe, .timeout = 10)
{
    int ends[2];

    cr_assert(pipe(ends) == 0 && dup2(ends[0], 0) == 0);
    dprintf(ends[1], "{\"text\":\"one\"}\n{\"te");
    gly_harness *h = gly_harness_open("fetch", "");
    gly_doc *doc = gly_harness_pull(h);
    cr_expect(eq(str, (char *)gly_text(doc, NULL), (char *)"one"));
    gly_harness_close(h);
}

Test(fetch, a_named_pipe_is_read_until_its_writer_closes_it, .timeout = 10)
{
    cr_assert(mkfifo("a", 0644) == 0);
    int end = open("a", O_RDWR);
    dprintf(end, "{\"text\":\"one\"}\n{\"text\":\"t");
    gly_harness *h = gly_harness_open("fetch", "paths = \"a\";");
    gly_doc *doc = gly_harness_pull(h);
    cr_expect(eq(str, (char *)gly_text(doc, NULL), (char *)"one"));
    dprintf(end, "wo\"}");
    close(end);
    doc = gly_harness_pull(h);
    cr_expect(eq(str, (char *)gly_text(doc, NULL), (char *)"two"));
    cr_expect(gly_harness_pull(h) == NULL);
    gly_harness_close(h);
}

Test(fetch, nothing_on_standard_input_is_nothing)
{
    feed_file("/dev/null");
    check_fetch("", "");
    feed_file("/dev/null");
    check_fetch("format = \"jsonl\";", "");
}

Test(fetch, an_empty_file_is_refused)
{
    put_file("a.txt", "");
    put_file("b.txt", "\xef\xbb\xbf");
    put_file("c.jsonl", "");
    check_fetch("paths = [ \"a.txt\", \"b.txt\", \"c.jsonl\" ];",
                "! a.txt: empty\n! b.txt: empty\n");
}

/* ---- compressed files ---- */

Test(fetch, gzip_and_zstd_are_known_by_their_bytes_not_their_names)
{
    gly_buf a = { 0 }, b = { 0 };

    add_gzip(&a, "A gzip text.");
    add_zstd(&b, "{\"text\":\"A zstd record.\"}\n");
    put_buf("a.txt", &a);
    put_buf("b", &b);
    put_file("c.gz", "Not packed.");
    check_fetch("paths = [ \"a.txt\", \"b\", \"c.gz\" ];",
                TEXT("a.txt", "A gzip text.")
                "{\"id\":\"b:1\",\"text\":\"A zstd record.\"}\n"
                TEXT("c.gz", "Not packed."));
}

Test(fetch, a_packed_file_may_have_several_parts_which_cut_lines)
{
    gly_buf a = { 0 }, b = { 0 };
    const char *const parts[] = { "{\"text\":\"o", "", "ne\"}\n{\"text\":",
                                  "\"two\"}" };

    for (size_t i = 0; i < 4; i++) {
        add_gzip(&a, parts[i]);
        add_zstd(&b, parts[i]);
    }
    gly_buf_add(&a, "\0\0\0", 3);
    put_buf("a.gz", &a);
    put_buf("b.zst", &b);
    check_fetch("paths = [ \"a.gz\", \"b.zst\" ];",
                "{\"id\":\"a.gz:1\",\"text\":\"one\"}\n"
                "{\"id\":\"a.gz:2\",\"text\":\"two\"}\n"
                "{\"id\":\"b.zst:1\",\"text\":\"one\"}\n"
                "{\"id\":\"b.zst:2\",\"text\":\"two\"}\n");
}

Test(fetch, of_a_file_cut_short_the_whole_records_stand)
{
    gly_buf a = { 0 }, b = { 0 };

    add_gzip(&a, "{\"text\":\"one\"}\n{\"text\":\"tw");
    add_gzip(&a, "o\"}\n");
    a.len -= 12;
    add_zstd(&b, "{\"text\":\"one\"}\n{\"text\":\"tw");
    add_zstd(&b, "o\"}\n");
    b.len -= 3;
    put_buf("a", &a);
    put_buf("b", &b);
    check_fetch("paths = [ \"a\", \"b\" ];",
                "{\"id\":\"a:1\",\"text\":\"one\"}\n"
                "! a:2: damaged gzip data near byte N: it ends too early; "
                "records before it: 1\n"
                "{\"id\":\"b:1\",\"text\":\"one\"}\n"
                "! b:2: damaged zstd data near byte N: it ends too early; "
                "records before it: 1\n");
}

Test(fetch, a_text_in_damaged_data_is_refused)
{
    gly_buf a = { 0 }, b = { 0 };

    add_gzip(&a, "A text that will be damaged.");
    a.data[a.len - 6] ^= 1;
    add_gzip(&b, "A text before something else.");
    gly_buf_puts(&b, "else");
    put_buf("a.gz", &a);
    put_buf("b.gz", &b);
    check_fetch("paths = [ \"a.gz\", \"b.gz\" ];",
                "! a.gz: damaged gzip data near byte N: incorrect data check\n"
                "! b.gz: damaged gzip data near byte N: incorrect header "
                "check\n");
}

/* ---- formats ---- */

Test(fetch, what_a_file_holds_is_seen_by_its_content)
{
    put_file("1", "  <!DOCTYPE HTML>\n<p>Page.");
    put_file("2", "<?xml version='1.0'?>\n<html xmlns='x'>Page.</html>");
    put_file("3", "<div><p>One.</p><p>Two.</div>");
    put_file("4", "Is 1 < 2? <b>Yes</b>, and <headline> is no tag.");
    put_file("5", "\n\n{ \"title\" : \"T\", \"id\":\"x\",\"text\":\"t\"}\n");
    put_file("6", "{not JSON} he wrote.");
    put_file("7.jsonl", "no");
    check_fetch("paths = \"*\";",
                PAGE("1") "  <!DOCTYPE HTML>\n<p>Page.\n"
                PAGE("2") "<?xml version='1.0'?>\n"
                "<html xmlns='x'>Page.</html>\n"
                PAGE("3") "<div><p>One.</p><p>Two.</div>\n"
                TEXT("4", "Is 1 < 2? <b>Yes</b>, and <headline> is no tag.")
                "{\"id\":\"x\",\"title\":\"T\",\"text\":\"t\"}\n"
                TEXT("6", "{not JSON} he wrote.")
                "! 7.jsonl:1: column 1: an object is expected\n");
}

/* 1152 bytes: more than is looked at for tags. */
#define LINE "------------------------------------------------"
#define LINES LINE LINE LINE LINE LINE LINE LINE LINE
#define LONG_NOTE "<!-- " LINES LINES LINES " -->"

Test(fetch, a_page_may_stand_behind_a_comment_of_any_length)
{
    put_file("1", LONG_NOTE "\n<html><p>Page.");
    put_file("2", "<!-- a note --> It is a text; <html> is a word of it.");
    put_file("3", "<!-- a note without an end");
    check_fetch("paths = \"*\";",
                PAGE("1") LONG_NOTE "\n<html><p>Page.\n"
                TEXT("2", "<!-- a note --> It is a text; <html> is a word "
                          "of it.")
                TEXT("3", "<!-- a note without an end"));
}

Test(fetch, a_format_that_was_named_is_obeyed)
{
    put_file("a", "{\"text\":\"<p>One.</p><p>\"}");
    check_fetch("paths = \"a\"; format = \"text\";",
                TEXT("a", "{\\\"text\\\":\\\"<p>One.</p><p>\\\"}"));
    check_fetch("paths = \"a\"; format = \"html\";",
                PAGE("a") "{\"text\":\"<p>One.</p><p>\"}\n");
    check_fetch_refusal("paths = \"a\"; format = \"xml\";",
                        "settings:1: fetch: format = \"xml\": must be one of "
                        "auto|text|html|jsonl|urls");
}

Test(fetch, json_over_several_lines_is_refused_with_help)
{
    static const char expected[] =
        "! a: JSON over several lines; a record a line is needed "
        "(`jq -c .` makes it, `jq -c .[]` of an array)\n";
    static const char *const inputs[] = {
        "{\n  \"text\": \"one\"\n}\n",
        "{ \"id\": 1,\n\n  \"text\": \"one\" }\n",
        "[ {\"text\":\"one\"},\n{\"text\":\"two\"}]\n",
    };

    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        put_file("a", inputs[i]);
        check_fetch("paths = \"a\";", expected);
        check_fetch("paths = \"a\"; format = \"jsonl\";", expected);
    }
}

Test(fetch, a_first_line_that_was_cut_off_costs_no_other)
{
    put_file("a", "{\"id\":\"x\",\"text\":\"one\n"
                  "{\"id\":\"y\",\"text\":\"two\"}\n");
    check_fetch("paths = \"a\";",
                "! a:1: column 22: unexpected end of data\n"
                "{\"id\":\"y\",\"text\":\"two\"}\n");
}

Test(fetch, binary_data_is_refused_unless_it_was_named_a_text)
{
    static const char bytes[] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0!\xf9";

    put_bytes("a", bytes, sizeof(bytes) - 1);
    put_file("b", "%PDF-1.7\nand so on, all of it in ASCII.");
    check_fetch("paths = [ \"a\", \"b\" ];",
                "! a: not a text, binary data\n! b: not a text, binary data\n");
    check_fetch("paths = \"b\"; format = \"text\";",
                TEXT("b", "%PDF-1.7\\nand so on, all of it in ASCII."));
}

/* ---- sizes ---- */

Test(fetch, a_file_beyond_max_document_is_refused_and_the_next_is_read)
{
    put_file("a.txt", "12345");
    put_often("b.txt", "0123456789", 200000);
    put_file("c.txt", "1234");
    check_fetch("paths = \"?.txt\"; max_document = 4;",
                "! a.txt: larger than max_document (4 bytes)\n"
                "! b.txt: larger than max_document (4 bytes)\n"
                TEXT("c.txt", "1234"));
}

Test(fetch, a_little_file_that_unpacks_to_a_huge_one_is_refused)
{
    gzFile gz = gzopen("a.gz", "wb1");
    char zeros[65536];

    memset(zeros, '0', sizeof(zeros));
    for (int i = 0; i < 1024; i++)
        gzwrite(gz, zeros, sizeof(zeros));
    gzclose(gz);
    check_fetch("paths = \"a.gz\"; max_document = \"1M\";",
                "! a.gz: larger than max_document (1048576 bytes)\n");
    check_fetch("paths = \"a.gz\"; max_document = \"1M\"; format = \"jsonl\";",
                "! a.gz:1: larger than max_document (1048576 bytes)\n");
}

/* Line ends, which bring no document: a run would read them for days. */
Test(fetch, a_packed_file_that_grows_out_of_all_measure_is_left)
{
    const char first[] = "{\"text\":\"One.\"}\n";
    gly_buf packed = { 0 };
    size_t len = 192 * 1024 * 1024;
    char *lines = malloc(len);

    cr_assert(lines != NULL);
    memset(lines, '\n', len);
    memcpy(lines, first, sizeof(first) - 1);

    size_t size = ZSTD_compressBound(len);
    char *room = malloc(size);

    gly_buf_add(&packed, room, ZSTD_compress(room, size, lines, len, 1));
    free(room);
    free(lines);
    put_buf("a.jsonl.zst", &packed);

    gly_harness *h = gly_harness_open("fetch", "paths = \"a.jsonl.zst\";");
    gly_buf got = { 0 };

    read_all(h, &got);
    cr_expect(strstr(got.data, "\"One.\"}\n! a.jsonl.zst:") != NULL);
    cr_expect(strstr(got.data, ": unpacks to more than 400 times its size (if "
                               "it is to be read, unpack it first); records "
                               "before it: 1\n") != NULL);
    cr_expect(eq(sz, count_lines(got.data), 2));
    gly_buf_finish(&got);
    gly_harness_close(h);
}

/* ---- character sets ---- */

struct bytes {
    const char *in;
    size_t len;
    const char *charset, *text;
};
#define BYTES(str) (str), sizeof(str) - 1

/* Each as a file. */
static void check_charsets(const struct bytes *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_bytes("a", files[i].in, files[i].len);
        gly_harness *h = gly_harness_open("fetch", "paths = \"a\";");
        gly_doc *doc = gly_harness_pull(h);
        const char *charset = gly_get(doc, "charset", 0);
        const char *raw = gly_raw(doc, NULL);
        const char *text = raw ? strstr(raw, "<p>") : gly_text(doc, NULL);
        cr_expect(eq(str, (char *)(charset ? charset : "utf-8"),
                     (char *)files[i].charset), "file %zu", i);
        cr_expect(eq(str, (char *)(raw ? text + 3 : text),
                     (char *)files[i].text), "file %zu", i);
        gly_harness_close(h);
    }
}

Test(fetch, a_byte_order_mark_says_what_a_file_is)
{
    static const struct bytes files[] = {
        { BYTES("\xef\xbb\xbf""caf\xc3\xa9"), "utf-8", "caf\u00e9" },
        { BYTES("\xff\xfe""c\0a\0f\0\xe9\0=\xd8\x00\xde"), "utf-16le",
          "caf\u00e9\U0001F600" },
        { BYTES("\xfe\xff\0c\0a\0f\0\xe9\xd8\0\0x"), "utf-16be",
          "caf\u00e9" HALF "x" },
        { BYTES("\xff\xfe\0\0\xe9\0\0\0"), "utf-32le", "\u00e9" },
        { BYTES("\xff\xfe<\0h\0t\0m\0l\0>\0<\0p\0>\0\xe9\0"), "utf-16le",
          "\u00e9" },
        { BYTES("\xff\xfe""a\0\xe9"), "utf-16le", "a" HALF },
    };

    check_charsets(files, sizeof(files) / sizeof(files[0]));
}

Test(fetch, a_page_says_its_own_character_set)
{
    static const struct bytes files[] = {
        { BYTES("<html><meta charset=ISO-8859-1><p>\x93""caf\xe9\x94"),
          "windows-1252", "\u201ccaf\u00e9\u201d" },
        { BYTES("<html><meta http-equiv='Content-Type' content='text/html; "
                "charset=iso-8859-2'><p>\xb3\xf3""d\xbc"),
          "iso-8859-2", "\u0142\u00f3d\u017a" },
        { BYTES("<?xml version='1.0' encoding='koi8-r'?><html><p>\xcd\xc9\xd2"),
          "koi8-r", "\u043c\u0438\u0440" },
        { BYTES("<html><!-- <meta charset=koi8-r> --><meta charset=\"windows-1251"
                "\"/><p>\xcc\xe8\xf0"), "windows-1251", "\u041c\u0438\u0440" },
        { BYTES("<html><meta charset=Shift_JIS><p>\x93\xfa\x96{"),
          "shift_jis", "\u65e5\u672c" },
        { BYTES("<html><meta charset='gb2312'><p>\xd6\xd0\xb9\xfa"), "gbk",
          "\u4e2d\u56fd" },
        { BYTES("<html><meta charset='iso-2022-jp'><p>\x1b$BF|K\\\x1b(B"),
          "iso-2022-jp", "\u65e5\u672c" },
    };

    check_charsets(files, sizeof(files) / sizeof(files[0]));
}

Test(fetch, valid_utf8_wins_over_what_a_page_says)
{
    static const struct bytes files[] = {
        { BYTES("<html><meta charset=iso-8859-1><p>caf\xc3\xa9"), "utf-8",
          "caf\u00e9" },
        { BYTES("<html><meta charset=utf-16><p>cafe"), "utf-8", "cafe" },
        { BYTES("<html><meta charset=iso-8859-1><p>\xc3\xa9\xc3\xa8\xc3\xa0\xc3"
                "\xb9\xc3\xa2\xff"),
          "utf-8", "\u00e9\u00e8\u00e0\u00f9\u00e2" HALF },
        { BYTES("<html><meta charset=nonsense><p>cafe"), "utf-8", "cafe" },
    };

    check_charsets(files, sizeof(files) / sizeof(files[0]));
}

Test(fetch, a_page_that_calls_another_script_latin_is_guessed)
{
    static const struct bytes files[] = {
        { BYTES("<html><meta charset=iso-8859-1><p>"
                "\xcc\xee\xf1\xf2 \xf7\xe5\xf0\xe5\xe7 \xf0\xe5\xea\xf3 "
                "\xee\xf2\xea\xf0\xfb\xf2, \xe8 \xe2\xf1\xe5 \xef\xf0\xe8"
                "\xf8\xeb\xe8 \xed\xe0 \xed\xe5\xe3\xee \xef\xee\xf1\xec"
                "\xee\xf2\xf0\xe5\xf2\xfc. \xcc\xee\xf1\xf2 \xf7\xe5\xf0"
                "\xe5\xe7 \xf0\xe5\xea\xf3 \xee\xf2\xea\xf0\xfb\xf2, \xf1"
                "\xea\xe0\xe7\xe0\xeb \xe3\xeb\xe0\xe2\xe0 \xe3\xee\xf0\xee"
                "\xe4\xe0."),
          "windows-1251",
          "\u041c\u043e\u0441\u0442 \u0447\u0435\u0440\u0435\u0437 "
          "\u0440\u0435\u043a\u0443 \u043e\u0442\u043a\u0440\u044b"
          "\u0442, \u0438 \u0432\u0441\u0435 \u043f\u0440\u0438"
          "\u0448\u043b\u0438 \u043d\u0430 \u043d\u0435\u0433\u043e"
          " \u043f\u043e\u0441\u043c\u043e\u0442\u0440\u0435\u0442"
          "\u044c. \u041c\u043e\u0441\u0442 \u0447\u0435\u0440"
          "\u0435\u0437 \u0440\u0435\u043a\u0443 \u043e\u0442\u043a"
          "\u0440\u044b\u0442, \u0441\u043a\u0430\u0437\u0430\u043b"
          " \u0433\u043b\u0430\u0432\u0430 \u0433\u043e\u0440\u043e"
          "\u0434\u0430." },
        { BYTES("<html><meta charset=iso-8859-1><p>\xc9lev\xe9 \xe0 l'\xe9"
                "cole, cr\xe9\xe9 et f\xeat\xe9. \x97\x97\x97\x97\x97\x97"
                "\xa0\xa0\xa0\xa0\xa0\xa0\x85\x85\x85\x85"),
          "windows-1252",
          "\u00c9lev\u00e9 \u00e0 l'\u00e9" "cole, cr\u00e9\u00e9 et f\u00eat"
          "\u00e9. \u2014\u2014\u2014\u2014\u2014\u2014\u00a0\u00a0\u00a0"
          "\u00a0\u00a0\u00a0\u2026\u2026\u2026\u2026" },
    };

    check_charsets(files, sizeof(files) / sizeof(files[0]));
}

Test(fetch, a_text_without_a_word_about_it_is_guessed)
{
    static const struct bytes files[] = {
        { BYTES("The minister said: \x93We will not wait,\x94 and left the "
                "caf\xe9. It\x92s over \x97 for now."), "windows-1252",
          "The minister said: \u201cWe will not wait,\u201d and left the "
          "caf\u00e9. It\u2019s over \u2014 for now." },
        { BYTES("\xcf\xf0\xe5\xe7\xe8\xe4\xe5\xed\xf2 \xf1\xea\xe0\xe7\xe0\xeb "
                "\xe2 \xef\xff\xf2\xed\xe8\xf6\xf3, \xf7\xf2\xee \xee\xed \xed"
                "\xe5 \xef\xee\xe5\xe4\xe5\xf2 \xe2 \xcc\xee\xf1\xea\xe2\xf3."),
          "windows-1251",
          "\u041f\u0440\u0435\u0437\u0438\u0434\u0435\u043d\u0442 \u0441\u043a"
          "\u0430\u0437\u0430\u043b \u0432 \u043f\u044f\u0442\u043d\u0438\u0446"
          "\u0443, \u0447\u0442\u043e \u043e\u043d \u043d\u0435 \u043f\u043e"
          "\u0435\u0434\u0435\u0442 \u0432 \u041c\u043e\u0441\u043a\u0432\u0443"
          "." },
        { BYTES("one \0 two and a good deal of text after it"), "utf-8",
          "one " HALF " two and a good deal of text after it" },
        { BYTES("a\x81z"), "windows-1252", "a" HALF "z" },
    };

    check_charsets(files, sizeof(files) / sizeof(files[0]));
}

Test(fetch, bytes_that_cannot_be_converted_are_counted)
{
    put_file("a", "<html><meta charset=windows-1252><p>\x81\x8d caf\xe9");
    check_fetch_count("a", "invalid-bytes", 2);
}

Test(fetch, a_large_file_is_read_line_by_line)
{
    size_t count = 0;

    put_often("a.jsonl", "{\"text\":\"A line that is read.\"}\n", 50000);
    gly_harness *h = gly_harness_open("fetch", "paths = \"a.jsonl\";");
    for (gly_doc *doc; (doc = gly_harness_pull(h)) != NULL; count++)
        cr_assert(eq(str, (char *)gly_text(doc, NULL),
                     (char *)"A line that is read."));
    cr_expect(eq(sz, count, 50000));
    gly_harness_close(h);
}

Test(fetch, a_harness_may_be_closed_before_the_end)
{
    gly_buf a = { 0 };

    mkdir("in", 0755);
    for (int i = 0; i < 20; i++)
        add_gzip(&a, "{\"text\":\"one\"}\n");
    put_buf("in/a.gz", &a);
    put_file("in/b.txt", "b");
    gly_harness *h = gly_harness_open("fetch", "paths = [ \"in\", \"i*\" ];");
    cr_expect(gly_harness_pull(h) != NULL);
    gly_harness_close(h);
}

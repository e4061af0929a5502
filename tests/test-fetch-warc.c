/* What fetch-warc brings of web archives, whole and damaged. */
#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/stage.h>
#include <stdlib.h>
#include <string.h>

TestSuite(fetch_warc, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 60);

#define PAGE_OF(text) "<html><body><p>" text "</p></body></html>"

static void add_record(gly_buf *out, const char *type, const char *more,
                       const char *block, size_t len)
{
    gly_buf_printf(out, "WARC/1.0\r\nWARC-Type: %s\r\n%sContent-Length: %zu"
                   "\r\n\r\n", type, more, len);
    gly_buf_add(out, block, len);
    gly_buf_puts(out, "\r\n\r\n");
}

/* A response with these HTTP headers, each with its line end. */
static void add_response(gly_buf *out, const char *headers, const char *body,
                         size_t len)
{
    gly_buf block = {0};

    gly_buf_printf(&block, "HTTP/1.1 200 OK\r\n%s\r\n", headers);
    gly_buf_add(&block, body, len);
    add_record(out, "response",
               "WARC-Target-URI: <http://a.example/x>\r\n"
               "WARC-Record-ID: <urn:uuid:1>\r\n"
               "WARC-Date: 2024-05-01T10:00:00Z\r\n"
               "Content-Type: application/http; msgtype=response\r\n",
               block.data, block.len);
    gly_buf_finish(&block);
}

#define RESPONSE(text)                                                      \
    "{\"id\":\"urn:uuid:1\",\"uri\":\"http://a.example/x\","                \
    "\"fetched\":\"2024-05-01T10:00:00Z\",\"source\":\"a.warc\",\"text\":\"" \
    text "\"}"
#define TEXT_OF(file, n, text)                                              \
    "{\"id\":\"" file ":" n "\",\"source\":\"" file "\",\"text\":\"" text \
    "\"}\n"
#define HTML "Content-Type: text/html\r\n"

static void check(const char *settings, const char *expected)
{
    gly_harness *h = gly_harness_open("fetch-warc", settings);
    gly_buf out = {0};

    gly_buf_puts(&out, "");
    read_all(h, &out);
    cr_expect(eq(str, out.data, (char *)expected));
    gly_buf_finish(&out);
    gly_harness_close(h);
}

static void check_archive(gly_buf *archive, const char *expected)
{
    put_buf("a.warc", archive);
    check("paths = \"a.warc\";", expected);
}

Test(fetch_warc, pages_are_brought_and_other_records_passed_over)
{
    gly_buf w = {0};

    add_record(&w, "warcinfo", "", "software: x\r\n", 13);
    add_record(&w, "request", "Content-Type: application/http\r\n",
               "GET / HTTP/1.1\r\n\r\n", 18);
    add_response(&w, HTML, PAGE_OF("One"), strlen(PAGE_OF("One")));
    add_record(&w, "metadata", "", "", 0);
    check_archive(&w, RESPONSE("") " <text/html> " PAGE_OF("One") "\n");
}

Test(fetch_warc, texts_of_conversion_records_are_brought)
{
    gly_buf w = {0};

    add_record(&w, "conversion", "Content-Type: text/plain\r\n"
               "WARC-Target-URI: http://b.example/\r\n", "A text.\n", 8);
    add_record(&w, "resource", "Content-Type: text/html\r\n",
               PAGE_OF("Two"), strlen(PAGE_OF("Two")));
    add_record(&w, "resource", "Content-Type: image/png\r\n", "\x89PNG", 4);
    check_archive(&w, "{\"id\":\"a.warc:1\",\"uri\":\"http://b.example/\","
                      "\"source\":\"a.warc\",\"text\":\"A text.\\n\"}\n"
                      "{\"id\":\"a.warc:2\",\"source\":\"a.warc\",\"text\":\"\"}"
                      " <text/html> " PAGE_OF("Two") "\n");
}

Test(fetch_warc, what_is_no_page_is_passed_over)
{
    gly_buf w = {0};
    const char *moved = "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n<html>gone";

    add_response(&w, "Content-Type: application/pdf\r\n", "%PDF-1.4", 8);
    add_response(&w, HTML, "", 0);
    add_response(&w, HTML, "\x89PNG\0\0\0\1\0\2\0\3\0", 13);
    add_record(&w, "response", "Content-Type: application/http\r\n", moved,
               strlen(moved));
    add_record(&w, "revisit", "Content-Type: application/http\r\n", moved,
               strlen(moved));
    check_archive(&w, "");
}

Test(fetch_warc, the_server_names_the_charset)
{
    gly_buf w = {0};

    add_response(&w, "content-type: text/plain; Charset=\"koi8-r\"\r\n",
                 "\xf0\xd2\xc9\xd7\xc5\xd4", 6);
    put_buf("a.warc", &w);
    check("paths = \"a.warc\";",
          "{\"id\":\"urn:uuid:1\",\"uri\":\"http://a.example/x\",\"fetched\":"
          "\"2024-05-01T10:00:00Z\",\"source\":\"a.warc\",\"charset\":\"koi8-r\","
          "\"text\":\"Привет\"}\n");
}

/* ---- codings ---- */

#define TEXT_TYPE "Content-Type: text/plain\r\n"
#define CHUNKED TEXT_TYPE "Transfer-Encoding: chunked\r\n"
#define PACKED(how) TEXT_TYPE "Content-Encoding: " how "\r\n"

static void check_body(const char *headers, const char *body, size_t len,
                       const char *expected)
{
    gly_buf w = {0};

    add_response(&w, headers, body, len);
    check_archive(&w, expected);
}

Test(fetch_warc, chunks_are_put_together)
{
    const char *chunks = "5\r\nHello\r\nA;x=y\r\n, readers!\r\n0\r\n\r\n";

    check_body(CHUNKED, chunks, strlen(chunks),
               RESPONSE("Hello, readers!") "\n");
    check_body(CHUNKED, "Hello", 5, RESPONSE("Hello") "\n");
    check_body(CHUNKED, "bed and breakfast", 17,
               RESPONSE("bed and breakfast") "\n");
    check_body(CHUNKED, "5\r\nHello\r\nFF\r\n you", 18,
               RESPONSE("Hello you") "\n");
    check_body(CHUNKED, "5\r\nHello\r\nZZ\r\n you", 18,
               RESPONSE("Hello") "\n");
    check_body(CHUNKED, "FFFFFFFFFFFFFFFF1\r\nHello", 24,
               RESPONSE("FFFFFFFFFFFFFFFF1\\r\\nHello") "\n");
}

Test(fetch_warc, packed_bodies_are_unpacked)
{
    gly_buf gzip = {0}, zstd = {0};

    add_gzip(&gzip, "Packed by gzip.");
    add_zstd(&zstd, "Packed by zstd.");
    check_body(PACKED("gzip"), gzip.data, gzip.len,
               RESPONSE("Packed by gzip.") "\n");
    check_body(PACKED("GZIP"), "not packed", 10, RESPONSE("not packed") "\n");
    check_body(PACKED("zstd"), zstd.data, zstd.len,
               RESPONSE("Packed by zstd.") "\n");
    check_body(PACKED("deflate"), "K\xc4\x05\x00", 4, RESPONSE("aaaaaaaaaaaaaaaaaaaaaaaaa") "\n");
    check_body(PACKED("identity"), "plain", 5, RESPONSE("plain") "\n");
    gly_buf_finish(&gzip);
    gly_buf_finish(&zstd);
}

Test(fetch_warc, what_cannot_be_unpacked_is_refused)
{
    check_body(PACKED("br"), "xyz", 3, "! a.warc, record 1: an unknown content "
               "encoding\n");
    check_body(PACKED("gzip"), "\x1f\x8b\x08\xff\xff\xff\xff\xff\xff\xff\xff",
               11, "! a.warc, record 1: damaged gzip data\n");
    check_body(PACKED("zstd"), "xyz", 3,
               "! a.warc, record 1: damaged zstd data\n");
}

Test(fetch_warc, a_body_that_unpacks_to_too_much_is_refused)
{
    char *large = calloc(1, 300001);
    gly_buf packed = {0}, w = {0};

    memset(large, 'a', 300000);
    add_gzip(&packed, large);
    add_response(&w, PACKED("gzip"), packed.data, packed.len);
    put_buf("a.warc", &w);
    check("paths = \"a.warc\"; max_document = \"100K\";",
          "! a.warc, record 1: larger than max_document when unpacked\n");
    gly_buf_finish(&packed);
    free(large);
}

/* ---- files ---- */

Test(fetch_warc, records_packed_one_by_one_are_read)
{
    gly_buf record = {0}, packed = {0};

    for (int i = 0; i < 3; i++) {
        record.len = 0;
        add_record(&record, "conversion", "", i == 1 ? "two" : "other",
                   i == 1 ? 3 : 5);
        add_gzip(&packed, record.data);
    }
    put_buf("a.warc.gz", &packed);
    check("paths = \"a.warc.gz\";",
          TEXT_OF("a.warc.gz", "1", "other") TEXT_OF("a.warc.gz", "2", "two")
          TEXT_OF("a.warc.gz", "3", "other"));
    gly_buf_finish(&record);
}

Test(fetch_warc, an_archive_that_ends_too_early_gives_what_came_before)
{
    for (size_t cut = 1; cut < 90; cut++) {
        gly_buf w = {0};
        size_t whole;

        add_record(&w, "conversion", "", "one", 3);
        whole = w.len;
        add_record(&w, "conversion", "", "two", 3);
        if (whole + cut > w.len - 5)
            cut = 90;
        else
            w.len = whole + cut;
        put_buf("a.warc", &w);
        check("paths = \"a.warc\";",
              cut == 90 ? TEXT_OF("a.warc", "1", "one") TEXT_OF("a.warc", "2", "two")
                        : TEXT_OF("a.warc", "1", "one")
                          "! a.warc, record 2: it ends too early; records "
                          "before it: 1\n");
    }
}

Test(fetch_warc, what_is_no_archive_is_refused)
{
    put_file("a.warc", "Just some text in a file.\n");
    check("paths = \"a.warc\";",
          "! a.warc, record 1: no WARC record begins here; records before it: "
          "0\n");
    put_file("a.warc", "");
    check("paths = \"a.warc\";", "");
}

Test(fetch_warc, large_records_are_refused_and_passed)
{
    gly_buf w = {0};
    char *large = calloc(1, 1000001);

    memset(large, 'a', 1000000);
    add_record(&w, "conversion", "", large, 1000000);
    add_record(&w, "conversion", "", "small", 5);
    put_buf("a.warc", &w);
    check("paths = \"a.warc\"; max_document = \"1K\";",
          "! a.warc, record 1: larger than max_document (1024 bytes)\n"
          TEXT_OF("a.warc", "2", "small"));
    free(large);
}

Test(fetch_warc, a_head_without_end_is_refused)
{
    gly_buf w = {0};

    gly_buf_puts(&w, "WARC/1.0\r\n");
    for (int i = 0; i < 20000; i++)
        gly_buf_puts(&w, "X: yyyy\r\n");
    check_archive(&w, "! a.warc, record 1: it ends too early; records before "
                      "it: 0\n");
}

Test(fetch_warc, a_pattern_that_matches_nothing_is_refused)
{
    char why[256] = "";

    cr_assert_null(gly_harness_try("fetch-warc", "paths = \"*.warc\";", why,
                                   sizeof(why)));
    cr_expect(strstr(why, "paths: no file matches *.warc") != NULL, "%s", why);
}

Test(fetch_warc, a_pipe_is_read_as_it_comes)
{
    gly_buf w = {0};
    char *said;

    for (int i = 0; i < 100; i++)
        add_record(&w, "conversion", "", "one of many texts", 17);
    put_buf("a.warc", &w);
    put_file("p.conf", "lanes = 1; stages = ( { use = \"fetch-warc\"; },"
             " { use = \"export\"; } );");
    run_shell(&said, "(head -c 60 a.warc; sleep 0.05; tail -c +61 a.warc) |"
              " galley run -q ./p.conf - | grep -c 'one of many'");
    cr_expect(eq(str, said, "100\n"));
    free(said);
}

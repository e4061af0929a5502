#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../core/failed.h"
#include "support.h"

TestSuite(failed, .init = enter_scratch, .fini = leave_scratch);

static gly_doc *failed_doc(const char *text)
{
    gly_doc *doc = doc_of(text);

    doc->trip.ticket = "page \"1\"";
    doc->trip.stage = "clean";
    doc->trip.reason = "no text";
    return doc;
}

Test(failed, each_document_is_a_line_behind_those_that_were_there)
{
    struct failed failed;
    gly_doc *doc = failed_doc("One.\nTwo");

    put_file("f.jsonl", "{\"id\":\"old\"}\n");
    failed_init(&failed, "f.jsonl", "");
    gly_set(doc, "id", "7");
    cr_expect(eq(int, failed_add(&failed, doc, NULL), 0));
    gly_set(doc, "id", NULL);
    gly_raw_set(doc, "<p>", 3, "text/html");
    cr_expect(eq(int, failed_add(&failed, doc, NULL), 0));
    failed_finish(&failed);

    char *got = get_file("f.jsonl");

    cr_expect(eq(str, got,
                 "{\"id\":\"old\"}\n"
                 "{\"id\":\"7\",\"text\":\"One.\\nTwo\",\"failed\":{\"stage\":"
                 "\"clean\",\"reason\":\"no text\",\"ticket\":\"page \\\"1\\\"\""
                 "}}\n"
                 "{\"html\":\"<p>\",\"failed\":{\"stage\":\"clean\",\"reason\":"
                 "\"no text\",\"ticket\":\"page \\\"1\\\"\"}}\n"));
    free(got);
    doc_free(doc);
}

Test(failed, no_file_is_made_when_nothing_failed)
{
    struct failed failed;

    failed_init(&failed, "f.jsonl", "");
    failed_finish(&failed);
    failed_finish(&failed);
    cr_expect(eq(int, access("f.jsonl", F_OK), -1));
}

Test(failed, an_empty_path_records_nothing)
{
    struct failed failed;
    gly_doc *doc = failed_doc("One.");

    failed_init(&failed, "", "");
    cr_expect(eq(int, failed_add(&failed, doc, NULL), 0));
    failed_finish(&failed);
    doc_free(doc);
}

Test(failed, what_cannot_be_recorded_is_told)
{
    static const char *const paths[] = {"nowhere/f.jsonl", "/dev/full"};
    static const char *const says[] = {
        "cannot record a failed document in nowhere/f.jsonl: No such file or "
        "directory",
        "cannot record a failed document in /dev/full: No space left on device",
    };
    static const int codes[] = {-ENOENT, -ENOSPC};
    gly_doc *doc = failed_doc("One.");

    for (size_t i = 0; i < 2; i++) {
        struct failed failed;
        struct error error = {0};

        failed_init(&failed, paths[i], "");
        cr_expect(eq(int, failed_add(&failed, doc, &error), codes[i]));
        cr_expect(eq(str, error.text, (char *)says[i]));
        failed_finish(&failed);
    }
    doc_free(doc);
}

Test(failed, a_torn_last_line_is_ended_before_the_next)
{
    struct failed failed;
    gly_doc *doc = failed_doc("One.");

    put_file("f.jsonl", "{\"torn");
    failed_init(&failed, "f.jsonl", "");
    cr_expect(eq(int, failed_add(&failed, doc, NULL), 0));
    failed_finish(&failed);
    doc_free(doc);

    char *lines = get_file("f.jsonl");

    cr_expect(eq(sz, count_lines(lines), 2));
    cr_expect(strncmp(lines, "{\"torn\n{", 8) == 0, "%s", lines);
    free(lines);
}

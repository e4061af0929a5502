/* Files that are appended to: what a kill left, what is known already, several
 * that write at once. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(append, .init = enter_scratch, .fini = leave_scratch, .timeout = 120);

static void put_pipeline(const char *settings)
{
    char pipeline[512];

    snprintf(pipeline, sizeof(pipeline),
             "stages = ( { use = \"fetch\"; }, { use = \"export\"; path = \"out\";"
             " append = true; %s } );", settings);
    put_file("p.conf", pipeline);
}

/* What stands in the file after in.jsonl was appended to what it held, and what
 * was said. */
static void expect(const char *settings, const char *before, const char *input,
                   const char *after, const char *told)
{
    char *said, *out;
    bool as_told;

    put_pipeline(settings);
    put_file("out", before);
    put_file("in.jsonl", input);
    run_shell(&said, "galley run -q ./p.conf in.jsonl");
    out = get_file("out");
    cr_expect(eq(str, out, (char *)after), "%s", settings);
    as_told = *told ? strstr(said, told) != NULL : !*said;
    cr_expect(as_told, "%s", said);
    free(out);
    free(said);
}

#define A "{\"id\":\"a\",\"text\":\"One.\"}\n"
#define B "{\"id\":\"b\",\"text\":\"Two.\"}\n"

Test(append, a_record_that_is_not_whole_is_cut_off)
{
    expect("", A "{\"id\":\"b\",\"te", B, A B,
           "galley: export: warning: out: its last record is not whole: 13 bytes "
           "are cut off: {\"id\":\"b\",\"te\n");
    expect("", "{\"torn", A, A, "6 bytes are cut off");
    expect("", A "{\"id\":\"b\",\"text\":\"}\"", B, A B, "bytes are cut off");
    expect("known = 0;", A "{\"id\":\"b\"", B, A B, "9 bytes are cut off");
}

Test(append, a_record_that_lacks_its_line_end_is_whole)
{
    expect("", A "{\"id\":\"b\",\"text\":\"Two.\"}", B, A B, "");
    expect("known = 0;", "{\"id\":\"b\",\"text\":\"Two.\"}", A, B A, "");
}

Test(append, what_is_there_is_not_written_again)
{
    expect("", A B, A B A, A B, "");
    expect("", "", A A B A, A B, "");
    expect("known = 0;", A, A A, A A A, "");
}

Test(append, what_changed_is_written_again)
{
    expect("", A B, "{\"id\":\"a\",\"text\":\"One!\"}\n" B,
           A B "{\"id\":\"a\",\"text\":\"One!\"}\n", "");
}

Test(append, what_varies_makes_no_other_record)
{
    const char *before =
        "{\"id\":\"a\",\"fetched\":\"2024-01-01\",\"text\":\"\\\"fetched\\\":1\"}\n";
    const char *later =
        "{\"id\":\"a\",\"fetched\":\"2024-01-02\",\"text\":\"\\\"fetched\\\":1\"}\n";
    char both[256];

    expect("", before, later, before, "");
    snprintf(both, sizeof(both), "%s%s", before, later);
    expect("varying = [];", before, later, both, "");
    snprintf(both, sizeof(both), "%s%s", before,
             "{\"id\":\"a\",\"fetched\":\"2024-01-01\",\"text\":\"\\\"fetched\\\":2\"}\n");
    expect("", before, strchr(both, '\n') + 1, both, "");
    expect("varying = [\"x\", \"y\"];",
           "{\"id\":\"a\",\"x\":[1,{\"z\":\"]\"}],\"y\":7,\"text\":\"One.\"}\n",
           "{\"id\":\"a\",\"x\":[2],\"y\":{\"q\":[]},\"text\":\"One.\"}\n",
           "{\"id\":\"a\",\"x\":[1,{\"z\":\"]\"}],\"y\":7,\"text\":\"One.\"}\n", "");
}

Test(append, known_reaches_so_far_back)
{
    char *said;

    put_pipeline("known = 100;");
    run_shell(&said,
              "doc () { printf '{\"id\":\"%%s\",\"text\":\"x\"}\\n' \"$@\"; };"
              " doc $(seq 0 999) > a.jsonl; galley run -q ./p.conf a.jsonl;"
              " doc $(seq 900 999) $(seq 0 9) > b.jsonl;"
              " galley run -q ./p.conf b.jsonl; wc -l < out;"
              " doc $(seq 910 999) $(seq 0 19) > c.jsonl;"
              " galley run -q ./p.conf c.jsonl; wc -l < out;"
              " doc $(seq 900 909) > d.jsonl;"
              " galley run -q ./p.conf d.jsonl; wc -l < out");
    cr_expect(eq(str, said, "1010\n1020\n1030\n"));
    free(said);
}

Test(append, a_row_that_is_not_whole_is_cut_off)
{
    expect("format = \"csv\"; columns = [\"id\", \"text\"];",
           "id,text\r\na,\"One,\r\n\r\n\"\"Two\"\"\"\r\nb,\"One\r\n", B,
           "id,text\r\na,\"One,\r\n\r\n\"\"Two\"\"\"\r\nb,Two.\r\n",
           "8 bytes are cut off");
    expect("format = \"csv\"; columns = [\"id\"];", "i", B, "id\r\nb\r\n",
           "1 bytes are cut off");
    expect("format = \"tsv\"; columns = [\"id\", \"text\"];",
           "id\ttext\na\t\"One\nb\tT", B, "id\ttext\na\t\"One\nb\tTwo.\n",
           "3 bytes are cut off");
}

Test(append, an_action_without_its_document_is_cut_off)
{
#define PAIR(id, rest)                                                      \
    "{\"index\":{\"_index\":\"galley\",\"_id\":\"" id "\"}}\n" rest
    const char *settings = "format = \"opensearch\";";

    expect(settings, PAIR("a", A) PAIR("b", ""), B, PAIR("a", A) PAIR("b", B),
           "40 bytes are cut off");
    expect(settings, PAIR("a", A) PAIR("b", "{\"id\":"), B,
           PAIR("a", A) PAIR("b", B), "46 bytes are cut off");
    expect(settings, PAIR("a", ""), A, PAIR("a", A), "40 bytes are cut off");
    expect(settings, PAIR("a", A), A, PAIR("a", A) PAIR("a", A), "");
#undef PAIR
}

Test(append, rows_that_are_there_are_not_written_again)
{
    const char *csv = "format = \"csv\"; columns = [\"id\", \"text\"];";
    const char *dated =
        "format = \"csv\"; columns = [\"fetched\", \"id\", \"text\"];";
    const char *later = "{\"id\":\"a\",\"fetched\":\"2\",\"text\":\"x,\"}\n";

    expect(csv, "id,text\r\na,One.\r\n", A B A,
           "id,text\r\na,One.\r\nb,Two.\r\n", "");
    expect(csv, "id,text\r\na,\"One\r\n", A, "id,text\r\na,One.\r\n",
           "8 bytes are cut off");
    expect("format = \"tsv\"; columns = [\"id\", \"text\"];",
           "id\ttext\na\tOne.\n", B A B, "id\ttext\na\tOne.\nb\tTwo.\n", "");
    expect(dated, "fetched,id,text\r\n1,a,\"x,\"\r\n", later,
           "fetched,id,text\r\n1,a,\"x,\"\r\n", "");
    expect(dated, "fetched,id,text\r\n1,a,\"x\"\r\n", later,
           "fetched,id,text\r\n1,a,\"x\"\r\n2,a,\"x,\"\r\n", "");
}

/* Of which document, text or place, a row does not say there. */
Test(append, rows_that_are_alike_and_not_the_same_are_written)
{
    expect("format = \"csv\"; columns = [\"text\"];", "text\r\nOne.\r\n", A,
           "text\r\nOne.\r\nOne.\r\n", "");
    expect("format = \"csv\"; columns = [\"id\"];", "id\r\na\r\n", A,
           "id\r\na\r\na\r\n", "");
    expect("format = \"csv\"; known = 0; columns = [\"id\", \"text\"];",
           "id,text\r\na,One.\r\n", A,
           "id,text\r\na,One.\r\na,One.\r\n", "");
}

/* A document's rows that a kill has left some of. */
Test(append, the_rest_of_a_documents_rows_is_written)
{
    static const char *const columns[] = {
        "\"document\", \"begin\", \"end\", \"name\"", "\"document\", \"name\"",
    };
    char *said;

    put_file("in.jsonl", "{\"id\":\"a\",\"text\":\"ONE and TWO and ONE.\"}\n"
             "{\"id\":\"b\",\"text\":\"ONE TWO.\"}\n");
    for (size_t i = 0; i < 2; i++) {
        char pipeline[512];

        snprintf(pipeline, sizeof(pipeline),
                 "stages = ( { use = \"fetch\"; }, { use = \"marker\"; },"
                 " { use = \"export\"; path = \"out%zu\"; append = true; format ="
                 " \"csv\"; table = \"words\"; columns = [%s]; } );", i,
                 columns[i]);
        put_file(i ? "q.conf" : "p.conf", pipeline);
    }
    run_shell(&said,
              "export GALLEY_PLUGIN_PATH=%s/tests/plugins:%s/plugins;"
              " galley run -q ./p.conf in.jsonl; cp out0 whole;"
              " for n in 1 2 3 4 5 6; do head -n $n whole > out0; printf 'a,0'"
              " >> out0; galley run -q ./p.conf in.jsonl 2> log;"
              " sort whole > x; sort out0 | cmp - x && printf $n; done; echo;"
              " galley run -q ./q.conf in.jsonl; galley run -q ./q.conf in.jsonl;"
              " wc -l < whole; wc -l < out1", build_folder(), build_folder());
    cr_expect(eq(str, said, "123456\n6\n11\n"));
    free(said);
}

Test(append, a_packed_file_is_not_appended_to)
{
    char *said;

    put_pipeline("");
    put_file("in.jsonl", A);
    cr_expect(eq(int, run_shell(&said, "galley run ./p.conf in.jsonl -o x.gz"),
                 2));
    cr_expect(strstr(said, "append to a plain file, and pack it") != NULL, "%s",
              said);
    free(said);
}

Test(append, a_full_disk_leaves_no_part_of_a_record)
{
    char *said;

    put_pipeline("sync = true;");
    run_shell(&said,
              "seq 1000 2000 | sed 's/.*/{\"id\":\"&\",\"text\":\"some words\"}/'"
              " > in.jsonl; ( ulimit -f 40; galley run -q ./p.conf in.jsonl ) 2>"
              " said; grep -c 'cannot write out: File too large' said;"
              " tail -c 1 out; grep -vc '^{.*}$' out;"
              " galley run -q ./p.conf in.jsonl; sort -u out | wc -l; wc -l < out");
    cr_expect(eq(str, said, "1\n\n0\n1001\n1001\n"));
    free(said);
}

Test(append, several_write_one_file)
{
    char *said;

    put_pipeline("");
    run_shell(&said,
              "doc () { seq $1 $2 | sed 's/.*/{\"id\":\"&\",\"text\":\"some words\"}/'"
              "; }; doc 1 900 > a; doc 700 1500 > b; doc 1 1500 > c;"
              " galley run -q ./p.conf a --set export.sync=true & one=$!;"
              " galley run -q ./p.conf b & two=$!;"
              " galley run -q ./p.conf c; wait $one $two;"
              " cmp c out || sort out | uniq -c | grep -vc ' 1 ';"
              " wc -l < out; grep -vc '^{.*}$' out");
    cr_expect(strstr(said, "1500\n0\n") != NULL, "%s", said);
    cr_expect(strstr(said, "\n0\n1500\n") != NULL || strlen(said) == 7, "%s",
              said);
    free(said);
}

Test(append, a_killed_run_leaves_every_record_once)
{
    char *said;

    put_pipeline("");
    run_shell(&said,
              "awk 'BEGIN { for (i = 0; i < 60000; i++) w = w \" word\";"
              " for (i = 0; i < 100; i++) printf"
              " \"{\\\"id\\\":\\\"%%d\\\",\\\"text\\\":\\\"%%s.\\\"}\\n\", i, w }'"
              " > in.jsonl; : > out; bytes () { stat -c %%s out; };"
              " for i in 1 2 3 4 5 6 7 8 9; do before=$(bytes);"
              " \"$GALLEY_BUILD/galley\" run -q ./p.conf in.jsonl & run=$!;"
              " until [ $(bytes) -gt $before ] || ! kill -0 $run; do :; done;"
              " kill -9 $run; wait $run; done > log 2>&1;"
              " galley run -q ./p.conf in.jsonl 2> log;"
              " cmp in.jsonl out && echo same");
    cr_expect(eq(str, said, "same\n"));
    free(said);
}

/* The formats of export beside records: tables and bulk lines. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(export, .init = enter_scratch, .fini = leave_scratch, .timeout = 60);

/* What comes out when in.jsonl goes through fetch, these stages and export. */
static void expect_run(const char *stages, const char *settings,
                       const char *output)
{
    char pipeline[512], *said;

    snprintf(pipeline, sizeof(pipeline),
             "stages = ( { use = \"fetch\"; }, %s { use = \"export\"; %s } );",
             stages, settings);
    put_file("p.conf", pipeline);
    run_shell(&said, "galley run -q ./p.conf in.jsonl");
    cr_expect(eq(str, said, (char *)output), "%s", settings);
    free(said);
}

Test(export, a_row_a_document)
{
    put_file("in.jsonl",
             "{\"id\":\"a\",\"title\":\"Big, \\\"bad\\\"\",\"author\":[\"A\",\"B\"],"
             "\"text\":\"One.\\n\\nTwo\\ttabs\\\\.\"}\n"
             "{\"id\":\"b\",\"text\":\" end \"}\n");
    expect_run("", "format = \"csv\";",
               "id,uri,title,author,date,lang,text\r\n"
               "a,,\"Big, \"\"bad\"\"\",A; B,,,\"One.\n\nTwo\ttabs\\.\"\r\n"
               "b,,,,,,\" end \"\r\n");
    expect_run("", "format = \"tsv\"; columns = [\"title\", \"text\"];",
               "title\ttext\n"
               "Big, \"bad\"\tOne.\\n\\nTwo\\ttabs\\\\.\n"
               "\t end \n");
}

Test(export, a_row_a_span)
{
    put_file("in.jsonl", "{\"id\":\"a\",\"text\":\"“Ça va”, said Zoë Brandt in "
                         "Paris.\"}\n{\"id\":\"b\",\"text\":\"nothing here\"}\n");
    expect_run("{ use = \"entity\"; },",
               "format = \"csv\"; table = \"entities\";"
               " columns = [\"document\", \"begin\", \"end\", \"kind\", \"text\"];",
               "document,begin,end,kind,text\r\n"
               "a,14,24,PERSON,Zoë Brandt\r\na,28,33,LOC,Paris\r\n");
    expect_run("{ use = \"entity\"; },",
               "format = \"csv\"; table = \"entities\"; offsets = \"bytes\";"
               " columns = [\"begin\", \"none\", \"none.of\"];",
               "begin,none,none.of\r\n19,,\r\n34,,\r\n");
    expect_run("{ use = \"entity\"; }, { use = \"quote\"; },",
               "format = \"tsv\"; table = \"quotes\";"
               " columns = [\"kind\", \"text\", \"speaker\", \"speaker.name\","
               " \"cue\", \"cue.stance\"];",
               "kind\ttext\tspeaker\tspeaker.name\tcue\tcue.stance\n"
               "direct\t“Ça va”\tZoë Brandt\tZoë Brandt\tsaid\tsay\n");
}

Test(export, positions_have_all_their_digits)
{
    char *line = malloc(200100);

    memset(line, 'x', 200000);
    memcpy(line, "{\"id\":\"a\",\"text\":\"", 18);
    strcpy(line + 150000, ". We met Paul Brandt.\"}\n");
    put_file("in.jsonl", line);
    free(line);
    expect_run("{ use = \"entity\"; },",
               "format = \"csv\"; table = \"entities\"; columns = [\"begin\"];",
               "begin\r\n149991\r\n");
}

Test(export, a_cell_is_never_a_formula)
{
    put_file("in.jsonl",
             "{\"id\":\"=1+1\",\"title\":\" =HYPERLINK(\\\"x\\\",\\\"y\\\")\","
             "\"author\":\"+1\",\"date\":\"-1\",\"lang\":\"@SUM(A1)\","
             "\"text\":\"\\t=1\"}\n"
             "{\"id\":\"\\uff1d1\",\"title\":\"a=1\",\"text\":\"\\r=2\"}\n");
    expect_run("", "format = \"csv\";",
               "id,uri,title,author,date,lang,text\r\n"
               "'=1+1,,\"' =HYPERLINK(\"\"x\"\",\"\"y\"\")\",'+1,'-1,"
               "'@SUM(A1),'\t=1\r\n"
               "'\uff1d1,,a=1,,,,\"'\r=2\"\r\n");
}

Test(export, a_table_that_goes_on_has_one_head)
{
    char *table;

    put_file("in.jsonl", "{\"id\":\"a\",\"text\":\"One.\"}\n");
    for (int i = 0; i < 2; i++)
        expect_run("", "format = \"csv\"; path = \"t.csv\"; append = true;"
                   " columns = [\"id\"];", "");
    table = get_file("t.csv");
    cr_expect(eq(str, table, "id\r\na\r\na\r\n"));
    free(table);
}

Test(export, bulk_lines_name_index_and_id)
{
    put_file("in.jsonl", "{\"id\":\"a\\\"b\",\"text\":\"One.\"}\n");
    expect_run("", "format = \"opensearch\"; index = \"news-2024\";",
               "{\"index\":{\"_index\":\"news-2024\",\"_id\":\"a\\\"b\"}}\n"
               "{\"id\":\"a\\\"b\",\"text\":\"One.\"}\n");
}

#include "support-web.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *web_shell(struct server *server, const char *settings, const char *words)
{
    gly_buf pipeline = { 0 };
    char *said;

    gly_buf_printf(&pipeline,
                   "stages = ( { use = \"fetch\"; %s delay = \"0\";"
                   " backoff = \"1ms\"; %s },"
                   " { use = \"clean\"; keep_all = true; },"
                   " { use = \"export\"; path = \"out\"; append = true;"
                   " format = \"tsv\"; columns = \"id, uri, title\"; } );",
                   strstr(settings, "allow") ? "" : "allow_private = true;",
                   settings);
    put_file("p.conf", pipeline.data);
    put_file("run", words);
    gly_buf_finish(&pipeline);
    run_shell(&said,
              "export PORT=%u; export A=http://a.localhost:$PORT"
              " B=http://b.localhost:$PORT;"
              " rm -f out failed.jsonl; { . ./run; } 2>&1 | sed \"s,$A,A,g;"
              " s,$B,B,g; s/:$PORT//g\"",
              server_port(server));
    return said;
}

void expect_web(struct server *server, const char *settings,
                const char *addresses, const char *expected)
{
    gly_buf words = { 0 };
    char *said;

    gly_buf_printf(&words,
                   "galley run -q ./p.conf %s 2> said; { tail -n +2 out;"
                   " sed 's/.*\"reason\":\"\\([^\"]*\\)\".*/! \\1/'"
                   " failed.jsonl; } 2> /dev/null | LC_ALL=C sort",
                   addresses);
    said = web_shell(server, settings, words.data);
    cr_expect(eq(str, said, (char *)expected), "%s", addresses);
    free(said);
    gly_buf_finish(&words);
}

/* fetch over TLS, against `openssl s_server`. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

TestSuite(web_tls, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 120);

/* A server for a.localhost, whose certificate is signed by ca.pem. */
static const char serve[] =
    "make () { openssl \"$@\" 2> /dev/null; };"
    " key='ec -pkeyopt ec_paramgen_curve:P-256 -nodes';"
    " make req -x509 -newkey $key -keyout ca.key -out ca.pem -subj /CN=own"
    "  -days 2;"
    " make req -newkey $key -keyout s.key -out s.csr -subj /CN=a.localhost"
    "  -addext subjectAltName=DNS:a.localhost;"
    " make x509 -req -in s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
    "  -copy_extensions copy -out s.pem;"
    " echo 'A page.' > page.txt;"
    " openssl s_server -accept 127.0.0.1:0 -cert s.pem -key s.key -WWW"
    "  > said 2>&1 & server=$!; n=0; until grep -qs ACCEPT said ||"
    "  [ $n = 3000 ]; do n=$((n + 1)); sleep 0.01; done;"
    " export PORT=$(sed -n 's/^ACCEPT.*://p' said);";

static void expect(const char *settings, const char *host, const char *expected)
{
    gly_buf pipeline = { 0 };
    char *said;

    if (run_shell(NULL, "openssl version > /dev/null") != 0)
        cr_skip_test("there is no openssl");
    gly_buf_printf(&pipeline,
                   "stages = ( { use = \"fetch\"; allow_private = true;"
                   " robots = false; retries = 0; %s }, { use = \"export\"; } );",
                   settings);
    put_file("p.conf", pipeline.data);
    gly_buf_finish(&pipeline);
    run_shell(&said, "%s galley run -q ./p.conf https://%s:$PORT/page.txt |"
              " grep -o 'A page'; sed 's/.*page.txt: \\([^\"]*\\)\".*/\\1/'"
              " failed.jsonl; kill $server", serve, host);
    cr_expect(strncmp(said, expected, strlen(expected)) == 0, "%s", said);
    free(said);
}

Test(web_tls, a_certificate_of_nobody_is_refused)
{
    expect("", "a.localhost",
           "galley: 1 of 1 documents failed; they are recorded in failed.jsonl\n"
           "SSL certificate problem: unable to get local issuer certificate");
}

Test(web_tls, one_of_an_own_authority_is_good)
{
    expect("ca_file = \"ca.pem\";", "a.localhost", "A page\n");
}

Test(web_tls, but_not_for_another_host)
{
    expect("ca_file = \"ca.pem\";", "b.localhost",
           "galley: 1 of 1 documents failed; they are recorded in failed.jsonl\n"
           "SSL: no alternative certificate subject name matches target host "
           "name 'b.localhost'");
}

Test(web_tls, a_file_of_certificates_must_be_there)
{
    char *said;

    put_file("p.conf", "stages = ( { use = \"fetch\"; paths = \"https://a/\";"
             " ca_file = \"none.pem\"; }, { use = \"export\"; } );");
    cr_expect(eq(int, run_shell(&said, "galley run ./p.conf"), 2));
    cr_expect(eq(str, said, "./p.conf:1: fetch: ca_file: cannot read none.pem: "
                 "No such file or directory\n"));
    free(said);
}

/* Lines of the log: every write is caught as a packet of its own. */
#include "../core/log.h"

#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(log, .init = enter_scratch, .fini = leave_scratch);

static int ends[2], old_stderr;
static char packet[8192];

static void catch_lines(const char *format)
{
    cr_assert(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    old_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    cr_assert(log_set_format(format));
}

/* The next line, without the time; "" when there is none. */
static char *caught(void)
{
    ssize_t len = recv(ends[0], packet, sizeof(packet) - 1, MSG_DONTWAIT);
    char *time;

    packet[len > 0 ? len : 0] = '\0';
    time = strstr(packet, "20");
    if (time && strlen(time) > 24 && time[10] == 'T' && time[19] == '.' &&
        time[23] == 'Z')
        memmove(time, time + 24, strlen(time + 24) + 1);
    return packet;
}

static void let_lines_go(void)
{
    dup2(old_stderr, STDERR_FILENO);
    log_set_format("text");
}

static void expect(const char *who, const char *ticket, const char *message,
                   const char *text, const char *logfmt, const char *json)
{
    const char *formats[] = {"text", "logfmt", "json"};
    const char *expected[] = {text, logfmt, json};

    for (int i = 0; i < 3; i++) {
        char *got;

        catch_lines(formats[i]);
        if (ticket)
            log_ticket(GLY_WARN, who, ticket, "%s", message);
        else
            log_line(GLY_WARN, who, "%s", message);
        got = caught();
        let_lines_go();
        cr_expect(eq(str, got, (char *)expected[i]));
    }
}

Test(log, a_line_has_level_stage_ticket_and_message)
{
    expect(NULL, NULL, "ready", "galley: warning: ready\n",
           "time= level=warn message=ready\n",
           "{\"time\":\"\",\"level\":\"warn\",\"message\":\"ready\"}\n");
    expect("clean", "in/a b.html", "no text",
           "galley: clean: warning: in/a b.html: no text\n",
           "time= level=warn stage=clean ticket=\"in/a b.html\""
           " message=\"no text\"\n",
           "{\"time\":\"\",\"level\":\"warn\",\"stage\":\"clean\","
           "\"ticket\":\"in/a b.html\",\"message\":\"no text\"}\n");
}

Test(log, a_name_forges_no_line_and_drives_no_terminal)
{
    expect("fetch", "a\ngalley: b\r\033[2J\177\xc2\x9b", "\"c\\d\" \xe2\x80\xae=",
           "galley: fetch: warning: a\\ngalley: b\\r\\x1b[2J\\x7f\\u009b: "
           "\"c\\d\" \\u202e=\n",
           "time= level=warn stage=fetch ticket=\"a\\ngalley: b\\r\\u001b[2J"
           "\\u007f\\u009b\" message=\"\\\"c\\\\d\\\" \\u202e=\"\n",
           "{\"time\":\"\",\"level\":\"warn\",\"stage\":\"fetch\",\"ticket\":"
           "\"a\\ngalley: b\\r\\u001b[2J\\u007f\\u009b\",\"message\":"
           "\"\\\"c\\\\d\\\" \\u202e=\"}\n");
}

Test(log, bytes_that_are_no_text_are_shown_as_numbers)
{
    expect(NULL, "caf\xe9\xe2\x82.txt", "Zoë",
           "galley: warning: caf\\xe9\\xe2\\x82.txt: Zoë\n",
           "time= level=warn ticket=\"caf\\\\xe9\\\\xe2\\\\x82.txt\""
           " message=\"Zoë\"\n",
           "{\"time\":\"\",\"level\":\"warn\",\"ticket\":"
           "\"caf\\\\xe9\\\\xe2\\\\x82.txt\",\"message\":\"Zoë\"}\n");
    expect(NULL, "", "",
           "galley: warning: : \n",
           "time= level=warn ticket=\"\" message=\"\"\n",
           "{\"time\":\"\",\"level\":\"warn\",\"ticket\":\"\",\"message\":\"\"}\n");
}

Test(log, a_line_that_is_too_long_stays_a_line)
{
    char *controls = malloc(3001), *quotes = malloc(3001);

    memset(controls, '\001', 3000);
    memset(quotes, '"', 3000);
    controls[3000] = quotes[3000] = '\0';
    for (int i = 0; i < 3; i++) {
        const char *ends_in[] = {"...\n", "...\"\n", "...\"}\n"};
        char *got;

        catch_lines((const char *[]){"text", "logfmt", "json"}[i]);
        log_ticket(GLY_ERROR, quotes, controls, "%s%s", controls, quotes);
        got = caught();
        let_lines_go();
        cr_expect(le(sz, strlen(got), 4096));
        cr_expect(gt(sz, strlen(got), 3500));
        cr_expect(eq(str, got + strlen(got) - strlen(ends_in[i]),
                     (char *)ends_in[i]));
        cr_expect(strstr(got, "...") < got + 1200, "%s", got);
        cr_expect(eq(sz, count_lines(got), 1));
    }
    free(controls);
    free(quotes);
}

Test(log, other_formats_are_refused)
{
    char *said;

    cr_expect(not(log_set_format("xml")));
    cr_expect(eq(int, run_shell(&said, "galley work --log xml p.conf"), 2));
    cr_expect(strstr(said, "--log takes text, logfmt or json") != NULL, "%s",
              said);
    free(said);
}

Test(log, a_stage_tells_of_the_document_in_hand)
{
    char *said;

    put_file("a\nb.jsonl", "{\"id\":\"1\"}\n");
    put_file("p.conf", "stages = ( { use = \"fetch\"; paths = \"*.jsonl\"; },"
             " { use = \"export\"; } );");
    run_shell(&said, "galley work -v --log json ./p.conf 2>&1 |"
              " grep -c '^{.*\"ticket\":\"a.nb.jsonl:1\",.*}$'");
    cr_expect(eq(str, said, "1\n"));
    free(said);
    run_shell(&said, "galley work --log logfmt ./none.conf");
    cr_expect(strncmp(said, "time=2", 6) == 0 &&
              strstr(said, " level=error message=\"") != NULL, "%s", said);
    free(said);
}

/* support-web.h: a server, and what fetch brings from it. */
#ifndef SUPPORT_WEB_H
#define SUPPORT_WEB_H

#include "support-server.h"
#include "support.h"

/* Runs words in the shell, "galley" among them, where $A and $B are addresses of
 * two hosts of the server, $PORT its port (settings know them too, as ${A}), and p.conf a pipeline of fetch with
 * these settings (and loopback allowed, unless they say what is), clean, and
 * export to `out` as a table of id, uri and title. What it says, to be freed: without ports, the hosts named A and B again. */
char *web_shell(struct server *server, const char *settings, const char *words);
/* Fetches addresses and expects these lines, sorted: rows of the table, "" left
 * out, and "! REASON" for what failed. */
void expect_web(struct server *server, const char *settings,
                const char *addresses, const char *expected);

#endif

/* admin.h: what a worker tells over HTTP, for its operator alone.
 *
 * A process of its own reads the figures (picture.h) and answers; it asks nothing
 * of the pipeline, so it answers while that is down and cannot hurt it. Who may
 * ask: whoever may open the unix socket, or any program of this machine; pages
 * of other sites in a browser are kept out by the Host that they ask for.
 */
#ifndef GALLEY_CORE_ADMIN_H
#define GALLEY_CORE_ADMIN_H

#include "error.h"

/* Listens at "unix:/path", "127.0.0.1:9750" or "[::1]:9750"; port 0 is any. A
 * descriptor, with where it listens in `told`, or negative with the error. */
int admin_listen(const char *address, char *told, size_t size,
                 struct error *error);
/* Takes the unix socket's file away. */
void admin_unlisten(const char *address);

/* Answers until a signal ends the process; returns only when it cannot. The
 * Host of requests is not checked on a unix socket, which no page can ask. */
int admin_serve(int listening, const char *figures);

/* The page's files, put into the program. */
struct asset {
    const char *path, *type;
    const char *begin, *end;
};
extern const struct asset admin_assets[]; /* ends with { 0 } */

#endif

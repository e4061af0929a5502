/* support-server-paths.h: what the server does for a path; see support-server.h. */
#ifndef SUPPORT_SERVER_PATHS_H
#define SUPPORT_SERVER_PATHS_H

#include "support-server.h"

void answer_path(struct visit *visit);

#endif

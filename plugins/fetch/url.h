/* url.h: an address of the web, taken apart. */
#ifndef FETCH_URL_H
#define FETCH_URL_H

#include <stdbool.h>

enum { URL_MOST = 8000 }; /* bytes */

struct url {
    char *whole;  /* as it is asked for and told of: escaped, no fragment */
    char *origin; /* "https://example.org:443" */
    char *host;   /* in small letters, without a dot at its end */
    char *path;   /* with its query */
};

/* False, with *why, when it is not one that can be asked for; url is then zero. */
bool url_read(struct url *url, const char *text, const char **why);
void url_finish(struct url *url);

#endif

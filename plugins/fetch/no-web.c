/* no-web.c: web.h in a build without libcurl. */
#include "web.h"

#include <errno.h>
#include <strings.h>

bool web_is_address(const char *path)
{
    return strncasecmp(path, "http://", 7) == 0 ||
           strncasecmp(path, "https://", 8) == 0;
}

struct web *web_new(gly_stage *stage, const struct web_settings *settings)
{
    (void)settings;
    gly_fail(stage, -ENOSYS, "the web cannot be fetched: galley was built "
             "without libcurl");
    return NULL;
}

/* There is never a web for these. */
void web_finish(struct web *web)
{
    (void)web;
}

void web_get(struct web *web, const struct web_request *request)
{
    (void)web, (void)request;
}

void web_room(struct web *web, unsigned room)
{
    (void)web, (void)room;
}

size_t web_waiting(const struct web *web)
{
    (void)web;
    return 0;
}

unsigned web_under_way(const struct web *web)
{
    (void)web;
    return 0;
}

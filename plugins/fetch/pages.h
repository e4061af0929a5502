/* pages.h: documents from addresses of the web, which fetch was given or found in
 * lists. */
#ifndef FETCH_PAGES_H
#define FETCH_PAGES_H

#include "web.h"

struct pages;
/* NULL with gly_fail() said. Pages come again `refresh` seconds after they came;
 * 0: they come once. A `format` of "html" or "text" is believed, whatever the
 * server says. */
struct pages *pages_new(gly_stage *stage, const struct web_settings *settings,
                        double refresh, const char *format);
void pages_finish(struct pages *pages);
/* One more; `source` is the list that it stands in, and then it comes once, or
 * NULL. */
void pages_add(struct pages *pages, const char *address, const char *ticket,
               const char *source);
/* Whether there are so many to be fetched that no more should be added. */
bool pages_full(const struct pages *pages);
/* How many of `room` documents they may take, so that files come too. */
unsigned pages_share(const struct pages *pages, unsigned room);
/* Lets as many come, now or later. */
void pages_want(struct pages *pages, unsigned room);
/* Whether all came, and none will come again. */
bool pages_done(const struct pages *pages);
/* A document of theirs is done; of others it knows nothing. */
void pages_acked(struct pages *pages, const char *ticket, int result);

#endif

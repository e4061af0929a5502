/* robots.h: what a robots.txt says to us (RFC 9309). */
#ifndef FETCH_ROBOTS_H
#define FETCH_ROBOTS_H

#include <stdbool.h>
#include <stddef.h>

enum { ROBOTS_MOST = 500 * 1024 }; /* bytes of a file that are read */

struct robots;
/* Reads a file for a crawler of that name; never NULL. */
struct robots *robots_read(const char *text, size_t len, const char *name);
/* All that is allowed, or nothing is. */
struct robots *robots_all(bool allowed);
void robots_free(struct robots *robots);
/* Of a path with its query ("/a?b"): whether it may be asked for. */
bool robots_allow(const struct robots *robots, const char *path);
/* Crawl-delay in seconds, 0 when nothing is said. */
double robots_delay(const struct robots *robots);
/* Bytes of memory that it takes. */
size_t robots_size(const struct robots *robots);

#endif

/* support-fetch.h: files to read, and a comparison of what came of them. */
#ifndef SUPPORT_FETCH_H
#define SUPPORT_FETCH_H

#include "support.h"

#include <galley/harness.h>

#define HALF "\xef\xbf\xbd" /* U+FFFD */
/* The records of files. */
#define TEXT(name, text)                                                    \
    "{\"id\":\"" name "\",\"source\":\"" name "\",\"text\":\"" text "\"}\n"
#define PAGE(name)                                                          \
    "{\"id\":\"" name "\",\"source\":\"" name "\",\"text\":\"\"} <text/html> "

void put_bytes(const char *name, const char *bytes, size_t len);
/* `times` times the same. */
void put_often(const char *name, const char *text, size_t times);
/* The buffer, which ends with it. */
void put_buf(const char *name, gly_buf *buf);
void add_gzip(gly_buf *out, const char *text);
void add_zstd(gly_buf *out, const char *text);
/* Reads standard input from a file. */
void feed_file(const char *name);

/* A document a line: its record and its page, or "! " and why not. */
void read_all(gly_harness *harness, gly_buf *out);
/* What fetch brings with these settings, as above. */
void check_fetch(const char *settings, const char *expected);
void check_fetch_refusal(const char *settings, const char *expected);
void check_fetch_count(const char *path, const char *counter, double expected);

#endif

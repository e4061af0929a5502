/* warc.h: records of web archives, ISO 28500 (WARC 1.0 and 1.1), and the HTTP
 * responses within (RFC 9112).
 *
 * Both have the same kind of head: a first line, then "Name: value" lines up to
 * an empty one.
 */
#ifndef FETCH_WARC_H
#define FETCH_WARC_H

#include <galley/galley.h>

/* Where a value stands; NULL for none. */
struct value {
    const char *at;
    size_t len;
};

/* Bytes of the head that begins at `at`, with its empty line; 0 when it does not
 * end within len. */
size_t head_len(const char *at, size_t len);
/* The value of the first header of that name, in any case. */
struct value head_value(const char *head, size_t len, const char *name);
bool value_is(struct value value, const char *word);
/* Whether it is this word, also with parameters behind it: "text/html; ...". */
bool value_is_type(struct value value, const char *type);

/* A response, taken apart. */
struct response {
    int status;
    struct value type;
    const char *body;
    size_t len;
    const char *why; /* what is wrong with it, or NULL */
};
/* `out` holds the body when it had to be unpacked, at most `max` bytes of it. */
void read_response(const char *block, size_t len, size_t max, gly_buf *out,
                   struct response *response);

#endif

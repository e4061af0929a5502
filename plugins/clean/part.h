/* part.h: a part of a text, and what is asked of it. */
#ifndef CLEAN_PART_H
#define CLEAN_PART_H

#include <stdbool.h>
#include <stddef.h>

struct part {
    const char *at;
    size_t len;
};

/* The line without white space around it. */
struct part part_trim(const char *at, size_t len);
/* What is left behind its first bytes. */
static inline struct part part_cut(struct part part, size_t len)
{
    return (struct part){ part.at + len, part.len - len };
}

/* Case apart; a list ends with NULL. */
bool part_is(struct part part, const char *str);
bool part_is_any(struct part part, const char *const *list);
bool part_begins(struct part part, const char *str);
/* How long what it begins with is; 0 for none. */
size_t part_begins_any(struct part part, const char *const *list);
bool part_holds(struct part part, const char *str);
/* Ends with a full stop, a colon, a closing quote mark or the like. */
bool part_ends_sentence(struct part part);

#endif

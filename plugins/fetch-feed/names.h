/* names.h: the elements of feeds by their names. */
#ifndef FEED_NAMES_H
#define FEED_NAMES_H

#include "read.h"

/* Namespaces; of those that are OTHER nothing is read. */
enum space {
    ANY, RSS, ATOM, CONTENT, DC, TERMS, MEDIA, NEWS, SITEMAP, SY, ORIGIN, OTHER
};

/* What an element is. Of an item, or of the feed: a text, HTML, or in its
 * attributes an address, a label or a picture; a person, within which it has a
 * name; what is about another thing. Of the feed alone: when to poll it. */
enum what {
    NOTHING, ITEM, FIELD, MARKUP, ADDRESS, LABEL, PICTURE, PERSON, ASIDE,
    TTL, HOUR, DAY, PERIOD, FREQUENCY
};

struct rule {
    const char *name;
    enum space space;
    enum what what;
    enum slot slot;
};

/* Prefixes that were declared. Begins zeroed. */
enum { MOST_PREFIXES = 32 };
struct names {
    struct {
        const char *name;
        size_t len;
        enum space space;
    } prefixes[MOST_PREFIXES];
    unsigned count;
    enum space plain; /* of names without a prefix, by the feed's form */
};
/* "xmlns:dc" */
void names_declare(struct names *names, const struct attr *attr);
/* Cuts the prefix off a name. */
enum space names_cut(const struct names *names, const char **name, size_t *len);
/* NULL for an element of which nothing is known. */
const struct rule *names_find(const struct names *names,
                              const struct token *token, bool in_person);

#endif

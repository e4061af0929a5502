/* wire.h: plain text as lines, while what is not of the article is found. */
#ifndef CLEAN_WIRE_H
#define CLEAN_WIRE_H

#include "clean.h"

enum {
    WIDEST = 90, /* of lines that were cut at a width */
};

struct line {
    gly_pos begin, end;  /* without white space around it */
    gly_pos width;       /* as wire_width() */
    gly_pos front;       /* bytes at its begin that go */
    const char *front_why;
    gly_pos credit;      /* where a caption's credit begins, or its end */
    gly_pos tail;        /* where what goes of its end begins, or its end */
    const char *why;     /* it goes, or NULL */
    const char *weak;    /* why it goes if its neighbour is of the sort */
    gly_pos item;        /* bytes of its sign, if it is one of a list */
    bool heading;
};

struct wire {
    const struct clean *c;
    gly_doc *doc;
    const char *text;
    gly_pos len;
    struct line *lines;  /* those that are not empty */
    size_t count, end;   /* the last paragraphs begin at line `end` */
    struct part source;  /* who is credited in the line before a caption */
};

static inline struct part wire_part(const struct wire *w, const struct line *l)
{
    return (struct part){ w->text + l->begin, l->end - l->begin };
}

void wire_split(struct wire *w);

/* In columns; one more than WIDEST is all that is told of wider ones. */
gly_pos wire_width(const char *at, gly_pos len);

/* Whether only one line break divides line i from the next. */
bool wire_is_next(const struct wire *w, size_t i);
bool wire_begins_small(const struct wire *w, size_t i);
bool wire_ends_sentence(const struct wire *w, const struct line *l);
/* Whether line i is as wide as the one right above it. */
bool wire_is_underline(const struct wire *w, size_t i);

/* Source code, verses, tables: such a text is no wire copy. */
bool wire_is_set_out(const struct wire *w);

/* A mail that was answered or sent on loses the "> " before all of its lines. */
int wire_unquote(struct wire *w);
/* Joined lines are lines of the text from then on, so that all that is asked of
 * a line is asked of a paragraph. */
int wire_join(struct wire *w, bool *joined);

/* The sign before an item of a list ("- ", "2. ", "b) ") in bytes, or 0; `sort`
 * is the same for signs that may stand in one list, 0 for none. */
size_t item_sign(struct part line, uint32_t *sort);
/* Finds which lines are headings and which are items. */
void wire_find_outline(struct wire *w);

#endif

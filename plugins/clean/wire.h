/* wire.h: plain text as lines, while what is not of the article is found. */
#ifndef CLEAN_WIRE_H
#define CLEAN_WIRE_H

#include "clean.h"

enum {
    WIDEST = 90, /* of lines that were cut at a width */
};

struct line {
    gly_pos begin, end;  /* without white space around it */
    gly_pos front;       /* bytes at its begin that go */
    const char *front_why;
    gly_pos credit;      /* where a caption's credit begins, or its end */
    gly_pos tail;        /* where what goes of its end begins, or its end */
    const char *why;     /* it goes, or NULL */
    const char *weak;    /* why it goes if its neighbour is of the sort */
    bool heading;
};

struct wire {
    const struct clean *c;
    gly_doc *doc;
    const char *text;
    gly_pos len;
    struct line *lines;  /* those that are not empty */
    size_t count;
};

static inline struct part wire_part(const struct wire *w, const struct line *l)
{
    return (struct part){ w->text + l->begin, l->end - l->begin };
}

void wire_split(struct wire *w);

/* In characters; one more than WIDEST is all that is told of wider ones. */
gly_pos wire_width(const struct wire *w, const struct line *l);
/* Whether only one line break divides line i from the next. */
bool wire_is_next(const struct wire *w, size_t i);
bool wire_ends_sentence(const struct wire *w, const struct line *l);

/* Source code, verses, tables: such a text is no wire copy. */
bool wire_is_set_out(const struct wire *w);

/* The width at which lines were cut, 0 if they were not. Joined lines are lines
 * of the text from then on, so that all that is asked of a line is asked of a
 * paragraph. */
gly_pos wire_find_width(const struct wire *w);
int wire_join(struct wire *w, gly_pos widest);

#endif

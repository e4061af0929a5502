/* learn.h: the trainer's parts. No part of the plugin.
 *
 * train.c   from marked texts to views, each with what is quoted in it
 * learn.c   weights of one model, by gradients
 * judge.c   from all views to the file: how good and how sure it is, told from
 *           texts of publishers that it has not learned from
 */
#ifndef QUOTE_LEARN_H
#define QUOTE_LEARN_H

#include "model.h"

/* A quotation as the annotators had it. */
struct gold {
    struct extent extent; /* as quote_extent() has it */
    size_t cue, cue_end;  /* items of the view; none: equal */
    size_t anchor;        /* the one of them that is learned as the cue */
    bool marked;
};

struct page {
    struct view view;
    struct gold *golds;
    size_t gold_count;
    unsigned fold;        /* of its publisher */
};

enum { MOST_FOLDS = 16, NO_FOLD = MOST_FOLDS };

struct corpus {
    struct page *pages;
    size_t count;
    char names[MOST_FOLDS][32]; /* of the publishers */
    unsigned folds;
};

struct recipe {
    int epochs;
    float rate, shrink; /* of each step; of a weight by each step */
};

/* All of a file; what is to be freed is `bytes`. */
struct made {
    struct model model;
    char *bytes;
    size_t len;
};

void *learn_room(size_t size);
/* From all pages but those of this fold. */
struct made learn(const struct corpus *corpus, const struct recipe *recipe,
                  unsigned left_out);
/* Learns from all and writes the model; -1 with errno set when it cannot. */
int learn_model(const struct corpus *corpus, const struct recipe *recipe,
                bool judge, const char *path);

#endif

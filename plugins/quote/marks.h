/* marks.h: a quote mark on its way to a piece; see marks.c and pair.c. */
#ifndef GALLEY_QUOTE_MARKS_H
#define GALLEY_QUOTE_MARKS_H

#include "quote.h"

enum family { DOUBLE, SINGLE };
enum glyph { STRAIGHT, OPENS, CLOSES };
enum style { TYPED, CURLY, TWINS, ANGLED, CORNER, LONE, PRIME };
/* What a mark may do: TWICE belongs to the one right before it. */
enum how { OPEN, CLOSE, OPEN_AGAIN, CLOSE_ONLY, NO_MARK, TWICE, READINGS };
enum side { SPACE, LETTER, DIGIT, STOP, BRACKET, OTHER, EDGE };

/* A text's tokens, and what words say who is quoted. */
struct words {
    const char *text;
    const gly_token *tokens;
    size_t count;
    const gly_words *cues;
};

struct mark {
    gly_pos at;
    uint8_t len, family, glyph, style;
    uint8_t before, after; /* enum side */
    bool repeats;          /* it is the one right before it again */
    bool led, said;        /* after "Kim said,"; before "Kim said" */
    uint16_t open, close, none; /* what each reading costs */
};

struct marks {
    struct mark *list;
    size_t count, room;
};

/* The marks of a text, weighed. */
struct marks quote_find_marks(gly_doc *doc, const struct words *words);

/* Where an attribution ends that begins at token i: "Kim said", "she said",
 * "said Kim"; 0: none does. And whether one ends before token i: "Kim said,". */
size_t quote_attribution(const struct words *words, size_t i);
bool quote_is_led(const struct words *words, size_t i);

#endif

/* quote.h: what the parts of the quote stage share.
 *
 * marks.c weighs quote marks, pair.c makes pieces of them and mend.c ends those
 * that lost a mark; view.c reads a paragraph as words and pieces, speaker.c
 * knows noun phrases, said.c the cues of a sentence and content.c what they
 * report; find.c makes quotations of it all. Who the speakers are is told by the
 * parts of who.h.
 * All memory is the document's.
 */
#ifndef GALLEY_QUOTE_H
#define GALLEY_QUOTE_H

#include <galley/galley.h>

/* Text between a pair of quote marks, or what is left of a pair. */
struct piece {
    gly_pos begin, end;   /* with its marks */
    gly_pos open, close;  /* where the marks stand; lost: begin, end */
    uint8_t open_len, close_len;
    bool lost_open, lost_close;
    bool goes_on;         /* unclosed, and the next paragraph opens again */
    const char *why_open, *why_close; /* what is odd about a mark, or NULL */
};

struct pieces {
    struct piece *list;
    size_t count;
};

struct pieces quote_pair_marks(gly_doc *doc, const gly_words *cues);
/* The first piece that begins at pos or after it. */
size_t quote_piece_at(const struct pieces *pieces, gly_pos pos);
/* The first token that ends after pos. */
size_t quote_token_at(const gly_token *tokens, size_t count, gly_pos pos);
/* Finds the ends that lost marks have left open. */
void quote_mend(gly_doc *doc, const gly_words *cues, struct pieces *pieces);

/* Marks what stands in a piece that no quotation has: the layer "quoted". */
void quote_mark_quoted(gly_doc *doc, const struct pieces *pieces);

/* What a word is to the grammar of attributions. */
enum {
    W_PRONOUN = 1,    /* he, she, who: stands for a speaker */
    W_OBJECT = 2,     /* him, them, reporters: is told something */
    W_HELPER = 4,     /* has, also, later: stands between speaker and cue */
    W_ARTICLE = 8,    /* the, his, some: begins a noun phrase */
    W_PREPOSITION = 16,
    W_JOINS = 32,     /* and, but */
    W_TIME = 64,      /* Monday, yesterday, week */
    W_THAT = 128,
    W_CUT = 256,      /* which, while: begins another clause */
    W_CAPITAL = 512,
    W_ING = 1024,
    W_WORD = 2048,    /* letters or digits, not a sign */
    W_TO = 4096,
    W_BE = 8192,      /* was, been: before a cue it makes a passive */
};

struct item {
    gly_pos begin, end;
    const struct piece *piece; /* NULL: a word or sign */
    const char *cue;           /* its stance when it may be a cue, or NULL */
    gly_pos cue_begin, cue_end; /* of a piece that begins with one */
    uint16_t flags;
    uint16_t cue_items;        /* how many items the cue takes */
    uint16_t words;            /* of a piece */
    char sign;                 /* of a sign, also of a piece: its last */
    bool faint;                /* seldom a cue: only beside a piece */
    bool begins;               /* a sentence begins here, outside of quotes */
    bool capital;              /* of a piece: its first word is */
};

/* A paragraph; what stands inside quote marks is one item. */
struct view {
    const char *text;
    struct item *items;
    size_t count;
};

/* A view of tokens [*first, ...) up to the line's end; *first is moved there,
 * *piece past the pieces met. items[] has room for the line's tokens. */
void quote_view(struct view *view, const gly_words *cues,
                const gly_token *tokens, size_t count, size_t *first,
                const struct piece **piece, const struct piece *end);
bool quote_is(const struct view *view, size_t i, const char *word);

struct range {
    size_t begin, end; /* items [begin, end); empty: none */
};

/* Who says it: items of one view. */
struct said {
    struct range cue, speaker;
    const char *stance;
    bool passive; /* nobody is named: was asked */
    bool aside;   /* to say, to call: stands below another verb */
};

struct range quote_phrase_before(const struct view *view, size_t low,
                                 size_t end);
struct range quote_phrase_at(const struct view *view, size_t begin,
                             size_t high);
struct range quote_subject(const struct view *view, size_t low, size_t high);
/* The speaker of the cue at item `at` of the sentence [low, high). */
bool quote_speaker(const struct view *view, size_t low, size_t high, size_t at,
                   struct said *said);

/* A quotation on its way to its layer. */
struct find {
    gly_pos begin, end;
    gly_pos speaker, speaker_end, cue, cue_end; /* no part: the ends are 0 */
    const char *stance;
    const char *name, *names; /* of the speaker; of several, or NULL */
    double score, name_score;
    size_t paragraph, sentence; /* where it ends, to be gone on with */
    bool direct, goes_on;
    bool turn;     /* of a talk without marks */
    bool unclosed; /* its marks go on in the next paragraph */
};

struct finds {
    struct find *list;
    size_t count;
};

struct finds quote_find(gly_doc *doc, const gly_words *cues,
                        const struct pieces *pieces);

enum { MAX_SAID = 32 };

/* A sentence: items [low, high) of a view, who says what in it, and up to where
 * it is used already. */
struct sentence {
    struct view view;
    size_t low, high, done;
    bool wordless; /* but for its pieces */
    struct said said[MAX_SAID];
    size_t said_count;
};

const struct item *quote_item(const struct sentence *p, size_t i);
bool quote_is_sign(const struct sentence *p, size_t i, char sign);
/* Finds said[]. */
void quote_find_said(struct sentence *p);
size_t quote_said_begin(const struct said *said);
size_t quote_said_end(const struct said *said);
/* A cue that stands below another verb, or tells of a belief or a finding. */
bool quote_is_faint(const struct said *said);
/* The one that piece s belongs to, before it, right after it (“…,” Kim said) or
 * at the end of its clause; or NULL. */
const struct said *quote_said_before(const struct sentence *p, size_t s);
const struct said *quote_said_after(const struct sentence *p, size_t s);
const struct said *quote_said_at_end(const struct sentence *p, size_t s);

/* Whether a piece could be a sentence. */
bool quote_is_whole(const struct item *it);
/* Where the words begin that a cue reports, not after item s; and where what is
 * reported around s ends: at the next cue, clause or sentence. */
size_t quote_content_begin(const struct sentence *p, const struct said *said,
                           size_t s);
size_t quote_content_end(const struct sentence *p, size_t s);

/* The finds, and among them the turns of a talk without marks. */
struct finds quote_turns(gly_doc *doc, const struct finds *finds);
/* Names the speakers of finds; `people` and `sexes` are word lists. */
void quote_name_speakers(gly_doc *doc, const gly_words *people,
                         const gly_words *sexes, const struct pieces *pieces,
                         struct finds *finds);
/* The named finds again, those of a talk of two in turn. */
struct finds quote_talk(gly_doc *doc, const struct pieces *pieces,
                        const struct finds *finds);

#endif

/* quote.h: what the parts of the quote stage share.
 *
 * marks.c weighs quote marks, pair.c makes pieces of them and mend.c ends those
 * that lost a mark; words.c knows words and view.c reads a paragraph as words
 * and pieces; by model.h it is told which are cues and what they report,
 * speaker.c finds who says it and find.c makes quotations of it all. Who the
 * speakers are is told by the parts of who.h.
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
    struct piece *list; /* never NULL */
    size_t count;
};

struct pieces quote_pair_marks(gly_doc *doc, const gly_words *cues);
/* The first piece that begins at pos or after it. */
size_t quote_piece_at(const struct pieces *pieces, gly_pos pos);
/* The first token that ends after pos. */
size_t quote_token_at(const gly_token *tokens, size_t count, gly_pos pos);
/* Finds the ends that lost marks have left open. */
void quote_mend(gly_doc *doc, const gly_words *cues, struct pieces *pieces);

/* Marks what stands in a piece that no quotation has: the layer "quoted". The
 * other, before that, takes away the finds that are no more than a title. */
void quote_mark_quoted(gly_doc *doc, const struct pieces *pieces);
struct finds;
void quote_leave_titles(gly_doc *doc, const struct pieces *pieces,
                        struct finds *finds);

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
    W_PARTS = 16384,  /* a sign that stands at a clause's edge, not "$" */
};

/* What else a word may be: to the lexicon of cues, and to names. */
enum {
    V_CUE = 1,    /* a cue of the lexicon */
    V_HE = 2,     /* he, his, him */
    V_SHE = 4,    /* she, her */
    V_A = 8,      /* a, another */
    V_THE = 16,
    V_BELOW = 32, /* of, by: the name behind it is no subject */
    V_IS = 64,    /* is, became: "a teacher" behind it is somebody named */
    V_FIRST = 128, /* of a cue of several words */
    V_SECOND = 256,
    V_FAINT = 512, /* a cue that counts only beside quote marks */
    V_MENTION = V_HE | V_SHE | V_A | V_THE,
};

/* What is known of a word by its hash. */
struct word {
    uint32_t hash;  /* 0: of none */
    uint16_t flags;
    uint16_t use : 12;
    uint16_t prior : 4; /* how often it is a cue, in classes; 0: never */
};

enum { QUOTE_STRONG = 5 }; /* of priors: every third use, or more */
enum { WORD_PLACES = 1 << 13, MOST_WORDS = WORD_PLACES / 2 };
struct vocabulary {
    const gly_words *cues;
    struct word *table;
    const char **stances; /* of the words of the table that are cues */
    size_t count;
    uint64_t maybe[512]; /* a bit is set where a word of the table may be */
};

/* A hash of both, whose first bits are the best. */
static inline uint32_t quote_join(uint32_t a, uint32_t b)
{
    return ((a << 5 | a >> 27) ^ b) * 0x9E3779B1u;
}

/* Whether it is one of these words in small letters, up to a NULL. */
static inline bool quote_is_any(const char *at, size_t len,
                                const char *const *words)
{
    for (; *words; words++)
        if ((*at | 32) == **words && gly_word_is(at, len, *words))
            return true;
    return false;
}

/* What is known of each token of a document. */
const struct word *quote_words(gly_doc *doc, const struct vocabulary *words);
int quote_vocabulary(struct vocabulary *words, gly_stage *stage,
                     const char *cues);
void quote_set_prior(struct vocabulary *words, uint32_t hash, unsigned prior);
/* The stance of a word that is a cue by itself, as the list has it. */
const char *quote_stance(const struct vocabulary *words, uint32_t hash);

/* How many there are of some things: at most VIEW_ITEMS of each, so that `all`
 * may be added and taken away as one number. */
union tally {
    struct {
        uint16_t commas, verbs, pieces, cues;
    };
    uint64_t all;
};

struct item {
    gly_pos begin, end;
    const struct piece *piece; /* NULL: a word or sign */
    const char *cue;           /* its stance when it may be a cue, or NULL */
    gly_pos cue_begin, cue_end; /* of a piece that begins with one */
    uint32_t hash, shape;      /* of the word; of its kind */
    union tally before;        /* in the view */
    uint16_t flags;
    uint16_t cue_items;        /* how many items the cue takes */
    uint16_t words;            /* of a piece */
    char sign;                 /* of a sign, also of a piece: its last */
    uint8_t prior;             /* as of its word */
    bool faint : 1;            /* seldom a cue: only beside a piece */
    bool begins : 1;           /* a sentence begins here, outside of quotes */
    bool capital : 1;          /* of a piece: its first word is */
    bool taken : 1, told : 1;  /* by a quotation; as its cue */
};

/* The hash and shape of what stands beside all items. */
enum { QUOTE_NONE = 0x2545F491 };

/* A paragraph, or what of it has room; what stands inside quote marks is one
 * item. On either side stand items of no word, since the model looks beyond
 * the edges; the first of them after the others is the end. */
enum { VIEW_ITEMS = 4096, VIEW_BEFORE = 2, VIEW_AFTER = 3 };
enum { VIEW_ROOM = VIEW_BEFORE + VIEW_ITEMS + VIEW_AFTER };
struct view {
    const char *text;
    struct item *items; /* VIEW_BEFORE into VIEW_ROOM */
    size_t count;
};

/* What views are made of. */
struct source {
    const gly_token *tokens;
    const struct word *words; /* of each token */
    size_t count;
    const struct vocabulary *known;
};

/* A view of tokens [*first, ...) up to the line's end; *first is moved there,
 * *piece past the pieces met. */
void quote_view(struct view *view, const struct source *source, size_t *first,
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
    const char *kind;
    const char *stance; /* NULL: of a cue that no list has */
    const char *name, *names; /* of the speaker; of several, or NULL */
    double score, name_score;
    bool turn; /* of a talk without marks */
};

struct finds {
    struct find *list;
    size_t count, room;
};

/* What is learned, and room to read a paragraph. */
struct reader;
struct reader *quote_reader(gly_stage *stage, const char *cues,
                            const char *model);
const struct vocabulary *quote_known(const struct reader *reader);
struct finds quote_find(gly_doc *doc, struct reader *reader,
                        const struct word *words, const struct pieces *pieces);

/* The finds, and among them the turns of a talk without marks. */
struct finds quote_turns(gly_doc *doc, const struct finds *finds);
/* Names the speakers of finds; `people` and `sexes` are word lists. */
void quote_name_speakers(gly_doc *doc, const gly_words *people,
                         const gly_words *sexes, const struct word *words,
                         const struct pieces *pieces, struct finds *finds);
/* The named finds again, those of a talk of two in turn. */
struct finds quote_talk(gly_doc *doc, const struct pieces *pieces,
                        const struct finds *finds);

#endif

/* translate-marker.h: what the parts of the translate-marker plugin share. */
#ifndef TRANSLATE_MARKER_H
#define TRANSLATE_MARKER_H

#include <galley/galley.h>

/* The kinds of markers; kind_names in find.c has them in this order. */
enum kind {
    SENTENCE_BREAK,
    DOUBLED,
    SPACED,
    QUOTE_MARK,
    UNTRANSLATED,
    CALQUE,
    ARTICLE,
    NAME_VARIANT,
    NUMBER_FORMAT,
    KINDS
};

/* What lexicon/marker-words.txt says of a word (see read_class), and what the
 * other lists and the text do. */
enum {
    PREP = 1 << 0,
    CONJ = 1 << 1,
    PRON = 1 << 2,
    DET = 1 << 3,
    THE = 1 << 4,
    AUX = 1 << 5,
    BE = 1 << 6,
    VERB = 1 << 7,
    ADJ = 1 << 8,
    OF = 1 << 9,
    ROLE = 1 << 10,
    NOUN = 1 << 11,
    HEAD = 1 << 12,
    BARE = 1 << 13,
    ABBR = 1 << 14,
    PARTICLE = 1 << 15,
    LOAN = 1 << 16,
    IDIOM = 1 << 17,
    ALIKE = 1 << 18,
    RESIDUE = 1 << 19,
    PHRASE = 1 << 20, /* a residue or calque begins with it, or may */
    PAIR = 1 << 21,   /* something of two words begins so */
    WIDE = 1 << 22,   /* unknown, and has bytes beyond ASCII */
    FOREIGN = 1 << 23, /* in a paragraph of another language */
    FRIEND = 1 << 24, /* false: looks like a word that means something else */
    FUNCTION = PREP | CONJ | PRON | DET | AUX
};

struct entry {
    const char *text, *value; /* lower-case; not NUL-terminated */
    uint32_t hash, classes;
    uint32_t len, value_len;
    int feature;              /* its place in the model, or -1 */
};

struct weight {
    const char *name; /* "word:the", "pair:of the" or a name of score.c */
    double value;
    int rate;         /* which of the rates of score.c, or -1 */
};

struct lexicon {
    struct entry *entries;
    uint32_t mask;
    const gly_words *calques, *residue;
    const gly_words *common; /* well spelt, whatever they are like */
    struct weight *weights; /* the first is the bias */
    size_t weight_count;
};

enum { HASH_START = 0x811c9dc5u };
uint32_t hash_lower(uint32_t hash, const char *str, size_t len);
const struct entry *find_word(const struct lexicon *lexicon, uint32_t hash,
                              const char *str, size_t len);
/* Whether "FIRST SECOND" is in the lists with this class. */
bool is_pair(const struct lexicon *lexicon, const char *first, size_t first_len,
             char between, const char *second, size_t second_len,
             uint32_t class);
int load_lexicon(gly_stage *stage, struct lexicon **out);

struct find {
    gly_pos begin, end;
    enum kind kind;
    double score;
    const char *why, *suggestion; /* suggestion: to stand instead, or NULL */
};

/* One document under way. */
struct look {
    gly_doc *doc;
    const struct lexicon *lexicon;
    const char *text;
    gly_pos len;
    const gly_token *tokens;
    size_t count;
    uint32_t *classes; /* of each token */
    uint32_t *hashes;  /* of each word, see hash_lower() */
    double *features;  /* one for each weight */

    struct find *finds;
    size_t find_count, find_size;
    unsigned kinds;    /* wanted, a bit each */
    double min_score;

    bool quote_open, curly_open; /* in this paragraph */
    bool low_open; /* it is „ that is open */
    size_t foreign_end;          /* tokens before it are marked untranslated */
};

void add_find(struct look *l, enum kind kind, gly_pos begin, gly_pos end,
              double score, const char *suggestion, const char *why, ...)
    __attribute__((format(printf, 7, 8)));
/* A kind by its name, or KINDS. */
enum kind kind_of(const char *name);
/* Sets the markers, from left to right. */
size_t mark_finds(struct look *l);

bool is_stop(uint32_t c); /* one that ends a sentence */

/* All are about token i and safe beyond both ends, where nothing stands. */
uint32_t sign_at(const struct look *l, size_t i);
uint32_t classes_at(const struct look *l, size_t i);
bool is_word(const struct look *l, size_t i);
bool is_capital(const struct look *l, size_t i);
bool begins_line(const struct look *l, size_t i); /* also past the end */
bool is_apart(const struct look *l, size_t i);    /* a space before, no line */
bool ends_apart(const struct look *l, size_t i);  /* space or line after it */
bool is_text(const struct look *l, size_t i, const char *lower);
/* Whether the word ends so, after three letters at least. */
bool ends_in(const struct look *l, size_t i, const char *tail);
size_t token_len(const struct look *l, size_t i);
const char *token_text(const struct look *l, size_t i);

void look_at_sign(struct look *l, size_t i);
void look_at_numeral(struct look *l, size_t i);
void look_at_word(struct look *l, size_t i);
/* The paragraph that begins at token i: one past it when it was marked as one
 * of another language, else i. */
size_t look_at_paragraph(struct look *l, size_t i);
/* Whether enough of the words are English. */
bool is_english_text(const struct look *l, size_t i, size_t end);
void look_at_break(struct look *l, size_t i);
void look_at_opening(struct look *l, size_t i);

struct names;
struct names *new_names(gly_stage *stage);
void look_at_names(struct look *l, struct names *names);

/* Which rate has this name, or -1. */
int rate_of(const char *name, size_t len);
/* 0..1; sets the fields, and also "translation.features" when asked to. */
void score_document(struct look *l, bool features);

#endif

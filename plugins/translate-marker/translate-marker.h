/* translate-marker.h: what the parts of the translate-marker plugin share. */
#ifndef TRANSLATE_MARKER_H
#define TRANSLATE_MARKER_H

#include <galley/galley.h>

/* The kinds of markers; what find.c says of each is in this order. */
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
    MIXED_SCRIPT,
    MOJIBAKE,
    LITERAL_IDIOM,
    REPEATED_WORD,
    PRONOUN,
    AGREEMENT,
    LITERAL_DATE,
    KINDS
};

/* What lexicon/marker-words.txt and marker-forms.txt say of a word (see
 * read_class), and what the other lists and the text do. */
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
    CALQUED = 1 << 20, /* a calque begins with it, or may */
    PAIR = 1 << 21,   /* something of two words begins so */
    WIDE = 1 << 22,   /* unknown, and has bytes beyond ASCII */
    FOREIGN = 1 << 23, /* in a paragraph of another language */
    FRIEND = 1 << 24, /* false: looks like a word that means something else */
    BASE = 1 << 25,
    DEGREE = 1 << 26,
    CLEAR = 1 << 27,
    SAYING = 1 << 28,   /* as CALQUED: a literal idiom */
    LEFTOVER = 1 << 29, /* and residue of several words */
    OWN = 1 << 30,      /* no other language has a small word like it */
    PHRASE = CALQUED | SAYING | LEFTOVER,
    FUNCTION = PREP | CONJ | PRON | DET | AUX
};

struct entry {
    const char *text, *value; /* lower-case; not NUL-terminated */
    uint32_t classes;
    uint32_t len, value_len;
};

struct lexicon {
    struct entry *entries; /* the first is none */
    uint32_t *slots;       /* by hash: which entry, see lexicon.c */
    uint8_t seconds[1024]; /* bits: hashes of words that end a pair */
    const gly_words *calques, *residue, *idioms, *lookalikes;
    const gly_words *common; /* well spelt, whatever they are like */
    const gly_words *given;  /* names of people */
};

enum { HASH_START = 0x811c9dc5u };
static inline uint32_t hash_lower(uint32_t hash, const char *str, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)str[i];

        hash = (hash ^ (c + (c >= 'A' && c <= 'Z' ? 32u : 0u))) * 16777619u;
    }
    return hash;
}

const struct entry *find_word(const struct lexicon *lexicon, uint32_t hash,
                              const char *str, size_t len);
/* Whether a word with this hash may end a pair; if not, none does. */
static inline bool ends_pair(const struct lexicon *lexicon, uint32_t hash)
{
    return lexicon->seconds[(hash >> 3) % 1024] >> (hash & 7) & 1;
}

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
    const char *lang;             /* that it seems to come from, or NULL */
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

    struct find *finds;
    size_t find_count, find_size;
    unsigned kinds;    /* wanted, a bit each */
    double min_score;
    bool english;      /* most of it */
    gly_edit *repairs;           /* NULL when nothing is to be mended */
    const struct find *repaired; /* the last one */
    bool careless; /* begins sentences in lower case, so it breaks none */

    bool quote_open, curly_open; /* in this paragraph */
    bool low_open; /* it is „ that is open */
    size_t foreign_end;          /* tokens before it are marked untranslated */
    gly_pos said_end;            /* of the last calque or idiom */
    const gly_span **people;     /* of each token, or NULL */
};

/* `why` is a format; NULL when there are too many. */
struct find *add_find(struct look *l, enum kind kind, gly_pos begin,
                      gly_pos end, double score, const char *suggestion,
                      const char *why, ...)
    __attribute__((format(printf, 7, 8)));
/* The first two letters of code, for a find that may be NULL. */
void set_lang(struct look *l, struct find *find, const char *code);
/* What a text says, made as printf does. */
const char *say(struct look *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A kind by its name, or KINDS. */
enum kind kind_of(const char *name);
const char *kind_name(enum kind kind);
/* Sets the markers, from left to right. */
size_t mark_finds(struct look *l);
void begin_repairs(struct look *l);
/* Mends what was found, with the edits of l->repairs; false when it is not
 * certain. Expects finds from left to right. */
bool repair_find(struct look *l, const struct find *f);

bool is_stop(uint32_t c); /* one that ends a sentence */
bool is_mark(uint32_t c); /* that too, and those within one */

/* All are about token i and safe beyond both ends, where nothing stands. */
uint32_t sign_at(const struct look *l, size_t i);
bool is_text(const struct look *l, size_t i, const char *lower);
/* Whether it is one of these words, each with a space before and after it. */
bool is_one_of(const struct look *l, size_t i, const char *words);
/* Whether the word ends so, after three letters at least. */
bool ends_in(const struct look *l, size_t i, const char *tail);

static inline uint32_t classes_at(const struct look *l, size_t i)
{
    return i < l->count ? l->classes[i] : 0;
}

static inline bool is_word(const struct look *l, size_t i)
{
    return i < l->count && l->tokens[i].type == GLY_WORD;
}

static inline bool is_capital(const struct look *l, size_t i)
{
    return i < l->count && (l->tokens[i].flags & GLY_CAPITAL);
}

/* Also past the end. */
static inline bool begins_line(const struct look *l, size_t i)
{
    return i >= l->count || (l->tokens[i].flags & GLY_LINE);
}

/* A space before, no line. */
static inline bool is_apart(const struct look *l, size_t i)
{
    return i < l->count &&
           (l->tokens[i].flags & (GLY_SPACED | GLY_LINE)) == GLY_SPACED;
}

/* Space or line after it. */
static inline bool ends_apart(const struct look *l, size_t i)
{
    return i + 1 >= l->count || (l->tokens[i + 1].flags & GLY_SPACED);
}

static inline size_t token_len(const struct look *l, size_t i)
{
    return i < l->count ? l->tokens[i].end - l->tokens[i].begin : 0;
}

static inline const char *token_text(const struct look *l, size_t i)
{
    return i < l->count ? l->text + l->tokens[i].begin : "";
}

/* Sets the field "lang", the layer "languages", and l->english; marks stretches
 * of paragraphs in another language. */
void look_at_languages(struct look *l);
/* "es" and what follows it: "Spanish". */
const char *language_name(const char *tag);

void look_at_sign(struct look *l, size_t i);
void look_at_percent(struct look *l, size_t i);
void look_at_numeral(struct look *l, size_t i);
void look_at_word(struct look *l, size_t i);
void look_at_the(struct look *l, size_t i);
void look_at_noun(struct look *l, size_t i);
void look_at_repeated(struct look *l, size_t i);
void look_at_pronoun(struct look *l, size_t i);
void look_at_be(struct look *l, size_t i);
void look_at_determiner(struct look *l, size_t i);
void look_at_mixed(struct look *l, size_t i);
/* The script of a word that is not in Latin letters, or NULL. */
const char *script_at(const struct look *l, size_t i);
void look_at_script(struct look *l, size_t i, const char *script);
/* The paragraph that begins at token i: one past it when it was marked as one
 * of another language, else i. */
size_t look_at_paragraph(struct look *l, size_t i);
/* Whether enough of the words are English. */
bool is_english_text(const struct look *l, size_t i, size_t end);
void look_at_encoding(struct look *l);
void look_at_break(struct look *l, size_t i);
void look_at_opening(struct look *l, size_t i);

/* Sets the layer "notranslate". */
void protect(struct look *l);
/* What kind of piece it is by its shape ("A320": "product"), or NULL. */
const char *shape_of(const char *at, size_t len);
bool takes_number(const char *at, size_t len); /* "ISBN" */
bool is_operand(const char *at, size_t len);
bool is_operator(const char *at, size_t len, bool *equates);

struct names;
struct names *new_names(gly_stage *stage);
void look_at_names(struct look *l, struct names *names);
void forget_names(struct names *names); /* those of the last document */

/* What the entity stage knows of a name's bearer, when it came before. */
void look_up_people(struct look *l);
/* The score of a likeness of the names at two tokens, 0 when they are those of
 * two people. */
double likeness_of_people(const struct look *l, size_t i, size_t other,
                          double score);
void mark_spelt_otherwise(struct look *l);

/* What language it may be translated from (ISO 639-1), or NULL. */
const char *guess_source(const struct look *l, double *score);

/* How the whole is judged: score.c. */
struct verdicts {
    double machine, human, native; /* from which probability on */
    double prior;                  /* share of machine translations */
};
struct score;
struct score *new_score(gly_stage *stage);
/* Sets the fields. */
void score_document(struct look *l, struct score *score,
                    const struct verdicts *verdicts);

#endif

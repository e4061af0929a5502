/* text.h: UTF-8, words, sentences and word lists, so that no plugin writes them
 * again.
 *
 * Tokens and sentences are computed once a document, kept on it until its text
 * changes, and belong to it. Character classes are Unicode's, by utf8proc.
 */
#ifndef GALLEY_TEXT_H
#define GALLEY_TEXT_H

#include <galley/doc.h>
#include <galley/stage.h>

#pragma GCC visibility push(default)

/* The code point at *at, which then points past it; 0 at the end, where *at
 * stays. The text must be valid UTF-8. */
uint32_t gly_next_char(const char **at);
/* The one that ends at `at`, not before `start`; 0 there. */
uint32_t gly_char_before(const char *start, const char *at);
/* Writes c to out, returns its bytes, 1 to 4. */
unsigned gly_put_char(char out[4], uint32_t c);
bool gly_is_upper(uint32_t c);
bool gly_is_lower(uint32_t c);
bool gly_is_letter(uint32_t c); /* also the marks that combine with one */
bool gly_is_digit(uint32_t c);
bool gly_is_space(uint32_t c);  /* also no-break and other wide spaces */
uint32_t gly_lower(uint32_t c);

/* Bytes of the longest valid start of str: len when all is valid. NUL counts as
 * invalid, since a text cannot hold it. */
size_t gly_utf8_valid(const char *str, size_t len);

/* A string that grows; zeroed it is empty. data is NUL-terminated once anything
 * was added. Ends with gly_buf_finish(), which may be called twice. */
typedef struct gly_buf {
    char *data;
    size_t len, size;
} gly_buf;
void gly_buf_add(gly_buf *buf, const char *str, size_t len);
void gly_buf_puts(gly_buf *buf, const char *str);
void gly_buf_printf(gly_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void gly_buf_finish(gly_buf *buf);
/* Adds str with each invalid byte as U+FFFD; returns how many there were. */
size_t gly_utf8_mend(gly_buf *buf, const char *str, size_t len);

/* The next range from *begin on that is not in Unicode's form NFC, as "e" with
 * an accent that stands for itself: sets both ends, adds its NFC to out; false
 * when there is none. A character with more than 30 marks is left as it is. */
bool gly_next_not_nfc(const char *text, gly_pos len, gly_pos *begin,
                      gly_pos *end, gly_buf *out);

/* Tokens: words with inner apostrophes and hyphens, the dots of "U.S.", and the
 * dot of a known abbreviation ("Mr.", "Corp."); numerals, begun by a digit, with
 * inner commas, dots, hyphens; URLs, e-mail addresses, @handles and #tags whole;
 * every other sign by itself. An English possessive "'s" is its own word. */
enum gly_token_type { GLY_WORD, GLY_NUMERAL, GLY_SIGN, GLY_LINK };
enum {
    GLY_SPACED = 1,  /* white space, or the text's begin, stands before it */
    GLY_LINE = 2,    /* it is the first of its line */
    GLY_CAPITAL = 4, /* begins with an upper-case letter */
    GLY_CAPS = 8,    /* two letters or more, all upper-case */
    GLY_FIRST = 16,  /* the first of its sentence, signs apart */
};
typedef struct gly_token {
    gly_pos begin, end;
    uint8_t type;   /* enum gly_token_type */
    uint8_t flags;
} gly_token;
const gly_token *gly_tokens(const gly_doc *doc, size_t *count);

/* Whether the len bytes at `at` are this ASCII word, which is given in small
 * letters; the case of the text does not matter. */
bool gly_word_is(const char *at, size_t len, const char *word);

/* Sentences, in bytes and in tokens. A line's end ends a sentence; a full stop
 * before a lower-case word does not. */
typedef struct gly_sentence {
    gly_pos begin, end;
    uint32_t first, last; /* tokens [first, last) */
    uint32_t paragraph;   /* counted from 0; lines are paragraphs */
} gly_sentence;
const gly_sentence *gly_sentences(const gly_doc *doc, size_t *count);

/* The language that most of a text is in, as in BCP 47 ("es", "zh-Hant"), judged
 * by its first kilobyte; *share, which may be NULL, is how much of that, 0..1.
 * NULL when that is not sure, or told by less than `least` bytes of letters; and
 * in a build without libcld2. gly_same_language() also holds of two that are
 * hardly told apart. */
const char *gly_language(const char *text, size_t len, size_t least,
                         double *share);
bool gly_same_language(const char *tag, const char *other);

/* A word list: one entry a line, "#" comments, optionally a TAB and a value.
 * `name` is a file of the lexicon folders ($GALLEY_LEXICON_PATH, then the
 * installed one), or a path when it has a slash. One copy serves all stages; it
 * ends with the last stage that opened it. With GLY_FOLD, case is ignored.
 * NULL, with gly_fail() said, when it cannot be read. */
typedef struct gly_words gly_words;
enum { GLY_EXACT = 0, GLY_FOLD = 1 };
const gly_words *gly_words_open(gly_stage *stage, const char *name, int how);

/* Bytes of the longest entry that stands at `at`, not beyond `end`, and ends
 * where a word ends; 0 for none. *value, which may be NULL, is its value or "".
 * A space in an entry stands for any one white-space character. */
size_t gly_words_match(const gly_words *words, const char *at, const char *end,
                       const char **value);
/* Whether str is an entry, as a whole. */
bool gly_words_has(const gly_words *words, const char *str, size_t len,
                   const char **value);

/* A file of the lexicon folders, found as above and mapped read-only until the
 * stage ends: for learned weights. NULL, with gly_fail() said. */
const void *gly_lexicon_map(gly_stage *stage, const char *name, size_t *len);
/* Of weights, to tell when they are damaged; depends on the byte order. */
uint32_t gly_checksum(const void *bytes, size_t len);

#pragma GCC visibility pop
#endif

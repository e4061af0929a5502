/* A text's signature: MinHash of its shingles (Broder, "On the resemblance and
 * containment of documents", 1997) by one permutation (Li, Owen, Zhang, "One
 * permutation hashing", 2012): a shingle is hashed once, its hash's upper bits
 * choose one of HASHES bins, and each bin keeps the least. An empty bin takes
 * over from one that is drawn for it, the same for all texts (Shrivastava,
 * "Optimal densification for fast and accurate minwise hashing", 2017). Of each
 * bin a byte is kept (Li, Koenig, "b-bit minwise hashing", 2010).
 */
#include "dedup.h"

#include <string.h>

static const uint64_t NONE = UINT64_MAX;
static const uint64_t FACTOR = 0x9E3779B97F4A7C15; /* odd */

struct scan {
    uint64_t least[HASHES];
    uint64_t window[LONGEST_SHINGLE]; /* the last words */
    unsigned shingle;
    uint64_t rolling, leaving; /* FACTOR to the power of `shingle` */
    uint64_t whole;
    size_t words;
};

/* The last step of MurmurHash3, by Austin Appleby. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD;
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53;
    return x ^ x >> 33;
}

static void add_shingle(struct scan *s, uint64_t hash)
{
    uint64_t *least = &s->least[hash % HASHES];

    if (hash < *least)
        *least = hash;
}

static void add_word(struct scan *s, uint64_t hash)
{
    uint64_t *oldest = &s->window[s->words++ % s->shingle];

    hash = mix(hash);
    s->whole = s->whole * FACTOR + hash;
    s->rolling = s->rolling * FACTOR + hash - *oldest * s->leaving;
    *oldest = hash;
    if (s->words >= s->shingle)
        add_shingle(s, mix(s->rolling));
}

/* Thai to Lao, Burmese, Khmer, kana, Chinese: words without spaces between. */
static bool is_unspaced(uint32_t c)
{
    return (c >= 0x0E00 && c < 0x0F00) || (c >= 0x1000 && c < 0x10A0) ||
           (c >= 0x1780 && c < 0x1800) || (c >= 0x3040 && c < 0x3100) ||
           (c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) ||
           (c >= 0x20000 && c < 0x40000);
}

/* The next character: a letter or digit, folded, or ' ' for any other; 0 at the
 * end. */
static uint32_t next_folded(const char **at)
{
    unsigned char byte = (unsigned char)**at;

    if (byte >= 0x80) {
        uint32_t c = gly_next_char(at);

        return gly_is_letter(c) || gly_is_digit(c) ? gly_lower(c) : ' ';
    }
    *at += byte > 0;
    if (byte >= 'A' && byte <= 'Z')
        return byte | 0x20;
    return byte == 0 || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') ? byte : ' ';
}

/* Words are found here and not by gly_tokens(), which would take twice the time
 * of all else: this stage is one for all lanes. */
static void add_words(struct scan *s, const char *at)
{
    uint64_t hash = 0;

    for (uint32_t c; (c = next_folded(&at)) != 0;) {
        bool alone = is_unspaced(c);

        if (hash && (alone || c == ' ')) {
            add_word(s, hash);
            hash = 0;
        }
        if (alone)
            add_word(s, c);
        else if (c != ' ')
            hash = (hash + c) * FACTOR;
    }
    if (hash)
        add_word(s, hash);
}

static uint64_t least_of(const struct scan *s, uint64_t bin)
{
    uint64_t from = bin;

    for (uint64_t draw = 1; s->least[from] == NONE; draw++)
        from = mix(bin + draw * HASHES) % HASHES;
    return s->least[from];
}

bool signature_of(const gly_doc *doc, unsigned shingle, size_t min_words,
                  union signature *out)
{
    struct scan s = { .shingle = shingle, .leaving = 1 };

    memset(s.least, 0xFF, sizeof(s.least));
    for (unsigned i = 0; i < shingle; i++)
        s.leaving *= FACTOR;
    add_words(&s, gly_text(doc, NULL));

    bool is_short = s.words < min_words || s.words < shingle;

    for (unsigned i = 0; i < HASHES; i++)
        out->hash[i] = mix((is_short ? s.whole : least_of(&s, i)) +
                           i * FACTOR) >> 56;
    return s.words > 0;
}

/* Of hashes that are not equal, one byte in 256 is. */
double signature_similarity(const union signature *a, const union signature *b)
{
    const double chance = 1.0 / 256;
    unsigned equal = 0;

    for (unsigned i = 0; i < HASHES; i++)
        equal += a->hash[i] == b->hash[i];
    return ((double)equal / HASHES - chance) / (1 - chance);
}

/* entity.h: the parts of the entity plugin.
 *
 * lexicon.c   what the word lists say of a word, and the longest listed name
 * mentions.c  the names that the model finds
 * model.h     the learned model
 * rules.h     dates, times and amounts, which need none of that
 * names.h     the user's lists, ids, roles, and who is who
 * aside.c     the same between a caption and its document
 *
 * Memory: all arrays belong to the document, all strings too or to the stage.
 */
#ifndef ENTITY_H
#define ENTITY_H

#include <galley/galley.h>

enum label {
    PERSON, ORG, LOC, MISC, NAMES,
    DATE = NAMES, TIME, MONEY, PERCENT, QUANTITY, LABELS
};

/* What the lists know of a word by itself. */
enum {
    GIVEN = 1 << 0,
    SURNAME = 1 << 1,
    WEAK = 1 << 2, /* a given name or surname that means something else too */
    EAST = 1 << 3, /* a family name that stands first */
    PLACE = 1 << 4,
    COUNTRY = 1 << 5,
    CITY = 1 << 6,
    NATION = 1 << 7, /* a nationality */
    OTHER = 1 << 8,
    ORGANISATION = 1 << 9,
    TEAM = 1 << 10, /* a place whose name is mostly met as a team's */
    TITLE = 1 << 11,
    ROLE = 1 << 12,
    RANK = 1 << 13,
    ORG_LAST = 1 << 14,
    ORG_FIRST = 1 << 15,
    PLACE_LAST = 1 << 16,
    PLACE_FIRST = 1 << 17,
    EVENT_LAST = 1 << 18,
    EVENT_FIRST = 1 << 19,
    STATE = 1 << 20, /* an organ that every state has: "Ministry" */
    SUFFIX = 1 << 21,
    INNER = 1 << 22,
    MONTH = 1 << 23,
    WEEKDAY = 1 << 24,
    COMMON = 1 << 25, /* a word of the language */
    FUNCTION = 1 << 26, /* one of its small words */
    SPORT = 1 << 27,
    KNOWN = 1 << 28, /* weight of PLACE or EAST, two bits */
    PLAIN = 1 << 30, /* no name, though in capitals: "DVD" */
};
#define WEIGHT(facts) ((facts) >> 28 & 3)
#define LISTED (PLACE | NATION | OTHER | ORGANISATION)
#define LAST (ORG_LAST | PLACE_LAST | EVENT_LAST)

struct word {
    uint64_t hash;
    uint32_t facts;
    uint8_t opens; /* lists with perhaps a longer entry that begins with it */
};

/* Those of the lists that are asked for longer entries. */
enum {
    IN_NATIONS = 1,
    IN_OTHERS = 2,
    IN_PLACES = 4,
    IN_ORGS = 8,
    IN_WORDS = 16,
};

struct lexicon {
    const gly_words *given, *surnames, *places, *nations, *others, *orgs;
    const gly_words *words, *common, *nicknames;
    struct word *cache;
    uint8_t *openings; /* of `opens`, by the hash of a first word */
};

/* The text as all parts see it. */
struct text {
    gly_doc *doc;
    struct lexicon *lexicon;
    const gly_words *sexes; /* of given names */
    const char *bytes;
    const gly_token *token;
    size_t tokens;
    const gly_sentence *sentence;
    size_t sentences;
    uint32_t *facts; /* of each word with a capital */
};

struct candidate {
    gly_pos begin, end;
    uint32_t first, last;     /* tokens [first, last) */
    uint32_t sentence;
    uint32_t facts;           /* of the listed name that it is, as a whole */
    gly_pos role, role_end;   /* the title before it */
    enum label label;
    double score;
    bool listed;              /* in a list of the user's */
    const char *kind;         /* its finer label, or NULL */
    const char *name;
    const char *value;        /* of a date or an amount */
    const char *id;           /* "iso3166:KP", or of a user's list */
    const char *capital_of;   /* of a capital, its country's id */
};

struct candidates {
    struct candidate *item;
    size_t count, size;
};

/* The longest listed name at a token. */
struct listed {
    uint32_t tokens, facts;
    const char *name; /* canonical, or NULL */
};

int entity_lexicon(struct lexicon *lex, gly_stage *stage);
struct word entity_look_up(struct lexicon *lex, const char *at, size_t len);
/* Of a word as if it had a capital; not kept. */
struct word entity_fresh(const struct lexicon *lex, const char *at,
                         size_t len);
struct listed entity_listed(const struct text *t, uint32_t i, uint32_t last);
/* Tokens of the longest title at token i, or 0. */
uint32_t entity_title(const struct text *t, uint32_t i, uint32_t last);

/* Whether these tokens are a title in small letters. */
bool entity_role(const struct text *t, uint32_t first, uint32_t last);

struct candidate *entity_add(struct candidates *all, gly_doc *doc);
/* Also looks up the facts. */
struct model *entity_model(gly_stage *stage, const char *name);
void entity_mentions(const struct text *t, struct model *model,
                     double min_score, struct candidates *out);

static inline uint32_t entity_len(const struct text *t, uint32_t i)
{
    return t->token[i].end - t->token[i].begin;
}

static inline const char *entity_at(const struct text *t, uint32_t i)
{
    return t->bytes + t->token[i].begin;
}

static inline bool entity_capital(const struct text *t, uint32_t i)
{
    return t->token[i].type == GLY_WORD && t->token[i].flags & GLY_CAPITAL;
}

/* FNV-1a; names of another seed have others. Never 0. */
static inline uint64_t entity_hash(const char *at, size_t len, uint64_t seed)
{
    uint64_t hash = (14695981039346656037u ^ seed) * 1099511628211u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)at[i]) * 1099511628211u;
    return hash | 1;
}

/* Whether token i is this ASCII word, in small letters. */
bool entity_is(const struct text *t, uint32_t i, const char *word);
/* Whether it is one of these, a list that ends with NULL. */
bool entity_any(const struct text *t, uint32_t i, const char *const *words);
/* "J" and "J." */
bool entity_initial(const struct text *t, uint32_t i);
/* Bytes of a small word before the name in one token: "then-" of "then-US". */
uint32_t entity_prefix(const struct text *t, uint32_t i);
struct word entity_word(const struct text *t, uint32_t i);

#endif

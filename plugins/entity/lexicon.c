/* lexicon.c: the word lists of the entity plugin, and a cache before them. */
#include "entity.h"

#include <string.h>

enum { CACHE = 1 << 15, OPENINGS = 1 << 14, LONGEST = 64 };

static const struct {
    const char *word;
    uint32_t facts;
} meanings[] = {
    { "weak", WEAK },           { "east", EAST | SURNAME },
    { "country", COUNTRY },     { "city", CITY },
    { "title", TITLE },         { "role", ROLE },
    { "rank", RANK },           { "org", ORG_LAST },
    { "org1", ORG_FIRST },      { "place", PLACE_LAST },
    { "place1", PLACE_FIRST },  { "event", EVENT_LAST },
    { "event1", EVENT_FIRST },  { "state", STATE },
    { "suffix", SUFFIX },       { "inner", INNER },
    { "month", MONTH },         { "weekday", WEEKDAY },
    { "function", FUNCTION },   { "team", TEAM },
    { "sport", SPORT },         { "plain", PLAIN },
};

/* The facts in a list's value; *caps when the entry is met in capitals only. */
static uint32_t parse(const char *value, bool *caps)
{
    uint32_t facts = 0;

    *caps = false;
    while (*value && *value != '=') {
        size_t len = strcspn(value, " =");

        if (len == 1 && *value >= '1' && *value <= '3')
            facts |= KNOWN * (uint32_t)(*value - '0');
        else if (len == 4 && memcmp(value, "caps", 4) == 0)
            *caps = true;
        for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
            if (strlen(meanings[i].word) == len &&
                memcmp(meanings[i].word, value, len) == 0)
                facts |= meanings[i].facts;
        value += len;
        value += *value == ' ';
    }
    return facts;
}

static bool shouted(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (at[i] >= 'a' && at[i] <= 'z')
            return false;
    return true;
}

static uint32_t ask(const gly_words *words, const char *at, size_t len,
                    uint32_t facts)
{
    const char *value;
    bool caps;

    if (!gly_words_has(words, at, len, &value))
        return 0;
    facts |= parse(value, &caps);
    return caps && !shouted(at, len) ? 0 : facts;
}

/* The hash of the first word at `at`, up to a sign; *cut is set behind it.
 * Words with letters beyond ASCII are all one. */
static uint32_t first_word(const char *at, const char *end, const char **cut)
{
    uint32_t hash = 2166136261u;
    bool ascii = true;

    for (; at < end; at++) {
        unsigned char c = (unsigned char)*at;

        if (c >= 'A' && c <= 'Z')
            c |= 32;
        ascii &= c < 0x80;
        if (c < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            break;
        hash = (hash ^ c) * 16777619u;
    }
    *cut = at;
    return ascii ? (hash ^ hash >> 15) & (OPENINGS - 1) : 0;
}

static uint8_t opens(const struct lexicon *lex, const char *at, size_t len)
{
    const char *cut;

    return lex->openings[first_word(at, at + len, &cut)];
}

/* Notes the first words of all entries of more than one. */
static int note_openings(struct lexicon *lex, gly_stage *stage,
                         const char *name, uint8_t list)
{
    size_t len;
    const char *at = gly_lexicon_map(stage, name, &len);

    if (!at)
        return -1;
    for (const char *end = at + len, *next; at < end; at = next) {
        const char *cut, *line = memchr(at, '\n', (size_t)(end - at));

        line = line ? line : end;
        next = line + 1;

        uint32_t place = first_word(at, line, &cut);

        if (*at != '#' && cut < line && *cut != '\t')
            lex->openings[place] |= list;
    }
    return 0;
}

/* What names it is part of. */
static uint32_t look_up_names(const struct lexicon *lex, const char *at,
                              size_t len)
{
    uint32_t person = ask(lex->given, at, len, GIVEN);
    uint32_t family = ask(lex->surnames, at, len, SURNAME);
    uint32_t place = ask(lex->places, at, len, PLACE);

    /* weak as one of the two is not weak as the other */
    if ((person | family) & WEAK && ((person && !(person & WEAK)) ||
                                     (family && !(family & WEAK))))
        person &= ~(uint32_t)WEAK, family &= ~(uint32_t)WEAK;
    if (place)
        family &= ~(3u * KNOWN);
    return person | family | place | ask(lex->nations, at, len, NATION) |
           ask(lex->others, at, len, OTHER) |
           ask(lex->orgs, at, len, ORGANISATION);
}

/* "They're" is as small a word as "they", "don't" as "do". */
static uint32_t contraction(const struct lexicon *lex, const char *at,
                            size_t len)
{
    size_t stem = 0;

    while (stem < len && at[stem] != '\'' &&
           (len - stem < 3 || memcmp(at + stem, "\u2019", 3) != 0))
        stem++;
    if (stem == 0 || stem == len)
        return 0;

    uint32_t facts = ask(lex->common, at, stem, 0);

    if (stem > 2 && at[stem - 1] == 'n')
        facts |= ask(lex->common, at, stem - 1, 0);
    return facts & FUNCTION;
}

static void look_up(const struct lexicon *lex, const char *at, size_t len,
                    bool name, struct word *word)
{
    word->facts = name ? look_up_names(lex, at, len) : 0;
    word->facts |= ask(lex->words, at, len, 0);
    word->opens = opens(lex, at, len);
    if (name) {
        word->facts |= ask(lex->common, at, len, COMMON);
        word->facts |= contraction(lex, at, len);
    }
}

static bool small(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((at[i] >= 'A' && at[i] <= 'Z') || at[i] & 0x80)
            return false;
    return true;
}

struct word entity_fresh(const struct lexicon *lex, const char *at, size_t len)
{
    struct word word = {0};

    if (len <= LONGEST)
        look_up(lex, at, len, true, &word);
    return word;
}

struct word entity_look_up(struct lexicon *lex, const char *at, size_t len)
{
    struct word none = {0};

    if (len > LONGEST)
        return none;

    uint64_t hash = entity_hash(at, len, 0);
    struct word *word = &lex->cache[(hash ^ hash >> 29) >> 1 & (CACHE - 1)];

    if (word->hash != hash) {
        look_up(lex, at, len, !small(at, len), word);
        word->hash = hash;
    }
    return *word;
}

struct word entity_word(const struct text *t, uint32_t i)
{
    return entity_look_up(t->lexicon, entity_at(t, i), entity_len(t, i));
}

bool entity_is(const struct text *t, uint32_t i, const char *word)
{
    return gly_word_is(entity_at(t, i), entity_len(t, i), word);
}

bool entity_initial(const struct text *t, uint32_t i)
{
    const char *at = entity_at(t, i);
    uint32_t len = entity_len(t, i);

    return t->token[i].type == GLY_WORD && *at >= 'A' && *at <= 'Z' &&
           (len == 1 || (len <= 4 && at[1] == '.'));
}

uint32_t entity_prefix(const struct text *t, uint32_t i)
{
    static const char *const prefixes[] = {"then-", "ex-", "now-"};
    const char *at = entity_at(t, i);
    uint32_t len = entity_len(t, i);

    if (t->token[i].flags & GLY_CAPITAL)
        return 0;
    for (size_t k = 0; k < sizeof(prefixes) / sizeof(*prefixes); k++) {
        uint32_t n = (uint32_t)strlen(prefixes[k]);

        if (len > n && memcmp(at, prefixes[k], n) == 0)
            return n;
    }
    return 0;
}

/* How many tokens from i there are up to `stop`, or 0 when it cuts one. */
static uint32_t span(const struct text *t, const char *stop, uint32_t i,
                     uint32_t last)
{
    gly_pos end = (gly_pos)(stop - t->bytes);
    uint32_t n = i;

    while (n < last && t->token[n].end < end)
        n++;
    return n < last && t->token[n].end == end ? n - i + 1 : 0;
}

static const char *canonical(const char *value)
{
    const char *name = strchr(value, '=');

    return name && name[1] ? name + 1 : NULL;
}

static void longest(const struct text *t, const gly_words *words,
                    const char *at, uint32_t i, uint32_t last, uint32_t facts,
                    struct listed *best)
{
    const char *value;
    const char *end = t->bytes + t->token[last - 1].end;
    size_t len = gly_words_match(words, at, end, &value);
    uint32_t n = len ? span(t, at + len, i, last) : 0;
    bool caps;

    if (n == 0 || n < best->tokens)
        return;
    facts |= parse(value, &caps);

    bool small = n > 1 && !(facts & PLACE) &&
                 t->token[i + n - 1].type == GLY_WORD &&
                 !(t->token[i + n - 1].flags & GLY_CAPITAL);

    if (small || (caps && !shouted(at, len)))
        return;
    if (n == best->tokens && facts & TEAM) {
        best->facts |= TEAM;
        return;
    }
    best->tokens = n;
    best->facts = facts;
    best->name = canonical(value);
}

struct listed entity_listed(const struct text *t, uint32_t i, uint32_t last)
{
    struct listed best = {0};
    struct lexicon *lex = t->lexicon;
    const char *at = entity_at(t, i) + entity_prefix(t, i);
    const char *end = t->bytes + t->token[i].end;
    struct word word = entity_look_up(lex, at, (size_t)(end - at));

    if (word.opens & IN_NATIONS || word.facts & NATION)
        longest(t, lex->nations, at, i, last, NATION, &best);
    if (word.opens & IN_OTHERS || word.facts & OTHER)
        longest(t, lex->others, at, i, last, OTHER, &best);
    if (word.opens & IN_PLACES || word.facts & PLACE)
        longest(t, lex->places, at, i, last, PLACE, &best);
    if (word.opens & IN_ORGS || word.facts & (ORGANISATION | TEAM))
        longest(t, lex->orgs, at, i, last, ORGANISATION, &best);
    return best;
}

bool entity_role(const struct text *t, uint32_t first, uint32_t last)
{
    struct word word = entity_word(t, first);

    if (last - first == 1)
        return word.facts & ROLE;

    const char *value, *at = entity_at(t, first);
    bool caps;

    return word.opens & IN_WORDS &&
           gly_words_has(t->lexicon->words, at,
                         t->token[last - 1].end - t->token[first].begin,
                         &value) &&
           parse(value, &caps) & ROLE;
}

uint32_t entity_title(const struct text *t, uint32_t i, uint32_t last)
{
    const char *value;
    const char *end = t->bytes + t->token[last - 1].end;
    struct word word = entity_word(t, i);

    if (!(word.opens & IN_WORDS) && !(word.facts & TITLE))
        return 0;

    const char *at = entity_at(t, i);
    size_t len = gly_words_match(t->lexicon->words, at, end, &value);
    bool caps;

    if (len == 0 || !(parse(value, &caps) & TITLE))
        return 0;
    return span(t, at + len, i, last);
}

int entity_lexicon(struct lexicon *lex, gly_stage *stage)
{
    struct {
        const gly_words **words;
        const char *name;
        uint8_t openings;
    } files[] = {
        { &lex->given, "entity-given-names.txt", 0 },
        { &lex->surnames, "entity-surnames.txt", 0 },
        { &lex->places, "entity-places.txt", IN_PLACES },
        { &lex->nations, "entity-nationalities.txt", IN_NATIONS },
        { &lex->others, "entity-others.txt", IN_OTHERS },
        { &lex->orgs, "entity-organisations.txt", IN_ORGS },
        { &lex->words, "entity-words.txt", IN_WORDS },
        { &lex->common, "entity-common.txt", 0 },
        { &lex->nicknames, "entity-nicknames.txt", 0 },
    };
    lex->openings = gly_stage_alloc(stage, OPENINGS);
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        *files[i].words = gly_words_open(stage, files[i].name, GLY_FOLD);
        if (!*files[i].words)
            return -1;
        if (files[i].openings && note_openings(lex, stage, files[i].name,
                                               files[i].openings) < 0)
            return -1;
    }
    lex->cache = gly_stage_alloc(stage, CACHE * sizeof(*lex->cache));
    return 0;
}

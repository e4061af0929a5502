/* What may be the name of a person. */
#include "names.h"

#include <string.h>

static const char *const particles[] = {
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos",
    "du", "e", "el", "la", "le", "van", "von", "y", "zu", NULL,
};

/* Words that stand in bylines, but in no name. */
static const char *const jobs[] = {
    "analyst", "author", "columnist", "contributing", "contributor",
    "contributors", "correspondent", "correspondents", "critic", "desk",
    "editor", "editorial", "editors", "freelance", "freelancer", "guest",
    "journalist", "korrespondent", "korrespondentin", "newsroom", "online",
    "photographer", "producer", "redakteur", "redakteurin", "reporter",
    "reporters", "senior", "special", "sports", "staff", "team", "writer",
    "writers", NULL,
};

/* Or behind a "By" that opens none: "By the next morning". */
static const char *const no_names[] = {
    "admin", "afternoon", "appointment", "bio", "demand", "evening", "favor",
    "follow", "friday", "monday", "morning", "night", "noon", "numbers",
    "published", "redaktion", "redazione", "rédaction", "redacción", "redação",
    "saturday", "sunday", "the", "thursday", "tuesday", "updated", "view",
    "wednesday", NULL,
};

/* What stands alone where an author may, but is none. */
static const char *const no_authors[] = {
    "about", "administrator", "anonymous", "articles", "author", "biography",
    "contact", "email", "more", "none", "null", "posts", "profile", "root",
    "twitter", "undefined", "unknown", "user", "webmaster", "website",
    "Гость", NULL,
};

/* Before a name, and behind it. */
static const char *const honorifics[] = {
    "capt. ", "dr ", "dr. ", "lt. ", "miss ", "mr ", "mr. ", "mrs ", "mrs. ",
    "ms ", "ms. ", "prof ", "prof. ", "professor ", "rev. ", "sen. ", NULL,
};
static const char *const degrees[] = {
    "esq", "esq.", "ii", "iii", "iv", "jr", "jr.", "m.d.", "ph.d", "ph.d.",
    "phd", "sr", "sr.", NULL,
};

bool name_next_word(struct part *rest, struct part *word)
{
    *rest = part_trim(rest->at, rest->len);
    if (rest->len == 0)
        return false;

    const char *space = memchr(rest->at, ' ', rest->len);

    word->at = rest->at;
    word->len = space ? (size_t)(space - rest->at) : rest->len;
    *rest = part_cut(*rest, word->len);
    return true;
}

bool name_is_job(struct part word)
{
    const char *hyphen = memchr(word.at, '-', word.len);

    if (hyphen)
        word.len = (size_t)(hyphen - word.at);
    return part_is_any(word, jobs);
}

bool name_is_initials(struct part name)
{
    if (name.len > 4)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] < 'A' || name.at[i] > 'Z')
            return false;
    return true;
}

unsigned name_words(struct part name)
{
    struct part word;
    unsigned words = 0;

    if (name.len < 2 || name.len > LONGEST_NAME || name_is_initials(name))
        return 0;
    while (name_next_word(&name, &word)) {
        const char *at = word.at, *end = word.at + word.len;
        uint32_t first = gly_next_char(&at);

        if (name_is_job(word) || part_is_any(word, no_names))
            return 0;
        if (!gly_is_letter(first) ||
            (gly_is_lower(first) && !part_is_any(word, particles)))
            return 0;
        while (at < end) {
            uint32_t c = gly_next_char(&at);

            if (!gly_is_letter(c) && c != '-' && c != '\'' && c != 0x2019 &&
                c != '.')
                return 0;
        }
        words++;
    }
    return words <= 5 ? words : 0;
}

const char *name_keep(gly_doc *doc, struct part name)
{
    const char *at = name.at, *end = name.at + name.len;
    unsigned letters = 0;
    gly_buf out = { 0 };

    while (at < end) {
        uint32_t c = gly_next_char(&at);

        letters += gly_is_letter(c);
        if (gly_is_lower(c))
            return gly_keep(doc, name.at, name.len);
    }
    if (letters < 6)
        return gly_keep(doc, name.at, name.len);

    bool inside = false;

    for (at = name.at; at < end;) {
        uint32_t c = gly_next_char(&at);
        char bytes[4];

        gly_buf_add(&out, bytes,
                    gly_put_char(bytes, inside ? gly_lower(c) : c));
        inside = gly_is_letter(c);
    }

    const char *kept = gly_keep(doc, out.data, out.len);

    gly_buf_finish(&out);
    return kept;
}

struct part name_cut_honorific(struct part name)
{
    size_t len;

    while ((len = part_begins_any(name, honorifics)) > 0)
        name = part_trim(name.at + len, name.len - len);
    return name;
}

bool name_is_degree(struct part part)
{
    return part_is_any(part, degrees);
}

bool name_is(struct part name)
{
    return name_words(name) >= 2;
}

bool author_is(struct part part)
{
    return name_words(part) > 0 && !part_is_any(part, no_authors);
}

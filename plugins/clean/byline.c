/* Lines that say who wrote. */
#include "clean.h"

#include <string.h>
#include <strings.h>

enum {
    LONGEST_BYLINE = 160,
    LONGEST_NAME = 60,
};

/* ---- names ---- */

static const char *const particles[] = {
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos",
    "du", "e", "el", "la", "le", "van", "von", "y", "zu", NULL,
};

/* Words that stand in bylines, or behind a "By" that opens none ("By the next
 * morning"), but in no name. */
static const char *const no_names[] = {
    "admin", "afternoon", "analyst", "columnist", "contributing",
    "contributor", "correspondent", "desk", "editor", "editorial", "editors",
    "evening", "freelance", "guest", "journalist", "morning", "newsroom",
    "night", "noon", "online", "photographer", "producer", "reporter",
    "reporters", "senior", "special", "sports", "staff", "team", "the",
    "writer", "writers", NULL,
};

static bool next_name_word(struct part *rest, struct part *word)
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

/* "Editor", also of "Editor-at-large". */
static bool is_no_name(struct part word)
{
    const char *hyphen = memchr(word.at, '-', word.len);

    if (hyphen)
        word.len = (size_t)(hyphen - word.at);
    return part_is_any(word, no_names);
}

/* "MD", "RDN", "AS": a degree or a house. */
static bool is_initials(struct part name)
{
    if (name.len > 4)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] < 'A' || name.at[i] > 'Z')
            return false;
    return true;
}

/* 0 for no name; else how many words it has. */
static unsigned count_name(struct part name)
{
    struct part word;
    unsigned words = 0;

    if (name.len < 2 || name.len > LONGEST_NAME || is_initials(name))
        return 0;
    while (next_name_word(&name, &word)) {
        const char *at = word.at, *end = word.at + word.len;
        uint32_t first = gly_next_char(&at);

        if (is_no_name(word))
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

/* "HYUNG-JIN KIM" as "Hyung-Jin Kim". */
static const char *keep_name(gly_doc *doc, struct part name)
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

bool agency_find(const struct clean *c, struct part part, const char **name)
{
    for (size_t begin = 0, i = 0; i <= part.len; i++) {
        if (i < part.len && part.at[i] != '/')
            continue;

        struct part piece = part_trim(part.at + begin, i - begin);

        if (gly_words_has(c->agencies, piece.at, piece.len, name))
            return true;
        begin = i + 1;
    }
    return false;
}

/* ---- bylines ---- */

struct byline {
    struct part names[12];
    unsigned count;
    const char *agency;
    struct part house;   /* an agency that no list has, by its last word */
};

/* How long what divides two parts at `at` is; 0 for none there. */
static size_t divider(struct part at)
{
    static const char *const dividers[] = {
        " and ", " & ", " | ", " with ", " und ", ", ", "; ", ",", ";", "|",
        " for ", " of ", " in ", " at ", "\t", "\n", " · ", " • ", NULL,
    };

    for (const char *const *d = dividers; *d; d++)
        if (part_begins(at, *d))
            return strlen(*d);
    return 0;
}

/* "Adriatic News Agency", behind the names. */
static bool is_house(struct part part)
{
    static const char *const last[] = { " agency", " press", " wire", " news",
                                        " news service", " newspapers",
                                        NULL };

    for (const char *const *l = last; *l; l++)
        if (part.len > strlen(*l) &&
            part_is(part_cut(part, part.len - strlen(*l)), *l))
            return true;
    return false;
}

static bool take_part(const struct clean *c, struct byline *b,
                      struct part part, bool strict)
{
    const char *agency;

    part = part_trim(part.at, part.len);
    if (part_begins(part, "by "))
        part = part_trim(part.at + 3, part.len - 3);
    else if (part_begins(part, "with "))
        part = part_trim(part.at + 5, part.len - 5);
    if (part.len == 0)
        return true;
    if (gly_words_has(c->agencies, part.at, part.len, &agency)) {
        b->agency = agency;
        return true;
    }
    if (b->count > 0 && is_house(part)) {
        b->house = part;
        return true;
    }
    if (count_name(part) >= (strict ? 2 : 1)) {
        if (b->count < sizeof(b->names) / sizeof(b->names[0]))
            b->names[b->count++] = part;
        return true;
    }
    return false;
}

/* "12 May 2018", behind a bar. */
static bool is_aside(char before, struct part part)
{
    if (before != '|' && before != '\n' && before != '\t')
        return false;
    for (size_t i = 0; i < part.len; i++)
        if (part.at[i] >= '0' && part.at[i] <= '9')
            return true;
    return false;
}

static bool split_byline(const struct clean *c, struct part line,
                         struct byline *b, bool strict)
{
    char before = ' ';

    while (line.len > 0) {
        size_t len = 0, gap = 0;

        while (len < line.len && (gap = divider(part_cut(line, len))) == 0)
            len++;

        struct part part = { line.at, len };
        bool place = part_begins(part_cut(line, len), " in ") ||
                     part_begins(part_cut(line, len), " at ");

        if (b->count > 0 && is_aside(before, line))
            break;
        if (!take_part(c, b, part, strict) && strict)
            return false;
        if (place)
            break;
        line = part_cut(line, len + gap);
        before = gap == 3 ? line.at[-2] : gap > 0 ? line.at[-1] : ' ';
    }
    return b->count > 0 || b->agency;
}

static void add_author(gly_doc *doc, const char *name)
{
    const char *old, *site = gly_get(doc, "site", 0);

    if (site && strcasecmp(site, name) == 0)
        return;
    for (size_t i = 0; (old = gly_get(doc, "author", i)); i++)
        if (i > 40 || strcmp(old, name) == 0)
            return;
    gly_add(doc, "author", name);
}

static bool read_byline(const struct clean *c, struct part line,
                        struct byline *b, bool strict)
{
    static const char *const openings[] = { "by ", "by: ", "von ", "por ",
                                            "par ", NULL };
    bool opened = false;

    line = part_trim(line.at, line.len);
    while (line.len > 0 && (part_begins(line, "-") || part_begins(line, "—")))
        line = part_trim(line.at + (*line.at == '-' ? 1 : 3),
                         line.len - (*line.at == '-' ? 1 : 3));
    if (line.len > LONGEST_BYLINE || line.len == 0)
        return false;
    for (const char *const *o = openings; *o && !opened; o++)
        if (part_begins(line, *o) && (opened = true))
            line = part_cut(line, strlen(*o));
    if (strict && !opened)
        return false;
    if (line.len > 0 && line.at[line.len - 1] == '.')
        line.len--;
    return split_byline(c, line, b, strict);
}

static void set_agency(gly_doc *doc, const char *agency, struct part house)
{
    if (gly_get(doc, "agency", 0))
        return;
    if (agency && *agency)
        gly_set(doc, "agency", agency);
    else if (house.len > 0)
        gly_set(doc, "agency", gly_keep(doc, house.at, house.len));
}

bool byline_is(const struct clean *c, struct part line)
{
    struct byline b = { .count = 0 };

    return read_byline(c, line, &b, true);
}

bool byline_read(const struct clean *c, gly_doc *doc, struct part line,
                 bool strict)
{
    struct byline b = { .count = 0 };

    if (!read_byline(c, line, &b, strict))
        return false;
    if (!strict || !gly_get(doc, "author", 0))
        for (unsigned i = 0; i < b.count; i++)
            add_author(doc, keep_name(doc, b.names[i]));
    set_agency(doc, b.agency, b.house);
    return true;
}

bool byline_house(const struct clean *c, gly_doc *doc, struct part line)
{
    const char *agency = NULL, *comma = memchr(line.at, ',', line.len);
    struct part rest, word = line;

    if (comma) /* "Coast News, Odden" */
        line.len = (size_t)(comma - line.at);
    rest = line;
    if (line.len == 0 || line.len > LONGEST_NAME)
        return false;
    if (gly_words_has(c->agencies, line.at, line.len, &agency) ||
        is_house(line)) {
        set_agency(doc, agency, line);
        return true;
    }
    while (next_name_word(&rest, &word))
        ;
    return is_no_name(word);
}

/* "Reporting by Ann Lee", not "Reporting by the town was slow". */
static bool names_reporters(struct part line)
{
    static const char *const labels[] = { "additional reporting by ",
                                          "reporting by ", NULL };

    for (const char *const *l = labels; *l; l++) {
        const char *at = line.at + strlen(*l);

        if (part_begins(line, *l) && line.len > strlen(*l))
            return !gly_is_lower(gly_next_char(&at));
    }
    return false;
}

size_t contribution_find(struct part line)
{
    static const char *const tails[] = { "(reporting by ", "(editing by ",
                                         "(writing by ",
                                         "(additional reporting ", NULL };
    const char *open = line.at, *end = line.at + line.len;

    while ((open = memchr(open, '(', (size_t)(end - open)))) {
        struct part tail = { open, (size_t)(end - open) };

        for (const char *const *t = tails; *t; t++)
            if (part_begins(tail, *t) && tail.len < 400)
                return (size_t)(open - line.at);
        open++;
    }
    if (line.len < 250 && (part_holds(line, " contributed to this report") ||
                           part_holds(line, " contributed to this story") ||
                           part_holds(line, " contributed to this article") ||
                           part_holds(line, " contributed reporting") ||
                           names_reporters(line)))
        return 0;
    return line.len;
}

/* Lines that say who wrote, who took the picture, who may be left out. */
#include "clean.h"

#include <string.h>
#include <strings.h>

enum {
    LONGEST_BYLINE = 160,
    LONGEST_NAME = 60,
    LONGEST_CREDIT = 80,
    LONGEST_CAPTION = 700,
};

struct part part_trim(const char *at, size_t len)
{
    while (len > 0 && (*at == ' ' || *at == '\t' || *at == '\n')) {
        at++;
        len--;
    }
    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t' ||
                       at[len - 1] == '\n'))
        len--;
    return (struct part){ at, len };
}

bool part_is(struct part part, const char *str)
{
    return strlen(str) == part.len && strncasecmp(part.at, str, part.len) == 0;
}

bool part_begins(struct part part, const char *str)
{
    size_t len = strlen(str);

    return part.len >= len &&
           (len == 0 || ((*part.at | 32) == (*str | 32) &&
                         strncasecmp(part.at, str, len) == 0));
}

static struct part cut(struct part part, size_t len)
{
    return (struct part){ part.at + len, part.len - len };
}

static bool is_one_of(struct part part, const char *const *list)
{
    for (; *list; list++)
        if (part_is(part, *list))
            return true;
    return false;
}

/* ---- names ---- */

static const char *const particles[] = {
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos",
    "du", "e", "el", "la", "le", "van", "von", "y", "zu", NULL,
};

/* Words that stand in bylines but in no name. */
static const char *const jobs[] = {
    "admin", "analyst", "columnist", "contributing", "contributor",
    "correspondent", "desk", "editor", "editorial", "editors", "freelance",
    "guest", "journalist", "newsroom", "online", "photographer", "producer",
    "reporter", "reporters", "senior", "special", "sports", "staff", "team",
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
    *rest = cut(*rest, word->len);
    return true;
}

/* "Editor", also of "Editor-at-large". */
static bool is_job(struct part word)
{
    const char *hyphen = memchr(word.at, '-', word.len);

    if (hyphen)
        word.len = (size_t)(hyphen - word.at);
    return is_one_of(word, jobs);
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

        if (is_job(word))
            return 0;
        if (!gly_is_letter(first) ||
            (gly_is_lower(first) && !is_one_of(word, particles)))
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
        " for ", " of ", " in ", " at ", "\t", NULL,
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
            part_is(cut(part, part.len - strlen(*l)), *l))
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

static bool split_byline(const struct clean *c, struct part line,
                         struct byline *b, bool strict)
{
    while (line.len > 0) {
        size_t len = 0, gap = 0;

        while (len < line.len && (gap = divider(cut(line, len))) == 0)
            len++;

        bool place = part_begins(cut(line, len), " in ") ||
                     part_begins(cut(line, len), " at ");

        if (!take_part(c, b, (struct part){ line.at, len }, strict) && strict)
            return false;
        line = cut(line, len + gap);
        if (place)
            break;
    }
    return b->count > 0 || b->agency;
}

static void add_author(gly_doc *doc, const char *name)
{
    const char *old;

    for (size_t i = 0; (old = gly_get(doc, "author", i)); i++)
        if (i > 40 || strcmp(old, name) == 0)
            return;
    gly_add(doc, "author", name);
}

bool byline_read(const struct clean *c, gly_doc *doc, struct part line,
                 bool strict)
{
    static const char *const openings[] = { "by ", "by: ", "von ", "por ",
                                            "par ", NULL };
    struct byline b = { .count = 0 };
    bool opened = false;

    line = part_trim(line.at, line.len);
    if (line.len > LONGEST_BYLINE || line.len == 0)
        return false;
    for (const char *const *o = openings; *o && !opened; o++)
        if (part_begins(line, *o) && (opened = true))
            line = cut(line, strlen(*o));
    if (strict && !opened)
        return false;
    if (line.len > 0 && line.at[line.len - 1] == '.')
        line.len--;
    if (!split_byline(c, line, &b, strict))
        return false;
    if (!strict || !gly_get(doc, "author", 0))
        for (unsigned i = 0; i < b.count; i++)
            add_author(doc, keep_name(doc, b.names[i]));
    if (b.agency && *b.agency && !gly_get(doc, "agency", 0))
        gly_set(doc, "agency", b.agency);
    else if (b.house.len > 0 && !gly_get(doc, "agency", 0))
        gly_set(doc, "agency", gly_keep(doc, b.house.at, b.house.len));
    return true;
}

bool part_holds(struct part part, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= part.len; i++)
        if ((part.at[i] | 32) == (*word | 32) &&
            strncasecmp(part.at + i, word, len) == 0)
            return true;
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
                           part_begins(line, "additional reporting by ") ||
                           part_begins(line, "reporting by ")))
        return 0;
    return line.len;
}

/* ---- credits ---- */

bool part_ends_sentence(struct part text)
{
    return text.len > 3 && (memchr(".!?:\"", text.at[text.len - 1], 5) ||
                            memcmp(text.at + text.len - 3, "\xE2\x80", 2) == 0);
}

static bool is_sentence_end(struct part before)
{
    before = part_trim(before.at, before.len);
    if (before.len > 2 && before.at[before.len - 1] == '.' &&
        before.at[before.len - 3] == ' ') /* an initial */
        return false;
    return before.len == 0 ||
           memchr(".!?)]|/\"", before.at[before.len - 1], 8) ||
           (before.len >= 3 && memcmp(before.at + before.len - 3, "\xE2\x80", 2)
                                   == 0);
}

/* A name or two, a firm; not a sentence. */
static bool is_source(struct part part)
{
    unsigned words = 0, small = 0;

    part = part_trim(part.at, part.len);
    if (part.len == 0 || part.len > LONGEST_CREDIT)
        return false;
    for (size_t i = 0; i < part.len; i++) {
        const char *at = part.at + i;
        bool first = i == 0 || part.at[i - 1] == ' ';

        words += first;
        small += first && i > 0 && gly_is_lower(gly_next_char(&at));
        if ((part.at[i] == '.' || part.at[i] == '?') && i + 1 < part.len &&
            part.at[i + 1] == ' ' && i > 1 && part.at[i - 2] != ' ' &&
            part.at[i - 2] != '.')
            return false;
    }

    const char *at = part.at;

    return words <= 9 && small <= 3 && small * 2 <= words &&
           !gly_is_lower(gly_next_char(&at));
}

/* "Photo: EFE", "Photo by Ann Lee". */
static size_t find_labelled(struct part line)
{
    static const char *const labels[] = {
        "photo:", "photos:", "photo credit:", "photo by ", "photos by ",
        "photo courtesy ", "photograph:", "photograph by ", "photographs by ",
        "picture:", "pictures:", "picture by ", "image:", "images:",
        "image credit:", "image courtesy ", "credit:", "credits:",
        "file photo:", "courtesy of ", "illustration:", "illustration by ",
        "foto:", "fotos:", "bild:", "bilder:", "video:", "graphic:",
        "source:", "fonte:", "fuente:", NULL,
    };
    size_t from = line.len > LONGEST_CREDIT + 16
                      ? line.len - LONGEST_CREDIT - 16 : 0;

    for (size_t i = from; i < line.len; i++) {
        struct part rest = cut(line, i);

        if (i > 0 && rest.at[-1] != ' ' && rest.at[-1] != '(')
            continue;
        if (!memchr("pPiIfFcCbBvVgGsS", *rest.at, 16))
            continue;
        for (const char *const *l = labels; *l; l++)
            if (part_begins(rest, *l) && is_source(cut(rest, strlen(*l))) &&
                (i == 0 || rest.at[-1] == '(' ||
                 is_sentence_end((struct part){ line.at, i })))
                return i - (i > 0 && rest.at[-1] == '(');
    }
    return line.len;
}

/* Whether an agency stands before or behind a slash of it. */
static bool has_agency(const struct clean *c, struct part part)
{
    for (size_t begin = 0, i = 0; i <= part.len; i++) {
        if (i < part.len && part.at[i] != '/')
            continue;

        struct part piece = part_trim(part.at + begin, i - begin);

        if (gly_words_has(c->agencies, piece.at, piece.len, NULL))
            return true;
        begin = i + 1;
    }
    return false;
}

static bool is_credit(const struct clean *c, struct part part)
{
    static const char *const signs[] = {
        "getty images", "ap photo", "afp photo", "photo/", "photo by ",
        "file photo", "shutterstock", "istock", "photo via", "handout",
        "/getty", "photo:", "courtesy of", "courtesy photo", "foto:", NULL,
    };

    if (part.len == 0 || part.len > LONGEST_CREDIT)
        return false;
    for (const char *const *s = signs; *s; s++)
        if (part_holds(part, *s))
            return true;
    return memchr(part.at, '/', part.len) && has_agency(c, part);
}

/* "(AP Photo/Ann Lee)" or "Ann Lee/Getty Images" behind the last sentence. */
static size_t find_bare(const struct clean *c, struct part line)
{
    size_t end = line.len, i = end;

    if (end > 0 && line.at[end - 1] == '.')
        end--;
    if (end > 0 && (line.at[end - 1] == ')' || line.at[end - 1] == ']')) {
        char open = line.at[end - 1] == ')' ? '(' : '[';

        for (i = end; i > 0 && line.at[i - 1] != open;)
            i--;
        if (i > 0 && is_credit(c, (struct part){ line.at + i, end - 1 - i }))
            return i - 1;
        return line.len;
    }
    for (i = end; i > 1 && end - i <= LONGEST_CREDIT; i--)
        if (line.at[i - 1] == ' ' && i >= 2 &&
            is_sentence_end((struct part){ line.at, i - 1 }))
            break;
    if (end - i > LONGEST_CREDIT)
        return line.len;
    if (i <= 1)
        i = 0;

    struct part tail = { line.at + i, end - i };

    return is_credit(c, tail) && is_source(tail) ? i : line.len;
}

bool credit_find(const struct clean *c, struct part line, struct part *caption,
                 struct part *credit)
{
    line = part_trim(line.at, line.len);
    if (line.len > LONGEST_CAPTION)
        return false;

    size_t at = find_labelled(line);

    if (at == line.len)
        at = find_bare(c, line);
    if (at >= line.len)
        return false;
    *caption = part_trim(line.at, at);
    *credit = cut(line, at);
    return true;
}

struct part credit_source(struct part credit)
{
    size_t i = 0;

    while (credit.len > 0 && memchr("([ ", *credit.at, 3))
        credit = cut(credit, 1);
    if (part_begins(credit, "\xC2\xA9"))
        credit = part_trim(credit.at + 2, credit.len - 2);
    while (credit.len > 0 && memchr(")].", credit.at[credit.len - 1], 3))
        credit.len--;
    while (i < credit.len && credit.at[i] != ':')
        i++;
    if (i < credit.len && i < 16)
        return part_trim(credit.at + i + 1, credit.len - i - 1);
    for (i = 0; i < credit.len && i < 24; i++)
        if (part_begins(cut(credit, i), " by ") ||
            part_begins(cut(credit, i), " of "))
            return part_trim(credit.at + i + 4, credit.len - i - 4);
    return part_trim(credit.at, credit.len);
}

/* ---- boilerplate ---- */

const char *phrase_find(const struct clean *c, struct part line)
{
    const char *value, *end = line.at + line.len;
    size_t len;

    if (line.len > 300 ||
        (len = gly_words_match(c->phrases, line.at, end, &value)) == 0)
        return NULL;

    const char *why = strchr(value, ' ');
    struct part rest = part_trim(line.at + len, line.len - len);

    if (!why)
        return NULL;
    while (rest.len > 0 && memchr(":.!-|>*", *rest.at, 7))
        rest = part_trim(rest.at + 1, rest.len - 1);
    if (rest.len == 0)
        return why + 1;
    if (part_begins((struct part){ value, strlen(value) }, "start "))
        return why + 1;
    /* "READ ALSO: ..." goes with what follows, "Read also the ..." does not. */
    if (part_begins((struct part){ value, strlen(value) }, "label ") &&
        memchr(":|>-", line.at[len], 4))
        return why + 1;
    return NULL;
}

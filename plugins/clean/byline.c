/* Lines that say who wrote. */
#include "names.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_BYLINE = 200 };

/* ---- agencies ---- */

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
    struct part place;   /* where it was written: "Ann Lee / SEOUL" */
};

/* "y" and "e" may be of a name: "José Ortega y Gasset". */
static bool divides_names(struct part rest)
{
    size_t len = 0;

    while (len < rest.len && !memchr(",;|(", rest.at[len], 4))
        len++;
    rest = part_trim(rest.at, len);
    return memchr(rest.at, ' ', rest.len) != NULL;
}

/* How long what divides two parts at `at` is; 0 for none there. */
static size_t divider(struct part at)
{
    static const char *const dividers[] = {
        " and ", " & ", " | ", " with ", " und ", " et ", " mit ", " avec ",
        " con ", " og ", " och ", " med ", ", ", "; ", ",", ";", "|", " (",
        " for ", " of ", " in ", " at ", " aus ", " \xC3\xA0 ", " en ", " / ",
        " - ", " – ", " — ", "\t", "\n", " · ", " • ", " published ",
        " updated ", " posted ", NULL,
    };

    size_t len = part_begins_any(at, dividers);

    if (len > 0)
        return len;
    if ((part_begins(at, " y ") || part_begins(at, " e ")) &&
        divides_names(part_cut(at, 3)))
        return 3;
    return 0;
}

/* Whether what follows the divider is no name any more. */
static bool divides_place(struct part at)
{
    static const char *const dividers[] = { " in ", " aus ", " \xC3\xA0 ",
                                            " en ", " / ", " at ", NULL };

    return part_begins_any(at, dividers) > 0;
}

static bool ends_in(struct part part, const char *const *ends)
{
    for (; *ends; ends++)
        if (part.len > strlen(*ends) &&
            part_is(part_cut(part, part.len - strlen(*ends)), *ends))
            return true;
    return false;
}

/* "Adriatic News Agency"; "Press" ends a house `behind` a name, else a name. */
static bool is_house(struct part part, bool behind)
{
    static const char *const last[] = { " press", " agency", " wire", " news",
                                        " news service", " newspapers",
                                        NULL };

    return ends_in(part, last + !behind) &&
           (behind || !gly_is_lower(gly_next_char(&part.at)));
}

/* "Odden University": no person, and no agency. */
static bool is_body(struct part part)
{
    static const char *const last[] = {
        " association", " blog", " bureau", " committee", " foundation",
        " gmbh", " inc", " inc.", " institute", " llc", " ltd", " ltd.",
        " media", " ministry", " network", " online", " radio", " sport",
        " television", " tv", " university", ".com", ".net", ".org", NULL,
    };

    return ends_in(part, last);
}

/* "New York", behind a name. */
static bool is_place(const struct clean *c, struct part part)
{
    const char *value;

    return memchr(part.at, ' ', part.len) &&
           gly_words_has(c->places, part.at, part.len, &value) &&
           strpbrk(value, "23");
}

/* "Odden Herald", "CNN": for whom they write, though no agency. */
static bool is_paper(struct part part)
{
    static const char *const last[] = {
        " chronicle", " daily", " gazette", " herald", " journal", " magazine",
        " mail", " network", " observer", " post", " radio", " register",
        " star", " telegraph", " times", " today", " tribune", NULL,
    };

    return ends_in(part, last) || name_is_initials(part);
}

/* "The Coast" */
static bool is_the(struct part part)
{
    return part_begins(part, "the ") && part.len > 6 && part.len < 40 &&
           part.at[4] >= 'A' && part.at[4] <= 'Z';
}

/* "Ann Lee Associated Press": cuts off the agency. */
static struct part cut_agency(const struct clean *c, struct byline *b,
                              struct part part)
{
    for (size_t i = 1; i + 1 < part.len && part.len <= LONGEST_NAME; i++) {
        struct part rest = part_cut(part, i + 1), name = { part.at, i };

        if (part.at[i] == ' ' && memchr(name.at, ' ', name.len) &&
            gly_words_has(c->agencies, rest.at, rest.len, &b->agency))
            return name;
    }
    return part;
}

static struct part last_word(struct part part)
{
    size_t len = part.len;

    while (len > 0 && part.at[len - 1] != ' ')
        len--;
    return part_cut(part, len);
}

/* "Ann Lee" of "AP Sports Writer Ann Lee", of "Ann Lee Staff Writer" and of "Ann
 * Lee ann.lee@coast.example"; nothing of "AP Sports Writer". */
static struct part cut_name(const struct clean *c, struct byline *b,
                            struct part part)
{
    struct part rest = part, word, name = part;

    name_next_word(&rest, &word);
    gly_words_has(c->agencies, word.at, word.len, &b->agency);
    for (rest = part; name_next_word(&rest, &word);)
        if (name_is_job(word))
            name = part_trim(rest.at, rest.len);
    if (name.len == 0)
        name = part;
    while (name_is_job(word = last_word(name)) ||
           memchr(word.at, '@', word.len))
        name = part_trim(name.at, name.len - word.len);
    return cut_agency(c, b, name);
}

static bool take_part(const struct clean *c, struct byline *b,
                      struct part part, bool strict)
{
    part = part_trim(part.at, part.len);
    if (part_begins(part, "by "))
        part = part_trim(part.at + 3, part.len - 3);
    else if (part_begins(part, "with "))
        part = part_trim(part.at + 5, part.len - 5);
    if (part.len > 0 && part.at[part.len - 1] == ')')
        part.len--;
    if (part.len == 0 || agency_find(c, part, &b->agency))
        return true;
    if (is_house(part, b->count > 0)) {
        b->house = part;
        return true;
    }
    if (name_is_degree(part) || is_body(part) ||
        (b->count > 0 &&
         (is_paper(part) || is_the(part) || is_place(c, part))))
        return true;
    if (strict) {
        struct part name = cut_name(c, b, part);

        if (b->count > 0 && name.len < part.len && name_words(name) < 2)
            return true;
        part = name;
    }
    part = name_cut_honorific(part);
    if (name_words(part) < (strict ? 2 : 1) || !author_is(part))
        return false;
    if (b->count > 0 && !memchr(part.at, ' ', part.len) &&
        memchr(b->names[0].at, ' ', b->names[0].len))
        return true; /* a place: "Ana Silva, Lisbon" */
    if (b->count < sizeof(b->names) / sizeof(b->names[0]))
        b->names[b->count++] = part;
    return true;
}

/* "12 May 2018", behind a bar or the like; "publié le 12 mai 2018". */
static bool is_aside(char before, struct part part)
{
    static const char *const openings[] = {
        "actualizad", "aggiornat", "aktualisiert", "am ", "atualizad", "den ",
        "last updated", "le ", "mis à jour", "op ", "posted", "pubblicat",
        "publicad", "publié", "published", "updated", "veröffentlicht", NULL,
    };
    struct part word = { part.at, 0 };
    unsigned digits = 0;

    while (word.len < part.len && !memchr(" ,.", word.at[word.len], 3))
        word.len++;
    for (size_t i = 0; i < part.len; i++)
        digits += part.at[i] >= '0' && part.at[i] <= '9';
    if (before == '|' || before == '\n' || before == '\t')
        return digits > 0;
    return digits > 2 && (month_find(word) || part_begins_any(part, openings) ||
                          (*part.at >= '0' && *part.at <= '9'));
}

/* "Seoul" of "in Seoul, Associated Press" and what follows. */
static void take_place(const struct clean *c, struct byline *b,
                       struct part part, struct part rest)
{
    const char *at = part.at;

    if (b->place.len == 0 && gly_is_upper(gly_next_char(&at)))
        b->place = part_trim(part.at, part.len);
    rest = part_trim(rest.at, rest.len);
    agency_find(c, rest, &b->agency);
}

static bool split_byline(const struct clean *c, struct part line,
                         struct byline *b, bool strict)
{
    char before = ' ';
    bool place = false;

    while (line.len > 0) {
        size_t len = 0, gap = 0;

        while (len < line.len && (gap = divider(part_cut(line, len))) == 0)
            len++;

        struct part part = { line.at, len }, gone = part_cut(line, len);
        struct part rest = part_cut(gone, gap);

        if (b->count > 0 && is_aside(before, line))
            break;
        if (place)
            take_place(c, b, part, rest);
        else if (!take_part(c, b, part, strict) && strict)
            return false;
        if (place && !part_begins(gone, " and ") && !part_begins(gone, ";"))
            break;
        place = divides_place(gone);
        before = gap == 3 ? gone.at[1] : gap > 0 ? rest.at[-1] : ' ';
        line = rest;
    }
    return b->count > 0 || b->agency || b->house.len > 0;
}

static bool same_name(const char *a, const char *b)
{
    while (*a && gly_lower(gly_next_char(&a)) == gly_lower(gly_next_char(&b)))
        if (*a == '\0')
            return *b == '\0';
    return false;
}

/* "The Daily" and "Daily Sport" at The Daily. */
static bool is_of_site(const gly_doc *doc, const char *name)
{
    const char *site = gly_get(doc, "site", 0);
    size_t len;

    if (!site)
        return false;
    site += strncasecmp(site, "the ", 4) == 0 ? 4 : 0;
    name += strncasecmp(name, "the ", 4) == 0 ? 4 : 0;
    len = strlen(site);
    return len > 0 && strncasecmp(name, site, len) == 0 &&
           (name[len] == '\0' || name[len] == ' ');
}

static void add_author(gly_doc *doc, const char *name)
{
    const char *old;

    if (is_of_site(doc, name))
        return;
    for (size_t i = 0; (old = gly_get(doc, "author", i)); i++)
        if (i > 40 || same_name(old, name))
            return;
    gly_add(doc, "author", name);
}

/* What opens a byline, with its white space; 0 for none. */
static size_t opening(struct part line)
{
    static const char *const openings[] = {
        "by ", "by: ", "a cura di ", "af ", "author: ", "autor: ", "autora: ",
        "av ", "di ", "door ", "door: ", "par ", "par: ", "por ", "por: ",
        "reported by ", "story by ", "story: ", "tekst: ", "testo di ",
        "text by ", "text von ", "text: ", "texte: ", "texto: ", "von ",
        "von: ", "words by ", "words: ", "written by ", NULL,
    };

    return part_begins_any(line, openings);
}

/* Cuts off "-- ". */
static struct part skip_dash(struct part line)
{
    while (line.len > 0 && (part_begins(line, "-") || part_begins(line, "—")))
        line = part_trim(line.at + (*line.at == '-' ? 1 : 3),
                         line.len - (*line.at == '-' ? 1 : 3));
    return line;
}

/* "Por Una Ley Justa", "Von Der Idee Zum Haus": titles; names with such words
 * come behind "By" as well. */
static bool opens_title(struct part line, size_t opening)
{
    static const char *const articles[] = {
        "das ", "dem ", "der ", "die ", "ein ", "eine ", "einem ", "einer ",
        "el ", "het ", "il ", "la ", "las ", "le ", "les ", "lo ", "los ", "o ",
        "os ", "um ", "uma ", "un ", "una ", "une ", NULL,
    };

    return !part_begins(line, "by") &&
           part_begins_any(part_cut(line, opening), articles) > 0;
}

static bool read_byline(const struct clean *c, struct part line,
                        struct byline *b, bool strict)
{
    line = part_trim(line.at, line.len);
    line = skip_dash(line);
    if (line.len > LONGEST_BYLINE || line.len == 0)
        return false;

    size_t len = opening(line);

    if (strict && (!len || opens_title(line, len)))
        return false;
    line = part_cut(line, len);
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

static void keep_byline(gly_doc *doc, const struct byline *b, bool again)
{
    if (again || !gly_get(doc, "author", 0))
        for (unsigned i = 0; i < b->count; i++)
            add_author(doc, name_keep(doc, b->names[i]));
    set_agency(doc, b->agency, b->house);
    if (!again && b->place.len > 0)
        dateline_set(doc, b->place);
}

bool author_known(const gly_doc *doc, struct part name)
{
    const char *author;

    for (size_t i = 0; (author = gly_get(doc, "author", i)); i++)
        if (part_is(name, author))
            return true;
    return false;
}

void author_add(gly_doc *doc, struct part name)
{
    if (!gly_get(doc, "author", 0))
        add_author(doc, name_keep(doc, name));
}

bool byline_read(const struct clean *c, gly_doc *doc, struct part line,
                 bool strict)
{
    struct byline b = { .count = 0 };

    if (!read_byline(c, line, &b, strict))
        return false;
    keep_byline(doc, &b, !strict);
    return true;
}

/* "Rep. Ann Lee (@annlee) June 18, 2021", below what she wrote elsewhere. */
static bool holds_post(struct part line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] == '@' || (line.at[i] >= '0' && line.at[i] <= '9'))
            return true;
    return false;
}

bool byline_signed(const struct clean *c, gly_doc *doc, struct part line)
{
    struct byline b = { .count = 0 };
    struct part name = skip_dash(line);
    bool divided = memchr(line.at, ',', line.len) ||
                   memchr(line.at, '(', line.len);

    if (name.len > 0 && name.at != line.at && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len > LONGEST_NAME || holds_post(name) ||
        !split_byline(c, name, &b, true) || b.count == 0 ||
        (name.at == line.at && !(b.agency && divided)))
        return false;
    keep_byline(doc, &b, false);
    return true;
}

bool byline_house(const struct clean *c, gly_doc *doc, struct part line)
{
    const char *agency = NULL, *comma = memchr(line.at, ',', line.len);
    struct part rest, word = line;

    if (comma) { /* "Coast News, Odden", not "OSLO, June 18 (AP) -- The ..." */
        rest = part_cut(line, (size_t)(comma - line.at) + 1);
        rest = part_trim(rest.at, rest.len);
        if (name_words(rest) == 0 && !is_the(rest))
            return false;
        line.len = (size_t)(comma - line.at);
    }
    rest = line;
    if (line.len == 0 || line.len > LONGEST_NAME)
        return false;
    if (gly_words_has(c->agencies, line.at, line.len, &agency) ||
        is_house(line, true)) {
        set_agency(doc, agency, line);
        return true;
    }
    if (is_paper(line))
        return true;
    while (name_next_word(&rest, &word))
        ;
    return name_is_job(word);
}

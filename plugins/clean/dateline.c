/* "SEOUL, South Korea, June 18 (AP) --" before the first sentence.
 *
 * An agency in brackets or between slashes is a sure sign, for which the place
 * may be any; before a dash alone it must be one that is known, or have its day
 * or its state behind it. */
#include "clean.h"

#include <stdio.h>
#include <string.h>

enum {
    LONGEST_HEAD = 120, /* of what stands before the dash */
    LONGEST_PIECE = 30, /* of it, between commas */
};

struct dateline {
    struct part place, day;
    const char *agency;     /* in full, "" for one that is no news agency */
    bool sure;              /* an agency stands there */
    bool known;             /* and the list has it */
    int year, month, date;
};

/* ---- days ---- */

/* One word of "Thursday, le 3 mars 2020"; false for one of no day. */
static bool take_word(struct dateline *d, struct part word)
{
    static const char *const others[] = { "de", "del", "le", "mon", "monday",
        "tue", "tuesday", "wed", "wednesday", "thu", "thursday", "fri",
        "friday", "sat", "saturday", "sun", "sunday", NULL };
    int value = 0;

    if (*word.at < '0' || *word.at > '9') {
        if (part_is_any(word, others))
            return true;
        return d->month == 0 && (d->month = month_find(word)) > 0;
    }
    if (word.len > 4)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
        value = value * 10 + (word.at[i] - '0');
    }
    if (word.len == 4)
        return d->year == 0 && (d->year = value) >= 1900;
    return word.len < 3 && d->date == 0 && value <= 31 && (d->date = value) > 0;
}

/* "June 18", "5 Abr.", "3. März 2020": all of it. */
static bool read_day(struct part day, struct dateline *d)
{
    d->year = d->month = d->date = 0;
    while (day.len > 0) {
        size_t len = 0;

        while (len < day.len && !memchr(" ,.", day.at[len], 3))
            len++;
        if (len > 0 && !take_word(d, (struct part){ day.at, len }))
            return false;
        day = part_cut(day, len < day.len ? len + 1 : len);
    }
    return d->month > 0 && d->date > 0 && d->date <= month_days(d->year, d->month);
}

/* Cuts the day off the end of the place. */
static void cut_day(struct dateline *d)
{
    struct part place = d->place;

    for (size_t i = 1; i < place.len; i++) {
        struct part rest = part_cut(place, i);

        if (!memchr(" ,.", rest.at[-1], 3) || !read_day(rest, d))
            continue;
        d->day = part_trim(rest.at, rest.len);
        if (d->day.len > 2 && d->day.at[d->day.len - 1] == '.' &&
            d->day.at[d->day.len - 2] <= '9') /* of a sentence, "June 18." */
            d->day.len--;
        while (i > 0 && memchr(" ,", place.at[i - 1], 2))
            i--;
        d->place.len = i;
        break;
    }
    while (d->place.len > 0 && d->place.at[d->place.len - 1] == '.' &&
           d->day.len > 0 && !memchr(d->place.at, ',', d->place.len))
        d->place.len--; /* "MOSCOW. June 18" */
}

/* ---- places ---- */

/* "SEOUL" or, with `titled`, also "Rio de Janeiro": how many letters it has. */
static unsigned name_place(struct part piece, bool titled)
{
    static const char *const small[] = { "am", "an", "and", "da", "de", "del",
        "der", "di", "do", "im", "la", "le", "of", "on", "sur", "the", "upon",
        NULL };
    const char *p = piece.at, *end = p + piece.len;
    unsigned letters = 0, words = 0;

    if (piece.len > LONGEST_PIECE)
        return 0;
    while (p < end) {
        struct part word = { p, 0 };

        while (p + word.len < end && p[word.len] != ' ')
            word.len++;

        bool particle = part_is_any(word, small);

        for (p = word.at; p < word.at + word.len; letters++) {
            bool first = p == word.at || p[-1] == '-' || p[-1] == '[';
            uint32_t ch = gly_next_char(&p);

            if (gly_is_lower(ch) && !particle && (first || !titled))
                return 0;
            if (!gly_is_letter(ch) && !strchr(".-'[]", ch < 0x80 ? (int)ch : '0')
                && ch != 0x2019)
                return 0;
        }
        words += word.len > 0;
        p += p < end;
    }
    return words <= 4 ? letters : 0;
}

static bool is_known(const struct clean *c, struct part piece)
{
    return gly_words_has(c->places, piece.at, piece.len, NULL);
}

/* "N.H.", "Calif." */
static bool is_state(struct part piece)
{
    return piece.len > 2 && piece.len <= 8 && piece.at[piece.len - 1] == '.';
}

static size_t piece_len(struct part place, const char *dividers)
{
    size_t len = 0;

    while (len < place.len && !strchr(dividers, place.at[len]))
        len++;
    return len;
}

/* "BEIJING/HONG KONG", "SEOUL, South Korea", "WASHINGTON, D.C." */
static bool is_place(const struct clean *c, const struct dateline *d)
{
    struct part rest = d->place;
    bool certain = d->sure || d->day.len > 0;
    bool titled = d->day.len > 0 || memchr(rest.at, ',', rest.len);
    unsigned pieces = 0, letters = 0;

    while (rest.len > 0) {
        size_t len = piece_len(rest, pieces == 0 ? ",/" : ",");
        struct part piece = part_trim(rest.at, len);
        bool first = pieces == 0 || rest.at[-1] == '/';
        unsigned found = name_place(piece, !first || d->known ||
                                               (titled && is_known(c, piece)));

        if (found == 0)
            return false;
        letters += first ? found : 0;
        certain |= is_known(c, piece) || (!first && is_state(piece));
        rest = part_cut(rest, len < rest.len ? len + 1 : len);
        pieces++;
    }
    if (d->place.len == 0)
        return d->sure;
    return certain && pieces <= 4 && letters >= 3;
}

/* "EXCLUSIVE", which sites put where a place might stand. */
static bool is_label(struct part part)
{
    static const char *const labels[] = {
        "analysis", "breaking", "breaking news", "commentary", "correction",
        "editorial", "exclusive", "explainer", "fact check", "feature",
        "interview", "just in", "live", "opinion", "photos", "poll", "report",
        "review", "transcript", "update", "updated", "video", "watch", NULL,
    };

    return part_is_any(part, labels);
}

/* ---- agencies and dashes ---- */

/* "PW": an agency, though no list has it. */
static bool is_abbreviation(struct part part)
{
    for (size_t i = 0; i < part.len; i++)
        if (part.at[i] < 'A' || part.at[i] > 'Z')
            return false;
    return part.len >= 2 && part.len <= 5;
}

/* Finds "(AP)" or "/PRNewswire/" and returns its begin, and its length in *len;
 * head.len when there is none. */
static size_t find_agency(const struct clean *c, struct part head,
                          struct dateline *d, size_t *len)
{
    for (size_t i = 0; i < head.len; i++) {
        char close = head.at[i] == '(' ? ')' : '/';

        if (head.at[i] != '(' && head.at[i] != '/')
            continue;

        struct part name = part_cut(head, i + 1);
        const char *end = memchr(name.at, close, name.len);

        if (!end)
            continue;
        *len = (size_t)(end + 1 - (head.at + i));
        name = part_trim(name.at, (size_t)(end - name.at));
        d->known = agency_find(c, name, &d->agency);
        d->sure = d->known || (close == ')' && is_abbreviation(name));
        if (d->sure)
            return i;
    }
    return head.len;
}

/* How long the dash at `at` is, with spaces around it; 0 for none. */
static size_t dash(struct part at, bool behind_agency)
{
    static const char *const dashes[] = { "—", "–", "--", "-", "_", NULL };
    static const char *const others[] = { ".-", ".–", ".—", "._", NULL };
    size_t space = 0, len;

    while (space < at.len && at.at[space] == ' ')
        space++;

    struct part sign = part_cut(at, space);

    len = part_begins_any(sign, dashes);
    if (!len && behind_agency)
        len = part_begins_any(sign, others);
    if (!len)
        return 0;

    size_t end = space + len;

    while (end < at.len && at.at[end] == ' ')
        end++;
    if (!behind_agency &&
        (end == space + len || (!space && part_begins(sign, "-")) ||
         *sign.at == '_'))
        return 0;
    return end;
}

/* What ends a dateline behind its agency: a dash, or, since the day says that it
 * is one, "/TASS/.", "(ANI):" or only a space. */
static size_t close_agency(struct part rest, const struct dateline *d)
{
    size_t len = dash(rest, true);

    if (len > 0 || !d->known || d->day.len == 0)
        return len;
    len = rest.len > 0 && memchr(".:", *rest.at, 2);
    return len < rest.len && rest.at[len] == ' ' ? len + 1 : 0;
}

/* ---- the whole ---- */

/* Without an agency: what stands before a dash. */
static size_t read_bare(const struct clean *c, struct part line,
                        struct dateline *d)
{
    size_t len = 0, i = 0;

    while (i < line.len && i < LONGEST_HEAD &&
           ((line.at[i] != ' ' && line.at[i] != '\xE2') ||
            (len = dash(part_cut(line, i), false)) == 0))
        i++;
    if (len == 0)
        return 0;
    *d = (struct dateline){ .place = part_trim(line.at, i) };
    cut_day(d);
    return d->place.len > 0 && !is_label(d->place) && is_place(c, d) ? i + len
                                                                     : 0;
}

static size_t read_head(const struct clean *c, struct part line,
                        struct dateline *d)
{
    struct part head = line;
    size_t len = 0, at;

    head.len = head.len < LONGEST_HEAD ? head.len : LONGEST_HEAD;
    *d = (struct dateline){ .sure = false };
    at = find_agency(c, head, d, &len);
    if (at == head.len)
        return read_bare(c, line, d);
    d->place = part_trim(line.at, at);
    while (d->place.len > 0 && memchr(",-", d->place.at[d->place.len - 1], 2))
        d->place.len--; /* "NEW YORK--(BUSINESS WIRE)--" */
    cut_day(d);
    len += at;

    size_t end = close_agency(part_cut(line, len), d);

    if (end == 0 || is_label(d->place) || !is_place(c, d))
        return 0;
    if (at > 0)
        return len + end;

    struct dateline behind; /* "(ANSA) - ROMA, 3 MAR - " */
    size_t more = read_bare(c, part_cut(line, len + end), &behind);

    if (more > 0 && behind.day.len > 0) {
        behind.agency = d->agency;
        *d = behind;
    } else {
        more = 0;
    }
    return len + end + more;
}

static void set_day(gly_doc *doc, const struct dateline *d)
{
    const char *known = gly_get(doc, "date", 0);
    char date[48] = "";

    if (d->day.len == 0)
        return;
    if (d->year)
        snprintf(date, sizeof(date), "%04d-%02d-%02d", d->year, d->month,
                 d->date);
    if (d->year && !known)
        gly_set(doc, "date", date);
    else if (!known || strcmp(known, date) != 0)
        gly_set(doc, "filed", gly_keep(doc, d->day.at, d->day.len));
}

size_t dateline_read(const struct clean *c, gly_doc *doc, struct part line)
{
    struct dateline d;
    size_t len = read_head(c, line, &d);

    if (len == 0 || len >= line.len)
        return 0;

    const char *next = line.at + len;

    if (gly_is_lower(gly_next_char(&next)))
        return 0;
    if (d.place.len > 0)
        dateline_set(doc, d.place);
    set_day(doc, &d);
    if (d.agency && *d.agency && !gly_get(doc, "agency", 0))
        gly_set(doc, "agency", d.agency);
    return len;
}

void dateline_set(gly_doc *doc, struct part place)
{
    if (!gly_get(doc, "dateline", 0))
        gly_set(doc, "dateline", gly_keep(doc, place.at, place.len));
}

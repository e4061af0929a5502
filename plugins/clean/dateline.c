/* "SEOUL, South Korea, June 18 (AP) --" before the first sentence. */
#include "clean.h"

#include <string.h>
#include <strings.h>

int month_find(const char *word)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int i = 0; i < 12; i++)
        if (strncasecmp(word, names + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

static bool is_day(struct part part)
{
    return part.len >= 5 && month_find(part.at) &&
           memchr("0123456789", part.at[part.len - 1], 10);
}

/* "PW": an agency, though no list has it. */
static bool is_abbreviation(struct part part)
{
    for (size_t i = 0; i < part.len; i++)
        if (part.at[i] < 'A' || part.at[i] > 'Z')
            return false;
    return part.len >= 2 && part.len <= 5;
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

/* How long the dash at p is, with spaces around it; 0 for none. */
static size_t dash(const char *p)
{
    static const char *const dashes[] = { " — ", " – ", " -- ", " - ", "— ",
                                          NULL };

    for (const char *const *d = dashes; *d; d++)
        if (strncmp(p, *d, strlen(*d)) == 0)
            return strlen(*d);
    return 0;
}

/* Whether what stands before a dash is "SEOUL", "SEOUL, South Korea", "SEOUL,
 * June 18 (AP)", "Seoul (AP)"; sure if it says more than a place. */
static bool is_dateline(const struct clean *c, struct part head,
                        struct part *place, const char **agency)
{
    const char *open = memchr(head.at, '(', head.len), *p = head.at;
    size_t upper = 0;
    bool sure = false, known = false;

    *place = head;
    *agency = NULL;
    if (open) {
        struct part name = part_trim(open + 1,
                                     head.len - (size_t)(open + 1 - head.at));

        if (name.len < 2 || name.at[name.len - 1] != ')')
            return false;
        name.len--;
        known = agency_find(c, name, agency);
        if (!known && !is_abbreviation(name))
            return false;
        *place = part_trim(head.at, (size_t)(open - head.at));
        sure = true;
    }
    const char *end = place->at + place->len;

    for (; p < end && *p != ','; upper++) {
        uint32_t ch = gly_next_char(&p);

        if ((gly_is_lower(ch) && !known) || gly_is_digit(ch) ||
            (!gly_is_letter(ch) && ch != ' ' && ch != '.' && ch != '-' &&
             ch != '\''))
            return false;
    }
    while (p < end) {
        size_t len = strcspn(++p, ",\n");
        struct part piece;

        if (len > (size_t)(end - p))
            len = (size_t)(end - p);
        piece = part_trim(p, len);
        if (is_day(piece))
            place->len = (size_t)(p - 1 - place->at);
        sure |= is_day(piece) || (piece.len > 2 && piece.len < 25);
        p += len;
    }
    *place = part_trim(place->at, place->len);
    return place->len == 0 ? sure : upper >= 3 && (sure || upper >= 5);
}

size_t dateline_read(const struct clean *c, gly_doc *doc, struct part line)
{
    const char *p = line.at, *end = line.at + line.len;
    struct part place;
    const char *agency;
    size_t len = 0;

    while (p < end && p - line.at < 80 && (len = dash(p)) == 0)
        p++;
    if (len == 0 || p + len >= end)
        return 0;

    struct part head = { line.at, (size_t)(p - line.at) };
    const char *next = p + len;

    if (gly_is_lower(gly_next_char(&next)) || is_label(head) ||
        !is_dateline(c, head, &place, &agency))
        return 0;
    if (place.len > 0 && !gly_get(doc, "dateline", 0))
        gly_set(doc, "dateline", gly_keep(doc, place.at, place.len));
    if (agency && *agency && !gly_get(doc, "agency", 0))
        gly_set(doc, "agency", agency);
    return head.len + len;
}

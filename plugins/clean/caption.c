/* Captions and the credits of pictures: out of the text, but not lost. Captions
 * are asides of the document, so that the names in them are found too. */
#include "clean.h"

#include <string.h>
#include <strings.h>

enum {
    LONGEST_CREDIT = 80,
    LONGEST_CAPTION = 700,
    MOST_CAPTIONS = 64,
};

/* ---- credits ---- */

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
    if (part.len == 0 || part.len > LONGEST_CREDIT ||
        (*part.at >= '0' && *part.at <= '9'))
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

/* Whether a bracket opened before it is closed at its end. */
static bool closes(struct part rest, char open)
{
    char close = open == '(' ? ')' : ']';

    if (rest.len > 0 && rest.at[rest.len - 1] == '.')
        rest.len--;
    return rest.len > 0 && rest.at[rest.len - 1] == close &&
           memchr(rest.at, close, rest.len) == rest.at + rest.len - 1;
}

/* "Photo: EFE", "Photo by Ann Lee". */
static size_t find_labelled(struct part line)
{
    static const char *const labels[] = {
        "photo:", "photos:", "photo credit:", "photo by ", "photos by ",
        "photo courtesy ", "photograph:", "photograph by ", "photographs by ",
        "picture:", "pictures:", "picture by ", "image:", "images:",
        "image credit:", "image source:", "image courtesy ", "credit:",
        "credits:", "credit...", "file photo:", "courtesy of ",
        "illustration:", "illustration by ", "foto:", "fotos:", "bild:",
        "bilder:", "video:", "graphic:", "source:", "fonte:", "fuente:",
        "Фото:", "фото:", "\xC2\xA9 ", NULL,
    };
    size_t from = line.len > LONGEST_CREDIT + 16
                      ? line.len - LONGEST_CREDIT - 16 : 0;

    for (size_t i = from; i < line.len; i++) {
        char before = i > 0 ? line.at[i - 1] : ' ';
        bool bracket = before == '(' || before == '[';

        if ((before != ' ' && before != '.' && !bracket) ||
            !memchr("pPiIfFcCbBvVgGsS\xC2\xD0\xD1", line.at[i], 19))
            continue;

        struct part rest = part_cut(line, i);

        if (bracket && !closes(rest, before))
            continue;
        for (const char *const *l = labels; *l; l++)
            if (part_begins(rest, *l) &&
                is_source(part_cut(rest, strlen(*l))) &&
                (bracket || is_sentence_end((struct part){ line.at, i })))
                return i - bracket;
    }
    return line.len;
}

/* "This file photo shows ...", which an agency in brackets may follow. */
static bool says_caption(struct part line)
{
    static const char *const openings[] = {
        "this photo", "this file photo", "this undated photo", "this image",
        "this picture", "this handout", "this combination", "this frame",
        "in this photo", "in this file photo", "in this undated photo",
        "file photo", "file - ", "file – ", "file — ", NULL,
    };

    return part_begins_any(line, openings) > 0;
}

/* "AP Photo", "iStock": at the begin of a word, not in "PADDIstocks". */
static bool holds_sign(struct part part)
{
    static const char *const signs[] = {
        "getty images", "ap photo", "afp photo", "photo/", "photo by ",
        "file photo", "shutterstock", "istock", "photo via", "handout",
        "/getty", "photo:", "courtesy of", "courtesy photo", "foto:", NULL,
    };

    for (size_t i = 0; i < part.len; i++) {
        char before = i > 0 ? (char)(part.at[i - 1] | 32) : ' ';

        if ((before >= 'a' && before <= 'z' && part.at[i] != '/') ||
            !memchr("gapfsihc/", part.at[i] | 32, 9))
            continue;
        if (part_begins_any(part_cut(part, i), signs))
            return true;
    }
    return false;
}

static bool is_credit(const struct clean *c, struct part part)
{
    if (part.len == 0 || part.len > LONGEST_CREDIT)
        return false;
    return holds_sign(part) ||
           (memchr(part.at, '/', part.len) && agency_find(c, part, NULL));
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

        struct part inside = { line.at + i, end - 1 - i };

        if (i > 0 && (is_credit(c, inside) ||
                      (says_caption(line) && agency_find(c, inside, NULL))))
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

/* "Image caption, The bridge", "Image source, Getty Images": labels that some
 * pages hide from the eye, though not from what copies them. */
static size_t hidden_label(struct part line, bool *is_caption)
{
    static const char *const captions[] = { "caption:", "image caption",
                                            "media caption", "photo caption:",
                                            NULL };
    static const char *const sources[] = { "image copyright", "image source",
                                           NULL };
    size_t len = part_begins_any(line, captions);

    *is_caption = len > 0;
    if (!len)
        len = part_begins_any(line, sources);
    if (len == 0 || len >= line.len)
        return 0;

    len += memchr(",:", line.at[len], 2) != NULL;

    struct part rest = part_trim(line.at + len, line.len - len);
    const char *at = rest.at;

    return rest.len > 0 && !gly_is_lower(gly_next_char(&at)) &&
                   (*is_caption || is_source(rest))
               ? (size_t)(rest.at - line.at) : 0;
}

bool credit_find(const struct clean *c, struct part line, struct part *caption,
                 struct part *credit)
{
    bool is_caption;

    line = part_trim(line.at, line.len);
    if (line.len > LONGEST_CAPTION)
        return false;

    size_t label = hidden_label(line, &is_caption);

    if (label > 0 && is_caption) {
        *caption = part_cut(line, label);
        *credit = part_cut(line, line.len);
        return true;
    }

    size_t at = label > 0 ? 0 : find_labelled(line);

    if (at == line.len)
        at = find_bare(c, line);
    if (at >= line.len)
        return false;
    *caption = part_trim(line.at, at);
    *credit = part_cut(line, at);
    return true;
}

struct part credit_source(struct part credit)
{
    size_t i = 0;
    bool is_caption;

    credit = part_cut(credit, hidden_label(credit, &is_caption));
    while (credit.len > 0 && memchr("([ ", *credit.at, 3))
        credit = part_cut(credit, 1);
    if (part_begins(credit, "\xC2\xA9"))
        credit = part_trim(credit.at + 2, credit.len - 2);
    while (credit.len > 0 && memchr(")].", credit.at[credit.len - 1], 3))
        credit.len--;
    if (part_begins(credit, "credit..."))
        return part_trim(credit.at + 9, credit.len - 9);
    while (i < credit.len && credit.at[i] != ':')
        i++;
    if (i < credit.len && i < 16)
        return part_trim(credit.at + i + 1, credit.len - i - 1);
    for (i = 0; i < credit.len && i < 24; i++)
        if (part_begins(part_cut(credit, i), " by ") ||
            part_begins(part_cut(credit, i), " of "))
            return part_trim(credit.at + i + 4, credit.len - i - 4);
    return part_trim(credit.at, credit.len);
}

/* ---- what is kept ---- */

static bool is_same(const char *old, struct part value)
{
    return strlen(old) == value.len && memcmp(old, value.at, value.len) == 0;
}

static void add_credit(gly_doc *doc, struct part credit)
{
    const char *old;

    for (size_t i = 0; (old = gly_get(doc, "credits", i)) != NULL; i++)
        if (i == MOST_CAPTIONS || is_same(old, credit))
            return;
    gly_add(doc, "credits", gly_keep(doc, credit.at, credit.len));
}

void caption_keep(gly_doc *doc, struct part caption, struct part credit)
{
    gly_doc *aside;
    gly_pos begin = (gly_pos)(caption.at - gly_text(doc, NULL));

    if (caption.len == 0) {
        if (credit.len > 0)
            add_credit(doc, credit);
        return;
    }
    for (size_t i = 0; (aside = gly_aside(doc, "captions", i)) != NULL; i++)
        if (i == MOST_CAPTIONS || is_same(gly_text(aside, NULL), caption))
            return;
    aside = gly_aside_add(doc, "captions");
    gly_text_set(aside, caption.at, caption.len);
    gly_aside_from(aside, begin, begin + (gly_pos)caption.len);
    if (credit.len > 0)
        gly_set(aside, "credit", gly_keep(aside, credit.at, credit.len));
}

/* Notes beside a text: who helped to write it, who its writer is, whom to ask,
 * whose the rights are. */
#include "clean.h"

#include <string.h>

enum {
    LONGEST_NOTE = 300,
    LONGEST_CONTRIBUTION = 400,
    LEAST_PHONE = 7, /* digits */
    MOST_WORDS = 6,  /* of a title before an address */
};

/* ---- who contributed ---- */

/* "Reporting by Ann Lee", not "Reporting by the town was slow". */
static bool names_reporters(struct part line)
{
    static const char *const labels[] = {
        "additional reporting by ", "additional reporting: ", "compiled by ",
        "editing by ", "reporting by ", "reporting: ", "with files from ",
        "with reporting by ", "with reporting from ", "writing by ", NULL,
    };
    size_t len = part_begins_any(line, labels);
    const char *at = line.at + len;

    return len > 0 && line.len > len && line.len < LONGEST_NOTE &&
           !gly_is_lower(gly_next_char(&at));
}

static bool says_contributed(struct part line)
{
    static const char *const what[] = { "to this report", "to this story",
                                        "to this article", "reporting", NULL };
    static const char verb[] = " contributed ";
    const char *end = line.at + line.len, *at;

    if (line.len >= LONGEST_NOTE)
        return false;
    at = memmem(line.at, line.len, verb, sizeof(verb) - 1);
    if (!at)
        return false;
    at += sizeof(verb) - 1;
    return part_begins_any((struct part){ at, (size_t)(end - at) }, what) > 0;
}

size_t contribution_find(struct part line)
{
    static const char *const tails[] = {
        "(additional reporting ", "(bericht von ", "(compiled by ",
        "(editing by ", "(geschrieben von ", "(informaci\xC3\xB3n de ",
        "(redigiert von ", "(reporting by ", "(reportage ", "(reportagem de ",
        "(reporte de ", "(with files from ", "(with inputs from ",
        "(writing by ", NULL,
    };
    const char *open = line.at, *end = line.at + line.len;

    while ((open = memchr(open, '(', (size_t)(end - open)))) {
        struct part tail = { open, (size_t)(end - open) };

        if (tail.len < LONGEST_CONTRIBUTION && part_begins_any(tail, tails))
            return (size_t)(open - line.at);
        open++;
    }
    return says_contributed(line) || names_reporters(line) ? 0 : line.len;
}

/* ---- whom to ask, whose it is ---- */

bool address_is(struct part line)
{
    const char *at = memchr(line.at, '@', line.len);

    return at && at > line.at && !memchr(line.at, ' ', line.len) &&
           memchr(at, '.', line.len - (size_t)(at - line.at));
}

static bool holds(struct part line, const char *str)
{
    return memmem(line.at, line.len, str, strlen(str)) != NULL;
}

static bool holds_phone(struct part line)
{
    unsigned digits = 0;

    for (size_t i = 0; i < line.len && digits < LEAST_PHONE; i++) {
        if (line.at[i] >= '0' && line.at[i] <= '9')
            digits++;
        else if (!strchr(" -()./+", line.at[i]))
            digits = 0;
    }
    return digits >= LEAST_PHONE;
}

bool contact_opens(struct part line)
{
    static const char *const labels[] = {
        "contact", "contact details", "contact information", "contacto",
        "contacts", "contatti", "kontakt", "media contact", "media contacts",
        "press contact", "press contacts", "pressekontakt", NULL,
    };

    if (line.len == 0 || line.len > 24)
        return false;
    if (line.at[line.len - 1] == ':')
        line = part_trim(line.at, line.len - 1);
    return part_is_any(line, labels);
}

static bool is_contact(struct part line)
{
    static const char *const labels[] = {
        "contact ", "contact:", "contacto:", "contacts:", "e-mail ", "e-mail:",
        "email ", "email:", "follow ", "for additional information",
        "for further information", "for media ", "for more information",
        "kontakt:", "media contact", "phone:", "press contact",
        "pressekontakt", "reach ", "r\xC3\xBC" "ckfragen", "send ", "tel.",
        "tel:", "telephone:", "to contact ", "twitter:", "weitere informationen",
        "write to ", NULL,
    };

    bool address = memchr(line.at, '@', line.len) || holds(line, "://") ||
                   holds(line, "www.");

    if (contact_opens(line) ||
        (address && (address_is(line) || part_begins(line, "(("))))
        return true;
    if (part_begins_any(line, labels))
        return address || holds_phone(line);
    return (address && (part_holds(line, " follow her ") ||
                        part_holds(line, " follow him ") ||
                        part_holds(line, " follow them "))) ||
           holds(line, " be reached at ");
}

static bool is_copyright(struct part line)
{
    static const char *const labels[] = {
        "\xC2\xA9", "(c) 19", "(c) 20", "all rights reserved", "copyright (c)",
        "copyright 19", "copyright 20", "copyright \xC2", NULL,
    };

    return part_begins_any(line, labels) > 0;
}

/* "AP's coverage of bridges: https://...", not a sentence that leads to one. */
static bool is_reference(struct part line)
{
    if (part_begins(line, "follow ") && holds(line, " coverage ") &&
        holds(line, "://"))
        return true;

    const char *at = memmem(line.at, line.len, ": http", 6);
    unsigned words = 1;

    if (!at || at == line.at ||
        memchr(at + 2, ' ', line.len - (size_t)(at + 2 - line.at)))
        return false;
    for (const char *p = line.at; p < at; p++)
        words += *p == ' ';
    return words <= MOST_WORDS;
}

/* ---- who the writer is ---- */

/* "Ann Lee is a reporter for The Coast.", "Ann Lee reports from Seoul.": the
 * length of the name. */
static size_t find_writer(struct part line)
{
    static const char *const places[] = { " reports from ", " reported from ",
                                          NULL };
    static const char *const works[] = { " covers ", " writes ", NULL };
    static const char *const verbs[] = { " is a ", " is an ", " is the ",
                                         NULL };
    static const char *const jobs[] = {
        " columnist", " correspondent", " critic", " editor", " freelance",
        " journalist", " photographer", " producer", " reporter", " writer",
        NULL,
    };

    for (size_t i = 1; i < line.len && i < 60; i++) {
        struct part rest = part_cut(line, i);

        if (*rest.at != ' ')
            continue;
        if (part_begins_any(rest, places))
            return i;
        if (part_begins_any(rest, works))
            return part_holds(rest, " for ") || part_holds(rest, "@") ? i : 0;
        if (!part_begins_any(rest, verbs))
            continue;
        rest.len = rest.len < 70 ? rest.len : 70;
        for (const char *const *j = jobs; *j; j++)
            if (part_holds(rest, *j))
                return i;
        return 0;
    }
    return 0;
}

/* Nothing else is said of whoever wrote the text. */
static bool is_named_once(const gly_doc *doc, struct part name)
{
    gly_pos len;
    const char *text = gly_text(doc, &len), *end = text + len, *at;
    size_t i = name.len;

    while (i > 0 && name.at[i - 1] != ' ')
        i--;
    name = part_cut(name, i);
    at = memmem(text, len, name.at, name.len);
    return at == name.at &&
           !memmem(at + 1, (size_t)(end - at - 1), name.at, name.len);
}

bool writer_read(gly_doc *doc, struct part line, bool last)
{
    struct part name = { line.at, find_writer(line) };

    if (name.len == 0 || line.len > LONGEST_NOTE || !name_is(name) ||
        (!author_known(doc, name) && (!last || !is_named_once(doc, name))))
        return false;
    author_add(doc, name);
    return true;
}

/* "SOURCE Bridge Co", below what a firm says of itself. */
static bool is_source(struct part line)
{
    static const char label[] = "SOURCE ";

    return line.len > sizeof(label) &&
           memcmp(line.at, label, sizeof(label) - 1) == 0;
}

const char *note_find(struct part line)
{
    if (line.len > LONGEST_NOTE)
        return NULL;
    if (is_source(line))
        return "notes";
    if (is_reference(line))
        return "related";
    if (is_contact(line))
        return "contact";
    return is_copyright(line) ? "copyright" : NULL;
}

/* Lines of boilerplate, known by the phrase that they begin with. */
#include "clean.h"

#include <string.h>

enum {
    LONGEST_LINE = 300,
    LONGEST_TITLE = 160,
};

/* "READ ALSO: ...", "Lire aussi : ..." */
static bool is_divided(struct part rest)
{
    if (rest.len > 0 && memchr(":|>-", *rest.at, 4))
        return true;
    while (rest.len > 0 && (*rest.at == ' ' || part_begins(rest, "\xC2\xA0") ||
                            part_begins(rest, "\xE2\x80\xAF")))
        rest = part_cut(rest, *rest.at == ' ' ? 1 : *rest.at == '\xC2' ? 2 : 3);
    return rest.len > 0 && memchr(":|>", *rest.at, 3);
}

/* What stands behind a phrase and the signs that divide it from the rest. */
static struct part skip_signs(struct part rest)
{
    rest = part_trim(rest.at, rest.len);
    while (rest.len > 0) {
        if (memchr(":.!-|>*", *rest.at, 7))
            rest = part_cut(rest, 1);
        else if (part_begins(rest, "\xC2\xA0"))
            rest = part_cut(rest, 2);
        else if (part_begins(rest, "\xE2\x80\xAF"))
            rest = part_cut(rest, 3);
        else
            break;
        rest = part_trim(rest.at, rest.len);
    }
    return rest;
}

static bool is_shouted(struct part label)
{
    for (size_t i = 0; i < label.len; i++)
        if (label.at[i] >= 'a' && label.at[i] <= 'z')
            return false;
    return true;
}

/* Whether what a label names may be the title of an article: "Watch: Ten bridges
 * that you must see", not "Watch: the gate opens at noon." */
static bool is_title(struct part title, struct part label)
{
    const char *at = title.at;
    uint32_t first = gly_next_char(&at);
    char last = title.at[title.len - 1];
    bool sentence = last == '.' && !(title.len > 3 &&
                                     memcmp(title.at + title.len - 3, "...",
                                            3) == 0);

    return title.len <= LONGEST_TITLE && !gly_is_lower(first) &&
           (is_shouted(label) || !sentence);
}

const char *phrase_find(const struct clean *c, struct part line, bool *weak,
                        struct part *rest)
{
    const char *value, *end = line.at + line.len;
    size_t len;

    *weak = false;
    if (line.len > LONGEST_LINE ||
        (len = gly_words_match(c->phrases, line.at, end, &value)) == 0)
        return NULL;

    const char *why = strchr(value, ' ');
    struct part when = { value, strlen(value) }, label = { line.at, len };
    struct part behind = part_cut(line, len);

    if (!why++)
        return NULL;
    *rest = skip_signs(behind);
    *weak = rest->len == 0 && part_begins(when, "word ");
    if (rest->len == 0)
        return part_begins(when, "title ") ? NULL : why;
    if (part_begins(when, "start "))
        return why;
    if ((!part_begins(when, "label ") && !part_begins(when, "title ")) ||
        !is_divided(behind))
        return NULL;
    return strcmp(why, "related") == 0 && !is_title(*rest, label) ? NULL : why;
}

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
    static const char *const spaces[] = { " ", "\xC2\xA0", "\xE2\x80\xAF",
                                          NULL };
    static const char *const dividers[] = { ":", "|", ">", "：", "｜", NULL };
    size_t len;

    if (part_begins(rest, "-"))
        return true;
    while ((len = part_begins_any(rest, spaces)) > 0)
        rest = part_cut(rest, len);
    return part_begins_any(rest, dividers) > 0;
}

/* What stands behind a phrase and the signs that divide it from the rest. */
static struct part skip_signs(struct part rest)
{
    static const char *const signs[] = { ":", ".", "!", "-", "|", ">", "*",
                                         "：", "｜", "\xC2\xA0",
                                         "\xE2\x80\xAF", NULL };
    size_t len;

    rest = part_trim(rest.at, rest.len);
    while ((len = part_begins_any(rest, signs)) > 0)
        rest = part_trim(rest.at + len, rest.len - len);
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

/* Lines of boilerplate, known by the phrase that they begin with. */
#include "clean.h"

#include <string.h>

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

const char *phrase_find(const struct clean *c, struct part line, bool *weak)
{
    const char *value, *end = line.at + line.len;
    size_t len;

    *weak = false;
    if (line.len > 300 ||
        (len = gly_words_match(c->phrases, line.at, end, &value)) == 0)
        return NULL;

    const char *why = strchr(value, ' ');
    struct part when = { value, strlen(value) };
    struct part behind = part_cut(line, len);
    struct part rest = part_trim(behind.at, behind.len);

    if (!why)
        return NULL;
    while (rest.len > 0 && memchr(":.!-|>*", *rest.at, 7))
        rest = part_trim(rest.at + 1, rest.len - 1);
    *weak = rest.len == 0 && part_begins(when, "word ");
    /* "READ ALSO: ..." goes with what follows, "Read also the ..." does not. */
    if (rest.len == 0 || part_begins(when, "start ") ||
        (part_begins(when, "label ") && is_divided(behind)))
        return why + 1;
    return NULL;
}

/* What stays in a text that was copied from a wiki: "[edit]" behind headings,
 * "[1]" and "[citation needed]" behind sentences. */
#include "clean.h"

#include <string.h>

enum {
    SEVERAL = 3, /* marks, of which one alone may be the text's own */
    SURE = 2,    /* that stand behind a sentence or say what they are */
};

/* How long the mark at the bracket is; 0 for none. */
static size_t mark(const char *text, const char *at, const char *end, bool *sure)
{
    static const char *const words[] = {
        "[citation needed]", "[clarification needed]", "[edit]",
        "[edit source]", "[edit | edit source]", "[when?]", "[who?]", NULL,
    };
    struct part rest = { at, (size_t)(end - at) };
    size_t digits = strspn(at + 1, "0123456789");

    *sure = true;
    if (digits == 0)
        return part_begins_any(rest, words);

    uint32_t before = gly_char_before(text, at);

    *sure = before == '.' || before == ',' || before == ')' || before == '"' ||
            before == ']' || before == 0x201D;
    return digits <= 3 && at[1 + digits] == ']' &&
                   (*sure || gly_is_letter(before)) ? digits + 2 : 0;
}

static bool is_of_wiki(const char *text, const char *end)
{
    unsigned marks = 0, several = 0;
    bool sure;

    for (const char *at = text; (at = strchr(at, '[')); at++)
        if (mark(text, at, end, &sure)) {
            marks++;
            several += sure;
        }
    return marks >= SEVERAL && several >= SURE;
}

int clean_wiki(gly_doc *doc)
{
    gly_pos len;
    const char *text = gly_text(doc, &len);
    bool sure;

    if (!is_of_wiki(text, text + len))
        return 0;

    gly_edit *edit = gly_edit_begin(doc);

    for (const char *at = text; (at = strchr(at, '[')); at++) {
        size_t size = mark(text, at, text + len, &sure);
        gly_pos begin = (gly_pos)(at - text);

        if (size == 0)
            continue;

        gly_pos end = begin + (gly_pos)size;

        if (begin > 0 && text[begin - 1] == ' ')
            begin--;
        gly_edit_replace(edit, begin, end, "", "wiki-mark");
    }
    return gly_edit_commit(edit);
}

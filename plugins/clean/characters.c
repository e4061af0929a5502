/* Characters that are not seen, or are spaces of another kind. */
#include "clean.h"

#include <string.h>

/* Bytes of an odd character at p, and what stands for it; 0 for any other. */
static size_t odd(const unsigned char *p, const char **with, const char **why)
{
    *with = "";
    *why = "invisible";
    if (p[0] < 0x20)
        return p[0] != '\n' && p[0] != '\t';
    if (p[0] == 0x7F)
        return 1;
    if (p[0] == 0xC2) {
        if (p[1] == 0xA0) {
            *with = " ";
            *why = "no-break-space";
            return 2;
        }
        return p[1] == 0xAD || p[1] < 0xA0 ? 2 : 0;
    }
    if (p[0] == 0xE2 && p[1] == 0x80) {
        if (p[2] == 0xAF || (p[2] >= 0x80 && p[2] <= 0x8A)) {
            *with = " ";
            *why = "no-break-space";
            return 3;
        }
        /* Zero-width space, marks of direction; not the joiners, which Persian
         * and emoji need. */
        return p[2] == 0x8B || p[2] == 0x8E || p[2] == 0x8F ||
               (p[2] >= 0xAA && p[2] <= 0xAE) ? 3 : 0;
    }
    if (p[0] == 0xE2 && p[1] == 0x81)
        return p[2] == 0xA0 || (p[2] >= 0xA6 && p[2] <= 0xAF) ? 3 : 0;
    if (p[0] == 0xEF && p[1] == 0xBB)
        return p[2] == 0xBF ? 3 : 0;
    return 0;
}

int clean_characters(gly_stage *stage, gly_doc *doc)
{
    gly_pos len;
    const char *text = gly_text(doc, &len);
    const unsigned char *p = (const unsigned char *)text;
    gly_edit *edit = gly_edit_begin(doc);
    double count = 0;

    for (gly_pos i = 0; i < len;) {
        const char *with, *why;
        size_t odd_len = 0;

        if (p[i] < 0x20 || p[i] >= 0x7F)
            odd_len = odd(p + i, &with, &why);
        if (odd_len == 0) {
            i++;
            continue;
        }
        gly_edit_replace(edit, i, i + (gly_pos)odd_len, with, why);
        count++;
        i += (gly_pos)odd_len;
    }
    if (count > 0)
        gly_count(stage, "characters", count);
    return gly_edit_commit(edit);
}

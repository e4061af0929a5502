/* The language of a text, as detected and as declared. */
#include "clean.h"

#include <string.h>

/* The detector is sure of shorter texts too, but then sometimes wrong. */
enum { SHORTEST = 150, LONGEST_CODE = 8 };

void language_set(gly_doc *doc)
{
    const char *declared = gly_get(doc, "lang", 0);
    char code[LONGEST_CODE];
    gly_pos len;
    const char *text = gly_text(doc, &len);
    const char *found = gly_language(text, len, SHORTEST, NULL);
    size_t size = found ? strcspn(found, "-") : 0; /* of "zh-Hant" */

    if (size != 2 || (declared && gly_same_language(declared, found)))
        return;
    memcpy(code, found, size);
    code[size] = '\0';
    if (declared)
        gly_set(doc, "lang_declared", declared);
    gly_set(doc, "lang", code);
}

/* Captions: out of the text, but not lost: asides of the document, so that the
 * names in them are found too. */
#include "clean.h"

#include <string.h>

enum { MOST_CAPTIONS = 64 };

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
    if (credit.len > 0)
        gly_set(aside, "credit", gly_keep(aside, credit.at, credit.len));
}

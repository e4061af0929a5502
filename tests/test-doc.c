#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../core/doc.h"

Test(doc, a_new_document_has_an_empty_text_and_no_fields)
{
    gly_doc *doc = doc_new();

    cr_expect(eq(str, (char *)gly_text(doc, NULL), ""));
    cr_expect(eq(ptr, (void *)gly_get(doc, "id", 0), NULL));
    cr_expect(eq(ptr, gly_spans(doc, "entities"), NULL));
    doc_free(doc);
}

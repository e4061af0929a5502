/* summary.c: who and what is in a document, counted: the fields "people",
 * "organisations" and "places", the most mentioned first.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    const struct candidate *first;
    const char *id;
    uint32_t count;
    struct entry *next;
};

struct index {
    struct entry *entries, **heads;
    size_t count, mask;
};

static void count(struct index *index, const struct candidate *c)
{
    uint64_t hash = entity_hash(c->name, strlen(c->name), c->label);
    struct entry *e;
    struct entry **head = &index->heads[(hash ^ hash >> 31) & index->mask];

    for (e = *head; e; e = e->next)
        if (e->first->label == c->label &&
            strcmp(e->first->name, c->name) == 0)
            break;
    if (!e) {
        e = &index->entries[index->count++];
        *e = (struct entry){.first = c, .next = *head};
        *head = e;
    }
    e->count++;
    e->id = e->id ? e->id : c->id;
}

static int most_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->first->begin < y->first->begin ? -1 : 1;
}

static void put(gly_buf *out, const struct entry *e)
{
    gly_buf_puts(out, out->len > 1 ? ",{\"name\":" : "{\"name\":");
    gly_json_string(out, e->first->name, strlen(e->first->name));
    gly_buf_printf(out, ",\"count\":%u", e->count);
    if (e->id) {
        gly_buf_puts(out, ",\"id\":");
        gly_json_string(out, e->id, strlen(e->id));
    }
    gly_buf_puts(out, "}");
}

static void set_field(gly_doc *doc, const char *field, enum label label,
                      const struct index *index)
{
    gly_buf out = {0};

    gly_buf_puts(&out, "[");
    for (size_t i = 0; i < index->count; i++)
        if (index->entries[i].first->label == label)
            put(&out, &index->entries[i]);
    gly_buf_puts(&out, "]");
    if (out.len > 2)
        gly_set_json(doc, field, out.data, out.len);
    gly_buf_finish(&out);
}

void entity_summary(gly_doc *doc, const struct candidates *names,
                    double min_score)
{
    struct index index = {.mask = 63};

    while (index.mask < names->count)
        index.mask = 2 * index.mask + 1;
    index.heads = gly_alloc(doc, (index.mask + 1) * sizeof(*index.heads));
    index.entries = gly_alloc(doc,
                              (names->count + 1) * sizeof(*index.entries));
    for (size_t i = 0; i < names->count; i++)
        if (names->item[i].score >= min_score && names->item[i].name)
            count(&index, &names->item[i]);
    qsort(index.entries, index.count, sizeof(*index.entries), most_first);
    set_field(doc, "people", PERSON, &index);
    set_field(doc, "organisations", ORG, &index);
    set_field(doc, "places", LOC, &index);
}

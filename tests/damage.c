/* damage: a copy of texts in which one quote mark in five is damaged.
 *
 *     tests/damage [SEED] < gold.jsonl > damaged.jsonl
 *
 * A line in and out is a record: "id", "text", and "quotes" with "begin", "end"
 * in code points, "kind", and "speaker" and "cue" with theirs.
 */
#include "support-damage.h"

#include "../core/doc.h"

#include <galley/record.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where each code point of a text begins, and the end. */
static gly_pos *places(const gly_doc *doc)
{
    gly_pos len, count = 0;
    const char *text = gly_text(doc, &len);
    gly_pos *place = malloc((len + 1) * sizeof(*place));

    for (gly_pos at = 0; at <= len; at++)
        if (((unsigned char)text[at] & 0xc0) != 0x80)
            place[count++] = at;
    return place;
}

static gly_pos get_place(json_object *span, const char *key,
                         const gly_pos *place)
{
    return place[json_object_get_int(json_object_object_get(span, key))];
}

static void add_part(gly_doc *doc, gly_span *quote, json_object *from,
                     const char *role, const gly_pos *place)
{
    json_object *part = json_object_object_get(from, role);

    if (part)
        gly_mark_part(doc, quote, role, get_place(part, "begin", place),
                      get_place(part, "end", place));
}

static void add_quotes(gly_doc *doc, json_object *quotes)
{
    gly_pos *place = places(doc);

    for (size_t i = 0; i < json_object_array_length(quotes); i++) {
        json_object *from = json_object_array_get_idx(quotes, i);
        gly_pos begin = get_place(from, "begin", place);
        gly_pos end = get_place(from, "end", place);
        const char *kind =
            json_object_get_string(json_object_object_get(from, "kind"));

        if (begin >= end) /* lost before it came here */
            continue;

        gly_span *quote = gly_mark(doc, "quotes", begin, end,
                                   gly_keep(doc, kind, strlen(kind)));

        add_part(doc, quote, from, "speaker", place);
        add_part(doc, quote, from, "cue", place);
    }
    free(place);
}

static void damage_record(json_object *record, uint64_t *seed)
{
    gly_doc *doc = doc_new();
    json_object *text = json_object_object_get(record, "text");
    json_object *quotes = json_object_object_get(record, "quotes");
    gly_buf line = { 0 };

    doc->at_source = false;
    gly_text_set(doc, json_object_get_string(text),
                 (size_t)json_object_get_string_len(text));
    gly_set(doc, "id",
            json_object_get_string(json_object_object_get(record, "id")));
    if (quotes)
        add_quotes(doc, quotes);
    damage_marks(doc, seed);
    gly_record_add(&line, doc, NULL);
    puts(line.data);
    gly_buf_finish(&line);
    doc_free(doc);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        json_object *record = json_tokener_parse(line);

        if (!record) {
            fprintf(stderr, "damage: not a record: %.60s\n", line);
            return 1;
        }
        damage_record(record, &seed);
        json_object_put(record);
    }
    free(line);
    return 0;
}

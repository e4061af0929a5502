/* holds.c: what must hold of any document. */
#include "target.h"

#include "../../core/doc.h"
#include "../../core/registry.h"

#include <galley/record.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "target: %s\n", what);
    abort();
}

static void check_string(const char *str, const char *what)
{
    must(!str || gly_utf8_valid(str, strlen(str)) == strlen(str), what);
}

static bool is_boundary(const gly_doc *doc, gly_pos pos)
{
    return pos <= doc->text_len &&
           ((unsigned char)doc->text[pos] & 0xc0) != 0x80;
}

static void check_span(const gly_doc *doc, const gly_span *s)
{
    must(s->begin < s->end, "a span is empty");
    must(is_boundary(doc, s->begin), "a span begins where no character does");
    must(is_boundary(doc, s->end), "a span ends where no character does");
    must(s->kind != NULL, "a span is of no kind");
    must(s->score >= 0 && s->score <= 1, "a span's score is not of 0 to 1");
    check_string(s->name, "a span's name is not UTF-8");
    for (const gly_note *n = s->notes; n; n = n->next)
        check_string(n->value, "a note is not UTF-8");
    for (const gly_span *part = s->parts; part; part = part->next)
        check_span(doc, part);
}

static void check_layers(const gly_doc *doc)
{
    for (const struct layer *l = doc->layers; l; l = l->next)
        for (const gly_span *s = l->head; s; s = s->next) {
            check_span(doc, s);
            must(!s->next || s->next->begin > s->begin ||
                     (s->next->begin == s->begin && s->next->end <= s->end),
                 "spans are not in order");
        }
}

static void check_fields(const gly_doc *doc)
{
    for (const struct field *f = doc->fields; f; f = f->next) {
        check_string(f->key, "a field's name is not UTF-8");
        check_string(f->value, "a field is not UTF-8");
        for (const struct field *i = f->items; i; i = i->next)
            check_string(i->value, "a value in a list is not UTF-8");
    }
}

/* Every character that was not put in is where its origin says. */
static void check_origins(const gly_doc *doc)
{
    gly_pos origin = 0, count = 0;

    for (gly_pos at = 0; at <= doc->text_len; at++) {
        if (!is_boundary(doc, at))
            continue;
        must(gly_origin(doc, at) >= origin, "origins go backwards");
        origin = gly_origin(doc, at);
        must(origin <= doc->first_len, "an origin is not in the first text");
        must(gly_codepoint(doc, at) == count++, "a character is counted wrong");
    }
    for (size_t i = 0; i < doc->piece_count; i++) {
        const struct piece *p = &doc->pieces[i];
        gly_pos end = i + 1 < doc->piece_count ? p[1].at : doc->text_len;

        must(!p->kept || memcmp(doc->text + p->at, doc->first_text + p->origin,
                                end - p->at) == 0,
             "a text that was kept is not what it was");
    }
}

static void check_changes(const gly_doc *doc)
{
    for (const gly_change *c = gly_changes(doc); c; c = c->next) {
        must(c->begin <= c->end && c->end <= doc->first_len,
             "a change is outside of the first text");
        must(c->why && c->stage, "a change has no reason");
        must(gly_utf8_valid(c->removed, c->removed_len) == c->removed_len,
             "what was removed is not UTF-8");
    }
}

void check_doc(const gly_doc *doc)
{
    gly_pos len;
    const char *text = gly_text(doc, &len);

    must(text[len] == '\0' && gly_utf8_valid(text, len) == len,
         "the text is not UTF-8");
    check_fields(doc);
    check_layers(doc);
    check_origins(doc);
    check_changes(doc);
    for (const gly_doc *a = doc->asides; a; a = a->trip.next)
        check_doc(a);
}

static void check_record(const gly_doc *doc, const gly_record *how)
{
    enum { DEPTH = 1024 };
    gly_buf line = { 0 };
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH);

    gly_record_add(&line, doc, how);
    must(gly_utf8_valid(line.data, line.len) == line.len,
         "a record is not UTF-8");
    must(!memchr(line.data, '\n', line.len), "a record has two lines");
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);

    json_object *record =
        json_tokener_parse_ex(tokener, line.data, (int)line.len + 1);
    json_object *text = json_object_object_get(record, "text");

    must(record != NULL, "a record is not JSON");
    must((how && how->input) || (text && strcmp(json_object_get_string(text),
                                                gly_text(doc, NULL)) == 0),
         "a record's text is another");
    json_object_put(record);
    json_tokener_free(tokener);
    gly_buf_finish(&line);
}

void check_records(const gly_doc *doc)
{
    static const gly_record all = { GLY_UTF16, true, true, false };
    static const gly_record input = { .input = true };

    check_record(doc, NULL);
    check_record(doc, &all);
    check_record(doc, &input);
}

#ifdef GALLEY_PRELOADED
extern const void *lt__PROGRAM__LTX_preloaded_symbols[];
#endif

void preload(void)
{
#ifdef GALLEY_PRELOADED
    registry_preload(lt__PROGRAM__LTX_preloaded_symbols);
#endif
}

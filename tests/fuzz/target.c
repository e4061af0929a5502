/* target.c: what a fuzzer runs on each input, and `make check` on each seed.
 *
 * The first byte tells what the rest is: see `ways`. It goes through all the
 * stages of the pipeline `news`, and whatever comes out must hold together.
 */
#include "target.h"

#include "../../core/doc.h"
#include "../../core/registry.h"

#include <errno.h>
#include <galley/harness.h>
#include <galley/record.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum clean { CLEAN, CLEAN_ALL, CLEAN_NOT, CLEANS };

static const struct way {
    const char *name;
    const char *format; /* of a file for fetch, or NULL: it is in a document */
    bool page;
    enum clean clean;
} ways[8] = {
    ['h' & 7] = { "a page", NULL, true, CLEAN },
    ['a' & 7] = { "a page, all of it", NULL, true, CLEAN_ALL },
    ['t' & 7] = { "a text", NULL, false, CLEAN },
    ['e' & 7] = { "a text, as it is", NULL, false, CLEAN_NOT },
    ['f' & 7] = { "a file", "auto", false, CLEAN },
    ['j' & 7] = { "a file of records", "jsonl", false, CLEAN },
    ['w' & 7] = { "a file with a page", "html", false, CLEAN },
    ['c' & 7] = { "a file with a text", "text", false, CLEAN },
};

static const struct {
    const char *plugin, *settings;
} setups[] = {
    { "clean", NULL },
    { "clean", "keep_all = true; captions = \"text\"; min_length = 0;" },
    { "translate-marker", NULL },
    { "entity", NULL },
    { "quote", NULL },
};
enum { STAGES = sizeof(setups) / sizeof(setups[0]) };

static gly_harness *stages[STAGES];

/* ---- what must hold ---- */

static void must(bool holds, const char *what)
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

static void check_doc(const gly_doc *doc)
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

/* ---- records ---- */

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

static void check_records(const gly_doc *doc)
{
    static const gly_record all = { GLY_UTF16, true, true, false };
    static const gly_record input = { .input = true };

    check_record(doc, NULL);
    check_record(doc, &all);
    check_record(doc, &input);
}

/* ---- the way of an input ---- */

/* False when the document ends there. */
static bool push(gly_harness *stage, gly_doc *doc)
{
    int result = gly_harness_push_doc(stage, doc);

    must(result >= 0 || gly_harness_error(stage)[0],
         "a document failed without a reason");
    must(result <= GLY_DROP, "a document is held");
    check_doc(doc);
    return result == GLY_PASS;
}

static void walk(gly_doc *doc, enum clean clean)
{
    check_doc(doc);
    if (clean == CLEAN_NOT || push(stages[clean], doc))
        for (int i = CLEAN_NOT; i < STAGES; i++)
            must(push(stages[i], doc), "a stage but clean ended a document");
    check_records(doc);
}

static void run_document(const struct way *way, const char *data, size_t size)
{
    gly_doc *doc = doc_new();
    gly_buf mended = { 0 };

    doc->at_source = false;
    gly_buf_puts(&mended, "");
    gly_utf8_mend(&mended, data, size);
    if (way->page)
        gly_raw_set(doc, mended.data, mended.len, "text/html");
    else
        gly_text_set(doc, mended.data, mended.len);
    gly_buf_finish(&mended);
    walk(doc, way->clean);
    doc_free(doc);
}

static void run_file(const struct way *way, const char *data, size_t size)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    char settings[128];

    must(fd >= 0 && gly_write_all(fd, data, size) == 0, "no file was made");
    snprintf(settings, sizeof(settings), "paths = \"/proc/self/fd/%d\"; "
             "format = \"%s\"; max_document = \"256K\";", fd, way->format);

    gly_harness *fetch = gly_harness_open("fetch", settings);

    for (gly_doc *doc; (doc = gly_harness_pull(fetch)) != NULL;) {
        doc->at_source = false;
        if (gly_harness_error(fetch)[0]) {
            check_doc(doc);
            check_records(doc);
        } else {
            walk(doc, way->clean);
        }
    }
    gly_harness_close(fetch);
    close(fd);
}

#ifdef GALLEY_PRELOADED
extern const void *lt__PROGRAM__LTX_preloaded_symbols[];
#endif

void target_open(void)
{
#ifdef GALLEY_PRELOADED
    registry_preload(lt__PROGRAM__LTX_preloaded_symbols);
#endif
    for (int i = 0; i < STAGES; i++)
        stages[i] = gly_harness_open(setups[i].plugin, setups[i].settings);
}

void target_close(void)
{
    for (int i = 0; i < STAGES; i++)
        gly_harness_close(stages[i]);
    registry_finish();
}

void target_run(const char *data, size_t size)
{
    if (size == 0)
        return;

    const struct way *way = &ways[data[0] & 7];

    if (way->format)
        run_file(way, data + 1, size - 1);
    else
        run_document(way, data + 1, size - 1);
}

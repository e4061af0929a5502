/* target-entity.c: the stage `entity` by itself, with settings of all kinds and
 * what more must hold of names. README.md says how an input is written.
 */
#include "target.h"

#include "../../core/doc.h"
#include "../../core/registry.h"

#include <galley/harness.h>
#include <galley/record.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct setup {
    const char *settings;
    double min_score;
    bool summary, list, names_alone;
} setups[] = {
    { .settings = "" },
    { .settings = "labels = \"ontonotes-like\"; summary = true;",
      .summary = true },
    { .settings = "min_score = 0.5; summary = true;", .min_score = 0.5,
      .summary = true },
    { .settings = "labels = \"ontonotes-like\"; summary = true; ",
      .summary = true, .list = true },
    { .settings = "dates = false;", .names_alone = true },
};
enum { SETUPS = sizeof(setups) / sizeof(setups[0]) };

static const char own_list[] =
    "# the user's own\n"
    "Kim Jong Un\tPERSON\tKim Jong Un\tQ56226\n"
    "Rocket Man\tPERSON\tKim Jong Un\n"
    "paris\tLOC\n"
    "The\tORG\tThe The\tband:1\n"
    "May 5\tMISC\n"
    "Bank of Odden\tGPE\n"
    "\u00c5rlig \u970d\tNORP\t\u00c5rlig\n";

static gly_harness *stages[SETUPS];

static gly_harness *open_with_list(const char *settings)
{
    int fd = memfd_create("list", 0);
    char all[256];

    must(fd >= 0 && gly_write_all(fd, own_list, strlen(own_list)) == 0,
         "no file was made");
    snprintf(all, sizeof(all), "%slists = [ \"/proc/self/fd/%d\" ];", settings,
             fd);

    gly_harness *stage = gly_harness_open("entity", all);

    close(fd);
    return stage;
}

static bool is_name(const gly_span *s)
{
    static const char *const kinds[] = { "PERSON", "ORG", "LOC", "MISC", "GPE",
                                         "NORP" };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i], s->kind) == 0)
            return true;
    return false;
}

/* Years, months and days, a "/" between the ends of a period. */
static void check_date(const char *value)
{
    must(strspn(value, "0123456789-/PDWMY") == strlen(value),
         "a date is not of ISO 8601");
    for (; value; value = strchr(value, '/') ? strchr(value, '/') + 1 : NULL)
        must(*value == 'P' || (strspn(value, "0123456789") == 4 &&
                               strchr("-/", value[4])),
             "a date has no year");
}

static void check_names(const gly_doc *doc, const struct setup *setup)
{
    gly_pos end = 0;

    for (const gly_span *s = gly_spans(doc, "entities"); s; s = s->next) {
        const char *value = gly_note_get(s, "value");

        must(s->begin >= end, "two finds stand on each other");
        end = s->end;
        must(is_name(s) == (s->name != NULL), "a name has no name");
        must(!is_name(s) || s->score >= setup->min_score,
             "a name is not sure enough");
        must(is_name(s) || !setup->names_alone,
             "an amount was not asked for");
        if (value && strcmp(s->kind, "DATE") == 0)
            check_date(value);
    }
}

/* How many mentions a field of the summary counts. */
static int64_t counted(const gly_doc *doc, const char *field)
{
    const char *value = gly_get(doc, field, 0);
    json_object *list = value ? json_tokener_parse(value) : NULL;
    int64_t sum = 0;

    must(!value || json_object_is_type(list, json_type_array),
         "a summary is no list");
    for (size_t i = 0; list && i < json_object_array_length(list); i++)
        sum += json_object_get_int64(json_object_object_get(
            json_object_array_get_idx(list, i), "count"));
    json_object_put(list);
    return sum;
}

static void check_summary(const gly_doc *doc)
{
    int64_t people = 0, organisations = 0, places = 0;

    for (const gly_span *s = gly_spans(doc, "entities"); s; s = s->next) {
        people += strcmp(s->kind, "PERSON") == 0;
        organisations += strcmp(s->kind, "ORG") == 0;
        places += strcmp(s->kind, "LOC") == 0 || strcmp(s->kind, "GPE") == 0;
    }
    must(counted(doc, "people") == people, "people are counted wrong");
    must(counted(doc, "organisations") == organisations,
         "organisations are counted wrong");
    must(counted(doc, "places") == places, "places are counted wrong");
}

static void set_text(gly_doc *doc, const char *data, size_t size)
{
    gly_buf mended = { 0 };

    gly_buf_puts(&mended, "");
    gly_utf8_mend(&mended, data, size);
    gly_text_set(doc, mended.data, mended.len);
    gly_buf_finish(&mended);
}

/* DATE\nTEXT\fCAPTION; a document with no date, or no caption, has none. */
static gly_doc *build(const char *data, const char *end)
{
    gly_doc *doc = doc_new();
    const char *line = memchr(data, '\n', (size_t)(end - data));
    const char *text = line ? line + 1 : data;
    const char *caption = memchr(text, '\f', (size_t)(end - text));
    gly_buf date = { 0 };

    doc->at_source = false;
    gly_utf8_mend(&date, data, line ? (size_t)(line - data) : 0);
    if (date.len > 0)
        gly_set(doc, "date", date.data);
    gly_buf_finish(&date);
    set_text(doc, text, (size_t)((caption ? caption : end) - text));
    if (caption)
        set_text(gly_aside_add(doc, "captions"), caption + 1,
                 (size_t)(end - caption - 1));
    return doc;
}

static void push(gly_doc *doc, gly_harness *stage, const struct setup *setup,
                 gly_buf *record)
{
    gly_doc *caption = gly_aside(doc, "captions", 0);

    must(gly_harness_push_doc(stage, doc) == GLY_PASS, "a document ended");
    check_doc(doc);
    check_names(doc, setup);
    if (setup->summary)
        check_summary(doc);
    if (caption)
        check_names(caption, setup);
    check_records(doc);
    gly_record_add(record, doc, NULL);
}

void target_open(void)
{
    preload();
    for (int i = 0; i < SETUPS; i++)
        stages[i] = setups[i].list ? open_with_list(setups[i].settings)
                                    : gly_harness_open("entity",
                                                       setups[i].settings);
}

void target_close(void)
{
    for (int i = 0; i < SETUPS; i++)
        gly_harness_close(stages[i]);
    registry_finish();
}

/* Twice, since what a stage keeps of a text must not change the next. */
void target_run(const char *data, size_t size)
{
    gly_buf record[2] = { { 0 }, { 0 } };

    if (size == 0)
        return;

    int i = (data[0] & 15) % SETUPS;

    for (int turn = 0; turn < 2; turn++) {
        gly_doc *doc = build(data + 1, data + size);

        push(doc, stages[i], &setups[i], &record[turn]);
        doc_free(doc);
    }
    must(strcmp(record[0].data, record[1].data) == 0,
         "a text is read otherwise the second time");
    gly_buf_finish(&record[0]);
    gly_buf_finish(&record[1]);
}

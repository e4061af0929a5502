/* target-quote.c: the stage `quote` by itself, with settings of all kinds and
 * what more must hold of quotations. README.md says how an input is written.
 */
#include "target.h"

#include "../../core/doc.h"
#include "../../core/registry.h"

#include <galley/harness.h>
#include <galley/record.h>
#include <string.h>

static const struct setup {
    const char *settings;
    double min_score;
    bool attributed, names;
} setups[] = {
    { .settings = "" },
    { .settings = "quoted = true;", .names = true },
    { .settings = "quoted = true; unattributed = false;", .attributed = true },
    { .settings = "min_score = 0.6;", .min_score = 0.6, .names = true },
};
enum { SETUPS = sizeof(setups) / sizeof(setups[0]) };

static gly_harness *stages[SETUPS], *entity;

/* What marks a quotation has stand in it and apart from each other. */
static void check_pieces(const gly_span *quote)
{
    gly_pos end = quote->begin;
    unsigned count = 0;

    for (const gly_span *p = quote->parts; p; p = p->next) {
        if (strcmp(p->kind, "piece") != 0)
            continue;
        must(p->begin >= end && p->end <= quote->end,
             "a piece is not in its quotation, or in another piece");
        end = p->end;
        count++;
    }
    must(count != 1, "a quotation has one piece");
}

static void check_quotes(const gly_doc *doc, const struct setup *setup)
{
    for (const gly_span *q = gly_spans(doc, "quotes"); q; q = q->next) {
        must(q->score >= setup->min_score, "a quotation is not sure enough");
        must(!setup->attributed || gly_part(q, "cue") ||
                 gly_part(q, "speaker"),
             "a quotation is nobody's");
        check_pieces(q);
    }
}

static bool is_quoted(const gly_doc *doc, const gly_span *s)
{
    for (const gly_span *q = gly_spans(doc, "quotes"); q; q = q->next)
        if (strcmp(q->kind, "indirect") != 0 && q->begin <= s->begin &&
            s->end <= q->end)
            return true;
    return false;
}

static void check_quoted(const gly_doc *doc)
{
    gly_pos end = 0;

    for (const gly_span *s = gly_spans(doc, "quoted"); s; s = s->next) {
        must(s->begin >= end, "two things in marks stand on each other");
        must(!is_quoted(doc, s), "what is quoted is called something else");
        end = s->end;
    }
}

static void check_markers(const gly_doc *doc)
{
    for (const gly_span *m = gly_spans(doc, "markers"); m; m = m->next)
        must(gly_note_get(m, "why") != NULL, "a mark is told of for no reason");
}

static void push(gly_doc *doc, gly_harness *stage, const struct setup *setup,
                 gly_buf *record)
{
    if (setup->names)
        must(gly_harness_push_doc(entity, doc) == GLY_PASS,
             "a document ended before");
    must(gly_harness_push_doc(stage, doc) == GLY_PASS, "a document ended");
    check_doc(doc);
    check_quotes(doc, setup);
    check_quoted(doc);
    check_markers(doc);
    check_records(doc);
    gly_record_add(record, doc, NULL);
}

void target_open(void)
{
    preload();
    entity = gly_harness_open("entity", NULL);
    for (int i = 0; i < SETUPS; i++)
        stages[i] = gly_harness_open("quote", setups[i].settings);
}

void target_close(void)
{
    gly_harness_close(entity);
    for (int i = 0; i < SETUPS; i++)
        gly_harness_close(stages[i]);
    registry_finish();
}

/* Twice, since what a stage keeps of a text must not change the next. */
void target_run(const char *data, size_t size)
{
    gly_buf mended = { 0 }, record[2] = { { 0 }, { 0 } };

    if (size == 0)
        return;

    int i = (data[0] & 15) % SETUPS;

    gly_buf_puts(&mended, "");
    gly_utf8_mend(&mended, data + 1, size - 1);
    for (int turn = 0; turn < 2; turn++) {
        gly_doc *doc = doc_new();

        doc->at_source = false;
        gly_text_set(doc, mended.data, mended.len);
        push(doc, stages[i], &setups[i], &record[turn]);
        doc_free(doc);
    }
    must(strcmp(record[0].data, record[1].data) == 0,
         "a text is read otherwise the second time");
    gly_buf_finish(&mended);
    gly_buf_finish(&record[0]);
    gly_buf_finish(&record[1]);
}

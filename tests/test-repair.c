#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/galley.h>
#include <galley/harness.h>
#include <string.h>

#include "support.h"

TestSuite(repair, .timeout = 120);

static gly_harness *open_repairing(void)
{
    return gly_harness_open("translate-marker", "repair = \"safe\";");
}

Test(repair, markers_stay_with_what_stood_there)
{
    gly_harness *h = open_repairing();

    gly_harness_push(h, "She met him. in the garden , that was “old“ then, "
                        "aber they left.");

    const gly_span *span = gly_spans(gly_harness_doc(h), "markers");
    const char *const expected[][2] = {
        { "sentence-break", ". " },
        { "spaced-punctuation", " ," },
        { "quote-mark", "“" },
    };

    cr_assert(eq(str, (char *)gly_harness_show(h, "markers", false),
                 "She met him[sentence-break  ]in the garden"
                 "[spaced-punctuation ,] that was “old[quote-mark ”] then, "
                 "[untranslated aber] they left."));
    for (size_t i = 0; i < 3; i++, span = span->next) {
        cr_expect(eq(str, (char *)span->kind, (char *)expected[i][0]));
        cr_expect(eq(str, (char *)gly_note_get(span, "original"),
                     (char *)expected[i][1]));
        cr_expect(eq(ptr, (void *)gly_note_get(span, "suggestion"), NULL));
    }
    cr_expect(eq(str, (char *)gly_note_get(span, "suggestion"), "but"));
    cr_expect(eq(ptr, (void *)gly_note_get(span, "original"), NULL));
    gly_harness_close(h);
}

Test(repair, two_markers_of_one_place_both_say_what_stood_there)
{
    gly_harness *h = open_repairing();

    gly_harness_push(h, "The ministry closed two schools. , the parents said.");
    cr_expect(eq(str, (char *)gly_text(gly_harness_doc(h), NULL),
                 "The ministry closed two schools, the parents said."));
    for (const gly_span *s = gly_spans(gly_harness_doc(h), "markers"); s;
         s = s->next)
        cr_expect(eq(str, (char *)gly_note_get(s, "original"), ". ,"));
    gly_harness_close(h);
}

Test(repair, changes_say_why_and_what_stays_keeps_its_place)
{
    gly_harness *h = open_repairing();

    gly_harness_push(h, "The village , which has no school. and no bus, is "
                        "small.");

    const gly_doc *doc = gly_harness_doc(h);
    const char *text = gly_text(doc, NULL);
    const gly_change *first = gly_changes(doc), *second = first->next;

    cr_expect(eq(str, (char *)text,
                 "The village, which has no school and no bus, is small."));
    cr_expect(eq(str, (char *)first->why, "spaced-punctuation"));
    cr_expect(eq(sz, first->begin, 11));
    cr_expect(eq(sz, first->end, 12));
    cr_expect(eq(str, (char *)second->why, "sentence-break"));
    cr_expect(eq(sz, second->end - second->begin, 1));
    cr_expect(eq(ptr, second->next, NULL));
    cr_expect(eq(sz, gly_origin(doc, (gly_pos)(strchr(text, ',') - text)), 12));
    cr_expect(eq(sz, gly_origin(doc, (gly_pos)(strstr(text, "bus") - text)),
                 42));
    gly_harness_close(h);
}

/* The layer of another stage, after what it found in was mended. */
static void check_moved(const char *plugin, const char *layer, const char *text,
                        const char *expected)
{
    gly_harness *before = gly_harness_open(plugin, NULL);
    gly_harness *h = open_repairing();

    gly_harness_push(before, text);
    gly_harness_push_doc(h, gly_harness_doc(before));
    cr_expect(eq(str, (char *)gly_harness_show(h, layer, false),
                 (char *)expected));
    gly_harness_close(h);
    gly_harness_close(before);
}

Test(repair, spans_of_earlier_stages_move_along)
{
    check_moved("entity", "entities",
                "Elena Duarte , who lives in Spain , met Pavel Novak. in "
                "Prague .",
                "[PERSON Elena Duarte], who lives in [LOC Spain], met [PERSON "
                "Pavel Novak] in [LOC Prague].");
    check_moved("quote", "quotes",
                "“We need help,“ Elena Duarte said. ”We left,” she said.",
                "[direct “We need help,”] [speaker Elena Duarte] [cue said]. "
                "[direct “We left,”] [speaker she] [cue said].");
}

static void check_twice(gly_harness *h, const char *text)
{
    gly_harness_push(h, text);

    char *once = strdup(gly_text(gly_harness_doc(h), NULL));

    gly_harness_push(h, once);
    cr_expect(eq(str, (char *)gly_text(gly_harness_doc(h), NULL), once), "%s",
              text);
    free(once);
}

Test(repair, a_second_run_changes_nothing)
{
    static const char *const pieces[] = {
        " ",   ".",   ",",   ";",    ":",      "!",     "?",        "“",
        "”",   "\"",  "'",   "„",    "«",      "»",     "\n",       "and",
        "in",  "The", "it",  "Mr.",  " the ",  " law",  " Maria",   " 12",
        " ,",  " .",  ". ",  " und", " según", " which", "Le pont ", "%",
    };
    enum { PIECES = sizeof(pieces) / sizeof(*pieces), ROUNDS = 5000 };
    gly_harness *h = open_repairing();
    struct dice dice = { 7 };

    for (unsigned i = 0; i < ROUNDS; i++) {
        gly_buf text = { 0 };

        gly_buf_puts(&text, "She said ");
        for (unsigned left = 1 + roll(&dice, 40); left > 0; left--)
            gly_buf_puts(&text, pieces[roll(&dice, PIECES)]);
        check_twice(h, text.data);
        gly_buf_finish(&text);
    }
    gly_harness_close(h);
}

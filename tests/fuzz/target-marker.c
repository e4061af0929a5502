/* target-marker.c: the stage `translate-marker` by itself, with settings of all
 * kinds and what more must hold of markers. README.md says how an input is
 * written.
 */
#include "target.h"

#include "../../core/doc.h"
#include "../../core/registry.h"

#include <ctype.h>
#include <galley/harness.h>
#include <galley/record.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct setup {
    const char *settings;
    const char *lang; /* that the input says */
    const char *kinds; /* that may be marked; NULL: all */
    double min_score;
    bool names, repair, protect, no_score;
} setups[] = {
    { .settings = "" },
    { .settings = "repair = \"safe\";", .repair = true },
    { .settings = "protect = true;", .protect = true, .names = true },
    { .settings = "repair = \"safe\"; protect = true; min_score = 0;",
      .repair = true, .protect = true, .names = true },
    { .settings = "min_score = 0.9; score = false;", .min_score = 0.9,
      .no_score = true },
    { .settings = "repair = \"safe\"; kinds = [ \"spaced-punctuation\", "
                  "\"quote-mark\" ];",
      .kinds = " spaced-punctuation quote-mark ", .repair = true },
    { .settings = "protect = true;", .lang = "en", .protect = true },
    { .settings = "repair = \"safe\"; protect = true;", .lang = "de",
      .kinds = " spaced-punctuation doubled-punctuation ", .repair = true,
      .protect = true },
};
enum {
    SETUPS = sizeof(setups) / sizeof(setups[0]),
    LONG = 256 << 10, /* a text that is said again until it has as many bytes */
    MOST_SECONDS = 1, /* for it; the fuzzer takes a third of that at most */
};

static gly_harness *stages[SETUPS], *entity;

static bool is_one_of(const char *list, const char *word)
{
    char apart[32];

    snprintf(apart, sizeof(apart), " %s ", word);
    return strstr(list, apart) != NULL;
}

/* ---- layers ---- */

/* A kind has one type of ITS 2.0. */
static const char *its_of(const char *kind)
{
    static const char *const types[][2] = {
        { " sentence-break doubled-punctuation quote-mark ", "typographical" },
        { " spaced-punctuation ", "whitespace" },
        { " untranslated ", "untranslated" },
        { " calque literal-idiom ", "mistranslation" },
        { " article agreement dangling-pronoun ", "grammar" },
        { " repeated-word ", "duplication" },
        { " name-variant ", "inconsistent-entities" },
        { " number-format literal-date ", "locale-violation" },
        { " mixed-script mojibake ", "characters" },
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (is_one_of(types[i][0], kind))
            return types[i][1];
    return "";
}

static void check_markers(const gly_doc *doc, const struct setup *setup)
{
    for (const gly_span *m = gly_spans(doc, "markers"); m; m = m->next) {
        const char *why = gly_note_get(m, "why"), *its = gly_note_get(m, "its");
        const char *lang = gly_note_get(m, "lang");
        bool mended = gly_note_get(m, "original") != NULL;

        must(its && strcmp(its, its_of(m->kind)) == 0,
             "a marker's kind or its type is not known");
        must(!setup->kinds || is_one_of(setup->kinds, m->kind),
             "a marker is of a kind that was not asked for");
        must(m->score >= setup->min_score, "a marker is not sure enough");
        must(why && *why, "a marker has no reason");
        must(!lang || (islower(lang[0]) && islower(lang[1])),
             "a marker's language is none");
        must(!mended || setup->repair, "a text was mended without being asked");
        must(!mended || !gly_note_get(m, "suggestion"),
             "what was mended has a suggestion");
    }
}

static void check_languages(const gly_doc *doc)
{
    const char *lang = gly_get(doc, "lang", 0);
    gly_pos end = 0;

    for (const gly_span *s = gly_spans(doc, "languages"); s; s = s->next) {
        must(s->begin >= end, "two languages stand on each other");
        must(gly_aside_of(doc) || (lang && strcmp(s->kind, lang) != 0),
             "a paragraph's language does not differ from the document's");
        end = s->end;
    }
}

static void check_kept(const gly_doc *doc, const struct setup *setup)
{
    static const char kinds[] =
        " name foreign url email handle hashtag file code identifier formula "
        "product ";
    gly_pos end = 0;

    must(setup->protect || !gly_spans(doc, "notranslate"),
         "what is to be left was marked without being asked");
    for (const gly_span *s = gly_spans(doc, "notranslate"); s; s = s->next) {
        const char *translate = gly_note_get(s, "translate");

        must(is_one_of(kinds, s->kind), "a kind of what is left is not known");
        must(translate && strcmp(translate, "no") == 0,
             "what is to be left is to be translated");
        must(s->begin >= end, "two things to be left stand on each other");
        end = s->end;
    }
}

/* ---- the document ---- */

static void check_score(const gly_doc *doc, const struct setup *setup)
{
    const char *verdict = gly_get(doc, "translation.verdict", 0);
    double score = gly_get_number(doc, "translation.score", -1);
    double source = gly_get_number(doc, "translation.source_score", -1);

    must((verdict != NULL) == (score >= 0), "a score or a verdict stands alone");
    must(!setup->no_score || !verdict, "a score was set without being asked");
    must(score <= 1 && source <= 1, "a score is more than 1");
    must(!verdict || is_one_of(" machine human native unsure ", verdict),
         "a verdict is none");
    must(!verdict || strcmp(verdict, "machine") != 0 || score >= 0.992,
         "a verdict is another than the score");
    must((gly_get(doc, "translation.source_lang", 0) != NULL) == (source >= 0) &&
             (source < 0 || score >= 0.5),
         "a language is guessed of no translation");
}

static void check_all(const gly_doc *doc, const struct setup *setup)
{
    check_markers(doc, setup);
    check_languages(doc);
    check_kept(doc, setup);
    check_score(doc, setup);
    must(setup->repair || !gly_changes(doc),
         "a text was mended without being asked");
}

static gly_doc *build(const gly_buf *text, const gly_buf *caption,
                      const struct setup *setup)
{
    gly_doc *doc = doc_new();

    doc->at_source = false;
    gly_text_set(doc, text->data, text->len);
    gly_set(doc, "lang", setup->lang);
    if (caption->len > 0)
        gly_text_set(gly_aside_add(doc, "captions"), caption->data,
                     caption->len);
    return doc;
}

/* Through the stage, behind `entity` or not. */
static gly_doc *push(const gly_buf *text, const gly_buf *caption, int i)
{
    gly_doc *doc = build(text, caption, &setups[i]);
    gly_doc *aside = gly_aside(doc, "captions", 0);

    if (setups[i].names)
        gly_harness_push_doc(entity, doc);
    must(gly_harness_push_doc(stages[i], doc) == GLY_PASS, "a document ended");
    check_doc(doc);
    check_all(doc, &setups[i]);
    if (aside)
        check_all(aside, &setups[i]);
    return doc;
}

/* What was mended has nothing more to mend. */
static void check_mended(const gly_doc *doc, int i)
{
    static const gly_buf none;
    gly_buf text = { 0 };

    gly_buf_puts(&text, gly_text(doc, NULL));

    gly_doc *again = push(&text, &none, i);

    must(!gly_changes(again), "what was mended is mended a second time");
    doc_free(again);
    gly_buf_finish(&text);
}

/* Twice, since what a stage keeps of a text must not change the next. */
static void push_twice(const gly_buf *text, const gly_buf *caption, int i)
{
    gly_buf record[2] = { { 0 }, { 0 } };

    for (int turn = 0; turn < 2; turn++) {
        gly_doc *doc = push(text, caption, i);

        gly_record_add(&record[turn], doc, NULL);
        if (turn == 0)
            check_records(doc);
        if (turn == 0 && gly_changes(doc))
            check_mended(doc, i);
        doc_free(doc);
    }
    must(strcmp(record[0].data, record[1].data) == 0,
         "a text is read otherwise the second time");
    gly_buf_finish(&record[0]);
    gly_buf_finish(&record[1]);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void push_long(const gly_buf *text, const gly_buf *caption, int i)
{
    gly_doc *doc = build(text, caption, &setups[i]);
    double begun = now();

    gly_harness_push_doc(stages[i], doc);
    must(now() - begun < MOST_SECONDS, "a text took too long");
    check_all(doc, &setups[i]);
    doc_free(doc);
}

void target_open(void)
{
    preload();
    entity = gly_harness_open("entity", NULL);
    for (int i = 0; i < SETUPS; i++)
        stages[i] = gly_harness_open("translate-marker", setups[i].settings);
}

void target_close(void)
{
    gly_harness_close(entity);
    for (int i = 0; i < SETUPS; i++)
        gly_harness_close(stages[i]);
    registry_finish();
}

/* The text, and a caption behind a form feed if there is one. */
static void read_input(const char *at, const char *end, bool is_long,
                       gly_buf *text, gly_buf *caption)
{
    const char *feed = memchr(at, '\f', (size_t)(end - at));
    size_t len = (size_t)((feed ? feed : end) - at);

    gly_buf_puts(text, "");
    do
        gly_utf8_mend(text, at, len);
    while (is_long && len > 0 && text->len < LONG);
    if (feed)
        gly_utf8_mend(caption, feed + 1, (size_t)(end - feed - 1));
}

void target_run(const char *data, size_t size)
{
    gly_buf text = { 0 }, caption = { 0 };

    if (size == 0)
        return;

    bool is_long = data[0] >= '8' && data[0] <= '?';
    int i = (unsigned char)data[0] % SETUPS;

    read_input(data + 1, data + size, is_long, &text, &caption);
    if (is_long)
        push_long(&text, &caption, i);
    else
        push_twice(&text, &caption, i);
    gly_buf_finish(&text);
    gly_buf_finish(&caption);
}

/* train: learns lexicon/quote-model.bin. No part of the quote plugin, but a
 * stage of its own, since a stage has texts, tokens and lists at hand.
 *
 * A text with a field "quotes" (as in a record, in code points) is learned
 * from. When all have come, each publisher's texts (their "id" begins with its
 * name, up to "_") are judged by a model of all others, which tells how sure
 * the model may be of what it says; then it is learned from all. Nothing in it
 * is left to chance.
 */
#include "learn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct state {
    const char *path, *cue_list, *hold;
    double rate, shrink;
    long epochs;
    bool judge;
    struct vocabulary words;
    struct corpus corpus;
    size_t room;
    struct item *items;
};

static const gly_option options[] = {
    { "path", GLY_FIELD(struct state, path), .def = "quote-model.bin",
      .help = "The file to write." },
    { "cues", GLY_FIELD(struct state, cue_list), .def = "quote-cues.txt",
      .help = "The word list of cues." },
    { "hold", GLY_FIELD(struct state, hold), .def = "",
      .help = "A publisher that is not learned from." },
    { "judge", GLY_FIELD(struct state, judge), .def = "true",
      .help = "Whether to tell how good it is, and how sure it may be." },
    { "epochs", GLY_FIELD(struct state, epochs), .def = "8",
      .help = "How often all examples are gone through." },
    { "rate", GLY_FIELD(struct state, rate), .def = "0.04",
      .help = "Of each step." },
    { "shrink", GLY_FIELD(struct state, shrink), .def = "0.0005",
      .help = "Of a weight at each step." },
    { 0 }
};

/* ---- marked texts ---- */

/* A quotation of the field; what is missing is empty. */
struct quoted {
    gly_pos begin, end, cue, cue_end;
};

/* Where a code point stands. */
static gly_pos byte_at(const gly_pos *points, size_t count, const char *json,
                       const char *key)
{
    const char *at = strstr(json, key);
    size_t point = at ? strtoul(at + strlen(key), NULL, 10) : 0;

    return points[point < count ? point : count - 1];
}

static size_t read_quotes(const char *json, const gly_pos *points,
                          size_t count, struct quoted *out)
{
    size_t n = 0;

    while ((json = strstr(json, "{\"begin\":")) != NULL) {
        const char *cue = strstr(json, "\"cue\":");
        struct quoted *q = &out[n];

        if (!cue)
            break;
        *q = (struct quoted){
            .begin = byte_at(points, count, json, "\"begin\":"),
            .end = byte_at(points, count, json, "\"end\":"),
        };
        if (cue[6] == '{') {
            q->cue = byte_at(points, count, cue, "\"begin\":");
            q->cue_end = byte_at(points, count, cue, "\"end\":");
        }
        json = cue[6] == '{' ? cue + 7 : cue;
        if (q->end > q->begin)
            n++;
    }
    return n;
}

/* Without marks, signs and spaces at its ends. */
static struct extent trim(const char *text, gly_pos begin, gly_pos end)
{
    static const char *const wide[] = {
        "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D",
        "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\xA6",
    };
    size_t was;

    do {
        was = end - begin;
        while (begin < end && strchr(" \n\"'`.,;:!?-()[]", text[begin]))
            begin++;
        while (begin < end && strchr(" \n\"'`.,;:!?-()[]", text[end - 1]))
            end--;
        for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
            if (end - begin > 3 && memcmp(text + begin, wide[i], 3) == 0)
                begin += 3;
            if (end - begin > 3 && memcmp(text + end - 3, wide[i], 3) == 0)
                end -= 3;
        }
    } while (end - begin < was);
    return (struct extent){begin, end};
}

/* ---- pages ---- */

static bool has_marks(const struct view *v, struct extent x)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->items[i].piece && v->items[i].begin < x.end &&
            v->items[i].end > x.begin)
            return true;
    return false;
}

/* Those of the text whose cue is in the view, or if it has none, which begin
 * there. */
static void add_golds(struct page *page, const struct quoted *quotes,
                      size_t count)
{
    const struct view *v = &page->view;
    gly_pos begin = v->items[0].begin, end = v->items[v->count - 1].end;

    page->golds = learn_room(count * sizeof(*page->golds));
    for (size_t i = 0; i < count; i++) {
        const struct quoted *q = &quotes[i];
        gly_pos at = q->cue_end ? q->cue : q->begin;
        struct gold *gold = &page->golds[page->gold_count];
        size_t k = 0;

        if (at < begin || at >= end)
            continue;
        gold->extent = trim(v->text, q->begin, q->end);
        gold->marked = has_marks(v, gold->extent);
        page->gold_count++;
        while (k < v->count && v->items[k].end <= q->cue)
            k++;
        gold->cue = k;
        while (k < v->count && v->items[k].begin < q->cue_end)
            k++;
        gold->cue_end = k;
    }
}

static void add_page(struct state *s, const struct view *v, unsigned fold,
                     const struct quoted *quotes, size_t count)
{
    struct corpus *c = &s->corpus;
    size_t room = (VIEW_BEFORE + v->count + VIEW_AFTER) * sizeof(*v->items);
    struct page *page;

    if (c->count == s->room) {
        s->room = s->room ? 2 * s->room : 1024;
        c->pages = realloc(c->pages, s->room * sizeof(*c->pages));
        if (!c->pages)
            exit(1);
    }
    page = &c->pages[c->count++];
    *page = (struct page){.view = *v, .fold = fold};
    page->view.items = memcpy(learn_room(room), v->items - VIEW_BEFORE, room);
    page->view.items += VIEW_BEFORE;
    add_golds(page, quotes, count);
}

/* The number of the publisher. */
static unsigned fold_of(struct corpus *c, const char *id)
{
    size_t len = strcspn(id, "_");
    unsigned i = 0;

    if (len >= sizeof(c->names[0]))
        len = sizeof(c->names[0]) - 1;
    while (i < c->folds && (strncmp(c->names[i], id, len) != 0 ||
                            c->names[i][len] != '\0'))
        i++;
    if (i == MOST_FOLDS)
        return len % MOST_FOLDS;
    if (i == c->folds)
        memcpy(c->names[c->folds++], id, len);
    return i;
}

static void add_text(struct state *s, gly_doc *doc, const char *text,
                     const struct quoted *quotes, size_t count)
{
    struct pieces pieces = quote_pair_marks(doc, s->words.cues);
    const char *id = gly_get(doc, "id", 0);
    unsigned fold = fold_of(&s->corpus, id ? id : "");
    struct view v = {.text = text, .items = s->items + VIEW_BEFORE};
    struct source source = {
        .words = quote_words(doc, &s->words), .known = &s->words,
    };
    size_t first = 0;

    source.tokens = gly_tokens(doc, &source.count);
    quote_mend(doc, s->words.cues, &pieces);

    struct piece *list = learn_room(pieces.count * sizeof(*list));
    const struct piece *next = list;

    if (pieces.count > 0)
        memcpy(list, pieces.list, pieces.count * sizeof(*list));
    while (first < source.count) {
        quote_view(&v, &source, &first, &next, list + pieces.count);
        add_page(s, &v, fold, quotes, count);
    }
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    const char *gold = gly_get(doc, "quotes", 0);
    const char *id = gly_get(doc, "id", 0);
    gly_pos len;
    const char *text = gly_text(doc, &len), *at = text;
    gly_pos *points = gly_alloc(doc, (len + 1) * sizeof(*points));
    struct quoted *quotes;
    size_t count = 0;
    char *kept;

    if (!gold)
        return gly_drop(stage, "not-marked");
    if (*s->hold && id && strncmp(id, s->hold, strlen(s->hold)) == 0)
        return GLY_PASS;
    while (*at) {
        points[count++] = (gly_pos)(at - text);
        gly_next_char(&at);
    }
    points[count++] = len;
    kept = learn_room(len + 1);
    memcpy(kept, text, len);
    quotes = gly_alloc(doc, (strlen(gold) / 9 + 1) * sizeof(*quotes));
    count = read_quotes(gold, points, count, quotes);
    add_text(s, doc, kept, quotes, count);
    return GLY_PASS;
}

/* ---- learning ---- */

static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct recipe recipe = {
        .epochs = (int)s->epochs,
        .rate = (float)s->rate,
        .shrink = (float)s->shrink,
    };

    if (s->corpus.count == 0)
        return 0;
    if (learn_model(&s->corpus, &recipe, s->judge, s->path) < 0)
        return gly_fail(stage, -errno, "cannot write %s: %s", s->path,
                        strerror(errno));
    return 0;
}

static int open(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->items = gly_stage_alloc(stage, VIEW_ROOM * sizeof(*s->items));
    return quote_vocabulary(&s->words, stage, s->cue_list);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "train",
    .about = "Learns the quotations of marked texts.",
    .reads = "text",
    .writes = NULL,
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open,
    .process = process,
    .flush = flush,
};

/* Quote marks that are lost, spaced, turned or of another style: what quote
 * finds in spite of them. */
#include "support-damage.h"
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/harness.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(damage, .timeout = 120);

/* A document of the text up to the end, with its [kind ...] as the layer
 * "gold". */
static void draw(gly_doc *doc, const char *at, const char *end)
{
    gly_buf text = { 0 };
    struct drawn {
        gly_pos begin, end;
        const char *kind;
    } drawn[64];
    size_t count = 0;

    for (; at < end; at++) {
        if (*at == '[') {
            size_t len = strcspn(at + 1, " ");

            drawn[count].begin = (gly_pos)text.len;
            drawn[count].kind = gly_keep(doc, at + 1, len);
            at += len + 1;
        } else if (*at == ']') {
            cr_assert(count < 63);
            drawn[count++].end = (gly_pos)text.len;
        } else {
            gly_buf_add(&text, at, 1);
        }
    }
    gly_text_set(doc, text.data, text.len);
    for (size_t i = 0; i < count; i++)
        gly_mark(doc, "gold", drawn[i].begin, drawn[i].end, drawn[i].kind);
    gly_buf_finish(&text);
}

struct tally {
    double gold, found, hit;
};

static bool is_marked(const gly_span *s)
{
    return strcmp(s->kind, "direct") == 0 || strcmp(s->kind, "mixed") == 0;
}

/* Whether four fifths of both are the same. */
static bool is_hit(const gly_span *a, const gly_span *b)
{
    double begin = a->begin > b->begin ? a->begin : b->begin;
    double end = a->end < b->end ? a->end : b->end;
    double both = end - begin;

    return both >= 0.8 * (a->end - a->begin + b->end - b->begin - both);
}

static void count_hits(struct tally *tally, const gly_doc *doc)
{
    for (const gly_span *g = gly_spans(doc, "gold"); g; g = g->next) {
        tally->gold++;
        for (const gly_span *f = gly_spans(doc, "quotes"); f; f = f->next) {
            if (is_marked(f) && is_hit(g, f)) {
                tally->hit++;
                break;
            }
        }
    }
    for (const gly_span *f = gly_spans(doc, "quotes"); f; f = f->next)
        tally->found += is_marked(f);
}

/* The letters of each span of "gold", a line each. */
static char *letters_of(const gly_doc *doc)
{
    const char *text = gly_text(doc, NULL);
    gly_buf out = { 0 };

    gly_buf_puts(&out, "");
    for (const gly_span *g = gly_spans(doc, "gold"); g; g = g->next) {
        for (gly_pos at = g->begin; at < g->end; at++)
            if ((text[at] | 32) >= 'a' && (text[at] | 32) <= 'z')
                gly_buf_add(&out, text + at, 1);
        gly_buf_puts(&out, "\n");
    }
    return out.data;
}

static char *get_articles(void)
{
    char path[4096];

    snprintf(path, sizeof(path), "%s/tests/damage.txt", source_folder());
    return get_file(path);
}

Test(damage, spans_move_along)
{
    char *articles = get_articles();

    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t state = seed;
        gly_doc *doc = doc_of("");

        draw(doc, articles, articles + strlen(articles));

        char *before = letters_of(doc);

        damage_marks(doc, &state);

        char *after = letters_of(doc);

        cr_expect(eq(str, after, before));
        cr_expect(gly_changes(doc) != NULL);
        free(before);
        free(after);
        doc_free(doc);
    }
    free(articles);
}

/* F1 of what quote finds in the articles, damaged unless the seed is 0. */
static double find_quotes(const char *articles, uint64_t seed)
{
    gly_harness *quote = gly_harness_open("quote", NULL);
    struct tally tally = { 0 };

    for (const char *at = articles; *at;) {
        const char *end = strstr(at, "\n\n");
        gly_doc *doc = gly_harness_blank(quote);

        end = end ? end : at + strlen(at);
        draw(doc, at, end);
        if (seed)
            damage_marks(doc, &seed);
        gly_harness_push_doc(quote, doc);
        count_hits(&tally, doc);
        at = end + strspn(end, "\n");
    }
    gly_harness_close(quote);
    return 2 * tally.hit / (tally.gold + tally.found);
}

Test(damage, of_one_mark_in_five_costs_a_tenth_at_most)
{
    enum { SEEDS = 20 };
    char *articles = get_articles();
    double sum = 0, whole;

    whole = find_quotes(articles, 0);
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        sum += find_quotes(articles, seed);
    free(articles);
    cr_expect(whole > 0.9, "F1 %.3f where nothing is damaged", whole);
    cr_expect(sum / SEEDS > whole - 0.1, "F1 %.3f, damaged %.3f", whole,
              sum / SEEDS);
}

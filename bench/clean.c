/* clean: what it costs to take the article out of a page, and to parse it.
 *
 *     bench/clean PAGES...                 bench/clean.sh calls it
 *
 * Pages as `fetch` reads them. A line for each way: its name, pages, bytes and
 * CPU seconds for all of them once, the mean of the turns that fit in a second.
 */
#include "../core/doc.h"
#include "../core/registry.h"

#include <galley/harness.h>
#include <galley/record.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct page {
    const char *html;
    size_t len;
};

struct pages {
    gly_buf list; /* of struct page, which are the harnesses' */
    size_t count, bytes;
};

static const struct page *page_at(const struct pages *pages, size_t i)
{
    return (const struct page *)(const void *)pages->list.data + i;
}

static gly_harness *read_pages(struct pages *pages, const char *path)
{
    gly_buf settings = { 0 };

    gly_buf_puts(&settings, "paths = ");
    gly_json_string(&settings, path, strlen(path));
    gly_buf_puts(&settings, ";");

    gly_harness *fetch = gly_harness_open("fetch", settings.data);

    for (gly_doc *doc; (doc = gly_harness_pull(fetch)) != NULL;) {
        struct page page;

        page.html = gly_raw(doc, &page.len);
        if (!page.html)
            continue;
        gly_buf_add(&pages->list, (const char *)&page, sizeof(page));
        pages->count++;
        pages->bytes += page.len;
    }
    gly_buf_finish(&settings);
    return fetch;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The seconds that one of these takes for a page. */
typedef double timed(void *arg, const struct page *page);

static double clean(void *arg, const struct page *page)
{
    gly_doc *doc = doc_new();

    gly_raw_set(doc, page->html, page->len, "text/html");

    double begun = now();

    gly_harness_push_doc(arg, doc);

    double seconds = now() - begun;

    doc_free(doc);
    return seconds;
}

static double parse(void *arg, const struct page *page)
{
    double begun = now();
    xmlDocPtr tree = htmlCtxtReadMemory(
        arg, page->html, (int)page->len, NULL, "UTF-8",
        HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
            HTML_PARSE_IGNORE_ENC | HTML_PARSE_NONET);

    xmlFreeDoc(tree);
    return now() - begun;
}

static void measure(const char *name, timed *work, void *arg,
                    const struct pages *pages)
{
    double seconds = 0;
    int turns = -1; /* the first warms up */

    while (turns < 1 || seconds < 1) {
        for (size_t i = 0; i < pages->count; i++)
            seconds += work(arg, page_at(pages, i));
        if (turns++ < 0)
            seconds = 0;
    }
    printf("%s\t%zu\t%zu\t%.6f\n", name, pages->count, pages->bytes,
           seconds / turns);
}

int main(int argc, char **argv)
{
    struct pages pages = { 0 };
    gly_harness **fetch = calloc((size_t)argc, sizeof(*fetch));
    gly_harness *stage = gly_harness_open("clean", NULL);
    htmlParserCtxtPtr tree = htmlNewParserCtxt(), bare = htmlNewParserCtxt();

    for (int i = 1; i < argc; i++)
        fetch[i] = read_pages(&pages, argv[i]);
    if (pages.count == 0) {
        fprintf(stderr, "clean: no pages\n");
        return 1;
    }
    memset(bare->sax, 0, sizeof(*bare->sax));
    measure("galley clean", clean, stage, &pages);
    measure("libxml2, a tree", parse, tree, &pages);
    measure("libxml2, no tree", parse, bare, &pages);

    htmlFreeParserCtxt(tree);
    htmlFreeParserCtxt(bare);
    for (int i = 0; i < argc; i++)
        gly_harness_close(fetch[i]);
    gly_harness_close(stage);
    gly_buf_finish(&pages.list);
    free(fetch);
    registry_finish();
    return 0;
}

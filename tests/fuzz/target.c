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
    { "translate-marker", "repair = \"safe\"; protect = true;" },
};
enum { STAGES = sizeof(setups) / sizeof(setups[0]) };

static gly_harness *stages[STAGES];

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

void target_open(void)
{
    preload();
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

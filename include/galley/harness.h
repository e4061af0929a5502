/* harness.h: stages by themselves, for tests. No lanes, no queues, no threads.
 *
 *     gly_harness *h = gly_harness_open("clean-credit", "word = \"Foto:\";");
 *     cr_assert(eq(int, gly_harness_push(h, "He left.\nFoto: dpa"), GLY_PASS));
 *     cr_assert(eq(str, (char *)gly_text(gly_harness_doc(h), NULL), "He left.\n"));
 *     gly_harness_close(h);
 */
#ifndef GALLEY_HARNESS_H
#define GALLEY_HARNESS_H

#include <galley/doc.h>

#pragma GCC visibility push(default)

typedef struct gly_harness gly_harness;

/* One stage, with settings as in a pipeline file ("min_words = 3;"; NULL: none).
 * Ends the test program with the reason when the plugin or a setting is refused;
 * gly_harness_try() returns NULL instead and writes the reason to `why`. */
gly_harness *gly_harness_open(const char *plugin, const char *settings);
gly_harness *gly_harness_try(const char *plugin, const char *settings,
                             char *why, size_t size);
void gly_harness_close(gly_harness *h);

/* The result of process(): on a new document with this text; on one with these
 * bytes as its raw ("text/html"); on a document of another harness, which owns
 * it still. Documents live until the harness closes. */
int gly_harness_push(gly_harness *h, const char *text);
int gly_harness_push_raw(gly_harness *h, const char *raw, const char *type);
int gly_harness_push_doc(gly_harness *h, gly_doc *doc);
/* A new document with no text, to be filled and pushed. */
gly_doc *gly_harness_blank(gly_harness *h);
/* The next document of a source, acked with `0` by the following call; NULL at
 * its end. One that it refused has gly_harness_error(). */
gly_doc *gly_harness_pull(gly_harness *h);
/* The one last pushed or pulled, or NULL. */
gly_doc *gly_harness_doc(gly_harness *h);
/* Calls flush(), returns its result. */
int gly_harness_flush(gly_harness *h);
/* What gly_fail() last said, or "". */
const char *gly_harness_error(gly_harness *h);
double gly_harness_counted(gly_harness *h, const char *counter);

/* The text with a layer and its parts drawn in: "[PERSON Kim] met Biden."; with
 * names: "[PERSON Kim|Kim Jong Un] met Biden.". Lives until the next call. */
const char *gly_harness_show(gly_harness *h, const char *layer, bool names);

/* Runs a file of cases (docs/plugin.md says how they are written), calling
 * `each` for every case with its line, its name, and NULL or what was wrong.
 * Returns how many failed, or -errno with `each` told why. */
int gly_cases_run(const char *path,
                  void (*each)(void *arg, int line, const char *name,
                               const char *wrong),
                  void *arg);

#pragma GCC visibility pop
#endif

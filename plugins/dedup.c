/* dedup: documents that say what an earlier one said.
 *
 * MinHash with 128 hashes of a byte, in 32 bands of 4 rows. Two texts that have
 * the share s of their shingles in common are compared with the probability
 * 1 - (1 - s^4)^32, which is 0.56 at 0.4, 0.99 at 0.6 and 1.00 at 0.7; what is
 * taken for similar is then estimated by all hashes, with a standard error of
 * 0.04. Of a million remembered, a new text is compared with one that has
 * nothing in common with it once in a hundred times, and never taken for it.
 * A million takes 371 MB. docs/dedup.md has it all, measured.
 *
 * Its parts are in the folder dedup/; see dedup/dedup.h. The sources of the
 * algorithms are named in signature.c and memory.c.
 */
#include "dedup/dedup.h"

#include <errno.h>
#include <string.h>

struct state {
    const char *action, *file;
    double similarity;
    long shingle, min_words, remember;

    bool drop;
    struct terms terms;
    struct memory memory;
    uint64_t loaded; /* documents of earlier runs */
};

static const gly_option options[] = {
    { "action", GLY_FIELD(struct state, action), .def = "mark",
      .choices = "mark|drop",
      .help = "What is done with a document that nearly repeats an earlier "
              "one: the fields \"duplicate_of\" and \"duplicate_score\" are "
              "set, or it is dropped." },
    { "similarity", GLY_FIELD(struct state, similarity), .def = "0.6",
      .min = 0.5, .max = 1,
      .help = "The share of common shingles, of those in either text, from "
              "which on one repeats the other." },
    { "shingle", GLY_FIELD(struct state, shingle), .def = "3", .min = 1,
      .max = LONGEST_SHINGLE,
      .help = "Words in a row that are compared as one; letters, in scripts "
              "without spaces." },
    { "min_words", GLY_FIELD(struct state, min_words), .def = "20",
      .max = 1000,
      .help = "Texts of fewer words repeat only what is equal but for case "
              "and signs." },
    { "remember", GLY_FIELD(struct state, remember), .def = "1000000",
      .min = 1, .max = MOST_REMEMBERED,
      .help = "Documents that are remembered; then the oldest is forgotten "
              "for each new one. A million takes 371 MB." },
    { "state", GLY_FIELD(struct state, file), .def = "",
      .help = "A file that keeps what is remembered from one run to the next; "
              "\"\" for none. It is written at the end of a run." },
    { 0 }
};

/* By which a later document names it. */
static const char *name_of(const gly_doc *doc)
{
    const char *name = gly_get(doc, "id", 0);

    if (!name)
        name = gly_get(doc, "uri", 0);
    return name ? name : "";
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    const char *name = name_of(doc);
    union signature signature;
    struct seen first;

    if (!signature_of(doc, (unsigned)s->shingle, (size_t)s->min_words,
                      &signature))
        return GLY_PASS;
    if (!memory_find(&s->memory, &signature, s->similarity, &first)) {
        memory_add(&s->memory, &signature, name);
        return GLY_PASS;
    }
    /* What failed in an earlier run comes again, and is no copy of itself. */
    if (first.number < s->loaded && strcmp(first.name, name) == 0)
        return GLY_PASS;
    gly_set(doc, "duplicate_of", *first.name ? first.name : NULL);
    gly_set_number(doc, "duplicate_score",
                   (double)(long)(first.similarity * 1000 + 0.5) / 1000);
    if (s->drop)
        return gly_drop(stage, "duplicate");
    gly_count(stage, "duplicates", 1);
    return GLY_PASS;
}

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result = memory_open(&s->memory, (size_t)s->remember);

    if (result < 0)
        return gly_fail(stage, result, "no memory for remember = %ld: %s",
                        s->remember, strerror(-result));
    s->drop = strcmp(s->action, "drop") == 0;
    s->terms = (struct terms){ HASHES, (uint32_t)s->shingle,
                               (uint32_t)s->min_words };
    if (*s->file)
        result = state_load(stage, s->file, &s->terms, &s->memory);
    s->loaded = s->memory.count;
    return result;
}

static int flush(gly_stage *stage)
{
    const struct state *s = gly_state(stage);

    return *s->file ? state_save(stage, s->file, &s->terms, &s->memory) : 0;
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    memory_finish(&s->memory);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "dedup",
    .about = "Marks or drops documents that nearly repeat an earlier one.",
    .reads = "text id uri",
    .writes = "duplicate_of duplicate_score",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .process = process,
    .flush = flush,
    .close = close_stage,
};

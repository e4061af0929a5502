/* dedup.h: what the parts of the dedup stage share.
 *
 *     signature.c  a text as HASHES bytes
 *     memory.c     the signatures and names of the documents seen last
 *     state.c      that memory as a file
 */
#ifndef DEDUP_DEDUP_H
#define DEDUP_DEDUP_H

#include <galley/galley.h>

enum {
    BANDS = 32,
    ROWS = 4, /* hashes of a band */
    HASHES = BANDS * ROWS,
    LONGEST_SHINGLE = 16,
    MOST_REMEMBERED = 16000000,
    LONGEST_NAME = 1024,
};

/* Two texts have as large a share of equal hashes as of common shingles. */
union signature {
    uint8_t hash[HASHES];
    uint32_t band[BANDS];
};

/* False for a text without words. One of less than `min_words` is one shingle
 * as a whole. */
bool signature_of(const gly_doc *doc, unsigned shingle, size_t min_words,
                  union signature *out);
/* The share of common shingles, estimated. */
double signature_similarity(const union signature *a,
                            const union signature *b);

/* A ring of documents. Room for all is taken at once; the system gives it page
 * by page, as it fills. */
struct memory {
    size_t size;
    size_t room;                 /* documents that the table is laid out for */
    uint64_t count;              /* ever added; the last `size` are here */
    union signature *signatures;
    uint64_t *names;             /* where each begins in all ever written */
    uint32_t *table;             /* BANDS times `buckets` of WAYS places */
    size_t buckets;
    char *ring;                  /* of names */
    size_t ring_size;
    uint64_t written;
    size_t mapped;
};

struct seen {
    const char *name;
    double similarity;
    uint64_t number; /* how many were added before it */
};

/* 0 or a negative errno. */
int memory_open(struct memory *m, size_t size);
void memory_finish(struct memory *m);
void memory_add(struct memory *m, const union signature *signature,
                const char *name);
/* The most similar one, of those the first; false when none is so similar. */
bool memory_find(const struct memory *m, const union signature *signature,
                 double least, struct seen *out);
/* The number of the oldest one that is remembered with its name, or `count`;
 * and one from there on. */
uint64_t memory_first(const struct memory *m);
const union signature *memory_get(const struct memory *m, uint64_t number,
                                  const char **name);

/* What a file of a memory was made with, and must be read with. */
struct terms {
    uint32_t hashes, shingle, min_words;
};

/* Both return 0 or a negative errno with gly_fail() said. A file that does not
 * exist is an empty one. */
int state_load(gly_stage *stage, const char *path, const struct terms *terms,
               struct memory *m);
int state_save(gly_stage *stage, const char *path, const struct terms *terms,
               const struct memory *m);

#endif

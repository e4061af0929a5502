/* texts: the texts that benches work on, and the clock that they go by. */
#ifndef BENCH_TEXTS_H
#define BENCH_TEXTS_H

#include <galley/harness.h>
#include <stddef.h>

struct texts {
    gly_harness *fetch;
    const char **list; /* the harness's */
    size_t count, tokens, bytes;
};

/* As `fetch` reads them; none where there are no paths. */
void texts_read(struct texts *texts, int count, char **paths);
void texts_free(struct texts *texts);

/* The CPU seconds of this process so far. */
double cpu_now(void);

#endif

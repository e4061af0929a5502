/* torture.h: what the parts of the torture share. */
#ifndef GALLEY_TESTS_TORTURE_H
#define GALLEY_TESTS_TORTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct scene;

/* What goes wrong besides the kills. All calls may be NULL; begin() and end() are
 * around each kill. */
struct fault {
    const char *name;
    unsigned part;      /* of the kills and documents: 1 for all, 4 for a quarter */
    const char *source; /* settings of the first stage */
    const char *stage;  /* one more in the pipeline */
    const char *needs;  /* told when prepare() says that it cannot be done */
    bool as_nobody;     /* the worker may not be root, who may do anything */
    bool (*prepare)(struct scene *s);
    void (*feed)(struct scene *s, unsigned count); /* not files and lines */
    void (*begin)(struct scene *s);
    void (*end)(struct scene *s);
    void (*finish)(struct scene *s);
};

struct scene {
    const struct fault *fault;
    const char *galley;
    uint64_t seed;
    unsigned most_kills, documents; /* to come */
    bool as_nobody;
    pid_t worker, helper;
    void *store;        /* a fault's own */
    unsigned fed, starts, kills, given_up, lost, twice; /* so far */
};

extern const struct fault faults[]; /* ends with one without a name */

__attribute__((format(printf, 1, 2), noreturn))
void give_up(const char *fmt, ...);
unsigned roll(struct scene *s, unsigned below);
void wait_ms(unsigned ms);
/* Some two hundred words that no other document has in this order. */
void write_text(FILE *out, unsigned number);
void kill_child(const struct scene *s);

/* torture-web.c: pages of a server that misbehaves. */
bool web_open(struct scene *s);
void web_feed(struct scene *s, unsigned count);
void web_close(struct scene *s);

/* torture-count.c: what is in the file and in the database. */
unsigned count_lines(const char *path);
void count(struct scene *s);

#endif

/* support.h: what several tests need. */
#ifndef GALLEY_TESTS_SUPPORT_H
#define GALLEY_TESTS_SUPPORT_H

#include <galley/text.h>

#include "../core/doc.h"

#include <stdbool.h>
#include <stdint.h>

/* A document with this text, to be freed with doc_free(). */
gly_doc *doc_of(const char *text);
char *text_of(const gly_doc *doc);

/* A generator with a fixed seed: the same numbers on every machine. */
struct dice {
    uint64_t state;
};
/* 0 to below. */
unsigned roll(struct dice *dice, unsigned below);
/* Text of about `chars` characters of one to four bytes. */
char *random_text(struct dice *dice, unsigned chars);

/* A folder for one test, entered; for the .init and .fini of a suite. */
void enter_scratch(void);
void leave_scratch(void);

void put_file(const char *path, const char *content);
/* The whole file, "" when there is none; to be freed. */
char *get_file(const char *path);
/* Lines of a string. */
size_t count_lines(const char *str);

/* Runs words in the shell, where "galley" is the program built here; its output
 * and errors together in *output, to be freed, or NULL. Its exit status. */
int run_shell(char **output, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* $GALLEY_SOURCE, or $GALLEY_BUILD. */
const char *source_folder(void);
const char *build_folder(void);

#endif

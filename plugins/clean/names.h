/* names.h: what names.c tells byline.c of names. */
#ifndef CLEAN_NAMES_H
#define CLEAN_NAMES_H

#include "clean.h"

enum { LONGEST_NAME = 60 };

/* Cuts the first word off the rest; false when none is left. */
bool name_next_word(struct part *rest, struct part *word);
/* 0 for no name; else how many words it has. */
unsigned name_words(struct part name);
/* "HYUNG-JIN KIM" as "Hyung-Jin Kim". */
const char *name_keep(gly_doc *doc, struct part name);
/* Without "Dr. ". */
struct part name_cut_honorific(struct part name);

/* "Editor", also of "Editor-at-large". */
bool name_is_job(struct part word);
/* "MD", "RDN", "AS": a degree or a house. */
bool name_is_initials(struct part name);
/* "Jr.", "PhD" */
bool name_is_degree(struct part part);

#endif

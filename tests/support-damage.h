/* support-damage.h: quote marks as careless hands leave them. */
#ifndef SUPPORT_DAMAGE_H
#define SUPPORT_DAMAGE_H

#include <galley/doc.h>

/* Damages one double quote mark in five: it is lost, stands off by a space,
 * faces the wrong way or is one of another style. Spans move along. The seed is
 * another one afterwards. */
void damage_marks(gly_doc *doc, uint64_t *seed);

#endif

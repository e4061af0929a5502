/* when.h: the guard of a stage, as in when = "lang == 'en' and words > 50".
 *
 *     guard   = and { "or" and }          and = not { "and" not }
 *     not     = [ "not" ] ( "(" guard ")" | operand [ op operand ] )
 *     op      = == != < <= > >= ~         (~: contains, case ignored)
 *     operand = field | 'string' | number
 *
 * A field alone is true when it is set and not empty. Beside a number values compare as
 * numbers, and what is none is only unequal. Of a list, one value for which it holds is enough. A field that is
 * not set equals nothing, so only != holds.
 */
#ifndef GALLEY_CORE_WHEN_H
#define GALLEY_CORE_WHEN_H

#include <galley/doc.h>

#include "arena.h"
#include "error.h"

struct when;

/* NULL, with the error telling what was expected where. */
const struct when *when_parse(struct arena *arena, const char *guard,
                              struct error *error);
bool when_holds(const struct when *when, const gly_doc *doc);

#endif

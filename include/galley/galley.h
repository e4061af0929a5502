/* galley.h: all that a plugin needs. Start with stage.h. */
#ifndef GALLEY_GALLEY_H
#define GALLEY_GALLEY_H

#include <galley/doc.h>
#include <galley/option.h>
#include <galley/stage.h>
#include <galley/text.h>
#include <galley/record.h>

#endif

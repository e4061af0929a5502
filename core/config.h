/* config.h: pipeline files, by libconfig, as plain data.
 *
 * Nothing here knows what a plugin is; settings are checked against a plugin's
 * table by options.h.
 */
#ifndef GALLEY_CORE_CONFIG_H
#define GALLEY_CORE_CONFIG_H

#include "arena.h"
#include "error.h"
#include "options.h"

#include <galley/text.h>

struct plan_stage {
    const char *use;  /* the plugin */
    const char *id;   /* its own, or the plugin's name, numbered when repeated */
    const char *when; /* or NULL */
    unsigned when_line;
    double deadline;  /* seconds for one document; 0: the pipeline's */
    struct setting *settings;
    size_t count;
    const char *file;
    unsigned line;
};

struct plan {
    struct arena arena;
    const char *file, *name;
    long lanes;         /* 0: one a core */
    long room;          /* documents a queue holds */
    long under_way;     /* bytes of input taken in and not yet done */
    double deadline;    /* of stages that have none, in seconds; 0: none */
    const char *failed; /* where failed documents are recorded; "" nowhere */
    struct plan_stage *stages;
    size_t count;
    struct setting *settings; /* its own, as read and set */
    size_t setting_count;
};

#pragma GCC visibility push(default)

/* Reads a pipeline: a file, or the name of an installed one. On failure the
 * error says where and why, and the plan is to be finished all the same. */
int plan_read(struct plan *plan, const char *pipeline, struct error *error);
void plan_finish(struct plan *plan);
/* The settings that a pipeline itself has, for `galley help`. */
const gly_option *plan_option_table(void);

/* Puts "STAGE.SETTING=VALUE", or "SETTING=VALUE" of the pipeline itself. */
int plan_set(struct plan *plan, const char *assignment, struct error *error);
/* Gives a stage one more setting, of strings; it counts above those before. */
void plan_set_string(struct plan *plan, struct plan_stage *stage,
                     const char *name, const char *value);
void plan_set_list(struct plan *plan, struct plan_stage *stage,
                   const char *name, const char *const *items, size_t count);

/* The settings of one stage by themselves: "word = \"Foto:\"; min = 3;". */
int settings_read(struct arena *arena, const char *text,
                  struct setting **settings, size_t *count,
                  struct error *error);

#pragma GCC visibility pop

#endif

#include "config.h"

#include "paths.h"

#include <errno.h>
#include <libconfig.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reading {
    struct arena *arena;
    struct error *error;
    const char *file; /* for settings that do not know theirs */
};

static int refuse(const struct reading *r, const config_setting_t *at,
                  const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(const struct reading *r, const config_setting_t *at,
                  const char *fmt, ...)
{
    const char *file = config_setting_source_file(at);
    char text[sizeof(r->error->text)];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    error_set(r->error, -EINVAL, "%s", text);
    error_place(r->error, file ? file : r->file,
                config_setting_source_line(at));
    return -EINVAL;
}

/* ---- ${NAME} and ${NAME:-default} ---- */

static int expand_one(const struct reading *r, const config_setting_t *at,
                      const char **p, gly_buf *out)
{
    const char *name = *p + 2, *close = strchr(name, '}');
    char variable[128];

    if (!close)
        return refuse(r, at, "\"%s\": ${ without its }", *p);

    size_t len = strcspn(name, ":}");
    const char *fallback =
        name[len] == ':' && name[len + 1] == '-' ? name + len + 2 : NULL;

    if (name[len] == ':' && !fallback)
        return refuse(r, at, "\"%s\": must be ${NAME} or ${NAME:-default}",
                      *p);
    snprintf(variable, sizeof(variable), "%.*s", (int)len, name);

    const char *value = getenv(variable);

    *p = close + 1;
    if (value && (*value || !fallback))
        gly_buf_puts(out, value);
    else if (fallback)
        gly_buf_add(out, fallback, (size_t)(close - fallback));
    else
        return refuse(r, at,
                      "${%s} is not in the environment: set it, or write "
                      "${%s:-default}", variable, variable);
    return 0;
}

static int expand(const struct reading *r, const config_setting_t *at,
                  const char *str, const char **expanded)
{
    gly_buf out = {0};
    int result = 0;

    gly_buf_puts(&out, "");
    while (*str && result == 0) {
        size_t plain = strcspn(str, "$");

        gly_buf_add(&out, str, plain);
        str += plain;
        if (str[0] == '$' && str[1] == '{')
            result = expand_one(r, at, &str, &out);
        else if (*str)
            gly_buf_add(&out, str++, 1);
    }
    *expanded = arena_copy(r->arena, out.data, out.len);
    gly_buf_finish(&out);
    return result;
}

/* ---- settings ---- */

static int read_list(const struct reading *r, const config_setting_t *from,
                     struct setting *to)
{
    int count = config_setting_length(from);
    const char **items =
        arena_alloc(r->arena, ((size_t)count + 1) * sizeof(*items));

    for (int i = 0; i < count; i++) {
        const config_setting_t *item =
            config_setting_get_elem(from, (unsigned)i);
        const char *str = config_setting_get_string(item);

        if (!str)
            return refuse(r, item, "%s: a list holds strings, in quotes",
                          to->name);

        int result = expand(r, item, str, &items[i]);

        if (result < 0)
            return result;
    }
    to->type = GLY_LIST;
    to->list = (gly_list){(size_t)count, items};
    return 0;
}

static const char *place_file(const struct reading *r,
                              const config_setting_t *at)
{
    const char *file = config_setting_source_file(at);

    return file ? arena_copy(r->arena, file, strlen(file)) : r->file;
}

static int read_setting(const struct reading *r, const config_setting_t *from,
                        struct setting *to)
{
    const char *name = config_setting_name(from);

    to->name = arena_copy(r->arena, name, strlen(name));
    to->file = place_file(r, from);
    to->line = config_setting_source_line(from);
    switch (config_setting_type(from)) {
    case CONFIG_TYPE_BOOL:
        to->type = GLY_BOOL;
        to->boolean = config_setting_get_bool(from);
        return 0;
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        to->type = GLY_INT;
        to->integer = (long)config_setting_get_int64(from);
        return 0;
    case CONFIG_TYPE_FLOAT:
        to->type = GLY_NUMBER;
        to->number = config_setting_get_float(from);
        return 0;
    case CONFIG_TYPE_STRING:
        to->type = GLY_STRING;
        return expand(r, from, config_setting_get_string(from), &to->string);
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST:
        return read_list(r, from, to);
    }
    return refuse(r, from, "%s: a group is not expected here", to->name);
}

/* The numbers of 64 bits are written 5L in libconfig; 5 alone may not fit. */
static int read_settings(const struct reading *r, const config_setting_t *group,
                         struct setting **settings, size_t *count)
{
    size_t length = (size_t)config_setting_length(group);

    *settings = arena_alloc(r->arena, (length + 1) * sizeof(**settings));
    *count = 0;
    for (unsigned i = 0; i < length; i++) {
        int result = read_setting(r, config_setting_get_elem(group, i),
                                  &(*settings)[*count]);

        if (result < 0)
            return result;
        (*count)++;
    }
    return 0;
}

static int syntax_error(const config_t *config, const char *file,
                        struct error *error)
{
    const char *where = config_error_file(config);
    int code = config_error_type(config) == CONFIG_ERR_FILE_IO ? -ENOENT
                                                               : -EINVAL;

    error_set(error, code, "%s%s",
              code == -ENOENT ? "cannot be read" : config_error_text(config),
              strcmp(config_error_text(config), "syntax error") == 0
                  ? ": a comma, semicolon or bracket missing, or one too many?"
                  : "");
    error_place(error, where ? where : file,
                (unsigned)config_error_line(config));
    return code;
}

int settings_read(struct arena *arena, const char *text,
                  struct setting **settings, size_t *count,
                  struct error *error)
{
    struct reading r = {arena, error, "settings"};
    config_t config;
    int result;

    *settings = NULL;
    *count = 0;
    config_init(&config);
    if (!config_read_string(&config, text ? text : ""))
        result = syntax_error(&config, r.file, error);
    else
        result = read_settings(&r, config_root_setting(&config), settings,
                               count);
    config_destroy(&config);
    return result;
}

/* ---- plans ---- */

/* What a pipeline itself can be told: filled from a table like a stage's. */
static const gly_option plan_options[] = {
    { "name", GLY_FIELD(struct plan, name), .def = "",
      .help = "What the pipeline is called in messages." },
    { "lanes", GLY_FIELD(struct plan, lanes), .def = "0", .min = 0, .max = 256,
      .help = "Threads for the stages between source and exporter; 0: one a "
              "core." },
    { "room", GLY_FIELD(struct plan, room), .def = "64", .min = 1,
      .max = 65536, .help = "Documents that a queue holds." },
    { "under_way", GLY_FIELD(struct plan, under_way), .def = "32M", .min = 1,
      .max = 1e12, .unit = "B",
      .help = "Bytes of documents taken in and not yet done, at most; a larger "
              "document goes alone. With what stages make of them memory is "
              "ten to forty times that." },
    { "deadline", GLY_FIELD(struct plan, deadline), .def = "5m", .unit = "s",
      .max = 1e6,
      .help = "For `galley work`: how long a document may be in one stage; 0: "
              "for ever. A stage may have a deadline of its own." },
    { "failed", GLY_FIELD(struct plan, failed), .def = "failed.jsonl",
      .help = "Where failed documents are recorded; \"\": nowhere." },
    { 0 }
};

const gly_option *plan_option_table(void)
{
    return plan_options;
}

/* Takes the setting of that name out of the list. */
static bool take(struct plan_stage *stage, const char *name,
                 struct setting *taken)
{
    for (size_t i = 0; i < stage->count; i++) {
        if (strcmp(stage->settings[i].name, name) != 0)
            continue;
        *taken = stage->settings[i];
        stage->count--;
        memmove(&stage->settings[i], &stage->settings[i + 1],
                (stage->count - i) * sizeof(stage->settings[i]));
        return true;
    }
    return false;
}

static int take_word(const struct reading *r, struct plan_stage *stage,
                     const char *name, const char **word, unsigned *line)
{
    struct setting setting;

    *word = NULL;
    if (!take(stage, name, &setting))
        return 0;
    if (setting.type != GLY_STRING) {
        error_set(r->error, -EINVAL, "%s: must be a string", name);
        error_place(r->error, setting.file, setting.line);
        return -EINVAL;
    }
    *word = setting.string;
    *line = setting.line;
    return 0;
}

static int take_deadline(const struct reading *r, struct plan_stage *stage)
{
    static const gly_option table[] = {
        { "deadline", GLY_FIELD(struct plan_stage, deadline), .def = "0",
          .unit = "s", .max = 1e6 },
        { 0 }
    };
    struct setting setting;

    return take(stage, "deadline", &setting)
               ? options_fill(table, stage->use ? stage->use : "stage", stage,
                              r->arena, &setting, 1,
                              r->error)
               : 0;
}

static int read_stage(const struct reading *r, const config_setting_t *from,
                      struct plan_stage *stage)
{
    unsigned line;
    int result;

    stage->file = place_file(r, from);
    stage->line = config_setting_source_line(from);
    if (!config_setting_is_group(from))
        return refuse(r, from, "stages: each must be a group, "
                      "as in { use = \"fetch\"; }");
    result = read_settings(r, from, &stage->settings, &stage->count);
    if (result == 0)
        result = take_word(r, stage, "use", &stage->use, &line);
    if (result == 0)
        result = take_word(r, stage, "id", &stage->id, &line);
    if (result == 0)
        result = take_word(r, stage, "when", &stage->when,
                           &stage->when_line);
    if (result == 0)
        result = take_deadline(r, stage);
    if (result == 0 && !stage->use)
        return refuse(r, from, "a stage without \"use\": which plugin?");
    return result;
}

static bool is_taken(const struct plan *plan, size_t upto, const char *id)
{
    for (size_t i = 0; i < upto; i++)
        if (strcmp(plan->stages[i].id, id) == 0)
            return true;
    return false;
}

static int name_stage(const struct reading *r, const config_setting_t *at,
                      struct plan *plan, size_t i)
{
    struct plan_stage *stage = &plan->stages[i];
    char numbered[128];

    if (stage->id) {
        if (is_taken(plan, i, stage->id))
            return refuse(r, at, "id \"%s\" is used twice", stage->id);
        return 0;
    }
    stage->id = stage->use;
    for (unsigned n = 2; is_taken(plan, i, stage->id); n++) {
        snprintf(numbered, sizeof(numbered), "%s-%u", stage->use, n);
        stage->id = arena_copy(r->arena, numbered, strlen(numbered));
    }
    return 0;
}

static int read_stages(const struct reading *r, config_setting_t *root,
                       struct plan *plan)
{
    config_setting_t *list = config_setting_get_member(root, "stages");

    if (!list)
        return refuse(r, root,
                      "no \"stages\": a pipeline is a list of stages");
    if (!config_setting_is_list(list))
        return refuse(r, list, "stages: must be a list in ( )");

    size_t count = (size_t)config_setting_length(list);

    if (count == 0)
        return refuse(r, list, "stages: the list is empty");
    plan->stages = arena_alloc(r->arena, count * sizeof(*plan->stages));
    for (plan->count = 0; plan->count < count; plan->count++) {
        config_setting_t *from =
            config_setting_get_elem(list, (unsigned)plan->count);
        int result = read_stage(r, from, &plan->stages[plan->count]);

        if (result == 0)
            result = name_stage(r, from, plan, plan->count);
        if (result < 0)
            return result;
    }
    config_setting_remove(root, "stages");
    return 0;
}

/* "news" for pipelines/news.conf: the file's name without folder and ending. */
static const char *short_name(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');

    return arena_copy(arena, base,
                      dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

static int fill_plan(struct plan *plan, struct error *error)
{
    int result = options_fill(plan_options, "pipeline", plan, &plan->arena,
                              plan->settings, plan->setting_count, error);

    if (result == 0 && !*plan->name)
        plan->name = short_name(&plan->arena, plan->file);
    return result;
}

static int read_root(const struct reading *r, config_setting_t *root,
                     struct plan *plan)
{
    int result = read_stages(r, root, plan);

    if (result == 0)
        result = read_settings(r, root, &plan->settings, &plan->setting_count);
    if (result == 0)
        result = fill_plan(plan, r->error);
    return result;
}

static void set_include_folder(config_t *config, const char *file)
{
    const char *slash = strrchr(file, '/');
    char folder[PATH_MAX];

    if (!slash)
        return;
    snprintf(folder, sizeof(folder), "%.*s", (int)(slash - file), file);
    config_set_include_dir(config, folder);
}

static int find_pipeline(const char *pipeline, char *path, size_t size,
                         struct error *error)
{
    snprintf(path, size, "%s", pipeline);
    if (access(path, F_OK) == 0 || strchr(pipeline, '/') ||
        paths_find(&place_pipelines, pipeline, ".conf", path, size))
        return 0;
    return error_set(error, -ENOENT,
                     "no pipeline \"%s\": neither a file nor in $%s or %s "
                     "(`galley list` shows what there is)",
                     pipeline, place_pipelines.variable,
                     place_pipelines.installed);
}

int plan_read(struct plan *plan, const char *pipeline, struct error *error)
{
    struct reading r = {&plan->arena, error, NULL};
    char path[PATH_MAX];
    config_t config;
    int result;

    *plan = (struct plan){0};
    result = find_pipeline(pipeline, path, sizeof(path), error);
    if (result < 0)
        return result;
    plan->file = r.file = arena_copy(&plan->arena, path, strlen(path));
    config_init(&config);
    set_include_folder(&config, path);
    if (!config_read_file(&config, path))
        result = syntax_error(&config, plan->file, error);
    else
        result = read_root(&r, config_root_setting(&config), plan);
    config_destroy(&config);
    return result;
}

void plan_finish(struct plan *plan)
{
    arena_finish(&plan->arena);
    *plan = (struct plan){0};
}

/* ---- from the command line ---- */

static struct setting *add_setting(struct plan *plan, struct plan_stage *stage,
                                   const char *name)
{
    struct setting *more =
        arena_alloc(&plan->arena, (stage->count + 1) * sizeof(*more));

    if (stage->count)
        memcpy(more, stage->settings, stage->count * sizeof(*more));
    stage->settings = more;
    more += stage->count++;
    more->name = arena_copy(&plan->arena, name, strlen(name));
    more->file = "command line";
    return more;
}

void plan_set_string(struct plan *plan, struct plan_stage *stage,
                     const char *name, const char *value)
{
    struct setting *setting = add_setting(plan, stage, name);

    setting->type = GLY_STRING;
    setting->string = arena_copy(&plan->arena, value, strlen(value));
}

void plan_set_list(struct plan *plan, struct plan_stage *stage,
                   const char *name, const char *const *items, size_t count)
{
    struct setting *setting = add_setting(plan, stage, name);

    setting->type = GLY_LIST;
    setting->list = (gly_list){count, items};
}

static int unknown_stage(const struct plan *plan, const char *id,
                         struct error *error)
{
    const char *names[64];
    size_t count = 0;

    while (count < plan->count && count < 64) {
        names[count] = plan->stages[count].id;
        count++;
    }

    const char *nearest = error_nearest(id, names, count);

    return error_set(error, -EINVAL, "--set %s: no such stage in %s%s%s%s", id,
                     plan->name, nearest ? ": did you mean \"" : "",
                     nearest ? nearest : "", nearest ? "\"?" : "");
}

/* The pipeline's own settings, once more with this one above them. */
static int set_of_plan(struct plan *plan, const char *name, const char *value,
                       struct error *error)
{
    struct setting *more =
        arena_alloc(&plan->arena, (plan->setting_count + 1) * sizeof(*more));

    if (plan->setting_count)
        memcpy(more, plan->settings, plan->setting_count * sizeof(*more));
    more[plan->setting_count++] = (struct setting){
        .name = arena_copy(&plan->arena, name, strlen(name)),
        .type = GLY_STRING, .string = value, .file = "command line"};
    plan->settings = more;

    int result = fill_plan(plan, error);

    if (result < 0) {
        plan->setting_count--;
        fill_plan(plan, NULL);
    }
    return result;
}

int plan_set(struct plan *plan, const char *assignment, struct error *error)
{
    const char *equals = strchr(assignment, '=');
    char left[128];

    if (!equals || equals == assignment)
        return error_set(error, -EINVAL,
                         "--set %s: must be STAGE.SETTING=VALUE", assignment);
    snprintf(left, sizeof(left), "%.*s", (int)(equals - assignment),
             assignment);

    char *dot = strrchr(left, '.'); /* an id may have dots */

    if (!dot)
        return set_of_plan(plan, left, equals + 1, error);
    *dot = '\0';
    for (size_t i = 0; i < plan->count; i++) {
        if (strcmp(plan->stages[i].id, left) == 0) {
            plan_set_string(plan, &plan->stages[i], dot + 1, equals + 1);
            return 0;
        }
    }
    return unknown_stage(plan, left, error);
}

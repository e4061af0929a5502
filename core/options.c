#include "options.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 64 };

struct filling {
    const gly_option *option;
    const char *stage;
    struct arena *arena;
    const struct setting *setting;
    struct error *error;
};

static const char *const type_words[] = {
    [GLY_BOOL] = "true or false",
    [GLY_INT] = "a whole number",
    [GLY_NUMBER] = "a number",
    [GLY_STRING] = "a string",
    [GLY_LIST] = "a list of strings",
};

static void print_setting(char *buf, size_t size, const struct setting *s)
{
    switch (s->type) {
    case GLY_BOOL: snprintf(buf, size, "%s", s->boolean ? "true" : "false"); break;
    case GLY_INT: snprintf(buf, size, "%ld", s->integer); break;
    case GLY_NUMBER: snprintf(buf, size, "%g", s->number); break;
    case GLY_STRING: snprintf(buf, size, "\"%.60s\"", s->string); break;
    case GLY_LIST: snprintf(buf, size, "(a list)"); break;
    }
}

static int refuse(const struct filling *f, const char *expected)
{
    char value[80];
    const char *unit = f->option->unit ? f->option->unit : "";

    print_setting(value, sizeof(value), f->setting);
    error_set(f->error, -EINVAL, "%s: %s = %s: must be %s%s", f->stage,
              f->option->name, value, expected,
              strcmp(unit, "s") == 0   ? ", as in \"30s\", \"5m\", \"2h\""
              : strcmp(unit, "B") == 0 ? ", as in \"64K\", \"8M\", \"1G\""
                                       : "");
    error_place(f->error, f->setting->file, f->setting->line);
    return -EINVAL;
}

/* What the letters after a number multiply it by; 0 for letters not known. */
static double unit_factor(const char *unit, const char *suffix)
{
    static const struct {
        const char *unit, *suffix;
        double factor;
    } known[] = {
        { "s", "ms", 0.001 }, { "s", "s", 1 },
        { "s", "m", 60 },     { "s", "h", 3600 },
        { "s", "d", 86400 },  { "B", "B", 1 },
        { "B", "K", 1024 },   { "B", "M", 1024.0 * 1024 },
        { "B", "G", 1024.0 * 1024 * 1024 },
    };

    if (*suffix == '\0')
        return 1;
    for (size_t i = 0; unit && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i].unit, unit) == 0 &&
            strcmp(known[i].suffix, suffix) == 0)
            return known[i].factor;
    return 0;
}

static int read_number(const struct filling *f, double *number)
{
    const struct setting *s = f->setting;

    if (s->type == GLY_INT) {
        *number = (double)s->integer;
        return 0;
    }
    if (s->type == GLY_NUMBER) {
        *number = s->number;
        return 0;
    }
    if (s->type != GLY_STRING)
        return -EINVAL;

    char *end;

    *number = strtod(s->string, &end);
    while (*end == ' ')
        end++;

    double factor = unit_factor(f->option->unit, end);

    *number *= factor;
    return end == s->string || factor == 0 || !isfinite(*number) ? -EINVAL : 0;
}

static int fill_number(const struct filling *f, void *member)
{
    const gly_option *o = f->option;
    char expected[120];
    double number;

    if (read_number(f, &number) < 0)
        return refuse(f, type_words[o->type]);
    if (o->type == GLY_INT && (number != floor(number) ||
                               fabs(number) > 9007199254740992.0))
        return refuse(f, type_words[GLY_INT]);
    if ((o->min != 0 || o->max != 0) && (number < o->min || number > o->max)) {
        snprintf(expected, sizeof(expected), "%.15g to %.15g", o->min, o->max);
        return refuse(f, expected);
    }
    if (o->type == GLY_INT)
        *(long *)member = (long)number;
    else
        *(double *)member = number;
    return 0;
}

static int fill_bool(const struct filling *f, bool *member)
{
    const struct setting *s = f->setting;

    if (s->type == GLY_BOOL)
        *member = s->boolean;
    else if (s->type == GLY_STRING && strcmp(s->string, "true") == 0)
        *member = true;
    else if (s->type == GLY_STRING && strcmp(s->string, "false") == 0)
        *member = false;
    else
        return refuse(f, type_words[GLY_BOOL]);
    return 0;
}

static bool is_choice(const char *choices, const char *value)
{
    size_t len = strcspn(value, "|");

    if (value[len] == '|')
        return false;
    for (const char *p = choices; p; p = strchr(p, '|')) {
        p += *p == '|';
        if (strncmp(p, value, len) == 0 && (p[len] == '|' || p[len] == '\0'))
            return true;
    }
    return false;
}

/* Whether str, which is the setting or an item of it, is one of the choices. */
static int check_choice(const struct filling *f, const char *str)
{
    const char *choices = f->option->choices;
    struct setting item = *f->setting;
    struct filling at = *f;
    char expected[200];

    if (!choices || is_choice(choices, str))
        return 0;
    item.type = GLY_STRING;
    item.string = str;
    at.setting = &item;
    snprintf(expected, sizeof(expected), "one of %s", choices);
    return refuse(&at, expected);
}

static int fill_string(const struct filling *f, const char **member)
{
    const struct setting *s = f->setting;

    if (s->type != GLY_STRING)
        return refuse(f, type_words[GLY_STRING]);
    if (check_choice(f, s->string) < 0)
        return -EINVAL;
    *member = arena_copy(f->arena, s->string, strlen(s->string));
    return 0;
}

/* "a, b" as a list of two. */
static gly_list cut_list(struct arena *arena, const char *written)
{
    size_t most = 1, count = 0;

    for (const char *p = written; *p; p++)
        most += *p == ',';

    const char **items = arena_alloc(arena, most * sizeof(*items));

    while (*written) {
        size_t len = strcspn(written, ","), lead = strspn(written, " ");
        size_t tail = len;

        while (tail > lead && written[tail - 1] == ' ')
            tail--;
        if (tail > lead)
            items[count++] = arena_copy(arena, written + lead, tail - lead);
        written += len + (written[len] == ',');
    }
    return (gly_list){count, items};
}

static gly_list copy_list(struct arena *arena, gly_list list)
{
    const char **items = arena_alloc(arena, (list.count + 1) * sizeof(*items));

    for (size_t i = 0; i < list.count; i++)
        items[i] = arena_copy(arena, list.item[i], strlen(list.item[i]));
    return (gly_list){list.count, items};
}

static int fill_list(const struct filling *f, gly_list *member)
{
    const struct setting *s = f->setting;

    if (s->type != GLY_STRING && s->type != GLY_LIST)
        return refuse(f, type_words[GLY_LIST]);
    *member = s->type == GLY_STRING ? cut_list(f->arena, s->string)
                                    : copy_list(f->arena, s->list);
    for (size_t i = 0; i < member->count; i++)
        if (check_choice(f, member->item[i]) < 0)
            return -EINVAL;
    return 0;
}

static int fill(const struct filling *f, void *state)
{
    void *member = (char *)state + f->option->offset;

    switch (f->option->type) {
    case GLY_BOOL: return fill_bool(f, member);
    case GLY_INT:
    case GLY_NUMBER: return fill_number(f, member);
    case GLY_STRING: return fill_string(f, member);
    case GLY_LIST: return fill_list(f, member);
    }
    return -EINVAL;
}

static int fill_default(struct filling *f, void *state)
{
    if (!f->option->def)
        return error_set(f->error, -EINVAL, "%s: %s is not set: must be %s",
                         f->stage, f->option->name,
                         type_words[f->option->type]);

    struct setting setting = {
        .name = f->option->name, .type = GLY_STRING, .string = f->option->def};

    f->setting = &setting;
    return fill(f, state);
}

static const gly_option *find(const gly_option *table, const char *name)
{
    for (; table && table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

static const char *list_names(const char *const *names, size_t count, char *buf,
                              size_t size)
{
    size_t len = (size_t)snprintf(buf, size, count ? "are" : "are none");

    for (size_t i = 0; i < count && len < size; i++)
        len += (size_t)snprintf(buf + len, size - len, "%s %s", i ? "," : "",
                                names[i]);
    return buf;
}

static int unknown(const gly_option *table, const char *stage,
                   const struct setting *s, struct error *error)
{
    const char *names[MOST_OPTIONS] = {NULL};
    char known[400];
    size_t count = 0;

    for (; table && table->name && count < MOST_OPTIONS; table++)
        names[count++] = table->name;

    const char *nearest = error_nearest(s->name, names, count);

    if (nearest)
        error_set(error, -EINVAL,
                  "%s: unknown setting \"%s\": did you mean \"%s\"?", stage,
                  s->name, nearest);
    else
        error_set(error, -EINVAL, "%s: unknown setting \"%s\": there %s", stage,
                  s->name, list_names(names, count, known, sizeof(known)));
    error_place(error, s->file, s->line);
    return -EINVAL;
}

int options_fill(const gly_option *table, const char *stage, void *state,
                 struct arena *arena, const struct setting *settings,
                 size_t count, struct error *error)
{
    struct filling f = {.stage = stage, .arena = arena, .error = error};

    for (size_t i = 0; i < count; i++)
        if (!find(table, settings[i].name))
            return unknown(table, stage, &settings[i], error);

    for (f.option = table; f.option && f.option->name; f.option++) {
        f.setting = NULL;
        for (size_t i = 0; i < count; i++)
            if (strcmp(settings[i].name, f.option->name) == 0)
                f.setting = &settings[i];

        int result = f.setting ? fill(&f, state) : fill_default(&f, state);

        if (result < 0)
            return result;
    }
    return 0;
}

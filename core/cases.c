/* Files of cases: sentences of data, one line a test. */
#include "harness.h"

#include "arena.h"
#include "error.h"

#include <galley/text.h>

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_AFTER = 8, MOST_FIELDS = 16 };

struct suite {
    char *plugin;                    /* by the file's name */
    char *settings, *type, *layer, *note; /* directives, or NULL */
    char *after[MOST_AFTER];
    char *fields[MOST_FIELDS];       /* "key = value" */
    char *asides[MOST_FIELDS];       /* "list = text" */
    gly_harness *before[MOST_AFTER]; /* opened when first needed */
    gly_harness *stage;
    gly_buf wrong;
};

static void close_all(struct suite *s)
{
    for (size_t i = 0; i < MOST_AFTER; i++) {
        gly_harness_close(s->before[i]);
        s->before[i] = NULL;
    }
    gly_harness_close(s->stage);
    s->stage = NULL;
}

static void forget(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i]);
        list[i] = NULL;
    }
}

static bool open_all(struct suite *s)
{
    char why[1024];

    if (s->stage)
        return true;
    for (size_t i = 0; i < MOST_AFTER && s->after[i]; i++) {
        s->before[i] = gly_harness_try(s->after[i], NULL, why, sizeof(why));
        if (!s->before[i]) {
            gly_buf_puts(&s->wrong, why);
            return false;
        }
    }
    s->stage = gly_harness_try(s->plugin, s->settings, why, sizeof(why));
    if (s->stage)
        harness_note(s->stage, s->note);
    else
        gly_buf_puts(&s->wrong, why);
    return s->stage != NULL;
}

/* ---- reading a line ---- */

static const char *trim(char *str)
{
    size_t len;

    str += strspn(str, " \t");
    len = strlen(str);
    while (len > 0 && strchr(" \t\r", str[len - 1]))
        str[--len] = '\0';
    return str;
}

static void unescape(gly_buf *out, const char *p, const char *end)
{
    for (; p < end; p++) {
        if (*p == '\\' && p + 1 < end) {
            p++;
            gly_buf_add(out, *p == 'n' ? "\n" : *p == 't' ? "\t" : p, 1);
        } else {
            gly_buf_add(out, p, 1);
        }
    }
}

/* The text of a line with spans drawn in: "[PERSON Kim|Kim Jong Un] left."
 * NULL, or what is wrong with the line. */
static const char *undraw(gly_buf *out, const char *p)
{
    unsigned depth = 0;

    while (*p) {
        size_t plain = 0;

        while (p[plain] && !strchr("[]|", p[plain]))
            plain += p[plain] == '\\' && p[plain + 1] ? 2 : 1;
        unescape(out, p, p + plain);
        p += plain;
        if (*p == '[') {
            p += strcspn(p, " ]");
            p += *p == ' ';
            depth++;
        } else if (*p == '|' && depth == 0) {
            return "a | outside of [ ]; \\| is one of the text";
        } else if (*p == '|') {
            for (int inner = 0; *p && (inner > 0 || *p != ']'); p++)
                inner += (*p == '[') - (*p == ']');
        } else if (*p == ']') {
            if (depth-- == 0)
                return "a ] without its [; \\] is one of the text";
            p++;
        }
    }
    return depth > 0 ? "a [ without its ]; \\[ is one of the text" : NULL;
}

/* Whether a line has a bar that is no part of its text. */
static bool has_names(const char *line)
{
    for (; *line && *line != '|'; line++)
        line += *line == '\\' && line[1];
    return *line == '|';
}

/* Cuts " ;; key = value" off a line; NULL when there is none. */
static char *cut_checks(char *line)
{
    char *at = strstr(line, " ;; ");

    if (!at)
        return NULL;
    *at = '\0';
    return at + 4;
}

/* "key = value" as a field of the document, or as an aside's list and text. */
static void put(gly_doc *doc, const char *assignment, bool as_aside)
{
    char *copy = strdup(assignment), *equals = strchr(copy, '=');

    if (equals) {
        *equals = '\0';

        const char *key = trim(copy), *value = trim(equals + 1);

        if (as_aside)
            gly_text_set(gly_aside_add(doc, key), value, strlen(value));
        else
            gly_set(doc, key, value);
    }
    free(copy);
}

/* ---- running ---- */

/* The verdict, or the error of a stage before with `wrong` told. */
static int push_all(struct suite *s, const gly_buf *input)
{
    gly_doc *doc = gly_harness_blank(s->stage);
    const char *text = input->data ? input->data : "";

    for (size_t i = 0; i < MOST_FIELDS && s->fields[i]; i++)
        put(doc, s->fields[i], false);
    for (size_t i = 0; i < MOST_FIELDS && s->asides[i]; i++)
        put(doc, s->asides[i], true);
    if (s->type)
        gly_raw_set(doc, text, input->len, s->type);
    else
        gly_text_set(doc, text, input->len);
    for (size_t i = 0; i < MOST_AFTER && s->before[i]; i++) {
        int result = gly_harness_push_doc(s->before[i], doc);

        if (result != GLY_PASS) {
            gly_buf_printf(&s->wrong, "%s: %s", s->after[i],
                           harness_reason(s->before[i]));
            return -1;
        }
    }
    return gly_harness_push_doc(s->stage, doc);
}

static void compare(struct suite *s, const char *what, const char *expected,
                    const char *got)
{
    if (strcmp(expected, got) != 0)
        gly_buf_printf(&s->wrong, "%s%s\n    expected %s\n    got      %s",
                       s->wrong.len ? "\n" : "", what, expected, got);
}

static void join(gly_buf *out, const char *value)
{
    gly_buf_printf(out, "%s%s", out->len ? "; " : "", value);
}

/* "captions" are the texts of asides, "captions.credit" a field of each,
 * "captions/entities" the texts with a layer drawn in. */
static void join_asides(struct suite *s, const char *key, bool names,
                        gly_buf *out)
{
    gly_doc *doc = gly_harness_doc(s->stage), *aside;
    size_t len = strcspn(key, "./");
    char list[64];

    snprintf(list, sizeof(list), "%.*s", (int)len, key);
    for (size_t i = 0; (aside = gly_aside(doc, list, i)) != NULL; i++) {
        const char *value;

        if (key[len] == '/')
            join(out, harness_draw(s->stage, aside, key + len + 1, names));
        else if (key[len] == '\0')
            join(out, gly_text(aside, NULL));
        else if ((value = gly_get(aside, key + len + 1, 0)) != NULL)
            join(out, value);
    }
}

static void check_field(struct suite *s, char *check)
{
    char *equals = strchr(check, '=');
    gly_buf got = {0};

    if (!equals) {
        gly_buf_printf(&s->wrong, "\"%s\" is not \"key = value\"", check);
        return;
    }
    *equals = '\0';

    const char *key = trim(check), *expected = trim(equals + 1), *value;

    gly_buf_puts(&got, "");
    for (size_t i = 0;
         (value = gly_get(gly_harness_doc(s->stage), key, i)) != NULL; i++)
        join(&got, value);
    if (got.len == 0)
        join_asides(s, key, has_names(expected), &got);
    compare(s, key, expected, got.data);
    gly_buf_finish(&got);
}

static void check_fields(struct suite *s, char *checks)
{
    while (checks) {
        char *next = cut_checks(checks);

        check_field(s, checks);
        checks = next;
    }
}

static void first_layer(const char *writes, char *layer, size_t size)
{
    for (;;) {
        size_t len = strcspn(writes, " ");

        snprintf(layer, size, "%.*s", (int)len, writes);
        if (writes[len] == '\0' || strcmp(layer, "text") != 0)
            return;
        writes += len + 1;
    }
}

static void check_text(struct suite *s, const char *expected)
{
    const char *got = gly_harness_show(s->stage, "", false);

    compare(s, "text", expected, got);
}

static void check_layer(struct suite *s, const char *line)
{
    char layer[64];

    if (s->layer)
        snprintf(layer, sizeof(layer), "%s", s->layer);
    else
        first_layer(gly_harness_writes(s->stage), layer, sizeof(layer));
    compare(s, layer, line,
            gly_harness_show(s->stage, layer, has_names(line)));
}

/* "!drop too-short" and "!fail" with what was said, or some of it. */
static void check_verdict(struct suite *s, const char *expected, int result)
{
    const char *reason = harness_reason(s->stage);
    gly_buf got = {0};

    gly_buf_printf(&got, "%s %s", result == GLY_DROP ? "!drop"
                                  : result < 0       ? "!fail"
                                                     : "!pass", reason);
    if (strncmp(expected, "!fail", 5) == 0 && result < 0 &&
        strstr(reason, expected + 5 + strspn(expected + 5, " ")))
        got.len = 0;
    else
        compare(s, "verdict", expected, got.data);
    gly_buf_finish(&got);
}

static void check_result(struct suite *s, const char *arrow, const char *line,
                         int result)
{
    const char *expected = arrow ? arrow + 3 + (arrow[3] == ' ') : line;

    if (arrow && *expected == '!')
        check_verdict(s, expected, result);
    else if (result != GLY_PASS && result != GLY_HOLD)
        gly_buf_printf(&s->wrong, "%s: %s", result < 0 ? "failed" : "dropped",
                       harness_reason(s->stage));
    else if (arrow)
        check_text(s, expected);
    else
        check_layer(s, line);
}

static void run_case(struct suite *s, char *line)
{
    char *checks = cut_checks(line), *arrow = strstr(line, " =>");
    const char *wrong = NULL;
    gly_buf input = {0};

    if (!open_all(s))
        return;
    if (arrow) {
        *arrow = '\0';
        unescape(&input, line, arrow);
    } else {
        wrong = undraw(&input, line);
    }
    if (wrong) {
        gly_buf_puts(&s->wrong, wrong);
    } else {
        int result = push_all(s, &input);

        if (s->wrong.len == 0)
            check_result(s, arrow, line, result);
        check_fields(s, checks);
    }
    gly_buf_finish(&input);
}

/* ---- directives ---- */

static void put_word(char **word, const char *value)
{
    free(*word);
    *word = *value ? strdup(value) : NULL;
}

static void put_after(struct suite *s, const char *value)
{
    forget(s->after, MOST_AFTER);
    for (size_t i = 0; *value && i < MOST_AFTER; i++) {
        size_t len = strcspn(value, " ");

        s->after[i] = strndup(value, len);
        value += len;
        value += strspn(value, " ");
    }
}

static void add_to(char **list, const char *value)
{
    size_t i = 0;

    if (!*value) {
        forget(list, MOST_FIELDS);
        return;
    }
    while (i < MOST_FIELDS - 1 && list[i])
        i++;
    put_word(&list[i], value);
}

static bool direct(struct suite *s, char *line)
{
    char *value = line + strcspn(line, " ");

    if (*value)
        *value++ = '\0';

    const char *rest = trim(value);

    if (strcmp(line, "@set") == 0)
        put_word(&s->settings, rest);
    else if (strcmp(line, "@after") == 0)
        put_after(s, rest);
    else if (strcmp(line, "@type") == 0)
        put_word(&s->type, rest);
    else if (strcmp(line, "@layer") == 0)
        put_word(&s->layer, rest);
    else if (strcmp(line, "@note") == 0)
        put_word(&s->note, rest);
    else if (strcmp(line, "@field") == 0)
        add_to(s->fields, rest);
    else if (strcmp(line, "@aside") == 0)
        add_to(s->asides, rest);
    else
        gly_buf_printf(&s->wrong,
                       "%s: not one of @set @after @type @layer @note @field "
                       "@aside",
                       line);
    close_all(s);
    return s->wrong.len == 0;
}

/* "clean" of "cases/clean.wire.cases". */
static char *name_of(const char *path)
{
    char *copy = strdup(path), *base = basename(copy);
    char *name = strndup(base, strcspn(base, "."));

    free(copy);
    return name;
}

static void finish(struct suite *s)
{
    close_all(s);
    forget(s->after, MOST_AFTER);
    forget(s->fields, MOST_FIELDS);
    forget(s->asides, MOST_FIELDS);
    free(s->plugin);
    free(s->settings);
    free(s->type);
    free(s->layer);
    free(s->note);
    gly_buf_finish(&s->wrong);
}

int gly_cases_run(const char *path,
                  void (*each)(void *arg, int line, const char *name,
                               const char *wrong),
                  void *arg)
{
    struct suite s = {.plugin = name_of(path)};
    FILE *file = fopen(path, "r");
    char *line = NULL, *name = strdup("");
    size_t size = 0;
    int number = 0, failed = 0, result = file ? 0 : -errno;

    if (!file)
        each(arg, 0, path, strerror(errno));
    for (ssize_t len; file && (len = getline(&line, &size, file)) >= 0;) {
        number++;
        if (len > 0 && line[len - 1] == '\n')
            line[len - 1] = '\0';
        if (!*line)
            continue;
        if (*line == '#') {
            free(name);
            name = strdup(line + 1 + strspn(line + 1, " "));
            continue;
        }
        s.wrong.len = 0;
        if (*line == '@' && direct(&s, line))
            continue;
        if (*line != '@')
            run_case(&s, line);
        failed += s.wrong.len > 0;
        each(arg, number, name, s.wrong.len > 0 ? s.wrong.data : NULL);
        *name = '\0'; /* it was this case's */
    }
    if (file)
        fclose(file);
    free(line);
    free(name);
    finish(&s);
    return result < 0 ? result : failed;
}

/* jsonl.c: one JSON object, parsed by json-c.
 *
 * json-c takes more than JSON: control characters in strings, names in single
 * quotes. Only what would make a false or broken record is refused. Without a
 * word it ends a name at \u0000 and makes U+FFFD of half a surrogate pair; 0.16
 * also of a whole one for U+1D800 to U+1DFFF and their like in other planes.
 */
#include "fetch.h"

#include <errno.h>
#include <json-c/json.h>
#include <json-c/json_visit.h>
#include <string.h>

/* A value takes json-c up to some 700 bytes: what it may hold has a limit. */
enum { DEPTH = 512, FIELDS = 1024, VALUES = 1 << 19 };
enum { PLAINLY = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE };

static int fail(struct jsonl *j, size_t column, const char *what)
{
    j->column = column;
    j->what = what;
    return -EINVAL;
}

static json_object *parse(struct jsonl *j, const char *line, size_t len)
{
    if (!j->tokener)
        j->tokener = json_tokener_new_ex(DEPTH);
    if (!j->tokener) {
        fail(j, 0, "out of memory");
        return NULL;
    }
    json_tokener_reset(j->tokener);
    json_tokener_set_flags(j->tokener, JSON_TOKENER_STRICT);
    return json_tokener_parse_ex(j->tokener, line, (int)len);
}

/* Ends a parse that failed. The next one gets a tokener of its own, since
 * json_tokener_reset() keeps half a surrogate pair that was read last. */
static enum json_tokener_error give_up(struct jsonl *j, size_t len)
{
    enum json_tokener_error error = json_tokener_continue;

    if (j->tokener) {
        size_t end = json_tokener_get_parse_end(j->tokener);
        error = json_tokener_get_error(j->tokener);
        fail(j, (end < len ? end : len) + 1, json_tokener_error_desc(error));
        json_tokener_free(j->tokener);
        j->tokener = NULL;
    }
    return error;
}

/* How many values there are, or a few more: signs that begin one. */
static size_t count(const char *at)
{
    size_t values = 0;
    bool quoted = false;

    for (;; at++) {
        at += strcspn(at, quoted ? "\"\\" : "\"[{,");
        if (*at == '\0' || values > VALUES)
            return values;
        if (*at == '"')
            quoted = !quoted;
        else if (!quoted)
            values++;
        else if (at[1] != '\0')
            at++;
    }
}

/* Whether it is a number as JSON has it, given that json-c took it for one. */
static bool numeral(const char *at)
{
    at += *at == '-';
    size_t digits = strspn(at, "0123456789");

    return digits > 0 && (*at != '0' || digits == 1) &&
           (at[digits] != '.' || strspn(at + digits + 1, "0123456789") > 0);
}

/* Of a number beyond 64 bits json-c makes the last one within. */
static bool clipped(json_object *value, const char *line)
{
    return (json_object_get_uint64(value) == UINT64_MAX ||
            json_object_get_int64(value) == INT64_MIN) &&
           !strstr(line, json_object_get_string(value));
}

static int inspect(json_object *value, int flags, json_object *parent,
                   const char *key, size_t *index, void *line)
{
    enum json_type type = json_object_get_type(value);

    (void)flags, (void)parent, (void)key, (void)index;
    if (type == json_type_int && clipped(value, line))
        return JSON_C_VISIT_RETURN_ERROR;
    if (type == json_type_double &&
        !numeral(json_object_to_json_string_ext(value, PLAINLY)))
        return JSON_C_VISIT_RETURN_ERROR;
    return JSON_C_VISIT_RETURN_CONTINUE;
}

static bool is_string(json_object *value)
{
    return json_object_is_type(value, json_type_string);
}

/* What a string says, until the next one; NUL, which no text can hold, is
 * U+FFFD. */
static const char *spell(struct jsonl *j, json_object *string, size_t *len)
{
    const char *str = json_object_get_string(string);

    *len = (size_t)json_object_get_string_len(string);
    if (gly_utf8_valid(str, *len) == *len)
        return str;
    j->mended.len = 0;
    j->lost += gly_utf8_mend(&j->mended, str, *len);
    *len = j->mended.len;
    return j->mended.data;
}

static bool has_only_strings(json_object *array)
{
    size_t i = 0, n = json_object_array_length(array);

    while (i < n && is_string(json_object_array_get_idx(array, i)))
        i++;
    return n > 0 && i == n;
}

static void list(struct jsonl *j, gly_doc *doc, const char *key,
                 json_object *array)
{
    size_t len, n = json_object_array_length(array);

    for (size_t i = 0; i < n; i++)
        gly_add(doc, key, spell(j, json_object_array_get_idx(array, i), &len));
}

/* A field as it is. */
static void keep(struct jsonl *j, gly_doc *doc, const char *key,
                 json_object *value)
{
    size_t len;

    if (is_string(value)) {
        gly_set(doc, key, spell(j, value, &len));
    } else if (json_object_is_type(value, json_type_array) &&
               has_only_strings(value)) {
        list(j, doc, key, value);
    } else {
        const char *json = json_object_to_json_string_length(value, PLAINLY,
                                                             &len);
        gly_set_json(doc, key, json, len);
    }
}

static void name(struct jsonl *j, gly_doc *doc, json_object *id)
{
    size_t len;

    if (is_string(id) && json_object_get_string_len(id) > 0)
        gly_set(doc, "id", spell(j, id, &len));
    else if (json_object_is_type(id, json_type_int) ||
             json_object_is_type(id, json_type_double))
        gly_set(doc, "id", json_object_get_string(id));
}

static bool is_kept(const char *key, json_object *value)
{
    if (strcmp(key, "failed") == 0)
        return !json_object_is_type(value, json_type_object);
    return strcmp(key, "id") != 0 && strcmp(key, "text") != 0 &&
           strcmp(key, "html") != 0;
}

/* What is known of where a string stood that spell() had to mend. */
static const gly_origins *origins(const struct jsonl *j, gly_doc *doc,
                                  const char *spelled)
{
    return spelled == j->mended.data ? gly_origins_new(doc) : NULL;
}

/* A record with both has its page read before. */
static void fill(struct jsonl *j, gly_doc *doc, json_object *record,
                 json_object *text, json_object *html)
{
    size_t len;

    json_object_object_foreach(record, key, value)
        if (is_kept(key, value))
            keep(j, doc, key, value);
    if (json_object_get_string_len(text) == 0) {
        const char *page = spell(j, html, &len);
        gly_raw_set(doc, page, len, "text/html");
        gly_raw_from(doc, origins(j, doc, page));
        return;
    }
    const char *str = spell(j, text, &len);
    gly_text_set(doc, str, len);
    gly_text_from(doc, origins(j, doc, str));
    if (html)
        gly_set(doc, "html", spell(j, html, &len));
}

static int read_line(struct jsonl *j, gly_doc *doc, const char *line,
                     size_t len);

/* What failed.jsonl holds of a line that was no record, to be tried again. */
static bool was_refused(struct jsonl *j, json_object *record)
{
    json_object *input = json_object_object_get(record, "input");

    if (j->again.len > 0 || !is_string(input) ||
        !json_object_is_type(json_object_object_get(record, "failed"),
                             json_type_object))
        return false;

    size_t len;
    const char *line = spell(j, input, &len);

    gly_buf_add(&j->again, line, len);
    return len > 0;
}

/* What failed.jsonl tells of a document, for the record of its next failure. */
static void recall_failure(struct jsonl *j, gly_doc *doc, json_object *failed)
{
    json_object *ticket, *attempts;
    size_t len;

    if (!json_object_is_type(failed, json_type_object))
        return;
    ticket = json_object_object_get(failed, "ticket");
    attempts = json_object_object_get(failed, "attempts");
    if (is_string(ticket))
        gly_set(doc, "failed.ticket", spell(j, ticket, &len));
    gly_set_number(doc, "failed.attempts",
                   attempts ? json_object_get_int(attempts) : 1);
}

static int take(struct jsonl *j, gly_doc *doc, json_object *record)
{
    json_object *text = json_object_object_get(record, "text");
    json_object *html = json_object_object_get(record, "html");

    if (json_object_object_length(record) > FIELDS)
        return fail(j, 0, "it has too many fields");
    if (doc) {
        name(j, doc, json_object_object_get(record, "id"));
        recall_failure(j, doc, json_object_object_get(record, "failed"));
    }
    if (text && !is_string(text))
        return fail(j, 0, "its \"text\" must be a string");
    if (html && !is_string(html))
        return fail(j, 0, "its \"html\" must be a string");
    if (!text && !html && was_refused(j, record))
        return read_line(j, doc, j->again.data, j->again.len);
    if (!text && !html &&
        json_object_is_type(json_object_object_get(record, "failed"),
                            json_type_object))
        return fail(j, 0, "it failed before and its input was not kept: its "
                          "\"failed\".\"ticket\" tells where it was");
    if (!text && !html)
        return fail(j, 0, "it has neither \"text\" nor \"html\"");
    if (json_object_get_string_len(text) == 0 &&
        json_object_get_string_len(html) == 0)
        return fail(j, 0, "its text is empty");
    if (doc)
        fill(j, doc, record, text, html);
    return 0;
}

static int read_line(struct jsonl *j, gly_doc *doc, const char *line,
                     size_t len)
{
    size_t blanks = strspn(line, " \t\r");
    int result = -EINVAL;

    j->lost = 0;
    if (line[blanks] != '{')
        return fail(j, blanks + 1, "an object is expected");
    if (count(line) > VALUES)
        return fail(j, 0, "it has too many values");
    /* The NUL after the line says that no more of it will come. */
    json_object *record = parse(j, line, len + 1);
    if (!record)
        give_up(j, len);
    else if (json_c_visit(record, 0, inspect, (void *)line) < 0)
        fail(j, 0, "it has a number that cannot be kept");
    else
        result = take(j, doc, record);
    json_object_put(record);
    return result;
}

int jsonl_read(struct jsonl *j, gly_doc *doc, const char *line, size_t len)
{
    j->again.len = 0;
    return read_line(j, doc, line, len);
}

bool jsonl_cut(struct jsonl *j, const char *line, size_t len)
{
    json_object *object = parse(j, line, len);

    if (object)
        json_object_put(object);
    return !object && give_up(j, len) == json_tokener_continue;
}

void jsonl_finish(struct jsonl *j)
{
    if (j->tokener)
        json_tokener_free(j->tokener);
    gly_buf_finish(&j->mended);
    gly_buf_finish(&j->again);
    *j = (struct jsonl){ 0 };
}

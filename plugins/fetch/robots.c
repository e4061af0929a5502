/* robots.c: the groups that are ours become one list of rules; without one of
 * our name those for all crawlers are. */
#include "robots.h"

#include <ctype.h>
#include <galley/text.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A rule in `rules`: these bytes, then the pattern. */
struct rule {
    uint32_t len;
    bool allow, plain; /* plain: no signs in the pattern */
};

struct group {
    gly_buf rules;
    double delay;
};

struct robots {
    struct group group;
    bool allowed; /* what no rule is about */
};

static void *must_alloc(size_t size)
{
    void *memory = calloc(1, size);

    if (!memory)
        abort();
    return memory;
}

/* ---- patterns and paths, made alike ---- */

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
         : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static bool is_unreserved(int c)
{
    return c < 0x80 && (isalnum(c) || (c && strchr("-._~", c)));
}

static void add_byte(gly_buf *out, int c, bool escape)
{
    static const char digits[] = "0123456789ABCDEF";
    char escaped[3] = { '%', digits[c >> 4], digits[c & 15] };
    char byte = (char)c;

    if (escape || c <= ' ' || c > '~')
        gly_buf_add(out, escaped, 3);
    else
        gly_buf_add(out, &byte, 1);
}

/* As RFC 9309 2.2.2 has it. In a pattern a "*", and a "$" at the end, are signs;
 * everywhere else they are escaped. */
static void normalise(gly_buf *out, const char *text, size_t len, bool pattern)
{
    for (size_t i = 0; i < len; i++) {
        int c = (unsigned char)text[i];
        bool escaped = c == '%' && len - i > 2 && hex(text[i + 1]) >= 0 &&
                       hex(text[i + 2]) >= 0;
        bool sign = pattern && (c == '*' || (c == '$' && i + 1 == len));

        if (escaped) {
            c = hex(text[i + 1]) << 4 | hex(text[i + 2]);
            i += 2;
            add_byte(out, c, !is_unreserved(c));
        } else {
            add_byte(out, c, !sign && (c == '*' || c == '$'));
        }
    }
}

/* The longest run without "*" that begins at `at`. */
static size_t run(const char *at, const char *end)
{
    const char *star = memchr(at, '*', (size_t)(end - at));

    return star ? (size_t)(star - at) : (size_t)(end - at);
}

/* Whether the pattern stands at the path's begin. Each run between two stars is
 * looked for as early as can be, so no byte of the path is read twice for one
 * rule but by memmem(). */
static bool matches(const char *pattern, size_t len, const char *path,
                    const char *path_end)
{
    const char *end = pattern + len;
    bool whole = len > 0 && end[-1] == '$';
    size_t n;

    if (whole)
        end--;
    n = run(pattern, end);
    if ((size_t)(path_end - path) < n || memcmp(path, pattern, n) != 0)
        return false;
    path += n;
    pattern += n;
    if (pattern == end)
        return !whole || path == path_end;
    while (pattern < end) {
        pattern++; /* the star */
        n = run(pattern, end);
        if (whole && pattern + n == end)
            return (size_t)(path_end - path) >= n &&
                   memcmp(path_end - n, pattern, n) == 0;
        path = memmem(path, (size_t)(path_end - path), pattern, n);
        if (!path)
            return false;
        path += n;
        pattern += n;
    }
    return true;
}

/* ---- reading ---- */

struct line {
    const char *key, *value;
    size_t key_len, value_len;
};

static void trim(const char **at, size_t *len)
{
    while (*len > 0 && (**at == ' ' || **at == '\t'))
        ++*at, --*len;
    while (*len > 0 && ((*at)[*len - 1] == ' ' || (*at)[*len - 1] == '\t'))
        --*len;
}

/* Takes "Key: value # comment" apart; false for what is no such line. */
static bool split(const char *at, size_t len, struct line *line)
{
    const char *hash = memchr(at, '#', len), *colon;

    if (hash)
        len = (size_t)(hash - at);
    colon = memchr(at, ':', len);
    if (!colon)
        return false;
    line->key = at;
    line->key_len = (size_t)(colon - at);
    line->value = colon + 1;
    line->value_len = len - line->key_len - 1;
    trim(&line->key, &line->key_len);
    trim(&line->value, &line->value_len);
    return true;
}

static bool key_is(const struct line *line, const char *key)
{
    return line->key_len == strlen(key) &&
           strncasecmp(line->key, key, line->key_len) == 0;
}

static size_t token_len(const char *name, size_t len)
{
    size_t n = 0;

    while (n < len && (isalpha((unsigned char)name[n]) || name[n] == '-' ||
                       name[n] == '_'))
        n++;
    return n;
}

static void add_rule(struct group *group, bool allow, const struct line *line)
{
    gly_buf pattern = { 0 };
    struct rule rule = { .allow = allow };

    /* An empty one is about nothing. */
    if (line->value_len == 0)
        return;
    if (line->value[0] != '/' && line->value[0] != '*')
        gly_buf_puts(&pattern, "/");
    normalise(&pattern, line->value, line->value_len, true);
    rule.len = (uint32_t)pattern.len;
    rule.plain = strpbrk(pattern.data, "*$") == NULL;
    gly_buf_add(&group->rules, (const char *)&rule, sizeof(rule));
    gly_buf_add(&group->rules, pattern.data, pattern.len);
    gly_buf_finish(&pattern);
}

static double read_delay(const struct line *line)
{
    char number[32] = "";
    double delay;

    memcpy(number, line->value,
           line->value_len < sizeof(number) ? line->value_len
                                            : sizeof(number) - 1);
    delay = strtod(number, NULL);
    return delay > 0 && delay < 1e9 ? delay : 0;
}

struct reading {
    const char *name;
    size_t name_len;
    struct group ours, all;
    bool named;           /* there is a group of ours */
    bool in_ours, in_all; /* the group at hand */
    bool ruled;           /* it has had a rule: the next name begins another */
};

static void take_name(struct reading *r, const struct line *line)
{
    size_t len = token_len(line->value, line->value_len);

    if (r->ruled)
        r->in_ours = r->in_all = r->ruled = false;
    if (line->value_len > 0 && line->value[0] == '*')
        r->in_all = true;
    else if (len > 0 && len == r->name_len &&
             strncasecmp(line->value, r->name, len) == 0)
        r->in_ours = r->named = true;
}

static void take_rule(struct reading *r, bool allow, const struct line *line)
{
    r->ruled = true;
    if (r->in_ours)
        add_rule(&r->ours, allow, line);
    if (r->in_all)
        add_rule(&r->all, allow, line);
}

static void take_delay(struct reading *r, const struct line *line)
{
    double delay = read_delay(line);

    if (r->in_ours && delay > r->ours.delay)
        r->ours.delay = delay;
    if (r->in_all && delay > r->all.delay)
        r->all.delay = delay;
}

static void take(struct reading *r, const char *at, size_t len)
{
    struct line line;

    if (!split(at, len, &line))
        return;
    if (key_is(&line, "user-agent"))
        take_name(r, &line);
    else if (key_is(&line, "allow") || key_is(&line, "disallow"))
        take_rule(r, key_is(&line, "allow"), &line);
    else if (key_is(&line, "crawl-delay"))
        take_delay(r, &line);
}

struct robots *robots_read(const char *text, size_t len, const char *name)
{
    struct robots *robots = robots_all(true);
    struct reading r = { .name = name,
                         .name_len = token_len(name, strlen(name)) };
    const char *end;

    if (len > ROBOTS_MOST)
        len = ROBOTS_MOST;
    end = text + len;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end) {
        const char *at = text;

        while (text < end && *text != '\n' && *text != '\r')
            text++;
        take(&r, at, (size_t)(text - at));
        text++;
    }
    robots->group = r.named ? r.ours : r.all;
    gly_buf_finish(r.named ? &r.all.rules : &r.ours.rules);
    return robots;
}

struct robots *robots_all(bool allowed)
{
    struct robots *robots = must_alloc(sizeof(*robots));

    robots->allowed = allowed;
    return robots;
}

void robots_free(struct robots *robots)
{
    if (!robots)
        return;
    gly_buf_finish(&robots->group.rules);
    free(robots);
}

/* The rule with the longest pattern counts, of two alike the one that allows. */
bool robots_allow(const struct robots *robots, const char *path)
{
    const gly_buf *rules = &robots->group.rules;
    bool allowed = robots->allowed;
    gly_buf normal = { 0 };
    size_t longest = 0;
    struct rule rule;

    normalise(&normal, path, strlen(path), false);
    if (strcmp(path, "/robots.txt") == 0)
        allowed = true;
    else
        for (size_t at = 0; at < rules->len; at += sizeof(rule) + rule.len) {
            const char *pattern = rules->data + at + sizeof(rule);

            memcpy(&rule, rules->data + at, sizeof(rule));
            if (rule.len < longest || (rule.len == longest && !rule.allow))
                continue;
            if (rule.plain ? normal.len < rule.len ||
                                 memcmp(pattern, normal.data, rule.len) != 0
                           : !matches(pattern, rule.len, normal.data,
                                      normal.data + normal.len))
                continue;
            longest = rule.len;
            allowed = rule.allow;
        }
    gly_buf_finish(&normal);
    return allowed;
}

double robots_delay(const struct robots *robots)
{
    return robots->group.delay;
}

size_t robots_size(const struct robots *robots)
{
    return sizeof(*robots) + robots->group.rules.size;
}

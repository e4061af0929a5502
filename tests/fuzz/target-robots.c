/* target-robots.c: a robots.txt and a path, and one pattern that is also matched
 * in the plainest way. README.md says how an input is written.
 */
#include "target.h"

#include "../../plugins/fetch/robots.h"

#include <galley/text.h>
#include <string.h>

enum { LONGEST = 64 }; /* of what is matched in the plainest way */

void target_open(void)
{
}

void target_close(void)
{
}

static bool matches(const char *pattern, const char *path)
{
    if (*pattern == '\0')
        return true;
    if (strcmp(pattern, "$") == 0)
        return *path == '\0';
    if (*pattern == '*')
        return matches(pattern + 1, path) || (*path && matches(pattern, path + 1));
    return *pattern == *path && matches(pattern + 1, path + 1);
}

/* Neither escapes nor what is escaped, few stars, and a dollar only at the end
 * of a pattern, so that all is as it is written. */
static bool is_plain(const char *str, bool pattern)
{
    size_t len = strlen(str), stars = 0;

    for (size_t i = 0; i < len; i++) {
        if (str[i] <= ' ' || str[i] > '~' || strchr("%#", str[i]) ||
            (strchr("*$", str[i]) && !pattern) ||
            (str[i] == '$' && i + 1 < len))
            return false;
        stars += str[i] == '*';
    }
    return str[0] == '/' && len < LONGEST && stars <= 3;
}

static void check_pattern(const char *pattern, const char *path)
{
    gly_buf file = { 0 };
    struct robots *robots;

    if (!is_plain(pattern, true) || !is_plain(path, false) ||
        strcmp(path, "/robots.txt") == 0)
        return;
    gly_buf_printf(&file, "User-agent: *\nDisallow: %s\n", pattern);
    robots = robots_read(file.data, file.len, "galley");
    must(robots_allow(robots, path) == !matches(pattern, path),
         "a pattern is read otherwise than it is meant");
    robots_free(robots);
    gly_buf_finish(&file);
}

/* With more behind it that says nothing, too. */
static void check_file(const char *text, size_t len, const char *path)
{
    gly_buf more = { 0 };
    struct robots *one = robots_read(text, len, "galley"), *two;

    gly_buf_add(&more, text, len);
    gly_buf_puts(&more, "\n# the end");
    two = robots_read(more.data, more.len, "galley");
    must(robots_allow(one, path) == robots_allow(two, path) &&
             robots_delay(one) == robots_delay(two),
         "a comment changes what is allowed");
    must(robots_allow(one, "/robots.txt"), "robots.txt itself is forbidden");
    must(robots_delay(one) >= 0, "a delay is not one");
    robots_free(one);
    robots_free(two);
    gly_buf_finish(&more);
}

void target_run(const char *data, size_t size)
{
    const char *line = memchr(data, '\n', size), *next;
    gly_buf path = { 0 }, pattern = { 0 };

    next = line ? memchr(line + 1, '\n', size - (size_t)(line + 1 - data)) : NULL;
    if (!next)
        return;
    gly_buf_puts(&path, "/");
    gly_utf8_mend(&path, data, (size_t)(line - data));
    gly_buf_add(&pattern, line + 1, (size_t)(next - line - 1));
    check_pattern(pattern.data ? pattern.data : "", path.data);
    check_file(next + 1, size - (size_t)(next + 1 - data), path.data);
    gly_buf_finish(&path);
    gly_buf_finish(&pattern);
}

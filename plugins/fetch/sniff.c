/* sniff.c: what a file is, by its first bytes. */
#include "fetch.h"

#include <string.h>
#include <strings.h>

enum { HEAD = 65536 };

bool sniff_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool sniff_starts(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);

    return (size_t)(end - at) >= len && strncasecmp(at, word, len) == 0;
}

static const char *skip(const char *at, const char *end)
{
    while (at < end && sniff_blank(*at))
        at++;
    return at;
}

/* "a.jsonl", "a.jsonl.gz" */
static bool is_called_jsonl(const char *path)
{
    static const char *const packed[] = { ".gz", ".zst", ".zstd" };
    size_t len = strlen(path);

    for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
        size_t n = strlen(packed[i]);
        if (len > n && strcasecmp(path + len - n, packed[i]) == 0) {
            len -= n;
            break;
        }
    }
    return len >= 6 && strncasecmp(path + len - 6, ".jsonl", 6) == 0;
}

/* Whether a member's name and its colon stand at `at`. */
static bool member(const char *at, const char *end)
{
    at = skip(at, end);
    if (at == end || *at != '"')
        return false;
    for (at++; at < end && *at != '"' && *at != '\n'; at++)
        if (*at == '\\')
            at++;
    if (at >= end || *at != '"')
        return false;
    at = skip(at + 1, end);
    return at < end && *at == ':';
}

/* What is at hand of the file, once it holds a line with something in it: a
 * stream must not be waited for longer. */
static size_t peek_line(struct reader *r, const char **head, size_t *start)
{
    size_t len = reader_peek(r, 4, head);

    for (;;) {
        const char *end = *head + len;
        const char *at = *head;
        if (len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
            at += 3;
        at = skip(at, end);
        *start = (size_t)(at - *head);
        if (len >= HEAD || memchr(at, '\n', (size_t)(end - at)))
            return len;
        size_t more = reader_peek(r, len + 1, head);
        if (more == len)
            return len;
        len = more;
    }
}

/* Whether an object begins in the first line and goes on in the next one, which
 * a line that was cut off does not. */
static bool spread(struct reader *r, struct jsonl *j, const char *head,
                   size_t len, size_t start)
{
    const char *line = head + start;
    const char *end = memchr(line, '\n', len - start);

    if (!end || !jsonl_cut(j, line, (size_t)(end - line)))
        return false;
    for (size_t next = (size_t)(end - head); next < HEAD; next++) {
        if (reader_peek(r, next + 1, &head) <= next)
            return false;
        if (!sniff_blank(head[next]))
            return head[next] == '"' || head[next] == '}';
    }
    return false;
}

enum json sniff_json(struct reader *r, struct jsonl *j, const char *path)
{
    const char *head;
    size_t start;
    size_t len = peek_line(r, &head, &start);
    const char *at = head + start, *end = head + len;

    if (at < end && *at == '[') {
        at = skip(at + 1, end);
        if (at < end && *at == '{' && member(at + 1, end))
            return JSON_OTHER;
    } else if (at < end && *at == '{') {
        if (spread(r, j, head, len, start))
            return JSON_OTHER;
        len = reader_peek(r, len, &head);
        if (member(head + start + 1, head + len))
            return JSON_LINES;
    }
    return is_called_jsonl(path) ? JSON_LINES : JSON_NONE;
}

static bool tag(const char *at, const char *end, const char *name)
{
    if (!sniff_starts(at, end, name))
        return false;
    at += strlen(name);
    return at < end && (*at == '>' || *at == '/' || sniff_blank(*at));
}

/* Whether `at`, past a "<" or "</", begins a tag that is common in pages. */
static bool common(const char *at, const char *end)
{
    static const char *const tags[] = {
        "a", "article", "body", "br", "div", "em", "h1", "h2", "h3", "head",
        "header", "html", "img", "li", "link", "main", "meta", "nav", "ol", "p",
        "script", "section", "span", "strong", "style", "table", "td", "title",
        "tr", "ul",
    };

    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        if (tag(at, end, tags[i]))
            return true;
    return false;
}

static bool find(const char *at, const char *end, const char *word)
{
    for (; at < end; at++)
        if (sniff_starts(at, end, word))
            return true;
    return false;
}

/* Past the byte order mark, and comments that stand before all else. */
static const char *skip_comments(const char *at, const char *end)
{
    if (sniff_starts(at, end, "\xef\xbb\xbf"))
        at += 3;
    at = skip(at, end);
    while (sniff_starts(at, end, "<!--")) {
        const char *last = memmem(at, (size_t)(end - at), "-->", 3);

        if (!last)
            break;
        at = skip(last + 3, end);
    }
    return at;
}

bool sniff_html(const char *bytes, size_t len)
{
    const char *at = skip_comments(bytes, bytes + (len < HEAD ? len : HEAD));
    const char *end = at + (bytes + len - at < 1024 ? bytes + len - at : 1024);
    unsigned tags = 0;

    if (sniff_starts(at, end, "<!doctype html") || tag(at, end, "<html") ||
        tag(at, end, "<head") || tag(at, end, "<body"))
        return true;
    if (sniff_starts(at, end, "<?xml"))
        return find(at, end, "<html");
    for (; at < end && tags < 3; at++)
        if (*at == '<')
            tags += common(at + 1 + (at + 1 < end && at[1] == '/'), end);
    return tags == 3;
}

/* Control characters are rare in text of any character set without 16-bit
 * units; in other data they are about one byte in ten. */
bool sniff_binary(const char *bytes, size_t len)
{
    size_t controls = 0;

    if (sniff_starts(bytes, bytes + len, "\xff\xfe") ||
        sniff_starts(bytes, bytes + len, "\xfe\xff") ||
        (len >= 4 && memcmp(bytes, "\0\0\xfe\xff", 4) == 0))
        return false;
    if (sniff_starts(bytes, bytes + len, "%PDF-"))
        return true;
    if (len > 4096)
        len = 4096;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        controls += c < 0x20 && c != '\t' && c != '\n' && c != '\r' &&
                    c != '\f' && c != 0x1b;
    }
    return controls > 1 && controls * 20 > len;
}

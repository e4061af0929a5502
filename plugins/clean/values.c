/* Values as pages write them, made fit for fields. */
#include "characters.h"
#include "metadata.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_TAG = 80, MOST_TAGS = 40 };

static bool breaks_line(const char *tag)
{
    static const char *const names[] = { "blockquote", "br", "div", "h1", "h2",
                                         "h3", "h4", "li", "p ", "p>", "tr",
                                         "ul", NULL };

    tag += tag[1] == '/' ? 2 : 1;
    return part_begins_any((struct part){ tag, strnlen(tag, 10) }, names) > 0;
}

const char *value_tidy(gly_doc *doc, const char *str, size_t most, bool lines)
{
    gly_buf out = { 0 };
    const char *kept, *tag_end = NULL;
    bool space = false, line = false;

    gly_buf_add(&out, "", 0);
    while (*str && out.len < most) {
        size_t len = 1;
        char bytes[4];
        const char *next = str;
        uint32_t c = *str == '&' ? entity_read(str, &len) : 0;

        if (!c)
            c = gly_next_char(&next);
        if (*str == '<' && ((str[1] | 32) >= 'a' || str[1] == '/') &&
            (tag_end = memchr(str, '>', strnlen(str, 500)))) {
            line |= breaks_line(str);
            str = tag_end + 1;
            space = true;
            continue;
        }
        str = next > str ? next : str + len;
        if (gly_is_space(c)) {
            space = true;
            line |= c == '\n';
            continue;
        }
        if (c < 0x20 || c == 0xFEFF || c == 0xAD || c == 0x200B)
            continue;
        if (space && out.len > 0)
            gly_buf_puts(&out, lines && line ? "\n\n" : " ");
        space = line = false;
        gly_buf_add(&out, bytes, gly_put_char(bytes, c));
    }
    kept = gly_keep(doc, out.data, out.len);
    gly_buf_finish(&out);
    return *kept ? kept : NULL;
}

const char *value_unescape(gly_doc *doc, const char *str)
{
    gly_buf out = { 0 };
    const char *at = str + strspn(str, " \n"), *kept;
    size_t len = 1;

    if (*at != '&' || entity_read(at, &len) != '<' ||
        !gly_is_letter((unsigned char)at[len]))
        return str;
    gly_buf_add(&out, "", 0);
    while (*at) {
        const char *next = at;
        uint32_t c = *at == '&' ? entity_read(at, &len) : 0;
        char bytes[4];

        if (!c)
            c = gly_next_char(&next);
        at = next > at ? next : at + len;
        gly_buf_add(&out, bytes, gly_put_char(bytes, c));
    }
    kept = gly_keep(doc, out.data, out.len);
    gly_buf_finish(&out);
    return kept;
}

bool value_text(struct facts *f, const char *key, const char *value,
                enum where where)
{
    (void)where;
    if (strstr(value, "{{") || strcmp(value, "null") == 0)
        return false;
    gly_set(f->doc, key, value);
    return true;
}

bool value_site(struct facts *f, const char *key, const char *value,
                enum where where)
{
    return !strstr(value, "://") && value_text(f, key, value, where);
}

/* The first of several. */
bool value_section(struct facts *f, const char *key, const char *value,
                   enum where where)
{
    struct part section = part_trim(value, strcspn(value, ",;|"));

    return section.len > 0 && section.len < 60 && !strchr("/@", *section.at) &&
           !title_is_site(f, gly_keep(f->doc, section.at, section.len)) &&
           value_text(f, key, gly_keep(f->doc, section.at, section.len),
                      where);
}

/* Where the path of an address begins: at "/bridge" of "https://a.org/bridge";
 * NULL for no address. */
static const char *path_of(const char *uri)
{
    const char *host = strncmp(uri, "http://", 7) == 0    ? uri + 7
                       : strncmp(uri, "https://", 8) == 0 ? uri + 8
                                                          : NULL;

    return host && host[strcspn(host, "/?#")] == '/' && *host != '/'
               ? host + strcspn(host, "/") : NULL;
}

/* Takes "." and ".." out of a path, in place. */
static void straighten(char *path)
{
    char *out = path, *end = path + strcspn(path, "?#");

    for (char *p = path; p < end;) {
        size_t len = 1 + strcspn(p + 1, "/?#");
        bool up = len == 3 && p[1] == '.' && p[2] == '.';

        if (up || (len == 2 && p[1] == '.')) {
            while (up && out > path && *--out != '/')
                ;
            if (p + len == end)
                *out++ = '/';
        } else {
            memmove(out, p, len);
            out += len;
        }
        p += len;
    }
    memmove(out, end, strlen(end) + 1);
}

/* An address that stands on the page at `base` ("../bridge"), made absolute;
 * NULL when it cannot be. */
static const char *absolute(gly_doc *doc, const char *base, const char *value)
{
    const char *path = base ? path_of(base) : NULL, *kept;
    size_t scheme = strcspn(value, ":/?#"), len;
    gly_buf uri = { 0 };

    if (path_of(value))
        return value;
    if (value[scheme] == ':')
        return NULL;
    if (strncmp(value, "//", 2) == 0) {
        gly_buf_puts(&uri, path && base[4] == ':' ? "http:" : "https:");
    } else if (!path || *value == '#') {
        return NULL;
    } else {
        len = strcspn(path, "?#");
        while (*value != '?' && len > 0 && path[len - 1] != '/')
            len--;
        gly_buf_add(&uri, base, (size_t)(path - base) + (*value == '/' ? 0
                                                                       : len));
    }
    gly_buf_puts(&uri, value);
    path = path_of(uri.data);
    if (path)
        straighten(uri.data + (path - uri.data));
    kept = path ? gly_keep(doc, uri.data, strlen(uri.data)) : NULL;
    gly_buf_finish(&uri);
    return kept;
}

/* Of what the page has for its own address; no home page is that. */
bool value_uri(struct facts *f, const char *key, const char *value,
               enum where where)
{
    (void)where;
    value = absolute(f->doc, gly_get(f->doc, "uri", 0), value);
    if (!value || strchr(value, ' ') || strchr("?#", path_of(value)[1]))
        return false;
    gly_set(f->doc, key, value);
    return true;
}

/* Whether a word stands in a name by itself: "default" of "default-2.jpg". */
static bool has_name(const char *name, const char *word)
{
    size_t len = strlen(word);

    for (const char *p = name; (p = strcasestr(p, word)); p += len)
        if ((p == name || !isalpha((unsigned char)p[-1])) &&
            !isalpha((unsigned char)p[len]))
            return true;
    return false;
}

/* What sites put where they have no picture is none. */
bool value_image(struct facts *f, const char *key, const char *value,
                 enum where where)
{
    static const char *const none[] = { "avatar", "blank", "default",
                                        "fallback", "favicon", "placeholder",
                                        "spacer", NULL };

    (void)where;
    value = absolute(f->doc, gly_get(f->doc, "uri", 0), value);
    if (!value || strchr(value, ' ') || strchr("?#", path_of(value)[1]))
        return false;

    size_t len = strcspn(value, "?#");
    const char *uri = gly_keep(f->doc, value, len), *name = strrchr(uri, '/');

    if (strcasestr(name, "logo"))
        return false;
    for (const char *const *n = none; *n; n++)
        if (has_name(name, *n))
            return false;
    gly_set(f->doc, key, value);
    return true;
}

bool value_lang(struct facts *f, const char *key, const char *value,
                enum where where)
{
    char code[4] = "";
    size_t len = 0;

    (void)where;
    while (len < 4 && (value[len] | 32) >= 'a' && (value[len] | 32) <= 'z')
        len++;
    if (len < 2 || len > 3)
        return false;
    for (size_t i = 0; i < len; i++)
        code[i] = (char)(value[i] | 32);
    gly_set(f->doc, key, code);
    return true;
}

/* A later source of the same day may be the more precise. */
bool value_date(struct facts *f, const char *key, const char *value,
                enum where where)
{
    const char *known = gly_get(f->doc, key, 0);
    bool address = where == PLACE && strstr(value, "://");
    char date[MOST_DATE];

    if (address ? !date_of_uri(value, date) : !date_read(value, date))
        return false;
    if (!known || strncmp(known, date, strlen(known)) == 0)
        gly_set(f->doc, key, date);
    return true;
}

/* What machines wrote for themselves ("_no-news", "/article") is no tag. */
static bool is_tag(const struct facts *f, struct part tag)
{
    const char *at = tag.at, *old;
    uint32_t first = gly_next_char(&at);

    if (tag.len == 0 || tag.len >= LONGEST_TAG ||
        memchr(tag.at, '_', tag.len) ||
        (first < 128 && strchr("/@.:-|", (int)first)) ||
        (f->site && part_is(tag, f->site)) || part_is(tag, "uncategorized"))
        return false;
    for (size_t i = 0; (old = gly_get(f->doc, "tags", i)); i++)
        if (i >= MOST_TAGS || part_is(tag, old))
            return false;
    return true;
}

/* Of several article:tag each is one, with its commas: "Silva, Ana". */
bool value_tags(struct facts *f, const char *key, const char *value,
                enum where where)
{
    static const char *const labels[] = { "#", "category:", "section:", "tag:",
                                          "topic:", NULL };
    const char *ends = where == META && f->tag_count > 1 ? "" : ",;";

    while (*value) {
        size_t len = strcspn(value, ends);
        struct part tag = part_trim(value, len);

        tag = part_cut(tag, part_begins_any(tag, labels));
        tag = part_trim(tag.at, tag.len);
        if (is_tag(f, tag))
            gly_add(f->doc, key, gly_keep(f->doc, tag.at, tag.len));
        value += len + (value[len] != '\0');
    }
    return true;
}

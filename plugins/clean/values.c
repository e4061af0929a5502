/* Values as pages write them, made fit for fields. */
#include "characters.h"
#include "metadata.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

static bool same_text(const char *a, const char *b)
{
    for (;;) {
        while (*a && gly_is_space((unsigned char)*a))
            a++;
        while (*b && gly_is_space((unsigned char)*b))
            b++;
        if (!*a || !*b)
            return *a == *b;

        uint32_t x = gly_lower(gly_next_char(&a));

        if (x != gly_lower(gly_next_char(&b)))
            return false;
    }
}

/* "Kim spoke | The Daily" without what stands behind the last divider, if that
 * is the site's name or `any` is true. */
static const char *without_site(const struct facts *f, const char *title,
                                bool any)
{
    static const char *const dividers[] = { " | ", " - ", " – ", " — ", " :: ",
                                            " » ", " • ", NULL };
    const char *best = NULL, *tail = NULL;

    for (const char *const *d = dividers; *d; d++)
        for (const char *p = title; (p = strstr(p, *d)); p += strlen(*d))
            if (!best || p > best) {
                best = p;
                tail = p + strlen(*d);
            }
    if (!best || best == title)
        return title;
    if ((f->site && same_text(tail, f->site)) ||
        (any && strlen(tail) * 2 < (size_t)(best - title)))
        return gly_keep(f->doc, title, (size_t)(best - title));
    return title;
}

bool value_title(struct facts *f, const char *key, const char *value,
                 enum where where)
{
    gly_set(f->doc, key, without_site(f, value, where == PLACE));
    return true;
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

bool value_section(struct facts *f, const char *key, const char *value,
                   enum where where)
{
    return strlen(value) < 60 && value_text(f, key, value, where);
}

bool value_uri(struct facts *f, const char *key, const char *value,
               enum where where)
{
    (void)where;
    if (strncmp(value, "//", 2) == 0) {
        gly_buf uri = { 0 };

        gly_buf_puts(&uri, "https:");
        gly_buf_puts(&uri, value);
        value = gly_keep(f->doc, uri.data, uri.len);
        gly_buf_finish(&uri);
    }
    if (strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0)
        return false;

    const char *path = strchr(value + 8, '/');

    if (strchr(value, ' ') || !path || (path[1] == '\0' && *key == 'u'))
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

static bool put_date(struct facts *f, const char *key, int year, int month,
                     int day)
{
    char date[16];

    if (year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return false;
    snprintf(date, sizeof(date), "%04d-%02d-%02d", year, month, day);
    gly_set(f->doc, key, date);
    return true;
}

static int number(const char **at, int most)
{
    int value = 0;

    for (int i = 0; i < most && **at >= '0' && **at <= '9'; i++, (*at)++)
        value = value * 10 + (**at - '0');
    return value;
}

/* "November 19, 2019", "19 Nov 2019", "Tue, 19 Nov 2019 10:00". */
static bool set_written_date(struct facts *f, const char *key, const char *p)
{
    int day = 0, month = 0, year = 0;

    for (int words = 0; *p && words < 8; words++) {
        if (*p >= '0' && *p <= '9') {
            const char *begin = p;
            int value = number(&p, 5);

            if (p - begin == 4 && !year)
                year = value;
            else if (p - begin <= 2 && !day)
                day = value;
            else
                break;
        } else if (!month) {
            month = month_find(p);
        }
        p += strcspn(p, " ,.");
        p += strspn(p, " ,.");
    }
    return put_date(f, key, year, month, day);
}

bool value_date(struct facts *f, const char *key, const char *value,
                enum where where)
{
    const char *p = value;

    if (where == PLACE && strstr(value, "://")) { /* the address has it */
        for (p = strchr(value + 8, '/'); p; p = strchr(p + 1, '/')) {
            const char *q = p + 1;
            int year = number(&q, 4);

            if (year < 1990 || (*q != '/' && *q != '-'))
                continue;

            char sep = *q++;
            int month = (*q | 32) >= 'a' ? month_find(q) : number(&q, 2);

            q += strspn(q, "abcdefghijklmnopqrstuvwxyz");
            if (*q++ == sep && put_date(f, key, year, month, number(&q, 2)))
                return true;
        }
        return false;
    }
    p += strspn(p, " ");

    const char *begin = p;
    int year = number(&p, 4);

    if (p - begin == 4) {
        char sep = *p;

        p += sep == '-' || sep == '/' || sep == '.';

        int month = number(&p, 2);

        p += *p == sep && (sep < '0' || sep > '9');
        return put_date(f, key, year, month, number(&p, 2));
    }
    return set_written_date(f, key, begin);
}

/* Of authors whose place says that they are; "By" may be missing. */
bool value_name(struct facts *f, const char *key, const char *value,
                enum where where)
{
    (void)key;
    (void)where;
    if (strstr(value, "://") || strchr(value, '@') ||
        (f->site && same_text(value, f->site)) || strlen(value) > 300)
        return false;

    struct part line = { value, strlen(value) };

    return byline_read(f->c, f->doc, line, false);
}

bool value_author(struct facts *f, const char *key, const char *value,
                  enum where where)
{
    struct part line = { value, strlen(value) };

    return (where != PLACE || byline_is(f->c, line)) &&
           value_name(f, key, value, where);
}

bool value_tags(struct facts *f, const char *key, const char *value,
                enum where where)
{
    (void)where;
    for (unsigned count = 0; *value && count < 40; count++) {
        size_t len = strcspn(value, ",;");
        struct part tag = part_trim(value, len);

        if (tag.len > 0 && tag.len < 80)
            gly_add(f->doc, key, gly_keep(f->doc, tag.at, tag.len));
        value += len + (value[len] != '\0');
    }
    return true;
}

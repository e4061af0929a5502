/* Names of authors, out of what pages write in their place. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_AUTHORS = 300 };

/* Without addresses, handles, and what stands in brackets: "Ana Silva (Lisbon)
 * @ana"; but with the name of "ana@example.org (Ana Silva)". */
static struct part without_contacts(gly_doc *doc, const char *value)
{
    gly_buf out = { 0 };
    const char *kept;

    gly_buf_add(&out, "", 0);
    for (const char *p = value; *p;) {
        const char *close = *p == '(' ? strchr(p, ')') : NULL;
        size_t len = strcspn(p, " ");

        if (close && part_trim(out.data, out.len).len > 0) {
            p = close + 1;
        } else if (*p == ' ' || *p == '(') {
            gly_buf_add(&out, " ", 1);
            p++;
        } else if (memchr(p, '@', len) || memmem(p, len, "://", 3)) {
            p += len;
        } else {
            len = strcspn(p, " (");
            gly_buf_add(&out, p, len - (p[len - 1] == ')'));
            p += len;
        }
    }
    kept = gly_keep(doc, out.data, out.len);
    gly_buf_finish(&out);
    return part_trim(kept, strlen(kept));
}

/* "Ana Silva" of "Analysis by Ana Silva", "Text: Ana Silva"; but all of "Ana
 * Silva, photos by Bo Ek". */
static struct part without_label(struct part line)
{
    for (size_t i = 0; i < line.len && line.at[i] != ','; i++) {
        struct part rest = part_cut(line, i);

        if (part_begins(rest, " by "))
            return part_cut(rest, 4);
        if (part_begins(rest, ": "))
            return part_cut(rest, 2);
    }
    return line;
}

static size_t count_words(struct part part)
{
    size_t words = part.len > 0;

    for (size_t i = 0; i < part.len; i++)
        words += part.at[i] == ' ';
    return words;
}

/* "Ana Silva" of "Silva, Ana", as libraries write it. */
static struct part in_order(gly_doc *doc, struct part line)
{
    const char *comma = memchr(line.at, ',', line.len), *kept;
    gly_buf out = { 0 };

    if (!comma)
        return line;

    struct part last = part_trim(line.at, (size_t)(comma - line.at));
    struct part first = part_cut(line, (size_t)(comma + 1 - line.at));

    first = part_trim(first.at, first.len);
    if (count_words(last) != 1 || count_words(first) != 1 ||
        !author_is(last) || !author_is(first))
        return line;
    gly_buf_add(&out, first.at, first.len);
    gly_buf_add(&out, " ", 1);
    gly_buf_add(&out, last.at, last.len);
    kept = gly_keep(doc, out.data, out.len);
    gly_buf_finish(&out);
    return (struct part){ kept, strlen(kept) };
}

/* Of authors whose place says that they are; "By" may be missing. */
bool value_name(struct facts *f, const char *key, const char *value,
                enum where where)
{
    (void)key;
    (void)where;
    if (title_is_site(f, value) || strlen(value) > LONGEST_AUTHORS)
        return false;

    struct part line = without_label(without_contacts(f->doc, value));

    line = in_order(f->doc, line);
    return byline_read(f->c, f->doc, line, false);
}

bool value_author(struct facts *f, const char *key, const char *value,
                  enum where where)
{
    struct part line = { value, strlen(value) };

    return (where != PLACE || byline_is(f->c, line)) &&
           value_name(f, key, value, where);
}

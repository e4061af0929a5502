/* The title of a page without the name of its site. */
#include "metadata.h"

#include <string.h>

enum {
    MOST_HEADINGS = 40, /* looked at for the title */
    LONGEST_LABEL = 63, /* of a host's name */
    LONG_LABEL = 8,
    TRUNCATED = 100,    /* bytes from which a title may be cut off */
};

/* The same sign however it is written. */
static uint32_t plain(uint32_t c)
{
    switch (c) {
    case 0x2018: case 0x2019: return '\'';
    case 0x201C: case 0x201D: return '"';
    case 0x2010: case 0x2011: case 0x2013: case 0x2014: return '-';
    default: return gly_lower(c);
    }
}

/* Whether b is a, but for case, space and the form of signs; or how a begins,
 * if `start`. */
static bool same(struct part a, struct part b, bool start)
{
    const char *p = a.at, *q = b.at;

    for (;;) {
        while (p < a.at + a.len && strchr(" \n\t\r", *p))
            p++;
        while (q < b.at + b.len && strchr(" \n\t\r", *q))
            q++;
        if (q == b.at + b.len)
            return start || p == a.at + a.len;
        if (p == a.at + a.len ||
            plain(gly_next_char(&p)) != plain(gly_next_char(&q)))
            return false;
    }
}

static struct part part_of(const char *str)
{
    return (struct part){ str, strlen(str) };
}

/* ---- the site ---- */

struct part title_label(const char *uri)
{
    static const char *const second[] = { "ac", "blogspot", "co", "com", "edu",
                                          "go", "gov", "livejournal",
                                          "medium", "ne", "net", "or", "org",
                                          "substack", "tumblr", "typepad",
                                          "wordpress", NULL };
    const char *host = uri ? strstr(uri, "://") : NULL;
    struct part label[2] = { { NULL, 0 } }; /* before the last, before that */

    if (!host)
        return label[0];
    for (host += 3; host[strcspn(host, "./:?#")] == '.';) {
        size_t len = strcspn(host, ".");

        label[1] = label[0];
        label[0] = (struct part){ host, len };
        host += len + 1;
    }
    for (const char *const *s = second; *s; s++)
        if (label[1].len > 0 && !part_is(label[1], "www") &&
            part_is(label[0], *s))
            return label[1];
    return label[0];
}

/* Where in the label a begin of the word may end, if it begins at one of
 * `begins`; bits are positions. */
static uint64_t fit_word(struct part label, struct part word, uint64_t begins)
{
    uint64_t ends = 0;

    for (size_t from = 0; from < label.len; from++) {
        size_t len = 0;

        if ((begins >> from & 1) == 0)
            continue;
        while (len < word.len && from + len < label.len &&
               (word.at[len] | 32) == (label.at[from + len] | 32))
            ends |= (uint64_t)1 << (from + ++len);
        if (from + len < label.len && label.at[from + len] == '-')
            ends |= (uint64_t)1 << (from + len + 1);
    }
    return ends;
}

static struct part next_word(struct part *rest)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    while (rest->len > 0 && !strchr(letters, *rest->at))
        *rest = part_cut(*rest, 1);

    struct part word = { rest->at, 0 };

    while (word.len < rest->len && strchr(letters, rest->at[word.len]))
        word.len++;
    *rest = part_cut(*rest, word.len);
    return word;
}

/* Whether the label is made of how the name's words begin: "nytimes" of "The
 * New York Times", "thedaily" of "The Daily"; one more word may follow a long
 * one: "oddenpost" of "Odden Post Online". */
static bool fits_label(struct part label, struct part name)
{
    uint64_t ends = 1, last = 0;
    struct part word;

    if (label.len < 3 || label.len > LONGEST_LABEL || name.len > LONGEST_LABEL)
        return false;
    while ((word = next_word(&name)).len > 0) {
        bool small = part_is(word, "the") || part_is(word, "of") ||
                     part_is(word, "and") || part_is(word, "com");

        last = ends;
        ends = fit_word(label, word, ends) | (small ? ends : 0);
    }
    if (label.len >= LONG_LABEL)
        ends |= last;
    return (ends >> label.len & 1) != 0;
}

static bool part_is_site(const struct facts *f, struct part name)
{
    return (f->site && same(name, part_of(f->site), false)) ||
           fits_label(f->label, name);
}

bool title_is_site(const struct facts *f, const char *name)
{
    return part_is_site(f, part_of(name));
}

/* ---- its place in a title ---- */

/* How long what divides a title from the name of its site there is. */
static size_t divider(struct part at)
{
    static const char *const dividers[] = { " | ", " - ", " – ", " — ", " :: ",
                                            " » ", " « ", " • ", " · ", " › ",
                                            " ‹ ", " / ", " ~ ", "｜", "|",
                                            ": ", NULL };

    if (at.len == 0 || !strchr(" |:\xEF", *at.at))
        return 0; /* soon, since most are asked in vain */
    for (const char *const *d = dividers; *d; d++)
        if (at.len >= strlen(*d) && memcmp(at.at, *d, strlen(*d)) == 0)
            return strlen(*d);
    return 0;
}

/* Whether a heading is all of a title, or stands at an end of it beside a
 * divider, or goes on where it was cut off. */
static bool stands_in(const char *title, struct part heading)
{
    struct part all = part_of(title), stem = all;

    for (size_t i = 0; i < all.len; i++) {
        size_t gap = divider(part_cut(all, i));

        if (gap > 0 &&
            (same((struct part){ title, i }, heading, false) ||
             same(part_cut(all, i + gap), heading, false)))
            return true;
    }
    while (stem.len > 3 && (stem.at[stem.len - 1] == '.' ||
                            memcmp(stem.at + stem.len - 3, "…", 3) == 0))
        stem.len -= stem.at[stem.len - 1] == '.' ? 1 : 3;
    return same(all, heading, false) ||
           ((stem.len < all.len || all.len >= TRUNCATED) &&
            same(heading, stem, true));
}

/* The heading that a title holds: in the article's element, or else an h1 or
 * what stands before it; not "World" of "World: all of today's news". */
static const char *heading_of(const struct facts *f, const char *title)
{
    const struct element *root = html_element(f->page, f->article->root);
    const char *found = NULL;

    for (uint32_t i = 1, n = 0; i < f->page->element_count; i++) {
        const struct element *e = html_element(f->page, i);
        bool inside = i > f->article->root && i < root->end;

        if (e->tag != TAG_H1 &&
            (i >= root->end || (e->tag != TAG_H2 && e->tag != TAG_H3)))
            continue;
        if (++n > MOST_HEADINGS)
            break;

        const char *text = element_text(f, e);

        if (!text || (found && !inside) ||
            strlen(text) * 3 < strlen(title) || title_is_site(f, text) ||
            !stands_in(title, part_of(text)))
            continue;
        found = value_tidy(f->doc, text, LONGEST_VALUE, false);
        if (inside)
            break;
    }
    return found;
}

/* How long the part of a title up to the next divider is. */
static size_t segment(struct part title)
{
    size_t len = 0;

    while (len < title.len && divider(part_cut(title, len)) == 0)
        len++;
    return len;
}

/* What follows a part of this length and the divider behind it. */
static struct part behind(struct part title, size_t len)
{
    return part_cut(title, len + divider(part_cut(title, len)));
}

/* The title without the site and what follows it, or what precedes it. */
static struct part cut_site(const struct facts *f, struct part title)
{
    size_t at = segment(title);

    if (at < title.len && part_is_site(f, (struct part){ title.at, at }))
        return cut_site(f, behind(title, at));
    while (at < title.len) {
        struct part tail = behind(title, at);
        struct part next = { tail.at, segment(tail) };

        if (part_is_site(f, tail) || part_is_site(f, next))
            return (struct part){ title.at, at };
        at = (size_t)(next.at + next.len - title.at);
    }
    return title;
}

/* The title without its last part, if that is the section, or with `any` may be
 * a site of whose name the page says nothing. */
static struct part cut_last(const struct facts *f, struct part title, bool any)
{
    const char *section = gly_get(f->doc, "section", 0);
    size_t cut = title.len;
    struct part tail = title;

    for (size_t at = segment(title); at < title.len;) {
        cut = title.at[at] == ':' ? cut : at;
        tail = behind(title, at);
        at = title.len - tail.len + segment(tail);
    }
    if (cut < title.len &&
        ((section && same(tail, part_of(section), false)) ||
         (any && tail.len * 2 < cut)))
        title.len = cut;
    return title;
}

/* Whether a value is little beside the page's own title, and not its begin. */
static bool is_odd(const struct facts *f, const char *value)
{
    const char *own = f->page->title.data;

    return own && strlen(value) * 3 < strlen(own) &&
           !same(part_of(own), part_of(value), true);
}

static bool has_letter(struct part title)
{
    const char *at = title.at;

    while (at < title.at + title.len) {
        uint32_t c = gly_next_char(&at);

        if (gly_is_letter(c) || gly_is_digit(c))
            return true;
    }
    return false;
}

/* A title that is seen as a heading is better than one that is not. */
bool value_title(struct facts *f, const char *key, const char *value,
                 enum where where)
{
    const char *heading = heading_of(f, value);
    struct part whole = part_of(heading ? heading : value);
    struct part title = cut_site(f, whole);

    if (!heading && gly_get(f->doc, key, 0))
        return false;
    if (!heading)
        title = cut_last(f, title, where == PLACE && title.len == whole.len);
    title = part_trim(title.at, title.len);
    if (!has_letter(title) || part_is_site(f, title) ||
        ((!heading || where == PLACE) && is_odd(f, value)))
        return false;
    f->title_seen = heading != NULL;
    gly_set(f->doc, key, gly_keep(f->doc, title.at, title.len));
    return true;
}

const char *title_site(const struct facts *f, const char *title)
{
    struct part rest = part_of(title ? title : "");

    while (rest.len > 0) {
        struct part name = { rest.at, segment(rest) };

        if (fits_label(f->label, name))
            return gly_keep(f->doc, name.at, name.len);
        rest = behind(rest, name.len);
    }
    return NULL;
}

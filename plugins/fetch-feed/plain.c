/* plain.c: titles and names, which feeds write as text, as HTML, or as HTML
 * that was escaped once more. */
#include "read.h"

#include <string.h>
#include <strings.h>

static bool is_named(const struct token *t, const char *name)
{
    return strlen(name) == t->name_len &&
           strncasecmp(t->name, name, t->name_len) == 0;
}

/* The tags of what feeds say. In a headline others may be what is spoken of:
 * "<main>". */
static bool is_markup(const struct token *t)
{
    static const char *const names[] = {
        "a", "abbr", "b", "big", "blockquote", "br", "cite", "code", "del",
        "div", "em", "figure", "font", "h1", "h2", "h3", "h4", "i", "iframe",
        "img", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span",
        "strong", "sub", "sup", "table", "tt", "u", "ul", "wbr", NULL,
    };

    for (const char *const *name = names; *name; name++)
        if (is_named(t, *name))
            return true;
    return false;
}

bool plain_is_html(const char *text, size_t len)
{
    struct scan scan = {.at = text, .end = text + len};
    struct token t;

    while (scan_next(&scan, &t))
        if (t.type != TOKEN_TEXT && is_markup(&t))
            return true;
    return false;
}

/* Adds a string with its white space made single. */
static void add_tidy(gly_buf *out, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    size_t begin = out->len;
    bool space = false;

    while (at < end) {
        const char *from = at;
        uint32_t c = gly_next_char(&at);

        if (c < ' ' || c == 0x7F || gly_is_space(c)) {
            space = out->len > begin;
            continue;
        }
        if (space)
            gly_buf_add(out, " ", 1);
        space = false;
        gly_buf_add(out, from, (size_t)(at - from));
    }
}

void plain_add(gly_buf *out, const char *html, size_t len)
{
    gly_buf text = {0};
    struct scan scan = {.at = html, .end = html + len};
    struct token t;

    gly_buf_puts(&text, "");
    while (scan_next(&scan, &t)) {
        if (t.type == TOKEN_TEXT)
            scan_decode(&text, t.at, t.len);
        else if (!is_markup(&t))
            gly_buf_add(&text, t.at, t.len);
        else if (is_named(&t, "br") || is_named(&t, "p"))
            gly_buf_add(&text, " ", 1);
    }
    add_tidy(out, text.data, text.len);
    gly_buf_finish(&text);
}

/* "desk@example.org (Ann Lee)", "Ann Lee <ann@example.org>" */
void plain_name(gly_buf *out, const char *name, size_t len)
{
    gly_buf text = {0};
    const char *at, *open, *close;

    plain_add(&text, name, len);
    gly_buf_puts(&text, "");
    at = text.data;
    if (strchr(at, '@')) {
        open = strchr(at, '(');
        close = open ? strrchr(open, ')') : NULL;
        if (close && !memchr(open, '@', (size_t)(close - open)))
            gly_buf_add(out, open + 1, (size_t)(close - open - 1));
        else if ((open = strchr(at, '<')) != NULL && open > at)
            gly_buf_add(out, at, (size_t)(open - at));
        else if ((open = strchr(at, ' ')) != NULL && !strchr(open, '@'))
            gly_buf_puts(out, open + 1);
    } else {
        gly_buf_puts(out, at);
    }
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    gly_buf_finish(&text);
}

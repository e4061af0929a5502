/* The tags and attributes that are told apart. */
#include "tags.h"

#include <string.h>
#include <strings.h>

/* Sorted by name. Tags that are not here are read as <x>. */
static const struct name tags[] = {
    { "a", TAG_A, INLINE },
    { "abbr", TAG_INLINE, INLINE },
    { "address", TAG_OTHER, 0 },
    { "area", TAG_VOID, VOID },
    { "article", TAG_ARTICLE, 0 },
    { "aside", TAG_ASIDE, 0 },
    { "audio", TAG_AUDIO, UNSEEN },
    { "b", TAG_INLINE, INLINE },
    { "base", TAG_VOID, VOID },
    { "big", TAG_INLINE, INLINE },
    { "blockquote", TAG_BLOCKQUOTE, 0 },
    { "body", TAG_BODY, 0 },
    { "br", TAG_BR, VOID | INLINE },
    { "button", TAG_BUTTON, 0 },
    { "canvas", TAG_OTHER, UNSEEN },
    { "caption", TAG_CAPTION, 0 },
    { "center", TAG_DIV, 0 },
    { "cite", TAG_INLINE, INLINE },
    { "code", TAG_INLINE, INLINE },
    { "col", TAG_VOID, VOID },
    { "dd", TAG_OTHER, 0 },
    { "del", TAG_INLINE, INLINE },
    { "div", TAG_DIV, 0 },
    { "dl", TAG_OTHER, 0 },
    { "dt", TAG_OTHER, 0 },
    { "em", TAG_INLINE, INLINE },
    { "embed", TAG_VOID, VOID },
    { "figcaption", TAG_FIGCAPTION, 0 },
    { "figure", TAG_FIGURE, 0 },
    { "font", TAG_INLINE, INLINE },
    { "footer", TAG_FOOTER, 0 },
    { "form", TAG_FORM, 0 },
    { "h1", TAG_H1, 0 },
    { "h2", TAG_H2, 0 },
    { "h3", TAG_H3, 0 },
    { "h4", TAG_H4, 0 },
    { "h5", TAG_H5, 0 },
    { "h6", TAG_H6, 0 },
    { "head", TAG_HEAD, UNSEEN },
    { "header", TAG_HEADER, 0 },
    { "hr", TAG_VOID, VOID },
    { "html", TAG_HTML, 0 },
    { "i", TAG_INLINE, INLINE },
    { "iframe", TAG_OTHER, CUT },
    { "img", TAG_IMG, VOID | INLINE },
    { "input", TAG_VOID, VOID },
    { "ins", TAG_INLINE, INLINE },
    { "kbd", TAG_INLINE, INLINE },
    { "label", TAG_LABEL, INLINE },
    { "li", TAG_LI, 0 },
    { "link", TAG_LINK, VOID | INLINE },
    { "main", TAG_MAIN, 0 },
    { "mark", TAG_INLINE, INLINE },
    { "math", TAG_OTHER, CUT_IF },
    { "meta", TAG_META, VOID | INLINE },
    { "nav", TAG_NAV, 0 },
    { "noembed", TAG_OTHER, CUT },
    { "noframes", TAG_OTHER, CUT },
    { "noscript", TAG_OTHER, FALLBACK },
    { "object", TAG_OTHER, UNSEEN },
    { "ol", TAG_OL, 0 },
    { "option", TAG_OTHER, UNSEEN },
    { "p", TAG_P, 0 },
    { "param", TAG_VOID, VOID },
    { "pre", TAG_PRE, 0 },
    { "q", TAG_INLINE, INLINE },
    { "s", TAG_INLINE, INLINE },
    { "samp", TAG_INLINE, INLINE },
    { "script", TAG_OTHER, CUT },
    { "section", TAG_SECTION, 0 },
    { "select", TAG_OTHER, CUT_IF },
    { "small", TAG_INLINE, INLINE },
    { "source", TAG_VOID, VOID },
    { "span", TAG_SPAN, INLINE },
    { "strike", TAG_INLINE, INLINE },
    { "strong", TAG_INLINE, INLINE },
    { "style", TAG_OTHER, CUT },
    { "sub", TAG_INLINE, INLINE },
    { "sup", TAG_INLINE, INLINE },
    { "svg", TAG_OTHER, CUT_IF },
    { "table", TAG_TABLE, 0 },
    { "tbody", TAG_OTHER, 0 },
    { "td", TAG_TD, INLINE },
    { "template", TAG_OTHER, CUT_IF },
    { "textarea", TAG_OTHER, CUT },
    { "tfoot", TAG_OTHER, 0 },
    { "th", TAG_TD, INLINE },
    { "thead", TAG_OTHER, 0 },
    { "time", TAG_TIME, INLINE },
    { "title", TAG_TITLE, UNSEEN },
    { "tr", TAG_TR, 0 },
    { "track", TAG_VOID, VOID },
    { "tt", TAG_INLINE, INLINE },
    { "u", TAG_INLINE, INLINE },
    { "ul", TAG_UL, 0 },
    { "var", TAG_INLINE, INLINE },
    { "video", TAG_VIDEO, UNSEEN },
    { "wbr", TAG_VOID, VOID | INLINE },
    { "x", TAG_OTHER, UNKNOWN },
    { "xmp", TAG_PRE, 0 },
};

/* Sorted by name. */
static const struct name attrs[] = {
    { "aria-hidden", ATTR_ARIA_HIDDEN, 0 },
    { "class", ATTR_CLASS, 0 },
    { "content", ATTR_CONTENT, 0 },
    { "datetime", ATTR_DATETIME, 0 },
    { "hidden", ATTR_HIDDEN, 0 },
    { "href", ATTR_HREF, 0 },
    { "id", ATTR_ID, 0 },
    { "itemprop", ATTR_ITEMPROP, 0 },
    { "itemtype", ATTR_ITEMTYPE, 0 },
    { "lang", ATTR_LANG, 0 },
    { "name", ATTR_NAME, 0 },
    { "property", ATTR_PROPERTY, 0 },
    { "rel", ATTR_REL, 0 },
    { "role", ATTR_ROLE, 0 },
    { "style", ATTR_STYLE, 0 },
};

static const struct name *find_name(const struct name *table, size_t count,
                                    const char *str, size_t len)
{
    size_t low = 0;

    while (count > 0) {
        size_t half = count / 2;
        const char *name = table[low + half].name;
        int order = strncasecmp(name, str, len);

        if (order == 0 && name[len] == '\0')
            return &table[low + half];
        if (order < 0) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return NULL;
}

const struct name *tag_find(const char *str, size_t len, unsigned *index)
{
    const size_t count = sizeof(tags) / sizeof(tags[0]);
    const struct name *tag = find_name(tags, count, str, len);

    _Static_assert(sizeof(tags) / sizeof(tags[0]) <= TAG_NAMES, "more tags");
    if (!tag)
        tag = &tags[count - 2];
    *index = (unsigned)(tag - tags);
    return tag;
}

const struct name *attr_find(const char *str, size_t len)
{
    return find_name(attrs, sizeof(attrs) / sizeof(attrs[0]), str, len);
}

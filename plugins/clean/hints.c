/* What tags, roles, classes and ids say of an element. */
#include "choice.h"

#include <string.h>
#include <strings.h>

/* What is said of an element; more than one thing may be. */
enum { BODY = 64, STORY, BODYWORD };

struct hint {
    const char *word; /* ends with "*": words that begin so; with "^": only at
                         the begin of a class */
    uint8_t what;
};

/* Words of classes and ids. Sorted. */
static const struct hint words[] = {
    { "abonnement*", WHY_NEWSLETTER },
    { "abonnieren", WHY_NEWSLETTER },
    { "ad", WHY_ADVERT },
    { "addthis*", WHY_SHARE },
    { "ads", WHY_ADVERT },
    { "adsense", WHY_ADVERT },
    { "advert*", WHY_ADVERT },
    { "anzeige*", WHY_ADVERT },
    { "article", STORY },
    { "articlebody", BODYWORD },
    { "articlecontent", BODYWORD },
    { "articletext", BODYWORD },
    { "articolo", STORY },
    { "articulo", STORY },
    { "artikel", STORY },
    { "artikelbody", BODYWORD },
    { "artikeltext", BODYWORD },
    { "auteur", WHY_AUTHOR },
    { "author*", WHY_AUTHOR },
    { "autor", WHY_AUTHOR },
    { "autore", WHY_AUTHOR },
    { "autoren", WHY_AUTHOR },
    { "autorin", WHY_AUTHOR },
    { "banner", WHY_ADVERT },
    { "bildunterschrift*", WHY_CAPTION },
    { "bio", WHY_AUTHOR },
    { "body", BODY },
    { "breadcrumb*", WHY_NAVIGATION },
    { "byline*", WHY_BYLINE },
    { "caption*", WHY_CAPTION },
    { "carousel*", WHY_RELATED },
    { "categories", WHY_TAGS },
    { "comentarios", WHY_COMMENTS },
    { "comment", WHY_COMMENTS },
    { "commentaires", WHY_COMMENTS },
    { "commenti", WHY_COMMENTS },
    { "commentlist", WHY_COMMENTS },
    { "comments", WHY_COMMENTS },
    { "compartilhar", WHY_SHARE },
    { "compartir", WHY_SHARE },
    { "condividi*", WHY_SHARE },
    { "consent", WHY_BOILERPLATE },
    { "contenido", BODY },
    { "content", BODY },
    { "contenu", BODY },
    { "contributor*", WHY_AUTHOR },
    { "cookie*", WHY_BOILERPLATE },
    { "copy", BODY },
    { "copyright*", WHY_BOILERPLATE },
    { "corps", BODY },
    { "correlat*", WHY_RELATED },
    { "credit*", WHY_CREDIT },
    { "cta*", WHY_NEWSLETTER },
    { "cuerpo", BODY },
    { "date", WHY_DATE },
    { "dateline", WHY_DATE },
    { "datum", WHY_DATE },
    { "didascalia*", WHY_CAPTION },
    { "disclaimer*", WHY_BOILERPLATE },
    { "discussion*", WHY_COMMENTS },
    { "disqus*", WHY_COMMENTS },
    { "donat*", WHY_NEWSLETTER },
    { "dropdown*", WHY_NAVIGATION },
    { "empfehlung*", WHY_RELATED },
    { "entry", STORY },
    { "entrycontent", BODYWORD },
    { "eyebrow*", WHY_TAGS },
    { "fecha", WHY_DATE },
    { "figcaption", WHY_CAPTION },
    { "firma", WHY_BYLINE },
    { "footer*", WHY_BOILERPLATE },
    { "forum", WHY_COMMENTS },
    { "gdpr*", WHY_BOILERPLATE },
    { "hidden", WHY_HIDDEN },
    { "inhalt", BODY },
    { "interstitial*", WHY_ADVERT },
    { "jumplinks", WHY_NAVIGATION },
    { "kicker*", WHY_TAGS },
    { "kommentare", WHY_COMMENTS },
    { "latest", WHY_RELATED },
    { "legenda", WHY_CAPTION },
    { "legende", WHY_CAPTION },
    { "lightbox*", WHY_BOILERPLATE },
    { "livefyre*", WHY_COMMENTS },
    { "masthead*", WHY_NAVIGATION },
    { "menu*", WHY_NAVIGATION },
    { "modal*", WHY_BOILERPLATE },
    { "morestories", WHY_RELATED },
    { "most", WHY_RELATED },
    { "mostpopular*", WHY_RELATED },
    { "mostread*", WHY_RELATED },
    { "nav", WHY_NAVIGATION },
    { "navbar*", WHY_NAVIGATION },
    { "navigation*", WHY_NAVIGATION },
    { "news", STORY },
    { "newsletter*", WHY_NEWSLETTER },
    { "noticia", STORY },
    { "onetrust*", WHY_BOILERPLATE },
    { "optin*", WHY_NEWSLETTER },
    { "outbrain*", WHY_RELATED },
    { "overlay", WHY_BOILERPLATE },
    { "pager", WHY_NAVIGATION },
    { "pagination*", WHY_NAVIGATION },
    { "partage*", WHY_SHARE },
    { "paywall*", WHY_NEWSLETTER },
    { "photographer*", WHY_CREDIT },
    { "poll", WHY_BOILERPLATE },
    { "popular*", WHY_RELATED },
    { "popup*", WHY_BOILERPLATE },
    { "post", STORY },
    { "postcontent", BODYWORD },
    { "prev", WHY_NAVIGATION },
    { "previous", WHY_NAVIGATION },
    { "privacy*", WHY_BOILERPLATE },
    { "promo*", WHY_RELATED },
    { "publicidad*", WHY_ADVERT },
    { "publicite*", WHY_ADVERT },
    { "readmore", WHY_RELATED },
    { "recirc*", WHY_RELATED },
    { "recommend*", WHY_RELATED },
    { "regwall*", WHY_NEWSLETTER },
    { "relacionad*", WHY_RELATED },
    { "related*", WHY_RELATED },
    { "replies", WHY_COMMENTS },
    { "reply", WHY_COMMENTS },
    { "respond", WHY_COMMENTS },
    { "seealso", WHY_RELATED },
    { "share*", WHY_SHARE },
    { "sharing*", WHY_SHARE },
    { "sidebar*", WHY_RELATED },
    { "signup*", WHY_NEWSLETTER },
    { "skip", WHY_NAVIGATION },
    { "slideshow*", WHY_CAPTION },
    { "social*", WHY_SHARE },
    { "sponsor*", WHY_ADVERT },
    { "story", STORY },
    { "storybody", BODYWORD },
    { "storytext", BODYWORD },
    { "subnav*", WHY_NAVIGATION },
    { "subscrib*", WHY_NEWSLETTER },
    { "subscription*", WHY_NEWSLETTER },
    { "suscri*", WHY_NEWSLETTER },
    { "taboola*", WHY_RELATED },
    { "tags", WHY_TAGS },
    { "teaser*", WHY_RELATED },
    { "teilen", WHY_SHARE },
    { "testo", BODY },
    { "text", BODY },
    { "texte", BODY },
    { "texto", BODY },
    { "thread", WHY_COMMENTS },
    { "timestamp*", WHY_DATE },
    { "toc", WHY_NAVIGATION },
    { "toolbar*", WHY_SHARE },
    { "tooltip*", WHY_HIDDEN },
    { "topnav*", WHY_NAVIGATION },
    { "trending*", WHY_RELATED },
    { "upnext", WHY_RELATED },
    { "werbung*", WHY_ADVERT },
    { "widget^", WHY_RELATED },
    { "zergnet*", WHY_RELATED },
};

static uint8_t look_up(const char *word, size_t len, bool leads)
{
    size_t low = 0, count = sizeof(words) / sizeof(words[0]);

    while (count > 0) {
        size_t half = count / 2;
        const char *entry = words[low + half].word;
        size_t size = strlen(entry);
        char how = entry[size - 1];
        size_t stem = size - (how == '*' || how == '^');
        int order = memcmp(entry, word, stem < len ? stem : len);

        if (order == 0 && (how == '*' ? stem <= len : stem == len))
            return how == '^' && !leads ? 0 : words[low + half].what;
        if (order == 0)
            order = stem < len ? -1 : 1;
        if (order < 0) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return 0;
}

/* "thumbcaption" */
static uint8_t look_at_end(const char *word, size_t len)
{
    static const struct hint ends[] = {
        { "byline", WHY_BYLINE },
        { "caption", WHY_CAPTION },
        { "comments", WHY_COMMENTS },
        { "newsletter", WHY_NEWSLETTER },
    };

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t size = strlen(ends[i].word);

        if (len > size && memcmp(word + len - size, ends[i].word, size) == 0)
            return ends[i].what;
    }
    return 0;
}

/* The next word of a class or id, in lower case: "relatedPosts-box" holds
 * three. Returns its length, 0 at the end. */
static size_t next_word(const char **at, char word[24])
{
    const char *p = *at;
    size_t len = 0;

    while (*p && !((*p | 32) >= 'a' && (*p | 32) <= 'z'))
        p++;
    for (; (*p | 32) >= 'a' && (*p | 32) <= 'z'; p++) {
        if (len > 0 && *p <= 'Z' && p[-1] >= 'a')
            break;
        if (len < 24)
            word[len++] = (char)(*p | 32);
    }
    *at = p;
    return len;
}

/* "hidden-xs" is hidden on some screens only. */
static bool is_part_only(uint8_t what, const char *after)
{
    return what == WHY_HIDDEN && *after == '-';
}

static enum why hint_of_words(const char *at, bool *body)
{
    char word[24];
    enum why why = KEPT;
    bool story = false, text = false, leads = true;

    if (!at)
        return KEPT;
    for (size_t len; (len = next_word(&at, word)) > 0;) {
        uint8_t what = look_up(word, len, leads);

        what = what ? what : look_at_end(word, len);
        text |= what == BODY;
        story |= what == STORY;
        *body |= what == BODYWORD || (story && text);
        if (what && what < BODY && !why && !is_part_only(what, at))
            why = what;
        leads = *at == ' ';
        if (leads)
            story = text = false;
    }
    return why;
}

static bool is_heading(const struct element *e)
{
    return e->tag >= TAG_H1 && e->tag <= TAG_H6;
}

static enum why hint_of_tag(const struct page *page, const struct element *e)
{
    const char *role;

    switch (e->tag) {
    case TAG_NAV:
        return WHY_NAVIGATION;
    case TAG_ASIDE:
        return WHY_RELATED;
    case TAG_FOOTER:
    case TAG_FORM:
        return WHY_BOILERPLATE;
    case TAG_BUTTON: /* a heading that opens what is below is one still */
        return is_heading(html_element(page, e->parent)) ? KEPT
                                                         : WHY_BOILERPLATE;
    case TAG_HEADER:
        return WHY_TITLE;
    case TAG_TIME:
        return WHY_DATE;
    case TAG_FIGCAPTION:
    case TAG_FIGURE:
        return WHY_CAPTION;
    default:
        break;
    }
    if (!(role = html_attr(page, e, ATTR_ROLE)))
        return KEPT;
    if (strcmp(role, "navigation") == 0 || strcmp(role, "banner") == 0 ||
        strcmp(role, "search") == 0 || strcmp(role, "menu") == 0)
        return WHY_NAVIGATION;
    if (strcmp(role, "complementary") == 0)
        return WHY_RELATED;
    if (strcmp(role, "contentinfo") == 0 || strcmp(role, "dialog") == 0)
        return WHY_BOILERPLATE;
    return KEPT;
}

/* Classes by which frameworks hide what is for screen readers, for the pointer
 * above it, or for nobody. */
static bool has_hiding_class(const char *class)
{
    static const char *const classes[] = {
        "popover-content", "rollover-block", "screen-reader-text", "sr-only",
        "visually-hidden", "visuallyhidden", NULL,
    };
    const char *none = strstr(class, "d-none");

    for (const char *const *c = classes; *c; c++)
        if (strstr(class, *c))
            return true;
    return none && !strstr(none, "d-sm-") && !strstr(none, "d-md-") &&
           !strstr(none, "d-lg-") && !strstr(none, "d-xl-");
}

bool hint_hidden(const struct page *page, const struct element *e)
{
    const char *style = html_attr(page, e, ATTR_STYLE);
    const char *class = html_attr(page, e, ATTR_CLASS);

    if (html_attr(page, e, ATTR_HIDDEN) || (class && has_hiding_class(class)))
        return true;
    for (; style && (style = strcasestr(style, "display")); style += 7) {
        const char *p = style + 7;

        p += strspn(p, " :");
        if (strncasecmp(p, "none", 4) == 0)
            return true;
    }
    return false;
}

enum why hint_find(const struct page *page, const struct element *e,
                   bool *body)
{
    enum why why;
    const char *item = html_attr(page, e, ATTR_ITEMPROP);

    *body = item && strstr(item, "articleBody");
    if (e->tag == TAG_HTML || e->tag == TAG_BODY || e->tag == TAG_ARTICLE ||
        e->tag == TAG_MAIN)
        return KEPT;
    if ((why = hint_of_tag(page, e)))
        return why;
    if (hint_hidden(page, e))
        return WHY_HIDDEN;
    if (page->wordless)
        return KEPT;
    if ((why = hint_of_words(html_attr(page, e, ATTR_CLASS), body)))
        return why;
    return hint_of_words(html_attr(page, e, ATTR_ID), body);
}

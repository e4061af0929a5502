/* scan.c: tokens of what is meant to be XML.
 *
 * Feeds in the wild are often not well-formed, and a parser of XML ends at the
 * first fault or closes the wrong element. This one takes everything for
 * something: a "<" that begins no tag is text. There are no entities but those
 * of HTML, and a DOCTYPE is passed over, so that nothing can be expanded or
 * fetched.
 */
#include "read.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

enum {
    LONGEST_TAG = 65536,
    LONGEST_SUBSET = 1 << 20, /* of a DOCTYPE */
    LONGEST_ENTITY = 32,
};

static const char *find(const char *at, const char *end, const char *what)
{
    return memmem(at, (size_t)(end - at), what, strlen(what));
}

static bool starts(const char *at, const char *end, const char *word)
{
    return sniff_starts(at, end, word);
}

static bool begins_name(const char *at, const char *end)
{
    return at < end && ((*at | 32) >= 'a' && (*at | 32) <= 'z');
}

static const char *name_end(const char *at, const char *end)
{
    while (at < end && !sniff_blank(*at) && *at != '>' && *at != '/' &&
           *at != '<' && *at != '=')
        at++;
    return at;
}

/* A value with a tag in it is one whose quote is missing. */
static const char *quote_end(const char *at, const char *end)
{
    const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
    const char *tag = close ? memchr(at, '<', (size_t)(close - at)) : NULL;

    return tag && memchr(at, '>', (size_t)(close - at)) ? NULL : close;
}

/* The ">" of a tag whose name ends at `at`; NULL when it is no tag, which was
 * seen at *seen. */
static const char *tag_end(const char *at, const char *end, const char **seen)
{
    if (end - at > LONGEST_TAG)
        end = at + LONGEST_TAG;
    for (char before = ' '; at < end; at++) {
        *seen = at;
        if (*at == '>')
            return at;
        if (*at == '<')
            return NULL;
        if ((*at == '"' || *at == '\'') && before == '=') {
            const char *close = quote_end(at, end);

            if (!close)
                return memchr(at, '>', (size_t)(end - at));
            at = close;
        }
        if (!sniff_blank(*at))
            before = *at;
    }
    *seen = end;
    return NULL;
}

static bool give_text(struct scan *s, struct token *t, const char *at,
                      const char *end, bool raw)
{
    *t = (struct token){.type = TOKEN_TEXT, .at = at,
                        .len = (size_t)(end - at), .raw = raw};
    s->at = end;
    return true;
}

/* Past a comment, declaration or instruction. */
static const char *pass(struct scan *s, const char *at)
{
    const char *end = s->end, *close = NULL;

    if (starts(at, end, "<!--")) {
        close = find(at + 4, end, "-->");
        return close ? close + 3 : end;
    }
    if (starts(at, end, "<?") && at >= s->endless) {
        const char *most = end - at > LONGEST_TAG ? at + LONGEST_TAG : end;

        close = find(at, most, "?>");
        if (!close)
            s->endless = most;
    }
    if (close)
        return close + 2;
    close = memchr(at, '>', (size_t)(end - at));
    if (starts(at, end, "<!doctype") && !s->doctype) {
        const char *most =
            end - at > LONGEST_SUBSET ? at + LONGEST_SUBSET : end;
        const char *subset = memchr(at, '[', (size_t)(most - at));
        const char *last = subset && (!close || subset < close)
                               ? find(subset, most, "]>") : NULL;

        s->doctype = true;
        if (last)
            close = last + 1;
    }
    return close ? close + 1 : end;
}

static bool give_tag(struct scan *s, struct token *t)
{
    bool closing = s->at + 1 < s->end && s->at[1] == '/';
    const char *name = s->at + 1 + closing, *after, *end;

    if (s->at < s->tagless || !begins_name(name, s->end))
        return false;
    after = name_end(name, s->end);
    end = tag_end(after, s->end, &s->tagless);
    if (!end)
        return false;
    *t = (struct token){
        .type = closing ? TOKEN_END : TOKEN_START,
        .at = s->at,
        .len = (size_t)(end + 1 - s->at),
        .name = name,
        .name_len = (size_t)(after - name),
        .attrs = after,
        .attrs_end = end,
        .closed = end > after && end[-1] == '/',
    };
    s->at = end + 1;
    return true;
}

bool scan_next(struct scan *s, struct token *t)
{
    while (s->at < s->end) {
        const char *next;

        if (*s->at == '<' && give_tag(s, t))
            return true;
        if (starts(s->at, s->end, "<![CDATA[")) {
            const char *text = s->at + 9, *close = find(text, s->end, "]]>");

            give_text(s, t, text, close ? close : s->end, true);
            s->at = close ? close + 3 : s->end;
            return true;
        }
        if (starts(s->at, s->end, "<!") || starts(s->at, s->end, "<?")) {
            s->at = pass(s, s->at);
            continue;
        }
        next = memchr(s->at + 1, '<', (size_t)(s->end - s->at - 1));
        return give_text(s, t, s->at, next ? next : s->end, false);
    }
    return false;
}

bool scan_attr(struct token *t, struct attr *attr)
{
    const char *at = t->attrs, *end = t->attrs_end;

    while (at < end && (sniff_blank(*at) || *at == '/' || *at == '='))
        at++;
    attr->name = at;
    at = name_end(at, end);
    attr->name_len = (size_t)(at - attr->name);
    while (at < end && sniff_blank(*at))
        at++;
    attr->value = at;
    attr->len = 0;
    if (at < end && *at == '=') {
        for (at++; at < end && sniff_blank(*at);)
            at++;

        bool quoted = at < end && (*at == '"' || *at == '\'');
        const char *close = quoted ? memchr(at + 1, *at, (size_t)(end - at - 1))
                                   : at;

        while (!quoted && close < end && !sniff_blank(*close))
            close++;
        attr->value = at + quoted;
        attr->len = (size_t)((close ? close : end) - attr->value);
        at = close ? close + quoted : end;
    }
    /* Always on, whatever stands there. */
    t->attrs = at > t->attrs ? at : t->attrs + 1;
    return attr->name_len > 0 || t->attrs < end;
}

/* ---- entities ---- */

/* What browsers take the controls 0x80 to 0x9F for: Windows-1252. */
static uint32_t number(const char *digits, int base)
{
    static const uint16_t windows[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };
    unsigned long c = strtoul(digits, NULL, base);

    if (c >= 0x80 && c < 0xA0)
        return windows[c - 0x80];
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return 0xFFFD;
    return (uint32_t)c;
}

/* The character of an entity's name, "#8217" or "eacute"; 0 for none. */
static uint32_t lookup(const char *name)
{
    const htmlEntityDesc *found;

    if (*name == '#') {
        bool hex = (name[1] | 32) == 'x';
        const char *digits = name + 1 + hex;
        const char *all = hex ? "0123456789abcdefABCDEF" : "0123456789";
        size_t len = strspn(digits, all);

        return len > 0 && len < 9 && digits[len] == '\0'
                   ? number(digits, hex ? 16 : 10) : 0;
    }
    found = htmlEntityLookup((const xmlChar *)name);
    return found ? found->value : strcmp(name, "apos") == 0 ? '\'' : 0;
}

void scan_decode(gly_buf *out, const char *at, size_t len)
{
    const char *end = at + len;

    while (at < end) {
        const char *sign = memchr(at, '&', (size_t)(end - at));
        char name[LONGEST_ENTITY], bytes[4];
        const char *close;
        uint32_t c = 0;

        gly_buf_add(out, at, (size_t)((sign ? sign : end) - at));
        if (!sign)
            return;
        at = sign + 1;
        close = memchr(at, ';', end - at < LONGEST_ENTITY - 1
                                    ? (size_t)(end - at) : LONGEST_ENTITY - 1);
        if (close) {
            memcpy(name, at, (size_t)(close - at));
            name[close - at] = '\0';
            c = lookup(name);
        }
        if (c == 0) {
            gly_buf_add(out, "&", 1);
            continue;
        }
        gly_buf_add(out, bytes, gly_put_char(bytes, c));
        at = close + 1;
    }
}

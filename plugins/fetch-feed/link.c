/* link.c: addresses as feeds write them, made absolute. */
#include "read.h"

#include <libxml/uri.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_ADDRESS = 4000 };

bool link_is_web(const char *str)
{
    size_t scheme = strncasecmp(str, "https://", 8) == 0  ? 8
                    : strncasecmp(str, "http://", 7) == 0 ? 7 : 0;

    return scheme > 0 && str[scheme] != '\0' && str[scheme] != '/';
}

/* What may not stand in an address is escaped, as browsers do. */
static void add_escaped(gly_buf *out, const char *str, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)str[i];

        if (c == '\t' || c == '\r' || c == '\n')
            continue;
        if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}", c))
            gly_buf_printf(out, "%%%02X", c);
        else
            gly_buf_add(out, str + i, 1);
    }
}

/* Of an address what stands behind "#" is no part. */
bool link_resolve(gly_buf *out, const char *base, const char *str,
                     size_t len)
{
    gly_buf escaped = {0};
    xmlChar *whole = NULL;
    bool known = false;

    while (len > 0 && sniff_blank(*str)) {
        str++;
        len--;
    }
    while (len > 0 && sniff_blank(str[len - 1]))
        len--;
    if (len == 0 || len > LONGEST_ADDRESS)
        return false;
    add_escaped(&escaped, str, len);
    if (escaped.len > 0 && escaped.data[0] != '#')
        whole = link_is_web(escaped.data) || !base || !*base
                    ? xmlStrdup((xmlChar *)escaped.data)
                    : xmlBuildURI((xmlChar *)escaped.data, (xmlChar *)base);
    if (whole && link_is_web((char *)whole)) {
        gly_buf_add(out, (char *)whole, strcspn((char *)whole, "#"));
        known = true;
    }
    xmlFree(whole);
    gly_buf_finish(&escaped);
    return known;
}

#include "fetch.h"

static bool is_page(enum content kind, const char *bytes, size_t len)
{
    return kind == CONTENT_HTML ||
           (kind == CONTENT_SNIFF && sniff_html(bytes, len));
}

bool content_fill(gly_stage *stage, gly_doc *doc, const char *bytes, size_t len,
                  enum content kind, const char *label)
{
    struct charset charset;
    gly_buf out = { 0 };
    const char *text = charset_convert(doc, &out, bytes, &len,
                                       is_page(kind, bytes, len), label,
                                       &charset);

    if (charset.mark)
        gly_count(stage, "byte-order-marks", 1);
    if (charset.lost > 0)
        gly_count(stage, "invalid-bytes", (double)charset.lost);
    if (charset.name)
        gly_set(doc, "charset", charset.name);
    if (len > 0 && is_page(kind, text, len)) {
        gly_raw_set(doc, text, len, "text/html");
        gly_raw_from(doc, charset.origins);
    } else if (len > 0) {
        gly_text_set(doc, text, len);
        gly_text_from(doc, charset.origins);
    }
    gly_buf_finish(&out);
    return len > 0;
}

static bool begins_parameter(const char *type, const char *at)
{
    return at == type || at[-1] == ';' || sniff_blank(at[-1]);
}

const char *content_label(const char *type, size_t len, char *label,
                          size_t size)
{
    static const char name[] = "charset=";
    const char *at = type, *end = type + len;
    size_t n = 0;

    while (at < end &&
           !(sniff_starts(at, end, name) && begins_parameter(type, at)))
        at++;
    if (at == end)
        return NULL;
    at += sizeof(name) - 1;
    while (at < end && sniff_blank(*at))
        at++;
    for (; at < end && *at != ';' && (unsigned char)*at > ' ' && n + 1 < size;
         at++)
        if (*at != '"' && *at != '\'')
            label[n++] = *at;
    label[n] = '\0';
    return n > 0 ? label : NULL;
}

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

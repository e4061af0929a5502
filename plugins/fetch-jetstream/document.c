#include "parts.h"

#include <errno.h>
#include <string.h>

enum { KEPT = 64 * 1024 }; /* of a message that is no document */

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static const char *header(natsMsg *msg, const char *key)
{
    const char *value = NULL;

    return natsMsgHeader_Get(msg, key, &value) == NATS_OK && value ? value : "";
}

/* The setting says what it is, else its header, else its first bytes. */
static bool is_record(const struct reading *reading, const char *type,
                      const char *bytes, size_t len)
{
    const char *end = type + strlen(type);

    if (!is(reading->format, "auto"))
        return is(reading->format, "jsonl");
    if (sniff_starts(type, end, "application/json"))
        return true;
    if (sniff_starts(type, end, "text/"))
        return false;
    while (len > 0 && sniff_blank(*bytes))
        bytes++, len--;
    return len > 0 && *bytes == '{';
}

static enum content find_content(const struct reading *reading,
                                 const char *type)
{
    const char *end = type + strlen(type);

    if (!is(reading->format, "auto"))
        return is(reading->format, "html") ? CONTENT_HTML : CONTENT_TEXT;
    if (sniff_starts(type, end, "text/html") ||
        sniff_starts(type, end, "application/xhtml+xml"))
        return CONTENT_HTML;
    return sniff_starts(type, end, "text/plain") ? CONTENT_TEXT : CONTENT_SNIFF;
}

/* What cannot be read goes along as far as it is text, to be found again. */
static int keep_begin(struct reading *reading, gly_doc *doc, const char *bytes,
                      size_t len, const char *type)
{
    reading->line.len = 0;
    gly_utf8_mend(&reading->line, bytes, len < KEPT ? len : KEPT);
    gly_raw_set(doc, reading->line.data, reading->line.len, type);
    return -EINVAL;
}

static int fill_record(gly_stage *stage, struct reading *reading, gly_doc *doc,
                       const char *bytes, size_t len, gly_buf *why)
{
    struct jsonl *json = &reading->json;
    size_t mended;

    reading->line.len = 0;
    mended = gly_utf8_mend(&reading->line, bytes, len);
    if (mended > 0)
        gly_count(stage, "invalid-bytes", (double)mended);
    if (jsonl_read(json, doc, reading->line.data, reading->line.len) == 0)
        return 0;
    if (json->column > 0)
        gly_buf_printf(why, "column %zu: ", json->column);
    gly_buf_puts(why, json->what);
    return json->again.len > 0
               ? keep_begin(reading, doc, json->again.data, json->again.len,
                            "application/json")
               : keep_begin(reading, doc, bytes, len, "application/json");
}

static int fill_text(gly_stage *stage, const struct reading *reading,
                     gly_doc *doc, natsMsg *msg, gly_buf *why)
{
    const char *type = header(msg, "Content-Type");
    size_t len = (size_t)natsMsg_GetDataLength(msg);
    char label[64];

    gly_set(doc, "source", natsMsg_GetSubject(msg));
    if (content_fill(stage, doc, natsMsg_GetData(msg), len,
                     find_content(reading, type),
                     content_label(type, strlen(type), label, sizeof(label))))
        return 0;
    gly_buf_puts(why, "empty");
    return -ENODATA;
}

int document_fill(gly_stage *stage, struct reading *reading, gly_doc *doc,
                  natsMsg *msg, gly_buf *why)
{
    const char *bytes = natsMsg_GetData(msg), *id;
    size_t len = (size_t)natsMsg_GetDataLength(msg);
    int result;

    if (is_record(reading, header(msg, "Content-Type"), bytes, len)) {
        result = fill_record(stage, reading, doc, bytes, len, why);
    } else if (sniff_binary(bytes, len)) {
        gly_buf_puts(why, "not a text, binary data");
        result = keep_begin(reading, doc, bytes, len,
                            "application/octet-stream");
    } else {
        result = fill_text(stage, reading, doc, msg, why);
    }
    id = header(msg, "Nats-Msg-Id");
    if (!gly_get(doc, "id", 0) && *id) {
        reading->line.len = 0;
        gly_utf8_mend(&reading->line, id, strlen(id));
        gly_set(doc, "id", reading->line.data);
    }
    return result;
}

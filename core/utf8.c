/* UTF-8 and the classes of characters. */
#include <galley/text.h>

#include <string.h>
#include <utf8proc.h>

uint32_t gly_next_char(const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    uint32_t c = p[0];

    if (c < 0x80) {
        *at += c != 0;
        return c;
    }
    if (c < 0xE0) {
        *at += 2;
        return (c & 0x1F) << 6 | (p[1] & 0x3Fu);
    }
    if (c < 0xF0) {
        *at += 3;
        return (c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    *at += 4;
    return (c & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 |
           (p[3] & 0x3Fu);
}

uint32_t gly_char_before(const char *start, const char *at)
{
    if (at <= start)
        return 0;
    do
        at--;
    while (at > start && ((unsigned char)*at & 0xC0) == 0x80);
    return gly_next_char(&at);
}

unsigned gly_put_char(char out[4], uint32_t c)
{
    return (unsigned)utf8proc_encode_char((utf8proc_int32_t)c,
                                          (utf8proc_uint8_t *)out);
}

static bool is_between(uint32_t c, uint32_t low, uint32_t high)
{
    return c - low <= high - low;
}

static utf8proc_category_t category(uint32_t c)
{
    return utf8proc_category((utf8proc_int32_t)c);
}

bool gly_is_upper(uint32_t c)
{
    if (c < 0x80)
        return is_between(c, 'A', 'Z');
    return category(c) == UTF8PROC_CATEGORY_LU ||
           category(c) == UTF8PROC_CATEGORY_LT;
}

bool gly_is_lower(uint32_t c)
{
    if (c < 0x80)
        return is_between(c, 'a', 'z');
    return category(c) == UTF8PROC_CATEGORY_LL;
}

bool gly_is_letter(uint32_t c)
{
    if (c < 0x80)
        return is_between(c | 0x20, 'a', 'z');

    utf8proc_category_t k = category(c);

    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_ME);
}

bool gly_is_digit(uint32_t c)
{
    if (c < 0x80)
        return is_between(c, '0', '9');
    return category(c) == UTF8PROC_CATEGORY_ND;
}

bool gly_is_space(uint32_t c)
{
    if (c < 0x80)
        return c == ' ' || is_between(c, '\t', '\r');
    return c == 0x85 || c == 0xA0 || c == 0x1680 ||
           is_between(c, 0x2000, 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

uint32_t gly_lower(uint32_t c)
{
    if (c < 0x80)
        return is_between(c, 'A', 'Z') ? c | 0x20 : c;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

/* The length of the valid character at p, or 0; Unicode 15, table 3-7. */
static size_t valid_char(const unsigned char *p, size_t left)
{
    unsigned c = p[0];
    unsigned low = 0x80, high = 0xBF;
    size_t len;

    if (c < 0x80)
        return c != 0;
    if (is_between(c, 0xC2, 0xDF)) {
        len = 2;
    } else if (is_between(c, 0xE0, 0xEF)) {
        len = 3;
        low = c == 0xE0 ? 0xA0 : low;
        high = c == 0xED ? 0x9F : high;
    } else if (is_between(c, 0xF0, 0xF4)) {
        len = 4;
        low = c == 0xF0 ? 0x90 : low;
        high = c == 0xF4 ? 0x8F : high;
    } else {
        return 0;
    }
    if (left < len || !is_between(p[1], low, high))
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

/* Eight bytes at once that are all ASCII and not NUL. */
static bool is_plain(const unsigned char *p)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t v;

    memcpy(&v, p, sizeof(v));
    return ((v | (v - ones)) & highs) == 0;
}

size_t gly_utf8_valid(const char *str, size_t len)
{
    const unsigned char *p = (const unsigned char *)str;
    size_t i = 0;

    while (i < len) {
        if (len - i >= 8 && is_plain(p + i)) {
            i += 8;
            continue;
        }

        size_t step = valid_char(p + i, len - i);

        if (step == 0)
            break;
        i += step;
    }
    return i;
}

size_t gly_utf8_mend(gly_buf *buf, const char *str, size_t len)
{
    size_t mended = 0;

    while (len > 0) {
        size_t good = gly_utf8_valid(str, len);

        gly_buf_add(buf, str, good);
        str += good;
        len -= good;
        if (len > 0) {
            gly_buf_puts(buf, "\uFFFD");
            mended++;
            str++;
            len--;
        }
    }
    return mended;
}

/* ---- NFC ---- */

enum {
    MOST_MARKS = 30, /* of one character; Unicode's stream-safe texts have no
                        more, and to sort many takes long */
};

/* Letters that go into the one before them, and are no marks. */
static bool is_second(uint32_t c)
{
    static const uint32_t seconds[] = {
        0x09BE,  0x09D7,  0x0B3E,  0x0B56,  0x0B57,  0x0BBE,  0x0BD7,  0x0CC2,
        0x0CD5,  0x0CD6,  0x0D3E,  0x0D57,  0x0DCF,  0x0DDF,  0x0F73,  0x0F75,
        0x0F81,  0x102E,  0x1B35,  0x110BA, 0x11127, 0x1133E, 0x11357, 0x114B0,
        0x114BA, 0x114BD, 0x115AF, 0x11930,
    };

    if (is_between(c, 0x1161, 0x1175) || is_between(c, 0x11A8, 0x11C2))
        return true;
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++)
        if (c == seconds[i])
            return true;
    return false;
}

static bool joins(uint32_t c)
{
    return c >= 0x300 &&
           (utf8proc_get_property((utf8proc_int32_t)c)->combining_class ||
            is_second(c));
}

/* Also of those that NFC has so; a letter that is one comes out as it was. */
static bool decomposes(uint32_t c)
{
    const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)c);

    return p->decomp_type == 0 && p->decomp_seqindex != UINT16_MAX;
}

/* Bytes of what NFC leaves as it is and joins to nothing, where its first byte
 * tells: ASCII, Latin, most of Greek and Cyrillic, ideographs; 0: look. */
static unsigned inert_bytes(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xCC || is_between(first, 0xCF, 0xD1))
        return 2;
    return is_between(first, 0xE4, 0xE9) ? 3 : 0;
}

/* Whether [at, at + len), one character with its marks, is not NFC; adds what
 * is to out. */
static bool compose(const char *at, size_t len, gly_buf *out)
{
    const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_int32_t buf[4 * (MOST_MARKS + 2)];
    const utf8proc_ssize_t size = sizeof(buf) / sizeof(buf[0]) - 1;
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)at,
                           (utf8proc_ssize_t)len, buf, size, how);

    if (count <= 0 || count > size)
        return false;
    count = utf8proc_reencode(buf, count, how);
    if ((size_t)count == len && memcmp(buf, at, len) == 0)
        return false;
    gly_buf_add(out, (const char *)buf, (size_t)count);
    return true;
}

static const char *step_back(const char *start, const char *at)
{
    if (at > start)
        do
            at--;
        while (at > start && ((unsigned char)*at & 0xC0) == 0x80);
    return at;
}

bool gly_next_not_nfc(const char *text, gly_pos len, gly_pos *begin,
                      gly_pos *end, gly_buf *out)
{
    const char *at = text + *begin, *stop = text + len;

    while (at < stop) {
        if (stop - at >= 8 && is_plain((const unsigned char *)at)) {
            at += 8;
            continue;
        }

        unsigned inert = inert_bytes((unsigned char)*at);

        if (inert > 0) {
            at += inert;
            continue;
        }

        const char *first = at;
        uint32_t c = gly_next_char(&at);

        if (is_between(c, 0x2002, 0x20CF)) /* punctuation */
            continue;

        unsigned marks = joins(c);

        if (marks)
            first = step_back(text, first);
        else if (!decomposes(c))
            continue;
        for (const char *next = at; next < stop; at = next, marks++)
            if (!joins(gly_next_char(&next)))
                break;
        if (marks > MOST_MARKS || !compose(first, (size_t)(at - first), out))
            continue;
        *begin = (gly_pos)(first - text);
        *end = (gly_pos)(at - text);
        return true;
    }
    return false;
}

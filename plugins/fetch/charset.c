/* charset.c: bytes in any character set to UTF-8. */
#include "fetch.h"

#include <string.h>
#include <uchardet/uchardet.h>

enum {
    PRESCAN = 4096,
    SAMPLE = 65536,
    LEAST_WORDS = 32, /* bytes */
};

/* The encodings of the web and what pages call them, after the WHATWG Encoding
 * Standard (https://encoding.spec.whatwg.org/#names-and-labels): labels mean
 * what browsers take them for, and others are not to be trusted to iconv. */
struct encoding {
    const char *name, *iconv;
    const char *labels; /* each between spaces */
};
enum { LATIN, UTF8 }; /* the first two */
static const struct encoding encodings[] = {
    { "windows-1252", "CP1252",
      " windows-1252 ansi_x3.4-1968 ascii us-ascii cp1252 x-cp1252 cp819 ibm819"
      " csisolatin1 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987"
      " iso-ir-100 l1 latin1 x-user-defined " },
    { "utf-8", "UTF-8",
      " utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8"
      " x-unicode20utf8"
      /* In bytes that can be read as ASCII they cannot be true. */
      " utf-16 utf-16le utf-16be unicode ucs-2 csunicode iso-10646-ucs-2"
      " unicodefeff unicodefffe " },
    { "windows-1250", "CP1250", " windows-1250 cp1250 x-cp1250 " },
    { "windows-1251", "CP1251", " windows-1251 cp1251 x-cp1251 " },
    { "windows-1253", "CP1253", " windows-1253 cp1253 x-cp1253 " },
    { "windows-1254", "CP1254",
      " windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9"
      " iso_8859-9:1989 iso-ir-148 csisolatin5 l5 latin5 " },
    { "windows-1255", "CP1255", " windows-1255 cp1255 x-cp1255 " },
    { "windows-1256", "CP1256", " windows-1256 cp1256 x-cp1256 " },
    { "windows-1257", "CP1257", " windows-1257 cp1257 x-cp1257 " },
    { "windows-1258", "CP1258", " windows-1258 cp1258 x-cp1258 " },
    { "windows-874", "CP874",
      " windows-874 dos-874 tis-620 iso-8859-11 iso8859-11 iso885911 " },
    { "iso-8859-2", "ISO-8859-2",
      " iso-8859-2 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 iso-ir-101"
      " csisolatin2 l2 latin2 " },
    { "iso-8859-3", "ISO-8859-3",
      " iso-8859-3 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 iso-ir-109"
      " csisolatin3 l3 latin3 " },
    { "iso-8859-4", "ISO-8859-4",
      " iso-8859-4 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 iso-ir-110"
      " csisolatin4 l4 latin4 " },
    { "iso-8859-5", "ISO-8859-5",
      " iso-8859-5 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 iso-ir-144"
      " csisolatincyrillic cyrillic " },
    { "iso-8859-6", "ISO-8859-6",
      " iso-8859-6 iso-8859-6-e iso-8859-6-i iso8859-6 iso88596 iso_8859-6"
      " iso_8859-6:1987 iso-ir-127 csisolatinarabic csiso88596e csiso88596i"
      " arabic asmo-708 ecma-114 " },
    { "iso-8859-7", "ISO-8859-7",
      " iso-8859-7 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 iso-ir-126"
      " csisolatingreek greek greek8 ecma-118 elot_928 sun_eu_greek " },
    { "iso-8859-8", "ISO-8859-8",
      " iso-8859-8 iso-8859-8-e iso-8859-8-i iso8859-8 iso88598 iso_8859-8"
      " iso_8859-8:1988 iso-ir-138 csisolatinhebrew csiso88598e csiso88598i"
      " hebrew visual logical " },
    { "iso-8859-10", "ISO-8859-10",
      " iso-8859-10 iso8859-10 iso885910 iso-ir-157 csisolatin6 l6 latin6 " },
    { "iso-8859-13", "ISO-8859-13", " iso-8859-13 iso8859-13 iso885913 " },
    { "iso-8859-14", "ISO-8859-14", " iso-8859-14 iso8859-14 iso885914 " },
    { "iso-8859-15", "ISO-8859-15",
      " iso-8859-15 iso8859-15 iso885915 iso_8859-15 csisolatin9 l9 latin9 " },
    { "iso-8859-16", "ISO-8859-16", " iso-8859-16 " },
    { "ibm866", "IBM866", " ibm866 866 cp866 csibm866 " },
    { "koi8-r", "KOI8-R", " koi8-r koi koi8 koi8_r cskoi8r " },
    { "koi8-u", "KOI8-U", " koi8-u koi8-ru " },
    { "macintosh", "MACINTOSH", " macintosh mac x-mac-roman csmacintosh " },
    { "x-mac-cyrillic", "MAC-CYRILLIC",
      " x-mac-cyrillic x-mac-ukrainian mac-cyrillic " },
    { "gbk", "GB18030",
      " gbk x-gbk gb18030 gb2312 gb_2312 gb_2312-80 csgb2312 csiso58gb231280"
      " iso-ir-58 chinese " },
    { "big5", "BIG5-HKSCS", " big5 big5-hkscs cn-big5 csbig5 x-x-big5 " },
    { "euc-jp", "EUC-JP-MS", " euc-jp x-euc-jp cseucpkdfmtjapanese " },
    { "iso-2022-jp", "ISO-2022-JP", " iso-2022-jp csiso2022jp " },
    { "shift_jis", "CP932",
      " shift_jis shift-jis sjis x-sjis csshiftjis ms932 ms_kanji windows-31j " },
    { "euc-kr", "CP949",
      " euc-kr uhc cp949 windows-949 cseuckr csksc56011987 iso-ir-149 korean"
      " ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 " },
};

/* Longest first: UTF-32's contains UTF-16's. */
static const struct mark {
    const char *bytes;
    unsigned len, unit;
    struct encoding encoding;
} marks[] = {
    { "\xff\xfe\0\0", 4, 4, { "utf-32le", "UTF-32LE", NULL } },
    { "\0\0\xfe\xff", 4, 4, { "utf-32be", "UTF-32BE", NULL } },
    { "\xef\xbb\xbf", 3, 1, { "utf-8", "UTF-8", NULL } },
    { "\xff\xfe", 2, 2, { "utf-16le", "UTF-16LE", NULL } },
    { "\xfe\xff", 2, 2, { "utf-16be", "UTF-16BE", NULL } },
};

static const struct encoding *lookup(const char *label, size_t len)
{
    char word[32];

    if (len == 0 || len > sizeof(word) - 3)
        return NULL;
    word[0] = word[len + 1] = ' ';
    word[len + 2] = '\0';
    for (size_t i = 0; i < len; i++) {
        char c = label[i];
        word[i + 1] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (c <= ' ')
            return NULL;
    }
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
        if (strstr(encodings[i].labels, word))
            return &encodings[i];
    return NULL;
}

/* The encoding named by `charset = "label"` between two places. */
static const struct encoding *named(const char *at, const char *end,
                                    const char *key)
{
    for (; at < end; at++) {
        if (!sniff_starts(at, end, key))
            continue;
        const char *label = at + strlen(key);
        while (label < end && sniff_blank(*label))
            label++;
        if (label == end || *label != '=')
            continue;
        label++;
        while (label < end &&
               (sniff_blank(*label) || *label == '"' || *label == '\''))
            label++;
        const char *last = label;
        while (last < end && !sniff_blank(*last) && !strchr("\"'>/;?", *last))
            last++;
        return lookup(label, (size_t)(last - label));
    }
    return NULL;
}

/* What a page says of itself. */
static const struct encoding *declared(const char *bytes, size_t len)
{
    const char *end = bytes + (len < PRESCAN ? len : PRESCAN);
    const struct encoding *found = NULL;

    for (const char *at = bytes; at < end && !found; at++) {
        at = memchr(at, '<', (size_t)(end - at));
        if (!at)
            break;
        if (sniff_starts(at, end, "<!--")) {
            while (at < end && !sniff_starts(at, end, "-->"))
                at++;
            continue;
        }
        const char *close = memchr(at, '>', (size_t)(end - at));
        if (close && sniff_starts(at, end, "<?xml"))
            found = named(at, close, "encoding");
        else if (close && sniff_starts(at, end, "<meta") && sniff_blank(at[5]))
            found = named(at, close, "charset");
    }
    return found;
}

/* How much of it is UTF-8. */
struct census {
    size_t good, bad;   /* sequences; bytes that belong to none */
    size_t first;       /* where the first high byte is */
    size_t letters;     /* high bytes but for the quotes and dashes, which all
                           character sets of Windows have in one place */
    size_t words;       /* those that follow two others */
    bool upper_control; /* 0x80 to 0x9f, which ISO 8859 has no use for */
    bool shift;         /* the escape of ISO 2022 */
};

/* What all character sets of Windows have there: quotes, dashes and the like. */
static bool is_sign(unsigned char b)
{
    return b == 0x85 || (b >= 0x91 && b <= 0x97) || b == 0xa0;
}

static struct census take(const char *bytes, size_t len)
{
    struct census c = { .first = len };

    for (size_t at = 0, valid = 0, run = 0; at < len; at++) {
        unsigned char b = (unsigned char)bytes[at];
        run = b < 0x80 || is_sign(b) ? 0 : run + 1;
        c.words += run > 2;
        if (at == valid)
            valid = at + gly_utf8_valid(bytes + at, len - at);
        c.shift |= b == 0x1b;
        if (b < 0x80) {
            valid += at == valid; /* a NUL */
            continue;
        }
        if (c.first == len)
            c.first = at;
        c.upper_control |= b < 0xa0;
        c.letters += b > 0x99 && b != 0xa0;
        c.good += at < valid && b >= 0xc0;
        if (at == valid) {
            c.bad++;
            valid++;
        }
    }
    return c;
}

static const struct encoding *guess(const char *bytes, size_t len,
                                    const struct census *census)
{
    const struct encoding *found = NULL;
    size_t from = census->first > 1024 ? census->first - 1024 : 0;
    uchardet_t detector = uchardet_new();

    if (census->first == len)
        from = 0;
    len = len - from < SAMPLE ? len - from : SAMPLE;
    if (uchardet_handle_data(detector, bytes + from, len) == 0) {
        uchardet_data_end(detector);
        const char *label = uchardet_get_charset(detector);
        found = lookup(label, strlen(label));
    }
    uchardet_delete(detector);
    if (found && census->upper_control &&
        strncmp(found->name, "iso-8859", 8) == 0)
        found = NULL;
    return found;
}

/* What a server says counts before what a page says. */
static const struct encoding *choose(const char *bytes, size_t len, bool html,
                                     const char *label)
{
    const struct census census = take(bytes, len);
    const struct encoding *said = label ? lookup(label, strlen(label)) : NULL;
    const struct encoding *utf8 = &encodings[UTF8];

    if (!said && html)
        said = declared(bytes, len);
    /* A few bad bytes among many good sequences are damage to UTF-8: in other
     * encodings such sequences are rare. */
    if (census.good > 4 * census.bad)
        return utf8;
    if (census.bad == 0 && !census.shift)
        return utf8;
    /* No language of Latin letters writes words of nothing but those with
     * accents: such a label is only what a server or a template says of all. */
    if (said == &encodings[LATIN] && census.words > LEAST_WORDS &&
        census.words * 3 > census.letters)
        said = guess(bytes, len, &census);
    if (said && (said != utf8 || census.good > 0))
        return said;
    /* A few names and quote marks are too little to tell by. */
    if (census.bad > 0 && census.letters < len / 64)
        return &encodings[LATIN];
    const struct encoding *guessed = guess(bytes, len, &census);
    if (guessed && (guessed != utf8 || census.good > 0))
        return guessed;
    return census.bad == 0 ? utf8 : &encodings[LATIN];
}

/* Each byte that is not UTF-8 becomes U+FFFD. */
static void mend(gly_buf *out, const char *bytes, size_t at, size_t len,
                 struct charset *charset)
{
    while (at < len) {
        size_t good = gly_utf8_valid(bytes + at, len - at);
        size_t bad = at + good < len;

        gly_origins_add(charset->origins, (gly_pos)out->len, (gly_pos)good,
                        (gly_pos)at, (gly_pos)good);
        gly_origins_add(charset->origins, (gly_pos)(out->len + good), 3,
                        (gly_pos)(at + good), (gly_pos)bad);
        charset->lost += gly_utf8_mend(out, bytes + at, good + bad);
        at += good + bad;
    }
}

const char *charset_convert(gly_doc *doc, gly_buf *out, const char *bytes,
                            size_t *len, bool html, const char *label,
                            struct charset *charset)
{
    const struct encoding *from = NULL;
    unsigned unit = 1;
    size_t at = 0;

    *charset = (struct charset){ 0 };
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && !from; i++) {
        const struct mark *m = &marks[i];
        if (*len < m->len || memcmp(bytes, m->bytes, m->len) != 0)
            continue;
        from = &m->encoding;
        unit = m->unit;
        at = m->len;
        charset->mark = true;
    }
    if (!from)
        from = choose(bytes, *len, html, label);
    const bool utf8 = strcmp(from->name, "utf-8") == 0;
    const size_t left = *len - at;
    if (utf8 && at == 0 && gly_utf8_valid(bytes, left) == left)
        return bytes;
    charset->origins = doc ? gly_origins_new(doc) : NULL;
    if (utf8 && gly_utf8_valid(bytes + at, left) == left) {
        gly_origins_add(charset->origins, 0, (gly_pos)left, (gly_pos)at,
                        (gly_pos)left);
        *len = left;
        return bytes + at;
    }
    if (!utf8 && convert_bytes(out, bytes, at, *len, from->iconv, unit, charset))
        charset->name = from->name;
    else
        mend(out, bytes, at, *len, charset);
    *len = out->len;
    return out->len > 0 ? out->data : "";
}

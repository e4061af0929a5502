#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* A row's valid start, and the text with each invalid byte as U+FFFD. */
static const struct {
    const char *bytes;
    size_t len, valid, mended;
    const char *after;
} rows[] = {
    { "", 0, 0, 0, "" },
    { "plain ascii, longer than eight", 30, 30, 0,
      "plain ascii, longer than eight" },
    { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, 9, 0, "é€😀" },
    { "ab\x80" "cd", 5, 2, 1, "ab\uFFFD" "cd" },
    { "\xc3", 1, 0, 1, "\uFFFD" },
    { "\xe2\x82", 2, 0, 2, "\uFFFD\uFFFD" },
    { "\xf0\x9f\x98", 3, 0, 3, "\uFFFD\uFFFD\uFFFD" },
    { "\xc0\xaf", 2, 0, 2, "\uFFFD\uFFFD" },           /* overlong */
    { "\xc1\xbf", 2, 0, 2, "\uFFFD\uFFFD" },
    { "\xe0\x9f\xbf", 3, 0, 3, "\uFFFD\uFFFD\uFFFD" }, /* overlong */
    { "\xe0\xa0\x80", 3, 3, 0, "\u0800" },
    { "\xf0\x8f\xbf\xbf", 4, 0, 4, "\uFFFD\uFFFD\uFFFD\uFFFD" },
    { "\xed\x9f\xbf", 3, 3, 0, "\ud7ff" },
    { "\xed\xa0\x80", 3, 0, 3, "\uFFFD\uFFFD\uFFFD" }, /* a surrogate */
    { "\xee\x80\x80", 3, 3, 0, "\ue000" },
    { "\xf4\x8f\xbf\xbf", 4, 4, 0, "\U0010FFFF" },
    { "\xf4\x90\x80\x80", 4, 0, 4, "\uFFFD\uFFFD\uFFFD\uFFFD" },
    { "\xf5\x80\x80\x80", 4, 0, 4, "\uFFFD\uFFFD\uFFFD\uFFFD" },
    { "\xff", 1, 0, 1, "\uFFFD" },
    { "a\0b", 3, 1, 1, "a\uFFFD" "b" },
    { "eight by\0tes and more", 21, 8, 1, "eight by\uFFFD" "tes and more" },
    { "1234567\xe2\x82\xac" "8", 11, 11, 0, "1234567€8" },
    { "12345678\xe2\x82", 10, 8, 2, "12345678\uFFFD\uFFFD" },
};

Test(utf8, the_valid_start_is_found)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect(eq(sz, gly_utf8_valid(rows[i].bytes, rows[i].len),
                     rows[i].valid), "row %zu", i);
}

Test(utf8, each_invalid_byte_is_mended)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gly_buf buf = {0};

        gly_buf_puts(&buf, "");
        cr_expect(eq(sz, gly_utf8_mend(&buf, rows[i].bytes, rows[i].len),
                     rows[i].mended), "row %zu", i);
        cr_expect(eq(str, buf.data, (char *)rows[i].after), "row %zu", i);
        gly_buf_finish(&buf);
    }
}

Test(utf8, random_bytes_are_valid_once_mended)
{
    struct dice dice = {3};

    for (unsigned turn = 0; turn < 2000; turn++) {
        char bytes[64];
        size_t len = roll(&dice, sizeof(bytes));
        gly_buf buf = {0};

        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)(roll(&dice, 2) ? roll(&dice, 256)
                                             : 0x80 + roll(&dice, 96));
        gly_buf_puts(&buf, "");
        gly_utf8_mend(&buf, bytes, len);
        cr_assert(eq(sz, gly_utf8_valid(buf.data, buf.len), buf.len));
        cr_assert(eq(sz, strlen(buf.data), buf.len));
        gly_buf_finish(&buf);
    }
}

Test(utf8, every_code_point_is_written_read_forwards_and_backwards)
{
    for (uint32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 61) {
        char out[8] = {0};
        const char *at = out;

        if (c >= 0xD800 && c < 0xE000)
            continue;

        unsigned len = gly_put_char(out, c);

        cr_assert(eq(u32, gly_next_char(&at), c));
        cr_assert(eq(sz, (size_t)(at - out), len));
        cr_assert(eq(u32, gly_char_before(out, at), c));
        cr_assert(eq(sz, gly_utf8_valid(out, len), len));
    }
}

Test(utf8, reading_stays_at_the_end_and_at_the_start)
{
    const char *text = "", *at = text;

    cr_expect(eq(u32, gly_next_char(&at), 0));
    cr_expect(eq(ptr, (void *)at, (void *)text));
    cr_expect(eq(u32, gly_char_before(text, text), 0));
}

Test(utf8, characters_have_their_classes)
{
    static const struct {
        uint32_t c;
        const char *classes; /* u l L d s, as below */
        uint32_t lower;
    } signs[] = {
        { 'A', "uL", 'a' },        { 'z', "lL", 'z' },
        { 0xC9, "uL", 0xE9 },      { 0xDF, "lL", 0xDF },
        { 0x416, "uL", 0x436 },    { 0x1C5, "uL", 0x1C6 },
        { 0x8BED, "L", 0x8BED },   { 0x301, "L", 0x301 },
        { '0', "d", '0' },         { 0x663, "d", 0x663 },
        { ' ', "s", ' ' },         { '\n', "s", '\n' },
        { 0xA0, "s", 0xA0 },       { 0x3000, "s", 0x3000 },
        { 0x200A, "s", 0x200A },   { 0x200B, "", 0x200B },
        { '@', "", '@' },          { '[', "", '[' },
        { '`', "", '`' },          { '{', "", '{' },
        { 0x2019, "", 0x2019 },    { 0x1F600, "", 0x1F600 },
        { 0, "", 0 },
    };

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        uint32_t c = signs[i].c;
        char classes[8], *p = classes;

        if (gly_is_upper(c))
            *p++ = 'u';
        if (gly_is_lower(c))
            *p++ = 'l';
        if (gly_is_letter(c))
            *p++ = 'L';
        if (gly_is_digit(c))
            *p++ = 'd';
        if (gly_is_space(c))
            *p++ = 's';
        *p = '\0';
        cr_expect(eq(str, classes, (char *)signs[i].classes), "U+%04X", c);
        cr_expect(eq(u32, gly_lower(c), signs[i].lower), "U+%04X", c);
    }
}

/* The text in NFC, and how many ranges of it were not. */
static char *nfc_of(const char *text, unsigned *ranges)
{
    static gly_buf out;
    gly_pos begin = 0, end, done = 0, len = (gly_pos)strlen(text);
    gly_buf range = {0};

    out.len = 0;
    gly_buf_puts(&out, "");
    for (*ranges = 0; gly_next_not_nfc(text, len, &begin, &end, &range);
         ++*ranges) {
        gly_buf_add(&out, text + done, begin - done);
        gly_buf_add(&out, range.data, range.len);
        range.len = 0;
        begin = done = end;
    }
    gly_buf_add(&out, text + done, len - done);
    gly_buf_finish(&range);
    return out.data;
}

Test(utf8, ranges_that_are_not_nfc_are_found_with_their_nfc)
{
    static const struct {
        const char *text, *nfc;
        unsigned ranges;
    } texts[] = {
        { "", "", 0 },
        { "plain, and Jos\u00e9 too", "plain, and Jos\u00e9 too", 0 },
        { "Jose\u0301 and Rene\u0301e", "Jos\u00e9 and Ren\u00e9e", 2 },
        { "\u0301a", "\u0301a", 0 },                    /* a mark on nothing */
        { "x\u0301", "x\u0301", 0 },                    /* no such letter */
        { "e\u0323\u0302", "\u1ec7", 1 },              /* two marks */
        { "e\u0302\u0323", "\u1ec7", 1 },              /* the other way round */
        { "\u00ea\u0323", "\u1ec7", 1 },
        { "q\u0307\u0323", "q\u0323\u0307", 1 },      /* only put in order */
        { "\u212b\u2126\u212a", "\u00c5\u03a9K", 3 }, /* units */
        { "\u0438\u0306\u0439", "\u0439\u0439", 1 },
        { "\u0439\u1ec7\u03ac", "\u0439\u1ec7\u03ac", 0 },
        { "\u1112\u1161\u11ab", "\ud55c", 1 },        /* jamo: han */
        { "\ud558\u11ab", "\ud55c", 1 },
        { "\u0958", "\u0915\u093c", 1 },               /* kept apart by NFC */
        { "\u09c7\u09be", "\u09cb", 1 },               /* a vowel of two signs */
        { "\ufb01 \u00bd \uff21", "\ufb01 \u00bd \uff21", 0 }, /* not NFKC */
        { "1234567e\u0301", "1234567\u00e9", 1 },
        { "12345678\u0301", "12345678\u0301", 0 },
        { "\U0001F468\u200D\U0001F469", "\U0001F468\u200D\U0001F469", 0 },
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        unsigned ranges;

        cr_expect(eq(str, nfc_of(texts[i].text, &ranges),
                     (char *)texts[i].nfc), "row %zu", i);
        cr_expect(eq(uint, ranges, texts[i].ranges), "row %zu", i);
    }
}

Test(utf8, a_letter_with_many_marks_stays_and_costs_little)
{
    gly_buf text = {0};
    unsigned ranges;

    gly_buf_puts(&text, "a\u0301 e");
    for (unsigned i = 0; i < 200000; i++)
        gly_buf_puts(&text, i % 2 ? "\u0323" : "\u0301");
    gly_buf_puts(&text, " o\u0301");

    const char *nfc = nfc_of(text.data, &ranges);

    cr_expect(eq(uint, ranges, 2));
    cr_expect(eq(sz, strlen(nfc), text.len - 2));
    gly_buf_finish(&text);
}

Test(utf8, what_was_made_nfc_is_nfc)
{
    struct dice dice = {11};

    for (unsigned turn = 0; turn < 2000; turn++) {
        char out[4];
        gly_buf text = {0};
        unsigned ranges;

        gly_buf_puts(&text, "");
        for (unsigned i = roll(&dice, 12); i > 0; i--)
            gly_buf_add(&text, out, gly_put_char(out,
                        roll(&dice, 2) ? 0x300 + roll(&dice, 0x70)
                        : roll(&dice, 2) ? 'a' + roll(&dice, 26)
                                         : 0x900 + roll(&dice, 0x1800)));
        gly_buf_puts(&text, nfc_of(text.data, &ranges));
        cr_assert(eq(sz, gly_utf8_valid(text.data, text.len), text.len));

        char *nfc = strdup(nfc_of(text.data, &ranges));

        nfc_of(nfc, &ranges);
        cr_assert(eq(uint, ranges, 0));
        free(nfc);
        gly_buf_finish(&text);
    }
}

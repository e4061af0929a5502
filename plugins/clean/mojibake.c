/* UTF-8 that was read as Windows-1252 or Latin-1 and written as UTF-8 again:
 * "Ã©" for "é". What is certain is mended, and in its company what is likely.
 *
 * How it differs from real text, in which signs follow which letters, is known
 * from ftfy, Robyn Speer (Apache-2.0). */
#include "characters.h"

#include <string.h>

enum { LONGEST_ORIGINAL = 4 }; /* in bytes, each of which is a sign here */

/* ---- Windows-1252 ---- */

static const uint16_t specials[32] = {
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
    0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178,
};

uint32_t windows_1252(uint32_t byte)
{
    return byte >= 0x80 && byte < 0xA0 ? specials[byte - 0x80] : byte;
}

/* The byte that was read as c, by Windows-1252 or by Latin-1; 0 for none. */
static unsigned char byte_of(uint32_t c)
{
    if (c < 0x100)
        return (unsigned char)c;
    for (unsigned i = 0; i < 32; i++)
        if (specials[i] == c)
            return (unsigned char)(0x80 + i);
    return 0;
}

/* The byte for the sign at *at, which then points past it. Some signs come
 * apart into a space and a mark where a text was made NFKD. */
static unsigned char read_sign(const char **at)
{
    uint32_t c = gly_next_char(at);

    if (c != ' ')
        return c == 0x3BC ? 0xB5 : byte_of(c);
    switch (gly_next_char(at)) {
    case 0x301: return 0xB4;
    case 0x303: return 0x98;
    case 0x304: return 0xAF;
    case 0x308: return 0xA8;
    case 0x327: return 0xB8;
    default: return 0;
    }
}

/* What the signs for 0x80 to 0xBF are behind a letter of a real text:
 * o: odd; c: common; m: a mark that may be; l, u: a letter. */
static char sort_of(unsigned char byte)
{
    static const char sorts[] = "ooooocmmooumuouo" "omcmcmccomlclolo"
                                "coooooooomomocmo" "oommmoomomocoooo";

    return sorts[byte - 0x80];
}

/* ---- one character ---- */

struct original {
    const char *end;
    uint32_t c;
    unsigned len;
    unsigned char byte[LONGEST_ORIGINAL];
};

/* Characters that a text is likely to have had. */
static bool is_likely(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        { 0x80, 0x17F },       { 0x18F, 0x18F },      { 0x192, 0x192 },
        { 0x1A0, 0x1A1 },      { 0x1AF, 0x1B0 },      { 0x1CD, 0x1DC },
        { 0x1E6, 0x1E7 },      { 0x218, 0x21B },      { 0x259, 0x259 },
        { 0x2BB, 0x2BC },      { 0x2C6, 0x2C7 },      { 0x2DC, 0x2DC },
        { 0x300, 0x328 },      { 0x384, 0x3CE },      { 0x400, 0x4FF },
        { 0x531, 0x58A },      { 0x5B0, 0x5F4 },      { 0x60C, 0x6FF },
        { 0x780, 0x7B1 },      { 0x900, 0xDFF },      { 0xE01, 0x167F },
        { 0x1780, 0x17FF },    { 0x1E00, 0x20BF },    { 0x2100, 0x23FF },
        { 0x2460, 0x27BF },    { 0x2B00, 0x2BFF },    { 0x3000, 0x312F },
        { 0x3200, 0x9FFF },    { 0xAC00, 0xD7A3 },    { 0xFB00, 0xFB06 },
        { 0xFB50, 0xFDFF },    { 0xFE0E, 0xFE0F },    { 0xFE30, 0xFEFF },
        { 0xFF01, 0xFFEE },    { 0xFFFD, 0xFFFD },    { 0x1D400, 0x1D7FF },
        { 0x1F000, 0x1FAFF },  { 0x20000, 0x2FA1F },
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (c - ranges[i].first <= ranges[i].last - ranges[i].first)
            return true;
    return false;
}

/* Reads the signs at `at` as the bytes of one character. */
static bool read_original(const char *at, struct original *o)
{
    uint32_t lead = gly_next_char(&at);

    if (lead < 0xC2 || lead > 0xF4)
        return false;
    o->len = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    o->byte[0] = (unsigned char)lead;
    for (unsigned i = 1; i < o->len; i++) {
        o->byte[i] = read_sign(&at);
        if ((o->byte[i] & 0xC0) != 0x80)
            return false;
    }

    const char *bytes = (const char *)o->byte;

    if (gly_utf8_valid(bytes, o->len) != o->len)
        return false;
    o->end = at;
    o->c = gly_next_char(&bytes);
    return is_likely(o->c);
}

static bool is_opening(uint32_t c)
{
    return c == 0x201C || c == 0x2018 || c == 0x201E || c == 0xAB ||
           c == 0x2039;
}

static bool is_east(uint32_t c)
{
    return c >= 0x3000 && c < 0xD800;
}

/* "Â" and "Ã", which hardly end a word; "Ä" and "Å", which do so in the north;
 * "Î", "Ï" for Greek, "Ð", "Ñ" for Cyrillic. In capitals all do. */
static bool is_certain_two(const struct original *o, uint32_t before,
                           uint32_t after)
{
    unsigned char lead = o->byte[0], next = o->byte[1];
    char sort = sort_of(next);
    bool latin = lead <= 0xC5, small = gly_is_lower(after);
    bool guillemet = next == 0x9B || next == 0xBB;

    if (lead >= 0xD7)
        return lead > 0xD7 && sort == 'o';
    if (sort == 'o' || gly_is_lower(before))
        return true;
    if (sort == 'l')
        return latin || (lead >= 0xCE && lead <= 0xD1);
    if (sort == 'u')
        return lead <= 0xC3 || (latin && !gly_is_upper(before));
    if (guillemet && latin && gly_is_letter(after))
        return true;
    if (lead == 0xC2 && gly_is_letter(before))
        return sort == 'm' || next == 0xA0;
    if (lead == 0xC3 && gly_is_letter(before))
        return sort == 'm' ? gly_is_letter(after) : next == 0xAD && small;
    if (lead <= 0xC3)
        return !is_opening(before);
    return lead <= 0xC8 && !gly_is_letter(before) && small &&
           (sort == 'm' || next == 0xAD);
}

static bool is_certain_three(const struct original *o, uint32_t before)
{
    bool odd = sort_of(o->byte[1]) == 'o', odd_end = sort_of(o->byte[2]) == 'o';
    char sort = sort_of(o->byte[1]);

    if ((o->c >= 0x2000 && o->c < 0x2070) || o->c == 0xFEFF || o->c == 0xFFFD)
        return true;
    if (is_east(o->c) && o->byte[0] != 0xE3)
        return odd_end && (odd || (sort != 'c' && !gly_is_letter(before)));
    return odd || odd_end || sort == 'u' ||
           (o->byte[0] == 0xE2 && sort == 'l') ||
           (o->byte[0] == 0xE2 && !gly_is_letter(before) &&
            !is_opening(before));
}

static bool is_certain(const struct original *o, uint32_t before,
                       uint32_t after)
{
    if (o->len == 4)
        return o->c >= 0x1D400 && o->c <= 0x1FAFF;
    return o->len == 3 ? is_certain_three(o, before)
                       : is_certain_two(o, before, after);
}

/* ---- what stands in a text ---- */

/* RARE: a character of East Asia by itself. */
enum how { SOUND, RARE, DOUBTFUL, CERTAIN };

struct find {
    const char *begin, *end;
    const char *with; /* NULL: the signs as bytes */
    enum how how;
};

struct reader {
    const char *text, *end;
    bool certain, rare, sound; /* there are such finds */
    bool east;     /* the certain ones have characters of East Asia */
    bool controls; /* there are some that Windows-1252 has signs for */
    bool quote;    /* the last mark of a quotation opened it */
};

static void note_quote(struct reader *r, uint32_t c)
{
    if (c == 0x201C || c == 0x201D)
        r->quote = c == 0x201C;
}

/* Characters one after the other. Letters of one script that is not Latin, or
 * three of any sort, are no chance. */
static void read_run(struct reader *r, const char *at, struct find *f)
{
    struct original o;
    unsigned count = 0, foreign = 0;
    bool certain = false, east = false;

    f->end = f->begin = at;
    while (read_original(f->end, &o)) {
        const char *next = o.end;
        uint32_t before = gly_char_before(r->text, f->end);

        certain |= is_certain(&o, before, gly_next_char(&next));
        east |= is_east(o.c);
        foreign += o.c >= 0x370 && (o.c < 0x1E00 || o.c >= 0x3000);
        count++;
        f->end = o.end;
        note_quote(r, o.c);
    }
    if (count == 0)
        return;
    if (certain || count > 2 || (count == 2 && foreign == 2)) {
        f->how = CERTAIN;
        r->east |= east;
    } else {
        f->how = east ? RARE : DOUBTFUL;
    }
}

/* Signs of U+2010 to U+2026 as other code pages read them. */
static bool read_other(const struct reader *r, const char *at, struct find *f)
{
    static const struct {
        const char *read, *with;
    } others[] = {
        /* Mac OS Roman */
        { "‚Äì", "–" }, { "‚Äî", "—" }, { "‚Äò", "‘" }, { "‚Äô", "’" },
        { "‚Äú", "“" }, { "‚Äù", "”" }, { "‚Ä¢", "•" }, { "‚Ä¶", "…" },
        /* code page 437 */
        { "ΓÇô", "–" }, { "ΓÇö", "—" }, { "ΓÇÿ", "‘" }, { "ΓÇÖ", "’" },
        { "ΓÇ£", "“" }, { "ΓÇ¥", "”" }, { "ΓÇó", "•" }, { "ΓÇª", "…" },
        /* Windows-1250, where it differs */
        { "â€ś", "“" }, { "â€ť", "”" },
    };
    size_t left = (size_t)(r->end - at);

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        size_t len = strlen(others[i].read);

        if (len <= left && memcmp(at, others[i].read, len) == 0) {
            *f = (struct find){ at, at + len, others[i].with, CERTAIN };
            return true;
        }
    }
    return false;
}

static bool ends_word(uint32_t c)
{
    return gly_is_lower(c) || c == 0x2019 || c == 0x201D ||
           (c > 0 && c < 0x80 && strchr(".,:;?!)\"'", (int)c));
}

/* "Â" whose no-break space became a plain one, or was trimmed. */
static bool read_lost_space(const struct reader *r, const char *at,
                            struct find *f)
{
    const char *next = at + 2, *behind = next;
    uint32_t before = gly_char_before(r->text, at);
    uint32_t after = gly_next_char(&behind);

    if (after != ' ' && after != '\n' && after != 0)
        return false;
    *f = (struct find){ at, next, "", CERTAIN };
    if (ends_word(before))
        return true;
    if (gly_is_letter(before) || is_opening(before))
        return false;
    if (after == ' ')
        f->end = behind;
    if ((before != 0 && before != '\n') ||
        gly_is_lower(gly_next_char(&behind)))
        f->how = DOUBTFUL;
    return true;
}

/* "Ã" whose 0xA0 became a space, which stood before another or did not. */
static bool read_lost_letter(const struct reader *r, const char *at,
                             struct find *f)
{
    const char *next = at + 2;
    uint32_t before = gly_char_before(r->text, at);
    bool spaced = next[0] == ' ' && next[1] == ' ';
    bool plural = strncmp(next, " s ", 3) == 0 || strncmp(next, " s\n", 3) == 0;

    *f = (struct find){ at, next + (spaced || plural), "à",
                        gly_is_lower(before) && !plural ? CERTAIN : DOUBTFUL };
    return *next == ' ' && (gly_is_lower(before) || before == ' ');
}

/* "â€" whose last byte Windows-1252 has not, so that it was left out: 0x9D,
 * which closes a quotation, or 0x90, a hyphen. */
static bool read_lost_sign(const struct reader *r, const char *at,
                           struct find *f)
{
    static const char lost[] = "â€";
    const char *end = at + sizeof(lost) - 1, *next = end;

    if (strncmp(at, lost, sizeof(lost) - 1) != 0)
        return false;
    *f = (struct find){ at, end, "‐", CERTAIN };
    if (gly_is_lower(gly_char_before(r->text, at)) &&
        gly_is_lower(gly_next_char(&next)))
        return true;
    f->with = "”";
    f->end += strncmp(end, "\uFFFD", 3) == 0 ? 3 : 0;
    return r->quote;
}

/* A control character of Latin-1 is one of Windows-1252's signs. That of U+0085
 * may be a line break as well. */
static bool read_control(const struct reader *r, const char *at, uint32_t c,
                         struct find *f)
{
    if (c < 0x80 || c > 0x9F || windows_1252(c) == c)
        return false;
    *f = (struct find){ at, at + 2, NULL, CERTAIN };
    if (c == 0x85 && !r->controls)
        f->how = SOUND;
    return true;
}

static void read_find(struct reader *r, const char *at, struct find *f)
{
    const char *next = at;
    uint32_t c = gly_next_char(&next);

    *f = (struct find){ at, at, NULL, SOUND };
    if (c >= 0xC2 && c <= 0xF4)
        read_run(r, at, f);
    if (f->end > at || (c == 0xC2 && read_lost_space(r, at, f)) ||
        (c == 0xC3 && read_lost_letter(r, at, f)) ||
        ((c == 0xE2 || c == 0x201A || c == 0x393) && read_other(r, at, f)) ||
        (c == 0xE2 && read_lost_sign(r, at, f)) ||
        read_control(r, at, c, f))
        return;
    note_quote(r, c);
    *f = (struct find){ at, next, NULL, SOUND };
}

/* The next character that is not ASCII, and what it begins; false at the
 * end. */
static bool find_next(struct reader *r, const char *at, struct find *f)
{
    while (at < r->end && (unsigned char)*at < 0x80)
        at += r->end - at >= 8 && is_plain(at) ? 8 : 1;
    if (at >= r->end)
        return false;
    read_find(r, at, f);
    return true;
}

/* Of spaces and what cannot be read, which are in any text. */
static bool says_nothing(uint32_t c)
{
    return (c >= 0x80 && c <= 0xA0) || c == 0xAD || c == 0xFFFD;
}

static void take_stock(struct reader *r)
{
    struct find f;

    for (const char *at = r->text; find_next(r, at, &f); at = f.end) {
        const char *next = f.begin;
        uint32_t c = gly_next_char(&next);

        r->certain |= f.how == CERTAIN;
        r->rare |= f.how == RARE;
        r->sound |= f.how == SOUND && !says_nothing(c);
        r->controls |= f.how == CERTAIN && c <= 0x9F;
    }
}

/* ---- mending ---- */

static void mend_find(struct mending *m, const struct find *f, gly_buf *with)
{
    with->len = 0;
    gly_buf_puts(with, f->with ? f->with : "");
    for (const char *at = f->begin; !f->with && at < f->end;) {
        unsigned char byte = read_sign(&at);
        char bytes[4] = { (char)byte };
        bool control = byte < 0xA0 && f->end - f->begin == 2;

        gly_buf_add(with, bytes,
                    control ? gly_put_char(bytes, windows_1252(byte)) : 1);
    }
    mend(m, (gly_pos)(f->begin - m->text), (gly_pos)(f->end - m->text),
         with->data, MOJIBAKE);
}

/* What is doubtful is mojibake where all is that it stands among. */
static bool is_through(const struct reader *r)
{
    return r->certain && !r->sound && (!r->rare || r->east);
}

static void mend_line(struct mending *m, struct reader *line, bool all)
{
    const char *at = line->text;
    struct find f;
    gly_buf with = { 0 };

    take_stock(line);
    all |= is_through(line);
    line->quote = false;
    while (find_next(line, at, &f)) {
        at = f.begin;
        if (f.how == CERTAIN || (f.how != SOUND && all)) {
            mend_find(m, &f, &with);
            at = f.end;
        } else {
            gly_next_char(&at);
        }
    }
    gly_buf_finish(&with);
}

/* All mojibake has a letter of U+00C0 to U+00FF before another sign that is not
 * ASCII, or "Â" or "Ã" before a space, or a control character. */
static bool may_hold(const char *text, const char *end)
{
    const unsigned char *p;

    for (const char *at = text;
         (p = memchr(at, 0xC3, (size_t)(end - at))); at = (const char *)p + 2)
        if (p[2] >= 0x80 || ((p[1] & 0xFE) == 0x82 && p[2] <= ' '))
            return true;
    for (const char *at = text;
         (p = memchr(at, 0xC2, (size_t)(end - at))); at = (const char *)p + 2)
        if (p[1] < 0xA0)
            return true;
    return false;
}

void mend_mojibake(struct mending *m)
{
    struct reader r = { .text = m->text, .end = m->text + m->len };

    if (!may_hold(r.text, r.end))
        return;
    take_stock(&r);
    if (!r.certain)
        return;
    for (const char *at = m->text; at < r.end;) {
        const char *end = memchr(at, '\n', (size_t)(r.end - at));
        struct reader line = { .text = at, .end = end ? end : r.end,
                               .controls = r.controls, .east = r.east };

        mend_line(m, &line, is_through(&r));
        at = line.end + 1;
    }
}

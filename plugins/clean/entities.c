/* HTML's entities where they are left over: escaped twice, or in a value that
 * is no HTML. libxml2 knows those of HTML 4. */
#include "characters.h"
#include "html.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 24 };

/* Of HTML 5's, those of letters and signs that news have. Source: WHATWG, HTML
 * Living Standard, named character references (BSD-3-Clause). */
static const struct {
    const char *name;
    uint16_t c;
} newer[] = {
    { "AMP", 0x26 }, { "Abreve", 0x102 }, { "Amacr", 0x100 },
    { "Aogon", 0x104 }, { "COPY", 0xA9 }, { "Cacute", 0x106 },
    { "Ccaron", 0x10C }, { "Ccirc", 0x108 }, { "Cdot", 0x10A },
    { "CloseCurlyDoubleQuote", 0x201D }, { "CloseCurlyQuote", 0x2019 },
    { "Dcaron", 0x10E }, { "Dstrok", 0x110 }, { "ENG", 0x14A },
    { "Ecaron", 0x11A }, { "Edot", 0x116 }, { "Emacr", 0x112 },
    { "Eogon", 0x118 }, { "GT", 0x3E }, { "Gbreve", 0x11E },
    { "Gcedil", 0x122 }, { "Gcirc", 0x11C }, { "Gdot", 0x120 },
    { "Hcirc", 0x124 }, { "Hstrok", 0x126 }, { "IJlig", 0x132 },
    { "Idot", 0x130 }, { "Imacr", 0x12A }, { "Iogon", 0x12E },
    { "Itilde", 0x128 }, { "Jcirc", 0x134 }, { "Kcedil", 0x136 },
    { "LT", 0x3C }, { "Lacute", 0x139 }, { "Lcaron", 0x13D },
    { "Lcedil", 0x13B }, { "Lmidot", 0x13F }, { "Lstrok", 0x141 },
    { "Nacute", 0x143 }, { "Ncaron", 0x147 }, { "Ncedil", 0x145 },
    { "NewLine", 0xA }, { "NonBreakingSpace", 0xA0 }, { "Odblac", 0x150 },
    { "Omacr", 0x14C }, { "OpenCurlyDoubleQuote", 0x201C },
    { "OpenCurlyQuote", 0x2018 }, { "QUOT", 0x22 }, { "REG", 0xAE },
    { "Racute", 0x154 }, { "Rcaron", 0x158 }, { "Rcedil", 0x156 },
    { "Sacute", 0x15A }, { "Scedil", 0x15E }, { "Scirc", 0x15C },
    { "TRADE", 0x2122 }, { "Tab", 0x9 }, { "Tcaron", 0x164 },
    { "Tcedil", 0x162 }, { "ThinSpace", 0x2009 }, { "Tstrok", 0x166 },
    { "Ubreve", 0x16C }, { "Udblac", 0x170 }, { "Umacr", 0x16A },
    { "Uogon", 0x172 }, { "Uring", 0x16E }, { "Utilde", 0x168 },
    { "Wcirc", 0x174 }, { "Ycirc", 0x176 }, { "Zacute", 0x179 },
    { "Zcaron", 0x17D }, { "Zdot", 0x17B }, { "ZeroWidthSpace", 0x200B },
    { "abreve", 0x103 }, { "amacr", 0x101 }, { "aogon", 0x105 },
    { "apos", 0x27 }, { "ast", 0x2A }, { "breve", 0x2D8 }, { "bsol", 0x5C },
    { "bullet", 0x2022 }, { "cacute", 0x107 }, { "caron", 0x2C7 },
    { "ccaron", 0x10D }, { "ccirc", 0x109 }, { "cdot", 0x10B },
    { "centerdot", 0xB7 }, { "check", 0x2713 }, { "colon", 0x3A },
    { "comma", 0x2C }, { "commat", 0x40 }, { "copysr", 0x2117 },
    { "dash", 0x2010 }, { "dcaron", 0x10F }, { "dollar", 0x24 },
    { "dstrok", 0x111 }, { "ecaron", 0x11B }, { "edot", 0x117 },
    { "emacr", 0x113 }, { "emsp13", 0x2004 }, { "emsp14", 0x2005 },
    { "eng", 0x14B }, { "eogon", 0x119 }, { "equals", 0x3D },
    { "excl", 0x21 }, { "ffilig", 0xFB03 }, { "fflig", 0xFB00 },
    { "ffllig", 0xFB04 }, { "filig", 0xFB01 }, { "fllig", 0xFB02 },
    { "frac13", 0x2153 }, { "frac15", 0x2155 }, { "frac16", 0x2159 },
    { "frac18", 0x215B }, { "frac23", 0x2154 }, { "frac25", 0x2156 },
    { "frac35", 0x2157 }, { "frac38", 0x215C }, { "frac45", 0x2158 },
    { "frac56", 0x215A }, { "frac58", 0x215D }, { "frac78", 0x215E },
    { "gbreve", 0x11F }, { "gcirc", 0x11D }, { "gdot", 0x121 },
    { "grave", 0x60 }, { "hairsp", 0x200A }, { "half", 0xBD },
    { "hcirc", 0x125 }, { "horbar", 0x2015 }, { "hstrok", 0x127 },
    { "hyphen", 0x2010 }, { "ijlig", 0x133 }, { "imacr", 0x12B },
    { "imath", 0x131 }, { "inodot", 0x131 }, { "iogon", 0x12F },
    { "itilde", 0x129 }, { "jcirc", 0x135 }, { "kcedil", 0x137 },
    { "lacute", 0x13A }, { "lbrace", 0x7B }, { "lbrack", 0x5B },
    { "lcaron", 0x13E }, { "lcedil", 0x13C }, { "lcub", 0x7B },
    { "ldquor", 0x201E }, { "lmidot", 0x140 }, { "lowbar", 0x5F },
    { "lpar", 0x28 }, { "lsqb", 0x5B }, { "lsquor", 0x201A },
    { "lstrok", 0x142 }, { "mldr", 0x2026 }, { "nacute", 0x144 },
    { "napos", 0x149 }, { "ncaron", 0x148 }, { "ncedil", 0x146 },
    { "nldr", 0x2025 }, { "num", 0x23 }, { "numero", 0x2116 },
    { "numsp", 0x2007 }, { "odblac", 0x151 }, { "ogon", 0x2DB },
    { "omacr", 0x14D }, { "percnt", 0x25 }, { "period", 0x2E },
    { "phone", 0x260E }, { "plus", 0x2B }, { "puncsp", 0x2008 },
    { "quest", 0x3F }, { "racute", 0x155 }, { "rbrace", 0x7D },
    { "rbrack", 0x5D }, { "rcaron", 0x159 }, { "rcedil", 0x157 },
    { "rcub", 0x7D }, { "rdquor", 0x201D }, { "rpar", 0x29 },
    { "rsqb", 0x5D }, { "rsquor", 0x2019 }, { "sacute", 0x15B },
    { "scedil", 0x15F }, { "scirc", 0x15D }, { "semi", 0x3B },
    { "sol", 0x2F }, { "star", 0x2606 }, { "starf", 0x2605 },
    { "tcaron", 0x165 }, { "tcedil", 0x163 }, { "tstrok", 0x167 },
    { "ubreve", 0x16D }, { "udblac", 0x171 }, { "umacr", 0x16B },
    { "uogon", 0x173 }, { "uring", 0x16F }, { "utilde", 0x169 },
    { "verbar", 0x7C }, { "vert", 0x7C }, { "wcirc", 0x175 },
    { "ycirc", 0x177 }, { "zacute", 0x17A }, { "zcaron", 0x17E },
    { "zdot", 0x17C },
};

static uint32_t find_newer(const char *name)
{
    for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++)
        if (strcmp(newer[i].name, name) == 0)
            return newer[i].c;
    return 0;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Some names are entities without a semicolon too; but "?a=1&copy=2". */
static uint32_t read_bare(const char *at, size_t len, const char **end)
{
    if (strncmp(at, "nbsp", 4) == 0) {
        *end = at + 4;
        return 0xA0;
    }
    *end = at + len;
    if (at[len] == '=')
        return 0;
    if (len == 3 && memcmp(at, "amp", 3) == 0)
        return '&';
    return len == 4 && memcmp(at, "quot", 4) == 0 ? '"' : 0;
}

static uint32_t read_name(const char *at, const char **end)
{
    char name[LONGEST_NAME + 1] = "";
    size_t len = 0;

    while (len < LONGEST_NAME && is_alnum(at[len]))
        len++;
    if (at[len] != ';')
        return read_bare(at, len, end);
    *end = at + len + 1;
    memcpy(name, at, len);

    uint32_t c = html_entity(name, len);

    return c ? c : find_newer(name);
}

/* Where a letter may follow its digits, only a decimal number of a sign that is
 * escaped often does without a semicolon. */
static uint32_t read_number(const char *at, const char **end)
{
    bool hex = (*at | 32) == 'x';
    const char *digits = at + hex;
    char *stop;

    if (!is_alnum(*digits))
        return 0;

    unsigned long c = strtoul(digits, &stop, hex ? 16 : 10);

    *end = stop + (*stop == ';');
    if (stop == digits || stop - digits > 7 ||
        (*stop != ';' && (hex || (c < 0x80 && c != 34 && c != 38 && c != 39))))
        return 0;
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c > 0x10FFFF ||
        (c >= 0xD800 && c <= 0xDFFF) || (c & 0xFFFE) == 0xFFFE)
        return 0;
    return windows_1252((uint32_t)c);
}

uint32_t entity_read(const char *at, size_t *len)
{
    const char *begin = at + 1, *end;

    while (strncmp(begin, "amp;", 4) == 0)
        begin += 4;

    uint32_t c = *begin == '#' ? read_number(begin + 1, &end)
                               : read_name(begin, &end);

    if (!c && begin > at + 1) {
        c = '&';
        end = begin;
    }
    if (c)
        *len = (size_t)(end - at);
    return c;
}

void mend_entities(struct mending *m)
{
    const char *at = m->text, *end = at + m->len;
    char with[5];

    while ((at = memchr(at, '&', (size_t)(end - at)))) {
        gly_pos begin = (gly_pos)(at - m->text);
        size_t len = 1;
        uint32_t c = entity_read(at, &len);

        if (c) {
            with[gly_put_char(with, c)] = '\0';
            mend(m, begin, begin + (gly_pos)len, with, ENTITIES);
        }
        at += len;
    }
}

/* shapes.c: what no translator touches, known by its shape: names of files,
 * code, addresses, numbers of things. */
#include "translate-marker.h"

#include <string.h>

enum { LONGEST = 120 };

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_upper(c) || is_lower(c) || is_digit(c);
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Whether the list, of words with a space on each side, has this one. */
static bool is_in(const char *list, const char *at, size_t len)
{
    char word[16] = " ";

    if (len == 0 || len + 3 > sizeof(word))
        return false;
    memcpy(word + 1, at, len);
    memcpy(word + 1 + len, " ", 2);
    return strstr(list, word) != NULL;
}

/* Fits at the begin: '9' is a digit, 'x' a hexadecimal one, 'A' a capital; '+'
 * repeats what is before it, other signs stand for themselves. Returns the
 * bytes that fit, 0 when it does not. */
static size_t fit(const char *pattern, const char *at, size_t len)
{
    size_t i = 0;

    for (char last = 0; *pattern; pattern++) {
        bool more = *pattern == '+';
        char want = more ? last : *pattern;

        do {
            char c = i < len ? at[i] : '\0';
            bool fits = want == '9'   ? is_digit(c)
                        : want == 'x' ? is_hex(c)
                        : want == 'A' ? is_upper(c)
                                      : c == want;

            if (!fits && more)
                break;
            if (!fits)
                return 0;
            i++;
        } while (more);
        last = want;
    }
    return i;
}

static bool fits(const char *pattern, const char *at, size_t len)
{
    return len > 0 && fit(pattern, at, len) == len;
}

/* ---- files and addresses ---- */

static bool is_path(const char *at, size_t len)
{
    if (len > 3 && at[1] == ':' && at[2] == '\\')
        return true;
    if (len > 2 && at[0] == '~' && at[1] == '/')
        return true;
    return len > 3 && at[0] == '/' && is_alnum(at[1]) &&
           memchr(at + 1, '/', len - 1);
}

static const char *last_dot(const char *at, size_t len)
{
    while (len > 0 && at[len - 1] != '.')
        len--;
    return len > 1 ? at + len - 1 : NULL;
}

static bool is_file(const char *at, size_t len)
{
    static const char endings[] =
        " avi bak bat bmp cfg conf cpp css csv dll doc docx epub exe gif gz htm "
        "html ini iso jar java jpeg jpg js json log md mkv mov mp3 mp4 odt ogg "
        "pdf php png ppt pptx ps py rar rb rs rtf sh sql svg tar tex tgz tif "
        "tiff toml ts txt wav webp xls xlsx xml yaml yml zip ";
    const char *dot = last_dot(at, len);

    if (!dot || !is_in(endings, dot + 1, (size_t)(at + len - dot - 1)))
        return false;
    for (const char *p = at; p < dot; p++)
        if (!is_alnum(*p) && !strchr("_-.", *p))
            return false;
    return is_alnum(*at);
}

/* "example.org", "news.example.co.uk/today" */
static bool is_address(const char *at, size_t len)
{
    const char *end = memchr(at, '/', len), *begin = at;
    bool known = false;

    end = end ? end : at + len;
    for (const char *p = at; p <= end; p++) {
        if (p < end && *p != '.') {
            if (!is_alnum(*p) && *p != '-')
                return false;
            continue;
        }
        if (p == begin)
            return false;
        known |= begin > at && is_in(" com edu gov info net org co io ", begin,
                                     (size_t)(p - begin));
        if (p == end)
            return known && is_lower(*begin);
        begin = p + 1;
    }
    return false;
}

/* The tokens' own begin behind a dot: "ann.lee@example.org". */
static bool is_mail(const char *at, size_t len)
{
    const char *sign = memchr(at, '@', len), *end = at + len;

    if (!sign || sign == at || !last_dot(sign, (size_t)(end - sign)))
        return false;
    for (const char *p = at; p < end; p++)
        if (p != sign && !is_alnum(*p) && !strchr("._+-", *p))
            return false;
    return is_alnum(sign[1]) && is_alnum(end[-1]);
}

/* ---- code ---- */

/* "getUserName"; of two parts it may be two words that lost their space. */
static bool is_camel(const char *at, size_t len)
{
    size_t upper = 0;

    for (size_t i = 0; i < len; i++) {
        if (!is_alnum(at[i]))
            return false;
        upper += is_upper(at[i]) && i + 1 < len && is_lower(at[i + 1]);
    }
    return is_lower(at[0]) && is_lower(at[1]) && upper > 1;
}

/* "snake_case", "std::sort", "node->next" */
static bool is_joined(const char *at, size_t len)
{
    bool joined = false;

    for (size_t i = 0; i < len; i++) {
        const char *p = at + i;
        bool inside = i > 1 && is_alnum(p[-1]) && is_alnum(p[-2]);
        size_t sign = *p == '_'                           ? 1
                      : i + 2 < len && (memcmp(p, "::", 2) == 0 ||
                                        memcmp(p, "->", 2) == 0) ? 2
                                                                 : 0;

        if (sign > 0 && inside && is_alnum(p[sign]))
            joined = true;
        else if (sign == 0 && !is_alnum(*p) && *p != '.')
            return false;
        i += sign > 1;
    }
    return joined;
}

static bool is_code(const char *at, size_t len)
{
    if (len > 3 && at[len - 1] == ')') {
        const char *open = memchr(at, '(', len);

        return open && open > at + 1 && at[0] != '(' &&
               (open + 2 == at + len || is_joined(at, (size_t)(open - at)) ||
                is_camel(at, (size_t)(open - at)));
    }
    if (len > 3 && memcmp(at, "--", 2) == 0)
        return is_lower(at[2]);
    if (len > 2 && at[0] == '$')
        return is_upper(at[1]) && (is_upper(at[2]) || at[2] == '_');
    if (len > 2 && at[0] == '<' && at[len - 1] == '>')
        return is_lower(at[1]) || at[1] == '/';
    return (memcmp(at, "0x", 2) == 0 && fits("xx+", at + 2, len - 2)) ||
           is_joined(at, len) ||
           is_camel(at, len);
}

/* ---- numbers of things ---- */

static bool is_hash(const char *at, size_t len)
{
    size_t digits = 0;

    for (size_t i = 0; i < len; i++) {
        if (!is_hex(at[i]) || is_upper(at[i]))
            return false;
        digits += is_digit(at[i]);
    }
    return len >= 8 && digits > 1 && len - digits > 1;
}

/* An account's: two letters, two digits, then digits and capitals. */
static bool is_account(const char *at, size_t len)
{
    if (len < 15 || len > 34 || fit("AA99", at, len) == 0)
        return false;
    for (size_t i = 4; i < len; i++)
        if (!is_digit(at[i]) && !is_upper(at[i]))
            return false;
    return true;
}

static bool is_identifier(const char *at, size_t len)
{
    static const char *const patterns[] = {
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", /* of anything */
        "AA+-9999-999+",                        /* of a flaw */
        "9+.9+.9+.9+",                          /* of a host */
        "xx:xx:xx:xx:xx:xx",
        "v9+.9+", "v9+.9+.9+",
    };

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        if (fits(patterns[i], at, len))
            return true;
    if (len > 4 && memcmp(at, "doi:", 4) == 0)
        return true;
    return fit("10.9999+/", at, len) > 0 || is_hash(at, len) ||
           is_account(at, len);
}

/* ---- formulas and products ---- */

/* "H2O", "C6H12O6": of elements, of which one is hydrogen or oxygen. */
static bool is_compound(const char *at, size_t len)
{
    static const char elements[] =
        " Ag Al Ar As Au B Ba Be Br C Ca Cd Cl Co Cr Cs Cu F Fe H He Hg I K Kr "
        "Li Mg Mn N Na Ne Ni O P Pb Pt Pu Ra Rb S Se Si Sn Sr Ti U V W Xe Zn "
        "Zr ";
    size_t count = 0, i = 0;
    bool digits = false, known = false;

    while (i < len) {
        size_t two = i + 1 < len && is_lower(at[i + 1]) ? 2 : 1, digit = i + two;

        if (!is_in(elements, at + i, two))
            return false;
        known |= two == 1 && (at[i] == 'H' || at[i] == 'O');
        while (digit < len && is_digit(at[digit]))
            digit++;
        if (digit > i + two + 2)
            return false;
        digits |= digit > i + two;
        count++;
        i = digit;
    }
    return count > 1 && digits && known;
}

/* "A320", "F-16", "iPhone"; not the quarters and halves of years. */
static bool is_product(const char *at, size_t len)
{
    size_t digits = 0, letters = 0;

    if (len > 3 && is_lower(at[0]) && is_upper(at[1]) && is_lower(at[2])) {
        for (size_t i = 2; i < len; i++)
            if (!is_lower(at[i]) && !is_digit(at[i]))
                return false;
        return true;
    }
    if (len < 3 || len > 16 || !is_upper(at[0]) || fit("FY9", at, len) ||
        fit("GMT", at, len) || fit("UTC", at, len))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_upper(at[i]) && !is_digit(at[i]) && at[i] != '-')
            return false;
        digits += is_digit(at[i]);
        letters += is_upper(at[i]);
    }
    return digits > 0 && letters < 7 && at[len - 1] != '-';
}

bool takes_number(const char *at, size_t len)
{
    return is_in(" ISBN ISSN ISO IEC RFC DIN IEEE ASTM PMID ", at, len);
}

/* A number, or a variable with what belongs to it: "2y", "a²", "f(x)". */
bool is_operand(const char *at, size_t len)
{
    size_t letters = 0, row = 0;
    bool capitals = true;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)at[i];

        if (is_upper(at[i]) || is_lower(at[i])) {
            letters++;
            row++;
            capitals = capitals && is_upper(at[i]);
            if (row > (capitals ? 3 : 2))
                return false;
            continue;
        }
        row = 0;
        if (!is_digit(at[i]) && c < 0x80 && !strchr("()^_.,*/", at[i]))
            return false;
    }
    return len > 0 && len < 13 && letters < 7;
}

bool is_operator(const char *at, size_t len, bool *equates)
{
    static const char equations[] = " = \xE2\x89\x88 \xE2\x89\xA0 \xE2\x89\xA4 "
                                    "\xE2\x89\xA5 ";

    *equates = is_in(equations, at, len);
    return *equates || is_in(" + - * / \xE2\x88\x92 \xC3\x97 \xC3\xB7 ", at, len);
}

static bool is_equation(const char *at, size_t len)
{
    const char *equals = memchr(at, '=', len);
    size_t left = equals ? (size_t)(equals - at) : 0;

    return left > 0 && is_operand(at, left) &&
           is_operand(equals + 1, len - left - 1);
}

const char *shape_of(const char *at, size_t len)
{
    if (len < 3 || len > LONGEST)
        return NULL;
    if (is_path(at, len) || is_file(at, len))
        return "file";
    if (is_address(at, len))
        return "url";
    if (is_mail(at, len))
        return "email";
    if (is_identifier(at, len))
        return "identifier";
    if (is_code(at, len))
        return "code";
    if (is_compound(at, len) || is_equation(at, len))
        return "formula";
    return is_product(at, len) ? "product" : NULL;
}

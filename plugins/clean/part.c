/* Parts of lines. */
#include "part.h"

#include <galley/text.h>

#include <string.h>
#include <strings.h>

struct part part_trim(const char *at, size_t len)
{
    while (len > 0 && (*at == ' ' || *at == '\t' || *at == '\n')) {
        at++;
        len--;
    }
    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t' ||
                       at[len - 1] == '\n'))
        len--;
    return (struct part){ at, len };
}

bool part_is(struct part part, const char *str)
{
    return strlen(str) == part.len && strncasecmp(part.at, str, part.len) == 0;
}

bool part_is_any(struct part part, const char *const *list)
{
    for (; *list; list++)
        if (part_is(part, *list))
            return true;
    return false;
}

bool part_begins(struct part part, const char *str)
{
    if (part.len == 0 || (*part.at | 32) != (*str | 32))
        return *str == '\0'; /* soon, since most are asked in vain */

    size_t len = strlen(str);

    return part.len >= len && strncasecmp(part.at, str, len) == 0;
}

size_t part_begins_any(struct part part, const char *const *list)
{
    for (; *list; list++)
        if (part_begins(part, *list))
            return strlen(*list);
    return 0;
}

bool part_holds(struct part part, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= part.len; i++)
        if ((part.at[i] | 32) == (*word | 32) &&
            strncasecmp(part.at + i, word, len) == 0)
            return true;
    return false;
}

bool part_ends_sentence(struct part text)
{
    static const uint32_t ends[] = {
        0x00BB, 0x061F, 0x06D4, 0x0964, 0x3002, 0x300D, 0x300F, 0xFF01, 0xFF1F,
    };

    if (text.len <= 3 || memchr(".!?:\"", text.at[text.len - 1], 5))
        return text.len > 3;
    if ((text.at[text.len - 1] & 0x80) == 0)
        return false;
    if (memcmp(text.at + text.len - 3, "\xE2\x80", 2) == 0)
        return true;

    uint32_t last = gly_char_before(text.at, text.at + text.len);

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (last == ends[i])
            return true;
    return false;
}

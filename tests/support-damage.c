#include "support-damage.h"

#include <galley/text.h>
#include <string.h>

static const struct style {
    const char *opens, *closes;
} styles[] = {
    { "“", "”" }, { "\"", "\"" }, { "„", "“" }, { "«", "»" }, { "''", "''" },
};
enum { STYLES = sizeof(styles) / sizeof(styles[0]) };

/* 0 to below. */
static unsigned draw(uint64_t *seed, unsigned below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % below;
}

/* Bytes of the mark that stands at p, or 0. */
static size_t mark_at(const char *p)
{
    for (size_t i = 0; i < STYLES; i++) {
        if (strncmp(p, styles[i].opens, strlen(styles[i].opens)) == 0)
            return strlen(styles[i].opens);
        if (strncmp(p, styles[i].closes, strlen(styles[i].closes)) == 0)
            return strlen(styles[i].closes);
    }
    return 0;
}

/* Inches are none, nor is what stands in markup. */
static bool is_none(const char *text, const char *p)
{
    uint32_t before = gly_char_before(text, p);

    return *p == '"' && (before == '=' || gly_is_digit(before));
}

static bool is_opening(const char *text, const char *p)
{
    uint32_t before = gly_char_before(text, p);

    if (strncmp(p, "“", strlen("“")) == 0)
        return true;
    if (strncmp(p, "”", strlen("”")) == 0)
        return false;
    return before == 0 || before == '\n' || gly_is_space(before) ||
           before == '(' || before == '[' || before == 0x2014;
}

static const char *turned(const char *mark, bool opening)
{
    if (strncmp(mark, "«", strlen("«")) == 0)
        return "»";
    if (strncmp(mark, "»", strlen("»")) == 0)
        return "«";
    return opening ? "”" : "“";
}

static const char *of_another_style(const char *mark, size_t len, bool opening,
                                    uint64_t *seed)
{
    for (;;) {
        const struct style *style = &styles[draw(seed, STYLES)];
        const char *other = opening ? style->opens : style->closes;

        if (strlen(other) != len || memcmp(other, mark, len) != 0)
            return other;
    }
}

void damage_marks(gly_doc *doc, uint64_t *seed)
{
    const char *text = gly_text(doc, NULL);
    gly_edit *edit = gly_edit_begin(doc);

    for (const char *p = text; *p;) {
        size_t len = mark_at(p);
        gly_pos begin = (gly_pos)(p - text), end = (gly_pos)(begin + len);
        bool opening = len > 0 && is_opening(text, p);

        if (len == 0 || is_none(text, p) || draw(seed, 5) > 0) {
            p += len ? len : 1;
            continue;
        }
        switch (draw(seed, 4)) {
        case 0:
            gly_edit_replace(edit, begin, end, "", "lost");
            break;
        case 1:
            gly_edit_replace(edit, opening ? end : begin,
                             opening ? end : begin, " ", "spaced");
            break;
        case 2:
            gly_edit_replace(edit, begin, end, turned(p, opening), "turned");
            break;
        default:
            gly_edit_replace(edit, begin, end,
                             of_another_style(p, len, opening, seed), "style");
        }
        p += len;
    }
    gly_edit_commit(edit);
}

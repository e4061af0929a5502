/* The language of a text, as detected by libcld2 and as declared. */
#include "clean.h"

#include <string.h>
#include <strings.h>

/* The detector is sure of shorter texts too, but then sometimes wrong. */
enum { LOOKED_AT = 1024, SHORTEST = 150, LEAST_PERCENT = 50, LONGEST_CODE = 8 };

#ifdef HAVE_CLD2
/* The library has a header for C++ only: CLD2::ExtDetectLanguageSummary() and
 * CLD2::LanguageCode(), by the names that they have in the object. It keeps no
 * state between calls, so that lanes may share it. */
int cld2_detect(const char *text, int len, bool plain, int languages[3],
                int percents[3], int *letters, bool *sure)
    __asm__("_ZN4CLD224ExtDetectLanguageSummaryEPKcibPNS_8LanguageEPiS4_Pb");
const char *cld2_code(int language)
    __asm__("_ZN4CLD212LanguageCodeENS_8LanguageE");

/* Languages that it calls by the names of old. */
static const char *code_now(const char *code)
{
    static const char *const old[][2] = { { "iw", "he" }, { "jw", "jv" } };

    for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
        if (strcmp(code, old[i][0]) == 0)
            return old[i][1];
    return code;
}

static bool detect(const char *text, gly_pos len, char code[LONGEST_CODE])
{
    int languages[3], percents[3], letters;
    bool sure;

    if (len > LOOKED_AT)
        for (len = LOOKED_AT; (text[len] & 0xC0) == 0x80;)
            len--;

    int found = cld2_detect(text, (int)len, true, languages, percents,
                            &letters, &sure);
    const char *name = code_now(cld2_code(found));
    size_t size = strcspn(name, "-"); /* of "zh-Hant" */

    if (!sure || letters < SHORTEST || percents[0] <= LEAST_PERCENT ||
        found != languages[0] || size != 2)
        return false;
    memcpy(code, name, size);
    code[size] = '\0';
    return true;
}
#else
static bool detect(const char *text, gly_pos len, char code[LONGEST_CODE])
{
    (void)text;
    (void)len;
    (void)code;
    return false;
}
#endif

/* Names of one language, or of two that a detector takes for each other. */
static bool is_near(struct part declared, const char *found)
{
    static const char *const groups[] = { "no nb nn da", "id ms in",
                                          "hr sr bs sh cnr", "tl fil",
                                          "he iw", "gl pt", "af nl", NULL };

    for (const char *const *g = groups; *g; g++) {
        bool one = false, other = false;

        for (const char *p = *g; *p; p += strcspn(p, " "), p += *p == ' ') {
            size_t len = strcspn(p, " ");

            one |= len == declared.len && strncasecmp(p, declared.at, len) == 0;
            other |= len == strlen(found) && strncmp(p, found, len) == 0;
        }
        if (one && other)
            return true;
    }
    return false;
}

void language_set(gly_doc *doc)
{
    const char *declared = gly_get(doc, "lang", 0);
    char found[LONGEST_CODE];
    gly_pos len;
    const char *text = gly_text(doc, &len);

    if (!detect(text, len, found))
        return;
    if (declared) {
        struct part primary = { declared, strcspn(declared, "-_") };

        if (part_is(primary, found) || is_near(primary, found))
            return;
        gly_set(doc, "lang_declared", declared);
    }
    gly_set(doc, "lang", found);
}

/* The language of a text, as libcld2 detects it. */
#include <galley/text.h>

#include <string.h>
#include <strings.h>

enum { LOOKED_AT = 1024, LEAST_PERCENT = 50 };

#ifdef HAVE_CLD2
/* The library has a header for C++ only: CLD2::ExtDetectLanguageSummary() and
 * CLD2::LanguageCode(), by the names that they have in the object. It keeps no
 * state between calls, so that lanes may share it. */
int cld2_detect(const char *text, int len, bool plain, int languages[3],
                int percents[3], int *letters, bool *sure)
    __asm__("_ZN4CLD224ExtDetectLanguageSummaryEPKcibPNS_8LanguageEPiS4_Pb");
const char *cld2_code(int language)
    __asm__("_ZN4CLD212LanguageCodeENS_8LanguageE");

/* Languages that it calls by the names of old, and what it calls languages. */
static const char *tag_of(const char *code)
{
    static const char *const others[][2] = { { "iw", "he" }, { "jw", "jv" },
                                             { "un", NULL }, { "tlh", NULL },
                                             { "zzp", NULL } };

    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (strcmp(code, others[i][0]) == 0)
            return others[i][1];
    return strncmp(code, "xx-", 3) == 0 ? NULL : code;
}

const char *gly_language(const char *text, size_t len, size_t least,
                         double *share)
{
    int languages[3], percents[3], letters;
    bool sure;

    if (len > LOOKED_AT)
        for (len = LOOKED_AT; (text[len] & 0xC0) == 0x80;)
            len--;

    int found = cld2_detect(text, (int)len, true, languages, percents,
                            &letters, &sure);

    if (!sure || letters < (int)least || percents[0] <= LEAST_PERCENT ||
        found != languages[0])
        return NULL;
    if (share)
        *share = percents[0] / 100.0;
    return tag_of(cld2_code(found));
}
#else
const char *gly_language(const char *text, size_t len, size_t least,
                         double *share)
{
    (void)text;
    (void)len;
    (void)least;
    (void)share;
    return NULL;
}
#endif

static bool is_primary(const char *tag, size_t len, const char *name,
                       size_t name_len)
{
    return len == name_len && strncasecmp(tag, name, len) == 0;
}

bool gly_same_language(const char *tag, const char *other)
{
    static const char *const groups[] = { "no nb nn da", "id ms in",
                                          "hr sr bs sh cnr", "tl fil",
                                          "he iw", "gl pt", "af nl",
                                          "en eng english sco", NULL };
    size_t tag_len = strcspn(tag, "-_"), other_len = strcspn(other, "-_");

    if (is_primary(tag, tag_len, other, other_len))
        return true;
    for (const char *const *g = groups; *g; g++) {
        bool one = false, two = false;

        for (const char *p = *g; *p; p += strcspn(p, " "), p += *p == ' ') {
            size_t len = strcspn(p, " ");

            one |= is_primary(tag, tag_len, p, len);
            two |= is_primary(other, other_len, p, len);
        }
        if (one && two)
            return true;
    }
    return false;
}

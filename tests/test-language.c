#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/text.h>
#include <string.h>

static void check_same(const char *tag, const char *other, int same)
{
    cr_assert(eq(int, gly_same_language(tag, other), same), "%s and %s", tag,
              other);
}

Test(language, names_of_one_language_are_the_same)
{
    check_same("en", "en-GB", 1);
    check_same("EN_us", "en", 1);
    check_same("nb", "no", 1);
    check_same("hr", "sr-Latn", 1);
    check_same("zh", "zh-Hant", 1);
    check_same("en", "es", 0);
    check_same("e", "en", 0);
    check_same("", "en", 0);
}

#ifdef HAVE_CLD2
static const char spanish[] =
    "El puente se cerró el lunes por la mañana y nadie supo decir cuándo "
    "volverá a abrir.";

Test(language, a_text_has_one_and_a_share)
{
    double share = 0;

    cr_assert(eq(str, (char *)gly_language(spanish, strlen(spanish), 40, &share),
                 "es"));
    cr_assert(gt(dbl, share, 0.9));
}

Test(language, too_few_letters_tell_none)
{
    cr_assert(eq(ptr, (void *)gly_language(spanish, strlen(spanish), 150, NULL),
                 NULL));
    cr_assert(eq(ptr, (void *)gly_language("", 0, 0, NULL), NULL));
}

Test(language, a_text_is_cut_between_characters)
{
    char text[3001];

    for (size_t i = 0; i < 3000; i += 3)
        memcpy(text + i, "\xE6\xA9\x8B", 3);
    text[3000] = '\0';
    for (size_t len = 1023; len < 1032; len += 3)
        gly_language(text, len, 0, NULL);
    memcpy(text, "ab", 2);
    memcpy(text + 2, "\xE6\xA9\x8B", 3);
    gly_language(text, 2 + 3 * 999, 0, NULL);
}
#endif

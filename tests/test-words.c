#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <galley/galley.h>

#include "../core/stage.h"
#include "support.h"

static int process(gly_stage *stage, gly_doc *doc)
{
    (void)stage, (void)doc;
    return GLY_PASS;
}

static const gly_plugin plugin = {.abi = GLY_ABI, .name = "words",
                                  .process = process};

static gly_stage *stage;

static void begin(void)
{
    enter_scratch();
    setenv("GALLEY_LEXICON_PATH", "first:second", 1);
    stage = stage_new(&plugin, "words", NULL, 0, NULL);
}

static void end(void)
{
    stage_free(stage);
    leave_scratch();
}

TestSuite(words, .init = begin, .fini = end);

static const gly_words *list_of(const char *content, int how)
{
    put_file("list.txt", content);

    const gly_words *words = gly_words_open(stage, "./list.txt", how);

    cr_assert(words != NULL, "%s", stage->failure.text);
    return words;
}

/* What stands at the start of the text, with its value: "New York=city". */
static char *match(const gly_words *words, const char *text)
{
    static char buf[256];
    const char *value = "?";
    size_t len = gly_words_match(words, text, text + strlen(text), &value);

    snprintf(buf, sizeof(buf), "%.*s=%s", (int)len, text, len ? value : "");
    return buf;
}

static const char places[] =
    "# comment\n"
    "York\n"
    "New York\tcity\n"
    "New York Times\tpaper\n"
    "New\t\n"
    "\n"
    "U.S.\tUSA\n"
    "Côte d’Ivoire\tCIV\n"
    "AT&T\tfirm\r\n"
    "trailing  \tvalue\twith tab\n"
    "金正恩\tKim\n"
    "O'Brien\n";

Test(words, the_longest_entry_that_ends_where_a_word_ends_is_found)
{
    static const char *const rows[][2] = {
        { "York", "York=" },
        { "New York", "New York=city" },
        { "New York Times said", "New York Times=paper" },
        { "New York Timesman", "New York=city" },
        { "New Yorker", "New=" },
        { "Newer", "=" },
        { "New\tYork", "New\tYork=city" },
        { "New\xc2\xa0York.", "New\xc2\xa0York=city" },
        { "New  York", "New=" },
        { "new york", "=" },
        { "U.S. Army", "U.S.=USA" },
        { "Côte d’Ivoire’s", "Côte d’Ivoire=CIV" },
        { "AT&T.", "AT&T=firm" },
        { "AT", "=" },
        { "trailing", "trailing=value\twith tab" },
        { "金正恩", "金正恩=Kim" },
        { "金正恩说", "=" },
        { "O'Brien's", "O'Brien=" },
        { "", "=" },
        { "# comment", "=" },
    };
    const gly_words *words = list_of(places, GLY_EXACT);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect(eq(str, match(words, rows[i][0]), (char *)rows[i][1]), "%s",
                  rows[i][0]);
}

Test(words, nothing_beyond_the_end_is_looked_at)
{
    const gly_words *words = list_of(places, GLY_EXACT);
    const char *text = "New York Times";

    cr_expect(eq(sz, gly_words_match(words, text, text + 8, NULL), 8));
    cr_expect(eq(sz, gly_words_match(words, text, text + 6, NULL), 3));
    cr_expect(eq(sz, gly_words_match(words, text, text, NULL), 0));
}

Test(words, case_is_ignored_when_folded)
{
    const gly_words *words = list_of("NEW York\tcity\nÉTAT\nstraße\n", GLY_FOLD);

    cr_expect(eq(str, match(words, "new YORK"), "new YORK=city"));
    cr_expect(eq(str, match(words, "état."), "état="));
    cr_expect(eq(str, match(words, "STRASSE"), "="));
    cr_expect(gly_words_has(words, "New york", 8, NULL));
}

Test(words, an_entry_as_a_whole_is_found_or_not)
{
    const gly_words *words = list_of(places, GLY_EXACT);
    const char *value = "?";

    cr_expect(gly_words_has(words, "New York", 8, &value));
    cr_expect(eq(str, (char *)value, "city"));
    cr_expect(gly_words_has(words, "York", 4, &value));
    cr_expect(eq(str, (char *)value, ""));
    cr_expect(not(gly_words_has(words, "New York T", 10, NULL)));
    cr_expect(not(gly_words_has(words, "Yor", 3, NULL)));
    cr_expect(not(gly_words_has(words, "", 0, NULL)));
    cr_expect(not(gly_words_has(words, "# comment", 9, NULL)));
}

Test(words, an_empty_list_holds_nothing)
{
    const gly_words *words = list_of("# nothing\n\n", GLY_FOLD);

    cr_expect(eq(str, match(words, "word"), "="));
    cr_expect(not(gly_words_has(words, "", 0, NULL)));
}

Test(words, many_entries_are_all_found)
{
    gly_buf list = {0};
    char word[32];

    for (unsigned i = 0; i < 20000; i++)
        gly_buf_printf(&list, "word%u is %u\t%u\n", i % 5000, i, i);

    const gly_words *words = list_of(list.data, GLY_EXACT);

    for (unsigned i = 0; i < 20000; i++) {
        const char *value = "?";
        int len = snprintf(word, sizeof(word), "word%u is %u", i % 5000, i);

        cr_assert(eq(sz, gly_words_match(words, word, word + len, &value),
                     (size_t)len));
        cr_assert(eq(int, atoi(value), (int)i));
    }
    gly_buf_finish(&list);
}

Test(words, one_copy_serves_all_and_each_way_of_comparing_has_its_own)
{
    const gly_words *words = list_of("Kim\n", GLY_EXACT);
    gly_stage *other = stage_new(&plugin, "other", NULL, 0, NULL);
    gly_stage *last = stage_new(&plugin, "last", NULL, 0, NULL);

    cr_expect(gly_words_open(other, "./list.txt", GLY_EXACT) == words);
    cr_expect(gly_words_open(other, "./list.txt", GLY_EXACT) == words);
    cr_expect(gly_words_open(other, "./list.txt", GLY_FOLD) != words);
    stage_free(other);
    cr_expect(gly_words_has(words, "Kim", 3, NULL));
    cr_expect(gly_words_open(last, "./list.txt", GLY_EXACT) == words);
    stage_free(last);
    cr_expect(gly_words_has(words, "Kim", 3, NULL));
}

Test(words, a_list_is_read_again_after_the_last_stage_let_go_of_it)
{
    gly_stage *other = stage_new(&plugin, "other", NULL, 0, NULL);

    put_file("list.txt", "Kim\n");
    cr_assert(gly_words_open(other, "./list.txt", GLY_EXACT) != NULL);
    stage_free(other);
    cr_expect(gly_words_has(list_of("Lee\n", GLY_EXACT), "Lee", 3, NULL));
}

Test(words, lists_are_looked_for_in_the_folders_in_turn)
{
    cr_assert(eq(int, system("mkdir first second"), 0));
    put_file("second/a.txt", "second\n");
    put_file("first/b.txt", "first\n");
    put_file("second/b.txt", "second\n");
    cr_expect(gly_words_has(gly_words_open(stage, "a.txt", GLY_EXACT),
                            "second", 6, NULL));
    cr_expect(gly_words_has(gly_words_open(stage, "b.txt", GLY_EXACT),
                            "first", 5, NULL));
}

Test(words, what_is_wrong_with_a_list_is_said)
{
    static const struct {
        const char *name, *says;
        int code;
    } rows[] = {
        { "nobody.txt", "cannot find \"nobody.txt\" in $GALLEY_LEXICON_PATH",
          -ENOENT },
        { "./folder", "cannot read word list ./folder", -EIO },
        { "./bytes.txt", "./bytes.txt:2: not valid UTF-8", -EINVAL },
    };

    cr_assert(eq(int, system("mkdir folder"), 0));
    put_file("bytes.txt", "good\nb\xff" "d\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect(gly_words_open(stage, rows[i].name, GLY_EXACT) == NULL);
        cr_expect(eq(int, stage->failure.code, rows[i].code));
        cr_expect(strstr(stage->failure.text, rows[i].says) != NULL, "%s",
                  stage->failure.text);
    }
}

/* ---- maps ---- */

Test(words, a_lexicon_file_is_mapped)
{
    size_t len = 0;

    put_file("weights", "1 2 3");

    const char *map = gly_lexicon_map(stage, "./weights", &len);

    cr_assert(map != NULL);
    cr_expect(eq(sz, len, 5));
    cr_expect(eq(int, memcmp(map, "1 2 3", 5), 0));
}

Test(words, a_lexicon_file_that_is_missing_or_empty_is_refused)
{
    size_t len;

    put_file("empty", "");
    cr_expect(gly_lexicon_map(stage, "nobody", &len) == NULL);
    cr_expect(eq(int, stage->failure.code, -ENOENT));
    cr_expect(gly_lexicon_map(stage, "./empty", &len) == NULL);
    cr_expect(strstr(stage->failure.text, "it is empty") != NULL, "%s",
              stage->failure.text);
}

Test(words, a_checksum_is_of_every_byte)
{
    char bytes[] = "weights of nineteen";
    const uint32_t whole = gly_checksum(bytes, 19);

    for (size_t i = 0; i < 19; i++) {
        bytes[i] ^= 1;
        cr_expect(ne(u32, gly_checksum(bytes, 19), whole));
        bytes[i] ^= 1;
    }
    cr_expect(eq(u32, gly_checksum(bytes, 19), whole));
    cr_expect(ne(u32, gly_checksum(bytes, 18), whole));
}

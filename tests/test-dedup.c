/* What dedup remembers: how long, of which documents, from run to run. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/harness.h>
#include <galley/stage.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(dedup, .init = enter_scratch, .fini = leave_scratch, .timeout = 120);

/* Words that no other text has: text `number`, words [from, to). */
static char *words_of(int number, int from, int to)
{
    gly_buf text = {0};

    gly_buf_puts(&text, "");
    for (int i = from; i < to; i++)
        gly_buf_printf(&text, "t%dw%d ", number, i);
    return text.data;
}

/* The name of the first one, "" when it has none, "-" for a new text. */
static const char *push(gly_harness *h, const char *id, char *text)
{
    gly_doc *doc = gly_harness_blank(h);

    gly_set(doc, "id", id);
    gly_text_set(doc, text, strlen(text));
    free(text);
    cr_assert(eq(int, gly_harness_push_doc(h, doc), GLY_PASS));
    if (!gly_get(doc, "duplicate_score", 0))
        return "-";

    const char *of = gly_get(doc, "duplicate_of", 0);

    return of ? of : "";
}

static void expect(gly_harness *h, const char *id, char *text,
                   const char *first)
{
    cr_expect(eq(str, (char *)push(h, id, text), (char *)first), "%s", id);
}

static double score(gly_harness *h)
{
    return gly_get_number(gly_harness_doc(h), "duplicate_score", 0);
}

/* ---- what is found ---- */

Test(dedup, the_score_is_near_the_share_of_common_shingles)
{
    gly_harness *h = gly_harness_open("dedup", "similarity = 0.5;");

    for (int i = 0; i < 200; i++) {
        char id[16];
        int cut = i % 8 * 50; /* of 1000 words */

        snprintf(id, sizeof(id), "%d", i);
        expect(h, id, words_of(i, 0, 1000), "-");
        expect(h, "cut", words_of(i, 0, 1000 - cut), id);
        cr_expect(lt(dbl, score(h) - (998.0 - cut) / 998, 0.2));
        cr_expect(gt(dbl, score(h) - (998.0 - cut) / 998, -0.2));
    }
    cr_expect(eq(dbl, gly_harness_counted(h, "duplicates"), 200));
    gly_harness_close(h);
}

Test(dedup, half_a_text_is_another_text)
{
    gly_harness *h = gly_harness_open("dedup", NULL);

    for (int i = 0; i < 100; i++) {
        expect(h, "whole", words_of(i, 0, 1000), "-");
        expect(h, "part", words_of(i, 600, 1000), "-");
    }
    gly_harness_close(h);
}

Test(dedup, a_copy_of_a_copy_is_named_after_the_first)
{
    gly_harness *h = gly_harness_open("dedup", NULL);

    expect(h, "a", words_of(1, 0, 400), "-");
    expect(h, "b", words_of(1, 0, 390), "a");
    expect(h, "c", words_of(1, 0, 390), "a");
    expect(h, "d", words_of(1, 0, 400), "a");
    gly_harness_close(h);
}

Test(dedup, the_more_similar_one_is_named)
{
    gly_harness *h = gly_harness_open("dedup", "similarity = 0.6;");

    expect(h, "long", words_of(1, 0, 1000), "-");
    expect(h, "short", words_of(1, 0, 450), "-");
    expect(h, "x", words_of(1, 0, 900), "long");
    expect(h, "y", words_of(1, 0, 460), "short");
    gly_harness_close(h);
}

Test(dedup, many_different_short_texts_are_all_new)
{
    gly_harness *h = gly_harness_open("dedup", NULL);

    for (int i = 0; i < 5000; i++) {
        char id[16];

        snprintf(id, sizeof(id), "%d", i);
        expect(h, id, words_of(i, 0, 1), "-");
        expect(h, id, words_of(i, 0, 25), "-");
    }
    gly_harness_close(h);
}

Test(dedup, texts_of_any_characters_are_new_once_and_never_again)
{
    gly_harness *h = gly_harness_open("dedup", NULL);
    struct dice dice = {0};

    for (int i = 0; i < 300; i++) {
        char *text = random_text(&dice, 200 + roll(&dice, 2000));
        char id[16];

        snprintf(id, sizeof(id), "%d", i);
        expect(h, id, strdup(text), "-");
        expect(h, "again", text, id);
    }
    gly_harness_close(h);
}

/* ---- what is remembered ---- */

Test(dedup, the_oldest_is_forgotten)
{
    gly_harness *h = gly_harness_open("dedup", "remember = 3;");

    expect(h, "a", words_of(1, 0, 100), "-");
    expect(h, "b", words_of(2, 0, 100), "-");
    expect(h, "c", words_of(3, 0, 100), "-");
    expect(h, "a2", words_of(1, 0, 100), "a");
    expect(h, "d", words_of(4, 0, 100), "-"); /* in the place of a */
    expect(h, "b2", words_of(2, 0, 100), "b");
    expect(h, "a3", words_of(1, 0, 100), "-"); /* in the place of b */
    expect(h, "c2", words_of(3, 0, 100), "c");
    expect(h, "b3", words_of(2, 0, 100), "-");
    gly_harness_close(h);
}

Test(dedup, one_is_remembered_where_only_one_may_be)
{
    gly_harness *h = gly_harness_open("dedup", "remember = 1;");

    for (int i = 0; i < 100; i++) {
        expect(h, "a", words_of(i, 0, 50), "-");
        expect(h, "b", words_of(i, 0, 50), "a");
    }
    gly_harness_close(h);
}

Test(dedup, as_many_are_remembered_as_the_setting_says)
{
    gly_harness *h = gly_harness_open("dedup", "remember = 2000;");
    char id[16];

    for (int i = 0; i < 6000; i++) {
        snprintf(id, sizeof(id), "%d", i);
        expect(h, id, words_of(i, 0, 100), "-");
    }
    for (int i = 4000; i < 6000; i++) {
        snprintf(id, sizeof(id), "%d", i);
        expect(h, "copy", words_of(i, 0, 90), id);
    }
    for (int i = 0; i < 20; i++)
        expect(h, "new", words_of(i, 0, 100), "-");
    gly_harness_close(h);
}

Test(dedup, a_long_name_is_cut_between_two_characters)
{
    gly_harness *h = gly_harness_open("dedup", NULL);
    char name[3001], cut[1025];

    for (int i = 0; i < 1000; i++)
        memcpy(name + i * 3, "€", 4);
    memcpy(cut, name, 1023);
    cut[1023] = '\0';
    expect(h, name, words_of(1, 0, 100), "-");
    expect(h, "b", words_of(1, 0, 100), cut);
    gly_harness_close(h);
}

/* The ring has 64 KB and 64 bytes a document. */
Test(dedup, what_long_names_push_out_is_forgotten)
{
    gly_harness *h = gly_harness_open("dedup", "remember = 1000;");
    char name[1001];

    memset(name, 'x', 1000);
    name[1000] = '\0';
    expect(h, "first", words_of(0, 0, 50), "-");
    for (int i = 1; i <= 100; i++)
        expect(h, name, words_of(i, 0, 50), "-");
    expect(h, "again", words_of(0, 0, 50), "first");
    for (int i = 101; i <= 200; i++)
        expect(h, name, words_of(i, 0, 50), "-");
    expect(h, "again", words_of(0, 0, 50), "-");
    expect(h, "last", words_of(200, 0, 50), name);
    gly_harness_close(h);
}

/* ---- from run to run ---- */

/* Texts [0, count), saved; as many as `remember` says are in the file. */
static void save(const char *settings, int count)
{
    gly_harness *h = gly_harness_open("dedup", settings);
    char id[16];

    for (int i = 0; i < count; i++) {
        snprintf(id, sizeof(id), "%d", i);
        push(h, id, words_of(i, 0, 100));
    }
    cr_assert(eq(int, gly_harness_flush(h), 0));
    gly_harness_close(h);
}

static void expect_refusal(const char *settings, const char *expected)
{
    char why[1024] = "";
    gly_harness *h = gly_harness_try("dedup", settings, why, sizeof(why));

    cr_expect(h == NULL);
    cr_expect(strstr(why, expected) != NULL, "%s", why);
    gly_harness_close(h);
}

Test(dedup, a_later_run_remembers)
{
    save("state = \"seen\";", 50);
    save("state = \"seen\";", 60);

    gly_harness *h = gly_harness_open("dedup", "state = \"seen\";");

    expect(h, "x", words_of(7, 0, 95), "7");
    expect(h, "y", words_of(57, 0, 95), "57");
    expect(h, "z", words_of(60, 0, 95), "-");
    gly_harness_close(h);
    cr_expect(access("seen.part", F_OK) != 0);
}

Test(dedup, without_a_flush_nothing_is_written)
{
    gly_harness *h = gly_harness_open("dedup", "state = \"seen\";");

    push(h, "a", words_of(1, 0, 100));
    gly_harness_close(h);
    cr_expect(access("seen", F_OK) != 0);
}

Test(dedup, a_document_that_comes_again_in_a_later_run_is_itself)
{
    save("state = \"seen\";", 5);

    gly_harness *h = gly_harness_open("dedup", "state = \"seen\";");

    expect(h, "3", words_of(3, 0, 100), "-");
    expect(h, "x", words_of(3, 0, 100), "3");
    expect(h, "5", words_of(5, 0, 100), "-");
    expect(h, "5", words_of(5, 0, 100), "5"); /* twice in one run */
    gly_harness_close(h);
}

Test(dedup, a_file_can_be_read_with_more_room_or_less)
{
    save("state = \"seen\"; remember = 10;", 30);

    gly_harness *h = gly_harness_open("dedup", "state = \"seen\";"
                                      "remember = 100;");

    expect(h, "x", words_of(19, 0, 100), "-");
    expect(h, "x", words_of(20, 0, 100), "20");
    expect(h, "x", words_of(29, 0, 100), "29");
    gly_harness_close(h);

    h = gly_harness_open("dedup", "state = \"seen\"; remember = 2;");
    expect(h, "x", words_of(28, 0, 100), "28");
    expect(h, "28", words_of(28, 0, 100), "-");
    expect(h, "x", words_of(27, 0, 100), "-");
    gly_harness_close(h);
}

Test(dedup, every_damage_to_the_file_is_refused)
{
    save("state = \"seen\"; remember = 4;", 4);

    struct stat st;

    cr_assert(stat("seen", &st) == 0);
    for (off_t i = 0; i < st.st_size; i += 7) {
        FILE *file = fopen("seen", "r+");

        fseek(file, i, SEEK_SET);

        int c = getc(file);

        fseek(file, i, SEEK_SET);
        putc(c ^ 0x41, file);
        fclose(file);
        expect_refusal("state = \"seen\"; remember = 4;", "seen");
        file = fopen("seen", "r+");
        fseek(file, i, SEEK_SET);
        putc(c, file);
        fclose(file);
    }
    gly_harness_close(gly_harness_open("dedup", "state = \"seen\";"));
    for (off_t i = st.st_size - 1; i >= 0; i -= 5) {
        cr_assert(truncate("seen", i) == 0);
        expect_refusal("state = \"seen\";", i < 32 ? "is no memory of dedup"
                                                   : "seen is damaged");
    }
}

Test(dedup, what_follows_the_end_of_the_file_is_damage)
{
    save("state = \"seen\";", 4);
    run_shell(NULL, "echo >> seen");
    expect_refusal("state = \"seen\";", "seen is damaged; take it away");
}

Test(dedup, another_file_is_refused)
{
    put_file("seen", "This is a letter to the editor, and longer than a head.");
    expect_refusal("state = \"seen\";", "seen is no memory of dedup");
    mkdir("folder", 0755);
    expect_refusal("state = \"folder\";", "folder");
}

Test(dedup, a_file_of_other_settings_is_refused_with_them)
{
    save("state = \"seen\"; shingle = 5;", 4);
    expect_refusal("state = \"seen\";",
                   "seen was made with shingle = 5 and min_words = 20");
    expect_refusal("state = \"seen\"; shingle = 5; min_words = 9;",
                   "seen was made with shingle = 5 and min_words = 20");
}

Test(dedup, a_file_that_cannot_be_written_is_refused_at_once)
{
    expect_refusal("state = \"no/seen\";",
                   "cannot write no/seen: No such file or directory");
}

Test(dedup, a_file_that_cannot_be_put_in_place_breaks_the_run)
{
    mkdir("in", 0755);

    gly_harness *h = gly_harness_open("dedup", "state = \"in/seen\";");

    push(h, "a", words_of(1, 0, 100));
    mkdir("in/seen", 0755);
    cr_expect(lt(int, gly_harness_flush(h), 0));
    cr_expect(eq(str, (char *)gly_harness_error(h),
                 "cannot write in/seen: Is a directory"));
    cr_expect(access("in/seen.part", F_OK) != 0);
    gly_harness_close(h);
}

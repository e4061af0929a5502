#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../core/config.h"
#include "../core/options.h"
#include "support.h"

struct state {
    bool loud;
    long count, free, size, wait;
    double share, seconds;
    const char *word, *mode;
    gly_list list, other, kinds;
};

static const gly_option table[] = {
    { "loud", GLY_FIELD(struct state, loud), .def = "false" },
    { "count", GLY_FIELD(struct state, count), .def = "3", .min = 1,
      .max = 100 },
    { "free", GLY_FIELD(struct state, free), .def = "-5" },
    { "size", GLY_FIELD(struct state, size), .def = "64K", .unit = "B" },
    { "wait", GLY_FIELD(struct state, wait), .def = "2m", .unit = "s" },
    { "share", GLY_FIELD(struct state, share), .def = "0.5", .min = 0,
      .max = 1 },
    { "seconds", GLY_FIELD(struct state, seconds), .def = "250ms",
      .unit = "s" },
    { "word", GLY_FIELD(struct state, word), .def = "Foto:" },
    { "mode", GLY_FIELD(struct state, mode), .def = "codepoints",
      .choices = "codepoints|bytes|utf16" },
    { "list", GLY_FIELD(struct state, list), .def = "a, b ,, c d" },
    { "other", GLY_FIELD(struct state, other), .def = "" },
    { "kinds", GLY_FIELD(struct state, kinds), .def = "boats, ice",
      .choices = "boats|ice|fog" },
    { 0 }
};

static struct arena arena;
static struct state state;
static char said[800];

/* Fills the state by these settings; what was wrong is in `said`. */
static int fill(const char *settings)
{
    struct error error = {0};
    struct setting *list;
    size_t count;
    int result;

    said[0] = '\0';
    memset(&state, 0, sizeof(state));
    result = settings_read(&arena, settings, &list, &count, &error);
    if (result == 0)
        result = options_fill(table, "stage", &state, &arena, list, count,
                              &error);
    error_line(&error, said, sizeof(said));
    return result;
}

static void finish(void)
{
    arena_finish(&arena);
}

TestSuite(options, .fini = finish);

Test(options, defaults_fill_what_is_not_set)
{
    cr_assert(eq(int, fill(""), 0), "%s", said);
    cr_expect(not(state.loud));
    cr_expect(eq(i64, state.count, 3));
    cr_expect(eq(i64, state.free, -5));
    cr_expect(eq(i64, state.size, 65536));
    cr_expect(eq(i64, state.wait, 120));
    cr_expect(epsilon_eq(dbl, state.share, 0.5, 0));
    cr_expect(epsilon_eq(dbl, state.seconds, 0.25, 1e-9));
    cr_expect(eq(str, (char *)state.word, "Foto:"));
    cr_expect(eq(str, (char *)state.mode, "codepoints"));
    cr_assert(eq(sz, state.list.count, 3));
    cr_expect(eq(str, (char *)state.list.item[0], "a"));
    cr_expect(eq(str, (char *)state.list.item[1], "b"));
    cr_expect(eq(str, (char *)state.list.item[2], "c d"));
    cr_expect(eq(sz, state.other.count, 0));
}

Test(options, settings_fill_their_members)
{
    cr_assert(eq(int, fill("loud = true; count = 7; share = 1; word = \"x\";"
                           "mode = \"utf16\"; list = [ \"p\", \"q\" ];"
                           "other = ( \"r\" ); size = 10; wait = \"1 h\";"
                           "seconds = 1.5; free = -9000000000L;"), 0),
              "%s", said);
    cr_expect(state.loud);
    cr_expect(eq(i64, state.count, 7));
    cr_expect(epsilon_eq(dbl, state.share, 1, 0));
    cr_expect(eq(str, (char *)state.word, "x"));
    cr_expect(eq(str, (char *)state.mode, "utf16"));
    cr_assert(eq(sz, state.list.count, 2));
    cr_expect(eq(str, (char *)state.list.item[1], "q"));
    cr_assert(eq(sz, state.other.count, 1));
    cr_expect(eq(str, (char *)state.other.item[0], "r"));
    cr_expect(eq(i64, state.size, 10));
    cr_expect(eq(i64, state.wait, 3600));
    cr_expect(epsilon_eq(dbl, state.seconds, 1.5, 0));
    cr_expect(eq(i64, state.free, -9000000000));
}

Test(options, strings_serve_for_every_type)
{
    cr_assert(eq(int, fill("loud = \"true\"; count = \"9\"; share = \".25\";"
                           "list = \"x,y\"; size = \"1G\";"), 0), "%s", said);
    cr_expect(state.loud);
    cr_expect(eq(i64, state.count, 9));
    cr_expect(epsilon_eq(dbl, state.share, 0.25, 0));
    cr_expect(eq(sz, state.list.count, 2));
    cr_expect(eq(i64, state.size, 1024 * 1024 * 1024));
}

Test(options, wrong_settings_are_refused_with_what_was_expected)
{
    static const char *const rows[][2] = {
        { "loud = 1;", "settings:1: stage: loud = 1: must be true or false" },
        { "loud = \"yes\";",
          "settings:1: stage: loud = \"yes\": must be true or false" },
        { "count = 0;", "settings:1: stage: count = 0: must be 1 to 100" },
        { "\n\ncount = -1;", "settings:3: stage: count = -1: must be 1 to 100" },
        { "count = 101;", "settings:1: stage: count = 101: must be 1 to 100" },
        { "count = 2.5;",
          "settings:1: stage: count = 2.5: must be a whole number" },
        { "count = \"many\";",
          "settings:1: stage: count = \"many\": must be a whole number" },
        { "count = \"\";",
          "settings:1: stage: count = \"\": must be a whole number" },
        { "count = \"5K\";",
          "settings:1: stage: count = \"5K\": must be a whole number" },
        { "count = true;",
          "settings:1: stage: count = true: must be a whole number" },
        { "free = \"1e300\";",
          "settings:1: stage: free = \"1e300\": must be a whole number" },
        { "share = \"nan\";",
          "settings:1: stage: share = \"nan\": must be a number" },
        { "share = 1.01;", "settings:1: stage: share = 1.01: must be 0 to 1" },
        { "word = 5;", "settings:1: stage: word = 5: must be a string" },
        { "word = [ \"a\" ];",
          "settings:1: stage: word = (a list): must be a string" },
        { "list = 5;", "settings:1: stage: list = 5: must be a list of strings" },
        { "kinds = [ \"ice\", \"icy\" ];", "settings:1: stage: kinds = "
          "\"icy\": must be one of boats|ice|fog" },
        { "\nkinds = \"ice, boats|ice\";", "settings:2: stage: kinds = "
          "\"boats|ice\": must be one of boats|ice|fog" },
        { "kinds = [ \"\" ];", "settings:1: stage: kinds = \"\": must be one "
          "of boats|ice|fog" },
        { "kinds = true;",
          "settings:1: stage: kinds = true: must be a list of strings" },
        { "list = [ 5 ];",
          "settings:1: list: a list holds strings, in quotes" },
        { "size = \"5m\";", "settings:1: stage: size = \"5m\": must be a whole "
          "number, as in \"64K\", \"8M\", \"1G\"" },
        { "wait = \"5K\";", "settings:1: stage: wait = \"5K\": must be a whole "
          "number, as in \"30s\", \"5m\", \"2h\"" },
        { "mode = \"chars\";", "settings:1: stage: mode = \"chars\": must be "
          "one of codepoints|bytes|utf16" },
        { "mode = \"\";", "settings:1: stage: mode = \"\": must be one of "
          "codepoints|bytes|utf16" },
        { "mode = \"byte\";", "settings:1: stage: mode = \"byte\": must be one "
          "of codepoints|bytes|utf16" },
        { "mode = \"bytes|utf16\";", "settings:1: stage: mode = "
          "\"bytes|utf16\": must be one of codepoints|bytes|utf16" },
        { "cuont = 3;", "settings:1: stage: unknown setting \"cuont\": did you "
          "mean \"count\"?" },
        { "word : { a = 1; };", "settings:1: word: a group is not expected "
          "here" },
        { "count = ;", "settings:1: syntax error: a comma, semicolon or bracket "
          "missing, or one too many?" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect(eq(int, fill(rows[i][0]), -EINVAL), "%s", rows[i][0]);
        cr_expect(eq(str, said, (char *)rows[i][1]), "%s", rows[i][0]);
    }
}

Test(options, a_list_of_choices_takes_some_all_or_none_of_them)
{
    cr_assert(eq(int, fill(""), 0), "%s", said);
    cr_expect(eq(sz, state.kinds.count, 2));
    cr_assert(eq(int, fill("kinds = [];"), 0), "%s", said);
    cr_expect(eq(sz, state.kinds.count, 0));
    cr_assert(eq(int, fill("kinds = \"\";"), 0), "%s", said);
    cr_expect(eq(sz, state.kinds.count, 0));
    cr_assert(eq(int, fill("kinds = [ \"fog\", \"ice\", \"boats\" ];"), 0),
              "%s", said);
    cr_assert(eq(sz, state.kinds.count, 3));
    cr_expect(eq(str, (char *)state.kinds.item[0], "fog"));
    cr_assert(eq(int, fill("kinds = \"fog,ice\";"), 0), "%s", said);
    cr_assert(eq(sz, state.kinds.count, 2));
    cr_expect(eq(str, (char *)state.kinds.item[1], "ice"));
}

Test(options, a_setting_that_is_like_no_other_is_unknown)
{
    cr_expect(eq(int, fill("banana = 3;"), -EINVAL));
    cr_expect(strstr(said, "unknown setting \"banana\"") != NULL, "%s", said);
    cr_expect(strstr(said, "did you mean") == NULL, "%s", said);
}

Test(options, a_setting_given_twice_counts_as_the_last_one)
{
    struct setting settings[] = {
        { .name = "count", .type = GLY_INT, .integer = 5 },
        { .name = "count", .type = GLY_STRING, .string = "6" },
    };

    cr_assert(eq(int, options_fill(table, "stage", &state, &arena, settings, 2,
                                   NULL), 0));
    cr_expect(eq(i64, state.count, 6));
}

Test(options, what_must_be_given_is_missed)
{
    static const gly_option must[] = {
        { "word", GLY_FIELD(struct state, word) },
        { 0 }
    };
    struct error error = {0};

    cr_expect(eq(int, options_fill(must, "stage", &state, &arena, NULL, 0,
                                   &error), -EINVAL));
    cr_expect(eq(str, error.text, "stage: word is not set: must be a string"));
    cr_expect(eq(str, error.at, ""));
}

Test(options, a_stage_without_a_table_takes_no_settings)
{
    struct setting setting = {.name = "x", .type = GLY_BOOL, .file = "a.conf",
                              .line = 4};
    struct error error = {0};

    cr_expect(eq(int, options_fill(NULL, "stage", NULL, &arena, NULL, 0,
                                   &error), 0));
    cr_expect(eq(int, options_fill(NULL, "stage", NULL, &arena, &setting, 1,
                                   &error), -EINVAL));
    cr_expect(eq(str, error.at, "a.conf:4"));
}

Test(options, strings_in_the_state_are_copies)
{
    char word[] = "word", item[] = "item";
    const char *items[] = {item};
    struct setting settings[] = {
        { .name = "word", .type = GLY_STRING, .string = word },
        { .name = "list", .type = GLY_LIST, .list = {1, items} },
    };

    cr_assert(eq(int, options_fill(table, "stage", &state, &arena, settings, 2,
                                   NULL), 0));
    memset(word, 'x', 4);
    memset(item, 'x', 4);
    cr_expect(eq(str, (char *)state.word, "word"));
    cr_expect(eq(str, (char *)state.list.item[0], "item"));
}

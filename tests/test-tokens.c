#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void add_tokens(gly_buf *out, const gly_doc *doc, size_t first,
                       size_t last)
{
    size_t count;
    const gly_token *t = gly_tokens(doc, &count);

    for (size_t i = first; i < last; i++) {
        gly_buf_puts(out, i > first ? "|" : "");
        gly_buf_add(out, gly_text(doc, NULL) + t[i].begin,
                    t[i].end - t[i].begin);
    }
}

static char *tokens_of(const char *text)
{
    gly_doc *doc = doc_of(text);
    gly_buf out = {0};
    size_t count;

    gly_buf_puts(&out, "");
    gly_tokens(doc, &count);
    add_tokens(&out, doc, 0, count);
    doc_free(doc);
    return out.data;
}

/* A text, and its tokens with bars between. */
static const char *const token_rows[][2] = {
    { "", "" },
    { " \n\t ", "" },
    { "Kim spoke.", "Kim|spoke|." },
    { "the U.S. Army", "the|U.S.|Army" },
    { "in the U.S.", "in|the|U.S." },
    { "J.K. Rowling wrote", "J.K.|Rowling|wrote" },
    { "J. Edgar Hoover", "J.|Edgar|Hoover" },
    { "at 5 p.m. today", "at|5|p.m.|today" },
    { "Mr. Kim and Mrs. Lee", "Mr.|Kim|and|Mrs.|Lee" },
    { "Samsung Corp. grew", "Samsung|Corp.|grew" },
    { "the U.N.-backed plan", "the|U.N.|-|backed|plan" },
    { "O'Brien and O’Brien’s", "O'Brien|and|O’Brien|’s" },
    { "Kim's and the Kims' car", "Kim|'s|and|the|Kims|'|car" },
    { "don't, won’t", "don't|,|won’t" },
    { "rock 'n' roll", "rock|'|n|'|roll" },
    { "an e-mail to Jean-Luc", "an|e-mail|to|Jean-Luc" },
    { "a - b -- c—d", "a|-|b|-|-|c|—|d" },
    { "3.5 percent of 1,000", "3.5|percent|of|1,000" },
    { "1,000, 2.", "1,000|,|2|." },
    { "at 10:30: go", "at|10:30|:|go" },
    { "a 10-year-old, 20th, F-16s", "a|10-year-old|,|20th|,|F-16s" },
    { "$5 and 7% of €3", "$|5|and|7|%|of|€|3" },
    { "see https://a.example/x?y=1, now.",
      "see|https://a.example/x?y=1|,|now|." },
    { "(http://a.example/)", "(|http://a.example/|)" },
    { "www.kcna.kp said", "www.kcna.kp|said" },
    { "kcna.com and kcna.com/news.", "kcna.com|and|kcna.com/news|." },
    { "It ended.co was", "It|ended.co|was" },
    { "It ended.The next", "It|ended|.|The|next" },
    { "to a.b@c.example, and", "to|a|.|b@c.example|,|and" },
    { "kim@kcna.kp", "kim@kcna.kp" },
    { "@kim_1 wrote #war #1 @ #", "@kim_1|wrote|#war|#1|@|#" },
    { "“Yes,” he said.", "“|Yes|,|”|he|said|." },
    { "AT&T and R&D, a & b", "AT&T|and|R&D|,|a|&|b" },
    { "snake_case _x", "snake_case|_|x" },
    { "金正恩 说。好", "金正恩|说|。|好" },
    { "cafe\xcc\x81 e\xcc\x81t\xcc\x81", "cafe\xcc\x81|e\xcc\x81t\xcc\x81" },
    { "Müller’s Łódź", "Müller|’s|Łódź" },
    { "no\xc2\xa0" "break\xe3\x80\x80wide", "no|break|wide" },
    { "😀😀 x", "😀|😀|x" },
    { "…", "…" },
    { "U.S.A.", "U.S.A." },
    { "J.K.Rowling", "J.K.|Rowling" },
};

Test(tokens, texts_are_cut_into_tokens)
{
    for (size_t i = 0; i < sizeof(token_rows) / sizeof(token_rows[0]); i++) {
        char *got = tokens_of(token_rows[i][0]);

        cr_expect(eq(str, got, (char *)token_rows[i][1]), "%s",
                  token_rows[i][0]);
        free(got);
    }
}

Test(tokens, every_token_has_its_type_and_flags)
{
    static const struct {
        const char *token;
        uint8_t type, flags;
    } rows[] = {
        { "“", GLY_SIGN, GLY_SPACED | GLY_LINE },
        { "NASA", GLY_WORD, GLY_CAPITAL | GLY_CAPS | GLY_FIRST },
        { "A", GLY_WORD, GLY_SPACED | GLY_CAPITAL },
        { "Kim", GLY_WORD, GLY_SPACED | GLY_CAPITAL },
        { "'s", GLY_WORD, 0 },
        { "5th", GLY_NUMERAL, GLY_SPACED },
        { "@x", GLY_LINK, GLY_SPACED },
        { "McD", GLY_WORD, GLY_SPACED | GLY_CAPITAL },
        { "U.S.", GLY_WORD, GLY_SPACED | GLY_CAPITAL | GLY_CAPS },
        { ".", GLY_SIGN, GLY_SPACED },
        { "7", GLY_NUMERAL, GLY_SPACED | GLY_LINE | GLY_FIRST },
    };
    gly_doc *doc = doc_of("“NASA A Kim's 5th @x McD U.S. .\n 7");
    size_t count;
    const gly_token *t = gly_tokens(doc, &count);

    cr_assert(eq(sz, count, sizeof(rows) / sizeof(rows[0])));
    for (size_t i = 0; i < count; i++) {
        cr_expect(eq(int, memcmp(text_of(doc) + t[i].begin, rows[i].token,
                                 t[i].end - t[i].begin), 0));
        cr_expect(eq(u8, t[i].type, rows[i].type), "%s", rows[i].token);
        cr_expect(eq(u8, t[i].flags, rows[i].flags), "%s", rows[i].token);
    }
    doc_free(doc);
}

/* ---- sentences ---- */

static char *sentences_of(const char *text)
{
    gly_doc *doc = doc_of(text);
    gly_buf out = {0};
    size_t count;
    const gly_sentence *s = gly_sentences(doc, &count);

    gly_buf_puts(&out, "");
    for (size_t i = 0; i < count; i++) {
        gly_buf_puts(&out, i ? "|" : "");
        gly_buf_add(&out, text + s[i].begin, s[i].end - s[i].begin);
    }
    doc_free(doc);
    return out.data;
}

/* A text, and its sentences with bars between. */
static const char *const sentence_rows[][2] = {
    { "", "" },
    { "No stop", "No stop" },
    { "One. Two! Three? Four", "One.|Two!|Three?|Four" },
    { "He left. then he came.", "He left. then he came." },
    { "On Thursday. under the law.", "On Thursday. under the law." },
    { "He met Mr. Kim. He left.", "He met Mr. Kim.|He left." },
    { "The U.S. Army came.", "The U.S. Army came." },
    { "He left the U.S. The army came.", "He left the U.S.|The army came." },
    { "“I left the U.S.” He stayed.", "“I left the U.S.”|He stayed." },
    { "“I left the U.S.” Army.", "“I left the U.S.” Army." },
    { "J.K. Rowling wrote. She won.", "J.K. Rowling wrote.|She won." },
    { "“He left.” She stayed.", "“He left.”|She stayed." },
    { "\"He left.\" She stayed.", "\"He left.\"|She stayed." },
    { "(He left.) She stayed.", "(He left.)|She stayed." },
    { "‘It is over.’” Then he left.", "‘It is over.’”|Then he left." },
    { "“Why?” he asked. “So.”", "“Why?” he asked.|“So.”" },
    { "It rose 3.5 percent. Then 2.", "It rose 3.5 percent.|Then 2." },
    { "It ended in 2020. 5 left.", "It ended in 2020.|5 left." },
    { "Really?! Yes... No", "Really?!|Yes...|No" },
    { "He said… that. So…Yes", "He said… that.|So…Yes" },
    { "A headline\nThe text.", "A headline|The text." },
    { "half a\nline. and on", "half a|line. and on" },
    { "One.\n\n\nTwo.", "One.|Two." },
    { "金正恩说。 好。", "金正恩说。|好。" },
    { "at 5 p.m. He left.", "at 5 p.m.|He left." },
    { "Samsung Corp. said. It grew.", "Samsung Corp. said.|It grew." },
    { ". . .", ".|.|." },
};

Test(tokens, texts_are_cut_into_sentences)
{
    size_t count = sizeof(sentence_rows) / sizeof(sentence_rows[0]);

    for (size_t i = 0; i < count; i++) {
        char *got = sentences_of(sentence_rows[i][0]);

        cr_expect(eq(str, got, (char *)sentence_rows[i][1]), "%s",
                  sentence_rows[i][0]);
        free(got);
    }
}

Test(tokens, lines_are_paragraphs)
{
    gly_doc *doc = doc_of("\nOne. Two.\n\nThree.\nFour");
    size_t count;
    const gly_sentence *s = gly_sentences(doc, &count);
    static const uint32_t paragraphs[] = {0, 0, 1, 2};

    cr_assert(eq(sz, count, 4));
    for (size_t i = 0; i < 4; i++)
        cr_expect(eq(u32, s[i].paragraph, paragraphs[i]), "sentence %zu", i);
    doc_free(doc);
}

/* What holds for every text: tokens stand in order, cover all but white space,
 * lie on character boundaries; sentences cover all tokens. */
static void check_all(const char *text)
{
    gly_doc *doc = doc_of(text);
    size_t count, sentence_count, first = 0;
    const gly_token *t = gly_tokens(doc, &count);
    const gly_sentence *s = gly_sentences(doc, &sentence_count);
    const char *at = text;

    for (size_t i = 0; i < count; i++) {
        cr_assert(lt(u32, t[i].begin, t[i].end));
        cr_assert(ne(int, text[t[i].begin] & 0xC0, 0x80));
        for (; at < text + t[i].begin;)
            cr_assert(gly_is_space(gly_next_char(&at)), "%s", text);
        cr_assert(eq(ptr, (void *)at, (void *)(text + t[i].begin)), "%s", text);
        at = text + t[i].end;
    }
    while (*at)
        cr_assert(gly_is_space(gly_next_char(&at)), "%s", text);
    for (size_t i = 0; i < sentence_count; i++) {
        cr_assert(eq(u32, s[i].first, first));
        cr_assert(lt(u32, s[i].first, s[i].last));
        cr_assert(eq(u32, s[i].begin, t[s[i].first].begin));
        cr_assert(eq(u32, s[i].end, t[s[i].last - 1].end));
        first = s[i].last;
    }
    cr_assert(eq(sz, first, count));
    doc_free(doc);
}

Test(tokens, random_texts_are_covered_whole)
{
    static const char *const pieces[] = {
        "A", "b", "U.S.", "Mr.", ".", "'", "’", "s", "-", "@", "#", "1", ",",
        " ", "\n", "“", "”", "http://", "www.", "é", "语", "\xcc\x81", "&", "_",
    };
    struct dice dice = {5};

    for (unsigned turn = 0; turn < 10000; turn++) {
        gly_buf text = {0};

        gly_buf_puts(&text, "");
        for (unsigned n = roll(&dice, 16); n > 0; n--)
            gly_buf_puts(&text, pieces[roll(&dice, 24)]);
        check_all(text.data);
        gly_buf_finish(&text);
    }
}

/* A megabyte of each: quadratic work on one would take hours. */
Test(tokens, hostile_texts_take_linear_time, .timeout = 120)
{
    static const char *const pieces[] = {
        ".", "'", "\"", "(", "a", "A.", "a.", "1.", "@", "a@", "#", "-", "a-",
        "http://", "www.", "http://)", "’s", "'s", "语", "\xcc\x81", "\n", " ",
        "U.S. ", ".\"", "a.co", "1,", "&A",
    };

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        size_t len = strlen(pieces[i]);
        gly_buf text = {0};

        while (text.len + len < 1024 * 1024)
            gly_buf_add(&text, pieces[i], len);
        gly_buf_puts(&text, "AA");
        check_all(text.data);
        gly_buf_finish(&text);
    }
}

Test(tokens, asking_twice_gives_the_same)
{
    gly_doc *doc = doc_of("One two.");
    size_t a, b;
    const gly_token *first = gly_tokens(doc, &a);

    cr_expect(eq(ptr, (void *)gly_tokens(doc, &b), (void *)first));
    cr_expect(eq(sz, a, b));
    doc_free(doc);
}

Test(tokens, words_are_compared_whole_and_case_apart)
{
    static const struct {
        const char *at;
        size_t len;
        const char *word;
        bool same;
    } rows[] = {
        { "Said", 4, "said", true },   { "SAID.", 4, "said", true },
        { "sai", 3, "said", false },   { "saids", 5, "said", false },
        { "@aid", 4, "`aid", false },  { "", 0, "", true },
        { "a", 1, "", false },         { "\xc3\x89t\xc3\xa9", 5, "ete", false },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect(eq(int, gly_word_is(rows[i].at, rows[i].len, rows[i].word),
                     rows[i].same), "%s %s", rows[i].at, rows[i].word);
}

#include "../plugins/fetch/robots.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/text.h>
#include <string.h>

static void expect(const char *file, const char *path, bool allowed)
{
    struct robots *robots = robots_read(file, strlen(file), "galley/1.0 (+x)");

    cr_expect(eq(int, robots_allow(robots, path), allowed), "%s in:\n%s", path, file);
    robots_free(robots);
}

Test(web_robots, an_empty_file_allows_all)
{
    expect("", "/", true);
    expect("\n\n# nothing\n", "/a", true);
    expect("<!DOCTYPE html><p>Disallow: /</p>", "/a", true);
    expect("User-agent: *\nDisallow:\n", "/a", true);
    expect("Disallow: /\n", "/a", true); /* of no group */
}

Test(web_robots, a_group_of_our_name_counts_before_that_for_all)
{
    const char *file = "User-agent: *\nDisallow: /\n\n"
                       "User-agent: Galley\nDisallow: /private\n";

    expect(file, "/a", true);
    expect(file, "/private/a", false);
    expect("User-agent: galley/2\nDisallow: /\nUser-agent: *\nAllow: /\n",
           "/a", false);
    expect("User-agent: galleyslave\nDisallow: /\n", "/a", true);
    expect("User-agent: gal\nDisallow: /\n", "/a", true);
    expect("User-agent: other\nDisallow: /\n", "/a", true);
    expect("User-agent: GALLEY\nDisallow:\nUser-agent: *\nDisallow: /\n", "/a",
           true);
}

Test(web_robots, groups_of_one_name_are_one)
{
    const char *file = "User-agent: galley\nDisallow: /a\n"
                       "User-agent: other\nDisallow: /b\n"
                       "User-agent: galley\nDisallow: /c\n";

    expect(file, "/a", false);
    expect(file, "/b", true);
    expect(file, "/c", false);
}

Test(web_robots, names_in_a_row_share_their_rules)
{
    const char *file = "User-agent: galley\n\nUser-agent: other\n"
                       "Sitemap: https://a/b\nDisallow: /a\n";

    expect(file, "/a", false);
    expect("User-agent: galley\nCrawl-delay: 3\nUser-agent: x\nDisallow: /a",
           "/a", false);
}

Test(web_robots, the_longest_pattern_counts)
{
    const char *file = "User-agent: *\nDisallow: /a\nAllow: /a/b\n"
                       "Disallow: /a/b/c\n";

    expect(file, "/a/x", false);
    expect(file, "/a/b/x", true);
    expect(file, "/a/b/cd", false);
    expect("User-agent: *\nAllow: /page\nDisallow: /*.html\n", "/page.html",
           false);
}

Test(web_robots, of_two_alike_the_one_that_allows_counts)
{
    expect("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true);
    expect("User-agent: *\nAllow: /a\nDisallow: /a\n", "/a", true);
}

Test(web_robots, a_star_stands_for_anything)
{
    expect("User-agent: *\nDisallow: /*/b\n", "/a/b", false);
    expect("User-agent: *\nDisallow: /*/b\n", "/x/y/bcd", false);
    expect("User-agent: *\nDisallow: /*/b\n", "/b", true);
    expect("User-agent: *\nDisallow: *.gif\n", "/a.gif", false);
    expect("User-agent: *\nDisallow: /a*b*c\n", "/aXXbYYbZZc", false);
    expect("User-agent: *\nDisallow: /a*b*c\n", "/acb", true);
    expect("User-agent: *\nDisallow: /a***b\n", "/ab", false);
    expect("User-agent: *\nDisallow: *\n", "/", false);
    expect("User-agent: *\nDisallow: /a*\n", "/a", false);
}

Test(web_robots, a_dollar_is_the_end)
{
    expect("User-agent: *\nDisallow: /a$\n", "/a", false);
    expect("User-agent: *\nDisallow: /a$\n", "/ab", true);
    expect("User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf", false);
    expect("User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf?a", true);
    expect("User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf.pdf", false);
    expect("User-agent: *\nDisallow: /$\n", "/", false);
    expect("User-agent: *\nDisallow: /$\n", "/a", true);
    expect("User-agent: *\nDisallow: /*$\n", "/a", false);
    expect("User-agent: *\nDisallow: /a$b\n", "/a$b", false);
    expect("User-agent: *\nDisallow: /ab*b$\n", "/ab", true);
}

Test(web_robots, escapes_are_made_alike)
{
    expect("User-agent: *\nDisallow: /%7Ejoe\n", "/~joe/a", false);
    expect("User-agent: *\nDisallow: /~joe\n", "/%7ejoe/a", false);
    expect("User-agent: *\nDisallow: /a%3cd\n", "/a%3Cd", false);
    expect("User-agent: *\nDisallow: /straße\n", "/stra%C3%9Fe", false);
    expect("User-agent: *\nDisallow: /stra%c3%9fe\n", "/stra\xc3\x9f"
                                                      "e", false);
    expect("User-agent: *\nDisallow: /a%2fb\n", "/a/b", true);
    expect("User-agent: *\nDisallow: /a%2Ab\n", "/a*b", false);
    expect("User-agent: *\nDisallow: /a%2Ab\n", "/aXb", true);
    expect("User-agent: *\nDisallow: /100%\n", "/100%", false);
}

Test(web_robots, queries_belong_to_the_path)
{
    expect("User-agent: *\nDisallow: /*?\n", "/a?b", false);
    expect("User-agent: *\nDisallow: /*?\n", "/a", true);
    expect("User-agent: *\nDisallow: /a?b=\n", "/a?b=c", false);
}

Test(web_robots, lines_are_written_in_many_ways)
{
    expect("\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", "/a", false);
    expect("user-AGENT:*\rDISALLOW:/a\r", "/a", false);
    expect("  User-agent : *  # all\n\tDisallow : /a # this\n", "/a", false);
    expect("User-agent: *\nbroken\n: x\nDisallow /b\nDisallow: /a", "/a",
           false);
    expect("User-agent: *\nDisallow: a\n", "/a", false);
    expect("User-agent: *\nDisallow: /a#b\n", "/a", false);
}

Test(web_robots, robots_txt_itself_is_allowed)
{
    expect("User-agent: *\nDisallow: /\n", "/robots.txt", true);
    expect("User-agent: *\nDisallow: /\n", "/robots.txt2", false);
}

static double delay(const char *file)
{
    struct robots *robots = robots_read(file, strlen(file), "galley");
    double seconds = robots_delay(robots);

    robots_free(robots);
    return seconds;
}

Test(web_robots, a_delay_is_of_its_group)
{
    cr_expect(eq(dbl, delay("User-agent: *\nCrawl-delay: 2.5\n"), 2.5));
    cr_expect(eq(dbl, delay("User-agent: *\nCrawl-delay: 9\n"
                            "User-agent: galley\nCrawl-delay: 3"), 3));
    cr_expect(eq(dbl, delay("User-agent: *\nCrawl-delay: 9\n"
                            "User-agent: galley\nDisallow: /a"), 0));
    cr_expect(eq(dbl, delay("User-agent: x\nCrawl-delay: 9\n"), 0));
    cr_expect(eq(dbl, delay("User-agent: *\nCrawl-delay: -1\n"), 0));
    cr_expect(eq(dbl, delay("User-agent: *\nCrawl-delay: soon\n"), 0));
    cr_expect(eq(dbl, delay("User-agent: *\nCrawl-delay: nan\n"), 0));
    cr_expect(eq(dbl, delay("User-agent: *\nCrawl-delay: 1e99\n"), 0));
}

Test(web_robots, half_a_megabyte_is_read_and_no_more)
{
    gly_buf file = { 0 };
    struct robots *robots;

    gly_buf_puts(&file, "User-agent: *\n");
    while (file.len < ROBOTS_MOST - 20)
        gly_buf_puts(&file, "# more\n");
    gly_buf_puts(&file, "Disallow: /a\n");
    while (file.len < ROBOTS_MOST)
        gly_buf_puts(&file, "#");
    gly_buf_puts(&file, "\nDisallow: /b\n");
    robots = robots_read(file.data, file.len, "galley");
    cr_expect(not(robots_allow(robots, "/a")));
    cr_expect(robots_allow(robots, "/b"));
    robots_free(robots);
    gly_buf_finish(&file);
}

Test(web_robots, a_hostile_file_takes_no_long_time, .timeout = 60)
{
    gly_buf file = { 0 }, path = { 0 };
    struct robots *robots;

    gly_buf_puts(&file, "User-agent: *\n");
    while (file.len < ROBOTS_MOST - 100)
        gly_buf_puts(&file, "Disallow: /*a*a*a*a*a*a*a*a*a*a*b\n");
    gly_buf_puts(&path, "/");
    while (path.len < 8000)
        gly_buf_puts(&path, "a");
    robots = robots_read(file.data, file.len, "galley");
    for (int i = 0; i < 10; i++)
        cr_expect(robots_allow(robots, path.data));
    robots_free(robots);
    gly_buf_finish(&file);
    gly_buf_finish(&path);
}

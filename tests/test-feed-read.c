/* What fetch-feed makes of feeds, as they should be and as they are. */
#include "support-fetch.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <galley/stage.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

TestSuite(feed_read, .init = enter_scratch, .fini = leave_scratch,
          .timeout = 60);

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define RSS(inner) XML "<rss version=\"2.0\"><channel>" inner "</channel></rss>"
#define ITEM(inner) RSS("<item>" inner "</item>")
#define ATOM(inner) XML "<feed xmlns=\"http://www.w3.org/2005/Atom\">" inner "</feed>"
#define ENTRY(inner) ATOM("<entry>" inner "</entry>")
#define SITEMAP(inner)                                                      \
    XML "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "    \
    "xmlns:n=\"http://www.google.com/schemas/sitemap-news/0.9\">" inner     \
    "</urlset>"

#define NO_CONTENT "! neither a page nor a content of its own "
#define EVERYTHING                                                          \
    "feeds = \"f\"; pages = false; max_age = \"0\"; first = 1000;"

/* ---- what came ---- */

static void add_field(gly_buf *out, gly_doc *doc, const char *field)
{
    const char *value = gly_get_all(doc, field, "; ");
    size_t len;

    if (strcmp(field, "html") == 0)
        value = gly_raw(doc, &len);
    else if (strcmp(field, "text") == 0)
        value = gly_text(doc, NULL);
    gly_buf_puts(out, value ? value : "-");
}

/* A line a document: the fields named, " | " between; "html" and "text" are what
 * it holds. */
static void add_documents(gly_buf *out, gly_harness *h, const char *fields)
{
    for (gly_doc *doc; (doc = gly_harness_pull(h)) != NULL;) {
        char *copy = strdup(fields), *rest = copy;

        if (out->len > 0)
            gly_buf_puts(out, "\n");
        if (gly_harness_error(h)[0])
            gly_buf_printf(out, "! %s ", gly_harness_error(h));
        for (char *f; (f = strsep(&rest, " ")) != NULL;) {
            add_field(out, doc, f);
            gly_buf_puts(out, rest ? " | " : "");
        }
        free(copy);
    }
}

static void check_file(const char *settings, const char *fields,
                       const char *expected)
{
    gly_buf out = {0};
    gly_harness *h = gly_harness_open("fetch-feed", settings);

    gly_buf_puts(&out, "");
    add_documents(&out, h, fields);
    cr_expect(eq(str, out.data, (char *)expected));
    gly_harness_close(h);
    gly_buf_finish(&out);
}

static void check_bytes(const char *feed, size_t len, const char *fields,
                        const char *expected)
{
    put_bytes("f", feed, len);
    check_file(EVERYTHING, fields, expected);
}

static void check(const char *feed, const char *fields, const char *expected)
{
    check_bytes(feed, strlen(feed), fields, expected);
}

/* A feed that cannot be used says why. */
static void check_failing(const char *feed)
{
    gly_harness *h;

    put_bytes("f", feed, strlen(feed));
    h = gly_harness_open("fetch-feed", "feeds = \"f\"; pages = false;");
    cr_expect(gly_harness_pull(h) == NULL);
    cr_expect(eq(dbl, gly_harness_counted(h, "now feeds failing"), 1.0), "%s", feed);
    gly_harness_close(h);
}

/* ---- formats ---- */

Test(feed_read, rss_2_with_its_modules)
{
    check(XML "<rss version=\"2.0\" "
          "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
          "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
          "xmlns:media=\"http://search.yahoo.com/mrss/\"><channel>"
          "<title>River News</title><link>https://r.example/</link>"
          "<language>en-GB</language><item><title>Bridge opens</title>"
          "<link>https://r.example/bridge</link>"
          "<guid isPermaLink=\"false\">urn:r:7</guid>"
          "<pubDate>Fri, 18 Jun 2021 09:30:00 +0100</pubDate>"
          "<dc:creator>Ann Lee</dc:creator><dc:creator>Bo Li</dc:creator>"
          "<category>Roads</category><category>Rivers</category>"
          "<description>Short.</description>"
          "<content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>"
          "<media:content url=\"/b.jpg\" medium=\"image\"/>"
          "</item></channel></rss>",
          "id uri title author date lang tags html",
          "urn:r:7 | https://r.example/bridge | Bridge opens | Ann Lee; Bo Li | "
          "2021-06-18T09:30:00+01:00 | en-GB | Roads; Rivers | <p>Long.</p>");
}

Test(feed_read, rss_1_is_rdf_with_its_items_beside_the_channel)
{
    check(XML "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
          "xmlns=\"http://purl.org/rss/1.0/\" "
          "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
          "<channel rdf:about=\"https://r.example/\"><title>River</title>"
          "<items><rdf:Seq><rdf:li rdf:resource=\"https://r.example/1\"/>"
          "</rdf:Seq></items></channel>"
          "<image><title>Logo</title><link>https://r.example/logo</link></image>"
          "<item rdf:about=\"https://r.example/1\"><title>One</title>"
          "<link>https://r.example/1</link><dc:date>2021-06-18T09:30:00Z</dc:date>"
          "<dc:language>fr</dc:language></item></rdf:RDF>",
          "id title date lang", NO_CONTENT "https://r.example/1 | One | "
          "2021-06-18T09:30:00Z | fr");
}

Test(feed_read, rss_0_91_has_no_more_than_links)
{
    check("<rss version=\"0.91\"><channel><title>R</title><item>"
          "<title>One</title><link>http://r.example/1</link></item></channel>"
          "</rss>", "id uri title", NO_CONTENT "http://r.example/1 | "
          "http://r.example/1 | One");
}

Test(feed_read, atom_with_its_links)
{
    check(ATOM("<title>River</title><link rel=\"self\" href=\"https://r.example/f\"/>"
               "<entry><title>One</title><id>tag:r.example,2021:1</id>"
               "<link rel=\"enclosure\" href=\"https://r.example/a.mp3\"/>"
               "<link rel=\"alternate\" type=\"application/json\" "
               "href=\"https://r.example/1.json\"/>"
               "<link rel=\"alternate\" type=\"text/html\" "
               "href=\"https://r.example/1\"/>"
               "<link rel=\"edit\" href=\"https://r.example/edit\"/>"
               "<published>2021-06-18T09:30:00Z</published>"
               "<updated>2021-06-19T10:00:00Z</updated>"
               "<author><name>Ann Lee</name><email>a@r.example</email></author>"
               "<contributor><name>Nobody</name></contributor>"
               "<category term=\"roads\"/><summary>Short.</summary></entry>"),
          "id uri title author date modified tags text",
          "tag:r.example,2021:1 | https://r.example/1 | One | Ann Lee | "
          "2021-06-18T09:30:00Z | 2021-06-19T10:00:00Z | roads | Short.");
}

Test(feed_read, atom_contents_of_every_type)
{
    check(ENTRY("<id>tag:x,1:1</id><content type=\"html\">&lt;p&gt;A &amp;amp; "
                "B&lt;/p&gt;</content>"), "html", "<p>A &amp; B</p>");
    check(ENTRY("<id>tag:x,1:1</id><content type=\"text\">A &lt; B</content>"),
          "html text", "- | A < B");
    check(ENTRY("<id>tag:x,1:1</id><content type=\"xhtml\"><div "
                "xmlns=\"http://www.w3.org/1999/xhtml\"><p>A &amp; <b>B</b></p>"
                "</div></content>"),
          "html", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>A &amp; "
          "<b>B</b></p></div>");
    check(ENTRY("<id>tag:x,1:1</id><summary>S</summary>"
                "<content type=\"image/png\">iVBORw0KGgo=</content>"), "text",
          "S");
    check(ENTRY("<id>tag:x,1:1</id><summary>S</summary>"
                "<content src=\"https://r.example/1\"/>"), "text", "S");
}

Test(feed_read, atom_titles_of_every_type)
{
    check(ENTRY("<id>tag:x,1:1</id><title type=\"html\">A &amp;amp; &lt;b&gt;B"
                "&lt;/b&gt;</title>"), "title", NO_CONTENT "A & B");
    check(ENTRY("<id>tag:x,1:1</id><title type=\"text\">A &amp;amp; &lt;b&gt;"
                "</title><summary>S</summary>"), "title", "A &amp; <b>");
    check(ENTRY("<id>tag:x,1:1</id><title type=\"xhtml\"><div>A <i>B</i></div>"
                "</title><summary>S</summary>"), "title", "A B");
}

Test(feed_read, atom_bases_add_up)
{
    check(XML "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
          "xml:base=\"https://r.example/news/\"><entry xml:base=\"2021/\">"
          "<id>tag:x,1:1</id><link href=\"one\"/><summary>S</summary></entry>"
          "<entry><id>tag:x,1:2</id><link href=\"/two#part\"/><summary>S</summary>"
          "</entry></feed>", "uri",
          "https://r.example/two\nhttps://r.example/news/2021/one");
}

Test(feed_read, atom_0_3_and_prefixed_atom)
{
    check("<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry>"
          "<title>One</title><id>http://r.example/1</id>"
          "<issued>2004-06-18T09:30:00Z</issued><content>S</content></entry></feed>",
          "title date uri", "One | 2004-06-18T09:30:00Z | http://r.example/1");
    check("<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:entry>"
          "<a:title>One</a:title><a:id>tag:x,1:1</a:id><a:summary>S</a:summary>"
          "</a:entry></a:feed>", "title", "One");
    check("<rss xmlns:a10=\"http://www.w3.org/2005/Atom\"><channel><item>"
          "<guid>tag:x,1:1</guid><description>S</description>"
          "<a10:updated>2021-06-18T09:30:00Z</a10:updated></item></channel></rss>",
          "date", "2021-06-18T09:30:00Z");
}

Test(feed_read, json_feed)
{
    check("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"River\","
          "\"language\":\"en\",\"feed_url\":\"https://r.example/f.json\","
          "\"items\":[{\"id\":7,\"url\":\"/1\",\"title\":\"A & B\","
          "\"content_html\":\"<p>A</p>\",\"content_text\":\"A\","
          "\"date_published\":\"2021-06-18T09:30:00+02:00\","
          "\"authors\":[{\"name\":\"Ann Lee\"},{\"name\":\"Bo Li\"}],"
          "\"tags\":[\"roads\",\"rivers\"],\"unknown\":{\"a\":[1]}}]}",
          "id uri title author date lang tags html",
          "f#7 | https://r.example/1 | A & B | Ann Lee; Bo Li | "
          "2021-06-18T09:30:00+02:00 | en | roads; rivers | <p>A</p>");
    check("\xef\xbb\xbf {\"version\":\"https://jsonfeed.org/version/1\","
          "\"items\":[{\"id\":\"https://r.example/1\",\"content_text\":\"A < B\","
          "\"author\":{\"name\":\"Ann\"}},7,null,{}]}",
          "id uri author text",
          "https://r.example/1 | https://r.example/1 | Ann | A < B");
}

Test(feed_read, sitemaps_of_news)
{
    check(SITEMAP("<url><loc>https://r.example/1?a=1&amp;b=2</loc><n:news>"
                  "<n:publication><n:name>River News</n:name><n:language>de"
                  "</n:language></n:publication>"
                  "<n:publication_date>2021-06-18</n:publication_date>"
                  "<n:title>Br\xc3\xbc" "cke offen</n:title></n:news>"
                  "<image:image xmlns:image=\"http://www.google.com/schemas/"
                  "sitemap-image/1.1\"><image:loc>https://r.example/i.jpg"
                  "</image:loc><image:title>No</image:title></image:image></url>"),
          "uri title date lang site", NO_CONTENT
          "https://r.example/1?a=1&b=2 | Br\xc3\xbc" "cke offen | 2021-06-18 | de | "
          "River News");
}

Test(feed_read, when_a_page_was_changed_is_not_when_it_was_published)
{
    check(SITEMAP("<url><loc>https://r.example/1</loc><lastmod>2021-06-18"
                  "</lastmod><changefreq>daily</changefreq></url>"),
          "date modified", NO_CONTENT "- | "
          "2021-06-18");
}

Test(feed_read, a_packed_feed_is_unpacked)
{
    gly_buf packed = {0};

    add_gzip(&packed, ITEM("<title>One</title><description>S</description>"));
    put_buf("f", &packed);
    check_file(EVERYTHING, "title", "One");
}

/* ---- names ---- */

Test(feed_read, an_id_that_is_an_address_is_the_link_unless_it_says_no)
{
    check(ITEM("<guid>https://r.example/1</guid><description>S</description>"),
          "id uri", "https://r.example/1 | https://r.example/1");
    check(ITEM("<guid isPermaLink=\"false\">https://r.example/1</guid>"
               "<description>S</description>"), "id uri",
          "https://r.example/1 | -");
    check(ITEM("<guid isPermaLink=\"true\">17</guid><description>S</description>"),
          "id uri", "f#17 | -");
}

Test(feed_read, ids_of_the_feeds_own_are_its_own)
{
    check(ITEM("<guid>17</guid><link>https://r.example/1</link>"
               "<description>S</description>"), "id", "f#17");
}

Test(feed_read, an_item_without_id_and_link_has_a_name_all_the_same)
{
    check(ITEM("<title>One</title><description>S</description>"), "id",
          "f#5ce58d6721882e85");
}

Test(feed_read, one_id_for_all_items_is_none)
{
    check(RSS("<item><guid>17</guid><link>https://r.example/1</link>"
              "<description>A</description></item>"
              "<item><guid>17</guid><link>https://r.example/2</link>"
              "<description>B</description></item>"), "id text",
          "https://r.example/2 | B\nhttps://r.example/1 | A");
}

Test(feed_read, an_item_that_stands_twice_comes_once)
{
    check(RSS("<item><guid>17</guid><link>https://r.example/1</link>"
              "<description>A</description></item>"
              "<item><guid>17</guid><link>https://r.example/1</link>"
              "<description>A</description></item>"), "id", "f#17");
}

Test(feed_read, a_very_long_id_is_cut_and_still_its_own)
{
    gly_buf feed = {0}, out = {0};
    gly_harness *h;

    gly_buf_puts(&feed, XML "<rss><channel>");
    for (int i = 0; i < 2; i++) {
        gly_buf_puts(&feed, "<item><guid>tag:");
        for (int j = 0; j < 2000; j++)
            gly_buf_puts(&feed, "\xc3\xa9");
        gly_buf_printf(&feed, "%d</guid><description>S</description></item>", i);
    }
    gly_buf_puts(&feed, "</channel></rss>");
    put_buf("f", &feed);
    h = gly_harness_open("fetch-feed", "feeds = \"f\"; pages = false;");
    add_documents(&out, h, "id");
    cr_expect(eq(sz, out.len, 2 * (500 + 17) + 1));
    gly_harness_close(h);
    gly_buf_finish(&out);
}

Test(feed_read, the_address_before_a_counter_is_the_link)
{
    check("<rss xmlns:feedburner=\"http://rssnamespace.org/feedburner/ext/1.0\">"
          "<channel><item><link>https://feeds.example/~r/1</link>"
          "<feedburner:origLink>https://r.example/1</feedburner:origLink>"
          "<description>S</description></item></channel></rss>", "uri",
          "https://r.example/1");
}

Test(feed_read, names_lose_their_mail_addresses)
{
    check(ITEM("<author>ann@r.example (Ann Lee)</author><description>S"
               "</description>"), "author", "Ann Lee");
    check(ITEM("<author>Ann Lee &lt;ann@r.example&gt;</author><description>S"
               "</description>"), "author", "Ann Lee");
    check(ITEM("<author>ann@r.example</author><description>S</description>"),
          "author", "-");
    check(ITEM("<author>ann@r.example Ann Lee</author><description>S"
               "</description>"), "author", "Ann Lee");
}

/* ---- feeds as they are ---- */

Test(feed_read, bytes_before_the_declaration_are_passed_over)
{
    check("\n\n  " ITEM("<title>One</title><description>S</description>"),
          "title", "One");
    check("<br />\n<b>Warning</b>: mysql_connect() in <b>/www/db.php</b> on line "
          "<b>7</b><br />\n" ITEM("<title>One</title><description>S</description>"),
          "title", "One");
    check("\xef\xbb\xbf\xef\xbb\xbf" ITEM("<title>One</title><description>S"
                                          "</description>"), "title", "One");
}

Test(feed_read, entities_that_xml_does_not_know)
{
    check(ITEM("<title>Caf&eacute;&nbsp;&amp;&hellip; &bogus; &#8217;&#146;&#x2014;"
               "</title><description>S</description>"), "title",
          "Caf\xc3\xa9 &\xe2\x80\xa6 &bogus; \xe2\x80\x99\xe2\x80\x99\xe2\x80\x94");
    check(ITEM("<title>A&#0;B&#xD800;C&#99999999999;</title><description>S"
               "</description>"), "title",
          "A" HALF "B" HALF "C&#99999999999;");
}

Test(feed_read, signs_that_were_not_escaped)
{
    check(ITEM("<title>Smith & Sons: 3 < 5 > 4 & more</title>"
               "<link>https://r.example/?a=1&b=2&copy=3</link>"
               "<description>S</description>"), "title uri",
          "Smith & Sons: 3 < 5 > 4 & more | https://r.example/?a=1&b=2&copy=3");
}

Test(feed_read, titles_that_were_escaped_once_too_often)
{
    check(ITEM("<title>AT&amp;amp;T &amp;#8217;s &lt;b&gt;plan&lt;/b&gt;&lt;br/&gt;x"
               "</title><description>S</description>"), "title",
          "AT&T \xe2\x80\x99s plan x");
    check(ITEM("<title><![CDATA[AT&amp;T <em>plan</em>]]></title><description>S"
               "</description>"), "title", "AT&T plan");
    check(ITEM("<title>How to use &lt;main&gt; well</title><description>S"
               "</description>"), "title", "How to use <main> well");
}

Test(feed_read, markup_that_was_not_escaped)
{
    check(ITEM("<title>A <b>bold</b> claim</title><description><p>One<br>two"
               "<img src=\"a.png\"> three &amp; four</p></description>"
               "<guid>https://r.example/1</guid>"), "title html uri",
          "A bold claim | <p>One<br>two<img src=\"a.png\"> three & four</p> | "
          "https://r.example/1");
}

Test(feed_read, end_tags_that_are_missing)
{
    check(RSS("<item><title>One<link>https://r.example/1</link>"
              "<description>A</description><item><title>Two</title>"
              "<link>https://r.example/2</link><description>B</description></item>"),
          "title uri text", "Two | https://r.example/2 | B\n"
          "One | https://r.example/1 | A");
    check(RSS("<image><title>Logo</title><item><title>One</title>"
              "<description>A</description></item>"), "title", "One");
    check(RSS("</item></b><item></title><title>One</title></p>"
              "<description>A</description></item>"), "title", "One");
}

Test(feed_read, attributes_that_are_broken)
{
    check(ITEM("<guid isPermaLink=false>17</guid><description>S</description>"
               "<category domain=\"x>Roads</category><category domain=\"y\">Rivers"
               "</category>"), "id tags", "f#17 | Roads; Rivers");
}

Test(feed_read, links_that_are_relative_or_odd)
{
    check(RSS("<atom:link rel=\"self\" href=\"https://r.example/rss/all.xml\"/>"
              "<item><link>../news/a b\xc3\xa9.html</link><description>S"
              "</description></item>"), "uri",
          "https://r.example/news/a%20b%C3%A9.html");
    check(RSS("<atom:link rel=\"self\" href=\"https://r.example/rss\"/>"
              "<item><link>\n  //cdn.example/1\n  </link><description>S"
              "</description></item>"), "uri", "https://cdn.example/1");
    check(ITEM("<link>javascript:alert(1)</link><description>S</description>"),
          "uri", "-");
    check(ITEM("<link>file:///etc/passwd</link><description>S</description>"),
          "uri", "-");
    check(ITEM("<link>https://</link><description>S</description>"), "uri", "-");
}

Test(feed_read, a_feed_that_is_cut_off_has_the_items_before)
{
    check(XML "<rss><channel><item><title>One</title><description>A</description>"
          "</item><item><title>Two</title><description><![CDATA[<p>B",
          "title", "One");
    check(XML "<rss><channel><item><title>One</title><description>A</description>"
          "</item><item><title>Two</tit", "title", "One");
}

Test(feed_read, an_encoding_that_is_not_the_one_declared)
{
    check("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss><channel><item>"
          "<title>Caf\xc3\xa9</title><description>S</description></item></channel>"
          "</rss>", "title", "Caf\xc3\xa9");
    check("<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss><channel><item>"
          "<title>Caf\xe9 au lait</title><description>S</description></item>"
          "</channel></rss>", "title", "Caf\xc3\xa9 au lait");
    check("<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss><channel><item>"
          "<title>\xcc\xee\xf1\xf2 \xee\xf2\xea\xf0\xfb\xf2</title><description>S"
          "</description></item></channel></rss>", "title",
          "\xd0\x9c\xd0\xbe\xd1\x81\xd1\x82 \xd0\xbe\xd1\x82\xd0\xba\xd1\x80"
          "\xd1\x8b\xd1\x82");
}

Test(feed_read, a_feed_in_16_bits)
{
    gly_buf wide = {0};

    gly_buf_add(&wide, "\xff\xfe", 2);
    for (const char *at = "<?xml version=\"1.0\" encoding=\"utf-16\"?><rss><channel>"
         "<item><title>One</title><description>S</description></item></channel>"
         "</rss>"; *at; at++) {
        gly_buf_add(&wide, at, 1);
        gly_buf_add(&wide, "", 1);
    }
    put_buf("f", &wide);
    check_file(EVERYTHING, "title", "One");
}

Test(feed_read, control_characters_go)
{
    check_bytes(XML "<rss><channel><item><title>A\x01\x0b" "B\x1f C\x7f</title>"
                "<description>S</description></item></channel></rss>",
                strlen(XML) + 93, "title", "A B C");
}

Test(feed_read, entities_of_its_own_are_not_expanded)
{
    check("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"lol\">"
          "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c SYSTEM "
          "\"file:///etc/passwd\">]><rss><channel><item><title>&b;&c;</title>"
          "<description>S</description></item></channel></rss>", "title",
          "&b;&c;");
}

Test(feed_read, what_is_no_feed_fails)
{
    check_failing("<!DOCTYPE html><html><head><title>502</title></head><body>"
                  "<h1>Bad gateway</h1></body></html>");
    check_failing("<error><code>7</code></error>");
    check_failing("{\"error\":\"not found\"}");
    check_failing("{\"items\":[{\"id\":\"1\",");
    check_failing("<");
}

Test(feed_read, a_feed_without_items_is_well)
{
    gly_harness *h;

    put_file("f", RSS("<title>River</title>"));
    h = gly_harness_open("fetch-feed", "feeds = \"f\"; pages = false;");
    cr_expect(gly_harness_pull(h) == NULL);
    cr_expect(eq(dbl, gly_harness_counted(h, "now feeds well"), 1.0));
    gly_harness_close(h);
}

Test(feed_read, other_modules_do_not_get_between)
{
    check("<rss xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" "
          "xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><item>"
          "<media:title>No</media:title><itunes:title>No</itunes:title>"
          "<itunes:author>No</itunes:author><title>One</title>"
          "<source url=\"https://o.example/\"><title>No</title>Other</source>"
          "<description>S</description></item></channel></rss>", "title author",
          "One | -");
}

Test(feed_read, elements_that_are_very_deep)
{
    gly_buf feed = {0};

    gly_buf_puts(&feed, "<rss><channel><item><title>One</title><description>");
    for (int i = 0; i < 100000; i++)
        gly_buf_puts(&feed, "<b>");
    gly_buf_puts(&feed, "</description></item><item><title>Two</title>"
                 "<description>S</description></item></channel></rss>");
    put_buf("f", &feed);
    check_file(EVERYTHING, "title", "Two\nOne");
}

/* ---- dates ---- */

static void check_date(const char *date, const char *expected)
{
    gly_buf feed = {0};

    gly_buf_printf(&feed, "<rss><channel><item><pubDate>%s</pubDate><description>S"
                   "</description></item></channel></rss>", date);
    check(feed.data, "date", expected);
    gly_buf_finish(&feed);
}

Test(feed_read, dates_of_rfc_822)
{
    check_date("Fri, 18 Jun 2021 09:30:00 GMT", "2021-06-18T09:30:00Z");
    check_date("Mon, 18 Jun 2021 09:30:00 +0000", "2021-06-18T09:30:00Z");
    check_date("18 Jun 21 9:30 EST", "2021-06-18T09:30-05:00");
    check_date("Fri, 18 June 2021 09:30:00 PDT", "2021-06-18T09:30:00-07:00");
    check_date("Fri,18 Jun 2021 09:30:00 -0530", "2021-06-18T09:30:00-05:30");
    check_date("Friday, 18-Jun-21 09:30:00 UT", "2021-06-18T09:30:00Z");
    check_date("Fri, 18 Jun 2021 00:00:00 GMT", "2021-06-18");
    check_date("Fri, 18 Jun 2021 24:00:00 GMT", "2021-06-18");
    check_date("Fri, 18 Jun 2021 09:30:00 IST", "2021-06-18T09:30:00");
    check_date("Fri, 18 Jun 2021 09:30:00 GMT+0200 (CEST)",
               "2021-06-18T09:30:00+02:00");
    check_date("Fri Jun 18 09:30:00 2021", "2021-06-18T09:30:00");
    check_date("Fri Jun 18 09:30:00 +0100 2021", "2021-06-18T09:30:00+01:00");
    check_date("Fri Jun 18 09:30:00 CEST 2021", "2021-06-18T09:30:00+02:00");
}

Test(feed_read, dates_of_iso_8601)
{
    check_date("2021-06-18T09:30:00.123Z", "2021-06-18T09:30:00Z");
    check_date("2021-06-18T09:30+02:00", "2021-06-18T09:30+02:00");
    check_date("2021-06-18 09:30:00 +0200", "2021-06-18T09:30:00+02:00");
    check_date("2021-06-18", "2021-06-18");
    check_date("2021-06", "2021-06");
    check_date("20210618T093000Z", "2021-06-18T09:30:00Z");
    check_date("20210618", "2021-06-18");
    check_date("2021-06-18T09:30:00,5-05", "2021-06-18T09:30:00-05:00");
}

Test(feed_read, dates_of_other_places)
{
    check_date("18.06.2021 09:30", "2021-06-18T09:30");
    check_date("18.6.2021, 09.30 Uhr", "2021-06-18T09:30");
    check_date("Fri, 06/18/2021 - 09:30", "2021-06-18T09:30");
    check_date("18/06/2021 09:30:15", "2021-06-18T09:30:15");
    check_date("2021/06/18 09:30", "2021-06-18T09:30");
    check_date("June 18, 2021 9:30 pm EDT", "2021-06-18T21:30-04:00");
    check_date("12:05 AM, Jun 18, 2021", "2021-06-18T00:05");
    check_date("June 18, 2021, 4:06 p.m.", "2021-06-18T16:06");
    check_date("June 18, 2021 12:30 A.M. EDT", "2021-06-18T00:30-04:00");
    check_date("Fr, 18 Mai 2021 09:30:00 +0200", "2021-05-18T09:30:00+02:00");
    check_date("ven., 18 juin 2021 09:30:00 +0200", "2021-06-18T09:30:00+02:00");
    check_date("dim., 18 juil. 2021", "2021-07-18");
    check_date("mar, 18 may 2021 09:30:00 -0300", "2021-05-18T09:30:00-03:00");
    check_date("\xd0\x9f\xd1\x82, 18 \xd0\xb8\xd1\x8e\xd0\xbd\xd1\x8f 2021 09:30 "
               "MSK", "2021-06-18T09:30+03:00");
    check_date("2021\xe5\xb9\xb4" "6\xe6\x9c\x88" "18\xe6\x97\xa5 09:30",
               "2021-06-18T09:30");
    check_date("1624008600", "2021-06-18T09:30:00Z");
    check_date("1624008600123", "2021-06-18T09:30:00Z");
}

Test(feed_read, what_is_no_date_or_may_be_two_is_none)
{
    check_date("03/04/2021", "-");
    check_date("yesterday", "-");
    check_date("31 Jun 2021 10:00", "-");
    check_date("2021-13-01", "-");
    check_date("0000-00-00T00:00:00Z", "-");
    check_date("0001-01-01T00:00:00Z", "-");
    check_date("Thu, 01 Jan 1970 00:00:00 +0000", "-");
    check_date("", "-");
    check_date("18 Jun 99999", "-");
    check_date("::::--++99", "-");
}

Test(feed_read, the_first_date_that_can_be_read_counts)
{
    check("<rss xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><item>"
          "<pubDate>soon</pubDate><dc:date>2021-06-18T09:30:00Z</dc:date>"
          "<description>S</description></item></channel></rss>", "date",
          "2021-06-18T09:30:00Z");
}

/* ---- which are taken ---- */

Test(feed_read, items_come_from_the_oldest_to_the_newest)
{
    check(RSS("<item><title>3</title><pubDate>2021-06-03</pubDate>"
              "<description>S</description></item>"
              "<item><title>1</title><pubDate>2021-06-01</pubDate>"
              "<description>S</description></item>"
              "<item><title>2</title><pubDate>2021-06-02</pubDate>"
              "<description>S</description></item>"), "title", "1\n2\n3");
}

Test(feed_read, of_a_new_feed_the_newest_come)
{
    gly_buf feed = {0};

    gly_buf_puts(&feed, "<rss><channel>");
    for (int i = 1; i <= 28; i++)
        gly_buf_printf(&feed, "<item><title>%d</title><pubDate>2021-06-%02d"
                       "</pubDate><description>S</description></item>",
                       i, i * 11 % 29);
    gly_buf_puts(&feed, "</channel></rss>");
    put_buf("f", &feed);
    check_file("feeds = \"f\"; pages = false; max_age = \"0\"; first = 3;", "title date",
               "5 | 2021-06-26\n13 | 2021-06-27\n21 | 2021-06-28");
}

Test(feed_read, of_a_new_feed_none_come_if_none_are_wanted)
{
    put_file("f", ITEM("<title>One</title><description>S</description>"));
    check_file("feeds = \"f\"; pages = false; first = 0;", "title", "");
}

Test(feed_read, old_items_do_not_come)
{
    char date[64];
    time_t now = time(NULL);
    gly_buf feed = {0};

    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    gly_buf_printf(&feed, "<rss><channel><item><title>Old</title><pubDate>2001-01-01"
                   "</pubDate><description>S</description></item><item>"
                   "<title>New</title><pubDate>%s</pubDate><description>S"
                   "</description></item><item><title>Undated</title><description>"
                   "S</description></item></channel></rss>", date);
    put_buf("f", &feed);
    check_file("feeds = \"f\"; pages = false; max_age = \"7d\";", "title", "Undated\nNew");
}

/* ---- lists of feeds ---- */

static void check_refusal(const char *settings, const char *expected)
{
    char why[512] = "";
    gly_harness *h = gly_harness_try("fetch-feed", settings, why, sizeof(why));

    cr_expect(h == NULL);
    cr_expect(eq(str, why, (char *)expected));
    gly_harness_close(h);
}

Test(feed_read, lists_that_are_wrong_are_refused_with_their_line)
{
    put_file("list", "# ours\n\nhttps://r.example/rss  River\nr.example/atom\n");
    check_refusal("feeds = \"list\";",
                  "fetch-feed: list:4: \"r.example/atom\" is no address of the web");
    put_file("list", "# none\n");
    check_refusal("feeds = \"list\";", "fetch-feed: feeds: it names no feed");
    check_refusal("feeds = \"none\";",
                  "fetch-feed: feeds: cannot read none: No such file or directory");
}

/* ---- hostile ones ---- */

static void check_quick(const char *begin, const char *part, size_t times,
                        const char *end)
{
    gly_buf feed = {0};
    gly_harness *h;

    gly_buf_puts(&feed, begin);
    for (size_t i = 0; i < times; i++)
        gly_buf_puts(&feed, part);
    gly_buf_puts(&feed, end);
    put_buf("f", &feed);
    h = gly_harness_open("fetch-feed", "feeds = \"f\"; pages = false; "
                         "first = 100000;");
    while (gly_harness_pull(h))
        continue;
    gly_harness_close(h);
}

Test(feed_read, hostile_feeds_take_no_longer, .timeout = 30)
{
    const size_t n = 200000;

    check_quick("<rss>", "<!DOCTYPE x [", n, "");
    check_quick("<rss>", "<!--", n, "");
    check_quick("<rss>", "<?", n, "");
    check_quick("<rss>", "<![CDATA[", n, "");
    check_quick("<rss>", "<a b=\"", n, "");
    check_quick("<rss>", "<a b='<c d=\"", n, "");
    check_quick("<rss>", "=\"<a\"", n, "");
    check_quick("<rss>", "<? >", n, "");
    check_quick("<rss>", "&", n, "");
    check_quick("<rss>", "</a", n, "");
    check_quick("<rss><channel><item><description>", "<p>", n, "");
    check_quick("<rss><channel>", "<item>", n, "");
    check_quick("<rss><channel>", "<item><title>x</title>", n / 10, "");
    check_quick("<rss ", "xmlns:a=\"b\" ", 5000, ">");
    check_quick("{\"items\":", "[", n, "");
    check_quick("{\"items\":[", "{},", n, "{}]}");
}

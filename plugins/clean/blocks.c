/* Single blocks of the article's element: what they hold, and where they stand,
 * tells whether they are of the article. */
#include "choice.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_DATE = 60 }; /* without a word that is known */

static struct part text_of(const struct choice *c, uint32_t b)
{
    return part_of_block(c->page, html_block(c->page, b));
}

/* Whether both have the same letters and digits, up to a divider in the title,
 * behind which the site is named. */
bool choice_is_title(struct part text, const char *title)
{
    const char *at = text.at, *end = at + text.len;

    if (!title || text.len > 400)
        return false;
    for (;;) {
        uint32_t a = 0, b = 0;
        bool divided = false;

        while (at < end && !gly_is_letter(a) && !gly_is_digit(a))
            a = gly_next_char(&at);
        while (*title && !gly_is_letter(b) && !gly_is_digit(b)) {
            divided = strncmp(title, " - ", 3) == 0 || *title == '|' ||
                      strncmp(title, " \xE2\x80\x93 ", 5) == 0 ||
                      strncmp(title, " \xE2\x80\x94 ", 5) == 0 || divided;
            b = gly_next_char(&title);
        }

        bool more_a = gly_is_letter(a) || gly_is_digit(a);
        bool more_b = gly_is_letter(b) || gly_is_digit(b);

        if (!more_a && more_b)
            return divided;
        if (!more_a || !more_b)
            return more_a == more_b;
        if (gly_lower(a) != gly_lower(b))
            return false;
    }
}

/* "2019" among numbers: whatever the language of the words, a date. */
static bool has_year(struct part text)
{
    unsigned groups = 0;
    bool year = false;

    for (size_t i = 0, len; i < text.len; i += len + 1) {
        struct part rest = part_cut(text, i);

        for (len = 0; len < rest.len && rest.at[len] >= '0' &&
                      rest.at[len] <= '9';)
            len++;
        groups += len > 0;
        year |= len == 4 && (part_begins(rest, "19") || part_begins(rest, "20"));
    }
    return year && groups >= 3;
}

/* Words of dates, without those that begin as English ones do. */
static bool is_date_word(struct part word)
{
    static const char names[] = "montuewedthufrisatsunpubupdposlas";
    static const char *const words[] = {
        "actualizado", "aktualisiert", "atualizado", "dimanche", "domenica",
        "domingo", "donnerstag", "feira", "freitag", "jeudi", "jour", "jueves",
        "lundi", "lunes", "mardi", "martes", "mercredi", "mis", "mittwoch",
        "publicado", "quarta", "quinta", "samedi", "samstag", "segunda",
        "sexta", "sonntag", "stand", "uhr", "vendredi", "viernes", NULL,
    };

    for (size_t k = 0; k + 3 < sizeof(names); k += 3)
        if (strncasecmp(word.at, names + k, 3) == 0)
            return true;
    return month_find(word) || part_is_any(word, words);
}

bool date_line_is(struct part text)
{
    unsigned dates = 0, others = 0, digits = 0;

    if (text.len > 120)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool first = i == 0 || !((text.at[i - 1] | 32) >= 'a' &&
                                 (text.at[i - 1] | 32) <= 'z');
        struct part word = { text.at + i, 0 };

        digits += text.at[i] >= '0' && text.at[i] <= '9';
        while (first && i + word.len < text.len &&
               (word.at[word.len] | 32) >= 'a' &&
               (word.at[word.len] | 32) <= 'z')
            word.len++;
        if (word.len < 3)
            continue;
        if (is_date_word(word))
            dates++;
        else
            others++;
    }
    if (dates == 0 && others == 0)
        return text.len <= LONGEST_DATE && has_year(text);
    return digits >= 3 && dates > 0 && others <= dates;
}

static size_t skip_digits(struct part text, size_t i)
{
    while (i < text.len && text.at[i] >= '0' && text.at[i] <= '9')
        i++;
    return i;
}

/* "Image 1 of 5", "1/5" */
static bool is_counter(struct part text)
{
    static const char *const labels[] = { "image ", "photo ", "picture ",
                                          "slide ", "", NULL };
    size_t label = 0, first, second, last;

    if (text.len > 40)
        return false;
    while (!part_begins(text, labels[label]))
        label++;
    label = strlen(labels[label]);
    first = second = skip_digits(text, label);
    while (second < text.len && memchr(" of/", text.at[second], 4))
        second++;
    last = skip_digits(text, second);
    return first > label && second > first && last > second &&
           last == text.len;
}

/* The only text beside a picture, too short for a paragraph. */
static bool is_beside_picture(const struct choice *c, const struct block *b)
{
    const struct element *e = html_element(c->page, b->element);

    if (e->tag == TAG_P || e->tag == TAG_LI ||
        e->last_block - e->first_block != 1 || b->end - b->begin > 200 ||
        article_heading(c->page, b))
        return false;
    for (uint32_t i = b->element + 1; i < e->end; i++)
        if (html_element(c->page, i)->tag == TAG_IMG)
            return true;
    return false;
}

static enum why judge_block(const struct choice *c, uint32_t b)
{
    const struct block *block = html_block(c->page, b);
    uint32_t tag = html_element(c->page, block->element)->tag;
    struct part text = text_of(c, b), rest, caption, credit;
    bool weak;
    const char *phrase = phrase_find(c->clean, text, &weak, &rest);

    if (phrase) {
        for (int why = 1; why < WHY_COUNT; why++)
            if (strcmp(why_names[why], phrase) == 0)
                return why;
        return WHY_BOILERPLATE;
    }
    if (text.len < 200 && (part_begins(text, "copyright") ||
                           part_begins(text, "\xC2\xA9")))
        return WHY_BOILERPLATE;
    if (tag != TAG_PRE && (part_begins(text, "<img ") ||
                           part_begins(text, "<script") ||
                           part_begins(text, "<iframe")))
        return WHY_BOILERPLATE; /* markup that was escaped once too often */
    if (is_counter(text) || is_beside_picture(c, block))
        return WHY_CAPTION;
    if (text.len < 400 && part_holds(text, "affiliate") &&
        (part_holds(text, "commission") || part_holds(text, " links")))
        return WHY_ADVERT;
    if (contribution_find(text) == 0 ||
        (!article_heading(c->page, block) && byline_is(c->clean, text)))
        return WHY_BYLINE;
    if (tag != TAG_LI && tag != TAG_TR && date_line_is(text))
        return WHY_DATE;
    if (text.len < 400 && credit_find(c->clean, text, &caption, &credit))
        return caption.len ? WHY_CAPTION : WHY_CREDIT;
    return KEPT;
}

/* A heading that is all link belongs to the article if running text follows it
 * at once; one before what was taken out goes along. */
static void judge_heading(struct choice *c, uint32_t b, uint32_t last)
{
    const struct block *block = html_block(c->page, b);
    uint32_t next = b + 1;

    if (choice_linked(block) &&
        (next >= last || c->why[next] ||
         !choice_running(html_block(c->page, next)) ||
         html_element(c->page, block[1].element)->parent !=
             html_element(c->page, block->element)->parent)) {
        c->why[b] = WHY_RELATED;
        return;
    }
    while (next < last && (c->why[next] == WHY_ADVERT ||
                           c->why[next] == WHY_CAPTION ||
                           c->why[next] == WHY_CREDIT ||
                           c->why[next] == WHY_HIDDEN))
        next++;
    if (next >= last || c->why[next] == WHY_RELATED ||
        c->why[next] == WHY_LINKS ||
        c->why[next] == WHY_NEWSLETTER || c->why[next] == WHY_COMMENTS)
        c->why[b] = WHY_RELATED;
}

/* Before the first paragraph stand title, byline, date; in what is said to be
 * the article's text, its first sentences may be short. */
static void judge_start(struct choice *c, uint32_t first, uint32_t last,
                        bool body)
{
    for (uint32_t b = first; b < last; b++) {
        const struct block *block = html_block(c->page, b);
        struct part text = text_of(c, b);
        int heading = article_heading(c->page, block);

        if (c->why[b])
            continue;
        if (choice_running(block) && !heading)
            return;
        if (heading == 1 || choice_is_title(text, c->title))
            c->why[b] = WHY_TITLE;
        else if (text.len < 120 && strncasecmp(text.at, "by ", 3) == 0)
            c->why[b] = WHY_BYLINE;
        else if (!body && !heading && !part_ends_sentence(text))
            c->why[b] = WHY_TITLE;
    }
}

/* "@daily", "ann@daily.example", "https://daily.example" */
static bool has_address(struct part text)
{
    const char *at = memchr(text.at, '@', text.len);

    return (at && at + 1 < text.at + text.len && at[1] != ' ') ||
           part_holds(text, "://");
}

/* What asks the reader to follow, write or subscribe, in the last paragraphs. */
static enum why judge_end(struct part text, const struct block *block)
{
    static const char *const openings[] = {
        "contact ", "e-mail ", "email ", "follow ", "have a tip", "more ap ",
        "reach ", "send ", "tweet ", "write to ", NULL,
    };
    bool opened = part_begins_any(text, openings) > 0;

    if (text.len > 350)
        return KEPT;
    if ((opened && (has_address(text) || block->links > 0)) ||
        part_holds(text, " follow us ") || part_holds(text, " follow him ") ||
        part_holds(text, " follow her ") || part_holds(text, " follow them ") ||
        part_holds(text, " follow me ") || part_holds(text, "follow @"))
        return WHY_SHARE;
    if (part_begins(text, "subscribe ") || part_begins(text, "sign up ") ||
        (block->links > 0 && part_holds(text, "newsletter")))
        return WHY_NEWSLETTER;
    return KEPT;
}

/* A list at the end, all of links and none of sentences. */
static bool is_list_at_end(const struct choice *c, uint32_t b, uint32_t first)
{
    uint32_t parent =
        html_element(c->page, html_block(c->page, b)->element)->parent;
    const struct element *e = html_element(c->page, parent);

    if ((e->tag != TAG_UL && e->tag != TAG_OL) || e->first_block <= first ||
        e->last_block - e->first_block < 3)
        return false;
    for (uint32_t i = e->first_block; i < e->last_block; i++)
        if (!c->why[i] && (html_block(c->page, i)->links == 0 ||
                           part_ends_sentence(text_of(c, i))))
            return false;
    return true;
}

static void judge_tail(struct choice *c, uint32_t first, uint32_t last)
{
    unsigned seen = 0;
    uint32_t list = last; /* blocks from it on need no look at their list */

    for (uint32_t b = last; b-- > first && seen < 4;) {
        enum why why;

        if (c->why[b])
            continue;
        if ((why = judge_end(text_of(c, b), html_block(c->page, b)))) {
            c->why[b] = why;
        } else if (seen == 0 && b < list && is_list_at_end(c, b, first)) {
            uint32_t parent =
                html_element(c->page, html_block(c->page, b)->element)->parent;

            list = html_element(c->page, parent)->first_block;
            choice_take(c, list, b + 1, WHY_RELATED);
        } else {
            seen++;
        }
    }
}

void choice_judge(struct choice *c, uint32_t root, bool body)
{
    const struct element *e = html_element(c->page, root);
    uint32_t first = e->first_block, last = e->last_block;

    for (uint32_t b = 0; b < c->page->block_count; b++)
        if (!c->why[b])
            c->why[b] = b < first || b >= last ? WHY_OUTSIDE
                                               : judge_block(c, b);
    sections_take_lists(c, first, last);
    links_judge(c, first, last);
    judge_start(c, first, last, body);
    judge_tail(c, first, last);
    while (last > first && c->why[last - 1])
        last--;
    for (uint32_t b = last; b-- > first;)
        if (!c->why[b] && article_heading(c->page, html_block(c->page, b)))
            judge_heading(c, b, last);
}

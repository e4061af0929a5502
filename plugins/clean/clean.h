/* clean.h: what the parts of the clean stage share.
 *
 *     html.c       a page as flat arrays; the only one that knows the parser
 *     copy.c       the page's copy that the parser gets
 *     article.c    which element of a page holds its article; hints.c,
 *                  sections.c, links.c, blocks.c
 *     page.c       a page's text and what is taken out of it
 *     origin.c     where that text stood in the page
 *     metadata.c   fields, from what a page says of itself; jsonld.c, places.c,
 *                  values.c, authors.c, dates.c, times.c, title.c
 *     language.c   the language of a text, detected and declared
 *     part.c       parts of lines
 *     phrases.c    lines of boilerplate
 *     byline.c     authors, agencies; names.c
 *     notes.c      contributors, contacts, rights
 *     caption.c    credits of pictures, captions as asides
 *     dateline.c   the place and agency before the first sentence
 *     wire.c       plain text as agencies send it
 *     wrap.c       its lines, joined where they were cut at a width
 *     outline.c    its headings and lists
 *     wiki.c       what a wiki leaves in it
 *     characters.c characters that are not what was meant; see characters.h
 *     repeats.c    paragraphs that say again what another one says
 */
#ifndef CLEAN_CLEAN_H
#define CLEAN_CLEAN_H

#include "article.h"
#include "part.h"

struct clean {
    bool keep_all, language, repeats;
    gly_list characters;
    unsigned kinds;            /* of them; see characters_kinds() */
    long min_length;
    const char *captions;
    const gly_words *agencies; /* their values: the name in full */
    const gly_words *phrases;  /* when and why a line goes */
    const gly_words *places;   /* their values: kind and weight */
    struct page *page;
};

/* Results of a stage's process(). */
int clean_page(gly_stage *stage, gly_doc *doc, const char *html, size_t len);
int clean_wire(gly_stage *stage, gly_doc *doc);
int clean_characters(gly_stage *stage, gly_doc *doc);
int clean_repeats(gly_stage *stage, gly_doc *doc);
/* Takes "[edit]" and "[1]" out of a text that was copied from a wiki. */
int clean_wiki(gly_doc *doc);

/* Gives the document, whose text is the page's, the origins of blocks that are
 * kept or captions, or of all when `why` is NULL. */
void origin_find(gly_doc *doc, const struct page *page, const uint8_t *why);

/* The names of the kinds of characters as bits. */
unsigned characters_kinds(gly_list names);
/* A value mended as a text is, but for its entities; itself if it needs none. */
const char *characters_of_value(const struct clean *c, gly_doc *doc,
                                const char *value);

/* Sets `lang` to the language of the text where that is sure; one declared that
 * differs is then `lang_declared`. */
void language_set(gly_doc *doc);

/* What a page says about itself: read, asked for the title, then, once the
 * article is found, the fields that are not set yet are set from it. */
struct facts;
struct facts *facts_read(const struct clean *c, gly_doc *doc);
void facts_set(struct facts *facts, const struct article *article);
const char *facts_title(const struct facts *facts);
bool facts_says_article(const struct facts *facts); /* that the page is one */
const char *facts_body(const struct facts *facts); /* JSON-LD's, or NULL */
void facts_finish(struct facts *facts);

/* Reads "By Ann Lee and Bo Ek, The Associated Press": adds to `author`, and
 * sets `agency` if it is not set. With `strict` it must begin with "By" and be
 * all names and agencies, and an author that is set stays; false when not. */
bool byline_read(const struct clean *c, gly_doc *doc, struct part line,
                 bool strict);
/* Whether it could be read so, with `strict`. */
bool byline_is(const struct clean *c, struct part line);
/* Whether it may be the name of a person, or a part of one. */
bool author_is(struct part part);
/* "Associated Press", "Staff Writer": for whom, or as what, the byline above it
 * writes. */
bool byline_house(const struct clean *c, gly_doc *doc, struct part line);

/* "-- Ann Lee", "Ann Lee, Associated Press": the same without "By", which only
 * the place of the line makes sure. */
bool byline_signed(const struct clean *c, gly_doc *doc, struct part line);

/* Two words or more that may be a name. */
bool name_is(struct part name);
bool author_known(const gly_doc *doc, struct part name);
/* If there is none. */
void author_add(gly_doc *doc, struct part name);

/* Whether a part, or what stands between slashes in it, is an agency that the
 * list has; `name`, which may be NULL, is set to its name in full. */
bool agency_find(const struct clean *c, struct part part, const char **name);

/* Where "Ann Lee contributed to this report." or "(Reporting by ...)" begins;
 * line.len when it has none. */
size_t contribution_find(struct part line);

/* "Ann Lee is a reporter for The Coast.": who wrote, if it says so of an author
 * or, in the last line, of someone who is not named elsewhere. */
bool writer_read(gly_doc *doc, struct part line, bool last);

/* The field that a note below the text belongs to, "contact", "copyright",
 * "notes" or "related"; NULL for any other line. */
const char *note_find(struct part line);
/* "Media contact:", with names and numbers in the lines below. */
bool contact_opens(struct part line);
/* "ann.lee@agency.example" */
bool address_is(struct part line);

/* Sets `dateline` and `agency` from what stands before the first sentence, and
 * `date` from its day, or `filed` when that lacks its year; returns its length
 * with the dash, 0 for none. */
size_t dateline_read(const struct clean *c, gly_doc *doc, struct part line);

/* If it is not set. */
void dateline_set(gly_doc *doc, struct part place);

/* 1 to 12 for the name of a month, or what is short for it, else 0. */
int month_find(struct part word);
/* How many days it has; of an unknown year, 0, it may have all. */
int month_days(int year, int month);
/* "Published: Nov. 19, 2019 at 8:59 pm | Updated: ...": digits, and hardly a
 * word but of dates. */
bool date_line_is(struct part line);

/* A credit at the end of a line: "A boat. Photo: EFE", "(AP Photo/Ann Lee)".
 * What stands before it is the caption, which may be empty. */
bool credit_find(const struct clean *c, struct part line, struct part *caption,
                 struct part *credit);

/* Who is credited: "EFE" of "Photo: EFE". */
struct part credit_source(struct part credit);

/* Makes a caption an aside of the document, with its credit; a credit by itself
 * is added to the field "credits". The caption is a part of the document's text. */
void caption_keep(gly_doc *doc, struct part caption, struct part credit);

/* Why a line of boilerplate ("Advertisement", "READ ALSO: ...") goes; NULL.
 * `weak`: an ordinary word ("Home"), which says little in plain text; `rest`:
 * what stands behind the phrase. */
const char *phrase_find(const struct clean *c, struct part line, bool *weak,
                        struct part *rest);

static inline struct part part_of_block(const struct page *page,
                                        const struct block *block)
{
    return (struct part){ page->text.data + block->begin,
                          block->end - block->begin };
}

#endif

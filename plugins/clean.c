/* clean: the article of a page, or of plain text as agencies send it.
 *
 * Its parts are in the folder clean/; see clean/clean.h.
 */
#include "clean/clean.h"

#include <errno.h>
#include <string.h>

static const gly_option options[] = {
    { "captions", GLY_FIELD(struct clean, captions), .def = "aside",
      .choices = "aside|text",
      .help = "Whether captions of pictures become asides, \"captions\" in the "
              "record, or stay in the text." },
    { "characters", GLY_FIELD(struct clean, characters),
      .def = "entities, mojibake, nfc, invisible, spaces, ligatures",
      .choices = "entities|mojibake|nfc|invisible|spaces|ligatures",
      .help = "What is mended in texts, captions and fields: entities of HTML "
              "that were escaped twice; UTF-8 that was read as Windows-1252, "
              "where that is certain; what is not in Unicode's form NFC; "
              "characters that are not seen; spaces of another kind; ligatures "
              "of f and s. \"\" for nothing." },
    { "keep_all", GLY_FIELD(struct clean, keep_all), .def = "false",
      .help = "Whether pages without an article pass, with all of their "
              "text, instead of being dropped." },
    { "language", GLY_FIELD(struct clean, language), .def = "true",
      .help = "Whether \"lang\" is the language that the text is found to be "
              "in, where that is sure, or always the declared one." },
    { "min_length", GLY_FIELD(struct clean, min_length), .def = "200",
      .max = 1000000,
      .help = "Bytes of text that a page's article has at least; half as many "
              "where the page says that it is an article." },
    { "repeats", GLY_FIELD(struct clean, repeats), .def = "true",
      .help = "Whether a paragraph that says again what another one says is "
              "taken out." },
    { 0 }
};

static int process(gly_stage *stage, gly_doc *doc)
{
    const struct clean *c = gly_state(stage);
    size_t len;
    const char *raw = gly_raw(doc, &len);
    const char *type = gly_raw_type(doc);
    int result;

    if (raw && type && strstr(type, "html")) {
        result = clean_page(stage, doc, raw, len);
        if (result == GLY_PASS && c->kinds)
            result = clean_characters(stage, doc);
    } else {
        if (c->kinds && (result = clean_characters(stage, doc)) < 0)
            return result;
        result = clean_wire(stage, doc);
    }
    if (result == GLY_PASS && c->language)
        language_set(doc);
    return result == GLY_PASS && c->repeats ? clean_repeats(stage, doc)
                                            : result;
}

static int open_stage(gly_stage *stage)
{
    struct clean *c = gly_state(stage);

    c->kinds = characters_kinds(c->characters);
    c->agencies = gly_words_open(stage, "clean-agencies.txt", GLY_EXACT);
    if (!c->agencies)
        return -ENOENT;
    c->phrases = gly_words_open(stage, "clean-phrases.txt", GLY_FOLD);
    if (!c->phrases)
        return -ENOENT;
    c->places = gly_words_open(stage, "entity-places.txt", GLY_FOLD);
    if (!c->places)
        return -ENOENT;
    c->page = gly_stage_alloc(stage, sizeof(*c->page));
    if (!html_open(c->page, stage))
        return gly_fail(stage, -ENOMEM, "the HTML parser got no memory");
    return 0;
}

static void close_stage(gly_stage *stage)
{
    struct clean *c = gly_state(stage);

    if (c->page)
        html_finish(c->page);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "clean",
    .about = "Takes the article out of a page, and out of wire copy what is "
             "not of it.",
    .reads = "text",
    .writes = "headings lists text agency author byline canonical captions "
              "contact contributors copyright credits date dateline "
              "description filed image lang lang_declared modified notes "
              "related section site tags title uri",
    .state_size = sizeof(struct clean),
    .options = options,
    .open = open_stage,
    .process = process,
    .close = close_stage,
};

/* translate-marker: marks what machine translation leaves in English text, and
 * says how likely it is that a machine translated the whole.
 *
 * Its parts are in translate-marker/: lexicon.c (what is known of words),
 * find.c (what was found), languages.c, punct.c, break.c, number.c, article.c,
 * grammar.c, words.c, script.c, names.c and people.c (the kinds of markers),
 * repair.c, protect.c and shapes.c (what is to be left), profile.c, model.c,
 * source.c and score.c (the document) and, a stage by itself, train.c, which
 * learns lexicon/marker-model.bin.
 */
#include "translate-marker/translate-marker.h"

#include <errno.h>
#include <string.h>

struct state {
    double min_score;
    gly_list kinds;
    bool score, protect;
    const char *repair;
    struct verdicts verdicts;

    unsigned wanted; /* kinds, a bit each */
    struct lexicon *lexicon;
    struct score *judge;
    struct names *names;
};

static const gly_option options[] = {
    { "min_score", GLY_FIELD(struct state, min_score), .def = "0.3", .min = 0,
      .max = 1, .help = "Markers less sure than this are not set." },
    { "kinds", GLY_FIELD(struct state, kinds), .def = "",
      .help = "Which kinds of markers to set; none named: all." },
    { "protect", GLY_FIELD(struct state, protect), .def = "false",
      .help = "Whether to set the layer \"notranslate\": names, code, addresses "
              "and others that a translator must leave as they are." },
    { "repair", GLY_FIELD(struct state, repair), .def = "off",
      .choices = "off|safe",
      .help = "Whether what is certain is mended, and the marker says what stood "
              "there: sentences broken before a small word, doubled and spaced "
              "punctuation, quote marks that face the wrong way." },
    { "score", GLY_FIELD(struct state, score), .def = "true",
      .help = "Whether to set translation.score." },
    { "machine_from", GLY_FIELD(struct state, verdicts.machine), .def = "0.992",
      .min = 0, .max = 1,
      .help = "From which score on the verdict is \"machine\"." },
    { "human_from", GLY_FIELD(struct state, verdicts.human), .def = "0.5",
      .min = 0, .max = 1,
      .help = "From which probability on it is \"human\", a translation." },
    { "native_from", GLY_FIELD(struct state, verdicts.native), .def = "0.7",
      .min = 0, .max = 1,
      .help = "From which probability on it is \"native\"." },
    { "prior", GLY_FIELD(struct state, verdicts.prior), .def = "0.68",
      .min = 0.01, .max = 0.99,
      .help = "How many of the texts that come are machine translations." },
    { 0 }
};

static uint32_t class_of_unknown(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80)
            return WIDE;
    return 0;
}

/* What is known of the two words that end with token i. */
static void look_up_pair(struct look *l, size_t i)
{
    const char *both = token_text(l, i - 1);
    gly_pos middle = l->tokens[i - 1].end, end = l->tokens[i].end;
    size_t len = end - l->tokens[i - 1].begin;
    uint32_t hash =
        hash_lower(l->hashes[i - 1], l->text + middle, end - middle);
    const struct entry *e = find_word(l->lexicon, hash, both, len);

    if (!e)
        return;
    l->classes[i - 1] |= e->classes & PHRASE;
}

/* What is known of each word. */
static void look_up(struct look *l)
{
    uint32_t before = 0;

    for (size_t i = 0; i < l->count; i++) {
        const char *text = token_text(l, i);
        size_t len = token_len(l, i);
        const struct entry *e;

        if (l->tokens[i].type != GLY_WORD) {
            before = 0;
            continue;
        }
        l->hashes[i] = hash_lower(HASH_START, text, len);
        e = find_word(l->lexicon, l->hashes[i], text, len);
        l->classes[i] = e ? e->classes : class_of_unknown(text, len);
        if ((before & PAIR) && text[-1] == ' ' &&
            ends_pair(l->lexicon, l->hashes[i]))
            look_up_pair(l, i);
        before = l->classes[i];
    }
}

static void look_at_tokens(struct look *l)
{
    for (size_t i = 0; i < l->count; i++) {
        size_t end = i;

        if (begins_line(l, i)) {
            l->quote_open = l->curly_open = l->low_open = false;
            if (!(l->classes[i] & FOREIGN))
                end = look_at_paragraph(l, i);
        }
        if (l->classes[i] & FOREIGN)
            continue;
        if (end > i) {
            i = end - 1;
            continue;
        }

        uint8_t type = l->tokens[i].type;

        if (type == GLY_WORD) {
            if (l->classes[i])
                look_at_word(l, i);
            if (i > 0 && l->hashes[i] == l->hashes[i - 1])
                look_at_repeated(l, i);
            if (l->tokens[i].flags & GLY_FIRST)
                look_at_opening(l, i);
        } else if (type == GLY_SIGN) {
            look_at_sign(l, i);
        } else if (type == GLY_NUMERAL) {
            look_at_numeral(l, i);
        }
    }
}

/* What is wrong in any language that has commas and full stops. */
static void look_at_signs(struct look *l)
{
    l->kinds &= 1u << DOUBLED | 1u << SPACED;
    for (size_t i = 0; i < l->count; i++)
        if (sign_at(l, i) == ',' || sign_at(l, i) == '.')
            look_at_sign(l, i);
}

static int process(gly_stage *stage, gly_doc *doc)
{
    const struct state *s = gly_state(stage);
    struct look l = {
        .doc = doc,
        .lexicon = s->lexicon,
        .kinds = s->wanted,
        .min_score = s->min_score,
    };

    if (!gly_aside_of(doc))
        forget_names(s->names);
    l.text = gly_text(doc, &l.len);
    l.tokens = gly_tokens(doc, &l.count);
    if (l.count == 0)
        return GLY_PASS;
    l.classes = gly_alloc(doc, l.count * sizeof(*l.classes));
    l.hashes = gly_alloc(doc, l.count * sizeof(*l.hashes));
    look_up(&l);
    look_at_languages(&l);
    if (l.english) {
        look_at_tokens(&l);
        look_at_encoding(&l);
        look_at_names(&l, s->names);
    } else {
        look_at_signs(&l);
    }
    if (l.english && s->score && !gly_aside_of(doc))
        score_document(&l, s->judge, &s->verdicts);
    if (strcmp(s->repair, "safe") == 0)
        begin_repairs(&l);
    gly_count(stage, "markers", (double)mark_finds(&l));
    if (s->protect)
        protect(&l);
    return l.repairs ? gly_edit_commit(l.repairs) : GLY_PASS;
}

static int open(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->wanted = s->kinds.count ? 0 : (1u << KINDS) - 1;
    for (size_t i = 0; i < s->kinds.count; i++) {
        enum kind kind = kind_of(s->kinds.item[i]);

        if (kind == KINDS)
            return gly_fail(stage, -EINVAL, "there is no kind \"%s\"",
                            s->kinds.item[i]);
        s->wanted |= 1u << kind;
    }
    s->names = new_names(stage);
    if (s->score) {
        s->judge = new_score(stage);
        if (!s->judge)
            return -EINVAL;
    }
    return load_lexicon(stage, &s->lexicon);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "translate-marker",
    .about = "Marks what machine translation leaves in English text.",
    .reads = "text entities lang",
    .writes = "markers languages notranslate text lang translation.score "
              "translation.verdict translation.reasons translation.source_lang",
    .asides = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open,
    .process = process,
};

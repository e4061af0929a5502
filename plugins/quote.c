/* quote: finds quotations, who said them, and by which word. */
#include "quote/quote.h"

#include <errno.h>
#include <string.h>

struct state {
    struct reader *reader;
    const gly_words *people, *sexes;
    const char *cue_list, *model_name;
    bool indirect, unattributed, quoted;
    double min_score;
};

static const gly_option options[] = {
    { "cues", GLY_FIELD(struct state, cue_list), .def = "quote-cues.txt",
      .help = "A word list of the verbs that say who is quoted." },
    { "model", GLY_FIELD(struct state, model_name), .def = "quote-model.bin",
      .help = "Learned weights." },
    { "indirect", GLY_FIELD(struct state, indirect), .def = "true",
      .help = "Whether what is reported without quote marks is marked too." },
    { "unattributed", GLY_FIELD(struct state, unattributed), .def = "false",
      .help = "Whether a quoted sentence that no cue has is marked too." },
    { "min_score", GLY_FIELD(struct state, min_score), .def = "0.3",
      .max = 1, .help = "Quotations less certain than this are left out." },
    { "quoted", GLY_FIELD(struct state, quoted), .def = "false",
      .help = "Whether what is in marks and no quotation is marked too: titles, "
              "nicknames, words at a distance." },
    { 0 }
};

enum { MAX_TOLD = 256 };

/* What stands in marks, where the quotation has more than one such piece. */
static void mark_pieces(gly_doc *doc, gly_span *q, const struct pieces *pieces)
{
    size_t first = quote_piece_at(pieces, q->begin), end = first;

    while (end < pieces->count && pieces->list[end].end <= q->end &&
           end - first < MAX_TOLD)
        end++;
    for (size_t i = first; i < end && end - first > 1; i++)
        gly_mark_part(doc, q, "piece", pieces->list[i].begin,
                      pieces->list[i].end);
}

static void mark_find(gly_doc *doc, const struct find *f,
                      const struct pieces *pieces)
{
    gly_span *q = gly_mark(doc, "quotes", f->begin, f->end, f->kind);
    gly_span *part;

    q->score = f->score;
    if (f->cue_end) {
        part = gly_mark_part(doc, q, "cue", f->cue, f->cue_end);
        if (f->stance)
            gly_note_set(doc, part, "stance",
                         gly_keep(doc, f->stance, strcspn(f->stance, "?")));
    }
    if (f->speaker_end) {
        part = gly_mark_part(doc, q, "speaker", f->speaker, f->speaker_end);
        part->name = f->name;
        part->score *= f->name_score;
        if (f->names)
            gly_note_set(doc, part, "names", f->names);
    }
    mark_pieces(doc, q, pieces);
}

/* Tells of a mark that is not as it should be, unless a stage before did. */
static void tell_odd(gly_doc *doc, const gly_span **told, gly_pos at,
                     gly_pos len, const char *why)
{
    gly_span *m;

    while (*told && (*told)->end <= at)
        *told = (*told)->next;
    if (*told && (*told)->begin < at + len &&
        strcmp((*told)->kind, "quote-mark") == 0)
        return;
    m = gly_mark(doc, "markers", at, at + len, "quote-mark");
    m->score = 0.8;
    gly_note_set(doc, m, "why", why);
}

static void tell_oddities(gly_doc *doc, const struct pieces *pieces)
{
    const gly_span *told = gly_spans(doc, "markers");
    unsigned count = 0;

    for (size_t i = 0; i < pieces->count && count < MAX_TOLD; i++) {
        const struct piece *p = &pieces->list[i];

        if (p->close < p->open + 8)
            continue;
        if (p->why_open && !p->lost_open) {
            tell_odd(doc, &told, p->open, p->open_len, p->why_open);
            count++;
        }
        if (p->why_close && !p->lost_close) {
            tell_odd(doc, &told, p->close, p->close_len, p->why_close);
            count++;
        }
    }
}

/* "Away: a blue shirt." Whether a label speaks is not told by its colon, but by
 * turns.c. */
static bool is_labelled(const gly_doc *doc, const struct find *f)
{
    const char *text = gly_text(doc, NULL);

    return strcmp(f->kind, "indirect") == 0 && f->cue_end &&
           text[f->cue] == ':' &&
           (f->speaker == 0 || text[f->speaker - 1] == '\n');
}

static int process(gly_stage *stage, gly_doc *doc)
{
    const struct state *s = gly_state(stage);
    const struct vocabulary *known = quote_known(s->reader);
    const struct word *words = quote_words(doc, known);
    struct pieces pieces = quote_pair_marks(doc, known->cues);
    struct finds finds;

    quote_mend(doc, known->cues, &pieces);
    finds = quote_find(doc, s->reader, words, &pieces);
    quote_leave_titles(doc, &pieces, &finds);
    finds = quote_turns(doc, &finds);
    quote_name_speakers(doc, s->people, s->sexes, words, &pieces, &finds);
    finds = quote_talk(doc, &pieces, &finds);
    for (size_t i = 0; i < finds.count; i++) {
        const struct find *f = &finds.list[i];

        if (f->score >= s->min_score &&
            (s->indirect || strcmp(f->kind, "indirect") != 0) &&
            (s->unattributed || f->cue_end || f->speaker_end) &&
            !is_labelled(doc, f))
            mark_find(doc, f, &pieces);
    }
    if (s->quoted)
        quote_mark_quoted(doc, &pieces);
    tell_oddities(doc, &pieces);
    return GLY_PASS;
}

static int open_lists(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    s->reader = quote_reader(stage, s->cue_list, s->model_name);
    s->people = gly_words_open(stage, "quote-people.txt", GLY_FOLD);
    s->sexes = gly_words_open(stage, "entity-sexes.txt", GLY_FOLD);
    return s->reader && s->people && s->sexes ? 0 : -ENOENT;
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "quote",
    .about = "Finds quotations, their speakers and cues.",
    .reads = "text entities markers",
    .writes = "quotes quoted markers",
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_lists,
    .process = process,
};

/* talk.c: talks in quote marks of two who speak in turn, a paragraph each:
 * “Why?” is said by the one to whom the other spoke last.
 *
 * Mostly a paragraph without an attribution goes on with the one above it; only
 * after a question or a reply, or as a question, it is the other's turn.
 */
#include "quote.h"

#include <string.h>

struct pass {
    const char *text;
    const struct pieces *pieces;
    size_t piece;
    gly_pos at; /* up to where paragraphs are counted */
    size_t paragraph;
    struct finds out;
    /* Who spoke in the paragraphs right above, the last and the one before. */
    struct find last, other;
    size_t last_paragraph;
    gly_pos begin, end; /* of what was said last */
    bool reply;         /* it was one */
};

static size_t paragraph_of(struct pass *p, gly_pos pos)
{
    while (p->at < pos) {
        const char *line = memchr(p->text + p->at, '\n', pos - p->at);

        p->at = line ? (gly_pos)(line - p->text) + 1 : pos;
        p->paragraph += line && line[1] != '\n';
    }
    return p->paragraph;
}

static bool begins_line(const struct pass *p, gly_pos pos)
{
    return pos == 0 || p->text[pos - 1] == '\n';
}

static bool is_direct(const struct find *f)
{
    return strcmp(f->kind, "direct") == 0;
}

static bool is_question(const struct pass *p, gly_pos begin, gly_pos end)
{
    char c = '\0';

    while (end > begin && c != '?' && c != '.' && c != '!' && c != ',')
        c = p->text[--end];
    return c == '?';
}

/* “…,” Kim replied. */
static bool is_reply(const struct pass *p, const struct find *f, gly_pos end)
{
    static const char *const words[] = {"replied", "answered", "responded",
                                        "retorted", "countered", "shot back"};

    if (f->cue < end)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (f->cue_end - f->cue == strlen(words[i]) &&
            memcmp(p->text + f->cue, words[i], f->cue_end - f->cue) == 0)
            return true;
    return false;
}

/* Keeps in mind who said [begin, end). */
static void hear(struct pass *p, const struct find *f, gly_pos begin,
                 gly_pos end)
{
    size_t paragraph = paragraph_of(p, begin);
    const struct find nobody = {0};

    if (!f->name || !is_direct(f) || paragraph > p->last_paragraph + 1)
        p->last = p->other = nobody;
    if (p->last.name && strcmp(p->last.name, f->name) != 0)
        p->other = p->last;
    if (f->name && is_direct(f))
        p->last = *f;
    p->last_paragraph = paragraph;
    p->begin = begin;
    p->end = end;
    p->reply = is_reply(p, f, end);
}

static bool is_other(struct pass *p, gly_pos begin, gly_pos end)
{
    return p->other.name && begins_line(p, begin) &&
           paragraph_of(p, begin) == p->last_paragraph + 1 &&
           (p->reply ||
            is_question(p, begin, end) != is_question(p, p->begin, p->end));
}

/* Whether it goes on with the paragraph above. */
static bool is_more(struct pass *p, gly_pos begin)
{
    return p->last.name && begins_line(p, begin) &&
           paragraph_of(p, begin) == p->last_paragraph + 1;
}

static struct find turn_of(const struct find *who, gly_pos begin, gly_pos end)
{
    struct find f = *who;

    f.begin = begin;
    f.end = end;
    f.cue = f.cue_end = 0;
    f.stance = NULL;
    f.score = 0.7;
    f.name_score *= 0.8;
    return f;
}

static void put(struct pass *p, const struct find *f)
{
    p->out.list[p->out.count++] = *f;
}

/* A find of several paragraphs is parted where the other one speaks. */
static void take(struct pass *p, struct find f)
{
    const struct piece *list = p->pieces->list;
    gly_pos begin = f.begin;

    if (!f.speaker_end && is_direct(&f) && is_other(p, f.begin, f.end))
        f = turn_of(&p->other, f.begin, f.end);
    else if (!f.speaker_end && is_direct(&f) && is_more(p, f.begin))
        f = turn_of(&p->last, f.begin, f.end);
    for (; p->piece < p->pieces->count && list[p->piece].begin < f.end;
         p->piece++) {
        const struct piece *piece = &list[p->piece];
        gly_pos end = f.end;

        if (p->piece == 0 || piece->begin <= begin || piece[-1].goes_on ||
            !begins_line(p, piece->begin))
            continue;
        hear(p, &f, begin, piece[-1].end);
        begin = piece->begin;
        if (!is_other(p, begin, piece->end))
            continue;
        f.end = piece[-1].end;
        put(p, &f);
        f = turn_of(&p->other, begin, end);
    }
    hear(p, &f, begin, f.end);
    put(p, &f);
}

struct finds quote_talk(gly_doc *doc, const struct pieces *pieces,
                        const struct finds *finds)
{
    struct pass p = {.text = gly_text(doc, NULL), .pieces = pieces};

    p.out.list = gly_alloc(doc, (finds->count + pieces->count + 1) *
                                    sizeof(*p.out.list));
    for (size_t i = 0; i < finds->count; i++)
        take(&p, finds->list[i]);
    return p.out;
}

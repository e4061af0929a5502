/* What the source's lane writes into the figures: documents as they go out and
 * come back, the last ones whole. */
#include "figures.h"

#include <string.h>
#include <time.h>

/* Documents that are shown: four a second, and after a while without any as
 * many at once as there are places. */
enum { SHOW_EVERY = 250 * 1000000 }; /* ns */

static void set(atomic_ullong *to, uint64_t value)
{
    atomic_store_explicit(to, value, memory_order_relaxed);
}

/* Cut at a character's begin. */
static void copy(char *to, size_t size, const char *from)
{
    size_t len = from ? strnlen(from, size) : 0;

    if (len == size)
        do
            len--;
        while (len > 0 && ((unsigned char)from[len] & 0xC0) == 0x80);
    if (len > 0)
        memcpy(to, from, len);
    to[len] = '\0';
}

void figures_out(struct figures *f, gly_doc *doc, uint64_t now)
{
    stats_add(&f->taken, 1);
    stats_add(&f->bytes, doc->trip.bytes);
    doc->trip.taken = now;
    if (stats_get(&f->under_way) == 0) /* nothing was there to come back */
        set(&f->moved, now / 1000000);
    if (f->next_shown > now + (FIGURES_DOCUMENTS - 1) * (uint64_t)SHOW_EVERY)
        return;
    f->next_shown = (f->next_shown > now ? f->next_shown : now) + SHOW_EVERY;
    doc->trip.times = gly_alloc(doc, FIGURES_STAGES * sizeof(uint64_t));
}

/* ---- entries ---- */

/* Until finish(), who reads the entry sees that it is not whole. */
static uint64_t begin(struct figures *f, atomic_ullong *number)
{
    uint64_t next = stats_get(&f->entries) + 1;

    set(number, 2 * next - 1);
    atomic_thread_fence(memory_order_release);
    return 2 * next;
}

static void finish(struct figures *f, atomic_ullong *number, uint64_t value)
{
    atomic_store_explicit(number, value, memory_order_release);
    set(&f->entries, value / 2);
}

static void copy_span(struct figures_document *d, const gly_span *span,
                      unsigned layer, bool part)
{
    struct figures_span *to;
    const char *about = span->name;

    if (d->span_count == FIGURES_SPANS || span->begin >= d->text_len)
        return;
    to = &d->spans[d->span_count++];
    to->begin = span->begin;
    to->end = span->end < d->text_len ? span->end : d->text_len;
    to->layer = (uint8_t)layer;
    to->part = part;
    copy(to->kind, sizeof(to->kind), span->kind);
    if (!about && span->notes)
        about = span->notes->value;
    copy(to->about, sizeof(to->about), about);
}

static void copy_spans(struct figures_document *d, const gly_doc *doc)
{
    d->span_count = d->layer_count = 0;
    for (const struct layer *l = doc->layers; l; l = l->next) {
        if (!l->head || d->layer_count == FIGURES_LAYERS)
            continue;
        copy(d->layers[d->layer_count], sizeof(*d->layers), l->name);
        for (const gly_span *s = l->head; s; s = s->next) {
            copy_span(d, s, d->layer_count, false);
            for (const gly_span *p = s->parts; p; p = p->next)
                copy_span(d, p, d->layer_count, true);
        }
        d->layer_count++;
    }
}

static void add_document(struct figures *f, const gly_doc *doc, uint64_t now)
{
    bool dropped = doc->trip.result == GLY_DROP;
    uint64_t place = stats_get(&f->document_count) % FIGURES_DOCUMENTS;
    struct figures_document *d = &f->documents[place];
    uint64_t number = begin(f, &d->number);

    d->time = time(NULL);
    d->took = now - doc->trip.taken;
    memcpy(d->times, doc->trip.times, sizeof(d->times));
    copy(d->id, sizeof(d->id), gly_get(doc, "id", 0));
    copy(d->title, sizeof(d->title), gly_get(doc, "title", 0));
    copy(d->dropped, sizeof(d->dropped), dropped ? doc->trip.reason : NULL);
    copy(d->dropped_by, sizeof(d->dropped_by),
         dropped ? doc->trip.stage : NULL);
    copy(d->text, sizeof(d->text), gly_text(doc, NULL));
    d->text_len = (uint32_t)strlen(d->text);
    d->whole_len = doc->text_len;
    copy_spans(d, doc);
    finish(f, &d->number, number);
    stats_add(&f->document_count, 1);
}

static void add_failure(struct figures *f, const gly_doc *doc)
{
    uint64_t place = stats_get(&f->failure_count) % FIGURES_FAILURES;
    struct figures_failure *d = &f->failures[place];
    uint64_t number = begin(f, &d->number);

    d->time = time(NULL);
    copy(d->id, sizeof(d->id), gly_get(doc, "id", 0));
    copy(d->title, sizeof(d->title), gly_get(doc, "title", 0));
    copy(d->ticket, sizeof(d->ticket), doc->trip.ticket);
    copy(d->stage, sizeof(d->stage), doc->trip.stage);
    copy(d->reason, sizeof(d->reason), doc->trip.reason);
    d->crashes = doc->trip.crashes;
    d->signal = doc->trip.signal;
    finish(f, &d->number, number);
    stats_add(&f->failure_count, 1);
}

/* ---- reasons ---- */

/* Bytes of a quoted string, or of a word with a slash in it; else 0. */
static size_t varying(const char *p, bool word_begins)
{
    const char *quote = *p == '"' ? strchr(p + 1, '"') : NULL;
    size_t word = strcspn(p, " ");

    if (quote)
        return (size_t)(quote + 1 - p);
    return word_begins && memchr(p, '/', word) ? word : 0;
}

/* A reason without what differs from one document to the next: numbers become
 * N, what is quoted and words with a slash become "...". */
static void fold(const char *reason, char *out, size_t size)
{
    char whole[sizeof(((struct error *)0)->text)];
    size_t len = 0;

    for (const char *p = reason; *p && len + 4 < sizeof(whole);) {
        size_t skip = varying(p, p == reason || p[-1] == ' ');

        if (skip > 0) {
            memcpy(whole + len, "...", 3);
            len += 3;
            p += skip;
        } else if (*p >= '0' && *p <= '9') {
            whole[len++] = 'N';
            p += strspn(p, "0123456789");
        } else {
            whole[len++] = *p++;
        }
    }
    whole[len] = '\0';
    copy(out, size, whole);
}

static void count_reason(struct figures *f, const gly_doc *doc)
{
    struct figures_reason key = {.stage = ""};
    size_t i = 0;

    copy(key.stage, sizeof(key.stage), doc->trip.stage);
    fold(doc->trip.reason ? doc->trip.reason : "", key.reason,
         sizeof(key.reason));
    while (i < FIGURES_REASONS - 1 && f->reasons[i].count > 0 &&
           (strcmp(f->reasons[i].stage, key.stage) != 0 ||
            strcmp(f->reasons[i].reason, key.reason) != 0))
        i++;
    if (i == FIGURES_REASONS - 1)
        key = (struct figures_reason){.reason = "others"};
    if (f->reasons[i].count == 0) {
        memcpy(f->reasons[i].stage, key.stage, sizeof(key.stage));
        memcpy(f->reasons[i].reason, key.reason, sizeof(key.reason));
    }
    stats_add(&f->reasons[i].count, 1);
}

void figures_under_way(struct figures *f, uint64_t documents, uint64_t bytes)
{
    set(&f->under_way, documents);
    set(&f->under_way_bytes, bytes);
}

void figures_back(struct figures *f, const gly_doc *doc, uint64_t now)
{
    set(&f->moved, now / 1000000);
    stats_add(&f->whole.documents, 1);
    stats_add_time(&f->whole, now - doc->trip.taken);
    if (doc->trip.result < 0) {
        stats_add(&f->failed, 1);
        if (doc->trip.crashes > 0)
            stats_add(&f->given_up, 1);
        count_reason(f, doc);
        add_failure(f, doc);
        return;
    }
    stats_add(doc->trip.result == GLY_DROP ? &f->dropped : &f->done, 1);
    if (doc->trip.times)
        add_document(f, doc, now);
}

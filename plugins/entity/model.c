/* model.c: the file of weights, and the names it finds in a text. */
#include "model.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { CACHE = 1 << 15, GAP = 4 };

/* All weights of a row at once. */
typedef int8_t row8 __attribute__((vector_size(LANES)));
typedef int16_t row16 __attribute__((vector_size(2 * LANES)));

/* A word with its rows added up, for each place beside the one looked at. */
struct known {
    uint64_t hash;
    struct seen seen;
    int16_t sum[SPREAD][LANES];
};

/* Rows that are on their way from memory. */
struct ahead {
    uint32_t count;
    const int8_t *row[MOST_FEATURES];
};

/* Tokens [first, last) of the block. */
struct run {
    uint32_t first, last;
};

struct model {
    const struct weights *weights;
    const uint8_t *owners;
    const int8_t (*rows)[LANES];
    struct known *cache;
    struct block block;
    struct found found;
    int16_t (*emit)[LANES]; /* of the block's tokens */
    uint8_t (*from)[TAGS];
    uint8_t *tag;
    struct lattice lattice;
};

static void add_row(int16_t sum[LANES], const int8_t row[LANES])
{
    row8 small;
    row16 all;

    memcpy(&small, row, sizeof(small));
    memcpy(&all, sum, sizeof(all));
    all += __builtin_convertvector(small, row16);
    memcpy(sum, &all, sizeof(all));
}

/* The row of a feature, or NULL. */
static const int8_t *row_of(const struct model *m, uint32_t id)
{
    uint32_t bucket = entity_bucket(id, m->weights->rows);
    const uint8_t *owner = m->owners + bucket;
    uint8_t own = entity_owner(id);

    for (uint32_t k = 0; k < BUCKET; k++)
        if (owner[k] == own)
            return m->rows[bucket + k];
    return NULL;
}

static void add_features(const struct model *m, const struct features *f,
                         int16_t sum[LANES])
{
    for (int g = 0; g < GROUPS; g++) {
        for (uint32_t i = 0; i < f->count[g]; i++) {
            const int8_t *row = row_of(m, f->id[g][i]);

            if (row)
                add_row(sum, row);
        }
    }
}

static void add_words(int16_t sum[LANES], const int16_t row[LANES])
{
    row16 one, all;

    memcpy(&one, row, sizeof(one));
    memcpy(&all, sum, sizeof(all));
    all += one;
    memcpy(sum, &all, sizeof(all));
}

static const struct known *look_up(struct model *m, const struct text *t,
                                   uint32_t i)
{
    const gly_token *token = &t->token[i];
    const char *at = entity_at(t, i);
    size_t len = entity_len(t, i);
    uint64_t hash = entity_hash(at, len, token->type);
    struct known *known = &m->cache[(hash ^ hash >> 29) >> 1 & (CACHE - 1)];

    if (known->hash == hash)
        return known;

    struct type type;

    entity_type(t, i, &type);
    *known = (struct known){.hash = hash, .seen = entity_seen(&type)};
    for (int k = -REACH; k <= REACH; k++) {
        struct features f = {.count = {0}};

        entity_type_features(&type, k, &f);
        add_features(m, &f, known->sum[k + REACH]);
    }
    return known;
}

/* What token i says of itself and of those beside it. */
static void spread(struct model *m, uint32_t i, const struct known *known)
{
    const struct seen *seen = m->block.seen;
    uint32_t first = i, last = i;

    while (first > 0 && i - first < REACH && !seen[first].starts)
        first--;
    while (last + 1 < m->block.count && last - i < REACH &&
           !seen[last + 1].starts)
        last++;
    for (uint32_t k = first; k <= last; k++)
        add_words(m->emit[k], known->sum[i - k + REACH]);
}

static void fetch(const struct model *m, uint32_t i, struct ahead *out)
{
    struct features f;

    memset(f.count, 0, sizeof(f.count));
    entity_features(&m->block, i, &f);
    out->count = 0;
    for (int g = 0; g < GROUPS; g++) {
        for (uint32_t k = 0; k < f.count[g]; k++) {
            const int8_t *row = row_of(m, f.id[g][k]);

            if (!row)
                continue;
            __builtin_prefetch(row);
            out->row[out->count++] = row;
        }
    }
}

static void see_all(struct model *m, const struct text *t)
{
    struct block *b = &m->block;
    struct ahead ahead[2];

    memset(m->emit, 0, b->count * sizeof(*m->emit));
    for (uint32_t i = 0; i < b->count; i++) {
        const struct known *known = look_up(m, t, b->begin + i);
        const gly_token *token = &t->token[b->begin + i];

        entity_see(b, i, &known->seen);
        if (token->flags & GLY_CAPITAL && token->type == GLY_WORD)
            t->facts[b->begin + i] = known->seen.facts;
        spread(m, i, known);
    }
    entity_look_around(b);
    fetch(m, 0, &ahead[0]);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct ahead *now = &ahead[i & 1];

        if (i + 1 < b->count)
            fetch(m, i + 1, &ahead[~i & 1]);
        for (uint32_t k = 0; k < now->count; k++)
            add_row(m->emit[i], now->row[k]);
    }
}

static uint32_t end_of(const struct block *b, uint32_t i)
{
    do
        i++;
    while (i < b->count && !b->seen[i].starts);
    return i;
}

/* Whether anything speaks for a name here. A move within or beside a name never
 * weighs more than one from OUT to OUT. */
static bool live(const struct model *m, uint32_t i)
{
    row16 row;
    uint64_t any[sizeof(row) / sizeof(uint64_t)];

    memcpy(&row, m->emit[i], sizeof(row));
    row = row > 0;
    memcpy(any, &row, sizeof(row));
    return any[0] | any[1] | any[2] | any[3];
}

/* The next stretch that may hold names of a sentence that goes up to `end`: no
 * name goes over as many tokens that nothing speaks for as lie between two. */
static bool next_run(const struct model *m, struct run *run, uint32_t end)
{
    uint32_t i = run->last;

    while (i < end && !live(m, i))
        i++;
    if (i == end)
        return false;
    run->first = i > run->last ? i - 1 : i;
    for (uint32_t quiet = 0; i < end && quiet < GAP; i++)
        quiet = live(m, i) ? 0 : quiet + 1;
    run->last = i;
    return true;
}

static void decode(struct model *m, int reading)
{
    const struct block *b = &m->block;

    memset(m->tag, OUT, b->count);
    for (uint32_t i = 0, end; i < b->count; i = end) {
        struct run run = {.last = i};

        end = end_of(b, i);
        while (next_run(m, &run, end))
            entity_best((const int16_t(*)[LANES])m->emit + run.first,
                        run.last - run.first, m->weights->move[reading],
                        m->from, m->tag + run.first);
    }
}

static void read_again(struct model *m)
{
    const struct block *b = &m->block;

    m->found.tag = m->tag;
    entity_find(b, &m->found);
    for (uint32_t i = 0; i < b->count; i++) {
        struct features f = {.count = {0}};

        entity_found_features(b, &m->found, i, &f);
        add_features(m, &f, m->emit[i]);
    }
}

static double calibrated(const struct weights *w, double chance)
{
    double odds = log((chance + 1e-6) / (1 - chance + 1e-6));

    return 1 / (1 + exp(-(double)w->slope * odds - (double)w->shift));
}

static void sum(struct model *m, const struct run *run)
{
    struct lattice *l = &m->lattice;

    l->count = run->last - run->first;
    for (uint32_t i = 0; i < l->count; i++) {
        const int16_t *emit = m->emit[run->first + i];

        for (int lane = 0; lane < LANES; lane++)
            l->emit[i][lane] = m->weights->unit * (float)emit[lane];
        l->emit[i][OUT] = 0;
    }
    entity_sum(l);
}

static uint32_t name_end(const uint8_t *tag, uint32_t i)
{
    while (tag[i] % PARTS != SINGLE && tag[i] % PARTS != END)
        i++;
    return i + 1;
}

static void take(struct model *m, const struct run *run, entity_name *each,
                 void *arg)
{
    const struct block *b = &m->block;
    bool summed = false;

    for (uint32_t i = run->first, end; i < run->last; i = end) {
        end = i + 1;
        if (m->tag[i] == OUT)
            continue;
        if (!summed)
            sum(m, run);
        summed = true;
        end = name_end(m->tag, i);

        enum label label = m->tag[i] / PARTS;
        double chance = entity_chance(&m->lattice, i - run->first,
                                      end - run->first, label);

        each(arg, b->text, b->begin + i, b->begin + end, label,
             calibrated(m->weights, chance));
    }
}

void entity_names(struct model *m, const struct text *t, entity_name *each,
                  void *arg)
{
    struct block *b = &m->block;

    b->text = t;
    b->begin = b->count = b->next = 0;
    while (entity_next_block(b)) {
        see_all(m, t);
        decode(m, 0);
        read_again(m);
        decode(m, 1);
        for (uint32_t i = 0, end; i < b->count; i = end) {
            struct run run = {.last = i};

            end = end_of(b, i);
            while (next_run(m, &run, end))
                take(m, &run, each, arg);
        }
    }
}

static int check(gly_stage *stage, const char *name, const struct weights *w,
                 size_t len)
{
    size_t rest = offsetof(struct weights, move);

    if (len < sizeof(*w) || memcmp(w->magic, "GALLEYNE", 8) != 0)
        return gly_fail(stage, -EINVAL, "%s: not a model of names", name);
    if (w->order != MODEL_ORDER)
        return gly_fail(stage, -EINVAL,
                        "%s: made on a machine of the other byte order", name);
    if (w->version != MODEL_VERSION)
        return gly_fail(stage, -EINVAL, "%s: version %u, expected %d", name,
                        w->version, MODEL_VERSION);
    if (w->rows < BUCKET || w->rows % LANES ||
        len != sizeof(*w) + (size_t)w->rows * (1 + LANES))
        return gly_fail(stage, -EINVAL, "%s: cut off or too long", name);
    if (w->sum != gly_checksum((const char *)w + rest, len - rest))
        return gly_fail(stage, -EINVAL, "%s: damaged", name);
    return 0;
}

static void make_room(struct model *m, gly_stage *stage)
{
    struct block *b = &m->block;
    struct found *f = &m->found;

    m->cache = gly_stage_alloc(stage, CACHE * sizeof(*m->cache));
    m->emit = gly_stage_alloc(stage, BLOCK * sizeof(*m->emit));
    m->tag = gly_stage_alloc(stage, BLOCK);
    m->from = gly_stage_alloc(stage, LONGEST_SENTENCE * sizeof(*m->from));
    b->seen = gly_stage_alloc(stage, BLOCK * sizeof(*b->seen));
    b->table = gly_stage_alloc(stage, 4 * BLOCK * sizeof(*b->table));
    f->word = gly_stage_alloc(stage, 4 * BLOCK * sizeof(*f->word));
    f->name = gly_stage_alloc(stage, 4 * BLOCK * sizeof(*f->name));
    f->whole = gly_stage_alloc(stage, BLOCK * sizeof(*f->whole));
}

struct model *entity_model(gly_stage *stage, const char *name)
{
    size_t len;
    const struct weights *w = gly_lexicon_map(stage, name, &len);
    struct model *m = gly_stage_alloc(stage, sizeof(*m));

    if (!w || check(stage, name, w, len) < 0)
        return NULL;
    m->weights = w;
    m->owners = (const void *)(w + 1);
    m->rows = (const void *)(m->owners + w->rows);
    make_room(m, stage);
    for (unsigned i = 0; i < TAGS; i++)
        for (unsigned k = 0; k < TAGS; k++)
            m->lattice.move[i][k] =
                entity_may_follow(i, k)
                    ? expf(w->unit * (float)w->move[1][i][k])
                    : 0;
    return m;
}

/* The documents seen last. Candidates are found by bands (locality-sensitive
 * hashing, Indyk, Motwani 1998): a document stands in a bucket for each of its
 * bands, and is compared with those in its buckets whose band is equal.
 *
 * Nothing is taken out of a bucket: the newest pushes the oldest out, and what
 * leads to a document that was forgotten leads to another in its place, which
 * is compared like any other.
 */
#include "dedup.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum {
    WAYS = 8,        /* places of a bucket, a half of a cache line */
    FILL = 6,        /* documents a bucket, when all are remembered */
    NAME_BYTES = 64, /* room for a name, on average */
    LEAST_RING = 64 * 1024,
    FIRST_ROOM = 1024, /* documents; then four times as many, and so on */
    SLOT_BITS = 24,
};

/* A place: the band's lowest byte, and the slot plus one; 0 is empty. */
static uint32_t place_of(uint32_t band, size_t slot)
{
    return band << SLOT_BITS | (uint32_t)(slot + 1);
}

static uint32_t *bucket_of(const struct memory *m, unsigned i, uint32_t band)
{
    size_t bucket = (size_t)((uint64_t)band * m->buckets >> 32);

    return m->table + (i * m->buckets + bucket) * WAYS;
}

static size_t table_bytes(size_t buckets)
{
    return BANDS * buckets * WAYS * sizeof(uint32_t);
}

int memory_open(struct memory *m, size_t size)
{
    m->size = size;
    m->room = size < FIRST_ROOM ? size : FIRST_ROOM;
    m->buckets = m->room / FILL + 1;
    m->ring_size = size * NAME_BYTES + LEAST_RING;

    size_t signatures = size * sizeof(*m->signatures);
    size_t table = table_bytes(size / FILL + 1);
    size_t names = size * sizeof(*m->names);
    size_t mapped = signatures + table + names + m->ring_size;
    char *at = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED)
        return -errno;
    m->mapped = mapped;
    m->signatures = (void *)at;
    m->table = (void *)(at += signatures);
    m->names = (void *)(at += table);
    m->ring = at + names;
    return 0;
}

void memory_finish(struct memory *m)
{
    if (m->mapped)
        munmap(m->signatures, m->mapped);
    m->mapped = 0;
}

/* Where the name's end, with its NUL, would lie beyond the ring's, it begins at
 * the ring's begin. */
static uint64_t put_name(struct memory *m, const char *name)
{
    size_t len = strlen(name);

    if (len > LONGEST_NAME)
        len = gly_utf8_valid(name, LONGEST_NAME);
    if (m->written % m->ring_size + len + 1 > m->ring_size)
        m->written += m->ring_size - m->written % m->ring_size;

    uint64_t begin = m->written;
    char *at = m->ring + begin % m->ring_size;

    memcpy(at, name, len);
    at[len] = '\0';
    m->written += len + 1;
    return begin;
}

static void put_places(struct memory *m, size_t slot)
{
    for (unsigned i = 0; i < BANDS; i++) {
        uint32_t band = m->signatures[slot].band[i];
        uint32_t *bucket = bucket_of(m, i, band);

        memmove(bucket + 1, bucket, (WAYS - 1) * sizeof(*bucket));
        bucket[0] = place_of(band, slot);
    }
}

/* A thousand documents would touch each page of a table laid out for a
 * million. */
static void widen(struct memory *m)
{
    memset(m->table, 0, table_bytes(m->buckets));
    m->room = m->room < m->size / 4 ? m->room * 4 : m->size;
    m->buckets = m->room / FILL + 1;
    for (size_t slot = 0; slot < m->count; slot++)
        put_places(m, slot);
}

void memory_add(struct memory *m, const union signature *signature,
                const char *name)
{
    if (m->count == m->room && m->room < m->size)
        widen(m);

    size_t slot = (size_t)(m->count++ % m->size);

    m->signatures[slot] = *signature;
    m->names[slot] = put_name(m, name);
    put_places(m, slot);
}

static const char *name_in(const struct memory *m, size_t slot)
{
    uint64_t begin = m->names[slot];

    return m->written - begin <= m->ring_size ? m->ring + begin % m->ring_size
                                              : NULL;
}

uint64_t memory_first(const struct memory *m)
{
    uint64_t first = m->count > m->size ? m->count - m->size : 0;

    while (first < m->count && !name_in(m, (size_t)(first % m->size)))
        first++;
    return first;
}

const union signature *memory_get(const struct memory *m, uint64_t number,
                                  const char **name)
{
    size_t slot = (size_t)(number % m->size);

    *name = name_in(m, slot);
    return &m->signatures[slot];
}

/* How many were added before the one that is in this slot. */
static uint64_t number_in(const struct memory *m, size_t slot)
{
    uint64_t last = m->count - 1;

    return last - (last % m->size + m->size - slot) % m->size;
}

static void compare(const struct memory *m, size_t slot,
                    const union signature *signature, struct seen *best)
{
    double similarity = signature_similarity(signature, &m->signatures[slot]);
    uint64_t number = number_in(m, slot);
    const char *name = name_in(m, slot);

    if (!name || similarity < best->similarity ||
        (best->name && similarity == best->similarity &&
         number >= best->number))
        return;
    *best = (struct seen){ name, similarity, number };
}

bool memory_find(const struct memory *m, const union signature *signature,
                 double least, struct seen *out)
{
    *out = (struct seen){ .similarity = least };
    for (unsigned i = 0; i < BANDS; i++) {
        uint32_t band = signature->band[i];
        const uint32_t *bucket = bucket_of(m, i, band);

        for (unsigned k = 0; k < WAYS && bucket[k]; k++) {
            size_t slot = (bucket[k] & ((1u << SLOT_BITS) - 1)) - 1;

            if (bucket[k] == place_of(band, slot))
                compare(m, slot, signature, out);
        }
    }
    return out->name;
}

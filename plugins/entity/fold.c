/* fold.c: names in small letters, names nearly alike, and the table of them. */
#include "names.h"

#include <string.h>

/* The letters of U+00C0 to U+017F without their marks; '-' stays as it is. */
static const char bare[] =
    "aaaaaaaceeeeiiiidnooooo-ouuuuy-saaaaaaaceeeeiiiidnooooo-ouuuuy-y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
    "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

size_t entity_fold_bytes(const char *at, const char *end, char out[FOLDED])
{
    size_t len = 0;

    while (at < end && len + 5 < FOLDED) {
        uint32_t c = gly_lower(gly_next_char(&at));

        if (c >= 0xC0 && c <= 0x17F && bare[c - 0xC0] != '-')
            c = (unsigned char)bare[c - 0xC0];
        if (gly_is_letter(c) || gly_is_digit(c))
            len += gly_put_char(out + len, c);
    }
    out[len] = '\0';
    return len;
}

size_t entity_fold(const struct text *t, uint32_t first, uint32_t last,
                   char out[FOLDED])
{
    return entity_fold_bytes(entity_at(t, first),
                             t->bytes + t->token[last - 1].end, out);
}

static size_t less(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must change to make b of a. */
static size_t distance(const char *a, const char *b)
{
    size_t row[FOLDED], m = strlen(a), n = strlen(b);

    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j];
            size_t change = corner + (a[i - 1] != b[j - 1]);

            row[j] = less(change, less(above, row[j - 1]) + 1);
            corner = above;
        }
    }
    return row[n];
}

bool entity_nearly(const char *a, const char *b, size_t two)
{
    size_t len = less(strlen(a), strlen(b));

    return len >= 5 && distance(a, b) <= (len >= two ? 2 : 1);
}

/* What a letter sounds like, or is written for in another alphabet. */
static char sound_of(char c, char before)
{
    switch (c) {
    case 'e':
        return 'a';
    case 'o':
    case 'w':
        return c == 'w' && (before == 'a' || before == 'o') ? 'u'
               : c == 'w'                                   ? 'v'
                                                            : 'u';
    case 'j':
    case 'y':
        return 'i';
    case 'c':
    case 'g':
    case 'q':
        return 'k';
    case 'z':
        return 's';
    default:
        return c;
    }
}

/* Double letters count once, an h after a consonant not at all. */
void entity_sound(const char *folded, char out[FOLDED])
{
    size_t len = 0;

    for (const char *p = folded; *p && len + 1 < FOLDED; p++) {
        bool vowel = len > 0 && strchr("aiu", out[len - 1]);
        char c = sound_of(*p, p > folded ? p[-1] : ' ');

        if (*p == 'p' && p[1] == 'h')
            c = 'f', p++;
        else if (*p == 't' && (p[1] == 's' || p[1] == 'z' || p[1] == 'c'))
            continue;
        else if (*p == 'h' && len > 0 && !vowel)
            continue;
        if (len == 0 || out[len - 1] != c)
            out[len++] = c;
    }
    out[len] = '\0';
}

struct place *entity_place(struct table *table, const char *folded,
                           uint64_t seed)
{
    uint64_t hash = entity_hash(folded, strlen(folded), seed);
    struct place **head = &table->heads[(hash ^ hash >> 31) & table->mask];
    struct place *place = *head;

    while (place && place->key != hash)
        place = place->next;
    if (!place) {
        place = gly_alloc(table->doc, sizeof(*place));
        place->key = hash;
        place->next = *head;
        *head = place;
    }
    return place;
}

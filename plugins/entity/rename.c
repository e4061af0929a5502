/* rename.c: marked texts with other names, so that the trainer cannot learn its
 * texts' names by heart: people's by the lists of given names and surnames in
 * the manners of many countries, places by theirs, organisations made up.
 *
 * What a word becomes hangs on the word and the document: who is called by the
 * family name later is called by the new one.
 */
#include "learn.h"

#include <string.h>

struct renaming {
    const struct name_lists *lists;
    const char *text;
    uint32_t seed;
    gly_buf *out;
};

static uint32_t hash_of(const char *at, size_t len, uint32_t seed)
{
    uint32_t hash = 2166136261u ^ seed;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)at[i]) * 16777619u;
    hash = (hash ^ hash >> 15) * 0x2C1B3C6Du;
    return hash ^ hash >> 13;
}

/* An entry of a list, without its value. */
static void draw(struct renaming *r, const struct name_list *list,
                 uint32_t hash)
{
    const char *at = list->at + hash % list->len;
    const char *end = list->at + list->len;

    do {
        at = memchr(at, '\n', (size_t)(end - at));
        at = at && at + 1 < end ? at + 1 : list->at;
    } while (*at == '#');
    gly_buf_add(r->out, at, strcspn(at, "\t\n"));
}

static const char *one_of(const char *const *words, size_t count, uint32_t hash)
{
    return words[(hash >> 8) % count];
}
#define ONE_OF(words, hash) \
    one_of(words, sizeof(words) / sizeof(*(words)), hash)

/* Two syllables or one, apart or with a hyphen, as in Korea, China, Vietnam. */
static void eastern(struct renaming *r, uint32_t hash)
{
    static const char *const upper[] = {
        "Jong", "Jae", "Min", "Sang", "Hyun", "Kyung", "Young", "Xiao", "Wei",
        "Zhi", "Guo", "Van", "Thi", "Duc", "Phu", "Minh", "Ji", "Seung", "Yo",
    };
    static const char *const lower[] = {
        "un", "in", "ho", "joo", "soo", "hee", "jung", "ping", "ming", "feng",
        "hua", "hai", "trong", "hung", "anh", "il", "nam", "woo", "chul", "mi",
    };
    char second[16];

    gly_buf_puts(r->out, ONE_OF(upper, hash));
    strcpy(second, ONE_OF(lower, hash >> 4));
    if (hash % 4 > 1)
        second[0] -= 32;
    if (hash % 4 < 3)
        gly_buf_puts(r->out, hash % 4 > 1 ? " " : "-");
    else
        second[0] = (char)(second[0] | 32);
    gly_buf_puts(r->out, second);
}

static void family(struct renaming *r, uint32_t hash, bool alone)
{
    static const char *const particles[] = {
        "van", "van der", "von", "von der", "de", "de la", "del", "di", "bin",
        "al", "el", "da", "dos", "Mac", "O'", "Al-",
    };
    static const char *const east[] = {
        "Kim", "Lee", "Park", "Choi", "Moon", "Xi", "Wang", "Zhang", "Li",
        "Nguyen", "Tran", "Le", "Pham", "Chen", "Liu", "Yoon", "Han", "Cho",
    };

    if (hash % 6 == 0) {
        gly_buf_puts(r->out, ONE_OF(east, hash));
        return;
    }
    if (hash % 8 == 1) {
        const char *particle = ONE_OF(particles, hash);
        size_t len = strlen(particle);

        gly_buf_puts(r->out, particle);
        if (particle[len - 1] >= 'a' && particle[len - 1] <= 'z' &&
            particle[0] >= 'a')
            gly_buf_puts(r->out, " ");
    }
    draw(r, r->lists->surnames, hash);
    if (hash % 8 == 2 && (!alone || hash & 32)) {
        gly_buf_puts(r->out, hash & 64 ? " " : hash & 128 ? "-" : " de la ");
        draw(r, r->lists->surnames, hash * 31);
    }
}

static void given(struct renaming *r, size_t len, uint32_t hash)
{
    char letter = (char)('A' + hash % 26);

    if (len <= 2 || hash % 16 == 0)
        gly_buf_printf(r->out, hash & 32 ? "%c." : "%c. %c.", letter,
                       'A' + (hash >> 8) % 26);
    else
        draw(r, r->lists->given, hash);
    if (hash % 32 == 1) {
        gly_buf_puts(r->out, hash & 64 ? " \"" : " “");
        draw(r, r->lists->given, hash * 7);
        gly_buf_puts(r->out, hash & 64 ? "\"" : "”");
    }
}

static void person(struct renaming *r, const char *at, size_t len)
{
    const char *space = memrchr(at, ' ', len);
    const char *last = space ? space + 1 : at;
    uint32_t hash = hash_of(last, len - (size_t)(last - at), r->seed);
    size_t first = strcspn(at, " ");

    if (!space && hash % 3 == 0) {
        draw(r, r->lists->given, hash);
    } else if (!space) {
        family(r, hash, true);
    } else if (hash % 6 == 0) {
        family(r, hash, false);
        gly_buf_puts(r->out, " ");
        eastern(r, hash / 6);
    } else {
        given(r, first, hash_of(at, first, r->seed));
        gly_buf_puts(r->out, " ");
        family(r, hash, false);
        if (hash % 32 == 5)
            gly_buf_puts(r->out, hash & 64 ? " Jr." : hash & 128 ? " KC"
                                                                 : " III");
    }
}

/* Its first words: a family name, a place, a word or two of the language. */
static void first_words(struct renaming *r, uint32_t hash)
{
    size_t at = r->out->len;

    if (hash % 4 == 0) {
        draw(r, r->lists->places, hash);
    } else if (hash % 4 < 3) {
        draw(r, r->lists->surnames, hash);
    } else {
        draw(r, r->lists->common, hash);
        if (hash & 16) {
            gly_buf_puts(r->out, " ");
            draw(r, r->lists->common, hash * 13);
        }
    }
    for (; at < r->out->len; at++)
        if (r->out->data[at] >= 'a' && r->out->data[at] <= 'z' &&
            (at == 0 || r->out->data[at - 1] == ' '))
            r->out->data[at] -= 32;
}

static void organisation(struct renaming *r, const char *at, size_t len)
{
    static const char *const companies[] = {
        "Corp.", "Inc.", "Inc", "Ltd", "Ltd.", "plc", "Co.", "B.V.", "AG",
        "S.A.", "GmbH", "Group", "Holdings", "LLC", "& Co.", ", Inc.", "NV",
    };
    static const char *const others[] = {
        "Union", "Party", "University", "Bank", "Institute", "Association",
        "Agency", "Council", "Commission", "Committee", "Foundation", "Times",
        "News", "Post", "Court", "Federation", "Museum", "Club", "College",
        "Hospital", "Police", "Front", "Movement", "Airlines", "Society",
    };
    static const char *const before[] = {
        "Ministry of", "University of", "Bank of", "Department of",
        "Institute of", "Association of", "Church of", "House of",
        "Superior Court of", "District Court of", "Supreme Court of",
    };
    uint32_t hash = hash_of(at, len, r->seed);
    uint32_t more = hash >> 5;

    if (!memchr(at, ' ', len) && hash % 2) {
        for (uint32_t i = 0; i < 3 + more % 3; i++)
            gly_buf_printf(r->out, "%c", 'A' + (hash >> 4 * i) % 26);
    } else if (hash % 8 == 0) {
        gly_buf_printf(r->out, "%s ", ONE_OF(before, more));
        first_words(r, more);
    } else if (hash % 8 == 2) {
        draw(r, r->lists->surnames, more);
        gly_buf_puts(r->out, " & ");
        draw(r, r->lists->surnames, more * 17);
    } else {
        const char *end = hash % 3 ? ONE_OF(others, more)
                                   : ONE_OF(companies, more);

        first_words(r, more);
        gly_buf_printf(r->out, *end == ',' ? "%s" : " %s", end);
    }
}

/* One of the list, or one by its last word: "Kalamora River". */
static void place(struct renaming *r, uint32_t hash)
{
    static const char *const lasts[] = {
        "River", "Airport", "International Airport", "Street", "Avenue",
        "County", "Lake", "Island", "Islands", "Bridge", "Park", "Square",
        "Mountains", "Bay", "Province", "Valley", "Beach", "Stadium", "Hotel",
        "Road", "Sea", "Peninsula", "District", "Hall", "Station", "Hills",
    };

    if (hash % 6) {
        draw(r, r->lists->places, hash);
        return;
    }
    draw(r, hash & 32 ? r->lists->places : r->lists->surnames, hash);
    gly_buf_printf(r->out, " %s", ONE_OF(lasts, hash));
}

/* "Mr", before a family name alone; no part of the name. */
static void title(struct renaming *r, const struct name *name)
{
    static const char *const titles[] = {
        "Mr", "Mrs", "Ms", "Mr", "Mr.", "Mrs.", "Ms.", "Dr.", "Sir",
        "President", "Senator", "Sen.", "Gov.", "Minister", "Professor",
        "Judge", "Lord", "Secretary of State",
    };
    const char *at = r->text + name->begin;
    size_t len = name->end - name->begin;
    uint32_t hash = hash_of(at, len, r->seed + name->begin);

    if (name->label == PERSON && hash % 6 == 0)
        gly_buf_printf(r->out, "%s ", ONE_OF(titles, hash));
}

/* Now and then with spaces around a hyphen or without dots, as some texts come:
 * "Al - Qaeda", "US". */
static void keep(struct renaming *r, const char *at, size_t len, uint32_t hash)
{
    bool dots = len > 3 && at[1] == '.' && at[3] == '.';

    for (size_t i = 0; i < len; i++) {
        if (at[i] == '-' && hash % 4 == 0)
            gly_buf_puts(r->out, " - ");
        else if (at[i] != '.' || !dots || hash % 3)
            gly_buf_add(r->out, &at[i], 1);
    }
}

static void rename_one(struct renaming *r, const struct name *name)
{
    const char *at = r->text + name->begin;
    size_t len = name->end - name->begin;
    uint32_t hash = hash_of(at, len, r->seed * 3);

    if (name->label == PERSON)
        person(r, at, len);
    else if (name->label == LOC && hash % 2)
        place(r, hash >> 1);
    else if (name->label == ORG && hash % 3 == 0)
        organisation(r, at, len);
    else
        keep(r, at, len, hash);
}

void learn_rename(const struct name_lists *lists, const char *text,
                  uint32_t seed, struct name *names, size_t count,
                  gly_buf *out)
{
    struct renaming r = {lists, text, seed * 0x9E3779B1u, out};
    gly_pos at = 0;

    for (size_t i = 0; i < count; i++) {
        struct name *name = &names[i];

        gly_buf_add(out, text + at, name->begin - at);
        at = name->end;
        title(&r, name);

        gly_pos begin = (gly_pos)out->len;

        rename_one(&r, name);
        name->begin = begin;
        name->end = (gly_pos)out->len;
    }
    gly_buf_puts(out, text + at);
}

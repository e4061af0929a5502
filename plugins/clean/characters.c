/* Characters that are not what was meant: entities, mojibake, what is not seen,
 * spaces and letters of another kind. */
#include "characters.h"
#include "clean.h"

#include <string.h>

enum { MOST_LEVELS = 6 }; /* times that a text was read wrong */

static const char *const kind_names[] = {
    [ENTITIES] = "entities", [MOJIBAKE] = "mojibake",
    [INVISIBLE] = "invisible", [SPACES] = "spaces",
    [LIGATURES] = "ligatures", [NFC] = "nfc",
};

static const char *const whys[] = {
    [ENTITIES] = "entity", [MOJIBAKE] = "mojibake",
    [INVISIBLE] = "invisible", [SPACES] = "no-break-space",
    [LIGATURES] = "ligature", [NFC] = "nfc",
};

unsigned characters_kinds(gly_list names)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < names.count; i++)
        for (unsigned kind = 0; kind < KINDS; kind++)
            if (strcmp(names.item[i], kind_names[kind]) == 0)
                kinds |= 1u << kind;
    return kinds;
}

void mend(struct mending *m, gly_pos begin, gly_pos end, const char *with,
          enum kind kind)
{
    m->count[kind]++;
    m->changed = true;
    if (m->value) {
        gly_buf_add(m->value, m->text + m->copied, begin - m->copied);
        gly_buf_puts(m->value, with);
        m->copied = end;
        return;
    }
    if (!m->edit)
        m->edit = gly_edit_begin(m->doc);
    gly_edit_replace(m->edit, begin, end, with, whys[kind]);
}

/* ---- single characters ---- */

struct odd {
    gly_pos len;
    enum kind kind;
    const char *with;
};

static struct odd odd_of_two(const unsigned char *p)
{
    if (p[1] == 0xA0)
        return (struct odd){ 2, SPACES, " " };
    if (p[1] == 0x85)
        return (struct odd){ 2, INVISIBLE, "\n" };
    return (struct odd){ p[1] == 0xAD || p[1] < 0xA0 ? 2 : 0, INVISIBLE, "" };
}

/* U+2000 to U+207F; not the joiners, which Persian and emoji need. */
static struct odd odd_of_punctuation(const unsigned char *p)
{
    unsigned c = (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);

    if (c <= 0x0A || c == 0x2F || c == 0x5F)
        return (struct odd){ 3, SPACES, " " };
    if (c == 0x28 || c == 0x29)
        return (struct odd){ 3, INVISIBLE, "\n" };
    if (c == 0x0B || c == 0x0E || c == 0x0F || (c >= 0x2A && c <= 0x2E) ||
        c == 0x60 || (c >= 0x66 && c <= 0x6F))
        return (struct odd){ 3, INVISIBLE, "" };
    return (struct odd){ 0, INVISIBLE, "" };
}

/* U+FB00 to U+FB06, the byte order mark, anchors of what was not copied. */
static struct odd odd_of_forms(const unsigned char *p)
{
    static const char *const ligatures[] = { "ff", "fi", "fl", "ffi", "ffl",
                                             "st", "st" };

    if (p[1] == 0xAC && p[2] <= 0x86)
        return (struct odd){ 3, LIGATURES, ligatures[p[2] - 0x80] };
    return (struct odd){
        (p[1] == 0xBB && p[2] == 0xBF) ||
        (p[1] == 0xBF && p[2] >= 0xB9 && p[2] <= 0xBC) ? 3 : 0, INVISIBLE, ""
    };
}

static struct odd find_odd(const unsigned char *p)
{
    switch (*p) {
    case '\r':
        return p[1] == '\n' ? (struct odd){ 1, INVISIBLE, "" }
                            : (struct odd){ 1, INVISIBLE, "\n" };
    case '\v':
    case '\f': return (struct odd){ 1, INVISIBLE, "\n" };
    case '\t':
    case '\n': break;
    case 0x7F: return (struct odd){ 1, INVISIBLE, "" };
    case 0xC2: return odd_of_two(p);
    case 0xE2:
        if (p[1] == 0x80 || p[1] == 0x81)
            return odd_of_punctuation(p);
        break;
    case 0xEF: return odd_of_forms(p);
    default: return (struct odd){ *p < 0x20, INVISIBLE, "" };
    }
    return (struct odd){ 0, INVISIBLE, "" };
}

static void mend_odd(struct mending *m)
{
    const unsigned char *text = (const unsigned char *)m->text;

    for (gly_pos i = 0; i < m->len;) {
        struct odd odd = { 0 };

        if (m->len - i >= 8 && is_plain(m->text + i)) {
            i += 8;
            continue;
        }
        if (text[i] < 0x20 || text[i] >= 0x7F)
            odd = find_odd(text + i);
        if (odd.len > 0 && m->kinds & 1u << odd.kind)
            mend(m, i, i + odd.len, odd.with, odd.kind);
        i += odd.len ? odd.len : 1;
    }
}

static void mend_nfc(struct mending *m)
{
    gly_pos begin = 0, end;
    gly_buf with = { 0 };

    while (gly_next_not_nfc(m->text, m->len, &begin, &end, &with)) {
        mend(m, begin, end, with.data, NFC);
        with.len = 0;
        begin = end;
    }
    gly_buf_finish(&with);
}

static void mend_nfc_again(struct mending *m)
{
    if (m->count[MOJIBAKE] > 0)
        mend_nfc(m);
}

/* ---- texts and values ---- */

static int end_pass(struct mending *m)
{
    if (m->value) {
        gly_buf_add(m->value, m->text + m->copied, m->len - m->copied);
        m->text = gly_keep(m->doc, m->value->data, m->value->len);
        m->len = (gly_pos)m->value->len;
        m->value->len = m->copied = 0;
        return 0;
    }

    int result = gly_edit_commit(m->edit);

    m->edit = NULL;
    m->text = gly_text(m->doc, &m->len);
    return result;
}

/* One pass brings forth what the next mends. */
static int run_passes(struct mending *m)
{
    static const struct {
        unsigned kinds, most;
        void (*run)(struct mending *m);
    } passes[] = {
        { 1u << ENTITIES, 1, mend_entities },
        { 1u << NFC, 1, mend_nfc },
        { 1u << MOJIBAKE, MOST_LEVELS, mend_mojibake },
        { 1u << INVISIBLE | 1u << SPACES | 1u << LIGATURES, 1, mend_odd },
        { 1u << NFC, 1, mend_nfc_again },
    };
    int result = 0;

    for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
        m->changed = (m->kinds & passes[i].kinds) != 0;
        for (unsigned n = 0; n < passes[i].most && m->changed; n++) {
            m->changed = false;
            passes[i].run(m);
            if (m->changed && (result = end_pass(m)) < 0)
                return result;
        }
    }
    return 0;
}

static int mend_text(gly_stage *stage, gly_doc *doc)
{
    const struct clean *c = gly_state(stage);
    struct mending m = { .kinds = c->kinds, .doc = doc };

    m.text = gly_text(doc, &m.len);

    int result = run_passes(&m);

    for (unsigned kind = 0; kind < KINDS; kind++)
        if (m.count[kind] > 0)
            gly_count(stage, kind_names[kind], m.count[kind]);
    return result;
}

static const char *mend_value(unsigned kinds, gly_doc *doc, const char *value)
{
    gly_buf buf = { 0 };
    struct mending m = { .kinds = kinds, .doc = doc, .text = value,
                         .len = (gly_pos)strlen(value), .value = &buf };

    run_passes(&m);
    gly_buf_finish(&buf);
    return m.text;
}

const char *characters_of_value(const struct clean *c, gly_doc *doc,
                                const char *value)
{
    return mend_value(c->kinds & ~(1u << ENTITIES), doc, value);
}

static void mend_field(unsigned kinds, gly_doc *doc, const char *name,
                       bool is_list)
{
    size_t count = 0;
    bool changed = false;

    while (gly_get(doc, name, count))
        count++;

    const char **values = gly_alloc(doc, (count + 1) * sizeof(*values));

    for (size_t i = 0; i < count; i++) {
        const char *value = gly_get(doc, name, i);

        values[i] = mend_value(kinds, doc, value);
        changed |= values[i] != value;
    }
    if (!changed)
        return;
    gly_set(doc, name, is_list ? NULL : values[0]);
    for (size_t i = 0; is_list && i < count; i++)
        gly_add(doc, name, values[i]);
}

int clean_characters(gly_stage *stage, gly_doc *doc)
{
    static const struct {
        const char *name;
        bool is_list;
    } fields[] = {
        { "title", false }, { "description", false }, { "author", true },
        { "dateline", false }, { "contributors", true }, { "credits", true },
    };
    const struct clean *c = gly_state(stage);
    int result = mend_text(stage, doc);
    gly_doc *aside;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        mend_field(c->kinds, doc, fields[i].name, fields[i].is_list);
    for (size_t i = 0; result == 0 && (aside = gly_aside(doc, "captions", i));
         i++) {
        mend_field(c->kinds, aside, "credit", false);
        result = mend_text(stage, aside);
    }
    return result;
}

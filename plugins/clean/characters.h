/* characters.h: what the files that mend characters share.
 *
 *     characters.c the kinds, and those that are single characters
 *     entities.c   HTML's names of characters, left over in text
 *     mojibake.c   UTF-8 that was read as Windows-1252
 */
#ifndef CLEAN_CHARACTERS_H
#define CLEAN_CHARACTERS_H

#include <galley/galley.h>
#include <string.h>

/* What is mended, as the setting `characters` names it. */
enum kind { ENTITIES, MOJIBAKE, INVISIBLE, SPACES, LIGATURES, NFC, KINDS };

/* A document's text, or a value, while it is mended. */
struct mending {
    unsigned kinds;     /* bits 1 << kind */
    gly_doc *doc;
    const char *text;
    gly_pos len;
    gly_edit *edit;     /* of the pass, once it has one; not for a value */
    gly_buf *value;     /* what a value becomes; NULL for a text */
    gly_pos copied;     /* bytes of the text that are in it, or replaced */
    bool changed;       /* by the pass */
    double count[KINDS];
};

/* From left to right within a pass. */
void mend(struct mending *m, gly_pos begin, gly_pos end, const char *with,
          enum kind kind);

/* Passes. */
void mend_entities(struct mending *m);
void mend_mojibake(struct mending *m);

/* The character that the entity at `at`, an ampersand, stands for, and its
 * bytes; 0 for none. The ampersand may be escaped any number of times. */
uint32_t entity_read(const char *at, size_t *len);

/* What Windows-1252 has at a byte of 0x80 to 0x9F; the byte where it has
 * nothing. */
uint32_t windows_1252(uint32_t byte);

/* Eight bytes at once that are ASCII and seen. */
static inline bool is_plain(const char *at)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t v;

    memcpy(&v, at, sizeof(v));
    return ((v | (v + ones) | (v - 0x20 * ones)) & (0x80 * ones)) == 0;
}

#endif

/* marker: takes a sign out of the text, and marks words in capitals. */
#include <galley/galley.h>

#include <errno.h>
#include <string.h>

struct state {
    const char *sign;
};

static const gly_option options[] = {
    { "sign", GLY_FIELD(struct state, sign), .def = "*",
      .help = "What is taken out." },
    { 0 }
};

static int take_signs(const struct state *s, gly_doc *doc)
{
    const char *text = gly_text(doc, NULL);
    gly_edit *edit = gly_edit_begin(doc);
    size_t len = strlen(s->sign);
    double count = 0;

    for (const char *p = text; len && (p = strstr(p, s->sign)); p += len) {
        gly_pos at = (gly_pos)(p - text);

        gly_edit_replace(edit, at, at + (gly_pos)len, "", "sign");
        count++;
    }
    gly_set_number(doc, "stars", gly_get_number(doc, "stars", 0) + count);
    return gly_edit_commit(edit);
}

static void mark_capitals(gly_doc *doc)
{
    size_t count;
    const gly_token *t = gly_tokens(doc, &count);

    for (size_t i = 0; i < count; i++) {
        if (!(t[i].flags & GLY_CAPS))
            continue;

        gly_span *span = gly_mark(doc, "words", t[i].begin, t[i].end, "word");
        const char *word = gly_keep(doc, gly_text(doc, NULL) + t[i].begin,
                                    t[i].end - t[i].begin);

        span->name = strcmp(word, "UN") == 0 ? "un" : word;
        gly_add(doc, "found", word);
    }
}

static int process(gly_stage *stage, gly_doc *doc)
{
    if (strcmp(gly_text(doc, NULL), "fail") == 0)
        return gly_fail(stage, -EINVAL, "told to");
    if (gly_raw(doc, NULL))
        gly_set(doc, "raw", gly_raw(doc, NULL));
    gly_set_number(doc, "times", gly_get_number(doc, "times", 0) + 1);
    mark_capitals(doc);
    return take_signs(gly_state(stage), doc);
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "marker",
    .about = "Takes signs out and marks words in capitals.",
    .reads = "text",
    .writes = "text words",
    .state_size = sizeof(struct state),
    .options = options,
    .process = process,
};

/* The adapter around libxml2's HTML parser, through its SAX interface: straight
 * into the arrays, so that no tree is built or walked. */
#include "tags.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <string.h>

enum {
    /* libxml2 looks through all open elements at an end tag, so that depth
     * costs time; beyond this the page is read on from its root. */
    MOST_DEPTH = 512,
};

struct attribute {
    uint32_t name, value; /* value: in page->strings */
};

struct open {
    uint32_t element;
    uint8_t flags, tag;
};

/* What the parser's calls work on. */
struct reader {
    struct page *page;
    struct open open[MOST_DEPTH + 1];
    unsigned depth, unseen, links, pre;
    bool space;      /* white space stands before the next character */
    bool in_block;
    unsigned breaks; /* <br>s before the next character */
    bool cell;       /* a cell ended before it */
    bool too_deep;
    bool titled;     /* the first <title> is over */
    size_t base;     /* of the copy, what was given to the parser before */
    uint32_t from, to; /* of the copy, what was read before this call */
    size_t stopped;  /* where, in what was given to the parser */
};

/* ---- the parser's calls ---- */

/* The parser makes up a <p> when it has read a text that is in none: what was
 * read before that call is what the text is of. */
static void look(struct reader *r)
{
    const htmlParserCtxtPtr parser = r->page->parser;
    const xmlParserInput *in = parser->input;
    uint32_t at = (uint32_t)(r->base + in->consumed +
                             (size_t)(in->cur - in->base));

    if (at != r->to) {
        r->from = r->to;
        r->to = at;
    }
}

static void end_block(struct reader *r)
{
    struct page *page = r->page;

    r->space = r->cell = false;
    r->breaks = 0;
    if (!r->in_block)
        return;
    r->in_block = false;
    html_block(page, page->block_count - 1)->end = (gly_pos)page->text.len;
}

static void begin_block(struct reader *r)
{
    struct page *page = r->page;
    unsigned i = r->depth;

    while (i > 1 && r->open[i - 1].flags & INLINE)
        i--;
    if (page->text.len > 0)
        gly_buf_add(&page->text, "\n\n", 2);

    struct block block = {
        .begin = (gly_pos)page->text.len,
        .element = i > 0 ? r->open[i - 1].element : 0,
    };

    gly_buf_add(&page->blocks, (const char *)&block, sizeof(block));
    page->block_count++;
    r->in_block = true;
}

/* Two line breaks divide blocks, one divides lines. */
static void before_text(struct reader *r)
{
    gly_buf *text = &r->page->text;

    if (r->breaks > 1)
        end_block(r);
    if (!r->in_block) {
        begin_block(r);
    } else if (r->breaks > 0) {
        gly_buf_add(text, "\n", 1);
    } else if (r->cell) {
        gly_buf_add(text, "\t", 1);
    } else if (r->space) {
        gly_buf_add(text, " ", 1);
        if (r->links > 0)
            html_block(r->page, r->page->block_count - 1)->links++;
    }
    r->space = r->cell = false;
    r->breaks = 0;
}

static void note_call(const struct reader *r)
{
    struct call call = { (gly_pos)r->page->text.len, r->from };

    gly_buf_add(&r->page->calls, (const char *)&call, sizeof(call));
}

static void on_text(void *arg, const xmlChar *bytes, int len)
{
    struct reader *r = arg;
    const char *at = (const char *)bytes, *end = at + len;
    bool begun = false;

    if (r->too_deep)
        return;
    look(r);
    if (r->unseen > 0) {
        if (r->open[r->depth - 1].tag == TAG_TITLE && !r->titled)
            gly_buf_add(&r->page->title, at, (size_t)len);
        return;
    }
    while (at < end) {
        const char *word = at;

        while (at < end && !is_blank(*at))
            at++;
        if (at > word) {
            before_text(r);
            if (!begun)
                note_call(r);
            begun = true;
            gly_buf_add(&r->page->text, word, (size_t)(at - word));
            if (r->links > 0)
                html_block(r->page, r->page->block_count - 1)->links +=
                    (gly_pos)(at - word);
        }
        for (; at < end && is_blank(*at); at++) {
            r->space = true;
            if (r->pre > 0 && *at == '\n')
                r->breaks++;
        }
    }
}

static void keep_attrs(struct page *page, struct element *e,
                       const xmlChar **list)
{
    e->attrs = (uint32_t)(page->attrs.len / sizeof(struct attribute));
    for (; list && list[0]; list += 2) {
        const char *name = (const char *)list[0];
        const char *value = list[1] ? (const char *)list[1] : "";
        const struct name *attr = attr_find(name, strlen(name));

        if (!attr)
            continue;

        struct attribute a = { attr->tag, (uint32_t)page->strings.len };

        gly_buf_add(&page->strings, value, strlen(value) + 1);
        gly_buf_add(&page->attrs, (const char *)&a, sizeof(a));
        e->attr_count++;
    }
}

/* libxml2 knows no HTML 5, and takes an <article> behind a head without an end
 * for a part of the head. */
static void leave_head(struct reader *r, uint32_t tag)
{
    struct open *head = &r->open[r->depth - 1];

    if (tag == TAG_TITLE || tag == TAG_META || tag == TAG_LINK ||
        tag == TAG_VOID || (head->flags & UNSEEN) == 0)
        return;
    head->flags &= (uint8_t)~UNSEEN;
    r->unseen--;
}

static void on_start(void *arg, const xmlChar *name, const xmlChar **list)
{
    struct reader *r = arg;
    struct page *page = r->page;

    if (r->too_deep)
        return;
    if (r->depth == MOST_DEPTH) {
        r->too_deep = true;
        r->stopped = (size_t)xmlByteConsumed(page->parser);
        xmlStopParser(page->parser);
        return;
    }

    const char *str = (const char *)name;
    unsigned index;
    const struct name *tag = tag_find(str, strlen(str), &index);
    struct element e = { .tag = tag->tag };
    uint8_t flags = tag->flags;

    look(r);
    if (r->depth > 0 && r->open[r->depth - 1].tag == TAG_HEAD)
        leave_head(r, tag->tag);
    if (flags & UNKNOWN && r->in_block)
        flags |= INLINE;
    if ((flags & INLINE) == 0)
        end_block(r);
    e.parent = r->depth ? r->open[r->depth - 1].element : 0;
    e.first_block = page->block_count;
    e.begin = (gly_pos)page->text.len;
    keep_attrs(page, &e, list);
    gly_buf_add(&page->elements, (const char *)&e, sizeof(e));
    r->open[r->depth++] = (struct open){ page->element_count++, flags,
                                         tag->tag };
    r->unseen += (flags & UNSEEN) != 0;
    r->links += tag->tag == TAG_A;
    r->pre += tag->tag == TAG_PRE;
    r->breaks += tag->tag == TAG_BR;
    r->cell |= tag->tag == TAG_TD;
}

static void close_one(struct reader *r)
{
    struct page *page = r->page;
    struct open o = r->open[--r->depth];

    if ((o.flags & INLINE) == 0)
        end_block(r);
    r->unseen -= (o.flags & UNSEEN) != 0;
    r->links -= o.tag == TAG_A;
    r->pre -= o.tag == TAG_PRE;
    r->titled |= o.tag == TAG_TITLE;

    struct element *e = html_element(page, o.element);

    e->end = page->element_count;
    e->last_block = page->block_count;
    e->text_end = (gly_pos)page->text.len;
}

static void on_end(void *arg, const xmlChar *name)
{
    struct reader *r = arg;

    (void)name;
    if (r->too_deep)
        return;
    look(r);
    if (r->depth > 1)
        close_one(r);
}

/* ---- the page ---- */

static void reset(struct page *page)
{
    gly_buf *bufs[] = { &page->source,   &page->text,  &page->strings,
                        &page->elements, &page->attrs, &page->blocks,
                        &page->data,     &page->title, &page->verbatim,
                        &page->calls };

    for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
        bufs[i]->len = 0;
    page->element_count = page->block_count = 0;
}

bool html_open(struct page *page, gly_stage *stage)
{
    /* libxml2 makes its locks when it is first used: not in two lanes at once,
     * and stages are opened one after the other. */
    xmlInitParser();

    htmlParserCtxtPtr parser = htmlNewParserCtxt();

    if (!parser)
        return false;
    memset(parser->sax, 0, sizeof(*parser->sax));
    parser->sax->startElement = on_start;
    parser->sax->endElement = on_end;
    parser->sax->characters = on_text;
    parser->sax->ignorableWhitespace = on_text;
    parser->sax->cdataBlock = on_text;
    page->parser = parser;
    page->reader = gly_stage_alloc(stage, sizeof(*page->reader));
    return true;
}

static void parse(struct page *page)
{
    struct reader *r = page->reader;
    const char *at = page->source.data, *end = at + page->source.len;
    htmlParserCtxtPtr parser = page->parser;

    while (at < end) {
        r->too_deep = false;
        r->base = (size_t)(at - page->source.data);
        r->from = r->to = (uint32_t)r->base;
        parser->userData = r;
        htmlCtxtReadMemory(parser, at, (int)(end - at), NULL, "UTF-8",
                           HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                               HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC |
                               HTML_PARSE_NONET);
        while (r->depth > 1)
            close_one(r);
        if (!r->too_deep)
            break;
        at = memchr(at + r->stopped, '>', (size_t)(end - at) - r->stopped);
        if (!at)
            break;
        at++;
    }
}

bool html_read(struct page *page, const char *html, size_t len)
{
    static const struct element root = { .tag = TAG_HTML };

    reset(page);
    copy_page(page, html, len);
    struct reader *r = page->reader;

    *r = (struct reader){ .page = page, .depth = 1 };
    gly_buf_add(&page->elements, (const char *)&root, sizeof(root));
    page->element_count = 1;
    gly_buf_add(&page->text, "", 0);
    gly_buf_add(&page->title, "", 0);
    gly_buf_add(&page->verbatim, "", 0);
    gly_buf_add(&page->calls, "", 0);
    if (page->source.len > 0 && page->source.len < INT32_MAX)
        parse(page);
    close_one(r);
    return page->source.len < INT32_MAX;
}

void html_finish(struct page *page)
{
    reset(page);
    gly_buf_finish(&page->source);
    gly_buf_finish(&page->text);
    gly_buf_finish(&page->strings);
    gly_buf_finish(&page->elements);
    gly_buf_finish(&page->attrs);
    gly_buf_finish(&page->blocks);
    gly_buf_finish(&page->data);
    gly_buf_finish(&page->title);
    gly_buf_finish(&page->verbatim);
    gly_buf_finish(&page->calls);
    if (page->parser)
        htmlFreeParserCtxt(page->parser);
    page->parser = NULL;
}

uint32_t html_entity(const char *name, size_t len)
{
    xmlChar word[16] = "";

    if (len == 0 || len >= sizeof(word))
        return 0;
    memcpy(word, name, len);

    const htmlEntityDesc *entity = htmlEntityLookup(word);

    return entity ? entity->value : 0;
}

const char *html_attr(const struct page *page, const struct element *e,
                      enum attr name)
{
    const struct attribute *all = (const void *)page->attrs.data;

    for (uint32_t i = 0; i < e->attr_count; i++)
        if (all[e->attrs + i].name == name)
            return page->strings.data + all[e->attrs + i].value;
    return NULL;
}

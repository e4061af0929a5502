/* xml.c: RSS 0.9 to 2.0 with the modules that news use, Atom, sitemaps.
 *
 * Elements count wherever they stand: where an end tag is missing, those that
 * follow stand in the wrong place. An end tag that fits none that is open is
 * passed over.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_DEPTH = 64 };

struct open {
    const char *name; /* with its prefix, where it stands */
    size_t len;
    const struct rule *rule;
    size_t base;      /* of addresses within it, in `bases`; 0: the feed's */
};

struct parse {
    const struct source *source;
    struct about *about;
    struct draft draft;
    struct open open[MOST_DEPTH];
    unsigned depth;
    struct names names;
    gly_buf bases;        /* strings with their end; the first is "" */
    bool in_item, has_page; /* its link is known */
    const struct rule *field; /* that is being read */
    unsigned field_depth;     /* its element's */
    gly_buf value;
    bool nested;          /* it is made of elements: xhtml */
    bool is_text, is_html, passed; /* what its attributes say */
    size_t item_base;
    double period, frequency;
};

static bool is(const char *at, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(at, word, len) == 0;
}

static bool is_any_case(const char *at, size_t len, const char *word)
{
    return len == strlen(word) && strncasecmp(at, word, len) == 0;
}

static bool in(const struct parse *r, enum what what)
{
    for (unsigned i = 0; i < r->depth; i++)
        if (r->open[i].rule && r->open[i].rule->what == what)
            return true;
    return false;
}

/* ---- addresses ---- */

static const char *base_of(const struct parse *r, size_t base)
{
    if (base > 0)
        return r->bases.data + base;
    return r->source->base ? r->source->base : r->about->self.data;
}

static size_t current_base(const struct parse *r)
{
    return r->depth > 0 ? r->open[r->depth - 1].base : 0;
}

static void add_decoded(gly_buf *out, const struct attr *a)
{
    scan_decode(out, a->value, a->len);
}

/* xml:base, which may be of its parent's. */
static size_t add_base(struct parse *r, const struct attr *a, size_t parent)
{
    gly_buf value = {0}, whole = {0};
    size_t base = parent;

    add_decoded(&value, a);
    if (value.len > 0 && link_resolve(&whole, base_of(r, parent),
                                         value.data, value.len)) {
        base = r->bases.len;
        gly_buf_add(&r->bases, whole.data, whole.len + 1);
    }
    gly_buf_finish(&value);
    gly_buf_finish(&whole);
    return base;
}

/* ---- values ---- */

static double seconds_of(const char *period)
{
    static const struct {
        const char *name;
        double seconds;
    } periods[] = {
        { "hourly", 3600 },      { "daily", 86400 },
        { "weekly", 7 * 86400 }, { "monthly", 30 * 86400 },
        { "yearly", 365 * 86400 },
    };

    for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++)
        if (strcasecmp(period, periods[i].name) == 0)
            return periods[i].seconds;
    return 0;
}

static uint32_t day_of(const char *name)
{
    static const char days[] = "sunmontuewedthufrisat";

    for (unsigned i = 0; i < 7; i++)
        if (strncasecmp(name, days + 3 * i, 3) == 0)
            return 1u << i;
    return 0;
}

/* Something the feed says of itself. */
static void set_about(struct parse *r, enum what what, const char *value)
{
    struct about *about = r->about;
    double number = strtod(value, NULL);

    if (what == TTL && number > 0 && number < 1e6)
        about->ttl = number * 60;
    else if (what == HOUR && number >= 0 && number <= 24 && *value)
        about->skip_hours |= 1u << ((unsigned)number % 24);
    else if (what == DAY)
        about->skip_days |= day_of(value);
    else if (what == PERIOD)
        r->period = seconds_of(value);
    else if (what == FREQUENCY && number >= 1 && number < 1e6)
        r->frequency = number;
}

static void set_once(gly_buf *buf, const char *value, size_t len)
{
    if (buf->len == 0)
        gly_buf_add(buf, value, len);
}

static void set_field_of_feed(struct parse *r, const struct rule *rule,
                              const char *value, size_t len)
{
    struct about *about = r->about;

    if (rule->slot == SLOT_TITLE && about->title.len == 0)
        plain_add(&about->title, value, len);
    else if (rule->slot == SLOT_LANG)
        set_once(&about->lang, value, len);
    else if (rule->what != FIELD && rule->what != MARKUP)
        set_about(r, rule->what, value);
}

static bool is_list(enum slot slot)
{
    return slot == SLOT_AUTHOR || slot == SLOT_TAG || slot == SLOT_DATE ||
           slot == SLOT_UPDATED || slot == SLOT_LINK || slot == SLOT_ID;
}

/* Puts a value into its slot: lines, of which the later are second choice. */
static void put(struct parse *r, const struct rule *rule, const char *value,
                size_t len)
{
    gly_buf *slot = &r->draft.slots[rule->slot];
    size_t begin;

    if (len == 0 || (slot->len > 0 && !is_list(rule->slot)))
        return;
    if (rule->space == ORIGIN)
        slot->len = 0;
    if (slot->len > 0)
        gly_buf_add(slot, "\n", 1);
    begin = slot->len;
    gly_buf_add(slot, value, len);
    for (char *c = slot->data + begin; is_list(rule->slot) && *c; c++)
        if (*c == '\n')
            *c = ' ';
    r->draft.is_html[rule->slot] = r->is_html;
}

static void end_field(struct parse *r)
{
    const struct rule *rule = r->field;
    const char *value;
    size_t len = r->value.len;

    r->field = NULL;
    if (!rule || r->passed || len == 0)
        return;
    value = r->value.data;
    while (len > 0 && sniff_blank(value[len - 1]))
        len--;
    r->value.data[len] = '\0';
    while (sniff_blank(*value)) {
        value++;
        len--;
    }
    if (r->in_item)
        put(r, rule, value, len);
    else
        set_field_of_feed(r, rule, value, len);
}

/* ---- items ---- */

static void end_item(struct parse *r)
{
    end_field(r);
    if (!r->in_item)
        return;
    r->in_item = false;
    draft_give(&r->draft, base_of(r, r->item_base), r->source->each,
               r->source->arg, r->about);
    draft_clear(&r->draft);
}

static void begin_item(struct parse *r, struct token t)
{
    struct attr a;

    end_item(r);
    r->in_item = true;
    r->has_page = false;
    r->item_base = current_base(r);
    while (scan_attr(&t, &a))
        if (is(a.name, a.name_len, "rdf:about"))
            add_decoded(&r->draft.slots[SLOT_ID], &a);
}

/* ---- elements that say it in their attributes ---- */

struct attrs {
    gly_buf rel, type, href, term, url, medium;
};

static gly_buf *attr_named(struct attrs *all, const struct attr *a)
{
    static const char *const names[] = {
        "rel", "type", "href", "term", "url", "medium",
    };
    gly_buf *const bufs[] = {
        &all->rel, &all->type, &all->href, &all->term, &all->url, &all->medium,
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (is(a->name, a->name_len, names[i]))
            return bufs[i];
    return NULL;
}

static void read_attrs(struct token t, struct attrs *all)
{
    struct attr a;

    *all = (struct attrs){0};
    while (scan_attr(&t, &a)) {
        gly_buf *buf = attr_named(all, &a);

        if (buf && buf->len == 0)
            add_decoded(buf, &a);
    }
}

static void finish_attrs(struct attrs *all)
{
    gly_buf_finish(&all->rel);
    gly_buf_finish(&all->type);
    gly_buf_finish(&all->href);
    gly_buf_finish(&all->term);
    gly_buf_finish(&all->url);
    gly_buf_finish(&all->medium);
}

static const char *str(const gly_buf *buf)
{
    return buf->len > 0 ? buf->data : "";
}

/* Atom's link: the page's goes before others, in which no page is. */
static void take_link(struct parse *r, const struct rule *rule,
                      const struct attrs *all)
{
    const char *rel = str(&all->rel), *type = str(&all->type);
    gly_buf *slot = &r->draft.slots[SLOT_LINK];
    bool page = !*type || strcasestr(type, "html") != NULL;

    if (strcmp(rel, "self") == 0 && !r->in_item && r->about->self.len == 0)
        link_resolve(&r->about->self, base_of(r, current_base(r)),
                     str(&all->href), all->href.len);
    if ((*rel && strcmp(rel, "alternate") != 0) || !r->in_item)
        return;
    if (page && !r->has_page && slot->len > 0) {
        gly_buf others = *slot;

        *slot = (gly_buf){0};
        put(r, rule, str(&all->href), all->href.len);
        put(r, rule, others.data, strcspn(others.data, "\n"));
        gly_buf_finish(&others);
    } else {
        put(r, rule, str(&all->href), all->href.len);
    }
    r->has_page |= page;
}

static void take_attrs(struct parse *r, const struct rule *rule,
                       const struct token *t)
{
    struct attrs all;
    const char *type;

    read_attrs(*t, &all);
    type = str(&all.type);
    r->is_html = false;
    if (rule->what == ADDRESS)
        take_link(r, rule, &all);
    else if (rule->what == LABEL && r->in_item)
        put(r, rule, str(&all.term), all.term.len);
    else if (rule->what == PICTURE && r->in_item &&
             (strncmp(type, "image/", 6) == 0 ||
              strcmp(str(&all.medium), "image") == 0 ||
              strcmp(rule->name, "thumbnail") == 0))
        put(r, rule, str(&all.url), all.url.len);
    finish_attrs(&all);
}

/* ---- elements that say it in their text ---- */

static void begin_field(struct parse *r, const struct rule *rule,
                        struct token t)
{
    struct attr a;

    end_field(r);
    r->field = rule;
    r->field_depth = r->depth;
    r->value.len = 0;
    r->nested = r->is_text = r->is_html = r->passed = false;
    while (scan_attr(&t, &a)) {
        if (rule->space == ATOM && is(a.name, a.name_len, "type")) {
            r->is_text = is(a.value, a.len, "text") ||
                         is(a.value, a.len, "text/plain");
            r->nested = is(a.value, a.len, "xhtml");
            r->is_html = memmem(a.value, a.len, "html", 4) != NULL;
            r->passed = a.len > 6 && memcmp(a.value, "image/", 6) == 0;
        } else if (rule->space == ATOM && is(a.name, a.name_len, "src")) {
            r->passed = true;
        } else if (is(a.name, a.name_len, "isPermaLink")) {
            r->draft.id_is_no_link |= is_any_case(a.value, a.len, "false");
        }
    }
}

static void add_escaped(gly_buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '<')
            gly_buf_puts(out, "&lt;");
        else if (text[i] == '&')
            gly_buf_puts(out, "&amp;");
        else
            gly_buf_add(out, text + i, 1);
    }
}

static void take_text(struct parse *r, const struct token *t)
{
    gly_buf plain = {0};

    if (!r->field || in(r, ASIDE))
        return;
    if (r->nested && r->field->what == MARKUP) {
        if (t->raw)
            add_escaped(&r->value, t->at, t->len);
        else
            gly_buf_add(&r->value, t->at, t->len);
    } else if (t->raw) {
        gly_buf_add(&r->value, t->at, t->len);
    } else if (r->is_text && r->field->what == FIELD) {
        /* It is read as HTML once more. */
        scan_decode(&plain, t->at, t->len);
        if (plain.len > 0)
            add_escaped(&r->value, plain.data, plain.len);
    } else {
        scan_decode(&r->value, t->at, t->len);
    }
    gly_buf_finish(&plain);
}

/* Elements in a value, which are HTML that nobody escaped. */
static bool is_nested(const struct parse *r, const struct rule *rule)
{
    if (!r->field)
        return false;
    if (!rule)
        return true;
    return r->field->what == MARKUP && rule->what != ITEM &&
           (r->nested || strcmp(rule->name, "title") == 0 ||
            strcmp(rule->name, "link") == 0 ||
            strcmp(rule->name, "summary") == 0);
}

/* ---- tags ---- */

static void set_form(struct parse *r, const struct token *t)
{
    struct about *about = r->about;
    const char *name = t->name;
    size_t len = t->name_len;

    names_cut(&r->names, &name, &len);
    if (is_any_case(name, len, "rss") || is_any_case(name, len, "rdf") ||
        is_any_case(name, len, "channel"))
        r->names.plain = RSS;
    else if (is_any_case(name, len, "feed"))
        r->names.plain = ATOM;
    else if (is_any_case(name, len, "urlset") ||
             is_any_case(name, len, "sitemapindex"))
        r->names.plain = SITEMAP;
    else
        return;
    about->is_sitemap = r->names.plain == SITEMAP;
    about->kind = is_any_case(name, len, "sitemapindex") ? KIND_INDEX
                                                         : KIND_ITEMS;
}

static void read_root(struct parse *r, const struct token *t)
{
    struct token copy = *t;
    struct attr a;

    while (scan_attr(&copy, &a))
        if (a.name_len > 6 && memcmp(a.name, "xmlns:", 6) == 0)
            names_declare(&r->names, &a);
    if (r->about->kind == KIND_NONE)
        set_form(r, t);
}

static bool push(struct parse *r, const struct token *t,
                 const struct rule *rule)
{
    size_t parent = current_base(r), base = parent;
    struct token copy = *t;
    struct attr a;

    while (scan_attr(&copy, &a))
        if (is(a.name, a.name_len, "xml:base"))
            base = add_base(r, &a, parent);
    if (r->depth == MOST_DEPTH)
        return false;
    r->open[r->depth++] = (struct open){t->name, t->name_len, rule, base};
    return true;
}

static void pop_to(struct parse *r, unsigned depth)
{
    while (r->depth > depth) {
        const struct rule *rule = r->open[r->depth - 1].rule;

        if (r->field && r->field_depth == r->depth)
            end_field(r);
        if (rule && rule->what == ITEM)
            end_item(r);
        r->depth--;
    }
}

/* An item is not in another one, nor in what was left open before it. */
static void pop_to_feed(struct parse *r)
{
    for (unsigned i = 0; i < r->depth; i++) {
        enum what what = r->open[i].rule ? r->open[i].rule->what : NOTHING;

        if (what == ITEM || what == ASIDE) {
            pop_to(r, i);
            return;
        }
    }
}

static void begin_rule(struct parse *r, const struct rule *rule,
                       const struct token *t)
{
    switch (rule->what) {
    case ITEM: begin_item(r, *t); break;
    case ADDRESS:
    case LABEL:
    case PICTURE: take_attrs(r, rule, t); break;
    case PERSON:
    case ASIDE:
    case NOTHING: break;
    default: begin_field(r, rule, *t);
    }
}

static void on_start(struct parse *r, const struct token *t)
{
    const struct rule *rule;

    read_root(r, t);
    if (r->about->kind == KIND_NONE)
        return;
    rule = names_find(&r->names, t, in(r, PERSON));
    if (rule && rule->what == ITEM)
        pop_to_feed(r);
    else if (in(r, ASIDE))
        rule = NULL;
    if (is_nested(r, rule)) {
        if (r->field->what == MARKUP)
            gly_buf_add(&r->value, t->at, t->len);
        rule = NULL;
    }
    if (!push(r, t, rule))
        return;
    if (rule)
        begin_rule(r, rule, t);
    if (t->closed)
        pop_to(r, r->depth - 1);
}

static void on_end(struct parse *r, const struct token *t)
{
    for (unsigned i = r->depth; i > 0; i--) {
        const struct open *open = &r->open[i - 1];

        if (open->len == t->name_len &&
            strncasecmp(open->name, t->name, t->name_len) == 0) {
            if (r->field && r->field->what == MARKUP && i > r->field_depth)
                gly_buf_add(&r->value, t->at, t->len);
            pop_to(r, i - 1);
            return;
        }
    }
}

void xml_read(const struct source *source)
{
    struct parse r = {.source = source, .about = source->about};
    struct scan scan = {.at = source->text, .end = source->text + source->len};
    struct token t;

    gly_buf_add(&r.bases, "", 1);
    while (scan_next(&scan, &t)) {
        if (t.type == TOKEN_TEXT)
            take_text(&r, &t);
        else if (t.type == TOKEN_START)
            on_start(&r, &t);
        else
            on_end(&r, &t);
    }
    /* What was cut off in the middle of an item is none yet. */
    if (r.period > 0 && source->about->ttl == 0)
        source->about->ttl = r.period / (r.frequency > 0 ? r.frequency : 1);
    draft_finish(&r.draft);
    gly_buf_finish(&r.value);
    gly_buf_finish(&r.bases);
}

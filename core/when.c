#include "when.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum node_type { OR, AND, NOT, COMPARE, IS_SET };
enum op { EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST, CONTAINS };
enum { MOST_DEPTH = 50 };

struct operand {
    bool is_field, is_number;
    const char *str;
    double number;
};

struct when {
    enum node_type type;
    enum op op;
    const struct when *left, *right;
    struct operand a, b;
};

struct parse {
    struct arena *arena;
    struct error *error;
    const char *start, *at;
    unsigned depth;
};

static const struct when *parse_or(struct parse *p);

static void skip_space(struct parse *p)
{
    p->at += strspn(p->at, " \t\n");
}

static const struct when *fail(struct parse *p, const char *expected)
{
    if (p->error && !p->error->code)
        error_set(p->error, -EINVAL, "when = \"%.200s\": %s expected at \"%.20s\"",
                  p->start, expected, *p->at ? p->at : "the end");
    return NULL;
}

static bool is_name_char(char c)
{
    return c == '_' || c == '-' || c == '.' || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take_word(struct parse *p, const char *word)
{
    size_t len = strlen(word);

    skip_space(p);
    if (strncmp(p->at, word, len) != 0 || is_name_char(p->at[len]))
        return false;
    p->at += len;
    return true;
}

static bool take_operand(struct parse *p, struct operand *operand)
{
    const char *begin;
    char *end;

    skip_space(p);
    begin = p->at;
    *operand = (struct operand){0};
    if (*begin == '\'' || *begin == '"') {
        const char *close = strchr(begin + 1, *begin);

        if (!close)
            return false;
        operand->str =
            arena_copy(p->arena, begin + 1, (size_t)(close - begin - 1));
        p->at = close + 1;
        return true;
    }
    operand->number = strtod(begin, &end);
    if (end > begin && !is_name_char(*end) &&
        strchr("+-.0123456789", *begin)) {
        operand->is_number = true;
        operand->str = arena_copy(p->arena, begin, (size_t)(end - begin));
        p->at = end;
        return true;
    }
    /* A bare date is no field, and no number either. */
    if (strchr("-.0123456789", *begin))
        return false;
    while (is_name_char(*p->at))
        p->at++;
    operand->is_field = true;
    operand->str = arena_copy(p->arena, begin, (size_t)(p->at - begin));
    return p->at > begin;
}

static bool take_op(struct parse *p, enum op *op)
{
    static const struct {
        const char *sign;
        enum op op;
    } ops[] = {
        { "==", EQUAL },   { "!=", UNEQUAL },  { "<=", AT_MOST },
        { ">=", AT_LEAST }, { "<", LESS },     { ">", MORE },
        { "~", CONTAINS },
    };

    skip_space(p);
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        size_t len = strlen(ops[i].sign);

        if (strncmp(p->at, ops[i].sign, len) == 0) {
            p->at += len;
            *op = ops[i].op;
            return true;
        }
    }
    return false;
}

static struct when *new_node(struct parse *p, enum node_type type,
                             const struct when *left, const struct when *right)
{
    struct when *node = arena_alloc(p->arena, sizeof(*node));

    node->type = type;
    node->left = left;
    node->right = right;
    return node;
}

static const struct when *parse_comparison(struct parse *p)
{
    struct when *node = new_node(p, IS_SET, NULL, NULL);

    if (!take_operand(p, &node->a))
        return fail(p, "a field, a number or a 'string'");
    if (take_op(p, &node->op)) {
        node->type = COMPARE;
        if (!take_operand(p, &node->b))
            return fail(p, "a field, a number or a 'string'");
    } else if (!node->a.is_field) {
        return fail(p, "one of == != < <= > >= ~");
    }
    return node;
}

static const struct when *parse_not(struct parse *p)
{
    const struct when *inner;

    if (++p->depth > MOST_DEPTH)
        return fail(p, "fewer parentheses");
    if (take_word(p, "not")) {
        inner = parse_not(p);
        inner = inner ? new_node(p, NOT, inner, NULL) : NULL;
    } else if (skip_space(p), *p->at == '(') {
        p->at++;
        inner = parse_or(p);
        skip_space(p);
        if (inner && *p->at != ')')
            return fail(p, "\")\"");
        p->at += inner != NULL;
    } else {
        inner = parse_comparison(p);
    }
    p->depth--;
    return inner;
}

static const struct when *parse_and(struct parse *p)
{
    const struct when *left = parse_not(p);

    while (left && take_word(p, "and")) {
        const struct when *right = parse_not(p);

        left = right ? new_node(p, AND, left, right) : NULL;
    }
    return left;
}

static const struct when *parse_or(struct parse *p)
{
    const struct when *left = parse_and(p);

    while (left && take_word(p, "or")) {
        const struct when *right = parse_and(p);

        left = right ? new_node(p, OR, left, right) : NULL;
    }
    return left;
}

const struct when *when_parse(struct arena *arena, const char *guard,
                              struct error *error)
{
    struct parse p = {arena, error, guard, guard, 0};
    const struct when *when = parse_or(&p);

    skip_space(&p);
    if (when && *p.at)
        return fail(&p, "\"and\", \"or\" or the end");
    return when;
}

/* ---- evaluating ---- */

/* The i-th value of an operand; a constant has one. */
static const char *value_of(const struct operand *o, const gly_doc *doc,
                            size_t i)
{
    if (o->is_field)
        return gly_get(doc, o->str, i);
    return i == 0 ? o->str : NULL;
}

static bool is_sign_of(enum op op, double order)
{
    switch (op) {
    case EQUAL: return order == 0;
    case UNEQUAL: return order != 0;
    case LESS: return order < 0;
    case AT_MOST: return order <= 0;
    case MORE: return order > 0;
    case AT_LEAST: return order >= 0;
    case CONTAINS: break;
    }
    return false;
}

static bool holds_for(const struct when *w, const char *a, const char *b)
{
    if (w->op == CONTAINS)
        return strcasestr(a, b) != NULL;
    if (w->a.is_number || w->b.is_number) {
        char *end_a, *end_b;
        double x = strtod(a, &end_a), y = strtod(b, &end_b);

        if (end_a == a || end_b == b || *end_a || *end_b || !isfinite(x) ||
            !isfinite(y))
            return w->op == UNEQUAL;
        return is_sign_of(w->op, x < y ? -1 : x > y);
    }
    return is_sign_of(w->op, strcmp(a, b));
}

static bool compare(const struct when *w, const gly_doc *doc)
{
    const char *a, *b;

    if (!value_of(&w->a, doc, 0) || !value_of(&w->b, doc, 0))
        return w->op == UNEQUAL;
    for (size_t i = 0; (a = value_of(&w->a, doc, i)) != NULL; i++)
        for (size_t j = 0; (b = value_of(&w->b, doc, j)) != NULL; j++)
            if (holds_for(w, a, b))
                return true;
    return false;
}

bool when_holds(const struct when *w, const gly_doc *doc)
{
    switch (w->type) {
    case OR: return when_holds(w->left, doc) || when_holds(w->right, doc);
    case AND: return when_holds(w->left, doc) && when_holds(w->right, doc);
    case NOT: return !when_holds(w->left, doc);
    case COMPARE: return compare(w, doc);
    case IS_SET: break;
    }

    const char *value = gly_get(doc, w->a.str, 0);

    return value && *value;
}

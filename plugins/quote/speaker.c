/* speaker.c: noun phrases, and which of them a cue belongs to.
 *
 * All searches are bounded, so that a line of any length takes linear time.
 */
#include "quote.h"

#include <string.h>

enum { REACH = 30, LOWER = 5 };

static bool has(const struct view *v, size_t i, unsigned flags)
{
    return v->items[i].flags & flags;
}

static bool is_possessive(const struct view *v, size_t i)
{
    const struct item *it = &v->items[i];
    const char *at = v->text + it->begin;

    return !it->piece && (*at == '\'' || strncmp(at, "\xE2\x80\x99", 3) == 0) &&
           it->end - it->begin <= 4;
}

/* "Sen." and "Jr.": a dot that ends no sentence. */
static bool is_short(const struct view *v, size_t i)
{
    return has(v, i, W_CAPITAL) && v->items[i].end - v->items[i].begin <= 5;
}

/* Verbs that end a noun phrase: "Kim took", and not "the left". */
static bool is_verb(const struct view *v, size_t i)
{
    static const char *const verbs[] = {
        "became", "began", "brought", "came",  "cut",   "drew",   "fell",
        "gave",   "got",   "grew",    "held",  "kept",  "knew",   "led",
        "left",   "lost",  "made",    "met",   "paid",  "ran",    "rose",
        "sat",    "seems", "sent",    "set",   "shook", "sought", "stood",
        "took",   "went",  "won",     "wore",
    };

    if (has(v, i, W_CAPITAL) || i == 0 || has(v, i - 1, W_ARTICLE))
        return false;
    for (size_t k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++)
        if (quote_is(v, i, verbs[k]))
            return true;
    return false;
}

static bool is_name(const struct view *v, size_t i)
{
    return has(v, i, W_CAPITAL) &&
           !has(v, i,
                W_PREPOSITION | W_JOINS | W_CUT | W_HELPER | W_TIME |
                    W_ARTICLE | W_THAT | W_PRONOUN);
}

static bool is_noun(const struct view *v, size_t i)
{
    return has(v, i, W_WORD) &&
           !has(v, i,
                W_PREPOSITION | W_JOINS | W_CUT | W_HELPER | W_TIME |
                    W_ARTICLE | W_THAT | W_PRONOUN | W_ING) &&
           !is_verb(v, i);
}

static bool is_past(const struct view *v, size_t i)
{
    const struct item *it = &v->items[i];

    return it->end - it->begin > 4 && !it->piece &&
           memcmp(v->text + it->end - 2, "ed", 2) == 0;
}

/* A cue form after "the" or "Kim's" is a noun: the report, Kim's remarks. */
static bool is_cue_noun(const struct view *v, size_t low, size_t i)
{
    return i > low && (has(v, i - 1, W_ARTICLE) || is_possessive(v, i - 1));
}

static size_t skip_bracket_back(const struct view *v, size_t low, size_t i)
{
    for (size_t k = i; k-- > low && i - k < 12;)
        if (v->items[k].sign == '(' && !v->items[k].piece)
            return k;
    return i;
}

static size_t skip_bracket(const struct view *v, size_t i, size_t high)
{
    for (size_t k = i; k < high && k - i < 12; k++)
        if (v->items[k].sign == ')' && !v->items[k].piece)
            return k + 1;
    return i;
}

/* A nickname: James “Jim” Ray. */
static bool is_nickname(const struct view *v, size_t low, size_t i,
                        size_t high)
{
    return v->items[i].piece && v->items[i].words <= 2 && i > low &&
           i + 1 < high && is_name(v, i - 1) && is_name(v, i + 1);
}

/* Whether item i goes on a phrase to its left, whose next item is i + 1. */
static bool joins_left(const struct view *v, size_t low, size_t i, size_t end)
{
    const struct item *it = &v->items[i];

    if (it->piece)
        return is_nickname(v, low, i, end);
    if (it->sign == '.')
        return i > low && i + 1 < end && is_short(v, i - 1) &&
               !v->items[i + 1].begins;
    if (is_possessive(v, i))
        return i > low && i + 1 < end;
    if (has(v, i, W_JOINS))
        return i > low && i + 1 < end && is_name(v, i - 1) && is_name(v, i + 1);
    if (quote_is(v, i, "of") || quote_is(v, i, "for"))
        return i > low && i + 1 < end &&
               (is_noun(v, i - 1) || has(v, i - 1, W_PRONOUN));
    if (it->cue && !has(v, i, W_CAPITAL))
        return is_cue_noun(v, low, i);
    return is_name(v, i) || is_noun(v, i);
}

/* "In a letter Kim" is Kim. */
static size_t skip_place(const struct view *v, size_t low, size_t begin,
                         size_t end)
{
    if (begin == low || !has(v, begin - 1, W_PREPOSITION) ||
        !has(v, begin, W_ARTICLE))
        return begin;
    for (size_t i = begin + 1; i < end; i++)
        if (is_name(v, i))
            return i;
    return begin;
}

static struct range phrase_before(const struct view *v, size_t low, size_t end)
{
    size_t i = end, lower = 0;

    if (i > low && has(v, i - 1, W_PRONOUN))
        return (struct range){i - 1, i};
    while (i > low && end - i < REACH) {
        if (v->items[i - 1].sign == ')' && !v->items[i - 1].piece) {
            size_t k = skip_bracket_back(v, low, i - 1);

            if (k == i - 1)
                break;
            i = k;
            continue;
        }
        if (has(v, i - 1, W_ARTICLE) && i < end) {
            i--;
            if (i > low + 1 && quote_is(v, i - 1, "of") && is_noun(v, i - 2)) {
                i--;
                continue;
            }
            break;
        }
        if (!joins_left(v, low, i - 1, end))
            break;
        lower += !has(v, i - 1, W_CAPITAL);
        if (lower > LOWER)
            break;
        i--;
    }
    while (i < end && !has(v, i, W_WORD))
        i++;
    return (struct range){skip_place(v, low, i, end), end};
}

static bool is_comma(const struct view *v, size_t i)
{
    return !v->items[i].piece && v->items[i].sign == ',';
}

static bool is_joined(const struct view *v, struct range r)
{
    for (size_t i = r.begin + 1; i + 1 < r.end; i++)
        if (has(v, i, W_JOINS) && is_name(v, i - 1) && is_name(v, i + 1))
            return true;
    return false;
}

/* "Lopez, Ruiz and Holm" are one phrase; "In Ash, Ruiz and Holm" are not. */
struct range quote_phrase_before(const struct view *v, size_t low, size_t end)
{
    struct range r = phrase_before(v, low, end);

    for (unsigned turn = 0; turn < 4 && is_joined(v, r); turn++) {
        struct range prior;

        if (r.begin < low + 2 || !is_comma(v, r.begin - 1) ||
            !is_name(v, r.begin - 2))
            break;
        prior = phrase_before(v, low, r.begin - 1);
        if (!is_name(v, prior.begin) ||
            (prior.begin > low && has(v, prior.begin - 1, W_PREPOSITION)))
            break;
        r.begin = prior.begin;
    }
    return r;
}

static bool joins_right(const struct view *v, size_t begin, size_t i,
                        size_t high)
{
    const struct item *it = &v->items[i];

    if (it->piece)
        return is_nickname(v, begin, i, high) && !v->items[i + 1].begins;
    if (it->sign == '.')
        return i > begin && i + 1 < high && is_short(v, i - 1) &&
               !v->items[i + 1].begins && has(v, i + 1, W_WORD);
    if (is_possessive(v, i))
        return i > begin && i + 1 < high;
    if (has(v, i, W_ARTICLE)) /* "the three" */
        return i == begin || has(v, i - 1, W_PREPOSITION) ||
               (i == begin + 1 && quote_is(v, begin, "the"));
    if (has(v, i, W_JOINS))
        return i > begin && i + 1 < high && is_name(v, i - 1) &&
               is_name(v, i + 1);
    if (quote_is(v, i, "of") || quote_is(v, i, "for"))
        return i > begin && i + 1 < high &&
               (is_noun(v, i + 1) || has(v, i + 1, W_ARTICLE));
    if (it->cue && !has(v, i, W_CAPITAL))
        return is_cue_noun(v, begin, i);
    return is_name(v, i) || is_noun(v, i);
}

static struct range phrase_at(const struct view *v, size_t begin, size_t high)
{
    size_t i = begin, lower = 0;

    if (i < high && has(v, i, W_PRONOUN) && !has(v, i, W_ARTICLE))
        return (struct range){i, i + 1};
    while (i < high && i - begin < REACH) {
        if (v->items[i].sign == '(' && !v->items[i].piece && i > begin) {
            size_t k = skip_bracket(v, i, high);

            if (k == i)
                break;
            i = k;
            continue;
        }
        if (!joins_right(v, begin, i, high))
            break;
        lower += !has(v, i, W_CAPITAL);
        if (lower > LOWER + 2)
            break;
        i++;
    }
    while (i > begin &&
           (has(v, i - 1, W_PREPOSITION | W_JOINS) || !has(v, i - 1, W_WORD)) &&
           v->items[i - 1].sign != ')' && v->items[i - 1].sign != '.')
        i--;
    return (struct range){begin, i};
}

/* "Lopez, Ruiz and Holm" are one phrase, "Lopez, the mayor" is not. */
struct range quote_phrase_at(const struct view *v, size_t begin, size_t high)
{
    struct range r = phrase_at(v, begin, high), next = r;

    for (unsigned turn = 0; turn < 4 && next.end > next.begin; turn++) {
        if (!is_name(v, next.end - 1) || next.end + 1 >= high ||
            !is_comma(v, next.end) || !is_name(v, next.end + 1))
            break;
        next = phrase_at(v, next.end + 1, high);
        if (is_joined(v, next))
            return (struct range){begin, next.end};
    }
    return r;
}

/* One past "PARIS (AFP) —" when the words from low are a dateline, else low. */
static size_t skip_dateline(const struct view *v, size_t low, size_t high)
{
    size_t i = low;

    if (low > 0)
        return low;
    while (i < high && i < 12 && !v->items[i].piece &&
           (v->items[i].flags & (W_CAPITAL | W_TIME) ||
            (v->items[i].sign && strchr(",.()", v->items[i].sign))))
        i++;
    if (i == low || i == high || v->items[i].sign != '-')
        return low;
    while (i < high && v->items[i].sign == '-' && !v->items[i].piece)
        i++;
    return i;
}

/* "French farmers" of "French farmers blocked roads", whose verb no list has. */
static struct range cut_at_verb(const struct view *v, struct range r)
{
    for (size_t i = r.begin + 1; i < r.end; i++)
        if (is_past(v, i) && is_noun(v, i - 1) && !has(v, i, W_CAPITAL))
            return (struct range){r.begin, i};
    return r;
}

struct range quote_subject(const struct view *v, size_t low, size_t high)
{
    size_t i = skip_dateline(v, low, high);

    for (unsigned turn = 0; turn < 3 && i < high; turn++) {
        while (i < high && i - low < 4 * REACH &&
               (has(v, i, W_JOINS | W_HELPER) || is_comma(v, i)))
            i++;
        if (i < high && !has(v, i, W_PREPOSITION | W_ING | W_CUT) &&
            !v->items[i].cue)
            break;

        size_t k = i;

        while (k < high && k - i < REACH && !is_comma(v, k))
            k++;
        if (k == high || k - i == REACH)
            return (struct range){0, 0};
        i = k + 1;
    }
    return cut_at_verb(v, quote_phrase_at(v, i, high));
}

/* Before the cue: "has", "later", "went on to", "did not". */
static size_t skip_helpers(const struct view *v, size_t low, size_t i,
                           bool *passive)
{
    size_t at = i;

    *passive = false;
    while (i > low && at - i < REACH) {
        if (has(v, i - 1, W_HELPER) && !has(v, i - 1, W_PRONOUN)) {
            *passive = *passive || has(v, i - 1, W_BE);
            i--;
        } else if (has(v, i - 1, W_TO) && i > low + 2 && is_noun(v, i - 2) &&
                   !is_name(v, i - 2)) {
            i -= 2;
        } else if (has(v, i - 1, W_TO) && i > low + 3 &&
                   quote_is(v, i - 2, "on")) {
            i -= 3;
        } else {
            break;
        }
    }
    return i;
}

static bool is_before_time(const struct view *v, size_t i)
{
    static const char *const words[] = {
        "on", "in", "last", "next", "this", "a", "few", "earlier", "late",
    };

    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
        if (quote_is(v, i, words[k]))
            return true;
    return false;
}

/* "on Monday", "last week", "in a statement" before a cue are stepped over. */
static size_t skip_time(const struct view *v, size_t low, size_t i)
{
    size_t k = i;

    while (k > low && i - k < REACH && has(v, k - 1, W_TIME))
        k--;
    if (k == i)
        return i;
    while (k > low + 1 && i - k < REACH && is_before_time(v, k - 1))
        k--;
    return k > low ? k : i;
}

/* The phrase before the comma that a comma at `comma` answers. */
static struct range before_apposition(const struct view *v, size_t low,
                                      size_t comma)
{
    for (size_t k = comma; k-- > low && comma - k < REACH;) {
        if (v->items[k].piece && v->items[k].words > 4)
            break;
        if (is_comma(v, k)) {
            struct range r = quote_phrase_before(v, low, k);

            if (r.end > r.begin &&
                (has(v, r.begin, W_CAPITAL | W_ARTICLE | W_PRONOUN)) &&
                !has(v, r.begin, W_PREPOSITION))
                return r;
        }
    }
    return (struct range){0, 0};
}

static bool is_noun_use(const struct view *v, size_t low, size_t at)
{
    const struct item *it = &v->items[at];
    bool past = it->end - it->begin > 2 && v->text[it->end - 1] == 'd';

    if (at == low)
        return false;
    if (has(v, at - 1, W_ARTICLE) || is_possessive(v, at - 1))
        return true;
    return !past && !has(v, at, W_ING) && has(v, at - 1, W_PREPOSITION) &&
           !has(v, at - 1, W_TO);
}

/* Right of the cue: "said Kim", "according to a report". */
static bool take_right(const struct view *v, size_t high, struct said *said)
{
    size_t at = said->cue.end;

    while (at < high && at < said->cue.end + REACH && has(v, at, W_HELPER) &&
           !has(v, at, W_PRONOUN))
        at++;
    said->speaker = quote_phrase_at(v, at, high);
    return said->speaker.end > said->speaker.begin;
}

/* "It was announced by the ministry that". */
static bool take_by(const struct view *v, size_t high, struct said *said)
{
    size_t by = said->cue.end;

    if (by + 1 >= high || !quote_is(v, by, "by") || has(v, by + 1, W_ING) ||
        !has(v, by + 1, W_CAPITAL | W_ARTICLE))
        return false;
    said->speaker = quote_phrase_at(v, by + 1, high);
    said->passive = said->speaker.end == said->speaker.begin;
    return !said->passive;
}

/* "Kim in a statement said" is Kim. */
static struct range speaker_before(const struct view *v, size_t low, size_t end)
{
    struct range r = quote_phrase_before(v, low, end);

    if (r.begin < low + 2 || r.end == r.begin || !has(v, r.begin, W_ARTICLE) ||
        !has(v, r.begin - 1, W_PREPOSITION) || !is_name(v, r.begin - 2))
        return r;
    return quote_phrase_before(v, low, r.begin - 1);
}

/* Left of the cue, or when a quotation or nothing stands there, right of it. */
static bool take_left(const struct view *v, size_t low, size_t high,
                      size_t end, struct said *said)
{
    bool is_ing = has(v, said->cue.begin, W_ING);

    for (unsigned turn = 0; turn < 3; turn++)
        end = skip_time(v, low, end);
    if (end == low)
        return !is_ing && said->cue.begin == low && said->cue.end < high &&
               has(v, said->cue.end, W_CAPITAL) && take_right(v, high, said);
    if (v->items[end - 1].piece)
        return is_ing || take_right(v, high, said);
    if (is_comma(v, end - 1)) {
        if (is_ing)
            return true;
        said->speaker = before_apposition(v, low, end - 1);
        return said->speaker.end > said->speaker.begin ||
               take_right(v, high, said);
    }
    if (!has(v, end - 1, W_JOINS | W_CUT | W_PREPOSITION) ||
        has(v, end - 1, W_PRONOUN))
        said->speaker = speaker_before(v, low, end);
    return true;
}

bool quote_speaker(const struct view *v, size_t low, size_t high, size_t at,
                   struct said *said)
{
    const struct item *it = &v->items[at];
    bool passive;
    size_t end;

    *said =
        (struct said){.cue = {at, at + it->cue_items}, .stance = it->cue};
    if (said->cue.end > high)
        return false;
    if (quote_is(v, at, "according"))
        return take_right(v, high, said);
    if (is_noun_use(v, low, at))
        return false;
    end = skip_helpers(v, low, at, &passive);
    said->aside = end > low && has(v, end - 1, W_TO);
    said->passive = passive && !has(v, at, W_ING);
    if (!said->passive)
        return take_left(v, low, high, end, said);
    if (take_by(v, high, said))
        return true;
    return quote_is(v, at, "was") || quote_is(v, at, "were") ||
           (said->cue.end < high &&
            (v->items[said->cue.end].piece || is_comma(v, said->cue.end)));
}

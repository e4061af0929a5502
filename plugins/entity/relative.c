/* relative.c: dates told from the document's own, such as "on Friday".
 *
 * A bare weekday is the last one past, the document's own day included, unless
 * the verbs are in the future. Weeks begin on Monday. What is not certain is
 * marked without a value.
 */
#include "rules.h"

#include <string.h>

enum { REACH = 12, LATELY = 4 };

/* Verbs and the like that say when something is. "said" and words in -ed are
 * past; what was "scheduled" or "expected" is to come. */
static int tense_of(const struct text *t, uint32_t i)
{
    static const char *const future[] = {
        "will",     "won't",    "won\u2019t", "shall",    "going",
        "expected", "scheduled", "due",      "plans",    "planned",
        "plan",     "planning", "slated",    "upcoming", "would",
        "set",      "expects",  "intends",   "hopes",    "ahead",
        "deadline", "until",    "vows",      NULL,
    };
    static const char *const past[] = {
        "said",   "was",   "were",   "had",   "did",   "told",  "took",
        "came",   "went",  "made",   "met",   "left",  "began", "won",
        "lost",   "held",  "found",  "gave",  "got",   "saw",   "sent",
        "spoke",  "wrote", "led",    "fell",  "rose",  "hit",   "shot",
        "became", "since", "after",  "broke", "fired", "sued",  "died",
        "flew",   "ran",   "struck", "stood", "sold",  "bought", "has",
        "have",   "says",  "paid",   "began", "wore", "threw", "kept",
        "brought", "caught", "cut",  "grew",  "knew", "thought", NULL,
    };
    size_t len = entity_len(t, i);
    const char *at = entity_at(t, i);

    if (t->token[i].type != GLY_WORD || len < 3)
        return 0;
    if (entity_any(t, i, future) || gly_word_is(at + len - 3, 3, "'ll") ||
        gly_word_is(at + len - 3, 3, "\x99ll"))
        return 1; /* also "they'll" */
    if (i > 0 && entity_is(t, i - 1, "be"))
        return 0; /* "will be held" */
    if (at[len - 1] == 't' && at[len - 2] != 'o' && len > 4 &&
        memchr(at, 'n', len) && (at[len - 2] == '\'' || at[len - 2] & 0x80))
        return -1; /* "wouldn't say" */
    if (entity_any(t, i, past))
        return -1;
    return len > 4 && memcmp(at + len - 2, "ed", 2) == 0 ? -1 : 0;
}

enum { ASKED = 2 }; /* what is kept is the tense and this; 0: not asked yet */

/* Dates in a row look at the same words. */
static int tense_at(const struct rules *r, uint32_t i)
{
    if (!r->tenses[i])
        r->tenses[i] = (uint8_t)(tense_of(r->t, i) + ASKED);
    return r->tenses[i] - ASKED;
}

/* "The vote is on Friday." */
static bool is_to_come(const struct rules *r, uint32_t i)
{
    static const char *const is[] = {"is", "are", "'s", "\u2019s", NULL};

    i -= i > r->first && entity_is(r->t, i - 1, "on");
    return i > r->first && entity_any(r->t, i - 1, is);
}

/* The nearest verb before, else after: "on Friday he will go". */
int entity_tense(const struct rules *r, uint32_t i)
{
    static const char *const limits[] = {"by", "until", "till", "through",
                                         NULL};
    int tense = is_to_come(r, i);

    for (uint32_t k = i; k > r->first && i - k < REACH && !tense &&
                         !entity_is(r->t, k - 1, ";"); k--)
        tense = tense_at(r, k - 1);
    for (uint32_t k = i + 1; k < r->last && k - i < REACH && !tense &&
                             !entity_is(r->t, k, ";"); k++)
        tense = tense_at(r, k);
    if (!tense && i > r->first && entity_any(r->t, i - 1, limits))
        tense = 1;
    return tense;
}

static void set_days(struct period *p, long from, long to)
{
    p->from = entity_civil(from);
    if (to > from)
        p->to = entity_civil(to);
}

static struct date add_months(struct date d, int months)
{
    int n = d.year * 12 + d.month - 1 + months;

    return (struct date){.year = n / 12, .month = n % 12 + 1};
}

/* "night" of "Monday night". */
static uint32_t part_of_day(const struct rules *r, uint32_t i)
{
    static const char *const parts[] = {"morning", "afternoon", "evening",
                                        "night", NULL};

    return i < r->last && entity_any(r->t, i, parts) ? i + 1 : i;
}

enum which { BARE, THIS, LAST_ONE, NEXT, PAST, COMING, PREVIOUS };

static bool which_at(const struct rules *r, uint32_t i, enum which *which)
{
    static const char *const words[] = {"this", "last", "next", "past",
                                        "coming", "previous", NULL};

    if (i >= r->last)
        return false;
    for (int k = 0; words[k]; k++)
        if (entity_is(r->t, i, words[k])) {
            *which = THIS + k;
            return true;
        }
    return false;
}

/* "interview" of "a Tuesday interview" */
static bool names_thing(const struct rules *r, uint32_t i)
{
    static const char *const others[] = {"in", "of", "and", "or", "to", "at",
                                         "when", "that", "with", "for", NULL};

    return i < r->last && r->t->token[i].type == GLY_WORD &&
           !(r->t->token[i].flags & GLY_CAPITAL) &&
           !entity_any(r->t, i, others);
}

/* "Super Tuesday" and its like are names. */
static bool is_named(const struct rules *r, uint32_t i)
{
    static const char *const before[] = {"super", "black", "good", "ash",
                                         "cyber", "holy", "palm", "bloody",
                                         "easter", "shrove", NULL};

    return i > r->first && r->t->token[i - 1].flags & GLY_CAPITAL &&
           entity_any(r->t, i - 1, before);
}

/* Whether the weekday is told apart by others than the document: "the following
 * Friday", "every Friday", "the Friday after". */
static bool elsewhere(const struct rules *r, uint32_t i, uint32_t end)
{
    static const char *const before[] = {"following", "every", "each", "first",
                                         "second", "third", "fourth", "one",
                                         "that", "same", "other", "previous",
                                         NULL};
    static const char *const after[] = {"after", "before", NULL};
    static const char *const parts[] = {"mornings", "afternoons", "evenings",
                                        "nights", NULL};

    if (i > r->first && entity_any(r->t, i - 1, before))
        return true;
    if (end < r->last && entity_any(r->t, end, parts))
        return true;
    if (i > r->first && entity_is(r->t, i - 1, "a"))
        return !names_thing(r, end);
    return i > r->first && entity_is(r->t, i - 1, "the") && end < r->last &&
           entity_any(r->t, end, after);
}

static void set_weekday(const struct rules *r, uint32_t i, int weekday,
                        enum which which, struct period *p)
{
    if (!r->today.day)
        return;

    long today = entity_serial(r->today);
    int back = (entity_weekday(today) - (weekday - 1) + 7) % 7;
    long past = today - back, coming = past + (back ? 7 : 0);
    int tense = which == BARE || which == THIS ? entity_tense(r, i) : 0;

    if (which == LAST_ONE || which == PAST)
        past -= back ? 0 : 7;
    else if (which == COMING)
        past = coming > today ? coming : coming + 7;
    else if (which == NEXT) /* of next week */
        past = today - entity_weekday(today) + 7 + weekday - 1;
    else if (tense > 0 || (which == THIS && (tense == 0 || back > LATELY)))
        past = coming;
    set_days(p, past, past);
}

/* "Mondays", which are each week's. */
static bool weekdays(const struct rules *r, uint32_t i)
{
    size_t len = entity_len(r->t, i);

    return len > 6 && (entity_at(r->t, i)[len - 1] | 32) == 's' &&
           entity_weekday_of(entity_at(r->t, i), len - 1);
}

/* "Friday", "this Saturday", "this coming Monday night". */
static uint32_t by_weekday(const struct rules *r, uint32_t i, struct period *p)
{
    const struct text *t = r->t;
    enum which which = BARE, more;
    uint32_t at = i;
    int weekday;

    if (which_at(r, at, &which) && which != PREVIOUS)
        at++;
    if (at > i && which_at(r, at, &more) && (more == PAST || more == COMING))
        at++, which = more;
    if (at >= r->last || (weekday = entity_day_of_week(t, at)) == 0)
        return at == i && weekdays(r, i) ? i + 1 : i;
    if (entity_len(t, at) < 6 || is_named(r, at))
        return i; /* "Fri" alone */

    uint32_t end = part_of_day(r, at + 1);
    bool range = end == at + 1 && end + 1 < r->last &&
                 (entity_is(t, end, "to") || entity_is(t, end, "through") ||
                  entity_is(t, end, "-")) &&
                 entity_day_of_week(t, end + 1);

    if (range)
        return end + 2; /* mostly each week's */
    if (!elsewhere(r, at, end))
        set_weekday(r, at, weekday, which, p);
    return end;
}

static uint32_t by_day(const struct rules *r, uint32_t i, struct period *p)
{
    static const char *const days[] = {"yesterday", "today", "tomorrow", NULL};
    const struct text *t = r->t;
    uint32_t at = i;
    int away = 0;

    if (i + 2 < r->last && entity_is(t, i, "day")) {
        bool before = entity_is(t, i + 1, "before");

        at = i + 2;
        away = before ? -2 : 2;
        if (!(before && entity_is(t, at, "yesterday")) &&
            !(entity_is(t, i + 1, "after") && entity_is(t, at, "tomorrow")))
            return i;
    } else if (entity_is(t, i, "tonight")) {
        away = 0;
    } else {
        int k = 0;

        while (days[k] && !entity_is(t, i, days[k]))
            k++;
        if (!days[k])
            return i;
        away = k - 1;
    }
    if (r->today.day)
        set_days(p, entity_serial(r->today) + away,
                 entity_serial(r->today) + away);
    return part_of_day(r, at + 1);
}

enum unit { DAY, WEEK, WEEKEND, MONTH_UNIT, QUARTER, YEAR, DECADE, CENTURY,
            NO_UNIT };

static enum unit unit_at(const struct rules *r, uint32_t i, bool *plural)
{
    static const char *const units[] = {"day", "week", "weekend", "month",
                                        "quarter", "year", "decade",
                                        "century"};
    size_t len = i < r->last ? entity_len(r->t, i) : 0;

    *plural = false;
    for (int k = 0; k < NO_UNIT && len > 2; k++) {
        size_t n = strlen(units[k]);

        if (gly_word_is(entity_at(r->t, i), len, units[k]))
            return (enum unit)k;
        if (len == n + 1 && (entity_at(r->t, i)[n] | 32) == 's' &&
            gly_word_is(entity_at(r->t, i), n, units[k])) {
            *plural = true;
            return (enum unit)k;
        }
    }
    return NO_UNIT;
}

static void set_unit(const struct rules *r, enum unit unit, int away,
                     struct period *p)
{
    struct date now = r->today;
    long monday = now.day ? entity_serial(now) -
                                entity_weekday(entity_serial(now)) +
                                7L * away
                          : 0;

    if (unit == YEAR && now.year) {
        p->from.year = now.year + away;
    } else if (unit == MONTH_UNIT && now.month) {
        p->from = add_months(now, away);
    } else if (unit == QUARTER && now.month) {
        p->from = add_months(now, 3 * away - (now.month - 1) % 3);
        p->to = add_months(p->from, 2);
    } else if (unit == WEEK && now.day) {
        set_days(p, monday, monday + 6);
    } else if (unit == WEEKEND && now.day) {
        set_days(p, monday + 5, monday + 6);
    }
}

/* "earlier this week" ends today, "later this year" begins today. */
static void cut(const struct rules *r, enum unit unit, bool earlier,
                struct period *p)
{
    struct date now = r->today, from = p->from, to = p->to;

    if (unit == WEEKEND || unit == QUARTER || !from.year || !now.day) {
        *p = unit == YEAR || unit == MONTH_UNIT ? *p : (struct period){ 0 };
        return;
    }
    if (!from.month)
        from.month = 1, to.month = 12;
    if (!from.day && unit != WEEK)
        from.day = 1, to.month = unit == YEAR ? 12 : from.month,
        to.day = entity_month_days(from.year, to.month), to.year = from.year;
    p->from = earlier ? from : now;
    p->to = earlier ? now : to;
}

/* The seasons of the north; those whose year is not certain have no value. */
static bool season(const struct rules *r, uint32_t i, enum which which,
                   struct period *p)
{
    static const char *const seasons[] = {"spring", "summer", "autumn", "fall",
                                          "winter", NULL};
    static const int first[] = {3, 6, 9, 9, 12};
    int k = 0, year = r->today.year, month = r->today.month;

    while (seasons[k] && !entity_is(r->t, i, seasons[k]))
        k++;
    if (!seasons[k])
        return false;
    if (k == 4 || !month)
        return true;
    if ((which == LAST_ONE || which == PAST) && month <= first[k] + 2)
        year--;
    else if (which == NEXT && month >= first[k])
        year++;
    else if (which != THIS)
        return true;
    p->from = (struct date){.year = year, .month = first[k]};
    p->to = (struct date){.year = year, .month = first[k] + 2};
    return true;
}

/* "last June" and "this June" */
static bool month(const struct rules *r, uint32_t i, enum which which,
                  struct period *p)
{
    bool sure;
    int found = entity_month(r->t, i, &sure), year = r->today.year;

    if (!found || entity_len(r->t, i) < 3 ||
        !(r->t->token[i].flags & GLY_CAPITAL))
        return false;
    if (!r->today.month)
        return true;
    if ((which == LAST_ONE || which == PAST) && found >= r->today.month)
        year--;
    else if ((which == NEXT || which == COMING) && found <= r->today.month)
        year++;
    p->from = (struct date){.year = year, .month = found};
    return true;
}

/* "this morning" and "last night" */
static bool hours(const struct rules *r, uint32_t i, enum which which,
                  struct period *p)
{
    static const char *const parts[] = {"morning", "afternoon", "evening",
                                        NULL};
    bool night = which == LAST_ONE && entity_is(r->t, i, "night");

    if (!night && !(which == THIS && entity_any(r->t, i, parts)))
        return false;
    if (r->today.day)
        set_days(p, entity_serial(r->today) - night,
                 entity_serial(r->today) - night);
    return true;
}

static int away_of(enum which which)
{
    if (which == LAST_ONE || which == PREVIOUS)
        return -1;
    return which == NEXT || which == COMING ? 1 : 0;
}

/* "earlier this week", "last year", "next summer", "the past week". */
static uint32_t by_which(const struct rules *r, uint32_t i, struct period *p)
{
    static const char *const when[] = {"earlier", "later", "early", "late",
                                       NULL};
    const struct text *t = r->t;
    bool plural, cuts = entity_is(t, i, "earlier") || entity_is(t, i, "later");
    uint32_t at = entity_any(t, i, when) ? i + 1 : i;
    enum which which;

    if (!which_at(r, at, &which) || at + 1 >= r->last)
        return i;

    enum unit unit = unit_at(r, at + 1, &plural);

    if (which != PREVIOUS && unit == NO_UNIT) {
        if (season(r, at + 1, which, p) || month(r, at + 1, which, p) ||
            hours(r, at + 1, which, p))
            return at + 2;
        return i;
    }
    if (unit == NO_UNIT || plural || unit == DAY)
        return i;
    if (which == PREVIOUS)
        return at + 2; /* than another */
    if (which == PAST) {
        if (unit != WEEK && unit != MONTH_UNIT && unit != YEAR)
            return at + 2;
        if (r->today.day)
            *p = (struct period){.from = r->today, .length = 1,
                                 .unit = "DW.M.Y"[unit]};
        return at + 2;
    }
    set_unit(r, unit, away_of(which), p);
    if (cuts && which == THIS)
        cut(r, unit, entity_is(t, i, "earlier"), p);
    return at + 2;
}

/* "few" of "a few days ago": the token after it, or i. */
static uint32_t vague(const struct rules *r, uint32_t i)
{
    static const char *const few[] = {"few", "several", "many", "some", NULL};
    const struct text *t = r->t;
    uint32_t at = i;

    if (at + 1 < r->last && entity_is(t, at, "a"))
        at++;
    if (at + 1 < r->last && entity_is(t, at, "couple") &&
        entity_is(t, at + 1, "of"))
        return at + 2;
    return at < r->last && entity_any(t, at, few) ? at + 1 : i;
}

/* Whether "about", "more than" or the like stands before i. */
static bool blurred(const struct rules *r, uint32_t i)
{
    static const char *const words[] = {"about",  "around", "nearly", "almost",
                                        "over",   "than",   "roughly", "some",
                                        "least",  "approximately", NULL};

    return i > r->first && entity_any(r->t, i - 1, words);
}

static void set_ago(const struct rules *r, enum unit unit, double many,
                    struct period *p)
{
    int away = -(int)many;

    if (many != (double)(int)many || many > 2000)
        return;
    if (unit == DAY && r->today.day)
        set_days(p, entity_serial(r->today) + away,
                 entity_serial(r->today) + away);
    else if (unit == DECADE && r->today.year)
        return;
    else if (unit == WEEK || unit == MONTH_UNIT || unit == YEAR)
        set_unit(r, unit, away, p);
}

/* "two days ago", "a year ago", "several weeks ago". */
static uint32_t by_ago(const struct rules *r, uint32_t i, struct period *p)
{
    const struct text *t = r->t;
    struct number n;
    bool few = false, plural;
    uint32_t at = i;

    if (entity_number(t, i, r->last, &n) && !n.rest_len && !n.upto)
        at = n.next;
    else if ((at = vague(r, i)) != i)
        few = true;
    else if (entity_is(t, i, "a") || entity_is(t, i, "an"))
        at = i + 1, n.value = 1;
    else
        return i;

    enum unit unit = unit_at(r, at, &plural);

    if (unit == NO_UNIT || unit == WEEKEND || at + 1 >= r->last ||
        !entity_is(t, at + 1, "ago"))
        return i;
    if (!few && !blurred(r, i))
        set_ago(r, unit, n.value, p);
    return at + 2;
}

/* "past three days", "next two weeks": told by their length. */
static uint32_t by_length(const struct rules *r, uint32_t i, struct period *p)
{
    struct number n = {0};
    enum which which;
    bool plural;

    if (!which_at(r, i, &which) || which == THIS || which == PREVIOUS)
        return i;

    uint32_t at = vague(r, i + 1);
    bool few = at != i + 1;

    if (!few) {
        if (!entity_number(r->t, i + 1, r->last, &n) || n.rest_len || n.upto)
            return i;
        at = n.next;
    }

    enum unit unit = unit_at(r, at, &plural);

    if (unit == NO_UNIT || unit == WEEKEND || !plural)
        return i;
    if (!few && r->today.day && n.value == (double)(int)n.value &&
        n.value < 2000 && unit != QUARTER && unit < DECADE)
        *p = (struct period){.from = r->today, .length = (int)n.value,
                             .unit = "DW.M.Y"[unit],
                             .open = which == NEXT || which == COMING};
    return at + 1;
}

uint32_t entity_relative(const struct rules *r, uint32_t i, struct period *p)
{
    uint32_t end = i;
    char first = (char)(*entity_at(r->t, i) | 32);

    *p = (struct period){ 0 };
    if (r->t->token[i].type == GLY_WORD && strchr("dty", first))
        end = by_day(r, i, p);
    if (end == i && strchr("mtwfslnpc", first))
        end = by_weekday(r, i, p);
    if (end == i && strchr("tlnpce", first))
        end = by_which(r, i, p);
    if (end == i && strchr("lnpc", first))
        end = by_length(r, i, p);
    return end == i ? by_ago(r, i, p) : end;
}

#include "suspects.h"

#include "arena.h"
#include "log.h"

#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char table[] = "suspects";
static const double keep = 30 * 24 * 3600; /* one that never came again */

struct suspects {
    struct state *state;
    void *tree; /* of tsearch(), by key */
    size_t count;
};

static int compare(const void *a, const void *b)
{
    const struct suspect *x = a, *y = b;

    return x->key < y->key ? -1 : x->key > y->key;
}

static struct suspect *find(const struct suspects *s, uint64_t key)
{
    const struct suspect wanted = {.key = key};
    struct suspect **found = tfind(&wanted, &s->tree, compare);

    return found ? *found : NULL;
}

static struct suspect *add(struct suspects *s, uint64_t key)
{
    struct suspect *suspect = memory_new(sizeof(*suspect));

    suspect->key = key;
    if (!tsearch(suspect, &s->tree, compare))
        abort();
    s->count++;
    return suspect;
}

static void load(void *arg, const char *key, const char *value)
{
    struct suspect *suspect = add(arg, strtoull(key, NULL, 16));

    sscanf(value, "%d %d %" SCNu64 "\t%63[^\t]", &suspect->crashes,
           &suspect->signal, &suspect->since, suspect->stage);
}

static const char *name(uint64_t key, char buf[17])
{
    snprintf(buf, 17, "%016" PRIx64, key);
    return buf;
}

/* The ticket goes along for whoever looks into the file. */
static int save(struct suspects *s, const struct suspect *suspect,
                const char *ticket, struct error *error)
{
    gly_buf value = {0};
    char key[17];
    int result;

    if (!s->state)
        return 0;
    gly_buf_printf(&value, "%d %d %" PRIu64 "\t%s\t%s", suspect->crashes,
                   suspect->signal, suspect->since, suspect->stage, ticket);
    result = state_put(s->state, "", table, name(suspect->key, key), value.data,
                       keep, error);
    gly_buf_finish(&value);
    return result;
}

/* One that was counted already stands in the trail still if the process ended
 * before it was out of it. */
static int count(struct suspects *s, const struct hand *hand,
                 struct error *error)
{
    struct suspect *suspect = find(s, hand->key);

    if (!suspect)
        suspect = add(s, hand->key);
    if (suspect->since == hand->since)
        return 0;
    suspect->crashes++;
    suspect->signal = hand->signal;
    suspect->since = hand->since;
    snprintf(suspect->stage, sizeof(suspect->stage), "%s", hand->stage);
    log_ticket(GLY_ERROR, suspect->stage, hand->ticket,
               "in hand at crash %d%s", suspect->crashes,
               suspect->crashes >= CONDEMNED ? ": it is given up"
                                             : ": it is tried once more");
    return save(s, suspect, hand->ticket, error);
}

int suspects_take(struct suspects *s, struct trail *trail, struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < TRAIL_LANES && result == 0; i++) {
        struct hand *hand = &trail->hands[i];

        if (hand->signal == 0)
            continue;
        result = count(s, hand, error);
        if (result == 0)
            hand_clear(hand);
    }
    return result;
}

struct suspects *suspects_new(struct state *state, struct trail *trail,
                              struct error *error)
{
    struct suspects *s = memory_new(sizeof(*s));
    int result = 0;

    s->state = state;
    if (state)
        result = state_each(state, "", table, load, s, error);
    if (result == 0)
        result = suspects_take(s, trail, error);
    if (result == 0)
        return s;
    suspects_free(s);
    return NULL;
}

void suspects_free(struct suspects *s)
{
    if (!s)
        return;
    tdestroy(s->tree, free);
    free(s);
}

const struct suspect *suspects_find(const struct suspects *s,
                                    const char *ticket)
{
    return s && s->count > 0 ? find(s, trail_key(ticket)) : NULL;
}

int suspects_clear(struct suspects *s, const char *ticket, struct error *error)
{
    const struct suspect *suspect = suspects_find(s, ticket);
    char key[17];
    int result = 0;

    if (!suspect)
        return 0;
    if (s->state)
        result = state_put(s->state, "", table, name(suspect->key, key), NULL, 0,
                       error);
    tdelete(suspect, &s->tree, compare);
    free((void *)(uintptr_t)suspect);
    s->count--;
    return result;
}

/* Documents that were in hand at a crash, counted over processes. */
#include "support.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../core/log.h"
#include "../core/suspects.h"

/* Each suspect is logged. */
static void enter_silently(void)
{
    enter_scratch();
    cr_assert(freopen("log", "w", stderr) != NULL);
}

TestSuite(suspects, .init = enter_silently, .fini = leave_scratch,
          .timeout = 60);

static struct trail *begin(void)
{
    struct trail *trail = trail_open("trail", NULL);

    cr_assert(trail != NULL);
    return trail;
}

/* The next process, which finds the trail as it is. */
static struct suspects *next(struct state *state, struct trail *trail)
{
    struct suspects *suspects;

    trail_begin(trail);
    suspects = suspects_new(state, trail, NULL);
    cr_assert(suspects != NULL);
    return suspects;
}

static void expect(const struct suspects *suspects, const char *ticket,
                   int crashes)
{
    const struct suspect *found = suspects_find(suspects, ticket);

    cr_expect(eq(int, found ? found->crashes : 0, crashes), "%s", ticket);
}

static void take(struct hand *hand, const char *stage, const char *ticket)
{
    static uint64_t time;

    hand_take(hand, stage, ticket, ++time, 0);
}

/* A process that takes it in hand and crashes, and the one after it. */
static void crash_with(struct state *state, struct trail *trail,
                       const char *ticket)
{
    take(trail_hand(trail, 0), "stage", ticket);
    trail_blame(trail, SIGKILL);
    suspects_free(next(state, trail));
}

Test(suspects, each_crash_counts_once)
{
    struct state *state = state_new("s.db");
    struct trail *trail = begin();
    struct suspects *suspects;

    crash_with(state, trail, "a");
    suspects = next(state, trail);
    expect(suspects, "a", 1);
    expect(suspects, "b", 0);
    cr_expect(eq(int, suspects_find(suspects, "a")->signal, SIGKILL));
    cr_expect(eq(str, (char *)suspects_find(suspects, "a")->stage, "stage"));
    suspects_free(suspects);
    crash_with(state, trail, "a");
    suspects = next(state, trail);
    expect(suspects, "a", 2);
    cr_expect(eq(int, suspects_clear(suspects, "a", NULL), 0));
    expect(suspects, "a", 0);
    suspects_free(suspects);
    suspects = next(state, trail);
    expect(suspects, "a", 0);
    suspects_free(suspects);
    trail_close(trail);
    state_free(state);
}

Test(suspects, one_still_in_the_trail_is_not_counted_again)
{
    struct state *state = state_new("s.db");
    struct trail *trail = begin();
    struct hand *hand = trail_hand(trail, 0);
    struct suspects *suspects;

    take(hand, "stage", "a");
    trail_blame(trail, SIGKILL);

    struct hand before = *hand;

    suspects_free(next(state, trail));
    *hand = before; /* that process was killed before it was out of it */
    suspects = next(state, trail);
    expect(suspects, "a", 1);
    suspects_free(suspects);
    trail_close(trail);
    state_free(state);
}

Test(suspects, a_thousand_are_known_also_when_the_trail_is_lost)
{
    struct state *state = state_new("s.db");
    struct trail *trail = begin();
    struct suspects *suspects;
    char ticket[16];

    for (int i = 0; i < 1000; i += 10) {
        for (unsigned k = 0; k < 10; k++) {
            snprintf(ticket, sizeof(ticket), "%d", i + (int)k);
            take(trail_hand(trail, k), "stage", ticket);
        }
        trail_blame(trail, SIGKILL);
        suspects_free(next(state, trail));
    }
    trail_close(trail);
    state_free(state);
    unlink("trail");
    trail = begin();
    state = state_new("s.db");
    suspects = next(state, trail);
    expect(suspects, "0", 1);
    expect(suspects, "999", 1);
    expect(suspects, "1000", 0);
    suspects_free(suspects);
    trail_close(trail);
    state_free(state);
}

Test(suspects, only_the_hand_that_crashed_is_blamed_when_one_says_so)
{
    struct state *state = state_new(NULL);
    struct trail *trail = begin();
    struct suspects *suspects;

    take(trail_hand(trail, 0), "stage", "innocent");
    take(trail_hand(trail, 1), "stage", "guilty");
    take(trail_hand(trail, 2), "stage", "done");
    hand_free(trail_hand(trail, 2));
    trail_hand(trail, 1)->signal = SIGSEGV;
    trail_blame(trail, SIGSEGV);
    suspects = next(state, trail);
    expect(suspects, "innocent", 0);
    expect(suspects, "guilty", 1);
    expect(suspects, "done", 0);
    suspects_free(suspects);
    trail_close(trail);
    state_free(state);
}

Test(suspects, a_worker_that_ended_otherwise_leaves_none)
{
    struct state *state = state_new(NULL);
    struct trail *trail = begin();
    struct suspects *suspects;

    take(trail_hand(trail, 0), "stage", "a");
    suspects = next(state, trail);
    expect(suspects, "a", 0);
    suspects_free(suspects);
    trail_close(trail);
    state_free(state);
}

Test(suspects, tickets_longer_than_a_hand_keeps_are_told_apart)
{
    struct state *state = state_new("s.db");
    struct trail *trail = begin();
    struct suspects *suspects;
    char one[3000], two[3000];

    memset(one, 'x', sizeof(one));
    one[sizeof(one) - 1] = '\0';
    memcpy(two, one, sizeof(two));
    two[sizeof(two) - 2] = 'y';
    crash_with(state, trail, one);
    suspects = next(state, trail);
    expect(suspects, one, 1);
    expect(suspects, two, 0);
    suspects_free(suspects);
    trail_close(trail);
    state_free(state);
}

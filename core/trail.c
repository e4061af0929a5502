#include "trail.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* "GLYTRAIL" and the size, which changes with whatever is kept. */
#define MAGIC (0x474c59545241494cu ^ sizeof(struct trail))

struct trail *trail_open(const char *path, struct error *error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct trail *trail = MAP_FAILED;

    if (fd >= 0 && ftruncate(fd, sizeof(*trail)) == 0)
        trail = mmap(NULL, sizeof(*trail), PROT_READ | PROT_WRITE, MAP_SHARED,
                     fd, 0);
    if (trail == MAP_FAILED) {
        error_set(error, -errno, "cannot map %s: %s", path, strerror(errno));
        trail = NULL;
    } else if (trail->magic != MAGIC) {
        memset(trail, 0, sizeof(*trail));
        trail->magic = MAGIC;
    }
    if (fd >= 0)
        close(fd);
    return trail;
}

void trail_close(struct trail *trail)
{
    if (trail)
        munmap(trail, sizeof(*trail));
}

static uint64_t read_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void copy(char *to, size_t size, const char *from)
{
    size_t len = strnlen(from, size - 1);

    memcpy(to, from, len);
    to[len] = '\0';
}

/* ---- in the working process ---- */

struct hand *trail_hand(struct trail *trail, unsigned i)
{
    return trail && i < TRAIL_LANES ? &trail->hands[i] : NULL;
}

/* The handler has no argument. */
static _Thread_local struct hand *mine;
static _Thread_local stack_t before; /* the thread's own, if it had one */

static void on_crash(int number)
{
    if (mine)
        mine->signal = number;
    /* Back to the default, by SA_RESETHAND: what follows is a crash as usual. */
    raise(number);
}

void trail_catch_crashes(struct hand *hand)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {
        .sa_handler = on_crash,
        .sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK,
    };
    stack_t stack = {.ss_size = 65536};

    mine = hand;
    /* A stack that overflowed holds no handler's frame. */
    stack.ss_sp = malloc(stack.ss_size);
    if (stack.ss_sp)
        sigaltstack(&stack, &before);
    for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
        sigaction(crashes[i], &action, NULL);
}

void trail_let_crashes_go(void)
{
    stack_t own = {0};

    mine = NULL;
    if (sigaltstack(&before, &own) == 0)
        free(own.ss_sp);
}

void hand_take(struct hand *hand, const char *stage, const char *ticket,
               uint64_t now, uint64_t deadline)
{
    copy(hand->stage, sizeof(hand->stage), stage);
    copy(hand->ticket, sizeof(hand->ticket), ticket);
    hand->key = trail_key(ticket);
    hand->deadline = deadline;
    atomic_store_explicit(&hand->since, now, memory_order_release);
}

void hand_free(struct hand *hand)
{
    atomic_store_explicit(&hand->since, 0, memory_order_release);
}

void hand_clear(struct hand *hand)
{
    hand->signal = 0;
    hand_free(hand);
}

/* FNV-1a. */
uint64_t trail_key(const char *ticket)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *ticket; ticket++)
        h = (h ^ (unsigned char)*ticket) * 0x100000001b3u;
    return h ? h : 1;
}

/* ---- in the supervisor ---- */

/* A hand that has been at it for longer than its deadline, or NULL. */
static struct hand *find_hung(struct trail *trail)
{
    uint64_t time = read_clock();

    for (size_t i = 0; i < TRAIL_LANES; i++) {
        struct hand *hand = &trail->hands[i];
        uint64_t since = atomic_load_explicit(&hand->since,
                                              memory_order_acquire);

        if (since > 0 && hand->deadline > 0 && time > since &&
            time - since > hand->deadline && hand->since == since)
            return hand;
    }
    return NULL;
}

bool trail_end_hung(struct trail *trail, pid_t child)
{
    struct hand *hung = find_hung(trail);

    if (!hung || hung->signal != 0)
        return false;
    log_ticket(GLY_ERROR, hung->stage, hung->ticket, "not done by its deadline");
    hung->signal = SIGALRM;
    kill(child, SIGKILL);
    return true;
}

bool trail_blame(struct trail *trail, int signal)
{
    bool told = false, blamed = false;

    for (size_t i = 0; i < TRAIL_LANES; i++)
        told |= trail->hands[i].signal != 0 && trail->hands[i].since != 0;
    for (size_t i = 0; i < TRAIL_LANES; i++) {
        struct hand *hand = &trail->hands[i];

        if (hand->since == 0 || !*hand->ticket || (told && hand->signal == 0))
            hand_clear(hand);
        else if (!told)
            hand->signal = signal;
        blamed |= hand->signal != 0;
    }
    return blamed;
}

void trail_begin(struct trail *trail)
{
    trail->ready = false;
    for (size_t i = 0; i < TRAIL_LANES; i++)
        if (trail->hands[i].signal == 0)
            hand_clear(&trail->hands[i]);
}

/*
 * From the handler to the actors.
 *
 *   handler, on any thread                    each loop that keeps signals
 *   arrived |= signal; bell_ring_anywhere()  -->     pending |= arrived; whoever waits is told
 *
 * A handler may be running on another thread at any moment, also while a loop ends; so what it
 * touches is static: one desk for each loop that keeps signals, used again by the next.  It runs on
 * a stack of its own, since that of an actor may be nearly used up.
 */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include <troupe/signal.h>

#include "alloc.h"
#include "notice.h"
#include "tape.h"

/* Loops that keep signals at the same time: more than a machine for classes has cores. */
#define DESK_COUNT 64

/* The largest signal frame (AVX-512, AMX) takes some 11 KiB. */
#define STACK_BYTES 65536

/* Sets of signals have a bit for each, 1 to 64. */
#define SIGNAL_MAX 64
#define BIT(number) (UINT64_C(1) << ((number)-1))

struct desk {
    struct bell bell;
    _Atomic uint64_t kept;    /* those it wants to hear of */
    _Atomic uint64_t arrived; /* those the handler has left here */

    /* The loop's. */
    uint64_t pending;                  /* have come, and nobody has been told */
    struct list waits;                 /* of struct signal_wait */
    void (*look)(struct sched *sched); /* to be called at SIGCHLD; or NULL */
    void *stack;                       /* for handlers on this thread; NULL: it has another one */
    bool is_taken;                     /* by a loop; guarded by the mutex */
};

/* On the stack of an actor that waits. */
struct signal_wait {
    struct wait wait;
    struct list_link link; /* on desk->waits */
    struct task *task;
    struct desk *desk;
    uint64_t set;
    int which;
};

static struct desk desks[DESK_COUNT];

/* Guards who has which desk, and what follows; never taken by the handler. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned keeper_count[SIGNAL_MAX + 1]; /* desks that keep this signal */
static struct sigaction replaced[SIGNAL_MAX + 1];

static void on_signal(int number)
{
    for (size_t i = 0; i < DESK_COUNT; i++) {
        if ((desks[i].kept & BIT(number)) == 0)
            continue;
        atomic_fetch_or(&desks[i].arrived, BIT(number));
        bell_ring_anywhere(&desks[i].bell);
    }
}

static void detach(struct wait *base)
{
    struct signal_wait *wait = LIST_OWNER(base, struct signal_wait, wait);
    list_remove(&wait->desk->waits, &wait->link);
    wait->desk->bell.sched->external--;
}

/* Tells everyone who waits for a signal that has come. */
static void tell(struct desk *desk)
{
    uint64_t told = 0;
    uint64_t arrived = atomic_exchange(&desk->arrived, 0);
    if (CHECK_UNLIKELY(tape_mode != TAPE_OFF) && tape_pass(RECORDING_SIGNAL, arrived != 0) != 0)
        tape_bytes(&arrived, sizeof arrived);
    else if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED))
        arrived = 0;
    desk->pending |= arrived;
    if ((arrived & BIT(SIGCHLD)) != 0 && desk->look != NULL)
        desk->look(desk->bell.sched);
    struct list_link *next;
    for (struct list_link *link = list_first(&desk->waits); link != NULL; link = next) {
        struct signal_wait *wait = LIST_OWNER(link, struct signal_wait, link);
        next = list_next(&desk->waits, link);
        uint64_t hits = desk->pending & wait->set;
        if (hits == 0)
            continue;
        wait->which = __builtin_ctzll(hits) + 1;
        told |= BIT(wait->which);
        detach(&wait->wait);
        sched_wake(desk->bell.sched, wait->task, 0, 0);
    }
    desk->pending &= ~told;
}

static void answer(struct bell *bell)
{
    tell(LIST_OWNER(bell, struct desk, bell));
}

static void drop_stack(struct desk *desk)
{
    if (desk->stack != NULL)
        sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    alloc_free(desk->stack);
    desk->stack = NULL;
}

/* Signals do again what they did before. */
static void close_desk(struct bell *bell)
{
    struct desk *desk = LIST_OWNER(bell, struct desk, bell);
    TROUPE_CHECK(list_is_empty(&desk->waits));
    pthread_mutex_lock(&mutex);
    for (int number = 1; number <= SIGNAL_MAX; number++)
        if ((desk->kept & BIT(number)) != 0 && --keeper_count[number] == 0)
            sigaction(number, &replaced[number], NULL);
    desk->kept = 0;
    desk->look = NULL;
    drop_stack(desk);
    desk->is_taken = false;
    pthread_mutex_unlock(&mutex);
}

/* Gives handlers on this thread a stack, if it has none for them. */
static int give_stack(struct desk *desk)
{
    stack_t old;
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE) == 0)
        return 0;
    desk->stack = alloc_zeroed(STACK_BYTES);
    if (desk->stack == NULL)
        return -ENOMEM;
    sigaltstack(&(stack_t){.ss_sp = desk->stack, .ss_size = STACK_BYTES}, NULL);
    return 0;
}

static int take_desk(struct sched *sched, struct desk **result)
{
    struct desk *desk = desks;
    int rc = -EAGAIN;
    pthread_mutex_lock(&mutex);
    while (desk < desks + DESK_COUNT && desk->is_taken)
        desk++;
    if (desk < desks + DESK_COUNT)
        rc = give_stack(desk);
    if (rc == 0) {
        desk->is_taken = true;
        desk->pending = 0;
        desk->arrived = 0;
        desk->bell.answer = answer;
        desk->bell.close = close_desk;
        bell_open(sched, &desk->bell);
        *result = desk;
    }
    pthread_mutex_unlock(&mutex);
    return rc;
}

/* The desk of this loop, which from now on keeps these signals. */
static int keep(struct sched *sched, uint64_t set, struct desk **result)
{
    struct bell *bell = bell_find(sched, answer);
    struct desk *desk = bell != NULL ? LIST_OWNER(bell, struct desk, bell) : NULL;
    if (desk == NULL) {
        int rc = take_desk(sched, &desk);
        if (rc < 0)
            return rc;
    }
    *result = desk;
    uint64_t more = set & ~desk->kept;
    if (more == 0)
        return 0;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_RESTART};
    sigfillset(&action.sa_mask);
    pthread_mutex_lock(&mutex);
    desk->kept |= more;
    for (int number = 1; number <= SIGNAL_MAX; number++)
        if ((more & BIT(number)) != 0 && keeper_count[number]++ == 0)
            sigaction(number, &action, &replaced[number]);
    pthread_mutex_unlock(&mutex);
    return 0;
}

void notice_forget_all(void)
{
    pthread_mutex_init(&mutex, NULL); /* some thread of the parent may have held it */
    for (int number = 1; number <= SIGNAL_MAX; number++) {
        if (keeper_count[number] > 0)
            sigaction(number, &replaced[number], NULL);
        keeper_count[number] = 0;
    }
    memset(desks, 0, sizeof desks);
}

int notice_children(struct sched *sched, void (*look)(struct sched *sched))
{
    struct desk *desk;
    int rc = keep(sched, BIT(SIGCHLD), &desk);
    if (rc == 0)
        desk->look = look;
    return rc;
}

/* What the library and the kernel keep for themselves, and what a mistake causes. */
static bool can_wait_for(int number)
{
    static const int refused[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE,
                                  SIGILL,  SIGTRAP, SIGSYS,  SIGABRT};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (number == refused[i])
            return false;
    return number >= 1 && number <= SIGNAL_MAX && (number < 32 || number >= SIGRTMIN);
}

/* 0 and the set, or -EINVAL. */
static int to_set(const int *signals, size_t count, uint64_t *set)
{
    *set = 0;
    for (size_t i = 0; i < count; i++) {
        if (!can_wait_for(signals[i]))
            return -EINVAL;
        *set |= BIT(signals[i]);
    }
    return count > 0 ? 0 : -EINVAL;
}

static int wait_at(struct desk *desk, uint64_t set, const struct troupe_site *site, int *which,
                   troupe_ns limit)
{
    struct sched *sched = desk->bell.sched;
    struct signal_wait wait = {
        .wait =
            {
                .reason = TRACE_REASON_SIGNAL,
                .site = site,
                .timeout_result = -ETIMEDOUT,
                .detach = detach,
            },
        .task = sched->current,
        .desk = desk,
        .set = set,
    };
    tell(desk);
    uint64_t hits = desk->pending & set;
    int rc = 0;
    if (hits != 0) {
        wait.which = __builtin_ctzll(hits) + 1;
        desk->pending &= ~BIT(wait.which);
    } else {
        sched->external++;
        list_push(&desk->waits, &wait.link);
        rc = sched_wait(sched, &wait.wait, limit);
    }
    if (rc == 0 && which != NULL)
        *which = wait.which;
    return rc;
}

int troupe_signal_wait_at(const struct troupe_site *site, const int *signals, size_t count,
                          int *which, troupe_ns limit)
{
    struct sched *sched = sched_inside("troupe_signal_wait");
    struct desk *desk;
    uint64_t set;
    int rc = sched_checkpoint(sched, site);
    if (rc == 0)
        rc = to_set(signals, count, &set);
    if (rc == 0)
        rc = keep(sched, set, &desk);
    return rc == 0 ? wait_at(desk, set, site, which, limit) : rc;
}

int troupe_signal_keep(const int *signals, size_t count)
{
    struct sched *sched = sched_inside("troupe_signal_keep");
    struct desk *desk;
    uint64_t set;
    int rc = to_set(signals, count, &set);
    return rc == 0 ? keep(sched, set, &desk) : rc;
}

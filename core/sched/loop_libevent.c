/*
 * The loop on libevent: one event_base, one timer for the earliest deadline, one event for being
 * woken from outside, and for each watched descriptor one persistent event: an epoll_ctl() when the
 * watch begins, and none for any wait after that.
 *
 * The timer is a descriptor of our own, which is set only when it would fire too late.  Libevent's
 * timers fire late, one of 1.5 ms after 2.0 to 7.5 ms; with its precise clock they do not, but that
 * costs a system call in every pass, deadline or not.  A timer that is no longer wanted is left to
 * fire: once in a while that is a wake-up for nothing.
 */

#include "loop.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include <troupe/time.h>

#include "alloc.h"
#include "check.h"
#include "clock.h"
#include "list.h"
#include "rewind.h"
#include "tape.h"

/* The shortest wait that is worth the way to the kernel and back, some 10 us: deadlines that lie
 * closer together are met together.  Linux allows itself the same slack for any sleep. */
#define WAIT_NS_MIN 50000

/* What makes one number of that of a watch and what it is ready for. */
#define READY_FACTOR 4

struct loop {
    struct event_base *base;
    struct event *timer;
    int timer_fd;
    int64_t timer_at_ns; /* when it will fire; TROUPE_FOREVER: it will not */
    struct event *wake;
    struct event *own_wake; /* NULL: only woken with all others */
    int own_wake_fd;
    uint32_t watch_count; /* descriptors that are watched */
    uint64_t watch_last;  /* the number of the last one */
    struct list watches;  /* while a recording is played; the loop itself watches none then */
};

struct loop_watch {
    struct event event;
    struct loop *loop;
    loop_ready_fn ready;
    void *arg;
    uint64_t number;       /* in a recording */
    struct list_link link; /* on loop->watches */
};

/* What loop_wake_all() writes to; made with the first loop, for as long as the process lives: a
 * signal handler on another thread may be about to use it.  Nobody reads it.  The loops watch for
 * edges, and each write is one for each of them. */
static _Atomic int wake_fd = -1;

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg; /* waking up was all */
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct loop *loop = arg;
    (void)fd;
    (void)what;
    loop->timer_at_ns = TROUPE_FOREVER;
}

static struct event_base *create_base(void)
{
    struct event_config *config = event_config_new();
    if (config == NULL)
        return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static int find_wake_fd(void)
{
    int none = -1, fd = wake_fd;
    if (fd >= 0)
        return fd;
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0 || atomic_compare_exchange_strong(&wake_fd, &none, fd))
        return fd;
    close(fd);
    return none; /* another thread was first */
}

/* 0 or -ENOMEM. */
static int watch_wakes(struct loop *loop)
{
    int fd = find_wake_fd();
    if (fd >= 0)
        loop->wake = event_new(loop->base, fd, EV_READ | EV_PERSIST | EV_ET, on_event, NULL);
    return loop->wake != NULL && event_add(loop->wake, NULL) == 0 ? 0 : -ENOMEM;
}

/* Each time the timer is set its descriptor has a new edge, so nobody need read it.  0 or
 * -ENOMEM. */
static int watch_timer(struct loop *loop)
{
    loop->timer_at_ns = TROUPE_FOREVER;
    loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (loop->timer_fd < 0)
        return -ENOMEM;
    short events = EV_READ | EV_PERSIST | EV_ET;
    loop->timer = event_new(loop->base, loop->timer_fd, events, on_timer, loop);
    return loop->timer != NULL && event_add(loop->timer, NULL) == 0 ? 0 : -ENOMEM;
}

static void set_timer(struct loop *loop, int64_t at_ns)
{
    struct itimerspec at = {.it_value = {at_ns / 1000000000, at_ns % 1000000000}};
    TROUPE_CHECK(timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &at, NULL) == 0);
    loop->timer_at_ns = at_ns;
}

int loop_create(struct loop **result)
{
    struct loop *loop = alloc_zeroed(sizeof *loop);
    if (loop == NULL)
        return -ENOMEM;
    loop->base = alloc_should_fail() ? NULL : create_base();
    loop->timer_fd = -1;
    if (loop->base == NULL || watch_timer(loop) < 0 || watch_wakes(loop) < 0) {
        loop_destroy(loop);
        return -ENOMEM;
    }
    *result = loop;
    return 0;
}

void loop_destroy(struct loop *loop)
{
    if (loop == NULL || rewind_is_set)
        return;
    if (loop->timer != NULL)
        event_free(loop->timer);
    if (loop->timer_fd >= 0)
        close(loop->timer_fd);
    if (loop->wake != NULL)
        event_free(loop->wake);
    if (loop->own_wake != NULL) {
        event_free(loop->own_wake);
        close(loop->own_wake_fd);
    }
    if (loop->base != NULL)
        event_base_free(loop->base);
    alloc_free(loop);
}

/* Nothing happens but what is in the recording. */
static void play(struct loop *loop)
{
    uint64_t next;
    while (tape_next_is(RECORDING_READY, &next)) {
        const struct loop_watch *watch = NULL;
        tape_take(RECORDING_READY);
        for (struct list_link *link = list_first(&loop->watches); link != NULL;
             link = list_next(&loop->watches, link))
            if (LIST_OWNER(link, struct loop_watch, link)->number == next / READY_FACTOR)
                watch = LIST_OWNER(link, struct loop_watch, link);
        if (watch != NULL)
            watch->ready(watch->arg, (unsigned)(next % READY_FACTOR));
        else
            tape_part("in the recording a descriptor is ready that nobody watches now");
    }
}

void loop_poll(struct loop *loop)
{
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED)) {
        play(loop);
        return;
    }
    TROUPE_CHECK(event_base_loop(loop->base, EVLOOP_ONCE | EVLOOP_NONBLOCK) >= 0);
}

void loop_wait(struct loop *loop, int64_t deadline_ns)
{
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED)) {
        play(loop);
        return;
    }
    if (deadline_ns != TROUPE_FOREVER) {
        int64_t now_ns = clock_real_ns();
        if (deadline_ns <= now_ns) {
            if (loop->watch_count > 0)
                loop_poll(loop); /* or a program with many timers would never look */
            return;
        }
        int64_t soonest_ns = now_ns + WAIT_NS_MIN;
        int64_t at_ns = deadline_ns > soonest_ns ? deadline_ns : soonest_ns;
        if (at_ns < loop->timer_at_ns)
            set_timer(loop, at_ns);
    }
    TROUPE_CHECK(event_base_loop(loop->base, EVLOOP_ONCE) == 0);
}

int loop_open_wake(struct loop *loop)
{
    int fd = alloc_should_fail() ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return -ENOMEM;
    loop->own_wake = event_new(loop->base, fd, EV_READ | EV_PERSIST | EV_ET, on_event, NULL);
    loop->own_wake_fd = fd;
    if (loop->own_wake != NULL && event_add(loop->own_wake, NULL) == 0)
        return 0;
    if (loop->own_wake != NULL)
        event_free(loop->own_wake);
    loop->own_wake = NULL;
    close(fd);
    return -ENOMEM;
}

/* This can only fail without a loop, when there is nobody to wake, or after 2^64 - 2 rings that
 * nobody has heard, of which one suffices. */
static void ring(int fd)
{
    int saved = errno;
    eventfd_write(fd, 1);
    errno = saved;
}

void loop_wake_all(void)
{
    ring(wake_fd);
}

void loop_forget_all(void)
{
    wake_fd = -1;
}

void loop_wake(struct loop *loop)
{
    ring(loop->own_wake != NULL ? loop->own_wake_fd : wake_fd);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
    const struct loop_watch *watch = arg;
    unsigned ready = (what & EV_READ ? LOOP_READ : 0u) | (what & EV_WRITE ? LOOP_WRITE : 0u);
    (void)fd;
    if (CHECK_UNLIKELY(tape_mode == TAPE_RECORDED))
        tape_put(RECORDING_READY, watch->number * READY_FACTOR + ready);
    watch->ready(watch->arg, ready);
}

static int begin(struct loop_watch *watch, struct loop *loop, int fd, bool is_level)
{
    short events = is_level ? EV_READ | EV_PERSIST : EV_READ | EV_WRITE | EV_PERSIST | EV_ET;
    TROUPE_CHECK(event_assign(&watch->event, loop->base, fd, events, on_ready, watch) == 0);
    errno = ENOMEM; /* unless the system says otherwise */
    return alloc_should_fail() || event_add(&watch->event, NULL) < 0 ? -errno : 0;
}

int loop_watch(struct loop *loop, int fd, bool is_level, loop_ready_fn ready, void *arg,
               struct loop_watch **result)
{
    struct loop_watch *watch = alloc_zeroed(sizeof *watch);
    if (watch == NULL)
        return -ENOMEM;
    watch->loop = loop;
    watch->ready = ready;
    watch->arg = arg;
    watch->number = ++loop->watch_last;
    int rc = TAPE(WATCH, begin(watch, loop, fd, is_level));
    if (rc < 0) {
        alloc_free(watch);
        return rc;
    }
    loop->watch_count++;
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED))
        list_push(&loop->watches, &watch->link);
    *result = watch;
    return 0;
}

void loop_watch_pause(struct loop_watch *watch)
{
    if (CHECK_LIKELY(tape_mode != TAPE_PLAYED))
        event_del(&watch->event);
}

int loop_watch_again(struct loop_watch *watch)
{
    loop_watch_pause(watch);
    return TAPE(WATCH, begin(watch, watch->loop, event_get_fd(&watch->event), false));
}

void loop_unwatch(struct loop_watch *watch)
{
    loop_watch_pause(watch);
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED))
        list_remove(&watch->loop->watches, &watch->link);
    TROUPE_CHECK(watch->loop->watch_count > 0);
    watch->loop->watch_count--;
    alloc_free(watch);
}

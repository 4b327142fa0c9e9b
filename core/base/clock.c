/*
 * The time stamp counter is used when the processor says that it runs at one rate in all power
 * states ("invariant TSC"); the kernel keeps the counters of all cores in step in that case.
 */

#include "clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* Of several attempts at a sample the one that took least time is the truest. */
#define SAMPLE_ATTEMPTS 3

bool clock_has_counter;

/* Written by the loop's thread alone, read by others: the one that writes the trace, for instance.
 */
static _Atomic bool is_virtual;
static _Atomic int64_t virtual_ns;
static int64_t (*_Atomic source)(bool is_stamp);

static bool processor_has_counter(void)
{
#if defined(__x86_64__)
    const unsigned advanced_power_leaf = 0x80000007, invariant_bit = 1 << 8;
    unsigned a, b, c, d;
    return __get_cpuid(advanced_power_leaf, &a, &b, &c, &d) && (d & invariant_bit) != 0;
#else
    return false;
#endif
}

static void choose_ruler(void)
{
    clock_has_counter = processor_has_counter();
}

void clock_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose_ruler);
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now = {.tv_sec = 0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_real_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_thread_ns(pthread_t thread)
{
    clockid_t clock;
    return pthread_getcpuclockid(thread, &clock) == 0 ? read_clock(clock) : 0;
}

static int64_t told_ns(bool is_stamp)
{
    int64_t (*read)(bool) = atomic_load_explicit(&source, memory_order_relaxed);
    return read != NULL ? read(is_stamp) : atomic_load_explicit(&virtual_ns, memory_order_relaxed);
}

int64_t clock_now_ns(void)
{
    return clock_is_virtual() ? told_ns(false) : clock_real_ns();
}

int64_t clock_stamp_ns(void)
{
    return clock_is_virtual() ? told_ns(true) : clock_real_ns();
}

bool clock_is_virtual(void)
{
    return atomic_load_explicit(&is_virtual, memory_order_relaxed);
}

void clock_make_virtual(bool on)
{
    clock_init();
    clock_has_counter = !on && processor_has_counter();
    atomic_store(&virtual_ns, 0);
    atomic_store(&is_virtual, on);
}

void clock_take_from(int64_t (*read)(bool is_stamp))
{
    clock_make_virtual(read != NULL);
    atomic_store(&source, read);
}

void clock_advance(int64_t ns)
{
    clock_jump(atomic_load_explicit(&virtual_ns, memory_order_relaxed) + ns);
}

void clock_jump(int64_t to_ns)
{
    atomic_store_explicit(&virtual_ns, to_ns, memory_order_relaxed);
}

void clock_sample(uint64_t *ticks, int64_t *now_ns)
{
    if (!clock_has_counter) {
        *now_ns = clock_stamp_ns();
        *ticks = (uint64_t)*now_ns;
        return;
    }
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < SAMPLE_ATTEMPTS; i++) {
        uint64_t before = clock_ticks();
        int64_t now = clock_now_ns();
        uint64_t took = clock_ticks() - before;
        if (took < best) {
            best = took;
            *ticks = before + took / 2;
            *now_ns = now;
        }
    }
}

const char *clock_name(void)
{
    if (clock_is_virtual())
        return source != NULL ? "recorded" : "virtual";
    return clock_has_counter ? "tsc" : "monotonic";
}

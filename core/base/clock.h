#ifndef CLOCK_H
#define CLOCK_H

/*
 * The only reader of real time; and the keeper of virtual time, which stands still but where the
 * scheduler moves it.
 *
 * There are two rulers.  Nanoseconds (CLOCK_MONOTONIC, some 25 ns a reading) are what the program
 * sees and what deadlines are made of.  Ticks (the processor's time stamp counter where it is
 * steady, some 10 ns) are what recorded events are stamped with; whoever writes the trace turns
 * them into nanoseconds by readings of both rulers at once, clock_sample().  In virtual time both
 * are the same.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether ticks are the processor's counter; otherwise they are nanoseconds.  Set by
 * clock_init(). */
extern bool clock_has_counter;

/* Finds out which ruler this machine offers.  Call before any other; again does no harm. */
void clock_init(void);

int64_t clock_now_ns(void);

/* Real time, whatever time is told otherwise: for what really waits. */
int64_t clock_real_ns(void);

/* The time that a thread has spent on processors. */
int64_t clock_thread_ns(pthread_t thread);

/* From now on time is neither, but what this function says, which is told whether it is asked for
 * a stamp only; or, with NULL, as before.  No run may be under way. */
void clock_take_from(int64_t (*read)(bool is_stamp));

/* From now on time is virtual for all threads, and it is 0; or real again.  No run may be under
 * way. */
void clock_make_virtual(bool on);
bool clock_is_virtual(void); /* or taken from a function */

/* Moves virtual time on, by so much or to this instant. */
void clock_advance(int64_t ns);
void clock_jump(int64_t to_ns);

/* An instant in whole milliseconds, as many of them as fit. */
static inline uint32_t clock_ms(int64_t now_ns)
{
    return (uint32_t)(now_ns / 1000000);
}

/* One moment on both rulers. */
void clock_sample(uint64_t *ticks, int64_t *now_ns);

/* "tsc", "monotonic" or "virtual": what recorded events are stamped with. */
const char *clock_name(void);

/* What recorded events are stamped with where there is no counter. */
int64_t clock_stamp_ns(void);

static inline uint64_t clock_ticks(void)
{
#if defined(__x86_64__)
    if (clock_has_counter)
        return __builtin_ia32_rdtsc();
#endif
    return (uint64_t)clock_stamp_ns();
}

/* Lets the other thread of the core go on, while this one looks at something over and over. */
static inline void clock_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif

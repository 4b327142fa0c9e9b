#ifndef STACK_H
#define STACK_H

/*
 * Stacks for coroutines: taken when an actor first runs, given back when it ends, newest first.
 *
 * A slot, from low to high addresses; its size is a power of two:
 *
 *   +-------+------------------------------------------+---------+-----------+
 *   | guard |                 usable                   | stagger |  header   |
 *   +-------+------------------------------------------+---------+-----------+
 *     4 KiB   grows downwards  <---------------- start    0 to 2 KiB   64 B
 *
 * The guard page makes an overflow a fault rather than a silent overwrite.  The stagger differs
 * from slot to slot: without it the tops of all stacks would share the same few cache sets.  The
 * header is for stack.c and the sanitizers.
 */

#include <stddef.h>
#include <stdint.h>

#include "check.h"
#include "sanitizers.h"

#define STACK_GUARD_BYTES 4096

/* Slots come in classes: 16 KiB, 32 KiB, ... 64 MiB and their guards. */
#define STACK_CLASS_BITS_MIN 14
#define STACK_CLASS_BITS_MAX 27
#define STACK_CLASSES (STACK_CLASS_BITS_MAX - STACK_CLASS_BITS_MIN + 1)

struct stack_header {
    void *parked_sp;      /* free: a context on it that can go on with a new task; or NULL */
    void *fake_stack;     /* AddressSanitizer's, of that context */
    void *tsan_fiber;     /* ThreadSanitizer's idea of this stack */
    unsigned valgrind_id; /* Valgrind's */
    uint32_t index;       /* of the slot in its class */
    int class;
    uintptr_t body; /* the function that runs on it, for whoever asks; set by whoever runs it */
};

_Static_assert(sizeof(struct stack_header) <= 64, "see stack_header()");

struct stack_class {
    char **free;            /* ends of free slots, newest last */
    uint32_t free_count;
    uint32_t slot_count;    /* carved so far; `free` has room for all of them */
    uint32_t slot_capacity; /* that chunks have room for */
    char *fresh;            /* the next slot to carve */
    struct stack_chunk *chunks;
};

struct stack_pool {
    struct stack_class classes[STACK_CLASSES];
};

static inline uint32_t stack_slot_bytes(int class)
{
    return UINT32_C(1) << (class + STACK_CLASS_BITS_MIN);
}

static inline struct stack_header *stack_header(char *end)
{
    return (struct stack_header *)(void *)(end - 64);
}

/* The class for a stack of at least `bytes` usable bytes, or -EINVAL. */
int stack_class_for(size_t bytes);

/* The class of the stack that an actor gets by default: 64 KiB with its guard.  On glibc 2.36
 * printf() takes up to 3 KiB, fprintf(stderr) 10 KiB, printf("%.40Lf") 28 KiB, getaddrinfo()
 * 12 KiB.  256 KiB under AddressSanitizer, which makes frames several times larger. */
#define STACK_CLASS_DEFAULT ((CORO_ASAN ? 18 : 16) - STACK_CLASS_BITS_MIN)

void stack_pool_init(struct stack_pool *pool);

/* Makes room for stacks of this class, which need not be mapped later, and not again if the process
 * goes back to where it was: see rewind.h.  0 or -ENOMEM. */
int stack_pool_reserve(struct stack_pool *pool, int class);

/* All stacks must have been given back. */
void stack_pool_finish(struct stack_pool *pool);

/* A slot that was never used before: its end, or NULL without memory. */
char *stack_carve(struct stack_pool *pool, int class);

/* The end (highest address) of a slot, or NULL without memory. */
static inline char *stack_take(struct stack_pool *pool, int class)
{
    struct stack_class *slots = &pool->classes[class];
    if (CHECK_LIKELY(slots->free_count > 0))
        return slots->free[--slots->free_count];
    return stack_carve(pool, class);
}

static inline void stack_give(struct stack_pool *pool, char *end)
{
    struct stack_class *slots = &pool->classes[stack_header(end)->class];
    TROUPE_CHECK(slots->free_count < slots->slot_count);
    slots->free[slots->free_count++] = end;
}

/* Where the stack starts, and how much of it is usable. */
char *stack_start(char *end);
size_t stack_usable_bytes(char *end);

/* How much of it has ever been touched, in whole pages. */
size_t stack_peak_bytes(char *end);

/* Forgets what was touched, but for what lies above `sp` and the page below that. */
void stack_clean(char *end, const char *sp);

#endif

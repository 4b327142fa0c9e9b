/*
 * A heap with four children to a node: half as deep as with two, and the four lie side by side.
 */

#include "timers.h"

#include <errno.h>

#include "alloc.h"
#include "check.h"

/* The first step of growth; then it doubles. */
#define CAPACITY_FIRST 64

/* Below this a heap is not worth cleaning. */
#define FORGOTTEN_MIN 64

void timers_init(struct timers *timers)
{
    *timers = (struct timers){.heap = NULL};
}

void timers_finish(struct timers *timers)
{
    alloc_free(timers->heap);
    timers_init(timers);
}

static int is_before(const struct timer *a, const struct timer *b)
{
    if (a->deadline_ns != b->deadline_ns)
        return a->deadline_ns < b->deadline_ns;
    return a->number < b->number;
}

/* Puts `timer` at i or above, moving later ones down. */
static void sift_up(struct timers *timers, size_t i, struct timer timer)
{
    while (i > 0) {
        size_t parent = (i - 1) / 4;
        if (!is_before(&timer, &timers->heap[parent]))
            break;
        timers->heap[i] = timers->heap[parent];
        i = parent;
    }
    timers->heap[i] = timer;
}

/* Puts `timer` at i or below, moving earlier ones up. */
static void sift_down(struct timers *timers, size_t i, struct timer timer)
{
    for (;;) {
        size_t first = 4 * i + 1;
        if (first >= timers->count)
            break;
        size_t end = first + 4 < timers->count ? first + 4 : timers->count;
        size_t least = first;
        for (size_t child = first + 1; child < end; child++)
            if (is_before(&timers->heap[child], &timers->heap[least]))
                least = child;
        if (!is_before(&timers->heap[least], &timer))
            break;
        timers->heap[i] = timers->heap[least];
        i = least;
    }
    timers->heap[i] = timer;
}

static int is_wanted(const struct timer *timer)
{
    return *timer->slot == timer->number;
}

int timers_set(struct timers *timers, int64_t deadline_ns, enum timer_kind kind, timer_slot *slot)
{
    TROUPE_CHECK(*slot == 0);
    if (timers->count == timers->capacity) {
        size_t capacity = timers->capacity == 0 ? CAPACITY_FIRST : timers->capacity * 2;
        void *heap = alloc_grow(timers->heap, capacity, sizeof *timers->heap);
        if (heap == NULL)
            return -ENOMEM;
        timers->heap = heap;
        timers->capacity = capacity;
    }
    *slot = ++timers->number_last << 3 | (uint64_t)kind;
    sift_up(timers, timers->count++, (struct timer){deadline_ns, *slot, slot});
    return 0;
}

static void drop_first(struct timers *timers)
{
    TROUPE_CHECK(timers->count > 0);
    struct timer last = timers->heap[--timers->count];
    if (timers->count > 0)
        sift_down(timers, 0, last);
}

/* Keeps the timers that are wanted and restores the order of the heap. */
static void clean(struct timers *timers)
{
    size_t kept = 0;
    for (size_t i = 0; i < timers->count; i++)
        if (is_wanted(&timers->heap[i]))
            timers->heap[kept++] = timers->heap[i];
    TROUPE_CHECK(timers->count - kept == timers->forgotten);
    timers->count = kept;
    timers->forgotten = 0;
    for (size_t i = kept / 4 + 1; i-- > 0;)
        if (i < kept)
            sift_down(timers, i, timers->heap[i]);
}

void timers_forget(struct timers *timers, timer_slot *slot)
{
    if (*slot == 0)
        return;
    *slot = 0;
    timers->forgotten++;
    if (timers->forgotten > FORGOTTEN_MIN && timers->forgotten > timers->count / 2)
        clean(timers);
}

const struct timer *timers_first(struct timers *timers)
{
    while (timers->count > 0) {
        const struct timer *first = &timers->heap[0];
        if (is_wanted(first))
            return first;
        TROUPE_CHECK(timers->forgotten > 0);
        timers->forgotten--;
        drop_first(timers);
    }
    return NULL;
}

void timers_pop(struct timers *timers)
{
    TROUPE_CHECK(timers->count > 0);
    *timers->heap[0].slot = 0;
    drop_first(timers);
}

#ifndef COMMONS_H
#define COMMONS_H

/*
 * What all loops of a run have in common, also those in other processes: a page of memory that
 * forked children share.
 *
 * Loops are numbered: those that are threads of the first process from 0, those that are processes
 * of their own from COMMONS_PROCESS_FIRST.  Pids carry the number, so that any process can tell
 * where an actor lives.  The number of a process that is gone is given out again, as late as
 * possible; pids of its actors stay stale, since the generations of the next one begin elsewhere.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Numbers of loops, as a pid has room for. */
#define COMMONS_LOOPS 256

/* Numbers from here on are those of processes. */
#define COMMONS_PROCESS_FIRST 64

/* Numbers that one loop takes at a time: see numbers.h. */
#define COMMONS_ACTOR_ROW 64
#define COMMONS_MESSAGE_ROW 1024

struct commons {
    _Atomic uint32_t actor_last;
    _Atomic uint32_t message_last;
    _Atomic uint32_t process_next;         /* tickets for numbers of processes */
    _Atomic bool is_taken[COMMONS_LOOPS];  /* there is such a process */
    _Atomic uint32_t lives[COMMONS_LOOPS]; /* processes that have had the number */
};

/* NULL without memory. */
struct commons *commons_create(void);
void commons_destroy(struct commons *commons);

/* A number for a new process; `generation`: the one before the first that its pids may have.  0, or
 * -EAGAIN: all are taken. */
int commons_take(struct commons *commons, uint32_t *loop, uint32_t *generation);

/* The generation for the calling process's own number. */
uint32_t commons_generation(const struct commons *commons, uint32_t loop);

/* The process is gone. */
void commons_give(struct commons *commons, uint32_t loop);

static inline bool commons_is_process(uint32_t loop)
{
    return loop >= COMMONS_PROCESS_FIRST;
}

#endif

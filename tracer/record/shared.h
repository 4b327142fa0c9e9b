#ifndef SHARED_H
#define SHARED_H

/*
 * What the processes that record into one file share: a page of memory that a forked child
 * inherits.
 *
 * Each process has a recorder of its own, and appends whole lines to the one file.  What must be
 * unique in the file is counted here.  The last one to close writes the closing bracket; a child
 * that begins to record after that takes it away again.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct shared {
    pthread_mutex_t mutex; /* guards what follows; survives whoever is killed while it has it */
    uint32_t open_count;   /* processes that have begun to record and not ended */
    uint32_t process_last; /* number of the process that began last, from 1 */
    uint32_t bracket_bytes; /* the file ends in a bracket, so long; or 0 */
    _Atomic uint32_t lane_last; /* numbers given out so far */
    _Atomic uint32_t loop_last;
};

/* NULL without memory. */
struct shared *shared_create(void);
void shared_destroy(struct shared *shared);

/* This process begins to record into `fd`: its number. */
uint32_t shared_begin(struct shared *shared, int fd);

/* It ends: calls `close_file` while no other process can begin or end, which returns how many bytes
 * the bracket has that it has put into the file. */
void shared_end(struct shared *shared, uint32_t (*close_file)(void *context, bool is_last),
                void *context);

#endif

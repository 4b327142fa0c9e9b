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
#include <sys/types.h>

/* Processes that are remembered by their pid: more than a run has. */
#define SHARED_PROCESSES 256

/* Functions whose actors are numbered together; those of further ones are by each process. */
#define SHARED_COUNTS 256

struct shared {
    pthread_mutex_t mutex;  /* guards what follows; survives whoever is killed while it has it */
    uint32_t open_count;    /* processes that have begun to record and not ended */
    uint32_t process_last;  /* number of the process that began last, from 1 */
    uint32_t bracket_bytes; /* the file ends in a bracket, so long; or 0 */
    pid_t open[SHARED_PROCESSES]; /* which; 0: a free place */
    _Atomic uint32_t lane_last;   /* numbers given out so far */
    _Atomic uint32_t loop_last;
    struct shared_count {
        _Atomic uint64_t name; /* hash of a function's name; 0: a free place */
        _Atomic uint32_t spawns;
    } counts[SHARED_COUNTS];
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

/* A process has died without that. */
void shared_bury(struct shared *shared, pid_t pid);

/* What counts the actors that are made of the function with this name; NULL: there is no room. */
_Atomic uint32_t *shared_count(struct shared *shared, const char *name);

#endif

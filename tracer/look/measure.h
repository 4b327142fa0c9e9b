#ifndef MEASURE_H
#define MEASURE_H

/*
 * Who has the loops of a process, measured from outside: it is looked at every few milliseconds,
 * and told what was seen.  Shares are of looks; turns are counted by the process itself.
 *
 *     measure_begin(&measure, &process);
 *     while (measure_next(&measure)) {      // an interval begins; false: the process has ended
 *         ... measure_look(&measure), every few milliseconds ...
 *         measure_end(&measure);            // loops and rows are filled in
 *     }
 *     measure_finish(&measure);
 */

#include <stdint.h>

#include "look_process.h"

/* More loops are not measured; a program has one for each processor at most. */
#define MEASURE_LOOPS_MAX 64

/* Actors that were seen to have a loop in one interval; those beyond are taken for idle. */
#define MEASURE_HOLDERS_MAX 1024

struct measure_loop {
    struct process_loop loop;
    unsigned held;     /* looks at which an actor had it, */
    unsigned computed; /* and its thread was not blocked in the system */
    double turns_per_s;
};

struct measure_row {
    struct process_actor actor;
    unsigned held;      /* looks at which it had its loop, */
    unsigned computed;  /* and computed */
    bool is_counted;    /* the process counts turns: */
    uint64_t turns;     /* its, so far, */
    double turns_per_s; /* and in this interval; 0 if it is new */
};

struct measure {
    struct process *process;
    unsigned looks; /* in this interval */
    struct measure_loop loops[MEASURE_LOOPS_MAX];
    size_t loop_count;
    struct measure_row *rows; /* by pid */
    size_t row_count, row_room;
    bool is_whole; /* there was memory for all rows */

    int64_t since_ns;
    struct measure_holder {
        uint64_t record;
        unsigned held, computed;
    } holders[MEASURE_HOLDERS_MAX];
    size_t holder_count;
    struct measure_before {
        uint64_t pid, turns;
    } * before; /* the rows of the last interval */
    size_t before_count;
};

void measure_begin(struct measure *measure, struct process *process);
bool measure_next(struct measure *measure);
void measure_look(struct measure *measure);
void measure_end(struct measure *measure);
void measure_finish(struct measure *measure);

#endif

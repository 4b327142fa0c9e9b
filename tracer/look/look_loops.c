/*
 * The loops of a process: who has them, and how many turns they have given.
 */

#include <inttypes.h>
#include <stdio.h>

#include "look_read.h"

/* More places of a table of times are not gone through: what is read while it changes may go round
 * in a circle. */
#define PROBES_MAX 4096

/* No run has more loops: what the process says of itself is not trusted. */
#define LOOPS_MAX 256

/* The loop in this seat of a run; 0: there is none. */
static uint64_t loop_of(const struct process *process, uint64_t crew, unsigned seat)
{
    uint64_t loop = 0;
    look_bytes(process, crew + process->table.places[LOOK_CREW_SCHEDS] + seat * sizeof loop, &loop,
               sizeof loop);
    return loop;
}

void process_each_loop(const struct process *process,
                       void (*see)(const struct process_loop *loop, void *context), void *context)
{
    for (size_t i = 0; i < LOOK_RUNS_MAX; i++) {
        uint64_t crew = process->table.crews[i];
        uint32_t loops = look_number(process, crew, LOOK_CREW_LOOPS);
        for (unsigned seat = 0; seat < loops && seat < LOOPS_MAX; seat++) {
            uint64_t record = loop_of(process, crew, seat);
            struct process_loop loop = {
                .record = record,
                .number = look_number(process, record, LOOK_LOOP_NUMBER),
                .thread = look_number(process, record, LOOK_LOOP_THREAD),
                .turns = look_pointer(process, record, LOOK_LOOP_GRANTED) -
                         look_number(process, record, LOOK_LOOP_LEFT),
                .times = look_pointer(process, record, LOOK_LOOP_TIMES),
                .is_virtual = look_member(process, record, LOOK_LOOP_VIRTUAL, 1) != 0,
            };
            if (record != 0)
                see(&loop, context);
        }
    }
}

uint64_t process_holder(const struct process *process, const struct process_loop *loop)
{
    return look_pointer(process, loop->record, LOOK_LOOP_CURRENT);
}

bool process_computes(const struct process *process, const struct process_loop *loop)
{
    char path[64];
    uint64_t sp, pc;
    snprintf(path, sizeof path, "/proc/%d/task/%" PRIu32 "/syscall", (int)process->pid,
             loop->thread);
    return !unwind_where_blocked(path, &sp, &pc);
}

bool process_turns(const struct process *process, const struct process_loop *loop, uint32_t number,
                   uint64_t *turns)
{
    uint64_t entries = look_pointer(process, loop->times, LOOK_TIMES_ENTRIES);
    uint32_t capacity = look_number(process, loop->times, LOOK_TIMES_CAPACITY);
    for (uint32_t i = 0; i < PROBES_MAX && i < capacity; i++) { /* as times_find() does */
        uint64_t entry =
            entries + (uint64_t)((number + i) & (capacity - 1)) * process->table.time_bytes;
        uint32_t owner = look_number(process, entry, LOOK_TIME_ACTOR);
        if (owner == number)
            *turns = look_pointer(process, entry, LOOK_TIME_TURNS);
        if (owner == number || owner == 0)
            return owner == number;
    }
    return false;
}

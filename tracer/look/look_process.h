#ifndef LOOK_PROCESS_H
#define LOOK_PROCESS_H

/*
 * A process of actors, seen from outside: its memory is read, no code of it is run, and it goes on
 * meanwhile.  So what is seen of an actor that runs at that moment may be of two moments; what does
 * not make sense is left out.
 *
 * It may also be one that has crashed: then what it has left, a core file, is read in its place.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <sys/types.h>

#include "look_table.h"
#include "unwind.h"

#define PROCESS_NAME_BYTES 64
#define PROCESS_PATH_BYTES 256
#define PROCESS_GAP_BYTES 512

struct process {
    pid_t pid; /* 0: it has left a core file, */
    struct core_file *core;
    const char *path;            /* with this name; */
    uint32_t last_ms;            /* then it read its clock last, */
    unsigned gaps;               /* and so many files that it was made of cannot be used, */
    char gap[PROCESS_GAP_BYTES]; /* the first for this reason */
    struct unwinder *unwinder;
    uint64_t table_at;
    struct look_table table;
};

/* A place in the program's source; line 0: not known. */
struct process_site {
    char file[PROCESS_PATH_BYTES];
    char function[PROCESS_NAME_BYTES];
    int line;
};

enum process_state {
    PROCESS_READY,
    PROCESS_RUNNING,
    PROCESS_WAITING, /* for `reason` */
    PROCESS_RESTING, /* a stackless actor between two messages */
    PROCESS_LOST,    /* waiting, and the core file has not got its stack */
};

/* A loop, and where to find what is to be read of it. */
struct process_loop {
    uint64_t record;
    uint32_t number;
    uint32_t thread;
    uint64_t turns; /* that its actors have had */
    uint64_t times; /* the table in which those of each actor are counted; 0: they are not */
    bool is_virtual;
};

struct process_actor {
    uint64_t record; /* where it lies */
    uint64_t pid;
    uint32_t number; /* in the trace */
    char name[PROCESS_NAME_BYTES];
    enum process_state state;
    uint32_t reason;
    uint32_t since_ms;           /* when the wait began, by the clock of the process, */
    int64_t waited_ms;           /* and so long ago; -1: in virtual time that tells nothing */
    struct process_site at;      /* of the call that waits */
    struct process_site spawned; /* of its spawn */
    uint64_t parent;             /* pid of who spawned it, or owns the scope that it is in; or 0 */
    uint64_t target;             /* the record of the actor that it waits for; or 0 */
    uint64_t mail;               /* messages in its mailbox */
    uint64_t body;               /* its function */
    uint64_t stack_end;          /* 0: it has no stack */
    uint64_t sp;
    uint32_t thread; /* that it runs on */
    uint32_t loop;
};

/* Looks for a process of actors: NULL, or why there is none, as the rest of a sentence. */
const char *process_open(struct process *process, pid_t pid);

/* The same for what a process has left; `path` has to stay. */
const char *process_open_core(struct process *process, const char *path);

void process_close(struct process *process);

/* Looks again for what there is now; false: the process has ended. */
bool process_renew(struct process *process);

/* Calls `see` for each loop. */
void process_each_loop(const struct process *process,
                       void (*see)(const struct process_loop *loop, void *context), void *context);

/* The record of the actor that has the loop at this moment; 0: none.  And whether its thread runs,
 * or could; otherwise it is blocked in the system. */
uint64_t process_holder(const struct process *process, const struct process_loop *loop);
bool process_computes(const struct process *process, const struct process_loop *loop);

/* The turns that the actor with this number has had; false if they are not counted. */
bool process_turns(const struct process *process, const struct process_loop *loop, uint32_t number,
                   uint64_t *turns);

/* Calls `see` for each actor that has not ended. */
void process_each(const struct process *process,
                  void (*see)(const struct process_actor *actor, void *context), void *context);

/* The actor with this record; false if it cannot be read. */
bool process_actor(const struct process *process, uint64_t record, struct process_actor *actor);

/* A pid in the usual form, "<0.1.1>". */
void process_pid_text(const struct process *process, uint64_t pid, char *text, size_t bytes);

/* The signal that the process died of, and the thread that it hit; 0: it is alive, or was when the
 * core file was written. */
int process_signal(const struct process *process, uint32_t *thread);

/* Writes the calls that the actor is in, a line each that begins with `before`; 0 bytes if they
 * cannot be found out, as of an actor that is computing. */
size_t process_calls(const struct process *process, const struct process_actor *actor,
                     const char *before, char *text, size_t bytes);

#endif

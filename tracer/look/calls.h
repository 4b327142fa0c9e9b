#ifndef CALLS_H
#define CALLS_H

/*
 * A stack in lines: the calls that an actor is in, from the innermost to the actor's own function.
 */

#include "unwind.h"

/* Lines of a list: a recursion may be deep. */
#define CALLS_LINES_MAX 16

struct calls {
    struct unwinder *unwinder;
    const struct registers *registers;
    unwind_read_fn read; /* of the stack */
    void *context;       /* for `read` */
    uint64_t body;       /* the actor's function, with which the list ends; 0: not known */
    uint64_t outer;      /* the function of the runtime that has called it; 0: not known */
    const char *caller;  /* the function that called this library; NULL: not known */
    const char *before;  /* what each line begins with */
};

/* Writes "in crunch, at crunch.c:14" and the like, as many as fit; returns how many bytes. */
size_t calls_tell(const struct calls *calls, char *text, size_t bytes);

#endif

#ifndef HERE_H
#define HERE_H

/*
 * Who records on the calling thread: an actor, if the runtime says so, or a plain thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace_record.h"

struct here {
    struct trace_ring *ring;
    uint32_t lane;
};

/* False: nobody. */
bool here_find(struct here *here);

/* How to find the actor that runs on the calling thread; told by the runtime when it starts. */
typedef bool (*here_find_fn)(struct here *here);
void here_set_actors(here_find_fn find);

#endif

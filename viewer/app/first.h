#ifndef APP_FIRST_H
#define APP_FIRST_H

/*
 * What a run is opened on: where it went wrong, if the trace proves that it did.
 */

#include "document.h"

/* Nobody may keep a loop for longer than this without being looked at. */
#define FIRST_HOLD_NS INT64_C(100000000)

enum first_kind {
    FIRST_USUAL,   /* nothing went wrong: the state that most can be said about */
    FIRST_AHEAD,   /* a replay of a failure: the first turn that was taken out of turn */
    FIRST_CIRCLE,  /* the run ended in waits that close a circle: the one that closed it */
    FIRST_REFUSED, /* a wait was refused, since it would have closed a circle: who wanted it */
    FIRST_HOLD,    /* somebody kept a loop: the longest run */
};

struct first {
    enum first_kind kind;
    uint32_t span; /* to be selected; TRACE_NONE: none */
};

/* `lanes`: actors from this one on are out of sight at first, and are not the usual choice. */
struct first first_of(const struct document *document, uint32_t lanes);

#endif

#ifndef TRACE_WAKE_H
#define TRACE_WAKE_H

/*
 * Who or what ended a wait, as far as the trace proves it.
 */

#include "trace_model.h"

/* Room for a phrase with two names in it. */
#define TRACE_WAKE_BYTES 200

enum trace_wake_kind {
    TRACE_WAKE_UNKNOWN,  /* something that the trace does not name */
    TRACE_WAKE_MESSAGE,  /* the message that it waited for */
    TRACE_WAKE_KILLED,   /* it was killed */
    TRACE_WAKE_CANCELED, /* it was cancelled, or a scope that it belongs to */
    TRACE_WAKE_END,      /* another actor ended */
    TRACE_WAKE_ACTOR,    /* another actor, in some other way */
    TRACE_WAKE_DEADLINE, /* its deadline passed */
};

struct trace_wake {
    enum trace_wake_kind kind;
    uint32_t lane; /* who did it, or TRACE_NONE */
    uint32_t flow; /* the arrow that leads here, or TRACE_NONE */
    uint32_t mark; /* killed, cancelled: the note */
    uint32_t wait; /* the span that was ended; TRACE_NONE if there was none */
};

/* How the wait before a ready span ended. */
struct trace_wake trace_wake_of(const struct trace_model *model, uint32_t ready);

/* The run during which the actor that woke this run's actor did so, or ended this wait, or the run
 * that spawned it; TRACE_NONE if a timer or a file descriptor did, or it is not known. */
uint32_t trace_wake_run(const struct trace_model *model, uint32_t span);

/* In words that complete "it was ...": "woken by tag 2 from ping#1", "cancelled by main: enough".
 * Returns `text`. */
char *trace_wake_text(const struct trace_model *model, const struct trace_wake *wake,
                      char text[TRACE_WAKE_BYTES]);

#endif

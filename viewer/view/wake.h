#ifndef VIEW_WAKE_H
#define VIEW_WAKE_H

/*
 * Who or what ended a wait, as far as the trace proves it.
 */

#include "trace_model.h"

/* Room for a phrase with two names in it. */
#define WAKE_BYTES 200

enum wake_kind {
    WAKE_UNKNOWN,  /* something that the trace does not name */
    WAKE_MESSAGE,  /* the message that it waited for */
    WAKE_KILLED,   /* it was killed */
    WAKE_CANCELED, /* it was cancelled, or a scope that it belongs to */
    WAKE_END,      /* another actor ended */
    WAKE_ACTOR,    /* another actor, in some other way */
    WAKE_DEADLINE, /* its deadline passed */
};

struct wake {
    enum wake_kind kind;
    uint32_t lane; /* who did it, or TRACE_NONE */
    uint32_t flow; /* the arrow that leads here, or TRACE_NONE */
    uint32_t mark; /* killed, cancelled: the note */
    uint32_t wait; /* the span that was ended; TRACE_NONE if there was none */
};

/* How the wait before a ready span ended. */
struct wake wake_of(const struct trace_model *model, uint32_t ready);

/* In words that complete "it was ...": "woken by tag 2 from ping#1", "cancelled by main: enough".
 * Returns `text`. */
char *wake_text(const struct trace_model *model, const struct wake *wake, char text[WAKE_BYTES]);

#endif

#ifndef TRACE_LATENCY_H
#define TRACE_LATENCY_H

/*
 * How long it took until something was attended to: the distribution, and the worst of them.
 *
 *   turn     from ready to resume: an actor could run, and waited for its turn on the loop
 *   message  from the sending of a message until its receiver runs with it: its time in the
 *            mailbox, or the receiver's wait for its turn if it was waiting for just this one
 *
 * The whole of a wait counts that ended in the trace; one still going on at the end of the file
 * does not, and neither does a message that nobody took.  A percentile is the smallest value that
 * so many percent of all do not exceed (nearest rank), so it is always one that occurred.
 */

#include "trace_model.h"

enum trace_latency_kind { TRACE_LATENCY_TURN, TRACE_LATENCY_MESSAGE };
#define TRACE_LATENCY_KINDS 2

/* "ready to resume", "send to receive". */
const char *trace_latency_name(enum trace_latency_kind kind);

struct trace_latency {
    uint64_t count;
    int64_t p50_ns;
    int64_t p90_ns;
    int64_t p99_ns;
    int64_t max_ns;
};

/* One of the longest: a ready span, or a message's flow. */
struct trace_latency_case {
    int64_t ns;
    uint32_t index; /* into spans, or flows */
};

/* The distribution of one kind over the whole trace, and up to `room` of the longest in `worst`,
 * longest first, the earlier of two equal ones first; *worst_count says how many.  Takes time in
 * proportion to the number of spans or flows.  0 or -ENOMEM. */
int trace_latency(const struct trace_model *model, enum trace_latency_kind kind,
                  struct trace_latency *latency, struct trace_latency_case *worst, size_t room,
                  size_t *worst_count);

/* How long one message took; -1 if it was not taken. */
int64_t trace_latency_of_message(const struct trace_model *model, uint32_t flow);

/* Who had the loop while a ready span waited for it. */
struct trace_holder {
    uint32_t run;       /* of the runs in that time, the one that took most of it; or TRACE_NONE */
    int64_t run_ns;     /* how much of that time it took */
    uint32_t run_count; /* how many runs there were */
    int64_t busy_ns;    /* how much of that time they took together */
};

/* What ran instead of an actor that was ready, on the loop that it then ran on. */
struct trace_holder trace_latency_holder(const struct trace_model *model, uint32_t ready);

#endif

#ifndef TRACE_MODEL_H
#define TRACE_MODEL_H

/*
 * A trace in memory, as every reader of it sees it: the `troupe` command, the viewer, the tests.
 *
 * The model is made once by trace_load() and never changes.  It is a handful of flat arrays that
 * refer to each other by index, so that it costs some 35 bytes an event and its size depends on
 * the number of events, not on the length of the text.
 *
 *   lanes    one per actor, in the order of their numbers, which is the order of spawning
 *   spans    the states of the actors: all spans of lane 0 in time order, then of lane 1, ...
 *   waits    what only some spans have: deadlines, channels, locks
 *   sums     how long the spans before every sixty-fourth lasted, by state: see trace_index.h
 *   switches the runs of all lanes in time order: indexes into spans
 *   marks    what happened at one instant: printed lines, notes, lost records, user marks
 *   flows    arrows from one lane to another: spawns, wake-ups, messages
 *   messages what the arrows that are messages carry
 *   depths   how many messages each mailbox held: all of lane 0 in time order, then of lane 1, ...
 *   slices   stretches with names, which actors or another tool told of: all of lane 0 in time
 *            order, outer ones before inner ones, then of lane 1, ...
 *   counters numbers that change with time: those of lane 0, then of lane 1, ...; of another tool,
 *            as they come in the file
 *   loops    the operating system threads that actors ran on
 *   jobs     what actors have offloaded, and the threads that it ran on
 *   sources  pieces of source files that the trace carries
 *
 * Instants are nanoseconds from the start of the trace; a span covers [start_ns, end_ns).
 * Text is kept once and has a number: trace_text(model, number).  Number 0 is "".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace_format.h"

typedef uint32_t trace_text_id; /* number of a text; 0 is "" */

#define TRACE_NONE UINT32_MAX /* no lane, no span, no switch */

/* "Is still going on at the end of the file": the end_ns of a life, never of a span. */
#define TRACE_NEVER INT64_MAX

enum trace_state {
    TRACE_STATE_RUN,   /* on a loop */
    TRACE_STATE_READY, /* could run, waits for its turn */
    TRACE_STATE_WAIT,  /* waits for something: see reason */
};

#define TRACE_STATE_COUNT 3

/* One state of one actor.  A span that is open at the end of the file is given the end of the
 * trace and marked `open`.  Half of all events are spans, so this is 40 bytes and no more: what
 * few spans have stands in a table beside them. */
struct trace_span {
    int64_t start_ns;
    int64_t end_ns;
    uint32_t lane;     /* index of its lane */
    uint32_t other;    /* ready: lane that woke it; wait: lane it waits for; or TRACE_NONE */
    uint32_t resume;   /* run: which resume of this actor this is, from 1; otherwise 0 */
    trace_text_id at;  /* wait: source line, "count.c:7"; or 0 */
    uint32_t wait;     /* what else is known of it: see trace_wait_of() */
    uint16_t loop;     /* run: index of its loop */
    uint8_t reason;    /* wait: why; run: why it ended; TRACE_REASON_COUNT if not known */
    uint8_t state : 4; /* enum trace_state */
    uint8_t open : 1;  /* the file ended before the span did */
};

/* What only some waits have; and only some runs, which are not waits, but rare as well. */
struct trace_wait {
    union {
        int64_t due_ns; /* wait with a deadline: that instant; otherwise TRACE_NEVER */
        int64_t cpu_ns; /* run: how long of it on a processor; TRACE_NEVER if it does not tell */
    };
    uint32_t object;    /* number of the channel or lock it is for; or 0, */
    trace_text_id made; /* and the line where that was made; or 0 */
};

/* One actor. */
struct trace_lane {
    uint32_t id;         /* its number in the file (tid) */
    uint32_t parent;     /* lane that spawned it, or TRACE_NONE */
    trace_text_id name;  /* "count#1" */
    trace_text_id fn;    /* "count" */
    trace_text_id src;   /* where it was spawned, "count.c:14"; or 0 */
    uint32_t span_first; /* its spans are span_first .. span_first + span_count - 1 */
    uint32_t span_count;
    uint32_t mark_first; /* likewise its marks */
    uint32_t mark_count;
    uint32_t slice_first; /* likewise its slices */
    uint32_t slice_count;
    uint32_t depth_first; /* likewise the depths of its mailbox */
    uint32_t depth_count;
    uint32_t departure_first; /* its flows out: this place of departures, and so many after it */
    uint32_t departure_count;
    uint32_t arrival_first; /* its flows in: likewise in arrivals */
    uint32_t arrival_count;
    int64_t spawn_ns;     /* when it was spawned */
    int64_t first_run_ns; /* when it first ran; TRACE_NEVER if it never did */
    int64_t end_ns;       /* when it ended; TRACE_NEVER if the file ends before */
    int32_t status;       /* its exit status; 0 unless it ended */
    bool supervises;      /* it was a supervisor */
};

enum trace_mark_kind { TRACE_MARK_PRINT, TRACE_MARK_NOTE, TRACE_MARK_LOST, TRACE_MARK_OTHER };

/* What an actor's own words are: trace.h in the runtime's headers. */
enum trace_word { TRACE_WORD_MARK, TRACE_WORD_BEGIN, TRACE_WORD_END, TRACE_WORD_COUNT };

/* Something that happened at one instant.  What did not happen on an actor's lane (a record lost
 * on a loop, a line printed outside any actor) has lane TRACE_NONE and comes after all others. */
struct trace_mark {
    int64_t at_ns;
    uint32_t lane;
    uint32_t span;      /* the span it fell into, or TRACE_NONE */
    trace_text_id text; /* print: the line without its newline; note: why; lost: how many;
                           other: its name, or "begin parse", "end parse", "lines = 12" */
    uint32_t by;        /* note: the lane that did it, or TRACE_NONE */
    uint8_t kind;       /* enum trace_mark_kind */
    uint8_t note;       /* note: enum trace_note; otherwise TRACE_NOTE_COUNT */
    uint8_t word;       /* other: enum trace_word */
    bool to_stderr;     /* print: went to standard error */
};

/* A stretch of a lane with a name: what an actor said to begin and to end, or what foreign traces
 * call a slice.  Those of a lane nest. */
struct trace_slice {
    int64_t start_ns;
    int64_t end_ns;
    uint32_t lane;
    trace_text_id name;
    uint16_t depth; /* 0: it lies on no other */
    bool open;      /* the file ended before it did */
};

/* A number that changes with time: an actor's, or one of a foreign trace's counters. */
struct trace_counter {
    trace_text_id name;   /* "lines", "Goroutines Running" */
    uint32_t lane;        /* whose it is, or TRACE_NONE */
    uint32_t value_first; /* its values are value_first .. value_first + value_count - 1 */
    uint32_t value_count;
};

struct trace_counter_value {
    int64_t at_ns; /* from here on */
    uint32_t counter;
    double value;
};

/* Something in a foreign trace that is not understood, and how often. */
struct trace_unknown {
    trace_text_id name; /* "phase P", "metadata process_labels" */
    uint64_t count;
};

/* An arrow.  Only a message may have left and never arrived. */
struct trace_flow {
    int64_t from_ns;
    int64_t to_ns; /* the start of the state that it leads to; of a message that is taken out
                      of the mailbox, that moment; TRACE_NEVER if it never arrived */
    uint32_t from_lane;
    uint32_t to_lane;   /* TRACE_NONE if it never arrived */
    trace_text_id name; /* "spawn", "exit", "tag 1" */
    uint32_t message;   /* index of its message; TRACE_NONE if it is none */
};

/* What an arrow carries that is a message. */
struct trace_message {
    int32_t tag;         /* below 0: the runtime's own */
    uint32_t bytes;      /* its payload */
    uint32_t depth_sent; /* messages in the receiver's mailbox when it had been sent, itself among
                            them; TRACE_NONE: its sender, on another loop, does not know */
    uint32_t depth_left; /* ... and when it had been taken */
    uint32_t scanned;    /* messages looked at to find it; 0 if it never lay in the mailbox */
    bool woke;           /* its receiver was waiting for it */
};

/* How many messages the mailbox of a lane holds from an instant on, as its counter and the messages
 * themselves tell. */
struct trace_depth {
    int64_t at_ns;
    uint32_t lane;
    uint32_t depth;
};

/* An operating system thread that ran actors. */
struct trace_loop {
    uint32_t id;     /* number of the loop, from 0 */
    uint32_t os_pid; /* as written in the file; 0 if the file does not tell */
    uint32_t os_tid;
    trace_text_id name; /* "loop 0" */
};

/* A thread that ran what actors have offloaded. */
struct trace_thread {
    uint32_t os_pid;
    uint32_t os_tid;
};

/* A function that ran on such a thread, for an actor that waited for it. */
struct trace_job {
    int64_t start_ns;
    int64_t end_ns;     /* as of a span */
    uint32_t thread;    /* index of its thread */
    int64_t cpu_ns;     /* as of a run */
    trace_text_id name; /* its function's */
    bool open;          /* the file ended before the job did */
};

/* Some lines of a source file. */
struct trace_source {
    trace_text_id path; /* as states mention it: "examples/count.c" */
    uint32_t line;      /* of the first of them, from 1 */
    trace_text_id text;
};

/* What the header line says; texts are "" and numbers 0 where it does not. */
struct trace_info {
    uint32_t version;
    uint32_t os_pid;
    uint32_t cores;
    int64_t t0_unix_ns;
    trace_text_id prog;
    trace_text_id clock;
    trace_text_id runtime;
    trace_text_id cmd;
    trace_text_id exe; /* the program's file */
};

struct trace_model {
    struct trace_info info;
    struct trace_lane *lanes;
    uint32_t lane_count;
    struct trace_span *spans;
    uint32_t span_count;
    struct trace_wait *waits; /* the first is of the spans that have none of it */
    uint32_t wait_count;
    struct trace_sum *sums;
    uint32_t *switches; /* span indexes of all runs, by start_ns */
    uint32_t switch_count;
    struct trace_mark *marks; /* all marks of lane 0 in time order, then of lane 1, ... */
    uint32_t mark_count;
    struct trace_flow *flows; /* by from_ns */
    uint32_t flow_count;
    uint32_t *departures; /* flows by lane and from_ns */
    uint32_t *arrivals;   /* flows by lane and to_ns */
    uint32_t departure_count;
    uint32_t arrival_count; /* less than flow_count by those that never arrived */
    struct trace_message *messages;
    uint32_t message_count;
    struct trace_depth *depths;
    uint32_t depth_count;
    struct trace_slice *slices;
    uint32_t slice_count;
    struct trace_counter *counters;
    uint32_t counter_count;
    struct trace_counter_value *values; /* all of counter 0 in time order, then of counter 1, ... */
    uint32_t value_count;
    struct trace_unknown *unknown; /* what is not understood, as it comes in the file */
    uint32_t unknown_count;
    struct trace_loop *loops; /* by id */
    uint32_t loop_count;
    struct trace_thread *threads;
    uint32_t thread_count;
    struct trace_job *jobs; /* as they come in the file */
    uint32_t job_count;
    struct trace_source *sources; /* as they come in the file */
    uint32_t source_count;
    char *texts;           /* one behind the other, each with its 0 */
    uint32_t *text_starts; /* where each begins */
    uint32_t text_count;
    size_t text_bytes;
    uint64_t event_count; /* events in the file */
    int64_t start_ns;     /* first instant of anything */
    int64_t end_ns;       /* last instant of anything */
    bool foreign;         /* another tool wrote it: lanes are threads, goroutines, tasks */
    bool cut;             /* the file has no closing bracket, or a torn last line */
};

/* Frees a model; NULL is fine. */
void trace_model_destroy(struct trace_model *model);

static inline const char *trace_text(const struct trace_model *model, trace_text_id id)
{
    return model->texts + model->text_starts[id];
}

/* The i-th run of all in time order.  Neighbours there are far apart in `spans`: one that will be
 * asked for soon is fetched beforehand, which makes a walk over all of them three times as fast. */
static inline const struct trace_span *trace_switch(const struct trace_model *model, uint32_t i)
{
    const uint32_t ahead = 16;
    if (i + ahead < model->switch_count)
        __builtin_prefetch(&model->spans[model->switches[i + ahead]]);
    return &model->spans[model->switches[i]];
}

/* The deadline of a span, and what it waits for: never NULL. */
static inline const struct trace_wait *trace_wait_of(const struct trace_model *model,
                                                     const struct trace_span *span)
{
    return &model->waits[span->wait];
}

/* Whether a wait lasted until its deadline. */
static inline bool trace_wait_expired(const struct trace_model *model,
                                      const struct trace_span *span)
{
    int64_t due_ns = trace_wait_of(model, span)->due_ns;
    return due_ns != TRACE_NEVER && span->end_ns >= due_ns;
}

/* How much of a run or a job of this length was spent on a processor, where `cpu_ns` was told: all
 * of it if it was not, since what does not tell is short. */
static inline int64_t trace_cpu_limit(int64_t length_ns, int64_t cpu_ns)
{
    return cpu_ns < length_ns ? cpu_ns : length_ns;
}

/* The same of a run. */
static inline int64_t trace_cpu_ns(const struct trace_model *model, const struct trace_span *run)
{
    return trace_cpu_limit(run->end_ns - run->start_ns, trace_wait_of(model, run)->cpu_ns);
}

/* The span of a lane that covers an instant; TRACE_NONE before, between and after its states.
 * O(log spans of the lane). */
uint32_t trace_span_at(const struct trace_model *model, uint32_t lane, int64_t at_ns);

/* The state that is going on at the end of the trace, which may have begun with its last instant;
 * TRACE_NONE if the lane has ended, or is not known to do anything then. */
uint32_t trace_span_last(const struct trace_model *model, uint32_t lane);

/* The state of the same actor before or after a span, if it adjoins it; otherwise TRACE_NONE. */
uint32_t trace_state_before(const struct trace_model *model, uint32_t span);
uint32_t trace_state_after(const struct trace_model *model, uint32_t span);

/* The first of the switches that begins, and of the flows that leaves, at `at_ns` or later: a place
 * in model->switches and in model->flows, the count if there is none.  O(log count). */
uint32_t trace_switch_from(const struct trace_model *model, int64_t at_ns);
uint32_t trace_flow_from(const struct trace_model *model, int64_t at_ns);

/* The lane with this number in the file, or TRACE_NONE.  O(log lanes). */
uint32_t trace_lane_by_id(const struct trace_model *model, uint32_t id);

/* The first flow of a lane that arrives at `at_ns` or later, as a place in model->arrivals, up to
 * the end of the lane's; likewise for those that leave it.  O(log flows of the lane). */
uint32_t trace_arrival_from(const struct trace_model *model, uint32_t lane, int64_t at_ns);
uint32_t trace_departure_from(const struct trace_model *model, uint32_t lane, int64_t at_ns);

/* The message that ended the wait before a ready span, as an index of a flow; TRACE_NONE if none
 * did. */
uint32_t trace_waking_message(const struct trace_model *model, uint32_t ready);

/* The root lane: the first actor without a parent that has children, so usually the program's
 * first actor; TRACE_NONE if there is none.  Pictures number the switches of the other lanes.
 * O(lanes): ask once. */
uint32_t trace_lane_root(const struct trace_model *model);

#endif

#ifndef EVENTS_H
#define EVENTS_H

/*
 * One function for each kind of line: see tracer/format/trace_events.def.
 *
 * All instants are nanoseconds from the start of the trace.  A state [start, end) is written
 * without its last nanosecond.
 */

#include "writer.h"

void event_header(struct writer *writer, const struct trace_options *options, int64_t unix_ns);

/* Names the tracks of this process. */
void event_process(struct writer *writer, const char *name);

/* Names the track of an operating system thread. */
void event_thread_lane(struct writer *writer, const struct trace_ring *ring);

/* An offloaded function that runs on this ring's thread: as one X; or its B, and later its E. */
void event_job(struct writer *writer, const struct trace_ring *ring, char phase, int64_t end_ns,
               int64_t cpu_ns);

/* The actor exists: its name, and when its life began. */
void event_spawn(struct writer *writer, uint32_t actor, const struct lane *lane);

/* It has ended; `name`: its function's. */
void event_exit(struct writer *writer, uint32_t actor, const char *name, int64_t status,
                int64_t at_ns);

/* The state of `lane` is over: as one X, or as the E of a B that was written before. */
void event_state(struct writer *writer, uint32_t actor, const struct lane *lane,
                 const char *suspend, int64_t end_ns);

/* The state of `lane` is not over: its B. */
void event_open_state(struct writer *writer, uint32_t actor, const struct lane *lane);

/* An arrow between two actors: `name` is also its category. */
void event_flow(struct writer *writer, const char *name, uint32_t from, int64_t from_ns,
                uint32_t to, int64_t to_ns);

/* A message, as its records tell it. */
struct event_message {
    uint32_t number;
    int32_t tag;
    uint32_t bytes;
    uint32_t depth;   /* of the receiver's mailbox, after this */
    uint32_t scanned; /* taken: messages looked at */
};

/* It leaves its sender. */
void event_message_out(struct writer *writer, uint32_t from, int64_t at_ns,
                       const struct event_message *message);

/* It arrives: `in_run` if the receiver takes it while it runs, else it is woken by it. */
void event_message_in(struct writer *writer, uint32_t to, int64_t at_ns, bool in_run,
                      const struct event_message *message);

/* How many messages an actor's mailbox holds. */
void event_mailbox(struct writer *writer, uint32_t actor, const struct lane *lane, int64_t at_ns);

void event_note(struct writer *writer, uint32_t actor, int64_t at_ns, enum trace_note note,
                uint32_t by, const char *text, size_t bytes);

void event_print(struct writer *writer, uint32_t actor, int64_t at_ns, int to_stderr,
                 const char *text, size_t bytes, int64_t cut);

/* An actor's own words: a mark, the beginning or the end of a span, the value of a counter. */
void event_word(struct writer *writer, uint32_t actor, int64_t at_ns, enum trace_record_kind kind,
                const char *text, size_t bytes, int64_t value);

/* So many records, or lines, are missing up to this instant. */
void event_lost(struct writer *writer, uint64_t count, int64_t at_ns);

/* This ring's thread has waited for the writer, until now. */
void event_stall(struct writer *writer, const struct trace_ring *ring, int64_t at_ns,
                 int64_t stall_ns);

/* What recording has cost so far; called by the thread that writes. */
void event_cost(struct writer *writer);

/* The three counts of the writer. */
void event_actors(struct writer *writer, int64_t at_ns);

#endif

#ifndef PROBE_H
#define PROBE_H

/*
 * What the runtime tells the tracer: the only place where the two meet.
 *
 * A probe is one predictable branch while nothing is recorded, and nothing at all in a build with
 * -Dtrace=false.  Each loop has a `struct probe`.  Two may listen to it: the recorder of the trace,
 * and those who keep the actors' times.
 *
 * A switch reads the clock once: the suspend of one actor and the resume of the next share it.
 */

#include <stdbool.h>
#include <stdint.h>

#include <troupe/base.h>
#include <troupe/time.h>

#include "trace_record.h"

#include "check.h"
#include "clock.h"
#include "numbers.h"
#include "times.h"

struct symbols;

struct probe {
    bool is_on;              /* somebody listens: the ring, the times, or both */
    struct trace_ring *ring; /* NULL: nothing is recorded */
    struct times *times;     /* NULL: not kept */
    int64_t base_ns;         /* 0 in the trace */
    struct numbers messages; /* for those that are sent, unique in the trace */
    uint64_t seed;           /* of the order of turns; or 0 */
    uint32_t running;        /* number of the actor that runs, or 0; only kept while it is on */
    struct trace_recorder *recorder;
    struct symbols *symbols;

    /* The line that the running actor is printing: see prints.h. */
    int text_stream;
    size_t text_bytes;
    char text[TRACE_TEXT_BYTES_MAX];
};

#if TROUPE_TRACE
#define PROBE_IS_ON(probe) CHECK_UNLIKELY((probe)->is_on)
#else
#define PROBE_IS_ON(probe) ((void)(probe), false)
#endif

/* Starts recording to the file that TROUPE_TRACE names, if it does; a file that cannot be written
 * is told on standard error, and nothing is recorded.  The source of numbers for messages, and
 * the seed, must be set. */
void probe_open(struct probe *probe);

/* The same in a process that was forked from one that records: it goes on in the same file, as loop
 * number `loop`. */
void probe_open_branch(struct probe *probe, uint32_t loop);

/* The same for another loop, on its thread, in the trace that the first one has opened. */
void probe_open_more(struct probe *probe, const struct probe *first, uint32_t loop);

/* The first loop closes the trace, after all others. */
void probe_close(struct probe *probe);

/* Whether times are kept of all actors, from the beginning: see probe_keep_times(). */
extern bool probe_times_are_wanted;

/* From now on times are kept, or not, of all actors; `running`: the number of the one that runs, or
 * 0.  0 or -ENOMEM; -ENOTSUP in a build without probes. */
int probe_keep_times(struct probe *probe, bool on, uint32_t running);

/* Hands a record to those who listen.  Only a copy has an address, so that the ring's is written
 * to its place at once instead of being put together elsewhere. */
static inline void probe_put(struct probe *probe, const struct trace_record *record)
{
    if (probe->ring != NULL)
        trace_put(probe->ring, record);
    if (CHECK_UNLIKELY(probe->times != NULL)) {
        const struct trace_record copy = *record;
        times_note(probe->times, &copy);
    }
}

/* An actor made of the function at `fn` is spawned and ready.  `name` may be NULL.  If its parent
 * is on another loop, it asked for that at `asked_ticks`; otherwise 0. */
void probe_spawn_slow(struct probe *probe, uint32_t actor, uint32_t parent, uintptr_t fn,
                      const char *name, const struct troupe_site *site, uint64_t asked_ticks);

/* An actor printed one line of text, without its newline, on standard output (1) or error (2). */
void probe_print(struct probe *probe, uint32_t actor, int stream, const char *text, size_t bytes);

/* The ring for the calling thread, which is none of the loops and has this name; NULL while nothing
 * is recorded, or without memory. */
struct trace_ring *probe_open_thread(const struct probe *probe, const char *name);

/* The thread is at its end. */
void probe_close_thread(struct trace_ring *ring);

/* A function that an actor has offloaded begins on the thread with this ring, or ends. */
void probe_job(struct trace_ring *ring, uint32_t actor, uintptr_t fn);
void probe_job_end(struct trace_ring *ring);

/* Something was done to an actor, `by` the running one. */
void probe_note(struct probe *probe, uint32_t actor, enum trace_note note, const char *text);

static inline void probe_spawn(struct probe *probe, uint32_t actor, uint32_t parent, uintptr_t fn,
                               const char *name, const struct troupe_site *site,
                               uint64_t asked_ticks)
{
    if (PROBE_IS_ON(probe))
        probe_spawn_slow(probe, actor, parent, fn, name, site, asked_ticks);
}

/* The time stamp for the probes that take one. */
static inline uint64_t probe_ticks(const struct probe *probe)
{
    return PROBE_IS_ON(probe) ? clock_ticks() : 0;
}

static inline void probe_ready(struct probe *probe, uint32_t actor, uint32_t by)
{
    if (PROBE_IS_ON(probe))
        probe_put(probe, &(struct trace_record){
                             .ticks = clock_ticks(),
                             .actor = actor,
                             .other = by,
                             .kind = TRACE_RECORD_READY,
                         });
}

/* A run begins or ends: its CPU time is told if it took long. */
static inline void probe_cpu(struct probe *probe, uint64_t ticks)
{
    if (probe->ring != NULL)
        trace_put_cpu(probe->ring, ticks);
}

static inline void probe_resume(struct probe *probe, uint64_t ticks, uint32_t actor)
{
    if (PROBE_IS_ON(probe)) {
        probe->running = actor;
        probe_cpu(probe, ticks);
        probe_put(probe, &(struct trace_record){
                             .ticks = ticks,
                             .actor = actor,
                             .kind = TRACE_RECORD_RESUME,
                         });
    }
}

/* `on`: the actor it waits for, or 0; `deadline_ns`: TROUPE_FOREVER for none. */
static inline void probe_suspend(struct probe *probe, uint64_t ticks, uint32_t actor,
                                 enum trace_reason reason, uint32_t on, int64_t deadline_ns,
                                 const struct troupe_site *site)
{
    if (PROBE_IS_ON(probe)) {
        uint64_t due_ns = (uint64_t)(deadline_ns - probe->base_ns);
        probe_cpu(probe, ticks);
        probe->running = 0; /* what a timer does now is nobody's doing */
        probe_put(probe, &(struct trace_record){
                             .ticks = ticks,
                             .actor = actor,
                             .other = on,
                             .due_ns = due_ns < TRACE_DUE_NONE ? due_ns : TRACE_DUE_NONE,
                             .kind = TRACE_RECORD_SUSPEND,
                             .reason = reason,
                             .site = (const struct trace_site *)(const void *)site,
                         });
    }
}

/* The two above in one, of a probe that is on: the running actor suspends, and at the same instant
 * `next` resumes, or the loop goes on, with 0. */
void probe_switch_slow(struct probe *probe, uint64_t ticks, uint32_t actor,
                       enum trace_reason reason, uint32_t on, int64_t deadline_ns,
                       const struct troupe_site *site, uint32_t next);

static inline __attribute__((always_inline)) void
probe_switch(struct probe *probe, uint64_t ticks, uint32_t actor, enum trace_reason reason,
             uint32_t on, int64_t deadline_ns, const struct troupe_site *site, uint32_t next)
{
    if (CHECK_UNLIKELY(next == 0 || deadline_ns != TROUPE_FOREVER || probe->ring == NULL ||
                       probe->times != NULL)) {
        probe_switch_slow(probe, ticks, actor, reason, on, deadline_ns, site, next);
        return;
    }
    probe->running = next;
    probe_cpu(probe, ticks);
    trace_put(probe->ring, &(struct trace_record){
                               .ticks = ticks,
                               .actor = actor,
                               .other = on,
                               .due_ns = next,
                               .kind = TRACE_RECORD_SWITCH,
                               .reason = reason,
                               .site = (const struct trace_site *)(const void *)site,
                           });
}

/* The running actor is about to wait for the object with this number, which was made at `site`. */
static inline void probe_object(struct probe *probe, uint32_t actor, uint32_t number,
                                const struct troupe_site *made)
{
    if (PROBE_IS_ON(probe) && probe->ring != NULL) /* it may be on for the times alone */
        trace_put(probe->ring, &(struct trace_record){
                                   .ticks = clock_ticks(),
                                   .actor = actor,
                                   .other = number,
                                   .kind = TRACE_RECORD_OBJECT,
                                   .site = (const struct trace_site *)(const void *)made,
                               });
}

/* An actor that another process had has ended with that; it was made of the function at `fn`. */
void probe_gone(struct probe *probe, uint32_t actor, uintptr_t fn, int status);

/* A process that recorded into the same file has died; and the calling one begins to record: what
 * there is so far is written at once, in case that it dies. */
void probe_bury(const struct probe *probe, pid_t pid);
void probe_settle(const struct probe *probe);

/* It must be the running actor, or one that never ran. */
static inline void probe_exit(struct probe *probe, uint64_t ticks, uint32_t actor, int status)
{
    if (PROBE_IS_ON(probe)) {
        probe_cpu(probe, ticks);
        probe_put(probe, &(struct trace_record){
                             .ticks = ticks,
                             .actor = actor,
                             .kind = TRACE_RECORD_EXIT,
                             .value = status,
                         });
    }
}

/* The running actor sends a message, whose number is returned; `wakes`: the receiver waits for just
 * this one; `depth`: messages in its mailbox after this. */
static inline uint32_t probe_send(struct probe *probe, uint32_t to, int tag, size_t bytes,
                                  size_t depth, bool wakes)
{
    if (!PROBE_IS_ON(probe) || probe->running == 0)
        return 0;
    uint32_t number = numbers_next(&probe->messages);
    probe_put(probe, &(struct trace_record){
                         .ticks = clock_ticks(),
                         .actor = probe->running,
                         .other = to,
                         .due_ns = trace_message_word(number, bytes),
                         .kind = TRACE_RECORD_SEND,
                         .reason = wakes,
                         .value = trace_message_value(tag, depth),
                     });
    return number;
}

/* An actor takes a message out of its mailbox, having looked at `scanned`; 0: it waits for just
 * this one, which another loop has sent. */
static inline void probe_take(struct probe *probe, uint32_t actor, uint32_t number, int tag,
                              size_t bytes, size_t depth, size_t scanned)
{
    if (PROBE_IS_ON(probe) && number != 0)
        probe_put(probe, &(struct trace_record){
                             .ticks = clock_ticks(),
                             .actor = actor,
                             .other = (uint32_t)scanned,
                             .due_ns = trace_message_word(number, bytes),
                             .kind = TRACE_RECORD_TAKE,
                             .value = trace_message_value(tag, depth),
                         });
}

/* A message of another loop has come into an actor's mailbox. */
static inline void probe_depth(struct probe *probe, uint32_t actor, size_t depth)
{
    if (PROBE_IS_ON(probe))
        probe_put(probe, &(struct trace_record){
                             .ticks = clock_ticks(),
                             .actor = actor,
                             .kind = TRACE_RECORD_DEPTH,
                             .value = (int64_t)depth,
                         });
}

#endif

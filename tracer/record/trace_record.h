#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

/*
 * The recording interface: all that a program which is traced needs to know of tracing.
 *
 *   thread of the program                      writer thread
 *   ---------------------                      -------------
 *   trace_put(ring, &record)  -- ring of -->   records become states, states become lines,
 *   (a copy of 32 bytes)        records        lines are written to the file
 *
 * Each recording thread has a ring of its own, so recording takes no lock.  A record says that
 * something changed at one instant ("actor 3 suspends, to sleep"); the writer makes the states out
 * of it.  Nothing is dropped: when the ring is full, the thread waits for the writer; unless it was
 * asked rather to drop records than to wait, which are counted then.
 *
 * The caller gives the time, in ticks of its own; `sample` of the options tells the writer what
 * they are worth in nanoseconds.
 *
 * It knows nothing of Troupe's runtime: plain threads may use it as well.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "trace_format.h"

/* Records in a ring: 2 MiB of them, some 5 ms of the busiest program, which leaves the writer time
 * to be scheduled.  A power of two. */
#define TRACE_RING_RECORDS 65536

/* What a thread runs for at least this long without a pause tells its CPU time: see
 * trace_put_cpu(). */
#define TRACE_CPU_NS 100000

/* Longer names of threads are cut. */
#define TRACE_THREAD_NAME_BYTES 32

/* More printed text than this in one line is cut. */
#define TRACE_TEXT_BYTES_MAX 4096

/* A place in the source; must outlive the recorder. */
struct trace_site {
    const char *file;
    const char *func;
    int line;
};

/* A function that actors are made of. */
struct trace_fn {
    const char *name;
    _Atomic uint32_t *spawns;    /* the writer's: numbers the actors, "count#2"; NULL: not yet, */
    _Atomic uint32_t own_spawns; /* this, if other processes cannot be told */
    struct trace_fn *next;       /* the owner's, to list them */
};

/* Finds the function at an address; the same object each time.  Called by the writer thread, so
 * that the threads that record need not wait for it. */
typedef struct trace_fn *(*trace_find_fn)(void *context, uintptr_t address);

enum trace_record_kind {
    TRACE_RECORD_FN,      /* address: the function of the actor that this ring spawns next */
    TRACE_RECORD_FN_NAME, /* text: the name of that function, for a thread that has none of ours */
    TRACE_RECORD_NAME,    /* text: the name of the actor that this ring spawns next */
    TRACE_RECORD_SPAWN,   /* actor, other: parent or 0, site: of the spawn; it is ready.  due_ns:
                             ticks since its parent, on another loop, asked for it */
    TRACE_RECORD_READY,   /* actor, other: who woke it, or 0 */
    TRACE_RECORD_RESUME,  /* actor */
    TRACE_RECORD_SUSPEND, /* actor, reason, other: whom it waits for or 0, site, due_ns */
    TRACE_RECORD_SWITCH,  /* actor suspends as above, without a deadline, and at the same instant
                             due_ns, an actor, resumes: see trace_split() */
    TRACE_RECORD_OBJECT,  /* actor, other: number of the object that it waits for with its next
                             suspend, site: where that was made */
    TRACE_RECORD_EXIT,    /* actor, value: its status; it must be running */
    TRACE_RECORD_GONE,    /* actor, value: its status; another process had it, which is gone; the
                             function and the name are told as with a spawn */
    TRACE_RECORD_PRINT,   /* actor, reason: 1 for standard output, 2 for standard error, text */
    TRACE_RECORD_SEND,    /* actor: the sender, other: the receiver, reason: 1 if the receiver
                             waits for this message and is woken by it, due_ns, value: see below */
    TRACE_RECORD_TAKE,    /* actor: the receiver, other: messages looked at, due_ns, value */
    TRACE_RECORD_DEPTH,   /* actor: its mailbox holds `value` messages, one from afar */
    TRACE_RECORD_JOB,     /* actor: whose job begins on this thread, address: its function */
    TRACE_RECORD_JOB_END, /* the job of this thread ends */
    TRACE_RECORD_CPU,     /* value: time that this thread has spent on a processor; what ends at
                             this instant, if anything does, follows */
    TRACE_RECORD_MARK,    /* actor, text: its own words; likewise a span that begins and ends, */
    TRACE_RECORD_SPAN,    /* whose name is the text, */
    TRACE_RECORD_SPAN_END,
    TRACE_RECORD_COUNT, /* and a counter: due_ns: its value, in 48 bits */
    TRACE_RECORD_STALL, /* value: so many nanoseconds this thread has waited for the writer */
    TRACE_RECORD_LOST,  /* value: so many events of this thread found no room before this */
    TRACE_RECORD_NOTE,  /* actor, reason: enum trace_note, due_ns: who did it, or 0, text */
};

/* The due_ns of a record about a message: the message's number, unique in the trace, and its
 * payload's size as far as it can be told. */
static inline uint64_t trace_message_word(uint32_t number, size_t bytes)
{
    uint64_t told = bytes < UINT16_MAX ? bytes : UINT16_MAX;
    return told << 32 | number;
}

/* The value of a record about a message: the depth of the receiver's mailbox after it, and the
 * message's tag. */
static inline int64_t trace_message_value(int tag, size_t depth)
{
    return (int64_t)((uint64_t)(depth < UINT32_MAX ? depth : UINT32_MAX) << 32 | (uint32_t)tag);
}

/* As a depth: that of a mailbox on another loop, which the sender does not know. */
#define TRACE_DEPTH_UNKNOWN UINT32_MAX

/* A due_ns that says "no deadline", and the latest deadline that can be told: three days. */
#define TRACE_DUE_NONE ((UINT64_C(1) << 48) - 1)

/*
 * What happened: 32 bytes.  `due_ns` counts from the start of the trace.  A record with text has
 * its bytes in the records that follow, as many as are needed; its `other` is the number of bytes
 * and its `value` how many more were cut off.
 */
struct trace_record {
    uint64_t ticks;
    uint32_t actor;
    uint32_t other;
    union {
        struct {
            uint64_t due_ns : 48;
            uint64_t kind : 8;
            uint64_t reason : 8;
        };
        uint64_t what; /* all three */
    };
    union {
        const struct trace_site *site;
        uintptr_t address;
        int64_t value;
    };
};

_Static_assert(sizeof(struct trace_record) == 32, "two records fill a cache line");

static inline uint64_t trace_record_what(const struct trace_record *record)
{
    return record->due_ns | (uint64_t)record->kind << 48 | (uint64_t)record->reason << 56;
}

/* What a SWITCH stands for: two events in one record, since switches are what is recorded most. */
static inline void trace_split(const struct trace_record *both, struct trace_record *suspend,
                               struct trace_record *resume)
{
    *suspend = *both;
    suspend->kind = TRACE_RECORD_SUSPEND;
    suspend->due_ns = TRACE_DUE_NONE;
    *resume = (struct trace_record){
        .ticks = both->ticks,
        .actor = (uint32_t)both->due_ns,
        .kind = TRACE_RECORD_RESUME,
    };
}

/* One recording thread's ring.  The thread owns head, the writer tail. */
struct trace_ring {
    struct trace_record *records;
    uint64_t cpu_due;       /* the thread's: when to read its CPU clock next, in ticks */
    uint32_t limit;         /* the thread's: head may go up to here without looking at tail */
    uint32_t boundaries[2]; /* the thread's: records begin here; see trace_ring_recent() */
    _Atomic uint32_t head;  /* records put so far */
    _Alignas(64) _Atomic uint32_t tail; /* records the writer is done with */
    struct trace_recorder *recorder;
    uint32_t loop; /* number of the loop that this thread is; or TRACE_NO_LOOP */
    char thread_name[TRACE_THREAD_NAME_BYTES]; /* "": it is called after its loop */
    uint32_t os_tid;
    uint64_t lost;           /* the thread's: events that found no room since the last that did */
    bool is_closed;          /* the thread records no more; guarded by the recorder's mutex */
    struct trace_ring *next; /* the recorder's list of rings */

    /* The writer's. */
    bool announced;  /* its track has been named in the file */
    int64_t last_ns; /* where the last record was placed: the next is not earlier */
    uint64_t last_ticks;
    struct trace_fn *fn;  /* of the actor spawned next, */
    char *name;           /* and its name; owned, or NULL */
    uint32_t running;     /* the actor that runs on it, or 0 */
    uint32_t exited;      /* the actor that ended last, */
    int64_t exited_ns;    /* and when */
    int64_t cpu_ns;       /* the thread's CPU time when it was told last, */
    int64_t cpu_ran_ns;   /* what has run since then, */
    int64_t cpu_left_ns;  /* and what is left for that which ends now; or TRACE_CPU_NONE */
    struct trace_fn *job; /* the function that runs now, offloaded; or NULL */
    int64_t job_since_ns;
    uint32_t job_actor; /* by this actor */
    bool job_open;      /* its beginning has been written */
};

struct trace_options {
    const char *path;        /* ends in ".gz": packed */
    const char *options;     /* a list as in TROUPE_TRACE_OPTIONS; or NULL */
    const char *prog;        /* for the header; copied */
    const char *runtime;     /* who records: "troupe 0.1.0" */
    const char *clock;       /* name of the clock */
    const char *place;       /* what the first ring's thread is: "process"; NULL: "loop"; */
    const char *thread_name; /* or its whole name, */
    uint32_t loop;           /* and the number of its loop */
    bool is_steady; /* the same program shall leave the same file each time, on any machine:
                       nothing is told that is the machine's or the moment's */
    uint64_t seed;  /* of the order in which actors ran; or 0 */
    void (*sample)(uint64_t *ticks, int64_t *now_ns);
    trace_find_fn find_fn;
    void *find_context;
};

/*
 * Opens a trace: creates the file, writes its header, starts the writer thread and sees to it that
 * what was recorded reaches the file if the process dies by a signal.  One at a time in a process.
 * `ring` is the calling thread's, which is loop 0.  0 and a recorder to close, or a negative errno.
 */
int trace_recorder_open(const struct trace_options *options, struct trace_recorder **recorder,
                        struct trace_ring **ring);

/*
 * Writes the rest, closes the file and frees everything, the calling thread's ring `own` too.
 * Rings of threads that have not closed theirs are kept, with the recorder, and what is still put
 * into them is nobody's.  0, or the negative errno of the first write that failed: the file is
 * incomplete then.
 */
int trace_recorder_close(struct trace_recorder *recorder, struct trace_ring *own);

/* As the number of a loop: the thread is none. */
#define TRACE_NO_LOOP UINT32_MAX

/* The ring for the calling thread, which is loop number `loop`; `name`: what its track is called,
 * or NULL for "loop 3".  NULL without memory.  Any thread may do this at any time. */
struct trace_ring *trace_ring_open(struct trace_recorder *recorder, uint32_t loop,
                                   const char *name);

/* The calling thread records no more; the ring is freed when what is in it has been written. */
void trace_ring_close(struct trace_ring *ring);

/* The recorder that is open in this process; or NULL. */
struct trace_recorder *trace_recorder_here(void);

/* In a process that was just forked from one that records: the descriptor of the file, which
 * trace_recorder_open_child() needs; or -1. */
int trace_recorder_fd(void);

/* A child process has died without closing its recorder. */
void trace_recorder_bury(pid_t pid);

/*
 * For a child process that fork() has just made of one that records: opens a recorder that appends
 * to the same file, with the same clock.  Numbers that must be unique in the file are given out by
 * the two functions below to all of these processes.  -EINVAL: the parent does not record.
 */
int trace_recorder_open_child(const struct trace_options *options, struct trace_recorder **recorder,
                              struct trace_ring **ring);

/* Numbers that nobody else has got by these functions: actors from 1, loops from 0. */
uint32_t trace_next_actor(struct trace_recorder *recorder);
uint32_t trace_next_loop(struct trace_recorder *recorder);

/* CPU time that is not known. */
#define TRACE_CPU_NONE INT64_MIN

/* Reads the CPU clock of the calling thread; the slow path of trace_put_cpu(). */
void trace_ring_cpu(struct trace_ring *ring, uint64_t ticks);

/* To be called by the ring's thread wherever something that runs begins or ends, before the record
 * that says so.  A thread's CPU clock is a system call (some 0.3 to 1.5 us), so it is not read each
 * time, but only when TRACE_CPU_NS have passed since it was: a run that takes longer has a reading
 * at its end and one shortly before its beginning, and all that ran between the two is known. */
static inline void trace_put_cpu(struct trace_ring *ring, uint64_t ticks)
{
    if (__builtin_expect(ticks >= ring->cpu_due, 0))
        trace_ring_cpu(ring, ticks);
}

/*
 * What can be asked of the writer while it works; done when the call returns.  To stop is to write
 * nothing until it is told to start; to dump is, for a flight recorder, to write the file; to flush
 * is to write what has been put so far.  0 or a negative errno; -ENOTSUP: it is no flight
 * recorder.
 */
enum trace_ask {
    TRACE_ASK_NOTHING,
    TRACE_ASK_STOP,
    TRACE_ASK_START,
    TRACE_ASK_DUMP,
    TRACE_ASK_FLUSH,
};
int trace_recorder_ask(struct trace_recorder *recorder, enum trace_ask ask);

/* The instant on the clock that is 0 in the trace. */
int64_t trace_base_ns(const struct trace_ring *ring);

/* Waits until the ring has room; the slow path of trace_put().  False: the record of so many events
 * is to be dropped, which has been counted. */
bool trace_ring_wait(struct trace_ring *ring, uint32_t events);

/* Puts a record, field by field: wide reads of what was written in narrow pieces just before have
 * to wait for these. */
static inline void trace_put(struct trace_ring *ring, const struct trace_record *record)
{
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (__builtin_expect(head == ring->limit, 0)) {
        if (!trace_ring_wait(ring, record->kind == TRACE_RECORD_SWITCH ? 2 : 1))
            return;
        head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    }
    struct trace_record *place = &ring->records[head % TRACE_RING_RECORDS];
    place->ticks = record->ticks;
    place->actor = record->actor;
    place->other = record->other;
    place->what = trace_record_what(record);
    place->value = record->value;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}

/* Looks at a record that was put `ago_ns` before; `text`: its own, ended by a 0, until it returns.
 */
typedef void (*trace_see_fn)(const struct trace_record *record, const char *text, int64_t ago_ns,
                             void *context);

/* Calls `see` for the latest records of the calling thread, the oldest first: some ten thousand, or
 * all if there were not so many.  They need not have been written yet, or kept. */
void trace_ring_recent(const struct trace_ring *ring, trace_see_fn see, void *context);

/* Puts a record of a kind that has text. */
void trace_put_text(struct trace_ring *ring, struct trace_record record, const char *text,
                    size_t bytes);

#endif

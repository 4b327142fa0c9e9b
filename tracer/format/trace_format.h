#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

/*
 * What a trace is.
 *
 * A trace is a JSON array of Chrome trace events, one event per line, opened by a "troupe" header
 * line.  The whole file is described in docs/trace-format.md; the kinds of line are the rows of
 * trace_events.def, the reasons for waiting the rows of trace_reasons.def.
 *
 * Time is in integer nanoseconds in all code, and in microseconds with exactly three decimals in
 * the file ("ts", "dur"), counted from the start of the trace.
 *
 * States of one actor tile its life.  In the file a state leaves out its last nanosecond (a state
 * from 5 ns to 9 ns is written "ts":0.005,"dur":0.003), because importers that add doubles would
 * otherwise see neighbours overlap.  Readers of a troupe trace give it back.
 *
 * Tracks: an actor is (pid TRACE_PID_ACTORS, tid = its number, from 1 in order of spawning); an
 * operating system thread is (its process id, its thread id).
 */

#include <stdint.h>

#define TRACE_FORMAT_VERSION 1

/* The one process that all actors of a program belong to in the file. */
#define TRACE_PID_ACTORS 1

/* Exit statuses up to here say that the actor's process has died: this, less what waitpid(2) says.
 */
#define TRACE_STATUS_DEAD (-0x10000)

/* A process id below this could be mistaken for TRACE_PID_ACTORS or for a further node, and is
 * written with TRACE_OS_PID_SHIFT added; the header's os_pid is always the true one.  4,194,304 is
 * Linux's largest possible process id. */
#define TRACE_OS_PID_MIN 1024
#define TRACE_OS_PID_SHIFT 4194304

/* No line of a trace written by us is longer; longer printed text is cut, and says so. */
#define TRACE_LINE_BYTES_MAX 65536

/* A state that is still open after this long is written as an open "B", so that a program killed
 * without warning loses no more than this. */
#define TRACE_FLUSH_NS INT64_C(100000000)

enum trace_event_kind {
#define TRACE_EVENT(id, phase, category, name, args, sentence) TRACE_EVENT_##id,
#include "trace_events.def"
#undef TRACE_EVENT
    TRACE_EVENT_COUNT
};

enum trace_reason {
#define TRACE_REASON(id, name, letter, sentence) TRACE_REASON_##id,
#include "trace_reasons.def"
#undef TRACE_REASON
    TRACE_REASON_COUNT
};

/* Tags of messages that the runtime sends: an actor that is monitored, or linked, has ended. */
#define TRACE_TAG_DOWN (-1)
#define TRACE_TAG_EXIT (-2)

/* Counters of an actor that ends, in bytes, in programs that measure it (TROUPE_STACKS=1): the most
 * that it has used of its stack, and what was left then.  With less left than the last number it
 * came close to the end: printf() takes 3 KiB, a signal 3 more. */
#define TRACE_STACK_USED "stack used"
#define TRACE_STACK_FREE "stack free"
#define TRACE_STACK_FREE_MIN 8192

/* What to ask for instead of a stack of so many bytes, of which so many were used at most: twice as
 * much as that, as stacks are given out, in powers of two with 4 KiB at either end that are not the
 * actor's.  0: nothing else.  What was not called this time may take 12 KiB, so nobody is advised
 * to ask for less than 16; and of stacks under 128 KiB what is not touched takes next to nothing.
 */
static inline uint64_t trace_stack_enough(uint64_t bytes, uint64_t used)
{
    uint64_t wanted = 2 * used > 16 << 10 ? 2 * used : 16 << 10, slot = 32 << 10;
    while (slot - (8 << 10) < wanted)
        slot *= 2;
    return bytes >= 128 << 10 && slot - (8 << 10) <= bytes / 2 ? slot - (8 << 10) : 0;
}

enum trace_note {
#define TRACE_NOTE(id, name, letter, sentence) TRACE_NOTE_##id,
#include "trace_notes.def"
#undef TRACE_NOTE
    TRACE_NOTE_COUNT
};

/* The name of a note as it stands in the file, for instance "cancel". */
static inline const char *trace_note_name(enum trace_note note)
{
    static const char *const names[] = {
#define TRACE_NOTE(id, name, letter, sentence) name,
#include "trace_notes.def"
#undef TRACE_NOTE
    };
    return note < TRACE_NOTE_COUNT ? names[note] : "note";
}

/* The letter that stands for a note in pictures. */
static inline char trace_note_letter(enum trace_note note)
{
    static const char letters[] = {
#define TRACE_NOTE(id, name, letter, sentence) letter,
#include "trace_notes.def"
#undef TRACE_NOTE
    };
    return note < TRACE_NOTE_COUNT ? letters[note] : '!';
}

/* What has happened: completes "the actor ...". */
static inline const char *trace_note_sentence(enum trace_note note)
{
    static const char *const sentences[] = {
#define TRACE_NOTE(id, name, letter, sentence) sentence,
#include "trace_notes.def"
#undef TRACE_NOTE
    };
    return note < TRACE_NOTE_COUNT ? sentences[note] : "has a note";
}

/* The name of a reason as it stands in the file, for instance "sleep". */
static inline const char *trace_reason_name(enum trace_reason reason)
{
    static const char *const names[] = {
#define TRACE_REASON(id, name, letter, sentence) name,
#include "trace_reasons.def"
#undef TRACE_REASON
    };
    return reason < TRACE_REASON_COUNT ? names[reason] : "wait";
}

/* The letter that stands for a reason where its name has no room. */
static inline char trace_reason_letter(enum trace_reason reason)
{
    static const char letters[] = {
#define TRACE_REASON(id, name, letter, sentence) letter,
#include "trace_reasons.def"
#undef TRACE_REASON
    };
    return reason < TRACE_REASON_COUNT ? letters[reason] : '?';
}

/* What the actor does: completes "the actor ...", for instance "sleeps until its deadline". */
static inline const char *trace_reason_sentence(enum trace_reason reason)
{
    static const char *const sentences[] = {
#define TRACE_REASON(id, name, letter, sentence) sentence,
#include "trace_reasons.def"
#undef TRACE_REASON
    };
    return reason < TRACE_REASON_COUNT ? sentences[reason] : "waits";
}

#endif

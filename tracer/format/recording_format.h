#ifndef RECORDING_FORMAT_H
#define RECORDING_FORMAT_H

/*
 * What a recording is: all that came to a run from outside, in the order in which it came.
 *
 *   troupe recording 1\n      the first line, which tells what it is
 *   entry entry entry ...     to the end of the file, or to a byte that is 0
 *
 * An entry is a number in base 128, lowest digits first, with the highest bit of each byte set but
 * for the last (LEB128).  Its lowest four bits are the kind, and the others a value, whose meaning
 * recording_kinds.def tells.  A program that is killed leaves zeros behind its last entry.
 */

#define RECORDING_FIRST_LINE "troupe recording 1\n"

/* The suffix of a recording, in place of the ".json" of its trace. */
#define RECORDING_SUFFIX ".recording"

/* The environment: where to record to; where to stop. */
#define RECORDING_VARIABLE "TROUPE_RECORD"
#define RECORDING_UNTIL_VARIABLE "TROUPE_UNTIL"

#define RECORDING_KIND_BITS 4

enum recording_kind {
#define KIND(name, value) RECORDING_##name,
#include "recording_kinds.def"
#undef KIND
};

/* A result: its sign and size, and which call's it is. */
#define RECORDING_CALL_BITS 6

enum recording_call {
#define CALL(name, words) RECORDING_##name,
#include "recording_calls.def"
#undef CALL
    RECORDING_CALLS
};

#endif

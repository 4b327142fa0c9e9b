#ifndef TAPE_H
#define TAPE_H

/*
 * The one place at which the outside world comes in, for programs whose run is recorded or
 * replayed.
 *
 *                      off                recorded                     played
 *   TAPE(call, f())    f()                f(), and its result is       the next result is taken
 *                                         written                      from the file; f() is not
 *                                                                      called
 *   tape_bytes(at, n)  nothing            writes what is there         puts there what was written
 *
 * What reads the clock, a socket or a child's end does so through this; everything else in a run on
 * one loop follows from what came in, in the order in which it came.  See recording_format.h for
 * the file.
 *
 * While it is off, a call costs one look at a variable, beside a call of the system; the way from
 * one actor to the next knows nothing of it.  There is one tape in a process, and one thread that
 * has it, the loop's.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"
#include "recording_format.h"

enum tape_mode { TAPE_OFF, TAPE_RECORDED, TAPE_PLAYED };

extern enum tape_mode tape_mode;

/* What the process exits with when it parts from its recording. */
#define TAPE_EXIT_PARTED 6

/* From now on all that comes in is written to a file, or taken from it; the calling thread is that
 * of the loop.  0, or a negative code after saying what is wrong. */
int tape_record(const char *path);
int tape_play(const char *path);

/* Nothing was recorded, and there is to be no file. */
void tape_discard(void);

/* Where a played run stops: before this turn, or at this instant, in ns since it began. */
void tape_stop_at(uint32_t turn, int64_t ns);

/* Says where all actors stand; set by whoever knows. */
extern void (*tape_describe)(void);

/* The process exits. */
void tape_close(void);

/* A run begins or ends: its seed, which comes from the tape when that is played. */
uint64_t tape_begin(uint64_t seed);
void tape_end(void);

/* From now on it goes, or pauses: then nothing is written or taken, and the clock stands. */
void tape_go(bool on);

/* The instant, read for the program or, if it is only a stamp, for the trace. */
int64_t tape_clock(bool is_stamp);

/* The turn of this actor begins; it has ended. */
void tape_turn(uint32_t actor);
void tape_turn_ends(void);

/* Recorded: a descriptor is ready, a bell has rung.  Played: whether such a thing comes next, and
 * which; then it is to be taken. */
void tape_put(enum recording_kind kind, uint64_t value);
bool tape_next_is(enum recording_kind kind, uint64_t *value);
void tape_take(enum recording_kind kind);

/* A result: writes it, or takes the next one, which must be of this call. */
int64_t tape_pass(enum recording_call call, int64_t result);

#define TAPE(call, expression)           \
    (CHECK_LIKELY(tape_mode == TAPE_OFF) \
         ? (expression)                  \
         : (int)tape_pass(RECORDING_##call, tape_mode == TAPE_PLAYED ? 0 : (expression)))

/* How many of something came, of which there is room for so many. */
size_t tape_count(size_t count, size_t most);

/* Bytes that came from outside. */
void tape_bytes(void *data, size_t bytes);

/* A call has returned `count`: so many bytes that came, with room for so many; or so many of these
 * bytes that went, which must be the same as then. */
void tape_received(enum recording_call call, int count, void *buffer, size_t room);
void tape_sent(enum recording_call call, int count, const void *data, size_t bytes);

/* Played: a descriptor in place of one that the system gave out with this number, if it did, so
 * that it can be closed, and has that number if it is free.  Otherwise the descriptor itself. */
int tape_stand_in(int fd);

/* From here on nothing can be replayed; "it opens a port, ...".  The run goes on unrecorded; when
 * it is played it ends here. */
void tape_refuse(const char *what);

/* Played: the run has parted from its recording: says how, where all stand, and ends it. */
_Noreturn void tape_part(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

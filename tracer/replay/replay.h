#ifndef REPLAY_H
#define REPLAY_H

/*
 * A replay file: the order of turns of a run in virtual time, as far as it differs from first in,
 * first out.  The runtime reads it, and `troupe explore` writes it.
 *
 *   troupe replay 1
 *   turn 4 runs 3 before 2       the fourth turn of the run: actor 3 has it, and actor 2, who has
 *   turn 9 runs 5 before 1       been ready for longest, has not
 *   turns 57 sum 8f3a1c22        so many the run has; the sum is over who had them
 *
 * or, of a run that would never end, `turns 1000 sum 8f3a1c22 endless`: it is stopped there; or
 * `turns 9 asks`: after the ninth turn the run goes on as long as one actor is ready, and stops
 * where there are several, who are noted in the trace (`asked`): whose turn is it?
 *
 * Actors go by their numbers in the trace.  Turns are counted from 1 and rise from line to line.
 * `sum` may be missing in a file that was written by hand.  `#` begins a comment.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* More than anybody replays; a file with more is not one of ours. */
#define REPLAY_CHOICES_MAX 1000000

/* Room for a sentence on what is wrong with a file. */
#define REPLAY_WHY_BYTES 200

struct replay_choice {
    uint32_t turn;
    uint32_t runs;   /* number of the actor whose turn it is, */
    uint32_t before; /* and of the one who has been ready for longest */
    uint32_t line;   /* in the file, from 1 */
};

struct replay {
    struct replay_choice *choices;
    size_t count;
    uint32_t turns; /* of the whole run */
    uint32_t sum;   /* see replay_sum() */
    bool has_sum;
    bool is_endless; /* the run would go on for ever */
    bool asks;       /* it stops where somebody has to say how it goes on */
};

/* Whether the file is a recording instead, by its first line: see recording_format.h. */
bool replay_is_recording(const char *path);

/* 0, and the caller owes replay_finish(); -EINVAL for a file that cannot be opened or is not one,
 * with what is wrong in `why`, "line 3: ..."; -ENOMEM. */
int replay_read(const char *path, struct replay *replay, char *why);
void replay_finish(struct replay *replay);

/* Writes the file, with a comment below its first line unless that is NULL.  Whether it could be
 * written shows in ferror(). */
void replay_write(FILE *file, const struct replay *replay, const char *comment);

/* The sum of the turns up to one that this actor had, from that of those before; of none: 0. */
static inline uint32_t replay_sum(uint32_t sum, uint32_t actor)
{
    return (sum ^ actor) * 0x01000193u + 0x811c9dc5u; /* FNV-1a, a word at a time */
}

#endif

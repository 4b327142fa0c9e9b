#ifndef TURNS_H
#define TURNS_H

/*
 * A program whose turns somebody gives: it runs in virtual time, one actor after the other, and
 * wherever several are ready it is asked which of them goes on.
 *
 * No run waits for an answer.  The program is run from its start, in the order that was given so
 * far, up to the next question; with the answer it is run again.  That takes some milliseconds, and
 * makes every answer one that can be taken back.
 *
 *   turns_begin(&turns, program, trace, error, bytes);
 *   while (turns.state == TURNS_ASKED && turns_give(&turns, 0, error, bytes) == 0)
 *       ...                              always who has been ready for longest
 *   turns_end(&turns);
 *
 * After each call the trace holds the run up to where it is.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "replay.h"

/* Actors among whom somebody chooses: a letter for each.  Others stay where they are in line. */
#define TURNS_READY_MAX 26

enum turns_state {
    TURNS_ASKED,  /* several are ready: see `ready` */
    TURNS_EXITED, /* the program has ended, with this status */
    TURNS_KILLED, /* ... by this signal */
    TURNS_STUCK,  /* nothing could ever run again */
    TURNS_HUNG,   /* a turn did not end */
};

struct turns {
    char **program;
    const char *trace;
    char script[PATH_MAX]; /* a file of ours, by which the program is told */

    enum turns_state state;
    int status;           /* of TURNS_EXITED and TURNS_KILLED */
    bool refused;         /* a wait that would have closed a circle of waits was refused */
    uint32_t turn;        /* the one that is asked for, or how many the run had */
    uint32_t ready_count; /* who could have it: numbers of actors, who has been ready for longest */
    uint32_t ready[TURNS_READY_MAX]; /* first */

    /* The answers so far; `before` is who had been ready for longest, and may be the same. */
    struct replay_choice *given;
    size_t given_count, given_room;
};

/* Runs the program to its first question.  The words must outlive `turns`, and the trace's name,
 * too.  0; -EINVAL if it cannot be run so, or -errno, with a sentence in `error`.  The caller owes
 * turns_end() in any case. */
int turns_begin(struct turns *turns, char **program, const char *trace, char *error, size_t bytes);

/* Gives the turn to one of those who are ready, and runs on to the next question.  As above. */
int turns_give(struct turns *turns, uint32_t place, char *error, size_t bytes);

/* Gives all other turns to who has been ready for longest. */
int turns_give_rest(struct turns *turns, char *error, size_t bytes);

/* Takes the last answer back; with none, nothing happens. */
int turns_take_back(struct turns *turns, char *error, size_t bytes);

/* Whether the program has failed: it did not end with status 0. */
static inline bool turns_failed(const struct turns *turns)
{
    return turns->state != TURNS_ASKED && (turns->state != TURNS_EXITED || turns->status != 0);
}

/* How it has ended, after "the program": "ends with status 0". */
void turns_words(const struct turns *turns, char *text, size_t bytes);

/* Writes the answers as a replay file.  0, or -errno with a sentence. */
int turns_save(const struct turns *turns, const char *path, char *error, size_t bytes);

void turns_end(struct turns *turns);

#endif

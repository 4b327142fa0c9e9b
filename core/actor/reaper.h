#ifndef REAPER_H
#define REAPER_H

/*
 * The process at the other end of a bridge: waiting for its end, and seeing to it.
 */

#include <stdint.h>
#include <sys/types.h>

#include "loop.h"

struct reaper {
    struct loop *loop;
    pid_t pid; /* 0: none */
    int pidfd;
    struct loop_watch *end; /* NULL: nobody tells of its end */
    int timer;              /* -1: it is not to be killed */
    struct loop_watch *due;
    void (*ended)(void *arg);
    void *arg;
};

/* No process yet. */
void reaper_init(struct reaper *reaper, struct loop *loop);

/* From now on `ended(arg)` is called, with each look of the loop, once the process has ended. */
void reaper_watch(struct reaper *reaper, pid_t pid, void (*ended)(void *arg), void *arg);

/* Kills it by SIGKILL when so much time has passed, and at once if that cannot be waited for; or
 * not, after all. */
void reaper_kill_later(struct reaper *reaper, int64_t ns);
void reaper_spare(struct reaper *reaper);

/* Takes leave of the process, if there is one, waiting for its end if need be: as waitpid(2) tells
 * it, or -ECHILD if somebody else has done so. */
int reaper_finish(struct reaper *reaper);

#endif

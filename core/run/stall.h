#ifndef STALL_H
#define STALL_H

/*
 * An actor that holds its loop for long is told of while it still does: see sentry.c.
 */

#include "actor.h"
#include "culprit.h"

/* The first report of a step comes when it has lasted so long, unless it is said otherwise. */
#define STALL_LIMIT_NS TROUPE_MS(100)

/* Functions whose steps are counted; the reports of further ones are not thinned out. */
#define STALL_KINDS_MAX 64

/* What has been told so far; touched by the sentry alone. */
struct stall_report {
    struct unwinder *unwinder; /* made for the first report */
    struct {
        uintptr_t body;
        uint64_t count;
    } kinds[STALL_KINDS_MAX];
};

/* The last look at a loop. */
struct look {
    const struct task *task; /* NULL: no step was under way */
    uint32_t turns_left;
    uint32_t now_ms;
    int64_t cpu_ns;  /* of the thread, so far */
    int64_t held_ns; /* by this step, as far as it counts */
    int64_t next_ns; /* when that is to be told of */
};

struct sentry {
    struct crew *crew; /* NULL: nobody watches */
    int64_t limit_ns;
    pthread_t thread;
    _Atomic bool is_dismissed;
    struct stall_report report;
    struct look looks[CREW_LOOPS_MAX];
};

/* From now on steps of this crew's loops that last longer than `limit_ns` are told of on standard
 * error; 0: they are not.  All worlds must have been made. */
void sentry_post(struct sentry *sentry, struct crew *crew, int64_t limit_ns);

/* Up to here.  Must be called if sentry_post() was. */
void sentry_dismiss(struct sentry *sentry);

/* On the thread of a loop: lets it be asked where it is. */
void stall_prepare_thread(void);

/* No report from now on: the process is ending, which may take long. */
void stall_hush(void);

/* Tells of a step that has lasted for `held_ns`, and of whose; `is_first`: for the first time. */
void stall_report_tell(struct stall_report *report, const struct culprit *culprit, int64_t held_ns,
                       bool is_first);
void stall_report_finish(struct stall_report *report);

#endif

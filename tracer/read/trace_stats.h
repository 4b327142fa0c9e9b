#ifndef TRACE_STATS_H
#define TRACE_STATS_H

/*
 * The scoreboard: the seven numbers that tell concurrency from parallelism.
 *
 *   W  wall            from the first resume of any actor to the last end of any actor
 *   S  sum of lives    each actor from its first resume to its end, without the time it spends
 *                      joining its own children (the children are counted themselves)
 *   B  busy            sum of all runs, as far as the thread was on a processor; in the total, of
 *                      jobs on a pool's threads, too
 *   H  longest hold    the longest single run: for so long nobody else could run on that loop
 *   C  concurrency     S / W: how many actors were in progress, on average
 *   P  parallelism     B / W: how many actors were running, on average
 *   peak running       the most that ever ran at the same instant, jobs included, but never more
 *                      than there are processors: 1 proves "not parallel"
 *
 * An actor or a run still open at the end of the file counts up to the end of the trace.
 */

#include "trace_model.h"

/* The numbers of one lane, or of the whole trace. */
struct trace_score {
    int64_t wall_ns;
    int64_t sum_ns;
    int64_t busy_ns;
    int64_t off_cpu_ns;      /* of the runs, what B leaves out: pre-empted, or blocked in a call */
    int64_t ready_ns;        /* sum of the time it could have run but did not */
    int64_t longest_hold_ns;
    uint32_t longest_hold;   /* the span of the longest hold, or TRACE_NONE */
    uint32_t peak_running;
    uint32_t peak_in_progress; /* actors in progress at the same instant, counted as in S */
    uint64_t switches;         /* resumes */
    uint32_t threads;          /* operating system threads that ran actors, or their jobs; */
    uint32_t pool_threads;     /* of these, a pool's, which ran jobs only */
    uint32_t processes;
    const char *place; /* what they are called on which it ran: "loop", "thread" or "process" */
    uint64_t sent;  /* messages */
    uint64_t taken; /* ... by those who waited for them, or out of the mailbox */
};

/* C and P; 0 where nothing took any time. */
double trace_score_concurrency(const struct trace_score *score);
double trace_score_parallelism(const struct trace_score *score);

/* The whole trace. */
void trace_stats_total(const struct trace_model *model, struct trace_score *score);

/* The same in two parts, for who knows the steps of the load already: all but the peaks, and these
 * from the most that any step has. */
void trace_stats_sums(const struct trace_model *model, struct trace_score *score);
void trace_stats_peaks(const struct trace_model *model, uint32_t in_progress, uint32_t running,
                       struct trace_score *score);

/* One lane; wall_ns is its own from first resume to end. */
void trace_stats_lane(const struct trace_model *model, uint32_t lane, struct trace_score *score);

/* How many actors are in progress, and how many run, from `at_ns` until the next step. */
struct trace_load_step {
    int64_t at_ns;
    uint32_t in_progress; /* as counted in S */
    uint32_t running;
};

/* The steps of the whole trace in time order, for the strip below the lanes; the caller frees
 * *steps.  0 or -ENOMEM. */
int trace_stats_load(const struct trace_model *model, struct trace_load_step **steps,
                     size_t *count);

/* One sentence that says what the numbers mean, for instance "Three in progress, one running at a
 * time on one loop: concurrent, not parallel."  Returns `text`. */
char *trace_stats_sentence(const struct trace_score *score, uint32_t loop_count, char *text,
                           size_t bytes);

#endif

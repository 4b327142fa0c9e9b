#ifndef VIEW_ROWS_H
#define VIEW_ROWS_H

/*
 * The rows of the picture: one per loop, then one per actor, then those of what actors say
 * themselves: one for the stretches that an actor named, one for each of its counters; then one for
 * each thread that runs what actors offload.
 *
 * A row of a loop or an actor is a sequence of spans in time order that do not overlap: the runs
 * on the loop, or the states of the actor.  The n-th span of a row is rows_span(rows, row, n).  The
 * other rows have no spans.
 */

#include "trace_model.h"

#define ROWS_THREAD_NAME_BYTES 16 /* "pool 12" */

enum row_kind { ROW_LOOP, ROW_ACTOR, ROW_SLICES, ROW_COUNTER, ROW_THREAD };

struct row {
    enum row_kind kind;
    uint32_t subject; /* index of the loop, the lane (of its slices as well), the counter or
                         the thread */
    uint32_t first;   /* where its spans begin in the array of its kind */
    uint32_t count;
    bool is_double; /* a thread in another tool's trace that runs nobody but itself: it is the row
                       of a loop and, with the same runs, that of an actor */
};

/* Time spent in states, summed over spans. */
struct rows_sum {
    int64_t run_ns;
    int64_t ready_ns;
};

/* What is known of a block of spans without looking at them. */
struct rows_block {
    int64_t start_ns;       /* of its first span */
    struct rows_sum before; /* of all spans of the array before it */
};

struct rows_times {
    int64_t start_ns;
    int64_t end_ns;
};

struct rows {
    const struct trace_model *model;
    struct row *rows;
    uint32_t count;
    uint32_t loop_count; /* the first so many rows are loops, */
    uint32_t actor_end;  /* actors those from there to before this one, */
    uint32_t own_end;    /* actors' own words those to before this one, */
    uint32_t thread_end; /* threads those to before this one, and the rest counters
                            that are nobody's in particular */
    char (*thread_names)[ROWS_THREAD_NAME_BYTES];
    uint32_t *loop_spans;           /* all runs of loop 0 in time order, then of loop 1, ... */
    struct rows_times *loop_times;  /* the same runs' times: neighbours here, not in the model */
    struct rows_block *lane_blocks; /* of the model's spans */
    struct rows_block *loop_blocks; /* of loop_spans */
};

/* Makes the rows of a model, which must outlive them.  0, or -ENOMEM. */
int rows_init(struct rows *rows, const struct trace_model *model);
void rows_finish(struct rows *rows);

const char *rows_name(const struct rows *rows, const struct row *row);

/* Index into the model's spans of the n-th span of a row. */
static inline uint32_t rows_span_index(const struct rows *rows, const struct row *row, uint32_t n)
{
    return row->kind == ROW_LOOP ? rows->loop_spans[row->first + n] : row->first + n;
}

static inline const struct trace_span *rows_span(const struct rows *rows, const struct row *row,
                                                 uint32_t n)
{
    return &rows->model->spans[rows_span_index(rows, row, n)];
}

/* When the n-th span of a row starts and ends. */
static inline struct rows_times rows_times(const struct rows *rows, const struct row *row,
                                           uint32_t n)
{
    if (row->kind == ROW_LOOP)
        return rows->loop_times[row->first + n];
    const struct trace_span *span = &rows->model->spans[row->first + n];
    return (struct rows_times){span->start_ns, span->end_ns};
}

/* The first span of a row, from the n-th on, that ends after `at_ns`; the row's count if none
 * does.  Near spans are found fast: O(log of the distance), in the blocks first. */
uint32_t rows_seek(const struct rows *rows, const struct row *row, uint32_t n, int64_t at_ns);

/* What the spans from the `first` to before the `end` one add up to.  O(1). */
struct rows_sum rows_sum(const struct rows *rows, const struct row *row, uint32_t first,
                         uint32_t end);

/* A place in a row, and what all spans of the array before it add up to: the difference of two is
 * a sum. */
struct rows_place {
    uint32_t n;
    struct rows_sum before;
};

/* The place of the n-th span, and, from one place on, that of the first span that ends after
 * `at_ns`: rows_seek() and the sum in one walk. */
struct rows_place rows_place(const struct rows *rows, const struct row *row, uint32_t n);
struct rows_place rows_place_seek(const struct rows *rows, const struct row *row,
                                  struct rows_place from, int64_t at_ns);

/* An actor's own words: the first of their rows and the one after the last, both the same if it
 * has none.  O(log of them). */
void rows_own(const struct rows *rows, uint32_t lane, uint32_t *first, uint32_t *end);

/* The row of a lane, and of the loop a run ran on. */
uint32_t rows_of_lane(const struct rows *rows, uint32_t lane);
uint32_t rows_of_loop(const struct rows *rows, uint32_t loop);

#endif

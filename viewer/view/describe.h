#ifndef VIEW_DESCRIBE_H
#define VIEW_DESCRIBE_H

/*
 * What a thing in the picture is and means, in sentences.
 *
 * Only what the trace proves is said.  The detail panel and the tooltip show these lines.
 */

#include "order.h"
#include "rows.h"
#include "trace_stats.h"

/* What it is (a name, and more about it) and as many sentences as the panel has lines. */
#define DESCRIBE_LINES_MAX 5
#define DESCRIBE_BYTES 240

struct describe_text {
    char name[DESCRIBE_BYTES];
    char what[DESCRIBE_BYTES]; /* follows the name: ", second run (5)" */
    char lines[DESCRIBE_LINES_MAX][DESCRIBE_BYTES];
    int count;
};

/* One more sentence; what the panel has no line for is left out. */
void describe_say(struct describe_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A state of an actor: why it came to be, how long it took, what came of it. */
void describe_span(struct describe_text *text, const struct order *order, const struct rows *rows,
                   uint32_t span);

/* A row: an actor or a loop as a whole. */
void describe_row(struct describe_text *text, const struct rows *rows, uint32_t row);

/* An arrow: what it carries, and what became of it. */
void describe_flow(struct describe_text *text, const struct trace_model *model, uint32_t flow);

/* A note on an actor: a mark of the model. */
void describe_note(struct describe_text *text, const struct trace_model *model, uint32_t mark);

/* A counter as a whole. */
void describe_counter(struct describe_text *text, const struct trace_model *model,
                      uint32_t counter);

/* A job on a thread of the pool: how long, and how much of it on a processor. */
void describe_job(struct describe_text *text, const struct rows *rows, uint32_t job);

/* A stretch that an actor named: how long, and what of it the actor ran. */
void describe_slice(struct describe_text *text, const struct rows *rows, uint32_t slice);

/* A collapsed gap from one instant to another. */
void describe_gap(struct describe_text *text, const struct trace_model *model, int64_t start_ns,
                  int64_t end_ns);

#endif

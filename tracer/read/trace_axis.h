#ifndef TRACE_AXIS_H
#define TRACE_AXIS_H

/*
 * Three ways to lay time along a line.
 *
 *   time    true to scale
 *   step    every run takes one column of width 1, whatever it lasted: the order is all there is.
 *           Between two runs is a sliver, and a long idle gap is a break as on the folded axis
 *   folded  each idle gap, in which no actor runs or is ready for long, collapses to a break of
 *           fixed width that says how long it was; between two breaks it is true to scale, and
 *           each burst has its own: a share of the width by its length or by its number of runs,
 *           whichever is more
 *
 * An axis maps instants (ns) to positions (in axis units) and back.  It is monotone and piecewise
 * linear: a list of knots between which it is straight.  Positions start at 0.  On the time and the
 * folded axis a unit is a nanosecond, so that a burst's length on a folded axis is its duration.
 *
 * A gap collapses when the trace is idle for longer than it is busy and the gap is among those that
 * make it so; the width of a break goes with what is drawn to scale, so a long trace with a
 * thousand gaps stays as legible as one with a single gap.
 *
 * A run of 20 us in a trace of 1 s is 0.04 pixels of a wide screen: on the time axis the picture
 * of three counts is three blank lanes, which is why the other two exist.
 */

#include "trace_model.h"

enum trace_axis_kind { TRACE_AXIS_TIME, TRACE_AXIS_STEP, TRACE_AXIS_FOLDED };
#define TRACE_AXIS_KINDS 3

/* A collapsed idle gap. */
struct trace_axis_break {
    int64_t start_ns;
    int64_t end_ns;
    double start; /* position */
    double end;
};

struct trace_axis {
    enum trace_axis_kind kind;
    int64_t *knot_ns; /* strictly increasing instants */
    double *knot;     /* their positions, increasing */
    size_t knot_count;
    struct trace_axis_break *breaks; /* folded and step: in time order */
    size_t break_count;
    double length; /* position of the last instant */
};

/* Makes an axis for a model; on 0 the caller owes trace_axis_finish().  0 or -ENOMEM. */
int trace_axis_init(struct trace_axis *axis, const struct trace_model *model,
                    enum trace_axis_kind kind);
void trace_axis_finish(struct trace_axis *axis);

/* Instant to position and back; beyond either end the axis goes on straight.  O(log knots). */
double trace_axis_position(const struct trace_axis *axis, int64_t at_ns);
int64_t trace_axis_instant(const struct trace_axis *axis, double position);

/* The same as trace_axis_position() for instants that lie near each other, as those of a row from
 * left to right do.  *near is 0 at first, and then where the last one was; any number below
 * knot_count will do.  O(log of the distance). */
double trace_axis_position_near(const struct trace_axis *axis, int64_t at_ns, size_t *near);

/* Likewise trace_axis_instant() for positions from left to right. */
int64_t trace_axis_instant_near(const struct trace_axis *axis, double position, size_t *near);

/* "time", "step", "folded"; the second answers false for any other text. */
const char *trace_axis_name(enum trace_axis_kind kind);
bool trace_axis_parse(const char *name, enum trace_axis_kind *kind);

#endif

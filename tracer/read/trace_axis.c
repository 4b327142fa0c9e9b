/*
 * Building an axis.
 *
 * First the idle gaps: between one run and the next, cut short by whoever becomes ready in
 * between.  Then it is decided how long a gap has to be to collapse; gaps are weighed in classes
 * of a power of two, so that no sorting is needed and gaps of about one length fare alike.  Then
 * the knots are laid from left to right.
 *
 *   folded   knots only around breaks: true to scale within a burst, fixed width in a break
 *   step     knots at the start and the end of each run, and around breaks
 *
 * All of it takes time in proportion to the number of runs and ready states (times the logarithm
 * of the number of gaps for the latter).
 */

#include "trace_axis.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_room.h"

/* A break takes this share of the width of all that is drawn to scale ... */
#define BREAK_SHARE 0.18
/* ... and all breaks together no more than this, however many there are. */
#define BREAK_SHARE_SUM 0.6

/* A gap that collapses must lose at least three quarters of its width: otherwise a reader pays
 * for a bent axis and gets nothing. */
#define BREAK_GAIN_MIN 4.0

/* Step axis: a run takes one column.  What lies between two runs and is no break (the scheduler
 * at work) gets a sliver, wide enough to tell two runs of one actor apart. */
#define STEP_COLUMN 1.0
#define STEP_SLIVER 0.08
/* A break is as wide as a column and a half, so that its label has room. */
#define STEP_BREAK 1.5

/* An idle gap: nobody runs or is ready in [start_ns, end_ns). */
struct gap {
    int64_t start_ns;
    int64_t end_ns;
};

struct gaps {
    struct gap *items;
    size_t count;
    int64_t busy_ns; /* what is no gap */
};

const char *trace_axis_name(enum trace_axis_kind kind)
{
    static const char *const names[TRACE_AXIS_KINDS] = {"time", "step", "folded"};
    return names[kind];
}

bool trace_axis_parse(const char *name, enum trace_axis_kind *kind)
{
    for (int i = 0; i < TRACE_AXIS_KINDS; i++) {
        if (strcmp(name, trace_axis_name((enum trace_axis_kind)i)) == 0) {
            *kind = (enum trace_axis_kind)i;
            return true;
        }
    }
    return false;
}

/* The stretches in which nobody runs. */
static int find_run_gaps(const struct trace_model *model, struct gaps *gaps)
{
    int64_t busy_until_ns = model->start_ns;
    *gaps = (struct gaps){
        .items = trace_room_fixed(((size_t)model->switch_count + 1) * sizeof(struct gap))};
    if (gaps->items == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i <= model->switch_count; i++) {
        bool last = i == model->switch_count;
        const struct trace_span *run = last ? NULL : trace_switch(model, i);
        int64_t next_ns = last ? model->end_ns : run->start_ns;
        if (next_ns > busy_until_ns)
            gaps->items[gaps->count++] = (struct gap){busy_until_ns, next_ns};
        if (!last && run->end_ns > busy_until_ns)
            busy_until_ns = run->end_ns;
    }
    return 0;
}

/* The first gap that ends after an instant. */
static size_t gap_after(const struct gaps *gaps, int64_t at_ns)
{
    size_t low = 0;
    size_t high = gaps->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (gaps->items[middle].end_ns > at_ns)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Takes the ready states out of the gaps.  A ready state that begins in a gap ends it; one that
 * began earlier fills all gaps up to its own end.  `filled` counts the latter: +1 at the first gap
 * that is filled, -1 behind the last. */
static void cut_ready(const struct trace_model *model, struct gaps *gaps, int32_t *filled)
{
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        if (span->state != TRACE_STATE_READY || span->end_ns == span->start_ns)
            continue;
        size_t at = gap_after(gaps, span->start_ns);
        size_t behind = gap_after(gaps, span->end_ns - 1);
        if (at < gaps->count && gaps->items[at].start_ns < span->start_ns) {
            if (gaps->items[at].end_ns > span->start_ns)
                gaps->items[at].end_ns = span->start_ns;
            at++;
        }
        /* Ready until within a gap, and then not run: taken as filling that gap. */
        if (behind < gaps->count && gaps->items[behind].start_ns < span->end_ns)
            behind++;
        if (at < behind) {
            filled[at]++;
            filled[behind]--;
        }
    }
}

static int find_gaps(const struct trace_model *model, struct gaps *gaps)
{
    int result = find_run_gaps(model, gaps);
    int32_t *filled = result == 0 ? calloc(gaps->count + 1, sizeof *filled) : NULL;
    if (filled == NULL) {
        free(gaps->items);
        return -ENOMEM;
    }
    cut_ready(model, gaps, filled);
    size_t kept = 0;
    int32_t depth = 0;
    gaps->busy_ns = model->end_ns - model->start_ns;
    for (size_t i = 0; i < gaps->count; i++) {
        struct gap gap = gaps->items[i];
        depth += filled[i];
        if (depth > 0 || gap.end_ns <= gap.start_ns)
            continue;
        gaps->items[kept++] = gap;
        gaps->busy_ns -= gap.end_ns - gap.start_ns;
    }
    gaps->count = kept;
    free(filled);
    return 0;
}

/* Gaps by length: class c holds those of 2^c ns up to twice that. */
#define CLASS_COUNT 63

struct classes {
    size_t count[CLASS_COUNT];
    double sum_ns[CLASS_COUNT];
};

static int class_of(int64_t length_ns)
{
    return 63 - __builtin_clzll((unsigned long long)length_ns);
}

/* The width of one break if all gaps from class `low` on collapse. */
static double break_width(const struct gaps *gaps, const struct classes *classes, int low)
{
    double kept_ns = (double)gaps->busy_ns;
    size_t count = 0;
    for (int i = 0; i < low; i++)
        kept_ns += classes->sum_ns[i];
    for (int i = low; i < CLASS_COUNT; i++)
        count += classes->count[i];
    double share = count > 0 ? BREAK_SHARE_SUM / (double)count : 0;
    return kept_ns * (share < BREAK_SHARE ? share : BREAK_SHARE);
}

/* The shortest length that collapses: enough gaps that what remains idle takes no more room than
 * what is busy, and one class more so that gaps just below the border do not stand out. */
static int64_t choose_threshold(const struct gaps *gaps, double *width)
{
    struct classes classes = {0};
    double idle_ns = 0;
    for (size_t i = 0; i < gaps->count; i++) {
        int64_t length_ns = gaps->items[i].end_ns - gaps->items[i].start_ns;
        classes.count[class_of(length_ns)]++;
        classes.sum_ns[class_of(length_ns)] += (double)length_ns;
        idle_ns += (double)length_ns;
    }
    if (gaps->busy_ns <= 0 || idle_ns <= (double)gaps->busy_ns)
        return INT64_MAX;
    int low = CLASS_COUNT;
    while (low > 0 && idle_ns > (double)gaps->busy_ns)
        idle_ns -= classes.sum_ns[--low];
    low -= low > 0;
    while (low < CLASS_COUNT - 1 &&
           (double)(INT64_C(1) << low) < BREAK_GAIN_MIN * break_width(gaps, &classes, low))
        low++;
    *width = break_width(gaps, &classes, low);
    return INT64_C(1) << low;
}

/* An axis under construction: where its last knot is. */
struct pen {
    struct trace_axis *axis;
    double at;
    int64_t at_ns;
};

/* The next knot, `width` further on; nothing if it would not be further on in time. */
static void lay_knot(struct pen *pen, int64_t at_ns, double width)
{
    struct trace_axis *axis = pen->axis;
    if (axis->knot_count > 0 && at_ns <= pen->at_ns)
        return;
    pen->at += axis->knot_count > 0 ? width : 0;
    pen->at_ns = at_ns;
    axis->knot_ns[axis->knot_count] = at_ns;
    axis->knot[axis->knot_count++] = pen->at;
}

static void lay_break(struct pen *pen, const struct gap *gap, double width)
{
    double start = pen->at;
    lay_knot(pen, gap->end_ns, width);
    pen->axis->breaks[pen->axis->break_count++] = (struct trace_axis_break){
        .start_ns = gap->start_ns, .end_ns = gap->end_ns, .start = start, .end = pen->at};
}

/* What lies between two breaks, or before the first, or behind the last. */
struct burst {
    int64_t start_ns;
    int64_t end_ns;
    uint32_t run_first; /* its runs, as indexes of switches */
    uint32_t run_end;
};

/* The burst with this index, given the one before it (all zero before the first). */
static void next_burst(const struct trace_model *model, const struct gaps *gaps, size_t index,
                       struct burst *burst)
{
    burst->start_ns = index == 0 ? model->start_ns : gaps->items[index - 1].end_ns;
    burst->end_ns = index < gaps->count ? gaps->items[index].start_ns : model->end_ns;
    burst->run_first = burst->run_end;
    while (burst->run_end < model->switch_count &&
           trace_switch(model, burst->run_end)->start_ns < burst->end_ns)
        burst->run_end++;
}

/* How much room a burst deserves: by its length, so that a long hold looks long, or by its number
 * of runs, so that a short burst of many turns can be read; whichever is more. */
static double weight_of(const struct burst *burst, double length_sum_ns, double run_sum)
{
    double by_length = (double)(burst->end_ns - burst->start_ns) / length_sum_ns;
    double by_runs = run_sum > 0 ? (burst->run_end - burst->run_first) / run_sum : 0;
    return by_length > by_runs ? by_length : by_runs;
}

/* All bursts together are as wide as they are long; each has a scale of its own. */
static void lay_folded(struct pen *pen, const struct trace_model *model, const struct gaps *gaps,
                       double width)
{
    double length_sum_ns = (double)(model->end_ns - model->start_ns), weight_sum = 0;
    struct burst burst = {0};
    if (gaps->count == 0) { /* one burst, however many runs are in it */
        lay_knot(pen, model->end_ns, length_sum_ns);
        return;
    }
    for (size_t i = 0; i < gaps->count; i++)
        length_sum_ns -= (double)(gaps->items[i].end_ns - gaps->items[i].start_ns);
    for (size_t i = 0; i <= gaps->count; i++) {
        next_burst(model, gaps, i, &burst);
        weight_sum += weight_of(&burst, length_sum_ns, model->switch_count);
    }
    burst.run_end = 0;
    for (size_t i = 0; i <= gaps->count; i++) {
        next_burst(model, gaps, i, &burst);
        double weight = weight_of(&burst, length_sum_ns, model->switch_count);
        lay_knot(pen, burst.end_ns, weight / weight_sum * length_sum_ns);
        if (i < gaps->count)
            lay_break(pen, &gaps->items[i], width);
    }
}

static void lay_step(struct pen *pen, const struct trace_model *model, const struct gaps *gaps)
{
    size_t gap = 0;
    int64_t busy_until_ns = model->start_ns;
    for (uint32_t i = 0; i <= model->switch_count; i++) {
        bool last = i == model->switch_count;
        const struct trace_span *run = last ? NULL : trace_switch(model, i);
        int64_t next_ns = last ? model->end_ns : run->start_ns;
        /* The column of the runs before this one ends with them, or where this one starts. */
        lay_knot(pen, busy_until_ns < next_ns ? busy_until_ns : next_ns, STEP_COLUMN);
        for (; gap < gaps->count && gaps->items[gap].end_ns <= next_ns; gap++) {
            lay_knot(pen, gaps->items[gap].start_ns, STEP_SLIVER);
            lay_break(pen, &gaps->items[gap], STEP_BREAK);
        }
        lay_knot(pen, next_ns, STEP_SLIVER);
        if (!last && run->end_ns > busy_until_ns)
            busy_until_ns = run->end_ns;
    }
}

static int allocate(struct trace_axis *axis, const struct trace_model *model,
                    const struct gaps *gaps)
{
    size_t room = 2 + 2 * gaps->count;
    if (axis->kind == TRACE_AXIS_STEP)
        room += 2 * (size_t)model->switch_count + 2;
    axis->knot_ns = trace_room_fixed(room * sizeof *axis->knot_ns);
    axis->knot = trace_room_fixed(room * sizeof *axis->knot);
    axis->breaks = malloc((gaps->count + 1) * sizeof *axis->breaks);
    return axis->knot_ns != NULL && axis->knot != NULL && axis->breaks != NULL ? 0 : -ENOMEM;
}

/* Leaves only the gaps that collapse; returns the width of a break on the folded axis. */
static double keep_long_gaps(struct gaps *gaps)
{
    double width = 0;
    int64_t threshold_ns = choose_threshold(gaps, &width);
    size_t kept = 0;
    for (size_t i = 0; i < gaps->count; i++)
        if (gaps->items[i].end_ns - gaps->items[i].start_ns >= threshold_ns)
            gaps->items[kept++] = gaps->items[i];
    gaps->count = kept;
    return width;
}

int trace_axis_init(struct trace_axis *axis, const struct trace_model *model,
                    enum trace_axis_kind kind)
{
    struct gaps gaps = {0};
    struct pen pen = {.axis = axis};
    *axis = (struct trace_axis){.kind = kind};
    int result = kind != TRACE_AXIS_TIME ? find_gaps(model, &gaps) : 0;
    if (result < 0)
        return result;
    double width = keep_long_gaps(&gaps);
    result = allocate(axis, model, &gaps);
    if (result == 0) {
        lay_knot(&pen, model->start_ns, 0);
        if (kind == TRACE_AXIS_STEP)
            lay_step(&pen, model, &gaps);
        else
            lay_folded(&pen, model, &gaps, width);
        axis->length = pen.at;
    } else {
        trace_axis_finish(axis);
    }
    free(gaps.items);
    return result;
}

void trace_axis_finish(struct trace_axis *axis)
{
    free(axis->knot_ns);
    free(axis->knot);
    free(axis->breaks);
    *axis = (struct trace_axis){.kind = axis->kind};
}

/* Knots are looked for by their instant or by their position: whether one lies at such a value or
 * before it. */
typedef bool (*reached_fn)(const struct trace_axis *axis, size_t knot, const void *value);

static bool reached_instant(const struct trace_axis *axis, size_t knot, const void *at_ns)
{
    return axis->knot_ns[knot] <= *(const int64_t *)at_ns;
}

static bool reached_position(const struct trace_axis *axis, size_t knot, const void *position)
{
    return axis->knot[knot] <= *(const double *)position;
}

/* The straight piece on which a value lies, between two knots: the index of its left knot, such
 * that there is one to the right of it, too. */
static inline size_t piece_between(const struct trace_axis *axis, size_t low, size_t high,
                                   reached_fn reached, const void *value)
{
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (reached(axis, middle, value))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The same on the whole axis, in steps that double from a knot near by. */
static inline size_t piece_near(const struct trace_axis *axis, size_t near, reached_fn reached,
                                const void *value)
{
    size_t last = axis->knot_count - 1;
    size_t low = near < last ? near : last - 1;
    size_t high = low + 1;
    for (size_t step = 1; low > 0 && !reached(axis, low, value); step *= 2) {
        high = low;
        low = low > step ? low - step : 0;
    }
    for (size_t step = 1; high < last && reached(axis, high, value); step *= 2) {
        low = high;
        high = last - high > step ? high + step : last;
    }
    return piece_between(axis, low, high, reached, value);
}

/* Questions may be about any instant, "never" among them; twice what a trace can hold is far
 * enough, and differences from there still fit. */
#define FAR_NS INT64_C(4500000000000000000)

static int64_t not_too_far(int64_t at_ns)
{
    return at_ns > FAR_NS ? FAR_NS : at_ns < -FAR_NS ? -FAR_NS : at_ns;
}

/* The position of an instant on the straight piece that begins with the i-th knot. */
static double position_on(const struct trace_axis *axis, size_t i, int64_t at_ns)
{
    double share =
        (double)(at_ns - axis->knot_ns[i]) / (double)(axis->knot_ns[i + 1] - axis->knot_ns[i]);
    return axis->knot[i] + share * (axis->knot[i + 1] - axis->knot[i]);
}

double trace_axis_position(const struct trace_axis *axis, int64_t at_ns)
{
    at_ns = not_too_far(at_ns);
    if (axis->knot_count < 2)
        return (double)(at_ns - axis->knot_ns[0]);
    size_t piece = piece_between(axis, 0, axis->knot_count - 1, reached_instant, &at_ns);
    return position_on(axis, piece, at_ns);
}

/* The instant at a position on the straight piece that begins with the i-th knot; of an axis of one
 * knot there is no piece. */
static int64_t instant_on(const struct trace_axis *axis, size_t i, double position)
{
    int64_t from_ns = axis->knot_ns[i];
    double length_ns = position;
    if (axis->knot_count >= 2) {
        double share = (position - axis->knot[i]) / (axis->knot[i + 1] - axis->knot[i]);
        length_ns = share * (double)(axis->knot_ns[i + 1] - from_ns);
    }
    double far_ns = (double)FAR_NS;
    if (!(length_ns > -far_ns && length_ns < far_ns))
        return length_ns < 0 ? -FAR_NS : FAR_NS;
    return from_ns + (int64_t)(length_ns + (length_ns < 0 ? -0.5 : 0.5));
}

int64_t trace_axis_instant(const struct trace_axis *axis, double position)
{
    size_t last = axis->knot_count - 1; /* 0: there is no piece, but a knot */
    return instant_on(axis, piece_between(axis, 0, last, reached_position, &position), position);
}

int64_t trace_axis_instant_near(const struct trace_axis *axis, double position, size_t *near)
{
    if (axis->knot_count < 2)
        return instant_on(axis, 0, position);
    *near = piece_near(axis, *near, reached_position, &position);
    return instant_on(axis, *near, position);
}

double trace_axis_position_near(const struct trace_axis *axis, int64_t at_ns, size_t *near)
{
    at_ns = not_too_far(at_ns);
    if (axis->knot_count < 2)
        return (double)(at_ns - axis->knot_ns[0]);
    *near = piece_near(axis, *near, reached_instant, &at_ns);
    return position_on(axis, *near, at_ns);
}

/*
 * A folded axis is a row of straight stretches with breaks between them; the plain axis is one
 * stretch.  Each stretch is ruled by itself with the same step, so that scale can be compared
 * across a break, and labels are given out from left to right.
 */

#include "ruler.h"

#include <math.h>
#include <string.h>

/* Ticks are at least so many widths of a digit apart, and labels so many. */
#define TICK_DIGITS 11
#define LABEL_GAP_DIGITS 2.2

/* On the step axis instants are as precise as switches are short, a tenth of a microsecond, while
 * there is room for it; later ones are longer to write and get a digit less. */
#define MICROSECONDS_BELOW_NS 1000000

#define DAY_NS INT64_C(86400000000000)

/* The least of 1, 2, 5 times a power of ten that is no less than `least`. */
static int64_t round_step(double least)
{
    int64_t power = 1;
    while ((double)power * 10 <= least)
        power *= 10;
    static const int64_t factors[] = {1, 2, 5};
    for (int i = 0; i < 3; i++)
        if ((double)(factors[i] * power) >= least)
            return factors[i] * power;
    return 10 * power;
}

/* The same for time: from half a minute on, minutes, hours and days. */
static int64_t time_step(double least_ns)
{
    static const int64_t long_s[] = {30,   60,   120,  300,   600,   900,
                                     1800, 3600, 7200, 10800, 21600, 43200};
    int64_t step_ns = round_step(least_ns);
    if (step_ns < FORMAT_CLOCK_NS)
        return step_ns;
    for (size_t i = 0; i < sizeof long_s / sizeof long_s[0]; i++)
        if ((double)long_s[i] * 1e9 >= least_ns)
            return long_s[i] * 1000000000;
    return round_step(least_ns / (double)DAY_NS) * DAY_NS;
}

struct pen {
    struct ruler *ruler;
    const struct fold_columns *columns;
    const struct text_measurer *measurer;
    struct text_style style;
    double digit_px;
    double taken_px;  /* labels so far end here */
    const char *last; /* label; NULL: none */
    int64_t step_ns;
};

/* Adds a tick at x with its label, if the label has room. */
static void put_tick(struct pen *pen, double x, int64_t at_ns)
{
    if (pen->ruler->count == RULER_TICKS_MAX || x < 0 || x > pen->columns->count)
        return;
    struct ruler_tick *tick = &pen->ruler->ticks[pen->ruler->count++];
    tick->x = x;
    tick->at_ns = at_ns;
    format_instant(at_ns, pen->step_ns, tick->label);
    double half = text_width_px(pen->measurer, pen->style, tick->label) / 2;
    /* steps may be nearer to each other than their labels can tell */
    bool same = pen->last != NULL && strcmp(tick->label, pen->last) == 0;
    bool fits = !same && x - half >= pen->taken_px && x + half <= pen->columns->count + half * 0.4;
    if (fits)
        pen->taken_px = x + half + LABEL_GAP_DIGITS * pen->digit_px, pen->last = tick->label;
    else
        tick->label[0] = '\0';
}

/* Rules the stretch of the axis between two instants. */
static void rule_stretch(struct pen *pen, int64_t first_ns, int64_t last_ns)
{
    int64_t at_ns = first_ns / pen->step_ns * pen->step_ns;
    if (at_ns < first_ns)
        at_ns += pen->step_ns;
    for (; at_ns <= last_ns && pen->ruler->count < RULER_TICKS_MAX; at_ns += pen->step_ns)
        put_tick(pen, fold_x(pen->columns, at_ns), at_ns);
}

static void rule_true(struct pen *pen)
{
    const struct fold_columns *columns = pen->columns;
    const struct trace_axis *axis = columns->axis;
    /* Outside of breaks a unit of these axes is a nanosecond. */
    pen->step_ns = time_step(columns->view.units_per_px * TICK_DIGITS * pen->digit_px);
    int64_t from_ns = columns->at_ns[0];
    int64_t to_ns = columns->at_ns[columns->count];
    for (size_t i = 0; i < axis->break_count && axis->breaks[i].start_ns < to_ns; i++) {
        if (axis->breaks[i].end_ns <= from_ns)
            continue;
        if (axis->breaks[i].start_ns > from_ns)
            rule_stretch(pen, from_ns, axis->breaks[i].start_ns);
        from_ns = axis->breaks[i].end_ns;
    }
    if (from_ns < to_ns)
        rule_stretch(pen, from_ns, to_ns);
}

static void rule_steps(struct pen *pen, const struct trace_model *model)
{
    const struct fold_columns *columns = pen->columns;
    uint32_t first = trace_switch_from(model, columns->at_ns[0]);
    uint32_t end = trace_switch_from(model, columns->at_ns[columns->count]);
    double room = columns->count / (TICK_DIGITS * pen->digit_px) + 1;
    uint32_t every = (uint32_t)ceil((end - first) / room);
    every = every > 1 ? (uint32_t)round_step(every) : 1;
    first = (first + every - 1) / every * every;
    for (uint32_t i = first; i < end; i += every) {
        int64_t at_ns = model->spans[model->switches[i]].start_ns;
        pen->step_ns = at_ns < MICROSECONDS_BELOW_NS ? 100 : 1000;
        put_tick(pen, fold_x(columns, at_ns), at_ns);
    }
}

void ruler_make(struct ruler *ruler, const struct fold_columns *columns,
                const struct trace_model *model, const struct text_measurer *measurer,
                struct text_style style)
{
    ruler->count = 0;
    struct pen pen = {.ruler = ruler, .columns = columns, .measurer = measurer, .style = style};
    pen.digit_px = fmax(text_width_px(measurer, style, "0"), 1);
    pen.taken_px = -pen.digit_px * TICK_DIGITS / 2;
    if (columns->axis->kind == TRACE_AXIS_STEP)
        rule_steps(&pen, model);
    else
        rule_true(&pen);
}

/*
 * An axis goes on straight beyond its end, so that a short run can be looked at as far as the
 * longest goes: the lengths of the axes are made equal, and nothing else has to know.
 */

#include "compare.h"

#include <math.h>

#include "app.h"

int64_t compare_shift_ns(const struct app *app, uint32_t index)
{
    return app->documents[index].origin_ns - app->document->origin_ns;
}

/* What is to be added to a position of the run in focus, likewise. */
static double shift(const struct app *app, uint32_t index, enum trace_axis_kind kind)
{
    const struct document *other = &app->documents[index];
    return trace_axis_position(&other->axes[kind], other->origin_ns) -
           trace_axis_position(&app->document->axes[kind], app->document->origin_ns);
}

void compare_alone(const struct app *app, uint32_t index, struct app *alone)
{
    *alone = *app;
    if (app->hover.pane != index)
        alone->hover.kind = FRAME_HOT_NONE;
    if (index == app->focus)
        return;
    int64_t at_ns = 0;
    alone->moment_set = app_cursor(app, &at_ns);
    alone->moment_ns = at_ns + compare_shift_ns(app, index);
    alone->selected = alone->message = TRACE_NONE;
    alone->range.from_ns += compare_shift_ns(app, index);
    alone->range.to_ns += compare_shift_ns(app, index);
    alone->view.start += shift(app, index, app->view.axis);
    alone->view.scroll_px = app->documents[index].scroll_px;
    alone->document = (struct document *)&app->documents[index];
    alone->layout = app_layout_of(app, index);
    /* The picture may be higher, or its text smaller, than when it was scrolled. */
    alone->view.scroll_px = fmin(alone->view.scroll_px, alone->layout.scroll_px_max);
}

bool compare_focus(struct app *app, uint32_t index)
{
    struct app alone;
    if (index == app->focus || index >= app->document_count)
        return false;
    compare_alone(app, index, &alone);
    app->document->scroll_px = app->view.scroll_px;
    app->focus = index;
    app->document = &app->documents[index];
    app->view = alone.view;
    app->layout = alone.layout;
    app->moment_set = alone.moment_set;
    app->moment_ns = alone.moment_ns;
    app->selected = app->message = TRACE_NONE;
    app->history = (struct history){.count = 0}; /* it was another run's */
    if (app->range_set)
        app_set_range(app, alone.range.from_ns, alone.range.to_ns);
    return true;
}

void compare_align(struct app *app)
{
    for (int kind = 0; kind < TRACE_AXIS_KINDS; kind++) {
        double longest = 0;
        for (uint32_t i = 0; i < app->document_count; i++) {
            struct document *document = &app->documents[i];
            struct trace_axis *axis = &document->axes[kind];
            longest = fmax(longest, axis->length - trace_axis_position(axis, document->origin_ns));
        }
        for (uint32_t i = 0; i < app->document_count; i++) {
            struct document *document = &app->documents[i];
            struct trace_axis *axis = &document->axes[kind];
            axis->length = longest + trace_axis_position(axis, document->origin_ns);
        }
    }
}

void compare_scroll(struct app *app)
{
    for (uint32_t i = 0; i < app->document_count; i++) {
        struct document *document = &app->documents[i];
        struct layout layout = app_layout_of(app, i);
        const struct lanes *lanes = &document->lanes;
        uint32_t first = 0;
        while (first < lanes->count && lanes->items[first].row != TRACE_NONE &&
               document->rows.rows[lanes->items[first].row].kind != ROW_ACTOR)
            first++;
        document->scroll_px = fmin((double)layout.row_height * first, layout.scroll_px_max);
        if (i == app->focus)
            app->view.scroll_px = document->scroll_px;
    }
}

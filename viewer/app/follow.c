/*
 * Commands that select: along the switches, along causes, along what was found.
 */

#include "inner.h"

#include "arrows.h"
#include "jumps.h"
#include "trace_wake.h"

/* Lets a function select and scroll, and remembers the view before as one jump. */
static bool jump(struct app *app, void (*select)(struct app *app, uint32_t index), uint32_t index)
{
    struct history_spot before = {app->view, app->selected};
    app->range_set = app->moment_set = false;
    select(app, index);
    history_pause(&app->history);
    history_record(&app->history, &before, GESTURE_JUMP);
    return true;
}

bool follow(struct app *app, uint32_t span)
{
    if (span == TRACE_NONE || span == app->selected)
        return false;
    return jump(app, app_select, span);
}

bool follow_moment(struct app *app, int64_t at_ns)
{
    app->selected = app->message = TRACE_NONE;
    app->moment_set = true;
    app->moment_ns = at_ns;
    return true;
}

/* From the selected state along the selected message, or along the first of its own. */
static bool follow_message(struct app *app)
{
    const struct trace_model *model = app->document->model;
    uint32_t flow = app->message;
    if (flow == TRACE_NONE && app->selected != TRACE_NONE)
        flow = arrows_first_message(model, app->selected);
    if (flow == TRACE_NONE) {
        app_say(app, "No message leads from here or to here.");
        return true;
    }
    return jump(app, app_select_message, flow);
}

static bool step(struct app *app, bool forth)
{
    const struct order *order = &app->document->order;
    int64_t at_ns = 0;
    if (!app_cursor(app, &at_ns))
        return follow(app, forth ? order_switch_after(order, INT64_MIN / 2)
                                 : order_switch_before(order, INT64_MAX / 2));
    uint32_t number = app->selected != TRACE_NONE ? order_number(order, app->selected) : 0;
    if (number == 0) /* from what is no numbered switch to the nearest one */
        return follow(app, forth ? order_switch_after(order, at_ns)
                                 : order_switch_before(order, at_ns - 1));
    uint32_t index = forth ? number : number - 2;
    return follow(app, index < order->switch_count ? order->switches[index] : TRACE_NONE);
}

/* To a span that a question has for its answer, or a sentence why there is none. */
static bool follow_or_say(struct app *app, uint32_t span, const char *none)
{
    if (span == TRACE_NONE)
        app_say(app, "%s", none);
    return span == TRACE_NONE || follow(app, span);
}

static bool worst_latency(struct app *app)
{
    uint32_t worst[JUMPS_WORST_MAX];
    uint32_t count = jumps_worst(app->document->model, worst);
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++)
        if (worst[i] == app->selected)
            next = (i + 1) % count;
    bool moved = follow_or_say(app, count > 0 ? worst[next] : TRACE_NONE,
                               "No actor was ever ready without running at once.");
    if (count > 0)
        app_say(app, "Wait for a turn number %u of the %u worst.", next + 1, count);
    return moved;
}

/* The actor one row up or down, at the cursor. */
static bool next_lane(struct app *app, int down)
{
    const struct document *document = app->document;
    const struct lanes *lanes = &document->lanes;
    int64_t at_ns = document->model->start_ns;
    app_cursor(app, &at_ns);
    uint32_t place = TRACE_NONE;
    if (app->selected != TRACE_NONE)
        place = lanes_place_of_lane(lanes, document->model->spans[app->selected].lane);
    int64_t i = place != TRACE_NONE ? (int64_t)place : down > 0 ? -1 : (int64_t)lanes->count;
    for (;;) {
        i += down;
        if (i < 0 || i >= lanes->count)
            return false;
        uint32_t row = lanes->items[i].row;
        if (row == TRACE_NONE || document->rows.rows[row].kind != ROW_ACTOR)
            continue;
        uint32_t span = jumps_state_near(document->model, document->rows.rows[row].subject, at_ns);
        if (span != TRACE_NONE)
            return follow(app, span);
    }
}

/* The range of a state, and at a second time, or without one, of all that is shown. */
static bool set_range(struct app *app)
{
    const struct trace_span *span = NULL;
    if (app->selected != TRACE_NONE)
        span = &app->document->model->spans[app->selected];
    bool again = app->range_set && span != NULL && app->range.from_ns == span->start_ns &&
                 app->range.to_ns == span->end_ns;
    if (span != NULL && !again) {
        app_set_range(app, span->start_ns, span->end_ns);
        return true;
    }
    const struct trace_axis *axis = app_axis(app);
    app_set_range(app, trace_axis_instant(axis, app->view.start),
                  trace_axis_instant(axis, view_position(&app->view, lanes_width(app))));
    return true;
}

static bool of_selected(struct app *app, enum command command)
{
    const struct order *order = &app->document->order;
    uint32_t span = app->selected;
    if (span == TRACE_NONE) {
        app_say(app, "Nothing is selected: click on a state, or press an arrow key.");
        return true;
    }
    switch (command) {
    case COMMAND_WAKER:
        return follow_or_say(app, trace_wake_run(order->model, span),
                             "The trace names no actor that woke this one.");
    case COMMAND_HOLDER:
        return follow_or_say(app, jumps_holder(order->model, span),
                             "The trace names nobody that this one waits for.");
    case COMMAND_LANE_NEXT:
        return follow_or_say(app, jumps_run_of_lane(order->model, span, true),
                             "This actor does not run again.");
    default:
        return follow_or_say(app, jumps_run_of_lane(order->model, span, false),
                             "This actor has not run before.");
    }
}

bool follow_command(struct app *app, enum command command, bool *known)
{
    const struct order *order = &app->document->order;
    *known = true;
    switch (command) {
    case COMMAND_NEXT:
        return step(app, true);
    case COMMAND_PREVIOUS:
        return step(app, false);
    case COMMAND_FIRST:
        return follow(app, order->switch_count > 0 ? order->switches[0] : TRACE_NONE);
    case COMMAND_LAST:
        return follow(app, order_switch_before(order, INT64_MAX / 2));
    case COMMAND_WAKER:
    case COMMAND_HOLDER:
    case COMMAND_LANE_NEXT:
    case COMMAND_LANE_PREVIOUS:
        return of_selected(app, command);
    case COMMAND_LANE_UP:
        return next_lane(app, -1);
    case COMMAND_LANE_DOWN:
        return next_lane(app, 1);
    case COMMAND_OTHER_END:
        return follow_message(app);
    case COMMAND_LONGEST_HOLD:
        return follow_or_say(app, app->document->score.longest_hold, "Nobody ever ran.");
    case COMMAND_WORST_LATENCY:
        return worst_latency(app);
    case COMMAND_SEARCH:
        return prompt_open(app, PROMPT_SEARCH);
    case COMMAND_HIT_NEXT:
        return prompt_walk(app, true);
    case COMMAND_HIT_PREVIOUS:
        return prompt_walk(app, false);
    case COMMAND_RANGE:
        return set_range(app);
    default:
        *known = false;
        return false;
    }
}

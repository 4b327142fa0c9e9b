/*
 * Commands about which lanes are shown, in which order, and how high.
 */

#include "inner.h"

#include <math.h>

/* The group that a command is about: that of the heading below the pointer, or of the selected
 * state's actor. */
static uint32_t group_at_hand(const struct app *app)
{
    const struct lanes *lanes = &app->document->lanes;
    uint32_t item = TRACE_NONE;
    if (app->hover.kind == FRAME_HOT_NAME || app->hover.kind == FRAME_HOT_BAND)
        item = app->hover.index;
    else if (app->selected != TRACE_NONE)
        item = lanes_place_of_lane(lanes, app->document->model->spans[app->selected].lane);
    return item < lanes->count ? lanes->items[item].group : TRACE_NONE;
}

bool arrange_fold(struct app *app, uint32_t group)
{
    struct lanes *lanes = &app->document->lanes;
    if (group >= lanes->group_count)
        return false;
    lanes->groups[group].folded = !lanes->groups[group].folded;
    app_arrange(app);
    return true;
}

static bool fold_at_hand(struct app *app)
{
    if (app->document->lanes.grouping == LANES_FLAT)
        app_say(app, "Lanes are not grouped; Shift+G groups them.");
    else if (!arrange_fold(app, group_at_hand(app)))
        app_say(app, "Which group? Point at its heading, or select one of its states.");
    return true;
}

static bool fold_all(struct app *app)
{
    struct lanes *lanes = &app->document->lanes;
    bool any_open = false;
    if (lanes->grouping == LANES_FLAT) {
        lanes->grouping = LANES_BY_NAME;
        app_arrange(app);
    }
    for (uint32_t i = 0; i < lanes->group_count; i++)
        any_open |= !lanes->groups[i].folded;
    for (uint32_t i = 0; i < lanes->group_count; i++)
        lanes->groups[i].folded = any_open;
    app_arrange(app);
    return true;
}

static bool next_grouping(struct app *app)
{
    struct lanes *lanes = &app->document->lanes;
    lanes->grouping = (enum lanes_grouping)((lanes->grouping + 1) % LANES_GROUPINGS);
    app_arrange(app);
    app_say(app, "Lanes are %s%s.", lanes->grouping == LANES_FLAT ? "" : "grouped ",
            lanes_grouping_name(lanes->grouping));
    return true;
}

static bool next_sorting(struct app *app)
{
    struct lanes *lanes = &app->document->lanes;
    lanes->sorting = (enum lanes_sorting)((lanes->sorting + 1) % LANES_SORTINGS);
    app_arrange(app);
    app_say(app, "The order of the lanes: %s.", lanes_sorting_name(lanes->sorting));
    return true;
}

static bool pin(struct app *app)
{
    struct lanes *lanes = &app->document->lanes;
    uint32_t row = TRACE_NONE;
    if (app->hover.kind == FRAME_HOT_NAME && app->hover.index < lanes->count)
        row = lanes->items[app->hover.index].row;
    else if (app->selected != TRACE_NONE)
        row = rows_of_lane(&app->document->rows, app->document->model->spans[app->selected].lane);
    if (row == TRACE_NONE) {
        app_say(app, "Which lane? Point at its name, or select one of its states.");
        return true;
    }
    lanes->pinned[row] = !lanes->pinned[row];
    app_arrange(app);
    app_say(app, "%s is %s.", rows_name(&app->document->rows, &app->document->rows.rows[row]),
            lanes->pinned[row] ? "pinned to the top" : "where it was");
    return true;
}

static bool toggle_own(struct app *app)
{
    struct lanes *lanes = &app->document->lanes;
    const struct rows *rows = &app->document->rows;
    if (rows->count == rows->actor_end) {
        app_say(app, "No actor of this run names or counts anything.");
        return true;
    }
    lanes->bare = !lanes->bare;
    app_arrange(app);
    return true;
}

static bool zoom_rows(struct app *app, float factor)
{
    float zoom = fminf(fmaxf(app->row_zoom * factor, APP_ROW_ZOOM_MIN), APP_ROW_ZOOM_MAX);
    double shown = app->layout.row_height;
    if (zoom == app->row_zoom)
        return false;
    app->row_zoom = zoom;
    app_lay_out(app);
    app->view.scroll_px *= app->layout.row_height / fmax(shown, 1); /* the same row on top */
    return app_bound_view(app);
}

bool arrange_command(struct app *app, enum command command, bool *known)
{
    *known = true;
    switch (command) {
    case COMMAND_FILTER:
        return prompt_open(app, PROMPT_FILTER);
    case COMMAND_GROUP:
        return next_grouping(app);
    case COMMAND_FOLD:
        return fold_at_hand(app);
    case COMMAND_FOLD_ALL:
        return fold_all(app);
    case COMMAND_SORT:
        return next_sorting(app);
    case COMMAND_PIN:
        return pin(app);
    case COMMAND_OWN_WORDS:
        return toggle_own(app);
    case COMMAND_ROWS_HIGHER:
        return zoom_rows(app, APP_ROW_STEP);
    case COMMAND_ROWS_LOWER:
        return zoom_rows(app, 1 / APP_ROW_STEP);
    default:
        *known = false;
        return false;
    }
}

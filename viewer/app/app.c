/*
 * Opening, and what several files change the state by.  The opening view is the one in which most
 * can be seen: the true time axis, unless the runs would be too narrow on it and folding makes them
 * wider.
 */

#include "app.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arrows.h"
#include "compare.h"
#include "first.h"

/* A typical run narrower than this on the time axis is hidden by it. */
#define RUN_PX_VISIBLE 4.0
/* Folding must shorten the axis to this part to be worth it. */
#define FOLDED_SHARE 0.5

static enum trace_axis_kind telling_axis(const struct document *document, double width_px)
{
    const struct trace_axis *time = &document->axes[TRACE_AXIS_TIME];
    const struct trace_axis *folded = &document->axes[TRACE_AXIS_FOLDED];
    uint32_t runs = document->model->switch_count;
    if (runs == 0 || time->length <= 0)
        return TRACE_AXIS_TIME;
    double run_px = (double)document->score.busy_ns / runs / time->length * width_px;
    bool hidden = run_px < RUN_PX_VISIBLE;
    bool helps = folded->length < time->length * FOLDED_SHARE;
    return hidden && helps ? TRACE_AXIS_FOLDED : TRACE_AXIS_TIME;
}

static const char *const theme_names[APP_THEMES] = {"light", "dark", "contrast", "print"};

const char *app_theme_name(enum app_theme theme)
{
    return theme_names[theme];
}

bool app_theme_parse(const char *name, enum app_theme *theme)
{
    for (int i = 0; i < APP_THEMES; i++)
        if (strcmp(name, theme_names[i]) == 0) {
            *theme = (enum app_theme)i;
            return true;
        }
    return false;
}

void app_open_view(struct app *app, enum trace_axis_kind wanted)
{
    app_lay_out(app);
    double width_px = app->layout.lanes.width;
    enum trace_axis_kind kind = app->axis_given ? wanted : telling_axis(app->document, width_px);
    app->view = view_fit(&app->document->axes[kind], width_px);
    uint32_t rows = layout_row_end(&app->layout, 0, app->document->lanes.count);
    uint32_t loops = app->document->rows.loop_count;
    struct first first = first_of(app->document, rows > loops ? rows - loops : 0);
    app->selected = first.span;
    app->causes.waits_on = first.kind == FIRST_CIRCLE;
    if (first.kind != FIRST_USUAL)
        app_select(app, first.span);
}

void app_open_document(struct app *app, struct document *document,
                       const struct text_measurer *measurer, const struct app_options *options)
{
    *app = (struct app){.measurer = measurer,
                        .width = options->width,
                        .height = options->height,
                        .calm = options->calm,
                        .text_scale = options->text_scale > 0 ? options->text_scale : 1,
                        .row_zoom = 1,
                        .theme = options->theme,
                        .axis_given = options->axis_given,
                        .play = {.speed = 1},
                        .selected = TRACE_NONE,
                        .message = TRACE_NONE};
    app->document = &app->documents[0];
    app->document_count = 1;
    document_move(app->document, document);
    document_measure(app->document, measurer);
    app_open_view(app, options->axis);
}

int app_open(struct app *app, const struct trace_model *model, const char *trace_path,
             const struct text_measurer *measurer, const struct app_options *options)
{
    struct document document = {.model = NULL};
    int status = document_open(&document, model, trace_path);
    if (status == 0)
        app_open_document(app, &document, measurer, options);
    else
        document_close(&document);
    return status;
}

/* The lane with the name of one of another model: the one with its number, if that has it. */
static uint32_t same_lane(const struct trace_model *old, const struct trace_model *fresh,
                          uint32_t lane)
{
    const char *name = trace_text(old, old->lanes[lane].name);
    uint32_t numbered = trace_lane_by_id(fresh, old->lanes[lane].id);
    if (numbered != TRACE_NONE && strcmp(trace_text(fresh, fresh->lanes[numbered].name), name) == 0)
        return numbered;
    for (uint32_t i = 0; i < fresh->lane_count; i++)
        if (strcmp(trace_text(fresh, fresh->lanes[i].name), name) == 0)
            return i;
    return TRACE_NONE;
}

/* The span of a lane that has the place of another among those of its state: its third run, say; or
 * TRACE_NONE. */
static uint32_t same_place(const struct trace_model *old, const struct trace_model *fresh,
                           uint32_t span, const struct trace_lane *lane)
{
    const struct trace_span *of = &old->spans[span];
    uint32_t left = 1;
    for (uint32_t i = old->lanes[of->lane].span_first; i < span; i++)
        left += old->spans[i].state == of->state;
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++) {
        left -= fresh->spans[i].state == of->state;
        if (left == 0)
            return i;
    }
    return TRACE_NONE;
}

/* The span of the new document that is what `span` was in the old one, or TRACE_NONE.  In a run
 * that has grown it begins at the same instant; another run may be earlier or later everywhere. */
static uint32_t same_span(const struct trace_model *old, const struct trace_model *fresh,
                          uint32_t span)
{
    if (span == TRACE_NONE)
        return TRACE_NONE;
    const struct trace_span *of = &old->spans[span];
    uint32_t lane = same_lane(old, fresh, of->lane);
    if (lane == TRACE_NONE)
        return TRACE_NONE;
    uint32_t at = trace_span_at(fresh, lane, of->start_ns);
    if (at != TRACE_NONE && fresh->spans[at].start_ns == of->start_ns)
        return at;
    uint32_t placed = same_place(old, fresh, span, &fresh->lanes[lane]);
    return placed != TRACE_NONE ? placed : at;
}

void app_exchange(struct app *app, struct document *fresh, bool same)
{
    struct document *document = app->document;
    const struct trace_axis *axis = app_axis(app);
    double width = app->layout.lanes.width;
    bool was_fit = view_is_fit(&app->view, axis, width);
    int64_t from_ns = trace_axis_instant(axis, app->view.start);
    int64_t to_ns = trace_axis_instant(axis, view_position(&app->view, width));
    bool at_end = to_ns >= document->model->end_ns;
    uint32_t selected = same_span(document->model, fresh->model, app->selected);
    causes_finish(&app->causes);
    app->causes = (struct causes){.waits_on = app->causes.waits_on, .told = COMMAND_NONE};
    app->prompt.search.count = 0;
    fresh->lanes.sorting = document->lanes.sorting;
    fresh->lanes.bare = document->lanes.bare;
    fresh->lanes.grouping = document->lanes.grouping;
    memcpy(fresh->lanes.filter, document->lanes.filter, sizeof fresh->lanes.filter);
    if (same)
        fresh->bookmarks = document->bookmarks;
    if (!same)
        quiz_end(app);
    document_close(document);
    document_move(document, fresh);
    document_measure(document, app->measurer);
    app->history = (struct history){.count = 0};
    app->hover.kind = FRAME_HOT_NONE;
    app->message = TRACE_NONE;
    app->range_set = app->moment_set = false;
    app->play.on = false;
    app->selected = selected;
    if (!same) {
        document->lanes.filter[0] = '\0';
        document->lanes.grouping = LANES_FLAT;
        app_open_view(app, app->view.axis);
        return;
    }
    app_arrange(app);
    axis = app_axis(app);
    double first = trace_axis_position(axis, from_ns);
    app->view.units_per_px = fmax(trace_axis_position(axis, to_ns) - first, 1e-6) / fmax(width, 1);
    app->view.start = first;
    if (at_end) /* as it grows, its end stays in sight */
        app->view.start = axis->length - app->view.units_per_px * width * (1 - VIEW_MARGIN);
    if (was_fit)
        app->view = view_fit(axis, width);
    app_bound_view(app);
}

void app_close(struct app *app)
{
    causes_finish(&app->causes);
    for (uint32_t i = 0; i < app->document_count; i++)
        document_close(&app->documents[i]);
    search_finish(&app->prompt.search);
}

int app_add(struct app *app, const struct trace_model *model, const char *trace_path)
{
    if (app->document_count == APP_DOCUMENTS_MAX)
        return -ENOSPC;
    struct document *document = &app->documents[app->document_count];
    int status = document_open(document, model, trace_path);
    if (status < 0) {
        document_close(document);
        return status;
    }
    document_measure(document, app->measurer);
    app->document_count++;
    compare_align(app);
    app->selected = app->message = TRACE_NONE;
    app_lay_out(app);
    if (!app->axis_given) /* the axis on which lengths can be compared */
        app->view.axis = TRACE_AXIS_TIME;
    app->view = view_fit(app_axis(app), app->layout.lanes.width);
    compare_scroll(app);
    return 0;
}

bool app_in_columns(const struct app *app)
{
    return app->layout.columns;
}

struct layout app_layout_of(const struct app *app, uint32_t index)
{
    const struct document *document = &app->documents[index];
    float names_px = 0;
    for (uint32_t i = 0; i < app->document_count; i++)
        names_px = fmaxf(names_px, app->documents[i].names_px);
    struct layout_request request = {.width = app->width,
                                     .height = app->height,
                                     .text_scale =
                                         app->text_scale * (app->projector ? APP_PROJECTOR : 1),
                                     .rows = document->lanes.count,
                                     .pinned = document->lanes.pinned_count,
                                     .row_zoom = app->row_zoom,
                                     .names_px = names_px,
                                     .has_source = sources_any(&document->sources),
                                     .lanes_only = app->blank,
                                     .lesson = app_has_card(app),
                                     .section = index,
                                     .section_count = app->document_count,
                                     .columns = app->columns,
                                     .has_queue = document->has_queue,
                                     .has_output = document->order.print_count > 0};
    return layout_make(&request);
}

void app_lay_out(struct app *app)
{
    double width_before = app->layout.lanes.width;
    bool was_fit = width_before > 0 && view_is_fit(&app->view, app_axis(app), width_before);
    app->layout = app_layout_of(app, app->focus);
    double width_px = app->layout.lanes.width;
    double scroll_px = app->view.scroll_px;
    if (was_fit)
        app->view = view_fit(app_axis(app), width_px);
    else if (width_before > 0) /* a wider window shows the same, wider */
        app->view.units_per_px *= width_before / fmax(width_px, 1);
    app->view.scroll_px = scroll_px;
    if (width_before > 0)
        app_bound_view(app);
}

bool app_bound_view(struct app *app)
{
    app->view = view_pan(&app->view, app_axis(app), app->layout.lanes.width, 0, 0,
                         app->layout.scroll_px_max);
    return true;
}

/* Scrolls as little as needed for an item of the lanes to be seen whole. */
static void reveal_item(struct app *app, uint32_t item)
{
    const struct layout *layout = &app->layout;
    if (item == TRACE_NONE || item < layout->pinned)
        return;
    double top = (double)layout->row_height * item;
    double bottom = top + layout->row_height;
    double pinned = (double)layout->row_height * layout->pinned;
    double scroll_px = app->view.scroll_px;
    scroll_px = fmax(scroll_px, bottom - layout->lanes.height);
    scroll_px = fmin(scroll_px, top - pinned);
    app->view.scroll_px = fmax(fmin(scroll_px, layout->scroll_px_max), 0);
}

/* Brings the lane of a span into sight. */
static void reveal_lane(struct app *app, uint32_t span)
{
    const struct document *document = app->document;
    reveal_item(app, lanes_place_of_lane(&document->lanes, document->model->spans[span].lane));
}

void app_arrange(struct app *app)
{
    if (document_arrange(app->document) < 0)
        app_say(app, "There is not enough memory to arrange the lanes.");
    app_lay_out(app);
    app->hover.kind = FRAME_HOT_NONE; /* what the pointer was on is elsewhere */
    if (app->selected != TRACE_NONE)
        reveal_lane(app, app->selected);
    if (app->range_set)
        app_set_range(app, app->range.from_ns, app->range.to_ns);
}

void app_select(struct app *app, uint32_t span)
{
    app->selected = span;
    app->message = TRACE_NONE;
    app->moment_set = false;
    if (span == TRACE_NONE)
        return;
    const struct trace_span *of = &app->document->model->spans[span];
    double at = trace_axis_position(app_axis(app), of->start_ns);
    app->view = view_reveal(&app->view, app_axis(app), app->layout.lanes.width, at);
    reveal_lane(app, span);
}

void app_select_message(struct app *app, uint32_t flow)
{
    const struct trace_model *model = app->document->model;
    uint32_t from = arrows_from_span(model, flow);
    uint32_t to = arrows_to_span(model, flow);
    uint32_t end = app->selected == from || from == TRACE_NONE ? to : from;
    if (end != TRACE_NONE)
        app_select(app, end);
    app->message = flow;
}

void app_set_range(struct app *app, int64_t a_ns, int64_t b_ns)
{
    int status = document_range(app->document, a_ns, b_ns, &app->range);
    if (status == -ENOMEM)
        app_say(app, "There is not enough memory for statistics.");
    app->range_set = status == 0;
}

bool app_cursor(const struct app *app, int64_t *at_ns)
{
    if (app->selected != TRACE_NONE)
        *at_ns = app->document->model->spans[app->selected].start_ns;
    else if (app->moment_set)
        *at_ns = app->moment_ns;
    return app->selected != TRACE_NONE || app->moment_set;
}

void app_say(struct app *app, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->notice, sizeof app->notice, format, arguments);
    va_end(arguments);
}

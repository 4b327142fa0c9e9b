/*
 * Opening: everything that can be known before the first picture is made here, so that drawing is
 * a walk over what is visible.  The opening view is the one in which most can be seen: the true
 * time axis, unless the runs would be too narrow on it and folding makes them wider.
 */

#include "app.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arrows.h"

/* A typical run narrower than this on the time axis is hidden by it. */
#define RUN_PX_VISIBLE 4.0
/* Folding must shorten the axis to this part to be worth it. */
#define FOLDED_SHARE 0.5

/* Names that decide the width of their column; later ones are cut if they are longer. */
#define NAMES_MEASURED_MAX 512
#define NAME_POINTS 16

static float widest_name_px(const struct document *document, const struct text_measurer *measurer)
{
    float widest = 0;
    struct text_style style = {.size_px = NAME_POINTS, .bold = true};
    for (uint32_t i = 0; i < document->rows.count && i < NAMES_MEASURED_MAX; i++) {
        const char *name = rows_name(&document->rows, &document->rows.rows[i]);
        widest = fmaxf(widest, text_width_px(measurer, style, name));
    }
    return widest;
}

static int open_document(struct document *document, const struct trace_model *model,
                         const char *trace_path, const struct text_measurer *measurer)
{
    document->model = model;
    document->root = trace_lane_root(model);
    for (int i = 0; i < TRACE_AXIS_KINDS; i++) {
        int status = trace_axis_init(&document->axes[i], model, (enum trace_axis_kind)i);
        if (status < 0)
            return status;
    }
    int status = rows_init(&document->rows, model);
    if (status == 0)
        status = order_init(&document->order, model);
    if (status == 0)
        status = strip_init(&document->strip, model);
    if (status < 0)
        return status;
    document->mailbox_peaks = depths_peaks(model);
    if (document->mailbox_peaks == NULL)
        return -ENOMEM;
    trace_stats_total(model, &document->score);
    trace_stats_sentence(&document->score, model->loop_count, document->sentence,
                         sizeof document->sentence);
    sources_init(&document->sources, model, trace_path);
    document->names_px = widest_name_px(document, measurer);
    return 0;
}

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

int app_open(struct app *app, const struct trace_model *model, const char *trace_path,
             const struct text_measurer *measurer, const struct app_options *options)
{
    *app = (struct app){.measurer = measurer,
                        .width = options->width,
                        .height = options->height,
                        .text_scale = options->text_scale > 0 ? options->text_scale : 1,
                        .dark = options->dark,
                        .selected = TRACE_NONE,
                        .message = TRACE_NONE};
    int status = open_document(&app->document, model, trace_path, measurer);
    if (status < 0) {
        app_close(app);
        return status;
    }
    app_lay_out(app);
    double width_px = app->layout.lanes.width;
    enum trace_axis_kind kind =
        options->axis_given ? options->axis : telling_axis(&app->document, width_px);
    app->view = view_fit(&app->document.axes[kind], width_px);
    uint32_t rows = layout_row_end(&app->layout, 0, app->document.rows.count);
    uint32_t loops = app->document.rows.loop_count;
    app->selected = order_most_telling(&app->document.order, rows > loops ? rows - loops : 0);
    return 0;
}

void app_close(struct app *app)
{
    struct document *document = &app->document;
    for (int i = 0; i < TRACE_AXIS_KINDS; i++)
        trace_axis_finish(&document->axes[i]);
    rows_finish(&document->rows);
    order_finish(&document->order);
    strip_finish(&document->strip);
    sources_finish(&document->sources);
    free(document->mailbox_peaks);
    app->document.model = NULL;
}

void app_lay_out(struct app *app)
{
    const struct document *document = &app->document;
    struct layout_request request = {.width = app->width,
                                     .height = app->height,
                                     .text_scale = app->text_scale,
                                     .rows = document->rows.count,
                                     .names_px = document->names_px,
                                     .has_source = sources_any(&document->sources),
                                     .has_output = document->order.print_count > 0};
    double width_before = app->layout.lanes.width;
    bool was_fit = width_before > 0 && view_is_fit(&app->view, app_axis(app), width_before);
    app->layout = layout_make(&request);
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

/* Scrolls as little as needed for a row to be seen whole. */
static void reveal_row(struct app *app, uint32_t row)
{
    double top = (double)app->layout.row_height * row;
    double bottom = top + app->layout.row_height;
    double scroll_px = app->view.scroll_px;
    scroll_px = fmax(scroll_px, bottom - app->layout.lanes.height);
    scroll_px = fmin(scroll_px, top);
    app->view.scroll_px = fmax(fmin(scroll_px, app->layout.scroll_px_max), 0);
}

void app_select(struct app *app, uint32_t span)
{
    app->selected = span;
    app->message = TRACE_NONE;
    if (span == TRACE_NONE)
        return;
    const struct trace_span *of = &app->document.model->spans[span];
    double at = trace_axis_position(app_axis(app), of->start_ns);
    app->view = view_reveal(&app->view, app_axis(app), app->layout.lanes.width, at);
    reveal_row(app, rows_of_lane(&app->document.rows, of->lane));
}

void app_select_message(struct app *app, uint32_t flow)
{
    const struct trace_model *model = app->document.model;
    uint32_t from = arrows_from_span(model, flow);
    uint32_t to = arrows_to_span(model, flow);
    uint32_t end = app->selected == from || from == TRACE_NONE ? to : from;
    if (end != TRACE_NONE)
        app_select(app, end);
    app->message = flow;
}

bool app_cursor(const struct app *app, int64_t *at_ns)
{
    if (app->selected == TRACE_NONE)
        return false;
    *at_ns = app->document.model->spans[app->selected].start_ns;
    return true;
}

/*
 * Prints how much processor time a frame takes, drawn and painted, for a trace:
 *
 *   bench_frame FILE [WIDTH HEIGHT]
 *
 * One line per view: the whole of each axis, and a hundredth of it in the middle; then the median
 * and the 99th percentile of a journey of frames that zooms in, pans and zooms out again; and how
 * long the statistics of a range take, at first and then.  Letters are measured but not painted, as
 * there is no font here.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "draw.h"
#include "paint.h"
#include "trace_load.h"

#define ROUNDS 20
/* Frames of each part of the journey, and how much each zooms. */
#define JOURNEY 80
#define JOURNEY_ZOOM 1.1

static float width_px(void *context, struct text_style style, const char *text, size_t bytes)
{
    (void)context;
    (void)text;
    return (float)style.size_px * 0.6f * (float)bytes;
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* whatever else the machine does */
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void measure(struct app *app, struct frame *frame, struct raster *raster, const char *name)
{
    struct draw_scratch scratch = {0};
    double best_draw = 1e9;
    double best_paint = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        draw_frame(frame, app, &scratch);
        double drawn = now_ms();
        paint_frame(raster, frame, NULL);
        double painted = now_ms();
        best_draw = drawn - start < best_draw ? drawn - start : best_draw;
        best_paint = painted - drawn < best_paint ? painted - drawn : best_paint;
    }
    printf("%s_%s_draw %.2f ms\n%s_%s_paint %.2f ms\n", trace_axis_name(app->view.axis), name,
           best_draw, trace_axis_name(app->view.axis), name, best_paint);
    draw_scratch_finish(&scratch);
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Zooms in a hundredth part at a time, pans as far again, zooms out. */
static void travel(struct app *app, struct frame *frame, struct raster *raster)
{
    struct draw_scratch scratch = {0};
    double times[3 * JOURNEY];
    const struct trace_axis *axis = app_axis(app);
    double width = app->layout.lanes.width;
    app->view = view_fit(axis, width);
    for (int i = 0; i < 3 * JOURNEY; i++) {
        double factor = i < JOURNEY ? JOURNEY_ZOOM : 1 / JOURNEY_ZOOM;
        if (i < JOURNEY || i >= 2 * JOURNEY)
            app->view = view_zoom(&app->view, axis, width, width * 0.3, factor);
        else
            app->view = view_pan(&app->view, axis, width, -width * 0.07, 0, 0);
        double start = now_ms();
        draw_frame(frame, app, &scratch);
        paint_frame(raster, frame, NULL);
        times[i] = now_ms() - start;
    }
    qsort(times, 3 * JOURNEY, sizeof times[0], by_size);
    printf("%s_journey_median %.2f ms\n%s_journey_p99 %.2f ms\n", trace_axis_name(axis->kind),
           times[3 * JOURNEY / 2], trace_axis_name(axis->kind), times[3 * JOURNEY * 99 / 100]);
    draw_scratch_finish(&scratch);
}

/* Ranges of every length and place; the first makes what the others use. */
static void measure_ranges(struct app *app)
{
    const struct trace_model *model = app->document->model;
    int64_t whole_ns = model->end_ns - model->start_ns;
    double times[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from_ns = model->start_ns + whole_ns * i / (2 * ROUNDS);
        double start = now_ms();
        app_set_range(app, from_ns, from_ns + whole_ns / 2 * (i + 1) / ROUNDS);
        times[i] = now_ms() - start;
    }
    printf("range_first %.2f ms\n", times[0]);
    qsort(times, ROUNDS, sizeof times[0], by_size);
    printf("range_median %.2f ms\nrange_worst_but_first %.2f ms\n", times[ROUNDS / 2],
           times[ROUNDS - 2]);
    app->range_set = false;
}

int main(int argc, char **argv)
{
    struct trace_model *model = NULL;
    struct trace_error error;
    struct app app;
    struct frame frame;
    struct raster raster;
    const struct text_measurer measurer = {.width_px = width_px};
    struct app_options options = {.width = argc > 3 ? atoi(argv[2]) : 1920,
                                  .height = argc > 3 ? atoi(argv[3]) : 1080};
    if (argc < 2 || trace_load(argv[1], &model, &error) < 0) {
        fprintf(stderr, "bench_frame: %s\n", argc < 2 ? "which trace?" : error.text);
        return 1;
    }
    double start = now_ms();
    if (app_open(&app, model, argv[1], &measurer, &options) < 0 ||
        raster_init(&raster, options.width, options.height) < 0)
        return 1;
    printf("open %.2f ms\n", now_ms() - start);
    frame_init(&frame, &measurer);
    for (int i = 0; i < TRACE_AXIS_KINDS; i++) {
        const struct trace_axis *axis = &app.document->axes[i];
        double width = app.layout.lanes.width;
        app.view = view_fit(axis, width);
        measure(&app, &frame, &raster, "all");
        app.view = view_zoom(&app.view, axis, width, width / 2, 100);
        measure(&app, &frame, &raster, "hundredth");
        travel(&app, &frame, &raster);
    }
    measure_ranges(&app);
    frame_finish(&frame);
    raster_finish(&raster);
    app_close(&app);
    trace_model_destroy(model);
    return 0;
}

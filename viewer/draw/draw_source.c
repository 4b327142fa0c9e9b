/*
 * The program text around the line at which the selected actor stands at the cursor, and who else
 * stands on these lines: an actor stands where it last suspended.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

#define TITLE_BASELINE 28
#define LINE_FIRST 52
#define LINE_HEIGHT 20
#define MONO_POINTS 13.5f
/* Lanes asked where they stand; beyond, only the selected actor is shown. */
#define LANES_MAX 2048
#define NAMES_BYTES 128

/* Where an actor stands at an instant: "count.c:7", or "" if it has not suspended yet. */
static const char *stands_at(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    uint32_t span = trace_span_at(model, lane, at_ns);
    if (span == TRACE_NONE)
        return "";
    for (uint32_t first = model->lanes[lane].span_first; span > first; span--) {
        if (model->spans[span].at != 0 && model->spans[span].state == TRACE_STATE_WAIT)
            break;
        if (model->spans[span].resume == 1) /* its first run: it came from nowhere */
            return "";
    }
    return trace_text(model, model->spans[span].at);
}

/* The place where somebody stands at an instant, of those that run if any does. */
static const char *place_at(const struct trace_model *model, int64_t at_ns)
{
    const char *found = "";
    for (uint32_t i = 0; i < model->lane_count && i < LANES_MAX; i++) {
        uint32_t span = trace_span_at(model, i, at_ns);
        const char *at = span != TRACE_NONE ? stands_at(model, i, at_ns) : "";
        if (at[0] != '\0' && model->spans[span].state == TRACE_STATE_RUN)
            return at;
        if (at[0] != '\0' && found[0] == '\0')
            found = at;
    }
    return found[0] != '\0' || model->lane_count == 0 ? found
                                                      : trace_text(model, model->lanes[0].src);
}

/* The place to show for the selected span: where its actor stands, or, in its first run, where
 * it will suspend; else where it was spawned. */
static const char *place_of(const struct drawing *drawing)
{
    const struct trace_model *model = drawing->app->document->model;
    uint32_t selected = drawing->app->selected;
    if (selected == TRACE_NONE && drawing->app->moment_set)
        return place_at(model, drawing->app->moment_ns);
    if (selected == TRACE_NONE)
        return model->lane_count > 0 ? trace_text(model, model->lanes[0].src) : "";
    const struct trace_span *span = &model->spans[selected];
    const char *at = stands_at(model, span->lane, span->start_ns);
    uint32_t after = trace_state_after(model, selected);
    if (at[0] == '\0' && after != TRACE_NONE && model->spans[after].at != 0)
        at = trace_text(model, model->spans[after].at);
    if (at[0] == '\0')
        at = trace_text(model, model->lanes[span->lane].src);
    return at;
}

/* The names of those that stand on a line of the file, "count#2, count#3". */
static void who_stands(const struct drawing *drawing, const struct source_file *file, uint32_t line,
                       char names[NAMES_BYTES])
{
    const struct trace_model *model = drawing->app->document->model;
    int64_t at_ns = 0;
    size_t used = 0;
    names[0] = '\0';
    if (!app_cursor(drawing->app, &at_ns))
        return;
    uint32_t selected = TRACE_NONE;
    if (drawing->app->selected != TRACE_NONE)
        selected = model->spans[drawing->app->selected].lane;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        if (model->lane_count > LANES_MAX && i != selected)
            continue;
        const char *at = stands_at(model, i, at_ns);
        if (at[0] == '\0' || source_line(at) != line ||
            strncmp(at, file->path, source_path_bytes(at)) != 0)
            continue;
        const char *name = trace_text(model, model->lanes[i].name);
        int wrote = snprintf(names + used, NAMES_BYTES - used, "%s%s", used > 0 ? ", " : "", name);
        if (wrote < 0 || used + (size_t)wrote >= NAMES_BYTES)
            break;
        used += (size_t)wrote;
    }
}

static void draw_line(const struct drawing *drawing, const struct source_file *file, uint32_t line,
                      float y, bool here)
{
    const struct frame_rect *box = &drawing->layout->source;
    const struct theme *theme = drawing->theme;
    struct text_style mono = draw_mono(drawing, MONO_POINTS, false);
    struct text_style bold = draw_bold(drawing, 12);
    float pad = draw_px(drawing, 8);
    float numbers = draw_px(drawing, 34);
    char names[NAMES_BYTES];
    char number[16];
    who_stands(drawing, file, line, names);
    if (here || names[0] != '\0') {
        float height = draw_px(drawing, LINE_HEIGHT);
        struct frame_rect band = {box->x, y - roundf(height * 0.72f), box->width, height};
        frame_rect(drawing->frame, band, draw_px(drawing, 3),
                   (struct frame_fill){FRAME_SOLID, theme->wait, 0, 0},
                   (struct frame_stroke){0, 0});
    }
    snprintf(number, sizeof number, "%u", line);
    frame_text(drawing->frame, mono, theme->mute, FRAME_RIGHT, box->x + numbers - pad, y,
               numbers - pad, number);
    float right = frame_right(*box) - pad;
    float names_px =
        fminf(text_width_px(drawing->frame->measurer, bold, names) + 1, box->width * 0.45f);
    if (names[0] != '\0')
        right -=
            frame_text(drawing->frame, bold, theme->run, FRAME_RIGHT, right, y, names_px, names) +
            pad;
    float x = box->x + numbers + pad;
    frame_text(drawing->frame, mono, theme->ink, FRAME_LEFT, x, y, right - x,
               file->lines[line - 1]);
}

void draw_source(const struct drawing *drawing)
{
    const struct frame_rect *box = &drawing->layout->source;
    if (box->height <= 0 || drawing->app->range_set)
        return;
    uint32_t line = 0;
    const char *at = place_of(drawing);
    const struct source_file *file = sources_find(&drawing->app->document->sources, at, &line);
    char title[DESCRIBE_BYTES];
    snprintf(title, sizeof title, "%.*s%s", (int)source_path_bytes(at), at,
             file == NULL && at[0] != '\0' ? ": not found beside the trace" : "");
    frame_text(drawing->frame, draw_style(drawing, 13), drawing->theme->mute, FRAME_LEFT,
               box->x + draw_px(drawing, 8), box->y + draw_px(drawing, TITLE_BASELINE),
               box->width - draw_px(drawing, 8), title);
    if (file == NULL || line == 0 || line > file->line_count)
        return;
    float step = draw_px(drawing, LINE_HEIGHT);
    float room = box->height - draw_px(drawing, LINE_FIRST - 12);
    uint32_t count = (uint32_t)fmaxf(floorf(room / step), 1);
    count = count < file->line_count ? count : file->line_count;
    uint32_t above = count / 2 + 1; /* what leads to a line says more than what follows */
    uint32_t first = line > above ? line - above : 1;
    if (first + count > file->line_count + 1)
        first = file->line_count + 1 - count;
    for (uint32_t i = 0; i < count; i++)
        draw_line(drawing, file, first + i, box->y + draw_px(drawing, LINE_FIRST) + step * (float)i,
                  first + i == line);
}

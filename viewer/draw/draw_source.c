/*
 * The program text around the line at which the selected actor stands at the cursor, with the names
 * of those that stand on these lines; and below it the other lines on which actors stand whose
 * lanes can be seen.  An actor stands where it last suspended.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

#define TITLE_BASELINE 28
#define LINE_FIRST 52
#define LINE_HEIGHT 20
#define MONO_POINTS 13.5f
/* Lanes asked where they stand, of those that can be seen, or of all at a moment. */
#define LANES_MAX 2048
#define NAMES_BYTES 128
/* Lines that are told apart. */
#define PLACES_MAX 24

/* A line on which actors stand. */
struct place {
    const struct source_file *file;
    uint32_t line;
    char names[NAMES_BYTES]; /* "count#2, count#3" */
    size_t used;
};

struct places {
    struct place items[PLACES_MAX];
    uint32_t count;
};

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

/* Adds an actor to the place at which it stands. */
static void add_lane(const struct drawing *drawing, struct places *places, uint32_t lane,
                     int64_t at_ns)
{
    const struct document *document = drawing->app->document;
    const char *at = stands_at(document->model, lane, at_ns);
    uint32_t line = 0;
    const struct source_file *file =
        at[0] != '\0' ? sources_find(&document->sources, at, &line) : NULL;
    if (file == NULL || line == 0 || line > file->line_count)
        return;
    uint32_t i = 0;
    while (i < places->count && (places->items[i].file != file || places->items[i].line != line))
        i++;
    if (i == PLACES_MAX)
        return;
    struct place *place = &places->items[i];
    if (i == places->count) {
        *place = (struct place){.file = file, .line = line};
        places->count++;
    }
    size_t room = sizeof place->names - place->used;
    const char *name = trace_text(document->model, document->model->lanes[lane].name);
    int wrote =
        snprintf(place->names + place->used, room, "%s%s", place->used > 0 ? ", " : "", name);
    if (wrote > 0 && (size_t)wrote < room)
        place->used += (size_t)wrote;
    else
        place->names[place->used] = '\0'; /* as many names as fit */
}

/* Where everybody stands: the selected one, and those whose lanes can be seen. */
static void collect(const struct drawing *drawing, struct places *places)
{
    const struct app *app = drawing->app;
    const struct lanes *lanes = &app->document->lanes;
    const struct layout *layout = drawing->layout;
    int64_t at_ns = 0;
    places->count = 0;
    if (!app_cursor(app, &at_ns))
        return;
    uint32_t selected =
        app->selected != TRACE_NONE ? app->document->model->spans[app->selected].lane : TRACE_NONE;
    if (selected != TRACE_NONE)
        add_lane(drawing, places, selected, at_ns);
    uint32_t first = layout_row_first(layout, app->view.scroll_px);
    uint32_t end = layout_row_end(layout, app->view.scroll_px, lanes->count);
    for (uint32_t i = 0; i < end && i < first + LANES_MAX; i++) {
        if (i >= layout->pinned && i < first)
            continue;
        uint32_t row = lanes->items[i].row;
        const struct row *of = row != TRACE_NONE ? &app->document->rows.rows[row] : NULL;
        if (of != NULL && of->kind == ROW_ACTOR && of->subject != selected)
            add_lane(drawing, places, of->subject, at_ns);
    }
}

static const struct place *place_on(const struct places *places, const struct source_file *file,
                                    uint32_t line)
{
    for (uint32_t i = 0; i < places->count; i++)
        if (places->items[i].file == file && places->items[i].line == line)
            return &places->items[i];
    return NULL;
}

/* A line of a file, with its number and the names of those that stand on it. */
static void draw_line(const struct drawing *drawing, const struct source_file *file, uint32_t line,
                      float y, bool here, const struct place *place)
{
    const struct frame_rect *box = &drawing->layout->source;
    const struct theme *theme = drawing->theme;
    struct text_style mono = draw_mono(drawing, MONO_POINTS, false);
    struct text_style bold = draw_bold(drawing, 12);
    const char *names = place != NULL ? place->names : "";
    float pad = draw_px(drawing, 8);
    float numbers = draw_px(drawing, 34);
    char number[16];
    if (here || place != NULL) {
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

static void draw_head(const struct drawing *drawing, const struct source_file *file, const char *at)
{
    const struct frame_rect *box = &drawing->layout->source;
    const char *more = file != NULL && file->embedded ? ", as it was run" : "";
    char title[DESCRIBE_BYTES];
    if (file == NULL && at[0] != '\0')
        more = ": not found beside the trace";
    snprintf(title, sizeof title, "%.*s%s", (int)trace_source_path_bytes(at), at, more);
    frame_text(drawing->frame, draw_style(drawing, 13), drawing->theme->mute, FRAME_LEFT,
               box->x + draw_px(drawing, 8), box->y + draw_px(drawing, TITLE_BASELINE),
               box->width - draw_px(drawing, 8), title);
}

/* The lines around one: `count` of them, or all, from *first on. */
static uint32_t lines_around(const struct source_file *file, uint32_t line, uint32_t count,
                             uint32_t *first)
{
    count = count < file->line_count ? count : file->line_count;
    uint32_t above = count / 2 + 1; /* what leads to a line says more than what follows */
    *first = line > above ? line - above : 1;
    if (*first + count > file->line_count + 1)
        *first = file->line_count + 1 - count;
    if (line >= *first + count)
        *first = line + 1 - count;
    return count;
}

static int by_place(const void *left, const void *right)
{
    const struct place *const *a = left;
    const struct place *const *b = right;
    if ((*a)->file != (*b)->file)
        return (*a)->file < (*b)->file ? -1 : 1;
    return (*a)->line < (*b)->line ? -1 : 1;
}

/* Places that are not among the lines shown. */
static uint32_t places_beyond(const struct places *places, const struct source_file *file,
                              uint32_t first, uint32_t count, const struct place *beyond[])
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        if (place->file != file || place->line < first || place->line >= first + count)
            beyond[found++] = place;
    }
    qsort(beyond, found, sizeof beyond[0], by_place);
    return found;
}

void draw_source(const struct drawing *drawing)
{
    const struct frame_rect *box = &drawing->layout->source;
    if (box->height <= 0 || drawing->app->range_set)
        return;
    uint32_t line = 0;
    const char *at = place_of(drawing);
    const struct source_file *file = sources_find(&drawing->app->document->sources, at, &line);
    draw_head(drawing, file, at);
    if (file == NULL || line == 0 || line > file->line_count)
        return;
    struct places places;
    const struct place *beyond[PLACES_MAX];
    uint32_t first = 1;
    collect(drawing, &places);
    float step = draw_px(drawing, LINE_HEIGHT);
    float room = box->height - draw_px(drawing, LINE_FIRST - 12);
    uint32_t most = (uint32_t)fmaxf(floorf(room / step), 1);
    uint32_t count = lines_around(file, line, most, &first);
    uint32_t others = places_beyond(&places, file, first, count, beyond);
    while (others > most - count && most - count < most / 2) { /* they get up to half of it */
        count = lines_around(file, line, count - 1, &first);
        others = places_beyond(&places, file, first, count, beyond);
    }
    others = others < most - count ? others : most - count;
    float y = box->y + draw_px(drawing, LINE_FIRST);
    for (uint32_t i = 0; i < count; i++)
        draw_line(drawing, file, first + i, y + step * (float)i, first + i == line,
                  place_on(&places, file, first + i));
    for (uint32_t i = 0; i < others; i++) {
        float below = y + step * (float)(count + i) + draw_px(drawing, 3);
        draw_line(drawing, beyond[i]->file, beyond[i]->line, below, false, beyond[i]);
    }
}

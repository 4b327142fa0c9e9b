/*
 * Every kind is made from the same state by the same drawing; only the size of the picture and the
 * measure of text differ, for which a copy of the state is laid out anew.
 */

#include "save.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "describe.h"
#include "format.h"
#include "page.h"
#include "plain.h"
#include "screenshot.h"
#include "svg.h"
#include "theme.h"

/* A page is at most so wide and high: more is more than a browser draws smoothly. */
#define PAGE_SIDE_MAX 16000.0f
/* The picture of which text is made: 160 characters wide, 52 lines. */
#define PLAIN_WIDTH 1280
#define PLAIN_HEIGHT 728
/* Names that are tried before the last one is written over. */
#define NAMES_MAX 9999

static const char *ending_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL ? dot : "";
}

bool save_knows(const char *path)
{
    static const char *const endings[] = {".png", ".svg", ".html", ".txt"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (strcmp(ending_of(path), endings[i]) == 0)
            return true;
    return false;
}

/* What a state or an arrow is, in one line. */
static bool title_of(void *context, const struct frame_hot *hot, char *text, size_t bytes)
{
    const struct document *document = &((const struct app *)context)->documents[hot->pane];
    struct describe_text described = {.count = 0};
    if (hot->kind == FRAME_HOT_SPAN)
        describe_span(&described, &document->order, &document->rows, hot->index);
    else if (hot->kind == FRAME_HOT_ARROW)
        describe_flow(&described, document->model, hot->index);
    else
        return false;
    int used = snprintf(text, bytes, "%s%s", described.name, described.what);
    for (int i = 0; i < described.count && used > 0 && (size_t)used < bytes; i++)
        used += snprintf(text + used, bytes - (size_t)used, "%s%s", i == 0 ? ": " : "; ",
                         described.lines[i]);
    return true;
}

/* A copy of the state as a picture of another size, with letters as large as before. */
static struct app resized(const struct app *app, float width, float height)
{
    struct app copy = *app;
    copy.width = (int)width;
    copy.height = (int)height;
    copy.projector = false;
    copy.pointer_in = false;
    copy.prompt.kind = PROMPT_NONE;
    copy.help = false;
    float fit = fminf(width / LAYOUT_WIDTH, height / LAYOUT_HEIGHT);
    copy.text_scale = app->layout.scale / fmaxf(fit, LAYOUT_SCALE_MIN);
    app_lay_out(&copy);
    return copy;
}

/* The whole run, all lanes, at the scale that is shown. */
static struct app for_page(const struct app *app)
{
    const struct trace_axis *axis = app_axis(app);
    struct view all = view_fit(axis, app->layout.lanes.width);
    float more = (float)(all.units_per_px / app->view.units_per_px - 1);
    float width = (float)app->width + fmaxf(more, 0) * app->layout.lanes.width;
    float height = (float)app->height + app->layout.scroll_px_max;
    struct app copy = resized(app, fminf(width, PAGE_SIDE_MAX), fminf(height, PAGE_SIDE_MAX));
    copy.view = view_fit(axis, copy.layout.lanes.width);
    return copy;
}

static void write_page(FILE *file, const struct app *app, const struct frame *frame)
{
    const struct document *document = app->document;
    const struct trace_score *score = &document->score;
    const struct theme *theme = theme_of(app->theme);
    char values[7][FORMAT_BYTES];
    format_duration(score->wall_ns, values[0]);
    format_duration(score->sum_ns, values[1]);
    format_duration(score->busy_ns, values[2]);
    format_duration(score->longest_hold_ns, values[3]);
    format_ratio(trace_score_concurrency(score), values[4]);
    format_ratio(trace_score_parallelism(score), values[5]);
    format_count(score->peak_running, values[6]);
    const struct layout *layout = &app->layout;
    struct page page = {
        .title = document->title,
        .caption = document->caption,
        .sentence = document->sentence,
        .names = {"W wall", "S sum of lives", "B busy", "H longest hold", "C concurrency S/W",
                  "P parallelism B/W", "peak running"},
        .number_count = 7,
        .names_width = layout->lanes.x,
        .lanes = {layout->lanes.x, layout->ruler.y, (float)app->width - layout->lanes.x,
                  (layout->panel.height > 0 ? layout->panel.y : (float)app->height) -
                      layout->ruler.y},
        .ground = theme->ground,
        .ink = theme->ink,
        .mute = theme->mute};
    for (int i = 0; i < page.number_count; i++)
        page.values[i] = values[i];
    struct export_titles titles = {title_of, (void *)app};
    page_write(file, &page, frame, &titles);
}

/* Draws a state and writes it; 0 or a negative errno. */
static int write_kind(FILE *file, const struct app *app, const char *ending)
{
    struct draw_scratch scratch = {0};
    struct frame frame;
    struct export_titles titles = {title_of, (void *)app};
    int status = 0;
    frame_init(&frame, app->measurer);
    draw_frame(&frame, app, &scratch);
    if (frame.out_of_memory)
        status = -ENOMEM;
    else if (strcmp(ending, ".svg") == 0)
        svg_write(file, &frame, &titles);
    else if (strcmp(ending, ".html") == 0)
        write_page(file, app, &frame);
    else
        status = plain_write(file, &frame);
    frame_finish(&frame);
    draw_scratch_finish(&scratch);
    return status;
}

static int write_text_kinds(const struct app *app, const char *path)
{
    const char *ending = ending_of(path);
    struct app copy = *app;
    bool standard = strcmp(path, "-.txt") == 0;
    if (strcmp(ending, ".html") == 0)
        copy = for_page(app);
    if (strcmp(ending, ".txt") == 0) {
        copy.measurer = &plain_measurer;
        copy.layout.scale = 1;
        copy = resized(&copy, PLAIN_WIDTH, PLAIN_HEIGHT);
    }
    FILE *file = standard ? stdout : fopen(path, "w");
    if (file == NULL)
        return -errno;
    int status = write_kind(file, &copy, ending);
    bool failed = ferror(file) != 0;
    failed |= (standard ? fflush(file) : fclose(file)) != 0;
    return status == 0 && failed ? -EIO : status;
}

int save_paint(const struct app *app, struct font_set *fonts, struct raster *raster)
{
    struct draw_scratch scratch = {0};
    struct paint_text painter = font_painter(fonts);
    struct frame frame;
    frame_init(&frame, app->measurer);
    draw_frame(&frame, app, &scratch);
    int status = frame.out_of_memory ? -ENOMEM : raster_init(raster, app->width, app->height);
    if (status == 0)
        paint_frame(raster, &frame, &painter);
    frame_finish(&frame);
    draw_scratch_finish(&scratch);
    return status;
}

static int write_pixels(const struct app *app, struct font_set *fonts, const char *path,
                        char *error, size_t bytes)
{
    struct raster raster;
    int status = save_paint(app, fonts, &raster);
    if (status < 0) {
        snprintf(error, bytes, "there is not enough memory for the picture");
        return status;
    }
    status = screenshot_write(&raster, path, error, bytes);
    raster_finish(&raster);
    return status;
}

int save_picture(const struct app *app, struct font_set *fonts, const char *path, char *error,
                 size_t bytes)
{
    struct app copy = *app;
    copy.captioned = true;
    if (strcmp(ending_of(path), ".png") == 0)
        return write_pixels(&copy, fonts, path, error, bytes);
    int status = write_text_kinds(&copy, path);
    if (status < 0)
        snprintf(error, bytes, "%s cannot be written: %s", path, strerror(-status));
    return status;
}

void save_free_name(const char *trace_path, const char *ending, char *path, size_t bytes)
{
    const char *slash = strrchr(trace_path, '/');
    const char *name = slash != NULL ? slash + 1 : trace_path;
    size_t length = strcspn(name, ".");
    if (length == 0 || strcmp(name, "-") == 0) {
        name = "trace";
        length = strlen(name);
    }
    for (int i = 1; i <= NAMES_MAX; i++) {
        snprintf(path, bytes, "%.*s-%d%s", (int)(length < 200 ? length : 200), name, i, ending);
        if (access(path, F_OK) != 0)
            return;
    }
}

/*
 * Two to four runs below each other, on one axis and with one cursor: of each its lanes, and at the
 * right the three numbers that tell them apart; at the foot all numbers in a table.  Or in columns
 * beside each other, each with a ruler.
 *
 * A run is drawn as if it were alone in a smaller picture: with a copy of the state in which it is
 * the document, and the view and the cursor are moved to its own beginning.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

#define TITLE_BASELINE 19
#define NUMBER_POINTS 20
#define TABLE_FIRST 20
#define TABLE_LINE 20
#define TABLE_COLUMNS 7
#define TABLE_NAME 170
/* Runs whose numbers differ by less than this do not differ: two runs never take the same time. */
#define DIFFERS 0.1

/* A number of a run: as text, and as what it is compared by. */
struct number {
    char text[FORMAT_BYTES];
    double value;
};

static void fill_numbers(struct number numbers[TABLE_COLUMNS], const struct trace_score *score)
{
    numbers[0].value = (double)score->wall_ns;
    numbers[1].value = (double)score->sum_ns;
    numbers[2].value = (double)score->busy_ns;
    numbers[3].value = (double)score->longest_hold_ns;
    numbers[4].value = trace_score_concurrency(score);
    numbers[5].value = trace_score_parallelism(score);
    numbers[6].value = score->peak_running;
    for (int i = 0; i < 4; i++)
        format_duration((int64_t)numbers[i].value, numbers[i].text);
    format_ratio(numbers[4].value, numbers[4].text);
    format_ratio(numbers[5].value, numbers[5].text);
    format_count(score->peak_running, numbers[6].text);
}

static bool differ(const struct number *a, const struct number *b)
{
    return fabs(a->value - b->value) > DIFFERS * fmax(fabs(a->value), fabs(b->value));
}

/* What a run is called: by its lesson, or by its program, or, where several are runs of one
 * program, by its file. */
static const char *name_of(const struct app *app, uint32_t index, char text[96])
{
    const struct document *document = &app->documents[index];
    bool same = false;
    for (uint32_t i = 0; i < app->document_count; i++)
        same |= i != index && strcmp(app->documents[i].title, document->title) == 0;
    const char *slash = strrchr(document->path, '/');
    if (app->quiz.lesson != NULL && index < app->quiz.lesson->panel_count) {
        snprintf(text, 96, "%.90s", app->quiz.lesson->panels[index].label);
        return text;
    }
    snprintf(text, 96, "%.90s",
             same ? (slash != NULL ? slash + 1 : document->path) : document->title);
    return text;
}

/* W, C and P, at the right of a run's lanes. */
static void draw_numbers(const struct drawing *drawing, uint32_t index)
{
    static const int chosen[] = {0, 4, 5};
    static const char *const names[] = {"W", "C", "P"};
    const struct app *app = drawing->app;
    const struct frame_rect *lanes = &drawing->layout->lanes;
    struct number numbers[TABLE_COLUMNS];
    struct number first[TABLE_COLUMNS];
    fill_numbers(numbers, &app->documents[index].score);
    fill_numbers(first, &app->documents[0].score);
    float x = frame_right(*lanes) + draw_px(drawing, 14);
    float width = ((float)app->width - draw_px(drawing, DRAW_EDGE) - x) / 3;
    struct text_style name = draw_style(drawing, 12);
    for (int i = 0; i < 3; i++) {
        bool other = differ(&numbers[chosen[i]], &first[chosen[i]]);
        struct text_style style =
            other ? draw_bold(drawing, NUMBER_POINTS) : draw_style(drawing, NUMBER_POINTS);
        while (style.size_px > 8 &&
               text_width_px(drawing->frame->measurer, style, numbers[chosen[i]].text) > width - 6)
            style.size_px--;
        float middle = x + width * ((float)i + 0.5f);
        float y = roundf(lanes->y + lanes->height / 2);
        frame_text(drawing->frame, style, other ? drawing->theme->accent : drawing->theme->ink,
                   FRAME_CENTRE, middle, y + draw_px(drawing, 4), width, numbers[chosen[i]].text);
        if (lanes->height > draw_px(drawing, 60))
            frame_text(drawing->frame, name, drawing->theme->mute, FRAME_CENTRE, middle,
                       y + draw_px(drawing, 22), width, names[i]);
    }
}

/* The line above a run's lanes: its name, and what it was. */
static void draw_heading(const struct drawing *drawing, uint32_t index)
{
    const struct app *app = drawing->app;
    const struct document *document = &app->documents[index];
    const struct frame_rect *lanes = &drawing->layout->lanes;
    const struct layout *layout = drawing->layout;
    float width = layout->right - layout->left;
    struct frame_rect box = {layout->left, lanes->y - draw_px(drawing, LAYOUT_SECTION_TITLE), width,
                             draw_px(drawing, LAYOUT_SECTION_TITLE)};
    float edge = draw_px(drawing, DRAW_EDGE);
    float baseline = box.y + draw_px(drawing, TITLE_BASELINE);
    char name[96];
    frame_fill_rect(drawing->frame, box, drawing->theme->panel);
    if (app->focus == index)
        frame_fill_rect(drawing->frame, (struct frame_rect){box.x, box.y, edge / 3, box.height},
                        drawing->theme->accent);
    float x = box.x + edge;
    x += frame_text(drawing->frame, draw_bold(drawing, 15), drawing->theme->ink, FRAME_LEFT, x,
                    baseline, quiz_is_on(app) ? width - edge : width / 3,
                    name_of(app, index, name)) +
         draw_px(drawing, 16);
    if (!app->blank)
        frame_text(drawing->frame, draw_style(drawing, 13), drawing->theme->mute, FRAME_LEFT, x,
                   baseline, layout->right - x - edge, document->sentence);
    frame_hot(drawing->frame, box, FRAME_HOT_SECTION, index);
}

/* One run, with a state of its own. */
static void draw_run(const struct drawing *drawing, uint32_t index)
{
    struct app alone;
    compare_alone(drawing->app, index, &alone);
    struct drawing inner = *drawing;
    inner.app = &alone;
    inner.layout = &alone.layout;
    uint32_t columns = (uint32_t)fmaxf(alone.layout.lanes.width, 1);
    if (fold_columns_set(&drawing->scratch->columns, app_axis(&alone), &alone.view, columns) < 0) {
        drawing->frame->out_of_memory = true;
        return;
    }
    drawing->frame->pane = (uint8_t)index;
    if (index == 0 || app_in_columns(&alone))
        draw_ruler(&inner);
    draw_heading(&inner, index);
    draw_lanes(&inner);
    if (!alone.blank) {
        draw_breaks(&inner);
        draw_cursor(&inner);
        draw_arrows(&inner);
        draw_range(&inner);
        draw_bookmarks(&inner);
        draw_ghost_end(&inner);
        if (!quiz_is_on(&alone) && !app_in_columns(&alone))
            draw_numbers(&inner, index);
    }
    if (alone.layout.left > 0)
        frame_vertical(drawing->frame, alone.layout.left + 0.5f, alone.layout.ruler.y,
                       frame_bottom(alone.layout.lanes), 1, drawing->theme->hatch);
    drawing->frame->pane = (uint8_t)drawing->app->focus;
}

/* A range and answers are told of the run in focus, in as many words as the line has room for. */
static void draw_told(const struct drawing *drawing, const struct frame_rect *box)
{
    struct describe_text text = {.count = 0};
    struct text_style style = draw_bold(drawing, 14);
    char line[2 * DESCRIBE_BYTES];
    draw_describe(drawing, &text);
    int used = snprintf(line, sizeof line, "%s%s", text.name, text.what);
    for (int i = 0; i < text.count && used > 0 && (size_t)used < sizeof line; i++)
        used += snprintf(line + used, sizeof line - (size_t)used, "%s%s", i == 0 ? ": " : "; ",
                         text.lines[i]);
    frame_text(drawing->frame, style, drawing->theme->accent, FRAME_LEFT,
               draw_px(drawing, DRAW_EDGE), box->y + draw_px(drawing, 20),
               (float)drawing->app->width - 2 * draw_px(drawing, DRAW_EDGE), line);
}

/* "at 0.30 s: running 1 · 1 · 2, in progress 1 · 3 · 3" */
static void draw_moment(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct frame_rect *box = &drawing->layout->strip;
    char text[256];
    char at[FORMAT_BYTES];
    char running[96] = "";
    char in_progress[96] = "";
    int64_t at_ns = 0;
    if (app->blank || box->height <= 0)
        return;
    if (app->range_set || causes_told(app) != COMMAND_NONE) {
        draw_told(drawing, box);
        return;
    }
    if (!app_cursor(app, &at_ns))
        return;
    for (uint32_t i = 0; i < app->document_count; i++) {
        size_t near = 0;
        int64_t own_ns = at_ns + compare_shift_ns(app, i);
        struct trace_load_step most = strip_max(&app->documents[i].strip, own_ns, own_ns, &near);
        size_t used[2] = {strlen(running), strlen(in_progress)};
        const char *dot = i > 0 ? " \xc2\xb7 " : "";
        snprintf(running + used[0], sizeof running - used[0], "%s%u", dot, most.running);
        snprintf(in_progress + used[1], sizeof in_progress - used[1], "%s%u", dot,
                 most.in_progress);
    }
    int64_t since_ns = at_ns - app->document->origin_ns;
    snprintf(text, sizeof text, "%s%s: running %s, in progress %s", since_ns < 0 ? "-" : "",
             format_instant(since_ns < 0 ? -since_ns : since_ns, 1000, at), running, in_progress);
    frame_text(drawing->frame, draw_bold(drawing, 14), drawing->theme->accent, FRAME_LEFT,
               draw_px(drawing, DRAW_EDGE), box->y + draw_px(drawing, 20),
               (float)app->width - 2 * draw_px(drawing, DRAW_EDGE), text);
}

static void draw_table_line(const struct drawing *drawing, uint32_t index, float y, float name_px,
                            float width)
{
    const struct app *app = drawing->app;
    struct number numbers[TABLE_COLUMNS];
    struct number first[TABLE_COLUMNS];
    char name[96];
    float x = drawing->layout->detail.x;
    fill_numbers(numbers, &app->documents[index].score);
    fill_numbers(first, &app->documents[0].score);
    frame_text(drawing->frame, draw_bold(drawing, 14), drawing->theme->ink, FRAME_LEFT, x, y,
               name_px - draw_px(drawing, 8), name_of(app, index, name));
    for (int i = 0; i < TABLE_COLUMNS; i++) {
        bool other = differ(&numbers[i], &first[i]);
        frame_text(drawing->frame, other ? draw_bold(drawing, 14) : draw_style(drawing, 14),
                   other ? drawing->theme->accent : drawing->theme->ink, FRAME_RIGHT,
                   x + name_px + width * (float)(i + 1), y, width, numbers[i].text);
    }
}

static void draw_table(const struct drawing *drawing)
{
    static const char *const names[TABLE_COLUMNS] = {
        "W wall", "S lives", "B busy", "H hold", "C concurrency", "P parallelism", "peak"};
    static const char *const shorts[TABLE_COLUMNS] = {"W", "S", "B", "H", "C", "P", "peak"};
    const struct layout *layout = drawing->layout;
    if (layout->panel.height <= 0)
        return;
    frame_fill_rect(drawing->frame, layout->panel, drawing->theme->panel);
    frame_horizontal(drawing->frame, 0, layout->panel.width, layout->panel.y + 0.5f, 1,
                     drawing->theme->rule);
    frame_hot(drawing->frame, layout->panel, FRAME_HOT_PANEL, 0);
    float name_px = draw_px(drawing, TABLE_NAME);
    float right = layout->panel.width - draw_px(drawing, DRAW_EDGE);
    float width = (right - layout->detail.x - name_px) / TABLE_COLUMNS;
    float y = layout->panel.y + draw_px(drawing, TABLE_FIRST);
    struct text_style style = draw_style(drawing, 12);
    for (int i = 0; i < TABLE_COLUMNS; i++) {
        const char *candidates[] = {names[i], shorts[i], NULL};
        const char *fits = text_choose(drawing->frame->measurer, style, candidates, width - 6);
        if (fits != NULL)
            frame_text(drawing->frame, style, drawing->theme->mute, FRAME_RIGHT,
                       layout->detail.x + name_px + width * (float)(i + 1), y, width, fits);
    }
    for (uint32_t i = 0; i < drawing->app->document_count && !drawing->app->blank; i++)
        draw_table_line(drawing, i, y + draw_px(drawing, TABLE_LINE) * (float)(i + 1), name_px,
                        width);
}

void draw_compare(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    for (uint32_t i = 0; i < app->document_count; i++)
        draw_run(drawing, i);
    draw_moment(drawing);
    draw_table(drawing);
    struct app alone;
    struct drawing inner = *drawing;
    uint32_t hovered = app->hover.pane < app->document_count ? app->hover.pane : app->focus;
    compare_alone(app, hovered, &alone);
    inner.app = &alone;
    inner.layout = &alone.layout;
    if (fold_columns_set(&drawing->scratch->columns, app_axis(&alone), &alone.view,
                         (uint32_t)fmaxf(alone.layout.lanes.width, 1)) == 0)
        draw_tooltip(&inner);
}

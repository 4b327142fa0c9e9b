/*
 * Why there is no newer run to be seen: over the lowest lanes, so that what is shown, the run
 * before, stays in sight.  The first line is a sentence; below it stand lines of a program, each
 * letter below the other.
 */

#include "panels.h"

#include <math.h>
#include <string.h>

#define POINTS 16
#define LINE_HEIGHT 24
#define PAD 14
#define EDGE 2

/* More lines than this hide the picture. */
#define LINES_MAX 12

/* A line of the text, and where the next one begins; NULL behind the last. */
static const char *take_line(const char *text, char line[APP_COMPLAINT_BYTES])
{
    size_t bytes = strcspn(text, "\n");
    memcpy(line, text, bytes);
    line[bytes] = '\0';
    return text[bytes] != '\0' && text[bytes + 1] != '\0' ? text + bytes + 1 : NULL;
}

static struct text_style style_of(const struct drawing *drawing, int number)
{
    return number == 0 ? draw_bold(drawing, POINTS) : draw_mono(drawing, POINTS - 2, false);
}

static int measure(const struct drawing *drawing, float *width)
{
    char line[APP_COMPLAINT_BYTES];
    int count = 0;
    *width = 0;
    for (const char *text = drawing->app->complaint; text != NULL && count < LINES_MAX; count++) {
        text = take_line(text, line);
        *width =
            fmaxf(*width, text_width_px(drawing->frame->measurer, style_of(drawing, count), line));
    }
    return count;
}

void draw_complaint(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct theme *theme = drawing->theme;
    char line[APP_COMPLAINT_BYTES];
    float width;
    if (app->complaint[0] == '\0')
        return;
    int count = measure(drawing, &width);
    float pad = draw_px(drawing, PAD);
    float step = draw_px(drawing, LINE_HEIGHT);
    float left = draw_px(drawing, DRAW_EDGE);
    float foot = drawing->layout->panel.height > 0 ? drawing->layout->panel.y : (float)app->height;
    width = fminf(width + 1, (float)app->width - 2 * left - 2 * pad);
    float height = step * (float)count + pad;
    struct frame_rect box = {left, roundf(foot - height - pad), roundf(width + 2 * pad), height};
    frame_rect(drawing->frame, box, draw_px(drawing, 6),
               (struct frame_fill){FRAME_SOLID, theme->ground, 0, 0},
               (struct frame_stroke){draw_px(drawing, EDGE), theme->alarm});
    const char *text = app->complaint;
    for (int i = 0; i < count; i++) {
        struct text_style style = style_of(drawing, i);
        float middle = box.y + pad / 2 + step * ((float)i + 0.5f);
        text = take_line(text, line);
        frame_text(drawing->frame, style, i == 0 ? theme->alarm : theme->ink, FRAME_LEFT,
                   box.x + pad, draw_baseline(style, middle), width + 1, line);
    }
}

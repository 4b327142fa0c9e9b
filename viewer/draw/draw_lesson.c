/*
 * A lesson's card, below the lanes: the question and its answers, and when it is told, what the
 * answer says.  Beside it the program, without its first comment, which often tells.
 *
 * Text on the card is as large as it can be for all of it to fit: a class reads it from afar.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

#define PAD 16
#define FOOT_BASELINE 12
#define FOOT_ROOM 28
#define CODE_TITLE 24
#define CODE_FIRST 50
#define CODE_LINE 18
#define CODE_POINTS 13
#define NUMBERS_WIDTH 170
/* Sizes tried, from somewhat above the design's downwards. */
#define LARGEST 1.3f
#define SHRINK 0.94f
#define SHRINKS_MAX 20
#define LINE_BYTES 512

/* Writing downwards; without a drawing only the height is found. */
struct pen {
    const struct drawing *drawing;
    float x, y, width;
    float factor; /* of all sizes */
    bool draws;
};

/* A text in lines, `points` large. */
static void write_lines(struct pen *pen, float points, bool bold, uint32_t ink, float indent,
                        const char *text)
{
    const struct drawing *drawing = pen->drawing;
    struct text_style style = layout_text(drawing->layout, points * pen->factor, bold);
    float step = roundf((float)style.size_px * 1.4f);
    while (*text != '\0') {
        const char *next = text;
        char line[LINE_BYTES];
        float width = pen->width - indent;
        size_t bytes = text_wrap(drawing->frame->measurer, style, text, width, &next);
        snprintf(line, sizeof line, "%.*s", (int)bytes, text);
        pen->y += step;
        if (pen->draws)
            frame_text(drawing->frame, style, ink, FRAME_LEFT, pen->x + indent,
                       pen->y - roundf((float)style.size_px * 0.35f), width, line);
        text = next;
    }
}

/* A letter in a box, and the answer beside it. */
static void write_answer(struct pen *pen, uint32_t index, const struct lesson_answer *answer)
{
    const struct drawing *drawing = pen->drawing;
    const struct theme *theme = drawing->theme;
    bool chosen = drawing->app->quiz.chosen == index;
    struct text_style style = layout_text(drawing->layout, 16 * pen->factor, true);
    float side = roundf((float)style.size_px * 1.5f);
    float top = pen->y + roundf((float)style.size_px * 0.3f);
    char letter[] = {(char)('A' + index), '\0'};
    struct frame_rect box = {pen->x, top, side, side};
    pen->y = top + roundf((side - (float)style.size_px * 1.4f) / 2);
    if (pen->draws) {
        frame_rect(drawing->frame, box, draw_px(drawing, 4),
                   (struct frame_fill){chosen ? FRAME_SOLID : FRAME_EMPTY, theme->accent, 0, 0},
                   (struct frame_stroke){draw_px(drawing, 2), theme->accent});
        frame_text(drawing->frame, style, chosen ? theme->ground : theme->ink, FRAME_CENTRE,
                   box.x + roundf(side / 2), draw_baseline(style, top + side / 2), side, letter);
    }
    write_lines(pen, 16, chosen, theme->ink, side + draw_px(drawing, 10), answer->text);
    pen->y = fmaxf(pen->y, top + side);
    if (pen->draws)
        frame_hot(drawing->frame, (struct frame_rect){pen->x, top, pen->width, pen->y - top},
                  FRAME_HOT_ANSWER, index);
}

static void write_question(struct pen *pen)
{
    const struct lesson *lesson = pen->drawing->app->quiz.lesson;
    write_lines(pen, 17, true, pen->drawing->theme->ink, 0, lesson->question);
    for (size_t i = 0; i < lesson->answer_count; i++)
        write_answer(pen, (uint32_t)i, &lesson->answers[i]);
}

/* What was said, what is right, and what both stand for. */
static void write_verdict(struct pen *pen)
{
    const struct app *app = pen->drawing->app;
    const struct theme *theme = pen->drawing->theme;
    const struct lesson_answer *guess = quiz_guess(&app->quiz);
    const struct lesson_answer *right = quiz_right(&app->quiz);
    char text[LINE_BYTES];
    char beside[QUIZ_SENTENCE_BYTES];
    quiz_compare(app, beside);
    bool is_right = guess == right;
    pen->y += is_right ? 0 : draw_px(pen->drawing, 4);
    const char *verb = is_right ? "You are right" : "Right is";
    if (guess != NULL && !is_right) {
        snprintf(text, sizeof text, "You said: %.200s. %s", guess->text, beside);
        write_lines(pen, 16, true, theme->accent, 0, text);
        write_lines(pen, 14, false, theme->ink, 0, guess->because);
    }
    snprintf(text, sizeof text, "%s: %.200s. %s", verb, right->text, is_right ? beside : "");
    write_lines(pen, 16, true, theme->ink, 0, text);
    write_lines(pen, 14, false, theme->ink, 0, right->because);
    if (app->quiz.lesson->claim != NULL) {
        pen->y += draw_px(pen->drawing, 4);
        write_lines(pen, 14, true, theme->ink, 0, app->quiz.lesson->claim);
    }
    for (size_t i = 0; i < app->quiz.lesson->look_count; i++) {
        snprintf(text, sizeof text, "Look at: %.480s", app->quiz.lesson->looks[i]);
        write_lines(pen, 13, false, theme->mute, 0, text);
    }
}

/* Writes as large as fits above the card's foot. */
static void write_card(const struct drawing *drawing, float width, void (*write)(struct pen *pen))
{
    const struct frame_rect *card = &drawing->layout->card;
    struct pen pen = {.drawing = drawing, .width = width, .factor = LARGEST};
    float top = card->y + draw_px(drawing, PAD / 2);
    float foot = frame_bottom(*card) - draw_px(drawing, FOOT_ROOM);
    for (int i = 0; i < SHRINKS_MAX; i++, pen.factor *= SHRINK) {
        pen.y = top;
        write(&pen);
        if (pen.y <= foot)
            break;
    }
    pen.x = draw_px(drawing, DRAW_EDGE);
    pen.y = top;
    pen.draws = true;
    frame_clip(drawing->frame, *card);
    write(&pen);
    frame_unclip(drawing->frame);
}

/* The number that settles it, of each run; answers how wide that is. */
static float draw_facts(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct quiz *quiz = &app->quiz;
    const struct frame_rect *card = &drawing->layout->card;
    if (quiz->facts[0][0] == '\0')
        return 0;
    float width = draw_px(drawing, NUMBERS_WIDTH);
    float x = frame_right(*card) - draw_px(drawing, PAD) - width;
    float each = (card->height - draw_px(drawing, PAD)) / (float)app->document_count;
    each = fminf(each, draw_px(drawing, 64));
    struct text_style name = draw_style(drawing, 13);
    frame_vertical(drawing->frame, x - draw_px(drawing, 8), card->y + draw_px(drawing, PAD),
                   frame_bottom(*card) - draw_px(drawing, PAD), 1, drawing->theme->rule);
    for (uint32_t i = 0; i < app->document_count; i++) {
        char text[96];
        float y = card->y + draw_px(drawing, PAD) + each * (float)i;
        struct text_style style = draw_bold(drawing, 22);
        while (style.size_px > 8 && text_width_px(drawing->frame->measurer, style, quiz->facts[i]) >
                                        width - draw_px(drawing, 8))
            style.size_px--;
        snprintf(text, sizeof text, "%.16s%s%.60s", quiz->lesson->decides,
                 app->document_count > 1 ? ", " : "",
                 app->document_count > 1 ? quiz->lesson->panels[i].label : "");
        frame_text(drawing->frame, style, drawing->theme->accent, FRAME_LEFT, x,
                   y + draw_px(drawing, 22), width, quiz->facts[i]);
        frame_text(drawing->frame, name, drawing->theme->mute, FRAME_LEFT, x,
                   y + draw_px(drawing, 40), width, text);
    }
    return width + draw_px(drawing, PAD);
}

/* --- the program ---------------------------------------------------------------------------- */

/* The first line behind the comment at the head of a file, and behind the includes. */
static uint32_t line_behind_head(const struct source_file *file)
{
    uint32_t line = 0;
    if (file->line_count > 0 && strncmp(file->lines[0], "/*", 2) == 0) {
        while (line < file->line_count && strstr(file->lines[line], "*/") == NULL)
            line++;
        line++;
    }
    while (line < file->line_count &&
           (file->lines[line][0] == '\0' || strncmp(file->lines[line], "#include", 8) == 0))
        line++;
    return line < file->line_count ? line : 0;
}

static void draw_code(const struct drawing *drawing)
{
    const struct frame_rect *box = &drawing->layout->source;
    const struct theme *theme = drawing->theme;
    const struct sources *sources = &drawing->app->document->sources;
    const struct source_file *file = NULL;
    for (uint32_t i = 0; i < sources->count && file == NULL; i++)
        if (sources->files[i].line_count > 0)
            file = &sources->files[i];
    if (box->height <= 0)
        return;
    frame_fill_rect(drawing->frame, *box, theme->panel);
    frame_vertical(drawing->frame, box->x + 0.5f, box->y, frame_bottom(*box), 1, theme->rule);
    frame_hot(drawing->frame, *box, FRAME_HOT_PANEL, 0);
    if (file == NULL)
        return;
    float pad = draw_px(drawing, PAD);
    const char *slash = strrchr(file->path, '/');
    frame_text(drawing->frame, draw_style(drawing, 13), theme->mute, FRAME_LEFT, box->x + pad,
               box->y + draw_px(drawing, CODE_TITLE), box->width - pad,
               slash != NULL ? slash + 1 : file->path);
    uint32_t first = line_behind_head(file);
    float room = box->height - draw_px(drawing, CODE_FIRST - CODE_LINE / 2);
    float step = fminf(draw_px(drawing, CODE_LINE), room / (float)(file->line_count - first));
    step = fmaxf(step, draw_px(drawing, CODE_LINE * 0.72f)); /* a longer one is cut */
    float points = CODE_POINTS * fminf(step / draw_px(drawing, CODE_LINE), 1);
    struct text_style style = draw_mono(drawing, points, false);
    uint32_t count = (uint32_t)fminf(floorf(room / step), (float)(file->line_count - first));
    for (uint32_t i = 0; i < count; i++)
        frame_text(drawing->frame, style, theme->ink, FRAME_LEFT, box->x + pad,
                   roundf(box->y + draw_px(drawing, CODE_FIRST) + step * (float)i),
                   box->width - 2 * pad, file->lines[first + i]);
}

void draw_lesson(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct frame_rect *card = &drawing->layout->card;
    if (!quiz_is_on(app))
        return;
    draw_code(drawing);
    frame_fill_rect(drawing->frame, *card, drawing->theme->panel);
    frame_horizontal(drawing->frame, 0, card->width, card->y + 0.5f, 1, drawing->theme->rule);
    frame_hot(drawing->frame, *card, FRAME_HOT_PANEL, 0);
    float width = card->width - 2 * draw_px(drawing, DRAW_EDGE);
    char foot[128];
    bool captioned = app->captioned && app->quiz.stage == QUIZ_TOLD; /* it has numbers in it */
    if (app->quiz.stage == QUIZ_ASKED) {
        write_card(drawing, width, write_question);
        snprintf(foot, sizeof foot, "A to %c choose    Enter shows the run    F5 for a projector",
                 (char)('A' + app->quiz.lesson->answer_count - 1));
    } else {
        write_card(drawing, width - draw_facts(drawing), write_verdict);
        snprintf(foot, sizeof foot, "Enter goes into the run    ? keys");
    }
    frame_text(drawing->frame, draw_style(drawing, 12), drawing->theme->mute, FRAME_LEFT,
               draw_px(drawing, DRAW_EDGE), frame_bottom(*card) - draw_px(drawing, FOOT_BASELINE),
               width, captioned ? app->document->caption : foot);
}

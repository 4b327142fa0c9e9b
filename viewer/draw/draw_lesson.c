/*
 * A lesson's card, below the lanes: the question and its answers, and when it is told, what the
 * answer says.  Beside it the program, without its first comment, which often tells.
 */

#include "card.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

#define PAD 16
#define CODE_TITLE 24
#define CODE_FIRST 50
#define CODE_LINE 18
#define CODE_POINTS 13
#define NUMBERS_WIDTH 170
#define LINE_BYTES 512

static void write_question(struct card_pen *pen)
{
    const struct lesson *lesson = pen->drawing->app->quiz.lesson;
    card_lines(pen, 17, true, pen->drawing->theme->ink, 0, lesson->question);
    for (size_t i = 0; i < lesson->answer_count; i++)
        card_answer(pen, (uint32_t)i, pen->drawing->app->quiz.chosen == i, lesson->answers[i].text);
}

/* What was said, what is right, and what both stand for. */
static void write_verdict(struct card_pen *pen)
{
    const struct app *app = pen->drawing->app;
    const struct theme *theme = pen->drawing->theme;
    const struct lesson_answer *guess = quiz_guess(&app->quiz);
    const struct lesson_answer *right = quiz_right(&app->quiz);
    char text[LINE_BYTES];
    char beside[QUIZ_SENTENCE_BYTES];
    quiz_compare(app, beside);
    bool is_right = guess != NULL && guess->is_right;
    pen->y += is_right ? 0 : draw_px(pen->drawing, 4);
    const char *verb = is_right ? "You are right" : "Right is";
    if (guess != NULL && !is_right) {
        snprintf(text, sizeof text, "You said: %.200s. %s", guess->text, beside);
        card_lines(pen, 16, true, theme->accent, 0, text);
        card_lines(pen, 14, false, theme->ink, 0, guess->because);
    }
    snprintf(text, sizeof text, "%s: %.200s. %s", verb, right->text, is_right ? beside : "");
    card_lines(pen, 16, true, theme->ink, 0, text);
    card_lines(pen, 14, false, theme->ink, 0, right->because);
    if (app->quiz.lesson->claim != NULL) {
        pen->y += draw_px(pen->drawing, 4);
        card_lines(pen, 14, true, theme->ink, 0, app->quiz.lesson->claim);
    }
    for (size_t i = 0; i < app->quiz.lesson->look_count; i++) {
        snprintf(text, sizeof text, "Look at: %.480s", app->quiz.lesson->looks[i]);
        card_lines(pen, 13, false, theme->mute, 0, text);
    }
}

/* How wide the numbers are that settle it. */
static float facts_width(const struct drawing *drawing)
{
    bool any = drawing->app->quiz.facts[0][0] != '\0';
    return any ? draw_px(drawing, NUMBERS_WIDTH) + draw_px(drawing, PAD) : 0;
}

/* The number that settles it, of each run. */
static void draw_facts(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct quiz *quiz = &app->quiz;
    const struct frame_rect *card = &drawing->layout->card;
    if (quiz->facts[0][0] == '\0')
        return;
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

/* What was run, as a caption. */
static void list_commands(const struct app *app, char *text, size_t bytes)
{
    const struct lesson *lesson = app->quiz.lesson;
    size_t used = 0;
    for (size_t i = 0; i < lesson->panel_count && used < bytes; i++)
        used +=
            (size_t)snprintf(text + used, bytes - used, "%s%s: troupe run %s", i > 0 ? "; " : "",
                             lesson->panels[i].label, lesson->panels[i].command);
}

void draw_lesson(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct frame_rect *card = &drawing->layout->card;
    if (!quiz_is_on(app))
        return;
    draw_code(drawing);
    draw_own_guess(drawing);
    float width = card->width - 2 * draw_px(drawing, DRAW_EDGE);
    char foot[256];
    if (app->quiz.stage == QUIZ_ASKED) {
        if (app->captioned) /* numbers would tell */
            list_commands(app, foot, sizeof foot);
        else
            snprintf(foot, sizeof foot,
                     "A to %c choose    Enter shows the run    F5 for a projector",
                     (char)('A' + app->quiz.lesson->answer_count - 1));
        card_draw(drawing, width, write_question, foot);
    } else {
        card_draw(drawing, width - facts_width(drawing), write_verdict,
                  app->captioned ? app->document->caption : "Enter goes into the run    ? keys");
        draw_facts(drawing);
    }
}

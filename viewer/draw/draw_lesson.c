/*
 * A lesson's card, below the lanes: the question and its answers, and when it is told, what the
 * answer says.  Beside it the program.
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
#define NUMBERS_WIDTH 190
#define FACTS_HEIGHT 66
#define FACTS_LEAST 60 /* with less height the one that settles it is alone */
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

/* A style in which a text is not cut, if there is one that can be read. */
static struct text_style style_within(const struct drawing *drawing, struct text_style style,
                                      const char *text, float width)
{
    while (style.size_px > 8 && text_width_px(drawing->frame->measurer, style, text) > width)
        style.size_px--;
    return style;
}

/* The three numbers that tell runs apart, for who asks; or, where P is told already, what to think
 * of it. */
static void draw_others(const struct drawing *drawing, uint32_t index, float x, float y,
                        float width)
{
    const struct trace_score *score = &drawing->app->documents[index].score;
    const char *crowd = drawing->app->quiz.crowds[index];
    char text[96 + LESSON_FACT_BYTES];
    char numbers[3][FORMAT_BYTES];
    format_duration(score->wall_ns, numbers[0]);
    format_ratio(trace_score_concurrency(score), numbers[1]);
    format_ratio(trace_score_parallelism(score), numbers[2]);
    snprintf(text, sizeof text, "W %.24s  C %.24s  %s%.24s", numbers[0], numbers[1],
             crowd[0] != '\0' ? "" : "P ", crowd[0] != '\0' ? crowd : numbers[2]);
    frame_text(drawing->frame, style_within(drawing, draw_style(drawing, 11), text, width),
               drawing->theme->mute, FRAME_LEFT, x, y, width, text);
}

/* What settles it, of each run: as large as fits, with the run's label below. */
static void draw_facts(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct quiz *quiz = &app->quiz;
    const struct frame_rect *card = &drawing->layout->card;
    float width = draw_px(drawing, NUMBERS_WIDTH);
    float x = frame_right(*card) - draw_px(drawing, PAD) - width;
    float each = (card->height - draw_px(drawing, PAD)) / (float)app->document_count;
    each = fminf(each, draw_px(drawing, FACTS_HEIGHT));
    frame_vertical(drawing->frame, x - draw_px(drawing, 8), card->y + draw_px(drawing, PAD),
                   frame_bottom(*card) - draw_px(drawing, PAD), 1, drawing->theme->rule);
    for (uint32_t i = 0; i < app->document_count; i++) {
        float y = card->y + draw_px(drawing, PAD) + each * (float)i;
        struct text_style style = style_within(drawing, draw_bold(drawing, 22), quiz->facts[i],
                                               width - draw_px(drawing, 8));
        frame_text(drawing->frame, style, drawing->theme->accent, FRAME_LEFT, x,
                   y + draw_px(drawing, 22), width, quiz->facts[i]);
        frame_text(drawing->frame, draw_style(drawing, 13), drawing->theme->mute, FRAME_LEFT, x,
                   y + draw_px(drawing, 39), width, quiz->lesson->panels[i].label);
        if (each >= draw_px(drawing, FACTS_LEAST))
            draw_others(drawing, i, x, y + draw_px(drawing, 55), width);
    }
}

/* --- the program ---------------------------------------------------------------------------- */

/* A program as it is shown: without its head, and, while it is asked, without comments, since both
 * tell what is asked; and without empty lines if it is long. */
struct code {
    const struct source_file *file;
    bool hides;   /* comments */
    bool dense;   /* no empty lines */
    uint32_t at;  /* the next line */
    bool in_note; /* within a comment that goes on */
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* The first line behind the comment at the head of a file, and behind what it includes. */
static uint32_t line_behind_head(const struct source_file *file)
{
    bool is_python = ends_with(file->path, ".py");
    const char *opens = is_python ? "\"\"\"" : "/*", *closes = is_python ? "\"\"\"" : "*/";
    uint32_t line = 0;
    if (file->line_count > 0 && strncmp(file->lines[0], opens, strlen(opens)) == 0) {
        bool one = strstr(file->lines[0] + strlen(opens), closes) != NULL;
        for (line = 1; !one && line < file->line_count; line++)
            one = strstr(file->lines[line], closes) != NULL;
    }
    while (line < file->line_count &&
           (file->lines[line][0] == '\0' || strncmp(file->lines[line], "#include", 8) == 0 ||
            strncmp(file->lines[line], "#define _", 9) == 0))
        line++;
    return line < file->line_count ? line : 0;
}

/* The next line that is shown; false at the end. */
static bool next_code(struct code *code, char text[LINE_BYTES])
{
    const char *note = ends_with(code->file->path, ".py") ? "# " : "/*";
    while (code->at < code->file->line_count) {
        snprintf(text, LINE_BYTES, "%.*s", LINE_BYTES - 1, code->file->lines[code->at++]);
        char *begin = code->in_note ? text : strstr(text, note);
        if (code->hides && begin != NULL) {
            code->in_note = note[0] == '/' && strstr(begin, "*/") == NULL;
            *begin = '\0';
        }
        size_t length = strlen(text);
        while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
            text[--length] = '\0';
        if (length > 0 || !code->dense)
            return true;
    }
    return false;
}

/* How many lines are shown. */
static uint32_t count_code(struct code code)
{
    char text[LINE_BYTES];
    uint32_t count = 0;
    while (next_code(&code, text))
        count++;
    return count > 0 ? count : 1;
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
    struct code code = {.file = file,
                        .hides = drawing->app->quiz.stage == QUIZ_ASKED,
                        .at = line_behind_head(file)};
    float least = draw_px(drawing, CODE_LINE * 0.66f); /* a longer program is cut */
    float room = box->height - draw_px(drawing, CODE_FIRST - CODE_LINE / 2);
    code.dense = (float)count_code(code) * least > room;
    float step = fmaxf(fminf(draw_px(drawing, CODE_LINE), room / (float)count_code(code)), least);
    float points = CODE_POINTS * fminf(step / draw_px(drawing, CODE_LINE), 1);
    struct text_style style = draw_mono(drawing, points, false);
    char text[LINE_BYTES];
    for (int i = 0; i < (int)(room / step) && next_code(&code, text); i++)
        frame_text(drawing->frame, style, theme->ink, FRAME_LEFT, box->x + pad,
                   roundf(box->y + draw_px(drawing, CODE_FIRST) + step * (float)i),
                   box->width - 2 * pad, text);
}

/* What was run for a panel: now, or before, in which case it lies in the lesson's folder. */
static const char *command_of(const struct app *app, size_t i)
{
    const struct lesson_panel *panel = &app->quiz.lesson->panels[i];
    bool before = strstr(app->documents[i].path, "/recorded/") != NULL;
    return before ? panel->recorded : panel->command;
}

/* As a caption: the numbers of each run stand beside the answer. */
static void list_commands(const struct app *app, char *text, size_t bytes)
{
    const struct lesson *lesson = app->quiz.lesson;
    size_t used = 0;
    for (size_t i = 0; i < lesson->panel_count && used < bytes; i++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s: troupe run %s",
                                 i > 0 ? "; " : "", lesson->panels[i].label, command_of(app, i));
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
    char foot[512];
    list_commands(app, foot, sizeof foot);
    if (app->quiz.stage == QUIZ_ASKED) {
        if (!app->captioned)
            snprintf(foot, sizeof foot,
                     "A to %c choose    Enter shows the run    F5 for a projector",
                     (char)('A' + app->quiz.lesson->answer_count - 1));
        card_draw(drawing, width, write_question, foot);
    } else {
        card_draw(drawing, width - draw_px(drawing, NUMBERS_WIDTH + PAD), write_verdict,
                  app->captioned ? foot : "Enter goes into the run    ? keys");
        draw_facts(drawing);
    }
}

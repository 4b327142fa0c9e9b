/*
 * A time that the class gives itself, where the answer is one: a bar on the empty ruler, dragged or
 * moved by key.  Its scale is that of the answers, not that of the run, which would tell.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "inner.h"
#include "quiz.h"

/* The bar moves in so many steps: tenths of a second where the longest answer is three. */
#define STEPS 40

/* So much more than the longest answer can be given. */
#define SCALE_MORE (4.0 / 3)

int64_t quiz_scale_ns(const struct app *app)
{
    const struct lesson *lesson = app->quiz.lesson;
    int64_t longest_ns = 0;
    int64_t ns;
    if (app->quiz.stage != QUIZ_ASKED || !quiz_time(quiz_right(&app->quiz)->text, &ns))
        return 0;
    for (size_t i = 0; i < lesson->answer_count; i++)
        if (quiz_time(lesson->answers[i].text, &ns) && ns > longest_ns)
            longest_ns = ns;
    return (int64_t)((double)longest_ns * SCALE_MORE);
}

void quiz_name_time(int64_t ns, char text[QUIZ_TIME_BYTES])
{
    static const struct unit {
        const char *name;
        double ns;
    } units[] = {{"h", 3600e9}, {"min", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof units[0] && (double)ns < units[i].ns)
        i++;
    snprintf(text, QUIZ_TIME_BYTES, "%.3g %s", (double)ns / units[i].ns, units[i].name);
}

/* The answer that a time is, if it is that of one: what is said of that holds of this. */
static struct lesson_answer answer_at(const struct lesson *lesson, int64_t own_ns)
{
    int64_t ns;
    for (size_t i = 0; i < lesson->answer_count; i++)
        if (quiz_time(lesson->answers[i].text, &ns) && llabs(ns - own_ns) * STEPS < ns)
            return lesson->answers[i];
    return (struct lesson_answer){.because = ""};
}

static void set_own(struct app *app, double step)
{
    struct quiz *quiz = &app->quiz;
    step = fmin(fmax(round(step), 1), STEPS);
    quiz->own_ns = (int64_t)((double)quiz_scale_ns(app) * step / STEPS);
    quiz_name_time(quiz->own_ns, quiz->own_text);
    quiz->own = answer_at(quiz->lesson, quiz->own_ns);
    quiz->own.text = quiz->own_text;
    quiz->chosen = QUIZ_OWN_ANSWER;
}

bool quiz_move_own(struct app *app, int by)
{
    double scale_ns = (double)quiz_scale_ns(app);
    if (quiz_order_count(app) > 0)
        return quiz_step_order(app, by, false);
    bool any = app->quiz.chosen == QUIZ_OWN_ANSWER;
    if (scale_ns <= 0)
        return false;
    set_own(app, (any ? (double)app->quiz.own_ns / scale_ns * STEPS : 0) + by);
    return true;
}

bool quiz_drag_own(struct app *app, const struct input *input)
{
    struct quiz *quiz = &app->quiz;
    bool orders = quiz_order_count(app) > 0;
    if (app->help || app->prompt.kind != PROMPT_NONE || (quiz_scale_ns(app) <= 0 && !orders))
        return false;
    struct frame_rect ruler = app_layout_of(app, 0).ruler;
    bool on_ruler = input->x >= ruler.x && input->x <= frame_right(ruler) && input->y >= ruler.y &&
                    input->y <= frame_bottom(ruler);
    bool moves = input->kind == INPUT_MOVE && quiz->drags;
    if ((input->kind == INPUT_PRESS && on_ruler) || moves) {
        float share = (input->x - ruler.x) / fmaxf(ruler.width, 1);
        if (orders)
            quiz_drag_order(app, share, !quiz->drags);
        else
            set_own(app, (double)share * STEPS);
        quiz->drags = true;
        return true;
    }
    bool ends = input->kind == INPUT_RELEASE && quiz->drags;
    quiz->drags = quiz->drags && !ends;
    return ends;
}

/*
 * The lesson's axis is shown, which is the true one of time for most, because guesses are about
 * time; it is made as long as the guess, so that both can be seen whole.  Of a guess that is many
 * times longer than the run only the beginning is shown, or nothing would be left of the run.
 */

#include "quiz.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "inner.h"

/* The axis grows to so many times the run. */
#define TIMES_MAX 8.0
/* No guess is longer than a hundred years. */
#define SECONDS_MAX 3.2e9

bool quiz_is_on(const struct app *app)
{
    return app->quiz.stage != QUIZ_NONE;
}

const struct lesson_answer *quiz_guess(const struct quiz *quiz)
{
    if (quiz->stage == QUIZ_TOLD && quiz->told.order_count > 0)
        return &quiz->told;
    if (quiz->chosen == QUIZ_OWN_ANSWER)
        return &quiz->own;
    return quiz->lesson != NULL && quiz->chosen < quiz->lesson->answer_count
               ? &quiz->lesson->answers[quiz->chosen]
               : NULL;
}

const struct lesson_answer *quiz_right(const struct quiz *quiz)
{
    for (size_t i = 0; quiz->lesson != NULL && i < quiz->lesson->answer_count; i++)
        if (quiz->lesson->answers[i].is_right)
            return &quiz->lesson->answers[i];
    return NULL;
}

/* Digits with a comma before every third, and a fraction: "10,000", "1.5". */
static bool read_number(const char **text, double *number)
{
    const char *at = *text;
    bool any = false;
    *number = 0;
    for (; isdigit((unsigned char)*at) || (any && *at == ',' && isdigit((unsigned char)at[1]));
         at++) {
        if (*at != ',')
            *number = *number * 10 + (*at - '0');
        any = true;
    }
    if (any && *at == '.' && isdigit((unsigned char)at[1])) {
        double place = 0.1;
        for (at++; isdigit((unsigned char)*at); at++, place /= 10)
            *number += place * (*at - '0');
    }
    *text = at;
    return any;
}

bool quiz_time(const char *answer, int64_t *ns)
{
    static const struct unit {
        const char *name;
        double seconds;
    } units[] = {{"us", 1e-6}, {"ms", 1e-3},    {"s", 1},    {"second", 1},  {"seconds", 1},
                 {"min", 60},  {"minutes", 60}, {"h", 3600}, {"hour", 3600}, {"hours", 3600}};
    double number;
    double divisor;
    if (!read_number(&answer, &number))
        return false;
    if (*answer == '/') {
        answer++;
        if (!read_number(&answer, &divisor) || divisor <= 0)
            return false;
        number /= divisor;
    }
    answer += strspn(answer, " ");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double seconds = number * units[i].seconds;
        if (strcmp(answer, units[i].name) != 0 || !(seconds <= SECONDS_MAX))
            continue;
        *ns = (int64_t)(seconds * 1e9);
        return *ns > 0;
    }
    return false;
}

bool quiz_guess_time(const struct quiz *quiz, int64_t *ns)
{
    const struct lesson_answer *guess = quiz_guess(quiz);
    *ns = quiz->own_ns;
    return guess != NULL && guess->order_count == 0 &&
           (guess == &quiz->own || quiz_time(guess->text, ns));
}

/* Where an instant since the first resume of a run is on the lesson's axis. */
static double place_of(const struct app *app, size_t panel, double since_ns)
{
    const struct document *document = &app->documents[panel];
    return trace_axis_position(&document->axes[app->quiz.lesson->axis],
                               document->origin_ns + (int64_t)since_ns);
}

void quiz_ghost_counts(const struct app *app, const struct lesson_ghost *ghost, double *from,
                       double *to)
{
    double percent_ns = (double)app->documents[ghost->panel].score.wall_ns / 100;
    double unit = ghost->scale == LESSON_PERCENT ? percent_ns : 1;
    *from = ghost->from * unit;
    *to = ghost->to * unit;
}

void quiz_ghost(const struct app *app, const struct lesson_ghost *ghost, double *from, double *to)
{
    quiz_ghost_counts(app, ghost, from, to);
    if (ghost->scale == LESSON_STEPS) {
        double origin = place_of(app, ghost->panel, 0);
        *from += origin;
        *to += origin;
    } else {
        *from = place_of(app, ghost->panel, *from);
        *to = place_of(app, ghost->panel, *to);
    }
}

double quiz_guess_end(const struct app *app, size_t panel)
{
    const struct lesson_answer *guess = quiz_guess(&app->quiz);
    double end = 0;
    double from;
    double to;
    int64_t end_ns;
    if (panel == 0 && quiz_guess_time(&app->quiz, &end_ns))
        return place_of(app, 0, (double)end_ns);
    for (size_t i = 0; guess != NULL && i < guess->ghost_count; i++) {
        if (guess->ghosts[i].panel != panel)
            continue;
        quiz_ghost(app, &guess->ghosts[i], &from, &to);
        end = fmax(end, to);
    }
    return end;
}

/* Makes the lesson's axes long enough for the guess. */
static void make_room(struct app *app)
{
    enum trace_axis_kind kind = app->quiz.lesson->axis;
    for (uint32_t i = 0; i < app->document_count; i++) {
        struct trace_axis *axis = &app->documents[i].axes[kind];
        double origin = place_of(app, i, 0);
        double most = origin + (axis->length - origin) * TIMES_MAX;
        app->quiz.lengths[i] = axis->length;
        axis->length = fmax(axis->length, fmin(quiz_guess_end(app, i), most));
    }
    compare_align(app);
}

/* Whether a guess of the lesson begins with an actor of this name. */
static bool is_guessed(const struct lesson *lesson, const char *name)
{
    for (size_t k = 0; k < lesson->answer_count; k++) {
        const struct lesson_answer *answer = &lesson->answers[k];
        if (answer->ghost_count > 0 && strcmp(name, answer->ghosts[0].lane) == 0)
            return true;
    }
    return false;
}

/* The item of a run's lanes to begin with: the first that guesses are about, or the first actor
 * behind the one that begins the others; loops and that one tell little. */
static uint32_t first_item(const struct app *app, uint32_t index)
{
    const struct document *document = &app->documents[index];
    uint32_t other = TRACE_NONE;
    for (uint32_t i = 0; i < document->lanes.count; i++) {
        uint32_t row = document->lanes.items[i].row;
        const struct row *of = row != TRACE_NONE ? &document->rows.rows[row] : NULL;
        if (of == NULL || of->kind != ROW_ACTOR)
            continue;
        if (is_guessed(app->quiz.lesson, rows_name(&document->rows, of)))
            return i;
        if (other == TRACE_NONE && of->subject != document->root)
            other = i;
    }
    return other != TRACE_NONE ? other : 0;
}

void quiz_fit(struct app *app)
{
    const struct lesson *lesson = app->quiz.lesson;
    app_lay_out(app);
    app->view.axis = lesson->axis;
    double origin = trace_axis_position(app_axis(app), app->document->origin_ns);
    double end = app_axis(app)->length;
    if (lesson->steps > 0)
        end = fmin(end, origin + lesson->steps);
    double room = (end - origin) * VIEW_MARGIN;
    app->view.start = origin - room;
    app->view.units_per_px = fmax(end - origin + 2 * room, 1e-6) / fmax(lanes_width(app), 1);
    for (uint32_t i = 0; i < app->document_count; i++) {
        struct layout layout = app_layout_of(app, i);
        double scroll_px =
            fmin((double)layout.row_height * first_item(app, i), layout.scroll_px_max);
        app->documents[i].scroll_px = scroll_px;
        if (i == app->focus)
            app->view.scroll_px = scroll_px;
    }
    app->history = (struct history){.count = 0};
}

int quiz_ask(struct app *app, const struct lesson *lesson)
{
    app->quiz = (struct quiz){.stage = QUIZ_ASKED, .lesson = lesson, .chosen = QUIZ_NO_ANSWER};
    int status = 0;
    for (uint32_t i = 0; i < app->document_count && lesson->decides != NULL && status == 0; i++) {
        status = lesson_fact(lesson->decides, app->documents[i].model, app->quiz.facts[i]);
        lesson_fact_crowd(lesson->decides, app->documents[i].model, app->quiz.crowds[i]);
    }
    app->selected = app->message = TRACE_NONE;
    app->causes.waits_on = false;
    app->blank = true;
    quiz_fit(app);
    return status;
}

static bool tell(struct app *app)
{
    app->quiz.to_keep = true;
    const struct lesson_answer *guess = quiz_guess(&app->quiz);
    if (guess != NULL && guess->order_count > 0) {
        app->quiz.told = *guess;
        quiz_draw_order(app, &app->quiz.told);
    } else {
        app->quiz.own.is_right = quiz_is_near(app, app->quiz.own_ns);
    }
    app->quiz.stage = QUIZ_TOLD;
    app->blank = app->range_set = app->moment_set = false;
    app->all_messages = app->quiz.lesson->axis == TRACE_AXIS_STEP; /* between steps there is room */
    make_room(app);
    quiz_fit(app);
    return true;
}

void quiz_end(struct app *app)
{
    bool told = app->quiz.stage == QUIZ_TOLD;
    if (!quiz_is_on(app))
        return;
    app->quiz.stage = QUIZ_NONE;
    app->blank = app->all_messages = false;
    for (uint32_t i = 0; i < app->document_count && told; i++)
        app->documents[i].axes[app->quiz.lesson->axis].length = app->quiz.lengths[i];
    if (app->document_count == 1)
        app_open_view(app, app->view.axis);
    else
        quiz_fit(app);
}

bool quiz_choose(struct app *app, uint32_t answer)
{
    if (app->quiz.stage != QUIZ_ASKED || answer >= app->quiz.lesson->answer_count)
        return false;
    app->quiz.chosen = answer;
    return true;
}

/* The answer that a key stands for: "2" or "B"; QUIZ_NO_ANSWER for none. */
static uint32_t answer_of(const char *chord)
{
    if (chord[0] == '\0' || chord[1] != '\0')
        return QUIZ_NO_ANSWER;
    if (chord[0] >= '1' && chord[0] < '1' + LESSON_ANSWERS_MAX)
        return (uint32_t)(chord[0] - '1');
    if (chord[0] >= 'A' && chord[0] < 'A' + LESSON_ANSWERS_MAX)
        return (uint32_t)(chord[0] - 'A');
    return QUIZ_NO_ANSWER;
}

/* Up and down, as in a list. */
static bool step(struct app *app, int by)
{
    uint32_t count = (uint32_t)app->quiz.lesson->answer_count;
    uint32_t chosen = app->quiz.chosen;
    if (chosen >= count)
        return quiz_choose(app, by > 0 ? 0 : count - 1);
    return quiz_choose(app, (chosen + count + (uint32_t)by) % count);
}

bool quiz_take(struct app *app, const struct input *input, bool *changed)
{
    const char *chord = input->chord;
    bool enters = strcmp(chord, "Enter") == 0;
    *changed = true;
    if (app->quiz.stage == QUIZ_TOLD && (enters || strcmp(chord, "Esc") == 0) && !app->help) {
        quiz_end(app);
        return true;
    }
    if (app->quiz.stage != QUIZ_ASKED)
        return false;
    if (enters && app->quiz.chosen == QUIZ_NO_ANSWER)
        app_say(app, "Choose an answer first; Shift+Enter shows the run without one.");
    else if (enters || strcmp(chord, "Shift+Enter") == 0)
        tell(app);
    else if (strcmp(chord, "Down") == 0)
        step(app, 1);
    else if (strcmp(chord, "Up") == 0)
        step(app, -1);
    else if (strcmp(chord, "Right") == 0 || strcmp(chord, "Left") == 0)
        return quiz_move_own(app, chord[0] == 'R' ? 1 : -1);
    else if (strcmp(chord, "Shift+Right") == 0 || strcmp(chord, "Shift+Left") == 0)
        return quiz_step_order(app, chord[6] == 'R' ? 1 : -1, true);
    else
        return quiz_choose(app, answer_of(chord));
    return true;
}

bool quiz_forbids(struct app *app, enum command command)
{
    if (app->quiz.stage != QUIZ_ASKED || command == COMMAND_NONE)
        return false;
    bool tells = command_row_of(command)->group < COMMAND_GROUP_SHOW;
    static const enum command others[] = {
        COMMAND_BLANK,     COMMAND_AXIS_NEXT,  COMMAND_AXIS_TIME, COMMAND_AXIS_FOLDED,
        COMMAND_AXIS_STEP, COMMAND_READ_AGAIN, COMMAND_MESSAGES};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        tells |= command == others[i];
    if (tells)
        app_say(app, "First the answer: A to %c, then Enter.",
                (char)('A' + app->quiz.lesson->answer_count - 1));
    return tells;
}

/*
 * An order that the class makes itself, where the answer is one: names in a row on the empty ruler,
 * carried along it by key or by pointer.  At first they stand as their lanes do.  An order of ends
 * is drawn as lives: who is said to end as the second one, when the second one did.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inner.h"
#include "quiz.h"

/* The lane of a run that has a name; TRACE_NONE for none. */
uint32_t quiz_lane(const struct app *app, size_t panel, const char *name)
{
    const struct trace_model *model = app->documents[panel].model;
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (strcmp(trace_text(model, model->lanes[i].name), name) == 0)
            return i;
    return TRACE_NONE;
}

size_t quiz_order_count(const struct app *app)
{
    return app->quiz.stage == QUIZ_ASKED ? quiz_right(&app->quiz)->order_count : 0;
}

/* Sorts names by a key, those with equal ones as they stand. */
static void sort_names(const char **names, int64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && keys[k] < keys[k - 1]; k--) {
            const char *name = names[k];
            int64_t key = keys[k];
            names[k] = names[k - 1];
            keys[k] = keys[k - 1];
            names[k - 1] = name;
            keys[k - 1] = key;
        }
}

static bool is_same_order(const struct lesson_answer *a, const struct lesson_answer *b)
{
    for (size_t i = 0; i < a->order_count; i++)
        if (a->order_count != b->order_count || strcmp(a->order[i], b->order[i]) != 0)
            return false;
    return true;
}

void quiz_name_order(const struct lesson_answer *answer, char text[QUIZ_OWN_BYTES])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < answer->order_count && used < QUIZ_OWN_BYTES; i++)
        used += (size_t)snprintf(text + used, QUIZ_OWN_BYTES - used, "%s%.*s", i > 0 ? ", " : "",
                                 (int)strcspn(answer->order[i], "#"), answer->order[i]);
}

/* The own answer has changed: what is said of one of the lesson's in that order holds of it. */
static void settle(struct quiz *quiz)
{
    struct lesson_answer own = quiz->own;
    own.because = "";
    own.is_right = false;
    for (size_t i = 0; i < quiz->lesson->answer_count; i++) {
        const struct lesson_answer *answer = &quiz->lesson->answers[i];
        if (answer->order_count > 0 && is_same_order(answer, &own))
            own = *answer;
    }
    quiz->own = own;
    quiz_name_order(&own, quiz->own_text);
    quiz->own.text = quiz->own_text;
}

/* The names in a row, if they do not stand there yet. */
static void begin(struct app *app)
{
    struct quiz *quiz = &app->quiz;
    int64_t lanes[LESSON_GHOSTS_MAX];
    if (quiz->chosen == QUIZ_OWN_ANSWER)
        return;
    quiz->own = *quiz_right(quiz);
    for (size_t i = 0; i < quiz->own.order_count; i++)
        lanes[i] = quiz_lane(app, 0, quiz->own.order[i]);
    sort_names(quiz->own.order, lanes, quiz->own.order_count);
    quiz->chosen = QUIZ_OWN_ANSWER;
    quiz->carried = 0;
    settle(quiz);
}

/* Puts the name that is carried to another place in the row. */
static void carry_to(struct quiz *quiz, size_t place)
{
    const char **names = quiz->own.order;
    const char *name = names[quiz->carried];
    for (; quiz->carried < place; quiz->carried++)
        names[quiz->carried] = names[quiz->carried + 1];
    for (; quiz->carried > place; quiz->carried--)
        names[quiz->carried] = names[quiz->carried - 1];
    names[place] = name;
    settle(quiz);
}

bool quiz_step_order(struct app *app, int by, bool carries)
{
    struct quiz *quiz = &app->quiz;
    size_t count = quiz_order_count(app);
    if (count == 0)
        return false;
    if (quiz->chosen != QUIZ_OWN_ANSWER) {
        begin(app);
        return true;
    }
    size_t place = quiz->carried;
    place = by < 0 ? (place > 0 ? place - 1 : 0) : (place + 1 < count ? place + 1 : place);
    if (carries)
        carry_to(quiz, place);
    quiz->carried = place;
    return true;
}

void quiz_drag_order(struct app *app, float share, bool begins)
{
    size_t count = quiz_order_count(app);
    size_t place = (size_t)fmaxf(share * (float)count, 0);
    place = place < count ? place : count - 1;
    begin(app);
    if (begins)
        app->quiz.carried = place;
    else
        carry_to(&app->quiz, place);
}

void quiz_order_of_run(const struct app *app, struct lesson_answer *truth)
{
    const struct trace_model *model = app->documents[0].model;
    int64_t ends_ns[LESSON_GHOSTS_MAX];
    *truth = *quiz_right(&app->quiz);
    for (size_t i = 0; i < truth->order_count; i++) {
        uint32_t lane = quiz_lane(app, 0, truth->order[i]);
        ends_ns[i] = lane != TRACE_NONE ? model->lanes[lane].end_ns : TRACE_NEVER;
    }
    sort_names(truth->order, ends_ns, truth->order_count);
}

void quiz_draw_order(const struct app *app, struct lesson_answer *guess)
{
    const struct document *document = &app->documents[0];
    const struct trace_model *model = document->model;
    struct lesson_answer truth;
    quiz_order_of_run(app, &truth);
    guess->is_right = is_same_order(guess, &truth);
    guess->ghost_count = 0;
    for (size_t i = 0; i < guess->order_count; i++) {
        uint32_t own = quiz_lane(app, 0, guess->order[i]);
        uint32_t ends = quiz_lane(app, 0, truth.order[i]);
        if (own == TRACE_NONE || ends == TRACE_NONE || model->lanes[ends].end_ns == TRACE_NEVER)
            continue;
        double from = (double)(model->lanes[own].spawn_ns - document->origin_ns);
        double to = (double)(model->lanes[ends].end_ns - document->origin_ns);
        guess->ghosts[guess->ghost_count++] =
            (struct lesson_ghost){guess->order[i], 0, LESSON_NS, fmax(from, 0), fmax(to, 1), false};
    }
}

/* A sentence on what the guess says and what was: of a time, of an order, or of the life that is
 * least like its ghost. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "format.h"
#include "quiz.h"

/* A guess this near is as good as right: runs are never as long as their sleeps. */
#define NEAR_SHARE 0.15

static void compare_time(const struct app *app, int64_t guess_ns, char text[QUIZ_SENTENCE_BYTES])
{
    char took[FORMAT_BYTES];
    char times[FORMAT_BYTES];
    double ratio = (double)app->documents[0].score.wall_ns / (double)guess_ns;
    format_duration(app->documents[0].score.wall_ns, took);
    if (quiz_is_near(app, guess_ns))
        snprintf(text, QUIZ_SENTENCE_BYTES, "It took %s.", took);
    else if (ratio > 1)
        snprintf(text, QUIZ_SENTENCE_BYTES, "It took %s: %s times as long.", took,
                 format_ratio(ratio, times));
    else
        snprintf(text, QUIZ_SENTENCE_BYTES, "It took %s; the guess is %s times as long.", took,
                 format_ratio(1 / ratio, times));
}

bool quiz_is_near(const struct app *app, int64_t guess_ns)
{
    double wall_ns = (double)app->documents[0].score.wall_ns;
    return fabs(wall_ns / fmax((double)guess_ns, 1) - 1) <= NEAR_SHARE;
}

static void compare_order(const struct app *app, const struct lesson_answer *guess,
                          char text[QUIZ_SENTENCE_BYTES])
{
    struct lesson_answer truth;
    char names[QUIZ_OWN_BYTES];
    size_t hits = 0;
    quiz_order_of_run(app, &truth);
    quiz_name_order(&truth, names);
    for (size_t i = 0; i < truth.order_count; i++)
        hits += strcmp(truth.order[i], guess->order[i]) == 0;
    if (hits < truth.order_count)
        snprintf(text, QUIZ_SENTENCE_BYTES, "It was %.100s: %zu of %zu in its place.", names, hits,
                 truth.order_count);
}

/* A life, in what its ghost counts since the beginning of the run, and what was said of it. */
struct life {
    const struct lesson_ghost *ghost;
    double from, to;
    int64_t ran_ns, lasted_ns;
    double said_from, said_to;
};

/* An instant of a run as nanoseconds or steps since its beginning. */
static double since(const struct app *app, size_t panel, int64_t at_ns)
{
    const struct document *document = &app->documents[panel];
    const struct trace_axis *axis = &document->axes[TRACE_AXIS_STEP];
    if (app->quiz.lesson->axis != TRACE_AXIS_STEP)
        return (double)(at_ns - document->origin_ns);
    return trace_axis_position(axis, at_ns) - trace_axis_position(axis, document->origin_ns);
}

/* Whether a life is guessed in pieces, and which of them this is, from 0. */
static bool is_piece(const struct lesson_answer *guess, const struct lesson_ghost *ghost,
                     uint32_t *number)
{
    uint32_t count = 0;
    *number = 0;
    for (size_t i = 0; i < guess->ghost_count; i++) {
        const struct lesson_ghost *other = &guess->ghosts[i];
        if (other->panel != ghost->panel || strcmp(other->lane, ghost->lane) != 0)
            continue;
        *number += other < ghost;
        count++;
    }
    return count > 1;
}

static bool find_life(const struct app *app, const struct lesson_answer *guess, size_t which,
                      struct life *life)
{
    const struct lesson_ghost *ghost = &guess->ghosts[which];
    const struct trace_model *model = app->documents[ghost->panel].model;
    uint32_t lane = quiz_lane(app, ghost->panel, ghost->lane);
    uint32_t piece;
    *life = (struct life){.ghost = ghost};
    if (lane == TRACE_NONE || model->lanes[lane].end_ns == TRACE_NEVER ||
        model->lanes[lane].first_run_ns == TRACE_NEVER)
        return false;
    const struct trace_lane *of = &model->lanes[lane];
    for (uint32_t i = of->span_first; i < of->span_first + of->span_count; i++)
        if (model->spans[i].state == TRACE_STATE_RUN)
            life->ran_ns += model->spans[i].end_ns - model->spans[i].start_ns;
    life->lasted_ns = of->end_ns - of->first_run_ns;
    life->from = since(app, ghost->panel, of->first_run_ns);
    life->to = since(app, ghost->panel, of->end_ns);
    quiz_ghost_counts(app, ghost, &life->said_from, &life->said_to);
    if (is_piece(guess, ghost, &piece)) /* then only the beginning can be compared */
        life->said_to = life->to;
    return piece == 0;
}

/* "57.1 ms", "at once", "step 4" */
static void name_place(const struct app *app, double place, char text[FORMAT_BYTES])
{
    if (app->quiz.lesson->axis == TRACE_AXIS_STEP)
        snprintf(text, FORMAT_BYTES, "with step %.0f", round(place) + 1);
    else if (place <= 0)
        snprintf(text, FORMAT_BYTES, "at once");
    else {
        char time[FORMAT_BYTES];
        snprintf(text, FORMAT_BYTES, "after %.40s", format_duration((int64_t)place, time));
    }
}

static void say_life(const struct app *app, const struct life *life, char text[QUIZ_SENTENCE_BYTES])
{
    const struct lesson_ghost *ghost = life->ghost;
    char was[FORMAT_BYTES];
    char said[FORMAT_BYTES];
    char name[96];
    if (app->document_count > 1)
        snprintf(name, sizeof name, "In \"%.40s\", %.40s",
                 app->quiz.lesson->panels[ghost->panel].label, ghost->lane);
    else
        snprintf(name, sizeof name, "%.40s", ghost->lane);
    if (ghost->runs) {
        snprintf(text, QUIZ_SENTENCE_BYTES, "%s ran for %s of its %s.", name,
                 format_duration(life->ran_ns, was), format_duration(life->lasted_ns, said));
        return;
    }
    bool begins = fabs(life->from - life->said_from) > fabs(life->to - life->said_to);
    name_place(app, begins ? life->from : life->to, was);
    name_place(app, begins ? life->said_from : life->said_to, said);
    snprintf(text, QUIZ_SENTENCE_BYTES, "%s %s %s, not %s.", name, begins ? "began" : "ended", was,
             said);
}

/* How far a life is from its ghost: as a share of the run, or in steps. */
static double miss_of(const struct app *app, const struct life *life)
{
    const struct document *document = &app->documents[life->ghost->panel];
    bool steps = app->quiz.lesson->axis == TRACE_AXIS_STEP;
    double miss = fmax(fabs(life->from - life->said_from), fabs(life->to - life->said_to));
    if (life->ghost->runs)
        return 1 - (double)life->ran_ns / fmax((double)life->lasted_ns, 1);
    return steps ? miss : miss / fmax((double)document->score.wall_ns, 1);
}

static void compare_lives(const struct app *app, const struct lesson_answer *guess,
                          char text[QUIZ_SENTENCE_BYTES])
{
    struct life worst = {.ghost = NULL};
    struct life life;
    double most = NEAR_SHARE;
    for (size_t i = 0; i < guess->ghost_count; i++) {
        double miss = find_life(app, guess, i, &life) ? miss_of(app, &life) : 0;
        if (miss <= most)
            continue;
        most = miss;
        worst = life;
    }
    if (worst.ghost != NULL)
        say_life(app, &worst, text);
}

static void say_depth(const struct app *app, const struct lesson_answer *guess,
                      char text[QUIZ_SENTENCE_BYTES])
{
    uint32_t lane = quiz_lane(app, 0, guess->depth_lane);
    char most[FORMAT_BYTES];
    if (lane != TRACE_NONE)
        snprintf(text, QUIZ_SENTENCE_BYTES, "Up to %s lay in the mailbox of %.40s.",
                 format_things(app->documents[0].mailbox_peaks[lane], "message", most),
                 guess->depth_lane);
}

void quiz_compare(const struct app *app, char text[QUIZ_SENTENCE_BYTES])
{
    const struct lesson_answer *guess = quiz_guess(&app->quiz);
    int64_t guess_ns;
    text[0] = '\0';
    if (guess == NULL)
        return;
    if (quiz_guess_time(&app->quiz, &guess_ns))
        compare_time(app, guess_ns, text);
    else if (guess->order_count > 0)
        compare_order(app, guess, text);
    else if (guess->depth_lane != NULL)
        say_depth(app, guess, text);
    else if (!guess->is_right)
        compare_lives(app, guess, text);
}

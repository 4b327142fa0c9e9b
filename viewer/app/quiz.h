#ifndef APP_QUIZ_H
#define APP_QUIZ_H

/*
 * A lesson: the lanes stay empty until somebody has said what will be in them.
 *
 *   asked   the question below the lanes, the program beside them, nothing of the run
 *   told    the run, the guess over it as a ghost, and what the answer says
 *
 * While it is asked, commands that would tell are refused; how the picture looks may be changed.
 * Enter and Esc lead from the told lesson to the run, as if it had been opened without one.
 */

#include "commands.h"
#include "lesson.h"
#include "lesson_fact.h"

/* No answer is chosen. */
#define QUIZ_NO_ANSWER UINT32_MAX
/* A time or an order that somebody gave instead. */
#define QUIZ_OWN_ANSWER (UINT32_MAX - 1)

/* A time that was given: "1.5 s". */
#define QUIZ_TIME_BYTES 64
/* What was given instead of an answer: that, or an order: "two, one, three". */
#define QUIZ_OWN_BYTES 128

enum quiz_stage { QUIZ_NONE, QUIZ_ASKED, QUIZ_TOLD };

struct quiz {
    enum quiz_stage stage;
    const struct lesson *lesson; /* must outlive the app; NULL: none */
    uint32_t chosen;             /* an answer, QUIZ_OWN_ANSWER or QUIZ_NO_ANSWER */
    int64_t own_ns;              /* the time that was given instead, */
    char own_text[QUIZ_OWN_BYTES];
    struct lesson_answer own;  /* and what it, or an order, is as an answer */
    size_t carried;            /* the name in that order that is moved by key or pointer */
    bool drags;                /* a button is down on the ruler */
    struct lesson_answer told; /* a guess that is an order, with its ghosts */
    /* Of each run, what settles it: "W = 1.00 s"; "" if nothing does. */
    char facts[LESSON_PANELS_MAX][LESSON_FACT_BYTES];
    char crowds[LESSON_PANELS_MAX][LESSON_FACT_BYTES]; /* who else had the processors; or "" */
    double lengths[LESSON_PANELS_MAX]; /* of its axes, which are longer while it is told */
    bool to_keep;                      /* a wish: what was answered is to be written down */
};

struct app;
struct input;

/* Asks the question of a lesson whose panels' runs are open.  0, or -ENOMEM. */
int quiz_ask(struct app *app, const struct lesson *lesson);

/* Shows all of the runs, from the first lane on that a guess is about. */
void quiz_fit(struct app *app);

/* There is no lesson any more: the run is to be seen. */
void quiz_end(struct app *app);

/* Gives a key to the lesson; false if it is not for it. */
bool quiz_take(struct app *app, const struct input *input, bool *changed);

/* Chooses an answer, as long as it is asked; true if that is so. */
bool quiz_choose(struct app *app, uint32_t answer);

/* Where the answer is a time, one's own can be given on the ruler, from 0 to so much; 0 elsewhere.
 * By steps of a key, and by the pointer; both true if that was for it. */
int64_t quiz_scale_ns(const struct app *app);
/* "1 s", "30 min": no more figures than are needed. */
void quiz_name_time(int64_t ns, char text[QUIZ_TIME_BYTES]);
bool quiz_move_own(struct app *app, int by);
bool quiz_drag_own(struct app *app, const struct input *input);

/* Whether a command would tell what is asked.  It is said, then. */
bool quiz_forbids(struct app *app, enum command command);

/* Whether there is a lesson on the screen. */
bool quiz_is_on(const struct app *app);

/* The answer that was chosen, and the right one; NULL if there is none. */
const struct lesson_answer *quiz_guess(const struct quiz *quiz);
const struct lesson_answer *quiz_right(const struct quiz *quiz);

/* Where a life of a guess begins and ends: in nanoseconds, or steps, since the run's first resume;
 * and on the lesson's axis of that run. */
void quiz_ghost_counts(const struct app *app, const struct lesson_ghost *ghost, double *from,
                       double *to);
void quiz_ghost(const struct app *app, const struct lesson_ghost *ghost, double *from, double *to);

/* Where the guess says that a panel's run ends, likewise; 0 if it does not. */
double quiz_guess_end(const struct app *app, size_t panel);

/* The time that was said to be the answer; false if it is none.  And whether it is as good as
 * right. */
bool quiz_guess_time(const struct quiz *quiz, int64_t *ns);
bool quiz_is_near(const struct app *app, int64_t guess_ns);

/* The lane that has a name in a panel's run; TRACE_NONE for none. */
uint32_t quiz_lane(const struct app *app, size_t panel, const char *name);

/* Where the answer is an order, one's own can be given: how many names it has while it is asked,
 * and 0 elsewhere.  By key, to the next name or carrying this one there; true if that was for it.
 * By pointer, at a share of the row's width: the first time it takes up a name. */
size_t quiz_order_count(const struct app *app);
bool quiz_step_order(struct app *app, int by, bool carries);
void quiz_drag_order(struct app *app, float share, bool begins);
/* "two, three, one" */
void quiz_name_order(const struct lesson_answer *answer, char text[QUIZ_OWN_BYTES]);
/* The order that there was, and a guess as lives in the run. */
void quiz_order_of_run(const struct app *app, struct lesson_answer *truth);
void quiz_draw_order(const struct app *app, struct lesson_answer *guess);

/* "1.5 s", "1/3 s", "12 hours", "10,000 s": an answer that is a time; false for any other. */
bool quiz_time(const char *answer, int64_t *ns);

/* What a guess is beside the run that was: a sentence; "" if there is nothing to be said. */
#define QUIZ_SENTENCE_BYTES 256
void quiz_compare(const struct app *app, char text[QUIZ_SENTENCE_BYTES]);

#endif

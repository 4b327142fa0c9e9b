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

/* No answer is chosen. */
#define QUIZ_NO_ANSWER UINT32_MAX
/* A time that is none of the answers. */
#define QUIZ_OWN_ANSWER (UINT32_MAX - 1)

#define QUIZ_FACT_BYTES 64

enum quiz_stage { QUIZ_NONE, QUIZ_ASKED, QUIZ_TOLD };

struct quiz {
    enum quiz_stage stage;
    const struct lesson *lesson; /* must outlive the app; NULL: none */
    uint32_t chosen;             /* an answer, QUIZ_OWN_ANSWER or QUIZ_NO_ANSWER */
    int64_t own_ns;              /* the time that was given instead, */
    char own_text[QUIZ_FACT_BYTES];
    struct lesson_answer own; /* and what it is as an answer */
    bool drags;               /* a button is down on the ruler */
    /* Of each run, the number that settles it: "1.00 s"; "" if none does. */
    char facts[LESSON_PANELS_MAX][QUIZ_FACT_BYTES];
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
void quiz_name_time(int64_t ns, char text[QUIZ_FACT_BYTES]);
bool quiz_move_own(struct app *app, int by);
bool quiz_drag_own(struct app *app, const struct input *input);

/* Whether a command would tell what is asked.  It is said, then. */
bool quiz_forbids(struct app *app, enum command command);

/* Whether there is a lesson on the screen. */
bool quiz_is_on(const struct app *app);

/* The answer that was chosen, and the right one; NULL if there is none. */
const struct lesson_answer *quiz_guess(const struct quiz *quiz);
const struct lesson_answer *quiz_right(const struct quiz *quiz);

/* Where a life of a guess begins and ends on the lesson's axis of the first run. */
void quiz_ghost(const struct app *app, const struct lesson_ghost *ghost, double *from, double *to);

/* Where the guess says that the run ends, likewise; 0 if it does not. */
double quiz_guess_end(const struct app *app);

/* "1.5 s", "1/3 s", "12 hours", "10,000 s": an answer that is a time; false for any other. */
bool quiz_time(const char *answer, int64_t *ns);

/* What a guess that is a time is beside the run that was: a sentence; "" if it is none. */
#define QUIZ_SENTENCE_BYTES 160
void quiz_compare(const struct app *app, char text[QUIZ_SENTENCE_BYTES]);

#endif

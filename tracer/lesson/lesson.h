#ifndef LESSON_H
#define LESSON_H

/*
 * A lesson: runs to look at, a question to be answered before, and what each answer stands for.
 *
 * A lesson is a text file.  A line begins with one of these words; what begins with a blank goes on
 * with the line before; `#` begins a comment.
 *
 *   title   Three at once
 *   claim   One thread is enough for three that wait.       what the lesson shows
 *   panel   one loop: count                                 LABEL: what follows `troupe run`
 *   expect  peak = 1                                        of that panel: a rule of `troupe grade`
 *   recorded --virtual-time ten_thousand                    of that panel: what was run instead
 *   ask     How long does the whole run take?
 *   right   1 s: They all wait at the same time.            ANSWER: the sentence that explains it
 *   wrong   3 s: That is the sum of the waits ...           ANSWER: what one believes who says so
 *   ghost   count#1 0-1 s, count#2 1-2 s                    of that answer: how long whose life is
 *   order   two#1, three#1, one#1                           or: who ends before whom
 *   depth   consume#1 8                                    or: how many messages wait for whom
 *   decides W                                               the number that settles it, or
 *                                                           print: what was printed last
 *   axis    step 12                                         shown so: time (if not said), folded or
 *                                                           step; of steps perhaps only the first
 *   say     Ask the table at the window first.              to the class, by whoever teaches
 *   look    The two bursts, and nothing between them.       where in the picture
 *   try     Let one of them sleep for half a second.        what to change next
 *
 * `panel` and `expect`, `wrong`, `look`, `say` and `try` may stand more than once; the answers are
 * offered in the order in which they stand.  A `ghost` is what the picture would be if the answer
 * were true: lives of actors since the first of them began, in ns, us, ms, s, min or h, or in % of
 * what the run took, or on the axis of steps in steps; a life may be said to be `running`
 * throughout.  It is about the first panel, unless it begins with another one's LABEL and a colon.
 * A `depth` is how many messages lie in a mailbox of the first panel.  An `order` is the same for
 * answers that are about nothing else: the class can make its own, too. A panel may begin with
 * settings of the environment, NAME=VALUE.  Beside the file, `recorded/1.json.gz` and so on may
 * hold a run of each panel, made before; where that would be a large file, `recorded` says what it
 * is a run of, and what is expected behind it is of that run.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace_axis.h"

/* As many as the viewer shows side by side, and as there are fingers to show. */
#define LESSON_PANELS_MAX 4
#define LESSON_ANSWERS_MAX 5

/* More than anybody reads out, or keeps in mind. */
#define LESSON_EXPECTATIONS_MAX 16
#define LESSON_HINTS_MAX 8

/* More lanes than this are no picture that one could guess. */
#define LESSON_GHOSTS_MAX 8

/* The largest file. */
#define LESSON_BYTES_MAX 65536

struct lesson_panel {
    const char *label;
    const char *command;
    const char *recorded; /* what the recorded run is one of */
    const char *expectations[LESSON_EXPECTATIONS_MAX];
    size_t expectation_count;
    size_t recorded_from; /* those from here on are of the recorded run; with none: all */
};

/* What a ghost's numbers count: ns, hundredths of what the run took, or steps. */
enum lesson_scale { LESSON_NS, LESSON_PERCENT, LESSON_STEPS };

/* A life as somebody imagines it, since the first resume of the run. */
struct lesson_ghost {
    const char *lane; /* the actor's name, */
    size_t panel;     /* in the run of this panel */
    enum lesson_scale scale;
    double from, to;
    bool runs; /* all the time */
};

struct lesson_answer {
    const char *text;
    const char *because;
    bool is_right;
    struct lesson_ghost ghosts[LESSON_GHOSTS_MAX];
    size_t ghost_count;
    const char *order[LESSON_GHOSTS_MAX]; /* names, by when they end; of the first panel */
    size_t order_count;
    const char *depth_lane; /* in whose mailbox so many lie; NULL: nothing is said of any */
    double depth;
};

struct lesson {
    const char *title;
    const char *claim;
    const char *question;
    const char *decides; /* NULL: no number does */
    enum trace_axis_kind axis;
    bool has_axis;
    uint32_t steps; /* so many from the first resume on; 0: all */
    struct lesson_panel panels[LESSON_PANELS_MAX];
    size_t panel_count;
    struct lesson_answer answers[LESSON_ANSWERS_MAX];
    size_t answer_count;
    const char *looks[LESSON_HINTS_MAX];
    size_t look_count;
    const char *says[LESSON_HINTS_MAX];
    size_t say_count;
    const char *tries[LESSON_HINTS_MAX];
    size_t try_count;
    char *bytes; /* what all of these point into */
};

/* Reads a lesson from memory; `name` is for messages.  The texts are valid until lesson_finish().
 * 0; -EINVAL with one sentence in `why` that has the line; -ENOMEM. */
int lesson_parse(struct lesson *lesson, const char *bytes, size_t count, const char *name,
                 char *why, size_t why_bytes);

/* The same from a file; also -ENOENT and its like. */
int lesson_load(struct lesson *lesson, const char *path, char *why, size_t why_bytes);

void lesson_finish(struct lesson *lesson);

#endif

#ifndef VIEWER_DESK_H
#define VIEWER_DESK_H

/*
 * What lies between the state, which knows no files, and the files: traces that are opened, read
 * again and followed, pictures that are saved.
 */

#include "draw.h"
#include <time.h>

#include "choosing.h"
#include "font.h"
#include "live.h"
#include "opener.h"

/* What the command line asks for. */
struct desk_request {
    const char *paths[APP_DOCUMENTS_MAX];
    int path_count;
    char **command; /* --live, --schedule: a program to start; NULL: none, ended by NULL */
    bool live;
    bool schedule;    /* its turns are given in the window */
    const char *goal; /* ... to bring this about; NULL: nothing */
    bool blank;
    bool columns;
    bool preview;       /* of a large file the beginning is shown while the rest is read */
    const char *lesson; /* --lesson: the file that asks about the runs; NULL: none */
    bool part;          /* --from, --until: what happened between is shown, not all */
    int64_t from_ns, until_ns;
    struct app_options options;
};

struct desk {
    struct app app;
    struct font_set *fonts; /* the desk's own */
    struct text_measurer measurer;
    struct draw_scratch scratch;
    struct trace_model *models[APP_DOCUMENTS_MAX];
    struct opener *opener;             /* NULL: nothing is being opened */
    bool opens_same;                   /* ... the same file once more */
    char opening[DOCUMENT_PATH_BYTES]; /* its name */
    struct live live;
    struct choosing choosing;
    struct lesson lesson;
    char lesson_name[64]; /* the folder that it lies in */
    time_t asked_at;
};

/* Begins to read what was asked for, while the caller looks for fonts and a display. */
void desk_begin(struct desk *desk, const struct desk_request *request);

/* Opens it, when `fonts` are there; of a large file, its beginning: the rest comes with
 * desk_turn().  0, or below 0 with one sentence in `error`.  The desk must stay where it is. */
int desk_open(struct desk *desk, const struct desk_request *request, char *error, size_t bytes);

/* Does what the state wishes, and looks how openings and followed runs go on; as window_run() asks
 * for.  *watching says whether to call again soon. */
bool desk_turn(struct desk *desk, bool *watching);

/* Runs the program whose turns are given here, if an answer was given, and waits for it: for
 * scripts. */
void desk_answer(struct desk *desk);

/* Waits until all has been opened that is being opened: for pictures without a window. */
int desk_settle(struct desk *desk, char *error, size_t bytes);

void desk_close(struct desk *desk);

#endif

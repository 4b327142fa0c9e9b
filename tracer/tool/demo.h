#ifndef DEMO_H
#define DEMO_H

/* The lessons that lie beside the command, and runs of their panels. */

#include <limits.h>
#include <stdio.h>

#include "lesson.h"

#define DEMO_LESSONS_MAX 64
#define DEMO_NAME_BYTES 64

/* Folders "NN-name" with a lesson.txt in each, in their order. */
struct demo_shelf {
    char root[PATH_MAX];
    char names[DEMO_LESSONS_MAX][DEMO_NAME_BYTES];
    size_t count;
};

/* TOOL_OK, or TOOL_FAULT after saying what is wrong. */
int demo_open_shelf(struct demo_shelf *shelf);

/* The lesson that a user means by "frozen-loop", "03-frozen-loop" or "3".  TOOL_OK and its index;
 * or TOOL_MISUSED after saying that there is none. */
int demo_find(const struct demo_shelf *shelf, const char *text, size_t *index);

/* Where its file is.  TOOL_OK, or TOOL_FAULT after saying that the path is too long. */
int demo_path(const struct demo_shelf *shelf, size_t index, char path[PATH_MAX]);

/* Reads it; pair with lesson_finish().  TOOL_OK, or TOOL_FAULT after saying what is wrong. */
int demo_load(const struct demo_shelf *shelf, size_t index, struct lesson *lesson);

/* Traces of a lesson's panels. */
struct demo_runs {
    char folder[PATH_MAX];
    char traces[LESSON_PANELS_MAX][PATH_MAX];
    size_t count;
    bool is_ours;     /* the folder is a temporary one */
    bool is_recorded; /* the traces lie beside the lesson */
};

/* Makes a folder unless it is there.  TOOL_OK, or TOOL_FAULT after saying what is wrong. */
int demo_make_folder(const char *path);

/* Runs every panel, its output on ours or, if it is to be hidden, nowhere, and leaves the traces in
 * a folder, or in a temporary one if that is NULL.  TOOL_OK, or TOOL_FAULT after saying what is
 * wrong. */
int demo_run(const struct lesson *lesson, const char *folder, bool hides, struct demo_runs *runs);

/* Whether something is not here that a panel runs, and its name. */
bool demo_lacks(const struct lesson *lesson, char *name, size_t bytes);

/* Takes the runs that were recorded before and lie beside the lesson.  TOOL_OK, or TOOL_FAULT after
 * saying what is wrong. */
int demo_take_recorded(const struct demo_shelf *shelf, size_t index, const struct lesson *lesson,
                       struct demo_runs *runs);

/* Prints text in lines of so many columns, the first with a mark before it. */
void demo_print_wrapped(FILE *out, const char *mark, const char *text, int columns);

/* Lets the viewer ask the lesson of that file and do what the lines of a script say; the folder is
 * for what is needed meanwhile.  TOOL_OK, or TOOL_FAULT after saying what is wrong. */
int demo_draw(const char *path, const struct demo_runs *runs, const char *theme, const char *folder,
              const char *script);

/* Writes for paper into a folder: NAME.html, NAME.svg and NAME.png without what happened, and
 * NAME-key likewise with it and the answer.  `path` is the lesson's file.  TOOL_OK, or TOOL_FAULT
 * after saying what is wrong. */
int demo_write_sheets(const struct lesson *lesson, const char *name, const char *path,
                      const struct demo_runs *runs, const char *folder);

/* Writes for who teaches into a folder: NAME.md, and NAME.png, the key picture.  Likewise. */
int demo_write_page(const struct lesson *lesson, const char *name, const char *path,
                    const struct demo_runs *runs, const char *folder);

/* Removes what is temporary. */
void demo_clear(struct demo_runs *runs);

/* Runs this command with other words, or any program, and waits for its end.  Its exit status;
 * TOOL_FAULT if there is no other process to be had. */
int demo_start(const char *const *words);

#endif

#ifndef VIEWER_STORE_H
#define VIEWER_STORE_H

/*
 * What is kept from one time to the next: the user's settings and recent files in one file of JSON
 * under $XDG_CONFIG_HOME, what was answered to lessons in lines of text under $XDG_STATE_HOME, the
 * marks of a trace beside it, in FILE.notes.
 *
 * A file that is missing or broken is as if nothing had been kept.  What cannot be written is lost,
 * without a word: none of it is worth a complaint.
 */

#include <time.h>

#include "app.h"

/* Takes what was kept into the options, as far as the command line has not said otherwise. */
void store_read_settings(struct app_options *options, struct recent *recent);

/* Keeps the look of the viewer and its recent files. */
void store_write_settings(const struct app *app);

/* Adds a line to the answers that were given: when, to which lesson, which, whether it is right,
 * and after how many seconds. */
void store_keep_answer(const struct quiz *quiz, const char *lesson, time_t asked_at);

/* Puts a path, made absolute, before all others. */
void store_add_recent(struct recent *recent, const char *path);

/* The marks of the trace in focus. */
void store_read_marks(struct document *document);
void store_write_marks(struct document *document);

#endif

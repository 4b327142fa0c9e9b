#ifndef RUN_TOOL_H
#define RUN_TOOL_H

/*
 * Runs the `troupe` command as a user does, and holds what it says against files of expected text.
 *
 *   struct tool_run run = run_tool(NULL, "check", "count.json", NULL);
 *   assert_int_equal(run.status, 0);
 *   assert_golden("check.txt", run.output);
 *   tool_run_finish(&run);
 *
 * TROUPE_GOLDEN=write rewrites the files of expected text; `git diff` is then the review.
 */

#include <stddef.h>

struct tool_run {
    int status;   /* exit status; 128 and the signal if it was killed by one */
    char *output; /* all of its standard output */
    char *errors; /* all of its standard error */
};

/* Runs `troupe WORDS...`, up to a NULL.  `input` is its standard input, or NULL for none.  The
 * environment says neither how wide nor what kind of terminal there is, and UTF-8. */
struct tool_run run_tool(const char *input, ...) __attribute__((sentinel));

/* The same on a terminal of so many columns; output and errors come together as output. */
struct tool_run run_tool_on_terminal(int columns, const char *const *words);

void tool_run_finish(struct tool_run *run);

/* A folder to write in, which is the current one afterwards; and its end, with the one file that is
 * in it, if there is one. */
void tool_enter_scratch(char *folder, size_t bytes);
void tool_leave_scratch(const char *folder, const char *file);

/* Fails unless the text is that of data/golden/NAME. */
void assert_golden(const char *name, const char *text);

#endif

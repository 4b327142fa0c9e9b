#ifndef VIEWER_SCRIPT_H
#define VIEWER_SCRIPT_H

/*
 * Scripts: a file of inputs, one a line, for tests and for pictures of a certain view.
 *
 *   key CHORD              "W", "Ctrl+0", "Shift+L", as in the table of keys
 *   type TEXT              writes into what is open
 *   move X Y               the pointer
 *   click X Y              ... and the main button
 *   drag X0 Y0 X1 Y1       with the button held down
 *   select X0 Y0 X1 Y1     the same with Shift
 *   wheel X Y TURNS        up is positive
 *   size WIDTH HEIGHT      of the picture
 *   wait MS                time goes by, for what plays
 *   shot OUT.png           writes the picture; or OUT.svg, OUT.html, OUT.txt
 *   dump                   prints the state, a line of JSON
 *
 * Empty lines and those that begin with "#" are passed over.
 */

#include <stdio.h>

#include "desk.h"
#include "update.h"

/* Does what the lines of a file say ("-" is standard input).  0, or below 0 with one sentence in
 * `error`. */
int script_run(struct desk *desk, const char *path, char *error, size_t bytes);

#endif

#ifndef VIEWER_BESIDE_H
#define VIEWER_BESIDE_H

/*
 * Another window on the same runs, at the same place: to keep one part in sight while looking at
 * another.
 */

#include "app.h"

/* Starts it, as a program of its own that outlives this one.  What went wrong is said; true if the
 * picture must be drawn anew. */
bool beside_open(struct app *app);

#endif

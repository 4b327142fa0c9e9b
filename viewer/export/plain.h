#ifndef EXPORT_PLAIN_H
#define EXPORT_PLAIN_H

/*
 * A frame as lines of text: for terminals, for readers of screens, and for tests that compare a
 * whole picture.
 *
 * The picture is laid over a grid of characters.  A frame that is meant for it is measured with
 * plain_measurer, in which every letter, whatever its size, is as wide as a cell.
 */

#include <stdio.h>

#include "frame.h"

#define PLAIN_CELL_WIDTH 8
#define PLAIN_CELL_HEIGHT 14

extern const struct text_measurer plain_measurer;

/* Writes the frame.  0, or -ENOMEM; errors of writing are left on the stream. */
int plain_write(FILE *out, const struct frame *frame);

#endif

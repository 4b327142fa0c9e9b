#ifndef EXPORT_SVG_H
#define EXPORT_SVG_H

/*
 * A frame as SVG: the same shapes at the same places, as text that any browser or editor opens.
 *
 * Texts are given the width that they were measured with, so that another font changes nothing
 * around them.  What is hot can be given a title, which browsers show at the pointer.
 */

#include <stdio.h>

#include "frame.h"

/* Says what a hot region is, in one line; false if it has nothing to say. */
struct export_titles {
    bool (*title)(void *context, const struct frame_hot *hot, char *text, size_t bytes);
    void *context;
};

/* Writes the frame, as a whole file.  `titles` may be NULL.  Errors are left on the stream. */
void svg_write(FILE *out, const struct frame *frame, const struct export_titles *titles);

/* The definitions and shapes alone, for a page that holds them. */
void svg_write_shapes(FILE *out, const struct frame *frame, const struct export_titles *titles);

/* Text with what SVG and HTML reserve replaced. */
void svg_write_text(FILE *out, const char *text);

#endif

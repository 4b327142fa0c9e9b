#ifndef GALLERY_H
#define GALLERY_H

/*
 * A dozen traces, of every kind that there is, whose pictures are looked at closely.
 */

#include "story.h"

#define GALLERY_COUNT 12

/* One of them by its number; the caller destroys it.  *name is what its golden files begin with. */
struct trace_model *gallery_open(uint32_t number, const char **name);

#endif

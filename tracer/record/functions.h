#ifndef FUNCTIONS_H
#define FUNCTIONS_H

/*
 * The functions that actors are made of, and how many have been made of each.
 */

#include "writer.h"

/* The function with this name, which none of the program's symbols stands for; NULL without
 * memory. */
struct trace_fn *functions_named(struct writer *writer, const char *name);

/* The number of the next actor that is made of a function: of all processes that record into the
 * file. */
uint32_t functions_next_number(struct writer *writer, struct trace_fn *fn);

/* Frees those that were named. */
void functions_finish(struct writer *writer);

#endif

#ifndef OWNER_H
#define OWNER_H

/* Which file a process records into, if programs that it starts are told to trace as well. */

#include <stddef.h>

/* The path with a number in the name: "count.2.json". */
void owner_numbered(const char *path, unsigned number, char *own, size_t bytes);

/* The path for this process: `path`, or, if that is being written by the program that has started
 * this one, the same with the number of this process: "count.4711.json". */
void owner_path(const char *path, char *own, size_t bytes);

/* From now on, and no more, programs that are started find the file owned. */
void owner_begin(void);
void owner_end(void);

#endif

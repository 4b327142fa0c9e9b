#ifndef PLACES_H
#define PLACES_H

/*
 * Where that lies which belongs to the command: in the build beside the command's folder, installed
 * below the same prefix.  So it is looked for from where the command itself is.
 */

#include <stdbool.h>
#include <stddef.h>

/* The command itself; "" if that cannot be told. */
const char *place_of_command(void);

/* Looks for a file or folder in some places, which are relative to the command's folder unless they
 * begin with a slash.  False if it is in none of them. */
bool place_find(const char *const *places, size_t count, const char *name, char *path,
                size_t bytes);

/* Whether there is a viewer beside this command, and where; and whether it would be seen. */
bool place_of_viewer(char *path, size_t bytes);
bool place_has_display(void);

/* Makes a folder "troupe-NAME-..." for what is not to stay.  TOOL_OK, or TOOL_FAULT after saying
 * why not. */
int place_make_temporary(const char *name, char *folder, size_t bytes);

#endif
